//! A backup: a zip of Gloss files, beside each of them the records of the article as they are stored, its journal too.
//!
//! `articles/0001-Title.gloss.json` is for any program that reads our file, `records/0001.jsonl` for Gloss: the lines of
//! a dump ([`Line`]). `projects.jsonl` holds the projects, `backup.json` the moment, the counts and the SHA-256 of every
//! other member; it is written last. Invariant: what was packed comes out of [`read`] as it was stored, line by line, and
//! whatever is not as it was written is named. Packing and reading are called in the worker module alone.

use std::collections::BTreeMap;

use serde_json::Value;

use super::records::{Deleted, Header, Home, Line, Opened, Place, Record, RecordError, open, unfold};
use super::words::{count_words, file_name};
use crate::formats::{gloss, json, zip};
use crate::model::{DocumentId, Timestamp, sha256_hex};

/// The name that stands in `backup.json`, and the version of the form.
const FORMAT: &str = "gloss backup";
const VERSION: u64 = 1;
const LIST: &str = "backup.json";
const PROJECTS: &str = "projects.jsonl";
const README: &str = "\
This is a backup of Gloss. To bring it back: Gloss, \"Storage and backups\", \"Restore a backup\".

articles/  each article as a Gloss file, which other programs can read: JSON, offsets in code points
records/   the same articles as Gloss keeps them, with every step since they were made
";

/// All that is stored of one article.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    /// The article.
    pub id: DocumentId,
    /// The record that lists show.
    pub header: Option<String>,
    /// The article as it was made.
    pub base: Option<String>,
    /// Its steps, each with the number that it is kept at.
    pub journal: Vec<(u64, String)>,
    /// What else is kept: where somebody was in it, its project, that it lies in the bin, what was moved out of the way,
    /// that it was made from another one.
    pub others: Vec<Line>,
}

impl Stored {
    /// An article of its lines; blocks of steps come apart.
    #[must_use]
    pub fn of(id: DocumentId, lines: Vec<Line>) -> Self {
        let mut stored = Self { id, header: None, base: None, journal: Vec::new(), others: Vec::new() };
        for line in lines {
            let raw = line.value.as_str().map_or_else(|| json::compact(&line.value), str::to_owned);
            match (line.store.as_str(), line.key.get(1).and_then(Value::as_u64)) {
                ("documents", _) => stored.header = Some(raw),
                ("bases", _) => stored.base = Some(raw),
                ("journal", Some(seq)) => stored.journal.extend(unfold(seq, &raw)),
                _ => stored.others.push(line),
            }
        }
        stored
    }

    /// Its lines.
    #[must_use]
    pub fn lines(&self) -> Vec<Line> {
        let id = || Value::from(self.id.as_str());
        let header = self.header.iter().map(|raw| Line::new("documents", id(), raw.clone()));
        let base = self.base.iter().map(|raw| Line::new("bases", id(), raw.clone()));
        let step =
            |(seq, raw): &(u64, String)| Line::new("journal", Value::Array(vec![id(), Value::from(*seq)]), raw.clone());
        let mut lines: Vec<Line> = header.chain(base).collect();
        lines.extend(self.journal.iter().map(step));
        lines.extend(self.others.iter().cloned());
        lines
    }

    /// The number of its last step.
    #[must_use]
    pub fn seq(&self) -> u64 {
        self.journal.last().map_or(0, |(seq, _)| *seq)
    }

    /// As it was after so many steps.
    #[must_use]
    pub fn back_to(&self, seq: u64) -> Self {
        let journal = self.journal.iter().filter(|(of, _)| *of <= seq).cloned().collect();
        // Its header knows of the steps after that, and would miss them.
        Self { journal, header: None, ..self.clone() }
    }

    /// Opens it.
    ///
    /// # Errors
    /// Where its base cannot be used.
    pub fn open(&self) -> Result<Opened, RecordError> {
        open(&self.id, self.header.as_deref(), self.base.as_deref(), self.journal.clone())
    }

    /// Opens it, unless a part of it is damaged.
    ///
    /// # Errors
    /// What is damaged.
    pub fn whole(&self) -> Result<Opened, RecordError> {
        let mut opened = self.open()?;
        let damage = |place| matches!(place, Place::Base | Place::Step(_));
        match opened.warnings.iter().position(|warning| damage(warning.place)) {
            Some(at) => Err(opened.warnings.swap_remove(at).error),
            None => Ok(opened),
        }
    }

    /// What lists show of it, where that can be read.
    #[must_use]
    pub fn head(&self) -> Option<Header> {
        Header::decode(self.header.as_deref()?).ok().filter(|header| header.id == self.id)
    }

    /// What it is called.
    #[must_use]
    pub fn title(&self) -> String {
        self.head().map_or_else(|| format!("Damaged article {}", self.id), |header| header.title)
    }

    fn other(&self, store: &str) -> Option<&str> {
        self.others.iter().find(|line| line.store == store)?.value.as_str()
    }

    /// The record of the project that it belongs to.
    #[must_use]
    pub fn home(&self) -> Option<&str> {
        self.other("home").filter(|raw| Home::decode(raw).is_ok())
    }

    /// The record that it lies in the bin.
    #[must_use]
    pub fn deleted(&self) -> Option<&str> {
        self.other("deleted").filter(|raw| Deleted::decode(raw).is_ok())
    }

    /// Whether it lies in the archive.
    #[must_use]
    pub fn is_archived(&self) -> bool {
        self.other("archived").is_some()
    }
}

/// What a backup holds, in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Articles.
    pub articles: usize,
    /// Annotations in them.
    pub annotations: usize,
    /// Articles of which a part is damaged: they are kept as they are.
    pub damaged: usize,
}

impl Summary {
    /// In words: `41 articles, 1,203 annotations`.
    #[must_use]
    pub fn words(&self) -> String {
        let articles = count_words(self.articles, "article", "articles");
        let mut words = format!("{articles}, {}", count_words(self.annotations, "annotation", "annotations"));
        if self.damaged > 0 {
            let them = count_words(self.damaged, "of them is", "of them are");
            words = format!("{words}; {them} damaged and kept as found");
        }
        words
    }
}

/// A backup that is being written.
#[derive(Debug, Default)]
pub struct Packer {
    zip: zip::Writer,
    members: Vec<(String, usize, String)>,
    summary: Summary,
    made: String,
    of: String,
}

impl Packer {
    /// Begins one, made now; of a project of that name, or, without a name, of everything.
    #[must_use]
    pub fn new(made: &str, of: &str) -> Self {
        Self { made: made.to_owned(), of: of.to_owned(), ..Self::default() }
    }

    fn member(&mut self, name: String, content: &str) -> Result<(), String> {
        let bytes = content.as_bytes();
        self.zip.add(&name, bytes).map_err(|why| format!("{why} Back up project by project."))?;
        self.members.push((name, bytes.len(), sha256_hex(bytes)));
        Ok(())
    }

    /// Packs an article. What of it is damaged is packed as it is stored.
    ///
    /// # Errors
    /// In words, where it cannot be written.
    pub fn article(&mut self, stored: &Stored) -> Result<(), String> {
        let number = self.summary.articles + 1;
        let opened = stored.open();
        let whole = stored.whole().is_ok();
        if let Ok(opened) = opened {
            let documents = [opened.session.document];
            let file = gloss::write(&documents, &self.made);
            if let Some(failure) = gloss::verify(&file, &documents).failures.first() {
                return Err(format!("“{}” cannot be written as it is: read back, {failure}.", stored.title()));
            }
            let title = documents.first().map_or("", |document| &document.info.title);
            self.member(format!("articles/{number:04}-{}", file_name(title, "gloss.json")), &file)?;
            self.summary.annotations += documents.iter().map(|document| document.annotations.len()).sum::<usize>();
        }
        let records: String = stored.lines().iter().map(|line| line.encode() + "\n").collect();
        self.member(format!("records/{number:04}.jsonl"), &records)?;
        self.summary.articles = number;
        self.summary.damaged += usize::from(!whole);
        Ok(())
    }

    /// Packs the projects, and ends it.
    ///
    /// # Errors
    /// In words, where it cannot be written.
    pub fn finish(mut self, projects: &[(String, String)]) -> Result<(Vec<u8>, Summary), String> {
        let line = |(id, raw): &(String, String)| Line::new("projects", id.as_str(), raw.clone()).encode() + "\n";
        let lines: String = projects.iter().map(line).collect();
        self.member(PROJECTS.to_owned(), &lines)?;
        self.member("readme.txt".to_owned(), README)?;
        let mut out = json::Writer::default();
        out.open('{');
        out.key("format").string(FORMAT);
        out.key("version").number(VERSION);
        out.key("made").string(&self.made);
        out.key("of").string(&self.of);
        out.key("articles").number(self.summary.articles as u64);
        out.key("annotations").number(self.summary.annotations as u64);
        out.key("damaged").number(self.summary.damaged as u64);
        out.key("members").open('[');
        for (name, size, sha256) in &self.members {
            out.open('{');
            out.key("name").string(name);
            out.key("bytes").number(*size as u64);
            out.key("sha256").string(sha256);
            out.close('}');
        }
        out.close(']');
        out.close('}');
        let full = |why: zip::ZipError| format!("{why} Back up project by project.");
        self.zip.add(LIST, out.finish().as_bytes()).map_err(full)?;
        Ok((self.zip.finish().map_err(full)?, self.summary))
    }
}

/// What was read of a backup.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Contents {
    /// When it was made.
    pub made: String,
    /// The name of the project that it is of; none for everything.
    pub of: Option<String>,
    /// What it says that it holds.
    pub summary: Summary,
    /// The articles that are whole.
    pub articles: Vec<Stored>,
    /// The projects' records, by id.
    pub projects: Vec<(String, String)>,
    /// Which members are damaged, and why.
    pub problems: Vec<(String, String)>,
}

/// Reads a backup. What is damaged is named, and the rest of it is there.
///
/// # Errors
/// In words, where it is no backup, or its list cannot be read.
pub fn read(bytes: &[u8]) -> Result<Contents, String> {
    let entries = zip::entries(bytes).map_err(|why| why.to_string())?;
    let entries: BTreeMap<&str, &zip::Entry> = entries.iter().map(|entry| (entry.name.as_str(), entry)).collect();
    let list = entries.get(LIST).ok_or_else(|| {
        "This zip is no backup of Gloss: there is no backup.json in it. To add the articles in it, use “Add files” below \
         the projects."
            .to_owned()
    })?;
    let mut left = zip::MOST_BYTES;
    let damaged = |why: &dyn std::fmt::Display| {
        format!("The backup cannot be read, and nothing was changed. {LIST}: {why}. Take another copy of it.")
    };
    let list = zip::content(bytes, list, left).map_err(|why| damaged(&why))?;
    let list = String::from_utf8(list).map_err(|_| damaged(&"it is not UTF-8 text"))?;
    let list = json::parse(&list, 8).map_err(|why| damaged(&why.reason))?;
    let text = |key: &str| list.get(key).and_then(Value::as_str);
    let count = |key: &str| list.get(key).and_then(Value::as_u64).map(|count| count as usize).unwrap_or_default();
    if text("format") != Some(FORMAT) {
        return Err("This zip is no backup of Gloss: its backup.json is another program's.".to_owned());
    }
    if count("version") as u64 > VERSION {
        return Err("This backup was made by a newer version of Gloss. Reload the page to get it.".to_owned());
    }
    let summary = Summary { articles: count("articles"), annotations: count("annotations"), damaged: count("damaged") };
    let mut contents = Contents {
        made: text("made").unwrap_or_default().to_owned(),
        of: text("of").filter(|of| !of.is_empty()).map(str::to_owned),
        summary,
        ..Contents::default()
    };
    let members = list.get("members").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    for member in members {
        let field = |key: &str| member.get(key).and_then(Value::as_str).unwrap_or_default();
        let (name, sha256) = (field("name"), field("sha256"));
        let content = match entries.get(name) {
            None => Err("it is missing. Take another copy of the backup".to_owned()),
            Some(entry) => zip::content(bytes, entry, left).map_err(|why| why.to_string()),
        };
        let content = content.and_then(|content| {
            left = left.saturating_sub(content.len());
            let other = "it is not what was written. Take another copy of the backup";
            let sound = sha256_hex(&content) == sha256;
            String::from_utf8(content).ok().filter(|_| sound).ok_or_else(|| other.to_owned())
        });
        let taken = content.and_then(|content| contents.take(name, &content));
        if let Err(why) = taken {
            contents.problems.push((name.to_owned(), format!("{why}.")));
        }
    }
    let records = members
        .iter()
        .filter(|member| member.get("name").and_then(Value::as_str).is_some_and(|name| name.starts_with("records/")));
    if records.count() != contents.summary.articles {
        contents.problems.push((LIST.to_owned(), "it does not name all articles.".to_owned()));
    }
    Ok(contents)
}

impl Contents {
    fn take(&mut self, name: &str, content: &str) -> Result<(), String> {
        let lines = || {
            let lines = content.lines().map(Line::decode).collect::<Option<Vec<Line>>>();
            lines.ok_or_else(|| "a line in it cannot be read".to_owned())
        };
        if name == PROJECTS {
            for line in lines()? {
                let (id, raw) = (line.key.as_str().unwrap_or_default(), line.value.as_str().unwrap_or_default());
                self.projects.push((id.to_owned(), raw.to_owned()));
            }
        } else if name.starts_with("records/") {
            let lines = lines()?;
            let of = |line: &Line| {
                let key = line.key.as_str().or_else(|| line.key.get(0).and_then(Value::as_str)).unwrap_or_default();
                // Signposts between versions are kept by a name of their own.
                DocumentId::new(if line.store == "meta" { key.trim_start_matches("version ") } else { key })
            };
            let id = lines.first().map(of).ok_or_else(|| "there is nothing in it".to_owned())?;
            if lines.iter().any(|line| of(line) != id) || self.articles.iter().any(|held| held.id == id) {
                return Err("its lines belong to other articles, too".to_owned());
            }
            self.articles.push(Stored::of(id, lines));
        }
        Ok(())
    }

    /// What is in it, counted anew by opening every article.
    #[must_use]
    pub fn counted(&self) -> Summary {
        let mut summary = Summary { articles: self.articles.len(), ..Summary::default() };
        for stored in &self.articles {
            summary.annotations += stored.open().map_or(0, |opened| opened.session.document.annotations.len());
            summary.damaged += usize::from(stored.whole().is_err());
        }
        summary
    }
}

/// Reads back what was packed: all of it must be there, and open to as much.
///
/// # Errors
/// In words: what is not.
pub fn verify(bytes: &[u8], packed: &Summary) -> Result<(), String> {
    let contents = read(bytes)?;
    if let Some((name, why)) = contents.problems.first() {
        return Err(format!("Read back, the backup is not what was written: {name}: {why}"));
    }
    let counted = contents.counted();
    if counted != *packed {
        return Err(format!("Read back, the backup holds {} instead of {}.", counted.words(), packed.words()));
    }
    Ok(())
}

/// What the file of a backup is called: of a project, or of everything, with the day.
#[must_use]
pub fn name_of(of: &str, now: &Timestamp) -> String {
    let day = now.split('T').next().unwrap_or_default();
    let of: String = if of.is_empty() { "Gloss".to_owned() } else { of.chars().take(36).collect() };
    file_name(&format!("{of} backup {day}"), "zip")
}

/// When somebody should be reminded of a backup: all in milliseconds since one fixed moment. `changed` are the moments
/// at which articles were changed last, `last` the last backup, `later` until when nobody wants to hear of it.
#[must_use]
pub fn is_due(now: f64, changed: impl Iterator<Item = f64>, last: Option<f64>, days: u32, later: Option<f64>) -> bool {
    let open: Vec<f64> = changed.filter(|at| last.is_none_or(|last| *at > last)).collect();
    let since = last.or_else(|| open.iter().copied().reduce(f64::min));
    let waits = later.is_some_and(|later| now < later);
    let long = f64::from(days) * 86_400_000.0;
    days > 0 && !waits && !open.is_empty() && since.is_some_and(|since| now - since > long)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reminder_comes_when_work_has_waited_for_long() {
        let day = 86_400_000.0;
        let due = |now: f64, changed: &[f64], last, days, later| {
            is_due(now * day, changed.iter().map(|at| at * day), last, days, later)
        };
        assert!(!due(30.0, &[], None, 7, None), "no work");
        assert!(!due(30.0, &[25.0], None, 7, None), "young work");
        assert!(due(30.0, &[25.0, 22.0], None, 7, None), "the oldest counts");
        assert!(!due(30.0, &[5.0], Some(10.0 * day), 7, None), "all of it is in the backup");
        assert!(due(30.0, &[29.0], Some(10.0 * day), 7, None), "work since an old backup");
        assert!(!due(30.0, &[29.5], Some(29.0 * day), 7, None), "a young backup");
        assert!(!due(30.0, &[1.0], None, 0, None), "turned off");
        assert!(!due(30.0, &[1.0], None, 7, Some(31.0 * day)), "later");
        assert!(due(32.0, &[1.0], None, 7, Some(31.0 * day)), "later is over");
    }

    #[test]
    fn what_is_no_backup_says_so() {
        let message = |bytes: &[u8]| read(bytes).expect_err("no backup");
        assert!(message(b"").contains("no zip file"));
        let zip = |name: &str, content: &str| {
            let mut writer = zip::Writer::default();
            writer.add(name, content.as_bytes()).expect("small");
            writer.finish().expect("small")
        };
        assert!(message(&zip("a.txt", "Words.")).contains("no backup.json"));
        assert!(message(&zip("backup.json", "{")).contains("backup.json: "));
        assert!(message(&zip("backup.json", "{}")).contains("another program's"));
        assert!(message(&zip("backup.json", r#"{"format":"gloss backup","version":2}"#)).contains("newer version"));
    }

    #[test]
    fn files_have_the_day_in_their_names() {
        let now: Timestamp = "2026-08-22T10:00:00Z".into();
        assert_eq!(name_of("", &now), "Gloss-backup-2026-08-22.zip");
        assert_eq!(name_of("Wells: 2", &now), "Wells-2-backup-2026-08-22.zip");
    }
}
