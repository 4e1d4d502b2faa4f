//! What crosses the border between a messenger and the gateway.
//!
//! Plain data in both directions, the same for every channel. All of it can be
//! stored (the spool keeps `Inbound`, the outbox keeps `Outbound`). `Debug`
//! shows shapes and lengths only, because people's words, names and chat ids
//! must not reach a log by accident. Meaning is not decided here.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Where a conversation takes place: `channel` is the kind ("telegram"),
/// `account` our own account there ("main"), `chat` the provider's chat id.
///
/// `Display` gives "telegram/main/4711" for storing and parses back; it names a
/// person, so never log it.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Address {
    pub channel: String,
    pub account: String,
    /// Empty when an update could not be understood far enough to know it.
    pub chat: String,
}

/// Text that is not "channel/account/chat".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an address is written channel/account/chat")]
pub struct AddressError;

impl Address {
    pub fn new(
        channel: impl Into<String>,
        account: impl Into<String>,
        chat: impl Into<String>,
    ) -> Self {
        Self {
            channel: channel.into(),
            account: account.into(),
            chat: chat.into(),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.channel, self.account, self.chat)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({}/{}/…)", self.channel, self.account)
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let mut parts = text.splitn(3, '/');
        match (parts.next(), parts.next(), parts.next()) {
            (Some(channel), Some(account), Some(chat))
                if !channel.is_empty() && !account.is_empty() =>
            {
                Ok(Self::new(channel, account, chat))
            }
            _ => Err(AddressError),
        }
    }
}

/// One thing somebody did in a chat.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Inbound {
    pub address: Address,
    /// Unique per (channel, account); a redelivery carries the same key.
    pub key: String,
    /// When the sender sent it, by the provider's clock; `None` when unknown.
    pub sent_at: Option<DateTime<Utc>>,
    pub sender: Sender,
    pub content: Content,
    /// The provider's id of the message, where it is one of a chat: what
    /// [`Outbound::unsend`] takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Names the network it came from, where the channel knows one: a keyed hash,
    /// to count by and nothing else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
}

/// Who did it, as the provider says. Nothing here is verified identity.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sender {
    /// The provider's user id; empty when unknown.
    pub id: String,
    pub name: Option<String>,
    /// IETF tag of the sender's app, such as "zh-hans".
    pub language: Option<String>,
}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender")
            .field("language", &self.language)
            .finish_non_exhaustive()
    }
}

/// What it was.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    Text(String),
    /// A button of ours: `token` is what we put there, `callback` the id the
    /// tap has to be answered with, `message` the message that bears it.
    Tap {
        token: String,
        callback: Option<String>,
        message: Option<String>,
    },
    /// A contact card; `own` only if the provider vouches that it is the
    /// sender's.
    Contact {
        phone: String,
        own: bool,
    },
    /// A point, WGS 84 degrees. `live` positions keep coming.
    Place {
        lat: f64,
        lon: f64,
        live: bool,
    },
    File(Attachment),
    /// A message sent earlier now reads `text`.
    Edited {
        message: String,
        text: String,
    },
    /// The conversation was opened, perhaps through a link with a payload.
    Start {
        payload: Option<String>,
    },
    /// "menu" for "/menu"; whatever follows stays after one space.
    Command(String),
    /// The person shut us out: this chat is dead until they come back.
    Blocked,
    /// The chat goes on under another id.
    Moved {
        to: String,
    },
    /// Understood to exist, not understood; the kind's name only ("sticker").
    Unsupported(String),
}

impl Content {
    /// The kind's name, fit for logs and counters.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Tap { .. } => "tap",
            Self::Contact { .. } => "contact",
            Self::Place { .. } => "place",
            Self::File(_) => "file",
            Self::Edited { .. } => "edited",
            Self::Start { .. } => "start",
            Self::Command(_) => "command",
            Self::Blocked => "blocked",
            Self::Moved { .. } => "moved",
            Self::Unsupported(_) => "unsupported",
        }
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) | Self::Edited { text, .. } => {
                write!(f, "{}({} chars)", self.kind(), text.chars().count())
            }
            Self::File(file) => write!(f, "{file:?}"),
            Self::Unsupported(kind) => write!(f, "unsupported({kind})"),
            _ => f.write_str(self.kind()),
        }
    }
}

/// A file the provider keeps for us; the bytes come through `Channel::fetch`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    pub kind: AttachmentKind,
    /// The provider's file id.
    pub id: String,
    /// Name and type as declared by the sender: nothing to rely on.
    pub name: Option<String>,
    pub mime: Option<String>,
    /// Bytes.
    pub size: Option<u64>,
    /// Length of a recording.
    pub seconds: Option<u32>,
    pub caption: Option<String>,
    /// Files of one album share it; there is no end marker.
    pub group: Option<String>,
}

impl fmt::Debug for Attachment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "file({:?}, {:?} bytes)", self.kind, self.size)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttachmentKind {
    Photo,
    Voice,
    Document,
    Video,
}

/// One thing we say. Plain text, never markup: what people wrote cannot turn
/// into formatting. Absent fields are not written, unknown ones are ignored, so
/// that stored messages outlive a version.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Outbound {
    /// May be empty only when `answers` is set.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Choice>,
    /// The answer is free and may itself be a number: where there are no buttons
    /// the choices are named, not numbered.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub open: bool,
    /// Asks the person's app for something. Beside it the choices may come
    /// back as text equal to their label, because no messenger shows both
    /// kinds of buttons.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ask: Option<Ask>,
    /// Rewrite this message of ours; sent anew where that is not possible.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edit: Option<String>,
    /// Answer the tap with this callback id, showing `toast` if given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answers: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub toast: Option<String>,
    /// Take these messages of the chat back, ours and the person's, where the
    /// messenger still allows it. Before the text, if there is one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unsend: Vec<String>,
    /// Take away the buttons an `ask` left behind; void beside `choices`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub remove_keyboard: bool,
}

impl Outbound {
    /// A message of words alone.
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }
}

impl fmt::Debug for Outbound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outbound")
            .field("chars", &self.text.chars().count())
            .field("choices", &self.choices.len())
            .field("edit", &self.edit.is_some())
            .field("answers", &self.answers.is_some())
            .finish_non_exhaustive()
    }
}

/// A button. `token` is opaque, at most 64 bytes, and holds nothing personal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    pub token: String,
    pub label: String,
    /// Takes a row of its own; others share one where they fit.
    #[serde(default)]
    pub wide: bool,
}

impl Choice {
    pub fn new(token: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            token: token.into(),
            label: label.into(),
            wide: false,
        }
    }
}

/// Something the person's app can give with one tap; `label` is on the button.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    Contact { label: String },
    Place { label: String },
}

/// Proof of delivery to the provider.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The provider's id of the (last) message; what `Outbound::edit` takes.
    pub message: Option<String>,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn an_address_reads_back_even_with_slashes_in_the_chat() {
        for chat in ["4711", "-100", "a/b/c", ""] {
            let address = Address::new("telegram", "main", chat);
            assert!(address.to_string().parse::<Address>() == Ok(address));
        }
        for bad in ["", "telegram", "telegram/main", "/main/1", "telegram//1"] {
            assert_eq!(bad.parse::<Address>(), Err(AddressError), "{bad}");
        }
    }

    #[test]
    fn debug_output_names_nobody_and_quotes_nothing() {
        let inbound = Inbound {
            address: Address::new("telegram", "main", "4711"),
            key: "u:1".into(),
            sent_at: None,
            sender: Sender {
                id: "4711".into(),
                name: Some("王芳".into()),
                language: Some("zh".into()),
            },
            message: None,
            network: None,
            content: Content::Text("水管坏了".into()),
        };
        let contents = [
            Content::Contact {
                phone: "13800138000".into(),
                own: true,
            },
            Content::Edited {
                message: "7".into(),
                text: "水管坏了".into(),
            },
            Content::File(Attachment {
                kind: AttachmentKind::Photo,
                id: "secret-id".into(),
                name: Some("王芳.jpg".into()),
                mime: None,
                size: Some(3),
                seconds: None,
                caption: Some("水管坏了".into()),
                group: None,
            }),
        ];
        let mut outbound = Outbound::text("王芳,您好");
        outbound.toast = Some("水管".into());
        let shown = format!("{inbound:?} {contents:?} {outbound:?}");
        for private in ["4711", "王芳", "水管", "13800138000", "secret-id"] {
            assert!(!shown.contains(private), "{private} in {shown}");
        }
        assert!(shown.contains("text(4 chars)"));
    }

    #[test]
    fn a_stored_message_stays_small_and_survives_unknown_fields() {
        let stored = serde_json::to_string(&Outbound::text("好")).unwrap();
        assert_eq!(stored, r#"{"text":"好"}"#);
        let read: Outbound =
            serde_json::from_str(r#"{"text":"好","from_a_later_version":1}"#).unwrap();
        assert!(read == Outbound::text("好"));
    }
}
