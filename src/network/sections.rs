//! A file of named sections, each with its checksum. The region file is one; so are the bytes of a network alone.
//!
//! Layout, little endian: magic (8 bytes), version (4), number of sections (4), then per section its name (24 bytes,
//! padded with zeros), offset (8), length (8) and BLAKE3 (32), then the BLAKE3 of all that, then the sections in order,
//! each at a multiple of 16. Nothing is left over at the end.

use std::borrow::Cow;
use std::io::{self, Read, Write};

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
/// So many bytes are asked for at once, whatever length the file says that a section has.
const AT_ONCE: usize = 64 << 20;
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
    /// The system says so.
    #[error("the file cannot be read: {0}")]
    Unreadable(String),
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

/// A checked file of sections. Each is handed out once and then gone, so that a file and what is made of it need not be in
/// memory side by side.
pub(crate) struct Reader {
    sections: Vec<(String, Vec<u8>)>,
    hash: blake3::Hash,
}

impl Reader {
    /// Reads and checks everything: beginning, version, length, and every checksum.
    pub fn open(file: impl Read) -> Result<Self, SectionError> {
        let mut file = Source {
            file,
            at: 0,
            whole: 0,
        };
        let head = match file.bytes(HEAD) {
            Err(SectionError::Truncated { .. }) => return Err(SectionError::Foreign),
            head => head?,
        };
        if &head[..MAGIC.len()] != MAGIC {
            return Err(SectionError::Foreign);
        }
        let found = u32_at(&head, 8);
        if found != VERSION {
            return Err(SectionError::Version {
                found,
                expected: VERSION,
            });
        }
        let count = u32_at(&head, 12) as usize;
        if count > MOST_SECTIONS {
            return Err(damaged("table of contents"));
        }
        let mut table = head;
        table.append(&mut file.bytes(ENTRY * count)?);
        let hash = blake3::hash(&table);
        if hash.as_bytes() != file.bytes(HASH)?.as_slice() {
            return Err(damaged("table of contents"));
        }
        let entries = table[HEAD..].chunks_exact(ENTRY).map(Entry::read);
        let entries = entries.collect::<Result<Vec<_>, _>>()?;
        let ends = entries
            .iter()
            .map(|entry| entry.offset.saturating_add(entry.length));
        file.whole = ends.max().unwrap_or(0);
        let mut sections = Vec::with_capacity(count);
        for entry in &entries {
            file.skip_to(entry.offset)?;
            sections.push((entry.name.to_owned(), file.bytes(entry.length)?));
        }
        (entries.par_iter().zip(&sections))
            .try_for_each(|(entry, (_, bytes))| entry.check(bytes))?;
        Ok(Self { sections, hash })
    }

    /// Hash of the table of contents, and so of everything.
    pub const fn hash(&self) -> blake3::Hash {
        self.hash
    }

    /// A section's bytes.
    pub fn bytes(&mut self, name: &str) -> Result<Vec<u8>, SectionError> {
        let place = self.sections.iter().position(|(n, _)| n == name);
        let place = place.ok_or_else(|| SectionError::Missing {
            section: name.into(),
        })?;
        Ok(self.sections.swap_remove(place).1)
    }

    /// A section of rows.
    pub fn rows<T: Pod>(&mut self, name: &str) -> Result<Vec<T>, SectionError> {
        let bytes = self.bytes(name)?;
        if !bytes.len().is_multiple_of(size_of::<T>()) {
            return Err(senseless(name, "it holds a part of a row"));
        }
        let mut rows = vec![T::zeroed(); bytes.len() / size_of::<T>()];
        bytemuck::cast_slice_mut(&mut rows).copy_from_slice(&bytes);
        Ok(rows)
    }

    /// A section in postcard's format.
    pub fn value<T: serde::de::DeserializeOwned>(&mut self, name: &str) -> Result<T, SectionError> {
        postcard::from_bytes(&self.bytes(name)?)
            .map_err(|error| senseless(name, &error.to_string()))
    }
}

/// The error for bytes that are as written but wrong.
pub(crate) fn senseless(section: &str, what: &str) -> SectionError {
    SectionError::Senseless {
        section: section.into(),
        what: what.into(),
    }
}

fn damaged(section: &str) -> SectionError {
    SectionError::Damaged {
        section: section.into(),
    }
}

struct Entry<'a> {
    name: &'a str,
    offset: usize,
    length: usize,
    hash: &'a [u8],
}

impl<'a> Entry<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, SectionError> {
        let end = bytes[..NAME].iter().position(|b| *b == 0).unwrap_or(NAME);
        let name = std::str::from_utf8(&bytes[..end])
            .map_err(|_| senseless("table of contents", "a name is not text"))?;
        Ok(Self {
            name,
            offset: u64_at(bytes, NAME) as usize,
            length: u64_at(bytes, NAME + 8) as usize,
            hash: &bytes[NAME + 16..],
        })
    }

    fn check(&self, section: &[u8]) -> Result<(), SectionError> {
        if blake3::hash(section).as_bytes() == self.hash {
            Ok(())
        } else {
            Err(damaged(self.name))
        }
    }
}

/// A file and how far it was read.
struct Source<R> {
    file: R,
    at: usize,
    /// How long the file should be, as soon as that is known.
    whole: usize,
}

impl<R: Read> Source<R> {
    /// The next bytes. A length that the file does not have takes no memory.
    fn bytes(&mut self, length: usize) -> Result<Vec<u8>, SectionError> {
        let mut bytes = Vec::with_capacity(length.min(AT_ONCE));
        let mut rest = length;
        while rest > 0 {
            let some = rest.min(AT_ONCE);
            let read = (&mut self.file)
                .take(some as u64)
                .read_to_end(&mut bytes)
                .map_err(|error| SectionError::Unreadable(error.to_string()))?;
            self.at += read;
            if read < some {
                return Err(SectionError::Truncated {
                    found: self.at,
                    expected: self.at.saturating_add(rest - read).max(self.whole),
                });
            }
            rest -= some;
        }
        Ok(bytes)
    }

    /// Goes on to where a section begins: the next multiple of [`ALIGN`].
    fn skip_to(&mut self, offset: usize) -> Result<(), SectionError> {
        if offset != aligned(self.at) {
            return Err(senseless("table of contents", "sections are not in order"));
        }
        if self.bytes(offset - self.at)?.iter().any(|byte| *byte != 0) {
            return Err(damaged("padding"));
        }
        Ok(())
    }
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
        let mut reader = Reader::open(&file[..]).unwrap();
        assert_eq!(reader.rows::<u32>("numbers").unwrap(), [1, 2, 3]);
        assert_eq!(reader.value::<String>("text").unwrap(), "hello");
        assert!(reader.bytes("empty").unwrap().is_empty());
        assert!(matches!(
            reader.bytes("other"),
            Err(SectionError::Missing { .. })
        ));
        let mut again = Reader::open(&file[..]).unwrap();
        assert!(matches!(
            again.rows::<u64>("numbers"),
            Err(SectionError::Senseless { .. })
        ));
    }

    #[test]
    fn every_flipped_byte_and_every_cut_is_noticed() {
        let file = file();
        for i in 0..file.len() {
            let mut bad = file.clone();
            bad[i] ^= 0x40;
            assert!(Reader::open(&bad[..]).is_err(), "byte {i}");
            assert!(Reader::open(&file[..i]).is_err(), "cut at {i}");
        }
    }

    #[test]
    fn a_file_that_is_cut_off_says_how_long_it_should_be() {
        let file = file();
        let head = HEAD + 3 * ENTRY + HASH;
        for found in head..file.len() {
            let cut = Reader::open(&file[..found]).err();
            let expected = file.len();
            assert_eq!(cut, Some(SectionError::Truncated { found, expected }));
        }
    }

    #[test]
    fn a_length_that_the_file_does_not_have_takes_no_memory() {
        let mut source = Source {
            file: &b"few bytes"[..],
            at: 0,
            whole: 0,
        };
        assert_eq!(
            source.bytes(usize::MAX),
            Err(SectionError::Truncated {
                found: 9,
                expected: usize::MAX
            })
        );
    }

    #[test]
    fn other_files_and_other_versions_are_told_apart() {
        assert_eq!(
            Reader::open(&b"PK\x03\x04...."[..]).err(),
            Some(SectionError::Foreign)
        );
        assert_eq!(Reader::open(&b""[..]).err(), Some(SectionError::Foreign));
        let mut old = file();
        old[8] = 99;
        assert!(matches!(
            Reader::open(&old[..]).err(),
            Some(SectionError::Version { found: 99, .. })
        ));
    }
}
