//! What is kept of an extract: raw ways and relations with their tags ([`Extract`]), and what they mean for one
//! vehicle after the tag table has judged them ([`Roads`]). The graph is built from [`Roads`] alone.

use super::Tags;
use crate::geometry::{Bounds, LonLat, LonLatE7};
use crate::units::Millis;
use serde::{Deserialize, Serialize};

macro_rules! osm_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
            bytemuck::Pod, bytemuck::Zeroable)]
        #[repr(transparent)]
        #[serde(transparent)]
        pub struct $name(pub i64);
    };
}
osm_id!(
    /// An OSM node id. Never an index into our arrays.
    OsmNodeId
);
osm_id!(
    /// An OSM way id. Never an index into our arrays.
    OsmWayId
);
osm_id!(
    /// An OSM relation id. Never an index into our arrays.
    OsmRelationId
);

/// A way that may carry traffic, as read.
#[derive(Clone, Debug, PartialEq)]
pub struct RawWay {
    /// Its OSM id.
    pub id: OsmWayId,
    /// Its nodes in order.
    pub nodes: Vec<OsmNodeId>,
    /// Its tags.
    pub tags: Tags,
}

/// A member of a relation, as read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Member {
    /// A node.
    Node(OsmNodeId),
    /// A way.
    Way(OsmWayId),
    /// A relation.
    Relation(OsmRelationId),
}

/// A relation of `type=restriction` (or `restriction:*`), as read.
#[derive(Clone, Debug, PartialEq)]
pub struct RawRelation {
    /// Its OSM id.
    pub id: OsmRelationId,
    /// Members with their roles, in order.
    pub members: Vec<(Member, String)>,
    /// Its tags.
    pub tags: Tags,
}

/// Everything that Rondo keeps of an extract, before any vehicle is chosen.
#[derive(Clone, Debug, Default)]
pub struct Extract {
    /// Where it came from.
    pub source: Source,
    /// Positions of every node that [`Extract::ways`] use and the file holds, sorted by id.
    pub node_positions: Vec<(OsmNodeId, LonLatE7)>,
    /// Tagged nodes on those ways (barriers, signals, ...), sorted by id.
    pub node_tags: Vec<(OsmNodeId, Tags)>,
    /// `highway=*` and `route=ferry` (and shuttle train) ways, sorted by id.
    pub ways: Vec<RawWay>,
    /// Turn restriction relations, sorted by id.
    pub restrictions: Vec<RawRelation>,
    /// Numbered routes along roads (`type=route`, `route=road`), and routes made of those, sorted by id.
    pub routes: Vec<RawRelation>,
    /// Country outlines found in the file, for driving side and speed defaults.
    pub countries: Vec<Country>,
    /// Businesses, addresses and place names.
    pub places: Vec<Place>,
    /// Shapes for the background map.
    pub background: Vec<BackgroundFeature>,
}

/// Where an extract came from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Source {
    /// File name without folders.
    pub file: String,
    /// Size in bytes.
    pub bytes: u64,
    /// BLAKE3 of the file, hexadecimal.
    pub hash: String,
    /// Replication timestamp or newest edit, RFC 3339; `None` when the file says neither.
    pub osm_timestamp: Option<String>,
    /// Program that wrote the file, as the header says.
    pub generator: Option<String>,
}

/// A country outline.
#[derive(Clone, Debug)]
pub struct Country {
    /// ISO 3166-1 alpha-2, upper case.
    pub code: String,
    /// Its outline.
    pub outline: geo::MultiPolygon,
}

/// A business, an address or a named place, reduced to a point.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// `n`, `w` or `r` and the OSM id, for example `n123`.
    pub osm_id: String,
    /// Point, or centroid of the area.
    pub at: LonLat,
    /// What it is.
    pub kind: PlaceKind,
    /// `key=value` that made it this kind, for example `shop=bakery`; empty for a bare address.
    pub tag: String,
    /// `name`.
    pub name: Option<String>,
    /// Other names (`name:en`, `alt_name`, `old_name`, `int_name`, ...), for look-up only.
    pub other_names: Vec<String>,
    /// `addr:housenumber`.
    pub housenumber: Option<String>,
    /// `addr:street`, else `addr:place`.
    pub street: Option<String>,
    /// `addr:postcode`.
    pub postcode: Option<String>,
    /// `addr:city`.
    pub city: Option<String>,
    /// `opening_hours` as tagged.
    pub opening_hours: Option<String>,
    /// `phone` or `contact:phone`.
    pub phone: Option<String>,
    /// `website` or `contact:website`.
    pub website: Option<String>,
}

/// Kinds of [`Place`].
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum PlaceKind {
    /// A shop, office, surgery, restaurant, hotel, ... (`data/README.md` has the list of tags).
    Business,
    /// A house number without a business.
    #[default]
    Address,
    /// An `addr:interpolation` line is expanded into these.
    InterpolatedAddress,
    /// city, town, suburb, village, hamlet, locality, ... .
    Settlement,
    /// A named street, one point per named way, at its middle.
    Street,
}

/// A shape of the background map.
#[derive(Clone, Debug, PartialEq)]
pub struct BackgroundFeature {
    /// Layer it is drawn in.
    pub layer: BackgroundLayer,
    /// The value that tells kinds in a layer apart: `motorway`, `park`, `village`, ... .
    pub kind: &'static str,
    /// Its name, if it has one that a map would show.
    pub name: Option<String>,
    /// Its shape in degrees.
    pub shape: geo::Geometry,
}

/// Layers of the background map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BackgroundLayer {
    /// Land inside the coastline (or the whole extract where there is no coast).
    Earth,
    /// Parks, woods, farmland, residential ground, ... .
    Landuse,
    /// Lakes, rivers, reservoirs.
    Water,
    /// Buildings.
    Buildings,
    /// Roads, paths, rails, ferries.
    Roads,
    /// Names of settlements and islands.
    Places,
}

// ---------------------------------------------------------------------------------------------------------------
// After judging
// ---------------------------------------------------------------------------------------------------------------

/// What the extract means for one vehicle at one departure time. All the graph builder sees.
#[derive(Clone, Debug, Default)]
pub struct Roads {
    /// Positions of all nodes used by `ways`, sorted by id.
    pub node_positions: Vec<(OsmNodeId, LonLatE7)>,
    /// Rules at nodes, sorted by id; nodes without rules are absent.
    pub node_rules: Vec<(OsmNodeId, NodeRules)>,
    /// Ways open in at least one direction, at departure or in some slot of the day.
    pub ways: Vec<RoadWay>,
    /// Turn restrictions that hold for the vehicle, at departure or in some slot of the day.
    pub restrictions: Vec<Restriction>,
    /// What was dropped and why, and which conditional tags were evaluated to what.
    pub report: JudgeReport,
}

/// A way that the vehicle may use.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts")]
pub struct RoadWay {
    /// Its OSM id.
    pub id: OsmWayId,
    /// Its nodes in order; all have positions (ways cut by the edge of an extract are split before).
    pub nodes: Vec<OsmNodeId>,
    /// `name`, or empty.
    pub name: String,
    /// `name:pronunciation`, or empty.
    pub pronunciation: String,
    /// `ref`, or empty; along the node order.
    pub reference: String,
    /// The same against the node order; `None` where it is the same.
    pub back_reference: Option<String>,
    /// Class.
    pub class: RoadClass,
    /// Along the node order; `None` when closed.
    pub forward: Option<Direction>,
    /// Against the node order; `None` when closed.
    pub backward: Option<Direction>,
    /// Both directions in each slot of the day, along the node order first; `None` where all are as at departure.
    pub slots: Option<Box<[[Option<Direction>; 2]; Slot::COUNT]>>,
    /// Part of a roundabout.
    pub roundabout: bool,
    /// Toll to pay.
    pub toll: bool,
    /// Traffic keeps left here.
    pub drives_left: bool,
    /// Through a tunnel.
    pub tunnel: bool,
    /// A service road tagged private: somebody's drive or yard.
    pub private_service: bool,
    /// Ferries and shuttle trains: sailing time of the whole way (duration tag or length over speed) and the wait
    /// for boarding, both charged in either direction; the graph builder spreads the sailing over the edges by
    /// length and charges boarding when a path comes from a road onto the ferry.
    pub ferry: Option<Ferry>,
}

/// What a ferry costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ferry {
    /// From end to end of the way.
    pub sailing: Millis,
    /// Paid once when driving aboard.
    pub boarding: Millis,
}

/// One direction of a way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Direction {
    /// Real driving speed in km/h, all factors applied; finite and above zero.
    pub speed_kmh: f64,
    /// Cost per time: 1 ordinary, above 1 disliked (service alleys, tracks). Never below 1.
    pub reluctance: f64,
    /// Whether through traffic may use it.
    pub access: Access,
}

/// Who may use a road or pass a node.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// All.
    #[default]
    Open,
    /// Destination, private, customers, delivery: only on the first or last stretch of a trip.
    Restricted,
    /// Nobody.
    Closed,
}

/// Rules at a node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NodeRules {
    /// Barrier.
    pub access: Access,
    /// Extra time when passing along the node order of the way (signals, toll booth, gate, ...).
    pub delay_forward: Millis,
    /// Extra time against it.
    pub delay_backward: Millis,
    /// The delays are those of a sign that does not say whom it faces: it holds up only those who come to the junction
    /// that it stands near.
    pub faces_junction: bool,
    /// The delay is for roads that meet a more important one here (`stop=minor`).
    pub minor_only: bool,
    /// `highway=mini_roundabout` or `turning_circle`: turning back is ordinary here.
    pub turning_place: bool,
}

/// A turn restriction that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restriction {
    /// Its OSM id.
    pub id: OsmRelationId,
    /// `no_*` or `only_*`.
    pub kind: RestrictionKind,
    /// Where the movement starts (several only for `no_entry`).
    pub from: Vec<OsmWayId>,
    /// In between.
    pub via: Via,
    /// Where the movement ends (several only for `no_exit`).
    pub to: Vec<OsmWayId>,
    /// When it holds.
    pub holds: When,
}

/// A part of the day. Tags that hold at certain hours only are read for one moment in each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Slot {
    /// 07 to 09, read at 08:00.
    Morning,
    /// 09 to 16, read at 12:30.
    Midday,
    /// 16 to 19, read at 17:30.
    Evening,
    /// 19 to 07, read at 02:00.
    Night,
}

impl Slot {
    /// How many there are.
    pub const COUNT: usize = 4;
    /// All, in the order of the day.
    pub const ALL: [Self; Self::COUNT] = [Self::Morning, Self::Midday, Self::Evening, Self::Night];

    /// Its name in requests.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Morning => "07-09",
            Self::Midday => "09-16",
            Self::Evening => "16-19",
            Self::Night => "night",
        }
    }

    /// The moment for which tags are read, in hours and minutes.
    #[must_use]
    pub const fn moment(self) -> (u32, u32) {
        match self {
            Self::Morning => (8, 0),
            Self::Midday => (12, 30),
            Self::Evening => (17, 30),
            Self::Night => (2, 0),
        }
    }
}

/// At departure, and in which slots of the day, something holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct When(u8);

impl When {
    /// Always.
    pub const ALWAYS: Self = Self((1 << (Slot::COUNT + 1)) - 1);
    /// Never.
    pub const NEVER: Self = Self(0);
    /// At departure only.
    pub const AT_DEPARTURE: Self = Self(1);

    /// In one slot only.
    #[must_use]
    pub const fn within(slot: Slot) -> Self {
        Self(2 << slot as u8)
    }

    /// When at least one holds.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// When both hold.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// When it does not hold.
    #[must_use]
    pub const fn not(self) -> Self {
        Self(!self.0 & Self::ALWAYS.0)
    }

    /// Whether there is a time in both.
    #[must_use]
    pub const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(crate) const fn bits(self) -> u8 {
        self.0
    }

    pub(crate) const fn from_bits(bits: u8) -> Self {
        Self(bits & Self::ALWAYS.0)
    }
}

/// Sense of a [`Restriction`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RestrictionKind {
    /// The movement is forbidden.
    No,
    /// From here every other movement is forbidden.
    Only,
    /// `no_u_turn`: forbidden, and `from` may equal `to`.
    NoUTurn,
}

/// What lies between `from` and `to` of a [`Restriction`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Via {
    /// A junction.
    Node(OsmNodeId),
    /// One or more ways, in travel order.
    Ways(Vec<OsmWayId>),
}

/// Road classes, most important first.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
#[expect(missing_docs, reason = "the names are OSM's own highway values")]
pub enum RoadClass {
    Motorway,
    MotorwayLink,
    Trunk,
    TrunkLink,
    Primary,
    PrimaryLink,
    Secondary,
    SecondaryLink,
    Tertiary,
    TertiaryLink,
    Unclassified,
    #[default]
    Residential,
    LivingStreet,
    Service,
    Track,
    /// `highway=road` and the like.
    Other,
    Ferry,
    ShuttleTrain,
}

/// What judging kept and dropped, for `rondo prepare` to print.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JudgeReport {
    /// Ways kept.
    pub ways_kept: u64,
    /// Ways dropped by reason (`highway=footway`, `access=no`, `area=yes`, ...).
    pub ways_dropped: std::collections::BTreeMap<String, u64>,
    /// Restrictions kept.
    pub restrictions_kept: u64,
    /// Restrictions dropped by reason.
    pub restrictions_dropped: std::collections::BTreeMap<String, u64>,
    /// Conditional tags: `key` -> (in force, not in force, unreadable).
    pub conditionals: std::collections::BTreeMap<String, [u64; 3]>,
    /// Countries met, with the number of ways in each.
    pub countries: std::collections::BTreeMap<String, u64>,
}

/// Bounds of all road nodes; `None` for an extract without roads. Never sized by all nodes, since extracts carry far
/// ferry lines and borders.
#[must_use]
pub fn road_bounds(roads: &Roads) -> Option<Bounds> {
    let ferries: std::collections::HashSet<_> = roads
        .ways
        .iter()
        .filter(|w| w.ferry.is_some())
        .flat_map(|w| w.nodes.iter().copied())
        .collect();
    Bounds::around(
        roads
            .node_positions
            .iter()
            .filter(|(id, _)| !ferries.contains(id))
            .map(|(_, p)| p.to_lon_lat()),
    )
}
