//! A chat model on loopback that says what the story wants it to.
//!
//! It keeps every body it was sent. It does not understand anything.

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, PoisonError};

/// How it answers.
#[derive(Clone, Debug)]
pub enum Says {
    /// These codes, in the shape asked for.
    Codes(Vec<&'static str>),
    /// The first service it was offered.
    First,
    /// This as the content of a completion.
    Content(&'static str),
    /// This status and body.
    Raw(u16, &'static str),
    /// A body of this many bytes.
    Bytes(usize),
    /// Nothing, for ever.
    Nothing,
}

struct Inner {
    says: Mutex<Says>,
    asked: Mutex<Vec<Value>>,
}

/// The model.
pub struct Opinion {
    inner: Arc<Inner>,
    url: String,
    server: tokio::task::JoinHandle<()>,
}

impl Opinion {
    /// Starts it.
    ///
    /// # Panics
    /// Without a free port.
    pub async fn start(says: Says) -> Self {
        let inner = Arc::new(Inner {
            says: Mutex::new(says),
            asked: Mutex::default(),
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a free port");
        let address = listener.local_addr().expect("a bound socket has one");
        let site = Router::new()
            .route("/v1/chat/completions", post(answer))
            .with_state(Arc::clone(&inner));
        let server = tokio::spawn(async move {
            let _ = axum::serve(listener, site).await;
        });
        Self {
            inner,
            url: format!("http://{address}/v1"),
            server,
        }
    }

    /// What to configure.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// From now on it answers so.
    pub fn says(&self, says: Says) {
        *lock(&self.inner.says) = says;
    }

    /// The bodies it was sent.
    pub fn asked(&self) -> Vec<Value> {
        lock(&self.inner.asked).clone()
    }
}

impl Drop for Opinion {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn lock<T>(of: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

fn completion(content: &str) -> Response {
    let message = json!({ "role": "assistant", "content": content });
    let body = json!({ "id": "1", "object": "chat.completion", "choices": [{ "index": 0, "message": message }] });
    body.to_string().into_response()
}

async fn answer(State(inner): State<Arc<Inner>>, body: String) -> Response {
    let asked: Value = serde_json::from_str(&body).unwrap_or_default();
    lock(&inner.asked).push(asked.clone());
    let says = lock(&inner.says).clone();
    match says {
        Says::Codes(codes) => completion(&json!({ "services": codes }).to_string()),
        Says::First => {
            let schema = &asked["response_format"]["json_schema"]["schema"];
            let first = &schema["properties"]["services"]["items"]["enum"][0];
            completion(&json!({ "services": [first] }).to_string())
        }
        Says::Content(content) => completion(content),
        Says::Raw(status, body) => {
            let status = StatusCode::from_u16(status).expect("a status");
            (status, body).into_response()
        }
        Says::Bytes(count) => Body::from(vec![b' '; count]).into_response(),
        Says::Nothing => std::future::pending().await,
    }
}
