//! [`Draft`]: a schema on its way to another one.
//!
//! Invariant: everything in it has a number of its own for as long as the draft lives, so that it can be
//! named while its name is being typed, and remembers what it was called in the schema before. What is
//! wrong in it is for [`Draft::wrongs`] to say, never for typing to refuse.

use serde_json::Value;

use crate::app::command::TABLE;
use crate::app::keymap::Chord;
use crate::formats::json;
use crate::model::{Attribute, AttributeKind, Extra, Label, LabelName, PALETTE, RelationType, Schema};

/// A word of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Word {
    /// Its number in the draft.
    pub id: u32,
    /// What it was.
    pub was: Option<String>,
    /// What it shall be; an empty one is left out.
    pub text: String,
}

/// An attribute.
#[derive(Clone, Debug, PartialEq)]
pub struct AttributeDraft {
    /// Its number in the draft.
    pub id: u32,
    /// What it was called.
    pub was: Option<String>,
    /// The attribute, but for its words and its default.
    pub attribute: Attribute,
    /// Its words, where it has a list.
    pub words: Vec<Word>,
    /// The numbers of the words that something new begins with.
    pub default_words: Vec<u32>,
    /// What something new begins with, where that is no word of a list: as text.
    pub default_text: String,
    /// Whether it was added a moment ago.
    pub fresh: bool,
    /// The kind that it came with; words and defaults that only files give belong to that.
    kind: AttributeKind,
}

/// A label.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelDraft {
    /// Its number in the draft.
    pub id: u32,
    /// What it was called.
    pub was: Option<LabelName>,
    /// What it shall be called.
    pub name: String,
    /// All else, but for its attributes.
    pub label: Label,
    /// Its attributes.
    pub attributes: Vec<AttributeDraft>,
}

/// A type of relation.
#[derive(Clone, Debug, PartialEq)]
pub struct RelationDraft {
    /// Its number in the draft.
    pub id: u32,
    /// What it was called.
    pub was: Option<String>,
    /// The type, but for its ends and its attributes.
    pub relation: RelationType,
    /// The numbers of the labels that it may lead from; none for any.
    pub from: Vec<u32>,
    /// The numbers of the labels that it may lead to; none for any.
    pub to: Vec<u32>,
    /// Its attributes.
    pub attributes: Vec<AttributeDraft>,
    /// Whether it was added here, and by no file: then it says which labels it links.
    pub fresh: bool,
}

/// A label that is at an end of a relation, and not in the draft.
#[derive(Clone, Debug, PartialEq)]
pub struct Gone {
    /// Its number in the draft.
    pub id: u32,
    /// What it was called.
    pub name: String,
    /// Whether it was there; else a file named an end that is no label.
    pub known: bool,
}

/// A schema on its way.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// The labels, in order.
    pub labels: Vec<LabelDraft>,
    /// The types of relations, in order.
    pub relations: Vec<RelationDraft>,
    /// What can be said of an article.
    pub attributes: Vec<AttributeDraft>,
    /// The names of the rules that are switched off.
    pub rules_off: Vec<String>,
    /// What annotators shall do, as Markdown.
    pub guidelines: String,
    /// Labels that ends still name.
    pub gone: Vec<Gone>,
    extra: Extra,
    last: u32,
}

/// A part of a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The label of a place in the list.
    Label(usize),
    /// The type of relation of a place in the list.
    Relation(usize),
    /// What can be said of the article.
    Article,
}

/// Something in a draft that cannot stay so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// Where.
    pub place: Place,
    /// What, as a sentence.
    pub words: String,
}

/// A name as it shall be: what nobody touched stays as it came.
fn settled<'a>(typed: &'a str, was: Option<&str>) -> &'a str {
    if was == Some(typed) { typed } else { typed.trim() }
}

impl AttributeDraft {
    /// The name that it shall have.
    #[must_use]
    pub fn name(&self) -> &str {
        settled(&self.attribute.name, self.was.as_deref())
    }

    /// Its words, but for empty ones.
    pub fn words(&self) -> impl Iterator<Item = (&Word, &str)> {
        self.words
            .iter()
            .map(|word| (word, settled(&word.text, word.was.as_deref())))
            .filter(|(_, text)| !text.is_empty())
    }

    /// The words as a person edits them: one for each line.
    #[must_use]
    pub fn lines(&self) -> String {
        self.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join("\n")
    }

    /// Makes it another kind. What it begins with goes where the new kind has no such value.
    pub fn set_kind(&mut self, kind: AttributeKind) {
        let of_list = kind.has_list() && self.attribute.kind.has_list();
        self.attribute.kind = kind;
        if !of_list {
            self.default_words.clear();
            self.default_text.clear();
        } else if kind == AttributeKind::One {
            self.default_words.truncate(1);
        }
    }

    /// The attribute.
    #[must_use]
    pub fn built(&self) -> Attribute {
        let kind = self.attribute.kind;
        let as_it_came = kind == self.kind;
        let chosen = || self.words().filter(|(word, _)| self.default_words.contains(&word.id));
        let text = Some(&self.default_text).filter(|text| !text.trim().is_empty());
        let default = match kind {
            AttributeKind::One => chosen().next().map(|(_, text)| Value::from(text)),
            AttributeKind::Several => {
                let words: Vec<Value> = chosen().map(|(_, text)| Value::from(text)).collect();
                (!words.is_empty()).then_some(Value::Array(words))
            }
            AttributeKind::YesNo => text.map(|text| Value::Bool(text == "true")),
            AttributeKind::Text | AttributeKind::Identifier => text.map(|text| Value::from(text.as_str())),
            AttributeKind::Number => text.map(|text| number(text).unwrap_or_else(|| Value::from(text.as_str()))),
            AttributeKind::Coordinates => self.attribute.default.clone().filter(|_| as_it_came),
        };
        let values = match kind.has_list() {
            true => self.words().map(|(_, text)| text.to_owned()).collect(),
            // A file may give words to what has no list: they stay as long as it is what it was.
            false if as_it_came => self.attribute.values.clone(),
            false => Vec::new(),
        };
        Attribute { name: self.name().to_owned(), values, default, ..self.attribute.clone() }
    }
}

/// A number as it was written.
fn number(text: &str) -> Option<Value> {
    json::parse(text.trim(), 1).ok().filter(Value::is_number)
}

impl LabelDraft {
    /// The name that it shall have.
    #[must_use]
    pub fn name(&self) -> &str {
        settled(&self.name, self.was.as_ref().map(LabelName::as_str))
    }

    /// The label.
    #[must_use]
    pub fn built(&self) -> Label {
        let told = |lines: &[String]| lines.iter().filter(|line| !line.trim().is_empty()).cloned().collect();
        Label {
            name: LabelName::new(self.name()),
            examples: told(&self.label.examples),
            counter_examples: told(&self.label.counter_examples),
            attributes: self.attributes.iter().map(AttributeDraft::built).collect(),
            ..self.label.clone()
        }
    }
}

impl RelationDraft {
    /// The name that it shall have.
    #[must_use]
    pub fn name(&self) -> &str {
        settled(&self.relation.name, self.was.as_deref())
    }

    /// The words where it leads, if nobody gives it any: an arrow back and the words where it begins, for
    /// those alone would say the opposite there.
    #[must_use]
    pub fn words_back(&self) -> String {
        let said = self.relation.forward.trim();
        let said = if said.is_empty() { self.name() } else { said };
        if said.is_empty() || self.relation.symmetric { String::new() } else { format!("← {said}") }
    }

    /// The type between the labels of these names.
    #[must_use]
    pub fn built(&self, from: Vec<LabelName>, to: Vec<LabelName>) -> RelationType {
        let backward = Some(self.relation.backward.clone());
        RelationType {
            name: self.name().to_owned(),
            backward: backward.filter(|said| !self.fresh || !said.is_empty()).unwrap_or_else(|| self.words_back()),
            from,
            to,
            attributes: self.attributes.iter().map(AttributeDraft::built).collect(),
            ..self.relation.clone()
        }
    }
}

impl Draft {
    /// A draft of a schema, in which everything is what it was.
    #[must_use]
    pub fn of(schema: &Schema) -> Self {
        let mut draft = Self::new(schema);
        let attributes = |all: &mut [AttributeDraft]| {
            for attribute in all {
                attribute.was = Some(attribute.attribute.name.clone());
                attribute.words.iter_mut().for_each(|word| word.was = Some(word.text.clone()));
            }
        };
        for label in &mut draft.labels {
            label.was = Some(label.label.name.clone());
            attributes(&mut label.attributes);
        }
        for relation in &mut draft.relations {
            relation.was = Some(relation.relation.name.clone());
            attributes(&mut relation.attributes);
        }
        attributes(&mut draft.attributes);
        draft
    }

    /// A draft that puts a schema in the place of another one. What is called the same counts as the same.
    #[must_use]
    pub fn new(schema: &Schema) -> Self {
        let mut draft = Self {
            labels: Vec::new(),
            relations: Vec::new(),
            attributes: Vec::new(),
            rules_off: schema.rules_off.clone(),
            guidelines: schema.guidelines.clone(),
            gone: Vec::new(),
            extra: schema.extra.clone(),
            last: 0,
        };
        for label in &schema.labels {
            let attributes = draft.attributes_of(&label.attributes);
            let (id, name) = (draft.number(), label.name.to_string());
            draft.labels.push(LabelDraft { id, was: None, name, label: label.clone(), attributes });
        }
        for relation in &schema.relations {
            let attributes = draft.attributes_of(&relation.attributes);
            let (from, to) = (draft.ends(&relation.from), draft.ends(&relation.to));
            let id = draft.number();
            draft.relations.push(RelationDraft {
                id,
                was: None,
                relation: relation.clone(),
                from,
                to,
                attributes,
                fresh: false,
            });
        }
        draft.attributes = draft.attributes_of(&schema.attributes);
        draft
    }

    fn number(&mut self) -> u32 {
        self.last += 1;
        self.last
    }

    fn attributes_of(&mut self, attributes: &[Attribute]) -> Vec<AttributeDraft> {
        attributes.iter().map(|attribute| self.attribute_of(attribute)).collect()
    }

    fn attribute_of(&mut self, attribute: &Attribute) -> AttributeDraft {
        let words: Vec<Word> =
            attribute.values.iter().map(|text| Word { id: self.number(), was: None, text: text.clone() }).collect();
        let is_default = |word: &&Word| match &attribute.default {
            Some(Value::String(text)) => *text == word.text,
            Some(Value::Array(all)) => all.iter().any(|text| *text == word.text),
            _ => false,
        };
        AttributeDraft {
            id: self.number(),
            was: None,
            default_words: words.iter().filter(is_default).map(|word| word.id).collect(),
            default_text: match &attribute.default {
                Some(Value::String(text)) => text.clone(),
                Some(value @ (Value::Bool(_) | Value::Number(_))) => value.to_string(),
                _ => String::new(),
            },
            words,
            fresh: false,
            kind: attribute.kind,
            attribute: attribute.clone(),
        }
    }

    /// The numbers of labels. Those that are no labels get one, too.
    fn ends(&mut self, names: &[LabelName]) -> Vec<u32> {
        let mut ends = Vec::with_capacity(names.len());
        for name in names {
            let label = self.labels.iter().find(|label| label.label.name == *name).map(|label| label.id);
            let gone = || self.gone.iter().find(|gone| gone.name == name.as_str()).map(|gone| gone.id);
            let id = label.or_else(gone).unwrap_or_else(|| {
                let id = self.number();
                self.gone.push(Gone { id, name: name.to_string(), known: false });
                id
            });
            ends.push(id);
        }
        ends
    }

    /// The schema as it is drafted. Labels that are gone stand at no end.
    #[must_use]
    pub fn schema(&self) -> Schema {
        let name = |id: &u32| {
            let label = self.labels.iter().find(|label| label.id == *id).map(LabelDraft::name);
            let gone = || self.gone.iter().find(|gone| gone.id == *id && !gone.known).map(|gone| gone.name.as_str());
            label.or_else(gone).map(LabelName::new)
        };
        let relation = |relation: &RelationDraft| {
            relation
                .built(relation.from.iter().filter_map(name).collect(), relation.to.iter().filter_map(name).collect())
        };
        Schema {
            labels: self.labels.iter().map(LabelDraft::built).collect(),
            relations: self.relations.iter().map(relation).collect(),
            attributes: self.attributes.iter().map(AttributeDraft::built).collect(),
            ..self.rest()
        }
    }

    /// The schema without its labels, relations and attributes.
    pub(super) fn rest(&self) -> Schema {
        Schema {
            rules_off: self.rules_off.clone(),
            guidelines: self.guidelines.clone(),
            extra: self.extra.clone(),
            ..Schema::default()
        }
    }

    // ---- Changing it ----

    /// Adds a label in a colour that no other one has, and answers with its place.
    pub fn add_label(&mut self) -> usize {
        let taken = |color: &&&str| self.labels.iter().any(|label| label.label.color.as_deref() == Some(**color));
        let free = PALETTE.iter().find(|color| !taken(color)).unwrap_or(&"slate");
        let label = Label { color: Some((*free).to_owned()), ..Label::named(LabelName::new("")) };
        let id = self.number();
        self.labels.push(LabelDraft { id, was: None, name: String::new(), label, attributes: Vec::new() });
        self.labels.len() - 1
    }

    /// Adds a type of relation, and answers with its place.
    pub fn add_relation(&mut self) -> usize {
        let id = self.number();
        let relation = RelationType::named("");
        let (from, to) = (Vec::new(), Vec::new());
        self.relations.push(RelationDraft { id, was: None, relation, from, to, attributes: Vec::new(), fresh: true });
        self.relations.len() - 1
    }

    /// Adds an attribute.
    pub fn add_attribute(&mut self, place: Place) {
        let attribute = self.attribute_of(&Attribute::named("", AttributeKind::One));
        if let Some(all) = self.attributes_at(place) {
            all.push(AttributeDraft { fresh: true, ..attribute });
        }
    }

    /// How many attributes there are in all.
    #[must_use]
    pub fn attribute_count(&self) -> usize {
        let labels = self.labels.iter().map(|label| label.attributes.len()).sum::<usize>();
        let relations = self.relations.iter().map(|relation| relation.attributes.len()).sum::<usize>();
        labels + relations + self.attributes.len()
    }

    /// The attributes of a part.
    pub fn attributes_at(&mut self, place: Place) -> Option<&mut Vec<AttributeDraft>> {
        match place {
            Place::Label(at) => self.labels.get_mut(at).map(|label| &mut label.attributes),
            Place::Relation(at) => self.relations.get_mut(at).map(|relation| &mut relation.attributes),
            Place::Article => Some(&mut self.attributes),
        }
    }

    /// Takes a label or a type of relation out.
    pub fn remove(&mut self, place: Place) {
        match place {
            Place::Label(at) if at < self.labels.len() => {
                let label = self.labels.remove(at);
                let name = label.was.map_or(label.name, |was| was.to_string());
                self.gone.push(Gone { id: label.id, name, known: true });
            }
            Place::Relation(at) if at < self.relations.len() => drop(self.relations.remove(at)),
            _ => {}
        }
    }

    /// Changes the words of a list to those of some lines. A line that changes is its word with another name;
    /// a line that goes takes its word along.
    pub fn set_lines(&mut self, place: Place, attribute: u32, lines: &str) {
        let mut last = self.last;
        if let Some(found) = self.attributes_at(place).and_then(|all| all.iter_mut().find(|one| one.id == attribute)) {
            let before = std::mem::take(&mut found.words);
            let lines: Vec<&str> = if lines.is_empty() { Vec::new() } else { lines.split('\n').collect() };
            let same = |(word, line): &(&Word, &&str)| word.text == **line;
            let head = before.iter().zip(&lines).take_while(same).count();
            let room = before.len().min(lines.len()) - head;
            let tail = before.iter().rev().zip(lines.iter().rev()).take(room).take_while(same).count();
            let (changed_before, changed) = (before.len() - head - tail, lines.len() - head - tail);
            for (at, line) in lines.iter().enumerate() {
                let known = if at < head {
                    before.get(at)
                } else if at >= head + changed {
                    before.get(at + before.len() - lines.len())
                } else if changed == changed_before {
                    before.get(at)
                } else {
                    let gone = before.iter().skip(head).take(changed_before);
                    gone.clone().find(|word| word.text == *line && !found.words.iter().any(|taken| taken.id == word.id))
                };
                let word = known.cloned().unwrap_or_else(|| {
                    last += 1;
                    Word { id: last, was: None, text: String::new() }
                });
                found.words.push(Word { text: (*line).to_owned(), ..word });
            }
        }
        self.last = last;
    }

    // ---- What is wrong in it ----

    /// What cannot stay so.
    #[must_use]
    pub fn wrongs(&self) -> Vec<Wrong> {
        let mut found = Vec::new();
        if self.labels.is_empty() {
            let words = "There is no label. Add one.".to_owned();
            found.push(Wrong { place: Place::Label(0), words });
        }
        let names: Vec<&str> = self.labels.iter().map(LabelDraft::name).collect();
        for (at, label) in self.labels.iter().enumerate() {
            let mut told =
                Teller { found: &mut found, place: Place::Label(at), what: called("Label", label.name(), at) };
            told.name(&names, at);
            told.attributes(&label.attributes);
        }
        let names: Vec<&str> = self.relations.iter().map(RelationDraft::name).collect();
        for (at, relation) in self.relations.iter().enumerate() {
            let what = called("Relation", relation.name(), at);
            let mut told = Teller { found: &mut found, place: Place::Relation(at), what };
            told.name(&names, at);
            if relation.fresh {
                for (ends, verb, legend) in
                    [(&relation.from, "begin at", "Begins at"), (&relation.to, "lead to", "Leads to")]
                {
                    if ends.is_empty() {
                        told.that(&format!("may {verb} anything. Tick at least one label under “{legend}”."));
                    }
                }
            }
            if !relation.relation.archived {
                for id in relation.from.iter().chain(&relation.to) {
                    if let Some(gone) = self.gone.iter().find(|gone| gone.id == *id && !gone.known) {
                        told.that(&format!("names “{}”, which is no label. Take it off its ends.", gone.name));
                    }
                }
            }
            told.attributes(&relation.attributes);
        }
        let mut told = Teller { found: &mut found, place: Place::Article, what: "The article".to_owned() };
        told.attributes(&self.attributes);
        found
    }
}

fn called(kind: &str, name: &str, at: usize) -> String {
    if name.is_empty() { format!("{kind} {}", at + 1) } else { format!("“{name}”") }
}

/// Collects what is wrong with one part.
struct Teller<'a> {
    found: &'a mut Vec<Wrong>,
    place: Place,
    what: String,
}

impl Teller<'_> {
    fn that(&mut self, words: &str) {
        let words = format!("{} {words}", self.what);
        if !self.found.iter().any(|known| known.words == words && known.place == self.place) {
            self.found.push(Wrong { place: self.place, words });
        }
    }

    fn name(&mut self, names: &[&str], at: usize) {
        let name = names.get(at).copied().unwrap_or_default();
        if name.is_empty() {
            self.that("has no name.");
        } else if names.iter().take(at).any(|other| *other == name) {
            self.that("is there twice. Give one of the two another name.");
        }
    }

    fn attributes(&mut self, all: &[AttributeDraft]) {
        let names: Vec<&str> = all.iter().map(AttributeDraft::name).collect();
        for (at, draft) in all.iter().enumerate() {
            let owner = self.what.clone();
            self.what = format!("{owner}: {}", called("attribute", draft.name(), at));
            self.name(&names, at);
            let attribute = draft.built();
            if attribute.kind.has_list() {
                if attribute.values.is_empty() {
                    self.that("has no words to choose from. Give it some, one on each line.");
                }
                for (nth, word) in attribute.values.iter().enumerate() {
                    if attribute.values.iter().take(nth).any(|other| other == word) {
                        self.that(&format!("has the word “{word}” twice."));
                    }
                }
            }
            if let Some(why) = attribute.default.as_ref().and_then(|value| attribute.check(value).err()) {
                self.that(&format!("begins with a value that it cannot have: {why}."));
            }
            if let Some(key) = attribute.key.as_deref() {
                self.key(key, all.iter().take(at).filter_map(|other| other.attribute.key.as_deref()));
            }
            self.what = owner;
        }
    }

    fn key<'a>(&mut self, key: &str, mut others: impl Iterator<Item = &'a str>) {
        let chord = |key: &str| Chord::parse(&key.to_ascii_uppercase());
        let Some(chord_here) = chord(key).filter(Chord::is_single_character) else {
            return self.that(&format!("has the key “{key}”. A key is one letter, digit or sign."));
        };
        if others.any(|other| chord(other).as_ref() == Some(&chord_here)) {
            self.that(&format!("has the key {key}, which another attribute here has."));
        }
        let taken =
            |row: &&crate::app::command::Row| row.keys.iter().any(|known| chord(known).as_ref() == Some(&chord_here));
        if let Some(row) = TABLE.iter().find(taken) {
            self.that(&format!("has the key {key}, which is taken: {}.", row.words));
        }
    }
}
