//! [`Finder`]: places to choose from for an annotation that is lost.
//!
//! First where the difference leads to, then where the very same words stand, the ones with the likest surroundings
//! first (the 32 characters before and after weigh ten times what the place weighs), then the likest words near the
//! place. Nothing here is ever attached: a person chooses.
//!
//! Invariant: for each annotation a bounded number of places near the likely one is looked at.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::ops::Range;

use super::judge::{Judge, Piece};
use super::{Candidate, MOST_CANDIDATES, span_of};
use crate::model::Fragments;
use crate::text::{ByteOffset, Span};

/// So many characters before and after are compared.
const AROUND: usize = 32;
/// So many occurrences are looked at, those nearest to the likely place.
const MOST_OCCURRENCES: usize = 64;
/// How far from the likely place like words are looked for, in tokens to either side.
const REACH: usize = 200;
/// Shorter and longer fragments are not looked for by likeness, in tokens.
const BY_LIKENESS: Range<usize> = 3..80;

/// Finds candidates; knows where each word stands in the new text, once somebody asked.
pub(super) struct Finder<'a, 'b> {
    judge: &'b Judge<'a>,
    places: OnceCell<HashMap<u32, Vec<usize>>>,
}

impl<'a, 'b> Finder<'a, 'b> {
    pub(super) const fn new(judge: &'b Judge<'a>) -> Self {
        Self { judge, places: OnceCell::new() }
    }

    /// Candidates for an annotation, the likeliest first.
    pub(super) fn candidates(&self, spans: &[Span], pieces: &[Piece]) -> Vec<Candidate> {
        let mut places: Vec<Fragments> = Vec::new();
        places.extend(together(pieces.iter().filter_map(Piece::likely)));
        if let Some((first, others)) = spans.split_first() {
            let by_words = self.occurrences(*first).into_iter().filter_map(|place| self.with_others(place, others));
            places.extend(by_words.take(MOST_CANDIDATES));
            if others.is_empty() {
                places.extend(self.likest(*first).map(Fragments::one));
            }
        }
        let mut found: Vec<Candidate> = Vec::new();
        for fragments in places {
            if found.iter().all(|candidate| candidate.fragments != fragments) {
                found.push(Candidate { same_words: self.has_same_words(spans, &fragments), fragments });
            }
        }
        // The same words before others, else in the order in which they were found.
        found.sort_by_key(|candidate| !candidate.same_words);
        found.truncate(MOST_CANDIDATES);
        found
    }

    fn has_same_words(&self, spans: &[Span], fragments: &Fragments) -> bool {
        let new = fragments.spans();
        let same = |(old, new): (&Span, &Span)| self.judge.old.slice(*old) == self.judge.new.slice(*new);
        new.len() == spans.len() && spans.iter().zip(new).all(same)
    }

    fn places(&self) -> &HashMap<u32, Vec<usize>> {
        let tokens = &self.judge.new_tokens;
        self.places.get_or_init(|| {
            let mut places: HashMap<u32, Vec<usize>> = HashMap::new();
            for (at, id) in tokens.ids().iter().enumerate() {
                places.entry(*id).or_default().push(at);
            }
            places
        })
    }

    /// Where the words of a fragment stand in the new text, best first.
    fn occurrences(&self, span: Span) -> Vec<Span> {
        let judge = self.judge;
        let own = judge.tokens_of(span);
        let likely = judge.alignment.between(&own).start;
        let places = self.places();
        let count_of = |old: &usize| judge.old_tokens.id(*old).and_then(|id| places.get(&id)).map_or(0, Vec::len);
        // The rarest of its words leads to all of them; of a long fragment some are enough to ask.
        let Some(rarest) = own.clone().take(AROUND).min_by_key(count_of) else { return Vec::new() };
        let empty = Vec::new();
        let all = judge.old_tokens.id(rarest).and_then(|id| places.get(&id)).unwrap_or(&empty);
        let offset = rarest - own.start;
        let middle = all.partition_point(|at| *at < likely + offset);
        let near = middle.saturating_sub(MOST_OCCURRENCES / 2)..(middle + MOST_OCCURRENCES / 2).min(all.len());
        let starts = all.get(near).unwrap_or(&[]).iter().filter_map(|at| at.checked_sub(offset));
        let alike = starts.filter(|new| judge.runs.alike(own.start, *new, own.len()));
        let found = alike.filter_map(|new| Some((judge.shifted(span, &own, new)?, new.abs_diff(likely))));
        let mut scored: Vec<(usize, usize, Span)> =
            found.map(|(place, distance)| (self.surroundings(span, place), distance, place)).collect();
        scored.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        scored.into_iter().map(|(_, _, place)| place).collect()
    }

    /// How many characters before and after two places are alike, up to [`AROUND`] each.
    fn surroundings(&self, old: Span, new: Span) -> usize {
        let (a, b) = (self.judge.old, self.judge.new);
        let before = |text: &'a crate::text::Text, span: Span| text.between(ByteOffset::ZERO, span.start());
        let after = |text: &'a crate::text::Text, span: Span| text.between(span.end(), text.end());
        let alike =
            |pairs: &mut dyn Iterator<Item = (char, char)>| pairs.take(AROUND).take_while(|(a, b)| a == b).count();
        alike(&mut before(a, old).chars().rev().zip(before(b, new).chars().rev()))
            + alike(&mut after(a, old).chars().zip(after(b, new).chars()))
    }

    /// A place for the first fragment together with places for the others after it, each the next that has the words.
    fn with_others(&self, first: Span, others: &[Span]) -> Option<Fragments> {
        let mut all = vec![first];
        for other in others {
            let end = all.last()?.end();
            let mut after: Vec<Span> =
                self.occurrences(*other).into_iter().filter(|span| span.start() >= end).collect();
            after.sort_by_key(|span| span.start());
            all.push(*after.first()?);
        }
        Fragments::merged(all)
    }

    /// The stretch near the likely place that shares most words with a fragment, if it shares half of them.
    fn likest(&self, span: Span) -> Option<Span> {
        let judge = self.judge;
        let own = judge.tokens_of(span);
        if !BY_LIKENESS.contains(&own.len()) {
            return None;
        }
        let near = judge.alignment.between(&own);
        let start = near.start.saturating_sub(REACH);
        let end = (near.start + REACH).min(judge.new_tokens.len());
        let is_word = |at: usize| judge.new_tokens.get(at).is_some_and(super::tokens::Token::is_word);
        let mut wanted: HashMap<u32, isize> = HashMap::new();
        let mut words = 0;
        for old in own.clone() {
            if judge.old_tokens.get(old).is_some_and(super::tokens::Token::is_word) {
                *wanted.entry(judge.old_tokens.id(old)?).or_default() += 1;
                words += 1;
            }
        }
        // A window of its length slides over what is near: words that come in and go out change what is shared.
        let (mut shared, mut best): (isize, Option<(isize, usize)>) = (0, None);
        for at in start..end {
            if let (true, Some(left)) = (is_word(at), judge.new_tokens.id(at).and_then(|id| wanted.get_mut(&id))) {
                shared += isize::from(*left > 0);
                *left -= 1;
            }
            if let Some(gone) = at.checked_sub(own.len()).filter(|gone| *gone >= start)
                && let (true, Some(left)) =
                    (is_word(gone), judge.new_tokens.id(gone).and_then(|id| wanted.get_mut(&id)))
            {
                *left += 1;
                shared -= isize::from(*left > 0);
            }
            if best.is_none_or(|(most, _)| shared > most) {
                best = Some((shared, at + 1));
            }
        }
        let (shared, end) = best?;
        if words == 0 || shared * 2 < words {
            return None;
        }
        let ids: Vec<u32> = own.filter_map(|old| judge.old_tokens.id(old)).collect();
        let is_own = |at: &usize| is_word(*at) && judge.new_tokens.id(*at).is_some_and(|id| ids.contains(&id));
        let window = end.saturating_sub(ids.len()).max(start)..end;
        let (first, last) = (window.clone().find(is_own)?, window.rev().find(is_own)?);
        let place = first..last + 1;
        let crossed = judge.new_tokens.breaks(&place);
        span_of(&judge.new_tokens.bytes(&place)?).filter(|_| !crossed)
    }
}

/// Spans as fragments, if they are in order and apart.
fn together(spans: impl Iterator<Item = Span>) -> Option<Fragments> {
    let spans: Vec<Span> = spans.collect();
    let in_order = spans.windows(2).all(|pair| matches!(pair, [a, b] if a.end() <= b.start()));
    if in_order { Fragments::merged(spans) } else { None }
}
