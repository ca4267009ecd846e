//! What the application wants done in the world. Data only; `platform` and `view` run it.

use std::rc::Rc;

use super::command::Motion;
use super::records::{Header, JournalRecord};
use crate::model::{Document, DocumentId, Timestamp};
use crate::text::ByteOffset;

/// Something to be done in the world.
#[derive(Clone, Debug)]
pub enum Effect {
    /// List the documents of this device.
    List,
    /// Write a new document; its record, where it came with one.
    Create(Box<Document>, Option<Rc<str>>, Header),
    /// Write one journal record and the header that goes with it.
    Append(JournalRecord, Header),
    /// Write again journal records that could not be written, in order.
    Rewrite(DocumentId, Vec<(JournalRecord, Header)>),
    /// Read a document with its history.
    Load(DocumentId),
    /// Read the journal of a document after a number.
    ReadOn(DocumentId, u64),
    /// Mark a document as deleted, or not.
    SetDeleted(DocumentId, bool),
    /// Remember what stands on top of the pane.
    SaveView(DocumentId, ByteOffset),
    /// Remember the settings.
    SaveSettings(Rc<super::settings::Settings>),
    /// Ask to be the one who writes to a document; drop any other such wish.
    Lock(Option<DocumentId>),
    /// Ask the browser to keep what is stored.
    AskToPersist,
    /// Put a document, or none, into the address.
    Route(Option<DocumentId>),
    /// Write a document as a file, as of a moment, and read it back.
    Export(Box<Document>, Timestamp),
    /// Fetch the sample article of that number.
    Sample(u8),
    /// Let a person choose a text file.
    ChooseText,
    /// Let a person choose a Gloss file.
    ChooseImport,
    /// Find where a drawn line leads and answer with `CaretTo`.
    MoveByLine(Motion, bool),
    /// Bring an offset into view.
    Reveal(ByteOffset),
    /// Put the keyboard's focus into the article.
    FocusArticle,
    /// Put the keyboard's focus into the list.
    FocusList,
}
