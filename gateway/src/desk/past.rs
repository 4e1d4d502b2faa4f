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
    let telling = Telling {
        case,
        world,
        lang,
        by: who(&entry.actor, world, lang),
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
        text: telling.who_has_it(&entry.fact),
        quote,
    }
}

/// What a sentence is made with.
struct Telling<'a> {
    case: &'a Case,
    world: &'a World,
    lang: Lang,
    /// Whoever did it.
    by: String,
}

impl Telling<'_> {
    fn fill(&self, key: &str, values: &[(&str, &str)]) -> String {
        texts::fill(self.lang, &format!("desk.fact.{key}"), values)
    }

    /// Whose it is, and facts of few words; the others are told by
    /// [`Telling::how_it_goes`].
    fn who_has_it(&self, fact: &Fact) -> String {
        let kind = fact.kind();
        match fact {
            Fact::Assigned { unit, worker, .. } | Fact::Transferred { unit, worker } => {
                let person = worker.as_ref().map(|w| format!(" {}", name(w, self.world)));
                let unit = self.world.unit_name(unit);
                let person = person.unwrap_or_default();
                self.fill(kind, &[("unit", unit), ("who", &person)])
            }
            Fact::Seen { worker } | Fact::Accepted { worker } | Fact::Declined { worker } => {
                self.fill(kind, &[("who", &name(worker, self.world))])
            }
            Fact::Tied { how, .. } => {
                self.fill(&format!("tied_{}", how.code()), &[("who", &self.by)])
            }
            Fact::Rated { solved, .. } => {
                let key = if *solved {
                    "desk.fact.solved_yes"
                } else {
                    "desk.fact.solved_no"
                };
                self.fill(kind, &[("solved", texts::text(self.lang, key))])
            }
            Fact::Policy { version } => self.fill(kind, &[("version", &version.to_string())]),
            Fact::Other(kind) => self.fill("other", &[("kind", kind)]),
            _ => self.how_it_goes(fact),
        }
    }

    /// Clocks, decisions, and everything that only names who did it.
    fn how_it_goes(&self, fact: &Fact) -> String {
        let (case, world, lang) = (self.case, self.world, self.lang);
        let kind = fact.kind();
        match fact {
            Fact::Paused { reason, until } => {
                let known = world.policy(case.versions.1).pause(reason);
                let words = known.map_or(reason.as_str(), |p| {
                    if lang == Lang::En { &p.en } else { &p.zh }
                });
                let until = moment_words(*until, offset(), lang);
                self.fill(kind, &[("why", words), ("until", &until)])
            }
            Fact::Extended { span, .. } | Fact::ExtensionAsked { span, .. } => {
                let span = if lang == Lang::En {
                    span.en()
                } else {
                    span.zh()
                };
                self.fill(kind, &[("who", &self.by), ("span", &span)])
            }
            Fact::Decided { outcome } => {
                let outcome = texts::text(lang, &format!("desk.outcome.{}", outcome.code()));
                self.fill(kind, &[("who", &self.by), ("outcome", outcome)])
            }
            Fact::Closed { why } if why == UNANSWERED => self.fill("closed_unanswered", &[]),
            Fact::Raised { class } => {
                let class = texts::text(lang, &format!("desk.class.{}", class.code()));
                self.fill(kind, &[("class", class)])
            }
            Fact::Recategorised { service } => {
                let catalogue = &world.catalogue(case.versions.0).catalogue;
                let to = catalogue
                    .service(service)
                    .map_or(service.as_str(), |s| s.name.get(lang));
                self.fill(kind, &[("service", to)])
            }
            Fact::Fired { rung, clock, .. } => {
                let actions = coming::rung(rung, case, world, lang);
                let words = if actions.is_empty() {
                    clock.code().to_owned()
                } else {
                    actions
                };
                self.fill(kind, &[("rung", &words)])
            }
            _ => self.fill(kind, &[("who", &self.by)]),
        }
    }
}
