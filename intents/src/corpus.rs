//! The sentences we wrote to learn from: one file per category, a line per sentence.
//!
//! A line holds service (or `none`, `ambiguous`), urgency, style, hand, further services and text, parted by tabs. It
//! deliberately knows no catalogue: whether a code exists is for a test, and for whoever evaluates, to ask.

use crate::urgency::Urgency;

/// Label of what is no request.
pub const NOTHING: &str = "none";
/// Label of a request that deserves one question back; the candidates stand as further services.
pub const AMBIGUOUS: &str = "ambiguous";
/// Ways of writing, and what each means.
pub const STYLES: [(&str, &str); 17] = [
    ("pl", "plain"),
    ("te", "terse"),
    ("el", "long narration"),
    ("vo", "dictated"),
    ("ty", "typing errors"),
    ("ca", "Cantonese"),
    ("di", "other dialects"),
    ("tr", "traditional script"),
    ("en", "English"),
    ("tp", "third party"),
    ("an", "angry"),
    ("of", "officialese"),
    ("em", "emoji"),
    ("ne", "negation"),
    ("mu", "several needs"),
    ("ob", "oblique"),
    ("fd", "false danger"),
];

/// One labelled sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line<'t> {
    /// Code, [`NOTHING`] or [`AMBIGUOUS`].
    pub service: &'t str,
    pub urgency: Urgency,
    /// Two letters of [`STYLES`].
    pub style: &'t str,
    /// Who wrote it: a letter. Held-back folds go by it.
    pub hand: &'t str,
    /// Codes parted by commas, or `-`.
    further: &'t str,
    pub text: &'t str,
}

/// A line that is none, by its number from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {number}: {why}")]
pub struct LineError {
    pub number: usize,
    pub why: &'static str,
}

impl<'t> Line<'t> {
    /// Codes of what else is asked for; for [`AMBIGUOUS`] the candidates.
    pub fn further(&self) -> impl Iterator<Item = &'t str> + use<'t> {
        self.further.split(',').filter(|code| *code != "-")
    }

    /// Whether the line asks for one service.
    pub fn is_service(&self) -> bool {
        self.service != NOTHING && self.service != AMBIGUOUS
    }
}

/// The lines of a corpus file; comments (`#`) and empty lines are passed over.
pub fn read(text: &str) -> impl Iterator<Item = Result<Line<'_>, LineError>> {
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        .map(|(at, line)| {
            parse(line).map_err(|why| LineError {
                number: at + 1,
                why,
            })
        })
}

fn parse(line: &str) -> Result<Line<'_>, &'static str> {
    let mut fields = line.splitn(6, '\t');
    let mut field = || fields.next().filter(|f| !f.is_empty());
    let shape = "expected service, urgency, style, hand, further services and text, parted by tabs";
    let (service, urgency, style) = (
        field().ok_or(shape)?,
        field().ok_or(shape)?,
        field().ok_or(shape)?,
    );
    let (hand, further, text) = (
        field().ok_or(shape)?,
        field().ok_or(shape)?,
        field().ok_or(shape)?,
    );
    let urgency = match urgency {
        "n" => Urgency::Normal,
        "u" => Urgency::Urgent,
        "c" => Urgency::Crisis,
        _ => return Err("urgency is n, u or c"),
    };
    if !STYLES.iter().any(|(known, _)| *known == style) {
        return Err("no such style");
    }
    Ok(Line {
        service,
        urgency,
        style,
        hand,
        further,
        text,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{Urgency, read};

    #[test]
    fn a_line_is_read_or_refused_with_its_number() {
        let text = "# head\nELD-MEAL\tu\tmu\ta\tELD-BATH,ELD-VISIT\t没人做饭\n\nELD-MEAL\tx\tpl\ta\t-\t饭\nfoo\n";
        let lines: Vec<_> = read(text).collect();
        let first = lines[0].clone().unwrap();
        assert_eq!(
            (first.service, first.urgency, first.text),
            ("ELD-MEAL", Urgency::Urgent, "没人做饭")
        );
        assert_eq!(
            first.further().collect::<Vec<_>>(),
            ["ELD-BATH", "ELD-VISIT"]
        );
        assert_eq!(lines[1].clone().unwrap_err().number, 4);
        assert_eq!(lines[2].clone().unwrap_err().number, 5);
    }
}
