//! Which article is open, and the line that leads from one version of it to the other.
//!
//! Invariant: the app is asked for nothing: which article it shows stands in the address, and that it shows another one
//! is seen by its elements.

use gloo::events::EventListener;
use wasm_bindgen::prelude::*;
use web_sys::{MutationObserver, MutationObserverInit};
use yew::{Callback, Html, html};

use crate::model::DocumentId;
use crate::platform::storage::Neighbour;
use crate::platform::{address, moment};
use crate::view::icons;

/// Tells which article is open, whenever that may be another one. For as long as it is kept.
pub struct Watch {
    observer: Option<MutationObserver>,
    _heard: Closure<dyn FnMut()>,
    _back: Option<EventListener>,
}

impl Watch {
    /// Begins to look; tells at once what is open now.
    pub fn new(tell: Callback<Option<DocumentId>>) -> Self {
        let told = tell.clone();
        let heard = Closure::<dyn FnMut()>::new(move || told.emit(open()));
        let observe = || {
            let app = web_sys::window()?.document()?.query_selector("#app > .app").ok()??;
            let observer = MutationObserver::new(heard.as_ref().unchecked_ref()).ok()?;
            let what = MutationObserverInit::new();
            what.set_child_list(true);
            observer.observe_with_options(&app, &what).ok()?;
            Some(observer)
        };
        let observer = observe();
        let back = {
            let tell = tell.clone();
            web_sys::window().map(|window| EventListener::new(&window, "popstate", move |_| tell.emit(open())))
        };
        tell.emit(open());
        Self { observer, _heard: heard, _back: back }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if let Some(observer) = &self.observer {
            observer.disconnect();
        }
    }
}

/// The article on the screen.
fn open() -> Option<DocumentId> {
    let page = web_sys::window()?.document()?;
    page.query_selector(".app.at-article").ok().flatten()?;
    address()
}

/// The line at an article that has other versions.
pub fn line(versions: &[Neighbour], open: &Callback<DocumentId>, hide: &Callback<()>) -> Html {
    let (older, newer): (Vec<&Neighbour>, Vec<&Neighbour>) = versions.iter().partition(|version| !version.newer);
    let words = match (older.is_empty(), newer.len()) {
        (_, 1) => "There is a newer version of this article.",
        (false, 0) => "This is a newer version of an article.",
        (true, 0) => return html! {},
        _ => "There are newer versions of this article.",
    };
    let several = newer.len() > 1;
    let button = |version: &Neighbour| {
        let (open, id) = (open.clone(), version.id.clone());
        let words = match (version.newer, several) {
            (true, false) => "Newer version".to_owned(),
            (true, true) => format!("Newer version, {}", moment(&version.at)),
            (false, _) => "Older version".to_owned(),
        };
        html! { <button type="button" onclick={Callback::from(move |_: yew::MouseEvent| open.emit(id.clone()))}>{ words }</button> }
    };
    html! {
        <aside class="versions" aria-label="Versions of this article">
            <span>{ words }</span>
            { for older.into_iter().chain(newer).map(button) }
            <button type="button" class="icon-button" aria-label="Hide" title="Hide" onclick={hide.reform(|_: yew::MouseEvent| ())}>{ icons::cross() }</button>
        </aside>
    }
}
