//! The reason for a choice: a code for machines, a sentence for people.
//!
//! Sentences name units and roles, never residents, workers or what the need
//! is about.

use super::Desk;
use super::desk::Found;
use crate::ids::UnitId;
use crate::territory::{Role, Tree};

/// The rule that decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    Restricted,
    AboveComplained,
    CrisisHere,
    CrisisPlaceUnknown,
    SameCommunity,
    LeadAndCopy,
    AtHukou,
    AtResidence,
    AtLocation,
    District,
    HukouOutside,
    HukouInstead,
    ResidenceInstead,
    LocationInstead,
    ChosenStreet,
    PlaceUnknown,
    /// No territory was imported yet.
    NoTerritory,
}

impl Code {
    /// The stable name, as stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Restricted => "restricted",
            Self::AboveComplained => "above_complained",
            Self::CrisisHere => "crisis_here",
            Self::CrisisPlaceUnknown => "crisis_place_unknown",
            Self::SameCommunity => "same_community",
            Self::LeadAndCopy => "lead_and_copy",
            Self::AtHukou => "at_hukou",
            Self::AtResidence => "at_residence",
            Self::AtLocation => "at_location",
            Self::District => "district",
            Self::HukouOutside => "hukou_outside",
            Self::HukouInstead => "hukou_instead",
            Self::ResidenceInstead => "residence_instead",
            Self::LocationInstead => "location_instead",
            Self::ChosenStreet => "chosen_street",
            Self::PlaceUnknown => "place_unknown",
            Self::NoTerritory => "no_territory",
        }
    }
}

/// Something beside the rule that people should know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Note {
    /// The desk opens later; the case waits there.
    AfterHours,
    /// The main holder is away.
    Deputy,
    /// Somebody carries as much as they can; a colleague takes it.
    Full,
    /// The desk asked for has nobody; a wider one took over.
    FellUpward,
    /// Somebody was left out for closeness to the household or the complaint.
    /// Told to nobody: it would say who is related to whom.
    Recused,
    /// No worker can be named at all.
    Nobody,
    /// A desk that must always answer has nobody on duty: an alarm.
    NobodyOnDuty,
    /// No grid worker could be told.
    NoGridWorker,
}

impl Note {
    /// The stable name, as stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AfterHours => "after_hours",
            Self::Deputy => "deputy",
            Self::Full => "full",
            Self::FellUpward => "fell_upward",
            Self::Recused => "recused",
            Self::Nobody => "nobody",
            Self::NobodyOnDuty => "nobody_on_duty",
            Self::NoGridWorker => "no_grid_worker",
        }
    }

    /// Whether the administration has to be alarmed.
    pub fn alarms(self) -> bool {
        matches!(self, Self::Nobody | Self::NobodyOnDuty)
    }

    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::AfterHours => (
                "现在不是上班时间，上班后处理。",
                " The desk is closed now and takes it up when it opens.",
            ),
            Self::Deputy => (
                "主要负责人不在，由副手接手。",
                " The main holder is away, the deputy takes over.",
            ),
            Self::Full => (
                "一位同事手上的件已满，由另一位接手。",
                " One colleague carries as much as they can, another takes over.",
            ),
            Self::FellUpward => (
                "原定的岗位暂时无人，由上一级接手。",
                " The usual desk has nobody at present, so a higher one takes over.",
            ),
            Self::Recused => ("", ""),
            Self::Nobody => (
                "目前没有可以指派的工作人员，已记下并提醒管理员。",
                " No worker can be named at present; the administration is alarmed.",
            ),
            Self::NobodyOnDuty => (
                "现在没有人在岗值守，已提醒管理员。",
                " Nobody is on duty now; the administration is alarmed.",
            ),
            Self::NoGridWorker => (
                "附近没有可以通知的网格员。",
                " There is no grid worker nearby to tell.",
            ),
        }
    }
}

/// Why, in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    pub code: Code,
    pub notes: Vec<Note>,
    pub zh: String,
    pub en: String,
}

/// Puts a reason into words. `place` is the name of the place that decided.
pub(super) fn of(
    code: Code,
    lead: &Found,
    copy: Option<&Desk>,
    place: &str,
    tree: &Tree,
) -> Reason {
    let desk = desk_zh(&lead.desk.unit, lead.desk.role, tree);
    let desk_en = desk_en(&lead.desk.unit, lead.desk.role, tree);
    let (mut zh, mut en) = sentence(code, place, &desk, &desk_en);
    if let Some(copy) = copy {
        let name = desk_zh(&copy.unit, copy.role, tree);
        zh.extend([name.as_str(), "同时知情。"]);
        let name = self::desk_en(&copy.unit, copy.role, tree);
        en.extend([" A copy goes to the ", &name, "."]);
    }
    for note in &lead.notes {
        let (note_zh, note_en) = note.words();
        zh += note_zh;
        en += note_en;
    }
    Reason {
        code,
        notes: lead.notes.clone(),
        zh,
        en,
    }
}

fn sentence(code: Code, place: &str, desk: &str, desk_en: &str) -> (String, String) {
    let (zh, en) = match code {
        Code::Restricted => (
            "这类求助需要保密，只交给值守岗".to_owned(),
            "Requests of this kind are confidential and go to the duty desk only".to_owned(),
        ),
        Code::AboveComplained => (
            "这件事交给被反映人的上一级".to_owned(),
            "This goes one level above the person it is about".to_owned(),
        ),
        Code::CrisisHere => (
            format!("情况紧急，按所在地（{place}）处理"),
            format!("An emergency is handled where it is ({place})"),
        ),
        Code::CrisisPlaceUnknown => (
            "情况紧急，所在地还不清楚".to_owned(),
            "An emergency whose place is not known yet".to_owned(),
        ),
        Code::SameCommunity => (
            format!("户籍地、居住地或所在地同在{place}"),
            format!("Both places of the route are in {place}"),
        ),
        Code::LeadAndCopy | Code::AtHukou | Code::AtResidence | Code::AtLocation => (
            format!("按{}（{place}）办理", kind_zh(code)),
            format!("Handled by {} ({place})", kind_en(code)),
        ),
        Code::District => (
            "这类事项由区里办理".to_owned(),
            "Requests of this kind are handled by the district".to_owned(),
        ),
        Code::HukouOutside => (
            format!("户籍不在本市，由居住地（{place}）代收代办，并一直与您联系"),
            format!(
                "Registered elsewhere: {place} accepts the papers, forwards them and stays your contact"
            ),
        ),
        Code::HukouInstead => (
            format!("居住地还不清楚，先按户籍地（{place}）办理"),
            format!("Residence not known yet, handled by registration ({place}) for now"),
        ),
        Code::ResidenceInstead => (
            format!("先按居住地（{place}）办理"),
            format!("Handled by residence ({place}) for now"),
        ),
        Code::LocationInstead => (
            format!("居住地还不清楚，先按现在所在地（{place}）办理"),
            format!("Residence not known yet, handled by present location ({place}) for now"),
        ),
        Code::ChosenStreet => (
            format!("住址还不清楚，先按您选的{place}办理"),
            format!("Address not known yet, handled by the chosen {place} for now"),
        ),
        Code::NoTerritory => (
            "还没有导入辖区，先放在值守岗".to_owned(),
            "no territory was imported yet, it waits at the duty desk".to_owned(),
        ),
        Code::PlaceUnknown => (
            "住址还不清楚，先由值守岗了解".to_owned(),
            "Address not known yet, the desk on duty finds out".to_owned(),
        ),
    };
    (
        format!("{zh}，由{desk}负责。"),
        format!("{en}. In charge: {desk_en}."),
    )
}

fn kind_zh(code: Code) -> &'static str {
    match code {
        Code::AtHukou => "户籍地",
        Code::AtResidence => "居住地",
        Code::AtLocation => "所在地",
        _ => "主办地",
    }
}

fn kind_en(code: Code) -> &'static str {
    match code {
        Code::AtHukou => "registration",
        Code::AtResidence => "residence",
        Code::AtLocation => "present location",
        _ => "the leading place",
    }
}

/// `青石街道` and `街道民政办` make `青石街道民政办`.
fn desk_zh(unit: &UnitId, role: Role, tree: &Tree) -> String {
    let name = tree.full_name(unit);
    let role = role.zh();
    let shared = ["街道", "区"]
        .into_iter()
        .find(|w| name.ends_with(w) && role.starts_with(w))
        .unwrap_or_default();
    format!("{name}{}", &role[shared.len()..])
}

fn desk_en(unit: &UnitId, role: Role, tree: &Tree) -> String {
    format!("{} of {}", role.en(), tree.full_name(unit))
}
