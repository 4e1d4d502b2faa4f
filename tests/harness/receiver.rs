//! A program of somebody else that is told what happens: it checks signatures as
//! Standard Webhooks describe, and keeps what it was told.
//!
//! Written from that description, on its own: it shares no code with what it
//! checks.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use base64::prelude::{BASE64_STANDARD, Engine};
use hmac::{Hmac, Mac};
use serde_json::Value;
use sha2::Sha256;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Rounds of a millisecond that are waited at most.
const PATIENCE: usize = 20_000;

/// One message as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// `webhook-id`.
    pub id: String,
    /// `webhook-timestamp`.
    pub at: i64,
    /// `webhook-signature`.
    pub signature: String,
    /// The body.
    pub text: String,
}

impl Told {
    /// The body read.
    ///
    /// # Panics
    /// If it is no JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).expect("a message is JSON")
    }

    /// Whether it is signed with this secret.
    ///
    /// # Panics
    /// If the secret has another form.
    pub fn is_signed_with(&self, secret: &str) -> bool {
        let key = secret
            .strip_prefix("whsec_")
            .expect("a secret of the scheme");
        let key = BASE64_STANDARD.decode(key).expect("base64");
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("any length");
        mac.update(self.id.as_bytes());
        mac.update(b".");
        mac.update(self.at.to_string().as_bytes());
        mac.update(b".");
        mac.update(self.text.as_bytes());
        let wanted = format!("v1,{}", BASE64_STANDARD.encode(mac.finalize().into_bytes()));
        self.signature.split(' ').any(|one| one == wanted)
    }
}

#[derive(Default)]
struct Inner {
    /// Answers to come; 204 when there is none left.
    answers: Mutex<VecDeque<u16>>,
    told: Mutex<Vec<Told>>,
    /// Nobody is answered for now.
    silent: AtomicBool,
    /// Calls that wait for an answer.
    waiting: AtomicUsize,
}

/// A call that waits, for as long as whoever called does.
struct Call(Arc<Inner>);

impl Call {
    fn begun(inner: &Arc<Inner>) -> Self {
        inner.waiting.fetch_add(1, Ordering::SeqCst);
        Self(Arc::clone(inner))
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::SeqCst);
    }
}

/// The program.
pub struct Receiver {
    inner: Arc<Inner>,
    url: String,
    server: tokio::task::JoinHandle<()>,
}

impl Receiver {
    /// Starts it.
    ///
    /// # Panics
    /// Without a free port.
    pub async fn start() -> Self {
        let inner = Arc::new(Inner::default());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a free port");
        let address = listener.local_addr().expect("a bound socket has one");
        let site = Router::new()
            .route("/in", post(called))
            .with_state(Arc::clone(&inner));
        let server = tokio::spawn(async move {
            let _ = axum::serve(listener, site).await;
        });
        Self {
            inner,
            url: format!("http://{address}/in"),
            server,
        }
    }

    /// What to register.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The next calls are answered with these statuses.
    pub fn answers(&self, statuses: &[u16]) {
        lock(&self.inner.answers).extend(statuses);
    }

    /// From now on it answers nobody, or again everybody.
    pub fn is_silent(&self, silent: bool) {
        self.inner.silent.store(silent, Ordering::SeqCst);
    }

    /// Calls that wait for an answer at this moment.
    pub fn keeps_waiting(&self) -> usize {
        self.inner.waiting.load(Ordering::SeqCst)
    }

    /// Comes about once it was told so many messages.
    ///
    /// # Panics
    /// If that does not come about.
    pub async fn hears(&self, messages: usize) {
        for _ in 0..PATIENCE {
            if lock(&self.inner.told).len() >= messages {
                return;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        panic!("only {:?}", self.kinds());
    }

    /// Everything it was told, repeated messages too.
    pub fn told(&self) -> Vec<Told> {
        lock(&self.inner.told).clone()
    }

    /// The kinds of what it was told.
    pub fn kinds(&self) -> Vec<String> {
        let kind = |told: &Told| told.json()["type"].as_str().unwrap_or_default().to_owned();
        self.told().iter().map(kind).collect()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn lock<T>(held: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    held.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn called(State(inner): State<Arc<Inner>>, headers: HeaderMap, body: Bytes) -> Response {
    let header = |name: &str| {
        let value = headers.get(name).and_then(|v| v.to_str().ok());
        value.unwrap_or_default().to_owned()
    };
    lock(&inner.told).push(Told {
        id: header("webhook-id"),
        at: header("webhook-timestamp").parse().unwrap_or_default(),
        signature: header("webhook-signature"),
        text: String::from_utf8_lossy(&body).into_owned(),
    });
    let call = Call::begun(&inner);
    while inner.silent.load(Ordering::SeqCst) {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    drop(call);
    match lock(&inner.answers).pop_front() {
        None => StatusCode::NO_CONTENT.into_response(),
        Some(302) => Redirect::to("/in").into_response(),
        Some(status) => {
            let status = StatusCode::from_u16(status).expect("a status");
            (status, "out of order").into_response()
        }
    }
}
