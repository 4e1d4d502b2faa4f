//! Which numeral of a text is money, and how much. It deliberately takes a bare number for money only right behind a
//! word for money, and leaves 几百块 alone: that is no number.

use super::numerals::{Numeral, digit};
use super::{head, tail};

/// Before thousands that are money.
const MONEY_BEFORE: &str = "花 欠 借 差 交 工资 收入 费 钱 骗 扣 赔 贷 低保 押金 自付 退 挣 租 补 \
    报销 养老金 存 罚 转账 汇 定金 一个月 每月 每个月 月薪 还款";
/// After them.
const MONEY_AFTER: &str = "费 钱 工资 押金 贷款 存款 债 罚款 补贴 房租 外债";
/// What costs or pays, right before a bare number.
const OWED: &str = "工资 月薪 收入 房租 租金 退休金 养老金 低保金 低保 补贴 补助 押金 定金 学费 \
    医药费 医疗费 手术费 药费 电费 水费 物业费 护理费 罚款 存款 抚恤金 欠费 欠款 \
    欠 花 借 骗";
/// What may stand between the two.
const FILLERS: &str = "才 就 只有 只 是 要 了 每个月 每月 一个月 大概 差不多 : 为 我 发";

/// The first amount of the text in fen (hundredths of a yuan).
pub(super) fn find(folded: &str, numerals: &[Numeral]) -> Option<i64> {
    numerals.iter().enumerate().find_map(|(at, numeral)| {
        of(folded, numeral).or_else(|| lower_end(folded, numeral, numerals.get(at + 1)?))
    })
}

/// Yuan by its unit, by 万 and 千 beside words for money, or right behind one.
fn of(folded: &str, numeral: &Numeral) -> Option<i64> {
    let (before, after) = (&folded[..numeral.start], &folded[numeral.end..]);
    let rest = after.trim_start_matches([' ', '多', '来', '几', '余']);
    let yuan = if let Some(change) = yuan(numeral, rest) {
        numeral.value + change
    } else if rest.starts_with("毛钱") || rest.starts_with("角钱") {
        numeral.value / 10.0
    } else if before.ends_with('¥')
        || before.ends_with("¥ ")
        || before.ends_with("rmb")
        || before.ends_with("rmb ")
    {
        numeral.value
    } else if counts_something(rest) {
        return None;
    } else if (numeral.large && (stands_alone(numeral, rest) || money_near(before, rest)))
        || rest.starts_with('钱')
        || owed(before, numeral, after)
    {
        numeral.value
    } else {
        return None;
    };
    let fen = (yuan * 100.0).round();
    (fen > 0.0 && fen < 1e15).then_some(fen as i64)
}

/// 2000到3000元: the lower end, if the upper one is money.
fn lower_end(folded: &str, low: &Numeral, high: &Numeral) -> Option<i64> {
    let between = &folded[low.end..high.start];
    if !matches!(
        between,
        "到" | "至" | "-" | "~" | "—" | "–" | "～" | " - " | "元到" | "块到"
    ) {
        return None;
    }
    of(folded, high)?;
    // 两到三万
    let scale = if low.value < 10.0 && high.large {
        high.place
    } else {
        1.0
    };
    let value = low.value * scale;
    (value > 0.0 && value < high.value).then_some((value * 100.0).round() as i64)
}

/// The change after 元 or 块, in yuan; none when there is no such unit.
fn yuan(numeral: &Numeral, rest: &str) -> Option<f64> {
    for unit in ["元", "圆", "rmb", "cny", "yuan", "kuai"] {
        if let Some(after) = rest.strip_prefix(unit) {
            return Some(change(after, false));
        }
    }
    let after = rest.strip_prefix('块')?;
    let change = change(after, true);
    // 一块 is "together" and "a piece" as often.
    let single = numeral.value < 1.5 && change == 0.0;
    let thing = after.starts_with([
        '地', '砖', '板', '布', '玻', '玉', '石', '肉', '糖', '豆', '木', '瓷', '墙', '皮', '铁',
        '田', '菜', '表', '牌', '疤', '淤', '肿', '红', '斑', '屏', '腹', '骨', '蛋', '小', '大',
        '儿', '碎',
    ]);
    (!thing && (!single || after.starts_with('钱'))).then_some(change)
}

/// 三块五, 3元5角2分.
fn change(after: &str, spoken: bool) -> f64 {
    let mut chars = after.chars();
    let Some(first) = chars.next().and_then(digit) else {
        return 0.0;
    };
    let rest = chars.as_str();
    if let Some(rest) = rest.strip_prefix(['毛', '角']) {
        let mut chars = rest.chars();
        let fen = chars
            .next()
            .and_then(digit)
            .filter(|_| chars.as_str().starts_with('分'));
        return first / 10.0 + fen.unwrap_or(0.0) / 100.0;
    }
    let ends = rest.is_empty()
        || rest.starts_with(|c: char| {
            crate::normalize::is_stop(c) || matches!(c, ' ' | '钱' | '的' | '了')
        });
    if spoken && ends { first / 10.0 } else { 0.0 }
}

/// Thousands of what is not said are thousands of yuan: 还要四千, 一年七八万。
fn stands_alone(numeral: &Numeral, rest: &str) -> bool {
    let about = ["左右", "出头", "上下", "以上"];
    let rest = about
        .iter()
        .find_map(|word| rest.strip_prefix(word))
        .unwrap_or(rest);
    numeral.place >= 1000.0
        && numeral.value >= 1000.0
        && (rest.is_empty()
            || rest.starts_with(crate::normalize::is_stop)
            || rest.starts_with("自己")
            || rest.starts_with("赔"))
}

/// A word for money close by.
fn money_near(before: &str, rest: &str) -> bool {
    let near = tail(before, 8);
    let after = head(rest, 5);
    MONEY_BEFORE.split(' ').any(|word| near.contains(word))
        || MONEY_AFTER.split(' ').any(|word| after.contains(word))
}

/// A plain number right behind what costs or pays: 房租600.
fn owed(before: &str, numeral: &Numeral, after: &str) -> bool {
    let written = numeral.end - numeral.start;
    if numeral.value < 50.0 || written > 18 || after.starts_with(['-', '/', ':', '%']) {
        return false;
    }
    let mut before = tail(before, 12).trim_end();
    let full = before;
    while let Some(shorter) = FILLERS
        .split(' ')
        .find_map(|filler| before.strip_suffix(filler))
    {
        before = shorter.trim_end();
    }
    OWED.split(' ').any(|word| before.ends_with(word))
        || ["每月发", "每个月发", "一个月发"]
            .iter()
            .any(|word| full.ends_with(word))
}

fn counts_something(rest: &str) -> bool {
    rest.starts_with([
        '人', '户', '个', '岁', '年', '月', '天', '号', '楼', '平', '斤', '里', '次', '家', '口',
        '公', '日', '周', '点', '时', '分', '秒', '层', '级', '位', '名', '条', '件', '套', '间',
        '步', '遍', '趟', '本', '张', '份', '米', '度', '瓦', '克', '吨', '夜', '栋', '室', '小',
        '%', '路', '届', '后',
    ]) || ["kg", "km", "cm", "w ", "多岁", "年代"]
        .iter()
        .any(|unit| rest.starts_with(unit))
}
