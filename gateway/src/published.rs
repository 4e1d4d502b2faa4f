//! A version of the catalogue with what is computed from it, for everywhere and for
//! each place that has something otherwise.
//!
//! Which place somebody is in is for others to know; without one it is the menu of
//! everywhere.

use crate::ids::UnitId;
use menus::Catalogue;
use menus::menu::Menu;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// A catalogue version with what is computed from it.
#[derive(Debug)]
pub struct Published {
    /// The catalogue.
    pub catalogue: Catalogue,
    /// Its menu.
    pub menu: Menu,
    /// The same in places that have something otherwise, made when asked for.
    places: Mutex<HashMap<String, Arc<Self>>>,
}

impl Published {
    pub fn new(catalogue: Catalogue) -> Self {
        Self {
            menu: Menu::new(&catalogue),
            catalogue,
            places: Mutex::default(),
        }
    }

    /// As it is in a place. Codes nest, so the narrowest place with something
    /// otherwise says which of the wider ones hold too.
    pub fn at(self: &Arc<Self>, place: Option<&UnitId>) -> Arc<Self> {
        let around = place.map(|unit| self.catalogue.overriding(unit.as_str()));
        let around = around.unwrap_or_default();
        let Some(narrowest) = around.last() else {
            return Arc::clone(self);
        };
        let mut places = self.places.lock().expect("nobody panics over it");
        let made = || Arc::new(Self::new(self.catalogue.at(narrowest)));
        Arc::clone(places.entry((*narrowest).to_owned()).or_insert_with(made))
    }
}
