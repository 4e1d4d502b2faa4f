//! The words of the pages about running it: programs that are told, channels,
//! figures, units. Both languages side by side.

use super::super::Lang;
use crate::telemetry::Figure;

phrases! { Operating operating
    webhooks: "通知其他系统", "Telling other systems";
    webhooks_more: "事项有变化时，签过名的消息发到登记的网址。消息里只有编号、代码和时间，没有姓名、电话和原话；只由区县处理的事项不发。", "When something happens to a request, a signed message goes to the registered address. It holds references, codes and times, no name, no number, nobody's words; nothing is sent about what only the district handles.";
    webhooks_none: "还没有登记网址。", "No address is registered.";
    webhook_add: "登记一个网址", "Register an address";
    webhook_program: "哪个程序", "Program";
    webhook_programs_none: "还没有程序。先用命令 gateway add-client 加一个。", "There is no program yet. Add one with the command gateway add-client.";
    webhook_url: "网址（https://）", "Address (https://)";
    webhook_kinds: "哪些变化", "What it is told";
    webhook_go: "登记", "Register";
    webhook_secret: "签名密钥，只显示这一次：", "The signing secret, shown this once:";
    webhook_secret_more: "按 Standard Webhooks 的办法核对签名（webhook-id、webhook-timestamp、webhook-signature）。", "Check signatures as Standard Webhooks describe (webhook-id, webhook-timestamp, webhook-signature).";
    webhook_host: "发到", "Sent to";
    webhook_since: "从", "Since";
    webhook_state: "状态", "State";
    webhook_live: "在用", "In use";
    webhook_over: "已停", "Over";
    webhook_end: "停用", "End";
    webhook_end_sure: "没发出去的消息也不再发。", "What was not sent yet will not be sent.";
    webhook_ended: "已停用。", "Ended.";
    webhook_gone: "它已经停了，或者还在等着发。", "It is over, or still waits to be sent.";
    webhook_again: "再发一次", "Send again";
    webhook_again_done: "会再发一次，编号不变。", "It is sent once more under the same id.";
    webhook_log: "发送记录", "Deliveries";
    webhook_log_none: "还没有要发的。", "Nothing to send yet.";
    webhook_what: "变化", "What happened";
    webhook_tries: "次数", "Attempts";
    webhook_answer: "最后的回答", "Last answer";
    webhook_older: "更早的", "Older";
    told_waiting: "等着发，{}再试", "Waiting, next try {}";
    told_taken: "收到了", "Taken";
    told_given_up: "没送到，不再试了", "Given up";
    told_over: "网址停了", "Address over";
    line: "危机热线", "Crisis line";
    line_staff: "现在有 {} 人值守", "{} on duty now";
    line_nobody: "现在没有人值守", "Nobody is on duty now";
    line_waiting: "{} 件危险的事还没有人接", "{} in danger that nobody has taken";
    line_taken: "没有危险的事在等人接", "Nothing in danger waits to be taken";
    channels_more: "每个渠道最近一次收到和发出消息的时间，还有多少在等。", "When each channel last took and sent a message, and what waits.";
    channel_in: "最近收到", "Last in";
    channel_out: "最近发出", "Last out";
    channel_never: "还没有", "Never";
    channel_held: "{} 条要等到 {} 以后", "{} held until {}";
    channel_given_up: "一周内没送到", "Given up within a week";
    channel_state: "情况", "State";
    channel_good: "正常", "Good";
    channel_failing: "最近一次没发出去", "The last attempt failed";
    queue_parts: "一页一页地看", "Page by page";
    queue_part: "一页最多 200 件，急的、早的在前。", "A page holds 200 at most, the pressing and the old ones first.";
    queue_first: "回到最急的", "Back to the most pressing";
    queue_next: "看后面的", "Show the next ones";
    reviews_next: "更早的", "Older ones";
    mend: "没能处理的消息", "Messages that could not be handled";
    mend_more: "把话改成能处理的再试一次。原话照旧保存，谁改的会记下来。", "Put it into words that can be handled and try again. What came is kept as it came, and who changed it is on record.";
    mend_where: "话里有什么，只有值守岗看得到，他们可以改写再试（/worker/parked）。", "Only the duty desk sees the words; it can put them otherwise and try again (/worker/parked).";
    mend_words: "改成", "Words to handle";
    mend_go: "按这些话再试一次", "Try again with these words";
    mend_no_text: "这条不是文字，改不了。", "This is no text and cannot be changed.";
    mend_done: "处理好了。", "Handled.";
    mend_still: "还是处理不了，它留在这里。", "It still cannot be handled and stays here.";
    mend_gone: "这条消息已经不在这里了。", "That message is no longer here.";
    mend_empty: "请写要处理的话，最多 2000 字。", "Please write the words to handle, 2000 characters at most.";
    live: "运行情况", "Live figures";
    live_more: "这个进程最近十分钟的情况，每五秒更新。", "The last ten minutes of this process, renewed every five seconds.";
    live_most: "最高", "most";
    probes: "探测消息", "Probes";
    probes_more: "一条自己发的消息走完全程，用了多少毫秒。它不会开事项，走完就删掉。", "A message of our own goes the whole way; milliseconds each part took. It opens nothing and is deleted.";
    probes_none: "还没有发过。", "None was sent yet.";
    probe_at: "时间", "When";
    probe_result: "结果", "Result";
    probe_good: "走通了", "Came through";
    probe_stuck: "停在", "Stuck at";
    probe_go: "现在试一次", "Send one now";
    probe_through: "走通了。", "It came through.";
    probe_stuck_now: "没有走通，看下面停在哪里。", "It got stuck; see below where.";
    units_find: "找一个单位（名称、别名或代码）", "Find a unit (name, other name or code)";
    units_found: "找到的", "Found";
    units_none: "没有这样的单位。", "There is no such unit.";
    units_aliases: "别名", "Other names";
    units_hours: "办公时间", "Hours";
    units_people: "这里的工作人员", "Who works here";
    units_nobody: "这里没有工作人员。", "Nobody works here.";
    units_now: "现在", "Now";
    units_on_duty: "在岗", "On duty";
    units_off_duty: "不在岗", "Off duty";
    units_below: "下面的单位", "What lies below";
    units_workers: "{} 人", "{} workers";
    equity: "谁得到了帮助", "Who is served";
    equity_more: "最近 {} 天，各处的事项有多少、怎么来的。少于 {} 的数不显示；只由区县处理的事项不计。", "The last {} days: how much each place asks for, and how. Counts under {} are not shown; what only the district handles is not counted.";
    equity_none: "下面没有单位了。", "Nothing lies below.";
    equity_thousand: "每千名居民", "For a thousand residents";
    equity_night: "夜里来的", "At night";
    equity_web: "网上聊天来的", "From the web chat";
    rates: "三率", "The three rates";
    rate_solved: "发现问题解决率（居民说办好的 / 办结的）", "Problems solved (resident confirms / closed)";
    rate_visits: "探访关爱率", "Visits made";
    rate_visits_none: "系统里还没有探访名单，算不出来。", "There is no list of due visits here yet.";
    rate_lists: "幸福清单送达率", "Yearly lists delivered";
    rate_lists_none: "系统里还没有清单的送达记录，算不出来。", "There is no record of delivered lists here yet.";
    wrong_url: "网址要以 https:// 开头、是公开的主机、不带用户名，最多 500 个字符。", "The address must begin with https://, be of a public host, without a user name, 500 characters at most.";
    wrong_kinds: "请至少选一种变化。", "Please choose at least one kind.";
    wrong_client: "没有这个程序，或者它的令牌已经到期。", "There is no such program, or its token is over.";
    wrong_many: "一个程序最多登记 10 个网址。", "A program has ten addresses at most.";
}

/// A kind of fact a program may be told, in words.
pub(in crate::web) fn told_kind(lang: Lang, kind: &str) -> &'static str {
    let (zh, en) = match kind {
        "opened" => ("新开的事项", "opened"),
        "assigned" => ("派给岗位", "given to a desk"),
        "accepted" => ("有人接手", "accepted"),
        "declined" => ("退回", "given back"),
        "contacted" => ("联系上居民", "resident reached"),
        "visiting" => ("上门", "visit"),
        "paused" => ("暂停", "paused"),
        "resumed" => ("恢复", "resumed"),
        "extended" => ("延期", "more time"),
        "transferred" => ("转办", "transferred"),
        "recategorised" => ("改了类别", "another service"),
        "raised" => ("危险等级提高", "more dangerous"),
        "fired" => ("催办走了一步", "a step of the ladder"),
        "decided" => ("有了结果", "decided"),
        "delivered" => ("送到了", "delivered"),
        "confirmed" => ("居民说办好了", "resident confirms"),
        "disputed" => ("居民说没办好", "resident disputes"),
        "closed" => ("办结", "closed"),
        "reopened" => ("重开", "reopened"),
        _ => ("居民撤回", "withdrawn"),
    };
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

/// A figure that is drawn.
pub(in crate::web) fn figure(lang: Lang, figure: Figure) -> &'static str {
    let (zh, en) = match figure {
        Figure::Received => ("每分钟收到的消息", "Messages received a minute"),
        Figure::Commit => ("存好一条要几毫秒", "Milliseconds to store one"),
        Figure::Sent => ("每分钟发出的消息", "Messages sent a minute"),
        Figure::Waiting => ("等着发的消息", "Messages waiting to be sent"),
        Figure::Due => ("到点没走的催办", "Steps of ladders due"),
        Figure::Memory => ("内存（MB）", "Memory (MB)"),
    };
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}
