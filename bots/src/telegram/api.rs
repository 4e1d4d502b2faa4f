//! The wire to the Bot API: one pooled client, one call at a time, one try.
//!
//! The token is part of every URL, so no error from here carries one. Waiting
//! and retrying are the caller's.

use serde::Serialize;
use serde::de::DeserializeOwned;
use std::error::Error;
use std::time::Duration;

/// From connecting to the last byte of the answer.
const CALL: Duration = Duration::from_secs(15);
const CONNECT: Duration = Duration::from_secs(5);
/// Longest wait taken from a 429, whatever it says.
const LONGEST_WAIT: u64 = 3600;

pub(super) struct Api {
    client: reqwest::Client,
    patience: Duration,
    /// `{api_url}/bot{token}/`, read once: a method's name is put behind it.
    methods: reqwest::Url,
    /// `{api_url}/file/bot{token}/`
    files: String,
}

/// Why a call gave no result.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Failure {
    TooFast(Duration),
    /// The API's own "no".
    Refused {
        code: u16,
        description: String,
        moved_to: Option<i64>,
    },
    /// It did not happen: no connection, or the server failed.
    Down(String),
    /// It may have happened: no answer, or none that can be read.
    Unanswered(String),
}

#[derive(serde::Deserialize)]
struct Answer<R> {
    #[serde(default)]
    ok: bool,
    result: Option<R>,
    error_code: Option<u16>,
    description: Option<String>,
    parameters: Option<Parameters>,
}

#[derive(serde::Deserialize)]
struct Parameters {
    retry_after: Option<u64>,
    migrate_to_chat_id: Option<i64>,
}

impl Api {
    pub(super) fn new(api_url: &str, token: &str) -> Self {
        Self::with_patience(api_url, token, CALL)
    }

    /// The same for a test that waits for a silent server.
    pub(super) fn with_patience(api_url: &str, token: &str, patience: Duration) -> Self {
        let mut builder = reqwest::Client::builder()
            .tcp_nodelay(true)
            .connect_timeout(CONNECT)
            .timeout(patience)
            .pool_idle_timeout(Duration::from_secs(30))
            .redirect(reqwest::redirect::Policy::none());
        if on_this_machine(api_url) {
            // A proxy for the way out of the country must not see it.
            builder = builder.no_proxy();
        }
        Self {
            patience,
            client: builder.build().expect("the options are constant"),
            methods: format!("{api_url}/bot{token}/")
                .parse()
                .expect("the settings hold an address"),
            files: format!("{api_url}/file/bot{token}/"),
        }
    }

    /// Calls a method and waits for its result.
    pub(super) async fn call<R: DeserializeOwned>(
        &self,
        method: &str,
        payload: &impl Serialize,
    ) -> Result<R, Failure> {
        let body = self.raw(self.patience, method, payload).await?;
        let answer: Answer<R> = serde_json::from_slice(&body).map_err(|e| {
            Failure::Unanswered(format!("an unreadable result ({:?})", e.classify()))
        })?;
        answer
            .result
            .filter(|_| answer.ok)
            .ok_or_else(|| Failure::Unanswered("an answer without a result".into()))
    }

    /// The body of a successful answer, which may take `patience`.
    pub(super) async fn raw(
        &self,
        patience: Duration,
        method: &str,
        payload: &impl Serialize,
    ) -> Result<Vec<u8>, Failure> {
        let mut url = self.methods.clone();
        url.set_path(&format!("{}{method}", url.path()));
        let response = self
            .client
            .post(url)
            .timeout(patience)
            .json(payload)
            .send()
            .await
            .map_err(failure)?;
        let status = response.status();
        let header = response
            .headers()
            .get("retry-after")
            .and_then(|v| v.to_str().ok()?.parse().ok());
        let body = match response.bytes().await {
            Ok(body) => body,
            // The status alone says enough.
            Err(_) if !status.is_success() => Vec::new().into(),
            Err(error) => return Err(Failure::Unanswered(cause(error))),
        };
        if status.is_success() {
            return Ok(body.into());
        }
        Err(refusal(status.as_u16(), header, &body))
    }

    /// Asks for a file; the answer is not read yet.
    pub(super) async fn file(&self, path: &str) -> Result<reqwest::Response, Failure> {
        self.client
            .get(format!("{}{path}", self.files))
            .send()
            .await
            .map_err(failure)
    }
}

/// What an answer with an error status means.
fn refusal(status: u16, header: Option<u64>, body: &[u8]) -> Failure {
    let answer: Option<Answer<serde::de::IgnoredAny>> = serde_json::from_slice(body).ok();
    let (code, description, parameters) = match answer {
        Some(a) => (a.error_code, a.description, a.parameters),
        None => (None, None, None),
    };
    let code = code.unwrap_or(status);
    let description: String = description.map_or_else(
        || format!("HTTP {status}"),
        |text| text.chars().take(200).collect(),
    );
    let (wait, moved_to) =
        parameters.map_or((None, None), |p| (p.retry_after, p.migrate_to_chat_id));
    match code {
        429 => {
            let wait = wait.or(header).unwrap_or(1).clamp(1, LONGEST_WAIT);
            Failure::TooFast(Duration::from_secs(wait))
        }
        500.. => Failure::Down(description),
        _ => Failure::Refused {
            code,
            description,
            moved_to,
        },
    }
}

/// What a failed exchange means.
pub(super) fn failure(error: reqwest::Error) -> Failure {
    if error.is_connect() || error.is_builder() {
        Failure::Down(cause(error))
    } else if error.is_timeout() {
        Failure::Unanswered("no answer in time".into())
    } else {
        Failure::Unanswered(cause(error))
    }
}

/// The innermost reason, without the URL.
fn cause(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut reason: &dyn Error = &error;
    while let Some(source) = reason.source() {
        reason = source;
    }
    reason.to_string()
}

fn on_this_machine(url: &str) -> bool {
    let host = reqwest::Url::parse(url)
        .ok()
        .and_then(|url| url.host_str().map(str::to_owned));
    host.is_some_and(|host| {
        host == "localhost"
            || host
                .trim_matches(['[', ']'])
                .parse::<std::net::IpAddr>()
                .is_ok_and(|ip| ip.is_loopback())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_answer_is_read_even_when_it_is_not_json() {
        let secs = Duration::from_secs;
        let json =
            br#"{"ok":false,"error_code":429,"description":"x","parameters":{"retry_after":7}}"#;
        assert_eq!(refusal(429, Some(3), json), Failure::TooFast(secs(7)));
        assert_eq!(refusal(429, Some(3), b"<html>"), Failure::TooFast(secs(3)));
        assert_eq!(refusal(429, None, b""), Failure::TooFast(secs(1)));
        assert_eq!(
            refusal(429, Some(u64::MAX), b""),
            Failure::TooFast(secs(3600))
        );
        assert_eq!(
            refusal(502, None, b"<html>"),
            Failure::Down("HTTP 502".into())
        );
        let moved = br#"{"ok":false,"error_code":400,"description":"Bad Request","parameters":{"migrate_to_chat_id":-1001}}"#;
        let expected = Failure::Refused {
            code: 400,
            description: "Bad Request".into(),
            moved_to: Some(-1001),
        };
        assert_eq!(refusal(400, None, moved), expected);
    }

    #[test]
    fn only_loopback_addresses_count_as_this_machine() {
        for url in ["http://127.0.0.1:1", "http://[::1]:2/x", "http://localhost"] {
            assert!(on_this_machine(url), "{url}");
        }
        for url in [
            "https://api.telegram.org",
            "http://10.0.0.1",
            "http://127.0.0.1.example",
        ] {
            assert!(!on_this_machine(url), "{url}");
        }
    }
}
