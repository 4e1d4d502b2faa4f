//! What the register and earlier requests say about whoever opens one: where
//! they live, which household they belong to, whom they know.
//!
//! Read only when a request is opened; deciding with it is `requests::open`.

use super::cases::loads;
use super::resident::Stepped;
use crate::app::Core;
use crate::conversation::Opening;
use crate::ids::{UnitId, WorkerId};
use crate::people::Resident;
use crate::requests::open::{Context, Registered};
use crate::store::{StoreError, people, requests};
use menus::question::Answer;

/// Reads it.
pub(super) async fn context(
    core: &Core,
    step: &Stepped,
    opening: &Opening,
) -> Result<Context, StoreError> {
    let mut known_worker = None;
    if step.requests > 0 {
        let known = requests::last_worker(&core.db, &step.address.to_string()).await?;
        known_worker = known.map(WorkerId);
    }
    Ok(Context {
        register: register(core, opening).await?,
        known_worker,
        loads: loads(core).await?,
    })
}

/// What the register says of the person with this telephone number.
async fn register(core: &Core, opening: &Opening) -> Result<Option<Registered>, StoreError> {
    let Some(phone) = phone(opening) else {
        return Ok(None);
    };
    let tags = core.seal.tags("phone", &phone);
    let found = people::residents_by_phone(&core.db, &tags).await?;
    // Several people on one number: nobody is guessed.
    let [one] = found.as_slice() else {
        return Ok(None);
    };
    let plain = core.seal.open(&one.body_sealed).ok();
    let plain = plain.and_then(|text| Resident::from_json(&String::from_utf8_lossy(&text)).ok());
    Ok(Some(Registered {
        hukou: one.hukou.clone().map(UnitId),
        residence: one.residence.clone().map(UnitId),
        household: plain.and_then(|resident| resident.household),
    }))
}

/// The telephone number the person gave, if they gave one.
fn phone(opening: &Opening) -> Option<String> {
    let given = opening.answers.get("phone").and_then(|a| match a {
        Answer::Text(text) => Some(text.clone()),
        _ => None,
    });
    given.or_else(|| opening.known.phone.clone())
}
