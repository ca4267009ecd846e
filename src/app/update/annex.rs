//! The annex, seen from the app: its pages are opened, and what it asks for is done.
//!
//! Invariant: what the schema editor sends is a transaction like any other, and passes what each edit
//! passes. While a page of the annex is open, it is the open dialog here.

use super::Turn;
use crate::app::annex::{Reply, Request};
use crate::app::effect::Effect;
use crate::app::records::{JournalRecord, Record};
use crate::app::state::{Dialog, Open, Screen};
use crate::edit::Entry;
use crate::text::Span;

const DID_NOT_ARRIVE: &str = "This part of Gloss did not arrive. Look at your connection, and try again.";

const fn is_page(dialog: &Dialog) -> bool {
    matches!(dialog, Dialog::Schema | Dialog::Settings | Dialog::Keyboard)
}

impl Turn<'_> {
    pub(super) fn open_schema(&mut self) {
        let Some(open) = self.state.open.as_ref() else { return };
        let request = Request::Schema(Box::new(open.session.document.clone()), open.can_write());
        self.effects.push(Effect::Annex(request));
        self.state.dialog = Some(Dialog::Schema);
    }

    /// Opens the settings or the page of keys.
    pub(super) fn open_page(&mut self, page: Dialog) {
        let labels = self.state.open.as_ref().map_or_else(Vec::new, |open| {
            open.schema().offered().map(|(_, label)| label.name.as_str().to_owned()).collect()
        });
        let settings = self.state.settings.clone();
        self.effects.push(Effect::Annex(match page {
            Dialog::Keyboard => Request::Keyboard(settings, labels),
            _ => Request::Settings(settings, labels),
        }));
        self.state.dialog = Some(page);
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
        if self.state.dialog.take().is_some_and(|dialog| is_page(&dialog)) {
            self.effects.push(Effect::Annex(Request::Close));
        }
    }

    /// Does what the annex asks for.
    pub(super) fn annex(&mut self, reply: Reply) {
        match reply {
            Reply::Apply(record) => self.apply_schema(&record),
            Reply::Say(words) => self.state.announce(words),
            Reply::Set(settings) => self.set(settings),
            Reply::Open(id) => self.open(id),
            Reply::Show(at) if self.state.finding.is_some() => self.effects.push(Effect::Reveal(at)),
            Reply::Show(_) => {}
            Reply::Found(span) => self.found(span),
            Reply::Changed => self.effects.extend([Effect::LibraryChanged, Effect::List]),
            Reply::Closed => drop(self.state.dialog.take_if(|dialog| is_page(dialog))),
            Reply::Failed => {
                self.effects.push(Effect::AnnexGone);
                self.state.library_missing |= self.state.library_shown;
                self.state.library_shown = false;
                if self.state.dialog.take_if(|dialog| is_page(dialog)).is_some() {
                    self.state.refuse(DID_NOT_ARRIVE);
                }
            }
        }
    }

    fn apply_schema(&mut self, record: &str) {
        let entry = JournalRecord::decode(record).map(|record| (record.document, record.entry));
        let open = self.state.open.as_ref().map(|open| open.id().clone());
        let outcome = match entry {
            Ok((document, Entry::Edit { transaction, .. })) if open.as_ref() == Some(&document) => {
                let (name, ops) = (transaction.name.clone(), transaction.ops.clone());
                if self.edit(name, ops, false) {
                    Ok(())
                } else {
                    Err(self.state.toast.take().map(|toast| toast.text).unwrap_or_default())
                }
            }
            _ => Err("This article is not open any more. Close the editor and open it again.".to_owned()),
        };
        match outcome {
            Ok(()) => {
                self.close_dialog();
                if let Some(open) = self.state.open.as_mut() {
                    open.drop_stale();
                }
                self.state.tell("Schema changed");
            }
            Err(why) => self.effects.push(Effect::Annex(Request::Refused(why))),
        }
    }
}
