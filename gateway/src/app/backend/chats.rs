//! Residents' own things, for their pages.

use super::away;
use crate::app::App;
use crate::app::resume::{self, Resumed};
use crate::clock::{Moment, micros};
use crate::conversation::{
    Deed, Mine, Reply, ReplyKind, card, language_of, moment_words, urged_until, words,
};
use crate::desk::view::Matter;
use crate::requests::notify::offset;
use crate::requests::summary;
use crate::staff::attempts;
use crate::store::requests::Brief;
use crate::store::{StoreError, conversations, requests};
use crate::texts;
use crate::web::{Chats, Taken, Unavailable};
use crate::world::World;
use async_trait::async_trait;
use axum::body::Bytes;
use chrono::TimeDelta;
use menus::Lang;

/// How long a closed request stays on the page.
const REMEMBERED: TimeDelta = TimeDelta::days(31);

/// Uploads in a quarter of an hour, from one network and in all: whoever begins
/// a new chat for each finds the disk no larger.
const UPLOADS: (i64, i64) = (60, 3000);

#[async_trait]
impl Chats for App {
    fn chat_mark(&self, beginning: &str) -> String {
        self.core.seal.name("cookie", beginning)
    }

    async fn chat_began(&self, session: &str) -> Result<bool, Unavailable> {
        let address = resume::address(&self.core, session).await;
        let address = address.map_err(|e| away(&e))?.to_string();
        let found = conversations::one(&self.core.db, &address).await;
        Ok(found.map_err(|e| away(&e))?.is_some())
    }

    fn danger_card(&self, text: &str, lang: Lang) -> Option<Reply> {
        let words = words(text, &self.core.world().classifier);
        let hit = words.verdict.crisis?;
        let lang = language_of(text).unwrap_or(lang);
        let card = card(&hit.service, &self.core.lines, true, lang);
        Some(Reply::of(ReplyKind::Crisis, card))
    }

    async fn matters(&self, session: &str, lang: Lang) -> Result<Vec<Matter>, Unavailable> {
        self.own(session, lang).await.map_err(|e| away(&e))
    }

    async fn chat_photos(
        &self,
        click: (&str, &str),
        address: &str,
        lang: Lang,
        files: Vec<Bytes>,
        caption: Option<String>,
    ) -> Result<Taken, Unavailable> {
        let turn = attempts::take_nameless(&self.core, "photo", address, UPLOADS).await;
        if turn.map_err(|e| away(&e))?.is_err() {
            return Ok(Taken::TooMany);
        }
        let taken = self.take_photos(click, lang, files, caption).await;
        taken.map_err(|e| away(&e))
    }

    async fn chat_photo(&self, session: &str, id: &str) -> Result<Option<Vec<u8>>, Unavailable> {
        self.own_photo(session, id).await.map_err(|e| away(&e))
    }

    async fn request_photo(
        &self,
        worker: &str,
        reference: &str,
        id: &str,
    ) -> Result<Option<Vec<u8>>, Unavailable> {
        self.case_photo(worker, reference, id).await
    }

    async fn resume_code(&self, session: &str) -> Result<String, Unavailable> {
        let code = resume::code(&self.core, session).await;
        code.map_err(|e| away(&e))
    }

    async fn resume(
        &self,
        code: &str,
        session: &str,
        address: &str,
    ) -> Result<Resumed, Unavailable> {
        let resumed = resume::resume(&self.core, code, session, address).await;
        resumed.map_err(|e| away(&e))
    }

    async fn end_others(&self, session: &str) -> Result<(), Unavailable> {
        let ended = resume::end_others(&self.core, session).await;
        ended.map_err(|e| away(&e))
    }
}

impl App {
    async fn own(&self, session: &str, lang: Lang) -> Result<Vec<Matter>, StoreError> {
        let core = &self.core;
        let address = resume::address(core, session).await?.to_string();
        let (world, now) = (core.world(), core.clock.now());
        let since = micros(now - REMEMBERED);
        let addresses = std::slice::from_ref(&address);
        let (hidden, briefs) = tokio::try_join!(
            self.hidden(&address),
            requests::of_addresses(&core.db, addresses, since, micros(now)),
        )?;
        if hidden.is_some() {
            return Ok(Vec::new());
        }
        let own = briefs.iter().filter(|brief| brief.silenced == 0);
        let matters = own.map(|brief| matter(brief, &world, lang, now));
        Ok(matters.collect())
    }
}

fn matter(brief: &Brief, world: &World, lang: Lang, now: Moment) -> Matter {
    let mine: Mine = summary::mine(brief, world, lang);
    let label = |deed: Deed| texts::text(lang, deed.label()).to_owned();
    let deeds = Deed::of(&mine, now);
    Matter {
        title: mine.title(lang),
        deeds: deeds
            .map(|deed| (deed.token(&mine.reference), label(deed)))
            .collect(),
        urged_until: urged_until(&mine, now).map(|from| moment_words(from, offset(), lang)),
        steps: summary::steps(brief, world, lang),
        promise: mine.promise.filter(|_| mine.open),
        who: mine.who.unwrap_or_default(),
        status: mine.status,
        open: mine.open,
        reference: mine.reference,
    }
}
