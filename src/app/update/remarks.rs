//! What is said of annotations, relations and the document: attribute values, notes, flags.
//!
//! Invariant: a value that its attribute cannot have is never set; what was typed and cannot be taken
//! stays in its field, with why. Typing that goes on is one step of undo.

use std::rc::Rc;

use serde_json::{Map, Number, Value};

use super::Turn;
use crate::app::effect::Effect;
use crate::app::linking::Purpose;
use crate::app::state::Target;
use crate::edit::Op;
use crate::formats::json;
use crate::model::{
    Annotation, Attribute, AttributeKind, Coordinates, Flag, Relation, Remarks, attribute, defaults, identifier,
};

/// Typing in one field that pauses for less than this many milliseconds is one step of undo.
const BURST: f64 = 2500.0;

impl Turn<'_> {
    /// Changes what is said of something. `burst` names what can be joined with the same before it.
    fn change_remarks(
        &mut self,
        target: &Target,
        name: String,
        burst: Option<String>,
        change: impl FnOnce(&mut Remarks),
    ) -> bool {
        let (now, milliseconds) = (self.env.now(), self.env.milliseconds());
        let Some(open) = self.state.open.as_ref().filter(|open| open.can_write()) else {
            self.refuse_reading();
            return false;
        };
        let Some(held) = open.remarks(target) else { return false };
        let mut remarks = held.clone();
        change(&mut remarks);
        if remarks == *held {
            return false;
        }
        if *target != Target::Document {
            remarks.modified = Some(now);
        }
        let document = &open.session.document;
        let op = match target {
            Target::Annotation(id) => document.annotations.get(id).map(|before| {
                let after = Annotation { remarks, ..(**before).clone() };
                Op::Annotation { before: Some(Rc::clone(before)), after: Some(Rc::new(after)) }
            }),
            Target::Relation(id) => document.relations.get(id).map(|before| {
                let after = Relation { remarks, ..(**before).clone() };
                Op::Relation { before: Some(Rc::clone(before)), after: Some(Rc::new(after)) }
            }),
            Target::Document => Some(Op::Remarks { before: Rc::clone(&document.remarks), after: Rc::new(remarks) }),
        };
        let Some(op) = op else { return false };
        let joins = match (&open.burst, &burst) {
            (Some((old, at)), Some(new)) => old == new && milliseconds - at < BURST,
            _ => false,
        };
        let done = self.edit(name, vec![op], joins);
        if let Some(open) = self.state.open.as_mut() {
            open.burst = burst.filter(|_| done).map(|key| (key, milliseconds));
            open.field_fault = None;
        }
        done
    }

    pub(super) fn set_value(&mut self, target: &Target, name: &str, value: Option<Value>) {
        let said = match &value {
            Some(value) => format!("{name}: {}", value_words(value)),
            None => format!("{name} is open"),
        };
        let step = if value.is_some() { format!("set {said}") } else { format!("clear {name}") };
        let done = self.change_remarks(target, step, None, |remarks| match value {
            Some(value) => drop(remarks.attributes.insert(name.to_owned(), value)),
            None => drop(remarks.attributes.shift_remove(name)),
        });
        if done {
            self.state.announce(said);
        }
    }

    /// Something was typed for an attribute: text goes in as it is, the rest is checked and normalised.
    pub(super) fn type_value(&mut self, target: Target, name: String, text: &str) {
        let Some(open) = self.state.open.as_ref() else { return };
        let Some(known) = attribute(open.attributes(&target), &name).cloned() else { return };
        if known.kind == AttributeKind::Coordinates && !text.trim().is_empty() {
            // So many ways to write them: the worker module knows them.
            return self.effects.push(Effect::Place(target, name, text.trim().to_owned()));
        }
        match value_of(&known, text) {
            Ok(value) if known.kind == AttributeKind::Text => {
                let burst = Some(format!("{name} of {target:?}"));
                self.change_remarks(&target, format!("write {name}"), burst, |remarks| match value {
                    Some(value) => drop(remarks.attributes.insert(name, value)),
                    None => drop(remarks.attributes.shift_remove(&name)),
                });
            }
            other => self.typed(target, name, other),
        }
    }

    /// What was typed is a value now, or is not, in words.
    pub(super) fn typed(&mut self, target: Target, name: String, value: Result<Option<Value>, String>) {
        match value {
            Ok(value) => {
                if let Some(open) = self.state.open.as_mut() {
                    open.field_fault = None;
                }
                self.set_value(&target, &name, value);
            }
            Err(why) => {
                self.state.announce(why.clone());
                if let Some(open) = self.state.open.as_mut() {
                    open.field_fault = Some((target, name, why));
                }
            }
        }
    }

    pub(super) fn set_note(&mut self, target: &Target, note: &str) {
        let burst = Some(format!("note of {target:?}"));
        self.change_remarks(target, "write a note".to_owned(), burst, |remarks| note.clone_into(&mut remarks.note));
    }

    /// `N`: the note's field gets the keyboard's focus.
    pub(super) fn note(&mut self) {
        self.state.list_shown = true;
        self.effects.push(Effect::FocusField("note".to_owned()));
    }

    pub(super) fn toggle_flag(&mut self, flag: Flag) {
        let Some(target) = self.state.open.as_ref().and_then(|open| open.target()) else { return };
        let set = self.state.open.as_ref().and_then(|open| open.remarks(&target)).is_some_and(|r| r.flag == Some(flag));
        let name = flag.name();
        let (step, said) = match (flag, set) {
            (_, true) => (format!("no longer {name}"), format!("No longer to {name}")),
            (Flag::Discuss, false) => ("mark to discuss".to_owned(), "To discuss. N writes what about.".to_owned()),
            (Flag::Discard, false) => {
                ("mark to discard".to_owned(), "To discard: left out of exports unless they ask for it".to_owned())
            }
        };
        if self.change_remarks(&target, step, None, |remarks| remarks.flag = (!set).then_some(flag)) {
            self.state.tell(said);
        }
    }

    /// The key of the n-th attribute: a question with its words, yes and no taking turns, or its field.
    pub(super) fn attribute_key(&mut self, at: usize) {
        let Some(open) = self.state.open.as_ref() else { return };
        if !open.can_write() {
            return self.refuse_reading();
        }
        let Some(target) = open.target() else { return };
        let Some(known) = open.attributes(&target).get(at).cloned() else { return };
        let held = open.remarks(&target).and_then(|remarks| remarks.attributes.get(&known.name)).cloned();
        match known.kind {
            AttributeKind::One | AttributeKind::Several => {
                let is_on = |word: &String| match &held {
                    Some(Value::String(held)) => held == word,
                    Some(Value::Array(held)) => held.iter().any(|held| held.as_str() == Some(word)),
                    _ => false,
                };
                let at = known.values.iter().position(is_on).unwrap_or(0);
                let options =
                    known.values.iter().map(|word| if is_on(word) { format!("{word} ✓") } else { word.clone() });
                let question = format!("Which {}?", known.name);
                self.ask(question, options.collect(), at, Purpose::Value(known.name.clone()));
            }
            AttributeKind::YesNo => {
                let next = match held {
                    Some(Value::Bool(true)) => Some(Value::Bool(false)),
                    Some(Value::Bool(false)) => None,
                    _ => Some(Value::Bool(true)),
                };
                self.set_value(&target, &known.name, next);
            }
            _ => {
                self.state.list_shown = true;
                self.effects.push(Effect::FocusField(known.name));
            }
        }
    }

    /// The answer to the question for a value: the word that it names, taken away where it is there.
    pub(super) fn choose_value(&mut self, name: &str, at: usize) {
        let Some(open) = self.state.open.as_ref() else { return };
        let Some(target) = open.target() else { return };
        let Some(known) = attribute(open.attributes(&target), name).cloned() else { return };
        let Some(word) = known.values.get(at) else { return };
        let held = open.remarks(&target).and_then(|remarks| remarks.attributes.get(name)).cloned();
        let value = toggled(&known, held.as_ref(), word);
        self.set_value(&target, name, value);
    }
}

/// The value of an attribute with a list after one of its words was chosen.
#[must_use]
pub fn toggled(known: &Attribute, held: Option<&Value>, word: &str) -> Option<Value> {
    if known.kind == AttributeKind::One {
        return (held.and_then(Value::as_str) != Some(word)).then(|| Value::from(word));
    }
    let held = held.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let is_on = |value: &String| held.iter().any(|held| held.as_str() == Some(value));
    // In the order of the list, so that the same choice is the same value.
    let now = known.values.iter().filter(|value| if *value == word { !is_on(value) } else { is_on(value) });
    let now: Vec<Value> = now.map(|value| Value::from(value.as_str())).collect();
    (!now.is_empty()).then_some(Value::Array(now))
}

/// The value that a text stands for; none for an empty one.
///
/// # Errors
/// Why it stands for none, as a sentence.
pub fn value_of(known: &Attribute, text: &str) -> Result<Option<Value>, String> {
    let text = if known.kind == AttributeKind::Text { text } else { text.trim() };
    if text.is_empty() {
        return Ok(None);
    }
    match known.kind {
        AttributeKind::Number => match json::parse(text, 1) {
            Ok(number @ Value::Number(_)) => Ok(Some(number)),
            _ => Err(format!("“{text}” is no number. Write it like 12, 0.5 or -3.")),
        },
        AttributeKind::Identifier => identifier(text).map(|id| Some(Value::from(id))),
        _ => Ok(Some(Value::from(text))),
    }
}

/// Coordinates as they stand in files: degrees as numbers.
#[must_use]
pub fn coordinates_value(place: Coordinates) -> Value {
    let text = place.to_text();
    let (latitude, longitude) = text.split_once(", ").unwrap_or((&text, "0"));
    let number = |text: &str| Value::Number(Number::from_string_unchecked(text.to_owned()));
    let pairs = [("latitude", number(latitude)), ("longitude", number(longitude))];
    Value::Object(pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<Map<_, _>>())
}

/// A value as people read it.
#[must_use]
pub fn value_words(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Value::Array(words) => words.iter().map(value_words).collect::<Vec<_>>().join(", "),
        other => Coordinates::from_value(other).map_or_else(|| json::compact(other), Coordinates::to_text),
    }
}

/// Leaves out the values that new attributes cannot have, and fills in what they begin with.
pub(super) fn keep_fitting(remarks: &mut Remarks, known: &[Attribute]) {
    remarks.attributes.retain(|name, value| attribute(known, name).is_some_and(|known| known.check(value).is_ok()));
    for (name, value) in defaults(known) {
        remarks.attributes.entry(name).or_insert(value);
    }
}
