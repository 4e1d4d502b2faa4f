//! What a sheet says about who the resident is: what was proved, and what is
//! left for the visit.

use crate::app::Core;
use crate::clock::Moment;
use crate::conversation::moment_words;
use crate::identity::proof::{self, Body, Proof};
use crate::identity::worker_vouch::WorkerVouch;
use crate::identity::{self, Claim, Outcome, Verifier};
use crate::ids::WorkerId;
use crate::intake::plain_words;
use crate::people::mask;
use crate::requests::act::Act;
use crate::requests::case::Case;
use crate::requests::notify::offset;
use crate::store::proofs::ProofRow;
use crate::store::{StoreError, checks};
use crate::territory::Worker;
use crate::texts;
use crate::world::World;
use menus::{Assurance, Lang};

/// The record of an act that attests who somebody is. Of a person somebody else
/// wrote for, it stands with the request alone.
pub(super) async fn vouched(
    core: &Core,
    case: &Case,
    worker: &Worker,
    act: &Act,
    now: Moment,
) -> Result<Option<ProofRow>, StoreError> {
    let Act::Vouch { place } = act else {
        return Ok(None);
    };
    let own = case.story.for_other.is_none();
    let address = own.then(|| case.address.to_string());
    let address = address.as_deref().unwrap_or("-");
    let claim = Claim::Seen { place };
    if WorkerVouch.check(core, address, claim, now).await? != Outcome::Match {
        return Ok(None);
    }
    let body = Body {
        place: Some(plain_words(place).trim().to_owned()),
        ..Body::default()
    };
    let (by, about) = (format!("worker:{}", worker.id), Some(case.id.as_str()));
    let row = proof::row(core, address, &WorkerVouch, (&by, about), &body, now);
    Ok(Some(row))
}

/// Label and words, or `None` where nobody need be known and nothing was proved.
pub(super) async fn line(
    core: &Core,
    world: &World,
    case: &Case,
    lang: Lang,
    now: Moment,
) -> Result<Option<(String, String)>, StoreError> {
    let proofs = proof::standing(core, &case.address.to_string(), case.id.as_str(), now).await?;
    let catalogue = &world.catalogue(case.versions.0).catalogue;
    let service = catalogue.service(&case.service);
    let needs = service.map_or(Assurance::L0, |s| s.assurance);
    let mut parts: Vec<String> = proofs.iter().map(|p| proved(p, world, lang)).collect();
    for verifier in checks::open(&core.db, case.id.as_str()).await? {
        let key = format!("desk.identity.{verifier}_waiting");
        parts.push(texts::text(lang, &key).to_owned());
    }
    if proof::reached(&proofs) < needs {
        let key = match needs {
            Assurance::L0 | Assurance::L1 => "desk.identity.phone",
            Assurance::L2 => "desk.identity.document",
            Assurance::L3 => "desk.identity.person",
        };
        parts.push(texts::text(lang, key).to_owned());
    }
    let label = texts::text(lang, "desk.identity.label").to_owned();
    Ok((!parts.is_empty()).then(|| (label, parts.join(texts::text(lang, "desk.identity.and")))))
}

fn proved(proof: &Proof, world: &World, lang: Lang) -> String {
    let at = moment_words(proof.at, offset(), lang);
    let by = proof.actor.strip_prefix("worker:").map(WorkerId::from);
    let by = by.map_or_else(String::new, |w| {
        world.worker_name(&w).unwrap_or(w.as_str()).to_owned()
    });
    // Also where the answer was no: what was asked about is of the same kind.
    let masked: fn(&str) -> String =
        match identity::verifier(&proof.verifier).map(Verifier::reaches) {
            Some(Assurance::L2 | Assurance::L3) => mask::id_number,
            _ => mask::phone,
        };
    let subject = proof.body.subject.as_deref().map(masked);
    let values = [
        ("at", at.as_str()),
        ("who", by.as_str()),
        ("place", proof.body.place.as_deref().unwrap_or_default()),
        ("subject", subject.as_deref().unwrap_or_default()),
    ];
    let answer = proof.body.answer.as_ref();
    let answer = answer.map_or_else(String::new, |answer| format!("_{answer}"));
    let key = format!("desk.identity.{}{answer}", proof.verifier);
    texts::fill(lang, &key, &values)
}
