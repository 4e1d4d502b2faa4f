//! What can be wrong with a line, in words.
//!
//! Sentences tell what to change in the file; the value itself is shown
//! beside them, masked where it is personal.

use chrono::NaiveDate;

/// A reason, for machines and for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    // The file as a whole.
    Empty,
    NoRows,
    Workbook,
    Unreadable,
    ColumnMissing {
        names: String,
    },
    ColumnTwice {
        first: usize,
    },
    ColumnUnknown {
        known: String,
    },
    // One line.
    FieldCount {
        expected: usize,
        found: usize,
    },
    LineBreak,
    Control,
    Missing,
    TooLong {
        max: usize,
    },
    Characters,
    OneOf {
        allowed: String,
    },
    Twice {
        line: usize,
    },
    TwiceProbably {
        line: usize,
    },
    Reserved,
    // References.
    UnitUnknown,
    ParentUnknown,
    ParentNotWider {
        kind: &'static str,
        parent: &'static str,
    },
    ParentMissing,
    GridParent,
    Cycle {
        path: String,
    },
    SuccessorUnknown,
    SuccessorCycle,
    WorkerUnknown,
    SubstituteSelf,
    // Values.
    DateForm,
    DateFar {
        earliest: NaiveDate,
        latest: NaiveDate,
    },
    DateOrder,
    PhoneForm,
    NumberForm,
    NumberBirth,
    NumberSpreadsheet,
    NumberCheck,
    NumberOld,
    ShortAlias,
    RoleLevel {
        usual: &'static str,
    },
    NoContact,
    NotANumber,
    AreaForm,
    AreaElsewhere,
    WeekdayForm,
    HoursForm,
    NotHere {
        kind: &'static str,
    },
    TooManyLines {
        max: usize,
    },
}

impl Fault {
    /// In Chinese, for the person who made the file.
    pub fn zh(&self) -> String {
        match self {
            Self::Empty => "文件是空的".into(),
            Self::NoRows => "只有表头，没有数据".into(),
            Self::Workbook => "这是 Excel 工作簿，请另存为 CSV（UTF-8）再导入".into(),
            Self::Unreadable => "文字编码无法识别，请另存为 CSV（UTF-8）".into(),
            Self::ColumnMissing { names } => format!("缺少这一列，可以用的列名：{names}"),
            Self::ColumnTwice { first } => format!("这一列出现了两次，第一次是第 {first} 列"),
            Self::ColumnUnknown { known } => format!("不认识这一列，没有导入；认识的列：{known}"),
            Self::FieldCount { expected, found } => {
                format!("应有 {expected} 列，这一行有 {found} 列，请检查逗号和引号")
            }
            Self::LineBreak => "格子里有换行，可能是引号没有成对".into(),
            Self::Control => "含有看不见的控制字符".into(),
            Self::Missing => "不能为空".into(),
            Self::TooLong { max } => format!("太长，最多 {max} 个字"),
            Self::Characters => "只能用字母、数字和 - _ .".into(),
            Self::OneOf { allowed } => format!("只能是：{allowed}"),
            Self::Twice { line } => format!("与第 {line} 行重复"),
            Self::TwiceProbably { line } => format!("可能与第 {line} 行是同一个人，只导入前一行"),
            Self::Reserved => "这个代码有专门用途，不能使用".into(),
            Self::UnitUnknown => "没有这个单位代码，请先导入单位".into(),
            Self::ParentUnknown => "没有这个上级代码".into(),
            Self::ParentNotWider { kind, parent } => format!("{kind}不能放在{parent}下面"),
            Self::ParentMissing => "只有市和区可以没有上级".into(),
            Self::GridParent => "网格的上级必须是社区".into(),
            Self::Cycle { path } => format!("上级关系绕成了圈：{path}"),
            Self::SuccessorUnknown => "没有这个接替单位的代码".into(),
            Self::SuccessorCycle => "接替关系绕成了圈".into(),
            Self::WorkerUnknown => "没有这个工号，请先导入工作人员".into(),
            Self::SubstituteSelf => "不能由本人替自己".into(),
            Self::DateForm => "日期请写成 2026-02-14".into(),
            Self::DateFar { earliest, latest } => {
                format!("日期应在 {earliest} 到 {latest} 之间；长期有效请留空")
            }
            Self::DateOrder => "结束日期早于开始日期".into(),
            Self::PhoneForm => "不像电话号码".into(),
            Self::NumberForm => "不像证件号码，位数或字符不对".into(),
            Self::NumberBirth => "证件号码里的出生日期不存在".into(),
            Self::NumberSpreadsheet => {
                "表格软件把号码改成了科学计数，末尾几位已丢失；请把这一列设为文本重新填写".into()
            }
            Self::NumberCheck => "证件号码的校验位不符，请核对".into(),
            Self::NumberOld => "15 位旧号码，已换成 18 位".into(),
            Self::ShortAlias => "别名只有一个字，不会用来查找".into(),
            Self::RoleLevel { usual } => format!("这个岗位通常设在{usual}"),
            Self::NoContact => "没有电话，也没有证件号码，无法对应到本人，这一行没有导入".into(),
            Self::NotANumber => "请写大于 0 的整数".into(),
            Self::AreaForm => "边界请写成 POLYGON((经度 纬度,经度 纬度,…))，首尾相同".into(),
            Self::AreaElsewhere => "边界不在国内，经度和纬度可能写反了".into(),
            Self::WeekdayForm => "星期请写成：周一至周五，或 一三五".into(),
            Self::HoursForm => "时间请写成 09:00，最晚 24:00".into(),
            Self::NotHere { kind } => format!("类型是「{kind}」时这一列应留空"),
            Self::TooManyLines { max } => format!("这一类文件最多 {max} 行，请分开导入"),
        }
    }

    /// In English.
    pub fn en(&self) -> String {
        match self {
            Self::Empty => "the file is empty".into(),
            Self::NoRows => "there is a header and no data".into(),
            Self::Workbook => "this is an Excel workbook; save it as CSV (UTF-8)".into(),
            Self::Unreadable => "unknown text encoding; save the file as CSV (UTF-8)".into(),
            Self::ColumnMissing { names } => format!("this column is missing; it may be called: {names}"),
            Self::ColumnTwice { first } => format!("this column is there twice, first as column {first}"),
            Self::ColumnUnknown { known } => format!("unknown column, not imported; known are: {known}"),
            Self::FieldCount { expected, found } => {
                format!("{expected} fields expected, {found} found; check commas and quotes")
            }
            Self::LineBreak => "line break inside a field; is a quote not closed?".into(),
            Self::Control => "contains invisible control characters".into(),
            Self::Missing => "must not be empty".into(),
            Self::TooLong { max } => format!("too long, at most {max} characters"),
            Self::Characters => "only letters, digits and - _ . are allowed".into(),
            Self::OneOf { allowed } => format!("must be one of: {allowed}"),
            Self::Twice { line } => format!("the same as on line {line}"),
            Self::TwiceProbably { line } => format!("probably the same person as on line {line}; only that line is imported"),
            Self::Reserved => "this code is reserved".into(),
            Self::UnitUnknown => "no unit has this code; import the units first".into(),
            Self::ParentUnknown => "no unit has this code".into(),
            Self::ParentNotWider { kind, parent } => format!("a {kind} cannot belong to a {parent}"),
            Self::ParentMissing => "only a city or a district may have no parent".into(),
            Self::GridParent => "a grid has to belong to a community".into(),
            Self::Cycle { path } => format!("the parents go round in a circle: {path}"),
            Self::SuccessorUnknown => "no unit with this code could take over".into(),
            Self::SuccessorCycle => "the successors go round in a circle".into(),
            Self::WorkerUnknown => "no worker has this number; import the workers first".into(),
            Self::SubstituteSelf => "nobody stands in for themselves".into(),
            Self::DateForm => "write dates as 2026-02-14".into(),
            Self::DateFar { earliest, latest } => {
                format!("the date must lie between {earliest} and {latest}; leave it empty for “no end”")
            }
            Self::DateOrder => "ends before it begins".into(),
            Self::PhoneForm => "not a telephone number".into(),
            Self::NumberForm => "not a document number: wrong length or characters".into(),
            Self::NumberBirth => "the date of birth in the number does not exist".into(),
            Self::NumberSpreadsheet => {
                "a spreadsheet turned the number into 4.4E+17 and lost its last digits; format the column as text".into()
            }
            Self::NumberCheck => "the check digit does not fit, please compare".into(),
            Self::NumberOld => "15 digits, lengthened to 18".into(),
            Self::ShortAlias => "an alias of one character is not searched for".into(),
            Self::RoleLevel { usual } => format!("this role usually belongs to a {usual}"),
            Self::NoContact => "neither telephone nor document number: cannot be matched to a person, left out".into(),
            Self::NotANumber => "write a whole number above 0".into(),
            Self::AreaForm => "write outlines as POLYGON((lng lat,lng lat,…)), the last point like the first".into(),
            Self::AreaElsewhere => "the outline is not in China; perhaps longitude and latitude are swapped".into(),
            Self::WeekdayForm => "write weekdays as Mon-Fri or 1 3 5".into(),
            Self::HoursForm => "write times as 09:00, 24:00 at the latest".into(),
            Self::NotHere { kind } => format!("must be empty where the kind is {kind}"),
            Self::TooManyLines { max } => format!("files of this kind hold at most {max} lines; split it"),
        }
    }
}
