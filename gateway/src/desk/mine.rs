//! A worker's own roster: what is booked, leave with a substitute, swaps, and
//! the list of requests to hand over before going.
//!
//! Booking changes nothing of the requests: handing over is an act of its own,
//! chosen by the worker, and the residents are told of it.

use super::doing::{self, Press};
use super::fortnight::view;
use crate::app::{Core, register};
use crate::audit;
use crate::bus::Hint;
use crate::clock::{Moment, micros};
use crate::ids::{RequestId, WorkerId};
use crate::intake::load_cases;
use crate::requests::act::{Act, ActRefused};
use crate::requests::notify::{offset, shown};
use crate::store::rows::AuditRow;
use crate::store::{Changes, StoreError, requests, roster};
use crate::territory::document::plan_from_json;
use crate::territory::{Booking, Plan, Worker};
use crate::texts;
use crate::world::World;
use chrono::{Days, NaiveDate};
use menus::Lang;

/// The furthest day somebody may book leave for, in days from today.
const FURTHEST: u64 = 366;
/// Requests in the hand-over list at most.
const MOST: i64 = 200;

/// Id and plan of a booking, and whether it was made at the desk.
pub(super) type Own = (String, Plan, bool);

/// What the worker wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// Only look.
    Show,
    /// Be away, both days included.
    Leave {
        first: NaiveDate,
        last: NaiveDate,
        substitute: Option<String>,
    },
    /// Give the duties of a day to a colleague.
    Swap { day: NaiveDate, with: String },
    /// Take a booking back.
    Withdraw { id: String },
    /// Give these requests, by reference, to whoever stands in.
    HandOver { references: Vec<String> },
}

/// What is shown.
#[derive(Clone, Debug, Default)]
pub struct Mine {
    /// What came of the order.
    pub notice: Option<String>,
    /// Whether that was a refusal.
    pub refused: bool,
    /// Day and hours, for two weeks.
    pub days: Vec<(String, String)>,
    /// Id and words of leave and swaps that can be taken back.
    pub booked: Vec<(String, String)>,
    /// Id and name of colleagues who could stand in.
    pub colleagues: Vec<(String, String)>,
    /// Who stands in during the coming leave.
    pub substitute: Option<String>,
    /// Reference and service of the requests to hand over.
    pub to_hand_over: Vec<(String, String)>,
}

/// Does what is ordered, and shows all of it.
pub async fn mine(
    core: &Core,
    worker: &Worker,
    order: &Order,
    lang: Lang,
) -> Result<Mine, StoreError> {
    let (world, now) = (core.world(), core.clock.now());
    let done = match order {
        Order::Show => None,
        Order::HandOver { references } => Some(Ok(Box::pin(hand_over(
            core, worker, references, lang,
        ))
        .await?)),
        Order::Withdraw { id } => Some(withdraw(core, worker, id, now).await?),
        Order::Leave { .. } | Order::Swap { .. } => Some(match plan(order, worker, &world, now) {
            Ok(plan) => {
                book(core, worker, plan, now).await?;
                Ok("booked".to_owned())
            }
            Err(why) => Err(why),
        }),
    };
    // What was just booked is not in the world yet.
    let bookings = roster::all(&core.db).await?;
    let own = bookings.iter().filter(|b| b.worker == worker.id.0);
    let plans: Vec<Own> = own
        .filter_map(|b| {
            let plan = plan_from_json(&b.body).ok()?;
            Some((b.id.clone(), plan, b.source == "desk"))
        })
        .collect();
    let mut view = view(worker, &plans, &world, now, lang);
    if let Some(next) = coming(&plans, now) {
        view.substitute =
            (next.substitute).and_then(|id| world.worker_name(&id).map(str::to_owned));
        view.to_hand_over = open_cases(core, worker, &world, lang).await?;
    }
    if let Some(done) = done {
        view.refused = done.is_err();
        let key = match &done {
            Ok(key) => key.clone(),
            Err(why) => (*why).to_owned(),
        };
        let text = texts::text(lang, &format!("desk.roster.{key}"));
        view.notice = Some(if text.is_empty() {
            key
        } else {
            text.to_owned()
        });
    }
    Ok(view)
}

pub(super) fn today(now: Moment) -> NaiveDate {
    now.with_timezone(&offset()).date_naive()
}

/// The plan an order amounts to, or the key of the reason against it.
fn plan(order: &Order, worker: &Worker, world: &World, now: Moment) -> Result<Plan, &'static str> {
    let today = today(now);
    let soon = |day: NaiveDate| day >= today && day <= today + Days::new(FURTHEST);
    let stand_in = |id: &str, first: NaiveDate, last: NaiveDate| {
        let found = colleagues(worker, world).find(|w| w.id.0 == id);
        let other = found.ok_or("no_colleague")?;
        let away = |p: &Plan| matches!(p, Plan::Leave { first: f, last: l, .. } if *f <= last && first <= *l);
        if other.plans.iter().any(away) {
            return Err("colleague_away");
        }
        Ok(other.id.clone())
    };
    match order {
        Order::Leave {
            first,
            last,
            substitute,
        } => {
            if !soon(*first) || !soon(*last) || last < first {
                return Err("bad_days");
            }
            let substitute = match substitute {
                Some(id) => Some(stand_in(id, *first, *last)?),
                None => None,
            };
            Ok(Plan::Leave {
                first: *first,
                last: *last,
                substitute,
            })
        }
        Order::Swap { day, with } if soon(*day) => Ok(Plan::Swap {
            day: *day,
            with: stand_in(with, *day, *day)?,
        }),
        _ => Err("bad_days"),
    }
}

/// Active people with a role in common, at the same desk first.
pub(super) fn colleagues<'a>(
    worker: &'a Worker,
    world: &'a World,
) -> impl Iterator<Item = &'a Worker> {
    let shares = |w: &&Worker| {
        w.active && w.id != worker.id && w.roles.iter().any(|r| worker.roles.contains(r))
    };
    let all = || world.roster.workers().iter().filter(shares);
    let here = all().filter(|w| w.unit == worker.unit);
    let near = all().filter(|w| {
        let street = |u| world.tree.street_of(u).map(|s| &s.code);
        w.unit != worker.unit && street(&w.unit) == street(&worker.unit)
    });
    here.chain(near)
}

async fn book(core: &Core, worker: &Worker, plan: Plan, now: Moment) -> Result<(), StoreError> {
    let kind = plan.kind();
    let booking = Booking {
        worker: worker.id.clone(),
        plan,
    };
    let mut changes = Changes::at(micros(now));
    let row = register::booking(&booking, "desk", &core.seal, micros(now));
    changes.bookings.push(row);
    changes
        .audit
        .push(note(worker, &format!("roster.{kind}"), now));
    core.db.commit(&changes).await?;
    core.bus.hint(Hint::Reference);
    Ok(())
}

async fn withdraw(
    core: &Core,
    worker: &Worker,
    id: &str,
    now: Moment,
) -> Result<Result<String, &'static str>, StoreError> {
    let bookings = roster::all(&core.db).await?;
    let mine =
        |b: &&roster::StoredBooking| b.id == id && b.worker == worker.id.0 && b.source == "desk";
    let Some(found) = bookings.iter().find(mine) else {
        return Ok(Err("gone"));
    };
    let mut changes = Changes::at(micros(now));
    changes.bookings_ended.push(found.id.clone());
    changes.audit.push(note(worker, "roster.withdraw", now));
    core.db.commit(&changes).await?;
    core.bus.hint(Hint::Reference);
    Ok(Ok("withdrawn".to_owned()))
}

fn note(worker: &Worker, act: &str, now: Moment) -> AuditRow {
    let who = format!("worker:{}", worker.id);
    audit::line(now, &who, act, &who)
}

/// Gives each of them to the substitute of the coming leave.
async fn hand_over(
    core: &Core,
    worker: &Worker,
    references: &[String],
    lang: Lang,
) -> Result<String, StoreError> {
    let rows = roster::all(&core.db).await?;
    let own = rows.iter().filter(|b| b.worker == worker.id.0);
    let plans = own.filter_map(|b| Some((b.id.clone(), plan_from_json(&b.body).ok()?, false)));
    let plans: Vec<_> = plans.collect();
    let now = core.clock.now();
    let going = coming(&plans, now);
    let Some(to) = going.and_then(|going| going.substitute) else {
        return Ok("no_substitute".to_owned());
    };
    let world = core.world();
    let Some(other) = world.worker(&to) else {
        return Ok("no_colleague".to_owned());
    };
    let mut refused = 0;
    for case in led(core, worker).await? {
        if !references.contains(&shown(&case.1)) {
            continue;
        }
        let act = Act::Transfer {
            unit: other.unit.0.clone(),
            note: texts::text(lang, "desk.roster.reason").to_owned(),
            worker: Some(to.0.clone()),
        };
        let press = Press {
            request: &case.0,
            version: None,
            act: &act,
            once: "",
        };
        match doing::act(core, worker, &press).await {
            Ok(()) => {}
            Err(ActRefused::Away) => return Err(StoreError::Away("while handing over".into())),
            Err(_) => refused += 1,
        }
    }
    let key = if refused == 0 { "handed" } else { "some_stay" };
    Ok(key.to_owned())
}

/// The leave that is on or comes next.
struct Going {
    substitute: Option<WorkerId>,
}

/// The leave that is on or comes next, if there is one.
fn coming(plans: &[Own], now: Moment) -> Option<Going> {
    let today = today(now);
    let leave = plans.iter().filter_map(|(_, plan, _)| match plan {
        Plan::Leave {
            first,
            last,
            substitute,
        } if *last >= today => Some((*first, substitute.clone())),
        _ => None,
    });
    let next = leave.min_by_key(|(first, _)| *first);
    next.map(|(_, substitute)| Going { substitute })
}

/// Id and reference of the requests the worker leads that are not decided.
async fn led(core: &Core, worker: &Worker) -> Result<Vec<(RequestId, String)>, StoreError> {
    let rows = requests::of_worker(&core.db, worker.id.as_str(), MOST).await?;
    Ok(rows
        .into_iter()
        .map(|row| (RequestId(row.id), row.reference))
        .collect())
}

async fn open_cases(
    core: &Core,
    worker: &Worker,
    world: &World,
    lang: Lang,
) -> Result<Vec<(String, String)>, StoreError> {
    let ids: Vec<String> = led(core, worker)
        .await?
        .into_iter()
        .map(|(id, _)| id.0)
        .collect();
    let cases = load_cases(core, &ids).await?;
    let mut open: Vec<_> = cases
        .into_values()
        .filter(|case| case.status().is_active())
        .map(|case| {
            (
                shown(&case.reference),
                super::queue::service(&case, world, lang),
            )
        })
        .collect();
    open.sort();
    Ok(open)
}
