//! Corrections to look at; orders change nothing here.

use crate::clock::Moment;
use crate::learning::{Board, Learning, Order, Proposal, Refusal, Said, Score, Trial, Version};

/// The page after an order.
pub(super) fn learning(order: &Order, now: Moment) -> Learning {
    let refusal = Refusal::Danger {
        request: "c3".into(),
    };
    let (trial, said) = match order {
        Order::Look => (None, Vec::new()),
        Order::Decide(all) => (None, vec![Said::Decided(all.len())]),
        Order::Try => (Some(trial(None)), Vec::new()),
        Order::Publish(_) => (
            Some(trial(Some(refusal.clone()))),
            vec![Said::Refused(refusal)],
        ),
        Order::RollBack(to) => (None, vec![Said::InForce(to + 1)]),
    };
    let names = [
        ("ELD-MEAL", "助餐送餐"),
        ("CAR-ERRAND", "助行代办与代购"),
        ("HOU-AGING", "适老化改造与智能守护"),
    ];
    Learning {
        board: board(now),
        services: names.map(|(c, n)| (c.to_owned(), n.to_owned())).to_vec(),
        trial,
        said,
    }
}

fn score(top1: f32) -> Score {
    Score {
        top1,
        crisis_recall: 0.99,
        false_alarms: 0.01,
    }
}

fn trial(refusal: Option<Refusal>) -> Trial {
    Trial {
        examples: Vec::new(),
        before: score(0.81),
        after: score(0.83),
        refusal,
        mark: "m1".into(),
    }
}

fn board(now: Moment) -> Board {
    let proposal = |number: u32, was: &str, service: &str, text: &str| Proposal {
        request: format!("c{number}"),
        at: now,
        was: was.into(),
        service: service.into(),
        text: text.into(),
        version: 1,
    };
    Board {
        proposed: vec![
            proposal(
                1,
                "ELD-MEAL",
                "CAR-ERRAND",
                "帮我妈把社区发的米领回来，她走不动，住[地点][地址]",
            ),
            proposal(
                2,
                "CAR-ERRAND",
                "HOU-AGING",
                "想请人来卫生间装个抓的东西，某奶奶上个月滑倒了",
            ),
        ],
        waiting: 2,
        accepted: vec![proposal(3, "ELD-MEAL", "CAR-ERRAND", "没人给我买菜")],
        versions: vec![Version {
            number: 1,
            at: now,
            examples: 4,
            copy_of: None,
            scores: Some((score(0.8), score(0.81))),
        }],
    }
}
