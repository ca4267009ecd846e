//! Who is who: [`Key`], what an annotation or a relation is known by in all files.
//!
//! An id alone is not enough: programs count `T1`, `T2` in each file anew. When something was made and by whom
//! belongs to what it is, for neither changes when it is edited. Where nothing says when, its place does: then the
//! same words under the same id are the same annotation, and other words are not.
//!
//! Where two things have one id, the one with the smallest token keeps it, and each other one is called by both:
//! `T1~5f1c…`. Such a name says all of its key, so that it is known again in whatever file it comes.
//!
//! Invariant: a key is made of one thing alone, never of what else is there, and what is left of a merge has the
//! same keys as what went into it. So the names that come out depend on the set of what went in, not on its order.

use std::collections::BTreeMap;

use super::canon::{Canon, TOKEN};
use super::moment::moment;
use crate::model::{Annotation, Relation, Remarks};

/// What something is known by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    base: String,
    token: String,
}

impl Key {
    /// The key of an annotation.
    pub fn of_annotation(annotation: &Annotation) -> Self {
        Self::new(annotation.id.as_str(), || token_of_annotation(annotation))
    }

    /// The key of a relation whose ends are named by their keys.
    pub fn of_relation(relation: &Relation) -> Self {
        Self::new(relation.id.as_str(), || token_of_relation(relation))
    }

    fn new(id: &str, token: impl Fn() -> String) -> Self {
        match parted(id) {
            Some((base, token)) => Self { base: base.to_owned(), token: token.to_owned() },
            None => Self { base: id.to_owned(), token: token() },
        }
    }

    /// Whether something with this token would have this key under its plain id, too.
    pub fn tells(&self, token: &str) -> bool {
        self.token == token
    }

    /// The id that it came with at first.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The id that says all of it.
    pub fn long(&self) -> String {
        format!("{}~{}", self.base, self.token)
    }

    /// Whether an id is the plain one, which says only a part of it.
    pub fn is_plain(&self, id: &str) -> bool {
        self.base == id
    }
}

/// What tells an annotation from others with its id.
pub fn token_of_annotation(annotation: &Annotation) -> String {
    token(&annotation.remarks, |canon| {
        canon.fragments(&annotation.fragments);
    })
}

/// What tells a relation, whose ends are named by their keys, from others with its id.
pub fn token_of_relation(relation: &Relation) -> String {
    token(&relation.remarks, |canon| {
        canon.text(relation.from.as_str()).text(relation.to.as_str());
    })
}

fn token(remarks: &Remarks, place: impl FnOnce(&mut Canon)) -> String {
    let mut canon = Canon::default();
    canon.maybe(remarks.author.as_deref());
    match remarks.created.as_deref() {
        // However it is written, it is the same moment.
        Some(created) => match moment(created) {
            Some(moment) => canon.text("at").text(&format!("{moment:?}")),
            None => canon.text("said").text(created),
        },
        None => {
            place(&mut canon);
            canon.text("there")
        }
    };
    canon.token()
}

/// An id of ours parted into the id that it was and the token.
fn parted(id: &str) -> Option<(&str, &str)> {
    let (base, token) = id.rsplit_once('~')?;
    let ours = token.len() == TOKEN && token.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    (ours && !base.is_empty()).then_some((base, token))
}

/// The ids of all keys. `plain` says of a key whether it came by its plain id anywhere: ids that all came long stay so.
/// `tells` says whether what stays of it would be known under its plain id again.
pub fn names<'a, V: 'a>(
    all: &'a BTreeMap<Key, V>,
    plain: impl Fn(&V) -> bool,
    tells: impl Fn(&Key, &V) -> bool,
) -> BTreeMap<&'a Key, String> {
    // Of each base, the first key that can have it, and whether any came plain.
    let mut of_base: BTreeMap<&str, (Option<&Key>, bool)> = BTreeMap::new();
    for (key, value) in all {
        let (first, came_plain) = of_base.entry(key.base.as_str()).or_default();
        *came_plain |= plain(value);
        if first.is_none() && tells(key, value) {
            *first = Some(key);
        }
    }
    let name = |key: &Key| match of_base.get(key.base.as_str()) {
        Some((Some(holder), true)) if *holder == key => key.base.clone(),
        _ => key.long(),
    };
    all.keys().map(|key| (key, name(key))).collect()
}
