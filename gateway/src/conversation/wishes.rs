//! Short answers that are neither yes nor no: all of them, leave it out, send it,
//! no telephone, when?
//!
//! Whole messages only, read as in `phrases`; which of them fits is the business
//! of the state that asked.

use crate::conversation::phrases::fold;

/// Everything that was listed.
pub(crate) fn all(text: &str) -> bool {
    let folded = fold(text);
    let word = folded.trim_end_matches(['的', '了', '呀', '啊', '吧', '哦', '呢', '嘅', '啦']);
    matches!(
        word,
        "都要"
            | "都办"
            | "都是"
            | "全办"
            | "全部"
            | "全要"
            | "全都要"
            | "都要办"
            | "两个都要"
            | "两件都办"
            | "两样都要"
            | "都需要"
            | "一起办"
            | "都有"
            | "all"
            | "both"
            | "allofthem"
            | "bothofthem"
            | "everything"
    )
}

/// Wants to know when somebody comes or calls.
pub(crate) fn asks_when(text: &str) -> bool {
    let folded = fold(text);
    let short = (1..=20).contains(&folded.chars().count());
    let words = [
        "多久",
        "什么时候",
        "啥时候",
        "几时",
        "几点",
        "多长时间",
        "怎么还",
        "还没来",
        "来了没",
        "没人理",
        "没人管",
        "有人吗",
        "在吗",
        "到哪了",
        "howlong",
        "when",
        "whereis",
        "anybodythere",
        "anyonethere",
        "areyouthere",
    ];
    short && words.iter().any(|word| folded.contains(word))
}

/// Wants what was read back to be sent as it is.
pub(crate) fn send(text: &str) -> bool {
    let folded = fold(text);
    let word = folded.trim_end_matches(['的', '了', '呀', '啊', '吧', '哦', '呢', '嘅', '啦']);
    matches!(
        word,
        "交" | "交上去"
            | "提交"
            | "上交"
            | "发"
            | "发出去"
            | "送"
            | "办"
            | "去办"
            | "就这么办"
            | "就这样办"
            | "快办"
            | "可以交"
            | "没有要改"
            | "不改"
            | "不用改"
            | "没改"
            | "没问题"
            | "都对"
            | "全对"
            | "对交上去"
            | "send"
            | "sendit"
            | "submit"
            | "goahead"
            | "yessend"
            | "yessendit"
            | "looksgood"
            | "allgood"
    )
}

/// Has no telephone to be called on.
pub(crate) fn no_phone(text: &str) -> bool {
    let folded = fold(text);
    let short = (1..=16).contains(&folded.chars().count());
    let lacks = ["没有", "没", "沒有", "冇", "无", "no", "donthave"];
    let phone = ["手机", "手機", "电话", "電話", "座机", "phone", "mobile"];
    let needs = ["不会", "教", "坏", "修", "充", "怎么"];
    short
        && lacks.iter().any(|word| folded.contains(word))
        && phone.iter().any(|word| folded.contains(word))
        && !needs.iter().any(|word| folded.contains(word))
}

/// The time to call has come, says somebody who could not be called before.
pub(crate) fn convenient(text: &str) -> bool {
    let folded = fold(text);
    let word = folded.trim_end_matches(['了', '的', '啊', '吧', '呢']);
    matches!(
        word,
        "1" | "方便"
            | "现在方便"
            | "可以打"
            | "可以打电话"
            | "打吧"
            | "打给我"
            | "能接电话"
            | "可以接电话"
            | "可以"
            | "他走"
            | "他出门"
            | "safe"
            | "safenow"
            | "callme"
            | "youcancall"
            | "nowitssafe"
            | "itssafenow"
    )
}

/// Cannot say more: no need and no danger, and no reason to ask again.
pub(crate) fn unsure(text: &str) -> bool {
    let folded = fold(text);
    let word = folded.strip_prefix('我').unwrap_or(&folded);
    let word = word.strip_prefix('也').unwrap_or(word);
    let word = word.trim_end_matches(['的', '了', '呀', '啊', '吧', '哦', '呢']);
    matches!(
        word,
        "不知道"
            | "不晓得"
            | "唔知"
            | "说不上来"
            | "说不清"
            | "说不清楚"
            | "说不好"
            | "讲不清楚"
            | "不清楚"
            | "搞不清"
            | "不懂"
            | "不明白"
            | "不太清楚"
            | "不好说"
            | "不确定"
            | "noidea"
            | "ihavenoidea"
            | "idontknow"
            | "dontknow"
            | "notsure"
            | "imnotsure"
            | "hardtosay"
    )
}

/// A wish to leave a question out.
pub(crate) fn skip(text: &str) -> bool {
    menus::form::is_skip(&menus::question::Reply::Text(text.to_owned()))
}
