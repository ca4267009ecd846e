//! Carrying out the repairs that the checks offer, and going to what they found.
//!
//! Invariant: a repair is one step of undo, and loses nothing that people said: of annotations that become
//! one, relations, notes and values go over to the one that stays.

use std::rc::Rc;

use super::Turn;
use crate::app::effect::Effect;
use crate::app::linking::Link;
use crate::app::state::{Focus, Selection, Side};
use crate::edit::Op;
use crate::model::{
    Annotation, AnnotationId, Attribute, Document, Extra, Flag, Fragments, LabelName, Relation, RelationId, Remarks,
    Timestamp, attribute,
};
use crate::query::check::{Change, Finding, Repair};

impl Turn<'_> {
    /// While the checks are shown, the document that is there now is checked, one at a time.
    pub(super) fn keep_checked(&mut self) {
        let Some(open) = self.state.open.as_ref().filter(|open| open.side == Side::Checks) else { return };
        let document = &open.session.document;
        let known = self.state.checked.as_ref().is_some_and(|(known, _)| known.same_look(document));
        if !known && self.state.checking.is_none() {
            self.state.checking = Some(document.clone());
            self.effects.push(Effect::Check(Box::new(document.clone())));
        }
    }

    pub(super) fn checked(&mut self, found: Result<Vec<Finding>, String>) {
        if let Some(document) = self.state.checking.take() {
            self.state.checked = Some((document, found.map(Into::into)));
        }
        self.go_on_finishing();
    }

    /// Goes to what was found, and into the field that is meant.
    pub(super) fn jump_to(
        &mut self,
        id: Option<AnnotationId>,
        relation: Option<RelationId>,
        attribute: Option<String>,
    ) {
        match (id, relation) {
            (Some(id), None) => self.focus_row(id),
            (Some(id), Some(relation)) => self.focus_relation(id, relation),
            // Where nothing has the focus, the panel asks about the article.
            (None, _) => {
                if let Some(open) = self.state.open.as_mut() {
                    (open.focus, open.relation) = (None, None);
                }
            }
        }
        self.effects.extend(attribute.map(Effect::FocusField));
    }

    /// Carries a repair out; it may be older than the document that it meets.
    pub(super) fn repair(&mut self, repair: &Repair) {
        let now = self.env.now();
        let Some(open) = self.state.open.as_ref().filter(|open| open.can_write()) else {
            self.state.refuse("This article is open in another tab. Make changes there, or close it there.");
            return;
        };
        let document = &open.session.document;
        let step = match &repair.change {
            Change::Link(kind, from, to) => {
                let link = Link { kind: kind.clone(), from: from.clone(), to: to.clone() };
                let has = |id| document.annotations.get(id).is_some();
                if !has(from) || !has(to) {
                    return self.state.refuse("This has changed meanwhile. Look at it again.");
                }
                self.focus_row(from.clone());
                return self.make_links(&[link], false);
            }
            Change::Reshape(id, fragments) => reshape(document, id, fragments, &now),
            Change::Relabel(id, label) => relabel(document, id, label, &now),
            Change::Merge { keep, drop } => merge(document, keep, drop, &now),
        };
        let Some((name, ops, id)) = step else {
            return self.state.refuse("This has changed meanwhile. Look at it again.");
        };
        let twin = ops.iter().find_map(|op| match op {
            Op::Annotation { before: Some(before), after: Some(after) } if !before.is_twin_of(after) => {
                document.annotations.twin_of(document.text(), after)
            }
            _ => None,
        });
        if let Some(twin) = twin {
            let label = twin.label.clone();
            return self.state.refuse(format!("Those words are marked as {label} already"));
        }
        let said = format!("Done: {name}");
        if !self.edit(name, ops, false) {
            return;
        }
        let Some(open) = self.state.open.as_mut() else { return };
        let start = open.session.document.annotations.get(&id).map(|held| held.fragments.envelope().start());
        open.focus = Some(Focus { id, fragment: 0 });
        open.under_click = Rc::default();
        if let Some(start) = start {
            open.selection = Selection::caret(start);
            self.effects.push(Effect::Reveal(start));
        }
        self.state.tell(said);
    }
}

/// The name of a step of undo, its changes, and the annotation that it is about.
type Step = (String, Vec<Op>, AnnotationId);

fn reshape(document: &Document, id: &AnnotationId, fragments: &Fragments, now: &Timestamp) -> Option<Step> {
    let before = document.annotations.get(id).filter(|before| before.fragments != *fragments)?;
    let mut after = Annotation { fragments: fragments.clone(), ..(**before).clone() };
    after.remarks.modified = Some(Rc::clone(now));
    let name = format!("mend the edges of {}", document.short_quote(before));
    Some((name, vec![replaced(before, after)], id.clone()))
}

fn relabel(document: &Document, id: &AnnotationId, label: &LabelName, now: &Timestamp) -> Option<Step> {
    let before = document.annotations.get(id).filter(|before| before.label != *label)?;
    let mut after = Annotation { label: label.clone(), ..(**before).clone() };
    after.remarks.modified = Some(Rc::clone(now));
    let name = format!("relabel {} as {label}", document.short_quote(before));
    Some((name, vec![replaced(before, after)], id.clone()))
}

fn replaced(before: &Rc<Annotation>, after: Annotation) -> Op {
    Op::Annotation { before: Some(Rc::clone(before)), after: Some(Rc::new(after)) }
}

/// Several annotations become one: what was said of the others is said of it, and relations at them are at it.
fn merge(document: &Document, keep: &AnnotationId, drop: &[AnnotationId], now: &Timestamp) -> Option<Step> {
    let schema = &document.schema;
    let kept = document.annotations.get(keep)?;
    let mut gone: Vec<&Rc<Annotation>> = Vec::new();
    for id in drop {
        let annotation = document.annotations.get(id).filter(|other| other.label == kept.label && *id != *keep)?;
        if gone.iter().all(|other| other.id != *id) {
            gone.push(annotation);
        }
    }
    let mut ops = Vec::new();

    // The relations that are at it in the end: as they were, and as they shall be.
    let one = |id: &AnnotationId| if drop.contains(id) { keep.clone() } else { id.clone() };
    let mut done: Vec<Moved<'_>> = Vec::new();
    let mut seen: Vec<&RelationId> = Vec::new();
    let mut lost: Vec<Remarks> = Vec::new();
    for own in [kept].into_iter().chain(gone.iter().copied()) {
        let new = document.relations.at(&own.id).filter(|relation| !seen.contains(&&relation.id));
        let here: Vec<Moved<'_>> = new
            .map(|before| (before, Relation { from: one(&before.from), to: one(&before.to), ..(**before).clone() }))
            .collect();
        seen.extend(here.iter().map(|(before, _)| &before.id));
        let groups: Vec<Option<String>> = here.iter().map(|moved| group_of(moved, &own.id, &here, &done)).collect();
        for ((before, mut after), group) in here.into_iter().zip(groups) {
            after.group = group;
            let symmetric = schema.relation(&after.kind).is_some_and(|kind| kind.symmetric);
            let known = done.iter_mut().find(|(_, other)| is_duplicate(other, &after, symmetric));
            if after.from == after.to && before.from != before.to {
                lost.push(Remarks { note: after.remarks.note, ..Remarks::default() });
                ops.push(Op::Relation { before: Some(Rc::clone(before)), after: None });
            } else if let Some((_, known)) = known {
                take_over(&mut known.remarks, &after.remarks, schema.relation_attributes(&after.kind));
                fill(&mut known.extra, &after.extra);
                known.group = known.group.take().or(after.group);
                ops.push(Op::Relation { before: Some(Rc::clone(before)), after: None });
            } else {
                done.push((before, after));
            }
        }
    }
    for (before, mut after) in done.into_iter().filter(|(before, after)| ***before != *after) {
        after.remarks.modified = Some(Rc::clone(now));
        ops.push(Op::Relation { before: Some(Rc::clone(before)), after: Some(Rc::new(after)) });
    }

    let mut after = (**kept).clone();
    for annotation in &gone {
        take_over(&mut after.remarks, &annotation.remarks, schema.label_attributes(&kept.label));
        fill(&mut after.extra, &annotation.extra);
        ops.push(Op::Annotation { before: Some(Rc::clone(annotation)), after: None });
    }
    for remarks in &lost {
        take_over(&mut after.remarks, remarks, &[]);
    }
    after.remarks.modified = Some(Rc::clone(now));
    ops.push(replaced(kept, after));
    let name = format!("merge {} annotations of {}", gone.len() + 1, document.short_quote(kept));
    Some((name, ops, keep.clone()))
}

/// A relation as it was and as it shall be.
type Moved<'a> = (&'a Rc<Relation>, Relation);

fn is_duplicate(a: &Relation, b: &Relation, symmetric: bool) -> bool {
    let same = (&a.from, &a.to) == (&b.from, &b.to);
    let turned = symmetric && (&a.from, &a.to) == (&b.to, &b.from);
    let grouped_apart = a.group.is_some() && b.group.is_some() && a.group != b.group;
    a.kind == b.kind && (same || turned) && !grouped_apart
}

/// The group that a relation goes into: where the same group is there already, that one; where another one
/// has its name, one with a name of its own.
fn group_of(moved: &Moved<'_>, own: &AnnotationId, here: &[Moved<'_>], done: &[Moved<'_>]) -> Option<String> {
    let (before, after) = moved;
    let name = after.group.as_ref()?;
    if before.from != *own {
        return Some(name.clone());
    }
    let in_group = |list: &[Moved<'_>], name: &str, kind: &str, to: &AnnotationId| {
        list.iter().any(|(_, held)| {
            held.from == after.from && held.group.as_deref() == Some(name) && held.kind == kind && held.to == *to
        })
    };
    let is_taken = |list: &[Moved<'_>], name: &str| {
        list.iter().any(|(_, held)| held.from == after.from && held.group.as_deref() == Some(name))
    };
    let mates = || here.iter().filter(|(before, mate)| before.from == *own && mate.group.as_ref() == Some(name));
    let known = done.iter().filter_map(|(_, held)| held.group.as_deref());
    let mut known = known.filter(|known| mates().all(|(_, mate)| in_group(done, known, &mate.kind, &mate.to)));
    if let Some(known) = known.next() {
        return Some(known.to_owned());
    }
    let mut fresh = name.clone();
    while is_taken(done, &fresh) || (fresh != *name && is_taken(here, &fresh)) {
        fresh.push('+');
    }
    Some(fresh)
}

/// What was said of one is said of the other, too: values where it has none, the rest in its note.
fn take_over(kept: &mut Remarks, gone: &Remarks, attributes: &[Attribute]) {
    let mut lines: Vec<String> = Vec::new();
    for (name, value) in &gone.attributes {
        let fits = attribute(attributes, name).is_none_or(|known| known.check(value).is_ok());
        match kept.attributes.get(name) {
            None if fits => {
                kept.attributes.insert(name.clone(), value.clone());
            }
            Some(same) if same == value => {}
            _ => {
                let words = value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
                lines.push(format!("{name}: {words}"));
            }
        }
    }
    if !gone.note.is_empty() && gone.note != kept.note {
        lines.insert(0, gone.note.clone());
    }
    for line in lines {
        if !kept.note.is_empty() {
            kept.note.push('\n');
        }
        kept.note.push_str(&line);
    }
    // What is right in one place is not discarded for being wrong in another.
    kept.flag = match (kept.flag, gone.flag) {
        (Some(Flag::Discard), flag) | (flag, Some(Flag::Discard)) => flag,
        (kept, gone) => kept.or(gone),
    };
}

fn fill(kept: &mut Extra, gone: &Extra) {
    for (name, value) in gone {
        if !kept.contains_key(name) {
            kept.insert(name.clone(), value.clone());
        }
    }
}
