//! The checks: how much is linked, what should be looked at, and what reviewers flagged.
//!
//! Invariant: each row is a button that goes to its annotation. After a repair the keyboard's focus is on the
//! row that took the place of the one that is gone. Finds nothing itself.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::{Callback, Html, html};

use super::article::Held;
use super::cards::covered_words;
use super::part::{Draw, Memory, Watched};
use super::{Dispatch, send};
use crate::app::{Action, count_words};
use crate::model::{AnnotationId, Document, Flag, Relation, RelationId};
use crate::query::check::{Coverage, Finding, Repair, Rule, summary};

/// So many rows are in the page at first, and so many more with each press on the button below.
const PAGE: usize = 200;
/// The longest quote of a row, in characters.
const LONGEST_QUOTE: usize = 160;

/// What the checks found, or why they could not look.
pub type Found = Result<Rc<[Finding]>, String>;

/// What the checks show of a document.
#[derive(PartialEq)]
pub struct Checks {
    /// The document.
    pub document: Held,
    /// What was found last, and in which document: that of a moment ago, while a new one is checked.
    pub checked: Option<(Held, Found)>,
    /// The annotation that has the focus.
    pub focus: Option<AnnotationId>,
    /// Where actions go.
    pub dispatch: Dispatch,
}

/// One row, whatever it is about.
struct Line {
    key: String,
    /// Where a press leads to; none for the article as a whole.
    to: Option<AnnotationId>,
    relation: Option<RelationId>,
    quote: String,
    what: String,
    /// Whether those words say which label it is.
    names_label: bool,
    attribute: Option<String>,
    repair: Option<Repair>,
}

/// Rows under one heading.
struct Group {
    heading: &'static str,
    lines: Vec<Line>,
}

struct Report {
    covered: Vec<Coverage>,
    /// What nothing was found by, in words.
    empty: Option<String>,
    groups: Vec<Group>,
}

impl Draw for Checks {
    fn draw(&self, memory: &Memory) -> Html {
        let document = &self.document.0;
        let node = memory.node();
        let shown = memory.state(PAGE);
        let repaired = memory.keep(|| Cell::new(None::<usize>));
        let Some((of, found)) = &self.checked else {
            return html! { <section class="checks" aria-label="Checks" tabindex="-1"><p class="quiet">{ "Checking…" }</p></section> };
        };
        let found = match found {
            Ok(found) => found,
            Err(why) => {
                return html! { <section class="checks" aria-label="Checks"><p class="problem">{ why }</p></section> };
            }
        };
        let watched = Watched::of((self.document.clone(), of.clone()));
        let report = memory.worked_out(watched, || report(document, found));

        // Whoever repairs by keyboard goes on with the next row.
        {
            let (node, repaired) = (node.clone(), Rc::clone(&repaired));
            let go_on = move || {
                if let (Some(at), Some(list)) = (repaired.take(), node.cast::<HtmlElement>()) {
                    focus_row(&list, at);
                }
                None
            };
            memory.watch(Watched::of(of.clone()), go_on);
        }

        let (most, mut place, mut all) = (shown.get(), 0, 0);
        let mut sections = Vec::new();
        for group in report.groups.iter().filter(|group| !group.lines.is_empty()) {
            all += group.lines.len();
            let rows: Vec<Html> = group
                .lines
                .iter()
                .take(most - place)
                .enumerate()
                .map(|(at, line)| self.row(line, place + at, &repaired))
                .collect();
            if rows.is_empty() {
                continue;
            }
            place += rows.len();
            sections.push(html! {
                <section key={group.heading}>
                    <h3>{ group.heading }{ " " }<span class="quiet">{ group.lines.len().to_string() }</span></h3>
                    <ul role="list" aria-label={group.heading}>{ for rows }</ul>
                </section>
            });
        }
        let more = (all > place).then(|| {
            let shown = shown.clone();
            let press = Callback::from(move |_: yew::MouseEvent| shown.set(shown.get() + PAGE));
            let name = format!("Show more: {} are not shown", count_words(all - place, "row", "rows"));
            html! { <button type="button" class="ghost" aria-label={name} onclick={press}>{ "Show more" }</button> }
        });
        let walk = {
            let node = node.clone();
            Callback::from(move |event: yew::KeyboardEvent| {
                let on = match event.key().as_str() {
                    "ArrowDown" => true,
                    "ArrowUp" => false,
                    _ => return,
                };
                if let Some(list) = node.cast::<HtmlElement>() {
                    event.prevent_default();
                    event.stop_propagation();
                    walk_rows(&list, on);
                }
            })
        };
        html! {
            <section class="checks" aria-label="Checks" tabindex="-1" ref={node} onkeydown={walk}>
                <h2 class="unseen">{ "Checks" }</h2>
                { covered_words(&report.covered) }
                if let Some(words) = &report.empty { <p class="quiet">{ words }</p> }
                { for sections }
                { for more }
            </section>
        }
    }
}

impl Checks {
    fn row(&self, line: &Line, place: usize, repaired: &Rc<Cell<Option<usize>>>) -> Html {
        let document = &self.document.0;
        let schema = &document.schema;
        let annotation = line.to.as_ref().and_then(|id| document.annotations.get(id));
        let label = annotation.map(|annotation| &annotation.label);
        let position = label.and_then(|label| schema.position(label)).unwrap_or(schema.labels.len());
        let on = line.to.is_some() && self.focus == line.to;
        let (relation, attribute) = (line.relation.clone(), line.attribute.clone());
        let jump = Action::JumpTo { id: line.to.clone(), relation, attribute };
        let what = match label.filter(|_| !line.names_label) {
            Some(label) => format!("{label} · {}", line.what),
            None => line.what.clone(),
        };
        let repair = line.repair.as_ref().map(|repair| {
            let (dispatch, repaired, action) =
                (self.dispatch.clone(), Rc::clone(repaired), Action::Repair(repair.clone()));
            let press = Callback::from(move |_: yew::MouseEvent| {
                repaired.set(Some(place));
                dispatch.emit(action.clone());
            });
            html! {
                <button type="button" class="small" aria-label={format!("{}: {}", repair.words, line.quote)} onclick={press}>
                    { &repair.words }
                </button>
            }
        });
        html! {
            <li key={line.key.clone()} role="listitem" class={yew::classes!("finding", format!("k{position}"), on.then_some("on"))}>
                <button type="button" class="finding-go" aria-current={on.then_some("true")} onclick={send(&self.dispatch, jump)}>
                    <i class={format!("swatch {}", schema.style_at(position).name())}></i>
                    <span class="finding-quote" dir="auto">{ &line.quote }</span>{ " " }
                    <span class="finding-what">{ what }</span>
                </button>
                { for repair }
            </li>
        }
    }
}

/// The keyboard's focus goes one row on or back.
fn walk_rows(list: &HtmlElement, on: bool) {
    let active = list.owner_document().and_then(|page| page.active_element());
    let Ok(rows) = list.query_selector_all(".finding-go") else { return };
    let here = active.and_then(|active| active.closest(".finding").ok().flatten());
    let is_here = |at: &u32| {
        let row = rows.item(*at).and_then(|row| row.parent_element());
        row.is_some() && row == here
    };
    let at = (0..rows.length()).find(is_here);
    let next = match (at, on) {
        (None, _) => 0,
        (Some(at), true) => at + 1,
        (Some(at), false) => at.saturating_sub(1),
    };
    if let Some(row) = rows.item(next).and_then(|row| row.dyn_into::<HtmlElement>().ok()) {
        let _ = row.focus();
    }
}

/// Puts the keyboard's focus on a row, unless it is elsewhere by now.
fn focus_row(list: &HtmlElement, at: usize) {
    let active = list.owner_document().and_then(|page| page.active_element());
    if active.is_some_and(|active| active.tag_name() != "BODY" && !list.contains(Some(&active))) {
        return;
    }
    let Ok(rows) = list.query_selector_all(".finding-go") else { return };
    let last = rows.length().checked_sub(1).map(|last| last.min(u32::try_from(at).unwrap_or(last)));
    let row = last.and_then(|at| rows.item(at)).and_then(|row| row.dyn_into::<HtmlElement>().ok());
    let _ = row.as_ref().unwrap_or(list).focus();
}

fn report(document: &Document, found: &[Finding]) -> Report {
    let on = Rule::ALL.iter().filter(|rule| document.schema.rule_is_on(rule.name())).count();
    let empty = match (found.is_empty(), on, Rule::ALL.len()) {
        (false, ..) => None,
        (true, 0, _) => Some("All checks are switched off.".to_owned()),
        (true, on, all) if on < all => Some(format!("Nothing to repair. {on} of {all} checks ran.")),
        (true, on, _) => Some(format!("Nothing to repair. {} ran.", count_words(on, "check", "checks"))),
    };
    let mut groups: Vec<Group> =
        Rule::ALL.iter().map(|rule| Group { heading: rule.words(), lines: Vec::new() }).collect();
    for finding in found {
        let at = Rule::ALL.iter().position(|rule| *rule == finding.rule);
        let group = at.and_then(|at| groups.get_mut(at));
        if let (Some(group), Some(line)) = (group, line_of(document, finding.clone())) {
            group.lines.push(line);
        }
    }
    for (flag, heading) in [(Flag::Discuss, "To discuss"), (Flag::Discard, "Discarded")] {
        groups.push(Group { heading, lines: flagged(document, flag) });
    }
    Report { covered: summary(document), empty, groups }
}

fn line_of(document: &Document, finding: Finding) -> Option<Line> {
    // What is gone meanwhile is no finding any more.
    let to = finding.at.first();
    if to.is_some_and(|id| document.annotations.get(id).is_none()) {
        return None;
    }
    let relation = match &finding.relation {
        Some(id) => Some(document.relations.get(id)?),
        None => None,
    };
    let ids: Vec<&str> = finding.at.iter().map(AnnotationId::as_str).collect();
    Some(Line {
        key: format!("{} {} {}", ids.join(" "), relation.map_or("", |held| held.id.as_str()), finding.what),
        quote: match (relation, to) {
            (Some(relation), _) => link(document, relation),
            (None, Some(id)) => quote(document, id),
            (None, None) => "The article".to_owned(),
        },
        to: to.cloned(),
        relation: relation.map(|held| held.id.clone()),
        what: finding.what,
        names_label: !matches!(finding.rule, Rule::BlankEdge | Rule::Unpaired),
        attribute: finding.attribute,
        repair: finding.repair,
    })
}

/// What carries a flag: annotations in text order, then relations.
fn flagged(document: &Document, flag: Flag) -> Vec<Line> {
    let line = |key: String, to: &AnnotationId, relation: Option<&RelationId>, quote: String, note: &str| {
        let what = if note.is_empty() { "no note" } else { note }.to_owned();
        let (to, relation) = (Some(to.clone()), relation.cloned());
        Line { key, to, relation, quote, what, names_label: false, attribute: None, repair: None }
    };
    let annotations = document.annotations.iter().filter(|annotation| annotation.remarks.flag == Some(flag));
    let annotations = annotations.map(|annotation| {
        let id = &annotation.id;
        line(format!("a {id}"), id, None, quote(document, id), &annotation.remarks.note)
    });
    let relations = document.relations.iter().filter(|relation| relation.remarks.flag == Some(flag));
    let relations = relations.map(|relation| {
        line(
            format!("r {}", relation.id),
            &relation.from,
            Some(&relation.id),
            link(document, relation),
            &relation.remarks.note,
        )
    });
    annotations.chain(relations).collect()
}

/// A relation in words: its ends, and what it says between them.
fn link(document: &Document, relation: &Relation) -> String {
    let words = document.schema.relation(&relation.kind).map_or(relation.kind.as_str(), |kind| kind.words(true));
    format!("{} → {words}: {}", quote(document, &relation.from), quote(document, &relation.to))
}

/// The words of an annotation, not more than fit.
fn quote(document: &Document, id: &AnnotationId) -> String {
    let Some(annotation) = document.annotations.get(id) else { return String::new() };
    let whole = document.quote(annotation);
    let whole = whole.trim();
    let mut short: String = whole.chars().take(LONGEST_QUOTE).collect();
    if short.len() < whole.len() {
        short.push('…');
    }
    if short.is_empty() { "(only blanks)".to_owned() } else { short }
}
