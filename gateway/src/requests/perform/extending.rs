//! More time, asked for before it runs out and granted by somebody above.
//!
//! The honest way past a limit: asked by whoever has the request, once for each
//! clock, with a reason; granted or refused by whoever assigns. The resident is
//! told the new time. Nothing here moves a clock by itself.

use super::{Done, Performing, invalid, note, why, written};
use crate::calendar::Span;
use crate::clock::Moment;
use crate::conversation::notices;
use crate::escalation;
use crate::requests::act::ActRefused;
use crate::requests::event::{ClockName, Entry, Fact};
use crate::requests::status::Refused;
use crate::requests::{notify, open};
use crate::routing::{self, Rank};
use crate::texts;
use menus::Lang;

/// The working days that may be asked for.
pub const DAYS: [u8; 3] = [1, 3, 5];
/// How many of those above are asked.
const ASKED: usize = 2;

/// A request for more time that nobody has answered.
pub struct Pending<'a> {
    /// The clock.
    pub clock: ClockName,
    /// How much.
    pub span: Span,
    /// Who asked, and when.
    pub entry: &'a Entry,
}

/// The request for more time that waits for an answer, if there is one.
pub fn pending(log: &[Entry]) -> Option<Pending<'_>> {
    let mut asked = None;
    for entry in log {
        match &entry.fact {
            Fact::ExtensionAsked { clock, span } => {
                asked = Some(Pending {
                    clock: *clock,
                    span: *span,
                    entry,
                });
            }
            Fact::Extended { .. }
            | Fact::ExtensionRefused
            | Fact::Decided { .. }
            | Fact::Transferred { .. }
            | Fact::Reopened { .. }
            | Fact::Disputed => asked = None,
            _ => {}
        }
    }
    asked
}

fn refuse<T>(why_not: &'static str) -> Result<T, ActRefused> {
    Err(ActRefused::NotNow(why(&Refused { why: why_not })))
}

impl Performing<'_> {
    pub(super) fn ask_extension(
        &mut self,
        days: u8,
        text: &str,
        done: &mut Done,
    ) -> Result<(), ActRefused> {
        if self.case.place.worker.as_ref() != Some(&self.worker.id) {
            return refuse("not_accepted");
        }
        if !DAYS.contains(&days) {
            return Err(invalid("unknown_reason"));
        }
        if pending(&self.case.log).is_some() {
            return refuse("already_asked");
        }
        let reason = written(text)?;
        let Some((clock, due)) = self.next_clock() else {
            return refuse("already_decided");
        };
        if due <= self.now {
            return refuse("too_late_to_ask");
        }
        let extended = |fact: &Fact| matches!(fact, Fact::Extended { clock: c, .. } if *c == clock);
        if self.case.has(extended) {
            return refuse("extended_once");
        }
        let span = Span::working_days(days.into());
        self.record(Fact::ExtensionAsked { clock, span }, Some(reason))?;
        let scene = open::scene_of(self.case, self.world, self.now);
        let rank = if self.case.restricted {
            Rank::DutyChief
        } else {
            Rank::Street
        };
        let place = &self.case.place;
        let (tree, roster) = (&self.world.tree, &self.world.roster);
        let mut above = routing::target(rank, &place.unit, place.role, &scene, tree, roster);
        above.retain(|id| *id != self.worker.id);
        let (span, who) = (span.zh(), self.worker.name.as_str());
        let more = [("span", span.as_str()), ("asker", who)];
        for id in above.iter().take(ASKED) {
            let key = "desk.push.extension";
            done.letters.extend(notify::push_with(
                self.case, id, key, &more, self.world, self.now,
            ));
        }
        Ok(())
    }

    /// The clock that is due next among those a worker answers for.
    fn next_clock(&self) -> Option<(ClockName, Moment)> {
        let (calendar, policy, limits) = self.case.rules(self.world);
        let clocks = escalation::clocks(&self.case.log, calendar, policy, &limits, self.now);
        let open = clocks.iter().filter(|c| c.stopped_at.is_none());
        let open = open.filter(|c| matches!(c.clock, ClockName::Contact | ClockName::Resolve));
        open.map(|c| (c.clock, c.due.at))
            .min_by_key(|(_, due)| *due)
    }

    pub(super) fn answer_extension(
        &mut self,
        granted: bool,
        text: &str,
        done: &mut Done,
    ) -> Result<(), ActRefused> {
        let Some(asked) = pending(&self.case.log) else {
            return refuse("nothing_asked");
        };
        let (clock, span, by) = (asked.clock, asked.span, asked.entry.actor.clone());
        let reason = self
            .case
            .note(asked.entry.seq)
            .unwrap_or_default()
            .to_owned();
        let above = self.worker.roles.iter().any(|role| role.assigns());
        if !above || by == self.actor {
            return refuse("only_above");
        }
        let key = if granted {
            self.record(Fact::Extended { clock, span }, note(text)?)?;
            "desk.push.extended"
        } else {
            self.record(Fact::ExtensionRefused, Some(written(text)?))?;
            "desk.push.extension_refused"
        };
        if let Some(asker) = by.id() {
            let letters = notify::push(self.case, asker, key, self.world, self.now);
            done.letters.extend(letters);
        }
        if granted {
            self.tell_new_time(clock, &reason, done);
        }
        Ok(())
    }

    /// The resident hears the new time, as it is promised now.
    fn tell_new_time(&self, clock: ClockName, reason: &str, done: &mut Done) {
        let (calendar, policy, limits) = self.case.rules(self.world);
        let clocks = escalation::clocks(&self.case.log, calendar, policy, &limits, self.now);
        let Some(found) = clocks.iter().find(|c| c.clock == clock) else {
            return;
        };
        let (lang, reference) = (self.lang(), self.reference());
        let general = texts::text(lang, "desk.extension.reason");
        let reason = if lang == Lang::En { general } else { reason };
        let offset = notify::offset();
        let reply = notices::promise_changed(lang, &reference, found.due.at, offset, reason);
        done.letters.push(self.to_resident(reply, false));
    }
}
