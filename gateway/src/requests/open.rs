//! Opening a request: who is responsible, what was promised, who is told.
//!
//! Pure: from what the conversation gathered and the world at this moment to a
//! case and the messages that go with it. The intake commits both together.

use super::case::{Case, Opened, Place};
use super::event::{Class, ClockName};
use super::notify;
use super::reference::Reference;
use crate::clock::Moment;
use crate::conversation::accord::Accord;
use crate::conversation::{Opening, Promised, Reply, promise_card};
use crate::escalation;
use crate::ids::{RequestId, UnitId, WorkerId};
use crate::outbox::Letter;
use crate::requests::case::Story;
use crate::routing::{self, Desk, Loads, Rank, Responsible, Scene};
use crate::territory::Role;
use crate::world::World;
use bots::Address;
use menus::question::Answer;
use menus::{Service, Urgency};
use std::sync::Arc;

/// What opening a request gives.
pub struct Result {
    /// The case, not yet written.
    pub case: Case,
    /// The promise card; none for a crisis, whose card was said already.
    pub card: Option<Reply>,
    /// Messages to workers.
    pub letters: Vec<Letter>,
}

/// Where the request comes from.
pub struct From<'a> {
    /// The conversation.
    pub address: &'a Address,
    /// Name of the sender as their app gives it.
    pub sender: Option<&'a str>,
    /// What is known of the person from elsewhere.
    pub context: Context,
    /// The catalogue version the conversation follows.
    pub catalogue: u32,
}

/// What the register and earlier requests say.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// Of the one person with this telephone number.
    pub register: Option<Registered>,
    /// Who led the person's last request.
    pub known_worker: Option<WorkerId>,
    /// Open requests by worker, where anybody has a limit.
    pub loads: Loads,
}

/// A person as the register has them.
#[derive(Clone, Debug, Default)]
pub struct Registered {
    /// Where registered.
    pub hukou: Option<UnitId>,
    /// Where living.
    pub residence: Option<UnitId>,
    /// Number of the household.
    pub household: Option<String>,
}

/// The service for complaints about somebody's work.
const COMPLAINT: &str = "SVC-COMPLAINT";

/// The desk of requests that came before any unit was imported: the duty desk
/// and the district see them, and hand them on.
pub const UNASSIGNED: &str = "unassigned";

/// Opens a request. `chance` makes the public reference. `None` only if the
/// catalogue has neither the service nor the one for talking to a person.
pub fn open(
    mut opening: Opening,
    from: &From<'_>,
    world: &World,
    now: Moment,
    chance: [u8; 8],
) -> Option<Result> {
    // What was offered is what is opened, whatever was published meanwhile.
    if opening.unit.is_none()
        && let Some((lat, lon)) = opening.pin
        && let [unit] = world.tree.find_by_pin(lat, lon).as_slice()
    {
        opening.unit = Some(unit.clone());
    }
    let here = opening.unit.as_ref();
    let published = world.locally(world.catalogue(from.catalogue), here);
    let catalogue = &published.catalogue;
    let service = catalogue
        .service(&opening.service)
        .or_else(|| catalogue.service("SVC-HUMAN"))?;
    let (_, policy, calendar) = world.versions();
    let class = class(service, opening.class_hint);
    let about = (service.code.as_str() == COMPLAINT)
        .then(|| named(&opening, world))
        .flatten();
    let question = question(service, class, &opening, from, about, world, now);
    let responsible =
        routing::responsible(&question, &world.tree, &world.roster).unwrap_or_else(nobody);
    let restricted = service.restricted;
    let place = Place {
        unit: responsible.lead.unit.clone(),
        role: responsible.lead.role,
        worker: responsible.lead.worker.clone(),
        copy: responsible.copy.as_ref().map(|d| (d.unit.clone(), d.role)),
    };
    let service = service.code.as_str().to_owned();
    let case = Case::open(Opened {
        id: RequestId::new(now),
        reference: Reference::from_random(chance).code().to_owned(),
        address: from.address.clone(),
        service,
        class,
        place,
        restricted,
        versions: (catalogue.version(), policy, calendar),
        story: story(opening, &question.scene, from, &responsible),
        at: now,
    });
    // In danger the hotline card was said already and is all there is to say.
    let danger = class == Class::Crisis || case.service.starts_with("CRI-");
    let card = (!danger).then(|| card(&case, &responsible, world));
    let letters = tell(&case, &responsible, &question.scene, world, now);
    Some(Result {
        case,
        card,
        letters,
    })
}

/// Where a case would lie under another service, from what is known of it now.
pub fn route(case: &Case, service: &Service, world: &World, now: Moment) -> Option<Responsible> {
    let story = &case.story;
    let opening = Opening {
        draft: case.draft(),
        service: service.code.as_str().to_owned(),
        words: Vec::new(),
        answers: std::collections::BTreeMap::default(),
        attachments: Vec::new(),
        class_hint: Urgency::Normal,
        evidence: Vec::new(),
        guesses: Vec::new(),
        silent: false,
        crisis_words: Vec::new(),
        unit: story.unit.clone(),
        hukou: story.hukou.clone(),
        known: story.known.clone(),
        pin: story.pin,
        for_other: None,
        accord: Accord::default(),
        lang: case.lang(),
        related: None,
    };
    let from = From {
        address: &case.address,
        sender: None,
        context: Context {
            register: Some(Registered {
                household: story.household.clone(),
                ..Registered::default()
            }),
            loads: Arc::clone(&case.loads),
            ..Context::default()
        },
        catalogue: case.versions.0,
    };
    let about = story.complained_of.clone().map(WorkerId);
    let question = question(service, case.class(), &opening, &from, about, world, now);
    routing::responsible(&question, &world.tree, &world.roster)
}

/// Who is responsible while there is no territory yet: nobody by name, and said.
fn nobody() -> Responsible {
    let unit = UnitId::from(UNASSIGNED);
    Responsible {
        lead: Desk {
            unit,
            role: Role::Duty,
            worker: None,
            on_duty: false,
        },
        copy: None,
        told: Vec::new(),
        forward: false,
        reason: routing::Reason {
            code: routing::Code::NoTerritory,
            notes: Vec::new(),
            zh: "还没有导入辖区，先放在值守岗".into(),
            en: "No territory was imported yet; it waits at the duty desk".into(),
        },
    }
}

/// The one worker whose name is in the words. Of several nobody is guessed.
fn named(opening: &Opening, world: &World) -> Option<WorkerId> {
    let answers = opening.answers.values().filter_map(|answer| match answer {
        Answer::Text(text) => Some(text),
        _ => None,
    });
    let texts: Vec<&String> = opening.words.iter().chain(answers).collect();
    let is_in = |name: &str| name.chars().count() > 1 && texts.iter().any(|t| t.contains(name));
    let workers = world.roster.workers().iter();
    let mut found = workers.filter(|w| w.active && is_in(&w.name));
    let first = found.next()?;
    found.next().is_none().then(|| first.id.clone())
}

/// The class of danger: the service's own, raised by what the words sounded like.
pub(crate) fn class(service: &Service, hint: Urgency) -> Class {
    if service.code.as_str() == "CRI-HUNGER" {
        return Class::Hunger;
    }
    match service.urgency.max(hint) {
        Urgency::Crisis => Class::Crisis,
        Urgency::Urgent => Class::Urgent,
        Urgency::Normal => Class::Normal,
    }
}

fn question(
    service: &Service,
    class: Class,
    opening: &Opening,
    from: &From<'_>,
    about: Option<WorkerId>,
    world: &World,
    now: Moment,
) -> routing::Question {
    let (_, _, calendar) = world.versions();
    let register = from.context.register.clone().unwrap_or_default();
    let lives = (opening.unit.clone())
        .or_else(|| opening.known.place.as_ref().map(|p| p.0.clone()))
        .or(register.residence);
    let hukou = opening
        .hukou
        .clone()
        .or_else(|| opening.known.hukou.as_ref().map(|p| p.0.clone()))
        .or(register.hukou);
    let scene = Scene {
        household: register.household,
        complained_of: about,
        loads: Arc::clone(&from.context.loads),
        keeper: keeper(service, class),
        ..scene(service.restricted, world, calendar, now)
    };
    let mut question = routing::Question::of(service, class, scene);
    question.known_worker.clone_from(&from.context.known_worker);
    question.told(lives, hukou, &world.tree);
    question
}

fn scene(restricted: bool, world: &World, calendar: u32, now: Moment) -> Scene {
    Scene {
        at: now,
        open: world.calendar(calendar).is_open(now),
        restricted,
        ..Scene::default()
    }
}

/// Who may be given a restricted case besides the duty desk: the data-protection
/// officer, what is theirs by the catalogue and no danger.
fn keeper(service: &Service, class: Class) -> Option<Role> {
    let theirs = class < Class::Hunger && service.role == Role::Privacy.as_str();
    theirs.then_some(Role::Privacy)
}

/// The scene of a case as it lies now, for the ladder.
pub fn scene_of(case: &Case, world: &World, now: Moment) -> Scene {
    let published = case.published(world);
    let service = published.catalogue.service(&case.service);
    Scene {
        keeper: service.and_then(|service| keeper(service, case.class())),
        household: case.story.household.clone(),
        complained_of: case.story.complained_of.clone().map(WorkerId),
        loads: Arc::clone(&case.loads),
        ..scene(case.restricted, world, case.versions.2, now)
    }
}

fn story(opening: Opening, scene: &Scene, from: &From<'_>, responsible: &Responsible) -> Story {
    Story {
        words: opening.words,
        answers: opening.answers,
        attachments: opening.attachments,
        evidence: opening.evidence,
        guesses: opening.guesses,
        crisis_words: opening.crisis_words,
        unit: opening.unit,
        hukou: opening.hukou,
        known: opening.known,
        pin: opening.pin,
        for_other: opening.for_other,
        lang: opening.lang.tag().to_owned(),
        silent: opening.silent,
        call_allowed: None,
        draft: opening.draft.0,
        reason: (responsible.reason.zh.clone(), responsible.reason.en.clone()),
        sender: from
            .sender
            .filter(|_| !opening.accord.anonymous)
            .map(str::to_owned),
        accord: opening.accord,
        related: opening.related.map(|d| d.0),
        household: scene.household.clone(),
        complained_of: scene.complained_of.as_ref().map(|w| w.0.clone()),
    }
}

/// What the resident is promised: who, what, by when.
fn card(case: &Case, responsible: &Responsible, world: &World) -> Reply {
    let (calendar, policy, limits) = case.rules(world);
    let clocks = escalation::clocks(&case.log, calendar, policy, &limits, case.opened_at);
    let contact = clocks
        .iter()
        .find(|c| c.clock == ClockName::Contact)
        .or_else(|| clocks.first());
    let lang = case.lang();
    let unit = world.tree.get(&case.place.unit);
    let promised = Promised {
        reference: notify::shown(&case.reference),
        service: (!case.restricted).then(|| notify::title(case, world, lang)),
        who: notify::who(case, world, lang),
        desk_phone: unit.and_then(|u| u.phone.clone()),
        by: contact.map_or(case.opened_at, |c| c.due.at),
        by_words: contact.map(|c| match lang {
            menus::Lang::Zh => c.limit.zh(),
            menus::Lang::En => c.limit.en(),
        }),
        copy: responsible
            .copy
            .as_ref()
            .map(|d| world.unit_name(&d.unit).to_owned()),
        unknown_year: contact.is_some_and(|c| !c.due.unknown_years.is_empty()),
        first_contact: true,
    };
    promise_card(&promised, lang, notify::offset())
}

/// Who hears of it at once.
fn tell(
    case: &Case,
    responsible: &Responsible,
    scene: &Scene,
    world: &World,
    now: Moment,
) -> Vec<Letter> {
    let mut letters = Vec::new();
    let mut told: Vec<WorkerId> = Vec::new();
    let mut push = |workers: Vec<WorkerId>, key: &str| {
        for worker in workers {
            if !told.contains(&worker) {
                letters.extend(notify::push(case, &worker, key, world, now));
                told.push(worker);
            }
        }
    };
    let people = |desk: &Desk| -> Vec<WorkerId> {
        match &desk.worker {
            Some(worker) => vec![worker.clone()],
            None => routing::target(
                Rank::Lead,
                &desk.unit,
                desk.role,
                scene,
                &world.tree,
                &world.roster,
            ),
        }
    };
    match case.class() {
        Class::Crisis | Class::Hunger => {
            push(people(&responsible.lead), "desk.push.crisis");
            let duty = routing::target(
                Rank::DutyDesk,
                &case.place.unit,
                case.place.role,
                scene,
                &world.tree,
                &world.roster,
            );
            push(duty, "desk.push.crisis");
        }
        Class::Urgent | Class::Normal => push(people(&responsible.lead), "desk.push.new"),
    }
    for desk in &responsible.told {
        push(people(desk), "desk.push.told");
    }
    if let Some(copy) = &responsible.copy {
        push(people(copy), "desk.push.copy");
    }
    letters
}
