//! Our signatures on requests that others made, and a message handed over at
//! once: for the tests that compare us with the vendors' own clients.

use super::sign::{self, Keys};
use super::{Outcome, Sender, Text};
use crate::clock::Moment;

/// The Authorization header we would send with a request like this. `header`
/// gives a header's value by its name in small letters; `signed` are the names
/// that are signed, where the vendor leaves the choice.
pub fn authorization(
    (id, secret): (&str, &str),
    header: &dyn Fn(&str) -> String,
    signed: Option<&str>,
    query: &str,
    body: &str,
) -> String {
    let keys = Keys { id, secret };
    if let Some(names) = signed {
        let headers = names.split(';').map(|name| (name.to_owned(), header(name)));
        let headers: Vec<(String, String)> = headers.collect();
        return sign::aliyun(&keys, &headers, query, body);
    }
    let seconds: i64 = header("x-tc-timestamp").parse().unwrap_or_default();
    let date = chrono::DateTime::from_timestamp(seconds, 0).unwrap_or_default();
    let date = date.format("%Y-%m-%d").to_string();
    let (content, host) = (header("content-type"), header("host"));
    sign::tencent(&keys, (&content, &host), body, (seconds, &date))
}

impl Sender {
    /// Hands one message over.
    pub async fn hand_over(&self, text: &Text, now: Moment) -> Outcome {
        self.send(text, now).await
    }
}
