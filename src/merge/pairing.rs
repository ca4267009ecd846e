//! Which documents of files are which of those that are here: [`pair`].
//!
//! By id, where the text is the same; what is left over by its text alone, in the order in which the documents were
//! made. Texts are immutable and normalised, so "the same text" is every byte, and what a SHA-256 would say.
//!
//! Invariant: a document of a file is in one slot, and no slot has two of one file, so that two documents never become
//! one. All in a slot have the same text. The slots do not depend on the order of the files.

use std::collections::{HashMap, HashSet};

use super::File;
use super::canon::TOKEN;
use super::moment::{Moment, moment};
use super::report::Matched;
use crate::model::{Document, DocumentId, sha256_hex};

/// Documents that are one.
pub struct Slot<'a> {
    /// The one that is here.
    pub ours: Option<&'a Document>,
    /// The id that it has or will have.
    pub id: DocumentId,
    /// Those of files, each with the number of its file, by number.
    pub theirs: Vec<(usize, &'a Document, Matched)>,
}

/// The order in which documents were made.
fn made(document: &Document) -> (Option<Moment>, Option<&str>, &DocumentId) {
    let created = document.info.created.as_deref();
    (created.and_then(moment), created, &document.info.id)
}

/// All slots: first those of what is here, in its order, then the new ones by id.
pub fn pair<'a>(ours: &'a [Document], files: &'a [File]) -> Vec<Slot<'a>> {
    let slot = |document: &'a Document| Slot { ours: Some(document), id: document.info.id.clone(), theirs: Vec::new() };
    let mut slots: Vec<Slot<'a>> = ours.iter().map(slot).collect();
    let mut by_id: HashMap<&DocumentId, usize> = HashMap::new();
    let mut by_text: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut in_order: Vec<(usize, &Document)> = ours.iter().enumerate().collect();
    in_order.sort_by(|(_, a), (_, b)| made(a).cmp(&made(b)));
    for (at, document) in in_order {
        by_id.insert(&document.info.id, at);
        by_text.entry(document.text().as_str()).or_default().push(at);
    }
    // New documents by id and text; in the order of what the files hold, whatever the order of the files.
    let mut new_by_id: HashMap<(&DocumentId, &str), usize> = HashMap::new();
    let mut order: Vec<usize> = (0..files.len()).collect();
    order.sort_by_cached_key(|file| {
        let documents = files.get(*file).map_or(&[][..], |file| &file.documents);
        let mut held: Vec<_> = documents.iter().map(|held| (made(held), held.text().as_str())).collect();
        held.sort();
        held
    });
    for number in order {
        let Some(file) = files.get(number) else { continue };
        let mut taken: HashSet<usize> = HashSet::new();
        let mut left: Vec<&Document> = Vec::new();
        for document in &file.documents {
            let (id, text) = (&document.info.id, document.text().as_str());
            let here = by_id.get(id).filter(|at| ours.get(**at).is_some_and(|held| held.text().as_str() == text));
            match here.or_else(|| new_by_id.get(&(id, text))).copied() {
                Some(at) if taken.insert(at) => put(&mut slots, at, (number, document, Matched::Id)),
                _ => left.push(document),
            }
        }
        left.sort_by(|a, b| made(a).cmp(&made(b)));
        for document in left {
            let (id, text) = (&document.info.id, document.text().as_str());
            let same = by_text.entry(text).or_default();
            if let Some(at) = same.iter().copied().find(|at| !taken.contains(at)) {
                taken.insert(at);
                put(&mut slots, at, (number, document, Matched::Text));
                continue;
            }
            let at = slots.len();
            taken.insert(at);
            same.push(at);
            new_by_id.insert((id, text), at);
            let matched = if by_id.contains_key(id) { Matched::OtherText } else { Matched::New };
            slots.push(Slot { ours: None, id: id.clone(), theirs: vec![(number, document, matched)] });
        }
    }
    let mut new = slots.split_off(ours.len());
    for slot in slots.iter_mut().chain(&mut new) {
        slot.theirs.sort_by_key(|(number, ..)| *number);
    }
    name(&mut new, ours);
    slots.append(&mut new);
    slots
}

fn put<'a>(slots: &mut [Slot<'a>], at: usize, one: (usize, &'a Document, Matched)) {
    if let Some(slot) = slots.get_mut(at) {
        slot.theirs.push(one);
    }
}

/// Gives new documents ids that no other has: the smallest of theirs, with a part of their text's hash where it is taken.
fn name(new: &mut Vec<Slot<'_>>, ours: &[Document]) {
    let mut taken: HashSet<DocumentId> = ours.iter().map(|document| document.info.id.clone()).collect();
    for slot in &mut *new {
        let ids = slot.theirs.iter().map(|(_, document, _)| &document.info.id);
        slot.id = ids.min().unwrap_or(&slot.id).clone();
    }
    new.sort_by(|a, b| (&a.id, text_of(a)).cmp(&(&b.id, text_of(b))));
    for slot in &mut *new {
        let plain = slot.id.clone();
        let mut more = String::new();
        while !taken.insert(slot.id.clone()) {
            if more.is_empty() {
                let token: String = sha256_hex(text_of(slot).as_bytes()).chars().take(TOKEN).collect();
                more = format!("~{token}");
            } else {
                more.push('+');
            }
            slot.id = DocumentId::new(format!("{plain}{more}"));
        }
    }
    new.sort_by(|a, b| a.id.cmp(&b.id));
}

fn text_of<'a>(slot: &Slot<'a>) -> &'a str {
    slot.theirs.first().map_or("", |(_, document, _)| document.text().as_str())
}
