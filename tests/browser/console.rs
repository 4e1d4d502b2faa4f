//! The workers' console in a real browser: the telephone on the street, and the
//! network that goes away.

use super::chromium::Chromium;
use super::product::Product;
use super::{DESK, NEED, PHONE, ask_for_help, enter};

#[tokio::test]
async fn what_is_pressed_without_a_network_is_shown_and_lands_once_when_it_is_back() {
    let Some(browser) = Chromium::start().await else {
        return;
    };
    let product = Product::start(1).await;
    let resident = browser.tab(PHONE, true).await;
    resident.open(&format!("{}/chat", product.url)).await;
    let (reference, _) = ask_for_help(&resident, NEED).await;

    let worker = browser.tab(PHONE, true).await;
    enter(&worker, &product.worker, &reference).await;
    worker
        .press(&format!("h3 a[href$='{reference}']"), "")
        .await;
    worker.press(".do button", "我来处理").await;
    worker.sees("经办：").await;
    // Three actions of the size of a thumb at the foot of the page.
    let small = "[...document.querySelectorAll('.thumb .button')].filter((b) => b.getBoundingClientRect().height < 59).length === 0";
    worker.until(small).await;
    worker.press("#act-contact summary", "").await;
    worker.write("#act-contact textarea", "明天上门看看").await;
    worker.offline(true).await;
    worker.press("#act-contact button", "已联系上").await;
    worker.sees("未送出").await;
    worker.write("#s-private textarea", "家里有狗").await;
    worker.press("#s-private button", "存为内部备注").await;
    worker
        .until("document.querySelectorAll('#unsent li').length === 2")
        .await;
    worker.sees("等网络").await;

    worker.offline(false).await;
    worker
        .until("document.querySelector('#unsent').hidden")
        .await;
    worker.sees("明天上门看看").await;
    worker.sees("家里有狗").await;
    let once = "document.querySelector('#s-timeline').innerText.split('明天上门看看').length === 2";
    worker.until(once).await;
    let nothing = "!localStorage.getItem('linli.unsent')";
    worker.until(nothing).await;
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[tokio::test]
async fn what_came_too_late_says_why_and_waits_for_a_person() {
    let Some(browser) = Chromium::start().await else {
        return;
    };
    let product = Product::start(1).await;
    let resident = browser.tab(PHONE, true).await;
    resident.open(&format!("{}/chat", product.url)).await;
    let (reference, _) = ask_for_help(&resident, NEED).await;
    let street = browser.tab(PHONE, true).await;
    enter(&street, &product.worker, &reference).await;
    street
        .press(&format!("h3 a[href$='{reference}']"), "")
        .await;
    street.sees("我来处理").await;
    let desk = browser.tab(DESK, true).await;
    enter(&desk, &product.duty, "等人接手").await;
    desk.open(&format!("{}/worker/r/{reference}", product.url))
        .await;
    street.offline(true).await;
    street.press(".do button", "我来处理").await;
    street.sees("等网络").await;
    desk.press(".do button", "我来处理").await;
    desk.sees("经办：").await;
    street.offline(false).await;
    street.sees("没办成").await;
    street.sees("别人先动了").await;
    street.press("#unsent button", "知道了，删掉").await;
    street
        .until("document.querySelector('#unsent').hidden")
        .await;
}
