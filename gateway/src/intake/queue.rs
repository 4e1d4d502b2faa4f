//! Messages that wait for their group, in order within each chat.
//!
//! Only the first of a chat may be in a group; the others wait until that one
//! is done, so that each sees what the former did. Knows nothing of messages.

use bots::Address;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};

/// So many form a group of their own while another commits; fewer wait for its
/// end and share the next commit.
const WORTH_A_COMMIT: usize = 16;

/// What waits, by chat.
pub(super) struct Queue<T> {
    ready: VecDeque<T>,
    /// Chats with a message that is ready or under way, and what waits behind it.
    chats: HashMap<Address, VecDeque<T>>,
    count: usize,
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self {
            ready: VecDeque::new(),
            chats: HashMap::new(),
            count: 0,
        }
    }
}

impl<T> Queue<T> {
    /// Messages not yet done, those under way included.
    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// Adds a message at the end of its chat.
    pub(super) fn push(&mut self, chat: Address, message: T) {
        self.count += 1;
        match self.chats.entry(chat) {
            Entry::Occupied(mut behind) => behind.get_mut().push_back(message),
            Entry::Vacant(free) => {
                free.insert(VecDeque::new());
                self.ready.push_back(message);
            }
        }
    }

    /// Keeps the place of a message that is not ready, if its chat has no other;
    /// what comes later waits behind it until [`Queue::resume`].
    pub(super) fn hold(&mut self, chat: &Address) -> bool {
        let free = !self.chats.contains_key(chat);
        if free {
            self.chats.insert(chat.clone(), VecDeque::new());
            self.count += 1;
        }
        free
    }

    /// The message whose place was kept is ready.
    pub(super) fn resume(&mut self, message: T) {
        self.ready.push_back(message);
    }

    /// Whether the next group should begin while `under_way` others are handled.
    pub(super) fn has_group(&self, under_way: usize) -> bool {
        match under_way {
            0 => !self.ready.is_empty(),
            1 => self.ready.len() >= WORTH_A_COMMIT,
            _ => false,
        }
    }

    /// Takes messages of different chats, oldest first.
    pub(super) fn group(&mut self, most: usize) -> Vec<T> {
        self.ready.drain(..self.ready.len().min(most)).collect()
    }

    /// The messages of these chats are done: the next of each may go.
    pub(super) fn release(&mut self, chats: &[Address]) {
        for chat in chats {
            self.count -= 1;
            match self.chats.get_mut(chat).and_then(VecDeque::pop_front) {
                Some(next) => self.ready.push_back(next),
                None => {
                    self.chats.remove(chat);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chat(name: &str) -> Address {
        Address::new("telegram", "main", name)
    }

    #[test]
    fn a_chat_has_one_message_under_way_and_keeps_its_order() {
        let mut queue = Queue::default();
        for (name, n) in [("a", 1), ("a", 2), ("b", 3), ("a", 4)] {
            queue.push(chat(name), n);
        }
        assert_eq!(queue.group(9), [1, 3]);
        assert!(!queue.has_group(0));
        queue.release(&[chat("a"), chat("b")]);
        assert_eq!(queue.group(9), [2]);
        queue.push(chat("b"), 5);
        assert_eq!(queue.group(9), [5], "another chat does not wait");
        queue.release(&[chat("a"), chat("b")]);
        assert_eq!(queue.group(9), [4]);
        queue.release(&[chat("a")]);
        assert_eq!((queue.len(), queue.chats.len()), (0, 0));
    }

    #[test]
    fn a_message_that_is_thought_about_holds_up_its_own_chat_only() {
        let mut queue = Queue::default();
        assert!(queue.hold(&chat("a")));
        assert!(!queue.hold(&chat("a")), "its place is taken");
        queue.push(chat("a"), 2);
        queue.push(chat("b"), 3);
        assert_eq!((queue.group(9), queue.len()), (vec![3], 3));
        queue.resume(1);
        assert_eq!(queue.group(9), [1]);
        queue.release(&[chat("a"), chat("b")]);
        assert_eq!(queue.group(9), [2]);
        queue.release(&[chat("a")]);
        assert_eq!((queue.len(), queue.chats.len()), (0, 0));
    }

    #[test]
    fn a_second_group_begins_only_when_it_is_worth_a_commit() {
        let mut queue = Queue::default();
        for n in 0..WORTH_A_COMMIT {
            assert!(!queue.has_group(1));
            queue.push(chat(&n.to_string()), n);
        }
        assert!(queue.has_group(1));
        assert!(!queue.has_group(2));
        assert_eq!(queue.group(4).len(), 4, "no more than allowed");
        assert!(queue.has_group(0));
        assert!(!queue.has_group(1));
    }
}
