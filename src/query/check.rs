//! [`findings`]: what is missing in a document, and what looks like a slip. [`summary`]: how much is linked.
//!
//! Invariant: generic over the schema; what reviewers discard is not looked at; a repair that is offered can
//! be made in the document that it was found in, and what it repairs is found no more afterwards.

mod edges;
mod same;

use std::rc::Rc;

use super::{noun, plural, with_article};
use crate::model::{
    Annotation, AnnotationId, Attribute, Document, Fragments, LabelName, RelationId, RelationType, Remarks, attribute,
    sort_by,
};

/// What is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// A relation that its label should have is not there.
    Unlinked,
    /// Nothing leads to what only stands at the far ends of relations.
    Unused,
    /// A required attribute is open.
    Required,
    /// The same words carry other labels elsewhere.
    LabelledDifferently,
    /// A piece begins or ends in a blank.
    BlankEdge,
    /// A quotation mark or bracket without its other half.
    Unpaired,
    /// Two that differ by one word at one edge.
    EdgeWord,
    /// Two with one label at one place.
    Twins,
}

impl Rule {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 8] = [
        Self::Unlinked,
        Self::Unused,
        Self::Required,
        Self::LabelledDifferently,
        Self::BlankEdge,
        Self::Unpaired,
        Self::EdgeWord,
        Self::Twins,
    ];

    /// Its name in the schema's list of what is switched off.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unlinked => "unlinked",
            Self::Unused => "unused",
            Self::Required => "required",
            Self::LabelledDifferently => "labelled-differently",
            Self::BlankEdge => "blank-edge",
            Self::Unpaired => "unpaired",
            Self::EdgeWord => "edge-word",
            Self::Twins => "twins",
        }
    }

    /// Its heading.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Unlinked => "A link is missing",
            Self::Unused => "Nothing uses it",
            Self::Required => "Left open",
            Self::LabelledDifferently => "Same words, other labels",
            Self::BlankEdge => "Blank at an edge",
            Self::Unpaired => "Lone quotation mark or bracket",
            Self::EdgeWord => "Differ by a word at an edge",
            Self::Twins => "Marked twice",
        }
    }
}

/// Something that somebody should look at.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Which rule found it.
    pub rule: Rule,
    /// The annotations that it is about, the one to go to first; none where it is about the whole article.
    pub at: Vec<AnnotationId>,
    /// The relation that it is about, which is at the first of them.
    pub relation: Option<RelationId>,
    /// What is the matter, in one sentence without its full stop.
    pub what: String,
    /// The attribute that is open.
    pub attribute: Option<String>,
    /// How to put it right, where that is plain.
    pub repair: Option<Repair>,
}

/// A way to put something right.
#[derive(Clone, Debug, PartialEq)]
pub struct Repair {
    /// What it does, as a button says it.
    pub words: String,
    /// What it changes.
    pub change: Change,
}

/// What a repair changes.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// The annotation stands on other words.
    Reshape(AnnotationId, Fragments),
    /// The annotation has another label.
    Relabel(AnnotationId, LabelName),
    /// A relation of a type leads from the one to the other.
    Link(String, AnnotationId, AnnotationId),
    /// Several become one.
    Merge {
        /// The one that stays.
        keep: AnnotationId,
        /// Those that go into it.
        drop: Vec<AnnotationId>,
    },
}

/// What the rules work on: the document without what is discarded, looked up once for all of them.
struct Checker<'a> {
    document: &'a Document,
    /// In text order.
    all: &'a [Rc<Annotation>],
    /// Twins together, those that are discarded among them.
    by_place: &'a [(Rc<Annotation>, bool)],
    lower_case: &'a dyn Fn(&str) -> String,
}

/// All that the rules find which the schema has not switched off, in document order.
///
/// Words are compared in lower case, which the surroundings know how to make.
#[must_use]
pub fn findings(document: &Document, lower_case: &dyn Fn(&str) -> String) -> Vec<Finding> {
    let kept = document.without_discarded();
    let all: Vec<Rc<Annotation>> = kept.annotations.iter().cloned().collect();
    let stays = |annotation: &Annotation| kept.annotations.get(&annotation.id).is_some();
    let mut by_place: Vec<(Rc<Annotation>, bool)> =
        document.annotations.iter().map(|annotation| (Rc::clone(annotation), stays(annotation))).collect();
    sort_by(&mut by_place, |(a, _), (b, _)| same::by_place(a, b));
    let checker = Checker { document: &kept, all: &all, by_place: &by_place, lower_case };
    let mut found = Vec::new();
    for rule in Rule::ALL.into_iter().filter(|rule| document.schema.rule_is_on(rule.name())) {
        match rule {
            Rule::Unlinked => checker.unlinked(&mut found),
            Rule::Unused => checker.unused(&mut found),
            Rule::Required => checker.required(&mut found),
            Rule::LabelledDifferently => checker.labelled_differently(&mut found),
            Rule::BlankEdge => checker.blank_edges(&mut found),
            Rule::Unpaired => checker.unpaired(&mut found),
            Rule::EdgeWord => checker.edge_words(&mut found),
            Rule::Twins => checker.twins(&mut found),
        }
    }
    let places = Places::of(&all);
    let mut found: Vec<(usize, Finding)> =
        found.into_iter().filter_map(|finding| Some((places.of_finding(&finding)?, finding))).collect();
    sort_by(&mut found, |(a, x), (b, y)| (a, x.rule).cmp(&(b, y.rule)));
    found.into_iter().map(|(_, finding)| finding).collect()
}

/// Where an annotation stands in a list of them.
struct Places(Vec<(AnnotationId, usize)>);

impl Places {
    fn of(all: &[Rc<Annotation>]) -> Self {
        let mut places: Vec<_> = all.iter().enumerate().map(|(at, annotation)| (annotation.id.clone(), at)).collect();
        sort_by(&mut places, |(a, _), (b, _)| a.cmp(b));
        Self(places)
    }

    /// What is about the whole article comes first.
    fn of_finding(&self, finding: &Finding) -> Option<usize> {
        finding.at.first().map_or(Some(0), |id| self.find(id))
    }

    fn find(&self, id: &AnnotationId) -> Option<usize> {
        let at = self.0.binary_search_by(|(held, _)| held.cmp(id)).ok()?;
        self.0.get(at).map(|(_, place)| *place)
    }
}

/// The types of which each annotation with such a label should have one.
fn expected<'a>(document: &'a Document, label: &'a LabelName) -> impl Iterator<Item = &'a RelationType> {
    let types = document.schema.relations.iter();
    types.filter(move |kind| kind.expected && !kind.archived && starts_at(kind, label))
}

fn starts_at(kind: &RelationType, label: &LabelName) -> bool {
    kind.leads_from(label) || (kind.symmetric && kind.leads_to(label))
}

fn has(document: &Document, id: &AnnotationId, kind: &RelationType) -> bool {
    document.relations.at(id).any(|relation| relation.kind == kind.name && (kind.symmetric || relation.from == *id))
}

/// What a type of relation leads to: `a source`, `a person or organisation`.
fn far_end(kind: &RelationType) -> String {
    let Some((first, others)) = kind.to.split_first() else { return format!("“{}” link", kind.name) };
    let others = others.iter().map(|label| format!(" or {}", noun(label.as_str())));
    with_article(first.as_str()) + &others.collect::<String>()
}

impl Checker<'_> {
    fn unlinked(&self, found: &mut Vec<Finding>) {
        let kinds = self.document.schema.relations.iter();
        let ends: Vec<(&str, Vec<End<'_>>)> = kinds.map(|kind| (kind.name.as_str(), self.far_ends(kind))).collect();
        for annotation in self.all {
            for kind in expected(self.document, &annotation.label) {
                if !has(self.document, &annotation.id, kind) {
                    let missing = far_end(kind);
                    let missing = missing.split_once(' ').map_or("", |(_, words)| words);
                    let missing = if kind.to.is_empty() { far_end(kind) } else { missing.to_owned() };
                    let what = format!("This {} has no {missing}", noun(annotation.label.as_str()));
                    let missed = Finding {
                        repair: self.link(annotation, kind, &ends),
                        ..plain(Rule::Unlinked, annotation, what)
                    };
                    // Two types that lead to the same labels are missed in the same words.
                    if found.last() != Some(&missed) {
                        found.push(missed);
                    }
                }
            }
        }
    }

    /// The blocks that an annotation is in: the first, and the last.
    fn blocks_of(&self, annotation: &Annotation) -> (usize, usize) {
        let (text, place) = (self.document.text(), annotation.fragments.envelope());
        (text.block_at(place.start()).get(), text.block_at(place.end()).get())
    }

    /// What a type of relation that is expected may lead to, with each block that it is in, in their order.
    fn far_ends(&self, kind: &RelationType) -> Vec<End<'_>> {
        let mut ends = Vec::new();
        // What may lead anywhere is no question with one answer.
        let is_end = |label: &LabelName| kind.leads_to(label) || (kind.symmetric && kind.leads_from(label));
        let leads_somewhere = kind.expected && !kind.archived && !kind.to.is_empty();
        for other in self.all.iter().filter(|other| leads_somewhere && is_end(&other.label)) {
            let (first, last) = self.blocks_of(other);
            ends.extend((first..=last).map(|block| (block, other)));
        }
        sort_by(&mut ends, |(a, _), (b, _)| a.cmp(b));
        ends
    }

    /// The link to the only annotation in its paragraphs that it could be.
    fn link(&self, annotation: &Annotation, kind: &RelationType, ends: &[(&str, Vec<End<'_>>)]) -> Option<Repair> {
        let (first, last) = self.blocks_of(annotation);
        let (_, ends) = ends.iter().find(|(name, _)| *name == kind.name)?;
        let from = ends.partition_point(|(block, _)| *block < first);
        let mut found: Option<&Rc<Annotation>> = None;
        for (_, other) in ends.get(from..)?.iter().take_while(|(block, _)| *block <= last) {
            let known = other.id == annotation.id || found.is_some_and(|found| found.id == other.id);
            if !known && kind.allows(&annotation.label, &other.label) && found.replace(other).is_some() {
                return None;
            }
        }
        let other = found?;
        let change = Change::Link(kind.name.clone(), annotation.id.clone(), other.id.clone());
        Some(Repair { words: format!("Link to {}", self.document.short_quote(other)), change })
    }

    fn unused(&self, found: &mut Vec<Finding>) {
        let schema = &self.document.schema;
        let directed = || schema.relations.iter().filter(|kind| !kind.symmetric && !kind.archived);
        let only_led_to = |label: &LabelName| {
            directed().any(|kind| kind.leads_to(label)) && !directed().any(|kind| kind.leads_from(label))
        };
        let labels: Vec<&LabelName> =
            schema.labels.iter().map(|label| &label.name).filter(|name| only_led_to(name)).collect();
        if labels.is_empty() {
            return;
        }
        let symmetric = |kind: &str| schema.relation(kind).is_some_and(|kind| kind.symmetric);
        let places = Places::of(self.all);
        let mut used = vec![false; self.all.len()];
        let mut waiting = Vec::new();
        let mut reach = |id: &AnnotationId, waiting: &mut Vec<usize>| {
            if let Some((at, seen)) = places.find(id).and_then(|at| Some((at, used.get_mut(at)?)))
                && !std::mem::replace(seen, true)
            {
                waiting.push(at);
            }
        };
        for relation in self.document.relations.iter().filter(|relation| !symmetric(&relation.kind)) {
            reach(&relation.from, &mut waiting);
            reach(&relation.to, &mut waiting);
        }
        // A mention that is the same as one that is used is used, however long the chain.
        while let Some(annotation) = waiting.pop().and_then(|at| self.all.get(at)) {
            for relation in self.document.relations.at(&annotation.id).filter(|relation| symmetric(&relation.kind)) {
                if let Some(other) = relation.other_end(&annotation.id) {
                    reach(other, &mut waiting);
                }
            }
        }
        for (annotation, used) in self.all.iter().zip(&used) {
            if !used && labels.contains(&&annotation.label) {
                let what = format!("Nothing uses this {}", noun(annotation.label.as_str()));
                found.push(plain(Rule::Unused, annotation, what));
            }
        }
    }

    fn required(&self, found: &mut Vec<Finding>) {
        let schema = &self.document.schema;
        let mut look = |known: &[Attribute], remarks: &Remarks, of: &str, missed: Finding| {
            let is_open = |name: &str| remarks.attributes.get(name).is_none_or(serde_json::Value::is_null);
            for required in known.iter().filter(|known| known.required && is_open(&known.name)) {
                let what = format!("“{}” of {of} is open", required.name);
                found.push(Finding { what, attribute: Some(required.name.clone()), ..missed.clone() });
            }
        };
        let missed = |at| Finding {
            rule: Rule::Required,
            at,
            relation: None,
            what: String::new(),
            attribute: None,
            repair: None,
        };
        look(&schema.attributes, &self.document.remarks, "this article", missed(Vec::new()));
        for annotation in self.all {
            let known = schema.label_attributes(&annotation.label);
            let of = format!("this {}", noun(annotation.label.as_str()));
            look(known, &annotation.remarks, &of, missed(vec![annotation.id.clone()]));
        }
        for relation in self.document.relations.iter() {
            let known = schema.relation_attributes(&relation.kind);
            let of = format!("“{}”", relation.kind);
            let missed = Finding { relation: Some(relation.id.clone()), ..missed(vec![relation.from.clone()]) };
            look(known, &relation.remarks, &of, missed);
        }
    }

    /// What makes an annotation stand on other words: none where a discarded one stands there already.
    fn reshape(&self, annotation: &Annotation, fragments: Fragments, words: &str) -> Option<Repair> {
        let moved = Annotation { fragments, ..annotation.clone() };
        let change = match self.twin(&moved) {
            None => Change::Reshape(moved.id, moved.fragments),
            Some((_, false)) => return None,
            Some((twin, true)) => {
                let change = Change::Merge { keep: twin.id.clone(), drop: vec![moved.id] };
                return Some(Repair { words: "Merge with its twin".to_owned(), change });
            }
        };
        Some(Repair { words: words.to_owned(), change })
    }

    /// Another annotation with its label at its place, and whether it stays.
    fn twin(&self, annotation: &Annotation) -> Option<&(Rc<Annotation>, bool)> {
        let first = self.by_place.partition_point(|(held, _)| same::by_place(held, annotation).is_lt());
        let alike = self.by_place.get(first..).unwrap_or_default().iter();
        let mut alike = alike.take_while(|(held, _)| held.is_twin_of(annotation));
        alike.find(|(held, _)| held.id != annotation.id)
    }

    /// Whether the schema lets an annotation have another label, with all that is said of it.
    fn fits(&self, annotation: &Annotation, label: &LabelName) -> bool {
        let schema = &self.document.schema;
        let attributes = schema.label_attributes(label);
        let mut values = annotation.remarks.attributes.iter();
        let label_of = |id: &AnnotationId| {
            if *id == annotation.id { Some(label) } else { self.document.annotations.get(id).map(|held| &held.label) }
        };
        let takes = |kind: &str, from: &AnnotationId, to: &AnnotationId| {
            let ends = label_of(from).zip(label_of(to));
            schema.relation(kind).zip(ends).is_some_and(|(kind, (from, to))| kind.allows(from, to))
        };
        schema.label(label).is_some_and(|label| !label.archived)
            && values.all(|(name, value)| attribute(attributes, name).is_none_or(|known| known.check(value).is_ok()))
            && self
                .document
                .relations
                .at(&annotation.id)
                .all(|relation| takes(&relation.kind, &relation.from, &relation.to))
    }
}

/// What a relation may lead to, and a block that it is in.
type End<'a> = (usize, &'a Rc<Annotation>);

/// A finding about one annotation, with no repair.
fn plain(rule: Rule, annotation: &Annotation, what: String) -> Finding {
    Finding { rule, at: vec![annotation.id.clone()], relation: None, what, attribute: None, repair: None }
}

/// How many annotations of a label have a relation that each of them should have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// The relation type.
    pub relation: String,
    /// The label.
    pub label: LabelName,
    /// How many have one.
    pub with: usize,
    /// How many there are.
    pub all: usize,
    /// The same in words: `7 of 12 claims have a source`.
    pub words: String,
}

/// How much is linked, for each type of relation that is expected and each label that it leads from, in the
/// order of the schema. What is discarded does not count.
#[must_use]
pub fn summary(document: &Document) -> Vec<Coverage> {
    let schema = &document.schema;
    let mut covered = Vec::new();
    for kind in schema.relations.iter().filter(|kind| kind.expected && !kind.archived) {
        for label in schema.labels.iter().filter(|label| starts_at(kind, &label.name)) {
            let (relation, label) = (kind.name.clone(), label.name.clone());
            covered.push(Coverage { relation, label, with: 0, all: 0, words: String::new() });
        }
    }
    if covered.is_empty() {
        return covered;
    }
    let kept = document.without_discarded();
    for annotation in kept.annotations.iter() {
        for counted in covered.iter_mut().filter(|counted| counted.label == annotation.label) {
            counted.all += 1;
            let kind = schema.relation(&counted.relation);
            counted.with += usize::from(kind.is_some_and(|kind| has(&kept, &annotation.id, kind)));
        }
    }
    for counted in &mut covered {
        let Some(kind) = schema.relation(&counted.relation) else { continue };
        let name = counted.label.as_str();
        let many = if counted.all == 1 { noun(name) } else { plural(name) };
        let verb = if counted.with == 1 { "has" } else { "have" };
        let far = if kind.to.is_empty() { format!("a {}", far_end(kind)) } else { far_end(kind) };
        counted.words = format!("{} of {} {many} {verb} {far}", counted.with, counted.all);
    }
    covered
}
