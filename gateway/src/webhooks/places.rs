//! How many attempts may be on their way: in all, for one address, and for all of
//! those together that did not answer when they were asked last. Knows nothing of
//! what is told.

use std::collections::{HashMap, HashSet};

/// Attempts on their way at the same time, in all and for one address.
const AT_ONCE: usize = 32;
const FOR_ONE: usize = 4;
/// For all addresses together of which nobody knows that they answer; each has one.
const UNKNOWN: usize = AT_ONCE / 2;

/// Which addresses have attempts on their way, and how many.
#[derive(Default)]
pub(super) struct Places {
    busy: HashMap<String, usize>,
    /// Those that answered when they were asked last.
    answered: HashSet<String>,
    /// Which attempt of all was the last at each.
    tried: HashMap<String, u64>,
    attempts: u64,
}

impl Places {
    /// How many more attempts may be made at this address now. Whoever answers is
    /// kept waiting by those who do not for as long as one attempt lasts, once.
    pub(super) fn room(&self, id: &str) -> usize {
        let busy = self.busy.get(id).copied().unwrap_or_default();
        let left = AT_ONCE.saturating_sub(self.busy.values().sum());
        if self.answered.contains(id) {
            return FOR_ONE.saturating_sub(busy).min(left);
        }
        let unknown = self
            .busy
            .iter()
            .filter(|(id, _)| !self.answered.contains(*id));
        let unknown = UNKNOWN.saturating_sub(unknown.map(|(_, busy)| busy).sum());
        1_usize.saturating_sub(busy).min(unknown).min(left)
    }

    /// Those for which something is due, in turn: whoever was tried last comes
    /// last, so that nobody is kept from answering by those who never do.
    pub(super) fn in_turn(&self, mut due: Vec<String>) -> Vec<String> {
        due.sort_by_key(|id| self.tried.get(id).copied().unwrap_or_default());
        due
    }

    pub(super) fn take(&mut self, id: &str) {
        self.attempts += 1;
        self.tried.insert(id.to_owned(), self.attempts);
        *self.busy.entry(id.to_owned()).or_default() += 1;
    }

    /// An attempt ended, with any answer or without one.
    pub(super) fn give_back(&mut self, id: &str, answered: bool) {
        if let Some(busy) = self.busy.get_mut(id) {
            *busy -= 1;
        }
        self.busy.retain(|_, busy| *busy > 0);
        if answered {
            self.answered.insert(id.to_owned());
        } else {
            self.answered.remove(id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes all there is for an address.
    fn fill(places: &mut Places, id: &str) -> usize {
        let room = places.room(id);
        for _ in 0..room {
            places.take(id);
        }
        room
    }

    #[test]
    fn however_many_never_answer_those_who_do_have_their_places() {
        let mut places = Places::default();
        let silent: Vec<String> = (0..40).map(|n| format!("silent {n}")).collect();
        places.take("quick");
        places.give_back("quick", true);
        let taken: usize = silent.iter().map(|id| fill(&mut places, id)).sum();
        assert_eq!(taken, UNKNOWN);
        assert_eq!(fill(&mut places, "quick"), FOR_ONE);
        for id in &silent[..UNKNOWN] {
            places.give_back(id, false);
        }
        assert_eq!(fill(&mut places, &silent[39]), 1, "the others' turn");
    }

    #[test]
    fn after_a_restart_everybody_has_a_turn_before_anybody_has_two() {
        let mut places = Places::default();
        let due: Vec<String> = (0..3 * UNKNOWN).map(|n| format!("{n:03}")).collect();
        let mut tried = HashSet::new();
        for _ in 0..3 {
            let turn = places.in_turn(due.clone());
            let taken: Vec<&String> = turn.iter().filter(|id| fill(&mut places, id) > 0).collect();
            assert_eq!(taken.len(), UNKNOWN);
            for id in taken {
                assert!(tried.insert(id.clone()), "{id} again");
                places.give_back(id, false);
            }
        }
        assert_eq!(places.in_turn(due.clone()), due);
    }

    #[test]
    fn who_falls_silent_keeps_one_place_and_gets_the_others_back_by_an_answer() {
        let mut places = Places::default();
        assert_eq!(fill(&mut places, "a"), 1);
        places.give_back("a", true);
        assert_eq!(fill(&mut places, "a"), FOR_ONE);
        for _ in 0..FOR_ONE {
            places.give_back("a", false);
        }
        assert_eq!(fill(&mut places, "a"), 1);
        places.give_back("a", true);
        assert_eq!(places.room("a"), FOR_ONE);
        assert!(places.busy.is_empty());
    }
}
