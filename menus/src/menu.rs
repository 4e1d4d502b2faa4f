//! The two-level menu over a catalogue: categories, then their services, at
//! most five choices a screen.
//!
//! Screens have stable keys (`top`, `top.2`, `cat:BAS`, `cat:BAS.2`) that may
//! outlive the catalogue: an unknown key falls back to a screen that exists.
//! Rendering and the words for "menu" and "back" are not here.

use std::collections::HashMap;

use crate::catalogue::{Catalogue, Category, Service, ServiceCode};
use crate::localized::{Lang, Localized};
use crate::ordinal;
use crate::question::narrow;

/// The most choices on one screen, paging apart.
pub const CHOICES_PER_SCREEN: usize = 5;

/// The longest label on a button, in characters.
pub const LABEL_LIMIT: usize = 20;

/// The key of the first screen.
pub const TOP: &str = "top";

/// The category that is always first.
const CRISIS: &str = "CRI";

const TITLE: Localized = Localized::fixed(
    "您需要什么帮助？直接打字说也行。",
    "What do you need help with? You can also just type it.",
);
const MORE: Localized = Localized::fixed("更多", "More");
const BACK: Localized = Localized::fixed("上一页", "Previous");

/// The five buttons that are always visible: key, service, label.
const BUTTONS: [(&str, &str, Localized); 5] = [
    (
        "progress",
        "SVC-STATUS",
        Localized::fixed("查进度", "Progress"),
    ),
    (
        "policy",
        "SVC-POLICY",
        Localized::fixed("问政策", "Ask about policy"),
    ),
    (
        "complaint",
        "SVC-COMPLAINT",
        Localized::fixed("投诉", "Complain"),
    ),
    (
        "human",
        "SVC-HUMAN",
        Localized::fixed("人工", "Talk to a person"),
    ),
    (
        "my-data",
        "SVC-PRIVACY",
        Localized::fixed("我的信息", "My data"),
    ),
];

/// Where an entry leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// The key of another screen.
    Screen(String),
    Service(ServiceCode),
}

/// One choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// At most [`LABEL_LIMIT`] characters in either language.
    pub label: Localized,
    pub target: Target,
}

/// A button that is visible on every screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    /// `progress`, `policy`, `complaint`, `human` or `my-data`.
    pub key: &'static str,
    pub label: Localized,
    pub service: ServiceCode,
}

/// One screen of the menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Screen {
    pub key: String,
    pub title: Localized,
    /// One to five choices, to be numbered from 1. Empty only if the catalogue is.
    pub entries: Vec<Entry>,
    /// 更多 and 上一页, where they apply.
    pub paging: Vec<Entry>,
    /// The screen above, `None` at the top.
    pub parent: Option<String>,
}

/// Every screen of one catalogue version, built once.
#[derive(Clone, Debug)]
pub struct Menu {
    version: u32,
    screens: HashMap<String, Screen>,
    buttons: Vec<Button>,
}

impl Menu {
    pub fn new(catalogue: &Catalogue) -> Self {
        let mut screens = HashMap::new();
        let mut top = Vec::new();
        for category in first_level(catalogue) {
            let services = catalogue
                .services_of(&category.code)
                .filter(|service| service.in_menu);
            let entries: Vec<Entry> = services.map(service_entry).collect();
            if entries.is_empty() {
                continue;
            }
            let key = format!("cat:{}", category.code);
            top.push(Entry {
                label: shortened(category.label()),
                target: Target::Screen(key.clone()),
            });
            lay_out(&mut screens, &key, &category.name, entries, Some(TOP));
        }
        lay_out(&mut screens, TOP, &TITLE, top, None);
        let buttons = BUTTONS.into_iter().filter_map(|(key, code, label)| {
            let service = catalogue.service(code)?.code.clone();
            Some(Button {
                key,
                label,
                service,
            })
        });
        Self {
            version: catalogue.version(),
            screens,
            buttons: buttons.collect(),
        }
    }

    /// The catalogue version it was built from.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// The screen with a key. A page that no longer exists falls back to the
    /// first page, anything else to the top; never fails.
    pub fn screen(&self, key: &str) -> &Screen {
        let first_page = || self.screens.get(key.split('.').next().unwrap_or(key));
        let found = self.screens.get(key).or_else(first_page);
        found
            .or_else(|| self.screens.get(TOP))
            .expect("every menu has a top screen")
    }

    /// The first screen.
    pub fn top(&self) -> &Screen {
        self.screen(TOP)
    }

    /// The buttons that are always visible, without those whose service was removed.
    pub fn buttons(&self) -> &[Button] {
        &self.buttons
    }
}

impl Screen {
    /// The entry a typed reply means: its number from 1 (any width), or its
    /// label, or a paging label. `None` for anything else: that is for the
    /// classifier.
    pub fn pick(&self, text: &str) -> Option<&Entry> {
        let text = narrow(text);
        if let Some(place) = ordinal::read(&text) {
            return self.entries.get(place.checked_sub(1)?);
        }
        let text = text.trim().trim_end_matches(['.', '。', '!', ',']);
        let says = |label: &Localized| {
            Lang::ALL
                .iter()
                .any(|lang| label.get(*lang).eq_ignore_ascii_case(text))
        };
        self.entries
            .iter()
            .chain(&self.paging)
            .find(|entry| says(&entry.label))
    }
}

/// Categories in catalogue order, emergencies first wherever an editor moved them.
fn first_level(catalogue: &Catalogue) -> impl Iterator<Item = &Category> {
    let all = || {
        catalogue
            .categories()
            .iter()
            .filter(|category| category.in_menu)
    };
    let crisis = catalogue.category(CRISIS).into_iter();
    crisis.chain(all().filter(|category| category.code != CRISIS))
}

fn service_entry(service: &Service) -> Entry {
    Entry {
        label: shortened(service.label()),
        target: Target::Service(service.code.clone()),
    }
}

fn shortened(label: &Localized) -> Localized {
    let cut = |text: &str| {
        if text.chars().count() <= LABEL_LIMIT {
            text.to_owned()
        } else {
            let mut cut: String = text.chars().take(LABEL_LIMIT - 1).collect();
            cut.push('…');
            cut
        }
    };
    Localized::new(cut(&label.zh), cut(&label.en))
}

fn lay_out(
    screens: &mut HashMap<String, Screen>,
    key: &str,
    title: &Localized,
    entries: Vec<Entry>,
    parent: Option<&str>,
) {
    let page_key = |page: usize| {
        if page == 1 {
            key.to_owned()
        } else {
            format!("{key}.{page}")
        }
    };
    let pages = entries.len().div_ceil(CHOICES_PER_SCREEN).max(1);
    let mut entries = entries.into_iter();
    for page in 1..=pages {
        let mut paging = Vec::new();
        if page < pages {
            paging.push(Entry {
                label: MORE,
                target: Target::Screen(page_key(page + 1)),
            });
        }
        if page > 1 {
            paging.push(Entry {
                label: BACK,
                target: Target::Screen(page_key(page - 1)),
            });
        }
        let screen = Screen {
            key: page_key(page),
            title: title.clone(),
            entries: entries.by_ref().take(CHOICES_PER_SCREEN).collect(),
            paging,
            parent: parent.map(str::to_owned),
        };
        screens.insert(screen.key.clone(), screen);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::collections::HashSet;
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;
    use crate::catalogue::Parts;
    use crate::starter;

    static MENU: LazyLock<Menu> = LazyLock::new(|| Menu::new(starter()));

    fn menu() -> &'static Menu {
        &MENU
    }

    #[test]
    fn emergencies_are_the_first_choice_of_the_first_screen() {
        let menu = menu();
        assert_eq!(
            menu.top().entries[0].target,
            Target::Screen("cat:CRI".into())
        );
        let mut parts = starter().parts().clone();
        parts.categories.reverse();
        parts
            .categories
            .iter_mut()
            .for_each(|category| category.in_menu = category.code != "CRI");
        let menu = Menu::new(&Catalogue::new(parts));
        assert_eq!(
            menu.top().entries[0].target,
            Target::Screen("cat:CRI".into())
        );
    }

    #[test]
    fn walking_the_menu_reaches_every_service_once_and_never_dead_ends() {
        let menu = menu();
        let (mut seen, mut services, mut queue) =
            (HashSet::new(), Vec::new(), vec![TOP.to_owned()]);
        while let Some(key) = queue.pop() {
            if !seen.insert(key.clone()) {
                continue;
            }
            let screen = menu.screen(&key);
            assert_eq!(screen.key, key);
            assert!((1..=CHOICES_PER_SCREEN).contains(&screen.entries.len()));
            for entry in screen.entries.iter().chain(&screen.paging) {
                assert!(
                    entry.label.is_complete() && entry.label.longest() <= LABEL_LIMIT,
                    "{:?}",
                    entry.label
                );
                assert!(
                    !entry.label.zh.contains('…') && !entry.label.en.contains('…'),
                    "{:?}",
                    entry.label
                );
                match &entry.target {
                    Target::Screen(key) => queue.push(key.clone()),
                    Target::Service(code) => services.push(code.clone()),
                }
            }
        }
        let expected: Vec<_> = starter()
            .services()
            .iter()
            .filter(|s| s.in_menu)
            .map(|s| s.code.clone())
            .collect();
        services.sort();
        let mut sorted = expected;
        sorted.sort();
        assert_eq!(services, sorted);
        assert_eq!(services.len(), 84);
        assert_eq!(
            seen.iter()
                .filter(|key| key.starts_with("cat:") && !key.contains('.'))
                .count(),
            14
        );
    }

    #[test]
    fn five_buttons_are_always_there() {
        let keys: Vec<_> = menu().buttons().iter().map(|button| button.key).collect();
        assert_eq!(
            keys,
            ["progress", "policy", "complaint", "human", "my-data"]
        );
    }

    #[test]
    fn a_key_of_an_older_menu_leads_to_a_screen_that_exists() {
        let menu = menu();
        assert_eq!(menu.screen("cat:BAS.9").key, "cat:BAS");
        assert_eq!(menu.screen("cat:GONE.2").key, TOP);
        assert_eq!(menu.screen("").key, TOP);
        assert_eq!(menu.screen("top.77").key, TOP);
        let empty = Menu::new(&Catalogue::new(Parts::default()));
        assert!(empty.screen("cat:BAS").entries.is_empty());
        assert!(empty.buttons().is_empty());
    }

    #[test]
    fn a_number_or_a_label_picks_an_entry() {
        let menu = menu();
        for text in [
            "1",
            " 1. ",
            "１",
            "一",
            "第一个",
            "我选1",
            "紧急求助",
            "emergencies",
        ] {
            assert_eq!(
                menu.top().pick(text).unwrap().target,
                Target::Screen("cat:CRI".into()),
                "{text}"
            );
        }
        assert_eq!(
            menu.top().pick("更多").unwrap().target,
            Target::Screen("top.2".into())
        );
        assert_eq!(
            menu.screen("top.2").pick("previous").unwrap().target,
            Target::Screen("top".into())
        );
        for text in ["0", "6", "12", "", "我想申请低保"] {
            assert_eq!(menu.top().pick(text), None, "{text}");
        }
    }

    #[test]
    fn hidden_services_and_empty_categories_are_not_shown() {
        let mut parts = starter().parts().clone();
        parts
            .services
            .iter_mut()
            .filter(|s| s.category == "COM" || s.code == "BAS-DIBAO")
            .for_each(|s| s.in_menu = false);
        let menu = Menu::new(&Catalogue::new(parts));
        assert_eq!(menu.screen("cat:COM").key, TOP);
        assert_eq!(
            menu.screen("cat:BAS").entries[0].target,
            Target::Service("BAS-DIBIAN".into())
        );
    }

    proptest! {
        #[test]
        fn any_key_and_any_text_are_answered(key in "\\PC{0,20}", text in "\\PC{0,20}") {
            let menu = menu();
            let _ = menu.screen(&key).pick(&text);
        }
    }
}
