//! The schema editor: labels, relations, attributes, checks and guidelines, and what becomes of the work.
//!
//! Invariant: it changes nothing itself: what it makes of a schema goes to the app as a transaction, and
//! the app answers.

mod attributes;
mod items;
mod parts;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, FocusOptions, HtmlElement, KeyboardEvent};
use yew::{Callback, Html, html};

use crate::app::ready_made::READY_MADE;
use crate::app::reschema::{Place, Trouble};
use crate::app::schema_dialog::{SchemaAction, SchemaDialog, Slot, Tab, UNSETTLED};
use crate::app::schema_editor::Editor;
use crate::platform::annex::read_schema;
use crate::platform::files;
use crate::query::check::Rule;
use crate::view::Dispatch;
use crate::view::annex::hold::stays_until_told;
use crate::view::dialogs::frame;
use crate::view::part::{Draw, Memory, Watched};

use parts::{area, button, send, switch};

/// See [`parts::NAME`].
const NAME_FIELD: &str = "[data-field=schema-name]";
const DIALOG: &str = "dialog.schema-dialog";
const TROUBLES: &str = ".schema-troubles";
/// A question that has no answer yet.
const OPEN_QUESTION: &str = ".schema-asks [data-open]";

/// Sends what happened to the editor.
pub type Tell = Callback<SchemaAction>;

/// The editor, open.
pub struct Shown {
    pub editor: Rc<Editor>,
    pub tell: Tell,
}

impl PartialEq for Shown {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.editor, &other.editor)
    }
}

fn tab_id(tab: Tab) -> String {
    format!("schema-tab-{}", tab as u8)
}

impl Draw for Shown {
    fn draw(&self, memory: &Memory) -> Html {
        let dialog = &self.editor.dialog;
        let dispatch = &self.tell;
        let writes = self.editor.writes;
        let tab = dialog.tab;
        let close = dispatch.reform(|()| SchemaAction::Close);
        memory.watch(Watched::of(()), move || stays_until_told(DIALOG, &close));
        memory.watch(Watched::of(tab), move || {
            // Arrow keys take the focus along; who came here otherwise keeps it.
            if focused().is_some_and(|element| element.get_attribute("role").as_deref() == Some("tab")) {
                focus(&format!("#{}", tab_id(tab)));
            }
            None
        });
        self.watch_names(memory);
        self.watch_troubles(memory);
        let content = html! {
            <>
                { files(dispatch) }
                { tabs(tab, dispatch) }
                <div class="schema-scroll">
                    <div role="tabpanel" aria-labelledby={tab_id(tab)} id="schema-panel" class="schema-panel">{ panel(dialog, dispatch) }</div>
                    { troubles(dialog, dispatch) }
                </div>
                <div class="dialog-actions schema-actions">
                    if dialog.is_unsettled() {
                        // One for each time that it was pressed, so that each is read out.
                        <p key={dialog.tries} role="alert" class="schema-unsettled">{ UNSETTLED }</p>
                    }
                    { button("Apply", "primary", dispatch, SchemaAction::Apply, !writes) }
                    <button type="button" class="ghost" onclick={send(dispatch, SchemaAction::Close)}>{ "Cancel" }</button>
                    if !writes {
                        <p class="quiet">{ "This article is open in another tab. Change its schema there, or close it there." }</p>
                    }
                </div>
            </>
        };
        let close: Dispatch = dispatch.reform(|_| SchemaAction::Close);
        frame("Schema", "wide-dialog schema-dialog", Some("Close"), &close, content)
    }
}

impl Shown {
    /// What was added is named first.
    fn watch_names(&self, memory: &Memory) {
        let (draft, version) = (&self.editor.dialog.draft, self.editor.dialog.version);
        let now = (draft.labels.len() + draft.relations.len(), draft.attribute_count(), version);
        let before = memory.keep(|| Cell::new(now)).replace(now);
        memory.watch(Watched::of(now), move || {
            if before.2 != version {
                // What is in the editor now begins at its parts.
                close_files();
            } else if now.0 > before.0 {
                focus(NAME_FIELD);
            } else if now.1 > before.1 {
                focus(".schema-attribute:last-of-type input[type=text]");
            }
            None
        });
    }

    /// What is in the way is looked at, and the focus goes back to where it was when it is not any more.
    fn watch_troubles(&self, memory: &Memory) {
        let dialog = &self.editor.dialog;
        let (closing, tries) = (dialog.closing, dialog.tries);
        let notice = closing || dialog.alert.is_some();
        let back = memory.keep(|| RefCell::new(None::<HtmlElement>));
        memory.watch(Watched::of((closing, dialog.alert.clone())), move || {
            if notice {
                let from = focused().filter(|element| element.closest(TROUBLES).ok().flatten().is_none());
                if let Some(from) = from.and_then(|element| element.dyn_into().ok()) {
                    back.replace(Some(from));
                }
                show_troubles();
            } else if let Some(back) = back.take()
                && focused().is_none_or(|element| matches!(&*element.tag_name(), "BODY" | "DIALOG"))
            {
                let _ = back.focus();
            }
            None
        });
        memory.watch(Watched::of(tries), move || {
            if tries == 0 {
                return None;
            }
            match found(OPEN_QUESTION) {
                Some(question) => {
                    question.scroll_into_view_with_bool(true);
                    let option = question.query_selector("input").ok().flatten();
                    if let Some(option) = option.and_then(|option| option.dyn_into::<HtmlElement>().ok()) {
                        let options = FocusOptions::new();
                        options.set_prevent_scroll(true);
                        let _ = option.focus_with_options(&options);
                    }
                }
                None => show_troubles(),
            }
            None
        });
    }
}

fn found(selector: &str) -> Option<HtmlElement> {
    let page = web_sys::window().and_then(|window| window.document())?;
    page.query_selector(selector).ok().flatten()?.dyn_into().ok()
}

fn focused() -> Option<Element> {
    web_sys::window().and_then(|window| window.document())?.active_element()
}

fn focus(selector: &str) {
    if let Some(found) = found(selector) {
        let _ = found.focus();
    }
}

fn show_troubles() {
    if let Some(found) = found(TROUBLES) {
        found.scroll_into_view_with_bool(false);
        let _ = found.focus();
    }
}

/// Folds the ready-made schemas away.
fn close_files() {
    if let Some(list) = found(".schema-files details[open]") {
        let _ = list.remove_attribute("open");
        focus(".schema-files summary");
    }
}

fn tabs(now: Tab, dispatch: &Tell) -> Html {
    let on_key = {
        let dispatch = dispatch.clone();
        Callback::from(move |event: KeyboardEvent| {
            let count = Tab::ALL.len();
            let at = now as usize;
            let to = match event.key().as_str() {
                "ArrowRight" => at + 1,
                "ArrowLeft" => at + count - 1,
                "Home" => 0,
                "End" => count - 1,
                _ => return,
            };
            event.prevent_default();
            if let Some(tab) = Tab::ALL.get(to % count) {
                dispatch.emit(SchemaAction::Show(*tab));
            }
        })
    };
    let tab = |tab: Tab| {
        let on = tab == now;
        html! {
            <button type="button" role="tab" id={tab_id(tab)} class={yew::classes!("tab", on.then_some("on"))} aria-selected={on.to_string()}
                aria-controls="schema-panel" tabindex={if on { "0" } else { "-1" }}
                onclick={send(dispatch, SchemaAction::Show(tab))}>{ tab.words() }</button>
        }
    };
    html! {
        <div role="tablist" aria-label="Parts of the schema" class="schema-tabs" onkeydown={on_key}>
            { for Tab::ALL.into_iter().map(tab) }
        </div>
    }
}

fn panel(dialog: &SchemaDialog, dispatch: &Tell) -> Html {
    match dialog.tab {
        Tab::Labels => items::labels(dialog, dispatch),
        Tab::Relations => items::relations(dialog, dispatch),
        Tab::Article => html! {
            <>
                <p class="quiet">{ "What can be said of an article as a whole." }</p>
                { attributes::attributes(&dialog.draft.attributes, "article", dialog.version, dispatch) }
            </>
        },
        Tab::Checks => html! {
            <>
                <p class="quiet">{ "What the Check view looks for." }</p>
                { for Rule::ALL.iter().enumerate().map(|(at, rule)| {
                    let (name, words) = (rule.name(), rule.words());
                    switch(words, !dialog.draft.rules_off.iter().any(|off| off == name), dispatch, Slot::Check(at))
                }) }
            </>
        },
        Tab::Guidelines => {
            let id = format!("schema-guidelines-{}", dialog.version);
            let hint = "Markdown: # for headings, - for lists, **strong**, [words](address).";
            area(id, "Guidelines", &dialog.draft.guidelines, hint, 14, dispatch, Slot::Guidelines)
        }
    }
}

/// What is in the way of applying, closing or loading.
fn troubles(dialog: &SchemaDialog, dispatch: &Tell) -> Html {
    let closing = dialog.closing.then(|| {
        html! {
            <div role="alert" class="problem">
                <p><b>{ "The changes are not applied yet." }</b></p>
                <div class="dialog-actions">
                    { button("Keep editing", "primary", dispatch, SchemaAction::Stay, false) }
                    { button("Discard the changes", "ghost", dispatch, SchemaAction::Discard, false) }
                </div>
            </div>
        }
    });
    let alert = dialog.alert.as_ref().map(|(words, places)| {
        html! {
            <div role="alert" class="problem">
                <p><b>{ words }</b></p>
                if !places.is_empty() {
                    <ul class="problems">{ for places.iter().take(50).map(|place| html! { <li>{ place }</li> }) }</ul>
                }
                <p>{ "Nothing was changed." }</p>
            </div>
        }
    });
    let wrongs = dialog.troubles.iter().filter_map(|trouble| match trouble {
        Trouble::Wrong(wrong) => Some(wrong),
        Trouble::Ask(_) => None,
    });
    let wrongs: Vec<Html> = wrongs
        .map(|wrong| {
            let go = SchemaAction::GoTo(wrong.place);
            html! {
                <li>
                    { &wrong.words }
                    if wrong.place != Place::Article || dialog.tab != Tab::Article {
                        <button type="button" class="link" aria-label={format!("Show: {}", wrong.words)}
                            onclick={send(dispatch, go)}>{ "Show" }</button>
                    }
                </li>
            }
        })
        .collect();
    let asks: Vec<Html> = dialog
        .troubles
        .iter()
        .enumerate()
        .filter_map(|(at, trouble)| ask(at, trouble, dialog.tries > 1, dispatch))
        .collect();
    if closing.is_none() && alert.is_none() && wrongs.is_empty() && asks.is_empty() {
        return html! {};
    }
    html! {
        <div class="schema-troubles" tabindex="-1">
            if !wrongs.is_empty() {
                <div role="alert" class="problem"><p><b>{ "This cannot be applied yet." }</b></p><ul class="problems">{ for wrongs }</ul></div>
            }
            if !asks.is_empty() {
                <div class="schema-asks">
                    <p><b>{ "What shall become of the work that is there?" }</b>{ " Choose, then apply." }</p>
                    { for asks }
                </div>
            }
            { alert }
            { closing }
        </div>
    }
}

/// A question. `missed` where it was to be applied without its answer, though it was in view.
fn ask(at: usize, trouble: &Trouble, missed: bool, dispatch: &Tell) -> Option<Html> {
    let Trouble::Ask(ask) = trouble else { return None };
    let open = ask.chosen.is_none();
    let missed = open && missed;
    let id = format!("schema-question-{at}");
    let option = |(choice, words): &(_, String)| {
        let action = SchemaAction::Answer(ask.question.clone(), *choice);
        html! {
            <label class="choice">
                <input type="radio" name={format!("schema-ask-{at}")} checked={ask.chosen == Some(*choice)}
                    onchange={dispatch.reform(move |_: Event| action.clone())} /><span>{ words }</span>
            </label>
        }
    };
    Some(html! {
        <fieldset role="radiogroup" aria-labelledby={id.clone()} data-open={open.then_some("")} class={missed.then_some("missed")}
            aria-invalid={missed.then_some("true")}>
            <legend {id}>{ &ask.words }</legend>
            { for ask.options.iter().map(option) }
        </fieldset>
    })
}

/// Starting from another schema, and taking this one away.
fn files(dispatch: &Tell) -> Html {
    let choose = {
        let dispatch = dispatch.clone();
        Callback::from(move |event: Event| {
            if let Some(file) = files::chosen(&event) {
                read_schema(&file, dispatch.clone());
            }
        })
    };
    let ready = READY_MADE.iter().zip(0_u8..).map(|((name, about), number)| {
        html! {
            <li>
                { button(name, "ghost", dispatch, SchemaAction::ReadyMade(number), false) }
                <small>{ about }</small>
            </li>
        }
    });
    html! {
        <div class="schema-files">
            <details>
                <summary>{ "Start from a ready-made schema" }</summary>
                <p class="quiet">{ "It takes the place of what is here. Labels and the like that are called the same stay what they are, and nothing is changed before you apply it." }</p>
                <ul>{ for ready }</ul>
            </details>
            <div class="dialog-actions">
                <label class="ghost schema-load">
                    <input type="file" accept=".json,application/json" aria-label="Schema file" onchange={choose} />
                    <span aria-hidden="true">{ "Load a schema file" }</span>
                </label>
                { button("Save as a file", "ghost", dispatch, SchemaAction::Save, false) }
            </div>
        </div>
    }
}
