//! Taking the work away and bringing it in. A file was written, read back and compared before it is handed over; of one
//! that comes in, it is shown what is wrong with it.

use std::rc::Rc;

use web_sys::{DragEvent, Event, File};
use yew::{Callback, Html, html};

use crate::app::carrying::{Export, ExportAction, Import};
use crate::app::{Action, count_words};
use crate::platform;
use crate::view::dialogs::frame;
use crate::view::part::{Draw, Memory, Watched, listen, until_undone};
use crate::view::{Dispatch, send};

/// Problems that are listed one by one.
const LISTED: usize = 50;
/// Failures of a file that was read back.
const FAILURES: usize = 20;

/// The export dialog. `dispatch` closes it.
pub fn export_dialog(export: &Rc<Export>, tell: &Callback<ExportAction>, dispatch: &Dispatch) -> Html {
    let Some(file) = &export.file else { return html! {} };
    let sound = file.failures.is_empty() && file.verified == file.total;
    let download = {
        let (name, json, tell) = (export.name.clone(), Rc::clone(&file.json), tell.clone());
        Callback::from(move |_: yew::MouseEvent| {
            let outcome = platform::files::download(&name, &json).map(|()| format!("Downloaded {name}"));
            tell.emit(ExportAction::HandedOver(outcome));
        })
    };
    let copy = {
        let (json, tell) = (Rc::clone(&file.json), tell.clone());
        Callback::from(move |_: yew::MouseEvent| {
            let (json, tell) = (Rc::clone(&json), tell.clone());
            platform::spawn(async move {
                let outcome = platform::files::copy(&json).await;
                tell.emit(ExportAction::HandedOver(outcome.map(|()| "Copied to the clipboard".to_owned())));
            });
        })
    };
    let other = ExportAction::Discarded(!export.with_discarded);
    let other = tell.reform(move |_: Event| other.clone());
    let content = html! {
    <>

                <div role="radiogroup" aria-label="Format" class="formats">
                    <label class="format">
                        <input type="radio" name="format" checked={true} />
                        <span><b>{ "Gloss JSON" }</b><small>{ "Everything, to the code point. Opens in Gloss again; loads in Python without a library." }</small></span>
                    </label>
                </div>
                if export.handed.discarded > 0 {
                    <label class="choice">
                        <input type="checkbox" checked={export.with_discarded} onchange={other} />
                        <span>{ format!("Include {} marked to discard", count_words(export.handed.discarded, "item", "items")) }</span>
                    </label>
                }
                <p class={if sound { "verdict" } else { "verdict problem" }}>{ format!("{} of {} spans verified", file.verified, file.total) }</p>
                if !sound {
                    <div role="alert" class="problem">
                        <p>{ "The file does not read back as it should. Please keep it and report this:" }</p>
                        <ul>{ for file.failures.iter().take(FAILURES).map(|failure| html! { <li>{ failure }</li> }) }</ul>
                    </div>
                }
                <p class="file-name"><code>{ &export.name }</code></p>
                <div class="dialog-actions">
                    <button type="button" class="primary" disabled={export.writing} onclick={download}>{ "Download" }</button>
                    <button type="button" class="ghost" disabled={export.writing} onclick={copy}>{ "Copy" }</button>
                    <span class={yew::classes!("outcome", matches!(export.outcome, Some(Err(_))).then_some("problem"))}>
                        { export.outcome.clone().map(|(Ok(words) | Err(words))| words) }
                    </span>
                    <span class="push"></span>
                    <button type="button" class="ghost" onclick={send(dispatch, Action::CloseDialog)}>{ "Close" }</button>
                </div>
            </>
    };
    frame("Export", "", None, dispatch, content)
}

/// The import dialog as it is drawn: the system's picker or a drop, and what is wrong with a file.
#[derive(PartialEq)]
pub struct ImportShown {
    pub import: Import,
    /// Takes a file that was chosen.
    pub give: Callback<File>,
    /// Takes what can be trusted.
    pub rest: Callback<()>,
    /// Closes the dialog.
    pub dispatch: Dispatch,
}

impl Draw for ImportShown {
    fn draw(&self, memory: &Memory) -> Html {
        let (give, dispatch) = (&self.give, &self.dispatch);
        memory.watch(Watched::of(()), {
            let (give, waiting) = (give.clone(), self.import == Import::Waiting);
            move || {
                if waiting {
                    platform::files::press_picker("import-file");
                }
                // While the dialog is open, any file that is dropped on it is one to import: the app does not hear of it.
                let root = web_sys::window()?.document()?.get_element_by_id("annex")?;
                let drop = move |event: &Event| {
                    let data = wasm_bindgen::JsCast::dyn_ref::<DragEvent>(event).and_then(DragEvent::data_transfer);
                    if let Some(file) = data.and_then(|data| data.files()).and_then(|files| files.get(0)) {
                        event.prevent_default();
                        event.stop_propagation();
                        give.emit(file);
                    }
                };
                until_undone(listen(&root, "drop", false, Box::new(drop)))
            }
        });
        let choose = {
            let give = give.clone();
            Callback::from(move |event: Event| {
                if let Some(file) = platform::files::chosen(&event) {
                    give.emit(file);
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
        let content = match &self.import {
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
                let rest = format!(
                    "{} with {} can be imported; {} would be left out.",
                    count_words(reading.records.len(), "article", "articles"),
                    count_words(reading.annotations, "annotation", "annotations"),
                    count_words(reading.left_out, "item", "items"),
                );
                let take = self.rest.reform(|_: yew::MouseEvent| ());
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
                            if !reading.records.is_empty() {
                                <button type="button" class="primary" onclick={take}>{ "Import the rest" }</button>
                            }
                            <span class="push"></span>{ cancel }
                        </div>
                    </>
                }
            }
        };
        frame("Import", "", None, dispatch, content)
    }
}
