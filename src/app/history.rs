//! The past of an article: each step with its time, its name and its words, and the article as any of them left it.
//! The page that shows it stands in the annex.
//!
//! Invariant: [`Past`] is a function of the stored records, read by the same code that opens an article; looking changes
//! nothing. Going back is a new step, made by the app like any other: nothing of the past goes.

use std::rc::Rc;

use super::annex::Article;
use super::records::{Base, JournalRecord, Record, RecordError};
use super::words::count_words;
use crate::edit::{Entry, Op, Session, Transaction, between};
use crate::model::{Annotation, AnnotationId, Document, Timestamp};
use crate::text::ByteOffset;

/// A state is kept after so many steps; those between two of them are made by going on from the one before.
const KEPT: usize = 64;
/// So many differences are shown one by one; of all of them the numbers are.
pub const SHOWN: usize = 200;

/// One step, as it is listed.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// When; none for the beginning, where nobody said.
    pub at: Option<Timestamp>,
    /// Who, where they gave a name.
    pub by: Option<String>,
    /// What was done.
    pub words: String,
    /// Where in the text, if anywhere.
    pub place: Option<ByteOffset>,
}

/// The past of an article.
#[derive(Debug)]
pub struct Past {
    /// The beginning, and each step since.
    pub steps: Vec<Step>,
    /// What went wrong in reading, in words; empty where nothing did.
    pub damage: String,
    entries: Vec<Entry>,
    kept: Vec<Session>,
    now: Document,
}

impl Past {
    /// The past that is in an article's records: its base, and its journal, each record with the number it is kept at.
    ///
    /// # Errors
    /// Why there is none: without the base there is no text.
    pub fn read(base: &str, journal: Vec<(u64, String)>) -> Result<Self, RecordError> {
        let Base(document) = Base::decode(base)?;
        let first = Step {
            at: document.info.created.clone(),
            by: None,
            words: match document.annotations.len() {
                0 => "The article as it came".to_owned(),
                count => format!("The article as it came, with {}", count_words(count, "annotation", "annotations")),
            },
            place: None,
        };
        let id = document.info.id.clone();
        let mut session = Session::new(document);
        let mut past = Self {
            steps: vec![first],
            damage: String::new(),
            entries: Vec::new(),
            kept: vec![session.clone()],
            now: session.document.clone(),
        };
        for ((number, raw), expected) in journal.into_iter().zip(1_u64..) {
            let done = JournalRecord::decode(&raw).and_then(|record| {
                if number != expected || record.seq != number || record.document != id {
                    return Err(RecordError::Misplaced);
                }
                let (words, place) = told(&record.entry, &session);
                session.replay(&record.entry).map_err(|error| RecordError::Conflict(error.to_string()))?;
                past.steps.push(Step { at: Some(record.at), by: record.by, words, place });
                past.entries.push(record.entry);
                Ok(())
            });
            if let Err(error) = done {
                past.damage = format!("Step {number} and what followed cannot be shown: {error}.");
                break;
            }
            if past.entries.len().is_multiple_of(KEPT) {
                past.kept.push(session.clone());
            }
        }
        past.now = session.document;
        Ok(past)
    }

    /// The number of the last step; 0 where there is none but the beginning.
    #[must_use]
    pub fn last(&self) -> usize {
        self.entries.len()
    }

    /// The article as it is now.
    #[must_use]
    pub const fn now(&self) -> &Document {
        &self.now
    }

    /// The article after a step; after the last one, where there is no such step.
    #[must_use]
    pub fn after(&self, step: usize) -> Document {
        if step >= self.last() {
            return self.now.clone();
        }
        let Some(mut session) = self.kept.get(step / KEPT).cloned() else { return self.now.clone() };
        let from = step - step % KEPT;
        for entry in self.entries.get(from..step).unwrap_or_default() {
            // It was done once already.
            let _ = session.replay(entry);
        }
        session.document
    }
}

/// What a step is called, and where it is about. It is about to be done.
fn told(entry: &Entry, session: &Session) -> (String, Option<ByteOffset>) {
    match entry {
        Entry::Edit { transaction, .. } => {
            let place = transaction.ops.iter().find_map(|op| place(op, &session.document));
            (named(transaction, &session.document), place)
        }
        Entry::Undo => (format!("Undo: {}", session.history.undo_name().unwrap_or_default()), None),
        Entry::Redo => (format!("Redo: {}", session.history.redo_name().unwrap_or_default()), None),
    }
}

fn place(op: &Op, document: &Document) -> Option<ByteOffset> {
    let start = |annotation: &Annotation| annotation.fragments.envelope().start();
    match op {
        Op::Annotation { before, after } => after.as_ref().or(before.as_ref()).map(|annotation| start(annotation)),
        Op::Relation { before, after } => {
            let relation = after.as_ref().or(before.as_ref())?;
            document.annotations.get(&relation.from).map(|annotation| start(annotation))
        }
        _ => None,
    }
}

/// What a transaction did, in words.
fn named(transaction: &Transaction, document: &Document) -> String {
    let annotations = transaction.ops.iter().filter_map(|op| match op {
        Op::Annotation { before, after } => Some((before, after)),
        _ => None,
    });
    let annotations: Vec<_> = annotations.take(2).collect();
    let quote = |annotation: &Annotation| format!("{}: {}", annotation.label, document.short_quote(annotation));
    match annotations.as_slice() {
        [(None, Some(new))] => format!("Added {}", quote(new)),
        [(Some(gone), None)] => format!("Deleted {}", quote(gone)),
        _ => capital(&transaction.name),
    }
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// What differs between a state and now.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Differs {
    /// How many there are of each kind, in words; none where nothing differs.
    pub counts: Vec<String>,
    /// The first of them, one by one.
    pub each: Vec<Difference>,
}

/// One difference between a state and now.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// What it is.
    pub words: String,
    /// An annotation that can be brought back by itself: it went since, or was changed.
    pub back: Option<AnnotationId>,
}

/// What became of something since.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Since {
    Deleted,
    Added,
    Changed,
}

impl Since {
    const ALL: [Self; 3] = [Self::Deleted, Self::Added, Self::Changed];

    /// By what is there now, and what was there then.
    const fn of(is_now: bool, was_then: bool) -> Self {
        match (is_now, was_then) {
            (false, _) => Self::Deleted,
            (true, false) => Self::Added,
            (true, true) => Self::Changed,
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Deleted => "deleted since",
            Self::Added => "added since",
            Self::Changed => "changed since",
        }
    }
}

/// What differs between an earlier state and now.
#[must_use]
pub fn differs(then: &Document, now: &Document) -> Differs {
    let mut differs = Differs::default();
    let (mut annotations, mut relations, mut others) = (Vec::new(), Vec::new(), Vec::new());
    for op in between(now, then) {
        let (words, back) = match &op {
            Op::Annotation { before, after } => {
                let since = Since::of(before.is_some(), after.is_some());
                annotations.push(since);
                let Some(annotation) = after.as_ref().or(before.as_ref()) else { continue };
                let words = format!("{} {}: {}", annotation.label, then.short_quote(annotation), since.words());
                (words, after.as_ref().map(|after| after.id.clone()))
            }
            Op::Relation { before, after } => {
                let since = Since::of(before.is_some(), after.is_some());
                relations.push(since);
                let Some(relation) = after.as_ref().or(before.as_ref()) else { continue };
                let document = if after.is_some() { then } else { now };
                let end = |id| document.annotations.get(id).map(|end| document.short_quote(end)).unwrap_or_default();
                let (from, to) = (end(&relation.from), end(&relation.to));
                (format!("{from} {} {to}: {}", relation.kind, since.words()), None)
            }
            Op::Remarks { .. } => other(&mut others, "What is said of the article changed since"),
            Op::Schema { .. } => other(&mut others, "Labels or schema changed since"),
            Op::Details { .. } => other(&mut others, "Its title, tags or what else is known of it changed since"),
            Op::Status { .. } => other(&mut others, "How far the article is changed since"),
        };
        if differs.each.len() < SHOWN {
            differs.each.push(Difference { words, back });
        }
    }
    for (all, one, many) in [(annotations, "annotation", "annotations"), (relations, "relation", "relations")] {
        for since in Since::ALL {
            let count = all.iter().filter(|one| **one == since).count();
            if count > 0 {
                differs.counts.push(format!("{} {}", count_words(count, one, many), since.words()));
            }
        }
    }
    differs.counts.extend(others);
    differs
}

fn other(others: &mut Vec<String>, words: &str) -> (String, Option<AnnotationId>) {
    others.push(words.to_owned());
    (words.to_owned(), None)
}

/// What is looked at: the article after a step.
#[derive(Clone, Debug)]
pub struct Look {
    /// The step's number; 0 for the beginning.
    pub step: usize,
    /// The article after it.
    pub document: Document,
    /// What differs from now.
    pub differs: Rc<Differs>,
}

/// The page of the history.
#[derive(Clone, Debug)]
pub struct HistoryPage {
    /// The article.
    pub article: Article,
    /// Its past, once it was read; or why it cannot be, in words.
    pub past: Option<Result<Rc<Past>, String>>,
    /// What is looked at; none before the past was read.
    pub look: Option<Look>,
    /// What was said last: that something was done, or why not.
    pub said: Option<Result<String, String>>,
}

/// Something that happened on the page.
#[derive(Clone, Debug)]
pub enum HistoryAction {
    /// The past was read, or cannot be, in words.
    Read(Result<Rc<Past>, String>),
    /// Read it again.
    Again,
    /// Look at the article after the step of that number.
    Look(usize),
    /// Go back to what is looked at.
    GoBack,
    /// Bring one annotation back as it was.
    BringBack(AnnotationId),
    /// Copy what is looked at as a file of Gloss.
    CopyJson,
    /// Copy the quotes of what is looked at.
    CopyQuotes,
    /// Something was copied, or not, in words.
    Copied(Result<String, String>),
    /// The app did not make the step; why.
    Refused(String),
    /// Close the page.
    Close,
}

/// What the page wants done.
#[derive(Clone, Debug)]
pub enum HistoryEffect {
    /// Read the article's records, up to the step of that number at least.
    Read(Article),
    /// Have the app make a step.
    Apply(Transaction),
    /// Copy a document as a file of Gloss.
    CopyJson(Document),
    /// Copy a text; what to say then.
    Copy(String, String),
    /// Have something read out.
    Say(String),
    /// Close the page.
    Close,
}

impl HistoryPage {
    /// The page, and what it wants first.
    #[must_use]
    pub fn new(article: Article) -> (Self, HistoryEffect) {
        let read = HistoryEffect::Read(article.clone());
        (Self { article, past: None, look: None, said: None }, read)
    }

    /// The past, where it was read.
    #[must_use]
    pub fn past(&self) -> Option<&Rc<Past>> {
        self.past.as_ref()?.as_ref().ok()
    }

    /// Does what was asked for; answers what else has to be done. `when` says a moment in words.
    pub fn act(&mut self, action: HistoryAction, when: &dyn Fn(&str) -> String) -> Option<HistoryEffect> {
        self.said = None;
        match action {
            HistoryAction::Read(past) => {
                let last = past.as_ref().map_or(0, |past| past.last());
                self.past = Some(past);
                self.look(last);
            }
            HistoryAction::Again => {
                self.past = None;
                return Some(HistoryEffect::Read(self.article.clone()));
            }
            HistoryAction::Look(step) => self.look(step),
            HistoryAction::GoBack => {
                let (past, look) = (self.past()?, self.look.as_ref()?);
                let ops = between(past.now(), &look.document);
                if !self.article.writes || ops.is_empty() {
                    return None;
                }
                let step = past.steps.get(look.step)?;
                let name = match step.at.as_deref().map(when).filter(|_| look.step > 0) {
                    Some(moment) => format!("go back to {moment}, step {}", look.step),
                    None => "go back to the beginning".to_owned(),
                };
                return Some(HistoryEffect::Apply(Transaction { name, ops }));
            }
            HistoryAction::BringBack(id) => {
                let (past, look) = (self.past()?, self.look.as_ref()?);
                let after = look.document.annotations.get(&id)?;
                let before = past.now().annotations.get(&id);
                if !self.article.writes || before == Some(after) {
                    return None;
                }
                let name = format!("bring back {} {}", after.label, look.document.short_quote(after));
                let ops = vec![Op::Annotation { before: before.cloned(), after: Some(Rc::clone(after)) }];
                return Some(HistoryEffect::Apply(Transaction { name, ops }));
            }
            HistoryAction::CopyJson => return Some(HistoryEffect::CopyJson(self.look.as_ref()?.document.clone())),
            HistoryAction::CopyQuotes => {
                let document = &self.look.as_ref()?.document;
                let line =
                    |annotation: &Rc<Annotation>| format!("{}: {}", annotation.label, document.quote(annotation));
                let lines: Vec<String> = document.annotations.iter().map(line).collect();
                let said = format!("{} copied", count_words(lines.len(), "annotation", "annotations"));
                return Some(HistoryEffect::Copy(lines.join("\n"), said));
            }
            HistoryAction::Copied(outcome) => {
                let words = match &outcome {
                    Ok(words) | Err(words) => words.clone(),
                };
                self.said = Some(outcome);
                return Some(HistoryEffect::Say(words));
            }
            HistoryAction::Refused(why) => {
                self.said = Some(Err(why.clone()));
                return Some(HistoryEffect::Say(why));
            }
            HistoryAction::Close => return Some(HistoryEffect::Close),
        }
        None
    }

    fn look(&mut self, step: usize) {
        let Some(past) = self.past() else { return };
        let step = step.min(past.last());
        let document = past.after(step);
        let differs = Rc::new(differs(&document, past.now()));
        self.look = Some(Look { step, document, differs });
    }
}
