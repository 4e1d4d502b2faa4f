//! Residents' own things, in memory.

use super::Fake;
use crate::app::resume::Resumed;
use crate::conversation::{Lines, Reply, ReplyKind, card};
use crate::desk::view::Matter;
use crate::web::{Chats, Lang, Taken, Unavailable};
use async_trait::async_trait;
use axum::body::Bytes;
use chrono::TimeDelta;

impl Fake {
    /// Everything residents said, in all chats.
    pub fn said(&self) -> Vec<String> {
        let state = self.lock();
        let lines = state.chats.values().flatten().filter(|bubble| bubble.mine);
        lines.map(|bubble| bubble.text.clone()).collect()
    }

    /// Makes the queue this long, no two requests alike.
    pub fn fill(&self, most: usize) {
        let mut state = self.lock();
        let some: Vec<_> = state.sheets.clone();
        for n in state.sheets.len()..most {
            let mut sheet = some[n % some.len()].clone();
            sheet.card.reference = format!("Q{:03}-{:04}", n, n * 7919 % 10_000);
            // Every request tells something else.
            let words = (0..24).map(|i| {
                let sign = 0x4e00 + (n * 131 + i * 977 + n * i * 37) % 0x3000;
                char::from_u32(u32::try_from(sign).unwrap_or(0x4e00)).unwrap_or('一')
            });
            sheet.card.words = words.collect();
            state.sheets.push(sheet);
        }
    }
}

impl Fake {
    /// Takes the store away, or brings it back.
    pub fn set_away(&self, away: bool) {
        self.lock().away = away;
    }

    /// The store is away, and messages wait on disk with this said of them.
    pub fn keeps_on_disk(&self, reply: Reply) {
        let mut state = self.lock();
        (state.away, state.waits) = (true, Some(reply));
    }
}

#[async_trait]
impl Chats for Fake {
    fn chat_mark(&self, beginning: &str) -> String {
        crate::seal::Seal::new(b"fake").name("cookie", beginning)
    }

    async fn chat_began(&self, session: &str) -> Result<bool, Unavailable> {
        Ok(self.there()?.chats.contains_key(session))
    }

    /// One sentence is danger here.
    fn danger_card(&self, text: &str, lang: Lang) -> Option<Reply> {
        let card = || card("CRI-SUICIDE", &Lines::default(), true, lang);
        (text == "我不想活了").then(|| Reply::of(ReplyKind::Crisis, card()))
    }

    /// Whoever got a promise card has this one request.
    async fn matters(&self, session: &str, _: Lang) -> Result<Vec<Matter>, Unavailable> {
        let state = self.there()?;
        let lines = state.chats.get(session);
        let promised = lines.is_some_and(|all| all.iter().any(|b| b.kind == "card"));
        let now = self.clock.now();
        Ok(promised
            .then(|| Matter {
                reference: "K7M3-9F2X".into(),
                title: "助餐送餐".into(),
                status: "青石社区协调员 周敏在今天上午9点12分看过，还没有接手".into(),
                who: "青石社区协调员 周敏".into(),
                promise: Some("最晚明天上午9点前联系您".into()),
                open: true,
                steps: vec![
                    (now - TimeDelta::minutes(48), "您交上来了".into()),
                    (now, "青石社区协调员打开看过".into()),
                ],
                urged_until: None,
                deeds: [("add", "补充"), ("urge", "催一催"), ("withdraw", "撤回")]
                    .map(|(deed, label)| (format!("{deed}:K7M3-9F2X"), label.to_owned()))
                    .into(),
            })
            .into_iter()
            .collect())
    }

    async fn chat_photos(
        &self,
        (session, _): (&str, &str),
        _: &str,
        _: Lang,
        files: Vec<Bytes>,
        caption: Option<String>,
    ) -> Result<Taken, Unavailable> {
        let mut state = self.there()?;
        for file in files {
            if crate::photos::clean(&file).is_err() {
                return Ok(Taken::Unreadable);
            }
        }
        let caption = caption.unwrap_or_default();
        self.push(&mut state, session, true, &caption, "plain", Vec::new());
        let sent = state.chats.get_mut(session).and_then(|all| all.last_mut());
        if let Some(bubble) = sent {
            bubble.photo = Some("p1".into());
        }
        Ok(Taken::Stored)
    }

    async fn chat_photo(&self, _: &str, _: &str) -> Result<Option<Vec<u8>>, Unavailable> {
        self.there().map(|_| None)
    }

    async fn request_photo(
        &self,
        _: &str,
        _: &str,
        _: &str,
    ) -> Result<Option<Vec<u8>>, Unavailable> {
        self.there().map(|_| None)
    }

    async fn resume_code(&self, session: &str) -> Result<String, Unavailable> {
        let mut state = self.there()?;
        state.codes.insert("48210937".into(), session.into());
        Ok("48210937".into())
    }

    async fn resume(&self, code: &str, session: &str, _: &str) -> Result<Resumed, Unavailable> {
        let mut state = self.there()?;
        let Some(from) = state.codes.remove(code) else {
            return Ok(Resumed::Wrong);
        };
        let lines = state.chats.get(&from).cloned().unwrap_or_default();
        state.chats.insert(session.into(), lines);
        Ok(Resumed::Here)
    }

    async fn end_others(&self, _: &str) -> Result<(), Unavailable> {
        self.there().map(|_| ())
    }
}
