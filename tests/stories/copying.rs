//! What is kept of somebody, told to them in their chat once they proved who they
//! are, and to nobody else.

use tests::{KEY, KEY_ID, Resident, Setup, Sms, World, minutes};

const PHONE: &str = "13812345678";
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
    resident
        .says(&format!("身份证号{CARD}，想申请低保，住新桥花园六号楼"))
        .await;
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
    resident.taps("对，交上去").await.sees("编号").reference()
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
        assert_eq!(line[2], r#"{"requests":1}"#);
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
