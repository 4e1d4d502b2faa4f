//! The pages about running it: the log, and how long data are kept.

use super::browser::Town;
use crate::web::fake::ADMIN_LINK;
use axum::http::StatusCode;

#[tokio::test]
async fn the_log_is_searched_by_who_and_what_and_checked_at_a_press() {
    let town = Town::new();
    let mut admin = town.signed_in(ADMIN_LINK).await;
    let all = admin.get("/admin/log").await;
    assert!(all.has("act.accept") && all.has("import"));
    let own = admin.get("/admin/log?who=operator&act=im").await;
    assert!(own.has("workers") && !own.has("act.accept</code>"));
    let wrong = admin.get("/admin/log?from=yesterday").await;
    assert!(wrong.status == StatusCode::OK && wrong.has("日期没看懂"));
    let checked = admin.submit(&all, "检查记录", &[]).await;
    assert!(checked.has("记录完整，共 3 行。"), "{}", checked.text);
    let forged = admin.post("/admin/log", &[("token", "0")]).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn what_would_be_deleted_is_shown_and_stays() {
    let town = Town::new();
    let mut admin = town.signed_in(ADMIN_LINK).await;
    let page = admin.get("/admin/retention").await;
    assert!(page.has("聊天消息") && page.has("180 天") && page.has(">12<"));
    assert!(!page.has("<form method=\"post\" action=\"/admin/retention"));
}
