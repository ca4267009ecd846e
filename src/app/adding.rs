//! Adding many articles at once: what was gathered from files, folders and zips, what of it is here already, and what
//! shall come in.
//!
//! Invariant: nothing comes in before all of it was read and compared with what is here; where something is not as
//! expected, a person is asked first. What comes in is one batch: all of it or nothing.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::env::Env;
use super::records::{Base, Header, Record, RecordError};
use super::words::count_words;
use crate::model::{Document, DocumentId, DocumentInfo, sha256_hex};

/// An article that was read and may come in.
#[derive(Clone, Debug, PartialEq)]
pub struct Incoming {
    /// The file that it comes from, with the zip that that is in.
    pub source: String,
    /// SHA-256 of its text.
    pub sha256: String,
    /// What lists show of it.
    pub header: Header,
    /// Its record.
    pub record: Rc<str>,
}

impl Incoming {
    /// A document that was read.
    ///
    /// # Errors
    /// Where it has no stored form.
    pub fn of(source: String, document: Document) -> Result<Self, RecordError> {
        let header = Header::of(&document, 0, document.info.created.clone());
        let sha256 = sha256_hex(document.text().as_str().as_bytes());
        Ok(Self { source, sha256, header, record: Base(document).encode()?.into() })
    }

    /// The same under an id that nobody has.
    fn renamed(self, env: &dyn Env) -> Result<Self, RecordError> {
        let Base(document) = Base::decode(&self.record)?;
        let info = DocumentInfo { id: DocumentId::new(env.new_id()), ..(*document.info).clone() };
        Self::of(self.source, Document { info: Rc::new(info), ..document })
    }
}

/// What was found in a file.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// An article.
    Article(Incoming),
    /// A web page, whose text only the page can take out: the file, its content, and the hash of its bytes.
    Page(String, String, String),
    /// Something that is left out: the file, and why.
    Problem(String, String),
    /// Something that came in, and that one should know of: the file, and what.
    Notice(String, String),
    /// A file that nobody takes for an article, by its ending.
    Other(String),
}

/// The endings of files that are taken from folders and zips.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Words.
    Text,
    /// A web page.
    Page,
    /// A Gloss file.
    Gloss,
    /// A zip.
    Zip,
    /// Anything else.
    Other,
    /// What systems leave behind: nobody put it there.
    Hidden,
}

/// What a file is, by its name with the folders that it is in.
#[must_use]
pub fn kind_of(path: &str) -> Kind {
    let mut parts = path.split(['/', '\\']);
    if parts.any(|part| part.starts_with('.') || part == "__MACOSX" || part == "Thumbs.db" || part == "desktop.ini") {
        return Kind::Hidden;
    }
    let path = path.to_ascii_lowercase();
    let is = |endings: &[&str]| endings.iter().any(|ending| path.ends_with(ending));
    if is(&[".txt", ".text", ".md", ".markdown"]) {
        Kind::Text
    } else if is(&[".html", ".htm", ".xhtml"]) {
        Kind::Page
    } else if is(&[".json"]) {
        Kind::Gloss
    } else if is(&[".zip"]) {
        Kind::Zip
    } else {
        Kind::Other
    }
}

/// An article whose text is here already, or in the batch before it.
#[derive(Clone, Debug, PartialEq)]
pub struct Twin {
    /// What may come in.
    pub incoming: Incoming,
    /// What has the same text.
    pub of: String,
}

/// What was gathered, as a person is asked about it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Review {
    /// What is new.
    pub fresh: Vec<Incoming>,
    /// What has a text that is here already.
    pub twins: Vec<Twin>,
    /// What is left out, and why.
    pub problems: Vec<(String, String)>,
    /// What one should know of.
    pub notices: Vec<(String, String)>,
    /// Files that are no articles, by their endings.
    pub others: BTreeMap<String, usize>,
}

impl Review {
    /// Sorts what was gathered. `here` names what has the same text on this device, by the hash of the text.
    #[must_use]
    pub fn of(items: Vec<Item>, here: &BTreeMap<String, String>) -> Self {
        let mut review = Self::default();
        let mut seen: BTreeMap<String, String> = BTreeMap::new();
        for item in items {
            match item {
                Item::Article(incoming) => {
                    let known = here.get(&incoming.sha256).or_else(|| seen.get(&incoming.sha256)).cloned();
                    match known {
                        Some(of) => review.twins.push(Twin { incoming, of }),
                        None => {
                            seen.insert(incoming.sha256.clone(), incoming.header.title.clone());
                            review.fresh.push(incoming);
                        }
                    }
                }
                Item::Page(source, ..) => {
                    review.problems.push((source, "its words could not be taken out.".to_owned()))
                }
                Item::Problem(source, why) => review.problems.push((source, why)),
                Item::Notice(source, words) => review.notices.push((source, words)),
                Item::Other(source) => {
                    let ending = source.rsplit(['/', '\\']).next().and_then(|name| name.rsplit_once('.'));
                    let ending = ending.map_or_else(
                        || "without an ending".to_owned(),
                        |(_, ending)| format!(".{}", ending.to_ascii_lowercase()),
                    );
                    *review.others.entry(ending).or_default() += 1;
                }
            }
        }
        review
    }

    /// Whether a person has to decide or should know of something before anything comes in.
    #[must_use]
    pub fn asks(&self) -> bool {
        let nothing = self.fresh.is_empty() && self.twins.is_empty();
        nothing || !(self.twins.is_empty() && self.problems.is_empty() && self.notices.is_empty())
    }

    /// What files of other kinds were left out, in words; none where there were none.
    #[must_use]
    pub fn others_words(&self) -> Option<String> {
        let count: usize = self.others.values().sum();
        let kinds: Vec<&str> = self.others.keys().take(5).map(String::as_str).collect();
        let more = if self.others.len() > 5 { ", …" } else { "" };
        let them = count_words(count, "other file is", "other files are");
        (count > 0).then(|| format!("{them} left out: {}{more}", kinds.join(", ")))
    }

    /// What shall come in: with the twins, or without. Ids that are `taken` are replaced.
    ///
    /// # Errors
    /// In words, where an article has no stored form.
    pub fn batch(
        self,
        twins: bool,
        taken: impl Fn(&DocumentId) -> bool,
        env: &dyn Env,
    ) -> Result<Vec<(Header, Rc<str>)>, String> {
        let twins = self.twins.into_iter().filter(|_| twins).map(|twin| twin.incoming);
        let mut ids = std::collections::BTreeSet::new();
        let mut batch = Vec::new();
        for incoming in self.fresh.into_iter().chain(twins) {
            let source = incoming.source.clone();
            let id = incoming.header.id.clone();
            let incoming = if taken(&id) || ids.contains(&id) { incoming.renamed(env) } else { Ok(incoming) };
            let incoming = incoming.map_err(|error| format!("{source} cannot be kept on this device: {error}."))?;
            ids.insert(incoming.header.id.clone());
            let header = Header { modified: Some(env.now()), ..incoming.header };
            batch.push((header, incoming.record));
        }
        Ok(batch)
    }
}

/// Where adding is.
#[derive(Clone, Debug, PartialEq)]
pub enum Adding {
    /// Files are being read: which one, how many are done, and how many there are; how far the one is, in hundredths.
    Reading(String, usize, usize, u8),
    /// What was read is compared with what is here.
    Comparing(Vec<Item>),
    /// A person is asked.
    Asking(Rc<Review>),
    /// So many articles are being written.
    Writing(usize),
}
