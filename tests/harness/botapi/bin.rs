//! `botapi`: the fake Bot API as a program, for bots in any language.
//!
//! `botapi [ADDRESS [SPEED]]` listens on ADDRESS (default a free loopback port)
//! and runs its clock SPEED times faster. The first line it prints is JSON with
//! `url` and `token`. It ends when its standard input is closed, so that it
//! cannot outlive the script that started it.

use gateway::clock::Clock;
use std::net::SocketAddr;
use tests::botapi::{BotApi, TOKEN};
use tokio::io::AsyncReadExt;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let address: SocketAddr = args.next().as_deref().unwrap_or("127.0.0.1:0").parse()?;
    let speed: f64 = args.next().as_deref().unwrap_or("1").parse()?;
    let clock = Clock::running(speed, chrono::TimeDelta::zero());
    let fake = BotApi::start_at(address, &clock).await;
    println!("{}", serde_json::json!({"url": fake.url(), "token": TOKEN}));
    let mut end = Vec::new();
    tokio::io::stdin().read_to_end(&mut end).await?;
    Ok(())
}
