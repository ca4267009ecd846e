//! Taking away and bringing in: the export and import of Gloss's own file.

use std::rc::Rc;

use super::Turn;
use crate::app::effect::Effect;
use crate::app::errand::{Read, Reading};
use crate::app::state::{Dialog, ExportDialog, ExportedFile, ImportDialog, Screen};
use crate::app::words::count_words;
use crate::model::{Document, DocumentId, DocumentInfo};

/// From this many bytes on, a word is said while a file is written or read.
const TAKES_A_WHILE: usize = 500_000;
/// What one annotation adds to a file, about.
const BYTES_OF_AN_ANNOTATION: usize = 200;

impl Turn<'_> {
    /// Has the open document written and read back. The dialog opens when that is done.
    pub(super) fn export(&mut self) {
        let Some(open) = self.state.open.as_ref().filter(|_| !self.state.exporting) else { return };
        let document = open.session.document.clone();
        self.state.exporting = true;
        if document.text().as_str().len() + document.annotations.len() * BYTES_OF_AN_ANNOTATION > TAKES_A_WHILE {
            self.state.tell("Writing the file and reading it back…");
        }
        self.effects.push(Effect::Export(Box::new(document), self.env.now()));
    }

    pub(super) fn export_ready(&mut self, id: &DocumentId, file: Result<ExportedFile, String>) {
        self.state.exporting = false;
        let open = self.state.open.as_ref().filter(|open| self.state.screen == Screen::Article && open.id() == id);
        // Whoever has gone on to something else meanwhile is not called back.
        let Some(open) = open.filter(|_| self.state.dialog.is_none()) else { return };
        match file {
            Ok(file) => {
                let name = file_name(&open.session.document.info.title);
                self.state.toast = None;
                self.state.dialog = Some(Dialog::Export(ExportDialog { name, file, outcome: None }));
            }
            Err(why) => self.state.refuse(why),
        }
    }

    pub(super) fn exported(&mut self, outcome: Result<String, String>) {
        let (Ok(words) | Err(words)) = &outcome;
        self.state.announce(words.clone());
        if let Some(Dialog::Export(dialog)) = self.state.dialog.as_mut() {
            dialog.outcome = Some(outcome);
        }
    }

    pub(super) fn import_begun(&mut self, name: String, size: f64) {
        if size > TAKES_A_WHILE as f64 {
            self.state.tell(format!("Reading {name}…"));
        }
        if let Some(Dialog::Import(dialog)) = self.state.dialog.as_mut() {
            *dialog = ImportDialog::Reading(name);
        }
    }

    /// A Gloss file was read. What can be trusted whole is imported at once; for the rest, the dialog
    /// asks.
    pub(super) fn import_read(&mut self, name: String, asked: bool, reading: Result<Reading, String>) {
        if asked && !matches!(self.state.dialog, Some(Dialog::Import(_))) {
            // The dialog was closed meanwhile: nothing is wanted any more.
            return;
        }
        match reading {
            Ok(reading) if reading.problems.is_empty() => self.import(reading.documents),
            Ok(reading) => {
                self.state.dialog = Some(Dialog::Import(ImportDialog::Partly(name, Rc::new(reading))));
            }
            // The dialog's alert is read out by itself.
            Err(why) => self.state.dialog = Some(Dialog::Import(ImportDialog::Refused(name, why))),
        }
    }

    pub(super) fn import_rest(&mut self) {
        if let Some(Dialog::Import(ImportDialog::Partly(_, reading))) = self.state.dialog.take() {
            let Reading { documents, .. } = Rc::unwrap_or_clone(reading);
            self.import(documents);
        }
    }

    fn import(&mut self, documents: Vec<Read>) {
        let annotations: usize = documents.iter().map(|read| read.document.annotations.len()).sum();
        let (articles, annotations) = (
            count_words(documents.len(), "article", "articles"),
            count_words(annotations, "annotation", "annotations"),
        );
        self.state.dialog = None;
        let mut shown = false;
        for read in documents {
            let (document, record) = self.with_free_id(read);
            self.add_document(document, record, !shown);
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
    fn with_free_id(&self, Read { document, record }: Read) -> (Document, Option<Rc<str>>) {
        let shelf = self.state.shelf();
        let open = self.state.open.as_ref().map(|open| open.id());
        let taken = open == Some(&document.info.id) || shelf.iter().any(|l| l.header.id == document.info.id);
        if !taken {
            return (document, Some(record));
        }
        let info = DocumentInfo { id: DocumentId::new(self.env.new_id()), ..(*document.info).clone() };
        (Document { info: Rc::new(info), ..document }, None)
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
