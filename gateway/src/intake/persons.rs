//! Filing a fresh request under its persons: what has to be read for it.
//!
//! What follows from it is `people::persons::file`'s.

use crate::app::Core;
use crate::clock::Moment;
use crate::ids::PersonId;
use crate::people::persons::fact::{Basis, Fact, Known};
use crate::people::persons::file::{Filing, Party, file, told};
use crate::requests::case::Case;
use crate::requests::event::Class;
use crate::seal::Seal;
use crate::store::person_rows::PeopleRows;
use crate::store::persons::{self, Counted};
use crate::store::{Db, StoreError};

/// The rows that file a case which was just opened.
pub(super) async fn filed(core: &Core, case: &Case, now: Moment) -> Result<PeopleRows, StoreError> {
    let (db, seal) = (&core.db, &core.seal);
    let told = told(&case.story);
    let address = case.address.to_string();
    let relation = case.story.for_other.as_deref();
    let me = persons::of_chat(db, &address).await?;
    let mut subject = Party::default();
    if let Some(relation) = relation {
        let known = match &me {
            Some(me) => persons::spoken_for(db, &me.id, relation).await?,
            None => None,
        };
        subject = party(db, seal, known, told.subject).await?;
        // Another child, another neighbour: whoever tells of somebody else does
        // not contradict themselves.
        if contradicts(&subject) {
            subject.known = None;
        }
    }
    let reporter = party(db, seal, me, told.reporter).await?;
    let filing = Filing {
        request: &case.id,
        address: &address,
        relation,
        asks_subject: case.class() < Class::Hunger && !case.restricted,
        now,
    };
    Ok(file(&filing, reporter, subject, seal))
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
