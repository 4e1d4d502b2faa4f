//! What a worker's act does: facts, messages, and who holds the conversation.
//!
//! Pure. The caller loads the case, checks nothing, commits the result; access
//! and the status table are asked here, so that a button, a page and an API
//! call meet the same rules.

pub mod extending;
mod handing;

use crate::clock::Moment;
use crate::conversation::{Key, notices};
use crate::desk::{Access, access};
use crate::escalation::give_back;
use crate::intake;
use crate::outbox::Letter;
use crate::requests::act::{Act, ActRefused};
use crate::requests::case::Case;
use crate::requests::event::{Actor, Class, Fact, Outcome};
use crate::requests::status::{Refused, Status};
use crate::requests::{notify, open, stays};
use crate::routing::{self, Rank};
use crate::territory::{Role, Worker};
use crate::texts;
use crate::world::World;
use menus::Lang;

/// Longest text of an act, in characters.
const LONGEST: usize = 2000;
/// What follows from an act besides the facts in the case.
#[derive(Default)]
pub struct Done {
    /// Messages to send.
    pub letters: Vec<Letter>,
    /// What happens to the conversation.
    pub talk: Talk,
    /// The choices of the last letter to the resident, to be answered by number
    /// or label, too.
    pub offers: Vec<(String, Key)>,
}

/// Who talks to the resident from now on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Talk {
    /// As before.
    #[default]
    Same,
    /// The worker; the bot is silent.
    Hold,
    /// The bot.
    Release,
}

/// Does an act, or says why not; the case is unchanged then.
pub fn perform(
    case: &mut Case,
    worker: &Worker,
    act: &Act,
    world: &World,
    now: Moment,
) -> Result<Done, ActRefused> {
    match access(worker, case, world, now) {
        Access::None => return Err(ActRefused::Unknown),
        Access::Look if !matches!(act, Act::Note { .. }) => {
            return Err(ActRefused::NotYours(why(&Refused {
                why: "not_accepted",
            })));
        }
        _ => {}
    }
    if !act.right().allows_worker(worker) {
        return Err(ActRefused::NotYours(why(&Refused { why: "not_allowed" })));
    }
    let mut draft = case.clone();
    let done = Performing {
        case: &mut draft,
        worker,
        world,
        now,
        actor: Actor::Worker(worker.id.clone()),
    }
    .run(act)?;
    *case = draft;
    Ok(done)
}

/// A refusal of the status table in words.
pub fn why(refused: &Refused) -> String {
    let key = format!("desk.refused.{}", refused.why);
    match texts::text(Lang::Zh, &key) {
        "" => refused.why.to_owned(),
        text => text.to_owned(),
    }
}

fn invalid(code: &'static str) -> ActRefused {
    ActRefused::Invalid(why(&Refused { why: code }))
}

/// A worker's words as others will read them: a resident, a colleague.
pub(crate) fn written(text: &str) -> Result<String, ActRefused> {
    let text = intake::plain_words(text);
    let text = text.trim();
    match text.chars().count() {
        0 => Err(invalid("empty")),
        n if n > LONGEST => Err(invalid("too_long")),
        _ => Ok(text.to_owned()),
    }
}

fn note(text: &str) -> Result<Option<String>, ActRefused> {
    if text.trim().is_empty() {
        Ok(None)
    } else {
        written(text).map(Some)
    }
}

struct Performing<'a> {
    case: &'a mut Case,
    worker: &'a Worker,
    world: &'a World,
    now: Moment,
    actor: Actor,
}

impl Performing<'_> {
    fn record(&mut self, fact: Fact, note: Option<String>) -> Result<(), ActRefused> {
        self.case
            .record(self.actor.clone(), fact, self.now, note)
            .map_err(|refused| ActRefused::NotNow(why(&refused)))
    }

    /// Whoever acts on a request nobody took, takes it.
    fn take(&mut self) -> Result<(), ActRefused> {
        let status = self.case.status();
        if status.is_active() && status < Status::Acknowledged {
            self.record(
                Fact::Accepted {
                    worker: self.worker.id.clone(),
                },
                None,
            )?;
        }
        Ok(())
    }

    fn to_resident(&self, reply: crate::conversation::Reply, open: bool) -> Letter {
        notify::resident(self.case, reply, open)
    }

    fn lang(&self) -> Lang {
        self.case.lang()
    }

    fn reference(&self) -> String {
        notify::shown(&self.case.reference)
    }

    fn run(&mut self, act: &Act) -> Result<Done, ActRefused> {
        let mut done = Done::default();
        match act {
            Act::Accept => {
                self.record(
                    Fact::Accepted {
                        worker: self.worker.id.clone(),
                    },
                    None,
                )?;
                let title = notify::title(self.case, self.world, self.lang());
                let reply = notices::accepted(self.lang(), &self.reference(), &title, &self.who());
                done.letters.push(self.to_resident(reply, false));
            }
            Act::Decline { note: text } => self.decline(text, &mut done)?,
            Act::Attempt => {
                self.take()?;
                self.record(Fact::Attempted, None)?;
            }
            Act::Contact { how, note: text } => {
                self.take()?;
                let how = if matches!(how.as_str(), "visit" | "chat") {
                    how
                } else {
                    "call"
                };
                self.record(
                    Fact::Contacted {
                        how: how.to_owned(),
                    },
                    note(text)?,
                )?;
            }
            Act::Visit => {
                self.take()?;
                self.record(Fact::Visiting, None)?;
            }
            Act::Vouch { place } => {
                let place = written(place)?;
                self.take()?;
                let text = texts::fill(Lang::Zh, "desk.identity.vouched", &[("place", &place)]);
                self.record(Fact::Noted, Some(text))?;
            }
            Act::Ask { text } => {
                let text = written(text)?;
                self.take()?;
                self.record(Fact::Answered, Some(text.clone()))?;
                let reply = notices::asks(self.lang(), &self.reference(), &self.who(), &text);
                done.letters.push(self.to_resident(reply, true));
                done.talk = Talk::Hold;
            }
            Act::Release => {
                done.letters
                    .push(self.to_resident(notices::released(self.lang(), &self.who()), false));
                done.talk = Talk::Release;
                self.record(Fact::Noted, None)?;
            }
            Act::Note { text } => {
                let text = written(text)?;
                self.record(Fact::Noted, Some(text))?;
            }
            Act::Pause { reason } => self.pause(reason, &mut done)?,
            Act::Resume => self.record(
                Fact::Resumed {
                    limit_reached: false,
                },
                None,
            )?,
            Act::Transfer {
                unit,
                note: text,
                worker: None,
            } => self.transfer(unit, text, &mut done)?,
            Act::Transfer {
                note: text,
                worker: Some(to),
                ..
            } => self.entrust(to, text, &mut done)?,
            Act::Recategorise { service } => self.recategorise(service, &mut done)?,
            Act::Extend { days, note: text } => self.ask_extension(*days, text, &mut done)?,
            Act::Grant => self.answer_extension(true, "", &mut done)?,
            Act::Refuse { note: text } => self.answer_extension(false, text, &mut done)?,
            // What these do to this request goes with what they do to another one.
            Act::Split { .. } | Act::Link { .. } | Act::Unlink => {}
            Act::Finish {
                outcome,
                note: text,
                evidence,
            } => {
                self.finish(outcome, text, &mut done)?;
                if let Some(evidence) = note(evidence)? {
                    self.record(Fact::Noted, Some(evidence))?;
                }
            }
        }
        Ok(done)
    }

    fn who(&self) -> String {
        let role = self.worker.roles.first().copied().unwrap_or(Role::Coord);
        notify::who_at(
            self.world,
            &self.worker.unit,
            role,
            Some(&self.worker.id),
            self.lang(),
        )
    }

    fn decline(&mut self, text: &str, done: &mut Done) -> Result<(), ActRefused> {
        let assigns = self.worker.roles.iter().any(|r| r.assigns());
        if stays::bound(&self.case.log) && !assigns {
            return Err(ActRefused::NotNow(why(&Refused { why: "binding" })));
        }
        let mut handed = stays::Handed::default();
        for entry in &self.case.log {
            handed.take(entry);
        }
        self.record(
            Fact::Declined {
                worker: self.worker.id.clone(),
            },
            note(text)?,
        )?;
        if handed.waiting.is_some() {
            let letters = give_back(self.case, self.world, self.now);
            done.letters.extend(letters);
            return Ok(());
        }
        let scene = open::scene_of(self.case, self.world, self.now);
        let place = &self.case.place;
        let others = routing::target(
            Rank::Deputy,
            &place.unit,
            place.role,
            &scene,
            &self.world.tree,
            &self.world.roster,
        );
        for other in others.iter().filter(|w| **w != self.worker.id) {
            done.letters.extend(notify::push(
                self.case,
                other,
                "desk.push.new",
                self.world,
                self.now,
            ));
        }
        Ok(())
    }

    fn pause(&mut self, reason: &str, done: &mut Done) -> Result<(), ActRefused> {
        let (calendar, policy, _) = self.case.rules(self.world);
        // One that stops no clock of this class would be told and mean nothing.
        let known = policy
            .pauses_of(self.case.class())
            .find(|known| known.code == reason)
            .ok_or_else(|| invalid("unknown_reason"))?
            .clone();
        let until = calendar.due(self.now, &known.max);
        self.record(
            Fact::Paused {
                reason: known.code.clone(),
                until,
            },
            None,
        )?;
        let words = if self.lang() == Lang::En {
            &known.en
        } else {
            &known.zh
        };
        let reply = notices::paused(
            self.lang(),
            &self.reference(),
            until,
            notify::offset(),
            words,
        );
        done.letters.push(self.to_resident(reply, false));
        Ok(())
    }

    fn finish(&mut self, outcome: &str, text: &str, done: &mut Done) -> Result<(), ActRefused> {
        let outcome = Outcome::from_code(outcome).ok_or_else(|| invalid("unknown_outcome"))?;
        let text = written(text)?;
        self.record(Fact::Decided { outcome }, Some(text.clone()))?;
        if self.case.class() == Class::Crisis {
            // Nobody else closes danger: what its person writes next is a new case.
            let why = outcome.code().to_owned();
            self.record(Fact::Closed { why }, None)?;
        }
        let title = notify::title(self.case, self.world, self.lang());
        let reply = notices::closed(self.lang(), &self.case.id, &self.reference(), &title, &text);
        if !self.case.restricted {
            done.offers.clone_from(&reply.keys);
        }
        done.letters.push(self.to_resident(reply, false));
        done.talk = Talk::Release;
        Ok(())
    }
}
