//! Whether two persons may be one: points with the reasons for them.
//!
//! Nobody is merged by it. A score only says whether it is worth asking a
//! person, who sees the reasons and decides.

use super::fact::{Basis, Fact, Kind};

/// From here on somebody is asked.
pub const WORTH_ASKING: i32 = 60;

/// What speaks for or against it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    SameDocument,
    SamePhoneAndName,
    SameHouseholdAndName,
    SamePhone,
    SameHousehold,
    SameName,
    /// Both matching facts were checked by somebody.
    Verified,
    OtherName,
    OtherDocument,
}

impl Reason {
    pub const ALL: [Self; 9] = [
        Self::SameDocument,
        Self::SamePhoneAndName,
        Self::SameHouseholdAndName,
        Self::SamePhone,
        Self::SameHousehold,
        Self::SameName,
        Self::Verified,
        Self::OtherName,
        Self::OtherDocument,
    ];

    /// As stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::SameDocument => "same_document",
            Self::SamePhoneAndName => "same_phone_and_name",
            Self::SameHouseholdAndName => "same_household_and_name",
            Self::SamePhone => "same_phone",
            Self::SameHousehold => "same_household",
            Self::SameName => "same_name",
            Self::Verified => "verified",
            Self::OtherName => "other_name",
            Self::OtherDocument => "other_document",
        }
    }

    pub const fn points(self) -> i32 {
        match self {
            Self::SameDocument => 90,
            Self::SamePhoneAndName => 70,
            Self::SameHouseholdAndName => 65,
            Self::SamePhone => 30,
            Self::SameHousehold | Self::SameName | Self::Verified => 10,
            // A wrong name on one card is a slip of the pen; two cards are two people.
            Self::OtherName => -25,
            Self::OtherDocument => -100,
        }
    }
}

/// How alike two persons are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Likeness {
    pub score: i32,
    pub reasons: Vec<Reason>,
}

impl Likeness {
    /// Whether a person should decide.
    pub fn is_worth_asking(&self) -> bool {
        self.score >= WORTH_ASKING
    }
}

/// Compares what is known of two persons.
pub fn likeness(one: &[(Fact, Basis)], other: &[(Fact, Basis)]) -> Likeness {
    let mut verified = false;
    let mut same = |kind: Kind| {
        let pairs = one.iter().flat_map(|a| other.iter().map(move |b| (a, b)));
        let mut found = false;
        for (a, b) in pairs.filter(|(a, b)| a.0.kind == kind && a.0 == b.0) {
            found = true;
            verified |= a.1 == Basis::Verified && b.1 == Basis::Verified;
        }
        found
    };
    let (document, phone, name, household) = (
        same(Kind::Document),
        same(Kind::Phone),
        same(Kind::Name),
        same(Kind::Household),
    );
    let differs = |kind: Kind| {
        let mut pairs = one.iter().flat_map(|a| other.iter().map(move |b| (a, b)));
        pairs.any(|(a, b)| a.0.kind == kind && a.0.contradicts(&b.0))
    };
    let mut reasons = Vec::new();
    if document {
        reasons.push(Reason::SameDocument);
    }
    match (phone, household, name) {
        (true, _, true) => reasons.push(Reason::SamePhoneAndName),
        (_, true, true) => reasons.push(Reason::SameHouseholdAndName),
        (_, _, true) => reasons.push(Reason::SameName),
        _ => {}
    }
    if phone && !name {
        reasons.push(Reason::SamePhone);
    }
    if household && !name {
        reasons.push(Reason::SameHousehold);
    }
    if verified {
        reasons.push(Reason::Verified);
    }
    if !name && differs(Kind::Name) {
        reasons.push(Reason::OtherName);
    }
    if !document && differs(Kind::Document) {
        reasons.push(Reason::OtherDocument);
    }
    Likeness {
        score: reasons.iter().map(|r| r.points()).sum(),
        reasons,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const CARD: &str = "11010519491231002X";
    const OTHER_CARD: &str = "440524188001010014";

    fn person(facts: &[(Kind, &str)]) -> Vec<(Fact, Basis)> {
        let fact =
            |(kind, value): &(Kind, &str)| (Fact::new(*kind, value).unwrap(), Basis::Claimed);
        facts.iter().map(fact).collect()
    }

    type Facts<'a> = &'a [(Kind, &'a str)];

    fn compares(table: &[(Facts, Facts, i32, &[Reason])]) {
        for (one, other, score, reasons) in table {
            let (a, b) = (person(one), person(other));
            let found = likeness(&a, &b);
            let told = (found.score, found.reasons.as_slice());
            assert_eq!(told, (*score, *reasons), "{one:?} {other:?}");
            assert_eq!(likeness(&b, &a), found, "either way round");
            assert_eq!(found.is_worth_asking(), *score >= WORTH_ASKING);
        }
    }

    #[test]
    fn what_speaks_for_one_person_has_its_points_and_says_why() {
        use Kind::{Document, Household, Name, Phone};
        use Reason::{OtherName, SameDocument, SameHouseholdAndName, SamePhoneAndName};
        compares(&[
            (
                &[(Document, CARD)],
                &[(Document, CARD), (Name, "王秀英")],
                90,
                &[SameDocument],
            ),
            (
                &[(Document, CARD), (Name, "王秀英")],
                &[(Document, CARD), (Name, "王秀瑛")],
                65,
                &[SameDocument, OtherName],
            ),
            (
                &[(Phone, "13812345670"), (Name, "王秀英")],
                &[(Phone, "13812345670"), (Name, "王秀英")],
                70,
                &[SamePhoneAndName],
            ),
            (
                &[(Household, "H1"), (Name, "王秀英")],
                &[(Household, "H1"), (Name, "王秀英")],
                65,
                &[SameHouseholdAndName],
            ),
        ]);
    }

    #[test]
    fn what_speaks_against_it_weighs_more_than_a_shared_telephone() {
        use Kind::{Document, Household, Name, Phone};
        use Reason::{
            OtherDocument, OtherName, SameHousehold, SameName, SamePhone, SamePhoneAndName,
        };
        compares(&[
            // Mother and daughter share a telephone and a home.
            (
                &[(Phone, "13812345670"), (Household, "H1"), (Name, "王秀英")],
                &[(Phone, "13812345670"), (Household, "H1"), (Name, "李梅")],
                15,
                &[SamePhone, SameHousehold, OtherName],
            ),
            (
                &[(Phone, "13812345670")],
                &[(Phone, "13812345670")],
                30,
                &[SamePhone],
            ),
            (&[(Name, "王伟")], &[(Name, "王伟")], 10, &[SameName]),
            // The same name and number, and two cards: two people.
            (
                &[(Phone, "13812345670"), (Name, "王伟"), (Document, CARD)],
                &[
                    (Phone, "13812345670"),
                    (Name, "王伟"),
                    (Document, OTHER_CARD),
                ],
                -30,
                &[SamePhoneAndName, OtherDocument],
            ),
            (&[(Name, "王伟")], &[(Phone, "13812345670")], 0, &[]),
        ]);
    }

    #[test]
    fn what_was_checked_counts_for_more() {
        let told = person(&[(Kind::Document, CARD)]);
        let mut checked = told.clone();
        checked[0].1 = Basis::Verified;
        assert_eq!(likeness(&told, &checked).score, 90);
        assert_eq!(likeness(&checked, &checked).score, 100);
    }
}
