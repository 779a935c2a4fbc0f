//! From a block to its objects. Every index, delta and parallel array is checked: an extract is untrusted input.

use osmpbfreader::osmformat::{
    DenseNodes, Info, PrimitiveBlock, Relation, Way, relation::MemberType,
};
use protobuf::Message;

use super::unpack::Fault;
use crate::geometry::LonLatE7;
use crate::osm::collect::TagView;
use crate::osm::{Member, OsmNodeId, OsmRelationId, OsmWayId};

/// A decoded block and the newest edit met in it.
pub struct Block {
    message: PrimitiveBlock,
    granularity: i64,
}

/// A node as it is shown to a visitor.
pub struct Node<'a> {
    /// OSM id.
    pub id: i64,
    /// Position.
    pub at: LonLatE7,
    /// Tags.
    pub tags: TagView<'a>,
}

/// Seconds since 1970 of the newest edit, or `None` when the file carries no times.
pub type Newest = Option<i64>;

impl Block {
    /// Decodes an unpacked block.
    ///
    /// # Errors
    /// When the bytes are no `PrimitiveBlock`.
    pub fn parse(bytes: &[u8]) -> Result<Self, Fault> {
        let message = PrimitiveBlock::parse_from_bytes(bytes)?;
        let granularity = i64::from(message.granularity());
        if granularity <= 0 {
            return Err("a coordinate grid of no width".into());
        }
        Ok(Self {
            message,
            granularity,
        })
    }

    /// The string table as text, to be lent to the `each_*` calls.
    ///
    /// # Errors
    /// When a string is not UTF-8.
    pub fn strings(&self) -> Result<Vec<&str>, Fault> {
        self.message
            .stringtable
            .s
            .iter()
            .map(|s| std::str::from_utf8(s).map_err(|_| "a text that is not UTF-8".into()))
            .collect()
    }

    /// Shows all nodes.
    ///
    /// # Errors
    /// At the first thing that makes no sense.
    pub fn each_node(
        &self,
        strings: &[&str],
        mut visit: impl FnMut(&Node<'_>),
    ) -> Result<Newest, Fault> {
        let mut newest = None;
        for group in &self.message.primitivegroup {
            for node in &group.nodes {
                let mut tags = Vec::new();
                collect_tags(strings, &node.keys, &node.vals, &mut tags)?;
                newest = newest.max(self.edited(node.info.as_ref()));
                visit(&Node {
                    id: node.id(),
                    at: self.position(node.id(), node.lat(), node.lon())?,
                    tags: TagView(&tags),
                });
            }
            if let Some(dense) = group.dense.as_ref() {
                newest = newest.max(self.each_dense_node(dense, strings, &mut visit)?);
            }
        }
        Ok(newest)
    }

    fn each_dense_node(
        &self,
        dense: &DenseNodes,
        strings: &[&str],
        visit: &mut impl FnMut(&Node<'_>),
    ) -> Result<Newest, Fault> {
        if dense.lat.len() != dense.id.len() || dense.lon.len() != dense.id.len() {
            return Err("dense nodes with unequal numbers of ids and coordinates".into());
        }
        let (mut id, mut lat, mut lon) = (0, 0, 0);
        let mut pairs = dense.keys_vals.iter();
        let mut tags = Vec::new();
        for i in 0..dense.id.len() {
            id = step(id, dense.id[i])?;
            lat = step(lat, dense.lat[i])?;
            lon = step(lon, dense.lon[i])?;
            tags.clear();
            while let Some(&key) = pairs.next() {
                if key == 0 {
                    break;
                }
                let value = pairs.next().ok_or("a tag without value")?;
                let text = |index: i32| {
                    usize::try_from(index)
                        .ok()
                        .and_then(|i| strings.get(i))
                        .copied()
                        .ok_or("a tag beyond the string table")
                };
                tags.push((text(key)?, text(*value)?));
            }
            visit(&Node {
                id,
                at: self.position(id, lat, lon)?,
                tags: TagView(&tags),
            });
        }
        let (mut time, mut newest) = (0_i64, None);
        for &delta in dense.denseinfo.iter().flat_map(|info| &info.timestamp) {
            time = step(time, delta)?;
            newest = newest.max(self.seconds(time));
        }
        Ok(newest)
    }

    /// Shows all ways with their node ids.
    ///
    /// # Errors
    /// At the first thing that makes no sense.
    pub fn each_way(
        &self,
        strings: &[&str],
        mut visit: impl FnMut(OsmWayId, &[i64], TagView<'_>),
    ) -> Result<Newest, Fault> {
        let (mut tags, mut nodes) = (Vec::new(), Vec::new());
        let mut newest = None;
        for way in self.message.primitivegroup.iter().flat_map(|g| &g.ways) {
            let way: &Way = way;
            collect_tags(strings, &way.keys, &way.vals, &mut tags)?;
            running_sums(&way.refs, &mut nodes)?;
            newest = newest.max(self.edited(way.info.as_ref()));
            visit(OsmWayId(way.id()), &nodes, TagView(&tags));
        }
        Ok(newest)
    }

    /// Shows all relations with members and roles.
    ///
    /// # Errors
    /// At the first thing that makes no sense.
    pub fn each_relation(
        &self,
        strings: &[&str],
        mut visit: impl FnMut(OsmRelationId, &[(Member, &str)], TagView<'_>),
    ) -> Result<Newest, Fault> {
        let mut tags = Vec::new();
        let mut newest = None;
        for relation in self
            .message
            .primitivegroup
            .iter()
            .flat_map(|g| &g.relations)
        {
            collect_tags(strings, &relation.keys, &relation.vals, &mut tags)?;
            newest = newest.max(self.edited(relation.info.as_ref()));
            visit(
                OsmRelationId(relation.id()),
                &members(relation, strings)?,
                TagView(&tags),
            );
        }
        Ok(newest)
    }

    /// Nanodegrees are offset + granularity x value; a position outside the globe is damage.
    fn position(&self, id: i64, lat: i64, lon: i64) -> Result<LonLatE7, Fault> {
        let e7 = |offset: i64, value: i64, limit: i64| {
            value
                .checked_mul(self.granularity)
                .and_then(|nano| nano.checked_add(offset))
                .map(|nano| (nano + 50).div_euclid(100))
                .filter(|e7| (-limit..=limit).contains(e7))
                .and_then(|e7| i32::try_from(e7).ok())
        };
        e7(self.message.lon_offset(), lon, 1_800_000_000)
            .zip(e7(self.message.lat_offset(), lat, 900_000_000))
            .map(|(lon_e7, lat_e7)| LonLatE7 { lon_e7, lat_e7 })
            .ok_or_else(|| Fault::Damaged(format!("node {id} lies outside the globe")))
    }

    fn edited(&self, info: Option<&Info>) -> Newest {
        info.filter(|info| info.has_timestamp())
            .and_then(|info| self.seconds(info.timestamp()))
    }

    fn seconds(&self, time: i64) -> Newest {
        time.checked_mul(i64::from(self.message.date_granularity()))
            .map(|millis| millis / 1_000)
            .filter(|&seconds| seconds > 0)
    }
}

/// `value + delta`, or damage.
fn step(value: i64, delta: i64) -> Result<i64, Fault> {
    value
        .checked_add(delta)
        .ok_or_else(|| "a number that grows beyond all bounds".into())
}

/// Fills `out` with the running sums of delta-coded `deltas`.
fn running_sums(deltas: &[i64], out: &mut Vec<i64>) -> Result<(), Fault> {
    out.clear();
    let mut value = 0;
    for &delta in deltas {
        value = step(value, delta)?;
        out.push(value);
    }
    Ok(())
}

fn collect_tags<'a>(
    strings: &[&'a str],
    keys: &[u32],
    values: &[u32],
    out: &mut Vec<(&'a str, &'a str)>,
) -> Result<(), Fault> {
    out.clear();
    if keys.len() != values.len() {
        return Err("an object with unequal numbers of keys and values".into());
    }
    for (&key, &value) in keys.iter().zip(values) {
        match (strings.get(key as usize), strings.get(value as usize)) {
            (Some(&key), Some(&value)) => out.push((key, value)),
            _ => return Err("a tag beyond the string table".into()),
        }
    }
    Ok(())
}

fn members<'a>(relation: &Relation, strings: &[&'a str]) -> Result<Vec<(Member, &'a str)>, Fault> {
    let count = relation.memids.len();
    if relation.types.len() != count || relation.roles_sid.len() != count {
        return Err("a relation with unequal numbers of members, kinds and roles".into());
    }
    let mut id = 0;
    let mut members = Vec::with_capacity(count);
    for i in 0..count {
        id = step(id, relation.memids[i])?;
        let role = usize::try_from(relation.roles_sid[i])
            .ok()
            .and_then(|i| strings.get(i))
            .ok_or("a role beyond the string table")?;
        let member = match relation.types[i].enum_value() {
            Ok(MemberType::NODE) => Member::Node(OsmNodeId(id)),
            Ok(MemberType::WAY) => Member::Way(OsmWayId(id)),
            Ok(MemberType::RELATION) => Member::Relation(OsmRelationId(id)),
            Err(_) => return Err("a relation member of unknown kind".into()),
        };
        members.push((member, *role));
    }
    Ok(members)
}
