//! The schema as JSON: in our own file, in a file of its own, and in stored records.
//!
//! Invariant: what [`to_value`] gives, [`read`] takes, and both schemas are equal. What cannot be
//! understood is told and left out, or, where it may mean something to somebody else, kept as it is.

use serde_json::{Map, Value};

use super::json::{self, JsonError, is_deeper};
use super::object::Object;
use crate::model::{Attribute, AttributeKind, DrawStyle, Extra, Label, LabelName, RelationType, Schema};

/// What the key `format` of a schema's own file says.
pub const FORMAT: &str = "gloss schema";
/// The newest version of it that is read, and the one that is written.
pub const VERSION: u64 = 1;

/// How deep a value that Gloss does not interpret may be nested. Deeper ones could be read here,
/// and yet not be read back from a record that wraps them.
pub const DEPTH: usize = 64;

/// The schema that new documents get: claims, sources and locations.
#[must_use]
pub fn first() -> Schema {
    let json = json::parse(include_str!("schemas/claims-sources-locations.json"), DEPTH);
    let read = json.ok().map(|value| from_value(value, &mut |_, _| ()));
    read.unwrap_or_else(Schema::claims_sources_locations)
}

/// A schema that is older than relations gets those of [`first`] that fit its labels, and the attributes of
/// labels that are called the same. That of the first version of Gloss, untouched, becomes today's whole:
/// it was given, not chosen.
#[must_use]
pub fn renewed(mut schema: Schema) -> Schema {
    let first = first();
    if schema == Schema::claims_sources_locations() {
        return first;
    }
    let has = |schema: &Schema, names: &[LabelName]| names.iter().all(|name| schema.position(name).is_some());
    let fitting = first.relations.into_iter().filter(|kind| has(&schema, &kind.from) && has(&schema, &kind.to));
    schema.relations = fitting.collect();
    for label in schema.labels.iter_mut().filter(|label| label.attributes.is_empty()) {
        if let Some(known) = first.labels.iter().find(|known| known.name == label.name) {
            label.attributes.clone_from(&known.attributes);
        }
    }
    schema
}

/// Writes a schema into a file of its own.
#[must_use]
pub fn to_file(schema: &Schema) -> String {
    let mut file = Object::default();
    file.put("format", FORMAT);
    file.put("version", VERSION);
    file.put("schema", to_value(schema));
    let mut json = json::pretty(&Value::Object(file.0));
    json.push('\n');
    json
}

/// Reads a schema from a file of its own, or from any file of Gloss.
///
/// # Errors
/// Why there is none, as a sentence.
pub fn from_file(text: &str) -> Result<(Schema, Vec<(String, String)>), String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let parsed = json::parse(text, 127);
    let value = parsed.map_err(|JsonError { reason, line, column }| {
        format!("This is not a JSON file: {reason} (line {line}, column {column}).")
    })?;
    let told = |key: &str| value.get(key).cloned();
    match told("format") {
        Some(Value::String(format)) if format == FORMAT || format == super::gloss::FORMAT => {}
        _ => return Err(format!("This is not a schema of Gloss: its “format” should say “{FORMAT}”.")),
    }
    if let Some(version) = told("version").and_then(|version| version.as_u64()).filter(|version| *version > VERSION) {
        return Err(format!(
            "This schema has version {version}; this Gloss reads version {VERSION}. Use a newer Gloss."
        ));
    }
    match told("schema") {
        Some(schema @ Value::Object(_)) => {
            let mut problems = Vec::new();
            let schema = from_value(schema, &mut |path, message| problems.push((path, message)));
            if schema.labels.is_empty() { Err("This schema has no label.".to_owned()) } else { Ok((schema, problems)) }
        }
        _ => Err("There is no schema in this file.".to_owned()),
    }
}

// ---- Writing ----

/// A schema as a JSON object.
#[must_use]
pub fn to_value(schema: &Schema) -> Value {
    let mut object = Object::default();
    object.put("labels", schema.labels.iter().map(label).collect::<Vec<_>>());
    // Written also when there is none: a schema without this key is older than relations.
    object.put("relations", schema.relations.iter().map(relation).collect::<Vec<_>>());
    object.list("attributes", schema.attributes.iter().map(attribute).collect());
    object.list("rules_off", texts(&schema.rules_off));
    object.text("guidelines", &schema.guidelines);
    object.finish(&schema.extra)
}

fn texts(texts: &[String]) -> Vec<Value> {
    texts.iter().map(|text| Value::from(text.as_str())).collect()
}

fn names(names: &[LabelName]) -> Vec<Value> {
    names.iter().map(|name| Value::from(name.as_str())).collect()
}

fn label(label: &Label) -> Value {
    let mut object = Object::default();
    object.put("name", label.name.as_str());
    object.some("key", label.key.as_deref());
    object.some("color", label.color.as_deref());
    object.some("style", label.style.map(DrawStyle::name));
    object.text("quotation_marks", if label.keeps_quotes { "keep" } else { "" });
    object.text("description", &label.description);
    object.list("examples", texts(&label.examples));
    object.list("counter_examples", texts(&label.counter_examples));
    object.list("attributes", label.attributes.iter().map(attribute).collect());
    object.flag("archived", label.archived);
    object.flag("added", label.added);
    object.finish(&label.extra)
}

/// The kind of an attribute that does not say it: a list of words says enough.
fn implied(values: &[String]) -> AttributeKind {
    if values.is_empty() { AttributeKind::Text } else { AttributeKind::One }
}

fn attribute(attribute: &Attribute) -> Value {
    let mut object = Object::default();
    object.put("name", attribute.name.as_str());
    if attribute.kind != implied(&attribute.values) {
        object.put("type", attribute.kind.name());
    }
    object.list("values", texts(&attribute.values));
    object.flag("required", attribute.required);
    object.some("default", attribute.default.clone());
    object.some("key", attribute.key.as_deref());
    object.text("description", &attribute.description);
    object.finish(&attribute.extra)
}

fn relation(relation: &RelationType) -> Value {
    let mut object = Object::default();
    object.put("name", relation.name.as_str());
    object.list("from", names(&relation.from));
    object.list("to", names(&relation.to));
    object.flag("same_label", relation.same_label);
    object.flag("symmetric", relation.symmetric);
    object.flag("expected", relation.expected);
    object.text("forward", &relation.forward);
    object.text("backward", &relation.backward);
    object.text("group", &relation.group);
    object.text("description", &relation.description);
    object.list("attributes", relation.attributes.iter().map(attribute).collect());
    object.flag("archived", relation.archived);
    object.flag("added", relation.added);
    object.finish(&relation.extra)
}

// ---- Reading ----

/// Hears of what cannot be taken: where it stands within the schema, such as `labels[2].name`, and what
/// is wrong.
pub type Told<'t> = dyn FnMut(String, String) + 't;

/// A schema from a JSON value. A value that is no object gives one without anything.
pub fn from_value(value: Value, told: &mut Told<'_>) -> Schema {
    let mut fields = Fields::of(value, String::new(), told);
    let labels = fields.objects("labels", read_label);
    let relations = fields.objects("relations", read_relation);
    let attributes = fields.objects("attributes", read_attribute);
    let mut schema = Schema {
        rules_off: fields.texts("rules_off"),
        guidelines: fields.text("guidelines").unwrap_or_default(),
        extra: fields.rest(),
        ..Schema::default()
    };
    for (at, label) in labels {
        if schema.position(&label.name).is_some() {
            told(format!("labels[{at}].name"), format!("\"{}\", this label is there twice", label.name));
        } else {
            schema.labels.push(label);
        }
    }
    for (at, relation) in relations {
        if schema.relation(&relation.name).is_some() {
            told(format!("relations[{at}].name"), format!("\"{}\", this relation is there twice", relation.name));
        } else {
            schema.relations.push(relation);
        }
    }
    schema.attributes = apart(attributes, "", told);
    schema
}

/// Attributes whose names differ.
fn apart(all: Vec<(usize, Attribute)>, path: &str, told: &mut Told<'_>) -> Vec<Attribute> {
    let mut kept: Vec<Attribute> = Vec::with_capacity(all.len());
    for (at, attribute) in all {
        if kept.iter().any(|other| other.name == attribute.name) {
            let path = format!("{path}attributes[{at}].name");
            told(path, format!("\"{}\", this attribute is there twice", attribute.name));
        } else {
            kept.push(attribute);
        }
    }
    kept
}

fn read_label(fields: &mut Fields<'_, '_>) -> Option<Label> {
    let name = fields.name()?;
    let mut label = Label::named(LabelName::new(name));
    label.key = fields.text("key");
    label.color = fields.text("color");
    label.style = fields.one_of("style", &DrawStyle::ALL, DrawStyle::name);
    label.keeps_quotes =
        fields.one_of("quotation_marks", &[true, false], |keep| if keep { "keep" } else { "trim" }).unwrap_or(false);
    label.description = fields.text("description").unwrap_or_default();
    label.examples = fields.texts("examples");
    label.counter_examples = fields.texts("counter_examples");
    label.attributes = fields.attributes();
    label.archived = fields.flag("archived");
    label.added = fields.flag("added");
    label.extra = fields.rest();
    Some(label)
}

fn read_attribute(fields: &mut Fields<'_, '_>) -> Option<Attribute> {
    let name = fields.name()?;
    let values = fields.texts("values");
    let kind = fields.one_of("type", &AttributeKind::ALL, AttributeKind::name);
    let kind = kind.unwrap_or(implied(&values));
    let mut attribute = Attribute::named(name, kind);
    attribute.values = values;
    attribute.required = fields.flag("required");
    attribute.key = fields.text("key");
    attribute.description = fields.text("description").unwrap_or_default();
    attribute.default = fields.take("default");
    if let Some(why) = attribute.default.as_ref().and_then(|value| attribute.check(value).err()) {
        fields.complain("default", why);
        attribute.default = None;
    }
    attribute.extra = fields.rest();
    Some(attribute)
}

fn read_relation(fields: &mut Fields<'_, '_>) -> Option<RelationType> {
    let name = fields.name()?;
    let mut relation = RelationType::named(name);
    relation.from = fields.texts("from").into_iter().map(LabelName::new).collect();
    relation.to = fields.texts("to").into_iter().map(LabelName::new).collect();
    relation.same_label = fields.flag("same_label");
    relation.symmetric = fields.flag("symmetric");
    relation.expected = fields.flag("expected");
    relation.forward = fields.text("forward").unwrap_or_default();
    relation.backward = fields.text("backward").unwrap_or_default();
    relation.group = fields.text("group").unwrap_or_default();
    relation.description = fields.text("description").unwrap_or_default();
    relation.attributes = fields.attributes();
    relation.archived = fields.flag("archived");
    relation.added = fields.flag("added");
    relation.extra = fields.rest();
    Some(relation)
}

/// An object that is being read, and where it stands.
struct Fields<'f, 't> {
    object: Map<String, Value>,
    path: String,
    told: &'f mut Told<'t>,
}

impl<'f, 't> Fields<'f, 't> {
    fn of(value: Value, path: String, told: &'f mut Told<'t>) -> Self {
        let object = match value {
            Value::Object(object) => object,
            _ => {
                told(path.trim_end_matches('.').to_owned(), "an object was expected".to_owned());
                Map::new()
            }
        };
        Self { object, path, told }
    }

    fn complain(&mut self, key: &str, message: impl Into<String>) {
        (self.told)(format!("{}{key}", self.path), message.into());
    }

    fn take(&mut self, key: &str) -> Option<Value> {
        self.object.shift_remove(key).filter(|value| !value.is_null())
    }

    /// The name that everything has to have.
    fn name(&mut self) -> Option<String> {
        match self.take("name") {
            Some(Value::String(name)) if !name.is_empty() => Some(name),
            found => {
                let what = found.map_or("missing", |_| "not a text that says something");
                self.complain("name", format!("{what}, a name was expected"));
                None
            }
        }
    }

    /// An optional text; absent, null and empty are the same.
    fn text(&mut self, key: &str) -> Option<String> {
        match self.take(key)? {
            Value::String(text) => (!text.is_empty()).then_some(text),
            other => {
                self.complain(key, format!("{}, text was expected", json::compact_start(&other)));
                None
            }
        }
    }

    fn flag(&mut self, key: &str) -> bool {
        match self.take(key) {
            None => false,
            Some(Value::Bool(set)) => set,
            Some(_) => {
                self.complain(key, "true or false was expected");
                false
            }
        }
    }

    /// A word out of a few. Any other value is not ours: it stays among the keys that Gloss does not know.
    fn one_of<T: Copy>(&mut self, key: &str, all: &[T], name: impl Fn(T) -> &'static str) -> Option<T> {
        let said = self.object.get(key)?.as_str()?;
        let found = all.iter().copied().find(|value| name(*value) == said)?;
        self.object.shift_remove(key);
        Some(found)
    }

    fn list(&mut self, key: &str) -> Vec<Value> {
        match self.take(key) {
            None => Vec::new(),
            Some(Value::Array(list)) => list,
            Some(other) => {
                self.complain(key, format!("{}, a list was expected", json::compact_start(&other)));
                Vec::new()
            }
        }
    }

    fn texts(&mut self, key: &str) -> Vec<String> {
        let mut texts: Vec<String> = Vec::new();
        for (at, value) in self.list(key).into_iter().enumerate() {
            match value {
                Value::String(text) if !text.is_empty() && !texts.contains(&text) => texts.push(text),
                Value::String(_) => {}
                _ => self.complain(&format!("{key}[{at}]"), "text was expected"),
            }
        }
        texts
    }

    fn objects<T>(&mut self, key: &str, read: impl Fn(&mut Fields<'_, '_>) -> Option<T>) -> Vec<(usize, T)> {
        let mut all = Vec::new();
        for (at, value) in self.list(key).into_iter().enumerate() {
            let path = format!("{}{key}[{at}]", self.path);
            if !value.is_object() {
                (self.told)(path, format!("{}, an object was expected", json::compact_start(&value)));
                continue;
            }
            let mut fields = Fields::of(value, path + ".", &mut *self.told);
            all.extend(read(&mut fields).map(|item| (at, item)));
        }
        all
    }

    fn attributes(&mut self) -> Vec<Attribute> {
        let all = self.objects("attributes", read_attribute);
        apart(all, &self.path, &mut *self.told)
    }

    /// Keys that Gloss does not know, without values that are nested too deep to be kept.
    fn rest(&mut self) -> Extra {
        let mut rest = std::mem::take(&mut self.object);
        let deep: Vec<String> =
            rest.iter().filter(|(_, value)| is_deeper(value, DEPTH)).map(|(key, _)| key.clone()).collect();
        for key in deep {
            rest.shift_remove(&key);
            self.complain(&key, format!("nested more than {DEPTH} deep"));
        }
        rest
    }
}
