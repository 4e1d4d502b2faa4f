//! `classify`: JSON lines in, one JSON line each out, in the same order, as they
//! come. Reading and judging a line is `intents`' work; here is the stream:
//! numbering, lines that are no lines, a reader that went away.

use intents::{Classifier, report};
use std::io::{BufRead, Read as _, Write};

/// No message is longer; what is would be a file sent by mistake.
const MAX_LINE: u64 = 1024 * 1024;

/// Answers every line of `input` on `output`. `answer` turns one line into its
/// answer, or says why it is not one; the error then stands in the line's place
/// as `{"error": …, "line": number from 1}` and the rest goes on. Empty lines
/// are skipped. Ends without an error when nobody reads `output` any more.
pub fn run(
    mut input: impl BufRead,
    mut output: impl Write,
    mut answer: impl FnMut(&str) -> Result<String, String>,
) -> std::io::Result<()> {
    let mut number = 0_u64;
    let mut line = Vec::new();
    loop {
        line.clear();
        number += 1;
        let read = (&mut input)
            .take(MAX_LINE + 1)
            .read_until(b'\n', &mut line)?;
        if read == 0 {
            return gone_is_fine(output.flush());
        }
        let said = if line.len() as u64 > MAX_LINE && line.last() != Some(&b'\n') {
            skip_line(&mut input)?;
            Err(format!("longer than {MAX_LINE} bytes"))
        } else {
            match std::str::from_utf8(&line).map(str::trim) {
                Ok("") => continue,
                Ok(text) => answer(text),
                Err(_) => Err("not UTF-8".to_owned()),
            }
        };
        let out = said.unwrap_or_else(|error| {
            serde_json::json!({ "error": error, "line": number }).to_string()
        });
        // Flushed line by line: another program may wait for each answer.
        let written = writeln!(output, "{out}").and_then(|()| output.flush());
        if written.is_err() {
            return gone_is_fine(written);
        }
    }
}

/// What [`run`] answers with: the verdict on the text of a line.
pub fn verdicts(classifier: &Classifier) -> impl FnMut(&str) -> Result<String, String> {
    |line| {
        let (id, text) = report::read(line).map_err(|e| e.to_string())?;
        Ok(report::line(&id, &classifier.classify(&text)))
    }
}

fn skip_line(input: &mut impl BufRead) -> std::io::Result<()> {
    loop {
        let rest = input.fill_buf()?;
        let end = rest.iter().position(|b| *b == b'\n');
        let used = end.map_or(rest.len(), |at| at + 1);
        input.consume(used);
        if end.is_some() || used == 0 {
            return Ok(());
        }
    }
}

fn gone_is_fine(result: std::io::Result<()>) -> std::io::Result<()> {
    match result {
        Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn answers(input: &[u8]) -> Vec<String> {
        let mut out = Vec::new();
        run(input, &mut out, |line| match line {
            "bad" => Err("no id".to_owned()),
            good => Ok(format!("<{good}>")),
        })
        .unwrap();
        String::from_utf8(out)
            .unwrap()
            .lines()
            .map(str::to_owned)
            .collect()
    }

    #[test]
    fn every_line_is_answered_in_order_and_bad_ones_do_not_stop_the_rest() {
        assert_eq!(
            answers(b"a\nbad\n\n\xff\xfe\n  b \r\nc"),
            [
                "<a>",
                r#"{"error":"no id","line":2}"#,
                r#"{"error":"not UTF-8","line":4}"#,
                "<b>",
                "<c>"
            ]
        );
        assert!(answers(b"").is_empty());
    }

    #[test]
    fn a_line_without_an_end_does_not_fill_the_memory() {
        let fits = vec![b'x'; MAX_LINE as usize];
        let mut input = vec![b'x'; 3 * MAX_LINE as usize];
        input.extend(b"\nafter\n");
        input.extend(&fits);
        let found = answers(&input);
        assert_eq!(found.len(), 3);
        assert_eq!(
            found[0],
            r#"{"error":"longer than 1048576 bytes","line":1}"#
        );
        assert_eq!(found[1], "<after>");
        assert_eq!(found[2].len(), fits.len() + 2);
    }

    #[test]
    fn a_reader_that_went_away_is_the_end_and_no_error() {
        struct Gone;
        impl Write for Gone {
            fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
                Err(std::io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> std::io::Result<()> {
                Ok(())
            }
        }
        let mut asked = 0;
        let answer = |line: &str| {
            asked += 1;
            Ok(line.to_owned())
        };
        run(b"a\nb\n".as_slice(), Gone, answer).unwrap();
        assert_eq!(asked, 1);
    }
    #[test]
    fn each_line_gets_its_verdict_under_its_own_id() {
        let classifier = Classifier::train(std::iter::empty(), &[]);
        let input = "{\"id\":\"a\",\"text\":\"我爸胸口疼，喘不上气\"}\n{\"id\":\"b\"}\n";
        let mut out = Vec::new();
        run(input.as_bytes(), &mut out, verdicts(&classifier)).unwrap();
        let lines: Vec<serde_json::Value> = String::from_utf8(out)
            .unwrap()
            .lines()
            .map(|l| serde_json::from_str(l).unwrap())
            .collect();
        assert_eq!(lines[0]["id"], "a");
        assert_eq!(lines[0]["decision"], "crisis");
        assert_eq!(lines[1]["line"], 2);
        assert!(
            lines[1]["error"]
                .as_str()
                .unwrap()
                .contains("text is missing")
        );
    }
}
