//! The door to reading: [`read`] looks at what a file is, not at its name.

use std::fs::File;
use std::io::{Read, Seek};
use std::path::Path;

use super::xml::read_xml;
use super::{Extract, OsmError, pbf};

/// How to read.
#[derive(Clone, Copy, Default)]
pub struct ReadOptions<'a> {
    /// Told now and then how far reading is; called from the reading thread.
    pub progress: Option<&'a (dyn Fn(Progress) + Sync)>,
    /// Threads that decode; `None` for one per core. The result does not depend on it.
    pub threads: Option<usize>,
}

/// How far reading is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Which of the three rounds.
    pub round: Round,
    /// Bytes of the file done in this round.
    pub bytes_done: u64,
    /// Bytes that this round will go through.
    pub bytes_total: u64,
    /// Objects decoded so far in all rounds.
    pub objects: u64,
}

/// Rounds of reading, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Round {
    /// Header, hash and relations.
    Relations,
    /// Ways.
    Ways,
    /// Nodes.
    Nodes,
}

/// Reads an extract, `.osm.pbf` or `.osm`, told apart by content.
///
/// # Errors
/// When the file is missing, empty, something else, cut off or damaged: each with the file's name, and the byte where
/// it was met.
pub fn read(path: &Path, options: &ReadOptions<'_>) -> Result<Extract, OsmError> {
    let file = path.file_name().map_or_else(
        || path.display().to_string(),
        |name| name.to_string_lossy().into_owned(),
    );
    let input = File::open(path).map_err(|source| OsmError::Io {
        file: path.display().to_string(),
        source,
    })?;
    read_from(input, &file, options)
}

/// Reads an extract that is not a file of its own; `file` is what errors call it.
///
/// # Errors
/// As [`read`].
pub fn read_from(
    mut input: impl Read + Seek + Send,
    file: &str,
    options: &ReadOptions<'_>,
) -> Result<Extract, OsmError> {
    let io = |source| OsmError::Io {
        file: file.to_owned(),
        source,
    };
    let mut start = Vec::new();
    input
        .by_ref()
        .take(512)
        .read_to_end(&mut start)
        .map_err(io)?;
    input.rewind().map_err(io)?;
    let progress = options.progress.unwrap_or(&|_| {});
    let work = || match format(&start) {
        Format::Pbf => pbf::read(input, file, progress),
        Format::Xml => {
            let mut document = Vec::new();
            input.read_to_end(&mut document).map_err(io)?;
            read_xml(&document, file, progress)
        }
        Format::Nothing => Err(OsmError::Empty {
            file: file.to_owned(),
        }),
        Format::Other(found) => Err(OsmError::NotOsm {
            file: file.to_owned(),
            found: found.into(),
        }),
    };
    match options.threads {
        None => work(),
        Some(threads) => rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .map_err(|e| io(std::io::Error::other(e)))?
            .install(work),
    }
}

enum Format {
    Nothing,
    Pbf,
    Xml,
    Other(&'static str),
}

/// What the first bytes say. A PBF starts with a length below 64 KiB and the blob type `OSMHeader`.
fn format(start: &[u8]) -> Format {
    let text = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    match start {
        [] => Format::Nothing,
        [0, 0, _, _, 0x0a, 9, name @ ..]
            if b"OSMHeader".starts_with(&name[..name.len().min(9)]) =>
        {
            Format::Pbf
        }
        [0x1f, 0x8b, ..] => Format::Other("a gzip archive (unpack it first)"),
        [b'B', b'Z', b'h', ..] => Format::Other("a bzip2 archive (unpack it first)"),
        [b'P', b'K', 3, 4, ..] => Format::Other("a zip archive (unpack it first)"),
        [0xff, 0xe0, ..] => {
            Format::Other("an .o5m file (convert it with `osmium cat -o x.osm.pbf`)")
        }
        [b'%', b'P', b'D', b'F', ..] => Format::Other("a PDF document"),
        _ if text.trim_ascii_start().starts_with(b"<!DOCTYPE html")
            || text.trim_ascii_start().starts_with(b"<html") =>
        {
            Format::Other("a web page (the download went wrong)")
        }
        _ if text.trim_ascii_start().starts_with(b"<") => Format::Xml,
        _ => Format::Other("something else"),
    }
}
