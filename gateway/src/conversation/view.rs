//! What the intake knows when it asks for a step.
//!
//! Borrowed data only; the conversation never looks anything up by itself.

use crate::clock::Moment;
use crate::identity::Outcome;
use crate::ids::{DraftId, RequestId, UnitId};
use crate::texts;
use chrono::{DateTime, FixedOffset};
use menus::menu::Menu;
use menus::{Assurance, Catalogue, Lang};

/// The world as one step sees it.
pub struct View<'a> {
    pub now: Moment,
    /// The district's offset from UTC.
    pub offset: FixedOffset,
    /// The version the snapshot is pinned to (the newest when it may move).
    pub catalogue: &'a Catalogue,
    pub menu: &'a Menu,
    /// This person's requests: open ones and those closed within 30 days, newest
    /// first.
    pub requests: &'a [Mine],
    pub lines: &'a Lines,
    pub places: &'a dyn Places,
    pub new_id: &'a mut dyn FnMut() -> DraftId,
    pub channel: Means,
    /// What can be proved, and was.
    pub proving: Proving,
    /// The duty desk cannot be reached: say so instead of promising.
    pub desk_down: bool,
    /// Language of the person's app, for the first contact.
    pub lang: Option<Lang>,
}

impl View<'_> {
    /// The present moment on the district's clocks.
    pub fn local(&self) -> DateTime<FixedOffset> {
        self.now.with_timezone(&self.offset)
    }
}

/// One request of the person, ready to be told about.
#[derive(Clone, Debug, PartialEq)]
pub struct Mine {
    pub id: RequestId,
    /// The draft it was opened from.
    pub draft: Option<DraftId>,
    pub reference: String,
    /// Service code and its name in the person's language.
    pub service: String,
    pub name: String,
    /// The recorded fact, in words: "seen by … at 9:12".
    pub status: String,
    /// The promise sentence, if one stands.
    pub promise: Option<String>,
    /// The worker's or the desk's public name.
    pub who: Option<String>,
    pub open: bool,
    /// Somebody says that it is done, and the person was asked.
    pub decided: bool,
    pub closed_at: Option<Moment>,
    pub rated: bool,
    /// Never named in a chat.
    pub restricted: bool,
    pub reopen_until: Option<Moment>,
    /// The earliest moment for the next urging; `None`: now.
    pub urge_from: Option<Moment>,
}

impl Mine {
    /// What it is called where others may look on.
    pub fn title(&self, lang: Lang) -> String {
        if self.restricted || self.name.is_empty() {
            texts::text(lang, "talk.matter").to_owned()
        } else {
            self.name.clone()
        }
    }
}

/// What can be proved in this chat, and what was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proving {
    /// One-time codes can be sent.
    pub codes: bool,
    /// A provider can say whether name and number belong together.
    pub real_name: bool,
    /// A provider can compare the face.
    pub face: bool,
    /// The level that holds now, of the person, in whichever chat it was proved.
    pub reached: Assurance,
    /// The number that was proved in this very chat, a moment ago.
    pub fresh: Option<String>,
    /// What came of the code in this very message.
    pub outcome: Option<Outcome>,
}

/// What the channel can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Means {
    /// Buttons; without them choices are numbered.
    pub buttons: bool,
    /// The app can give the person's own phone number.
    pub contact: bool,
    /// The app can give a map pin.
    pub place: bool,
    /// A page of ours, which can show less than was said.
    pub page: bool,
    /// Messages can be taken back.
    pub unsend: bool,
}

/// Hotlines. The first three hold nation-wide; the rest are shown only if the
/// district has tested them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lines {
    pub police: String,
    pub fire: String,
    pub ambulance: String,
    /// Text messages to the police.
    pub police_sms: Option<String>,
    /// Psychological aid.
    pub mind: Option<String>,
    /// City affairs.
    pub city: Option<String>,
    /// The district's own duty desk.
    pub duty: Option<String>,
}

impl Default for Lines {
    fn default() -> Self {
        Self {
            police: "110".into(),
            fire: "119".into(),
            ambulance: "120".into(),
            police_sms: Some("12110".into()),
            mind: Some("12356".into()),
            city: Some("12345".into()),
            duty: None,
        }
    }
}

/// Finds units by what people call them.
pub trait Places {
    /// Units whose name or a known landmark is in the text: unit and name, best
    /// first.
    fn find(&self, text: &str) -> Vec<(UnitId, String)>;

    /// Units whose outline holds a map pin, in degrees.
    fn at(&self, lat: f64, lon: f64) -> Vec<(UnitId, String)>;

    /// The streets somebody may choose from when their place is unknown.
    fn streets(&self) -> Vec<(UnitId, String)>;
}

/// Knows no place: every text finds nothing.
pub struct NoPlaces;

impl Places for NoPlaces {
    fn find(&self, _: &str) -> Vec<(UnitId, String)> {
        Vec::new()
    }

    fn at(&self, _: f64, _: f64) -> Vec<(UnitId, String)> {
        Vec::new()
    }

    fn streets(&self) -> Vec<(UnitId, String)> {
        Vec::new()
    }
}
