//! [`State`]: everything that the screen shows and the next action needs.
//!
//! Invariant: cheap to clone (what is large is behind `Rc`), and complete: the view holds nothing
//! but what belongs to drawing.

use std::rc::Rc;

use super::action::Listing;
use super::annex::Handed;
use super::command::{Command, Edge};
use super::keeping::Keeping;
use super::linking::{Chooser, Linking, Offer};
use super::list::ListState;
use super::markdown::Node;
use super::records::JournalRecord;
use super::settings::Settings;
use crate::edit::Session;
use crate::model::{
    Annotation, AnnotationId, Attribute, Document, DocumentId, LabelName, Relation, RelationId, Remarks, Schema,
};
use crate::query::check::Finding;
use crate::text::{ByteOffset, Span, Text, Unit};

/// Which screen is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Screen {
    /// Getting a text in, and the articles of this device.
    #[default]
    Start,
    /// An article.
    Article,
}

/// What is selected. A caret is a selection of nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Selection {
    /// Where it began.
    pub anchor: ByteOffset,
    /// Where it ends now; the caret.
    pub head: ByteOffset,
    /// What it snaps to.
    pub unit: Unit,
    /// The words that would be marked, live; `None` for a caret.
    pub snapped: Option<Span>,
    /// Whether a gesture is under way.
    pub active: bool,
    /// Whether the gesture moved, so that it is no click.
    pub moved: bool,
    /// Whether it shall be added to the focused annotation.
    pub add: bool,
    /// The clicks of the gesture that made it: more than 1 where it took whole pieces.
    pub clicks: u8,
}

impl Selection {
    /// A caret at an offset.
    #[must_use]
    pub fn caret(at: ByteOffset) -> Self {
        Self {
            anchor: at,
            head: at,
            unit: Unit::Word,
            snapped: None,
            active: false,
            moved: false,
            add: false,
            clicks: 1,
        }
    }
}

/// The annotation that commands act on, and which of its fragments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Focus {
    /// The annotation.
    pub id: AnnotationId,
    /// The fragment's number, from 0.
    pub fragment: usize,
}

/// A label's key that is down.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    /// The label's place among those that are offered.
    pub position: u8,
    /// Whether a gesture used it.
    pub used: bool,
    /// Whether pressing it relabelled the focused annotation, to be taken back when a gesture follows.
    pub relabelled: bool,
}

/// What an attribute, a note or a flag belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// An annotation.
    Annotation(AnnotationId),
    /// A relation.
    Relation(RelationId),
    /// The document as a whole.
    Document,
}

/// What the panel beside the text shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Side {
    /// All annotations.
    #[default]
    Annotations,
    /// Cards of the annotations of one label, each with what is linked to it.
    By(LabelName),
    /// What is missing or looks wrong.
    Checks,
    /// What annotators shall do.
    Guidelines,
}

/// An edge on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EdgeDrag {
    /// Which fragment of the focused annotation.
    pub fragment: usize,
    /// Which edge.
    pub edge: Edge,
    /// Where the fragment would stand.
    pub preview: Span,
}

/// Whether and why this tab writes to the open document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// It asked to; the answer is a moment away.
    Asking,
    /// It does.
    Writing,
    /// Another tab does; this one reads along.
    ReadingAlong,
    /// Another tab did and is gone, or shall not any more; this one reads what is missing, then writes.
    TakingOver,
}

/// The open document and all that goes with it.
#[derive(Clone, Debug)]
pub struct Open {
    /// The document and its history.
    pub session: Session,
    /// The document before the first record of this visit: what is written again where its creation failed.
    pub first: Document,
    /// The number of its last journal record.
    pub seq: u64,
    /// Whether this tab writes.
    pub mode: Mode,
    /// Journal records that are not known to be on disk, in order.
    pub unsaved: Rc<Vec<JournalRecord>>,
    /// Whether the document itself is on disk.
    pub base_saved: bool,
    /// What is selected.
    pub selection: Selection,
    /// What commands act on.
    pub focus: Option<Focus>,
    /// What the last click could have meant, innermost first, so that another click goes outward.
    pub under_click: Rc<[AnnotationId]>,
    /// The label that every selection becomes.
    pub armed: Option<LabelName>,
    /// The label's key that is down.
    pub held: Option<Held>,
    /// An edge on its way.
    pub edge_drag: Option<EdgeDrag>,
    /// What may be joined by the next edit of the same kind: its key and when it was.
    pub burst: Option<(String, f64)>,
    /// The focused relation; one of those of the focused annotation.
    pub relation: Option<RelationId>,
    /// Annotations picked beside the focused one, to be linked together.
    pub picked: Rc<[AnnotationId]>,
    /// A link in the making.
    pub linking: Option<Linking>,
    /// Links that are offered until the next action.
    pub offer: Option<Offer>,
    /// A question that waits for one key.
    pub chooser: Option<Chooser>,
    /// How far being done with it is.
    pub finishing: Finishing,
    /// The annotation under the mouse.
    pub hover: Option<AnnotationId>,
    /// What could not be taken of what was typed for an attribute: of what, its name, and why.
    pub field_fault: Option<(Target, String, String)>,
    /// What the panel beside the text shows.
    pub side: Side,
    /// The annotation that the last click of the running click series made.
    pub made_by_click: Option<AnnotationId>,
    /// The list beside the text.
    pub list: ListState,
    /// What stands on top of the reading pane.
    pub top: ByteOffset,
    /// Where the view should scroll to when it first shows the document.
    pub start_at: ByteOffset,
    /// What could not be read when it was opened, in words.
    pub damage: Rc<[String]>,
}

/// How far being done with a document is: first it is checked, and what was found is shown once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Finishing {
    /// Nobody asked.
    #[default]
    No,
    /// The checks are on their way.
    Checking,
    /// What they found was shown; asking again is being done all the same.
    Shown,
}

impl Open {
    /// A document that was just made or read, with nothing in hand.
    #[must_use]
    pub fn new(session: Session, seq: u64, top: ByteOffset, mode: Mode) -> Self {
        Self {
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
            relation: None,
            picked: Rc::default(),
            linking: None,
            offer: None,
            chooser: None,
            finishing: Finishing::default(),
            hover: None,
            field_fault: None,
            side: Side::default(),
            made_by_click: None,
            list: ListState::default(),
            top,
            start_at: top,
            damage: Rc::default(),
        }
    }

    /// The labels.
    #[must_use]
    pub fn schema(&self) -> &Rc<Schema> {
        &self.session.document.schema
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &Text {
        self.session.document.text()
    }

    /// The document's id.
    #[must_use]
    pub fn id(&self) -> &DocumentId {
        &self.session.document.info.id
    }

    /// Whether all of its work is on disk.
    #[must_use]
    pub fn is_saved(&self) -> bool {
        self.unsaved.is_empty() && self.base_saved
    }

    /// Whether edits are taken.
    #[must_use]
    pub fn can_write(&self) -> bool {
        self.mode == Mode::Writing
    }

    /// The focused annotation.
    #[must_use]
    pub fn focused(&self) -> Option<&Rc<Annotation>> {
        let focus = self.focus.as_ref()?;
        self.session.document.annotations.get(&focus.id)
    }

    /// The focused relation.
    #[must_use]
    pub fn focused_relation(&self) -> Option<&Rc<Relation>> {
        self.session.document.relations.get(self.relation.as_ref()?)
    }

    /// What attributes, notes and flags are set on now: the focused relation, else the focused annotation.
    #[must_use]
    pub fn target(&self) -> Option<Target> {
        match self.focused_relation() {
            Some(relation) => Some(Target::Relation(relation.id.clone())),
            None => self.focused().map(|annotation| Target::Annotation(annotation.id.clone())),
        }
    }

    /// What is said of something.
    #[must_use]
    pub fn remarks(&self, target: &Target) -> Option<&Remarks> {
        let document = &self.session.document;
        match target {
            Target::Annotation(id) => document.annotations.get(id).map(|annotation| &annotation.remarks),
            Target::Relation(id) => document.relations.get(id).map(|relation| &relation.remarks),
            Target::Document => Some(&document.remarks),
        }
    }

    /// What can be said of something.
    #[must_use]
    pub fn attributes(&self, target: &Target) -> &[Attribute] {
        let document = &self.session.document;
        match target {
            Target::Annotation(id) => document
                .annotations
                .get(id)
                .map_or(&[], |annotation| document.schema.label_attributes(&annotation.label)),
            Target::Relation(id) => {
                document.relations.get(id).map_or(&[], |relation| document.schema.relation_attributes(&relation.kind))
            }
            Target::Document => &document.schema.attributes,
        }
    }

    /// The label that the next selection becomes: the key that is held, else the armed one.
    #[must_use]
    pub fn label_in_hand(&self) -> Option<&LabelName> {
        let held = self.held.as_ref().filter(|held| !held.relabelled);
        let held = held.and_then(|held| self.schema().offered().nth(usize::from(held.position)));
        held.map(|(_, label)| &label.name).or(self.armed.as_ref())
    }
}

/// What the start screen is busy with.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Intake {
    /// Nothing.
    #[default]
    Idle,
    /// A file is being read: its name, bytes read, bytes in all.
    Reading(String, f64, f64),
    /// Something could not be taken in; why, and what to do.
    Failed(String),
}

/// What was asked of the annex that would be missed where it does not arrive.
#[derive(Clone, Debug, PartialEq)]
pub enum Awaited {
    /// The file of an article.
    Export(Handed),
    /// Bringing a file in.
    Import,
}

/// The dialog that is open.
#[derive(Clone, Debug, PartialEq)]
pub enum Dialog {
    /// A page of the annex.
    Page,
    /// Find a command.
    Palette,
    /// An address of the guidelines, shown whole before it is opened.
    Link(String),
}

/// A short message that stays until the next thing happens.
#[derive(Clone, Debug, PartialEq)]
pub struct Toast {
    /// The message.
    pub text: String,
    /// Whether it says that something was refused.
    pub refusal: bool,
    /// A command that it offers, with words for the button.
    pub offer: Option<(String, Command)>,
}

/// Something to be read out by assistive technology, once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Announcement {
    /// Grows with each announcement, so that the same words twice are two announcements.
    pub serial: u64,
    /// The words.
    pub text: String,
}

/// Where writing stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Saving {
    /// Why nothing can be written, in words that stay true; `None` while all is well.
    pub fault: Option<String>,
    /// How many writes of the annex are on their way: of the library, of backups.
    pub elsewhere: usize,
}

/// Guidelines: their Markdown, and what it says or why it cannot be shown.
pub type Guide = (String, Result<Rc<[Node]>, String>);

/// A document and what the checks found in it, or why they could not look, in words.
pub type Checked = (Document, Result<Rc<[Finding]>, String>);

/// Everything.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// Which screen is shown.
    pub screen: Screen,
    /// The documents of this device, newest first; `None` until storage has answered.
    pub library: Option<Rc<Vec<Rc<Listing>>>>,
    /// The open document.
    pub open: Option<Open>,
    /// Documents that were left before all of their work was on disk.
    pub parked: Rc<Vec<Open>>,
    /// The words in the start screen's box.
    pub draft: Rc<str>,
    /// What the start screen is busy with.
    pub intake: Intake,
    /// A document that was asked for and is being read.
    pub loading: Option<DocumentId>,
    /// The dialog that is open.
    pub dialog: Option<Dialog>,
    /// What the annex was asked for and has not answered.
    pub awaited: Option<Awaited>,
    /// Settings of this device.
    pub settings: Rc<Settings>,
    /// A short message.
    pub toast: Option<Toast>,
    /// What assistive technology shall read out.
    pub announcement: Announcement,
    /// Where writing stands.
    pub saving: Saving,
    /// How long the browser keeps what is stored.
    pub keeping: Keeping,
    /// What this browser withholds here, in words.
    pub missing: Option<Rc<[String]>>,
    /// The document that is being checked.
    pub checking: Option<Document>,
    /// What the checks found last, and in which document.
    pub checked: Option<Checked>,
    /// The guidelines that were read last.
    pub guide: Option<Guide>,
    /// The document in which the annex looks for words.
    pub finding: Option<DocumentId>,
    /// Whether the annex was asked to show the library.
    pub library_shown: bool,
    /// Whether the annex did not arrive when the library was to be shown.
    pub library_missing: bool,
    /// Whether the list is shown where the window is narrow.
    pub list_shown: bool,
    /// Whether the browser has been asked to keep what is stored.
    pub asked_to_persist: bool,
}

impl State {
    /// The name of the step that undo would take back on this screen.
    #[must_use]
    pub fn undo_name(&self) -> Option<&str> {
        match self.screen {
            Screen::Article => self.open.as_ref()?.session.history.undo_name(),
            Screen::Start => None,
        }
    }

    /// The name of the step that redo would do again.
    #[must_use]
    pub fn redo_name(&self) -> Option<&str> {
        match self.screen {
            Screen::Article => self.open.as_ref()?.session.history.redo_name(),
            Screen::Start => None,
        }
    }

    /// Whether everything is on disk.
    #[must_use]
    pub fn is_saved(&self) -> bool {
        let open = self.open.as_ref().is_none_or(Open::is_saved);
        open && self.parked.is_empty() && self.saving.fault.is_none() && self.saving.elsewhere == 0
    }

    /// Whether a document of that id is on disk.
    #[must_use]
    pub fn is_stored(&self, id: &DocumentId) -> bool {
        self.library.as_deref().is_some_and(|all| all.iter().any(|listing| listing.header.id == *id))
    }

    /// The documents that were left and are in memory only.
    pub fn in_memory(&self) -> impl Iterator<Item = &Open> {
        self.parked.iter().filter(|open| !open.base_saved)
    }

    /// Lets assistive technology read something out.
    pub fn announce(&mut self, text: impl Into<String>) {
        self.announcement = Announcement { serial: self.announcement.serial + 1, text: text.into() };
    }

    /// Shows and announces that something was done.
    pub fn tell(&mut self, text: impl Into<String>) {
        let text = text.into();
        self.announce(text.clone());
        self.toast = Some(Toast { text, refusal: false, offer: None });
    }

    /// Shows and announces why something was refused.
    pub fn refuse(&mut self, text: impl Into<String>) {
        let text = text.into();
        self.announce(text.clone());
        self.toast = Some(Toast { text, refusal: true, offer: None });
    }
}
