//! Providers on loopback that know who belongs to which card: one compares name
//! and number, one compares faces on a page of its own.
//!
//! Written from what such services have in common; it shares no code with what
//! it checks. It keeps what it was sent, and answers as the story wants it to.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, PoisonError};

/// What it wants in the header.
pub const REGISTRY_KEY: &str = "registry-secret-4711";

/// How it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Knows {
    /// This in the place of the outcome.
    Code(&'static str),
    /// A page of a machine on the way.
    Broken,
    /// This status.
    Status(u16),
    /// JSON without an outcome.
    Nothing,
    /// No answer within anybody's time.
    Silent,
}

struct Inner {
    knows: Mutex<Knows>,
    asked: Mutex<Vec<(String, Value)>>,
    unknown: Mutex<usize>,
}

/// The providers.
pub struct Registry {
    inner: Arc<Inner>,
    url: String,
    server: tokio::task::JoinHandle<()>,
}

impl Registry {
    /// Starts them.
    ///
    /// # Panics
    /// Without a free port.
    pub async fn start() -> Self {
        let inner = Arc::new(Inner {
            knows: Mutex::new(Knows::Code("same")),
            asked: Mutex::default(),
            unknown: Mutex::default(),
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a free port");
        let address = listener.local_addr().expect("a bound socket has one");
        let route = |path: &'static str| {
            post(
                move |state: State<Arc<Inner>>, headers: HeaderMap, body: String| async move {
                    called(&state.0, path, &headers, &body).await
                },
            )
        };
        let site = Router::new()
            .route("/compare", route("/compare"))
            .route("/face/start", route("/face/start"))
            .route("/face/poll", route("/face/poll"))
            .with_state(Arc::clone(&inner));
        let server = tokio::spawn(async move {
            let _ = axum::serve(listener, site).await;
        });
        Self {
            inner,
            url: format!("http://{address}"),
            server,
        }
    }

    /// The settings that name the one that compares name and number.
    pub fn real_name(&self) -> Vec<(&'static str, String)> {
        vec![
            ("LINLI__REAL_NAME__URL", format!("{}/compare", self.url)),
            ("LINLI__REAL_NAME__SECRET", REGISTRY_KEY.into()),
            (
                "LINLI__REAL_NAME__HEADERS",
                "Authorization: Bearer {secret}".into(),
            ),
            (
                "LINLI__REAL_NAME__BODY",
                r#"{"order":"{id}","who":{"name":"{name}","card":"{number}"}}"#.into(),
            ),
            ("LINLI__REAL_NAME__OUTCOME", "/data/result".into()),
            ("LINLI__REAL_NAME__MATCH", "same".into()),
            ("LINLI__REAL_NAME__NO_MATCH", "other".into()),
            ("LINLI__REAL_NAME__TIMEOUT", "500ms".into()),
        ]
    }

    /// The settings that name the one that compares faces.
    pub fn face(&self) -> Vec<(&'static str, String)> {
        vec![
            ("LINLI__FACE__START_URL", format!("{}/face/start", self.url)),
            ("LINLI__FACE__POLL_URL", format!("{}/face/poll", self.url)),
            ("LINLI__FACE__SECRET", REGISTRY_KEY.into()),
            (
                "LINLI__FACE__HEADERS",
                "Authorization: Bearer {secret}".into(),
            ),
            ("LINLI__FACE__SESSION", "/data/session".into()),
            ("LINLI__FACE__LINK", "/data/url".into()),
            ("LINLI__FACE__OUTCOME", "/data/result".into()),
            ("LINLI__FACE__MATCH", "same".into()),
            ("LINLI__FACE__NO_MATCH", "other".into()),
            ("LINLI__FACE__EXPIRED", "over".into()),
            ("LINLI__FACE__TIMEOUT", "500ms".into()),
        ]
    }

    /// From now on it answers so.
    pub fn knows(&self, how: Knows) {
        *lock(&self.inner.knows) = how;
    }

    /// What it was sent at a path.
    pub fn asked(&self, path: &str) -> Vec<Value> {
        let asked = lock(&self.inner.asked);
        let at = asked.iter().filter(|(to, _)| to == path);
        at.map(|(_, body)| body.clone()).collect()
    }

    /// Calls of somebody it does not know.
    pub fn strangers(&self) -> usize {
        *lock(&self.inner.unknown)
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn lock<T>(of: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn called(inner: &Inner, path: &str, headers: &HeaderMap, body: &str) -> Response {
    let given = headers.get("authorization").and_then(|v| v.to_str().ok());
    if given != Some(&format!("Bearer {REGISTRY_KEY}")) {
        *lock(&inner.unknown) += 1;
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let body: Value = serde_json::from_str(body).unwrap_or_default();
    let count = {
        let mut asked = lock(&inner.asked);
        asked.push((path.to_owned(), body));
        asked.len()
    };
    let knows = *lock(&inner.knows);
    let answer = match knows {
        Knows::Code(_) if path == "/face/start" => json!({ "data": {
            "session": format!("session-{count}"), "url": format!("https://face.example/go?t={count}"),
        } }),
        Knows::Code(code) => json!({ "data": { "result": code } }),
        Knows::Nothing => json!({ "data": {} }),
        Knows::Broken => return "<html>".into_response(),
        Knows::Status(status) => {
            let status = StatusCode::from_u16(status).expect("a status");
            return status.into_response();
        }
        Knows::Silent => std::future::pending().await,
    };
    answer.to_string().into_response()
}
