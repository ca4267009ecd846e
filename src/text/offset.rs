//! The three offset units as three types, and [`Span`], a piece of text that is not empty.
//!
//! Invariant: there is no conversion between the units here; only [`super::Text`] can convert,
//! because only a text knows how. Knows nothing about any text.

/// A position in a text, counted in UTF-8 bytes. The canonical unit inside Gloss.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ByteOffset(u32);

/// A position in a text, counted in UTF-16 code units: what browsers count. Only `platform` and
/// `view` speak it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Utf16Offset(u32);

/// A position in a text, counted in Unicode code points: what Python counts. Only `formats`
/// speaks it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CodePointOffset(u32);

macro_rules! offset {
    ($name:ident) => {
        impl $name {
            /// The position before the first character.
            pub const ZERO: Self = Self(0);

            /// Wraps a count of units. Counts beyond 4 GiB saturate; no text is that long.
            #[must_use]
            pub fn new(units: usize) -> Self {
                Self(u32::try_from(units).unwrap_or(u32::MAX))
            }

            /// The count of units from the start of the text.
            #[must_use]
            pub const fn get(self) -> usize {
                self.0 as usize
            }
        }
    };
}
offset!(ByteOffset);
offset!(Utf16Offset);
offset!(CodePointOffset);

/// A piece of a text that is not empty: `start` below `end`, both in bytes, `end` exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    start: ByteOffset,
    end: ByteOffset,
}

impl Span {
    /// The span between two offsets, or `None` where `start` is not below `end`.
    #[must_use]
    pub fn new(start: ByteOffset, end: ByteOffset) -> Option<Self> {
        (start < end).then_some(Self { start, end })
    }

    /// Like [`Span::new`], from plain byte counts.
    #[must_use]
    pub fn from_bytes(start: usize, end: usize) -> Option<Self> {
        Self::new(ByteOffset::new(start), ByteOffset::new(end))
    }

    /// The span between two offsets in either order, or `None` where they are equal.
    #[must_use]
    pub fn between(a: ByteOffset, b: ByteOffset) -> Option<Self> {
        Self::new(a.min(b), a.max(b))
    }

    /// Where the span begins.
    #[must_use]
    pub const fn start(self) -> ByteOffset {
        self.start
    }

    /// Where the span ends, exclusive.
    #[must_use]
    pub const fn end(self) -> ByteOffset {
        self.end
    }

    /// Length in bytes, never 0.
    #[must_use]
    pub fn byte_len(self) -> usize {
        self.end.get() - self.start.get()
    }

    /// Whether the character that begins at `at` is inside.
    #[must_use]
    pub fn contains(self, at: ByteOffset) -> bool {
        self.start <= at && at < self.end
    }

    /// Whether all of `other` is inside.
    #[must_use]
    pub fn covers(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether the two share at least one character.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Whether the two overlap, or one begins where the other ends.
    #[must_use]
    pub fn touches(self, other: Self) -> bool {
        self.start <= other.end && other.start <= self.end
    }

    /// The shared piece, or `None` where there is none.
    #[must_use]
    pub fn intersection(self, other: Self) -> Option<Self> {
        Self::new(self.start.max(other.start), self.end.min(other.end))
    }
}
