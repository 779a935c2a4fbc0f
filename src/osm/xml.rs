//! Reading `.osm` XML: what editors save and what text-drawn test maps are written as.
//!
//! Tolerant where files in the wild differ: objects in any order, negative ids, no versions, unknown elements. The file
//! is held in memory whole, which suits what this format is used for; countries come as PBF.

use std::sync::Arc;

use chrono::DateTime;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use super::collect::{Needed, NodeBatch, Nodes, Relations, TagView, assemble, keep_way};
use super::{
    Extract, Member, OsmError, OsmNodeId, OsmRelationId, OsmWayId, Progress, Round, Source,
};
use crate::geometry::{LonLat, LonLatE7};

/// Reads an `.osm` document, which errors call `file`.
///
/// # Errors
/// When it is no well-formed `<osm>` document, with the byte of the trouble.
pub fn read_xml(
    document: &[u8],
    file: &str,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Extract, OsmError> {
    let trouble = |offset: usize, what: String| OsmError::Damaged {
        file: file.to_owned(),
        offset: offset as u64,
        what,
    };
    let text = std::str::from_utf8(document)
        .map_err(|e| trouble(e.valid_up_to(), "text that is not UTF-8".into()))?;
    let mut objects = Objects::default();
    parse(text, &mut objects).map_err(|(offset, fault)| match fault {
        Fault::Damaged(what) => trouble(offset, what),
        Fault::Root(name) => OsmError::NotOsm {
            file: file.to_owned(),
            found: format!("XML of another kind (<{name}>)"),
        },
    })?;
    let bytes = document.len() as u64;
    progress(Progress {
        round: Round::Relations,
        bytes_done: bytes,
        bytes_total: bytes,
        objects: (objects.nodes.len() + objects.ways.len() + objects.relations.len()) as u64,
    });
    let source = Source {
        file: file.to_owned(),
        bytes,
        hash: blake3::hash(document).to_hex().to_string(),
        osm_timestamp: objects
            .newest
            .and_then(|seconds| DateTime::from_timestamp(seconds, 0))
            .map(|at| at.format("%Y-%m-%dT%H:%M:%SZ").to_string()),
        generator: objects.generator.take(),
    };
    Ok(collect(source, &objects))
}

type OwnTags = Vec<(String, String)>;
type OwnMembers = Vec<(Member, String)>;

/// A whole document, decoded.
#[derive(Default)]
struct Objects {
    generator: Option<String>,
    newest: Option<i64>,
    nodes: Vec<(i64, LonLatE7, OwnTags)>,
    ways: Vec<(i64, Vec<i64>, OwnTags)>,
    relations: Vec<(i64, OwnMembers, OwnTags)>,
}

fn collect(source: Source, objects: &Objects) -> Extract {
    let mut relations = Relations::default();
    for (id, members, tags) in &objects.relations {
        let members: Vec<(Member, &str)> = members
            .iter()
            .map(|(m, role)| (*m, role.as_str()))
            .collect();
        relations.add(OsmRelationId(*id), &members, TagView(&lent(tags)));
    }
    relations.finish();
    let members = relations.member_ways();
    let mut ways: Vec<_> = objects
        .ways
        .iter()
        .filter_map(|(id, nodes, tags)| {
            keep_way(OsmWayId(*id), nodes, TagView(&lent(tags)), &members)
        })
        .collect();
    ways.sort_by_key(|way| way.id);
    ways.dedup_by_key(|way| way.id);
    let needed = Arc::new(Needed::by(&ways));
    let mut nodes = Nodes::new(Arc::clone(&needed));
    let mut batch = NodeBatch::default();
    for (id, at, tags) in &objects.nodes {
        batch.add(&needed, *id, *at, TagView(&lent(tags)));
    }
    nodes.append(batch);
    assemble(source, relations, ways, nodes)
}

fn lent(tags: &OwnTags) -> Vec<(&str, &str)> {
    tags.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect()
}

enum Fault {
    Damaged(String),
    Root(String),
}

impl From<&str> for Fault {
    fn from(what: &str) -> Self {
        Self::Damaged(what.into())
    }
}

/// The object whose children are being read.
#[derive(Default)]
enum Open {
    #[default]
    Nothing,
    Node(i64, LonLatE7, OwnTags),
    Way(i64, Vec<i64>, OwnTags),
    Relation(i64, OwnMembers, OwnTags),
}

fn parse(text: &str, objects: &mut Objects) -> Result<(), (usize, Fault)> {
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    let mut depth = 0_u32;
    let mut rooted = false;
    let mut open = Open::Nothing;
    loop {
        let event = reader.read_event();
        let offset = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let fail = |fault: Fault| (offset, fault);
        let event = event.map_err(|e| fail(Fault::Damaged(e.to_string())))?;
        match event {
            Event::Start(element) => {
                depth += 1;
                start(&element, depth, &mut rooted, &mut open, objects).map_err(fail)?;
            }
            Event::Empty(element) => {
                start(&element, depth + 1, &mut rooted, &mut open, objects).map_err(fail)?;
                if depth + 1 == 2 {
                    close(&mut open, objects);
                }
            }
            Event::End(_) => {
                if depth == 2 {
                    close(&mut open, objects);
                }
                depth = depth.saturating_sub(1);
            }
            Event::Eof if depth > 0 => return Err(fail("the document ends too early".into())),
            Event::Eof if !rooted => return Err(fail("no element in the document".into())),
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

/// Depth 1 is the document, 2 its objects, 3 their tags, node references and members.
fn start(
    element: &BytesStart<'_>,
    depth: u32,
    rooted: &mut bool,
    open: &mut Open,
    objects: &mut Objects,
) -> Result<(), Fault> {
    let name = element.name();
    let name: &str = name.as_ref();
    match depth {
        1 if name == "osm" => {
            *rooted = true;
            objects.generator = attributes(element)?.take("generator");
        }
        1 => return Err(Fault::Root(name.chars().take(40).collect())),
        2 => *open = begin(name, element, objects)?,
        3 => child(name, element, open)?,
        _ => {}
    }
    Ok(())
}

fn begin(name: &str, element: &BytesStart<'_>, objects: &mut Objects) -> Result<Open, Fault> {
    if !matches!(name, "node" | "way" | "relation") {
        return Ok(Open::Nothing);
    }
    let mut given = attributes(element)?;
    if given.is("visible", "false") || given.is("action", "delete") {
        return Ok(Open::Nothing);
    }
    let id = given.number("id")?.ok_or("an object without id")?;
    if let Some(time) = given.take("timestamp") {
        let seconds = DateTime::parse_from_rfc3339(&time)
            .ok()
            .map(|t| t.timestamp());
        objects.newest = objects.newest.max(seconds);
    }
    Ok(match name {
        "node" => {
            let degrees = |text: Option<String>| text.and_then(|t| t.trim().parse::<f64>().ok());
            let (lon, lat) = degrees(given.take("lon"))
                .zip(degrees(given.take("lat")))
                .ok_or_else(|| Fault::Damaged(format!("node {id} without position")))?;
            let at = LonLat::checked(lon, lat)
                .ok_or_else(|| Fault::Damaged(format!("node {id} lies outside the globe")))?;
            Open::Node(id, at.to_e7(), Vec::new())
        }
        "way" => Open::Way(id, Vec::new(), Vec::new()),
        _ => Open::Relation(id, Vec::new(), Vec::new()),
    })
}

fn child(name: &str, element: &BytesStart<'_>, open: &mut Open) -> Result<(), Fault> {
    if matches!(open, Open::Nothing) || !matches!(name, "tag" | "nd" | "member") {
        return Ok(());
    }
    let mut given = attributes(element)?;
    match (name, open) {
        ("tag", Open::Node(.., tags) | Open::Way(.., tags) | Open::Relation(.., tags)) => {
            let key = given.take("k").ok_or("a tag without key")?;
            let value = given.take("v").ok_or("a tag without value")?;
            // A key without a value says nothing.
            if !value.is_empty() {
                tags.push((key, value));
            }
        }
        ("nd", Open::Way(_, nodes, _)) => {
            nodes.push(given.number("ref")?.ok_or("a way point without ref")?);
        }
        ("member", Open::Relation(_, members, _)) => {
            let id = given.number("ref")?.ok_or("a member without ref")?;
            let member = match given.take("type").as_deref() {
                Some("node") => Member::Node(OsmNodeId(id)),
                Some("way") => Member::Way(OsmWayId(id)),
                Some("relation") => Member::Relation(OsmRelationId(id)),
                _ => return Err("a member of unknown type".into()),
            };
            members.push((member, given.take("role").unwrap_or_default()));
        }
        _ => {}
    }
    Ok(())
}

fn close(open: &mut Open, objects: &mut Objects) {
    match std::mem::take(open) {
        Open::Nothing => {}
        Open::Node(id, at, tags) => objects.nodes.push((id, at, tags)),
        Open::Way(id, nodes, tags) => objects.ways.push((id, nodes, tags)),
        Open::Relation(id, members, tags) => objects.relations.push((id, members, tags)),
    }
}

/// The attributes of one element.
struct Given(Vec<(String, String)>);

fn attributes(element: &BytesStart<'_>) -> Result<Given, Fault> {
    element
        .attributes()
        .map(|attribute| {
            let attribute = attribute.map_err(|e| Fault::Damaged(e.to_string()))?;
            let key: &str = attribute.key.as_ref();
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|e| Fault::Damaged(e.to_string()))?;
            Ok((key.to_owned(), value.into_owned()))
        })
        .collect::<Result<_, Fault>>()
        .map(Given)
}

impl Given {
    fn is(&self, key: &str, value: &str) -> bool {
        self.0.iter().any(|(k, v)| k == key && v == value)
    }

    fn take(&mut self, key: &str) -> Option<String> {
        let found = self.0.iter_mut().find(|(k, _)| k == key)?;
        Some(std::mem::take(&mut found.1))
    }

    fn number(&mut self, key: &str) -> Result<Option<i64>, Fault> {
        let Some(text) = self.take(key) else {
            return Ok(None);
        };
        text.trim()
            .parse()
            .map(Some)
            .map_err(|_| Fault::Damaged(format!("{key}=\"{}\" is no number", text.escape_debug())))
    }
}
