//! Passwords, second factors, the single sign-on and sessions, for the pages.

use super::away;
use crate::app::App;
use crate::staff::change::{self, Changed, Ways};
use crate::staff::enrol::{self, Offer, SetUp};
use crate::staff::members::{self, Member};
use crate::staff::oidc::{Again, Back, Begun, Came, Refused};
use crate::staff::prove::{self, Proved};
use crate::staff::sessions::{self, Listed};
use crate::staff::sign_in::{self, SignedIn};
use crate::staff::{From, Known};
use crate::web::{Accounts, Unavailable};
use async_trait::async_trait;

#[async_trait]
impl Accounts for App {
    async fn sign_in(
        &self,
        typed: sign_in::Typed<'_>,
        from: From<'_>,
    ) -> Result<SignedIn, Unavailable> {
        let done = sign_in::sign_in(&self.core, self.staff, typed, from).await;
        done.map_err(|e| away(&e))
    }

    fn outside(&self) -> bool {
        self.oidc.is_some()
    }

    async fn leave(&self, again: Option<Again<'_>>) -> Option<Result<Begun, Refused>> {
        let oidc = self.oidc.as_ref()?;
        Some(oidc.begin(&self.core, again).await)
    }

    async fn come_back(&self, back: Back<'_>, from: From<'_>) -> Result<Option<Came>, Unavailable> {
        let Some(oidc) = &self.oidc else {
            return Ok(None);
        };
        let came = oidc.back(&self.core, self.staff, back, from).await;
        came.map(Some).map_err(|e| away(&e))
    }

    async fn ways(&self, me: &Known) -> Result<Ways, Unavailable> {
        let ways = change::ways(&self.core, me).await.map_err(|e| away(&e))?;
        let outside = ways.outside && self.outside();
        Ok(Ways { outside, ..ways })
    }

    async fn change_password(
        &self,
        me: &Known,
        typed: (&str, &str),
        address: &str,
    ) -> Result<Changed, Unavailable> {
        let done = change::change(&self.core, me, typed, address).await;
        done.map_err(|e| away(&e))
    }

    async fn offer(&self, link: &str) -> Result<Option<Offer>, Unavailable> {
        enrol::offer(&self.core, link).await.map_err(|e| away(&e))
    }

    async fn set_up(&self, typed: enrol::Typed<'_>, from: From<'_>) -> Result<SetUp, Unavailable> {
        let done = enrol::complete(&self.core, self.staff, typed, from).await;
        done.map_err(|e| away(&e))
    }

    async fn sessions(&self, me: &Known) -> Result<Vec<Listed>, Unavailable> {
        let found = sessions::list(&self.core, self.staff, me).await;
        found.map_err(|e| away(&e))
    }

    async fn end_session(&self, me: &Known, id: Option<&str>) -> Result<(), Unavailable> {
        let done = sessions::end(&self.core, me, id.map(str::to_owned)).await;
        done.map_err(|e| away(&e))
    }

    async fn prove(&self, me: &Known, code: &str, address: &str) -> Result<Proved, Unavailable> {
        let done = prove::prove(&self.core, me, code, address).await;
        done.map_err(|e| away(&e))
    }

    async fn new_recovery(&self, me: &Known) -> Result<Option<Vec<String>>, Unavailable> {
        let done = prove::recovery(&self.core, me).await;
        done.map_err(|e| away(&e))
    }

    async fn members(&self) -> Result<Vec<Member>, Unavailable> {
        members::list(&self.core).await.map_err(|e| away(&e))
    }

    async fn unbind(&self, me: &Known, id: &str) -> Result<bool, Unavailable> {
        let done = members::unbind(&self.core, id, &me.actor()).await;
        done.map_err(|e| away(&e))
    }

    async fn reset(&self, me: &Known, id: &str) -> Result<Option<String>, Unavailable> {
        let done = members::reset(&self.core, id, &me.actor()).await;
        done.map_err(|e| away(&e))
    }
}
