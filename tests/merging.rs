//! Merging returned files: what comes out depends on what went in, not on the order, and nothing goes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::HashSet;
use std::rc::Rc;

use gloss::app::merging::{ops, outcome};
use gloss::edit::{Entry, Session, Transaction};
use gloss::formats::gloss::write;
use gloss::formats::schema::first;
use gloss::merge::{
    About, Conflict, Field, File, Matched, Merged, MergedDocument, Notice, Side, UNFIT, Why, merge, moment, widened,
};
use gloss::model::{
    Annotation, AnnotationId, Annotations, Document, DocumentId, DocumentInfo, Extra, Flag, Fragments, Intake,
    LabelName, Origin, Relation, RelationId, Relations, Remarks, Status, Timestamp,
};
use gloss::text::{ByteOffset, Span, Text};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};

const NOW: &str = "2026-11-22T10:00:00Z";
const TEXTS: [&str; 5] = [
    "The 🚢 left Karsa at dawn, the mayor said.\nNobody 👩🏽‍🚒 saw it.",
    "قال الوزير إن الجسر مغلق اليوم.\nOfficials e\u{301}tayed silent 🇩🇪.",
    "Nothing here.",
    "The 🚢 left Karsa at noon, the mayor said.",
    "A wholly new article 𝔸 from שלום.",
];

// ---- What comes in ----

fn info(id: &str, title: &str, text: &str) -> DocumentInfo {
    DocumentInfo {
        id: DocumentId::new(id),
        title: title.to_owned(),
        text: Text::new(text),
        intake: Intake::default(),
        metadata: Extra::new(),
        created: None,
        extra: Extra::new(),
    }
}

type Said = (Option<Timestamp>, Option<Timestamp>, Option<&'static str>, usize);

#[derive(Clone, Debug)]
struct RawAnnotation {
    id: &'static str,
    label: &'static str,
    places: Vec<(Index, Index)>,
    said: Said,
    attribute: Option<(&'static str, Value)>,
    note: &'static str,
    extra: Option<i32>,
}

#[derive(Clone, Debug)]
struct RawRelation {
    id: &'static str,
    kind: &'static str,
    ends: (Index, Index),
    said: Said,
    group: Option<&'static str>,
    note: &'static str,
}

#[derive(Clone, Debug)]
struct RawDocument {
    annotations: Vec<RawAnnotation>,
    relations: Vec<RawRelation>,
    status: Status,
    note: &'static str,
    attribute: Option<(&'static str, Value)>,
    there: bool,
    other: bool,
}

fn time() -> impl Strategy<Value = Option<Timestamp>> {
    let known = select(vec![
        "2026-01-01T00:00:00Z",
        "2026-01-01T01:00:00.00+01:00",
        "2026-01-02T10:00:00.5Z",
        "2026-01-02T10:00:00.25Z",
        "9999-12-31T23:59:59Z",
        "2026-02-30T00:00:00Z",
        "yesterday",
        "",
    ]);
    let any = prop_oneof![8 => known.prop_map(str::to_owned), 1 => "[-0-9TZ:.+]{0,22}", 1 => "(?s).{0,6}"];
    prop::option::weighted(0.8, any.prop_map(Timestamp::from))
}

fn said() -> impl Strategy<Value = Said> {
    let created = prop_oneof![2 => Just(Some("2026-01-01T00:00:00Z".into())), 2 => Just(None), 1 => time()];
    (created, time(), select(vec![None, None, Some("Ana"), Some("בן")]), 0..60_usize)
}

fn value() -> impl Strategy<Value = Option<(&'static str, Value)>> {
    let values = vec![
        json!("factual"),
        json!("🦀"),
        json!(true),
        json!(7),
        json!(["a", "b"]),
        json!({"latitude": 1}),
        json!(""),
    ];
    let names = vec!["kind", "quotation", "named", "certainty", "coordinates", "unheard of"];
    prop::option::of((select(names), select(values)))
}

fn document() -> impl Strategy<Value = RawDocument> {
    let places = prop::collection::vec((any::<Index>(), any::<Index>()), 1..4);
    let annotation = (
        select(vec!["a0", "a1", "a2", "T1", "T2", "🚢", "T1~0123456789abcdef", "~"]),
        select(vec!["Claim", "Claim", "Source", "Location", "Event", "Act"]),
        places,
        said(),
        value(),
        select(vec!["", "", "see above", "לא", "🤔 really"]),
        prop::option::weighted(0.2, 0..2),
    )
        .prop_map(|(id, label, places, said, attribute, note, extra)| RawAnnotation {
            id,
            label,
            places,
            said,
            attribute,
            note,
            extra,
        });
    let relation = (
        select(vec!["r0", "r1", "r2", "R1"]),
        select(vec!["attributed to", "supports", "same as", "cites", "belies"]),
        (any::<Index>(), any::<Index>()),
        said(),
        select(vec![None, Some("1"), Some("2")]),
        select(vec!["", "why"]),
    )
        .prop_map(|(id, kind, ends, said, group, note)| RawRelation { id, kind, ends, said, group, note });
    (
        prop::collection::vec(annotation, 0..7),
        prop::collection::vec(relation, 0..5),
        select(Status::ALL.to_vec()),
        select(vec!["", "short", "a longer one"]),
        value(),
        prop::bool::weighted(0.8),
        any::<bool>(),
    )
        .prop_map(|(annotations, relations, status, note, attribute, there, other)| RawDocument {
            annotations,
            relations,
            status,
            note,
            attribute,
            there,
            other,
        })
}

fn remarks(said: &Said, attribute: Option<&(&'static str, Value)>, note: &str) -> Remarks {
    let (created, modified, author, odd) = said;
    Remarks {
        attributes: attribute.map(|(name, value)| ((*name).to_owned(), value.clone())).into_iter().collect(),
        note: note.to_owned(),
        flag: [None, Some(Flag::Discuss), Some(Flag::Discard)][odd % 3],
        author: author.map(str::to_owned),
        created: created.clone(),
        modified: modified.clone(),
        origin: [None, Some(Origin::Manual), Some(Origin::Imported), Some(Origin::Copied)][odd % 4],
    }
}

fn made(raw: &RawDocument, info: DocumentInfo) -> Document {
    let text = info.text.clone();
    let boundary = |at: &Index| text.floor(ByteOffset::new(at.index(text.end().get() + 1)));
    let mut seen = HashSet::new();
    let mut annotations: Vec<Rc<Annotation>> = Vec::new();
    for raw in raw.annotations.iter().filter(|raw| seen.insert(raw.id)) {
        let spans = raw.places.iter().filter_map(|(a, b)| Span::between(boundary(a), boundary(b)));
        let Some(fragments) = Fragments::merged(spans) else { continue };
        let remarks = remarks(&raw.said, raw.attribute.as_ref(), raw.note);
        let extra: Extra = raw.extra.map(|extra| ("x".to_owned(), json!(extra))).into_iter().collect();
        let new = Annotation::new(AnnotationId::new(raw.id), LabelName::new(raw.label), fragments);
        annotations.push(Rc::new(Annotation { remarks, extra, ..new }));
    }
    let end = |at: &Index| annotations[at.index(annotations.len())].id.clone();
    let relations = raw.relations.iter().filter(|raw| seen.insert(raw.id) && !annotations.is_empty()).map(|raw| {
        let new = Relation::new(RelationId::new(raw.id), raw.kind, end(&raw.ends.0), end(&raw.ends.1));
        let remarks = remarks(&raw.said, None, raw.note);
        Rc::new(Relation { group: raw.group.map(str::to_owned), remarks, ..new })
    });
    let relations = Relations::from_vec(relations.collect());
    let attributes = raw.attribute.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    let remarks = Remarks { attributes, note: raw.note.to_owned(), ..Remarks::default() };
    let annotations = Annotations::from_vec(&text, annotations);
    let new = Document::new(info, first());
    widened(&Document { annotations, relations, remarks: Rc::new(remarks), status: raw.status, ..new })
}

/// What is here, and files: each has some of the articles that are here, the second perhaps under another id, perhaps
/// the first one with another text, and perhaps a new one.
fn world(files: usize, fits: bool) -> impl Strategy<Value = (Vec<Document>, Vec<File>)> {
    let file = prop::collection::vec(document(), 4);
    (prop::collection::vec(document(), 3), prop::collection::vec(file, files)).prop_map(move |(ours, files)| {
        let here = |(at, raw): (usize, &RawDocument)| {
            let mut raw = raw.clone();
            let odd = |(name, value): &(&str, Value)| !value.is_string() || matches!(*name, "named" | "coordinates");
            // A file that was read has no value of a kind that its own schema does not know. Old records may.
            raw.annotations
                .iter_mut()
                .filter(|_| fits)
                .for_each(|raw| raw.attribute = raw.attribute.take().filter(|a| !odd(a)));
            made(&raw, info(&format!("d{at}"), "Title", TEXTS[at]))
        };
        let ours = ours.iter().enumerate().map(here).collect();
        let file = |file: Vec<RawDocument>| {
            let documents = file.iter().enumerate().filter(|(_, raw)| raw.there).map(|(at, raw)| {
                let (id, text) = match (at, raw.other) {
                    (1, true) => ("elsewhere", 1),
                    (2, _) => ("d0", 3),
                    (3, _) => ("new", 4),
                    (0, _) => ("d0", 0),
                    _ => ("d1", 1),
                };
                // What two files say of a new article's title cannot be settled one after the other.
                let title = if raw.other && at < 2 { "Another title" } else { "Title" };
                made(raw, info(id, title, TEXTS[text]))
            });
            // One text under one id alone.
            File { documents: documents.collect() }
        };
        (ours, files.into_iter().map(file).collect())
    })
}

/// Like `prop_assert_eq`, in few words.
fn same(a: &[Document], b: &[Document]) -> Result<(), TestCaseError> {
    prop_assert_eq!(a.len(), b.len());
    for (a, b) in a.iter().zip(b) {
        prop_assert_eq!(&a.info, &b.info);
        prop_assert_eq!(a.annotations.iter().collect::<Vec<_>>(), b.annotations.iter().collect::<Vec<_>>());
        prop_assert_eq!(a.relations.iter().collect::<Vec<_>>(), b.relations.iter().collect::<Vec<_>>());
        prop_assert_eq!((a.status, &a.remarks), (b.status, &b.remarks));
        let names = |document: &Document| -> Vec<LabelName> {
            document.schema.labels.iter().map(|label| label.name.clone()).collect()
        };
        prop_assert_eq!(names(a), names(b));
        prop_assert!(a == b, "the schemas differ: {:?} and {:?}", a.schema, b.schema);
    }
    Ok(())
}

fn merged(ours: &[Document], files: &[File]) -> Merged {
    merge(&Rc::new(first()), ours, files)
}

fn documents(merged: &Merged) -> Vec<Document> {
    let mut all: Vec<Document> = merged.documents.iter().map(|merged| merged.document.clone()).collect();
    all.sort_by(|a, b| a.info.id.cmp(&b.info.id));
    all
}

fn done(ours: &[Document], files: &[File]) -> Vec<Document> {
    documents(&merged(ours, files))
}

// ---- What must hold ----

/// The later time that can be read.
fn changed(remarks: &Remarks) -> Option<gloss::merge::Moment> {
    let read = |time: &Option<Timestamp>| time.as_deref().and_then(moment);
    read(&remarks.created).max(read(&remarks.modified))
}

/// Whether one is a version of the other, by rules of its own making: the id or one made of it, and what no edit changes.
fn is_same(here: &Annotation, there: &Annotation) -> bool {
    let (id, other) = (here.id.as_str(), there.id.as_str());
    let named = id == other || id.strip_prefix(other).is_some_and(|rest| rest.len() == 17 && rest.starts_with('~'));
    let long = other.rsplit_once('~').is_some_and(|(base, token)| token.len() == 16 && base == id);
    if long || (id == other && id.contains('~') && id.len() > 16) {
        return true; // A name that says all of who it is.
    }
    let at = |annotation: &Annotation| {
        annotation
            .remarks
            .created
            .as_deref()
            .map(|time| (moment(time), moment(time).is_none().then(|| time.to_owned())))
    };
    let place = here.remarks.created.is_some() || here.fragments == there.fragments;
    named && here.remarks.author == there.remarks.author && at(here) == at(there) && place
}

/// Whether what stays of an annotation is no older than a version of it, and what went is in the report.
fn is_told(
    merged: &MergedDocument,
    held: &Annotation,
    side: Side,
    said: &Document,
    annotation: &Annotation,
) -> Result<(), String> {
    let (then, now) = (changed(&annotation.remarks), changed(&held.remarks));
    if then > now {
        return Err(format!("{annotation:?} of {side:?} is later than {held:?}"));
    }
    let touched = match (&annotation.remarks.modified, &annotation.remarks.created) {
        (None, _) => false,
        (Some(modified), created) => {
            moment(modified).is_none() || moment(modified) != created.as_deref().and_then(moment)
        }
    };
    let told = |field: &Field, words: &str| {
        merged.report.conflicts.iter().any(|conflict| {
            conflict.about == About::Annotation(held.id.clone())
                && conflict.field == *field
                && conflict.given_up == words
                && conflict.given_up_by.contains(&side)
        })
    };
    let fields = [
        (Field::Note, &*annotation.remarks.note, &*held.remarks.note),
        (Field::Label, annotation.label.as_str(), held.label.as_str()),
        (Field::Place, &*said.quote(annotation), &*merged.document.quote(held)),
    ];
    for (field, was, is) in fields {
        if (touched || then == now) && was != is && !told(&field, was) {
            return Err(format!("{field:?} of {annotation:?} of {side:?} went without a word"));
        }
    }
    Ok(())
}

fn check_nothing_lost(merged: &MergedDocument, sides: &[(Side, &Document)]) -> Result<(), String> {
    let document = &merged.document;
    for (side, said) in sides {
        for annotation in said.annotations.iter() {
            let found = document.annotations.iter().filter(|held| is_same(held, annotation));
            let outcomes: Vec<_> = found.map(|held| is_told(merged, held, *side, said, annotation)).collect();
            if outcomes.is_empty() {
                return Err(format!("{annotation:?} of {side:?} is gone"));
            }
            if outcomes.iter().all(Result::is_err) {
                return outcomes[0].clone();
            }
        }
        for relation in said.relations.iter() {
            let id = relation.id.as_str();
            let held = document.relations.iter().find(|held| {
                held.id.as_str().strip_prefix(id).is_some_and(|rest| rest.is_empty() || rest.starts_with('~'))
                    && held.remarks.author == relation.remarks.author
            });
            if held.is_none() {
                return Err(format!("{relation:?} of {side:?} is gone"));
            }
        }
    }
    for relation in document.relations.iter() {
        for end in [&relation.from, &relation.to] {
            if document.annotations.get(end).is_none() {
                return Err(format!("{relation:?} lacks an end"));
            }
        }
    }
    Ok(())
}

/// The documents that went into each, by what is said of the sources.
fn sides<'a>(merged: &'a MergedDocument, files: &'a [File]) -> Vec<(Side, &'a Document)> {
    let ours = merged.before.iter().map(|before| (Side::Ours, before));
    let theirs = merged.sources.iter().map(|source| {
        let mut documents = files[source.file].documents.iter();
        let text = merged.document.text();
        let found = documents.find(|said| said.info.id == source.id && said.text() == text);
        (Side::File(source.file), found.expect("its source"))
    });
    ours.chain(theirs).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_files_makes_no_difference((ours, files) in world(3, true)) {
        let expected = done(&ours, &files);
        for [a, b, c] in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            let turned = [files[a].clone(), files[b].clone(), files[c].clone()];
            same(&done(&ours, &turned), &expected)?;
        }
    }

    #[test]
    fn one_after_another_is_all_at_once((ours, files) in world(3, true)) {
        let expected = done(&ours, &files);
        let mut one_by_one = ours.clone();
        for file in &files {
            one_by_one = done(&one_by_one, std::slice::from_ref(file));
        }
        same(&one_by_one, &expected)?;
        let first_two = done(&done(&ours, &files[..2]), &files[2..]);
        same(&first_two, &expected)?;
        let last_two = done(&done(&ours, &files[..1]), &files[1..]);
        same(&last_two, &expected)?;
    }

    #[test]
    fn what_others_merged_can_be_merged((ours, files) in world(3, true)) {
        // The lead's deputy merges two files, and the lead merges the result with the third.
        let deputy = File { documents: done(&ours, &files[..2]) };
        let merged = done(&ours, &[files[2].clone(), deputy]);
        let expected = done(&ours, &files);
        for (a, b) in merged.iter().zip(&expected) {
            prop_assert_eq!(&a.annotations, &b.annotations);
            prop_assert_eq!(&a.relations, &b.relations);
            prop_assert_eq!((a.status, &a.remarks), (b.status, &b.remarks));
        }
    }

    #[test]
    fn what_others_merged_and_thinned_out_can_be_merged((ours, files) in world(3, true), gone in any::<Index>()) {
        // Somebody has deleted an annotation in each article after a merge, perhaps the one that had kept an id.
        let mut deputy = File { documents: done(&ours, &files[..2]) };
        for document in deputy.documents.iter_mut().filter(|document| !document.annotations.is_empty()) {
            let gone = document.annotations.iter().nth(gone.index(document.annotations.len())).expect("it is there");
            let gone = gone.id.clone();
            let left = document.annotations.iter().filter(|held| held.id != gone).cloned().collect();
            document.annotations = Annotations::from_vec(&document.info.text, left);
            let left = document.relations.iter().filter(|held| !held.touches(&gone)).cloned().collect();
            document.relations = Relations::from_vec(left);
        }
        let files = [deputy, files[0].clone(), files[2].clone()];
        let expected = done(&ours, &files);
        for order in [[0, 1, 2], [1, 2, 0], [2, 0, 1], [0, 2, 1]] {
            let mut one_by_one = ours.clone();
            for at in order {
                one_by_one = done(&one_by_one, std::slice::from_ref(&files[at]));
            }
            for (a, b) in one_by_one.iter().zip(&expected) {
                prop_assert_eq!(&a.annotations, &b.annotations);
                prop_assert_eq!(&a.relations, &b.relations);
            }
        }
    }

    #[test]
    fn twice_is_once((ours, files) in world(2, true)) {
        let once = done(&ours, &files);
        for again in [&files[..1], &files[1..], &files[..]] {
            let twice = merged(&once, again);
            same(&documents(&twice), &once)?;
            prop_assert!(twice.documents.iter().all(|merged| merged.report.changes_nothing()));
        }
        let doubled = [&files[..], &files[..]].concat();
        same(&done(&ours, &doubled), &once)?;
    }

    #[test]
    fn nothing_is_lost((ours, files) in world(3, true)) {
        let merged = merged(&ours, &files);
        let mut came: usize = 0;
        for merged in &merged.documents {
            let sides = sides(merged, &files);
            came += merged.sources.len();
            let lost = check_nothing_lost(merged, &sides);
            prop_assert!(lost.is_ok(), "{}", lost.unwrap_err());
            let counted = merged.report.annotations.len() + merged.report.unchanged_annotations;
            prop_assert_eq!(counted, merged.document.annotations.len());
            let counted = merged.report.relations.len() + merged.report.unchanged_relations;
            prop_assert_eq!(counted, merged.document.relations.len());
            let mut ids: Vec<_> = merged.document.annotations.iter().map(|held| &held.id).collect();
            ids.sort();
            ids.dedup();
            prop_assert_eq!(ids.len(), merged.document.annotations.len(), "ids are unique");
        }
        prop_assert_eq!(came, files.iter().map(|file| file.documents.len()).sum::<usize>());
    }

    #[test]
    fn one_step_leads_there_and_back((ours, files) in world(2, false)) {
        for merged in merged(&ours, &files).documents {
            let Some(before) = merged.before.clone() else {
                prop_assert_eq!(ops(&merged), vec![]);
                continue;
            };
            let session = Session::new(before.clone());
            let transaction = Rc::new(Transaction { name: "merge".to_owned(), ops: ops(&merged) });
            prop_assert_eq!(transaction.ops.is_empty(), merged.document == before);
            let next = session.perform(&Entry::Edit { transaction, joins: false });
            let next = next.map_err(|why| TestCaseError::fail(format!("{why}")))?;
            let expected = outcome(&merged);
            prop_assert_eq!(&next.document, &expected);
            prop_assert_eq!(&expected.annotations, &merged.document.annotations);
            prop_assert_eq!(&expected.relations, &merged.document.relations);
            let back = next.perform(&Entry::Undo).expect("it was done a moment ago");
            prop_assert_eq!(&back.document, &before);
            prop_assert_eq!(write(&[back.document], NOW), write(&[before], NOW));
        }
    }
}

// ---- What the report says ----

fn annotation(id: &str, label: &str, place: (usize, usize), remarks: Remarks) -> Rc<Annotation> {
    let fragments = Fragments::one(Span::from_bytes(place.0, place.1).expect("a span"));
    Rc::new(Annotation { remarks, ..Annotation::new(AnnotationId::new(id), LabelName::new(label), fragments) })
}

fn by(author: &str, created: &str, modified: &str, note: &str) -> Remarks {
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    Remarks {
        author: some(author),
        created: some(created).map(Timestamp::from),
        modified: some(modified).map(Timestamp::from),
        note: note.to_owned(),
        ..Remarks::default()
    }
}

fn with(id: &str, text: &str, annotations: Vec<Rc<Annotation>>) -> Document {
    let new = Document::new(info(id, "Title", text), first());
    Document { annotations: Annotations::from_vec(&new.info.text, annotations), ..new }
}

fn file(documents: Vec<Document>) -> File {
    File { documents }
}

fn only(merged: Merged) -> MergedDocument {
    let [one] = merged.documents.try_into().expect("one document");
    one
}

#[test]
fn the_version_that_was_changed_last_stays() {
    const T0: &str = "2026-01-01T00:00:00Z";
    const T1: &str = "2026-01-02T00:00:00Z";
    const T1_ELSEWHERE: &str = "2026-01-02T02:00:00.0+02:00";
    const T2: &str = "2026-01-03T00:00:00Z";
    // When ours, Ana's and Ben's version of a note were changed; which one stays; which are given up and why.
    let check = |changed: [&str; 3], stays: &str, conflicts: &[(&str, Why)]| {
        let version =
            |modified, note| with("d", TEXTS[0], vec![annotation("u", "Claim", (0, 3), by("Ana", T0, modified, note))]);
        let [ours, ana, ben] = [(changed[0], "ours"), (changed[1], "ana"), (changed[2], "ben!")];
        let files = [file(vec![version(ana.0, ana.1)]), file(vec![version(ben.0, ben.1)])];
        let merged = only(merged(&[version(ours.0, ours.1)], &files));
        let note = &merged.document.annotations.iter().next().expect("one").remarks.note;
        let found: Vec<(&str, Why)> =
            merged.report.conflicts.iter().map(|conflict| (&*conflict.given_up, conflict.why)).collect();
        assert_eq!((note.as_str(), found), (stays, conflicts.to_vec()), "{changed:?}");
    };
    check([T0, T1, T2], "ben!", &[("ana", Why::Later)]);
    check([T0, T2, T0], "ana", &[]);
    check(["", T1, ""], "ana", &[]);
    check([T2, T1, T0], "ours", &[("ana", Why::Later)]);
    check([T2, T1_ELSEWHERE, T1], "ours", &[("ben!", Why::Later), ("ana", Why::Later)]);
    // Nothing tells: what says more stays.
    check([T0, T1, T1_ELSEWHERE], "ben!", &[("ana", Why::NoTime)]);
    check(["soon", "later", ""], "ours", &[("ben!", Why::NoTime), ("ana", Why::NoTime)]);
    // A clock that was wrong wins, and the report says what went.
    check([T1, "9999-01-01T00:00:00Z", T2], "ana", &[("ben!", Why::Later), ("ours", Why::Later)]);
}

#[test]
fn a_report_says_what_is_new_changed_and_absent() {
    let t = "2026-01-01T00:00:00Z";
    let ours = with(
        "d",
        TEXTS[0],
        vec![
            annotation("same", "Claim", (0, 3), by("", t, t, "")),
            annotation("old", "Claim", (4, 8), by("", t, t, "")),
            annotation("mine", "Source", (9, 13), by("", t, t, "")),
        ],
    );
    let changed = annotation("old", "Source", (4, 13), by("", t, "2026-01-02T00:00:00Z", ""));
    let new = annotation("new", "Location", (0, 3), by("Ana", t, t, ""));
    let ana = with("d", TEXTS[0], vec![annotation("same", "Claim", (0, 3), by("", t, t, "")), changed, new]);
    let report = only(merged(&[ours], &[file(vec![ana])])).report;
    let ids: Vec<(&str, bool)> =
        report.annotations.iter().map(|change| (change.after.id.as_str(), change.before.is_some())).collect();
    assert_eq!(ids, [("new", false), ("old", true)]);
    let differences: Vec<String> = report.annotations[1]
        .differences
        .iter()
        .map(|one| format!("{}: {} -> {}", one.field, one.before, one.after))
        .collect();
    assert_eq!(
        differences,
        ["label: Claim -> Source", "words: 🚢 -> 🚢 left", "changed: 2026-01-01T00:00:00Z -> 2026-01-02T00:00:00Z"]
    );
    assert_eq!((report.unchanged_annotations, report.conflicts), (2, vec![]));
    let absent: Vec<&str> = report.absent.iter().map(|absent| absent.annotation.id.as_str()).collect();
    assert_eq!(absent, ["mine"], "what is not in a file stays, and is listed");
}

#[test]
fn one_id_for_different_annotations() {
    let link = |mut document: Document| {
        let (from, to) = (AnnotationId::new("T1"), AnnotationId::new("T2"));
        document.relations =
            Relations::from_vec(vec![Rc::new(Relation::new(RelationId::new("R1"), "supports", from, to))]);
        document
    };
    let counted = |author: &str, at: usize| {
        let said = by(author, "", "", "");
        let place = (at, at + 3);
        link(with(
            "d",
            TEXTS[0],
            vec![annotation("T1", "Claim", place, said.clone()), annotation("T2", "Claim", (0, 3), said)],
        ))
    };
    let files = [file(vec![counted("Ana", 9)]), file(vec![counted("Ben", 14)])];
    let merged = only(merged(&[with("d", TEXTS[0], vec![])], &files));
    assert_eq!((merged.document.annotations.len(), merged.document.relations.len()), (4, 2));
    for relation in merged.document.relations.iter() {
        let end = |id| &merged.document.annotations.get(id).expect("an end").remarks.author;
        assert_eq!(end(&relation.from), end(&relation.to), "each stays with what it was linked to");
    }
    let same: Vec<&str> = merged
        .report
        .notices
        .iter()
        .filter_map(|notice| match notice {
            Notice::SameId { id, now } if now.len() == 2 => Some(id.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(same, ["T1", "T2"]);
    assert!(
        merged.report.notices.iter().any(|notice| matches!(notice, Notice::Twins(..))),
        "both marked the first words"
    );
}

#[test]
fn which_documents_are_one() {
    // The documents of a file (id, text); the documents afterwards, each with how many of the file are in it.
    let check = |theirs: &[(&str, usize)], expected: &[(&str, usize, &[Matched])]| {
        let here = [with("a", TEXTS[0], vec![]), with("b", TEXTS[1], vec![]), with("c", TEXTS[1], vec![])];
        let theirs = theirs.iter().map(|(id, text)| with(id, TEXTS[*text], vec![])).collect();
        let merged = merged(&here, &[file(theirs)]);
        let found: Vec<(String, usize, Vec<Matched>)> = merged
            .documents
            .iter()
            .map(|one| {
                let text = TEXTS.iter().position(|text| *text == one.document.text().as_str()).expect("one of ours");
                let plain = one.document.info.id.as_str().split('~').next().expect("a name");
                let id =
                    if plain.len() < one.document.info.id.as_str().len() { format!("{plain}~") } else { plain.into() };
                (id, text, one.sources.iter().map(|source| source.matched).collect())
            })
            .collect();
        let expected: Vec<_> = expected.iter().map(|(id, text, how)| ((*id).to_owned(), *text, how.to_vec())).collect();
        assert_eq!(found, expected);
    };
    check(&[], &[("a", 0, &[]), ("b", 1, &[]), ("c", 1, &[])]);
    check(&[("a", 0), ("c", 1)], &[("a", 0, &[Matched::Id]), ("b", 1, &[]), ("c", 1, &[Matched::Id])]);
    // By text: those that are left, in their order, never two to one.
    check(
        &[("x", 1), ("c", 1), ("y", 1)],
        &[("a", 0, &[]), ("b", 1, &[Matched::Text]), ("c", 1, &[Matched::Id]), ("y", 1, &[Matched::New])],
    );
    // Its text changed: it stands beside the one with its id.
    check(&[("a", 3)], &[("a", 0, &[]), ("b", 1, &[]), ("c", 1, &[]), ("a~", 3, &[Matched::OtherText])]);
    check(&[("a", 1)], &[("a", 0, &[]), ("b", 1, &[Matched::Text]), ("c", 1, &[])]);
    check(&[("n", 4)], &[("a", 0, &[]), ("b", 1, &[]), ("c", 1, &[]), ("n", 4, &[Matched::New])]);
}

#[test]
fn what_does_not_fit_is_named() {
    let mut said = by("Ana", "2026-01-01T00:00:00Z", "", "");
    said.attributes.insert("kind".to_owned(), json!(true));
    said.attributes.insert("certainty".to_owned(), json!("sworn"));
    let mut theirs = with(
        "d",
        TEXTS[0],
        vec![annotation("u", "Claim", (0, 3), said), annotation("v", "Event", (4, 8), Remarks::default())],
    );
    let relation = |id: &str, kind: &str, to: &str| {
        Rc::new(Relation::new(RelationId::new(id), kind, AnnotationId::new("u"), AnnotationId::new(to)))
    };
    theirs.relations = Relations::from_vec(vec![
        relation("r", "cites", "v"),
        relation("s", "", "v"),
        relation("t", "supports", "gone"),
    ]);
    theirs.status = Status::Done;
    Rc::make_mut(&mut theirs.info).title = "Ana's title".to_owned();
    Rc::make_mut(&mut theirs.schema).labels[0].description = "Otherwise".to_owned();
    let merged = merged(&[with("d", TEXTS[0], vec![])], &[file(vec![theirs])]);
    assert_eq!(merged.described, [Notice::Described { file: 0, name: "Claim".to_owned() }]);
    let merged = only(merged);
    let held = merged.document.annotations.get(&AnnotationId::new("u")).expect("it came");
    assert_eq!((held.remarks.attributes.get("kind"), &held.extra[UNFIT]), (None, &json!({"kind": true})));
    assert_eq!(held.remarks.attributes["certainty"], "sworn", "lists can get words");
    let words: Vec<String> = merged.report.notices.iter().map(ToString::to_string).collect();
    assert_eq!(
        words,
        [
            "kind: true, one of factual, opinion, prediction, order was expected. The value is set aside, and kept in exported files.",
            "The link “s” does not say what kind it is. It is left out.",
            "The link “t” leads to “gone”, which is not in its file. The link is left out.",
            "The label “Event” is new here. It comes by its name alone.",
            "The kind of link “cites” is new here. It comes by its name alone.",
        ]
    );
    let conflict = Conflict {
        about: About::Document,
        field: Field::Title,
        kept: "Title".to_owned(),
        kept_by: vec![Side::Ours],
        given_up: "Ana's title".to_owned(),
        given_up_by: vec![Side::File(0)],
        why: Why::Ours,
    };
    assert_eq!((merged.report.conflicts, merged.document.status), (vec![conflict], Status::Done));
}

#[test]
fn large_files_are_merged_in_time_that_grows_with_them() {
    let text = "The minister said the bridge at Orvane would reopen 🌉.\n".repeat(10_000);
    let of = |who: &str| {
        let annotations = (0..10_000)
            .map(|i| annotation(&format!("{who}{}", i % 5000), "Claim", (i * 58, i * 58 + 3), by(who, "", "", "")));
        let ids = annotations
            .enumerate()
            .map(|(i, held)| Rc::new(Annotation { id: AnnotationId::new(format!("T{i}")), ..(*held).clone() }));
        with("d", &text, ids.collect())
    };
    let started = std::time::Instant::now();
    let merged = only(merged(&[of("ours")], &[file(vec![of("ana")]), file(vec![of("ben")])]));
    let took = started.elapsed();
    assert_eq!(merged.document.annotations.len(), 30_000);
    println!("three times 10,000 annotations with one id each: {took:?}");
    assert!(took.as_secs() < 20, "something grows with annotations times annotations");
}
