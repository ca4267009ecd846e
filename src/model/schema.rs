//! The schema: which labels, relations and attributes there are, how each is drawn, and what it means.
//!
//! Invariant: names are unique within their list, and the order of labels is the order of the keys.
//! Knows no colour values; a colour is a name that the style sheet resolves for each theme. What a
//! document really holds may go beyond its schema only where a file brought it; see `edit::rules`.

use serde_json::Value;

use super::{Coordinates, Document, Extra, LabelName, Remarks, sort_by};

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

/// What kind of value an attribute takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AttributeKind {
    /// One of a list of words.
    One,
    /// Several of a list of words, each once.
    Several,
    /// Yes or no.
    YesNo,
    /// Free text.
    Text,
    /// A number, kept as it was written.
    Number,
    /// What names a thing elsewhere: a GeoNames or Wikidata identifier, or any other.
    Identifier,
    /// A place on Earth, as an object with `latitude` and `longitude` in degrees.
    Coordinates,
}

impl AttributeKind {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::One, Self::Several, Self::YesNo, Self::Text, Self::Number, Self::Identifier, Self::Coordinates];

    /// Its name in files and records, and in the interface.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::One => "one",
            Self::Several => "several",
            Self::YesNo => "yes or no",
            Self::Text => "text",
            Self::Number => "number",
            Self::Identifier => "identifier",
            Self::Coordinates => "coordinates",
        }
    }

    /// Whether its values come from a list.
    #[must_use]
    pub const fn has_list(self) -> bool {
        matches!(self, Self::One | Self::Several)
    }
}

/// Something that can be said of an annotation, a relation or a document.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    /// Its name, unique where it is defined.
    pub name: String,
    /// What kind of value it takes.
    pub kind: AttributeKind,
    /// The words to choose from, in order; empty for kinds without a list.
    pub values: Vec<String>,
    /// Whether it has to be filled in. What is left open is listed as missing, never refused.
    pub required: bool,
    /// The value that something new begins with.
    pub default: Option<Value>,
    /// The key that sets it: a single character.
    pub key: Option<String>,
    /// What it means, in words for annotators.
    pub description: String,
    /// Keys of its file that this version does not know.
    pub extra: Extra,
}

impl Attribute {
    /// An attribute with a name and a kind, and nothing else said.
    #[must_use]
    pub fn named(name: impl Into<String>, kind: AttributeKind) -> Self {
        Self {
            name: name.into(),
            kind,
            values: Vec::new(),
            required: false,
            default: None,
            key: None,
            description: String::new(),
            extra: Extra::new(),
        }
    }

    /// Whether a value is one that this attribute can have.
    ///
    /// # Errors
    /// Why not, in words that can follow the value.
    pub fn check(&self, value: &Value) -> Result<(), String> {
        let listed = |word: &Value| {
            let known = word.as_str().is_some_and(|word| self.values.iter().any(|value| value == word));
            if known { Ok(()) } else { Err(format!("one of {} was expected", self.values.join(", "))) }
        };
        let right = |right: bool, wanted: &str| if right { Ok(()) } else { Err(format!("{wanted} was expected")) };
        match self.kind {
            AttributeKind::One => listed(value),
            AttributeKind::Several => {
                let words = value.as_array().map(Vec::as_slice).unwrap_or_default();
                let apart =
                    words.iter().enumerate().all(|(at, word)| !words.iter().take(at).any(|other| other == word));
                right(!words.is_empty() && apart, "a list of words, each of them once,")?;
                words.iter().try_for_each(listed)
            }
            AttributeKind::YesNo => right(value.is_boolean(), "true or false"),
            AttributeKind::Text => right(value.as_str().is_some_and(|text| !text.is_empty()), "text"),
            AttributeKind::Number => right(value.is_number(), "a number"),
            AttributeKind::Identifier => {
                right(value.as_str().is_some_and(|text| !text.trim().is_empty()), "an identifier")
            }
            AttributeKind::Coordinates => {
                right(Coordinates::from_value(value).is_some(), "a latitude and a longitude in degrees")
            }
        }
    }
}

/// The attribute of that name.
#[must_use]
pub fn attribute<'a>(attributes: &'a [Attribute], name: &str) -> Option<&'a Attribute> {
    attributes.iter().find(|attribute| attribute.name == name)
}

/// The values that something new begins with.
#[must_use]
pub fn defaults(attributes: &[Attribute]) -> Extra {
    let given = attributes.iter().filter_map(|attribute| {
        let value = attribute.default.as_ref().filter(|value| attribute.check(value).is_ok())?;
        Some((attribute.name.clone(), value.clone()))
    });
    given.collect()
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
    /// Whether its spans keep quotation marks at their ends.
    pub keeps_quotes: bool,
    /// What it means, in words for annotators.
    pub description: String,
    /// What should carry it.
    pub examples: Vec<String>,
    /// What should not, although one might think so.
    pub counter_examples: Vec<String>,
    /// What can be said of its annotations.
    pub attributes: Vec<Attribute>,
    /// Whether it is kept for annotations that have it, and offered for new ones no more.
    pub archived: bool,
    /// Whether it came with a file whose schema did not have it.
    pub added: bool,
    /// Keys of its file that this version does not know.
    pub extra: Extra,
}

impl Label {
    /// A label with a name and nothing else said.
    #[must_use]
    pub fn named(name: LabelName) -> Self {
        Self {
            name,
            key: None,
            color: None,
            style: None,
            keeps_quotes: false,
            description: String::new(),
            examples: Vec::new(),
            counter_examples: Vec::new(),
            attributes: Vec::new(),
            archived: false,
            added: false,
            extra: Extra::new(),
        }
    }
}

/// A type of relation: which labels may stand at its ends, and what it is called.
#[derive(Clone, Debug, PartialEq)]
pub struct RelationType {
    /// Its name, unique in the schema.
    pub name: String,
    /// The labels that it may lead from; none for any.
    pub from: Vec<LabelName>,
    /// The labels that it may lead to; none for any.
    pub to: Vec<LabelName>,
    /// Whether both ends carry the same label.
    pub same_label: bool,
    /// Whether its direction means nothing.
    pub symmetric: bool,
    /// Whether each annotation that it may lead from should have one.
    pub expected: bool,
    /// What stands before the other end on a card of its `from` end, as in `said by`; empty for its name.
    pub forward: String,
    /// What stands before the other end on a card of its `to` end, as in `says`; empty for its name.
    pub backward: String,
    /// A word for what relations of one annotation make up together: those of its types with the same word
    /// can share a group, as the source and the cue of one attribution do.
    pub group: String,
    /// What it means, in words for annotators.
    pub description: String,
    /// What can be said of its relations.
    pub attributes: Vec<Attribute>,
    /// Whether it is kept for relations that have it, and offered for new ones no more.
    pub archived: bool,
    /// Whether it came with a file whose schema did not have it.
    pub added: bool,
    /// Keys of its file that this version does not know.
    pub extra: Extra,
}

impl RelationType {
    /// A type with a name, between any labels.
    #[must_use]
    pub fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            from: Vec::new(),
            to: Vec::new(),
            same_label: false,
            symmetric: false,
            expected: false,
            forward: String::new(),
            backward: String::new(),
            group: String::new(),
            description: String::new(),
            attributes: Vec::new(),
            archived: false,
            added: false,
            extra: Extra::new(),
        }
    }

    /// Whether it may lead from the one label to the other.
    #[must_use]
    pub fn allows(&self, from: &LabelName, to: &LabelName) -> bool {
        let takes = |list: &[LabelName], label| list.is_empty() || list.contains(label);
        takes(&self.from, from) && takes(&self.to, to) && (!self.same_label || from == to)
    }

    /// Whether it may lead from that label.
    #[must_use]
    pub fn leads_from(&self, label: &LabelName) -> bool {
        self.from.is_empty() || self.from.contains(label)
    }

    /// Whether it may lead to that label.
    #[must_use]
    pub fn leads_to(&self, label: &LabelName) -> bool {
        self.to.is_empty() || self.to.contains(label)
    }

    /// What stands before its other end on a card: that of its `from` end, or of its `to` end.
    #[must_use]
    pub fn words(&self, from_here: bool) -> &str {
        let said = if from_here || self.symmetric { &self.forward } else { &self.backward };
        if said.is_empty() { &self.name } else { said }
    }
}

/// What a document may say: labels, relations, attributes, and what is asked of annotators.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Schema {
    /// The labels; the first nine that are not archived have the keys 1 to 9.
    pub labels: Vec<Label>,
    /// The types of relations.
    pub relations: Vec<RelationType>,
    /// What can be said of a document.
    pub attributes: Vec<Attribute>,
    /// The names of the rules that are switched off.
    pub rules_off: Vec<String>,
    /// What annotators shall do, as Markdown.
    pub guidelines: String,
    /// Keys of its file that this version does not know.
    pub extra: Extra,
}

impl Schema {
    /// Claim, Source and Location, and nothing said beyond that: what the first version of Gloss gave
    /// every document.
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
            ..Self::default()
        }
    }

    /// The label's place in the list, from 0.
    #[must_use]
    pub fn position(&self, name: &LabelName) -> Option<usize> {
        self.labels.iter().position(|label| label.name == *name)
    }

    /// The labels that are offered for new annotations, in the order of their keys, each with its place in
    /// the whole list.
    pub fn offered(&self) -> impl Iterator<Item = (usize, &Label)> {
        self.labels.iter().enumerate().filter(|(_, label)| !label.archived)
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

    /// The relation type of that name.
    #[must_use]
    pub fn relation(&self, name: &str) -> Option<&RelationType> {
        self.relations.iter().find(|relation| relation.name == name)
    }

    /// The types that may lead from the one label to the other and are offered for new relations.
    pub fn relations_between(&self, from: &LabelName, to: &LabelName) -> impl Iterator<Item = &RelationType> {
        self.relations.iter().filter(move |relation| !relation.archived && relation.allows(from, to))
    }

    /// What can be said of annotations with a label.
    #[must_use]
    pub fn label_attributes(&self, name: &LabelName) -> &[Attribute] {
        self.label(name).map_or(&[], |label| &label.attributes)
    }

    /// What can be said of relations of a type.
    #[must_use]
    pub fn relation_attributes(&self, name: &str) -> &[Attribute] {
        self.relation(name).map_or(&[], |relation| &relation.attributes)
    }

    /// Whether annotations of a label get cards: something else may be linked to them.
    #[must_use]
    pub fn has_cards(&self, name: &LabelName) -> bool {
        let leads_on = |relation: &&RelationType| {
            !relation.symmetric
                && relation.leads_from(name)
                && (relation.to.is_empty() || relation.to.iter().any(|to| to != name))
        };
        self.relations.iter().any(|relation| leads_on(&relation))
    }

    /// Whether a rule is switched on.
    #[must_use]
    pub fn rule_is_on(&self, rule: &str) -> bool {
        !self.rules_off.iter().any(|off| off == rule)
    }

    /// Adds labels by name where they are not there yet; answers whether there were any.
    pub fn add_missing<'a>(&mut self, names: impl IntoIterator<Item = &'a LabelName>) -> bool {
        let before = self.labels.len();
        for name in names {
            if self.position(name).is_none() {
                self.labels.push(Label { added: true, ..Label::named(name.clone()) });
            }
        }
        self.labels.len() > before
    }

    /// Adds what a document holds and this schema does not have: labels, types of relations, labels at
    /// their ends, words of lists. Answers whether there was anything.
    pub fn add_what_is_in(&mut self, document: &Document) -> bool {
        let mut changed = self.add_missing(document.annotations.counts().keys());
        for annotation in document.annotations.iter() {
            if let Some(label) = self.labels.iter_mut().find(|label| label.name == annotation.label) {
                changed |= add_values(&mut label.attributes, &annotation.remarks);
            }
        }
        for relation in document.relations.iter().filter(|relation| !relation.kind.is_empty()) {
            let label = |id| document.annotations.get(id).map(|annotation| annotation.label.clone());
            let (Some(from), Some(to)) = (label(&relation.from), label(&relation.to)) else { continue };
            let at = self.relations.iter().position(|known| known.name == relation.kind);
            let at = at.unwrap_or_else(|| {
                let new = RelationType {
                    added: true,
                    from: vec![from.clone()],
                    to: vec![to.clone()],
                    ..RelationType::named(&*relation.kind)
                };
                self.relations.push(new);
                changed = true;
                self.relations.len() - 1
            });
            let Some(known) = self.relations.get_mut(at) else { continue };
            if !known.leads_from(&from) {
                known.from.push(from.clone());
                changed = true;
            }
            if !known.leads_to(&to) {
                known.to.push(to.clone());
                changed = true;
            }
            if known.same_label && from != to {
                known.same_label = false;
                changed = true;
            }
            changed |= add_values(&mut known.attributes, &relation.remarks);
        }
        changed |= add_values(&mut self.attributes, &document.remarks);
        changed
    }
}

/// Adds the words that remarks hold to the lists that do not have them.
fn add_values(attributes: &mut [Attribute], remarks: &Remarks) -> bool {
    let mut changed = false;
    for attribute in attributes.iter_mut().filter(|attribute| attribute.kind.has_list()) {
        let words = match (attribute.kind, remarks.attributes.get(&attribute.name)) {
            (AttributeKind::One, Some(Value::String(word))) => vec![word.as_str()],
            (AttributeKind::Several, Some(Value::Array(words))) => words.iter().filter_map(Value::as_str).collect(),
            _ => continue,
        };
        for word in words {
            if !attribute.values.iter().any(|value| value == word) {
                attribute.values.push(word.to_owned());
                changed = true;
            }
        }
    }
    changed
}

/// Keys of a map in the order of their names, so that the same work is written as the same bytes.
#[must_use]
pub fn by_name(extra: &Extra) -> Vec<(&String, &Value)> {
    let mut entries: Vec<(&String, &Value)> = extra.iter().collect();
    sort_by(&mut entries, |(a, _), (b, _)| a.cmp(b));
    entries
}
