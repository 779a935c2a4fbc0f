//! Reading `.osm.pbf`: our own loop over blobs, because the format crate's reader trusts sizes and indices.
//!
//! [`frames`] checks the outer layer, [`unpack`] the packing, [`block`] the objects. Blobs are unpacked and decoded in
//! parallel, batch by batch, and their results joined in file order: the answer does not depend on the number of threads.

mod block;
mod frames;
mod unpack;

use std::io::{Read, Seek};
use std::sync::Arc;

use chrono::DateTime;
use osmpbfreader::osmformat::HeaderBlock;
use protobuf::Message;
use rayon::prelude::*;

use super::collect::{KeptWay, Needed, NodeBatch, Nodes, Relations, assemble, keep_way};
use super::{Extract, OsmError, Progress, Round, Source};
use block::{Block, Newest};
use frames::{Frame, FrameKind, Frames};
use unpack::{Fault, Kinds, kinds, unpack};

/// Packed bytes in the air at once; a batch is at least one blob.
const BATCH_BYTES: u64 = 1024 * 1024;

/// A data blob, found in the first round.
#[derive(Clone, Copy)]
struct Place {
    offset: u64,
    size: u64,
    kinds: Kinds,
}

/// One reading of one file.
struct Reading<'a, R> {
    file: &'a str,
    frames: Frames<'a, R>,
    progress: &'a (dyn Fn(Progress) + Sync),
    places: Vec<Place>,
    newest: Newest,
    objects: u64,
}

/// Reads the whole of `input`, which errors call `file`.
///
/// # Errors
/// When anything in it is damaged, cut off or unsupported.
pub fn read(
    input: impl Read + Seek,
    file: &str,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Extract, OsmError> {
    let mut reading = Reading {
        frames: Frames::new(input, file)?,
        file,
        progress,
        places: Vec::new(),
        newest: None,
        objects: 0,
    };
    let (mut source, relations) = reading.relations()?;
    let ways = reading.ways(&relations)?;
    let nodes = reading.nodes(&ways)?;
    if source.osm_timestamp.is_none() {
        source.osm_timestamp = reading.newest.and_then(rfc3339);
    }
    Ok(assemble(source, relations, ways, nodes))
}

impl<R: Read + Seek> Reading<'_, R> {
    /// First round: header, hash, place of every blob, relations.
    fn relations(&mut self) -> Result<(Source, Relations), OsmError> {
        let mut source = Source {
            file: self.file.into(),
            bytes: self.frames.length(),
            ..Source::default()
        };
        let mut hash = blake3::Hasher::new();
        let mut relations = Relations::default();
        let mut headed = false;
        let (mut batch, mut done) = (Vec::new(), 0);
        loop {
            let frame = self.frames.next(|bytes| {
                hash.update(bytes);
                done += bytes.len() as u64;
            })?;
            let end = frame.is_none();
            match frame {
                Some(frame) if frame.kind == FrameKind::Header => {
                    headed = true;
                    self.header(&frame, &mut source)?;
                }
                Some(frame) if !headed => {
                    return Err(self.explain(frame.offset, "data before the header".into()));
                }
                Some(frame) if frame.kind == FrameKind::Data => batch.push(frame),
                _ => {}
            }
            if end || weight(&batch) >= BATCH_BYTES {
                self.relation_batch(&batch, &mut relations)?;
                batch.clear();
                self.report(Round::Relations, done, source.bytes);
            }
            if end {
                break;
            }
        }
        relations.finish();
        source.hash = hash.finalize().to_hex().to_string();
        Ok((source, relations))
    }

    fn relation_batch(
        &mut self,
        batch: &[Frame],
        relations: &mut Relations,
    ) -> Result<(), OsmError> {
        let decoded = decode(batch, |frame| {
            let bytes = unpack(&frame.bytes)?;
            let kinds = kinds(&bytes)?;
            let mut relations = Relations::default();
            let mut count = 0;
            let mut newest = None;
            if kinds.relations {
                let block = Block::parse(&bytes)?;
                newest = block.each_relation(&block.strings()?, |id, members, tags| {
                    count += 1;
                    relations.add(id, members, tags);
                })?;
            }
            Ok((kinds, relations, count, newest))
        });
        for (frame, result) in batch.iter().zip(decoded) {
            let (kinds, found, count, newest) =
                result.map_err(|fault| self.explain(frame.offset, fault))?;
            relations.append(found);
            self.note(count, newest);
            self.places.push(Place {
                offset: frame.offset,
                size: frame.bytes.len() as u64,
                kinds,
            });
        }
        Ok(())
    }

    /// Second round: ways, by id.
    fn ways(&mut self, relations: &Relations) -> Result<Vec<KeptWay>, OsmError> {
        let members = relations.member_ways();
        let mut ways = Vec::new();
        self.again(
            Round::Ways,
            |kinds| kinds.ways,
            |block, strings, count| {
                let mut kept = Vec::new();
                let newest = block.each_way(strings, |id, nodes, tags| {
                    *count += 1;
                    kept.extend(keep_way(id, nodes, tags, &members));
                })?;
                Ok((kept, newest))
            },
            |mut kept| ways.append(&mut kept),
        )?;
        ways.sort_by_key(|w| w.id);
        ways.dedup_by_key(|w| w.id);
        Ok(ways)
    }

    /// Third round: nodes.
    fn nodes(&mut self, ways: &[KeptWay]) -> Result<Nodes, OsmError> {
        let needed = Arc::new(Needed::by(ways));
        let mut nodes = Nodes::new(Arc::clone(&needed));
        self.again(
            Round::Nodes,
            |kinds| kinds.nodes,
            |block, strings, count| {
                let mut batch = NodeBatch::default();
                let newest = block.each_node(strings, |node| {
                    *count += 1;
                    batch.add(&needed, node.id, node.at, node.tags);
                })?;
                Ok((batch, newest))
            },
            |batch| nodes.append(batch),
        )?;
        Ok(nodes)
    }

    /// Fetches the blobs that hold what `wanted` asks for once more, decodes them with `work` in parallel and hands
    /// the results to `join` in file order.
    fn again<T: Send>(
        &mut self,
        round: Round,
        wanted: impl Fn(Kinds) -> bool,
        work: impl Fn(&Block, &[&str], &mut u64) -> Result<(T, Newest), Fault> + Sync,
        mut join: impl FnMut(T),
    ) -> Result<(), OsmError> {
        let places: Vec<Place> = self
            .places
            .iter()
            .filter(|place| wanted(place.kinds))
            .copied()
            .collect();
        let total = places.iter().map(|place| place.size).sum();
        let mut done = 0;
        let mut rest = places.as_slice();
        while !rest.is_empty() {
            let mut batch = Vec::new();
            while let Some((place, later)) = rest.split_first() {
                if weight(&batch) >= BATCH_BYTES {
                    break;
                }
                batch.push(self.frames.fetch(place.offset, place.size)?);
                rest = later;
            }
            let decoded = decode(&batch, |frame| {
                let block = Block::parse(&unpack(&frame.bytes)?)?;
                let mut count = 0;
                let (found, newest) = work(&block, &block.strings()?, &mut count)?;
                Ok((found, newest, count))
            });
            for (frame, result) in batch.iter().zip(decoded) {
                let (found, newest, count) =
                    result.map_err(|fault| self.explain(frame.offset, fault))?;
                self.note(count, newest);
                join(found);
            }
            done += weight(&batch);
            self.report(round, done, total);
        }
        Ok(())
    }

    fn header(&self, frame: &Frame, source: &mut Source) -> Result<(), OsmError> {
        let bytes = unpack(&frame.bytes).map_err(|fault| self.explain(frame.offset, fault))?;
        let header = HeaderBlock::parse_from_bytes(&bytes)
            .map_err(|e| self.explain(frame.offset, Fault::from(e)))?;
        for feature in &header.required_features {
            let cure = match feature.as_str() {
                "OsmSchema-V0.6" | "DenseNodes" => continue,
                "HistoricalInformation" => {
                    "this is a full-history file; cut the present out of it with `osmium time-filter`"
                }
                _ => "write it anew with `osmium cat -f pbf`",
            };
            return Err(OsmError::Unsupported {
                file: self.file.into(),
                offset: frame.offset,
                what: format!("the feature {feature}"),
                cure,
            });
        }
        source.osm_timestamp = Some(header.osmosis_replication_timestamp())
            .filter(|&seconds| seconds > 0)
            .and_then(rfc3339);
        source.generator = Some(header.writingprogram().to_owned()).filter(|w| !w.is_empty());
        Ok(())
    }

    fn note(&mut self, count: u64, newest: Newest) {
        self.objects += count;
        self.newest = self.newest.max(newest);
    }

    fn report(&self, round: Round, bytes_done: u64, bytes_total: u64) {
        (self.progress)(Progress {
            round,
            bytes_done,
            bytes_total,
            objects: self.objects,
        });
    }

    fn explain(&self, offset: u64, fault: Fault) -> OsmError {
        let file = self.file.into();
        match fault {
            Fault::Damaged(what) => OsmError::Damaged { file, offset, what },
            Fault::Packing(what) => OsmError::Unsupported {
                file,
                offset,
                what: what.into(),
                cure: "write it anew with `osmium cat -f pbf,pbf_compression=zlib`",
            },
        }
    }
}

fn decode<T: Send>(
    batch: &[Frame],
    work: impl Fn(&Frame) -> Result<T, Fault> + Sync,
) -> Vec<Result<T, Fault>> {
    batch.par_iter().map(&work).collect()
}

fn weight(batch: &[Frame]) -> u64 {
    batch.iter().map(|frame| frame.bytes.len() as u64).sum()
}

fn rfc3339(seconds: i64) -> Option<String> {
    DateTime::from_timestamp(seconds, 0).map(|t| t.format("%Y-%m-%dT%H:%M:%SZ").to_string())
}
