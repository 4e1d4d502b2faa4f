//! A draft beside what is in force: saved whole, one revision after the other.

use super::{Kind, Paper};
use crate::clock::{Moment, micros, moment};
use crate::store::drafts::DraftRow;
use crate::store::{Db, StoreError, drafts};

/// A draft somebody works on.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// Its number; the next saving has the next one.
    pub revision: i64,
    /// The version it began from.
    pub base: u32,
    /// The whole text.
    pub body: String,
    /// Everybody who saved since it began, the last one last.
    pub authors: Vec<String>,
    /// When it was saved.
    pub at: Moment,
}

/// What stands in the table for a kind.
pub(super) struct Standing {
    /// Number of the newest saving, also of an ended draft; 0 for none.
    pub(super) revision: i64,
    pub(super) draft: Option<Draft>,
}

/// The newest draft of a kind.
pub(super) async fn standing(db: &Db, kind: Kind) -> Result<Standing, StoreError> {
    let row = drafts::newest(db, kind.code()).await?;
    Ok(Standing {
        revision: row.as_ref().map_or(0, |row| row.revision),
        draft: row.and_then(|row| {
            let authors = row.authors.clone();
            Some(Draft {
                revision: row.revision,
                base: row.base as u32,
                body: row.body?,
                authors: names(&authors),
                at: moment(row.saved_at),
            })
        }),
    })
}

/// The draft of a kind, read; `None` without one that can be.
pub(super) async fn paper(db: &Db, kind: Kind) -> Result<Option<Paper>, StoreError> {
    let draft = standing(db, kind).await?.draft;
    Ok(draft.and_then(|draft| Paper::read(kind, &draft.body).ok()))
}

/// The text somebody looked at: a revision, or what is in force for an ended one.
pub(super) async fn seen(
    db: &Db,
    kind: Kind,
    revision: i64,
    live: &str,
) -> Result<Option<String>, StoreError> {
    if revision == 0 {
        return Ok(Some(live.to_owned()));
    }
    let row = drafts::at(db, kind.code(), revision).await?;
    Ok(row.map(|row| row.body.unwrap_or_else(|| live.to_owned())))
}

/// The next saving. `None` as text ends the draft.
pub(super) fn row(
    kind: Kind,
    standing: &Standing,
    live: u32,
    body: Option<String>,
    actor: &str,
    now: Moment,
) -> DraftRow {
    let draft = standing.draft.as_ref();
    let mut authors = draft.map(|d| d.authors.clone()).unwrap_or_default();
    authors.retain(|name| name != actor);
    authors.push(actor.to_owned());
    DraftRow {
        kind: kind.code().into(),
        revision: standing.revision + 1,
        base: i64::from(draft.map_or(live, |d| d.base)),
        body,
        authors: serde_json::to_string(&authors).expect("a list of texts"),
        saved_at: micros(now),
    }
}

/// A stored list of names; an unreadable one counts as one unknown person.
pub(super) fn names(stored: &str) -> Vec<String> {
    serde_json::from_str(stored).unwrap_or_else(|_| vec![String::new()])
}
