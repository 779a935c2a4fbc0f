//! The outer layer of a PBF file: length, header, blob, again and again. Every size is checked before it is believed.

use std::io::{ErrorKind, Read, Seek, SeekFrom};

use osmpbfreader::fileformat::BlobHeader;
use protobuf::Message;

use crate::osm::OsmError;

/// The format's own limit for a blob header.
const MAX_HEADER: u32 = 64 * 1024;
/// The format's own limit for a blob, packed or not.
pub const MAX_BLOB: u64 = 32 * 1024 * 1024;

/// What a blob says it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameKind {
    /// `OSMHeader`.
    Header,
    /// `OSMData`.
    Data,
    /// Anything else; to be skipped, as the format demands.
    Unknown,
}

/// One blob, still packed.
#[derive(Clone, Debug)]
pub struct Frame {
    /// What it holds.
    pub kind: FrameKind,
    /// Byte in the file where its `Blob` message starts.
    pub offset: u64,
    /// The `Blob` message.
    pub bytes: Vec<u8>,
}

/// Walks over the blobs of a file from its start, or fetches single ones by their place.
pub struct Frames<'a, R> {
    input: R,
    file: &'a str,
    at: u64,
    length: u64,
}

impl<'a, R: Read + Seek> Frames<'a, R> {
    /// Over `input`, called `file` in errors.
    ///
    /// # Errors
    /// When the input cannot tell its length.
    pub fn new(mut input: R, file: &'a str) -> Result<Self, OsmError> {
        let length = input
            .seek(SeekFrom::End(0))
            .and_then(|length| input.rewind().map(|()| length))
            .map_err(|source| io_error(file, source))?;
        Ok(Self {
            input,
            file,
            at: 0,
            length,
        })
    }

    /// Bytes of the whole file.
    pub const fn length(&self) -> u64 {
        self.length
    }

    /// The next blob, with every byte of it and its header shown to `seen`; `None` at the end of the file.
    ///
    /// # Errors
    /// When the file is cut off, oversized or not what it says.
    pub fn next(&mut self, mut seen: impl FnMut(&[u8])) -> Result<Option<Frame>, OsmError> {
        if self.at == self.length {
            return Ok(None);
        }
        let start = self.at;
        let prefix = self.take(start, 4)?;
        let size = u32::from_be_bytes([prefix[0], prefix[1], prefix[2], prefix[3]]);
        if size > MAX_HEADER {
            return Err(self.damaged(start, format!("a blob header of {size} bytes")));
        }
        let head = self.take(start, u64::from(size))?;
        let header = BlobHeader::parse_from_bytes(&head)
            .map_err(|e| self.damaged(start, format!("unreadable blob header ({e})")))?;
        let size = u64::try_from(header.datasize()).unwrap_or(u64::MAX);
        if size > MAX_BLOB {
            return Err(self.damaged(start, format!("a blob of {} bytes", header.datasize())));
        }
        let kind = match header.type_() {
            "OSMHeader" => FrameKind::Header,
            "OSMData" => FrameKind::Data,
            _ => FrameKind::Unknown,
        };
        let offset = self.at;
        let bytes = self.take(start, size)?;
        for part in [&prefix, &head, &bytes] {
            seen(part);
        }
        Ok(Some(Frame {
            kind,
            offset,
            bytes,
        }))
    }

    /// The data blob of `size` bytes at `offset`, as an earlier walk found it.
    ///
    /// # Errors
    /// When the file has changed since.
    pub fn fetch(&mut self, offset: u64, size: u64) -> Result<Frame, OsmError> {
        if self.at != offset {
            self.input
                .seek(SeekFrom::Start(offset))
                .map_err(|source| io_error(self.file, source))?;
            self.at = offset;
        }
        let bytes = self.take(offset, size)?;
        Ok(Frame {
            kind: FrameKind::Data,
            offset,
            bytes,
        })
    }

    /// `size` bytes from here; `start` is where the blob they belong to begins.
    fn take(&mut self, start: u64, size: u64) -> Result<Vec<u8>, OsmError> {
        let left = self.length - self.at;
        if size > left {
            return Err(OsmError::Truncated {
                file: self.file.into(),
                offset: start,
                wanted: size,
                found: left,
            });
        }
        let mut bytes = vec![0; size as usize];
        self.input.read_exact(&mut bytes).map_err(|source| {
            if source.kind() == ErrorKind::UnexpectedEof {
                self.damaged(start, "the file shrank while it was read".into())
            } else {
                io_error(self.file, source)
            }
        })?;
        self.at += size;
        Ok(bytes)
    }

    fn damaged(&self, offset: u64, what: String) -> OsmError {
        OsmError::Damaged {
            file: self.file.into(),
            offset,
            what,
        }
    }
}

fn io_error(file: &str, source: std::io::Error) -> OsmError {
    OsmError::Io {
        file: file.into(),
        source,
    }
}
