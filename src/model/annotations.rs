//! The store: all annotations of one document, found by place.
//!
//! Invariant: each annotation stands once in the bucket of the block it begins in, buckets are
//! sorted by [`text_order`], and `reaching` of a block lists exactly the annotations that begin
//! in an earlier block and have a fragment in this one. A change copies one pointer for each
//! block, one for each annotation, and the touched buckets, never the annotations. Knows nothing about undo.

use std::cmp::{Ordering, Reverse};
use std::rc::Rc;

use super::{Annotation, AnnotationId, LabelName, Table, sort_by};
use crate::text::{BlockIndex, ByteOffset, Span, Text};

#[derive(Clone, Debug, Default)]
struct Bucket {
    starting: Vec<Rc<Annotation>>,
    reaching: Vec<Rc<Annotation>>,
}

/// All annotations of a document. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Annotations {
    buckets: Rc<Vec<Rc<Bucket>>>,
    counts: Rc<Table<LabelName, usize>>,
    /// All of them in the order of their ids.
    by_id: Rc<Vec<Rc<Annotation>>>,
}

/// What stands in one block of a document. Two handles are equal where they hold the very same
/// list in memory, so that a view can tell for nothing that a block did not change.
#[derive(Clone, Debug)]
pub struct BlockAnnotations(Rc<Bucket>);

impl BlockAnnotations {
    /// All annotations with a fragment in the block, in text order.
    pub fn iter(&self) -> impl Iterator<Item = &Rc<Annotation>> {
        self.0.reaching.iter().chain(&self.0.starting)
    }
}

impl PartialEq for BlockAnnotations {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// The order of annotations everywhere: by start, then longest first, then by id.
#[must_use]
pub fn text_order(a: &Annotation, b: &Annotation) -> Ordering {
    let key = |annotation: &Annotation| {
        let envelope = annotation.fragments.envelope();
        (envelope.start(), Reverse(envelope.end()))
    };
    key(a).cmp(&key(b)).then_with(|| a.id.cmp(&b.id))
}

impl Annotations {
    /// An empty store for a text.
    #[must_use]
    pub fn empty(text: &Text) -> Self {
        Self { buckets: Rc::new(vec![Rc::default(); text.block_count()]), counts: Rc::default(), by_id: Rc::default() }
    }

    /// A store with many annotations at once.
    #[must_use]
    pub fn from_vec(text: &Text, mut all: Vec<Rc<Annotation>>) -> Self {
        sort_by(&mut all, |a, b| text_order(a, b));
        let mut buckets: Vec<Bucket> = vec![Bucket::default(); text.block_count()];
        let mut counts: Table<LabelName, usize> = Table::default();
        let mut by_id = all.clone();
        sort_by(&mut by_id, |a, b| a.id.cmp(&b.id));
        for annotation in all {
            count_one(&mut counts, &annotation.label);
            for block in Self::reached(text, &annotation) {
                if let Some(bucket) = buckets.get_mut(block) {
                    bucket.reaching.push(Rc::clone(&annotation));
                }
            }
            if let Some(bucket) = buckets.get_mut(Self::home(text, &annotation)) {
                bucket.starting.push(annotation);
            }
        }
        let buckets = Rc::new(buckets.into_iter().map(Rc::new).collect());
        Self { buckets, counts: Rc::new(counts), by_id: Rc::new(by_id) }
    }

    /// How many annotations there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// How many annotations carry each label; labels without any are absent.
    #[must_use]
    pub fn counts(&self) -> &Table<LabelName, usize> {
        &self.counts
    }

    /// How many annotations carry one label.
    #[must_use]
    pub fn count(&self, label: &LabelName) -> usize {
        self.counts.get(label).copied().unwrap_or(0)
    }

    /// All annotations in text order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Rc<Annotation>> {
        self.buckets.iter().flat_map(|bucket| bucket.starting.iter())
    }

    /// The annotation of that id.
    #[must_use]
    pub fn get(&self, id: &AnnotationId) -> Option<&Rc<Annotation>> {
        self.find(id).ok().and_then(|at| self.by_id.get(at))
    }

    fn find(&self, id: &AnnotationId) -> Result<usize, usize> {
        self.by_id.binary_search_by(|held| held.id.cmp(id))
    }

    /// All annotations with a fragment in a block, in text order.
    pub fn in_block(&self, block: BlockIndex) -> impl Iterator<Item = &Rc<Annotation>> {
        let bucket = self.buckets.get(block.get());
        bucket.into_iter().flat_map(|bucket| bucket.reaching.iter().chain(&bucket.starting))
    }

    /// Whether two stores are the very same in memory. Costs nothing.
    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.buckets, &other.buckets)
    }

    /// Whether two stores hold the very same annotations in a block. Costs nothing.
    #[must_use]
    pub fn same_block(&self, other: &Self, block: BlockIndex) -> bool {
        match (self.buckets.get(block.get()), other.buckets.get(block.get())) {
            (Some(a), Some(b)) => Rc::ptr_eq(a, b),
            (a, b) => a.is_none() && b.is_none(),
        }
    }

    /// A handle on what stands in a block: small to hold, and compared without looking inside.
    #[must_use]
    pub fn block(&self, block: BlockIndex) -> BlockAnnotations {
        BlockAnnotations(self.buckets.get(block.get()).cloned().unwrap_or_default())
    }

    /// The annotations over the character that begins at an offset, innermost (shortest) first.
    #[must_use]
    pub fn at(&self, text: &Text, at: ByteOffset) -> Vec<Rc<Annotation>> {
        let block = text.block_at(at);
        let mut found: Vec<Rc<Annotation>> =
            self.in_block(block).filter(|a| a.fragments.contains(at)).cloned().collect();
        // Of two that are alike, the later one in text order counts as the inner one.
        found.reverse();
        let length = |annotation: &Annotation| annotation.fragments.spans().iter().map(|s| s.byte_len()).sum::<usize>();
        sort_by(&mut found, |a, b| length(a).cmp(&length(b)));
        found
    }

    /// An annotation with this label at this very place, if there is one.
    #[must_use]
    pub fn twin_of(&self, text: &Text, annotation: &Annotation) -> Option<&Rc<Annotation>> {
        let bucket = self.buckets.get(Self::home(text, annotation))?;
        bucket.starting.iter().find(|other| other.id != annotation.id && other.is_twin_of(annotation))
    }

    /// The annotations that overlap a span, in text order.
    pub fn overlapping<'a>(&'a self, text: &Text, span: Span) -> impl Iterator<Item = &'a Rc<Annotation>> {
        let blocks = text.blocks_of(span);
        let first = blocks.start;
        blocks.flat_map(move |block| {
            let bucket = self.buckets.get(block);
            bucket.into_iter().flat_map(move |bucket| {
                let reaching = if block == first { bucket.reaching.as_slice() } else { &[] };
                reaching.iter().chain(&bucket.starting).filter(move |a| a.fragments.overlaps(span))
            })
        })
    }

    /// Puts an annotation in. The caller has seen to it that its id is not there yet.
    pub(crate) fn insert(&mut self, text: &Text, annotation: Rc<Annotation>) {
        for block in Self::reached(text, &annotation) {
            self.edit(block, |bucket| place(&mut bucket.reaching, Rc::clone(&annotation)));
        }
        count_one(Rc::make_mut(&mut self.counts), &annotation.label);
        let (Ok(at) | Err(at)) = self.find(&annotation.id);
        Rc::make_mut(&mut self.by_id).insert(at, Rc::clone(&annotation));
        self.edit(Self::home(text, &annotation), |bucket| place(&mut bucket.starting, annotation));
    }

    /// Takes an annotation out; `false` where no annotation equal to it is there.
    pub(crate) fn remove(&mut self, text: &Text, annotation: &Annotation) -> bool {
        let home = Self::home(text, annotation);
        if self.get(&annotation.id).is_none_or(|held| **held != *annotation) {
            return false;
        }
        self.edit(home, |bucket| bucket.starting.retain(|a| a.id != annotation.id));
        for block in Self::reached(text, annotation) {
            self.edit(block, |bucket| bucket.reaching.retain(|a| a.id != annotation.id));
        }
        let counts = Rc::make_mut(&mut self.counts);
        if let Some(count) = counts.get_mut(&annotation.label) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&annotation.label);
            }
        }
        if let Ok(at) = self.find(&annotation.id) {
            Rc::make_mut(&mut self.by_id).remove(at);
        }
        true
    }

    fn edit(&mut self, block: usize, change: impl FnOnce(&mut Bucket)) {
        if let Some(bucket) = Rc::make_mut(&mut self.buckets).get_mut(block) {
            change(Rc::make_mut(bucket));
        }
    }

    fn home(text: &Text, annotation: &Annotation) -> usize {
        text.block_at(annotation.fragments.envelope().start()).get()
    }

    /// The blocks after its own in which an annotation has a fragment.
    fn reached(text: &Text, annotation: &Annotation) -> Vec<usize> {
        let home = Self::home(text, annotation);
        let mut blocks: Vec<usize> = Vec::new();
        for span in annotation.fragments.spans() {
            for block in text.blocks_of(*span) {
                if block > home && blocks.last() != Some(&block) {
                    blocks.push(block);
                }
            }
        }
        blocks
    }
}

impl PartialEq for Annotations {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().eq(other.iter())
    }
}

fn count_one(counts: &mut Table<LabelName, usize>, label: &LabelName) {
    match counts.get_mut(label) {
        Some(count) => *count += 1,
        None => counts.insert(label.clone(), 1),
    }
}

fn place(sorted: &mut Vec<Rc<Annotation>>, annotation: Rc<Annotation>) {
    let at = sorted.partition_point(|other| text_order(other, &annotation) == Ordering::Less);
    sorted.insert(at, annotation);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Fragments;
    use proptest::prelude::*;

    const TEXT: &str = "one two\nthree\n\nfour five six\nseven";

    fn annotation(id: usize, spans: &[(usize, usize)]) -> Rc<Annotation> {
        let spans = spans.iter().filter_map(|(a, b)| Span::from_bytes(*a.min(b), *a.max(b)));
        let fragments = Fragments::merged(spans).expect("a span");
        Rc::new(Annotation::new(AnnotationId::new(id.to_string()), LabelName::new("Claim"), fragments))
    }

    proptest! {
        #[test]
        fn each_block_lists_exactly_what_has_a_fragment_in_it(
            places in prop::collection::vec(
                prop::collection::vec((0..TEXT.len(), 0..TEXT.len()).prop_filter("empty", |(a, b)| a != b), 1..3), 0..12),
            gone in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
        ) {
            let text = Text::new(TEXT);
            let mut all: Vec<_> = places.iter().enumerate().map(|(i, spans)| annotation(i, spans)).collect();
            let mut store = Annotations::empty(&text);
            for annotation in &all {
                store.insert(&text, Rc::clone(annotation));
            }
            for index in gone {
                if !all.is_empty() {
                    let annotation = all.remove(index.index(all.len()));
                    prop_assert!(store.remove(&text, &annotation));
                    prop_assert!(!store.remove(&text, &annotation), "gone is gone");
                }
            }
            all.sort_by(|a, b| text_order(a, b));
            prop_assert_eq!(&store, &Annotations::from_vec(&text, all.clone()));
            prop_assert_eq!(store.iter().cloned().collect::<Vec<_>>(), all.clone());
            for block in text.blocks() {
                let expected: Vec<_> =
                    all.iter().filter(|a| block.span().is_some_and(|span| {
                        // The line feed that ends a block belongs to it.
                        let span = Span::from_bytes(span.start().get(), (span.end().get() + 1).min(TEXT.len())).expect("a span");
                        a.fragments.overlaps(span)
                    }) || (block.span().is_none() && a.fragments.contains(block.start))).cloned().collect();
                let mut found: Vec<_> = store.in_block(block.index).cloned().collect();
                found.sort_by(|a, b| text_order(a, b));
                prop_assert_eq!(found, expected, "block {}", block.index.get());
            }
        }
    }
}
