//! Fitting a letter to its channel before it is written: what is too long for
//! one message becomes several rows, so that a crash between two of them neither
//! repeats nor loses one; where there are no buttons the choices become numbers.
//!
//! Pure. The words are cut, never changed; nothing is sent here.

use super::Letter;
use bots::{Limits, Outbound, render};

/// The letters that the channel takes one by one, in order. `None`: a channel
/// that takes everything.
pub fn parts(mut letter: Letter, limits: Option<Limits>) -> Vec<Letter> {
    let Some(limits) = limits else {
        return vec![letter];
    };
    let message = &mut letter.parcel.message;
    if limits.choices == 0 && !message.choices.is_empty() {
        message.text = render::numbered(message);
        message.choices.clear();
    }
    let texts: Vec<String> = render::split(&message.text, limits.text_units)
        .into_iter()
        .map(str::to_owned)
        .collect();
    if texts.len() < 2 {
        return vec![letter];
    }
    let last = texts.len() - 1;
    let whole = letter;
    let part = |(at, text): (usize, String)| {
        let mut part = whole.clone();
        if at < last {
            part.parcel.keys.clear();
        }
        part.parcel.message = piece(&whole.parcel.message, text, at == 0, at == last);
        part
    };
    texts.into_iter().enumerate().map(part).collect()
}

/// One part of a message: the first answers the tap or rewrites what stands
/// there, the last bears the buttons.
fn piece(whole: &Outbound, text: String, first: bool, last: bool) -> Outbound {
    let mut part = Outbound::text(text);
    if first {
        part.edit.clone_from(&whole.edit);
        part.answers.clone_from(&whole.answers);
        part.toast.clone_from(&whole.toast);
        part.unsend.clone_from(&whole.unsend);
    }
    if last {
        part.choices.clone_from(&whole.choices);
        part.ask.clone_from(&whole.ask);
        part.remove_keyboard = whole.remove_keyboard;
    }
    part
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::{Lane, Parcel};
    use super::*;
    use bots::{Address, Kind};

    fn letter(parcel: Parcel) -> Letter {
        Letter {
            to: Address::new("telegram", "main", "1"),
            lane: Lane::Reply,
            request: Some("r1".into()),
            parcel,
            not_before: None,
        }
    }

    fn telegram() -> Limits {
        Kind::named("telegram").unwrap().limits
    }

    #[test]
    fn a_long_text_becomes_letters_in_order_and_nothing_is_lost() {
        let sentences: Vec<String> = (0..3000).map(|n| format!("第{n}句。")).collect();
        let text = sentences.concat();
        let mut parcel = Parcel::text(text.as_str()).button("是", &"yes");
        parcel.message.answers = Some("callback".into());
        let letters = parts(letter(parcel), Some(telegram()));
        assert!(letters.len() > 2);
        let whole: String = letters
            .iter()
            .map(|letter| letter.parcel.message.text.as_str())
            .collect();
        assert_eq!(whole, text);
        for (at, letter) in letters.iter().enumerate() {
            let (message, last) = (&letter.parcel.message, at + 1 == letters.len());
            assert!(render::units(&message.text) <= telegram().text_units);
            assert_eq!(message.answers.is_some(), at == 0);
            assert_eq!(message.choices.len(), usize::from(last));
            assert_eq!(letter.parcel.keys.len(), usize::from(last));
            assert_eq!(letter.request.as_deref(), Some("r1"));
        }
    }

    #[test]
    fn a_text_that_fits_and_a_page_stay_whole() {
        let parcel = Parcel::text("好".repeat(4096)).button("是", &"yes");
        assert_eq!(parts(letter(parcel), Some(telegram())).len(), 1);
        let parcel = Parcel::text("好".repeat(50_000));
        assert_eq!(parts(letter(parcel), None).len(), 1);
        // The answer to a tap has no words of its own.
        let mut parcel = Parcel::text("");
        parcel.message.answers = Some("callback".into());
        assert_eq!(parts(letter(parcel), Some(telegram())).len(), 1);
    }

    #[test]
    fn where_there_are_no_buttons_choices_become_numbers() {
        let plain = Limits {
            choices: 0,
            text_units: 70,
            ..telegram()
        };
        let parcel = Parcel::text("解决了吗？")
            .button("解决了", &true)
            .button("没解决", &false);
        let letters = parts(letter(parcel.clone()), Some(plain));
        let message = &letters[0].parcel.message;
        assert!(message.choices.is_empty());
        assert_eq!(message.text, "解决了吗？\n\n1. 解决了\n2. 没解决");
        // Beside an open question a number would be an answer to that.
        let mut parcel = parcel;
        parcel.message.open = true;
        let letters = parts(letter(parcel), Some(plain));
        let text = &letters[0].parcel.message.text;
        assert!(!text.contains("1.") && text.contains("解决了"), "{text}");
    }
}
