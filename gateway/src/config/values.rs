//! Which single values make sense: how each kind is read, and what is said when
//! it is wrong. What does not fit together is `Config::contradictions`.

use super::Secret;
use serde::{Deserialize, Deserializer, de};
use std::path::PathBuf;
use std::time::Duration;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

pub(super) fn parsed<'de, D: Deserializer<'de>, T: std::str::FromStr>(
    from: D,
) -> Result<T, D::Error>
where
    T::Err: std::fmt::Display,
{
    let text = String::deserialize(from)?;
    text.parse()
        .map_err(|e| de::Error::custom(format!("\"{text}\": {e}")))
}

pub(super) fn public_url<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let text = String::deserialize(from)?;
    let url = text.trim_end_matches('/');
    let host = ["https://", "http://"]
        .iter()
        .find_map(|scheme| url.strip_prefix(scheme));
    if url.is_empty() || host.is_some_and(|h| !h.is_empty() && !h.contains(['?', '#', ' '])) {
        return Ok(url.to_owned());
    }
    Err(de::Error::custom(
        "must begin with https:// or http:// and name a host, or be empty",
    ))
}

/// Sites as browsers name them: scheme, host, perhaps a port, and nothing else.
pub(super) fn origins<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    let all = Vec::<String>::deserialize(from)?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | ':');
    let is_origin = |text: &&String| {
        let mut schemes = ["https://", "http://"].iter();
        let host = schemes.find_map(|scheme| text.strip_prefix(scheme));
        host.is_some_and(|host| !host.is_empty() && host.chars().all(plain))
    };
    match all.iter().find(|text| !is_origin(text)) {
        None => Ok(all),
        Some(text) => Err(de::Error::custom(format!(
            "\"{text}\": must be a site such as https://www.example.org, without a path"
        ))),
    }
}

/// A URL may hold a password, so no message repeats it.
fn url_of<'de, D: Deserializer<'de>>(from: D, schemes: &[&str]) -> Result<Secret, D::Error> {
    let url = Secret::deserialize(from)?;
    let known = schemes.iter().any(|s| {
        let rest = url.expose().strip_prefix(s);
        rest.is_some_and(|r| !r.trim_matches('/').is_empty())
    });
    if known {
        return Ok(url);
    }
    Err(de::Error::custom(format!(
        "must be an address beginning with {}",
        schemes.join(" or ")
    )))
}

pub(super) fn database_url<'de, D: Deserializer<'de>>(from: D) -> Result<Secret, D::Error> {
    url_of(from, &["sqlite:", "postgres://", "postgresql://"])
}

pub(super) fn redis_url<'de, D: Deserializer<'de>>(from: D) -> Result<Secret, D::Error> {
    let text = Secret::deserialize(from)?;
    if text.is_empty() {
        return Ok(text);
    }
    let again = de::value::StrDeserializer::<D::Error>::new(text.expose());
    url_of(again, &["redis://", "rediss://", "unix://"])
}

pub(super) fn key<'de, D: Deserializer<'de>>(from: D) -> Result<Secret, D::Error> {
    let key = Secret::deserialize(from)?;
    let hex = key.expose().bytes().all(|b| b.is_ascii_hexdigit());
    if key.is_empty() || (hex && key.expose().len() == 64) {
        return Ok(key);
    }
    Err(de::Error::custom(
        "must be 64 hexadecimal characters (make one: openssl rand -hex 32), or empty",
    ))
}

/// Several of them, parted by commas, spaces or line ends.
pub(super) fn keys<'de, D: Deserializer<'de>>(from: D) -> Result<Secret, D::Error> {
    let keys = Secret::deserialize(from)?;
    let sound = |key: &str| key.len() == 64 && key.bytes().all(|b| b.is_ascii_hexdigit());
    if split(keys.expose()).all(sound) {
        return Ok(keys);
    }
    Err(de::Error::custom(
        "must be keys of 64 hexadecimal characters, parted by commas or line ends",
    ))
}

/// The single keys of such a text.
pub(super) fn split(keys: &str) -> impl Iterator<Item = &str> {
    let ends = |c: char| c == ',' || c.is_whitespace();
    keys.split(ends).filter(|key| !key.is_empty())
}

pub(super) fn at_least_one<'de, D: Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    match u32::deserialize(from)? {
        0 => Err(de::Error::custom("must be at least 1")),
        n => Ok(n),
    }
}

pub(super) fn sms_provider<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let name = String::deserialize(from)?;
    if ["", "console", "tencent", "aliyun"].contains(&name.as_str()) {
        return Ok(name);
    }
    Err(de::Error::custom(
        "must be \"console\", \"tencent\", \"aliyun\" or empty",
    ))
}

pub(super) fn claim<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let name = String::deserialize(from)?;
    if ["sub", "email"].contains(&name.as_str()) {
        return Ok(name);
    }
    Err(de::Error::custom("must be \"sub\" or \"email\""))
}

pub(super) fn rate<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    let rate = f64::deserialize(from)?;
    if rate.is_finite() && rate >= 0.0 {
        return Ok(rate);
    }
    Err(de::Error::custom("must be 0 (no limit) or more"))
}

pub(super) fn positive<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
    let span: Duration = humantime_serde::deserialize(from)?;
    if span.is_zero() {
        return Err(de::Error::custom("must be longer than nothing"));
    }
    Ok(span)
}

pub(super) fn optional_path<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<PathBuf>, D::Error> {
    let text = String::deserialize(from)?;
    Ok((!text.is_empty()).then(|| PathBuf::from(text)))
}

pub(super) fn line<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    match optional_line(from)? {
        empty if empty.is_empty() => Err(de::Error::custom("must name a telephone number")),
        line => Ok(line),
    }
}

pub(super) fn optional_line<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let text = String::deserialize(from)?;
    let dialled = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | ' ');
    if text.chars().all(dialled) && text.len() <= 20 {
        return Ok(text);
    }
    Err(de::Error::custom(
        "must be a telephone number: digits, with + - and spaces at most",
    ))
}

/// A bare word would be taken for the name of a module, so it must be a level.
pub(super) fn filter<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let text = String::deserialize(from)?;
    let bare = |part: &str| !part.contains(['=', '[']);
    let levels = text
        .split(',')
        .filter(|part| bare(part))
        .all(|part| part.parse::<LevelFilter>().is_ok());
    if levels && !text.is_empty() && EnvFilter::builder().parse(&text).is_ok() {
        return Ok(text);
    }
    Err(de::Error::custom(format!(
        "\"{text}\" is not a level (error, warn, info, debug, trace) or a filter"
    )))
}
