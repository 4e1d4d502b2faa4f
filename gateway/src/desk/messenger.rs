//! The workers' dialogue in the messenger: buttons under pushes, a few words.
//!
//! A chat becomes a worker's by a one-time code. From then on its messages come
//! here: buttons act, free text goes to the resident while the worker is
//! talking to one, 「待办」 lists what waits. Every press is checked again against
//! who the worker is and what state the request is in.

use super::doing::{Consequence, doing, load};
use super::{Button, queue};
use crate::app::Core;
use crate::bus::Hint;
use crate::clock::{Moment, micros};
use crate::ids::{RequestId, WorkerId};
use crate::outbox::{Lane, Letter, Parcel, open, parse_token};
use crate::requests::act::{Act, ActRefused};
use crate::requests::case::Case;
use crate::requests::notify;
use crate::store::conversations::Found;
use crate::store::rows::{ChatRow, ConversationRow};
use crate::store::{StoreError, grants, outbox as parcels};
use crate::territory::Worker;
use crate::texts;
use crate::world::World;
use bots::{Content, Inbound, Outbound};
use menus::Lang;
use serde::{Deserialize, Serialize};

/// A worker's message.
pub struct Message<'a> {
    /// As received.
    pub inbound: &'a Inbound,
    /// When.
    pub at: Moment,
}

/// What a worker's chat is in the middle of. Stored in place of a dialogue.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Desk {
    /// Talking to the resident of this request.
    talking: Option<RequestId>,
    /// About to say how this request ended.
    finishing: Option<(RequestId, String)>,
    /// About to say why this request goes to this unit.
    handing: Option<(RequestId, String)>,
}

const LANG: Lang = Lang::Zh;

fn say(key: &str, values: &[(&str, &str)]) -> String {
    texts::fill(LANG, &format!("desk.chat.{key}"), values)
}

/// Turns a chat into a worker's, if the message holds a one-time code.
pub async fn binding(
    core: &Core,
    inbound: &Inbound,
    now: Moment,
) -> Result<Option<Consequence>, StoreError> {
    let Some(code) = code(&inbound.content) else {
        return Ok(None);
    };
    let tag = core.seal.tag("bind", &code);
    let found = grants::valid(&core.db, &tag, micros(now))
        .await?
        .filter(|g| g.kind == "bind");
    let mut to = Consequence::default();
    let world = core.world();
    let worker = found.and_then(|g| g.subject.strip_prefix("worker:").map(WorkerId::from));
    let Some(worker) = worker.and_then(|id| world.worker(&id).cloned()) else {
        // A wrong code is no reason to lose what else the words may say.
        let start = matches!(inbound.content, Content::Start { .. });
        to.letters
            .push(letter(inbound, Parcel::text(say("code_wrong", &[]))));
        return Ok(start.then_some(to));
    };
    to.changes.at = micros(now);
    to.changes.grants_used.push(tag);
    let address = inbound.address.to_string();
    to.changes.chats.push(ChatRow {
        address,
        worker: worker.id.0.clone(),
        at: micros(now),
    });
    to.letters.push(letter(
        inbound,
        Parcel::text(say("bound", &[("who", &worker.name)])),
    ));
    to.hints.push(Hint::Reference);
    Ok(Some(to))
}

/// The one-time code in a message: `/start w-CODE`, 「绑定 CODE」, "bind CODE".
fn code(content: &Content) -> Option<String> {
    let raw = match content {
        Content::Start {
            payload: Some(payload),
        } => payload.strip_prefix("w-")?,
        Content::Text(text) => {
            let text = text.trim();
            text.strip_prefix("绑定")
                .or_else(|| text.strip_prefix("bind "))?
        }
        _ => return None,
    };
    let code: String = raw
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_ascii_uppercase();
    (8..=32).contains(&code.len()).then_some(code)
}

fn letter(inbound: &Inbound, mut parcel: Parcel) -> Letter {
    if let Content::Tap { callback, .. } = &inbound.content {
        parcel.message.answers.clone_from(callback);
    }
    Letter {
        to: inbound.address.clone(),
        lane: Lane::Reply,
        request: None,
        parcel,
        not_before: None,
    }
}

struct Dialogue<'a> {
    core: &'a Core,
    world: &'a World,
    worker: &'a Worker,
    inbound: &'a Inbound,
    now: Moment,
    desk: Desk,
    to: Consequence,
}

/// Handles a message of a worker's chat.
pub async fn receive(
    core: &Core,
    world: &World,
    message: Message<'_>,
    found: &Found,
    now: Moment,
) -> Result<Consequence, StoreError> {
    let inbound = message.inbound;
    let id = WorkerId(found.worker.clone().unwrap_or_default());
    let stored = found
        .state_sealed
        .as_deref()
        .and_then(|s| core.seal.open_json::<Desk>(s).ok());
    let desk = stored.unwrap_or_default();
    let before = desk.clone();
    let Some(worker) = world.worker(&id) else {
        let mut to = Consequence::default();
        to.letters
            .push(letter(inbound, Parcel::text(say("code_wrong", &[]))));
        return Ok(to);
    };
    let mut dialogue = Dialogue {
        core,
        world,
        worker,
        inbound,
        now,
        desk,
        to: Consequence::default(),
    };
    dialogue.to.changes.at = micros(now);
    match &inbound.content {
        Content::Tap { token, .. } => dialogue.press(token).await?,
        Content::Text(text) => dialogue.text(text).await?,
        Content::Command(text) => dialogue.text(text.trim_start_matches('/')).await?,
        Content::Blocked => dialogue
            .to
            .changes
            .chats_ended
            .push(inbound.address.to_string()),
        _ => dialogue.reply(say("help", &[])),
    }
    if dialogue.desk != before || found.version.is_none() {
        let state = core.seal.seal_json(&dialogue.desk);
        dialogue.to.changes.conversations.push(ConversationRow {
            address: inbound.address.to_string(),
            before: found.version.unwrap_or(0),
            state,
            requests: found.requests.unwrap_or(0),
            at: micros(now),
            ended: None,
        });
    }
    Ok(dialogue.to)
}

impl Dialogue<'_> {
    fn reply(&mut self, text: String) {
        self.send(Parcel::text(text));
    }

    /// Sends to this chat; the first message answers the button press.
    fn send(&mut self, parcel: Parcel) {
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

    fn with_buttons(text: String, case: &Case, worker: &WorkerId) -> Parcel {
        Button::fitting(case, worker)
            .into_iter()
            .fold(Parcel::text(text), |parcel, button| {
                parcel.button(button.label(LANG), &button)
            })
    }

    async fn button(&self, token: &str) -> Result<Option<Button>, StoreError> {
        let Some((id, position)) = parse_token(token) else {
            return Ok(None);
        };
        let written = parcels::by_ids(&self.core.db, &[id.to_owned()])
            .await?
            .pop();
        let Some(written) = written.filter(|w| w.address == self.inbound.address.to_string())
        else {
            return Ok(None);
        };
        let Ok(parcel) = open(&written.body_sealed, &self.core.seal) else {
            return Ok(None);
        };
        Ok(parcel
            .keys
            .get(position)
            .and_then(|k| serde_json::from_value(k.clone()).ok()))
    }

    async fn press(&mut self, token: &str) -> Result<(), StoreError> {
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
        let Some(case) = load(self.core, button.request()).await? else {
            self.reply(say("gone", &[]));
            return Ok(());
        };
        if super::access(self.worker, &case, self.world, self.now) == super::Access::None {
            self.reply(say("not_yours", &[]));
            return Ok(());
        }
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
                let parcel = Button::outcomes(&case).into_iter().fold(
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
        }
        Ok(())
    }

    fn choose_desk(&mut self, case: &Case, reference: &str) {
        let text = say("hand_to", &[("reference", reference)]);
        let parcel = queue::desks(case, self.world).into_iter().take(8).fold(
            Parcel::text(text),
            |parcel, (unit, name)| {
                parcel.button(
                    name,
                    &Button::To {
                        request: case.id.clone(),
                        unit,
                    },
                )
            },
        );
        self.send(parcel);
    }

    fn show(&mut self, case: &Case) {
        let words = case.story.words.join("\n");
        let contact = contact(case);
        let reference = notify::shown(&case.reference);
        let text = say(
            "accepted",
            &[
                ("reference", &reference),
                ("words", &words),
                ("contact", &contact),
            ],
        );
        self.send(Self::with_buttons(text, case, &self.worker.id));
    }

    async fn act(&mut self, case: Case, act: &Act) -> Result<(), StoreError> {
        let reference = notify::shown(&case.reference);
        match doing(self.core, self.world, self.worker, case, act, self.now).await? {
            Err(refused) => self.refuse(&refused),
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
                        &self.worker.id,
                    )),
                    Act::Contact { .. } => {
                        self.send(Self::with_buttons(
                            say("contacted", &named),
                            &case,
                            &self.worker.id,
                        ));
                    }
                    Act::Ask { .. } => self.reply(say("asked", &named)),
                    Act::Release => self.reply(say("released", &[])),
                    Act::Transfer { unit, .. } => {
                        let unit = crate::ids::UnitId::from(unit.as_str());
                        let unit = self.world.unit_name(&unit).to_owned();
                        self.reply(say("handed", &[("reference", &reference), ("unit", &unit)]));
                    }
                    _ => self.reply(say("finished", &named)),
                }
            }
        }
        Ok(())
    }

    fn refuse(&mut self, refused: &ActRefused) {
        let text = match refused {
            ActRefused::Unknown | ActRefused::NotYours(_) => say("not_yours", &[]),
            ActRefused::NotNow(why) | ActRefused::Invalid(why) => say("not_now", &[("why", why)]),
            ActRefused::Stale | ActRefused::Away => say("stale", &[]),
        };
        self.reply(text);
    }

    async fn text(&mut self, text: &str) -> Result<(), StoreError> {
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
                    },
                )
                .await;
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

    async fn on(&mut self, request: &RequestId, act: &Act) -> Result<(), StoreError> {
        if let Some(case) = load(self.core, request).await? {
            return self.act(case, act).await;
        }
        self.reply(say("gone", &[]));
        Ok(())
    }

    async fn list(&mut self) -> Result<(), StoreError> {
        let cards = queue::cards(self.core, self.world, self.worker, LANG, self.now).await?;
        if cards.is_empty() {
            self.reply(say("queue_empty", &[]));
            return Ok(());
        }
        let mut text = say("queue", &[("count", &cards.len().to_string())]);
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

/// How to reach the resident, for the worker who has the case.
fn contact(case: &Case) -> String {
    if case.story.call_allowed == Some(false) {
        return say("no_call", &[]);
    }
    match queue::phone(case) {
        Some(phone) => say("phone", &[("phone", &phone)]),
        None => say("no_phone", &[]),
    }
}
