//! The relations of one document, by id and by the annotations at their ends.
//!
//! Invariant: each id stands once, and they are in the order of their ids; each relation stands once at
//! each of its ends. A change copies three pointers for each relation, never the relations. Whether their
//! ends are there is for `edit` to see to.

use std::rc::Rc;

use super::{AnnotationId, Relation, RelationId, sort_by};

/// All relations of a document. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Relations {
    by_id: Rc<Vec<Rc<Relation>>>,
    /// Each with one of its ends, in the order of the ends and then of the ids.
    by_end: Rc<Vec<(AnnotationId, Rc<Relation>)>>,
}

/// A relation with each of its ends.
fn ends(relation: &Rc<Relation>) -> impl Iterator<Item = (AnnotationId, Rc<Relation>)> {
    let to = Some(&relation.to).filter(|to| **to != relation.from);
    std::iter::once(&relation.from).chain(to).map(|end| (end.clone(), Rc::clone(relation)))
}

impl Relations {
    /// A store with many relations at once; of several with one id the first stays.
    #[must_use]
    pub fn from_vec(mut all: Vec<Rc<Relation>>) -> Self {
        sort_by(&mut all, |a, b| a.id.cmp(&b.id));
        all.dedup_by(|a, b| a.id == b.id);
        let mut by_end: Vec<(AnnotationId, Rc<Relation>)> = all.iter().flat_map(ends).collect();
        sort_by(&mut by_end, |(a, _), (b, _)| a.cmp(b));
        Self { by_id: Rc::new(all), by_end: Rc::new(by_end) }
    }

    /// How many relations there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// All relations, by id.
    pub fn iter(&self) -> std::slice::Iter<'_, Rc<Relation>> {
        self.by_id.iter()
    }

    /// The relation of that id.
    #[must_use]
    pub fn get(&self, id: &RelationId) -> Option<&Rc<Relation>> {
        self.find(id).ok().and_then(|at| self.by_id.get(at))
    }

    /// The relations at an annotation, by id.
    pub fn at<'a>(&'a self, id: &AnnotationId) -> impl Iterator<Item = &'a Rc<Relation>> + use<'a> {
        let first = self.by_end.partition_point(|(end, _)| end < id);
        let from_there = self.by_end.get(first..).unwrap_or_default();
        let count = from_there.partition_point(|(end, _)| end == id);
        from_there.get(..count).unwrap_or_default().iter().map(|(_, relation)| relation)
    }

    /// Where a relation stands, or belongs, at one of its ends.
    fn at_end(&self, end: &AnnotationId, id: &RelationId) -> usize {
        self.by_end.partition_point(|(held, relation)| (held, &relation.id) < (end, id))
    }

    /// Whether two stores are the very same in memory. Costs nothing.
    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.by_id, &other.by_id)
    }

    fn find(&self, id: &RelationId) -> Result<usize, usize> {
        self.by_id.binary_search_by(|held| held.id.cmp(id))
    }

    /// Puts a relation in; `false` where its id is there already.
    pub(crate) fn insert(&mut self, relation: Rc<Relation>) -> bool {
        match self.find(&relation.id) {
            Ok(_) => false,
            Err(at) => {
                for (end, relation) in ends(&relation) {
                    let at = self.at_end(&end, &relation.id);
                    Rc::make_mut(&mut self.by_end).insert(at, (end, relation));
                }
                Rc::make_mut(&mut self.by_id).insert(at, relation);
                true
            }
        }
    }

    /// Takes a relation out; `false` where none equal to it is there.
    pub(crate) fn remove(&mut self, relation: &Relation) -> bool {
        let held =
            self.find(&relation.id).ok().filter(|at| self.by_id.get(*at).is_some_and(|held| **held == *relation));
        if let Some(at) = held {
            for (end, relation) in self.by_id.get(at).into_iter().flat_map(ends).collect::<Vec<_>>() {
                let at = self.at_end(&end, &relation.id);
                Rc::make_mut(&mut self.by_end).remove(at);
            }
            Rc::make_mut(&mut self.by_id).remove(at);
        }
        held.is_some()
    }
}

impl PartialEq for Relations {
    fn eq(&self, other: &Self) -> bool {
        self.same(other) || self.by_id == other.by_id
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_at_an_annotation(steps in prop::collection::vec((0..8_u8, 0..5_u8, 0..5_u8, any::<bool>()), 0..40)) {
            let mut relations = Relations::default();
            for (id, from, to, put) in steps {
                let end = |name: u8| AnnotationId::new(format!("a{name}"));
                let relation = Relation::new(RelationId::new(format!("r{id}")), "kind", end(from), end(to));
                if put {
                    relations.insert(Rc::new(relation));
                } else if let Some(held) = relations.get(&relation.id).cloned() {
                    relations.remove(&held);
                }
                let anew = Relations::from_vec(relations.iter().cloned().collect());
                for name in 0..6 {
                    let id = end(name);
                    let expected: Vec<_> = relations.iter().filter(|relation| relation.touches(&id)).collect();
                    prop_assert_eq!(relations.at(&id).collect::<Vec<_>>(), expected.clone());
                    prop_assert_eq!(anew.at(&id).collect::<Vec<_>>(), expected);
                }
            }
        }
    }
}
