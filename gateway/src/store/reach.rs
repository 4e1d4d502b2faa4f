//! Whether the database can be reached, and if not why: in words that tell the
//! usual mistakes apart and name neither a host nor a secret.
//!
//! A pool only says that no connection came in time, so this makes one of its own.

use super::{Db, Result, StoreError};
use sqlx::{ConnectOptions, Connection};
use std::io::ErrorKind;
use std::time::Duration;

impl Db {
    /// Tries to come in, for `patience` at most.
    ///
    /// # Errors
    /// [`StoreError::Away`] with the reason.
    pub async fn reach(&self, patience: Duration) -> Result<()> {
        let Self::Postgres(pool) = self else {
            return self.ping().await;
        };
        let options = pool.connect_options();
        let away = |why: &str| StoreError::Away(why.to_owned());
        let connecting = Box::pin(options.connect());
        match tokio::time::timeout(patience, connecting).await {
            Ok(Ok(connection)) => {
                // What it says at its end is of no interest.
                let _ = connection.close().await;
                Ok(())
            }
            Ok(Err(error)) => Err(away(&reason(&error))),
            Err(_) => Err(away("its host does not answer")),
        }
    }

    /// Where the database is, for those who run the gateway: host and port, or
    /// the file.
    pub fn place(&self) -> String {
        match self {
            Self::Postgres(pool) => {
                let options = pool.connect_options();
                format!("{}:{}", options.get_host(), options.get_port())
            }
            Self::Sqlite { write, .. } => {
                let options = write.connect_options();
                options.get_filename().display().to_string()
            }
        }
    }
}

fn reason(error: &sqlx::Error) -> String {
    let known = match error {
        sqlx::Error::Io(io) => match io.kind() {
            ErrorKind::ConnectionRefused => "nothing listens at its address (connection refused)",
            ErrorKind::NotFound => "there is no socket where it should be",
            ErrorKind::ConnectionReset | ErrorKind::UnexpectedEof => "it hangs up at once",
            _ if io.to_string().contains("lookup") => "the name of its host is not known",
            _ => "its host cannot be reached",
        },
        sqlx::Error::Tls(_) => "it does not encrypt as database.url wants",
        sqlx::Error::Database(said) => match said.code().as_deref() {
            Some("28P01" | "28000") => "it refuses the user or the password",
            Some("3D000") => "it has no database of this name",
            Some("53300") => "it takes no more connections",
            Some("57P03") => "it is starting or stopping",
            _ => return said.message().to_owned(),
        },
        _ => "it does not answer as PostgreSQL does",
    };
    known.to_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    async fn why(url: &str) -> String {
        let db = Db::open(url, 2, Duration::from_secs(5)).await.unwrap();
        let away = db.reach(Duration::from_secs(20)).await.unwrap_err();
        db.close().await;
        away.to_string()
    }

    #[tokio::test]
    async fn the_ways_to_miss_a_database_are_told_apart_without_the_secret() {
        let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = closed.local_addr().unwrap().port();
        drop(closed);
        let refused = why(&format!("postgres://u:hunter2@127.0.0.1:{port}/n")).await;
        assert!(refused.contains("connection refused"), "{refused}");
        let socket = why("postgres://u:hunter2@%2Fno%2Fsuch/n").await;
        assert!(socket.contains("no socket"), "{socket}");
        let Ok(server) = std::env::var("LINLI_TEST_POSTGRES") else {
            return; // `tests/run` sets it; a lone `cargo test` has no server.
        };
        let (base, _) = server.rsplit_once('/').unwrap();
        let none = why(&format!("{base}/no_such_database")).await;
        assert!(none.contains("no database of this name"), "{none}");
        let (_, address) = base.rsplit_once('@').unwrap();
        let nobody = why(&format!(
            "postgres://no_such_user:hunter2@{address}/postgres"
        ))
        .await;
        assert!(nobody.contains("refuses the user"), "{nobody}");
        for said in [refused, socket, none, nobody] {
            assert!(!said.contains("hunter2") && !said.contains("127.0.0.1"));
        }
    }
}
