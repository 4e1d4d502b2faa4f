//! What a Telegram account is configured with.
//!
//! Checks everything that can be checked without the network; `start` checks
//! the rest.

use crate::error::SettingsError;
use crate::settings::Settings;
use std::fmt;

const API_URL: &str = "https://api.telegram.org";

/// Settings that passed. `Debug` hides the secrets.
pub(super) struct TelegramSettings {
    pub(super) token: String,
    /// Without a slash at the end.
    pub(super) api_url: String,
    /// Always there in webhook mode.
    pub(super) secret: Option<String>,
    pub(super) mode: Mode,
    /// Where the outside world finds the gateway, without a slash at the end.
    pub(super) public_url: Option<String>,
    /// How many updates Telegram may post at the same time.
    pub(super) max_connections: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Webhook,
    Polling,
}

impl fmt::Debug for TelegramSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TelegramSettings")
            .field("mode", &self.mode)
            .field("api_url", &self.api_url)
            .field("public_url", &self.public_url)
            .finish_non_exhaustive()
    }
}

impl TelegramSettings {
    pub(super) fn read(table: toml::Table) -> Result<Self, SettingsError> {
        let mut from = Settings::new(table);
        let token = token(&mut from);
        let mode = mode(&mut from);
        let secret = secret(&mut from, mode);
        let api_url = url(&mut from, "api_url").unwrap_or_else(|| API_URL.to_owned());
        let public_url = url(&mut from, "public_url");
        if let Some(public) = &public_url
            && api_url == API_URL
            && !public.starts_with("https://")
        {
            from.problem("public_url", "Telegram posts to https addresses only");
        }
        let max_connections = from.number("max_connections", 1..=100).unwrap_or(40);
        from.finish()?;
        Ok(Self {
            token,
            api_url,
            secret,
            mode,
            public_url,
            max_connections,
        })
    }
}

fn token(from: &mut Settings) -> String {
    let Some(token) = from.text("token") else {
        from.problem("token", "missing; BotFather gives one");
        return String::new();
    };
    let good = token.split_once(':').is_some_and(|(id, key)| {
        !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit()) && !key.is_empty() && word(key)
    });
    if !good {
        from.problem("token", "is not of the form 123456:ABC-def");
    }
    token
}

fn mode(from: &mut Settings) -> Mode {
    match from.text("mode").as_deref() {
        None | Some("webhook") => Mode::Webhook,
        Some("polling") => Mode::Polling,
        Some(_) => {
            from.problem("mode", "must be \"webhook\" or \"polling\"");
            // The mode that demands nothing more, so that one mistake is one finding.
            Mode::Polling
        }
    }
}

fn secret(from: &mut Settings, mode: Mode) -> Option<String> {
    let secret = from.text("secret");
    match &secret {
        None if mode == Mode::Webhook => from.problem(
            "secret",
            "missing; a webhook without one would believe anybody (or set mode = \"polling\")",
        ),
        Some(secret) if secret.len() > 256 || !word(secret) => from.problem(
            "secret",
            "must be 1 to 256 of the characters A-Z a-z 0-9 _ -",
        ),
        _ => {}
    }
    secret
}

fn url(from: &mut Settings, key: &str) -> Option<String> {
    let text = from.text(key)?;
    let good = reqwest::Url::parse(&text).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.host_str().is_some()
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
    });
    if !good {
        from.problem(key, "is not an http or https address");
        return None;
    }
    Some(text.trim_end_matches('/').to_owned())
}

/// Whether only letters, digits, "_" and "-" are in it.
fn word(text: &str) -> bool {
    text.bytes()
        .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn read(text: &str) -> Result<TelegramSettings, SettingsError> {
        TelegramSettings::read(text.parse().unwrap())
    }

    #[test]
    fn the_smallest_configurations_are_accepted() {
        let hook = read("token = \"1:T\"\nsecret = \"s\"").unwrap();
        assert_eq!(hook.mode, Mode::Webhook);
        assert_eq!(hook.api_url, API_URL);
        let poll = read("token = \"1:T\"\nmode = \"polling\"\napi_url = \"http://127.0.0.1:1/\"");
        assert_eq!(poll.unwrap().api_url, "http://127.0.0.1:1");
    }

    #[test]
    fn every_problem_is_named_at_once_and_no_value_is_quoted() {
        let error = read(
            "token = \"hunter2\"\nsecret = \"pass word\"\nmode = \"carrier\"\napi_url = \"ftp://x\"\n\
             max_connections = 0\ntokne = \"x\"",
        )
        .unwrap_err();
        let all = error.to_string();
        for key in [
            "token",
            "secret",
            "mode",
            "api_url",
            "max_connections",
            "tokne",
        ] {
            assert!(
                error.problems.iter().any(|p| p.starts_with(key)),
                "{key}: {all}"
            );
        }
        assert_eq!(error.problems.len(), 6, "{all}");
        assert!(!all.contains("hunter2") && !all.contains("pass word"));
    }

    #[test]
    fn a_webhook_without_a_secret_is_refused() {
        for text in ["token = \"1:T\"", "token = \"1:T\"\nsecret = \" \""] {
            let error = read(text).unwrap_err();
            assert!(error.to_string().contains("secret: missing"), "{error}");
        }
    }

    #[test]
    fn the_real_telegram_is_not_given_a_plain_http_address() {
        let common = "token = \"1:T\"\nsecret = \"s\"\npublic_url = \"http://linli.example\"";
        assert!(read(common).is_err());
        assert!(read(&format!("{common}\napi_url = \"http://127.0.0.1:1\"")).is_ok());
    }

    #[test]
    fn debug_output_hides_the_secrets() {
        let shown = format!("{:?}", read("token = \"1:TTT\"\nsecret = \"sss\"").unwrap());
        assert!(!shown.contains("TTT") && !shown.contains("sss"), "{shown}");
    }
}
