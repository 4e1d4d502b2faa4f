//! The outline of a unit on the map, and whether a shared pin lies in it.
//!
//! Outlines are WGS 84 (longitude, latitude), as messengers share pins. A pin
//! on a border lies in neither neighbour: then somebody asks.

use geo::{BoundingRect, Contains, MultiPolygon, Point, Rect};
use wkt::TryFromWkt;

/// An outline, kept as it was written and ready to be searched.
#[derive(Clone, Debug)]
pub struct Area {
    text: String,
    shape: MultiPolygon<f64>,
    around: Rect<f64>,
}

/// Why an outline cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAnArea {
    #[error("not a POLYGON or MULTIPOLYGON in WKT")]
    Form,
    #[error("a longitude or latitude outside China, perhaps in the other order")]
    Elsewhere,
}

impl Area {
    /// Reads `POLYGON((lng lat, …))` or `MULTIPOLYGON(…)`.
    pub fn parse(text: &str) -> Result<Self, NotAnArea> {
        let shape = MultiPolygon::try_from_wkt_str(text)
            .or_else(|_| geo::Polygon::try_from_wkt_str(text).map(MultiPolygon::from))
            .map_err(|_| NotAnArea::Form)?;
        let around = shape.bounding_rect().ok_or(NotAnArea::Form)?;
        let closed = shape.iter().all(|part| part.exterior().0.len() >= 4);
        if !closed {
            return Err(NotAnArea::Form);
        }
        let china = (73.0..=136.0).contains(&around.min().x)
            && (73.0..=136.0).contains(&around.max().x)
            && (3.0..=54.0).contains(&around.min().y)
            && (3.0..=54.0).contains(&around.max().y);
        if !china {
            return Err(NotAnArea::Elsewhere);
        }
        Ok(Self {
            text: text.to_owned(),
            shape,
            around,
        })
    }

    /// The outline as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether a place lies inside.
    pub fn contains(&self, latitude: f64, longitude: f64) -> bool {
        let place = Point::new(longitude, latitude);
        self.around.contains(&place) && self.shape.contains(&place)
    }
}

impl PartialEq for Area {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Area {}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_inside_outside_or_in_the_hole() {
        let ring = "POLYGON((120 30,120.1 30,120.1 30.1,120 30.1,120 30),(120.04 30.04,120.06 30.04,120.06 30.06,120.04 30.06,120.04 30.04))";
        let area = Area::parse(ring).unwrap();
        assert!(area.contains(30.01, 120.01));
        assert!(!area.contains(30.05, 120.05), "in the hole");
        assert!(!area.contains(30.01, 120.2));
        assert!(!area.contains(30.0, 120.05), "on the border");
        assert!(!area.contains(f64::NAN, 120.05));
        assert_eq!(area.as_str(), ring);
        let two = "MULTIPOLYGON(((120 30,120.1 30,120.1 30.1,120 30)),((121 30,121.1 30,121.1 30.1,121 30)))";
        assert!(Area::parse(two).unwrap().contains(30.01, 121.05));
    }

    #[test]
    fn what_is_no_outline_is_refused_with_the_reason() {
        for text in [
            "",
            "POINT(120 30)",
            "POLYGON((120 30,120.1",
            "POLYGON EMPTY",
            "{}",
        ] {
            assert_eq!(Area::parse(text).unwrap_err(), NotAnArea::Form, "{text}");
        }
        let turned = "POLYGON((30 120,30 120.1,30.1 120.1,30 120))";
        assert_eq!(Area::parse(turned).unwrap_err(), NotAnArea::Elsewhere);
    }
}
