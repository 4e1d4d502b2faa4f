//! The invariants of the code's layout, checked on its text.
//!
//! Each rule is a function from the tree of files to findings. It is run on the
//! repository, where it must find nothing, and on a bad sample, where it must
//! find something: a rule that cannot fail is no rule. What clippy and the
//! compiler check is not repeated here.
#![allow(clippy::unwrap_used)]

mod layout;
mod source;
mod text;
mod tree;

use tree::Tree;

/// Runs a rule on the repository.
fn clean(rule: fn(&Tree) -> Vec<String>) {
    let findings = rule(&Tree::repository());
    assert!(findings.is_empty(), "\n  {}\n", findings.join("\n  "));
}

/// Runs a rule on files made up as (path, content); returns what it finds.
fn found(rule: fn(&Tree) -> Vec<String>, files: &[(&str, &str)]) -> Vec<String> {
    rule(&Tree::of(files))
}
