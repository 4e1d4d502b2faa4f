//! From a worker's correction to a proposed example.

use crate::clock::{Moment, micros};
use crate::people::anonymous::anonymous;
use crate::requests::case::Case;
use crate::seal::Seal;
use crate::store::rows::CorrectionRow;
use crate::world::World;

/// Characters that are kept.
const LONGEST: usize = 200;

/// The proposal of a case that `was` another service until now. None for
/// restricted matters: their words stay where they are.
pub fn propose(
    case: &Case,
    was: &str,
    world: &World,
    seal: &Seal,
    now: Moment,
) -> Option<CorrectionRow> {
    let catalogue = &world.catalogue(case.versions.0).catalogue;
    let restricted = |code: &str| catalogue.service(code).is_some_and(|s| s.restricted);
    if case.restricted || restricted(was) || case.service == was {
        return None;
    }
    let words = masked(case, world);
    (!words.is_empty()).then(|| CorrectionRow {
        request: case.id.0.clone(),
        at: micros(now),
        was: was.to_owned(),
        service: case.service.clone(),
        words: seal.seal(words.as_bytes()),
    })
}

fn masked(case: &Case, world: &World) -> String {
    let mut words = case.story.words.join("，");
    if let Some(name) = case.story.sender.as_deref().map(str::trim)
        && name.chars().count() >= 2
    {
        words = words.replace(name, "[姓名]");
    }
    let places = world.tree.every().map(|unit| unit.name.as_str());
    let words = anonymous(&words, places);
    words.trim().chars().take(LONGEST).collect()
}
