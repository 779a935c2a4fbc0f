//! The fields an account list may have, as columns of CSV or properties of GeoJSON.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

macro_rules! fields {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// A field of an account list. The name in files and reports is the snake_case form.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Field {
            $($(#[$doc])* $variant,)*
        }

        impl Field {
            /// Every field, in the order that exports write them.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// Name as a column.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

fields! {
    /// External id.
    Id = "id",
    /// Name.
    Name = "name",
    /// Degrees east, or easting in the file's own reference system.
    Lon = "lon",
    /// Degrees north, or northing in the file's own reference system.
    Lat = "lat",
    /// How the position was found; only files written by Rondo have it.
    Quality = "quality",
    /// Street.
    Street = "street",
    /// House number.
    Housenumber = "housenumber",
    /// Postcode.
    Postcode = "postcode",
    /// Town.
    City = "city",
    /// Class.
    Class = "class",
    /// Value.
    Value = "value",
    /// Days between visits.
    CadenceDays = "cadence_days",
    /// Minutes on site.
    VisitMin = "visit_min",
    /// OSM opening_hours.
    OpeningHours = "opening_hours",
    /// Whether only the start of a visit must lie inside the opening hours.
    StartInsideIsEnough = "start_inside_is_enough",
    /// Rep's id.
    Rep = "rep",
    /// customer, prospect or vip.
    Kind = "kind",
    /// Pipeline stage.
    Stage = "stage",
    /// Date of the last visit.
    LastVisit = "last_visit",
    /// Date from which the account counts.
    ActiveFrom = "active_from",
    /// Whether the account is still visited.
    Active = "active",
    /// Days without visits.
    Blocks = "blocks",
    /// Skills a rep needs.
    Skills = "skills",
    /// Phone.
    Phone = "phone",
    /// E-mail.
    Email = "email",
    /// Tags.
    Tags = "tags",
    /// Note.
    Note = "note",
}

impl std::fmt::Display for Field {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// Fields that a file has columns for.
pub type FieldSet = BTreeSet<Field>;
