//! Buttons and words of a worker, turned into acts and answers.

use super::{Desk, Dialogue, LANG, contact, letter, say};
use crate::desk::access::may;
use crate::desk::doing::{self, Consequence, doing, load};
use crate::desk::{Button, desks, queue};
use crate::ids::RequestId;
use crate::outbox::{Parcel, open, parse_token};
use crate::people::mask;
use crate::requests::act::{Act, ActRefused};
use crate::requests::case::Case;
use crate::requests::notify;
use crate::rights::Right;
use crate::store::{StoreError, outbox as parcels};
use crate::territory::Worker;
use crate::texts;
use bots::Outbound;

impl Dialogue<'_> {
    pub(super) fn reply(&mut self, text: String) {
        self.send(Parcel::text(text));
    }

    /// Sends to this chat; the first message answers the button press.
    pub(super) fn send(&mut self, parcel: Parcel) {
        let mut out = letter(self.inbound, parcel);
        if self
            .to
            .letters
            .iter()
            .any(|l| l.parcel.message.answers.is_some())
        {
            out.parcel.message.answers = None;
        }
        out.request.clone_from(&self.to.request);
        self.to.letters.push(out);
    }

    fn with_buttons(text: String, case: &Case, worker: &Worker) -> Parcel {
        Button::fitting(case, worker)
            .into_iter()
            .fold(Parcel::text(text), |parcel, button| {
                parcel.button(button.label(LANG), &button)
            })
    }

    /// The button behind a token. One that hangs under no message of this chat is
    /// none, whoever's it is, and that it was tried is on record.
    async fn button(&mut self, token: &str) -> Result<Option<Button>, StoreError> {
        let written = match parse_token(token) {
            Some((id, at)) => {
                let found = parcels::by_ids(&self.core.db, &[id.to_owned()]).await?;
                found.into_iter().next().map(|written| (written, at))
            }
            None => None,
        };
        let button = written.as_ref().and_then(|(written, at)| {
            let parcel = open(&written.body_sealed, &self.core.seal).ok()?;
            serde_json::from_value::<Button>(parcel.keys.get(*at)?.clone()).ok()
        });
        let here = self.inbound.address.to_string();
        if written.is_some_and(|(written, _)| written.address == here) {
            return Ok(button);
        }
        match button {
            Some(button) => self.on_record(button.right(), button.request()),
            None => self.refused(Right::Read, "button"),
        }
        Ok(None)
    }

    pub(super) async fn press(&mut self, token: &str) -> Result<(), StoreError> {
        let Some(button) = self.button(token).await? else {
            let text = say("gone", &[]);
            let toast = Some(text.clone());
            let message = Outbound {
                text,
                toast,
                ..Outbound::default()
            };
            self.send(Parcel {
                message,
                keys: Vec::new(),
                kind: None,
            });
            return Ok(());
        };
        let found = load(self.core, button.request()).await?;
        let right = button.right();
        let (worker, now) = (self.worker, self.now);
        let theirs = found.filter(|case| may(worker, case, self.world, now, right));
        // What is not theirs answers like what is not there.
        let Some(case) = theirs else {
            self.on_record(right, button.request());
            self.reply(say("gone", &[]));
            return Ok(());
        };
        let request = case.id.clone();
        let reference = notify::shown(&case.reference);
        match button {
            Button::Accept { .. } => self.act(case, &Act::Accept).await?,
            Button::Decline { .. } => {
                self.act(
                    case,
                    &Act::Decline {
                        note: String::new(),
                    },
                )
                .await?;
            }
            Button::Contacted { .. } => {
                self.act(
                    case,
                    &Act::Contact {
                        how: "call".into(),
                        note: String::new(),
                    },
                )
                .await?;
            }
            Button::Attempt { .. } => self.act(case, &Act::Attempt).await?,
            Button::Grant { .. } => self.act(case, &Act::Grant).await?,
            Button::Show { .. } => self.show(&case),
            Button::Ask { .. } => {
                self.desk = Desk {
                    talking: Some(request),
                    ..Desk::default()
                };
                self.reply(say("ask_text", &[("reference", &reference)]));
            }
            Button::HandOver { .. } => self.choose_desk(&case, &reference),
            Button::To { unit, .. } => {
                self.desk = Desk {
                    handing: Some((request, unit)),
                    ..Desk::default()
                };
                self.reply(say("outcome_note", &[]));
            }
            Button::Done { .. } => {
                let text = say("outcome", &[("reference", &reference)]);
                let parcel = Button::outcomes(&case, self.worker).into_iter().fold(
                    Parcel::text(text),
                    |parcel, outcome| {
                        let button = Button::Outcome {
                            request: case.id.clone(),
                            outcome: outcome.into(),
                        };
                        parcel.button(button.label(LANG), &button)
                    },
                );
                self.send(parcel);
            }
            Button::Outcome { outcome, .. } => {
                self.desk = Desk {
                    finishing: Some((request, outcome)),
                    ..Desk::default()
                };
                self.reply(say("outcome_note", &[]));
            }
            // Rare, and larger than what is pressed all day.
            button => Box::pin(self.further(case, button)).await?,
        }
        Ok(())
    }

    fn show(&mut self, case: &Case) {
        let words = if Right::Story.allows_worker(self.worker) {
            // The number to call stands below, by rule.
            mask::numbers(&case.story.words.join("\n"))
        } else {
            String::new()
        };
        let contact = contact(case);
        let reference = notify::shown(&case.reference);
        let key = if words.is_empty() {
            "accepted_unseen"
        } else {
            "accepted"
        };
        let text = say(
            key,
            &[
                ("reference", &reference),
                ("words", &words),
                ("contact", &contact),
            ],
        );
        self.send(Self::with_buttons(text, case, self.worker));
    }

    pub(super) async fn act(&mut self, case: Case, act: &Act) -> Result<(), StoreError> {
        let reference = notify::shown(&case.reference);
        let request = case.id.clone();
        match doing(self.core, self.world, self.worker, case, act, self.now).await? {
            Err(refused) => {
                if refused.is_about_whose() {
                    self.on_record(act.right(), &request);
                }
                self.refuse(&refused);
            }
            Ok((case, consequence)) => {
                let Consequence {
                    changes,
                    letters,
                    hints,
                    request,
                } = consequence;
                self.to.changes.absorb(changes);
                self.to.letters.extend(letters);
                self.to.hints.extend(hints);
                self.to.request = request;
                let named = [("reference", reference.as_str())];
                match act {
                    Act::Accept => self.show(&case),
                    Act::Decline { .. } => self.reply(say("declined", &named)),
                    Act::Attempt => self.send(Self::with_buttons(
                        say("attempted", &named),
                        &case,
                        self.worker,
                    )),
                    Act::Contact { .. } => {
                        self.send(Self::with_buttons(
                            say("contacted", &named),
                            &case,
                            self.worker,
                        ));
                    }
                    Act::Ask { .. } => self.reply(say("asked", &named)),
                    Act::Grant => self.reply(say("granted", &named)),
                    Act::Refuse { .. } => self.reply(say("refused", &named)),
                    Act::Extend { .. } => self.reply(say("extending", &named)),
                    Act::Split { .. } => self.reply(say("split", &named)),
                    Act::Link { .. } => self.reply(say("linked", &named)),
                    Act::Recategorise { .. } => self.reply(say("recategorised", &named)),
                    Act::Visit | Act::Pause { .. } | Act::Resume => {
                        let text = say(act.name(), &named);
                        self.send(Self::with_buttons(text, &case, self.worker));
                    }
                    Act::Release => self.reply(say("released", &[])),
                    Act::Transfer { unit, .. } => {
                        let unit = desks::name(unit, self.world, LANG);
                        self.reply(say("handed", &[("reference", &reference), ("unit", &unit)]));
                    }
                    _ => self.reply(say("finished", &named)),
                }
            }
        }
        Ok(())
    }

    /// Somebody asked for what is not theirs.
    fn on_record(&mut self, right: Right, request: &RequestId) {
        self.refused(right, &format!("request:{request}"));
    }

    fn refused(&mut self, right: Right, subject: &str) {
        let actor = format!("worker:{}", self.worker.id);
        let line = doing::refusal(&actor, right, subject, self.now);
        self.to.changes.audit.push(line);
    }

    pub(super) fn refuse(&mut self, refused: &ActRefused) {
        let text = match refused {
            ActRefused::Unknown => say("gone", &[]),
            ActRefused::NotYours(_) => say("not_yours", &[]),
            ActRefused::NotNow(why) | ActRefused::Invalid(why) => say("not_now", &[("why", why)]),
            ActRefused::Stale | ActRefused::TooOften | ActRefused::Away => say("stale", &[]),
        };
        self.reply(text);
    }

    pub(super) async fn text(&mut self, text: &str) -> Result<(), StoreError> {
        let word = text.trim().to_lowercase();
        if matches!(word.as_str(), "返回" | "back" | "取消" | "cancel") {
            let talking = self.desk.talking.take();
            self.desk = Desk::default();
            if let Some(request) = talking {
                return self.on(&request, &Act::Release).await;
            }
            self.reply(say("help", &[]));
            return Ok(());
        }
        if matches!(word.as_str(), "待办" | "todo" | "queue") {
            return self.list().await;
        }
        if let Some((request, outcome)) = self.desk.finishing.take() {
            return self
                .on(
                    &request,
                    &Act::Finish {
                        outcome,
                        note: text.to_owned(),
                        evidence: String::new(),
                    },
                )
                .await;
        }
        if let Some((request, unit)) = self.desk.handing.take() {
            return self
                .on(
                    &request,
                    &Act::Transfer {
                        unit,
                        note: text.to_owned(),
                        worker: None,
                    },
                )
                .await;
        }
        if let Some(wording) = self.desk.wording.take() {
            return Box::pin(self.worded(wording, text)).await;
        }
        if let Some(request) = self.desk.talking.clone() {
            return self
                .on(
                    &request,
                    &Act::Ask {
                        text: text.to_owned(),
                    },
                )
                .await;
        }
        self.reply(say("help", &[]));
        Ok(())
    }

    pub(super) async fn on(&mut self, request: &RequestId, act: &Act) -> Result<(), StoreError> {
        if let Some(case) = load(self.core, request).await? {
            return self.act(case, act).await;
        }
        self.reply(say("gone", &[]));
        Ok(())
    }

    async fn list(&mut self) -> Result<(), StoreError> {
        let who = (self.worker, LANG);
        let found = queue::cards(self.core, self.world, who, None, self.now).await?;
        let cards = found.cards;
        if cards.is_empty() {
            self.reply(say("queue_empty", &[]));
            return Ok(());
        }
        let count = if found.next.is_some() {
            "queue_more"
        } else {
            "queue"
        };
        let mut text = say(count, &[("count", &cards.len().to_string())]);
        let mut parcel = Parcel::text(String::new());
        for (number, (id, card)) in cards.iter().take(8).enumerate() {
            let status = texts::text(LANG, &format!("desk.status.{}", card.status));
            let number = (number + 1).to_string();
            text.push('\n');
            text.push_str(&say(
                "queue_line",
                &[
                    ("number", &number),
                    ("title", &card.service),
                    ("reference", &card.reference),
                    ("state", status),
                ],
            ));
            parcel = parcel.button(
                format!("{number}. {}", card.reference),
                &Button::Show {
                    request: id.clone(),
                },
            );
        }
        parcel.message.text = text;
        self.send(parcel);
        Ok(())
    }
}
