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

/// Chats and until when; cheap to clone.
#[derive(Clone, Default)]
pub(super) struct Consoled(Arc<Mutex<Rests>>);

#[derive(Default)]
struct Rests {
    danger: HashMap<String, Moment>,
    others: HashMap<String, Moment>,
}

impl Consoled {
    /// Whether to tell this chat now; if so it counts as told. While more chats
    /// than are remembered wait, further ones are not told; danger always is, and
    /// may then be told again sooner.
    pub(super) fn turn(&self, chat: &str, danger: bool, now: Moment) -> bool {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (rests, rest) = if danger {
            (&mut all.danger, DANGER_RESTS)
        } else {
            (&mut all.others, RESTS)
        };
        if rests.get(chat).is_some_and(|until| now < *until) {
            return false;
        }
        if rests.len() >= MOST {
            rests.retain(|_, until| now < *until);
        }
        if rests.len() >= MOST {
            if !danger {
                return false;
            }
            // Room for as many again: nobody looks through all of them each time.
            rests.clear();
        }
        rests.insert(chat.to_owned(), now + rest);
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
        let size = || told.0.lock().expect("one thread").others.len();
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
    #[test]
    fn danger_is_told_however_many_others_wait() {
        let told = Consoled::default();
        for n in 0..2 * MOST + 50 {
            let chat = format!("c{n}");
            told.turn(&chat, false, moment(0));
            assert!(told.turn(&chat, true, moment(0)), "{n}");
            assert!(!told.turn(&chat, true, moment(0)), "{n}");
            assert!(told.0.lock().expect("one thread").danger.len() <= MOST);
        }
    }
}
