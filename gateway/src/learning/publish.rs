//! Publishing what was tried, and going back.
//!
//! A version is a row that never changes; the newest is in force in every
//! process. Going back publishes an old version again under a new number.

use super::review::{audit, damaged};
use super::{KIND, Lessons, Refusal, Trial, trial};
use crate::app::{Core, upkeep};
use crate::bus::Hint;
use crate::clock::micros;
use crate::store::rows::DocumentRow;
use crate::store::{Changes, StoreError, corrections, documents};

/// A version that is in force now.
#[derive(Clone, Debug, PartialEq)]
pub struct Published {
    /// Its number.
    pub version: u32,
}

/// Why nothing was published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// Something changed since the trial that was looked at: look again.
    #[error("something changed since it was tried: try again")]
    Stale,
    /// It would make danger less visible.
    #[error("the batch is refused")]
    Refused(Refusal),
    /// There is no such version to go back to.
    #[error("there is no such version")]
    Unknown,
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Publishes the accepted examples. With a `mark` only the very trial that was
/// looked at; it is run again either way, and a refusal stands.
pub async fn publish(core: &Core, mark: Option<&str>) -> Result<Published, PublishError> {
    let Trial {
        examples,
        before,
        after,
        refusal,
        mark: now,
    } = trial(core).await?;
    if mark.is_some_and(|looked_at| looked_at != now) {
        return Err(PublishError::Stale);
    }
    if let Some(refusal) = refusal {
        return Err(PublishError::Refused(refusal));
    }
    let lessons = Lessons {
        version: 0,
        examples,
        copy_of: None,
        scores: Some((before, after)),
    };
    write(core, &lessons, "lessons.publish").await
}

/// Puts an earlier version in force again; 0 is the model as it was shipped.
pub async fn roll_back(core: &Core, to: u32) -> Result<Published, PublishError> {
    let newest = documents::newest(&core.db, KIND).await?;
    if i64::from(to) >= newest {
        return Err(PublishError::Unknown);
    }
    let mut lessons = Lessons::default();
    if to > 0 {
        let found = corrections::version(&core.db, KIND, i64::from(to)).await?;
        let (_, body, _) = found.ok_or(PublishError::Unknown)?;
        lessons = Lessons::from_json(&body, to).map_err(damaged("documents"))?;
    }
    lessons.copy_of = Some(to);
    lessons.scores = None;
    write(core, &lessons, "lessons.roll_back").await
}

async fn write(core: &Core, lessons: &Lessons, act: &str) -> Result<Published, PublishError> {
    let now = core.clock.now();
    let version = documents::newest(&core.db, KIND).await? + 1;
    let mut changes = Changes::at(micros(now));
    changes.documents.push(DocumentRow {
        kind: KIND.into(),
        version,
        body: lessons.to_json(),
        at: micros(now),
    });
    changes
        .audit
        .push(audit(now, act, &format!("lessons:{version}")));
    match core.db.commit(&changes).await {
        Ok(_) => {}
        // Somebody else published at the same moment.
        Err(StoreError::Conflict) => return Err(PublishError::Stale),
        Err(error) => return Err(error.into()),
    }
    core.bus.hint(Hint::Reference);
    // This process reads it at once; the others when they see the hint or look.
    if let Err(error) = upkeep::reload(core).await {
        tracing::error!(%error, "what was published cannot be read yet");
    }
    Ok(Published {
        version: version as u32,
    })
}
