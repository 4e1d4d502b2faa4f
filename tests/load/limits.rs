//! What the machine allows at best: plain commits, measured in the same run.

use crate::place::Place;
use gateway::store::rows::AuditRow;
use gateway::store::{Changes, Db};
use std::io::{Error, Result};
use std::process::Command;
use std::time::{Duration, Instant};

/// Single-row inserts a second on PostgreSQL, one per commit, 32 clients.
pub(crate) fn postgres(place: &Place, span: Duration) -> Result<f64> {
    place.psql("postgres", "CREATE TABLE plain (a BIGINT, b TEXT)")?;
    let script = place.folder.join("plain.sql");
    std::fs::write(&script, "INSERT INTO plain VALUES (1, 'x');\n")?;
    let address = place.postgres.server.trim_start_matches("postgres://");
    let (user, host) = address.split_once('@').unwrap_or(("postgres", address));
    let (host, port) = host.split_once(':').unwrap_or((host, "5432"));
    let done = Command::new(place.postgres.tools.join("pgbench"))
        .args(["-n", "-M", "prepared", "-c", "32", "-T"])
        .arg(span.as_secs().max(1).to_string())
        .args(["-h", host, "-p", port, "-U", user, "-f"])
        .arg(&script)
        .arg("postgres")
        .output()?;
    let text = String::from_utf8_lossy(&done.stdout);
    let line = text.lines().find(|l| l.starts_with("tps"));
    line.and_then(|l| l.split_whitespace().nth(2)?.parse().ok())
        .ok_or_else(|| {
            Error::other(format!(
                "pgbench: {}",
                String::from_utf8_lossy(&done.stderr)
            ))
        })
}

/// Single-row commits a second on SQLite with `synchronous=FULL`.
pub(crate) async fn sqlite(place: &Place, span: Duration) -> Result<f64> {
    let url = format!("sqlite:{}/plain.db", place.folder.display());
    let other = |e: gateway::store::StoreError| Error::other(e.to_string());
    let db = Db::open(&url, 1, Duration::from_secs(5))
        .await
        .map_err(other)?;
    db.migrate().await.map_err(other)?;
    let began = Instant::now();
    let mut count = 0_u32;
    while began.elapsed() < span {
        let mut changes = Changes::at(i64::from(count));
        changes.audit.push(AuditRow {
            id: format!("{count:032x}"),
            at: i64::from(count),
            actor: "load".into(),
            act: "plain".into(),
            subject: "x".into(),
            detail: "{}".into(),
        });
        db.commit(&changes).await.map_err(other)?;
        count += 1;
    }
    Ok(f64::from(count) / began.elapsed().as_secs_f64())
}
