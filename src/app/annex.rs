//! What the app and its annex tell each other. The annex is a module of its own on the same page, for
//! what nobody needs before they can annotate: the library, the schema editor, settings.
//!
//! Invariant: a letter is a list of texts, and what one side writes the other one reads as an equal
//! value; a letter that cannot be read is none. The app alone changes the open document and the
//! settings: the annex asks.

use std::rc::Rc;

use super::records::{Base, Record, RecordError};
use super::settings::Settings;
use crate::model::{AnnotationId, Document, DocumentId};
use crate::text::{ByteOffset, Span, Text};

/// The pages of the annex that are opened alike, each by the name of its command.
pub const PAGES: [&str; 7] = ["settings", "keyboard", "history", "newer", "storage", "search", "details"];

/// A page to be opened, and what all of them may want to know.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// Which one.
    pub name: &'static str,
    /// The settings: keys, and the name of who works here.
    pub settings: Rc<Settings>,
    /// The names of the labels, which have keys, too.
    pub labels: Vec<String>,
    /// The open article; none on the start screen.
    pub article: Option<Article>,
}

/// The open article, by what is needed to find it in the storage.
#[derive(Clone, Debug, PartialEq)]
pub struct Article {
    /// Its id.
    pub id: DocumentId,
    /// The number of its last step, which may be on its way to the disk still.
    pub seq: usize,
    /// Whether this tab may change it.
    pub writes: bool,
}

/// An article that is handed over to become a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Handed {
    /// Its id.
    pub id: DocumentId,
    /// Its title.
    pub title: String,
    /// How many annotations and relations are marked to be discarded.
    pub discarded: usize,
    /// Its record.
    pub record: Rc<str>,
}

/// What the app asks of the annex.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    /// Open the schema editor for a document; whether changes may be made.
    Schema(Box<Document>, bool),
    /// Open one of the [`PAGES`].
    Page(Page),
    /// Put the library on the screen, with what is stored now; or take it off.
    Library(bool),
    /// Open the bar that looks for words in a text; where one is in it.
    Find(Text, ByteOffset),
    /// Write an article as a file, and open the dialog when it is ready.
    Export(Handed),
    /// Bring a Gloss file in: let a person choose one, or take the one that comes with this letter.
    Import(bool),
    /// Close that bar: the text is not on the screen any more.
    Leave,
    /// Close what is open: its change was made, or it is about something else.
    Close,
    /// The change that it asked for was not made; why.
    Refused(String),
}

impl Request {
    /// The request as a letter. Only the app calls this.
    ///
    /// # Errors
    /// Where a document has no stored form.
    pub fn write(&self) -> Result<Vec<String>, RecordError> {
        Ok(match self {
            Self::Schema(document, writes) => {
                let kind = if *writes { "schema" } else { "schema read" };
                vec![kind.to_owned(), Base((**document).clone()).encode()?]
            }
            Self::Page(Page { name, settings, labels, article }) => {
                let mut letter = vec![(*name).to_owned(), settings.to_json()];
                letter.extend(match article {
                    Some(Article { id, seq, writes }) => {
                        [id.as_str(), if *writes { "writes" } else { "" }, &seq.to_string()].map(str::to_owned)
                    }
                    None => Default::default(),
                });
                letter.extend_from_slice(labels);
                letter
            }
            Self::Library(shown) => vec![(if *shown { "library" } else { "no library" }).to_owned()],
            Self::Find(text, at) => vec!["find".to_owned(), text.as_str().to_owned(), at.get().to_string()],
            Self::Export(Handed { id, title, discarded, record }) => {
                ["export", id.as_str(), title, &discarded.to_string(), record].map(str::to_owned).to_vec()
            }
            Self::Import(asked) => ["import", if *asked { "asked" } else { "" }].map(str::to_owned).to_vec(),
            Self::Leave => vec!["leave".to_owned()],
            Self::Close => vec!["close".to_owned()],
            Self::Refused(why) => vec!["refused".to_owned(), why.clone()],
        })
    }

    /// The request in a letter. Only the annex calls this.
    #[must_use]
    pub fn read(letter: Vec<String>) -> Option<Self> {
        let mut texts = letter.into_iter();
        let (kind, first) = (texts.next()?, texts.next().unwrap_or_default());
        Some(match kind.as_str() {
            "schema" | "schema read" => Self::Schema(Box::new(Base::decode(&first).ok()?.0), kind == "schema"),
            "library" | "no library" => Self::Library(kind == "library"),
            "find" => {
                let text = Text::new(first);
                let at = texts.next().and_then(|at| at.parse().ok()).unwrap_or_default();
                let at = text.floor(ByteOffset::new(at));
                Self::Find(text, at)
            }
            "export" => {
                let (title, discarded, record) = (texts.next()?, texts.next()?, texts.next()?);
                let (id, discarded) = (DocumentId::new(first), discarded.parse().ok()?);
                Self::Export(Handed { id, title, discarded, record: record.into() })
            }
            "import" => Self::Import(!first.is_empty()),
            "leave" => Self::Leave,
            "close" => Self::Close,
            "refused" => Self::Refused(first),
            _ => {
                let name = PAGES.into_iter().find(|name| *name == kind)?;
                let (id, writes, seq) = (texts.next()?, texts.next()?, texts.next()?);
                let (id, writes) = (DocumentId::new(id), !writes.is_empty());
                let article = seq.parse().ok().map(|seq| Article { id, seq, writes });
                let settings = Rc::new(Settings::from_json(&first));
                Self::Page(Page { name, settings, labels: texts.collect(), article })
            }
        })
    }
}

/// What the annex asks of the app.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// Make a change: the journal record with it.
    Apply(String),
    /// Have something read out.
    Say(String),
    /// Show and read something out; whether it says that something was refused.
    Tell(String, bool),
    /// It has opened a dialog by itself, which may be about an article.
    Opened(Option<DocumentId>),
    /// Take articles in by their records, and say this.
    Import(String, Vec<String>),
    /// Use these settings from now on.
    Set(Rc<Settings>),
    /// Open a document.
    Open(DocumentId),
    /// Run a command, by its name in the table.
    Run(String),
    /// Focus an annotation, and bring it into view.
    Focus(AnnotationId),
    /// Bring a place in the text into view.
    Show(ByteOffset),
    /// The bar that looks for words is closed; what it stood at shall be selected.
    Found(Option<Span>),
    /// It changed which documents there are.
    Changed,
    /// A write of its own begins, or has ended.
    Writing(bool),
    /// What it showed was closed.
    Closed,
    /// It did not arrive.
    Failed,
}

impl Reply {
    /// The reply as a letter.
    #[must_use]
    pub fn write(&self) -> Vec<String> {
        let places = |span: &Span| format!("{} {}", span.start().get(), span.end().get());
        let (kind, text) = match self {
            Self::Apply(record) => ("apply", record.clone()),
            Self::Say(words) => ("say", words.clone()),
            Self::Tell(words, refusal) => (if *refusal { "refuse" } else { "tell" }, words.clone()),
            Self::Opened(id) => ("opened", id.as_ref().map_or(String::new(), |id| id.as_str().to_owned())),
            Self::Import(words, records) => {
                let mut letter = vec!["import".to_owned(), words.clone()];
                letter.extend_from_slice(records);
                return letter;
            }
            Self::Set(settings) => ("set", settings.to_json()),
            Self::Open(id) => ("open", id.as_str().to_owned()),
            Self::Run(command) => ("run", command.clone()),
            Self::Focus(id) => ("focus", id.as_str().to_owned()),
            Self::Show(at) => ("show", at.get().to_string()),
            Self::Found(span) => ("found", span.as_ref().map(places).unwrap_or_default()),
            Self::Changed => ("changed", String::new()),
            Self::Writing(begins) => ("writing", if *begins { "begins" } else { "" }.to_owned()),
            Self::Closed => ("closed", String::new()),
            Self::Failed => ("failed", String::new()),
        };
        vec![kind.to_owned(), text]
    }

    /// The reply in a letter.
    #[must_use]
    pub fn read(letter: Vec<String>) -> Option<Self> {
        let mut texts = letter.into_iter();
        let (kind, text) = (texts.next()?, texts.next().unwrap_or_default());
        Some(match kind.as_str() {
            "apply" => Self::Apply(text),
            "say" => Self::Say(text),
            "tell" | "refuse" => Self::Tell(text, kind == "refuse"),
            "opened" => Self::Opened((!text.is_empty()).then(|| DocumentId::new(text))),
            "import" => Self::Import(text, texts.collect()),
            "set" => Self::Set(Rc::new(Settings::from_json(&text))),
            "open" => Self::Open(DocumentId::new(text)),
            "run" => Self::Run(text),
            "focus" => Self::Focus(AnnotationId::new(text)),
            "show" => Self::Show(ByteOffset::new(text.parse().ok()?)),
            "found" => Self::Found(span_of(&text)),
            "changed" => Self::Changed,
            "writing" => Self::Writing(!text.is_empty()),
            "closed" => Self::Closed,
            "failed" => Self::Failed,
            _ => return None,
        })
    }
}

fn span_of(text: &str) -> Option<Span> {
    let (start, end) = text.split_once(' ')?;
    Span::from_bytes(start.parse().ok()?, end.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::schema::first;
    use crate::model::DocumentInfo;

    #[test]
    fn letters_are_read_as_they_were_written() {
        let settings = Rc::new(Settings { exact: true, text_size: 21, ..Settings::default() });
        let labels = vec!["Claim".to_owned(), String::new(), "مصدر".to_owned()];
        let info = DocumentInfo {
            id: DocumentId::new("d"),
            title: "A title".to_owned(),
            text: Text::new("Two 🚨 lines\nof text".to_owned()),
            intake: crate::model::Intake::default(),
            metadata: crate::model::Extra::new(),
            created: None,
            extra: crate::model::Extra::new(),
        };
        let document = Box::new(Document::new(info, first()));
        let requests = [
            Request::Schema(document.clone(), true),
            Request::Schema(document, false),
            Request::Page(Page {
                name: "settings",
                settings: Rc::clone(&settings),
                labels: labels.clone(),
                article: None,
            }),
            Request::Page(Page { name: "keyboard", ..Page::default() }),
            Request::Page(Page { name: "storage", ..Page::default() }),
            Request::Page(Page {
                name: "history",
                settings: Rc::clone(&settings),
                labels,
                article: Some(Article { id: DocumentId::new("a b"), seq: 12, writes: true }),
            }),
            Request::Page(Page {
                name: "newer",
                article: Some(Article { id: DocumentId::new(""), seq: 0, writes: false }),
                ..Page::default()
            }),
            Request::Page(Page { name: "search", ..Page::default() }),
            Request::Find(Text::new("a é\nb".to_owned()), ByteOffset::new(2)),
            Request::Leave,
            Request::Export(Handed {
                id: DocumentId::new("a b"),
                title: String::new(),
                discarded: 3,
                record: "base 2 …".into(),
            }),
            Request::Import(true),
            Request::Import(false),
            Request::Library(true),
            Request::Library(false),
            Request::Close,
            Request::Refused("why not".to_owned()),
        ];
        for request in requests {
            assert_eq!(request.write().map(Request::read), Ok(Some(request)));
        }
        let replies = [
            Reply::Apply("journal 2 …".to_owned()),
            Reply::Say("Done".to_owned()),
            Reply::Tell("Read".to_owned(), false),
            Reply::Tell("No".to_owned(), true),
            Reply::Opened(None),
            Reply::Opened(Some(DocumentId::new("a b"))),
            Reply::Import("Imported".to_owned(), vec!["base".to_owned(), String::new()]),
            Reply::Set(settings),
            Reply::Open(DocumentId::new("a b")),
            Reply::Run("find".to_owned()),
            Reply::Focus(AnnotationId::new("a b")),
            Reply::Show(ByteOffset::new(7)),
            Reply::Found(None),
            Reply::Found(Span::from_bytes(3, 9)),
            Reply::Changed,
            Reply::Writing(true),
            Reply::Writing(false),
            Reply::Closed,
            Reply::Failed,
        ];
        for reply in replies {
            assert_eq!(Reply::read(reply.write()), Some(reply));
        }
    }

    #[test]
    fn what_cannot_be_read_is_no_letter() {
        for letter in [vec![], vec!["schema"], vec!["schema", "base 2 0 {}"], vec!["weather", "fine"]] {
            let letter: Vec<String> = letter.into_iter().map(str::to_owned).collect();
            assert_eq!(Request::read(letter.clone()), None, "{letter:?}");
            assert_eq!(Reply::read(letter.clone()), None, "{letter:?}");
        }
    }
}
