//! The bar on top: where one is, whether it is saved, what can be done.

use yew::{Html, html};

use super::{Dispatch, icons, labels, send};
use crate::app::command::{Command, enabled};
use crate::app::{Action, Screen, State, storage_words};
use crate::model::Status;

/// The bar on top.
pub fn header(state: &State, dispatch: &Dispatch) -> Html {
    let run = |command: Command| send(dispatch, Action::Run(command));
    let article = state.screen == Screen::Article;
    let tool = |command: Command, name: &'static str, content: Html, class: &'static str| {
        html! {
            <button type="button" {class} aria-label={name} title={labels::hint(state, command)}
                disabled={!enabled(command, state)} onclick={run(command)}>{ content }</button>
        }
    };
    let step = |command: Command, name: &'static str, id: &'static str, content: Html| {
        let words = labels::hint(state, command);
        html! {
            <>
                <button type="button" class="icon-button" aria-label={name} aria-describedby={id} title={words.clone()}
                    disabled={!enabled(command, state)} onclick={run(command)}>{ content }</button>
                <span {id} hidden={true}>{ words }</span>
            </>
        }
    };
    let title = state.open.as_ref().filter(|_| article).map(|open| open.session.document.info.title.clone());
    let status = state.open.as_ref().filter(|_| article).map(|open| open.session.document.status);
    let count = state.open.as_ref().map_or(0, |open| open.session.document.annotations.len());
    let saved = storage_words(state);
    html! {
        <header class="top">
            if article {
                <button type="button" class="icon-button back" aria-label="New article" title="Back to all articles" onclick={run(Command::NewArticle)}>{ icons::back() }</button>
            }
            <span class="name" aria-hidden="true"><i>{ "Gloss" }</i></span>
            if let Some(title) = title { <button type="button" class="title" dir="auto" title="Details of this article" onclick={run(Command::Details)}>{ title }</button> }
            <span class={yew::classes!("saved", (saved != "Saved").then_some("busy"), state.saving.fault.is_some().then_some("fault"))}
                role="status" aria-label="Storage" aria-live="off">{ saved }</span>
            <span class="push"></span>
            if let Some(status) = status {
                <button type="button" class={yew::classes!("small", "done", (status == Status::Done).then_some("on"))} aria-pressed={(status == Status::Done).to_string()}
                    title={labels::hint(state, Command::Done)} disabled={!enabled(Command::Done, state)} onclick={run(Command::Done)}>
                    { if status == Status::Skipped { "Skipped" } else { "Done" } }
                </button>
            }
            if article {
                { step(Command::Undo, "Undo", "undo-step", icons::undo()) }
                { step(Command::Redo, "Redo", "redo-step", icons::redo()) }
                <button type="button" class="ghost open-list" aria-label="Annotations" aria-expanded={state.list_shown.to_string()}
                    title="Show the list of annotations" onclick={run(Command::Annotations)}>{ icons::list() }<b data-count={count.to_string()}></b></button>
            }
            if article { { tool(Command::Find, "Find", icons::search(), "icon-button wide") } }
            { tool(Command::Import, "Import", html! { <>{ icons::import() }<span>{ "Import" }</span></> }, "ghost file-button") }
            if article { { tool(Command::Export, "Export", html! { <>{ icons::export() }<span>{ "Export" }</span></> }, "primary file-button") } }
            { tool(Command::Settings, "Settings", icons::gear(), "icon-button") }
            { tool(Command::Keyboard, "Keyboard", icons::keyboard(), "icon-button wide") }
            { tool(Command::Palette, "Commands", icons::more(), "icon-button") }
        </header>
    }
}
