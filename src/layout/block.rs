//! [`BlockInput`], all that the look of a block depends on, and [`BlockLayout`], what comes of it.
//!
//! A view holds an input for each block and lays out those that are near the viewport:
//! two inputs are equal, at the cost of a few pointer comparisons, where nothing that the block
//! shows has changed. Of a block that did change, [`BlockInput::layout`] hands back the very same
//! [`ChunkLayout`]s for the chunks that did not, so that of a long line only one piece is redrawn.
//!
//! Invariant: a layout depends on its input alone, whatever the previous layout was.

use std::rc::Rc;

use super::flatten::{Stroke, flatten};
use super::lanes::{Board, crosses, drawn_as};
use super::{Chunk, Lane, Lanes, Layer, Segment, chunks};
use crate::model::{BlockAnnotations, Document, Schema};
use crate::text::{Block, BlockIndex, ByteOffset, Span, Text};

/// All that the look of a block depends on. Cheap to clone and to compare.
#[derive(Clone, Debug)]
pub struct BlockInput {
    text: Text,
    block: Block,
    annotations: BlockAnnotations,
    spanning: Option<Rc<[Lane]>>,
    schema: Rc<Schema>,
}

impl PartialEq for BlockInput {
    fn eq(&self, other: &Self) -> bool {
        self.block == other.block
            && self.annotations == other.annotations
            && self.spanning == other.spanning
            && self.text.same(&other.text)
            && Rc::ptr_eq(&self.schema, &other.schema)
    }
}

/// One chunk of a block, cut into segments. Meant to be held in an `Rc` and compared by pointer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChunkLayout {
    /// The piece of the block.
    pub chunk: Chunk,
    /// Its segments: they follow one another and cover the chunk. None for an empty block.
    pub segments: Vec<Segment>,
}

/// A block, cut into chunks and segments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockLayout {
    /// Its chunks in order; at least one.
    pub chunks: Vec<Rc<ChunkLayout>>,
}

impl BlockLayout {
    /// All segments of the block in order.
    pub fn segments(&self) -> impl Iterator<Item = &Segment> {
        self.chunks.iter().flat_map(|chunk| &chunk.segments)
    }

    /// A block without any annotation on it: what a view shows far from the viewport.
    #[must_use]
    pub fn plain(text: &Text, block: BlockIndex) -> Self {
        Self { chunks: group(flatten_block(text, text.block(block), &[]), chunks(text, block), None) }
    }
}

impl BlockInput {
    /// What the block of that number depends on, in a document with these lanes.
    #[must_use]
    pub fn new(document: &Document, lanes: &Lanes, block: BlockIndex) -> Self {
        let block = document.text().block(block);
        Self {
            text: document.text().clone(),
            block,
            annotations: document.annotations.block(block.index),
            spanning: lanes.spanning(block.index),
            schema: Rc::clone(&document.schema),
        }
    }

    /// Where the block stands.
    #[must_use]
    pub fn block(&self) -> Block {
        self.block
    }

    /// The text of the document.
    #[must_use]
    pub fn text(&self) -> &Text {
        &self.text
    }

    /// Whether nothing is marked in the block.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.annotations.iter().next().is_none()
    }

    /// Cuts the block into segments. Chunks that are as in `previous` stay the same in memory.
    /// Costs O(n log n) in the block's annotations.
    #[must_use]
    pub fn layout(&self, previous: Option<&BlockLayout>) -> BlockLayout {
        let segments = flatten_block(&self.text, self.block, &self.strokes());
        BlockLayout { chunks: group(segments, chunks(&self.text, self.block.index), previous) }
    }

    /// What is to be drawn. The crossing annotations have their lanes; the others fit around them.
    fn strokes(&self) -> Vec<Stroke> {
        let mut given = self.spanning.iter().flat_map(|lanes| lanes.iter().copied());
        let mut board = Board::default();
        let mut drawn = Vec::new();
        for annotation in self.annotations.iter() {
            let (label, style) = drawn_as(&self.schema, annotation);
            let spans = within(self.block, annotation.fragments.spans());
            let lane = if crosses(self.block, annotation) { given.next() } else { None };
            if let Some(lane) = lane {
                board.hold(Layer::of(style), lane, spans);
            }
            drawn.push((u16::try_from(label).unwrap_or(u16::MAX), style, spans, lane));
        }
        let mut strokes = Vec::with_capacity(drawn.len());
        for (rank, (label, style, spans, lane)) in (0..).zip(drawn) {
            let lane = lane.unwrap_or_else(|| board.take(Layer::of(style), spans));
            strokes.extend(spans.iter().map(|span| Stroke { span: *span, rank, label, style, lane }));
        }
        strokes
    }
}

/// The fragments that reach into a block, its line feed included.
fn within(block: Block, spans: &[Span]) -> &[Span] {
    let first = spans.partition_point(|span| span.end() <= block.start);
    let last = spans.partition_point(|span| span.start() <= block.end);
    spans.get(first..last).unwrap_or_default()
}

fn flatten_block(text: &Text, block: Block, strokes: &[Stroke]) -> Vec<Segment> {
    let cuts: Vec<ByteOffset> = chunks(text, block.index).iter().map(|chunk| chunk.start).collect();
    flatten(block.start, block.end, &cuts, strokes)
}

fn group(segments: Vec<Segment>, chunks: Vec<Chunk>, previous: Option<&BlockLayout>) -> Vec<Rc<ChunkLayout>> {
    let mut segments = segments.into_iter().peekable();
    chunks
        .into_iter()
        .map(|chunk| {
            let mut own = Vec::new();
            while let Some(segment) = segments.next_if(|segment| segment.span.start() < chunk.end) {
                own.push(segment);
            }
            let new = ChunkLayout { chunk, segments: own };
            let old = previous.and_then(|layout| layout.chunks.get(chunk.number));
            match old {
                Some(old) if **old == new => Rc::clone(old),
                _ => Rc::new(new),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::time::Instant;

    use proptest::prelude::*;

    use super::*;
    use crate::layout::{LANES, Mark};
    use crate::model::{
        Annotation, AnnotationId, Annotations, DocumentId, DocumentInfo, Extra, Fragments, Intake, LabelName,
    };

    fn document(string: &str) -> Document {
        let info = DocumentInfo {
            id: DocumentId::new("d"),
            title: String::new(),
            text: Text::new(string),
            intake: Intake::default(),
            metadata: Extra::new(),
            created: None,
            extra: Extra::new(),
        };
        Document::new(info, Schema::claims_sources_locations())
    }

    fn annotation(id: usize, label: &str, spans: &[(usize, usize)]) -> Rc<Annotation> {
        let spans = spans.iter().filter_map(|(a, b)| Span::from_bytes(*a.min(b), *a.max(b)));
        let fragments = Fragments::merged(spans).expect("a span");
        Rc::new(Annotation::new(AnnotationId::new(id.to_string()), LabelName::new(label), fragments))
    }

    /// Byte ranges, some of them one line long and some crossing lines, in ASCII text.
    fn places(len: usize, most: usize) -> impl Strategy<Value = Vec<(usize, Vec<(usize, usize)>)>> {
        let span = (0..len, 1..12usize).prop_map(move |(start, width)| (start, (start + width).min(len)));
        let wide = (0..len, 0..len).prop_filter("empty", |(a, b)| a != b);
        let one = prop::collection::vec(prop_oneof![6 => span, 1 => wide], 1..3);
        prop::collection::vec((0..4usize, one), 0..most)
    }

    fn marked(string: &str, places: &[(usize, Vec<(usize, usize)>)]) -> Document {
        let mut document = document(string);
        let labels = ["Claim", "Source", "Location", "Not in the schema"];
        let all = places.iter().enumerate().map(|(id, (label, spans))| annotation(id, labels[*label], spans)).collect();
        document.annotations = Annotations::from_vec(document.text(), all);
        document
    }

    fn layouts(document: &Document, lanes: &Lanes) -> Vec<BlockLayout> {
        document.text().blocks().map(|block| BlockInput::new(document, lanes, block.index).layout(None)).collect()
    }

    /// The lane of each annotation in each of its blocks.
    fn lanes_by_id(document: &Document, lanes: &Lanes) -> BTreeMap<AnnotationId, Vec<Lane>> {
        let mut found: BTreeMap<AnnotationId, Vec<Lane>> = BTreeMap::new();
        for block in document.text().blocks() {
            let strokes = BlockInput::new(document, lanes, block.index).strokes();
            for (rank, annotation) in document.annotations.in_block(block.index).enumerate() {
                let own = strokes.iter().filter(|stroke| stroke.rank as usize == rank);
                found.entry(annotation.id.clone()).or_default().extend(own.map(|stroke| stroke.lane));
            }
        }
        found
    }

    const LINES: &str = "one two three four\nfive\n\nsix seven eight nine ten\neleven twelve";

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        #[test]
        fn segments_cover_each_character_with_exactly_what_lies_over_it(places in places(LINES.len(), 24)) {
            let document = marked(LINES, &places);
            let lanes = Lanes::of(&document);
            let by_id = lanes_by_id(&document, &lanes);
            for (block, layout) in document.text().blocks().zip(layouts(&document, &lanes)) {
                let mut at = block.start;
                let mut before: Option<Vec<AnnotationId>> = None;
                for segment in layout.segments() {
                    prop_assert_eq!(segment.span.start(), at, "no gap");
                    at = segment.span.end();
                    let mut over: Vec<AnnotationId> = Vec::new();
                    for byte in segment.span.start().get()..segment.span.end().get() {
                        let here: Vec<_> = document.annotations.iter()
                            .filter(|a| a.fragments.contains(ByteOffset::new(byte)))
                            .map(|a| (a.id.clone(), a.fragments.index_at(ByteOffset::new(byte))))
                            .collect();
                        let ids: Vec<_> = here.iter().map(|(id, _)| id.clone()).collect();
                        prop_assert!(byte == segment.span.start().get() || ids == over, "the same throughout");
                        over = ids;
                    }
                    prop_assert_eq!(segment.count as usize, over.len());
                    let apart = before.as_ref() != Some(&over)
                        || segment.marks.iter().any(|mark| mark.starts) || over.is_empty();
                    prop_assert!(apart, "a cut has a reason");
                    prop_assert!(before.as_ref().is_none_or(|b| !(b.is_empty() && over.is_empty())), "plain pieces are one");
                    // What is drawn, worked out from the annotations one by one.
                    let mut expected: BTreeMap<(bool, u8), (bool, usize, Mark)> = BTreeMap::new();
                    for (rank, annotation) in document.annotations.iter().enumerate().filter(|(_, a)| over.contains(&a.id)) {
                        let (label, style) = drawn_as(&document.schema, annotation);
                        let lane = by_id[&annotation.id][0];
                        let index = annotation.fragments.index_at(segment.span.start()).expect("over it");
                        let fragment = annotation.fragments.spans()[index];
                        let mark = Mark {
                            label: label as u16, style, lane,
                            starts: fragment.start() == segment.span.start(),
                            ends: fragment.end() == segment.span.end(),
                        };
                        let slot = expected.entry((Layer::of(style) == Layer::Line, lane.number));
                        let new = (lane.overfull, rank, mark);
                        slot.and_modify(|old| if (new.0, new.1) < (old.0, old.1) { *old = new }).or_insert(new);
                    }
                    let expected: Vec<Mark> = expected.into_values().map(|(_, _, mark)| mark).collect();
                    prop_assert_eq!(&segment.marks, &expected);
                    prop_assert_eq!(segment.hidden(), over.len() - expected.len());
                    for annotation in document.annotations.iter() {
                        prop_assert_eq!(segment.is_within(&annotation.fragments), over.contains(&annotation.id));
                    }
                    before = Some(over);
                }
                prop_assert_eq!(at, block.end, "to the end");
            }
        }

        #[test]
        fn lanes_keep_overlapping_annotations_apart_in_every_block(places in places(LINES.len(), 24)) {
            let document = marked(LINES, &places);
            let by_id = lanes_by_id(&document, &Lanes::of(&document));
            let all: Vec<_> = document.annotations.iter().collect();
            let layer = |a: &Annotation| Layer::of(drawn_as(&document.schema, a).1);
            for a in &all {
                let lanes = &by_id[&a.id];
                prop_assert!(lanes.windows(2).all(|pair| pair[0] == pair[1]), "one lane in every block: {lanes:?}");
                let rivals: Vec<Lane> = all.iter()
                    .filter(|b| b.id != a.id && layer(a) == layer(b))
                    .filter(|b| a.fragments.spans().iter().any(|span| b.fragments.overlaps(*span)))
                    .map(|b| by_id[&b.id][0])
                    .collect();
                let own = lanes[0];
                if own.overfull {
                    for number in 0..LANES as u8 {
                        prop_assert!(rivals.contains(&Lane { number, overfull: false }), "lane {number} was free");
                    }
                } else {
                    prop_assert!(!rivals.contains(&own), "a lane of its own");
                }
            }
        }

        #[test]
        fn three_deep_within_a_line_is_never_overfull(spans in prop::collection::vec((0..18usize, 1..8usize), 0..12)) {
            let spans: Vec<_> = spans.into_iter().map(|(a, width)| (1, vec![(a, (a + width).min(18))])).collect();
            let document = marked(LINES, &spans);
            let deepest = layouts(&document, &Lanes::of(&document)).iter()
                .flat_map(|l| l.segments().map(|s| s.count).collect::<Vec<_>>()).max().unwrap_or(0);
            let overfull = lanes_by_id(&document, &Lanes::of(&document)).values().flatten().any(|lane| lane.overfull);
            prop_assert_eq!(overfull, deepest > 3);
        }

        #[test]
        fn lanes_after_a_change_are_those_worked_out_afresh(
            places in places(LINES.len(), 16),
            changes in prop::collection::vec((any::<prop::sample::Index>(), any::<bool>()), 1..8),
        ) {
            let full = marked(LINES, &places);
            let all: Vec<_> = full.annotations.iter().cloned().collect();
            let mut now = marked(LINES, &[]);
            let mut lanes = Lanes::of(&now);
            let mut last = layouts(&now, &lanes);
            for annotation in &all {
                let before = now.clone();
                now.annotations.insert(full.text(), Rc::clone(annotation));
                lanes = lanes.after(&before, &now);
            }
            prop_assert_eq!(&lanes, &Lanes::of(&now));
            for (index, relabel) in changes.into_iter().filter(|_| !all.is_empty()) {
                let before = now.clone();
                let id = &index.get(&all).id;
                let held = now.annotations.get(id).cloned();
                if let Some(held) = &held {
                    now.annotations.remove(full.text(), held);
                }
                let mut next = Annotation::clone(held.as_ref().unwrap_or(index.get(&all)));
                if relabel {
                    next.label = LabelName::new(if next.label.as_str() == "Claim" { "Source" } else { "Claim" });
                }
                if relabel || held.is_none() {
                    now.annotations.insert(full.text(), Rc::new(next));
                }
                let next = lanes.after(&before, &now);
                prop_assert_eq!(&next, &Lanes::of(&now));
                for (block, previous) in full.text().blocks().zip(&mut last) {
                    let (old, new) = (BlockInput::new(&before, &lanes, block.index), BlockInput::new(&now, &next, block.index));
                    let fresh = new.layout(None);
                    if old == new {
                        prop_assert_eq!(&fresh, &old.layout(None), "equal inputs look alike");
                    }
                    let again = new.layout(Some(previous));
                    prop_assert_eq!(&again, &fresh, "the previous layout changes nothing");
                    *previous = fresh;
                }
                lanes = next;
            }
        }
    }

    #[test]
    fn the_outermost_band_and_the_first_line_have_lane_0() {
        let check = |places: &[(usize, (usize, usize))], expected: &[u8]| {
            let places: Vec<_> = places.iter().map(|(label, span)| (*label, vec![*span])).collect();
            let document = marked(LINES, &places);
            let by_id = lanes_by_id(&document, &Lanes::of(&document));
            let numbers: Vec<u8> = by_id.values().map(|lanes| lanes[0].number).collect();
            assert_eq!(numbers, expected);
        };
        check(&[(0, (4, 7)), (0, (0, 18)), (0, (5, 6))], &[1, 0, 2]);
        check(&[(1, (0, 7)), (2, (4, 10)), (1, (8, 13)), (0, (0, 13))], &[0, 1, 0, 0]);
        // One that crosses a line break goes first, so a shorter one before it gives way.
        check(&[(1, (0, 10)), (1, (8, 22))], &[1, 0]);
    }

    #[test]
    fn only_the_touched_chunk_of_a_long_line_is_new() {
        let line = "word ".repeat(200_000);
        let mut now = document(&line);
        let lanes = Lanes::of(&now);
        let first = BlockInput::new(&now, &lanes, BlockIndex::default()).layout(None);
        let before = now.clone();
        let text = now.text().clone();
        now.annotations.insert(&text, annotation(1, "Claim", &[(500_000, 500_004)]));
        let lanes = lanes.after(&before, &now);
        let second = BlockInput::new(&now, &lanes, BlockIndex::default()).layout(Some(&first));
        let new: Vec<usize> =
            (0..first.chunks.len()).filter(|i| !Rc::ptr_eq(&first.chunks[*i], &second.chunks[*i])).collect();
        assert_eq!(new.len(), 1);
        assert!(first.chunks.len() > 400);
        assert_eq!(first, BlockLayout::plain(&text, BlockIndex::default()));
    }

    /// Time must grow with the annotations, not with their square, whatever heap they lie in.
    #[test]
    fn ten_thousand_annotations_in_one_block_take_moments() {
        let line = "word ".repeat(40_000);
        let len = line.len();
        let check = |what: &str, place: &dyn Fn(usize) -> (usize, usize)| {
            let places: Vec<_> = (0..10_000).map(|i| (i % 3, vec![place(i)])).collect();
            let document = marked(&line, &places);
            let started = Instant::now();
            let layout = BlockInput::new(&document, &Lanes::of(&document), BlockIndex::default()).layout(None);
            let took = started.elapsed();
            println!("{what}: {} segments in {took:?}", layout.segments().count());
            assert!(took.as_millis() < 1500, "{what}: {took:?}");
        };
        check("apart", &|i| (i * 20, i * 20 + 4));
        check("overlapping", &|i| (i * 20, i * 20 + 90));
        check("nested", &|i| (i, len - i));
        check("all alike", &|_| (0, len));
        check("a staircase", &|i| (i, len / 2 + i));
    }

    /// One annotation more must cost its block, not the document.
    #[test]
    fn one_more_annotation_leaves_all_other_inputs_equal() {
        let text = "word word word word\n".repeat(5_000);
        let places: Vec<_> = (0..10_000).map(|i| (i % 3, vec![(i * 10, i * 10 + 8)])).collect();
        let before = marked(&text, &places);
        let lanes = Lanes::of(&before);
        let mut after = before.clone();
        let indexed = after.text().clone();
        after.annotations.insert(&indexed, annotation(10_000, "Claim", &[(50_001, 50_006)]));
        let started = Instant::now();
        let next = lanes.after(&before, &after);
        println!("lanes after one more: {:?}", started.elapsed());
        let unequal = indexed.blocks().filter(|block| {
            BlockInput::new(&before, &lanes, block.index) != BlockInput::new(&after, &next, block.index)
        });
        assert_eq!(unequal.count(), 1);
    }
}
