//! The focused annotation, with everything that can be done to it by pointer.

use std::rc::Rc;

use yew::{Html, html};

use super::article::keep_focus;
use super::cards::relation_rows;
use super::{Dispatch, icons, labels, remarks, send};
use crate::app::cards::{card, groups};
use crate::app::command::{Command, Edge, enabled};
use crate::app::{Action, Open, State, Target};
use crate::model::{AnnotationId, Relation};
use crate::text::motion::Step;

/// The focused annotation.
pub fn inspector(state: &State, dispatch: &Dispatch) -> Html {
    let Some(open) = state.open.as_ref() else { return html! {} };
    let Some(annotation) = open.focused() else { return about_article(state, open, dispatch) };
    let Some(focus) = open.focus.as_ref() else { return html! {} };
    let schema = open.schema();
    let run = |command: Command| send(dispatch, Action::Run(command));
    let button = |command: Command, name: &'static str, content: Html, class: &'static str| {
        html! {
            <button type="button" {class} aria-label={name} title={labels::hint(state, command)}
                disabled={!enabled(command, state)} onmousedown={keep_focus()} onclick={run(command)}>{ content }</button>
        }
    };
    let others = schema.offered().map(|(position, label)| {
        let name = label.name.clone();
        let on = label.name == annotation.label;
        let style = format!("swatch {}", schema.style_at(position).name());
        html! {
            <button type="button" class={yew::classes!("small", format!("k{position}"), on.then_some("on"))}
                aria-label={format!("Change to {}", label.name)} aria-pressed={on.to_string()} disabled={!open.can_write()}
                onmousedown={keep_focus()} onclick={send(dispatch, Action::Relabel(name))}>
                <i class={style}></i>{ label.name.to_string() }
            </button>
        }
    });
    let edge = |edge, which: &'static str, names: [&'static str; 4]| {
        let [far_out, out, inward, far_in] = names;
        let (outer, inner) = match edge {
            Edge::Start => ("‹", "›"),
            Edge::End => ("›", "‹"),
        };
        let (far_outer, far_inner) = match edge {
            Edge::Start => ("«", "»"),
            Edge::End => ("»", "«"),
        };
        let mut buttons = vec![
            button(Command::MoveEdge(edge, Step::Word, true), far_out, html! { far_outer }, "small step"),
            button(Command::MoveEdge(edge, Step::Grapheme, true), out, html! { outer }, "small step"),
            button(Command::MoveEdge(edge, Step::Grapheme, false), inward, html! { inner }, "small step"),
            button(Command::MoveEdge(edge, Step::Word, false), far_in, html! { far_inner }, "small step"),
        ];
        if edge == Edge::End {
            buttons.reverse();
        }
        html! { <div class="edge"><span>{ which }</span>{ for buttons }</div> }
    };
    let fragments = annotation.fragments.spans().len();
    let position = schema.position(&annotation.label).unwrap_or(schema.labels.len());
    let document = &open.session.document;
    let relation = open.focused_relation();
    let own = card(document, std::slice::from_ref(annotation));
    let target = open.target().unwrap_or(Target::Document);
    let head = match relation {
        Some(relation) => relation.kind.clone(),
        None => annotation.label.to_string(),
    };
    let link = if open.linking.is_some() { "Click what to link to" } else { "Link" };
    let about_relation = relation.map(|relation| about_relation(state, open, relation, dispatch));
    html! {
        <section class={yew::classes!("inspector", format!("k{position}"))} aria-label="Focused annotation">
            <div class="inspector-head">
                if relation.is_some() {
                    <button type="button" class="small" aria-label="Back to the annotation" onclick={send(dispatch, Action::FocusRow(annotation.id.clone()))}>{ "‹" }</button>
                }
                <strong>{ head }</strong>
                if fragments > 1 && relation.is_none() { <span class="quiet">{ format!("fragment {} of {fragments}", focus.fragment + 1) }</span> }
                if let Some(author) = open.remarks(&target).and_then(|remarks| remarks.author.as_deref()) {
                    <span class="quiet by">{ "by " }<bdi>{ author.to_owned() }</bdi></span>
                }
                <span class="push"></span>
                { remarks::flags(state, open.remarks(&target), dispatch) }
                { button(Command::Delete, if relation.is_some() { "Delete relation" } else { "Delete annotation" }, html! { <>{ icons::bin() }{ "Delete" }</> }, "small danger") }
            </div>
            if let Some(about_relation) = about_relation {
                { about_relation }
            } else {
                <div class="row-of" role="group" aria-label="Change label">{ for others }</div>
            }
            <div class="relations" role="group" aria-label="Relations">
                { relation_rows(document, &own, open.relation.as_ref(), dispatch) }
                { button(Command::Relate, link, html! { <>{ icons::link() }{ link }</> }, if open.linking.is_some() { "small on" } else { "small" }) }
            </div>
            { remarks::attributes(state, open, &target, dispatch) }
            { remarks::note(open, &target, dispatch) }
            if relation.is_none() {
                <div class="edges">
                    { edge(Edge::Start, "Start", ["Start back a word", "Start back a character", "Start on a character", "Start on a word"]) }
                    { edge(Edge::End, "End", ["End on a word", "End on a character", "End back a character", "End back a word"]) }
                </div>
                if fragments > 1 {
                    <div class="row-of">
                        { button(Command::NextFragment, "Next fragment", html! { "Next fragment" }, "small") }
                        { button(Command::RemoveFragment, "Remove fragment", html! { "Remove fragment" }, "small") }
                    </div>
                }
            }
        </section>
    }
}

/// What can be done to the focused relation.
fn about_relation(state: &State, open: &Open, relation: &Rc<Relation>, dispatch: &Dispatch) -> Html {
    let document = &open.session.document;
    let end = |id: &AnnotationId, words: &'static str| {
        let Some(annotation) = document.annotations.get(id) else { return html! {} };
        let position = document.schema.position(&annotation.label).unwrap_or(document.schema.labels.len());
        html! {
            <p class="relation-end"><span>{ words }</span>
                <button type="button" class={yew::classes!("chip", format!("k{position}"))} onclick={send(dispatch, Action::FocusRow(id.clone()))}>
                    <bdi>{ document.short_quote(annotation) }</bdi>
                </button>
            </p>
        }
    };
    let button = |command: Command, name: &'static str| {
        html! {
            <button type="button" class="small" title={labels::hint(state, command)} disabled={!enabled(command, state)}
                onmousedown={keep_focus()} onclick={send(dispatch, Action::Run(command))}>{ name }</button>
        }
    };
    // Where its annotation has more than one group, it can go over to another.
    let from = document.annotations.get(&relation.from).map(|from| card(document, std::slice::from_ref(from)));
    let all_groups = from.as_ref().map(groups).unwrap_or_default();
    let move_to = all_groups.iter().enumerate().map(|(number, group)| {
        let on = relation.group.as_ref() == Some(group);
        let go = send(dispatch, Action::SetGroup(relation.id.clone(), Some(group.clone())));
        html! { <button type="button" class={yew::classes!("value", on.then_some("on"))} aria-pressed={on.to_string()} disabled={!open.can_write()} onclick={go}>{ number + 1 }</button> }
    });
    html! {
        <>
            { end(&relation.from, "from") }
            { end(&relation.to, "to") }
            <div class="row-of">
                { button(Command::Retype, "Change type") }
                { button(Command::Reverse, "Turn round") }
            </div>
            if relation.group.is_some() {
                <div class="attribute" role="group" aria-label="Belongs to">
                    <span class="attribute-name">{ "belongs to" }</span>
                    <div class="values">
                        { for move_to }
                        <button type="button" class="value" disabled={!open.can_write()} onclick={send(dispatch, Action::SetGroup(relation.id.clone(), None))}>{ "a new one" }</button>
                    </div>
                </div>
            }
        </>
    }
}

/// What can be said of the article as a whole, where nothing has the focus.
fn about_article(state: &State, open: &Open, dispatch: &Dispatch) -> Html {
    let said = !open.session.document.remarks.note.is_empty() || !open.session.document.remarks.attributes.is_empty();
    let asked = open.schema().attributes.iter().any(|known| known.required);
    html! {
        <details class="about-article" open={said || asked}>
            <summary>{ "About this article" }</summary>
            { remarks::attributes(state, open, &Target::Document, dispatch) }
            { remarks::note(open, &Target::Document, dispatch) }
        </details>
    }
}
