//! What the library wants done, by a connection of its own to the storage.
//!
//! Invariant: the app writes the journal of what is open; from here come projects, what belongs to them, deletions and
//! their taking back, which are records apart. Only to articles that no tab has open, under their locks, come steps of
//! returned files, their removal for good, and the folding of their journals. A mark in the local storage names one
//! stored article: gone without having been removed here, it says that the browser has lost what was stored.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use yew::Callback;

use super::annex::Writing;
use super::channel::Channel;
use super::env::BrowserEnv;
use super::folder::Keeper;
use super::lock::DocumentLock;
use super::storage::{Listed, NewDocument, Storage};
use super::worker::{self, Answer};
use super::{files, runner, spawn};
use crate::app::adding::Item;
use crate::app::bringing::{Brought, bring};
use crate::app::errand::{self, Errand, ExportedFile, Letter, ReturnedFile};
use crate::app::library::{LibraryAction, Lost};
use crate::app::projects::{self, Change, remembered};
use crate::app::records::{BLOCK, Base, Header, Home, JournalRecord, Opened, Place, Project, Record};
use crate::app::reschema::Draft;
use crate::app::seeking::SeekAction;
use crate::app::storage_error::StorageError;
use crate::app::tabs::Notice;
use crate::app::taking::{Counts, Outcome, Preview, Taken, What};
use crate::app::{Env, Listing, file_name};
use crate::edit::{Entry, Transaction};
use crate::model::{Document, DocumentId, ProjectId, Table, Timestamp, given, sha256_hex};

/// How long after the list was read journals are folded, in milliseconds: by then nobody waits for anything.
const FOLD_AFTER: u32 = 2_000;
/// The mark in the local storage: the id of an article that is stored. Whoever removes that article for good
/// removes the mark.
const MARK: &str = "gloss.work";
/// When the last backup was made, in the local storage; written by whoever makes one.
pub(super) const BACKUP: &str = "gloss.backup";

/// The library's way to the storage.
#[derive(Clone, Default)]
pub struct Shelves(pub(super) Rc<Inner>);

#[derive(Default)]
pub(super) struct Inner {
    storage: RefCell<Option<Storage>>,
    /// Folding that begins soon.
    soon: RefCell<Option<Timeout>>,
    /// Grows with each list: folding that belongs to an earlier one ends.
    turn: Cell<u32>,
    /// How many blocks each journal has by now, as far as that was looked at.
    folded: RefCell<Table<DocumentId, u64>>,
    channel: RefCell<Option<Channel>>,
    /// Everything is erased, or about to be: nothing is opened any more.
    erased: Cell<bool>,
    /// The folder that is kept up to date.
    pub(super) keeper: RefCell<Keeper>,
}

impl Shelves {
    /// From now on nothing is opened any more, and what is open is closed.
    pub(super) fn let_go(&self) {
        self.rest();
        self.0.erased.set(true);
        self.0.keeper.take();
        self.0.storage.take();
    }

    pub(super) async fn storage(&self) -> Result<Storage, StorageError> {
        if self.0.erased.get() {
            return Err(StorageError::Lost);
        }
        if let Some(storage) = self.0.storage.borrow().as_ref() {
            return Ok(storage.clone());
        }
        let slot = Rc::downgrade(&self.0);
        let lost = move |_| {
            // The next one who asks opens it anew.
            if let Some(inner) = slot.upgrade() {
                inner.storage.borrow_mut().take();
            }
        };
        let storage = Storage::open(lost).await?;
        self.0.storage.replace(Some(storage.clone()));
        Ok(storage)
    }

    /// Notices whether what was stored is there still, and marks the first work that is stored.
    pub fn watch(&self, tell: Callback<LibraryAction>) {
        let weak = Rc::downgrade(&self.0);
        let heard = move |notice| {
            if let Notice::Journal { document, .. } = notice {
                mark(&document);
            }
            if let Some(inner) = weak.upgrade() {
                Self(inner).keep_folder_soon();
            }
        };
        self.0.channel.replace(Channel::open(heard));
        let shelves = self.clone();
        spawn(async move {
            let Some(marked) = item(MARK) else { return };
            let Ok(storage) = shelves.storage().await else { return };
            if storage.has(&DocumentId::new(marked)).await == Ok(false) {
                tell.emit(LibraryAction::Lost(Lost { backup: item(BACKUP) }));
            }
        });
    }

    /// That what was stored is gone has been read: from now on another article is what is looked for.
    pub fn forget_loss(&self) {
        forget_mark();
    }

    /// Reads the list, once nothing is being written: until then what is shown is newer than what is stored.
    pub fn list(&self, tell: Callback<LibraryAction>) {
        let shelves = self.clone();
        let Some(begun) = Writing::rest() else { return Writing::after(move || shelves.list(tell)) };
        spawn(async move {
            let (listed, asides) = match shelves.storage().await {
                Ok(storage) => (both(&storage).await, storage.asides().await.unwrap_or_default()),
                Err(error) => (Err(error), Vec::new()),
            };
            if Writing::rest() != Some(begun) {
                return shelves.list(tell);
            }
            let listed = listed.map(|(all, projects)| {
                if let Some(first) = all.first() {
                    mark(&first.id);
                }
                shelves.fold_soon(&all);
                shelves.keep_folder_soon();
                (all.into_iter().map(Listing::from).collect(), projects)
            });
            tell.emit(LibraryAction::Listed(listed.map_err(|error| error.to_string())));
            let mut counts: Vec<(DocumentId, usize)> = Vec::new();
            for (id, ..) in asides {
                match counts.iter_mut().find(|(of, _)| *of == id) {
                    Some((_, count)) => *count += 1,
                    None => counts.push((id, 1)),
                }
            }
            tell.emit(LibraryAction::Asides(counts));
        });
    }

    /// Reads which articles and projects there are, for the page that looks in all of them.
    pub fn articles(&self, tell: Callback<SeekAction>) {
        let shelves = self.clone();
        spawn(async move {
            let listed = async { both(&shelves.storage().await?).await };
            let listed = listed.await.map(|(all, projects)| (all.into_iter().map(Listing::from).collect(), projects));
            tell.emit(SeekAction::Listed(listed.map_err(|error: StorageError| error.to_string())));
        });
    }

    /// Nobody looks at the list any more: what it would have begun is left for the next time.
    pub fn rest(&self) {
        self.0.turn.set(self.0.turn.get() + 1);
        self.0.soon.take();
    }

    /// Folds, in a while, the journals that have grown by a block or more.
    fn fold_soon(&self, all: &[Listed]) {
        self.rest();
        let folded = self.0.folded.borrow();
        let grown = all.iter().filter_map(|listed| {
            let seq = listed.header.as_ref().ok()?.seq;
            (seq / BLOCK > folded.get(&listed.id).copied().unwrap_or_default()).then(|| (listed.id.clone(), seq))
        });
        let grown: Vec<(DocumentId, u64)> = grown.collect();
        if grown.is_empty() {
            return;
        }
        let (shelves, turn) = (self.clone(), self.0.turn.get());
        let begin = move || {
            spawn(async move {
                for (id, seq) in grown {
                    if shelves.0.turn.get() != turn {
                        return;
                    }
                    // What cannot be folded now is as good as it was, and is looked at again with the next list.
                    if shelves.fold(&id, seq).await == Ok(true) {
                        shelves.0.folded.borrow_mut().insert(id, seq / BLOCK);
                    }
                }
            });
        };
        self.0.soon.replace(Some(Timeout::new(FOLD_AFTER, begin)));
    }

    /// Folds a journal; `false` where a tab has the document open.
    async fn fold(&self, id: &DocumentId, seq: u64) -> Result<bool, StorageError> {
        let storage = self.storage().await?;
        if storage.journal_records(id).await? <= seq / BLOCK + seq % BLOCK {
            return Ok(true);
        }
        // Without locks nobody knows whether a tab has it open.
        match DocumentLock::at_once(id).await.filter(DocumentLock::is_held) {
            Some(_held) => storage.fold(id).await.map(|_| true),
            None => Ok(false),
        }
    }

    /// Saves what could not be read of an article as a text file.
    pub fn save_aside(&self, id: DocumentId, title: String, tell: Callback<LibraryAction>) {
        let shelves = self.clone();
        spawn(async move {
            let asides = match shelves.storage().await {
                Ok(storage) => storage.asides().await,
                Err(error) => Err(error),
            };
            let saved = asides.map_err(|error| error.to_string()).and_then(|asides| {
                let parts = asides.iter().filter(|(of, ..)| *of == id);
                let text: String = parts.map(|(_, seq, raw)| format!("step {seq}\n{raw}\n\n")).collect();
                files::download(&file_name(&title, "damaged.txt"), &text)
            });
            tell.emit(LibraryAction::Saved(saved));
        });
    }

    /// Finds which of these texts are here, by their hashes and lengths: only what is as long is looked into.
    pub fn compare(&self, texts: Vec<(String, usize)>, tell: Callback<LibraryAction>) {
        let shelves = self.clone();
        spawn(async move {
            let compared = async {
                let storage = shelves.storage().await?;
                let lengths: BTreeSet<usize> = texts.iter().map(|(_, characters)| *characters).collect();
                let hashes: BTreeSet<&String> = texts.iter().map(|(hash, _)| hash).collect();
                let listed = storage.list().await?.into_iter().map(Listing::from);
                let listed: Vec<Listing> =
                    listed.filter(|one| !one.deleted && lengths.contains(&one.header.characters)).collect();
                let mut here = BTreeMap::new();
                for some in listed.chunks(SOME) {
                    let ids: Vec<DocumentId> = some.iter().map(|one| one.header.id.clone()).collect();
                    for (one, record) in some.iter().zip(storage.bases(&ids).await?) {
                        // What cannot be read is no twin of anything.
                        let base = record.and_then(|record| Base::decode(&record).ok());
                        let hash = base.map(|Base(document)| sha256_hex(document.text().as_str().as_bytes()));
                        if let Some(hash) = hash.filter(|hash| hashes.contains(hash)) {
                            here.insert(hash, one.header.title.clone());
                        }
                    }
                }
                Ok::<_, StorageError>(here)
            };
            tell.emit(LibraryAction::AddCompared(compared.await.map_err(|error| error.to_string())));
        });
    }

    /// Writes new articles, all of them or none.
    pub fn create(&self, new: Vec<NewDocument>, home: Option<Rc<str>>, tell: Callback<LibraryAction>) {
        let shelves = self.clone();
        let writing = Writing::begin();
        spawn(async move {
            let ids = new.iter().map(|(header, _)| header.id.clone()).collect();
            let created = async { shelves.storage().await?.create_all(&new, home.as_deref()).await };
            let created = created.await;
            drop(writing);
            tell.emit(LibraryAction::Added(ids, created.map_err(|error| error.to_string())));
        });
    }

    /// Writes articles as one file and hands it to the person: without what was marked in them and with the schema of a
    /// project, or whole.
    pub fn hand_out(
        &self,
        ids: Vec<DocumentId>,
        project: Option<Project>,
        (name, now): (String, Timestamp),
        tell: Callback<LibraryAction>,
    ) {
        let shelves = self.clone();
        spawn(async move {
            let letter = async {
                let storage = shelves.storage().await.map_err(|error| error.to_string())?;
                let template = project.map(|project| Base(projects::template(&project)).encode());
                let template = template.transpose().map_err(|error| error.to_string())?;
                let mut records = Vec::new();
                for some in ids.chunks(SOME) {
                    if template.is_some() {
                        // The text never changes: the article as it came has all that is handed out.
                        let bases = storage.bases(some).await.map_err(|error| error.to_string())?;
                        records.extend(bases.into_iter().flatten());
                    } else {
                        for id in some {
                            let (record, _) = now_of(&storage, id).await.map_err(|error| error.to_string())?;
                            records.push(record);
                        }
                    }
                }
                if records.len() < ids.len() {
                    return Err("An article is missing in the storage. Reload the page, and try again.".to_owned());
                }
                Ok(errand::ask_bundle(&now, template, records))
            };
            let letter: Result<Letter, String> = letter.await;
            let written = move |file: Result<ExportedFile, String>| {
                let file = file?;
                match file.failures.first() {
                    Some(failure) => {
                        Err(format!("The file was not handed over: read back, it is not the same. {failure}"))
                    }
                    None => files::download(&name, &file.json).map(|()| name.clone()),
                }
            };
            match letter {
                Ok(letter) => worker::send(Errand::Bundle, &letter, None, move |answer| {
                    if let Answer::Done(letter) = answer {
                        tell.emit(LibraryAction::HandedOut(written(errand::exported(letter))));
                    }
                }),
                Err(why) => tell.emit(LibraryAction::HandedOut(Err(why))),
            }
        });
    }

    /// Has returned files merged with what is here.
    pub fn merge(
        &self,
        returned: Vec<(String, Vec<Item>)>,
        project: Project,
        now: Timestamp,
        wanted: Rc<Cell<bool>>,
        tell: Callback<LibraryAction>,
    ) {
        let shelves = self.clone();
        spawn(async move {
            let (mut files, mut problems): (Vec<ReturnedFile>, Vec<(String, String)>) = (Vec::new(), Vec::new());
            let (mut ids, mut lengths) = (BTreeSet::new(), BTreeSet::new());
            for (name, items) in returned {
                let mut records = Vec::new();
                for item in items {
                    match item {
                        Item::Article(incoming) => {
                            ids.insert(incoming.header.id.clone());
                            lengths.insert(incoming.header.characters);
                            records.push(incoming.record);
                        }
                        Item::Problem(source, why) | Item::Notice(source, why) => problems.push((source, why)),
                        Item::Page(source, ..) | Item::Other(source) => {
                            problems.push((source, "it is no Gloss file.".to_owned()));
                        }
                    }
                }
                if !records.is_empty() {
                    files.push((name, records));
                }
            }
            let asked = async {
                let storage = shelves.storage().await.map_err(|error| error.to_string())?;
                let listed = storage.list().await.map_err(|error| error.to_string())?;
                let listed: Vec<Listing> = listed.into_iter().map(Listing::from).collect();
                let fits = |one: &&Listing| ids.contains(&one.header.id) || lengths.contains(&one.header.characters);
                let (mut ours, mut left) = (Vec::new(), BTreeMap::new());
                for one in listed.iter().filter(fits) {
                    match now_of(&storage, &one.header.id).await {
                        Ok((record, seq)) => ours.push((seq, record)),
                        Err(StorageError::Record(why)) => {
                            let why = format!("it is damaged ({why}). Open it, and take the files in again.");
                            left.insert(one.header.id.clone(), why);
                        }
                        Err(error) => return Err(error.to_string()),
                    }
                    if one.deleted {
                        left.insert(one.header.id.clone(), IN_BIN.to_owned());
                    }
                }
                let template = Base(projects::template(&project)).encode().map_err(|error| error.to_string())?;
                Ok::<_, String>((errand::ask_merge(&now, template, ours, &files), left))
            };
            let count = files.len();
            let asked = match asked.await {
                _ if count == 0 => {
                    let why = problems.first().map(|(source, why)| format!(" {source}: {why}")).unwrap_or_default();
                    Err(format!("There is nothing to take in.{why}"))
                }
                asked => asked,
            };
            let (letter, unfit) = match asked {
                Ok(asked) => asked,
                Err(why) => return tell.emit(LibraryAction::TakeMerged(Err(why))),
            };
            let problems = Cell::new(problems);
            worker::send(Errand::Merge, &letter, None, move |answer| {
                if let Answer::Done(letter) = answer
                    && wanted.get()
                {
                    let preview = errand::read_merge(letter).map(|mut preview| {
                        preview.files = count;
                        preview.problems = problems.take();
                        // What lies in the bin, or is damaged, stays as it is.
                        let (left, kept) = preview.outcomes.into_iter().partition(|one| unfit.contains_key(&one.id));
                        preview.outcomes = kept;
                        let why = |one: Outcome| (one.title, unfit.get(&one.id).cloned().unwrap_or_default());
                        preview.left = Vec::from_iter(left.into_iter().map(why));
                        preview
                    });
                    tell.emit(LibraryAction::TakeMerged(preview));
                }
            });
        });
    }

    /// Writes what was merged: one step for each article that no tab has open, and new articles; all of it or nothing.
    pub fn take_in(&self, preview: &Rc<Preview>, home: Option<Rc<str>>, tell: Callback<LibraryAction>) {
        let (shelves, preview) = (self.clone(), Rc::clone(preview));
        let writing = Writing::begin();
        spawn(async move {
            let written = async {
                let storage = shelves.storage().await?;
                let (mut taken, mut locks, mut steps, mut new) = (Taken::default(), Vec::new(), Vec::new(), Vec::new());
                taken.left.clone_from(&preview.left);
                for Outcome { id, title, what, .. } in &preview.outcomes {
                    match what {
                        What::Same => {}
                        What::New(header, record) => {
                            new.push((header.clone(), Rc::clone(record)));
                            taken.new.push(id.clone());
                        }
                        What::Changed { record, header, before } => match DocumentLock::at_once(id).await {
                            Some(lock) => {
                                locks.push(lock);
                                steps.push((header.clone(), Rc::clone(record)));
                                taken.steps.push(before.clone());
                            }
                            None => taken.left.push((title.clone(), OPEN.to_owned())),
                        },
                    }
                }
                storage.steps(&steps, &new, home.as_deref(), None).await?;
                drop(locks);
                Ok::<_, StorageError>(taken)
            };
            let written = written.await;
            drop(writing);
            tell.emit(LibraryAction::TookIn(written.map_err(words)));
        });
    }

    /// Changes an article that no tab has open, by one step; answers what lists showed of it before.
    pub fn amend(&self, read: Document, change: Transaction, tell: Callback<Result<Box<Header>, String>>) {
        let shelves = self.clone();
        let writing = Writing::begin();
        spawn(async move {
            let written = async {
                let storage = shelves.storage().await.map_err(words)?;
                let id = &read.info.id;
                let Some(_held) = DocumentLock::at_once(id).await else {
                    return Err("This article is open in a tab. Change it there, or close it there.".to_owned());
                };
                let opened = whole(&storage, id).await.map_err(words)?;
                if opened.session.document != read {
                    return Err("This article was changed meanwhile. Close this and open it again.".to_owned());
                }
                let What::Changed { record, header, before } = step(&opened, change)? else {
                    return Err(String::new());
                };
                storage.steps(&[(header, record)], &[], None, None).await.map_err(words)?;
                Ok(Box::new(before))
            };
            let written = written.await;
            drop(writing);
            tell.emit(written);
        });
    }

    /// Looks what a schema would change in articles. Nothing is written.
    pub fn bring(
        &self,
        draft: Draft,
        articles: Vec<(DocumentId, String)>,
        wanted: Rc<Cell<bool>>,
        tell: Callback<LibraryAction>,
    ) {
        let shelves = self.clone();
        spawn(async move {
            let looked = async {
                let storage = shelves.storage().await.map_err(|error| error.to_string())?;
                let (mut preview, all) = (Preview::default(), articles.len());
                for (done, (id, title)) in articles.into_iter().enumerate() {
                    if !wanted.get() {
                        return Ok(None);
                    }
                    if done.is_multiple_of(TOLD) {
                        tell.emit(LibraryAction::BringRead(done, all));
                    }
                    let opened = match whole(&storage, &id).await {
                        Ok(opened) => opened,
                        Err(StorageError::Record(why)) => {
                            preview.left.push((title, format!("it is damaged ({why}). Open it first.")));
                            continue;
                        }
                        Err(error) => return Err(error.to_string()),
                    };
                    let brought = bring(&opened.session.document, &draft);
                    let change = match brought {
                        Ok(None) => Ok((Vec::new(), What::Same)),
                        Ok(Some(_)) if DocumentLock::at_once(&id).await.is_none() => Err(OPEN.to_owned()),
                        Ok(Some(Brought { change, lines })) => step(&opened, change).map(|what| (lines, what)),
                        Err(why) => Err(why),
                    };
                    match change {
                        Ok((lines, what)) => {
                            preview.outcomes.push(Outcome { id, title, counts: Counts::default(), lines, what });
                        }
                        Err(why) => preview.left.push((title, why)),
                    }
                }
                Ok(Some(preview))
            };
            match looked.await {
                Ok(Some(preview)) => tell.emit(LibraryAction::BringLooked(Ok(preview))),
                Ok(None) => {}
                Err(why) => tell.emit(LibraryAction::BringLooked(Err(why))),
            }
        });
    }

    /// Takes back what was taken in: each article that was not changed since and that no tab has open gets one more
    /// step, and what was new goes to the bin; all of it or nothing.
    pub fn take_back(&self, taken: Taken, now: Timestamp, tell: Callback<LibraryAction>) {
        let shelves = self.clone();
        let writing = Writing::begin();
        spawn(async move {
            let written = async {
                let storage = shelves.storage().await?;
                let listed = storage.list().await?;
                let (mut back, mut locks, mut steps) = (Taken::default(), Vec::new(), Vec::new());
                for before in taken.steps {
                    let id = before.id.clone();
                    let here = listed.iter().find(|one| one.id == id).and_then(|one| one.header.as_ref().ok());
                    // Its own step came right before the one that takes it back.
                    if here.is_none_or(|header| header.seq + 1 != before.seq) {
                        back.left.push((before.title, "it was changed since.".to_owned()));
                        continue;
                    }
                    let Some(lock) = DocumentLock::at_once(&id).await else {
                        back.left.push((before.title, OPEN.to_owned()));
                        continue;
                    };
                    locks.push(lock);
                    let record =
                        JournalRecord { document: id, seq: before.seq, at: now.clone(), by: None, entry: Entry::Undo };
                    let header = Header { modified: Some(now.clone()), ..before.clone() };
                    steps.push((header, record.encode()?.into()));
                    back.steps.push(before);
                }
                storage.steps(&steps, &[], None, Some((&taken.new, &now))).await?;
                back.new = taken.new;
                drop(locks);
                Ok::<_, StorageError>(back)
            };
            let written = written.await;
            drop(writing);
            tell.emit(LibraryAction::TookBack(written.map_err(words)));
        });
    }

    /// Writes a change.
    pub fn write(&self, change: Change, now: Timestamp, tell: Callback<LibraryAction>) {
        let shelves = self.clone();
        let writing = Writing::begin();
        spawn(async move {
            let written = async { shelves.storage().await?.change(&change, &now).await };
            let written = written.await;
            drop(writing);
            tell.emit(LibraryAction::Written(written.map_err(|error| error.to_string())));
        });
    }

    /// Removes documents for good, but for those that another tab has open; and projects.
    pub fn purge(&self, ids: Vec<DocumentId>, projects: Vec<ProjectId>, tell: Callback<LibraryAction>) {
        let shelves = self.clone();
        let writing = Writing::begin();
        spawn(async move {
            let purged = async {
                let storage = shelves.storage().await?;
                if item(MARK).is_some_and(|marked| ids.iter().any(|id| id.as_str() == marked)) {
                    // The list that is read next marks another one.
                    forget_mark();
                }
                let (mut gone, mut open) = (0, 0);
                for id in &ids {
                    match DocumentLock::at_once(id).await {
                        Some(_held) => {
                            storage.purge(id).await?;
                            gone += 1;
                        }
                        None => open += 1,
                    }
                }
                storage.purge_projects(&projects).await?;
                Ok::<_, StorageError>((gone, open))
            };
            let purged = purged.await;
            drop(writing);
            tell.emit(match purged {
                Ok((gone, open)) => LibraryAction::Purged(gone, open),
                Err(error) => LibraryAction::Written(Err(error.to_string())),
            });
        });
    }
}

/// After how many articles it is said how far it is.
const TOLD: usize = 10;

/// How many articles are read at once.
const SOME: usize = 200;

const OPEN: &str = "it is open in a tab. Close it there, and try again.";
const IN_BIN: &str = "it lies in the bin. Bring it back, and take the files in again.";

/// Why nothing was written.
fn words(error: StorageError) -> String {
    match error {
        StorageError::Conflict => "Nothing was changed: an article was changed meanwhile. Try again.".to_owned(),
        error => format!("Nothing was changed. {error}"),
    }
}

/// An article as it is now, as a record, and the number of its last step.
async fn now_of(storage: &Storage, id: &DocumentId) -> Result<(String, u64), StorageError> {
    let opened = whole(storage, id).await?;
    Ok((Base(opened.session.document).encode()?, opened.seq))
}

/// An article as it is now. One that is damaged is not worked on.
pub(super) async fn whole(storage: &Storage, id: &DocumentId) -> Result<Opened, StorageError> {
    let opened = storage.load(id).await?.opened;
    match opened.warnings.iter().find(|warning| matches!(warning.place, Place::Step(_) | Place::Base)) {
        Some(warning) => Err(warning.error.clone().into()),
        None => Ok(opened),
    }
}

/// The next step of an article.
pub(super) fn step(opened: &Opened, change: Transaction) -> Result<What, String> {
    let entry = Entry::Edit { transaction: Rc::new(change), joins: false };
    let session = opened.session.perform(&entry).map_err(|conflict| format!("This was not done: {conflict}."))?;
    let held = opened.header();
    let now = BrowserEnv::new().now();
    let by = given(&runner::load_settings().name);
    let header = Header::of(&session.document, held.seq + 1, Some(now.clone()));
    // Taking it back is a step, too.
    let before = Header { seq: header.seq + 1, ..held };
    let record = JournalRecord { document: header.id.clone(), seq: header.seq, at: now, by, entry };
    let record = record.encode().map_err(|error| format!("This was not done: {error}."))?.into();
    Ok(What::Changed { record, header, before })
}

async fn both(storage: &Storage) -> Result<(Vec<Listed>, Vec<Project>), StorageError> {
    let projects = storage.projects().await?;
    Ok((storage.list().await?, projects))
}

/// Remembers the chosen project on this device: the app reads it when an article comes in.
///
/// # Errors
/// In words, where the browser does not take it: then new articles would go elsewhere than one sees.
pub fn remember(project: Option<&Project>) -> Result<(), String> {
    let known = runner::project();
    let wanted =
        project.map(remembered).transpose().map_err(|error| format!("The project cannot be chosen: {error}."))?;
    if known == wanted {
        return Ok(());
    }
    let failed = "This browser does not let Gloss remember the project: new articles belong to none.";
    let storage = runner::local_storage().ok_or(failed)?;
    let done = match &wanted {
        Some(wanted) => storage.set_item(runner::PROJECT, wanted),
        None => storage.remove_item(runner::PROJECT),
    };
    done.map_err(|_| {
        // Rather none than the one before.
        let _ = storage.remove_item(runner::PROJECT);
        failed.to_owned()
    })
}

/// The project that is chosen on this device.
#[must_use]
pub fn chosen() -> Option<ProjectId> {
    let home = projects::home(&runner::project()?)?;
    Home::decode(&home).ok().map(|home| home.project)
}

/// Hears of another tab's choice for as long as it is kept.
pub fn follow_choice(tell: Callback<LibraryAction>) -> Option<EventListener> {
    let window = web_sys::window()?;
    Some(EventListener::new(&window, "storage", move |_| tell.emit(LibraryAction::Chosen(chosen()))))
}
pub(super) fn local_storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

pub(super) fn item(key: &str) -> Option<String> {
    local_storage()?.get_item(key).ok().flatten()
}

/// Marks an article as stored, where none is marked.
fn mark(id: &DocumentId) {
    if let Some(storage) = local_storage().filter(|_| item(MARK).is_none()) {
        let _ = storage.set_item(MARK, id.as_str());
    }
}

/// What was stored is meant to be gone. To be called before that is removed.
pub fn forget_mark() {
    if let Some(storage) = local_storage() {
        let _ = storage.remove_item(MARK);
    }
}
