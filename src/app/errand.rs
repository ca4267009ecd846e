//! Errands: what the worker module does for the app, and the letters that go between the two.
//!
//! A letter is a list of texts, so that it crosses to another thread as it is; a document travels as
//! its stored record. Invariant: what one side writes the other reads as an equal value, and a letter
//! that does not read is words for a person, never a panic. Only the worker module calls what works
//! ([`export`], [`import`], [`sample`], [`guidelines`], [`ready_made`], [`schema_file`], [`check`](fn@check), [`place`], [`find`],
//! [`gloss_items`], [`bundle`], [`merge_returned`], [`carry`](fn@carry), [`Bench`], [`unpack`], [`reconcile`], [`seek`]): the rest of the app must not, or it would
//! carry that code too.

mod backup;
mod many;
pub mod seek;

use std::rc::Rc;

pub use backup::{
    Bench, Packed, ask_add, ask_begin, ask_drop, ask_end, ask_reconcile, packed, read_added, read_packed,
    read_reconciled, read_unpacked, reconcile, unpack,
};
pub use many::{
    ReturnedFile, ask_bundle, ask_gather, ask_merge, bundle, gathered, gloss_items, merge_returned, read_gathered,
    read_merge, text_item,
};

use super::carried;
use super::finding::{Found, MOST};
use super::findings;
use super::markdown::{self, Node};
use super::records::{Base, Record};
use super::{ready_made as schemas, samples};
use crate::anchor::{self, Carried};
use crate::formats::gloss::{self, Problem};
use crate::formats::plain::{IncomingText, from_paste};
use crate::formats::{json, schema};
use crate::model::{Coordinates, Document, Intake, Label, Schema, Timestamp};
use crate::query::check::{self, Finding};
use crate::query::search::{Hits, Wanted, search};
use crate::text::{ByteOffset, Span, Text};

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Errand {
    /// Write a document as a file and read it back. The letter: the moment, the document, and whether what is marked to
    /// be discarded is left out.
    Export,
    /// Read a Gloss file. With the letter, which is what is remembered of the chosen project, comes the file itself.
    Import,
    /// Read a file as a text. With the letter, the languages that the reader prefers, comes the file.
    Text,
    /// Hand over a sample article. The letter: its number.
    Sample,
    /// Lay out guidelines. The letter: their Markdown.
    Guidelines,
    /// Hand over a ready-made schema. The letter: its number.
    ReadyMade,
    /// Read a schema from a file. With the letter, which is empty, comes the file itself.
    Schema,
    /// Look for what is missing or looks wrong. The letter: the document.
    Check,
    /// Read coordinates as people paste them. The letter: what was pasted.
    Place,
    /// Look for words in a text. The letter: the text, the words, and how to look.
    Find,
    /// Take articles out of a file, which may be a zip. The letter: [`ask_gather`]; with it comes the file.
    Gather,
    /// Write many articles as one file, and read it back. The letter: [`ask_bundle`].
    Bundle,
    /// Merge returned files with what is here. The letter: [`ask_merge`].
    Merge,
    /// Carry annotations over to a newer version of a text. The letter: the document, and the newer text.
    Carry,
    /// Write a backup, article by article. The letters: [`ask_begin`], [`ask_add`], [`ask_end`], [`ask_drop`].
    Pack,
    /// Read a backup. With the letter, which is empty, comes the file.
    Unpack,
    /// Make the step that leads from an article here to the same one in a backup. The letter: [`ask_reconcile`].
    Reconcile,
    /// Look for words in some of the stored articles. The letter: [`seek::Order`].
    Seek,
}

impl Errand {
    /// The errand of a number, as `errand as u8` gives it.
    #[must_use]
    pub fn of(number: u8) -> Option<Self> {
        let all = [
            Self::Export,
            Self::Import,
            Self::Text,
            Self::Sample,
            Self::Guidelines,
            Self::ReadyMade,
            Self::Schema,
            Self::Check,
            Self::Place,
            Self::Find,
            Self::Gather,
            Self::Bundle,
            Self::Merge,
            Self::Carry,
            Self::Pack,
            Self::Unpack,
            Self::Reconcile,
            Self::Seek,
        ];
        all.into_iter().find(|errand| *errand as u8 == number)
    }
}

/// Texts, in the order that the errand gives them.
pub type Letter = Vec<String>;

/// A file that was written and read back.
#[derive(Clone, Debug, PartialEq)]
pub struct ExportedFile {
    /// The file.
    pub json: Rc<str>,
    /// Spans that read back as they should.
    pub verified: usize,
    /// Spans in all.
    pub total: usize,
    /// What does not read back, in words.
    pub failures: Rc<[String]>,
}

/// What a Gloss file held.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// The records of the documents that can be trusted, in the file's order: they can be stored as they are.
    pub records: Vec<String>,
    /// How many annotations these hold.
    pub annotations: usize,
    /// What they brought beyond their schema, to be said once: `. Added to the schema: Picture`.
    pub added: String,
    /// What cannot be trusted, in the file's order; none in a sound file.
    pub problems: Vec<Problem>,
    /// How many items of the file are not in `records` because of that.
    pub left_out: usize,
}

/// The first text of an answer that is what was asked for; any other is why there is none.
const DONE: &str = "done";

/// An answer that says why there is none.
#[must_use]
pub fn refusal(why: String) -> Letter {
    vec![why]
}

/// The texts of an answer, or why there are none.
fn opened(answer: Letter) -> Result<std::vec::IntoIter<String>, String> {
    let mut texts = answer.into_iter();
    match texts.next() {
        Some(first) if first == DONE => Ok(texts),
        Some(why) => Err(why),
        None => Err(unreadable()),
    }
}

fn unreadable() -> String {
    "Gloss did not understand its own answer. Reload the page and try again.".to_owned()
}

// ---- Export ----

/// The letter for [`Errand::Export`].
///
/// # Errors
/// In words, where the document cannot be written down.
pub fn ask_export(document: &Document, now: &Timestamp) -> Result<Letter, String> {
    let record = Base(document.clone()).encode().map_err(|error| format!("The article cannot be written: {error}."))?;
    Ok(ask_export_of(&record, now, true))
}

/// The letter for [`Errand::Export`] of a document's record, with what is marked to be discarded or without it.
#[must_use]
pub fn ask_export_of(record: &str, now: &Timestamp, discarded: bool) -> Letter {
    let left_out = if discarded { "" } else { "left out" };
    vec![now.to_string(), record.to_owned(), left_out.to_owned()]
}

/// Does [`Errand::Export`]: writes the file, reads it back and compares it with the document.
#[must_use]
pub fn export(letter: Letter) -> Letter {
    let mut texts = letter.into_iter();
    let (now, record) = (texts.next().unwrap_or_default(), texts.next().unwrap_or_default());
    let document = match Base::decode(&record) {
        Ok(Base(document)) => document,
        Err(error) => return refusal(format!("The article cannot be written: {error}.")),
    };
    let left_out = texts.next().is_some_and(|discarded| !discarded.is_empty());
    let documents = [if left_out { document.without_discarded() } else { document }];
    let json = gloss::write(&documents, &now);
    let check = gloss::verify(&json, &documents);
    let mut answer = vec![DONE.to_owned(), json, check.verified.to_string(), check.total.to_string()];
    answer.extend(check.failures.iter().map(ToString::to_string));
    answer
}

/// Reads the answer to [`Errand::Export`].
///
/// # Errors
/// Why there is no file, in words.
pub fn exported(answer: Letter) -> Result<ExportedFile, String> {
    let mut texts = opened(answer)?;
    let (json, verified, total) = (texts.next(), number(texts.next()), number(texts.next()));
    match (json, verified, total) {
        (Some(json), Some(verified), Some(total)) => {
            Ok(ExportedFile { json: json.into(), verified, total, failures: texts.collect() })
        }
        _ => Err(unreadable()),
    }
}

fn number(text: Option<String>) -> Option<usize> {
    text?.parse().ok()
}

// ---- Import ----

/// Does [`Errand::Import`] for a file's content. Its documents get the schema of the chosen project, where one is.
#[must_use]
pub fn import(json: &str, project: &str, next_id: &mut dyn FnMut() -> String) -> Letter {
    let reading = match gloss::read(json, next_id) {
        Ok(reading) => reading,
        Err(why) => return refusal(why.to_string()),
    };
    let schema = super::projects::schema(project).map(Rc::new);
    let adopted = |document| match &schema {
        Some(schema) => many::adopt(document, schema),
        None => document,
    };
    let documents: Vec<Document> = reading.documents.into_iter().map(adopted).collect();
    let annotations: usize = documents.iter().map(|document| document.annotations.len()).sum();
    let counts = [reading.left_out.total(), reading.problems.len(), annotations].map(|count| count.to_string());
    let mut answer = vec![DONE.to_owned()];
    answer.extend(counts);
    answer.push(added_words(&documents));
    answer.extend(reading.problems.into_iter().flat_map(|Problem { path, message }| [path, message]));
    for document in documents {
        match Base(document).encode() {
            Ok(record) => answer.push(record),
            Err(why) => return refusal(format!("The file cannot be kept on this device: {why}.")),
        }
    }
    answer
}

/// Reads the answer to [`Errand::Import`].
///
/// # Errors
/// Why nothing of the file can be taken, in words.
pub fn imported(answer: Letter) -> Result<Reading, String> {
    let mut texts = opened(answer)?;
    let (left_out, problems) = number(texts.next()).zip(number(texts.next())).ok_or_else(unreadable)?;
    let (annotations, added) = number(texts.next()).zip(texts.next()).ok_or_else(unreadable)?;
    let mut reading = Reading { left_out, annotations, added, ..Reading::default() };
    for _ in 0..problems {
        let (path, message) = texts.next().zip(texts.next()).ok_or_else(unreadable)?;
        reading.problems.push(Problem { path, message });
    }
    reading.records = texts.collect();
    Ok(reading)
}

/// What files brought beyond their schema, to be said once: `. Added to the schema: Picture`.
fn added_words(documents: &[Document]) -> String {
    let mut names: Vec<&str> = Vec::new();
    for document in documents {
        let used = |label: &&Label| label.added && document.annotations.count(&label.name) > 0;
        let labels = document.schema.labels.iter().filter(used).map(|label| label.name.as_str());
        let relations = document.schema.relations.iter().filter(|kind| kind.added).map(|kind| kind.name.as_str());
        for name in labels.chain(relations) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    if names.is_empty() { String::new() } else { format!(". Added to the schema: {}", names.join(", ")) }
}

// ---- Texts ----

/// Does [`Errand::Sample`].
#[must_use]
pub fn sample(letter: &[String]) -> Letter {
    let text = letter.first().and_then(|number| number.parse().ok()).and_then(samples::sample);
    text.map_or_else(|| refusal(unreadable()), |text| told(from_paste(text.to_owned())))
}

/// The answer to [`Errand::Text`] and [`Errand::Sample`].
pub fn told<E: ToString>(incoming: Result<IncomingText, E>) -> Letter {
    match incoming {
        Ok(IncomingText { text, title, intake, assumed }) => {
            let facts = [intake.original_sha256, intake.encoding, assumed].map(Option::unwrap_or_default);
            [DONE.to_owned(), text, title].into_iter().chain(facts).chain(intake.changes).collect()
        }
        Err(why) => refusal(why.to_string()),
    }
}

/// Reads the answer to [`Errand::Text`] and [`Errand::Sample`].
///
/// # Errors
/// Why there is no text, in words.
pub fn heard(answer: Letter) -> Result<IncomingText, String> {
    let mut texts = opened(answer)?;
    let (text, title) = texts.next().zip(texts.next()).ok_or_else(unreadable)?;
    let mut fact = || texts.next().filter(|fact| !fact.is_empty());
    let (original_sha256, encoding, assumed) = (fact(), fact(), fact());
    let intake = Intake { original_sha256, encoding, changes: texts.collect(), ..Intake::default() };
    Ok(IncomingText { text, title, intake, assumed })
}

// ---- Coordinates ----

/// Does [`Errand::Place`].
#[must_use]
pub fn place(letter: &[String]) -> Letter {
    match Coordinates::parse(letter.first().map_or("", String::as_str)) {
        Ok(place) => vec![DONE.to_owned(), place.to_text()],
        Err(why) => refusal(why),
    }
}

/// Reads the answer to [`Errand::Place`].
///
/// # Errors
/// Why there is no place, in words.
pub fn placed(answer: Letter) -> Result<Coordinates, String> {
    let place = opened(answer)?.next().and_then(|text| Coordinates::from_text(&text));
    place.ok_or_else(unreadable)
}

// ---- The checks ----

/// The letter for [`Errand::Check`].
///
/// # Errors
/// In words, where the document cannot be written down.
pub fn ask_check(document: &Document) -> Result<Letter, String> {
    let record = Base(document.clone()).encode().map_err(|error| format!("The article cannot be checked: {error}."))?;
    Ok(vec![record])
}

/// Does [`Errand::Check`]. Words are compared in lower case, which the surroundings know how to make.
#[must_use]
pub fn check(letter: &[String], lower_case: &dyn Fn(&str) -> String) -> Letter {
    match letter.first().map(|record| Base::decode(record)) {
        Some(Ok(Base(document))) => {
            let found = findings::write(&check::findings(&document, lower_case));
            std::iter::once(DONE.to_owned()).chain(found).collect()
        }
        Some(Err(error)) => refusal(format!("The article cannot be checked: {error}.")),
        None => refusal(unreadable()),
    }
}

/// Reads the answer to [`Errand::Check`].
///
/// # Errors
/// Why there is none, in words.
pub fn checked(answer: Letter) -> Result<Vec<Finding>, String> {
    findings::read(opened(answer)?).ok_or_else(unreadable)
}

// ---- The schema ----

/// Does [`Errand::Guidelines`].
#[must_use]
pub fn guidelines(letter: &[String]) -> Letter {
    let tree = letter.first().map_or(Vec::new(), |words| markdown::write(&markdown::parse(words)));
    std::iter::once(DONE.to_owned()).chain(tree).collect()
}

/// Reads the answer to [`Errand::Guidelines`]: a tree that is safe to draw.
///
/// # Errors
/// Why there is none, in words.
pub fn read_guidelines(answer: Letter) -> Result<Vec<Node>, String> {
    markdown::read(opened(answer)?).ok_or_else(unreadable)
}

/// Does [`Errand::ReadyMade`].
#[must_use]
pub fn ready_made(letter: &[String]) -> Letter {
    let json = letter.first().and_then(|number| number.parse().ok()).and_then(schemas::ready_made);
    json.map_or_else(|| refusal(unreadable()), |json| vec![DONE.to_owned(), json.to_owned()])
}

/// Does [`Errand::Schema`] for a file's content. After the schema come the places that cannot be taken.
#[must_use]
pub fn schema_file(json: &str) -> Letter {
    match schema::from_file(json) {
        Ok((read, problems)) => {
            let problems = problems.into_iter().map(|(path, message)| format!("{path}: {message}"));
            [DONE.to_owned(), json::compact(&schema::to_value(&read))].into_iter().chain(problems).collect()
        }
        Err(why) => refusal(why),
    }
}

/// Reads the answer to [`Errand::ReadyMade`] and [`Errand::Schema`]: the schema, and what could not be taken
/// of its file.
///
/// # Errors
/// Why there is none, in words.
pub fn read_schema(answer: Letter) -> Result<(Schema, Vec<String>), String> {
    let mut texts = opened(answer)?;
    let json = texts.next().ok_or_else(unreadable)?;
    // As deep as what Gloss keeps of a file may be, within the lists that it stands in.
    let value = json::parse(&json, schema::DEPTH + 8).map_err(|_| unreadable())?;
    Ok((schema::from_value(value, &mut |_, _| ()), texts.collect()))
}

// ---- Looking for words ----

/// The letter for [`Errand::Find`].
#[must_use]
pub fn ask_find(text: &str, wanted: &Wanted) -> Letter {
    vec![text.to_owned(), wanted.words.clone(), ways(wanted)]
}

/// How to look, as a letter has it.
fn ways(wanted: &Wanted) -> String {
    let ways = [(wanted.exact, 'x'), (wanted.whole, 'w'), (wanted.expression, 'r')];
    ways.into_iter().filter(|(on, _)| *on).map(|(_, sign)| sign).collect()
}

fn wanted(words: &str, ways: &str) -> Wanted {
    let is_on = |sign| ways.contains(sign);
    Wanted { words: words.to_owned(), exact: is_on('x'), whole: is_on('w'), expression: is_on('r') }
}

/// Does [`Errand::Find`].
#[must_use]
pub fn find(letter: &[String]) -> Letter {
    let [text, words, ways] = letter else { return refusal(unreadable()) };
    match search(text, &wanted(words, ways), MOST) {
        Ok(Hits { spans, more }) => {
            let mut places = String::new();
            for span in spans {
                places += &format!("{} {} ", span.start().get(), span.end().get());
            }
            vec![DONE.to_owned(), places, if more { "more" } else { "" }.to_owned()]
        }
        Err(error) => refusal(error.to_string()),
    }
}

/// What [`Errand::Find`] found.
///
/// # Errors
/// Why nothing can be looked for, in words.
pub fn found(answer: Letter) -> Found {
    let mut texts = opened(answer)?;
    let places = texts.next().ok_or_else(unreadable)?;
    let mut numbers = places.split_whitespace().map(str::parse);
    let mut spans = Vec::new();
    while let (Some(Ok(start)), Some(Ok(end))) = (numbers.next(), numbers.next()) {
        spans.extend(Span::new(ByteOffset::new(start), ByteOffset::new(end)));
    }
    Ok((spans.into(), texts.next().is_some_and(|more| !more.is_empty())))
}

// ---- A newer version of a text ----

/// The letter for [`Errand::Carry`].
///
/// # Errors
/// In words, where the document cannot be written down.
pub fn ask_carry(document: &Document, newer: &Text) -> Result<Letter, String> {
    let record = Base(document.clone()).encode();
    let record = record.map_err(|error| format!("The annotations cannot be carried over: {error}."))?;
    Ok(vec![record, newer.as_str().to_owned()])
}

/// Does [`Errand::Carry`].
#[must_use]
pub fn carry(letter: Letter) -> Letter {
    let mut texts = letter.into_iter();
    let Some((record, newer)) = texts.next().zip(texts.next()) else { return refusal(unreadable()) };
    match Base::decode(&record) {
        Ok(Base(document)) => {
            let annotations = document.annotations.iter().map(|annotation| &**annotation);
            let outcomes = anchor::carry(document.text(), annotations, &Text::new(newer));
            std::iter::once(DONE.to_owned()).chain(carried::write(&outcomes)).collect()
        }
        Err(error) => refusal(format!("The annotations cannot be carried over: {error}.")),
    }
}

/// Reads the answer to [`Errand::Carry`].
///
/// # Errors
/// Why there is none, in words.
pub fn carried(answer: Letter) -> Result<Carried, String> {
    carried::read(opened(answer)?).ok_or_else(unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = include_str!("../../tests/fixtures/gloss/whole.json");
    const NOW: &str = "2026-11-22T10:00:00Z";

    fn ids() -> impl FnMut() -> String {
        let mut count = 0;
        move || {
            count += 1;
            format!("new-{count}")
        }
    }

    fn documents(reading: &Reading) -> Vec<Document> {
        reading.records.iter().map(|record| Base::decode(record).expect("a record").0).collect()
    }

    fn whole() -> Vec<Document> {
        let reading = imported(import(WHOLE, "", &mut ids())).expect("a sound file");
        documents(&reading)
    }

    #[test]
    fn an_import_by_letter_is_the_import() {
        let check = |json: &str| match (gloss::read(json, &mut ids()), imported(import(json, "", &mut ids()))) {
            (Ok(read), Ok(heard)) => {
                assert_eq!(documents(&heard), read.documents);
                let annotations: usize = read.documents.iter().map(|document| document.annotations.len()).sum();
                assert_eq!((heard.annotations, &heard.added), (annotations, &added_words(&read.documents)));
                assert_eq!(heard.problems, read.problems);
                assert_eq!(heard.left_out, read.left_out.total());
            }
            (Err(read), Err(heard)) => assert_eq!(heard, read.to_string()),
            (read, heard) => panic!("{read:?}, but by letter {heard:?}"),
        };
        check(WHOLE);
        check(&WHOLE.replacen("\"start\": ", "\"start\": 9", 2));
        check(&WHOLE.replace("\"version\": 1", "\"version\": 2"));
        check("{");
        check("");
    }

    #[test]
    fn an_export_by_letter_is_the_export() {
        for document in whole() {
            let letter = ask_export(&document, &NOW.into()).expect("a letter");
            let file = exported(export(letter)).expect("a file");
            assert_eq!(&*file.json, gloss::write(std::slice::from_ref(&document), NOW));
            assert_eq!((file.verified, file.total), (document.annotations.len(), document.annotations.len()));
            assert_eq!(*file.failures, [] as [String; 0]);
            let record = Base(document.clone()).encode().expect("a record");
            let kept = exported(export(ask_export_of(&record, &NOW.into(), false))).expect("a file");
            assert_eq!(&*kept.json, gloss::write(&[document.without_discarded()], NOW));
        }
    }

    #[test]
    fn a_text_by_letter_is_the_text() {
        let check = |incoming: IncomingText| assert_eq!(heard(told::<String>(Ok(incoming.clone()))), Ok(incoming));
        let plain = from_paste("Bridge\r\nreopens".to_owned()).expect("a text");
        check(IncomingText { assumed: Some("A guess.".to_owned()), ..plain.clone() });
        check(plain);
        assert_eq!(heard(told(Err("No."))), Err("No.".to_owned()));
        assert!(heard(sample(&["0".to_owned()])).expect("a sample").text.contains("Sele"));
        assert!(heard(sample(&["7".to_owned()])).is_err());
    }

    #[test]
    fn guidelines_by_letter_are_their_tree() {
        let check = |words: &str| {
            assert_eq!(read_guidelines(guidelines(&[words.to_owned()])), Ok(markdown::parse(words)), "{words}");
        };
        check("# Claims\n\n1. *Read*\n2. [Mark](https://example.org)");
        check("");
        assert_eq!(read_guidelines(guidelines(&[])), Ok(Vec::new()));
        assert_eq!(read_guidelines(refusal("No.".to_owned())), Err("No.".to_owned()));
    }

    #[test]
    fn a_ready_made_schema_by_letter_is_that_schema() {
        let hear = |number: &str| read_schema(ready_made(&[number.to_owned()]));
        for number in 0..schemas::READY_MADE.len() {
            let value =
                json::parse(schemas::ready_made(number).expect("a schema"), 64).unwrap_or_else(|_| panic!("JSON"));
            assert_eq!(hear(&number.to_string()), Ok((schema::from_value(value, &mut |_, _| ()), Vec::new())));
        }
        assert_eq!(hear("0"), Ok((schema::first(), Vec::new())));
        assert!(hear("4").is_err());
    }

    #[test]
    fn a_schema_file_by_letter_is_that_schema() {
        let check = |file: &str| {
            let read = schema::from_file(file);
            let problems =
                |all: Vec<(String, String)>| all.into_iter().map(|(at, why)| format!("{at}: {why}")).collect();
            assert_eq!(read_schema(schema_file(file)), read.map(|(schema, all)| (schema, problems(all))), "{file}");
        };
        let file = schema::to_file(&schema::first());
        check(&file);
        check(&file.replace("\"Source\"", "\"Claim\""));
        check(&file.replace("\"band\"", "{\"a\": [[1.50]]}"));
        check(WHOLE);
        check("{}");
        check("{");
    }

    #[test]
    fn hits_by_letter_are_those_of_the_search() {
        let check = |text: &str, words: &str, exact: bool, whole: bool, expression: bool| {
            let wanted = Wanted { words: words.to_owned(), exact, whole, expression };
            let expected = search(text, &wanted, MOST).map(|hits| (Rc::from(hits.spans), hits.more));
            let expected = expected.map_err(|error| error.to_string());
            assert_eq!(found(find(&ask_find(text, &wanted))), expected, "{wanted:?}");
        };
        check("Ä cat, a Cat", "cat", false, false, false);
        check("Ä cat, a Cat", "Cat", true, true, false);
        check("Ä cat, a Cat", "[ÄC].", true, false, true);
        check("Ä cat, a Cat", "(", false, false, true);
        check("Ä cat, a Cat", "dog", false, false, false);
        assert!(found(find(&[])).is_err());
    }

    #[test]
    fn what_is_carried_by_letter_is_what_is_carried() {
        let check = |document: &Document, newer: &str| {
            let newer = Text::new(newer.to_owned());
            let annotations = document.annotations.iter().map(|annotation| &**annotation);
            let expected = anchor::carry(document.text(), annotations, &newer);
            let answer = carry(ask_carry(document, &newer).expect("a letter"));
            assert_eq!(carried(answer), Ok(expected));
        };
        for document in whole() {
            let text = document.text().as_str();
            check(&document, text);
            check(&document, &format!("A line before it.\n{text}"));
            check(&document, &text.replace("the", "that"));
            check(&document, "Nothing of it is left.");
        }
        assert!(carried(carry(Vec::new())).is_err());
        assert!(carried(vec![DONE.to_owned(), "id".to_owned()]).is_err());
    }

    #[test]
    fn a_letter_that_makes_no_sense_is_words() {
        let done = DONE.to_owned();
        for letter in [vec![], vec![done.clone()], vec![done.clone(), "x".to_owned(), done]] {
            assert!(exported(letter.clone()).is_err(), "{letter:?}");
            assert!(imported(letter.clone()).is_err(), "{letter:?}");
            assert!(exported(export(letter.clone())).is_err(), "{letter:?}");
            assert!(heard(sample(&letter)).is_err(), "{letter:?}");
            assert!(read_schema(ready_made(&letter)).is_err(), "{letter:?}");
            assert!(read_guidelines(letter.clone()).is_err() || letter.len() == 1, "{letter:?}");
        }
        assert!(read_schema(vec![DONE.to_owned()]).is_err());
        assert_eq!(imported(vec![DONE.to_owned(), "0".to_owned(), "1".to_owned()]), Err(unreadable()));
    }

    #[test]
    fn an_errand_is_its_number() {
        let all = [
            Errand::Export,
            Errand::Import,
            Errand::Text,
            Errand::Sample,
            Errand::Guidelines,
            Errand::ReadyMade,
            Errand::Schema,
            Errand::Check,
            Errand::Place,
            Errand::Find,
            Errand::Gather,
            Errand::Bundle,
            Errand::Merge,
            Errand::Carry,
            Errand::Pack,
            Errand::Unpack,
            Errand::Reconcile,
            Errand::Seek,
        ];
        for errand in all {
            assert_eq!(Errand::of(errand as u8), Some(errand));
        }
        assert_eq!(Errand::of(Errand::Seek as u8 + 1), None);
    }
}
