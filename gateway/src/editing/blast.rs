//! What a publication would meet: people in the middle of something, open requests.
//!
//! Counted by index, before anything is published. Nobody of them is disturbed:
//! conversations and requests keep the versions they began with.

use super::{Kind, Paper};
use crate::clock::{Moment, micros};
use crate::conversation::Snapshot;
use crate::conversation::State;
use crate::store::{Db, StoreError, drafts};
use chrono::TimeDelta;
use menus::Lang;
use menus::diff::diff;
use menus::menu::TOP;

/// A conversation that was left for longer is taken up from the start.
const LEFT: TimeDelta = TimeDelta::days(7);

/// What a publication would meet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Blast {
    /// People who are looking for a service or telling a need, by their language;
    /// of a menu those alone who hold the version in force.
    pub residents: Vec<(Lang, i64)>,
    /// Open requests: of the services that change, or all of them.
    pub requests: i64,
}

impl Blast {
    /// All of them, whatever they speak.
    pub fn people(&self) -> i64 {
        self.residents.iter().map(|(_, people)| people).sum()
    }
}

/// What is noted with a conversation so that it can be counted: the catalogue
/// somebody is in the middle of, and their language. The first screen of the menu
/// stands in every chat that was merely opened, and counts for nothing.
pub fn under_way(snapshot: &Snapshot) -> (Option<i64>, Option<String>) {
    let looks = match &snapshot.state {
        State::Menu { screen } => screen != TOP,
        State::Clarify { .. } | State::Several { .. } => true,
        _ => false,
    };
    let tells = snapshot.draft.as_ref().is_some_and(|d| !d.is_blank());
    if !looks && !tells {
        return (None, None);
    }
    let lang = snapshot.lang.tag().to_owned();
    (Some(i64::from(snapshot.catalogue)), Some(lang))
}

pub(super) async fn count(
    db: &Db,
    (live, version): (&Paper, u32),
    draft: &Paper,
    now: Moment,
) -> Result<Blast, StoreError> {
    let services = match (live, draft) {
        (Paper::Menu(before), Paper::Menu(after)) => {
            let mut codes: Vec<String> = diff(before, after, str::to_owned)
                .into_iter()
                .map(|change| change.place)
                .filter(|place| before.service(place).is_some())
                .collect();
            codes.sort();
            codes.dedup();
            Some(codes)
        }
        _ => None,
    };
    // The other kinds have numbers of their own.
    let held = (live.kind() == Kind::Menu).then(|| i64::from(version));
    let people = drafts::under_way(db, held, micros(now - LEFT)).await?;
    let people = people.into_iter();
    Ok(Blast {
        residents: people
            .map(|(lang, people)| (Lang::parse(&lang).unwrap_or_default(), people))
            .collect(),
        requests: drafts::open(db, services.as_deref()).await?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::Draft;

    #[test]
    fn a_chat_that_was_merely_opened_is_nobody_in_the_middle_of_anything() {
        let mut chat = Snapshot::fresh(3, Lang::En);
        assert_eq!(under_way(&chat), (None, None));
        chat.state = State::Menu { screen: TOP.into() };
        chat.draft = Some(Draft::new("d".into()));
        assert_eq!(under_way(&chat), (None, None));
        let held = (Some(3), Some("en".to_owned()));
        chat.state = State::Menu {
            screen: "ELD".into(),
        };
        assert_eq!(under_way(&chat), held);
        chat.state = State::Idle;
        chat.draft.as_mut().expect("just put there").say("送餐");
        assert_eq!(under_way(&chat), held);
    }
}
