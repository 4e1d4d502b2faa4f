//! Every key that the dialogue speaks with exists, and every text is spoken.

use crate::texts;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

fn sources(folder: &Path, into: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && path.file_name().unwrap() != "tests" {
            sources(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}

#[test]
fn every_key_in_the_sources_has_its_text() {
    let mut all = String::new();
    sources(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src/conversation"),
        &mut all,
    );
    let keys: BTreeSet<&str> = all
        .split('"')
        .filter(|part| {
            let mut words = part.split('.');
            let topic = words.next().unwrap_or_default();
            matches!(topic, "talk" | "request" | "crisis" | "notice")
                && words.clone().count() >= 1
                && words.all(|word| {
                    !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c == '_')
                })
        })
        .collect();
    assert!(keys.len() > 120, "{}", keys.len());
    for key in keys {
        assert!(texts::has(key), "{key}");
    }
    for kind in [
        "suicide", "violence", "child", "abuse", "missing", "unresp", "hunger", "medical",
        "firegas", "other",
    ] {
        assert!(
            texts::has(&format!("crisis.card.{kind}")) && texts::has(&format!("crisis.ask.{kind}")),
            "{kind}"
        );
    }
    for relation in [
        "母亲",
        "父亲",
        "配偶",
        "子女",
        "祖父母",
        "孙辈",
        "兄弟姐妹",
        "公婆岳父母",
        "其他亲属",
        "邻居",
        "朋友",
    ] {
        let key = crate::conversation::facts::relation_key(relation).unwrap();
        assert!(texts::has(&format!("talk.relation.{key}")), "{key}");
    }
}
