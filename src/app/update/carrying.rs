//! Taking away and bringing in: the export and import of Gloss's own file.

use std::rc::Rc;

use super::Turn;
use crate::app::effect::Effect;
use crate::app::errand::{Read, Reading};
use crate::app::state::{Dialog, ExportDialog, ExportedFile, ImportDialog, Screen};
use crate::app::words::{count_words, file_name};
use crate::model::{Document, DocumentId, DocumentInfo, Flag};

/// From this many bytes on, a word is said while a file is written or read.
const TAKES_A_WHILE: usize = 500_000;
/// What one annotation adds to a file, about.
const BYTES_OF_AN_ANNOTATION: usize = 200;

impl Turn<'_> {
    /// Has the open document written and read back. The dialog opens when that is done.
    pub(super) fn export(&mut self) {
        self.write_file(false);
    }

    /// The dialog's choice: with what is marked to be discarded, or without it.
    pub(super) fn export_with(&mut self, discarded: bool) {
        if let Some(Dialog::Export(dialog)) = self.state.dialog.as_mut() {
            dialog.with_discarded = discarded;
            self.write_file(discarded);
        }
    }

    fn write_file(&mut self, discarded: bool) {
        let Some(open) = self.state.open.as_ref().filter(|_| !self.state.exporting) else { return };
        let mut document = open.session.document.clone();
        if !discarded && document.flagged(Flag::Discard) != (0, 0) {
            document = document.without_discarded();
        }
        self.state.exporting = true;
        if document.text().as_str().len() + document.annotations.len() * BYTES_OF_AN_ANNOTATION > TAKES_A_WHILE {
            self.state.tell("Writing the file and reading it back…");
        }
        self.effects.push(Effect::Export(Box::new(document), self.env.now()));
    }

    pub(super) fn export_ready(&mut self, id: &DocumentId, file: Result<ExportedFile, String>) {
        self.state.exporting = false;
        let open = self.state.open.as_ref().filter(|open| self.state.screen == Screen::Article && open.id() == id);
        let Some(open) = open else { return };
        let (annotations, relations) = open.session.document.flagged(Flag::Discard);
        let name = file_name(&open.session.document.info.title, "gloss.json");
        let with_discarded = match &self.state.dialog {
            None => false,
            Some(Dialog::Export(dialog)) => dialog.with_discarded,
            // Whoever has gone on to something else meanwhile is not called back.
            Some(_) => return,
        };
        match file {
            Ok(file) => {
                self.state.toast = None;
                let discarded = annotations + relations;
                let dialog = ExportDialog { name, file, discarded, with_discarded, outcome: None };
                self.state.dialog = Some(Dialog::Export(dialog));
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
        let added = added_words(&documents);
        if documents.is_empty() {
            return self.state.refuse("There is no article in this file.");
        }
        let documents = self.with_free_ids(documents);
        self.add_documents(documents);
        self.state.tell(format!("Imported {articles} with {annotations}{added}"));
    }

    /// A document whose id is taken on this device comes in beside the one that is there.
    fn with_free_ids(&self, documents: Vec<Read>) -> Vec<(Document, Option<Rc<str>>)> {
        let free = |Read { document, record }: Read| {
            let id = &document.info.id;
            let mut in_memory = self.state.open.iter().chain(self.state.parked.iter());
            if !in_memory.any(|open| open.id() == id) && !self.state.is_stored(id) {
                return (document, Some(record));
            }
            let info = DocumentInfo { id: DocumentId::new(self.env.new_id()), ..(*document.info).clone() };
            (Document { info: Rc::new(info), ..document }, None)
        };
        documents.into_iter().map(free).collect()
    }
}

/// What files brought beyond their schema, to be said once: `. Added to its labels: Picture`.
fn added_words(documents: &[Read]) -> String {
    let mut names: Vec<&str> = Vec::new();
    for Read { document, .. } in documents {
        let used = |label: &&crate::model::Label| label.added && document.annotations.count(&label.name) > 0;
        let labels = document.schema.labels.iter().filter(used).map(|label| label.name.as_str());
        let relations = document.schema.relations.iter().filter(|kind| kind.added).map(|kind| kind.name.as_str());
        for name in labels.chain(relations) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    if names.is_empty() { String::new() } else { format!(". Added to the schema: {}", names.join(", ")) }
}
