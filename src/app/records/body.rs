//! The bodies of records: from values to JSON, and back.
//!
//! Written out by hand: derived code for the same weighed ten times as much. Invariant: what is
//! absent or null is the empty value where there is one; a key that nobody asks for is no error.

use std::rc::Rc;

use serde_json::{Map, Value};

use super::{Base, Deleted, Header, Home, JournalRecord, Project, RecordError, Version, View};
use crate::edit::{Entry, Op, Transaction};
use crate::formats::json::Writer;
use crate::formats::schema;
use crate::model::{
    Annotation, AnnotationId, Annotations, Details, Document, DocumentId, DocumentInfo, Extra, Flag, Fragments, Intake,
    LabelName, Origin, ProjectId, Relation, RelationId, Relations, Remarks, Schema, Status, Timestamp,
};
use crate::text::{ByteOffset, Span, Text};

/// What can be the body of a record, or stand in one.
pub trait Body: Sized {
    /// Writes it, as one JSON value.
    fn write(&self, out: &mut Writer);

    /// Reads it from the object that [`Body::write`] wrote.
    fn read(fields: &mut Fields) -> Result<Self, RecordError>;
}

fn wrong(key: &str, what: &str) -> RecordError {
    RecordError::Body(format!("{key} {what}"))
}

/// The fields of an object that is being read.
pub struct Fields(Map<String, Value>);

impl Fields {
    /// The fields of a value that has to be an object.
    pub fn of(value: Value, name: &str) -> Result<Self, RecordError> {
        match value {
            Value::Object(fields) => Ok(Self(fields)),
            _ => Err(wrong(name, "is no object")),
        }
    }

    fn take(&mut self, key: &str) -> Option<Value> {
        self.0.shift_remove(key).filter(|value| !value.is_null())
    }

    fn text_if(&mut self, key: &str) -> Result<Option<String>, RecordError> {
        match self.take(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(wrong(key, "is no text")),
        }
    }

    fn text(&mut self, key: &str) -> Result<String, RecordError> {
        self.text_if(key)?.ok_or_else(|| wrong(key, "is missing"))
    }

    fn time_if(&mut self, key: &str) -> Result<Option<Timestamp>, RecordError> {
        Ok(self.text_if(key)?.map(Into::into))
    }

    fn number(&mut self, key: &str) -> Result<u64, RecordError> {
        self.take(key).and_then(|value| value.as_u64()).ok_or_else(|| wrong(key, "is no whole number"))
    }

    fn size(&mut self, key: &str) -> Result<usize, RecordError> {
        usize::try_from(self.number(key)?).map_err(|_| wrong(key, "is too large"))
    }

    fn list(&mut self, key: &str) -> Result<Vec<Value>, RecordError> {
        match self.take(key) {
            None => Ok(Vec::new()),
            Some(Value::Array(list)) => Ok(list),
            Some(_) => Err(wrong(key, "is no list")),
        }
    }

    fn objects<T>(&mut self, key: &str, read: fn(&mut Self) -> Result<T, RecordError>) -> Result<Vec<T>, RecordError> {
        self.list(key)?.into_iter().map(|value| read(&mut Self::of(value, key)?)).collect()
    }

    fn fields_if(&mut self, key: &str) -> Result<Option<Self>, RecordError> {
        self.take(key).map(|value| Self::of(value, key)).transpose()
    }

    fn fields(&mut self, key: &str) -> Result<Self, RecordError> {
        self.fields_if(key)?.ok_or_else(|| wrong(key, "is missing"))
    }

    fn extra(&mut self, key: &str) -> Result<Extra, RecordError> {
        Ok(self.fields_if(key)?.map_or_else(Extra::new, |fields| fields.0))
    }

    /// The place of a name in a list of names.
    fn place_of(&mut self, key: &str, names: &[&str]) -> Result<Option<usize>, RecordError> {
        let Some(said) = self.text_if(key)? else { return Ok(None) };
        let place = names.iter().position(|name| *name == said);
        place.map(Some).ok_or_else(|| wrong(key, "is a word that this version does not know"))
    }

    fn status(&mut self, key: &str) -> Result<Option<Status>, RecordError> {
        let place = self.place_of(key, &Status::ALL.map(Status::name))?;
        Ok(place.and_then(|place| Status::ALL.get(place)).copied())
    }
}

impl Writer {
    fn text(&mut self, key: &str, text: &str) {
        self.key(key).string(text);
    }

    fn text_if(&mut self, key: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(key, text);
        }
    }

    fn count(&mut self, key: &str, count: u64) {
        self.key(key).number(count);
    }

    fn extra(&mut self, key: &str, extra: &Extra) {
        if !extra.is_empty() {
            self.key(key).object(extra);
        }
    }

    fn body_if(&mut self, key: &str, body: Option<&impl Body>) {
        if let Some(body) = body {
            body.write(self.key(key));
        }
    }

    fn list<T>(&mut self, key: &str, items: impl Iterator<Item = T>, write: impl Fn(T, &mut Self)) {
        self.key(key).open('[');
        for item in items {
            write(item, self);
        }
        self.close(']');
    }
}

impl Body for Header {
    fn write(&self, out: &mut Writer) {
        out.open('{');
        out.text("id", self.id.as_str());
        out.text("title", &self.title);
        out.count("characters", self.characters as u64);
        out.list("counts", self.counts.iter(), |(label, count), out| {
            out.open('[');
            out.string(label.as_str());
            out.number(*count as u64);
            out.close(']');
        });
        // Records from before it was written have none, like documents that nobody has begun.
        if self.status != Status::NotStarted {
            out.text("status", self.status.name());
        }
        out.extra("about", &self.about);
        out.text_if("created", self.created.as_deref());
        out.text_if("modified", self.modified.as_deref());
        out.count("seq", self.seq);
        out.close('}');
    }

    fn read(fields: &mut Fields) -> Result<Self, RecordError> {
        let count = |value: Value| {
            let pair = value.as_array().map(Vec::as_slice);
            let Some([Value::String(label), count]) = pair else { return None };
            Some((LabelName::new(label.as_str()), usize::try_from(count.as_u64()?).ok()?))
        };
        let counts: Option<Vec<_>> = fields.list("counts")?.into_iter().map(count).collect();
        Ok(Self {
            id: DocumentId::new(fields.text("id")?),
            title: fields.text("title")?,
            characters: fields.size("characters")?,
            counts: counts.ok_or_else(|| wrong("counts", "is no list of labels with numbers"))?,
            status: fields.status("status")?.unwrap_or_default(),
            about: fields.extra("about")?,
            created: fields.time_if("created")?,
            modified: fields.time_if("modified")?,
            seq: fields.number("seq")?,
        })
    }
}

impl Body for View {
    fn write(&self, out: &mut Writer) {
        out.open('{');
        out.count("top", self.top.get() as u64);
        out.close('}');
    }

    fn read(fields: &mut Fields) -> Result<Self, RecordError> {
        let top = if fields.0.contains_key("top") { fields.size("top")? } else { 0 };
        Ok(Self { top: ByteOffset::new(top) })
    }
}

impl Body for Deleted {
    fn write(&self, out: &mut Writer) {
        out.open('{');
        out.text("at", &self.at);
        out.close('}');
    }

    fn read(fields: &mut Fields) -> Result<Self, RecordError> {
        Ok(Self { at: fields.text("at")?.into() })
    }
}

impl Body for Project {
    fn write(&self, out: &mut Writer) {
        out.open('{');
        out.text("id", self.id.as_str());
        out.text("name", &self.name);
        out.key("schema").value(&schema::to_value(&self.schema));
        out.text("created", &self.created);
        out.text("modified", &self.modified);
        out.text_if("deleted", self.deleted.as_deref());
        out.close('}');
    }

    fn read(fields: &mut Fields) -> Result<Self, RecordError> {
        Ok(Self {
            id: ProjectId::new(fields.text("id")?),
            name: fields.text("name")?,
            schema: Rc::new(fields.take("schema").map(read_schema).ok_or_else(|| wrong("schema", "is missing"))?),
            created: fields.text("created")?.into(),
            modified: fields.text("modified")?.into(),
            deleted: fields.time_if("deleted")?,
        })
    }
}

impl Body for Home {
    fn write(&self, out: &mut Writer) {
        out.open('{');
        out.text("project", self.project.as_str());
        out.close('}');
    }

    fn read(fields: &mut Fields) -> Result<Self, RecordError> {
        Ok(Self { project: ProjectId::new(fields.text("project")?) })
    }
}

impl Body for Version {
    fn write(&self, out: &mut Writer) {
        out.open('{');
        out.text("older", self.older.as_str());
        out.text("newer", self.newer.as_str());
        out.text("at", &self.at);
        out.close('}');
    }

    fn read(fields: &mut Fields) -> Result<Self, RecordError> {
        Ok(Self {
            older: DocumentId::new(fields.text("older")?),
            newer: DocumentId::new(fields.text("newer")?),
            at: fields.text("at")?.into(),
        })
    }
}

impl Body for JournalRecord {
    fn write(&self, out: &mut Writer) {
        out.open('{');
        out.text("document", self.document.as_str());
        out.count("seq", self.seq);
        out.text("at", &self.at);
        out.text_if("by", self.by.as_deref());
        self.entry.write(out.key("entry"));
        out.close('}');
    }

    fn read(fields: &mut Fields) -> Result<Self, RecordError> {
        Ok(Self {
            document: DocumentId::new(fields.text("document")?),
            seq: fields.number("seq")?,
            at: fields.text("at")?.into(),
            by: fields.text_if("by")?,
            entry: Entry::read(&mut fields.fields("entry")?)?,
        })
    }
}

impl Body for Entry {
    fn write(&self, out: &mut Writer) {
        out.open('{');
        match self {
            Self::Edit { transaction, joins } => {
                out.text("do", "edit");
                out.key("transaction").open('{');
                out.text("name", &transaction.name);
                out.list("ops", transaction.ops.iter(), Op::write);
                out.close('}');
                if *joins {
                    out.key("joins").value(&Value::Bool(true));
                }
            }
            Self::Undo => out.text("do", "undo"),
            Self::Redo => out.text("do", "redo"),
        }
        out.close('}');
    }

    fn read(fields: &mut Fields) -> Result<Self, RecordError> {
        match fields.text("do")?.as_str() {
            "edit" => {
                let mut inner = fields.fields("transaction")?;
                let transaction = Transaction { name: inner.text("name")?, ops: inner.objects("ops", Op::read)? };
                let joins = match fields.take("joins") {
                    None => false,
                    Some(Value::Bool(joins)) => joins,
                    Some(_) => return Err(wrong("joins", "is neither true nor false")),
                };
                Ok(Self::Edit { transaction: Rc::new(transaction), joins })
            }
            "undo" => Ok(Self::Undo),
            "redo" => Ok(Self::Redo),
            _ => Err(wrong("do", "is a word that this version does not know")),
        }
    }
}

impl Body for Op {
    fn write(&self, out: &mut Writer) {
        out.open('{');
        match self {
            Self::Annotation { before, after } => {
                out.text("op", "annotation");
                out.body_if("before", before.as_deref());
                out.body_if("after", after.as_deref());
            }
            Self::Relation { before, after } => {
                out.text("op", "relation");
                out.body_if("before", before.as_deref());
                out.body_if("after", after.as_deref());
            }
            Self::Remarks { before, after } => {
                out.text("op", "remarks");
                out.body_if("before", Some(&**before));
                out.body_if("after", Some(&**after));
            }
            Self::Schema { before, after } => {
                out.text("op", "schema");
                out.key("before").value(&schema::to_value(before));
                out.key("after").value(&schema::to_value(after));
            }
            Self::Details { before, after } => {
                out.text("op", "details");
                out.body_if("before", Some(&**before));
                out.body_if("after", Some(&**after));
            }
            Self::Status { before, after } => {
                out.text("op", "status");
                out.text("before", before.name());
                out.text("after", after.name());
            }
        }
        out.close('}');
    }

    fn read(fields: &mut Fields) -> Result<Self, RecordError> {
        fn sides<T: Body>(fields: &mut Fields) -> Result<[Option<T>; 2], RecordError> {
            let mut side = |key| fields.fields_if(key)?.map(|mut fields| T::read(&mut fields)).transpose();
            Ok([side("before")?, side("after")?])
        }
        match fields.text("op")?.as_str() {
            "annotation" => {
                let [before, after] = sides(fields)?.map(|side| side.map(Rc::new));
                Ok(Self::Annotation { before, after })
            }
            "relation" => {
                let [before, after] = sides(fields)?.map(|side| side.map(Rc::new));
                Ok(Self::Relation { before, after })
            }
            "remarks" => {
                let [before, after] = sides(fields)?.map(|side: Option<Remarks>| Rc::new(side.unwrap_or_default()));
                Ok(Self::Remarks { before, after })
            }
            "schema" => {
                let mut side = |key| fields.take(key).map(read_schema).ok_or_else(|| wrong(key, "is missing"));
                Ok(Self::Schema { before: Rc::new(side("before")?), after: Rc::new(side("after")?) })
            }
            "details" => match sides(fields)?.map(|side| side.map(Rc::new)) {
                [Some(before), Some(after)] => Ok(Self::Details { before, after }),
                _ => Err(wrong("details", "is missing")),
            },
            "status" => {
                let mut side = |key| fields.status(key)?.ok_or_else(|| wrong(key, "is missing"));
                Ok(Self::Status { before: side("before")?, after: side("after")? })
            }
            _ => Err(wrong("op", "is a word that this version does not know")),
        }
    }
}

impl Body for Details {
    fn write(&self, out: &mut Writer) {
        out.open('{');
        out.text("title", &self.title);
        out.extra("metadata", &self.metadata);
        out.close('}');
    }

    fn read(fields: &mut Fields) -> Result<Self, RecordError> {
        Ok(Self { title: fields.text("title")?, metadata: fields.extra("metadata")? })
    }
}

impl Body for Annotation {
    fn write(&self, out: &mut Writer) {
        out.open('{');
        out.text("id", self.id.as_str());
        out.text("label", self.label.as_str());
        out.list("fragments", self.fragments.spans().iter(), |span, out| {
            out.open('[');
            out.number(span.start().get() as u64);
            out.number(span.end().get() as u64);
            out.close(']');
        });
        self.remarks.write_into(out);
        out.extra("extra", &self.extra);
        out.close('}');
    }

    fn read(fields: &mut Fields) -> Result<Self, RecordError> {
        let span = |value: Value| {
            let pair = value.as_array().map(Vec::as_slice);
            let Some([start, end]) = pair else { return None };
            let offset = |value: &Value| Some(u32::try_from(value.as_u64()?).ok()? as usize);
            Span::from_bytes(offset(start)?, offset(end)?)
        };
        let list = fields.list("fragments")?;
        let count = list.len();
        let spans: Option<Vec<Span>> = list.into_iter().map(span).collect();
        let fragments = spans.and_then(Fragments::merged).filter(|merged| merged.spans().len() == count);
        let fragments = fragments.ok_or_else(|| wrong("fragments", "is no list of spans that stand apart"))?;
        let mut annotation =
            Self::new(AnnotationId::new(fields.text("id")?), LabelName::new(fields.text("label")?), fragments);
        (annotation.remarks, annotation.extra) = Remarks::read_from(fields)?;
        Ok(annotation)
    }
}

impl Body for Relation {
    fn write(&self, out: &mut Writer) {
        out.open('{');
        out.text("id", self.id.as_str());
        out.text("type", &self.kind);
        out.text("from", self.from.as_str());
        out.text("to", self.to.as_str());
        out.text_if("group", self.group.as_deref());
        self.remarks.write_into(out);
        out.extra("extra", &self.extra);
        out.close('}');
    }

    fn read(fields: &mut Fields) -> Result<Self, RecordError> {
        let (id, kind) = (RelationId::new(fields.text("id")?), fields.text("type")?);
        let [from, to] = [fields.text("from")?, fields.text("to")?].map(AnnotationId::new);
        let mut relation = Self::new(id, kind, from, to);
        relation.group = fields.text_if("group")?;
        (relation.remarks, relation.extra) = Remarks::read_from(fields)?;
        Ok(relation)
    }
}

impl Remarks {
    /// Writes the fields of something that has remarks.
    fn write_into(&self, out: &mut Writer) {
        out.extra("attributes", &self.attributes);
        out.text_if("note", Some(self.note.as_str()).filter(|note| !note.is_empty()));
        out.text_if("flag", self.flag.map(Flag::name));
        out.text_if("author", self.author.as_deref());
        out.text_if("created", self.created.as_deref());
        out.text_if("modified", self.modified.as_deref());
        out.text_if("origin", self.origin.map(Origin::name));
    }

    /// Reads the fields of something that has remarks, and its unknown keys.
    fn read_from(fields: &mut Fields) -> Result<(Self, Extra), RecordError> {
        let flag = fields.place_of("flag", &Flag::ALL.map(Flag::name))?;
        let origin = fields.place_of("origin", &Origin::ALL.map(Origin::name))?;
        let mut remarks = Self {
            attributes: fields.extra("attributes")?,
            note: fields.text_if("note")?.unwrap_or_default(),
            flag: flag.and_then(|place| Flag::ALL.get(place)).copied(),
            author: fields.text_if("author")?,
            created: fields.time_if("created")?,
            modified: fields.time_if("modified")?,
            origin: origin.and_then(|place| Origin::ALL.get(place)).copied(),
        };
        let mut extra = fields.extra("extra")?;
        // The first version knew no notes and attributes of relations: it kept those of files here.
        if remarks.note.is_empty() && extra.get("note").is_some_and(Value::is_string) {
            remarks.note =
                extra.shift_remove("note").and_then(|note| note.as_str().map(str::to_owned)).unwrap_or_default();
        }
        if remarks.attributes.is_empty()
            && let Some(Value::Object(attributes)) = extra.get("attributes")
        {
            remarks.attributes = attributes.clone();
            extra.shift_remove("attributes");
        }
        Ok((remarks, extra))
    }
}

impl Body for Remarks {
    fn write(&self, out: &mut Writer) {
        out.open('{');
        self.write_into(out);
        out.close('}');
    }

    fn read(fields: &mut Fields) -> Result<Self, RecordError> {
        Ok(Self::read_from(fields)?.0)
    }
}

/// A schema in the form that files have. Whatever of it could not be understood is left out: a document
/// without it is better than none.
fn read_schema(value: Value) -> Schema {
    schema::from_value(value, &mut |_, _| ())
}

/// A schema as the first version of records has it: what it did not know stands below a key of its own.
/// What cannot be understood of that is left out: nobody could see it then either.
fn first_schema(value: Value) -> Schema {
    fn flat(value: &mut Value) {
        if let Value::Object(object) = value
            && let Some(Value::Object(extra)) = object.shift_remove("extra")
        {
            for (key, value) in extra {
                object.entry(key).or_insert(value);
            }
        }
    }
    let mut value = value;
    flat(&mut value);
    if let Some(Value::Array(labels)) = value.get_mut("labels") {
        labels.iter_mut().for_each(flat);
    }
    schema::renewed(schema::from_value(value, &mut |_, _| ()))
}

impl Body for Intake {
    fn write(&self, out: &mut Writer) {
        out.open('{');
        out.text_if("original_sha256", self.original_sha256.as_deref());
        out.text_if("encoding", self.encoding.as_deref());
        if !self.changes.is_empty() {
            out.list("changes", self.changes.iter(), |change, out| out.string(change));
        }
        out.extra("extra", &self.extra);
        out.close('}');
    }

    fn read(fields: &mut Fields) -> Result<Self, RecordError> {
        let change = |value: Value| match value {
            Value::String(change) => Ok(change),
            _ => Err(wrong("changes", "is no list of texts")),
        };
        Ok(Self {
            original_sha256: fields.text_if("original_sha256")?,
            encoding: fields.text_if("encoding")?,
            changes: fields.list("changes")?.into_iter().map(change).collect::<Result<_, _>>()?,
            extra: fields.extra("extra")?,
        })
    }
}

impl Body for Base {
    fn write(&self, out: &mut Writer) {
        let Document { info, schema, status, annotations, relations, remarks } = &self.0;
        out.open('{');
        out.text("id", info.id.as_str());
        out.text("title", &info.title);
        out.text("text", info.text.as_str());
        info.intake.write(out.key("intake"));
        out.extra("metadata", &info.metadata);
        out.text_if("created", info.created.as_deref());
        out.extra("extra", &info.extra);
        out.key("labels").value(&schema::to_value(schema));
        out.text("status", status.name());
        out.list("annotations", annotations.iter(), |annotation, out| annotation.write(out));
        out.list("relations", relations.iter(), |relation, out| relation.write(out));
        remarks.write(out.key("remarks"));
        out.close('}');
    }

    fn read(fields: &mut Fields) -> Result<Self, RecordError> {
        let text = Text::new(fields.text("text")?);
        let annotations = fields.objects("annotations", |fields| Annotation::read(fields).map(Rc::new))?;
        let annotations = Annotations::from_vec(&text, annotations);
        let relations = Relations::from_vec(fields.objects("relations", |f| Relation::read(f).map(Rc::new))?);
        let intake = fields.fields_if("intake")?;
        let info = DocumentInfo {
            id: DocumentId::new(fields.text("id")?),
            title: fields.text("title")?,
            text,
            intake: intake.map_or_else(|| Ok(Intake::default()), |mut fields| Intake::read(&mut fields))?,
            metadata: fields.extra("metadata")?,
            created: fields.time_if("created")?,
            extra: fields.extra("extra")?,
        };
        let (schema, is_old) = match (fields.take("labels"), fields.take("schema")) {
            (Some(value), _) => (read_schema(value), false),
            (None, Some(value)) => (first_schema(value), true),
            (None, None) => return Err(wrong("labels", "is missing")),
        };
        let remarks = fields.fields_if("remarks")?.map(|mut fields| Remarks::read(&mut fields)).transpose()?;
        let status = fields.status("status")?.unwrap_or_default();
        let mut document = Document {
            info: Rc::new(info),
            schema: Rc::new(schema),
            status,
            annotations,
            relations,
            remarks: Rc::new(remarks.unwrap_or_default()),
        };
        if is_old {
            let held = document.clone();
            Rc::make_mut(&mut document.schema).add_what_is_in(&held);
        }
        Ok(Self(document))
    }
}
