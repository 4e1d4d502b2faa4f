//! What was said and done about a request, in sentences: the conversation and
//! the past of the timeline. What lies ahead is `coming`.

use super::coming;
use super::view::Line;
use crate::clock::Moment;
use crate::conversation::moment_words;
use crate::ids::WorkerId;
use crate::requests::case::Case;
use crate::requests::event::{Actor, Entry, Fact};
use crate::requests::notify::offset;
use crate::requests::status::UNANSWERED;
use crate::texts;
use crate::world::World;
use bots::Content;
use menus::Lang;

/// Messages of resident and worker about this request, in order.
pub(super) fn talk(
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
pub(super) fn line(entry: &Entry, case: &Case, world: &World, lang: Lang) -> Line {
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
        Fact::Tied { how, .. } => fill(&format!("tied_{}", how.code()), &[("who", &by)]),
        Fact::Extended { span, .. } | Fact::ExtensionAsked { span, .. } => fill(
            &kind,
            &[
                ("who", &by),
                (
                    "span",
                    &if lang == Lang::En {
                        span.en()
                    } else {
                        span.zh()
                    },
                ),
            ],
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
