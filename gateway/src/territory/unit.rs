//! One unit of the territory: a city, district, street, community or grid.
//!
//! Codes are opaque text of at most 32 characters; nothing is derived from
//! their digits, because they change every year and grids have no common
//! format. How units hang together is `tree`.

use super::Area;
use crate::ids::UnitId;
use chrono::NaiveDate;
use std::fmt;

/// The code that stands for "a place this platform does not serve", wherever
/// a unit code is asked for: a household registration in another city, say.
/// No unit can have it.
pub const OUTSIDE: &str = "outside";

/// Longest unit code, in characters.
pub const CODE_MAX: usize = 32;

/// Level of a unit. Ordered from wide to narrow: `City < Grid`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnitKind {
    City,
    District,
    /// Street or town.
    Street,
    /// Residents' or villagers' committee.
    Community,
    Grid,
}

impl UnitKind {
    pub const ALL: [Self; 5] = [
        Self::City,
        Self::District,
        Self::Street,
        Self::Community,
        Self::Grid,
    ];

    /// The stored name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::City => "city",
            Self::District => "district",
            Self::Street => "street",
            Self::Community => "community",
            Self::Grid => "grid",
        }
    }

    /// The name in Chinese.
    pub fn zh(self) -> &'static str {
        match self {
            Self::City => "市",
            Self::District => "区",
            Self::Street => "街道",
            Self::Community => "社区",
            Self::Grid => "网格",
        }
    }

    /// Reads the stored name and the words people write in a file.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text.trim().to_lowercase().as_str() {
            "city" | "市" | "城市" | "地级市" => Self::City,
            "district" | "county" | "区" | "县" | "区县" | "县级市" => Self::District,
            "street" | "town" | "township" | "街道" | "镇" | "乡" | "镇街" | "街镇" => {
                Self::Street
            }
            "community" | "village" | "社区" | "村" | "居委会" | "村委会" | "村居" => {
                Self::Community
            }
            "grid" | "网格" => Self::Grid,
            _ => return None,
        })
    }
}

impl fmt::Display for UnitKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One unit, as imported and stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Its code, at most [`CODE_MAX`] characters.
    pub code: UnitId,
    pub kind: UnitKind,
    pub name: String,
    /// The unit it belongs to; only a city or district may have none.
    pub parent: Option<UnitId>,
    /// Words residents use for it: old names, estates, lanes, gate numbers.
    pub aliases: Vec<String>,
    /// A number residents may call, digits only.
    pub phone: Option<String>,
    /// Opening hours as told to residents.
    pub hours: Option<String>,
    /// First day on which the code is valid.
    pub valid_from: Option<NaiveDate>,
    /// Last day on which the code is valid.
    pub valid_to: Option<NaiveDate>,
    /// The unit that took over when this one ended.
    pub successor: Option<UnitId>,
    /// Its outline on the map.
    pub area: Option<Area>,
}

impl Unit {
    /// A unit valid for ever, without aliases or contacts.
    pub fn new(code: &str, kind: UnitKind, name: &str, parent: Option<&str>) -> Self {
        Self {
            code: UnitId::from(code),
            kind,
            name: name.to_owned(),
            parent: parent.map(UnitId::from),
            aliases: Vec::new(),
            phone: None,
            hours: None,
            valid_from: None,
            valid_to: None,
            successor: None,
            area: None,
        }
    }

    /// Whether the code is valid on `day`, both ends included.
    pub fn valid_on(&self, day: NaiveDate) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && self.valid_to.is_none_or(|to| day <= to)
    }
}
