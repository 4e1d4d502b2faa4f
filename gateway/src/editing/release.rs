//! From a draft to a version: at once, at a moment, or when a second person
//! agrees; and back to a former version.
//!
//! A version is a row that never changes; its number is the primary key, and a
//! release leaves its state by a guarded step in the same transaction. So it
//! happens once, whatever number of processes run, die or restart.

use super::paper::{Kind, Paper};
use super::{Found, draft, places, scenario};
use crate::app::{Core, upkeep};
use crate::audit;
use crate::bus::Hint;
use crate::clock::{Moment, micros, moment};
use crate::ids::OutboxId;
use crate::store::drafts::{ReleaseRow, ReleaseStep};
use crate::store::rows::DocumentRow;
use crate::store::{Changes, StoreError, corrections, documents, drafts};
use chrono::TimeDelta;
use menus::Localized;
use menus::diff::Change;
use serde_json::json;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// For how long a process holds a release that is due.
const LEASE: TimeDelta = TimeDelta::minutes(2);
/// How long the wait for a moment lasts at most before looking again.
const POLL: Duration = Duration::from_secs(2);

/// Where a release stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Waits for a second person.
    Unapproved,
    /// Waits for its moment.
    Planned,
    Published,
    Withdrawn,
    /// Could not be published; the cause says why.
    Failed,
}

impl State {
    fn of(stored: i64) -> Self {
        match stored {
            0 => Self::Unapproved,
            1 => Self::Planned,
            2 => Self::Published,
            3 => Self::Withdrawn,
            _ => Self::Failed,
        }
    }

    pub const fn code(self) -> &'static str {
        match self {
            Self::Unapproved => "unapproved",
            Self::Planned => "planned",
            Self::Published => "published",
            Self::Withdrawn => "withdrawn",
            Self::Failed => "failed",
        }
    }
}

/// A text on its way, or what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Release {
    pub id: String,
    pub state: State,
    pub asked_by: String,
    pub authors: Vec<String>,
    pub approved_by: Option<String>,
    /// When it is to be in force, or was.
    pub at: Moment,
    /// It was asked for a later moment.
    pub planned: bool,
    /// The version it became.
    pub version: Option<u32>,
    /// The version it repeats.
    pub copy_of: Option<u32>,
    pub cause: Option<String>,
    /// Why, in the words of who asked; may be empty.
    pub note: String,
    /// What it changed.
    pub told: Told,
}

/// What a release changed: how much, and the first of it in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    pub count: usize,
    pub first: Vec<Localized>,
}

/// Differences kept in words with a release, and the most of a note, in characters.
const KEPT: usize = 40;
const NOTE: usize = 300;

/// Differences as they are kept with a release.
pub(super) fn told(changes: &[Change]) -> String {
    let pair = |change: &Change| [change.text.zh.to_string(), change.text.en.to_string()];
    let first: Vec<[String; 2]> = changes.iter().take(KEPT).map(pair).collect();
    json!({ "count": changes.len(), "first": first }).to_string()
}

/// A release with why it was asked for.
pub(super) fn noted(row: ReleaseRow, note: &str) -> ReleaseRow {
    let note: String = note.trim().chars().take(NOTE).collect();
    ReleaseRow {
        note: Some(note).filter(|note| !note.is_empty()),
        ..row
    }
}

impl Told {
    fn of(stored: &str) -> Self {
        let stored: serde_json::Value = serde_json::from_str(stored).unwrap_or_default();
        let pair = |pair: &serde_json::Value| {
            let text = |at: usize| pair[at].as_str().unwrap_or_default().to_owned();
            Localized::new(text(0), text(1))
        };
        let first = stored["first"].as_array().into_iter().flatten();
        let count = stored["count"].as_u64().unwrap_or_default();
        Self {
            count: usize::try_from(count).unwrap_or_default(),
            first: first.map(pair).collect(),
        }
    }
}

impl Release {
    pub(super) fn of(row: ReleaseRow) -> Self {
        Self {
            state: State::of(row.state),
            authors: draft::names(&row.authors),
            at: moment(
                row.decided_at
                    .filter(|_| row.state == 2)
                    .unwrap_or(row.publish_at),
            ),
            planned: row.publish_at > row.asked_at,
            version: row.version.map(|v| v as u32),
            copy_of: row.copy_of.map(|v| v as u32),
            id: row.id,
            asked_by: row.asked_by,
            approved_by: row.approved_by,
            cause: row.cause,
            note: row.note.unwrap_or_default(),
            told: row.changes.as_deref().map(Told::of).unwrap_or_default(),
        }
    }

    /// Whether this person may be the second one: they have an account of their
    /// own, and neither wrote nor asked.
    pub fn may_approve(&self, actor: &str) -> bool {
        is_named(actor) && self.asked_by != actor && self.authors.iter().all(|a| a != actor)
    }
}

/// Whether it is known which person an actor is. A one-time link is anybody.
pub(super) fn is_named(actor: &str) -> bool {
    actor.starts_with("admin:")
}

/// What came of publishing.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Outcome {
    InForce(u32),
    /// Another version is in force than the one it was compared with.
    Stale,
    /// It must not be published.
    Grave(Vec<Found>),
}

/// A release that begins.
pub(super) fn fresh(
    kind: Kind,
    (live, body): (u32, String),
    authors: &[String],
    actor: &str,
    now: Moment,
) -> ReleaseRow {
    ReleaseRow {
        id: OutboxId::new(now).0,
        kind: kind.code().into(),
        live: i64::from(live),
        body,
        authors: serde_json::to_string(authors).expect("a list of texts"),
        asked_by: actor.into(),
        asked_at: micros(now),
        publish_at: micros(now),
        ..ReleaseRow::default()
    }
}

/// Puts a release in force now. `stored`: it stands in the table already.
pub(super) async fn publish(
    core: &Core,
    mut row: ReleaseRow,
    stored: bool,
    actor: &str,
) -> Result<Outcome, StoreError> {
    let kind = Kind::ALL.into_iter().find(|k| k.code() == row.kind);
    let kind = kind.expect("only our own kinds are written");
    let now = core.clock.now();
    let newest = documents::newest(&core.db, kind.code()).await?;
    if newest != row.live {
        return Ok(Outcome::Stale);
    }
    let grave = obstacles(core, kind, &row.body).await?;
    if !grave.is_empty() {
        return Ok(Outcome::Grave(grave));
    }
    let version = newest + 1;
    let mut changes = Changes::at(micros(now));
    changes.documents.push(DocumentRow {
        kind: kind.code().into(),
        version,
        body: row.body.clone(),
        at: micros(now),
    });
    let detail = json!({
        "release": row.id, "before": newest, "authors": draft::names(&row.authors),
        "asked_by": row.asked_by, "approved_by": row.approved_by, "copy_of": row.copy_of,
    });
    let subject = format!("{}:{version}", kind.code());
    let line = audit::detailed(now, actor, "document.publish", &subject, &detail);
    changes.audit.push(line);
    end_draft(core, kind, &row, actor, &mut changes).await?;
    if stored {
        changes.release_steps.push(ReleaseStep {
            version: Some(version),
            approved_by: row.approved_by.clone(),
            ..step(&row, 2, now)
        });
    } else {
        row.state = 2;
        row.version = Some(version);
        row.decided_at = Some(micros(now));
        changes.releases.push(row);
    }
    match core.db.commit(&changes).await {
        Ok(_) => {}
        // Somebody else published, or saved, at the same moment.
        Err(StoreError::Conflict) => return Ok(Outcome::Stale),
        Err(error) => return Err(error),
    }
    core.bus.hint(Hint::Reference);
    if let Err(error) = upkeep::reload(core).await {
        tracing::error!(%error, "what was published cannot be read yet");
    }
    Ok(Outcome::InForce(version as u32))
}

/// What keeps a text from being published: something to mend, or a scenario that
/// would come out otherwise.
pub(super) async fn obstacles(
    core: &Core,
    kind: Kind,
    body: &str,
) -> Result<Vec<Found>, StoreError> {
    let read = match core.papers.read(kind, body) {
        Ok(read) => read,
        Err(findings) => return Ok(findings),
    };
    let in_places = places::findings(&read.paper, &core.world().tree);
    let all = read.findings.iter().cloned().chain(in_places);
    let grave: Vec<Found> = all.filter(|found| found.grave).collect();
    if grave.is_empty() {
        scenario::broken(core, &read.paper).await
    } else {
        Ok(grave)
    }
}

/// A draft that says nothing else any more is over.
async fn end_draft(
    core: &Core,
    kind: Kind,
    row: &ReleaseRow,
    actor: &str,
    changes: &mut Changes,
) -> Result<(), StoreError> {
    let standing = draft::standing(&core.db, kind).await?;
    let same = |d: &draft::Draft| Paper::alike(kind, &d.body, &row.body);
    if standing.draft.as_ref().is_some_and(same) {
        let (live, now) = (row.live as u32, core.clock.now());
        let ended = draft::row(kind, &standing, live, None, actor, now);
        changes.drafts.push(ended);
    }
    Ok(())
}

/// A step of a release to another state.
pub(super) fn step(row: &ReleaseRow, state: i64, now: Moment) -> ReleaseStep {
    ReleaseStep {
        id: row.id.clone(),
        before: row.state,
        state,
        approved_by: None,
        version: None,
        cause: None,
        at: micros(now),
    }
}

/// A release that repeats a former version; `None` if there is none.
pub(super) async fn copy(
    core: &Core,
    kind: Kind,
    (live, to): (u32, u32),
    actor: &str,
) -> Result<Option<ReleaseRow>, StoreError> {
    if to >= live {
        return Ok(None);
    }
    let found = corrections::version(&core.db, kind.code(), i64::from(to)).await?;
    Ok(found.map(|(_, body, _)| ReleaseRow {
        copy_of: Some(i64::from(to)),
        ..fresh(kind, (live, body), &[], actor, core.clock.now())
    }))
}

/// Publishes what is due, until the token is cancelled.
pub async fn run(core: Arc<Core>, stop: CancellationToken) -> Result<(), Infallible> {
    let mut hints = core.bus.listen();
    loop {
        match due(&core).await {
            Ok(()) | Err(StoreError::Away(_)) => {}
            Err(error) => tracing::error!(%error, "a planned release cannot be published"),
        }
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            () = tokio::time::sleep(POLL) => {}
            _ = hints.recv() => {}
        }
    }
}

/// Publishes every release whose moment has come, one after the other.
async fn due(core: &Core) -> Result<(), StoreError> {
    let now = core.clock.now();
    // Mostly there is none, and a claim would be a write.
    if drafts::due(&core.db)
        .await?
        .is_none_or(|at| at > micros(now))
    {
        return Ok(());
    }
    while let Some(row) = drafts::claim(&core.db, micros(now), micros(now + LEASE)).await? {
        let cause = match publish(core, row.clone(), true, audit::SYSTEM).await? {
            Outcome::InForce(_) => continue,
            Outcome::Stale => "another version was published meanwhile".to_owned(),
            Outcome::Grave(found) => {
                let texts: Vec<&str> = found.iter().map(|f| &*f.text.en).collect();
                texts.join("; ")
            }
        };
        fail(core, &row, &cause).await?;
    }
    Ok(())
}

/// Sets a release aside, with the reason, for an administrator to see.
async fn fail(core: &Core, row: &ReleaseRow, cause: &str) -> Result<(), StoreError> {
    let now = core.clock.now();
    let mut changes = Changes::at(micros(now));
    changes.release_steps.push(ReleaseStep {
        cause: Some(cause.chars().take(400).collect()),
        ..step(row, 4, now)
    });
    let subject = format!("release:{}", row.id);
    let line = audit::line(now, audit::SYSTEM, "release.failed", &subject);
    changes.audit.push(line);
    match core.db.commit(&changes).await {
        // Withdrawn, or published by another process.
        Ok(_) | Err(StoreError::Conflict) => Ok(()),
        Err(error) => Err(error),
    }
}
