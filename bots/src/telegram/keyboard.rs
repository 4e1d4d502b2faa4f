//! Buttons below a message, and the one kind of keyboard it can bear.
//!
//! Choices become an inline keyboard whose buttons bring their token back. What
//! only a reply keyboard can ask for (the own phone number, the place) takes
//! one, and then the choices stand there as words, because a message can bear
//! one kind of keyboard only.

use crate::error::SendError;
use crate::message::{Ask, Choice, Outbound};
use crate::render::columns;
use teloxide::types::{
    ButtonRequest, InlineKeyboardButton, InlineKeyboardMarkup, KeyboardButton, KeyboardMarkup,
    KeyboardRemove, ReplyMarkup,
};

/// Buttons Telegram shows below one message.
pub(super) const MOST_CHOICES: usize = 100;
/// Bytes of a button's token.
pub const TOKEN_BYTES: usize = 64;

/// The keyboard of a message, or why its buttons cannot be sent.
pub(super) fn markup(message: &Outbound) -> Result<Option<ReplyMarkup>, SendError> {
    check(&message.choices)?;
    if let Some(ask) = &message.ask {
        return asking(ask, &message.choices).map(Some);
    }
    if !message.choices.is_empty() {
        return Ok(Some(ReplyMarkup::InlineKeyboard(inline(&message.choices))));
    }
    Ok(message
        .remove_keyboard
        .then(|| ReplyMarkup::KeyboardRemove(KeyboardRemove::new())))
}

/// The inline keyboard of checked choices.
pub(super) fn inline(choices: &[Choice]) -> InlineKeyboardMarkup {
    InlineKeyboardMarkup::new(rows(choices).into_iter().map(|row| {
        row.iter()
            .map(|c| InlineKeyboardButton::callback(c.label.clone(), c.token.clone()))
            .collect::<Vec<_>>()
    }))
}

fn asking(ask: &Ask, choices: &[Choice]) -> Result<ReplyMarkup, SendError> {
    let (label, request) = match ask {
        Ask::Contact { label } => (label, ButtonRequest::Contact),
        Ask::Place { label } => (label, ButtonRequest::Location),
    };
    if label.trim().is_empty() {
        return Err(SendError::Rejected("a button without a label".into()));
    }
    let first = vec![KeyboardButton::new(label.clone()).request(request)];
    let others = rows(choices).into_iter().map(|row| {
        row.iter()
            .map(|c| KeyboardButton::new(c.label.clone()))
            .collect()
    });
    let keyboard = KeyboardMarkup::new(std::iter::once(first).chain(others))
        .resize_keyboard()
        .one_time_keyboard();
    Ok(ReplyMarkup::Keyboard(keyboard))
}

fn check(choices: &[Choice]) -> Result<(), SendError> {
    let refused = |what: &str| Err(SendError::Rejected(what.to_owned()));
    if choices.len() > MOST_CHOICES {
        return refused("more than 100 buttons");
    }
    for choice in choices {
        if choice.token.is_empty() || choice.token.len() > TOKEN_BYTES {
            return refused("a button's token is not 1 to 64 bytes");
        }
        if choice.label.trim().is_empty() {
            return refused("a button without a label");
        }
    }
    Ok(())
}

/// Choices in rows that a narrow phone shows without cutting the labels: two
/// of up to eight wide characters, three of up to five.
pub fn rows(choices: &[Choice]) -> Vec<&[Choice]> {
    let mut rows = Vec::new();
    let mut rest = choices;
    while !rest.is_empty() {
        let take = if fit(rest, 3, 10) {
            3
        } else if fit(rest, 2, 16) {
            2
        } else {
            1
        };
        let (row, left) = rest.split_at(take);
        rows.push(row);
        rest = left;
    }
    rows
}

fn fit(choices: &[Choice], count: usize, width: usize) -> bool {
    choices.len() >= count
        && choices[..count]
            .iter()
            .all(|c| !c.wide && columns(&c.label) <= width)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(labels: &[&str]) -> Vec<usize> {
        let choices: Vec<Choice> = labels.iter().map(|l| Choice::new("t", *l)).collect();
        rows(&choices).iter().map(|row| row.len()).collect()
    }

    #[test]
    fn short_labels_share_a_row_and_long_ones_do_not() {
        assert_eq!(shape(&["是", "否"]), [2]);
        assert_eq!(shape(&["一", "二", "三", "四"]), [3, 1]);
        assert_eq!(shape(&["水电气维修", "养老和照护", "六个字的按钮"]), [2, 1]);
        assert_eq!(shape(&["九个字以上的长按钮啊", "短"]), [1, 1]);
    }

    #[test]
    fn a_wide_choice_has_a_row_of_its_own() {
        let mut choices = vec![Choice::new("a", "是"), Choice::new("b", "否")];
        choices[0].wide = true;
        assert_eq!(rows(&choices).len(), 2);
    }
}
