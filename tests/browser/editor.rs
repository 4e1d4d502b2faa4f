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
    admin
        .run("document.activeElement.dispatchEvent(new Event('input', { bubbles: true }))")
        .await;
    admin
        .until("document.querySelector('.rungs details[open] output').innerText.startsWith('没人接手，时限过了 7%')")
        .await;
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

#[tokio::test]
async fn a_publication_is_asked_about_over_the_page_or_on_one_of_its_own() {
    let Some(browser) = Chromium::start().await else {
        return;
    };
    let product = Product::start(1).await;
    let admin = browser.tab(DESK, true).await;
    enter(&admin, &product.admin, "未办结").await;
    let meal = format!("{}/admin/menu/service/ELD-MEAL", product.url);
    let release = format!("{}/admin/documents/menu", product.url);
    admin.open(&meal).await;
    admin.write("[name='a.name.zh']", "送饭到家").await;
    admin.press("button[value=save]", "").await;
    admin.sees("已存进草稿").await;
    admin.open(&release).await;
    admin.focus("a[data-ask]", "发布").await;
    admin.enter().await;
    // It has a name, holds the focus, and Escape leads back to where one was.
    let named = "document.getElementById(document.querySelector('dialog:modal')?.getAttribute('aria-labelledby'))?.innerText === '发布菜单？'";
    admin.until(named).await;
    admin
        .until("document.querySelector('dialog').contains(document.activeElement)")
        .await;
    admin.escape().await;
    admin
        .until("!document.querySelector('dialog') && document.activeElement.matches('a[data-ask]')")
        .await;
    admin.enter().await;
    admin.until(named).await;
    admin.press("dialog [data-close]", "").await;
    admin.until("!document.querySelector('dialog')").await;
    admin.press("a[data-ask]", "发布").await;
    admin.until(named).await;
    admin.write("dialog textarea", "说得明白些").await;
    admin.press("dialog button[value=publish]", "").await;
    admin.sees("第 2 版开始用了").await;
    admin.sees("原因：说得明白些").await;
    // What stands folded on a page becomes the same dialog.
    admin.open(&meal).await;
    admin.press(".sure summary", "").await;
    admin
        .until("document.querySelector('dialog:modal')?.ariaLabel === '停用这个服务'")
        .await;
    admin.escape().await;
    admin
        .until("!document.querySelector('dialog') && document.querySelector('.sure form')")
        .await;

    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[tokio::test]
async fn without_script_a_publication_is_asked_about_on_a_page_of_its_own() {
    let Some(browser) = Chromium::start().await else {
        return;
    };
    let product = Product::start(1).await;
    let plain = browser.tab(PHONE, false).await;
    let (page, secret) = product.admin.split_once('#').unwrap();
    plain.open(page).await;
    plain.press("details.other summary", "").await;
    plain.write("input[name=link]", secret).await;
    plain.press("main button", "进入").await;
    plain.sees("未办结").await;
    let meal = format!("{}/admin/menu/service/ELD-MEAL", product.url);
    plain.open(&meal).await;
    plain.write("[name='a.name.zh']", "到家").await;
    plain.press("button[value=save]", "").await;
    plain.sees("已存进草稿").await;
    plain.press(".draft a", "").await;
    plain.press("a[data-ask]", "发布").await;
    plain.sees("发布菜单？").await;
    plain.press("button[value=publish]", "").await;
    plain.sees("第 2 版开始用了").await;
    plain.press("a[data-ask]", "回到这一版").await;
    plain.sees("菜单：回到第 1 版？").await;
    plain.press("button[value='revert:1']", "").await;
    plain.sees("第 3 版开始用了").await;
    assert_eq!(browser.complaints(), Vec::<String>::new());
}
