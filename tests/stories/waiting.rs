//! A gateway that begins while its database is away, or goes while it begins.

use tests::World;

#[tokio::test]
async fn a_gateway_that_gets_no_answer_from_its_database_is_not_ready() {
    let world = World::start().await;
    let (browser, site) = (tests::Browser::new(), world.site());
    assert_eq!(browser.get(&site, "/readyz").await.status, 200);
    // Its own connections are gone; on PostgreSQL a fresh one would come in.
    world.loses_its_database().await;
    let told = browser.get(&site, "/readyz").await;
    assert_eq!(told.status, 503, "{}", told.body);
    assert!(told.body.contains("database"), "{}", told.body);
    drop(site);
    world.restart().await;
    let site = world.site();
    assert_eq!(browser.get(&site, "/readyz").await.status, 200);
    world.ends().await;
}
