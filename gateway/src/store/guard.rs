//! Fault points: places where the tests let the process die, and promises the
//! tests let it break.
//!
//! In a normal build both functions are empty. With the feature `testing`,
//! `LINLI_FAULT=name:n` aborts the process the n-th time it passes `name`, and
//! `LINLI_TEST_BREAK=name` breaks one promise, to prove that its test can fail.

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

/// Whether the tests want this promise broken.
#[cfg(not(feature = "testing"))]
#[inline]
pub fn broken(_name: &str) -> bool {
    false
}

/// Whether the tests want this promise broken.
#[cfg(feature = "testing")]
pub fn broken(name: &str) -> bool {
    use std::sync::LazyLock;
    static WANTED: LazyLock<Option<String>> =
        LazyLock::new(|| std::env::var("LINLI_TEST_BREAK").ok());
    WANTED.as_deref() == Some(name)
}

/// Work that takes long enough to be noticed from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// A statement for the database.
    Statement,
    /// A password hashed or compared.
    Hash,
    /// A second factor looked at.
    Factor,
}

/// Such work was done.
#[cfg(not(feature = "testing"))]
#[inline]
pub fn worked(_work: Work) {}

#[cfg(feature = "testing")]
static DONE: [std::sync::atomic::AtomicU64; 3] =
    [const { std::sync::atomic::AtomicU64::new(0) }; 3];

#[cfg(feature = "testing")]
tokio::task_local! {
    /// Set where work is counted: on the way of a page that somebody opens.
    /// What goes on beside it by itself would make every count a matter of luck.
    static COUNTED: ();
}

/// Such work was done.
#[cfg(feature = "testing")]
pub fn worked(work: Work) {
    if COUNTED.try_with(|()| ()).is_ok() {
        DONE[work as usize].fetch_add(1, std::sync::atomic::Ordering::SeqCst);
    }
}

/// Counts the work of one answer.
#[cfg(feature = "testing")]
pub async fn counted<T>(answer: impl Future<Output = T>) -> T {
    COUNTED.scope((), answer).await
}

/// How much of it the answers of this process took so far.
#[cfg(feature = "testing")]
pub fn done(work: Work) -> u64 {
    DONE[work as usize].load(std::sync::atomic::Ordering::SeqCst)
}
