//! Takes the pictures of the README; see `pictures/take`.
//!
//! Not a test: it runs only when the script asks by `LINLI_PICTURES`.

use super::chromium::Chromium;
use super::product::Product;
use super::{NEED, PHONE, ask_for_help, enter};
use std::path::Path;

/// A screen on a desk, as small as it may be.
const WIDE: (u32, u32) = (1200, 760);

#[tokio::test]
#[ignore = "writes the README's pictures; run tests/browser/pictures/take"]
async fn the_pictures_of_the_readme() {
    let Some(browser) = Chromium::start().await else {
        return;
    };
    let folder = std::env::var("LINLI_PICTURES").expect("the script names the folder");
    let folder = Path::new(&folder);
    let product = Product::start(1).await;
    let resident = browser.tab(PHONE, true).await;
    resident.open(&format!("{}/chat", product.url)).await;
    resident.sees("您需要什么帮助").await;
    ask_for_help(&resident, NEED).await;
    let other = browser.tab(PHONE, true).await;
    other.open(&format!("{}/chat", product.url)).await;
    other.sees("您需要什么帮助").await;
    ask_for_help(&other, "我想申请低保，住新桥花园").await;
    let worker = browser.tab(PHONE, true).await;
    enter(&worker, &product.worker, "等人接手").await;
    for (tab, name) in [(&resident, "chat.png"), (&worker, "worker.png")] {
        tab.zoom(PHONE, 2.0).await;
        tab.picture(&folder.join(name)).await;
    }
    let desk = browser.tab(WIDE, true).await;
    enter(&desk, &product.admin, "未办结").await;
    desk.picture(&folder.join("admin.png")).await;
    desk.open(&format!("{}/admin/board", product.url)).await;
    desk.until("document.querySelector('#board svg') && true")
        .await;
    desk.picture(&folder.join("board.png")).await;
}
