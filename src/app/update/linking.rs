//! Relations: making them, focusing, retyping and turning them, and the questions that this asks.
//!
//! Invariant: a relation is made only where the schema allows it and it is not there yet; everything
//! else says why. Several claims linked at once are one step of undo.

use std::rc::Rc;

use super::Turn;
use crate::app::effect::Effect;
use crate::app::letters::{self, Typed};
use crate::app::linking::{self, Chooser, Link, Linking, Purpose};
use crate::app::list::row_name;
use crate::app::state::{Focus, Selection, Side};
use crate::edit::{Op, rules};
use crate::model::{Annotation, AnnotationId, Document, Relation, RelationId, Remarks, defaults};
use crate::text::ByteOffset;

/// So many candidates are read out when a link begins.
const READ_OUT: usize = 5;

impl Turn<'_> {
    /// `R`: the focused annotation, and those picked beside it, look for their other end.
    pub(super) fn relate(&mut self) {
        let Some(open) = self.state.open.as_mut() else { return };
        if open.linking.take().is_some() {
            self.state.announce("No link is made");
            return;
        }
        let document = &open.session.document;
        let Some(focused) = open.focused().cloned() else { return };
        let picked = open.picked.iter().filter(|id| **id != focused.id);
        let picked = picked.filter_map(|id| document.annotations.get(id).cloned());
        let ends: Vec<Rc<Annotation>> = std::iter::once(Rc::clone(&focused)).chain(picked).collect();
        let found = linking::candidates(document, &ends);
        if found.is_empty() {
            let known = document
                .schema
                .relations
                .iter()
                .any(|kind| !kind.archived && (kind.leads_from(&focused.label) || kind.leads_to(&focused.label)));
            self.state.refuse(if known {
                format!("There is nothing yet that this {} could be linked to", focused.label)
            } else {
                format!("No relation begins or ends at a {}. The schema says which there are.", focused.label)
            });
            return;
        }
        let first: Vec<String> = found
            .iter()
            .take(READ_OUT)
            .zip(letters::codes(found.len()))
            .filter_map(|(id, code)| {
                let annotation = document.annotations.get(id)?;
                Some(format!("{code}: {} {}", annotation.label, document.short_quote(annotation)))
            })
            .collect();
        let codes = letters::codes(found.len());
        let candidates: Vec<(AnnotationId, String)> = found.into_iter().zip(codes).collect();
        let count = crate::app::count_words(candidates.len(), "annotation", "annotations");
        let said = format!(
            "Link to one of {count}: click it, type its letters, or walk with . and , and press Enter. {}",
            first.join("; ")
        );
        open.selection = Selection::caret(open.selection.head);
        open.relation = None;
        open.linking = Some(Linking {
            ends: ends.iter().map(|end| end.id.clone()).collect(),
            candidates: candidates.into(),
            typed: String::new(),
            at: None,
        });
        self.state.toast = None;
        self.state.announce(said);
    }

    pub(super) fn link_letter(&mut self, letter: char) {
        let Some(linking) = self.state.open.as_mut().and_then(|open| open.linking.as_mut()) else { return };
        linking.typed.push(letter.to_ascii_lowercase());
        let codes: Vec<String> = linking.candidates.iter().map(|(_, code)| code.clone()).collect();
        match letters::typed(&codes, &linking.typed) {
            Typed::Hit(at) => {
                let id = linking.candidates.get(at).map(|(id, _)| id.clone());
                if let Some(id) = id {
                    self.link_to(&id);
                }
            }
            Typed::Prefix => {}
            Typed::Nothing => {
                linking.typed.clear();
                self.state.announce(format!("No annotation has the letter {letter}"));
            }
        }
    }

    /// Walks through the candidates, instead of through all annotations.
    pub(super) fn walk_candidates(&mut self, on: bool) {
        let Some(open) = self.state.open.as_mut() else { return };
        let Some(linking) = open.linking.as_mut() else { return };
        let count = linking.candidates.len();
        let at = match (linking.at, on) {
            (None, true) => 0,
            (None, false) => count - 1,
            (Some(at), true) => (at + 1) % count,
            (Some(at), false) => (at + count - 1) % count,
        };
        linking.at = Some(at);
        let id = linking.candidates.get(at).map(|(id, _)| id.clone());
        let document = &open.session.document;
        let Some(annotation) = id.and_then(|id| document.annotations.get(&id)) else { return };
        let (said, start) = (row_name(document, annotation), annotation.fragments.envelope().start());
        self.effects.push(Effect::Reveal(start));
        self.state.announce(format!("{said}, {} of {count}. Enter links.", at + 1));
    }

    /// `Enter` while a link is in the making: the candidate that was walked to.
    pub(super) fn link_to_walked(&mut self) -> bool {
        let linking = self.state.open.as_ref().and_then(|open| open.linking.as_ref());
        let Some(linking) = linking else { return false };
        match linking.at.and_then(|at| linking.candidates.get(at)).map(|(id, _)| id.clone()) {
            Some(id) => self.link_to(&id),
            None => self.state.tell("Click the annotation to link to, type its letters, or walk to it with . and ,"),
        }
        true
    }

    /// The other end was chosen: the link is made, or it is asked which one.
    pub(super) fn link_to(&mut self, id: &AnnotationId) {
        let Some(open) = self.state.open.as_mut() else { return };
        let Some(linking) = open.linking.take() else { return };
        let document = &open.session.document;
        let Some(target) = document.annotations.get(id).cloned() else { return };
        let ends: Vec<Rc<Annotation>> = linking
            .ends
            .iter()
            .filter(|end| *end != id)
            .filter_map(|end| document.annotations.get(end).cloned())
            .collect();
        let all: Vec<Link> =
            ends.iter().flat_map(|end| linking::links_between(&document.schema, end, &target)).collect();
        let mut kinds: Vec<&str> = Vec::new();
        for link in &all {
            if !kinds.contains(&link.kind.as_str()) {
                kinds.push(&link.kind);
            }
        }
        if kinds.is_empty() {
            let label = ends.first().map_or("annotation", |end| end.label.as_str());
            let why = format!("No relation links a {label} and a {}", target.label);
            open.linking = Some(linking);
            return self.state.refuse(why);
        }
        let by_kind: Vec<Vec<Link>> =
            kinds.iter().map(|kind| all.iter().filter(|link| link.kind == *kind).cloned().collect()).collect();
        if let [links] = by_kind.as_slice() {
            let links = links.clone();
            self.make_links(&links, false);
            return;
        }
        let quote = document.short_quote(&target);
        let options: Vec<String> = by_kind
            .iter()
            .filter_map(|links| {
                let link = links.first()?;
                let from_here = link.to == *id;
                let words =
                    document.schema.relation(&link.kind).map_or(link.kind.as_str(), |kind| kind.words(from_here));
                Some(format!("{words} {quote}"))
            })
            .collect();
        self.ask("Which relation?".to_owned(), options, 0, Purpose::Link(by_kind.into()));
    }

    /// A press or a drag ended at an offset: the innermost annotation there that can be linked to.
    pub(super) fn link_at(&mut self, at: ByteOffset) {
        let Some(open) = self.state.open.as_ref() else { return };
        let Some(linking) = open.linking.as_ref() else { return };
        let document = &open.session.document;
        let here = document.annotations.at(document.text(), at);
        let fits = here.iter().find(|a| linking.candidates.iter().any(|(id, _)| *id == a.id));
        match (fits.map(|a| a.id.clone()), here.first().map(|a| a.id.clone())) {
            (Some(id), _) => self.link_to(&id),
            (None, Some(id)) if !linking.ends.contains(&id) => self.link_to(&id),
            _ => {
                if let Some(open) = self.state.open.as_mut() {
                    open.linking = None;
                }
                self.state.tell("No link was made: there is no annotation to link to");
            }
        }
    }

    /// Makes links as one step; those that are there already are left alone.
    pub(super) fn make_links(&mut self, links: &[Link], joins: bool) {
        let now = self.env.now();
        let ids: Vec<RelationId> = links.iter().map(|_| RelationId::new(self.env.new_id())).collect();
        let Some(open) = self.state.open.as_ref().filter(|open| open.can_write()) else {
            return self.refuse_reading();
        };
        let mut document = open.session.document.clone();
        let mut ops = Vec::new();
        let mut last = None;
        for (link, id) in links.iter().zip(ids) {
            if linking::is_there(&document, link) {
                continue;
            }
            let mut relation = Relation::new(id, &*link.kind, link.from.clone(), link.to.clone());
            relation.remarks = Remarks::made(
                &self.state.settings.name,
                &now,
                defaults(document.schema.relation_attributes(&link.kind)),
            );
            relation.group = group_for(&document, &relation, || self.env.new_id());
            let relation = Rc::new(relation);
            let op = Op::Relation { before: None, after: Some(Rc::clone(&relation)) };
            // The next one may join the group of this one.
            document.relations.insert(Rc::clone(&relation));
            ops.push(op);
            last = Some(link);
        }
        let Some(last) = last else {
            return self.state.refuse("They are linked like this already");
        };
        let seen_from =
            open.focus.as_ref().map_or(&last.from, |focus| if focus.id == last.to { &last.to } else { &last.from });
        let quote = document.annotations.get(seen_from).map(|a| document.short_quote(a)).unwrap_or_default();
        let words = linking::words(&document, last, seen_from);
        let name = match ops.len() {
            1 => format!("link {quote}: {words}"),
            count => format!("make {count} links"),
        };
        let said =
            if ops.len() == 1 { format!("Linked {quote}: {words}") } else { format!("{} links made", ops.len()) };
        if self.edit(name, ops, joins) {
            if let Some(open) = self.state.open.as_mut() {
                open.picked = Rc::default();
                open.linking = None;
                open.offer = None;
            }
            self.state.tell(said);
        }
    }

    /// After something was marked: offers to link it, or does, where the settings say so.
    pub(super) fn offer_links(&mut self, id: &AnnotationId) {
        let Some(open) = self.state.open.as_mut() else { return };
        let document = &open.session.document;
        let Some(marked) = document.annotations.get(id) else { return };
        let offer = linking::offer(document, marked, self.env.segmenter());
        if self.state.settings.auto_link {
            if let Some(offer) = offer {
                self.make_links(&offer.links, true);
            }
            return;
        }
        if let Some(offer) = &offer {
            let heard = format!("{}. Enter links it: {}", self.state.announcement.text, offer.words);
            open.offer = Some(offer.clone());
            self.state.announce(heard);
        } else {
            open.offer = None;
        }
    }

    pub(super) fn accept_offer(&mut self) {
        if let Some(offer) = self.state.open.as_mut().and_then(|open| open.offer.take()) {
            self.make_links(&offer.links, false);
        }
    }

    pub(super) fn pick_focused(&mut self) {
        let focused = self.state.open.as_ref().and_then(|open| open.focus.as_ref()).map(|focus| focus.id.clone());
        if let Some(id) = focused {
            self.pick(id);
        }
    }

    /// Picks an annotation, or lets go of it. What has the focus is among the picked ones from the first
    /// one on, so that the next click adds to it.
    pub(super) fn pick(&mut self, id: AnnotationId) {
        let Some(open) = self.state.open.as_mut() else { return };
        let Some(annotation) = open.session.document.annotations.get(&id).cloned() else { return };
        let mut picked = open.picked.to_vec();
        if picked.is_empty()
            && let Some(focus) = open.focus.as_ref().filter(|focus| focus.id != id)
        {
            picked.push(focus.id.clone());
        }
        let was_there = picked.contains(&id);
        if was_there {
            picked.retain(|other| *other != id);
        } else {
            picked.push(id.clone());
        }
        let count = picked.len();
        open.picked = picked.into();
        open.focus = Some(Focus { id, fragment: 0 });
        open.relation = None;
        let said = row_name(&open.session.document, &annotation);
        self.state
            .announce(format!("{}, {said}. {count} picked", if was_there { "No longer picked" } else { "Picked" }));
    }

    // ---- The focused relation ----

    pub(super) fn focus_relation(&mut self, id: AnnotationId, relation: RelationId) {
        let Some(open) = self.state.open.as_ref() else { return };
        if open.focus.as_ref().is_none_or(|focus| focus.id != id) {
            self.focus(&id, None);
        }
        let Some(open) = self.state.open.as_mut() else { return };
        let document = &open.session.document;
        let Some(held) = document.relations.get(&relation) else { return };
        let link = Link { kind: held.kind.clone(), from: held.from.clone(), to: held.to.clone() };
        let said = linking::words(document, &link, &id);
        open.relation = Some(relation);
        self.state.announce(format!("Relation: {said}"));
    }

    /// `T`: from the annotation to its first relation, from one to the next, from the last one back.
    pub(super) fn next_relation(&mut self) {
        let Some(open) = self.state.open.as_mut() else { return };
        let Some(focus) = open.focus.clone() else { return };
        let all: Vec<RelationId> =
            open.session.document.relations.at(&focus.id).map(|relation| relation.id.clone()).collect();
        let at = open.relation.as_ref().and_then(|held| all.iter().position(|id| id == held));
        let next = at.map_or(0, |at| at + 1);
        match all.get(next) {
            Some(relation) => self.focus_relation(focus.id, relation.clone()),
            None => {
                open.relation = None;
                self.focus(&focus.id, None);
            }
        }
    }

    /// Replaces the focused relation; the change gives the new one and the step's name, or why not.
    fn change_relation(&mut self, change: impl FnOnce(&Document, &Relation) -> Result<(Relation, String), String>) {
        let now = self.env.now();
        let Some(open) = self.state.open.as_ref().filter(|open| open.can_write()) else {
            return self.refuse_reading();
        };
        let Some(before) = open.focused_relation().cloned() else { return };
        let document = &open.session.document;
        let (mut after, name) = match change(document, &before) {
            Ok(changed) => changed,
            Err(why) => return self.state.refuse(why),
        };
        after.remarks.modified = Some(now);
        let link = Link { kind: after.kind.clone(), from: after.from.clone(), to: after.to.clone() };
        let changed_link = (&before.kind, &before.from, &before.to) != (&after.kind, &after.from, &after.to);
        let mut without = document.clone();
        without.relations.remove(&before);
        if changed_link && linking::is_there(&without, &link) {
            return self.state.refuse("They are linked like this already");
        }
        let op = Op::Relation { before: Some(before), after: Some(Rc::new(after)) };
        if self.edit(name.clone(), vec![op], false) {
            self.state.tell(format!("Done: {name}"));
        }
    }

    /// Turns the focused relation round, where the schema allows it.
    pub(super) fn reverse(&mut self) {
        self.change_relation(|document, relation| {
            let turned = Relation { from: relation.to.clone(), to: relation.from.clone(), ..relation.clone() };
            allowed(document, &turned).map_err(|why| format!("It cannot be turned round: {why}."))?;
            Ok((turned, format!("turn round {}", relation.kind)))
        });
    }

    /// Asks for another type of the focused relation, where there is one; with a single one, it takes it.
    pub(super) fn retype(&mut self) {
        let Some(open) = self.state.open.as_ref() else { return };
        let Some(relation) = open.focused_relation() else { return };
        let document = &open.session.document;
        let label = |id| document.annotations.get(id).map(|annotation: &Rc<Annotation>| annotation.label.clone());
        let Some((from, to)) = label(&relation.from).zip(label(&relation.to)) else { return };
        let straight = document.schema.relations_between(&from, &to).map(|kind| (kind.name.clone(), false));
        let turned = document.schema.relations_between(&to, &from).map(|kind| (kind.name.clone(), true));
        let mut kinds: Vec<(String, bool)> = straight.collect();
        for (name, turned) in turned {
            if !kinds.iter().any(|(known, _)| *known == name) {
                kinds.push((name, turned));
            }
        }
        let at = kinds.iter().position(|(name, _)| *name == relation.kind).unwrap_or(0);
        let others = kinds.iter().filter(|(name, _)| *name != relation.kind).count();
        if others == 0 {
            let why = format!("“{}” is the only relation between a {from} and a {to}", relation.kind);
            return self.state.refuse(why);
        }
        let options = kinds.iter().map(|(name, _)| name.clone()).collect();
        let purpose = Purpose::Retype(relation.id.clone(), kinds.into());
        self.ask("Which relation shall it be?".to_owned(), options, at, purpose);
    }

    fn retype_as(&mut self, id: &RelationId, kind: &str, turned: bool) {
        let focused = self.state.open.as_ref().and_then(|open| open.relation.clone());
        if focused.as_ref() != Some(id) {
            return;
        }
        self.change_relation(|document, relation| {
            if relation.kind == kind {
                return Err(format!("It is “{kind}” already"));
            }
            let mut after = Relation { kind: kind.to_owned(), ..relation.clone() };
            if turned {
                std::mem::swap(&mut after.from, &mut after.to);
            }
            allowed(document, &after)?;
            let known = document.schema.relation_attributes(kind);
            super::remarks::keep_fitting(&mut after.remarks, known);
            Ok((after, format!("change {} to {kind}", relation.kind)))
        });
    }

    pub(super) fn set_group(&mut self, id: &RelationId, group: Option<String>) {
        let new = self.env.new_id();
        if let Some(open) = self.state.open.as_mut() {
            open.relation = Some(id.clone());
        }
        self.change_relation(|_, relation| {
            let group = Some(group.unwrap_or(new));
            if relation.group == group {
                return Err("It is part of this one already".to_owned());
            }
            Ok((Relation { group, ..relation.clone() }, "move a relation to another group".to_owned()))
        });
    }

    // ---- Questions ----

    pub(super) fn ask(&mut self, question: String, options: Vec<String>, at: usize, purpose: Purpose) {
        let answers = options.iter().enumerate().map(|(at, option)| format!("{}: {option}", at + 1));
        let said = format!("{question} {}", answers.collect::<Vec<_>>().join("; "));
        if let Some(open) = self.state.open.as_mut() {
            open.chooser = Some(Chooser { question, options: options.into(), at, purpose });
        }
        self.state.announce(said);
    }

    pub(super) fn choose(&mut self, at: usize) {
        let Some(chooser) = self.state.open.as_mut().and_then(|open| open.chooser.take()) else { return };
        match chooser.purpose {
            Purpose::Link(links) => {
                if let Some(links) = links.get(at).cloned() {
                    self.make_links(&links, false);
                }
            }
            Purpose::Retype(id, kinds) => {
                if let Some((kind, turned)) = kinds.get(at).cloned() {
                    self.retype_as(&id, &kind, turned);
                }
            }
            Purpose::Value(name) => self.choose_value(&name, at),
        }
        self.effects.push(Effect::FocusArticle);
    }

    pub(super) fn chooser_at(&mut self, at: usize) {
        let Some(chooser) = self.state.open.as_mut().and_then(|open| open.chooser.as_mut()) else { return };
        let Some(option) = chooser.options.get(at).cloned() else { return };
        chooser.at = at;
        self.state.announce(option);
    }

    pub(super) fn close_chooser(&mut self) {
        if self.state.open.as_mut().and_then(|open| open.chooser.take()).is_some() {
            self.state.announce("Nothing was chosen");
            self.effects.push(Effect::FocusArticle);
        }
    }

    // ---- The panel ----

    pub(super) fn hover(&mut self, id: Option<AnnotationId>) {
        if let Some(open) = self.state.open.as_mut() {
            open.hover = id;
        }
    }

    pub(super) fn hover_at(&mut self, at: Option<ByteOffset>) {
        let Some(open) = self.state.open.as_ref() else { return };
        let document = &open.session.document;
        let innermost = at.and_then(|at| document.annotations.at(document.text(), at).first().map(|a| a.id.clone()));
        self.hover(innermost);
    }

    pub(super) fn show_side(&mut self, side: Side) {
        if let Some(open) = self.state.open.as_mut() {
            open.side = side;
            self.state.list_shown = true;
        }
    }

    /// Shows the guidelines beside the article, or what was there before them.
    pub(super) fn guidelines(&mut self) {
        let Some(open) = self.state.open.as_ref() else { return };
        if open.side == Side::Guidelines {
            return self.show_side(Side::Annotations);
        }
        let words = open.schema().guidelines.clone();
        if words.trim().is_empty() {
            return self.state.tell("There are no guidelines yet. The schema is the place to write them.");
        }
        if self.state.guide.as_ref().is_none_or(|(known, _)| *known != words) {
            self.effects.push(Effect::Guidelines(words));
        }
        self.state.announce("Guidelines");
        self.show_side(Side::Guidelines);
    }

    pub(super) fn next_view(&mut self) {
        let Some(open) = self.state.open.as_ref() else { return };
        let all = crate::app::cards::views(open.schema());
        let at = all.iter().position(|side| *side == open.side).unwrap_or(0);
        if let Some(next) = all.get((at + 1) % all.len().max(1)).cloned() {
            self.state.announce(crate::app::cards::view_words(&next));
            self.show_side(next);
        }
    }

    pub(super) fn refuse_reading(&mut self) {
        self.state.refuse("This article is open in another tab. Make changes there, or close it there.");
    }
}

fn allowed(document: &Document, relation: &Relation) -> Result<(), String> {
    let label = |id| document.annotations.get(id).map(|annotation: &Rc<Annotation>| &annotation.label);
    match label(&relation.from).zip(label(&relation.to)) {
        Some((from, to)) => rules::may_link(&document.schema, &relation.kind, from, to),
        None => Err("one of its ends is gone".to_owned()),
    }
}

/// The group that a new relation joins, where its type makes up groups: the newest one of its annotation
/// that has no relation of that type yet, else a new one.
fn group_for(document: &Document, relation: &Relation, new_id: impl Fn() -> String) -> Option<String> {
    let word = &document.schema.relation(&relation.kind)?.group;
    if word.is_empty() {
        return None;
    }
    let of_word = |kind: &str| document.schema.relation(kind).is_some_and(|known| known.group == *word);
    let mut groups: Vec<(&str, bool)> = Vec::new();
    for held in document.relations.at(&relation.from).filter(|held| held.from == relation.from && of_word(&held.kind)) {
        let Some(group) = held.group.as_deref() else { continue };
        let has_kind = held.kind == relation.kind;
        match groups.iter_mut().find(|(known, _)| *known == group) {
            Some((_, has)) => *has |= has_kind,
            None => groups.push((group, has_kind)),
        }
    }
    let free = groups.iter().rev().find(|(_, has)| !has).map(|(group, _)| (*group).to_owned());
    Some(free.unwrap_or_else(new_id))
}
