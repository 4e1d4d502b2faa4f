//! The provider's side: where its doors and keys are, exchanging a code, and
//! whether what it signed is meant for this sign-in.
//!
//! Knows neither accounts nor sessions.

use super::{Failure, Refused};
use crate::clock::Moment;
use crate::config;
use chrono::TimeDelta;
use openidconnect::core::{
    CoreAuthPrompt, CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreIdTokenClaims,
    CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreTokenResponse,
};
use openidconnect::{
    AuthType, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret, CsrfToken,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IssuerUrl, Nonce,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope, TokenResponse,
};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How far the provider's clock may be off.
pub(super) const SKEW: TimeDelta = TimeDelta::seconds(60);
/// What the provider says about itself is asked for again after this time.
const STALE: TimeDelta = TimeDelta::hours(1);
/// Longest answer of the provider, in bytes.
const LONGEST: usize = 1 << 20;
/// Signatures that are taken: none that the client's own secret could make.
const SIGNED_BY: [CoreJwsSigningAlgorithm; 4] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EdDsa,
];

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

pub(super) struct Provider {
    settings: config::Oidc,
    /// Where it sends people back to.
    back: String,
    http: reqwest::Client,
    known: Mutex<Option<(Moment, CoreProviderMetadata)>>,
}

/// An address to go to, and what has to fit when somebody comes back.
pub(super) struct Sent {
    pub(super) url: String,
    pub(super) state: String,
    pub(super) nonce: String,
    pub(super) verifier: String,
}

/// What somebody came back with, for which the state was right.
pub(super) struct Brought<'a> {
    pub(super) code: &'a str,
    pub(super) nonce: &'a str,
    pub(super) verifier: &'a str,
}

/// Whom the provider vouches for.
pub(super) struct Person {
    /// Their name of the configured kind; `None`: it gives none that counts.
    pub(super) who: Option<String>,
    /// When they proved to be there, as far as it says so.
    pub(super) proved_at: Option<Moment>,
}

fn away(error: impl std::fmt::Display) -> Failure {
    Failure::No(Refused::Away, error.to_string())
}

fn invalid(why: impl std::fmt::Display) -> Failure {
    Failure::No(Refused::Invalid, why.to_string())
}

impl Provider {
    pub(super) fn new(settings: &config::Oidc, public_url: &str) -> Self {
        let http = reqwest::Client::builder()
            .timeout(Duration::from_secs(10))
            // A redirect could lead a secret elsewhere.
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("the options are constant");
        Self {
            settings: settings.clone(),
            back: format!("{public_url}/sign-in/oidc/back"),
            http,
            known: Mutex::new(None),
        }
    }

    fn remembered(&self, now: Moment) -> Option<CoreProviderMetadata> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = known.as_ref().filter(|(at, _)| *at + STALE > now);
        fresh.map(|(_, metadata)| metadata.clone())
    }

    /// Where its doors and keys are; asked for once an hour, and `anew`.
    async fn client(&self, now: Moment, anew: bool) -> Result<Client, Failure> {
        let remembered = self.remembered(now).filter(|_| !anew);
        let metadata = if let Some(metadata) = remembered {
            metadata
        } else {
            let issuer = IssuerUrl::new(self.settings.issuer.clone()).map_err(away)?;
            let http = |request| fetch(self.http.clone(), request);
            let found = CoreProviderMetadata::discover_async(issuer, &http).await;
            let found = found.map_err(away)?;
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            *known = Some((now, found.clone()));
            found
        };
        let secret = self.settings.client_secret.expose();
        let secret = (!secret.is_empty()).then(|| ClientSecret::new(secret.to_owned()));
        let id = ClientId::new(self.settings.client_id.clone());
        let back = RedirectUrl::new(self.back.clone()).map_err(away)?;
        let takes = |way| {
            let ways = metadata.token_endpoint_auth_methods_supported();
            ways.is_none_or(|ways| ways.contains(&way))
        };
        let auth = if takes(CoreClientAuthMethod::ClientSecretBasic) {
            AuthType::BasicAuth
        } else {
            AuthType::RequestBody
        };
        let client = CoreClient::from_provider_metadata(metadata, id, secret);
        Ok(client.set_redirect_uri(back).set_auth_type(auth))
    }

    /// Where to send somebody. With `again` they have to prove to be there, even
    /// if the provider still knows them.
    pub(super) async fn send(&self, now: Moment, again: bool) -> Result<Sent, Failure> {
        let client = self.client(now, false).await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let scopes = self.settings.scopes.split_whitespace();
        let scopes = scopes.filter(|scope| *scope != "openid");
        let mut asked = client
            .authorize_url(flow, CsrfToken::new_random, Nonce::new_random)
            .add_scopes(scopes.map(|scope| Scope::new(scope.to_owned())))
            .set_pkce_challenge(challenge);
        if again {
            asked = asked
                .set_max_age(Duration::ZERO)
                .add_prompt(CoreAuthPrompt::Login);
        }
        let (url, state, nonce) = asked.url();
        Ok(Sent {
            url: url.to_string(),
            state: state.secret().clone(),
            nonce: nonce.secret().clone(),
            verifier: verifier.secret().clone(),
        })
    }

    /// Whom the provider vouches for in exchange for a code.
    pub(super) async fn person(
        &self,
        brought: Brought<'_>,
        now: Moment,
    ) -> Result<Person, Failure> {
        let client = self.client(now, false).await?;
        let tokens = self.exchange(&client, &brought).await?;
        let claims = match claims(&client, &tokens, brought.nonce, now) {
            // It may have new keys since they were asked for.
            Err(Unsound::Signature) => {
                let client = self.client(now, true).await?;
                claims(&client, &tokens, brought.nonce, now)
            }
            first => first,
        };
        let claims = claims.map_err(invalid)?;
        let email = || {
            let sound = claims.email_verified() == Some(true);
            claims.email().filter(|_| sound).map(|email| email.as_str())
        };
        let who = match self.settings.claim.as_str() {
            "email" => email(),
            _ => Some(claims.subject().as_str()),
        };
        Ok(Person {
            who: who.map(str::to_owned),
            proved_at: claims.auth_time(),
        })
    }

    async fn exchange(
        &self,
        client: &Client,
        brought: &Brought<'_>,
    ) -> Result<CoreTokenResponse, Failure> {
        let http = |request| fetch(self.http.clone(), request);
        let code = AuthorizationCode::new(brought.code.to_owned());
        let request = client.exchange_code(code).map_err(away)?;
        let verifier = PkceCodeVerifier::new(brought.verifier.to_owned());
        let answer = request
            .set_pkce_verifier(verifier)
            .request_async(&http)
            .await;
        answer.map_err(|error| match error {
            RequestTokenError::Request(error) => error,
            // What it says may hold what was sent.
            RequestTokenError::ServerResponse(_) => invalid("it gives no token for this code"),
            _ => away("it answers a code with nonsense"),
        })
    }
}

/// What is wrong with what the provider signed.
#[derive(Debug, thiserror::Error)]
enum Unsound {
    #[error("there is no identity token")]
    Missing,
    #[error("the signature is not the provider's")]
    Signature,
    #[error("{0}")]
    Claims(ClaimsVerificationError),
}

/// What the signed token says, if signature, issuer, audience, times and nonce
/// are right.
fn claims(
    client: &Client,
    tokens: &CoreTokenResponse,
    nonce: &str,
    now: Moment,
) -> Result<CoreIdTokenClaims, Unsound> {
    let token = tokens.id_token().ok_or(Unsound::Missing)?;
    let verifier = client
        .id_token_verifier()
        .set_allowed_algs(SIGNED_BY)
        .set_time_fn(move || now - SKEW)
        .set_issue_time_verifier_fn(move |at| {
            if at <= now + SKEW {
                Ok(())
            } else {
                Err("issued in the future".to_owned())
            }
        });
    let nonce = Nonce::new(nonce.to_owned());
    let claims = token
        .claims(&verifier, &nonce)
        .map_err(|error| match error {
            ClaimsVerificationError::SignatureVerification(_) => Unsound::Signature,
            other => Unsound::Claims(other),
        })?;
    Ok(claims.clone())
}

/// Asks the provider something.
async fn fetch(client: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, Failure> {
    let (parts, body) = request.into_parts();
    let sent = client
        .request(parts.method, parts.uri.to_string())
        .headers(parts.headers)
        .body(body)
        .send();
    // An address may hold what is nobody's business: errors are told without it.
    let plain = |error: reqwest::Error| away(error.without_url());
    let mut answer = sent.await.map_err(plain)?;
    let (status, headers) = (answer.status(), answer.headers().clone());
    if status.is_server_error() {
        return Err(away(status));
    }
    let mut body = Vec::new();
    while let Some(piece) = answer.chunk().await.map_err(plain)? {
        body.extend_from_slice(&piece);
        if body.len() > LONGEST {
            return Err(away("the answer is too long"));
        }
    }
    let mut response = HttpResponse::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    Ok(response)
}
