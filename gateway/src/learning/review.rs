//! What waits for an administrator, and their decisions.

use super::{Example, KIND, Lessons, Score};
use crate::app::Core;
use crate::clock::{Moment, micros, moment};
use crate::people::anonymous::anonymous;
use crate::store::corrections::{self, Correction};
use crate::store::rows::{AuditRow, DecisionRow};
use crate::store::{Changes, StoreError};

/// Proposals on one board.
const BATCH: i64 = 12;
/// Accepted examples that are learnt at most.
const MOST: i64 = 5_000;
/// Versions shown.
const VERSIONS: i64 = 10;
/// Characters of an example.
pub(super) const LONGEST: usize = 200;

/// A proposed or accepted example.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// The request it comes from; names it.
    pub request: String,
    /// When it was corrected.
    pub at: Moment,
    /// Code of what it had been taken for.
    pub was: String,
    /// Code of what it is.
    pub service: String,
    /// Words without the person in them.
    pub text: String,
    /// Guard of a decision.
    pub version: i64,
}

/// A published version.
#[derive(Clone, Debug)]
pub struct Version {
    /// Number.
    pub number: u32,
    /// When it was published.
    pub at: Moment,
    /// Examples in it.
    pub examples: usize,
    /// The version it is a copy of.
    pub copy_of: Option<u32>,
    /// Figures before and after.
    pub scores: Option<(Score, Score)>,
}

/// All there is to decide about.
#[derive(Clone, Debug, Default)]
pub struct Board {
    /// The oldest proposals.
    pub proposed: Vec<Proposal>,
    /// How many there are in all.
    pub waiting: i64,
    /// Accepted examples, oldest first.
    pub accepted: Vec<Proposal>,
    /// Newest first; the first is in force.
    pub versions: Vec<Version>,
}

/// What an administrator makes of a proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Learn it, as this text for this service.
    Accept {
        /// Words, perhaps mended.
        text: String,
        /// Code.
        service: String,
    },
    /// Do not; also for what was accepted before.
    Reject,
}

/// What became of a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decided {
    /// It is written.
    Done,
    /// There is none of that name.
    Gone,
    /// It was decided about or changed meanwhile.
    Stale,
    /// There is no such service.
    UnknownService,
    /// No words, or too many.
    BadText,
}

/// Reads the board.
pub async fn board(core: &Core) -> Result<Board, StoreError> {
    let (waiting, _) = corrections::counts(&core.db).await?;
    let mut versions = Vec::new();
    for (number, body, at) in corrections::newest(&core.db, KIND, VERSIONS).await? {
        let number = number as u32;
        let lessons = Lessons::from_json(&body, number).map_err(damaged("documents"))?;
        versions.push(Version {
            number,
            at: moment(at),
            examples: lessons.examples.len(),
            copy_of: lessons.copy_of,
            scores: lessons.scores,
        });
    }
    Ok(Board {
        proposed: read(core, 0, BATCH).await?,
        waiting,
        accepted: read(core, 1, MOST).await?,
        versions,
    })
}

/// Puts one decision on record.
pub async fn decide(
    core: &Core,
    request: &str,
    version: i64,
    decision: &Decision,
) -> Result<Decided, StoreError> {
    let now = core.clock.now();
    let Some(found) = corrections::one(&core.db, request).await? else {
        return Ok(Decided::Gone);
    };
    if found.version != version || !matches!(found.state, 0 | 1) {
        return Ok(Decided::Stale);
    }
    let (state, act, service, words) = match decision {
        Decision::Reject => (2, "correction.reject", found.service, found.words_sealed),
        Decision::Accept { text, service } => {
            let world = core.world();
            let catalogue = &world.newest().catalogue;
            let Some(known) = catalogue.service(service.trim()) else {
                return Ok(Decided::UnknownService);
            };
            // What an administrator typed may name somebody, too.
            let places = world.tree.every().map(|unit| unit.name.as_str());
            let text = anonymous(text.trim(), places);
            if text.is_empty() || text.chars().count() > LONGEST {
                return Ok(Decided::BadText);
            }
            let sealed = core.seal.seal(text.as_bytes());
            let code = known.code.as_str().to_owned();
            (1, "correction.accept", code, sealed)
        }
    };
    let mut changes = Changes::at(micros(now));
    changes
        .audit
        .push(audit(now, act, &format!("correction:{request}")));
    changes.corrections_decided.push(DecisionRow {
        request: request.to_owned(),
        before: version,
        state,
        service,
        words,
        at: micros(now),
    });
    match core.db.commit(&changes).await {
        Ok(_) => Ok(Decided::Done),
        Err(StoreError::Conflict) => Ok(Decided::Stale),
        Err(error) => Err(error),
    }
}

/// What would be learnt now, oldest first.
pub(super) async fn accepted(core: &Core) -> Result<Vec<Example>, StoreError> {
    let accepted = read(core, 1, MOST).await?.into_iter();
    Ok(accepted
        .map(|p| Example {
            request: p.request,
            service: p.service,
            text: p.text,
        })
        .collect())
}

pub(super) fn audit(now: Moment, act: &str, subject: &str) -> AuditRow {
    crate::audit::line(now, crate::app::door::ADMIN, act, subject)
}

pub(super) fn damaged(table: &'static str) -> impl Fn(String) -> StoreError {
    move |why| StoreError::Damaged { table, why }
}

async fn read(core: &Core, state: i64, most: i64) -> Result<Vec<Proposal>, StoreError> {
    let open = |row: Correction| {
        let plain = core.seal.open(&row.words_sealed);
        let plain = plain.map_err(|e| damaged("corrections")(e.to_string()))?;
        Ok(Proposal {
            request: row.request,
            at: moment(row.at),
            was: row.was,
            service: row.service,
            text: String::from_utf8_lossy(&plain).into_owned(),
            version: row.version,
        })
    };
    let rows = corrections::in_state(&core.db, state, most).await?;
    rows.into_iter().map(open).collect()
}
