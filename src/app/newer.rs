//! A newer version of an article's text: its annotations are carried over, looked through, and become a new article.
//! The page that shows it stands in the annex.
//!
//! Invariant: the old article stays as it is. Nothing gets a place in the new one that nobody said yes to; exact and
//! moved ones can be said yes to all at once, for their words are the very same. The new article is made when each one is
//! decided, by one transaction, and can be put into the bin again.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::Value;

use super::annex::Article;
use super::words::count_words;
use crate::anchor::{Candidate, Carried, Change, Outcome};
use crate::formats::plain::{IncomingText, from_paste};
use crate::model::{
    Annotation, AnnotationId, Annotations, Document, DocumentId, DocumentInfo, Fragments, Relation, Relations, Status,
    Timestamp,
};
use crate::text::Text;

/// Where an article's metadata says which one it was made from: by its id.
pub const OLDER: &str = "older_version";

/// What became of an annotation in the newer text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// The same words, where one would look for them.
    Exact,
    /// The same words, in a part that moved.
    Moved,
    /// The place is sure, the words are others.
    Changed,
    /// No place can be trusted.
    Lost,
}

impl Class {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Exact, Self::Moved, Self::Changed, Self::Lost];

    /// Its words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Exact => "Exact",
            Self::Moved => "Moved",
            Self::Changed => "Changed",
            Self::Lost => "Lost",
        }
    }
}

/// What was decided about an annotation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Choice {
    /// Nothing yet.
    #[default]
    Open,
    /// It comes along, to this place.
    Along(Fragments),
    /// It stays behind.
    Behind,
}

/// One annotation on its way.
#[derive(Clone, Debug)]
pub struct Item {
    /// It, in the old text.
    pub old: Rc<Annotation>,
    /// What became of it.
    pub class: Class,
    /// Its place in the newer text; none where it is lost.
    pub place: Option<Fragments>,
    /// What is different, where it changed.
    pub changes: Vec<Change>,
    /// Where it may belong, where it is lost.
    pub candidates: Vec<Candidate>,
    /// What was decided.
    pub choice: Choice,
}

impl Item {
    fn new(old: Rc<Annotation>, outcome: Outcome) -> Self {
        let (class, place, changes, candidates) = match outcome {
            Outcome::Exact(place) => (Class::Exact, Some(place), Vec::new(), Vec::new()),
            Outcome::Moved(place) => (Class::Moved, Some(place), Vec::new(), Vec::new()),
            Outcome::Changed { fragments, changes } => (Class::Changed, Some(fragments), changes, Vec::new()),
            Outcome::Lost { candidates } => (Class::Lost, None, Vec::new(), candidates),
        };
        Self { old, class, place, changes, candidates, choice: Choice::Open }
    }

    /// Whether the very same words stand at its place.
    #[must_use]
    pub fn is_sure(&self) -> bool {
        matches!(self.class, Class::Exact | Class::Moved)
    }
}

/// All annotations on their way, and what was decided about them.
#[derive(Clone, Debug)]
pub struct Review {
    /// The article as it is.
    pub old: Document,
    /// The newer text.
    pub newer: Text,
    /// Its annotations, in the order of the old text.
    pub items: Vec<Item>,
    /// Where each stands in the list.
    by_id: BTreeMap<AnnotationId, usize>,
    /// Only those of this class are listed.
    pub filter: Option<Class>,
    /// The one that is looked at, by its place among all.
    pub at: usize,
}

/// How much comes along.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Annotations that come along.
    pub along: usize,
    /// Annotations that stay behind.
    pub behind: usize,
    /// Annotations that nothing was decided about.
    pub open: usize,
    /// Relations both ends of which come along.
    pub relations: usize,
    /// Relations that go because an end stays behind, in words.
    pub gone: Vec<String>,
}

impl Review {
    /// The review of what became of a document's annotations in a newer text.
    #[must_use]
    pub fn new(old: Document, newer: Text, carried: Carried) -> Self {
        let mut outcomes: BTreeMap<AnnotationId, Outcome> = carried.outcomes.into_iter().collect();
        let items = old.annotations.iter().map(|annotation| {
            // What nobody spoke of is lost.
            let outcome = outcomes.remove(&annotation.id).unwrap_or(Outcome::Lost { candidates: Vec::new() });
            Item::new(Rc::clone(annotation), outcome)
        });
        let items: Vec<Item> = items.collect();
        let by_id = items.iter().enumerate().map(|(at, item)| (item.old.id.clone(), at)).collect();
        let mut review = Self { old, newer, items, by_id, filter: None, at: 0 };
        // What needs eyes comes first.
        let unsure = review.items.iter().position(|item| !item.is_sure());
        review.at = unsure.unwrap_or_default();
        review
    }

    /// How many there are of a class, or in all; and how many of them are undecided.
    #[must_use]
    pub fn count(&self, class: Option<Class>) -> (usize, usize) {
        let of_it = || self.items.iter().filter(|item| class.is_none_or(|class| item.class == class));
        (of_it().count(), of_it().filter(|item| item.choice == Choice::Open).count())
    }

    /// What is listed, by the places among all.
    #[must_use]
    pub fn listed(&self) -> Vec<usize> {
        let fits = |item: &Item| self.filter.is_none_or(|class| item.class == class);
        self.items.iter().enumerate().filter(|(_, item)| fits(item)).map(|(at, _)| at).collect()
    }

    /// The one that is looked at.
    #[must_use]
    pub fn item(&self) -> Option<&Item> {
        self.items.get(self.at)
    }

    /// Whether anything was decided.
    #[must_use]
    pub fn is_begun(&self) -> bool {
        self.items.iter().any(|item| item.choice != Choice::Open)
    }

    fn step(&mut self, on: bool) {
        let listed = self.listed();
        let here = listed.partition_point(|at| *at < self.at);
        let next = if !on {
            here.checked_sub(1)
        } else if listed.get(here) == Some(&self.at) {
            Some(here + 1)
        } else {
            Some(here)
        };
        if let Some(at) = next.and_then(|next| listed.get(next)) {
            self.at = *at;
        }
    }

    /// Decides about the one that is looked at, and goes on to the next undecided one in the list.
    fn decide(&mut self, choice: Choice) {
        let Some(item) = self.items.get_mut(self.at) else { return };
        item.choice = choice;
        self.go_on();
    }

    /// Goes on from one that is decided to the next undecided one in the list, where there is one.
    fn go_on(&mut self) {
        let is_open = |at: &&usize| self.items.get(**at).is_some_and(|item| item.choice == Choice::Open);
        if is_open(&&self.at) {
            return;
        }
        let listed = self.listed();
        let here = listed.partition_point(|at| *at <= self.at);
        let (before, after) = listed.split_at(here);
        if let Some(at) = after.iter().find(is_open).or_else(|| before.iter().find(is_open)) {
            self.at = *at;
        }
    }

    fn along(&self, id: &AnnotationId) -> Option<&Fragments> {
        match &self.items.get(*self.by_id.get(id)?)?.choice {
            Choice::Along(place) => Some(place),
            _ => None,
        }
    }

    fn follows(&self, relation: &Relation) -> bool {
        self.along(&relation.from).is_some() && self.along(&relation.to).is_some()
    }

    fn end(&self, id: &AnnotationId) -> String {
        self.old.annotations.get(id).map(|end| self.old.short_quote(end)).unwrap_or_default()
    }

    /// How much comes along.
    #[must_use]
    pub fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        for item in &self.items {
            *match item.choice {
                Choice::Open => &mut tally.open,
                Choice::Along(_) => &mut tally.along,
                Choice::Behind => &mut tally.behind,
            } += 1;
        }
        let is_behind = |id: &AnnotationId| {
            let item = self.by_id.get(id).and_then(|at| self.items.get(*at));
            item.is_none_or(|item| item.choice == Choice::Behind)
        };
        for relation in self.old.relations.iter() {
            if self.follows(relation) {
                tally.relations += 1;
            } else if is_behind(&relation.from) || is_behind(&relation.to) {
                let (from, to) = (self.end(&relation.from), self.end(&relation.to));
                tally.gone.push(format!("{from} {} {to}", relation.kind));
            }
        }
        tally
    }

    /// The new article: what was said yes to, at its new place, and the relations between those.
    #[must_use]
    pub fn document(&self, incoming: &IncomingText, id: DocumentId, now: &Timestamp) -> Document {
        let old = &self.old;
        let mut metadata = old.info.metadata.clone();
        metadata.insert(OLDER.to_owned(), Value::String(old.info.id.as_str().to_owned()));
        let info = DocumentInfo {
            id,
            title: old.info.title.clone(),
            text: self.newer.clone(),
            intake: incoming.intake.clone(),
            metadata,
            created: Some(Rc::clone(now)),
            extra: old.info.extra.clone(),
        };
        let along = self.items.iter().filter_map(|item| {
            let Choice::Along(place) = &item.choice else { return None };
            let mut annotation = (*item.old).clone();
            annotation.fragments = place.clone();
            if !item.is_sure() {
                annotation.remarks.modified = Some(Rc::clone(now));
            }
            Some(Rc::new(annotation))
        });
        let along: Vec<Rc<Annotation>> = along.collect();
        let status = if along.is_empty() { Status::NotStarted } else { Status::InProgress };
        let relations = old.relations.iter().filter(|relation| self.follows(relation)).cloned().collect();
        Document {
            annotations: Annotations::from_vec(&info.text, along),
            relations: Relations::from_vec(relations),
            info: Rc::new(info),
            schema: Rc::clone(&old.schema),
            status,
            remarks: Rc::clone(&old.remarks),
        }
    }
}

/// How far it is.
#[derive(Clone, Debug, Default)]
pub enum Stage {
    /// The article is being read.
    #[default]
    Reading,
    /// It cannot be read; why.
    Failed(String),
    /// The newer text is wanted.
    Asking,
    /// A file is being read: its name, bytes read and bytes in all.
    File(String, f64, f64),
    /// The annotations are being carried over.
    Carrying,
    /// They are looked through.
    Review(Rc<Review>),
    /// The new article is being written.
    Making(Rc<Review>),
    /// It is there: its id, and whether it lies in the bin again.
    Made(DocumentId, bool, Tally),
}

/// The page for a newer version.
#[derive(Clone, Debug)]
pub struct Newer {
    /// The article.
    pub article: Article,
    /// How far it is.
    pub stage: Stage,
    /// The article as it was read.
    pub old: Option<Document>,
    /// The words in the box.
    pub draft: Rc<str>,
    /// What could not be done, in words.
    pub trouble: Option<String>,
    /// Whether closing was asked for once, with decisions made.
    pub closing: bool,
    incoming: Option<IncomingText>,
}

/// Something that happened on the page.
#[derive(Clone, Debug)]
pub enum NewerAction {
    /// The article was read, or cannot be, in words.
    Read(Result<Document, String>),
    /// The words in the box changed.
    Draft(String),
    /// Carry over to the text in the box.
    Carry,
    /// A file is being read: its name, bytes read and bytes in all.
    File(String, f64, f64),
    /// A text arrived, or cannot be taken, in words.
    Arrived(Result<IncomingText, String>),
    /// The annotations were carried over, or cannot be, in words.
    Carried(Result<Carried, String>),
    /// Another text.
    Back,
    /// List only those of a class; none for all.
    Filter(Option<Class>),
    /// Look at another one, by its place among all.
    Look(usize),
    /// Look at the next one, or the one before.
    Step(bool),
    /// Say yes to the place of the one that is looked at.
    Accept,
    /// Put the one that is looked at where its candidate of that number stands.
    Put(usize),
    /// Leave the one that is looked at behind.
    Leave,
    /// Decide again about the one that is looked at.
    Reopen,
    /// Say yes to all undecided ones whose words are the same.
    AcceptSure,
    /// Leave all undecided ones behind that have no place.
    LeaveLost,
    /// Make the new article.
    Make,
    /// It is written, or not, in words.
    Written(DocumentId, Result<(), String>),
    /// Put the new article into the bin, or take it out.
    Bin(bool),
    /// It is in the bin or out of it, or not, in words.
    Binned(Result<bool, String>),
    /// Open the new article.
    Open,
    /// Go on after closing was asked for.
    Stay,
    /// Close the page.
    Close,
}

/// What the page wants done.
#[derive(Clone, Debug)]
pub enum NewerEffect {
    /// Read the article, up to the step of that number at least.
    Read(Article),
    /// Carry annotations over.
    Carry(Document, Text),
    /// Make the new article: what was decided, and the text that it stands on.
    Make(Rc<Review>, Box<IncomingText>),
    /// Put an article into the bin, or take it out.
    Bin(DocumentId, bool),
    /// Open an article.
    Open(DocumentId),
    /// Have something read out.
    Say(String),
    /// Close the page.
    Close,
}

impl Newer {
    /// The page, and what it wants first.
    #[must_use]
    pub fn new(article: Article) -> (Self, NewerEffect) {
        let read = NewerEffect::Read(article.clone());
        let page = Self {
            article,
            stage: Stage::Reading,
            old: None,
            draft: "".into(),
            trouble: None,
            closing: false,
            incoming: None,
        };
        (page, read)
    }

    fn fail(&mut self, why: String) -> Option<NewerEffect> {
        self.trouble = Some(why.clone());
        Some(NewerEffect::Say(why))
    }

    fn review(&mut self) -> Option<&mut Review> {
        match &mut self.stage {
            Stage::Review(review) => Some(Rc::make_mut(review)),
            _ => None,
        }
    }

    /// Does what was asked for; answers what else has to be done.
    pub fn act(&mut self, action: NewerAction) -> Option<NewerEffect> {
        let closing = std::mem::take(&mut self.closing);
        if !matches!(action, NewerAction::Look(_) | NewerAction::File(..)) {
            self.trouble = None;
        }
        match action {
            NewerAction::Read(Ok(document)) => {
                self.old = Some(document);
                self.stage = Stage::Asking;
            }
            NewerAction::Read(Err(why)) => self.stage = Stage::Failed(why),
            NewerAction::Draft(words) => self.draft = words.into(),
            NewerAction::Carry => {
                if self.draft.trim().is_empty() {
                    return self
                        .fail("There is no text yet. Paste the newer text into the box, or open a file.".to_owned());
                }
                let taken = from_paste(self.draft.to_string()).map_err(|error| error.to_string());
                return self.act(NewerAction::Arrived(taken));
            }
            NewerAction::File(name, done, all) if matches!(self.stage, Stage::Asking | Stage::File(..)) => {
                self.stage = Stage::File(name, done, all);
            }
            NewerAction::Arrived(incoming) if matches!(self.stage, Stage::Asking | Stage::File(..)) => {
                self.stage = Stage::Asking;
                let (incoming, old) = match (incoming, &self.old) {
                    (Ok(incoming), Some(old)) => (incoming, old),
                    (Err(why), _) => return self.fail(why),
                    _ => return None,
                };
                let newer = Text::new(incoming.text.clone());
                if newer == *old.text() {
                    let why = "This is the text that the article has already. Paste the newer one.";
                    return self.fail(why.to_owned());
                }
                self.incoming = Some(incoming);
                self.stage = Stage::Carrying;
                return Some(NewerEffect::Carry(old.clone(), newer));
            }
            NewerAction::Carried(carried) if matches!(self.stage, Stage::Carrying) => {
                self.stage = Stage::Asking;
                let (carried, old, incoming) = match (carried, &self.old, &self.incoming) {
                    (Ok(carried), Some(old), Some(incoming)) => (carried, old, incoming),
                    (Err(why), ..) => return self.fail(why),
                    _ => return None,
                };
                let review = Review::new(old.clone(), Text::new(incoming.text.clone()), carried);
                let counts = Class::ALL.map(|class| format!("{} {}", review.count(Some(class)).0, class.words()));
                self.stage = Stage::Review(Rc::new(review));
                return Some(NewerEffect::Say(counts.join(", ")));
            }
            NewerAction::Back => {
                if matches!(self.stage, Stage::Review(_)) {
                    self.stage = Stage::Asking;
                }
            }
            NewerAction::Filter(class) => {
                let review = self.review()?;
                review.filter = class;
                let listed = review.listed();
                if !listed.contains(&review.at) {
                    let is_open = |at: &&usize| review.items.get(**at).is_some_and(|item| item.choice == Choice::Open);
                    review.at = listed.iter().find(is_open).or(listed.first()).copied().unwrap_or(review.at);
                }
            }
            NewerAction::Look(at) => {
                let review = self.review()?;
                review.at = at.min(review.items.len().saturating_sub(1));
            }
            NewerAction::Step(on) => self.review()?.step(on),
            NewerAction::Accept => {
                let review = self.review()?;
                let item = review.item()?;
                match item.place.clone() {
                    Some(place) => review.decide(Choice::Along(place)),
                    None => {
                        let why = match item.candidates.len() {
                            0 => "No place is known for it. Leave it out, or mark it in the new version.",
                            _ => "It has no sure place. Choose one by its number, or leave it out.",
                        };
                        return self.fail(why.to_owned());
                    }
                }
            }
            NewerAction::Put(at) => {
                let review = self.review()?;
                let place = review.item()?.candidates.get(at)?.fragments.clone();
                review.decide(Choice::Along(place));
            }
            NewerAction::Leave => self.review()?.decide(Choice::Behind),
            NewerAction::Reopen => {
                let review = self.review()?;
                let at = review.at;
                review.items.get_mut(at)?.choice = Choice::Open;
            }
            NewerAction::AcceptSure => {
                let review = self.review()?;
                let mut count = 0;
                for item in review.items.iter_mut().filter(|item| item.is_sure() && item.choice == Choice::Open) {
                    if let Some(place) = &item.place {
                        item.choice = Choice::Along(place.clone());
                        count += 1;
                    }
                }
                review.go_on();
                return Some(NewerEffect::Say(format!("{} accepted", count_words(count, "annotation", "annotations"))));
            }
            NewerAction::LeaveLost => {
                let review = self.review()?;
                let mut count = 0;
                let lost = |item: &&mut Item| item.class == Class::Lost && item.choice == Choice::Open;
                for item in review.items.iter_mut().filter(lost) {
                    item.choice = Choice::Behind;
                    count += 1;
                }
                review.go_on();
                return Some(NewerEffect::Say(format!("{} left out", count_words(count, "annotation", "annotations"))));
            }
            NewerAction::Make => {
                let review = self.review()?;
                let open = review.items.iter().position(|item| item.choice == Choice::Open);
                if let Some(open) = open {
                    let (_, count) = review.count(None);
                    (review.filter, review.at) = (None, open);
                    let left = count_words(count, "annotation is", "annotations are");
                    return self.fail(format!("{left} still to be decided. Here is the first."));
                }
                let Stage::Review(review) = &self.stage else { return None };
                let (review, incoming) = (Rc::clone(review), Box::new(self.incoming.clone()?));
                self.stage = Stage::Making(Rc::clone(&review));
                return Some(NewerEffect::Make(review, incoming));
            }
            NewerAction::Written(id, written) => {
                let Stage::Making(review) = &self.stage else { return None };
                let review = Rc::clone(review);
                match written {
                    Ok(()) => {
                        self.stage = Stage::Made(id, false, review.tally());
                        return Some(NewerEffect::Say("The newer version is there".to_owned()));
                    }
                    Err(why) => {
                        self.stage = Stage::Review(review);
                        return self.fail(format!("Nothing was made. {why}"));
                    }
                }
            }
            NewerAction::Bin(bin) => {
                let Stage::Made(id, ..) = &self.stage else { return None };
                return Some(NewerEffect::Bin(id.clone(), bin));
            }
            NewerAction::Binned(Ok(bin)) => {
                let Stage::Made(_, binned, _) = &mut self.stage else { return None };
                *binned = bin;
                let said = if bin { "The new version is in the bin" } else { "The new version is back" };
                return Some(NewerEffect::Say(said.to_owned()));
            }
            NewerAction::Binned(Err(why)) => return self.fail(why),
            NewerAction::Open => {
                let Stage::Made(id, ..) = &self.stage else { return None };
                return Some(NewerEffect::Open(id.clone()));
            }
            NewerAction::Stay => {}
            NewerAction::Close => {
                let begun = matches!(&self.stage, Stage::Review(review) if review.is_begun());
                // While it is being written, it is too late to say no.
                if matches!(self.stage, Stage::Making(_)) {
                    return None;
                }
                if begun && !closing {
                    self.closing = true;
                    return None;
                }
                return Some(NewerEffect::Close);
            }
            NewerAction::File(..) | NewerAction::Arrived(_) | NewerAction::Carried(_) => {}
        }
        None
    }
}
