//! The resident's own way through the chat: in both languages, on a phone and at
//! a desk, with and without script, by keyboard; photos, place, another phone,
//! somebody else's page; what hostile input does in a real browser.

use super::axe::{SMALL, pages};
use super::chromium::{Chromium, Tab};
use super::product::Product;
use super::{DESK, NEED, PHONE, ask_for_help, enter, until_promised};

const FITS: &str =
    "document.documentElement.scrollWidth <= innerWidth || document.documentElement.scrollWidth";

/// Says the need in the page's language and answers until it is promised.
async fn promised(tab: &Tab, english: bool) -> String {
    let words = if english {
        "I want to apply for the minimum living allowance, I live in 新桥花园"
    } else {
        NEED
    };
    tab.write("#text", words).await;
    tab.press(".send", "").await;
    for _ in 0..16 {
        let next = "document.querySelector('.k-card') ? 'card' : [...document.querySelectorAll('.choices button')].map((b) => b.innerText).find((t) => /对，|跳过|同意|agree|Skip|Yes|Right|send/i.test(t)) || null";
        let next = tab.until(next).await;
        if next == "card" {
            break;
        }
        let before = tab.until("document.querySelectorAll('.line').length").await;
        tab.press(".choices button", next.as_str().unwrap()).await;
        let more = format!("document.querySelectorAll('.line').length > {before}");
        tab.until(&more).await;
    }
    let find = "(document.querySelector('.k-card').innerText.match(/[2-9A-Z]{4}-[2-9A-Z]{4}/) || [null])[0]";
    tab.until(find).await.as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_own_requests_are_seen_and_urged_in_both_languages_with_and_without_script() {
    let Some(browser) = Chromium::start().await else {
        return;
    };
    let product = Product::start(1).await;
    for (size, script, english) in [
        (PHONE, true, false),
        (PHONE, false, true),
        (DESK, true, true),
        (DESK, false, false),
    ] {
        let tab = browser.tab(size, script).await;
        tab.open(&product.url).await;
        if english {
            tab.press("button", "English").await;
            tab.press("a.door", "I need help").await;
        } else {
            tab.press("a.door", "我需要帮助").await;
        }
        if !script {
            tab.press("button[name=start]", "").await;
        }
        tab.until("document.querySelector('.lines') && true").await;
        let reference = promised(&tab, english).await;
        tab.press(".side a", "").await;
        tab.until("location.pathname === '/chat/mine'").await;
        let unseen = if english {
            "nobody has opened it yet"
        } else {
            "还没有人打开"
        };
        tab.sees(unseen).await;
        assert!(tab.text().await.contains(&reference));
        assert_eq!(tab.until(FITS).await, true, "{size:?}");
        tab.press(".matter summary", "").await;
        tab.sees(if english {
            "You asked for help"
        } else {
            "您交上来了"
        })
        .await;
        tab.press(
            ".matter .acts button",
            if english { "Urge" } else { "催一催" },
        )
        .await;
        tab.sees(if english {
            "I have urged"
        } else {
            "替您催了"
        })
        .await;
        tab.press(".side a", "").await;
        tab.sees(if english {
            "Once a working day"
        } else {
            "一个工作日催一次"
        })
        .await;
    }
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[tokio::test]
async fn a_worker_who_opens_a_request_shows_on_the_residents_open_page() {
    let Some(browser) = Chromium::start().await else {
        return;
    };
    let product = Product::start(1).await;
    let resident = browser.tab(DESK, true).await;
    resident.open(&format!("{}/chat", product.url)).await;
    resident.sees("您需要什么帮助").await;
    resident.write("#text", "我想申请低保，住新桥花园").await;
    resident.press(".send", "").await;
    let (reference, _) = until_promised(&resident).await;
    resident.sees("还没有人打开").await;
    resident.mark().await;
    let worker = browser.tab(PHONE, true).await;
    enter(&worker, &product.worker, "等人接手").await;
    worker.press(&format!("a[href$='{reference}']"), "").await;
    worker.sees("经过和接下来").await;
    resident
        .until("/看过，还没有/.test(document.querySelector('.side').innerText)")
        .await;
    // A look spoils no press: the page that was open before still works.
    worker.press(".do button", "我来处理").await;
    resident
        .until("/接手了/.test(document.querySelector('.side').innerText)")
        .await;
    assert!(resident.is_marked().await, "the chat was loaded anew");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[tokio::test]
async fn a_photo_is_sent_by_a_plain_form_and_seen_by_the_worker_without_its_secrets() {
    let Some(browser) = Chromium::start().await else {
        return;
    };
    let product = Product::start(1).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x\"><img src=x onerror=alert(1)>.png");
    std::fs::write(&file, picture()).unwrap();
    for script in [true, false] {
        let resident = browser.tab(PHONE, script).await;
        resident.open(&format!("{}/chat", product.url)).await;
        if !script {
            resident.press("button[name=start]", "").await;
        }
        resident
            .until("document.querySelector('.lines') && true")
            .await;
        let (reference, _) = ask_for_help(&resident, "我想申请低保，住新桥花园").await;
        let before = resident
            .until("document.querySelectorAll('.line').length")
            .await;
        resident.press(".escapes button", "菜单").await;
        let answered = format!("document.querySelectorAll('.line').length > {before}");
        resident.until(&answered).await;
        let page = format!("{}/chat/mine", product.url);
        resident.open(&page).await;
        resident.press(".matter .acts button", "补充").await;
        resident.sees("补充什么").await;
        resident.press("details.more summary", "").await;
        resident.choose("input[type=file]", &file).await;
        resident
            .write("input[name=caption]", "<script>alert(1)</script>")
            .await;
        resident.press("details.more button", "发照片").await;
        let shown = "(() => { const it = document.querySelector('.mine img.sent'); return it && it.complete && it.naturalWidth === 40; })()";
        resident.until(shown).await;
        let worker = browser.tab(PHONE, true).await;
        let link = product.worker.clone();
        if script {
            enter(&worker, &link, "等人接手").await;
            worker.press(&format!("a[href$='{reference}']"), "").await;
            worker.until("(() => { const it = document.querySelector('.photos img'); return it && it.complete && it.naturalWidth === 40; })()").await;
            worker.sees("<script>alert(1)</script>").await;
            let source = worker
                .until("document.querySelector('.photos img').src")
                .await;
            let bytes = format!(
                "fetch({source}).then((r) => r.arrayBuffer()).then((b) => {{ window.got = new TextDecoder('latin1').decode(b); }}) && true"
            );
            worker.until(&bytes).await;
            worker
                .until("window.got && (!window.got.includes('secret place') || null)")
                .await;
        }
    }
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

/// A small PNG with a text chunk as cameras and editors leave them.
fn picture() -> Vec<u8> {
    let mut png = Vec::new();
    let pixels = image::RgbImage::from_pixel(40, 30, image::Rgb([20, 120, 90]));
    image::DynamicImage::from(pixels)
        .write_to(&mut std::io::Cursor::new(&mut png), image::ImageFormat::Png)
        .unwrap();
    let text = b"tEXtComment\0secret place <img src=x onerror=alert(1)>";
    let mut chunk = u32::try_from(text.len() - 4)
        .unwrap()
        .to_be_bytes()
        .to_vec();
    chunk.extend(text);
    let crc = !text.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 * (crc & 1))
        })
    });
    chunk.extend(crc.to_be_bytes());
    // Behind the header chunk.
    let rest = png.split_off(33);
    [png, chunk, rest].concat()
}

#[tokio::test]
async fn a_place_is_shared_at_a_press_and_a_code_carries_the_chat_to_another_phone() {
    let Some(browser) = Chromium::start().await else {
        return;
    };
    let product = Product::start(1).await;
    let phone = browser.tab(PHONE, true).await;
    phone.stands_at(&product.url, 34.19, 119.57).await;
    phone.open(&format!("{}/chat", product.url)).await;
    phone.sees("您需要什么帮助").await;
    phone.press("details.more summary", "").await;
    phone.press("details.more button", "用手机定位").await;
    phone
        .until("[...document.querySelectorAll('.mine')].some((e) => e.innerText.includes('位置'))")
        .await;
    phone.open(&format!("{}/chat/resume", product.url)).await;
    phone.press("button", "给我一个接续码").await;
    let code = phone
        .until("document.querySelector('.spoken strong')?.innerText || null")
        .await;
    let tablet = browser.tab(DESK, false).await;
    tablet.open(&format!("{}/chat/resume", product.url)).await;
    tablet
        .write("input[name=code]", code.as_str().unwrap())
        .await;
    tablet.press("main button", "接着说").await;
    tablet.sees("发来了位置").await;
    phone.open(&format!("{}/chat", product.url)).await;
    phone.sees("接上了这段对话").await;
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[tokio::test]
async fn a_keyboard_is_enough_for_the_own_requests() {
    let Some(browser) = Chromium::start().await else {
        return;
    };
    let product = Product::start(1).await;
    let resident = browser.tab(DESK, true).await;
    resident.open(&format!("{}/chat", product.url)).await;
    resident.sees("您需要什么帮助").await;
    ask_for_help(&resident, NEED).await;
    resident.focus(".side h2 a", "我的事").await;
    resident.enter().await;
    resident.until("location.pathname === '/chat/mine'").await;
    resident.focus(".matter summary", "办到哪了").await;
    resident.enter().await;
    resident.sees("您交上来了").await;
    resident.focus(".matter .acts button", "撤回").await;
    resident.enter().await;
    resident.sees("要撤回").await;
    resident.focus(".choices button", "撤回").await;
    resident.enter().await;
    resident.sees("撤回了").await;
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[tokio::test]
async fn the_large_view_is_large_everywhere_and_has_contrast_in_light_and_dark() {
    let Some(browser) = Chromium::start().await else {
        return;
    };
    let product = Product::start(1).await;
    let tab = browser.tab(PHONE, true).await;
    tab.open(&format!("{}/chat", product.url)).await;
    tab.sees("您需要什么帮助").await;
    tab.press("button", "大字").await;
    tab.sees("标准字").await;
    let (reference, _) = ask_for_help(&tab, NEED).await;
    let mine = |path: &String| path.starts_with("/chat") || path == "/";
    let paths: Vec<String> = pages("", &reference).into_iter().filter(mine).collect();
    for scheme in ["light", "dark"] {
        tab.prefers(scheme).await;
        for path in &paths {
            tab.open(&format!("{}{path}", product.url)).await;
            assert_eq!(tab.until(FITS).await, true, "{path} {scheme}");
            let small = tab.run(&format!("JSON.stringify({SMALL})")).await;
            assert_eq!(small, "[]", "{path} {scheme}");
            let faint = tab.until(&format!("JSON.stringify({FAINT})")).await;
            assert_eq!(faint, "[]", "{path} {scheme}");
        }
    }
    // The choice is remembered.
    tab.open(&product.url).await;
    tab.until("document.documentElement.classList.contains('elder')")
        .await;
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

/// Texts whose contrast against what is behind them is below 4.5.
const FAINT: &str = "(() => {
  const parts = (c) => { const m = c.match(/[\\d.]+/g).map(Number); return c.startsWith('color(srgb') ? [m[0] * 255, m[1] * 255, m[2] * 255, m[3] ?? 1] : [m[0], m[1], m[2], m[3] ?? 1]; };
  const light = ([r, g, b]) => { const f = [r, g, b].map((v) => { v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; }); return .2126 * f[0] + .7152 * f[1] + .0722 * f[2]; };
  const behind = (e) => { for (; e; e = e.parentElement) { const c = parts(getComputedStyle(e).backgroundColor); if (c[3] > .99) return c; } return [255, 255, 255, 1]; };
  const out = [];
  for (const e of document.querySelectorAll('body *')) {
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    if (!own || !e.getClientRects().length || getComputedStyle(e).clipPath !== 'none') continue;
    const a = light(parts(getComputedStyle(e).color)), b = light(behind(e));
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) out.push([e.outerHTML.slice(0, 80), ratio.toFixed(2)]);
  }
  return out; })()";

#[tokio::test]
async fn markup_in_a_place_a_name_or_an_address_is_only_text() {
    let Some(browser) = Chromium::start().await else {
        return;
    };
    let product = Product::start(1).await;
    let bad = "\"><img src=x onerror=\"window.hit=1\"><script>window.hit=1</script>";
    for script in [true, false] {
        let tab = browser.tab(PHONE, script).await;
        tab.open(&format!("{}/chat", product.url)).await;
        if !script {
            tab.press("button[name=start]", "").await;
        }
        tab.until("document.querySelector('.lines') && true").await;
        tab.write("#text", bad).await;
        tab.press(".send", "").await;
        tab.sees("window.hit=1").await;
        tab.press("details.more summary", "").await;
        tab.write("details.more input[name=text]", bad).await;
        tab.press("details.more button", "告诉这个地方").await;
        let twice = "document.body.innerText.split('window.hit=1').length > 4";
        tab.until(twice).await;
        let alien = "document.querySelectorAll('.lines img, .lines script').length === 0 && window.hit === undefined";
        assert_eq!(tab.until(alien).await, true);
    }
    assert_eq!(browser.complaints(), Vec::<String>::new());
}
