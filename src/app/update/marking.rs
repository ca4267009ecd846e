//! Making and changing annotations: each a transaction with a name that undo can say.
//!
//! Invariant: what was refused changes nothing and says why; the same label twice on the same
//! words is never made here (a file may bring it).

use std::rc::Rc;

use super::Turn;
use crate::app::command::Edge;
use crate::app::state::{Focus, Held, Selection};
use crate::edit::{Entry, Op, Transaction, rules};
use crate::model::{Annotation, AnnotationId, Document, Fragments, LabelName, Relation, Remarks, Status, defaults};
use crate::text::{ByteOffset, Span};

/// Edits of the same kind within this many milliseconds are one burst, and one step of undo.
const BURST: f64 = 1500.0;

impl Turn<'_> {
    /// A label's key: label what is selected, else relabel what is focused, else take it in hand.
    pub(super) fn label_key(&mut self, position: u8) {
        let Some(open) = self.state.open.as_mut() else { return };
        let Some((_, label)) = open.schema().offered().nth(usize::from(position)) else { return };
        let label = label.name.clone();
        if open.selection.active {
            // In mid-drag: the key counts as held when the drag ends.
            open.held = Some(Held { position, used: false, relabelled: false });
        } else if open.selection.snapped.is_some() {
            open.held = Some(Held { position, used: true, relabelled: false });
            self.label_selection(&label, false);
        } else if open.focus.is_some() {
            let before = open.seq;
            self.relabel(&label);
            let relabelled = self.state.open.as_ref().is_some_and(|open| open.seq > before);
            if let Some(open) = self.state.open.as_mut() {
                open.held = Some(Held { position, used: !relabelled, relabelled });
            }
        } else {
            open.held = Some(Held { position, used: false, relabelled: false });
            self.state.toast = None;
        }
    }

    /// The key of a label goes up. Unless a gesture used it, the label is armed now, or no longer.
    pub(super) fn label_key_up(&mut self, position: u8) {
        let Some(open) = self.state.open.as_mut() else { return };
        let Some(held) = open.held.take_if(|held| held.position == position) else { return };
        let label = open.schema().offered().nth(usize::from(position)).map(|(_, label)| label.name.clone());
        if let (false, false, Some(label)) = (held.used, held.relabelled, label) {
            if open.selection.active {
                return;
            }
            self.arm(label);
        }
    }

    /// A label's button: label what is selected, else arm or disarm.
    pub(super) fn press_label(&mut self, label: LabelName) {
        let Some(open) = self.state.open.as_ref().filter(|open| open.can_write()) else {
            self.state.refuse("This article is open in another tab. Make changes there, or close it there.");
            return;
        };
        if open.selection.snapped.is_some() {
            self.label_selection(&label, false);
        } else {
            self.arm(label);
        }
    }

    fn arm(&mut self, label: LabelName) {
        let Some(open) = self.state.open.as_mut() else { return };
        if open.armed.as_ref() == Some(&label) {
            open.armed = None;
            self.state.announce(format!("{label} is no longer armed"));
        } else {
            open.armed = Some(label.clone());
            self.state.announce(format!("{label} is armed: every selection becomes a {label} until Escape"));
        }
    }

    /// A gesture begins while a label's key is down that has just relabelled something: the key was
    /// meant for the gesture.
    pub(super) fn take_back_held_relabel(&mut self) {
        let Some(held) = self.state.open.as_mut().and_then(|open| open.held.as_mut()) else { return };
        if held.relabelled {
            held.relabelled = false;
            held.used = true;
            let undone = self.perform(Entry::Undo);
            debug_assert!(undone.is_ok(), "the relabelling is the last step");
        }
    }

    /// The selection becomes an annotation, which then has the focus.
    pub(super) fn label_selection(&mut self, label: &LabelName, by_clicks: bool) {
        let (id, now) = (AnnotationId::new(self.env.new_id()), self.env.now());
        let Some(open) = self.state.open.as_ref().filter(|open| open.can_write()) else {
            return self.refuse_reading();
        };
        if open.selection.snapped.is_none() {
            return;
        }
        // It may have been taken before the label was known that keeps quotation marks.
        let Some(span) = self.snapped_for(Some(label)) else { return };
        let name = self.state.settings.name.clone();
        let Some(open) = self.state.open.as_mut() else { return };
        // The third click of a series takes the sentence instead of the word that the second took.
        let word = open.made_by_click.take().filter(|_| by_clicks);
        let word = word.and_then(|id| open.session.document.annotations.get(&id).cloned());
        let mut annotation = match &word {
            Some(word) => Annotation { fragments: Fragments::one(span), ..(**word).clone() },
            None => Annotation::new(id, label.clone(), Fragments::one(span)),
        };
        if word.is_none() {
            annotation.remarks = Remarks::made(&name, &now, defaults(open.schema().label_attributes(label)));
        }
        open.selection = Selection::caret(span.end());
        let text = open.text().clone();
        if let Some(twin) = open.session.document.annotations.twin_of(&text, &annotation) {
            let twin = twin.id.clone();
            self.focus(&twin, Some(span.start()));
            self.state.refuse(format!("These words are marked as {label} already"));
            return;
        }
        let annotation = Rc::new(annotation);
        let name = format!("label {} as {label}", open.session.document.short_quote(&annotation));
        let said = format!("{label}: {}", open.session.document.quote(&annotation));
        let joins = word.is_some();
        let op = Op::Annotation { before: word, after: Some(Rc::clone(&annotation)) };
        if self.edit(name, vec![op], joins) {
            if let Some(open) = self.state.open.as_mut() {
                open.focus = Some(Focus { id: annotation.id.clone(), fragment: 0 });
                open.relation = None;
                open.under_click = Rc::default();
                open.made_by_click = by_clicks.then(|| annotation.id.clone());
            }
            self.state.toast = None;
            self.state.announce(format!("Labelled {said}"));
            self.offer_links(&annotation.id);
        }
    }

    /// Gives the focused annotation another label. What the new one cannot have goes with the old one, in
    /// the same step: values of its attributes, relations that the schema does not allow.
    pub(super) fn relabel(&mut self, label: &LabelName) {
        let now = self.env.now();
        let Some(open) = self.state.open.as_ref().filter(|open| open.can_write()) else {
            return self.refuse_reading();
        };
        let Some(before) = open.focused().cloned() else { return };
        if before.label == *label {
            return self.state.refuse(format!("This is a {label} already"));
        }
        let document = &open.session.document;
        let mut after = Annotation { label: label.clone(), ..(*before).clone() };
        super::remarks::keep_fitting(&mut after.remarks, document.schema.label_attributes(label));
        after.remarks.modified = Some(now);
        if document.annotations.twin_of(document.text(), &after).is_some() {
            return self.state.refuse(format!("Those words are marked as {label} already"));
        }
        let goes = |relation: &&Rc<Relation>| {
            let label_of = |id: &AnnotationId| document.annotations.get(id).map(|annotation| annotation.label.clone());
            let end = |id: &AnnotationId| if *id == before.id { Some(label.clone()) } else { label_of(id) };
            let ends = end(&relation.from).zip(end(&relation.to));
            ends.is_some_and(|(from, to)| rules::may_link(&document.schema, &relation.kind, &from, &to).is_err())
        };
        let gone: Vec<Rc<Relation>> = document.relations.at(&before.id).filter(goes).cloned().collect();
        let quote = document.quote(&before);
        let name = format!("relabel {} as {label}", document.short_quote(&before));
        let lost = gone.len();
        let mut ops: Vec<Op> =
            gone.into_iter().map(|relation| Op::Relation { before: Some(relation), after: None }).collect();
        ops.push(Op::Annotation { before: Some(before), after: Some(Rc::new(after)) });
        if self.edit(name, ops, false) {
            if let Some(open) = self.state.open.as_mut() {
                open.drop_stale();
            }
            self.state.toast = None;
            self.state.announce(format!("{label}: {quote}"));
            if lost > 0 {
                let count = crate::app::count_words(lost, "relation", "relations");
                self.state.tell(format!(
                    "Relabelled as {label}. {count} that a {label} cannot have went with it; undo brings all back."
                ));
            }
        }
    }

    /// Deletes the focused relation, else the focused annotation with its relations.
    pub(super) fn delete(&mut self) {
        let Some(open) = self.state.open.as_ref() else { return };
        if let Some(relation) = open.focused_relation().cloned() {
            let name = format!("delete the relation “{}”", relation.kind);
            if self.edit(name.clone(), vec![Op::Relation { before: Some(relation), after: None }], false) {
                if let Some(open) = self.state.open.as_mut() {
                    open.relation = None;
                }
                self.state.tell(format!("Done: {name}"));
            }
            return;
        }
        let Some(annotation) = open.focused().cloned() else { return };
        let document = &open.session.document;
        let all = crate::app::list::rows(document, &Default::default(), &|text| self.env.lower_case(text));
        // The focus goes on to the neighbour, so that several can be deleted in a row.
        let position = open.focus_position(&all);
        let neighbour =
            position.and_then(|at| all.get(at + 1).or_else(|| at.checked_sub(1).and_then(|at| all.get(at))));
        let neighbour = neighbour.map(|annotation| annotation.id.clone());
        let quote = document.short_quote(&annotation);
        let relations = document
            .relations
            .at(&annotation.id)
            .map(|relation| Op::Relation { before: Some(relation.clone()), after: None });
        let mut ops: Vec<Op> = relations.collect();
        let linked = ops.len();
        ops.push(Op::Annotation { before: Some(Rc::clone(&annotation)), after: None });
        let start = annotation.fragments.envelope().start();
        if self.edit(format!("delete {} {quote}", annotation.label), ops, false) {
            if let Some(open) = self.state.open.as_mut() {
                open.selection = Selection::caret(start);
                open.focus = neighbour.map(|id| Focus { id, fragment: 0 });
            }
            let relations = match linked {
                0 => String::new(),
                count => format!(" and {}", crate::app::count_words(count, "relation", "relations")),
            };
            self.state.tell(format!("Deleted {} {quote}{relations}", annotation.label));
        }
    }

    /// Adds the selection to the focused annotation.
    pub(super) fn add_selection(&mut self) {
        let Some(open) = self.state.open.as_mut() else { return };
        let Some(span) = open.selection.snapped else { return };
        // By keyboard the focus does not outlast the way to the words; what was picked does.
        if let (None, [picked]) = (&open.focus, &*open.picked) {
            open.focus = Some(Focus { id: picked.clone(), fragment: 0 });
            open.picked = Rc::default();
        }
        open.selection = Selection::caret(span.end());
        self.change_focused(|document, annotation| {
            let fragments = annotation.fragments.with(span);
            if fragments == annotation.fragments {
                return Err("These words belong to the annotation already".to_owned());
            }
            let name = format!("add a fragment to {}", document.short_quote(annotation));
            Ok((Annotation { fragments, ..annotation.clone() }, name, Some(span.start())))
        });
    }

    pub(super) fn remove_fragment(&mut self) {
        let fragment = self.state.open.as_ref().and_then(|open| open.focus.as_ref()).map_or(0, |focus| focus.fragment);
        self.change_focused(|document, annotation| {
            let Some(fragments) = annotation.fragments.without(fragment) else {
                return Err("This is the annotation's only piece. Delete the annotation instead.".to_owned());
            };
            let name = format!("remove a fragment from {}", document.short_quote(annotation));
            Ok((Annotation { fragments, ..annotation.clone() }, name, None))
        });
    }

    /// Moves one edge of one fragment of the focused annotation. Steps by key that follow each other
    /// quickly are one step of undo.
    pub(super) fn replace_fragment(&mut self, fragment: usize, edge: Edge, span: Span, by_key: bool) {
        let key = format!("edge {fragment} {edge:?}");
        let which = if edge == Edge::Start { "start" } else { "end" };
        self.change_focused_in_burst(by_key.then_some(key), |document, annotation| {
            let others = annotation.fragments.spans().iter().enumerate().filter(|(i, _)| *i != fragment);
            let Some(fragments) = Fragments::merged(others.map(|(_, span)| *span).chain([span])) else {
                return Err(String::new());
            };
            if fragments == annotation.fragments {
                return Err(String::new());
            }
            let after = Annotation { fragments, ..annotation.clone() };
            let name = format!("move the {which} of {}", document.short_quote(annotation));
            Ok((after, name, Some(span.start())))
        });
    }

    fn change_focused(
        &mut self,
        change: impl FnOnce(&Document, &Annotation) -> Result<(Annotation, String, Option<ByteOffset>), String>,
    ) {
        self.change_focused_in_burst(None, change);
    }

    /// Replaces the focused annotation. The change gives the new annotation, the step's name, and an
    /// offset whose fragment is current afterwards; or why it is refused.
    fn change_focused_in_burst(
        &mut self,
        burst: Option<String>,
        change: impl FnOnce(&Document, &Annotation) -> Result<(Annotation, String, Option<ByteOffset>), String>,
    ) {
        let (now, milliseconds) = (self.env.now(), self.env.milliseconds());
        let Some(open) = self.state.open.as_mut().filter(|open| open.can_write()) else {
            self.state.refuse("This article is open in another tab. Make changes there, or close it there.");
            return;
        };
        let Some(before) = open.focused().cloned() else {
            self.state.tell("Focus an annotation first: click it, or press . or ,");
            return;
        };
        let document = &open.session.document;
        let (mut after, name, current) = match change(document, &before) {
            Ok(changed) => changed,
            Err(why) if why.is_empty() => return,
            Err(why) => return self.state.refuse(why),
        };
        after.remarks.modified = Some(now);
        if let Some(twin) = document.annotations.twin_of(document.text(), &after) {
            let label = twin.label.clone();
            return self.state.refuse(format!("Those words are marked as {label} already"));
        }
        let burst = burst.map(|key| (format!("{key} {}", after.id), milliseconds));
        let joins = match (&open.burst, &burst) {
            (Some((old, at)), Some((new, now))) => old == new && now - at < BURST,
            _ => false,
        };
        let after = Rc::new(after);
        let quote = document.quote(&after);
        let op = Op::Annotation { before: Some(before), after: Some(Rc::clone(&after)) };
        if self.edit(name, vec![op], joins) {
            let label = after.label.clone();
            if let Some(open) = self.state.open.as_mut() {
                open.burst = burst;
                let fragment = current.and_then(|at| after.fragments.index_at(at));
                if let Some(focus) = open.focus.as_mut() {
                    focus.fragment = fragment.unwrap_or(focus.fragment).min(after.fragments.spans().len() - 1);
                }
            }
            self.state.toast = None;
            self.state.announce(format!("{label}: {quote}"));
        }
    }

    /// Performs a transaction; says so where it does not fit.
    pub(super) fn edit(&mut self, name: String, mut ops: Vec<Op>, joins: bool) -> bool {
        if let Some(open) = self.state.open.as_mut() {
            open.burst = None;
            open.offer = None;
            // The first thing that is done begins the work.
            let begins = |op: &Op| !matches!(op, Op::Status { .. } | Op::Schema { .. } | Op::Details { .. });
            if open.session.document.status == Status::NotStarted && ops.iter().any(begins) {
                ops.push(Op::Status { before: Status::NotStarted, after: Status::InProgress });
            }
        }
        let transaction = Rc::new(Transaction { name, ops });
        match self.perform(Entry::Edit { transaction, joins }) {
            Ok(()) => true,
            Err(conflict) => {
                self.state.refuse(format!("This was not done: {conflict}."));
                false
            }
        }
    }

    pub(super) fn undo(&mut self) {
        let name = self.state.undo_name().unwrap_or_default().to_owned();
        self.step_back_or_on(Entry::Undo, &format!("Undone: {name}"));
    }

    pub(super) fn redo(&mut self) {
        let name = self.state.redo_name().unwrap_or_default().to_owned();
        self.step_back_or_on(Entry::Redo, &format!("Redone: {name}"));
    }

    fn step_back_or_on(&mut self, entry: Entry, said: &str) {
        let Some(before) = self.state.open.as_ref().map(|open| open.session.document.clone()) else { return };
        if let Err(conflict) = self.perform(entry) {
            return self.state.refuse(format!("This was not done: {conflict}."));
        }
        let Some(open) = self.state.open.as_mut() else { return };
        open.burst = None;
        open.selection = Selection::caret(open.selection.head);
        // What came back or changed is what the next key is about.
        let document = &open.session.document;
        let text = document.text();
        let blocks = text.blocks().filter(|b| !document.annotations.same_block(&before.annotations, b.index));
        let changed = blocks.flat_map(|block| document.annotations.in_block(block.index)).find(|annotation| {
            let home = text.block_at(annotation.fragments.envelope().start());
            !before.annotations.in_block(home).any(|old| Rc::ptr_eq(old, annotation))
        });
        if before.annotations.len() <= document.annotations.len()
            && let Some(changed) = changed
        {
            open.focus = Some(Focus { id: changed.id.clone(), fragment: 0 });
        }
        open.drop_stale();
        self.state.tell(said);
    }
}
