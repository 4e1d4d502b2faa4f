//! One question of a service as a form, and read back from it.

use super::super::gate::Fields;
use super::super::problem::Problem;
use menus::question::{Choice, KEEPS, KINDS, Keep, Kind, Question, Range};
use menus::{Catalogue, Lang, Localized, ServiceCode};

/// A question as it is drawn.
pub(super) struct Row {
    pub(super) key: String,
    pub(super) label: String,
    /// Key, name, chosen.
    pub(super) kinds: Vec<(&'static str, &'static str, bool)>,
    /// Label, wording and purpose in Chinese and English.
    pub(super) texts: [String; 6],
    /// What it is for, in the reader's language.
    pub(super) purpose: String,
    /// Value, name, chosen: how long the answer is kept.
    pub(super) keeps: Vec<(&'static str, String, bool)>,
    pub(super) required: bool,
    pub(super) sensitive: bool,
    /// A line each.
    pub(super) options: String,
    pub(super) least: String,
    pub(super) most: String,
    pub(super) wrong: Vec<(String, bool)>,
}

impl Row {
    pub(super) fn empty(lang: Lang) -> Self {
        let text = Kind::named("text").expect("a kind of the table");
        Self::of(&Question::new("", Localized::default(), text), lang)
    }

    pub(super) fn of(question: &Question, lang: Lang) -> Self {
        let both = |text: &Localized| [text.zh.to_string(), text.en.to_string()];
        let some = |text: &Option<Localized>| both(&text.clone().unwrap_or_default());
        let [label_zh, label_en] = both(&question.label);
        let [ask_zh, ask_en] = some(&question.ask);
        let [purpose_zh, purpose_en] = some(&question.purpose);
        let option = |c: &Choice| format!("{} | {} | {}", c.key, c.label.zh, c.label.en);
        let options: Vec<String> = question.options.iter().map(option).collect();
        let range = |of: fn(&Range) -> i64| {
            let range = question.range.as_ref();
            range.map(|r| of(r).to_string()).unwrap_or_default()
        };
        let kind = question.kind.key();
        Self {
            key: question.key.clone(),
            label: question.label.get(lang).to_owned(),
            kinds: KINDS
                .iter()
                .map(|k| (k.key, k.name.get(lang), k.key == kind))
                .collect(),
            texts: [label_zh, label_en, ask_zh, ask_en, purpose_zh, purpose_en],
            purpose: question
                .purpose
                .as_ref()
                .map(|purpose| purpose.get(lang).to_owned())
                .unwrap_or_default(),
            keeps: keeps(question, lang),
            required: question.required,
            sensitive: question.sensitive,
            options: options.join("\n"),
            least: range(|r| r.least),
            most: range(|r| r.most),
            wrong: Vec::new(),
        }
    }
}

/// The question of a form. What it says about the key of another service's
/// question stays that service's.
pub(super) fn read(
    fields: &Fields,
    catalogue: &Catalogue,
    code: &ServiceCode,
) -> Result<Question, Problem> {
    let text = |name: &str| fields.get(name).trim().to_owned();
    let both =
        |name: &str| Localized::new(text(&format!("{name}.zh")), text(&format!("{name}.en")));
    let some = |name: &str| Some(both(name)).filter(|text| *text != Localized::default());
    let key = text("key");
    let sound = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    if key.is_empty() || key.len() > 40 || !key.bytes().all(sound) {
        return Err(Problem::Unreadable);
    }
    let kind = Kind::named(fields.get("kind")).ok_or(Problem::Unreadable)?;
    let known = catalogue.service(code).and_then(|s| s.field(&key));
    let fresh = || Question::new(&key, Localized::default(), kind);
    Ok(Question {
        label: both("label"),
        ask: some("ask"),
        purpose: some("purpose"),
        keep: Keep::named(fields.get("keep")),
        kind,
        required: fields.get("required") == "yes",
        sensitive: fields.get("sensitive") == "yes",
        options: fields.get("options").lines().filter_map(option).collect(),
        range: range(fields.get("least"), fields.get("most")),
        ..known.cloned().unwrap_or_else(fresh)
    })
}

fn keeps(question: &Question, lang: Lang) -> Vec<(&'static str, String, bool)> {
    let none = ("", "—".to_owned(), question.keep.is_none());
    let words = KEEPS
        .into_iter()
        .map(|(word, keep, name)| (word, name.get(lang).to_owned(), question.keep == Some(keep)));
    std::iter::once(none).chain(words).collect()
}

/// `key | 中文 | English`.
fn option(line: &str) -> Option<Choice> {
    let mut parts = line.split(['|', '｜']).map(str::trim);
    let key = parts.next().filter(|key| !key.is_empty())?;
    let (zh, en) = (
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
    );
    Some(Choice {
        key: key.to_owned(),
        label: Localized::new(zh, en),
    })
}

fn range(least: &str, most: &str) -> Option<Range> {
    let (least, most) = (least.trim().parse().ok()?, most.trim().parse().ok()?);
    (least <= most).then_some(Range { least, most })
}
