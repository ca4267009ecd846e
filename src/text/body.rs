//! [`Text`]: an immutable string with an index of its lines and of the three offset units.
//!
//! Invariant: `blocks` holds one entry for each line, empty lines included, so that the blocks'
//! texts joined by a line feed are the text. Conversions answer `None` for a position inside a
//! character or beyond the end. Knows nothing about how the text came in (see [`super::intake`]).

use std::fmt;
use std::ops::Range;
use std::rc::Rc;

use super::{ByteOffset, CodePointOffset, Span, Utf16Offset};

/// Bytes between two checkpoints of the unit index: a conversion walks at most this far.
const STRIDE: usize = 512;

/// The number of a block in its text, from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlockIndex(u32);

impl BlockIndex {
    /// Wraps a number, from 0.
    #[must_use]
    pub fn new(index: usize) -> Self {
        Self(u32::try_from(index).unwrap_or(u32::MAX))
    }

    /// The number, from 0.
    #[must_use]
    pub const fn get(self) -> usize {
        self.0 as usize
    }
}

/// One line of a text without its line break: one paragraph on the page. May be empty, so it is
/// no [`Span`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// Its number.
    pub index: BlockIndex,
    /// Where it begins.
    pub start: ByteOffset,
    /// Where it ends: at its line feed, or at the end of the text.
    pub end: ByteOffset,
}

impl Block {
    /// Length in bytes, without the line break.
    #[must_use]
    pub fn byte_len(self) -> usize {
        self.end.get() - self.start.get()
    }

    /// The block as a span, or `None` where it is empty.
    #[must_use]
    pub fn span(self) -> Option<Span> {
        Span::new(self.start, self.end)
    }
}

/// How many units stand before a checkpoint.
#[derive(Clone, Copy, Default)]
struct Checkpoint {
    byte: u32,
    utf16: u32,
    code_point: u32,
}

struct Body {
    string: Box<str>,
    block_starts: Vec<u32>,
    /// One for each [`STRIDE`] bytes; the i-th stands at the last character boundary at or
    /// before `i * STRIDE`.
    checkpoints: Vec<Checkpoint>,
    end: Checkpoint,
}

/// An immutable text. Cheap to clone.
#[derive(Clone)]
pub struct Text(Rc<Body>);

impl Text {
    /// Indexes a string. It is taken as it is; [`super::intake`] normalises beforehand.
    #[must_use]
    pub fn new(string: impl Into<Box<str>>) -> Self {
        let string = string.into();
        let mut block_starts = vec![0];
        let mut checkpoints = Vec::with_capacity(string.len() / STRIDE + 1);
        let mut here = Checkpoint::default();
        for character in string.chars() {
            if checkpoints.len() * STRIDE < here.byte as usize + character.len_utf8() {
                checkpoints.push(here);
            }
            here.byte += character.len_utf8() as u32;
            here.utf16 += character.len_utf16() as u32;
            here.code_point += 1;
            if character == '\n' {
                block_starts.push(here.byte);
            }
        }
        Self(Rc::new(Body { string, block_starts, checkpoints, end: here }))
    }

    /// The whole string.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0.string
    }

    /// Length in bytes; also the offset of the end.
    #[must_use]
    pub fn end(&self) -> ByteOffset {
        ByteOffset::new(self.0.string.len())
    }

    /// Length in Unicode code points: the number of characters shown to people.
    #[must_use]
    pub fn code_points(&self) -> usize {
        self.0.end.code_point as usize
    }

    /// Whether there is no character at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.string.is_empty()
    }

    /// Whether the offset lies on a character boundary of this text.
    #[must_use]
    pub fn is_boundary(&self, at: ByteOffset) -> bool {
        self.0.string.is_char_boundary(at.get())
    }

    /// The nearest character boundary at or before the offset; the end for offsets beyond it.
    #[must_use]
    pub fn floor(&self, at: ByteOffset) -> ByteOffset {
        let mut byte = at.get().min(self.0.string.len());
        while !self.0.string.is_char_boundary(byte) {
            byte -= 1;
        }
        ByteOffset::new(byte)
    }

    /// The text of a span, or `None` where it lies outside or cuts a character.
    #[must_use]
    pub fn slice(&self, span: Span) -> Option<&str> {
        self.0.string.get(span.start().get()..span.end().get())
    }

    /// The text between two offsets; empty where they are not in order or cut a character.
    #[must_use]
    pub fn between(&self, start: ByteOffset, end: ByteOffset) -> &str {
        self.0.string.get(start.get()..end.get()).unwrap_or("")
    }

    /// How many lines there are; at least 1.
    #[must_use]
    pub fn block_count(&self) -> usize {
        self.0.block_starts.len()
    }

    /// The block of that number; the last one for numbers beyond it.
    #[must_use]
    pub fn block(&self, index: BlockIndex) -> Block {
        let starts = &self.0.block_starts;
        let i = index.get().min(starts.len() - 1);
        let start = starts.get(i).copied().unwrap_or(0);
        let end = starts.get(i + 1).map_or(self.0.string.len(), |next| *next as usize - 1);
        Block { index: BlockIndex::new(i), start: ByteOffset::new(start as usize), end: ByteOffset::new(end) }
    }

    /// All blocks in order.
    pub fn blocks(&self) -> impl ExactSizeIterator<Item = Block> + '_ {
        (0..self.block_count()).map(|i| self.block(BlockIndex::new(i)))
    }

    /// The text of a block, without its line break.
    #[must_use]
    pub fn block_str(&self, index: BlockIndex) -> &str {
        let block = self.block(index);
        self.between(block.start, block.end)
    }

    /// The block that holds an offset. A line feed belongs to the block that it ends.
    #[must_use]
    pub fn block_at(&self, at: ByteOffset) -> BlockIndex {
        BlockIndex::new(self.0.block_starts.partition_point(|start| *start as usize <= at.get()) - 1)
    }

    /// The blocks that a span reaches into.
    #[must_use]
    pub fn blocks_of(&self, span: Span) -> Range<usize> {
        let last = ByteOffset::new(span.end().get() - 1);
        self.block_at(span.start()).get()..self.block_at(last).get() + 1
    }

    /// The same position in UTF-16 units; `None` inside a character or beyond the end.
    #[must_use]
    pub fn to_utf16(&self, at: ByteOffset) -> Option<Utf16Offset> {
        self.count_to(at).map(|here| Utf16Offset::new(here.utf16 as usize))
    }

    /// The same position in code points; `None` inside a character or beyond the end.
    #[must_use]
    pub fn to_code_points(&self, at: ByteOffset) -> Option<CodePointOffset> {
        self.count_to(at).map(|here| CodePointOffset::new(here.code_point as usize))
    }

    /// The same position in bytes; `None` between the halves of a surrogate pair or beyond the end.
    #[must_use]
    pub fn from_utf16(&self, at: Utf16Offset) -> Option<ByteOffset> {
        self.find(at.get() as u32, |here| here.utf16, |c| c.len_utf16() as u32)
    }

    /// The same position in bytes; `None` beyond the end.
    #[must_use]
    pub fn from_code_points(&self, at: CodePointOffset) -> Option<ByteOffset> {
        self.find(at.get() as u32, |here| here.code_point, |_| 1)
    }

    fn count_to(&self, at: ByteOffset) -> Option<Checkpoint> {
        if at == self.end() {
            return Some(self.0.end);
        }
        if !self.is_boundary(at) {
            return None;
        }
        let mut here = *self.0.checkpoints.get(at.get() / STRIDE)?;
        for character in self.0.string.get(here.byte as usize..at.get())?.chars() {
            here.utf16 += character.len_utf16() as u32;
            here.code_point += 1;
        }
        Some(here)
    }

    fn find(&self, target: u32, unit: impl Fn(&Checkpoint) -> u32, width: impl Fn(char) -> u32) -> Option<ByteOffset> {
        let after = self.0.checkpoints.partition_point(|mark| unit(mark) <= target);
        let here = after.checked_sub(1).and_then(|i| self.0.checkpoints.get(i)).copied().unwrap_or_default();
        let (mut byte, mut count) = (here.byte as usize, unit(&here));
        for character in self.0.string.get(byte..)?.chars() {
            if count >= target {
                break;
            }
            byte += character.len_utf8();
            count += width(character);
        }
        (count == target).then(|| ByteOffset::new(byte))
    }

    /// Whether two handles hold the very same text in memory: a comparison that costs nothing.
    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.same(other) || self.as_str() == other.as_str()
    }
}

impl Eq for Text {}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Text({:?})", self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn offsets_survive_every_conversion(head in ".{0,600}", tail in "(?s).{0,600}") {
            let text = Text::new(format!("{head}{tail}"));
            let (mut utf16, mut code_points) = (0, 0);
            for (byte, character) in text.as_str().char_indices().chain([(text.end().get(), '\0')]) {
                let at = ByteOffset::new(byte);
                prop_assert_eq!(text.to_utf16(at), Some(Utf16Offset::new(utf16)));
                prop_assert_eq!(text.to_code_points(at), Some(CodePointOffset::new(code_points)));
                prop_assert_eq!(text.from_utf16(Utf16Offset::new(utf16)), Some(at));
                prop_assert_eq!(text.from_code_points(CodePointOffset::new(code_points)), Some(at));
                if character.len_utf16() == 2 {
                    prop_assert_eq!(text.from_utf16(Utf16Offset::new(utf16 + 1)), None);
                }
                for inside in 1..character.len_utf8() {
                    prop_assert_eq!(text.to_utf16(ByteOffset::new(byte + inside)), None);
                    prop_assert_eq!(text.to_code_points(ByteOffset::new(byte + inside)), None);
                }
                utf16 += character.len_utf16();
                code_points += 1;
            }
            prop_assert_eq!(text.to_utf16(ByteOffset::new(text.end().get() + 1)), None);
            prop_assert_eq!(text.from_utf16(Utf16Offset::new(utf16)), None, "beyond the end");
        }

        #[test]
        fn blocks_joined_are_the_text(string in "[a🦀é\n]{0,80}") {
            let text = Text::new(string.clone());
            let lines: Vec<&str> = text.blocks().map(|b| text.block_str(b.index)).collect();
            prop_assert_eq!(lines.join("\n"), string);
            for block in text.blocks() {
                prop_assert_eq!(text.block_at(block.start), block.index);
                prop_assert_eq!(text.block_at(block.end), block.index);
            }
        }
    }

    #[test]
    fn a_span_reaches_the_blocks_of_its_characters() {
        let text = Text::new("ab\ncd\n\nef");
        let check = |start, end, expected| {
            let span = Span::from_bytes(start, end).expect("a span");
            assert_eq!(text.blocks_of(span), expected, "{start}..{end}");
        };
        check(0, 2, 0..1);
        check(0, 3, 0..1);
        check(1, 4, 0..2);
        check(4, 9, 1..4);
    }
}
