//! The person's own contact card, given with one tap in a messenger that checked
//! the number itself: as good as a code of ours.
//!
//! A card of somebody else, or one the messenger does not vouch for, proves
//! nothing; telling them apart is the channel's work.

use super::{Claim, Doubt, Outcome, Verifier};
use crate::app::Core;
use crate::clock::Moment;
use crate::store::StoreError;
use async_trait::async_trait;
use chrono::TimeDelta;
use menus::Assurance;

/// The verifier.
pub struct ContactCard;

#[async_trait]
impl Verifier for ContactCard {
    fn name(&self) -> &'static str {
        "contact_card"
    }

    fn reaches(&self) -> Assurance {
        Assurance::L1
    }

    fn lasts(&self) -> TimeDelta {
        TimeDelta::days(180)
    }

    async fn check(
        &self,
        _: &Core,
        _: &str,
        claim: Claim<'_>,
        _: Moment,
    ) -> Result<Outcome, StoreError> {
        Ok(match claim {
            Claim::Card { own: true } => Outcome::Match,
            Claim::Card { own: false } => Outcome::CannotSay(Doubt::Over),
            _ => Outcome::CannotSay(Doubt::NotMine),
        })
    }
}
