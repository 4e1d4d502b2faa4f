//! The record of something proved: who, what, which level, when, until when and
//! by whom. What was proved stands in it sealed.

use super::{Verifier, level};
use crate::app::Core;
use crate::clock::{Moment, micros, moment};
use crate::ids::InboundId;
use crate::store::StoreError;
use crate::store::proofs::{self, ProofRow};
use menus::Assurance;
use serde::{Deserialize, Serialize};

/// What stands sealed in the record.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Body {
    /// The number or document it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Where the person was seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// The answer, where it was not a match: "no_match", "cannot_say".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
}

/// Something proved, as it was read.
#[derive(Clone)]
pub struct Proof {
    pub verifier: String,
    pub level: Assurance,
    /// "system" or "worker:<id>".
    pub actor: String,
    pub at: Moment,
    pub until: Moment,
    pub body: Body,
}

/// The record of a look now: at a level if it was a match, at none otherwise.
pub fn row(
    core: &Core,
    address: &str,
    verifier: &dyn Verifier,
    (actor, request): (&str, Option<&str>),
    body: &Body,
    now: Moment,
) -> ProofRow {
    ProofRow {
        id: InboundId::new(now).0,
        address: address.to_owned(),
        verifier: verifier.name().to_owned(),
        level: match body.answer {
            None => super::number(verifier.reaches()),
            Some(_) => 0,
        },
        actor: actor.to_owned(),
        request: request.map(str::to_owned),
        at: micros(now),
        until: micros(now + verifier.lasts()),
        body: core.seal.seal_json(body),
    }
}

/// What was proved about the person of a chat, or for a request, and still
/// holds, oldest first.
pub async fn standing(
    core: &Core,
    address: &str,
    request: &str,
    now: Moment,
) -> Result<Vec<Proof>, StoreError> {
    let stored = proofs::of_chat(&core.db, address, request).await?;
    let holds = stored.into_iter().filter(|p| moment(p.until_at) > now);
    let proofs = holds.map(|p| Proof {
        level: level(p.level),
        at: moment(p.at),
        until: moment(p.until_at),
        body: core.seal.open_json(&p.body_sealed).unwrap_or_default(),
        verifier: p.verifier,
        actor: p.actor,
    });
    Ok(proofs.collect())
}

/// The highest level among them.
pub fn reached(proofs: &[Proof]) -> Assurance {
    let levels = proofs.iter().map(|p| p.level);
    levels.max().unwrap_or(Assurance::L0)
}
