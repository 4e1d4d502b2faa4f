//! People in Telegram, as types with verbs.
//!
//! What they do becomes updates; what they see is read from the state. A verb
//! that a real person could not do (tap a button that is not there) panics with
//! what is there.

use super::Shared;
use super::delivery::kick;
use super::state::{Queue, Sent, State, Tap};
use serde_json::{Value, json};
use std::sync::Arc;

/// A person in a private chat with the bot.
#[derive(Clone, Copy)]
pub struct Person<'f> {
    pub(super) shared: &'f Arc<Shared>,
    pub id: i64,
}

impl Person<'_> {
    /// Gives the person a name.
    #[must_use]
    pub fn named(self, name: &str) -> Self {
        name.clone_into(&mut self.shared.lock().person(self.id).name);
        self
    }

    /// The language of the person's app, such as "zh-hans".
    #[must_use]
    pub fn speaks(self, language: &str) -> Self {
        self.shared.lock().person(self.id).language = Some(language.to_owned());
        self
    }

    /// Writes a text; the update's number.
    pub fn says(&self, text: &str) -> i64 {
        let mut content = json!({"text": text});
        if text.starts_with('/') {
            let length = text.split_whitespace().next().unwrap_or(text).len();
            content["entities"] = json!([{"type": "bot_command", "offset": 0, "length": length}]);
        }
        self.posts(&content)
    }

    /// Taps the newest button with this label: an inline one, else one of the
    /// reply keyboard.
    pub fn taps(&self, label: &str) -> i64 {
        let (inline, reply, there) = {
            let state = self.shared.lock();
            let chat = state.chats.get(&self.id);
            let inline = chat.and_then(|c| {
                c.messages.iter().rev().find_map(|(id, message)| {
                    buttons(&message["reply_markup"]["inline_keyboard"])
                        .find(|button| button["text"] == label)
                        .map(|button| (*id, button["callback_data"].clone()))
                })
            });
            let reply = chat.and_then(|c| c.keyboard.as_ref()).and_then(|markup| {
                buttons(&markup["keyboard"])
                    .find(|button| button["text"] == label)
                    .cloned()
            });
            (inline, reply, labels(&state, self.id))
        };
        if let Some((message, data)) = inline {
            let data = data
                .as_str()
                .expect("only buttons with data can be tapped here");
            return self.taps_token(message, data);
        }
        let button = reply.unwrap_or_else(|| panic!("no button {label:?}; there are {there:?}"));
        self.puts_keyboard_away();
        if button["request_contact"] == true {
            self.sends_contact()
        } else if button["request_location"] == true {
            self.sends_place(31.2304, 121.4737)
        } else {
            self.says(label)
        }
    }

    /// A one-time keyboard folds when it is used.
    fn puts_keyboard_away(&self) {
        let mut state = self.shared.lock();
        let keyboard = &mut state.person(self.id).keyboard;
        if keyboard
            .as_ref()
            .is_some_and(|markup| markup["one_time_keyboard"] == true)
        {
            *keyboard = None;
        }
    }

    /// A tap with any data on any message, as a forged or old button gives.
    pub fn taps_token(&self, message: i64, data: &str) -> i64 {
        let now = self.shared.clock.now();
        let mut state = self.shared.lock();
        let id = (9_000_000_000 + state.taps.len() as i64).to_string();
        let tap = Tap {
            at: now,
            answered: None,
        };
        state.taps.insert(id.clone(), tap);
        let bearer = state
            .chats
            .get(&self.id)
            .and_then(|c| c.messages.get(&message));
        let bearer = bearer.cloned().unwrap_or_else(
            || json!({"message_id": message, "chat": state.chat(self.id), "date": 0}),
        );
        let query = json!({
            "id": id, "from": state.user(self.id), "message": bearer,
            "chat_instance": self.id.to_string(), "data": data,
        });
        let update = state.enqueue("callback_query", Queue::Taps(self.id), &query, now);
        drop(state);
        kick(self.shared);
        update.unwrap_or_default()
    }

    /// Sends the own contact card.
    pub fn sends_contact(&self) -> i64 {
        self.sends_card(
            &format!("+86138{:08}", self.id % 100_000_000),
            Some(self.id),
        )
    }

    /// Sends somebody's card; `owner` is the card's user id.
    pub fn sends_card(&self, phone: &str, owner: Option<i64>) -> i64 {
        let mut card = json!({"phone_number": phone, "first_name": "Card"});
        if let Some(owner) = owner {
            card["user_id"] = owner.into();
        }
        self.posts(&json!({"contact": card}))
    }

    pub fn sends_place(&self, lat: f64, lon: f64) -> i64 {
        self.posts(&json!({"location": {"latitude": lat, "longitude": lon}}))
    }

    /// Sends a picture in two sizes.
    pub fn sends_photo(&self, bytes: &[u8], caption: Option<&str>) -> i64 {
        let id = self.shared.lock().keep("photos", "jpg", bytes.to_vec());
        let mut content = json!({"photo": [
            {"file_id": format!("{id}-small"), "file_unique_id": "s", "width": 90, "height": 60, "file_size": 1},
            {"file_id": id, "file_unique_id": "l", "width": 1280, "height": 853, "file_size": bytes.len()},
        ]});
        if let Some(caption) = caption {
            content["caption"] = caption.into();
        }
        self.posts(&content)
    }

    pub fn sends_voice(&self, bytes: &[u8], seconds: u32) -> i64 {
        let id = self.shared.lock().keep("voice", "oga", bytes.to_vec());
        self.posts(
            &json!({"voice": {"file_id": id, "file_unique_id": "v", "duration": seconds,
            "mime_type": "audio/ogg", "file_size": bytes.len()}}),
        )
    }

    pub fn sends_document(&self, name: &str, bytes: &[u8]) -> i64 {
        let id = self.shared.lock().keep("documents", "bin", bytes.to_vec());
        self.posts(
            &json!({"document": {"file_id": id, "file_unique_id": "d", "file_name": name,
            "file_size": bytes.len()}}),
        )
    }

    /// Changes a message of the own.
    pub fn edits(&self, message: i64, text: &str) -> i64 {
        let now = self.shared.clock.now();
        let mut state = self.shared.lock();
        let chat = state.person(self.id);
        let old = chat
            .messages
            .get_mut(&message)
            .expect("a message of this chat");
        old["text"] = text.into();
        old["edit_date"] = now.timestamp().into();
        let edited = old.clone();
        let update = state.enqueue("edited_message", Queue::Chat(self.id), &edited, now);
        drop(state);
        kick(self.shared);
        update.unwrap_or_default()
    }

    /// Shuts the bot out.
    pub fn blocks_bot(&self) -> i64 {
        self.shared.lock().person(self.id).blocked = true;
        self.membership("member", "kicked")
    }

    pub fn unblocks_bot(&self) -> i64 {
        self.shared.lock().person(self.id).blocked = false;
        self.membership("kicked", "member")
    }

    /// The account ceases to exist.
    pub fn deactivates(&self) {
        self.shared.lock().person(self.id).deactivated = true;
    }

    /// The chat goes on as another one.
    pub fn moves_to(&self, other: i64) {
        let mut state = self.shared.lock();
        state.person(self.id).migrated_to = Some(other);
        state.person(other);
    }

    /// What the bot sent here so far, edits included.
    pub fn received(&self) -> Vec<Sent> {
        let state = self.shared.lock();
        let here = state.sent.iter().filter(|one| one.chat == self.id);
        here.cloned().collect()
    }

    /// What is in the chat now, whoever wrote it, oldest first.
    pub fn screen(&self) -> Vec<String> {
        let state = self.shared.lock();
        let messages = state.chats.get(&self.id).map(|chat| &chat.messages);
        let texts = messages.into_iter().flat_map(|all| all.values());
        let words = |message: &Value| message["text"].as_str().map(str::to_owned);
        texts.filter_map(words).collect()
    }

    /// The labels of all buttons on the screen, newest message first.
    pub fn buttons(&self) -> Vec<String> {
        labels(&self.shared.lock(), self.id)
    }

    /// The number of the last message in the chat, whoever wrote it.
    pub fn last_message(&self) -> i64 {
        let state = self.shared.lock();
        let chat = state.chats.get(&self.id).expect("the chat exists");
        *chat
            .messages
            .keys()
            .next_back()
            .expect("something was said")
    }

    /// Puts any content into the chat as a message of this person.
    pub fn posts(&self, content: &Value) -> i64 {
        let now = self.shared.clock.now();
        let mut state = self.shared.lock();
        state.person(self.id);
        let id = state.new_message_id();
        let mut message = json!({
            "message_id": id, "from": state.user(self.id), "chat": state.chat(self.id),
            "date": now.timestamp(),
        });
        for (name, value) in content.as_object().into_iter().flatten() {
            message[name] = value.clone();
        }
        state.person(self.id).messages.insert(id, message.clone());
        let update = state.enqueue("message", Queue::Chat(self.id), &message, now);
        drop(state);
        kick(self.shared);
        update.unwrap_or_default()
    }

    fn membership(&self, old: &str, new: &str) -> i64 {
        let now = self.shared.clock.now();
        let mut state = self.shared.lock();
        let member = |status: &str| {
            let mut member = json!({"status": status, "user": state.bot()});
            if status == "kicked" {
                member["until_date"] = 0.into();
            }
            member
        };
        let change = json!({
            "chat": state.chat(self.id), "from": state.user(self.id), "date": now.timestamp(),
            "old_chat_member": member(old), "new_chat_member": member(new),
        });
        let update = state.enqueue("my_chat_member", Queue::Chat(self.id), &change, now);
        drop(state);
        kick(self.shared);
        update.unwrap_or_default()
    }
}

impl Sent {
    /// The labels of its buttons of either kind.
    pub fn buttons(&self) -> Vec<String> {
        let markup = self.markup.as_ref().unwrap_or(&Value::Null);
        buttons(&markup["inline_keyboard"])
            .chain(buttons(&markup["keyboard"]))
            .filter_map(|button| button["text"].as_str().map(str::to_owned))
            .collect()
    }

    /// The data of the inline button with this label.
    pub fn token(&self, label: &str) -> Option<String> {
        let markup = self.markup.as_ref()?;
        buttons(&markup["inline_keyboard"])
            .find(|button| button["text"] == label)
            .and_then(|button| button["callback_data"].as_str().map(str::to_owned))
    }
}

fn buttons(rows: &Value) -> impl Iterator<Item = &Value> {
    rows.as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_array)
        .flatten()
}

fn labels(state: &State, id: i64) -> Vec<String> {
    let Some(chat) = state.chats.get(&id) else {
        return Vec::new();
    };
    let inline = chat
        .messages
        .values()
        .rev()
        .flat_map(|message| buttons(&message["reply_markup"]["inline_keyboard"]));
    let reply = chat
        .keyboard
        .iter()
        .flat_map(|markup| buttons(&markup["keyboard"]));
    inline
        .chain(reply)
        .filter_map(|button| button["text"].as_str().map(str::to_owned))
        .collect()
}
