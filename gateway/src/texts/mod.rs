//! What the product says to people, one catalogue per language.
//!
//! A text has a dotted key (`crisis.suicide`) and may hold places to fill
//! (`{who}`). The folders `zh-CN` and `en` hold one TOML file per topic. To add a
//! topic: a file of the same name in both folders and its line in [`TOPICS`].
//! No grammar is done here and no fallback between languages: tests see to it
//! that both know the same keys with the same places.

use menus::Lang;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Every topic: its name, the Chinese file, the English file.
static TOPICS: &[(&str, &str, &str)] = &[
    (
        "talk",
        include_str!("zh-CN/talk.toml"),
        include_str!("en/talk.toml"),
    ),
    (
        "request",
        include_str!("zh-CN/request.toml"),
        include_str!("en/request.toml"),
    ),
    (
        "crisis",
        include_str!("zh-CN/crisis.toml"),
        include_str!("en/crisis.toml"),
    ),
    (
        "prove",
        include_str!("zh-CN/prove.toml"),
        include_str!("en/prove.toml"),
    ),
    (
        "desk",
        include_str!("zh-CN/desk.toml"),
        include_str!("en/desk.toml"),
    ),
    (
        "consent",
        include_str!("zh-CN/consent.toml"),
        include_str!("en/consent.toml"),
    ),
    (
        "task",
        include_str!("zh-CN/task.toml"),
        include_str!("en/task.toml"),
    ),
    (
        "notice",
        include_str!("zh-CN/notice.toml"),
        include_str!("en/notice.toml"),
    ),
];

type Catalogue = HashMap<String, String>;

static ZH: LazyLock<Catalogue> = LazyLock::new(|| read(|topic| topic.1));
static EN: LazyLock<Catalogue> = LazyLock::new(|| read(|topic| topic.2));

/// The text of a key. Unknown keys give an empty text.
pub fn text(lang: Lang, key: &str) -> &'static str {
    catalogue(lang).get(key).map_or("", String::as_str)
}

/// Whether there is a text of this key.
pub fn has(key: &str) -> bool {
    ZH.contains_key(key)
}

/// The text of a key with its places filled. Places without a value stay as
/// they are; values are never searched for places themselves.
pub fn fill(lang: Lang, key: &str, values: &[(&str, &str)]) -> String {
    let mut rest = text(lang, key);
    let mut out = String::with_capacity(rest.len() + 64);
    while let Some(open) = rest.find('{') {
        let (before, from) = rest.split_at(open);
        out.push_str(before);
        let Some(close) = from.find('}') else {
            rest = from;
            break;
        };
        let name = &from[1..close];
        match values.iter().find(|(place, _)| *place == name) {
            Some((_, value)) => out.push_str(value),
            None => out.push_str(&from[..=close]),
        }
        rest = &from[close + 1..];
    }
    out.push_str(rest);
    out
}

fn catalogue(lang: Lang) -> &'static Catalogue {
    match lang {
        Lang::Zh => &ZH,
        Lang::En => &EN,
    }
}

fn read(file: fn(&(&str, &'static str, &'static str)) -> &'static str) -> Catalogue {
    let mut all = HashMap::new();
    for topic in TOPICS {
        let table: toml::Table =
            toml::from_str(file(topic)).expect("shipped texts are TOML, a test reads them");
        flatten(topic.0, &table, &mut all);
    }
    all
}

fn flatten(prefix: &str, table: &toml::Table, all: &mut Catalogue) {
    for (name, value) in table {
        let key = format!("{prefix}.{name}");
        match value {
            toml::Value::String(text) => {
                all.insert(key, text.trim_end().to_owned());
            }
            toml::Value::Table(inner) => flatten(&key, inner, all),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn places(text: &str) -> BTreeSet<&str> {
        text.split('{')
            .skip(1)
            .filter_map(|part| part.split_once('}'))
            .map(|(name, _)| name)
            .collect()
    }

    #[test]
    fn both_languages_have_the_same_keys_and_places() {
        let zh: BTreeSet<_> = ZH.keys().collect();
        let en: BTreeSet<_> = EN.keys().collect();
        assert_eq!(zh, en);
        for key in zh {
            assert_eq!(
                places(text(Lang::Zh, key)),
                places(text(Lang::En, key)),
                "{key}"
            );
            assert!(
                !text(Lang::Zh, key).is_empty() && !text(Lang::En, key).is_empty(),
                "{key}"
            );
        }
    }

    #[test]
    fn chinese_texts_are_chinese_and_english_ones_english() {
        let han = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        for (key, text) in &*EN {
            let shown = text.replace("中文", "");
            assert!(!han(&shown), "{key}: {text}");
        }
        for (key, text) in &*ZH {
            let bare = text
                .split('{')
                .map(|part| part.split_once('}').map_or(part, |(_, rest)| rest));
            let bare: String = bare.collect();
            assert!(
                han(text) || !bare.chars().any(char::is_alphanumeric),
                "{key}: {text}"
            );
        }
    }

    #[test]
    fn texts_avoid_office_words() {
        for (key, text) in &*ZH {
            for word in [
                "受理",
                "予以",
                "贵",
                "敬请",
                "材料齐全",
                "系统",
                "工单",
                "用户",
                "不符合",
                "你",
            ] {
                assert!(!text.contains(word), "{key}: {word} in {text}");
            }
        }
    }

    #[test]
    fn places_are_filled_once_and_unknown_ones_stay() {
        let said = fill(Lang::Zh, "crisis.desk.ok", &[("who", "{x}")]);
        assert!(!said.is_empty());
        assert_eq!(fill(Lang::Zh, "no.such.key", &[]), "");
        let promise = fill(Lang::Zh, "notice.accepted", &[("who", "{title}")]);
        assert!(promise.contains("{title}"));
    }
}
