//! The same in English, and changing language.

use super::*;

#[test]
fn an_english_need_becomes_a_request() {
    let mut resident = Resident::new();
    resident
        .says("my mother needs meals delivered")
        .hears("I am Linli");
    resident
        .says("13812345678")
        .says("skip")
        .says("82")
        .hears("for your mother")
        .hears("right?");
    resident.says("yes").opens(1);
    assert_eq!(resident.opened[0].lang, Lang::En);
    resident.says("status").hears("LK-r1-77");
}

#[test]
fn english_words_work_everywhere_with_slips() {
    let mut resident = Resident::new();
    resident.says("hello").hears("I am Linli");
    resident
        .says("I need meals")
        .says("mneu")
        .hears("What do you need help with");
    resident.says("bak");
    resident.says("cancle").hears("Nothing was sent");
    resident
        .says("I want to talk to a human")
        .says("human")
        .hears("person");
}

#[test]
fn the_language_follows_the_person_until_they_choose() {
    let mut resident = Resident::new();
    resident
        .says("你好")
        .taps("English")
        .hears("What do you need");
    resident.says("想送餐").hears("Good, let us do this");
    resident.says("中文").hears("好的");
}

#[test]
fn english_danger_gets_an_english_card() {
    let mut resident = Resident::new();
    resident
        .says("there is a gas leak in my kitchen")
        .hears("119")
        .hears("outside");
    assert!(is_crisis(&resident.last().replies[0]));
    resident.opens(1);
}
