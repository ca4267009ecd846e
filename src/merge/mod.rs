//! Merging the files that annotators return: [`merge`].
//!
//! The text is immutable and annotations are records with ids, so merging is a union. **What comes out depends on the
//! set of what went in**: not on the order in which the files come, nor on whether they come at once or one after
//! another, nor on how often. That holds by construction, and each part of it must keep it:
//!
//! - *Which documents are one* (`pairing`): by id where the text is the same, else by text. The same id with another
//!   text is another document; it stands beside the first one under an id of its own.
//! - *Which annotations are one* (`naming`): a key made of the annotation alone, from its id and from what no edit
//!   changes. Two things that merely have the same id both stay, and their names depend on both, never on who came first.
//! - *What is said of one* (`versions`): the greatest version in a total order stays, whole: last writer wins.
//! - *Nothing goes.* What is missing in a file may have been deleted there or made elsewhere; files cannot tell. It stays,
//!   and is listed. So does each annotator's own mark on the same words: how far they agree is a question for later.
//!   That equal marks of two are not made one has another reason, too: whether they are equal can change with the next
//!   version of either, so that it would matter which one came first.
//! - *What is said of a document as a whole* has no time in files: each field goes by itself, and what says something
//!   wins over nothing, what says more over less. Of statuses the one that is further stays.
//! - *The schema is the lead's.* Labels and types of relations that are used and not here come by their names alone, so
//!   that no file's description can win over another's by coming first. Values that an attribute cannot have here are
//!   set aside under [`UNFIT`].
//! - Relations are merged like annotations, their ends named by keys. One without its ends or its type cannot be taken.
//!
//! Invariant: every annotation of every input is in the result, by the version of it that stays, and each other version
//! that somebody made is in the report. A document that no file has is the very same afterwards. Knows nothing of how
//! the outcome is stored, shown or undone.

mod canon;
mod moment;
mod naming;
mod pairing;
mod report;
mod union;
mod versions;

use std::cmp::Reverse;
use std::rc::Rc;

pub use moment::{Moment, moment};
pub use report::{
    About, Absent, Change, Conflict, Difference, Field, Matched, Merged, MergedDocument, Notice, Report, Side, Source,
    Why,
};
pub use union::{UNFIT, widened};

use crate::model::{Document, DocumentInfo, Label, RelationType, Schema};
use canon::Canon;
use pairing::Slot;

/// What an annotator returned.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct File {
    /// Its documents. Where its reader makes up ids, it should make up the same ones each time it reads it, or what
    /// has none of its own will be new each time.
    pub documents: Vec<Document>,
}

/// Merges files into what is here. `schema` is the project's: new documents get it.
#[must_use]
pub fn merge(schema: &Rc<Schema>, ours: &[Document], files: &[File]) -> Merged {
    let described = files.iter().enumerate().flat_map(|(number, file)| described(schema, number, file)).collect();
    let slots = pairing::pair(ours, files);
    Merged { documents: slots.into_iter().filter_map(|slot| document(schema, slot)).collect(), described }
}

fn document(schema: &Rc<Schema>, slot: Slot<'_>) -> Option<MergedDocument> {
    let Slot { ours, id, theirs } = slot;
    let start = match ours {
        Some(ours) => ours.clone(),
        None => {
            let infos = theirs.iter().map(|(_, document, _)| &document.info);
            // Of one new article from several files, the smallest id, and of those with it the one that says most.
            let info = infos.max_by_key(|info| (Reverse(&info.id), Canon::of_info(info)))?;
            let info = DocumentInfo { id, ..(**info).clone() };
            Document { schema: Rc::clone(schema), ..Document::new(info, Schema::default()) }
        }
    };
    let sources = theirs.iter().map(|(file, document, matched)| {
        let id = document.info.id.clone();
        Source { file: *file, id, matched: *matched }
    });
    let sources = sources.collect();
    let theirs: Vec<(usize, &Document)> = theirs.into_iter().map(|(file, document, _)| (file, document)).collect();
    let (document, report) = union::unite(start, ours.is_some(), &theirs);
    Some(MergedDocument { document, before: ours.cloned(), sources, report })
}

/// What a file describes otherwise than the project does.
fn described(schema: &Schema, file: usize, from: &File) -> Vec<Notice> {
    let mut names: Vec<String> = Vec::new();
    let mut seen: Vec<&Rc<Schema>> = Vec::new();
    for document in &from.documents {
        if seen.iter().any(|seen| Rc::ptr_eq(seen, &document.schema)) {
            continue;
        }
        seen.push(&document.schema);
        for label in &document.schema.labels {
            if schema.label(&label.name).is_some_and(|own| *own != Label { added: own.added, ..label.clone() }) {
                names.push(label.name.to_string());
            }
        }
        for kind in &document.schema.relations {
            if schema.relation(&kind.name).is_some_and(|own| *own != RelationType { added: own.added, ..kind.clone() })
            {
                names.push(kind.name.clone());
            }
        }
    }
    names.sort();
    names.dedup();
    names.into_iter().map(|name| Notice::Described { file, name }).collect()
}
