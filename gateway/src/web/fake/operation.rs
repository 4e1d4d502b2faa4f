//! A log of three lines, something that would be deleted, webhooks that came in.

use super::Fake;
use crate::clock::micros;
use crate::retention::Deleted;
use crate::store::audit::{Head, Line, Verified};
use crate::web::{Hook, LogAsked, Operation, Unavailable};
use async_trait::async_trait;

impl Fake {
    /// Webhooks that came in.
    pub fn hooks(&self) -> Vec<Hook> {
        self.lock().hooks.clone()
    }
}

#[async_trait]
impl Operation for Fake {
    async fn search_log(&self, asked: LogAsked) -> Result<Vec<Line>, Unavailable> {
        drop(self.there()?);
        let line = |seq: i64, actor: &str, act: &str, subject: &str| Line {
            id: seq.to_string(),
            at: micros(self.clock.now()) - seq,
            actor: actor.into(),
            act: act.into(),
            subject: subject.into(),
            detail: "{}".into(),
            seq,
            before: String::new(),
            hash: String::new(),
        };
        let mut lines = vec![
            line(3, "worker:w1", "act.accept", "request:r1"),
            line(2, "worker:w1", "read.request", "request:r1"),
            line(1, "operator", "import", "workers"),
        ];
        lines.retain(|l| asked.actor.is_empty() || l.actor == asked.actor);
        lines.retain(|l| l.act.starts_with(&asked.act));
        Ok(lines)
    }

    async fn verify_log(&self) -> Result<Verified, Unavailable> {
        self.there().map(|_| Verified {
            lines: 3,
            head: Head {
                seq: 3,
                hash: "h".into(),
                floor_seq: 0,
                floor_hash: String::new(),
                unchained: 0,
            },
            broken: None,
        })
    }

    async fn would_delete(&self) -> Result<Vec<Deleted>, Unavailable> {
        self.there().map(|_| {
            vec![Deleted {
                class: "messages",
                days: 180,
                rows: 12,
            }]
        })
    }
}
