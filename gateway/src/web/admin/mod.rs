//! The administrators' pages: how things run, without residents' words.

pub(super) mod board;
mod calendar;
mod channels;
mod corrections;
mod editor;
mod effective;
mod equity;
mod keeping;
mod ladder;
mod live;
mod log;
mod menu;
mod naming;
mod overview;
mod parked;
mod persons;
mod preview;
mod question_form;
mod release;
mod request;
mod roster;
mod route;
mod rung;
mod service_page;
mod sure;
mod units;
mod webhooks;
mod whatif;
mod workers;

use super::cookies::Jar;
use super::routes::Routes;
use crate::rights::Right;

/// The largest document that can be sent in, in bytes.
const DOCUMENT: usize = 2 << 20;

pub(super) fn routes() -> Routes {
    Routes::signed(Jar::Admin)
        .get("/admin", Right::Overview, overview::open)
        .get("/admin/overview", Right::Overview, overview::fragment)
        .get("/admin/events", Right::Overview, overview::follow)
        .get("/admin/board", Right::Overview, board::open)
        .get("/admin/board/part", Right::Overview, board::fragment)
        .get("/admin/board.csv", Right::Table, board::csv)
        .get("/admin/find", Right::Overview, request::find)
        .get("/admin/r/{reference}", Right::Overview, request::open)
        .get("/admin/parked", Right::Parked, parked::open)
        .post("/admin/parked", Right::Parked, parked::decide)
        .get("/admin/corrections", Right::Learn, corrections::open)
        .post("/admin/corrections", Right::Learn, corrections::order)
        .get("/admin/persons", Right::Persons, persons::open)
        .post("/admin/persons", Right::Persons, persons::decide)
        .get("/admin/log", Right::Log, log::open)
        .post("/admin/log", Right::Log, log::verify)
        .get("/admin/retention", Right::Log, keeping::open)
        .get("/admin/roster", Right::Duty, roster::open)
        .get("/admin/route", Right::Route, route::open)
        .post("/admin/route", Right::Route, route::ask)
        .get("/admin/workers", Right::Accounts, workers::open)
        .post("/admin/workers", Right::Reset, workers::link)
        .post("/admin/workers/account", Right::Reset, workers::account)
        .merge(documents())
        .merge(running())
}

/// Menu, ladders and calendar: drafts, trying them, publishing.
fn documents() -> Routes {
    Routes::signed(Jar::Admin)
        .post(
            "/admin/documents/{kind}/file",
            Right::Documents,
            release::upload,
        )
        .body_limit(DOCUMENT)
        .get("/admin/menu", Right::Documents, menu::open)
        .post("/admin/menu", Right::Documents, menu::order)
        .get("/admin/menu/place", Right::Documents, effective::open)
        .get(
            "/admin/menu/service/{code}",
            Right::Documents,
            service_page::open,
        )
        .post(
            "/admin/menu/service/{code}",
            Right::Documents,
            service_page::order,
        )
        .get("/admin/calendar", Right::Documents, calendar::open)
        .post("/admin/calendar", Right::Documents, calendar::order)
        .get("/admin/ladders/{class}", Right::Documents, ladder::open)
        .post("/admin/ladders/{class}", Right::Documents, ladder::order)
        .get("/admin/documents/{kind}", Right::Documents, release::open)
        .post("/admin/documents/{kind}", Right::Documents, release::order)
        .get(
            "/admin/documents/{kind}/sure/{order}",
            Right::Documents,
            sure::open,
        )
        .get(
            "/admin/documents/{kind}/file",
            Right::Documents,
            release::file,
        )
        .get("/admin/preview", Right::Documents, preview::open)
        .post("/admin/preview", Right::Documents, preview::play)
        .get("/admin/whatif", Right::Documents, whatif::open)
        .post("/admin/whatif", Right::Documents, whatif::ask)
}

/// How it runs, whom it serves, and who else is told.
fn running() -> Routes {
    Routes::signed(Jar::Admin)
        .get("/admin/units", Right::Overview, units::open)
        .get("/admin/equity", Right::Overview, equity::open)
        .get("/admin/channels", Right::Overview, channels::open)
        .get("/admin/live", Right::Overview, live::open)
        .get("/admin/live/part", Right::Overview, live::fragment)
        .get("/admin/live/events", Right::Overview, live::follow)
        .post("/admin/live", Right::Overview, live::probe)
        .get("/admin/webhooks", Right::Webhooks, webhooks::open)
        .post("/admin/webhooks", Right::Webhooks, webhooks::order)
}
