//! A version of the catalogue with what is computed from it, for everywhere and for
//! each place that has something otherwise.
//!
//! Which place somebody is in, and which units are around it, is for others to
//! know; without one it is the menu of everywhere.

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
    /// The same in places that have something otherwise, made when asked for: by
    /// the units that have, from wide to narrow.
    places: Mutex<HashMap<Vec<String>, Arc<Self>>>,
}

impl Published {
    pub fn new(catalogue: Catalogue) -> Self {
        Self {
            menu: Menu::new(&catalogue),
            catalogue,
            places: Mutex::default(),
        }
    }

    /// As it is in a place, given as the units around it from wide to narrow.
    pub(crate) fn at(self: &Arc<Self>, around: &[&str]) -> Arc<Self> {
        let here = self.catalogue.overriding(around);
        if here.is_empty() {
            return Arc::clone(self);
        }
        let key = here.iter().map(|unit| (*unit).to_owned()).collect();
        let mut places = self.places.lock().expect("nobody panics over it");
        let made = || Arc::new(Self::new(self.catalogue.at(&here)));
        Arc::clone(places.entry(key).or_insert_with(made))
    }
}
