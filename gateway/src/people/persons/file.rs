//! Filing a request under its persons: who asks, whom it is for, what they told
//! of themselves, what contradicts what was known, and who may be known already.
//!
//! Nobody is merged and nothing is overwritten here: what does not fit together
//! becomes a task or a proposal.

use super::fact::{Basis, Fact, Kind, Known};
use super::likeness::likeness;
use super::task::{Side, Task};
use crate::clock::{Moment, micros};
use crate::ids::{PersonId, RequestId};
use crate::requests::case::Story;
use crate::seal::Seal;
use crate::store::person_rows::{
    FactRow, MergeRow, PartyRow, PeopleRows, PersonChatRow, PersonRow, TaskRow,
};
use chrono::TimeDelta;
use menus::question::Answer;
use std::collections::BTreeMap;

/// How long somebody may speak for another in a request.
pub const SPEAKS_FOR: TimeDelta = TimeDelta::days(180);

/// What a request tells of its persons.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Of whoever writes.
    pub reporter: Vec<Fact>,
    /// Of whom it is for, if that is somebody else.
    pub subject: Vec<Fact>,
}

/// What a story tells. The telephone is the writer's; name and document are
/// whom it is for.
pub fn told(story: &Story) -> Told {
    let answer = |kind: Kind, key: &str| match story.answers.get(key) {
        Some(Answer::Text(text)) => Fact::new(kind, text),
        _ => None,
    };
    let household = story.household.as_deref();
    let mut reporter = Vec::from_iter(answer(Kind::Phone, "phone"));
    reporter.extend(household.and_then(|h| Fact::new(Kind::Household, h)));
    let mut subject = Vec::from_iter(answer(Kind::Name, "name"));
    subject.extend(answer(Kind::Document, "id_number"));
    if story.for_other.is_none() {
        reporter.append(&mut subject);
    }
    Told { reporter, subject }
}

/// A person of a request, with what was found around them.
#[derive(Clone, Debug, Default)]
pub struct Party {
    /// Who it is, if known, and whom they count as.
    pub known: Option<(PersonId, PersonId)>,
    /// What they told now.
    pub told: Vec<Fact>,
    /// Facts that hold: theirs, and of others who share one.
    pub around: Vec<Known>,
}

/// A request to be filed.
pub struct Filing<'a> {
    pub request: &'a RequestId,
    /// The chat it came from.
    pub address: &'a str,
    /// What the subject is to the writer; `None` for the writer's own matter.
    pub relation: Option<&'a str>,
    /// Whether the subject is to be asked whether they agree: not in danger.
    pub asks_subject: bool,
    /// What else is to be looked into.
    pub tasks: Vec<Task>,
    pub now: Moment,
}

/// The rows of it.
pub fn file(filing: &Filing<'_>, reporter: Party, subject: Party, seal: &Seal) -> PeopleRows {
    let mut rows = PeopleRows::default();
    let at = micros(filing.now);
    let fresh = reporter.known.is_none();
    let me = enter(filing, reporter, seal, &mut rows);
    if fresh {
        rows.chats.push(PersonChatRow {
            id: PersonId::new(filing.now).0,
            address: filing.address.to_owned(),
            person: me.0.clone(),
            at,
        });
    }
    for task in &filing.tasks {
        rows.tasks.push(row(filing, task, seal));
    }
    let party = |role, person: &PersonId| PartyRow {
        request: filing.request.0.clone(),
        role,
        person: person.0.clone(),
        relation: filing.relation.map(str::to_owned),
        at,
        until: None,
    };
    let Some(relation) = filing.relation else {
        rows.parties = vec![party("reporter", &me), party("subject", &me)];
        return rows;
    };
    let other = enter(filing, subject, seal, &mut rows);
    let until = Some(micros(filing.now + SPEAKS_FOR));
    let speaker = PartyRow {
        until,
        ..party("reporter", &me)
    };
    rows.parties = vec![speaker, party("subject", &other)];
    if filing.asks_subject {
        let relation = relation.to_owned();
        rows.tasks
            .push(row(filing, &Task::SubjectAgrees { relation }, seal));
    }
    rows
}

/// The row of a task of this request.
fn row(filing: &Filing<'_>, task: &Task, seal: &Seal) -> TaskRow {
    task_row(filing.request, task, seal, filing.now)
}

/// The row of a task of a request.
pub fn task_row(request: &RequestId, task: &Task, seal: &Seal, now: Moment) -> TaskRow {
    TaskRow {
        id: PersonId::new(now).0,
        request: request.0.clone(),
        kind: task.code().to_owned(),
        about: seal.seal_json(task),
        at: micros(now),
    }
}

/// Enters one person with what they told.
fn enter(filing: &Filing<'_>, party: Party, seal: &Seal, rows: &mut PeopleRows) -> PersonId {
    let at = micros(filing.now);
    let (id, root) = party.known.unwrap_or_else(|| {
        let id = PersonId::new(filing.now);
        (id.clone(), id)
    });
    rows.persons.push(PersonRow {
        id: id.0.clone(),
        at,
    });
    let (own, others): (Vec<Known>, Vec<Known>) =
        party.around.into_iter().partition(|k| k.person == root);
    let mut all: Vec<(Fact, Basis)> = own.iter().map(|k| (k.fact.clone(), k.basis)).collect();
    for fact in party.told {
        if own.iter().any(|k| k.fact == fact) {
            continue;
        }
        let fresh = PersonId::new(filing.now).0;
        let old = own.iter().find(|k| k.fact.contradicts(&fact));
        if let Some(old) = old {
            let side = |id: &str, fact: &Fact| Side {
                id: id.to_owned(),
                value: fact.value.expose().clone(),
            };
            let task = Task::Which {
                kind: fact.kind.code().to_owned(),
                old: side(&old.id, &old.fact),
                new: side(&fresh, &fact),
            };
            rows.tasks.push(row(filing, &task, seal));
        }
        rows.facts.push(FactRow {
            id: fresh,
            person: id.0.clone(),
            kind: fact.kind.code().to_owned(),
            tag: fact.tag(seal),
            value: fact.sealed(seal),
            basis: Basis::Claimed.code(),
            source: match fact.kind {
                Kind::Household => "register".to_owned(),
                _ => format!("request:{}", filing.request),
            },
            at,
        });
        all.push((fact, Basis::Claimed));
    }
    propose(filing, &root, &all, others, rows);
    id
}

/// Asks about everybody who may be the same person.
fn propose(
    filing: &Filing<'_>,
    root: &PersonId,
    own: &[(Fact, Basis)],
    others: Vec<Known>,
    rows: &mut PeopleRows,
) {
    let mut people: BTreeMap<PersonId, Vec<(Fact, Basis)>> = BTreeMap::new();
    for known in others {
        let facts = people.entry(known.person).or_default();
        facts.push((known.fact, known.basis));
    }
    for (other, facts) in people {
        let found = likeness(own, &facts);
        if !found.is_worth_asking() {
            continue;
        }
        let codes: Vec<&str> = found.reasons.iter().map(|r| r.code()).collect();
        // Ids rise with time.
        let (elder, younger) = if other < *root {
            (&other, root)
        } else {
            (root, &other)
        };
        rows.merges.push(MergeRow {
            id: PersonId::new(filing.now).0,
            elder: elder.0.clone(),
            younger: younger.0.clone(),
            score: i64::from(found.score),
            reasons: serde_json::to_string(&codes).expect("plain data"),
            request: filing.request.0.clone(),
            at: micros(filing.now),
        });
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::clock::moment;

    fn fact(kind: Kind, value: &str) -> Fact {
        Fact::new(kind, value).unwrap()
    }

    fn known(person: &str, kind: Kind, value: &str) -> Known {
        Known {
            id: format!("{person}-{}", kind.code()),
            person: person.into(),
            fact: fact(kind, value),
            basis: Basis::Claimed,
        }
    }

    fn filed(relation: Option<&str>, reporter: Party, subject: Party) -> PeopleRows {
        let filing = Filing {
            request: &RequestId("r1".into()),
            address: "telegram/main/42",
            relation,
            asks_subject: true,
            tasks: Vec::new(),
            now: moment(1_000_000),
        };
        file(&filing, reporter, subject, &Seal::new(b"one"))
    }

    #[test]
    fn whoever_writes_first_becomes_a_person_with_what_they_told() {
        let party = Party {
            told: vec![fact(Kind::Phone, "13812345670"), fact(Kind::Name, "王秀英")],
            ..Party::default()
        };
        let rows = filed(None, party, Party::default());
        assert_eq!(
            (rows.persons.len(), rows.chats.len(), rows.facts.len()),
            (1, 1, 2)
        );
        let roles: Vec<_> = rows.parties.iter().map(|p| (p.role, p.until)).collect();
        assert_eq!(roles, [("reporter", None), ("subject", None)]);
        assert!(rows.tasks.is_empty() && rows.merges.is_empty());
        assert!(!format!("{rows:?}").contains("13812345670"));
    }

    #[test]
    fn what_contradicts_is_kept_beside_and_asked_about() {
        let me = Party {
            known: Some(("p1".into(), "p0".into())),
            told: vec![fact(Kind::Name, "王秀兰"), fact(Kind::Phone, "13900000000")],
            around: vec![
                known("p0", Kind::Name, "王秀英"),
                known("p0", Kind::Phone, "13812345670"),
            ],
        };
        let rows = filed(None, me, Party::default());
        assert_eq!(rows.facts.len(), 2, "both values stay");
        assert!(rows.facts_ended.is_empty() && rows.chats.is_empty());
        let kinds: Vec<_> = rows.tasks.iter().map(|t| t.kind.as_str()).collect();
        assert_eq!(kinds, ["which"]);
        assert!(
            rows.facts.iter().all(|f| f.person == "p1"),
            "merged, yet apart"
        );
    }

    #[test]
    fn what_was_told_before_is_no_news() {
        let me = Party {
            known: Some(("p1".into(), "p1".into())),
            told: vec![fact(Kind::Name, "王秀英")],
            around: vec![known("p1", Kind::Name, "王秀英")],
        };
        let rows = filed(None, me, Party::default());
        assert!(rows.facts.is_empty() && rows.tasks.is_empty());
    }

    #[test]
    fn somebody_who_looks_the_same_is_proposed_and_nobody_else() {
        let me = Party {
            known: None,
            told: vec![fact(Kind::Name, "王秀英"), fact(Kind::Phone, "13812345670")],
            around: vec![
                known("a", Kind::Phone, "13812345670"),
                known("a", Kind::Name, "王秀英"),
                known("b", Kind::Phone, "13812345670"),
                known("b", Kind::Name, "李梅"),
            ],
        };
        let rows = filed(None, me, Party::default());
        let [merge] = rows.merges.as_slice() else {
            panic!("one is proposed: {:?}", rows.merges)
        };
        let pair = [&merge.elder, &merge.younger];
        assert!(pair.contains(&&"a".to_owned()) && pair.contains(&&rows.persons[0].id));
        assert_eq!(
            (merge.score, merge.reasons.as_str()),
            (70, r#"["same_phone_and_name"]"#)
        );
    }

    #[test]
    fn who_speaks_for_another_is_kept_apart_for_a_time_and_the_other_is_asked() {
        let reporter = Party {
            told: vec![fact(Kind::Phone, "13812345670")],
            ..Party::default()
        };
        let subject = Party {
            told: vec![fact(Kind::Name, "王秀英")],
            ..Party::default()
        };
        let rows = filed(Some("mother"), reporter, subject);
        let [speaker, other] = rows.parties.as_slice() else {
            panic!("two")
        };
        assert_ne!(speaker.person, other.person);
        assert!(speaker.until.is_some() && other.until.is_none());
        assert_eq!(other.relation.as_deref(), Some("mother"));
        let of = |person: &str| rows.facts.iter().filter(|f| f.person == person).count();
        assert_eq!((of(&speaker.person), of(&other.person)), (1, 1));
        assert_eq!(rows.chats.len(), 1);
        assert_eq!(rows.tasks[0].kind, "subject_agrees");
    }
}
