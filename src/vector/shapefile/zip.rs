//! The archive around the parts.

use std::borrow::Cow;
use std::io::{Cursor, Read as _, Write as _};

use ::zip::write::SimpleFileOptions;
use ::zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::{Parts, damaged};
use crate::vector::read::Ask;
use crate::vector::table::{ReadError, listed};

/// More entries than that are no Shapefile.
const MOST_ENTRIES: usize = 10_000;

/// Unpacks the parts of one Shapefile: the only one, or the one asked for.
pub fn parts(bytes: &[u8], ask: &Ask<'_>) -> Result<Parts, ReadError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|e| damaged(e.to_string()))?;
    if archive.len() > MOST_ENTRIES {
        return Err(damaged("the archive has too many entries"));
    }
    // Names that are no text are none of a part.
    let names = archive.file_names().filter_map(Result::ok);
    let names: Vec<String> = names.map(Cow::into_owned).collect();
    let stem = choose(&names, ask)?;
    let mut room = ask.limits.bytes;
    let mut part = |ending: &str| -> Result<Option<Vec<u8>>, ReadError> {
        let wanted = format!("{stem}.{ending}");
        let Some(name) = names.iter().find(|name| name.eq_ignore_ascii_case(&wanted)) else {
            return Ok(None);
        };
        let broken =
            |e: &dyn std::fmt::Display| damaged(format!("{ending} cannot be unpacked: {e}"));
        let entry = archive.by_name(name).map_err(|e| broken(&e))?;
        let mut unpacked = Vec::new();
        // One byte more than there is room for tells that there was more.
        entry
            .take(room as u64 + 1)
            .read_to_end(&mut unpacked)
            .map_err(|e| broken(&e))?;
        room = room
            .checked_sub(unpacked.len())
            .ok_or(ReadError::TooLarge {
                limit: ask.limits.bytes,
            })?;
        Ok(Some(unpacked))
    };
    Ok(Parts {
        shp: part("shp")?.unwrap_or_default(),
        dbf: part("dbf")?,
        prj: part("prj")?,
        cpg: part("cpg")?,
    })
}

/// The path of the Shapefile without its ending.
fn choose(names: &[String], ask: &Ask<'_>) -> Result<String, ReadError> {
    let stems: Vec<&str> = names
        .iter()
        // What the Finder of macOS leaves in archives.
        .filter(|name| !name.starts_with("__MACOSX/"))
        .filter_map(|name| {
            let (stem, ending) = name.rsplit_once('.')?;
            ending.eq_ignore_ascii_case("shp").then_some(stem)
        })
        .collect();
    let own = |stem: &str| stem.rsplit('/').next().unwrap_or_default().to_owned();
    let all = || listed(stems.iter().copied());
    let find = |name: &str| {
        stems
            .iter()
            .find(|stem| own(stem).eq_ignore_ascii_case(name))
    };
    match (ask.table, &stems[..]) {
        (Some(name), _) => find(name).ok_or_else(|| ReadError::NoSuchTable {
            name: listed(std::iter::once(name)),
            names: all(),
        }),
        (None, []) => Err(damaged("the archive has no .shp")),
        (None, [one]) => Ok(one),
        (None, _) => find(ask.prefer).ok_or_else(|| ReadError::SeveralTables { names: all() }),
    }
    .map(|stem| (*stem).to_owned())
}

/// Parts of a Shapefile under their names as one archive.
///
/// # Errors
/// When they do not fit into the format.
pub fn bundle(parts: &[(String, Vec<u8>)]) -> Result<Vec<u8>, std::io::Error> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    // No instant: the same parts make the same archive.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(::zip::DateTime::default());
    for (name, bytes) in parts {
        archive.start_file(name.as_str(), options)?;
        archive.write_all(bytes)?;
    }
    Ok(archive.finish()?.into_inner())
}
