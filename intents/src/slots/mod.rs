//! Facts named in a message: phone, ID number, amount, age, relation and place.
//!
//! They pre-fill a form and are shown for confirmation. It deliberately never requires one and never guesses a missing
//! one; a number that fails its own form (an ID without a possible birth date) is left out.

mod age;
mod amount;
mod context;
mod digits;
mod identity;
mod numerals;
mod place;
mod relation;
pub mod score;
mod telephone;

use crate::normalize::fold;

/// What was found; each at most once, the first plausible one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Slots {
    /// Digits only: 11 of a mobile, or area code and number of a landline; with `+` and its code from Hong Kong, Macau
    /// and Taiwan.
    pub phone: Option<String>,
    pub id_number: Option<IdNumber>,
    /// In fen (hundredths of a yuan).
    pub amount: Option<i64>,
    /// In full years.
    pub age: Option<u8>,
    /// The person in need as the writer's 本人, 父亲, 母亲, 配偶, 子女, 邻居 …
    pub relation: Option<String>,
    /// The words of a place as written.
    pub place: Option<String>,
}

/// An ID number as digits and capitals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdNumber {
    /// 18 characters; 15 of the first generation and of foreigners' cards of 2017.
    pub value: String,
    /// The check character fits; always false for 15 characters, which have none.
    pub checksum_ok: bool,
}

/// Finds the facts of a text as it was written.
pub fn of(text: &str) -> Slots {
    find(&fold(text))
}

/// Finds the facts of folded text.
pub(crate) fn find(folded: &str) -> Slots {
    let related = relation::find(folded);
    let numerals = numerals::all(folded);
    let groups = digits::groups(folded);
    let mut used = vec![false; groups.len()];
    let (mut id_number, mut phone) = (None, None);
    digits::each(folded, &groups, &mut used, |run| {
        id_number.is_none() && {
            id_number = identity::of(run);
            id_number.is_some()
        }
    });
    digits::each(folded, &groups, &mut used, |run| {
        phone.is_none() && {
            phone = telephone::of(run);
            phone.is_some()
        }
    });
    Slots {
        phone,
        id_number,
        amount: amount::find(folded, &numerals),
        age: age::find(folded, &numerals, related.as_ref().map(|(_, end)| *end)),
        relation: related.map(|(name, _)| name),
        place: place::find(folded),
    }
}

/// Whether anybody's age is told.
pub(crate) fn tells_an_age(folded: &str) -> bool {
    age::find(folded, &numerals::all(folded), None).is_some()
}

/// The first `count` characters.
fn head(text: &str, count: usize) -> &str {
    &text[..text
        .char_indices()
        .nth(count)
        .map_or(text.len(), |(at, _)| at)]
}

/// The last `count` characters.
fn tail(text: &str, count: usize) -> &str {
    let start = text
        .char_indices()
        .rev()
        .nth(count.saturating_sub(1))
        .map_or(0, |(at, _)| at);
    &text[start..]
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::of;

    #[test]
    fn phones_are_found_in_every_common_spelling() {
        for text in [
            "我电话13800138000",
            "打138 0013 8000找我",
            "１３８-００１３-８０００",
            "+86 138 0013 8000",
            "手机：一三八零零一三八零零零",
            "8613800138000",
        ] {
            assert_eq!(of(text).phone.as_deref(), Some("13800138000"), "{text}");
        }
        assert_eq!(
            of("家里电话020-83123456").phone.as_deref(),
            Some("02083123456")
        );
        assert_eq!(of("(0571)87654321").phone.as_deref(), Some("057187654321"));
        for text in [
            "单号202602141234",
            "12345",
            "卡号6222021234567890123",
            "我在1380013800号",
            "12800138000",
            "打120",
        ] {
            assert_eq!(of(text).phone, None, "{text}");
        }
    }

    #[test]
    fn identity_numbers_need_a_possible_birth_date_and_report_their_check_character() {
        let id = of("身份证11010519491231002x").id_number.unwrap();
        assert_eq!(
            (id.value.as_str(), id.checksum_ok),
            ("11010519491231002X", true)
        );
        let id = of("110105 19491231 0021").id_number.unwrap();
        assert_eq!(
            (id.value.as_str(), id.checksum_ok),
            ("110105194912310021", false)
        );
        assert!(
            of("１１０１０５１９４９１２３１００２X")
                .id_number
                .unwrap()
                .checksum_ok
        );
        assert_eq!(
            of("身份证110105491231002").id_number.unwrap().value,
            "110105491231002"
        );
        for text in [
            "123456789012345678",
            "110105491231002",
            "110105194902300029",
            "卡号6222021234567890123",
        ] {
            assert_eq!(of(text).id_number, None, "{text}");
        }
        let both = of("我叫某某 11010519491231002X 13800138000");
        assert!(both.id_number.is_some() && both.phone.is_some());
    }

    #[test]
    fn amounts_are_read_in_fen() {
        for (text, yuan) in [
            ("欠我3000块", 3000.0),
            ("一个月三千五百元", 3500.0),
            ("花了两万三", 23000.0),
            ("花了1.5万", 15000.0),
            ("自付十几万元", 100_000.0),
            ("被骗了五千", 5000.0),
            ("只有12.5元", 12.5),
            ("¥800", 800.0),
            ("三千多块钱", 3000.0),
            ("交不起1,200元房租", 1200.0),
        ] {
            assert_eq!(of(text).amount, Some((yuan * 100.0) as i64), "{text}");
        }
        for text in [
            "82岁",
            "三口人",
            "五万人",
            "住了三十年",
            "一块地",
            "打12345",
        ] {
            assert_eq!(of(text).amount, None, "{text}");
        }
    }

    #[test]
    fn ages_relations_and_places_are_found() {
        assert_eq!(of("我妈八十二了一个人住").age, Some(82));
        assert_eq!(of("女儿6岁").age, Some(6));
        assert_eq!(of("九十多岁的爷爷").age, Some(90));
        assert_eq!(of("my son is 7 years old").age, Some(7));
        assert_eq!(of("等了三十了").age, None);
        assert_eq!(of("我妈八十二了一个人住").relation.as_deref(), Some("母亲"));
        assert_eq!(of("楼上邻居家老人没出门").relation.as_deref(), Some("邻居"));
        assert_eq!(of("我不想活了").relation, None);
        assert_eq!(
            of("我住在幸福路12号3栋").place.as_deref(),
            Some("幸福路12号3栋")
        );
        assert_eq!(of("人在火车站").place.as_deref(), Some("火车站"));
        assert_eq!(of("想申请低保").place, None);
    }
}
