//! What each kind of question accepts, refuses and shows.
#![allow(clippy::unwrap_used)]
// Money is written as yuan_fen.
#![allow(clippy::inconsistent_digit_grouping)]

use proptest::prelude::*;

use super::*;
use crate::starter;

fn today() -> NaiveDate {
    // A Saturday.
    NaiveDate::from_ymd_opt(2026, 2, 14).unwrap()
}

fn ask(kind: &str) -> Question {
    Question::new(
        "key",
        Localized::fixed("问题", "Question"),
        Kind::named(kind).unwrap(),
    )
}

fn field(service: &str, key: &str) -> &'static Question {
    starter().service(service).unwrap().field(key).unwrap()
}

fn says(question: &Question, text: &str) -> Result<Answer, Complaint> {
    parse(question, &Reply::Text(text.to_owned()), today())
}

fn all_read(question: &Question, cases: &[(&str, Answer)]) {
    for (text, answer) in cases {
        assert_eq!(says(question, text).as_ref(), Ok(answer), "{text}");
    }
}

fn all_refused(question: &Question, cases: &[&str]) {
    for text in cases {
        let complaint = says(question, text).expect_err(text);
        assert!(complaint.0.is_complete());
        assert!(complaint.say(Lang::Zh).contains("跳过"), "{text}");
        assert!(complaint.say(Lang::En).contains("skip"), "{text}");
    }
}

fn text(text: &str) -> Answer {
    Answer::Text(text.to_owned())
}

fn picked(keys: &[&str]) -> Answer {
    Answer::Choice(keys.iter().map(|key| (*key).to_owned()).collect())
}

fn day(year: i32, month: u32, day: u32) -> Answer {
    Answer::Date(NaiveDate::from_ymd_opt(year, month, day).unwrap())
}

#[test]
fn phones_are_read_in_every_spelling() {
    let mobile = text("13812345678");
    for spelled in [
        "13812345678",
        "138 1234 5678",
        "138-1234-5678",
        "+86 138 1234 5678",
        "008613812345678",
        "8613812345678",
        "１３８１２３４５６７８",
        "我的电话是13812345678，姓李",
        "一三八一二三四五六七八",
        "幺三八一二三四五六七八",
        "138.1234.5678",
        "13812345678 13912345678",
        "(+86)13812345678",
    ] {
        assert_eq!(
            says(&ask("phone"), spelled),
            Ok(mobile.clone()),
            "{spelled}"
        );
    }
    all_read(
        &ask("phone"),
        &[
            ("021-12345678", text("02112345678")),
            ("(0755) 8123456", text("07558123456")),
            ("+86 21 1234 5678", text("02112345678")),
            ("400-123-4567", text("4001234567")),
            ("+852 9123 4567", text("+85291234567")),
        ],
    );
    assert_eq!(
        parse(
            &ask("phone"),
            &Reply::Phone("+8613812345678".into()),
            today()
        ),
        Ok(mobile)
    );
}

#[test]
fn phones_that_cannot_be_called_are_asked_again() {
    all_refused(
        &ask("phone"),
        &[
            "",
            "1381234567",
            "138123456789",
            "12812345678",
            "12345678",
            "没有",
            "电话",
            "0012",
            "9999999999999999999999",
        ],
    );
}

#[test]
fn identity_numbers_follow_the_published_examples() {
    let mut counts = [0, 0];
    for line in include_str!("id_numbers.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
    {
        let columns: Vec<_> = line.split('\t').collect();
        let [number, _, verdict, stored, why] = columns[..] else {
            panic!("{line}")
        };
        let valid = verdict == "valid";
        counts[usize::from(valid)] += 1;
        let read = says(&ask("id_number"), number);
        assert_eq!(read.clone().ok(), valid.then(|| text(stored)), "{why}");
        if !valid {
            assert!(read.unwrap_err().say(Lang::Zh).contains("跳过"));
        }
    }
    assert_eq!(counts, [7, 11]);
}

#[test]
fn identity_numbers_are_found_in_sentences_and_typed_loosely() {
    for spelled in [
        "我的身份证号码是11010519491231002x。",
        "110105 19491231 002X",
        "110105-19491231-002X",
        "My ID is 11010519491231002X",
    ] {
        assert_eq!(
            says(&ask("id_number"), spelled),
            Ok(text("11010519491231002X")),
            "{spelled}"
        );
    }
    let complaint = says(&ask("id_number"), "110105194912310021").unwrap_err();
    assert!(complaint.say(Lang::En).contains("One digit"));
    assert!(is_valid_id_number("11010519491231002X", today()));
}

#[test]
fn names_are_taken_out_of_polite_sentences() {
    all_read(
        &ask("name"),
        &[
            ("李小梅", text("李小梅")),
            ("我叫李小梅。", text("李小梅")),
            ("我姓王", text("王")),
            ("姓名：阿依古丽·买买提", text("阿依古丽·买买提")),
            ("My name is Mary O'Neil", text("Mary O'Neil")),
            ("Namey Smith", text("Namey Smith")),
            ("叶问", text("叶问")),
        ],
    );
    all_refused(
        &ask("name"),
        &["", "123", "李小梅13812345678", "？？？", &"长".repeat(80)],
    );
}

#[test]
fn whole_numbers_are_read_out_of_sentences() {
    let age = field("ELD-MEAL", "subject_age");
    all_read(
        age,
        &[
            ("82", Answer::Number(82)),
            ("８２岁", Answer::Number(82)),
            ("今年八十二了", Answer::Number(82)),
            ("我妈82岁，一个人住3楼", Answer::Number(82)),
            ("he is 82 years old", Answer::Number(82)),
        ],
    );
    all_refused(
        age,
        &["", "很老了", "82 79", "300", "-5", "3.5", &"9".repeat(150)],
    );
    let people = field("CHI-GUARD", "child_count");
    all_read(
        people,
        &[
            ("两个", Answer::Number(2)),
            ("没有", Answer::Number(0)),
            ("3个孩子", Answer::Number(3)),
        ],
    );
    assert!(
        says(people, "一百个")
            .unwrap_err()
            .say(Lang::Zh)
            .contains("0 到 30")
    );
}

#[test]
fn money_is_read_as_people_say_it() {
    all_read(
        &ask("amount"),
        &[
            ("3500", Answer::Money(3500_00)),
            ("三千五", Answer::Money(3500_00)),
            ("1.2万", Answer::Money(12_000_00)),
            ("两万三", Answer::Money(23_000_00)),
            ("一个月三千五百块左右", Answer::Money(3500_00)),
            ("每月3,500元", Answer::Money(3500_00)),
            ("三块五", Answer::Money(3_50)),
            ("12.5元", Answer::Money(12_50)),
            ("没有收入", Answer::Money(0)),
            ("0", Answer::Money(0)),
            ("大概五万多", Answer::Money(50_000_00)),
            ("about 3000 yuan a month", Answer::Money(3000_00)),
        ],
    );
    all_refused(&ask("amount"), &["", "很多", "九千万亿", "-300", "3个月"]);
}

#[test]
fn yes_and_no_are_told_apart_and_doubt_is_neither() {
    for yes in [
        "是",
        "有",
        "对的",
        "嗯",
        "有人",
        "已经转了",
        "yes",
        "Yeah",
        "1",
        "没错",
        "係",
        "没问题",
        "是的，没人管",
    ] {
        assert_eq!(says(&ask("boolean"), yes), Ok(Answer::Yes(true)), "{yes}");
    }
    for no in [
        "不是",
        "没有",
        "没",
        "否",
        "没有人",
        "还没转",
        "不愿意",
        "no",
        "Not yet",
        "2",
        "冇",
        "无",
    ] {
        assert_eq!(says(&ask("boolean"), no), Ok(Answer::Yes(false)), "{no}");
    }
    all_refused(
        &ask("boolean"),
        &[
            "",
            "不知道",
            "说不准",
            "not sure",
            "3",
            "有没有呢",
            "没人管我，有危险",
            "天气",
        ],
    );
    assert_eq!(
        parse(&ask("boolean"), &Reply::Choice("no".into()), today()),
        Ok(Answer::Yes(false))
    );
}

#[test]
fn options_are_picked_by_number_words_or_button() {
    let level = field("DSB-TWO", "disability_level");
    for spelled in ["2", "二级", "是二级的", "２", "Grade 2", "第二级"] {
        // A bare number is the option's place; here both agree.
        assert_eq!(says(level, spelled), Ok(picked(&["2"])), "{spelled}");
    }
    let mobility = field("MED-PEIZHEN", "mobility");
    all_read(
        mobility,
        &[
            ("坐轮椅", picked(&["wheelchair"])),
            ("轮椅", picked(&["wheelchair"])),
            ("3.", picked(&["wheelchair"])),
            ("她下不了床", picked(&["bed"])),
        ],
    );
    all_refused(mobility, &["", "0", "9", "走", "飞", "不坐轮椅"]);
    assert_eq!(
        parse(mobility, &Reply::Choice("free".into()), today()),
        Ok(picked(&["free"]))
    );
    assert!(parse(mobility, &Reply::Choice("gone".into()), today()).is_err());
    // 没有 must not be read as 有.
    assert_eq!(
        says(field("DSB-TWO", "disability_cert"), "我没有"),
        Ok(picked(&["no"]))
    );
}

#[test]
fn several_options_are_picked_at_once() {
    let items = field("HOU-AGING", "items");
    all_read(
        items,
        &[
            ("1、3", picked(&["rail", "bath"])),
            ("31", picked(&["rail", "bath"])),
            ("1 2 2", picked(&["rail", "floor"])),
            ("扶手和坡道", picked(&["rail", "ramp"])),
            ("想装扶手，还要地面防滑", picked(&["rail", "floor"])),
            ("都要", picked(&["rail", "floor", "bath", "ramp", "alarm"])),
            ("呼叫器", picked(&["alarm"])),
        ],
    );
    all_refused(items, &["", "9", "19", "飞机"]);
    assert_eq!(
        parse(items, &Reply::Choice("alarm,rail".into()), today()),
        Ok(picked(&["rail", "alarm"]))
    );
    assert!(prompt(items, Lang::Zh).many);
}

#[test]
fn relations_name_who_someone_is_to_the_writer() {
    all_read(
        &ask("relation"),
        &[
            ("我妈", picked(&["mother"])),
            ("给我自己", picked(&["self"])),
            ("隔壁王奶奶，邻居", picked(&["grandparent"])),
            ("邻居", picked(&["neighbour"])),
            ("我是她女儿", picked(&["parent"])),
            ("我是孩子的奶奶", picked(&["grandchild"])),
            ("my mother-in-law", picked(&["parent_in_law"])),
            ("a person I met", text("a person I met")),
            ("老伴", picked(&["spouse"])),
            ("1", picked(&["self"])),
        ],
    );
    all_refused(&ask("relation"), &["", "??", "9", &"远".repeat(60)]);
    assert_eq!(
        describe(&ask("relation"), &picked(&["mother"]), Lang::En),
        "My mother"
    );
}

#[test]
fn days_are_read_absolutely_and_from_today() {
    all_read(
        &ask("date"),
        &[
            ("2026年2月3日", day(2026, 2, 3)),
            ("2026-02-03", day(2026, 2, 3)),
            ("2026/2/3", day(2026, 2, 3)),
            ("2026.2.3", day(2026, 2, 3)),
            ("20260203", day(2026, 2, 3)),
            ("二〇二六年二月三号", day(2026, 2, 3)),
            ("2/3", day(2026, 2, 3)),
            ("2月3号", day(2026, 2, 3)),
            ("2.3", day(2026, 2, 3)),
            ("12月30日", day(2025, 12, 30)),
            ("去年3月5日", day(2025, 3, 5)),
            ("昨天下午", day(2026, 2, 13)),
            ("大前天", day(2026, 2, 11)),
            ("明天", day(2026, 2, 15)),
            ("三天前", day(2026, 2, 11)),
            ("两个月前", day(2025, 12, 14)),
            ("5 days ago", day(2026, 2, 9)),
            ("上周三", day(2026, 2, 4)),
            ("这周一", day(2026, 2, 9)),
            ("下星期天", day(2026, 2, 22)),
            ("10号", day(2026, 2, 10)),
            ("上个月10号", day(2026, 1, 10)),
            ("Feb 3, 2026", day(2026, 2, 3)),
            ("3 February", day(2026, 2, 3)),
            ("yesterday", day(2026, 2, 13)),
        ],
    );
    all_refused(
        &ask("date"),
        &[
            "",
            "2月30日",
            "去年三月",
            "冬天",
            "13月1日",
            "99999999",
            "每周三",
        ],
    );
}

#[test]
fn moments_keep_the_words_and_add_what_is_understood() {
    let moment = |text: &str| match says(&ask("datetime"), text).unwrap() {
        Answer::Moment { date, time, said } => {
            assert_eq!(said, text);
            (
                date.map(|d| d.to_string()),
                time.map(|t| t.format("%H:%M").to_string()),
            )
        }
        other => panic!("{other:?}"),
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(moment("明天上午9点半"), (some("2026-02-15"), some("09:30")));
    assert_eq!(moment("周三下午三点"), (some("2026-02-18"), some("15:00")));
    assert_eq!(
        moment("2026-02-20 15:30"),
        (some("2026-02-20"), some("15:30"))
    );
    assert_eq!(moment("tomorrow 3 pm"), (some("2026-02-15"), some("15:00")));
    assert_eq!(moment("随时"), (None, None));
    assert_eq!(moment("每天饭点"), (None, None));
    let answer = says(&ask("datetime"), "明天上午9点半").unwrap();
    assert_eq!(
        describe(&ask("datetime"), &answer, Lang::Zh),
        "明天上午9点半（2026年2月15日 09:30）"
    );
    all_refused(&ask("datetime"), &["", &"久".repeat(101)]);
}

#[test]
fn places_are_words_or_pins() {
    for kind in ["address", "location"] {
        let pin = Reply::Location {
            lat: 31.2,
            lon: 121.5,
        };
        let answer = parse(&ask(kind), &pin, today()).unwrap();
        assert_eq!(
            answer,
            Answer::Place {
                point: Some(Point {
                    lat: 31.2,
                    lon: 121.5
                }),
                text: String::new()
            }
        );
        assert_eq!(
            describe(&ask(kind), &answer, Lang::Zh),
            "定位 31.20000, 121.50000"
        );
        for (lat, lon) in [
            (91.0, 0.0),
            (0.0, 181.0),
            (f64::NAN, 0.0),
            (f64::INFINITY, 0.0),
        ] {
            assert!(parse(&ask(kind), &Reply::Location { lat, lon }, today()).is_err());
        }
        assert_eq!(
            says(&ask(kind), "幸福里 3 栋"),
            Ok(Answer::Place {
                point: None,
                text: "幸福里 3 栋".into()
            })
        );
        all_refused(&ask(kind), &["", "家", "……", &"远".repeat(201)]);
    }
    assert_eq!(says(&ask("community"), "幸福社区"), Ok(text("幸福社区")));
    all_refused(&ask("community"), &["", "村", "？？"]);
}

#[test]
fn attachments_pass_by_id_only() {
    let photo = Reply::Attachment {
        id: "a1".into(),
        kind: "photo".into(),
    };
    assert_eq!(
        parse(&ask("attachment"), &photo, today()),
        Ok(Answer::Attachment(vec!["a1".into()]))
    );
    all_refused(&ask("attachment"), &["a1", ""]);
    assert!(
        parse(
            &ask("attachment"),
            &Reply::Attachment {
                id: "x".repeat(300),
                kind: "photo".into()
            },
            today()
        )
        .is_err()
    );
}

#[test]
fn free_text_is_kept_as_said_within_bounds() {
    assert_eq!(
        says(&ask("text"), " 家里\u{200B}没\u{0}电了！\n两天了 "),
        Ok(text("家里没电了！\n两天了"))
    );
    assert!(says(&ask("text"), &"长".repeat(TEXT_LIMIT)).is_ok());
    all_refused(
        &ask("text"),
        &["", " \u{200B} ", "？？", &"长".repeat(TEXT_LIMIT + 1)],
    );
}

#[test]
fn sensitive_answers_are_masked_and_others_shown() {
    let id = field("BAS-DIBAO", "id_number");
    assert_eq!(
        shown(id, &text("11010519491231002X"), Lang::Zh),
        "1101**********002X"
    );
    let phone = field("BAS-DIBAO", "phone");
    assert_eq!(shown(phone, &text("13812345678"), Lang::Zh), "13812345678");
    assert_eq!(mask(phone, &text("13812345678"), Lang::Zh), "138****5678");
    let income = field("BAS-DIBAO", "income");
    assert_eq!(
        describe(income, &Answer::Money(3500_50), Lang::Zh),
        "3500.50 元"
    );
    assert_eq!(
        shown(income, &Answer::Money(3500_50), Lang::En),
        "given (hidden)"
    );
    let place = Answer::Place {
        point: None,
        text: "幸福里小区 3 栋 502".into(),
    };
    assert_eq!(
        shown(field("CRI-DV", "location"), &place, Lang::Zh),
        "幸福里小…"
    );
    assert_eq!(
        mask(field("BAS-DIBAO", "name"), &text("李小梅"), Lang::Zh),
        "李**"
    );
    assert_eq!(
        mask(field("BAS-DIBAO", "name"), &text("李"), Lang::Zh),
        "**"
    );
}

#[test]
fn masking_hides_at_least_the_middle_of_any_private_answer() {
    for kind in &KINDS {
        let question = ask(kind.key);
        for secret in ["李小梅在幸福里住", "13812345678", "11010519491231002X"] {
            let masked = mask(&question, &text(secret), Lang::Zh);
            if kind.key != "attachment" {
                assert!(!masked.contains(secret), "{}", kind.key);
            }
        }
    }
}

#[test]
fn every_kind_has_its_file_and_a_unique_key() {
    for (index, spec) in KINDS.iter().enumerate() {
        assert!(spec.name.is_complete());
        assert!(KINDS[..index].iter().all(|other| other.key != spec.key));
    }
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/question");
    let mut files: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .filter_map(|entry| {
            entry
                .unwrap()
                .path()
                .file_name()?
                .to_str()?
                .strip_suffix(".rs")
                .map(str::to_owned)
        })
        .filter(|name| !["mod", "tests", "answer", "dates", "numeral"].contains(&name.as_str()))
        .collect();
    files.sort();
    let mut keys: Vec<&str> = KINDS.iter().map(|spec| spec.key).collect();
    keys.sort_unstable();
    assert_eq!(files, keys);
    assert!(Kind::named("fax").is_none());
}

#[test]
fn every_question_of_the_catalogue_can_be_asked_in_both_languages() {
    for field in starter()
        .services()
        .iter()
        .flat_map(|service| &service.fields)
    {
        for lang in Lang::ALL {
            let prompt = prompt(field, lang);
            assert!(!prompt.text.is_empty());
            assert!(prompt.choices.len() <= 5, "{}", field.key);
            assert_eq!(prompt.accepts_contact, field.kind.key() == "phone");
            assert_eq!(
                prompt.accepts_location,
                matches!(field.kind.key(), "address" | "location")
            );
            for choice in &prompt.choices {
                let reply = Reply::Choice(choice.key.to_owned());
                let answer = parse(field, &reply, today()).unwrap();
                let described = describe(field, &answer, lang).to_lowercase();
                assert_eq!(described, choice.label.to_lowercase(), "{}", field.key);
                assert_eq!(
                    says(field, choice.label).as_ref(),
                    Ok(&answer),
                    "{} {}",
                    field.key,
                    choice.label
                );
            }
        }
    }
}

#[test]
fn answers_survive_storing() {
    let answers = [
        text("x"),
        Answer::Number(-3),
        Answer::Money(5),
        Answer::Yes(true),
        picked(&["a", "b"]),
        day(2026, 2, 3),
        says(&ask("datetime"), "明天上午9点半").unwrap(),
        Answer::Place {
            point: Some(Point { lat: 1.5, lon: 2.5 }),
            text: "x".into(),
        },
        Answer::Place {
            point: None,
            text: "x".into(),
        },
        Answer::Attachment(vec!["a".into()]),
    ];
    for answer in answers {
        let stored = serde_json::to_string(&answer).unwrap();
        assert_eq!(
            serde_json::from_str::<Answer>(&stored).unwrap(),
            answer,
            "{stored}"
        );
    }
    assert_eq!(
        serde_json::to_string(&Answer::Money(5)).unwrap(),
        r#"{"money":5}"#
    );
}

proptest! {
    #[test]
    fn no_reply_makes_any_kind_panic(reply in "\\PC{0,40}|[0-9零一二三十百千万亿年月日号点半前后周天./:-]{0,24}", kind in 0..KINDS.len()) {
        let question = ask(KINDS[kind].key);
        for reply in [Reply::Text(reply.clone()), Reply::Choice(reply.clone()), Reply::Phone(reply.clone()), Reply::Attachment { id: reply, kind: String::new() }] {
            match parse(&question, &reply, today()) {
                Ok(answer) => for lang in Lang::ALL {
                    prop_assert!(!describe(&question, &answer, lang).is_empty());
                    prop_assert!(!mask(&question, &answer, lang).is_empty());
                },
                Err(complaint) => prop_assert!(complaint.0.is_complete()),
            }
        }
    }

    #[test]
    fn any_mobile_number_is_read_with_blanks_anywhere(number in "1[3-9][0-9]{9}", blank in 1_usize..10) {
        let spaced = format!("{} {}", &number[..blank], &number[blank..]);
        prop_assert_eq!(says(&ask("phone"), &spaced), Ok(Answer::Text(number)));
    }

    #[test]
    fn one_wrong_digit_in_an_identity_number_is_noticed(at in 0_usize..17, digit in 0_u8..10) {
        let mut number = "11010519491231002X".to_owned().into_bytes();
        prop_assume!(number[at] != b'0' + digit);
        number[at] = b'0' + digit;
        let number = String::from_utf8(number).unwrap();
        prop_assert!(says(&ask("id_number"), &number).is_err());
    }
}
