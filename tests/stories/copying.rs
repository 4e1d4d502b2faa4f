//! What is kept of somebody, told to them in their chat once they proved who they
//! are, and to nobody else.

use tests::{Browser, KEY, KEY_ID, Page, Resident, Setup, Sms, Told, World, minutes};

const PROGRAM: &str = env!("CARGO_BIN_EXE_gateway-under-test");
const PHONE: &str = "13812345678";
const OTHER: &str = "13912345670";
const CARD: &str = "11010519491231002X";

async fn town(sms: &Sms) -> World {
    Setup::default()
        .with("LINLI__SMS__PROVIDER", "tencent")
        .with("LINLI__SMS__KEY_ID", KEY_ID)
        .with("LINLI__SMS__KEY", KEY)
        .with("LINLI__SMS__APP", "1400006666")
        .with("LINLI__SMS__SIGNATURE", "邻里")
        .with("LINLI__SMS__TEMPLATE", "1110")
        .with("LINLI__SMS__API_URL", sms.url())
        .start()
        .await
}

/// A request with name, card and telephone; its reference.
async fn files(resident: &Resident<'_>) -> String {
    let need = format!("身份证号{CARD}，想申请低保，住新桥花园六号楼");
    tells(resident, &need).await;
    resident.taps("对，交上去").await.sees("编号").reference()
}

/// Tells a need and answers what is asked, up to the question whether all is
/// right or for a code.
async fn tells(resident: &Resident<'_>, need: &str) {
    resident.says(need).await;
    for _ in 0..24 {
        let last = resident.last();
        if last.contains("对吗") {
            break;
        }
        let known = [
            ("怎么称呼", "王秀英"),
            ("联系电话", PHONE),
            ("6 个数字", "以后再说"),
            ("核对您的收入", "同意"),
        ];
        let answer = known.iter().find(|(part, _)| last.contains(part));
        resident.says(answer.map_or("跳过", |a| a.1)).await;
    }
}

/// The link to the file, as it was told in the chat.
fn link(resident: &Resident<'_>) -> String {
    let told = resident.heard().concat();
    let (_, after) = told.split_once("/my-data#").expect("a link is told");
    after.chars().take_while(char::is_ascii_hexdigit).collect()
}

async fn opens(world: &World, link: &str) -> Page {
    let fields = [("link", link)];
    let browser = Browser::new();
    browser.post(&world.site(), "/my-data", &fields).await
}

async fn copies(world: &World) -> Vec<Vec<String>> {
    let lines = "SELECT actor, subject, detail FROM audit WHERE act = 'person.copy' ORDER BY id";
    world.rows(lines).await
}

#[tokio::test]
async fn who_proves_it_sees_what_is_kept_and_who_opened_it() {
    let sms = Sms::start().await;
    let world = town(&sms).await;
    let worker = world.worker("YX033").await;
    for resident in [world.resident_on_web(), world.resident_on_telegram(42)] {
        let reference = files(&resident).await;
        worker.accepts().await;
        worker.sheet(&reference).await;
        resident.says("我的数据").await.taps("看看存了什么").await;
        resident
            .sees("先核对一下是您本人")
            .sees("138****5678")
            .sees_not("六号楼");
        assert_eq!(world.count("audit WHERE act = 'person.copy'").await % 2, 0);
        resident.says(&sms.code(PHONE)).await;
        resident
            .sees(&reference)
            .sees("六号楼")
            .sees("王秀英")
            .sees(PHONE)
            .sees("看过的人")
            .sees("协理员")
            .sees("核对收入和财产")
            .sees("证件号只露头尾")
            .sees_not(CARD);
        world.advance(minutes(1)).await;
        // A moment later it is asked for again without another code.
        let sent = sms.calls().0;
        resident
            .says("我的数据")
            .await
            .taps("看看存了什么")
            .await
            .sees(&reference)
            .sees("短信验证码");
        assert_eq!(sms.calls().0, sent);
        world.advance(minutes(61)).await;
        resident.says("我的数据").await.taps("看看存了什么").await;
        resident.sees("先核对一下").sees_not(&reference);
        resident.says("以后再说").await;
    }
    let lines = copies(&world).await;
    assert_eq!(lines.len(), 4);
    for line in &lines {
        assert_eq!(line[0], "resident");
        assert!(line[1].starts_with("person:"), "{line:?}");
        assert_eq!(line[2], r#"{"requests":1,"form":"words"}"#);
    }
    world.ends().await;
}

#[tokio::test]
async fn no_other_number_opens_it_and_without_a_code_a_person_gives_it() {
    let sms = Sms::start().await;
    let world = town(&sms).await;
    let resident = world.resident_on_telegram(42);
    let reference = files(&resident).await;
    let sent = sms.calls().0;
    resident.says("我的数据").await.taps("看看存了什么").await;
    assert_eq!(sms.calls().0, sent + 1);
    resident
        .says("发到13912345678")
        .await
        .sees("138****5678")
        .sees_not(&reference);
    assert_eq!(sms.calls().0, sent + 1, "no code to another number");
    let wrong = if sms.code(PHONE) == "111111" {
        "111112"
    } else {
        "111111"
    };
    resident
        .says(wrong)
        .await
        .sees("还可以试")
        .sees_not(&reference);
    resident.says("以后再说").await.sees("由工作人员当面给您看");
    resident
        .reaches_the_end()
        .await
        .taps("对，交上去")
        .await
        .sees("编号");
    let asked = "SELECT service FROM requests ORDER BY id";
    assert_eq!(
        world.rows(asked).await.concat(),
        ["BAS-DIBAO", "SVC-PRIVACY"]
    );
    assert!(copies(&world).await.is_empty());
    world.ends().await;
}

#[tokio::test]
async fn what_is_told_in_person_only_stays_off_the_screen() {
    let sms = Sms::start().await;
    let world = town(&sms).await;
    let resident = world.resident_on_telegram(42);
    let reference = files(&resident).await;
    resident
        .says("菜单")
        .await
        .says("我要投诉社区工作人员")
        .await;
    resident
        .reaches_the_end()
        .await
        .taps("对，交上去")
        .await
        .sees("编号");
    let restricted = "requests WHERE restricted = 1";
    assert_eq!(world.count(restricted).await, 1);
    resident.says("我的数据").await.taps("看看存了什么").await;
    resident.says(&sms.code(PHONE)).await;
    resident
        .sees(&reference)
        .sees_not("态度差")
        .sees_not("投诉");
    world.ends().await;
}

#[tokio::test]
async fn a_number_told_later_opens_what_was_told_with_it_and_nothing_before() {
    let sms = Sms::start().await;
    let world = town(&sms).await;
    let resident = world.resident_on_telegram(42);
    let first = files(&resident).await;
    world.advance(minutes(61)).await;
    // Another hand on the same telephone, with a number of its own that it proves.
    resident.says("菜单").await;
    resident
        .says(&format!("我的电话是{OTHER}，想申请医疗救助"))
        .await;
    for _ in 0..24 {
        if resident.last().contains("6 个数字") {
            break;
        }
        assert!(!resident.last().contains("对吗"), "a code is asked for");
        resident.says("跳过").await;
    }
    resident.says(&sms.code(OTHER)).await;
    resident.reaches_the_end().await;
    let second = resident.taps("对，交上去").await.sees("编号").reference();
    assert_ne!(first, second);
    for again in [false, true] {
        let sent = sms.calls().0;
        resident.says("我的数据").await.taps("看看存了什么").await;
        if again {
            // Too long ago by now: the code goes to the number told last.
            resident.sees("139****5670");
            assert_eq!(sms.calls().0, sent + 1);
            resident.says(&sms.code(OTHER)).await;
        }
        resident
            .sees(&second)
            .sees("还有 1 件不在这里列")
            .sees_not(&first)
            .sees_not("六号楼")
            .sees_not(PHONE)
            .sees_not("1101");
        let file = opens(&world, &link(&resident)).await.body;
        assert!(file.contains(&second) && !file.contains(&first), "{file}");
        assert!(!file.contains(PHONE) && !file.contains("六号楼"), "{file}");
        world.advance(minutes(61)).await;
    }
    world.ends().await;
}

/// What only the district handles counts among the hands of a telephone, although
/// it is told nobody there; and erasing for one hand leaves the other's.
#[tokio::test]
async fn what_was_told_of_violence_is_no_part_of_the_other_hands_copy() {
    let sms = Sms::start().await;
    let world = town(&sms).await;
    let duty = world.worker("YX001").await;
    let resident = world.resident_on_telegram(42);
    resident
        .says(&format!("我老公又打我，孩子在哭，我的电话{OTHER}"))
        .await
        .sees("110");
    duty.accepts().await;
    duty.contacts().await;
    duty.finishes("人已安全", "陪着去了派出所").await;
    resident.waits().await.looks_away();
    let reference = files(&resident).await;
    resident.says("我的数据").await.taps("看看存了什么").await;
    resident.says(&sms.code(PHONE)).await;
    resident.sees(&reference).sees_not(OTHER);
    let file = opens(&world, &link(&resident)).await.body;
    assert!(file.contains(PHONE) && !file.contains(OTHER), "{file}");
    resident.says("菜单").await;
    resident.says("我的数据").await.taps("删掉").await;
    resident.reaches_the_end().await.taps("对，交上去").await;
    let wish = resident.sees("编号").reference();
    let told: Told = world.command(PROGRAM, &["erase", &wish]).await;
    told.says("已经删除");
    let hers = "requests WHERE service = 'CRI-DV' AND address LIKE 'telegram/%'";
    assert_eq!(world.count(hers).await, 1);
    let notes = "events e JOIN requests r ON r.id = e.request
        WHERE r.service = 'CRI-DV' AND e.kind = 'decided' AND e.note_sealed IS NOT NULL";
    assert_eq!(world.count(notes).await, 1, "and what was done for her");
    world.ends().await;
}

#[tokio::test]
async fn the_same_is_had_as_a_file_once_and_not_for_long() {
    let sms = Sms::start().await;
    let world = town(&sms).await;
    let worker = world.worker("YX033").await;
    let resident = world.resident_on_telegram(42);
    let reference = files(&resident).await;
    worker.accepts().await;
    worker.sheet(&reference).await;
    resident.says("我的数据").await.taps("看看存了什么").await;
    resident.says(&sms.code(PHONE)).await;
    let good = link(&resident);
    for wrong in ["", "nonsense", &"0".repeat(64), &good[1..]] {
        assert_eq!(opens(&world, wrong).await.status, 403);
    }
    let page = Browser::new().get(&world.site(), "/my-data").await;
    assert!(page.text().contains("下载"), "{}", page.text());
    let file = opens(&world, &good).await;
    assert_eq!(file.status, 200, "{}", file.text());
    let read: serde_json::Value = serde_json::from_str(&file.body).expect("it is JSON");
    assert_eq!(read["format"], "linli.personal-data/1");
    let request = &read["requests"][0];
    assert_eq!(request["reference"], reference.as_str());
    assert_eq!(request["service"], "BAS-DIBAO");
    assert_eq!(request["opened_by"].as_array().map(Vec::len), Some(1));
    let answers = request["answers"].as_array().expect("what was answered");
    let answer = |key: &str| answers.iter().find(|a| a["key"] == key);
    assert_eq!(answer("name").expect("a name")["value"], "王秀英");
    assert_eq!(answer("phone").expect("a number")["value"], PHONE);
    assert!(!file.body.contains(CARD), "masked as in the chat");
    let kinds: Vec<_> = read["facts"].as_array().into_iter().flatten().collect();
    assert!(kinds.iter().any(|fact| fact["kind"] == "document"));
    assert_eq!(read["proofs"][0]["verifier"], "phone_code");
    assert_eq!(read["left_out"], 0);
    // The same link again, and one that was never opened in time.
    let spent = opens(&world, &good).await;
    assert_eq!(spent.status, 403);
    assert!(spent.text().contains("已经用过"), "{}", spent.text());
    resident.says("我的数据").await.taps("看看存了什么").await;
    let late = link(&resident);
    world.advance(minutes(16)).await;
    assert_eq!(opens(&world, &late).await.status, 403);
    let forms = "SELECT detail FROM audit WHERE act = 'person.copy' ORDER BY id";
    let forms = world.rows(forms).await.concat();
    let of = |form: &str| forms.iter().filter(|d| d.contains(form)).count();
    assert_eq!((of("words"), of("json")), (2, 1), "{forms:?}");
    let kept = "SELECT tag, subject FROM grants WHERE kind = 'copy'";
    assert!(!world.rows(kept).await.concat().concat().contains(&good));
    world.ends().await;
}

#[tokio::test]
async fn who_asks_a_worker_for_it_gets_the_file_by_command() {
    let world = World::start().await;
    let resident = world.resident_on_telegram(42);
    let first = files(&resident).await;
    // No code can be sent here: a person gives it.
    resident.says("我的数据").await.taps("看看存了什么").await;
    resident.sees_not(&first);
    resident.reaches_the_end().await.taps("对，交上去").await;
    let asked = resident.sees("编号").reference();
    let told: Told = world.command(PROGRAM, &["copy", &first]).await;
    told.refuses("not a request about personal data");
    let told: Told = world.command(PROGRAM, &["copy", &asked]).await;
    told.says("linli.personal-data/1").says(&first);
    let read: serde_json::Value = serde_json::from_str(&told.out).expect("it is JSON");
    assert!(read["requests"].as_array().is_some_and(|r| !r.is_empty()));
    assert_eq!(copies(&world).await[0][0], "operator");
    world.ends().await;
}
