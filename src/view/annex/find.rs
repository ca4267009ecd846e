//! The bar that looks for words in the open article, and the marks of its hits.
//!
//! Invariant: the article's nodes are the app's and stay as they are: hits are painted by the browser's
//! highlights, near the viewport only, and anew whenever the text was drawn or scrolled.

use std::cell::RefCell;
use std::rc::Rc;

use gloo::render::{AnimationFrame, request_animation_frame};
use js_sys::{Object, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlElement, HtmlInputElement, MutationObserver, MutationObserverInit};
use yew::{Callback, Html, html};

use crate::app::finding::{FindAction, Finding, Way};
use crate::text::{ByteOffset, Span};
use crate::view::article::geometry;
use crate::view::icons;
use crate::view::part::{Draw, Memory, Watched, listen};

/// What all hits and the one that one stands at are called in the style sheet.
const ALL: &str = "gloss-find";
const AT: &str = "gloss-find-at";
/// How far beyond the pane hits are painted, in CSS pixels.
const BEYOND: f64 = 300.0;

/// Sends what happened in the bar.
pub type Tell = Callback<FindAction>;

#[wasm_bindgen]
extern "C" {
    /// A place in the page that follows nothing: cheap, and wrong as soon as its nodes go.
    type StaticRange;
    #[wasm_bindgen(constructor, catch)]
    fn new(ends: &Object) -> Result<StaticRange, JsValue>;

    /// A group of places that is painted alike. Not in every browser.
    type Highlight;
    #[wasm_bindgen(constructor, catch)]
    fn new() -> Result<Highlight, JsValue>;
    #[wasm_bindgen(method)]
    fn add(this: &Highlight, range: &StaticRange);

    #[wasm_bindgen(js_namespace = ["CSS", "highlights"], js_name = set, catch)]
    fn paint(name: &str, what: &Highlight) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = ["CSS", "highlights"], js_name = delete, catch)]
    fn unpaint(name: &str) -> Result<JsValue, JsValue>;
}

/// The bar as it is drawn.
pub struct Shown {
    pub finding: Rc<Finding>,
    pub tell: Tell,
}

impl PartialEq for Shown {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.finding, &other.finding)
    }
}

impl Draw for Shown {
    fn draw(&self, memory: &Memory) -> Html {
        let (finding, tell) = (&self.finding, &self.tell);
        let field = memory.node();
        {
            let field = field.clone();
            let begin = move || {
                if let Some(field) = field.cast::<HtmlInputElement>() {
                    let _ = field.focus();
                    field.select();
                }
                None
            };
            memory.watch(Watched::of(()), begin);
        }
        // The marks follow the hits, the scrolling, and each drawing of the text.
        let newest = memory.keep(|| RefCell::new(Rc::clone(finding)));
        newest.replace(Rc::clone(finding));
        {
            let newest = Rc::clone(&newest);
            let show = move || {
                mark(&newest.borrow());
                None
            };
            memory.watch(Watched::of((Rc::as_ptr(&finding.hits) as *const () as usize, finding.at)), show);
        }
        memory.watch(Watched::of(()), move || follow(&newest));

        let on_words = tell.reform(|event: yew::InputEvent| {
            let field = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
            FindAction::Words(field.map(|field| field.value()).unwrap_or_default())
        });
        let on_key = {
            let tell = tell.clone();
            Callback::from(move |event: web_sys::KeyboardEvent| {
                let action = match event.key().as_str() {
                    "Enter" if is_field(&event) => FindAction::Step(!event.shift_key()),
                    "ArrowDown" => FindAction::Step(true),
                    "ArrowUp" => FindAction::Step(false),
                    "Escape" => FindAction::Close,
                    _ => return,
                };
                if !event.is_composing() {
                    event.prevent_default();
                    event.stop_propagation();
                    tell.emit(action);
                }
            })
        };
        let send = |action: FindAction| tell.reform(move |_: yew::MouseEvent| action.clone());
        let way = |way: Way| {
            let on = way.is_on(&finding.wanted);
            html! {
                <button type="button" class={yew::classes!("find-way", on.then_some("on"))} aria-pressed={on.to_string()}
                    aria-label={way.words()} title={way.words()} data-sign={way.sign()} onclick={send(FindAction::Switch(way))}></button>
            }
        };
        let none = finding.at.is_none();
        html! {
            <section role="search" aria-label="Find in the article" class="find-bar" onkeydown={on_key}>
                <input ref={field} type="search" aria-label="Words to find" placeholder="Find in the article" dir="auto" autocomplete="off" spellcheck="false"
                    aria-invalid={finding.trouble.is_some().then_some("true")} value={finding.wanted.words.clone()} oninput={on_words} />
                { for Way::ALL.into_iter().map(way) }
                <button type="button" class="icon-button" aria-label="Previous hit" title="Previous hit (Shift+Enter)" disabled={none}
                    onclick={send(FindAction::Step(false))}>{ icons::up() }</button>
                <button type="button" class="icon-button" aria-label="Next hit" title="Next hit (Enter)" disabled={none}
                    onclick={send(FindAction::Step(true))}>{ icons::down() }</button>
                <button type="button" class="icon-button" aria-label="Close" title="Close (Esc)" onclick={send(FindAction::Close)}>{ icons::cross() }</button>
                <p role="status" class={yew::classes!("find-count", finding.trouble.as_ref().map(|_| "trouble"))}>{ finding.words() }</p>
            </section>
        }
    }
}

fn is_field(event: &web_sys::KeyboardEvent) -> bool {
    event.target().is_some_and(|target| target.dyn_ref::<HtmlInputElement>().is_some())
}

fn pane() -> Option<(HtmlElement, Element)> {
    let page = web_sys::window()?.document()?;
    let pane = page.query_selector("main.pane").ok()??.dyn_into().ok()?;
    Some((pane, page.query_selector("article").ok()??))
}

/// Paints the hits near the viewport.
fn mark(finding: &Finding) {
    let painted = || {
        let (pane, article) = pane()?;
        let rect = pane.get_bounding_client_rect();
        let (top, bottom) = (rect.top() - BEYOND, rect.bottom() + BEYOND);
        let (start, end) = geometry::between_heights(&finding.text, &article, top, bottom)?;
        let (all, at) = (Highlight::new().ok()?, Highlight::new().ok()?);
        let first = finding.hits.partition_point(|hit| hit.end() <= start);
        let near = finding.hits.iter().enumerate().skip(first).take_while(|(_, hit)| hit.start() < end);
        for (place, hit) in near {
            if let Some(range) = range(finding, &article, *hit) {
                if finding.at == Some(place) { &at } else { &all }.add(&range);
            }
        }
        paint(ALL, &all).ok()?;
        paint(AT, &at).ok()
    };
    let _ = painted();
}

fn range(finding: &Finding, article: &Element, hit: Span) -> Option<StaticRange> {
    let place = |at: ByteOffset| geometry::place_of(&finding.text, article, at);
    let ((start, start_at), (end, end_at)) = (place(hit.start())?, place(hit.end())?);
    let ends = Object::new();
    for (name, value) in [("startContainer", JsValue::from(start)), ("endContainer", end.into())] {
        Reflect::set(&ends, &name.into(), &value).ok()?;
    }
    for (name, value) in [("startOffset", start_at), ("endOffset", end_at)] {
        Reflect::set(&ends, &name.into(), &value.into()).ok()?;
    }
    StaticRange::new(&ends).ok()
}

/// Paints anew, in the next frame, whenever the text was scrolled, drawn or laid out.
fn follow(newest: &Rc<RefCell<Rc<Finding>>>) -> crate::view::part::Undo {
    let (pane, article) = pane()?;
    let pending: Rc<RefCell<Option<AnimationFrame>>> = Rc::default();
    let later = {
        let newest = Rc::clone(newest);
        Rc::new(move || {
            if pending.borrow().is_none() {
                let (done, newest) = (Rc::clone(&pending), Rc::clone(&newest));
                let next = request_animation_frame(move |_| {
                    done.take();
                    mark(&newest.borrow());
                });
                pending.replace(Some(next));
            }
        })
    };
    let heard = {
        let later = Rc::clone(&later);
        Closure::<dyn FnMut()>::new(move || later())
    };
    let observer = MutationObserver::new(heard.as_ref().unchecked_ref()).ok()?;
    let what = MutationObserverInit::new();
    what.set_child_list(true);
    what.set_subtree(true);
    // Around the article: it can become another one, when a stranger has changed it.
    let frame = article.parent_element()?;
    let _ = observer.observe_with_options(&frame, &what);
    let scrolled = {
        let later = Rc::clone(&later);
        listen(&pane, "scroll", true, Box::new(move |_| later()))
    };
    let resized = web_sys::window().map(|window| listen(&window, "resize", true, Box::new(move |_| later())));
    Some(Box::new(move || {
        observer.disconnect();
        drop((heard, scrolled, resized));
        let _ = (unpaint(ALL), unpaint(AT));
    }))
}
