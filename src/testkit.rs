//! Maps drawn as text, for tests and benches.
//!
//! Every letter or digit of the drawing is a node; one character to the right or one line down is one grid step. The
//! node's OSM id is the code of its character, so `A` is node 65. Ways are strings of node names.
//!
//! ```
//! use rondo::testkit::TextMap;
//! let map = TextMap::draw(100.0, "
//!     A-B-C
//!       |
//!       D
//! ")
//! .road("ABC", |road| road.name = "Long Street".into())
//! .road("BD", |_| {});
//! let network = map.network();
//! assert_eq!(network.edge_count(), 6);
//! ```

pub mod protobuf;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::geometry::{LocalPlane, LonLat, LonLatE7};
use crate::network::{EdgeId, Network, Snap, SnapOptions};
use crate::osm::{
    Access, Direction, Extract, Member, NodeRules, OsmNodeId, OsmRelationId, OsmWayId, RawRelation,
    RawWay, Restriction, RestrictionKind, RoadClass, RoadWay, Roads, Source, Tags, Via, When,
};
use crate::routing::{Route, Router};

/// Where the top left corner of a drawing lies.
const ORIGIN: LonLat = LonLat::new(14.4, 35.9);

/// A map drawn as text, with the roads on it. Ways given as tags make an [`Extract`]; roads given as judged make
/// [`Roads`]. A test uses one of the two.
#[derive(Clone, Debug, Default)]
pub struct TextMap {
    positions: BTreeMap<OsmNodeId, LonLatE7>,
    node_tags: BTreeMap<OsmNodeId, Tags>,
    node_rules: BTreeMap<OsmNodeId, NodeRules>,
    ways: Vec<RawWay>,
    roads: Vec<RoadWay>,
    relations: Vec<RawRelation>,
    restrictions: Vec<Restriction>,
}

/// The OSM id of a drawn node.
#[must_use]
pub fn node_id(name: char) -> OsmNodeId {
    OsmNodeId(i64::from(u32::from(name)))
}

fn node_ids(names: &str) -> Vec<OsmNodeId> {
    names.chars().map(node_id).collect()
}

impl TextMap {
    /// Reads a drawing with steps of `grid` metres. Letters and digits are nodes, all else is decoration.
    #[must_use]
    pub fn draw(grid: f64, drawing: &str) -> Self {
        let plane = LocalPlane::at(ORIGIN);
        let mut map = Self::default();
        for (row, line) in drawing.lines().enumerate() {
            for (column, name) in line.chars().enumerate() {
                if name.is_alphanumeric() {
                    let at = plane.unproject([column as f64 * grid, -(row as f64) * grid]);
                    map.positions.insert(node_id(name), at.to_e7());
                }
            }
        }
        map
    }

    /// Adds a judged road over `nodes`: two-way, residential, 36 km/h (10 m/s), open; `change` makes it what it is.
    /// Ids count up from 1 in the order of adding.
    #[must_use]
    pub fn road(mut self, nodes: &str, change: impl FnOnce(&mut RoadWay)) -> Self {
        let direction = Direction {
            speed_kmh: 36.0,
            reluctance: 1.0,
            access: Access::Open,
        };
        let mut road = RoadWay {
            id: OsmWayId(self.roads.len() as i64 + 1),
            nodes: node_ids(nodes),
            name: nodes.to_owned(),
            pronunciation: String::new(),
            reference: String::new(),
            back_reference: None,
            class: RoadClass::Residential,
            forward: Some(direction),
            backward: Some(direction),
            slots: None,
            roundabout: false,
            toll: false,
            drives_left: false,
            tunnel: false,
            private_service: false,
            ferry: None,
        };
        change(&mut road);
        self.roads.push(road);
        self
    }

    /// Adds a judged road that is open along `nodes` only.
    #[must_use]
    pub fn one_way(self, nodes: &str) -> Self {
        self.road(nodes, |road| road.backward = None)
    }

    /// Sets rules at a node.
    #[must_use]
    pub fn rules(mut self, node: char, change: impl FnOnce(&mut NodeRules)) -> Self {
        change(self.node_rules.entry(node_id(node)).or_default());
        self
    }

    /// Adds a restriction between judged roads, each named by the nodes it was added with.
    ///
    /// # Panics
    /// When there is no such road.
    #[must_use]
    pub fn restrict(
        mut self,
        kind: RestrictionKind,
        from: &str,
        via: ViaName<'_>,
        to: &str,
    ) -> Self {
        let via = match via {
            ViaName::Node(node) => Via::Node(node_id(node)),
            ViaName::Ways(ways) => Via::Ways(ways.iter().map(|w| self.road_id(w)).collect()),
        };
        self.restrictions.push(Restriction {
            id: OsmRelationId(self.restrictions.len() as i64 + 1),
            kind,
            from: vec![self.road_id(from)],
            via,
            to: vec![self.road_id(to)],
            holds: When::ALWAYS,
        });
        self
    }

    fn road_id(&self, nodes: &str) -> OsmWayId {
        self.roads
            .iter()
            .find(|road| road.nodes == node_ids(nodes))
            .unwrap_or_else(|| panic!("no road {nodes} was added"))
            .id
    }

    /// Adds a tagged way over `nodes`. Ids count up from 1 in the order of adding.
    #[must_use]
    pub fn way(mut self, nodes: &str, tags: &[(&str, &str)]) -> Self {
        self.ways.push(RawWay {
            id: OsmWayId(self.ways.len() as i64 + 1),
            nodes: node_ids(nodes),
            tags: tags.iter().copied().collect(),
        });
        self
    }

    /// Tags a node.
    #[must_use]
    pub fn node(mut self, node: char, tags: &[(&str, &str)]) -> Self {
        self.node_tags
            .insert(node_id(node), tags.iter().copied().collect());
        self
    }

    /// Adds a restriction relation between tagged ways, each named by the nodes it was added with; `kind` is the value of
    /// `restriction`, `more` are further tags.
    ///
    /// # Panics
    /// When there is no such way.
    #[must_use]
    pub fn relation(
        mut self,
        kind: &str,
        from: &str,
        via: ViaName<'_>,
        to: &str,
        more: &[(&str, &str)],
    ) -> Self {
        let way = |nodes: &str| {
            let found = self.ways.iter().find(|way| way.nodes == node_ids(nodes));
            Member::Way(
                found
                    .unwrap_or_else(|| panic!("no way {nodes} was added"))
                    .id,
            )
        };
        let mut members = vec![(way(from), "from".to_owned())];
        match via {
            ViaName::Node(node) => members.push((Member::Node(node_id(node)), "via".to_owned())),
            ViaName::Ways(ways) => {
                members.extend(ways.iter().map(|w| (way(w), "via".to_owned())));
            }
        }
        members.push((way(to), "to".to_owned()));
        let mut tags = vec![("type", "restriction")];
        if !kind.is_empty() {
            tags.push(("restriction", kind));
        }
        tags.extend(more);
        self.relations.push(RawRelation {
            id: OsmRelationId(self.relations.len() as i64 + 1),
            members,
            tags: tags.into_iter().collect(),
        });
        self
    }

    /// Where a node was drawn.
    ///
    /// # Panics
    /// When it was not.
    #[must_use]
    pub fn at(&self, node: char) -> LonLat {
        self.positions
            .get(&node_id(node))
            .unwrap_or_else(|| panic!("no node {node} was drawn"))
            .to_lon_lat()
    }

    /// The point half-way between two nodes.
    #[must_use]
    pub fn between(&self, a: char, b: char) -> LonLat {
        crate::geometry::along(self.at(a), self.at(b), 0.5)
    }

    /// The tagged ways as if read from a file.
    #[must_use]
    pub fn extract(&self) -> Extract {
        Extract {
            source: Source {
                file: "drawing".into(),
                ..Source::default()
            },
            node_positions: self.positions.iter().map(|(id, at)| (*id, *at)).collect(),
            node_tags: self
                .node_tags
                .iter()
                .map(|(id, tags)| (*id, tags.clone()))
                .collect(),
            ways: self.ways.clone(),
            restrictions: self.relations.clone(),
            ..Extract::default()
        }
    }

    /// The judged roads.
    #[must_use]
    pub fn roads(&self) -> Roads {
        Roads {
            node_positions: self.positions.iter().map(|(id, at)| (*id, *at)).collect(),
            node_rules: self.node_rules.iter().map(|(id, r)| (*id, *r)).collect(),
            ways: self.roads.clone(),
            restrictions: self.restrictions.clone(),
            ..Roads::default()
        }
    }

    /// The network of the judged roads.
    #[must_use]
    pub fn network(&self) -> Network {
        Network::build(&self.roads()).0
    }

    /// A router on the judged roads, with the means to ask it by node names.
    #[must_use]
    pub fn drive(&self) -> Drive {
        self.drive_on(self.network())
    }

    /// A router on a network that was built from this drawing.
    #[must_use]
    pub fn drive_on(&self, network: Network) -> Drive {
        Drive {
            map: self.clone(),
            router: Router::new(Arc::new(network)),
        }
    }
}

/// The via of a restriction by names.
#[derive(Clone, Copy, Debug)]
pub enum ViaName<'a> {
    /// A node.
    Node(char),
    /// Ways, each named by its nodes.
    Ways(&'a [&'a str]),
}

/// Asks for routes on a drawing.
#[derive(Clone, Debug)]
pub struct Drive {
    map: TextMap,
    /// The router.
    pub router: Router,
}

impl Drive {
    /// Where a point meets the drawn roads, components of any size welcome.
    ///
    /// # Panics
    /// When no road is within a kilometre.
    #[must_use]
    pub fn snap(&self, point: LonLat) -> Snap {
        let options = SnapOptions {
            limit: crate::units::Metres(1_000.0),
            min_component_nodes: 0,
        };
        self.router
            .network()
            .snap(point, &options)
            .expect("a road is near")
    }

    /// The middle of the road between two nodes: `"AB"`. A single name is the node itself.
    #[must_use]
    pub fn place(&self, names: &str) -> Snap {
        let names: Vec<char> = names.chars().collect();
        self.snap(match names.as_slice() {
            [a, b] => self.map.between(*a, *b),
            _ => self.map.at(names[0]),
        })
    }

    /// The route between two places of [`Drive::place`], found in three ways, which must agree.
    ///
    /// # Panics
    /// When the router and the two searches of the reference disagree.
    #[must_use]
    pub fn route(&self, from: &str, to: &str) -> Option<Route> {
        let (from, to) = (self.place(from), self.place(to));
        let route = self.router.route(&mut self.router.query(), &from, &to);
        let mut reference = self.router.reference();
        let plain = reference.route(&from, &to);
        let both = reference.route_bidirectional(&from, &to);
        let weight = |route: &Option<Route>| route.as_ref().map(|r| (r.cost, r.time));
        assert_eq!(weight(&plain), weight(&both), "plain and bidirectional");
        assert_eq!(weight(&plain), weight(&route), "reference and router");
        route
    }

    /// The node names that a route passes or drives up to, in order: `"ABD"`. Empty when there is no route.
    #[must_use]
    pub fn path(&self, from: &str, to: &str) -> String {
        self.route(from, to).map_or(String::new(), |route| {
            self.nodes(
                route
                    .edges
                    .iter()
                    .map(|e| (e.edge, e.from_share, e.to_share)),
            )
        })
    }

    fn nodes(&self, edges: impl Iterator<Item = (EdgeId, f64, f64)>) -> String {
        let mut names = String::new();
        for (edge, from, to) in edges {
            let line = self.router.network().edge(edge);
            let refs = line.node_refs();
            let shares = shares(&line.line());
            for (node, share) in refs.iter().zip(shares) {
                let name = char::from_u32(node.0 as u32).unwrap_or('?');
                let inside = share >= from - 1e-6 && share <= to + 1e-6;
                if inside && !names.ends_with(name) {
                    names.push(name);
                }
            }
        }
        names
    }
}

/// The share of the length at each point.
fn shares(line: &[LonLat]) -> Vec<f64> {
    let whole = crate::geometry::line_length(line).0;
    (0..line.len())
        .map(|i| {
            if whole > 0.0 {
                crate::geometry::line_length(&line[..=i]).0 / whole
            } else {
                0.0
            }
        })
        .collect()
}
