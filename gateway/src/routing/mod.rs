//! Who is responsible for a request, and why, in words.
//!
//! Pure: the same question, tree and roster give the same answer. Nothing is
//! stored or sent. [`responsible`] names lead, copy and the people told at
//! once; [`target`] names whom a step of the escalation ladder reaches.
//!
//! The rules, in this order: restricted cases go to the district duty desk and
//! nobody else, complaints above the person complained of; danger goes to the
//! duty desk of the place where it is; everything else follows the service's
//! route (registration, residence, place). A missing place is replaced by the
//! next best one, a missing worker by the deputy, the street, the district.

mod desk;
mod duty;
mod rank;
mod reason;
mod scene;
#[cfg(test)]
mod tests;
pub mod trial;

pub use crate::requests::event::Class;
pub use menus::Place;
pub use rank::{Rank, passed_over, role_of, target};
pub use reason::{Code, Note, Reason};
pub use scene::{Loads, Scene};

use crate::ids::{UnitId, WorkerId};
use crate::territory::{OUTSIDE, Role, Roster, Tree, Unit, UnitKind};
use desk::Found;

/// Services whose danger a neighbour can look at within minutes: the grid
/// worker is told together with the duty desk.
pub const GRID_TOLD: [&str; 4] = ["CRI-UNRESP", "CRI-MISSING", "CRI-FIREGAS", "CRI-MEDICAL"];

/// Everything routing has to know of a request.
#[derive(Clone, Debug)]
pub struct Question {
    /// Code of the service.
    pub service: String,
    /// The route of the service.
    pub lead: Place,
    pub copy: Option<Place>,
    /// The role that handles the service.
    pub role: Role,
    pub class: Class,
    /// Units, each `None` when unknown and [`OUTSIDE`] when known to be
    /// elsewhere. A code that is not in the tree counts as elsewhere.
    pub hukou: Option<UnitId>,
    pub residence: Option<UnitId>,
    pub location: Option<UnitId>,
    /// The street the resident chose when asked where they belong.
    pub chosen_street: Option<UnitId>,
    /// A worker the resident knows; preferred among equals.
    pub known_worker: Option<WorkerId>,
    pub scene: Scene,
}

impl Question {
    /// The question for a service of the catalogue, with no place known yet. A
    /// role this version does not know is the coordinator's.
    pub fn of(service: &menus::Service, class: Class, mut scene: Scene) -> Self {
        scene.restricted |= service.restricted;
        Self {
            service: service.code.to_string(),
            lead: service.route.lead,
            copy: service.route.copy,
            role: Role::parse(&service.role).unwrap_or(Role::Coord),
            class,
            hukou: None,
            residence: None,
            location: None,
            chosen_street: None,
            known_worker: None,
            scene,
        }
    }
}

/// A desk, and who of it is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Desk {
    pub unit: UnitId,
    pub role: Role,
    /// `None` when nobody may or can take it; the reason's notes say so.
    pub worker: Option<WorkerId>,
    /// Whether that worker is on duty at this moment.
    pub on_duty: bool,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Responsible {
    /// Owns the case and contacts the resident.
    pub lead: Desk,
    /// Sees it, may add, and is asked when the lead stays silent.
    pub copy: Option<Desk>,
    /// Told at once, beside the lead.
    pub told: Vec<Desk>,
    /// The lead hands the papers to another city and stays the contact.
    pub forward: bool,
    pub reason: Reason,
}

/// Who leads, who gets a copy and who is told, with the reason. `None` only
/// when the tree has no unit at all.
pub fn responsible(question: &Question, tree: &Tree, roster: &Roster) -> Option<Responsible> {
    let router = Router {
        q: question,
        tree,
        roster,
    };
    if question.scene.restricted {
        router.restricted()
    } else if question.class == Class::Crisis {
        router.crisis()
    } else {
        router.ordinary()
    }
}

/// Which of the person's places was used in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Used {
    Hukou,
    Residence,
    Location,
    Street,
}

struct Router<'a> {
    q: &'a Question,
    tree: &'a Tree,
    roster: &'a Roster,
}

impl<'a> Router<'a> {
    fn code(&self, place: Used) -> Option<&'a UnitId> {
        match place {
            Used::Hukou => self.q.hukou.as_ref(),
            Used::Residence => self.q.residence.as_ref(),
            Used::Location => self.q.location.as_ref(),
            Used::Street => self.q.chosen_street.as_ref(),
        }
    }

    fn unit(&self, place: Used) -> Option<&'a Unit> {
        self.code(place).and_then(|code| self.tree.current(code))
    }

    /// Known to be in another city.
    fn outside(&self, place: Used) -> bool {
        self.code(place)
            .is_some_and(|c| c.as_str() == OUTSIDE || self.tree.current(c).is_none())
    }

    /// The first known place of the list.
    fn first(&self, order: &[Used]) -> Option<(Used, &'a Unit)> {
        order
            .iter()
            .find_map(|&place| self.unit(place).map(|unit| (place, unit)))
    }

    fn restricted(&self) -> Option<Responsible> {
        let scene = &self.q.scene;
        let complained_of = scene
            .complained_of
            .as_ref()
            .and_then(|id| self.roster.get(id));
        let (code, found) = if let Some(worker) = complained_of {
            let found = duty::above(worker, scene, self.tree, self.roster)?;
            (Code::AboveComplained, found)
        } else {
            let place = self.first(&danger_order(self.q.lead));
            let code = place.map(|(_, unit)| &unit.code);
            if let Some(found) = duty::keeper(code, scene, self.tree, self.roster) {
                (Code::District, found)
            } else {
                let found = duty::desk(code, scene, self.tree, self.roster)?;
                (Code::Restricted, found)
            }
        };
        let reason = reason::of(code, &found, None, "", self.tree);
        Some(Responsible {
            lead: found.desk,
            copy: None,
            told: Vec::new(),
            forward: false,
            reason,
        })
    }

    fn crisis(&self) -> Option<Responsible> {
        let place = self.first(&danger_order(self.q.lead)).map(|(_, unit)| unit);
        let code = place.map(|unit| &unit.code);
        let mut found = duty::desk(code, &self.q.scene, self.tree, self.roster)?;
        let mut told = Vec::new();
        if GRID_TOLD.contains(&self.q.service.as_str()) {
            told = place.map_or_else(Vec::new, |unit| self.neighbours(unit));
            told.retain(|desk| desk.worker != found.desk.worker);
            if told.is_empty() {
                found.notes.push(Note::NoGridWorker);
            }
        }
        let (code, name) = match place {
            Some(unit) => (Code::CrisisHere, self.tree.full_name(&unit.code)),
            None => (Code::CrisisPlaceUnknown, String::new()),
        };
        let reason = reason::of(code, &found, None, &name, self.tree);
        Some(Responsible {
            lead: found.desk,
            copy: None,
            told,
            forward: false,
            reason,
        })
    }

    /// Grid workers of the grid, or of every grid of the community. A wider
    /// place tells nobody: a whole street is not a neighbourhood.
    fn neighbours(&self, place: &Unit) -> Vec<Desk> {
        let Some(community) = self.tree.community_of(&place.code) else {
            return Vec::new();
        };
        let mut units = vec![place];
        if place.kind == UnitKind::Community {
            units.extend(self.tree.children(&place.code));
        }
        let mut desks = self.grid_desks(&units);
        if desks.is_empty() && place.code != community.code {
            desks = self.grid_desks(&[community]);
        }
        desks
    }

    fn grid_desks(&self, units: &[&Unit]) -> Vec<Desk> {
        let scene = &self.q.scene;
        let mut desks: Vec<Desk> = Vec::new();
        for unit in units {
            for worker in self.roster.present(&unit.code, Role::Grid, scene.at) {
                if !scene.bars(worker) {
                    desks.push(Desk {
                        unit: unit.code.clone(),
                        role: Role::Grid,
                        worker: Some(worker.id.clone()),
                        on_duty: worker.on_duty(scene.at, scene.open),
                    });
                }
            }
        }
        desks
    }

    fn ordinary(&self) -> Option<Responsible> {
        let chosen = self.first(&order(self.q.lead));
        let place = chosen.map(|(_, unit)| unit);
        let lead = desk::find(self.q.role, place, self.q, self.tree, self.roster)?;
        let copy = self.copy(chosen, &lead);
        let (code, forward) = self.code_of(chosen, copy.as_ref());
        let name = place.map_or_else(String::new, |unit| self.tree.full_name(&unit.code));
        let reason = reason::of(code, &lead, copy.as_ref(), &name, self.tree);
        let told = if self.q.class == Class::Hunger {
            let place = place.map(|unit| &unit.code);
            duty::desk(place, &self.q.scene, self.tree, self.roster)
                .map(|found| found.desk)
                .filter(|desk| *desk != lead.desk)
                .into_iter()
                .collect()
        } else {
            Vec::new()
        };
        Some(Responsible {
            lead: lead.desk,
            copy,
            told,
            forward,
            reason,
        })
    }

    /// The desk of the second place, unless it is the same community or desk.
    fn copy(&self, lead: Option<(Used, &'a Unit)>, found: &Found) -> Option<Desk> {
        let place = self.unit(self.q.copy.and_then(wanted)?)?;
        let (_, lead_place) = lead?;
        let home = |unit: &Unit| {
            self.tree
                .community_of(&unit.code)
                .map_or(unit.code.clone(), |c| c.code.clone())
        };
        if home(place) == home(lead_place) {
            return None;
        }
        // A partner desk serves both places: then the coordinator of the
        // second place is the one who should know.
        [self.q.role, Role::Coord]
            .into_iter()
            .filter_map(|role| desk::find(role, Some(place), self.q, self.tree, self.roster))
            .map(|copy| copy.desk)
            .find(|copy| (&copy.unit, copy.role) != (&found.desk.unit, found.desk.role))
    }

    fn code_of(&self, chosen: Option<(Used, &'a Unit)>, copy: Option<&Desk>) -> (Code, bool) {
        let Some((used, _)) = chosen else {
            return (Code::PlaceUnknown, false);
        };
        let wanted_place = wanted(self.q.lead);
        if wanted_place.is_some_and(|w| w != used) {
            let code = match used {
                _ if self.q.lead == Place::Hukou && self.outside(Used::Hukou) => Code::HukouOutside,
                Used::Street => Code::ChosenStreet,
                Used::Hukou => Code::HukouInstead,
                Used::Residence => Code::ResidenceInstead,
                Used::Location => Code::LocationInstead,
            };
            return (code, code == Code::HukouOutside);
        }
        let code = match (
            copy,
            self.q.copy.and_then(wanted).and_then(|c| self.unit(c)),
        ) {
            (Some(_), _) => Code::LeadAndCopy,
            (None, Some(_)) => Code::SameCommunity,
            (None, None) if used == Used::Street => Code::ChosenStreet,
            (None, None) if wanted_place.is_none() => Code::District,
            (None, None) => match used {
                Used::Hukou => Code::AtHukou,
                Used::Location => Code::AtLocation,
                Used::Residence | Used::Street => Code::AtResidence,
            },
        };
        (code, false)
    }
}

/// The place a route names, when it names one of the person's.
fn wanted(place: Place) -> Option<Used> {
    match place {
        Place::Hukou => Some(Used::Hukou),
        Place::Residence => Some(Used::Residence),
        Place::Location => Some(Used::Location),
        Place::District | Place::None => None,
    }
}

/// The wanted place first, then the next best.
fn order(lead: Place) -> [Used; 4] {
    use Used::{Hukou, Location, Residence, Street};
    match lead {
        Place::Hukou => [Hukou, Residence, Location, Street],
        Place::Location => [Location, Residence, Street, Hukou],
        Place::Residence | Place::District | Place::None => [Residence, Location, Street, Hukou],
    }
}

/// Danger is where it is now; only a service about somebody's home (nobody
/// answers the door) looks at the residence first.
fn danger_order(lead: Place) -> [Used; 4] {
    use Used::{Hukou, Location, Residence, Street};
    match lead {
        Place::Residence => [Residence, Location, Street, Hukou],
        _ => [Location, Residence, Street, Hukou],
    }
}
