//! What the pages about signing in ask of the rest of the gateway.
//!
//! Apart from [`Backend`](super::Backend) because nothing here concerns
//! requests: passwords, second factors, sessions.

use super::Unavailable;
use crate::staff::enrol::{self, Offer, SetUp};
use crate::staff::prove::Proved;
use crate::staff::sessions::Listed;
use crate::staff::sign_in::{self, SignedIn};
use crate::staff::{From, Known};
use async_trait::async_trait;

/// Everything about staff accounts, behind the same reference as the rest.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// Signs in with name, password and code.
    async fn sign_in(
        &self,
        typed: sign_in::Typed<'_>,
        from: From<'_>,
    ) -> Result<SignedIn, Unavailable>;

    /// What the page of a set-up link shows; `None` for one that is not good.
    async fn offer(&self, link: &str) -> Result<Option<Offer>, Unavailable>;

    /// The last step of setting up.
    async fn set_up(&self, typed: enrol::Typed<'_>, from: From<'_>) -> Result<SetUp, Unavailable>;

    /// The person's signed-in browsers.
    async fn sessions(&self, me: &Known) -> Result<Vec<Listed>, Unavailable>;

    /// Ends one of them, or all but the present one.
    async fn end_session(&self, me: &Known, id: Option<&str>) -> Result<(), Unavailable>;

    /// Takes a code as proof that the person is there.
    async fn prove(&self, me: &Known, code: &str, address: &str) -> Result<Proved, Unavailable>;

    /// Recovery codes anew; `None` without an account.
    async fn new_recovery(&self, me: &Known) -> Result<Option<Vec<String>>, Unavailable>;
}
