//! Everything about one request that a worker may see, ready to draw.

use super::persons::people;
use super::queue::{card, chips, desks, phone, thread};
use super::view::{Line, Sheet};
use super::{Access, Button, access};
use super::{coming, seen};
use crate::app::Core;
use crate::clock::Moment;
use crate::conversation::moment_words;
use crate::escalation::policy::{PauseReason, Policy};
use crate::escalation::{self, why};
use crate::ids::WorkerId;
use crate::people::mask;
use crate::requests::case::Case;
use crate::requests::event::{Actor, Entry, Fact};
use crate::requests::notify::offset;
use crate::requests::status::{Status, UNANSWERED};
use crate::rights::Right;
use crate::store::{StoreError, conversations, inbound};
use crate::territory::Worker;
use crate::texts;
use crate::world::World;
use bots::Content;
use menus::{Lang, question};

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
    let may = access(worker, case, world, now);
    if may == Access::None {
        return Ok(None);
    }
    let leads = case.place.worker.as_ref() == Some(&worker.id);
    let shown = leads && may == Access::Act && case.status() >= Status::Acknowledged;
    let case = &seen::opened(core, world, worker, case, shown, now).await?;
    let mut sheet = outline(world, worker, case, lang, now);
    if Right::Story.allows_worker(worker) {
        let messages = thread(core, case).await?;
        sheet.words.clone_from(&case.story.words);
        sheet.answers = answers(world, case, lang);
        sheet.evidence = evidence(case);
        sheet.thread = talk(case, messages, world, lang);
        sheet.people = people(core, world, worker, case, (shown, lang, now)).await?;
    } else {
        sheet.answers = order(world, case, lang);
        for line in &mut sheet.timeline {
            line.quote = None;
        }
        if let Some(taken) = taken(case, worker).filter(|_| shown) {
            // What was said since was said to them.
            sheet.thread = talk(case, thread(core, case).await?, world, lang);
            sheet.thread.retain(|line| line.at >= taken);
        }
    }
    sheet.phone = phone(case).map(|p| if shown { p } else { mask::phone(&p) });
    sheet.phone_shown = shown;
    sheet.held = held(core, case).await?;
    if sheet.held && may == Access::Act && Right::Release.allows_worker(worker) {
        sheet.card.acts.push("release");
    }
    sheet.mark = mark(core, case).await?;
    Ok(Some(sheet))
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
    let mut timeline: Vec<Line> = case
        .log
        .iter()
        .filter(|e| !coming::moot(e, case, world))
        .map(|e| line(e, case, world, lang))
        .collect();
    timeline.extend(coming::lines(case, world, lang, now));
    let mut card = card(case, worker, world, lang, now);
    card.words = String::new();
    card.who = None;
    Sheet {
        card,
        words: Vec::new(),
        answers: Vec::new(),
        evidence: Vec::new(),
        reason: if lang == Lang::En {
            case.story.reason.1.clone()
        } else {
            case.story.reason.0.clone()
        },
        phone: None,
        phone_shown: false,
        chips: chips(case, world, now),
        explained,
        timeline,
        thread: Vec::new(),
        astray: coming::astray(case, world, lang),
        why: reasons.overdue.then(|| pick(reasons.sentence)),
        pauses: pauses(policy, lang),
        outcomes: outcomes(case, worker, lang),
        desks: desks(case, world),
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

/// Codes and labels of the reasons for a pause.
fn pauses(policy: &Policy, lang: Lang) -> Vec<(String, String)> {
    let label = |p: &PauseReason| {
        if lang == Lang::En {
            p.en.clone()
        } else {
            p.zh.clone()
        }
    };
    let reasons = policy.pauses.iter();
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
    let catalogue = &world.catalogue(case.versions.0).catalogue;
    let code = |c: &menus::Service| (c.code.as_str().to_owned(), c.name.get(lang).to_owned());
    let guess = |c: &menus::Service| !case.story.guesses.iter().any(|g| g == c.code.as_str());
    let mut services: Vec<_> = catalogue
        .services()
        .iter()
        .filter(|s| s.code.as_str() != case.service)
        .collect();
    // What the classifier also thought of comes first.
    services.sort_by_key(|s| guess(s));
    services.into_iter().map(code).collect()
}

/// What an order needs: nothing sensitive.
fn order(world: &World, case: &Case, lang: Lang) -> Vec<(String, String)> {
    asked(world, case, lang, |field| !field.sensitive)
}

fn answers(world: &World, case: &Case, lang: Lang) -> Vec<(String, String)> {
    asked(world, case, lang, |_| true)
}

fn asked(
    world: &World,
    case: &Case,
    lang: Lang,
    shown: fn(&question::Question) -> bool,
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
            (field.key != "phone").then(|| {
                (
                    field.label.get(lang).to_owned(),
                    question::shown(field, answer, lang),
                )
            })
        });
    asked.collect()
}

async fn held(core: &Core, case: &Case) -> Result<bool, StoreError> {
    let found = conversations::one(&core.db, &case.address.to_string()).await?;
    let plain = found.and_then(|f| core.seal.open(&f.state_sealed).ok());
    let snapshot =
        plain.map(|p| crate::conversation::Snapshot::from_json(&String::from_utf8_lossy(&p), 0));
    Ok(snapshot
        .and_then(|s| s.held)
        .is_some_and(|h| h.request == case.id))
}

/// Messages of resident and worker about this request, in order.
fn talk(
    case: &Case,
    messages: Vec<(Moment, bots::Inbound)>,
    world: &World,
    lang: Lang,
) -> Vec<Line> {
    let mut lines: Vec<Line> = messages
        .into_iter()
        .filter_map(|(at, message)| {
            let quote = match message.content {
                Content::Text(text) | Content::Edited { text, .. } => text,
                Content::File(file) => {
                    let kind = format!("{:?}", file.kind).to_lowercase();
                    format!("[{kind}] {}", file.caption.unwrap_or_default())
                        .trim()
                        .to_owned()
                }
                Content::Place { lat, lon, .. } => format!("{lat:.5}, {lon:.5}"),
                _ => return None,
            };
            Some(Line {
                at,
                side: "resident",
                text: String::new(),
                quote: Some(quote),
            })
        })
        .collect();
    for entry in &case.log {
        if matches!(entry.fact, Fact::Answered) {
            let text = who(&entry.actor, world, lang);
            let quote = case.note(entry.seq).map(str::to_owned);
            lines.push(Line {
                at: entry.at,
                side: "worker",
                text,
                quote,
            });
        }
    }
    lines.sort_by_key(|l| l.at);
    lines
}

fn who(actor: &Actor, world: &World, lang: Lang) -> String {
    match actor.id() {
        Some(id) => name(id, world),
        None => texts::text(lang, "request.worker").to_owned(),
    }
}

fn name(id: &WorkerId, world: &World) -> String {
    world.worker_name(id).unwrap_or(id.as_str()).to_owned()
}

/// A fact in a sentence.
fn line(entry: &Entry, case: &Case, world: &World, lang: Lang) -> Line {
    let by = who(&entry.actor, world, lang);
    let fill =
        |key: &str, values: &[(&str, &str)]| texts::fill(lang, &format!("desk.fact.{key}"), values);
    let at = |moment: Moment| moment_words(moment, offset(), lang);
    let desk = |unit: &crate::ids::UnitId, worker: &Option<WorkerId>| {
        let person = worker
            .as_ref()
            .map(|w| format!(" {}", name(w, world)))
            .unwrap_or_default();
        (world.unit_name(unit).to_owned(), person)
    };
    let kind = entry.fact.kind().to_owned();
    let text = match &entry.fact {
        Fact::Assigned { unit, worker, .. } | Fact::Transferred { unit, worker } => {
            let (unit, person) = desk(unit, worker);
            fill(&kind, &[("unit", &unit), ("who", &person)])
        }
        Fact::Seen { worker } | Fact::Accepted { worker } | Fact::Declined { worker } => {
            fill(&kind, &[("who", &name(worker, world))])
        }
        Fact::Paused { reason, until } => {
            let known = world.policy(case.versions.1).pause(reason);
            let words = known.map_or(reason.as_str(), |p| {
                if lang == Lang::En { &p.en } else { &p.zh }
            });
            fill(&kind, &[("why", words), ("until", &at(*until))])
        }
        Fact::Extended { span, .. } => fill(
            &kind,
            &[(
                "span",
                &if lang == Lang::En {
                    span.en()
                } else {
                    span.zh()
                },
            )],
        ),
        Fact::Decided { outcome } => {
            let outcome = texts::text(lang, &format!("desk.outcome.{}", outcome.code()));
            fill(&kind, &[("who", &by), ("outcome", outcome)])
        }
        Fact::Closed { why } if why == UNANSWERED => fill("closed_unanswered", &[]),
        Fact::Raised { class } => fill(
            &kind,
            &[(
                "class",
                texts::text(lang, &format!("desk.class.{}", class.code())),
            )],
        ),
        Fact::Recategorised { service } => {
            let catalogue = &world.catalogue(case.versions.0).catalogue;
            let to = catalogue
                .service(service)
                .map_or(service.as_str(), |s| s.name.get(lang));
            fill(&kind, &[("service", to)])
        }
        Fact::Fired { rung, clock, .. } => {
            let actions = coming::rung(rung, case, world, lang);
            let words = if actions.is_empty() {
                clock.code().to_owned()
            } else {
                actions
            };
            fill(&kind, &[("rung", &words)])
        }
        Fact::Rated { solved, .. } => {
            let key = if *solved {
                "desk.fact.solved_yes"
            } else {
                "desk.fact.solved_no"
            };
            fill(&kind, &[("solved", texts::text(lang, key))])
        }
        Fact::Policy { version } => fill(&kind, &[("version", &version.to_string())]),
        Fact::Other(kind) => fill("other", &[("kind", kind)]),
        _ => fill(&kind, &[("who", &by)]),
    };
    let side = match entry.actor {
        Actor::Resident => "resident",
        Actor::Worker(_) | Actor::Admin(_) => "worker",
        Actor::Bot => "bot",
        Actor::System => "system",
    };
    // What was written to the resident is in the thread; notes belong here.
    let quote = case
        .note(entry.seq)
        .filter(|_| !matches!(entry.fact, Fact::Answered))
        .map(str::to_owned);
    Line {
        at: entry.at,
        side,
        text,
        quote,
    }
}
