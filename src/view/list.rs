//! The list of annotations beside the text. Only the rows in view are in the page, so that ten
//! thousand are as fluent as ten.

use std::cell::Cell;
use std::rc::Rc;

use gloo::render::request_animation_frame;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement};
use yew::{Html, html};

use super::article::Held;
use super::cards::Cards;
use super::check::Checks;
use super::guidelines::nodes;
use super::inspector::inspector;
use super::part::{Draw, Memory, Watched, listen, part, until_undone};
use super::{Dispatch, icons, px, send};
use crate::app::cards::{view_words, views};
use crate::app::command::Command;
use crate::app::linking::Linking;
use crate::app::list::{ListState, row_name, rows};
use crate::app::{Action, Open, Side, State};
use crate::model::{Annotation, AnnotationId, Flag};
use crate::platform::lower_case;

/// Height of a row in CSS pixels, as the style sheet has it.
const ROW: f64 = 62.0;
/// Lists up to this many rows are in the page whole.
const SHORT: usize = 200;
/// Rows drawn beyond each end of the view.
const MARGIN: usize = 6;

/// The panel: its views, and the focused annotation.
pub fn side(state: &State, dispatch: &Dispatch) -> Html {
    let Some(open) = state.open.as_ref() else { return html! {} };
    let class = yew::classes!("side", state.list_shown.then_some("shown"));
    let held = || Held(open.session.document.clone());
    let focus = || open.focus.as_ref().map(|focus| focus.id.clone());
    let view = |side: Side| {
        let on = open.side == side;
        let count = match &side {
            Side::Annotations => Some(open.session.document.annotations.len()),
            _ => None,
        };
        let words = view_words(&side);
        let name = match &side {
            Side::Annotations => "All annotations".to_owned(),
            _ => words.clone(),
        };
        html! {
            <button type="button" class={yew::classes!("tab", on.then_some("on"))} aria-pressed={on.to_string()} aria-label={name}
                onclick={send(dispatch, Action::Show(side))}>
                <span data-count={count.map(|count| count.to_string())}>{ words }</span>
            </button>
        }
    };
    let content = match &open.side {
        Side::Annotations => html! {
            <>
                { filters(open, dispatch) }
                { part(Some("rows".into()), Rows {
                    document: held(),
                    list: open.list.clone(),
                    focus: focus(),
                    picked: Rc::clone(&open.picked),
                    linking: open.linking.clone(),
                    dispatch: dispatch.clone(),
                }) }
            </>
        },
        Side::By(label) => part(
            Some(format!("by {label}").into()),
            Cards {
                document: held(),
                label: label.clone(),
                focus: focus(),
                relation: open.relation.clone(),
                dispatch: dispatch.clone(),
            },
        ),
        Side::Guidelines => guidelines(state, dispatch),
        Side::Checks => part(
            Some("checks".into()),
            Checks {
                document: held(),
                checked: state.checked.as_ref().map(|(of, found)| (Held(of.clone()), found.clone())),
                focus: focus(),
                dispatch: dispatch.clone(),
            },
        ),
    };
    html! {
        <aside {class} aria-label="Annotations of this article">
            <div class="side-head">
                <div class="tabs views" role="group" aria-label="Views">{ for views(open.schema()).into_iter().map(view) }</div>
                <button type="button" class="close-side icon-button" aria-label="Hide annotations"
                    onclick={send(dispatch, Action::Run(Command::Annotations))}>{ icons::cross() }</button>
            </div>
            { content }
            { inspector(state, dispatch) }
        </aside>
    }
}

/// The guidelines beside the article.
fn guidelines(state: &State, dispatch: &Dispatch) -> Html {
    let content = match &state.guide {
        None => html! { <p class="empty-list">{ "Reading the guidelines…" }</p> },
        Some((_, Err(why))) => html! { <p class="problem">{ why }</p> },
        Some((_, Ok(tree))) => nodes(tree, &dispatch.reform(Action::AskToOpen)),
    };
    html! {
        <section class="guidelines" aria-label="Guidelines" tabindex="0">
            <h2 class="unseen">{ "Guidelines" }</h2>
            { content }
        </section>
    }
}

/// What narrows the list: labels and words.
fn filters(open: &Open, dispatch: &Dispatch) -> Html {
    let annotations = &open.session.document.annotations;
    let tab = |label: Option<usize>| {
        let named = label.and_then(|at| open.schema().labels.get(at));
        let name = named.map(|label| label.name.clone());
        let on = open.list.label == name;
        let count = name.as_ref().map_or(annotations.len(), |name| annotations.count(name));
        let words = name.as_ref().map_or_else(|| "All".to_owned(), ToString::to_string);
        let described = name.as_ref().map_or_else(|| "Show all labels".to_owned(), |name| format!("Show only {name}"));
        let choose = send(dispatch, Action::FilterLabel(name));
        html! {
            <button type="button" class={yew::classes!("tab", on.then_some("on"), label.map(|at| format!("k{at}")))}
                aria-pressed={on.to_string()} aria-label={described} onclick={choose}>
                <span data-count={count.to_string()}>{ words }</span>
            </button>
        }
    };
    // What is archived is still there where something has it.
    let labels = open.schema().labels.iter().enumerate();
    let shown = labels.filter(|(_, label)| !label.archived || annotations.count(&label.name) > 0);
    let on_words = dispatch.reform(|event: yew::InputEvent| {
        let field = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        Action::FilterWords(field.map(|field| field.value()).unwrap_or_default())
    });
    html! {
        <div class="filters">
            <div class="tabs" role="group" aria-label="Filter by label">
                { tab(None) }{ for shown.map(|(at, _)| tab(Some(at))) }
            </div>
            <div class="find">
                { icons::search() }
                <input type="search" aria-label="Filter by words" placeholder="Filter by words" value={open.list.words.to_string()} oninput={on_words} />
            </div>
        </div>
    }
}

#[derive(PartialEq)]
struct Rows {
    document: Held,
    list: ListState,
    focus: Option<AnnotationId>,
    picked: Rc<[AnnotationId]>,
    linking: Option<Linking>,
    dispatch: Dispatch,
}

/// The rows. A window of them is in the page; each says its place in the whole list.
impl Draw for Rows {
    fn draw(&self, memory: &Memory) -> Html {
        let node = memory.node();
        let window = memory.state((0_usize, 40_usize));
        let watched = Watched::of((self.document.clone(), self.list.clone()));
        let all = memory.worked_out(watched, || rows(&self.document.0, &self.list, &lower_case));

        // The window follows the scroll position; a row is as high as any other.
        {
            let (node, window, count) = (node.clone(), window.clone(), all.len());
            let follow = move || {
                let last = Rc::new(Cell::new((usize::MAX, 0)));
                let measure: Rc<dyn Fn()> = {
                    let node = node.clone();
                    Rc::new(move || {
                        let Some(list) = node.cast::<HtmlElement>() else { return };
                        let top = f64::from(list.scroll_top()).max(0.0) / ROW;
                        let shown = f64::from(list.client_height()) / ROW;
                        let first = (top as usize).saturating_sub(MARGIN);
                        let end = (top + shown) as usize + MARGIN + 1;
                        if last.get() != (first, end) {
                            last.set((first, end));
                            window.set((first, end));
                        }
                    })
                };
                measure();
                let listeners = node.cast::<HtmlElement>().map(|list| {
                    let again = Rc::clone(&measure);
                    let on_scroll = listen(&list, "scroll", true, Box::new(move |_| measure()));
                    let on_resize = web_sys::window().map(|w| listen(&w, "resize", true, Box::new(move |_| again())));
                    (on_scroll, on_resize)
                });
                until_undone(listeners)
            };
            memory.watch(Watched::of(count), follow);
        }

        // The focused row is in view.
        let at = self.focus.as_ref().and_then(|id| all.iter().position(|annotation| annotation.id == *id));
        {
            let node = node.clone();
            let show = move || {
                let (Some(at), Some(list)) = (at, node.cast::<HtmlElement>()) else { return None };
                let scroll = {
                    let list = list.clone();
                    move || {
                        let (top, shown) = (f64::from(list.scroll_top()), f64::from(list.client_height()));
                        let row = at as f64 * ROW;
                        if row < top || row + ROW > top + shown {
                            list.set_scroll_top((row - shown / 3.0).max(0.0) as i32);
                        }
                    }
                };
                scroll();
                // The panel below may take room of the list in this very drawing.
                let again = request_animation_frame(move |_| scroll());
                // Whoever walks through the list by keyboard stays on the focused row.
                let page = list.owner_document();
                let inside = page
                    .and_then(|page| page.active_element())
                    .is_some_and(|active| active.class_list().contains("row") && list.contains(Some(&active)));
                let row = list.query_selector(&format!("[aria-posinset='{}']", at + 1)).ok().flatten();
                if let Some(row) = row.filter(|_| inside).and_then(|row| row.dyn_into::<HtmlElement>().ok()) {
                    let _ = row.focus();
                }
                until_undone(again)
            };
            memory.watch(Watched::of((at, self.focus.clone())), show);
        }

        // Places of rows and the height of all of them are set from code: no style attributes.
        {
            let (node, count) = (node.clone(), all.len());
            let first = if count <= SHORT { 0 } else { window.get().0 };
            let place = move || {
                if let Some(list) = node.cast::<HtmlElement>() {
                    let _ = list.style().set_property("--all", &px(count as f64 * ROW));
                    let _ = list.style().set_property("--first", &px(first as f64 * ROW));
                }
                None
            };
            memory.watch(Watched::of((count, first)), place);
        }

        let document = &self.document.0;
        // A short list is in the page whole.
        let window = if all.len() <= SHORT { (0, all.len()) } else { window.get() };
        let (first, end) = (window.0.min(all.len()), window.1.min(all.len()));
        let drawn = all.get(first..end).unwrap_or_default().iter().enumerate().map(|(i, annotation)| {
            let place = first + i;
            let on = at == Some(place);
            let reachable = on || (at.is_none() && place == 0);
            let picked = self.picked.contains(&annotation.id);
            let letters = self.linking.as_ref().and_then(|linking| letters_of(linking, &annotation.id));
            row(document, annotation, Place { place, all: all.len(), on, reachable, picked, letters }, &self.dispatch)
        });
        let empty = match (all.is_empty(), document.annotations.is_empty()) {
            (true, true) => Some("Nothing marked yet. Select words in the article and press 1, 2 or 3."),
            (true, false) => Some("No annotation matches the filter."),
            _ => None,
        };
        html! {
            <>
                if let Some(words) = empty { <p class="empty-list">{ words }</p> }
                <div class={yew::classes!("rows", empty.map(|_| "none"))} ref={node} tabindex="-1">
                    <ul role="list" aria-label="Annotations">{ for drawn }</ul>
                </div>
            </>
        }
    }
}

/// Where a row stands in the list, and how.
struct Place {
    place: usize,
    all: usize,
    on: bool,
    reachable: bool,
    picked: bool,
    /// What to type to link to it.
    letters: Option<String>,
}

/// The letters that take a candidate, where those that were typed so far lead to it.
pub fn letters_of(linking: &Linking, id: &AnnotationId) -> Option<String> {
    let (_, code) = linking.candidates.iter().find(|(candidate, _)| candidate == id)?;
    code.strip_prefix(linking.typed.as_str()).map(str::to_owned)
}

fn row(document: &crate::model::Document, annotation: &Rc<Annotation>, place: Place, dispatch: &Dispatch) -> Html {
    let Place { place, all, on, reachable, picked, letters } = place;
    let id = annotation.id.clone();
    let schema = &document.schema;
    let position = schema.position(&annotation.label).unwrap_or(schema.labels.len());
    let swatch = format!("swatch {}", schema.style_at(position).name());
    let by_key = {
        let dispatch = dispatch.clone();
        yew::Callback::from(move |event: yew::KeyboardEvent| {
            let action = match event.key().as_str() {
                "Enter" | " " => Action::FocusRow(id.clone()),
                "ArrowDown" => Action::Run(Command::Next),
                "ArrowUp" => Action::Run(Command::Previous),
                _ => return,
            };
            event.prevent_default();
            event.stop_propagation();
            dispatch.emit(action);
        })
    };
    let quote: String = document.quote(annotation).chars().take(200).collect();
    let flag = annotation.remarks.flag;
    let choose = {
        let (dispatch, id) = (dispatch.clone(), annotation.id.clone());
        yew::Callback::from(move |event: yew::MouseEvent| {
            let add = event.ctrl_key() || event.meta_key();
            dispatch.emit(if add { Action::Pick(id.clone()) } else { Action::FocusRow(id.clone()) });
        })
    };
    html! {
        <li key={annotation.id.as_str().to_owned()} role="listitem" class={yew::classes!("row", format!("k{position}"), on.then_some("on"), picked.then_some("picked"), flag.map(Flag::name))}
            aria-label={row_name(document, annotation)} aria-setsize={all.to_string()} aria-posinset={(place + 1).to_string()}
            aria-current={on.then_some("true")} tabindex={if reachable { "0" } else { "-1" }} onclick={choose} onkeydown={by_key}>
            <i class={swatch}></i>
            <div class="row-words" dir="auto">{ quote }</div>
            <span class="row-label">{ annotation.label.to_string() }{ if annotation.fragments.is_discontinuous() { " · in pieces" } else { "" } }{ flag.map_or("", |flag| if flag == Flag::Discuss { " · to discuss" } else { " · to discard" }) }</span>
            if let Some(letters) = letters { <b class="letters" aria-hidden="true" data-letters={letters}></b> }
        </li>
    }
}
