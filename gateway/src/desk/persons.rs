//! What a worker has to look into with the persons of a request: read for the
//! pages, and settled from them.
//!
//! Which answers there are is `people::persons::task`'s; merges are `merges`'.

use super::access::{self, Access};
use super::merges;
use super::view::{Other, People, Task as View};
use crate::app::Core;
use crate::audit;
use crate::clock::{Moment, micros};
use crate::ids::PersonId;
use crate::people::persons::fact::{Basis, Fact, Kind};
use crate::people::persons::file::task_row;
use crate::people::persons::task::Task;
use crate::requests::act::ActRefused;
use crate::requests::case::Case;
use crate::requests::notify;
use crate::rights::Right;
use crate::store::person_rows::{AnswerRow, EndRow, FactRow, PeopleRows};
use crate::store::persons::{self as store, StoredTask};
use crate::store::{Changes, StoreError};
use crate::territory::Worker;
use crate::texts;
use crate::world::World;
use menus::Lang;

/// Everything about the persons of a request. `full`: the reader looks behind
/// the mask, for a reason on record.
pub(super) async fn people(
    core: &Core,
    world: &World,
    worker: &Worker,
    case: &Case,
    full: bool,
    (lang, now): (Lang, Moment),
) -> Result<People, StoreError> {
    let acts = access::may(worker, case, world, now, Right::Settle);
    let mut tasks = Vec::new();
    for stored in store::tasks_of(&core.db, &case.id.0).await? {
        tasks.extend(view(core, &stored, full, lang));
    }
    for merge in store::merges_of(&core.db, &case.id.0).await? {
        tasks.push(merges::view(core, &merge, lang).await?);
    }
    if !acts {
        for task in &mut tasks {
            task.answers.clear();
        }
    }
    Ok(People {
        tasks,
        household: household(core, world, worker, case, lang, now).await?,
    })
}

/// Other requests of the household that are this worker's to see.
async fn household(
    core: &Core,
    world: &World,
    worker: &Worker,
    case: &Case,
    lang: Lang,
    now: Moment,
) -> Result<Vec<Other>, StoreError> {
    let ids = store::household(&core.db, &case.id.0).await?;
    let cases = crate::intake::load_cases(core, &ids).await?;
    let mut found: Vec<&Case> = ids.iter().filter_map(|id| cases.get(id)).collect();
    // A matter of the duty desk is nobody's background.
    found.retain(|c| !c.restricted && super::access(worker, c, world, now) > Access::None);
    let other = |c: &Case| Other {
        reference: notify::shown(&c.reference),
        service: notify::title(c, world, lang),
        status: c.status().code().to_owned(),
    };
    Ok(found.into_iter().map(other).collect())
}

fn words(lang: Lang, task: &str, answer: &str) -> String {
    texts::text(lang, &format!("task.{task}.{answer}")).to_owned()
}

fn view(core: &Core, stored: &StoredTask, full: bool, lang: Lang) -> Option<View> {
    let task: Task = core.seal.open_json(&stored.about_sealed).ok()?;
    let kind = task.code();
    let mut answers: Vec<(String, String)> = Vec::new();
    let text = match &task {
        Task::Which { kind: of, old, new } => {
            let shown = |value: &str| shown(of, value, full);
            let (old, new) = (shown(&old.value), shown(&new.value));
            let what = texts::text(lang, &format!("task.kind.{of}"));
            let values = [("what", what), ("old", &old), ("new", &new)];
            for answer in task.answers() {
                let label = texts::fill(lang, &format!("task.which.{answer}"), &values);
                answers.push(((*answer).to_owned(), label));
            }
            texts::fill(lang, "task.which.ask", &values)
        }
        Task::SubjectAgrees { relation } => {
            let whom = texts::text(lang, &format!("talk.relation.{relation}"));
            texts::fill(lang, "task.subject_agrees.ask", &[("whom", whom)])
        }
        Task::AdultsAgree { people, which } => grown_up(*people, *which, lang),
        Task::Guardian { told: Some(told) } => {
            texts::fill(lang, "task.guardian.told", &[("told", told)])
        }
        Task::Withdrawn { consent } => {
            let name = texts::text(lang, &format!("consent.{}.name", consent.code()));
            texts::fill(lang, "task.withdrawn.ask", &[("name", name)])
        }
        Task::Correct { kind: of, old, new } => {
            let what = texts::text(lang, &format!("task.kind.{of}"));
            let (old, new) = (shown(of, old, full), shown(of, new, full));
            let values = [("what", what), ("old", old.as_str()), ("new", new.as_str())];
            texts::fill(lang, "task.correct.ask", &values)
        }
        Task::MeansOpen | Task::SpotCheck | Task::Guardian { .. } => words(lang, kind, "ask"),
    };
    if answers.is_empty() {
        answers = labels(&task, lang);
    }
    let chosen = stored.answer.as_deref();
    let done = chosen.and_then(|c| answers.iter().find(|a| a.0 == c).cloned());
    // Nobody chooses between two masks that look the same.
    let open = stored.done_at.is_none();
    let alike = open && !full && look_alike(&task);
    if alike || !open {
        answers.clear();
    }
    let hint = || texts::text(lang, "task.masked").to_owned();
    Some(View {
        id: stored.id.clone(),
        text,
        why: alike.then(hint).into_iter().collect(),
        answers,
        done: done.map(|d| d.1),
    })
}

/// What is to be asked of a grown-up of a household of so many, if that is known.
fn grown_up(people: Option<i64>, which: Option<i64>, lang: Lang) -> String {
    let key = match (people, which) {
        (None, _) => "ask",
        (Some(_), None) => "some",
        (Some(_), Some(_)) => "each",
    };
    let number = |n: Option<i64>| n.map_or_else(String::new, |n| n.to_string());
    let values = [("count", number(people)), ("which", number(which))];
    let values = values
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    texts::fill(lang, &format!("task.adults_agree.{key}"), &values)
}

/// The answers of a task with their plain labels.
fn labels(task: &Task, lang: Lang) -> Vec<(String, String)> {
    let label = |a: &&str| ((*a).to_owned(), words(lang, task.code(), a));
    task.answers().iter().map(label).collect()
}

/// Whether the two values of a task cannot be told apart in a list.
fn look_alike(task: &Task) -> bool {
    let same =
        |kind: &str, old: &str, new: &str| shown(kind, old, false) == shown(kind, new, false);
    match task {
        Task::Which { kind, old, new } => same(kind, &old.value, &new.value),
        Task::Correct { kind, old, new } => same(kind, old, new),
        _ => false,
    }
}

/// A value for whoever looks behind the mask, or for a list.
fn shown(kind: &str, value: &str, full: bool) -> String {
    if full {
        return value.to_owned();
    }
    let fact = Kind::from_code(kind).and_then(|kind| Fact::new(kind, value));
    fact.map_or_else(|| "***".to_owned(), |fact| fact.masked())
}

/// Settles a task of a request, or a merge that touches its persons.
///
/// # Errors
/// Of the store; a conflict if somebody else settled it first.
pub async fn settle(
    core: &Core,
    world: &World,
    worker: &Worker,
    case: &Case,
    (id, answer): (&str, &str),
    now: Moment,
) -> Result<Result<(), ActRefused>, StoreError> {
    if super::access(worker, case, world, now) == Access::None {
        return Ok(Err(ActRefused::Unknown));
    }
    if !access::may(worker, case, world, now, Right::Settle) {
        return Ok(Err(ActRefused::NotYours(String::new())));
    }
    let actor = format!("worker:{}", worker.id);
    let about = format!("request:{}", case.id);
    let proposed = store::merges_of(&core.db, &case.id.0).await?;
    let rows = if let Some(merge) = proposed.iter().find(|m| m.id == id) {
        match merges::decided(core, merge, answer, &actor, now).await? {
            Some(rows) => rows,
            None => return Ok(Err(ActRefused::Invalid(String::new()))),
        }
    } else {
        let tasks = store::tasks_of(&core.db, &case.id.0).await?;
        let Some(stored) = tasks.iter().find(|t| t.id == id) else {
            return Ok(Err(ActRefused::Unknown));
        };
        if stored.done_at.is_some() {
            return Ok(Err(ActRefused::Stale));
        }
        match answered(core, case, stored, answer, &actor, now).await? {
            Some(rows) => rows,
            None => return Ok(Err(ActRefused::Invalid(String::new()))),
        }
    };
    commit(core, rows, (&actor, &about), (id, answer), now).await?;
    Ok(Ok(()))
}

pub(super) async fn commit(
    core: &Core,
    rows: PeopleRows,
    (actor, about): (&str, &str),
    (id, answer): (&str, &str),
    now: Moment,
) -> Result<(), StoreError> {
    let mut changes = Changes::at(micros(now));
    changes.people = rows;
    let detail = serde_json::json!({ "task": id, "answer": answer });
    let line = audit::detailed(now, actor, "person.settle", about, &detail);
    changes.audit.push(line);
    core.db.commit(&changes).await.map(|_| ())
}

/// What the answer to a task changes; `None` for an answer it does not know.
async fn answered(
    core: &Core,
    case: &Case,
    stored: &StoredTask,
    answer: &str,
    actor: &str,
    now: Moment,
) -> Result<Option<PeopleRows>, StoreError> {
    let task = core.seal.open_json::<Task>(&stored.about_sealed).ok();
    let Some(task) = task.filter(|task| task.answers().contains(&answer)) else {
        return Ok(None);
    };
    let at = micros(now);
    let mut rows = PeopleRows::default();
    rows.answers.push(AnswerRow {
        id: stored.id.clone(),
        actor: actor.to_owned(),
        answer: answer.to_owned(),
        at,
    });
    let end = |id: String| EndRow { id, at };
    match (task, answer) {
        // Whoever it is for does not want to be spoken for.
        (Task::SubjectAgrees { .. }, "refuses") => rows.silenced.push(end(case.id.0.clone())),
        (task @ Task::AdultsAgree { .. }, "one") => {
            let next = task_row(&case.id, &task, &core.seal, now);
            rows.tasks.push(next);
        }
        (Task::Which { new, .. }, "old") => rows.facts_ended.push(end(new.id)),
        (Task::Which { old, .. }, "new") => rows.facts_ended.push(end(old.id)),
        (Task::Correct { kind, old, new }, "changed") => {
            if let Some(kind) = Kind::from_code(&kind) {
                corrected(core, case, (kind, &old, &new), actor, &mut rows, now).await?;
            }
        }
        _ => {}
    }
    Ok(Some(rows))
}

/// The wrong fact no longer holds; the right one was looked at by somebody.
async fn corrected(
    core: &Core,
    case: &Case,
    (kind, old, new): (Kind, &str, &str),
    actor: &str,
    rows: &mut PeopleRows,
    now: Moment,
) -> Result<(), StoreError> {
    let person = store::subject(&core.db, &case.id.0).await?;
    let (Some(person), Some(right)) = (person, Fact::new(kind, new)) else {
        return Ok(());
    };
    let at = micros(now);
    let wrong = Fact::new(kind, old);
    for row in store::facts_around(&core.db, &[], &person).await? {
        let fact = Fact::open(&row.value_sealed, &core.seal).ok();
        if wrong.is_some() && fact == wrong {
            rows.facts_ended.push(EndRow { id: row.id, at });
        }
    }
    rows.facts.push(FactRow {
        id: PersonId::new(now).0,
        person,
        kind: kind.code().to_owned(),
        tag: right.tag(&core.seal),
        value: right.sealed(&core.seal),
        basis: Basis::Verified.code(),
        source: actor.to_owned(),
        at,
    });
    Ok(())
}
