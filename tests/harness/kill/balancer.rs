//! The address Telegram posts to: passes each update on to a living process,
//! as a proxy in front of several does. It keeps nothing and repeats nothing.

use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

struct Shared {
    ports: Vec<u16>,
    turn: AtomicUsize,
    client: reqwest::Client,
}

/// A running balancer; it stops when dropped.
pub(crate) struct Balancer {
    address: SocketAddr,
    server: tokio::task::JoinHandle<()>,
}

impl Balancer {
    /// Starts in front of these ports.
    ///
    /// # Panics
    /// If no port is free.
    pub(crate) async fn start(ports: Vec<u16>) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a free port");
        let address = listener.local_addr().expect("a bound socket has one");
        let client = reqwest::Client::builder()
            .no_proxy()
            .build()
            .expect("constant options");
        let shared = Shared {
            ports,
            turn: AtomicUsize::new(0),
            client,
        };
        let app = axum::Router::new()
            .fallback(pass_on)
            .with_state(Arc::new(shared));
        let server = tokio::spawn(async move {
            let _ = axum::serve(listener, app).await;
        });
        Self { address, server }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// A process that does not listen is passed over; one that dies over an update
/// leaves it unanswered.
async fn pass_on(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, 1 << 20).await else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let first = shared.turn.fetch_add(1, Ordering::Relaxed);
    for n in 0..shared.ports.len() {
        let port = shared.ports[(first + n) % shared.ports.len()];
        let url = format!("http://127.0.0.1:{port}{}", head.uri.path());
        let post = shared.client.request(head.method.clone(), url);
        let sent = post.headers(head.headers.clone()).body(body.clone()).send();
        match sent.await {
            Ok(answer) => {
                let status = answer.status();
                let body: Bytes = answer.bytes().await.unwrap_or_default();
                return (status, body).into_response();
            }
            Err(error) if error.is_connect() => {}
            Err(_) => break,
        }
    }
    StatusCode::BAD_GATEWAY.into_response()
}
