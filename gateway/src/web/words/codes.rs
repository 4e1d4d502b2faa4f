//! Words for codes that come from the domain: classes, clocks, acts, states.
//!
//! Unknown codes are shown as they are, so that a new one is ugly but visible.

use super::Lang;

fn pick(lang: Lang, zh: &'static str, en: &'static str) -> &'static str {
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

fn look_up<'a>(
    lang: Lang,
    table: &[(&str, &'static str, &'static str)],
    code: &'a str,
) -> Option<&'a str> {
    let found = table.iter().find(|row| row.0 == code)?;
    Some(pick(lang, found.1, found.2))
}

/// A class of data that is kept for a time.
pub(in crate::web) fn kept(lang: Lang, code: &'static str) -> &'static str {
    const KEPT: &[(&str, &str, &str)] = &[
        ("messages", "聊天消息", "Messages"),
        (
            "requests",
            "办结的求助（内容）",
            "Closed requests (what was said)",
        ),
        ("persons", "不再有求助的人", "Persons without a request"),
        ("consents", "同意记录", "Consents"),
        ("register", "居民名册", "Register of residents"),
        ("chats", "没有求助的旧对话", "Old chats without a request"),
        ("corrections", "处理过的纠正", "Decided corrections"),
        ("sign_ins", "过期的登录和令牌", "Sign-ins that are over"),
        ("audit", "操作记录", "Activity log"),
    ];
    look_up(lang, KEPT, code).unwrap_or(code)
}

/// A class of urgency: its words and the icon that goes with it.
pub(in crate::web) fn class(lang: Lang, code: &str) -> (&'static str, &'static str) {
    match code {
        "crisis" => (pick(lang, "危急", "Crisis"), "alarm"),
        "hunger" => (pick(lang, "断粮", "No food"), "food"),
        "urgent" => (pick(lang, "紧急", "Urgent"), "bolt"),
        _ => (pick(lang, "普通", "Normal"), "leaf"),
    }
}

/// A clock, as on a chip.
pub(in crate::web) fn clock(lang: Lang, code: &str) -> &str {
    const CLOCKS: &[(&str, &str, &str)] = &[
        ("accept", "接手", "Accept"),
        ("contact", "联系", "Contact"),
        ("resolve", "办结", "Resolve"),
    ];
    look_up(lang, CLOCKS, code).unwrap_or(code)
}

/// An act, as on its button.
pub(in crate::web) fn act(lang: Lang, code: &str) -> &str {
    const ACTS: &[(&str, &str, &str)] = &[
        ("accept", "我来处理", "I take it"),
        ("decline", "我接不了", "I cannot take it"),
        ("attempt", "没联系上", "Could not reach them"),
        ("contact", "已联系上", "Reached them"),
        ("visit", "准备上门", "Going to visit"),
        ("vouch", "当面核对过本人", "Met and checked"),
        ("ask", "回复对方", "Reply"),
        ("release", "交还机器人", "Give back to the bot"),
        ("note", "内部备注", "Private note"),
        ("pause", "暂停计时", "Pause"),
        ("resume", "恢复计时", "Resume"),
        ("transfer", "转给别处", "Hand over"),
        ("recategorise", "换个事项", "Change service"),
        ("extend", "申请延期", "Ask for more time"),
        ("grant", "同意延期", "Grant more time"),
        ("refuse", "不同意延期", "Do not grant it"),
        ("split", "分成两件", "Split in two"),
        ("link", "并到另一件", "Same as another"),
        ("unlink", "取消并案", "Not the same"),
        ("finish", "办结", "Done"),
    ];
    look_up(lang, ACTS, code).unwrap_or(code)
}

/// Why somebody looks behind the mask.
pub(in crate::web) fn look(lang: Lang, code: &str) -> &str {
    const WHY: &[(&str, &str, &str)] = &[
        ("call", "要打电话", "To call them"),
        ("visit", "要上门", "To visit them"),
        ("check", "核对身份", "To check who they are"),
        ("form", "代填表格", "To fill in a form for them"),
        ("other", "其他", "Other"),
    ];
    look_up(lang, WHY, code).unwrap_or(code)
}

/// A state of a request. Texts that are words already come back unchanged.
pub(in crate::web) fn status(lang: Lang, code: &str) -> &str {
    const STATES: &[(&str, &str, &str)] = &[
        ("submitted", "刚提出", "just opened"),
        ("triaged", "已分类", "sorted"),
        ("assigned", "等人接手", "waiting to be taken"),
        ("acknowledged", "有人接手", "taken on"),
        ("contacted", "已联系", "in contact"),
        ("visiting", "上门中", "visiting"),
        ("decided", "有结果", "decided"),
        ("delivered", "已落实", "delivered"),
        ("confirmed", "本人确认", "confirmed"),
        ("closed", "已结束", "closed"),
    ];
    look_up(lang, STATES, code).unwrap_or(code)
}

/// Reasons for refusing an act: code, Chinese, English.
const WHYS: &[(&str, &str, &str)] = &[
    (
        "already_decided",
        "已经有结果了。",
        "It has been decided already.",
    ),
    (
        "already_accepted",
        "已经有人接手了。",
        "Somebody has taken it already.",
    ),
    ("say_why", "请写明为什么。", "Please say why."),
    (
        "too_often",
        "试得太多了，过一刻钟再试。有人有危险，请马上打电话给值守岗，或拨 110。",
        "That was tried too often; try again in a quarter of an hour. If somebody is in danger, call the duty desk or 110 now.",
    ),
    (
        "look_only",
        "您这里只是协办，看不到完整信息。",
        "Your desk only has a copy and does not see it in full.",
    ),
    (
        "not_assigned",
        "还没有派到这里。",
        "It has not been assigned here yet.",
    ),
    (
        "only_authority",
        "要由经办单位来做。",
        "Only the office in charge can do that.",
    ),
    (
        "only_resident",
        "只有本人可以这样做。",
        "Only the resident can do that.",
    ),
    ("closed", "已经结束了。", "It is closed."),
    (
        "crisis_never_waits",
        "危急的事不能暂停。",
        "A crisis is never paused.",
    ),
    ("already_paused", "已经暂停了。", "It is paused already."),
    ("not_paused", "现在没有暂停。", "It is not paused."),
    (
        "crisis_needs_outcome",
        "危急的事要写明当事人的结果。",
        "A crisis needs an outcome for the person.",
    ),
    (
        "crisis_not_reached",
        "还没有联系上当事人，不能结束。",
        "The person has not been reached yet.",
    ),
    (
        "not_decided",
        "还没有结果。",
        "It has not been decided yet.",
    ),
];

/// Why an act was refused. Sentences come back unchanged, unknown codes are
/// dropped: nobody is helped by reading one.
pub(in crate::web) fn refusal(lang: Lang, code: &str) -> Option<&str> {
    let is_code = code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    look_up(lang, WHYS, code).or((!is_code).then_some(code))
}

/// A day of the week, Monday first.
pub(in crate::web) fn weekday(lang: Lang, from_monday: usize) -> &'static str {
    const ZH: [&str; 7] = [
        "星期一",
        "星期二",
        "星期三",
        "星期四",
        "星期五",
        "星期六",
        "星期日",
    ];
    const EN: [&str; 7] = [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ];
    pick(lang, ZH[from_monday % 7], EN[from_monday % 7])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_a_sentence_or_nothing() {
        assert_eq!(refusal(Lang::Zh, "closed"), Some("已经结束了。"));
        assert_eq!(refusal(Lang::En, "请先写明结果。"), Some("请先写明结果。"));
        assert_eq!(refusal(Lang::En, "some_new_code"), None);
        assert_eq!(refusal(Lang::En, ""), None);
    }
}
