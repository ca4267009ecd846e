//! [`plan`]: from a document and a draft of its schema to one transaction, or to what has to be asked first.
//!
//! Invariant: what fits its schema before the transaction fits the new one after it, and what did not is
//! left as it is. An annotation goes only where that was chosen.

use std::rc::Rc;

use serde_json::Value;

use super::draft::{AttributeDraft, Draft, LabelDraft, Wrong};
use crate::app::words::count_words;
use crate::edit::{Op, Transaction};
use crate::model::{
    Annotation, AnnotationId, Attribute, AttributeKind, Document, Extra, Label, LabelName, Relation, RelationType,
    Remarks, Schema, attribute,
};

/// What an attribute is about, by the name that it had in the schema before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner {
    /// The annotations of a label.
    Label(LabelName),
    /// The relations of a type.
    Relation(String),
    /// The article.
    Article,
}

/// What has to be asked, by the names in the schema before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// A label goes that annotations carry.
    Label(LabelName),
    /// A type goes of which there are relations.
    Relation(String),
    /// A type would not allow some of its relations any more.
    Ends(String),
    /// A type led to or from labels that all go; its name in the draft.
    Open(String),
    /// An attribute goes that has values.
    Attribute(Owner, String),
    /// A word goes that was chosen somewhere.
    Word(Owner, String, String),
    /// Values do not fit what an attribute has become.
    Kind(Owner, String),
    /// Values that nothing described stand where an attribute comes.
    Stray(Owner, String),
}

/// An answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Annotations get another label, by its number in the draft.
    Relabel(u32),
    /// Relations get another type, by its number in the draft.
    Retype(u32),
    /// It stays for what has it, and is offered no more.
    Archive,
    /// It stays as it is.
    Keep,
    /// Values go.
    Clear,
    /// Annotations or relations go.
    Delete,
}

/// The answers so far.
pub type Choices = Vec<(Question, Choice)>;

/// A question with its possible answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// What is asked.
    pub question: Question,
    /// In words: what is in the way.
    pub words: String,
    /// The answers that there are, with their words.
    pub options: Vec<(Choice, String)>,
    /// The answer that was given.
    pub chosen: Option<Choice>,
}

/// Why there is no transaction yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The draft cannot stay so.
    Wrong(Wrong),
    /// Something has to be asked; also what was asked and answered before.
    Ask(Ask),
}

/// The transaction that puts a draft in the place of a document's schema, and carries all work over. It has
/// no ops where nothing changes.
///
/// # Errors
/// What is wrong in the draft; else what has to be asked, of which at least one is not answered yet.
pub fn plan(document: &Document, draft: &Draft, choices: &Choices) -> Result<Transaction, Vec<Trouble>> {
    let wrongs = draft.wrongs();
    if !wrongs.is_empty() {
        return Err(wrongs.into_iter().map(Trouble::Wrong).collect());
    }
    // What only the document knows is as good as known.
    let mut known = (*document.schema).clone();
    known.add_what_is_in(document);
    let before = &document.schema;
    let document = &Document { schema: Rc::new(known), ..document.clone() };
    let mut asking = Asking { choices, asks: Vec::new() };
    let fates = label_fates(document, draft, &mut asking);
    let (labels, label_values) = labels(document, draft, &fates, &mut asking);
    let types = types(document, draft, &fates, &mut asking);
    let (relations, relation_values) = relation_values(document, draft, types, &mut asking);
    let article = Holders { owner: Owner::Article, old: &document.schema.attributes, all: vec![&document.remarks] };
    let (attributes, article) = carry(&article, &draft.attributes, &mut asking);
    if asking.asks.iter().any(|ask| ask.chosen.is_none()) {
        return Err(asking.asks.into_iter().map(Trouble::Ask).collect());
    }

    let schema = Schema { labels, relations: relations.types, attributes, ..draft.rest() };
    let mut ops = Vec::new();
    for (relation, fate) in document.relations.iter().zip(&relations.fates) {
        let after = fate.as_ref().map(|kind| {
            let known = document.schema.relations.iter().position(|known| known.name == relation.kind);
            let remarks = changed(&relation.remarks, known.and_then(|at| relation_values.get(at)));
            Relation { kind: kind.clone(), remarks, ..(**relation).clone() }
        });
        if after.as_ref() != Some(&**relation) {
            ops.push(Op::Relation { before: Some(Rc::clone(relation)), after: after.map(Rc::new) });
        }
    }
    for annotation in document.annotations.iter() {
        let after = label_after(document, draft, &fates, &annotation.label).map(|label| {
            let known = document.schema.position(&annotation.label);
            let remarks = changed(&annotation.remarks, known.and_then(|at| label_values.get(at)));
            Annotation { label, remarks, ..(**annotation).clone() }
        });
        if after.as_ref() != Some(&**annotation) {
            ops.push(Op::Annotation { before: Some(Rc::clone(annotation)), after: after.map(Rc::new) });
        }
    }
    let remarks = changed(&document.remarks, Some(&article));
    if remarks != *document.remarks {
        ops.push(Op::Remarks { before: Rc::clone(&document.remarks), after: Rc::new(remarks) });
    }
    let name = name(before, &schema);
    if schema != **before {
        ops.push(Op::Schema { before: Rc::clone(before), after: Rc::new(schema) });
    }
    Ok(Transaction { name, ops })
}

/// "rename Claim to Statement" where that is all; else "change the schema".
fn name(before: &Schema, after: &Schema) -> String {
    let label = before.labels.iter().zip(&after.labels).find(|(before, after)| before.name != after.name);
    if let Some((old, new)) = label {
        let mut renamed = before.clone();
        let to = |name: &mut LabelName| {
            if *name == old.name {
                *name = new.name.clone();
            }
        };
        renamed.labels.iter_mut().for_each(|label| to(&mut label.name));
        renamed.relations.iter_mut().flat_map(|relation| relation.from.iter_mut().chain(&mut relation.to)).for_each(to);
        if renamed == *after {
            return format!("rename {} to {}", old.name, new.name);
        }
    }
    "change the schema".to_owned()
}

/// The questions, and the answers to them.
struct Asking<'a> {
    choices: &'a Choices,
    asks: Vec<Ask>,
}

impl Asking<'_> {
    fn ask(&mut self, question: Question, words: String, options: Vec<(Choice, String)>) -> Option<Choice> {
        let given = self.choices.iter().find(|(known, _)| *known == question).map(|(_, choice)| *choice);
        let chosen = given.filter(|choice| options.iter().any(|(option, _)| option == choice));
        self.asks.push(Ask { question, words, options, chosen });
        chosen
    }
}

/// For each name of the schema before, its place in the draft: what remembers it, else what is called so.
fn matched<'a>(old: &[&str], new: impl Iterator<Item = (Option<&'a str>, &'a str)>) -> Vec<Option<usize>> {
    let new: Vec<(Option<&str>, &str)> = new.map(|(was, name)| (was.filter(|was| old.contains(was)), name)).collect();
    let find = |old: &&str| {
        let same = new.iter().position(|(was, _)| *was == Some(*old));
        same.or_else(|| new.iter().position(|(was, name)| was.is_none() && name == old))
    };
    old.iter().map(find).collect()
}

// ---- Labels ----

/// What becomes of the annotations of a label.
#[derive(Clone, Copy, PartialEq)]
enum Fate {
    /// It is the draft's label of this place.
    Is(usize),
    /// They become the draft's label of this place.
    Becomes(usize),
    /// It stays, archived.
    Archived,
    /// They go; or there are none.
    Gone,
}

fn label_fates(document: &Document, draft: &Draft, asking: &mut Asking<'_>) -> Vec<Fate> {
    let old: Vec<&str> = document.schema.labels.iter().map(|label| label.name.as_str()).collect();
    let is = matched(&old, draft.labels.iter().map(|label| (label.was.as_ref().map(LabelName::as_str), label.name())));
    let mut fates = Vec::with_capacity(old.len());
    for (label, is) in document.schema.labels.iter().zip(is) {
        let count = document.annotations.count(&label.name);
        let fate = match is {
            Some(at) => Fate::Is(at),
            None if count == 0 => Fate::Gone,
            None => {
                let name = &label.name;
                let annotations = count_words(count, "annotation", "annotations");
                let offered = draft.labels.iter().filter(|other| !other.label.archived);
                let mut options: Vec<(Choice, String)> = offered
                    .map(|other| (Choice::Relabel(other.id), format!("Make {} {}", them(count), other.name())))
                    .collect();
                if !draft.labels.iter().any(|other| other.name() == name.as_str()) {
                    let words = format!("Keep {name} for {}, archived: it is offered no more", them(count));
                    options.push((Choice::Archive, words));
                }
                options.push((Choice::Delete, format!("Delete the {annotations}")));
                let words =
                    format!("{annotations} {} labelled {name}, which goes.", if count == 1 { "is" } else { "are" });
                match asking.ask(Question::Label(name.clone()), words, options) {
                    Some(Choice::Relabel(id)) => {
                        draft.labels.iter().position(|label| label.id == id).map_or(Fate::Archived, Fate::Becomes)
                    }
                    Some(Choice::Delete) => Fate::Gone,
                    _ => Fate::Archived,
                }
            }
        };
        fates.push(fate);
    }
    fates
}

fn them(count: usize) -> &'static str {
    if count == 1 { "it" } else { "them" }
}

/// The name that the annotations of a label carry afterwards; none where they go.
fn label_after(document: &Document, draft: &Draft, fates: &[Fate], label: &LabelName) -> Option<LabelName> {
    match document.schema.position(label).and_then(|at| fates.get(at)) {
        Some(Fate::Is(at) | Fate::Becomes(at)) => draft.labels.get(*at).map(|label| LabelName::new(label.name())),
        Some(Fate::Gone) => None,
        Some(Fate::Archived) | None => Some(label.clone()),
    }
}

/// The labels of the new schema, and what becomes of the values of each label of the schema before.
fn labels(document: &Document, draft: &Draft, fates: &[Fate], asking: &mut Asking<'_>) -> (Vec<Label>, Vec<Carry>) {
    let mut labels: Vec<_> = draft.labels.iter().map(LabelDraft::built).collect();
    let mut values: Vec<Carry> = Vec::new();
    let old = &document.schema.labels;
    let holders =
        |label: &LabelName| document.annotations.iter().filter(|a| a.label == *label).map(|a| &a.remarks).collect();
    for (label, fate) in old.iter().zip(fates) {
        let mut carried = Carry::default();
        if let Fate::Is(at) = fate
            && let (Some(draft), Some(new)) = (draft.labels.get(*at), labels.get_mut(*at))
        {
            let owner = Owner::Label(label.name.clone());
            let holders = Holders { owner, old: &label.attributes, all: holders(&label.name) };
            (new.attributes, carried) = carry(&holders, &draft.attributes, asking);
        }
        values.push(carried);
    }
    for ((label, fate), carried) in old.iter().zip(fates).zip(&mut values) {
        if let Fate::Becomes(at) = fate
            && let Some(new) = labels.get(*at)
        {
            // Values go along under their names, as when somebody relabels by hand.
            let owner = Owner::Label(label.name.clone());
            let holders = Holders { owner, old: &[], all: holders(&label.name) };
            carried.strays(&holders, &new.attributes, asking);
        }
    }
    // The order of the keys: a file's own words for them stay, digits go with the place.
    let order =
        |all: &[Label]| all.iter().filter(|label| !label.archived).map(|label| label.name.clone()).collect::<Vec<_>>();
    let before: Vec<_> = order(old).iter().filter_map(|name| label_after(document, draft, fates, name)).collect();
    if before != order(&labels) {
        let mut place = 0;
        for label in &mut labels {
            let digit =
                label.key.as_deref().is_none_or(|key| key.len() == 1 && key.as_bytes().iter().all(u8::is_ascii_digit));
            if label.archived {
                label.key = label.key.take().filter(|_| !digit);
            } else {
                place += 1;
                if digit {
                    label.key = (place < 10).then(|| place.to_string());
                }
            }
        }
    }
    for (label, fate) in old.iter().zip(fates) {
        if *fate == Fate::Archived {
            labels.push(Label { archived: true, ..label.clone() });
        }
    }
    (labels, values)
}

// ---- Relations ----

/// The types of the new schema, where each old one is in it, and what becomes of each relation of the document.
struct Types {
    types: Vec<RelationType>,
    /// For each type of the schema before, its place in the draft.
    is: Vec<Option<usize>>,
    /// For each type of the schema before, the place in the draft of the type that its relations become.
    becomes: Vec<Option<usize>>,
    /// For each relation, the name of its type afterwards; none where it goes.
    fates: Vec<Option<String>>,
}

fn types(document: &Document, draft: &Draft, fates: &[Fate], asking: &mut Asking<'_>) -> Types {
    let old_schema = &document.schema;
    let mut open: Vec<usize> = Vec::new();
    let mut types: Vec<Option<RelationType>> = Vec::new();
    for (at, relation) in draft.relations.iter().enumerate() {
        let (from, to) = (ends(document, draft, fates, &relation.from), ends(document, draft, fates, &relation.to));
        let opened = |ids: &[u32], names: &[LabelName]| !ids.is_empty() && names.is_empty();
        let side = match (opened(&relation.from, &from), opened(&relation.to, &to)) {
            (false, false) => None,
            (true, _) => Some("begins at"),
            (false, true) => Some("leads to"),
        };
        let built = relation.built(from, to);
        if let Some(side) = side.filter(|_| !built.archived) {
            let words = format!("“{}” {side} nothing but labels that go.", built.name);
            let options = vec![
                (Choice::Delete, format!("Remove “{}” as well", built.name)),
                (Choice::Keep, "Keep it, for any label".to_owned()),
            ];
            if asking.ask(Question::Open(built.name.clone()), words, options) == Some(Choice::Delete) {
                open.push(at);
                types.push(None);
                continue;
            }
        }
        types.push(Some(built));
    }
    let old: Vec<&str> = old_schema.relations.iter().map(|relation| relation.name.as_str()).collect();
    let is = matched(&old, draft.relations.iter().map(|relation| (relation.was.as_deref(), relation.name())));
    let is: Vec<Option<usize>> = is.into_iter().map(|at| at.filter(|at| !open.contains(at))).collect();

    let label = |id: &AnnotationId| document.annotations.get(id).map(|annotation| &annotation.label);
    let after = |name: &LabelName| label_after(document, draft, fates, name);
    // Each relation with its ends before and after; none where it goes with one of them.
    let ends_of = |relation: &Relation| {
        let (from, to) = (label(&relation.from)?, label(&relation.to)?);
        Some(((from, to), (after(from)?, after(to)?)))
    };
    let mut relation_fates: Vec<Option<String>> =
        document.relations.iter().map(|relation| ends_of(relation).map(|_| relation.kind.clone())).collect();
    let mut archived: Vec<RelationType> = Vec::new();
    let mut becomes: Vec<Option<usize>> = Vec::new();
    for (known, is) in old_schema.relations.iter().zip(&is) {
        becomes.push(None);
        let staying: Vec<usize> = document
            .relations
            .iter()
            .enumerate()
            .filter(|(at, relation)| {
                relation.kind == known.name && relation_fates.get(*at).is_some_and(Option::is_some)
            })
            .map(|(at, _)| at)
            .collect();
        let relation = |at: &usize| document.relations.iter().nth(*at);
        // The types of the draft that may link all of them, wherever labels go.
        let ends: Vec<_> = staying.iter().filter_map(|at| Some(ends_of(relation(at)?)?.1)).collect();
        let fits = |new: &RelationType| !new.archived && ends.iter().all(|(from, to)| new.allows(from, to));
        let fitting: Vec<(usize, u32, String)> = draft
            .relations
            .iter()
            .enumerate()
            .zip(&types)
            .filter_map(|((at, drafted), new)| {
                new.as_ref().filter(|new| fits(new)).map(|new| (at, drafted.id, new.name.clone()))
            })
            .collect();
        let slot = is.and_then(|at| types.get_mut(at)).and_then(Option::as_mut);
        let mut held = None;
        let new = match slot {
            Some(new) => new,
            None if staying.is_empty() => continue,
            None => {
                let taken = draft.relations.iter().any(|other| other.name() == known.name);
                let relations = count_words(staying.len(), "relation", "relations");
                let make = |(_, id, name): &(usize, u32, String)| {
                    (Choice::Retype(*id), format!("Make {} “{name}”", them(staying.len())))
                };
                let mut options: Vec<(Choice, String)> = fitting.iter().map(make).collect();
                if !taken {
                    let words =
                        format!("Keep “{}” for {}, archived: it is offered no more", known.name, them(staying.len()));
                    options.push((Choice::Archive, words));
                }
                options.push((Choice::Delete, format!("Delete the {relations}")));
                let there = if staying.len() == 1 { "There is" } else { "There are" };
                let words = format!("{there} {relations} “{}”, which goes.", known.name);
                let now = match asking.ask(Question::Relation(known.name.clone()), words, options) {
                    Some(Choice::Retype(id)) => fitting.into_iter().find(|(_, fitting, _)| *fitting == id).map(Some),
                    Some(Choice::Delete) => Some(None),
                    _ => None,
                };
                if let Some(now) = now {
                    let (place, name) = now.map(|(at, _, name)| (at, name)).unzip();
                    for at in staying {
                        if let Some(fate) = relation_fates.get_mut(at) {
                            fate.clone_from(&name);
                        }
                    }
                    if let Some(becomes) = becomes.last_mut() {
                        *becomes = place;
                    }
                    continue;
                }
                let mapped = |names: &[LabelName]| {
                    apart(names.iter().filter_map(|name| match old_schema.position(name) {
                        Some(_) => after(name),
                        None => Some(name.clone()),
                    }))
                };
                let (from, to) = (mapped(&known.from), mapped(&known.to));
                held.insert(RelationType { archived: true, from, to, ..known.clone() })
            }
        };
        let misfits: Vec<(usize, LabelName, LabelName)> = staying
            .iter()
            .filter_map(|at| {
                let ((from, to), (new_from, new_to)) = ends_of(relation(at)?)?;
                let lost = known.allows(from, to) && !new.allows(&new_from, &new_to);
                lost.then_some((*at, new_from, new_to))
            })
            .collect();
        let mut delete = false;
        if !misfits.is_empty() && is.is_some() {
            let relations = count_words(misfits.len(), "relation", "relations");
            let (verb, keep) = if misfits.len() == 1 { ("is", "it stands at") } else { ("are", "they stand at") };
            let words = format!("{relations} “{}” {verb} between labels that it shall not link any more.", new.name);
            let options = vec![
                (Choice::Keep, format!("Let “{}” link the labels that {keep}, too", new.name)),
                (Choice::Delete, format!("Delete the {relations}")),
            ];
            delete = asking.ask(Question::Ends(known.name.clone()), words, options) == Some(Choice::Delete);
        }
        for (at, from, to) in &misfits {
            if !delete {
                widen(new, from, to);
            } else if let Some(fate) = relation_fates.get_mut(*at) {
                *fate = None;
            }
        }
        for at in staying {
            if let Some(Some(fate)) = relation_fates.get_mut(at) {
                fate.clone_from(&new.name);
            }
        }
        archived.extend(held);
    }
    let types = types.into_iter().flatten().chain(archived).collect();
    Types { types, is, becomes, fates: relation_fates }
}

/// The names of labels at an end, once each.
fn ends(document: &Document, draft: &Draft, fates: &[Fate], ids: &[u32]) -> Vec<LabelName> {
    let name = |id: &u32| {
        if let Some(label) = draft.labels.iter().find(|label| label.id == *id) {
            return Some(LabelName::new(label.name()));
        }
        let gone = draft.gone.iter().find(|gone| gone.id == *id)?;
        let known = document.schema.labels.iter().find(|label| label.name.as_str() == gone.name);
        match known {
            // A label without annotations that goes is at no end any more.
            Some(label) => label_after(document, draft, fates, &label.name).filter(|_| gone.known),
            None => (!gone.known).then(|| LabelName::new(gone.name.as_str())),
        }
    };
    apart(ids.iter().filter_map(name))
}

fn apart(names: impl Iterator<Item = LabelName>) -> Vec<LabelName> {
    let mut all: Vec<LabelName> = Vec::new();
    for name in names {
        if !all.contains(&name) {
            all.push(name);
        }
    }
    all
}

/// Lets a type link two labels.
fn widen(relation: &mut RelationType, from: &LabelName, to: &LabelName) {
    if !relation.leads_from(from) {
        relation.from.push(from.clone());
    }
    if !relation.leads_to(to) {
        relation.to.push(to.clone());
    }
    relation.same_label &= from == to;
}

/// The types with their attributes, and what becomes of the values of each type of the schema before.
fn relation_values(
    document: &Document,
    draft: &Draft,
    mut types: Types,
    asking: &mut Asking<'_>,
) -> (Types, Vec<Carry>) {
    let mut values = Vec::new();
    for (known, is) in document.schema.relations.iter().zip(&types.is) {
        let mut carried = Carry::default();
        if let Some(drafted) = is.and_then(|at| draft.relations.get(at)) {
            let staying =
                document.relations.iter().zip(&types.fates).filter(|(r, fate)| r.kind == known.name && fate.is_some());
            let all = staying.map(|(relation, _)| &relation.remarks).collect();
            let holders = Holders { owner: Owner::Relation(known.name.clone()), old: &known.attributes, all };
            let attributes;
            (attributes, carried) = carry(&holders, &drafted.attributes, asking);
            if let Some(new) = types.types.iter_mut().find(|new| new.name == drafted.name()) {
                new.attributes = attributes;
            }
        }
        values.push(carried);
    }
    let becoming = document.schema.relations.iter().zip(&types.becomes).zip(&mut values);
    for ((known, becomes), carried) in becoming {
        let new = becomes.and_then(|at| draft.relations.get(at));
        if let Some(new) = new.and_then(|drafted| types.types.iter().find(|new| new.name == drafted.name())) {
            // Values go along under their names, as those of annotations that get another label.
            let all = document.relations.iter().filter(|relation| relation.kind == known.name);
            let all = all.map(|relation| &relation.remarks).collect();
            let holders = Holders { owner: Owner::Relation(known.name.clone()), old: &[], all };
            carried.strays(&holders, &new.attributes, asking);
        }
    }
    (types, values)
}

// ---- Values ----

/// Who has values of some attributes.
struct Holders<'a> {
    owner: Owner,
    old: &'a [Attribute],
    all: Vec<&'a Remarks>,
}

impl Holders<'_> {
    /// The values of a name.
    fn values(&self, name: &str) -> impl Iterator<Item = &Value> {
        self.all.iter().filter_map(move |remarks| remarks.attributes.get(name))
    }

    /// "of Claim", for the end of a sentence.
    fn words(&self) -> String {
        match &self.owner {
            Owner::Label(name) => format!(" of {name}"),
            Owner::Relation(name) => format!(" of “{name}”"),
            Owner::Article => " of the article".to_owned(),
        }
    }
}

/// What becomes of the values of one attribute.
struct Moved {
    /// The attribute as it was.
    old: Attribute,
    /// As it is now; none where its values go.
    new: Option<Attribute>,
    /// For each of its words, what it is now; none where it goes. Empty where words stay as they are.
    words: Vec<Option<String>>,
}

impl Moved {
    /// A value as it is now; none where it goes.
    fn value(&self, value: &Value) -> Option<Value> {
        let new = self.new.as_ref()?;
        if self.old.check(value).is_err() {
            return Some(value.clone());
        }
        let converted = self.converted(value, new.kind)?;
        new.check(&converted).is_ok().then_some(converted)
    }

    /// A value that fitted, with its words as they are now; none where all of them go.
    fn converted(&self, value: &Value, kind: AttributeKind) -> Option<Value> {
        let word = |word: &Value| {
            let at = self.old.values.iter().position(|old| *word == *old.as_str());
            match at.and_then(|at| self.words.get(at)) {
                Some(now) => now.as_deref().map(Value::from),
                None => Some(word.clone()),
            }
        };
        let mut all = match value {
            Value::Array(words) => words.iter().filter_map(word).collect(),
            value if self.old.kind == AttributeKind::One => vec![word(value)?],
            value => return Some(value.clone()),
        };
        match kind {
            AttributeKind::Several => (!all.is_empty()).then_some(Value::Array(all)),
            // One of several words is that word; of more, none can be chosen.
            _ if all.len() < 2 => all.pop(),
            _ => Some(Value::Array(all)),
        }
    }
}

/// What becomes of values.
#[derive(Default)]
struct Carry {
    moved: Vec<Moved>,
    /// Names whose values nothing described, and which go where they are in the way.
    cleared: Vec<Attribute>,
}

impl Carry {
    /// Whether a value that nothing described stands in the way of an attribute of its name.
    fn in_the_way(&self, new: &Attribute, remarks: &Remarks) -> bool {
        let all = &remarks.attributes;
        let comes = self
            .moved
            .iter()
            .any(|moved| moved.new.as_ref().is_some_and(|to| to.name == new.name) && all.contains_key(&moved.old.name));
        all.get(&new.name).is_some_and(|value| comes || new.check(value).is_err())
    }

    /// Asks about values that nothing described, where attributes come that are called like them.
    fn strays(&mut self, holders: &Holders<'_>, new: &[Attribute], asking: &mut Asking<'_>) {
        for attribute in new.iter().filter(|new| !self.moved.iter().any(|moved| moved.old.name == new.name)) {
            let count = holders.all.iter().filter(|remarks| self.in_the_way(attribute, remarks)).count();
            if count == 0 {
                continue;
            }
            let values = count_words(count, "value", "values");
            let words = format!(
                "{values} “{}”{} cannot go with the attribute of that name. Call the attribute something else, or:",
                attribute.name,
                holders.words()
            );
            let question = Question::Stray(holders.owner.clone(), attribute.name.clone());
            if asking.ask(question, words, vec![(Choice::Clear, format!("Clear the {values}"))]).is_some() {
                self.cleared.push(attribute.clone());
            }
        }
    }
}

/// The attributes as the draft has them and as choices keep them, and what becomes of the values.
fn carry(holders: &Holders<'_>, drafts: &[AttributeDraft], asking: &mut Asking<'_>) -> (Vec<Attribute>, Carry) {
    let mut new: Vec<Attribute> = drafts.iter().map(AttributeDraft::built).collect();
    let mut carried = Carry::default();
    let names: Vec<&str> = holders.old.iter().map(|attribute| attribute.name.as_str()).collect();
    let is = matched(&names, drafts.iter().map(|draft| (draft.was.as_deref(), draft.name())));
    let about = holders.words();
    for (old, is) in holders.old.iter().zip(is) {
        let owner = holders.owner.clone();
        let found = is.and_then(|at| drafts.get(at).map(|draft| (at, draft)));
        let Some((at, draft)) = found else {
            let count = holders.values(&old.name).count();
            let mut stays = None;
            if count > 0 {
                let values = count_words(count, "value", "values");
                let mut options = vec![(Choice::Clear, format!("Clear the {values}"))];
                if !new.iter().any(|new| new.name == old.name) {
                    options.insert(0, (Choice::Keep, format!("Keep the attribute “{}”", old.name)));
                }
                let has = if count == 1 { "is" } else { "are" };
                let words = format!("There {has} {values} of “{}”{about}, which goes.", old.name);
                if asking.ask(Question::Attribute(owner, old.name.clone()), words, options) == Some(Choice::Keep) {
                    new.push(old.clone());
                    stays = Some(old.clone());
                }
            }
            carried.moved.push(Moved { old: old.clone(), new: stays, words: Vec::new() });
            continue;
        };
        let Some(now) = new.get_mut(at) else { continue };
        let mut moved = Moved { old: old.clone(), new: Some(now.clone()), words: Vec::new() };
        if old.kind.has_list() && now.kind.has_list() {
            moved.words = words(holders, old, now, draft, asking);
        }
        let unfit = |moved: &Moved, now: &Attribute| {
            let fits = |value: &&Value| moved.old.check(value).is_ok();
            let lost = |value: &Value| moved.converted(value, now.kind).is_some_and(|value| now.check(&value).is_err());
            holders.values(&old.name).filter(fits).filter(|value| lost(value)).count()
        };
        let count = unfit(&moved, now);
        if count > 0 {
            let values = count_words(count, "value", "values");
            let kind = now.kind.name();
            let words = format!("{values} of “{}”{about} cannot become “{kind}”.", old.name);
            let options = vec![
                (Choice::Keep, format!("Keep “{}” as it was", old.name)),
                (Choice::Clear, format!("Clear the {values}")),
            ];
            if asking.ask(Question::Kind(owner, old.name.clone()), words, options) == Some(Choice::Keep) {
                let (values, default) = (old.values.clone(), old.default.clone());
                *now = Attribute { kind: old.kind, values, default, ..now.clone() };
                moved.words.clear();
            }
        }
        moved.new = Some(now.clone());
        carried.moved.push(moved);
    }
    carried.strays(holders, &new, asking);
    (new, carried)
}

/// What becomes of the words of a list. Those that are kept are put back.
fn words(
    holders: &Holders<'_>,
    old: &Attribute,
    now: &mut Attribute,
    draft: &AttributeDraft,
    asking: &mut Asking<'_>,
) -> Vec<Option<String>> {
    let names: Vec<&str> = old.values.iter().map(String::as_str).collect();
    let drafted: Vec<(Option<&str>, &str)> = draft.words().map(|(word, text)| (word.was.as_deref(), text)).collect();
    let is = matched(&names, drafted.iter().copied());
    let mut all = Vec::with_capacity(names.len());
    for (word, is) in old.values.iter().zip(is) {
        let mut stays = is.and_then(|at| drafted.get(at)).map(|(_, text)| (*text).to_owned());
        if stays.is_none() {
            let has = |value: &&Value| match value {
                Value::Array(words) => words.iter().any(|one| *one == *word.as_str()),
                value => **value == *word.as_str(),
            };
            let count = holders.values(&old.name).filter(|value| old.check(value).is_ok()).filter(has).count();
            if count > 0 {
                let times = count_words(count, "time", "times");
                let mut options = vec![(Choice::Clear, "Clear it there".to_owned())];
                if !now.values.contains(word) {
                    options.insert(0, (Choice::Keep, format!("Keep the word “{word}”")));
                }
                let words = format!("“{word}” goes from “{}”{}, and was chosen {times}.", old.name, holders.words());
                let question = Question::Word(holders.owner.clone(), old.name.clone(), word.clone());
                if asking.ask(question, words, options) == Some(Choice::Keep) {
                    now.values.push(word.clone());
                    stays = Some(word.clone());
                }
            }
        }
        all.push(stays);
    }
    all
}

/// Remarks as they are afterwards.
fn changed(remarks: &Remarks, carried: Option<&Carry>) -> Remarks {
    let Some(carried) = carried else { return remarks.clone() };
    let mut attributes = Extra::new();
    for (name, value) in &remarks.attributes {
        match carried.moved.iter().find(|moved| moved.old.name == *name) {
            Some(moved) => {
                let now = moved.new.as_ref().zip(moved.value(value));
                attributes.extend(now.map(|(new, value)| (new.name.clone(), value)));
            }
            None => {
                let cleared = attribute(&carried.cleared, name);
                if !cleared.is_some_and(|new| carried.in_the_way(new, remarks)) {
                    attributes.insert(name.clone(), value.clone());
                }
            }
        }
    }
    Remarks { attributes, ..remarks.clone() }
}
