//! What a worker has to look into with the persons of a request, and the merges
//! that somebody decides: read for the pages, and settled from them.
//!
//! Which answers there are is `people::persons::task`'s.

use super::access::{self, Access};
use super::view::{Merge, Other, People, Task as View};
use crate::app::Core;
use crate::audit;
use crate::clock::{Moment, micros};
use crate::people::persons::fact::{Fact, Kind};
use crate::people::persons::task::Task;
use crate::people::persons::union::roots;
use crate::requests::act::ActRefused;
use crate::requests::case::Case;
use crate::requests::notify;
use crate::rights::Right;
use crate::store::person_rows::{AnswerRow, DecideRow, EndRow, PeopleRows, RootRow};
use crate::store::persons::{self as store, StoredMerge, StoredTask};
use crate::store::{Changes, StoreError};
use crate::territory::Worker;
use crate::texts;
use crate::world::World;
use menus::Lang;

/// States of a merge.
const PROPOSED: i64 = 0;
const ONE: i64 = 1;
const TWO: i64 = 2;
const TAKEN_BACK: i64 = 3;

/// Everything about the persons of a request. `clear`: the reader may see
/// numbers in full.
pub(super) async fn people(
    core: &Core,
    world: &World,
    worker: &Worker,
    case: &Case,
    (clear, lang, now): (bool, Lang, Moment),
) -> Result<People, StoreError> {
    let acts = access::may(worker, case, world, now, Right::Settle);
    let mut tasks = Vec::new();
    for stored in store::tasks_of(&core.db, &case.id.0).await? {
        tasks.extend(view(core, &stored, clear, lang));
    }
    for merge in store::merges_of(&core.db, &case.id.0).await? {
        let merge = drawn(core, &merge, lang).await?;
        tasks.push(of_merge(merge, lang));
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

fn view(core: &Core, stored: &StoredTask, clear: bool, lang: Lang) -> Option<View> {
    let task: Task = core.seal.open_json(&stored.about_sealed).ok()?;
    let kind = task.code();
    let mut answers: Vec<(String, String)> = Vec::new();
    let text = match &task {
        Task::Which { kind: of, old, new } => {
            let shown = |value: &str| shown(of, value, clear);
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
    };
    if answers.is_empty() {
        let label = |a: &&str| ((*a).to_owned(), words(lang, kind, a));
        answers = task.answers().iter().map(label).collect();
    }
    let chosen = stored.answer.as_deref();
    let done = chosen.and_then(|c| answers.iter().find(|a| a.0 == c).cloned());
    if stored.done_at.is_some() {
        answers.clear();
    }
    Some(View {
        id: stored.id.clone(),
        text,
        why: Vec::new(),
        answers,
        done: done.map(|d| d.1),
    })
}

/// A value for whoever leads the request, or for a list.
fn shown(kind: &str, value: &str, clear: bool) -> String {
    if clear {
        return value.to_owned();
    }
    let fact = Kind::from_code(kind).and_then(|kind| Fact::new(kind, value));
    fact.map_or_else(|| "***".to_owned(), |fact| fact.masked())
}

fn of_merge(merge: Merge, lang: Lang) -> View {
    let values = [("one", merge.one.as_str()), ("other", merge.other.as_str())];
    let ask = if merge.done {
        "task.merge.done"
    } else {
        "task.merge.ask"
    };
    View {
        text: texts::fill(lang, ask, &values),
        id: merge.id,
        why: merge.why,
        answers: merge.answers,
        done: None,
    }
}

/// A merge in words, everybody masked.
async fn drawn(core: &Core, merge: &StoredMerge, lang: Lang) -> Result<Merge, StoreError> {
    let reasons: Vec<String> = serde_json::from_str(&merge.reasons).unwrap_or_default();
    let why = |code: &String| texts::text(lang, &format!("task.reason.{code}")).to_owned();
    let done = merge.state == ONE;
    let answers: &[&str] = if done { &["undo"] } else { &["one", "two"] };
    let answers = answers
        .iter()
        .map(|a| ((*a).to_owned(), words(lang, "merge", a)));
    Ok(Merge {
        id: merge.id.clone(),
        one: named(core, &merge.elder, lang).await?,
        other: named(core, &merge.younger, lang).await?,
        why: reasons.iter().map(why).collect(),
        answers: answers.collect(),
        done,
    })
}

/// A person in a list: masked facts of their own.
async fn named(core: &Core, person: &str, lang: Lang) -> Result<String, StoreError> {
    let rows = store::facts_of(&core.db, person).await?;
    let facts = rows
        .iter()
        .filter_map(|row| Fact::open(&row.value_sealed, &core.seal).ok());
    let mut facts: Vec<Fact> = facts.filter(|f| f.kind != Kind::Household).collect();
    facts.sort_by_key(|f| f.kind);
    let mut shown: Vec<String> = facts.iter().map(Fact::masked).collect();
    shown.dedup();
    if shown.is_empty() {
        shown.push(texts::text(lang, "task.merge.nameless").to_owned());
    }
    Ok(shown.join(texts::text(lang, "talk.comma")))
}

/// Merges to decide, then those done, for administrators.
pub async fn merges(core: &Core, lang: Lang) -> Result<Vec<Merge>, StoreError> {
    let mut all = Vec::new();
    for merge in store::merges(&core.db).await? {
        all.push(drawn(core, &merge, lang).await?);
    }
    Ok(all)
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
    let merges = store::merges_of(&core.db, &case.id.0).await?;
    let rows = if let Some(merge) = merges.iter().find(|m| m.id == id) {
        match decided(core, merge, answer, &actor, now).await? {
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
        match answered(core, stored, answer, &actor, now) {
            Some(rows) => rows,
            None => return Ok(Err(ActRefused::Invalid(String::new()))),
        }
    };
    commit(core, rows, (&actor, &about), (id, answer), now).await?;
    Ok(Ok(()))
}

/// Decides a merge as an administrator; `false` if there is none of this id, or
/// none to which this answer fits.
///
/// # Errors
/// As [`settle`].
pub async fn decide(core: &Core, id: &str, answer: &str) -> Result<bool, StoreError> {
    let now = core.clock.now();
    let Some(merge) = store::merge(&core.db, id).await? else {
        return Ok(false);
    };
    let Some(rows) = decided(core, &merge, answer, "admin", now).await? else {
        return Ok(false);
    };
    let about = format!("merge:{id}");
    commit(core, rows, ("admin", &about), (id, answer), now).await?;
    Ok(true)
}

async fn commit(
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
fn answered(
    core: &Core,
    stored: &StoredTask,
    answer: &str,
    actor: &str,
    now: Moment,
) -> Option<PeopleRows> {
    let task: Task = core.seal.open_json(&stored.about_sealed).ok()?;
    if !task.answers().contains(&answer) {
        return None;
    }
    let at = micros(now);
    let mut rows = PeopleRows::default();
    rows.answers.push(AnswerRow {
        id: stored.id.clone(),
        actor: actor.to_owned(),
        answer: answer.to_owned(),
        at,
    });
    if let Task::Which { old, new, .. } = task {
        let wrong = match answer {
            "old" => Some(new.id),
            "new" => Some(old.id),
            _ => None,
        };
        rows.facts_ended.extend(wrong.map(|id| EndRow { id, at }));
    }
    Some(rows)
}

/// What a decision about a merge changes; `None` for one that does not fit it.
async fn decided(
    core: &Core,
    merge: &StoredMerge,
    answer: &str,
    actor: &str,
    now: Moment,
) -> Result<Option<PeopleRows>, StoreError> {
    let state = match (merge.state, answer) {
        (PROPOSED, "one") => ONE,
        (PROPOSED, "two") => TWO,
        (ONE, "undo") => TAKEN_BACK,
        _ => return Ok(None),
    };
    let mut rows = PeopleRows::default();
    rows.decided.push(DecideRow {
        id: merge.id.clone(),
        before: merge.state,
        state,
        actor: actor.to_owned(),
        at: micros(now),
    });
    let (people, links) = store::component(&core.db, &merge.elder, &merge.younger).await?;
    let kept = links.iter().filter(|l| l.id != merge.id);
    let mut pairs: Vec<_> = kept
        .map(|l| (l.elder.as_str(), l.younger.as_str()))
        .collect();
    if state == ONE {
        pairs.push((&merge.elder, &merge.younger));
    }
    let ids: Vec<&str> = people.iter().map(|p| p.id.as_str()).collect();
    let now_as = roots(&ids, &pairs);
    let changed = people
        .iter()
        .zip(now_as)
        .filter(|(p, (_, root))| p.root != *root);
    rows.roots = changed
        .map(|(person, (id, root))| RootRow {
            id: id.to_owned(),
            before: person.root.clone(),
            root: root.to_owned(),
        })
        .collect();
    Ok(Some(rows))
}
