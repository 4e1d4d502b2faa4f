//! Programs in memory: a token for each role, and answers kept for as long as
//! the test lasts.

use super::{Fake, WORKER};
use crate::clients::writes::{Answer, Begun};
use crate::clients::{Client, Scope};
use crate::desk::view::Card;
use crate::territory::Role;
use crate::web::{Lang, Part, Programs, Subject, Unavailable, UnitLine};
use async_trait::async_trait;

/// The token of an administrator's program with all scopes; a worker's is
/// "program-" with the code of the role.
pub const ADMIN_TOKEN: &str = "program-admin";
/// The token of a program that acts as a coordinator and was given nothing.
pub const BARE_TOKEN: &str = "program-bare";

/// A write under way or done: what was sent, and what was answered.
pub(super) type Kept = (String, Option<Answer>);

fn subject(name: &str) -> Option<Subject> {
    let role = match name {
        "admin" => return Some(Subject::Admin),
        "bare" => Role::Coord,
        name => *Role::ALL.iter().find(|role| role.as_str() == name)?,
    };
    Some(Subject::Worker {
        id: WORKER.into(),
        name: "周敏".into(),
        unit: "青石社区".into(),
        roles: vec![role],
    })
}

#[async_trait]
impl Programs for Fake {
    async fn client(&self, token: &str) -> Result<Option<(Client, Subject)>, Unavailable> {
        drop(self.there()?);
        let Some(name) = token.strip_prefix("program-") else {
            return Ok(None);
        };
        let bare = name == "bare";
        Ok(subject(name).map(|subject| {
            let client = Client {
                id: name.to_owned(),
                name: name.to_owned(),
                subject: subject.actor(),
                scopes: if bare {
                    Vec::new()
                } else {
                    Scope::ALL.to_vec()
                },
            };
            (client, subject)
        }))
    }

    async fn calls(&self, _: &Client) -> Option<u64> {
        None
    }

    async fn begin_write(
        &self,
        client: &Client,
        key: &str,
        digest: &str,
    ) -> Result<Begun, Unavailable> {
        let mut state = self.there()?;
        let name = format!("{}/{key}", client.id);
        let kept = state
            .writes
            .entry(name)
            .or_insert((digest.to_owned(), None));
        Ok(match kept {
            (known, _) if known != digest => Begun::Other,
            (_, Some(answer)) => Begun::Done(answer.clone()),
            (_, None) => Begun::Open,
        })
    }

    async fn keep_write(
        &self,
        client: &Client,
        key: &str,
        _: &str,
        answer: Answer,
    ) -> Result<Answer, Unavailable> {
        let mut state = self.there()?;
        let name = format!("{}/{key}", client.id);
        let kept = state.writes.get_mut(&name).expect("begun before");
        Ok(kept.1.get_or_insert(answer).clone())
    }

    async fn requests_after(
        &self,
        _: &Subject,
        after: &str,
        most: usize,
        _: Lang,
    ) -> Result<Part, Unavailable> {
        let state = self.there()?;
        let mut cards: Vec<Card> = state.sheets.iter().map(|s| s.card.clone()).collect();
        cards.sort_by(|a, b| a.reference.cmp(&b.reference));
        cards.retain(|card| card.reference.as_str() > after);
        let more = cards.len() > most;
        cards.truncate(most);
        let next = cards
            .last()
            .filter(|_| more)
            .map(|card| card.reference.clone());
        Ok(Part { cards, next })
    }

    async fn units(&self) -> Result<Vec<UnitLine>, Unavailable> {
        drop(self.there()?);
        let unit = |code: &str, kind, name: &str, parent: Option<&str>| UnitLine {
            code: code.into(),
            kind,
            name: name.into(),
            parent: parent.map(Into::into),
        };
        Ok(vec![
            unit("310", "district", "东湖区", None),
            unit("31001", "street", "云桥街道", Some("310")),
            unit("3100101", "community", "青石社区", Some("31001")),
        ])
    }
}
