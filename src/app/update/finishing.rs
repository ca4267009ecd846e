//! Being done with an article, and going on to the next unfinished one.
//!
//! Invariant: nobody is done with an article whose open problems were not shown; whoever has seen them decides.

use super::Turn;
use crate::app::action::Listing;
use crate::app::command::Command;
use crate::app::count_words;
use crate::app::effect::Effect;
use crate::app::state::{Finishing, Side, Toast};
use crate::edit::Op;
use crate::model::Status;

impl Turn<'_> {
    /// Done, or not done any more. What the checks find is shown first.
    pub(super) fn done(&mut self) {
        let Some(open) = self.state.open.as_mut() else { return };
        if !open.can_write() {
            return self.refuse_reading();
        }
        let document = &open.session.document;
        if matches!(document.status, Status::Done | Status::Skipped) {
            return self.set_status(Status::InProgress, "open this article again", "In progress again".to_owned());
        }
        let known = self.state.checked.as_ref().filter(|(of, _)| of.same_look(document));
        let problems = match known {
            None => {
                open.finishing = Finishing::Checking;
                if self.state.checking.is_none() {
                    self.state.checking = Some(document.clone());
                    self.effects.push(Effect::Check(Box::new(document.clone())));
                }
                return;
            }
            // What cannot be checked is no reason not to be done.
            Some((_, found)) => found.as_ref().map_or(0, |found| found.len()),
        };
        if problems > 0 && open.finishing != Finishing::Shown {
            open.finishing = Finishing::Shown;
            open.side = Side::Checks;
            self.state.list_shown = true;
            let what = count_words(problems, "thing", "things");
            return self.state.tell(format!("{what} to look at first. The same key again: done all the same."));
        }
        self.set_status(Status::Done, "be done with this article", "Done".to_owned());
        if let Some(Toast { offer, .. }) = self.state.toast.as_mut() {
            *offer = Some(("Next article".to_owned(), Command::NextUnfinished));
        }
    }

    /// The checks are there; somebody may wait for them to be done.
    pub(super) fn go_on_finishing(&mut self) {
        if self.state.open.as_ref().is_some_and(|open| open.finishing == Finishing::Checking) {
            self.done();
        }
    }

    /// Left out on purpose, or not any more.
    pub(super) fn skip(&mut self) {
        match self.state.open.as_ref().map(|open| open.session.document.status) {
            Some(Status::Skipped) => self.done(),
            Some(_) => self.set_status(Status::Skipped, "skip this article", "Skipped".to_owned()),
            None => {}
        }
    }

    fn set_status(&mut self, after: Status, name: &str, said: String) {
        let Some(open) = self.state.open.as_mut() else { return };
        open.finishing = Finishing::No;
        let before = open.session.document.status;
        if before != after && self.edit(name.to_owned(), vec![Op::Status { before, after }], false) {
            self.state.tell(said);
        }
    }

    /// Opens the next article of the same project that is not done, or the one before; after the last one comes the
    /// first.
    pub(super) fn next_unfinished(&mut self, on: bool) {
        let here = self.state.open.as_ref().map(|open| open.id().clone());
        let listed = self.state.library.as_ref().map_or(&[][..], |library| library.as_slice());
        let this = listed.iter().find(|listing| Some(&listing.header.id) == here.as_ref());
        let is_open = |status| matches!(status, Status::NotStarted | Status::InProgress);
        let others = listed.iter().filter(|listing| {
            !listing.deleted
                && !listing.archived
                && is_open(listing.header.status)
                && Some(&listing.header.id) != here.as_ref()
                && this.is_none_or(|this| this.home == listing.home)
        });
        let beyond = |other: &Listing| {
            this.is_some_and(|this| if on { place(other) > place(this) } else { place(other) < place(this) })
        };
        let best = others.reduce(|best, other| {
            let nearer = match (beyond(other), beyond(best)) {
                (true, false) => true,
                (false, true) => false,
                _ => (place(other) < place(best)) == on,
            };
            if nearer { other } else { best }
        });
        match best {
            Some(next) => {
                let id = next.header.id.clone();
                self.open(id);
            }
            None => self.state.tell("No other article is unfinished"),
        }
    }
}

/// Where an article stands in the order in which they came in, which does not change while one works.
fn place(listing: &Listing) -> (Option<&str>, &str) {
    (listing.header.created.as_deref(), listing.header.id.as_str())
}
