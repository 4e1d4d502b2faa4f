//! The desks a request went through, and the time it spent at the wrong ones.
//!
//! Pure. A desk was the wrong one when the request left it by a hand-over or
//! because nobody there took it. The resident's clocks run on all the while:
//! this only says where the time went.

use super::event::{Actor, Entry, Fact};
use crate::calendar::Calendar;
use crate::clock::Moment;
use crate::ids::UnitId;
use chrono::TimeDelta;

/// Hand-overs the desks may decide among themselves; the next one is the
/// street's and binding.
pub const MOST_TRANSFERS: u32 = 2;

/// Time at one desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stay {
    pub unit: UnitId,
    pub from: Moment,
    /// `None` while it lies there.
    pub to: Option<Moment>,
    /// It left by a hand-over, or because nobody took it.
    pub wrong: bool,
}

/// A hand-over that nobody has taken yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offered {
    /// The entry that handed it over.
    pub seq: u32,
    pub at: Moment,
}

/// Every stay, oldest first.
pub fn stays(log: &[Entry]) -> Vec<Stay> {
    let mut stays: Vec<Stay> = Vec::new();
    let mut offered = false;
    for entry in log {
        let (unit, handed) = match &entry.fact {
            Fact::Transferred { unit, .. } => (unit, true),
            Fact::Assigned { unit, .. } => (unit, false),
            Fact::Accepted { .. } => {
                offered = false;
                continue;
            }
            Fact::Decided { .. } | Fact::Withdrawn | Fact::Closed { .. } => {
                if let Some(last) = stays.last_mut().filter(|s| s.to.is_none()) {
                    last.to = Some(entry.at);
                }
                continue;
            }
            _ => continue,
        };
        let bounced = offered && !handed;
        offered = handed;
        if let Some(last) = stays.last_mut().filter(|s| s.to.is_none()) {
            if last.unit == *unit {
                continue;
            }
            last.to = Some(entry.at);
            last.wrong = handed || bounced;
        }
        stays.push(Stay {
            unit: unit.clone(),
            from: entry.at,
            to: None,
            wrong: false,
        });
    }
    stays
}

/// Working time at wrong desks, and those desks. `None` when there were none.
pub fn astray(log: &[Entry], calendar: &Calendar) -> Option<(TimeDelta, Vec<UnitId>)> {
    let mut sum = TimeDelta::zero();
    let mut units = Vec::new();
    for stay in stays(log).into_iter().filter(|s| s.wrong) {
        if let Some(to) = stay.to {
            sum += calendar.working_between(stay.from, to);
        }
        units.push(stay.unit);
    }
    (!units.is_empty()).then_some((sum, units))
}

/// The hand-overs of a log, entry by entry.
#[derive(Clone, Copy, Debug, Default)]
pub struct Handed {
    count: u32,
    /// The one that waits to be taken. A binding one does not wait.
    pub waiting: Option<Offered>,
}

impl Handed {
    /// Takes one more entry.
    pub fn take(&mut self, entry: &Entry) {
        match &entry.fact {
            Fact::Transferred { .. } => {
                self.count += 1;
                let (seq, at) = (entry.seq, entry.at);
                self.waiting = (self.count <= MOST_TRANSFERS).then_some(Offered { seq, at });
            }
            // Whoever talks to the resident has taken it.
            Fact::Assigned { .. }
            | Fact::Accepted { .. }
            | Fact::Declined { .. }
            | Fact::Contacted { .. }
            | Fact::Decided { .. }
            | Fact::Withdrawn
            | Fact::Disputed
            | Fact::Reopened { .. }
            | Fact::Closed { .. } => self.waiting = None,
            _ => {}
        }
    }
}

/// Whether the last move was the street's binding one.
pub fn bound(log: &[Entry]) -> bool {
    let moves = log.iter().filter(|e| {
        let person = matches!(e.actor, Actor::Worker(_) | Actor::Admin(_));
        person && matches!(e.fact, Fact::Transferred { .. })
    });
    moves.count() as u32 > MOST_TRANSFERS
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::clock::moment;
    use crate::requests::event::Class;

    fn log(facts: Vec<(i64, Fact)>) -> Vec<Entry> {
        let hour = 3_600_000_000;
        // Monday, 9 o'clock in China.
        let start = 1_772_413_200_000_000;
        let entry = |(index, (hours, fact)): (usize, (i64, Fact))| Entry {
            seq: index as u32 + 1,
            at: moment(start + hours * hour),
            actor: Actor::Worker("w".into()),
            fact,
        };
        facts.into_iter().enumerate().map(entry).collect()
    }

    fn offered(log: &[Entry]) -> Option<Offered> {
        let mut handed = Handed::default();
        for entry in log {
            handed.take(entry);
        }
        handed.waiting
    }

    fn opened() -> (i64, Fact) {
        let service = "ELD-MEAL".to_owned();
        let class = Class::Normal;
        (0, Fact::Opened { class, service })
    }

    fn assigned(hours: i64, unit: &str) -> (i64, Fact) {
        let (unit, worker, level) = (unit.into(), None, 0);
        let fact = Fact::Assigned {
            unit,
            worker,
            level,
        };
        (hours, fact)
    }

    fn handed(hours: i64, unit: &str) -> (i64, Fact) {
        let (unit, worker) = (unit.into(), None);
        (hours, Fact::Transferred { unit, worker })
    }

    #[test]
    fn only_desks_that_passed_it_on_or_let_it_lie_were_wrong() {
        let calendar = Calendar::builtin();
        let straight = log(vec![opened(), assigned(0, "a")]);
        assert_eq!(astray(&straight, &calendar), None);
        assert_eq!(offered(&straight), None);
        // An hour at a, handed to b, where nobody takes it for an hour.
        let lost = log(vec![
            opened(),
            assigned(0, "a"),
            handed(1, "b"),
            assigned(2, "street"),
        ]);
        let (time, units) = astray(&lost, &calendar).unwrap();
        assert_eq!(time, TimeDelta::hours(2));
        assert_eq!(units, [UnitId::from("a"), UnitId::from("b")]);
        assert_eq!(offered(&lost), None);
        // The ladder taking it up is no mistake of the desk.
        let lifted = log(vec![opened(), assigned(0, "a"), assigned(5, "street")]);
        assert_eq!(astray(&lifted, &calendar), None);
    }

    #[test]
    fn the_third_hand_over_binds_and_waits_for_nobody() {
        let mut facts = vec![opened(), assigned(0, "a"), handed(1, "b"), handed(2, "c")];
        assert_eq!(offered(&log(facts.clone())).unwrap().seq, 4);
        assert!(!bound(&log(facts.clone())));
        facts.push(handed(3, "d"));
        assert_eq!(offered(&log(facts.clone())), None);
        assert!(bound(&log(facts)));
    }
}
