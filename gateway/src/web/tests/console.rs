//! The console's later pages: what is masked, what is reviewed, what is taken
//! along, and acts of one press.

use super::browser::Town;
use crate::web::fake::WORKER_LINK;
use axum::http::StatusCode;
use axum::http::header::LOCATION;

#[tokio::test]
async fn what_is_masked_is_shown_after_a_reason_and_a_fresh_proof() {
    let town = Town::new();
    let mut worker = town.signed_in(WORKER_LINK).await;
    let sheet = worker.get("/worker/r/R9CX-3TJE").await;
    assert!(sheet.has("/worker/r/R9CX-3TJE/show"));
    let ask = worker.get("/worker/r/R9CX-3TJE/show").await;
    let refused = worker.submit(&ask, "name=\"reason\"", &[]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.has("请写明为什么。"));
    let shown = worker
        .submit(&ask, "name=\"reason\"", &[("reason", "call")])
        .await;
    assert!(shown.has("完整信息显示到") && !shown.has("/show\""));
    assert_eq!(
        worker.get("/worker/r/AAAA-AAAA/show").await.status,
        StatusCode::NOT_FOUND
    );
    town.later(6);
    let late = worker.get("/worker/r/P3FA-6WHN/show").await;
    assert_eq!(late.status, StatusCode::SEE_OTHER);
    let back = late.headers[LOCATION].to_str().unwrap();
    assert_eq!(back, "/worker/prove?back=/worker/r/P3FA-6WHN/show");
}

#[tokio::test]
async fn a_broken_glass_says_what_follows_and_is_signed_by_somebody_else() {
    let town = Town::new();
    let mut worker = town.signed_in(WORKER_LINK).await;
    let page = worker.get("/worker/emergency?reference=C4HN-7KXA").await;
    assert!(page.has("value=\"C4HN-7KXA\"") && page.has("通知上级"));
    let unsaid = worker
        .submit(&page, "name=\"why\"", &[("reference", "C4HN-7KXA")])
        .await;
    assert_eq!(unsaid.status, StatusCode::UNPROCESSABLE_ENTITY);
    let fields = [("reference", "c4hn-7kxa"), ("why", "屋里有煤气味")];
    let opened = worker.submit(&page, "name=\"why\"", &fields).await;
    assert!(opened.has("张奶奶"));
    let fields = [("reference", "AAAA-AAAA"), ("why", "<b>屋里</b>")];
    let unknown = worker.submit(&page, "name=\"why\"", &fields).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert!(unknown.has("&#60;b&#62;屋里"), "what was written stays");
    assert_eq!(
        worker.get("/worker/reviews").await.status,
        StatusCode::FORBIDDEN
    );
    let mut leader = town.signed_in("STREETLEAD").await;
    let page = leader.get("/worker/reviews").await;
    assert!(page.has("煤气味") && page.has("应当查看 · 吴桐"));
    let older = page.text.split('"').find(|p| p.contains("?after="));
    let older = leader.get(older.expect("a way on")).await;
    assert!(older.has("应当查看 · 吴桐") && !older.has("?after="));
    let signed = leader
        .submit(&page, "value=\"l1\"", &[("verdict", "right")])
        .await;
    assert_eq!(signed.status, StatusCode::OK);
    for (id, verdict, status) in [
        ("l2", "wrong", StatusCode::CONFLICT),
        ("l9", "right", StatusCode::NOT_FOUND),
        ("l1", "perhaps", StatusCode::BAD_REQUEST),
    ] {
        let fields = [("id", id), ("verdict", verdict)];
        let (action, hidden) = page.form("value=\"l1\"");
        let token = hidden.iter().find(|(name, _)| name == "token").unwrap();
        let all = [("token", token.1.as_str()), fields[0], fields[1]];
        assert_eq!(leader.post(&action, &all).await.status, status, "{id}");
    }
}

#[tokio::test]
async fn the_list_on_paper_goes_house_by_house_without_numbers() {
    let town = Town::new();
    let mut worker = town.signed_in(WORKER_LINK).await;
    let page = worker.get("/worker/visits").await;
    assert!(page.has("青石苑 3 号楼") && page.has("2 单元 501") && page.has("王**"));
    assert!(!page.has("13800001234") && !page.has("tel:"));
}

#[tokio::test]
async fn a_likely_service_is_one_press_away_and_acts_wait_for_the_network() {
    let town = Town::new();
    let mut worker = town.signed_in(WORKER_LINK).await;
    let page = worker.get("/worker/r/R9CX-3TJE").await;
    let likely = "name=\"service\" value=\"CARE-MEAL\"";
    assert!(page.has(likely));
    let done = worker
        .submit(&page, likely, &[("service", "CARE-MEAL")])
        .await;
    assert_eq!(done.status, StatusCode::OK);
    let chosen = worker
        .submit(&page, likely, &[("other", "CARE-VISIT")])
        .await;
    assert_eq!(chosen.status, StatusCode::CONFLICT, "the page is stale");
    assert!(page.has("id=\"unsent\"") && page.has("data-who=\"w1\""));
    let script = page.text.split('"').find(|p| p.contains("/assets/unsent."));
    let script = worker.get(script.unwrap()).await;
    assert_eq!(script.status, StatusCode::OK);
    assert!(script.has("linli.unsent"));
}
