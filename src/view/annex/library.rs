//! The library on the page: the articles of this device, what narrows and orders them, and the bin.
//!
//! Only the rows in view are in the page, so that five thousand are as fluent as five.

use std::cell::Cell;
use std::rc::Rc;

use gloo::timers::callback::Timeout;
use serde_json::Value;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement, HtmlSelectElement, KeyboardEvent};
use yew::{Callback, Html, html};

use super::many::{self, Give};
use super::projects;
use crate::app::details::tags;
use crate::app::library::{Library, LibraryAction, Lost, Order, Said, published, status_words};
use crate::app::{Listing, count_words};
use crate::model::{DocumentId, Status};
use crate::platform::{folded, moment};
use crate::view::part::{Draw, Memory, Watched, listen, part, until_undone};
use crate::view::{icons, px};

/// Height of a row in CSS pixels, as the style sheet has it.
const ROW: f64 = 60.0;
/// Lists up to this many rows are in the page whole.
const SHORT: usize = 100;
/// Rows drawn beyond each end of the view.
const MARGIN: usize = 8;
/// How long a message stays, in milliseconds.
const STAYS: u32 = 12_000;

/// Sends what happened to the library.
pub type Tell = Callback<LibraryAction>;

/// The library as it is drawn: anew only where it is another one.
pub struct Shown {
    pub library: Rc<Library>,
    pub tell: Tell,
    pub give: Give,
    /// Opens the page about what is stored.
    pub storage: Callback<yew::MouseEvent>,
}

impl PartialEq for Shown {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.library, &other.library)
    }
}

pub fn send(tell: &Tell, action: LibraryAction) -> Callback<yew::MouseEvent> {
    tell.reform(move |_| action.clone())
}

impl Draw for Shown {
    fn draw(&self, memory: &Memory) -> Html {
        let (library, tell) = (&self.library, &self.tell);
        // Undo by key, while there is something to take back.
        let undo = library.said.as_ref().is_some_and(|said| said.undo.is_some());
        {
            let tell = tell.clone();
            let follow = move || {
                let window = web_sys::window().filter(|_| undo)?;
                let react = move |event: &web_sys::Event| {
                    let Some(key) = event.dyn_ref::<KeyboardEvent>() else { return };
                    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
                    let field = target.is_some_and(|t| matches!(&*t.tag_name(), "INPUT" | "TEXTAREA" | "SELECT"));
                    if !field && (key.ctrl_key() || key.meta_key()) && !key.shift_key() && key.key() == "z" {
                        event.prevent_default();
                        tell.emit(LibraryAction::Undo);
                    }
                };
                until_undone(listen(&window, "keydown", false, Box::new(react)))
            };
            memory.watch(Watched::of(undo), follow);
        }
        {
            let (tell, said) = (tell.clone(), library.said.clone());
            let waits = said.is_some();
            let go = move || {
                let timeout = waits.then(|| Timeout::new(STAYS, move || tell.emit(LibraryAction::Dismiss)));
                until_undone(timeout)
            };
            memory.watch(Watched::of(said), go);
        }
        let (all, done) = (library.count(None), library.count(Some(Status::Done)));
        let skipped = library.count(Some(Status::Skipped));
        let mut progress = format!("{done} of {} done", count_words(all, "article", "articles"));
        if skipped > 0 {
            progress = format!("{progress}, {skipped} skipped");
        }
        html! {
            <section class="library" aria-labelledby="library-words">
                <div class="library-head">
                    <h2 id="library-words" class={yew::classes!(library.project().map(|_| "named"))}><bdi>{ library.project().map_or("On this device", |project| &project.name).to_owned() }</bdi></h2>
                    if all > 0 {
                        <p class="progress"><progress max={all.to_string()} value={(done + skipped).to_string()} aria-hidden="true"></progress>
                            <span>{ progress }</span></p>
                    }
                </div>
                if library.listings.is_none() {
                    <p class="quiet">{ "Opening…" }</p>
                } else {
                    if library.listings.as_ref().is_some_and(|listings| !listings.is_empty()) {
                        <button type="button" class="seek-open" title="Search all articles (Ctrl+Shift+F)" onclick={send(tell, LibraryAction::Seek)}>
                            { icons::search() }{ "Search all articles" }</button>
                    }
                    { projects::chooser(library, tell) }
                    { projects::form(library, tell) }
                    { projects::actions(library, &self.give, tell, &self.storage) }
                    { many::progress(library, tell) }
                    if all > 0 || library.archived().next().is_some() { { tools(library, tell) } }
                    { part(Some("rows".into()), Rows { library: Rc::clone(library), tell: tell.clone() }) }
                    { asides(library, tell) }
                    { bin(library, tell) }
                }
                { many::dialog(library, tell) }
                if let Some(said) = &library.said { { toast(said, tell) } }
            </section>
        }
    }
}

fn toast(said: &Said, tell: &Tell) -> Html {
    html! {
        <div class={yew::classes!("toast", said.refusal.then_some("refusal"))}>
            <span>{ &said.words }</span>
            if said.undo.is_some() {
                <button type="button" onclick={send(tell, LibraryAction::Undo)}>{ "Undo" }</button>
            }
        </div>
    }
}

/// What narrows and orders the list.
fn tools(library: &Library, tell: &Tell) -> Html {
    let tab = |status: Option<Status>| {
        let (on, count) = (library.status == status && !library.archive, library.count(status));
        let words = status.map_or("All", status_words);
        let name = format!("{words}: {}", count_words(count, "article", "articles"));
        html! {
            <button type="button" class={yew::classes!("tab", on.then_some("on"))} aria-pressed={on.to_string()} aria-label={name}
                onclick={send(tell, LibraryAction::Filter(status))}><span data-count={count.to_string()}>{ words }</span></button>
        }
    };
    let tabs = std::iter::once(None).chain(Status::ALL.map(Some)).map(tab);
    let put_away = library.archived().count();
    let tags = library.tags();
    let on_tag = {
        let tags = tags.clone();
        tell.reform(move |event: yew::Event| {
            let field = event.target().and_then(|target| target.dyn_into::<HtmlSelectElement>().ok());
            let chosen = field.and_then(|field| usize::try_from(field.selected_index()).ok());
            LibraryAction::Tag(chosen.and_then(|at| tags.get(at.checked_sub(1)?).cloned()))
        })
    };
    let tag_options =
        tags.iter().map(|tag| html! { <option selected={library.tag.as_ref() == Some(tag)}>{ tag }</option> });
    let on_words = tell.reform(|event: yew::InputEvent| {
        let field = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        LibraryAction::Words(field.map(|field| field.value()).unwrap_or_default())
    });
    let on_order = tell.reform(|event: yew::Event| {
        let field = event.target().and_then(|target| target.dyn_into::<HtmlSelectElement>().ok());
        let chosen = field.and_then(|field| usize::try_from(field.selected_index()).ok());
        LibraryAction::Sort(chosen.and_then(|at| Order::ALL.get(at).copied()).unwrap_or_default())
    });
    let orders = Order::ALL.into_iter().map(|order| {
        html! { <option selected={order == library.order}>{ order.words() }</option> }
    });
    html! {
        <div class="library-tools">
            <div class="tabs" role="group" aria-label="Filter by status">
                { for tabs }
                if put_away > 0 {
                    <button type="button" class={yew::classes!("tab", library.archive.then_some("on"))} aria-pressed={library.archive.to_string()}
                        aria-label={format!("Archived: {}", count_words(put_away, "article", "articles"))}
                        onclick={send(tell, LibraryAction::Archived)}><span data-count={put_away.to_string()}>{ "Archived" }</span></button>
                }
            </div>
            if !tags.is_empty() {
                <select class="tag-filter" aria-label="Filter by tag" onchange={on_tag}>
                    <option selected={library.tag.is_none()}>{ "All tags" }</option>
                    { for tag_options }
                </select>
            }
            <div class="find">
                { icons::search() }
                <input type="search" aria-label="Filter by title" placeholder="Title, publisher, tag" value={library.words.clone()} oninput={on_words} />
            </div>
            <select aria-label="Order" onchange={on_order}>{ for orders }</select>
        </div>
    }
}

struct Rows {
    library: Rc<Library>,
    tell: Tell,
}

impl PartialEq for Rows {
    fn eq(&self, other: &Self) -> bool {
        let (a, b) = (&self.library, &other.library);
        a.listings == b.listings
            && a.projects == b.projects
            && (a.status, &a.words, a.order, &a.opening) == (b.status, &b.words, b.order, &b.opening)
            && (a.archive, &a.tag) == (b.archive, &b.tag)
            && (&a.chosen, &a.picked) == (&b.chosen, &b.picked)
    }
}

/// The rows. Above some hundred, a window of them is in the page; each says its place in the whole list.
impl Draw for Rows {
    fn draw(&self, memory: &Memory) -> Html {
        let (library, tell) = (&self.library, &self.tell);
        let node = memory.node();
        let window = memory.state((0_usize, 40_usize));
        let rows = library.rows(&folded);
        let count = rows.len();

        // The page scrolls as a whole; a row is as high as any other.
        {
            let (node, window) = (node.clone(), window.clone());
            let follow = move || {
                let last = Rc::new(Cell::new((usize::MAX, 0)));
                let measure: Rc<dyn Fn()> = Rc::new(move || {
                    let (Some(list), Some(page)) = (node.cast::<HtmlElement>(), web_sys::window()) else { return };
                    let height = page.inner_height().ok().and_then(|height| height.as_f64()).unwrap_or_default();
                    let above = -list.get_bounding_client_rect().top();
                    let first = ((above / ROW).max(0.0) as usize).saturating_sub(MARGIN);
                    let end = ((above + height).max(0.0) / ROW) as usize + MARGIN + 1;
                    if last.get() != (first, end) {
                        last.set((first, end));
                        window.set((first, end));
                    }
                });
                let page = web_sys::window().filter(|_| count > SHORT)?;
                measure();
                let again = Rc::clone(&measure);
                let on_scroll = listen(&page, "scroll", true, Box::new(move |_| measure()));
                let on_resize = listen(&page, "resize", true, Box::new(move |_| again()));
                until_undone((on_scroll, on_resize))
            };
            memory.watch(Watched::of(count), follow);
        }
        let (first, end) = if count <= SHORT { (0, count) } else { window.get() };
        let (first, end) = (first.min(count), end.min(count));
        // Places of rows and the height of all of them are set from code: no style attributes.
        {
            let node = node.clone();
            let place = move || {
                if let Some(list) = node.cast::<HtmlElement>() {
                    let _ = list.style().set_property("--all", &px(count as f64 * ROW));
                    let _ = list.style().set_property("--first", &px(first as f64 * ROW));
                }
                None
            };
            memory.watch(Watched::of((count, first)), place);
        }
        let on_key = {
            let tell = tell.clone();
            Callback::from(move |event: KeyboardEvent| walk(&event, &tell))
        };
        let drawn = rows
            .get(first..end)
            .unwrap_or_default()
            .iter()
            .enumerate()
            .map(|(i, listing)| row(library, listing, (first + i + 1, count), tell));
        let empty = count == 0;
        let ids: Vec<DocumentId> = match library.picked {
            Some(_) => rows.iter().map(|listing| listing.header.id.clone()).collect(),
            None => Vec::new(),
        };
        html! {
            <>
                { projects::picked(library, &ids, tell) }
                if empty { <p class="quiet none">{ nothing(library) }</p> }
                <div class="library-rows" ref={node} onkeydown={on_key}>
                    <ul role="list" aria-label="Articles on this device">{ for drawn }</ul>
                </div>
            </>
        }
    }
}

/// The arrow keys walk through the rows.
fn walk(event: &KeyboardEvent, _: &Tell) {
    let down = match event.key().as_str() {
        "ArrowDown" => true,
        "ArrowUp" => false,
        _ => return,
    };
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let Some(row) = target.and_then(|target| target.closest("li").ok().flatten()) else { return };
    let next = if down { row.next_element_sibling() } else { row.previous_element_sibling() };
    let button = next.and_then(|next| next.query_selector(".entry-open").ok().flatten());
    if let Some(button) = button.and_then(|button| button.dyn_into::<HtmlElement>().ok()) {
        event.prevent_default();
        let _ = button.focus();
    }
}

/// Why no article is listed.
fn nothing(library: &Library) -> &'static str {
    if library.count(None) > 0 || library.archive {
        "No article matches the filter."
    } else if library.project().is_some() {
        "No article is in this project yet. What you paste or open now goes into it."
    } else if library.bin().next().is_some() {
        "No articles. Those in the bin can be brought back."
    } else {
        "No articles yet. Paste one above; with several, make a project of them."
    }
}

fn row(library: &Library, listing: &Listing, (place, all): (usize, usize), tell: &Tell) -> Html {
    let header = &listing.header;
    let opening = library.opening.as_ref() == Some(&header.id);
    let home = library.home_of(listing).filter(|_| library.chosen.is_none());
    let home = library.live().find(|project| Some(&project.id) == home);
    let counts = header.counts.iter().filter(|(_, count)| *count > 0).map(|(label, count)| format!("{count} {label}"));
    let counts: Vec<String> = counts.collect();
    let counts = if counts.is_empty() { "nothing marked yet".to_owned() } else { counts.join(" · ") };
    let size = count_words(header.characters, "character", "characters");
    let when = header.modified.as_deref().map(moment).unwrap_or_default();
    let status = status_words(header.status);
    let publisher = header.about.get("publisher").and_then(Value::as_str).map(str::to_owned);
    let dated = Some(published(header).get(..10).unwrap_or(published(header)).to_owned());
    let known = [home.map(|project| project.name.clone()), publisher, dated, Some(size), Some(when)];
    let known: Vec<String> = known.into_iter().flatten().filter(|words| !words.is_empty()).collect();
    let about = if opening { "Opening…".to_owned() } else { known.join(" · ") };
    let tagged = tags(&header.about)
        .into_iter()
        .map(|tag| html! { <><span class="entry-tag"><bdi>{ tag }</bdi></span>{ " " }</> });
    let (archived, id) = (listing.archived, header.id.clone());
    let put_away = if archived { "Take out of the archive" } else { "Archive" };
    let picked = library.picked.as_ref().map(|picked| picked.contains(&header.id));
    html! {
        <li class={yew::classes!("entry", opening.then_some("loading"))} key={header.id.as_str().to_owned()}
            aria-setsize={all.to_string()} aria-posinset={place.to_string()}>
            if let Some(on) = picked { { projects::pick_box(&header.id, &header.title, on, tell) } }
            <button type="button" class="entry-open" onclick={send(tell, LibraryAction::Open(header.id.clone()))}>
                <i class={yew::classes!("status", header.status.name().replace(' ', "-"))} aria-hidden="true"></i>
                <b><bdi>{ &header.title }</bdi></b>
                <small class="entry-status">{ status }</small>
                <small>{ for tagged }{ counts }</small>
                <small class="entry-about">{ about }</small>
            </button>
            <button type="button" class="icon-button" aria-label={format!("Details of {}", header.title)} title="Details: title, tags, source…"
                onclick={send(tell, LibraryAction::Details(header.id.clone()))}>{ icons::card() }</button>
            <button type="button" class="icon-button seldom" aria-label={format!("Newer version of {}", header.title)} title="Newer version of the text…"
                onclick={send(tell, LibraryAction::Newer(header.id.clone()))}>{ icons::newer() }</button>
            <button type="button" class="icon-button seldom" aria-label={format!("{put_away}: {}", header.title)} title={format!("{put_away} (can be undone)")}
                onclick={send(tell, LibraryAction::Archive(vec![id], !archived))}>{ icons::archive() }</button>
            <button type="button" class="icon-button" aria-label={format!("Delete {}", header.title)} title="Delete (can be undone)"
                onclick={send(tell, LibraryAction::Delete(header.id.clone()))}>{ icons::bin() }</button>
        </li>
    }
}

/// That the browser has lost what was stored, and where it may come back from.
pub fn lost(lost: &Lost, tell: &Tell, storage: &Callback<yew::MouseEvent>) -> Html {
    let backup = lost.backup.as_deref().map(moment).filter(|when| !when.is_empty());
    html! {
        <section class="lost" role="alert" aria-labelledby="lost-words">
            <h2 id="lost-words">{ "The articles that were here are gone" }</h2>
            <p>{ "The browser has lost or cleared what Gloss had stored on this device. Nothing in Gloss deleted it." }</p>
            <p>{ match backup {
                Some(when) => format!("The last backup was made on {when}. It can be restored."),
                None => "If you have a backup, it can be restored; an exported file comes back in with “Import”, above.".to_owned(),
            } }</p>
            <div class="dialog-actions">
                <button type="button" class="ghost" onclick={storage}>{ "Restore a backup…" }</button>
                <button type="button" class="ghost" onclick={send(tell, LibraryAction::LostRead)}>{ "I have read this" }</button>
            </div>
        </section>
    }
}

/// What could not be read of some articles and is kept apart.
fn asides(library: &Library, tell: &Tell) -> Html {
    if library.asides.is_empty() {
        return html! {};
    }
    let rows = library.asides.iter().map(|(id, count)| {
        let title = library.title_of(id);
        let name = format!("Save as text what is damaged of {title}");
        html! {
            <li class="entry" key={id.as_str().to_owned()}>
                <span class="entry-open"><b><bdi>{ title }</bdi></b><small>{ count_words(*count, "step", "steps") }</small></span>
                <button type="button" class="ghost" aria-label={name} onclick={send(tell, LibraryAction::SaveAside(id.clone()))}>{ "Save as text" }</button>
            </li>
        }
    });
    html! {
        <details class="bin">
            <summary>{ format!("Damaged parts ({})", library.asides.len()) }</summary>
            <p class="aside-words">{ "These steps could not be read, so the articles were opened as they were before them. They are kept as they were found." }</p>
            <ul role="list" aria-label="Damaged parts">{ for rows }</ul>
        </details>
    }
}

fn bin(library: &Library, tell: &Tell) -> Html {
    let articles = library.bin().count();
    let mut entries = projects::binned(library, tell);
    entries.extend(library.bin().map(|listing| gone(listing, tell)));
    if entries.is_empty() {
        return html! {};
    }
    let projects = entries.len() - articles;
    let mut count = count_words(articles, "article", "articles");
    if projects > 0 {
        let them = count_words(projects, "project", "projects");
        count = if articles > 0 { format!("{count}, {them}") } else { them };
    }
    html! {
        <details class="bin">
            <summary>{ format!("Deleted ({})", entries.len()) }</summary>
            <ul role="list" aria-label="Deleted articles">{ for entries }</ul>
            if library.emptying {
                <div role="alert" class="problem">
                    <p>{ format!("{count} and all that was marked in them will be gone for good. This cannot be undone.") }</p>
                    <div class="dialog-actions">
                        <button type="button" class="ghost" onclick={send(tell, LibraryAction::EmptyBin(true))}>{ "Delete for good" }</button>
                        <button type="button" class="primary" onclick={send(tell, LibraryAction::EmptyBin(false))}>{ "Keep them" }</button>
                    </div>
                </div>
            } else {
                <button type="button" class="ghost" onclick={send(tell, LibraryAction::EmptyBin(true))}>{ "Empty the bin" }</button>
            }
        </details>
    }
}

fn gone(listing: &Listing, tell: &Tell) -> Html {
    let restore = send(tell, LibraryAction::BringBack(vec![listing.header.id.clone()]));
    html! {
        <li class="entry" key={listing.header.id.as_str().to_owned()}>
            <span class="entry-open"><b><bdi>{ &listing.header.title }</bdi></b></span>
            <button type="button" class="ghost" aria-label={format!("Bring back {}", listing.header.title)} onclick={restore}>{ "Bring back" }</button>
        </li>
    }
}
