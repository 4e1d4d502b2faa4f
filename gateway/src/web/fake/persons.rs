//! Sample answers about persons.

use super::Fake;
use crate::desk::view::{Merge, Other, People, Task};
use crate::requests::act::ActRefused;
use crate::staff::Known;
use crate::web::{Lang, Persons, Unavailable};
use async_trait::async_trait;

/// A link to the file of somebody's data.
const COPY: &str = "copy-link-0001";

fn pair(a: &str, b: &str) -> (String, String) {
    (a.to_owned(), b.to_owned())
}

/// Two things to look into, one of them done, and a neighbour's request.
pub(super) fn people() -> People {
    let task = |id: &str, done: Option<&str>| Task {
        id: id.to_owned(),
        text: "姓名前后说的不一样：以前是王**，这次是王*。请问清楚哪个对。".to_owned(),
        why: Vec::new(),
        answers: match done {
            Some(_) => Vec::new(),
            None => vec![pair("old", "以前的对"), pair("new", "这次的对")],
        },
        done: done.map(str::to_owned),
    };
    People {
        tasks: vec![task("t1", None), task("t2", Some("本人同意"))],
        household: vec![Other {
            reference: "K7M3-9F2X".to_owned(),
            service: "助餐送餐".to_owned(),
            status: "contacted".to_owned(),
        }],
    }
}

#[async_trait]
impl Persons for Fake {
    async fn settle(&self, _: &str, _: &str, task: &str, _: &str) -> Result<(), ActRefused> {
        match task {
            "t1" => Ok(()),
            _ => Err(ActRefused::Unknown),
        }
    }

    async fn merges(&self, _: Lang) -> Result<Vec<Merge>, Unavailable> {
        let merge = |id: &str, done: bool| Merge {
            id: id.to_owned(),
            one: "王**，138****5670".to_owned(),
            other: "王**，138****5670，1101**********002X".to_owned(),
            why: vec!["电话和姓名都相同".to_owned()],
            answers: if done {
                vec![pair("undo", "撤销合并")]
            } else {
                vec![pair("one", "是同一个人"), pair("two", "是两个人")]
            },
            done,
        };
        Ok(vec![merge("m1", false), merge("m2", true)])
    }

    async fn decide_merge(&self, _: &Known, id: &str, _: &str) -> Result<bool, Unavailable> {
        Ok(id == "m1")
    }

    async fn own_copy(&self, secret: &str, _: Lang) -> Result<Option<String>, Unavailable> {
        drop(self.there()?);
        Ok((secret == COPY).then(|| "{}".to_owned()))
    }
}
