//! Runs the target of this name on what libFuzzer makes up.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| targets::text::classify(data));
