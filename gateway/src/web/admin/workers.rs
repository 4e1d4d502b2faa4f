//! Worker accounts, one-time sign-in links for them, and what is done with the
//! account of somebody who lost a device or leaves.

use super::super::gate::{AsAdmin, Fields, FormKeys, Signed};
use super::super::page::{self, Page};
use super::super::prefs::Prefs;
use super::super::problem::Problem;
use super::super::{Shared, Worker};
use crate::staff::members::Member;
use askama::Template;
use axum::extract::State;
use axum::response::Response;

#[derive(Template)]
#[template(path = "admin/workers.html")]
struct WorkersPage {
    page: Page,
    form: FormKeys,
    /// What it is for, the link, and how to hand it over; shown this once.
    link: Option<(String, String, &'static str)>,
    notice: Option<&'static str>,
    wrong: Option<&'static str>,
    rows: Vec<Worker>,
    accounts: Vec<Account>,
}

struct Account {
    id: String,
    name: String,
    whose: String,
    ways: Vec<&'static str>,
    outside: bool,
    /// An administrator's, which only a command may set up anew.
    admin: bool,
}

impl WorkersPage {
    async fn new(site: &Shared, prefs: Prefs, secret: &str) -> Result<Self, Problem> {
        let page = Page::desk(site, prefs.at("/admin/workers"));
        let rows = site.backend.workers().await?;
        let members = site.backend.members().await?;
        let account = |member: Member| {
            let worker = member.subject.strip_prefix("worker:");
            let row = worker.and_then(|id| rows.iter().find(|row| row.id == id));
            let whose = match (row, worker) {
                (Some(row), _) => row.name.clone(),
                (None, Some(id)) => id.to_owned(),
                (None, None) => page.entry.account_admin.to_owned(),
            };
            let mut ways = Vec::new();
            if member.device {
                ways.push(page.entry.account_device);
            }
            if member.outside {
                ways.push(page.entry.way_outside);
            }
            if ways.is_empty() {
                ways.push(page.entry.account_unset);
            }
            Account {
                id: member.id,
                name: member.name,
                whose,
                ways,
                outside: member.outside,
                admin: worker.is_none(),
            }
        };
        let accounts = members.into_iter().map(account).collect();
        Ok(Self {
            form: FormKeys::new(secret),
            link: None,
            notice: None,
            wrong: None,
            accounts,
            rows,
            page,
        })
    }
}

pub(super) async fn open(
    State(site): State<Shared>,
    prefs: Prefs,
    me: AsAdmin,
) -> Result<Response, Problem> {
    Ok(page::html(
        &WorkersPage::new(&site, prefs, &me.secret).await?,
    ))
}

pub(super) async fn link(
    State(site): State<Shared>,
    prefs: Prefs,
    me: Signed,
    fields: Fields,
) -> Result<Response, Problem> {
    let fields = fields.of(&me.secret)?;
    let mut page = WorkersPage::new(&site, prefs, &me.secret).await?;
    let worker = page.rows.iter().find(|row| row.id == fields.get("id"));
    let worker = worker.ok_or(Problem::NotFound)?;
    let (w, e) = (page.page.w, page.page.entry);
    match site.backend.worker_link(&me.known, &worker.id).await? {
        Some(secret) => {
            let link = format!("{}/sign-in#{secret}", site.settings.public_url);
            let title = format!("{} {}", w.link_for, worker.name);
            page.link = Some((title, link, w.link_once));
        }
        None => page.wrong = Some(e.link_has_account),
    }
    Ok(page::html(&page))
}

/// `POST /admin/workers/account`: parts an account from the single sign-on, or
/// takes a lost device away.
pub(super) async fn account(
    State(site): State<Shared>,
    prefs: Prefs,
    me: Signed,
    fields: Fields,
) -> Result<Response, Problem> {
    let fields = fields.of(&me.secret)?;
    let (id, backend) = (fields.get("id"), &site.backend);
    let (mut link, mut done) = (None, false);
    match fields.get("do") {
        "unbind" => done = backend.unbind(&me.known, id).await?,
        "reset" => link = backend.reset(&me.known, id).await?,
        _ => return Err(Problem::Unreadable),
    }
    let mut page = WorkersPage::new(&site, prefs, &me.secret).await?;
    let e = page.page.entry;
    if let Some(secret) = link {
        let link = format!("{}/set-up#{secret}", site.settings.public_url);
        let name = page.accounts.iter().find(|account| account.id == id);
        let name = name.map_or("", |account| &account.name);
        page.link = Some((
            format!("{} {name}", e.account_link),
            link,
            e.account_link_more,
        ));
    } else if done {
        page.notice = Some(e.account_unbound);
    } else {
        page.wrong = Some(e.account_gone);
    }
    Ok(page::html(&page))
}
