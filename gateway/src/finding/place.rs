//! A path in a document as people say it: `classes.normal.accept.normal_half`
//! becomes "normal · accept · normal_half". What is not known stays as written.

use menus::Localized;

/// Parts of paths with what people call them.
const NAMES: &[(&str, &str, &str)] = &[
    ("document", "", ""),
    ("notice", "通知", "notice"),
    ("classes", "", ""),
    ("house", "", ""),
    ("weekly", "每周", "the week"),
    ("years", "", ""),
    ("version", "版本号", "version"),
    ("offset", "时区", "offset"),
    ("every_year", "每年一样", "every year"),
    ("makeup", "调休日的上班时间", "hours of make-up days"),
    ("pauses", "暂停理由", "pause reason"),
    ("crisis", "危急", "crisis"),
    ("hunger", "断粮", "no food"),
    ("urgent", "紧急", "urgent"),
    ("normal", "普通", "normal"),
    ("accept", "接手", "accept"),
    ("contact", "联系", "contact"),
    ("resolve", "办结", "resolve"),
    ("limit", "时限", "limit"),
    ("otherwise", "没有时限时", "otherwise"),
    ("from", "从何时算起", "from"),
    ("notices", "提醒时间", "notices"),
    ("max", "最长", "at most"),
    ("off", "放假", "days off"),
    ("work", "调休上班", "make-up days"),
    (
        "close_tries",
        "自动办结前要联系几次",
        "tries before closing by itself",
    ),
    (
        "close_after",
        "没有回音多久自动办结",
        "silence before closing by itself",
    ),
    (
        "reopen_within",
        "办结后多久内可以重新打开",
        "reopening is possible for",
    ),
    (
        "transfer_within",
        "转办多久没人接就上交",
        "a hand-over waits at most",
    ),
    (
        "transfer_urgent",
        "紧急转办多久没人接就上交",
        "an urgent hand-over waits at most",
    ),
    ("mon", "周一", "Monday"),
    ("tue", "周二", "Tuesday"),
    ("wed", "周三", "Wednesday"),
    ("thu", "周四", "Thursday"),
    ("fri", "周五", "Friday"),
    ("sat", "周六", "Saturday"),
    ("sun", "周日", "Sunday"),
];

/// The words of a path, `other` for parts that are not known here; empty where
/// the path says nothing to people.
pub(super) fn words(place: &str, other: impl Fn(&str) -> Localized) -> Localized {
    let named = |part: &str| {
        let known = NAMES.iter().find(|(key, ..)| *key == part);
        known.map_or_else(
            || {
                // Years and dates are words already.
                let number = part.starts_with(|c: char| c.is_ascii_digit());
                let said = if number {
                    Localized::new(part, part)
                } else {
                    other(part)
                };
                (said.zh.into_owned(), said.en.into_owned())
            },
            |(_, zh, en)| ((*zh).to_owned(), (*en).to_owned()),
        )
    };
    let parts: Vec<(String, String)> = place.split('.').map(named).collect();
    let join = |of: fn(&(String, String)) -> &str| {
        let said = parts.iter().map(of).filter(|part| !part.is_empty());
        said.collect::<Vec<_>>().join(" · ")
    };
    Localized::new(join(|p| &p.0), join(|p| &p.1))
}

#[cfg(test)]
mod tests {
    use crate::finding::one;
    use crate::finding::{Finding, Problem};

    /// What is said before the problem.
    fn at(place: &str) -> String {
        let words = one(place, Problem::NoClock {})[0].words();
        let (place, _) = words.zh.split_once('：').unwrap_or_default();
        place.to_owned()
    }

    #[test]
    fn a_finding_is_told_in_both_languages_with_its_place() {
        let finding = Finding {
            place: "classes.normal.accept.normal_half".into(),
            problem: Problem::NotAWhen {
                given: "soon".into(),
            },
        };
        let said = finding.words();
        assert!(
            said.zh.starts_with("普通 · 接手 · normal_half：“soon”不是"),
            "{}",
            said.zh
        );
        assert!(
            said.en
                .starts_with("normal · accept · normal_half: \"soon\" is no moment"),
            "{}",
            said.en
        );
        assert_eq!(at("years.2027.off"), "2027 · 放假");
        assert_eq!(at("document"), "");
    }
}
