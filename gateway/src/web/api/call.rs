//! The guard of the interface, and the parts of a call handlers take as
//! arguments: who calls, the query, the body with its key.

use super::super::{Shared, Subject};
use super::Endpoint;
use super::fault::Fault;
use super::pace::Pace;
use crate::clients::Client;
use crate::clients::writes::{Answer, Begun};
use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequest, FromRequestParts, MatchedPath, Query, Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, IF_MATCH};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// Header that says that the answer was kept from an earlier call.
const REPLAYED: &str = "idempotency-replayed";
/// Largest body in bytes.
pub(super) const MOST_BYTES: usize = 64 * 1024;

#[derive(Clone)]
pub(super) struct Guard {
    pub(super) site: Shared,
    pub(super) list: Arc<[Endpoint]>,
    pub(super) pace: Arc<Pace>,
}

/// Lets in programs with a token that counts, the scope and the right.
pub(super) async fn guarded(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    match admit(&guard, &parts).await {
        Ok(caller) => {
            parts.extensions.insert(caller);
            next.run(Request::from_parts(parts, body)).await
        }
        Err(fault) => fault.into_response(),
    }
}

async fn admit(guard: &Guard, parts: &Parts) -> Result<Caller, Fault> {
    if parts.uri.to_string().contains("%00") {
        return Err(Fault::unreadable("a character that no text holds"));
    }
    let path = parts
        .extensions
        .get::<MatchedPath>()
        .map(MatchedPath::as_str);
    let path = path.unwrap_or_default();
    let method = match &parts.method {
        &Method::HEAD => &Method::GET,
        method => method,
    };
    let listed = guard
        .list
        .iter()
        .find(|e| e.path == path && e.method == *method);
    let listed = listed.ok_or_else(|| Fault::method(allowed(guard, path)))?;
    let token = bearer(&parts.headers).ok_or_else(Fault::token)?;
    let found = guard.site.backend.client(token).await?;
    let (client, subject) = found.ok_or_else(Fault::token)?;
    let shared = guard.site.backend.calls(&client).await;
    guard
        .pace
        .take(&client.id, shared, guard.site.clock.now())
        .map_err(Fault::too_many)?;
    if !client.scopes.contains(&listed.scope) {
        return Err(Fault::scope(listed.scope.code()));
    }
    let holders = subject.holders();
    if !listed
        .rights
        .iter()
        .any(|right| right.allows(holders.iter().copied()))
    {
        let by = format!("client:{}", client.id);
        guard
            .site
            .backend
            .refused(&by, listed.rights[0], path)
            .await?;
        return Err(Fault::forbidden());
    }
    Ok(Caller { client, subject })
}

/// The methods an address takes.
fn allowed(guard: &Guard, path: &str) -> String {
    let here = guard.list.iter().filter(|e| e.path == path);
    let methods: Vec<&str> = here.map(|e| e.method.as_str()).collect();
    methods.join(", ")
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Who calls.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    pub(super) client: Client,
    pub(super) subject: Subject,
}

impl Caller {
    /// The worker it acts as.
    pub(super) fn worker(&self) -> Option<&str> {
        match &self.subject {
            Subject::Worker { id, .. } => Some(id),
            Subject::Admin => None,
        }
    }
}

impl FromRequestParts<Shared> for Caller {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, _: &Shared) -> Result<Self, Fault> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(Fault::token)
    }
}

/// The query; a parameter that is not known is an error.
pub(super) struct Asked<T>(pub(super) T);

impl<T: DeserializeOwned + Send> FromRequestParts<Shared> for Asked<T> {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, site: &Shared) -> Result<Self, Fault> {
        let read: Result<Query<T>, QueryRejection> = Query::from_request_parts(parts, site).await;
        let read = read.map_err(|why| Fault::unreadable(why.body_text()))?;
        Ok(Self(read.0))
    }
}

/// A write: its key, the version it expects, and its body.
pub(super) struct Keyed<T> {
    key: String,
    digest: String,
    about: String,
    /// From `If-Match`; `None`: whatever it is now.
    pub(super) version: Option<u32>,
    pub(super) body: T,
}

impl<T: DeserializeOwned + Send> FromRequest<Shared> for Keyed<T> {
    type Rejection = Fault;

    async fn from_request(request: Request, site: &Shared) -> Result<Self, Fault> {
        let (parts, body) = request.into_parts();
        let json = parts
            .headers
            .get(CONTENT_TYPE)
            .and_then(|v| v.to_str().ok());
        let json = json.and_then(|kind| kind.split(';').next());
        if !json.is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json")) {
            return Err(Fault::kind());
        }
        let key = key(&parts.headers)?;
        let version = version(&parts.headers)?;
        let about = parts.uri.path().to_owned();
        let request = Request::from_parts(parts, body);
        let bytes = Bytes::from_request(request, site).await;
        let bytes = bytes.map_err(|why| Fault::bare(why.status()))?;
        if bytes.windows(6).any(|part| part == b"\\u0000") {
            return Err(Fault::unreadable("a character that no text holds"));
        }
        let body = serde_json::from_slice(&bytes).map_err(|why| {
            if why.is_data() {
                Fault::invalid(why.to_string())
            } else {
                Fault::unreadable(why.to_string())
            }
        })?;
        let mut hash = Sha256::new();
        hash.update(format!("{about}\0{version:?}\0"));
        hash.update(&bytes);
        Ok(Self {
            key,
            digest: hex::encode(hash.finalize()),
            about,
            version,
            body,
        })
    }
}

fn key(headers: &HeaderMap) -> Result<String, Fault> {
    let key = headers.get("idempotency-key").and_then(|v| v.to_str().ok());
    let fits =
        |key: &&str| (8..=128).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic());
    let key = key.filter(fits).ok_or_else(|| {
        Fault::unreadable("a write needs an Idempotency-Key of 8 to 128 visible characters")
    })?;
    Ok(key.to_owned())
}

fn version(headers: &HeaderMap) -> Result<Option<u32>, Fault> {
    let Some(value) = headers.get(IF_MATCH) else {
        return Ok(None);
    };
    let value = value.to_str().unwrap_or_default().trim();
    if value == "*" {
        return Ok(None);
    }
    let bare = value.strip_prefix('"').and_then(|v| v.strip_suffix('"'));
    let number = bare.and_then(|v| v.parse().ok());
    number
        .map(Some)
        .ok_or_else(|| Fault::unreadable("If-Match must be an ETag of this interface"))
}

impl<T> Keyed<T> {
    /// Names the write for the work itself, so that it lands once.
    pub(super) fn name(&self, caller: &Caller) -> String {
        let whole = format!("{}\0{}", caller.client.id, self.key);
        hex::encode(Sha256::digest(whole))[..32].to_owned()
    }

    /// Does the work unless it was done, and answers what counts.
    pub(super) async fn once(
        &self,
        site: &Shared,
        caller: &Caller,
        work: impl Future<Output = Result<Answer, Fault>>,
    ) -> Result<Response, Fault> {
        let (client, key) = (&caller.client, self.key.as_str());
        match site.backend.begin_write(client, key, &self.digest).await? {
            Begun::Other => return Err(Fault::key_reused()),
            Begun::Done(kept) => return Ok(answered(kept, true)),
            Begun::Open => {}
        }
        let answer = match work.await {
            Ok(answer) => answer,
            Err(fault) => fault.lasting().ok_or(fault)?,
        };
        let kept = site
            .backend
            .keep_write(client, key, &self.about, answer)
            .await?;
        Ok(answered(kept, false))
    }
}

fn answered((status, text): Answer, replayed: bool) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let kind = if status.is_success() {
        "application/json"
    } else {
        "application/problem+json"
    };
    let mut response = (status, [(CONTENT_TYPE, kind)], text).into_response();
    if replayed {
        response
            .headers_mut()
            .insert(REPLAYED, HeaderValue::from_static("true"));
    }
    response
}
