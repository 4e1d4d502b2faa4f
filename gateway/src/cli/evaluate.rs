//! `evaluate`: reads labelled messages and says how well they are understood,
//! over all and by style. The figures are `intents`' work; here are the file
//! and the table.

use super::Evaluate;
use anyhow::Context as _;
use intents::evaluate::{Figures, Truth, figures};
use intents::slots::score::{Share, score};
use intents::{Classifier, IdNumber, Slots, Urgency, Verdict, corpus};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Write;

/// Confusions shown in the table.
const CONFUSIONS: usize = 20;

/// A labelled message.
struct Labelled {
    truth: Truth,
    style: String,
    text: String,
    /// The facts in it, where somebody wrote them down.
    facts: Option<Slots>,
}

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
    slots: Option<Facts>,
}

/// The facts of a line, as `classify` writes them; what is not named is not
/// there.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Facts {
    phone: Option<String>,
    id_number: Option<String>,
    /// In yuan.
    amount: Option<f64>,
    age: Option<u8>,
    relation: Option<String>,
}

impl From<Facts> for Slots {
    fn from(facts: Facts) -> Self {
        let id = |value| IdNumber {
            value,
            checksum_ok: false,
        };
        Self {
            phone: facts.phone,
            id_number: facts.id_number.map(id),
            amount: facts.amount.map(|yuan| (yuan * 100.0).round() as i64),
            age: facts.age,
            relation: facts.relation,
            place: None,
        }
    }
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
    let mut facts: Vec<(Slots, Slots)> = Vec::new();
    for message in labelled {
        let case = (message.truth, classifier.classify(&message.text));
        facts.extend(message.facts.map(|meant| (meant, case.1.slots.clone())));
        styles.entry(message.style).or_default().push(case.clone());
        all.push(case);
        progress.inc(1);
    }
    progress.finish_and_clear();
    let total = figures(&all);
    let styles: Vec<(String, Figures)> = styles
        .into_iter()
        .map(|(style, cases)| (style, figures(&cases)))
        .collect();
    let facts: Vec<Share> = if facts.is_empty() {
        Vec::new()
    } else {
        score(facts.iter().map(|(meant, found)| (meant, found))).to_vec()
    };
    let said = if args.json {
        format!("{:#}\n", whole(&total, &styles, &facts))
    } else {
        table(&total, &styles) + &fact_lines(&facts)
    };
    output.write_all(said.as_bytes())?;
    Ok(())
}

/// Everything for machines.
fn whole(total: &Figures, styles: &[(String, Figures)], facts: &[Share]) -> Value {
    let by: serde_json::Map<_, _> = styles
        .iter()
        .map(|(s, f)| (s.clone(), numbers(f)))
        .collect();
    let confusions: Vec<_> = total
        .confusions
        .iter()
        .map(|(meant, taken, count)| json!({"meant": meant, "taken": taken, "count": count}))
        .collect();
    let slots: serde_json::Map<_, _> = facts
        .iter()
        .map(|s| {
            let counts = json!({"meant": s.meant, "found": s.found, "right": s.right,
                "precision": s.precision(), "recall": s.recall()});
            (s.fact.to_owned(), counts)
        })
        .collect();
    json!({"all": numbers(total), "styles": by, "slots": slots, "confusions": confusions})
}

/// Precision and recall of each fact; nothing if no line named any.
fn fact_lines(facts: &[Share]) -> String {
    use std::fmt::Write as _;
    let mut said = String::new();
    if !facts.is_empty() {
        said.push_str("\nFacts                meant  found  right  precision  recall\n");
    }
    for share in facts {
        let _ = writeln!(
            said,
            "{:<20} {:>5} {:>6} {:>6} {:>10.3} {:>7.3}",
            share.fact,
            share.meant,
            share.found,
            share.right,
            share.precision(),
            share.recall(),
        );
    }
    said
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
                Ok(Labelled {
                    truth,
                    style: line.style.to_owned(),
                    text: line.text.to_owned(),
                    facts: None,
                })
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
    Ok(Labelled {
        truth,
        style: line.style.unwrap_or_else(|| "-".into()),
        text: line.text,
        facts: line.slots.map(Slots::from),
    })
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
    fn facts_are_judged_where_the_file_names_them() {
        let lines = concat!(
            r#"{"text":"欠薪3000块，电话13800138000","service":"LEG-WAGE","slots":{"phone":"13800138000","amount":3000}}"#,
            "\n",
            r#"{"text":"我妈82岁","service":"ELD-VISIT","slots":{"age":83,"relation":"母亲"}}"#,
            "\n",
            r#"{"text":"打13912345678","service":"none"}"#,
        );
        let value: Value = serde_json::from_str(&report(lines, true).unwrap()).unwrap();
        let slots = &value["slots"];
        assert_eq!(slots["phone"]["found"], 1, "the last line is not judged");
        assert_eq!(slots["amount"]["precision"], 1.0);
        assert_eq!(slots["age"]["recall"], 0.0);
        assert_eq!(slots["relation"]["right"], 1);
        assert!(report(lines, false).unwrap().contains("precision"));
        assert!(!report(LINES, false).unwrap().contains("precision"));
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
