//! `evaluate`: reads labelled messages and says how well they are understood,
//! over all and by style. The figures are `intents`' work; here are the file
//! and the table.

use super::Evaluate;
use anyhow::Context as _;
use intents::evaluate::{Figures, Truth, figures};
use intents::{Classifier, Urgency, Verdict, corpus};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Write;

/// Confusions shown in the table.
const CONFUSIONS: usize = 20;

/// A labelled message: what was meant, how it is written, the words.
type Labelled = (Truth, String, String);

/// A line of JSON.
#[derive(Deserialize)]
struct Line {
    text: String,
    service: String,
    #[serde(default)]
    urgency: Option<String>,
    #[serde(default)]
    style: Option<String>,
    #[serde(default)]
    needs: Vec<String>,
}

/// Evaluates the file of `args` and prints the figures on `output`.
pub fn run(args: &Evaluate, classifier: &Classifier, mut output: impl Write) -> anyhow::Result<()> {
    let name = args.file.display();
    let text = std::fs::read_to_string(&args.file).with_context(|| format!("{name}"))?;
    let labelled = read(&text).with_context(|| format!("{name}"))?;
    // Drawn on a terminal only.
    let progress = indicatif::ProgressBar::new(labelled.len() as u64);
    let mut all: Vec<(Truth, Verdict)> = Vec::with_capacity(labelled.len());
    let mut styles: BTreeMap<String, Vec<(Truth, Verdict)>> = BTreeMap::new();
    for (truth, style, text) in labelled {
        let case = (truth, classifier.classify(&text));
        styles.entry(style).or_default().push(case.clone());
        all.push(case);
        progress.inc(1);
    }
    progress.finish_and_clear();
    let total = figures(&all);
    let styles: Vec<(String, Figures)> = styles
        .into_iter()
        .map(|(style, cases)| (style, figures(&cases)))
        .collect();
    let said = if args.json {
        let by: serde_json::Map<_, _> = styles
            .iter()
            .map(|(s, f)| (s.clone(), numbers(f)))
            .collect();
        let confusions: Vec<_> = total
            .confusions
            .iter()
            .map(|(meant, taken, count)| json!({"meant": meant, "taken": taken, "count": count}))
            .collect();
        let whole = json!({"all": numbers(&total), "styles": by, "confusions": confusions});
        format!("{whole:#}\n")
    } else {
        table(&total, &styles)
    };
    output.write_all(said.as_bytes())?;
    Ok(())
}

/// The messages of a file: JSON lines when it begins with `{`, else the corpus
/// format.
fn read(text: &str) -> anyhow::Result<Vec<Labelled>> {
    if !text.trim_start().starts_with('{') {
        return corpus::read(text)
            .map(|line| {
                let line = line?;
                let truth = Truth {
                    service: line.service.to_owned(),
                    urgency: line.urgency,
                    needs: if line.is_service() {
                        line.further().map(str::to_owned).collect()
                    } else {
                        Vec::new()
                    },
                };
                Ok((truth, line.style.to_owned(), line.text.to_owned()))
            })
            .collect();
    }
    let lines = text
        .lines()
        .enumerate()
        .filter(|(_, l)| !l.trim().is_empty());
    lines
        .map(|(at, line)| json_line(line).with_context(|| format!("line {}", at + 1)))
        .collect()
}

fn json_line(line: &str) -> anyhow::Result<Labelled> {
    let line: Line = serde_json::from_str(line)?;
    let urgency = match line.urgency.as_deref() {
        None | Some("normal" | "n") => Urgency::Normal,
        Some("urgent" | "u") => Urgency::Urgent,
        Some("crisis" | "c") => Urgency::Crisis,
        Some(other) => anyhow::bail!("urgency is normal, urgent or crisis, not {other}"),
    };
    let mut needs = line.needs;
    needs.retain(|need| *need != line.service);
    let truth = Truth {
        service: line.service,
        urgency,
        needs,
    };
    Ok((truth, line.style.unwrap_or_else(|| "-".into()), line.text))
}

fn numbers(f: &Figures) -> Value {
    json!({
        "messages": f.messages,
        "top1": f.top1,
        "top3": f.top3,
        "macro_f1": f.macro_f1,
        "calibration_error": f.calibration_error,
        "crisis_recall": f.crisis_recall,
        "crisis_false_alarms": f.crisis_false_alarms,
        "none_precision": f.none_precision,
        "none_recall": f.none_recall,
        "ask_recall": f.ask_recall,
        "needs_recall": f.needs_recall,
    })
}

fn table(total: &Figures, styles: &[(String, Figures)]) -> String {
    use std::fmt::Write as _;
    let mut said = String::from(
        "                     messages  top-1  top-3     F1    ECE  crisis  alarms  none P  none R    ask  needs\n",
    );
    let mut row = |name: &str, f: &Figures| {
        let line = format!(
            "{name:<20} {:>9} {:>6.3} {:>6.3} {:>6.3} {:>6.3} {:>7.3} {:>7.3} {:>7.3} {:>7.3} {:>6.3} {:>6.3}\n",
            f.messages,
            f.top1,
            f.top3,
            f.macro_f1,
            f.calibration_error,
            f.crisis_recall,
            f.crisis_false_alarms,
            f.none_precision,
            f.none_recall,
            f.ask_recall,
            f.needs_recall,
        );
        said.push_str(&line);
    };
    row("all", total);
    for (style, figures) in styles {
        let known = corpus::STYLES.iter().find(|(code, _)| code == style);
        row(known.map_or(style.as_str(), |(_, name)| name), figures);
    }
    said.push_str("\nTaken for something else, most often first (meant, taken for, how often):\n");
    for (meant, taken, count) in total.confusions.iter().take(CONFUSIONS) {
        let _ = writeln!(said, "{meant:<16} {taken:<16} {count:>4}");
    }
    said
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn report(text: &str, json: bool) -> anyhow::Result<String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("labelled");
        std::fs::write(&file, text).unwrap();
        let classifier = crate::world::train(menus::starter());
        let mut out = Vec::new();
        run(&Evaluate { file, json }, &classifier, &mut out)?;
        Ok(String::from_utf8(out).unwrap())
    }

    const LINES: &str = concat!(
        r#"{"text":"电梯坏了没人修","service":"COM-PROPERTY","style":"pl"}"#,
        "\n",
        r#"{"text":"我不想活了","service":"CRI-SUICIDE","urgency":"crisis"}"#,
        "\n"
    );

    #[test]
    fn json_lines_and_corpus_lines_are_evaluated_alike() {
        let value: Value = serde_json::from_str(&report(LINES, true).unwrap()).unwrap();
        assert_eq!(value["all"]["messages"], 2);
        assert_eq!(value["all"]["top1"], 1.0);
        assert_eq!(value["styles"]["pl"]["messages"], 1);
        let corpus = "# head\nCOM-PROPERTY\tn\tpl\ta\t-\t电梯坏了没人修\n";
        let said = report(corpus, false).unwrap();
        assert!(said.contains("all ") && said.contains("plain "), "{said}");
    }

    #[test]
    fn a_line_that_is_none_is_named_by_its_number() {
        for (text, words) in [
            (
                "{\"text\":\"a\",\"service\":\"b\"}\n{\"text\":3}\n",
                "line 2",
            ),
            ("A\tn\tpl\n", "line 1"),
            (
                "{\"text\":\"a\",\"service\":\"b\",\"urgency\":\"x\"}",
                "line 1",
            ),
        ] {
            let error = report(text, false).unwrap_err();
            assert!(format!("{error:#}").contains(words), "{error:#}");
        }
    }
}
