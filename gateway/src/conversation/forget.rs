//! What is left of a conversation when its person wants everything forgotten:
//! language and habits, and the danger or the person they are talking to. What
//! they told of themselves, what was put together and what they agreed to goes.

use crate::conversation::snapshot::{Snapshot, State};

impl Snapshot {
    /// The same conversation without its person.
    #[must_use]
    pub fn forgotten(self) -> Self {
        let state = match self.state {
            state @ (State::Crisis(_) | State::Human { .. }) => state,
            _ => State::Idle,
        };
        Self {
            state,
            lang_fixed: self.lang_fixed,
            greeted: self.greeted,
            last_at: self.last_at,
            held: self.held,
            danger: self.danger,
            hidden: self.hidden,
            traces: self.traces,
            done: self.done,
            ..Self::fresh(self.catalogue, self.lang)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::draft::Draft;
    use crate::conversation::snapshot::Known;
    use menus::Lang;

    #[test]
    fn nothing_that_was_told_is_left_and_the_language_is() {
        let mut snapshot = Snapshot::fresh(3, Lang::En);
        let mut draft = Draft::new("d".into());
        draft.say("王秀英 13812345678");
        snapshot.aside.push(draft.clone());
        snapshot.draft = Some(draft);
        snapshot.state = State::Form;
        snapshot.greeted = true;
        snapshot.known = Known {
            name: Some("王秀英".into()),
            phone: Some("13812345678".into()),
            ..Known::default()
        };
        let left = snapshot.forgotten();
        assert!(!left.to_json().contains("王秀英"), "{}", left.to_json());
        assert!(!left.to_json().contains("138"));
        assert!(left.greeted && left.lang == Lang::En && left.may_move());
    }
}
