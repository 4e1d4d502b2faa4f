//! What somebody was told and agreed to, and for whom they speak: kept with the
//! draft, and later with the request.
//!
//! A stored form: fields may be added with a default, none may change its
//! meaning. When what is asked for is `state::consent`'s.

use crate::conversation::draft::Draft;
use crate::conversation::view::Proving;
use bots::{Attachment, AttachmentKind};
use menus::question::Answer;
use menus::{Assurance, Service};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Something people are told of, or agree to, by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Consent {
    /// What is done with what they say: told, not asked.
    Notice,
    /// Looking up income and property.
    Means,
    /// Passing it on to a charity.
    Charity,
    /// Keeping the photos they sent.
    Photo,
    /// A promise instead of papers.
    Commitment,
    /// Asking a provider whether name and number belong together.
    RealName,
    /// Having a provider compare the face.
    Face,
}

impl Consent {
    pub const ALL: [Self; 7] = [
        Self::Notice,
        Self::Means,
        Self::Charity,
        Self::Photo,
        Self::Commitment,
        Self::RealName,
        Self::Face,
    ];

    /// As stored, and in the names of its texts.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::Means => "means",
            Self::Charity => "charity",
            Self::Photo => "photo",
            Self::Commitment => "commitment",
            Self::RealName => "real_name",
            Self::Face => "face",
        }
    }

    /// Version of its wording: a new one is told and asked anew.
    pub const fn version(self) -> u32 {
        match self {
            Self::Notice
            | Self::Means
            | Self::Charity
            | Self::Photo
            | Self::Commitment
            | Self::RealName
            | Self::Face => 1,
        }
    }

    /// Whether it is given for one request and not for the chat.
    pub const fn each_time(self) -> bool {
        matches!(self, Self::Commitment)
    }

    /// What a draft of this service needs, in the order it is asked for. `can`:
    /// what may be proved on the way; nothing to those who have no time.
    pub(crate) fn needed(service: &Service, draft: &Draft, can: Option<&Proving>) -> Vec<Self> {
        let mut needed = Vec::new();
        if means(service) {
            needed.push(Self::Means);
        }
        // Who offers help to a charity needs nobody's help.
        if service.category == "CHA" && service.field("offer").is_none() {
            needed.push(Self::Charity);
        }
        if draft.attachments.iter().any(is_photo) {
            needed.push(Self::Photo);
        }
        if service.commitment {
            needed.push(Self::Commitment);
        }
        let can = can.filter(|can| service.assurance > can.reached && tells_who(draft));
        if let Some(can) = can {
            // A face is compared with the card, name and number with it.
            if can.face && service.assurance == Assurance::L3 {
                needed.push(Self::Face);
            }
            let both = draft.accord.agreed.get(&Self::Face) == Some(&true);
            if can.real_name
                && service.assurance >= Assurance::L2
                && can.reached < Assurance::L2
                && !both
            {
                needed.push(Self::RealName);
            }
        }
        needed
    }
}

/// Whether a grown-up told their own name and the number of their card.
fn tells_who(draft: &Draft) -> bool {
    let told = |key| matches!(draft.answers.get(key), Some(Answer::Text(_)));
    let accord = &draft.accord;
    let own = draft.for_other.is_none() && !accord.anonymous && !accord.minor;
    own && told("name") && told("id_number")
}

/// Whether a file is a photo.
pub(crate) fn is_photo(file: &Attachment) -> bool {
    file.kind == AttachmentKind::Photo
}

/// Whether what a household has is looked up for a service.
pub fn means(service: &Service) -> bool {
    service.field("income").is_some() || service.field("property").is_some()
}

/// When something was said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    pub version: u32,
    /// Microseconds.
    pub at: i64,
}

/// What somebody wants put right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// Key of the question it answers: `name`, `phone`.
    pub what: String,
    pub old: String,
    pub new: String,
}

/// What belongs to one request.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Accord {
    /// What was asked, and the answer.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub agreed: BTreeMap<Consent, bool>,
    /// Whoever writes, or is written about, is not fourteen yet.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub minor: bool,
    /// The grown-up they named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guardian: Option<String>,
    /// Nobody is to know who told it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub anonymous: bool,
    /// Further people whom the same is for: relation keys.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub correction: Option<Correction>,
}

impl Accord {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Under this age a guardian is asked for.
const GROWN: i64 = 14;

/// The age told of whom a draft is for, in years; from a document, its birth date.
pub(crate) fn age(draft: &Draft, today: chrono::NaiveDate) -> Option<i64> {
    let told = ["subject_age", "age"].iter().find_map(|key| {
        let fact = || draft.facts.get(*key).and_then(|fact| fact.parse().ok());
        match draft.answers.get(*key) {
            Some(Answer::Number(years)) => Some(*years),
            _ => fact(),
        }
    });
    let born = || {
        let Some(Answer::Text(number)) = draft.answers.get("id_number") else {
            return None;
        };
        let birth = crate::people::document::parse(number, today).ok()?.birth?;
        today.years_since(birth).map(i64::from)
    };
    told.or_else(born)
}

/// Whether a draft is for somebody who needs a guardian.
pub(crate) fn is_minor(draft: &Draft, today: chrono::NaiveDate) -> bool {
    age(draft, today).is_some_and(|years| years < GROWN)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::texts;
    use chrono::NaiveDate;
    use menus::Lang;

    #[test]
    fn every_consent_has_its_words_and_they_can_be_read_aloud() {
        for consent in Consent::ALL {
            let code = consent.code();
            for part in ["text", "aloud", "name"] {
                assert!(
                    texts::has(&format!("consent.{code}.{part}")),
                    "{code} {part}"
                );
            }
            let spoken = texts::text(Lang::Zh, &format!("consent.{code}.aloud"));
            let plain = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c) || "，。".contains(c);
            let odd: Vec<char> = spoken.chars().filter(|c| !plain(*c)).collect();
            assert!(odd.is_empty(), "{code}: {odd:?}");
            let spoken = texts::text(Lang::En, &format!("consent.{code}.aloud"));
            let plain = |c: char| c.is_ascii_alphabetic() || " ,.'".contains(c);
            assert!(spoken.chars().all(plain), "{code}: {spoken}");
            // One screen of a small phone in large print.
            let shown = texts::text(Lang::Zh, &format!("consent.{code}.text"));
            assert!(shown.chars().count() <= 200, "{code}");
        }
    }

    #[test]
    fn somebody_is_a_minor_by_what_they_told_or_by_their_document() {
        let today = NaiveDate::from_ymd_opt(2026, 3, 2).unwrap();
        let with = |key: &str, answer: Answer| {
            let mut draft = Draft::new("d".into());
            draft.answers.insert(key.into(), answer);
            is_minor(&draft, today)
        };
        assert!(with("age", Answer::Number(13)));
        assert!(!with("age", Answer::Number(14)));
        assert!(with("subject_age", Answer::Number(0)));
        // Fourteen tomorrow, and fourteen today.
        assert!(with("id_number", Answer::Text("590102201203030013".into())));
        assert!(!with(
            "id_number",
            Answer::Text("590102201203020015".into())
        ));
        assert!(!with("name", Answer::Text("王秀英".into())));
        let mut draft = Draft::new("d".into());
        draft.facts.insert("age".into(), "9".into());
        assert!(is_minor(&draft, today));
    }
}
