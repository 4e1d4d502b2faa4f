//! The web server around a running gateway, until its end.

use super::App;
use crate::config::Config;
use crate::requests::notify;
use crate::web::{Settings, Site, router};
use axum::Router;
use axum::serve::ListenerExt;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;

/// The pages and addresses of a gateway.
pub fn site(app: &App, config: &Config, speed: f64) -> Router {
    let token = config.admin.token.expose();
    router(Site {
        backend: Arc::new(app.clone()),
        clock: app.core.clock.clone(),
        settings: Settings {
            public_url: config.public_url.clone(),
            offset: notify::offset(),
            elder_default: config.web.elder_default,
            embed_origins: config.web.embed_origins.clone(),
            session: config.web.session,
            proxies: config.web.proxies,
            resident_session: config.web.resident_session,
            metrics_token: (!token.is_empty()).then(|| token.to_owned()),
            speed,
            lines: numbers(config),
        },
    })
}

/// Emergency numbers as they stand on pages, in order.
pub(super) fn numbers(config: &Config) -> Vec<String> {
    let lines = &config.crisis;
    let all = [
        &lines.police,
        &lines.fire,
        &lines.ambulance,
        &lines.psychological,
    ];
    all.map(String::clone).into()
}

/// Serves until the first stage of the shutdown; open requests finish.
pub async fn serve(listener: TcpListener, router: Router, app: &App) -> std::io::Result<()> {
    let stop = app.life.draining().clone();
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    // An answer is one small packet: it must not wait for the former's receipt.
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps its delay");
        }
    });
    axum::serve(listener, service)
        .with_graceful_shutdown(async move { stop.cancelled().await })
        .await
}
