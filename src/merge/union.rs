//! One document from all that is said of it: [`unite`].
//!
//! Invariant: what comes out is made of sets and greatest elements alone. Knows no files beyond their numbers.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use serde_json::Value;

use super::canon::Canon;
use super::moment::moment;
use super::naming::{Key, names, token_of_annotation, token_of_relation};
use super::report::{About, Absent, Change, Conflict, Difference, Field, Notice, Report, Side, Why, flag_words};
use super::versions::{Differences, Item, Settled, Version, settle, value_words};
use crate::model::{
    Annotation, AnnotationId, Annotations, Attribute, AttributeKind, Document, Extra, Label, LabelName, Relation,
    RelationId, RelationType, Relations, Remarks, Schema, Status, attribute,
};

/// The key under which values are set aside that their attribute cannot have here: an object, by attribute.
pub const UNFIT: &str = "gloss:unfit";

/// The document with a schema that has room for all that is in it: words, labels at the ends of relations. What reading
/// a file does, too; which words come first then depends on which were there first.
#[must_use]
pub fn widened(document: &Document) -> Document {
    let mut schema = (*document.schema).clone();
    match schema.add_what_is_in(document) {
        true => Document { schema: Rc::new(schema), ..document.clone() },
        false => document.clone(),
    }
}

type Versions<T> = BTreeMap<Key, Vec<Version<T>>>;

/// All that is said of the parts of one document, by what they are known by.
struct Said {
    annotations: Versions<Annotation>,
    /// Their ends are named by the long ids of their keys.
    relations: Versions<Relation>,
    notices: Vec<Notice>,
}

/// One document from itself (`is_here`), or from its text alone, and from documents of files with the same text.
pub fn unite(start: Document, is_here: bool, theirs: &[(usize, &Document)]) -> (Document, Report) {
    if theirs.is_empty() {
        let report = Report {
            unchanged_annotations: start.annotations.len(),
            unchanged_relations: start.relations.len(),
            ..Report::default()
        };
        return (start, report);
    }
    let mut said = Said { annotations: BTreeMap::new(), relations: BTreeMap::new(), notices: Vec::new() };
    if is_here {
        said.take(Side::Ours, &start, &start.schema);
    }
    for (file, document) in theirs {
        said.take(Side::File(*file), document, &start.schema);
    }
    let Said { annotations, relations, notices } = said;
    let mut report = Report { notices, ..Report::default() };

    let settled = settle_all(&annotations, &start);
    let ids = names(&settled, |one| one.plain, |key, one| key.tells(&token_of_annotation(&one.winner)));
    report.notices.extend(same_ids(&ids));
    let mut by_long: HashMap<String, AnnotationId> = HashMap::new();
    let mut all: Vec<Rc<Annotation>> = Vec::new();
    for (key, Settled { winner, ours, by, conflicts, .. }) in &settled {
        let Some(id) = ids.get(key) else { continue };
        by_long.insert(key.long(), AnnotationId::new(id.as_str()));
        let after = if winner.id() == id { Rc::clone(winner) } else { Rc::new(winner.with_id(id)) };
        report.conflicts.extend(conflicts.iter().map(|conflict| Conflict { about: after.about(), ..conflict.clone() }));
        let before = ours.as_ref().and_then(|ours| start.annotations.get(&AnnotationId::new(ours.as_str())));
        if let (Some(before), Some(versions)) = (before, annotations.get(key)) {
            let has = |file: &usize| versions.iter().any(|version| version.side == Side::File(*file));
            let files: Vec<usize> = theirs.iter().map(|(file, _)| *file).filter(|file| !has(file)).collect();
            if !files.is_empty() {
                report.absent.push(Absent { annotation: Rc::clone(before), files });
            }
        }
        match before.filter(|before| ***before == *after) {
            Some(before) => {
                report.unchanged_annotations += 1;
                all.push(Rc::clone(before));
            }
            None => {
                report.annotations.push(change(before, &after, by, &start));
                all.push(after);
            }
        }
    }
    let annotations = Annotations::from_vec(start.text(), all);
    report.annotations.sort_by(|a, b| crate::model::text_order(&a.after, &b.after));
    report.notices.extend(twins(&report.annotations, &annotations, &start));
    let document = Document { annotations, ..start.clone() };

    // Relations get the names that the annotations at their ends have got.
    let named = |long: &AnnotationId| by_long.get(long.as_str()).unwrap_or(long).clone();
    let settled = settle_all(&relations, &start);
    let ids = names(&settled, |one| one.plain, |key, one| key.tells(&token_of_relation(&one.winner)));
    let mut all: Vec<Rc<Relation>> = Vec::new();
    for (key, Settled { winner, ours, by, conflicts, .. }) in &settled {
        let Some(id) = ids.get(key) else { continue };
        let (from, to) = (named(&winner.from), named(&winner.to));
        let after = Relation { from, to, ..winner.with_id(id) };
        report.conflicts.extend(conflicts.iter().map(|conflict| {
            let mut conflict = Conflict { about: after.about(), ..conflict.clone() };
            if matches!(conflict.field, Field::From | Field::To) {
                for words in [&mut conflict.kept, &mut conflict.given_up] {
                    *words = end_words(&document, &named(&AnnotationId::new(words.as_str())));
                }
            }
            conflict
        }));
        let before = ours.as_ref().and_then(|ours| start.relations.get(&RelationId::new(ours.as_str())));
        match before.filter(|before| ***before == after) {
            Some(before) => {
                report.unchanged_relations += 1;
                all.push(Rc::clone(before));
            }
            None => {
                let after = Rc::new(after);
                let mut change = change(before, &after, by, &start);
                change.differences.retain_mut(|difference| {
                    if matches!(difference.field, Field::From | Field::To) {
                        difference.before = end_words(&start, &AnnotationId::new(difference.before.as_str()));
                        difference.after = end_words(&document, &AnnotationId::new(difference.after.as_str()));
                    }
                    difference.before != difference.after
                });
                report.relations.push(change);
                all.push(after);
            }
        }
    }
    report.relations.sort_by(|a, b| a.after.id.cmp(&b.after.id));
    let mut document = Document { relations: Relations::from_vec(all), ..document };
    whole(&mut document, is_here, theirs, &mut report);
    document.schema = schema(&start.schema, theirs, &mut report.notices);
    (document, report)
}

/// What stays of each.
fn settle_all<T: Item>(all: &Versions<T>, text: &Document) -> BTreeMap<Key, Settled<T>> {
    all.iter().filter_map(|(key, versions)| Some((key.clone(), settle(key, versions, text)?))).collect()
}

impl Said {
    /// Takes in all of one side. `schema` is what is asked here.
    fn take(&mut self, side: Side, document: &Document, schema: &Schema) {
        let mut long: HashMap<&AnnotationId, AnnotationId> = HashMap::new();
        for annotation in document.annotations.iter() {
            let key = Key::of_annotation(annotation);
            long.insert(&annotation.id, AnnotationId::new(key.long()));
            let mut item = Rc::clone(annotation);
            let unfit = unfit(schema.label_attributes(&item.label), &item.remarks);
            if !unfit.is_empty() {
                let fitting = Rc::make_mut(&mut item);
                set_aside(&unfit, &mut fitting.remarks, &mut fitting.extra);
                self.tell(side, &About::Annotation(annotation.id.clone()), unfit);
            }
            self.annotations.entry(key).or_default().push(Version { side, item });
        }
        for relation in document.relations.iter() {
            let (from, to) = (long.get(&relation.from), long.get(&relation.to));
            let mut item = Relation {
                from: from.unwrap_or(&relation.from).clone(),
                to: to.unwrap_or(&relation.to).clone(),
                ..(**relation).clone()
            };
            if let Side::File(file) = side {
                let missing = [(from, &relation.from), (to, &relation.to)].into_iter().find(|(end, _)| end.is_none());
                if let Some((_, end)) = missing {
                    let (relation, end) = (relation.id.clone(), end.clone());
                    self.notices.push(Notice::LacksEnd { file, relation, end });
                    continue;
                }
                if relation.kind.is_empty() {
                    self.notices.push(Notice::LacksKind { file, relation: relation.id.clone() });
                    continue;
                }
            }
            let unfit = unfit(schema.relation_attributes(&item.kind), &item.remarks);
            set_aside(&unfit, &mut item.remarks, &mut item.extra);
            self.tell(side, &About::Relation(relation.id.clone()), unfit);
            let key = Key::of_relation(&item);
            self.relations.entry(key).or_default().push(Version { side, item: Rc::new(item) });
        }
    }

    fn tell(&mut self, side: Side, about: &About, unfit: Vec<Unfit>) {
        self.notices.extend(unfit.into_iter().map(|Unfit { attribute, words, .. }| Notice::Unfit {
            side,
            about: about.clone(),
            attribute,
            words,
        }));
    }
}

/// A value that its attribute cannot have.
struct Unfit {
    attribute: String,
    value: Value,
    words: String,
}

/// The values that attributes cannot have. A word that a list does not have is none of them: lists can get words.
fn unfit(known: &[Attribute], remarks: &Remarks) -> Vec<Unfit> {
    let mut found = Vec::new();
    for (name, value) in &remarks.attributes {
        let Some(known) = attribute(known, name) else { continue };
        let words: Vec<String> = match (known.kind, value) {
            (AttributeKind::One, Value::String(word)) => vec![word.clone()],
            (AttributeKind::Several, Value::Array(words)) => {
                words.iter().filter_map(|word| word.as_str().map(str::to_owned)).collect()
            }
            _ => Vec::new(),
        };
        let values = known.values.iter().cloned().chain(words).collect();
        if let Err(why) = (Attribute { values, ..known.clone() }).check(value) {
            let words = format!("{}, {why}", value_words(Some(value)));
            found.push(Unfit { attribute: name.clone(), value: value.clone(), words });
        }
    }
    found
}

fn set_aside(unfit: &[Unfit], remarks: &mut Remarks, extra: &mut Extra) {
    for Unfit { attribute, value, .. } in unfit {
        remarks.attributes.shift_remove(attribute);
        let aside = extra.entry(UNFIT).or_insert_with(|| Value::Object(Extra::new()));
        if !aside.is_object() {
            *aside = Value::Object(Extra::new());
        }
        if let Value::Object(aside) = aside {
            aside.insert(attribute.clone(), value.clone());
        }
    }
}

fn change<T: Item>(before: Option<&Rc<T>>, after: &Rc<T>, by: &[Side], text: &Document) -> Change<T> {
    let mut found = Differences(before.map_or(Vec::new(), |before| before.differences(after, text)));
    if let Some(before) = before {
        let times = |remarks: &Remarks| {
            [&remarks.created, &remarks.modified].map(|time| time.as_deref().unwrap_or_default().to_owned())
        };
        let [[created, modified], [created_after, modified_after]] = [times(before.remarks()), times(after.remarks())];
        found.words(Field::Id, before.id(), after.id());
        found.words(Field::Created, &created, &created_after);
        found.words(Field::Modified, &modified, &modified_after);
    }
    Change { before: before.cloned(), after: Rc::clone(after), differences: found.0, files: files(by) }
}

fn files(by: &[Side]) -> Vec<usize> {
    let file = |side: &Side| if let Side::File(file) = side { Some(*file) } else { None };
    by.iter().filter_map(file).collect()
}

fn end_words(document: &Document, id: &AnnotationId) -> String {
    document.annotations.get(id).map_or_else(|| id.to_string(), |end| document.short_quote(end))
}

/// Ids that several different annotations had.
fn same_ids(ids: &BTreeMap<&Key, String>) -> Vec<Notice> {
    let mut by_base: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (key, id) in ids {
        by_base.entry(key.base()).or_default().push(id.clone());
    }
    let several = by_base.into_iter().filter(|(_, now)| now.len() > 1);
    several.map(|(id, now)| Notice::SameId { id: id.to_owned(), now }).collect()
}

/// Pairs of annotations with one label at one place, of which one is new or changed.
fn twins(changes: &[Change<Annotation>], all: &Annotations, text: &Document) -> Vec<Notice> {
    let mut pairs: Vec<(AnnotationId, AnnotationId)> = Vec::new();
    for change in changes {
        if let Some(twin) = all.twin_of(text.text(), &change.after) {
            let (a, b) = (change.after.id.clone(), twin.id.clone());
            pairs.push(if a < b { (a, b) } else { (b, a) });
        }
    }
    pairs.sort();
    pairs.dedup();
    pairs.into_iter().map(|(a, b)| Notice::Twins(a, b)).collect()
}

// ---- The document as a whole ----

/// How far a status is.
fn reach(status: Status) -> u8 {
    match status {
        Status::NotStarted => 0,
        Status::InProgress => 1,
        Status::Skipped => 2,
        Status::Done => 3,
    }
}

/// Status, remarks, and what is said of the document and cannot change.
fn whole(document: &mut Document, is_here: bool, theirs: &[(usize, &Document)], report: &mut Report) {
    let ours = Some((Side::Ours, document.clone())).filter(|_| is_here);
    let file = |(file, document): &(usize, &Document)| (Side::File(*file), Document::clone(document));
    let mut sides: Vec<(Side, Document)> = ours.into_iter().chain(theirs.iter().map(file)).collect();
    for (side, said) in &mut sides {
        if *side != Side::Ours {
            for Unfit { attribute, words, .. } in unfit(&document.schema.attributes, &said.remarks) {
                Rc::make_mut(&mut said.remarks).attributes.shift_remove(&attribute);
                report.notices.push(Notice::Unfit { side: *side, about: About::Document, attribute, words });
            }
        }
    }

    let statuses = sides.iter().map(|(_, said)| said.status);
    let status = statuses.max_by_key(|status| reach(*status)).unwrap_or_default();
    let words = |status: Status| if status == Status::NotStarted { "" } else { status.name() }.to_owned();
    let said = sides.iter().map(|(side, said)| (*side, words(said.status)));
    report.conflicts.extend(conflicts(&Field::Status, &words(status), said, Why::Further));

    let mut remarks = Remarks::default();
    let mut names: Vec<&String> = sides.iter().flat_map(|(_, said)| said.remarks.attributes.keys()).collect();
    names.sort();
    names.dedup();
    for name in names {
        let values = sides.iter().filter_map(|(side, said)| Some((*side, said.remarks.attributes.get(name)?)));
        let canon = |value: &Value| {
            let mut canon = Canon::default();
            canon.value(value);
            canon
        };
        let Some((_, value)) = values.clone().max_by_key(|(_, value)| canon(value)) else { continue };
        let said = values.map(|(side, value)| (side, value_words(Some(value))));
        let kept = value_words(Some(value));
        report.conflicts.extend(conflicts(&Field::Attribute(name.clone()), &kept, said, Why::NoTime));
        remarks.attributes.insert(name.clone(), value.clone());
    }
    let most = |get: &dyn Fn(&Remarks) -> Option<String>, field: Field, conflicts_too: &mut Vec<Conflict>| {
        let said = sides.iter().filter_map(|(side, said)| Some((*side, get(&said.remarks)?)));
        let (_, kept) = said.clone().max_by_key(|(_, text)| (moment(text), text.len(), text.clone()))?;
        conflicts_too.extend(conflicts(&field, &kept, said, Why::NoTime));
        Some(kept)
    };
    let (mut found, mut times) = (Vec::new(), Vec::new());
    let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    remarks.note = most(&|said| text(&said.note), Field::Note, &mut found).unwrap_or_default();
    remarks.author = most(&|said| said.author.clone(), Field::Author, &mut found);
    remarks.created =
        most(&|said| said.created.as_deref().map(str::to_owned), Field::Created, &mut times).map(Rc::from);
    remarks.modified =
        most(&|said| said.modified.as_deref().map(str::to_owned), Field::Modified, &mut times).map(Rc::from);
    remarks.flag = sides.iter().filter_map(|(_, said)| said.remarks.flag).max_by_key(|flag| flag_words(Some(*flag)));
    remarks.origin = sides.iter().filter_map(|(_, said)| said.remarks.origin).max_by_key(|origin| origin.name());
    report.conflicts.extend(found);

    let mut changed = Differences::default();
    changed.words(Field::Status, document.status.name(), status.name());
    changed.remarks(&document.remarks, &remarks);
    report.document = changed.0;
    document.status = status;
    if *document.remarks != remarks {
        document.remarks = Rc::new(remarks);
    }

    // Its title and what is known of it stay as they are here.
    let why = if is_here { Why::Ours } else { Why::NoTime };
    for (side, said) in &sides {
        let mut other = Differences::default();
        other.words(Field::Title, &said.info.title, &document.info.title);
        other.extra(&said.info.metadata, &document.info.metadata, Field::Metadata);
        report.conflicts.extend(other.0.into_iter().filter(|other| !other.before.is_empty()).map(
            |Difference { field, before, after }| Conflict {
                about: About::Document,
                field,
                kept: after,
                kept_by: vec![Side::Ours],
                given_up: before,
                given_up_by: vec![*side],
                why,
            },
        ));
    }
}

/// What was said of a field of the document and does not stay. Nothing said is no word against it.
fn conflicts(field: &Field, kept: &str, said: impl Iterator<Item = (Side, String)>, why: Why) -> Vec<Conflict> {
    let mut by_words: BTreeMap<String, Vec<Side>> = BTreeMap::new();
    for (side, words) in said.filter(|(_, words)| !words.is_empty()) {
        by_words.entry(words).or_default().push(side);
    }
    let kept_by = by_words.remove(kept).unwrap_or_default();
    let conflict = |(given_up, given_up_by)| Conflict {
        about: About::Document,
        field: field.clone(),
        kept: kept.to_owned(),
        kept_by: kept_by.clone(),
        given_up,
        given_up_by,
        why,
    };
    by_words.into_iter().map(conflict).collect()
}

/// The schema with the names that files use and it does not have. New labels stand behind all others; those at the end
/// that came with files are in the order of their names, whichever came first.
fn schema(ours: &Rc<Schema>, theirs: &[(usize, &Document)], notices: &mut Vec<Notice>) -> Rc<Schema> {
    let mut labels: Vec<&LabelName> = Vec::new();
    let mut kinds: Vec<&String> = Vec::new();
    for (_, document) in theirs {
        labels.extend(document.annotations.counts().keys().filter(|name| ours.label(name).is_none()));
        let used = document.relations.iter().map(|relation| &relation.kind);
        kinds.extend(used.filter(|kind| !kind.is_empty() && ours.relation(kind).is_none()));
    }
    labels.sort();
    labels.dedup();
    kinds.sort();
    kinds.dedup();
    if labels.is_empty() && kinds.is_empty() {
        return Rc::clone(ours);
    }
    let mut schema = (**ours).clone();
    if !labels.is_empty() {
        let own = schema.labels.iter().rposition(|label| !label.added).map_or(0, |last| last + 1);
        let mut added = schema.labels.split_off(own);
        added.extend(labels.iter().map(|name| Label { added: true, ..Label::named((*name).clone()) }));
        added.sort_by(|a, b| a.name.cmp(&b.name));
        schema.labels.append(&mut added);
        notices.extend(labels.iter().map(|name| Notice::AddedLabel(name.to_string())));
    }
    if !kinds.is_empty() {
        let own = schema.relations.iter().rposition(|kind| !kind.added).map_or(0, |last| last + 1);
        let mut added = schema.relations.split_off(own);
        added.extend(kinds.iter().map(|name| RelationType { added: true, ..RelationType::named(name.as_str()) }));
        added.sort_by(|a, b| a.name.cmp(&b.name));
        schema.relations.append(&mut added);
        notices.extend(kinds.iter().map(|name| Notice::AddedKind((*name).clone())));
    }
    Rc::new(schema)
}
