//! Our cookies: names, reading, writing.
//!
//! Worker and administrator have a cookie each, so that one browser can hold
//! both and neither opens the other's door.

use super::Settings;
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use std::time::Duration;

/// One of our cookies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Jar {
    /// A resident's chat.
    Chat,
    /// A worker's session.
    Worker,
    /// An administrator's session.
    Admin,
    /// Away at the single sign-on.
    Oidc,
    /// The chosen language.
    Lang,
    /// "elder" or "plain".
    View,
    /// Set when the chat was left fast.
    Hidden,
}

impl Jar {
    const fn base(self) -> &'static str {
        match self {
            Self::Chat => "linli_chat",
            Self::Worker => "linli_worker",
            Self::Admin => "linli_admin",
            Self::Oidc => "linli_oidc",
            Self::Lang => "linli_lang",
            Self::View => "linli_view",
            Self::Hidden => "linli_hidden",
        }
    }

    /// The name on the wire. `__Host-` makes browsers insist that the cookie
    /// comes from this very host over TLS, so that no neighbour can plant one.
    fn name(self, secure: bool) -> String {
        let prefix = if secure { "__Host-" } else { "" };
        format!("{prefix}{}", self.base())
    }
}

/// Whether cookies are marked secure.
pub(super) fn secure(settings: &Settings) -> bool {
    settings.public_url.starts_with("https://")
}

/// The value of a cookie; the first one if a name is repeated.
pub(super) fn read(headers: &HeaderMap, settings: &Settings, jar: Jar) -> Option<String> {
    let name = jar.name(secure(settings));
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value.to_owned())
}

/// Adds a `Set-Cookie`. An empty value with no age deletes. Values are ours:
/// hexadecimal, a fixed word, or sealed.
pub(super) fn write(
    headers: &mut HeaderMap,
    settings: &Settings,
    jar: Jar,
    value: &str,
    age: Duration,
) {
    let secure = secure(settings);
    let line = format!(
        "{}={value}; Path=/; Max-Age={}; HttpOnly; SameSite=Lax{}",
        jar.name(secure),
        age.as_secs(),
        if secure { "; Secure" } else { "" }
    );
    if let Ok(line) = HeaderValue::from_str(&line) {
        headers.append(SET_COOKIE, line);
    }
}

/// Deletes a cookie.
pub(super) fn delete(headers: &mut HeaderMap, settings: &Settings, jar: Jar) {
    write(headers, settings, jar, "", Duration::ZERO);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn over_tls_a_cookie_is_secure_and_bound_to_the_host() {
        let mut settings = Settings::default();
        let mut headers = HeaderMap::new();
        write(
            &mut headers,
            &settings,
            Jar::Chat,
            "ab",
            Duration::from_mins(1),
        );
        let plain = headers[SET_COOKIE].to_str().unwrap().to_owned();
        assert_eq!(
            plain,
            "linli_chat=ab; Path=/; Max-Age=60; HttpOnly; SameSite=Lax"
        );

        settings.public_url = "https://linli.example".into();
        let mut headers = HeaderMap::new();
        write(
            &mut headers,
            &settings,
            Jar::Chat,
            "ab",
            Duration::from_mins(1),
        );
        let tls = headers[SET_COOKIE].to_str().unwrap();
        assert!(
            tls.starts_with("__Host-linli_chat=ab;") && tls.ends_with("; Secure"),
            "{tls}"
        );
    }

    #[test]
    fn a_cookie_is_found_among_others_and_over_several_headers() {
        let settings = Settings::default();
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, "a=1; linli_chatx=no; junk".parse().unwrap());
        headers.append(COOKIE, "linli_chat=yes; linli_chat=later".parse().unwrap());
        assert_eq!(read(&headers, &settings, Jar::Chat).as_deref(), Some("yes"));
        assert_eq!(read(&headers, &settings, Jar::Admin), None);
    }
}
