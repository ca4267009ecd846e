//! The list of annotations beside the text: which rows it has.
//!
//! Invariant: rows are in text order and are a function of the store and the filter.

use std::rc::Rc;

use crate::model::{Annotation, Document, LabelName};

/// What the list is narrowed to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListState {
    /// Only this label.
    pub label: Option<LabelName>,
    /// Only annotations whose quote holds these words, ignoring case.
    pub words: Rc<str>,
}

/// The annotations that pass the filter, in text order. Words are compared in lower case.
#[must_use]
pub fn rows(document: &Document, list: &ListState, lower_case: &dyn Fn(&str) -> String) -> Vec<Rc<Annotation>> {
    let words = lower_case(list.words.trim());
    let passes = |annotation: &&Rc<Annotation>| {
        list.label.as_ref().is_none_or(|label| *label == annotation.label)
            && (words.is_empty() || lower_case(&document.quote(annotation)).contains(&words))
    };
    document.annotations.iter().filter(passes).cloned().collect()
}

/// What a row is called: its label, a colon and a blank, and the whole quote.
#[must_use]
pub fn row_name(document: &Document, annotation: &Annotation) -> String {
    format!("{}: {}", annotation.label, document.quote(annotation))
}
