//! Errands about backups: writing one article by article, reading one, and the step that leads from what is here to what
//! a backup has.
//!
//! Invariant: as for all errands. What works here is called in the worker module alone.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::many::told;
use super::{DONE, Letter, number, opened, read_merge, refusal, unreadable};
use crate::app::backup::{Contents, Packer, Stored, Summary, read, verify};
use crate::app::records::{Header, JournalRecord, Line, Record};
use crate::app::restoring::Way;
use crate::app::taking::Outcome;
use crate::edit::{Entry, Session, Transaction, between};
use crate::merge::{File, Matched, merge};
use crate::model::{DocumentId, Timestamp};

// ---- Packing ----

/// The letter that begins a backup: of a project of that name, or, without a name, of everything.
#[must_use]
pub fn ask_begin(job: &str, now: &Timestamp, of: &str) -> Letter {
    vec!["begin".to_owned(), job.to_owned(), now.to_string(), of.to_owned()]
}

/// The letter that adds an article.
#[must_use]
pub fn ask_add(job: &str, stored: &Stored) -> Letter {
    let lines = stored.lines().into_iter().map(|line| line.encode());
    ["add".to_owned(), job.to_owned(), stored.id.to_string()].into_iter().chain(lines).collect()
}

/// The letter that ends a backup, with the projects' records by id. The file gets that name.
#[must_use]
pub fn ask_end(job: &str, name: &str, projects: &[(String, String)]) -> Letter {
    let projects = projects.iter().flat_map(|(id, raw)| [id.clone(), raw.clone()]);
    ["end".to_owned(), job.to_owned(), name.to_owned()].into_iter().chain(projects).collect()
}

/// The letter that gives a backup up.
#[must_use]
pub fn ask_drop(job: &str) -> Letter {
    vec!["drop".to_owned(), job.to_owned()]
}

/// Backups that are being written, by their jobs' names.
#[derive(Debug, Default)]
pub struct Bench(BTreeMap<String, Packer>);

/// What came of a letter about a backup.
pub enum Packed {
    /// An answer.
    Letter(Letter),
    /// The whole file: its name, its bytes, and what is in it.
    File(String, Vec<u8>, Summary),
}

impl Bench {
    /// Does [`super::Errand::Pack`]. What is ended was read back.
    pub fn work(&mut self, letter: Letter) -> Packed {
        let mut texts = letter.into_iter();
        let (kind, job) = (texts.next().unwrap_or_default(), texts.next().unwrap_or_default());
        let gone = "The backup was given up. Begin it again.";
        let done = match kind.as_str() {
            "begin" => {
                let (now, of) = (texts.next().unwrap_or_default(), texts.next().unwrap_or_default());
                self.0.insert(job, Packer::new(&now, &of));
                Ok(())
            }
            "add" => {
                let id = DocumentId::new(texts.next().unwrap_or_default());
                let lines = texts.map(|line| Line::decode(&line)).collect::<Option<Vec<Line>>>();
                match (self.0.get_mut(&job), lines) {
                    (Some(packer), Some(lines)) => packer.article(&Stored::of(id, lines)),
                    _ => Err(gone.to_owned()),
                }
            }
            "end" => {
                let name = texts.next().unwrap_or_default();
                let mut projects = Vec::new();
                while let (Some(id), Some(raw)) = (texts.next(), texts.next()) {
                    projects.push((id, raw));
                }
                let packed = self.0.remove(&job).ok_or_else(|| gone.to_owned());
                let packed = packed.and_then(|packer| packer.finish(&projects)).and_then(|(bytes, summary)| {
                    verify(&bytes, &summary)?;
                    Ok((bytes, summary))
                });
                match packed {
                    Ok((bytes, summary)) => return Packed::File(name, bytes, summary),
                    Err(why) => Err(why),
                }
            }
            _ => {
                self.0.remove(&job);
                Ok(())
            }
        };
        Packed::Letter(match done {
            Ok(()) => vec![DONE.to_owned()],
            Err(why) => refusal(why),
        })
    }
}

/// The answer for a file that was written: where it is, and its size.
#[must_use]
pub fn packed(place: String, size: usize, summary: &Summary) -> Letter {
    let counts = [size, summary.articles, summary.annotations, summary.damaged].map(|count| count.to_string());
    [DONE.to_owned(), place].into_iter().chain(counts).collect()
}

/// Reads whether a letter about a backup was done.
///
/// # Errors
/// Why not, in words.
pub fn read_added(answer: Letter) -> Result<(), String> {
    opened(answer).map(drop)
}

/// Reads where a file is, its size, and what is in it.
///
/// # Errors
/// Why there is none, in words.
pub fn read_packed(answer: Letter) -> Result<(String, usize, Summary), String> {
    let mut texts = opened(answer)?;
    let place = texts.next().ok_or_else(unreadable)?;
    let mut count = || number(texts.next()).ok_or_else(unreadable);
    let size = count()?;
    Ok((place, size, Summary { articles: count()?, annotations: count()?, damaged: count()? }))
}

// ---- Unpacking ----

/// Does [`super::Errand::Unpack`] for a file's bytes.
#[must_use]
pub fn unpack(bytes: &[u8]) -> Letter {
    let contents = match read(bytes) {
        Ok(contents) => contents,
        Err(why) => return refusal(why),
    };
    let Contents { made, of, summary, articles, projects, problems } = contents;
    let mut answer = packed(made, 0, &summary);
    answer.extend([of.unwrap_or_default(), problems.len().to_string()]);
    answer.extend(problems.into_iter().flat_map(|(name, why)| [name, why]));
    answer.push(projects.len().to_string());
    answer.extend(projects.into_iter().flat_map(|(id, raw)| [id, raw]));
    for stored in articles {
        let lines = stored.lines();
        answer.extend([stored.id.to_string(), lines.len().to_string()]);
        answer.extend(lines.iter().map(Line::encode));
    }
    answer
}

/// Reads the answer to [`super::Errand::Unpack`].
///
/// # Errors
/// Why there is none, in words.
pub fn read_unpacked(answer: Letter) -> Result<Contents, String> {
    let mut texts = opened(answer)?;
    let mut text = || texts.next().ok_or_else(unreadable);
    let count = |text: String| text.parse::<usize>().map_err(|_| unreadable());
    let made = text()?;
    let _size = text()?;
    let summary = Summary { articles: count(text()?)?, annotations: count(text()?)?, damaged: count(text()?)? };
    let of = Some(text()?).filter(|of| !of.is_empty());
    let mut contents = Contents { made, of, summary, ..Contents::default() };
    for _ in 0..count(text()?)? {
        contents.problems.push((text()?, text()?));
    }
    for _ in 0..count(text()?)? {
        contents.projects.push((text()?, text()?));
    }
    while let Some(id) = texts.next() {
        let mut lines = Vec::new();
        for _ in 0..number(texts.next()).ok_or_else(unreadable)? {
            let line = texts.next().as_deref().and_then(Line::decode);
            lines.push(line.ok_or_else(unreadable)?);
        }
        contents.articles.push(Stored::of(DocumentId::new(id), lines));
    }
    Ok(contents)
}

// ---- The step from one to the other ----

/// What a step is called that merges, or leads back.
const MERGED: &str = "restore a backup";

/// The letter for [`super::Errand::Reconcile`]: one article as it is here and as it is elsewhere. The step gets that
/// name.
#[must_use]
pub fn ask_reconcile(way: Way, now: &Timestamp, name: &str, here: &Stored, there: &Stored) -> Letter {
    let way = if way == Way::Merge { "merge" } else { "replace" };
    let mut letter = vec![way.to_owned(), now.to_string(), name.to_owned(), here.id.to_string()];
    for stored in [here, there] {
        let lines = stored.lines();
        letter.push(lines.len().to_string());
        letter.extend(lines.iter().map(Line::encode));
    }
    letter
}

/// Does [`super::Errand::Reconcile`]. The answer is one of [`super::Errand::Merge`] for one article.
#[must_use]
pub fn reconcile(letter: Letter) -> Letter {
    reconciled(letter).unwrap_or_else(refusal)
}

fn reconciled(letter: Letter) -> Result<Letter, String> {
    let mut texts = letter.into_iter();
    let mut text = || texts.next().ok_or_else(unreadable);
    let (way, now, name) = (text()?, Timestamp::from(text()?), text()?);
    let id = DocumentId::new(text()?);
    let mut stored = || {
        let mut lines = Vec::new();
        for _ in 0..text()?.parse::<usize>().map_err(|_| unreadable())? {
            lines.push(Line::decode(&text()?).ok_or_else(unreadable)?);
        }
        Ok::<_, String>(Stored::of(id.clone(), lines))
    };
    let (here, there) = (stored()?, stored()?);
    let ours = here.whole().map_err(|why| format!("it is damaged here ({why})."))?;
    let theirs = there.whole().map_err(|why| format!("it is damaged in the backup ({why})."))?;
    let (seq, ours, theirs) = (ours.seq, ours.session.document, theirs.session.document);
    if ours.text() != theirs.text() {
        return Err("it has another text in the backup.".to_owned());
    }
    let mut answer = vec![DONE.to_owned(), 0.to_string()];
    if way == "merge" {
        let schema = Rc::clone(&ours.schema);
        let merged = merge(&schema, &[ours], &[File { documents: vec![theirs] }]);
        let merged = merged.documents.into_iter().find(|one| one.sources.iter().any(|of| of.matched == Matched::Id));
        let merged = merged.ok_or_else(unreadable)?;
        let file = ["the backup".to_owned()];
        answer.extend(told(&merged, Some(seq), &file, &now, MERGED).ok_or_else(unreadable)?);
    } else {
        let ops = between(&ours, &theirs);
        answer.extend([id.to_string(), ours.info.title.clone(), "0 0 0 0 0 0".to_owned(), "0".to_owned()]);
        if ops.is_empty() {
            answer.push("same".to_owned());
        } else {
            let entry = Entry::Edit { transaction: Rc::new(Transaction { name, ops }), joins: false };
            let mut session = Session::new(ours.clone());
            session.replay(&entry).map_err(|why| format!("it cannot be led to what the backup has: {why}."))?;
            let record = JournalRecord { document: id, seq: seq + 1, at: now.clone(), by: None, entry };
            let words = |why| format!("it cannot be written: {why}.");
            answer.extend(["changed".to_owned(), record.encode().map_err(words)?]);
            answer.push(Header::of(&session.document, seq + 1, Some(now.clone())).encode().map_err(words)?);
            answer.push(Header::of(&ours, seq + 2, Some(now)).encode().map_err(words)?);
        }
    }
    Ok(answer)
}

/// Reads the answer to [`super::Errand::Reconcile`].
///
/// # Errors
/// Why there is none, in words.
pub fn read_reconciled(answer: Letter) -> Result<Outcome, String> {
    read_merge(answer)?.outcomes.into_iter().next().ok_or_else(unreadable)
}
