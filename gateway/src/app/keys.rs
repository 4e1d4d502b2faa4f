//! The keys of an installation: where they come from, and whether they fit its
//! database.
//!
//! Configured; or made on the first start and kept in a file; or, where several
//! processes have no file in common and none is configured, kept in the database.

use super::StartError;
use crate::config::Config;
use crate::seal::{Seal, file};
use crate::store::{Db, KEYS, StoreError, full, sealed};

/// The fact that holds the key for names, sealed.
pub(crate) const NAMES: &str = "names_key";
/// The fact that holds the data key where nobody configured one.
const DATA_KEY: &str = "data_key";

/// The keys, and what an administrator should know about them.
///
/// # Errors
/// If they cannot be read, or do not open what is in the database.
pub async fn seal(config: &Config, db: &Db) -> Result<(Seal, Option<String>), StartError> {
    let (seal, warning) = found(config, db).await?;
    let before = sealed::fact(db, KEYS).await?;
    let began = before.as_deref().and_then(|all| all.split(',').next());
    let first = seal.seal_json(&hex::encode(seal.first_names(began)));
    db.check_key(&seal).await?;
    let names = db.meta(NAMES, &first).await?;
    let names = names_of(&seal, &names).ok_or(StoreError::Damaged {
        table: "meta",
        why: "the key for names cannot be opened".into(),
    })?;
    let seal = seal.naming(names);
    let older = seal.fingerprints().len() - 1;
    let several = (older > 0).then(|| {
        format!("{older} older data keys are in use: run gateway rotate-key, then remove them")
    });
    Ok((seal, warning.or(several)))
}

/// The key alone, while there is no database to compare it with; `None` where it
/// is in the database, or not made yet.
///
/// # Errors
/// If there is a key file that cannot be read.
pub(super) fn key_alone(config: &Config) -> Result<Option<Seal>, StartError> {
    let secrets = &config.secrets;
    if !secrets.key.is_empty() {
        let others = secrets.other_keys().map(str::as_bytes);
        let key = secrets.key.expose().as_bytes();
        return Ok(Some(Seal::with_others(key, others)));
    }
    let file = secrets.store.exists();
    file.then(|| of_file(config)).transpose()
}

fn of_file(config: &Config) -> Result<Seal, StartError> {
    let path = &config.secrets.store;
    Seal::of_file(path).map_err(|e| {
        let path = full(path);
        let path = path.display();
        StartError::File(format!("the data key {path} cannot be used: {e}"))
    })
}

fn names_of(seal: &Seal, text: &str) -> Option<[u8; 32]> {
    let text: String = seal.open_json(text).ok()?;
    hex::decode(text).ok()?.try_into().ok()
}

async fn found(config: &Config, db: &Db) -> Result<(Seal, Option<String>), StartError> {
    let secrets = &config.secrets;
    let kept = sealed::fact(db, DATA_KEY).await?;
    if !secrets.key.is_empty() {
        // The key that was kept in the database goes on opening what it sealed.
        let others = secrets.other_keys().chain(kept.as_deref());
        let others = others.map(str::as_bytes);
        let key = secrets.key.expose().as_bytes();
        return Ok((Seal::with_others(key, others), None));
    }
    if matches!(db, Db::Sqlite { .. }) || secrets.store.exists() {
        // A new key would open nothing of it, and hide that the old one is lost.
        if !secrets.store.exists() && sealed::fact(db, KEYS).await?.is_some() {
            return Err(StartError::File(format!(
                "there is no data key at {} (secrets.store), but this database was written with one",
                full(&secrets.store).display()
            )));
        }
        return Ok((of_file(config)?, None));
    }
    let key = db.meta(DATA_KEY, &file::random_key()).await?;
    let warning =
        "secrets.key is not set: the data key is kept in the database, beside what it protects";
    Ok((Seal::new(key.as_bytes()), Some(warning.to_owned())))
}
