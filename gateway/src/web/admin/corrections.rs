//! Corrections of workers, reviewed in batches, and what is learnt from them.
//!
//! The words shown here are masked; whose they were cannot be seen.

use super::super::gate::{AsAdmin, Fields, FormKeys};
use super::super::page::{self, Page};
use super::super::prefs::Prefs;
use super::super::problem::Problem;
use super::super::words::Words;
use super::super::{Shared, when};
use crate::learning::{Decided, Decision, Learning, Order, Proposal, Refusal, Said, Score};
use askama::Template;
use axum::extract::State;
use axum::response::Response;

/// Accepted examples shown; all of them are learnt.
const SHOWN: usize = 200;

#[derive(Template)]
#[template(path = "admin/corrections.html")]
struct CorrectionsPage {
    page: Page,
    form: FormKeys,
    /// Words and whether they are bad news.
    notices: Vec<(String, bool)>,
    services: Vec<(String, String)>,
    /// All names of the proposals drawn, for the form.
    ids: String,
    proposed: Vec<Row>,
    waiting: i64,
    accepted: Vec<Row>,
    accepted_count: usize,
    trial: Option<Figures>,
    versions: Vec<VersionRow>,
}

struct Row {
    id: String,
    version: i64,
    at: String,
    was: String,
    service: String,
    service_name: String,
    text: String,
}

struct Figures {
    rows: Vec<(&'static str, String, String)>,
    refusal: Option<String>,
    mark: String,
}

struct VersionRow {
    number: u32,
    at: String,
    examples: usize,
    copy_of: Option<u32>,
    after: String,
    in_force: bool,
}

pub(super) async fn open(
    State(site): State<Shared>,
    prefs: Prefs,
    me: AsAdmin,
) -> Result<Response, Problem> {
    draw(&site, prefs, &me, Order::Look).await
}

pub(super) async fn order(
    State(site): State<Shared>,
    prefs: Prefs,
    me: AsAdmin,
    fields: Fields,
) -> Result<Response, Problem> {
    let fields = fields.of(&me.secret)?;
    let order = match fields.get("do") {
        "decide" => Order::Decide(decisions(&fields)?),
        "try" => Order::Try,
        "publish" => Order::Publish(fields.get("mark").to_owned()),
        "back" => {
            let to = fields.get("to").parse();
            Order::RollBack(to.map_err(|_| Problem::Unreadable)?)
        }
        _ => return Err(Problem::Unreadable),
    };
    draw(&site, prefs, &me, order).await
}

/// The decisions of a form; rows that are left alone are not among them.
fn decisions(fields: &Fields) -> Result<Vec<(String, i64, Decision)>, Problem> {
    let mut decisions = Vec::new();
    for id in fields.get("ids").split(',').filter(|id| !id.is_empty()) {
        let of = |name: &str| fields.get(&format!("{name}-{id}")).to_owned();
        let decision = match of("do").as_str() {
            "accept" => Decision::Accept {
                text: of("text"),
                service: of("service"),
            },
            "reject" => Decision::Reject,
            _ => continue,
        };
        let version = of("version").parse().map_err(|_| Problem::Unreadable)?;
        decisions.push((id.to_owned(), version, decision));
    }
    Ok(decisions)
}

async fn draw(
    site: &Shared,
    prefs: Prefs,
    me: &AsAdmin,
    order: Order,
) -> Result<Response, Problem> {
    let page = Page::desk(site, prefs);
    let learning = site.backend.learn(order, page.lang).await?;
    let w = page.w;
    let told = |said| notice(w, said, &learning);
    let notices = learning.said.iter().map(told).collect();
    let row = |p: &Proposal| Row {
        id: p.request.clone(),
        version: p.version,
        at: when::at(&page, p.at),
        was: name(&learning, &p.was),
        service: p.service.clone(),
        service_name: name(&learning, &p.service),
        text: p.text.clone(),
    };
    let proposed: Vec<Row> = learning.board.proposed.iter().map(row).collect();
    let ids: Vec<&str> = proposed.iter().map(|r| r.id.as_str()).collect();
    let accepted = learning.board.accepted.iter().rev().take(SHOWN).map(row);
    let newest = learning.board.versions.first().map(|v| v.number);
    let versions = learning.board.versions.iter().map(|v| VersionRow {
        number: v.number,
        at: when::at(&page, v.at),
        examples: v.examples,
        copy_of: v.copy_of,
        after: v
            .scores
            .map_or(String::new(), |(_, after)| percent(after.top1)),
        in_force: Some(v.number) == newest,
    });
    Ok(page::html(&CorrectionsPage {
        form: FormKeys::new(&me.secret),
        notices,
        ids: ids.join(","),
        waiting: learning.board.waiting,
        accepted: accepted.collect(),
        accepted_count: learning.board.accepted.len(),
        trial: learning.trial.as_ref().map(|t| Figures {
            rows: figures(w, t.before, t.after),
            refusal: t.refusal.as_ref().map(|r| refused(w, r, &learning)),
            mark: t.mark.clone(),
        }),
        versions: versions.collect(),
        proposed,
        services: learning.services.clone(),
        page,
    }))
}

/// The name of a service, or its code if there is none of it any more.
fn name(learning: &Learning, code: &str) -> String {
    let found = learning.services.iter().find(|(c, _)| c == code);
    found.map_or(code, |(_, name)| name).to_owned()
}

fn percent(share: f32) -> String {
    format!("{:.1} %", share * 100.0)
}

fn figures(w: &Words, before: Score, after: Score) -> Vec<(&'static str, String, String)> {
    let row = |name, of: fn(Score) -> f32| (name, percent(of(before)), percent(of(after)));
    vec![
        row(w.top1, |s| s.top1),
        row(w.crisis_recall, |s| s.crisis_recall),
        row(w.false_alarms, |s| s.false_alarms),
    ]
}

/// Why a batch is refused, with the sentence that is to blame.
fn refused(w: &Words, why: &Refusal, learning: &Learning) -> String {
    match why {
        Refusal::Recall { before, after } => {
            let said = w.learn_refused_recall.replacen("{}", &percent(*before), 1);
            said.replacen("{}", &percent(*after), 1)
        }
        Refusal::Danger { request } => {
            let mut all = learning.board.accepted.iter();
            let said = all.find(|p| p.request == *request);
            let said = said.map_or("", |p| p.text.as_str());
            w.learn_refused_danger.replacen("{}", said, 1)
        }
    }
}

/// What came of an order, and whether that is bad news.
fn notice(w: &Words, said: &Said, learning: &Learning) -> (String, bool) {
    let count = |text: &str, n: &dyn ToString| text.replacen("{}", &n.to_string(), 1);
    match said {
        Said::Decided(n) => (count(w.learn_decided, n), false),
        Said::InForce(version) => (count(w.learn_in_force, version), false),
        Said::Refused(why) => (refused(w, why, learning), true),
        Said::Stale => (w.learn_stale.to_owned(), true),
        Said::NoVersion => (w.learn_no_version.to_owned(), true),
        Said::Not(Decided::UnknownService) => (w.learn_no_service.to_owned(), true),
        Said::Not(Decided::BadText) => (w.learn_bad_text.to_owned(), true),
        Said::Not(_) => (w.learn_row_stale.to_owned(), true),
    }
}
