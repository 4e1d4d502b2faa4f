//! What a sheet says about who the resident is: what was proved, and what is
//! left for the visit.

use crate::app::Core;
use crate::clock::Moment;
use crate::conversation::moment_words;
use crate::identity::proof::{self, Proof};
use crate::ids::WorkerId;
use crate::people::mask;
use crate::requests::case::Case;
use crate::requests::notify::offset;
use crate::store::StoreError;
use crate::texts;
use crate::world::World;
use menus::{Assurance, Lang};

/// Label and words, or `None` where nobody need be known and nothing was proved.
pub(super) async fn line(
    core: &Core,
    world: &World,
    case: &Case,
    lang: Lang,
    now: Moment,
) -> Result<Option<(String, String)>, StoreError> {
    let proofs = proof::standing(core, &case.address.to_string(), now).await?;
    let catalogue = &world.catalogue(case.versions.0).catalogue;
    let service = catalogue.service(&case.service);
    let needs = service.map_or(Assurance::L0, |s| s.assurance);
    let mut parts: Vec<String> = proofs.iter().map(|p| proved(p, world, lang)).collect();
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
    let masked: fn(&str) -> String = match proof.level {
        Assurance::L0 | Assurance::L1 => mask::phone,
        Assurance::L2 | Assurance::L3 => mask::id_number,
    };
    let subject = proof.body.subject.as_deref().map(masked);
    let values = [
        ("at", at.as_str()),
        ("who", by.as_str()),
        ("subject", subject.as_deref().unwrap_or_default()),
    ];
    texts::fill(lang, &format!("desk.identity.{}", proof.verifier), &values)
}
