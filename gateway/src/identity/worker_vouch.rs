//! A worker attests at the door, or at the counter, who somebody is: as good as a
//! face, and never worse treated. Place and time stand in the record.
//!
//! Whether this worker may act on the request is decided before.

use super::{Claim, Doubt, Outcome, Verifier};
use crate::app::Core;
use crate::clock::Moment;
use crate::store::StoreError;
use async_trait::async_trait;
use chrono::TimeDelta;
use menus::Assurance;

/// The verifier.
pub struct WorkerVouch;

#[async_trait]
impl Verifier for WorkerVouch {
    fn name(&self) -> &'static str {
        "worker_vouch"
    }

    fn reaches(&self) -> Assurance {
        Assurance::L3
    }

    fn lasts(&self) -> TimeDelta {
        TimeDelta::days(365)
    }

    async fn check(
        &self,
        _: &Core,
        _: &str,
        claim: Claim<'_>,
        _: Moment,
    ) -> Result<Outcome, StoreError> {
        Ok(match claim {
            Claim::Seen { place } if !place.trim().is_empty() => Outcome::Match,
            Claim::Seen { .. } => Outcome::CannotSay(Doubt::Over),
            _ => Outcome::CannotSay(Doubt::NotMine),
        })
    }
}
