//! Dialogues, played against the pure step: a resident who says and taps, and a
//! small world that keeps what the effects open.
#![allow(clippy::unwrap_used)]

mod danger;
mod dialogues;
mod english;
mod offscript;
mod one_language;
mod properties;
mod requests;
mod several;
mod texts;
mod understanding;

use crate::clock::Moment;
use crate::conversation::draft::Draft;
use crate::conversation::input::{Key, Understood, Words};
use crate::conversation::output::{Effect, Opening, Reply, ReplyKind, Said, Step};
use crate::conversation::snapshot::{Snapshot, State};
use crate::conversation::understand::{picked, silence};
use crate::conversation::view::{Lines, Means, Mine, Places, View};
use crate::conversation::{escape, phrases};
use crate::ids::{DraftId, RequestId, UnitId};
use bots::{Attachment, AttachmentKind};
use chrono::{FixedOffset, TimeDelta, TimeZone, Utc};
use intents::{CrisisHit, Decision, Ranked, Urgency, Verdict};
use menus::{Lang, Menu, starter};
use std::sync::LazyLock;

static MENU: LazyLock<Menu> = LazyLock::new(|| Menu::new(starter()));

/// Two places that sound alike, and one that does not.
struct Town;

impl Places for Town {
    fn find(&self, text: &str) -> Vec<(UnitId, String)> {
        let all = [("c1", "幸福社区"), ("c2", "幸福新村"), ("c3", "南门社区")];
        let found =
            |name: &str| text.contains(name) || (text.contains("幸福") && name.contains("幸福"));
        let exact: Vec<_> = all.iter().filter(|(_, name)| text.contains(name)).collect();
        let list: Vec<_> = if exact.is_empty() {
            all.iter().filter(|(_, name)| found(name)).collect()
        } else {
            exact
        };
        list.into_iter()
            .map(|(unit, name)| (UnitId::from(*unit), (*name).to_owned()))
            .collect()
    }

    fn at(&self, lat: f64, _: f64) -> Vec<(UnitId, String)> {
        let south = lat < 30.0;
        let found = south.then(|| (UnitId::from("c3"), "南门社区".to_owned()));
        found.into_iter().collect()
    }

    fn streets(&self) -> Vec<(UnitId, String)> {
        Vec::new()
    }
}

/// A resident and everything around one conversation.
struct Resident {
    snapshot: Option<Snapshot>,
    now: Moment,
    requests: Vec<Mine>,
    lines: Lines,
    channel: Means,
    desk_down: bool,
    ids: u32,
    step: Option<Step>,
    /// Every request opened so far.
    opened: Vec<Opening>,
}

impl Resident {
    fn new() -> Self {
        Self {
            snapshot: None,
            now: Utc.with_ymd_and_hms(2026, 3, 2, 1, 0, 0).unwrap(),
            requests: Vec::new(),
            lines: Lines::default(),
            channel: Means {
                buttons: true,
                contact: true,
                place: true,
                page: false,
                unsend: true,
            },
            desk_down: false,
            ids: 0,
            step: None,
            opened: Vec::new(),
        }
    }

    /// Past the first greeting.
    fn known() -> Self {
        let mut resident = Self::new();
        resident.says("你好");
        resident
    }

    fn says(&mut self, text: &str) -> &mut Self {
        let offered = self.snapshot.as_ref().map_or(&[][..], |s| &s.offered);
        let input =
            picked(text, offered).map_or_else(|| Understood::Words(read(text)), Understood::Key);
        self.does(input)
    }

    fn taps(&mut self, label: &str) -> &mut Self {
        let key = self.key(label);
        self.does(Understood::Key(key))
    }

    /// The key of a visible button.
    fn key(&self, label: &str) -> Key {
        let replies = &self.step.as_ref().unwrap().replies;
        let keys = || replies.iter().flat_map(|reply| &reply.keys);
        let found = keys()
            .find(|(shown, _)| shown == label)
            .or_else(|| keys().find(|(shown, _)| shown.contains(label)));
        let labels: Vec<_> = keys().map(|(shown, _)| shown).collect();
        found
            .unwrap_or_else(|| panic!("no button {label} among {labels:?} under {}", self.text()))
            .1
            .clone()
    }

    fn sends(&mut self, kind: AttachmentKind) -> &mut Self {
        self.does(Understood::File {
            file: file(kind),
            caption: None,
        })
    }

    fn waits(&mut self, span: TimeDelta) -> &mut Self {
        self.now += span;
        self
    }

    fn does(&mut self, input: Understood) -> &mut Self {
        let before = self.snapshot.clone();
        let ids = &mut self.ids;
        let mut new_id = || {
            *ids += 1;
            DraftId(format!("d{ids}"))
        };
        let mut view = View {
            now: self.now,
            offset: FixedOffset::east_opt(8 * 3600).unwrap(),
            catalogue: starter(),
            menu: &MENU,
            requests: &self.requests,
            lines: &self.lines,
            places: &Town,
            new_id: &mut new_id,
            channel: self.channel,
            proving: crate::conversation::Proving {
                codes: false,
                real_name: false,
                face: false,
                reached: menus::Assurance::L0,
                fresh: None,
                outcome: None,
            },
            desk_down: self.desk_down,
            lang: Some(Lang::Zh),
        };
        let step = crate::conversation::step(before, input, &mut view);
        check(&step);
        let stored = step.snapshot.to_json();
        assert_eq!(Snapshot::from_json(&stored, 0), step.snapshot, "{stored}");
        self.now += TimeDelta::seconds(5);
        self.snapshot = Some(step.snapshot.clone());
        self.settle(&step);
        self.step = Some(step);
        self
    }

    /// What the intake would do with the effects.
    fn settle(&mut self, step: &Step) {
        for effect in &step.effects {
            match effect {
                Effect::Open(opening) | Effect::AskHuman(opening) => {
                    let known = self.opened.iter().any(|open| open.draft == opening.draft);
                    assert!(!known, "{} was opened twice", opening.draft);
                    self.opened.push((**opening).clone());
                    self.requests
                        .push(mine(&format!("r{}", self.opened.len()), opening));
                }
                Effect::Withdraw { request } => self.request(request).open = false,
                Effect::Rate {
                    request, solved, ..
                } => {
                    let mine = self.request(request);
                    mine.rated = true;
                    mine.open = !solved;
                }
                Effect::Reopen { request } => self.request(request).open = true,
                _ => {}
            }
        }
    }

    fn request(&mut self, id: &RequestId) -> &mut Mine {
        self.requests
            .iter_mut()
            .find(|mine| mine.id == *id)
            .unwrap()
    }

    fn last(&self) -> &Step {
        self.step.as_ref().unwrap()
    }

    fn text(&self) -> String {
        let texts: Vec<_> = self
            .last()
            .replies
            .iter()
            .map(|reply| reply.text.as_str())
            .collect();
        texts.join("\n")
    }

    fn hears(&mut self, part: &str) -> &mut Self {
        let text = self.text();
        assert!(text.contains(part), "{part} is not in: {text}");
        self
    }

    fn hears_not(&mut self, part: &str) -> &mut Self {
        let text = self.text();
        assert!(!text.contains(part), "{part} is in: {text}");
        self
    }

    fn hears_nothing(&mut self) -> &mut Self {
        assert_eq!(self.text(), "");
        self
    }

    fn opens(&mut self, count: usize) -> &mut Self {
        assert_eq!(self.opened.len(), count, "{:?}", self.opened);
        self
    }

    fn state(&self) -> &State {
        &self.snapshot.as_ref().unwrap().state
    }

    fn draft(&self) -> &Draft {
        self.snapshot.as_ref().unwrap().draft.as_ref().unwrap()
    }

    /// What went into threads in this step.
    fn said(&self) -> Vec<&Said> {
        let mut all = Vec::new();
        for effect in &self.last().effects {
            if let Effect::Say(said) = effect {
                all.push(&**said);
            }
        }
        all
    }
}

/// What holds for every step.
fn check(step: &Step) {
    for reply in &step.replies {
        assert!(!reply.text.trim().is_empty(), "an empty reply");
        assert!(
            !unfilled(&reply.text),
            "a place was not filled: {}",
            reply.text
        );
        let labels: Vec<_> = reply.keys.iter().map(|(label, _)| label).collect();
        assert!(
            labels
                .iter()
                .all(|label| !label.is_empty() && !unfilled(label)),
            "{labels:?}"
        );
        assert!(reply.keys.len() <= 14, "{labels:?}");
    }
}

/// Whether a place of a text was left open.
fn unfilled(text: &str) -> bool {
    text.split('{').skip(1).any(|part| {
        let name = part.split('}').next().unwrap_or_default();
        part.len() > name.len()
            && name.len() > 1
            && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
    })
}

fn is_crisis(reply: &Reply) -> bool {
    reply.kind == ReplyKind::Crisis
}

fn mine(id: &str, opening: &Opening) -> Mine {
    let service = starter().service(&opening.service);
    Mine {
        id: RequestId::from(id),
        draft: Some(opening.draft.clone()),
        reference: format!("LK-{id}-77"),
        service: opening.service.clone(),
        name: service.map_or_else(String::new, |service| {
            service.label().get(opening.lang).to_owned()
        }),
        status: of(opening.lang, "还没有人打开", "nobody has taken it yet"),
        promise: Some(of(
            opening.lang,
            "最晚明天上午联系您",
            "They contact you by tomorrow",
        )),
        who: Some(of(opening.lang, "幸福社区协理员", "coordinator")),
        open: true,
        decided: false,
        closed_at: None,
        rated: false,
        restricted: service.is_some_and(|service| service.restricted),
        reopen_until: None,
        urge_from: None,
    }
}

fn of(lang: Lang, zh: &str, en: &str) -> String {
    let text = if lang == Lang::En { en } else { zh };
    text.to_owned()
}

fn file(kind: AttachmentKind) -> Attachment {
    Attachment {
        kind,
        id: "f1".into(),
        name: None,
        mime: None,
        size: Some(10),
        seconds: None,
        caption: None,
        group: None,
    }
}

/// The dangers of these dialogues: text, service, sure. One test holds them
/// against the real rules; the rest do without, because loading those is slow.
const DANGERS: &[(&str, &str, bool)] = &[
    (SUICIDE, "CRI-SUICIDE", true),
    ("我真的要死了，我要自杀", "CRI-SUICIDE", true),
    ("活着没意思", "CRI-SUICIDE", false),
    ("I want to kill myself tonight", "CRI-SUICIDE", true),
    (HIT, "CRI-DV", true),
    (HUNGRY, "CRI-HUNGER", true),
    ("闻到很浓的煤气味", "CRI-FIREGAS", true),
    ("there is a gas leak in my kitchen", "CRI-FIREGAS", true),
    ("我胸口疼，喘不上气", "CRI-MEDICAL", true),
    ("我爸胸口疼，喘不上气", "CRI-MEDICAL", true),
];
const SUICIDE: &str = "我不想活了，今晚就从楼上跳下去";
const HIT: &str = "我老公正在打我，救命";
const HUNGRY: &str = "家里没有米了，孩子一天没吃饭";

/// Words with a verdict from a few key words.
fn read(text: &str) -> Words {
    const NEEDS: [(&str, &str); 9] = [
        ("送餐", "ELD-MEAL"),
        ("meals", "ELD-MEAL"),
        ("低保", "BAS-DIBAO"),
        ("修水管", "HOU-REPAIR"),
        ("pipe", "HOU-REPAIR"),
        ("垃圾", "COM-ENV"),
        ("理发", "CAR-HAIR"),
        ("投诉", "SVC-COMPLAINT"),
        ("政策", "SVC-POLICY"),
    ];
    let mut verdict = silence();
    verdict.crisis =
        DANGERS
            .iter()
            .find(|(danger, ..)| *danger == text)
            .map(|(danger, service, sure)| CrisisHit {
                service: (*service).to_owned(),
                sure: *sure,
                words: vec![(*danger).to_owned()],
            });
    let found: Vec<String> = NEEDS
        .iter()
        .filter(|(word, _)| text.contains(word))
        .map(|(_, code)| (*code).to_owned())
        .collect();
    if let Some(hit) = &verdict.crisis {
        verdict.decision = Decision::Crisis;
        verdict.urgency = Urgency::Crisis;
        verdict.ranked.push(Ranked {
            service: hit.service.clone(),
            confidence: 0.99,
        });
    } else if !found.is_empty() {
        verdict.decision = Decision::Route;
        verdict.ranked = found
            .iter()
            .map(|code| Ranked {
                service: code.clone(),
                confidence: 0.9,
            })
            .collect();
        verdict.evidence.clone_from(&found);
        verdict.needs = found;
    } else if text.contains("有点味道") {
        ask(&mut verdict, &["HOU-REPAIR", "CRI-FIREGAS"]);
        verdict.crisis = Some(CrisisHit {
            service: "CRI-FIREGAS".into(),
            sure: false,
            words: vec!["味道".into()],
        });
    } else if text.contains("补贴") {
        ask(&mut verdict, &["DSB-TWO", "ELD-SUBSIDY", "MED-LTCI"]);
    } else if text.contains("心里难受") {
        ask(&mut verdict, &["SOC-COUNSEL", "CRI-SUICIDE"]);
    } else if text.contains("帮忙") {
        ask(&mut verdict, &["CAR-CLEAN", "CAR-ERRAND"]);
    }
    if text.contains("我妈") || text.contains("my mother") {
        verdict.slots.relation = Some("母亲".into());
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if digits.len() == 11 && digits.starts_with('1') {
        verdict.slots.phone = Some(digits);
    }
    Words {
        text: text.to_owned(),
        verdict,
        escape: escape::escape(text),
    }
}

fn ask(verdict: &mut Verdict, codes: &[&str]) {
    verdict.decision = Decision::Ask;
    verdict.ranked = codes
        .iter()
        .map(|code| Ranked {
            service: (*code).to_owned(),
            confidence: 0.3,
        })
        .collect();
    verdict.choices = codes.iter().map(|code| (*code).to_owned()).collect();
}
