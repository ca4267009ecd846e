//! Bringing a project's changed schema to the articles that are there.
//!
//! Invariant: no annotation and no value goes. What an article has and the schema has no more stays in that article,
//! archived or as it was; where only a person can decide, the article is named and left as it is. Names that were changed
//! in the schema editor change along. It is looked at before it is written, and is one step of undo for each article.

use std::rc::Rc;

use super::reschema::{Choice, Choices, Draft, Trouble, plan};
use super::taking::Preview;
use super::words::count_words;
use crate::edit::{Transaction, between};
use crate::model::{Attribute, Document, LabelName, Schema};

/// Where it is.
#[derive(Clone, Debug, PartialEq)]
pub enum Bringing {
    /// Articles are being read: how many are done, and how many there are.
    Reading(usize, usize),
    /// A person looks at what would come of it: the project's name.
    Looking(String, Rc<Preview>),
    /// It is being written.
    Writing,
}

/// A draft by which a schema takes the place of those that articles have.
///
/// `edited` is the draft that the schema was made by, where that is known: it remembers names. `before` is such a draft
/// that was not brought to the articles yet: what it remembers is older.
#[must_use]
pub fn draft(schema: &Schema, edited: Option<&Draft>, before: Option<&Draft>) -> Draft {
    let Some(edited) = edited.filter(|edited| edited.schema() == *schema) else { return Draft::new(schema) };
    let mut draft = edited.clone();
    let Some(before) = before else { return draft };
    for label in &mut draft.labels {
        let then = before.labels.iter().find(|then| Some(then.name()) == label.was.as_ref().map(LabelName::as_str));
        if let Some(older) = then.and_then(|then| then.was.clone()) {
            label.was = Some(older);
        }
    }
    for relation in &mut draft.relations {
        let then = before.relations.iter().find(|then| Some(then.name()) == relation.was.as_deref());
        if let Some(older) = then.and_then(|then| then.was.clone()) {
            relation.was = Some(older);
        }
    }
    draft
}

/// What bringing a schema does to one article.
#[derive(Clone, Debug, PartialEq)]
pub struct Brought {
    /// The step.
    pub change: Transaction,
    /// What it does, in words.
    pub lines: Vec<String>,
}

/// Brings a schema to an article; none where the article has it already.
///
/// # Errors
/// In words, what only a person can decide.
pub fn bring(document: &Document, draft: &Draft) -> Result<Option<Brought>, String> {
    let mut choices = Choices::new();
    // Each answer may lead to more questions, of which there are as many as there are things in both schemas.
    loop {
        match plan(document, draft, &choices) {
            Ok(change) if change.ops.is_empty() => return Ok(None),
            Ok(mut change) => {
                change.name = "bring the project's schema".to_owned();
                let mut after = change.apply(document).map_err(|conflict| format!("{conflict}."))?;
                // Keys of labels go with their order: what stands after it all is what the project has.
                if let Ok(again) = plan(&after, draft, &choices)
                    && let Ok(settled) = again.apply(&after)
                {
                    change.ops = between(document, &settled);
                    after = settled;
                }
                if change.ops.is_empty() {
                    return Ok(None);
                }
                let lines = told(document, &after, draft);
                return Ok(Some(Brought { change, lines }));
            }
            Err(troubles) => {
                let mut answered = false;
                for trouble in troubles {
                    match trouble {
                        Trouble::Wrong(wrong) => return Err(wrong.words),
                        Trouble::Ask(ask) if ask.chosen.is_none() => {
                            let keeps = |wanted| ask.options.iter().any(|(choice, _)| *choice == wanted);
                            let kept = [Choice::Archive, Choice::Keep].into_iter().find(|wanted| keeps(*wanted));
                            let Some(choice) = kept else {
                                return Err(format!("{} Open it, and change its schema there.", ask.words));
                            };
                            choices.push((ask.question, choice));
                            answered = true;
                        }
                        Trouble::Ask(_) => {}
                    }
                }
                if !answered {
                    return Err(
                        "it cannot be brought along by itself. Open it, and change its schema there.".to_owned()
                    );
                }
            }
        }
    }
}

fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("“{name}”")).collect::<Vec<_>>().join(", ")
}

/// What differs between two lists of names, one way.
fn only<'a>(names: &[&'a str], others: &[&str]) -> Vec<&'a str> {
    names.iter().filter(|name| !others.contains(name)).copied().collect()
}

/// What became of an article's schema, in words.
fn told(before: &Document, after: &Document, draft: &Draft) -> Vec<String> {
    let (old, new) = (&*before.schema, &*after.schema);
    let mut lines = Vec::new();
    let mut changed: Vec<(String, String)> = Vec::new();
    for label in &draft.labels {
        if let Some(was) = label.was.as_ref().filter(|was| was.as_str() != label.name() && old.label(was).is_some()) {
            let count = before.annotations.count(was);
            let many = if count > 0 {
                format!(", with {}", count_words(count, "annotation", "annotations"))
            } else {
                String::new()
            };
            lines.push(format!("Renames the label “{was}” to “{}”{many}", label.name()));
            changed.push((was.to_string(), label.name().to_owned()));
        }
    }
    for relation in &draft.relations {
        if let Some(was) = relation.was.as_ref().filter(|was| *was != relation.name() && old.relation(was).is_some()) {
            lines.push(format!("Renames the relation “{was}” to “{}”", relation.name()));
            changed.push((was.clone(), relation.name().to_owned()));
        }
    }
    let mut differ = |kind: &str, old: &[&str], new: &[&str]| {
        let now_known = |name: &&&str| !changed.iter().any(|(_, now)| now == **name);
        let then_known = |name: &&&str| !changed.iter().any(|(was, _)| was == **name);
        let added: Vec<&str> = only(new, old).iter().filter(now_known).copied().collect();
        let gone: Vec<&str> = only(old, new).iter().filter(then_known).copied().collect();
        if !added.is_empty() {
            lines.push(format!("Adds {kind}: {}", quoted(&added)));
        }
        if !gone.is_empty() {
            lines.push(format!("Takes {kind} away that it does not use: {}", quoted(&gone)));
        }
    };
    let labels = |schema: &'_ Schema| -> Vec<String> {
        schema.labels.iter().filter(|label| !label.archived).map(|label| label.name.to_string()).collect()
    };
    let relations = |schema: &Schema| -> Vec<String> {
        schema.relations.iter().filter(|kind| !kind.archived).map(|kind| kind.name.clone()).collect()
    };
    let was_there = |name: &str| old.labels.iter().any(|label| renamed(draft, old, label.name.as_str()) == name);
    let common: Vec<&str> = new.labels.iter().map(|label| label.name.as_str()).filter(|name| was_there(name)).collect();
    let attributes = |schema: &Schema| -> Vec<String> {
        let of = |owner: &str, all: &[Attribute]| -> Vec<String> {
            all.iter().map(|attribute| format!("{}{owner}", attribute.name)).collect()
        };
        let mut all = of("", &schema.attributes);
        for label in &schema.labels {
            // Those of a label that comes or goes are said with it.
            let name = renamed(draft, old, label.name.as_str());
            if common.contains(&name) {
                all.extend(of(&format!(" of {name}"), &label.attributes));
            }
        }
        all
    };
    let archived = |schema: &Schema| -> Vec<String> {
        let labels = schema.labels.iter().filter(|label| label.archived).map(|label| label.name.to_string());
        labels.chain(schema.relations.iter().filter(|kind| kind.archived).map(|kind| kind.name.clone())).collect()
    };
    fn names(all: &[String]) -> Vec<&str> {
        all.iter().map(String::as_str).collect()
    }
    let put_away: Vec<String> = {
        let known = archived(old);
        archived(new).into_iter().filter(|name| !known.contains(name)).collect()
    };
    let still = |all: Vec<String>| -> Vec<String> { all.into_iter().filter(|name| !put_away.contains(name)).collect() };
    differ("labels", &names(&still(labels(old))), &names(&still(labels(new))));
    differ("relations", &names(&still(relations(old))), &names(&still(relations(new))));
    differ("attributes", &names(&attributes(old)), &names(&attributes(new)));
    for name in &put_away {
        let count = before.annotations.count(&LabelName::new(name.as_str()));
        let used = if count > 0 {
            count_words(count, "annotation", "annotations")
        } else {
            let links = before.relations.iter().filter(|relation| relation.kind == *name).count();
            count_words(links, "relation", "relations")
        };
        lines.push(format!("Archives “{name}”: in use by {used}, and offered no more"));
    }
    if old.guidelines != new.guidelines {
        lines.push("Brings the new guidelines".to_owned());
    }
    if lines.is_empty() {
        lines.push("Brings what else was changed: order, colours, words, checks".to_owned());
    }
    lines
}

/// What a label is called afterwards, by the name that it has before or after.
fn renamed<'a>(draft: &'a Draft, old: &Schema, name: &'a str) -> &'a str {
    let is = |was: &LabelName| was.as_str() == name && old.label(was).is_some();
    let label = draft.labels.iter().find(|label| label.was.as_ref().is_some_and(is));
    label.map_or(name, |label| label.name())
}
