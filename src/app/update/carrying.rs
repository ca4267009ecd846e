//! Taking away and bringing in, as far as the app has to do with it: the annex has the dialogs, and what it reads of a
//! file comes in here.
//!
//! Invariant: the work can be taken away also where the annex does not arrive.

use std::rc::Rc;

use super::Turn;
use crate::app::annex::{Handed, Request};
use crate::app::effect::Effect;
use crate::app::records::{Base, Record};
use crate::app::state::{Awaited, Dialog, Screen};
use crate::model::{Document, DocumentId, DocumentInfo, Flag};

/// From this many bytes on, a word is said while a file is written.
const TAKES_A_WHILE: usize = 500_000;

impl Turn<'_> {
    /// Has the annex write the open document as a file. Its dialog opens when that is done.
    pub(super) fn export(&mut self) {
        let Some(open) = self.state.open.as_ref() else { return };
        let document = &open.session.document;
        let (annotations, relations) = document.flagged(Flag::Discard);
        let record = match Base(document.clone()).encode() {
            Ok(record) => Rc::<str>::from(record),
            Err(error) => return self.state.refuse(format!("The article cannot be written: {error}.")),
        };
        let (id, title) = (open.id().clone(), document.info.title.clone());
        let handed = Handed { id, title, discarded: annotations + relations, record };
        if handed.record.len() > TAKES_A_WHILE {
            self.state.tell("Writing the file and reading it back…");
        }
        self.state.awaited = Some(Awaited::Export(handed.clone()));
        self.effects.push(Effect::Annex(Request::Export(handed)));
    }

    /// The annex has opened a dialog, about an article or not: whoever has gone on to something else meanwhile is not
    /// called back.
    pub(super) fn opened(&mut self, id: Option<&DocumentId>) {
        let open = self.state.open.as_ref().filter(|_| self.state.screen == Screen::Article);
        let here = id.is_none() || open.map(|open| open.id()) == id;
        if here && matches!(self.state.dialog, None | Some(Dialog::Page)) {
            self.state.toast = None;
            self.state.dialog = Some(Dialog::Page);
        } else {
            self.effects.push(Effect::Annex(Request::Close));
        }
    }

    /// Articles of a Gloss file come in, by their records; and what is said of it.
    pub(super) fn import(&mut self, words: String, records: Vec<String>) {
        let mut documents = Vec::new();
        for record in records {
            match Base::decode(&record) {
                Ok(Base(document)) => documents.push(self.with_free_id(document, record.into())),
                Err(error) => return self.state.refuse(format!("The file was not imported: {error}.")),
            }
        }
        self.close_dialog();
        self.add_documents(documents);
        self.state.tell(words);
    }

    /// A document whose id is taken on this device comes in beside the one that is there.
    fn with_free_id(&self, document: Document, record: Rc<str>) -> (Document, Option<Rc<str>>) {
        let id = &document.info.id;
        let mut in_memory = self.state.open.iter().chain(self.state.parked.iter());
        if !in_memory.any(|open| open.id() == id) && !self.state.is_stored(id) {
            return (document, Some(record));
        }
        let info = DocumentInfo { id: DocumentId::new(self.env.new_id()), ..(*document.info).clone() };
        (Document { info: Rc::new(info), ..document }, None)
    }
}
