//! A ladder in sentences, as a clerk says it: what has to happen by when, and what
//! is done when it did not. For the editor, for differences and for what is wrong.

use super::paper::Found;
use super::words::{Line, both, class, clock, span};
use crate::calendar::Span;
use crate::escalation::policy::{
    Action, Class, ClockName, ClockRule, Limit, Notices, PauseReason, Start, When,
};
use crate::escalation::{Policy, why};
use crate::finding::Finding;
use menus::{Lang, Localized};

/// The moment of a rung: "超时 1 个工作日".
fn when(at: When, lang: Lang) -> String {
    let zh = lang == Lang::Zh;
    match at {
        When::Percent(p) if zh => format!("时限过了 {p}%"),
        When::Percent(p) => format!("{p}% of the time"),
        When::After(s) if zh => format!("开始后 {}", span(s, lang)),
        When::After(s) => format!("{} after the start", span(s, lang)),
        When::Overdue(s) if s.is_zero() => if zh { "到期时" } else { "when due" }.to_owned(),
        When::Overdue(s) if zh => format!("超时 {}", span(s, lang)),
        When::Overdue(s) => format!("{} overdue", span(s, lang)),
    }
}

/// Everything a step does.
fn deeds(actions: &[Action], lang: Lang) -> String {
    let deeds = actions.iter().map(|action| {
        let words = why::action(action);
        if lang == Lang::Zh { words.zh } else { words.en }
    });
    let deeds: Vec<String> = deeds.collect();
    deeds.join(if lang == Lang::Zh { "；" } else { "; " })
}

/// One step as a sentence: "没人接手，超时 1 个工作日：提醒经办人员。"
pub fn step(clock: ClockName, at: When, actions: &[Action], lang: Lang) -> String {
    let (unmet_zh, unmet_en) = match clock {
        ClockName::Accept => ("没人接手", "Nobody accepted"),
        ClockName::Contact => ("没联系上", "Nobody was reached"),
        ClockName::Resolve => ("没办结", "Not resolved"),
        ClockName::House => ("没有回音", "No answer"),
    };
    let (when, deeds) = (when(at, lang), deeds(actions, lang));
    if lang == Lang::Zh {
        let deeds = if deeds.is_empty() {
            "还没选做什么"
        } else {
            &deeds
        };
        format!("{unmet_zh}，{when}：{deeds}。")
    } else {
        let deeds = if deeds.is_empty() {
            "nothing is chosen yet"
        } else {
            &deeds
        };
        format!("{unmet_en}, {when}: {deeds}.")
    }
}

/// How long a clock runs, as a sentence: "4 个工作小时内要有人接手。"
pub fn limit(
    clock: ClockName,
    limit: Limit,
    otherwise: Option<Span>,
    from: Start,
    lang: Lang,
) -> String {
    let zh = lang == Lang::Zh;
    let long = match limit {
        Limit::Fixed(fixed) => span(fixed, lang),
        Limit::FirstContact if zh => "事项规定的首次联系时限".to_owned(),
        Limit::FirstContact => "the time the service gives for the first contact".to_owned(),
        Limit::Outcome if zh => "事项规定的办结时限".to_owned(),
        Limit::Outcome => "the time the service gives for the outcome".to_owned(),
    };
    let accepted = match from {
        Start::Accepted if zh => "从接手时算起，",
        Start::Accepted => "Counted from the acceptance: ",
        Start::Opened => "",
    };
    let otherwise = otherwise.map(|s| span(s, lang));
    if zh {
        let met = match clock {
            ClockName::Accept => "要有人接手",
            ClockName::Contact => "要联系上",
            ClockName::Resolve => "要办结",
            ClockName::House => "要有回音",
        };
        let otherwise = otherwise.map(|s| format!("；事项没有写时限的，{s}内"));
        format!("{accepted}{long}内{met}{}。", otherwise.unwrap_or_default())
    } else {
        let met = match clock {
            ClockName::Accept => "somebody accepts",
            ClockName::Contact => "the resident is reached",
            ClockName::Resolve => "there is an outcome",
            ClockName::House => "there is an answer",
        };
        let otherwise = otherwise.map(|s| format!("; {s} where the service states none"));
        format!(
            "{accepted}{met} within {long}{}.",
            otherwise.unwrap_or_default()
        )
    }
}

/// What is wrong with an edited ladder, its steps told as sentences: the former
/// `policy` knows those that were there before.
pub(super) fn named(findings: Vec<Finding>, policy: Option<&Policy>) -> Vec<Found> {
    let sentence = |key: &str| -> Option<Localized> {
        let (_, clock, rung) = policy?.rung(key)?;
        Some(both(|lang| {
            let step = step(clock, rung.at, &rung.actions, lang);
            let step = step.trim_end_matches(['。', '.']);
            if lang == Lang::Zh {
                format!("“{step}”这一步")
            } else {
                format!("the step \"{step}\"")
            }
        }))
    };
    let fresh = || Localized::fixed("新加的这一步", "the new step");
    let found = |finding: Finding| Found {
        text: finding.words_with(|key| sentence(key).unwrap_or_else(fresh)),
        place: finding.place,
        field: String::new(),
        grave: true,
    };
    findings.into_iter().map(found).collect()
}

pub(super) fn policy_lines(policy: &Policy) -> Vec<Line> {
    let mut lines = Vec::new();
    for of in Class::ALL {
        let ladder = policy.class(of);
        let anytime = ladder.notices == Notices::Anytime;
        lines.push(Line {
            key: of.code().to_owned(),
            name: both(|lang| {
                format!(
                    "{}{}",
                    class(of, lang),
                    if lang == Lang::Zh {
                        "：提醒时间"
                    } else {
                        ": notices"
                    }
                )
            }),
            value: if anytime {
                Localized::fixed("随时，夜里也提醒", "anytime, at night too")
            } else {
                Localized::fixed("上班时间", "in working hours")
            },
        });
        for rule in &ladder.clocks {
            clock_lines(of, rule, &mut lines);
        }
    }
    lines.extend(policy.pauses.iter().map(pause_line));
    lines.extend(house_lines(policy));
    lines
}

fn pause_line(pause: &PauseReason) -> Line {
    let label = |lang| {
        if lang == Lang::Zh {
            &pause.zh
        } else {
            &pause.en
        }
    };
    Line {
        key: format!("pauses.{}", pause.code),
        name: both(|lang| {
            if lang == Lang::Zh {
                format!("暂停理由“{}”", label(lang))
            } else {
                format!("Pause reason \"{}\"", label(lang))
            }
        }),
        value: both(|lang| {
            let stops: Vec<_> = pause.stops.iter().map(|c| clock(*c, lang)).collect();
            let classes: Vec<_> = pause.classes.iter().map(|c| class(*c, lang)).collect();
            let max = span(pause.max, lang);
            if lang == Lang::Zh {
                let (stops, classes) = (stops.join("、"), classes.join("、"));
                format!("最长 {max}，停{stops}的时限，{classes}的事可以用")
            } else {
                let (stops, classes) = (stops.join(", "), classes.join(", "));
                format!("at most {max}, stops the time to {stops}, for {classes}")
            }
        }),
    }
}

fn house_lines(policy: &Policy) -> Vec<Line> {
    let mut lines = Vec::new();
    let house = &policy.house;
    let mut add = |key: &str, zh: &'static str, en: &'static str, value: Localized| {
        lines.push(Line {
            key: format!("house.{key}"),
            name: Localized::fixed(zh, en),
            value,
        });
    };
    let spans = |s: Span| both(|lang| span(s, lang));
    let tries = house.close_tries.to_string();
    add(
        "close_tries",
        "自动办结前要联系几次",
        "Tries before closing by itself",
        Localized::new(tries.clone(), tries),
    );
    add(
        "close_after",
        "没有回音多久自动办结",
        "Silence before closing by itself",
        spans(house.close_after),
    );
    add(
        "reopen_within",
        "办结后多久内可以重新打开",
        "Reopening is possible for",
        spans(house.reopen_within),
    );
    add(
        "transfer_within",
        "转办多久没人接就上交",
        "A hand-over waits at most",
        spans(house.transfer_within),
    );
    add(
        "transfer_urgent",
        "紧急转办多久没人接就上交",
        "An urgent hand-over waits at most",
        spans(house.transfer_urgent),
    );
    lines
}

fn clock_lines(of: Class, rule: &ClockRule, lines: &mut Vec<Line>) {
    let key = format!("{}.{}", of.code(), rule.clock.code());
    let name = both(|lang| class(of, lang).to_owned());
    lines.push(Line {
        key: key.clone(),
        name: name.clone(),
        value: both(|lang| limit(rule.clock, rule.limit, rule.otherwise, rule.from, lang)),
    });
    for rung in &rule.rungs {
        lines.push(Line {
            key: format!("{key}.{}", rung.key),
            name: name.clone(),
            value: both(|lang| step(rule.clock, rung.at, &rung.actions, lang)),
        });
    }
}
