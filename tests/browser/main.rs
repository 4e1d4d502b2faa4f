//! The whole product in a real Chromium, started as the README says.
//!
//! Needs a browser, named by `LINLI_TEST_BROWSER`; without one each test says
//! so and ends. Rules and corner cases are tested elsewhere, on virtual time:
//! here is what only a browser can show.
#![allow(clippy::unwrap_used)]

mod axe;
mod chromium;
mod console;
mod editor;
mod journeys;
mod pictures;
mod product;
mod resident;

use chromium::{Chromium, Tab};
use gateway::clock::Clock;
use product::Product;
use std::time::Duration;

const PHONE: (u32, u32) = (360, 740);
const DESK: (u32, u32) = (1440, 900);
const NEED: &str = "我妈八十二了，一个人住新桥花园，做不了饭，想要送餐";

/// Enters by a sign-in address: those that the demo prints need no button.
async fn enter(tab: &Tab, link: &str, heading: &str) {
    tab.open(link).await;
    tab.until("!location.hash").await;
    if !link.contains("?now") {
        tab.press("main button", "进入").await;
    }
    tab.sees(heading).await;
}

/// Says a need and answers as little as possible until it is confirmed.
/// Returns reference and name of whoever was promised.
async fn ask_for_help(tab: &Tab, words: &str) -> (String, String) {
    tab.write("#text", words).await;
    tab.press(".send", "").await;
    until_promised(tab).await
}

/// Answers as little as possible until the promise is there.
async fn until_promised(tab: &Tab) -> (String, String) {
    for _ in 0..12 {
        let next = "document.querySelector('.k-card') ? 'card' : [...document.querySelectorAll('.choices button')].map((b) => b.innerText).find((t) => /对，|确认|跳过|同意/.test(t)) || null";
        let next = tab.until(next).await;
        if next == "card" {
            break;
        }
        let before = tab.until("document.querySelectorAll('.line').length").await;
        tab.press(".choices button", next.as_str().unwrap()).await;
        tab.until(&format!(
            "document.querySelectorAll('.line').length > {before}"
        ))
        .await;
    }
    let card = tab
        .until("document.querySelector('.k-card').innerText")
        .await;
    let card = card.as_str().unwrap();
    let reference = card
        .lines()
        .find_map(|line| line.strip_prefix("编号："))
        .unwrap();
    let who = card
        .lines()
        .find_map(|line| line.strip_prefix("谁来办："))
        .unwrap();
    (
        reference.to_owned(),
        who.split_whitespace().last().unwrap().to_owned(),
    )
}

/// Has the administrator make a sign-in link for a worker, and enters by it.
async fn sign_in_as(browser: &Chromium, product: &Product, name: &str) -> Tab {
    let admin = browser.tab(DESK, true).await;
    enter(&admin, &product.admin, "未办结").await;
    admin.press("nav a", "工作人员").await;
    admin.sees("岗位").await;
    // The row's own button, as a person finds it: beside the name.
    let find = format!(
        "(() => {{ const row = [...document.querySelectorAll('tr')].find((r) => r.innerText.includes('{name}')); row.querySelector('button').id = 'that'; return true; }})()"
    );
    admin.until(&find).await;
    admin.press("#that", "").await;
    let link = admin
        .until("document.querySelector('.notice code')?.innerText || null")
        .await;
    let link = link.as_str().unwrap().to_owned();
    let link = if link.starts_with('/') {
        format!("{}{link}", product.url)
    } else {
        link
    };
    let tab = browser.tab(DESK, true).await;
    enter(&tab, &link, "等人接手").await;
    tab
}

#[tokio::test]
async fn a_confirmed_need_shows_on_the_workers_page_within_a_second_without_reload() {
    let Some(browser) = Chromium::start().await else {
        return;
    };
    let product = Product::start(1).await;
    let first = browser.tab(PHONE, true).await;
    first.open(&format!("{}/chat", product.url)).await;
    first.sees("您需要什么帮助").await;
    let (_, who) = ask_for_help(&first, NEED).await;
    let worker = sign_in_as(&browser, &product, &who).await;
    worker.mark().await;

    let second = browser.tab(PHONE, true).await;
    second.open(&format!("{}/chat", product.url)).await;
    second.sees("您需要什么帮助").await;
    let (reference, _) = ask_for_help(&second, NEED).await;
    let promised = Clock::system().stopwatch();
    worker.sees(&reference).await;
    let took = promised.elapsed();
    assert!(took < Duration::from_secs(1), "it took {took:?}");
    assert!(worker.is_marked().await, "the page was loaded anew");

    let card = format!("article:has(a[href$='{reference}']) button");
    worker.press(&card, "我来处理").await;
    worker
        .until(&format!(
            "document.querySelectorAll('.group')[1].innerText.includes('{reference}')"
        ))
        .await;
    worker.press(&format!("a[href$='{reference}']"), "").await;
    // A provider reads the order, not what the resident told the community.
    worker.sees("新桥花园").await;
    worker.press("#act-ask summary", "").await;
    worker
        .write("#act-ask textarea", "您好，您母亲住几楼？")
        .await;
    worker.press("#act-ask button", "回复对方").await;
    second.sees("您母亲住几楼").await;
    second.write("#text", "住三楼").await;
    second.press(".send", "").await;
    worker.sees("住三楼").await;
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[tokio::test]
async fn the_ladder_climbs_on_the_timeline_and_stops_when_somebody_takes_it() {
    let Some(browser) = Chromium::start().await else {
        return;
    };
    let product = Product::start(120).await;
    let resident = browser.tab(PHONE, true).await;
    resident.open(&format!("{}/chat", product.url)).await;
    resident.sees("您需要什么帮助").await;
    resident.write("#text", "家里煤气味很重").await;
    resident.press(".send", "").await;
    resident
        .until("document.querySelector('.k-crisis a.call[href=\"tel:119\"]') !== null")
        .await;

    let duty = browser.tab(DESK, true).await;
    enter(&duty, &product.duty, "等人接手").await;
    duty.press("article.crisis h3 a", "").await;
    duty.sees("经过和接下来").await;
    duty.mark().await;
    let fired = "document.querySelectorAll('#s-timeline .system').length";
    let before = duty.until(fired).await;
    // First the reminder, then two steps up, each shown when it happens.
    let past =
        "[...document.querySelectorAll('#s-timeline .system')].map((e) => e.innerText).join()";
    duty.until(&format!(
        "/提醒值守岗.*上报街道值班领导.*上报值班负责人/s.test({past})"
    ))
    .await;
    duty.until(&format!("{fired} >= {before} + 3")).await;
    assert!(duty.is_marked().await, "the page was loaded anew");
    let threat = "document.querySelector('#s-timeline').innerText.includes('如果还没有人接手')";
    duty.until(threat).await;
    duty.press(".do button", "我来处理").await;
    duty.until(&format!("!({threat})")).await;
    duty.press("#act-contact summary", "").await;
    duty.press("#act-contact button", "已联系上").await;
    duty.until("!document.querySelector('#s-timeline').innerText.includes('如果还没有联系居民')")
        .await;
    let at_rest = duty.until(fired).await;
    // A note goes through the same page later: nothing climbed in between.
    duty.write("#s-private textarea", "到楼下了").await;
    duty.press("#s-private .button", "").await;
    duty.sees("到楼下了").await;
    assert_eq!(duty.until(fired).await, at_rest);
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[tokio::test]
async fn a_resident_with_script_switched_off_gets_a_promise() {
    let Some(browser) = Chromium::start().await else {
        return;
    };
    let product = Product::start(1).await;
    let resident = browser.tab(PHONE, false).await;
    resident.open(&product.url).await;
    resident.press("a.door", "我需要帮助").await;
    resident.press("button", "看看能帮什么").await;
    resident.sees("您需要什么帮助").await;
    let (reference, _) = ask_for_help(&resident, NEED).await;
    resident.press(".escapes button", "进度").await;
    resident
        .until(&format!(
            "document.body.innerText.split({reference:?}).length > 2"
        ))
        .await;
}

#[tokio::test]
async fn leaving_fast_leaves_no_trace_in_sight() {
    let Some(browser) = Chromium::start().await else {
        return;
    };
    let product = Product::start(1).await;
    let resident = browser.tab(PHONE, true).await;
    resident.open(&format!("{}/chat", product.url)).await;
    resident.sees("您需要什么帮助").await;
    resident.write("#text", "老公又打我了").await;
    resident.press(".send", "").await;
    resident
        .until("document.querySelector('.k-crisis') !== null")
        .await;
    resident.press("button.leave", "快速离开").await;
    resident.until("location.pathname === '/today'").await;
    resident.open(&format!("{}/chat", product.url)).await;
    assert!(!resident.text().await.contains("打我"));
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[tokio::test]
async fn pages_fit_a_small_phone_and_the_large_text_is_large() {
    let Some(browser) = Chromium::start().await else {
        return;
    };
    let product = Product::start(1).await;
    let fits = "document.documentElement.scrollWidth <= innerWidth || document.documentElement.scrollWidth";
    let phone = browser.tab(PHONE, true).await;
    phone.open(&format!("{}/chat", product.url)).await;
    phone.sees("您需要什么帮助").await;
    let (reference, _) = ask_for_help(&phone, NEED).await;
    enter(&phone, &product.worker, "等人接手").await;
    enter(&phone, &product.admin, "未办结").await;
    let mut paths: Vec<String> = [
        "/",
        "/chat",
        "/sign-in",
        "/nowhere",
        "/worker",
        "/worker/bind",
    ]
    .into_iter()
    .chain(["/admin", "/admin/board", "/admin/workers", "/admin/parked"])
    .map(str::to_owned)
    .collect();
    paths.push(format!("/worker/r/{reference}"));
    paths.push(format!("/admin/r/{reference}"));
    for size in [PHONE, DESK] {
        phone.resize(size).await;
        for path in &paths {
            phone.open(&format!("{}{path}", product.url)).await;
            assert_eq!(phone.until(fits).await, true, "{path} at {size:?}");
        }
    }
    phone.resize(PHONE).await;
    phone.open(&format!("{}/chat", product.url)).await;
    phone.sees("您需要什么帮助").await;
    phone.press("button", "大字").await;
    phone.sees("标准字").await;
    assert_eq!(phone.until(fits).await, true, "elder view");
    let least = "Math.min(...[...document.querySelectorAll('button')].map((b) => b.getBoundingClientRect()).filter((r) => r.width).map((r) => Math.min(r.width, r.height)))";
    let least = phone.until(least).await.as_f64().unwrap();
    assert!(least >= 60.0, "a target of {least} px");
    let text = "Math.min(...[...document.querySelectorAll('main p, main time, button')].map((e) => parseFloat(getComputedStyle(e).fontSize)))";
    let text = phone.until(text).await.as_f64().unwrap();
    assert!(text >= 18.0, "text of {text} px");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}
