//! [`Storage`]: documents and their journals in IndexedDB.
//!
//! Invariant: what is reported as written is on disk as far as the browser can tell (a `strict`
//! transaction has completed), and every write is a single transaction: all of it or nothing.
//! Each write to a document says under which epoch it was read, and is refused under another one.
//! Records are text ([`crate::app::records`]); this module only knows where each is kept.

mod backup;
mod idb;
mod keeping;
mod past;
mod projects;
mod queue;
mod reader;

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::{Event, IdbKeyRange, IdbRequest, IdbVersionChangeEvent};

pub use keeping::{ask_to_keep, estimate, keeping};
pub use past::Neighbour;
pub use projects::{New as NewDocument, Step};
pub use reader::{Raw, Reader};

use self::idb::{
    Database, STORES, Transaction, answer, epoch_key, journal_key, journal_range, number, seq_of, text_of,
};
use self::queue::Queue;
use super::spawn;
use crate::app::Listing;
use crate::app::records::{
    BLOCK, Base, Deleted, Header, Home, JournalRecord, Opened, Place, Record, RecordError, View, Warning, block_of,
    fold, open,
};
use crate::app::storage_error::StorageError;
use crate::model::{Document, DocumentId, Extra, ProjectId, Status, Table, Timestamp};

/// The name of the database of the app.
pub const DATABASE: &str = "gloss";

/// The open storage. Cheap to clone; all clones share one connection.
#[derive(Clone)]
pub struct Storage(Rc<Inner>);

struct Inner {
    database: Database,
    queues: RefCell<Table<DocumentId, Queue>>,
    /// Why the connection is gone.
    lost: Rc<RefCell<Option<StorageError>>>,
    _closed: Closure<dyn FnMut(Event)>,
    _changed: Closure<dyn FnMut(IdbVersionChangeEvent)>,
}

/// A document in the list of all.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// The document.
    pub id: DocumentId,
    /// What is known of it. Without a readable header it can still be opened.
    pub header: Result<Header, RecordError>,
    /// When it was deleted; none for a document that is there.
    pub deleted: Option<Timestamp>,
    /// The project that it belongs to.
    pub home: Option<ProjectId>,
    /// Whether it was put out of the way.
    pub archived: bool,
}

impl From<Listed> for Listing {
    fn from(listed: Listed) -> Self {
        let header = listed.header.unwrap_or_else(|_| Header {
            title: format!("Damaged article {}", listed.id),
            id: listed.id,
            characters: 0,
            counts: Vec::new(),
            status: Status::default(),
            about: Extra::new(),
            created: None,
            modified: None,
            seq: 0,
        });
        Self { header, deleted: listed.deleted.is_some(), home: listed.home, archived: listed.archived }
    }
}

/// A document that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Loaded {
    /// The document with its history, and what could not be read of it.
    pub opened: Opened,
    /// Where somebody was in it.
    pub view: Option<View>,
    /// When it was deleted; none for a document that is there.
    pub deleted: Option<Timestamp>,
}

impl Storage {
    /// Opens the storage of the app. `lost` is called once if the browser closes it later.
    ///
    /// # Errors
    /// Why the browser does not give it.
    pub async fn open(lost: impl Fn(StorageError) + 'static) -> Result<Self, StorageError> {
        Self::open_as(DATABASE, lost).await
    }

    /// Like [`Storage::open`], by another name: for tests that must not see each other.
    ///
    /// # Errors
    /// Why the browser does not give it.
    pub async fn open_as(name: &str, lost: impl Fn(StorageError) + 'static) -> Result<Self, StorageError> {
        let database = idb::open(name).await?;
        let gone: Rc<RefCell<Option<StorageError>>> = Rc::default();
        let lose = {
            let gone = Rc::clone(&gone);
            Rc::new(move |error: StorageError| {
                if gone.borrow().is_none() {
                    *gone.borrow_mut() = Some(error.clone());
                    lost(error);
                }
            })
        };
        let closed = {
            let lose = Rc::clone(&lose);
            Closure::<dyn FnMut(Event)>::new(move |_| lose(StorageError::Lost))
        };
        let changed = {
            let database = database.clone();
            Closure::<dyn FnMut(IdbVersionChangeEvent)>::new(move |event: IdbVersionChangeEvent| {
                // Another tab waits until this connection is closed.
                database.close();
                lose(if event.new_version().is_some() { StorageError::Newer } else { StorageError::Lost });
            })
        };
        database.set_onclose(Some(closed.as_ref().unchecked_ref()));
        database.set_onversionchange(Some(changed.as_ref().unchecked_ref()));
        Ok(Self(Rc::new(Inner {
            database,
            queues: RefCell::default(),
            lost: gone,
            _closed: closed,
            _changed: changed,
        })))
    }

    /// All documents, in the order of their ids, deleted ones too.
    ///
    /// # Errors
    /// Where the storage cannot be read.
    pub async fn list(&self) -> Result<Vec<Listed>, StorageError> {
        let transaction = self.read(&["documents", "bases", "deleted", "home", "archived"])?;
        let headers = all(&transaction, "documents")?;
        let deleted = all(&transaction, "deleted")?;
        let home = all(&transaction, "home")?;
        let keys = |store: &str| transaction.queue(store, web_sys::IdbObjectStore::get_all_keys);
        let (bases, archived) = (keys("bases")?, keys("archived")?);
        transaction.finish().await?;
        // A document is there if it has a base; its header may be missing, or the base.
        let mut found: Table<String, Result<Header, RecordError>> = Table::default();
        for key in answer(&bases)?.unchecked_into::<Array>().iter() {
            found.insert(text_of(&key), Err(RecordError::Missing));
        }
        for (key, raw) in headers.pairs()? {
            let id = text_of(&key);
            let header = Header::decode(&text_of(&raw));
            let header = header.and_then(|h| if h.id.as_str() == id { Ok(h) } else { Err(RecordError::Misplaced) });
            found.insert(id, header);
        }
        let mut gone: Table<String, Timestamp> = Table::default();
        for (key, raw) in deleted.pairs()? {
            gone.insert(text_of(&key), deleted_at(&text_of(&raw)));
        }
        // A table of the same kind as the one before: another kind would be code of its own.
        let mut homes: Table<String, Timestamp> = Table::default();
        for (key, raw) in home.pairs()? {
            // A home that cannot be read is none: the article is among those without a project.
            if let Ok(home) = Home::decode(&text_of(&raw)) {
                homes.insert(text_of(&key), home.project.as_str().into());
            }
        }
        let archived: Array = answer(&archived)?.unchecked_into();
        let listed = found.into_iter().map(|(id, header)| Listed {
            archived: archived.includes(&JsValue::from_str(&id), 0),
            deleted: gone.get(&id).cloned(),
            home: homes.get(&id).cloned().map(ProjectId::new),
            id: DocumentId::new(id),
            header,
        });
        Ok(listed.collect())
    }

    /// Stores a new document. Its journal is empty; `modified` is the moment of storing.
    ///
    /// # Errors
    /// [`StorageError::Exists`] where one of the same id is stored already.
    pub async fn create(&self, document: &Document, modified: Timestamp) -> Result<Header, StorageError> {
        let header = Header::of(document, 0, Some(modified));
        self.create_all(&[(header.clone(), Base(document.clone()).encode()?.into())], None).await?;
        Ok(header)
    }

    /// Writes documents by their headers and their records, all of them or none. `home` is the record of the
    /// project that they belong to.
    ///
    /// # Errors
    /// [`StorageError::Exists`] where one of the same id is stored already.
    pub async fn create_all(&self, new: &[(Header, Rc<str>)], home: Option<&str>) -> Result<(), StorageError> {
        // Before the transaction begins: what fails here has written nothing.
        let headers = new.iter().map(|(header, _)| header.encode()).collect::<Result<Vec<_>, _>>()?;
        let transaction = self.write(&["documents", "bases", "home"], true)?;
        for ((header, base), head) in new.iter().zip(&headers) {
            let key = JsValue::from_str(header.id.as_str());
            transaction.queue("bases", |store| store.add_with_key(&JsValue::from_str(base), &key))?;
            transaction.put("documents", &key, head)?;
            if let Some(home) = home {
                transaction.put("home", &key, home)?;
            }
        }
        match transaction.finish().await {
            Err(StorageError::Conflict) => Err(StorageError::Exists),
            done => done,
        }
    }

    /// Writes the next journal record of a document, and the header after it. The order of calls
    /// is the order of writing; the future only waits for the outcome, which is the number up to
    /// which everything is on disk. The document has to have been created or loaded through this storage: that
    /// says under which epoch it is written.
    ///
    /// # Errors
    /// [`StorageError::Conflict`] where another tab has written to it or taken it over since.
    /// After one that may pass ([`StorageError::may_pass`]) the record stays here and goes out
    /// with the next one, or with [`Storage::retry`]. After any other the document has to be loaded
    /// anew.
    pub fn append(
        &self,
        record: &JournalRecord,
        header: &Header,
    ) -> impl Future<Output = Result<u64, StorageError>> + use<> {
        let ticket = self.enqueue(record, header);
        async move { ticket?.outcome().await }
    }

    fn enqueue(&self, record: &JournalRecord, header: &Header) -> Result<queue::Ticket, StorageError> {
        self.check()?;
        let (raw, header) = (record.encode()?, header.encode()?);
        let ticket = {
            let mut queues = self.0.queues.borrow_mut();
            if queues.get(&record.document).is_none() {
                queues.insert(record.document.clone(), Queue::new(None));
            }
            let queue = queues.get_mut(&record.document).ok_or(StorageError::Lost)?;
            queue.push(record.seq, raw, header)?
        };
        self.run(&record.document);
        Ok(ticket)
    }

    /// Tries once more to write what could not be written before. The outcome is the number up to
    /// which everything is on disk; none where nothing waits.
    ///
    /// # Errors
    /// Why it cannot be written still.
    pub async fn retry(&self, id: &DocumentId) -> Result<Option<u64>, StorageError> {
        let ticket = self.0.queues.borrow_mut().get_mut(id).and_then(Queue::again);
        self.run(id);
        match ticket {
            Some(ticket) => ticket.outcome().await.map(Some),
            None => Ok(None),
        }
    }

    /// Whether nothing of a document waits to be written.
    #[must_use]
    pub fn is_idle(&self, id: &DocumentId) -> bool {
        self.0.queues.borrow().get(id).is_none_or(Queue::is_empty)
    }

    /// A document was read under an epoch. Whatever went wrong before, writing may start again from here,
    /// unless something waits.
    fn saw(&self, id: &DocumentId, epoch: Option<f64>) {
        if self.is_idle(id) {
            self.0.queues.borrow_mut().insert(id.clone(), Queue::new(epoch));
        }
    }

    /// A transaction that may write to a document from here. The first one begins an epoch.
    fn write_to(&self, id: &DocumentId, stores: &[&str]) -> Result<Transaction, StorageError> {
        let mut transaction = self.write(stores, true)?;
        let (seen, own) = self.0.queues.borrow().get(id).map_or_else(Default::default, |queue| (queue.seen, queue.own));
        transaction.only_under(id.as_str(), seen)?;
        transaction.queue("meta", |store| store.put_with_key(&own.into(), &epoch_key(id.as_str())))?;
        Ok(transaction)
    }

    /// Begins a transaction for all that waits, unless one runs. When it ends, the next one begins.
    fn run(&self, id: &DocumentId) {
        let batch = self.0.queues.borrow_mut().get_mut(id).map(Queue::take_batch).unwrap_or_default();
        if batch.is_empty() {
            return;
        }
        let written = self.begin(id, &batch).map(Transaction::finish);
        let (storage, id) = (self.clone(), id.clone());
        spawn(async move {
            let outcome = match written {
                Ok(finished) => finished.await,
                Err(error) => Err(error),
            };
            // Not while the queues are borrowed: whoever waits may append at once.
            let more = storage.0.queues.borrow_mut().get_mut(&id).is_some_and(|queue| queue.settle(outcome));
            if more {
                storage.run(&id);
            }
        });
    }

    fn begin(&self, id: &DocumentId, batch: &[queue::Waiting]) -> Result<Transaction, StorageError> {
        let transaction = self.write_to(id, &["journal", "documents", "meta"])?;
        for waiting in batch {
            let key = journal_key(id.as_str(), waiting.seq);
            // Not `put`: a record that another tab wrote meanwhile must not be overwritten.
            transaction.queue("journal", |store| store.add_with_key(&JsValue::from_str(&waiting.record), &key))?;
        }
        if let Some(last) = batch.last() {
            transaction.put("documents", &id.as_str().into(), &last.header)?;
        }
        Ok(transaction)
    }

    /// Reads a document.
    ///
    /// # Errors
    /// [`StorageError::NotFound`], or [`StorageError::Record`] where its base cannot be used.
    /// Damage to any other record is a warning in [`Opened`].
    pub async fn load(&self, id: &DocumentId) -> Result<Loaded, StorageError> {
        let key = JsValue::from_str(id.as_str());
        let transaction = self.read(&["documents", "bases", "journal", "views", "deleted", "meta"])?;
        let get = |name: &str| transaction.get(name, &key);
        let epoch = transaction.get("meta", &epoch_key(id.as_str()))?;
        let (header, base, view, deleted) = (get("documents")?, get("bases")?, get("views")?, get("deleted")?);
        let journal = steps(&transaction, id, 0)?;
        transaction.finish().await?;
        let found = |request: &IdbRequest| {
            answer(request).map(|value| if value.is_undefined() { None } else { Some(text_of(&value)) })
        };
        let (header, base) = (found(&header)?, found(&base)?);
        let journal = journal.steps(0)?;
        if header.is_none() && base.is_none() && journal.is_empty() {
            return Err(StorageError::NotFound);
        }
        let mut opened = open(id, header.as_deref(), base.as_deref(), journal)?;
        let view = found(&view)?.and_then(|raw| match View::decode(&raw) {
            Ok(view) => Some(view),
            Err(error) => {
                opened.warnings.push(Warning { place: Place::View, error, raw });
                None
            }
        });
        self.saw(id, number(&epoch));
        Ok(Loaded { opened, view, deleted: found(&deleted)?.map(|raw| deleted_at(&raw)) })
    }

    /// The journal records of a document after the given number, each with its own: what a tab
    /// that reads along hands to [`Opened::follow`]. With `claim` a new epoch begins: what other tabs have not
    /// written by now is refused.
    ///
    /// # Errors
    /// Where the storage cannot be read, or, with `claim`, not written.
    pub async fn journal_after(
        &self,
        id: &DocumentId,
        seq: u64,
        claim: bool,
    ) -> Result<Vec<(u64, String)>, StorageError> {
        let stores = &["journal", "meta"];
        let transaction = if claim { self.write(stores, true) } else { self.read(stores) }?;
        let key = epoch_key(id.as_str());
        if claim {
            let epoch = js_sys::Math::random().into();
            transaction.queue("meta", |store| store.put_with_key(&epoch, &key))?;
        }
        let epoch = transaction.get("meta", &key)?;
        let journal = steps(&transaction, id, block_of(seq + 1))?;
        transaction.finish().await?;
        self.saw(id, number(&epoch));
        journal.steps(seq + 1)
    }

    /// Moves the journal records that could not be used out of the way, so that work can go on
    /// where they stood. They are kept apart and appear in a dump. Only for the tab that writes.
    ///
    /// # Errors
    /// Where the storage cannot be written.
    pub async fn set_aside(&self, opened: &Opened) -> Result<(), StorageError> {
        let header = opened.header();
        let id = header.id.as_str();
        let key = journal_key(id, block_of(opened.seq + 1));
        let range = journal_range(id, block_of(opened.seq + 1))?;
        let transaction = self.write_to(&header.id, &["documents", "journal", "aside", "meta"])?;
        transaction.queue("journal", |store| store.delete(&range))?;
        if !opened.block.is_empty() {
            transaction.put("journal", &key, &opened.block.join("\n"))?;
        }
        for warning in &opened.warnings {
            if let Place::Step(seq) = warning.place
                && !warning.raw.is_empty()
            {
                transaction.put("aside", &journal_key(id, seq), &warning.raw)?;
            }
        }
        transaction.put("documents", &id.into(), &header.encode()?)?;
        transaction.finish().await?;
        if let Some(queue) = self.0.queues.borrow_mut().get_mut(&header.id) {
            queue.seen = Some(queue.own);
        }
        Ok(())
    }

    /// Deletes a document (with the moment), or brings it back (with none). Nothing of it is lost.
    ///
    /// # Errors
    /// Where the storage cannot be written.
    pub async fn set_deleted(&self, id: &DocumentId, at: Option<Timestamp>) -> Result<(), StorageError> {
        let key = JsValue::from_str(id.as_str());
        let transaction = self.write(&["deleted"], true)?;
        match at {
            Some(at) => transaction.put("deleted", &key, &Deleted { at }.encode()?)?,
            None => drop(transaction.queue("deleted", |store| store.delete(&key))?),
        }
        transaction.finish().await
    }

    /// Removes a document for ever, with everything that belongs to it. Only while this tab holds
    /// its lock.
    ///
    /// # Errors
    /// Where the storage cannot be written.
    pub async fn purge(&self, id: &DocumentId) -> Result<(), StorageError> {
        let key = JsValue::from_str(id.as_str());
        let range = journal_range(id.as_str(), 0)?;
        let transaction = self.write(&STORES, true)?;
        transaction.queue("meta", |store| store.delete(&epoch_key(id.as_str())))?;
        transaction.queue("meta", |store| store.delete(&Self::signpost(id)))?;
        for store in ["documents", "bases", "views", "deleted", "home", "archived"] {
            transaction.queue(store, |store| store.delete(&key))?;
        }
        for store in ["journal", "aside"] {
            transaction.queue(store, |store| store.delete(&range))?;
        }
        self.0.queues.borrow_mut().remove(id);
        transaction.finish().await
    }

    /// How many values the journal of a document is stored as.
    ///
    /// # Errors
    /// Where the storage cannot be read.
    pub async fn journal_records(&self, id: &DocumentId) -> Result<u64, StorageError> {
        let range = journal_range(id.as_str(), 0)?;
        let transaction = self.read(&["journal"])?;
        let count = transaction.queue("journal", |store| store.count_with_key(&range))?;
        transaction.finish().await?;
        Ok(number(&count).unwrap_or_default() as u64)
    }

    /// Folds the journal of a document: steps in a row become blocks, which hold the same records. Answers how
    /// many blocks were made. Only while this tab holds the document's lock, and no tab has it open.
    ///
    /// # Errors
    /// Where the storage cannot be written; [`StorageError::Conflict`] where somebody wrote meanwhile.
    pub async fn fold(&self, id: &DocumentId) -> Result<usize, StorageError> {
        let reading = self.read(&["journal", "meta"])?;
        let epoch = reading.get("meta", &epoch_key(id.as_str()))?;
        let journal = steps(&reading, id, 0)?;
        reading.finish().await?;
        let blocks = fold(id, &journal.stored()?);
        if blocks.is_empty() {
            return Ok(0);
        }
        let mut transaction = self.write(&["journal", "meta"], true)?;
        transaction.only_under(id.as_str(), number(&epoch))?;
        for (first, block) in &blocks {
            let [from, to] = [*first, first + BLOCK - 1].map(|seq| journal_key(id.as_str(), seq));
            let single = IdbKeyRange::bound(&from, &to).map_err(|error| idb::error_of(&error))?;
            transaction.queue("journal", |store| store.delete(&single))?;
            transaction.put("journal", &journal_key(id.as_str(), *first), block)?;
        }
        transaction.finish().await?;
        Ok(blocks.len())
    }

    /// Whether a document is stored.
    ///
    /// # Errors
    /// Where the storage cannot be read.
    pub async fn has(&self, id: &DocumentId) -> Result<bool, StorageError> {
        let key = JsValue::from_str(id.as_str());
        let transaction = self.read(&["documents", "bases"])?;
        let count = |store: &str| transaction.queue(store, |store| store.count_with_key(&key));
        let counts = [count("documents")?, count("bases")?];
        transaction.finish().await?;
        Ok(counts.iter().any(|count| number(count) != Some(0.0)))
    }

    /// What was moved out of the way because it could not be used: of which document, which step, and the
    /// record as it was found.
    ///
    /// # Errors
    /// Where the storage cannot be read.
    pub async fn asides(&self) -> Result<Vec<(DocumentId, u64, String)>, StorageError> {
        let transaction = self.read(&["aside"])?;
        let asides = all(&transaction, "aside")?;
        transaction.finish().await?;
        let asides = asides.pairs()?.into_iter().filter_map(|(key, raw)| {
            let id = text_of(&key.dyn_ref::<Array>()?.get(0));
            Some((DocumentId::new(id), seq_of(&key)?, text_of(&raw)))
        });
        Ok(asides.collect())
    }

    /// Remembers where somebody is in a document. It is not part of the work, and written without
    /// haste.
    ///
    /// # Errors
    /// Where the storage cannot be written.
    pub async fn set_view(&self, id: &DocumentId, view: &View) -> Result<(), StorageError> {
        let transaction = self.write(&["views"], false)?;
        transaction.put("views", &id.as_str().into(), &view.encode()?)?;
        transaction.finish().await
    }

    /// All records as lines of JSON, as [`crate::app::records::open_dump`] reads them.
    ///
    /// # Errors
    /// Where the storage cannot be read.
    pub async fn dump(&self) -> Result<String, StorageError> {
        let transaction = self.read(&STORES)?;
        let requests = STORES.iter().map(|store| all(&transaction, store)).collect::<Result<Vec<_>, _>>()?;
        transaction.finish().await?;
        let mut dump = String::new();
        for (store, both) in STORES.iter().zip(requests) {
            for (key, value) in both.pairs()? {
                // The browser's own writer, because a damaged value may be anything.
                let json = |value: &JsValue| {
                    js_sys::JSON::stringify(value)
                        .ok()
                        .and_then(|json| json.as_string())
                        .unwrap_or_else(|| "null".to_owned())
                };
                dump += &format!("{{\"store\":\"{store}\",\"key\":{},\"value\":{}}}\n", json(&key), json(&value));
            }
        }
        Ok(dump)
    }

    /// Whether it is still there.
    pub(super) fn check(&self) -> Result<(), StorageError> {
        self.0.lost.borrow().clone().map_or(Ok(()), Err)
    }

    fn read(&self, stores: &[&str]) -> Result<Transaction, StorageError> {
        self.check()?;
        Transaction::read(&self.0.database, stores)
    }

    fn write(&self, stores: &[&str], strict: bool) -> Result<Transaction, StorageError> {
        self.check()?;
        Transaction::write(&self.0.database, stores, strict)
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.database.set_onclose(None);
        self.database.set_onversionchange(None);
        self.database.close();
    }
}

/// The keys and the values of a store or of a part of it, both requested.
struct Both {
    keys: IdbRequest,
    values: IdbRequest,
}

impl Both {
    fn pairs(&self) -> Result<Vec<(JsValue, JsValue)>, StorageError> {
        let (keys, values): (Array, Array) =
            (answer(&self.keys)?.unchecked_into(), answer(&self.values)?.unchecked_into());
        Ok(keys.iter().zip(values.iter()).collect())
    }

    /// The records of a journal, as they are stored.
    fn stored(&self) -> Result<Vec<(u64, String)>, StorageError> {
        let pairs = self.pairs()?;
        Ok(pairs.iter().filter_map(|(key, value)| Some((seq_of(key)?, text_of(value)))).collect())
    }

    /// The records of a journal from a number on, each by itself.
    fn steps(&self, from: u64) -> Result<Vec<(u64, String)>, StorageError> {
        let mut steps = Vec::new();
        for (key, value) in self.pairs()? {
            let Some(mut seq) = seq_of(&key) else { continue };
            for raw in text_of(&value).split('\n') {
                if seq >= from {
                    steps.push((seq, raw.to_owned()));
                }
                seq += 1;
            }
        }
        Ok(steps)
    }
}

fn all(transaction: &Transaction, store: &str) -> Result<Both, StorageError> {
    let keys = transaction.queue(store, web_sys::IdbObjectStore::get_all_keys)?;
    let values = transaction.queue(store, web_sys::IdbObjectStore::get_all)?;
    Ok(Both { keys, values })
}

fn steps(transaction: &Transaction, id: &DocumentId, from: u64) -> Result<Both, StorageError> {
    let range = journal_range(id.as_str(), from)?;
    let keys = transaction.queue("journal", |store| store.get_all_keys_with_key(&range))?;
    let values = transaction.queue("journal", |store| store.get_all_with_key(&range))?;
    Ok(Both { keys, values })
}

/// When a document was deleted. That the record is there counts, even where it cannot be read.
fn deleted_at(raw: &str) -> Timestamp {
    Deleted::decode(raw).map_or_else(|_| "".into(), |deleted| deleted.at)
}
