//! [`Chunk`]: a long block is rendered in pieces of about 2 KiB, so that a change redraws one piece.
//!
//! Invariant: the chunks of a block follow one another, cover it, and depend on the text alone;
//! a cut lies on a character boundary, after a blank where there is one near. A chunk is no box: its
//! pieces stand inline beside those of the next. Knows no annotations.

use crate::text::{Block, BlockIndex, ByteOffset, Text, is_extending};

/// Blocks up to this many bytes are one chunk.
const LONG: usize = 4096;
/// About how many bytes a chunk of a long block has.
const TARGET: usize = 2048;
/// How far before its nominal place a cut may move to find a blank.
const REACH: usize = 256;

/// A piece of a block that is laid out and rendered by itself. Empty only for an empty block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// The block that it is a piece of.
    pub block: BlockIndex,
    /// Its number within the block, from 0.
    pub number: usize,
    /// Where it begins.
    pub start: ByteOffset,
    /// Where it ends, exclusive.
    pub end: ByteOffset,
}

/// How many chunks a block has; at least one.
fn count(block: Block) -> usize {
    if block.byte_len() <= LONG { 1 } else { (block.byte_len() + TARGET / 2) / TARGET }
}

/// Where the n-th chunk begins. Each cut is found by itself, so that none costs more than [`REACH`].
fn cut(text: &Text, block: Block, number: usize) -> ByteOffset {
    if number == 0 {
        return block.start;
    }
    if number >= count(block) {
        return block.end;
    }
    let nominal = text.floor(ByteOffset::new(block.start.get() + number * TARGET));
    let earliest = text.floor(ByteOffset::new(nominal.get() - REACH));
    let window = text.between(earliest, nominal);
    if let Some((at, blank)) = window.char_indices().rev().find(|(_, c)| c.is_whitespace()) {
        return ByteOffset::new(earliest.get() + at + blank.len_utf8());
    }
    // No blank near: at least keep what belongs to one letter or one emoji together.
    let mut next = text.as_str().get(nominal.get()..).and_then(|rest| rest.chars().next());
    for (at, character) in window.char_indices().rev() {
        if !next.is_some_and(is_extending) && !joins(character) && !next.is_some_and(joins) {
            return ByteOffset::new(earliest.get() + at + character.len_utf8());
        }
        next = Some(character);
    }
    nominal
}

/// Whether a character ties its neighbours together: the zero-width joiner, and regional
/// indicators, which make flags in pairs.
fn joins(character: char) -> bool {
    character == '\u{200D}' || ('\u{1F1E6}'..='\u{1F1FF}').contains(&character)
}

/// The chunks of a block, in order; one where the block is short.
#[must_use]
pub fn chunks(text: &Text, index: BlockIndex) -> Vec<Chunk> {
    let block = text.block(index);
    (0..count(block)).map(|number| chunk(text, block, number)).collect()
}

/// The chunk that holds an offset. An offset on a cut belongs to the chunk that begins there, one
/// at the end of a block to the block's last chunk.
#[must_use]
pub fn chunk_at(text: &Text, at: ByteOffset) -> Chunk {
    let block = text.block(text.block_at(at));
    let nominal = ((at.get() - block.start.get()) / TARGET).min(count(block) - 1);
    // A cut lies before its nominal place by less than a chunk: the next chunk may hold the offset.
    let moved = usize::from(nominal + 1 < count(block) && cut(text, block, nominal + 1) <= at);
    chunk(text, block, nominal + moved)
}

fn chunk(text: &Text, block: Block, number: usize) -> Chunk {
    Chunk { block: block.index, number, start: cut(text, block, number), end: cut(text, block, number + 1) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(string: &str) {
        let text = Text::new(string);
        for block in text.blocks() {
            let all = chunks(&text, block.index);
            let mut at = block.start;
            for (number, chunk) in all.iter().enumerate() {
                assert_eq!((chunk.block, chunk.number, chunk.start), (block.index, number, at));
                assert!(text.is_boundary(chunk.end));
                if all.len() > 1 {
                    assert!((512..=LONG).contains(&(chunk.end.get() - chunk.start.get())), "{chunk:?}");
                }
                at = chunk.end;
            }
            assert_eq!(at, block.end);
            for chunk in &all {
                for at in
                    [chunk.start.get(), (chunk.start.get() + chunk.end.get()) / 2, chunk.end.get().saturating_sub(1)]
                {
                    let at = text.floor(ByteOffset::new(at));
                    let found = chunk_at(&text, at);
                    let beside = at == chunk.end || at < chunk.start;
                    assert!(beside || found == *chunk, "{at:?} in {chunk:?}, found {found:?}");
                }
            }
            assert_eq!(chunk_at(&text, block.end), all[all.len() - 1], "the end belongs to the last");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn chunks_cover_each_block(
            piece in "[a-z ]{1,30}|[\u{1F468}\u{200D}\u{1F469}]{1,9}|\u{1F1EB}\u{1F1F7}|नि|[一-三]{1,5}|a\u{301}{1,400}|\n",
            times in 0usize..4000,
        ) {
            check(&piece.repeat(times));
        }
    }

    #[test]
    fn a_cut_prefers_a_blank_and_never_parts_what_belongs_together() {
        let starts = |string: &str| -> Vec<String> {
            let text = Text::new(string);
            chunks(&text, BlockIndex::default())
                .iter()
                .skip(1)
                .map(|c| text.between(c.start, c.end).chars().take(4).collect())
                .collect()
        };
        assert!(starts(&"word ".repeat(2000)).iter().all(|start| start == "word"));
        assert!(starts(&"नि".repeat(2000)).iter().all(|start| start == "निनि"));
        let family = "👨\u{200D}👩\u{200D}👧";
        assert!(starts(&family.repeat(800)).iter().all(|start| start == "👨\u{200D}👩\u{200D}"));
    }
}
