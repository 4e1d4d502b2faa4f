//! What the officer for personal data does for whoever asked: gives a copy of
//! what is kept, and erases it, with a receipt in the person's chat.
//!
//! Whether somebody may is asked in [`theirs`]; a fresh proof is the guard of the
//! routes' business. What is erased, and what stays, is `store::erasing`'s.

use super::access::may;
use crate::app::Core;
use crate::clock::micros;
use crate::copying::{document, filed_under, gather, theirs as own};
use crate::outbox::{Lane, Letter, Parcel, placed};
use crate::requests::case::Case;
use crate::requests::notify;
use crate::rights::Right;
use crate::store::{Changes, StoreError, checks, erasing, proofs};
use crate::territory::Worker;
use crate::world::World;
use crate::{audit, retention, texts};
use menus::Lang;

/// The service under which people ask what is known of them, and for erasure.
pub const RIGHTS: &str = "SVC-PRIVACY";

/// Whether a worker may use this right for the person of a request.
pub fn theirs(core: &Core, world: &World, worker: &Worker, case: &Case, right: Right) -> bool {
    case.service == RIGHTS && may(worker, case, world, core.clock.now(), right)
}

/// What is kept of the person of a request, as a file, on record with who took
/// it: what was filed under the same number, where it names one.
///
/// # Errors
/// Of the store.
pub async fn copy(core: &Core, case: &Case, actor: &str, lang: Lang) -> Result<String, StoreError> {
    let (now, address) = (core.clock.now(), case.address.to_string());
    let number = filed_under(case);
    let kept = gather(core, &address, number.as_deref(), lang).await?;
    let mut changes = Changes::at(micros(now));
    let line = document::record(core, actor, &address, ("json", &kept), now).await?;
    changes.audit.push(line);
    core.db.commit(&changes).await?;
    Ok(document::document(&kept, lang, now))
}

/// What was erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// As it is written.
    pub reference: String,
    pub messages: u64,
    /// Closed requests whose content is gone.
    pub requests: u64,
    /// Requests of the chat that stay: open, kept by law, or another hand's.
    pub kept: i64,
}

impl Receipt {
    /// As the person is told.
    pub fn words(&self, lang: Lang) -> String {
        let (messages, requests) = (self.messages.to_string(), self.requests.to_string());
        let kept = self.kept.to_string();
        let values = [
            ("reference", self.reference.as_str()),
            ("messages", &messages),
            ("requests", &requests),
            ("kept", &kept),
        ];
        texts::fill(lang, "consent.erased", &values)
    }
}

/// Erases what the person of a request said and their closed requests, tells
/// them so, and puts it on record. The request itself and other open ones stay,
/// and what was filed under another number: a chat may have had several hands.
///
/// # Errors
/// Of the store; what was erased until then is gone, and it may be done again.
pub async fn erase(core: &Core, case: &Case, actor: &str) -> Result<Receipt, StoreError> {
    let (db, address) = (&core.db, case.address.to_string());
    let own = own(core, &address, filed_under(case).as_deref()).await?;
    let erased = erasing::erase(db, &address, &core.seal.seal(b"{}"), &own).await?;
    // The wish itself does not keep alive what it wants gone.
    if erased.kept == i64::from(case.closed_at().is_none()) {
        proofs::erase(db, &address).await?;
    }
    checks::erase(db, &address).await?;
    let now = core.clock.now();
    retention::forget(core, &address, now).await?;
    let receipt = Receipt {
        reference: notify::shown(&case.reference),
        messages: erased.messages,
        requests: erased.requests,
        kept: erased.kept,
    };
    let mut changes = Changes::at(micros(now));
    let counts = serde_json::json!({
        "messages": erased.messages, "requests": erased.requests, "kept": erased.kept
    });
    let about = format!("request:{}", case.id);
    let line = audit::detailed(now, actor, "person.erase", &about, &counts);
    changes.audit.push(line);
    let snapshot = core.snapshot(&address).await?;
    let lang = snapshot.map_or_else(Lang::default, |snapshot| snapshot.lang);
    let letter = Letter {
        to: case.address.clone(),
        lane: Lane::Reply,
        request: None,
        parcel: Parcel::text(receipt.words(lang)),
        not_before: None,
    };
    let held = core.write_letters(vec![letter], &mut changes, now);
    let committed = core.db.commit(&changes).await?;
    core.outbox.send(placed(held, &committed));
    Ok(receipt)
}
