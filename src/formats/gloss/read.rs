//! A file to documents.
//!
//! Invariant: nothing that cannot be trusted gets into a document, and everything left out has its
//! place named and is counted. One bad item never takes a good one with it, except where it hangs
//! on it. Time grows with the file, not with the number of annotations times the text.

use std::collections::HashSet;
use std::rc::Rc;

use serde_json::{Map, Number, Value};

use super::place::Place;
use super::{FILE_KEYS, FORMAT, LeftOut, OFFSET_UNIT, Problem, Reading, Refusal, VERSION};
use crate::formats::json::{self, JsonError, is_deeper};
use crate::formats::schema::{self, DEPTH};
use crate::model::{
    Annotation, AnnotationId, Annotations, Attribute, Document, DocumentId, DocumentInfo, Extra, Flag, Fragments,
    Intake, LabelName, Origin, Relation, RelationId, Relations, Remarks, Schema, Status, Timestamp, attribute,
    sha256_hex, sort_by,
};
use crate::text::intake::{Normalised, normalise_line_breaks, title_from_text};
use crate::text::{CodePointOffset, Span, Text};

/// How deep a file may be nested.
const MOST_NESTED: usize = 127;

/// Reads a file. What has no id gets one from `next_id`.
///
/// # Errors
/// A [`Refusal`] where nothing of the file can be taken. Where only parts cannot, they are in
/// [`Reading::problems`], and the documents are without them.
pub fn read(json: &str, next_id: &mut dyn FnMut() -> String) -> Result<Reading, Refusal> {
    read_file(parse(json)?, next_id)
}

/// The outermost object.
pub(super) fn parse(text: &str) -> Result<Map<String, Value>, Refusal> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let value = json::parse(text, MOST_NESTED).map_err(|JsonError { reason, line, column }| Refusal::NotJson {
        reason: reason.to_owned(),
        line,
        column,
    })?;
    match value {
        Value::Object(file) => Ok(file),
        other => Err(Refusal::NotGloss(Problem {
            path: "the file".to_owned(),
            message: format!("{}, an object was expected", kind(&other)),
        })),
    }
}

/// Reads a file from its outermost object.
pub(super) fn read_file(mut file: Map<String, Value>, next_id: &mut dyn FnMut() -> String) -> Result<Reading, Refusal> {
    check_header(&mut file)?;
    for header in ["generator", "exported"] {
        file.shift_remove(header);
    }
    let mut reader = Reader { next_id, problems: Vec::new(), left_out: LeftOut::default() };
    let place = Place::top("schema");
    let schema = reader.schema(file.shift_remove("schema"), &place);
    let place = Place::top("documents");
    let documents = match file.shift_remove("documents") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(documents)) => documents,
        Some(other) => return Err(Refusal::Broken(place.problem(expected(&other, "a list")))),
    };
    let rest = reader.rest(file, None);
    let schema = Rc::new(schema);
    let given: Vec<Option<&str>> = documents.iter().map(|document| document.get("id")?.as_str()).collect();
    let mut ids = Ids::new(given.into_iter().flatten().map(str::to_owned));
    let mut read = Vec::with_capacity(documents.len());
    for (index, value) in documents.into_iter().enumerate() {
        let size = |key: &str| value.get(key).and_then(Value::as_array).map_or(0, Vec::len);
        let (annotations, relations) = (size("annotations"), size("relations"));
        match reader.document(value, &place.index(index), &schema, &rest, &mut ids) {
            Ok(document) => read.push(document),
            Err(problem) => {
                reader.problems.push(problem);
                reader.left_out.documents += 1;
                reader.left_out.annotations += annotations;
                reader.left_out.relations += relations;
            }
        }
    }
    Ok(Reading { documents: read, problems: reader.problems, left_out: reader.left_out })
}

fn check_header(file: &mut Map<String, Value>) -> Result<(), Refusal> {
    let place = Place::top("format");
    match file.shift_remove("format") {
        Some(Value::String(format)) if format == FORMAT => {}
        None => return Err(Refusal::NotGloss(place.problem("missing, \"gloss\" was expected"))),
        Some(other) => {
            return Err(Refusal::NotGloss(place.problem(format!("{}, \"gloss\" was expected", show(&other)))));
        }
    }
    let place = Place::top("version");
    let version = file.shift_remove("version");
    match version.as_ref().map(|version| (version, version.as_u64())) {
        Some((_, Some(VERSION))) => {}
        Some((_, Some(found))) if found > VERSION => return Err(Refusal::Newer { found }),
        Some((other, _)) => {
            return Err(Refusal::Broken(place.problem(format!("{}, the number {VERSION} was expected", show(other)))));
        }
        None => return Err(Refusal::Broken(place.problem(format!("missing, the number {VERSION} was expected")))),
    }
    let place = Place::top("offset_unit");
    match file.shift_remove("offset_unit") {
        None | Some(Value::Null) => Ok(()),
        Some(Value::String(unit)) if unit.is_empty() || unit == OFFSET_UNIT => Ok(()),
        Some(other) => Err(Refusal::Broken(place.problem(format!("{}, \"{OFFSET_UNIT}\" was expected", show(&other))))),
    }
}

/// Ids that are taken, and those that the file gives to something else.
struct Ids {
    taken: HashSet<String>,
    given: HashSet<String>,
}

impl Ids {
    fn new(given: impl Iterator<Item = String>) -> Self {
        Self { taken: HashSet::new(), given: given.collect() }
    }

    /// Takes an id; an error where it is taken already.
    fn take(&mut self, id: String, place: &Place<'_>) -> Result<String, Problem> {
        if self.taken.insert(id.clone()) {
            Ok(id)
        } else {
            Err(place.problem(format!("{}, this id is there twice", quoted(&id))))
        }
    }

    /// Takes an id that nothing else has, whatever the maker of ids gives.
    fn fresh(&mut self, next_id: &mut dyn FnMut() -> String) -> String {
        let made = next_id();
        let mut id = made.clone();
        let mut n = 2_usize;
        while id.is_empty() || self.given.contains(&id) || !self.taken.insert(id.clone()) {
            id = format!("{made}-{n}");
            n += 1;
        }
        id
    }
}

/// A text as the file has it, and where its places lie once its line breaks are line feeds.
struct Original {
    text: Text,
    moved: Option<Normalised>,
}

struct Reader<'r> {
    next_id: &'r mut dyn FnMut() -> String,
    problems: Vec<Problem>,
    left_out: LeftOut,
}

impl Reader<'_> {
    fn document(
        &mut self,
        value: Value,
        place: &Place<'_>,
        schema: &Rc<Schema>,
        rest: &Extra,
        ids: &mut Ids,
    ) -> Result<Document, Problem> {
        let mut object = object(value, place)?;
        let string = match object.shift_remove("text") {
            Some(Value::String(text)) => text,
            other => return Err(place.key("text").problem(missing_or(other.as_ref(), "text"))),
        };
        match object.shift_remove("text_sha256") {
            None | Some(Value::Null) => {}
            Some(Value::String(said)) => check_hash(&said, &string, &place.key("text_sha256"))?,
            Some(other) => return Err(place.key("text_sha256").problem(expected(&other, "text"))),
        }
        let id = match optional_id(&mut object, "id", place)? {
            Some(id) => ids.take(id, &place.key("id"))?,
            None => ids.fresh(self.next_id),
        };

        let mut intake = self.intake(object.shift_remove("intake"), &place.key("intake"));
        let moved = string.contains('\r').then(|| normalise_line_breaks(&string));
        let original = Original { text: Text::new(string), moved };
        let text = match &original.moved {
            None => original.text.clone(),
            Some(moved) => {
                let new = moved.changes.iter().filter(|change| !intake.changes.contains(change));
                let new: Vec<String> = new.cloned().collect();
                intake.changes.extend(new);
                Text::new(moved.text.clone())
            }
        };
        let title = self.text(&mut object, "title", place);
        let metadata = self.free_object(&mut object, "metadata", place);
        let status = self.text(&mut object, "status", place);
        let created = self.text(&mut object, "created", place).map(Timestamp::from);

        let (annotations, lost) = self.annotations(&mut object, place, &original, schema);
        let relations = self.relations(&mut object, place, &annotations, &lost, schema);
        let attributes = self.values(&mut object, &schema.attributes, place);
        let note = self.text(&mut object, "note", place).unwrap_or_default();
        let remarks = Rc::new(Remarks { attributes, note, ..Remarks::default() });
        let status = self.status(status, !annotations.is_empty(), place);

        let mut extra = self.rest(object, Some(place));
        if !rest.is_empty() && !extra.contains_key(FILE_KEYS) {
            extra.insert(FILE_KEYS.to_owned(), Value::Object(rest.clone()));
        }
        let annotations = Annotations::from_vec(&text, annotations);
        let title = title.unwrap_or_else(|| title_from_text(text.as_str()));
        let info = DocumentInfo { id: DocumentId::new(id), title, text, intake, metadata, created, extra };
        let relations = Relations::from_vec(relations);
        let mut document =
            Document { info: Rc::new(info), schema: Rc::clone(schema), status, annotations, relations, remarks };
        let mut with_more = (**schema).clone();
        if with_more.add_what_is_in(&document) {
            document.schema = Rc::new(with_more);
        }
        Ok(document)
    }

    /// The annotations that can be trusted, and the ids of those that cannot.
    fn annotations(
        &mut self,
        document: &mut Map<String, Value>,
        place: &Place<'_>,
        original: &Original,
        schema: &Schema,
    ) -> (Vec<Rc<Annotation>>, HashSet<String>) {
        let list = self.list(document, "annotations", place);
        let place = &place.key("annotations");
        let mut ids = Ids::new(list.iter().filter_map(|value| value.get("id")?.as_str().map(str::to_owned)));
        let mut kept = Vec::with_capacity(list.len());
        let mut lost = HashSet::new();
        for (index, value) in list.into_iter().enumerate() {
            let id = value.get("id").and_then(Value::as_str).map(str::to_owned);
            match self.annotation(value, &place.index(index), original, &mut ids, schema) {
                Ok(annotation) => kept.push(Rc::new(annotation)),
                Err(problem) => {
                    self.problems.push(problem);
                    self.left_out.annotations += 1;
                    lost.extend(id);
                }
            }
        }
        (kept, lost)
    }

    fn annotation(
        &mut self,
        value: Value,
        place: &Place<'_>,
        original: &Original,
        ids: &mut Ids,
        schema: &Schema,
    ) -> Result<Annotation, Problem> {
        let mut object = object(value, place)?;
        let label = match object.shift_remove("label") {
            Some(Value::String(label)) if !label.is_empty() => label,
            other => return Err(place.key("label").problem(missing_or(other.as_ref(), "text"))),
        };
        let envelope = span(&mut object, place, &original.text)?;
        let fragments = match object.shift_remove("fragments") {
            None | Some(Value::Null) => vec![envelope],
            Some(Value::Array(list)) if list.is_empty() => vec![envelope],
            Some(Value::Array(list)) => fragments(list, &place.key("fragments"), original, envelope)?,
            Some(other) => return Err(place.key("fragments").problem(expected(&other, "a list"))),
        };
        match object.shift_remove("text") {
            None | Some(Value::Null) => {}
            Some(Value::String(said)) if said.is_empty() => {}
            Some(Value::String(said)) => check_quote(&said, &fragments, &original.text, &place.key("text"))?,
            Some(other) => return Err(place.key("text").problem(expected(&other, "text"))),
        }
        let moved: Option<Vec<Span>> = match &original.moved {
            None => Some(fragments),
            Some(moved) => fragments.into_iter().map(|span| moved.span(span)).collect(),
        };
        let fragments = moved.and_then(Fragments::merged);
        let fragments = fragments.ok_or_else(|| place.problem("nothing is left of its place in the text"))?;
        let id = match optional_id(&mut object, "id", place)? {
            Some(id) => ids.take(id, &place.key("id"))?,
            None => ids.fresh(self.next_id),
        };

        // From here on nothing can fail, so that no detail is counted of what is left out whole.
        let mut annotation = Annotation::new(AnnotationId::new(id), LabelName::new(label), fragments);
        let known = schema.label_attributes(&annotation.label);
        annotation.remarks = self.remarks(&mut object, known, place);
        annotation.extra = self.rest(object, Some(place));
        Ok(annotation)
    }

    /// What is said of something, where `known` may be said of it.
    fn remarks(&mut self, object: &mut Map<String, Value>, known: &[Attribute], place: &Place<'_>) -> Remarks {
        let attributes = self.values(object, known, place);
        let note = self.text(object, "note", place).unwrap_or_default();
        let said = object.get("flag").and_then(Value::as_str);
        let flag = Flag::ALL.into_iter().find(|flag| said == Some(flag.name()));
        if flag.is_some() {
            // Any other value is not ours: it stays among the keys that Gloss does not know.
            object.shift_remove("flag");
        }
        let author = self.text(object, "author", place);
        let created = self.text(object, "created", place).map(Timestamp::from);
        let modified = self.text(object, "modified", place).map(Timestamp::from);
        let origin = self.text(object, "origin", place);
        let origin = self.one_of(origin, &Origin::ALL, Origin::name, &place.key("origin"));
        Remarks { attributes, note, flag, author, created, modified, origin }
    }

    /// Attribute values, without those of a kind that their attribute cannot have. A word that its list
    /// does not have is no such value: the list will get it.
    fn values(&mut self, object: &mut Map<String, Value>, known: &[Attribute], place: &Place<'_>) -> Extra {
        let mut values = self.free_object(object, "attributes", place);
        let place = &place.key("attributes");
        values.retain(|name, value| {
            let Some(known) = attribute(known, name) else { return true };
            let words = match &*value {
                Value::String(word) => vec![word.clone()],
                Value::Array(words) => words.iter().filter_map(|word| word.as_str().map(str::to_owned)).collect(),
                _ => Vec::new(),
            };
            let why = Attribute { values: words, ..known.clone() }.check(value).err();
            if let Some(why) = &why {
                self.detail(place.key(name).problem(format!("{}, {why}", json::compact_start(value))));
            }
            why.is_none()
        });
        values
    }

    fn relations(
        &mut self,
        document: &mut Map<String, Value>,
        place: &Place<'_>,
        annotations: &[Rc<Annotation>],
        lost: &HashSet<String>,
        schema: &Schema,
    ) -> Vec<Rc<Relation>> {
        let list = self.list(document, "relations", place);
        let place = &place.key("relations");
        let mut ends: Vec<&str> = annotations.iter().map(|annotation| annotation.id.as_str()).collect();
        sort_by(&mut ends, Ord::cmp);
        let mut ids = Ids::new(list.iter().filter_map(|value| value.get("id")?.as_str().map(str::to_owned)));
        let mut kept = Vec::with_capacity(list.len());
        for (index, value) in list.into_iter().enumerate() {
            match self.relation(value, &place.index(index), &ends, lost, &mut ids, schema) {
                Ok(relation) => kept.push(Rc::new(relation)),
                Err(problem) => {
                    self.problems.push(problem);
                    self.left_out.relations += 1;
                }
            }
        }
        kept
    }

    fn relation(
        &mut self,
        value: Value,
        place: &Place<'_>,
        ends: &[&str],
        lost: &HashSet<String>,
        ids: &mut Ids,
        schema: &Schema,
    ) -> Result<Relation, Problem> {
        let mut object = object(value, place)?;
        let mut end = |key: &str| match object.shift_remove(key) {
            Some(Value::String(id)) if ends.binary_search(&id.as_str()).is_ok() => Ok(AnnotationId::new(id)),
            Some(Value::String(id)) if lost.contains(&id) => {
                Err(place.key(key).problem(format!("{}, the annotation of that id is left out", quoted(&id))))
            }
            Some(Value::String(id)) => {
                Err(place.key(key).problem(format!("{}, no annotation has that id", quoted(&id))))
            }
            other => Err(place.key(key).problem(missing_or(other.as_ref(), "an annotation's id"))),
        };
        let (from, to) = (end("from")?, end("to")?);
        let kind = match object.shift_remove("type") {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(kind)) => kind,
            Some(other) => return Err(place.key("type").problem(expected(&other, "text"))),
        };
        let id = match optional_id(&mut object, "id", place)? {
            Some(id) => ids.take(id, &place.key("id"))?,
            None => ids.fresh(self.next_id),
        };
        let mut relation = Relation::new(RelationId::new(id), kind, from, to);
        relation.group = self.text(&mut object, "group", place);
        relation.remarks = self.remarks(&mut object, schema.relation_attributes(&relation.kind), place);
        relation.extra = self.rest(object, Some(place));
        Ok(relation)
    }

    /// A file without labels gets those that Gloss begins with.
    fn schema(&mut self, value: Option<Value>, place: &Place<'_>) -> Schema {
        let value = match value {
            None | Some(Value::Null) => return schema::first(),
            Some(value @ Value::Object(_)) => value,
            Some(other) => {
                self.detail(place.problem(expected(&other, "an object")));
                return schema::first();
            }
        };
        let older = value.get("relations").is_none();
        let mut told = |path, message| self.detail(Problem { path: format!("{place}.{path}"), message });
        let schema = schema::from_value(value, &mut told);
        match schema.labels.is_empty() {
            true => Schema { labels: schema::first().labels, ..schema },
            false if older => schema::renewed(schema),
            false => schema,
        }
    }

    fn intake(&mut self, value: Option<Value>, place: &Place<'_>) -> Intake {
        let mut object = match value {
            None | Some(Value::Null) => return Intake::default(),
            Some(Value::Object(object)) => object,
            Some(other) => {
                self.detail(place.problem(expected(&other, "an object")));
                return Intake::default();
            }
        };
        let original_sha256 = self.text(&mut object, "original_sha256", place);
        let encoding = self.text(&mut object, "encoding", place);
        let mut changes = Vec::new();
        let changes_place = place.key("changes");
        for (index, value) in self.list(&mut object, "changes", place).into_iter().enumerate() {
            match value {
                Value::String(change) => changes.push(change),
                other => self.detail(changes_place.index(index).problem(expected(&other, "text"))),
            }
        }
        Intake { original_sha256, encoding, changes, extra: self.rest(object, Some(place)) }
    }

    fn status(&mut self, said: Option<String>, has_annotations: bool, place: &Place<'_>) -> Status {
        let default = if has_annotations { Status::InProgress } else { Status::NotStarted };
        self.one_of(said, &Status::ALL, Status::name, &place.key("status")).unwrap_or(default)
    }

    fn one_of<T: Copy>(
        &mut self,
        said: Option<String>,
        all: &[T],
        name: impl Fn(T) -> &'static str,
        place: &Place<'_>,
    ) -> Option<T> {
        let said = said?;
        let found = all.iter().copied().find(|value| name(*value) == said);
        if found.is_none() {
            let names: Vec<String> = all.iter().map(|value| format!("\"{}\"", name(*value))).collect();
            self.detail(place.problem(format!("{}, one of {} was expected", quoted(&said), names.join(", "))));
        }
        found
    }

    /// An optional text; absent, null and empty are the same.
    fn text(&mut self, object: &mut Map<String, Value>, key: &str, place: &Place<'_>) -> Option<String> {
        match object.shift_remove(key) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => (!text.is_empty()).then_some(text),
            Some(other) => {
                self.detail(place.key(key).problem(expected(&other, "text")));
                None
            }
        }
    }

    fn list(&mut self, object: &mut Map<String, Value>, key: &str, place: &Place<'_>) -> Vec<Value> {
        match object.shift_remove(key) {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(list)) => list,
            Some(other) => {
                self.detail(place.key(key).problem(expected(&other, "a list")));
                Vec::new()
            }
        }
    }

    fn free_object(&mut self, object: &mut Map<String, Value>, key: &str, place: &Place<'_>) -> Extra {
        match object.shift_remove(key) {
            None | Some(Value::Null) => Extra::new(),
            Some(Value::Object(values)) => self.rest(values, Some(&place.key(key))),
            Some(other) => {
                self.detail(place.key(key).problem(expected(&other, "an object")));
                Extra::new()
            }
        }
    }

    /// Keys that Gloss does not know, without values that are nested too deep to be kept.
    fn rest(&mut self, mut object: Map<String, Value>, place: Option<&Place<'_>>) -> Extra {
        let deep: Vec<String> =
            object.iter().filter(|(_, value)| is_deeper(value, DEPTH)).map(|(k, _)| k.clone()).collect();
        for key in deep {
            object.shift_remove(&key);
            let place = place.map_or_else(|| Place::top(&key), |place| place.key(&key));
            self.detail(place.problem(format!("nested more than {DEPTH} deep")));
        }
        object
    }

    fn detail(&mut self, problem: Problem) {
        self.problems.push(problem);
        self.left_out.details += 1;
    }
}

fn object(value: Value, place: &Place<'_>) -> Result<Map<String, Value>, Problem> {
    match value {
        Value::Object(object) => Ok(object),
        other => Err(place.problem(expected(&other, "an object"))),
    }
}

fn optional_id(object: &mut Map<String, Value>, key: &str, place: &Place<'_>) -> Result<Option<String>, Problem> {
    match object.shift_remove(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(id)) => Ok((!id.is_empty()).then_some(id)),
        Some(other) => Err(place.key(key).problem(expected(&other, "text"))),
    }
}

/// The span that `start` and `end` name, in the text as it stands in the file.
fn span(object: &mut Map<String, Value>, place: &Place<'_>, text: &Text) -> Result<Span, Problem> {
    let mut offset = |key: &str| match object.shift_remove(key) {
        Some(Value::Number(number)) => number
            .as_u64()
            .ok_or_else(|| place.key(key).problem(format!("{number}, a whole number from 0 was expected"))),
        other => Err(place.key(key).problem(missing_or(other.as_ref(), "a whole number from 0"))),
    };
    let (start, end) = (offset("start")?, offset("end")?);
    let outside = |key: &str, at: u64| {
        let length = text.code_points();
        let points = if length == 1 { "code point" } else { "code points" };
        place.key(key).problem(format!("{at}, the text has {length} {points}"))
    };
    let to_bytes = |key: &str, at: u64| {
        let in_text = usize::try_from(at).ok().filter(|at| *at <= text.code_points());
        let byte = in_text.and_then(|at| text.from_code_points(CodePointOffset::new(at)));
        byte.ok_or_else(|| outside(key, at))
    };
    let end_byte = to_bytes("end", end)?;
    let not_below = || place.key("start").problem(format!("{start}, not below the end, {end}"));
    if start >= end {
        return Err(not_below());
    }
    Span::new(to_bytes("start", start)?, end_byte).ok_or_else(not_below)
}

/// The spans of a discontinuous annotation: in order, apart, and from its start to its end.
fn fragments(list: Vec<Value>, place: &Place<'_>, original: &Original, envelope: Span) -> Result<Vec<Span>, Problem> {
    let text = &original.text;
    let count = |at| text.to_code_points(at).unwrap_or_default().get();
    let mut spans: Vec<Span> = Vec::with_capacity(list.len());
    for (index, value) in list.into_iter().enumerate() {
        let place = place.index(index);
        let span = span(&mut object(value, &place)?, &place, text)?;
        if let Some(last) = spans.last()
            && span.start() <= last.end()
        {
            let (start, end) = (count(span.start()), count(last.end()));
            return Err(place
                .key("start")
                .problem(format!("{start}, the fragment before ends at {end}; fragments stand in order and apart")));
        }
        spans.push(span);
    }
    let ends = (spans.first().map(|span| span.start()), spans.last().map(|span| span.end()));
    if ends != (Some(envelope.start()), Some(envelope.end())) {
        let (first, last) = (ends.0.map_or(0, count), ends.1.map_or(0, count));
        let (start, end) = (count(envelope.start()), count(envelope.end()));
        return Err(place.problem(format!("from {first} to {last}, the annotation goes from {start} to {end}")));
    }
    Ok(spans)
}

fn check_quote(said: &str, fragments: &[Span], text: &Text, place: &Place<'_>) -> Result<(), Problem> {
    let pieces: Vec<&str> = fragments.iter().map(|span| text.between(span.start(), span.end())).collect();
    let there = pieces.join(" ");
    if said == there {
        return Ok(());
    }
    Err(place.problem(format!("{}, the text there is {}", quoted(said), quoted(&there))))
}

fn check_hash(said: &str, text: &str, place: &Place<'_>) -> Result<(), Problem> {
    let is = sha256_hex(text.as_bytes());
    if said.is_empty() || said.eq_ignore_ascii_case(&is) {
        return Ok(());
    }
    let head = |hash: &str| hash.chars().take(8).collect::<String>();
    Err(place.problem(format!("{}…, the text has {}…: it was changed after the file was made", head(said), head(&is))))
}

/// What stands at a place where something else was expected.
fn expected(found: &Value, wanted: &str) -> String {
    format!("{}, {wanted} was expected", show(found))
}

fn missing_or(found: Option<&Value>, wanted: &str) -> String {
    match found {
        None | Some(Value::Null) => format!("missing, {wanted} was expected"),
        Some(Value::String(text)) if text.is_empty() => format!("empty, {wanted} was expected"),
        Some(other) => expected(other, wanted),
    }
}

fn show(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        Value::Number(number) => shorten(&Number::to_string(number)),
        other => kind(other).to_owned(),
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(true) => "true",
        Value::Bool(false) => "false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", shorten(text))
}

/// At most the first 60 code points, so that a message stays a line.
fn shorten(text: &str) -> String {
    let mut short: String = text.chars().take(60).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
