//! Whom words speak of: several people for whom the same is wanted, the writer
//! alone, or nobody by name.
//!
//! Reads only what stands there; whose need it is, is never guessed from silence.

/// What people call those they speak for, and the relation it names.
const PEOPLE: &[(&str, &str)] = &[
    ("妈妈", "mother"),
    ("母亲", "mother"),
    ("妈", "mother"),
    ("爸爸", "father"),
    ("父亲", "father"),
    ("爸", "father"),
    ("爷爷", "grandparent"),
    ("奶奶", "grandparent"),
    ("外公", "grandparent"),
    ("外婆", "grandparent"),
    ("老伴", "spouse"),
    ("老公", "spouse"),
    ("老婆", "spouse"),
    ("丈夫", "spouse"),
    ("妻子", "spouse"),
    ("儿子", "child"),
    ("女儿", "child"),
    ("哥哥", "sibling"),
    ("姐姐", "sibling"),
    ("弟弟", "sibling"),
    ("妹妹", "sibling"),
    ("公公", "in_law"),
    ("婆婆", "in_law"),
    ("岳父", "in_law"),
    ("岳母", "in_law"),
    ("邻居", "neighbour"),
    ("朋友", "friend"),
    ("mother", "mother"),
    ("father", "father"),
    ("neighbour", "neighbour"),
];

/// What may stand between two of them.
const JOINTS: &[&str] = &[
    "和",
    "跟",
    "与",
    "、",
    "还有",
    "以及",
    "和我",
    "跟我",
    "还有我",
    "和隔壁",
    "跟隔壁",
    " and ",
    " and my ",
    ",",
    "，",
];

/// Words that say the same is wanted for each of them.
const EACH: &[&str] = &[
    "都",
    "各",
    "两个人",
    "两位",
    "给",
    "帮",
    "替",
    "为",
    "both",
    "each",
    " for ",
];

/// The relations of several people named side by side for whom the same is
/// wanted, in order; empty unless there are two at least.
pub(crate) fn several(text: &str) -> Vec<&'static str> {
    let text = text.to_lowercase();
    if !EACH.iter().any(|word| text.contains(word)) {
        return Vec::new();
    }
    let mut found: Vec<&'static str> = Vec::new();
    let mut rest = text.as_str();
    while let Some((at, word, relation)) = first(rest) {
        let between = &rest[..at];
        if !found.is_empty() && !JOINTS.contains(&between) {
            if found.len() > 1 {
                break;
            }
            found.clear();
        }
        if !found.contains(&relation) {
            found.push(relation);
        }
        rest = &rest[at + word.len()..];
    }
    if found.len() < 2 { Vec::new() } else { found }
}

/// The first person named: where, by which word, in what relation.
fn first(text: &str) -> Option<(usize, &'static str, &'static str)> {
    let places = PEOPLE
        .iter()
        .filter_map(|(word, relation)| Some((text.find(word)?, *word, *relation)));
    // Of two words at one place the longer is meant.
    places.min_by_key(|(at, word, _)| (*at, std::cmp::Reverse(word.len())))
}

/// Whether words speak of the writer.
pub(crate) fn speaks_of_self(text: &str) -> bool {
    let lower = format!(" {} ", text.to_lowercase());
    ["我", "俺", "咱", "本人", "自己"]
        .iter()
        .any(|w| text.contains(w))
        || [" i ", " i'm ", " me ", " my ", " myself "]
            .iter()
            .any(|w| lower.contains(w))
}

/// Whether somebody wants nobody to know who told it.
pub(crate) fn wants_no_name(text: &str) -> bool {
    let lower = text.to_lowercase();
    let words = [
        "匿名",
        "不留名",
        "不留姓名",
        "不要说是我",
        "别说是我",
        "不能说是我",
        "不要告诉他们是我",
        "别让他知道是我",
        "anonymous",
        "don't say it was me",
        "do not say it was me",
    ];
    words.iter().any(|word| lower.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_people_side_by_side_are_each_meant() {
        let table: &[(&str, &[&str])] = &[
            ("给我妈和我爸申请送餐", &["mother", "father"]),
            ("我妈妈、爸爸都要助浴", &["mother", "father"]),
            ("帮邻居和我妈妈都报上送餐", &["neighbour", "mother"]),
            (
                "my mother and my father both need meals",
                &["mother", "father"],
            ),
            ("给我妈申请送餐", &[]),
            ("我女儿在外地，给我妈申请送餐", &[]),
            ("我和我妈吵架了", &[]),
            ("我爸和我妈吵架了", &[]),
            ("给我妈妈、妈妈的妈妈送餐", &[]),
            ("", &[]),
        ];
        for (text, people) in table {
            assert_eq!(several(text), *people, "{text}");
        }
    }

    #[test]
    fn who_speaks_of_themselves_is_not_asked_for_whom() {
        for text in ["我想申请低保", "俺要送餐", "I need meals", "本人残疾"] {
            assert!(speaks_of_self(text), "{text}");
        }
        for text in ["想要送餐", "送餐怎么申请", "meals please", "time"] {
            assert!(!speaks_of_self(text), "{text}");
        }
    }

    #[test]
    fn a_wish_to_stay_unnamed_is_heard() {
        for text in [
            "我要匿名举报",
            "千万别说是我讲的",
            "I want to stay anonymous",
        ] {
            assert!(wants_no_name(text), "{text}");
        }
        assert!(!wants_no_name("我叫王秀英"));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in ".{0,60}") {
            let _ = (several(&text), speaks_of_self(&text), wants_no_name(&text));
        }
    }
}
