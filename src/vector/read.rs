//! Reading a file of any format: [`read`].

use super::table::{Limits, ReadError, Table};
use super::{flatgeobuf, geopackage, shapefile};

/// What to read of a file.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ask<'a> {
    /// The table of this name; `None` = the only one, or else `prefer`.
    pub table: Option<&'a str>,
    /// The table to take when there are several and none is named.
    pub prefer: &'a str,
    /// Sizes beyond which it is refused.
    pub limits: Limits,
}

/// A format, told by the first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// FlatGeobuf.
    FlatGeobuf,
    /// GeoPackage.
    GeoPackage,
    /// A ZIP archive with a Shapefile.
    Zip,
    /// The .shp of a Shapefile, alone.
    Shp,
}

impl Format {
    /// The format of a file; `None` when it is none of those read here.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(b"fgb") && bytes.get(4..7) == Some(b"fgb") {
            Some(Self::FlatGeobuf)
        } else if bytes.starts_with(b"SQLite format 3\0") {
            Some(Self::GeoPackage)
        } else if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
            Some(Self::Zip)
        } else if bytes.starts_with(&[0, 0, 0x27, 0x0A]) {
            Some(Self::Shp)
        } else {
            None
        }
    }

    /// Its name, as in [`Table::format`].
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::FlatGeobuf => "flatgeobuf",
            Self::GeoPackage => "geopackage",
            Self::Zip | Self::Shp => "shapefile",
        }
    }
}

/// Reads one table. Rows that are damaged by themselves are in it, marked; the memory needed stays in proportion to the
/// limits whatever the bytes say.
///
/// # Errors
/// When nothing can be read at all.
pub fn read(bytes: &[u8], format: Format, ask: &Ask<'_>) -> Result<Table, ReadError> {
    match format {
        Format::FlatGeobuf => flatgeobuf::read(bytes, &ask.limits),
        Format::GeoPackage => geopackage::read(bytes, ask),
        Format::Zip => shapefile::read_zip(bytes, ask),
        Format::Shp => shapefile::read_shp(bytes, &ask.limits),
    }
}
