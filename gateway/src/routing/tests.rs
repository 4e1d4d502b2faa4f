//! The routing rules as examples, on the made-up city, and what holds for any.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::territory::{Duty, Unit, Worker};
use chrono::NaiveDate;

const DISTRICT: &str = "590102";
const GREENSTONE: &str = "590102001";
const PEACH: &str = "590102001001";
const PEACH_GRID: &str = "590102001001001";
const PEACH_GRID_2: &str = "590102001001002";
const BRIDGE: &str = "590102001002";

struct City {
    tree: Tree,
    workers: Vec<Worker>,
}

impl City {
    fn new() -> Self {
        let city = crate::demo::city();
        Self {
            tree: Tree::new(city.units, NaiveDate::from_ymd_opt(2026, 3, 2).unwrap()),
            workers: city.workers,
        }
    }

    fn answer(&self, question: &Question) -> Responsible {
        responsible(question, &self.tree, &Roster::new(self.workers.clone())).unwrap()
    }

    /// Staff number of the holder.
    fn holder(&self, unit: &str, role: Role, deputy: bool) -> WorkerId {
        let roster = Roster::new(self.workers.clone());
        let mut holders = roster.at(&unit.into());
        let holder = holders.find(|w| w.roles.contains(&role) && w.deputy == deputy);
        holder.unwrap().id.clone()
    }

    fn each(&mut self, change: impl Fn(&mut Worker)) {
        self.workers.iter_mut().for_each(change);
    }

    fn reaches(&self, rank: Rank, unit: &str, role: Role, scene: &Scene) -> Vec<WorkerId> {
        let roster = Roster::new(self.workers.clone());
        target(rank, &unit.into(), role, scene, &self.tree, &roster)
    }
}

/// A Monday morning.
fn scene() -> Scene {
    Scene {
        at: "2026-03-02T02:00:00Z".parse().unwrap(),
        open: true,
        ..Scene::default()
    }
}

fn night() -> Scene {
    Scene {
        at: "2026-03-02T18:00:00Z".parse().unwrap(),
        open: false,
        ..Scene::default()
    }
}

fn question(lead: Place, copy: Option<Place>, role: Role) -> Question {
    Question {
        service: "BAS-DIBAO".into(),
        lead,
        copy,
        role,
        class: Class::Normal,
        hukou: None,
        residence: None,
        location: None,
        chosen_street: None,
        known_worker: None,
        scene: scene(),
    }
}

fn dibao(hukou: Option<&str>, residence: Option<&str>) -> Question {
    Question {
        hukou: hukou.map(UnitId::from),
        residence: residence.map(UnitId::from),
        ..question(Place::Hukou, Some(Place::Residence), Role::Coord)
    }
}

fn danger(service: &str, lead: Place, place: Option<&str>) -> Question {
    Question {
        service: service.into(),
        class: Class::Crisis,
        location: place.map(UnitId::from),
        ..question(lead, None, Role::Duty)
    }
}

#[test]
fn registration_and_residence_in_one_community_make_one_entry() {
    let city = City::new();
    let answer = city.answer(&dibao(Some(PEACH), Some(PEACH_GRID)));
    assert_eq!(answer.lead.unit.as_str(), PEACH);
    assert_eq!(
        answer.lead.worker,
        Some(city.holder(PEACH, Role::Coord, false))
    );
    assert_eq!(
        (answer.copy, answer.reason.code),
        (None, Code::SameCommunity)
    );
    assert_eq!(
        answer.reason.zh,
        "户籍地、居住地或所在地同在青石街道桃源社区，由青石街道桃源社区救助协理员负责。"
    );
}

#[test]
fn different_communities_make_a_lead_and_a_copy() {
    let answer = City::new().answer(&dibao(Some(PEACH), Some(BRIDGE)));
    assert_eq!(answer.lead.unit.as_str(), PEACH);
    assert_eq!(answer.copy.unwrap().unit.as_str(), BRIDGE);
    assert_eq!(answer.reason.code, Code::LeadAndCopy);
    assert!(
        answer
            .reason
            .zh
            .ends_with("青石街道新桥社区救助协理员同时知情。")
    );
}

#[test]
fn a_partner_desk_leads_and_the_other_community_coordinator_gets_the_copy() {
    let medical = Question {
        role: Role::Med,
        ..dibao(Some(PEACH), Some(BRIDGE))
    };
    let answer = City::new().answer(&medical);
    assert_eq!(
        (answer.lead.unit.as_str(), answer.lead.role),
        (DISTRICT, Role::Med)
    );
    let copy = answer.copy.unwrap();
    assert_eq!((copy.unit.as_str(), copy.role), (BRIDGE, Role::Coord));
}

#[test]
fn a_partner_desk_for_one_community_makes_no_copy() {
    let medical = Question {
        role: Role::Med,
        ..dibao(Some(PEACH), Some(PEACH_GRID))
    };
    assert_eq!(City::new().answer(&medical).copy, None);
}

#[test]
fn every_service_of_the_catalogue_finds_a_worker_in_the_made_up_city() {
    let city = City::new();
    for service in menus::starter().services() {
        let class = match service.urgency {
            menus::Urgency::Crisis => Class::Crisis,
            menus::Urgency::Urgent => Class::Urgent,
            menus::Urgency::Normal => Class::Normal,
        };
        assert!(Role::parse(&service.role).is_some(), "{}", service.role);
        let mut asked = Question::of(service, class, scene());
        asked.residence = Some(PEACH_GRID.into());
        asked.hukou = Some(BRIDGE.into());
        let answer = city.answer(&asked);
        assert!(answer.lead.worker.is_some(), "{}", service.code);
        if !service.restricted && class != Class::Crisis && asked.role != Role::Bot {
            assert_eq!(answer.lead.role, asked.role, "{}", service.code);
        }
    }
}

#[test]
fn registered_elsewhere_the_residence_leads_and_forwards() {
    for elsewhere in [OUTSIDE, "440106"] {
        let answer = City::new().answer(&dibao(Some(elsewhere), Some(BRIDGE)));
        assert_eq!(answer.lead.unit.as_str(), BRIDGE);
        assert!(answer.forward && answer.copy.is_none());
        assert_eq!(answer.reason.code, Code::HukouOutside);
    }
}

#[test]
fn registration_unknown_the_residence_leads_without_forwarding() {
    let answer = City::new().answer(&dibao(None, Some(BRIDGE)));
    assert_eq!(answer.lead.unit.as_str(), BRIDGE);
    assert!(!answer.forward);
    assert_eq!(answer.reason.code, Code::ResidenceInstead);
}

#[test]
fn an_unknown_place_goes_to_the_chosen_street_else_to_the_duty_desk() {
    let city = City::new();
    let mut meals = question(Place::Residence, None, Role::Coord);
    meals.chosen_street = Some(GREENSTONE.into());
    let answer = city.answer(&meals);
    assert_eq!(
        (answer.lead.unit.as_str(), answer.lead.role),
        (GREENSTONE, Role::Street)
    );
    assert_eq!(answer.reason.code, Code::ChosenStreet);

    meals.chosen_street = None;
    let answer = city.answer(&meals);
    assert_eq!(
        (answer.lead.unit.as_str(), answer.lead.role),
        (DISTRICT, Role::Duty)
    );
    assert_eq!(answer.reason.code, Code::PlaceUnknown);
    assert!(answer.lead.worker.is_some());
}

#[test]
fn homeless_people_are_helped_by_the_rescue_station_of_the_place() {
    let mut stranded = question(Place::Location, None, Role::Rescue);
    stranded.location = Some(PEACH_GRID.into());
    stranded.hukou = Some(OUTSIDE.into());
    let answer = City::new().answer(&stranded);
    assert_eq!(
        (answer.lead.unit.as_str(), answer.lead.role),
        (DISTRICT, Role::Rescue)
    );
    assert_eq!(answer.reason.code, Code::AtLocation);
}

#[test]
fn danger_goes_to_the_duty_desk_of_the_place_at_any_hour() {
    let city = City::new();
    for scene in [scene(), night()] {
        let mut fire = danger("CRI-FIREGAS", Place::Location, Some(PEACH_GRID));
        fire.scene = scene;
        let answer = city.answer(&fire);
        assert_eq!(
            (answer.lead.unit.as_str(), answer.lead.role),
            (DISTRICT, Role::Duty)
        );
        assert!(answer.lead.on_duty && answer.lead.worker.is_some());
        assert_eq!(answer.reason.code, Code::CrisisHere);
    }
}

#[test]
fn the_grid_worker_is_told_only_of_the_four_dangers_a_neighbour_can_look_at() {
    let city = City::new();
    for service in GRID_TOLD {
        let answer = city.answer(&danger(service, Place::Location, Some(PEACH_GRID)));
        let told: Vec<&str> = answer.told.iter().map(|d| d.unit.as_str()).collect();
        assert_eq!(told, [PEACH_GRID], "{service}");
    }
    let other = city.answer(&danger("CRI-HEAT", Place::Location, Some(PEACH_GRID)));
    assert_eq!(other.told, []);
    // A grid without a worker of its own: the community's.
    let answer = city.answer(&danger("CRI-MISSING", Place::Location, Some(PEACH_GRID_2)));
    assert_eq!(answer.told[0].unit.as_str(), PEACH);
    // A community: all of its grid workers. A street: nobody, and it is said.
    let answer = city.answer(&danger("CRI-MISSING", Place::Location, Some(PEACH)));
    assert_eq!(answer.told.len(), 2);
    let answer = city.answer(&danger("CRI-MISSING", Place::Location, Some(GREENSTONE)));
    assert_eq!(answer.told, []);
    assert!(answer.reason.notes.contains(&Note::NoGridWorker));
}

#[test]
fn nobody_answering_the_door_is_looked_for_at_the_home_not_where_the_caller_is() {
    let mut unanswered = danger("CRI-UNRESP", Place::Residence, Some("590102002001001"));
    unanswered.residence = Some(PEACH_GRID.into());
    let answer = City::new().answer(&unanswered);
    assert_eq!(answer.told[0].unit.as_str(), PEACH_GRID);
}

#[test]
fn hunger_goes_to_the_coordinator_and_the_duty_desk_together() {
    let mut hunger = question(Place::Location, Some(Place::Residence), Role::Coord);
    hunger.class = Class::Hunger;
    hunger.location = Some(PEACH_GRID.into());
    let answer = City::new().answer(&hunger);
    assert_eq!(answer.lead.unit.as_str(), PEACH);
    assert_eq!(answer.told.len(), 1);
    assert_eq!(answer.told[0].role, Role::Duty);
}

#[test]
fn restricted_cases_go_to_the_duty_desk_and_nobody_else() {
    for class in [Class::Crisis, Class::Normal] {
        let mut violence = danger("CRI-UNRESP", Place::District, Some(PEACH_GRID));
        violence.class = class;
        violence.copy = Some(Place::Residence);
        violence.residence = Some(BRIDGE.into());
        violence.scene.restricted = true;
        let answer = City::new().answer(&violence);
        assert_eq!(
            (answer.lead.unit.as_str(), answer.lead.role),
            (DISTRICT, Role::Duty)
        );
        assert_eq!((answer.copy, answer.told), (None, vec![]));
        assert_eq!(answer.reason.code, Code::Restricted);
        assert!(!answer.reason.zh.contains("桃源"), "{}", answer.reason.zh);
    }
}

#[test]
fn a_complaint_goes_above_the_person_it_is_about() {
    let city = City::new();
    let mut complaint = question(Place::District, None, Role::District);
    complaint.scene.restricted = true;
    let above = |unit: &str, role: Role| {
        let mut asked = complaint.clone();
        let about = city.holder(unit, role, false);
        asked.scene.complained_of = Some(about.clone());
        let lead = city.answer(&asked).lead;
        assert_ne!(lead.worker, Some(about));
        (lead.unit.0, lead.role)
    };
    assert_eq!(above(PEACH, Role::Coord), (DISTRICT.into(), Role::Duty));
    assert_eq!(
        above(DISTRICT, Role::Duty),
        (DISTRICT.into(), Role::DutyChief)
    );
    assert_eq!(
        above(DISTRICT, Role::DutyChief),
        (DISTRICT.into(), Role::BureauLeader)
    );
    // Above the bureau leader is the city, where this one has nobody: said.
    assert_eq!(
        above(DISTRICT, Role::BureauLeader),
        ("5901".into(), Role::BureauLeader)
    );
}

#[test]
fn nobody_gets_a_case_of_their_own_household() {
    let city = City::new();
    let coordinator = city.holder(PEACH, Role::Coord, false);
    let mut own = dibao(Some(PEACH), Some(PEACH));
    own.scene.household = Some("H0003".into());
    let answer = city.answer(&own);
    assert_eq!(
        answer.lead.worker,
        Some(city.holder(PEACH, Role::Coord, true))
    );
    assert!(answer.reason.notes.contains(&Note::Recused));
    assert_ne!(answer.lead.worker, Some(coordinator));
    assert!(
        !answer.reason.zh.contains("回避"),
        "the reason gives no relation away"
    );
}

#[test]
fn leave_goes_to_the_deputy_then_the_street_then_the_district() {
    let mut city = City::new();
    let asked = dibao(Some(PEACH), Some(PEACH));
    let away = |id: WorkerId| {
        move |w: &mut Worker| {
            if w.id == id {
                w.away_until = NaiveDate::from_ymd_opt(2026, 3, 2);
            }
        }
    };
    city.each(away(city.holder(PEACH, Role::Coord, false)));
    let answer = city.answer(&asked);
    assert_eq!(
        answer.lead.worker,
        Some(city.holder(PEACH, Role::Coord, true))
    );
    assert_eq!(answer.reason.notes, [Note::Deputy]);

    city.each(away(city.holder(PEACH, Role::Coord, true)));
    let answer = city.answer(&asked);
    assert_eq!(
        (answer.lead.unit.as_str(), answer.lead.role),
        (GREENSTONE, Role::Street)
    );
    assert_eq!(answer.reason.notes, [Note::FellUpward]);

    city.each(|w| w.active &= w.unit.as_str() == DISTRICT);
    assert_eq!(city.answer(&asked).lead.role, Role::District);

    // The day after, they are back.
    let mut city = City::new();
    city.each(away(city.holder(PEACH, Role::Coord, false)));
    let mut tomorrow = asked;
    tomorrow.scene.at += chrono::TimeDelta::days(1);
    assert_eq!(city.answer(&tomorrow).reason.notes, []);
}

#[test]
fn outside_working_hours_the_desk_keeps_the_case_and_it_is_said() {
    let city = City::new();
    let mut asked = dibao(Some(PEACH), Some(PEACH));
    asked.scene = night();
    let answer = city.answer(&asked);
    assert_eq!(
        answer.lead.worker,
        Some(city.holder(PEACH, Role::Coord, false))
    );
    assert!(!answer.lead.on_duty);
    assert_eq!(answer.reason.notes, [Note::AfterHours]);
    assert!(answer.reason.zh.contains("上班后处理"));
}

#[test]
fn the_worker_the_resident_knows_is_preferred_among_equals() {
    let city = City::new();
    let deputy = city.holder(PEACH, Role::Coord, true);
    let mut asked = dibao(Some(PEACH), Some(PEACH));
    asked.known_worker = Some(deputy.clone());
    assert_eq!(city.answer(&asked).lead.worker, Some(deputy));
    asked.known_worker = Some(city.holder(BRIDGE, Role::Coord, false));
    assert_eq!(city.answer(&asked).lead.unit.as_str(), PEACH);
}

#[test]
fn an_empty_duty_desk_names_the_chief_and_an_empty_district_says_so() {
    let mut city = City::new();
    let fire = danger("CRI-FIREGAS", Place::Location, Some(PEACH_GRID));
    city.each(|w| w.active &= !w.roles.contains(&Role::Duty));
    let answer = city.answer(&fire);
    assert_eq!(answer.lead.role, Role::DutyChief);
    assert_eq!(answer.reason.notes, [Note::FellUpward]);

    city.each(|w| w.active = false);
    let answer = city.answer(&fire);
    assert_eq!(
        (answer.lead.unit.as_str(), answer.lead.role),
        (DISTRICT, Role::Duty)
    );
    assert_eq!(answer.lead.worker, None);
    assert!(answer.reason.notes.contains(&Note::NobodyOnDuty));
    assert!(answer.reason.notes.iter().any(|n| n.alarms()));
    assert!(answer.reason.zh.contains("没有人在岗"));
}

#[test]
fn a_unit_that_ended_routes_to_its_successor() {
    let mut units = crate::demo::city().units;
    for unit in &mut units {
        if unit.code.as_str() == PEACH {
            unit.valid_to = NaiveDate::from_ymd_opt(2025, 12, 31);
            unit.successor = Some(BRIDGE.into());
        }
    }
    let mut city = City::new();
    city.tree = Tree::new(units, NaiveDate::from_ymd_opt(2026, 3, 2).unwrap());
    let answer = city.answer(&dibao(Some(PEACH), Some(PEACH)));
    assert_eq!(answer.lead.unit.as_str(), BRIDGE);
}

#[test]
fn each_rank_of_the_ladder_reaches_its_people() {
    let city = City::new();
    let only = |rank: Rank| {
        let reached = city.reaches(rank, PEACH, Role::Coord, &scene());
        assert_eq!(reached.len(), 1, "{rank:?}");
        reached[0].clone()
    };
    assert_eq!(only(Rank::Deputy), city.holder(PEACH, Role::Coord, true));
    assert_eq!(
        only(Rank::Street),
        city.holder(GREENSTONE, Role::Street, false)
    );
    assert_eq!(
        only(Rank::StreetLeader),
        city.holder(GREENSTONE, Role::StreetLeader, false)
    );
    assert_eq!(
        only(Rank::DutyChief),
        city.holder(DISTRICT, Role::DutyChief, false)
    );
    assert_eq!(
        only(Rank::DistrictLeader),
        city.holder(DISTRICT, Role::DistrictLeader, false)
    );
    assert_eq!(
        only(Rank::BureauLeader),
        city.holder(DISTRICT, Role::BureauLeader, false)
    );
    assert_eq!(
        city.reaches(Rank::Lead, PEACH, Role::Coord, &scene()).len(),
        2
    );
    assert_eq!(
        city.reaches(Rank::DutyDesk, PEACH, Role::Coord, &scene())
            .len(),
        2
    );
}

#[test]
fn a_restricted_case_climbs_past_the_street_without_touching_it() {
    let city = City::new();
    let mut scene = scene();
    scene.restricted = true;
    let roster = Roster::new(city.workers.clone());
    for rank in [
        Rank::Lead,
        Rank::Deputy,
        Rank::Street,
        Rank::StreetLeader,
        Rank::DistrictLeader,
    ] {
        for id in city.reaches(rank, PEACH, Role::Coord, &scene) {
            assert!(
                roster
                    .get(&id)
                    .unwrap()
                    .roles
                    .iter()
                    .any(|r| r.sees_restricted()),
                "{rank:?}"
            );
        }
    }
}

#[test]
fn a_rank_nobody_holds_falls_to_the_next_wider_one() {
    let mut city = City::new();
    city.each(|w| w.active &= w.roles.contains(&Role::DutyChief));
    let chief = city.holder(DISTRICT, Role::DutyChief, false);
    for rank in [
        Rank::Lead,
        Rank::Street,
        Rank::StreetLeader,
        Rank::DutyDesk,
        Rank::BureauLeader,
    ] {
        assert_eq!(
            city.reaches(rank, PEACH, Role::Coord, &scene()),
            std::slice::from_ref(&chief),
            "{rank:?}"
        );
    }
}

#[test]
fn an_empty_territory_has_no_answer() {
    let tree = Tree::new(Vec::new(), NaiveDate::default());
    assert_eq!(
        responsible(&dibao(None, None), &tree, &Roster::default()),
        None
    );
}

mod properties {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    /// Random territories: parents are earlier units, so some are odd, none cyclic.
    fn trees() -> impl Strategy<Value = Vec<Unit>> {
        vec(
            (0_usize..5, any::<prop::sample::Index>(), any::<bool>()),
            1..25,
        )
        .prop_map(|specs| {
            let mut units: Vec<Unit> = Vec::new();
            for (index, (kind, parent, rooted)) in specs.into_iter().enumerate() {
                let parent =
                    (index > 0 && rooted).then(|| units[parent.index(index)].code.0.clone());
                let code = format!("u{index}");
                units.push(Unit::new(
                    &code,
                    UnitKind::ALL[kind],
                    &code,
                    parent.as_deref(),
                ));
            }
            units
        })
    }

    fn people() -> impl Strategy<Value = Vec<Worker>> {
        let duty = select(vec![Duty::Always, Duty::WorkingHours, Duty::Night]);
        let one = (
            0_usize..30,
            select(Role::ALL),
            any::<bool>(),
            duty,
            any::<bool>(),
            0_usize..3,
        );
        vec(one, 0..30).prop_map(|specs| {
            let worker = |(index, spec): (usize, (usize, Role, bool, Duty, bool, usize))| Worker {
                id: WorkerId(format!("w{index}")),
                name: "某某".into(),
                roles: vec![spec.1],
                unit: UnitId(format!("u{}", spec.0)),
                phone: None,
                deputy: spec.2,
                duty: spec.3,
                active: spec.4,
                away_until: None,
                capacity: None,
                plans: Vec::new(),
                household: (spec.5 > 0).then(|| format!("h{}", spec.5)),
            };
            specs.into_iter().enumerate().map(worker).collect()
        })
    }

    fn places() -> impl Strategy<Value = Option<UnitId>> {
        prop_oneof![
            Just(None),
            Just(Some(UnitId::from(OUTSIDE))),
            (0_usize..30).prop_map(|i| Some(UnitId(format!("u{i}")))),
        ]
    }

    prop_compose! {
        fn questions()(
            route in (select(PLACES), prop::option::of(select(PLACES))),
            role in select(Role::ALL),
            class in select(vec![Class::Crisis, Class::Hunger, Class::Urgent, Class::Normal]),
            hukou in places(), residence in places(), location in places(), street in places(),
            service in select(vec!["CRI-UNRESP", "CRI-FIREGAS", "BAS-DIBAO"]),
            flags in (any::<bool>(), any::<bool>()),
            household in 0_usize..3,
            complained in prop::option::of(0_usize..30),
        ) -> Question {
            Question {
                service: service.into(),
                lead: route.0, copy: route.1, role, class,
                hukou, residence, location, chosen_street: street, known_worker: None,
                scene: Scene {
                    open: flags.0,
                    restricted: flags.1,
                    household: (household > 0).then(|| format!("h{household}")),
                    complained_of: complained.map(|i| WorkerId(format!("w{i}"))),
                    ..scene()
                },
            }
        }
    }

    const PLACES: &[Place] = &[
        Place::Hukou,
        Place::Residence,
        Place::Location,
        Place::District,
        Place::None,
    ];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn somebody_is_always_responsible_and_never_somebody_who_must_not_be(
            units in trees(), workers in people(), q in questions(),
        ) {
            let tree = Tree::new(units, NaiveDate::from_ymd_opt(2026, 3, 2).unwrap());
            let roster = Roster::new(workers);
            let answer = responsible(&q, &tree, &roster).expect("the tree has a unit");
            let desks = || std::iter::once(&answer.lead).chain(&answer.copy).chain(&answer.told);
            for desk in desks() {
                prop_assert!(tree.get(&desk.unit).is_some());
                let Some(id) = &desk.worker else { continue };
                let worker = roster.get(id).unwrap();
                prop_assert!(worker.active && !q.scene.bars(worker));
                prop_assert_eq!(&worker.unit, &desk.unit);
                prop_assert!(worker.roles.contains(&desk.role));
                prop_assert!(!q.scene.restricted || desk.role.sees_restricted());
            }
            if q.scene.restricted {
                prop_assert!(answer.copy.is_none() && answer.told.is_empty());
            }
            prop_assert!(answer.lead.worker.is_some() || answer.reason.notes.iter().any(|n| n.alarms()));
            prop_assert!(!answer.reason.zh.is_empty() && !answer.reason.en.is_empty());
        }

        #[test]
        fn a_worker_of_the_authority_in_the_tree_always_gets_an_ordinary_case(
            units in trees(), workers in people(), mut q in questions(),
        ) {
            q.scene.restricted = false;
            q.class = Class::Normal;
            let tree = Tree::new(units, NaiveDate::from_ymd_opt(2026, 3, 2).unwrap());
            let roster = Roster::new(workers);
            let could = roster.workers().iter().any(|w| {
                tree.get(&w.unit).is_some() && q.scene.allows(w) && w.roles.iter().any(|r| r.takes_over())
            });
            let answer = responsible(&q, &tree, &roster).expect("the tree has a unit");
            prop_assert!(!could || answer.lead.worker.is_some());
        }

        #[test]
        fn the_ladder_never_reaches_somebody_it_must_not(
            units in trees(), workers in people(), q in questions(),
        ) {
            let tree = Tree::new(units, NaiveDate::from_ymd_opt(2026, 3, 2).unwrap());
            let roster = Roster::new(workers);
            for rank in [Rank::Lead, Rank::Deputy, Rank::Street, Rank::DutyDesk, Rank::DutyChief,
                         Rank::StreetLeader, Rank::DistrictLeader, Rank::BureauLeader] {
                let unit = q.residence.clone().unwrap_or_else(|| "u0".into());
                for id in target(rank, &unit, q.role, &q.scene, &tree, &roster) {
                    let worker = roster.get(&id).unwrap();
                    prop_assert!(worker.active && !q.scene.bars(worker));
                    prop_assert!(!q.scene.restricted || worker.roles.iter().any(|r| r.sees_restricted()));
                }
            }
        }
    }
}
