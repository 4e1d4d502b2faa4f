//! How staff come in besides their password: the city's single sign-on.

use super::Secret;
use super::values::{claim, public_url};
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Staff {
    pub oidc: Oidc,
}

/// An OpenID provider.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Oidc {
    /// Empty: there is none.
    #[serde(deserialize_with = "public_url")]
    pub issuer: String,
    pub client_id: String,
    /// Empty: the provider knows us as a public client.
    pub client_secret: Secret,
    /// Parted by spaces; "openid" is always asked for.
    pub scopes: String,
    /// "sub" or "email".
    #[serde(deserialize_with = "claim")]
    pub claim: String,
}

impl Oidc {
    /// What does not fit together: (key to blame, what is wrong).
    pub(super) fn wrong(&self, public_url: &str) -> Vec<(&'static str, String)> {
        let mut found = Vec::new();
        if self.issuer.is_empty() {
            return found;
        }
        if !self.issuer.starts_with("https://") && !is_here(&self.issuer) {
            found.push((
                "staff.oidc.issuer",
                "must begin with https:// unless the provider is on this machine".into(),
            ));
        }
        if self.client_id.trim().is_empty() {
            found.push((
                "staff.oidc.client_id",
                "must be set while staff.oidc.issuer is".into(),
            ));
        }
        if public_url.is_empty() {
            found.push((
                "public_url",
                "must be set while staff.oidc.issuer is: the provider sends people back there"
                    .into(),
            ));
        }
        if self.claim == "email" && !self.scopes.split_whitespace().any(|s| s == "email") {
            found.push((
                "staff.oidc.scopes",
                "must hold email while staff.oidc.claim is \"email\"".into(),
            ));
        }
        found
    }
}

fn is_here(url: &str) -> bool {
    let host = url.strip_prefix("http://").unwrap_or_default();
    let host = host.split('/').next().unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    matches!(name, "127.0.0.1" | "localhost" | "[::1]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_provider_on_this_machine_may_do_without_tls() {
        for (url, here) in [
            ("http://127.0.0.1:8080/realm", true),
            ("http://localhost", true),
            ("http://[::1]:9", true),
            ("http://127.0.0.1.evil.example", false),
            ("http://login.city.example", false),
            ("https://127.0.0.1", false),
        ] {
            assert_eq!(is_here(url), here, "{url}");
        }
    }
}
