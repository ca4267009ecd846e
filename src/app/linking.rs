//! Linking: what may be linked to what, what is offered, and the state of a link in the making.
//!
//! Invariant: everything offered here is allowed by the schema and not there yet. Changes nothing.

use std::rc::Rc;

use crate::model::{Annotation, AnnotationId, Document, LabelName, RelationId, RelationType, Schema, sort_by};
use crate::text::snap::{Gesture, Trim, snap};
use crate::text::{Segmenter, Span, Unit};

/// One link that could be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The name of its type.
    pub kind: String,
    /// The annotation that it leads from.
    pub from: AnnotationId,
    /// The annotation that it leads to.
    pub to: AnnotationId,
}

/// A link in the making: it has its first ends, and looks for the other one.
#[derive(Clone, Debug, PartialEq)]
pub struct Linking {
    /// The annotations that are to be linked.
    pub ends: Rc<[AnnotationId]>,
    /// The annotations that they can be linked to, the nearest first, each with the letters that take it.
    pub candidates: Rc<[(AnnotationId, String)]>,
    /// The letters that were typed.
    pub typed: String,
    /// Which candidate was walked to.
    pub at: Option<usize>,
}

/// What is offered after something was marked: to link it, by one key.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// The annotation that was marked.
    pub at: AnnotationId,
    /// The links.
    pub links: Rc<[Link]>,
    /// What they say, as in `said by “the mayor”`.
    pub words: String,
}

/// A question with a few answers, each of them one key.
#[derive(Clone, Debug, PartialEq)]
pub struct Chooser {
    /// What is asked.
    pub question: String,
    /// The answers, in words.
    pub options: Rc<[String]>,
    /// The one that the arrows stand at.
    pub at: usize,
    /// What the answer is for.
    pub purpose: Purpose,
}

/// What a [`Chooser`] asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Purpose {
    /// Which of several links is meant; each answer makes its own list of them.
    Link(Rc<[Vec<Link>]>),
    /// Which type a relation shall have: the types, and whether it is turned round for it.
    Retype(RelationId, Rc<[(String, bool)]>),
    /// Which value an attribute of the focus shall have.
    Value(String),
}

/// The links of each type that can be made between two annotations: those that lead from the first one,
/// else those that lead to it.
#[must_use]
pub fn links_between(schema: &Schema, a: &Annotation, b: &Annotation) -> Vec<Link> {
    let between = |from: &Annotation, to: &Annotation| -> Vec<Link> {
        let kinds = schema.relations_between(&from.label, &to.label);
        let link = |kind: &RelationType| Link { kind: kind.name.clone(), from: from.id.clone(), to: to.id.clone() };
        kinds.map(link).collect()
    };
    if a.id == b.id {
        return Vec::new();
    }
    let forward = between(a, b);
    if forward.is_empty() { between(b, a) } else { forward }
}

/// Whether the document has a link already.
#[must_use]
pub fn is_there(document: &Document, link: &Link) -> bool {
    let symmetric = document.schema.relation(&link.kind).is_some_and(|kind| kind.symmetric);
    document.relations.iter().any(|held| {
        held.kind == link.kind
            && ((held.from == link.from && held.to == link.to)
                || (symmetric && held.from == link.to && held.to == link.from))
    })
}

/// The annotations that at least one of the ends can be linked to, the nearest to the first end first.
#[must_use]
pub fn candidates(document: &Document, ends: &[Rc<Annotation>]) -> Vec<AnnotationId> {
    let Some(first) = ends.first() else { return Vec::new() };
    let schema = &document.schema;
    // Which labels will do is asked once for each label, not for each annotation.
    let fits = |label: &LabelName| {
        let one = |end: &Rc<Annotation>| {
            schema.relations_between(&end.label, label).next().is_some()
                || schema.relations_between(label, &end.label).next().is_some()
        };
        ends.iter().any(one)
    };
    let fitting: Vec<&LabelName> = document.annotations.counts().keys().filter(|label| fits(label)).collect();
    let here = first.fragments.envelope();
    let distance = |annotation: &Annotation| {
        let there = annotation.fragments.envelope();
        if there.start() >= here.end() {
            there.start().get() - here.end().get()
        } else {
            here.start().get().saturating_sub(there.end().get())
        }
    };
    let is_end = |id: &AnnotationId| ends.iter().any(|end| end.id == *id);
    let mut found: Vec<&Rc<Annotation>> =
        document.annotations.iter().filter(|a| fitting.contains(&&a.label) && !is_end(&a.id)).collect();
    sort_by(&mut found, |a, b| distance(a).cmp(&distance(b)));
    found.into_iter().map(|annotation| annotation.id.clone()).collect()
}

/// What to offer for an annotation that was just marked: for a source in the sentence of a claim that has
/// none, that it said it; for a location inside a claim, that this is where; and the same seen from a
/// claim that was marked after them.
#[must_use]
pub fn offer(document: &Document, marked: &Annotation, segmenter: &dyn Segmenter) -> Option<Offer> {
    let text = document.text();
    let envelope = marked.fragments.envelope();
    let gesture = Gesture::Drag { anchor: envelope.start(), head: envelope.end() };
    let sentence = snap(text, segmenter, gesture, Unit::Sentence, Trim::default()).unwrap_or(envelope);
    let schema = &document.schema;
    let has = |from: &AnnotationId, kind: &str| {
        document.relations.at(from).any(|relation| relation.kind == kind && relation.from == *from)
    };
    let inside = |inner: &Annotation, outer: &Annotation| {
        let holds =
            |span: &Span| outer.fragments.spans().iter().any(|o| o.start() <= span.start() && span.end() <= o.end());
        inner.fragments.spans().iter().all(holds)
    };
    let gap = |other: &Annotation| {
        let there = other.fragments.envelope();
        let (first, second) = if there.start() < envelope.start() { (there, envelope) } else { (envelope, there) };
        second.start().get().saturating_sub(first.end().get())
    };
    let near: Vec<&Rc<Annotation>> =
        document.annotations.overlapping(text, sentence).filter(|other| other.id != marked.id).collect();
    let mut links: Vec<Link> = Vec::new();
    let directed = schema.relations.iter().filter(|kind| !kind.archived && !kind.symmetric);
    for kind in directed {
        // A link between two of one label needs a thought.
        let parts = |from: &Annotation, to: &Annotation| from.label != to.label && kind.allows(&from.label, &to.label);
        let link = |from: &Annotation, to: &Annotation| Link {
            kind: kind.name.clone(),
            from: from.id.clone(),
            to: to.id.clone(),
        };
        if kind.expected {
            // Of several, the one that stands nearest; what lies inside a claim is part of what is claimed.
            let fits = |other: &&&Rc<Annotation>| {
                (parts(other, marked) && !has(&other.id, &kind.name) && !inside(marked, other))
                    || (parts(marked, other) && !has(&marked.id, &kind.name) && !inside(other, marked))
            };
            let nearest = near.iter().filter(fits).min_by_key(|other| gap(other));
            if let Some(other) = nearest {
                links.push(if parts(other, marked) { link(other, marked) } else { link(marked, other) });
            }
        } else {
            // The innermost that it stands in, or all that stand in it.
            let around = near.iter().filter(|other| parts(other, marked) && inside(marked, other));
            let innermost = around.min_by_key(|other| other.fragments.envelope().byte_len());
            links.extend(innermost.map(|other| link(other, marked)));
            let within = near.iter().filter(|other| parts(marked, other) && inside(other, marked));
            links.extend(within.map(|other| link(marked, other)));
        }
    }
    links.retain(|link| !is_there(document, link));
    if links.is_empty() {
        return None;
    }
    let words: Vec<String> = links.iter().map(|link| words(document, link, &marked.id)).collect();
    Some(Offer { at: marked.id.clone(), links: links.into(), words: words.join(", ") })
}

/// What a link says, seen from one of its ends: `said by “the mayor”`.
#[must_use]
pub fn words(document: &Document, link: &Link, seen_from: &AnnotationId) -> String {
    let from_here = link.from == *seen_from;
    let other = if from_here { &link.to } else { &link.from };
    let kind = document.schema.relation(&link.kind);
    let said = kind.map_or(link.kind.as_str(), |kind| kind.words(from_here));
    let quote = document.annotations.get(other).map(|other| document.short_quote(other)).unwrap_or_default();
    format!("{said} {quote}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::schema::first;
    use crate::model::{Annotations, DocumentId, DocumentInfo, Extra, Fragments, Intake, Relation, Relations};
    use crate::text::{PlainSegmenter, Text};

    const TEXT: &str =
        "The bridge in Karsa was safe, the mayor said. Nine died in Karsa, police said. It is said that Oda fell.";

    /// A document with annotations named by their label's first letter and a number: `c0`, `s1`.
    fn document(marks: &[(&str, &str)], relations: &[(&str, &str, &str)]) -> Document {
        let info = DocumentInfo {
            id: DocumentId::new("d"),
            title: String::new(),
            text: Text::new(TEXT),
            intake: Intake::default(),
            metadata: Extra::new(),
            created: None,
            extra: Extra::new(),
        };
        let mut document = Document::new(info, first());
        let all = marks.iter().enumerate().map(|(i, (label, quote))| {
            let start = TEXT.find(quote).expect("the words");
            let span = Span::from_bytes(start, start + quote.len()).expect("a span");
            let id = format!("{}{i}", label.to_lowercase().chars().next().expect("a letter"));
            Rc::new(Annotation::new(AnnotationId::new(id), LabelName::new(*label), Fragments::one(span)))
        });
        document.annotations = Annotations::from_vec(document.text(), all.collect());
        let relations = relations.iter().enumerate().map(|(i, (kind, from, to))| {
            let id = RelationId::new(format!("r{i}"));
            Rc::new(Relation::new(id, *kind, AnnotationId::new(*from), AnnotationId::new(*to)))
        });
        document.relations = Relations::from_vec(relations.collect());
        document
    }

    const SAFE: (&str, &str) = ("Claim", "The bridge in Karsa was safe");
    const DIED: (&str, &str) = ("Claim", "Nine died in Karsa");
    const OTHER: (&str, &str) = ("Claim", "Oda fell");
    const MAYOR: (&str, &str) = ("Source", "the mayor");
    const POLICE: (&str, &str) = ("Source", "police");
    const KARSA: (&str, &str) = ("Location", "Karsa");

    #[test]
    fn what_is_offered() {
        // The annotation marked last is the one that something is offered for.
        let check = |marks: &[(&str, &str)], relations: &[(&str, &str, &str)], expected: &[(&str, &str, &str)]| {
            let document = document(marks, relations);
            let marked = document.annotations.iter().max_by_key(|a| a.id.as_str().get(1..).map(str::to_owned));
            let offer = offer(&document, marked.expect("one"), &PlainSegmenter);
            let links = offer.as_ref().map_or(&[][..], |offer| &offer.links);
            let found: Vec<_> = links.iter().map(|l| (l.kind.as_str(), l.from.as_str(), l.to.as_str())).collect();
            assert_eq!(found, expected, "{marks:?} {relations:?}");
        };
        check(&[SAFE], &[], &[]);
        check(&[SAFE, MAYOR], &[], &[("attributed to", "c0", "s1")]);
        check(&[MAYOR, SAFE], &[], &[("attributed to", "c1", "s0")]);
        check(&[SAFE, POLICE], &[], &[]);
        check(&[SAFE, DIED, POLICE], &[], &[("attributed to", "c1", "s2")]);
        check(&[SAFE, MAYOR, ("Source", "mayor")], &[("attributed to", "c0", "s1")], &[]);
        check(&[SAFE, KARSA], &[], &[("located in", "c0", "l1")]);
        check(&[KARSA, SAFE], &[], &[("located in", "c1", "l0")]);
        check(&[MAYOR, KARSA, SAFE], &[], &[("attributed to", "c2", "s0"), ("located in", "c2", "l1")]);
        check(&[DIED, KARSA], &[], &[]);
        check(&[OTHER, ("Source", "Oda")], &[], &[]);
        check(&[SAFE, ("Claim", "bridge in Karsa"), KARSA], &[], &[("located in", "c1", "l2")]);
    }

    #[test]
    fn an_offer_is_said_in_words() {
        let document = document(&[SAFE, MAYOR], &[]);
        let marked = document.annotations.get(&AnnotationId::new("s1")).expect("it");
        let offer = offer(&document, marked, &PlainSegmenter).expect("an offer");
        assert_eq!(offer.words, "says “The bridge in Karsa was safe”");
    }

    #[test]
    fn the_nearest_candidate_comes_first() {
        let document = document(&[SAFE, MAYOR, POLICE, KARSA, OTHER], &[]);
        let end = document.annotations.get(&AnnotationId::new("c4")).cloned().expect("it");
        let found: Vec<String> = candidates(&document, &[end]).iter().map(ToString::to_string).collect();
        assert_eq!(found, ["s2", "s1", "c0", "l3"]);
        let source = document.annotations.get(&AnnotationId::new("s1")).cloned().expect("it");
        let found: Vec<String> = candidates(&document, &[source]).iter().map(ToString::to_string).collect();
        assert_eq!(found, ["c0", "s2", "c4"], "claims, and other sources that it may be the same as");
    }

    #[test]
    fn links_lead_from_the_first_where_they_can() {
        let document = document(&[SAFE, MAYOR, DIED, KARSA, POLICE], &[]);
        let check = |a: &str, b: &str, expected: &[(&str, &str, &str)]| {
            let get = |id: &str| document.annotations.get(&AnnotationId::new(id)).expect("it");
            let links = links_between(&document.schema, get(a), get(b));
            let found: Vec<_> = links.iter().map(|l| (l.kind.as_str(), l.from.as_str(), l.to.as_str())).collect();
            assert_eq!(found, expected, "{a} {b}");
        };
        check("c0", "s1", &[("attributed to", "c0", "s1")]);
        check("s1", "c0", &[("attributed to", "c0", "s1")]);
        check("c0", "c2", &[("supports", "c0", "c2"), ("contradicts", "c0", "c2")]);
        check("s1", "s4", &[("same as", "s1", "s4")]);
        check("s1", "l3", &[]);
        check("c0", "c0", &[]);
    }
}
