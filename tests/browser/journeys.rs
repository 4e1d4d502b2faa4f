//! Ways through the product by button, by key and without script.
//!
//! Each is a whole way from the first page to both sides knowing; what a page
//! looks like is not judged here.

use super::chromium::{Chromium, Tab};
use super::product::Product;
use super::{DESK, PHONE, enter, until_promised};
use gateway::clock::Clock;
use std::time::Duration;

/// The longest that news may take to show on a page that is already open.
const AT_ONCE: Duration = Duration::from_secs(1);

/// Into the chat by the first page's door.
async fn come_in(tab: &Tab, product: &Product) {
    tab.open(&product.url).await;
    tab.press("a.door", "我需要帮助").await;
    tab.sees("您需要什么帮助").await;
}

#[tokio::test]
async fn a_need_picked_by_buttons_reaches_the_open_queue_and_the_answer_comes_back() {
    let Some(browser) = Chromium::start().await else {
        return;
    };
    let product = Product::start(1).await;
    let worker = browser.tab(DESK, true).await;
    enter(&worker, &product.worker, "没有人在等").await;
    worker.mark().await;

    let resident = browser.tab(PHONE, true).await;
    come_in(&resident, &product).await;
    resident.mark().await;
    resident.press(".choices button", "基本生活与急难").await;
    resident.press(".choices button", "低保").await;
    let (reference, _) = until_promised(&resident).await;
    let promised = Clock::system().stopwatch();
    worker.sees(&reference).await;
    let took = promised.elapsed();
    assert!(took < AT_ONCE, "it took {took:?}");
    assert!(worker.is_marked().await, "the queue was loaded anew");

    worker.press(&format!("a[href$='{reference}']"), "").await;
    worker.sees("经过和接下来").await;
    worker.press(".do button", "我来处理").await;
    let pressed = Clock::system().stopwatch();
    let news = format!(
        "[...document.querySelectorAll('.k-notice')].some((e) => e.innerText.includes('来办您的') && e.innerText.includes({reference:?}))"
    );
    resident.until(&news).await;
    let took = pressed.elapsed();
    assert!(took < AT_ONCE, "it took {took:?}");
    assert!(resident.is_marked().await, "the chat was loaded anew");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[tokio::test]
async fn danger_shows_numbers_to_call_and_stands_on_the_duty_desk_at_once() {
    let Some(browser) = Chromium::start().await else {
        return;
    };
    let product = Product::start(1).await;
    let duty = browser.tab(DESK, true).await;
    enter(&duty, &product.duty, "没有人在等").await;
    duty.mark().await;

    let resident = browser.tab(PHONE, true).await;
    come_in(&resident, &product).await;
    resident.write("#text", "我不想活了，药已经吃下去了").await;
    resident.press(".send", "").await;
    let said = Clock::system().stopwatch();
    let calls = "document.querySelector('.k-crisis .call[href=\"tel:120\"]') && true";
    resident.until(calls).await;
    duty.sees("药已经吃下去了").await;
    let took = said.elapsed();
    assert!(took < AT_ONCE * 2, "it took {took:?}");
    duty.until("document.querySelector('article.card.crisis') && true")
        .await;
    // Whatever is written now is shown to the officer as it comes.
    duty.press("article.crisis h3 a", "").await;
    duty.sees("往来消息").await;
    duty.mark().await;
    resident.write("#text", "我在家里，门没锁").await;
    resident.press(".send", "").await;
    duty.sees("门没锁").await;
    assert!(duty.is_marked().await, "the page was loaded anew");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[tokio::test]
async fn without_script_both_sides_find_each_other_by_forms() {
    let Some(browser) = Chromium::start().await else {
        return;
    };
    let product = Product::start(1).await;
    let worker = browser.tab(DESK, false).await;
    // Without the script the secret is pasted, as the page says.
    let (page, secret) = product.worker.split_once('#').unwrap();
    worker.open(page).await;
    worker.press("details.other summary", "").await;
    worker.write("input[name=link]", secret).await;
    worker.press("main button", "进入").await;
    worker.sees("没有人在等").await;

    let resident = browser.tab(PHONE, false).await;
    resident.open(&format!("{}/chat", product.url)).await;
    resident.press("button", "看看能帮什么").await;
    resident.press(".choices button", "基本生活与急难").await;
    resident.press(".choices button", "低保").await;
    let (reference, _) = until_promised(&resident).await;

    worker.open(&format!("{}/worker", product.url)).await;
    worker.press(&format!("a[href$='{reference}']"), "").await;
    worker.sees("经过和接下来").await;
    worker.press(".do button", "我来处理").await;
    worker.sees("经办：").await;
    resident.press(".escapes button", "进度").await;
    resident.sees("来办您的").await;
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[tokio::test]
async fn a_keyboard_is_enough_for_both_sides() {
    let Some(browser) = Chromium::start().await else {
        return;
    };
    let product = Product::start(1).await;
    let worker = browser.tab(DESK, true).await;
    worker.open(&product.worker.replace("?now", "")).await;
    worker.until("!location.hash").await;
    worker.focus("main button", "进入").await;
    worker.enter().await;
    worker.sees("没有人在等").await;

    let resident = browser.tab(DESK, true).await;
    resident.open(&product.url).await;
    resident.focus("a.door", "我需要帮助").await;
    resident.enter().await;
    resident.sees("您需要什么帮助").await;
    for label in ["基本生活与急难", "低保"] {
        let lines = resident
            .until("document.querySelectorAll('.line').length")
            .await;
        resident.focus(".choices button", label).await;
        resident.enter().await;
        resident
            .until(&format!(
                "document.querySelectorAll('.line').length > {lines}"
            ))
            .await;
    }
    for _ in 0..12 {
        let next = "document.querySelector('.k-card') ? 'card' : [...document.querySelectorAll('.choices button')].map((b) => b.innerText).find((t) => /对，|跳过|同意/.test(t)) || null";
        let next = resident.until(next).await;
        if next == "card" {
            break;
        }
        let lines = resident
            .until("document.querySelectorAll('.line').length")
            .await;
        resident
            .focus(".choices button", next.as_str().unwrap())
            .await;
        resident.enter().await;
        resident
            .until(&format!(
                "document.querySelectorAll('.line').length > {lines}"
            ))
            .await;
    }
    worker.sees("低保").await;
    worker.focus("article button", "我来处理").await;
    // News that comes meanwhile leaves the focus where it is.
    worker
        .until("(document.querySelector('article').wasHere = true)")
        .await;
    resident.focus("#text", "").await;
    resident.types("家里煤气味很重").await;
    resident.enter().await;
    resident
        .until("document.querySelector('.k-crisis') && true")
        .await;
    worker
        .until("!document.querySelector('article').wasHere")
        .await;
    worker
        .until("document.activeElement.innerText.includes('我来处理')")
        .await;
    worker.enter().await;
    resident.sees("来办您的").await;
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[tokio::test]
async fn a_keyboard_is_enough_for_an_administrator() {
    let Some(browser) = Chromium::start().await else {
        return;
    };
    let product = Product::start(1).await;
    let admin = browser.tab(DESK, true).await;
    admin.open(&product.admin.replace("?now", "")).await;
    admin.until("!location.hash").await;
    admin.focus("main button", "进入").await;
    admin.enter().await;
    admin.sees("未办结").await;
    admin.open(&format!("{}/admin/menu", product.url)).await;
    admin.sees("改动先放在草稿里").await;
    admin.focus("button[value^='cat-down:']", "").await;
    admin.enter().await;
    admin.sees("已存进草稿").await;
    admin.focus("a[href='/admin/documents/menu']", "").await;
    admin.enter().await;
    admin.sees("会碰到谁").await;
    admin.focus("main a[href$='/sure/publish']", "").await;
    admin.enter().await;
    admin
        .until("!!document.querySelector('dialog[open] button[value=publish]')")
        .await;
    admin.focus("dialog button[value=publish]", "").await;
    admin.enter().await;
    admin.sees("第 2 版开始用了").await;
    assert_eq!(browser.complaints(), Vec::<String>::new());
    // Whoever is lost here is led back to work, not to the chat.
    admin.open(&format!("{}/admin/nothing", product.url)).await;
    admin.sees("没有找到").await;
    admin.press("main a.button", "总览").await;
    admin.sees("未办结").await;
}

#[tokio::test]
async fn a_finger_is_enough_for_all_three() {
    let Some(browser) = Chromium::start().await else {
        return;
    };
    let product = Product::start(1).await;
    let resident = browser.tab(PHONE, true).await;
    resident.by_touch().await;
    come_in(&resident, &product).await;
    resident.press(".choices button", "基本生活与急难").await;
    resident.press(".choices button", "低保").await;
    let (reference, _) = until_promised(&resident).await;

    let worker = browser.tab(PHONE, true).await;
    worker.by_touch().await;
    enter(&worker, &product.worker, &reference).await;
    worker
        .press(&format!("h3 a[href$='{reference}']"), "")
        .await;
    worker.press(".do button", "我来处理").await;
    worker.sees("经办：").await;
    resident.sees("来办您的").await;
    worker.press("#act-ask summary", "").await;
    worker.write("#act-ask textarea", "您家里几口人？").await;
    worker.press("#act-ask button", "回复对方").await;
    resident.sees("您家里几口人").await;
    resident.write("#text", "三口人").await;
    resident.press(".send", "").await;
    worker.sees("三口人").await;

    let admin = browser.tab(PHONE, true).await;
    admin.by_touch().await;
    enter(&admin, &product.admin, "未办结").await;
    admin.press(&format!("a[href$='{reference}']"), "").await;
    admin.sees("经过和接下来").await;
    admin.open(&format!("{}/admin/menu", product.url)).await;
    admin.press("button[value^='cat-down:']", "").await;
    admin.sees("已存进草稿").await;
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[tokio::test]
async fn a_sign_in_link_is_not_spent_by_looking_and_opens_once() {
    let Some(browser) = Chromium::start().await else {
        return;
    };
    let product = Product::start(1).await;
    // A messenger's preview, or somebody who looks twice.
    let preview = browser.tab(DESK, true).await;
    preview.open(&product.worker.replace("?now", "")).await;
    preview.sees("登录").await;
    let worker = browser.tab(DESK, true).await;
    enter(&worker, &product.worker, "没有人在等").await;
    preview.press("main button", "进入").await;
    preview.sees("已经用过").await;
    preview.open(&format!("{}/worker", product.url)).await;
    preview.sees("登录").await;
    assert!(!preview.text().await.contains("没有人在等"));
    worker.open(&format!("{}/worker", product.url)).await;
    worker.sees("没有人在等").await;
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[tokio::test]
async fn an_english_page_talks_english() {
    let Some(browser) = Chromium::start().await else {
        return;
    };
    let product = Product::start(1).await;
    let resident = browser.tab(PHONE, true).await;
    resident.open(&product.url).await;
    resident.press("button", "English").await;
    resident.press("a.door", "I need help").await;
    resident.sees("What do you need").await;
    resident.press(".escapes button", "Progress").await;
    resident.sees("Progress").await;
    let chinese = "/[\\u4e00-\\u9fff]/.test(document.querySelector('.lines').innerText)";
    assert_eq!(
        resident.until(&format!("{chinese} || 'none'")).await,
        "none"
    );
    // What is new, and only that, is read out by a screen reader.
    let read = "document.querySelector('#heard[role=log]').childElementCount === 1";
    resident.until(read).await;
    assert_eq!(browser.complaints(), Vec::<String>::new());
}
