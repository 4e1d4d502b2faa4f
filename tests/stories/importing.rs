//! Files of a city, as the people who make them hand them over: whole or not
//! at all, every bad line by its number, and the same again without harm.

use std::fmt::Write;
use tests::{Setup, Told, World};

const UNITS: &str = "代码,类型,名称,上级,别名,启用日期,停用日期,接替\n";
const CITY: &str = "1,市,云溪市,,,,,\n11,区,溪东区,1,,,,\n111,街道,青石街道,11,,,,\n\
                    1111,社区,桃源社区,111,桂花苑,,,\n1112,社区,新桥社区,111,,,,\n";
const WORKERS: &str = "工号,姓名,岗位,单位,手机,副手,值班\n";
const RESIDENTS: &str = "姓名,手机,身份证号,户籍,居住地\n";
const ROSTER: &str = "工号,类型,星期,日期,至,开始时间,结束时间,替班\n";

async fn empty() -> World {
    let setup = Setup {
        city: false,
        ..Setup::default()
    };
    setup.start().await
}

/// Runs `gateway import` on a file with these bytes.
async fn import(world: &World, what: &str, bytes: &[u8], more: &[&str]) -> Told {
    let path = world.folder().join("given.csv");
    std::fs::write(&path, bytes).expect("a fresh folder");
    let path = path.display().to_string();
    let mut arguments = vec!["import", what, path.as_str()];
    arguments.extend(more);
    let program = env!("CARGO_BIN_EXE_gateway-under-test");
    world.command(program, &arguments).await
}

async fn city(world: &World) {
    let text = format!("{UNITS}{CITY}");
    import(world, "units", text.as_bytes(), &[]).await.says("5");
}

async fn counts(world: &World) -> Vec<String> {
    let mut counts = Vec::new();
    for table in ["units", "workers", "residents", "bookings"] {
        let sql = format!("SELECT CAST(COUNT(*) AS TEXT) FROM {table}");
        counts.extend(world.rows(&sql).await.into_iter().flatten());
    }
    counts
}

#[tokio::test]
async fn a_dry_run_says_what_would_come_and_changes_nothing() {
    let world = empty().await;
    let text = format!("{UNITS}{CITY}");
    let told = import(&world, "units", text.as_bytes(), &["--dry-run"]).await;
    told.says("5 lines are sound, nothing was changed");
    assert_eq!(counts(&world).await, ["0", "0", "0", "0"]);
    world.ends().await;
}

#[tokio::test]
async fn the_same_files_again_change_nothing_more() {
    let world = empty().await;
    let workers = format!("{WORKERS}w1,甲,DUTY,11,19900000001,,全天\nw2,乙,DUTY,11,,,全天\n");
    let residents = format!("{RESIDENTS}丙,19900000002,11010519491231002X,1111,1112\n");
    let roster = format!("{ROSTER}w1,每周,一至五,,,09:00,17:30,\nw1,请假,,2026-03-09,,,,w2\n");
    let mut before = Vec::new();
    for _ in 0..2 {
        city(&world).await;
        for (what, text) in [
            ("workers", &workers),
            ("residents", &residents),
            ("roster", &roster),
        ] {
            let told = import(&world, what, text.as_bytes(), &[]).await;
            told.says("Imported");
        }
        before.push(counts(&world).await);
    }
    assert_eq!(before, [["5", "2", "1", "2"], ["5", "2", "1", "2"]]);
    // A later file that names the worker replaces what the first one said.
    let other = format!("{ROSTER}w1,值班,,2026-03-05,,18:00,24:00,\n");
    import(&world, "roster", other.as_bytes(), &[]).await;
    let left = "SELECT CAST(COUNT(*) AS TEXT) FROM bookings WHERE ended_at IS NULL";
    assert_eq!(world.rows(left).await, [["1"]]);
    world.ends().await;
}

#[tokio::test]
async fn a_byte_order_mark_windows_line_ends_and_gb18030_are_read_alike() {
    let world = empty().await;
    let windows = format!("{UNITS}{CITY}").replace('\n', "\r\n");
    let marked = format!("\u{feff}{windows}");
    let told = import(&world, "units", marked.as_bytes(), &[]).await;
    told.says("UTF-8 (BOM)").says("Imported 5 lines");
    let first = world.rows("SELECT body FROM units ORDER BY code").await;
    // 「桃源社区」 and the others in GB18030, byte by byte.
    let words: [(&str, &[u8]); 12] = [
        ("市", b"\xca\xd0"),
        ("区", b"\xc7\xf8"),
        ("代码", b"\xb4\xfa\xc2\xeb"),
        ("类型", b"\xc0\xe0\xd0\xcd"),
        ("名称", b"\xc3\xfb\xb3\xc6"),
        ("上级", b"\xc9\xcf\xbc\xb6"),
        ("溪东", b"\xcf\xaa\xb6\xab"),
        ("云溪", b"\xd4\xc6\xcf\xaa"),
        ("青石街道", b"\xc7\xe0\xca\xaf\xbd\xd6\xb5\xc0"),
        ("街道", b"\xbd\xd6\xb5\xc0"),
        ("社", b"\xc9\xe7"),
        ("桃源", b"\xcc\xd2\xd4\xb4"),
    ];
    let plain = "代码,类型,名称,上级\r\n1,市,云溪市,\r\n11,区,溪东区,1\r\n111,街道,青石街道,11\r\n";
    let mut bytes = Vec::new();
    let mut left = plain;
    while let Some(c) = left.chars().next() {
        let known = words.iter().find(|(word, _)| left.starts_with(word));
        if let Some((word, code)) = known {
            bytes.extend_from_slice(code);
            left = &left[word.len()..];
        } else {
            assert!(c.is_ascii(), "{c}");
            bytes.push(c as u8);
            left = &left[1..];
        }
    }
    let told = import(&world, "units", &bytes, &[]).await;
    told.says("GB18030").says("Imported 3 lines");
    let second = world.rows("SELECT body FROM units ORDER BY code").await;
    assert_eq!(first, second);
    world.ends().await;
}

#[tokio::test]
async fn a_code_given_twice_is_named_with_both_lines_and_nothing_comes() {
    let world = empty().await;
    let text = format!("{UNITS}{CITY}1111,社区,别的社区,111,,,,\n");
    let told = import(&world, "units", text.as_bytes(), &[]).await;
    told.refuses("line 7, 代码: the same as on line 5");
    assert_eq!(counts(&world).await[0], "0");
    world.ends().await;
}

#[tokio::test]
async fn a_circle_of_units_is_named_with_its_way_and_nothing_comes() {
    let world = empty().await;
    let text = format!("{UNITS}1,市,甲,3,,,,\n2,区,乙,1,,,,\n3,街道,丙,2,,,,\n4,市,丁,,,,,\n");
    let told = import(&world, "units", text.as_bytes(), &[]).await;
    told.refuses("line 2, 上级: the parents go round in a circle: 1 → 3 → 2 → 1");
    assert_eq!(counts(&world).await[0], "0");
    world.ends().await;
}

#[tokio::test]
async fn a_date_in_2126_is_named_and_nothing_comes() {
    let world = empty().await;
    let text = format!("{UNITS}{CITY}12,区,溪西区,1,,2126-01-01,,\n");
    let told = import(&world, "units", text.as_bytes(), &[]).await;
    told.refuses("line 7, 启用日期: the date must lie between");
    assert_eq!(counts(&world).await[0], "0");
    world.ends().await;
}

#[tokio::test]
async fn of_a_million_lines_with_one_bad_one_nothing_is_imported() {
    let world = empty().await;
    city(&world).await;
    let mut text = String::from(RESIDENTS);
    for i in 0..999_999 {
        let _ = writeln!(text, "某某,199{i:08},,1111,1111");
    }
    text.push_str("某某,12,,1111,1111\n");
    let told = import(&world, "residents", text.as_bytes(), &[]).await;
    told.refuses("line 1000001, 手机: not a telephone number");
    told.refuses("1000000 lines, 1 errors");
    assert_eq!(counts(&world).await[2], "0");
    world.ends().await;
}

#[tokio::test]
async fn many_residents_come_in_pieces_and_all_of_them() {
    let world = empty().await;
    city(&world).await;
    let mut text = String::from(RESIDENTS);
    for i in 0..4_500 {
        let _ = writeln!(text, "某某,199{i:08},,1111,1111");
    }
    for _ in 0..2 {
        let told = import(&world, "residents", text.as_bytes(), &[]).await;
        told.says("Imported 4500 lines");
        assert_eq!(counts(&world).await[2], "4500");
    }
    world.ends().await;
}

#[tokio::test]
async fn a_renamed_community_is_still_found_by_its_old_name() {
    let world = World::start().await;
    let head = "代码,类型,名称,上级\n";
    let line = "590102001001,社区,锦绣社区,590102001\n";
    let told = import(&world, "units", format!("{head}{line}").as_bytes(), &[]).await;
    told.says("Imported 1 lines");
    world.settle().await;
    for (id, place) in [(42, "桃源社区"), (43, "锦绣社区")] {
        let resident = world.resident_on_telegram(id);
        resident.files(&format!("我想申请低保，我住{place}")).await;
    }
    let rows = world.rows("SELECT lead_unit FROM requests").await;
    assert_eq!(rows, [["590102001001"], ["590102001001"]]);
    world.ends().await;
}
