//! What is on disk: appending to the journal, answers of the storage, reading along, taking over.
//!
//! Invariant: a journal record stays in `unsaved` until storage said that it is complete, so that
//! "Saved" is never shown too early and nothing is lost by a failed write.

use std::rc::Rc;

use super::Turn;
use crate::app::action::{Listing, Loaded};
use crate::app::effect::Effect;
use crate::app::records::{Header, JournalRecord};
use crate::app::state::{Mode, Open, Screen, Selection};
use crate::app::storage_error::StorageError;
use crate::app::tabs::LockState;
use crate::edit::{Conflict, Entry, Session};
use crate::model::{DocumentId, sort_by};
use crate::text::ByteOffset;

impl Turn<'_> {
    /// Performs an entry on the open document and queues it for the disk.
    pub(super) fn perform(&mut self, entry: Entry) -> Result<(), Conflict> {
        let at = self.env.now();
        let Some(open) = self.state.open.as_mut() else { return Ok(()) };
        open.session = open.session.perform(&entry)?;
        open.seq += 1;
        let record = JournalRecord { document: open.id().clone(), seq: open.seq, at: at.clone(), entry };
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
        self.state.open = Some(Open {
            first: session.document.clone(),
            session,
            seq,
            mode,
            unsaved: Rc::default(),
            base_saved: true,
            selection: Selection::caret(top),
            focus: None,
            under_click: Rc::default(),
            armed: None,
            held: None,
            edge_drag: None,
            burst: None,
            made_by_click: None,
            list: Default::default(),
            top,
            start_at: top,
            damage: damage.into(),
        });
        self.state.screen = Screen::Article;
        self.state.loading = None;
        self.state.list_shown = false;
        self.effects.push(Effect::Lock(Some(id.clone())));
        self.effects.push(Effect::Route(Some(id)));
        self.effects.push(Effect::FocusArticle);
    }

    pub(super) fn listed(&mut self, listed: Result<Vec<Listing>, StorageError>) {
        match listed {
            Ok(mut listings) => {
                sort_by(&mut listings, |a, b| {
                    let key = |l: &Listing| (l.header.modified.clone(), l.header.created.clone(), l.header.id.clone());
                    key(b).cmp(&key(a))
                });
                self.state.library = Some(Rc::new(listings));
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
                self.effects.push(Effect::Route(None));
                self.state.refuse("This article is not on this device. It may have been deleted.");
            }
            Err(error) => {
                self.effects.push(Effect::Route(None));
                self.state.refuse(error.to_string());
            }
        }
    }

    pub(super) fn created(&mut self, id: &DocumentId, result: Result<(), StorageError>) {
        match result {
            Ok(()) => {
                if !self.confirm(id, |open| open.base_saved = true) {
                    self.state.saving.other = self.state.saving.other.saturating_sub(1);
                }
                self.effects.push(Effect::List);
            }
            Err(error) => self.fault(&error),
        }
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
        self.state.saving.other = self.state.saving.other.saturating_sub(1);
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
        for open in self.state.open.iter().chain(self.state.parked.iter()) {
            if !open.base_saved {
                let header = Header::of(&open.session.document, 0, Some(self.env.now()));
                self.effects.push(Effect::Create(Box::new(open.first.clone()), None, header));
            }
            let header =
                |record: &JournalRecord| Header::of(&open.session.document, record.seq, Some(record.at.clone()));
            let records: Vec<_> = open.unsaved.iter().map(|record| (record.clone(), header(record))).collect();
            if !records.is_empty() {
                self.effects.push(Effect::Rewrite(open.id().clone(), records));
            }
        }
    }

    pub(super) fn lock(&mut self, id: &DocumentId, lock: LockState) {
        let Some(open) = self.state.open.as_mut().filter(|open| open.id() == id) else { return };
        match (lock, open.mode) {
            (LockState::Writer | LockState::Unavailable, Mode::Asking) => open.mode = Mode::Writing,
            (LockState::Waiting, Mode::Asking | Mode::Writing) => {
                open.mode = Mode::ReadingAlong;
                self.state.announce("Reading along: this article is open in another tab");
            }
            (LockState::Writer, Mode::ReadingAlong) => {
                open.mode = Mode::TakingOver;
                let after = open.seq;
                self.effects.push(Effect::ReadOn(id.clone(), after));
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
            self.effects.push(Effect::ReadOn(id.clone(), after));
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
            self.state.announce("The other tab is gone: changes are made and saved here now");
        }
    }
}

impl Open {
    /// Lets go of what names annotations that are no longer there.
    pub(super) fn drop_stale(&mut self) {
        let annotations = &self.session.document.annotations;
        if let Some(focus) = self.focus.as_mut() {
            match annotations.get(&focus.id) {
                Some(annotation) => focus.fragment = focus.fragment.min(annotation.fragments.spans().len() - 1),
                None => self.focus = None,
            }
        }
        self.edge_drag = None;
    }
}
