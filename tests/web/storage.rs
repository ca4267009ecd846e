//! The storage in a real IndexedDB.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloss::app::backup::Stored;
use gloss::app::keeping::Keeping;
use gloss::app::projects::Change;
use gloss::app::records::{
    Base, Header, Home, JournalRecord, Place, Project, Record, RecordError, Version, View, open_dump,
};
use gloss::app::restoring::Batch;
use gloss::app::storage_error::StorageError;
use gloss::edit::{Entry, Op, Session, Transaction};
use gloss::model::{
    Annotation, AnnotationId, Document, DocumentId, DocumentInfo, Extra, Fragments, Intake, LabelName, ProjectId,
    Schema, Timestamp,
};
use gloss::platform::storage::{Storage, keeping};
use gloss::text::{ByteOffset, Span, Text};
use js_sys::{Array, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::patch::{Patch, js};

const ARTICLE: &str = "🚨 The mayor said Springfield lost water.\n\nPolice denied that.";

fn document(id: &str) -> Document {
    let info = DocumentInfo {
        id: DocumentId::new(id),
        title: "An article".to_owned(),
        text: Text::new(ARTICLE),
        intake: Intake::default(),
        metadata: Extra::new(),
        created: Some("2026-08-22T10:00:00Z".into()),
        extra: Extra::new(),
    };
    Document::new(info, Schema::claims_sources_locations())
}

fn at(seq: u64) -> Timestamp {
    format!("2026-08-22T11:{:02}:{:02}Z", seq / 60, seq % 60).into()
}

/// A session at work, and what it would store.
struct Desk {
    session: Session,
    seq: u64,
}

impl Desk {
    fn new(document: Document) -> Self {
        Self { session: Session::new(document), seq: 0 }
    }

    fn id(&self) -> DocumentId {
        self.session.document.info.id.clone()
    }

    fn perform(&mut self, entry: Entry) -> (JournalRecord, Header) {
        self.session = self.session.perform(&entry).expect("it fits");
        self.seq += 1;
        let record = JournalRecord { document: self.id(), seq: self.seq, at: at(self.seq), by: None, entry };
        (record, Header::of(&self.session.document, self.seq, Some(at(self.seq))))
    }

    fn mark(&mut self) -> (JournalRecord, Header) {
        let start = self.seq as usize % 30 + 5;
        let fragments = Fragments::one(Span::from_bytes(start, start + 4).expect("a span"));
        let id = AnnotationId::new(format!("a{}", self.seq));
        let after = Some(Rc::new(Annotation::new(id, LabelName::new("Claim"), fragments)));
        let ops = vec![Op::Annotation { before: None, after }];
        let transaction = Rc::new(Transaction { name: "label as Claim".to_owned(), ops });
        self.perform(Entry::Edit { transaction, joins: false })
    }
}

/// Opens a database of its own for a test.
async fn fresh(name: &str) -> Storage {
    let delete = format!(
        "new Promise((done, fail) => {{ const r = indexedDB.deleteDatabase('{name}'); r.onsuccess = done; r.onerror = fail }})"
    );
    wait(&js(&delete)).await;
    reopen(name).await
}

async fn reopen(name: &str) -> Storage {
    Storage::open_as(name, |_| ()).await.expect("it opens")
}

async fn pause(ms: i32) {
    wait(&js(&format!("new Promise(done => setTimeout(done, {ms}))"))).await;
}

async fn wait(promise: &JsValue) -> JsValue {
    JsFuture::from(Promise::resolve(promise)).await.expect("it comes true")
}

#[wasm_bindgen_test]
async fn what_is_stored_is_there_after_reopening() {
    let storage = fresh("roundtrip").await;
    assert_eq!(storage.list().await.expect("a list"), []);
    let id = DocumentId::new("d1");
    assert_eq!(storage.load(&id).await, Err(StorageError::NotFound));

    let mut desk = Desk::new(document("d1"));
    let header = storage.create(&desk.session.document, at(0)).await.expect("stored");
    assert_eq!(header, Header::of(&desk.session.document, 0, Some(at(0))));
    assert_eq!(storage.create(&desk.session.document, at(0)).await, Err(StorageError::Exists));
    // Of many, one of which is there already, none is written.
    let as_new = |id: &str| {
        let document = document(id);
        (Header::of(&document, 0, Some(at(0))), Base(document).encode().expect("a record").into())
    };
    assert_eq!(storage.create_all(&[as_new("d0"), as_new("d1"), as_new("d2")], None).await, Err(StorageError::Exists));
    assert_eq!(storage.list().await.expect("a list").len(), 1);
    for entry in [None, None, Some(Entry::Undo), Some(Entry::Redo), None, Some(Entry::Undo)] {
        let (record, header) = match entry {
            Some(entry) => desk.perform(entry),
            None => desk.mark(),
        };
        assert_eq!(storage.append(&record, &header).await, Ok(record.seq));
    }
    let view = View { top: ByteOffset::new(12) };
    storage.set_view(&id, &view).await.expect("stored");
    storage.create(&document("d2"), at(600)).await.expect("stored");
    drop(storage);

    let storage = reopen("roundtrip").await;
    let loaded = storage.load(&id).await.expect("it loads");
    assert_eq!(loaded.opened.session, desk.session);
    assert_eq!(loaded.opened.warnings, []);
    assert_eq!((loaded.opened.seq, loaded.view.as_ref(), loaded.deleted.as_ref()), (6, Some(&view), None));

    let listed = storage.list().await.expect("a list");
    let ids: Vec<&str> = listed.iter().map(|listed| listed.id.as_str()).collect();
    assert_eq!(ids, ["d1", "d2"]);
    assert_eq!(listed[0].header.as_ref(), Ok(&loaded.opened.header()));

    // What one tab wrote, another one reads along.
    let (record, header) = desk.mark();
    let other = reopen("roundtrip").await;
    other.load(&id).await.expect("it loads");
    other.append(&record, &header).await.expect("stored");
    let mut reader = loaded.opened;
    let news = storage.journal_after(&id, reader.seq, false).await.expect("news");
    assert_eq!((news.len(), reader.follow(news)), (1, 1));
    assert_eq!(reader.session, desk.session);

    let dump = open_dump(&storage.dump().await.expect("a dump"));
    assert_eq!(dump.unreadable, Vec::<usize>::new());
    assert_eq!(dump.documents.len(), 2);
    assert_eq!(dump.documents[0].1.as_ref().map(|opened| &opened.session), Ok(&desk.session));
}

#[wasm_bindgen_test]
async fn deleting_is_undone_and_purging_is_not() {
    let storage = fresh("deleting").await;
    let mut desk = Desk::new(document("d1"));
    storage.create(&desk.session.document, at(0)).await.expect("stored");
    storage.create(&document("d10"), at(0)).await.expect("stored");
    storage.set_deleted(&desk.id(), Some(at(5))).await.expect("deleted");
    // Somebody still writes to it in another tab: it stays deleted, and nothing of it is lost.
    let (record, header) = desk.mark();
    storage.append(&record, &header).await.expect("stored");
    let deleted = |listed: Vec<gloss::platform::storage::Listed>| {
        listed.into_iter().map(|listed| (listed.id.to_string(), listed.deleted)).collect::<Vec<_>>()
    };
    let expected = [("d1".to_owned(), Some(at(5))), ("d10".to_owned(), None)];
    assert_eq!(deleted(storage.list().await.expect("a list")), expected);
    storage.set_deleted(&desk.id(), None).await.expect("brought back");
    let loaded = storage.load(&desk.id()).await.expect("it loads");
    assert_eq!((loaded.opened.session, loaded.deleted), (desk.session.clone(), None));

    storage.purge(&desk.id()).await.expect("purged");
    assert_eq!(storage.load(&desk.id()).await, Err(StorageError::NotFound));
    assert_eq!(deleted(storage.list().await.expect("a list")), [("d10".to_owned(), None)]);
    assert!(!storage.dump().await.expect("a dump").contains("\"d1\""));
}

/// What version 1 of the database had: no projects.
const FIRST_STORES: &str = "['documents', 'bases', 'journal', 'views', 'deleted', 'aside', 'meta']";

#[wasm_bindgen_test]
async fn a_database_of_the_first_version_gets_its_new_stores_and_keeps_what_it_has() {
    drop(fresh("first").await);
    let mut desk = Desk::new(document("d1"));
    let (record, header) = desk.mark();
    let quoted = |text: String| js_sys::JSON::stringify(&text.into()).expect("a text");
    let base = quoted(Base(document("d1")).encode().expect("a record"));
    let (header, step) = (quoted(header.encode().expect("a record")), quoted(record.encode().expect("a record")));
    let make = format!(
        "new Promise((done, fail) => {{
            indexedDB.deleteDatabase('first').onsuccess = () => {{
                const request = indexedDB.open('first', 1);
                request.onerror = fail;
                request.onupgradeneeded = () => {{
                    for (const store of {FIRST_STORES}) request.result.createObjectStore(store);
                    request.transaction.objectStore('documents').put({header}, 'd1');
                    request.transaction.objectStore('bases').put({base}, 'd1');
                    request.transaction.objectStore('journal').put({step}, ['d1', 1]);
                }};
                request.onsuccess = () => {{ request.result.close(); done() }};
            }};
        }})"
    );
    wait(&js(&make)).await;
    let storage = reopen("first").await;
    let loaded = storage.load(&desk.id()).await.expect("it loads");
    assert_eq!((&loaded.opened.session, loaded.opened.warnings.len()), (&desk.session, 0));
    assert_eq!(storage.projects().await, Ok(Vec::new()));
    assert_eq!(storage.list().await.expect("a list")[0].home, None);
}

#[wasm_bindgen_test]
async fn projects_and_what_belongs_to_them_are_written_whole_or_not_at_all() {
    let storage = fresh("projects").await;
    let project = Project {
        id: ProjectId::new("p"),
        name: "Rivers".to_owned(),
        schema: Rc::new(Schema::claims_sources_locations()),
        created: at(0),
        modified: at(0),
        deleted: None,
    };
    let home = Home { project: project.id.clone() }.encode().expect("a record");
    let new = |id: &str| {
        let document = document(id);
        (Header::of(&document, 0, Some(at(0))), Base(document).encode().expect("a record").into())
    };
    storage.create_all(&[new("d1"), new("d2")], Some(&home)).await.expect("stored");
    storage.create_all(&[new("d3")], None).await.expect("stored");
    let homes = async |storage: &Storage| -> Vec<String> {
        let listed = storage.list().await.expect("a list");
        let words = |listed: gloss::platform::storage::Listed| {
            format!(
                "{}{}{}{}",
                listed.id,
                listed.home.map_or(String::new(), |home| format!(" in {home}")),
                if listed.deleted.is_some() { ", deleted" } else { "" },
                if listed.archived { ", archived" } else { "" }
            )
        };
        listed.into_iter().map(words).collect()
    };
    assert_eq!(homes(&storage).await, ["d1 in p", "d2 in p", "d3"]);
    let change = Change {
        projects: vec![(None, Some(project.clone()))],
        homes: vec![
            (DocumentId::new("d1"), Some(project.id.clone()), None),
            (DocumentId::new("d3"), None, Some(project.id.clone())),
        ],
        bin: vec![(DocumentId::new("d2"), true)],
        archived: vec![(DocumentId::new("d3"), true)],
    };
    storage.change(&change, &at(1)).await.expect("written");
    assert_eq!(homes(&storage).await, ["d1", "d2 in p, deleted", "d3 in p, archived"]);
    assert_eq!(storage.projects().await, Ok(vec![project.clone()]));
    storage.change(&change.clone().inverse(), &at(2)).await.expect("taken back");
    assert_eq!(homes(&storage).await, ["d1 in p", "d2 in p", "d3"]);
    assert_eq!(storage.projects().await, Ok(Vec::new()));

    // What cannot be written whole changes nothing.
    let full = "{value: function (value, key) {
        if (this.name === 'deleted') throw new DOMException('no room', 'QuotaExceededError');
        return before.value.call(this, value, key) }}";
    let patch = Patch::new(&js("IDBObjectStore.prototype"), "put", full);
    assert_eq!(storage.change(&change, &at(3)).await, Err(StorageError::Full));
    drop(patch);
    assert_eq!(homes(&storage).await, ["d1 in p", "d2 in p", "d3"]);
    assert_eq!(storage.projects().await, Ok(Vec::new()));

    storage.change(&change, &at(4)).await.expect("written");
    storage.purge(&DocumentId::new("d2")).await.expect("purged");
    storage.purge_projects(std::slice::from_ref(&project.id)).await.expect("purged");
    assert_eq!(homes(&storage).await, ["d1", "d3 in p, archived"]);
    assert!(!storage.dump().await.expect("a dump").contains("\"d2\""));
}

#[wasm_bindgen_test]
async fn steps_of_many_articles_and_new_ones_are_written_together_or_not_at_all() {
    let storage = fresh("steps").await;
    let (mut one, mut two) = (Desk::new(document("d1")), Desk::new(document("d2")));
    storage.create(&document("d1"), at(0)).await.expect("stored");
    storage.create(&document("d2"), at(0)).await.expect("stored");
    let home = Home { project: ProjectId::new("p") }.encode().expect("a record");
    let step = |(record, header): (JournalRecord, Header)| (header, Rc::from(record.encode().expect("a record")));
    let new = |id: &str| {
        let document = document(id);
        (Header::of(&document, 0, Some(at(0))), Rc::from(Base(document).encode().expect("a record")))
    };
    let steps = [step(one.mark()), step(two.mark())];
    storage.steps(&steps, &[new("d3")], Some(&home), None).await.expect("written");
    assert_eq!(storage.load(&one.id()).await.expect("it loads").opened.session, one.session);
    let listed = storage.list().await.expect("a list");
    let seqs: Vec<_> = listed.iter().map(|one| one.header.as_ref().map_or(99, |header| header.seq)).collect();
    assert_eq!((seqs, listed[2].home.as_ref().map(ProjectId::as_str)), (vec![1, 1, 0], Some("p")));
    let ids = [DocumentId::new("d2"), DocumentId::new("nowhere"), DocumentId::new("d1")];
    let bases = storage.bases(&ids).await.expect("bases");
    let texts: Vec<bool> = bases.iter().map(Option::is_some).collect();
    assert_eq!(texts, [true, false, true]);

    // Another tab was quicker with one of them: the other one is not written either, nor what is new, nor the bin.
    let before = (one.session.clone(), two.session.clone());
    let steps = [step(one.mark()), step(two.mark())];
    let (record, header) = Desk { session: before.1.clone(), seq: 1 }.mark();
    let other = reopen("steps").await;
    other.load(&two.id()).await.expect("it loads");
    other.append(&record, &header).await.expect("written");
    let bin = [DocumentId::new("d3")];
    let refused = storage.steps(&steps, &[new("d4")], None, Some((&bin, &at(9)))).await;
    assert_eq!(refused, Err(StorageError::Conflict));
    let loaded = storage.load(&one.id()).await.expect("it loads");
    assert_eq!((loaded.opened.seq, &loaded.opened.session), (1, &before.0));
    assert_eq!(storage.load(&DocumentId::new("d4")).await, Err(StorageError::NotFound));
    assert!(storage.list().await.expect("a list").iter().all(|one| one.deleted.is_none()));
    // One that is new and is there already refuses the whole as well.
    let refused = storage.steps(&steps[..1], &[new("d3")], None, None).await;
    assert_eq!(refused, Err(StorageError::Conflict));
    assert_eq!(storage.load(&one.id()).await.expect("it loads").opened.seq, 1);
    storage.steps(&steps[..1], &[], None, Some((&bin, &at(9)))).await.expect("written");
    assert_eq!(storage.list().await.expect("a list")[2].deleted, Some(at(9)));
}

#[wasm_bindgen_test]
async fn a_new_version_comes_in_with_its_signpost_or_not_at_all() {
    let storage = fresh("versions").await;
    let (older, newer) = (document("older"), document("newer"));
    storage.create(&older, at(0)).await.expect("stored");
    let header = Header::of(&newer, 0, Some(at(1)));
    let base = Base(newer.clone()).encode().expect("a record");
    let version = Version { older: older.info.id.clone(), newer: newer.info.id.clone(), at: at(1) };
    storage.create_version(&header, &base, &version).await.expect("stored");
    assert_eq!(storage.create_version(&header, &base, &version).await, Err(StorageError::Exists));
    assert_eq!(storage.load(&newer.info.id).await.map(|loaded| loaded.opened.session.document), Ok(newer.clone()));
    let near = async |id: &DocumentId| {
        let found = storage.versions(id).await.expect("versions");
        found.into_iter().map(|version| (version.id.to_string(), version.newer)).collect::<Vec<_>>()
    };
    assert_eq!(near(&older.info.id).await, [("newer".to_owned(), true)]);
    assert_eq!(near(&newer.info.id).await, [("older".to_owned(), false)]);
    // What lies in the bin is no version to go to; out of it, it is one again.
    storage.set_deleted(&newer.info.id, Some(at(2))).await.expect("deleted");
    assert_eq!(near(&older.info.id).await, []);
    storage.set_deleted(&newer.info.id, None).await.expect("brought back");
    assert_eq!(near(&older.info.id).await.len(), 1);
    storage.purge(&newer.info.id).await.expect("purged");
    assert_eq!(near(&older.info.id).await, []);
    assert!(!storage.dump().await.expect("a dump").contains("newer"), "the signpost is gone, too");
    assert_eq!(storage.raw(&newer.info.id).await, Err(StorageError::NotFound));
    assert_eq!(storage.raw(&older.info.id).await.map(|(_, journal)| journal), Ok(Vec::new()));
}

/// Notes the durability and the stores of each transaction that writes.
fn watch_transactions() -> Patch {
    let descriptor = "(globalThis.seen = [], {value: function (stores, mode, options) {
        const transaction = before.value.call(this, stores, mode, options);
        if (mode === 'readwrite') globalThis.seen.push(transaction.durability + ' ' + [...stores]);
        return transaction;
    }})";
    Patch::new(&js("IDBDatabase.prototype"), "transaction", descriptor)
}

fn seen() -> Vec<String> {
    js("globalThis.seen").unchecked_into::<Array>().iter().filter_map(|line| line.as_string()).collect()
}

#[wasm_bindgen_test]
async fn what_is_restored_is_what_was_stored_and_is_written_whole_or_not_at_all() {
    let storage = fresh("backup").await;
    let mut desk = Desk::new(document("d1"));
    storage.create(&desk.session.document, at(0)).await.expect("stored");
    let writing: Vec<_> =
        (0..70).map(|_| desk.mark()).map(|(record, header)| storage.append(&record, &header)).collect();
    for written in writing {
        written.await.expect("written");
    }
    storage.fold(&desk.id()).await.expect("folded");
    storage.set_view(&desk.id(), &View { top: ByteOffset::new(4) }).await.expect("written");
    storage.set_deleted(&desk.id(), Some(at(1))).await.expect("deleted");
    let stored = storage.stored(&desk.id()).await.expect("read").expect("it is there");
    assert_eq!((stored.journal.len(), stored.others.len()), (70, 2));
    assert_eq!(storage.stored(&DocumentId::new("d2")).await, Ok(None));

    let other = fresh("backup elsewhere").await;
    let batch = Batch { whole: vec![stored.clone()], ..Batch::default() };
    other.restore(&batch, &at(2)).await.expect("restored");
    assert_eq!(other.stored(&desk.id()).await, Ok(Some(stored.clone())));
    assert_eq!(other.load(&desk.id()).await.expect("it opens").opened.session, desk.session);
    assert_eq!(other.restore(&batch, &at(2)).await, Err(StorageError::Conflict), "it is here");

    // One step that is there already, and a new article beside it: neither is written.
    let (record, header) = desk.mark();
    let step = (header.clone(), vec![(70, record.encode().expect("a record"))]);
    let new = document("d3");
    let raw = |id: &str| Base(document(id)).encode().ok();
    let whole = vec![Stored {
        id: new.info.id.clone(),
        header: None,
        base: raw("d3"),
        journal: Vec::new(),
        others: Vec::new(),
    }];
    let change = Change::bin([desk.id()], false);
    let batch = Batch { whole: whole.clone(), steps: vec![step], change: change.clone() };
    assert_eq!(other.restore(&batch, &at(3)).await, Err(StorageError::Conflict));
    assert_eq!(other.stored(&desk.id()).await, Ok(Some(stored)));
    assert_eq!(other.stored(&new.info.id).await, Ok(None));
    let step = (header, vec![(71, record.encode().expect("a record"))]);
    other.restore(&Batch { whole, steps: vec![step], change }, &at(3)).await.expect("restored");
    let loaded = other.load(&desk.id()).await.expect("it opens");
    assert_eq!((loaded.opened.session, loaded.deleted), (desk.session, None));
    assert_eq!(other.has(&new.info.id).await, Ok(true));
}

#[wasm_bindgen_test]
async fn many_changes_at_once_keep_their_order() {
    let storage = fresh("burst").await;
    let mut desk = Desk::new(document("d1"));
    storage.create(&desk.session.document, at(0)).await.expect("stored");
    let patch = watch_transactions();
    let waiting: Vec<_> = (0..60)
        .map(|_| {
            let (record, header) = desk.mark();
            storage.append(&record, &header)
        })
        .collect();
    assert!(!storage.is_idle(&desk.id()));
    // Nobody needs to wait for one before the next, nor in order.
    for (index, outcome) in waiting.into_iter().enumerate().rev() {
        assert_eq!(outcome.await, Ok(index as u64 + 1));
    }
    assert!(storage.is_idle(&desk.id()));
    drop(patch);
    assert_eq!(seen(), ["strict journal,documents,meta"; 2], "the first, and all the others");
    let loaded = reopen("burst").await.load(&desk.id()).await.expect("it loads");
    assert_eq!(loaded.opened.session, desk.session);
    assert_eq!(loaded.opened.seq, 60);
}

#[wasm_bindgen_test]
async fn one_change_is_one_strict_transaction_and_the_view_is_relaxed() {
    let storage = fresh("durability").await;
    let patch = watch_transactions();
    let mut desk = Desk::new(document("d1"));
    storage.create(&desk.session.document, at(0)).await.expect("stored");
    let (record, header) = desk.mark();
    storage.append(&record, &header).await.expect("stored");
    storage.set_view(&desk.id(), &View::default()).await.expect("stored");
    drop(patch);
    assert_eq!(seen(), ["strict documents,bases,home", "strict journal,documents,meta", "relaxed views"]);
}

#[wasm_bindgen_test]
async fn a_tab_that_was_taken_over_writes_nothing_more() {
    let (one, two) = (fresh("epochs").await, reopen("epochs").await);
    let mut desk = Desk::new(document("d1"));
    let id = desk.id();
    one.create(&desk.session.document, at(0)).await.expect("stored");
    let (record, header) = desk.mark();
    assert_eq!(one.append(&record, &header).await, Ok(1));
    let saved = desk.session.clone();

    // The other tab has read all of it and takes over; it has written nothing yet, so that no key stands in the way.
    two.load(&id).await.expect("it loads");
    assert_eq!(two.journal_after(&id, 1, true).await, Ok(vec![]));
    let queued: Vec<_> = (0..3).map(|_| desk.mark()).map(|(record, header)| one.append(&record, &header)).collect();
    for outcome in queued {
        assert_eq!(outcome.await, Err(StorageError::Conflict));
    }
    assert_eq!(one.retry(&id).await, Ok(None), "and it is not tried behind everybody's back");
    assert_eq!(two.journal_after(&id, 1, false).await, Ok(vec![]), "nothing of it was written");
    let listed = two.list().await.expect("a list");
    assert_eq!(listed[0].header.as_ref().map(|header| header.seq), Ok(1), "nor the header that came with it");

    let mut other = Desk { session: saved, seq: 1 };
    for seq in 2..=4 {
        let (record, header) = other.mark();
        assert_eq!(two.append(&record, &header).await, Ok(seq));
    }
    // Having read that, the first one may take over in its turn.
    let loaded = one.load(&id).await.expect("it loads");
    assert_eq!((&loaded.opened.session, loaded.opened.seq), (&other.session, 4));
    let mut desk = Desk { session: loaded.opened.session, seq: 4 };
    let (record, header) = desk.mark();
    assert_eq!(one.append(&record, &header).await, Ok(5));
    let (record, header) = other.mark();
    assert_eq!(two.append(&record, &header).await, Err(StorageError::Conflict));
    assert_eq!(two.load(&id).await.expect("it loads").opened.session, desk.session);
}

#[wasm_bindgen_test]
async fn whatever_is_queued_when_another_tab_takes_over_is_written_or_refused() {
    for burst in 1..12_u64 {
        let (one, two) = (fresh("race").await, reopen("race").await);
        let mut desk = Desk::new(document("d1"));
        let id = desk.id();
        one.create(&desk.session.document, at(0)).await.expect("stored");
        two.load(&id).await.expect("it loads");
        let mut queued = Vec::new();
        let mut claim = None;
        for step in 0..burst {
            let (record, header) = desk.mark();
            queued.push(one.append(&record, &header));
            if step == burst / 2 {
                // It runs beside what was queued before, wherever the browser puts it.
                let (two, id) = (two.clone(), id.clone());
                claim = Some(wasm_bindgen_futures::future_to_promise(async move {
                    two.journal_after(&id, 0, true).await.map(|_| JsValue::NULL).map_err(|_| JsValue::NULL)
                }));
                pause(step as i32).await;
            }
        }
        let mut written = 0;
        for (outcome, seq) in queued.into_iter().zip(1..) {
            match outcome.await {
                Ok(upto) => {
                    assert!(written + 1 == seq && upto >= seq, "no step after one that was refused");
                    written = seq;
                }
                Err(error) => assert_eq!(error, StorageError::Conflict),
            }
        }
        wait(&claim.expect("claimed").into()).await;
        let journal = two.journal_after(&id, 0, false).await.expect("a journal");
        assert_eq!(journal.len() as u64, written, "exactly what was said to be written is there");
        let mut other = Desk { session: two.load(&id).await.expect("it loads").opened.session, seq: written };
        let (record, header) = other.mark();
        assert_eq!(two.append(&record, &header).await, Ok(written + 1));
    }
}

#[wasm_bindgen_test]
async fn a_folded_journal_reads_as_it_did() {
    let storage = fresh("folding").await;
    let mut desk = Desk::new(document("d1"));
    let id = desk.id();
    storage.create(&desk.session.document, at(0)).await.expect("stored");
    storage.create(&document("d10"), at(0)).await.expect("stored");
    let write = async |desk: &mut Desk, count: u64| {
        let marked: Vec<_> = (0..count).map(|_| desk.mark()).collect();
        let waiting: Vec<_> = marked.iter().map(|(record, header)| storage.append(record, header)).collect();
        for outcome in waiting {
            assert!(outcome.await.is_ok());
        }
    };
    write(&mut desk, 63).await;
    assert_eq!(storage.fold(&id).await, Ok(0), "not a whole block yet");
    write(&mut desk, 137).await;
    let before = storage.journal_after(&id, 0, false).await.expect("a journal");
    assert_eq!((before.len(), storage.journal_records(&id).await), (200, Ok(200)));
    let patch = watch_transactions();
    assert_eq!(storage.fold(&id).await, Ok(3));
    drop(patch);
    assert_eq!(seen(), ["strict journal,meta"], "in one transaction");
    assert_eq!(storage.journal_records(&id).await, Ok(3 + 8));
    assert_eq!(storage.fold(&id).await, Ok(0));
    assert_eq!(storage.journal_after(&id, 0, false).await, Ok(before.clone()));
    // From the middle of a block, too.
    assert_eq!(storage.journal_after(&id, 100, false).await, Ok(before[100..].to_vec()));
    let loaded = reopen("folding").await.load(&id).await.expect("it loads");
    assert_eq!((&loaded.opened.session, loaded.opened.seq), (&desk.session, 200));
    assert_eq!(loaded.opened.warnings, []);
    // The tab that wrote goes on, in the same epoch.
    write(&mut desk, 60).await;
    assert_eq!(storage.fold(&id).await, Ok(1));
    assert_eq!(storage.journal_records(&id).await, Ok(4 + 4));
    let dump = open_dump(&storage.dump().await.expect("a dump"));
    assert_eq!(dump.unreadable, Vec::<usize>::new());
    assert_eq!(dump.documents[0].1.as_ref().map(|opened| &opened.session), Ok(&desk.session));
}

#[wasm_bindgen_test]
async fn a_damaged_block_keeps_what_is_sound_of_it() {
    let storage = fresh("damaged block").await;
    let mut desk = Desk::new(document("d1"));
    let id = desk.id();
    storage.create(&desk.session.document, at(0)).await.expect("stored");
    let mut after = Vec::new();
    for _ in 0..130 {
        let (record, header) = desk.mark();
        storage.append(&record, &header).await.expect("stored");
        after.push(desk.session.clone());
    }
    assert_eq!(storage.fold(&id).await, Ok(2));
    let raw = storage.journal_after(&id, 64, false).await.expect("a journal");
    let mut lines: Vec<String> = raw[..64].iter().map(|(_, raw)| raw.clone()).collect();
    lines[35] = lines[35].replacen("Claim", "Clown", 1);
    let value = serde_json::to_string(&lines.join("\n")).expect("a string");
    put_raw("damaged block", "journal", &value, "['d1', 65]").await;

    let loaded = storage.load(&id).await.expect("it loads");
    assert_eq!((&loaded.opened.session, loaded.opened.seq), (&after[98], 99), "everything before it");
    let places: Vec<_> = loaded.opened.warnings.iter().map(|warning| warning.place).collect();
    assert_eq!(places, (100..=130).map(Place::Step).collect::<Vec<_>>(), "each step is named");
    storage.set_aside(&loaded.opened).await.expect("set aside");
    let loaded = storage.load(&id).await.expect("it loads");
    assert_eq!((&loaded.opened.session, loaded.opened.warnings), (&after[98], vec![]));
    assert_eq!(storage.journal_records(&id).await, Ok(2));
    let asides = storage.asides().await.expect("what was set aside");
    assert_eq!(asides.len(), 31);
    assert_eq!(asides[0], (id.clone(), 100, lines[35].clone()), "as it was found");
    assert_eq!(asides[30].2, raw[65].1);

    let mut desk = Desk { session: after[98].clone(), seq: 99 };
    let (record, header) = desk.mark();
    assert_eq!(storage.append(&record, &header).await, Ok(100));
    assert_eq!(storage.load(&id).await.expect("it loads").opened.session, desk.session);
}

/// What the first version of the database held is there, and goes on, under this one.
#[wasm_bindgen_test]
async fn the_first_version_of_the_database_opens() {
    const DUMP: &str = include_str!("../fixtures/records/v2.jsonl");
    drop(fresh("migration").await);
    let lines: Vec<&str> = DUMP.lines().collect();
    let make = format!(
        "new Promise((done, fail) => {{
            const remove = indexedDB.deleteDatabase('migration');
            remove.onsuccess = () => {{
                const request = indexedDB.open('migration', 1);
                request.onerror = fail;
                request.onupgradeneeded = () => {{
                    for (const name of ['documents', 'bases', 'journal', 'views', 'deleted', 'aside', 'meta']) request.result.createObjectStore(name);
                }};
                request.onsuccess = () => {{
                    const transaction = request.result.transaction(['documents', 'bases', 'journal', 'views', 'deleted'], 'readwrite');
                    for (const {{store, key, value}} of [{}]) transaction.objectStore(store).put(value, key);
                    transaction.oncomplete = () => {{ request.result.close(); done() }};
                }};
            }};
        }})",
        lines.join(",")
    );
    wait(&js(&make)).await;
    let storage = reopen("migration").await;
    let id = DocumentId::new("d1");
    let loaded = storage.load(&id).await.expect("it loads");
    let expected = open_dump(DUMP).documents.remove(0).1.expect("it opens");
    assert_eq!(loaded.opened, expected);
    let mut desk = Desk { session: loaded.opened.session, seq: loaded.opened.seq };
    let (record, header) = desk.perform(Entry::Undo);
    assert_eq!(storage.append(&record, &header).await, Ok(desk.seq));
    // A page from before must not take blocks for damage: it is told that it is too old.
    let old = "new Promise((done) => { const r = indexedDB.open('migration', 1); r.onerror = () => done(r.error.name); r.onsuccess = done })";
    assert_eq!(wait(&js(old)).await.as_string().as_deref(), Some("VersionError"));
}

#[wasm_bindgen_test]
async fn a_second_writer_is_refused_with_all_that_it_queued() {
    let (one, two) = (fresh("conflict").await, reopen("conflict").await);
    let mut desk = Desk::new(document("d1"));
    one.create(&desk.session.document, at(0)).await.expect("stored");
    let mut other = Desk::new(document("d1"));
    let (record, header) = desk.mark();
    assert_eq!(one.append(&record, &header).await, Ok(1));
    let outcomes: Vec<_> = (0..3)
        .map(|_| {
            let (record, header) = other.mark();
            two.append(&record, &header)
        })
        .collect();
    for outcome in outcomes {
        assert_eq!(outcome.await, Err(StorageError::Conflict));
    }
    let (record, header) = other.mark();
    assert_eq!(two.append(&record, &header).await, Err(StorageError::Conflict), "nor later");

    let loaded = two.load(&desk.id()).await.expect("it loads");
    assert_eq!((loaded.opened.seq, &loaded.opened.session), (1, &desk.session), "nothing of it was written");
    let listed = two.list().await.expect("a list");
    assert_eq!(listed[0].header.as_ref().map(|header| header.seq), Ok(1), "nor the header that came with it");
    let mut other = Desk { session: loaded.opened.session, seq: 1 };
    let (record, header) = other.mark();
    assert_eq!(two.append(&record, &header).await, Ok(2), "after loading it may write");
    let (mut record, header) = other.mark();
    record.seq += 1;
    assert_eq!(two.append(&record, &header).await, Err(StorageError::Order { expected: 3, got: 4 }));
}

/// Puts any value into a store, past the storage.
async fn put_raw(database: &str, store: &str, value: &str, key: &str) {
    let put = format!(
        "new Promise((done, fail) => {{
            const request = indexedDB.open('{database}');
            request.onerror = fail;
            request.onsuccess = () => {{
                const transaction = request.result.transaction('{store}', 'readwrite');
                transaction.objectStore('{store}').put({value}, {key});
                transaction.oncomplete = () => {{ request.result.close(); done() }};
                transaction.onabort = fail;
            }};
        }})"
    );
    wait(&js(&put)).await;
}

#[wasm_bindgen_test]
async fn damage_is_named_and_work_goes_on() {
    let storage = fresh("damage").await;
    let mut desk = Desk::new(document("d1"));
    storage.create(&desk.session.document, at(0)).await.expect("stored");
    let mut after_two = None;
    for seq in 1..=4 {
        let (record, header) = desk.mark();
        storage.append(&record, &header).await.expect("stored");
        if seq == 2 {
            after_two = Some(desk.session.clone());
        }
    }
    put_raw("damage", "journal", "{v: 1, what: '\\ud800'}", "['d1', 3]").await;
    put_raw("damage", "views", "7", "'d1'").await;
    let loaded = storage.load(&desk.id()).await.expect("it loads");
    assert_eq!(Some(&loaded.opened.session), after_two.as_ref());
    let warnings: Vec<_> = loaded.opened.warnings.iter().map(|w| (w.place, w.error.clone())).collect();
    let expected =
        [(Place::Step(3), RecordError::Form), (Place::Step(4), RecordError::Gap(3)), (Place::View, RecordError::Form)];
    assert_eq!(warnings, expected);
    let dump = open_dump(&storage.dump().await.expect("a dump"));
    let same = dump.documents[0].1.as_ref().map(|opened| (opened.seq, opened.warnings.len()));
    // The line with half a character in it is named by its number, the step after it as before.
    assert_eq!((same, dump.unreadable.len()), (Ok((2, 1)), 1), "a dump tells the same");

    let (record, header) = Desk { session: loaded.opened.session.clone(), seq: 2 }.mark();
    assert_eq!(storage.append(&record, &header).await, Err(StorageError::Conflict), "the damage is not overwritten");
    storage.set_aside(&loaded.opened).await.expect("set aside");
    let loaded = storage.load(&desk.id()).await.expect("it loads");
    assert_eq!(loaded.opened.warnings.iter().map(|w| w.place).collect::<Vec<_>>(), [Place::View]);
    assert_eq!(storage.append(&record, &header).await, Ok(3));
    let dump = storage.dump().await.expect("a dump");
    assert_eq!(dump.matches("\"store\":\"aside\"").count(), 2, "what could not be used is kept");
    assert!(dump.contains("\\ud800"));

    // Headers are made again from the rest; without its base a document is named, not opened.
    put_raw("damage", "documents", "'document 1 0000000000000000 {}'", "'d1'").await;
    let listed = storage.list().await.expect("a list");
    assert_eq!(listed[0].header, Err(RecordError::Checksum));
    assert!(storage.load(&desk.id()).await.is_ok());
    put_raw("damage", "bases", "'base 1 0000000000000000 {}'", "'d1'").await;
    assert_eq!(storage.load(&desk.id()).await, Err(StorageError::Record(RecordError::Checksum)));
}

#[wasm_bindgen_test]
async fn a_full_disk_keeps_the_change_for_the_next_attempt() {
    let storage = fresh("full").await;
    let mut desk = Desk::new(document("d1"));
    storage.create(&desk.session.document, at(0)).await.expect("stored");
    let full = "{value: function () { throw new DOMException('no room', 'QuotaExceededError') }}";
    let patch = Patch::new(&js("IDBObjectStore.prototype"), "put", full);
    for _ in 0..2 {
        let (record, header) = desk.mark();
        assert_eq!(storage.append(&record, &header).await, Err(StorageError::Full));
    }
    assert_eq!(storage.retry(&desk.id()).await, Err(StorageError::Full));
    assert_eq!(storage.set_view(&desk.id(), &View::default()).await, Err(StorageError::Full));
    assert_eq!(storage.journal_after(&desk.id(), 0, false).await, Ok(vec![]), "nothing is half-written");
    drop(patch);

    let (record, header) = desk.mark();
    assert_eq!(storage.append(&record, &header).await, Ok(3), "all three");
    assert_eq!(storage.retry(&desk.id()).await, Ok(None), "nothing waits");
    let loaded = storage.load(&desk.id()).await.expect("it loads");
    assert_eq!((loaded.opened.session, loaded.opened.warnings), (desk.session.clone(), vec![]));

    let patch = Patch::new(&js("IDBObjectStore.prototype"), "put", full);
    let (record, header) = desk.mark();
    assert_eq!(storage.append(&record, &header).await, Err(StorageError::Full));
    drop(patch);
    assert_eq!(storage.retry(&desk.id()).await, Ok(Some(4)));
}

#[wasm_bindgen_test]
async fn a_browser_without_storage_says_so() {
    let check = async |descriptor: &str, expected: StorageError| {
        let _patch = Patch::new(&js("globalThis"), "indexedDB", descriptor);
        assert_eq!(Storage::open_as("refused", |_| ()).await.err(), Some(expected), "{descriptor}");
    };
    let failing = |name: &str| {
        format!("{{value: {{__proto__: IDBFactory.prototype, open() {{ throw new DOMException('no', '{name}') }}}}}}")
    };
    check("{value: undefined}", StorageError::Refused).await;
    check("{value: null}", StorageError::Refused).await;
    check("{get() { throw new DOMException('no', 'SecurityError') }}", StorageError::Refused).await;
    check(&failing("SecurityError"), StorageError::Refused).await;
    check(&failing("InvalidStateError"), StorageError::Refused).await;
    check(&failing("VersionError"), StorageError::Newer).await;
    check(&failing("UnknownError"), StorageError::Failed("no".to_owned())).await;
    // It never answers: only the clock ends that, ten seconds made short here.
    let hurry = "{value: (call, ms) => before.value.call(window, call, ms / 100)}";
    let _patch = Patch::new(&js("globalThis"), "setTimeout", hurry);
    let silent = "{value: {__proto__: IDBFactory.prototype, open() { return Object.create(IDBOpenDBRequest.prototype, {
        onsuccess: {writable: true}, onerror: {writable: true}, onblocked: {writable: true},
        onupgradeneeded: {writable: true}}) }}}";
    check(silent, StorageError::Silent).await;
}

#[wasm_bindgen_test]
async fn a_storage_that_goes_away_is_noticed() {
    let told: Rc<RefCell<Vec<StorageError>>> = Rc::default();
    let hear = Rc::clone(&told);
    drop(fresh("lost").await);
    let storage = Storage::open_as("lost", move |error| hear.borrow_mut().push(error)).await.expect("it opens");
    let mut desk = Desk::new(document("d1"));
    storage.create(&desk.session.document, at(0)).await.expect("stored");
    // As when another tab, or the person, deletes it. The connection must not stand in the way.
    drop(fresh("lost").await);
    assert_eq!(*told.borrow(), [StorageError::Lost]);
    let (record, header) = desk.mark();
    assert_eq!(storage.append(&record, &header).await, Err(StorageError::Lost));
    assert_eq!(storage.list().await, Err(StorageError::Lost));

    // A newer version of the page opens it with more stores.
    let hear = Rc::clone(&told);
    let _storage = Storage::open_as("lost", move |error| hear.borrow_mut().push(error)).await.expect("it opens");
    let newer = "new Promise((done, fail) => { const r = indexedDB.open('lost', 1000);
        r.onsuccess = () => { r.result.close(); done() }; r.onerror = fail; r.onblocked = fail })";
    wait(&js(newer)).await;
    assert_eq!(*told.borrow(), [StorageError::Lost, StorageError::Newer]);
    assert_eq!(Storage::open_as("lost", |_| ()).await.err(), Some(StorageError::Newer));
}

#[wasm_bindgen_test]
async fn a_transaction_that_the_browser_aborts_is_no_success() {
    let storage = fresh("abort").await;
    let mut desk = Desk::new(document("d1"));
    storage.create(&desk.session.document, at(0)).await.expect("stored");
    // The abort comes in the middle, after the requests were queued.
    let aborting = "{value: function (...all) {
        const request = before.value.apply(this, all);
        Promise.resolve().then(() => this.transaction.abort());
        return request;
    }}";
    let patch = Patch::new(&js("IDBObjectStore.prototype"), "put", aborting);
    let (record, header) = desk.mark();
    assert!(storage.append(&record, &header).await.is_err());
    drop(patch);
    let loaded = storage.load(&desk.id()).await.expect("it loads");
    assert_eq!((loaded.opened.seq, loaded.opened.warnings), (0, vec![]));
}

/// How long "Saved" takes here. For people; it fails for nothing.
#[wasm_bindgen_test]
async fn time_from_change_to_saved() {
    let storage = fresh("speed").await;
    let mut desk = Desk::new(document("d1"));
    storage.create(&desk.session.document, at(0)).await.expect("stored");
    let clock = web_sys::window().and_then(|window| window.performance()).expect("a clock");
    let longest = Cell::new(0_f64);
    let start = clock.now();
    for _ in 0..100 {
        let (record, header) = desk.mark();
        let before = clock.now();
        storage.append(&record, &header).await.expect("stored");
        longest.set(longest.get().max(clock.now() - before));
    }
    let mean = (clock.now() - start) / 100.0;
    web_sys::console::log_1(&format!("saved after {mean:.1} ms, at most {:.1} ms", longest.get()).into());
}

#[wasm_bindgen_test]
async fn a_plain_window_is_not_taken_for_a_private_one() {
    assert_ne!(keeping().await, Keeping::Lent);
    let patch = Patch::new(&js("navigator"), "storage", "{value: undefined}");
    assert_eq!(keeping().await, Keeping::Unknown);
    drop(patch);
    let kept = "{value: {persisted: () => Promise.resolve(true)}}";
    let _patch = Patch::new(&js("navigator"), "storage", kept);
    assert_eq!(keeping().await, Keeping::Kept);
    assert!(Reflect::has(&js("navigator"), &"storage".into()).expect("asked"));
}
