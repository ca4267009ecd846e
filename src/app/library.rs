//! The library: the articles and projects of this device as a list, which the annex shows.
//!
//! Invariant: [`Library::act`] is pure; what it wants done goes out as [`LibraryEffect`]s. Whatever it changes is a
//! [`Change`], which is shown before it is written and can be taken back. Deleting is always undoable until the bin is
//! emptied, and the bin is emptied only after it was asked twice.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use serde_json::Value;

use super::action::Listing;
use super::adding::{Adding, Item, Review};
use super::bringing::{self, Bringing};
use super::details::tags;
use super::env::Env;
use super::projects::Change;
use super::records::{Header, Home, Project, Record};
use super::reschema::Draft;
use super::taking::{Preview, Taken, Taking};
use super::words::{count_words, file_name};
use crate::formats::schema::first;
use crate::model::{DocumentId, ProjectId, Schema, Status, sort_by};

/// The order of the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// Last changed first.
    #[default]
    Changed,
    /// Last added first.
    Newest,
    /// First added first: the order in which the keys for the next article go.
    Oldest,
    /// Last published first; what has no date comes last.
    Published,
    /// By title.
    Title,
    /// What is left to do first.
    Status,
    /// The most annotations first.
    Most,
}

impl Order {
    /// All of them, as they are offered.
    pub const ALL: [Self; 7] =
        [Self::Changed, Self::Newest, Self::Oldest, Self::Published, Self::Title, Self::Status, Self::Most];

    /// Its words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Changed => "Last changed",
            Self::Newest => "Newest",
            Self::Oldest => "Oldest",
            Self::Published => "Date published",
            Self::Title => "Title",
            Self::Status => "What is left to do",
            Self::Most => "Most annotations",
        }
    }
}

/// The words of a status, for the list.
#[must_use]
pub const fn status_words(status: Status) -> &'static str {
    match status {
        Status::NotStarted => "Not started",
        Status::InProgress => "In progress",
        Status::Done => "Done",
        Status::Skipped => "Skipped",
    }
}

/// A short message, and what it can take back.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// The words.
    pub words: String,
    /// What "Undo" does, and what is said then.
    pub undo: Option<(Undo, String)>,
    /// Whether something went wrong.
    pub refusal: bool,
}

/// What takes back what was done last.
#[derive(Clone, Debug, PartialEq)]
pub enum Undo {
    /// This change, made.
    Change(Change),
    /// What was taken in, taken back.
    Taken(Taken),
}

/// What is being filled in about a project.
#[derive(Clone, Debug, PartialEq)]
pub enum Form {
    /// The name of a new one.
    New(String),
    /// A new name for the chosen one.
    Rename(String),
    /// What becomes of the articles of the chosen one, which shall be deleted.
    Delete,
}

/// How far a project is: articles in all, done, skipped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// All of them.
    pub all: usize,
    /// Those that are done.
    pub done: usize,
    /// Those that are left out on purpose.
    pub skipped: usize,
}

/// The longest name of a project, in characters.
pub const MOST_NAME: usize = 120;

/// The library as it stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Library {
    /// Whether it is on the screen.
    pub shown: bool,
    /// All articles, the deleted ones too; `None` until the storage has answered.
    pub listings: Option<Rc<[Listing]>>,
    /// All projects by name, those in the bin too.
    pub projects: Rc<[Project]>,
    /// Only articles of this project; and new articles go there.
    pub chosen: Option<ProjectId>,
    /// What is being filled in about a project.
    pub form: Option<Form>,
    /// Articles that are being added.
    pub adding: Option<Adding>,
    /// Returned files that are being taken in.
    pub taking: Option<Taking>,
    /// A project's schema on its way to its articles.
    pub bringing: Option<Bringing>,
    /// Whether that was asked for by itself, so that nothing to do is worth a word.
    pub asked: bool,
    /// A changed schema that was not brought to its project's articles yet, with what it remembers of names.
    pub pending: Option<(ProjectId, Rc<Draft>)>,
    /// What is being written for the person to take away, in words.
    pub busy: Option<String>,
    /// Articles that were picked, to be moved or deleted together; none while nobody picks.
    pub picked: Option<Rc<Vec<DocumentId>>>,
    /// Only articles of this status.
    pub status: Option<Status>,
    /// Only articles in the archive, in the place of those that are not in it.
    pub archive: bool,
    /// Only articles with this tag.
    pub tag: Option<String>,
    /// Only articles whose titles, publishers or tags hold these words.
    pub words: String,
    /// The order of the list.
    pub order: Order,
    /// An article that is being opened.
    pub opening: Option<DocumentId>,
    /// Whether emptying the bin was asked for once.
    pub emptying: bool,
    /// What was said last.
    pub said: Option<Said>,
    /// Of which articles a part could not be read and is kept apart, and how many records that is.
    pub asides: Vec<(DocumentId, usize)>,
    /// Whether the browser has lost what was stored here.
    pub lost: Option<Lost>,
}

/// That what was stored is gone, although nobody deleted it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lost {
    /// When the last backup was made, where there is one.
    pub backup: Option<String>,
}

/// Something that happened in the library.
#[derive(Clone, Debug)]
pub enum LibraryAction {
    /// It shall be on the screen, with what is stored now; or not any more.
    Show(bool),
    /// The storage answered; or why it cannot, in words.
    Listed(Result<(Vec<Listing>, Vec<Project>), String>),
    /// Only articles of this project; `None` for all.
    Choose(Option<ProjectId>),
    /// Another tab chose a project.
    Chosen(Option<ProjectId>),
    /// Something about a project shall be filled in, or not any more.
    Form(Option<Form>),
    /// What was filled in shall be done.
    Submit,
    /// Delete the chosen project, and its articles too, or not.
    DeleteProject(bool),
    /// Files are being read for articles: which one, how many are done, how many there are, and how far the one is.
    AddReading(String, usize, usize, u8),
    /// They were read.
    AddRead(Vec<Item>),
    /// They were compared with what is here: what has the same text, by its hash; or why they cannot be, in words.
    AddCompared(Result<BTreeMap<String, String>, String>),
    /// What was read shall come in: with what is here already, or without.
    Add(bool),
    /// It is on disk, or not, in words.
    Added(Vec<DocumentId>, Result<(), String>),
    /// Nothing of it shall come in.
    CancelAdding,
    /// Write the articles of the project as one file: without what was marked in them, or whole.
    HandOut(bool),
    /// It was written: its name; or it cannot be, in words.
    HandedOut(Result<String, String>),
    /// Returned files are being read: which one, how many are done, and how many there are.
    TakeReading(String, usize, usize),
    /// They were read, and are being merged.
    TakeMerging,
    /// What would come of them; or why nothing can, in words.
    TakeMerged(Result<Preview, String>),
    /// It shall be done.
    TakeIn,
    /// It was done, or not, in words.
    TookIn(Result<Taken, String>),
    /// It was taken back, or not, in words.
    TookBack(Result<Taken, String>),
    /// It shall not be done.
    CancelTaking,
    /// Open the schema of the chosen project.
    OpenSchema,
    /// Open the page that looks for words in all articles.
    Seek,
    /// Something cannot be done, in words.
    Refused(String),
    /// The chosen project shall have another schema; and the draft that it was made by, which remembers names.
    Schema(Rc<Schema>, Option<Rc<Draft>>),
    /// Look what the schema of the chosen project would change in its articles.
    Bring,
    /// So many articles were looked at, of so many.
    BringRead(usize, usize),
    /// What it would change; or why that cannot be told, in words.
    BringLooked(Result<Preview, String>),
    /// It shall be done.
    BringIn,
    /// It shall not be done.
    CancelBring,
    /// Begin to pick articles, or stop.
    Picking(bool),
    /// Pick an article, or no longer.
    Pick(DocumentId),
    /// Pick all articles that are listed, or none of them.
    PickAll(Vec<DocumentId>),
    /// The picked articles belong to this project from now on.
    Move(Option<ProjectId>),
    /// Put the picked articles into the bin.
    DeletePicked,
    /// Only articles of this status; `None` for all.
    Filter(Option<Status>),
    /// Only articles in the archive.
    Archived,
    /// Only articles with this tag; `None` for all.
    Tag(Option<String>),
    /// Only articles whose titles, publishers or tags hold these words.
    Words(String),
    /// Another order.
    Sort(Order),
    /// Open an article.
    Open(DocumentId),
    /// Carry the annotations of an article over to a newer text.
    Newer(DocumentId),
    /// Show the details of an article.
    Details(DocumentId),
    /// The details of an article were changed: what takes it back.
    Amended(Box<Header>),
    /// Put articles into the archive, or take them out.
    Archive(Vec<DocumentId>, bool),
    /// Put the picked articles into the archive, or take them out.
    ArchivePicked,
    /// Put an article into the bin.
    Delete(DocumentId),
    /// Take articles out of the bin.
    BringBack(Vec<DocumentId>),
    /// Take a project out of the bin.
    BringProjectBack(ProjectId),
    /// Take back what was done last.
    Undo,
    /// Empty the bin; the first time, only ask.
    EmptyBin(bool),
    /// Something was written, or not, in words: what to say, and what that can be taken back by.
    Written(Result<(), String>),
    /// So many articles are gone for good, and so many are open in another tab.
    Purged(usize, usize),
    /// The message was read.
    Dismiss,
    /// So many records of these articles could not be read and are kept apart.
    Asides(Vec<(DocumentId, usize)>),
    /// Save what could not be read of an article as a text file.
    SaveAside(DocumentId),
    /// A file was handed over, or not, in words.
    Saved(Result<(), String>),
    /// What was stored is gone.
    Lost(Lost),
    /// The words about that were read.
    LostRead,
}

/// What the library wants done.
#[derive(Clone, Debug, PartialEq)]
pub enum LibraryEffect {
    /// Read the list.
    List,
    /// Have the app open an article.
    Open(DocumentId),
    /// Compare the texts of articles with those that are here, by their hashes and lengths.
    Compare(Vec<(String, usize)>),
    /// Write new articles, all of them or none, and with each the record of its project.
    Create(Vec<(Header, Rc<str>)>, Option<Rc<str>>),
    /// Write articles as one file of this name: with the schema of a project and without what was marked in them, or
    /// whole.
    HandOut(Vec<DocumentId>, Option<Box<Project>>, String),
    /// Stop what reads files.
    Stop,
    /// Write what was merged, with the record of the project for what is new.
    TakeIn(Rc<Preview>, Option<Rc<str>>),
    /// Look what a schema would change in these articles, each with its title.
    Bring(Box<Draft>, Vec<(DocumentId, String)>),
    /// Take back what was written.
    TakeBack(Taken),
    /// Write a change.
    Write(Change),
    /// Remember the chosen project.
    Remember(Option<Box<Project>>),
    /// Remove articles for good, where no other tab has them open, and projects.
    Purge(Vec<DocumentId>, Vec<ProjectId>),
    /// Open the page for a newer version of an article, whose last step has that number.
    Newer(DocumentId, usize),
    /// Open the page for the details of an article, whose last step has that number.
    Details(DocumentId, usize),
    /// Save what could not be read of an article, under its title, as a text file.
    SaveAside(DocumentId, String),
    /// Do not say again that what was stored is gone.
    ForgetLoss,
    /// Have something read out.
    Say(String),
}

impl Library {
    /// Does what was asked for; answers what else has to be done.
    #[must_use]
    pub fn act(&mut self, action: LibraryAction, env: &dyn Env) -> Vec<LibraryEffect> {
        match action {
            LibraryAction::Show(shown) => {
                // Shown again is: something in it may have changed.
                self.opening = None;
                if !shown || !self.shown {
                    (self.emptying, self.said, self.form, self.picked) = (false, None, None, None);
                }
                self.shown = shown;
                if shown {
                    return vec![LibraryEffect::List];
                }
            }
            LibraryAction::Listed(Ok((listings, projects))) => return self.listed(listings, projects),
            // What is being read goes to the project that it was begun in.
            LibraryAction::Choose(_) | LibraryAction::DeleteProject(_) if self.is_reading() => {
                let why = "Files are being read. Wait until they are, or cancel that first.".to_owned();
                return self.act(LibraryAction::Refused(why), env);
            }
            LibraryAction::Chosen(_) if self.is_reading() => {}
            LibraryAction::Choose(project) => {
                self.choose(project);
                let chosen = self.project().map_or("All articles", |project| project.name.as_str()).to_owned();
                return vec![self.remember(), LibraryEffect::Say(chosen)];
            }
            LibraryAction::Chosen(project) => self.choose(project),
            LibraryAction::Form(form) => self.form = form,
            LibraryAction::Submit => return self.submit(env),
            LibraryAction::DeleteProject(articles) => return self.delete_project(articles, env),
            LibraryAction::Schema(schema, edited) => {
                let Some(before) = self.project().cloned() else { return Vec::new() };
                let older = self.pending.take().filter(|(of, _)| *of == before.id);
                let draft = bringing::draft(&schema, edited.as_deref(), older.as_ref().map(|(_, draft)| &**draft));
                self.pending = Some((before.id.clone(), Rc::new(draft)));
                let after = Project { schema, modified: env.now(), ..before.clone() };
                let words = format!("“{}” has a new schema: articles that are added from now on get it", before.name);
                let back = format!("“{}” has its schema back", before.name);
                let mut effects = self.change(project_change(before, after), words, back);
                effects.push(self.remember());
                // Its articles have theirs: whether they shall get this one is asked at once.
                effects.extend(self.bring(false));
                return effects;
            }
            LibraryAction::Bring => return self.bring(true),
            LibraryAction::BringRead(done, all) => {
                if matches!(self.bringing, Some(Bringing::Reading(..))) {
                    self.bringing = Some(Bringing::Reading(done, all));
                }
            }
            LibraryAction::BringLooked(looked) => return self.looked(looked),
            LibraryAction::BringIn => {
                if let Some(Bringing::Looking(_, preview)) = self.bringing.take() {
                    self.bringing = Some(Bringing::Writing);
                    return vec![LibraryEffect::TakeIn(preview, None)];
                }
            }
            LibraryAction::CancelBring => {
                self.bringing = None;
                return vec![LibraryEffect::Stop];
            }
            LibraryAction::Picking(on) => self.picked = on.then(Rc::default),
            LibraryAction::Pick(id) => {
                let picked = Rc::make_mut(self.picked.get_or_insert_default());
                match picked.iter().position(|held| *held == id) {
                    Some(at) => drop(picked.remove(at)),
                    None => picked.push(id),
                }
            }
            LibraryAction::PickAll(ids) => self.picked = Some(Rc::new(ids)),
            LibraryAction::Move(to) => return self.move_picked(to),
            LibraryAction::DeletePicked => {
                let ids = self.picked.take().map(Rc::unwrap_or_clone).unwrap_or_default();
                return self.delete(ids);
            }
            LibraryAction::Listed(Err(why)) | LibraryAction::Written(Err(why)) => return self.refuse(why),
            LibraryAction::Refused(why) => {
                self.said = Some(Said { words: why.clone(), undo: None, refusal: true });
                return vec![LibraryEffect::Say(why)];
            }
            LibraryAction::AddReading(name, done, all, percent) => {
                self.adding = Some(Adding::Reading(name, done, all, percent));
            }
            LibraryAction::AddRead(items) => {
                let of = |item: &Item| match item {
                    Item::Article(incoming) => Some((incoming.sha256.clone(), incoming.header.characters)),
                    _ => None,
                };
                let texts = items.iter().filter_map(of).collect();
                self.adding = Some(Adding::Comparing(items));
                return vec![LibraryEffect::Compare(texts)];
            }
            LibraryAction::AddCompared(here) => return self.compared(here, env),
            LibraryAction::Add(twins) => {
                if let Some(Adding::Asking(review)) = self.adding.take() {
                    return self.add(Rc::unwrap_or_clone(review), twins, env);
                }
            }
            LibraryAction::Added(ids, outcome) => return self.added(ids, outcome),
            LibraryAction::CancelAdding => {
                self.adding = None;
                return vec![LibraryEffect::Stop];
            }
            LibraryAction::HandOut(whole) => return self.hand_out(whole),
            LibraryAction::HandedOut(outcome) => {
                self.busy = None;
                return match outcome {
                    Ok(name) => vec![self.tell(format!("Written: {name}"), None)],
                    Err(why) => self.refuse(why),
                };
            }
            LibraryAction::TakeReading(name, done, all) => self.taking = Some(Taking::Reading(name, done, all)),
            LibraryAction::TakeMerging => self.taking = Some(Taking::Merging),
            LibraryAction::TakeMerged(Ok(preview)) if self.taking.is_some() => {
                let said = LibraryEffect::Say(preview.words());
                self.taking = Some(Taking::Looking(Rc::new(preview)));
                return vec![said];
            }
            LibraryAction::TakeMerged(Ok(_)) => {}
            LibraryAction::TakeMerged(Err(why)) => {
                self.taking = None;
                return self.refuse(why);
            }
            LibraryAction::TakeIn => {
                if let Some(Taking::Looking(preview)) = self.taking.take() {
                    self.taking = Some(Taking::Writing);
                    return vec![LibraryEffect::TakeIn(preview, self.home())];
                }
            }
            LibraryAction::TookIn(Ok(taken)) => {
                let brought = self.bringing.take().is_some();
                self.taking = None;
                if brought {
                    self.pending = None;
                }
                let words = taken.words(if brought { "New schema for" } else { "Taken in:" });
                let undo = (!taken.is_empty()).then(|| (Undo::Taken(taken), String::new()));
                let said = self.tell(words, undo);
                return vec![LibraryEffect::List, said];
            }
            LibraryAction::TookBack(Ok(taken)) => {
                let said = self.tell(taken.words("Taken back:"), None);
                return vec![LibraryEffect::List, said];
            }
            LibraryAction::TookIn(Err(why)) | LibraryAction::TookBack(Err(why)) => {
                (self.taking, self.bringing) = (None, None);
                return self.refuse(why);
            }
            LibraryAction::CancelTaking => {
                self.taking = None;
                return vec![LibraryEffect::Stop];
            }
            // They stand in pages of their own.
            LibraryAction::OpenSchema | LibraryAction::Seek => {}
            LibraryAction::Written(Ok(())) => return vec![LibraryEffect::List],
            LibraryAction::Filter(status) => (self.status, self.archive) = (status, false),
            LibraryAction::Archived => (self.status, self.archive) = (None, true),
            LibraryAction::Tag(tag) => self.tag = tag,
            LibraryAction::Words(words) => self.words = words,
            LibraryAction::Sort(order) => self.order = order,
            LibraryAction::Open(id) => {
                self.opening = Some(id.clone());
                return vec![LibraryEffect::Open(id)];
            }
            LibraryAction::Newer(id) => {
                let seq = self.seq_of(&id);
                return vec![LibraryEffect::Newer(id, seq)];
            }
            LibraryAction::Details(id) => {
                let seq = self.seq_of(&id);
                return vec![LibraryEffect::Details(id, seq)];
            }
            LibraryAction::Amended(before) => {
                let words = format!("Changed the details of “{}”", before.title);
                let taken = Taken { steps: vec![*before], ..Taken::default() };
                let said = self.tell(words, Some((Undo::Taken(taken), String::new())));
                return vec![LibraryEffect::List, said];
            }
            LibraryAction::Archive(ids, archived) => return self.put_away(ids, archived),
            LibraryAction::ArchivePicked => {
                let ids = self.picked.take().map(Rc::unwrap_or_clone).unwrap_or_default();
                return self.put_away(ids, !self.archive);
            }
            LibraryAction::Delete(id) => return self.delete(vec![id]),
            LibraryAction::BringBack(ids) => {
                let words = back_words(&self.title(&ids), ids.len());
                return self.write(Change::bin(ids, false), words, None);
            }
            LibraryAction::BringProjectBack(id) => {
                let Some(before) = self.projects.iter().find(|project| project.id == id).cloned() else {
                    return Vec::new();
                };
                let words = format!("“{}” is back", before.name);
                let after = Project { deleted: None, ..before.clone() };
                return self.write(project_change(before, after), words, None);
            }
            LibraryAction::Undo => match self.said.take().and_then(|said| said.undo) {
                Some((Undo::Taken(taken), _)) => return vec![LibraryEffect::TakeBack(taken)],
                Some((Undo::Change(change), words)) => {
                    // What was chosen may be what goes.
                    let back = change.projects.iter().find_map(|(_, after)| after.as_ref());
                    let chosen = back.filter(|project| project.deleted.is_none()).map(|project| project.id.clone());
                    let mut effects = self.write(change, words, None);
                    if let Some(chosen) = chosen {
                        self.choose(Some(chosen));
                        effects.push(self.remember());
                    }
                    return effects;
                }
                None => {}
            },
            LibraryAction::EmptyBin(sure) => {
                let bin: Vec<DocumentId> = self.bin().map(|listing| listing.header.id.clone()).collect();
                let projects: Vec<ProjectId> = self.binned_projects().map(|project| project.id.clone()).collect();
                let any = !(bin.is_empty() && projects.is_empty());
                let go = sure && self.emptying && any;
                self.emptying = sure && !self.emptying && any;
                if go {
                    self.said = None;
                    return vec![LibraryEffect::Purge(bin, projects)];
                }
            }
            LibraryAction::Purged(gone, open) => {
                let mut words = format!("{} gone for good", count_words(gone, "article", "articles"));
                if open > 0 {
                    let those = count_words(open, "article is", "articles are");
                    words = format!("{words}. {those} open in another tab and stayed in the bin.");
                }
                let said = self.tell(words, None);
                return vec![LibraryEffect::List, said];
            }
            LibraryAction::Dismiss => self.said = None,
            LibraryAction::Asides(asides) => self.asides = asides,
            LibraryAction::SaveAside(id) => {
                let title = self.title_of(&id);
                return vec![LibraryEffect::SaveAside(id, title)];
            }
            LibraryAction::Saved(Ok(())) => return vec![self.tell("Saved as a text file".to_owned(), None)],
            LibraryAction::Saved(Err(why)) => {
                self.said = Some(Said { words: why.clone(), undo: None, refusal: true });
                return vec![LibraryEffect::Say(why)];
            }
            LibraryAction::Lost(lost) => self.lost = Some(lost),
            LibraryAction::LostRead => {
                self.lost = None;
                return vec![LibraryEffect::ForgetLoss];
            }
        }
        Vec::new()
    }

    fn tell(&mut self, words: String, undo: Option<(Undo, String)>) -> LibraryEffect {
        self.said = Some(Said { words: words.clone(), undo, refusal: false });
        LibraryEffect::Say(words)
    }

    fn refuse(&mut self, why: String) -> Vec<LibraryEffect> {
        self.opening = None;
        self.said = Some(Said { words: why.clone(), undo: None, refusal: true });
        // What is shown may not be what is stored.
        let said = LibraryEffect::Say(why);
        if self.listings.is_some() { vec![LibraryEffect::List, said] } else { vec![said] }
    }

    /// Shows a change, has it written, and offers to take it back.
    fn change(&mut self, change: Change, words: String, back: String) -> Vec<LibraryEffect> {
        let undo = (Undo::Change(change.clone().inverse()), back);
        self.write(change, words, Some(undo))
    }

    fn write(&mut self, change: Change, words: String, undo: Option<(Undo, String)>) -> Vec<LibraryEffect> {
        self.show(&change);
        let said = self.tell(words, undo);
        vec![LibraryEffect::Write(change), said]
    }

    /// Shows a change before it is written.
    fn show(&mut self, change: &Change) {
        let bin: BTreeMap<&DocumentId, bool> = change.bin.iter().map(|(id, deleted)| (id, *deleted)).collect();
        let archive: BTreeMap<&DocumentId, bool> = change.archived.iter().map(|(id, there)| (id, *there)).collect();
        let homes: BTreeMap<&DocumentId, _> = change.homes.iter().map(|(id, _, after)| (id, after)).collect();
        let changed = self.listings().iter().map(|listing| {
            let id = &listing.header.id;
            let deleted = bin.get(id).copied().unwrap_or(listing.deleted);
            let home = homes.get(id).map_or_else(|| listing.home.clone(), |after| (*after).clone());
            let archived = archive.get(id).copied().unwrap_or(listing.archived);
            Listing { deleted, home, archived, ..listing.clone() }
        });
        self.listings = Some(changed.collect());
        self.check_filters();
        if !change.projects.is_empty() {
            let gone = |project: &Project| {
                let of = |side: &Option<Project>| side.as_ref().is_some_and(|side| side.id == project.id);
                change.projects.iter().any(|(before, after)| of(before) || of(after))
            };
            let left = self.projects.iter().filter(|project| !gone(project)).cloned();
            let new = change.projects.iter().filter_map(|(_, after)| after.clone());
            self.projects = in_order(left.chain(new).collect());
            self.check_chosen();
        }
    }

    fn listed(&mut self, listings: Vec<Listing>, projects: Vec<Project>) -> Vec<LibraryEffect> {
        self.listings = Some(listings.into());
        self.projects = in_order(projects);
        self.check_chosen();
        if let Some(picked) = &self.picked {
            let kept: BTreeSet<&DocumentId> = self.kept().map(|listing| &listing.header.id).collect();
            let left = picked.iter().filter(|id| kept.contains(id)).cloned().collect();
            self.picked = Some(Rc::new(left));
        }
        // What is remembered of the project may be older than what is stored.
        vec![self.remember()]
    }

    /// A project that is gone is not chosen any more.
    fn check_chosen(&mut self) {
        if self.project().is_none() {
            self.chosen = None;
        }
        self.check_filters();
    }

    /// A tag that nothing has and an archive with nothing in it are no filters any more: nobody could take them off.
    fn check_filters(&mut self) {
        self.tag = self.tag.take().filter(|tag| self.of_chosen().any(|one| tags(&one.header.about).contains(tag)));
        let any = self.archived().next().is_some();
        self.archive &= any;
    }

    fn choose(&mut self, project: Option<ProjectId>) {
        (self.chosen, self.form) = (project, None);
        if self.picked.is_some() {
            self.picked = Some(Rc::default());
        }
        if self.listings.is_some() {
            self.check_chosen();
        }
    }

    fn remember(&self) -> LibraryEffect {
        LibraryEffect::Remember(self.project().cloned().map(Box::new))
    }

    /// Whether a dialog of it is open.
    #[must_use]
    pub fn asks(&self) -> bool {
        matches!(self.adding, Some(Adding::Asking(_)))
            || matches!(self.taking, Some(Taking::Looking(_)))
            || matches!(self.bringing, Some(Bringing::Looking(..)))
    }

    /// Whether articles are being added, taken in or looked at.
    const fn is_reading(&self) -> bool {
        self.adding.is_some() || self.taking.is_some() || self.bringing.is_some()
    }

    /// Begins to look what the schema of the chosen project would change in its articles, those in its archive too.
    fn bring(&mut self, asked: bool) -> Vec<LibraryEffect> {
        let Some(project) = self.project() else { return Vec::new() };
        let its = self.kept().filter(|listing| listing.home.as_ref() == Some(&project.id));
        let articles: Vec<_> = its.map(|one| (one.header.id.clone(), one.header.title.clone())).collect();
        if articles.is_empty() || self.is_reading() {
            return Vec::new();
        }
        let known = self.pending.as_ref().filter(|(of, draft)| *of == project.id && draft.schema() == *project.schema);
        let draft = known.map_or_else(|| Draft::new(&project.schema), |(_, draft)| (**draft).clone());
        self.asked = asked;
        self.bringing = Some(Bringing::Reading(0, articles.len()));
        vec![LibraryEffect::Bring(Box::new(draft), articles)]
    }

    /// It was looked what a schema would change.
    fn looked(&mut self, looked: Result<Preview, String>) -> Vec<LibraryEffect> {
        if !matches!(self.bringing, Some(Bringing::Reading(..))) {
            return Vec::new();
        }
        self.bringing = None;
        match looked {
            Err(why) => self.refuse(why),
            Ok(preview) if preview.articles().0 == 0 && preview.left.is_empty() => {
                if !self.asked {
                    return Vec::new();
                }
                vec![self.tell("All of its articles have this schema already".to_owned(), None)]
            }
            Ok(preview) => {
                let name = self.project().map(|project| project.name.clone()).unwrap_or_default();
                self.bringing = Some(Bringing::Looking(name, Rc::new(preview)));
                Vec::new()
            }
        }
    }

    /// The record of the project that new articles belong to.
    fn home(&self) -> Option<Rc<str>> {
        Home { project: self.project()?.id.clone() }.encode().ok().map(Rc::from)
    }

    /// What was read was compared. Where nobody has to be asked, it comes in.
    fn compared(&mut self, here: Result<BTreeMap<String, String>, String>, env: &dyn Env) -> Vec<LibraryEffect> {
        let Some(Adding::Comparing(items)) = self.adding.take() else { return Vec::new() };
        match here {
            Err(why) => self.refuse(why),
            Ok(here) => {
                let review = Review::of(items, &here);
                if review.asks() {
                    self.adding = Some(Adding::Asking(Rc::new(review)));
                    return Vec::new();
                }
                self.add(review, false, env)
            }
        }
    }

    fn add(&mut self, review: Review, twins: bool, env: &dyn Env) -> Vec<LibraryEffect> {
        let here: BTreeSet<&DocumentId> = self.listings().iter().map(|listing| &listing.header.id).collect();
        match review.batch(twins, |id| here.contains(id), env) {
            Err(why) => self.refuse(why),
            Ok(batch) if batch.is_empty() => Vec::new(),
            Ok(batch) => {
                self.adding = Some(Adding::Writing(batch.len()));
                vec![LibraryEffect::Create(batch, self.home())]
            }
        }
    }

    fn added(&mut self, ids: Vec<DocumentId>, outcome: Result<(), String>) -> Vec<LibraryEffect> {
        self.adding = None;
        if let Err(why) = outcome {
            return self.refuse(format!("Nothing was added. {why}"));
        }
        let count = count_words(ids.len(), "article", "articles");
        let to = self.project().map_or_else(String::new, |project| format!(" to “{}”", project.name));
        let undo = Undo::Change(Change::bin(ids, true));
        let said = self.tell(format!("Added {count}{to}"), Some((undo, format!("{count} moved to the bin"))));
        vec![LibraryEffect::List, said]
    }

    /// Has the articles of the chosen project, or all, written as one file.
    fn hand_out(&mut self, whole: bool) -> Vec<LibraryEffect> {
        let mut rows: Vec<&Header> = self.within().map(|listing| &listing.header).collect();
        if rows.is_empty() {
            return self.refuse("There is no article in it to hand out. Add some first.".to_owned());
        }
        sort_by(&mut rows, |a, b| a.created.cmp(&b.created).then_with(|| a.id.cmp(&b.id)));
        let ids = rows.into_iter().map(|header| header.id.clone()).collect();
        let name = self.project().map_or("All articles", |project| &project.name);
        let name = file_name(name, "gloss.json");
        let project = self.project().filter(|_| !whole).cloned().map(Box::new);
        self.busy = Some(format!("Writing {name}…"));
        vec![LibraryEffect::HandOut(ids, project, name)]
    }

    /// Makes or renames a project. A name that does not do leaves the form open and says why.
    fn submit(&mut self, env: &dyn Env) -> Vec<LibraryEffect> {
        let Some(Form::New(name) | Form::Rename(name)) = &self.form else { return Vec::new() };
        let name: String = name.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(MOST_NAME).collect();
        let renamed = matches!(self.form, Some(Form::Rename(_)));
        let own = self.project().filter(|_| renamed).map(|project| project.id.clone());
        let taken = self.live().any(|project| project.name == name && Some(&project.id) != own.as_ref());
        if name.is_empty() || taken {
            let why =
                if taken { format!("There is a project “{name}” already.") } else { "It needs a name.".to_owned() };
            self.said = Some(Said { words: why.clone(), undo: None, refusal: true });
            return vec![LibraryEffect::Say(why)];
        }
        let now = env.now();
        match (renamed, self.project().cloned()) {
            (true, Some(before)) => {
                self.form = None;
                if before.name == name {
                    return Vec::new();
                }
                let (words, back) = (format!("Renamed to “{name}”"), format!("“{}” again", before.name));
                let mut effects =
                    self.change(project_change(before.clone(), Project { name, modified: now, ..before }), words, back);
                effects.push(self.remember());
                effects
            }
            (true, None) => Vec::new(),
            (false, _) => {
                let id = ProjectId::new(env.new_id());
                let words = format!("Made “{name}”. New articles go there");
                let back = format!("“{name}” is gone again");
                let schema = Rc::new(first());
                let project =
                    Project { id: id.clone(), name, schema, created: now.clone(), modified: now, deleted: None };
                let change = Change { projects: vec![(None, Some(project))], ..Change::default() };
                let mut effects = self.change(change, words, back);
                self.choose(Some(id));
                effects.push(self.remember());
                effects
            }
        }
    }

    fn delete_project(&mut self, articles: bool, env: &dyn Env) -> Vec<LibraryEffect> {
        let Some(before) = self.project().cloned() else { return Vec::new() };
        // Those in its archive, too.
        let its = self.kept().filter(|listing| listing.home.as_ref() == Some(&before.id));
        let ids: Vec<DocumentId> = its.map(|listing| listing.header.id.clone()).collect();
        let after = Project { deleted: Some(env.now()), ..before.clone() };
        let mut words = format!("Deleted “{}”", before.name);
        if !ids.is_empty() {
            let count = count_words(ids.len(), "article", "articles");
            words = if articles { format!("{words} and {count}") } else { format!("{words}. Its {count} stay here") };
        }
        let back = format!("“{}” is back", before.name);
        let mut change = project_change(before, after);
        if articles {
            change.bin = ids.into_iter().map(|id| (id, true)).collect();
        }
        (self.form, self.picked) = (None, None);
        let mut effects = self.change(change, words, back);
        effects.push(self.remember());
        effects
    }

    fn move_picked(&mut self, to: Option<ProjectId>) -> Vec<LibraryEffect> {
        let picked = self.picked.clone().unwrap_or_default();
        let picked: BTreeSet<&DocumentId> = picked.iter().collect();
        let moves = |listing: &&Listing| picked.contains(&listing.header.id) && self.home_of(listing) != to.as_ref();
        let homes = self.kept().filter(moves);
        let homes = homes.map(|listing| (listing.header.id.clone(), listing.home.clone(), to.clone()));
        let change = Change { homes: homes.collect(), ..Change::default() };
        if change.is_empty() {
            return Vec::new();
        }
        let ids: Vec<DocumentId> = change.homes.iter().map(|(id, ..)| id.clone()).collect();
        let title = self.title(&ids);
        let name = self.live().find(|project| Some(&project.id) == to.as_ref()).map(|project| project.name.clone());
        let words = match name {
            Some(name) => format!("Moved {title} to “{name}”"),
            None => format!("{title} {} to no project now", if ids.len() == 1 { "belongs" } else { "belong" }),
        };
        self.picked = Some(Rc::default());
        let back = format!("{title} moved back");
        self.change(change, words, back)
    }

    fn delete(&mut self, ids: Vec<DocumentId>) -> Vec<LibraryEffect> {
        if ids.is_empty() {
            return Vec::new();
        }
        let title = self.title(&ids);
        let (words, back) = (format!("Deleted {title}"), back_words(&title, ids.len()));
        self.change(Change::bin(ids, true), words, back)
    }

    /// Puts articles out of the way, or back.
    fn put_away(&mut self, ids: Vec<DocumentId>, archived: bool) -> Vec<LibraryEffect> {
        if ids.is_empty() {
            return Vec::new();
        }
        let title = self.title(&ids);
        let (there, back) = (format!("Archived {title}"), format!("Took {title} out of the archive"));
        let (words, back) = if archived { (there, back) } else { (back, there) };
        self.change(Change::archive(ids, archived), words, back)
    }

    /// The number of an article's last step.
    fn seq_of(&self, id: &DocumentId) -> usize {
        let listing = self.kept().find(|listing| listing.header.id == *id);
        listing.and_then(|listing| usize::try_from(listing.header.seq).ok()).unwrap_or_default()
    }

    /// What to call these articles.
    fn title(&self, ids: &[DocumentId]) -> String {
        match ids {
            [id] => match self.listings().iter().find(|listing| listing.header.id == *id) {
                Some(listing) => format!("“{}”", listing.header.title),
                None => "1 article".to_owned(),
            },
            _ => count_words(ids.len(), "article", "articles"),
        }
    }

    /// The projects that are not in the bin, by name.
    pub fn live(&self) -> impl Iterator<Item = &Project> {
        self.projects.iter().filter(|project| project.deleted.is_none())
    }

    /// The projects in the bin.
    pub fn binned_projects(&self) -> impl Iterator<Item = &Project> {
        self.projects.iter().filter(|project| project.deleted.is_some())
    }

    /// The chosen project.
    #[must_use]
    pub fn project(&self) -> Option<&Project> {
        self.live().find(|project| Some(&project.id) == self.chosen.as_ref())
    }

    /// The project of an article; none where that is in the bin.
    #[must_use]
    pub fn home_of<'a>(&self, listing: &'a Listing) -> Option<&'a ProjectId> {
        listing.home.as_ref().filter(|home| self.live().any(|project| project.id == **home))
    }

    /// The articles of the chosen project, or all, but for those in the archive.
    pub fn within(&self) -> impl Iterator<Item = &Listing> {
        self.of_chosen().filter(|listing| !listing.archived)
    }

    /// The articles of the chosen project, or all, that are in the archive.
    pub fn archived(&self) -> impl Iterator<Item = &Listing> {
        self.of_chosen().filter(|listing| listing.archived)
    }

    fn of_chosen(&self) -> impl Iterator<Item = &Listing> {
        let chosen = self.chosen.as_ref();
        self.kept().filter(move |listing| chosen.is_none() || listing.home.as_ref() == chosen)
    }

    /// The tags of the articles that may be listed, each once, in order.
    #[must_use]
    pub fn tags(&self) -> Vec<String> {
        let all: BTreeSet<String> = self.of_chosen().flat_map(|listing| tags(&listing.header.about)).collect();
        all.into_iter().collect()
    }

    /// How far all articles are, and those of each project that is not in the bin, in their order.
    #[must_use]
    pub fn progress(&self) -> (Progress, Vec<Progress>) {
        let ids: Vec<&ProjectId> = self.live().map(|project| &project.id).collect();
        let (mut whole, mut each) = (Progress::default(), vec![Progress::default(); ids.len()]);
        for listing in self.kept().filter(|listing| !listing.archived) {
            let at = listing.home.as_ref().and_then(|home| ids.iter().position(|id| *id == home));
            for progress in std::iter::once(&mut whole).chain(at.and_then(|at| each.get_mut(at))) {
                progress.all += 1;
                progress.done += usize::from(listing.header.status == Status::Done);
                progress.skipped += usize::from(listing.header.status == Status::Skipped);
            }
        }
        (whole, each)
    }

    /// What an article is called.
    #[must_use]
    pub fn title_of(&self, id: &DocumentId) -> String {
        let listing = self.listings().iter().find(|listing| listing.header.id == *id);
        listing.map_or_else(|| id.as_str().to_owned(), |listing| listing.header.title.clone())
    }

    fn listings(&self) -> &[Listing] {
        self.listings.as_deref().unwrap_or_default()
    }

    /// The articles that are not in the bin.
    pub fn kept(&self) -> impl Iterator<Item = &Listing> {
        self.listings().iter().filter(|listing| !listing.deleted)
    }

    /// The articles in the bin.
    pub fn bin(&self) -> impl Iterator<Item = &Listing> {
        self.listings().iter().filter(|listing| listing.deleted)
    }

    /// How many articles there are in what is chosen, of a status or in all.
    #[must_use]
    pub fn count(&self, status: Option<Status>) -> usize {
        self.within().filter(|listing| status.is_none_or(|status| listing.header.status == status)).count()
    }

    /// The rows of the list: filtered, and in order. `fold` takes away what people do not look for: capitals, accents.
    #[must_use]
    pub fn rows(&self, fold: &dyn Fn(&str) -> String) -> Vec<Listing> {
        let words: Vec<String> = fold(&self.words).split_whitespace().map(str::to_owned).collect();
        let fits = |listing: &&Listing| {
            let about = &listing.header.about;
            let title = if words.is_empty() {
                String::new()
            } else {
                let publisher = about.get("publisher").and_then(Value::as_str).unwrap_or_default();
                fold(&format!("{} {publisher} {}", listing.header.title, tags(about).join(" ")))
            };
            listing.archived == self.archive
                && self.status.is_none_or(|status| listing.header.status == status)
                && self.tag.as_ref().is_none_or(|tag| tags(about).contains(tag))
                && words.iter().all(|word| title.contains(word.as_str()))
        };
        let mut rows: Vec<(String, Listing)> = self
            .of_chosen()
            .filter(fits)
            .map(|listing| {
                let title = if self.order == Order::Title { fold(&listing.header.title) } else { String::new() };
                (title, listing.clone())
            })
            .collect();
        sort_by(&mut rows, |(a_title, a), (b_title, b)| {
            let (a, b) = (&a.header, &b.header);
            let newest = || b.created.cmp(&a.created);
            let order = match self.order {
                Order::Changed => b.modified.cmp(&a.modified),
                Order::Newest => newest(),
                Order::Oldest => newest().reverse(),
                Order::Published => published(b).cmp(published(a)).then_with(newest),
                Order::Title => a_title.cmp(b_title),
                Order::Status => left_to_do(a.status).cmp(&left_to_do(b.status)).then_with(newest),
                Order::Most => annotations(b).cmp(&annotations(a)).then_with(newest),
            };
            // One order, whatever the storage gave.
            order.then_with(|| a.id.cmp(&b.id))
        });
        rows.into_iter().map(|(_, listing)| listing).collect()
    }
}

fn project_change(before: Project, after: Project) -> Change {
    Change { projects: vec![(Some(before), Some(after))], ..Change::default() }
}

fn back_words(title: &str, count: usize) -> String {
    format!("{title} {} back", if count == 1 { "is" } else { "are" })
}

/// Projects in the order in which they are offered: by name, whatever the storage gave.
fn in_order(mut projects: Vec<Project>) -> Rc<[Project]> {
    sort_by(&mut projects, |a, b| a.name.cmp(&b.name).then_with(|| a.id.cmp(&b.id)));
    projects.into()
}

const fn left_to_do(status: Status) -> u8 {
    match status {
        Status::InProgress => 0,
        Status::NotStarted => 1,
        Status::Skipped => 2,
        Status::Done => 3,
    }
}

/// When it was published, as far as that is a date: days, months and years compare as text.
#[must_use]
pub fn published(header: &Header) -> &str {
    let date = header.about.get("published").and_then(Value::as_str).unwrap_or_default();
    if date.starts_with(|c: char| c.is_ascii_digit()) { date } else { "" }
}

fn annotations(header: &Header) -> usize {
    header.counts.iter().map(|(_, count)| count).sum()
}
