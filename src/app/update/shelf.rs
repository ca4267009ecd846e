//! The start screen: texts coming in, the articles of this device, the way back.

use std::rc::Rc;

use super::Turn;
use crate::app::action::Listing;
use crate::app::annex::Request;
use crate::app::effect::{Effect, New};
use crate::app::projects;
use crate::app::records::Header;
use crate::app::state::{Intake, Mode, Open, Screen};
use crate::edit::Session;
use crate::formats::plain::{IncomingText, from_paste};
use crate::formats::schema::first;
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
        self.close_dialog();
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
        let document = Document::new(info, self.project_schema());
        self.add_documents(vec![(document, None)]);
        if let Some(assumed) = incoming.assumed {
            self.state.tell(assumed);
        }
    }

    /// Writes new documents, all of them or none, and shows the first. Until they are on disk they are in
    /// memory.
    pub(super) fn add_documents(&mut self, documents: Vec<(Document, Option<Rc<str>>)>) {
        let now = self.env.now();
        let new = documents.into_iter().map(|(document, record)| New {
            header: Header::of(&document, 0, Some(now.clone())),
            document,
            record,
        });
        let new: Vec<New> = new.collect();
        if let Some((first, others)) = new.split_first() {
            self.park();
            let waiting = others.iter().map(|new| {
                let session = Session::new(new.document.clone());
                Open { base_saved: false, ..Open::new(session, 0, ByteOffset::ZERO, Mode::Writing) }
            });
            Rc::make_mut(&mut self.state.parked).extend(waiting);
            self.show(Session::new(first.document.clone()), 0, ByteOffset::ZERO, Mode::Writing, Vec::new());
            if let Some(open) = self.state.open.as_mut() {
                open.base_saved = false;
            }
        }
        self.effects.push(Effect::Create(new, self.home()));
    }

    /// The record of the chosen project that new articles belong to.
    pub(super) fn home(&self) -> Option<Rc<str>> {
        projects::home(&self.env.project()?)
    }

    /// The schema that a new article gets.
    fn project_schema(&self) -> Schema {
        self.env.project().and_then(|chosen| projects::schema(&chosen)).unwrap_or_else(first)
    }

    /// Lets go of the open document. While not all of it is on disk, it is kept in memory.
    fn park(&mut self) {
        // The list says how far it is, without being read again.
        if let (Some(open), Some(library)) = (self.state.open.as_ref(), self.state.library.as_mut()) {
            let at = library.iter().position(|listing| listing.header.id == *open.id());
            if let Some(listing) = at.and_then(|at| Rc::make_mut(library).get_mut(at)) {
                let header = Header::of(&open.session.document, open.seq, listing.header.modified.clone());
                *listing = Rc::new(Listing { header, ..(**listing).clone() });
            }
        }
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

    /// The annex shows the library beside the start screen.
    pub(super) fn show_library(&mut self) {
        let state = &mut self.state;
        let wanted = state.screen == Screen::Start && state.library.is_some() && !state.library_missing;
        if wanted != state.library_shown {
            state.library_shown = wanted;
            self.effects.push(Effect::Annex(Request::Library(wanted)));
        }
    }
}
