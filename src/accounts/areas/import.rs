//! Reading a file of areas: [`import_areas`].

use std::collections::BTreeMap;

use geo::orient::{Direction, Orient as _};
use geo::{Coord, CoordsIter, MapCoords as _, MultiPolygon};

use super::Area;
use super::check::{Flaw, MOST_POSITIONS, flaw};
use super::rows::{AreaRow, of_csv, of_file, of_geojson};
use crate::accounts::geojson_text::is_geojson;
use crate::accounts::rows::{Complaint, Problems, RowReader};
use crate::accounts::text::decode;
use crate::accounts::{ImportError, ImportOptions, ImportReport, ProblemCode, RepId};
use crate::crs::System;
use crate::vector::Format;

/// The areas of one file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AreaImport {
    /// Good rows.
    pub rows: Vec<Area>,
    /// What was wrong with the others.
    pub report: ImportReport,
}

/// Positions of all areas of a file together, at most.
const MOST_IN_ALL: usize = 2_000_000;

/// Reads areas from GeoJSON, CSV with WKT, FlatGeobuf, a GeoPackage or a Shapefile. Good rows are taken, the others reported.
///
/// # Errors
/// When nothing can be read at all; defects of rows are in the report.
pub fn import_areas(bytes: &[u8], options: &ImportOptions) -> Result<AreaImport, ImportError> {
    if bytes.len() > options.limits.bytes {
        return Err(ImportError::TooLarge {
            bytes: bytes.len(),
            limit: options.limits.bytes,
        });
    }
    let source = if let Some(format) = Format::of(bytes) {
        of_file(bytes, format, options)?
    } else {
        let decoded = decode(bytes);
        let mut source = if is_geojson(&decoded.text) {
            of_geojson(&decoded.text, options)?
        } else {
            of_csv(&decoded.text, options)?
        };
        decoded.encoding.clone_into(&mut source.read_as.encoding);
        source
    };
    source.system.check()?;
    let mut problems = Problems::new(&options.limits);
    let mut import = AreaImport::default();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut positions = 0;
    for row in &source.rows {
        let cells = row.cells.iter().map(|(f, c)| (*f, c.as_str())).collect();
        let mut reader = RowReader::new(row.number, cells, &mut problems);
        positions += row.shape.as_ref().map_or(0, CoordsIter::coords_count);
        if positions > MOST_IN_ALL {
            reader.error(
                "geometry",
                too_large(format!(
                    "the areas up to this one have more than {MOST_IN_ALL} positions"
                )),
            );
            import.report.rejected += 1;
            continue;
        }
        match area(row, &mut reader, &source.system, options, &mut seen) {
            Some(area) => import.rows.push(area),
            None => import.report.rejected += 1,
        }
    }
    let mut read_as = source.read_as;
    read_as.crs = source.system.to_string();
    import.report = ImportReport {
        file: options.file.clone(),
        read_as,
        rows: source.rows.len(),
        columns: source.columns,
        problems: problems.kept,
        problems_left_out: problems.left_out,
        ..import.report
    };
    Ok(import)
}

fn area(
    row: &AreaRow,
    reader: &mut RowReader,
    system: &System,
    options: &ImportOptions,
    seen: &mut BTreeMap<String, usize>,
) -> Option<Area> {
    let id = reader.text("id").unwrap_or_default();
    if id.is_empty() {
        reader.error(
            "id",
            Complaint {
                code: ProblemCode::MissingId,
                problem: "no id".to_owned(),
                cure: "give every area an id, in a column id or as id of the feature",
            },
        );
    } else if let Some(first) = seen.get(&id) {
        reader.error(
            "id",
            Complaint {
                code: ProblemCode::DuplicateId,
                problem: format!("row {first} has the same id"),
                cure: "give every area an id of its own; join its parts to one multipolygon",
            },
        );
    }
    let shape = match &row.shape {
        Ok(shape) => placed(shape, system),
        Err(complaint) => Err(complaint.clone()),
    };
    let shape = shape
        .map_err(|complaint| reader.error("geometry", complaint))
        .ok();
    let rep = reader.text("rep").map(RepId);
    if let (Some(rep), Some(known)) = (&rep, &options.reps)
        && !known.contains(rep)
    {
        reader.warn(
            "rep",
            Complaint {
                code: ProblemCode::UnknownRep,
                problem: "no such rep".to_owned(),
                cure: "import the reps first, or correct the id",
            },
        );
    }
    if reader.refused() {
        return None;
    }
    seen.insert(id.clone(), row.number);
    Some(Area {
        name: reader.text("name").unwrap_or_else(|| id.clone()),
        kind: reader.text("kind"),
        rep,
        shape: shape?,
        id,
    })
}

/// A sound shape in WGS 84, outer rings against the clock.
fn placed(shape: &MultiPolygon<f64>, system: &System) -> Result<MultiPolygon<f64>, Complaint> {
    // Before moving, so that sizes are known; and after, for what counts is how it lies here.
    if let Some(flaw) = flaw(shape) {
        return Err(complaint(flaw));
    }
    // To seven decimals, a centimetre: then a trip through another system, which is less exact than numbers are, changes
    // nothing.
    let moved = shape.try_map_coords(|at| {
        let found = system.to_wgs84(at.x, at.y).ok_or(at)?;
        Ok(found.rounded().into())
    });
    let moved = moved.map_err(|at: Coord<f64>| Complaint {
        code: ProblemCode::CoordinatesOutOfRange,
        problem: format!("{}, {} is no place in {system}", at.x, at.y),
        cure: "name the system of the coordinates with --crs, east before north",
    })?;
    if let Some(flaw) = flaw(&moved) {
        return Err(complaint(flaw));
    }
    Ok(moved.orient(Direction::Default))
}

fn too_large(problem: String) -> Complaint {
    Complaint {
        code: ProblemCode::TooLarge,
        problem,
        cure: "simplify the outlines, or split the file",
    }
}

fn complaint(flaw: Flaw) -> Complaint {
    let (code, problem, cure) = match flaw {
        Flaw::Empty => (
            ProblemCode::GeometryNotAnArea,
            "the multipolygon is empty",
            "draw the area, or remove the row",
        ),
        Flaw::NotFinite => (
            ProblemCode::CoordinatesUnreadable,
            "a coordinate is no finite number",
            "remove the position, or save the file again with the program that it comes from",
        ),
        Flaw::TooLarge => return too_large(format!("more than {MOST_POSITIONS} positions")),
        Flaw::NoArea => (
            ProblemCode::GeometryInvalid,
            "a ring has no three corners, or the area holds nothing",
            "draw every ring with three corners at least; remove holes that fill their outline",
        ),
        Flaw::Crossing => (
            ProblemCode::GeometryInvalid,
            "the outline crosses or touches itself",
            "repair it, in QGIS with the tool Fix geometries",
        ),
        Flaw::HoleOutside => (
            ProblemCode::GeometryInvalid,
            "a hole lies outside of its outline",
            "remove the hole, or make it a part or an area of its own",
        ),
        Flaw::Tangled => (
            ProblemCode::GeometryInvalid,
            "too many sides lie beside one another to be checked",
            "simplify the outline",
        ),
    };
    Complaint {
        code,
        problem: problem.to_owned(),
        cure,
    }
}
