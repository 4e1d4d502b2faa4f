//! What a publication would meet: people in the middle of a menu, open requests.
//!
//! Counted by index, before anything is published. Nobody of them is disturbed:
//! conversations and requests keep the versions they began with.

use super::Paper;
use crate::clock::{Moment, micros};
use crate::conversation::Snapshot;
use crate::store::{Db, StoreError, drafts};
use chrono::TimeDelta;
use menus::diff::diff;

/// A conversation that was left for longer is taken up from the start.
const LEFT: TimeDelta = TimeDelta::days(7);

/// What a publication would meet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Blast {
    /// People in the middle of a menu.
    pub residents: i64,
    /// Languages they speak.
    pub languages: i64,
    /// Open requests: of the services that change, or all of them.
    pub requests: i64,
}

/// What is noted with a conversation so that it can be counted: the catalogue
/// somebody is in the middle of, and their language.
pub fn under_way(snapshot: &Snapshot) -> (Option<i64>, Option<String>) {
    if snapshot.may_move() {
        return (None, None);
    }
    let lang = snapshot.lang.tag().to_owned();
    (Some(i64::from(snapshot.catalogue)), Some(lang))
}

pub(super) async fn count(
    db: &Db,
    live: &Paper,
    draft: &Paper,
    now: Moment,
) -> Result<Blast, StoreError> {
    let services = match (live, draft) {
        (Paper::Menu(before), Paper::Menu(after)) => {
            let mut codes: Vec<String> = diff(before, after)
                .into_iter()
                .map(|change| change.place)
                .filter(|place| before.service(place).is_some())
                .collect();
            codes.dedup();
            Some(codes)
        }
        _ => None,
    };
    let (residents, languages) = drafts::under_way(db, micros(now - LEFT)).await?;
    Ok(Blast {
        residents,
        languages,
        requests: drafts::open(db, services.as_deref()).await?,
    })
}
