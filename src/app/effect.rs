//! What the application wants done in the world. Data only; `platform` and `view` run it.

use std::rc::Rc;

use super::annex::{Handed, Request};
use super::command::Motion;
use super::records::{Header, JournalRecord};
use super::state::Target;
use crate::model::{Document, DocumentId, Timestamp};
use crate::text::ByteOffset;

/// A document that is not on disk yet.
#[derive(Clone, Debug)]
pub struct New {
    /// The document.
    pub document: Document,
    /// Its record, where it came with one.
    pub record: Option<Rc<str>>,
    /// What lists show of it.
    pub header: Header,
}

/// Something to be done in the world.
#[derive(Clone, Debug)]
pub enum Effect {
    /// List the documents of this device.
    List,
    /// Write new documents, all of them or none, and with each the record of the project that it belongs to.
    Create(Vec<New>, Option<Rc<str>>),
    /// Write one journal record and the header that goes with it.
    Append(JournalRecord, Header),
    /// Write again journal records that could not be written, in order.
    Rewrite(DocumentId, Vec<(JournalRecord, Header)>),
    /// Read a document with its history.
    Load(DocumentId),
    /// Read the journal of a document after a number; from then on refuse what other tabs write, or not.
    ReadOn(DocumentId, u64, bool),
    /// Tell other tabs that there are other documents now.
    LibraryChanged,
    /// Remember what stands on top of the pane.
    SaveView(DocumentId, ByteOffset),
    /// Remember the settings.
    SaveSettings(Rc<super::settings::Settings>),
    /// Ask to be the one who writes to a document; drop any other such wish.
    Lock(Option<DocumentId>),
    /// Take the lock of the open document from the tab that has it.
    TakeOver,
    /// Ask the browser to keep what is stored.
    AskToPersist,
    /// Put a document, or none, into the address.
    Route(Option<DocumentId>),
    /// Hand a document over as a file, as of a moment, without the annex, which did not arrive.
    Rescue(Handed, Timestamp),
    /// Read coordinates that were pasted for an attribute.
    Place(Target, String, String),
    /// Look for what is missing or looks wrong in a document.
    Check(Box<Document>),
    /// Read guidelines, which are Markdown.
    Guidelines(String),
    /// Ask the annex for something.
    Annex(Request),
    /// The annex did not arrive: nothing waits for it any more.
    AnnexGone,
    /// Fetch the sample article of that number.
    Sample(u8),
    /// Let a person choose a text file.
    ChooseText,
    /// Find where a drawn line leads and answer with `CaretTo`.
    MoveByLine(Motion, bool),
    /// Bring an offset into view.
    Reveal(ByteOffset),
    /// Put the keyboard's focus into the article.
    FocusArticle,
    /// Put the keyboard's focus into the list.
    FocusList,
    /// Put the keyboard's focus into a field of the panel: the note, or an attribute by its name.
    FocusField(String),
}
