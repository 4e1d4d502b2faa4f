//! Asking a provider outside, as the configuration describes it: what is put
//! into the text that is sent, and what stands where in the JSON that comes back.
//!
//! What an answer means is `real_name`'s and `face`'s. Nothing that was sent or
//! received is logged, the secret least of all; a provider that keeps failing is
//! left alone for a while.

use crate::breaker::Breaker;
use crate::clock::Moment;
use crate::config::{ContentType, Method, Secret};
use crate::sms::encoded;
use serde_json::Value;
use std::time::Duration;

/// An answer is read this far.
const LONGEST_ANSWER: usize = 64 * 1024;

/// The line to one provider.
pub(super) struct Line {
    client: reqwest::Client,
    headers: Vec<(String, String)>,
    secret: Secret,
    kind: ContentType,
    breaker: Breaker,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Silence {
    #[error("it failed again and again and is left alone for a while")]
    Resting,
    #[error("no answer within the time, or it cannot be reached")]
    Away,
    #[error("it answered with status {0}")]
    Status(u16),
    #[error("the answer is not the JSON that was described")]
    Unsound,
}

/// A text with places to fill.
pub(super) type Values<'v> = [(&'static str, &'v str)];

impl Line {
    pub(super) fn new(
        headers: &[String],
        secret: &Secret,
        kind: ContentType,
        timeout: Duration,
    ) -> Self {
        let client = reqwest::Client::builder()
            .timeout(timeout)
            .redirect(reqwest::redirect::Policy::none())
            // What is asked concerns the configured provider, and nobody on the way.
            .no_proxy()
            .build()
            .expect("the options are constant");
        let split = |line: &String| {
            let (name, value) = line.split_once(':')?;
            Some((name.trim().to_owned(), value.trim().to_owned()))
        };
        Self {
            client,
            headers: headers.iter().filter_map(split).collect(),
            secret: secret.clone(),
            kind,
            breaker: Breaker::new(),
        }
    }

    /// Sends a text with its places filled; what came back as JSON.
    pub(super) async fn ask(
        &self,
        (method, url, body): (Method, &str, &str),
        values: &Values<'_>,
        now: Moment,
    ) -> Result<Value, Silence> {
        let permit = self.breaker.admit(now).ok_or(Silence::Resting)?;
        let answer = self.call(method, url, self.written(body, values)).await;
        match &answer {
            Ok(_) => permit.succeeded(),
            Err(silence) => {
                permit.failed(now);
                tracing::warn!(%silence, "a provider that checks who somebody is did not answer");
            }
        }
        answer
    }

    fn written(&self, body: &str, values: &Values<'_>) -> String {
        let mut all = values.to_vec();
        all.push(("{secret}", self.secret.expose()));
        fill(body, &all, |value| match self.kind {
            ContentType::Json => quoted(value),
            ContentType::Form => encoded(value),
        })
    }

    async fn call(&self, method: Method, url: &str, body: String) -> Result<Value, Silence> {
        let (method, kind) = match (method, self.kind) {
            (Method::Post, kind) => (reqwest::Method::POST, kind),
            (Method::Put, kind) => (reqwest::Method::PUT, kind),
        };
        let kind = match kind {
            ContentType::Json => "application/json",
            ContentType::Form => "application/x-www-form-urlencoded",
        };
        let mut call = self.client.request(method, url).body(body);
        call = call.header("content-type", kind);
        let secret = [("{secret}", self.secret.expose())];
        for (name, value) in &self.headers {
            call = call.header(name, fill(value, &secret, str::to_owned));
        }
        let mut answer = call.send().await.map_err(|_| Silence::Away)?;
        if !answer.status().is_success() {
            return Err(Silence::Status(answer.status().as_u16()));
        }
        let mut body = Vec::new();
        while let Some(part) = answer.chunk().await.map_err(|_| Silence::Away)? {
            if body.len() + part.len() > LONGEST_ANSWER {
                return Err(Silence::Unsound);
            }
            body.extend_from_slice(&part);
        }
        serde_json::from_slice(&body).map_err(|_| Silence::Unsound)
    }
}

/// What stands at a place of an answer, as text; `None` where nothing simple is.
pub(super) fn at(answer: &Value, place: &str) -> Option<String> {
    match answer.pointer(place)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A text inside of quotes, as JSON writes it.
fn quoted(value: &str) -> String {
    let quoted = serde_json::to_string(value).expect("a text can be written");
    quoted[1..quoted.len() - 1].to_owned()
}

/// Fills places. Any other brace stays, and what was put in is not searched.
fn fill(text: &str, values: &Values<'_>, write: impl Fn(&str) -> String) -> String {
    let mut out = String::with_capacity(text.len() + 64);
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        rest = &rest[open..];
        if let Some((place, value)) = values.iter().find(|(place, _)| rest.starts_with(place)) {
            out.push_str(&write(value));
            rest = &rest[place.len()..];
        } else {
            out.push('{');
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    fn line(kind: ContentType) -> Line {
        let secret = Secret::new("s3cret");
        Line::new(&[], &secret, kind, Duration::from_secs(1))
    }

    #[test]
    fn whatever_somebody_is_called_stays_inside_of_its_place() {
        let body = r#"{"who":{"name":"{name}"},"key":"{secret}","n":"{number}"}"#;
        for name in ["王秀英", "O\"Neil\\", "{number}", "a\",\"admin\":\"1", "\n"] {
            let values: &Values<'_> = &[("{name}", name), ("{number}", "11X")];
            let written = line(ContentType::Json).written(body, values);
            let read: Value = serde_json::from_str(&written).unwrap();
            assert_eq!(
                read,
                json!({ "who": { "name": name }, "key": "s3cret", "n": "11X" })
            );
        }
        let form = line(ContentType::Form).written("n={name}&x={number}", &[("{name}", "王&x=1")]);
        assert_eq!(form, "n=%E7%8E%8B%26x%3D1&x={number}");
    }

    #[test]
    fn only_simple_values_count_as_an_outcome() {
        let answer = json!({ "a": { "code": 0, "ok": true, "list": [1] }, "b": "T", "c": null });
        assert_eq!(at(&answer, "/a/code").as_deref(), Some("0"));
        assert_eq!(at(&answer, "/a/ok").as_deref(), Some("true"));
        assert_eq!(at(&answer, "/b").as_deref(), Some("T"));
        for nothing in ["/a", "/a/list", "/c", "/d", "/a/list/1"] {
            assert_eq!(at(&answer, nothing), None, "{nothing}");
        }
    }
}
