//! The start screen: getting a text in, and the articles of this device.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, HtmlTextAreaElement};
use yew::{Html, html};

use super::part::{Draw, Memory, Watched};
use super::{Dispatch, Shared, icons, send};
use crate::app::command::Command;
use crate::app::{Action, Intake, count_words};
use crate::platform;

/// Longer pastes stay out of the text box, which would take seconds to draw them.
const LARGE_PASTE: usize = 200_000;

/// The start screen.
#[derive(PartialEq)]
pub struct Start {
    pub state: Shared,
    pub dispatch: Dispatch,
}

impl Draw for Start {
    fn draw(&self, memory: &Memory) -> Html {
        let state = &self.state;
        let dispatch = &self.dispatch;
        let field = memory.node();
        let large = state.draft.len() > LARGE_PASTE;
        {
            // The box is the person's while they type; a draft from elsewhere is put in from code.
            let field = field.clone();
            let draft = Rc::clone(&state.draft);
            let put = move || {
                if let Some(field) = field.cast::<HtmlTextAreaElement>()
                    && draft.len() <= LARGE_PASTE
                    && field.value() != *draft
                {
                    field.set_value(&draft);
                }
                None
            };
            memory.watch(Watched::of(Rc::clone(&state.draft)), put);
        }
        let on_input = dispatch.reform(|event: yew::InputEvent| {
            let field = event.target().and_then(|target| target.dyn_into::<HtmlTextAreaElement>().ok());
            Action::Draft(field.map(|field| field.value()).unwrap_or_default())
        });
        let on_paste = {
            let dispatch = dispatch.clone();
            yew::Callback::from(move |event: yew::Event| {
                let Ok(event) = event.dyn_into::<ClipboardEvent>() else { return };
                let Some(data) = event.clipboard_data() else { return };
                let Some(text) = platform::paste::text_of(&data) else { return };
                let field = event.target().and_then(|target| target.dyn_into::<HtmlTextAreaElement>().ok());
                let Some(field) = field else { return };
                event.prevent_default();
                let start = field.selection_start().ok().flatten().unwrap_or(0);
                let end = field.selection_end().ok().flatten().unwrap_or(start);
                if text.len() > LARGE_PASTE {
                    let units: Vec<u16> = field.value().encode_utf16().collect();
                    let head = String::from_utf16_lossy(units.get(..start as usize).unwrap_or_default());
                    let tail = String::from_utf16_lossy(units.get(end as usize..).unwrap_or_default());
                    dispatch.emit(Action::Draft(format!("{head}{text}{tail}")));
                } else {
                    let _ = field.set_range_text_with_start_and_end(&text, start, end);
                    let caret = start + text.encode_utf16().count() as u32;
                    let _ = field.set_selection_range(caret, caret);
                    dispatch.emit(Action::Draft(field.value()));
                }
            })
        };
        let on_key = dispatch.clone();
        let on_key = yew::Callback::from(move |event: yew::KeyboardEvent| {
            if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
                event.prevent_default();
                on_key.emit(Action::Annotate);
            }
        });
        let send = |action: Action| send(dispatch, action);
        let any = state.library.as_ref().is_some_and(|library| library.iter().any(|listing| !listing.deleted));
        let class = if any { "start-screen among" } else { "start-screen" };
        html! {
            <main {class}>
                <div class="start-inner">
                    <section class="paste" aria-labelledby="paste-words">
                        <h1 id="paste-words">{ "Mark who claims what, about where" }</h1>
                        <p class="lead">{ "Paste a news article, highlight claims, sources and locations, and take the result away as JSON. Everything stays on this device." }</p>
                        if large {
                            <div class="large-paste">
                                <p><b>{ count_words(state.draft.chars().count(), "character", "characters") }</b>{ " pasted. It begins:" }</p>
                                <blockquote dir="auto">{ state.draft.chars().take(400).collect::<String>() }{ "…" }</blockquote>
                                <button type="button" class="ghost" onclick={send(Action::Draft(String::new()))}>{ "Remove this text" }</button>
                            </div>
                        } else {
                            <textarea ref={field} aria-label="Article text" placeholder="Paste an article here" dir="auto" spellcheck="false"
                                oninput={on_input} onpaste={on_paste} onkeydown={on_key} rows={if any { "3" } else { "9" }} />
                        }
                        <div class="paste-actions">
                            <button type="button" class="primary big" title="Ctrl+Enter" onclick={send(Action::Annotate)}>{ "Annotate" }</button>
                            <button type="button" class="ghost big" onclick={send(Action::Run(Command::OpenFile))}>{ icons::file() }{ "Open a file" }</button>
                            <span class="samples">
                                <button type="button" class="link" onclick={send(Action::Sample(0))}>{ "Try the sample article" }</button>
                                <button type="button" class="link" onclick={send(Action::Sample(1))}>{ "Arabic sample" }</button>
                            </span>
                        </div>
                        { intake(&state.intake) }
                        <p class="quiet drop-hint">{ "Or drop a text, Markdown or Gloss file anywhere." }</p>
                        { missing(state) }
                    </section>
                    { shelf(state, dispatch) }
                </div>
            </main>
        }
    }
}

fn intake(intake: &Intake) -> Html {
    match intake {
        Intake::Idle => html! {},
        Intake::Failed(why) => html! { <p class="problem" role="alert">{ why }</p> },
        Intake::Reading(name, done, all) => {
            let percent = if *all > 0.0 { (done / all * 100.0).min(100.0) as u8 } else { 0 };
            html! {
                <div class="reading">
                    <label for="reading">{ format!("Reading {name}: {percent} %") }</label>
                    <progress id="reading" max="100" value={percent.to_string()}></progress>
                </div>
            }
        }
    }
}

fn missing(state: &Shared) -> Html {
    let Some(missing) = state.missing.as_ref().filter(|missing| !missing.is_empty()) else { return html! {} };
    html! {
        <div class="missing">
            <p>{ "This browser withholds some things here. Gloss works without them:" }</p>
            <ul>{ for missing.iter().map(|words| html! { <li>{ words }</li> }) }</ul>
        </div>
    }
}

/// What the annex cannot show below: articles that are in memory only; and that it has not come.
fn shelf(state: &Shared, dispatch: &Dispatch) -> Html {
    let entries = state.in_memory().map(|open| {
        html! {
            <li class="entry" key={open.id().as_str().to_owned()}>
                <button type="button" class="entry-open" onclick={send(dispatch, Action::Open(open.id().clone()))}>
                    <b dir="auto">{ &open.session.document.info.title }</b>
                </button>
            </li>
        }
    });
    let entries: Vec<Html> = entries.collect();
    html! {
        <>
            if !entries.is_empty() {
                <section class="shelf" aria-labelledby="shelf-words">
                    <h2 id="shelf-words">{ "In memory only" }</h2>
                    <ul role="list">{ for entries }</ul>
                </section>
            }
            if state.library_missing {
                <p class="problem" role="alert">
                    { "The list of your articles did not arrive. They are safe on this device. " }
                    <button type="button" class="link" onclick={send(dispatch, Action::ShowLibrary)}>{ "Try again" }</button>
                </p>
            }
        </>
    }
}
