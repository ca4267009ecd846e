//! The focus: walking from annotation to annotation, between text and list, and letting go.

use std::rc::Rc;

use super::Turn;
use crate::app::effect::Effect;
use crate::app::list::{ListState, rows};
use crate::app::state::Selection;
use crate::model::AnnotationId;

impl Turn<'_> {
    /// Focuses the next annotation or the one before, seen from the focus, else from the caret.
    pub(super) fn walk(&mut self, on: bool) {
        if self.state.open.as_ref().is_some_and(|open| open.linking.is_some()) {
            return self.walk_candidates(on);
        }
        let Some(open) = self.state.open.as_ref() else { return };
        let all = rows(&open.session.document, &open.list, &|text| self.env.lower_case(text));
        let head = open.selection.head;
        let next = match (open.focus_position(&all), on) {
            (Some(at), true) => all.get(at + 1),
            (Some(at), false) => at.checked_sub(1).and_then(|at| all.get(at)),
            (None, true) => all.iter().find(|a| a.fragments.envelope().start() >= head).or(all.first()),
            (None, false) => all.iter().rev().find(|a| a.fragments.envelope().start() < head).or(all.last()),
        };
        let Some(next) = next.cloned() else {
            self.state.tell(match (all.is_empty(), on) {
                (true, _) => "No annotation in the list",
                (false, true) => "This is the last annotation",
                (false, false) => "This is the first annotation",
            });
            return;
        };
        let start = next.fragments.envelope().start();
        self.focus(&next.id, Some(start));
        if let Some(open) = self.state.open.as_mut() {
            open.selection = Selection::caret(start);
        }
        self.effects.push(Effect::Reveal(start));
    }

    /// A row was chosen: its annotation gets the focus and the text shows it.
    pub(super) fn focus_row(&mut self, id: AnnotationId) {
        if self.state.open.as_ref().is_some_and(|open| open.linking.is_some()) {
            return self.link_to(&id);
        }
        let Some(open) = self.state.open.as_ref() else { return };
        let Some(start) = open.session.document.annotations.get(&id).map(|a| a.fragments.envelope().start()) else {
            return;
        };
        self.focus(&id, Some(start));
        if let Some(open) = self.state.open.as_mut() {
            open.selection = Selection::caret(start);
        }
        self.effects.push(Effect::Reveal(start));
    }

    /// `Enter` in the text: a selection takes the label in hand; else the annotation at the caret gets
    /// the focus, and after it the one around it.
    pub(super) fn focus_here(&mut self) {
        if self.state.open.as_ref().is_some_and(|open| open.offer.is_some()) {
            return self.accept_offer();
        }
        if self.link_to_walked() {
            return;
        }
        let Some(open) = self.state.open.as_mut() else { return };
        if open.selection.snapped.is_some()
            && let Some(label) = open.label_in_hand().cloned()
        {
            self.label_selection(&label, false);
            return;
        }
        let document = &open.session.document;
        let head = open.selection.head;
        let mut here = document.annotations.at(document.text(), head);
        if here.is_empty() {
            // A caret right behind the last character counts as on it.
            let before = document.text().floor(crate::text::ByteOffset::new(head.get().saturating_sub(1)));
            here = document.annotations.at(document.text(), before);
        }
        let at = open.focus.as_ref().and_then(|focus| here.iter().position(|a| a.id == focus.id));
        let next = at.map_or(0, |at| (at + 1) % here.len().max(1));
        match here.get(next).map(|annotation| annotation.id.clone()) {
            Some(id) => self.focus(&id, Some(head)),
            None => self.state.tell("No annotation here"),
        }
    }

    pub(super) fn next_fragment(&mut self) {
        let Some(open) = self.state.open.as_mut() else { return };
        let Some(annotation) = open.focused().cloned() else { return };
        let spans = annotation.fragments.spans();
        let Some(focus) = open.focus.as_mut() else { return };
        focus.fragment = (focus.fragment + 1) % spans.len();
        let number = focus.fragment;
        let Some(span) = spans.get(number).copied() else { return };
        let words = open.text().slice(span).unwrap_or("").to_owned();
        self.state.announce(format!("Fragment {} of {}: {words}", number + 1, spans.len()));
        self.effects.push(Effect::Reveal(span.start()));
    }

    /// Lets go of one thing: the toast, the selection, the armed label, the focus.
    pub(super) fn escape(&mut self) {
        let Some(open) = self.state.open.as_mut() else { return };
        if open.edge_drag.take().is_some() {
            return;
        }
        if open.chooser.take().is_some() {
            self.state.announce("Nothing was chosen");
            self.effects.push(Effect::FocusArticle);
            return;
        }
        if open.linking.take().is_some() {
            self.state.announce("No link is made");
            return;
        }
        if open.selection.snapped.is_some() || open.selection.active {
            open.selection = Selection::caret(open.selection.head);
            self.state.announce("Selection dropped");
        } else if let Some(label) = open.armed.take() {
            open.held = None;
            self.state.announce(format!("{label} is no longer armed"));
        } else if open.relation.take().is_some() {
            self.state.announce("Relation let go");
        } else if !open.picked.is_empty() {
            open.picked = Rc::default();
            self.state.announce("Nothing is picked any more");
        } else if open.focus.take().is_some() {
            self.state.announce("Focus dropped");
            self.effects.push(Effect::FocusArticle);
        } else {
            self.state.list_shown = false;
            self.effects.push(Effect::FocusArticle);
        }
    }

    pub(super) fn filter(&mut self, change: impl FnOnce(&mut ListState)) {
        if let Some(open) = self.state.open.as_mut() {
            change(&mut open.list);
        }
    }
}
