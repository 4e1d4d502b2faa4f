//! `route`: who would get a request, and why. Stores nothing, tells nobody.

use super::Route;
use super::database::{Parts, assemble, end};
use crate::ids::WorkerId;
use crate::requests::open::class;
use crate::routing::trial::{Trial, pin, trial};
use anyhow::{Context, bail};
use menus::{Lang, Urgency};
use std::path::Path;

pub(super) async fn run(args: &Route, file: Option<&Path>) -> anyhow::Result<()> {
    let asked = read(args)?;
    let app = assemble(file).await?;
    let result = answer(&app, args, &asked);
    end(&app).await;
    result
}

fn read(args: &Route) -> anyhow::Result<Trial> {
    let pin = match &args.pin {
        None => None,
        Some(text) => Some(pin(text).context("a pin is written as latitude,longitude")?),
    };
    Ok(Trial {
        address: args.address.clone().unwrap_or_default(),
        hukou: args.hukou.clone().unwrap_or_default(),
        pin,
        household: args.household.clone(),
        complained_of: args.about.as_deref().map(WorkerId::from),
        known_worker: None,
    })
}

fn answer(app: &Parts, args: &Route, asked: &Trial) -> anyhow::Result<()> {
    let world = app.core.world();
    let code = args.service.to_uppercase();
    let Some(service) = world.newest().catalogue.service(&code) else {
        bail!(
            "there is no service {code}; `gateway export menu` lists their codes, such as BAS-DIBAO"
        );
    };
    if let Some(id) = &asked.complained_of
        && world.worker(id).is_none()
    {
        bail!("there is no worker {id}");
    }
    let now = app.core.clock.now();
    let open = world.calendar(world.versions().2).is_open(now);
    let class = class(service, Urgency::Normal);
    let tried = trial(
        asked,
        (service, class),
        (now, open),
        &world.tree,
        &world.roster,
    );
    for lang in [Lang::Zh, Lang::En] {
        for (label, text) in tried.lines(&world.tree, &world.roster, lang) {
            println!("{label}: {text}");
        }
        println!();
    }
    Ok(())
}
