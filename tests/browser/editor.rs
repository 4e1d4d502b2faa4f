//! An administrator's ways through the pages that edit the rules: days of the
//! calendar, a notice, a step of a ladder, the menu on a phone and in one place.

use super::chromium::{Chromium, Tab};
use super::product::Product;
use super::{DESK, PHONE, enter};

/// Chooses in a field that opens a list or a calendar of its own.
async fn picks(tab: &Tab, css: &str, value: &str) {
    tab.run(&format!(
        "(() => {{ const e = document.querySelector({css:?}); e.value = {value:?}; e.dispatchEvent(new Event('change', {{ bubbles: true }})); }})()"
    ))
    .await;
}

#[tokio::test]
async fn days_a_notice_and_a_step_become_a_draft_by_mouse_and_by_keyboard() {
    let Some(browser) = Chromium::start().await else {
        return;
    };
    let product = Product::start(1).await;
    let admin = browser.tab(DESK, true).await;
    enter(&admin, &product.admin, "未办结").await;
    admin.open(&format!("{}/admin/calendar", product.url)).await;
    admin.press("summary", "加一天或几天").await;
    picks(&admin, "input[name=from]", "2026-12-30").await;
    admin.write("input[name=name]", "社区节").await;
    admin.press("button[value=off]", "存为放假").await;
    admin.sees("已存进草稿").await;
    admin.sees("2026-12-30 社区节").await;
    admin.focus("summary", "导入放假通知").await;
    admin.enter().await;
    admin.focus("textarea[name=text]", "").await;
    admin
        .types("关于2027年的通知\n一、元旦：1月1日（周六）至3日（周日）放假，共3天。")
        .await;
    admin.focus("button[value=announce]", "导入草稿").await;
    admin.enter().await;
    // It says where the notice contradicts itself, and takes the mended one.
    admin.sees("通知里写的是").await;
    admin.press("summary", "导入放假通知").await;
    admin
        .write(
            "textarea[name=text]",
            "关于2027年的通知\n一、元旦：1月1日（周五）至3日（周日）放假，共3天。",
        )
        .await;
    admin.press("button[value=announce]", "导入草稿").await;
    admin.sees("2027-01-01 – 2027-01-03").await;

    admin
        .open(&format!("{}/admin/ladders/normal", product.url))
        .await;
    admin.focus(".rungs summary", "改").await;
    admin.enter().await;
    admin.focus("input[name='when.amount']", "").await;
    admin.run("document.activeElement.value = '7'").await;
    admin.enter().await;
    admin.sees("已存进草稿").await;
    admin.sees("时限过了 7%").await;
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[tokio::test]
async fn the_menu_is_tried_on_a_phone_and_looked_at_in_one_place_in_both_languages() {
    let Some(browser) = Chromium::start().await else {
        return;
    };
    let product = Product::start(1).await;
    let admin = browser.tab(PHONE, true).await;
    enter(&admin, &product.admin, "未办结").await;
    admin.open(&format!("{}/admin/preview", product.url)).await;
    admin.write("input[name=say]", "想要送餐").await;
    admin.enter().await;
    admin.until("document.querySelector('.line.mine')").await;
    let keys = "document.querySelectorAll('.keys button').length";
    assert_ne!(admin.until(keys).await, 0);
    admin.press(".keys button", "").await;
    admin
        .until("document.querySelectorAll('.line.mine').length === 2")
        .await;
    admin.speaks("en").await;
    admin.open(&format!("{}/admin/preview", product.url)).await;
    admin.sees("On a phone").await;
    admin
        .open(&format!("{}/admin/menu/place", product.url))
        .await;
    picks(&admin, "select[name=unit]", "590102001").await;
    admin.press("form button", "Show").await;
    admin.sees("Here it is as everywhere").await;
    admin
        .until("document.querySelectorAll('.branch li').length > 50")
        .await;
    assert_eq!(browser.complaints(), Vec::<String>::new());
}
