//! The start screen: texts coming in, the articles of this device, the way back.

use std::rc::Rc;

use super::Turn;
use crate::app::command::Command;
use crate::app::effect::Effect;
use crate::app::records::Header;
use crate::app::state::{Intake, Mode, Open, Screen, Toast, Undoable};
use crate::edit::Session;
use crate::formats::plain::{IncomingText, from_paste};
use crate::model::{Document, DocumentId, DocumentInfo, Extra, Schema};
use crate::text::{ByteOffset, Text};

impl Turn<'_> {
    /// Leaves the open article. What is not on disk yet stays in its queue until it is.
    pub(super) fn new_article(&mut self) {
        self.leave();
        self.effects.push(Effect::Route(None));
    }

    fn leave(&mut self) {
        self.state.screen = Screen::Start;
        self.state.intake = Intake::Idle;
        self.state.loading = None;
        self.state.dialog = None;
        self.effects.push(Effect::Lock(None));
        self.park();
        self.effects.push(Effect::List);
    }

    pub(super) fn annotate_draft(&mut self) {
        let draft = Rc::clone(&self.state.draft);
        if draft.is_empty() {
            return self
                .text_refused("There is no text yet. Paste an article into the box, or open a file.".to_owned());
        }
        match from_paste(draft.to_string()) {
            Ok(incoming) => {
                self.arrived(incoming);
                self.state.draft = Rc::from("");
            }
            Err(error) => self.text_refused(error.to_string()),
        }
    }

    pub(super) fn reading(&mut self, name: String, done: f64, all: f64) {
        self.state.intake = Intake::Reading(name, done, all);
    }

    pub(super) fn text_refused(&mut self, why: String) {
        if self.state.screen == Screen::Article {
            self.state.refuse(why);
            self.state.intake = Intake::Idle;
        } else {
            // The message is an alert: it is read out by itself.
            self.state.intake = Intake::Failed(why);
        }
    }

    /// A text becomes a document, is written to disk, and is shown.
    pub(super) fn arrived(&mut self, incoming: IncomingText) {
        self.state.intake = Intake::Idle;
        let info = DocumentInfo {
            id: DocumentId::new(self.env.new_id()),
            title: incoming.title,
            text: Text::new(incoming.text),
            intake: incoming.intake,
            metadata: Extra::new(),
            created: Some(self.env.now()),
            extra: Extra::new(),
        };
        let document = Document::new(info, Schema::claims_sources_locations());
        self.add_document(document, None, true);
        if let Some(assumed) = incoming.assumed {
            self.state.tell(assumed);
        }
    }

    /// Writes a new document, as its record where it came with one, and shows it where asked.
    pub(super) fn add_document(&mut self, document: Document, record: Option<Rc<str>>, show: bool) {
        let header = Header::of(&document, 0, Some(self.env.now()));
        self.effects.push(Effect::Create(Box::new(document.clone()), record, header));
        if show {
            self.park();
            self.show(Session::new(document), 0, ByteOffset::ZERO, Mode::Writing, Vec::new());
            if let Some(open) = self.state.open.as_mut() {
                open.base_saved = false;
            }
        } else {
            self.state.saving.other += 1;
        }
    }

    /// Lets go of the open document. While not all of it is on disk, it is kept in memory.
    fn park(&mut self) {
        if let Some(mut open) = self.state.open.take()
            && !open.is_saved()
        {
            open.armed = None;
            open.held = None;
            Rc::make_mut(&mut self.state.parked).push(open);
        }
    }

    pub(super) fn open(&mut self, id: DocumentId) {
        self.park();
        if let Some(at) = self.state.parked.iter().position(|open| *open.id() == id) {
            // What is in memory is newer than what is on disk.
            let open = Rc::make_mut(&mut self.state.parked).remove(at);
            self.state.open = Some(Open { start_at: open.top, ..open });
            self.state.screen = Screen::Article;
            self.effects.extend([Effect::Lock(Some(id.clone())), Effect::Route(Some(id)), Effect::FocusArticle]);
            return;
        }
        self.state.toast = None;
        self.state.loading = Some(id.clone());
        self.effects.push(Effect::Load(id));
    }

    pub(super) fn routed(&mut self, id: Option<DocumentId>) {
        match id {
            Some(id) => {
                let shown =
                    self.state.screen == Screen::Article && self.state.open.as_ref().is_some_and(|o| *o.id() == id);
                if !shown && self.state.loading.as_ref() != Some(&id) {
                    self.open(id);
                }
            }
            None if self.state.screen == Screen::Article => self.leave(),
            None => {}
        }
    }

    pub(super) fn set_deleted(&mut self, id: DocumentId, deleted: bool) {
        let Some(library) = self.state.library.as_mut() else { return };
        let Some(listing) = Rc::make_mut(library).iter_mut().find(|listing| listing.header.id == id) else { return };
        listing.deleted = deleted;
        let title = listing.header.title.clone();
        self.state.saving.other += 1;
        self.effects.push(Effect::SetDeleted(id.clone(), deleted));
        if deleted {
            self.state.tell(format!("Deleted “{title}”"));
            self.state.undoable = Some(Undoable::Deleted(id, format!("delete “{title}”")));
            if let Some(Toast { offer, .. }) = self.state.toast.as_mut() {
                *offer = Some(("Undo".to_owned(), Command::Undo));
            }
        } else {
            self.state.undoable = None;
            self.state.tell(format!("“{title}” is back"));
        }
    }
}
