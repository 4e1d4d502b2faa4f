//! A resident's words without the person in them: for what leaves the gateway
//! and for what is learnt from.
//!
//! Masks too much rather than too little: numbers, e-mail addresses, names that
//! are introduced as such or carry a form of address, house numbers, places that
//! the territory knows. It deliberately does not promise to find a bare name in
//! the middle of a sentence: whoever keeps such words lets a person read them.

use regex::{Captures, Regex};
use std::sync::LazyLock;

/// So many digits together are somebody's number; ages and small sums stay.
const MOST_DIGITS: usize = 4;
/// So many digits with anything but letters between them are, too.
const SCATTERED: usize = 6;
/// Signs between two of them at most.
const MOST_BETWEEN: usize = 3;

const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蔡蒋余于杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤欧阳";
const TITLES: &str = "大爷|大妈|大娘|大叔|大伯|大姐|大哥|阿姨|阿婆|阿公|爷爷|奶奶|叔叔|伯伯|婶婶|师傅|先生|女士|小姐|太太|老师|医生|主任|书记|经理|老板|同志|嫂子|姐|哥|姨|叔|婆婆|老太太|老太|老头";

static SPOKEN: LazyLock<Regex> = LazyLock::new(|| {
    // After the cue a name, up to four characters, never over a stop.
    pattern(
        r"(?x)(我叫|我的?名字[是叫]?|名字[是叫]|姓名[是为]?[:：]?|名叫|叫做|联系人[是为]?[:：]?|本人姓?|我姓|她叫|他叫
        |称呼我|[妈爸爷奶婆公母父夫妻子儿女孙叔姨]叫)
        [\s:：]*([\p{Han}·]{1,4}|[A-Z][a-z]+(?:\s[A-Z][a-z]+){0,2})",
    )
});
static ENGLISH: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\b((?i:my name is|i am called|name:))\s+([\p{L}'-]+(?:\s+[A-Z][\p{L}'-]+){0,2})")
});
static TITLED: LazyLock<Regex> =
    LazyLock::new(|| pattern(&format!(r"(欧阳|[{SURNAMES}])\p{{Han}}{{0,2}}?({TITLES})")));
static HONOURED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(Mr|Mrs|Ms|Miss|Dr)\.?\s+[A-Z][\p{L}'-]+"));
static HOUSE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?x)(?:[\p{Han}]{0,6}(?:路|街|巷|弄|村|里|小区|花园|公寓|大厦|新村|家园|社区|苑))?
        第?[0-9０-９一二三四五六七八九十百零〇A-Za-z]{1,5}(?:号楼|号院|号|栋|幢|座|单元|弄|室|楼|门|组)
        (?:[之、，,\s-]*[0-9０-９一二三四五六七八九十百零〇A-Za-z]{1,5}(?:号楼|号院|号|栋|幢|座|单元|弄|室|楼|门|组))*
        (?:[之、，,\s-]*[0-9０-９]{2,4}(?:室|房)?)?",
    )
});
static DWELLING: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"((?:住|家|地址|搬)(?:在|是|到)?[:：]?\s*)[\p{Han}A-Za-z0-9]{2,12}?(?:路|街|巷|弄|村|小区|花园|公寓|大厦|新村|家园|社区|苑)",
    )
});

/// `text` with masks in place of what identifies a person. `places` are names
/// of the territory.
pub fn anonymous<'p>(text: &str, places: impl Iterator<Item = &'p str>) -> String {
    let mut text = intents::redact::redact(text);
    for place in places.filter(|p| p.chars().count() >= 3) {
        if text.contains(place) {
            text = text.replace(place, "[地点]");
        }
    }
    let text = DWELLING.replace_all(&text, "${1}[地址]");
    let text = HOUSE.replace_all(&text, house);
    let text = text.replace("[地址][地址]", "[地址]");
    let text = SPOKEN.replace_all(&text, "${1}[姓名]");
    let text = ENGLISH.replace_all(&text, "${1} [姓名]");
    let text = TITLED.replace_all(&text, "某${2}");
    let text = HONOURED.replace_all(&text, "${1} [姓名]");
    numbers(&text)
}

/// A floor or a room said alone ("五楼") tells nobody where it is.
fn house(found: &Captures<'_>) -> String {
    let whole = found.get(0).map_or("", |m| m.as_str());
    let storey = whole.ends_with('楼') || whole.ends_with('组') || whole.ends_with('门');
    if storey && whole.chars().count() <= 3 {
        whole.to_owned()
    } else {
        "[地址]".to_owned()
    }
}

/// Masks long runs of digits, of any script, and what looks like one taken apart.
fn numbers(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let (end, digits, together) = run(&chars, at);
        if digits >= SCATTERED || together > MOST_DIGITS {
            out.push_str("[号码]");
        } else if end > at {
            out.extend(&chars[at..end]);
        } else {
            out.push(chars[at]);
        }
        at = end.max(at + 1);
    }
    out
}

/// End of the digits that begin at `at`, with few signs between them;
/// how many they are, and how many stand together at most.
fn run(chars: &[char], at: usize) -> (usize, usize, usize) {
    let digit = |c: char| c.is_numeric() || "一二三四五六七八九幺".contains(c);
    if !digit(chars[at]) {
        return (at, 0, 0);
    }
    let (mut end, mut digits, mut together, mut longest, mut gap) = (at, 0, 0, 0, 0);
    for (position, &c) in chars.iter().enumerate().skip(at) {
        if digit(c) {
            (digits, together, gap, end) = (digits + 1, together + 1, 0, position + 1);
            longest = longest.max(together);
        } else if c.is_alphabetic() || c == '[' || gap == MOST_BETWEEN {
            break;
        } else {
            (together, gap) = (0, gap + 1);
        }
    }
    (end, digits, longest)
}

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the patterns are constant: a test uses each")
}

#[cfg(test)]
mod tests {
    use super::anonymous;

    fn masked(text: &str) -> String {
        anonymous(text, ["新桥花园", "桥"].into_iter())
    }

    #[test]
    fn numbers_names_and_addresses_are_taken_out() {
        for (said, kept) in [
            ("我叫李秀英，想申请低保", "我叫[姓名]，想申请低保"),
            ("我姓欧阳", "我姓[姓名]"),
            ("楼上张建国大爷三天没出门", "楼上某大爷三天没出门"),
            ("王阿姨做饭不方便", "某阿姨做饭不方便"),
            ("我妈住新桥花园3栋2单元501室", "我妈住[地点][地址]"),
            ("家在幸福路12号，水管漏了", "家在[地址]，水管漏了"),
            ("住在阳光小区", "住在[地址]"),
            (
                "My name is Wang Xiaoming and I need meals",
                "My name is [姓名] and I need meals",
            ),
            ("联系人：陈芳", "联系人：[姓名]"),
            ("打13800138000", "打[电话]"),
            ("欠了12000块", "欠了[号码]块"),
            ("Ask Mrs. Chen", "Ask Mrs [姓名]"),
        ] {
            assert_eq!(masked(said), kept);
        }
    }

    #[test]
    fn no_way_of_writing_an_id_number_gets_through() {
        let plain = "11010519491231002X";
        let spaced: String = plain.chars().flat_map(|c| [c, ' ']).collect();
        let wide = "１１０１０５１９４９１２３１００２Ｘ";
        for said in [
            plain,
            spaced.as_str(),
            wide,
            "110105.19491231.002X",
            "110105\n19491231\n002x",
            "1101 05  1949 / 1231 / 002X",
            "①①⓪①⓪⑤①⑨④⑨①②③①⓪⓪②X",
            "一一零一零五 一九四九一二三一 零零二X",
            "٠١١٠١٠٥١٩٤٩١٢٣١",
        ] {
            let kept = masked(&format!("身份证{said}，谢谢"));
            let digits = kept.chars().filter(|c| c.is_numeric()).count();
            assert!(digits <= 4, "{said}: {kept}");
        }
    }

    #[test]
    fn what_says_nothing_about_a_person_stays() {
        for said in [
            "我妈八十二了一个人住，上礼拜摔了",
            "电梯坏了，住五楼下不去",
            "在路上摔了一跤",
            "欠房租3000元",
            "每天11点送饭，2026年3月",
            "",
        ] {
            assert_eq!(masked(said), said);
        }
    }
}
