//! Sample data of a made-up city, for looking at the pages.

use super::super::backend::Worker;
use crate::clock::Moment;
use crate::desk::view::{Card, Chip, Line, Overview, Parked, Sheet};
use crate::requests::act::Act;
use chrono::TimeDelta;

const OUTCOMES: &[(&str, &str)] = &[
    ("granted", "已办成"),
    ("referred", "已转介"),
    ("withdrawn", "对方撤回"),
];
const LEAD_ACTS: &[&str] = &[
    "contact",
    "ask",
    "finish",
    "attempt",
    "visit",
    "pause",
    "transfer",
    "recategorise",
    "note",
];
const FREE_ACTS: &[&str] = &["accept", "decline", "note"];

type Answer = (String, &'static str, Vec<(String, String)>);

fn choices(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(token, label)| ((*token).into(), (*label).into()))
        .collect()
}

/// The label of a choice's token.
pub(super) fn label(token: &str) -> String {
    match token {
        "t-food" => "吃饭、生活费",
        "t-care" => "照顾老人",
        "t-med" => "看病、医保",
        "t-more" => "更多",
        "t-yes" => "对，请帮我提出",
        "t-no" => "不对，改一下",
        _ => "（按钮）",
    }
    .into()
}

/// What the bot says to it.
pub(super) fn answer(said: Option<&str>) -> Vec<Answer> {
    let plain = |text: &str, options: &[(&str, &str)]| (text.to_owned(), "plain", choices(options));
    let Some(said) = said else {
        return vec![plain(
            "您好，我是邻里。您有什么难处，直接说就行。\n也可以点一个：",
            &[
                ("t-food", "吃饭、生活费"),
                ("t-care", "照顾老人"),
                ("t-med", "看病、医保"),
                ("t-more", "更多"),
            ],
        )];
    };
    if said.contains("不想活") || said.contains("跳楼") {
        let card = "谢谢您告诉我。请现在拨打 12356，有危险打 110 或 120。已请值班同志马上联系您。身边有人吗？";
        return vec![(card.into(), "crisis", Vec::new())];
    }
    match said {
        "照顾老人" => vec![plain(
            "您要给母亲申请每天送午饭，对吗？\n住处：青石社区 3 号楼\n什么时候开始：越快越好",
            &[("t-yes", "对，请帮我提出"), ("t-no", "不对，改一下")],
        )],
        "对，请帮我提出" => vec![(
            "已经记下，编号 K7M3-9F2X\n事项：助餐送餐\n谁来办：青石社区，周敏\n电话：0511-85551234\n最晚 11月24日（星期二）17:00 前联系您".into(),
            "card",
            Vec::new(),
        )],
        _ => vec![plain(
            "您说的是哪一种？",
            &[("t-care", "照顾老人"), ("t-med", "看病、医保"), ("t-more", "更多")],
        )],
    }
}

fn card(now: Moment, reference: &str, class: &'static str, service: &str, words: &str) -> Card {
    Card {
        reference: reference.into(),
        service: service.into(),
        class,
        status: "assigned".into(),
        words: words.into(),
        place: "青石社区 · 青石苑".into(),
        who: Some("王**".into()),
        chip: None,
        lead: None,
        mine: false,
        copy: false,
        call: false,
        opened: now - TimeDelta::hours(3),
        acts: FREE_ACTS.to_vec(),
        version: 1,
    }
}

fn chip(clock: &'static str, due: Moment, now: Moment) -> Chip {
    Chip {
        clock,
        due,
        late: due < now,
        paused: false,
    }
}

fn timeline(now: Moment, future: bool) -> Vec<Line> {
    let ago = |minutes| now - TimeDelta::minutes(minutes);
    let line = |at, side, text: &str| Line {
        at,
        side,
        text: text.into(),
        quote: None,
    };
    let mut timeline = vec![
        line(ago(180), "resident", "在网页聊天里提出。"),
        line(ago(180), "bot", "分到“助餐送餐”，派给青石社区。"),
        line(ago(60), "system", "提醒了青石社区值班人员。"),
    ];
    if future {
        timeline.push(line(
            now + TimeDelta::minutes(40),
            "future",
            "如果还没人接手，通知街道值班。",
        ));
        timeline.push(line(
            now + TimeDelta::hours(26),
            "future",
            "如果还没联系，通知区里。",
        ));
    }
    timeline[0].quote = Some("我家门牌是 3 号楼。".into());
    timeline
}

fn sheet(now: Moment, card: Card) -> Sheet {
    let asked = now - TimeDelta::hours(3);
    let timeline = timeline(now, card.lead.is_none());
    Sheet {
        words: vec![
            card.words.clone(),
            "她一个人住，腿脚不方便，中午没法做饭。".into(),
        ],
        answers: choices(&[
            ("给谁", "母亲，78 岁"),
            ("住处", "青石苑 3 号楼 2 单元"),
            ("什么时候开始", "越快越好"),
        ]),
        evidence: vec!["送饭".into(), "一个人住".into(), "腿脚不方便".into()],
        reason: "住在青石社区，由居住地社区主办。".into(),
        phone: Some(["138****1234", "13800001234"][usize::from(card.mine)].into()),
        phone_shown: card.mine,
        full_until: None,
        may_show: card.mine,
        may_erase: false,
        chips: card.chip.clone().into_iter().collect(),
        explained: vec![(
            "联系时限：1 个工作日".into(),
            vec![
                "11月21日 14:00 起算".into(),
                "11月22日 星期日，不算".into(),
                "11月23日 17:00 到期".into(),
            ],
        )],
        timeline,
        thread: vec![Line {
            at: asked,
            side: "resident",
            text: "王**".into(),
            quote: Some(card.words.clone()),
        }],
        astray: None,
        photos: Vec::new(),
        why: card
            .chip
            .as_ref()
            .filter(|c| c.late)
            .map(|_| "夜里 22:00 到 7:00 不打扰街道，7:00 通知。".into()),
        pauses: choices(&[("resident", "等对方补充情况"), ("check", "等部门核对")]),
        outcomes: choices(OUTCOMES),
        desks: choices(&[("310-01", "云桥社区"), ("310", "滨江街道")]),
        likely: 1,
        ties: Vec::new(),
        services: choices(&[("CARE-MEAL", "助餐送餐"), ("CARE-VISIT", "上门探访")]),
        held: false,
        mark: String::new(),
        people: super::persons::people(),
        card,
    }
}

/// Requests of one desk, most pressing first.
pub(super) fn sheets(now: Moment) -> Vec<Sheet> {
    let mut crisis = card(
        now,
        "C4HN-7KXA",
        "crisis",
        "独居者失联、敲门无应",
        "对门张奶奶两天没开门了，电话也不接，灯一直亮着。",
    );
    crisis.chip = Some(chip("accept", now + TimeDelta::minutes(3), now));
    crisis.opened = now - TimeDelta::minutes(2);
    crisis.who = None;
    let mut hunger = card(
        now,
        "H2RT-M4PW",
        "hunger",
        "断粮断炊",
        "家里一点米都没有了，孩子还没吃饭。",
    );
    hunger.chip = Some(chip("accept", now - TimeDelta::minutes(12), now));
    let mut meal = card(
        now,
        "K7M3-9F2X",
        "normal",
        "助餐送餐",
        "我妈妈 78 岁，想给她申请中午送饭。",
    );
    meal.chip = Some(chip("contact", now + TimeDelta::hours(26), now));
    let waiting = [crisis, hunger, meal].into_iter();
    waiting
        .chain(taken(now))
        .map(|card| sheet(now, card))
        .collect()
}

/// Those that somebody handles.
fn taken(now: Moment) -> [Card; 3] {
    let mut mine = card(
        now,
        "R9CX-3TJE",
        "urgent",
        "临时救助与小额快救",
        "老公住院了，押金交不上，医生说今天要交。",
    );
    mine.chip = Some(chip("contact", now + TimeDelta::minutes(95), now));
    mine.lead = Some("周敏".into());
    mine.mine = true;
    mine.call = true;
    mine.status = "acknowledged".into();
    mine.acts = LEAD_ACTS.to_vec();
    let mut late = card(
        now,
        "P3FA-6WHN",
        "normal",
        "入学、转学",
        "孩子转学的事，学校一直没有回话。",
    );
    late.chip = Some(chip("resolve", now - TimeDelta::hours(3), now));
    late.lead = Some("周敏".into());
    late.mine = true;
    late.status = "contacted".into();
    late.acts = LEAD_ACTS.to_vec();
    let mut copy = card(
        now,
        "J6YT-2ACM",
        "normal",
        "最低生活保障（低保）",
        "想问问我这种情况能不能办低保。",
    );
    copy.chip = Some(Chip {
        clock: "resolve",
        due: now,
        late: false,
        paused: true,
    });
    copy.lead = Some("吴桐".into());
    copy.copy = true;
    copy.status = "contacted".into();
    copy.acts = vec!["note"];
    [mine, late, copy]
}

/// What an act does to a sheet.
pub(super) fn apply(sheet: &mut Sheet, act: &Act, now: Moment) {
    let (status, text, acts): (&str, String, Vec<&'static str>) = match act {
        Act::Accept => ("acknowledged", "周敏接手了。".into(), LEAD_ACTS.to_vec()),
        Act::Finish { note, .. } => ("decided", format!("办结：{note}"), vec!["note"]),
        other => {
            let name = serde_json::to_value(other).expect("acts are plain data");
            let text = name["act"].as_str().unwrap_or_default().to_owned();
            (sheet.card.status.as_str(), text, sheet.card.acts.clone())
        }
    };
    let status = status.to_owned();
    if matches!(act, Act::Accept) {
        sheet.card.lead = Some("周敏".into());
        sheet.card.mine = true;
        sheet.timeline.retain(|line| line.side != "future");
    }
    let line = Line {
        at: now,
        side: "worker",
        text,
        quote: None,
    };
    let place = sheet.timeline.iter().position(|l| l.side == "future");
    sheet
        .timeline
        .insert(place.unwrap_or(sheet.timeline.len()), line);
    if let Act::Ask { text } = act {
        let quote = Some(text.clone());
        sheet.thread.push(Line {
            at: now,
            side: "worker",
            text: "周敏".into(),
            quote,
        });
        sheet.held = true;
    }
    sheet.card.status = status;
    sheet.card.acts = acts;
    sheet.card.version += 1;
}

pub(super) fn parked(now: Moment) -> Vec<Parked> {
    let row = |key: &str, hours, cause: &str| Parked {
        key: key.into(),
        at: now - TimeDelta::hours(hours),
        channel: "telegram / main".into(),
        cause: cause.into(),
    };
    vec![
        row("p1", 5, "menu version 3 is gone"),
        row("p2", 1, "the message could not be read"),
    ]
}

pub(super) fn overview() -> Overview {
    Overview {
        open: vec![("crisis", 1), ("hunger", 1), ("urgent", 4), ("normal", 23)],
        people: (19, 46, 1_208),
        outbox: (3, 95),
        timers: (0, 1),
        parked: 2,
        spooled: 0,
        channels: vec![
            ("网页聊天".into(), "正常".into()),
            (
                "Telegram / main".into(),
                "最近收到 14:02，最近发出 14:03".into(),
            ),
        ],
        audit: Some(Vec::new()),
        alarms: vec!["2027 年的放假安排还没有，按周一到周五计算。".into()],
        versions: (4, 2, 1),
    }
}

pub(super) fn workers() -> Vec<Worker> {
    let row = |id: &str, name: &str, unit: &str, roles: &[&str]| Worker {
        id: id.into(),
        name: name.into(),
        unit: unit.into(),
        roles: roles.iter().map(|role| (*role).into()).collect(),
    };
    vec![
        row("w1", "周敏", "青石社区", &["协理员", "值守岗"]),
        row("w2", "陈立", "云桥社区", &["网格员"]),
        row("w3", "吴桐", "滨江街道", &["街道"]),
    ]
}
