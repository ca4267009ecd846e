//! Opening a document from its records: the base, then its journal, step by step.
//!
//! Invariant: everything before the first record that cannot be used is opened, nothing after it
//! is applied, and each record that was left out is handed back whole with the reason.

use super::{BLOCK, Base, Header, JournalRecord, Record, RecordError};
use crate::edit::Session;
use crate::model::{DocumentId, Timestamp};

/// Which of a document's records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// What the list of documents shows.
    Header,
    /// The document as it was first stored.
    Base,
    /// A journal record, by its number from 1.
    Step(u64),
    /// Where somebody was in the document.
    View,
}

/// A record that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Which one.
    pub place: Place,
    /// Why.
    pub error: RecordError,
    /// The record as it is stored; empty where it is missing.
    pub raw: String,
}

/// A document as its records leave it.
#[derive(Clone, Debug, PartialEq)]
pub struct Opened {
    /// The document with its history.
    pub session: Session,
    /// The number of the last journal record that is part of it; 0 for none.
    pub seq: u64,
    /// When that record was written; without one, what the header says.
    pub modified: Option<Timestamp>,
    /// What was left out.
    pub warnings: Vec<Warning>,
    /// The records that are part of it and stand in one block with the next step: what is stored of a block
    /// that is damaged further on.
    pub block: Vec<String>,
}

impl Opened {
    /// The header that belongs to it.
    #[must_use]
    pub fn header(&self) -> Header {
        Header::of(&self.session.document, self.seq, self.modified.clone())
    }

    /// Applies further journal records, each with the number it is stored at, in order. Returns
    /// how many became part of the document; what did not is added to the warnings.
    pub fn follow(&mut self, journal: impl IntoIterator<Item = (u64, String)>) -> usize {
        let id = self.session.document.info.id.clone();
        let mut applied = 0;
        let mut broken = false;
        for (seq, raw) in journal {
            let expected = self.seq + 1;
            // What is part of the document already is no news.
            if seq < expected && !broken {
                continue;
            }
            let step = if broken || seq != expected {
                broken = true;
                Err(RecordError::Gap(expected))
            } else {
                self.step(&id, seq, &raw)
            };
            match step {
                Ok(()) => {
                    applied += 1;
                    self.block.push(raw);
                    if seq % BLOCK == 0 {
                        self.block.clear();
                    }
                }
                Err(error) => {
                    broken = true;
                    self.warnings.push(Warning { place: Place::Step(seq), error, raw });
                }
            }
        }
        applied
    }

    fn step(&mut self, id: &DocumentId, seq: u64, raw: &str) -> Result<(), RecordError> {
        let record = JournalRecord::decode(raw)?;
        if record.document != *id || record.seq != seq {
            return Err(RecordError::Misplaced);
        }
        self.session.replay(&record.entry).map_err(|error| RecordError::Conflict(error.to_string()))?;
        self.seq = seq;
        self.modified = Some(record.at);
        Ok(())
    }
}

/// Opens the document that is stored under `id`, from the texts of its records. The journal comes
/// in order, each record with the number it is stored at.
///
/// # Errors
/// The [`RecordError`] of the base: without it there is no text.
pub fn open(
    id: &DocumentId,
    header: Option<&str>,
    base: Option<&str>,
    journal: impl IntoIterator<Item = (u64, String)>,
) -> Result<Opened, RecordError> {
    let Base(document) = Base::decode(base.ok_or(RecordError::Missing)?)?;
    if document.info.id != *id {
        return Err(RecordError::Misplaced);
    }
    let head = match header.map(Header::decode) {
        Some(Ok(head)) if head.id != *id => Err(RecordError::Misplaced),
        Some(head) => head,
        None => Err(RecordError::Missing),
    };
    let created = document.info.created.clone();
    let mut opened =
        Opened { session: Session::new(document), seq: 0, modified: None, warnings: Vec::new(), block: Vec::new() };
    opened.follow(journal);
    let modified = match head {
        Ok(head) => {
            // The header is written together with each journal record: it knows of records that
            // are gone without a trace at the journal's end.
            let last =
                opened.warnings.iter().filter_map(|w| if let Place::Step(seq) = w.place { Some(seq) } else { None });
            let last = last.max().unwrap_or(opened.seq);
            if last < head.seq {
                let missing = Warning { place: Place::Step(last + 1), error: RecordError::Missing, raw: String::new() };
                opened.warnings.push(missing);
            }
            head.modified
        }
        // The header repeats what the other records say, so nothing is lost with it.
        Err(error) => {
            let raw = header.unwrap_or_default().to_owned();
            opened.warnings.push(Warning { place: Place::Header, error, raw });
            created
        }
    };
    opened.modified = opened.modified.or(modified);
    Ok(opened)
}
