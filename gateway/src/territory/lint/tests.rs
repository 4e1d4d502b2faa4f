//! Rosters with holes and burdens, and what is told of them.

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
