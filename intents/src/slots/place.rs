//! Words of a place: a road, an estate, a house number, a known kind of building. It deliberately does not look the
//! place up; that is the gateway's territory.

use std::sync::OnceLock;

use crate::normalize::is_han;
use crate::spot::Spotter;

/// Endings by which a run of characters is a place.
const ENDINGS: [&str; 27] = [
    "小区",
    "社区",
    "花园",
    "公寓",
    "家园",
    "新村",
    "村",
    "路",
    "街",
    "巷",
    "弄",
    "里弄",
    "大道",
    "号楼",
    "栋",
    "单元",
    "号",
    "室",
    "镇",
    "桥下",
    "桥洞",
    "车站",
    "火车站",
    "地铁站",
    "医院",
    "超市门口",
    "公园",
];
/// Words that stand before a place and are not part of it.
const BEFORE: [&str; 22] = [
    "住在",
    "人在",
    "家在",
    "就在",
    "我在",
    "位于",
    "地址是",
    "地址",
    "在",
    "住",
    "到",
    "去",
    "是",
    "我家",
    "我们",
    "我",
    "他",
    "她",
    "从",
    "的",
    "有",
    "了",
];
/// Longest place in characters.
const LONGEST: usize = 24;

/// The first place of folded text as written.
pub(super) fn find(folded: &str) -> Option<String> {
    let mut ends = endings().longest(folded).peekable();
    while let Some(first) = ends.next() {
        // The clause around it, and the last ending in it.
        let stops = |c: char| !(is_han(c) || c.is_ascii_alphanumeric() || c == '-');
        let clause = folded[..first.start]
            .char_indices()
            .rfind(|(_, c)| stops(*c))
            .map_or(0, |(at, c)| at + c.len_utf8());
        let after = folded[first.end..]
            .find(stops)
            .map_or(folded.len(), |at| first.end + at);
        let mut end = first.end;
        while let Some(next) = ends.next_if(|next| next.start < after) {
            end = next.end;
        }
        let before = &folded[clause..first.start];
        let mut start = None;
        leads().every(before, |lead| start = start.max(Some(lead.end)));
        let Some(start) = start else {
            continue;
        };
        let place = &folded[clause + start..end];
        if (3..=LONGEST).contains(&place.chars().count()) && !place.ends_with("挂号") {
            return Some(place.to_owned());
        }
    }
    None
}

fn leads() -> &'static Spotter {
    static FOUND: OnceLock<Spotter> = OnceLock::new();
    FOUND.get_or_init(|| Spotter::new(&BEFORE))
}

fn endings() -> &'static Spotter {
    static FOUND: OnceLock<Spotter> = OnceLock::new();
    FOUND.get_or_init(|| Spotter::new(&ENDINGS))
}
