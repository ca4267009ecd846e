//! The letter form of what the checks found: they run in the worker module.
//!
//! Invariant: what [`write`] gives, [`read`] reads as equal findings; a letter that does not read gives
//! none. Finds nothing itself.

use super::errand::Letter;
use crate::model::{AnnotationId, Fragments, LabelName, RelationId};
use crate::query::check::{Change, Finding, Repair, Rule};
use crate::text::Span;

/// Findings as texts.
#[must_use]
pub fn write(found: &[Finding]) -> Letter {
    let mut out = Vec::new();
    for finding in found {
        out.push(finding.rule.name().to_owned());
        ids(&finding.at, &mut out);
        let relation: Vec<&RelationId> = finding.relation.iter().collect();
        ids(&relation, &mut out);
        out.push(finding.what.clone());
        // No attribute is called by an empty name.
        out.push(finding.attribute.clone().unwrap_or_default());
        let Some(Repair { words, change }) = &finding.repair else {
            out.push(String::new());
            continue;
        };
        let mut begin = |kind: &str| out.extend([kind.to_owned(), words.clone()]);
        match change {
            Change::Reshape(id, fragments) => {
                begin("reshape");
                out.push(id.to_string());
                out.push(fragments.spans().len().to_string());
                let ends = fragments.spans().iter().flat_map(|span| [span.start(), span.end()]);
                out.extend(ends.map(|at| at.get().to_string()));
            }
            Change::Relabel(id, label) => {
                begin("relabel");
                out.extend([id.to_string(), label.to_string()]);
            }
            Change::Link(kind, from, to) => {
                begin("link");
                out.extend([from.to_string(), to.to_string(), kind.clone()]);
            }
            Change::Merge { keep, drop } => {
                begin("merge");
                out.push(keep.to_string());
                ids(drop, &mut out);
            }
        }
    }
    out
}

fn ids(ids: &[impl ToString], out: &mut Letter) {
    out.push(ids.len().to_string());
    out.extend(ids.iter().map(ToString::to_string));
}

/// The findings of a letter; `None` where it is none.
#[must_use]
pub fn read(letter: impl IntoIterator<Item = String>) -> Option<Vec<Finding>> {
    let mut letter = letter.into_iter();
    let texts: &mut dyn Iterator<Item = String> = &mut letter;
    let mut found = Vec::new();
    while let Some(name) = texts.next() {
        let rule = Rule::ALL.into_iter().find(|rule| rule.name() == name)?;
        let at = read_ids(texts)?;
        let relation = read_ids(texts)?.first().map(|id| RelationId::new(id.as_str()));
        let what = texts.next()?;
        let attribute = texts.next().filter(|name| !name.is_empty());
        let kind = texts.next()?;
        let repair = if kind.is_empty() { None } else { Some(read_repair(&kind, texts)?) };
        found.push(Finding { rule, at, relation, what, attribute, repair });
    }
    Some(found)
}

type Texts<'t> = &'t mut dyn Iterator<Item = String>;

fn number(texts: Texts<'_>) -> Option<usize> {
    texts.next()?.parse().ok()
}

fn read_ids(texts: Texts<'_>) -> Option<Vec<AnnotationId>> {
    let count = number(texts)?;
    (0..count).map(|_| texts.next().map(AnnotationId::new)).collect()
}

fn read_repair(kind: &str, texts: Texts<'_>) -> Option<Repair> {
    let words = texts.next()?;
    let id = AnnotationId::new(texts.next()?);
    let change = match kind {
        "reshape" => {
            let count = number(texts)?;
            let mut spans = Vec::new();
            for _ in 0..count {
                let (start, end) = (number(texts)?, number(texts)?);
                spans.push(Span::from_bytes(start, end)?);
            }
            Change::Reshape(id, Fragments::merged(spans)?)
        }
        "relabel" => Change::Relabel(id, LabelName::new(texts.next()?)),
        "link" => {
            let to = AnnotationId::new(texts.next()?);
            Change::Link(texts.next()?, id, to)
        }
        "merge" => Change::Merge { keep: id, drop: read_ids(texts)? },
        _ => return None,
    };
    Some(Repair { words, change })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn id() -> impl Strategy<Value = AnnotationId> {
        "(?s).{1,6}".prop_map(AnnotationId::new)
    }

    fn finding() -> impl Strategy<Value = Finding> {
        let spans = prop::collection::vec((0..50_usize, 1..9_usize), 1..4);
        let spans = spans.prop_map(|spans| {
            Fragments::merged(spans.into_iter().filter_map(|(at, len)| Span::from_bytes(at, at + len))).expect("a span")
        });
        let change = prop_oneof![
            (id(), spans).prop_map(|(id, fragments)| Change::Reshape(id, fragments)),
            (id(), "(?s).{1,6}").prop_map(|(id, label)| Change::Relabel(id, LabelName::new(label))),
            ("(?s).{1,6}", id(), id()).prop_map(|(kind, from, to)| Change::Link(kind, from, to)),
            (id(), prop::collection::vec(id(), 0..3)).prop_map(|(keep, drop)| Change::Merge { keep, drop }),
        ];
        let repair = prop::option::of(("(?s).{0,6}", change).prop_map(|(words, change)| Repair { words, change }));
        let rule = (0..Rule::ALL.len()).prop_map(|at| Rule::ALL[at]);
        let relation = prop::option::of("(?s).{1,6}".prop_map(RelationId::new));
        let at = prop::collection::vec(id(), 0..4);
        (rule, at, relation, "(?s).{0,8}", prop::option::of("(?s).{1,6}"), repair).prop_map(
            |(rule, at, relation, what, attribute, repair)| Finding { rule, at, relation, what, attribute, repair },
        )
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(found in prop::collection::vec(finding(), 0..6)) {
            prop_assert_eq!(read(write(&found)), Some(found));
        }

        #[test]
        fn any_letter_is_answered(letter in prop::collection::vec("(?s).{0,5}|twins|merge|reshape|[0-9]{1,25}", 0..12)) {
            let _ = read(letter);
        }
    }
}
