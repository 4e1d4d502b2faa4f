//! What people write, as far as it can be read: no invisible steering, no end.
//!
//! Whoever writes a name backwards (U+202E), hides words between marks that
//! nobody sees or piles accents over three lines does it to a worker's page. It
//! is taken away before anything else sees the message. Nothing visible is
//! changed, and what a messenger's own limits allow is never cut.

use bots::{Content, Inbound};

/// Longest text of a message in characters; messengers allow about half of it.
const LONGEST: usize = 8192;
/// Longest name in characters: of a person, of a file, of a number.
const LONGEST_NAME: usize = 128;
/// Accents on one letter.
const MOST_MARKS: usize = 4;

/// Leaves of a message what can be read.
pub(super) fn plain(inbound: &mut Inbound) {
    if let Some(name) = &mut inbound.sender.name {
        *name = line(name);
    }
    match &mut inbound.content {
        Content::Text(text) | Content::Edited { text, .. } | Content::Command(text) => {
            *text = words(text);
        }
        Content::Contact { phone, .. } => *phone = line(phone),
        Content::File(file) => {
            file.caption = file.caption.as_deref().map(words);
            file.name = file.name.as_deref().map(line);
        }
        _ => {}
    }
}

/// A name: one line.
fn line(text: &str) -> String {
    let kept = words(text);
    let words: Vec<&str> = kept.split_whitespace().collect();
    words.join(" ").chars().take(LONGEST_NAME).collect()
}

/// What can be read of a text.
pub(crate) fn words(text: &str) -> String {
    let mut kept = String::with_capacity(text.len().min(LONGEST));
    let (mut marks, mut last) = (0, ' ');
    for c in text.chars().filter(|c| !is_steering(*c)).take(LONGEST) {
        marks = if is_mark(c) { marks + 1 } else { 0 };
        // One joins the parts of a family or of a script; a row of them hides.
        // A picture's form may be joined: ❤️‍🔥.
        let row = is_joiner(c) && is_joiner(last) && (last, c) != ('\u{fe0f}', '\u{200d}');
        if marks <= MOST_MARKS && !row {
            kept.push(c);
        }
        last = c;
    }
    kept
}

fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}')
}

/// Characters that are not seen but change what is.
pub(crate) fn is_steering(c: char) -> bool {
    let control = c.is_control() && !matches!(c, '\n' | '\t');
    control
        || matches!(
            c,
            '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// Accents and the like that stand on the letter before them.
fn is_mark(c: char) -> bool {
    matches!(
        c,
        '\u{300}'..='\u{36f}'
            | '\u{483}'..='\u{489}'
            | '\u{1ab0}'..='\u{1aff}'
            | '\u{1dc0}'..='\u{1dff}'
            | '\u{20d0}'..='\u{20ff}'
            | '\u{fe20}'..='\u{fe2f}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_seen_goes_and_what_is_seen_stays() {
        for (told, read) in [
            ("低保\u{202e}请申", "低保请申"),
            ("饿\u{200b}\u{2060}了\u{feff}", "饿了"),
            ("a\u{0}b\u{1b}[31mc\u{7f}\u{85}", "ab[31mc"),
            ("一行\n二行\t三", "一行\n二行\t三"),
            (
                "👨\u{200d}👩\u{200d}👧 ❤\u{fe0f} می\u{200c}خواهم",
                "👨\u{200d}👩\u{200d}👧 ❤\u{fe0f} می\u{200c}خواهم",
            ),
            ("救\u{200d}\u{200d}\u{200d}命", "救\u{200d}命"),
            ("❤\u{fe0f}\u{200d}🔥", "❤\u{fe0f}\u{200d}🔥"),
            ("a\u{fe0f}\u{fe0f}\u{fe0e}b", "a\u{fe0f}b"),
            ("e\u{301}té", "e\u{301}té"),
            ("<b>1 & 2</b> 😀 𠮷", "<b>1 & 2</b> 😀 𠮷"),
            ("\u{200b}\u{2066}", ""),
        ] {
            assert_eq!(words(told), read);
        }
        let piled = format!("z{}", "\u{336}".repeat(500));
        assert_eq!(words(&piled).chars().count(), 1 + MOST_MARKS);
        assert_eq!(words(&"字".repeat(9000)).chars().count(), LONGEST);
        assert_eq!(line("王\n\u{202e}芳\t 先生"), "王 芳 先生");
        assert_eq!(line(&"名".repeat(500)).chars().count(), LONGEST_NAME);
    }
}
