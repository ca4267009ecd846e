//! The selection: gestures of mouse and finger, the keyboard's caret, and what a gesture becomes.
//!
//! Invariant: there is one selection, whatever made it, and `snapped` is always what a label would
//! mark, so that the screen never shows anything else than what will happen.

use std::rc::Rc;

use super::Turn;
use crate::app::action::{Phase, Pointer};
use crate::app::command::{Edge, Motion};
use crate::app::effect::Effect;
use crate::app::state::{EdgeDrag, Focus, Open, Selection};
use crate::model::{AnnotationId, LabelName};
use crate::text::direction::is_right_to_left;
use crate::text::motion::{self, Direction, Step};
use crate::text::snap::{Gesture, Trim, snap};
use crate::text::{ByteOffset, Span, Unit};

impl Turn<'_> {
    pub(super) fn pointer(&mut self, pointer: Pointer) {
        if self.state.open.is_none() {
            return;
        }
        match pointer.phase {
            Phase::Start => self.gesture_starts(pointer),
            Phase::Move => self.gesture_moves(pointer),
            Phase::End => self.gesture_ends(pointer),
            Phase::Cancel => {
                if let Some(open) = self.state.open.as_mut() {
                    open.selection = Selection::caret(open.selection.head);
                }
            }
        }
    }

    fn gesture_starts(&mut self, pointer: Pointer) {
        self.take_back_held_relabel();
        self.state.toast = None;
        if let Some(open) = self.state.open.as_mut() {
            open.offer = None;
            open.chooser = None;
        }
        let exact = self.state.settings.exact || pointer.alt;
        let Some(open) = self.state.open.as_mut() else { return };
        // A double click takes a word also where drags are exact; with Alt, it takes one character.
        let unit = match pointer.clicks {
            0 | 1 if exact => Unit::Grapheme,
            _ if pointer.alt => Unit::Grapheme,
            0..=2 => Unit::Word,
            _ => Unit::Sentence,
        };
        let (anchor, head) = match pointer.clicks {
            0 | 1 if pointer.shift => (open.selection.anchor, pointer.caret),
            0 | 1 => (pointer.caret, pointer.caret),
            _ => (pointer.character, pointer.character),
        };
        if pointer.clicks <= 1 {
            open.made_by_click = None;
        }
        open.selection = Selection {
            anchor,
            head,
            unit,
            snapped: None,
            active: true,
            moved: pointer.shift || pointer.clicks > 1,
            add: pointer.add,
            clicks: pointer.clicks,
        };
        self.snap_selection();
    }

    fn gesture_moves(&mut self, pointer: Pointer) {
        let exact = self.state.settings.exact || pointer.alt;
        let Some(open) = self.state.open.as_mut().filter(|open| open.selection.active) else { return };
        let selection = &mut open.selection;
        selection.moved = true;
        selection.head = pointer.caret;
        if pointer.clicks <= 1 {
            selection.unit = if exact { Unit::Grapheme } else { Unit::Word };
        }
        open.selection.clicks = pointer.clicks;
        self.snap_selection();
    }

    fn gesture_ends(&mut self, pointer: Pointer) {
        let Some(open) = self.state.open.as_mut().filter(|open| open.selection.active) else { return };
        open.selection.active = false;
        if !open.selection.moved {
            open.selection = Selection::caret(pointer.caret);
            if open.linking.is_some() {
                return self.link_at(pointer.character);
            }
            self.click(pointer.character, pointer.caret, pointer.add);
            return;
        }
        let words = open.selection.snapped;
        self.use_selection(pointer.clicks > 1);
        let consumed = self.state.open.as_ref().is_none_or(|open| open.selection.snapped.is_none());
        if let (Some(span), false) = (words, consumed) {
            self.announce_selected(span);
        }
    }

    /// A selection is complete: add it to the focused annotation, or label it with the label in hand.
    fn use_selection(&mut self, by_clicks: bool) {
        let Some(open) = self.state.open.as_mut() else { return };
        if open.selection.snapped.is_none() {
            open.selection = Selection::caret(open.selection.head);
            return;
        }
        let label = open.label_in_hand().cloned();
        if open.selection.add && open.focus.is_some() {
            self.add_selection();
        } else if let Some(label) = label {
            if let Some(held) = open.held.as_mut() {
                held.used = true;
            }
            self.label_selection(&label, by_clicks);
        }
    }

    /// A click focuses the innermost annotation; another click at the same place the next one out.
    /// With `add`, it picks the innermost one beside those that are picked already.
    fn click(&mut self, character: ByteOffset, caret: ByteOffset, add: bool) {
        let Some(open) = self.state.open.as_mut() else { return };
        let document = &open.session.document;
        // The pointer may stand behind the last character of a line: then nothing is under it.
        let under: Vec<AnnotationId> =
            document.annotations.at(document.text(), character).iter().map(|a| a.id.clone()).collect();
        let next = match &open.focus {
            Some(focus) if *open.under_click == *under => {
                let here = under.iter().position(|id| *id == focus.id);
                here.map_or(0, |here| (here + 1) % under.len().max(1))
            }
            _ => 0,
        };
        if add && let Some(innermost) = under.first() {
            open.selection = Selection::caret(caret);
            let id = innermost.clone();
            return self.pick(id);
        }
        open.under_click = under.clone().into();
        open.picked = Rc::default();
        open.selection = Selection::caret(caret);
        match under.get(next) {
            Some(id) => self.focus(id, Some(character)),
            None => {
                open.focus = None;
                open.relation = None;
            }
        }
    }

    /// Focuses an annotation, at the fragment that holds an offset, and reads it out.
    pub(super) fn focus(&mut self, id: &AnnotationId, at: Option<ByteOffset>) {
        let Some(open) = self.state.open.as_mut() else { return };
        let Some(annotation) = open.session.document.annotations.get(id).cloned() else { return };
        let fragment = at.and_then(|at| annotation.fragments.index_at(at)).unwrap_or(0);
        open.focus = Some(Focus { id: id.clone(), fragment });
        open.relation = None;
        // The lines are the focus's now, until the mouse comes upon something else.
        open.hover = None;
        open.field_fault = None;
        open.burst = None;
        let words = crate::app::list::row_name(&open.session.document, &annotation);
        self.state.announce(words);
    }

    /// Somebody else changed the browser's selection: it becomes ours.
    pub(super) fn selected(&mut self, anchor: ByteOffset, head: ByteOffset) {
        let exact = self.state.settings.exact;
        let Some(open) = self.state.open.as_mut() else { return };
        if open.selection.active || open.edge_drag.is_some() {
            return;
        }
        if anchor == head {
            if open.selection.snapped.is_none() {
                open.selection = Selection::caret(head);
            }
            return;
        }
        let unit = if exact { Unit::Grapheme } else { Unit::Word };
        open.selection = Selection { unit, moved: true, anchor, ..Selection::caret(head) };
        // With a label in hand, it is used when asked for: such a selection may still be growing.
        self.snap_selection();
    }

    /// Selects a place of the text, to the character.
    pub(super) fn select(&mut self, span: Span) {
        let Some(open) = self.state.open.as_mut() else { return };
        if span.end() <= open.text().end() {
            let (anchor, head) = (open.text().floor(span.start()), open.text().floor(span.end()));
            open.selection = Selection { unit: Unit::Grapheme, moved: true, anchor, ..Selection::caret(head) };
            self.snap_selection();
        }
    }

    /// Works out what the selection would mark: with a label in hand, as that label has it.
    fn snap_selection(&mut self) {
        let Some(open) = self.state.open.as_ref() else { return };
        let label = open.label_in_hand().cloned();
        let snapped = self.snapped_for(label.as_ref());
        if let Some(open) = self.state.open.as_mut() {
            open.selection.snapped = snapped;
        }
    }

    /// What the selection marks for a label, which may keep quotation marks.
    pub(super) fn snapped_for(&self, label: Option<&LabelName>) -> Option<Span> {
        let open = self.state.open.as_ref()?;
        let Selection { anchor, head, unit, clicks, .. } = open.selection;
        let gesture = match clicks {
            0 | 1 if anchor == head => return None,
            0 | 1 => Gesture::Drag { anchor, head },
            _ if anchor == head => Gesture::Point(anchor),
            _ => Gesture::Extend { anchor, head },
        };
        let keeps = label.and_then(|label| open.schema().label(label)).is_some_and(|label| label.keeps_quotes);
        snap(open.text(), self.env.segmenter(), gesture, unit, Trim { quotes: !keeps })
    }

    fn announce_selected(&mut self, span: Span) {
        let Some(open) = self.state.open.as_ref() else { return };
        let words = open.text().slice(span).unwrap_or("").to_owned();
        self.state.announce(format!("Selected: {words}"));
    }

    pub(super) fn select_at_caret(&mut self, unit: Unit) {
        let Some(open) = self.state.open.as_mut() else { return };
        let head = open.selection.head;
        open.selection = Selection { unit, moved: true, clicks: 2, ..Selection::caret(head) };
        self.snap_selection();
        self.finish_keyboard_selection();
    }

    fn finish_keyboard_selection(&mut self) {
        let Some(open) = self.state.open.as_ref() else { return };
        if let Some(span) = open.selection.snapped {
            self.announce_selected(span);
        }
    }

    pub(super) fn caret_to(&mut self, to: ByteOffset, extend: bool) {
        self.step_caret(to, extend, Unit::Word);
        self.effects.push(Effect::Reveal(to));
    }

    pub(super) fn move_caret(&mut self, motion: Motion, extend: bool) {
        let Some(open) = self.state.open.as_ref() else { return };
        let text = open.text();
        let head = open.selection.head;
        // A plain arrow leaves a selection at the edge it points to.
        let collapsing = open.selection.snapped.filter(|_| !extend);
        let rtl = is_right_to_left(text.block_str(text.block_at(head)));
        let segmenter = self.env.segmenter();
        let step = |step, direction| motion::move_caret(text, segmenter, head, step, direction);
        let (back, on) = (Direction::Backward, Direction::Forward);
        let (left, right) = if rtl { (on, back) } else { (back, on) };
        let (to, unit) = match motion {
            Motion::LineUp | Motion::LineDown | Motion::LineStart | Motion::LineEnd => {
                self.effects.push(Effect::MoveByLine(motion, extend));
                return;
            }
            Motion::Left | Motion::Right => {
                let direction = if motion == Motion::Left { left } else { right };
                match (collapsing, direction) {
                    (Some(span), Direction::Backward) => (span.start(), Unit::Grapheme),
                    (Some(span), Direction::Forward) => (span.end(), Unit::Grapheme),
                    (None, _) => (step(Step::Grapheme, direction), Unit::Grapheme),
                }
            }
            Motion::WordLeft => (step(Step::Word, left), Unit::Word),
            Motion::WordRight => (step(Step::Word, right), Unit::Word),
            Motion::SentenceBack => (step(Step::Sentence, back), Unit::Word),
            Motion::SentenceOn => (step(Step::Sentence, on), Unit::Word),
            Motion::ParagraphBack => (step(Step::Paragraph, back), Unit::Word),
            Motion::ParagraphOn => (step(Step::Paragraph, on), Unit::Word),
            Motion::TextStart => (step(Step::Text, back), Unit::Word),
            Motion::TextEnd => (step(Step::Text, on), Unit::Word),
        };
        self.step_caret(to, extend, unit);
        self.effects.push(Effect::Reveal(to));
    }

    fn step_caret(&mut self, to: ByteOffset, extend: bool, unit: Unit) {
        let exact = self.state.settings.exact;
        let Some(open) = self.state.open.as_mut() else { return };
        let before = open.selection;
        open.burst = None;
        if extend {
            // Once taken by the character, a selection stays exact while it is extended.
            let fine = before.snapped.is_some() && before.unit == Unit::Grapheme;
            let unit = if exact || fine || unit == Unit::Grapheme { Unit::Grapheme } else { Unit::Word };
            let anchor = before.anchor;
            open.selection = Selection { unit, moved: true, anchor, ..Selection::caret(to) };
            self.snap_selection();
            self.finish_keyboard_selection();
        } else {
            open.selection = Selection::caret(to);
            open.focus = None;
            open.relation = None;
            let passed = Span::between(before.head, to).and_then(|span| open.text().slice(span)).unwrap_or("");
            let passed: String = passed.chars().take(400).collect();
            let words = if passed.trim().is_empty() { "blank".to_owned() } else { passed };
            self.state.announce(words);
        }
    }

    pub(super) fn drag_selection(&mut self, edge: Edge, phase: Phase, at: ByteOffset) {
        let Some(open) = self.state.open.as_mut() else { return };
        let Some(span) = open.selection.snapped else { return };
        match phase {
            Phase::Start => {
                let (anchor, head) = match edge {
                    Edge::Start => (span.end(), span.start()),
                    Edge::End => (span.start(), span.end()),
                };
                open.selection = Selection { anchor, head, active: true, moved: true, clicks: 1, ..open.selection };
            }
            Phase::Move => {
                if at != open.selection.anchor {
                    open.selection.head = at;
                    self.snap_selection();
                }
            }
            Phase::End | Phase::Cancel => {
                open.selection.active = false;
                self.announce_selected(span);
            }
        }
    }

    pub(super) fn drag_edge(&mut self, fragment: usize, edge: Edge, phase: Phase, at: ByteOffset, exact: bool) {
        let exact = exact || self.state.settings.exact;
        let Some(open) = self.state.open.as_mut().filter(|open| open.can_write()) else { return };
        let Some(annotation) = open.focused().cloned() else { return };
        let Some(span) = annotation.fragments.spans().get(fragment).copied() else { return };
        let preview = match open.edge_drag.filter(|drag| drag.fragment == fragment && drag.edge == edge) {
            Some(drag) if phase != Phase::Start => drag.preview,
            _ => span,
        };
        let fixed = match edge {
            Edge::Start => span.end(),
            Edge::End => span.start(),
        };
        let unit = if exact { Unit::Grapheme } else { Unit::Word };
        let in_order = match edge {
            Edge::Start => at < fixed,
            Edge::End => at > fixed,
        };
        let preview = match phase {
            Phase::Move if in_order => {
                let gesture = Gesture::Drag { anchor: fixed, head: at };
                let text = open.session.document.text();
                let snapped = snap(text, self.env.segmenter(), gesture, unit, Trim::default());
                // Only the dragged edge moves, whatever trimming would do to the other one.
                let moved = snapped.and_then(|snapped| match edge {
                    Edge::Start => Span::new(snapped.start(), span.end()),
                    Edge::End => Span::new(span.start(), snapped.end()),
                });
                moved.unwrap_or(preview)
            }
            _ => preview,
        };
        match phase {
            Phase::Start | Phase::Move => {
                open.selection = Selection::caret(open.selection.head);
                open.edge_drag = Some(EdgeDrag { fragment, edge, preview });
            }
            Phase::Cancel => open.edge_drag = None,
            Phase::End => {
                open.edge_drag = None;
                self.replace_fragment(fragment, edge, preview, false);
            }
        }
    }

    pub(super) fn move_edge(&mut self, edge: Edge, step: Step, outward: bool) {
        let Some(open) = self.state.open.as_ref() else { return };
        let Some(annotation) = open.focused() else { return };
        let fragment = open.focus.as_ref().map_or(0, |focus| focus.fragment);
        let Some(span) = annotation.fragments.spans().get(fragment).copied() else { return };
        let direction = match (edge, outward) {
            (Edge::Start, true) | (Edge::End, false) => Direction::Backward,
            (Edge::Start, false) | (Edge::End, true) => Direction::Forward,
        };
        match motion::move_edge(open.text(), self.env.segmenter(), span, edge, step, direction) {
            Some(moved) if moved != span => self.replace_fragment(fragment, edge, moved, true),
            _ => self.state.tell("The edge cannot move further"),
        }
    }

    pub(super) fn scrolled(&mut self, top: ByteOffset) {
        if let Some(open) = self.state.open.as_mut()
            && open.top != top
        {
            open.top = top;
            self.effects.push(Effect::SaveView(open.id().clone(), top));
        }
    }
}

impl Open {
    /// Where the annotation that is focused stands, for walking on from there.
    pub(super) fn focus_position(&self, ids: &[Rc<crate::model::Annotation>]) -> Option<usize> {
        let focus = self.focus.as_ref()?;
        ids.iter().position(|annotation| annotation.id == focus.id)
    }
}
