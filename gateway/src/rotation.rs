//! Bringing everything sealed under the current key.
//!
//! Works beside running gateways and may die at any point: each batch is one
//! statement that touches only rows nobody changed since they were read, what
//! is done is told by the values themselves, and older keys go on opening what
//! is left. Where keys come from, and when an old one is forgotten, is not
//! decided here.

use crate::people::Resident;
use crate::people::persons::Fact;
use crate::seal::{Seal, SealError};
use crate::store::sealed::{
    self, COLUMNS, Column, Resealed, ResealedFact, ResealedResident, Sealed,
};
use crate::store::{Db, KEYS, StoreError, fault};

/// Values in one batch.
pub const BATCH: i64 = 500;
/// Gateways write beside it: what they sealed under an older key meanwhile is
/// found by going over everything again, this often at most.
const PASSES: u32 = 8;

/// How far it is.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// Table.
    pub table: &'static str,
    /// Values of it that were looked at in this pass.
    pub done: u64,
    /// Values of it that were to be sealed again when the pass began.
    pub of: u64,
}

/// What came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rotated {
    /// Values sealed again.
    pub resealed: u64,
    /// Damaged values, which no key opens; they stay as they are.
    pub damaged: u64,
    /// Values left under an older key, because a gateway goes on using it.
    pub left: u64,
}

/// Seals everything again that is not under the current key.
///
/// # Errors
/// Of the store; what was done until then stays done.
pub async fn rotate(
    db: &Db,
    seal: &Seal,
    batch: i64,
    mut say: impl FnMut(Progress),
) -> Result<Rotated, StoreError> {
    let mut all = Rotated::default();
    let known = db.meta(KEYS, &seal.fingerprint()).await?;
    for _ in 0..PASSES {
        names(db, seal).await?;
        let (mut resealed, mut kept) = (0, 0);
        all.damaged = 0;
        for column in &COLUMNS {
            let (done, damaged, missed) = column_again(db, seal, column, batch, &mut say).await?;
            resealed += done;
            kept += missed;
            all.damaged += damaged;
        }
        all.resealed += resealed;
        all.left = kept;
        if resealed == 0 && kept == 0 {
            break;
        }
    }
    if all.left == 0 {
        // Nobody needs the older keys any more; a gateway that still seals with
        // one says so when it starts again.
        sealed::swap_fact(db, KEYS, &known, &seal.fingerprint()).await?;
    }
    Ok(all)
}

/// How many values are not under the current key.
///
/// # Errors
/// Of the store.
pub async fn left(db: &Db, seal: &Seal) -> Result<u64, StoreError> {
    let mut all = 0;
    for column in &COLUMNS {
        all += column.left(db, &seal.prefix()).await?;
    }
    Ok(all.unsigned_abs())
}

/// The key for names stays what it is, under the current key.
async fn names(db: &Db, seal: &Seal) -> Result<(), StoreError> {
    let key = crate::app::NAMES;
    let Some(text) = sealed::fact(db, key).await? else {
        return Ok(());
    };
    if text.starts_with(&seal.prefix()) {
        return Ok(());
    }
    let plain = seal.open(&text).map_err(|e| StoreError::Damaged {
        table: "meta",
        why: e.to_string(),
    })?;
    sealed::swap_fact(db, key, &text, &seal.seal(&plain)).await?;
    fault("rotate.names");
    Ok(())
}

/// One column, batch by batch: how many were sealed again, are damaged, and
/// were changed by somebody else meanwhile.
async fn column_again(
    db: &Db,
    seal: &Seal,
    column: &Column,
    batch: i64,
    say: &mut impl FnMut(Progress),
) -> Result<(u64, u64, u64), StoreError> {
    let of = column.left(db, &seal.prefix()).await?.unsigned_abs();
    let (mut after, mut seen) = ((String::new(), -1), 0);
    let (mut resealed, mut damaged, mut missed) = (0, 0, 0);
    loop {
        let rows = column.next(db, &seal.prefix(), &after, batch).await?;
        let Some(last) = rows.last() else {
            return Ok((resealed, damaged, missed));
        };
        after = (last.a.clone(), last.b);
        seen += rows.len() as u64;
        let (count, bad) = if column.table == "residents" {
            let (again, bad) = all_of(rows, seal, resident);
            (
                sealed::write_residents(db, &again).await,
                (again.len(), bad),
            )
        } else if column.table == "facts" {
            let (again, bad) = all_of(rows, seal, fact);
            (sealed::write_facts(db, &again).await, (again.len(), bad))
        } else {
            let (again, bad) = all_of(rows, seal, text);
            (column.write(db, &again).await, (again.len(), bad))
        };
        let count = count?;
        fault("rotate.batch");
        resealed += count;
        missed += (bad.0 as u64).saturating_sub(count);
        damaged += bad.1;
        let table = column.table;
        say(Progress {
            table,
            done: seen,
            of: of.max(seen),
        });
    }
}

/// Those that can be sealed again, and how many cannot.
fn all_of<T>(
    rows: Vec<Sealed>,
    seal: &Seal,
    again: impl Fn(Sealed, &Seal) -> Result<T, SealError>,
) -> (Vec<T>, u64) {
    let all = rows.len();
    let again: Vec<T> = rows
        .into_iter()
        .filter_map(|row| again(row, seal).ok())
        .collect();
    let bad = (all - again.len()) as u64;
    (again, bad)
}

fn text(was: Sealed, seal: &Seal) -> Result<Resealed, SealError> {
    let now = seal.seal(&seal.open(&was.sealed)?);
    Ok(Resealed { was, now })
}

fn fact(was: Sealed, seal: &Seal) -> Result<ResealedFact, SealError> {
    let fact = Fact::open(&was.sealed, seal)?;
    Ok(ResealedFact {
        was,
        now: fact.sealed(seal),
        tag: fact.tag(seal),
    })
}

fn resident(was: Sealed, seal: &Seal) -> Result<ResealedResident, SealError> {
    let plain = seal.open(&was.sealed)?;
    let form = |e: String| SealError::Form(e);
    let known = std::str::from_utf8(&plain).map_err(|e| form(e.to_string()))?;
    let known = Resident::from_json(known).map_err(|e| form(e.to_string()))?;
    let tags = known.tags(seal);
    Ok(ResealedResident {
        was,
        now: seal.seal(&plain),
        id: tags.id,
        id_tag: tags.document,
        phone_tag: tags.phone,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::app::register::{Imported, store};
    use crate::clock::moment;
    use std::time::Duration;

    async fn city(seal: &Seal) -> (tempfile::TempDir, Db) {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}/x.db", folder.path().display());
        let db = Db::open(&url, 2, Duration::from_secs(3)).await.unwrap();
        db.migrate().await.unwrap();
        db.check_key(seal).await.unwrap();
        imported(&db, seal).await;
        (folder, db)
    }

    async fn imported(db: &Db, seal: &Seal) {
        let city = crate::demo::city();
        let import = Imported {
            units: city.units,
            workers: city.workers,
            residents: city.residents,
            ..Imported::default()
        };
        store(db, seal, &import, moment(1)).await.unwrap();
    }

    #[tokio::test]
    async fn residents_are_one_row_each_whenever_they_are_imported_again() {
        let old = Seal::new(b"one");
        let (_folder, db) = city(&old).await;
        let before = crate::store::people::counts(&db).await.unwrap();
        let new = Seal::with_others(b"two", [&b"one"[..]]);
        db.check_key(&new).await.unwrap();
        imported(&db, &new).await;
        let done = rotate(&db, &new, 2, |_| {}).await.unwrap();
        assert!(
            done.resealed > 0 && done.left == 0 && done.damaged == 0,
            "{done:?}"
        );
        assert_eq!(left(&db, &new).await.unwrap(), 0);
        imported(&db, &new).await;
        assert_eq!(crate::store::people::counts(&db).await.unwrap(), before);
        assert!(
            db.check_key(&Seal::new(b"one")).await.is_err(),
            "the old key alone"
        );
        db.check_key(&Seal::new(b"two")).await.unwrap();
    }

    #[tokio::test]
    async fn while_it_is_not_through_both_keys_are_needed() {
        let (_folder, db) = city(&Seal::new(b"one")).await;
        let new = Seal::with_others(b"two", [&b"one"[..]]);
        db.check_key(&new).await.unwrap();
        for lone in [&b"one"[..], b"two", b"three"] {
            assert!(db.check_key(&Seal::new(lone)).await.is_err());
        }
        db.check_key(&Seal::with_others(b"one", [&b"two"[..]]))
            .await
            .unwrap();
    }
}
