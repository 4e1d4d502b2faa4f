//! Providers that say who somebody is, as a city describes them: where to ask,
//! what to send, and where in the answer stands what.

use super::Secret;
use super::values::{at_least_one, positive, public_url};
use serde::Deserialize;
use std::time::Duration;

/// Longer than this nobody waits for an answer: a process has to be done before
/// another one may take the question up.
pub const LONGEST_ANSWER: Duration = Duration::from_secs(20);

/// A provider that compares a name with a number.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RealName {
    /// Empty: nobody is asked.
    #[serde(deserialize_with = "public_url")]
    pub url: String,
    pub method: Method,
    pub headers: Vec<String>,
    pub secret: Secret,
    pub content_type: ContentType,
    pub body: String,
    pub outcome: String,
    pub r#match: Vec<String>,
    pub no_match: Vec<String>,
    #[serde(deserialize_with = "positive")]
    pub timeout: Duration,
    #[serde(deserialize_with = "at_least_one")]
    pub per_hour: u32,
}

/// A provider that compares a face, on a page of its own.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Face {
    /// Empty: nobody is offered it.
    #[serde(deserialize_with = "public_url")]
    pub start_url: String,
    #[serde(deserialize_with = "public_url")]
    pub poll_url: String,
    pub headers: Vec<String>,
    pub secret: Secret,
    pub content_type: ContentType,
    pub start_body: String,
    pub poll_body: String,
    pub session: String,
    pub link: String,
    pub outcome: String,
    pub r#match: Vec<String>,
    pub no_match: Vec<String>,
    pub expired: Vec<String>,
    #[serde(deserialize_with = "positive")]
    pub lasts: Duration,
    #[serde(deserialize_with = "positive")]
    pub every: Duration,
    #[serde(deserialize_with = "positive")]
    pub timeout: Duration,
    #[serde(deserialize_with = "at_least_one")]
    pub per_hour: u32,
}

/// Methods with a body: what is sent must not stand in an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    Post,
    Put,
}

/// How what is sent is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum ContentType {
    #[serde(rename = "application/json")]
    Json,
    #[serde(rename = "application/x-www-form-urlencoded")]
    Form,
}

type Fault = (&'static str, String);

impl RealName {
    /// What is missing or cannot be while a provider is named.
    pub(super) fn faults(&self) -> Vec<Fault> {
        if self.url.is_empty() {
            return Vec::new();
        }
        let mut found = Vec::new();
        headers(&mut found, "real_name.headers", &self.headers);
        let told = (self.content_type, &*self.body);
        body(&mut found, "real_name.body", told, &["{name}", "{number}"]);
        place(&mut found, "real_name.outcome", &self.outcome);
        listed(&mut found, "real_name.match", &self.r#match);
        listed(&mut found, "real_name.no_match", &self.no_match);
        apart(
            &mut found,
            "real_name.no_match",
            &self.r#match,
            &self.no_match,
        );
        short(&mut found, "real_name.timeout", self.timeout);
        found
    }
}

impl Face {
    /// What is missing or cannot be while a provider is named.
    pub(super) fn faults(&self, public_url: &str) -> Vec<Fault> {
        if self.start_url.is_empty() {
            return Vec::new();
        }
        let mut found = Vec::new();
        if public_url.is_empty() {
            let why = "must be set while face.start_url is: people come back to it";
            found.push(("public_url", why.to_owned()));
        }
        if self.poll_url.is_empty() {
            let why = "must be set: coming back from the page proves nothing";
            found.push(("face.poll_url", why.to_owned()));
        }
        headers(&mut found, "face.headers", &self.headers);
        let kind = self.content_type;
        let needed = ["{name}", "{number}"];
        body(
            &mut found,
            "face.start_body",
            (kind, &self.start_body),
            &needed,
        );
        let told = (kind, &*self.poll_body);
        body(&mut found, "face.poll_body", told, &["{session}"]);
        place(&mut found, "face.session", &self.session);
        place(&mut found, "face.link", &self.link);
        place(&mut found, "face.outcome", &self.outcome);
        listed(&mut found, "face.match", &self.r#match);
        listed(&mut found, "face.no_match", &self.no_match);
        apart(&mut found, "face.no_match", &self.r#match, &self.no_match);
        apart(&mut found, "face.expired", &self.r#match, &self.expired);
        short(&mut found, "face.timeout", self.timeout);
        found
    }
}

fn headers(found: &mut Vec<Fault>, key: &'static str, headers: &[String]) {
    let sound = |line: &String| {
        let Some((name, value)) = line.split_once(':') else {
            return false;
        };
        let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
        !name.is_empty()
            && name.bytes().all(plain)
            && value.bytes().all(|b| (b' '..0x7f).contains(&b))
    };
    if !headers.iter().all(sound) {
        found.push((
            key,
            "must be lines such as \"Authorization: Bearer {secret}\"".into(),
        ));
    }
}

fn body(
    found: &mut Vec<Fault>,
    key: &'static str,
    (kind, body): (ContentType, &str),
    needed: &[&str],
) {
    if let Some(missing) = needed.iter().find(|place| !body.contains(**place)) {
        return found.push((key, format!("must hold {missing}")));
    }
    if kind == ContentType::Json && serde_json::from_str::<serde_json::Value>(body).is_err() {
        found.push((key, "must be JSON with the places inside of texts".into()));
    }
}

fn place(found: &mut Vec<Fault>, key: &'static str, place: &str) {
    if !place.starts_with('/') || place.len() < 2 {
        found.push((
            key,
            "must be a place in the answer, such as \"/result/code\"".into(),
        ));
    }
}

fn listed(found: &mut Vec<Fault>, key: &'static str, values: &[String]) {
    if values.is_empty() {
        found.push((
            key,
            "must list at least one value while a provider is named".into(),
        ));
    }
}

fn apart(found: &mut Vec<Fault>, key: &'static str, one: &[String], other: &[String]) {
    if other.iter().any(|value| one.contains(value)) {
        found.push((key, "must not repeat a value that means a match".into()));
    }
}

fn short(found: &mut Vec<Fault>, key: &'static str, timeout: Duration) {
    if timeout > LONGEST_ANSWER {
        found.push((key, "must not be longer than 20s".into()));
    }
}
