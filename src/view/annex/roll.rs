//! A long list of which one is chosen: rows of one height, of which only those in view are in the page.
//!
//! Invariant: the chosen row is in view after it was chosen anew, and named to assistive technology where it is in the
//! page; arrows, Home, End and Page keys walk. All other keys are for whoever owns the list.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};
use yew::{Callback, Html, html};

use crate::view::part::{Draw, Memory, Watched, listen, until_undone};
use crate::view::px;

/// Rows drawn beyond each end of the view.
const MARGIN: usize = 6;

/// A list as it is drawn.
pub struct Roll {
    /// What it is called, and the beginning of its rows' ids.
    pub name: &'static str,
    pub id: &'static str,
    /// Height of a row in CSS pixels.
    pub height: u32,
    pub count: usize,
    /// The chosen row.
    pub at: Option<usize>,
    /// What a row holds.
    pub row: Rc<dyn Fn(usize) -> Html>,
    pub choose: Callback<usize>,
    /// Hears of all other keys.
    pub on_key: Callback<KeyboardEvent>,
}

impl PartialEq for Roll {
    fn eq(&self, _: &Self) -> bool {
        // What a row holds cannot be compared; there are few in the page.
        false
    }
}

impl Draw for Roll {
    fn draw(&self, memory: &Memory) -> Html {
        let node = memory.node();
        let window = memory.state((0_usize, 24_usize));
        let (count, height) = (self.count, f64::from(self.height));
        let measure: Rc<dyn Fn()> = {
            let (node, window) = (node.clone(), window.clone());
            let last = memory.keep(|| Cell::new((usize::MAX, 0)));
            Rc::new(move || {
                let Some(list) = node.cast::<HtmlElement>() else { return };
                let first = (f64::from(list.scroll_top()) / height) as usize;
                let end = first + (f64::from(list.client_height()) / height) as usize + 2 + MARGIN;
                let now = (first.saturating_sub(MARGIN), end);
                if last.replace(now) != now {
                    window.set(now);
                }
            })
        };
        {
            let (node, measure) = (node.clone(), Rc::clone(&measure));
            let follow = move || {
                let list = node.cast::<HtmlElement>()?;
                measure();
                let again = Rc::clone(&measure);
                let on_scroll = listen(&list, "scroll", true, Box::new(move |_| measure()));
                let page = web_sys::window()?;
                let on_resize = listen(&page, "resize", true, Box::new(move |_| again()));
                until_undone((on_scroll, on_resize))
            };
            memory.watch(Watched::of(()), follow);
        }
        let (first, end) = window.get();
        let (first, end) = (first.min(count), end.min(count));
        {
            let node = node.clone();
            let place = move || {
                if let Some(list) = node.cast::<HtmlElement>() {
                    let _ = list.style().set_property("--all", &px(count as f64 * height));
                    let _ = list.style().set_property("--first", &px(first as f64 * height));
                    let _ = list.style().set_property("--row", &px(height));
                }
                None
            };
            memory.watch(Watched::of((count, first)), place);
        }
        {
            let (node, at) = (node.clone(), self.at);
            let show = move || {
                if let (Some(list), Some(at)) = (node.cast::<HtmlElement>(), at) {
                    let (top, seen) = (f64::from(list.scroll_top()), f64::from(list.client_height()));
                    let (from, to) = (at as f64 * height, (at as f64 + 1.0) * height);
                    // A row to both sides, so that one sees where it goes on.
                    if from - height < top {
                        list.set_scroll_top((from - height).max(0.0) as i32);
                    } else if to + height > top + seen {
                        list.set_scroll_top((to + height - seen) as i32);
                    }
                }
                measure();
                None
            };
            memory.watch(Watched::of((at, count)), show);
        }
        let on_key = {
            let (at, choose, others, node) = (self.at, self.choose.clone(), self.on_key.clone(), node.clone());
            Callback::from(move |event: KeyboardEvent| {
                if event.ctrl_key() || event.meta_key() || event.alt_key() {
                    return;
                }
                let seen = node.cast::<HtmlElement>().map_or(0.0, |list| f64::from(list.client_height()));
                let page = ((seen / height) as usize).max(2) - 1;
                let here = at.unwrap_or_default();
                let to = match event.key().as_str() {
                    "ArrowDown" => here + 1,
                    "ArrowUp" => here.saturating_sub(1),
                    "PageDown" => here + page,
                    "PageUp" => here.saturating_sub(page),
                    "Home" => 0,
                    "End" => count,
                    _ => return others.emit(event),
                };
                event.prevent_default();
                if count > 0 {
                    choose.emit(to.min(count - 1));
                }
            })
        };
        let rows = (first..end).map(|number| {
            let on = self.at == Some(number);
            let choose = self.choose.reform(move |_: yew::MouseEvent| number);
            html! {
                <div role="option" id={format!("{}-{number}", self.id)} key={number} class={yew::classes!("roll-row", on.then_some("on"))}
                    aria-selected={on.to_string()} aria-setsize={count.to_string()} aria-posinset={(number + 1).to_string()} onclick={choose}>
                    { (self.row)(number) }
                </div>
            }
        });
        let active = self.at.filter(|at| (first..end).contains(at)).map(|at| format!("{}-{at}", self.id));
        html! {
            <div role="listbox" class="roll" ref={node} tabindex="0" aria-label={self.name} aria-activedescendant={active} onkeydown={on_key}>
                <div role="presentation" class="roll-all"><div role="presentation" class="roll-part">{ for rows }</div></div>
            </div>
        }
    }
}

/// Puts the keyboard's focus on the list of an id's rows.
pub fn focus(selector: &str) {
    let page = web_sys::window().and_then(|window| window.document());
    let found = page.and_then(|page| page.query_selector(selector).ok().flatten());
    if let Some(found) = found.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
        let _ = found.focus();
    }
}
