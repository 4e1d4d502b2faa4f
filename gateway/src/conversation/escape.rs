//! The words that work in every state and language: menu, back, cancel, human,
//! progress.
//!
//! Whole messages only: 「取消低保」 is a need, 「取消」 a wish to stop. Traditional
//! script, politeness around the word and the usual slips of the finger do not
//! matter. What the words do is the business of `guard`.

use crate::conversation::input::Escape;
use crate::conversation::phrases::fold;

/// The word that works everywhere, if the message is one.
pub(crate) fn escape(text: &str) -> Option<Escape> {
    let folded = fold(text);
    if folded.is_empty() {
        return None;
    }
    bare(&folded).or_else(|| slip(&folded))
}

/// The word in whatever politeness it is wrapped; looked at after each layer,
/// because a layer may be part of the word.
fn bare(folded: &str) -> Option<Escape> {
    let mut word = folded;
    loop {
        if let Some(escape) = exact(word) {
            return Some(escape);
        }
        let less = peeled(word);
        if less == word {
            return None;
        }
        word = less;
    }
}

fn exact(word: &str) -> Option<Escape> {
    Some(match word {
        "菜单" | "菜單" | "主菜单" | "主菜單" | "目录" | "目錄" | "首页" | "首頁" | "选单"
        | "選單" | "莱单" | "菜丹" | "彩单" | "才单" | "菜担" | "caidan" | "回菜单"
        | "回到菜单" | "返回菜单" | "打开菜单" | "menu" | "mainmenu" | "home" | "options" => {
            Escape::Menu
        }
        "返回" | "返囘" | "回去" | "上一步" | "后退" | "後退" | "退回" | "返回上一步"
        | "上一级" | "反回" | "返会" | "返迴" | "翻回" | "fanhui" | "返去" | "back" | "goback"
        | "previous" => Escape::Back,
        "取消" | "取销" | "取銷" | "取肖" | "不办了" | "不辦了" | "唔办了" | "唔搞喇" | "算了"
        | "不弄了" | "不用了" | "退出" | "停止" | "quxiao" | "cancel" | "stop" | "quit"
        | "exit" | "nevermind" | "forgetit" => Escape::Cancel,
        "人工" | "转人工" | "轉人工" | "人工客服" | "人工服务" | "人工服務" | "客服" | "真人"
        | "找人工" | "找真人" | "找人" | "工作人员" | "找工作人员" | "人公" | "人功" | "任工"
        | "仁工" | "rengong" | "0" | "零" | "〇" | "human" | "agent" | "person" | "operator"
        | "realperson" | "ahuman" | "talktoahuman" | "talktoaperson" | "talktohuman"
        | "speaktoahuman" | "speaktoaperson" => Escape::Human,
        "进度" | "進度" | "查进度" | "查進度" | "查询进度" | "进度查询" | "办理进度" | "看进度"
        | "进渡" | "近度" | "进都" | "我的事" | "我的申请" | "我的申請" | "办到哪了"
        | "办得怎么样了" | "办的怎么样了" | "jindu" | "progress" | "status" | "checkstatus"
        | "mystatus" | "myrequests" | "checkprogress" => Escape::Progress,
        "隐藏" | "隱藏" | "快隐藏" | "藏起来" | "快藏起来" | "藏" | "收起来" | "隐藏对话"
        | "隐藏聊天" | "清屏" | "yincang" | "hide" | "hidechat" | "hidethis" | "hideall"
        | "hideit" => Escape::Hide,
        "显示" | "顯示" | "显示出来" | "显示对话" | "恢复显示" | "取消隐藏" | "xianshi"
        | "show" | "showchat" | "showagain" | "unhide" | "showit" => Escape::Show,
        _ => return None,
    })
}

/// The word without what politeness puts around it.
pub(crate) fn polite(word: &str) -> &str {
    let mut word = word;
    loop {
        let less = peeled(word);
        if less == word {
            return word;
        }
        word = less;
    }
}

/// The word without one layer of politeness.
fn peeled(word: &str) -> &str {
    const BEFORE: [&str; 11] = [
        "麻烦",
        "麻煩",
        "请",
        "請",
        "我想要",
        "我想",
        "我要",
        "帮我",
        "給我",
        "给我",
        "please",
    ];
    const AFTER: [&str; 10] = [
        "一下", "谢谢", "謝謝", "吧", "啊", "呀", "啦", "了", "please", "thanks",
    ];
    let before = BEFORE.iter().find_map(|part| word.strip_prefix(part));
    let after = || AFTER.iter().find_map(|part| word.strip_suffix(part));
    let less = before.filter(|rest| !rest.is_empty()).or_else(after);
    less.filter(|rest| !rest.is_empty()).unwrap_or(word)
}

/// An English word with one slip of the finger.
fn slip(word: &str) -> Option<Escape> {
    const WORDS: [(&str, Escape); 6] = [
        ("menu", Escape::Menu),
        ("back", Escape::Back),
        ("cancel", Escape::Cancel),
        ("human", Escape::Human),
        ("progress", Escape::Progress),
        ("status", Escape::Progress),
    ];
    if !word.is_ascii() || word.len() < 3 {
        return None;
    }
    WORDS
        .iter()
        .find(|(right, _)| slipped(word.as_bytes(), right.as_bytes()))
        .map(|(_, escape)| *escape)
}

/// Whether `typed` is `right` with two neighbours swapped, one letter missing or
/// doubled, or (in words of five letters and more) one letter wrong. Short words
/// with a wrong letter are usually other words: "bank", "pack".
fn slipped(typed: &[u8], right: &[u8]) -> bool {
    let same = typed.iter().zip(right).take_while(|(a, b)| a == b).count();
    let (typed_rest, right_rest) = (&typed[same..], &right[same..]);
    match typed.len() as isize - right.len() as isize {
        0 => match (typed_rest, right_rest) {
            ([a, b, rest @ ..], [c, d, other @ ..]) if a == d && b == c && rest == other => true,
            ([_, rest @ ..], [_, other @ ..]) => right.len() >= 5 && rest == other,
            _ => false,
        },
        -1 => typed_rest == &right_rest[1..],
        1 => typed_rest[1..] == *right_rest && same > 0 && typed_rest[0] == typed[same - 1],
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_words_are_known_in_every_dress() {
        for (word, meant) in [
            ("菜单", Escape::Menu),
            (" 菜 單 。", Escape::Menu),
            ("ＭＥＮＵ", Escape::Menu),
            ("mneu", Escape::Menu),
            ("/menu", Escape::Menu),
            ("返回", Escape::Back),
            ("Back!", Escape::Back),
            ("bakc", Escape::Back),
            ("取消吧", Escape::Cancel),
            ("算了吧", Escape::Cancel),
            ("不办了吧，谢谢", Escape::Cancel),
            ("cancle", Escape::Cancel),
            ("我要人工", Escape::Human),
            ("０", Escape::Human),
            ("humna", Escape::Human),
            ("进度", Escape::Progress),
            ("查進度", Escape::Progress),
            ("Statsu", Escape::Progress),
            ("隱藏！", Escape::Hide),
            ("Hide", Escape::Hide),
            ("显示一下", Escape::Show),
        ] {
            assert_eq!(escape(word), Some(meant), "{word}");
        }
    }

    #[test]
    fn needs_that_contain_an_escape_word_are_not_escapes() {
        for text in [
            "取消低保怎么办",
            "人工耳蜗补贴",
            "我想问菜单里的送餐",
            "bank",
            "pack",
            "black",
            "me",
            "states of things",
            "10",
            "我爸走失了",
            "",
        ] {
            assert_eq!(escape(text), None, "{text}");
        }
    }
}
