//! What the schema editor shows, and what can happen in it.
//!
//! Invariant: it is about one document, and nothing of that document changes before it is applied. Knows
//! no pixels; changing the draft is `update`'s, and what becomes of the work is `reschema`'s.

use super::reschema::{Choice, Choices, Draft, Place, Question, Trouble};
use crate::model::Schema;

/// What stands beside Apply while a question is open or something is wrong.
pub const UNSETTLED: &str = "Before this can be applied, something has to be settled.";

/// The parts of the editor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// Labels.
    Labels,
    /// Types of relations.
    Relations,
    /// What can be said of the article.
    Article,
    /// Which rules are switched on.
    Checks,
    /// What annotators shall do.
    Guidelines,
}

impl Tab {
    /// All of them, in order.
    pub const ALL: [Self; 5] = [Self::Labels, Self::Relations, Self::Article, Self::Checks, Self::Guidelines];

    /// What it is called.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Labels => "Labels",
            Self::Relations => "Relations",
            Self::Article => "Article",
            Self::Checks => "Checks",
            Self::Guidelines => "Guidelines",
        }
    }
}

/// The editor as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct SchemaDialog {
    /// The schema as it shall be.
    pub draft: Draft,
    /// The part that is shown.
    pub tab: Tab,
    /// The label that is open.
    pub label: usize,
    /// The type of relation that is open.
    pub relation: usize,
    /// Answers to what was asked.
    pub choices: Choices,
    /// What is wrong, or has to be asked, since it was to be applied.
    pub troubles: Vec<Trouble>,
    /// How often it was to be applied or saved with these troubles in the way.
    pub tries: u32,
    /// What was wrong with a file, and where in it.
    pub alert: Option<(String, Vec<String>)>,
    /// Whether it was to be closed with changes in it.
    pub closing: bool,
    /// Grows when another schema takes the place of the draft, so that its fields are new ones.
    pub version: u32,
}

impl SchemaDialog {
    /// The editor of a document's schema.
    #[must_use]
    pub fn new(schema: &Schema) -> Self {
        Self {
            draft: Draft::of(schema),
            tab: Tab::Labels,
            label: 0,
            relation: 0,
            choices: Choices::new(),
            troubles: Vec::new(),
            tries: 0,
            alert: None,
            closing: false,
            version: 0,
        }
    }

    /// Whether something in it is wrong, or a question has no answer yet, as far as was looked.
    #[must_use]
    pub fn is_unsettled(&self) -> bool {
        self.troubles.iter().any(|trouble| match trouble {
            Trouble::Wrong(_) => true,
            Trouble::Ask(ask) => ask.chosen.is_none(),
        })
    }

    /// What is open: a label, a type of relation, or the article.
    #[must_use]
    pub fn place(&self) -> Place {
        match self.tab {
            Tab::Labels => Place::Label(self.label),
            Tab::Relations => Place::Relation(self.relation),
            _ => Place::Article,
        }
    }
}

/// A part of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Its name.
    Name,
    /// Its kind, by its place among all.
    Kind(usize),
    /// Its words.
    Words,
    /// Whether it has to be filled in.
    Required,
    /// A word that it begins with, or no longer; none for no word. 1 and 0 for yes and no.
    DefaultWord(Option<u32>),
    /// What it begins with, as text.
    DefaultText,
    /// Its key.
    Key,
    /// What it means.
    Description,
    /// All of it, to be removed.
    Whole,
}

/// A part of what is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of what they change")]
pub enum Slot {
    Name,
    Description,
    Examples,
    CounterExamples,
    Color(usize),
    Style(usize),
    KeepsQuotes,
    Archived,
    From(u32),
    To(u32),
    SameLabel,
    Symmetric,
    Expected,
    Forward,
    Backward,
    Group,
    Attribute(u32, Part),
    NewAttribute,
    Check(usize),
    Guidelines,
}

/// Something that happened in the editor.
#[derive(Clone, Debug)]
pub enum SchemaAction {
    /// Another part shall be shown.
    Show(Tab),
    /// An item of the list shall be open.
    Pick(usize),
    /// An item shall be added and opened.
    Add,
    /// The open item shall go.
    Remove,
    /// The open item shall move by one, up or down.
    Move(bool),
    /// What stands in a field.
    Text(Slot, String),
    /// A switch was pressed, or one of several chosen.
    Press(Slot),
    /// A ready-made schema shall take the place of the draft.
    ReadyMade(u8),
    /// A schema was read, with what could not be taken of it; or none, in words.
    Read(Result<(Schema, Vec<String>), String>),
    /// The draft shall be saved as a file.
    Save,
    /// A file was handed over, or not.
    Saved(Result<(), String>),
    /// The draft shall become the schema.
    Apply,
    /// A question was answered.
    Answer(Question, Choice),
    /// What is wrong shall be shown.
    GoTo(Place),
    /// It shall be closed.
    Close,
    /// It shall not be closed after all.
    Stay,
    /// The change was not made; why, in words.
    Refused(String),
    /// It shall be closed, and what was changed in it dropped.
    Discard,
}
