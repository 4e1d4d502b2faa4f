//! Text messages: one-time codes to telephones, through a provider's interface.
//!
//! A message is written with the change that wants it, claimed by a lease and
//! sent by [`run`]; `sign` holds the two vendors' signatures, `tencent` and
//! `aliyun` their requests and what their answers mean, `console` prints for a
//! demonstration. `check` is the tests'. Numbers, texts and keys are never logged. Neither vendor knows
//! a message it was given twice: after a silence it counts as sent, and the
//! person may ask for another one.

mod aliyun;
#[cfg(feature = "testing")]
pub mod check;
mod console;
mod run;
mod sign;
mod tencent;

pub use run::{LEASE, run, wanted};
pub(crate) use sign::encoded;

use crate::clock::Moment;
use crate::config::{Secret, Sms};
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A provider's answer is read this far.
const LONGEST_ANSWER: usize = 64 * 1024;
const TIMEOUT: Duration = Duration::from_secs(8);

/// A text message, as it is kept sealed until it is sent.
#[derive(Clone, Serialize, Deserialize)]
pub struct Text {
    /// Mainland mobile, digits only.
    pub phone: String,
    /// The one-time code.
    pub code: String,
    /// Minutes it holds.
    pub minutes: u32,
    /// The chat to tell if it cannot be sent.
    pub address: String,
    /// The language of that chat.
    pub lang: String,
}

/// What came of handing it over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The provider took it; its id of it.
    Sent(Option<String>),
    /// Not now: again after this time.
    Later(TimeDelta),
    /// Never to this number.
    Never,
    /// Something is set up wrongly; what, without anything personal.
    Fault(String),
    /// No answer: it may be on its way and is not sent again.
    Unknown,
}

impl Outcome {
    fn label(&self) -> &'static str {
        match self {
            Self::Sent(_) => "sent",
            Self::Later(_) => "later",
            Self::Never => "refused",
            Self::Fault(_) => "fault",
            Self::Unknown => "unknown",
        }
    }
}

/// Keys and templates at a vendor.
struct Account {
    key_id: String,
    key: Secret,
    region: String,
    app: String,
    signature: String,
    template: String,
}

enum Provider {
    Console,
    Tencent(Account),
    Aliyun(Account),
}

/// Hands messages to the configured provider.
pub struct Sender {
    provider: Provider,
    client: reqwest::Client,
    url: String,
}

impl Sender {
    /// The provider of the configuration, if one is set.
    pub fn new(settings: &Sms) -> Option<Self> {
        let account = || Account {
            key_id: settings.key_id.expose().to_owned(),
            key: settings.key.clone(),
            region: settings.region.clone(),
            app: settings.app.clone(),
            signature: settings.signature.clone(),
            template: settings.template.clone(),
        };
        let (provider, url) = match settings.provider.as_str() {
            "console" => (Provider::Console, ""),
            "tencent" => (Provider::Tencent(account()), tencent::URL),
            "aliyun" => (Provider::Aliyun(account()), aliyun::URL),
            _ => return None,
        };
        let given = settings.api_url.as_str();
        let client = reqwest::Client::builder()
            .timeout(TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .expect("the options are constant");
        Some(Self {
            provider,
            client,
            url: if given.is_empty() { url } else { given }.to_owned(),
        })
    }

    /// Hands one message over.
    pub(crate) async fn send(&self, text: &Text, now: Moment) -> Outcome {
        let request = match &self.provider {
            Provider::Console => return console::send(text),
            Provider::Tencent(account) => tencent::request(account, text, self.host(), now),
            Provider::Aliyun(account) => {
                let nonce: [u8; 16] = rand::random();
                aliyun::request(account, text, self.host(), now, &hex::encode(nonce))
            }
        };
        let read = match &self.provider {
            Provider::Aliyun(_) => aliyun::outcome,
            _ => tencent::outcome,
        };
        match self.call(request).await {
            Ok((status, body)) => read(status, &body),
            Err(outcome) => outcome,
        }
    }

    /// Host and port as they are signed.
    fn host(&self) -> &str {
        let rest = self.url.split("://").nth(1).unwrap_or(&self.url);
        rest.split('/').next().unwrap_or(rest)
    }

    async fn call(&self, request: sign::Request) -> Result<(u16, Vec<u8>), Outcome> {
        let mut url = format!("{}/", self.url.trim_end_matches('/'));
        if !request.query.is_empty() {
            url = format!("{url}?{}", request.query);
        }
        let mut call = self.client.post(url).body(request.body);
        for (name, value) in request.headers {
            call = call.header(name, value);
        }
        let mut answer = call.send().await.map_err(|e| {
            // What never reached the provider may go out again.
            if e.is_connect() {
                Outcome::Later(TimeDelta::seconds(5))
            } else {
                Outcome::Unknown
            }
        })?;
        let status = answer.status().as_u16();
        let mut body = Vec::new();
        while let Ok(Some(part)) = answer.chunk().await {
            if body.len() + part.len() > LONGEST_ANSWER {
                break;
            }
            body.extend_from_slice(&part);
        }
        Ok((status, body))
    }
}
