//! The page that looks for words in all articles.
//!
//! Invariant: nothing is decided here. Only the rows in view are in the page, however much was found.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, KeyboardEvent};
use yew::{Callback, Html, html};

use super::hold::stays_until_told;
use super::roll::{Roll, focus};
use crate::app::count_words;
use crate::app::errand::seek::{Hit, Place};
use crate::app::finding::Way;
use crate::app::seeking::{Found, Progress, Row, SeekAction, Seeking, Trouble};
use crate::view::dialogs::frame;
use crate::view::part::{Draw, Memory, Watched, part};
use crate::view::{Dispatch, icons};

/// Height of a row in CSS pixels.
const ROW: u32 = 38;
const DIALOG: &str = "dialog.seek-dialog";
const FIELD: &str = "dialog.seek-dialog input[type=search]";
const LIST: &str = "dialog.seek-dialog .roll";
/// So many articles that could not be read are named.
const NAMED: usize = 20;

/// Sends what happened on the page.
pub type Tell = Callback<SeekAction>;

/// The page as it is drawn.
pub struct Shown {
    pub page: Rc<Seeking>,
    pub tell: Tell,
}

impl PartialEq for Shown {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.page, &other.page)
    }
}

fn press(tell: &Tell, action: SeekAction) -> Callback<yew::MouseEvent> {
    tell.reform(move |_| action.clone())
}

impl Draw for Shown {
    fn draw(&self, memory: &Memory) -> Html {
        let (page, tell) = (&self.page, &self.tell);
        {
            let escape = tell.reform(|()| SeekAction::Escape);
            memory.watch(Watched::of(()), move || stays_until_told(DIALOG, &escape));
        }
        memory.watch(Watched::of(()), || {
            focus(FIELD);
            let page = web_sys::window()?.document()?;
            let field = page.query_selector(FIELD).ok()??.dyn_into::<HtmlInputElement>().ok()?;
            field.select();
            None
        });
        let content = html! {
            <>
                { head(page, tell) }
                { state(page, tell) }
                { list(page, tell) }
                { unread(page) }
            </>
        };
        let close: Dispatch = tell.reform(|_| SeekAction::Close);
        frame("Search all articles", "wide-dialog page-dialog seek-dialog", Some("Close"), &close, content)
    }
}

/// What is looked for, and where.
fn head(page: &Seeking, tell: &Tell) -> Html {
    let on_words = tell.reform(|event: yew::InputEvent| {
        let field = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        SeekAction::Words(field.map(|field| field.value()).unwrap_or_default())
    });
    let on_key = {
        let (tell, first, any) = (tell.clone(), page.first(), page.at.is_some());
        Callback::from(move |event: KeyboardEvent| {
            if event.is_composing() || !matches!(event.key().as_str(), "Enter" | "ArrowDown") {
                return;
            }
            if let Some(first) = first {
                event.prevent_default();
                if !any {
                    tell.emit(SeekAction::At(first));
                }
                focus(LIST);
            }
        })
    };
    let way = |way: Way| {
        let on = way.is_on(&page.wanted);
        html! {
            <button type="button" class={yew::classes!("find-way", on.then_some("on"))} aria-pressed={on.to_string()}
                aria-label={way.words()} title={way.words()} data-sign={way.sign()} onclick={press(tell, SeekAction::Switch(way))}></button>
        }
    };
    let switch = |words: &str, on: bool, action: SeekAction| {
        html! {
            <button type="button" class={yew::classes!("tab", on.then_some("on"))} aria-pressed={on.to_string()} onclick={press(tell, action)}>
                <bdi>{ words.to_owned() }</bdi></button>
        }
    };
    let places = Place::ALL.map(|place| switch(place.words(), page.places.contains(&place), SeekAction::Place(place)));
    let scope = page.project.as_ref().filter(|(_, name)| !name.is_empty()).map(|(_, name)| {
        html! {
            <div class="tabs" role="group" aria-label="Which articles">
                { switch(name, !page.all, SeekAction::All(false)) }
                { switch("All articles", page.all, SeekAction::All(true)) }
            </div>
        }
    });
    let wrong = matches!(page.trouble, Some(Trouble::Expression(_))).then_some("true");
    html! {
        <div class="seek-head">
            <div class="seek-field">
                { icons::search() }
                <input type="search" aria-label="Words to find in all articles" placeholder="Words to find" dir="auto" autocomplete="off" spellcheck="false"
                    aria-invalid={wrong} value={page.wanted.words.clone()} oninput={on_words} onkeydown={on_key} />
                { for Way::ALL.into_iter().map(way) }
            </div>
            <div class="seek-where">
                <div class="tabs" role="group" aria-label="Where to look">{ for places }</div>
                { for scope }
            </div>
        </div>
    }
}

/// How far it is.
fn state(page: &Seeking, tell: &Tell) -> Html {
    let looking = page.progress == Progress::Looking;
    let all = page.articles.len().max(1);
    let trouble = page.trouble.as_ref().map(|(Trouble::Expression(why) | Trouble::Fault(why))| {
        html! { <p class="seek-trouble" role="alert">{ why }</p> }
    });
    let fault = matches!(page.trouble, Some(Trouble::Fault(_)));
    html! {
        <div class="seek-state">
            <p role="status" aria-busy={(looking || !page.is_listed()).to_string()}>{ page.words() }</p>
            if looking {
                <progress max={all.to_string()} value={page.done.to_string()} aria-hidden="true"></progress>
                <button type="button" class="ghost" onclick={press(tell, SeekAction::Stop)}>{ "Stop" }</button>
            } else if fault {
                <button type="button" class="ghost" onclick={press(tell, SeekAction::GoOn)}>{ "Try again" }</button>
            } else if page.progress == Progress::Stopped {
                <button type="button" class="ghost" onclick={press(tell, SeekAction::GoOn)}>{ "Go on" }</button>
            }
            { for trouble }
        </div>
    }
}

/// What was found.
fn list(page: &Rc<Seeking>, tell: &Tell) -> Html {
    if page.rows.is_empty() {
        return html! { <div class="seek-none"></div> };
    }
    let row = {
        let (page, tell) = (Rc::clone(page), tell.clone());
        Rc::new(move |number: usize| {
            let open = press(&tell, SeekAction::Open(number));
            let found = |at: usize| page.found.get(at);
            let inside = match page.rows.get(number) {
                Some(Row::Title(at)) => found(*at).map(|found| title(found)),
                Some(Row::Hit(at, hit)) => found(*at).and_then(|found| found.looked.hits.get(*hit)).map(shown),
                Some(Row::More(at)) => found(*at).map(|found| more(found)),
                None => None,
            };
            html! { <div class="seek-row" onclick={open}>{ for inside }</div> }
        })
    };
    let on_key = {
        let (tell, at) = (tell.clone(), page.at);
        Callback::from(move |event: KeyboardEvent| match (event.key().as_str(), at) {
            ("Enter", Some(at)) => {
                event.prevent_default();
                tell.emit(SeekAction::Open(at));
            }
            // Who types goes on in the field.
            (key, _) if key == "Backspace" || key.chars().count() == 1 => focus(FIELD),
            _ => {}
        })
    };
    part(
        // What was found for other words begins at its top.
        Some(format!("hits {}", page.turn).into()),
        Roll {
            name: "Hits",
            id: "hit",
            height: ROW,
            count: page.rows.len(),
            at: page.at,
            row,
            choose: tell.reform(SeekAction::At),
            on_key,
        },
    )
}

fn title(found: &Found) -> Html {
    let mut count = count_words(found.looked.count, "hit", "hits");
    if found.looked.more {
        count = format!("more than {count}");
    }
    html! { <><b dir="auto">{ &found.title }</b><small>{ count }</small></> }
}

fn shown(hit: &Hit) -> Html {
    let (label, quote) = (!hit.about.is_empty(), !hit.words.is_empty());
    html! {
        <>
            if label {
                <small class="seek-about" dir="auto">
                    if quote { { &hit.about } } else { <mark class="seek-hit">{ &hit.about }</mark> }
                </small>
            }
            <span class="seek-words" dir="auto">{ &hit.before }<mark class="seek-hit">{ &hit.words }</mark>{ &hit.after }</span>
        </>
    }
}

fn more(found: &Found) -> Html {
    let looked = &found.looked;
    let count = count_words(looked.count.saturating_sub(looked.hits.len()), "more", "more");
    let count = if looked.more { format!("more than {count}") } else { count };
    html! { <small class="seek-more">{ format!("and {count} in this article") }</small> }
}

/// Articles that could not be read.
fn unread(page: &Seeking) -> Html {
    if page.unread.is_empty() {
        return html! {};
    }
    let count = page.unread.len();
    let rows = page
        .unread
        .iter()
        .take(NAMED)
        .map(|(title, why)| html! { <li><bdi>{ title }</bdi>{ format!(": {why}") }</li> });
    html! {
        <details class="seek-unread">
            <summary>{ format!("{} could not be looked in", count_words(count, "article", "articles")) }</summary>
            <ul role="list" aria-label="Not looked in">{ for rows }</ul>
            if count > NAMED { <p class="quiet">{ format!("These are the first {NAMED}.") }</p> }
        </details>
    }
}
