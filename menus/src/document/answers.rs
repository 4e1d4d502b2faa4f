//! The form in which an answer is stored with its request, such as
//! `{"money":350000}`. Stored rows outlive builds: words may be added here, never
//! renamed.

use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::question::{Answer, Point};

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Stored {
    Text(String),
    Number(i64),
    Money(i64),
    Yes(bool),
    Choice(Vec<String>),
    Date(NaiveDate),
    Moment {
        date: Option<NaiveDate>,
        time: Option<NaiveTime>,
        said: String,
    },
    Place {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        point: Option<StoredPoint>,
        text: String,
    },
    Attachment(Vec<String>),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredPoint {
    lat: f64,
    lon: f64,
}

impl From<Answer> for Stored {
    fn from(answer: Answer) -> Self {
        match answer {
            Answer::Text(text) => Self::Text(text),
            Answer::Number(number) => Self::Number(number),
            Answer::Money(fen) => Self::Money(fen),
            Answer::Yes(yes) => Self::Yes(yes),
            Answer::Choice(keys) => Self::Choice(keys),
            Answer::Date(date) => Self::Date(date),
            Answer::Moment { date, time, said } => Self::Moment { date, time, said },
            Answer::Place { point, text } => {
                let point = point.map(|Point { lat, lon }| StoredPoint { lat, lon });
                Self::Place { point, text }
            }
            Answer::Attachment(ids) => Self::Attachment(ids),
        }
    }
}

impl From<Stored> for Answer {
    fn from(stored: Stored) -> Self {
        match stored {
            Stored::Text(text) => Self::Text(text),
            Stored::Number(number) => Self::Number(number),
            Stored::Money(fen) => Self::Money(fen),
            Stored::Yes(yes) => Self::Yes(yes),
            Stored::Choice(keys) => Self::Choice(keys),
            Stored::Date(date) => Self::Date(date),
            Stored::Moment { date, time, said } => Self::Moment { date, time, said },
            Stored::Place { point, text } => {
                let point = point.map(|StoredPoint { lat, lon }| Point { lat, lon });
                Self::Place { point, text }
            }
            Stored::Attachment(ids) => Self::Attachment(ids),
        }
    }
}

impl Serialize for Answer {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        Stored::from(self.clone()).serialize(to)
    }
}

impl<'de> Deserialize<'de> for Answer {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Stored::deserialize(from).map(Self::from)
    }
}
