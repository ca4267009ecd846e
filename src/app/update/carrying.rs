//! Taking away and bringing in: the export and import of Gloss's own file.

use std::rc::Rc;

use super::Turn;
use crate::app::effect::Effect;
use crate::app::state::{Dialog, ExportDialog, ImportDialog};
use crate::app::words::count_words;
use crate::formats::gloss::{self, Reading};
use crate::model::{Document, DocumentId, DocumentInfo};

impl Turn<'_> {
    /// Writes the open document, reads it back, and shows the dialog with the result.
    pub(super) fn export(&mut self) {
        let Some(open) = self.state.open.as_ref() else { return };
        let documents = std::slice::from_ref(&open.session.document);
        let json = gloss::write(documents, &self.env.now());
        let check = gloss::verify(&json, documents);
        self.state.dialog = Some(Dialog::Export(ExportDialog {
            name: file_name(&open.session.document.info.title),
            json: json.into(),
            verified: check.verified,
            total: check.total,
            failures: check.failures.iter().map(ToString::to_string).collect(),
            outcome: None,
        }));
    }

    pub(super) fn exported(&mut self, outcome: Result<String, String>) {
        let (Ok(words) | Err(words)) = &outcome;
        self.state.announce(words.clone());
        if let Some(Dialog::Export(dialog)) = self.state.dialog.as_mut() {
            dialog.outcome = Some(outcome);
        }
    }

    /// A Gloss file arrived. What can be trusted whole is imported at once; for the rest, the dialog
    /// asks.
    pub(super) fn import_text(&mut self, name: String, text: &str) {
        let env = self.env;
        match gloss::read(text, &mut || env.new_id()) {
            Ok(reading) if reading.problems.is_empty() => self.import(reading.documents),
            Ok(reading) => {
                self.state.dialog = Some(Dialog::Import(ImportDialog::Partly(name, Rc::new(reading))));
            }
            Err(refusal) => self.import_refused(name, refusal.to_string()),
        }
    }

    pub(super) fn import_refused(&mut self, name: String, why: String) {
        // The dialog's alert is read out by itself.
        self.state.dialog = Some(Dialog::Import(ImportDialog::Refused(name, why)));
    }

    pub(super) fn import_rest(&mut self) {
        if let Some(Dialog::Import(ImportDialog::Partly(_, reading))) = self.state.dialog.take() {
            let Reading { documents, .. } = Rc::unwrap_or_clone(reading);
            self.import(documents);
        }
    }

    fn import(&mut self, documents: Vec<Document>) {
        let annotations: usize = documents.iter().map(|document| document.annotations.len()).sum();
        let (articles, annotations) = (
            count_words(documents.len(), "article", "articles"),
            count_words(annotations, "annotation", "annotations"),
        );
        self.state.dialog = None;
        let mut shown = false;
        for document in documents {
            let document = self.with_free_id(document);
            self.add_document(document, !shown);
            shown = true;
        }
        if shown {
            self.state.tell(format!("Imported {articles} with {annotations}"));
        } else {
            self.state.refuse("There is no article in this file.");
        }
        self.effects.push(Effect::List);
    }

    /// A document whose id is taken on this device comes in beside the one that is there.
    fn with_free_id(&self, document: Document) -> Document {
        let shelf = self.state.shelf();
        let open = self.state.open.as_ref().map(|open| open.id());
        let taken = open == Some(&document.info.id) || shelf.iter().any(|l| l.header.id == document.info.id);
        if !taken {
            return document;
        }
        let info = DocumentInfo { id: DocumentId::new(self.env.new_id()), ..(*document.info).clone() };
        Document { info: Rc::new(info), ..document }
    }
}

/// A file name that every system takes, from an article's title.
fn file_name(title: &str) -> String {
    let mut name = String::new();
    for character in title.chars() {
        let plain = if character.is_alphanumeric() || character == '\'' { character } else { '-' };
        if plain != '-' || !(name.is_empty() || name.ends_with('-')) {
            name.push(plain);
        }
        if name.chars().count() >= 60 {
            break;
        }
    }
    let name = name.trim_end_matches('-');
    format!("{}.gloss.json", if name.is_empty() { "article" } else { name })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_are_taken_by_every_system() {
        let check = |title: &str, expected: &str| assert_eq!(file_name(title), expected, "{title:?}");
        check("Dam above Karsa to be emptied", "Dam-above-Karsa-to-be-emptied.gloss.json");
        check("a/b\\c: d?", "a-b-c-d.gloss.json");
        check("..", "article.gloss.json");
        check("", "article.gloss.json");
        check("إغلاق الميناء", "إغلاق-الميناء.gloss.json");
    }
}
