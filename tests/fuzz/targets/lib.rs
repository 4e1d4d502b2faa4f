//! What is fuzzed: one function for each parser that a stranger's bytes can reach.
//!
//! A target must come back in bounded time, without a panic, and what it checks of the answer must hold for any bytes.
//! The same functions are run on the committed seeds by `replay.rs` beside this folder, so that they cannot rot; guessing
//! new bytes is libFuzzer's work. To add one: a function and its line in `TARGETS`, a file in `fuzz_targets/`, an entry in
//! `Cargo.toml` and a folder of seeds. A test compares these lists.

#[cfg(feature = "gateway")]
pub mod product;
pub mod text;
