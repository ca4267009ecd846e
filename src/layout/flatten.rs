//! [`flatten`]: one sweep over the fragments in a stretch of text, cutting it at each of their ends.
//!
//! Invariant: segments are never empty, follow one another and cover the stretch; each lists what
//! is drawn over it, at most one mark for each lane, however many annotations lie there. Costs
//! O(n log n) in the fragments.

use super::{LANES, Lane, Layer};
use crate::model::{DrawStyle, Fragments, Table, sort_by};
use crate::text::{ByteOffset, Span};

/// One annotation drawn over a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Mark {
    /// The label's place in the schema, from 0.
    pub label: u16,
    /// How it is drawn.
    pub style: DrawStyle,
    /// Its place within its layer.
    pub lane: Lane,
    /// Whether a fragment begins where the segment begins: the mark has an edge there.
    pub starts: bool,
    /// Whether the fragment ends where the segment ends.
    pub ends: bool,
}

/// A piece of a block over whose characters the same annotations lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Where it stands, in bytes of the whole text.
    pub span: Span,
    /// What is drawn: bands from the outermost inwards, then lines from the words downwards.
    /// Empty for plain text. At most [`LANES`] of each.
    pub marks: Vec<Mark>,
    /// How many annotations lie over it; those beyond `marks` share a lane with one that is drawn.
    pub count: u32,
}

impl Segment {
    /// Whether no annotation lies over it.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.count == 0
    }

    /// How many annotations lie over it without being drawn.
    #[must_use]
    pub fn hidden(&self) -> usize {
        (self.count as usize).saturating_sub(self.marks.len())
    }

    /// Whether an annotation that was laid out with the segment lies over it. A segment never lies
    /// partly within one.
    #[must_use]
    pub fn is_within(&self, fragments: &Fragments) -> bool {
        let spans = fragments.spans();
        let after = spans.partition_point(|span| span.start() <= self.span.start());
        after.checked_sub(1).and_then(|i| spans.get(i)).is_some_and(|span| span.contains(self.span.start()))
    }
}

/// One fragment to draw. Its annotation's rank in text order decides who is seen in a shared lane.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stroke {
    pub(super) span: Span,
    pub(super) rank: u32,
    pub(super) label: u16,
    pub(super) style: DrawStyle,
    pub(super) lane: Lane,
}

/// Cuts `start..end` at every end of a stroke and at every one of `cuts`, which are in order.
pub(super) fn flatten(start: ByteOffset, end: ByteOffset, cuts: &[ByteOffset], strokes: &[Stroke]) -> Vec<Segment> {
    let clip = |at: ByteOffset| at.clamp(start, end);
    let inside: Vec<&Stroke> =
        strokes.iter().filter(|stroke| stroke.span.start() < end && start < stroke.span.end()).collect();
    let mut places: Vec<ByteOffset> = Vec::with_capacity(inside.len() * 2 + cuts.len() + 2);
    places.extend([start, end]);
    places.extend(cuts.iter().copied().map(clip));
    places.extend(inside.iter().flat_map(|stroke| [clip(stroke.span.start()), clip(stroke.span.end())]));
    sort_by(&mut places, ByteOffset::cmp);
    places.dedup();

    let order_by = |key: fn(&Stroke) -> ByteOffset| {
        let mut order = inside.clone();
        sort_by(&mut order, |a, b| key(a).cmp(&key(b)));
        order.into_iter().peekable()
    };
    let mut opening = order_by(|stroke| stroke.span.start());
    let mut closing = order_by(|stroke| stroke.span.end());
    let mut active = Active::default();
    let mut segments = Vec::with_capacity(places.len());
    for pair in places.windows(2) {
        let [from, to] = pair else { continue };
        while let Some(stroke) = opening.next_if(|stroke| stroke.span.start() <= *from) {
            active.add(stroke);
        }
        while let Some(stroke) = closing.next_if(|stroke| stroke.span.end() <= *from) {
            active.remove(stroke);
        }
        if let Some(span) = Span::new(*from, *to) {
            segments.push(Segment { span, marks: active.marks(span), count: active.count });
        }
    }
    segments
}

/// The strokes over the current place in one lane. The first is seen: its owner, before those that
/// found no lane of their own; among these the first in text order.
type Stack<'a> = Table<(bool, u32), &'a Stroke>;

/// The strokes over the current place.
#[derive(Default)]
struct Active<'a> {
    bands: [Stack<'a>; LANES],
    lines: [Stack<'a>; LANES],
    count: u32,
}

impl<'a> Active<'a> {
    fn lane(&mut self, stroke: &Stroke) -> Option<&mut Stack<'a>> {
        let lanes = match Layer::of(stroke.style) {
            Layer::Band => &mut self.bands,
            Layer::Line => &mut self.lines,
        };
        lanes.get_mut(usize::from(stroke.lane.number))
    }

    fn add(&mut self, stroke: &'a Stroke) {
        if let Some(lane) = self.lane(stroke) {
            lane.insert((stroke.lane.overfull, stroke.rank), stroke);
            self.count += 1;
        }
    }

    fn remove(&mut self, stroke: &Stroke) {
        if let Some(lane) = self.lane(stroke) {
            lane.remove(&(stroke.lane.overfull, stroke.rank));
            self.count -= 1;
        }
    }

    fn marks(&self, span: Span) -> Vec<Mark> {
        if self.count == 0 {
            return Vec::new();
        }
        let strokes = self.bands.iter().chain(&self.lines).filter_map(|lane| lane.iter().next());
        let mark = |(_, stroke): &(_, &Stroke)| Mark {
            label: stroke.label,
            style: stroke.style,
            lane: stroke.lane,
            starts: stroke.span.start() == span.start(),
            ends: stroke.span.end() == span.end(),
        };
        strokes.map(mark).collect()
    }
}
