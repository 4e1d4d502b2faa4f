//! Messages that leave: written with the change they speak of, sent after.
//!
//! A row of the outbox is the only way anything goes out. It is written in the
//! transaction of the fact it tells; the process that wrote it already holds
//! its lease and sends it at once, so nobody has to look for it. If that
//! process dies the lease runs out and any process sends it: a message may then
//! be repeated, it is never lost. A chat hears its messages in the order of
//! their commits, whichever processes send them: what another process still has
//! to say there goes first (`order`). Danger alone waits for nobody. Rates and
//! waiting are kept in `pace`, the sending loop is `run`.

mod claim;
mod order;
mod pace;
mod parts;
mod results;
mod run;

pub use pace::Rates;
pub use parts::parts;
pub use run::{Outbox, Parts, Settings};

use crate::clock::{Moment, micros};
use crate::ids::OutboxId;
use crate::seal::{Seal, SealError};
use crate::store::Committed;
use crate::store::rows::{OutboxRow, TurnRow};
use bots::{Address, Choice, Outbound};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Who waits for a message; decides its turn and its rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lane {
    /// Somebody may be in danger.
    Crisis = 0,
    /// Somebody just wrote and looks at the screen.
    Reply = 1,
    /// A worker is to act.
    Push = 2,
    /// A notice that nobody waits for.
    Bulk = 3,
}

/// A message with the meaning of its buttons. Only the position of a button
/// travels; what it means stays here.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Parcel {
    /// What is sent; tokens of the choices are set when it is written.
    pub message: Outbound,
    /// Meaning of each choice, by position.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<serde_json::Value>,
    /// How it is shown on pages: "plain", "card", "crisis", "notice".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
}

/// A message about to be written.
#[derive(Clone, Debug)]
pub struct Letter {
    /// Where to.
    pub to: Address,
    /// Who waits for it.
    pub lane: Lane,
    /// The request it speaks of.
    pub request: Option<String>,
    /// Contents.
    pub parcel: Parcel,
    /// Not before this moment.
    pub not_before: Option<Moment>,
}

/// A message whose lease this process holds.
#[derive(Clone, Debug)]
pub struct Held {
    /// Outbox id.
    pub id: String,
    /// Where to.
    pub to: Address,
    /// `to` as text: the name of its queue.
    pub chat: String,
    /// Who waits for it.
    pub lane: i64,
    /// What is sent.
    pub message: Outbound,
    /// Until when this process may send it, microseconds.
    pub lease: i64,
    /// Its turn in its chat: less goes first.
    pub turn: i64,
    /// Messages it comes after that are not known to be sent.
    pub behind: Vec<String>,
    /// Failed attempts so far.
    pub attempts: i64,
    /// When it was written, microseconds.
    pub at: i64,
}

/// Channels whose delivery is the store itself: pages read it back.
pub fn is_page(address: &Address) -> bool {
    address.channel == bots::webchat::NAME
}

/// The token of a choice: "<outbox id>.<position>".
pub fn token(id: &str, position: usize) -> String {
    format!("{id}.{position}")
}

/// Reads a token; `None` for anything we cannot have made.
pub fn parse_token(token: &str) -> Option<(&str, usize)> {
    let (id, position) = token.split_once('.')?;
    let plain = id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit());
    plain.then_some(())?;
    Some((id, position.parse().ok().filter(|p| *p < 100)?))
}

/// Makes the row, and the held message to send after the commit if `lease` is
/// given (the row is then born claimed until that moment).
pub fn write(
    letter: Letter,
    now: Moment,
    lease: Option<Moment>,
    seal: &Seal,
) -> (OutboxRow, Option<Held>) {
    let Letter {
        to,
        lane,
        request,
        mut parcel,
        not_before,
    } = letter;
    let id = OutboxId::new(now).0;
    for (position, choice) in parcel.message.choices.iter_mut().enumerate() {
        choice.token = token(&id, position);
    }
    let page = is_page(&to);
    let waits = not_before.filter(|at| *at > now);
    let lease = if page || waits.is_some() { None } else { lease };
    let chat = to.to_string();
    let row = OutboxRow {
        id: id.clone(),
        address: chat.clone(),
        at: micros(now),
        state: i64::from(page),
        lane: lane as i64,
        next_at: micros(lease.or(waits).unwrap_or(now)),
        body: seal.seal_json(&parcel),
        request,
        page: i64::from(page),
    };
    let held = lease.map(|lease| Held {
        id,
        to,
        chat,
        lane: lane as i64,
        message: parcel.message,
        lease: micros(lease),
        turn: 0,
        behind: Vec::new(),
        attempts: 0,
        at: micros(now),
    });
    (row, held)
}

/// Tells messages where their commit placed them in their chats.
pub fn placed(mut held: Vec<Held>, committed: &Committed) -> Vec<Held> {
    let mut turns: HashMap<&str, &TurnRow> = HashMap::with_capacity(held.len());
    turns.extend(committed.turns.iter().map(|t| (t.id.as_str(), t)));
    for message in &mut held {
        if let Some(place) = turns.get(message.id.as_str()) {
            message.turn = place.turn;
            message.behind = place.before();
        }
    }
    held
}

/// Opens a stored parcel.
pub fn open(body: &str, seal: &Seal) -> Result<Parcel, SealError> {
    seal.open_json(body)
}

impl Parcel {
    /// A message of words.
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            message: Outbound::text(text),
            keys: Vec::new(),
            kind: None,
        }
    }

    /// Adds a button that means `key`.
    #[must_use]
    pub fn button(mut self, label: impl Into<String>, key: &impl Serialize) -> Self {
        self.message.choices.push(Choice::new(String::new(), label));
        self.keys
            .push(serde_json::to_value(key).expect("keys are plain data"));
        self
    }

    /// Sets how pages show it.
    #[must_use]
    pub fn shown_as(mut self, kind: &str) -> Self {
        self.kind = Some(kind.to_owned());
        self
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::clock::moment;

    #[test]
    fn a_token_reads_back_and_fits_into_64_bytes() {
        let seal = Seal::new(b"k");
        let letter = Letter {
            to: Address::new("telegram", "main", "1"),
            lane: Lane::Reply,
            request: None,
            parcel: Parcel::text("?").button("是", &"yes").button("否", &"no"),
            not_before: None,
        };
        let (row, held) = write(letter, moment(1), Some(moment(9)), &seal);
        let held = held.unwrap();
        assert_eq!((row.next_at, row.state), (9, 0));
        let token = &held.message.choices[1].token;
        assert!(token.len() <= 64);
        assert_eq!(parse_token(token), Some((row.id.as_str(), 1)));
        assert_eq!(open(&row.body, &seal).unwrap().keys[1], "no");
        for bad in [
            "",
            "x.1",
            "status:7",
            &format!("{}.100", row.id),
            &format!("{}.-1", row.id),
        ] {
            assert_eq!(parse_token(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_message_for_a_page_is_delivered_by_being_written() {
        let letter = Letter {
            to: Address::new("webchat", "main", "s"),
            lane: Lane::Reply,
            request: None,
            parcel: Parcel::text("x"),
            not_before: None,
        };
        let (row, held) = write(letter, moment(1), Some(moment(9)), &Seal::new(b"k"));
        assert!(held.is_none());
        assert_eq!((row.state, row.page), (1, 1));
    }
}
