//! Settings of the gateway: what they are and which values make sense.
//!
//! `config.default.toml` beside this folder documents each one; a test keeps
//! the two together. Where values come from is `load`; this file neither reads
//! the environment nor opens files, and does not know any channel's settings.

mod channels;
mod load;
mod paths;
mod proof;
mod rules;
mod secret;
mod sources;
mod staff;
mod values;
mod webhooks;

pub use channels::Channels;
pub use load::{Loaded, Problem, Problems, Source};
pub use proof::{ContentType, Face, LONGEST_ANSWER, Method, RealName};
pub use secret::Secret;
pub use staff::{Oidc, Staff};
pub use webhooks::{Probe, Webhooks};

use chrono::FixedOffset;
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;
use values::{
    at_least_one, database_url, filter, key, keys, line, optional_line, optional_path, origins,
    parsed, positive, public_url, rate, redis_url, sms_provider,
};

/// The embedded defaults, which are also the documentation.
pub const DEFAULTS: &str = include_str!("../config.default.toml");

/// Everything that can be set. No field has a default in code.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub listen: SocketAddr,
    #[serde(deserialize_with = "public_url")]
    pub public_url: String,
    pub city: City,
    pub database: Database,
    pub redis: Redis,
    pub secrets: Secrets,
    pub spool: Spool,
    pub retention: Retention,
    pub intake: Intake,
    pub outbox: Outbox,
    pub escalation: Escalation,
    pub second_opinion: SecondOpinion,
    pub sms: Sms,
    pub real_name: RealName,
    pub face: Face,
    pub webhooks: Webhooks,
    pub probe: Probe,
    pub crisis: Crisis,
    pub web: Web,
    pub staff: Staff,
    pub log: Log,
    pub admin: Admin,
    pub shutdown: Shutdown,
    pub channels: Channels,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct City {
    pub name: String,
    #[serde(deserialize_with = "parsed")]
    pub utc_offset: FixedOffset,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    #[serde(deserialize_with = "database_url")]
    pub url: Secret,
    #[serde(deserialize_with = "at_least_one")]
    pub max_connections: u32,
    #[serde(with = "humantime_serde")]
    pub acquire_timeout: Duration,
    pub migrate: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Redis {
    /// Empty: none.
    #[serde(deserialize_with = "redis_url")]
    pub url: Secret,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Secrets {
    /// 64 hexadecimal characters, or empty: made on the first start.
    #[serde(deserialize_with = "key")]
    pub key: Secret,
    /// Keys like `key`, parted by commas or line ends; they only open.
    #[serde(deserialize_with = "keys")]
    pub others: Secret,
    pub store: PathBuf,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spool {
    pub dir: PathBuf,
    pub max_bytes: u64,
}

/// How long each class of data is kept.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    #[serde(deserialize_with = "positive")]
    pub messages: Duration,
    #[serde(deserialize_with = "positive")]
    pub requests: Duration,
    #[serde(deserialize_with = "positive")]
    pub persons: Duration,
    #[serde(deserialize_with = "positive")]
    pub consents: Duration,
    #[serde(deserialize_with = "positive")]
    pub register: Duration,
    #[serde(deserialize_with = "positive")]
    pub chats: Duration,
    #[serde(deserialize_with = "positive")]
    pub corrections: Duration,
    #[serde(deserialize_with = "positive")]
    pub sign_ins: Duration,
    #[serde(deserialize_with = "positive")]
    pub audit: Duration,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Intake {
    /// 0: no limit.
    pub per_chat_per_minute: u32,
    pub burst: u32,
    #[serde(deserialize_with = "at_least_one")]
    pub group_max: u32,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outbox {
    #[serde(deserialize_with = "at_least_one")]
    pub senders: u32,
    #[serde(deserialize_with = "positive")]
    pub lease: Duration,
    #[serde(deserialize_with = "positive")]
    pub give_up_after: Duration,
    /// Messages a second; 0: no limit. So are the next two.
    #[serde(deserialize_with = "rate")]
    pub reply_per_second: f64,
    #[serde(deserialize_with = "rate")]
    pub bulk_per_second: f64,
    #[serde(deserialize_with = "rate")]
    pub chat_per_second: f64,
    #[serde(deserialize_with = "at_least_one")]
    pub chat_burst: u32,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Escalation {
    #[serde(deserialize_with = "optional_path")]
    pub policy_file: Option<PathBuf>,
    #[serde(deserialize_with = "optional_path")]
    pub calendar_file: Option<PathBuf>,
    #[serde(deserialize_with = "at_least_one")]
    pub batch: u32,
    #[serde(deserialize_with = "positive")]
    pub lease: Duration,
    #[serde(deserialize_with = "positive")]
    pub poll: Duration,
    #[serde(deserialize_with = "positive")]
    pub audit_every: Duration,
}

/// A chat endpoint that is asked where the classifier is in doubt.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecondOpinion {
    /// Without a slash at the end; empty: nobody is asked.
    #[serde(deserialize_with = "public_url")]
    pub url: String,
    pub model: String,
    pub key: Secret,
    #[serde(deserialize_with = "positive")]
    pub timeout: Duration,
}

/// Text messages with one-time codes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sms {
    /// "console", "tencent", "aliyun"; empty: none are sent.
    #[serde(deserialize_with = "sms_provider")]
    pub provider: String,
    pub key_id: Secret,
    pub key: Secret,
    pub region: String,
    pub app: String,
    pub signature: String,
    pub template: String,
    #[serde(deserialize_with = "public_url")]
    pub api_url: String,
    #[serde(deserialize_with = "at_least_one")]
    pub per_hour: u32,
}

/// Telephone numbers on the card of a crisis; digits as people dial them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Crisis {
    #[serde(deserialize_with = "line")]
    pub police: String,
    #[serde(deserialize_with = "line")]
    pub police_sms: String,
    #[serde(deserialize_with = "line")]
    pub fire: String,
    #[serde(deserialize_with = "line")]
    pub ambulance: String,
    #[serde(deserialize_with = "line")]
    pub psychological: String,
    #[serde(deserialize_with = "line")]
    pub youth: String,
    #[serde(deserialize_with = "line")]
    pub women: String,
    #[serde(deserialize_with = "line")]
    pub city: String,
    /// Empty: none to name.
    #[serde(deserialize_with = "optional_line")]
    pub duty_desk: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Web {
    #[serde(deserialize_with = "positive")]
    pub session: Duration,
    #[serde(deserialize_with = "positive")]
    pub idle: Duration,
    /// 0: none.
    pub proxies: usize,
    #[serde(deserialize_with = "positive")]
    pub resident_session: Duration,
    pub elder_default: bool,
    #[serde(deserialize_with = "origins")]
    pub embed_origins: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    pub format: LogFormat,
    #[serde(deserialize_with = "filter")]
    pub level: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    Text,
    Json,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Admin {
    pub token: Secret,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shutdown {
    #[serde(deserialize_with = "positive")]
    pub drain: Duration,
}

impl Secrets {
    /// The keys of `others`, one by one.
    pub fn other_keys(&self) -> impl Iterator<Item = &str> {
        values::split(self.others.expose())
    }
}

impl Sms {
    /// What the provider needs and is not there.
    fn missing(&self) -> Option<(&'static str, String)> {
        let vendor = matches!(self.provider.as_str(), "tencent" | "aliyun");
        let needed = [
            ("sms.key_id", self.key_id.expose()),
            ("sms.key", self.key.expose()),
            ("sms.signature", &self.signature),
            ("sms.template", &self.template),
        ];
        let app = ("sms.app", self.app.as_str());
        let mut needed = needed
            .into_iter()
            .chain((self.provider == "tencent").then_some(app));
        let (key, _) = needed.find(|(_, value)| vendor && value.trim().is_empty())?;
        Some((
            key,
            format!("must be set while sms.provider is \"{}\"", self.provider),
        ))
    }
}

impl Config {
    /// The embedded defaults alone: what the demo and the tests start from.
    pub fn builtin() -> Self {
        toml::from_str(DEFAULTS).expect("the embedded defaults are sound: a test reads them")
    }

    /// Address people reach the server under, without a slash at the end.
    /// `bound` is the address the server really listens on.
    pub fn base_url(&self, bound: SocketAddr) -> String {
        if self.public_url.is_empty() {
            format!("http://{bound}")
        } else {
            self.public_url.clone()
        }
    }

    /// What does not fit together although each value alone is fine:
    /// (key to blame, what is wrong).
    fn contradictions(&self) -> Vec<(&'static str, String)> {
        let mut found = Vec::new();
        if self.outbox.lease < Duration::from_secs(20) {
            found.push((
                "outbox.lease",
                "must be at least 20s, longer than one attempt to send".into(),
            ));
        }
        if self.escalation.poll > self.escalation.lease {
            found.push((
                "escalation.poll",
                "must not be longer than escalation.lease".into(),
            ));
        }
        if self.secrets.key.is_empty() && !self.secrets.others.is_empty() {
            found.push((
                "secrets.others",
                "needs secrets.key, the key that seals".into(),
            ));
        }
        if self.retention.audit < Duration::from_hours(24 * 180) {
            found.push((
                "retention.audit",
                "must be at least 180d: the law wants six months of access logs".into(),
            ));
        }
        if self.second_opinion.timeout > Duration::from_secs(2) {
            found.push((
                "second_opinion.timeout",
                "must not be longer than 2s: somebody waits for the answer".into(),
            ));
        }
        if !self.second_opinion.url.is_empty() && self.second_opinion.model.trim().is_empty() {
            found.push((
                "second_opinion.model",
                "must name a model while second_opinion.url is set".into(),
            ));
        }
        if self.intake.per_chat_per_minute > 0 && self.intake.burst == 0 {
            found.push((
                "intake.burst",
                "must be at least 1 while intake.per_chat_per_minute limits".into(),
            ));
        }
        found.extend(self.sms.missing());
        found.extend(self.real_name.faults());
        found.extend(self.face.faults(&self.public_url));
        found.extend(self.staff.oidc.wrong(&self.public_url));
        if self.web.idle > self.web.session {
            found.push(("web.idle", "must not be longer than web.session".into()));
        }
        found
    }
}

#[cfg(test)]
mod tests;
