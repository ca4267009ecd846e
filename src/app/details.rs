//! The details of an article: its title, tags, source and date, and what is said of it as a whole.
//!
//! Invariant: [`Details::act`] is pure. What is filled in is checked before it goes anywhere, and becomes one step of undo;
//! what nobody touched stays as it came, whatever its file put there. Nothing is fetched: an address is text here.

use std::rc::Rc;

use serde_json::Value;

use super::annex::Article;
use super::update::{coordinates_value, value_of, value_words};
use crate::edit::{Op, Transaction};
use crate::formats::json;
use crate::model::{Attribute, AttributeKind, Coordinates, Details as Known, Document, Extra};

/// The tags in metadata.
pub const TAGS: &str = "tags";

/// A text on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// The title.
    Title,
    /// The tags, with commas between them.
    Tags,
    /// The address.
    Address,
    /// Who published it.
    Publisher,
    /// Who wrote it.
    Author,
    /// When it was published.
    Published,
    /// Its language.
    Language,
    /// The remark on the article.
    Note,
    /// The value of an attribute, by its place in the schema.
    Attribute(usize),
}

impl Slot {
    /// What stands in metadata, in the order of the page.
    pub const KNOWN: [Self; 6] =
        [Self::Tags, Self::Publisher, Self::Author, Self::Published, Self::Language, Self::Address];

    /// Its key in metadata; none for what stands elsewhere.
    #[must_use]
    pub const fn key(self) -> Option<&'static str> {
        match self {
            Self::Tags => Some(TAGS),
            Self::Address => Some("url"),
            Self::Publisher => Some("publisher"),
            Self::Author => Some("author"),
            Self::Published => Some("published"),
            Self::Language => Some("language"),
            Self::Title | Self::Note | Self::Attribute(_) => None,
        }
    }
}

/// An attribute of the article, with what is filled in.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// The attribute.
    pub known: Attribute,
    /// Its value, where it is chosen.
    pub value: Option<Value>,
    /// What is typed, where it is typed.
    pub typed: String,
}

/// What is filled in.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// The article as it was read.
    pub document: Document,
    /// Whether it may be changed here.
    pub writes: bool,
    /// The title.
    pub title: String,
    /// The texts of [`Slot::KNOWN`].
    pub known: [String; 6],
    /// The remark.
    pub note: String,
    /// The attributes of the article that the schema has.
    pub said: Vec<Said>,
}

/// The page.
#[derive(Clone, Debug, PartialEq)]
pub struct Details {
    /// Which article it is about.
    pub article: Article,
    /// Whether it is not the open one: then the storage is written to, under the lock of the article.
    pub shelf: bool,
    /// What is filled in; why nothing can be, in words; none until the storage has answered.
    pub draft: Option<Result<Draft, String>>,
    /// What is wrong with what was filled in.
    pub faults: Vec<(Slot, String)>,
    /// How often saving was tried with something wrong.
    pub tries: usize,
    /// Why it was not saved.
    pub alert: Option<String>,
    /// Whether it is being saved.
    pub saving: bool,
    /// Whether it was asked if changes shall be dropped.
    pub closing: bool,
    /// Whether the address is shown, to be opened.
    pub leaving: bool,
}

/// Something that happened on the page.
#[derive(Clone, Debug)]
pub enum DetailsAction {
    /// The article was read, and whether it may be changed; or why it was not, in words.
    Read(Result<(Document, bool), String>),
    /// Read it again.
    Again,
    /// Something was typed.
    Text(Slot, String),
    /// A value of an attribute was chosen, or none.
    Choose(usize, Option<Value>),
    /// A word of a list was put on or off.
    Toggle(usize, String),
    /// Save what is filled in.
    Save,
    /// It was saved, or not, in words.
    Saved(Result<(), String>),
    /// Show the address, to be opened; or no longer.
    Leave(bool),
    /// Close the page; with changes, ask first.
    Close,
    /// Close it without its changes.
    Discard,
    /// Do not close it.
    Stay,
}

/// What the page wants done.
#[derive(Clone, Debug, PartialEq)]
pub enum DetailsEffect {
    /// Read the article.
    Read(Article),
    /// Have the app make this change.
    Apply(Transaction),
    /// Make this change of an article that no tab has open: the article as it was read.
    Write(Box<Document>, Transaction),
    /// Close the page.
    Close,
}

/// Metadata as it is typed.
fn words_of(metadata: &Extra, slot: Slot) -> String {
    match slot.key().and_then(|key| metadata.get(key)) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(_)) if slot == Slot::Tags => tags(metadata).join(", "),
        Some(other) => json::compact(other),
    }
}

/// The tags of an article.
#[must_use]
pub fn tags(metadata: &Extra) -> Vec<String> {
    match metadata.get(TAGS) {
        Some(Value::Array(tags)) => tags.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Some(Value::String(tag)) if !tag.trim().is_empty() => vec![tag.clone()],
        _ => Vec::new(),
    }
}

/// Words with one blank between them.
fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Draft {
    /// What an article has.
    #[must_use]
    pub fn of(document: Document, writes: bool) -> Self {
        let metadata = &document.info.metadata;
        let said = document.schema.attributes.iter().map(|known| {
            let value = document.remarks.attributes.get(&known.name).cloned();
            Said { known: known.clone(), typed: value.as_ref().map(value_words).unwrap_or_default(), value }
        });
        Self {
            title: document.info.title.clone(),
            known: Slot::KNOWN.map(|slot| words_of(metadata, slot)),
            note: document.remarks.note.clone(),
            said: said.collect(),
            writes,
            document,
        }
    }

    /// What stands in a field.
    #[must_use]
    pub fn text(&self, slot: Slot) -> &str {
        match slot {
            Slot::Title => &self.title,
            Slot::Note => &self.note,
            Slot::Attribute(at) => self.said.get(at).map_or("", |said| said.typed.as_str()),
            known => {
                let at = Slot::KNOWN.iter().position(|one| *one == known);
                at.and_then(|at| self.known.get(at)).map_or("", String::as_str)
            }
        }
    }

    fn set(&mut self, slot: Slot, text: String) {
        let field = match slot {
            Slot::Title => Some(&mut self.title),
            Slot::Note => Some(&mut self.note),
            Slot::Attribute(at) => self.said.get_mut(at).map(|said| &mut said.typed),
            known => {
                let at = Slot::KNOWN.iter().position(|one| *one == known);
                at.and_then(|at| self.known.get_mut(at))
            }
        };
        if let Some(field) = field {
            *field = text;
        }
    }

    /// Keys of metadata that the page has no field for, each as text.
    #[must_use]
    pub fn others(&self) -> Vec<(String, String)> {
        let known = |key: &str| Slot::KNOWN.iter().any(|slot| slot.key() == Some(key));
        let all = self.document.info.metadata.iter().filter(|(key, _)| !known(key));
        all.map(|(key, value)| (key.clone(), value_words(value))).collect()
    }

    /// The change that was filled in; no ops where nothing was.
    ///
    /// # Errors
    /// What is wrong, each with its field.
    pub fn change(&self) -> Result<Transaction, Vec<(Slot, String)>> {
        let info = &self.document.info;
        let mut faults = Vec::new();
        // What nobody touched stays as it came.
        let title = if self.title == info.title { info.title.clone() } else { tidy(&self.title) };
        if title.is_empty() && !info.title.is_empty() {
            faults.push((Slot::Title, "It needs a title.".to_owned()));
        }
        let mut metadata = info.metadata.clone();
        for (slot, text) in Slot::KNOWN.into_iter().zip(&self.known) {
            let Some(key) = slot.key() else { continue };
            if *text == words_of(&info.metadata, slot) {
                continue;
            }
            match checked(slot, &tidy(text)) {
                Ok(Some(value)) => drop(metadata.insert(key.to_owned(), value)),
                Ok(None) => drop(metadata.shift_remove(key)),
                Err(why) => faults.push((slot, why)),
            }
        }
        let mut remarks = (*self.document.remarks).clone();
        remarks.note.clone_from(&self.note);
        for (at, said) in self.said.iter().enumerate() {
            let name = &said.known.name;
            let held = self.document.remarks.attributes.get(name);
            let value = match said.known.kind {
                AttributeKind::One | AttributeKind::Several | AttributeKind::YesNo => Ok(said.value.clone()),
                _ if said.typed == held.map(value_words).unwrap_or_default() => Ok(held.cloned()),
                AttributeKind::Coordinates if !said.typed.trim().is_empty() => {
                    let place = Coordinates::from_text(&said.typed.trim().replace(',', ", ").replace(",  ", ", "));
                    let why = "Write it in degrees, latitude first: 36.2021, 37.1343.";
                    place.map(|place| Some(coordinates_value(place))).ok_or_else(|| why.to_owned())
                }
                _ => value_of(&said.known, &said.typed),
            };
            match value {
                Ok(Some(value)) => drop(remarks.attributes.insert(name.clone(), value)),
                Ok(None) => drop(remarks.attributes.shift_remove(name)),
                Err(why) => faults.push((Slot::Attribute(at), why)),
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let (before, after) = (info.details(), Known { title, metadata });
        let renamed = before.title != after.title && before.metadata == after.metadata;
        let mut ops = Vec::new();
        if before != after {
            ops.push(Op::Details { before: Rc::new(before), after: Rc::new(after) });
        }
        if remarks != *self.document.remarks {
            ops.push(Op::Remarks { before: Rc::clone(&self.document.remarks), after: Rc::new(remarks) });
        }
        let name = if renamed && ops.len() == 1 { "rename the article" } else { "change the details" };
        Ok(Transaction { name: name.to_owned(), ops })
    }
}

/// What was typed as it stands in metadata; none where nothing was.
fn checked(slot: Slot, text: &str) -> Result<Option<Value>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    match slot {
        Slot::Tags => {
            let mut tags: Vec<&str> = Vec::new();
            for tag in text.split(',').map(str::trim).filter(|tag| !tag.is_empty()) {
                if !tags.contains(&tag) {
                    tags.push(tag);
                }
            }
            return Ok((!tags.is_empty()).then(|| Value::from(tags)));
        }
        Slot::Address if address(text).is_none() => {
            return Err(
                "An address begins with https:// or http:// and has no blanks: https://example.org/a.".to_owned()
            );
        }
        Slot::Published if !is_date(text) => {
            return Err("Write the day as 2026-08-22; a month, 2026-08, or a year, 2026, will do.".to_owned());
        }
        Slot::Language if !is_language(text) => {
            return Err("Write the language as a tag: en, ar, de-CH, zh-Hant.".to_owned());
        }
        _ => {}
    }
    Ok(Some(Value::from(text)))
}

/// An address that may be opened: http or https, with a host, and nothing in it that could hide where it leads.
#[must_use]
pub fn address(text: &str) -> Option<&str> {
    let lower = text.get(..8).unwrap_or(text).to_ascii_lowercase();
    let start = ["https://", "http://"].into_iter().find(|start| lower.starts_with(start))?;
    let rest = text.get(start.len()..)?;
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let hidden = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\\' | '<' | '>' | '"')
    };
    // Whoever reads `https://news.example@elsewhere.example` may take it for the first of the two.
    let plain = !host.is_empty() && !host.contains('@') && !host.starts_with([':', '.']);
    (plain && !text.contains(hidden)).then_some(text)
}

/// Whether a text is a day, a month, a year, or a moment as RFC 3339 has it.
fn is_date(text: &str) -> bool {
    let (day, time) = text.split_once('T').map_or((text, None), |(day, time)| (day, Some(time)));
    let parts: Vec<&str> = day.split('-').collect();
    let number = |at: usize, digits: usize| -> Option<u32> {
        let part = parts.get(at)?;
        (part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit())).then(|| part.parse().ok())?
    };
    let Some(year) = number(0, 4) else { return false };
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = |month: u32| match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    match (parts.len(), number(1, 2), number(2, 2)) {
        (1, ..) => time.is_none(),
        (2, Some(1..=12), _) => time.is_none(),
        (3, Some(month @ 1..=12), Some(day)) => (1..=days(month)).contains(&day) && time.is_none_or(is_time),
        _ => false,
    }
}

/// `10:00`, `10:00:00.5`, with `Z` or `+02:00` behind.
fn is_time(text: &str) -> bool {
    let (clock, zone) = match text.find(['Z', '+', '-']) {
        Some(at) => text.split_at(at),
        None => return false,
    };
    let pair = |text: &str, most: u32| text.len() == 2 && text.parse::<u32>().is_ok_and(|number| number <= most);
    let clock_fits = {
        let mut parts = clock.splitn(3, ':');
        let (hours, minutes, seconds) = (parts.next(), parts.next(), parts.next());
        let second = |text: &str| {
            let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
            pair(whole, 60) && !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        hours.is_some_and(|text| pair(text, 23))
            && minutes.is_some_and(|text| pair(text, 59))
            && seconds.is_none_or(second)
    };
    let zone_fits = zone == "Z"
        || zone.get(1..).and_then(|zone| zone.split_once(':')).is_some_and(|(h, m)| pair(h, 23) && pair(m, 59));
    clock_fits && zone_fits
}

/// Whether a text has the form of a BCP 47 tag: a language of two or three letters (longer ones were never given out),
/// then parts of up to eight letters and digits.
fn is_language(text: &str) -> bool {
    let mut parts = text.split('-');
    let first = parts.next().unwrap_or_default();
    let letters = first.bytes().all(|byte| byte.is_ascii_alphabetic());
    let private = matches!(first, "x" | "X" | "i" | "I") && text.contains('-');
    let begins = letters && ((2..=3).contains(&first.len()) || private);
    begins && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

impl Details {
    /// The page for an article, and what it wants first.
    #[must_use]
    pub fn new(article: Article, shelf: bool) -> (Self, DetailsEffect) {
        let page = Self {
            article: article.clone(),
            shelf,
            draft: None,
            faults: Vec::new(),
            tries: 0,
            alert: None,
            saving: false,
            closing: false,
            leaving: false,
        };
        (page, DetailsEffect::Read(article))
    }

    /// What is filled in.
    #[must_use]
    pub fn filled(&self) -> Option<&Draft> {
        self.draft.as_ref().and_then(|draft| draft.as_ref().ok())
    }

    /// Whether something was changed.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.filled().is_some_and(|draft| draft.writes && *draft != Draft::of(draft.document.clone(), true))
    }

    /// What is wrong with a field.
    #[must_use]
    pub fn fault(&self, slot: Slot) -> Option<String> {
        self.faults.iter().find(|(of, _)| *of == slot).map(|(_, why)| why.clone())
    }

    /// Does what was asked for; answers what else has to be done.
    pub fn act(&mut self, action: DetailsAction) -> Option<DetailsEffect> {
        let writes = self.filled().is_some_and(|draft| draft.writes) && !self.saving;
        match action {
            DetailsAction::Read(read) => {
                self.draft = Some(read.map(|(document, writes)| Draft::of(document, writes && self.article.writes)));
            }
            DetailsAction::Again => {
                self.draft = None;
                return Some(DetailsEffect::Read(self.article.clone()));
            }
            DetailsAction::Text(slot, text) if writes => {
                self.edit(slot, |draft| draft.set(slot, text));
            }
            DetailsAction::Choose(at, value) if writes => self.edit(Slot::Attribute(at), |draft| {
                if let Some(said) = draft.said.get_mut(at) {
                    said.value = value;
                }
            }),
            DetailsAction::Toggle(at, word) if writes => self.edit(Slot::Attribute(at), |draft| {
                if let Some(said) = draft.said.get_mut(at) {
                    said.value = super::update::toggled(&said.known, said.value.as_ref(), &word);
                }
            }),
            DetailsAction::Text(..) | DetailsAction::Choose(..) | DetailsAction::Toggle(..) => {}
            DetailsAction::Save if writes => return self.save(),
            DetailsAction::Save => {}
            DetailsAction::Saved(Ok(())) => return Some(DetailsEffect::Close),
            DetailsAction::Saved(Err(why)) => (self.saving, self.alert) = (false, Some(why)),
            DetailsAction::Leave(shown) => self.leaving = shown,
            DetailsAction::Close => {
                if self.saving {
                    return None;
                }
                if self.leaving {
                    self.leaving = false;
                } else if self.closing || self.is_changed() {
                    self.closing = !self.closing;
                } else {
                    return Some(DetailsEffect::Close);
                }
            }
            DetailsAction::Discard => return Some(DetailsEffect::Close),
            DetailsAction::Stay => self.closing = false,
        }
        None
    }

    fn edit(&mut self, slot: Slot, change: impl FnOnce(&mut Draft)) {
        self.faults.retain(|(of, _)| *of != slot);
        (self.alert, self.closing, self.leaving) = (None, false, false);
        if let Some(Ok(draft)) = &mut self.draft {
            change(draft);
        }
    }

    fn save(&mut self) -> Option<DetailsEffect> {
        let draft = self.filled()?;
        match draft.change() {
            Err(faults) => {
                (self.faults, self.tries, self.closing) = (faults, self.tries + 1, false);
                None
            }
            Ok(change) if change.ops.is_empty() => Some(DetailsEffect::Close),
            Ok(change) => {
                let document = draft.document.clone();
                self.saving = true;
                Some(if self.shelf {
                    DetailsEffect::Write(Box::new(document), change)
                } else {
                    DetailsEffect::Apply(change)
                })
            }
        }
    }
}
