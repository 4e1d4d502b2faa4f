//! Short set phrases: numbers, yes and no, greetings and commands.
//!
//! Whole messages only; width, case, blanks and punctuation do not matter. Needs
//! are recognised by `intents`, the words that work everywhere by `escape`.

pub(crate) use crate::conversation::escape::polite;
use crate::conversation::snapshot::Purpose;
use menus::Lang;

/// Something a resting conversation does at a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    List(Purpose),
    Language(Lang),
    Help,
    /// See what was agreed to, and take it back.
    Consents,
    /// See, correct or delete one's data.
    MyData,
    /// Hear the newest notice.
    Aloud,
}

/// Longest message, in characters, that can be a set phrase.
const LONGEST: usize = 40;

/// The phrase without case, width, blanks and punctuation; empty for anything
/// too long to be one.
pub(crate) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(LONGEST * 4));
    let mut kept = 0;
    for c in text.chars() {
        let c = match c {
            '！'..='～' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
            _ => c,
        };
        // Every message comes here several times: the tables of Unicode are asked
        // only about what is neither ASCII nor a common Chinese character.
        let common = ('一'..='鿿').contains(&c);
        if !common && !c.is_alphanumeric() {
            continue;
        }
        kept += 1;
        if kept > LONGEST {
            return String::new();
        }
        if common || c.is_ascii() {
            out.push(c.to_ascii_lowercase());
        } else {
            out.extend(c.to_lowercase());
        }
    }
    out
}

const DIGITS: [&str; 10] = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];

/// A bare number: `2`, `２.`, `二`, `第二个`, `②`. From one up.
pub(crate) fn number(text: &str) -> Option<usize> {
    let text = text.trim();
    if let Some(c) = text.chars().next()
        && ('①'..='⑳').contains(&c)
        && fold(text).chars().count() <= 1
    {
        return Some(c as usize - '①' as usize + 1);
    }
    let folded = fold(text);
    let mut word = folded.as_str();
    for part in ["我选", "选择", "选", "選", "第"] {
        word = word.strip_prefix(part).unwrap_or(word);
    }
    for part in ["个", "個", "项", "項", "条", "號", "号"] {
        word = word.strip_suffix(part).unwrap_or(word);
    }
    if let Some(at) = DIGITS.iter().position(|digit| *digit == word) {
        return Some(at + 1);
    }
    if word == "两" {
        return Some(2);
    }
    word.parse().ok().filter(|n| (1..=99).contains(n))
}

/// Agreement.
pub(crate) fn yes(text: &str) -> bool {
    let folded = fold(text);
    let word = folded.trim_end_matches(['的', '了', '呀', '啊', '吧', '哦', '呢', '嘅', '啦']);
    matches!(
        word,
        "对" | "對"
            | "对对"
            | "对对对"
            | "是"
            | "是是"
            | "系"
            | "係"
            | "好"
            | "好好"
            | "嗯"
            | "嗯嗯"
            | "行"
            | "可以"
            | "没错"
            | "沒錯"
            | "没问题"
            | "沒問題"
            | "确认"
            | "確認"
            | "确定"
            | "確定"
            | "同意"
            | "要"
            | "有"
            | "就这样"
            | "就這樣"
            | "对就这样"
            | "都办"
            | "中"
            | "得"
            | "成"
            | "yes"
            | "y"
            | "yeah"
            | "yep"
            | "yup"
            | "ok"
            | "okay"
            | "sure"
            | "right"
            | "correct"
            | "confirm"
            | "1"
    )
}

/// Refusal.
pub(crate) fn no(text: &str) -> bool {
    let folded = fold(text);
    let word = folded.trim_end_matches(['的', '了', '呀', '啊', '吧', '哦', '呢', '嘅', '啦']);
    matches!(
        word,
        "不" | "不对"
            | "不對"
            | "不是"
            | "唔系"
            | "唔係"
            | "不行"
            | "不要"
            | "不用"
            | "没"
            | "没有"
            | "沒有"
            | "冇"
            | "错"
            | "錯"
            | "不方便"
            | "否"
            | "不可以"
            | "不想"
            | "没事"
            | "沒事"
            | "no"
            | "n"
            | "nope"
            | "not"
            | "wrong"
            | "none"
            | "0"
    )
}

/// A greeting that says nothing else, however often it is said.
pub(crate) fn greeting(text: &str) -> bool {
    const PARTS: [&str; 34] = [
        "你们好",
        "大家好",
        "早上好",
        "上午好",
        "中午好",
        "下午好",
        "晚上好",
        "晚安",
        "你好",
        "您好",
        "哈喽",
        "哈囉",
        "在不在",
        "有没有人",
        "有人",
        "早晨",
        "请问",
        "嗨",
        "喂",
        "在",
        "早",
        "goodmorning",
        "goodafternoon",
        "goodevening",
        "hellothere",
        "hithere",
        "anyonethere",
        "hello",
        "start",
        "hey",
        "hi",
        "there",
        "同志",
        "师傅",
    ];
    const ENDS: [char; 9] = ['啊', '呀', '吗', '嗎', '呢', '哦', '么', '嘛', '哈'];
    let folded = fold(text);
    let mut rest = folded.as_str();
    while !rest.is_empty() {
        let Some(after) = PARTS.iter().find_map(|part| rest.strip_prefix(part)) else {
            return false;
        };
        rest = after.trim_start_matches(ENDS);
    }
    !folded.is_empty()
}

/// Thanks that say nothing else.
pub(crate) fn thanks(text: &str) -> bool {
    let folded = fold(text);
    let word = folded.trim_end_matches(['啊', '呀', '您', '你', '了', '哦', '啦']);
    matches!(
        word,
        "谢谢"
            | "謝謝"
            | "多谢"
            | "多謝"
            | "谢"
            | "感谢"
            | "感謝"
            | "非常感谢"
            | "谢谢谢谢"
            | "辛苦"
            | "唔该"
            | "唔該"
            | "好的谢谢"
            | "好谢谢"
            | "thanks"
            | "thankyou"
            | "thx"
            | "thanksalot"
            | "thankyouverymuch"
            | "ty"
            | "okthanks"
            | "再见"
            | "再會"
            | "拜拜"
            | "回头见"
            | "bye"
            | "byebye"
            | "goodbye"
    )
}

/// Words that are talk or an order to the bot, and no need.
pub(crate) fn small_talk(text: &str) -> bool {
    greeting(text) || thanks(text) || command(text).is_some()
}

/// What a resting conversation does at this word.
pub(crate) fn command(text: &str) -> Option<Command> {
    let folded = fold(text);
    Some(match polite(&folded) {
        "撤" | "撤回" | "撤掉" | "撤销" | "撤銷" | "撤回申请" | "撤销申请" | "withdraw" => {
            Command::List(Purpose::Withdraw)
        }
        "补充" | "補充" | "补充说明" | "補充說明" | "add" | "addto" => {
            Command::List(Purpose::Add)
        }
        "催" | "催办" | "催辦" | "催催" | "催一催" | "催下" | "urge" | "hurry" => {
            Command::List(Purpose::Urge)
        }
        "评价" | "評價" | "打分" | "评分" | "rate" | "rating" => {
            Command::List(Purpose::Rate)
        }
        "重办" | "重新办" | "重新打开" | "再办" | "reopen" => {
            Command::List(Purpose::Reopen)
        }
        "撤回同意" | "撤回授权" | "撤销同意" | "撤销授权" | "不同意了" | "withdrawconsent"
        | "withdrawmyconsent" | "takebackconsent" => Command::Consents,
        "我的数据" | "我的信息" | "我的个人信息" | "mydata" | "mypersonaldata" => {
            Command::MyData
        }
        "读给我听" | "念给我听" | "readittome" | "readaloud" => Command::Aloud,
        "英文" | "英语" | "english" | "inenglish" => Command::Language(Lang::En),
        "中文" | "汉语" | "漢語" | "chinese" | "中国话" => Command::Language(Lang::Zh),
        "帮助"
        | "幫助"
        | "怎么用"
        | "help"
        | "howto"
        | "你是谁"
        | "您是谁"
        | "你是誰"
        | "你是什么"
        | "你能干什么"
        | "你能做什么"
        | "你会什么"
        | "你有什么用"
        | "能干什么"
        | "能办什么"
        | "能帮我什么"
        | "你能帮我什么"
        | "你能帮我干什么"
        | "都能办什么"
        | "你是机器人吗"
        | "你是人吗"
        | "这是什么"
        | "whoareyou"
        | "whatcanyoudo"
        | "whatisthis"
        | "areyouabot"
        | "howdoesthiswork" => Command::Help,
        _ => return None,
    })
}

/// Words that begin another matter while one is open.
pub(crate) fn begins_another(text: &str) -> bool {
    const STARTS: [&str; 14] = [
        "另外",
        "还有一件",
        "还有件",
        "再办一",
        "我还想",
        "我还要",
        "我還要",
        "我還想",
        "换一件",
        "换件事",
        "还有个事",
        "also i",
        "another thing",
        "i also",
    ];
    let text = text.trim_start().to_lowercase();
    STARTS.iter().any(|start| text.starts_with(start))
}

/// Words that say in so many words that something is asked for besides.
pub(crate) fn adds_another(text: &str) -> bool {
    const ADDS: [&str; 20] = [
        "还有",
        "还要",
        "还想",
        "還有",
        "還要",
        "還想",
        "仲有",
        "仲要",
        "仲想",
        "另外",
        "顺便",
        "順便",
        "也要办",
        "也想",
        "以及",
        "同埋",
        " also ",
        "as well",
        "and i need",
        "besides",
    ];
    let text = text.to_lowercase();
    ADDS.iter().any(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_every_script() {
        for (text, n) in [
            ("2", 2),
            ("２.", 2),
            ("二", 2),
            ("第二个", 2),
            ("②", 2),
            ("选2", 2),
            (" 12 ", 12),
        ] {
            assert_eq!(number(text), Some(n), "{text}");
        }
        for text in ["0", "2个老人", "100", "13800138000", "两人", ""] {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn yes_and_no_do_not_overlap() {
        for word in ["对", "是的", "好的", "OK", "yes", "可以", "嗯"] {
            assert!(yes(word) && !no(word), "{word}");
        }
        for word in ["不对", "没有", "no", "不是", "不方便"] {
            assert!(no(word) && !yes(word), "{word}");
        }
    }
}
