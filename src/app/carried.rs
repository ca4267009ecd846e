//! The letter form of what became of annotations in a newer text: they are carried over in the worker module.
//!
//! Each annotation is two texts: its id, and groups of numbers with `|` between them, of which the first begins with
//! the class. Invariant: what [`write`] gives, [`read`] reads as equal outcomes; a letter that does not read gives none.

use super::errand::Letter;
use crate::anchor::{Candidate, Carried, Change, Outcome};
use crate::model::{AnnotationId, Fragments};
use crate::text::Span;

/// Outcomes as texts.
#[must_use]
pub fn write(carried: &Carried) -> Letter {
    let mut letter = Vec::with_capacity(carried.outcomes.len() * 2);
    for (id, outcome) in &carried.outcomes {
        letter.push(id.as_str().to_owned());
        letter.push(match outcome {
            Outcome::Exact(fragments) => format!("exact{}", spans(fragments)),
            Outcome::Moved(fragments) => format!("moved{}", spans(fragments)),
            Outcome::Changed { fragments, changes } => {
                let side = |span: Option<Span>| span.map_or_else(|| "- -".to_owned(), ends);
                let changes = changes.iter().map(|change| format!("|{} {}", side(change.old), side(change.new)));
                format!("changed{}{}", spans(fragments), changes.collect::<String>())
            }
            Outcome::Lost { candidates } => {
                let one = |candidate: &Candidate| {
                    let same = if candidate.same_words { "same" } else { "other" };
                    format!("|{same}{}", spans(&candidate.fragments))
                };
                format!("lost{}", candidates.iter().map(one).collect::<String>())
            }
        });
    }
    letter
}

fn ends(span: Span) -> String {
    format!("{} {}", span.start().get(), span.end().get())
}

fn spans(fragments: &Fragments) -> String {
    fragments.spans().iter().map(|span| format!(" {}", ends(*span))).collect()
}

/// The outcomes of a letter; `None` where it is none.
#[must_use]
pub fn read(mut texts: impl Iterator<Item = String>) -> Option<Carried> {
    let mut carried = Carried::default();
    while let Some(id) = texts.next() {
        let groups = texts.next()?;
        let mut groups = groups.split('|');
        let (class, places) = worded(groups.next()?);
        let outcome = match class {
            "exact" => Outcome::Exact(fragments(places)?),
            "moved" => Outcome::Moved(fragments(places)?),
            "changed" => {
                let changes = groups.map(change).collect::<Option<Vec<_>>>()?;
                Outcome::Changed { fragments: fragments(places)?, changes }
            }
            "lost" => Outcome::Lost { candidates: groups.map(candidate).collect::<Option<_>>()? },
            _ => return None,
        };
        carried.outcomes.push((AnnotationId::new(id), outcome));
    }
    Some(carried)
}

/// A group's word, and what follows it.
fn worded(group: &str) -> (&str, &str) {
    group.split_once(' ').unwrap_or((group, ""))
}

fn fragments(places: &str) -> Option<Fragments> {
    let mut numbers = places.split(' ').map(str::parse);
    let mut spans = Vec::new();
    while let Some(start) = numbers.next() {
        spans.push(Span::from_bytes(start.ok()?, numbers.next()?.ok()?)?);
    }
    let read = Fragments::merged(spans.iter().copied())?;
    // As they were written, or this is not what was written.
    (read.spans() == spans).then_some(read)
}

fn change(group: &str) -> Option<Change> {
    let mut sides = group.split(' ');
    let mut side = || {
        let (start, end) = sides.next().zip(sides.next())?;
        if (start, end) == ("-", "-") {
            return Some(None);
        }
        Span::from_bytes(start.parse().ok()?, end.parse().ok()?).map(Some)
    };
    Some(Change { old: side()?, new: side()? })
}

fn candidate(group: &str) -> Option<Candidate> {
    let (word, places) = worded(group);
    let same_words = match word {
        "same" => true,
        "other" => false,
        _ => return None,
    };
    Some(Candidate { fragments: fragments(places)?, same_words })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn places() -> impl Strategy<Value = Fragments> {
        prop::collection::vec(1..9_usize, 2..8).prop_filter_map("fragments", |steps| {
            let mut at = 0;
            let ends: Vec<usize> = steps
                .iter()
                .map(|step| {
                    at += step;
                    at
                })
                .collect();
            Fragments::merged(ends.chunks_exact(2).filter_map(|ends| Span::from_bytes(ends[0], ends[1])))
        })
    }

    fn side() -> impl Strategy<Value = Option<Span>> {
        prop_oneof![
            Just(None),
            (0..99_usize, 1..9_usize).prop_map(|(start, long)| Span::from_bytes(start, start + long))
        ]
    }

    fn outcome() -> impl Strategy<Value = Outcome> {
        let change = (side(), side()).prop_map(|(old, new)| Change { old, new });
        let candidate =
            (places(), any::<bool>()).prop_map(|(fragments, same_words)| Candidate { fragments, same_words });
        prop_oneof![
            places().prop_map(Outcome::Exact),
            places().prop_map(Outcome::Moved),
            (places(), prop::collection::vec(change, 0..4))
                .prop_map(|(fragments, changes)| Outcome::Changed { fragments, changes }),
            prop::collection::vec(candidate, 0..4).prop_map(|candidates| Outcome::Lost { candidates }),
        ]
    }

    proptest! {
        #[test]
        fn outcomes_are_read_as_they_were_written(all in prop::collection::vec(("(?s).{0,9}", outcome()), 0..6)) {
            let outcomes = all.into_iter().map(|(id, outcome)| (AnnotationId::new(id), outcome)).collect();
            let carried = Carried { outcomes };
            prop_assert_eq!(read(write(&carried).into_iter()), Some(carried));
        }

        #[test]
        fn a_letter_that_makes_no_sense_is_none(id in ".{0,3}", groups in "[a-z0-9 |-]{0,12}") {
            let _ = read([id, groups].into_iter());
        }
    }

    #[test]
    fn what_is_no_outcome_is_none() {
        for groups in
            ["", "exact", "exact 3", "exact 3 2", "exact 1 3 2 4", "changed 1 2|1 2", "lost|same", "lost|x 1 2"]
        {
            assert_eq!(read(["a".to_owned(), groups.to_owned()].into_iter()), None, "{groups}");
        }
        assert_eq!(read(["a".to_owned()].into_iter()), None);
    }
}
