//! Bringing a Gloss file in: the system's picker or a drop, and what is wrong with a file.

use yew::{Html, html};

use super::frame;
use crate::app::{Action, ImportDialog as Import, count_words};
use crate::platform;
use crate::view::{Dispatch, send};

/// Problems that are listed one by one.
const LISTED: usize = 50;

pub fn import_dialog(import: &Import, dispatch: &Dispatch) -> Html {
    let choose = {
        let dispatch = dispatch.clone();
        yew::Callback::from(move |event: yew::Event| {
            if let Some(file) = platform::files::chosen(&event) {
                platform::files::import(&file, true, dispatch.clone());
            }
        })
    };
    let cancel = html! {
        <button type="button" class="ghost" onclick={send(dispatch, Action::CloseDialog)}>{ "Cancel" }</button>
    };
    let picker = |words: &'static str| {
        html! {
            <label class="picker">
                <input type="file" accept=".json,application/json" aria-label="Gloss file" id="import-file" onchange={choose.clone()} />
                <span>{ words }</span>
            </label>
        }
    };
    let content = match import {
        Import::Waiting => html! {
            <>
                <p>{ "Choose a Gloss file, or drop one here. Its articles are added to those on this device; nothing is replaced." }</p>
                { picker("Choose a file") }
                <div class="dialog-actions"><span class="push"></span>{ cancel }</div>
            </>
        },
        Import::Reading(name) => html! {
            <>
                <p>{ format!("Reading {name}…") }</p>
                <div class="dialog-actions"><span class="push"></span>{ cancel }</div>
            </>
        },
        Import::Refused(name, why) => html! {
            <>
                <div role="alert" class="problem"><p><b>{ format!("{name} was not imported. ") }</b>{ why }</p></div>
                <p>{ "Nothing was changed." }</p>
                { picker("Choose another file") }
                <div class="dialog-actions"><span class="push"></span>{ cancel }</div>
            </>
        },
        Import::Partly(name, reading) => {
            let problems = reading.problems.iter().take(LISTED);
            let more = reading.problems.len().saturating_sub(LISTED);
            let annotations: usize = reading.documents.iter().map(|read| read.document.annotations.len()).sum();
            let rest = format!(
                "{} with {} can be imported; {} would be left out.",
                count_words(reading.documents.len(), "article", "articles"),
                count_words(annotations, "annotation", "annotations"),
                count_words(reading.left_out, "item", "items"),
            );
            html! {
                <>
                    <div role="alert" class="problem">
                        <p><b>{ format!("{name} was not imported. ") }</b>{ "Gloss cannot trust these places:" }</p>
                        <ul class="problems">
                            { for problems.map(|problem| html! { <li><code>{ &problem.path }</code>{ ": " }{ &problem.message }</li> }) }
                            if more > 0 { <li>{ format!("and {more} more") }</li> }
                        </ul>
                        <p>{ rest }</p>
                    </div>
                    <div class="dialog-actions">
                        if !reading.documents.is_empty() {
                            <button type="button" class="primary" onclick={send(dispatch, Action::ImportRest)}>{ "Import the rest" }</button>
                        }
                        <span class="push"></span>{ cancel }
                    </div>
                </>
            }
        }
    };
    frame("Import", "", None, dispatch, content)
}
