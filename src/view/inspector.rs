//! The focused annotation, with everything that can be done to it by pointer.

use yew::{Html, html};

use super::article::keep_focus;
use super::{Dispatch, icons, labels, send};
use crate::app::command::{Command, Edge, enabled};
use crate::app::{Action, State};
use crate::text::motion::Step;

/// The focused annotation.
pub fn inspector(state: &State, dispatch: &Dispatch) -> Html {
    let Some(open) = state.open.as_ref() else { return html! {} };
    let Some(annotation) = open.focused() else { return html! {} };
    let Some(focus) = open.focus.as_ref() else { return html! {} };
    let schema = open.schema();
    let run = |command: Command| send(dispatch, Action::Run(command));
    let button = |command: Command, name: &'static str, content: Html, class: &'static str| {
        html! {
            <button type="button" {class} aria-label={name} title={labels::hint(state, command)}
                disabled={!enabled(command, state)} onmousedown={keep_focus()} onclick={run(command)}>{ content }</button>
        }
    };
    let others = schema.labels.iter().enumerate().map(|(position, label)| {
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
    html! {
        <section class={yew::classes!("inspector", format!("k{position}"))} aria-label="Focused annotation">
            <div class="inspector-head">
                <strong>{ annotation.label.to_string() }</strong>
                if fragments > 1 { <span class="quiet">{ format!("fragment {} of {fragments}", focus.fragment + 1) }</span> }
                <span class="push"></span>
                { button(Command::Delete, "Delete annotation", html! { <>{ icons::bin() }{ "Delete" }</> }, "small") }
            </div>
            <div class="row-of" role="group" aria-label="Change label">{ for others }</div>
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
        </section>
    }
}
