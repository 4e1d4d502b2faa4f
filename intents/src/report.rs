//! One JSON line in, one JSON line out: the form of `gateway classify`.
//!
//! It deliberately reads and writes strings only; files, numbering of lines and order belong to the command.

use serde_json::{Value, json};
use thiserror::Error;

use crate::verdict::{Decision, Urgency, Verdict};

/// Why a line is no question to the classifier.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum LineError {
    /// Not JSON at all (a lone surrogate in an escape counts).
    #[error("not JSON: {0}")]
    NotJson(String),
    /// JSON, but not an object with these members.
    #[error("expected an object {{\"id\": …, \"text\": \"…\"}}: {0}")]
    WrongShape(&'static str),
}

/// Id and text of a line such as `{"id":"1","text":"想申请低保"}`. The id is text or a number, and is given back as it came.
pub fn read(line: &str) -> Result<(Value, String), LineError> {
    let mut value: Value =
        serde_json::from_str(line).map_err(|e| LineError::NotJson(e.to_string()))?;
    let Some(object) = value.as_object_mut() else {
        return Err(LineError::WrongShape("not an object"));
    };
    let id = match object.remove("id") {
        Some(id @ (Value::String(_) | Value::Number(_))) => id,
        Some(_) => return Err(LineError::WrongShape("id is neither text nor number")),
        None => return Err(LineError::WrongShape("id is missing")),
    };
    match object.remove("text") {
        Some(Value::String(text)) => Ok((id, text)),
        Some(_) => Err(LineError::WrongShape("text is no text")),
        None => Err(LineError::WrongShape("text is missing")),
    }
}

/// The verdict as one line of JSON without a line break; `amount` in yuan, `choices` empty unless the decision is `ask`.
pub fn line(id: &Value, verdict: &Verdict) -> String {
    let slots = &verdict.slots;
    json!({
        "id": id,
        "decision": match verdict.decision {
            Decision::Route => "route",
            Decision::Ask => "ask",
            Decision::None => "none",
            Decision::Crisis => "crisis",
        },
        "urgency": match verdict.urgency {
            Urgency::Normal => "normal",
            Urgency::Urgent => "urgent",
            Urgency::Crisis => "crisis",
        },
        "ranked": verdict.ranked.iter().map(|r| json!({"service": r.service, "confidence": rounded(r.confidence)})).collect::<Vec<_>>(),
        "needs": verdict.needs,
        "choices": verdict.choices,
        "slots": {
            "phone": slots.phone,
            "id_number": slots.id_number.as_ref().map(|id| &id.value),
            "amount": slots.amount.map(yuan),
            "age": slots.age,
            "relation": slots.relation,
        },
        "evidence": verdict.evidence,
    })
    .to_string()
}

/// The answer to a line that could not be read; `number` counts from one.
pub fn refusal(number: usize, error: &LineError) -> String {
    json!({"error": error.to_string(), "line": number}).to_string()
}

/// Four digits are more than the calibration knows.
fn rounded(confidence: f32) -> f64 {
    (f64::from(confidence) * 10_000.0).round() / 10_000.0
}

/// Whole yuan as a whole number.
fn yuan(fen: i64) -> Value {
    if fen % 100 == 0 {
        json!(fen / 100)
    } else {
        json!(fen as f64 / 100.0)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{LineError, line, read, refusal};
    use crate::slots::Slots;
    use crate::verdict::{Decision, Ranked, Urgency, Verdict};
    use serde_json::json;

    #[test]
    fn a_line_is_read_or_refused_with_its_reason() {
        assert_eq!(
            read(r#"{"id":"7","text":"低保"}"#).unwrap(),
            (json!("7"), "低保".to_owned())
        );
        assert_eq!(read(r#"{"id":7,"text":""}"#).unwrap().0, json!(7));
        assert!(matches!(read("{"), Err(LineError::NotJson(_))));
        assert!(matches!(
            read(r#"{"id":"a","text":"\ud800"}"#),
            Err(LineError::NotJson(_))
        ));
        assert!(matches!(read("[1]"), Err(LineError::WrongShape(_))));
        assert!(matches!(
            read(r#"{"text":"x"}"#),
            Err(LineError::WrongShape(_))
        ));
        assert!(matches!(
            read(r#"{"id":"x","text":3}"#),
            Err(LineError::WrongShape(_))
        ));
        assert!(refusal(3, &LineError::WrongShape("id is missing")).contains("\"line\":3"));
    }

    #[test]
    fn a_verdict_is_one_line_with_the_agreed_keys() {
        let verdict = Verdict {
            decision: Decision::Ask,
            urgency: Urgency::Urgent,
            ranked: vec![Ranked {
                service: "A".into(),
                confidence: 0.5,
            }],
            needs: vec!["A".into()],
            choices: vec!["A".into(), "B".into()],
            slots: Slots {
                amount: Some(300_000),
                age: Some(82),
                ..Slots::default()
            },
            evidence: vec!["换\n行".into()],
            crisis: None,
        };
        let text = line(&json!("x"), &verdict);
        assert!(!text.contains('\n'));
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        let keys: Vec<&str> = value
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        assert_eq!(
            keys,
            [
                "id", "decision", "urgency", "ranked", "needs", "choices", "slots", "evidence"
            ]
        );
        let slots: Vec<&str> = value["slots"]
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        assert_eq!(slots, ["phone", "id_number", "amount", "age", "relation"]);
        assert_eq!(value["slots"]["amount"], 3000);
        assert_eq!(value["ranked"][0]["confidence"], 0.5);
    }
}
