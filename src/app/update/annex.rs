//! The annex, seen from the app: its pages are opened, and what it asks for is done.
//!
//! Invariant: what a page sends is a step like any other, and passes what each edit passes. While a page of the annex is open, it is the open dialog here.

use std::rc::Rc;

use super::Turn;
use crate::app::annex::{Article, Page, Reply, Request};
use crate::app::command::{Command, TABLE};
use crate::app::effect::Effect;
use crate::app::records::{JournalRecord, Record};
use crate::app::state::{Awaited, Dialog, Open, Screen};
use crate::text::Span;

const DID_NOT_ARRIVE: &str = "This part of Gloss did not arrive. Look at your connection, and try again.";

impl Turn<'_> {
    pub(super) fn open_schema(&mut self) {
        let Some(open) = self.state.open.as_ref() else { return };
        let request = Request::Schema(Box::new(open.session.document.clone()), open.can_write());
        self.effects.push(Effect::Annex(request));
        self.state.dialog = Some(Dialog::Page);
    }

    /// Opens the page that a command is named for.
    pub(super) fn open_page(&mut self, command: Command) {
        let name = TABLE.iter().find(|row| row.command == command).map_or("", |row| row.id);
        let mut page = Page { name, settings: Rc::clone(&self.state.settings), ..Page::default() };
        if let Some(open) = &self.state.open {
            page.labels = open.schema().offered().map(|(_, label)| label.name.as_str().to_owned()).collect();
            page.article = Some(Article { id: open.id().clone(), seq: open.seq as usize, writes: open.can_write() });
        }
        self.effects.push(Effect::Annex(Request::Page(page)));
        self.state.dialog = Some(Dialog::Page);
    }

    /// Opens the bar that looks for words in the article.
    pub(super) fn find(&mut self) {
        let Some(open) = self.state.open.as_ref() else { return };
        self.state.finding = Some(open.id().clone());
        self.effects.push(Effect::Annex(Request::Find(open.text().clone(), open.selection.head)));
    }

    /// The bar goes with its article.
    pub(super) fn keep_finding(&mut self) {
        let state = &mut self.state;
        let open = state.open.as_ref().filter(|_| state.screen == Screen::Article).map(Open::id);
        if state.finding.is_some() && state.finding.as_ref() != open {
            state.finding = None;
            self.effects.push(Effect::Annex(Request::Leave));
        }
    }

    /// The bar is closed: what it stood at is selected, to the character.
    fn found(&mut self, span: Option<Span>) {
        if self.state.finding.take().is_some() {
            if let Some(span) = span {
                self.select(span);
                self.effects.push(Effect::Reveal(span.start()));
            }
            self.effects.push(Effect::FocusArticle);
        }
    }

    /// Closes the open dialog, wherever it stands.
    pub(super) fn close_dialog(&mut self) {
        if matches!(self.state.dialog.take(), Some(Dialog::Page)) {
            self.effects.push(Effect::Annex(Request::Close));
        }
    }

    /// Does what the annex asks for.
    pub(super) fn annex(&mut self, reply: Reply) {
        // Whatever it says, it is there.
        let awaited = self.state.awaited.take();
        match reply {
            Reply::Apply(record) => self.apply(&record),
            Reply::Say(words) => self.state.announce(words),
            Reply::Tell(words, false) => self.state.tell(words),
            Reply::Tell(words, true) => self.state.refuse(words),
            Reply::Opened(id) => self.opened(id.as_ref()),
            Reply::Import(words, records) => self.import(words, records),
            Reply::Set(settings) => self.set(settings),
            Reply::Open(id) => self.open(id),
            Reply::Run(id) => {
                if let Some(row) = TABLE.iter().find(|row| row.id == id) {
                    self.run(row.command);
                }
            }
            Reply::Focus(id) => self.focus_row(id),
            Reply::Show(at) if self.state.finding.is_some() => self.effects.push(Effect::Reveal(at)),
            Reply::Show(_) => {}
            Reply::Found(span) => self.found(span),
            Reply::Changed => self.effects.extend([Effect::LibraryChanged, Effect::List]),
            Reply::Writing(true) => self.state.saving.elsewhere += 1,
            Reply::Writing(false) => self.state.saving.elsewhere = self.state.saving.elsewhere.saturating_sub(1),
            Reply::Closed => drop(self.state.dialog.take_if(|dialog| matches!(dialog, Dialog::Page))),
            Reply::Failed => {
                self.effects.push(Effect::AnnexGone);
                self.state.library_missing |= self.state.library_shown;
                self.state.library_shown = false;
                let page = self.state.dialog.take_if(|dialog| matches!(dialog, Dialog::Page)).is_some();
                if let Some(Awaited::Export(handed)) = awaited {
                    self.effects.push(Effect::Rescue(handed, self.env.now()));
                } else if page || awaited.is_some() {
                    self.state.refuse(DID_NOT_ARRIVE);
                }
            }
        }
    }

    /// Does a step that the annex made: a change of the schema, a way back to an earlier state.
    fn apply(&mut self, record: &str) {
        let outcome = match (JournalRecord::decode(record), self.state.open.as_mut()) {
            (Ok(record), Some(open)) if record.document == *open.id() && open.can_write() => {
                open.burst = None;
                self.perform(record.entry).map_err(|conflict| format!("This was not done: {conflict}."))
            }
            _ => Err("This article cannot be changed here any more. Close this and open it again.".to_owned()),
        };
        match outcome {
            Ok(()) => {
                self.close_dialog();
                if let Some(open) = self.state.open.as_mut() {
                    open.drop_stale();
                }
                let name = self.state.undo_name().unwrap_or_default().to_owned();
                self.state.tell(format!("Done: {name}"));
            }
            Err(why) => self.effects.push(Effect::Annex(Request::Refused(why))),
        }
    }
}
