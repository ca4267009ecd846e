//! [`Runs`]: how far two texts go on alike from a place in each, and where else the same few tokens stand.
//!
//! Sums over all tokens before a place tell in one comparison whether two stretches are alike, so that a run of any
//! length is found in about as many steps as its length has digits: hostile texts cost no more than others.
//!
//! Invariant: answers are numbers of tokens. Two different stretches could have the same sum, with a chance of one in
//! 10¹⁸; who attaches anything compares the words themselves.

use super::tokens::Tokens;

/// How many tokens make up a gram: what is looked up to find other places of the same words.
pub(super) const GRAM: usize = 4;
/// More places than these are not looked at: words that stand so often tell nothing.
pub(super) const MOST: usize = 64;

const PRIME: u64 = (1 << 61) - 1;
const BASE: u64 = 0x1f35_79bd_2468_ace1;

/// One text: sums, and its grams in order.
struct Side {
    sums: Vec<u64>,
    grams: Vec<(u64, u32)>,
}

/// Two texts, ready to be asked.
pub(super) struct Runs {
    powers: Vec<u64>,
    old: Side,
    new: Side,
}

/// Which of the two texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    Old,
    New,
}

fn times(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    let sum = (product & u128::from(PRIME)) as u64 + (product >> 61) as u64;
    if sum >= PRIME { sum - PRIME } else { sum }
}

fn plus(a: u64, b: u64) -> u64 {
    let sum = a + b;
    if sum >= PRIME { sum - PRIME } else { sum }
}

impl Side {
    fn new(tokens: &Tokens, powers: &[u64]) -> Self {
        let mut sums = Vec::with_capacity(tokens.len() + 1);
        let mut sum = 0;
        sums.push(sum);
        for id in tokens.ids() {
            sum = plus(times(sum, BASE), u64::from(*id) + 1);
            sums.push(sum);
        }
        let mut side = Self { sums, grams: Vec::new() };
        let count = (tokens.len() + 1).saturating_sub(GRAM);
        side.grams = (0..count).filter_map(|at| Some((side.sum(powers, at, GRAM)?, u32::try_from(at).ok()?))).collect();
        side.grams.sort_unstable();
        side
    }

    /// The sum of so many tokens from a place; none where there are fewer.
    fn sum(&self, powers: &[u64], at: usize, count: usize) -> Option<u64> {
        let before = times(*self.sums.get(at)?, *powers.get(count)?);
        Some(plus(*self.sums.get(at.checked_add(count)?)?, PRIME - before))
    }

    fn len(&self) -> usize {
        self.sums.len() - 1
    }
}

impl Runs {
    pub(super) fn new(old: &Tokens, new: &Tokens) -> Self {
        let mut powers = vec![1];
        let mut power = 1;
        for _ in 0..old.len().max(new.len()) {
            power = times(power, BASE);
            powers.push(power);
        }
        let (old, new) = (Side::new(old, &powers), Side::new(new, &powers));
        Self { powers, old, new }
    }

    /// Whether so many tokens from a place in the old text and one in the new are alike.
    pub(super) fn alike(&self, old: usize, new: usize, count: usize) -> bool {
        let old = self.old.sum(&self.powers, old, count);
        old.is_some() && old == self.new.sum(&self.powers, new, count)
    }

    /// How many tokens are alike from these places on.
    pub(super) fn after(&self, old: usize, new: usize) -> usize {
        let most = self.old.len().saturating_sub(old).min(self.new.len().saturating_sub(new));
        longest(most, |count| self.alike(old, new, count))
    }

    /// How many tokens are alike before these places.
    pub(super) fn before(&self, old: usize, new: usize) -> usize {
        longest(old.min(new), |count| self.alike(old - count, new - count, count))
    }

    /// Where the gram that begins at a place of one text stands in another, in order; `None` where it stands at too
    /// many places. Where there is no gram, at the end of a text, it stands nowhere.
    pub(super) fn places(&self, of: Which, at: usize, inside: Which) -> Option<&[(u64, u32)]> {
        let Some(sum) = self.side(of).sum(&self.powers, at, GRAM) else { return Some(&[]) };
        let grams = &self.side(inside).grams;
        let start = grams.partition_point(|(other, _)| *other < sum);
        let rest = grams.get(start..)?;
        let count = rest.iter().take(MOST + 1).take_while(|(other, _)| *other == sum).count();
        if count > MOST { None } else { rest.get(..count) }
    }

    const fn side(&self, which: Which) -> &Side {
        match which {
            Which::Old => &self.old,
            Which::New => &self.new,
        }
    }
}

/// The greatest number up to `most` for which a question is answered with yes that is so for all below it.
fn longest(most: usize, fits: impl Fn(usize) -> bool) -> usize {
    // Most runs are short: doubling first keeps the sums near.
    let mut high = 1;
    while high <= most && fits(high) {
        high *= 2;
    }
    let (mut low, mut high) = (high / 2, high.min(most + 1));
    while low + 1 < high {
        let middle = low.midpoint(high);
        if fits(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::super::tokens::Ids;
    use super::*;
    use crate::text::Text;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn runs_are_those_that_counting_finds(a in "[ab ]{0,60}", b in "[ab ]{0,60}", i in 0usize..20, j in 0usize..20) {
            let (a, b) = (Text::new(a), Text::new(b));
            let mut ids = Ids::default();
            let (old, new) = (Tokens::new(&a, &mut ids), Tokens::new(&b, &mut ids));
            let runs = Runs::new(&old, &new);
            let (i, j) = (i.min(old.len()), j.min(new.len()));
            let after = old.ids()[i..].iter().zip(&new.ids()[j..]).take_while(|(a, b)| a == b).count();
            let before = old.ids()[..i].iter().rev().zip(new.ids()[..j].iter().rev()).take_while(|(a, b)| a == b).count();
            prop_assert_eq!(runs.after(i, j), after);
            prop_assert_eq!(runs.before(i, j), before);
            if let (Some(gram), Some(places)) = (old.ids().get(i..i + GRAM), runs.places(Which::Old, i, Which::New)) {
                let found: Vec<usize> = places.iter().map(|(_, at)| *at as usize).collect();
                let expected: Vec<usize> =
                    new.ids().windows(GRAM).enumerate().filter(|(_, w)| *w == gram).map(|(at, _)| at).collect();
                prop_assert_eq!(found, expected);
            }
        }
    }
}
