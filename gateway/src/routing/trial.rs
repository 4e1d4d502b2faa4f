//! "Who would get this, and why": a question put together by hand.
//!
//! For the command and the administrators' page. Places are found exactly as
//! for a resident's words; nothing is stored, nobody is told.

use super::{Class, Desk, Note, Question, Responsible, Scene, responsible};
use crate::ids::{UnitId, WorkerId};
use crate::territory::{OUTSIDE, Roster, Tree, UnitKind, datum};
use menus::{Lang, Service};

/// What is asked.
#[derive(Clone, Debug, Default)]
pub struct Trial {
    /// Where the person lives or is, in words, or a unit's code.
    pub address: String,
    /// Where the household is registered, likewise; "outside" for another city.
    pub hukou: String,
    /// A shared pin: latitude and longitude in degrees.
    pub pin: Option<(f64, f64)>,
    /// Household of the person, as in the register.
    pub household: Option<String>,
    /// The worker a complaint is about.
    pub complained_of: Option<WorkerId>,
    /// A worker the person knows.
    pub known_worker: Option<WorkerId>,
}

/// What words about a place amount to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Nothing was said.
    Nothing,
    /// One unit.
    One(UnitId),
    /// Another city.
    Outside,
    /// Several: the resident would be asked which.
    Several(Vec<UnitId>),
    /// No unit is called that: the resident would be asked once for the street.
    Unknown,
}

impl Found {
    /// The unit, if it is known which.
    pub fn unit(&self) -> Option<UnitId> {
        match self {
            Self::One(unit) => Some(unit.clone()),
            Self::Outside => Some(UnitId::from(OUTSIDE)),
            Self::Nothing | Self::Several(_) | Self::Unknown => None,
        }
    }

    fn words(&self, tree: &Tree, lang: Lang) -> String {
        let zh = lang == Lang::Zh;
        let name = |unit: &UnitId| tree.full_name(unit);
        match self {
            Self::Nothing => pick(zh, "没有说", "not said").to_owned(),
            Self::One(unit) => format!("{} ({unit})", name(unit)),
            Self::Outside => pick(zh, "外地", "another city").to_owned(),
            Self::Several(units) => {
                let names: Vec<String> = units.iter().map(name).collect();
                let names = names.join(pick(zh, "、", ", "));
                let line = pick(zh, "有几个地方叫这个，会问是哪一个：", "asked which of: ");
                format!("{line}{names}")
            }
            Self::Unknown => pick(
                zh,
                "没有找到，会问一次在哪个街道",
                "not found, asked once for the street",
            )
            .to_owned(),
        }
    }
}

/// The answer.
#[derive(Clone, Debug)]
pub struct Tried {
    pub address: Found,
    pub hukou: Found,
    /// `None` only while there is no territory.
    pub responsible: Option<Responsible>,
}

/// `30.1,120.2` in degrees, WGS 84; `gcj02:30.1,120.2` as a map app of the
/// mainland shows it.
pub fn pin(text: &str) -> Option<(f64, f64)> {
    let marks = ["gcj02:", "GCJ02:", "GCJ-02:", "gcj02：", "GCJ02："];
    let text = text.trim();
    if let Some(rest) = marks.iter().find_map(|mark| text.strip_prefix(mark)) {
        return pin(rest).map(|(lat, lon)| datum::to_wgs84(lat, lon));
    }
    let (lat, lon) = text.split_once([',', '，', ' '])?;
    let (lat, lon): (f64, f64) = (lat.trim().parse().ok()?, lon.trim().parse().ok()?);
    let sound = (-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon);
    sound.then_some((lat, lon))
}

/// Finds what words and pin mean: names and aliases first, then outlines.
pub fn locate(words: &str, pin: Option<(f64, f64)>, tree: &Tree) -> Found {
    let words = words.trim();
    if words.is_empty() && pin.is_none() {
        return Found::Nothing;
    }
    if words == OUTSIDE || words == "外地" {
        return Found::Outside;
    }
    if let Some(unit) = tree.get(&UnitId::from(words)) {
        return Found::One(unit.code.clone());
    }
    let mut found: Vec<UnitId> = tree
        .find_by_words(words)
        .into_iter()
        .map(|m| m.unit)
        .collect();
    if let Some((lat, lon)) = pin.filter(|_| found.is_empty()) {
        found = tree.find_by_pin(lat, lon);
    }
    match found.len() {
        0 => Found::Unknown,
        1 => Found::One(found.remove(0)),
        _ => Found::Several(found),
    }
}

/// Answers it for this moment. `open`: whether the working calendar is.
pub fn trial(
    trial: &Trial,
    (service, class): (&Service, Class),
    (at, open): (crate::clock::Moment, bool),
    tree: &Tree,
    roster: &Roster,
) -> Tried {
    let address = locate(&trial.address, trial.pin, tree);
    let hukou = locate(&trial.hukou, None, tree);
    let scene = Scene {
        at,
        open,
        household: trial.household.clone(),
        complained_of: trial.complained_of.clone(),
        ..Scene::default()
    };
    let mut question = Question::of(service, class, scene);
    question.known_worker.clone_from(&trial.known_worker);
    question.told(address.unit(), hukou.unit(), tree);
    Tried {
        responsible: responsible(&question, tree, roster),
        address,
        hukou,
    }
}

impl Question {
    /// Sets the places from where the person lives and is registered. Whoever
    /// says only where they live is taken to be registered there until somebody
    /// knows better; a street or wider stands for an address that is not known.
    pub fn told(&mut self, lives: Option<UnitId>, hukou: Option<UnitId>, tree: &Tree) {
        let wide = |unit: &UnitId| {
            let unit = tree.current(unit);
            unit.is_some_and(|u| u.kind <= UnitKind::Street)
        };
        if let Some(street) = lives.clone().filter(wide) {
            self.chosen_street = Some(street);
            self.hukou = hukou;
            return;
        }
        self.hukou = hukou.or_else(|| lives.clone());
        self.location.clone_from(&lives);
        self.residence = lives;
    }
}

impl Tried {
    /// Label and text of every line, for people.
    pub fn lines(&self, tree: &Tree, roster: &Roster, lang: Lang) -> Vec<(String, String)> {
        let zh = lang == Lang::Zh;
        let mut lines = Vec::new();
        let mut add = |zh_label: &str, en_label: &str, value: String| {
            lines.push((pick(zh, zh_label, en_label).to_owned(), value));
        };
        add("地址", "Address", self.address.words(tree, lang));
        add("户籍", "Registration", self.hukou.words(tree, lang));
        let Some(found) = &self.responsible else {
            let none = pick(zh, "还没有导入辖区", "no territory was imported yet");
            add("主办", "In charge", none.to_owned());
            return lines;
        };
        let desk = |desk: &Desk| seat(desk, tree, roster, lang);
        add("主办", "In charge", desk(&found.lead));
        if let Some(copy) = &found.copy {
            add("协办", "Copy", desk(copy));
        }
        for told in &found.told {
            add("同时告知", "Told at once", desk(told));
        }
        if found.forward {
            let text = pick(
                zh,
                "代收材料，转户籍地，并一直与求助人联系",
                "accepts the papers, forwards them, stays the contact",
            );
            add("代办", "Forwards", text.to_owned());
        }
        let reason = if zh {
            &found.reason.zh
        } else {
            &found.reason.en
        };
        add("理由", "Why", reason.clone());
        if found.reason.notes.contains(&Note::Recused) {
            let text = pick(
                zh,
                "有工作人员因回避没有被选中",
                "somebody was left out for closeness to the household or complaint",
            );
            add("回避", "Left out", text.to_owned());
        }
        lines
    }
}

fn seat(desk: &Desk, tree: &Tree, roster: &Roster, lang: Lang) -> String {
    let zh = lang == Lang::Zh;
    let role = if zh { desk.role.zh() } else { desk.role.en() };
    let worker = desk.worker.as_ref().and_then(|id| roster.get(id));
    let who = match worker {
        Some(worker) => format!("{} ({})", worker.name, worker.id),
        None => pick(zh, "无人", "nobody").to_owned(),
    };
    let duty = match (worker.is_some(), desk.on_duty) {
        (false, _) => "",
        (true, true) => pick(zh, "，在岗", ", on duty"),
        (true, false) => pick(zh, "，现在不在岗", ", off duty now"),
    };
    let unit = tree.full_name(&desk.unit);
    if zh {
        format!("{unit} {role}：{who}{duty}")
    } else {
        format!("{unit}, {role}: {who}{duty}")
    }
}

fn pick<'a>(zh: bool, chinese: &'a str, english: &'a str) -> &'a str {
    if zh { chinese } else { english }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_two_numbers_on_this_earth() {
        assert_eq!(pin("30.5, 120.1"), Some((30.5, 120.1)));
        let (lat, lon) = pin("gcj02: 31.175304, 121.531542").unwrap_or_default();
        assert!((lat - 31.177_427_6).abs() < 1e-5 && (lon - 121.527_210_6).abs() < 1e-5);
        for odd in [
            "",
            "30",
            "gcj02:",
            "gcj02:91,0",
            "gcj02:gcj02:",
            "30,",
            "91,0",
            "0,181",
            "a,b",
            "NaN,NaN",
        ] {
            assert_eq!(pin(odd), None, "{odd}");
        }
    }
}
