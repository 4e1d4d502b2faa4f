//! Words of a place: a road, an estate, a house number, a known kind of building. It deliberately does not look the
//! place up; that is the gateway's territory.

use crate::normalize::is_han;

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
    for clause in folded.split(|c: char| !(is_han(c) || c.is_ascii_alphanumeric() || c == '-')) {
        let Some(start) = after_marker(clause) else {
            continue;
        };
        let from = &clause[start..];
        let end = ENDINGS
            .iter()
            .filter_map(|e| from.rfind(e).map(|at| at + e.len()))
            .max();
        if let Some(end) = end {
            let place = &from[..end];
            let length = place.chars().count();
            if (3..=LONGEST).contains(&length) && !place.ends_with("挂号") {
                return Some(place.to_owned());
            }
        }
    }
    None
}

/// Where the place begins: after the last marker that stands before the first ending.
fn after_marker(clause: &str) -> Option<usize> {
    let first = ENDINGS.iter().filter_map(|e| clause.find(e)).min()?;
    let before = &clause[..first];
    BEFORE
        .iter()
        .filter_map(|m| before.rfind(m).map(|at| at + m.len()))
        .max()
}
