//! The parts of an update that matter here, as they come over the wire.
//!
//! Only fields that are read are declared, so that an odd value elsewhere, a
//! missing field or a kind from a later version of the API disturbs nobody.
#![allow(clippy::struct_field_names)] // the wire's names

use serde::Deserialize;

#[derive(Deserialize)]
pub(super) struct Update {
    pub(super) update_id: i64,
    pub(super) message: Option<Message>,
    pub(super) edited_message: Option<Message>,
    pub(super) callback_query: Option<Callback>,
    pub(super) my_chat_member: Option<Membership>,
}

/// The least an update must have.
#[derive(Deserialize)]
pub(super) struct Head {
    pub(super) update_id: i64,
}

#[derive(Deserialize)]
pub(super) struct Message {
    pub(super) message_id: i64,
    pub(super) from: Option<User>,
    pub(super) chat: Chat,
    pub(super) date: Option<i64>,
    pub(super) edit_date: Option<i64>,
    pub(super) text: Option<String>,
    pub(super) caption: Option<String>,
    pub(super) contact: Option<Contact>,
    pub(super) location: Option<Location>,
    pub(super) photo: Option<Vec<File>>,
    pub(super) voice: Option<File>,
    pub(super) audio: Option<File>,
    pub(super) video: Option<File>,
    pub(super) video_note: Option<File>,
    pub(super) document: Option<File>,
    pub(super) media_group_id: Option<String>,
    pub(super) migrate_to_chat_id: Option<i64>,
}

#[derive(Deserialize)]
pub(super) struct Callback {
    pub(super) id: String,
    pub(super) from: User,
    pub(super) message: Option<Pressed>,
    pub(super) data: Option<String>,
}

/// The message that bears a pressed button, perhaps no longer accessible.
#[derive(Deserialize)]
pub(super) struct Pressed {
    pub(super) message_id: i64,
    pub(super) chat: Chat,
}

#[derive(Deserialize)]
pub(super) struct Membership {
    pub(super) chat: Chat,
    pub(super) from: Option<User>,
    pub(super) date: Option<i64>,
    pub(super) new_chat_member: Member,
}

#[derive(Deserialize)]
pub(super) struct Member {
    pub(super) status: String,
}

#[derive(Deserialize)]
pub(super) struct User {
    pub(super) id: i64,
    pub(super) first_name: Option<String>,
    pub(super) last_name: Option<String>,
    pub(super) language_code: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Chat {
    pub(super) id: i64,
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
}

impl Chat {
    /// A chat of one person with us. Without a type the sign decides: ids of
    /// groups and channels are negative.
    pub(super) fn private(&self) -> bool {
        match self.kind.as_deref() {
            Some(kind) => kind == "private",
            None => self.id > 0,
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Contact {
    pub(super) phone_number: String,
    pub(super) user_id: Option<i64>,
}

#[derive(Deserialize)]
pub(super) struct Location {
    pub(super) latitude: f64,
    pub(super) longitude: f64,
    pub(super) live_period: Option<i64>,
}

#[derive(Deserialize)]
pub(super) struct File {
    pub(super) file_id: String,
    pub(super) file_name: Option<String>,
    pub(super) mime_type: Option<String>,
    pub(super) file_size: Option<u64>,
    pub(super) duration: Option<u32>,
    pub(super) width: Option<u32>,
    pub(super) height: Option<u32>,
}
