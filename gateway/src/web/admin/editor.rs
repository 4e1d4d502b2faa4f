//! What all pages of the editor share: the order with its revision, what came
//! of it in words, and the answer to somebody who was late.

use super::super::Shared;
use super::super::gate::{Fields, Signed};
use super::super::page::Page;
use super::super::problem::Problem;
use super::super::when;
use super::super::words::{Editing, editing};
use super::naming;
use crate::editing::{Asked, Found, Kind, Order, Said, Workbench};
use axum::http::StatusCode;
use axum::response::Response;
use menus::Lang;
use menus::diff::Change;

/// The upper part of a page.
pub(super) struct Head {
    pub(super) kind: Kind,
    /// Words and whether they are bad news.
    pub(super) notices: Vec<(String, bool)>,
    pub(super) status: String,
    pub(super) has_draft: bool,
    pub(super) revision: i64,
    pub(super) clash: Option<Clash>,
}

/// Two people changed the same draft.
pub(super) struct Clash {
    pub(super) theirs: Vec<String>,
    pub(super) yours: Vec<String>,
    /// The fields as they came, to be sent again on top of the newest draft.
    pub(super) again: Vec<(String, String)>,
}

/// Carries an order out for whoever is signed in.
pub(super) async fn ask(
    site: &Shared,
    me: &Signed,
    kind: Kind,
    revision: i64,
    order: Order,
) -> Result<Workbench, Problem> {
    let asked = Asked {
        kind,
        revision,
        order,
    };
    Ok(site.backend.edit(&me.known.actor(), asked).await?)
}

/// The revision a form was drawn with.
pub(super) fn revision(fields: &Fields) -> Result<i64, Problem> {
    let given = fields.get("revision").parse();
    given.map_err(|_| Problem::Unreadable)
}

/// `draft_none` with its number, and so on.
pub(super) fn put(pattern: &str, value: impl std::fmt::Display) -> String {
    pattern.replacen("{}", &value.to_string(), 1)
}

pub(super) fn texts(changes: &[Change], lang: Lang) -> Vec<String> {
    let text = |c: &Change| c.text.get(lang).to_owned();
    changes.iter().map(text).collect()
}

impl Head {
    pub(super) fn of(page: &Page, bench: &Workbench, again: Vec<(String, String)>) -> Self {
        let t = editing(page.lang);
        let status = if bench.draft.is_some() {
            put(t.draft_here, bench.changes.len())
        } else {
            put(t.draft_none, bench.live)
        };
        let (notices, clash) = match &bench.said {
            Some(Said::Stale { theirs, yours }) => {
                let clash = Clash {
                    theirs: texts(theirs, page.lang),
                    yours: texts(yours, page.lang),
                    again,
                };
                (Vec::new(), Some(clash))
            }
            Some(said) => (notices(page, t, bench, said), None),
            None => (Vec::new(), None),
        };
        Self {
            kind: bench.kind,
            notices,
            status,
            has_draft: bench.draft.is_some(),
            revision: bench.revision,
            clash,
        }
    }

    /// The status of the answer.
    pub(super) fn dress(bench: &Workbench, mut response: Response) -> Response {
        let status = match bench.said {
            Some(Said::Stale { .. } | Said::Gone) => StatusCode::CONFLICT,
            Some(Said::Grave(_) | Said::Refused(_)) => StatusCode::UNPROCESSABLE_ENTITY,
            Some(Said::NeedsAccount | Said::NotYou) => StatusCode::FORBIDDEN,
            _ => return response,
        };
        *response.status_mut() = status;
        response
    }
}

fn notices(page: &Page, t: &Editing, bench: &Workbench, said: &Said) -> Vec<(String, bool)> {
    let text = |f: &Found| naming::sentence(bench, f, page.lang);
    let one = match said {
        Said::Grave(found) => {
            let found = found.iter().map(|f| (text(f), true));
            let first = (t.said_grave.to_owned(), true);
            return std::iter::once(first).chain(found).collect();
        }
        Said::Saved => (t.said_saved.to_owned(), false),
        Said::Nothing => (t.said_nothing.to_owned(), false),
        Said::Discarded => (t.said_discarded.to_owned(), false),
        Said::Refused(why) => (why.get(page.lang).to_owned(), true),
        Said::InForce(version) => (put(t.said_in_force, version), false),
        Said::Planned(at) => (put(t.said_planned, when::at(page, *at)), false),
        Said::WaitsForSecond => (t.said_second.to_owned(), false),
        Said::NeedsAccount => (t.said_account.to_owned(), true),
        Said::NotYou => (t.said_not_you.to_owned(), true),
        Said::Withdrawn => (t.said_withdrawn.to_owned(), false),
        Said::Gone | Said::Stale { .. } => (t.said_gone.to_owned(), true),
    };
    vec![one]
}
