//! Persons who may be one: proposals in words, and what is decided about them.
//!
//! How alike two persons are is `people::persons::likeness`'; whom everybody
//! counts as after a decision, `people::persons::union`'s.

use super::persons::commit;
use super::view::{Merge, Task as View};
use crate::app::Core;
use crate::clock::{Moment, micros};
use crate::people::persons::fact::{Fact, Kind};
use crate::people::persons::union::roots;
use crate::store::StoreError;
use crate::store::person_rows::{DecideRow, PeopleRows, RootRow};
use crate::store::persons::{self as store, StoredMerge};
use crate::texts;
use menus::Lang;

/// States of a merge.
const PROPOSED: i64 = 0;
const ONE: i64 = 1;
const TWO: i64 = 2;
const TAKEN_BACK: i64 = 3;

/// Merges to decide, then those done, for administrators.
pub async fn merges(core: &Core, lang: Lang) -> Result<Vec<Merge>, StoreError> {
    let mut all = Vec::new();
    for merge in store::merges(&core.db).await? {
        all.push(drawn(core, &merge, lang).await?);
    }
    Ok(all)
}

/// Decides a merge as an administrator; `false` if there is none of this id, or
/// none to which this answer fits.
///
/// # Errors
/// As [`settle`].
pub async fn decide(core: &Core, actor: &str, id: &str, answer: &str) -> Result<bool, StoreError> {
    let now = core.clock.now();
    let Some(merge) = store::merge(&core.db, id).await? else {
        return Ok(false);
    };
    let Some(rows) = decided(core, &merge, answer, actor, now).await? else {
        return Ok(false);
    };
    let about = format!("merge:{id}");
    commit(core, rows, (actor, &about), (id, answer), now).await?;
    Ok(true)
}

/// A merge as something to look into.
pub(super) async fn view(core: &Core, merge: &StoredMerge, lang: Lang) -> Result<View, StoreError> {
    Ok(of_merge(drawn(core, merge, lang).await?, lang))
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
    let answers = answers.iter().map(|a| {
        (
            (*a).to_owned(),
            texts::text(lang, &format!("task.merge.{a}")).to_owned(),
        )
    });
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

/// What a decision about a merge changes; `None` for one that does not fit it.
pub(super) async fn decided(
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
