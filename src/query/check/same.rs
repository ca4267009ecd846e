//! The same words more than once: with other labels, or twice with one label.

use std::cmp::Ordering;
use std::rc::Rc;

use super::{Change, Checker, Finding, Repair, Rule, plain};
use crate::model::{Annotation, LabelName, sort_by};
use crate::text::{Span, is_blank};

/// Longer quotes are not compared, in bytes: that many words in two places are rarely the same.
const LONGEST_QUOTE: usize = 1024;

/// The pieces of an annotation.
pub(super) fn spans(annotation: &Annotation) -> &[Span] {
    annotation.fragments.spans()
}

/// By place, and then by label, so that twins stand together.
pub(super) fn by_place(a: &Annotation, b: &Annotation) -> Ordering {
    spans(a).cmp(spans(b)).then_with(|| a.label.cmp(&b.label))
}

/// All that is marked at one place.
struct Place<'a> {
    quote: String,
    labels: Vec<&'a LabelName>,
    first: &'a Rc<Annotation>,
}

impl<'a> Checker<'a> {
    fn places(&self) -> impl Iterator<Item = &'a [(Rc<Annotation>, bool)]> {
        self.by_place.chunk_by(|(a, _), (b, _)| a.fragments == b.fragments)
    }

    pub(super) fn twins(&self, found: &mut Vec<Finding>) {
        for place in self.places() {
            for twins in place.chunk_by(|(a, _), (b, _)| a.label == b.label) {
                let mut stay = twins.iter().filter(|(_, stays)| *stays).map(|(twin, _)| twin);
                let Some(first) = stay.next() else { continue };
                let drop: Vec<_> = stay.map(|twin| twin.id.clone()).collect();
                if drop.is_empty() {
                    continue;
                }
                let times = if drop.len() == 1 { "twice".to_owned() } else { format!("{} times", drop.len() + 1) };
                let mut at = vec![first.id.clone()];
                at.extend_from_slice(&drop);
                let change = Change::Merge { keep: first.id.clone(), drop };
                let what = format!("These words are marked as {} {times}", first.label);
                let repair = Some(Repair { words: "Merge".to_owned(), change });
                found.push(Finding { at, repair, ..plain(Rule::Twins, first, what) });
            }
        }
    }

    pub(super) fn labelled_differently(&self, found: &mut Vec<Finding>) {
        let mut places: Vec<Place<'_>> = self.places().filter_map(|place| self.place(place)).collect();
        sort_by(&mut places, |a, b| a.quote.cmp(&b.quote).then_with(|| spans(a.first).cmp(spans(b.first))));
        for group in places.chunk_by(|a, b| a.quote == b.quote) {
            // The labels that stand there most often are right; of several, those that come first.
            let mut sets: Vec<(&[&LabelName], usize)> = Vec::new();
            for place in group {
                match sets.iter_mut().find(|(labels, _)| *labels == place.labels.as_slice()) {
                    Some((_, count)) => *count += 1,
                    None => sets.push((&place.labels, 1)),
                }
            }
            let most = sets.iter().map(|(_, count)| *count).max().unwrap_or(0);
            let mut frequent = sets.iter().filter(|(_, count)| *count == most);
            let Some((right, _)) = frequent.next().filter(|_| sets.len() > 1) else { continue };
            let is_plain = frequent.next().is_none();
            let model = group.iter().find(|place| place.labels == *right);
            for odd in group.iter().filter(|place| place.labels != *right) {
                let elsewhere =
                    if most == 1 { "in another place".to_owned() } else { format!("in {most} other places") };
                let what = format!("{} here, {} {elsewhere}", named(&odd.labels), named(right));
                let repair = match (odd.labels.as_slice(), right) {
                    ([_], [label]) if is_plain => self.relabel(odd.first, label),
                    _ => None,
                };
                let mut finding = Finding { repair, ..plain(Rule::LabelledDifferently, odd.first, what) };
                finding.at.extend(model.map(|place| place.first.id.clone()));
                found.push(finding);
            }
        }
    }

    /// What stays at one place; none where nothing does, or where too much is marked to be compared.
    fn place(&self, place: &'a [(Rc<Annotation>, bool)]) -> Option<Place<'a>> {
        let mut here = place.iter().filter(|(_, stays)| *stays).map(|(annotation, _)| annotation);
        let first = here.next()?;
        let length: usize = spans(first).iter().map(|span| span.byte_len()).sum();
        if length > LONGEST_QUOTE {
            return None;
        }
        let quote = self.document.quote(first);
        let quote = (self.lower_case)(quote.trim_matches(is_blank));
        // They come by label, so that twins are neighbours.
        let mut labels = vec![&first.label];
        for annotation in here {
            if labels.last() != Some(&&annotation.label) {
                labels.push(&annotation.label);
            }
        }
        (!quote.is_empty()).then_some(Place { quote, labels, first })
    }

    fn relabel(&self, annotation: &Annotation, label: &LabelName) -> Option<Repair> {
        let moved = Annotation { label: label.clone(), ..annotation.clone() };
        if self.twin(&moved).is_some() || self.twin(annotation).is_some() || !self.fits(annotation, label) {
            return None;
        }
        let change = Change::Relabel(annotation.id.clone(), label.clone());
        Some(Repair { words: format!("Change to {label}"), change })
    }
}

fn named(labels: &[&LabelName]) -> String {
    labels.iter().map(|label| label.as_str()).collect::<Vec<_>>().join(" and ")
}
