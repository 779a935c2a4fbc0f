//! The coordinate reference systems that features can be asked for in: [`References`].

use crate::crs::{AxisOrder, Crs};
use crate::geometry::{Bounds, LonLat};

/// One system, as its authority orders the axes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    crs: Crs,
    order: AxisOrder,
    degrees: bool,
    uri: String,
}

/// Address of WGS 84 with longitude first: the system of everything that is stored.
pub const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";

impl Reference {
    /// WGS 84, longitude first.
    #[must_use]
    pub fn crs84() -> Self {
        Self {
            crs: Crs::WGS84,
            order: AxisOrder::EastNorth,
            degrees: true,
            uri: CRS84.to_owned(),
        }
    }

    /// An EPSG system; `None` when PROJ cannot work with it.
    fn epsg(crs: Crs) -> Option<Self> {
        crs.check().ok()?;
        let axes = crs.axes().ok()?;
        Some(Self {
            crs,
            order: axes.order,
            degrees: axes.degrees,
            uri: format!("http://www.opengis.net/def/crs/EPSG/0/{}", crs.code()),
        })
    }

    /// Its address in the register of OGC.
    #[must_use]
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// The system without its axis order.
    #[must_use]
    pub const fn crs(&self) -> Crs {
        self.crs
    }

    /// Positions need no change at all.
    #[must_use]
    pub fn is_crs84(&self) -> bool {
        self.crs.is_wgs84() && self.order == AxisOrder::EastNorth
    }

    /// Positions are degrees of WGS 84, in one order or the other.
    #[must_use]
    pub fn is_wgs84(&self) -> bool {
        self.crs.is_wgs84()
    }

    /// Digits after the point that are worth writing: a centimetre in WGS 84 as stored, a tenth of a millimetre
    /// elsewhere.
    #[must_use]
    pub fn digits(&self) -> usize {
        match (self.crs.is_wgs84(), self.degrees) {
            (true, _) => 7,
            (false, true) => 9,
            (false, false) => 4,
        }
    }

    /// Where a place is, in the order of the authority's axes; `None` where the system is not defined.
    #[must_use]
    pub fn place(&self, at: LonLat) -> Option<[f64; 2]> {
        let east_north = self.crs.from_wgs84(at).ok()??;
        Some(self.ordered(east_north))
    }

    /// The place at a position given in the order of the authority's axes; `None` where there is none.
    #[must_use]
    pub fn locate(&self, position: [f64; 2]) -> Option<LonLat> {
        let [x, y] = self.ordered(position);
        self.crs.to_wgs84(x, y).ok()?
    }

    /// Positions are degrees rather than a length.
    #[must_use]
    pub const fn degrees(&self) -> bool {
        self.degrees
    }

    /// East-north to the authority's order, and back.
    #[must_use]
    pub fn ordered<T>(&self, [a, b]: [T; 2]) -> [T; 2] {
        match self.order {
            AxisOrder::EastNorth => [a, b],
            AxisOrder::NorthEast => [b, a],
        }
    }
}

impl Default for Reference {
    fn default() -> Self {
        Self::crs84()
    }
}

/// The systems that a service offers, CRS84 first.
#[derive(Clone, Debug)]
pub struct References(Vec<Reference>);

/// Offered everywhere: WGS 84 latitude first, web Mercator, ETRS89, and the equal-area grid of Europe's statistics.
const COMMON: [u32; 4] = [4326, 3857, 4258, 3035];

impl References {
    /// CRS84, common systems, the UTM zones of WGS 84 and (in Europe) ETRS89 that hold `around`, and what the operator
    /// adds. Systems that PROJ cannot work with are left out.
    #[must_use]
    pub fn new(around: Option<Bounds>, more: &[Crs]) -> Self {
        let mut list = vec![Reference::crs84()];
        let zones = around.map_or_else(Vec::new, |bounds| utm(bounds.centre()));
        let codes = COMMON.into_iter().chain(zones).map(Crs::epsg);
        for crs in codes.chain(more.iter().copied()) {
            if list[1..].iter().all(|known| known.crs != crs) {
                list.extend(Reference::epsg(crs));
            }
        }
        Self(list)
    }

    /// All of them, CRS84 first.
    #[must_use]
    pub fn all(&self) -> &[Reference] {
        &self.0
    }

    /// The system with this address, which may also be written as `EPSG:n`, `OGC:CRS84`, or either in square brackets.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<&Reference> {
        let short = text
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
            .unwrap_or(text);
        let uri = match short.split_once(':') {
            Some(("EPSG", code)) => format!("http://www.opengis.net/def/crs/EPSG/0/{code}"),
            Some(("OGC", "CRS84")) => CRS84.to_owned(),
            _ => text.to_owned(),
        };
        self.0.iter().find(|known| known.uri == uri)
    }
}

/// The UTM zone of a place by EPSG code: on WGS 84, and on ETRS89 where that is in use.
fn utm(at: LonLat) -> Vec<u32> {
    let zone = (((at.lon + 180.0) / 6.0).floor() as u32).min(59) + 1;
    let wgs84 = if at.lat < 0.0 { 32_700 } else { 32_600 } + zone;
    let europe = (28..=38).contains(&zone) && at.lat > 30.0;
    std::iter::once(wgs84)
        .chain(europe.then_some(25_800 + zone))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn malta() -> References {
        let around = Bounds::around([LonLat::new(14.2, 35.8), LonLat::new(14.6, 36.1)]);
        References::new(around, &[Crs::epsg(23_033), Crs::epsg(999_999)])
    }

    #[test]
    fn the_zone_of_the_region_and_what_the_operator_adds_are_offered_once() {
        let codes: Vec<u32> = malta().all().iter().map(|r| r.crs().code()).collect();
        assert_eq!(
            codes,
            [4326, 4326, 3857, 4258, 3035, 32_633, 25_833, 23_033]
        );
        assert_eq!(utm(LonLat::new(-43.2, -22.9)), [32_723]);
        assert_eq!(utm(LonLat::new(180.0, 10.0)), [32_660]);
    }

    #[test]
    fn systems_are_found_by_address_or_short_name() {
        let list = malta();
        for text in [CRS84, "OGC:CRS84", "[OGC:CRS84]"] {
            assert!(list.find(text).unwrap().is_crs84(), "{text}");
        }
        for text in [
            "http://www.opengis.net/def/crs/EPSG/0/3857",
            "EPSG:3857",
            "[EPSG:3857]",
        ] {
            assert_eq!(list.find(text).unwrap().crs().code(), 3857, "{text}");
        }
        for bad in [
            "",
            "EPSG:2154",
            "3857",
            "http://example.com/CRS84",
            "[EPSG:3857",
        ] {
            assert_eq!(list.find(bad), None, "{bad}");
        }
    }

    #[test]
    fn latitude_stands_first_where_the_authority_says_so() {
        let list = malta();
        let at = LonLat::new(14.5, 35.9);
        let wgs84 = list.find("EPSG:4326").unwrap();
        assert_eq!(wgs84.place(at), Some([35.9, 14.5]));
        assert_eq!(wgs84.locate([35.9, 14.5]), Some(at));
        let [northing, easting] = list.find("EPSG:3035").unwrap().place(at).unwrap();
        assert!(northing < easting, "{northing} {easting}");
    }

    /// Numbers of PROJ's own program, in the order of the authority's axes, to a millimetre. Made with
    /// `echo LAT LON | cs2cs -d 8 EPSG:4326 EPSG:CODE` of PROJ 9.1.1 as Debian 12 ships it, without grids.
    #[test]
    fn places_agree_with_cs2cs_in_sixteen_systems() {
        for (code, lon, lat, first, second) in [
            (3857, 14.5, 35.9, 1_614_132.616_502_47, 4_286_870.236_044_28),
            (32_633, 14.5, 35.9, 454_879.184_659_26, 3_972_972.529_005_11),
            (2154, 2.35, 48.85, 652_301.564_830_53, 6_861_302.725_899_58),
            (27_700, -1.5, 52.5, 434_039.457_286_06, 289_239.281_092_67),
            (31_467, 9.0, 48.8, 5_406_946.443_879, 3_500_075.354_430_93),
            (2180, 19.0, 52.0, 459_309.209_401_61, 500_000.0),
            (3035, 14.5, 35.9, 1_438_659.818_663_04, 4_730_902.472_896_33),
            (25_833, 14.5, 35.9, 454_879.184_659_01, 3_972_972.528_897_76),
            (28_992, 5.4, 52.1, 155_876.813_949_41, 456_861.618_269_54),
            (
                2056,
                7.45,
                46.95,
                2_600_865.384_622_79,
                1_199_879.680_832_51,
            ),
            (5514, 14.4, 50.1, -744_125.862_858_81, -1_041_424.275_363_04),
            (6677, 139.75, 35.68, -35_499.182_213_21, -7_543.124_283_15),
            (5186, 127.0, 37.55, 550_053.498_870_9, 200_000.0),
            (4258, 14.5, 35.9, 35.9, 14.5),
            (
                2193,
                174.8,
                -41.3,
                5_426_376.623_168_27,
                1_750_697.521_334_19,
            ),
            (32_661, 20.0, 80.0, 954_168.029_308_19, 2_380_651.707_375_78),
        ] {
            let reference = Reference::epsg(Crs::epsg(code)).unwrap();
            let [a, b] = reference.place(LonLat::new(lon, lat)).unwrap();
            // A millimetre, or its like in degrees.
            let near = if code == 4258 { 1e-8 } else { 1e-3 };
            assert!(
                (a - first).abs() < near && (b - second).abs() < near,
                "EPSG:{code}: {a} {b}"
            );
        }
    }

    #[test]
    fn there_and_back_is_where_it_was() {
        let list = malta();
        let at = LonLat::new(14.512_345_6, 35.898_765_4);
        for reference in list.all() {
            let back = reference.locate(reference.place(at).unwrap()).unwrap();
            let off = crate::geometry::distance(at, back).0;
            // Seven-parameter shifts turn back by small angles only, as everywhere in PROJ: ED50 loses 1.3 mm.
            assert!(off < 0.005, "{}: {off} m", reference.uri());
        }
    }
}
