//! Zip files: which files are in one, and what is in each; and writing one.
//!
//! Invariant: nothing is believed of what a zip says of itself: every place is looked at before it is read, no file
//! unpacks to more than it may, whatever size it claims, and what comes out has the checksum that it should have. What
//! is written can be read here: it keeps to the same limits. Only the worker module calls this. Knows nothing of what
//! the files hold.

use std::fmt;

use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::decompress_to_vec_with_limit;
use thiserror::Error;

/// The most files that are taken out of one zip.
pub const MOST_FILES: usize = 20_000;

/// The most bytes that all files of one zip unpack to.
pub const MOST_BYTES: usize = 512 * 1024 * 1024;

/// Why a zip, or a file in one, cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ZipError {
    /// The list at its end is not there.
    #[error("This is no zip file, or its end is missing. Download or pack it anew.")]
    NoZip,
    /// The list at its end leads nowhere.
    #[error("The zip is damaged: its list of files cannot be read. Download or pack it anew.")]
    Damaged,
    /// More files than are read.
    #[error("The zip holds {0} files; at most {MOST_FILES} are read from one. Pack several smaller ones.")]
    TooMany(usize),
    /// It is in a form that is only needed above 4 GB.
    #[error("The zip is in the form for more than 4 GB, which Gloss does not read. Pack several smaller ones.")]
    Large,
    /// It is one of several parts.
    #[error("The zip is one of several parts. Unpack it, and add the files.")]
    Parts,
    /// A file needs a password.
    #[error("it is locked with a password. Unpack the zip, and add the files")]
    Locked,
    /// A file is packed in a way that is not read.
    #[error("it is packed in a way that Gloss does not read (method {0}). Unpack the zip, and add the files")]
    Method(u16),
    /// A file unpacks to more than it may.
    #[error("it unpacks to more than {} MB, which no article does", .0 / 1024 / 1024)]
    Bomb(usize),
    /// What is to be written is more than is read from one.
    #[error("This is more than one file takes ({MOST_FILES} parts, {} MB).", MOST_BYTES / 1024 / 1024)]
    Full,
    /// What is there is not what was packed.
    #[error("it is damaged. Download or pack the zip anew")]
    Broken,
}

/// A file in a zip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name, with the folders that it is in.
    pub name: String,
    method: u16,
    locked: bool,
    checksum: u32,
    packed: usize,
    /// What it says to unpack to.
    pub size: usize,
    at: usize,
}

impl Entry {
    /// Its name without folders.
    #[must_use]
    pub fn file_name(&self) -> &str {
        self.name.rsplit(['/', '\\']).next().unwrap_or_default()
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// Whether these are the first bytes of a zip.
#[must_use]
pub fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

fn two(bytes: &[u8], at: usize) -> Option<usize> {
    let pair = bytes.get(at..at.checked_add(2)?)?;
    Some(usize::from(u16::from_le_bytes(pair.try_into().ok()?)))
}

fn four(bytes: &[u8], at: usize) -> Option<usize> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    usize::try_from(u32::from_le_bytes(four.try_into().ok()?)).ok()
}

/// The list's end stands before a remark of at most this many bytes.
const END: usize = 22;
const MOST_REMARK: usize = 65_535;

/// The files of a zip, in its order; folders are none.
///
/// # Errors
/// Where its list of files cannot be read.
pub fn entries(bytes: &[u8]) -> Result<Vec<Entry>, ZipError> {
    let last = bytes.len().checked_sub(END).ok_or(ZipError::NoZip)?;
    let first = last.saturating_sub(MOST_REMARK);
    let is_end = |at: &usize| {
        let rest = bytes.get(*at..).unwrap_or_default();
        rest.starts_with(b"PK\x05\x06") && two(rest, 20).is_some_and(|remark| at + END + remark <= bytes.len())
    };
    let end = (first..=last).rev().find(is_end).ok_or(ZipError::NoZip)?;
    let number = |offset| two(bytes, end + offset).ok_or(ZipError::Damaged);
    let (disk, count, all) = (number(4)?, number(8)?, number(10)?);
    let mut at = four(bytes, end + 16).ok_or(ZipError::Damaged)?;
    if all == 0xffff || at == 0xffff_ffff {
        return Err(ZipError::Large);
    }
    if disk != 0 || count != all {
        return Err(ZipError::Parts);
    }
    if all > MOST_FILES {
        return Err(ZipError::TooMany(all));
    }
    let mut found = Vec::new();
    for _ in 0..all {
        let (entry, next) = listed(bytes, at).ok_or(ZipError::Damaged)?;
        if !entry.name.ends_with(['/', '\\']) {
            found.push(entry);
        }
        at = next;
    }
    Ok(found)
}

/// The file that the list names at a place, and the place of the next one.
fn listed(bytes: &[u8], at: usize) -> Option<(Entry, usize)> {
    let head = bytes.get(at..)?;
    if !head.starts_with(b"PK\x01\x02") {
        return None;
    }
    let flags = two(head, 8)?;
    let (name, extra, remark) = (two(head, 28)?, two(head, 30)?, two(head, 32)?);
    let raw = head.get(46..46 + name)?;
    let entry = Entry {
        // Names are UTF-8 where they say so, and nearly always where they do not.
        name: String::from_utf8_lossy(raw).into_owned(),
        method: u16::try_from(two(head, 10)?).ok()?,
        locked: flags & 1 != 0,
        checksum: u32::try_from(four(head, 16)?).ok()?,
        packed: four(head, 20)?,
        size: four(head, 24)?,
        at: four(head, 42)?,
    };
    Some((entry, at + 46 + name + extra + remark))
}

/// What is in a file, which may unpack to `most` bytes.
///
/// # Errors
/// Why it cannot be read.
pub fn content(bytes: &[u8], entry: &Entry, most: usize) -> Result<Vec<u8>, ZipError> {
    if entry.locked {
        return Err(ZipError::Locked);
    }
    if entry.size > most {
        return Err(ZipError::Bomb(most));
    }
    let packed = packed(bytes, entry).ok_or(ZipError::Broken)?;
    let content = match entry.method {
        0 => packed.to_vec(),
        // What it says of its size is no reason to believe it: one more byte than that, and it is stopped.
        8 => decompress_to_vec_with_limit(packed, entry.size).map_err(|_| ZipError::Broken)?,
        method => return Err(ZipError::Method(method)),
    };
    if content.len() != entry.size || checksum(&content) != entry.checksum {
        return Err(ZipError::Broken);
    }
    Ok(content)
}

fn packed<'a>(bytes: &'a [u8], entry: &Entry) -> Option<&'a [u8]> {
    let head = bytes.get(entry.at..)?;
    if !head.starts_with(b"PK\x03\x04") {
        return None;
    }
    let start = 30 + two(head, 26)? + two(head, 28)?;
    head.get(start..start.checked_add(entry.packed)?)
}

/// The checksum of zip files, CRC-32.
fn checksum(bytes: &[u8]) -> u32 {
    let mut table = [0_u32; 256];
    for (i, slot) in (0_u32..).zip(table.iter_mut()) {
        *slot = (0..8).fold(i, |value, _| if value & 1 == 1 { 0xedb8_8320 ^ (value >> 1) } else { value >> 1 });
    }
    let step = |sum: u32, byte: &u8| {
        let at = (sum ^ u32::from(*byte)) & 0xff;
        table.get(at as usize).copied().unwrap_or_default() ^ (sum >> 8)
    };
    !bytes.iter().fold(!0, step)
}

/// How hard files are packed: more takes long and saves little.
const EFFORT: u8 = 6;

/// Writes a zip, file by file.
#[derive(Debug, Default)]
pub struct Writer {
    out: Vec<u8>,
    list: Vec<u8>,
    files: u16,
    /// What all files unpack to.
    size: usize,
}

impl Writer {
    /// Packs a file. Its name may hold folders, parted by slashes.
    ///
    /// # Errors
    /// [`ZipError::Full`] where it would not be read any more.
    pub fn add(&mut self, name: &str, content: &[u8]) -> Result<(), ZipError> {
        let packed = compress_to_vec(content, EFFORT);
        let (method, body) = if packed.len() < content.len() { (8_u16, &*packed) } else { (0, content) };
        let four = |number: usize| u32::try_from(number).map(u32::to_le_bytes).map_err(|_| ZipError::Full);
        let length = u16::try_from(name.len()).map_err(|_| ZipError::Full)?;
        if usize::from(self.files) >= MOST_FILES || self.size + content.len() > MOST_BYTES {
            return Err(ZipError::Full);
        }
        // Version 2.0, names in UTF-8; 1 January 1980, the first day that the form knows: the moment stands elsewhere,
        // and the same work gives the same bytes.
        let mut facts = vec![20, 0, 0, 8];
        facts.extend(method.to_le_bytes());
        facts.extend([0, 0, 0x21, 0]);
        facts.extend(checksum(content).to_le_bytes());
        facts.extend(four(body.len())?);
        facts.extend(four(content.len())?);
        facts.extend(length.to_le_bytes());
        facts.extend([0; 2]);
        self.list.extend(b"PK\x01\x02\x14\0");
        self.list.extend(&facts);
        self.list.extend([0; 10]);
        self.list.extend(four(self.out.len())?);
        self.list.extend(name.as_bytes());
        self.out.extend(b"PK\x03\x04");
        self.out.extend(&facts);
        self.out.extend(name.as_bytes());
        self.out.extend(body);
        self.files += 1;
        self.size += content.len();
        Ok(())
    }

    /// The whole zip.
    ///
    /// # Errors
    /// [`ZipError::Full`] where it would not be read any more.
    pub fn finish(mut self) -> Result<Vec<u8>, ZipError> {
        let four = |number: usize| u32::try_from(number).map(u32::to_le_bytes).map_err(|_| ZipError::Full);
        let (at, length) = (four(self.out.len())?, four(self.list.len())?);
        self.out.append(&mut self.list);
        self.out.extend(b"PK\x05\x06\0\0\0\0");
        self.out.extend(self.files.to_le_bytes());
        self.out.extend(self.files.to_le_bytes());
        self.out.extend(length);
        self.out.extend(at);
        self.out.extend([0; 2]);
        Ok(self.out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A zip of files, each packed or not.
    fn zip(files: &[(&str, &[u8], bool)], remark: &[u8]) -> Vec<u8> {
        let (mut out, mut list) = (Vec::new(), Vec::new());
        let two = |n: usize| u16::try_from(n).expect("small").to_le_bytes();
        let four = |n: usize| u32::try_from(n).expect("small").to_le_bytes();
        for (name, content, packs) in files {
            let packed = if *packs { compress_to_vec(content, 6) } else { content.to_vec() };
            let at = out.len();
            let mut facts = Vec::new();
            facts.extend([20, 0, 0, 8]);
            facts.extend(two(if *packs { 8 } else { 0 }));
            facts.extend([0; 4]);
            facts.extend(checksum(content).to_le_bytes());
            facts.extend(four(packed.len()));
            facts.extend(four(content.len()));
            facts.extend(two(name.len()));
            facts.extend(two(0));
            out.extend(b"PK\x03\x04");
            out.extend(&facts);
            out.extend(name.as_bytes());
            out.extend(&packed);
            list.extend(b"PK\x01\x02\x14\x00");
            list.extend(&facts);
            list.extend([0; 10]);
            list.extend(four(at));
            list.extend(name.as_bytes());
        }
        let at = out.len();
        out.extend(&list);
        out.extend(b"PK\x05\x06\0\0\0\0");
        out.extend(two(files.len()));
        out.extend(two(files.len()));
        out.extend(four(list.len()));
        out.extend(four(at));
        out.extend(two(remark.len()));
        out.extend(remark);
        out
    }

    fn unpacked(bytes: &[u8], most: usize) -> Vec<(String, Result<Vec<u8>, ZipError>)> {
        let entries = entries(bytes).expect("a zip");
        entries.iter().map(|entry| (entry.name.clone(), content(bytes, entry, most))).collect()
    }

    #[test]
    fn files_come_out_as_they_went_in() {
        let long = "words ".repeat(10_000);
        let files: [(&str, &[u8], bool); 4] = [
            ("a.txt", b"Plain.", false),
            ("folder/", b"", false),
            ("folder/äé.txt", long.as_bytes(), true),
            ("empty.txt", b"", true),
        ];
        for remark in [&b""[..], b"a remark", b"one with PK\x05\x06 in it, as long as the end itself is"] {
            let bytes = zip(&files, remark);
            assert!(is_zip(&bytes));
            let expected = [("a.txt", &b"Plain."[..]), ("folder/äé.txt", long.as_bytes()), ("empty.txt", b"")];
            let expected = expected.map(|(name, content)| (name.to_owned(), Ok(content.to_vec())));
            assert_eq!(unpacked(&bytes, 1 << 20), expected);
        }
        assert_eq!(entries(&zip(&[], b"")), Ok(Vec::new()));
    }

    #[test]
    fn what_cannot_be_read_says_why() {
        assert_eq!(entries(b""), Err(ZipError::NoZip));
        assert_eq!(entries(&[b'x'; 100]), Err(ZipError::NoZip));
        let bytes = zip(&[("a.txt", b"Plain.", true)], b"");
        assert_eq!(entries(bytes.get(..bytes.len() - 5).expect("shorter")), Err(ZipError::NoZip));
        let broken = |at: usize, value: u8| {
            let mut bytes = bytes.clone();
            if let Some(byte) = bytes.get_mut(at) {
                *byte = value;
            }
            bytes
        };
        let list = bytes.len() - END - 46 - 5;
        let check = |bytes: &[u8], expected: ZipError| {
            let outcome = entries(bytes).and_then(|all| content(bytes, all.first().expect("a file"), 1 << 20));
            assert_eq!(outcome, Err(expected));
        };
        check(&broken(list, b'X'), ZipError::Damaged);
        check(&broken(list + 8, 1), ZipError::Locked);
        check(&broken(list + 10, 99), ZipError::Method(99));
        check(&broken(list + 16, 0), ZipError::Broken);
        check(&broken(list + 45, 9), ZipError::Broken);
        check(&broken(bytes.len() - END + 4, 1), ZipError::Parts);
        check(&broken(bytes.len() - END + 19, 0xff), ZipError::Damaged);
    }

    #[test]
    fn a_bomb_is_stopped_whatever_it_says() {
        let zeros = vec![0; 4 << 20];
        let bytes = zip(&[("bomb.txt", &zeros, true)], b"");
        assert!(bytes.len() < 10_000, "it looks harmless");
        assert_eq!(unpacked(&bytes, 1 << 20), [("bomb.txt".to_owned(), Err(ZipError::Bomb(1 << 20)))]);
        // One that says that it is small.
        let mut lying = bytes;
        let at = lying.len() - END - 46 - 8 + 24;
        if let Some(size) = lying.get_mut(at..at + 4) {
            size.copy_from_slice(&[100, 0, 0, 0]);
        }
        assert_eq!(unpacked(&lying, 1 << 20), [("bomb.txt".to_owned(), Err(ZipError::Broken))]);
    }

    #[test]
    fn what_is_written_keeps_to_what_is_read() {
        let mut writer = Writer { size: MOST_BYTES - 3, ..Writer::default() };
        assert_eq!(writer.add("a", b"four"), Err(ZipError::Full));
        assert_eq!(writer.add("a", b"two"), Ok(()));
        let mut writer = Writer { files: u16::try_from(MOST_FILES).expect("few"), ..Writer::default() };
        assert_eq!(writer.add("a", b""), Err(ZipError::Full));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(files in prop::collection::vec(("[a-zé/]{1,12}x", prop::collection::vec(any::<u8>(), 0..2000)), 0..6)) {
            let mut writer = Writer::default();
            for (name, content) in &files {
                prop_assert_eq!(writer.add(name, content), Ok(()));
            }
            let bytes = writer.finish().expect("small");
            let expected: Vec<_> = files.into_iter().map(|(name, content)| (name, Ok(content))).collect();
            prop_assert_eq!(unpacked(&bytes, 1 << 20), expected);
        }

        #[test]
        fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..400), at in any::<prop::sample::Index>(), value in any::<u8>()) {
            let _ = entries(&bytes);
            let mut sound = zip(&[("a.txt", b"Plain words, and plain words.", true), ("b", &bytes, false)], &[]);
            let at = at.index(sound.len());
            sound[at] = value;
            for entry in entries(&sound).unwrap_or_default() {
                let _ = content(&sound, &entry, 1 << 20);
            }
        }
    }
}
