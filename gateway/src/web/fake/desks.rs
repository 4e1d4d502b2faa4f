//! Sample answers about desks and rosters, and what happens by itself in a
//! sample city.

use super::{Fake, Topic};
use crate::desk::mine::Mine;
use crate::routing::trial::Trial;

impl Fake {
    /// Puts a line of the bot into every chat.
    pub fn announce(&self, text: &str, kind: &'static str) {
        let mut state = self.lock();
        let sessions: Vec<String> = state.chats.keys().cloned().collect();
        for session in sessions {
            self.push(&mut state, &session, false, text, kind, Vec::new());
            self.hint(Topic::Chat(session), state.serial);
        }
    }

    /// Changes the words of a request, as a resident's message would.
    pub fn set_words(&self, reference: &str, words: &str) {
        let mut state = self.lock();
        for sheet in state
            .sheets
            .iter_mut()
            .filter(|s| s.card.reference == reference)
        {
            words.clone_into(&mut sheet.card.words);
            sheet.words = vec![words.to_owned()];
            sheet.card.version += 1;
        }
    }
}

/// Code and name of the only service.
pub(super) fn services() -> Vec<(String, String)> {
    vec![("ELD-MEAL".to_owned(), "助餐送餐".to_owned())]
}

/// Who would get it.
pub(super) fn tried(service: &str, trial: &Trial) -> Option<Vec<(String, String)>> {
    let line = |label: &str, text: &str| (label.to_owned(), text.to_owned());
    let lines = vec![
        line("地址", &trial.address),
        line("主办", "青石街道青石社区 救助协理员：周敏 (w1)，在岗"),
        line("理由", "按居住地（青石社区）办理。"),
    ];
    (service == "ELD-MEAL").then_some(lines)
}

/// A fortnight and some leave.
pub(super) fn mine() -> Mine {
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    Mine {
        days: vec![pair("03-02 周一", "上班时间"), pair("03-03 周二", "请假")],
        booked: vec![pair("b1", "2026-03-03 至 2026-03-06 请假，陈立替班")],
        colleagues: vec![pair("w2", "陈立 · 青石社区")],
        substitute: Some("陈立".to_owned()),
        to_hand_over: vec![pair("K7M3-9F2X", "助餐送餐")],
        ..Mine::default()
    }
}

/// What is wrong with the roster.
pub(super) fn findings() -> Vec<String> {
    vec!["青石社区 救助协理员：2026-03-03 09:00 至 2026-03-03 12:00 无人在岗".to_owned()]
}
