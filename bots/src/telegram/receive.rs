//! From an update to an [`Inbound`]. Pure; no secret, no network.
//!
//! Anything that carries an `update_id` becomes an inbound message, at worst an
//! unsupported one: Telegram withholds everything after an update that is not
//! acknowledged, so a strange one must never be refused.

use super::NAME;
use super::update::{Callback, File, Head, Membership, Message, Update, User};
use crate::error::ReceiveError;
use crate::message::{Address, Attachment, AttachmentKind, Content, Inbound, Sender};
use chrono::{DateTime, Utc};
use serde_json::Value;
use std::borrow::Cow;

/// Kinds of updates and of messages that are named when they are not
/// supported. Other keys are not repeated: they could be anything.
const NAMED: [&str; 38] = [
    "sticker",
    "animation",
    "dice",
    "game",
    "poll",
    "venue",
    "story",
    "invoice",
    "giveaway",
    "paid_media",
    "checklist",
    "successful_payment",
    "pinned_message",
    "new_chat_members",
    "left_chat_member",
    "new_chat_title",
    "group_chat_created",
    "supergroup_chat_created",
    "migrate_from_chat_id",
    "message_auto_delete_timer_changed",
    "users_shared",
    "chat_shared",
    "write_access_allowed",
    "web_app_data",
    "channel_post",
    "edited_channel_post",
    "business_connection",
    "business_message",
    "message_reaction",
    "inline_query",
    "chosen_inline_result",
    "shipping_query",
    "pre_checkout_query",
    "poll_answer",
    "chat_member",
    "chat_join_request",
    "chat_boost",
    "callback_query",
];

/// Reads one update posted to `account`.
pub(super) fn inbound(account: &str, body: &[u8]) -> Result<Inbound, ReceiveError> {
    let body = repaired(body);
    if let Ok(update) = serde_json::from_slice::<Update>(&body) {
        let key = key(update.update_id);
        if let Some(inbound) = understood(account, &key, update) {
            // The slow way finds the name of what nobody declared.
            if inbound.content != unnamed() {
                return Ok(inbound);
            }
        }
    }
    not_understood(account, &body)
}

/// The update's number, for confirming it.
pub(super) fn update_id(body: &[u8]) -> Option<i64> {
    let head: Head = serde_json::from_slice(body).ok()?;
    Some(head.update_id)
}

/// Numbers are unique per bot, but may start anew at random after a quiet week.
fn key(update_id: i64) -> String {
    format!("u:{update_id}")
}

fn understood(account: &str, key: &str, update: Update) -> Option<Inbound> {
    let maker = Maker { account, key };
    if let Some(message) = update.message {
        Some(maker.message(message))
    } else if let Some(message) = update.edited_message {
        Some(maker.edited(message))
    } else if let Some(callback) = update.callback_query {
        maker.tap(callback)
    } else {
        update.my_chat_member.map(|m| maker.membership(m))
    }
}

struct Maker<'m> {
    account: &'m str,
    key: &'m str,
}

impl Maker<'_> {
    fn inbound(&self, chat: i64, from: Option<User>, at: Option<i64>, content: Content) -> Inbound {
        Inbound {
            address: Address::new(NAME, self.account, chat.to_string()),
            key: self.key.to_owned(),
            sent_at: moment(at),
            // In a private chat the chat's id is the person's.
            sender: from.map_or_else(
                || Sender {
                    id: chat.to_string(),
                    ..Sender::default()
                },
                sender,
            ),
            content,
            message: None,
            network: None,
        }
    }

    fn message(&self, mut message: Message) -> Inbound {
        let content = if let Some(to) = message.migrate_to_chat_id {
            Content::Moved { to: to.to_string() }
        } else if message.chat.private() {
            content(&mut message)
        } else {
            group()
        };
        let id = message.message_id.to_string();
        Inbound {
            message: Some(id),
            ..self.inbound(message.chat.id, message.from, message.date, content)
        }
    }

    fn edited(&self, message: Message) -> Inbound {
        let content = if !message.chat.private() {
            group()
        } else if let Some(at) = message.location {
            // A live position moves by edits; the last one has no period.
            place(at.latitude, at.longitude, true)
        } else {
            match message.text.or(message.caption) {
                Some(text) => Content::Edited {
                    message: message.message_id.to_string(),
                    text,
                },
                None => Content::Unsupported("edited_message".into()),
            }
        };
        let at = message.edit_date.or(message.date);
        self.inbound(message.chat.id, message.from, at, content)
    }

    fn tap(&self, callback: Callback) -> Option<Inbound> {
        let token = callback.data?;
        let (chat, message, private) = match callback.message {
            Some(m) => (m.chat.id, Some(m.message_id), m.chat.private()),
            None => (callback.from.id, None, true),
        };
        let content = if private {
            Content::Tap {
                token,
                callback: Some(callback.id),
                message: message.map(|id| id.to_string()),
            }
        } else {
            group()
        };
        Some(self.inbound(chat, Some(callback.from), None, content))
    }

    fn membership(&self, change: Membership) -> Inbound {
        let content = match change.new_chat_member.status.as_str() {
            _ if !change.chat.private() => group(),
            "kicked" => Content::Blocked,
            "member" => Content::Unsupported("unblocked".into()),
            _ => Content::Unsupported("my_chat_member".into()),
        };
        self.inbound(change.chat.id, change.from, change.date, content)
    }
}

/// What a message of a private chat is about.
fn content(message: &mut Message) -> Content {
    if let Some(text) = message.text.take() {
        return text_or_command(&text);
    }
    if let Some(contact) = &message.contact {
        // Anybody's card can be sent; only one's own names the sender.
        let own = match (contact.user_id, &message.from) {
            (Some(card), Some(from)) => card == from.id,
            _ => false,
        };
        return Content::Contact {
            phone: contact.phone_number.clone(),
            own,
        };
    }
    if let Some(at) = &message.location {
        return place(at.latitude, at.longitude, at.live_period.is_some());
    }
    match attachment(message) {
        Some(file) => Content::File(file),
        None => unnamed(),
    }
}

/// A message with nothing in it that is declared.
fn unnamed() -> Content {
    Content::Unsupported("message".into())
}

fn text_or_command(text: &str) -> Content {
    let Some((name, rest)) = command(text) else {
        return Content::Text(text.to_owned());
    };
    let rest = rest.trim();
    let said = (!rest.is_empty()).then(|| rest.to_owned());
    match (name.as_str(), said) {
        ("start", payload) => Content::Start { payload },
        (_, Some(rest)) => Content::Command(format!("{name} {rest}")),
        (_, None) => Content::Command(name),
    }
}

/// "/menu@LinliBot now" gives "menu" and " now". A slash before anything else
/// is just text.
fn command(text: &str) -> Option<(String, &str)> {
    let text = text.strip_prefix('/')?;
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    let name = word.split('@').next().unwrap_or(word);
    let good = (1..=32).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    good.then(|| (name.to_ascii_lowercase(), rest))
}

fn attachment(message: &mut Message) -> Option<Attachment> {
    let (kind, file) = if let Some(sizes) = message.photo.take() {
        (AttachmentKind::Photo, largest(sizes)?)
    } else if let Some(file) = message.voice.take() {
        (AttachmentKind::Voice, file)
    } else if let Some(file) = message.video.take().or_else(|| message.video_note.take()) {
        (AttachmentKind::Video, file)
    } else {
        let file = message.document.take().or_else(|| message.audio.take())?;
        (AttachmentKind::Document, file)
    };
    Some(Attachment {
        kind,
        id: file.file_id,
        name: file.file_name,
        mime: file.mime_type,
        size: file.file_size,
        seconds: file.duration,
        caption: message.caption.take(),
        group: message.media_group_id.take(),
    })
}

fn largest(sizes: Vec<File>) -> Option<File> {
    sizes.into_iter().max_by_key(|size| {
        let area = u64::from(size.width.unwrap_or(0)) * u64::from(size.height.unwrap_or(0));
        (area, size.file_size)
    })
}

fn place(lat: f64, lon: f64, live: bool) -> Content {
    if lat.abs() <= 90.0 && lon.abs() <= 180.0 {
        Content::Place { lat, lon, live }
    } else {
        Content::Unsupported("location".into())
    }
}

fn group() -> Content {
    Content::Unsupported("group".into())
}

fn sender(user: User) -> Sender {
    let name = match (user.first_name, user.last_name) {
        (Some(first), Some(last)) => Some(format!("{first} {last}")),
        (Some(one), None) | (None, Some(one)) => Some(one),
        (None, None) => None,
    };
    Sender {
        id: user.id.to_string(),
        name: name.filter(|n| !n.trim().is_empty()),
        language: user.language_code,
    }
}

fn moment(seconds: Option<i64>) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(seconds?, 0)
}

/// The slow way, for what the declared shapes do not fit: finds the number, the
/// chat and the kind's name, if they are there.
fn not_understood(account: &str, body: &[u8]) -> Result<Inbound, ReceiveError> {
    let update: Value = serde_json::from_slice(body)
        .map_err(|e| ReceiveError::Malformed(format!("not JSON ({:?})", e.classify())))?;
    let id = update
        .get("update_id")
        .and_then(Value::as_i64)
        .ok_or_else(|| ReceiveError::Malformed("no update_id".into()))?;
    let part = update
        .as_object()
        .and_then(|fields| fields.values().find(|value| value.is_object()))
        .unwrap_or(&Value::Null);
    let found = |path| part.pointer(path).and_then(Value::as_i64);
    let chat = found("/chat/id").or_else(|| found("/message/chat/id"));
    let from = found("/from/id");
    let text = |id: Option<i64>| id.map(|id| id.to_string()).unwrap_or_default();
    // Ids below zero are groups' and public channels': nobody to talk to is there.
    let content = match chat {
        Some(..0) => group(),
        _ => Content::Unsupported(kind(&update, part).to_owned()),
    };
    Ok(Inbound {
        address: Address::new(NAME, account, text(chat.or(from))),
        key: key(id),
        sent_at: moment(found("/date")),
        sender: Sender {
            id: text(from),
            ..Sender::default()
        },
        content,
        message: found("/message_id").map(|id| id.to_string()),
        network: None,
    })
}

fn kind(update: &Value, part: &Value) -> &'static str {
    let named = |value: &Value| NAMED.into_iter().find(|name| value.get(name).is_some());
    let message = update.get("message").is_some_and(Value::is_object);
    named(part)
        .or_else(|| named(update))
        .unwrap_or(if message { "message" } else { "update" })
}

/// The body with what no JSON reader takes replaced by U+FFFD: halves of
/// surrogate pairs, which some apps produce by cutting an emoji, and bytes that
/// are not UTF-8.
pub(super) fn repaired(body: &[u8]) -> Cow<'_, [u8]> {
    let body = match String::from_utf8_lossy(body) {
        Cow::Borrowed(_) => Cow::Borrowed(body),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    };
    let lone = lone_surrogates(&body);
    if lone.is_empty() {
        return body;
    }
    let mut body = body.into_owned();
    for at in lone {
        body[at..at + 6].copy_from_slice(b"\\ufffd");
    }
    Cow::Owned(body)
}

/// Where the escapes of halves without their other half begin.
fn lone_surrogates(body: &[u8]) -> Vec<usize> {
    let mut lone = Vec::new();
    let mut at = 0;
    while at + 1 < body.len() {
        if body[at] != b'\\' {
            at += 1;
            continue;
        }
        at += match (escaped_unit(body, at), escaped_unit(body, at + 6)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => 12,
            (Some(0xD800..=0xDFFF), _) => {
                lone.push(at);
                6
            }
            // Another escape, perhaps of a backslash: both bytes are done with.
            _ => 2,
        };
    }
    lone
}

/// The unit written as `\uXXXX` at `at`.
fn escaped_unit(body: &[u8], at: usize) -> Option<u16> {
    let hex = body.get(at..at + 6)?.strip_prefix(b"\\u")?;
    u16::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn read(update: &Value) -> Inbound {
        inbound("main", update.to_string().as_bytes()).unwrap()
    }

    fn private(fields: &Value) -> Value {
        let mut message = json!({
            "message_id": 5, "date": 1_700_000_000,
            "from": {"id": 42, "is_bot": false, "first_name": "王", "last_name": "芳", "language_code": "zh-hans"},
            "chat": {"id": 42, "type": "private", "first_name": "王"},
        });
        message
            .as_object_mut()
            .unwrap()
            .extend(fields.as_object().unwrap().clone());
        json!({"update_id": 7, "message": message})
    }

    fn content_of(fields: &Value) -> Content {
        read(&private(fields)).content
    }

    #[test]
    fn a_text_arrives_with_everything_known_about_it() {
        let got = read(&private(&json!({"text": "水管坏了"})));
        assert!(got.address == Address::new("telegram", "main", "42"));
        assert_eq!(got.key, "u:7");
        assert_eq!(got.sent_at.unwrap().timestamp(), 1_700_000_000);
        assert_eq!(got.sender.name.as_deref(), Some("王 芳"));
        assert_eq!(got.sender.language.as_deref(), Some("zh-hans"));
        assert_eq!(got.content, Content::Text("水管坏了".into()));
    }

    #[test]
    fn commands_are_told_from_text_that_only_begins_with_a_slash() {
        let command = |text: &str| text_or_command(text);
        assert_eq!(command("/start"), Content::Start { payload: None });
        let payload = Some("a1B2".to_owned());
        assert_eq!(command("/start a1B2"), Content::Start { payload });
        assert_eq!(command("/Menu@LinliBot"), Content::Command("menu".into()));
        assert_eq!(
            command("/help 水管 坏了"),
            Content::Command("help 水管 坏了".into())
        );
        for text in ["/", "/菜单", "/ menu", "3/4", "//x", "/a-b", "/@bot"] {
            assert_eq!(command(text), Content::Text(text.into()));
        }
    }

    #[test]
    fn only_the_senders_own_card_is_own() {
        let card = |user: Value| {
            content_of(
                &json!({"contact": {"phone_number": "+8613800138000", "first_name": "x", "user_id": user}}),
            )
        };
        let contact = |own| Content::Contact {
            phone: "+8613800138000".into(),
            own,
        };
        assert_eq!(card(json!(42)), contact(true));
        assert_eq!(card(json!(43)), contact(false));
        assert_eq!(card(Value::Null), contact(false));
    }

    #[test]
    fn the_largest_photo_is_taken_and_albums_keep_their_group() {
        let got = content_of(&json!({
            "photo": [{"file_id": "s", "width": 90, "height": 60}, {"file_id": "l", "width": 900, "height": 600, "file_size": 5},
                      {"file_id": "m", "width": 300, "height": 200}],
            "caption": "看这里", "media_group_id": "g1",
        }));
        let Content::File(file) = got else {
            panic!("{got:?}")
        };
        assert_eq!((file.kind, file.id.as_str()), (AttachmentKind::Photo, "l"));
        assert_eq!(file.caption.as_deref(), Some("看这里"));
        assert_eq!(file.group.as_deref(), Some("g1"));
    }

    #[test]
    fn recordings_documents_and_videos_keep_what_the_sender_declared() {
        for (field, kind) in [
            ("voice", AttachmentKind::Voice),
            ("video", AttachmentKind::Video),
            ("video_note", AttachmentKind::Video),
            ("document", AttachmentKind::Document),
            ("audio", AttachmentKind::Document),
        ] {
            let got = content_of(
                &json!({field: {"file_id": "f", "file_unique_id": "u", "duration": 3,
                "mime_type": "x/y", "file_size": 9, "file_name": "n"}}),
            );
            let Content::File(file) = got else {
                panic!("{field}: {got:?}")
            };
            assert_eq!(
                (file.kind, file.seconds, file.size),
                (kind, Some(3), Some(9))
            );
            assert_eq!(file.name.as_deref(), Some("n"));
        }
    }

    #[test]
    fn places_are_read_live_or_not_and_impossible_ones_are_not() {
        let at = |fields: Value| content_of(&json!({"location": fields}));
        let place = |live| Content::Place {
            lat: 31.2,
            lon: 121.5,
            live,
        };
        assert_eq!(
            at(json!({"latitude": 31.2, "longitude": 121.5})),
            place(false)
        );
        let live = at(json!({"latitude": 31.2, "longitude": 121.5, "live_period": 900}));
        assert_eq!(live, place(true));
        let moon = at(json!({"latitude": 312.0, "longitude": 121.5}));
        assert_eq!(moon, Content::Unsupported("location".into()));
    }

    #[test]
    fn an_edit_names_the_message_it_changes() {
        let mut update = private(&json!({"text": "新的", "edit_date": 1_700_000_009}));
        let fields = update.as_object_mut().unwrap();
        let message = fields.remove("message").unwrap();
        fields.insert("edited_message".into(), message);
        let got = read(&update);
        let edited = Content::Edited {
            message: "5".into(),
            text: "新的".into(),
        };
        assert_eq!(got.content, edited);
        assert_eq!(got.sent_at.unwrap().timestamp(), 1_700_000_009);
    }

    #[test]
    fn a_tap_brings_its_token_and_what_is_needed_to_answer_it() {
        let tap = |message: Value| {
            read(
                &json!({"update_id": 8, "callback_query": {"id": "99", "from": {"id": 42, "is_bot": false, "first_name": "x"},
                "message": message, "chat_instance": "1", "data": "tok"}}),
            )
        };
        let got = tap(json!({"message_id": 5, "date": 0, "chat": {"id": 42, "type": "private"}}));
        let expected = Content::Tap {
            token: "tok".into(),
            callback: Some("99".into()),
            message: Some("5".into()),
        };
        assert_eq!(got.content, expected);
        assert_eq!(got.sent_at, None);
        assert_eq!(tap(Value::Null).address.chat, "42");
        let in_group = tap(json!({"message_id": 5, "chat": {"id": -9, "type": "group"}}));
        assert_eq!(in_group.content, Content::Unsupported("group".into()));
    }

    #[test]
    fn being_blocked_and_being_moved_are_noticed() {
        let member = |status: &str, kind: &str| {
            read(&json!({"update_id": 9, "my_chat_member": {"chat": {"id": 42, "type": kind}, "date": 3,
                "from": {"id": 42}, "old_chat_member": {}, "new_chat_member": {"status": status, "user": {"id": 1}}}}))
            .content
        };
        assert_eq!(member("kicked", "private"), Content::Blocked);
        assert_eq!(
            member("member", "private"),
            Content::Unsupported("unblocked".into())
        );
        assert_eq!(
            member("kicked", "group"),
            Content::Unsupported("group".into())
        );
        let moved = content_of(&json!({"migrate_to_chat_id": -1_001_234_567_890_i64}));
        assert_eq!(
            moved,
            Content::Moved {
                to: "-1001234567890".into()
            }
        );
    }

    #[test]
    fn what_is_said_in_a_group_is_not_read() {
        let got = content_of(&json!({"text": "大家好", "chat": {"id": -5, "type": "supergroup"}}));
        assert_eq!(got, Content::Unsupported("group".into()));
    }

    #[test]
    fn strange_updates_are_acknowledged_as_unsupported() {
        let sticker = content_of(&json!({"sticker": {"file_id": "s"}}));
        assert_eq!(sticker, Content::Unsupported("sticker".into()));
        let unheard_of = content_of(&json!({"hologram": {}}));
        assert_eq!(unheard_of, Content::Unsupported("message".into()));
        for (update, kind, chat) in [
            (json!({"update_id": 1}), "update", ""),
            (json!({"update_id": 1, "message": 7}), "update", ""),
            (
                json!({"update_id": 1, "message": {"chat": {"id": 3}, "message_id": "x", "sticker": {}}}),
                "sticker",
                "3",
            ),
            (json!({"update_id": 1, "poll": {"id": "x"}}), "poll", ""),
            (
                json!({"update_id": 1, "from_the_future": {"chat": {"id": 4}}}),
                "update",
                "4",
            ),
            (
                json!({"update_id": -1, "inline_query": {"from": {"id": 5}}}),
                "inline_query",
                "5",
            ),
            (
                json!({"update_id": 1, "callback_query": {"id": "1", "from": {"id": 6}, "game_short_name": "x"}}),
                "callback_query",
                "6",
            ),
        ] {
            let got = read(&update);
            assert_eq!(got.content, Content::Unsupported(kind.into()), "{update}");
            assert_eq!(got.address.chat, chat, "{update}");
        }
    }

    #[test]
    fn half_an_emoji_does_not_lose_the_message() {
        for (escaped, read_as) in [
            (r"\ud83d\ude00", "😀"),
            (r"\ud83d", "\u{fffd}"),
            (r"\ude00", "\u{fffd}"),
            (r"\ud83d\ud83d\ude00", "\u{fffd}😀"),
            (r"\uD83D x", "\u{fffd} x"),
            (r"\\ud83d", r"\ud83d"),
            (r"\\\ud83d", "\\\u{fffd}"),
            (r"\ud83d\n", "\u{fffd}\n"),
            (r"\ud83", ""),
        ] {
            let body = format!(
                r#"{{"update_id":1,"message":{{"message_id":1,"chat":{{"id":1,"type":"private"}},"text":"{escaped}"}}}}"#
            );
            match inbound("main", body.as_bytes()) {
                Ok(got) => assert_eq!(got.content, Content::Text(read_as.into()), "{escaped}"),
                Err(error) => assert!(read_as.is_empty(), "{escaped}: {error}"),
            }
        }
    }

    proptest! {
        #[test]
        fn no_body_makes_it_panic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = inbound("main", &body);
        }

        #[test]
        fn any_valid_text_arrives_unchanged(text in "[^/]\\PC{0,60}") {
            prop_assert_eq!(content_of(&json!({"text": text.clone()})), Content::Text(text));
        }

        #[test]
        fn repairing_leaves_valid_json_alone(text in any::<String>()) {
            let body = serde_json::to_vec(&json!({"t": text})).unwrap();
            prop_assert!(matches!(repaired(&body), Cow::Borrowed(_)));
        }
    }
}
