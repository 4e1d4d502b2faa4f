//! Pictures in the web chat: taken in, and shown to whoever may see them.

use super::away;
use crate::app::{App, resume};
use crate::audit;
use crate::clock::micros;
use crate::desk::access::may;
use crate::desk::queue::photos_of;
use crate::photos::{self, Unfit};
use crate::rights::Right;
use crate::store::photos::PhotoRow;
use crate::store::{self, Changes, StoreError};
use crate::web::{Taken, Unavailable};
use axum::body::Bytes;
use bots::{Attachment, AttachmentKind, Content};
use chrono::TimeDelta;
use menus::Lang;
use tokio::sync::Semaphore;

/// One picture is unpacked at a time: it may take some hundred megabytes.
static TURN: Semaphore = Semaphore::const_new(1);
/// Pictures from one chat in a day.
const A_DAY: i64 = 30;

impl App {
    /// Cleans and keeps pictures, then says them in the conversation.
    pub(super) async fn take_photos(
        &self,
        (session, key): (&str, &str),
        lang: Lang,
        files: Vec<Bytes>,
        caption: Option<String>,
    ) -> Result<Taken, StoreError> {
        let core = &self.core;
        let chat = resume::chat(core, session).await?;
        let address = bots::webchat::address(&chat);
        let now = core.clock.now();
        let today = micros(now - TimeDelta::days(1));
        let before = store::photos::since(&core.db, &address.to_string(), today).await?;
        if before + files.len() as i64 > A_DAY {
            return Ok(Taken::TooMany);
        }
        let mut changes = Changes::at(micros(now));
        let mut said = Vec::new();
        for (n, file) in files.into_iter().enumerate() {
            let key = resume::click(&chat, &format!("{key}:{n}"));
            let turn = TURN.acquire().await.expect("never closed");
            let clean = tokio::task::spawn_blocking(move || photos::clean(&file)).await;
            drop(turn);
            let picture = match clean.unwrap_or(Err(Unfit::Unreadable)) {
                Ok(picture) => picture,
                Err(Unfit::Unreadable) => return Ok(Taken::Unreadable),
                Err(Unfit::TooLarge) => return Ok(Taken::TooLarge),
            };
            // The same press again finds its pictures there.
            let id = core.seal.name("photo", &key);
            let file = Attachment {
                kind: AttachmentKind::Photo,
                id: id.clone(),
                name: None,
                mime: Some("image/jpeg".into()),
                size: Some(picture.len() as u64),
                seconds: None,
                caption: caption.clone().filter(|_| n == 0),
                group: None,
            };
            said.push((key, file));
            changes.photos.push(PhotoRow {
                id,
                address: address.to_string(),
                at: micros(now),
                picture: core.seal.seal(&picture),
            });
        }
        core.db.commit(&changes).await?;
        for (key, file) in said {
            let mut inbound = bots::webchat::inbound(&chat, &key, Content::File(file));
            inbound.sender.language = Some(lang.tag().to_owned());
            let stored = self.intake.receive(inbound).await;
            stored.map_err(|e| StoreError::Away(e.to_string()))?;
        }
        Ok(Taken::Stored)
    }

    /// A picture of the resident's own chat, unless it is off the screen.
    pub(super) async fn own_photo(
        &self,
        session: &str,
        id: &str,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let address = resume::address(&self.core, session).await?.to_string();
        if self.hidden(&address).await?.is_some() {
            return Ok(None);
        }
        self.photo(id, &address).await
    }

    /// A picture that belongs to a request, for a worker who may read what its
    /// resident told. Looking at it goes on record.
    pub(super) async fn case_photo(
        &self,
        worker: &str,
        reference: &str,
        id: &str,
    ) -> Result<Option<Vec<u8>>, Unavailable> {
        let core = &self.core;
        let (Some(worker), Some(case)) = (self.person(worker), self.case(reference).await?) else {
            return Ok(None);
        };
        let (world, now) = (core.world(), core.clock.now());
        if !may(&worker, &case, &world, now, Right::Story) {
            self.not_theirs(&worker, Right::Story, Some(&case)).await?;
            return Ok(None);
        }
        let own = photos_of(core, &case).await.map_err(|e| away(&e))?;
        if !own.iter().any(|own| own == id) {
            return Ok(None);
        }
        let mut changes = Changes::at(micros(now));
        let (by, about) = (
            format!("worker:{}", worker.id),
            format!("request:{}", case.id),
        );
        let line = audit::line(now, &by, "read.photo", &about);
        changes.audit.push(line);
        core.db.commit(&changes).await.map_err(|e| away(&e))?;
        let found = self.photo(id, &case.address.to_string()).await;
        found.map_err(|e| away(&e))
    }

    async fn photo(&self, id: &str, address: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let found = store::photos::one(&self.core.db, id).await?;
        let Some((_, sealed)) = found.filter(|(of, _)| of == address) else {
            return Ok(None);
        };
        let damaged = |e: crate::seal::SealError| StoreError::Damaged {
            table: "photos",
            why: e.to_string(),
        };
        self.core.seal.open(&sealed).map(Some).map_err(damaged)
    }
}
