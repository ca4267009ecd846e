//! Taking in files that annotators returned: what came of the merge, for a person to look at, and what is written then.
//!
//! Invariant: nothing is written before the preview was looked at. What is written is one step of undo for each article,
//! all of them or none; an article that another tab has open, that lies in the bin or belongs elsewhere is named and
//! left as it is.

use std::rc::Rc;

use super::records::Header;
use super::words::count_words;
use crate::model::DocumentId;

/// How much of an article is new, comes out changed or is in conflict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Annotations that are not here yet.
    pub new: usize,
    /// Annotations that are here otherwise.
    pub changed: usize,
    /// Links that are not here yet.
    pub new_links: usize,
    /// Links that are here otherwise.
    pub changed_links: usize,
    /// Where two have said different things.
    pub conflicts: usize,
    /// Annotations that are here and not in each file.
    pub absent: usize,
}

impl Counts {
    /// The counts of a letter: six numbers.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let mut numbers = text.split(' ').map(|number| number.parse().ok());
        let mut next = || numbers.next().flatten();
        Some(Self {
            new: next()?,
            changed: next()?,
            new_links: next()?,
            changed_links: next()?,
            conflicts: next()?,
            absent: next()?,
        })
    }

    fn add(&mut self, other: Self) {
        self.new += other.new;
        self.changed += other.changed;
        self.new_links += other.new_links;
        self.changed_links += other.changed_links;
        self.conflicts += other.conflicts;
        self.absent += other.absent;
    }

    /// In words: `12 new annotations, 1 conflict`; `nothing new` for none.
    #[must_use]
    pub fn words(self) -> String {
        let kinds = [
            (self.new, "new annotation", "new annotations"),
            (self.changed, "changed annotation", "changed annotations"),
            (self.new_links, "new link", "new links"),
            (self.changed_links, "changed link", "changed links"),
            (self.conflicts, "conflict", "conflicts"),
        ];
        let some = kinds.into_iter().filter(|(count, ..)| *count > 0);
        let words: Vec<String> = some.map(|(count, one, many)| count_words(count, one, many)).collect();
        if words.is_empty() { "nothing new".to_owned() } else { words.join(", ") }
    }
}

/// What becomes of an article.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// It gets one more step.
    Changed {
        /// The record of the step.
        record: Rc<str>,
        /// What lists show of it then.
        header: Header,
        /// What lists show of it when the step is taken back.
        before: Header,
    },
    /// It stays as it is.
    Same,
    /// It is new: what lists show of it, and its record.
    New(Header, Rc<str>),
}

/// What came of one article.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The article.
    pub id: DocumentId,
    /// Its title.
    pub title: String,
    /// How much is new.
    pub counts: Counts,
    /// What a person should look at, in words.
    pub lines: Vec<String>,
    /// What becomes of it.
    pub what: What,
}

/// What came of all files, before it is written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Preview {
    /// How many files were read.
    pub files: usize,
    /// What came of each article that a file has.
    pub outcomes: Vec<Outcome>,
    /// What files describe otherwise than the project, in words.
    pub notices: Vec<String>,
    /// What cannot be taken of files, and why: the file, and the words.
    pub problems: Vec<(String, String)>,
    /// Articles that are left as they are, and why: they lie in the bin.
    pub left: Vec<(String, String)>,
}

impl Preview {
    /// What is new in all articles.
    #[must_use]
    pub fn sum(&self) -> Counts {
        self.outcomes.iter().fold(Counts::default(), |mut sum, outcome| {
            sum.add(outcome.counts);
            sum
        })
    }

    /// How many articles come out changed, and how many are new.
    #[must_use]
    pub fn articles(&self) -> (usize, usize) {
        let count = |of: fn(&What) -> bool| self.outcomes.iter().filter(|outcome| of(&outcome.what)).count();
        (count(|what| matches!(what, What::Changed { .. })), count(|what| matches!(what, What::New(..))))
    }

    /// All of it in one sentence.
    #[must_use]
    pub fn words(&self) -> String {
        let files = count_words(self.files, "file", "files");
        match self.articles() {
            (0, 0) => format!("{files}: nothing in it is new. All of it is here already."),
            (changed, new) => {
                let changed = (changed > 0).then(|| count_words(changed, "article", "articles"));
                let new = (new > 0).then(|| count_words(new, "new article", "new articles"));
                let articles: Vec<String> = changed.into_iter().chain(new).collect();
                format!("{files}: {} in {}", self.sum().words(), articles.join(" and "))
            }
        }
    }
}

/// What was taken in, to be taken back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Taken {
    /// What lists show of each article that got a step, once that is taken back. It says the step's number, too.
    pub steps: Vec<Header>,
    /// Articles that are new.
    pub new: Vec<DocumentId>,
    /// Articles that were left as they are, and why.
    pub left: Vec<(String, String)>,
}

impl Taken {
    /// In words, how many articles were changed and are new, and what was left.
    #[must_use]
    pub fn words(&self, taken: &str) -> String {
        let articles = count_words(self.steps.len() + self.new.len(), "article", "articles");
        let mut words = format!("{taken} {articles}");
        if let Some((title, why)) = self.left.first() {
            let more = self.left.len() - 1;
            let more = if more > 0 {
                format!(", and {}", count_words(more, "more was left", "more were left"))
            } else {
                String::new()
            };
            words = format!("{words}. “{title}” was left as it is: {why}{more}");
        }
        words
    }

    /// Whether anything was written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty() && self.new.is_empty()
    }
}

/// Where taking in is.
#[derive(Clone, Debug, PartialEq)]
pub enum Taking {
    /// Files are being read: which one, how many are done, and how many there are.
    Reading(String, usize, usize),
    /// They are being merged with what is here.
    Merging,
    /// A person looks at what would come of it.
    Looking(Rc<Preview>),
    /// It is being written.
    Writing,
}
