//! The start screen: getting a text in, and the articles of this device.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, HtmlTextAreaElement};
use yew::{Html, html};

use super::part::{Draw, Memory, Watched};
use super::{Dispatch, Shared, icons, send};
use crate::app::command::Command;
use crate::app::{Action, Intake, Listing, count_words};
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
        let shelf = state.shelf();
        let (deleted, kept): (Vec<_>, Vec<_>) = shelf.into_iter().partition(|listing| listing.deleted);
        html! {
            <main class="start-screen">
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
                                oninput={on_input} onpaste={on_paste} onkeydown={on_key} rows="9" />
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
                    <section class="shelf" aria-labelledby="shelf-words">
                        <h2 id="shelf-words">{ "On this device" }</h2>
                        if state.library.is_none() {
                            <p class="quiet">{ "Opening…" }</p>
                        } else if kept.is_empty() {
                            <p class="quiet">{ "No articles yet. They will be listed here, newest first." }</p>
                        }
                        <ul role="list" aria-label="Articles on this device">
                            { for kept.iter().map(|listing| entry(listing, state, dispatch)) }
                        </ul>
                        if !deleted.is_empty() {
                            <details class="deleted">
                                <summary>{ format!("Deleted ({})", deleted.len()) }</summary>
                                <ul role="list" aria-label="Deleted articles">{ for deleted.iter().map(|listing| gone(listing, dispatch)) }</ul>
                            </details>
                        }
                    </section>
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

fn entry(listing: &Listing, state: &Shared, dispatch: &Dispatch) -> Html {
    let header = &listing.header;
    let open = {
        let id = header.id.clone();
        send(dispatch, Action::Open(id))
    };
    let delete = {
        let id = header.id.clone();
        send(dispatch, Action::SetDeleted(id, true))
    };
    let counts = header.counts.iter().filter(|(_, count)| *count > 0).map(|(label, count)| format!("{count} {label}"));
    let counts: Vec<String> = counts.collect();
    let counts = if counts.is_empty() { "nothing marked yet".to_owned() } else { counts.join(" · ") };
    let size = count_words(header.characters, "character", "characters");
    let when = header.modified.as_deref().map(platform::moment).unwrap_or_default();
    let loading = state.loading.as_ref() == Some(&header.id);
    html! {
        <li class={yew::classes!("entry", loading.then_some("loading"))} key={header.id.as_str().to_owned()}>
            <button type="button" class="entry-open" onclick={open}>
                <b dir="auto">{ &header.title }</b>
                <small>{ counts }</small>
                <small>{ if loading { "Opening…".to_owned() } else { format!("{size} · {when}") } }</small>
            </button>
            <button type="button" class="icon-button" aria-label={format!("Delete {}", header.title)} title="Delete (can be undone)" onclick={delete}>{ icons::bin() }</button>
        </li>
    }
}

fn gone(listing: &Listing, dispatch: &Dispatch) -> Html {
    let id = listing.header.id.clone();
    let restore = send(dispatch, Action::SetDeleted(id, false));
    html! {
        <li class="entry" key={listing.header.id.as_str().to_owned()}>
            <span class="entry-open" dir="auto">{ &listing.header.title }</span>
            <button type="button" class="ghost" aria-label={format!("Bring back {}", listing.header.title)} onclick={restore}>{ "Bring back" }</button>
        </li>
    }
}
