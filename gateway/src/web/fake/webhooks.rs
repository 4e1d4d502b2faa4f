//! Programs that are told what happens, in memory: one address, two messages.

use super::Fake;
use crate::web::{Added, Address, Delivery, Told, Unavailable, Webhooks, Wrong};
use crate::webhooks::New;
use async_trait::async_trait;
use chrono::TimeDelta;

#[async_trait]
impl Webhooks for Fake {
    async fn programs(&self) -> Result<Vec<(String, String)>, Unavailable> {
        drop(self.there()?);
        Ok(vec![("c1".into(), "hotline".into())])
    }

    async fn webhooks(&self, _: Option<&str>) -> Result<Vec<Address>, Unavailable> {
        drop(self.there()?);
        Ok(vec![Address {
            id: "e1".into(),
            program: "hotline".into(),
            host: "hotline.example.org".into(),
            kinds: vec!["opened".into(), "closed".into()],
            made: self.clock.now() - TimeDelta::days(3),
            live: true,
        }])
    }

    async fn add_webhook(&self, _: &str, new: New) -> Result<Added, Unavailable> {
        drop(self.there()?);
        Ok(if new.kinds.is_empty() {
            Err(Wrong::Kinds)
        } else if new.url.starts_with("https://") {
            Ok(("e2".into(), new.secret.unwrap_or("whsec_c2FtcGxl".into())))
        } else {
            Err(Wrong::Url)
        })
    }

    async fn end_webhook(&self, _: &str, id: &str, _: Option<&str>) -> Result<bool, Unavailable> {
        drop(self.there()?);
        Ok(id == "e1")
    }

    async fn deliveries(&self, _: Told<'_>) -> Result<Vec<Delivery>, Unavailable> {
        drop(self.there()?);
        let one = |id: &str, state, status, answer: &str| Delivery {
            id: id.into(),
            program: "hotline".into(),
            reference: "K7M3-9F2X".into(),
            kind: "accepted".into(),
            at: self.clock.now() - TimeDelta::minutes(5),
            state,
            attempts: 2,
            next: (state == "waiting").then(|| self.clock.now() + TimeDelta::minutes(2)),
            status: Some(status),
            answer: answer.into(),
        };
        Ok(vec![
            one("d2", "waiting", 500, "out of order"),
            one("d1", "taken", 204, ""),
        ])
    }

    async fn tell_again(&self, _: &str, id: &str, _: Option<&str>) -> Result<bool, Unavailable> {
        drop(self.there()?);
        Ok(id == "d1")
    }
}
