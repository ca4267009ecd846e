//! Folding: many lines of a journal as one stored value.
//!
//! A block is the records of 64 steps in a row, one line each, and is stored where the first of them stood;
//! blocks begin at step 1, 65, 129 and so on. Each line is the record that it was, with its own checksum, so
//! that damage to a block costs what damage to single records would. Invariant: [`unfold`] of what [`fold`]
//! gives are the records that went in; a record that is not sound stays by itself, and so do those around it.
//! What is left of a damaged block is a block with fewer lines.

use super::{JournalRecord, Record};
use crate::model::DocumentId;

/// How many steps a block holds.
pub const BLOCK: u64 = 64;

/// The first step of the block that a step belongs to.
#[must_use]
pub const fn block_of(seq: u64) -> u64 {
    seq.saturating_sub(1) / BLOCK * BLOCK + 1
}

/// The records in a stored value of a journal, each with its number.
pub fn unfold(seq: u64, stored: &str) -> impl Iterator<Item = (u64, String)> {
    (seq..).zip(stored.split('\n').map(str::to_owned))
}

/// The blocks that can be made of a journal, each with the number of its first step. `journal` is what is
/// stored, in order: records, and blocks that were made before.
#[must_use]
pub fn fold(document: &DocumentId, journal: &[(u64, String)]) -> Vec<(u64, String)> {
    let sound = |(seq, raw): &(u64, String)| {
        JournalRecord::decode(raw).is_ok_and(|record| record.document == *document && record.seq == *seq)
    };
    let is_block = |first: u64| {
        let at = journal.binary_search_by_key(&first, |(seq, _)| *seq).ok();
        at.and_then(|at| journal.get(at)).is_some_and(|(_, stored)| stored.split('\n').count() as u64 == BLOCK)
    };
    let lines: Vec<(u64, String)> = journal.iter().flat_map(|(seq, stored)| unfold(*seq, stored)).collect();
    let mut blocks = Vec::new();
    for block in lines.chunk_by(|(before, _), (seq, _)| *seq == before + 1 && block_of(*seq) != *seq) {
        let first = block.first().map_or(0, |(seq, _)| *seq);
        let whole = block.len() as u64 == BLOCK && block_of(first) == first;
        if whole && !is_block(first) && block.iter().all(sound) {
            let raws: Vec<&str> = block.iter().map(|(_, raw)| raw.as_str()).collect();
            blocks.push((first, raws.join("\n")));
        }
    }
    blocks
}
