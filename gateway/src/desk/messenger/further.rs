//! What is done less often, behind one button: a visit, a pause, more time, two
//! out of one, two about the same thing, another service.
//!
//! Each offers what there is to choose from and asks in words for what needs
//! words; nothing is decided here. A private note is written on the page alone,
//! where no press can send it to the resident.

use super::{Desk, Dialogue, LANG, Wording, say};
use crate::desk::sheet::others;
use crate::desk::{Access, Button, access, desks};
use crate::intake::load_cases;
use crate::outbox::Parcel;
use crate::people::mask;
use crate::requests::act::{Act, ActRefused};
use crate::requests::case::Case;
use crate::requests::notify;
use crate::requests::perform::extending::DAYS;
use crate::store::{StoreError, requests};
use crate::texts;

/// Choices under one message at most.
const MOST: usize = 6;
/// Desks under one message at most.
const DESKS: usize = 8;
/// Requests of one worker that are looked at.
const LED: i64 = 200;

impl Dialogue<'_> {
    /// A press of one of these buttons.
    pub(super) async fn further(&mut self, case: Case, button: Button) -> Result<(), StoreError> {
        let request = case.id.clone();
        match button {
            Button::More { .. } => self.offer("more", &case, labelled(Button::more(&case))),
            Button::Visit { .. } => return self.act(case, &Act::Visit).await,
            Button::Resume { .. } => return self.act(case, &Act::Resume).await,
            Button::Pause { .. } => self.offer("pause", &case, self.reasons(&case)),
            Button::PauseFor { reason, .. } => {
                return self.act(case, &Act::Pause { reason }).await;
            }
            Button::Extend { .. } => self.offer("extend", &case, days(&case)),
            Button::ExtendBy { days, .. } => self.ask(Wording::Extend(request, days)),
            Button::Refuse { .. } => self.ask(Wording::Refuse(request)),
            Button::Split { .. } => {
                let split = |service| Button::SplitOff {
                    request: request.clone(),
                    service,
                };
                self.offer("split", &case, self.near(&case, split));
            }
            Button::SplitOff { service, .. } => self.ask(Wording::Split(request, service)),
            Button::Recategorise { .. } => {
                let under = |service| Button::PutUnder {
                    request: request.clone(),
                    service,
                };
                self.offer("recategorise", &case, self.near(&case, under));
            }
            Button::PutUnder { service, .. } => {
                return self.act(case, &Act::Recategorise { service }).await;
            }
            Button::Link { .. } => {
                let alike = self.alike(&case).await?;
                self.offer("link", &case, alike);
            }
            Button::LinkTo { leader, .. } => return self.act(case, &Act::Link { leader }).await,
            // The others are the dialogue's own.
            _ => self.refuse(&ActRefused::Unknown),
        }
        Ok(())
    }

    /// Where it could go.
    pub(super) fn choose_desk(&mut self, case: &Case, reference: &str) {
        let desks = desks::desks(case, self.world, LANG, self.now);
        let named = [("reference", reference)];
        if desks.is_empty() {
            return self.reply(say("hand_nowhere", &named));
        }
        let more = desks.len() > DESKS;
        let text = say(if more { "hand_to_some" } else { "hand_to" }, &named);
        let parcel =
            desks
                .into_iter()
                .take(DESKS)
                .fold(Parcel::text(text), |parcel, (unit, name)| {
                    parcel.button(
                        name,
                        &Button::To {
                            request: case.id.clone(),
                            unit,
                        },
                    )
                });
        self.send(parcel);
    }

    /// A question with its choices, or that there is nothing to choose.
    fn offer(&mut self, key: &str, case: &Case, choices: Vec<(String, Button)>) {
        let reference = notify::shown(&case.reference);
        let named = [("reference", reference.as_str())];
        if choices.is_empty() {
            return self.reply(say("nothing_fits", &named));
        }
        let text = Parcel::text(say(&format!("which.{key}"), &named));
        let fitting = choices.into_iter().filter(|(_, button)| {
            let right = button.right();
            right.allows_worker(self.worker)
        });
        let parcel = fitting.fold(text, |parcel, (label, button)| {
            parcel.button(label, &button)
        });
        self.send(parcel);
    }

    /// What is written next belongs to this.
    fn ask(&mut self, wording: Wording) {
        let key = match &wording {
            Wording::Extend(..) => "words.extend",
            Wording::Refuse(_) => "words.refuse",
            Wording::Split(..) => "words.split",
        };
        self.desk = Desk {
            wording: Some(wording),
            ..Desk::default()
        };
        self.reply(say(key, &[]));
    }

    /// The act whose words these are.
    pub(super) async fn worded(&mut self, wording: Wording, text: &str) -> Result<(), StoreError> {
        let note = text.to_owned();
        let (request, act) = match wording {
            Wording::Extend(request, days) => (request, Act::Extend { days, note }),
            Wording::Refuse(request) => (request, Act::Refuse { note }),
            Wording::Split(request, service) => {
                let text = note;
                (request, Act::Split { service, text })
            }
        };
        self.on(&request, &act).await
    }

    /// The reasons for a pause that stop a clock of this class.
    fn reasons(&self, case: &Case) -> Vec<(String, Button)> {
        let (_, policy, _) = case.rules(self.world);
        let fits = policy.pauses_of(case.class());
        fits.map(|p| {
            let button = Button::PauseFor {
                request: case.id.clone(),
                reason: p.code.clone(),
            };
            (format!("{}（最长{}）", p.zh, p.max.zh()), button)
        })
        .collect()
    }

    /// Services somebody may have meant.
    fn near(&self, case: &Case, of: impl Fn(String) -> Button) -> Vec<(String, Button)> {
        let near = others(self.world, case).into_iter();
        let near = near.filter(|(_, near)| *near).map(|(service, _)| {
            let label = service.label().get(LANG).to_owned();
            (label, of(service.code.as_str().to_owned()))
        });
        near.take(MOST).collect()
    }

    /// Other open requests of this worker for the same service.
    async fn alike(&self, case: &Case) -> Result<Vec<(String, Button)>, StoreError> {
        let rows = requests::of_worker(&self.core.db, self.worker.id.as_str(), LED).await?;
        let same = |row: &requests::Stored| row.service == case.service && row.id != case.id.0;
        let ids: Vec<String> = rows.into_iter().filter(same).map(|row| row.id).collect();
        let cases = load_cases(self.core, &ids).await?;
        let open = |other: &&Case| {
            let may = access(self.worker, other, self.world, self.now);
            other.status().is_active() && may == Access::Act
        };
        // In the order they were read.
        let alike = ids.iter().filter_map(|id| cases.get(id)).filter(open);
        let choice = alike.map(|other| {
            let reference = notify::shown(&other.reference);
            let label = match other.story.known.name.as_deref().map(mask::name) {
                Some(who) => format!("{reference} {who}"),
                None => reference.clone(),
            };
            let button = Button::LinkTo {
                request: case.id.clone(),
                leader: reference,
            };
            (label, button)
        });
        Ok(choice.take(MOST).collect())
    }
}

fn labelled(buttons: Vec<Button>) -> Vec<(String, Button)> {
    let label = |button: Button| (button.label(LANG), button);
    buttons.into_iter().map(label).collect()
}

fn days(case: &Case) -> Vec<(String, Button)> {
    let choice = |days: u8| {
        let count = days.to_string();
        let label = texts::fill(LANG, "desk.chat.working_days", &[("count", &count)]);
        let button = Button::ExtendBy {
            request: case.id.clone(),
            days,
        };
        (label, button)
    };
    DAYS.into_iter().map(choice).collect()
}
