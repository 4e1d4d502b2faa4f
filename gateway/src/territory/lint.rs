//! Holes and burdens of a roster over the days to come, found before a resident
//! finds them: nobody there, two places at once, one person with all the nights.
//!
//! Looks every half hour. Pure; telling people is `app::watch`'s.

use super::booking::{Hours, Plan};
use super::worker::{day, local};
use super::{Role, Roster, Tree, Unit, UnitKind, Worker};
use crate::clock::Moment;
use crate::ids::{UnitId, WorkerId};
use chrono::{NaiveDate, TimeDelta, Timelike};
use std::collections::{BTreeMap, BTreeSet};

/// How often it is looked.
const STEP: TimeDelta = TimeDelta::minutes(30);
/// Nights (22:00–07:00) in the window from which one person's share is looked at.
const NIGHTS: usize = 4;

/// Something wrong with the roster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// A desk nobody holds for a while.
    Nobody {
        unit: UnitId,
        role: Role,
        from: Moment,
        /// The first look at which somebody is there again, or the end of the window.
        to: Moment,
    },
    /// A desk whose main holder has no deputy.
    NoDeputy { unit: UnitId, role: Role },
    /// Two bookings of one person at the same time.
    Twice {
        worker: WorkerId,
        day: NaiveDate,
        hours: (Hours, Hours),
    },
    /// Booked while on leave, without a swap.
    Away { worker: WorkerId, day: NaiveDate },
    /// Whoever stands in is away, too, or works here no more.
    StandIn {
        worker: WorkerId,
        stand_in: WorkerId,
        day: NaiveDate,
    },
    /// One person has more than half of a desk's nights.
    Nights {
        worker: WorkerId,
        unit: UnitId,
        nights: usize,
        of: usize,
    },
}

/// A stretch of time and when the working calendar is open in it.
pub struct Window<'a> {
    pub from: Moment,
    pub to: Moment,
    pub open: &'a dyn Fn(Moment) -> bool,
}

impl Window<'_> {
    fn looks(&self) -> impl Iterator<Item = Moment> {
        let to = self.to;
        std::iter::successors(Some(self.from), |at| Some(*at + STEP)).take_while(move |at| *at < to)
    }
}

/// When somebody has to be at a desk.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Need {
    /// On duty around the clock.
    Always,
    /// On duty while the working calendar is open.
    Open,
    /// Not on leave.
    Present,
}

/// The desks a unit must have, each with when somebody has to be there: the one
/// place that says what a gap is.
fn desks(unit: &Unit) -> &'static [(Role, Need)] {
    match unit.kind {
        UnitKind::Community => &[(Role::Coord, Need::Open)],
        UnitKind::Street => &[(Role::Street, Need::Open)],
        UnitKind::District => &[
            (Role::Duty, Need::Always),
            (Role::DutyChief, Need::Present),
            (Role::District, Need::Present),
        ],
        UnitKind::City | UnitKind::Grid => &[],
    }
}

/// Everything, gaps by time and then by unit, then the bookings.
pub fn lint(tree: &Tree, roster: &Roster, window: &Window<'_>) -> Vec<Finding> {
    let mut findings = lacks(tree, roster, window);
    for worker in roster.workers().iter().filter(|w| w.active) {
        bookings(worker, roster, window, &mut findings);
    }
    findings.extend(nights(tree, roster, window));
    findings
}

/// Gaps, and desks without a deputy.
pub fn lacks(tree: &Tree, roster: &Roster, window: &Window<'_>) -> Vec<Finding> {
    let mut found = gaps(tree, roster, window);
    let communities = tree.units().filter(|u| u.kind == UnitKind::Community);
    for unit in communities {
        let holders = roster.present(&unit.code, Role::Coord, window.from);
        if !holders.is_empty() && !holders.iter().any(|w| w.deputy) {
            found.push(Finding::NoDeputy {
                unit: unit.code.clone(),
                role: Role::Coord,
            });
        }
    }
    found
}

/// Desks without anybody, each stretch once.
pub fn gaps(tree: &Tree, roster: &Roster, window: &Window<'_>) -> Vec<Finding> {
    let of = |unit: &'_ Unit| desks(unit).iter();
    let desks: Vec<(&UnitId, Role, Need)> = tree
        .units()
        .flat_map(|unit| of(unit).map(|(role, need)| (&unit.code, *role, *need)))
        .collect();
    let mut since: BTreeMap<(&UnitId, Role), Moment> = BTreeMap::new();
    let mut found = Vec::new();
    let mut end = |key: (&UnitId, Role), from: Moment, to: Moment| {
        found.push(Finding::Nobody {
            unit: key.0.clone(),
            role: key.1,
            from,
            to,
        });
    };
    for at in window.looks() {
        let open = (window.open)(at);
        for &(unit, role, need) in &desks {
            let needed = need != Need::Open || open;
            let there = || match need {
                Need::Present => !roster.present(unit, role, at).is_empty(),
                _ => !roster.on_duty(unit, role, at, open).is_empty(),
            };
            let key = (unit, role);
            if needed && !there() {
                since.entry(key).or_insert(at);
            } else if let Some(from) = since.remove(&key) {
                end(key, from, at);
            }
        }
    }
    for (key, from) in since {
        end(key, from, window.to);
    }
    found.sort_by_key(|finding| match finding {
        Finding::Nobody { unit, from, .. } => (*from, unit.clone()),
        _ => (window.to, UnitId::from("")),
    });
    found
}

fn bookings(worker: &Worker, roster: &Roster, window: &Window<'_>, findings: &mut Vec<Finding>) {
    let (first, last) = (day(window.from), day(window.to));
    for today in first.iter_days().take_while(|d| *d <= last) {
        let plans = || worker.plans.iter();
        let swapped = plans().any(|p| matches!(p, Plan::Swap { day, .. } if *day == today));
        let hours: Vec<Hours> = plans().filter_map(|p| p.hours_on(today)).collect();
        let away = plans().any(|p| p.away(today));
        let id = || worker.id.clone();
        for (index, one) in hours.iter().enumerate() {
            let over = |other: &&Hours| {
                let (a, b) = (one.on(today), other.on(today));
                a.0 < b.1 && b.0 < a.1
            };
            if let Some(other) = hours[index + 1..].iter().find(over).filter(|_| !swapped) {
                findings.push(Finding::Twice {
                    worker: id(),
                    day: today,
                    hours: (*one, *other),
                });
            }
        }
        let duty = plans().any(|p| matches!(p, Plan::Duty { day, .. } if *day == today));
        if away && duty && !swapped {
            findings.push(Finding::Away {
                worker: id(),
                day: today,
            });
        }
        stand_ins(worker, today, roster, findings);
    }
}

fn stand_ins(worker: &Worker, today: NaiveDate, roster: &Roster, findings: &mut Vec<Finding>) {
    let needed = worker
        .plans
        .iter()
        .filter(|plan| plan.away(today) || matches!(plan, Plan::Swap { day, .. } if *day == today));
    for stand_in in needed.filter_map(Plan::stand_in) {
        let there = roster
            .get(stand_in)
            .is_some_and(|other| other.active && !other.plans.iter().any(|plan| plan.away(today)));
        if !there {
            findings.push(Finding::StandIn {
                worker: worker.id.clone(),
                stand_in: stand_in.clone(),
                day: today,
            });
        }
    }
}

/// Who carries the nights of the desks that never close: told where one person
/// has more than half of at least [`NIGHTS`], and colleagues could share.
fn nights(tree: &Tree, roster: &Roster, window: &Window<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for unit in tree.units().filter(|u| u.kind == UnitKind::District) {
        let mut by: BTreeMap<WorkerId, BTreeSet<NaiveDate>> = BTreeMap::new();
        let mut all: BTreeSet<NaiveDate> = BTreeSet::new();
        for at in window.looks() {
            let hour = local(at).hour();
            if (7..22).contains(&hour) {
                continue;
            }
            // A night belongs to the day it begins on.
            let night = day(at - TimeDelta::hours(7));
            let there = roster.on_duty(&unit.code, Role::Duty, at, (window.open)(at));
            // Somebody who is there together with others does not carry it alone.
            if let [alone] = there.as_slice() {
                by.entry(alone.id.clone()).or_default().insert(night);
            }
            all.insert(night);
        }
        let colleagues = roster.at(&unit.code);
        let colleagues = colleagues.filter(|w| w.active && w.roles.contains(&Role::Duty));
        if all.len() < NIGHTS || colleagues.count() < 2 {
            continue;
        }
        found.extend(by.into_iter().filter(|(_, n)| n.len() * 2 > all.len()).map(
            |(worker, nights)| Finding::Nights {
                worker,
                unit: unit.code.clone(),
                nights: nights.len(),
                of: all.len(),
            },
        ));
    }
    found
}

impl Finding {
    /// The unit it is about, if it is about one.
    pub fn unit(&self) -> Option<&UnitId> {
        match self {
            Self::Nobody { unit, .. } | Self::NoDeputy { unit, .. } | Self::Nights { unit, .. } => {
                Some(unit)
            }
            Self::Twice { .. } | Self::Away { .. } | Self::StandIn { .. } => None,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::territory::{Booking, Weekdays};
    use chrono::{NaiveDateTime, TimeZone};

    fn at(text: &str) -> Moment {
        let time = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap();
        let china = chrono::FixedOffset::east_opt(8 * 3600).unwrap();
        china.from_local_datetime(&time).unwrap().to_utc()
    }

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// Monday to Friday, nine to five.
    fn open(at: Moment) -> bool {
        let time = local(at);
        Weekdays::parse("1-5").unwrap().holds(time.date()) && (9..17).contains(&time.hour())
    }

    fn found(bookings: Vec<(&str, Plan)>, only_duty: bool) -> Vec<String> {
        let (tree, roster, findings) = linted(bookings, only_duty);
        let words = findings.iter().map(|f| f.words(&tree, &roster, true));
        words.collect()
    }

    fn linted(bookings: Vec<(&str, Plan)>, only_duty: bool) -> (Tree, Roster, Vec<Finding>) {
        let city = crate::demo::city();
        let tree = Tree::new(city.units, date("2026-03-02"));
        let workers = city.workers.into_iter();
        let workers = workers.map(|mut worker| {
            if only_duty && worker.roles.contains(&Role::Duty) {
                // Only what is booked counts.
                worker.duty = crate::territory::Duty::WorkingHours;
            }
            worker
        });
        let bookings = bookings.into_iter().map(|(worker, plan)| Booking {
            worker: worker.into(),
            plan,
        });
        let roster = Roster::with(workers.collect(), bookings.collect());
        let window = Window {
            from: at("2026-03-02 00:00"),
            to: at("2026-03-09 00:00"),
            open: &open,
        };
        let findings = lint(&tree, &roster, &window);
        (tree, roster, findings)
    }

    fn nights(days: &str) -> Plan {
        Plan::Weekly {
            days: Weekdays::parse(days).unwrap(),
            hours: Hours::parse("17:00", "9:00").unwrap(),
            office: false,
            first: None,
            last: None,
        }
    }

    #[test]
    fn a_sound_roster_has_no_findings() {
        assert_eq!(found(vec![], false), Vec::<String>::new());
    }

    #[test]
    fn a_stretch_without_anybody_is_named_once_with_its_hours() {
        let away = |first: &str| Plan::Leave {
            first: date(first),
            last: date("2026-03-03"),
            substitute: None,
        };
        let leave = vec![("YX033", away("2026-03-02")), ("YX034", away("2026-03-03"))];
        assert_eq!(
            found(leave, false),
            ["青石街道新桥社区 救助协理员：2026-03-03 09:00 至 2026-03-03 17:00 无人在岗"]
        );
    }

    #[test]
    fn a_substitute_closes_the_gap_and_one_who_is_away_is_named() {
        let leave = |substitute: &str| Plan::Leave {
            first: date("2026-03-03"),
            last: date("2026-03-03"),
            substitute: Some(substitute.into()),
        };
        let both = vec![("YX033", leave("YX029")), ("YX034", leave("YX030"))];
        assert_eq!(found(both, false), Vec::<String>::new());
        let circle = vec![("YX033", leave("YX034")), ("YX034", leave("YX033"))];
        let named = found(circle, false);
        assert_eq!(named.len(), 3, "{named:#?}");
        assert!(named[1].contains("替班人也不在"), "{named:#?}");
    }

    #[test]
    fn two_bookings_at_once_and_duty_on_leave_are_named() {
        let duty = |from: &str, to: &str| Plan::Duty {
            day: date("2026-03-04"),
            hours: Hours::parse(from, to).unwrap(),
        };
        let twice = vec![
            ("YX002", duty("18:00", "23:00")),
            ("YX002", duty("22:00", "7:00")),
        ];
        let named = found(twice, false);
        assert!(named[0].contains("2026-03-04 排了两个班，18:00–23:00 和 22:00–07:00"));
        let leave = Plan::Leave {
            first: date("2026-03-04"),
            last: date("2026-03-04"),
            substitute: None,
        };
        let away = vec![("YX002", duty("18:00", "23:00")), ("YX002", leave)];
        assert!(found(away, false)[0].contains("请假，但排了值班"));
    }

    #[test]
    fn one_person_with_most_of_the_nights_is_named() {
        let fair = ["135", "246"].map(nights);
        let [one, two] = fair;
        let sunday = nights("7");
        let named = found(
            vec![
                ("YX001", one),
                ("YX002", two),
                ("YX001", sunday.clone()),
                ("YX002", sunday),
            ],
            true,
        );
        assert!(!named.iter().any(|n| n.contains("一人值守")), "{named:#?}");
        let unfair = vec![("YX001", nights("1-6")), ("YX002", nights("7"))];
        let named = found(unfair, true);
        let burden = named.iter().find(|n| n.contains("一人值守")).unwrap();
        assert!(burden.contains("徐小芳 (YX001)"), "{burden}");
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(48))]

        /// The two of a community on leave at random: told are exactly the open
        /// half hours in which neither is there, by plain counting of days.
        #[test]
        fn every_hour_without_anybody_is_told_and_no_other(
            leaves in proptest::collection::vec((0_usize..2, 0_i64..7, 0_i64..4), 0..7)
        ) {
            let monday = date("2026-03-02");
            let both = ["YX033", "YX034"];
            let mut away = [BTreeSet::new(), BTreeSet::new()];
            let mut bookings = Vec::new();
            for (who, first, length) in leaves {
                let day = |n: i64| monday + TimeDelta::days(n);
                away[who].extend((first..=first + length).map(day));
                let (first, last) = (day(first), day(first + length));
                bookings.push((both[who], Plan::Leave { first, last, substitute: None }));
            }
            let (_, roster, findings) = linted(bookings, false);
            let here = roster.get(&"YX033".into()).unwrap().unit.clone();
            let told: BTreeSet<Moment> = findings
                .iter()
                .filter_map(|finding| match finding {
                    Finding::Nobody { unit, role: Role::Coord, from, to } if *unit == here => {
                        Some((*from, *to))
                    }
                    _ => None,
                })
                .flat_map(|(from, to)| Window { from, to, open: &open }.looks().collect::<Vec<_>>())
                .filter(|at| open(*at))
                .collect();
            let week = Window { from: at("2026-03-02 00:00"), to: at("2026-03-09 00:00"), open: &open };
            let empty = week.looks().filter(|at| {
                let today = local(*at).date();
                open(*at) && away.iter().all(|days| days.contains(&today))
            });
            proptest::prop_assert_eq!(told, empty.collect::<BTreeSet<Moment>>());
        }
    }
}
