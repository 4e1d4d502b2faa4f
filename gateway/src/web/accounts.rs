//! What the pages about signing in ask of the rest of the gateway.
//!
//! Apart from [`Backend`](super::Backend) because nothing here concerns
//! requests: passwords, second factors, the single sign-on, sessions.

use super::Unavailable;
use crate::staff::change::{Changed, Ways};
use crate::staff::enrol::{self, Offer, SetUp};
use crate::staff::members::Member;
use crate::staff::oidc::{Again, Back, Begun, Came, Refused};
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

    /// Whether there is a single sign-on.
    fn outside(&self) -> bool;

    /// Sends somebody off to it, to sign in or to prove again to be there; `None`
    /// where there is none.
    async fn leave(&self, again: Option<Again<'_>>) -> Option<Result<Begun, Refused>>;

    /// Takes somebody back from it; `None` where there is none.
    async fn come_back(&self, back: Back<'_>, from: From<'_>) -> Result<Option<Came>, Unavailable>;

    /// With what the person can show who they are.
    async fn ways(&self, me: &Known) -> Result<Ways, Unavailable>;

    /// Replaces the password (former and new) and ends all other sessions.
    async fn change_password(
        &self,
        me: &Known,
        typed: (&str, &str),
        address: &str,
    ) -> Result<Changed, Unavailable>;

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

    /// All accounts.
    async fn members(&self) -> Result<Vec<Member>, Unavailable>;

    /// Parts somebody's account from the single sign-on; `false` if there was
    /// nothing to part.
    async fn unbind(&self, me: &Known, id: &str) -> Result<bool, Unavailable>;

    /// Takes the device of somebody's account away; the secret of the link that
    /// sets it up anew.
    async fn reset(&self, me: &Known, id: &str) -> Result<Option<String>, Unavailable>;
}
