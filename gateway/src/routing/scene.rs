//! What holds for a case whoever is asked next: the moment, whom it must not
//! reach, and what people carry already.

use crate::clock::Moment;
use crate::ids::WorkerId;
use crate::territory::{Role, Worker};
use std::collections::HashMap;
use std::sync::Arc;

/// Open requests by worker; nothing where nobody has a limit.
pub type Loads = Arc<HashMap<WorkerId, u32>>;

/// What holds for a case whoever is asked next.
#[derive(Clone, Debug, Default)]
pub struct Scene {
    pub at: Moment,
    /// Whether the working calendar is open at that moment.
    pub open: bool,
    /// Violence, child, abuse, suicide, complaint: the duty desk only.
    pub restricted: bool,
    /// The one role besides the duty desk that may be given this restricted case.
    pub keeper: Option<Role>,
    /// Household of the person concerned, as in the register.
    pub household: Option<String>,
    /// The worker a complaint is about.
    pub complained_of: Option<WorkerId>,
    /// Open requests by worker, where anybody has a limit.
    pub loads: Loads,
}

impl Scene {
    /// Whether the worker is kept out: own household, or complained of.
    pub fn bars(&self, worker: &Worker) -> bool {
        let own = self.household.is_some() && self.household == worker.household;
        own || self.complained_of.as_ref() == Some(&worker.id)
    }

    /// Whether a case like this may be given to a role at all.
    pub fn suits(&self, role: Role) -> bool {
        !self.restricted || role.sees_restricted() || self.keeper == Some(role)
    }

    /// Whether one of the worker's roles may be given it.
    pub fn suits_one_of(&self, worker: &Worker) -> bool {
        worker.roles.iter().any(|role| self.suits(*role))
    }

    /// Whether the worker has room for one more.
    pub fn has_room(&self, worker: &Worker) -> bool {
        let load = self.loads.get(&worker.id).copied().unwrap_or(0);
        worker.capacity.is_none_or(|most| load < most)
    }

    /// Whether the worker is there and may be given the case.
    pub(super) fn allows(&self, worker: &Worker) -> bool {
        worker.present(self.at) && !self.bars(worker)
    }
}
