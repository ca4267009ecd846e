//! Errands about many articles at once: gathering them from files, writing them as one file, merging returned files.
//!
//! Invariant: as for all errands; and nothing of a file is lost without a word: what is left out, and why, is in the
//! answer. What works here is called in the worker module alone, but for [`text_item`], which the page needs for the
//! words of web pages.

use std::rc::Rc;

use super::{DONE, Letter, number, opened, refusal, unreadable};
use crate::app::adding::{Incoming, Item};
use crate::app::merging::{ops, outcome};
use crate::app::records::{Base, Header, JournalRecord, Record};
use crate::app::taking::{Counts, Outcome, Preview, What};
use crate::edit::{Entry, Transaction};
use crate::formats::gloss;
use crate::formats::plain::IncomingText;
use crate::formats::schema::first;
use crate::merge::{About, Conflict, File, MergedDocument, Notice, Side, merge, widened};
use crate::model::{Document, DocumentId, DocumentInfo, Extra, Remarks, Schema, Timestamp, sha256_hex};
use crate::text::Text;

// ---- Gathering ----

/// The letter for [`super::Errand::Gather`]: what is remembered of the project that the articles go to, and the
/// languages that the reader prefers.
#[must_use]
pub fn ask_gather(project: Option<String>, languages: Letter) -> Letter {
    std::iter::once(project.unwrap_or_default()).chain(languages).collect()
}

/// A text that was read as an article of a project, and what one should know of it.
#[must_use]
pub fn text_item(
    source: &str,
    incoming: IncomingText,
    schema: Option<&Schema>,
    id: String,
    now: &Timestamp,
) -> Vec<Item> {
    let info = DocumentInfo {
        id: DocumentId::new(id),
        title: incoming.title,
        text: Text::new(incoming.text),
        intake: incoming.intake,
        metadata: Extra::new(),
        created: Some(now.clone()),
        extra: Extra::new(),
    };
    let document = Document::new(info, schema.cloned().unwrap_or_else(first));
    let assumed = incoming.assumed.map(|words| Item::Notice(source.to_owned(), words));
    std::iter::once(item(source, document)).chain(assumed).collect()
}

fn item(source: &str, document: Document) -> Item {
    match Incoming::of(source.to_owned(), document) {
        Ok(incoming) => Item::Article(incoming),
        Err(why) => Item::Problem(source.to_owned(), format!("it cannot be kept on this device: {why}.")),
    }
}

/// The articles of a Gloss file. Those that go to a project get its schema, with room for all that is in them.
#[must_use]
pub fn gloss_items(source: &str, json: &str, schema: Option<&Schema>) -> Vec<Item> {
    // Read again, a file gives the same ids: so it can be merged twice without coming twice.
    let (hash, mut count) = (sha256_hex(json.as_bytes()), 0_usize);
    let mut next_id = || {
        count += 1;
        format!("{}-{count}", hash.get(..24).unwrap_or_default())
    };
    let reading = match gloss::read(json, &mut next_id) {
        Ok(reading) => reading,
        Err(why) => return vec![Item::Problem(source.to_owned(), why.to_string())],
    };
    let schema = schema.map(|schema| Rc::new(schema.clone()));
    let mut items = Vec::new();
    for document in reading.documents {
        let (document, notice) = match &schema {
            Some(schema) => adopted(document, schema),
            None => (document, None),
        };
        items.extend(notice.map(|words| Item::Notice(source.to_owned(), words)));
        items.push(item(source, document));
    }
    if let Some(problem) = reading.problems.first() {
        let words = match reading.problems.len() {
            1 => format!("{} cannot be trusted and is left out: {problem}.", reading.left_out),
            more => {
                format!("{} cannot be trusted and are left out: {problem}, and {} more.", reading.left_out, more - 1)
            }
        };
        items.push(Item::Problem(source.to_owned(), words));
    } else if items.is_empty() {
        items.push(Item::Problem(source.to_owned(), "there is no article in it.".to_owned()));
    }
    items
}

/// The document with the project's schema. One that this would take something from keeps its own, and that is said.
fn adopted(document: Document, schema: &Rc<Schema>) -> (Document, Option<String>) {
    let bare =
        document.annotations.is_empty() && document.relations.is_empty() && *document.remarks == Remarks::default();
    if bare {
        return (Document { schema: Rc::clone(schema), ..document }, None);
    }
    let file = File { documents: vec![document.clone()] };
    let Some(merged) = merge(schema, &[], &[file]).documents.into_iter().next() else { return (document, None) };
    let takes = |notice: &&Notice| !matches!(notice, Notice::AddedLabel(_) | Notice::AddedKind(_) | Notice::Twins(..));
    if let Some(notice) = merged.report.notices.iter().find(takes) {
        let words = format!("“{}” keeps its own schema. {notice}", document.info.title);
        return (document, Some(words));
    }
    (widened(&merged.document), None)
}

/// Documents of a Gloss file that come in while a project is chosen.
#[must_use]
pub fn adopt(document: Document, schema: &Rc<Schema>) -> Document {
    adopted(document, schema).0
}

/// The answer to [`super::Errand::Gather`].
#[must_use]
pub fn gathered(items: Vec<Item>) -> Letter {
    let mut answer = vec![DONE.to_owned()];
    for item in items {
        match item {
            Item::Article(Incoming { source, sha256, header, record }) => match header.encode() {
                Ok(header) => answer.extend(["article".to_owned(), source, sha256, header, record.to_string()]),
                Err(why) => answer.extend(["problem".to_owned(), source, format!("{why}.")]),
            },
            Item::Page(source, html, hash) => answer.extend(["page".to_owned(), source, html, hash]),
            Item::Problem(source, why) => answer.extend(["problem".to_owned(), source, why]),
            Item::Notice(source, words) => answer.extend(["notice".to_owned(), source, words]),
            Item::Other(source) => answer.extend(["other".to_owned(), source]),
        }
    }
    answer
}

/// Reads the answer to [`super::Errand::Gather`].
///
/// # Errors
/// Why there is none, in words.
pub fn read_gathered(answer: Letter) -> Result<Vec<Item>, String> {
    let mut texts = opened(answer)?;
    let mut items = Vec::new();
    while let Some(kind) = texts.next() {
        let mut text = || texts.next().ok_or_else(unreadable);
        items.push(match kind.as_str() {
            "article" => {
                let (source, sha256) = (text()?, text()?);
                let header = Header::decode(&text()?).map_err(|_| unreadable())?;
                Item::Article(Incoming { source, sha256, header, record: text()?.into() })
            }
            "page" => Item::Page(text()?, text()?, text()?),
            "problem" => Item::Problem(text()?, text()?),
            "notice" => Item::Notice(text()?, text()?),
            "other" => Item::Other(text()?),
            _ => return Err(unreadable()),
        });
    }
    Ok(items)
}

// ---- One file of many articles ----

/// The letter for [`super::Errand::Bundle`]: the moment, the record of a document with the schema where only texts are
/// handed out, and the articles' records.
#[must_use]
pub fn ask_bundle(now: &Timestamp, template: Option<String>, records: Vec<String>) -> Letter {
    [now.to_string(), template.unwrap_or_default()].into_iter().chain(records).collect()
}

/// Does [`super::Errand::Bundle`]: writes the file, reads it back and compares it. Without marks where a schema is
/// given, else whole: what is flagged to be discarded, too, for whoever merges it shall know of the flag.
#[must_use]
pub fn bundle(letter: Letter) -> Letter {
    let mut texts = letter.into_iter();
    let (now, template) = (texts.next().unwrap_or_default(), texts.next().unwrap_or_default());
    let schema = Base::decode(&template).ok().map(|Base(template)| template.schema);
    let mut documents = Vec::new();
    for record in texts {
        match Base::decode(&record) {
            Ok(Base(document)) => documents.push(match &schema {
                Some(schema) => {
                    let info = (*document.info).clone();
                    Document { schema: Rc::clone(schema), ..Document::new(info, Schema::default()) }
                }
                None => document,
            }),
            Err(error) => return refusal(format!("The file cannot be written: {error}.")),
        }
    }
    let json = gloss::write(&documents, &now);
    let check = gloss::verify(&json, &documents);
    let mut answer = vec![DONE.to_owned(), json, check.verified.to_string(), check.total.to_string()];
    answer.extend(check.failures.iter().map(ToString::to_string));
    answer
}

// ---- Merging returned files ----

/// A file that was returned: its name, and the records of its articles.
pub type ReturnedFile = (String, Vec<Rc<str>>);

/// The letter for [`super::Errand::Merge`]: the moment, the record of a document with the project's schema, the articles
/// that are here with the numbers of their last steps, and the files.
#[must_use]
pub fn ask_merge(now: &Timestamp, template: String, ours: Vec<(u64, String)>, files: &[ReturnedFile]) -> Letter {
    let mut letter = vec![now.to_string(), template, ours.len().to_string()];
    letter.extend(ours.into_iter().flat_map(|(seq, record)| [seq.to_string(), record]));
    for (name, records) in files {
        letter.extend([name.clone(), records.len().to_string()]);
        letter.extend(records.iter().map(|record| record.to_string()));
    }
    letter
}

/// What the step is called that takes returned files in.
pub const STEP: &str = "take in returned files";

/// Does [`super::Errand::Merge`].
#[must_use]
pub fn merge_returned(letter: Letter) -> Letter {
    merge_letter(letter).unwrap_or_else(|| refusal(unreadable()))
}

fn merge_letter(letter: Letter) -> Option<Letter> {
    let mut texts = letter.into_iter();
    let now: Timestamp = texts.next()?.into();
    let document = |record: String| Base::decode(&record).ok().map(|Base(document)| document);
    let schema = document(texts.next()?)?.schema;
    let mut ours = Vec::new();
    let mut steps = Vec::new();
    for _ in 0..number(texts.next())? {
        steps.push(texts.next()?.parse::<u64>().ok()?);
        ours.push(document(texts.next()?)?);
    }
    let (mut names, mut files) = (Vec::new(), Vec::new());
    while let Some(name) = texts.next() {
        names.push(name);
        let mut documents = Vec::new();
        for _ in 0..number(texts.next())? {
            documents.push(document(texts.next()?)?);
        }
        files.push(File { documents });
    }
    let merged = merge(&schema, &ours, &files);
    let mut answer = vec![DONE.to_owned(), merged.described.len().to_string()];
    answer.extend(merged.described.iter().map(ToString::to_string));
    // Documents that are here come first, in their order.
    let mut steps = steps.into_iter();
    for document in merged.documents {
        let seq = document.before.as_ref().and_then(|_| steps.next());
        if !document.sources.is_empty() {
            answer.extend(told(&document, seq, &names, &now, STEP)?);
        }
    }
    Some(answer)
}

/// One article's part of the answer.
pub(super) fn told(
    merged: &MergedDocument,
    seq: Option<u64>,
    names: &[String],
    now: &Timestamp,
    step: &str,
) -> Option<Letter> {
    let after = outcome(merged);
    let report = &merged.report;
    let is_new = |before: bool| usize::from(!before);
    let new = report.annotations.iter().map(|change| is_new(change.before.is_some())).sum::<usize>();
    let new_links = report.relations.iter().map(|change| is_new(change.before.is_some())).sum::<usize>();
    let counts = [
        new,
        report.annotations.len() - new,
        new_links,
        report.relations.len() - new_links,
        report.conflicts.len(),
        report.absent.len(),
    ];
    let lines = lines(merged, &after, names);
    let mut letter = vec![after.info.id.to_string(), after.info.title.clone()];
    letter.push(counts.map(|count| count.to_string()).join(" "));
    letter.push(lines.len().to_string());
    letter.extend(lines);
    let ops = ops(merged);
    match (&merged.before, seq) {
        (Some(before), Some(seq)) if !ops.is_empty() => {
            let transaction = Rc::new(Transaction { name: step.to_owned(), ops });
            let entry = Entry::Edit { transaction, joins: false };
            let record =
                JournalRecord { document: after.info.id.clone(), seq: seq + 1, at: now.clone(), by: None, entry };
            letter.extend(["changed".to_owned(), record.encode().ok()?]);
            letter.push(Header::of(&after, seq + 1, Some(now.clone())).encode().ok()?);
            letter.push(Header::of(before, seq + 2, Some(now.clone())).encode().ok()?);
        }
        (Some(_), _) => letter.push("same".to_owned()),
        (None, _) => {
            let header = Header::of(&after, 0, Some(now.clone())).encode().ok()?;
            letter.extend(["new".to_owned(), header, Base(after).encode().ok()?]);
        }
    }
    Some(letter)
}

/// What a person should look at, in words: conflicts, what changes of the article as a whole, and what else is worth
/// knowing.
fn lines(merged: &MergedDocument, after: &Document, names: &[String]) -> Vec<String> {
    let report = &merged.report;
    let mut lines: Vec<String> =
        report.conflicts.iter().map(|conflict| conflict_words(conflict, after, names)).collect();
    for difference in &report.document {
        let say = |words: &str| if words.is_empty() { "nothing".to_owned() } else { format!("“{words}”") };
        lines.push(format!("{}: {} becomes {}", difference.field, say(&difference.before), say(&difference.after)));
    }
    lines.extend(report.notices.iter().map(ToString::to_string));
    if let Some(first) = report.absent.first() {
        let quote = short(&after.quote(&first.annotation));
        lines.push(match report.absent.len() {
            1 => format!("“{quote}” is here and not in each file. It stays."),
            more => format!("“{quote}” and {} more are here and not in each file. They stay.", more - 1),
        });
    }
    lines
}

fn conflict_words(conflict: &Conflict, after: &Document, names: &[String]) -> String {
    let by = |sides: &[Side]| {
        let name = |side: &Side| match side {
            Side::Ours => "here".to_owned(),
            Side::File(at) => names.get(*at).cloned().unwrap_or_default(),
        };
        sides.iter().map(name).collect::<Vec<_>>().join(", ")
    };
    let about = match &conflict.about {
        About::Annotation(id) => after.annotations.get(id).map(|one| format!("“{}”", short(&after.quote(one)))),
        About::Relation(_) => Some("A link".to_owned()),
        About::Document => Some("The article".to_owned()),
    };
    let say = |words: &str| if words.is_empty() { "nothing".to_owned() } else { format!("“{}”", short(words)) };
    format!(
        "{}, {}: {} stays ({}; {}), {} goes ({})",
        about.unwrap_or_default(),
        conflict.field,
        say(&conflict.kept),
        by(&conflict.kept_by),
        conflict.why,
        say(&conflict.given_up),
        by(&conflict.given_up_by)
    )
}

/// The beginning of a quote.
fn short(quote: &str) -> String {
    let mut characters = quote.chars();
    let mut words: String = characters.by_ref().take(60).collect();
    if characters.next().is_some() {
        words.push('…');
    }
    words
}

/// Reads the answer to [`super::Errand::Merge`].
///
/// # Errors
/// Why there is none, in words.
pub fn read_merge(answer: Letter) -> Result<Preview, String> {
    let mut texts = opened(answer)?;
    let mut preview = Preview::default();
    for _ in 0..number(texts.next()).ok_or_else(unreadable)? {
        preview.notices.push(texts.next().ok_or_else(unreadable)?);
    }
    while let Some(id) = texts.next() {
        let mut text = || texts.next().ok_or_else(unreadable);
        let (title, counts) = (text()?, text()?);
        let counts = Counts::read(&counts).ok_or_else(unreadable)?;
        let mut lines = Vec::new();
        for _ in 0..text()?.parse::<usize>().map_err(|_| unreadable())? {
            lines.push(text()?);
        }
        let header = |raw: String| Header::decode(&raw).map_err(|_| unreadable());
        let what = match text()?.as_str() {
            "changed" => {
                let record = text()?.into();
                What::Changed { record, header: header(text()?)?, before: header(text()?)? }
            }
            "same" => What::Same,
            "new" => What::New(header(text()?)?, text()?.into()),
            _ => return Err(unreadable()),
        };
        preview.outcomes.push(Outcome { id: DocumentId::new(id), title, counts, lines, what });
    }
    Ok(preview)
}
