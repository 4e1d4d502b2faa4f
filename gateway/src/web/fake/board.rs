//! A supervisors' board to look at.

use crate::clock::Moment;
use crate::desk::board::Backlog;
use crate::desk::view::{BoardRow, BoardView, LateRow};

pub(super) fn board(unit: Option<&str>, now: Moment) -> Option<BoardView> {
    let path = match unit {
        None => Vec::new(),
        Some("310101") => vec![("310101".into(), "滨江区".into())],
        Some(_) => return None,
    };
    let backlog = |ages: [u32; 5], overdue: u32| Backlog {
        ages,
        crisis: overdue / 2,
        crisis_waiting: overdue / 4,
        unassigned: ages[0] / 3,
        due_today: ages[1],
        overdue,
    };
    let row = |code: &str, name: &str, ages: [u32; 5], overdue: u32| BoardRow {
        code: code.into(),
        name: name.into(),
        deeper: true,
        backlog: backlog(ages, overdue),
    };
    let late = |reference: &str, class: &'static str, hours: i64| LateRow {
        reference: reference.into(),
        service: "助餐送餐".into(),
        class,
        place: "青石社区".into(),
        clock: "contact",
        due: now - chrono::TimeDelta::hours(hours),
        why: "首次联系已超过时限（11月20日 17:30）。今天 16:00 上报街道。".into(),
    };
    Some(BoardView {
        at: Some(now),
        path,
        total: backlog([23, 31, 12, 5, 2], 9),
        rows: vec![
            row("310101", "滨江区", [14, 20, 9, 4, 2], 7),
            row("310102", "=SUM(A1)区", [9, 11, 3, 1, 0], 2),
        ],
        late: vec![
            late("K7M2-9QXP", "urgent", 3),
            late("R4TD-2WHB", "normal", 26),
        ],
        findings: Vec::new(),
        gaps: vec!["青石社区没有副协理员。".into()],
        on_duty: 1,
    })
}
