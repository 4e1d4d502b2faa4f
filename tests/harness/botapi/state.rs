//! What the fake knows: chats, messages, files, taps and updates on their way.
//!
//! Changed under one lock, by calls of the bot and by acts of people. Delivery
//! over the network is not here.

use super::constants::FACTS;
use super::faults::Faults;
use super::wire::Refusal;
use chrono::TimeDelta;
use gateway::clock::Moment;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Updates of one queue come one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Queue {
    Chat(i64),
    /// Taps overtake messages: they are queued by person.
    Taps(i64),
}

pub(super) struct Pending {
    pub(super) queue: Queue,
    pub(super) body: Value,
    pub(super) expires: Moment,
}

#[derive(Clone, Debug)]
pub(super) struct Hook {
    pub(super) url: String,
    pub(super) secret: Option<String>,
    pub(super) max_connections: i64,
    pub(super) last_error: Option<(Moment, String)>,
    /// Since when the other side has answered 410 and nothing else.
    pub(super) gone_since: Option<Moment>,
}

/// One attempt to post an update.
#[derive(Clone, Debug)]
pub struct Delivery {
    pub update: i64,
    pub at: Moment,
    /// The status of the answer; `None` when there was none.
    pub status: Option<u16>,
}

#[derive(Default)]
pub(super) struct Chat {
    pub(super) name: String,
    pub(super) language: Option<String>,
    /// "private", or a kind of group.
    pub(super) kind: String,
    pub(super) blocked: bool,
    pub(super) deactivated: bool,
    pub(super) migrated_to: Option<i64>,
    pub(super) messages: BTreeMap<i64, Value>,
    /// The reply keyboard on the person's screen.
    pub(super) keyboard: Option<Value>,
}

pub(super) struct Tap {
    pub(super) at: Moment,
    /// The toast it was answered with.
    pub(super) answered: Option<String>,
}

pub(super) struct File {
    pub(super) path: String,
    pub(super) bytes: Vec<u8>,
}

/// Something the bot put into a chat.
#[derive(Clone, Debug, PartialEq)]
pub struct Sent {
    pub chat: i64,
    pub message: i64,
    /// In lower case: "sendmessage", "editmessagetext" …
    pub method: String,
    /// The text or the caption.
    pub text: String,
    pub markup: Option<Value>,
    pub at: Moment,
}

pub(super) struct State {
    pub(super) token: String,
    pub(super) id: i64,
    pub(super) hook: Option<Hook>,
    /// Rises whenever the webhook is set or deleted.
    pub(super) hook_version: u64,
    pub(super) hook_set_at: Option<Moment>,
    pub(super) allowed: Option<Vec<String>>,
    pub(super) pending: BTreeMap<i64, Pending>,
    /// Every update ever made, for sending one again.
    pub(super) history: BTreeMap<i64, (Queue, Value)>,
    /// Queues a task is delivering.
    pub(super) running: HashSet<Queue>,
    pub(super) deliveries: Vec<Delivery>,
    /// Rises with each getUpdates, which ends the one before.
    pub(super) poll_version: u64,
    /// Bounds the pause between two attempts further than the facts do.
    pub(super) longest_retry_s: i64,
    next_update: i64,
    next_message: i64,
    next_file: i64,
    pub(super) chats: HashMap<i64, Chat>,
    pub(super) taps: HashMap<String, Tap>,
    pub(super) files: HashMap<String, File>,
    pub(super) sent: Vec<Sent>,
    /// Method and error code (0 for a success) of every call.
    pub(super) calls: Vec<(String, u16)>,
    pub(super) faults: Faults,
}

impl State {
    pub(super) fn new(token: &str) -> Self {
        let id = token.split(':').next().and_then(|id| id.parse().ok());
        Self {
            token: token.to_owned(),
            id: id.expect("a token begins with the bot's id"),
            hook: None,
            hook_version: 0,
            hook_set_at: None,
            allowed: None,
            pending: BTreeMap::new(),
            history: BTreeMap::new(),
            running: HashSet::new(),
            deliveries: Vec::new(),
            poll_version: 0,
            longest_retry_s: i64::MAX,
            next_update: 700_000_001,
            next_message: 1,
            next_file: 1,
            chats: HashMap::new(),
            taps: HashMap::new(),
            files: HashMap::new(),
            sent: Vec::new(),
            calls: Vec::new(),
            faults: Faults::default(),
        }
    }

    /// The bot as `User`, with all fields a strict client asks for.
    pub(super) fn me(&self) -> Value {
        json!({
            "id": self.id, "is_bot": true, "first_name": "Linli", "username": "linli_test_bot",
            "can_join_groups": true, "can_read_all_group_messages": false,
            "supports_inline_queries": false, "can_connect_to_business": false,
            "has_main_web_app": false, "has_topics_enabled": false,
            "allows_users_to_create_topics": false, "can_manage_bots": false,
        })
    }

    /// The bot as the sender of a message.
    pub(super) fn bot(&self) -> Value {
        json!({"id": self.id, "is_bot": true, "first_name": "Linli", "username": "linli_test_bot"})
    }

    /// A person as `User`.
    pub(super) fn user(&self, id: i64) -> Value {
        let mut user = json!({"id": id, "is_bot": false, "first_name": self.name(id)});
        if let Some(language) = self.chats.get(&id).and_then(|c| c.language.clone()) {
            user["language_code"] = language.into();
        }
        user
    }

    /// A chat as `Chat`.
    pub(super) fn chat(&self, id: i64) -> Value {
        let kind = self.chats.get(&id).map_or("private", |c| &c.kind);
        let name = if kind == "private" {
            "first_name"
        } else {
            "title"
        };
        json!({"id": id, "type": kind, name: self.name(id)})
    }

    fn name(&self, id: i64) -> String {
        self.chats
            .get(&id)
            .map(|chat| chat.name.clone())
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| format!("User {id}"))
    }

    /// The chat of a person, made on first use.
    pub(super) fn person(&mut self, id: i64) -> &mut Chat {
        self.chats.entry(id).or_insert_with(|| Chat {
            kind: if id > 0 { "private" } else { "supergroup" }.to_owned(),
            ..Chat::default()
        })
    }

    /// The chat the bot may write to, or why not.
    pub(super) fn reachable(&mut self, id: i64) -> Result<&mut Chat, Refusal> {
        let errors = &FACTS.errors;
        let chat = self
            .chats
            .get_mut(&id)
            .ok_or_else(|| Refusal::new(400, &errors.chat_missing))?;
        if let Some(to) = chat.migrated_to {
            return Err(Refusal {
                migrate_to: Some(to),
                ..Refusal::bad("group chat was upgraded to a supergroup chat")
            });
        }
        if chat.deactivated {
            return Err(Refusal::new(403, &errors.deactivated));
        }
        if chat.blocked {
            return Err(Refusal::new(403, &errors.blocked));
        }
        Ok(chat)
    }

    pub(super) fn new_message_id(&mut self) -> i64 {
        self.next_message += 1;
        self.next_message
    }

    /// Keeps a file; its id.
    pub(super) fn keep(&mut self, folder: &str, extension: &str, bytes: Vec<u8>) -> String {
        let number = self.next_file;
        self.next_file += 1;
        let id = format!("{folder}-{number}");
        let path = format!("{folder}/file_{number}.{extension}");
        self.files.insert(id.clone(), File { path, bytes });
        id
    }

    /// Queues an update of `kind` unless the bot did not ask for such; its id.
    pub(super) fn enqueue(
        &mut self,
        kind: &str,
        queue: Queue,
        what: &Value,
        now: Moment,
    ) -> Option<i64> {
        if !self.wants(kind) {
            return None;
        }
        let id = self.next_update;
        self.next_update += 1;
        let body = json!({"update_id": id, kind: what});
        self.history.insert(id, (queue, body.clone()));
        let ttl = FACTS.update_ttl_s.get(kind).copied().unwrap_or(86400);
        let expires = now + TimeDelta::seconds(ttl);
        let pending = Pending {
            queue,
            body,
            expires,
        };
        self.pending.insert(id, pending);
        Some(id)
    }

    /// Queues an update once more, as happens when an acknowledgement is lost.
    pub(super) fn enqueue_again(&mut self, id: i64, now: Moment) {
        let (queue, body) = self.history.get(&id).cloned().expect("an update of ours");
        let expires = now + TimeDelta::seconds(150);
        let pending = Pending {
            queue,
            body,
            expires,
        };
        self.pending.insert(id, pending);
    }

    fn wants(&self, kind: &str) -> bool {
        match &self.allowed {
            Some(kinds) if !kinds.is_empty() => kinds.iter().any(|k| k == kind),
            _ => !["chat_member", "message_reaction", "message_reaction_count"].contains(&kind),
        }
    }

    /// Drops what nobody fetched in time.
    pub(super) fn expire(&mut self, now: Moment) {
        self.pending.retain(|_, update| update.expires > now);
    }

    /// The update of a queue that has to be delivered before any other of it.
    pub(super) fn front(&self, queue: Queue) -> Option<(i64, &Pending)> {
        self.pending
            .iter()
            .find(|(_, update)| update.queue == queue)
            .map(|(id, update)| (*id, update))
    }
}
