//! Everything that can happen to the application.

use std::rc::Rc;

use serde_json::Value;

use super::annex::Reply;
use super::command::{Command, Edge};
use super::keeping::Keeping;
use super::markdown::Node;
use super::records::{Header, JournalRecord};
use super::settings::Settings;
use super::state::{Side, Target};
use super::storage_error::StorageError;
use super::tabs::LockState;
use crate::edit::Session;
use crate::formats::plain::IncomingText;
use crate::model::{AnnotationId, Coordinates, DocumentId, LabelName, ProjectId, RelationId};
use crate::query::check::{Finding, Repair};
use crate::text::ByteOffset;

/// Where in its course a gesture is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// The button or finger went down.
    Start,
    /// It moved.
    Move,
    /// It went up.
    End,
    /// The system took the gesture away.
    Cancel,
}

/// One step of a selecting gesture of mouse or finger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pointer {
    /// Where in its course the gesture is.
    pub phase: Phase,
    /// The caret position nearest to the pointer.
    pub caret: ByteOffset,
    /// The character under the pointer.
    pub character: ByteOffset,
    /// 1 for a simple press, 2 for a double click or a long press, 3 for a triple click.
    pub clicks: u8,
    /// Take exact characters.
    pub alt: bool,
    /// Extend the selection from where it began.
    pub shift: bool,
    /// Add to the focused annotation.
    pub add: bool,
}

/// A document of this device.
#[derive(Clone, Debug, PartialEq)]
pub struct Listing {
    /// What is known of it without reading it.
    pub header: Header,
    /// Whether it was deleted and can be brought back.
    pub deleted: bool,
    /// The project that it belongs to. That one may be in the bin.
    pub home: Option<ProjectId>,
    /// Whether it was put out of the way.
    pub archived: bool,
}

/// A document as it was read from storage.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The document and its history.
    pub session: Session,
    /// The number of its last journal record.
    pub seq: u64,
    /// What stood on top of the pane.
    pub top: ByteOffset,
    /// What could not be read, in words.
    pub damage: Vec<String>,
}

/// Something that happened.
#[derive(Clone, Debug)]
pub enum Action {
    /// A command was asked for.
    Run(Command),
    /// A label's key was let go.
    LabelKeyUp(u8),
    /// A label's button was pressed: label what is selected, else arm or disarm.
    PressLabel(LabelName),
    /// The focused annotation shall have another label.
    Relabel(LabelName),
    /// A selecting gesture went on.
    Pointer(Pointer),
    /// The browser's own selection was changed by somebody else: assistive technology, a script.
    Selected {
        /// Where it began.
        anchor: ByteOffset,
        /// Where it ended.
        head: ByteOffset,
    },
    /// The caret goes to an offset that the view found out: lines are drawn, not computed.
    CaretTo {
        /// Where to.
        to: ByteOffset,
        /// Whether the selection is extended.
        extend: bool,
    },
    /// An edge of the focused annotation is being dragged.
    DragEdge {
        /// Which fragment.
        fragment: usize,
        /// Which edge.
        edge: Edge,
        /// Where in its course the drag is.
        phase: Phase,
        /// Where the pointer is.
        at: ByteOffset,
        /// Take exact characters.
        exact: bool,
    },
    /// An edge of the selection is being dragged by its handle.
    DragSelection {
        /// Which edge.
        edge: Edge,
        /// Where in its course the drag is.
        phase: Phase,
        /// Where the pointer is.
        at: ByteOffset,
    },
    /// A row of the list was chosen.
    FocusRow(AnnotationId),
    /// A letter was typed while a link is in the making.
    LinkLetter(char),
    /// The link in the making shall have this other end.
    LinkTo(AnnotationId),
    /// The link in the making shall have what stands at an offset as its other end: a drag ended there.
    LinkAt(ByteOffset),
    /// A relation of an annotation was chosen.
    FocusRelation(AnnotationId, RelationId),
    /// The mouse came upon an annotation outside the text, or left it.
    Hover(Option<AnnotationId>),
    /// The mouse came upon what is marked at an offset, or left it.
    HoverAt(Option<ByteOffset>),
    /// An annotation is picked beside the focused one, or no longer.
    Pick(AnnotationId),
    /// The answer of that number was chosen.
    Choose(usize),
    /// The arrows went to another answer.
    ChooserAt(usize),
    /// No answer is wanted.
    CloseChooser,
    /// The key of the n-th attribute of the focus was pressed.
    AttributeKey(usize),
    /// An attribute gets a value, or none.
    SetValue {
        /// Whose attribute.
        target: Target,
        /// Its name.
        name: String,
        /// The value; `None` empties it.
        value: Option<Value>,
    },
    /// Something was typed for an attribute whose values are not chosen from a list.
    TypeValue {
        /// Whose attribute.
        target: Target,
        /// Its name.
        name: String,
        /// What was typed; nothing empties it.
        text: String,
    },
    /// Coordinates that were pasted for an attribute were read, or cannot be, in words.
    Placed(Target, String, Result<Coordinates, String>),
    /// A note was changed.
    SetNote(Target, String),
    /// The group of a relation shall be another one: that of a relation, or a new one.
    SetGroup(RelationId, Option<String>),
    /// The panel beside the text shall show something else.
    Show(Side),
    /// Something that the checks found shall be put right.
    Repair(Repair),
    /// Go to what the checks found.
    JumpTo {
        /// The annotation; none for the article as a whole.
        id: Option<AnnotationId>,
        /// The relation of it that is meant.
        relation: Option<RelationId>,
        /// The attribute that is meant.
        attribute: Option<String>,
    },
    /// Show only one label in the list, or all.
    FilterLabel(Option<LabelName>),
    /// Show only annotations with these words in the list.
    FilterWords(String),
    /// The text on top of the reading pane is now this one.
    Scrolled(ByteOffset),

    /// The words in the start screen's box changed.
    Draft(String),
    /// The text in the box shall become a document.
    Annotate,
    /// A file is being read: its name, bytes read and bytes in all.
    Reading(String, f64, f64),
    /// A text arrived whole.
    Arrived(IncomingText),
    /// A text could not be taken in; why.
    Refused(String),
    /// The sample of that number shall be opened.
    Sample(u8),
    /// Open a document of this device.
    Open(DocumentId),
    /// Try again to show the library, which did not arrive.
    ShowLibrary,
    /// The address names a document, or none.
    Routed(Option<DocumentId>),

    /// A dialog shall close.
    CloseDialog,
    /// The annex asks for something.
    Annex(Reply),
    /// A Gloss file was dropped on the page, and handed to the annex.
    Importing,
    /// The checks are done, or could not be made, in words.
    Checked(Result<Vec<Finding>, String>),
    /// Guidelines were read, or cannot be shown, in words; their Markdown comes first.
    GuidelinesRead(String, Result<Vec<Node>, String>),
    /// A link of the guidelines was pressed: its address.
    AskToOpen(String),
    /// A file was handed over without the annex, or could not be, in words.
    Rescued(Result<String, String>),
    /// Settings changed.
    Set(Rc<Settings>),
    /// The toast was read or has been shown long enough.
    DismissToast,
    /// Run what the toast offers.
    ToastOffer,

    /// Storage answered which documents there are, or that there is none.
    Listed(Result<Vec<Listing>, StorageError>),
    /// A document was read.
    Loaded(Result<Box<Loaded>, StorageError>),
    /// Documents were created on disk, all of them or none.
    Created(Vec<DocumentId>, Result<(), StorageError>),
    /// A journal record is on disk, or not.
    Appended(DocumentId, u64, Result<(), StorageError>),
    /// The browser closed the storage.
    StorageLost(StorageError),
    /// Another kind of write is done.
    Written(Result<(), StorageError>),
    /// Somebody else wrote to the journal of the open document.
    JournalGrew(DocumentId),
    /// Records that somebody else wrote.
    ReadOn(DocumentId, Result<Vec<JournalRecord>, StorageError>),
    /// Documents were made or deleted elsewhere.
    LibraryChanged,
    /// Who may write to the document changed.
    Lock(DocumentId, LockState),
    /// Try to write again what could not be written.
    Retry,
    /// This tab shall write to the open document, and the one that does shall read along.
    TakeOver,
    /// What this browser withholds here, in words.
    Missing(Rc<[String]>),
    /// How long the browser keeps what is stored.
    Keeping(Keeping),
}
