//! Errands: what the worker module does for the app, and the letters that go between the two.
//!
//! A letter is a list of texts, so that it crosses to another thread as it is; a document travels as
//! its stored record. Invariant: what one side writes the other reads as an equal value, and a letter
//! that does not read is words for a person, never a panic. Only the worker module calls what works
//! ([`export`], [`import`], [`sample`]): the rest of the app must not, or it would carry that code too.

use std::rc::Rc;

use super::records::{Base, Record};
use super::samples;
use super::state::ExportedFile;
use crate::formats::gloss::{self, Problem};
use crate::formats::plain::{IncomingText, from_paste};
use crate::model::{Document, Intake, Timestamp};

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Errand {
    /// Write a document as a file and read it back. The letter: the moment, and the document.
    Export,
    /// Read a Gloss file. With the letter, which is empty, comes the file itself.
    Import,
    /// Read a file as a text. With the letter, the languages that the reader prefers, comes the file.
    Text,
    /// Hand over a sample article. The letter: its number.
    Sample,
}

impl Errand {
    /// The errand of a number, as `errand as u8` gives it.
    #[must_use]
    pub fn of(number: u8) -> Option<Self> {
        [Self::Export, Self::Import, Self::Text, Self::Sample].into_iter().find(|errand| *errand as u8 == number)
    }
}

/// Texts, in the order that the errand gives them.
pub type Letter = Vec<String>;

/// A document that was read, with the record that it came in: that record can be stored as it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    /// The document.
    pub document: Document,
    /// Its record.
    pub record: Rc<str>,
}

/// What a Gloss file held.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// The documents that can be trusted, in the file's order.
    pub documents: Vec<Read>,
    /// What cannot be trusted, in the file's order; none in a sound file.
    pub problems: Vec<Problem>,
    /// How many items of the file are not in `documents` because of that.
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
    Ok(vec![now.to_string(), record])
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
    let documents = [document];
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

/// Does [`Errand::Import`] for a file's content.
#[must_use]
pub fn import(json: &str, next_id: &mut dyn FnMut() -> String) -> Letter {
    let reading = match gloss::read(json, next_id) {
        Ok(reading) => reading,
        Err(why) => return refusal(why.to_string()),
    };
    let mut answer = vec![DONE.to_owned(), reading.left_out.total().to_string(), reading.problems.len().to_string()];
    answer.extend(reading.problems.into_iter().flat_map(|Problem { path, message }| [path, message]));
    for document in reading.documents {
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
    let mut reading = Reading { left_out, ..Reading::default() };
    for _ in 0..problems {
        let (path, message) = texts.next().zip(texts.next()).ok_or_else(unreadable)?;
        reading.problems.push(Problem { path, message });
    }
    for record in texts {
        let Base(document) = Base::decode(&record).map_err(|_| unreadable())?;
        reading.documents.push(Read { document, record: record.into() });
    }
    Ok(reading)
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

    fn whole() -> Vec<Document> {
        let reading = imported(import(WHOLE, &mut ids())).expect("a sound file");
        reading.documents.into_iter().map(|read| read.document).collect()
    }

    #[test]
    fn an_import_by_letter_is_the_import() {
        let check = |json: &str| match (gloss::read(json, &mut ids()), imported(import(json, &mut ids()))) {
            (Ok(read), Ok(heard)) => {
                assert!(heard.documents.iter().map(|heard| &heard.document).eq(&read.documents));
                for heard in &heard.documents {
                    assert_eq!(Base(heard.document.clone()).encode().as_deref(), Ok(&*heard.record));
                }
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
    fn a_letter_that_makes_no_sense_is_words() {
        let done = DONE.to_owned();
        for letter in [vec![], vec![done.clone()], vec![done.clone(), "x".to_owned(), done]] {
            assert!(exported(letter.clone()).is_err(), "{letter:?}");
            assert!(imported(letter.clone()).is_err(), "{letter:?}");
            assert!(exported(export(letter.clone())).is_err(), "{letter:?}");
            assert!(heard(sample(&letter)).is_err(), "{letter:?}");
        }
        assert_eq!(imported(vec![DONE.to_owned(), "0".to_owned(), "1".to_owned()]), Err(unreadable()));
    }

    #[test]
    fn an_errand_is_its_number() {
        for errand in [Errand::Export, Errand::Import, Errand::Text, Errand::Sample] {
            assert_eq!(Errand::of(errand as u8), Some(errand));
        }
        assert_eq!(Errand::of(9), None);
    }
}
