//! Everything about one request that a worker may see, ready to draw.

use super::looks::{self, Live};
use super::past::{line, talk};
use super::queue::{card, chips, leads, phone, photos_in};
use super::told::told;
use super::view::{Card, Line, Sheet};
use super::{Access, Button, access, coming, privacy, seen};
use crate::app::Core;
use crate::clock::Moment;
use crate::escalation::policy::{PauseReason, Policy};
use crate::escalation::{self, why};
use crate::ids::{UnitId, WorkerId};
use crate::people::mask;
use crate::requests::case::Case;
use crate::requests::event::{Actor, Class, Entry, Fact};
use crate::rights::Right;
use crate::store::{StoreError, inbound};
use crate::territory::{Duty, Worker};
use crate::texts;
use crate::world::World;
use menus::{Lang, question};
use std::sync::LazyLock;

/// Services the classifier also thought of, one press each.
const LIKELY: usize = 3;

/// The sheet of a request, or `None` if it is not this worker's to see.
/// Reading personal data is put on record.
pub async fn sheet(
    core: &Core,
    world: &World,
    worker: &Worker,
    case: &Case,
    lang: Lang,
    now: Moment,
) -> Result<Option<Sheet>, StoreError> {
    let Some(eyes) = eyes(core, world, worker, case, now).await? else {
        return Ok(None);
    };
    let Eyes { may, full, shown } = eyes;
    let case = &seen::opened(core, world, worker, case, (shown, full), now).await?;
    let story = Right::Story.allows_worker(worker);
    let taken = taken(case, worker).filter(|_| shown);
    let wanted = (story || taken.is_some(), story.then_some(full.is_some()));
    let told = told(core, world, worker, case, wanted, (lang, now)).await?;
    let mut sheet = outline(world, worker, case, lang, now);
    sheet.card.who = case.story.known.name.as_deref().map(mask::name);
    if access(worker, case, world, now) == Access::None {
        sheet.card.acts.clear();
    }
    if full.is_some() {
        sheet.card.who.clone_from(&case.story.known.name);
    }
    if story {
        sheet.words.clone_from(&case.story.words);
        sheet.answers = answers(world, case, lang, full.is_some());
        sheet.evidence = evidence(case);
        sheet.photos = photos_in(case, &told.messages);
        sheet.thread = talk(case, told.messages, world, lang);
        sheet.people = told.people;
    } else {
        sheet.answers = order(world, case, lang);
        for line in &mut sheet.timeline {
            line.quote = None;
        }
        if let Some(taken) = taken {
            // What was said since was said to them.
            sheet.thread = talk(case, told.messages, world, lang);
            sheet.thread.retain(|line| line.at >= taken);
        }
    }
    if !shown {
        hide_numbers(&mut sheet);
    }
    sheet.phone = phone(case).map(|p| if shown { p } else { mask::phone(&p) });
    sheet.phone_shown = shown;
    sheet.full_until = full.map(|look| look.until);
    sheet.may_show = may == Access::Act && full.is_none() && Right::Unmask.allows_worker(worker);
    sheet.may_erase = privacy::theirs(core, world, worker, case, Right::Erase);
    sheet.answers.extend(told.proved);
    sheet.held = told.held;
    if sheet.held && may == Access::Act && Right::Release.allows_worker(worker) {
        sheet.card.acts.push("release");
    }
    sheet.mark = told.mark;
    sheet.ties = told.ties;
    Ok(Some(sheet))
}

/// What a reader sees of a request.
struct Eyes {
    may: Access,
    /// All of it, for a reason on record.
    full: Option<Live>,
    /// The number.
    shown: bool,
}

/// How much this worker sees; `None` if nothing. A broken glass shows, and lets
/// do nothing.
async fn eyes(
    core: &Core,
    world: &World,
    worker: &Worker,
    case: &Case,
    now: Moment,
) -> Result<Option<Eyes>, StoreError> {
    let mut may = access(worker, case, world, now);
    let look = looks::live(core, worker, case, now).await?;
    let broken = look.filter(|look| look.glass && looks::may_break(worker, case, world, now));
    if may == Access::None {
        if broken.is_none() {
            return Ok(None);
        }
        may = Access::Look;
    }
    let full = look.filter(|_| may == Access::Act).or(broken);
    let shown = (leads(case, worker) && may == Access::Act) || full.is_some();
    Ok(Some(Eyes { may, full, shown }))
}

/// Numbers that were told in words are masked like the ones that were asked for.
fn hide_numbers(sheet: &mut Sheet) {
    let quotes = sheet.thread.iter_mut().chain(&mut sheet.timeline);
    let quotes = quotes.filter_map(|line| line.quote.as_mut());
    for text in sheet.words.iter_mut().chain(quotes) {
        *text = mask::numbers(text);
    }
}

/// What a sheet amounts to, as a short mark that any process computes alike.
pub async fn mark(core: &Core, case: &Case) -> Result<String, StoreError> {
    let messages = inbound::count_of_request(&core.db, case.id.as_str()).await?;
    Ok(format!("{}-{messages}", case.version()))
}

/// When this worker took the case last.
fn taken(case: &Case, worker: &Worker) -> Option<Moment> {
    let own = Actor::Worker(worker.id.clone());
    let takes = |e: &&Entry| e.actor == own && matches!(e.fact, Fact::Accepted { .. });
    case.log.iter().rev().find(takes).map(|e| e.at)
}

/// A card for those who run it: nothing of the resident, and nothing to do.
pub(crate) fn bare_card(case: &Case, world: &World, lang: Lang, now: Moment) -> Card {
    Card {
        acts: Vec::new(),
        ..impersonal(card(case, nobody(), world, lang, now))
    }
}

fn impersonal(card: Card) -> Card {
    Card {
        words: String::new(),
        who: None,
        ..card
    }
}

/// Somebody who may look at outlines only: whoever runs it.
pub(crate) fn nobody() -> &'static Worker {
    static NOBODY: LazyLock<Worker> = LazyLock::new(|| Worker {
        id: WorkerId::from("admin"),
        name: String::new(),
        roles: Vec::new(),
        unit: UnitId::from(""),
        phone: None,
        deputy: false,
        duty: Duty::Always,
        active: true,
        away_until: None,
        capacity: None,
        plans: Vec::new(),
        household: None,
    });
    &NOBODY
}

/// The part of a sheet that holds nothing personal: clocks, timeline, reasons.
pub(crate) fn outline(
    world: &World,
    worker: &Worker,
    case: &Case,
    lang: Lang,
    now: Moment,
) -> Sheet {
    let (calendar, policy, limits) = case.rules(world);
    let clocks = escalation::clocks(&case.log, calendar, policy, &limits, now);
    let pick = |words: why::Words| if lang == Lang::En { words.en } else { words.zh };
    let explained = clocks
        .iter()
        .map(|c| {
            let lines = why::explain(c, calendar, policy)
                .into_iter()
                .map(pick)
                .collect();
            (pick(why::name(c.clock)), lines)
        })
        .collect();
    let reasons = why::why(&case.log, calendar, policy, &limits, now);
    Sheet {
        card: impersonal(card(case, worker, world, lang, now)),
        words: Vec::new(),
        answers: Vec::new(),
        evidence: Vec::new(),
        photos: Vec::new(),
        reason: if lang == Lang::En {
            case.story.reason.1.clone()
        } else {
            case.story.reason.0.clone()
        },
        phone: None,
        phone_shown: false,
        full_until: None,
        may_show: false,
        may_erase: false,
        chips: chips(case, world, now),
        explained,
        timeline: timeline(case, world, lang, now),
        thread: Vec::new(),
        astray: coming::astray(case, world, lang),
        why: reasons.overdue.then(|| pick(reasons.sentence)),
        pauses: pauses(policy, case.class(), lang),
        outcomes: outcomes(case, worker, lang),
        desks: super::desks::desks(case, world, lang, now),
        likely: likely(case),
        ties: Vec::new(),
        services: services(world, case, lang),
        held: false,
        mark: String::new(),
        people: super::view::People::default(),
    }
}

/// Codes and labels of what may come of it.
fn outcomes(case: &Case, worker: &Worker, lang: Lang) -> Vec<(String, String)> {
    let label = |o: &str| texts::text(lang, &format!("desk.outcome.{o}")).to_owned();
    let codes = Button::outcomes(case, worker).into_iter();
    codes.map(|o| (o.to_owned(), label(o))).collect()
}

/// What happened, then what will.
fn timeline(case: &Case, world: &World, lang: Lang, now: Moment) -> Vec<Line> {
    let told = case.log.iter().filter(|e| !coming::moot(e, case, world));
    let mut lines: Vec<Line> = told.map(|e| line(e, case, world, lang)).collect();
    lines.extend(coming::lines(case, world, lang, now));
    lines
}

fn likely(case: &Case) -> usize {
    let guesses = case.story.guesses.iter();
    guesses.filter(|g| **g != case.service).count().min(LIKELY)
}

/// Codes and labels of the reasons for a pause in this class.
fn pauses(policy: &Policy, class: Class, lang: Lang) -> Vec<(String, String)> {
    let label = |p: &PauseReason| {
        if lang == Lang::En {
            format!("{} (at most {})", p.en, p.max.en())
        } else {
            format!("{}（最长{}）", p.zh, p.max.zh())
        }
    };
    let reasons = policy.pauses_of(class);
    reasons.map(|p| (p.code.clone(), label(p))).collect()
}

/// The words that decided, each once; a word within a longer one says nothing.
fn evidence(case: &Case) -> Vec<String> {
    let all = || case.story.crisis_words.iter().chain(&case.story.evidence);
    let mut kept: Vec<String> = Vec::new();
    for word in all() {
        let within = all().any(|other| other != word && other.contains(word.as_str()));
        if !within && !kept.contains(word) {
            kept.push(word.clone());
        }
    }
    kept
}

fn services(world: &World, case: &Case, lang: Lang) -> Vec<(String, String)> {
    let others = others(world, case).into_iter();
    let named = |s: &menus::Service| (s.code.as_str().to_owned(), s.name.get(lang).to_owned());
    others.map(|(service, _)| named(service)).collect()
}

/// Every other service, and whether somebody may have meant it: what the
/// classifier also thought of comes first, then those of the same kind.
pub(super) fn others<'w>(world: &'w World, case: &Case) -> Vec<(&'w menus::Service, bool)> {
    let catalogue = &world.catalogue(case.versions.0).catalogue;
    let here = catalogue.service(&case.service);
    let guesses = &case.story.guesses;
    let rank = |other: &menus::Service| {
        let guess = guesses.iter().position(|g| g == other.code.as_str());
        let kin = here.is_some_and(|here| here.category == other.category);
        let kin = kin && !other.restricted;
        guess.unwrap_or(guesses.len() + usize::from(!kin))
    };
    let mut others: Vec<_> = catalogue.services().iter().collect();
    others.retain(|other| other.code.as_str() != case.service);
    others.sort_by_key(|other| rank(other));
    let near = |other| (other, rank(other) <= guesses.len());
    others.into_iter().map(near).collect()
}

/// What an order needs: nothing sensitive.
fn order(world: &World, case: &Case, lang: Lang) -> Vec<(String, String)> {
    asked(world, case, lang, |field| !field.sensitive, false)
}

fn answers(world: &World, case: &Case, lang: Lang, full: bool) -> Vec<(String, String)> {
    asked(world, case, lang, |_| true, full)
}

fn asked(
    world: &World,
    case: &Case,
    lang: Lang,
    shown: fn(&question::Question) -> bool,
    full: bool,
) -> Vec<(String, String)> {
    let catalogue = &world.catalogue(case.versions.0).catalogue;
    let Some(service) = catalogue.service(&case.service) else {
        return Vec::new();
    };
    let asked = service
        .fields
        .iter()
        .filter(|f| shown(f))
        .filter_map(|field| {
            let answer = case.story.answers.get(&field.key)?;
            // The number has a place of its own, shown by rule.
            let said = if full {
                question::describe(field, answer, lang)
            } else {
                question::shown(field, answer, lang)
            };
            (field.key != "phone").then(|| (field.label.get(lang).to_owned(), said))
        });
    asked.collect()
}
