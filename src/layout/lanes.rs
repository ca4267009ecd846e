//! [`Lanes`]: where each annotation is drawn, so that overlapping ones stay apart on the page.
//!
//! Bands and lines are two [`Layer`]s with [`LANES`] lanes each. Annotations take, in text order, the
//! lowest lane of their layer in which nothing overlaps them: of nested bands the outermost has lane
//! 0. One that finds none free is *overfull* and shares the last lane.
//!
//! Those that cross a line break come first, and only among themselves; then each block fits its
//! own around them. What this guarantees:
//! - two annotations of one layer that share a character share a lane only if one is overfull;
//! - an annotation has the same lane in every block and line;
//! - an annotation within one block changes the lanes of that block alone, and only of annotations
//!   after it in text order. One that crosses a line break changes at most the blocks that crossing
//!   annotations tie to its own; the cost is theirs, not the document's.
//!
//! It does not promise the fewest lanes: next to a crossing annotation, one can be overfull with
//! fewer than three others over any of its characters.
//!
//! Invariant: an entry of `spanning` holds the lanes of exactly the annotations that cross one of
//! the block's ends, in the block's order. Knows nothing about chunks and pixels.

use std::rc::Rc;

use crate::model::{Annotation, Annotations, Document, DrawStyle, Schema, Table, sort_by, text_order};
use crate::text::{Block, BlockIndex, Span};

/// How many annotations of one layer can be told apart over the same character.
pub const LANES: usize = 3;

/// What an annotation is drawn as. Annotations of different layers never collide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Layer {
    /// A tint behind the words; the lane is its depth, 0 for the outermost.
    Band,
    /// A solid or dotted line below the words; the lane is its distance from them.
    Line,
}

impl Layer {
    /// The layer that a style draws in.
    #[must_use]
    pub const fn of(style: DrawStyle) -> Self {
        match style {
            DrawStyle::Band => Self::Band,
            DrawStyle::Solid | DrawStyle::Dotted => Self::Line,
        }
    }
}

/// The place of an annotation within its layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Lane {
    /// From 0 to [`LANES`] - 1.
    pub number: u8,
    /// Whether no lane was free, so that it shares the last one.
    pub overfull: bool,
}

/// The label's place in the schema and its style. A label that the schema lacks counts as one
/// after the last.
pub(super) fn drawn_as(schema: &Schema, annotation: &Annotation) -> (usize, DrawStyle) {
    let position = schema.position(&annotation.label).unwrap_or(schema.labels.len());
    (position, schema.style_at(position))
}

/// Whether an annotation with a fragment in a block also has one outside. The line feed that ends
/// a block belongs to it.
pub(super) fn crosses(block: Block, annotation: &Annotation) -> bool {
    let envelope = annotation.fragments.envelope();
    envelope.start() < block.start || envelope.end().get() > block.end.get() + 1
}

/// Which stretches are taken in each lane.
#[derive(Default)]
pub(super) struct Board {
    bands: [Vec<Span>; LANES],
    lines: [Vec<Span>; LANES],
}

impl Board {
    fn layer(&mut self, layer: Layer) -> &mut [Vec<Span>; LANES] {
        match layer {
            Layer::Band => &mut self.bands,
            Layer::Line => &mut self.lines,
        }
    }

    /// Takes the lowest lane in which all the spans are free.
    pub(super) fn take(&mut self, layer: Layer, spans: &[Span]) -> Lane {
        let lanes = self.layer(layer);
        let free = lanes.iter().position(|taken| spans.iter().all(|span| is_free(taken, *span)));
        let lane = Lane { number: free.unwrap_or(LANES - 1) as u8, overfull: free.is_none() };
        self.hold(layer, lane, spans);
        lane
    }

    /// Marks spans as taken. The overfull take nothing, or one crowd would push away all after it.
    pub(super) fn hold(&mut self, layer: Layer, lane: Lane, spans: &[Span]) {
        if let (false, Some(taken)) = (lane.overfull, self.layer(layer).get_mut(usize::from(lane.number))) {
            for span in spans {
                // Nearly always behind all others: they come in text order.
                taken.insert(taken.partition_point(|held| held.start() < span.start()), *span);
            }
        }
    }
}

/// The stretches of one lane stand apart, so only the last that begins before the span's end can
/// reach into it.
fn is_free(taken: &[Span], span: Span) -> bool {
    let before = taken.partition_point(|held| held.start() < span.end());
    before.checked_sub(1).and_then(|at| taken.get(at)).is_none_or(|last| last.end() <= span.start())
}

/// The lanes of the crossing annotations, by the number of the block.
type Spanning = Table<usize, Rc<[Lane]>>;

/// The lanes of all annotations of a document that cross a line break. Cheap to clone.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lanes {
    spanning: Rc<Spanning>,
}

impl Lanes {
    /// Works out the lanes of a document. Costs time in proportion to its annotations.
    #[must_use]
    pub fn of(document: &Document) -> Self {
        let mut spanning = Spanning::default();
        settle(document, 0..document.text().block_count(), &mut spanning);
        Self { spanning: Rc::new(spanning) }
    }

    /// The lanes after a change from `before`, whose lanes these are, to `after`. Costs a pointer
    /// comparison for each block, and the groups of crossing annotations that changed.
    #[must_use]
    pub fn after(&self, before: &Document, after: &Document) -> Self {
        if !Rc::ptr_eq(&before.schema, &after.schema) || !before.text().same(after.text()) {
            return Self::of(after);
        }
        let changed = (0..after.text().block_count()).filter(|number| {
            let index = BlockIndex::new(*number);
            !before.annotations.same_block(&after.annotations, index) && {
                let block = after.text().block(index);
                let (old, new) = (crossing(&before.annotations, block), crossing(&after.annotations, block));
                !old.map(Rc::as_ptr).eq(new.map(Rc::as_ptr))
            }
        });
        let changed: Vec<usize> = changed.collect();
        if changed.is_empty() {
            return self.clone();
        }
        let mut spanning = Spanning::clone(&self.spanning);
        settle(after, changed, &mut spanning);
        Self { spanning: Rc::new(spanning) }
    }

    /// The lanes of the crossing annotations of a block, in the block's order.
    pub(super) fn spanning(&self, block: BlockIndex) -> Option<Rc<[Lane]>> {
        self.spanning.get(&block.get()).cloned()
    }
}

/// The annotations of a block that cross one of its ends, in text order.
fn crossing(annotations: &Annotations, block: Block) -> impl Iterator<Item = &Rc<Annotation>> {
    annotations.in_block(block.index).filter(move |annotation| crosses(block, annotation))
}

/// Works out the lanes of the groups that the given blocks belong to, and writes them down. A list
/// that comes out as it was stays the same in memory.
fn settle(document: &Document, seeds: impl IntoIterator<Item = usize>, spanning: &mut Spanning) {
    let text = document.text();
    let mut open: Vec<usize> = seeds.into_iter().collect();
    let mut visited = vec![false; text.block_count()];
    for number in &open {
        if let Some(visited) = visited.get_mut(*number) {
            *visited = true;
        }
    }
    let mut members: Vec<&Rc<Annotation>> = Vec::new();
    while let Some(number) = open.pop() {
        for annotation in crossing(&document.annotations, text.block(BlockIndex::new(number))) {
            // Each annotation counts in the block that it begins in, where it is met once; from any
            // other block the way leads there.
            let home = text.block_at(annotation.fragments.envelope().start()).get();
            let mut visit = |reached: usize| {
                if let Some(visited) = visited.get_mut(reached).filter(|visited| !**visited) {
                    *visited = true;
                    open.push(reached);
                }
            };
            if home == number {
                members.push(annotation);
                annotation.fragments.spans().iter().flat_map(|span| text.blocks_of(*span)).for_each(visit);
            } else {
                visit(home);
            }
        }
    }
    sort_by(&mut members, |a, b| text_order(a, b));
    let mut board = Board::default();
    let lanes: Vec<Lane> = members
        .iter()
        .map(|annotation| {
            let (_, style) = drawn_as(&document.schema, annotation);
            board.take(Layer::of(style), annotation.fragments.spans())
        })
        .collect();
    let lane_of = |annotation: &Rc<Annotation>| {
        let at = members.binary_search_by(|member| text_order(member, annotation)).ok()?;
        lanes.get(at).copied()
    };
    for (number, _) in visited.iter().enumerate().filter(|(_, visited)| **visited) {
        let of_block: Rc<[Lane]> =
            crossing(&document.annotations, text.block(BlockIndex::new(number))).filter_map(lane_of).collect();
        if of_block.is_empty() {
            spanning.remove(&number);
        } else if spanning.get(&number).is_none_or(|old| **old != *of_block) {
            spanning.insert(number, of_block);
        }
    }
}
