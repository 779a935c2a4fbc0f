//! Links that hand a day over to map apps: Google Maps directions, cut to the number of waypoints it takes, and `geo:`
//! addresses (RFC 5870) that open in whatever app the phone has.

use std::fmt::Write as _;

use crate::accounts::AccountId;
use crate::geometry::LonLat;
use crate::planner::DayPlan;

/// Directions over some of the day's stops.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoogleLink {
    /// The address to open.
    pub url: String,
    /// Order numbers of the stops that it leads to; empty for the way home alone.
    pub stops: Vec<u32>,
}

/// One stop's place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GeoLink {
    /// Whose.
    pub account: AccountId,
    /// `geo:lat,lon`.
    pub uri: String,
}

/// Directions for the whole day in pieces of at most `waypoints` places between start and end. Each piece starts where
/// the one before it ended; the first starts at home, the last ends there unless the day ends open.
#[must_use]
pub fn google_links(plan: &DayPlan, waypoints: usize) -> Vec<GoogleLink> {
    let mut targets: Vec<(LonLat, Option<u32>)> = plan
        .stops
        .iter()
        .map(|stop| (stop.at, Some(stop.seq)))
        .collect();
    if plan.legs.last().is_some_and(|leg| leg.to.is_none()) {
        targets.push((plan.home, None));
    }
    let mut from = plan.home;
    let mut links = Vec::new();
    for piece in targets.chunks(waypoints + 1) {
        let Some((&(to, _), between)) = piece.split_last() else {
            continue;
        };
        let mut url = format!(
            "https://www.google.com/maps/dir/?api=1&origin={}&destination={}&travelmode=driving",
            lat_lon(from),
            lat_lon(to)
        );
        for (i, (at, _)) in between.iter().enumerate() {
            let lead = if i == 0 { "&waypoints=" } else { "%7C" };
            let _ = write!(url, "{lead}{}", lat_lon(*at));
        }
        links.push(GoogleLink {
            url,
            stops: piece.iter().filter_map(|(_, seq)| *seq).collect(),
        });
        from = to;
    }
    links
}

/// Each stop's place as a `geo:` address, in order.
#[must_use]
pub fn geo_links(plan: &DayPlan) -> Vec<GeoLink> {
    plan.stops
        .iter()
        .map(|stop| GeoLink {
            account: stop.account.clone(),
            uri: format!("geo:{:.6},{:.6}", stop.at.lat, stop.at.lon),
        })
        .collect()
}

/// Latitude first, as Google wants it, with the comma written for a query.
fn lat_lon(at: LonLat) -> String {
    format!("{:.6}%2C{:.6}", at.lat, at.lon)
}

#[cfg(test)]
mod tests {
    use super::super::{GOOGLE_WAYPOINTS, GOOGLE_WAYPOINTS_PHONE, sample};
    use super::*;

    #[test]
    fn pieces_join_and_cover_the_day() {
        let day = sample::day(9);
        let links = google_links(&day, GOOGLE_WAYPOINTS_PHONE);
        // 9 stops and home are 10 targets: 4 + 4 + 2.
        assert_eq!(links.len(), 3);
        assert_eq!(links[0].stops, [1, 2, 3, 4]);
        assert_eq!(links[2].stops, [9]);
        for link in &links {
            assert!(link.url.matches("%7C").count() < GOOGLE_WAYPOINTS_PHONE);
        }
        let end = |url: &str| url.split("destination=").nth(1).unwrap()[..20].to_owned();
        assert!(
            links[1]
                .url
                .contains(&format!("origin={}", end(&links[0].url)))
        );
        assert_eq!(google_links(&day, GOOGLE_WAYPOINTS).len(), 1);
    }

    #[test]
    fn links_stay_within_what_google_reads() {
        for link in google_links(&sample::day(40), GOOGLE_WAYPOINTS) {
            assert!(link.url.len() <= 2_048);
        }
    }

    #[test]
    fn geo_links_are_latitude_first() {
        assert_eq!(geo_links(&sample::day(1))[0].uri, "geo:35.910000,14.510000");
    }

    #[test]
    fn a_free_day_has_no_links() {
        assert!(google_links(&sample::day(0), 3).is_empty());
    }
}
