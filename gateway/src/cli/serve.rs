//! `serve`: the gateway as it runs for a city.

use crate::app::{self, serve};
use crate::clock::{Clock, moment};
use crate::config::{Config, Loaded};
use crate::lifecycle::Lifecycle;
use crate::telemetry;
use anyhow::Context;
use chrono::TimeDelta;
use std::path::Path;
use tokio::net::TcpListener;

/// Runs until a signal ends it.
pub(super) async fn run(file: Option<&Path>) -> anyhow::Result<()> {
    let loaded = Config::load(file)?;
    observe(&loaded)?;
    let life = Lifecycle::new(loaded.config.shutdown.drain);
    life.obey_signals()?;
    let listener = TcpListener::bind(loaded.config.listen)
        .await
        .with_context(|| format!("cannot listen on {}", loaded.config.listen))?;
    let Some((app, listener)) = app::begin(&loaded, clock(), &life, listener).await? else {
        life.finished().await?;
        return Ok(());
    };
    for (_, alarm) in app.alarms.iter() {
        tracing::warn!(alarm, "please note");
    }
    let router = serve::site(&app, &loaded.config, 1.0);
    tracing::info!(listen = %listener.local_addr()?, "ready");
    let web = {
        let app = app.clone();
        async move { serve::serve(listener, router, &app).await }
    };
    life.spawn("web", web);
    life.finished().await?;
    app.core.db.close().await;
    Ok(())
}

/// Starts the log, hiding every secret the configuration holds.
pub(super) fn observe(loaded: &Loaded) -> anyhow::Result<()> {
    let config = &loaded.config;
    let mut secrets = vec![
        config.database.url.clone(),
        config.redis.url.clone(),
        config.secrets.key.clone(),
        config.admin.token.clone(),
    ];
    for channel in loaded.build_channels()? {
        secrets.extend(
            channel
                .redactions()
                .into_iter()
                .map(crate::config::Secret::new),
        );
    }
    secrets.retain(|s| !s.is_empty());
    telemetry::start(&config.log, secrets);
    Ok(())
}

/// The machine's clock. Builds for the tests may be told to be wrong
/// (`LINLI_TEST_SKEW_MS`) and to run fast (`LINLI_TEST_SPEED=speed@epoch`, the
/// epoch in microseconds), so that several processes can be tried together.
pub(super) fn clock() -> Clock {
    let told = |name| {
        cfg!(feature = "testing")
            .then(|| std::env::var(name).ok())
            .flatten()
    };
    let skew = told("LINLI_TEST_SKEW_MS").and_then(|ms| ms.parse().ok());
    let skew = TimeDelta::milliseconds(skew.unwrap_or(0));
    let fast = told("LINLI_TEST_SPEED").and_then(|text| {
        let (speed, epoch) = text.split_once('@')?;
        Some((speed.parse().ok()?, moment(epoch.parse().ok()?)))
    });
    match fast {
        Some((speed, epoch)) => Clock::running_since(epoch, speed, skew),
        None => Clock::running(1.0, skew),
    }
}
