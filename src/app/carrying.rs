//! Taking the work away and bringing it in, as the annex shows it: the file of an article, and what a Gloss file held.
//!
//! Invariant: what is handed over was written, read back and compared; of a file that cannot be trusted whole, nothing
//! comes in before a person has said so. The app alone makes articles of what was read.

use std::rc::Rc;

use super::annex::Handed;
use super::errand::{ExportedFile, Reading};
use super::words::{count_words, file_name};

// ---- Export ----

/// An article on its way to a file. The dialog opens when the file is ready to be handed over.
#[derive(Clone, Debug, PartialEq)]
pub struct Export {
    /// What the app handed over.
    pub handed: Handed,
    /// The file's name.
    pub name: String,
    /// The file, once there is one.
    pub file: Option<ExportedFile>,
    /// Whether what is marked to be discarded is in it.
    pub with_discarded: bool,
    /// Whether a file is being written.
    pub writing: bool,
    /// What became of the last download or copy, or why another file could not be written.
    pub outcome: Option<Result<String, String>>,
}

/// What happened to it.
#[derive(Clone, Debug, PartialEq)]
pub enum ExportAction {
    /// The file was written and read back, with what is to be discarded or without it; or cannot be, in words.
    Written(bool, Result<ExportedFile, String>),
    /// The file shall hold what is marked to be discarded, or not.
    Discarded(bool),
    /// The file was handed over: downloaded or copied.
    HandedOver(Result<String, String>),
}

/// What is to be done for it.
#[derive(Clone, Debug, PartialEq)]
pub enum ExportEffect {
    /// Write the file, with what is marked to be discarded or without it.
    Write(bool),
    /// Open the dialog: the first file is ready.
    Open,
    /// There is no file; why.
    Refuse(String),
    /// Have something read out.
    Say(String),
}

impl Export {
    /// Begins with an article, without what is marked to be discarded.
    #[must_use]
    pub fn new(handed: Handed) -> (Self, ExportEffect) {
        let name = file_name(&handed.title, "gloss.json");
        let export = Self { handed, name, file: None, with_discarded: false, writing: true, outcome: None };
        (export, ExportEffect::Write(false))
    }

    /// Goes on with what happened.
    pub fn act(&mut self, action: ExportAction) -> Option<ExportEffect> {
        match action {
            ExportAction::Written(with, _) if !self.writing || with != self.with_discarded => None,
            ExportAction::Written(_, Ok(file)) => {
                self.writing = false;
                self.file.replace(file).is_none().then_some(ExportEffect::Open)
            }
            ExportAction::Written(_, Err(why)) if self.file.is_none() => Some(ExportEffect::Refuse(why)),
            ExportAction::Written(_, Err(why)) => {
                // The file that is there stays what it was.
                self.writing = false;
                self.with_discarded = !self.with_discarded;
                self.outcome = Some(Err(why.clone()));
                Some(ExportEffect::Say(why))
            }
            ExportAction::Discarded(with) => {
                if self.writing || self.with_discarded == with {
                    return None;
                }
                self.with_discarded = with;
                self.writing = true;
                self.outcome = None;
                Some(ExportEffect::Write(with))
            }
            ExportAction::HandedOver(outcome) => {
                let (Ok(words) | Err(words)) = &outcome;
                let say = ExportEffect::Say(words.clone());
                self.outcome = Some(outcome);
                Some(say)
            }
        }
    }
}

// ---- Import ----

/// What the import dialog shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Import {
    /// Waiting for a file.
    Waiting,
    /// A file is being read; its name.
    Reading(String),
    /// The file cannot be taken at all; its name and why.
    Refused(String, String),
    /// Parts of the file cannot be trusted; its name and the reading.
    Partly(String, Rc<Reading>),
}

/// What the annex shows when a file has been read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Before {
    /// No page.
    Nothing,
    /// The import dialog.
    Import,
    /// Another page, which must not go because of a file that was dropped.
    Other,
}

/// What comes of a file that was read.
#[derive(Clone, Debug, PartialEq)]
pub enum Come {
    /// Nothing: the dialog was closed meanwhile.
    Nothing,
    /// Its articles come in: what is said of it, and their records.
    In(String, Vec<String>),
    /// The dialog shows what is wrong.
    Show(Import),
    /// It is said what is wrong.
    Refuse(String),
}

/// What comes of a file. What can be trusted whole comes in at once; for the rest, the dialog asks. `asked` where the
/// file was given to the dialog.
#[must_use]
pub fn come_of(before: Before, asked: bool, name: String, reading: Result<Reading, String>) -> Come {
    if asked && before != Before::Import {
        return Come::Nothing;
    }
    match reading {
        Ok(reading) if reading.problems.is_empty() => take(reading),
        Ok(_) if before == Before::Other => Come::Refuse(format!(
            "{name} was not imported: Gloss cannot trust all of it. Close what is open and import it again to see why."
        )),
        Ok(reading) => Come::Show(Import::Partly(name, Rc::new(reading))),
        Err(why) if before == Before::Other => Come::Refuse(format!("{name} was not imported. {why}")),
        // The dialog's alert is read out by itself.
        Err(why) => Come::Show(Import::Refused(name, why)),
    }
}

/// The articles that a reading holds come in.
#[must_use]
pub fn take(reading: Reading) -> Come {
    let Reading { records, annotations, added, .. } = reading;
    if records.is_empty() {
        return Come::Refuse("There is no article in this file.".to_owned());
    }
    let articles = count_words(records.len(), "article", "articles");
    let annotations = count_words(annotations, "annotation", "annotations");
    Come::In(format!("Imported {articles} with {annotations}{added}"), records)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::gloss::Problem;
    use crate::model::DocumentId;

    fn handed() -> Handed {
        Handed { id: DocumentId::new("d"), title: "A dam".to_owned(), discarded: 2, record: "base".into() }
    }

    fn file(words: &str) -> ExportedFile {
        ExportedFile { json: words.into(), verified: 1, total: 1, failures: Rc::default() }
    }

    #[test]
    fn an_export_opens_with_its_file_and_writes_another_one() {
        let (mut export, first) = Export::new(handed());
        assert_eq!((first, export.name.as_str()), (ExportEffect::Write(false), "A-dam.gloss.json"));
        assert_eq!(export.act(ExportAction::Discarded(true)), None, "one at a time");
        assert_eq!(export.act(ExportAction::Written(false, Ok(file("one")))), Some(ExportEffect::Open));
        assert_eq!(export.act(ExportAction::Discarded(true)), Some(ExportEffect::Write(true)));
        assert!(export.writing && export.with_discarded);
        assert_eq!(export.act(ExportAction::Written(false, Ok(file("late")))), None, "an answer to something else");
        assert_eq!(export.act(ExportAction::Written(true, Ok(file("two")))), None);
        assert_eq!(export.file.as_ref().map(|file| &*file.json), Some("two"));
        let said = export.act(ExportAction::HandedOver(Err("No.".to_owned())));
        assert_eq!((said, &export.outcome), (Some(ExportEffect::Say("No.".to_owned())), &Some(Err("No.".to_owned()))));
    }

    #[test]
    fn a_file_that_cannot_be_written_leaves_the_one_that_is_there() {
        let (mut export, _) = Export::new(handed());
        let why = || "No.".to_owned();
        let refused = export.clone().act(ExportAction::Written(false, Err(why())));
        assert_eq!(refused, Some(ExportEffect::Refuse(why())));
        let _ = export.act(ExportAction::Written(false, Ok(file("one"))));
        let _ = export.act(ExportAction::Discarded(true));
        assert_eq!(export.act(ExportAction::Written(true, Err(why()))), Some(ExportEffect::Say(why())));
        assert_eq!((export.with_discarded, export.writing, &export.outcome), (false, false, &Some(Err(why()))));
        assert_eq!(export.file, Some(file("one")));
    }

    #[test]
    fn what_comes_of_a_file() {
        let sound = Reading { records: vec!["base".to_owned()], annotations: 1_234, ..Reading::default() };
        let problem = Problem { path: "documents[0]".to_owned(), message: "no text".to_owned() };
        let partly = Reading { problems: vec![problem], left_out: 1, ..sound.clone() };
        let check = |before, asked, reading: &Result<Reading, String>, expected: Come| {
            assert_eq!(come_of(before, asked, "f.json".to_owned(), reading.clone()), expected, "{before:?} {asked}");
        };
        let taken = || Come::In("Imported 1 article with 1,234 annotations".to_owned(), vec!["base".to_owned()]);
        let ok = Ok(sound);
        check(Before::Import, true, &ok, taken());
        check(Before::Nothing, true, &ok, Come::Nothing);
        check(Before::Nothing, false, &ok, taken());
        check(Before::Other, false, &ok, taken());
        let shown = Import::Partly("f.json".to_owned(), Rc::new(partly.clone()));
        check(Before::Import, true, &Ok(partly.clone()), Come::Show(shown.clone()));
        check(Before::Nothing, false, &Ok(partly.clone()), Come::Show(shown));
        assert!(matches!(come_of(Before::Other, false, String::new(), Ok(partly)), Come::Refuse(_)));
        let refused = Err("It is empty.".to_owned());
        check(
            Before::Nothing,
            false,
            &refused,
            Come::Show(Import::Refused("f.json".to_owned(), "It is empty.".to_owned())),
        );
        let words = "f.json was not imported. It is empty.".to_owned();
        check(Before::Other, false, &refused, Come::Refuse(words));
        let empty = Ok(Reading::default());
        check(Before::Import, true, &empty, Come::Refuse("There is no article in this file.".to_owned()));
    }
}
