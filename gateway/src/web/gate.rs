//! Who is asking: the gates handlers take as arguments, and checked forms.
//!
//! The guard in `routes` answers the question once, before the handler runs; a
//! form is only readable together with the gate's secret, so no handler can
//! forget the token. Sign-in itself is `sign_in`.

pub(super) use super::visitor::Visitor;

use super::cookies::{self, Jar};
use super::problem::Problem;
use super::{Shared, Subject};
use crate::rights::{Holder, Right};
use crate::staff::{From, Known};
use axum::Form;
use axum::extract::multipart::{Multipart, MultipartError};
use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use rand::RngCore;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::net::SocketAddr;

/// A signed-in worker.
#[derive(Clone, Debug)]
pub(super) struct AsWorker {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) unit: String,
    pub(super) secret: String,
    holders: Vec<Holder>,
}

impl AsWorker {
    /// Whether links to what answers for broken glass lead anywhere for them.
    pub(super) fn reviews(&self) -> bool {
        Right::Review.allows(self.holders.iter().copied())
    }

    /// The same of the board of their own units.
    pub(super) fn oversees(&self) -> bool {
        Right::Oversee.allows(self.holders.iter().copied())
    }

    /// The same of the glass itself.
    pub(super) fn breaks_glass(&self) -> bool {
        Right::BreakGlass.allows(self.holders.iter().copied())
    }
}

/// A signed-in administrator.
#[derive(Clone, Debug)]
pub(super) struct AsAdmin {
    pub(super) secret: String,
}

/// Who the guard let in; only behind it is anybody known.
#[derive(Clone, Debug)]
pub(super) struct Signed {
    pub(super) secret: String,
    pub(super) subject: Subject,
    pub(super) known: Known,
    pub(super) jar: Jar,
}

/// Who the session in this cookie stands for.
pub(super) async fn subject(
    headers: &HeaderMap,
    site: &Shared,
    jar: Jar,
    used: bool,
) -> Result<(String, Subject, Known), Problem> {
    let secret = cookies::read(headers, &site.settings, jar)
        .filter(|secret| !secret.is_empty() && secret.len() <= 128)
        .ok_or(Problem::SignIn)?;
    match site.backend.session(&secret, used).await? {
        Some((subject, known)) => Ok((secret, subject, known)),
        None => Err(Problem::SignIn),
    }
}

impl Signed {
    /// Whoever was let in through the door of this cookie.
    fn through(parts: &Parts, jar: Jar) -> Result<Self, Problem> {
        let signed = parts.extensions.get::<Self>().cloned();
        signed
            .filter(|signed| signed.jar == jar)
            .ok_or(Problem::SignIn)
    }

    /// The beginning of all their addresses.
    pub(super) fn area(&self) -> &'static str {
        match self.jar {
            Jar::Admin => "/admin",
            _ => "/worker",
        }
    }
}

/// Whoever was let in, through whichever door.
impl FromRequestParts<Shared> for Signed {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Shared) -> Result<Self, Problem> {
        let signed = parts.extensions.get::<Self>().cloned();
        signed.ok_or(Problem::SignIn)
    }
}

/// Where a try at signing in comes from.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    pub(super) address: String,
    device: String,
}

impl Caller {
    pub(super) fn from(&self) -> From<'_> {
        From {
            address: &self.address,
            device: &self.device,
        }
    }
}

impl FromRequestParts<Shared> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, site: &Shared) -> Result<Self, Problem> {
        let text = |name| parts.headers.get(name).and_then(|v| v.to_str().ok());
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map(|ConnectInfo(peer)| peer.ip().to_string());
        let passed = passed_on(&parts.headers, site.settings.proxies);
        Ok(Self {
            address: passed.or(peer).unwrap_or_default(),
            device: text("user-agent").unwrap_or_default().to_owned(),
        })
    }
}

/// The address the outermost of our own proxies saw. What stands further left
/// anybody could have written.
fn passed_on(headers: &HeaderMap, proxies: usize) -> Option<String> {
    let lines = headers.get_all("x-forwarded-for").iter();
    let all: Vec<&str> = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .map(str::trim)
        .collect();
    let at = all.len().checked_sub(proxies).filter(|_| proxies > 0)?;
    all.get(at).map(|address| (*address).to_owned())
}

impl FromRequestParts<Shared> for AsWorker {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Shared) -> Result<Self, Problem> {
        let signed = Signed::through(parts, Jar::Worker)?;
        let holders = signed.subject.holders();
        match signed.subject {
            Subject::Worker { id, name, unit, .. } => Ok(Self {
                id,
                name,
                unit,
                secret: signed.secret,
                holders,
            }),
            // Let in by a right that they share, and nothing of it is theirs.
            Subject::Admin => Err(Problem::NotFound),
        }
    }
}

impl FromRequestParts<Shared> for AsAdmin {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Shared) -> Result<Self, Problem> {
        let signed = Signed::through(parts, Jar::Admin)?;
        match signed.subject {
            Subject::Admin => Ok(Self {
                secret: signed.secret,
            }),
            Subject::Worker { .. } => Err(Problem::Forbidden),
        }
    }
}

/// The hidden fields of a form.
pub(super) struct FormKeys {
    /// Proves that the form comes from a page of this session.
    pub(super) token: String,
    /// Names the click, so that a second one changes nothing.
    pub(super) once: String,
}

impl FormKeys {
    /// Keys for one drawing of a page. The token looks different every time,
    /// so that compression cannot be used to guess it.
    pub(super) fn new(secret: &str) -> Self {
        let mut pad = [0_u8; 16];
        rand::rng().fill_bytes(&mut pad);
        let masked: Vec<u8> = token(secret).iter().zip(pad).map(|(t, p)| t ^ p).collect();
        Self {
            token: hex::encode(pad) + &hex::encode(masked),
            once: random_hex::<12>(),
        }
    }
}

fn token(secret: &str) -> [u8; 16] {
    let hash = Sha256::digest(format!("form\0{secret}"));
    hash[..16].try_into().expect("a hash has 32 bytes")
}

fn token_is(given: &str, secret: &str) -> bool {
    let Ok(bytes) = hex::decode(given) else {
        return false;
    };
    if bytes.len() != 32 {
        return false;
    }
    let shown: Vec<u8> = bytes[..16]
        .iter()
        .zip(&bytes[16..])
        .map(|(p, m)| p ^ m)
        .collect();
    bots::webhook::same_secret(&shown, &token(secret))
}

/// The fields of a form post whose token has not been looked at.
pub(super) struct Fields(BTreeMap<String, String>);

impl Fields {
    /// Of a form that was sent in parts.
    pub(super) fn of_parts(parts: BTreeMap<String, String>) -> Self {
        Self(parts)
    }

    /// A field's value; empty when absent.
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// What the pressed button orders and of what, as in "drop:3"; the second is
    /// empty where there is nothing to choose from.
    pub(super) fn order(&self) -> (&str, &str) {
        let pressed = self.get("do");
        pressed.split_once(':').unwrap_or((pressed, ""))
    }

    /// Every field apart from the form's own keys, to send the same again.
    pub(super) fn again(&self) -> Vec<(String, String)> {
        let own = |name: &str| matches!(name, "token" | "once" | "revision");
        let told = self.0.iter().filter(|(name, _)| !own(name));
        told.map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }

    /// What follows `start` in the names of the fields that came.
    pub(super) fn beginning(&self, start: &str) -> Vec<String> {
        let names = self.0.keys().filter_map(|name| name.strip_prefix(start));
        names.map(str::to_owned).collect()
    }

    /// The fields, if the form's token belongs to `secret` and all of them are text.
    pub(super) fn of(self, secret: &str) -> Result<Self, Problem> {
        if self.0.values().any(|value| value.contains('\0')) {
            return Err(Problem::Unreadable);
        }
        if token_is(self.get("token"), secret) {
            Ok(self)
        } else {
            Err(Problem::Forged)
        }
    }

    /// The click's name, bound to its session, so that nobody can use up
    /// somebody else's, and to what was filled in, so that only the very same
    /// thing sent again counts as a repetition.
    pub(super) fn once(&self, secret: &str) -> Result<String, Problem> {
        if !(8..=64).contains(&self.get("once").len()) {
            return Err(Problem::Unreadable);
        }
        let told = self
            .0
            .iter()
            .filter(|(name, _)| !matches!(name.as_str(), "token" | "version"));
        let mut told: Vec<&str> = told
            .flat_map(|(name, value)| [name.as_str(), value])
            .collect();
        told.extend(["once", secret]);
        Ok(digest(&told)[..32].to_owned())
    }
}

/// The fields of a form that brings a file along, as text.
pub(super) struct Uploaded(pub(super) Fields);

impl FromRequest<Shared> for Uploaded {
    type Rejection = Problem;

    async fn from_request(request: Request, site: &Shared) -> Result<Self, Problem> {
        let form = Multipart::from_request(request, site).await;
        let mut form = form.map_err(|_| Problem::Unreadable)?;
        let unreadable = |e: MultipartError| match e.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Problem::TooLarge,
            _ => Problem::Unreadable,
        };
        let mut fields = BTreeMap::new();
        while let Some(part) = form.next_field().await.map_err(unreadable)? {
            let name = part.name().unwrap_or_default().to_owned();
            fields.insert(name, part.text().await.map_err(unreadable)?);
        }
        Ok(Self(Fields(fields)))
    }
}

impl FromRequest<Shared> for Fields {
    type Rejection = Problem;

    async fn from_request(request: Request, site: &Shared) -> Result<Self, Problem> {
        match Form::<BTreeMap<String, String>>::from_request(request, site).await {
            Ok(Form(fields)) => Ok(Self(fields)),
            Err(why) => match why.into_response().status() {
                StatusCode::PAYLOAD_TOO_LARGE => Err(Problem::TooLarge),
                _ => Err(Problem::Unreadable),
            },
        }
    }
}

/// `N` random bytes in hexadecimal.
pub(super) fn random_hex<const N: usize>() -> String {
    let mut bytes = [0_u8; N];
    rand::rng().fill_bytes(&mut bytes);
    hex::encode(bytes)
}

/// What stands for these texts, in hexadecimal.
pub(super) fn digest(parts: &[&str]) -> String {
    hex::encode(Sha256::digest(parts.join("\0")))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn only_our_own_proxies_are_believed_about_where_somebody_is() {
        let mut headers = HeaderMap::new();
        assert_eq!(passed_on(&headers, 1), None);
        headers.append("x-forwarded-for", "6.6.6.6, 203.0.113.7".parse().unwrap());
        headers.append("x-forwarded-for", "10.0.0.2".parse().unwrap());
        assert_eq!(passed_on(&headers, 0), None);
        assert_eq!(passed_on(&headers, 1).as_deref(), Some("10.0.0.2"));
        assert_eq!(passed_on(&headers, 2).as_deref(), Some("203.0.113.7"));
        assert_eq!(passed_on(&headers, 9), None);
    }

    #[test]
    fn a_token_fits_its_session_only_and_never_looks_the_same() {
        let (one, two) = (FormKeys::new("s1"), FormKeys::new("s1"));
        assert_ne!(one.token, two.token);
        assert!(token_is(&one.token, "s1") && token_is(&two.token, "s1"));
        assert!(!token_is(&one.token, "s2"));
        for bad in ["", "zz", &one.token[2..], &"0".repeat(64), "ü"] {
            assert!(!token_is(bad, "s1"), "{bad}");
        }
    }
}
