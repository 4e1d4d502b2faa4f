//! The roles a worker may hold, by the codes the catalogue uses.
//!
//! What a role may see and do is not decided here.

use super::UnitKind;
use std::fmt;

macro_rules! roles {
    ($($variant:ident $code:literal $level:ident $zh:literal $en:literal;)*) => {
        /// A role. The code is stable: it is stored, imported and named by services.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Role {
            $(#[doc = $en] $variant,)*
        }

        impl Role {
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable code, such as `COORD`.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// The name in Chinese.
            pub fn zh(self) -> &'static str {
                match self { $(Self::$variant => $zh,)* }
            }

            /// The name in English.
            pub fn en(self) -> &'static str {
                match self { $(Self::$variant => $en,)* }
            }

            /// The level at which the role usually sits. A roster may place it
            /// elsewhere; it is then found on the way up.
            pub fn level(self) -> UnitKind {
                match self { $(Self::$variant => UnitKind::$level,)* }
            }
        }
    };
}

roles! {
    Duty "DUTY" District "值守岗" "duty desk";
    Grid "GRID" Grid "网格员" "grid worker";
    Coord "COORD" Community "救助协理员" "assistance coordinator";
    Comm "COMM" Community "社区工作者" "residents committee worker";
    Sw "SW" Street "社工" "social worker";
    Street "STREET" Street "街道民政办" "street civil-affairs office";
    District "DISTRICT" District "区民政局" "district civil-affairs bureau";
    ChildDir "CHILDDIR" Community "儿童主任" "child welfare director";
    Dpf "DPF" District "残联" "disabled persons federation";
    Med "MED" District "医保经办" "health-insurance office";
    Health "HEALTH" Street "社区卫生服务中心" "community health centre";
    EduAid "EDUAID" District "学生资助中心" "student aid office";
    Housing "HOUSING" District "住房保障" "housing office";
    Labor "LABOR" Street "人社服务" "labour and social-security desk";
    Justice "JUSTICE" District "法律援助" "legal aid";
    Police "POLICE" District "公安" "police";
    Vets "VETS" Street "退役军人服务站" "veterans service station";
    Supplier "SUPPLIER" District "助联体" "contracted provider";
    Vol "VOL" Street "志愿者" "volunteers";
    Rescue "RESCUE" District "救助管理站" "rescue station";
    H12345 "H12345" District "12345 热线" "12345 hotline";
    Bot "BOT" City "自动答复" "automatic answer";
    Privacy "PRIVACY" District "个人信息保护负责人" "data-protection officer";
    DutyChief "DUTYCHIEF" District "值班长" "duty chief";
    StreetLeader "STREETLEAD" Street "街道值班领导" "street leader";
    DistrictLeader "DISTRICTLEAD" District "区民政局科室负责人" "head of section at the district bureau";
    BureauLeader "BUREAULEAD" District "区民政局值班局领导" "bureau leader";
}

impl Role {
    /// Reads a code in any case, or the Chinese name.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        Self::ALL
            .iter()
            .copied()
            .find(|r| r.as_str().eq_ignore_ascii_case(text) || r.zh() == text)
            .or(match text {
                "协理员" | "社区救助协理员" => Some(Self::Coord),
                "街道" | "民政办" => Some(Self::Street),
                "区县值守岗" => Some(Self::Duty),
                "街道领导" => Some(Self::StreetLeader),
                "局领导" => Some(Self::BureauLeader),
                "12345" => Some(Self::H12345),
                _ => None,
            })
    }

    /// Offices of the authority that may take over a case nobody else can,
    /// ordinary cases only: partners, suppliers and volunteers may not.
    pub fn takes_over(self) -> bool {
        matches!(
            self,
            Self::Coord
                | Self::Comm
                | Self::Street
                | Self::District
                | Self::Duty
                | Self::DutyChief
                | Self::StreetLeader
                | Self::DistrictLeader
                | Self::BureauLeader
        )
    }

    /// Offices that decide, for good, whose a case is when desks disagree.
    pub fn assigns(self) -> bool {
        self.takes_over() && !matches!(self, Self::Coord | Self::Comm)
    }

    /// Roles that may be given a restricted case.
    pub fn sees_restricted(self) -> bool {
        matches!(self, Self::Duty | Self::DutyChief | Self::BureauLeader)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_is_read_back_from_its_code_and_its_name() {
        for &role in Role::ALL {
            assert_eq!(Role::parse(role.as_str()), Some(role));
            assert_eq!(Role::parse(&role.as_str().to_lowercase()), Some(role));
            assert_eq!(Role::parse(role.zh()), Some(role), "{role}");
        }
        assert_eq!(Role::parse("KING"), None);
    }
}
