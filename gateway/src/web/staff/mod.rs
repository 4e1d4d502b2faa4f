//! Staff accounts in the browser: setting up, signing in, the own sessions,
//! another password, proving again, the single sign-on.
//!
//! Signing in by one-time link is `super::sign_in`; both meet on one page.

mod account;
mod change;
pub(super) mod outside;
pub(super) mod password;
mod prove;
mod set_up;

pub(super) use prove::way_back;

use super::cookies::Jar;
use super::routes::Routes;
use crate::rights::Right;

pub(super) fn routes() -> Routes {
    Routes::open()
        .post("/sign-in/password", Right::Enter, password::enter)
        .get("/sign-in/oidc", Right::Enter, outside::leave)
        .get("/sign-in/oidc/back", Right::Enter, outside::back)
        .get("/set-up", Right::Enter, set_up::ask)
        .post("/set-up", Right::Enter, set_up::show)
        .post("/set-up/finish", Right::Enter, set_up::finish)
        .merge(
            Routes::signed(Jar::Worker)
                .get("/worker/account", Right::Account, account::open)
                .post("/worker/account", Right::Account, account::end)
                .post("/worker/recovery", Right::Recovery, account::recovery)
                .get("/worker/password", Right::Account, change::ask)
                .post("/worker/password", Right::Account, change::change)
                .get("/worker/prove/oidc", Right::Account, outside::leave_again)
                .get("/worker/prove", Right::Account, prove::ask)
                .post("/worker/prove", Right::Account, prove::answer),
        )
        .merge(
            Routes::signed(Jar::Admin)
                .get("/admin/account", Right::Account, account::open)
                .post("/admin/account", Right::Account, account::end)
                .post("/admin/recovery", Right::Recovery, account::recovery)
                .get("/admin/password", Right::Account, change::ask)
                .post("/admin/password", Right::Account, change::change)
                .get("/admin/prove/oidc", Right::Account, outside::leave_again)
                .get("/admin/prove", Right::Account, prove::ask)
                .post("/admin/prove", Right::Account, prove::answer),
        )
}
