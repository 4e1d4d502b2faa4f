//! Telephone numbers and addresses of pages in what the bot says, made ready for
//! a press.
//!
//! Three-digit lines are only recognised in crisis cards: elsewhere "120" may
//! be an amount. Works on plain text and never sees markup.

/// A stretch of text, with a link if it can be dialled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) href: Option<String>,
    /// Not to be broken over two lines.
    pub(super) keep: bool,
}

impl Piece {
    pub(super) fn plain(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            href: None,
            keep: false,
        }
    }
}

/// The lines of the country that may stand in a crisis card.
const SHORT: &[&str] = &[
    "110", "119", "120", "122", "12356", "12355", "12338", "12345", "12349", "12348", "12385",
    "96110",
];
/// The police by text message, for people who cannot speak.
const BY_MESSAGE: &str = "12110";

/// Splits a paragraph into text, numbers and addresses of pages.
pub(super) fn pieces(text: &str, crisis: bool) -> Vec<Piece> {
    let Some(start) = text.find("https://").or_else(|| text.find("http://")) else {
        return numbers(text, crisis);
    };
    let end = text[start..]
        .find(|c: char| !c.is_ascii_graphic())
        .map_or(text.len(), |length| start + length);
    let address = text[start..end].trim_end_matches(['.', ',', ')', '"', '\'']);
    let end = start + address.len();
    let mut out = numbers(&text[..start], crisis);
    out.push(Piece {
        text: address.to_owned(),
        href: Some(address.to_owned()),
        keep: false,
    });
    out.extend(pieces(&text[end..], crisis));
    out
}

fn numbers(text: &str, crisis: bool) -> Vec<Piece> {
    let mut out = Vec::new();
    let (mut plain, mut rest) = (0, 0);
    while let Some(start) = text[rest..]
        .find(|c: char| c.is_ascii_digit())
        .map(|i| rest + i)
    {
        let end = text[start..]
            .find(|c: char| !c.is_ascii_digit() && c != '-')
            .map_or(text.len(), |i| start + i);
        rest = end;
        let number = text[start..end].trim_end_matches('-');
        let end = start + number.len();
        // A sign that makes it part of something longer: "A120", "120.5", "1/120".
        let glued = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '+' | '_');
        let (before, after) = (&text[..start], &text[end..]);
        let decimal =
            after.starts_with(['.', ':']) && after[1..].starts_with(|c: char| c.is_ascii_digit());
        let alone = !before.ends_with(|c| glued(c) || matches!(c, '.' | ':'))
            && !after.starts_with(glued)
            && !decimal;
        if let Some(href) = href(number, crisis).filter(|_| alone) {
            if plain < start {
                out.push(Piece::plain(&text[plain..start]));
            }
            out.push(Piece {
                text: number.to_owned(),
                href: Some(href),
                keep: true,
            });
            plain = end;
        }
    }
    if plain < text.len() {
        out.push(Piece::plain(&text[plain..]));
    }
    out.into_iter().flat_map(references).collect()
}

/// Sets references of requests ("K7M3-9F2X") apart, so that they stay whole.
fn references(piece: Piece) -> Vec<Piece> {
    const HALF: usize = 4;
    let text = &piece.text;
    let symbol = |b: &u8| b.is_ascii_uppercase() || b.is_ascii_digit();
    let found = text.match_indices('-').map(|(at, _)| at).find(|&at| {
        let bytes = text.as_bytes();
        let Some(half) = at.checked_sub(HALF).and_then(|start| bytes.get(start..at)) else {
            return false;
        };
        let rest = bytes.get(at + 1..=at + HALF);
        half.iter().all(symbol) && rest.is_some_and(|rest| rest.iter().all(symbol))
    });
    let Some(at) = found.filter(|_| piece.href.is_none()) else {
        return vec![piece];
    };
    let (before, after) = (&text[..at - HALF], &text[at + HALF + 1..]);
    let mut out = vec![Piece::plain(before)];
    out.push(Piece {
        keep: true,
        ..Piece::plain(&text[at - HALF..=at + HALF])
    });
    out.extend(references(Piece::plain(after)));
    out.retain(|piece| !piece.text.is_empty());
    out
}

fn href(number: &str, crisis: bool) -> Option<String> {
    if crisis && number == BY_MESSAGE {
        return Some(format!("sms:{number}"));
    }
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let mobile = digits.len() == 11 && digits.starts_with('1') && number == digits;
    let landline = number.starts_with('0')
        && number.matches('-').count() == 1
        && (10..=12).contains(&digits.len());
    // Five digits are no amount a card would name alone; three may be.
    let short = SHORT.contains(&number) && (crisis || number.len() == 5);
    (mobile || landline || short).then(|| format!("tel:{digits}"))
}

/// The numbers of a card to dial, each once, in order.
pub(super) fn calls(paragraphs: &[Vec<Piece>]) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::new();
    for piece in paragraphs.iter().flatten() {
        let dials = piece.href.as_ref().is_some_and(|h| h.starts_with("tel:"));
        if dials && !out.contains(piece) {
            out.push(piece.clone());
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn linked(text: &str, crisis: bool) -> Vec<String> {
        let pieces = pieces(text, crisis);
        let whole: String = pieces.iter().map(|p| p.text.as_str()).collect();
        assert_eq!(whole, text, "nothing may be lost");
        pieces.into_iter().filter_map(|p| p.href).collect()
    }

    #[test]
    fn the_numbers_of_a_crisis_card_can_be_dialled() {
        let card = "请现在拨打 12356，有危险打 110 或 120。不方便说话发短信 12110。";
        assert_eq!(
            linked(card, true),
            ["tel:12356", "tel:110", "tel:120", "sms:12110"]
        );
        assert_eq!(
            calls(&[pieces(card, true), pieces("打110。", true)]).len(),
            3
        );
        assert_eq!(linked("Call 110.", true), ["tel:110"]);
    }

    #[test]
    fn amounts_dates_and_references_are_no_telephone_numbers() {
        for text in [
            "补助 120 元",
            "K7M3-9F2X",
            "2026-02-14",
            "14:05",
            "110105199001011234",
        ] {
            assert!(linked(text, false).is_empty(), "{text}");
        }
        assert!(linked("编号 A120、1100 号、120.5", true).is_empty());
    }

    #[test]
    fn a_reference_is_kept_whole_and_nothing_else_is() {
        let kept = |text: &str| -> Vec<String> {
            let pieces = pieces(text, false);
            let whole: String = pieces.iter().map(|p| p.text.as_str()).collect();
            assert_eq!(whole, text);
            pieces
                .into_iter()
                .filter(|p| p.keep)
                .map(|p| p.text)
                .collect()
        };
        assert_eq!(
            kept("编号 K7M3-9F2X，还有 R9CX-3TJE。"),
            ["K7M3-9F2X", "R9CX-3TJE"]
        );
        assert!(kept("一-二 -K7M3 K7M3-9f2x K7M3-").is_empty());
    }

    #[test]
    fn a_page_can_be_opened_and_what_stands_around_it_stays() {
        let link = "https://f.example/x?id=13800138000&t=1";
        assert_eq!(linked(&format!("请点 {link}，谢谢。"), false), [link]);
        assert_eq!(
            linked(&format!("{link}\n电话 12345"), false),
            [link, "tel:12345"]
        );
        assert!(linked("https:/ http:/a", false).is_empty());
    }

    #[test]
    fn a_desk_s_telephone_can_be_dialled_anywhere() {
        assert_eq!(linked("电话 0511-85551234。", false), ["tel:051185551234"]);
        assert_eq!(linked("13800138000", false), ["tel:13800138000"]);
        assert_eq!(linked("着急可以打：12345", false), ["tel:12345"]);
        assert!(linked("139-1234-5678-", false).is_empty());
    }
}
