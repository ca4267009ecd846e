//! Which of several versions of one thing stays, and what is given up with the others.
//!
//! **The version that was changed last stays, as a whole.** A file says when an annotation was last changed, and
//! nothing about its fields; so the last writer of each field is the last writer of all, and each field's value comes
//! from the same version. To take single fields from an older version one would have to know what both were made from,
//! and no file says so: a guess would depend on which file came first.
//!
//! Invariant: versions are in one total order (by moment, what has none first, then by what they say), and the greatest
//! stays. The greatest of a set does not depend on the order in which one looks, nor on how often.

use std::rc::Rc;

use serde_json::Value;

use super::canon::Canon;
use super::moment::{Moment, moment};
use super::naming::Key;
use super::report::{About, Conflict, Difference, Field, Side, Why, flag_words, origin_words};
use crate::model::{Annotation, AnnotationId, Document, Extra, Relation, RelationId, Remarks};

/// What annotations and relations have in common here.
pub trait Item: Clone + PartialEq {
    fn remarks(&self) -> &Remarks;
    fn id(&self) -> &str;
    fn with_id(&self, id: &str) -> Self;
    fn about(&self) -> About;
    fn canon(&self) -> Canon;
    /// The fields that differ, without the id and the times.
    fn differences(&self, other: &Self, text: &Document) -> Vec<Difference>;
}

/// What one side says of something.
pub struct Version<T> {
    pub side: Side,
    pub item: Rc<T>,
}

/// What all sides together say of something.
pub struct Settled<T> {
    /// The version that stays, under the id that it came with.
    pub winner: Rc<T>,
    /// Whether any version came by its plain id.
    pub plain: bool,
    /// The id that it has here.
    pub ours: Option<String>,
    /// The sides that say what it says.
    pub by: Vec<Side>,
    /// What they are about is for the one to say who gives names.
    pub conflicts: Vec<Conflict>,
}

/// When it was last changed: the later of its two times that can be read.
fn changed(remarks: &Remarks) -> Option<Moment> {
    let [created, modified] = [&remarks.created, &remarks.modified].map(|time| moment(time.as_deref()?));
    created.max(modified)
}

/// Whether nobody has changed it since it was made.
fn is_untouched(remarks: &Remarks) -> bool {
    remarks.modified.is_none() || moment_of(&remarks.modified).is_some_and(|at| Some(at) == moment_of(&remarks.created))
}

fn moment_of(time: &Option<Rc<str>>) -> Option<Moment> {
    time.as_deref().and_then(moment)
}

/// What versions are ordered by: when, and then what they say.
type Rank = (Option<Moment>, Canon);

/// The version that stays; none for no version.
pub fn settle<T: Item>(key: &Key, versions: &[Version<T>], text: &Document) -> Option<Settled<T>> {
    let plain = versions.iter().any(|version| key.is_plain(version.item.id()));
    let ours = versions.iter().find(|version| version.side == Side::Ours).map(|version| version.item.id().to_owned());
    if let [only] = versions {
        let (winner, by) = (Rc::clone(&only.item), vec![only.side]);
        return Some(Settled { winner, plain, ours, by, conflicts: Vec::new() });
    }
    // Versions that say the same are one.
    let mut apart: Vec<(Rank, &Rc<T>, Vec<Side>)> = Vec::new();
    for version in versions {
        let rank = (changed(version.item.remarks()), version.item.canon());
        match apart.iter_mut().find(|(known, ..)| *known == rank) {
            Some((.., sides)) => sides.push(version.side),
            None => apart.push((rank, &version.item, vec![version.side])),
        }
    }
    apart.sort_by(|(a, ..), (b, ..)| b.cmp(a));
    let mut apart = apart.into_iter();
    let (rank, winner, by) = apart.next()?;
    let mut conflicts = Vec::new();
    for (other, item, sides) in apart {
        let later = other.0 < rank.0;
        if later && is_untouched(item.remarks()) {
            // The later one was made from it.
            continue;
        }
        let why = if later { Why::Later } else { Why::NoTime };
        conflicts.extend(item.differences(winner, text).into_iter().map(|Difference { field, before, after }| {
            Conflict {
                about: About::Document,
                field,
                kept: after,
                kept_by: by.clone(),
                given_up: before,
                given_up_by: sides.clone(),
                why,
            }
        }));
    }
    Some(Settled { winner: Rc::clone(winner), plain, ours, by, conflicts })
}

/// A value in words.
pub fn value_words(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
    }
}

/// The differences found so far.
#[derive(Default)]
pub struct Differences(pub Vec<Difference>);

impl Differences {
    pub fn words(&mut self, field: Field, before: &str, after: &str) {
        if before != after {
            self.0.push(Difference { field, before: before.to_owned(), after: after.to_owned() });
        }
    }

    pub fn extra(&mut self, before: &Extra, after: &Extra, field: impl Fn(String) -> Field) {
        let new = after.keys().filter(|key| !before.contains_key(*key));
        let mut keys: Vec<&String> = before.keys().chain(new).collect();
        keys.sort();
        for key in keys {
            let (before, after) = (before.get(key), after.get(key));
            if before != after {
                let (before, after) = (value_words(before), value_words(after));
                self.0.push(Difference { field: field(key.clone()), before, after });
            }
        }
    }

    pub fn remarks(&mut self, before: &Remarks, after: &Remarks) {
        self.extra(&before.attributes, &after.attributes, Field::Attribute);
        self.words(Field::Note, &before.note, &after.note);
        self.words(Field::Flag, &flag_words(before.flag), &flag_words(after.flag));
        let author = |remarks: &Remarks| remarks.author.clone().unwrap_or_default();
        self.words(Field::Author, &author(before), &author(after));
        self.words(Field::Origin, &origin_words(before.origin), &origin_words(after.origin));
    }
}

impl Item for Annotation {
    fn remarks(&self) -> &Remarks {
        &self.remarks
    }

    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn with_id(&self, id: &str) -> Self {
        Self { id: AnnotationId::new(id), ..self.clone() }
    }

    fn about(&self) -> About {
        About::Annotation(self.id.clone())
    }

    fn canon(&self) -> Canon {
        Canon::of_annotation(self)
    }

    fn differences(&self, other: &Self, text: &Document) -> Vec<Difference> {
        let mut found = Differences::default();
        found.words(Field::Label, self.label.as_str(), other.label.as_str());
        if self.fragments != other.fragments {
            let (before, after) = (text.quote(self), text.quote(other));
            found.0.push(Difference { field: Field::Place, before, after });
        }
        found.remarks(&self.remarks, &other.remarks);
        found.extra(&self.extra, &other.extra, Field::Other);
        found.0
    }
}

impl Item for Relation {
    fn remarks(&self) -> &Remarks {
        &self.remarks
    }

    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn with_id(&self, id: &str) -> Self {
        Self { id: RelationId::new(id), ..self.clone() }
    }

    fn about(&self) -> About {
        About::Relation(self.id.clone())
    }

    fn canon(&self) -> Canon {
        Canon::of_relation(self)
    }

    fn differences(&self, other: &Self, _: &Document) -> Vec<Difference> {
        let mut found = Differences::default();
        found.words(Field::Kind, &self.kind, &other.kind);
        found.words(Field::From, self.from.as_str(), other.from.as_str());
        found.words(Field::To, self.to.as_str(), other.to.as_str());
        let group = |relation: &Self| relation.group.clone().unwrap_or_default();
        found.words(Field::Group, &group(self), &group(other));
        found.remarks(&self.remarks, &other.remarks);
        found.extra(&self.extra, &other.extra, Field::Other);
        found.0
    }
}
