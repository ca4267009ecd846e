//! The schema: which labels there are and how each is drawn.
//!
//! Invariant: label names are unique within a schema and their order is the order of the keys.
//! Knows no colour values; a colour is a name that the style sheet resolves for each theme.

use super::{Extra, LabelName};

/// The colour names that the style sheets know, in the order in which new labels take them.
pub const PALETTE: [&str; 9] = ["amber", "indigo", "green", "rose", "teal", "violet", "orange", "sky", "slate"];

/// How a label's spans are drawn, so that labels differ by shape as well as by colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DrawStyle {
    /// A tinted band behind the words.
    Band,
    /// A solid line below the words.
    Solid,
    /// A dotted line below the words.
    Dotted,
}

impl DrawStyle {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Band, Self::Solid, Self::Dotted];

    /// Its name in files, records and the style sheet.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Band => "band",
            Self::Solid => "solid",
            Self::Dotted => "dotted",
        }
    }
}

/// One label: what it is called, drawn and meant as.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// Its name, unique in the schema.
    pub name: LabelName,
    /// The key as its file names it. Gloss itself goes by the label's place in the list.
    pub key: Option<String>,
    /// A colour name; one of [`PALETTE`] in what Gloss makes.
    pub color: Option<String>,
    /// How it is drawn, where said.
    pub style: Option<DrawStyle>,
    /// What it means, in words for annotators.
    pub description: String,
    /// Keys of its file that this version does not know.
    pub extra: Extra,
}

impl Label {
    /// A label with a name and nothing else said.
    #[must_use]
    pub fn named(name: LabelName) -> Self {
        Self { name, key: None, color: None, style: None, description: String::new(), extra: Extra::new() }
    }
}

/// The labels of a document, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Schema {
    /// The labels; the first nine have the keys 1 to 9.
    pub labels: Vec<Label>,
    /// Keys of its file that this version does not know.
    pub extra: Extra,
}

impl Schema {
    /// Claim, Source and Location.
    #[must_use]
    pub fn claims_sources_locations() -> Self {
        let label = |name: &str, key: &str, color: &str, style, description: &str| Label {
            key: Some(key.to_owned()),
            color: Some(color.to_owned()),
            style: Some(style),
            description: description.to_owned(),
            ..Label::named(LabelName::new(name))
        };
        Self {
            labels: vec![
                label(
                    "Claim",
                    "1",
                    "amber",
                    DrawStyle::Band,
                    "A statement that someone could check or dispute. The content only, without \"X said\".",
                ),
                label(
                    "Source",
                    "2",
                    "indigo",
                    DrawStyle::Solid,
                    "Whoever or whatever a claim comes from: a person, an organisation, a document, another outlet.",
                ),
                label(
                    "Location",
                    "3",
                    "green",
                    DrawStyle::Dotted,
                    "A place, mentioned by its name or by a description.",
                ),
            ],
            extra: Extra::new(),
        }
    }

    /// The label's place in the list, from 0.
    #[must_use]
    pub fn position(&self, name: &LabelName) -> Option<usize> {
        self.labels.iter().position(|label| label.name == *name)
    }

    /// The label of that name.
    #[must_use]
    pub fn label(&self, name: &LabelName) -> Option<&Label> {
        self.labels.iter().find(|label| label.name == *name)
    }

    /// How the label at a place in the list is drawn: as it says, else by its place.
    #[must_use]
    #[allow(clippy::indexing_slicing, reason = "a remainder is less than the length")]
    pub fn style_at(&self, position: usize) -> DrawStyle {
        let by_place = [DrawStyle::Band, DrawStyle::Solid, DrawStyle::Dotted];
        let said = self.labels.get(position).and_then(|label| label.style);
        said.unwrap_or_else(|| by_place[position % by_place.len()])
    }

    /// The palette colour of the label at a place: as it says where the palette has it, else by its place.
    #[must_use]
    #[allow(clippy::indexing_slicing, reason = "a remainder is less than the length")]
    pub fn color_at(&self, position: usize) -> &'static str {
        let said = self.labels.get(position).and_then(|label| label.color.as_deref());
        let known = said.and_then(|said| PALETTE.into_iter().find(|color| *color == said));
        known.unwrap_or_else(|| PALETTE[position % PALETTE.len()])
    }

    /// Adds labels by name where they are not there yet.
    pub fn add_missing<'a>(&mut self, names: impl IntoIterator<Item = &'a LabelName>) {
        for name in names {
            if self.position(name).is_none() {
                self.labels.push(Label::named(name.clone()));
            }
        }
    }
}
