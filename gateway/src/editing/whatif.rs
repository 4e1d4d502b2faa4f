//! "What would happen if": a message, a place and a moment, put together by
//! hand, told through to the last notice.
//!
//! The same functions answer as for a resident: `intents` reads the words,
//! `routing` names the desk, `requests::open` makes the promise, the ladder
//! says what comes when nobody acts. Nothing is stored and nobody is told.

use super::paper::Paper;
use crate::app::Core;
use crate::clock::Moment;
use crate::conversation::{Known, Opening};
use crate::desk;
use crate::escalation::clocks;
use crate::ids::DraftId;
use crate::requests::event::ClockName;
use crate::requests::open::{self, Context, class};
use crate::routing::trial::{Trial, Tried, locate, trial};
use crate::territory::OUTSIDE;
use crate::world::{Published, World, train_with};
use bots::Address;
use intents::Verdict;
use menus::{Catalogue, Lang, Service, Urgency};
use std::sync::Arc;

/// What is supposed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Supposed {
    /// What somebody writes.
    pub text: String,
    /// Where they live or are, in words or as a unit's code.
    pub address: String,
    /// Where they are registered, likewise.
    pub hukou: String,
    /// When.
    pub at: Moment,
    /// Through which channel.
    pub channel: String,
    pub lang: Lang,
}

/// What would come of it.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// "route", "ask", "none" or "crisis".
    pub decision: &'static str,
    /// Words that spoke for it.
    pub evidence: Vec<String>,
    /// Code, name and per cent of the services it could be, best first.
    pub ranked: Vec<(String, String, u8)>,
    /// Code and name of the service it would be opened under.
    pub service: Option<(String, String)>,
    pub class: &'static str,
    /// Unit and role in charge: "590102001001 coord".
    pub lead: String,
    /// Who gets it and why: label and text.
    pub route: Vec<(String, String)>,
    /// What the resident is promised; empty in danger, where the card comes first.
    pub promise: String,
    /// When each clock is due.
    pub due: Vec<(ClockName, Moment)>,
    /// Everything that happens when nobody acts.
    pub future: Vec<(Moment, String)>,
}

impl World {
    /// The same world with another document in force. `None`: as it is.
    #[must_use]
    pub fn supposing(&self, paper: Option<&Paper>) -> Self {
        let (menu, policy, calendar) = self.versions();
        let mut world = Self {
            catalogues: self.catalogues.clone(),
            policies: self.policies.clone(),
            calendars: self.calendars.clone(),
            tree: self.tree.clone(),
            roster: self.roster.clone(),
            chats: self.chats.clone(),
            lessons: self.lessons.clone(),
            classifier: Arc::clone(&self.classifier),
            webhooks: Vec::new(),
            stamp: self.stamp,
        };
        match paper {
            None => {}
            Some(Paper::Menu(draft)) => {
                let catalogue = (**draft).clone().with_version(menu + 1);
                if !same_words(&self.newest().catalogue, &catalogue) {
                    world.classifier = Arc::new(train_with(&catalogue, &self.lessons.examples));
                }
                let published = Published::new(catalogue);
                let version = published.catalogue.version();
                world.catalogues.insert(version, Arc::new(published));
            }
            Some(Paper::Policy(draft)) => {
                let mut draft = (**draft).clone();
                draft.version = policy + 1;
                world.policies.insert(draft.version, Arc::new(draft));
            }
            Some(Paper::Calendar(draft)) => {
                let mut draft = (**draft).clone();
                draft.version = calendar + 1;
                world.calendars.insert(draft.version, Arc::new(draft));
            }
        }
        world
    }
}

/// Whether the classifier learns the same from both.
fn same_words(one: &Catalogue, other: &Catalogue) -> bool {
    let words = |s: &Service| {
        (
            s.code.clone(),
            s.name.clone(),
            s.aliases.clone(),
            s.examples.clone(),
        )
    };
    let (ours, theirs) = (one.services().iter(), other.services().iter());
    one.pairs() == other.pairs() && ours.map(words).eq(theirs.map(words))
}

/// Answers it in a thread of its own, with another document if one is given.
/// `None` if that failed; the cause is in the log.
pub(super) async fn suppose(
    core: &Core,
    paper: Option<Paper>,
    supposed: Supposed,
) -> Option<Outcome> {
    let world = core.world();
    let work = move || outcome(&world.supposing(paper.as_ref()), &supposed);
    let done = tokio::task::spawn_blocking(work).await;
    done.inspect_err(|error| tracing::error!(%error, "a supposition failed"))
        .ok()
}

/// What would come of it in this world.
pub(super) fn outcome(world: &World, supposed: &Supposed) -> Outcome {
    let lang = supposed.lang;
    let verdict = world.classifier.classify(&supposed.text);
    let lives = locate(&supposed.address, None, &world.tree).unit();
    let here = world.locally(world.newest(), lives.as_ref());
    let catalogue = &here.catalogue;
    let name = |code: &str| {
        let service = catalogue.service(code);
        service.map_or_else(|| code.to_owned(), |s| s.name.get(lang).to_owned())
    };
    let ranked = verdict.ranked.iter().map(|r| {
        let percent = (r.confidence * 100.0).round().clamp(0.0, 100.0) as u8;
        (r.service.clone(), name(&r.service), percent)
    });
    let ranked: Vec<_> = ranked.collect();
    let mut outcome = Outcome {
        decision: decision(&verdict),
        evidence: verdict.evidence.clone(),
        ranked,
        ..Outcome::default()
    };
    let meant = verdict
        .needs
        .first()
        .or(verdict.ranked.first().map(|r| &r.service));
    let opens = matches!(outcome.decision, "route" | "crisis");
    let service = meant
        .filter(|_| opens)
        .and_then(|code| catalogue.service(code));
    let Some(service) = service else {
        return outcome;
    };
    outcome.service = Some((service.code.to_string(), service.name.get(lang).to_owned()));
    let hint = hint(&verdict);
    let class = class(service, hint);
    outcome.class = class.code();
    let tried = tried(world, supposed, (service, class));
    if let Some(found) = &tried.responsible {
        outcome.lead = format!("{} {}", found.lead.unit, found.lead.role.as_str());
    }
    outcome.route = tried.lines(&world.tree, &world.roster, lang);
    open(
        world,
        supposed,
        &verdict,
        (service.code.as_str(), hint),
        &tried,
        &mut outcome,
    );
    outcome
}

fn decision(verdict: &Verdict) -> &'static str {
    match verdict.decision {
        intents::Decision::Route => "route",
        intents::Decision::Ask => "ask",
        intents::Decision::None => "none",
        intents::Decision::Crisis => "crisis",
    }
}

fn hint(verdict: &Verdict) -> Urgency {
    match verdict.urgency {
        intents::Urgency::Normal => Urgency::Normal,
        intents::Urgency::Urgent => Urgency::Urgent,
        intents::Urgency::Crisis => Urgency::Crisis,
    }
}

fn tried(
    world: &World,
    supposed: &Supposed,
    asked: (&Service, crate::requests::event::Class),
) -> Tried {
    let open = world.calendar(world.versions().2).is_open(supposed.at);
    let place = Trial {
        address: supposed.address.clone(),
        hukou: supposed.hukou.clone(),
        ..Trial::default()
    };
    trial(
        &place,
        asked,
        (supposed.at, open),
        &world.tree,
        &world.roster,
    )
}

/// Opens it as it would be opened, and reads promise and ladder from the case.
fn open(
    world: &World,
    supposed: &Supposed,
    verdict: &Verdict,
    (service, hint): (&str, Urgency),
    tried: &Tried,
    outcome: &mut Outcome,
) {
    let opening = Opening {
        draft: DraftId::from("supposed"),
        service: service.to_owned(),
        words: vec![supposed.text.clone()],
        answers: std::collections::BTreeMap::default(),
        attachments: Vec::new(),
        class_hint: hint,
        evidence: verdict.evidence.clone(),
        guesses: Vec::new(),
        silent: false,
        crisis_words: Vec::new(),
        unit: tried.address.unit().filter(|unit| unit.as_str() != OUTSIDE),
        hukou: tried.hukou.unit(),
        known: Known::default(),
        pin: None,
        for_other: None,
        accord: crate::conversation::accord::Accord::default(),
        lang: supposed.lang,
        related: None,
    };
    let from = open::From {
        address: &Address::new(&supposed.channel, "supposed", "supposed"),
        sender: None,
        context: Context::default(),
        catalogue: world.versions().0,
    };
    let Some(opened) = open::open(opening, &from, world, supposed.at, [0; 8]) else {
        return;
    };
    let case = &opened.case;
    let (calendar, policy, limits) = case.rules(world);
    let due = clocks(&case.log, calendar, policy, &limits, supposed.at);
    outcome.due = due.into_iter().map(|c| (c.clock, c.due.at)).collect();
    outcome.promise = opened.card.map(|card| card.text).unwrap_or_default();
    let coming = desk::coming::all(case, world, supposed.lang, supposed.at);
    outcome.future = coming
        .into_iter()
        .map(|line| (line.at, line.text))
        .collect();
}
