//! The library: the articles of this device as a list, which the annex shows.
//!
//! Invariant: [`Library::act`] is pure; what it wants done goes out as [`LibraryEffect`]s. Deleting is
//! always undoable until the bin is emptied, and the bin is emptied only after it was asked twice.

use std::rc::Rc;

use super::action::Listing;
use super::words::count_words;
use crate::model::{DocumentId, Status, sort_by};

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
    /// By title.
    Title,
    /// What is left to do first.
    Status,
    /// The most annotations first.
    Most,
}

impl Order {
    /// All of them, as they are offered.
    pub const ALL: [Self; 6] = [Self::Changed, Self::Newest, Self::Oldest, Self::Title, Self::Status, Self::Most];

    /// Its words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Changed => "Last changed",
            Self::Newest => "Newest",
            Self::Oldest => "Oldest",
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
    /// The articles whose deletion can be taken back.
    pub undo: Vec<DocumentId>,
    /// Whether something went wrong.
    pub refusal: bool,
}

/// The library as it stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Library {
    /// Whether it is on the screen.
    pub shown: bool,
    /// All articles, the deleted ones too; `None` until the storage has answered.
    pub listings: Option<Rc<[Listing]>>,
    /// Only articles of this status.
    pub status: Option<Status>,
    /// Only articles whose titles hold these words.
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
    Listed(Result<Vec<Listing>, String>),
    /// Only articles of this status; `None` for all.
    Filter(Option<Status>),
    /// Only articles whose titles hold these words.
    Words(String),
    /// Another order.
    Sort(Order),
    /// Open an article.
    Open(DocumentId),
    /// Put an article into the bin.
    Delete(DocumentId),
    /// Take articles out of the bin.
    BringBack(Vec<DocumentId>),
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
    /// Put articles into the bin, or take them out.
    SetDeleted(Vec<DocumentId>, bool),
    /// Remove articles for good, where no other tab has them open.
    Purge(Vec<DocumentId>),
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
    pub fn act(&mut self, action: LibraryAction) -> Vec<LibraryEffect> {
        match action {
            LibraryAction::Show(shown) => {
                // Shown again is: something in it may have changed.
                self.opening = None;
                if !shown || !self.shown {
                    (self.emptying, self.said) = (false, None);
                }
                self.shown = shown;
                if shown {
                    return vec![LibraryEffect::List];
                }
            }
            LibraryAction::Listed(Ok(listings)) => self.listings = Some(listings.into()),
            LibraryAction::Listed(Err(why)) | LibraryAction::Written(Err(why)) => return self.refuse(why),
            LibraryAction::Written(Ok(())) => return vec![LibraryEffect::List],
            LibraryAction::Filter(status) => self.status = status,
            LibraryAction::Words(words) => self.words = words,
            LibraryAction::Sort(order) => self.order = order,
            LibraryAction::Open(id) => {
                self.opening = Some(id.clone());
                return vec![LibraryEffect::Open(id)];
            }
            LibraryAction::Delete(id) => {
                let title = self.mark(std::slice::from_ref(&id), true);
                let said = self.tell(format!("Deleted {title}"), vec![id.clone()]);
                return vec![LibraryEffect::SetDeleted(vec![id], true), said];
            }
            LibraryAction::BringBack(ids) => {
                let title = self.mark(&ids, false);
                let said = self.tell(format!("{title} is back"), Vec::new());
                return vec![LibraryEffect::SetDeleted(ids, false), said];
            }
            LibraryAction::Undo => {
                let undo = self.said.take().map(|said| said.undo).unwrap_or_default();
                if !undo.is_empty() {
                    return self.act(LibraryAction::BringBack(undo));
                }
            }
            LibraryAction::EmptyBin(sure) => {
                let bin: Vec<DocumentId> = self.bin().map(|listing| listing.header.id.clone()).collect();
                let go = sure && self.emptying && !bin.is_empty();
                self.emptying = sure && !self.emptying && !bin.is_empty();
                if go {
                    self.said = None;
                    return vec![LibraryEffect::Purge(bin)];
                }
            }
            LibraryAction::Purged(gone, open) => {
                let mut words = format!("{} gone for good", count_words(gone, "article", "articles"));
                if open > 0 {
                    let those = count_words(open, "article is", "articles are");
                    words = format!("{words}. {those} open in another tab and stayed in the bin.");
                }
                let said = self.tell(words, Vec::new());
                return vec![LibraryEffect::List, said];
            }
            LibraryAction::Dismiss => self.said = None,
            LibraryAction::Asides(asides) => self.asides = asides,
            LibraryAction::SaveAside(id) => {
                let title = self.title(&id);
                return vec![LibraryEffect::SaveAside(id, title)];
            }
            LibraryAction::Saved(Ok(())) => return vec![self.tell("Saved as a text file".to_owned(), Vec::new())],
            LibraryAction::Saved(Err(why)) => {
                self.said = Some(Said { words: why.clone(), undo: Vec::new(), refusal: true });
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

    fn tell(&mut self, words: String, undo: Vec<DocumentId>) -> LibraryEffect {
        self.said = Some(Said { words: words.clone(), undo, refusal: false });
        LibraryEffect::Say(words)
    }

    fn refuse(&mut self, why: String) -> Vec<LibraryEffect> {
        self.opening = None;
        self.said = Some(Said { words: why.clone(), undo: Vec::new(), refusal: true });
        // What is shown may not be what is stored.
        let said = LibraryEffect::Say(why);
        if self.listings.is_some() { vec![LibraryEffect::List, said] } else { vec![said] }
    }

    /// Shows articles in the bin, or out of it, before that is written. Answers what to call them.
    fn mark(&mut self, ids: &[DocumentId], deleted: bool) -> String {
        let mut title = count_words(ids.len(), "article", "articles");
        let marked = self.listings().iter().map(|listing| {
            let is_one = ids.contains(&listing.header.id);
            if is_one && ids.len() == 1 {
                title = format!("“{}”", listing.header.title);
            }
            Listing { deleted: if is_one { deleted } else { listing.deleted }, ..listing.clone() }
        });
        self.listings = Some(marked.collect());
        title
    }

    /// What an article is called.
    #[must_use]
    pub fn title(&self, id: &DocumentId) -> String {
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

    /// How many articles there are, of a status or in all.
    #[must_use]
    pub fn count(&self, status: Option<Status>) -> usize {
        self.kept().filter(|listing| status.is_none_or(|status| listing.header.status == status)).count()
    }

    /// The rows of the list: filtered, and in order. `fold` takes away what people do not look for: capitals, accents.
    #[must_use]
    pub fn rows(&self, fold: &dyn Fn(&str) -> String) -> Vec<Listing> {
        let words: Vec<String> = fold(&self.words).split_whitespace().map(str::to_owned).collect();
        let fits = |listing: &&Listing| {
            let title = if words.is_empty() { String::new() } else { fold(&listing.header.title) };
            self.status.is_none_or(|status| listing.header.status == status)
                && words.iter().all(|word| title.contains(word.as_str()))
        };
        let mut rows: Vec<(String, Listing)> = self
            .kept()
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

const fn left_to_do(status: Status) -> u8 {
    match status {
        Status::InProgress => 0,
        Status::NotStarted => 1,
        Status::Skipped => 2,
        Status::Done => 3,
    }
}

fn annotations(header: &super::records::Header) -> usize {
    header.counts.iter().map(|(_, count)| count).sum()
}
