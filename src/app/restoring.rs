//! Restoring a backup: how it stands to what is here, for a person to look at, and what is written then.
//!
//! Invariant: merging loses nothing that is here, replacing puts into the bin what the backup does not have, and neither
//! takes a step out of a journal: what was changed here since comes after what the backup has, or the other way round,
//! as one more step. All of it is one transaction, and [`Restored`] takes all of it back. An article that a tab has open,
//! or that is damaged, is named and left as it is.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::backup::{Contents, Stored};
use super::projects::Change;
use super::records::{Header, Home, Project, Record, RecordError};
use super::taking::{Outcome, What};
use super::words::count_words;
use crate::model::{DocumentId, ProjectId, Timestamp};

/// What becomes of what is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Nothing here is lost.
    Merge,
    /// This device becomes what the backup says; the rest goes to the bin.
    Replace,
}

/// How an article of a backup stands to the same one here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stand {
    /// It is not here.
    New,
    /// It is the same.
    Same,
    /// What is here went on, by so many steps.
    NewerHere(u64),
    /// The backup's went on, by so many steps.
    NewerThere(u64),
    /// Both went on.
    Apart,
}

/// How an article of a backup stands to the one that is here.
#[must_use]
pub fn stand(there: &Stored, here: Option<&Stored>) -> Stand {
    let Some(here) = here else { return Stand::New };
    let (a, b) = (&here.journal, &there.journal);
    let alike = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    if here.base != there.base || (alike < a.len() && alike < b.len()) {
        return Stand::Apart;
    }
    match (a.len() - alike, b.len() - alike) {
        (0, 0) => Stand::Same,
        (more, 0) => Stand::NewerHere(more as u64),
        (_, more) => Stand::NewerThere(more as u64),
    }
}

/// An article of a backup, as a person looks at it.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Where it is among the backup's articles.
    pub at: usize,
    /// The article.
    pub id: DocumentId,
    /// What it is called.
    pub title: String,
    /// How it stands to what is here.
    pub stand: Stand,
    /// The same one here, as it is stored.
    pub here: Option<Stored>,
    /// What came of merging, where both went on.
    pub merged: Option<Outcome>,
    /// Why it is left as it is.
    pub left: Option<String>,
}

impl Row {
    /// Whether it comes back from the bin.
    #[must_use]
    pub fn from_bin(&self, contents: &Contents) -> bool {
        let there = contents.articles.get(self.at).is_some_and(|there| there.deleted().is_none());
        there && self.here.as_ref().is_some_and(|here| here.deleted().is_some())
    }

    /// What becomes of it, in words.
    #[must_use]
    pub fn words(&self, contents: &Contents) -> String {
        let steps = |count: u64| count_words(count as usize, "step", "steps");
        let words = match self.stand {
            _ if self.left.is_some() => format!("left as it is: {}", self.left.as_deref().unwrap_or_default()),
            Stand::New => "new here".to_owned(),
            Stand::Same => "the same".to_owned(),
            Stand::NewerHere(count) => format!("newer here, by {}", steps(count)),
            Stand::NewerThere(count) => format!("newer in the backup, by {}", steps(count)),
            Stand::Apart => match &self.merged {
                Some(merged) => format!("changed in both: {}", merged.counts.words()),
                None => "changed in both".to_owned(),
            },
        };
        if self.from_bin(contents) && self.left.is_none() { format!("{words}; in the bin here") } else { words }
    }
}

/// What would come of a backup, before anything is written.
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    /// The name of the file.
    pub file: String,
    /// What is in it.
    pub contents: Contents,
    /// Its articles.
    pub rows: Vec<Row>,
    /// Articles that are here, not in the bin, and not in the backup, though it is of all that they belong to.
    pub only_here: Vec<(DocumentId, String)>,
    /// The projects that are here.
    pub projects: Vec<Project>,
}

impl Preview {
    fn count(&self, of: impl Fn(&Row) -> bool) -> usize {
        self.rows.iter().filter(|row| of(row)).count()
    }

    /// How many there are of each, in words; only what there is.
    #[must_use]
    pub fn sums(&self) -> Vec<String> {
        let kept = |stand: fn(Stand) -> bool| self.count(|row| row.left.is_none() && stand(row.stand));
        let sums = [
            (kept(|stand| stand == Stand::New), "is new here", "are new here"),
            (kept(|stand| stand == Stand::Same), "is the same", "are the same"),
            (kept(|stand| matches!(stand, Stand::NewerHere(_))), "is newer here", "are newer here"),
            (kept(|stand| matches!(stand, Stand::NewerThere(_))), "is newer in the backup", "are newer in the backup"),
            (kept(|stand| stand == Stand::Apart), "was changed in both", "were changed in both"),
            (
                self.count(|row| row.left.is_none() && row.from_bin(&self.contents)),
                "lies in the bin here",
                "lie in the bin here",
            ),
            (self.count(|row| row.left.is_some()), "is left as it is", "are left as they are"),
            (self.only_here.len(), "is only here", "are only here"),
        ];
        let some = sums.into_iter().filter(|(count, ..)| *count > 0);
        some.map(|(count, one, many)| count_words(count, one, many)).collect()
    }

    /// Whether a way would change anything.
    #[must_use]
    pub fn changes(&self, way: Way) -> bool {
        let row = |row: &Row| {
            let alike = match (way, row.stand) {
                (_, Stand::Same) | (Way::Merge, Stand::NewerHere(_)) => true,
                (Way::Merge, Stand::Apart) => row.merged.as_ref().is_some_and(|merged| merged.what == What::Same),
                _ => false,
            };
            row.left.is_none() && (!alike || row.from_bin(&self.contents))
        };
        self.rows.iter().any(row) || !self.change(way, &"".into()).is_empty()
    }

    /// What becomes of projects, of what belongs to them, and of the bin.
    fn change(&self, way: Way, now: &Timestamp) -> Change {
        let mut change = Change::default();
        let there: BTreeMap<ProjectId, Project> = self
            .contents
            .projects
            .iter()
            .filter_map(|(id, raw)| Some((ProjectId::new(id.as_str()), Project::decode(raw).ok()?)))
            .collect();
        for (id, project) in &there {
            let here = self.projects.iter().find(|here| here.id == *id);
            let after = match (here, way) {
                (Some(here), Way::Merge) if here.deleted.is_some() && project.deleted.is_none() => {
                    Project { deleted: None, ..here.clone() }
                }
                (Some(_), Way::Merge) => continue,
                (None, _) | (_, Way::Replace) => project.clone(),
            };
            if here != Some(&after) {
                change.projects.push((here.cloned(), Some(after)));
            }
        }
        for row in self.rows.iter().filter(|row| row.left.is_none()) {
            let (Some(here), Some(there)) = (&row.here, self.contents.articles.get(row.at)) else { continue };
            match (here.deleted().is_some(), there.deleted().is_some()) {
                (true, false) => change.bin.push((row.id.clone(), false)),
                (false, true) if way == Way::Replace => change.bin.push((row.id.clone(), true)),
                _ => {}
            }
            if way == Way::Replace && here.is_archived() != there.is_archived() {
                change.archived.push((row.id.clone(), there.is_archived()));
            }
            let home = |stored: &Stored| Home::decode(stored.home()?).ok().map(|home| home.project);
            let (before, after) = (home(here), home(there));
            if way == Way::Replace && before != after {
                change.homes.push((row.id.clone(), before, after));
            }
        }
        if way == Way::Replace {
            change.bin.extend(self.only_here.iter().map(|(id, _)| (id.clone(), true)));
            let gone = |project: &&Project| {
                self.contents.of.is_none() && project.deleted.is_none() && !there.contains_key(&project.id)
            };
            for project in self.projects.iter().filter(gone) {
                let after = Project { deleted: Some(Rc::clone(now)), ..project.clone() };
                change.projects.push((Some(project.clone()), Some(after)));
            }
        }
        change
    }

    /// What is written, and what takes it back. `steps` are the steps that the worker made: where both went on, and, for
    /// [`Way::Replace`], back to what the backup has.
    ///
    /// # Errors
    /// Where an article has no header and cannot be opened.
    pub fn batch(
        &self,
        way: Way,
        steps: &BTreeMap<DocumentId, Outcome>,
        now: &Timestamp,
    ) -> Result<(Batch, Restored), RecordError> {
        let (mut batch, mut restored) =
            (Batch { change: self.change(way, now), ..Batch::default() }, Restored::default());
        for row in self.rows.iter().filter(|row| row.left.is_none()) {
            let Some(there) = self.contents.articles.get(row.at) else { continue };
            let before = row.here.as_ref().map_or(0, Stored::seq);
            match (row.stand, way) {
                (Stand::Same, _) | (Stand::NewerHere(_), Way::Merge) => {}
                (Stand::New, _) => {
                    batch.whole.push(there.clone());
                    if there.deleted().is_none() {
                        restored.new.push(row.id.clone());
                    }
                }
                (Stand::NewerThere(_), _) => {
                    let head = there.head().filter(|head| head.seq == there.seq());
                    let header = match head {
                        Some(head) => head,
                        None => there.open()?.header(),
                    };
                    let more = there.journal.iter().filter(|(seq, _)| *seq > before).cloned().collect();
                    batch.steps.push((header, more));
                    restored.steps.push((row.id.clone(), row.title.clone(), before, there.seq()));
                }
                (Stand::Apart, _) | (Stand::NewerHere(_), Way::Replace) => {
                    if let Some(What::Changed { record, header, .. }) = steps.get(&row.id).map(|outcome| &outcome.what)
                    {
                        batch.steps.push((header.clone(), vec![(header.seq, record.to_string())]));
                        restored.steps.push((row.id.clone(), row.title.clone(), before, header.seq));
                    }
                }
            }
        }
        restored.change = batch.change.clone();
        Ok((batch, restored))
    }
}

/// What is written in one transaction.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Batch {
    /// Articles that are not here.
    pub whole: Vec<Stored>,
    /// More steps for articles that are here, each with what lists show of it then.
    pub steps: Vec<(Header, Vec<(u64, String)>)>,
    /// What becomes of projects, of what belongs to them, and of the bin.
    pub change: Change,
}

/// What was restored, to be taken back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Restored {
    /// Articles that got steps: the number of the last one before, and the number of the last one since.
    pub steps: Vec<(DocumentId, String, u64, u64)>,
    /// Articles that are new, and not in the bin.
    pub new: Vec<DocumentId>,
    /// What became of projects, of what belongs to them, and of the bin.
    pub change: Change,
    /// What was left as it is, and why.
    pub left: Vec<(String, String)>,
}

impl Restored {
    /// In words.
    #[must_use]
    pub fn words(&self, done: &str) -> String {
        let new = (!self.new.is_empty()).then(|| count_words(self.new.len(), "article came", "articles came"));
        let steps = (!self.steps.is_empty()).then(|| count_words(self.steps.len(), "changed", "changed"));
        let bin = |deleted: bool| self.change.bin.iter().filter(|(_, to)| *to == deleted).count();
        let back = Some(bin(false)).filter(|count| *count > 0).map(|count| format!("{count} back from the bin"));
        let gone = Some(bin(true)).filter(|count| *count > 0).map(|count| format!("{count} put into the bin"));
        let all: Vec<String> = [new, steps, back, gone].into_iter().flatten().collect();
        let mut words = if all.is_empty() { format!("{done}.") } else { format!("{done}: {}.", all.join(", ")) };
        if let Some((title, why)) = self.left.first() {
            let more = match self.left.len() - 1 {
                0 => String::new(),
                more => format!(" So {}.", count_words(more, "other was", "others were")),
            };
            words = format!("{words} “{title}” was left as it is: {why}{more}");
        }
        words
    }

    /// Whether anything was written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty() && self.new.is_empty() && self.change.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(base: &str, steps: &[&str]) -> Stored {
        let journal = (1..).zip(steps.iter().map(|step| (*step).to_owned())).collect();
        Stored { id: DocumentId::new("d"), header: None, base: Some(base.to_owned()), journal, others: Vec::new() }
    }

    #[test]
    fn how_two_stand_is_a_question_to_their_records() {
        let there = stored("base", &["a", "b"]);
        let check = |here: &Stored, expected| assert_eq!(stand(&there, Some(here)), expected);
        assert_eq!(stand(&there, None), Stand::New);
        check(&stored("base", &["a", "b"]), Stand::Same);
        check(&stored("base", &["a"]), Stand::NewerThere(1));
        check(&stored("base", &[]), Stand::NewerThere(2));
        check(&stored("base", &["a", "b", "c", "d"]), Stand::NewerHere(2));
        check(&stored("base", &["a", "c"]), Stand::Apart);
        check(&stored("other", &["a", "b"]), Stand::Apart);
    }
}
