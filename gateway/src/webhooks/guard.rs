//! Which addresses of the network may be called for others: public ones, and
//! those the configuration allows.
//!
//! A name is looked up once for each connection, and only what passed is
//! connected to, so that a name cannot point elsewhere afterwards. Addresses
//! within other addresses (IPv4 in IPv6) are judged by the inner one.

use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

/// Networks that may be called although they are not public.
#[derive(Clone, Debug, Default)]
pub(super) struct Guard {
    allow: Arc<[IpNet]>,
}

/// Nothing of a name may be called.
#[derive(Debug, thiserror::Error)]
#[error("no address of this name may be called")]
struct Barred;

impl Guard {
    pub(super) fn new(allow: &[IpNet]) -> Self {
        Self {
            allow: allow.into(),
        }
    }

    /// Whether it may be called.
    pub(super) fn admits(&self, ip: IpAddr) -> bool {
        self.allows(ip) || is_public(ip)
    }

    /// Whether the configuration names it.
    pub(super) fn allows(&self, ip: IpAddr) -> bool {
        self.allow
            .iter()
            .any(|net| net.contains(&ip.to_canonical()))
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let good: Vec<SocketAddr> = found.filter(|at| guard.admits(at.ip())).collect();
            if good.is_empty() {
                return Err(Barred.into());
            }
            let addresses: Addrs = Box::new(good.into_iter());
            Ok(addresses)
        })
    }
}

fn is_public(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let barred = ip.is_loopback()
        || ip.is_private()
        || ip.is_link_local()
        || ip.is_multicast()
        || ip.is_broadcast()
        || ip.is_documentation()
        || a == 0
        // Carrier-grade NAT, protocol assignments, benchmarks, reserved.
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (b == 18 || b == 19))
        || a >= 240;
    !barred
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let parts = ip.segments();
    let inner = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match parts {
        // Translated addresses, and 6to4.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => inner(high, low),
        // Teredo and documentation; only 2000::/3 is public at all.
        [0x2001, 0 | 0xdb8, ..] => false,
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn only_public_addresses_are_called() {
        let guard = Guard::default();
        for good in [
            "1.1.1.1",
            "203.0.112.9",
            "2606:4700::1111",
            "64:ff9b::808:808",
        ] {
            assert!(guard.admits(ip(good)), "{good}");
        }
        for bad in [
            "127.0.0.1",
            "0.0.0.0",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "192.0.0.8",
            "198.18.0.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "fe80::1",
            "fc00::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::a9fe:a9fe",
            "2002:7f00:1::",
            "2001:0:53aa::1",
            "2001:db8::1",
        ] {
            assert!(!guard.admits(ip(bad)), "{bad}");
        }
    }

    #[test]
    fn what_the_configuration_names_is_called() {
        let guard = Guard::new(&["10.1.0.0/16".parse().unwrap()]);
        assert!(guard.admits(ip("10.1.2.3")) && guard.admits(ip("::ffff:10.1.2.3")));
        assert!(!guard.admits(ip("10.2.2.3")));
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_leads_nowhere() {
        let name = |text: &str| text.parse::<Name>().unwrap();
        let barred = Guard::default().resolve(name("localhost")).await;
        assert!(barred.is_err());
        let guard = Guard::new(&["127.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()]);
        assert!(guard.resolve(name("localhost")).await.is_ok());
    }
}
