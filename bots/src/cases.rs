//! A case table to run against any channel (feature `testing`).
//!
//! Hostile bodies that must never panic a `receive`, and messages that a `send`
//! must either deliver or refuse by name. What a channel makes of its own good
//! messages is tested beside the channel.

use crate::channel::Channel;
use crate::error::ReceiveError;
use crate::message::{Ask, Choice, Outbound};
use crate::{HeaderMap, webhook};

/// A message to send.
pub struct OutboundCase {
    pub name: &'static str,
    pub message: Outbound,
    /// Whether a channel with buttons of 64-byte tokens must deliver it.
    pub deliverable: bool,
}

/// Messages at and over the edges.
pub fn outbound() -> Vec<OutboundCase> {
    let case = |name, deliverable, message| OutboundCase {
        name,
        message,
        deliverable,
    };
    let with = |text: &str, choices: Vec<Choice>| Outbound {
        choices,
        ..Outbound::text(text)
    };
    vec![
        case("one word", true, Outbound::text("好")),
        case("the longest text", true, Outbound::text("字".repeat(4096))),
        case("one unit more", true, Outbound::text("字".repeat(4097))),
        case("many emoji", true, Outbound::text("😀".repeat(5000))),
        case(
            "control characters",
            true,
            Outbound::text("a\u{0}\u{7}\u{1b}[31mb"),
        ),
        case("right-to-left marks", true, Outbound::text("\u{202e}olleh")),
        case("markup stays text", true, Outbound::text("<b>*_[x](y)</b>")),
        case(
            "the longest token",
            true,
            with("选", vec![Choice::new("t".repeat(64), "一")]),
        ),
        case(
            "a token too long",
            false,
            with("选", vec![Choice::new("字".repeat(22), "一")]),
        ),
        case(
            "an empty token",
            false,
            with("选", vec![Choice::new("", "一")]),
        ),
        case(
            "an empty label",
            false,
            with("选", vec![Choice::new("t", " ")]),
        ),
        case("nothing at all", false, Outbound::default()),
        case("blank text", false, Outbound::text(" \n ")),
        case(
            "a phone number asked for",
            true,
            Outbound {
                ask: Some(Ask::Contact {
                    label: "发送我的手机号".into(),
                }),
                ..with("请把手机号发给我们", vec![Choice::new("skip", "跳过")])
            },
        ),
        case(
            "a keyboard taken away",
            true,
            Outbound {
                remove_keyboard: true,
                ..Outbound::text("谢谢您")
            },
        ),
    ]
}

/// Bodies no provider should send, by name.
pub fn hostile_bodies() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("empty", Vec::new()),
        ("not JSON", b"hello".to_vec()),
        (
            "truncated",
            br#"{"update_id":1,"message":{"text":"#.to_vec(),
        ),
        ("an array", b"[]".to_vec()),
        ("a number", b"7".to_vec()),
        ("null", b"null".to_vec()),
        ("not UTF-8", b"{\"update_id\":\"\xff\xfe\"}".to_vec()),
        ("deeply nested", b"[".repeat(100_000)),
        ("XML", b"<xml><a/></xml>".to_vec()),
        ("NUL bytes", vec![0; 1000]),
        ("too large", vec![b' '; webhook::MAX_BODY + 1]),
    ]
}

/// Gives every hostile body to the channel with headers it accepts. Names the
/// first body that was taken for a message.
///
/// # Errors
/// The name of the offending body and what came of it.
pub fn refuses_hostile_bodies(
    channel: &dyn Channel,
    headers: &HeaderMap,
    query: &str,
) -> Result<(), String> {
    for (name, body) in hostile_bodies() {
        let got = channel.receive(headers, query, &body);
        let fine = match (name, &got) {
            ("too large", got) => *got == Err(ReceiveError::TooLarge),
            (_, Err(ReceiveError::Malformed(_))) => true,
            _ => false,
        };
        if !fine {
            return Err(format!("{name}: {got:?}"));
        }
    }
    Ok(())
}
