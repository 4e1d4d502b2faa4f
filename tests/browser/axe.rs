//! Every page as somebody meets it who sees badly, reads large text or presses
//! with an unsteady hand.
//!
//! axe-core judges by WCAG 2.2 A and AA; the run names its script in
//! `LINLI_TEST_AXE`, without which its test says so and ends. Which pages there
//! are is the router's own list: one without a line here fails the test.

use super::chromium::{Chromium, Tab};
use super::product::Product;
use super::{DESK, NEED, PHONE, ask_for_help, enter};

/// What is opened for an address; nothing for those that are no pages.
const SAMPLES: &[(&str, &[&str])] = &[
    ("/", &["/", "/nowhere"]),
    ("/today", &["/today"]),
    ("/proof/face/back", &["/proof/face/back"]),
    ("/sign-in", &["/sign-in"]),
    ("/set-up", &["/set-up"]),
    ("/chat", &["/chat"]),
    ("/chat/mine", &["/chat/mine"]),
    ("/chat/resume", &["/chat/resume"]),
    ("/my-data", &["/my-data"]),
    ("/api", &["/api"]),
    ("/worker", &["/worker"]),
    ("/worker/account", &["/worker/account"]),
    ("/worker/prove", &["/worker/prove"]),
    ("/worker/bind", &["/worker/bind"]),
    ("/worker/visits", &["/worker/visits"]),
    ("/worker/roster", &["/worker/roster"]),
    ("/worker/r/{reference}", &["/worker/r/{reference}"]),
    (
        "/worker/r/{reference}/show",
        &["/worker/r/{reference}/show"],
    ),
    ("/worker/emergency", &["/worker/emergency"]),
    ("/worker/reviews", &["/worker/reviews"]),
    ("/admin", &["/admin"]),
    ("/admin/account", &["/admin/account"]),
    ("/admin/prove", &["/admin/prove"]),
    (
        "/admin/board",
        &["/admin/board", "/admin/board?unit=590102"],
    ),
    ("/admin/find", &["/admin/find?reference={reference}"]),
    ("/admin/r/{reference}", &["/admin/r/{reference}"]),
    ("/admin/parked", &["/admin/parked"]),
    ("/admin/corrections", &["/admin/corrections"]),
    ("/admin/persons", &["/admin/persons"]),
    ("/admin/menu", &["/admin/menu"]),
    (
        "/admin/menu/place",
        &["/admin/menu/place", "/admin/menu/place?unit=590102"],
    ),
    (
        "/admin/menu/service/{code}",
        &["/admin/menu/service/ELD-MEAL"],
    ),
    ("/admin/calendar", &["/admin/calendar"]),
    (
        "/admin/ladders/{class}",
        &["/admin/ladders/normal", "/admin/ladders/crisis"],
    ),
    (
        "/admin/documents/{kind}",
        &[
            "/admin/documents/menu",
            "/admin/documents/policy",
            "/admin/documents/calendar",
        ],
    ),
    (
        "/admin/documents/{kind}/sure/{order}",
        &["/admin/documents/menu/sure/publish"],
    ),
    ("/admin/preview", &["/admin/preview"]),
    ("/admin/whatif", &["/admin/whatif"]),
    ("/admin/log", &["/admin/log"]),
    ("/admin/retention", &["/admin/retention"]),
    ("/admin/roster", &["/admin/roster"]),
    ("/admin/route", &["/admin/route"]),
    ("/admin/webhooks", &["/admin/webhooks"]),
    ("/admin/channels", &["/admin/channels"]),
    ("/admin/live", &["/admin/live"]),
    (
        "/admin/units",
        &["/admin/units", "/admin/units?unit=590102001001&q=桃源"],
    ),
    (
        "/admin/equity",
        &["/admin/equity", "/admin/equity?unit=590102"],
    ),
    ("/worker/parked", &["/worker/parked"]),
    ("/worker/board", &["/worker/board"]),
    ("/admin/workers", &["/admin/workers"]),
    // Only who has an account sees these; the browser here came by a link.
    ("/worker/password", &[]),
    ("/worker/r/{reference}/data", &[]),
    ("/worker/r/{reference}/data.json", &[]),
    ("/admin/password", &[]),
    // Parts of pages, streams, files.
    ("/assets/{name}", &[]),
    ("/sign-in/oidc", &[]),
    ("/sign-in/oidc/back", &[]),
    ("/worker/prove/oidc", &[]),
    ("/admin/prove/oidc", &[]),
    ("/chat/photo/{photo}", &[]),
    ("/chat/lines", &[]),
    ("/chat/events", &[]),
    ("/worker/queue", &[]),
    ("/worker/board/part", &[]),
    ("/worker/events", &[]),
    ("/worker/r/{reference}/live", &[]),
    ("/worker/r/{reference}/events", &[]),
    ("/worker/r/{reference}/photo/{photo}", &[]),
    ("/admin/overview", &[]),
    ("/admin/live/part", &[]),
    ("/admin/live/events", &[]),
    ("/admin/events", &[]),
    ("/admin/board/part", &[]),
    ("/admin/board.csv", &[]),
    ("/admin/documents/{kind}/file", &[]),
    ("/api/openapi.json", &[]),
];

/// What axe finds wrong, a line each; what is folded is judged as well.
const JUDGE: &str = "(async () => {
  document.querySelectorAll('details').forEach((d) => { d.open = true; });
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'];
  const found = await axe.run(document, {
    runOnly: { type: 'tag', values: tags }, rules: { 'target-size': { enabled: true } },
    resultTypes: ['violations'], preload: false });
  if (found.passes.length === 0) return ['axe did not look at this page'];
  return found.violations.flatMap((v) => v.nodes.map((n) =>
    `${v.id}: ${n.html.slice(0, 160)} | ${n.failureSummary.replace(/\\s+/g, ' ').slice(0, 260)}`));
})()";

/// What is smaller than the large view promises: words under 18 px, and things
/// to press under 60 px. Words of size nought are for screen readers. A link within a sentence is as high as its line.
pub(crate) const SMALL: &str = "(() => {
  document.querySelectorAll('details').forEach((d) => { d.open = true; });
  const small = [], seen = (e) => { const r = e.getBoundingClientRect();
    return e.checkVisibility({ visibilityProperty: true }) && r.width > 1 && r.height > 1 && r.right > 0 && r.bottom > 0; };
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (words.nextNode()) {
    const e = words.currentNode.parentElement, size = parseFloat(getComputedStyle(e).fontSize);
    if (words.currentNode.data.trim() && seen(e) && !e.closest('script, style, option') && size > 0 && size < 18)
      small.push(`${size} px: ${words.currentNode.data.trim().slice(0, 40)}`);
  }
  for (const e of document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')) {
    const whole = /^(checkbox|radio|file)$/.test(e.type) ? e.closest('label') || e : e;
    const r = whole.getBoundingClientRect();
    const inline = e.matches('a') && getComputedStyle(e).display === 'inline' && e.closest('p, li, dd');
    if (seen(whole) && !inline && Math.min(r.width, r.height) < 59.5)
      small.push(`${r.width.toFixed(0)} × ${r.height.toFixed(0)}: ${whole.outerHTML.slice(0, 140)}`);
  }
  return small;
})()";

/// The pages whose address begins so, with this request where one is named.
pub(crate) fn pages(beginning: &str, reference: &str) -> Vec<String> {
    let mut pages = Vec::new();
    for address in gateway::web::addresses() {
        let sample = SAMPLES.iter().find(|(known, _)| *known == address);
        let (_, samples) = sample.unwrap_or_else(|| panic!("give {address} a line in SAMPLES"));
        let area = address.split('/').nth(1).unwrap_or_default();
        let area = if ["worker", "admin"].contains(&area) {
            area
        } else {
            ""
        };
        if area == beginning {
            let with = samples.iter().map(|s| s.replace("{reference}", reference));
            pages.extend(with);
        }
    }
    assert!(!pages.is_empty(), "no page of {beginning}");
    pages
}

struct Judge {
    axe: String,
    url: String,
}

impl Judge {
    /// Every fault of these pages: both colours, both widths, and English.
    async fn faults(&self, tab: &Tab, pages: &[String]) -> Vec<String> {
        let mut faults = Vec::new();
        for page in pages {
            for (language, looks) in [
                ("zh-CN", [(PHONE, "light"), (DESK, "dark")].as_slice()),
                ("en", &[(PHONE, "dark"), (DESK, "light")]),
            ] {
                tab.speaks(language).await;
                tab.open(&format!("{}{page}", self.url)).await;
                if page.starts_with("/worker") || page.starts_with("/admin") {
                    let inside = "document.querySelector('form[action=\"/sign-out\"]') && true";
                    tab.until(inside).await;
                }
                tab.run(&self.axe).await;
                for (size, scheme) in looks {
                    tab.resize(*size).await;
                    tab.prefers(scheme).await;
                    let found: Vec<String> =
                        serde_json::from_value(tab.run(JUDGE).await).expect("a list of lines");
                    let place = format!("{page} {language} {} {scheme}", size.0);
                    faults.extend(found.into_iter().map(|f| format!("{place}: {f}")));
                }
            }
        }
        faults
    }
}

#[tokio::test]
async fn axe_finds_nothing_wrong_with_any_page() {
    let Some(browser) = Chromium::start().await else {
        return;
    };
    let axe = std::env::var("LINLI_TEST_AXE").unwrap_or_default();
    if axe.is_empty() {
        println!("pages are not judged: set LINLI_TEST_AXE to the script of axe-core");
        return;
    }
    let product = Product::start(1).await;
    let judge = Judge {
        axe: format!("{};0", std::fs::read_to_string(axe).unwrap()),
        url: product.url.clone(),
    };
    let resident = browser.tab(PHONE, true).await;
    resident.open(&format!("{}/chat", product.url)).await;
    resident.sees("您需要什么帮助").await;
    let (reference, _) = ask_for_help(&resident, NEED).await;
    let duty = browser.tab(DESK, true).await;
    enter(&duty, &product.duty, "等人接手").await;
    let admin = browser.tab(DESK, true).await;
    enter(&admin, &product.admin, "未办结").await;
    // There is something to publish.
    let service = format!("{}/admin/menu/service/ELD-MEAL", product.url);
    admin.open(&service).await;
    admin.write("[name='a.name.zh']", "到家").await;
    admin.press("button[value=save]", "").await;
    admin.sees("已存进草稿").await;
    let (own, desk, office) = (
        pages("", &reference),
        pages("worker", &reference),
        pages("admin", &reference),
    );
    let (mut faults, more, most) = tokio::join!(
        judge.faults(&resident, &own),
        judge.faults(&duty, &desk),
        judge.faults(&admin, &office)
    );
    faults.extend(more);
    faults.extend(most);
    // Danger looks different from everything else.
    resident.open(&format!("{}/chat", product.url)).await;
    resident.write("#text", "家里煤气味很重").await;
    resident.press(".send", "").await;
    resident
        .until("document.querySelector('.k-crisis a.call') && true")
        .await;
    faults.extend(judge.faults(&resident, &["/chat".to_owned()]).await);
    faults.extend(judge.faults(&duty, &["/worker".to_owned()]).await);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
