//! [`Alignment`]: which token of the new text each token of the old one has become.
//!
//! First the difference of the two texts, word by word. What it holds to be unchanged between two larger changes by
//! chance, such as "the" and "of" in a sentence that was rewritten, is taken out again. Then what went from one place
//! and came at another: runs of words around a gram that stands once in each text, and that the difference left over.
//!
//! Invariant: no two tokens have the same partner, partners are alike, and those of the difference are in order.

use std::ops::Range;

use imara_diff::{Algorithm, Diff, Token};

use super::runs::{GRAM, Runs, Which};
use super::tokens::Tokens;

/// A run of so many words is never taken for chance.
const SURE: usize = 8;
/// What moved has at least so many words.
const SHORTEST_MOVE: usize = 5;
/// A longer text is compared in stretches of about so many tokens.
const STRETCH: usize = 8_000;
/// Stretches whose lengths multiply to more are not compared.
const LARGEST: usize = 16_000 * 16_000;

/// From old tokens to new ones.
pub(super) struct Alignment {
    /// By the difference.
    main: Vec<Option<u32>>,
    /// By what moved.
    moved: Vec<Option<u32>>,
    /// For each old token how many from it on have partners in a row.
    in_a_row: Vec<u32>,
    /// For each old token the end of the last partner before it, and for the end of the text.
    before: Vec<u32>,
    /// For each old token the first partner from it on, and for the end of the text the end of the new one.
    after: Vec<u32>,
}

/// Tokens in a row that are alike.
#[derive(Clone, Copy, Debug)]
struct Run {
    old: usize,
    new: usize,
    count: usize,
}

impl Alignment {
    pub(super) fn new(old: &Tokens, new: &Tokens, kinds: usize, runs: &Runs) -> Self {
        let kept = without_chance(&difference(old, new, kinds, runs), old, new);
        let mut main = vec![None; old.len()];
        let mut taken = vec![false; new.len()];
        for run in &kept {
            put(&mut main, &mut taken, run);
        }
        let moved = moves(old, new, runs, &main, &mut taken);
        let mut before = Vec::with_capacity(old.len() + 1);
        let mut last = 0;
        for partner in &main {
            before.push(last);
            last = partner.map_or(last, |partner| partner + 1);
        }
        before.push(last);
        let mut after = vec![u32::try_from(new.len()).unwrap_or(u32::MAX)];
        for partner in main.iter().rev() {
            let next = partner.or_else(|| after.last().copied()).unwrap_or(0);
            after.push(next);
        }
        after.reverse();
        let mut alignment = Self { main, moved, in_a_row: vec![0; old.len() + 1], before, after };
        for i in (0..old.len()).rev() {
            let partner = alignment.partner(i);
            let goes_on = partner.is_some() && alignment.partner(i + 1) == partner.map(|partner| partner + 1);
            let rest = alignment.in_a_row.get(i + 1).copied().unwrap_or(0);
            if let (Some(_), Some(count)) = (partner, alignment.in_a_row.get_mut(i)) {
                *count = if goes_on { rest + 1 } else { 1 };
            }
        }
        alignment
    }

    /// What an old token has become, where it stood or elsewhere.
    pub(super) fn partner(&self, old: usize) -> Option<usize> {
        self.by_difference(old).or_else(|| self.by_move(old))
    }

    /// Where old tokens begin in the new text, if all of them stand there in a row.
    pub(super) fn in_a_row(&self, old: &Range<usize>) -> Option<usize> {
        let count = self.in_a_row.get(old.start).copied().unwrap_or(0) as usize;
        self.partner(old.start).filter(|_| count >= old.len())
    }

    /// What an old token has become by the difference alone.
    pub(super) fn by_difference(&self, old: usize) -> Option<usize> {
        self.main.get(old).copied().flatten().map(|partner| partner as usize)
    }

    /// What an old token has become elsewhere.
    pub(super) fn by_move(&self, old: usize) -> Option<usize> {
        self.moved.get(old).copied().flatten().map(|partner| partner as usize)
    }

    /// The stretch of new tokens that the difference leads old tokens to: between the partners around them.
    pub(super) fn between(&self, old: &Range<usize>) -> Range<usize> {
        let start = self.before.get(old.start).map_or(0, |at| *at as usize);
        let end = self.after.get(old.end).map_or(start, |at| *at as usize);
        start..end.max(start)
    }
}

fn put(partners: &mut [Option<u32>], taken: &mut [bool], run: &Run) {
    for step in 0..run.count {
        if let (Some(partner), Some(taken)) = (partners.get_mut(run.old + step), taken.get_mut(run.new + step)) {
            *partner = u32::try_from(run.new + step).ok();
            *taken = true;
        }
    }
}

/// What the difference leaves unchanged, as runs in order. A long text is cut first where grams stand that occur once in
/// each, since the library's time may grow with the square of the length.
fn difference(old: &Tokens, new: &Tokens, kinds: usize, runs: &Runs) -> Vec<Run> {
    let of = |tokens: &Tokens| tokens.ids().iter().map(|id| Token(*id)).collect::<Vec<_>>();
    let (before, after) = (of(old), of(new));
    let mut found = Vec::new();
    let (mut i, mut j) = (0, 0);
    let cuts = if old.len().max(new.len()) > STRETCH { cuts(old, runs) } else { Vec::new() };
    for (next_i, next_j) in cuts.into_iter().chain([(old.len(), new.len())]) {
        let (stretch, other) = (before.get(i..next_i).unwrap_or(&[]), after.get(j..next_j).unwrap_or(&[]));
        difference_of(stretch, other, (i, j), kinds, &mut found);
        (i, j) = (next_i, next_j);
    }
    found
}

/// The difference of two stretches that begin at these places.
fn difference_of(before: &[Token], after: &[Token], at: (usize, usize), kinds: usize, found: &mut Vec<Run>) {
    let mut add = |i: usize, j: usize, count: usize| {
        if count > 0 {
            found.push(Run { old: at.0 + i, new: at.1 + j, count });
        }
    };
    let first = before.iter().zip(after).take_while(|(a, b)| a == b).count();
    let (inner, other) = (before.get(first..).unwrap_or(&[]), after.get(first..).unwrap_or(&[]));
    let last = inner.iter().rev().zip(other.iter().rev()).take_while(|(a, b)| a == b).count();
    add(0, 0, first);
    let (inner, other) =
        (inner.get(..inner.len() - last).unwrap_or(&[]), other.get(..other.len() - last).unwrap_or(&[]));
    // Where this much has nothing that stands once, nothing in it could be trusted either.
    if inner.len().saturating_mul(other.len()) <= LARGEST {
        let mut diff = Diff::default();
        diff.compute_with(Algorithm::Histogram, inner, other, u32::try_from(kinds).unwrap_or(u32::MAX));
        let (mut i, mut j) = (0, 0);
        for hunk in diff.hunks() {
            add(first + i, first + j, (hunk.before.start as usize).saturating_sub(i));
            (i, j) = (hunk.before.end as usize, hunk.after.end as usize);
        }
        add(first + i, first + j, inner.len().saturating_sub(i));
    }
    add(before.len() - last, after.len() - last, last);
}

/// Places at which both texts may be cut, in order: grams that stand once in each, those of the longest chain of them
/// that is in order, about [`STRETCH`] apart.
fn cuts(old: &Tokens, runs: &Runs) -> Vec<(usize, usize)> {
    let once = |at: usize| {
        let [(_, new)] = runs.places(Which::Old, at, Which::New)? else { return None };
        (runs.places(Which::Old, at, Which::Old)?.len() == 1).then_some((at, *new as usize))
    };
    let all: Vec<(usize, usize)> = (0..old.len()).filter_map(once).collect();
    // For each length of a chain the one that ends first, and for each gram the one before it in its chain.
    let mut ends: Vec<usize> = Vec::new();
    let mut earlier: Vec<Option<usize>> = Vec::with_capacity(all.len());
    for (number, (_, new)) in all.iter().enumerate() {
        let length = ends.partition_point(|end| all.get(*end).is_some_and(|(_, other)| other < new));
        earlier.push(length.checked_sub(1).and_then(|i| ends.get(i)).copied());
        match ends.get_mut(length) {
            Some(end) => *end = number,
            None => ends.push(number),
        }
    }
    let mut chain = Vec::new();
    let mut next = ends.last().copied();
    while let Some(number) = next {
        chain.extend(all.get(number));
        next = earlier.get(number).copied().flatten();
    }
    chain.reverse();
    let mut last = (0, 0);
    chain.retain(|(i, j)| {
        let far = i - last.0 >= STRETCH || j - last.1 >= STRETCH;
        if far {
            last = (*i, *j);
        }
        far
    });
    chain
}

/// Takes out the runs that are no longer than the changes before and after them: between two changes of that size a
/// few words are alike by chance, and what is around them says nothing about them.
fn without_chance(runs: &[Run], old: &Tokens, new: &Tokens) -> Vec<Run> {
    // How much changed between two runs.
    let change = |from: Option<&Run>, to: Option<&Run>| {
        let start = from.map_or((0, 0), |run| (run.old + run.count, run.new + run.count));
        let end = to.map_or((old.len(), new.len()), |run| (run.old, run.new));
        old.words(&(start.0..end.0)).max(new.words(&(start.1..end.1)))
    };
    let mut kept: Vec<Run> = Vec::with_capacity(runs.len());
    for next in runs.iter().map(Some).chain([None]) {
        while let Some(last) = kept.last() {
            let words = old.words(&(last.old..last.old + last.count));
            let earlier = kept.len().checked_sub(2).and_then(|i| kept.get(i));
            if words >= SURE || words > change(earlier, Some(last)) || words > change(Some(last), next) {
                break;
            }
            kept.pop();
        }
        kept.extend(next);
    }
    kept
}

/// What went from one place and came at another.
fn moves(old: &Tokens, new: &Tokens, runs: &Runs, main: &[Option<u32>], taken: &mut [bool]) -> Vec<Option<u32>> {
    let mut moved = vec![None; old.len()];
    let mut i = 0;
    while i + GRAM <= old.len() {
        let Some(run) = seed(i, runs, main, taken) else {
            i += 1;
            continue;
        };
        let free = |i: usize, j: usize, moved: &[Option<u32>], taken: &[bool]| {
            main.get(i).is_some_and(Option::is_none)
                && moved.get(i).is_some_and(Option::is_none)
                && taken.get(j) == Some(&false)
                && old.id(i) == new.id(j)
        };
        let Run { old: mut start, new: mut partner, mut count } = run;
        while start > 0 && partner > 0 && free(start - 1, partner - 1, &moved, taken) {
            (start, partner, count) = (start - 1, partner - 1, count + 1);
        }
        while free(start + count, partner + count, &moved, taken) {
            count += 1;
        }
        if old.words(&(start..start + count)) >= SHORTEST_MOVE {
            put(&mut moved, taken, &Run { old: start, new: partner, count });
        }
        i = (start + count).max(i + 1);
    }
    moved
}

/// The gram at a place of the old text, where it stands once in each text and the difference left it over in both.
fn seed(at: usize, runs: &Runs, main: &[Option<u32>], taken: &[bool]) -> Option<Run> {
    if !main.get(at..at + GRAM)?.iter().all(Option::is_none) {
        return None;
    }
    let [(_, new)] = runs.places(Which::Old, at, Which::New)? else { return None };
    let new = *new as usize;
    let free = taken.get(new..new + GRAM)?.iter().all(|taken| !taken);
    let once = runs.places(Which::Old, at, Which::Old)?.len() == 1;
    (free && once).then_some(Run { old: at, new, count: GRAM })
}
