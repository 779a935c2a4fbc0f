//! From a packed blob to the bytes of its block, and a cheap look at what kinds of object a block holds.

use std::io::Read;

use flate2::read::ZlibDecoder;
use osmpbfreader::fileformat::Blob;
use protobuf::Message;

use super::frames::MAX_BLOB;

/// Why a blob cannot be used.
#[derive(Debug, PartialEq, Eq)]
pub enum Fault {
    /// Makes no sense.
    Damaged(String),
    /// Packed in a way that is not read here.
    Packing(&'static str),
}

impl From<&str> for Fault {
    fn from(what: &str) -> Self {
        Self::Damaged(what.into())
    }
}

impl From<protobuf::Error> for Fault {
    fn from(error: protobuf::Error) -> Self {
        Self::Damaged(format!("unreadable block ({error})"))
    }
}

/// The unpacked content of a `Blob` message: zlib or raw, at most 32 MiB.
///
/// # Errors
/// When the packing is another one, or the content is not what it promises.
pub fn unpack(message: &[u8]) -> Result<Vec<u8>, Fault> {
    let mut blob = Blob::parse_from_bytes(message)?;
    if blob.has_raw() {
        return Ok(blob.take_raw());
    }
    if blob.has_lzma_data() {
        return Err(Fault::Packing("lzma"));
    }
    if !blob.has_zlib_data() {
        // Fields 6 and 7 (lz4, zstd) are newer than the message type; bzip2 (5) is older.
        return Err(Fault::Packing("a packing other than zlib"));
    }
    let promised = u64::try_from(blob.raw_size()).map_err(|_| "a negative size")?;
    if promised > MAX_BLOB {
        return Err(Fault::Damaged(format!(
            "a blob that unpacks to {promised} bytes"
        )));
    }
    let limit = if blob.has_raw_size() {
        promised
    } else {
        MAX_BLOB
    };
    let mut bytes = Vec::with_capacity(promised as usize);
    ZlibDecoder::new(blob.zlib_data())
        .take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(|e| Fault::Damaged(format!("broken compression ({e})")))?;
    if bytes.len() as u64 > limit || (blob.has_raw_size() && (bytes.len() as u64) < promised) {
        return Err("a blob that unpacks to another size than it says".into());
    }
    Ok(bytes)
}

/// Which kinds of object a block holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kinds {
    /// Nodes, plain or dense.
    pub nodes: bool,
    /// Ways.
    pub ways: bool,
    /// Relations.
    pub relations: bool,
}

/// Looks at the field numbers of a `PrimitiveBlock` without decoding any object.
///
/// # Errors
/// When the bytes are not protobuf.
pub fn kinds(block: &[u8]) -> Result<Kinds, Fault> {
    let mut kinds = Kinds::default();
    let mut fields = Fields(block);
    while let Some((field, content)) = fields.next()? {
        // 2 = primitivegroup; inside it 1 nodes, 2 dense, 3 ways, 4 relations.
        if field == 2 {
            let mut group = Fields(content);
            while let Some((field, _)) = group.next()? {
                match field {
                    1 | 2 => kinds.nodes = true,
                    3 => kinds.ways = true,
                    4 => kinds.relations = true,
                    _ => {}
                }
            }
        }
    }
    Ok(kinds)
}

/// The top-level fields of a protobuf message: number and content (empty for numbers).
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn next(&mut self) -> Result<Option<(u64, &'a [u8])>, Fault> {
        if self.0.is_empty() {
            return Ok(None);
        }
        let tag = self.varint()?;
        let content = match tag & 7 {
            0 => {
                self.varint()?;
                &[]
            }
            1 => self.bytes(8)?,
            2 => {
                let size = self.varint()?;
                self.bytes(size)?
            }
            5 => self.bytes(4)?,
            _ => return Err("a field of unknown form".into()),
        };
        Ok(Some((tag >> 3, content)))
    }

    fn varint(&mut self) -> Result<u64, Fault> {
        let mut value = 0;
        for (i, &byte) in self.0.iter().take(10).enumerate() {
            value |= u64::from(byte & 0x7f) << (7 * i);
            if byte < 0x80 {
                self.0 = &self.0[i + 1..];
                return Ok(value);
            }
        }
        Err("an endless number".into())
    }

    fn bytes(&mut self, size: u64) -> Result<&'a [u8], Fault> {
        let size = usize::try_from(size).map_err(|_| "a field too long")?;
        let (content, rest) = self
            .0
            .split_at_checked(size)
            .ok_or("a field that runs over the end of its block")?;
        self.0 = rest;
        Ok(content)
    }
}
