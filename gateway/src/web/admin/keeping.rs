//! What would be deleted for its age, counted; nothing is deleted from here.

use super::super::Shared;
use super::super::gate::{AsAdmin, FormKeys};
use super::super::page::{self, Page};
use super::super::prefs::Prefs;
use super::super::problem::Problem;
use super::super::words::{Words, kept};
use askama::Template;
use axum::extract::State;
use axum::response::Response;

#[derive(Template)]
#[template(path = "admin/retention.html")]
struct KeepingPage {
    page: Page,
    form: FormKeys,
    /// What, how long it is kept, how much would go.
    rows: Vec<(String, String, u64)>,
}

fn days(w: &Words, days: i64) -> String {
    w.days.replace("{}", &days.to_string())
}

pub(super) async fn open(
    State(site): State<Shared>,
    prefs: Prefs,
    me: AsAdmin,
) -> Result<Response, Problem> {
    let page = Page::desk(&site, prefs);
    let counted = site.backend.would_delete().await?;
    let row = |class: &crate::retention::Deleted| {
        let name = kept(page.lang, class.class).to_owned();
        (name, days(page.w, class.days), class.rows)
    };
    Ok(page::html(&KeepingPage {
        rows: counted.iter().map(row).collect(),
        form: FormKeys::new(&me.secret),
        page,
    }))
}
