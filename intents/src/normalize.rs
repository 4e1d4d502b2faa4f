//! One spelling for many: width, case, traditional script, invisible characters and words that were spaced out.
//!
//! [`fold`] gives the text that everything else in this crate reads. It deliberately does not correct typing errors and
//! does not read numerals (see `slots`).

use std::borrow::Cow;
use std::sync::OnceLock;

use unicode_normalization::UnicodeNormalization;

/// Characters of the Basic Multilingual Plane: what each becomes.
const DROPPED: u16 = 0;
/// Becomes several characters; worked out on the spot.
const SEVERAL: u16 = 0xFFFF;

/// Traditional to simplified pairs, see the head of the file for their source.
const TRADITIONAL: &str = include_str!("../lexicon/traditional.txt");

/// Half-width, lower-case, simplified text without invisible characters; control characters become one space.
///
/// Folding what is folded changes nothing. At most twelve times as long as `text`, for a ligature that is a whole
/// sentence; usually shorter. Full-width punctuation becomes ASCII, `。` and `、` stay.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_into(text, &mut folded);
    folded
}

/// The same behind what is in `folded` already; a space there takes the place of one at the beginning of `text`.
pub(crate) fn fold_into(text: &str, folded: &mut String) {
    let table = table();
    for c in text.chars() {
        let code = c as u32;
        let Some(&to) = table.get(code as usize) else {
            fold_rare(c, folded);
            continue;
        };
        match to {
            DROPPED => {}
            SEVERAL => fold_rare(c, folded),
            to => put(to, folded),
        }
    }
}

/// Writes one character of the table; a space after a space is none.
fn put(to: u16, folded: &mut String) {
    let to = char::from_u32(u32::from(to)).unwrap_or(' ');
    if to != ' ' || !folded.ends_with(' ') {
        folded.push(to);
    }
}

/// A text without the gaps that hide words, and where gaps were.
#[derive(Debug, Default)]
pub struct Tight<'t> {
    /// The folded text; spaces and marks such as `.` `*` `-` between Chinese characters are gone.
    pub text: Cow<'t, str>,
    /// Byte offsets in `text` at which a gap was taken out: a weak clause boundary.
    pub gaps: Vec<u32>,
}

/// Closes gaps between Chinese characters (`想 死`, `自.杀`) in folded text; words in Latin letters keep theirs.
pub fn tighten(folded: &str) -> Tight<'_> {
    let (mut text, mut gaps) = (String::new(), Vec::new());
    let mut kept = 0; // up to here `folded` is in `text`
    let mut run = 0; // length of the Chinese run before the gap
    let mut chars = folded.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if is_han(c) {
            run += 1;
            continue;
        }
        if run == 0 || !(is_filler(c) || is_stop(c)) {
            run = 0;
            continue;
        }
        let mut hard = is_hard(c);
        while let Some(&(_, next)) = chars.peek() {
            if !(is_filler(next) || is_stop(next)) {
                break;
            }
            hard |= is_hard(next);
            chars.next();
        }
        let end = chars.peek().map_or(folded.len(), |&(next, _)| next);
        let after = folded[end..]
            .chars()
            .take(2)
            .take_while(|&c| is_han(c))
            .count();
        // `我。想。死` is spelling, `我累。他走` is not.
        let close = after > 0 && if hard { run == 1 && after == 1 } else { true };
        if close {
            text.push_str(&folded[kept..at]);
            kept = end;
            // Letter by letter is one word; between longer runs the gap may be a pause.
            if run > 1 && after > 1 {
                gaps.push(text.len() as u32);
            }
        }
        run = 0;
    }
    let text = if kept == 0 {
        Cow::Borrowed(folded)
    } else {
        text.push_str(&folded[kept..]);
        Cow::Owned(text)
    };
    Tight { text, gaps }
}

/// Whether `c` is a Chinese character of the common planes.
pub fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{2fa1f}')
}

/// Whether `c` ends a clause.
pub fn is_stop(c: char) -> bool {
    // Nearly every character of a text is a Chinese one.
    !is_common_han(c) && is_mark(c)
}

fn is_common_han(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}')
}

fn is_mark(c: char) -> bool {
    matches!(
        c,
        ',' | '。'
            | '.'
            | '!'
            | '?'
            | ';'
            | ':'
            | '\n'
            | '、'
            | '…'
            | '～'
            | '('
            | ')'
            | '"'
            | '“'
            | '”'
    )
}

/// A stop that nobody puts inside a word; dots are often typed between the letters of one.
fn is_hard(c: char) -> bool {
    is_stop(c) && !matches!(c, '.' | '…')
}

/// Marks that people put inside a word to hide it.
fn is_filler(c: char) -> bool {
    matches!(
        c,
        ' ' | '*'
            | '-'
            | '_'
            | '·'
            | '•'
            | '/'
            | '\\'
            | '~'
            | '|'
            | '+'
            | '^'
            | '='
            | '#'
            | '@'
            | '\''
            | '`'
            | '—'
            | '.'
            | '…'
    )
}

/// Starts the table; otherwise the first message pays for it.
pub(crate) fn preload() {
    table();
}

fn table() -> &'static [u16] {
    static TABLE: OnceLock<Vec<u16>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table: Vec<u16> = (0..=0xFFFFu32).map(entry).collect();
        for pair in TRADITIONAL
            .lines()
            .filter(|l| !l.starts_with('#'))
            .flat_map(str::split_whitespace)
        {
            let mut chars = pair.chars();
            if let (Some(from), Some(to)) = (chars.next(), chars.next()) {
                table[from as usize] = to as u16;
            }
        }
        // What stands for a traditional character (a radical, a doublet) is simplified with it.
        for code in 0..table.len() {
            let to = table[code];
            if to != DROPPED && to != SEVERAL && table[to as usize] != SEVERAL {
                table[code] = table[to as usize];
            }
        }
        table
    })
}

/// What one code point of the table becomes before the traditional pairs are laid over.
fn entry(code: u32) -> u16 {
    let Some(c) = char::from_u32(code) else {
        return DROPPED;
    };
    if is_invisible(c) {
        return DROPPED;
    }
    match c {
        '\n' => return c as u16,
        c if c.is_control() || c.is_whitespace() => return ' ' as u16,
        '0'..='9' | 'a'..='z' | '\u{4e00}'..='\u{9fff}' => return code as u16,
        '‘' | '’' | 'ʼ' => return '\'' as u16,
        _ => {}
    }
    let mut out = std::iter::once(c).nfkc().flat_map(char::to_lowercase);
    match (out.next(), out.next()) {
        (Some(' '), None) => ' ' as u16,
        (Some(one), None) if (one as u32) < 0xFFFF && !is_invisible(one) => one as u16,
        (None, _) => DROPPED,
        _ => SEVERAL,
    }
}

fn fold_rare(c: char, folded: &mut String) {
    for part in std::iter::once(c).nfkc().flat_map(char::to_lowercase) {
        match table().get(part as usize) {
            Some(&DROPPED) => {}
            Some(&to) if to != SEVERAL => put(to, folded),
            _ if is_invisible(part) => {}
            _ => folded.push(part),
        }
    }
}

/// Zero-width, direction and variation marks, and combining accents: they change the look, not the words.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{300}'..='\u{36f}' | '\u{20d0}'..='\u{20ff}' | '\u{61c}' | '\u{180e}'
        | '\u{e0000}'..='\u{e0fff}' | '\u{fff9}'..='\u{fffb}')
}

#[cfg(test)]
mod tests {
    use super::{fold, tighten};

    #[test]
    fn width_case_and_traditional_script_become_one_spelling() {
        assert_eq!(
            fold("ＡＢＣ１２３，我媽說門鎖壞了！"),
            "abc123,我妈说门锁坏了!"
        );
        assert_eq!(fold("想\u{200b}死\u{202e}"), "想死");
        assert_eq!(fold("a\u{0}\tb"), "a b");
        assert_eq!(fold("①㎏"), "1kg");
        assert_eq!(fold("Can’t"), "can't");
        // A radical, a compatibility character and one beyond the first plane stand for 門, 龜 and 難.
        assert_eq!(fold("⾨⻱\u{2fa1d}"), fold(&fold("⾨⻱\u{2fa1d}")));
        assert_eq!(fold("⾨"), "门");
        assert_eq!(fold("㍿　 \u{3000}㏄"), "株式会社 cc");
    }

    #[test]
    fn spaced_out_words_are_closed_and_clauses_stay_apart() {
        assert_eq!(tighten(&fold("我 想 死")).text, "我想死");
        assert_eq!(tighten(&fold("想自.杀")).text, "想自杀");
        assert_eq!(tighten(&fold("自*杀")).text, "自杀");
        assert_eq!(tighten(&fold("我。想。死。")).text, "我想死。");
        assert_eq!(tighten(&fold("没有。想死")).text, "没有。想死");
        assert_eq!(tighten(&fold("kill  my self")).text, "kill my self");
        let folded = fold("我妈病了 没米下锅");
        let tight = tighten(&folded);
        assert_eq!(tight.text, "我妈病了没米下锅");
        assert_eq!(tight.gaps, vec!["我妈病了".len() as u32]);
    }
}
