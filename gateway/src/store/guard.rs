//! Fault points: places where the tests let the process die.
//!
//! In a normal build `fault` is an empty function. With the feature `testing`,
//! `LINLI_FAULT=name:n` aborts the process the n-th time it passes `name`.

/// Dies here if the tests asked for it.
#[cfg(not(feature = "testing"))]
#[inline]
pub fn fault(_name: &str) {}

/// Dies here if the tests asked for it.
#[cfg(feature = "testing")]
pub fn fault(name: &str) {
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicI64, Ordering};
    static WANTED: LazyLock<Option<(String, AtomicI64)>> = LazyLock::new(|| {
        let text = std::env::var("LINLI_FAULT").ok()?;
        let (name, count) = text.rsplit_once(':')?;
        Some((name.to_owned(), AtomicI64::new(count.parse().ok()?)))
    });
    if let Some((wanted, left)) = WANTED.as_ref()
        && wanted == name
        && left.fetch_sub(1, Ordering::SeqCst) == 1
    {
        std::process::abort();
    }
}
