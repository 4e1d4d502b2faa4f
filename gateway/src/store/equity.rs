//! Counts by unit for a look at who is served and how: figures only.

use super::sql::{Sql, sql};
use super::{Db, Result, on};

/// Requests of one unit since a moment; what is restricted is not counted.
#[derive(Clone, Debug, Default, sqlx::FromRow)]
pub struct Served {
    /// Code of the unit that leads.
    pub unit: String,
    pub opened: i64,
    /// Of them, those opened between ten in the evening and six.
    pub night: i64,
    /// Of them, those from the web chat.
    pub web: i64,
    pub closed: i64,
    /// Closed, and the resident said that it is solved.
    pub confirmed: i64,
}

const SERVED: Sql = sql!(
    "SELECT r.lead_unit AS unit, CAST(COUNT(*) AS BIGINT) AS opened,
            CAST(SUM(CASE WHEN (r.opened_at / 3600000000 + $2) % 24 >= 22
                       OR (r.opened_at / 3600000000 + $2) % 24 < 6 THEN 1 ELSE 0 END) AS BIGINT) AS night,
            CAST(SUM(CASE WHEN substr(r.address, 1, 8) = 'webchat/' THEN 1 ELSE 0 END) AS BIGINT) AS web,
            CAST(SUM(CASE WHEN r.closed_at IS NOT NULL THEN 1 ELSE 0 END) AS BIGINT) AS closed,
            CAST(SUM(CASE WHEN r.closed_at IS NOT NULL AND EXISTS (SELECT 1 FROM events e
                       WHERE e.request = r.id AND e.kind = 'confirmed') THEN 1 ELSE 0 END) AS BIGINT) AS confirmed
     FROM requests r WHERE r.opened_at >= $1 AND r.restricted = 0 GROUP BY r.lead_unit"
);
const RESIDENTS: Sql = sql!(
    "SELECT residence, CAST(COUNT(*) AS BIGINT) FROM residents WHERE residence IS NOT NULL GROUP BY residence"
);

pub(super) const STATEMENTS: &[(&str, Sql)] =
    &[("equity_served", SERVED), ("equity_residents", RESIDENTS)];

/// By unit, since a moment in microseconds; `hours` is how far local time is
/// ahead of UTC.
pub async fn served(db: &Db, since: i64, hours: i64) -> Result<Vec<Served>> {
    Ok(on!(read db, pool, sql => SERVED,
        sqlx::query_as(sql).bind(since).bind(hours).fetch_all(pool).await?))
}

/// Residents of the register by the unit they live in.
pub async fn residents(db: &Db) -> Result<Vec<(String, i64)>> {
    Ok(on!(read db, pool, sql => RESIDENTS, sqlx::query_as(sql).fetch_all(pool).await?))
}
