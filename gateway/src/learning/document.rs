//! The stored form of what was learnt: a document of kind `lessons`.
//!
//! Every version holds all its examples, so that going back is publishing an
//! old one again. The sentences were read by a person before.

use super::{Example, Score};
use serde::{Deserialize, Serialize};

const FORMAT: u32 = 1;

/// One version of what was learnt.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lessons {
    /// Number; 0: nothing was learnt yet.
    pub version: u32,
    /// What is learnt beside the catalogue.
    pub examples: Vec<Example>,
    /// The version this one is a copy of, if somebody went back.
    pub copy_of: Option<u32>,
    /// Measured before and after, when it was published.
    pub scores: Option<(Score, Score)>,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    format: u32,
    examples: Vec<StoredExample>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    copy_of: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scores: Option<[StoredScore; 2]>,
}

#[derive(Serialize, Deserialize)]
struct StoredExample {
    request: String,
    service: String,
    text: String,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
struct StoredScore {
    top1: f32,
    crisis_recall: f32,
    false_alarms: f32,
}

impl From<Score> for StoredScore {
    fn from(s: Score) -> Self {
        Self {
            top1: s.top1,
            crisis_recall: s.crisis_recall,
            false_alarms: s.false_alarms,
        }
    }
}

impl From<StoredScore> for Score {
    fn from(s: StoredScore) -> Self {
        Self {
            top1: s.top1,
            crisis_recall: s.crisis_recall,
            false_alarms: s.false_alarms,
        }
    }
}

impl Lessons {
    /// The stored form; the number is the row's.
    pub fn to_json(&self) -> String {
        let stored = Stored {
            format: FORMAT,
            examples: self
                .examples
                .iter()
                .map(|e| StoredExample {
                    request: e.request.clone(),
                    service: e.service.clone(),
                    text: e.text.clone(),
                })
                .collect(),
            copy_of: self.copy_of,
            scores: self.scores.map(|(a, b)| [a.into(), b.into()]),
        };
        serde_json::to_string(&stored).expect("plain data with text keys")
    }

    /// Reads the stored form; says what is wrong, without the text.
    pub fn from_json(body: &str, version: u32) -> Result<Self, String> {
        let stored: Stored =
            serde_json::from_str(body).map_err(|e| format!("line {} cannot be read", e.line()))?;
        if stored.format != FORMAT {
            return Err(format!("format {} is not known here", stored.format));
        }
        Ok(Self {
            version,
            examples: stored
                .examples
                .into_iter()
                .map(|e| Example {
                    request: e.request,
                    service: e.service,
                    text: e.text,
                })
                .collect(),
            copy_of: stored.copy_of,
            scores: stored.scores.map(|[a, b]| (a.into(), b.into())),
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn lessons_survive_storing_and_other_forms_are_refused() {
        let score = Score {
            top1: 0.5,
            crisis_recall: 1.0,
            false_alarms: 0.0,
        };
        let lessons = Lessons {
            version: 3,
            examples: vec![Example {
                request: "r".into(),
                service: "ELD-MEAL".into(),
                text: "想吃口热的\n没人做".into(),
            }],
            copy_of: Some(1),
            scores: Some((score, score)),
        };
        assert_eq!(Lessons::from_json(&lessons.to_json(), 3).unwrap(), lessons);
        for bad in ["", "{}", r#"{"format":2,"examples":[]}"#] {
            assert!(Lessons::from_json(bad, 1).is_err(), "{bad}");
        }
    }
}
