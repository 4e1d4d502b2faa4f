//! Passwords, second factors and sessions, for the pages.

use super::away;
use crate::app::App;
use crate::staff::enrol::{self, Offer, SetUp};
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
}
