//! A place in other reference systems: what a map shows beside the pointer. The browser knows no projections.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::extract::Params;
use super::fields::{Fields, FromFields, Refusal};
use super::problem::{Kind, Problem, ProblemBody};
use super::read;
use super::state::{App, Work};
use crate::geometry::LonLat;
use crate::ogc::{Reference, References};

/// Which place, and in which system its position is wanted.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CoordinatesParams {
    /// Degrees east in WGS 84.
    lon: f64,
    /// Degrees north in WGS 84.
    lat: f64,
    /// One of the systems that `/ogc/collections` lists, by address or as `EPSG:n`; default `OGC:CRS84`.
    crs: Option<String>,
}

impl FromFields for CoordinatesParams {
    fn from_fields(f: &mut Fields) -> Option<Self> {
        let lon = f.required("lon", read::lon);
        let lat = f.required("lat", read::lat);
        let crs = f.optional("crs", read::filled(200));
        Some(Self {
            lon: lon?,
            lat: lat?,
            crs,
        })
    }
}

/// A position in a reference system.
#[derive(Debug, Serialize, ToSchema)]
pub struct Coordinates {
    /// Address of the system.
    crs: String,
    /// In the order of the authority's axes, in degrees or in the unit of the system.
    position: [f64; 2],
    /// What each number counts: `east` or `north`.
    axes: [&'static str; 2],
    /// Digits after the point that mean something: a centimetre or better.
    digits: usize,
    /// Degrees rather than a length.
    degrees: bool,
}

/// Where a place is in another reference system.
#[utoipa::path(get, path = "/api/v1/coordinates", tag = "map", params(CoordinatesParams),
    responses((status = 200, body = Coordinates),
        (status = 422, description = "The system is not defined there", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", body = ProblemBody, content_type = "application/problem+json")))]
pub async fn coordinates(
    State(app): State<App>,
    Params(params): Params<CoordinatesParams>,
) -> Result<Json<Coordinates>, Problem> {
    let options = app.options().clone();
    app.run(Work::Reading, move |loaded| {
        let references = loaded.ogc(&options).references();
        position(references, &params).map(Json)
    })
    .await
}

fn position(references: &References, params: &CoordinatesParams) -> Result<Coordinates, Problem> {
    let reference = match &params.crs {
        None => references.all().first(),
        Some(name) => references.find(name),
    };
    let reference = reference.ok_or_else(|| {
        let uris: Vec<&str> = references.all().iter().map(Reference::uri).collect();
        let refusal = Refusal::new(
            "is no reference system on offer",
            format!("one of: {}", uris.join(", ")),
        );
        Problem {
            kind: Kind::InvalidParameters,
            ..Problem::field("crs", refusal.problem, refusal.cure)
        }
    })?;
    let at = LonLat::new(params.lon, params.lat);
    let position = reference
        .place(at)
        .filter(|place| place.iter().all(|x| x.is_finite()));
    let position = position.ok_or_else(|| {
        Problem::new(
            Kind::Unanswerable,
            format!("{} is not defined at this place.", reference.uri()),
        )
    })?;
    Ok(Coordinates {
        crs: reference.uri().to_owned(),
        position,
        axes: reference.ordered(["east", "north"]),
        digits: reference
            .digits()
            .min(if reference.degrees() { 7 } else { 2 }),
        degrees: reference.degrees(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Bounds;

    fn asked(lon: f64, lat: f64, crs: Option<&str>) -> Result<Coordinates, Problem> {
        let around = Bounds::around([LonLat::new(14.2, 35.8), LonLat::new(14.6, 36.1)]);
        let crs = crs.map(str::to_owned);
        position(
            &References::new(around, &[]),
            &CoordinatesParams { lon, lat, crs },
        )
    }

    /// The numbers are those of PROJ's own program, see `ogc::references`.
    #[test]
    fn a_place_is_told_in_the_order_of_the_axes() {
        let utm = asked(14.5, 35.9, Some("EPSG:32633")).unwrap();
        assert!((utm.position[0] - 454_879.184_659).abs() < 1e-3);
        assert!((utm.position[1] - 3_972_972.529_005).abs() < 1e-3);
        assert_eq!((utm.axes, utm.degrees), (["east", "north"], false));
        let wgs84 = asked(14.5, 35.9, Some("EPSG:4326")).unwrap();
        assert_eq!(
            (wgs84.position, wgs84.axes),
            ([35.9, 14.5], ["north", "east"])
        );
        assert_eq!(asked(14.5, 35.9, None).unwrap().position, [14.5, 35.9]);
    }

    #[test]
    fn unknown_systems_are_refused_and_numbers_are_numbers() {
        let unknown = asked(14.5, 35.9, Some("EPSG:9999")).unwrap_err();
        assert_eq!(unknown.errors[0].field, "crs");
        for crs in ["EPSG:3857", "EPSG:32633", "EPSG:3035"] {
            for (lon, lat) in [(0.0, 90.0), (-166.0, -35.9), (180.0, 0.0)] {
                // Far from where a system is meant for there may be an answer or none.
                let told = asked(lon, lat, Some(crs));
                assert!(
                    told.is_err() || told.is_ok_and(|c| c.position.iter().all(|x| x.is_finite()))
                );
            }
        }
    }
}
