//! Workers' and administrators' pages.

use super::browser::Town;
use crate::web::fake::{ADMIN_LINK, OTHER_LINK, WORKER_LINK};
use axum::body::Body;
use axum::http::header::LOCATION;
use axum::http::{Request, StatusCode};
use futures::StreamExt;

#[tokio::test]
async fn a_worker_without_script_takes_replies_and_finishes() {
    let town = Town::new();
    let mut worker = town.signed_in(WORKER_LINK).await;
    let queue = worker.get("/worker").await;
    assert!(queue.has("等人接手") && queue.has("已超时 12 分钟") && queue.has("还剩 26 小时"));
    let page = worker
        .submit(&queue, "K7M3-9F2X/act", &[("act", "accept")])
        .await;
    assert!(page.has("待办"), "from the queue back to the queue");
    let page = worker.get("/worker/r/K7M3-9F2X").await;
    assert!(page.has("周敏接手了。"));
    let page = worker
        .submit(&page, "value=\"ask\"", &[("text", "您母亲住几楼？")])
        .await;
    assert!(page.has("您母亲住几楼？") && page.has("机器人先不出声"));
    let fields = [("outcome", "granted"), ("note", "明天开始送饭")];
    let page = worker.submit(&page, "value=\"finish\"", &fields).await;
    assert!(page.has("办结：明天开始送饭") && page.has("有结果"));
}

#[tokio::test]
async fn a_request_of_another_desk_does_not_exist() {
    let town = Town::new();
    let mut other = town.signed_in(OTHER_LINK).await;
    let token = other.get("/worker/bind").await.form("生成").1[0].1.clone();
    for path in ["", "/live", "/events"] {
        for reference in ["K7M3-9F2X", "AAAA-AAAA"] {
            let request = Request::get(format!("/worker/r/{reference}{path}"));
            // Not read to its end: a stream that opens has none.
            let answer = other.raw(request.body(Body::empty()).unwrap()).await;
            assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{reference}{path}");
        }
    }
    let fields = [
        ("token", token.as_str()),
        ("once", "0123456789"),
        ("act", "accept"),
    ];
    let done = other.post("/worker/r/K7M3-9F2X/act", &fields).await;
    assert_eq!(done.status, StatusCode::NOT_FOUND);
    let mut owner = town.signed_in(WORKER_LINK).await;
    assert!(
        owner
            .get("/worker/r/K7M3-9F2X")
            .await
            .has("value=\"accept\"")
    );
}

#[tokio::test]
async fn an_act_on_a_stale_page_is_refused_and_the_note_is_kept() {
    let town = Town::new();
    let mut worker = town.signed_in(WORKER_LINK).await;
    let page = worker.get("/worker/r/R9CX-3TJE").await;
    town.backend.set_words("R9CX-3TJE", "押金要三千元。");
    let fields = [("outcome", "granted"), ("note", "已经联系医院")];
    let refused = worker.submit(&page, "value=\"finish\"", &fields).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(
        refused.has("别人先动了") && refused.has("已经联系医院") && refused.has("押金要三千元")
    );
    // A note does not depend on what the resident just wrote.
    let noted = worker
        .submit(&page, "/note\"", &[("private", "先记一笔")])
        .await;
    assert_eq!(noted.status, StatusCode::OK);
}

#[tokio::test]
async fn an_act_without_what_it_needs_is_refused_with_a_sentence() {
    let town = Town::new();
    let mut worker = town.signed_in(WORKER_LINK).await;
    let page = worker.get("/worker/r/R9CX-3TJE").await;
    for (mark, fields) in [
        ("value=\"finish\"", &[("note", "x")][..]),
        ("value=\"ask\"", &[("text", "  ")]),
        ("value=\"transfer\"", &[("unit", "310")]),
        ("value=\"contact\"", &[("how", "telepathy")]),
        ("value=\"contact\"", &[("act", "explode")]),
        ("/note\"", &[("private", " ")]),
    ] {
        let refused = worker.submit(&page, mark, fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{mark}");
        assert!(refused.has("填写的内容不完整"), "{mark}");
    }
    let (action, hidden) = page.form("value=\"attempt\"");
    let token = hidden
        .iter()
        .find(|(name, _)| name == "token")
        .unwrap()
        .1
        .as_str();
    let fields = [
        ("token", token),
        ("once", "0123456789"),
        ("act", "visit"),
        ("version", "-1"),
    ];
    assert_eq!(
        worker.post(&action, &fields).await.status,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn a_private_note_cannot_be_sent_to_the_resident_by_mistake() {
    let town = Town::new();
    let mut worker = town.signed_in(WORKER_LINK).await;
    let page = worker.get("/worker/r/R9CX-3TJE").await;
    let (note, keys) = page.form("name=\"private\"");
    let (reply, _) = page.form("value=\"ask\"");
    assert!(note.ends_with("/note") && reply.ends_with("/act"));
    assert!(page.has("class=\"private\"") && page.has("不会发给对方"));
    let keys = || keys.iter().map(|(n, v)| (n.as_str(), v.as_str()));
    // Each form is refused where the other one goes, whatever else it carries.
    let private: Vec<_> = keys().chain([("private", "家里有狗")]).collect();
    let with_act: Vec<_> = private.iter().copied().chain([("act", "ask")]).collect();
    let words: Vec<_> = keys()
        .chain([("act", "ask"), ("text", "您在家吗")])
        .collect();
    let as_note: Vec<_> = keys().chain([("act", "note"), ("text", "x")]).collect();
    for (to, fields) in [
        (&reply, &private),
        (&reply, &with_act),
        (&reply, &as_note),
        (&note, &words),
    ] {
        let refused = worker.post(to, fields).await;
        assert_eq!(
            refused.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{to} {fields:?}"
        );
    }
    let page = worker
        .submit(&page, "name=\"private\"", &[("private", "家里有狗")])
        .await;
    assert!(page.status == StatusCode::OK && !page.has("机器人先不出声"));
}

#[tokio::test]
async fn every_card_has_three_large_actions_and_calls_only_where_it_may() {
    let town = Town::new();
    let mut worker = town.signed_in(WORKER_LINK).await;
    let page = worker.get("/worker").await;
    let card = |reference: &str| {
        let mut cards = page.text.split("<article").skip(1);
        cards
            .find(|card| card.contains(reference))
            .unwrap()
            .to_owned()
    };
    let mine = card("R9CX-3TJE");
    for part in ["#call", "#act-ask", "#act-finish"] {
        assert!(
            mine.contains(&format!("/worker/r/R9CX-3TJE{part}\"")),
            "{part}"
        );
    }
    let free = card("K7M3-9F2X");
    assert!(free.contains("value=\"accept\"") && !free.contains("#call"));
    assert!(
        !page.has("tel:138"),
        "the number is where reading it goes on record"
    );
    assert!(card("J6YT-2ACM").contains("#s-private"));
}

#[tokio::test]
async fn a_queue_that_lost_its_stream_is_told_what_it_missed_and_nothing_else() {
    let town = Town::new();
    let mut worker = town.signed_in(WORKER_LINK).await;
    let mut frames = async |last: Option<&str>| {
        let mut request = Request::get("/worker/events");
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        let answer = worker.raw(request.body(Body::empty()).unwrap()).await;
        let stream = answer.into_body().into_data_stream();
        let texts = stream.map(|frame| String::from_utf8(frame.unwrap().to_vec()).unwrap());
        Box::pin(texts)
    };
    let mut first = frames(None).await;
    assert!(first.next().await.unwrap().contains(": open"));
    let told = first.next().await.unwrap();
    assert!(told.starts_with("id:") && !told.contains("data"), "{told}");
    let seen = told.trim_start_matches("id:").trim().to_owned();
    let mut same = frames(Some(&seen)).await;
    assert!(same.next().await.unwrap().contains(": open"));
    assert!(
        futures::poll!(same.next()).is_pending(),
        "nothing was missed"
    );
    town.backend.set_words("K7M3-9F2X", "我妈妈摔了一跤。");
    for last in [seen.as_str(), "0", "nonsense"] {
        let mut late = frames(Some(last)).await;
        assert!(late.next().await.unwrap().contains(": open"));
        assert!(late.next().await.unwrap().contains("event: hint"), "{last}");
    }
}

#[tokio::test]
async fn taking_what_a_colleague_took_says_why_not() {
    let town = Town::new();
    let mut worker = town.signed_in(WORKER_LINK).await;
    let page = worker.get("/worker/r/R9CX-3TJE").await;
    let fields = [("act", "accept")];
    let refused = worker.submit(&page, "value=\"attempt\"", &fields).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.has("现在不能这样做。已经有人接手了。"));
}

#[tokio::test]
async fn the_script_gets_fragments_and_sentences() {
    let town = Town::new();
    let mut worker = town.signed_in(WORKER_LINK).await;
    let page = worker.get("/worker/r/K7M3-9F2X").await;
    worker.headers.insert("x-fragment", "1".parse().unwrap());
    let part = worker
        .submit(&page, "value=\"accept\"", &[("act", "accept")])
        .await;
    assert!(part.status == StatusCode::OK && !part.has("<html") && part.has("周敏接手了。"));
    let stale = worker
        .submit(&page, "value=\"decline\"", &[("note", "x")])
        .await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert!(stale.headers.contains_key("x-notice") && !stale.has("<"));
    let gone = worker.get("/worker/r/AAAA-AAAA/live").await;
    assert_eq!(gone.headers["content-type"], "application/problem+json");
}

#[tokio::test]
async fn a_telephone_is_masked_until_the_reader_leads() {
    let town = Town::new();
    let mut worker = town.signed_in(WORKER_LINK).await;
    let free = worker.get("/worker/r/K7M3-9F2X").await;
    assert!(free.has("138****1234") && !free.has("tel:138"));
    let mine = worker.get("/worker/r/R9CX-3TJE").await;
    assert!(mine.has("href=\"tel:13800001234\""));
}

#[tokio::test]
async fn residents_words_are_escaped_at_the_desk() {
    let town = Town::new();
    town.backend
        .set_words("K7M3-9F2X", "<b onmouseover=x>\"'&</b>");
    let mut worker = town.signed_in(WORKER_LINK).await;
    for path in ["/worker", "/worker/r/K7M3-9F2X"] {
        let page = worker.get(path).await;
        assert!(
            page.has("&#60;b onmouseover") && !page.has("<b onmouseover"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn every_state_of_a_clock_is_said_in_words() {
    let town = Town::new();
    let mut worker = town.signed_in(WORKER_LINK).await;
    let page = worker.get("/worker").await;
    for words in [
        "接手",
        "还剩 3 分钟",
        "已超时 3 小时",
        "已暂停",
        "危急",
        "断粮",
        "紧急",
        "普通",
    ] {
        assert!(page.has(words), "{words}");
    }
    worker
        .headers
        .insert("accept-language", "en".parse().unwrap());
    let page = worker.get("/worker").await;
    for words in ["3 min left", "3 h overdue", "paused", "Crisis", "No food"] {
        assert!(page.has(words), "{words}");
    }
}

#[tokio::test]
async fn administrators_see_when_and_why_but_not_what_was_said() {
    let town = Town::new();
    let mut admin = town.signed_in(ADMIN_LINK).await;
    let overview = admin.get("/admin").await;
    assert!(overview.has("2027 年的放假安排还没有") && overview.has("C4HN-7KXA"));
    let request = admin.get("/admin/r/P3FA-6WHN").await;
    assert!(request.has("上报到哪一步了") && request.has("在网页聊天里提出"));
    for page in [overview, request] {
        for private in [
            "转学的事",
            "13800001234",
            "一点米都没有",
            "王**",
            "78 岁",
            "3 号楼",
        ] {
            assert!(!page.has(private), "{private}");
        }
    }
    let found = admin.get("/admin/find?reference=%20p3fa-6whn").await;
    assert_eq!(found.headers[LOCATION], "/admin/r/P3FA-6WHN");
    for odd in ["..%2F..%2Fworker", "", "a%0d%0ab", "%2F%2Fevil.example"] {
        let page = admin.get(&format!("/admin/find?reference={odd}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{odd}");
    }
}

#[tokio::test]
async fn parked_messages_are_retried_or_set_aside_and_links_are_shown_once() {
    let town = Town::new();
    let mut admin = town.signed_in(ADMIN_LINK).await;
    let page = admin.get("/admin/parked").await;
    let page = admin
        .submit(&page, "value=\"p1\"", &[("do", "retry")])
        .await;
    assert!(page.has("已重新处理") && !page.has("menu version 3"));
    let page = admin
        .submit(&page, "value=\"p2\"", &[("do", "discard")])
        .await;
    assert!(page.has("没有搁置的消息"));

    let page = admin.get("/admin/workers").await;
    let page = admin.submit(&page, "value=\"w1\"", &[]).await;
    assert!(page.has("/sign-in#fresh-link-of-w1"));
    assert!(!admin.get("/admin/workers").await.has("fresh-link"));
}

#[tokio::test]
async fn a_store_that_is_away_is_said_with_a_number_to_call() {
    let town = Town::new();
    let mut worker = town.signed_in(WORKER_LINK).await;
    town.backend.set_away(true);
    for path in ["/worker", "/worker/r/K7M3-9F2X"] {
        let page = worker.get(path).await;
        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert!(
            page.headers.contains_key("retry-after") && page.has("tel:110"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_page_drawn_before_a_change_is_told_as_soon_as_it_listens() {
    let town = Town::new();
    let mut worker = town.signed_in(WORKER_LINK).await;
    let page = worker.get("/worker/r/K7M3-9F2X").await;
    let events = page
        .text
        .split('"')
        .find(|part| part.contains("/events?v="))
        .unwrap();
    let mut frames = async |path: &str| {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let stream = worker.raw(request).await.into_body().into_data_stream();
        let texts = stream.map(|frame| String::from_utf8(frame.unwrap().to_vec()).unwrap());
        Box::pin(texts)
    };
    let mut before = frames(events).await;
    assert!(before.next().await.unwrap().contains(": open"));
    assert!(
        futures::poll!(before.next()).is_pending(),
        "nothing is new yet"
    );
    town.backend.set_words("K7M3-9F2X", "我妈妈摔了一跤。");
    let mut after = frames(events).await;
    assert!(after.next().await.unwrap().contains(": open"));
    assert!(after.next().await.unwrap().contains("event: hint"));
}

#[tokio::test]
async fn a_saved_board_holds_no_formula() {
    let town = Town::new();
    let mut admin = town.signed_in(ADMIN_LINK).await;
    let file = admin.get("/admin/board.csv").await;
    assert!(file.has("'=SUM(A1)"));
    assert!(!file.has(",=SUM"));
    assert!(admin.get("/admin/board").await.has("=SUM(A1)"));
    assert_eq!(
        admin.get("/admin/board?unit=0").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn a_table_asked_for_too_late_leads_to_the_proof_and_back_to_where_it_was() {
    let town = Town::new();
    let mut admin = town.signed_in(ADMIN_LINK).await;
    let board = admin.get("/admin/board").await;
    assert!(!board.has(" download"), "a browser would show no proof");
    town.later(6);
    let to = |page: &super::browser::Page| {
        assert_eq!(page.status, StatusCode::SEE_OTHER);
        page.headers[axum::http::header::LOCATION]
            .to_str()
            .unwrap()
            .to_owned()
    };
    let typed = admin.get("/admin/board.csv?unit=590102&x=1").await;
    let proof = to(&typed);
    assert_eq!(
        proof,
        "/admin/prove?back=/admin/board.csv?unit=590102%26x=1"
    );
    let from = "http://linli.test/admin/board?unit=590102";
    admin.headers.insert("referer", from.parse().unwrap());
    let clicked = admin.get("/admin/board.csv?unit=590102").await;
    assert_eq!(to(&clicked), "/admin/prove?back=/admin/board?unit=590102");
}

#[tokio::test]
async fn a_queue_longer_than_a_page_says_so_and_goes_on() {
    let town = Town::new();
    town.backend.fill(230);
    let mut worker = town.signed_in(WORKER_LINK).await;
    let first = worker.get("/worker").await;
    assert_eq!(first.text.matches("<article").count(), 200);
    assert!(first.has("一页最多 200 件") && !first.has("回到最急的"));
    let next = first
        .text
        .split('"')
        .find(|p| p.starts_with("/worker?after="));
    let next = next.expect("a way on").to_owned();
    let second = worker.get(&next).await;
    let left = second.text.matches("<article").count();
    assert!((30..200).contains(&left), "{left}");
    assert!(second.has("回到最急的") && !second.has("看后面的"));
    let live = next.replace("/worker?", "/worker/queue?");
    assert!(second.has(&format!("data-live=\"{live}\"")));
    assert_eq!(
        worker.get(&live).await.text.matches("<article").count(),
        left
    );
    for bad in ["x", "1.2", "%3Cb%3E"] {
        let page = worker.get(&format!("/worker?after={bad}")).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{bad}");
    }
}
