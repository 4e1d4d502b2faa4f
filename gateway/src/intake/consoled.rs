//! Who was told a moment ago that their message is kept: once in ten minutes is
//! enough, and a crowd of strangers takes no more memory than a crowd.

use crate::clock::Moment;
use chrono::TimeDelta;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// How long somebody is not told again.
const RESTS: TimeDelta = TimeDelta::minutes(10);
/// Chats remembered at most.
const MOST: usize = 10_000;

/// The chats; cheap to clone.
#[derive(Clone, Default)]
pub(super) struct Consoled(Arc<Mutex<HashMap<String, Moment>>>);

impl Consoled {
    /// Whether to tell this chat now; if so it counts as told. While more chats
    /// than are remembered wait, further ones are not told.
    pub(super) fn turn(&self, chat: &str, now: Moment) -> bool {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if told.get(chat).is_some_and(|last| now - *last < RESTS) {
            return false;
        }
        if told.len() >= MOST {
            told.retain(|_, last| now - *last < RESTS);
        }
        if told.len() >= MOST && !told.contains_key(chat) {
            return false;
        }
        told.insert(chat.to_owned(), now);
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
        assert!(told.turn("a", at(0)) && told.turn("b", at(0)));
        assert!(!told.turn("a", at(9)));
        assert!(told.turn("a", at(10)));
        assert!(!told.turn("a", at(19)), "counted from the last time");
    }

    #[test]
    fn a_crowd_of_strangers_takes_no_more_room_than_there_is() {
        let told = Consoled::default();
        let size = || told.0.lock().expect("one thread").len();
        for n in 0..MOST + 50 {
            assert_eq!(told.turn(&format!("c{n}"), moment(0)), n < MOST, "{n}");
        }
        assert_eq!(size(), MOST);
        // Those of long ago make room.
        assert!(told.turn("late", moment(0) + RESTS));
        assert_eq!(size(), 1);
    }
}
