//! The own account: where one is signed in, password and recovery codes.

use super::super::Shared;
use super::super::gate::{Fields, FormKeys, Signed};
use super::super::page::{self, Page};
use super::super::prefs::Prefs;
use super::super::problem::Problem;
use super::super::when;
use super::set_up;
use crate::staff::change::Ways;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "staff/account.html")]
struct Account {
    page: Page,
    form: FormKeys,
    /// "/worker" or "/admin".
    area: &'static str,
    rows: Vec<Row>,
    /// With what the person comes in.
    ways: Ways,
    /// The password was changed a moment ago.
    changed: bool,
}

#[derive(Deserialize)]
pub(super) struct Done {
    #[serde(default)]
    done: String,
}

struct Row {
    id: String,
    way: &'static str,
    device: String,
    begun: String,
    seen: String,
    present: bool,
}

pub(super) async fn open(
    State(site): State<Shared>,
    prefs: Prefs,
    me: Signed,
    Query(done): Query<Done>,
) -> Result<Response, Problem> {
    let page = Page::desk(&site, prefs);
    let sessions = site.backend.sessions(&me.known).await?;
    let rows = sessions.into_iter().map(|session| Row {
        way: match session.way.as_str() {
            "password" => page.w.way_password,
            "oidc" => page.entry.way_outside,
            _ => page.w.way_link,
        },
        device: device(&session.device),
        begun: when::at(&page, session.begun_at),
        seen: when::at(&page, session.seen_at),
        present: session.present,
        id: session.id,
    });
    let rows = rows.collect();
    Ok(page::html(&Account {
        form: FormKeys::new(&me.secret),
        area: me.area(),
        rows,
        ways: site.backend.ways(&me.known).await?,
        changed: done.done == "password",
        page,
    }))
}

/// A browser's own name in two words; whatever it is, it is only shown.
fn device(agent: &str) -> String {
    let find = |known: &[&'static str]| known.iter().copied().find(|k| agent.contains(k));
    let program = find(&["Edg", "MicroMessenger", "Firefox", "Chrome", "Safari"]);
    let program = program.map(|p| match p {
        "Edg" => "Edge",
        "MicroMessenger" => "WeChat",
        other => other,
    });
    let system = find(&["Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux"]);
    match (program, system) {
        (None, None) => agent.chars().take(40).collect(),
        (program, system) => [program, system]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" · "),
    }
}

/// `POST …/account`: ends one session, or all others.
pub(super) async fn end(
    State(site): State<Shared>,
    me: Signed,
    fields: Fields,
) -> Result<Response, Problem> {
    let fields = fields.of(&me.secret)?;
    let id = match fields.get("end") {
        "others" => None,
        "" => return Err(Problem::Unreadable),
        id => Some(id),
    };
    site.backend.end_session(&me.known, id).await?;
    Ok(Redirect::to(&format!("{}/account", me.area())).into_response())
}

/// `POST …/recovery`: new codes, shown once; those of before are void.
pub(super) async fn recovery(
    State(site): State<Shared>,
    prefs: Prefs,
    me: Signed,
    fields: Fields,
) -> Result<Response, Problem> {
    fields.of(&me.secret)?;
    let codes = site.backend.new_recovery(&me.known).await?;
    let codes = codes.ok_or(Problem::NotFound)?;
    let here = format!("{}/account", me.area());
    let page = Page::desk(&site, prefs.at(&here));
    Ok(set_up::recovery(page, codes, me.area()))
}

#[cfg(test)]
mod tests {
    use super::device;

    #[test]
    fn a_browser_is_named_in_two_words() {
        let phone = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120.0 Safari/537.36";
        assert_eq!(device(phone), "Chrome · Android");
        assert_eq!(device("curl/8.0"), "curl/8.0");
        assert_eq!(device(""), "");
    }
}
