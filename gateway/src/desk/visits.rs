//! Whom a worker may visit today, house by house, to be taken along on paper.
//!
//! Only requests the worker took and has not finished. Names are masked and no
//! number is on it: paper gets lost. Printing it is a reading of all of them.

use super::queue::{chips, leads, service};
use super::view::Chip;
use super::{Access, access};
use crate::app::Core;
use crate::audit;
use crate::clock::{Moment, micros};
use crate::intake::load_cases;
use crate::people::mask;
use crate::requests::case::Case;
use crate::requests::notify;
use crate::requests::status::Status;
use crate::rights::Right;
use crate::store::{Changes, StoreError, requests};
use crate::territory::Worker;
use crate::world::World;
use menus::Lang;
use menus::question::Answer;
use std::collections::BTreeMap;

/// Visits on one list at most.
const MOST: i64 = 200;
/// What a house ends with in an address, the most exact first.
const HOUSES: [&str; 6] = ["号楼", "栋", "幢", "座", "弄", "号"];

/// A house and whom to see there, most pressing first.
#[derive(Clone, Debug)]
pub struct House {
    /// As in the addresses, or the place where nothing more is known.
    pub name: String,
    /// The visits.
    pub visits: Vec<Visit>,
}

/// Somebody to see.
#[derive(Clone, Debug)]
pub struct Visit {
    /// Public reference.
    pub reference: String,
    /// Service name.
    pub service: String,
    /// "crisis", "hunger", "urgent", "normal".
    pub class: &'static str,
    /// Masked name, if known.
    pub who: Option<String>,
    /// The rest of the address, behind the house.
    pub door: String,
    /// The clock that is due next.
    pub chip: Option<Chip>,
    /// Whether the worker said they are coming.
    pub announced: bool,
}

/// The houses of a worker's list, in the order of their names.
pub async fn visits(
    core: &Core,
    worker: &Worker,
    lang: Lang,
    now: Moment,
) -> Result<Vec<House>, StoreError> {
    let world = core.world();
    let rows = requests::of_worker(&core.db, worker.id.as_str(), MOST).await?;
    let ids: Vec<String> = rows.into_iter().map(|row| row.id).collect();
    let mut houses: BTreeMap<String, Vec<Visit>> = BTreeMap::new();
    let mut changes = Changes::at(micros(now));
    for case in load_cases(core, &ids).await?.into_values() {
        let theirs = access(worker, &case, &world, now) == Access::Act;
        if !theirs || !leads(&case, worker) || !case.status().is_active() {
            continue;
        }
        let (name, visit) = visit(&case, worker, &world, lang, now);
        houses.entry(name).or_default().push(visit);
        let (by, about) = (
            format!("worker:{}", worker.id),
            format!("request:{}", case.id),
        );
        changes
            .audit
            .push(audit::line(now, &by, "read.visits", &about));
    }
    core.db.commit(&changes).await?;
    let sorted = |(name, mut visits): (String, Vec<Visit>)| {
        visits.sort_by_key(|v| (v.chip.as_ref().map(|c| c.due), v.reference.clone()));
        House { name, visits }
    };
    Ok(houses.into_iter().map(sorted).collect())
}

fn visit(case: &Case, worker: &Worker, world: &World, lang: Lang, now: Moment) -> (String, Visit) {
    let address = Right::Story
        .allows_worker(worker)
        .then(|| address(case, world))
        .flatten();
    let place = notify::place(case, world);
    let (house, door) = match &address {
        Some(text) => split(text),
        None => (place.as_str(), ""),
    };
    let visit = Visit {
        reference: notify::shown(&case.reference),
        service: service(case, world, lang),
        class: case.class().code(),
        who: case.story.known.name.as_deref().map(mask::name),
        door: door.to_owned(),
        chip: chips(case, world, now)
            .into_iter()
            .filter(|chip| !chip.paused)
            .min_by_key(|chip| chip.due),
        announced: case.status() == Status::Visiting,
    };
    (house.to_owned(), visit)
}

/// Where the person is, as they answered.
fn address(case: &Case, world: &World) -> Option<String> {
    let catalogue = &world.catalogue(case.versions.0).catalogue;
    let fields = &catalogue.service(&case.service)?.fields;
    let asked = fields.iter().filter(|f| f.kind.key() == "address");
    let mut told = asked.filter_map(|f| match case.story.answers.get(&f.key)? {
        Answer::Text(text) | Answer::Place { text, .. } => Some(text.trim().to_owned()),
        _ => None,
    });
    told.find(|text| !text.is_empty())
}

/// House and door of an address.
fn split(address: &str) -> (&str, &str) {
    let end = HOUSES.iter().find_map(|sign| {
        let at = address.find(sign)?;
        Some(at + sign.len())
    });
    let (house, door) = address.split_at(end.unwrap_or(address.len()));
    (
        house.trim(),
        door.trim_start_matches(['，', ',', ' ', '-']).trim(),
    )
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn an_address_is_cut_behind_the_house() {
        for (address, house, door) in [
            ("新桥花园3号楼2单元501", "新桥花园3号楼", "2单元501"),
            ("青石路18号 402室", "青石路18号", "402室"),
            ("云桥里5弄7号", "云桥里5弄", "7号"),
            ("村口老槐树旁", "村口老槐树旁", ""),
            ("", "", ""),
        ] {
            assert_eq!(split(address), (house, door), "{address}");
        }
    }
}
