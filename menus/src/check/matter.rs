//! Findings about what a question asks for, by its words: what a service of its
//! kind has no need of, and matters of a person without a purpose or a time.
//!
//! Words only point at a matter; somebody who knows better leaves the warning.

use super::Findings;
use crate::catalogue::{Assurance, Place, Service};
use crate::localized::Localized;
use crate::question::Question;

/// Something of a person that is easily asked for and seldom needed.
struct Matter {
    name: Localized,
    zh: &'static [&'static str],
    en: &'static [&'static str],
    /// Kinds of questions that ask for it whatever their words.
    kinds: &'static [&'static str],
    needed: fn(&Service) -> bool,
    /// No service has any business with it.
    never: bool,
    /// What a service has to be to need it.
    only: Localized,
}

/// Words by which a service says that health is its business.
const HEALTH_ZH: [&str; 12] = [
    "病", "医", "药", "残", "失能", "护理", "精神", "康复", "伤", "孕", "陪诊", "健康",
];

static MATTERS: &[Matter] = &[
    Matter {
        name: Localized::fixed("身份证号", "the ID number"),
        zh: &["身份证号", "证件号", "公民身份号码"],
        en: &["id number", "id card number", "identity number"],
        kinds: &["id_number"],
        never: false,
        needed: identified,
        only: Localized::fixed(
            "要核姓名和身份证号的服务",
            "services that check name and ID number",
        ),
    },
    Matter {
        name: Localized::fixed("银行账户", "the bank account"),
        zh: &["银行卡号", "银行账", "卡号", "账号", "开户行", "支付密码"],
        en: &["bank account", "account number", "bank card"],
        kinds: &[],
        never: false,
        needed: identified,
        only: Localized::fixed(
            "要核身份、要发钱的服务",
            "services that check identity and pay",
        ),
    },
    Matter {
        name: Localized::fixed("收入和财产", "income and property"),
        zh: &["收入", "工资", "存款", "财产", "资产"],
        en: &["income", "salary", "wage", "savings", "property"],
        kinds: &[],
        never: false,
        needed: identified,
        only: Localized::fixed(
            "要核身份、按家境给的服务",
            "services that check identity and depend on means",
        ),
    },
    Matter {
        name: Localized::fixed("健康情况", "health"),
        zh: &[
            "病历",
            "病史",
            "诊断",
            "病种",
            "什么病",
            "老毛病",
            "体检",
            "用药",
            "怀孕",
            "艾滋",
            "乙肝",
        ],
        en: &[
            "medical",
            "diagnos",
            "illness",
            "disease",
            "health record",
            "pregnan",
            "hiv",
        ],
        kinds: &[],
        never: false,
        needed: |service| identified(service) || is_about_health(service),
        only: Localized::fixed("看病、照护一类的服务", "services of treatment and care"),
    },
    Matter {
        name: Localized::fixed("信仰和民族", "belief and origin"),
        zh: &["宗教", "信仰", "信教", "民族", "政治面貌", "是不是党员"],
        en: &["religio", "faith", "ethnic", "political"],
        kinds: &[],
        never: true,
        needed: |_| false,
        only: Localized::fixed("——没有哪个服务要问", "none: no service needs it"),
    },
    Matter {
        name: Localized::fixed("详细住址", "the whole address"),
        zh: &["详细地址", "详细住址", "完整地址", "门牌号", "户籍地址"],
        en: &[
            "full address",
            "whole address",
            "exact address",
            "house number",
        ],
        kinds: &[],
        never: false,
        needed: |service| {
            !matches!(service.route.lead, Place::District | Place::None) || identified(service)
        },
        only: Localized::fixed("由住的地方来办的服务", "services done where somebody lives"),
    },
    Matter {
        name: Localized::fixed("指纹、人脸", "fingerprints and faces"),
        zh: &["指纹", "人脸", "手持身份证", "虹膜"],
        en: &["fingerprint", "photo of your face", "iris"],
        kinds: &[],
        never: false,
        needed: |service| service.assurance == Assurance::L3,
        only: Localized::fixed("要核本人的服务", "services that check the person"),
    },
];

fn identified(service: &Service) -> bool {
    matches!(service.assurance, Assurance::L2 | Assurance::L3)
}

fn is_about_health(service: &Service) -> bool {
    let own = service.aliases.iter().chain(&service.examples);
    let mut own = own.map(String::as_str).chain([&*service.name.zh]);
    own.any(|text| HEALTH_ZH.iter().any(|word| text.contains(word)))
}

/// What the questions of one service ask for.
pub(super) fn check(service: &Service, findings: &mut Findings) {
    let place = service.code.as_str();
    for question in &service.fields {
        let asked = MATTERS
            .iter()
            .filter_map(|matter| Some((matter, word(matter, question)?)));
        findings.at(format!("question.{}", question.key));
        for (matter, word) in asked {
            let (label, name, only) = (&question.label, &matter.name, &matter.only);
            if !(matter.needed)(service) && !considered(service, question, matter) {
                findings.warning(
                    place,
                    format!("问题“{}”在问{}（{}），只有{}才用得上：这里不需要就去掉", label.zh, name.zh, word.zh, only.zh),
                    format!("The question \"{}\" asks for {} ({}), which is for {}: take it away where it is not needed", label.en, name.en, word.en, only.en),
                );
            }
            unlabelled(question, name, place, findings);
        }
    }
}

/// Somebody thought about it: who asks is known a little, and the question says that
/// it is sensitive, what for and for how long. What is never needed is no excuse.
fn considered(service: &Service, question: &Question, matter: &Matter) -> bool {
    let labelled = question.sensitive && question.purpose.is_some() && question.keep.is_some();
    labelled && service.assurance != Assurance::L0 && !matter.never
}

/// A matter of a person that nobody marked as one; what is marked is looked at with
/// the questions themselves.
fn unlabelled(question: &Question, name: &Localized, place: &str, findings: &mut Findings) {
    if question.sensitive {
        return;
    }
    let (zh, en) = match (&question.purpose, question.keep) {
        (Some(_), Some(_)) => return,
        (None, Some(_)) => ("没有写用途", "does not say its purpose"),
        (Some(_), None) => ("没有写保存多久", "does not say how long the answer is kept"),
        (None, None) => (
            "没有写用途，也没有写保存多久",
            "says neither its purpose nor how long the answer is kept",
        ),
    };
    let label = &question.label;
    findings.warning(
        place,
        format!(
            "问题“{}”在问{}，{zh}，也没有标成敏感信息",
            label.zh, name.zh
        ),
        format!(
            "The question \"{}\" asks for {}, {en} and is not marked as sensitive",
            label.en, name.en
        ),
    );
}

/// The word by which a question asks for it, as it stands there in each language.
fn word(matter: &Matter, question: &Question) -> Option<Localized> {
    // Yes or no tells none of it.
    if question.kind.key() == "boolean" {
        return None;
    }
    let asked = question.ask.iter().chain([&question.label]);
    for text in asked {
        let en = text.en.to_lowercase();
        let said_zh = matter
            .zh
            .iter()
            .find(|word| clauses(&text.zh).any(|c| c.contains(**word)));
        let said_en = matter
            .en
            .iter()
            .find(|word| clauses(&en).any(|c| c.contains(**word)));
        if said_zh.is_some() || said_en.is_some() {
            let first = said_zh.or(said_en).copied().unwrap_or_default();
            let quoted = |word: Option<&&'static str>| word.copied().unwrap_or(first);
            return Some(Localized::new(
                format!("“{}”", quoted(said_zh)),
                format!("\"{}\"", quoted(said_en)),
            ));
        }
    }
    let kind = matter.kinds.contains(&question.kind.key());
    kind.then(|| question.kind.name().clone())
}

/// The clauses of a text that do ask: "不用写身份证号" does not.
fn clauses(text: &str) -> impl Iterator<Item = &str> {
    const NOT: [&str; 8] = [
        "不用",
        "不要",
        "不必",
        "不需要",
        "无需",
        "别写",
        "do not",
        "no need",
    ];
    let parts = text.split(['，', '。', '；', '？', '！', ',', '.', ';', '?', '!']);
    parts.filter(|part| !NOT.iter().any(|not| part.contains(not)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use crate::check::check;
    use crate::edit::{Edit, apply_all};
    use crate::localized::Localized;
    use crate::question::{Keep, Kind, Question};
    use crate::starter;

    /// What is new once a service asks this.
    fn found(
        code: &str,
        ask: (&'static str, &'static str),
        label: impl Fn(&mut Question),
    ) -> Vec<String> {
        let named = Localized::fixed("补充", "Further");
        let mut question = Question::new("further", named, Kind::named("text").unwrap());
        question.ask = Some(Localized::fixed(ask.0, ask.1));
        label(&mut question);
        let edit = Edit::Ask {
            code: code.into(),
            question,
        };
        let before = check(starter());
        let after = check(&apply_all(starter(), &[edit]).unwrap());
        let new = after.into_iter().filter(|f| !before.contains(f));
        new.map(|f| {
            assert_eq!(
                (f.place.as_str(), f.field.as_str()),
                (code, "question.further")
            );
            assert!(f.message.is_complete());
            f.message.zh.into_owned()
        })
        .collect()
    }

    fn labelled(question: &mut Question) {
        question.purpose = Some(Localized::fixed("联系您用", "To reach you"));
        question.keep = Some(Keep::Closing);
    }

    #[test]
    fn what_a_service_has_no_need_of_is_named_by_its_words() {
        for (ask, matter, word) in [
            (
                ("您的身份证号是多少？", "Your ID number?"),
                "身份证号",
                "“身份证号”",
            ),
            (
                ("银行卡号是多少？", "Which bank card?"),
                "银行账户",
                "“银行卡号”",
            ),
            (
                ("每月工资多少？", "What is your salary?"),
                "收入和财产",
                "“工资”",
            ),
            (
                ("您信什么宗教？", "What is your religion?"),
                "信仰和民族",
                "“宗教”",
            ),
            (
                ("有什么病史？", "Your medical history?"),
                "健康情况",
                "“病史”",
            ),
        ] {
            let found = found("CAR-HAIR", ask, labelled);
            let told = found.iter().any(|f| f.contains(matter) && f.contains(word));
            assert!(told && found.len() == 1, "{ask:?}: {found:?}");
        }
    }

    #[test]
    fn what_is_needed_or_not_asked_is_left_alone_and_wants_labels() {
        let id = ("您的身份证号是多少？", "Your ID number?");
        assert!(found("BAS-DIBAO", id, labelled).is_empty());
        let not = (
            "不用写身份证号，写名字就行。",
            "Do not write your ID number, the name will do.",
        );
        assert!(found("CAR-HAIR", not, labelled).is_empty());
        let bare = found("BAS-DIBAO", id, |_| ());
        assert!(bare[0].contains("没有写用途，也没有写保存多久"), "{bare:?}");
    }

    #[test]
    fn what_is_shipped_asks_for_little_that_is_not_needed() {
        let told = check(starter()).into_iter();
        let told = told.filter(|f| f.message.zh.contains("在问"));
        let told: Vec<String> = told
            .map(|f| format!("{} {}", f.place, f.message.zh))
            .collect();
        assert!(told.is_empty(), "{}", told.join("\n"));
    }
}
