//! A Bot API that says yes to everything and remembers when it was asked.
//!
//! It judges nothing (the strict one is in the test harness): what counts here
//! is that it costs little and keeps the moment of every message.

use crate::wire::Wire;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Instant;
use tokio::net::TcpListener;

/// What arrived, by chat.
#[derive(Clone, Default)]
pub(crate) struct Sink {
    arrived: Arc<Mutex<HashMap<i64, Vec<Instant>>>>,
}

impl Sink {
    /// Listens on a free loopback port; gives the address.
    pub(crate) async fn start() -> std::io::Result<(Self, String)> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?.to_string();
        let sink = Self::default();
        let front = sink.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                if let Ok(wire) = Wire::new(stream) {
                    tokio::spawn(front.clone().serve(wire));
                }
            }
        });
        Ok((sink, address))
    }

    async fn serve(self, mut wire: Wire) {
        while let Ok(Some(piece)) = wire.read().await {
            let now = Instant::now();
            if let Some(chat) =
                chat_of(&piece.body).filter(|_| piece.line().contains("/sendMessage"))
            {
                let mut arrived = self.arrived.lock().expect("no panic while held");
                arrived.entry(chat).or_default().push(now);
            }
            let result = if piece.line().contains("/sendMessage") {
                r#"{"ok":true,"result":{"message_id":1,"date":0,"chat":{"id":1,"type":"private"}}}"#
            } else if piece.line().contains("/getMe") {
                r#"{"ok":true,"result":{"id":1,"is_bot":true,"first_name":"load","username":"load_bot"}}"#
            } else {
                r#"{"ok":true,"result":true}"#
            };
            let answer = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{result}",
                result.len()
            );
            if wire.write(answer.as_bytes()).await.is_err() {
                return;
            }
        }
    }

    /// The first message into a chat.
    pub(crate) fn first(&self, chat: i64) -> Option<Instant> {
        let arrived = self.arrived.lock().expect("no panic while held");
        arrived.get(&chat).and_then(|all| all.first().copied())
    }

    /// How many chats got a message.
    pub(crate) fn chats(&self) -> usize {
        self.arrived.lock().expect("no panic while held").len()
    }

    /// All moments into these chats, in order.
    pub(crate) fn moments(&self, chats: impl Fn(i64) -> bool) -> Vec<Instant> {
        let arrived = self.arrived.lock().expect("no panic while held");
        let mut all: Vec<Instant> = arrived
            .iter()
            .filter(|(chat, _)| chats(**chat))
            .flat_map(|(_, at)| at.iter().copied())
            .collect();
        all.sort_unstable();
        all
    }

    /// Forgets everything.
    pub(crate) fn clear(&self) {
        self.arrived.lock().expect("no panic while held").clear();
    }
}

/// The number behind `"chat_id":`, with or without quotes.
fn chat_of(body: &[u8]) -> Option<i64> {
    let name = b"\"chat_id\":";
    let start = body.windows(name.len()).position(|w| w == name)? + name.len();
    let digits: Vec<u8> = body[start..]
        .iter()
        .copied()
        .skip_while(|b| matches!(b, b' ' | b'"'))
        .take_while(|b| b.is_ascii_digit() || *b == b'-')
        .collect();
    std::str::from_utf8(&digits).ok()?.parse().ok()
}
