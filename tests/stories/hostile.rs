//! Markup in everything a resident can set: name, words, caption, address. It is
//! shown as it was written and never becomes part of a page.

use tests::World;

const SCRIPT: &str = "<script>alert(1)</script>";
const IMAGE: &str = "\"><img src=x onerror=alert(2)>";

#[tokio::test]
async fn markup_of_a_resident_never_becomes_part_of_a_page() {
    let world = World::start().await;
    let worker = world.worker("YX033").await;
    let admin = world.administrator().await;
    let resident = world.resident_on_telegram(42);
    let _ = world.telegram.user(42).named(SCRIPT);
    resident
        .says(&format!(
            "我想申请低保，住新桥花园，电话13812345670 {SCRIPT} {IMAGE}"
        ))
        .await;
    for _ in 0..12 {
        if resident.last().contains("对吗") {
            break;
        }
        resident.says("跳过").await;
    }
    resident.taps("对，交上去").await.sees("编号");
    let reference = resident.reference();
    worker.accepts().await;
    resident.says(&format!("{reference} {IMAGE}")).await;
    resident
        .does(|person| {
            person.sends_photo(b"picture", Some(IMAGE));
        })
        .await;
    resident
        .does(|person| {
            person.sends_document(&format!("{SCRIPT}.pdf"), b"%PDF");
        })
        .await;
    worker.notes(&reference, SCRIPT).await;
    let web = world.resident_on_web();
    web.says(&format!("{SCRIPT}{IMAGE}")).await;

    let site = world.site();
    let pages = [
        worker.sheet(&reference).await,
        worker.opens("/worker").await,
        worker.opens(&format!("/worker/r/{reference}/live")).await,
        admin.get(&site, "/admin").await,
        admin.get(&site, &format!("/admin/r/{reference}")).await,
        admin.get(&site, "/admin/parked").await,
        admin.get(&site, "/admin/corrections").await,
    ];
    for page in &pages {
        assert_eq!(page.status, 200, "{}", page.text());
        for raw in ["<script>alert", "<img src=x"] {
            assert!(!page.body.contains(raw), "{raw} in {}", page.body);
        }
    }
    let sheet = pages[0].text();
    assert!(
        sheet.contains(SCRIPT) && sheet.contains(IMAGE),
        "shown as written: {sheet}"
    );
    world.ends().await;
}
