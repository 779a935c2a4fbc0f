//! Turn restrictions that hold at times: OSRM reads them only for a given time, and only where it knows the time zone.

use std::path::Path;

use chrono::{DateTime, NaiveDateTime};
use chrono_tz::Tz;
use geo::Contains as _;
use rondo::osm::Extract;

use crate::sides::areas;

/// The local time of `departure` where the map lies. Without one, or where no time zone is known, conditional restrictions
/// are taken out of the extract.
pub fn prepare(
    extract: &mut Extract,
    departure: Option<i64>,
    zones: Option<&Path>,
) -> anyhow::Result<Option<NaiveDateTime>> {
    let local = match (departure, zones) {
        (Some(seconds), Some(file)) => local_time(extract, seconds, file)?,
        _ => None,
    };
    if local.is_none() {
        for relation in &mut extract.restrictions {
            let kept = relation.tags.iter();
            let kept = kept.filter(|(key, _)| !key.ends_with(":conditional"));
            relation.tags = kept.collect();
        }
    }
    Ok(local)
}

fn local_time(
    extract: &Extract,
    seconds: i64,
    file: &Path,
) -> anyhow::Result<Option<NaiveDateTime>> {
    let zones = areas(file, "tzid")?;
    let Some((_, at)) = extract.node_positions.first() else {
        return Ok(None);
    };
    let at = geo::Point::from(at.to_lon_lat());
    let Some((zone, _)) = zones.iter().find(|(_, area)| area.contains(&at)) else {
        return Ok(None);
    };
    let zone: Tz = zone
        .parse()
        .map_err(|_| anyhow::anyhow!("no time zone {zone}"))?;
    let moment = DateTime::from_timestamp(seconds, 0);
    Ok(moment.map(|moment| moment.with_timezone(&zone).naive_local()))
}
