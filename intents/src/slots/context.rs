//! What the words before a number call it. It deliberately looks at the same clause only.

use std::sync::OnceLock;

use super::tail;
use crate::spot::Spotter;

/// What a number is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    Nothing,
    Identity,
    Telephone,
    /// An order, an account, a meter: nobody's number.
    Other,
}

/// How far back a name is looked for, in characters.
const WINDOW: usize = 14;

const IDENTITY: [&str; 12] = [
    "身份证",
    "证件",
    "永久居留",
    "永居",
    "居住证",
    "身份号",
    "户口",
    "居留",
    "id number",
    "id card",
    "identity",
    "sfz",
];
const TELEPHONE: [&str; 28] = [
    "电话", "手机", "联系", "号码", "座机", "固话", "回电", "致电", "来电", "拨打", "拨", "打",
    "微信", "找我", "tel", "phone", "mobile", "call", "cell", "number", "whatsapp", "wechat", "vx",
    "wx", "contact", "text me", "reach", "短信",
];
const OTHER: [&str; 41] = [
    "单号",
    "订单",
    "运单",
    "快递",
    "包裹",
    "卡号",
    "银行卡",
    "信用卡",
    "账号",
    "帐号",
    "账户",
    "户号",
    "表号",
    "编号",
    "病历号",
    "住院号",
    "门诊号",
    "就诊号",
    "工单",
    "学号",
    "工号",
    "合同",
    "发票",
    "流水",
    "社保号",
    "医保号",
    "证书号",
    "信用代码",
    "代码",
    "qq",
    "群号",
    "验证码",
    "尾号",
    "邮编",
    "取件码",
    "isbn",
    "刻章",
    "案号",
    "案件",
    "order",
    "account",
];
/// The telephone of somebody to keep away from.
const SCAM: [&str; 5] = ["诈骗", "骗子", "骗我", "冒充", "scam"];

struct Words {
    find: Spotter,
    kinds: Vec<Named>,
}

/// What the clause that ends with `before` calls the number after it; the last name counts, and an identity is one
/// whatever else is said.
pub(super) fn calls_for(before: &str) -> Named {
    let words = words();
    let mut named = Named::Nothing;
    for found in words.find.longest(clause(before)) {
        let kind = words.kinds[found.word];
        if named != Named::Identity {
            named = kind;
        }
    }
    named
}

/// The number is somebody's who deceives.
pub(super) fn warned_of(before: &str, after: &str) -> bool {
    let before = clause(before);
    let own = ["我的", "我电话", "我手机", "联系", "打我", "找我"];
    let said = after.trim_start_matches([',', ' ', '。', '?', '这', '个']);
    let after = [
        "是诈骗",
        "是骗",
        "是不是诈骗",
        "是不是骗",
        "诈骗",
        "is a scam",
    ];
    (SCAM.iter().any(|w| before.contains(w)) && !own.iter().any(|w| before.contains(w)))
        || after.iter().any(|w| said.starts_with(w))
}

/// The last words of an unfinished clause.
fn clause(before: &str) -> &str {
    let near = tail(before, WINDOW);
    let start = near
        .rfind([',', '。', ';', '!', '?', '\n', '(', '、'])
        .map_or(0, |at| {
            at + near[at..].chars().next().map_or(1, char::len_utf8)
        });
    &near[start..]
}

fn words() -> &'static Words {
    static WORDS: OnceLock<Words> = OnceLock::new();
    WORDS.get_or_init(|| {
        let kinds = [
            (&IDENTITY[..], Named::Identity),
            (&TELEPHONE[..], Named::Telephone),
            (&OTHER[..], Named::Other),
        ];
        let (texts, kinds) = kinds
            .iter()
            .flat_map(|(list, kind)| list.iter().map(move |w| (*w, *kind)))
            .unzip::<_, _, Vec<_>, Vec<_>>();
        Words {
            find: Spotter::new(&texts),
            kinds,
        }
    })
}
