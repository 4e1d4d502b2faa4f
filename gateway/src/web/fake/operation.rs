//! A log of three lines, something that would be deleted, webhooks that came in.

use super::{Fake, WORKER};
use crate::clock::micros;
use crate::desk::equity::{Count, Equity, Row};
use crate::desk::mending::{Mended, Words};
use crate::desk::units::{Colleague, UnitRow, UnitView};
use crate::probing::{HOPS, Probe};
use crate::retention::Deleted;
use crate::store::audit::{Head, Line, Verified};
use crate::telemetry::Figure;
use crate::web::{Channel, Hook, Lang, LogAsked, Operation, Unavailable};
use async_trait::async_trait;
use chrono::TimeDelta;
use std::time::Duration;

impl Fake {
    /// Webhooks that came in.
    pub fn hooks(&self) -> Vec<Hook> {
        self.lock().hooks.clone()
    }
}

#[async_trait]
impl Operation for Fake {
    fn served(&self, _: &str, _: &str, _: u16, _: Duration) {}

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

    async fn channels(&self) -> Result<Vec<Channel>, Unavailable> {
        drop(self.there()?);
        let now = self.clock.now();
        Ok(vec![Channel {
            name: "telegram/main".into(),
            last_in: Some(now - TimeDelta::minutes(2)),
            last_out: Some(now - TimeDelta::minutes(9)),
            failed: Some(now - TimeDelta::minutes(1)),
            waiting: 5,
            held: 3,
            until: Some(now + TimeDelta::hours(9)),
            given_up: 1,
            cause: Some("the chat is gone".into()),
            parked: 2,
        }])
    }

    async fn parked_words(&self, _: &str) -> Result<Option<Vec<Words>>, Unavailable> {
        let state = self.there()?;
        let words = state.parked.iter().map(|row| Words {
            key: row.key.clone(),
            at: row.at,
            channel: row.channel.clone(),
            cause: row.cause.clone(),
            text: Some("我想申请低保".into()),
        });
        Ok(Some(words.collect()))
    }

    async fn may_mend(&self, _: &str) -> Result<bool, Unavailable> {
        Ok(!self.there()?.parked.is_empty())
    }

    async fn mend_parked(
        &self,
        _: &str,
        key: &str,
        _: &str,
    ) -> Result<Option<Mended>, Unavailable> {
        let mut state = self.there()?;
        let before = state.parked.len();
        state.parked.retain(|row| row.key != key);
        let done = state.parked.len() < before;
        Ok(Some(if done { Mended::Done } else { Mended::Gone }))
    }

    async fn unit(&self, code: Option<&str>, _: Lang) -> Result<Option<UnitView>, Unavailable> {
        drop(self.there()?);
        let row = |code: &str, name: &str, deeper| UnitRow {
            code: code.into(),
            name: name.into(),
            kind: "街道".into(),
            workers: 4,
            deeper,
        };
        Ok(Some(UnitView {
            unit: code.map(|code| row(code, "云桥街道", true)),
            path: vec![("310".into(), "东湖区".into())],
            aliases: vec!["云桥镇".into()],
            people: vec![Colleague {
                id: WORKER.into(),
                name: "周敏".into(),
                roles: vec!["社区协调员"],
                on_duty: true,
            }],
            below: vec![row("31001001", "青石社区", false)],
            ..UnitView::default()
        }))
    }

    async fn find_units(&self, words: &str, _: Lang) -> Result<Vec<UnitRow>, Unavailable> {
        let view = self.unit(Some("31001"), Lang::Zh).await?;
        let found = view.into_iter().flat_map(|view| view.below);
        Ok(found.filter(|row| row.name.contains(words)).collect())
    }

    async fn equity(&self, _: Option<&str>) -> Result<Option<Equity>, Unavailable> {
        drop(self.there()?);
        let row = |name: &str, opened, share| Row {
            code: "31001".into(),
            name: name.into(),
            deeper: true,
            opened: Count::of(opened),
            per_thousand: share,
            night: share,
            web: share,
            solved: share.map(|_| (62, opened)),
        };
        Ok(Some(Equity {
            path: Vec::new(),
            rows: vec![row("东湖区", 120, Some(31)), row("西山区", 4, None)],
            solved: Some((62, 124)),
        }))
    }

    fn figures(&self) -> Vec<(Figure, Vec<f64>)> {
        let wave = |figure: Figure| {
            let at = |n: u32| (f64::from(n) / 9.0 + f64::from(figure as u8)).sin() * 4.0 + 5.0;
            (figure, (0..60).map(at).collect())
        };
        Figure::ALL.into_iter().map(wave).collect()
    }

    async fn probes(&self) -> Result<Vec<Probe>, Unavailable> {
        drop(self.there()?);
        let hops = |names: &[&str]| names.iter().map(|n| ((*n).to_owned(), 1400)).collect();
        let now = self.clock.now();
        Ok(vec![
            Probe {
                at: now - TimeDelta::minutes(4),
                hops: hops(&HOPS),
                stuck: None,
            },
            Probe {
                at: now - TimeDelta::minutes(9),
                hops: hops(&HOPS[..1]),
                stuck: Some(HOPS[0].to_owned()),
            },
        ])
    }

    async fn send_probe(&self) -> Result<Probe, Unavailable> {
        self.probes().await.map(|mut all| all.remove(0))
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
