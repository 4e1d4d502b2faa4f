//! The ladder of one class as a form: its clocks, and what happens on each at
//! which moment. Everything becomes the draft; publishing has a page of its own.

use super::super::Shared;
use super::super::gate::{AsAdmin, Fields, FormKeys, Signed};
use super::super::page::{self, Page};
use super::super::prefs::Prefs;
use super::super::problem::Problem;
use super::super::words::{Editing, editing};
use super::editor::{Head, ask, put, revision};
use super::rung::{self, Choice, RungForm, SpanForm, actions, choices, moment, span};
use crate::editing::{Edits, Kind, Order, Paper, Workbench, sentences, words};
use crate::escalation::Policy;
use crate::escalation::policy::edit::Edit;
use crate::escalation::policy::{Class, ClockName, ClockRule, Limit, Notices};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};

#[derive(Template)]
#[template(path = "admin/ladder.html")]
struct LadderPage {
    page: Page,
    form: FormKeys,
    t: &'static Editing,
    head: Head,
    class: Class,
    title: String,
    /// Code and name of every class, and whether it is this one.
    classes: Vec<Choice>,
    notices: Vec<Choice>,
    clocks: Vec<ClockForm>,
}

/// A clock with its rungs.
struct ClockForm {
    code: &'static str,
    name: &'static str,
    /// Its steps wait until somebody accepted.
    waits: bool,
    limits: Vec<Choice>,
    fixed: SpanForm,
    otherwise: SpanForm,
    /// What has to happen by when, as a sentence.
    says: String,
    rungs: Vec<RungForm>,
    /// A rung to be added.
    fresh: RungForm,
}

pub(super) async fn open(
    State(site): State<Shared>,
    Path(class): Path<String>,
    prefs: Prefs,
    me: AsAdmin,
    signed: Signed,
) -> Result<Response, Problem> {
    let class = Class::from_code(&class).ok_or(Problem::NotFound)?;
    let bench = ask(&site, &signed, Kind::Policy, 0, Order::Look).await?;
    draw(&site, prefs, &me, &bench, class, Vec::new())
}

pub(super) async fn order(
    State(site): State<Shared>,
    Path(class): Path<String>,
    prefs: Prefs,
    me: AsAdmin,
    signed: Signed,
    fields: Fields,
) -> Result<Response, Problem> {
    let class = Class::from_code(&class).ok_or(Problem::NotFound)?;
    let fields = fields.of(&me.secret)?;
    if let ("say", clock) = fields.order() {
        let clock = ClockName::from_code(clock).ok_or(Problem::Unreadable)?;
        let said = rung::said(&fields, clock, prefs.lang);
        let said = said.unwrap_or_else(|| editing(prefs.lang).rung_unfinished.to_owned());
        return Ok(said.into_response());
    }
    let order = Order::Edit(Edits::Ladder(vec![edit(&fields, class)?]));
    let bench = ask(&site, &signed, Kind::Policy, revision(&fields)?, order).await?;
    draw(&site, prefs, &me, &bench, class, fields.again())
}

fn edit(fields: &Fields, class: Class) -> Result<Edit, Problem> {
    let (what, of) = fields.order();
    let key = of.to_owned();
    let clock = || ClockName::from_code(of).ok_or(Problem::Unreadable);
    Ok(match what {
        "notices" => Edit::Notices {
            class,
            working: fields.get("notices") == "working",
        },
        "limit" => Edit::Limit {
            class,
            clock: clock()?,
            limit: match fields.get("limit") {
                "span" => span(fields, "fixed").unwrap_or_default(),
                word => word.to_owned(),
            },
            otherwise: span(fields, "otherwise"),
        },
        "add" => Edit::Add {
            class,
            clock: clock()?,
            at: moment(fields),
            actions: actions(fields),
        },
        "change" => Edit::Change {
            key,
            at: moment(fields),
            actions: actions(fields),
        },
        "earlier" | "later" => Edit::Move {
            key,
            earlier: what == "earlier",
        },
        "remove" => Edit::Remove { key },
        _ => return Err(Problem::Unreadable),
    })
}

fn draw(
    site: &Shared,
    prefs: Prefs,
    me: &AsAdmin,
    bench: &Workbench,
    class: Class,
    again: Vec<(String, String)>,
) -> Result<Response, Problem> {
    let page = Page::desk(site, prefs);
    let (t, lang) = (editing(page.lang), page.lang);
    let Some(Paper::Policy(policy)) = bench.paper.as_deref() else {
        return Err(Problem::NotFound);
    };
    let classes = Class::ALL.iter().rev();
    let classes = classes.map(|c| (c.code(), words::class(*c, lang), *c == class));
    let working = policy.class(class).notices == Notices::Working;
    let drawn = LadderPage {
        form: FormKeys::new(&me.secret),
        head: Head::of(&page, bench, again),
        title: put(t.ladder, words::class(class, lang)),
        classes: classes.collect(),
        notices: vec![
            ("anytime", t.notices_any, !working),
            ("working", t.notices_work, working),
        ],
        clocks: clocks(policy, class, &page),
        class,
        t,
        page,
    };
    Ok(Head::dress(bench, page::html(&drawn)))
}

fn clocks(policy: &Policy, class: Class, page: &Page) -> Vec<ClockForm> {
    let rules = policy.class(class).clocks.iter();
    rules.map(|rule| clock(rule, page)).collect()
}

fn clock(rule: &ClockRule, page: &Page) -> ClockForm {
    let (t, lang) = (editing(page.lang), page.lang);
    let (word, fixed) = match rule.limit {
        Limit::FirstContact => ("first_contact", None),
        Limit::Outcome => ("outcome", None),
        Limit::Fixed(span) => ("span", Some(span)),
    };
    let limits = [
        ("first_contact", t.limit_contact),
        ("outcome", t.limit_outcome),
        ("span", t.limit_fixed),
    ];
    let rungs = rule.rungs.iter();
    ClockForm {
        code: rule.clock.code(),
        name: words::clock(rule.clock, lang),
        waits: rule.after_accept,
        limits: choices(&limits, word),
        fixed: SpanForm::of("fixed", fixed, t),
        otherwise: SpanForm::of("otherwise", rule.otherwise, t),
        says: sentences::limit(rule.clock, rule.limit, rule.otherwise, rule.from, lang),
        rungs: rungs
            .map(|rung| RungForm::of(rule.clock, rung, lang))
            .collect(),
        fresh: RungForm::empty(rule.clock, lang),
    }
}
