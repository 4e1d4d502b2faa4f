//! Every kind of bad file, named by line.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::people::Resident;
use crate::territory::{Duty, Role, Worker};
use std::fmt::Write;

const HEAD: &str = "代码,类型,名称,上级\n";
const CITY: &str = "1,市,云溪市,\n11,区,溪东区,1\n111,街道,青石街道,11\n1111,社区,桃源社区,111\n";

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 2, 14).unwrap()
}

fn nothing() -> Existing {
    Existing::new(today(), [])
}

fn city() -> Existing {
    Existing::new(
        today(),
        &parse_units(format!("{HEAD}{CITY}").as_bytes(), &nothing()).rows,
    )
}

fn units(text: &str) -> Parsed<Unit> {
    parse_units(text.as_bytes(), &nothing())
}

fn workers(lines: &str) -> Parsed<Worker> {
    let text = format!("工号,姓名,岗位,单位,手机,副手,值班,请假至\n{lines}");
    parse_workers(text.as_bytes(), &city())
}

fn residents(lines: &str) -> Parsed<Resident> {
    let text = format!("姓名,手机,身份证号,户籍,居住地,户号,语言\n{lines}");
    parse_residents(text.as_bytes(), &city())
}

/// Line, column and reason of every error.
fn errors<T>(parsed: &Parsed<T>) -> Vec<(usize, Option<&str>, Fault)> {
    assert!(
        parsed.rows.is_empty() || parsed.report.is_clean(),
        "rows of a wrong file"
    );
    of(&parsed.report.errors)
}

fn warnings<T>(parsed: &Parsed<T>) -> Vec<(usize, Option<&str>, Fault)> {
    of(&parsed.report.warnings)
}

fn of(found: &[LineError]) -> Vec<(usize, Option<&str>, Fault)> {
    found
        .iter()
        .map(|e| (e.line, e.column.as_deref(), e.reason.clone()))
        .collect()
}

#[test]
fn a_clean_file_gives_every_line() {
    let parsed = units(&format!("{HEAD}{CITY}"));
    assert_eq!(errors(&parsed), []);
    assert_eq!(parsed.rows.len(), 4);
    assert_eq!(parsed.rows[2].parent.as_ref().unwrap().as_str(), "11");
    assert_eq!(parsed.report.encoding, "UTF-8");
}

#[test]
fn byte_order_marks_windows_line_ends_and_other_encodings_give_the_same_rows() {
    let text = format!("{HEAD}{CITY}");
    let plain = units(&text).rows;
    let windows = text.replace('\n', "\r\n");
    let (gb, _, _) = encoding_rs::GB18030.encode(&windows);
    let utf16: Vec<u8> = [0xFF, 0xFE]
        .into_iter()
        .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let cases = [
        (format!("\u{feff}{windows}").into_bytes(), "UTF-8 (BOM)"),
        (gb.into_owned(), "GB18030"),
        (utf16, "UTF-16LE"),
        (text.replace(',', "\t").into_bytes(), "UTF-8"),
        (text.replace(',', ";").into_bytes(), "UTF-8"),
        (format!("\n,,,\n{text},,,\n\n").into_bytes(), "UTF-8"),
    ];
    for (bytes, encoding) in cases {
        let parsed = parse_units(&bytes, &nothing());
        assert_eq!(errors(&parsed), [], "{encoding}");
        assert_eq!(parsed.rows, plain, "{encoding}");
        assert_eq!(parsed.report.encoding, encoding);
    }
}

#[test]
fn english_headers_in_any_order_and_quoted_fields_are_read() {
    let parsed =
        units("Name, KIND ,parent,code*,Aliases\n\"Cloud, \"\"Creek\"\"\",city,,1,\"A1;B2、C3\"\n");
    assert_eq!(errors(&parsed), []);
    assert_eq!(parsed.rows[0].name, "Cloud, \"Creek\"");
    assert_eq!(parsed.rows[0].aliases, ["A1", "B2", "C3"]);
}

#[test]
fn a_file_that_is_no_table_is_refused_with_the_reason() {
    let cases: [(&[u8], Fault); 5] = [
        (b"", Fault::Empty),
        (b"\n\n ,, \n", Fault::Empty),
        (HEAD.as_bytes(), Fault::NoRows),
        (b"PK\x03\x04zip", Fault::Workbook),
        (b"code\xff\xff\x00\x80\xff", Fault::Unreadable),
    ];
    for (bytes, fault) in cases {
        let parsed = parse_units(bytes, &nothing());
        assert_eq!(errors(&parsed), [(1, None, fault)]);
    }
}

#[test]
fn missing_doubled_and_unknown_columns_are_named() {
    let parsed = units("代码,名称,名称,备注\n1,云溪市,云溪市,x\n");
    let names: Vec<(Option<&str>, bool)> = parsed
        .report
        .errors
        .iter()
        .map(|e| {
            (
                e.column.as_deref(),
                matches!(e.reason, Fault::ColumnTwice { first: 2 }),
            )
        })
        .collect();
    assert_eq!(
        names,
        [
            (Some("名称"), true),
            (Some("类型"), false),
            (Some("上级"), false)
        ]
    );
    assert_eq!(parsed.report.warnings[0].column.as_deref(), Some("备注"));
    assert!(
        parsed.report.zh().contains("缺少这一列"),
        "{}",
        parsed.report.zh()
    );
}

#[test]
fn a_line_with_too_few_or_too_many_fields_is_named() {
    let parsed = units(&format!("{HEAD}1,市,云溪市,\n2,市\n3,市,x,,y\n4,市,z,,\n"));
    assert_eq!(
        errors(&parsed),
        [
            (
                3,
                None,
                Fault::FieldCount {
                    expected: 4,
                    found: 2
                }
            ),
            (
                4,
                None,
                Fault::FieldCount {
                    expected: 4,
                    found: 5
                }
            ),
        ]
    );
}

#[test]
fn an_unclosed_quote_is_said_and_does_not_swallow_the_file_in_silence() {
    let parsed = units(&format!("{HEAD}1,市,\"云溪市,\n11,区,溪东区,1\n"));
    assert_eq!(errors(&parsed), [(2, None, Fault::LineBreak)]);
}

#[test]
fn a_code_given_twice_names_both_lines() {
    let parsed = units(&format!("{HEAD}{CITY}111,街道,青石街道,11\n"));
    assert_eq!(
        errors(&parsed),
        [(6, Some("代码"), Fault::Twice { line: 4 })]
    );
}

#[test]
fn missing_wrong_and_narrower_parents_are_named() {
    let parsed = units(&format!(
        "{HEAD}{CITY}222,街道,柳湖街道,99\n333,街道,北岭街道,1111\n444,社区,无上级,\n555,网格,一网格,111\n"
    ));
    assert_eq!(
        errors(&parsed),
        [
            (6, Some("上级"), Fault::ParentUnknown),
            (
                7,
                Some("上级"),
                Fault::ParentNotWider {
                    kind: "街道",
                    parent: "社区"
                }
            ),
            (8, Some("上级"), Fault::ParentMissing),
            (9, Some("上级"), Fault::GridParent),
        ]
    );
}

#[test]
fn a_circle_of_parents_is_named_once_with_its_way() {
    let parsed = units(&format!(
        "{HEAD}1,市,甲,3\n2,区,乙,1\n3,街道,丙,2\n4,社区,丁,3\n"
    ));
    let path = "1 → 3 → 2 → 1".to_owned();
    assert_eq!(errors(&parsed), [(2, Some("上级"), Fault::Cycle { path })]);
}

#[test]
fn a_circle_through_units_imported_before_is_found() {
    let text = format!("{HEAD}11,区,溪东区,1111\n");
    let parsed = parse_units(text.as_bytes(), &city());
    assert!(matches!(
        &errors(&parsed)[..],
        [(2, _, Fault::Cycle { .. })]
    ));
}

#[test]
fn parents_may_be_known_from_before_and_a_known_code_is_an_update() {
    let text = format!("{HEAD}1111,社区,桃源新社区,111\n11111,网格,第一网格,1111\n");
    let parsed = parse_units(text.as_bytes(), &city());
    assert_eq!(errors(&parsed), []);
    assert_eq!(parsed.rows.len(), 2);
}

#[test]
fn dates_far_away_impossible_or_reversed_are_named() {
    let text = "代码,类型,名称,上级,启用日期,停用日期\n\
        1,市,甲,,2126-01-01,\n2,市,乙,,2026-02-30,\n3,市,丙,,2026/3/1,2026年1月1日\n\
        4,市,丁,,昨天,\n5,市,戊,,20200101,2026.12.31\n";
    let parsed = units(text);
    let found: Vec<(usize, Option<&str>)> = errors(&parsed).iter().map(|e| (e.0, e.1)).collect();
    assert_eq!(
        found,
        [
            (2, Some("启用日期")),
            (3, Some("启用日期")),
            (4, Some("停用日期")),
            (5, Some("启用日期")),
        ]
    );
    assert!(matches!(
        parsed.report.errors[0].reason,
        Fault::DateFar { .. }
    ));
    assert_eq!(parsed.report.errors[2].reason, Fault::DateOrder);
}

#[test]
fn odd_codes_and_unknown_kinds_are_named() {
    let parsed = units(&format!(
        "{HEAD}a b,市,甲,\noutside,市,乙,\n3,星球,丙,\n{},市,丁,\n,市,戊,\n",
        "9".repeat(33)
    ));
    let found: Vec<(usize, Fault)> = errors(&parsed).into_iter().map(|e| (e.0, e.2)).collect();
    let allowed = "市、区、街道、社区、网格".to_owned();
    assert_eq!(
        found,
        [
            (2, Fault::Characters),
            (3, Fault::Reserved),
            (4, Fault::OneOf { allowed }),
            (5, Fault::TooLong { max: 32 }),
            (6, Fault::Missing),
        ]
    );
}

#[test]
fn successors_must_exist_and_not_go_in_circles() {
    let text = "代码,类型,名称,上级,接替\n1,市,甲,,2\n2,市,乙,,1\n3,市,丙,,9\n";
    let found: Vec<Fault> = errors(&units(text)).into_iter().map(|e| e.2).collect();
    assert_eq!(
        found,
        [
            Fault::SuccessorCycle,
            Fault::SuccessorCycle,
            Fault::SuccessorUnknown
        ]
    );
}

#[test]
fn a_worker_is_read_with_roles_duty_and_leave() {
    let parsed = workers("w1,王小明,救助协理员、COMM,1111,+86 199 0000 0001,是,全天,2026-03-01\n");
    assert_eq!(errors(&parsed), []);
    let worker = &parsed.rows[0];
    assert_eq!(worker.roles, [Role::Coord, Role::Comm]);
    assert_eq!(worker.phone.as_ref().unwrap().expose(), "19900000001");
    assert!(worker.deputy && worker.active && worker.duty == Duty::Always);
    assert_eq!(worker.away_until, NaiveDate::from_ymd_opt(2026, 3, 1));
}

#[test]
fn everything_wrong_with_a_worker_is_named_at_once_and_the_phone_masked() {
    let parsed = workers(
        "w1,,KING,999,1990000000x,maybe,sometimes,\nw2,李,DUTY,11,,,,\nw2,李,DUTY,11,,,,\n",
    );
    let found: Vec<(usize, Option<&str>)> = errors(&parsed).iter().map(|e| (e.0, e.1)).collect();
    let line2 = ["姓名", "岗位", "单位", "手机", "值班", "副手"].map(|c| (2, Some(c)));
    assert_eq!(found[..6], line2);
    assert_eq!(found[6], (4, Some("工号")));
    assert_eq!(
        parsed.report.errors[3].value_hint.as_deref(),
        Some("199****000x")
    );
}

#[test]
fn a_desk_role_placed_too_low_is_a_warning() {
    let parsed = workers("w1,王小明,DUTY,1111,,,,\n");
    assert_eq!(errors(&parsed), []);
    assert_eq!(
        warnings(&parsed),
        [(2, Some("岗位"), Fault::RoleLevel { usual: "区" })]
    );
}

#[test]
fn a_resident_is_normalised_and_a_wrong_check_digit_only_warned_of() {
    let parsed = residents(
        "王小明,１９９ 0000 0001,59010219491231002x,1111,1111,H1,粤语\n\
         李四,19900000002,590102194912310021,外地,1111,H2,\n\
         赵六,,590102501231002,,,,\n孙七,,,1111,1111,,\n",
    );
    assert_eq!(errors(&parsed), []);
    let number = |i: usize| parsed.rows[i].id_number.as_ref().unwrap().expose().clone();
    assert_eq!(
        parsed.rows[0].phone.as_ref().unwrap().expose(),
        "19900000001"
    );
    assert_eq!(number(0).len(), 18);
    assert_eq!(parsed.rows[0].language.as_deref(), Some("yue"));
    assert_eq!(parsed.rows[1].hukou.as_ref().unwrap().as_str(), "outside");
    assert_eq!(number(2).len(), 18, "15 digits are lengthened");
    let warned: Vec<(usize, Fault)> = warnings(&parsed).into_iter().map(|w| (w.0, w.2)).collect();
    assert!(warned.contains(&(4, Fault::NumberOld)));
    assert!(warned.contains(&(5, Fault::NoContact)));
    assert_eq!(parsed.rows.len(), 3, "nobody can be matched to the last");
    assert!(warned.contains(&(3, Fault::NumberCheck)));
}

#[test]
fn bad_numbers_of_residents_are_named_and_never_shown() {
    let parsed = residents(
        "甲,1990000000,,1111,1111,,\n乙,,4.40106E+17,1111,1111,,\n丙,,590102194902300029,1111,1111,,\n\
         丁,,59010219491231,1111,1111,,\n戊,,11010519491231002X,9999,1111,,\n\
         己,,11010519491231002X,1111,1111,,klingon\n庚,123,,1111,1111,,\n",
    );
    let found: Vec<(usize, Fault)> = errors(&parsed).into_iter().map(|e| (e.0, e.2)).collect();
    assert_eq!(
        found[..5],
        [
            (2, Fault::PhoneForm),
            (3, Fault::NumberSpreadsheet),
            (4, Fault::NumberBirth),
            (5, Fault::NumberForm),
            (6, Fault::UnitUnknown),
        ]
    );
    // Nobody is called at a hotline.
    assert_eq!(found[6], (8, Fault::PhoneForm));
    assert_eq!(found.len(), 7);
    let printed = format!(
        "{}{}{:?}",
        parsed.report.zh(),
        parsed.report.en(),
        parsed.report
    );
    for secret in ["1990000000", "590102194902300029", "59010219491231"] {
        assert!(!printed.contains(secret), "{printed}");
    }
}

#[test]
fn the_same_document_twice_is_an_error_and_the_same_name_and_phone_a_warning() {
    let parsed = residents("甲,,11010519491231002X,,,,\n乙,,11010519491231002x,,,,\n");
    assert_eq!(
        errors(&parsed),
        [(3, Some("身份证号"), Fault::Twice { line: 2 })]
    );
    let parsed = residents("甲,19900000001,,,,,\n乙,19900000001,,,,,\n甲,19900000001,,,,,\n");
    assert_eq!(errors(&parsed), []);
    assert_eq!(
        warnings(&parsed),
        [(4, Some("姓名"), Fault::TwiceProbably { line: 2 })]
    );
}

fn roster(lines: &str) -> Parsed<crate::territory::Booking> {
    let existing = city().with(&crate::territory::Roster::new(
        workers("w1,甲,DUTY,11,,,,\nw2,乙,DUTY,11,,,,\n").rows,
    ));
    let text = format!("工号,类型,星期,日期,至,开始时间,结束时间,替班,节假日\n{lines}");
    parse_roster(text.as_bytes(), &existing)
}

#[test]
fn a_roster_is_read_with_hours_duties_leave_and_swaps() {
    let parsed = roster(
        "w1,每周,周一至周五,,,09:00,17:30,,\nw1,每周,六日,2026-03-01,2026-06-30,22:00,7:00,,\n\
         w2,值班,,2026-03-02,,18:00,24:00,,\nw1,请假,,2026-03-09,2026-03-13,,,w2,\nw2,换班,,2026-03-02,,,,w1,\n",
    );
    assert_eq!(errors(&parsed), []);
    let kinds: Vec<&str> = parsed.rows.iter().map(|b| b.plan.kind()).collect();
    assert_eq!(kinds, ["weekly", "weekly", "duty", "leave", "swap"]);
    let office = |i: usize| {
        matches!(
            parsed.rows[i].plan,
            crate::territory::Plan::Weekly { office: true, .. }
        )
    };
    assert!(office(0) && !office(1), "nights go on through holidays");
}

#[test]
fn everything_wrong_with_a_roster_is_named() {
    let parsed = roster(
        "w9,每周,一,,,9:00,17:00,,\nw1,每周,八,,,9:00,17:00,,\nw1,每周,一,,,9,17:00,,\n\
         w1,值班,,,,9:00,17:00,,\nw1,请假,,2026-03-09,2026-03-01,,,,\nw1,请假,,2126-03-09,,,,,\n\
         w1,换班,,2026-03-09,,,,w1,\nw1,请假,一,2026-03-09,,,,,\nw1,休眠,,,,,,,\n\
         w1,值班,,2026-03-02,,9:00,17:00,,\nw1,值班,,2026-03-02,,9:00,17:00,,\n,值班,,2026-03-02,,9:00,17:00,,\n",
    );
    let found: Vec<(usize, Option<&str>)> = errors(&parsed).iter().map(|e| (e.0, e.1)).collect();
    let named = [
        (2, "工号"),
        (3, "星期"),
        (4, "开始时间"),
        (5, "日期"),
        (6, "至"),
        (7, "日期"),
        (8, "替班"),
        (9, "星期"),
        (10, "类型"),
        (12, "工号"),
        (13, "工号"),
    ];
    assert_eq!(found, named.map(|(line, column)| (line, Some(column))));
    assert!(matches!(
        parsed.report.errors[5].reason,
        Fault::DateFar { .. }
    ));
}

#[test]
fn an_outline_is_kept_and_a_wrong_one_named() {
    let head = "代码,类型,名称,上级,边界\n";
    let ring = "\"POLYGON((120 30,120.1 30,120.1 30.1,120 30))\"";
    let parsed = units(&format!("{head}1,市,甲,,{ring}\n"));
    assert_eq!(errors(&parsed), []);
    let tree = Tree::new(parsed.rows, today());
    assert_eq!(tree.find_by_pin(30.01, 120.05), [UnitId::from("1")]);
    assert_eq!(tree.find_by_pin(30.2, 120.05), []);
    let turned = "\"POLYGON((30 120,30 120.1,30.1 120.1,30 120))\"";
    let parsed = units(&format!("{head}1,市,甲,,{turned}\n2,市,乙,,一片\n"));
    let found: Vec<(usize, Fault)> = errors(&parsed).into_iter().map(|e| (e.0, e.2)).collect();
    assert_eq!(found, [(2, Fault::AreaElsewhere), (3, Fault::AreaForm)]);
}

#[test]
fn a_file_of_units_longer_than_any_city_is_refused_at_its_line() {
    let mut text = String::from(HEAD);
    for i in 0..=MOST {
        let _ = writeln!(text, "x{i},市,某市,");
    }
    let max = MOST;
    let parsed = units(&text);
    assert_eq!(
        errors(&parsed),
        [(MOST + 2, None, Fault::TooManyLines { max })]
    );
}

#[test]
fn a_file_is_read_from_the_disk_like_bytes_in_memory() {
    let text = format!("{HEAD}{CITY}").replace('\n', "\r\n");
    let (gb, _, _) = encoding_rs::GB18030.encode(&text);
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), &gb).unwrap();
    let seen = std::sync::atomic::AtomicU64::new(0);
    let source = Source::File {
        path: file.path(),
        read: &|bytes| {
            seen.fetch_add(bytes, std::sync::atomic::Ordering::Relaxed);
        },
    };
    let parsed = parse_units(source, &nothing());
    assert_eq!(errors(&parsed), []);
    assert_eq!(parsed.rows, units(&text).rows);
    assert!(seen.into_inner() >= gb.len() as u64);
    let path = std::path::Path::new("/nowhere.csv");
    let gone = Source::File {
        path,
        read: &|_| (),
    };
    let parsed = parse_units(gone, &nothing());
    assert_eq!(errors(&parsed), [(1, None, Fault::Unreadable)]);
}

#[test]
fn control_characters_are_named() {
    let parsed = residents("王\u{7}小明,19900000001,,,,,\n");
    assert_eq!(errors(&parsed), [(2, Some("姓名"), Fault::Control)]);
    // A name that is read backwards steers the page it stands on.
    let parsed = residents("王\u{202e}小明,19900000001,,,,,\n");
    assert_eq!(errors(&parsed), [(2, Some("姓名"), Fault::Control)]);
}

#[test]
fn of_a_hundred_thousand_bad_lines_the_first_are_listed_and_all_counted() {
    let mut text = String::from(HEAD);
    for i in 0..100_000 {
        let _ = writeln!(text, "x{i},社区,某社区,nowhere");
    }
    let parsed = units(&text);
    assert_eq!(parsed.report.error_count, 100_000);
    assert_eq!(parsed.report.errors.len(), 200);
    let printed = parsed.report.zh();
    assert!(
        printed.contains("第 2 行「上级」：没有这个上级代码（nowhere）"),
        "{printed}"
    );
    assert!(printed.contains("还有 99950 个"), "{printed}");
    assert!(printed.lines().count() < 60);
}

#[test]
fn a_million_residents_are_read_line_by_line() {
    let mut text = String::from("姓名,手机,身份证号,户籍,居住地\n");
    for i in 0..1_000_000 {
        let _ = writeln!(text, "某某,199{i:08},,1111,1111");
    }
    let mut count = 0;
    let report = read_residents(text.as_bytes().into(), &city(), &mut |_, clean| {
        count += usize::from(clean);
    });
    assert!(report.is_clean());
    assert_eq!((count, report.lines), (1_000_000, 1_000_000));
}

#[test]
fn cells_that_would_start_a_formula_are_made_harmless_on_the_way_out() {
    for evil in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1"] {
        assert_eq!(for_spreadsheet(evil), format!("'{evil}"));
    }
    assert_eq!(for_spreadsheet("桃源社区"), "桃源社区");
    // And the mark is taken off again on the way in.
    let parsed = units(&format!("{HEAD}1,市,'=云溪,\n"));
    assert_eq!(parsed.rows[0].name, "=云溪");
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_answered_without_a_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
        let parsed = parse_units(&bytes, &nothing());
        proptest::prop_assert!(parsed.report.is_clean() != parsed.rows.is_empty());
    }

    #[test]
    fn any_cells_under_a_good_header_are_answered_without_a_panic(cells in proptest::collection::vec("[^\\p{C}\"]{0,12}", 0..40)) {
        let mut text = String::from("姓名,手机,身份证号,户籍,居住地\n");
        for line in cells.chunks(5) {
            text.push_str(&line.join(","));
            text.push('\n');
        }
        let parsed = parse_residents(text.as_bytes(), &city());
        proptest::prop_assert!(parsed.report.is_clean() || parsed.rows.is_empty());
        let _ = parsed.report.zh() + &parsed.report.en();
    }
}
