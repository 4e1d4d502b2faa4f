//! What the running gateway tells its operators: logs and metrics.
//!
//! Logs carry events and counts, never what people wrote or who they are; a
//! last net replaces known secrets on their way out. The figures are `metrics`.
//! Serving `/metrics` is the web's, health checks too.

mod history;
mod metrics;

pub use history::{Figure, History};
pub use metrics::{Metrics, resident_memory};

use crate::config::{Log, LogFormat, Secret};
use std::io::{IsTerminal, Write};
use std::sync::Arc;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// Starts logging for the whole process. Every `secret` of eight characters or
/// more is replaced by `***` wherever it would appear. A second call changes
/// nothing, so that several gateways can live in one test process.
pub fn start(log: &Log, secrets: Vec<Secret>) {
    let filter = EnvFilter::builder()
        .parse(&log.level)
        .expect("the configuration was checked");
    let out = Redacted::new(std::io::stderr, secrets);
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(out);
    // `try_init` fails when another subscriber is there already.
    let _ = match log.format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
    quiet_panics();
}

/// A panic's text may quote what somebody wrote, so only fixed texts are logged.
fn quiet_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        let what = panic.payload().downcast_ref::<&'static str>();
        tracing::error!(
            place = place.unwrap_or_default(),
            "panic: {}",
            what.unwrap_or(&"(text left out, it may quote a message)")
        );
    }));
}

/// Writes what `inner` makes, with secrets replaced. Each log event arrives as
/// one write.
#[derive(Clone)]
struct Redacted<M> {
    inner: M,
    secrets: Arc<[Secret]>,
}

impl<M> Redacted<M> {
    fn new(inner: M, mut secrets: Vec<Secret>) -> Self {
        secrets.retain(|s| s.expose().len() >= 8);
        Self {
            inner,
            secrets: secrets.into(),
        }
    }
}

impl<'a, M: MakeWriter<'a>> MakeWriter<'a> for Redacted<M> {
    type Writer = Redacted<M::Writer>;

    fn make_writer(&'a self) -> Self::Writer {
        Redacted {
            inner: self.inner.make_writer(),
            secrets: self.secrets.clone(),
        }
    }
}

impl<W: Write> Write for Redacted<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        if self.secrets.iter().any(|s| text.contains(s.expose())) {
            let mut text = text.into_owned();
            for secret in self.secrets.iter() {
                text = text.replace(secret.expose(), "***");
            }
            self.inner.write_all(text.as_bytes())?;
        } else {
            self.inner.write_all(bytes)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_secret_does_not_reach_the_log() {
        let secrets = vec![Secret::new("123456:ABCDEF"), Secret::new("a")];
        let maker = Redacted::new(Vec::<u8>::new, secrets);
        let mut out = maker.make_writer();
        let line = "GET /bot123456:ABCDEF/getMe 老王 a\n";
        out.write_all(line.as_bytes()).unwrap();
        assert_eq!(out.inner, "GET /bot***/getMe 老王 a\n".as_bytes());
    }
}
