//! Where programs that are told what happens may listen, and how often a probe
//! is sent.

use ipnet::IpNet;
use serde::{Deserialize, Deserializer, de};
use std::net::IpAddr;
use std::time::Duration;

/// Messages to programs of others.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Webhooks {
    /// Networks that may be called although they are not public.
    #[serde(deserialize_with = "networks")]
    pub allow: Vec<IpNet>,
}

/// Messages of our own, to see whether everything works.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Probe {
    /// How often one is sent; zero: never.
    #[serde(with = "humantime_serde")]
    pub every: Duration,
}

/// Networks as "10.1.2.0/24", or single addresses.
fn networks<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<IpNet>, D::Error> {
    let texts = Vec::<String>::deserialize(from)?;
    let read = texts.iter().map(|text| {
        let single = || text.parse::<IpAddr>().map(IpNet::from);
        text.parse().or_else(|_| single()).map_err(|_| {
            de::Error::custom(format!(
                "\"{text}\" is not a network such as \"10.1.2.0/24\", or an address"
            ))
        })
    });
    read.collect()
}
