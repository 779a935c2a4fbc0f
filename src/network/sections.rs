//! A file of named sections, each with its checksum. The region file is one; so are the bytes of a network alone.
//!
//! Layout, little endian: magic (8 bytes), version (4), number of sections (4), then per section its name (24 bytes,
//! padded with zeros), offset (8), length (8) and BLAKE3 (32), then the BLAKE3 of all that, then the sections in order,
//! each at a multiple of 16. Nothing is left over at the end.

use std::borrow::Cow;
use std::io::{self, Write};

use bytemuck::Pod;
use rayon::prelude::*;
use thiserror::Error;

const MAGIC: &[u8; 8] = b"RONDOREG";
/// Counts up with every change of what the sections hold.
const VERSION: u32 = 5;
const NAME: usize = 24;
const ENTRY: usize = NAME + 8 + 8 + 32;
const HEAD: usize = 16;
const HASH: usize = 32;
const ALIGN: usize = 16;
/// More sections than any version has had.
const MOST_SECTIONS: usize = 256;

/// What is wrong with a file of sections.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SectionError {
    /// It does not begin as one.
    #[error("this is no region file")]
    Foreign,
    /// Another version of the program wrote it.
    #[error("the file has format {found}, this program reads format {expected}")]
    Version {
        /// Format of the file.
        found: u32,
        /// Format of this program.
        expected: u32,
    },
    /// It ends too early.
    #[error("the file is cut off: {found} bytes of {expected}")]
    Truncated {
        /// Bytes there are.
        found: usize,
        /// Bytes there should be.
        expected: usize,
    },
    /// A checksum does not match.
    #[error("the file is damaged in its section {section:?}")]
    Damaged {
        /// Which section.
        section: String,
    },
    /// A section is not there.
    #[error("the file lacks its section {section:?}")]
    Missing {
        /// Which section.
        section: String,
    },
    /// The bytes are as written, but do not make sense.
    #[error("the section {section:?} of the file makes no sense: {what}")]
    Senseless {
        /// Which section.
        section: String,
        /// What is wrong.
        what: String,
    },
}

/// Collects sections and writes them out. Large ones are borrowed, so that a file is never whole in memory.
#[derive(Default)]
pub(crate) struct Writer<'a> {
    sections: Vec<(&'static str, Cow<'a, [u8]>)>,
}

impl<'a> Writer<'a> {
    /// Adds a section of raw bytes.
    pub fn bytes(&mut self, name: &'static str, bytes: impl Into<Cow<'a, [u8]>>) {
        debug_assert!(name.len() <= NAME);
        self.sections.push((name, bytes.into()));
    }

    /// Adds a section of rows.
    pub fn rows<T: Pod>(&mut self, name: &'static str, rows: &'a [T]) {
        self.bytes(name, bytemuck::cast_slice(rows));
    }

    /// The same of rows that nobody keeps.
    pub fn own_rows<T: Pod>(&mut self, name: &'static str, rows: &[T]) {
        self.bytes(name, bytemuck::cast_slice(rows).to_vec());
    }

    /// Adds a section in postcard's format.
    pub fn value<T: serde::Serialize>(&mut self, name: &'static str, value: &T) {
        let bytes = postcard::to_stdvec(value).expect("plain data in memory can be written");
        self.bytes(name, bytes);
    }

    /// The whole file.
    pub fn finish(&self) -> Vec<u8> {
        let mut file = Vec::new();
        self.write_to(&mut file).expect("memory takes all");
        file
    }

    /// Hash of the table of contents, as [`Reader::hash`] will give it.
    pub fn hash(&self) -> blake3::Hash {
        blake3::hash(&self.table())
    }

    /// Writes the whole file.
    pub fn write_to(&self, out: &mut impl Write) -> io::Result<()> {
        let table = self.table();
        out.write_all(&table)?;
        out.write_all(blake3::hash(&table).as_bytes())?;
        let mut at = table.len() + HASH;
        for (_, bytes) in &self.sections {
            out.write_all(&[0; ALIGN][..aligned(at) - at])?;
            out.write_all(bytes)?;
            at = aligned(at) + bytes.len();
        }
        Ok(())
    }

    fn table(&self) -> Vec<u8> {
        let head = HEAD + ENTRY * self.sections.len();
        let mut offset = aligned(head + HASH);
        let mut table = Vec::with_capacity(head);
        table.extend_from_slice(MAGIC);
        table.extend_from_slice(&VERSION.to_le_bytes());
        table.extend_from_slice(&(self.sections.len() as u32).to_le_bytes());
        for (name, bytes) in &self.sections {
            let mut padded = [0; NAME];
            padded[..name.len()].copy_from_slice(name.as_bytes());
            table.extend_from_slice(&padded);
            table.extend_from_slice(&(offset as u64).to_le_bytes());
            table.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
            table.extend_from_slice(blake3::hash(bytes).as_bytes());
            offset = aligned(offset + bytes.len());
        }
        table
    }
}

const fn aligned(offset: usize) -> usize {
    offset.next_multiple_of(ALIGN)
}

/// A checked file of sections.
pub(crate) struct Reader<'a> {
    sections: Vec<(&'a str, &'a [u8])>,
    hash: blake3::Hash,
}

impl<'a> Reader<'a> {
    /// Checks everything: beginning, version, length, and every checksum.
    pub fn open(file: &'a [u8]) -> Result<Self, SectionError> {
        if file.len() < MAGIC.len() || &file[..MAGIC.len()] != MAGIC {
            return Err(SectionError::Foreign);
        }
        let head = slice(file, 0, HEAD)?;
        let found = u32_at(head, 8);
        if found != VERSION {
            return Err(SectionError::Version {
                found,
                expected: VERSION,
            });
        }
        let count = u32_at(head, 12) as usize;
        let damaged = || SectionError::Damaged {
            section: "table of contents".into(),
        };
        if count > MOST_SECTIONS {
            return Err(damaged());
        }
        let table = slice(file, 0, HEAD + ENTRY * count)?;
        let written = slice(file, table.len(), HASH)?;
        let hash = blake3::hash(table);
        if hash.as_bytes() != written {
            return Err(damaged());
        }
        let entries: Vec<Entry> = table[HEAD..].chunks_exact(ENTRY).map(Entry::read).collect();
        let sections = entries
            .par_iter()
            .map(|entry| entry.check(file))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self { sections, hash })
    }

    /// Hash of the table of contents, and so of everything.
    pub const fn hash(&self) -> blake3::Hash {
        self.hash
    }

    /// A section's bytes.
    pub fn bytes(&self, name: &str) -> Result<&'a [u8], SectionError> {
        self.sections
            .iter()
            .find(|(n, _)| *n == name)
            .map(|(_, bytes)| *bytes)
            .ok_or_else(|| SectionError::Missing {
                section: name.into(),
            })
    }

    /// A section of rows.
    pub fn rows<T: Pod>(&self, name: &str) -> Result<Vec<T>, SectionError> {
        let bytes = self.bytes(name)?;
        if !bytes.len().is_multiple_of(size_of::<T>()) {
            return Err(senseless(name, "it holds a part of a row"));
        }
        let mut rows = vec![T::zeroed(); bytes.len() / size_of::<T>()];
        bytemuck::cast_slice_mut(&mut rows).copy_from_slice(bytes);
        Ok(rows)
    }

    /// A section in postcard's format.
    pub fn value<T: serde::de::DeserializeOwned>(&self, name: &str) -> Result<T, SectionError> {
        postcard::from_bytes(self.bytes(name)?).map_err(|error| senseless(name, &error.to_string()))
    }
}

/// The error for bytes that are as written but wrong.
pub(crate) fn senseless(section: &str, what: &str) -> SectionError {
    SectionError::Senseless {
        section: section.into(),
        what: what.into(),
    }
}

struct Entry<'a> {
    name: &'a [u8],
    offset: u64,
    length: u64,
    hash: &'a [u8],
}

impl<'a> Entry<'a> {
    fn read(bytes: &'a [u8]) -> Self {
        Self {
            name: &bytes[..NAME],
            offset: u64_at(bytes, NAME),
            length: u64_at(bytes, NAME + 8),
            hash: &bytes[NAME + 16..],
        }
    }

    fn check<'f>(&self, file: &'f [u8]) -> Result<(&'a str, &'f [u8]), SectionError> {
        let end = self.name.iter().position(|b| *b == 0).unwrap_or(NAME);
        let name = std::str::from_utf8(&self.name[..end])
            .map_err(|_| senseless("table of contents", "a name is not text"))?;
        let bytes = slice(file, self.offset as usize, self.length as usize)?;
        if blake3::hash(bytes).as_bytes() == self.hash {
            Ok((name, bytes))
        } else {
            Err(SectionError::Damaged {
                section: name.into(),
            })
        }
    }
}

fn slice(file: &[u8], offset: usize, length: usize) -> Result<&[u8], SectionError> {
    let end = offset.saturating_add(length);
    file.get(offset..end).ok_or(SectionError::Truncated {
        found: file.len(),
        expected: end,
    })
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> Vec<u8> {
        let mut writer = Writer::default();
        writer.rows("numbers", &[1_u32, 2, 3]);
        writer.value("text", &"hello".to_owned());
        writer.bytes("empty", Vec::new());
        writer.finish()
    }

    #[test]
    fn what_was_written_is_read() {
        let file = file();
        let reader = Reader::open(&file).unwrap();
        assert_eq!(reader.rows::<u32>("numbers").unwrap(), [1, 2, 3]);
        assert_eq!(reader.value::<String>("text").unwrap(), "hello");
        assert!(reader.bytes("empty").unwrap().is_empty());
        assert!(matches!(
            reader.bytes("other"),
            Err(SectionError::Missing { .. })
        ));
        assert!(matches!(
            reader.rows::<u64>("numbers"),
            Err(SectionError::Senseless { .. })
        ));
    }

    #[test]
    fn every_flipped_byte_and_every_cut_is_noticed() {
        let file = file();
        for i in 0..file.len() {
            let mut bad = file.clone();
            bad[i] ^= 0x40;
            let padding = Reader::open(&bad).is_ok();
            assert!(!padding || in_padding(&file, i), "byte {i}");
            assert!(Reader::open(&file[..i]).is_err(), "cut at {i}");
        }
    }

    fn in_padding(file: &[u8], at: usize) -> bool {
        let reader = Reader::open(file).unwrap();
        let head = HEAD + ENTRY * reader.sections.len() + HASH;
        at >= head
            && reader.sections.iter().all(|(_, bytes)| {
                let start = bytes.as_ptr() as usize - file.as_ptr() as usize;
                !(start..start + bytes.len()).contains(&at)
            })
    }

    #[test]
    fn other_files_and_other_versions_are_told_apart() {
        assert_eq!(
            Reader::open(b"PK\x03\x04....").err(),
            Some(SectionError::Foreign)
        );
        assert_eq!(Reader::open(b"").err(), Some(SectionError::Foreign));
        let mut old = file();
        old[8] = 99;
        assert!(matches!(
            Reader::open(&old).err(),
            Some(SectionError::Version { found: 99, .. })
        ));
    }
}
