//! Which questions a resident is asked, and in what order.
//!
//! Only what the first contact needs: at most four required questions, phone
//! first, then the place, then what it is about. Everything else is the
//! worker's job. A crisis service asks nothing. Every question can be skipped.
//! The same engine runs over a plain list of questions for identity checks and
//! for administrators' options.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::catalogue::{Service, Urgency};
use crate::question::{self, Answer, Complaint, Question, Reply};

/// The most a resident is asked in a chat before the request is sent.
pub const MOST_QUESTIONS: usize = 4;

/// Answers by question key; also what is already known about the resident.
pub type Answers = BTreeMap<String, Answer>;

/// What came of a reply to a question.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    Answered(Answer),
    Skipped,
    /// Not understood: say this and ask again.
    Again(Complaint),
}

/// The questions of a service that will be asked, in order, without those
/// already known.
pub fn questions<'s>(service: &'s Service, known: &Answers) -> Vec<&'s Question> {
    let mut questions: Vec<&Question> = plan(service).collect();
    questions.retain(|question| !known.contains_key(&question.key));
    questions
}

/// The next question to ask, or `None` when the form is complete. `answers`
/// may hold what was known before. Borrowed and without allocation.
pub fn next<'s, K: AsRef<str>>(
    service: &'s Service,
    answers: &Answers,
    skipped: &[K],
) -> Option<&'s Question> {
    plan(service).find(|question| is_open(question, answers, skipped))
}

/// The next question of a plain list: required ones in their order, then the
/// others.
pub fn next_in<'q, K: AsRef<str>>(
    questions: &'q [Question],
    answers: &Answers,
    skipped: &[K],
) -> Option<&'q Question> {
    let of = |required: bool| {
        questions
            .iter()
            .filter(move |question| question.required == required)
    };
    of(true)
        .chain(of(false))
        .find(|question| is_open(question, answers, skipped))
}

/// Reads a reply, taking "skip" and "I do not know" as a skip. `today` as in
/// [`question::parse`].
pub fn answer(question: &Question, reply: &Reply, today: NaiveDate) -> Outcome {
    if is_skip(reply) {
        return Outcome::Skipped;
    }
    match question::parse(question, reply, today) {
        Ok(answer) => Outcome::Answered(answer),
        Err(_) if is_unknown(reply) => Outcome::Skipped,
        Err(complaint) => Outcome::Again(complaint),
    }
}

/// The key of the skip button; also understood as a reply.
pub const SKIP: &str = "skip";

/// Whether a reply asks to leave the question out.
pub fn is_skip(reply: &Reply) -> bool {
    const WORDS: &[&str] = &[
        "跳过",
        "略过",
        "不想说",
        "不说",
        "不方便",
        "不方便说",
        "不填",
        "过",
        "下一个",
        "下一题",
        "skip",
        "pass",
        "next",
        "跳過",
    ];
    match reply {
        Reply::Choice(key) => key == SKIP,
        Reply::Text(text) => is_one_of(text, WORDS),
        _ => false,
    }
}

fn is_unknown(reply: &Reply) -> bool {
    const WORDS: &[&str] = &[
        "不知道",
        "不清楚",
        "不记得",
        "不记得了",
        "忘了",
        "忘记了",
        "记不清",
        "记不清了",
        "说不清",
        "说不准",
        "不确定",
        "不晓得",
        "唔知",
        "唔知道",
        "没带",
        "i don't know",
        "don't know",
        "dont know",
        "not sure",
        "no idea",
        "i forgot",
    ];
    matches!(reply, Reply::Text(text) if is_one_of(text, WORDS))
}

fn is_one_of(text: &str, words: &[&str]) -> bool {
    // Long texts are never a word; this keeps the comparison cheap.
    if text.len() > 60 {
        return false;
    }
    let bare = text
        .trim_matches(|c: char| c.is_whitespace() || "。.！!“”\"「」".contains(c))
        .to_lowercase();
    words.contains(&bare.as_str())
}

fn is_open<K: AsRef<str>>(question: &Question, answers: &Answers, skipped: &[K]) -> bool {
    !answers.contains_key(&question.key) && !skipped.iter().any(|key| key.as_ref() == question.key)
}

/// The chat's questions: required, ranked, cut off. What is known does not
/// make room for others, so that a form only ever gets shorter.
fn plan(service: &Service) -> impl Iterator<Item = &Question> {
    let most = if service.urgency == Urgency::Crisis {
        0
    } else {
        MOST_QUESTIONS
    };
    let of_rank = |rank: u8| {
        service
            .fields
            .iter()
            .filter(move |q| q.required && rank_of(q) == rank)
    };
    (0..=LAST_RANK).flat_map(of_rank).take(most)
}

const LAST_RANK: u8 = 6;

/// How soon a question is asked; a lower rank comes first.
fn rank_of(question: &Question) -> u8 {
    match question.kind.key() {
        "phone" => 0,
        "location" | "address" | "community" => 1,
        "id_number" => LAST_RANK,
        _ if question.sensitive => 5,
        "text" | "choice" | "multichoice" => 2,
        "name" => 3,
        _ => 4,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::starter;

    const NONE: &[&str] = &[];

    fn keys(code: &str) -> Vec<&'static str> {
        let service = starter().service(code).unwrap();
        questions(service, &Answers::new())
            .iter()
            .map(|q| q.key.as_str())
            .collect()
    }

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 2, 14).unwrap()
    }

    #[test]
    fn a_crisis_asks_nothing() {
        for service in starter()
            .services()
            .iter()
            .filter(|s| s.urgency == Urgency::Crisis)
        {
            // Not even where a careless edit made a question required.
            let mut service = service.clone();
            service
                .fields
                .iter_mut()
                .for_each(|field| field.required = true);
            assert_eq!(
                next(&service, &Answers::new(), NONE),
                None,
                "{}",
                service.code
            );
        }
    }

    #[test]
    fn no_service_asks_more_than_four_questions_and_papers_come_last() {
        assert_eq!(keys("BAS-DIBAO"), ["phone", "hukou", "residence", "name"]);
        assert_eq!(
            keys("LEG-WAGE"),
            ["phone", "employer", "work_period", "amount"]
        );
        assert_eq!(keys("ELD-MEAL"), ["phone", "residence", "subject_age"]);
        for service in starter().services() {
            assert!(questions(service, &Answers::new()).len() <= MOST_QUESTIONS);
        }
    }

    #[test]
    fn next_walks_the_same_questions_and_stops() {
        for service in starter().services() {
            let mut answers = Answers::new();
            for expected in questions(service, &Answers::new()) {
                assert_eq!(next(service, &answers, NONE), Some(expected));
                answers.insert(expected.key.clone(), Answer::Text("x".into()));
            }
            assert_eq!(next(service, &answers, NONE), None);
        }
    }

    #[test]
    fn what_is_known_or_skipped_is_not_asked() {
        let service = starter().service("ELD-MEAL").unwrap();
        let known = Answers::from([("phone".to_owned(), Answer::Text("13812345678".into()))]);
        assert_eq!(next(service, &known, NONE).unwrap().key, "residence");
        assert_eq!(
            next(service, &known, &["residence"]).unwrap().key,
            "subject_age"
        );
        assert_eq!(next(service, &known, &["residence", "subject_age"]), None);
        assert_eq!(questions(service, &known).len(), 2);
    }

    #[test]
    fn every_question_of_the_catalogue_can_be_skipped() {
        for field in starter()
            .services()
            .iter()
            .flat_map(|service| &service.fields)
        {
            for reply in [
                Reply::Text(" 跳过。".into()),
                Reply::Text("Skip".into()),
                Reply::Choice(SKIP.into()),
            ] {
                assert_eq!(
                    answer(field, &reply, today()),
                    Outcome::Skipped,
                    "{}",
                    field.key
                );
            }
        }
    }

    #[test]
    fn not_knowing_skips_where_it_is_no_answer() {
        let service = starter().service("LEG-FRAUD").unwrap();
        let reply = Reply::Text("记不清了".into());
        assert_eq!(
            answer(service.field("event_date").unwrap(), &reply, today()),
            Outcome::Skipped
        );
        let reply = Reply::Text("那天下雨".into());
        assert!(matches!(
            answer(service.field("event_date").unwrap(), &reply, today()),
            Outcome::Again(_)
        ));
    }

    #[test]
    fn a_plain_list_asks_required_questions_first() {
        let service = starter().service("BAS-LINSHI").unwrap();
        let first = next_in(&service.fields, &Answers::new(), NONE).unwrap();
        assert!(first.required);
        let all: Vec<_> = service.fields.iter().map(|q| q.key.as_str()).collect();
        assert_eq!(next_in(&service.fields, &Answers::new(), &all), None);
    }
}
