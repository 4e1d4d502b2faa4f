//! Who was told a moment ago that their message is kept: once in ten minutes is
//! enough (of danger once in a minute), and a crowd of strangers takes no more
//! memory than a crowd.

use crate::clock::Moment;
use chrono::TimeDelta;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// How long somebody is not told again.
const RESTS: TimeDelta = TimeDelta::minutes(10);
/// The same for whoever is in danger; what was told before does not count.
const DANGER_RESTS: TimeDelta = TimeDelta::minutes(1);
/// Chats remembered at most.
const MOST: usize = 10_000;

/// Chats, whether of danger, and until when; cheap to clone.
#[derive(Clone, Default)]
pub(super) struct Consoled(Arc<Mutex<HashMap<(String, bool), Moment>>>);

impl Consoled {
    /// Whether to tell this chat now; if so it counts as told. While more chats
    /// than are remembered wait, further ones are not told.
    pub(super) fn turn(&self, chat: &str, danger: bool, now: Moment) -> bool {
        let mut rests = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (chat.to_owned(), danger);
        if rests.get(&key).is_some_and(|until| now < *until) {
            return false;
        }
        if rests.len() >= MOST {
            rests.retain(|_, until| now < *until);
        }
        if rests.len() >= MOST && !rests.contains_key(&key) {
            return false;
        }
        let rest = if danger { DANGER_RESTS } else { RESTS };
        rests.insert(key, now + rest);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::moment;

    #[test]
    fn a_chat_is_told_once_in_ten_minutes() {
        let told = Consoled::default();
        let at = |minutes: i64| moment(0) + TimeDelta::minutes(minutes);
        assert!(told.turn("a", false, at(0)) && told.turn("b", false, at(0)));
        assert!(!told.turn("a", false, at(9)));
        assert!(told.turn("a", true, at(9)), "danger is told nevertheless");
        assert!(!told.turn("a", true, at(9)) && told.turn("a", true, at(10)));
        assert!(told.turn("a", false, at(10)));
        assert!(!told.turn("a", false, at(19)), "counted from the last time");
    }

    #[test]
    fn a_crowd_of_strangers_takes_no_more_room_than_there_is() {
        let told = Consoled::default();
        let size = || told.0.lock().expect("one thread").len();
        for n in 0..MOST + 50 {
            assert_eq!(
                told.turn(&format!("c{n}"), false, moment(0)),
                n < MOST,
                "{n}"
            );
        }
        assert_eq!(size(), MOST);
        // Those of long ago make room.
        assert!(told.turn("late", false, moment(0) + RESTS));
        assert_eq!(size(), 1);
    }
}
