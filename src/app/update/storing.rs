//! What is on disk: appending to the journal, answers of the storage, reading along, taking over.
//!
//! Invariant: a journal record stays in `unsaved` until storage said that it is complete, so that
//! "Saved" is never shown too early and nothing is lost by a failed write.

use std::rc::Rc;

use super::Turn;
use crate::app::action::{Listing, Loaded};
use crate::app::annex::Request;
use crate::app::effect::{Effect, New};
use crate::app::records::{Header, JournalRecord};
use crate::app::state::{Dialog, Mode, Open, Screen, Side};
use crate::app::storage_error::StorageError;
use crate::app::tabs::LockState;
use crate::edit::{Conflict, Entry, Session};
use crate::model::{AnnotationId, DocumentId, LabelName, given};
use crate::text::ByteOffset;

impl Turn<'_> {
    /// Performs an entry on the open document and queues it for the disk.
    pub(super) fn perform(&mut self, entry: Entry) -> Result<(), Conflict> {
        let at = self.env.now();
        let by = given(&self.state.settings.name);
        let Some(open) = self.state.open.as_mut() else { return Ok(()) };
        open.session = open.session.perform(&entry)?;
        open.seq += 1;
        let record = JournalRecord { document: open.id().clone(), seq: open.seq, at: at.clone(), by, entry };
        Rc::make_mut(&mut open.unsaved).push(record.clone());
        let header = Header::of(&open.session.document, open.seq, Some(at));
        self.effects.push(Effect::Append(record, header));
        if !self.state.asked_to_persist {
            self.state.asked_to_persist = true;
            self.effects.push(Effect::AskToPersist);
        }
        Ok(())
    }

    /// Shows a document that was just made or read.
    pub(super) fn show(&mut self, session: Session, seq: u64, top: ByteOffset, mode: Mode, damage: Vec<String>) {
        let id = session.document.info.id.clone();
        // Most pages are about the article that was open.
        if matches!(self.state.dialog, Some(Dialog::Page)) {
            self.close_dialog();
        }
        self.state.open = Some(Open { damage: damage.into(), ..Open::new(session, seq, top, mode) });
        self.state.screen = Screen::Article;
        self.state.loading = None;
        self.state.list_shown = false;
        self.effects.push(Effect::Lock(Some(id.clone())));
        self.effects.push(Effect::Route(Some(id)));
        self.effects.push(Effect::FocusArticle);
    }

    pub(super) fn listed(&mut self, listed: Result<Vec<Listing>, StorageError>) {
        match listed {
            Ok(listings) => {
                self.state.library = Some(Rc::new(listings.into_iter().map(Rc::new).collect()));
                if self.state.library_shown {
                    // Something in it changed.
                    self.effects.push(Effect::Annex(Request::Library(true)));
                }
            }
            Err(error) => {
                self.state.library.get_or_insert_default();
                self.fault(&error);
            }
        }
    }

    pub(super) fn loaded(&mut self, loaded: Result<Loaded, StorageError>) {
        let asked = self.state.loading.take();
        match loaded {
            Ok(loaded) => {
                if asked.as_ref() != Some(&loaded.session.document.info.id) {
                    return;
                }
                self.show(loaded.session, loaded.seq, loaded.top, Mode::Asking, loaded.damage);
            }
            Err(StorageError::NotFound) => {
                self.effects.extend([Effect::Route(None), Effect::List]);
                self.state.refuse("This article is not on this device. It may have been deleted.");
            }
            Err(error) => {
                self.effects.extend([Effect::Route(None), Effect::List]);
                self.state.refuse(error.to_string());
            }
        }
    }

    pub(super) fn created(&mut self, ids: &[DocumentId], result: Result<(), StorageError>) {
        if let Err(error) = result {
            return self.fault(&error);
        }
        // They come in the order in which they stand here: looking for each from the start would take seconds.
        let mut next = 0;
        let parked = Rc::make_mut(&mut self.state.parked);
        for open in self.state.open.iter_mut().chain(parked.iter_mut()).filter(|open| !open.base_saved) {
            let found = (next..ids.len()).chain(0..next).find(|at| ids.get(*at) == Some(open.id()));
            open.base_saved = found.is_some();
            next = found.map_or(next, |at| at + 1);
        }
        parked.retain(|open| !open.is_saved());
        self.clear_fault();
        self.effects.push(Effect::List);
    }

    pub(super) fn appended(&mut self, id: &DocumentId, seq: u64, result: Result<(), StorageError>) {
        match result {
            Ok(()) => {
                self.confirm(id, |open| Rc::make_mut(&mut open.unsaved).retain(|record| record.seq > seq));
                self.clear_fault();
            }
            Err(error) => self.fault(&error),
        }
    }

    /// The fault is over when nothing is left that could not be written.
    fn clear_fault(&mut self) {
        if self.state.open.iter().chain(self.state.parked.iter()).all(Open::is_saved) {
            self.state.saving.fault = None;
        }
    }

    /// Notes on a document in memory what is on disk now; `false` where it is not in memory.
    fn confirm(&mut self, id: &DocumentId, note: impl FnOnce(&mut Open)) -> bool {
        if let Some(open) = self.state.open.as_mut().filter(|open| open.id() == id) {
            note(open);
            return true;
        }
        let parked = Rc::make_mut(&mut self.state.parked);
        let Some(open) = parked.iter_mut().find(|open| open.id() == id) else { return false };
        note(open);
        parked.retain(|open| !open.is_saved());
        true
    }

    pub(super) fn written(&mut self, result: Result<(), StorageError>) {
        if let Err(error) = result {
            self.fault(&error);
        }
    }

    pub(super) fn fault(&mut self, error: &StorageError) {
        let words = error.to_string();
        if self.state.saving.fault.as_ref() != Some(&words) {
            self.state.announce(words.clone());
        }
        self.state.saving.fault = Some(words);
    }

    pub(super) fn retry(&mut self) {
        self.state.saving.fault = None;
        self.effects.push(Effect::List);
        let memory = || self.state.open.iter().chain(self.state.parked.iter());
        let mut refused = false;
        let now = self.env.now();
        let new = memory().filter(|open| !open.base_saved).map(|open| New {
            header: Header::of(&open.session.document, 0, Some(now.clone())),
            document: open.first.clone(),
            record: None,
        });
        let new: Vec<New> = new.collect();
        if !new.is_empty() {
            self.effects.push(Effect::Create(new, self.home()));
        }
        for open in memory() {
            let header =
                |record: &JournalRecord| Header::of(&open.session.document, record.seq, Some(record.at.clone()));
            let records: Vec<_> = open.unsaved.iter().map(|record| (record.clone(), header(record))).collect();
            if !records.is_empty() {
                if open.can_write() {
                    self.effects.push(Effect::Rewrite(open.id().clone(), records));
                } else {
                    refused = true;
                }
            }
            if open.mode == Mode::TakingOver && open.is_saved() {
                self.effects.push(Effect::ReadOn(open.id().clone(), open.seq, true));
            }
        }
        if refused {
            self.fault(&StorageError::Conflict);
        }
    }

    /// Takes the right to write that another tab has. Until what that one wrote was read, and the storage
    /// refuses what it writes from then on, nothing can be changed here.
    pub(super) fn take_over(&mut self) {
        if let Some(open) = self.state.open.as_mut().filter(|open| open.mode == Mode::ReadingAlong && open.is_saved()) {
            open.mode = Mode::TakingOver;
            self.effects.push(Effect::TakeOver);
        }
    }

    pub(super) fn lock(&mut self, id: &DocumentId, lock: LockState) {
        let Some(open) = self.state.open.as_mut().filter(|open| open.id() == id) else { return };
        match (lock, open.mode) {
            (LockState::Writer | LockState::Unavailable, Mode::Asking) => open.mode = Mode::Writing,
            (LockState::Waiting, Mode::Asking | Mode::Writing | Mode::TakingOver) => {
                open.mode = Mode::ReadingAlong;
                self.state.announce("Reading along: this article is open in another tab");
            }
            (LockState::Writer, Mode::ReadingAlong | Mode::TakingOver) => {
                open.mode = Mode::TakingOver;
                let after = open.seq;
                self.effects.push(Effect::ReadOn(id.clone(), after, true));
            }
            _ => {}
        }
    }

    pub(super) fn journal_grew(&mut self, id: &DocumentId) {
        if self.state.screen == Screen::Start {
            self.effects.push(Effect::List);
        }
        let Some(open) = self.state.open.as_ref().filter(|open| open.id() == id) else { return };
        if matches!(open.mode, Mode::ReadingAlong | Mode::Asking) {
            let after = open.seq;
            self.effects.push(Effect::ReadOn(id.clone(), after, false));
        }
    }

    pub(super) fn read_on(&mut self, id: &DocumentId, records: Result<Vec<JournalRecord>, StorageError>) {
        let Some(open) = self.state.open.as_mut().filter(|open| open.id() == id) else { return };
        let records = match records {
            Ok(records) => records,
            Err(error) => return self.fault(&error),
        };
        if !open.unsaved.is_empty() {
            return;
        }
        for record in records {
            if record.seq != open.seq + 1 {
                continue;
            }
            match open.session.perform(&record.entry) {
                Ok(session) => {
                    open.session = session;
                    open.seq = record.seq;
                }
                Err(_) => break,
            }
        }
        open.drop_stale();
        if open.mode == Mode::TakingOver {
            open.mode = Mode::Writing;
            self.state.announce("Changes are made and saved here now");
        }
    }
}

impl Open {
    /// Lets go of what names annotations and labels that are no longer there.
    pub(super) fn drop_stale(&mut self) {
        let annotations = &self.session.document.annotations;
        if let Some(focus) = self.focus.as_mut() {
            match annotations.get(&focus.id) {
                Some(annotation) => focus.fragment = focus.fragment.min(annotation.fragments.spans().len() - 1),
                None => self.focus = None,
            }
        }
        let gone = |id: &AnnotationId| annotations.get(id).is_none();
        if self.picked.iter().any(gone) {
            self.picked = self.picked.iter().filter(|id| !gone(id)).cloned().collect();
        }
        if self.hover.as_ref().is_some_and(gone) {
            self.hover = None;
        }
        if self.relation.is_some() && self.focused_relation().is_none() {
            self.relation = None;
        }
        if let Side::By(label) = &self.side
            && self.schema().position(label).is_none()
        {
            self.side = Side::Annotations;
        }
        // Whatever was asked or offered was about what was there.
        (self.linking, self.offer, self.chooser) = (None, None, None);
        self.edge_drag = None;
        let schema = &self.session.document.schema;
        let offered = |name: &mut LabelName| schema.offered().all(|(_, label)| label.name != *name);
        self.armed.take_if(offered);
        self.list.label.take_if(|name| schema.position(name).is_none());
    }
}
