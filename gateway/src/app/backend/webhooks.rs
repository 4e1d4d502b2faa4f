//! Programs that are told what happens, for the pages and the interface.

use super::away;
use crate::app::App;
use crate::clients;
use crate::clock::moment;
use crate::requests::notify;
use crate::seal::Seal;
use crate::store::StoreError;
use crate::store::webhooks::{self as stored, StoredDelivery};
use crate::web::{Added, Address, Delivery, Told, Unavailable, Webhooks, Wrong};
use crate::webhooks::{self, New, Refused};
use async_trait::async_trait;

#[async_trait]
impl Webhooks for App {
    async fn programs(&self) -> Result<Vec<(String, String)>, Unavailable> {
        let all = clients::list(&self.core).await.map_err(|e| away(&e))?;
        let valid = all.into_iter().filter(|listed| listed.valid);
        Ok(valid.map(|l| (l.client.id, l.client.name)).collect())
    }

    async fn webhooks(&self, of: Option<&str>) -> Result<Vec<Address>, Unavailable> {
        let all = webhooks::load(&self.core.db, &self.core.seal).await;
        let all = all.map_err(|e| away(&e))?;
        let now = self.core.clock.now();
        let mine = all.into_iter().filter(|e| of.is_none_or(|c| c == e.client));
        Ok(mine
            .map(|e| Address {
                host: e.host(),
                live: e.until > now,
                id: e.id,
                program: e.name,
                kinds: e.kinds,
                made: e.made,
            })
            .collect())
    }

    async fn add_webhook(&self, actor: &str, new: New) -> Result<Added, Unavailable> {
        Ok(match webhooks::add(&self.core, actor, &new).await {
            Ok(added) => Ok(added),
            Err(Refused::Url) => Err(Wrong::Url),
            Err(Refused::Kinds) => Err(Wrong::Kinds),
            Err(Refused::Client) => Err(Wrong::Client),
            Err(Refused::Many) => Err(Wrong::Many),
            Err(Refused::Secret) => Err(Wrong::Secret),
            Err(Refused::Store(error)) => return Err(away(&error)),
        })
    }

    async fn end_webhook(
        &self,
        actor: &str,
        id: &str,
        of: Option<&str>,
    ) -> Result<bool, Unavailable> {
        let done = webhooks::end(&self.core, actor, id, of).await;
        done.map_err(|e| away(&e))
    }

    async fn deliveries(&self, asked: Told<'_>) -> Result<Vec<Delivery>, Unavailable> {
        let of = asked.of.unwrap_or_default();
        let most = asked.most as i64;
        let rows = stored::log(&self.core.db, of, asked.before, most).await;
        let rows = rows.map_err(|e| away(&e))?;
        let seal = &self.core.seal;
        Ok(rows.into_iter().map(|row| delivery(row, seal)).collect())
    }

    async fn tell_again(
        &self,
        actor: &str,
        id: &str,
        of: Option<&str>,
    ) -> Result<bool, Unavailable> {
        let again = async {
            if let Some(client) = of
                && !stored::is_of(&self.core.db, id, client).await?
            {
                return Ok::<_, StoreError>(false);
            }
            webhooks::again(&self.core, actor, id).await
        };
        again.await.map_err(|e| away(&e))
    }
}

fn delivery(row: StoredDelivery, seal: &Seal) -> Delivery {
    let answer = row.answer_sealed.and_then(|sealed| seal.open(&sealed).ok());
    Delivery {
        state: match row.state {
            0 => "waiting",
            1 => "taken",
            2 => "given_up",
            _ => "over",
        },
        next: (row.state == 0).then(|| moment(row.next_at)),
        id: row.id,
        program: row.name,
        reference: notify::shown(&row.reference),
        kind: row.kind,
        at: moment(row.at),
        attempts: row.attempts,
        status: row.status,
        answer: String::from_utf8_lossy(&answer.unwrap_or_default()).into_owned(),
    }
}
