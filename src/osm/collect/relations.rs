//! First round: turn restrictions and numbered routes are kept whole, areas (multipolygons, country outlines) ask for their member ways.

use super::TagView;
use super::places::place;
use super::shapes::{Shape, shape};
use crate::osm::{Member, OsmRelationId, OsmWayId, Place, RawRelation};

/// What the relations of an extract ask for.
#[derive(Debug, Default)]
pub struct Relations {
    /// Turn restrictions.
    pub restrictions: Vec<RawRelation>,
    /// Numbered routes along roads.
    pub routes: Vec<RawRelation>,
    /// Areas made of several ways.
    pub areas: Vec<Area>,
}

/// An area made of several ways, with what it is kept for.
#[derive(Debug)]
pub struct Area {
    /// OSM id.
    pub id: OsmRelationId,
    /// Ways of its outline and its holes; roles are not trusted.
    pub ways: Vec<OsmWayId>,
    /// How it is drawn.
    pub shape: Option<Shape>,
    /// The business, address or island that it is.
    pub place: Option<Place>,
    /// ISO code of the country whose outline it is.
    pub country: Option<String>,
}

impl Relations {
    /// Takes note of one relation.
    pub fn add(&mut self, id: OsmRelationId, members: &[(Member, &str)], tags: TagView<'_>) {
        match tags.get("type") {
            Some("multipolygon" | "boundary") => self.areas.extend(area(id, members, tags)),
            Some(kind) if kind == "restriction" || kind.starts_with("restriction:") => {
                self.restrictions.push(whole(id, members, tags));
            }
            Some("route") if tags.is("route", "road") => {
                self.routes.push(whole(id, members, tags));
            }
            _ => {}
        }
    }

    /// Adds what a later block of the same file held.
    pub fn append(&mut self, mut later: Self) {
        self.restrictions.append(&mut later.restrictions);
        self.routes.append(&mut later.routes);
        self.areas.append(&mut later.areas);
    }

    /// Puts everything in order of ids; of two relations with one id the first stays.
    pub fn finish(&mut self) {
        self.restrictions.sort_by_key(|r| r.id);
        self.restrictions.dedup_by_key(|r| r.id);
        self.routes.sort_by_key(|r| r.id);
        self.routes.dedup_by_key(|r| r.id);
        self.areas.sort_by_key(|a| a.id);
        self.areas.dedup_by_key(|a| a.id);
    }

    /// Ways that areas are made of, sorted.
    pub fn member_ways(&self) -> Vec<i64> {
        let mut ways: Vec<i64> = self
            .areas
            .iter()
            .flat_map(|a| &a.ways)
            .map(|w| w.0)
            .collect();
        ways.sort_unstable();
        ways.dedup();
        ways
    }
}

fn whole(id: OsmRelationId, members: &[(Member, &str)], tags: TagView<'_>) -> RawRelation {
    let members = members.iter();
    RawRelation {
        id,
        members: members
            .map(|&(member, role)| (member, role.to_owned()))
            .collect(),
        tags: tags.to_tags(),
    }
}

fn area(id: OsmRelationId, members: &[(Member, &str)], tags: TagView<'_>) -> Option<Area> {
    let multipolygon = tags.is("type", "multipolygon");
    let area = Area {
        id,
        ways: members
            .iter()
            .filter_map(|(member, role)| match member {
                Member::Way(way) if matches!(*role, "" | "outer" | "inner") => Some(*way),
                _ => None,
            })
            .collect(),
        shape: shape(tags, true).filter(|shape| multipolygon && shape.area),
        place: place(tags).filter(|_| multipolygon),
        country: country(tags),
    };
    let wanted = area.shape.is_some() || area.place.is_some() || area.country.is_some();
    (wanted && !area.ways.is_empty()).then_some(area)
}

fn country(tags: TagView<'_>) -> Option<String> {
    if !tags.is("boundary", "administrative") || !tags.is("admin_level", "2") {
        return None;
    }
    tags.get("ISO3166-1:alpha2")
        .or_else(|| tags.get("ISO3166-1"))
        .filter(|code| code.len() == 2 && code.bytes().all(|b| b.is_ascii_alphabetic()))
        .map(str::to_ascii_uppercase)
}
