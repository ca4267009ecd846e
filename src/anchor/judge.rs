//! [`Judge`]: what became of one fragment, and whether that can be trusted.
//!
//! Words alone prove nothing: news repeats its names and its phrases. A place is trusted where most of the sentence
//! around the words is still around them, and where every rival (another occurrence of the words, in the old or in the
//! new text) goes less far together with what is around it, to both sides.
//!
//! Invariant: who is not trusted is lost, never changed.

use std::ops::Range;

use super::alignment::Alignment;
use super::runs::{GRAM, Runs, Which};
use super::tokens::{Ids, Tokens};
use super::{Change, span_of};
use crate::text::{Span, Text};

/// How much of a sentence is looked at to either side of a fragment, in tokens.
const REACH: usize = 80;
/// Where the very same words stand, of 100 words of the old sentence so many must be in the new one.
const SENTENCE_KEPT: usize = 60;
/// And of 100 words of the new sentence so many must be from the old one.
const SENTENCE_OLD: usize = 55;
/// What is trusted runs on for at least so many words, its own and those around it.
const LEAST: usize = 4;
/// What moved runs to the edges of its sentence, or for so many words beyond the fragment.
const FAR: usize = 12;
/// By how many tokens a rival must be shorter.
const AHEAD: usize = 2;
/// A rival of so many tokens, or that goes on for so many, must be shorter to both sides: whole sentences are alike then, and an edit
/// that ends both to one side says nothing about which is which.
const SERIOUS: usize = 5;
/// Longer fragments are not looked at word by word.
const LONGEST: usize = 20_000;

/// What became of one fragment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// The same words.
    Same { place: Span, moved: bool },
    /// A sure place with other words.
    Changed { place: Span, changes: Vec<Change> },
    /// No sure place, but maybe a likely one.
    Lost { hint: Option<Span> },
}

impl Piece {
    /// The sure place.
    pub(super) const fn place(&self) -> Option<Span> {
        match self {
            Self::Same { place, .. } | Self::Changed { place, .. } => Some(*place),
            Self::Lost { .. } => None,
        }
    }

    /// The sure place, or the likely one.
    pub(super) fn likely(&self) -> Option<Span> {
        match self {
            Self::Lost { hint } => *hint,
            _ => self.place(),
        }
    }
}

/// Two texts with all that is known of how one became the other.
pub(super) struct Judge<'a> {
    pub(super) old: &'a Text,
    pub(super) new: &'a Text,
    pub(super) old_tokens: Tokens,
    pub(super) new_tokens: Tokens,
    pub(super) runs: Runs,
    pub(super) alignment: Alignment,
}

impl<'a> Judge<'a> {
    pub(super) fn new(old: &'a Text, new: &'a Text) -> Self {
        let mut ids = Ids::default();
        let old_tokens = Tokens::new(old, &mut ids);
        let new_tokens = Tokens::new(new, &mut ids);
        let runs = Runs::new(&old_tokens, &new_tokens);
        let alignment = Alignment::new(&old_tokens, &new_tokens, ids.len(), &runs);
        Self { old, new, old_tokens, new_tokens, runs, alignment }
    }

    /// How many words of the old text a span holds.
    pub(super) fn words(&self, span: Span) -> usize {
        self.old_tokens.words(&self.tokens_of(span))
    }

    /// The old tokens that a span holds, wholly or in part.
    pub(super) fn tokens_of(&self, span: Span) -> Range<usize> {
        self.old_tokens.over(&(span.start().get()..span.end().get()))
    }

    /// What became of a fragment.
    pub(super) fn piece(&self, span: Span) -> Piece {
        let own = self.tokens_of(span);
        if self.old.slice(span).is_none() || own.is_empty() {
            return Piece::Lost { hint: None };
        }
        if let Some(new) = self.alignment.in_a_row(&own) {
            return self.same(span, &own, new);
        }
        if own.len() > LONGEST {
            return Piece::Lost { hint: None };
        }
        let changed = self.changed(span, &own).or_else(|| self.respelt(&own));
        changed.unwrap_or_else(|| Piece::Lost { hint: self.hint(&own) })
    }

    /// All words stand in a row in the new text.
    fn same(&self, span: Span, own: &Range<usize>, new: usize) -> Piece {
        let place = new..new + own.len();
        let around = self.alignment.between(own);
        let moved = place.start < around.start || around.end < place.end;
        let exact = self.shifted(span, own, new);
        let Some(found) = exact.or_else(|| self.new_tokens.bytes(&place).and_then(|bytes| span_of(&bytes))) else {
            return Piece::Lost { hint: None };
        };
        let trusted = self.sentence_stayed(own, &place)
            && self.is_unrivalled(own, new)
            && self.goes_on(own, new)
            && (!moved || self.fills_its_sentence(own, new));
        match exact {
            _ if !trusted => Piece::Lost { hint: Some(found) },
            Some(place) => Piece::Same { place, moved },
            // Other blanks between the words.
            None => Piece::Changed { place: found, changes: vec![Change { old: Some(span), new: Some(found) }] },
        }
    }

    /// The place of a span whose tokens stand in the new text from a token on, if there are the very same bytes.
    pub(super) fn shifted(&self, span: Span, own: &Range<usize>, new: usize) -> Option<Span> {
        let (from, to) = (self.old_tokens.get(own.start)?.start, self.new_tokens.get(new)?.start);
        let start = (to + span.start().get()).checked_sub(from)?;
        let found = Span::from_bytes(start, start + span.byte_len())?;
        (self.new.slice(found)? == self.old.slice(span)?).then_some(found)
    }

    /// Whether the sentence around a fragment is for the most part still around it.
    fn sentence_stayed(&self, own: &Range<usize>, place: &Range<usize>) -> bool {
        let (kept, old, new) = self.sentence(own, place);
        kept * 100 >= old * SENTENCE_KEPT && kept * 100 >= new * SENTENCE_OLD && !self.is_torn(own, place)
    }

    /// Whether most of what stood beside a fragment in its sentence went into another sentence than the fragment: then
    /// the words stand in a new sentence that repeats them, and their own one was reworded.
    fn is_torn(&self, own: &Range<usize>, place: &Range<usize>) -> bool {
        let (old, new) = (self.old_tokens.sentences(own), self.new_tokens.sentences(place));
        let beside = (old.start.max(own.start.saturating_sub(REACH))..own.start)
            .chain(own.end..old.end.min(own.end + REACH))
            .filter(|old| self.is_word(*old));
        let (mut here, mut elsewhere) = (0, 0);
        for partner in beside.filter_map(|old| self.alignment.partner(old)) {
            *(if new.contains(&partner) { &mut here } else { &mut elsewhere }) += 1;
        }
        elsewhere >= LEAST && elsewhere > here
    }

    /// How many words of the old sentence are in the new one, how many the old one has, and the new one.
    fn sentence(&self, own: &Range<usize>, place: &Range<usize>) -> (usize, usize, usize) {
        let near = |tokens: &Tokens, range: &Range<usize>| {
            let sentence = tokens.sentences(range);
            sentence.start.max(range.start.saturating_sub(REACH))..sentence.end.min(range.end + REACH)
        };
        let (old, new) = (near(&self.old_tokens, own), near(&self.new_tokens, place));
        let inner = own.len().min(LONGEST);
        let is_kept = |i: &usize| {
            self.old_tokens.get(*i).is_some_and(super::tokens::Token::is_word)
                && self.alignment.partner(*i).is_some_and(|partner| {
                    // What changed sides is another sentence.
                    let stays = if *i < own.start { partner < place.start } else { partner >= place.start };
                    stays && (*i < own.end || partner >= place.end) && new.contains(&partner)
                })
        };
        // All of a fragment that stands in a row is kept; counting it would cost too much where it is long.
        let kept = if self.alignment.in_a_row(own).is_some() {
            let outside = (old.start..own.start).chain(own.end..old.end);
            outside.filter(is_kept).count() + self.old_tokens.words(own)
        } else {
            (old.start..own.start + inner).chain(own.end..old.end).filter(is_kept).count()
        };
        (kept, self.old_tokens.words(&old), self.new_tokens.words(&new))
    }

    /// Whether a fragment and what is around it are alike for some words.
    fn goes_on(&self, own: &Range<usize>, new: usize) -> bool {
        let before = self.runs.before(own.start, new);
        let after = self.runs.after(own.end, new + own.len());
        self.old_tokens.words(&(own.start.saturating_sub(before)..own.end + after)) >= LEAST
    }

    /// Whether what is alike reaches the edges of the sentence, or far.
    fn fills_its_sentence(&self, own: &Range<usize>, new: usize) -> bool {
        let start = own.start.saturating_sub(self.runs.before(own.start, new));
        let end = own.end + self.runs.after(own.end, new + own.len());
        let sentence = self.old_tokens.sentences(own);
        let words = |range: Range<usize>| self.old_tokens.words(&range);
        (start <= sentence.start || words(start..own.start) >= FAR)
            && (end >= sentence.end || words(own.end..end) >= FAR)
    }

    /// Whether no other occurrence of the words, in the old text or in the new one, goes as far together with what is
    /// around it.
    fn is_unrivalled(&self, own: &Range<usize>, new: usize) -> bool {
        let count = own.len();
        let before = self.runs.before(own.start, new);
        let after = self.runs.after(own.end, new + count);
        let beats = |old: usize, new: usize| {
            if !self.runs.alike(old, new, count) {
                return true;
            }
            let (b, a) = (self.runs.before(old, new), self.runs.after(old + count, new + count));
            let serious = b + a >= SERIOUS || count >= SERIOUS;
            before >= b && after >= a && before + after >= b + a + AHEAD && !(serious && (before == b || after == a))
        };
        let rivals_old = self.occurrences(Which::New, new, count, Which::Old);
        let rivals_new = self.occurrences(Which::Old, own.start, count, Which::New);
        let (Some(rivals_old), Some(rivals_new)) = (rivals_old, rivals_new) else { return false };
        rivals_old.into_iter().all(|old| old == own.start || beats(old, new))
            && rivals_new.into_iter().all(|other| other == new || beats(own.start, other))
    }

    /// Where the words at a place of one text may begin in the other: all places where they stand together with what is
    /// on one side of them. `None` where there are too many.
    fn occurrences(&self, of: Which, at: usize, count: usize, inside: Which) -> Option<Vec<usize>> {
        // A gram of them, if they are long enough, the rarest of some.
        if count >= GRAM {
            let last = count - GRAM;
            let offsets = (0..=last.min(2 * GRAM)).chain([last]);
            let found = offsets.filter_map(|offset| Some((self.runs.places(of, at + offset, inside)?, offset)));
            let (places, offset) = found.min_by_key(|(places, _)| places.len())?;
            return Some(places.iter().filter_map(|(_, place)| (*place as usize).checked_sub(offset)).collect());
        }
        // Else with what comes after them, and with what comes before.
        let mut all = Vec::new();
        all.extend(self.runs.places(of, at, inside)?.iter().map(|(_, place)| *place as usize));
        let earlier = GRAM - count;
        if let Some(start) = at.checked_sub(earlier) {
            all.extend(self.runs.places(of, start, inside)?.iter().map(|(_, place)| *place as usize + earlier));
        }
        Some(all)
    }

    /// Some words stayed, in order.
    fn changed(&self, span: Span, own: &Range<usize>) -> Option<Piece> {
        let words = self.old_tokens.words(own);
        let stayed = self.stayed(own)?;
        let kept = stayed.iter().filter(|(old, _)| self.is_word(*old)).count();
        let (first, last) = (*stayed.first()?, *stayed.last()?);
        if kept == 0 || kept * 2 < words {
            return None;
        }
        let place = self.with_replaced(own, first, last);
        if self.new_tokens.words(&place) * 2 > kept * 5 || self.crosses(own, &place) {
            return None;
        }
        let longest = longest_run(&stayed)?;
        if !self.sentence_stayed(own, &place) || !self.is_unrivalled(&longest.0, longest.1) {
            return None;
        }
        let mut bytes = self.new_tokens.bytes(&place)?;
        // A word that the fragment cut, and that stayed, is cut at the same letter.
        if first == (own.start, place.start) {
            let cut = span.start().get().saturating_sub(self.old_tokens.get(own.start)?.start);
            bytes.start = self.cut(bytes.start + cut).unwrap_or(bytes.start);
        }
        if last == (own.end - 1, place.end - 1) {
            let cut = self.old_tokens.get(own.end - 1)?.end.saturating_sub(span.end().get());
            bytes.end = bytes.end.checked_sub(cut).and_then(|at| self.cut(at)).unwrap_or(bytes.end);
        }
        let changes = self.changes(own, &place, &stayed);
        Some(Piece::Changed { place: span_of(&bytes)?, changes })
    }

    fn is_word(&self, old: usize) -> bool {
        self.old_tokens.get(old).is_some_and(super::tokens::Token::is_word)
    }

    /// An offset into the new text, if it lies between two characters.
    fn cut(&self, at: usize) -> Option<usize> {
        self.new.as_str().is_char_boundary(at).then_some(at)
    }

    /// Whether a place holds a line break that the fragment did not hold.
    fn crosses(&self, own: &Range<usize>, place: &Range<usize>) -> bool {
        self.new_tokens.breaks(place) && !self.old_tokens.breaks(own)
    }

    /// The tokens of a fragment that stayed, with their partners, in order in both texts: those of the difference or
    /// those that moved, whichever are more.
    fn stayed(&self, own: &Range<usize>) -> Option<Vec<(usize, usize)>> {
        let pairs = |of: &dyn Fn(usize) -> Option<usize>| -> Vec<(usize, usize)> {
            own.clone().filter_map(|old| Some((old, of(old)?))).collect()
        };
        let main = pairs(&|old| self.alignment.by_difference(old));
        let moved = pairs(&|old| self.alignment.by_move(old));
        let more = if moved.len() > main.len() { moved } else { main };
        let in_order = more.windows(2).all(|pair| matches!(pair, [(_, a), (_, b)] if a < b));
        (in_order && !more.is_empty()).then_some(more)
    }

    /// The place from the first to the last token that stayed, and with what came for the first or last words of the
    /// fragment, where these alone were replaced.
    fn with_replaced(&self, own: &Range<usize>, first: (usize, usize), last: (usize, usize)) -> Range<usize> {
        let mut place = first.1..last.1 + 1;
        let fits = |came: usize, went: usize| came > 0 && came <= 2 * went + 2;
        let from = match own.start.checked_sub(1) {
            None => Some(0),
            Some(before) => self.alignment.by_difference(before).map(|partner| partner + 1),
        };
        if let Some(from) = from
            && from <= place.start
            && fits(place.start - from, first.0 - own.start)
            && first.0 > own.start
            && !self.new_tokens.breaks(&(from..place.start))
        {
            place.start = from;
        }
        let to = if own.end == self.old_tokens.len() {
            Some(self.new_tokens.len())
        } else {
            self.alignment.by_difference(own.end)
        };
        if let Some(to) = to
            && place.end <= to
            && fits(to - place.end, own.end - 1 - last.0)
            && last.0 + 1 < own.end
            && !self.new_tokens.breaks(&(place.end..to))
        {
            place.end = to;
        }
        place
    }

    /// What is different between a fragment and its place.
    fn changes(&self, own: &Range<usize>, place: &Range<usize>, stayed: &[(usize, usize)]) -> Vec<Change> {
        let (mut old, mut new) = (own.start, place.start);
        let mut changes = Vec::new();
        for (next_old, next_new) in stayed.iter().copied().chain([(own.end, place.end)]) {
            if next_old > old || next_new > new {
                let span = |tokens: &Tokens, range: Range<usize>| tokens.bytes(&range).and_then(|b| span_of(&b));
                let (went, came) = (span(&self.old_tokens, old..next_old), span(&self.new_tokens, new..next_new));
                changes.push(Change { old: went, new: came });
            }
            (old, new) = (next_old + 1, next_new + 1);
        }
        changes
    }

    /// A fragment that was replaced, it alone, by something spelt alike.
    fn respelt(&self, own: &Range<usize>) -> Option<Piece> {
        let place = self.replacement(own)?;
        let (old, new) = (self.old_tokens.bytes(own)?, self.new_tokens.bytes(&place)?);
        let spelt = |text: &'a Text, bytes: &Range<usize>| text.as_str().get(bytes.clone()).unwrap_or("");
        let (kept, all, now) = self.sentence(own, &place);
        let (others, now) = (all - self.old_tokens.words(own), now - self.new_tokens.words(&place));
        let stayed = kept >= LEAST && kept * 100 >= others * SENTENCE_KEPT && kept * 100 >= now * SENTENCE_OLD;
        // Words that are there no more have no rivals; their neighbours have.
        let before = own.start.checked_sub(1)?;
        let neighbours = [before..before + 1, own.end..own.end + 1]
            .into_iter()
            .all(|next| self.alignment.by_difference(next.start).is_some_and(|new| self.is_unrivalled(&next, new)));
        if !stayed || !neighbours || !alike(spelt(self.old, &old), spelt(self.new, &new)) {
            return None;
        }
        let (old, new) = (span_of(&old)?, span_of(&new)?);
        Some(Piece::Changed { place: new, changes: vec![Change { old: Some(old), new: Some(new) }] })
    }

    /// What came for a fragment, where it alone was replaced and its neighbours stayed.
    fn replacement(&self, own: &Range<usize>) -> Option<Range<usize>> {
        let stays = |old: usize| self.alignment.by_difference(old).is_some();
        let place = self.alignment.between(own);
        let neighbours = own.start.checked_sub(1).is_some_and(stays) && stays(own.end);
        let fits = !place.is_empty() && place.len() <= 2 * own.len() + 2 && !self.crosses(own, &place);
        (neighbours && fits && own.clone().all(|old| !stays(old))).then_some(place)
    }

    /// A likely place for what is lost: where some of it stayed, or what came for it.
    fn hint(&self, own: &Range<usize>) -> Option<Span> {
        let stayed = self.stayed(own).unwrap_or_default();
        let place = match (stayed.first(), stayed.last()) {
            (Some(first), Some(last)) => self.with_replaced(own, *first, *last),
            _ => self.alignment.between(own),
        };
        if place.len() > 3 * own.len() + 8 || self.crosses(own, &place) {
            return None;
        }
        span_of(&self.new_tokens.bytes(&place)?)
    }
}

/// The longest run of tokens that stand in a row in both texts: where in the old one, and where it begins in the new one.
fn longest_run(stayed: &[(usize, usize)]) -> Option<(Range<usize>, usize)> {
    let mut longest: Option<(Range<usize>, usize)> = None;
    let mut run: Option<(Range<usize>, usize)> = None;
    for (old, new) in stayed.iter().copied() {
        run = match run {
            Some((range, start)) if range.end == old && start + range.len() == new => {
                Some((range.start..old + 1, start))
            }
            _ => Some((old..old + 1, new)),
        };
        let length = |run: &Option<(Range<usize>, usize)>| run.as_ref().map_or(0, |(range, _)| range.len());
        if length(&run) > length(&longest) {
            longest.clone_from(&run);
        }
    }
    longest
}

/// Whether two strings share most of their pairs of letters.
fn alike(a: &str, b: &str) -> bool {
    /// Longer ones are not compared.
    const LONGEST_SPELLING: usize = 200;
    let pairs = |string: &str| {
        let letters: Vec<char> = string.chars().flat_map(char::to_lowercase).take(LONGEST_SPELLING).collect();
        let mut pairs: Vec<(char, char)> = letters.iter().copied().zip(letters.iter().copied().skip(1)).collect();
        pairs.sort_unstable();
        pairs
    };
    if a.len().max(b.len()) > LONGEST_SPELLING {
        return false;
    }
    let (a, mut b) = (pairs(a), pairs(b));
    let all = a.len() + b.len();
    let mut shared = 0;
    for pair in a {
        if let Ok(at) = b.binary_search(&pair) {
            b.remove(at);
            shared += 2;
        }
    }
    shared * 100 >= all * 55 && all > 0
}
