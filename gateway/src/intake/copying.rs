//! A copy of what is kept, given in the chat where a number was proved a moment
//! ago: told in words, with a link to the same for a program, and on record. That
//! it may be given, and under which number, is decided before.

use super::resident::Stepped;
use crate::app::Core;
use crate::clock::Moment;
use crate::conversation::Reply;
use crate::copying::{document, gather, told};
use crate::store::{Changes, StoreError};
use crate::texts;

/// Tells it.
pub(super) async fn give(
    core: &Core,
    step: &mut Stepped,
    number: &str,
    changes: &mut Changes,
    now: Moment,
) -> Result<(), StoreError> {
    let (address, lang) = (step.address.to_string(), step.snapshot.lang);
    let kept = gather(core, &address, Some(number), lang).await?;
    for page in told::told(&kept, lang) {
        step.replies.push(Reply::plain(page));
    }
    let link = document::link(core, &address, number, changes);
    let text = texts::fill(lang, "consent.copy.file", &[("link", &link)]);
    step.replies.push(Reply::plain(text));
    let line = document::record(core, "resident", &address, ("words", &kept), now).await?;
    changes.audit.push(line);
    Ok(())
}
