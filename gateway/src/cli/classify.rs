//! `classify`: JSON lines in, one JSON line each out, in the same order, as they
//! come. Reading and judging a line is `intents`' work; here is the stream:
//! numbering, lines that are no lines, a reader that went away.

use intents::{Classifier, report};
use std::io::{BufRead, BufReader, BufWriter, Read, Write};

/// No message is longer; what is would be a file sent by mistake.
const MAX_LINE: u64 = 1024 * 1024;
/// Bytes read and written at once.
const BLOCK: usize = 64 * 1024;

/// Answers every line of `input` on `output`. `answer` turns one line into its
/// answer, or says why it is not one; the error then stands in the line's place
/// as `{"error": …, "line": number from 1}` and the rest goes on. Empty lines
/// are skipped. Ends without an error when nobody reads `output` any more.
///
/// Answers are written in blocks, but all of them before more input is waited
/// for: another program may send the next line only when it has the answer.
pub fn run(
    input: impl Read,
    output: impl Write,
    answer: impl FnMut(&str) -> Result<String, String>,
) -> std::io::Result<()> {
    let input = BufReader::with_capacity(BLOCK, input);
    let output = BufWriter::with_capacity(BLOCK, output);
    match each_line(input, output, answer) {
        Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

fn each_line<R: Read>(
    mut input: BufReader<R>,
    mut output: BufWriter<impl Write>,
    mut answer: impl FnMut(&str) -> Result<String, String>,
) -> std::io::Result<()> {
    let mut number = 0_u64;
    let mut line = Vec::new();
    loop {
        line.clear();
        number += 1;
        if !input.buffer().contains(&b'\n') {
            output.flush()?;
        }
        let read = (&mut input)
            .take(MAX_LINE + 1)
            .read_until(b'\n', &mut line)?;
        if read == 0 {
            return output.flush();
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
        output.write_all(out.as_bytes())?;
        output.write_all(b"\n")?;
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::cell::RefCell;
    use std::rc::Rc;

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
        let many = "x\n".repeat(2 * BLOCK);
        run(many.as_bytes(), Gone, answer).unwrap();
        assert!(asked < 2 * BLOCK, "{asked} lines for nobody");
    }

    #[test]
    fn whoever_waits_for_an_answer_gets_it_before_the_next_line() {
        /// Gives a line at a time, and only when the one before is answered.
        struct Asks(Rc<RefCell<Vec<u8>>>, usize);
        impl Read for Asks {
            fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
                let answered = String::from_utf8_lossy(&self.0.borrow()).lines().count();
                assert_eq!(answered, self.1, "an answer was kept back");
                if self.1 == 3 {
                    return Ok(0);
                }
                self.1 += 1;
                into[..2].copy_from_slice(b"q\n");
                Ok(2)
            }
        }
        struct Hears(Rc<RefCell<Vec<u8>>>);
        impl Write for Hears {
            fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
                self.0.borrow_mut().write(bytes)
            }
            fn flush(&mut self) -> std::io::Result<()> {
                Ok(())
            }
        }
        let heard = Rc::new(RefCell::new(Vec::new()));
        let (asks, hears) = (Asks(heard.clone(), 0), Hears(heard.clone()));
        run(asks, hears, |line| Ok(line.to_owned())).unwrap();
        assert_eq!(*heard.borrow(), b"q\nq\nq\n");
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

    #[test]
    fn hostile_lines_are_answered_or_refused_by_number_and_the_rest_goes_on() {
        let classifier = Classifier::train(std::iter::empty(), &[]);
        let text = |text: &str| serde_json::json!({ "id": 1, "text": text }).to_string();
        // (line, part of its error; none for a verdict)
        let lines: Vec<(Vec<u8>, Option<&str>)> = vec![
            (text("").into(), None),
            (text("\0\0\u{7}\u{1b}[31m").into(), None),
            (text(&"啊".repeat(300_000)).into(), None),
            (text(&"a".repeat(1_000_000)).into(), None),
            (text(&"😀".repeat(10_000)).into(), None),
            (
                text("\u{202e}着活想不我\u{202c}\u{2066}\u{200b}").into(),
                None,
            ),
            (text(&"(".repeat(100_000)).into(), None),
            (text(&"1".repeat(500_000)).into(), None),
            (br#"{"id":1,"text":"\ud83d"}"#.into(), Some("not JSON")),
            (
                br#"{"id":1,"text":"\udc4d\ud83d"}"#.into(),
                Some("not JSON"),
            ),
            (
                b"{\"id\":1,\"text\":\"\xed\xa0\x80\"}".into(),
                Some("not UTF-8"),
            ),
            (b"{\"id\":1,\"text\":\"\x00\"}".into(), Some("not JSON")),
            (text(&"a".repeat(2_000_000)).into(), Some("longer than")),
            (b"[".repeat(200_000), Some("not JSON")),
            (b"\x00".into(), Some("not JSON")),
            (b"null".into(), Some("not an object")),
            (br#"{"id":{},"text":"a"}"#.into(), Some("id is neither")),
            (br#"{"id":1,"text":["a"]}"#.into(), Some("text is no text")),
        ];
        let input: Vec<u8> = lines
            .iter()
            .flat_map(|(l, _)| [l, &b"\n"[..]].concat())
            .collect();
        let mut out = Vec::new();
        run(input.as_slice(), &mut out, verdicts(&classifier)).unwrap();
        let out = String::from_utf8(out).unwrap();
        assert_eq!(out.lines().count(), lines.len());
        for (number, (said, (line, wrong))) in out.lines().zip(&lines).enumerate() {
            let said: serde_json::Value = serde_json::from_str(said).unwrap();
            let shown = String::from_utf8_lossy(&line[..line.len().min(60)]);
            match wrong {
                None => assert!(said["decision"].is_string(), "{shown}: {said}"),
                Some(words) => {
                    assert!(
                        said["error"].as_str().unwrap().contains(words),
                        "{shown}: {said}"
                    );
                    assert_eq!(said["line"], number + 1, "{shown}");
                }
            }
        }
    }
}
