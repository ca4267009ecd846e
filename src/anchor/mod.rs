//! Carrying annotations over to a changed text: [`carry`].
//!
//! Each annotation comes out as exact, moved, changed or lost. **Nothing is attached silently to other words**: exact
//! and moved are said only where the very same words stand, the sentence around them stayed for the most part, and no
//! other occurrence of them, in either text, fits as well. Everything else is shown to the person, as changed where the
//! place is sure, else as lost, with places to choose from.
//!
//! How: both texts become words (`tokens`); their difference, cleaned of what is alike by chance, and what moved give
//! each old word its new place (`alignment`); each fragment is judged by the words that stayed, by what is around them,
//! and by its rivals, the other occurrences of the same words (`judge`); what has no place gets candidates
//! (`candidates`).
//!
//! An insertion at the edge of an annotation does not grow it; words that replaced its first or last words do belong to
//! it, and it is then changed. An insertion inside it makes it changed.
//!
//! Invariant: a place in the new text lies on its character boundaries, cuts no word that the old place did not cut,
//! and the fragments of exact and moved annotations are as many as before, with the same words. Time grows with the
//! lengths of the texts and the number of annotations, whatever the texts are.
//!
//! Knows no history and no screen: what is made of an outcome is for others to say.

mod alignment;
mod candidates;
mod judge;
mod runs;
mod tokens;

use std::ops::Range;

use crate::model::{Annotation, AnnotationId, Fragments};
use crate::text::{Span, Text};

use candidates::Finder;
use judge::{Judge, Piece};

/// What became of all annotations, in the order in which they were given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Carried {
    /// Each annotation with its outcome.
    pub outcomes: Vec<(AnnotationId, Outcome)>,
}

/// What became of one annotation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The same words, at the place that the difference leads to.
    Exact(Fragments),
    /// The same words, at another place than the difference of what is around them says, as in a paragraph that moved.
    Moved(Fragments),
    /// The place is sure, the words are others.
    Changed {
        /// Where it stands now.
        fragments: Fragments,
        /// What is different, in text order; never empty.
        changes: Vec<Change>,
    },
    /// No place can be trusted.
    Lost {
        /// Where it may belong, the likeliest first; may be empty. At most [`MOST_CANDIDATES`].
        candidates: Vec<Candidate>,
    },
}

/// One difference inside an annotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// What went, in the old text.
    pub old: Option<Span>,
    /// What came, in the new text.
    pub new: Option<Span>,
}

/// A place where a lost annotation may belong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The place, in the new text.
    pub fragments: Fragments,
    /// Whether the very same words stand there.
    pub same_words: bool,
}

/// So many candidates are given at most.
pub const MOST_CANDIDATES: usize = 5;

impl Outcome {
    /// Where the annotation stands in the new text; none where it is lost.
    #[must_use]
    pub const fn fragments(&self) -> Option<&Fragments> {
        match self {
            Self::Exact(fragments) | Self::Moved(fragments) | Self::Changed { fragments, .. } => Some(fragments),
            Self::Lost { .. } => None,
        }
    }
}

impl Carried {
    /// How many are exact, moved, changed and lost.
    #[must_use]
    pub fn counts(&self) -> [usize; 4] {
        let mut counts = [0; 4];
        for (_, outcome) in &self.outcomes {
            let [exact, moved, changed, lost] = &mut counts;
            *match outcome {
                Outcome::Exact(_) => exact,
                Outcome::Moved(_) => moved,
                Outcome::Changed { .. } => changed,
                Outcome::Lost { .. } => lost,
            } += 1;
        }
        counts
    }
}

/// Carries annotations over from a text to a newer version of it. Annotations that do not lie within the old text are
/// lost.
#[must_use]
pub fn carry<'a>(old: &Text, annotations: impl IntoIterator<Item = &'a Annotation>, new: &Text) -> Carried {
    let annotations = annotations.into_iter();
    if old == new {
        let same = |annotation: &Annotation| {
            let inside = annotation.fragments.spans().iter().all(|span| old.slice(*span).is_some());
            if inside { Outcome::Exact(annotation.fragments.clone()) } else { Outcome::Lost { candidates: Vec::new() } }
        };
        return Carried { outcomes: annotations.map(|a| (a.id.clone(), same(a))).collect() };
    }
    let judge = Judge::new(old, new);
    let finder = Finder::new(&judge);
    let outcomes = annotations.map(|annotation| (annotation.id.clone(), outcome(annotation, &judge, &finder)));
    Carried { outcomes: outcomes.collect() }
}

/// Puts together what became of the fragments of one annotation: they hold together.
fn outcome<'a>(annotation: &Annotation, judge: &Judge<'a>, finder: &Finder<'a, '_>) -> Outcome {
    let spans = annotation.fragments.spans();
    let pieces: Vec<Piece> = spans.iter().map(|span| judge.piece(*span)).collect();
    whole(spans, &pieces, judge).unwrap_or_else(|| Outcome::Lost { candidates: finder.candidates(spans, &pieces) })
}

/// The outcome where the annotation has a place; none where it is lost.
fn whole(spans: &[Span], pieces: &[Piece], judge: &Judge<'_>) -> Option<Outcome> {
    let places: Vec<Span> = pieces.iter().filter_map(Piece::place).collect();
    let in_order = places.windows(2).all(|pair| matches!(pair, [a, b] if a.end() <= b.start()));
    if !in_order {
        return None;
    }
    let fragments = Fragments::merged(places.iter().copied())?;
    let apart = fragments.spans().len() == spans.len();
    let all_same =
        |moved: bool| pieces.iter().all(|piece| matches!(piece, Piece::Same { moved: m, .. } if *m == moved));
    if apart && all_same(false) {
        return Some(Outcome::Exact(fragments));
    }
    // What moved in several pieces must have moved as one.
    let shifts = || spans.iter().zip(&places).map(|(old, new)| new.start().get().wrapping_sub(old.start().get()));
    if apart && all_same(true) && shifts().all(|shift| Some(shift) == shifts().next()) {
        return Some(Outcome::Moved(fragments));
    }
    // Most of the words must have found a place.
    let (mut words, mut kept) = (0, 0);
    for (span, piece) in spans.iter().zip(pieces) {
        let own = judge.words(*span);
        words += own;
        kept += if piece.place().is_some() { own } else { 0 };
    }
    if kept * 2 < words || kept == 0 {
        return None;
    }
    let mut changes: Vec<Change> = Vec::new();
    for (span, piece) in spans.iter().zip(pieces) {
        match piece {
            Piece::Same { .. } => {}
            Piece::Changed { changes: own, .. } => changes.extend(own),
            Piece::Lost { .. } => changes.push(Change { old: Some(*span), new: None }),
        }
    }
    if changes.is_empty() {
        // The words are the same, but how the pieces stand to one another is not.
        changes.extend(spans.iter().zip(&places).map(|(old, new)| Change { old: Some(*old), new: Some(*new) }));
    }
    Some(Outcome::Changed { fragments, changes })
}

/// A range of bytes as a span.
fn span_of(bytes: &Range<usize>) -> Option<Span> {
    Span::from_bytes(bytes.start, bytes.end)
}

#[cfg(test)]
mod tests;
