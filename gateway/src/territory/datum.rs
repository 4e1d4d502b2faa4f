//! Two ways to write a place in degrees: WGS 84, as satellites and our outlines
//! have it, and GCJ-02, as map apps of the mainland show it, some hundred metres
//! off.
//!
//! Pure arithmetic, after the published approximation; outside the mainland both
//! are the same.

use std::f64::consts::PI;

/// Half the long axis of the ellipsoid of GCJ-02, in metres, and the square of
/// its eccentricity.
const AXIS: f64 = 6_378_245.0;
const ECCENTRICITY: f64 = 0.006_693_421_622_965_943;

/// Whether GCJ-02 is in use there: a box around the mainland.
fn is_shifted(lat: f64, lon: f64) -> bool {
    (0.8293..=55.8271).contains(&lat) && (72.004..=137.8347).contains(&lon)
}

/// Latitude and longitude of WGS 84 as a map app of the mainland shows them.
pub fn to_gcj02(lat: f64, lon: f64) -> (f64, f64) {
    if !is_shifted(lat, lon) {
        return (lat, lon);
    }
    let (north, east) = shift(lat, lon);
    (lat + north, lon + east)
}

/// What a map app of the mainland shows, as WGS 84; exact to a few centimetres.
pub fn to_wgs84(lat: f64, lon: f64) -> (f64, f64) {
    if !is_shifted(lat, lon) {
        return (lat, lon);
    }
    // The shift changes slowly: a few rounds find the point that is shifted here.
    let (mut from_lat, mut from_lon) = (lat, lon);
    for _ in 0..4 {
        let (north, east) = shift(from_lat, from_lon);
        (from_lat, from_lon) = (lat - north, lon - east);
    }
    (from_lat, from_lon)
}

/// How far north and east GCJ-02 puts a place of WGS 84, in degrees.
fn shift(lat: f64, lon: f64) -> (f64, f64) {
    let (x, y) = (lon - 105.0, lat - 35.0);
    let waves = |of: f64, first: f64, second: f64, third: f64| {
        (first * (of * PI).sin() + second * (of / 3.0 * PI).sin()) * 2.0 / 3.0 + third
    };
    let ripple = (20.0 * (6.0 * x * PI).sin() + 20.0 * (2.0 * x * PI).sin()) * 2.0 / 3.0;
    let root = x.abs().sqrt();
    let north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + ripple;
    let far = (160.0 * (y / 12.0 * PI).sin() + 320.0 * (y * PI / 30.0).sin()) * 2.0 / 3.0;
    let north = waves(y, 20.0, 40.0, north) + far;
    let east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + ripple;
    let far = (150.0 * (x / 12.0 * PI).sin() + 300.0 * (x / 30.0 * PI).sin()) * 2.0 / 3.0;
    let east = waves(x, 20.0, 40.0, east) + far;
    let radians = lat / 180.0 * PI;
    let bend = 1.0 - ECCENTRICITY * radians.sin().powi(2);
    let metres_north = AXIS * (1.0 - ECCENTRICITY) / (bend * bend.sqrt());
    let metres_east = AXIS / bend.sqrt() * radians.cos();
    (
        north * 180.0 / (metres_north * PI),
        east * 180.0 / (metres_east * PI),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(one: (f64, f64), other: (f64, f64), degrees: f64) -> bool {
        (one.0 - other.0).abs() < degrees && (one.1 - other.1).abs() < degrees
    }

    #[test]
    fn known_points_are_where_map_apps_show_them() {
        // WGS 84 and GCJ-02, as published with several independent converters.
        let table = [
            (
                (31.177_427_6, 121.527_210_6),
                (31.175_303_984, 121.531_541_859),
            ),
            ((22.543_847, 113.912_316), (22.540_796_132, 113.917_176_481)),
            ((39.911_954, 116.377_817), (39.913_345_455, 116.384_047_225)),
        ];
        for (wgs, gcj) in table {
            let to = to_gcj02(wgs.0, wgs.1);
            let back = to_wgs84(gcj.0, gcj.1);
            assert!(near(to, gcj, 1e-6), "{wgs:?}: {to:?}");
            assert!(near(back, wgs, 1e-6), "{gcj:?}: {back:?}");
        }
    }

    #[test]
    fn elsewhere_both_are_the_same() {
        for place in [(51.5, -0.12), (-33.9, 151.2), (0.0, 0.0), (90.0, 180.0)] {
            assert_eq!(to_gcj02(place.0, place.1), place);
            assert_eq!(to_wgs84(place.0, place.1), place);
        }
    }

    proptest::proptest! {
        #[test]
        fn there_and_back_is_the_same_place(lat in 18.0_f64..53.0, lon in 74.0_f64..134.0) {
            let (to_lat, to_lon) = to_gcj02(lat, lon);
            let moved = (to_lat - lat).abs() + (to_lon - lon).abs();
            proptest::prop_assert!(moved > 1e-5 && moved < 0.02, "{moved}");
            let back = to_wgs84(to_lat, to_lon);
            proptest::prop_assert!(near(back, (lat, lon), 1e-6), "{back:?}");
        }
    }
}
