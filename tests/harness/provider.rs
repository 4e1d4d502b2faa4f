//! A city's single sign-on on loopback: an OpenID provider that keeps to the
//! standard, and breaks it in the one way a story asks for.
//!
//! It checks what it is sent as a real one would: client, secret, code used
//! once, redirect address, PKCE. Its keys are for the tests alone.

use axum::extract::{Form, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use gateway::clock::Clock;
use openidconnect::core::{
    CoreIdToken, CoreIdTokenClaims, CoreJwsSigningAlgorithm, CoreRsaPrivateSigningKey,
};
use openidconnect::{
    Audience, EmptyAdditionalClaims, EndUserEmail, IssuerUrl, JsonWebKeyId, Nonce,
    PkceCodeChallenge, PkceCodeVerifier, PrivateSigningKey, StandardClaims, SubjectIdentifier,
};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

const KEY: &str = include_str!("provider_key.pem");
const OTHER_KEY: &str = include_str!("provider_other_key.pem");
/// The client it knows.
pub const CLIENT: &str = "linli";
/// That client's secret.
pub const CLIENT_SECRET: &str = "between-the-two-of-us";

/// In which way its tokens are wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    Good,
    /// Signed by keys it has from now on.
    NewKeys,
    WrongNonce,
    NoNonce,
    WrongAudience,
    /// Ours and somebody else's.
    TwoAudiences,
    WrongIssuer,
    Expired,
    /// Ended half a minute ago: within what clocks may differ.
    JustExpired,
    FromTheFuture,
    WrongSignature,
    Unsigned,
    /// Signed with the client's secret instead of a key.
    Symmetric,
    /// Whoever signed in there an hour ago is not asked again, whatever is wanted.
    OldSession,
    /// Of somebody whose address nobody checked.
    UncheckedEmail,
}

struct Asked {
    user: String,
    nonce: String,
    challenge: String,
    redirect: String,
    /// They must sign in even if they did before.
    again: bool,
}

struct Inner {
    url: String,
    clock: Mutex<Option<Clock>>,
    token: Mutex<Token>,
    codes: Mutex<HashMap<String, Asked>>,
    turned: Mutex<bool>,
    away: AtomicBool,
}

/// The provider.
pub struct Provider {
    inner: Arc<Inner>,
    server: tokio::task::JoinHandle<()>,
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Provider {
    /// Starts it.
    ///
    /// # Panics
    /// Without a free port.
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("a free port");
        let address = listener.local_addr().expect("a bound socket has one");
        let inner = Arc::new(Inner {
            url: format!("http://{address}"),
            clock: Mutex::default(),
            token: Mutex::new(Token::Good),
            codes: Mutex::default(),
            turned: Mutex::default(),
            away: AtomicBool::new(false),
        });
        let site = Router::new()
            .route("/.well-known/openid-configuration", get(describe))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .layer(from_fn_with_state(Arc::clone(&inner), there))
            .with_state(Arc::clone(&inner));
        let server = tokio::spawn(async move {
            let _ = axum::serve(listener, site).await;
        });
        Self { inner, server }
    }

    /// Its address.
    pub fn url(&self) -> &str {
        &self.inner.url
    }

    /// From now on it answers nothing of use.
    pub fn goes_away(&self) {
        self.inner.away.store(true, Ordering::Relaxed);
    }

    /// Keeps this time.
    pub fn follows(&self, clock: &Clock) {
        *lock(&self.inner.clock) = Some(clock.clone());
    }

    /// From now on its tokens are like this.
    pub fn gives(&self, token: Token) {
        *lock(&self.inner.token) = token;
        if token == Token::NewKeys {
            *lock(&self.inner.turned) = true;
        }
    }

    /// Somebody signs in at the address they were sent to; where they are sent
    /// back to, as path and query.
    ///
    /// # Panics
    /// If the address is not what a provider expects.
    pub fn signs_in(&self, address: &str, user: &str) -> String {
        let (page, query) = address.split_once('?').expect("it asks for something");
        assert_eq!(page, format!("{}/authorize", self.inner.url));
        let fields: HashMap<String, String> = query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name.to_owned(), decoded(value)))
            .collect();
        assert_eq!(fields["client_id"], CLIENT);
        assert_eq!(fields["response_type"], "code");
        assert_eq!(fields["code_challenge_method"], "S256");
        assert!(
            fields["scope"].split(' ').any(|s| s == "openid"),
            "{fields:?}"
        );
        let asks = |name: &str, value: &str| fields.get(name).is_some_and(|v| v == value);
        let mut codes = lock(&self.inner.codes);
        let code = format!("code-{}-{user}", codes.len());
        let redirect = fields["redirect_uri"].clone();
        codes.insert(
            code.clone(),
            Asked {
                user: user.to_owned(),
                nonce: fields["nonce"].clone(),
                challenge: fields["code_challenge"].clone(),
                redirect: redirect.clone(),
                again: asks("prompt", "login") && asks("max_age", "0"),
            },
        );
        let (_, rest) = redirect.split_once("://").expect("a whole address");
        let (_, path) = rest.split_once('/').expect("a path");
        format!("/{path}?code={code}&state={}", fields["state"])
    }
}

async fn there(State(inner): State<Arc<Inner>>, request: Request, next: Next) -> Response {
    if inner.away.load(Ordering::Relaxed) {
        return StatusCode::BAD_GATEWAY.into_response();
    }
    next.run(request).await
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let byte = match byte {
            b'%' => {
                let hex: String = rest.by_ref().take(2).map(char::from).collect();
                u8::from_str_radix(&hex, 16).expect("two digits")
            }
            b'+' => b' ',
            other => other,
        };
        bytes.push(byte);
    }
    String::from_utf8(bytes).expect("text")
}

async fn describe(State(inner): State<Arc<Inner>>) -> Json<Value> {
    let url = &inner.url;
    Json(json!({
        "issuer": url,
        "authorization_endpoint": format!("{url}/authorize"),
        "token_endpoint": format!("{url}/token"),
        "jwks_uri": format!("{url}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "HS256"],
    }))
}

fn key(pem: &str, id: &str) -> CoreRsaPrivateSigningKey {
    let id = Some(JsonWebKeyId::new(id.to_owned()));
    CoreRsaPrivateSigningKey::from_pem(pem, id).expect("a sound key")
}

async fn keys(State(inner): State<Arc<Inner>>) -> Json<Value> {
    let present = if *lock(&inner.turned) {
        key(OTHER_KEY, "two")
    } else {
        key(KEY, "one")
    };
    let shown = serde_json::to_value(present.as_verification_key()).expect("plain data");
    Json(json!({ "keys": [shown] }))
}

async fn token(
    State(inner): State<Arc<Inner>>,
    headers: HeaderMap,
    Form(fields): Form<HashMap<String, String>>,
) -> Response {
    let no = |why: &str| {
        let body = json!({ "error": "invalid_grant", "error_description": why });
        (StatusCode::BAD_REQUEST, Json(body)).into_response()
    };
    let basic = headers.get("authorization").and_then(|v| v.to_str().ok());
    let client = STANDARD.encode(format!("{CLIENT}:{CLIENT_SECRET}"));
    if basic != Some(format!("Basic {client}").as_str()) {
        return no("client");
    }
    let field = |name: &str| fields.get(name).cloned().unwrap_or_default();
    let Some(asked) = lock(&inner.codes).remove(&field("code")) else {
        return no("code");
    };
    let verifier = PkceCodeVerifier::new(field("code_verifier"));
    let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier);
    if challenge.as_str() != asked.challenge {
        return no("verifier");
    }
    if field("redirect_uri") != asked.redirect || field("grant_type") != "authorization_code" {
        return no("redirect");
    }
    let body = json!({
        "access_token": "of no use here",
        "token_type": "Bearer",
        "id_token": signed(&inner, &asked),
    });
    Json(body).into_response()
}

/// The identity token, wrong in the way it is to be.
fn signed(inner: &Inner, asked: &Asked) -> String {
    let how = *lock(&inner.token);
    let clock = lock(&inner.clock)
        .clone()
        .expect("it follows the story's clock");
    let now = clock.now();
    let audience = |names: &[&str]| {
        names
            .iter()
            .map(|n| Audience::new((*n).to_owned()))
            .collect()
    };
    let audiences: Vec<Audience> = match how {
        Token::WrongAudience => audience(&["somebody-else"]),
        Token::TwoAudiences => audience(&[CLIENT, "somebody-else"]),
        _ => audience(&[CLIENT]),
    };
    let (issued, ends) = match how {
        Token::Expired => (now - TimeDelta::hours(1), now - TimeDelta::minutes(5)),
        Token::JustExpired => (now - TimeDelta::hours(1), now - TimeDelta::seconds(30)),
        Token::FromTheFuture => (now + TimeDelta::minutes(5), now + TimeDelta::hours(1)),
        _ => (now, now + TimeDelta::minutes(5)),
    };
    let issuer = if how == Token::WrongIssuer {
        "https://elsewhere.example".to_owned()
    } else {
        inner.url.clone()
    };
    let person = StandardClaims::new(SubjectIdentifier::new(format!("id-of-{}", asked.user)))
        .set_email(Some(EndUserEmail::new(format!(
            "{}@city.example",
            asked.user
        ))))
        .set_email_verified(Some(how != Token::UncheckedEmail));
    let proved = if asked.again && how != Token::OldSession {
        now
    } else {
        now - TimeDelta::hours(1)
    };
    let nonce = match how {
        Token::NoNonce => None,
        Token::WrongNonce => Some(Nonce::new("another".into())),
        _ => Some(Nonce::new(asked.nonce.clone())),
    };
    let issuer = IssuerUrl::new(issuer).expect("an address");
    let claims = CoreIdTokenClaims::new(
        issuer,
        audiences,
        ends,
        issued,
        person,
        EmptyAdditionalClaims {},
    )
    .set_nonce(nonce)
    .set_auth_time(Some(proved));
    if matches!(how, Token::Unsigned | Token::Symmetric) {
        return by_hand(&claims, how);
    }
    let key = match how {
        // Known by its name, but another one.
        Token::WrongSignature => key(OTHER_KEY, "one"),
        _ if *lock(&inner.turned) => key(OTHER_KEY, "two"),
        _ => key(KEY, "one"),
    };
    let algorithm = CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256;
    let token = CoreIdToken::new(claims, &key, algorithm, None, None);
    token.expect("sound claims").to_string()
}

fn by_hand(claims: &CoreIdTokenClaims, how: Token) -> String {
    let head = if how == Token::Unsigned {
        r#"{"alg":"none","typ":"JWT"}"#
    } else {
        r#"{"alg":"HS256","typ":"JWT"}"#
    };
    let body = serde_json::to_vec(claims).expect("plain data");
    let text = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(head),
        URL_SAFE_NO_PAD.encode(body)
    );
    if how == Token::Unsigned {
        return format!("{text}.");
    }
    let signature = CoreJwsSigningAlgorithm::HmacSha256;
    let key = openidconnect::core::CoreHmacKey::new(CLIENT_SECRET);
    let bytes = key
        .sign(&signature, text.as_bytes())
        .expect("any bytes can be signed");
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(bytes))
}
