//! The pages with made-up data, for looking at them: no database, no clocks.
//!
//! `cargo run -p gateway --features testing --example preview [ADDRESS]`

use gateway::clock::Clock;
use gateway::web::fake::{ADMIN_LINK, Fake, WORKER_LINK};
use gateway::web::{Settings, Site, router};
use std::net::SocketAddr;
use std::sync::Arc;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let address = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "127.0.0.1:8099".into());
    let listener = tokio::net::TcpListener::bind(&address).await?;
    let url = format!("http://{}", listener.local_addr()?);
    println!("resident  {url}/chat");
    println!("worker    {url}/sign-in#{WORKER_LINK}");
    println!("admin     {url}/sign-in#{ADMIN_LINK}");
    let clock = Clock::system();
    let site = Site {
        backend: Arc::new(Fake::new(clock.clone())),
        clock,
        settings: Settings {
            public_url: url,
            ..Settings::default()
        },
    };
    let service = router(site).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).await?;
    Ok(())
}
