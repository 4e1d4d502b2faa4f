//! Targets of the other crates: messengers, web pages, dialogue, files of administrators, numbers people type.

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use bots::{Channel, HeaderMap, Kind};
use chrono::{DateTime, FixedOffset, NaiveDate, TimeDelta, Utc};
use gateway::calendar::{Calendar, Span};
use gateway::clock::Clock;
use gateway::conversation::{self, Lines, Means, NoPlaces, Snapshot, View};
use gateway::escalation::policy::Policy;
use gateway::ids::DraftId;
use gateway::import::{self, Existing};
use gateway::people::{document, phone};
use gateway::requests::reference::Reference;
use gateway::web;
use intents::Classifier;
use menus::question::{self, KINDS, Question, Reply};
use menus::{Lang, Localized, Menu};
use tower::ServiceExt as _;

use super::text::Target;

/// The targets of this file.
pub const TARGETS: [Target; 10] = [
    ("telegram", telegram),
    ("web", web),
    ("dialogue", dialogue),
    ("csv", csv),
    ("catalogue", catalogue),
    ("calendar", calendar),
    ("policy", policy),
    ("answers", answers),
    ("identity", identity),
    ("reference", reference),
];

const SECRET: &str = "a-long-random-text";

static TELEGRAM: LazyLock<Arc<dyn Channel>> = LazyLock::new(|| {
    let mut table = toml::Table::new();
    table.insert(
        "token".into(),
        "123456:abcdefghijklmnopqrstuvwxyzABCDEFGHI".into(),
    );
    table.insert("secret".into(), SECRET.into());
    (Kind::named("telegram").unwrap().build)("main", table).unwrap()
});

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, 2).unwrap()
}

fn morning() -> DateTime<Utc> {
    DateTime::from_timestamp(1_772_413_200, 0).unwrap()
}

/// Bytes that claim to be an update: an inbound message with an address of its own, or a refusal.
pub fn telegram(data: &[u8]) {
    let mut headers = HeaderMap::new();
    assert!(
        TELEGRAM.receive(&headers, "", data).is_err(),
        "taken without a secret"
    );
    headers.insert("x-telegram-bot-api-secret-token", SECRET.parse().unwrap());
    for inbound in TELEGRAM.receive(&headers, "", data).unwrap_or_default() {
        let address = inbound.address.to_string();
        assert_eq!(
            address.parse::<bots::Address>().as_ref(),
            Ok(&inbound.address),
            "{address}"
        );
        assert!(!inbound.key.is_empty());
    }
}

/// A raw request to the pages: `METHOD PATH`, header lines, an empty line, the body.
pub fn web(data: &[u8]) {
    let head = data
        .windows(2)
        .position(|w| w == b"\n\n")
        .unwrap_or(data.len());
    let body = data.get(head + 2..).unwrap_or_default().to_vec();
    let head = String::from_utf8_lossy(&data[..head]).into_owned();
    let mut lines = head.split('\n');
    let mut first = lines.next().unwrap_or_default().splitn(2, ' ');
    let mut request = Request::builder()
        .method(first.next().unwrap_or_default())
        .uri(first.next().unwrap_or_default());
    for (name, value) in lines.filter_map(|l| l.split_once(": ")) {
        request = request.header(name, value);
    }
    let Ok(request) = request.body(Body::from(body)) else {
        return;
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let status = runtime.block_on(async {
        let clock = Clock::manual(morning());
        let site = web::Site {
            backend: Arc::new(web::fake::Fake::new(clock.clone())),
            clock,
            settings: web::Settings::default(),
        };
        let pages: Router = web::router(site);
        pages.oneshot(request).await.unwrap().status()
    });
    assert_ne!(status.as_u16(), 500, "{head}");
}

/// A conversation: every line is said; `#3` presses the third button of the last answer.
pub fn dialogue(data: &[u8]) {
    static WORLD: LazyLock<(Classifier, Menu)> = LazyLock::new(|| {
        (
            gateway::world::train(menus::starter()),
            Menu::new(menus::starter()),
        )
    });
    let (classifier, menu) = &*WORLD;
    let (mut before, mut keys, mut ids) = (None::<Snapshot>, Vec::new(), 0_u32);
    let text = String::from_utf8_lossy(data);
    for (n, line) in text.split('\n').take(24).enumerate() {
        let pressed = line
            .strip_prefix('#')
            .and_then(|at| at.parse::<usize>().ok());
        let content = match pressed {
            Some(at) => bots::Content::Tap {
                token: at.to_string(),
                callback: None,
                message: None,
            },
            None => bots::Content::Text(line.to_owned()),
        };
        let offered = before.as_ref().map_or(&[][..], |s| s.offered.as_slice());
        let key = |token: &str| {
            token
                .parse()
                .ok()
                .and_then(|at: usize| keys.get(at).cloned())
        };
        let words = |text: &str| conversation::words(text, classifier);
        let input = conversation::understand(&content, key, words, offered);
        let mut new_id = || {
            ids += 1;
            DraftId(format!("d{ids}"))
        };
        let mut view = View {
            now: morning() + TimeDelta::minutes(n as i64),
            offset: FixedOffset::east_opt(8 * 3600).unwrap(),
            catalogue: menus::starter(),
            menu,
            requests: &[],
            lines: &Lines::default(),
            places: &NoPlaces,
            new_id: &mut new_id,
            channel: Means {
                buttons: true,
                contact: true,
                place: true,
                page: false,
                unsend: true,
            },
            proving: gateway::conversation::Proving {
                codes: true,
                real_name: true,
                face: true,
                fresh: None,
                reached: menus::Assurance::L0,
                outcome: None,
            },
            desk_down: false,
            lang: Some(Lang::Zh),
        };
        let step = conversation::step(before, input, &mut view);
        keys = step
            .replies
            .iter()
            .flat_map(|r| r.keys.iter().map(|(_, key)| key.clone()))
            .collect();
        let stored = step.snapshot.to_json();
        assert_eq!(Snapshot::from_json(&stored, 0), step.snapshot, "{stored}");
        before = Some(step.snapshot);
    }
}

/// A spreadsheet of units, workers or residents; the first byte says which.
pub fn csv(data: &[u8]) {
    let Some((which, file)) = data.split_first() else {
        return;
    };
    let known = Existing::new(today(), []);
    let (clean, rows, report) = match which % 3 {
        0 => {
            let parsed = import::parse_units(file, &known);
            (parsed.report.is_clean(), parsed.rows.len(), parsed.report)
        }
        1 => {
            let parsed = import::parse_workers(file, &known);
            (parsed.report.is_clean(), parsed.rows.len(), parsed.report)
        }
        _ => {
            let parsed = import::parse_residents(file, &known);
            (parsed.report.is_clean(), parsed.rows.len(), parsed.report)
        }
    };
    assert!(clean || rows == 0, "half a file was taken");
    assert!(clean || !(report.zh().is_empty() || report.en().is_empty()));
}

/// The catalogue an administrator uploads.
pub fn catalogue(data: &[u8]) {
    let Ok(read) = menus::document::from_json(&String::from_utf8_lossy(data)) else {
        return;
    };
    let written = menus::document::to_json(&read);
    let again = menus::document::from_json(&written).expect("what was written is read");
    assert_eq!(menus::document::to_json(&again), written);
    let findings = menus::check::check(&read);
    let menu = Menu::new(&read);
    let _ = (findings.len(), menu);
}

/// A working calendar, as JSON or TOML, and a deadline by it.
pub fn calendar(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let read = Calendar::from_json(&text).or_else(|json| match Calendar::from_toml(&text) {
        Ok(read) => Ok(read),
        Err(toml) => Err((json, toml)),
    });
    match read {
        Ok(calendar) => {
            for span in [
                Span::working_days(3),
                Span::working_hours(5),
                Span::hours(30),
            ] {
                let due = calendar.add(morning(), &span);
                assert!(due.at >= morning());
            }
        }
        Err((json, toml)) => assert!(
            !json.is_empty() && !toml.is_empty(),
            "refused without a word"
        ),
    }
}

/// The ladder an operator writes.
pub fn policy(data: &[u8]) {
    if let Err(findings) = Policy::parse(&String::from_utf8_lossy(data)) {
        assert!(!findings.is_empty(), "refused without a word");
    }
}

/// What a resident answers to a question of any kind.
pub fn answers(data: &[u8]) {
    let text = String::from_utf8_lossy(data).into_owned();
    for spec in &KINDS {
        let kind = question::Kind::named(spec.key).unwrap();
        let asked = Question::new("q", Localized::new("问", "Question"), kind);
        if let Ok(answer) = question::parse(&asked, &Reply::Text(text.clone()), today()) {
            for lang in [Lang::Zh, Lang::En] {
                let _ = question::describe(&asked, &answer, lang);
                let _ = question::mask(&asked, &answer, lang);
            }
        }
    }
}

/// Numbers of documents and telephones.
pub fn identity(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(read) = document::parse(&text, today()) {
        assert!(matches!(read.number.len(), 15 | 18), "{}", read.number);
        let again = document::parse(&read.number, today()).expect("the stored form is read");
        assert_eq!(again.number, read.number);
    }
    if let Some((number, kind)) = phone::parse(&text) {
        assert_eq!(phone::parse(&number), Some((number, kind)));
    }
}

/// A reference somebody reads out.
pub fn reference(data: &[u8]) {
    if let Ok(read) = Reference::parse(&String::from_utf8_lossy(data)) {
        assert_eq!(Reference::parse(&read.to_string()), Ok(read));
    }
}
