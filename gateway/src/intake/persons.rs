//! Filing a fresh request under its persons: what has to be read for it.
//!
//! What follows from it is `people::persons::file`'s.

use super::resident::Stepped;
use crate::app::Core;
use crate::clock::{Moment, micros};
use crate::conversation::accord::{Consent, means};
use crate::ids::{DraftId, PersonId, RequestId};
use crate::people::persons::fact::{Basis, Fact, Known};
use crate::people::persons::file::{Filing, Party, file, task_row, told};
use crate::people::persons::task::{Task, tasks};
use crate::requests::case::Case;
use crate::requests::event::Class;
use crate::seal::Seal;
use crate::store::person_rows::{ConsentRow, PeopleRows, RevokeRow};
use crate::store::persons::{self, Counted};
use crate::store::{Db, StoreError};
use crate::world::World;

/// The rows that file a case which was just opened; `before` is what others
/// that were opened with it gave.
pub(crate) async fn filed(
    core: &Core,
    world: &World,
    case: &Case,
    before: &PeopleRows,
    now: Moment,
) -> Result<PeopleRows, StoreError> {
    let (db, seal) = (&core.db, &core.seal);
    if nobody_knows(case) {
        return Ok(PeopleRows::default());
    }
    let catalogue = &world.catalogue(case.versions.0).catalogue;
    let means = catalogue.service(&case.service).is_some_and(means);
    let told = told(&case.story);
    let address = case.address.to_string();
    let relation = case.story.for_other.as_deref();
    // Entered a moment ago, with another request of the same message.
    let fresh = before.chats.iter().find(|c| c.address == address);
    let me = match fresh.map(|c| c.person.clone()) {
        Some(id) => Some(Counted {
            root: id.clone(),
            id,
        }),
        None => persons::of_chat(db, &address).await?,
    };
    let mut subject = Party::default();
    if let Some(relation) = relation {
        let known = match &me {
            Some(me) => persons::spoken_for(db, &me.id, relation, micros(now)).await?,
            None => None,
        };
        subject = party(db, seal, known, told.subject).await?;
        // Another child, another neighbour: whoever tells of somebody else does
        // not contradict themselves.
        if contradicts(&subject) {
            subject.known = None;
        }
    }
    let mut reporter = party(db, seal, me, told.reporter).await?;
    if fresh.is_some() {
        reporter.told.clear();
    }
    let filing = Filing {
        request: &case.id,
        address: &address,
        relation,
        asks_subject: case.class() < Class::Hunger && !case.restricted,
        tasks: tasks(&case.story, means),
        now,
    };
    Ok(file(&filing, reporter, subject, seal))
}

/// Whether nobody is to know who told it: then nobody is written down, neither
/// for this request nor for one that is split from it.
pub(crate) fn nobody_knows(case: &Case) -> bool {
    case.story.accord.anonymous && (case.restricted || case.class() == Class::Crisis)
}

/// The row of something told or agreed to.
pub(super) fn consented(
    step: &Stepped,
    consent: Consent,
    yes: bool,
    draft: Option<DraftId>,
    now: Moment,
) -> ConsentRow {
    ConsentRow {
        id: PersonId::new(now).0,
        address: step.address.to_string(),
        kind: consent.code(),
        version: i64::from(consent.version()),
        given: i64::from(yes),
        draft: draft.map(|draft| draft.0),
        at: micros(now),
    }
}

/// An agreement taken back: whoever works on an open request is told.
pub(super) fn revoked(step: &Stepped, consent: Consent, seal: &Seal, now: Moment) -> PeopleRows {
    let mut rows = PeopleRows::default();
    rows.revoked.push(RevokeRow {
        address: step.address.to_string(),
        kind: consent.code(),
        at: micros(now),
    });
    let open = step.own().filter(|b| b.closed_at.is_none());
    let task = Task::Withdrawn { consent };
    rows.tasks = open
        .map(|b| task_row(&RequestId(b.id.clone()), &task, seal, now))
        .collect();
    rows
}

fn contradicts(party: &Party) -> bool {
    let root = party.known.as_ref().map(|known| &known.1);
    let own = party.around.iter().filter(|k| Some(&k.person) == root);
    own.into_iter()
        .any(|k| party.told.iter().any(|fact| k.fact.contradicts(fact)))
}

async fn party(
    db: &Db,
    seal: &Seal,
    known: Option<Counted>,
    told: Vec<Fact>,
) -> Result<Party, StoreError> {
    use crate::people::persons::Kind::{Document, Phone};
    // A name alone is shared by too many to look for.
    let found_by = told.iter().filter(|f| matches!(f.kind, Document | Phone));
    let tags: Vec<String> = found_by.flat_map(|f| f.tags(seal)).collect();
    if tags.is_empty() && known.is_none() {
        return Ok(Party {
            told,
            ..Party::default()
        });
    }
    let own = known.as_ref().map_or("", |k| k.id.as_str());
    let rows = persons::facts_around(db, &tags, own).await?;
    // What cannot be opened cannot be compared; it stays as it is.
    let around = rows.into_iter().filter_map(|row| {
        Some(Known {
            fact: Fact::open(&row.value_sealed, seal).ok()?,
            id: row.id,
            person: PersonId(row.person),
            basis: Basis::from_code(row.basis),
        })
    });
    Ok(Party {
        around: around.collect(),
        known: known.map(|k| (PersonId(k.id), PersonId(k.root))),
        told,
    })
}
