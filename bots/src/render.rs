//! Fitting a message to what a messenger can show.
//!
//! Lengths are UTF-16 units, which is how messengers count. Words are never
//! changed: a text is only cut, and choices are only written below it.

use crate::message::Outbound;
use std::fmt::Write;
use unicode_segmentation::UnicodeSegmentation;

/// Length in UTF-16 units.
pub fn units(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// Cuts a text into parts of at most `limit` units (at least 2): after a line
/// if one ends in the second half of the part, else after a sentence, else
/// between two graphemes, and inside one only if it alone exceeds the limit.
/// White space around a cut is dropped, so no part is blank; a blank text gives
/// no part.
pub fn split(text: &str, limit: usize) -> Vec<&str> {
    let limit = limit.max(2);
    let mut parts = Vec::new();
    let mut rest = text.trim();
    while units(rest) > limit {
        let cut = cut(rest, limit);
        let part = rest[..cut].trim_end();
        if !part.is_empty() {
            parts.push(part);
        }
        rest = rest[cut..].trim_start();
    }
    if !rest.is_empty() {
        parts.push(rest);
    }
    parts
}

/// The byte where the first part of `text`, which is too long, ends.
fn cut(text: &str, limit: usize) -> usize {
    let mut used = 0;
    let mut end = 0;
    let (mut line, mut sentence) = (0, 0);
    for (at, grapheme) in text.grapheme_indices(true) {
        used += units(grapheme);
        if used > limit {
            break;
        }
        end = at + grapheme.len();
        if used * 2 >= limit {
            match grapheme {
                "\n" | "\r\n" => line = end,
                "\u{3002}" | "\u{ff01}" | "\u{ff1f}" | "\u{ff1b}" | "!" | "?" | "." => {
                    sentence = end;
                }
                _ => {}
            }
        }
    }
    [line, sentence, end]
        .into_iter()
        .find(|at| *at > 0)
        .unwrap_or_else(|| inside(text, limit))
}

/// The last character boundary within the limit, for a grapheme of absurd size.
fn inside(text: &str, limit: usize) -> usize {
    let mut used = 0;
    text.char_indices()
        .find(|(_, c)| {
            used += c.len_utf16();
            used > limit
        })
        .map_or(text.len(), |(at, _)| at)
}

/// The first `limit` units of a text, cut between graphemes where possible.
pub fn truncate(text: &str, limit: usize) -> &str {
    if units(text) <= limit {
        return text;
    }
    let mut used = 0;
    text.grapheme_indices(true)
        .find(|(_, grapheme)| {
            used += units(grapheme);
            used > limit
        })
        .map_or(text, |(at, _)| &text[..at])
}

/// The message as text alone, for a messenger without buttons: the choices
/// follow as "1. label", and a reply of the number picks one; beside an open
/// question as "· label", picked by the label.
pub fn numbered(message: &Outbound) -> String {
    let mut text = message.text.clone();
    for (index, choice) in message.choices.iter().enumerate() {
        let gap = if index == 0 {
            "

"
        } else {
            "
"
        };
        let label = &choice.label;
        if message.open {
            write!(text, "{gap}· {label}").expect("a String takes all");
        } else {
            write!(text, "{gap}{}. {label}", index + 1).expect("a String takes all");
        }
    }
    text
}

/// Columns a label takes on a screen: wide characters count two.
pub fn columns(label: &str) -> usize {
    label
        .chars()
        .map(|c| if (c as u32) < 0x1100 { 1 } else { 2 })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Choice;
    use proptest::prelude::*;

    fn squeezed(text: &str) -> String {
        text.split_whitespace().collect()
    }

    proptest! {
        #[test]
        fn splitting_loses_no_word_and_respects_the_limit(
            text in "[a-z 。\n字👨‍👩‍👧🇨🇳é]{0,300}", limit in 2_usize..60
        ) {
            let parts = split(&text, limit);
            for part in &parts {
                prop_assert!(units(part) <= limit);
                prop_assert!(!part.trim().is_empty());
            }
            prop_assert_eq!(squeezed(&parts.concat()), squeezed(&text));
        }

        #[test]
        fn truncating_gives_a_beginning_within_the_limit(
            text in "\\PC{0,80}", limit in 0_usize..60
        ) {
            let short = truncate(&text, limit);
            prop_assert!(text.starts_with(short) && units(short) <= limit);
        }
    }

    #[test]
    fn a_text_of_exactly_the_limit_stays_whole_and_one_more_unit_splits_it() {
        let full = "字".repeat(4096);
        assert_eq!(split(&full, 4096), [full.as_str()]);
        let more = format!("{full}字");
        assert_eq!(split(&more, 4096).len(), 2);
        // An emoji is two units: 2048 of them fill a message.
        assert_eq!(split(&"😀".repeat(2048), 4096).len(), 1);
        assert_eq!(units(split(&"😀".repeat(2049), 4096)[0]), 4096);
    }

    #[test]
    fn a_cut_falls_after_a_line_or_a_sentence_rather_than_inside() {
        assert_eq!(split("第一行字\n第二行字", 7), ["第一行字", "第二行字"]);
        assert_eq!(split("说完了。还有话", 6), ["说完了。", "还有话"]);
        let family = "👨‍👩‍👧";
        assert_eq!(split(&family.repeat(2), 9), [family, family]);
    }

    #[test]
    fn a_grapheme_larger_than_a_message_is_cut_all_the_same() {
        let monster = format!("e{}", "\u{301}".repeat(50));
        assert!(split(&monster, 10).iter().all(|p| units(p) <= 10));
    }

    #[test]
    fn choices_are_written_below_the_text() {
        let mut message = Outbound::text("您要办什么?");
        message.choices = vec![Choice::new("a", "修水管"), Choice::new("b", "问政策")];
        assert_eq!(numbered(&message), "您要办什么?\n\n1. 修水管\n2. 问政策");
    }
}
