//! Many articles at once, on the page: adding files, handing out, taking in what was returned. Each says how far it is,
//! and asks before it does what one might not expect.

use web_sys::File;
use yew::{Callback, Html, html};

use super::library::{Tell, send};
use crate::app::adding::{Adding, Review, Twin};
use crate::app::bringing::Bringing;
use crate::app::count_words;
use crate::app::library::{Library, LibraryAction};
use crate::app::taking::{Outcome, Preview, Taking, What};
use crate::platform::gather::chosen;
use crate::view::Dispatch;
use crate::view::dialogs::frame;
use crate::view::part::{Draw, Memory, Watched, listen, until_undone};

/// What chosen files are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum For {
    /// They are articles to be added.
    Adding,
    /// Annotators returned them.
    TakingIn,
}

/// Takes files that were chosen.
pub type Give = Callback<(Vec<File>, For)>;

/// As many lines as one looks through.
const MOST: usize = 12;

/// A button that opens the system's picker: the field of the picker lies over it, and is what the keyboard reaches.
fn picker(words: &'static str, folder: bool, accept: &'static str, what: For, off: bool, give: &Give) -> Html {
    let on_files = {
        let give = give.clone();
        Callback::from(move |event: yew::Event| {
            let files = chosen(&event);
            if !files.is_empty() {
                give.emit((files, what));
            }
        })
    };
    html! {
        <span class={yew::classes!("file-field", off.then_some("off"))}>
            <span aria-hidden="true">{ words }</span>
            if folder {
                <input type="file" aria-label={words} webkitdirectory={true} multiple={true} disabled={off} onchange={on_files} />
            } else {
                <input type="file" aria-label={words} multiple={true} {accept} disabled={off} onchange={on_files} />
            }
        </span>
    }
}

const TEXTS: &str = ".txt,.text,.md,.markdown,.html,.htm,.json,.zip";

/// What brings many articles in, and takes them out.
pub fn actions(library: &Library, give: &Give, tell: &Tell) -> Html {
    let off = library.adding.is_some() || library.taking.is_some() || library.busy.is_some();
    let any = library.count(None) > 0;
    let ghost = |words: &'static str, action: LibraryAction| {
        html! { <button type="button" class="ghost" disabled={off} onclick={send(tell, action)}>{ words }</button> }
    };
    html! {
        <>
            { picker("Add files", false, TEXTS, For::Adding, off, give) }
            { picker("Add a folder", true, "", For::Adding, off, give) }
            if library.project().is_some() {
                if any { { ghost("Hand out", LibraryAction::HandOut(false)) } }
                { picker("Take in returned files", false, ".json", For::TakingIn, off, give) }
            }
            if any { { ghost("Export all", LibraryAction::HandOut(true)) } }
        </>
    }
}

/// How far it is with what takes a while.
pub fn progress(library: &Library, tell: &Tell) -> Html {
    let reading = |name: &str, done: usize, all: usize, percent: u8, cancel: LibraryAction| {
        let (max, value) = (all * 100, done * 100 + usize::from(percent.min(100)));
        html! {
            <div class="many" role="group" aria-label="Reading files">
                <span><bdi>{ format!("Reading {} of {all}: {name}", (done + 1).min(all)) }</bdi></span>
                <progress aria-label="Files read" max={max.to_string()} value={value.to_string()}></progress>
                <button type="button" class="ghost" onclick={send(tell, cancel)}>{ "Cancel" }</button>
            </div>
        }
    };
    let waiting = |words: String| html! { <div class="many"><span role="status">{ words }</span></div> };
    let adding = match &library.adding {
        None | Some(Adding::Asking(_)) => html! {},
        Some(Adding::Reading(name, done, all, percent)) => {
            reading(name, *done, *all, *percent, LibraryAction::CancelAdding)
        }
        Some(Adding::Comparing(_)) => waiting("Comparing with what is here…".to_owned()),
        Some(Adding::Writing(count)) => waiting(format!("Adding {}…", count_words(*count, "article", "articles"))),
    };
    let taking = match &library.taking {
        None | Some(Taking::Looking(_)) => html! {},
        Some(Taking::Reading(name, done, all)) => reading(name, *done, *all, 0, LibraryAction::CancelTaking),
        Some(Taking::Merging) => waiting("Merging with what is here…".to_owned()),
        Some(Taking::Writing) => waiting("Taking in…".to_owned()),
    };
    let bringing = match &library.bringing {
        None | Some(Bringing::Looking(..)) => html! {},
        Some(Bringing::Reading(done, all)) => html! {
            <div class="many" role="group" aria-label="Looking at articles">
                <span>{ format!("Looking at {done} of {}…", count_words(*all, "article", "articles")) }</span>
                <progress aria-label="Articles looked at" max={all.to_string()} value={done.to_string()}></progress>
                <button type="button" class="ghost" onclick={send(tell, LibraryAction::CancelBring)}>{ "Cancel" }</button>
            </div>
        },
        Some(Bringing::Writing) => waiting("Bringing the schema to the articles…".to_owned()),
    };
    let busy = library.busy.clone().map(waiting);
    html! { <>{ adding }{ taking }{ bringing }{ for busy }</> }
}

/// Keeps keys from the app while a dialog is open that it does not know of: it would take `Esc` for its own.
#[derive(PartialEq)]
pub struct Quiet;

impl Draw for Quiet {
    fn draw(&self, memory: &Memory) -> Html {
        let keep = || {
            let page = web_sys::window()?.document()?;
            // The app listens at the window, which comes after the document.
            until_undone(listen(&page, "keydown", true, Box::new(web_sys::Event::stop_propagation)))
        };
        memory.watch(Watched::of(()), keep);
        html! {}
    }
}

/// The dialog that asks, where one does.
pub fn dialog(library: &Library, tell: &Tell) -> Html {
    if let Some(Adding::Asking(review)) = &library.adding {
        return frame(
            "Add articles",
            "many-dialog",
            None,
            &close(tell, LibraryAction::CancelAdding),
            asking(review, tell),
        );
    }
    if let Some(Taking::Looking(preview)) = &library.taking {
        let close = close(tell, LibraryAction::CancelTaking);
        return frame("Take in returned files", "many-dialog", None, &close, looking(preview, tell));
    }
    if let Some(Bringing::Looking(name, preview)) = &library.bringing {
        let close = close(tell, LibraryAction::CancelBring);
        return frame("Bring the schema to its articles", "many-dialog", None, &close, bringing(name, preview, tell));
    }
    html! {}
}

fn close(tell: &Tell, action: LibraryAction) -> Dispatch {
    tell.reform(move |_| action.clone())
}

/// A list that may be long: what nobody looks through is counted.
fn some(items: Vec<Html>) -> Html {
    let more = items.len().saturating_sub(MOST);
    let shown: Vec<Html> = items.into_iter().take(MOST).collect();
    html! {
        <>
            <ul>{ for shown }</ul>
            if more > 0 { <p class="quiet">{ format!("… and {}", count_words(more, "more", "more")) }</p> }
        </>
    }
}

fn told(lines: &[(String, String)]) -> Html {
    let line = |(source, words): &(String, String)| html! { <li><b><bdi>{ source }</bdi></b>{ ": " }{ words }</li> };
    some(lines.iter().map(line).collect())
}

fn asking(review: &Review, tell: &Tell) -> Html {
    let (fresh, twins) = (review.fresh.len(), review.twins.len());
    let twin = |twin: &Twin| {
        html! { <li><b><bdi>{ &twin.incoming.source }</bdi></b>{ " has the text of " }<bdi>{ format!("“{}”", twin.of) }</bdi></li> }
    };
    let add = |with: bool, count: usize, words: &str, class: &'static str| {
        let words = format!("Add {}{words}", count_words(count, "article", "articles"));
        html! { <button type="button" {class} onclick={send(tell, LibraryAction::Add(with))}>{ words }</button> }
    };
    let nothing = fresh + twins == 0;
    html! {
        <>
            <div class="many-body">
                if nothing { <p>{ "There is no article in what you chose." }</p> }
                else { <p>{ format!("{} new.", count_words(fresh, "article is", "articles are")) }</p> }
                if twins > 0 {
                    <h3>{ format!("{} here already", count_words(twins, "text is", "texts are")) }</h3>
                    { some(review.twins.iter().map(twin).collect()) }
                }
                if !review.problems.is_empty() {
                    <h3>{ "Left out" }</h3>
                    { told(&review.problems) }
                }
                if !review.notices.is_empty() {
                    <h3>{ "Good to know" }</h3>
                    { told(&review.notices) }
                }
                if let Some(words) = review.others_words() { <p class="quiet">{ words }</p> }
            </div>
            <div class="dialog-actions">
                if fresh > 0 { { add(false, fresh, if twins > 0 { ", skip what is here" } else { "" }, "primary") } }
                if twins > 0 { { add(true, fresh + twins, " all the same", "ghost") } }
                <button type="button" class="ghost" onclick={send(tell, LibraryAction::CancelAdding)}>{ if nothing { "Close" } else { "Cancel" } }</button>
            </div>
        </>
    }
}

fn looking(preview: &Preview, tell: &Tell) -> Html {
    let (changed, new) = preview.articles();
    let any = changed + new > 0;
    let outcome = |one: &Outcome| {
        let words = match one.what {
            What::New(..) => format!("new here, {}", one.counts.words()),
            What::Changed { .. } | What::Same => one.counts.words(),
        };
        let lines: Vec<Html> = one.lines.iter().map(|line| html! { <li><bdi>{ line }</bdi></li> }).collect();
        let conflict = one.counts.conflicts > 0;
        html! {
            <li key={one.id.as_str().to_owned()}>
                <b><bdi>{ &one.title }</bdi></b><small class={yew::classes!(conflict.then_some("conflict"))}>{ words }</small>
                if !lines.is_empty() {
                    <details><summary>{ count_words(lines.len(), "thing to look at", "things to look at") }</summary>{ some(lines) }</details>
                }
            </li>
        }
    };
    // What needs a look comes first.
    let mut outcomes: Vec<&Outcome> = preview.outcomes.iter().filter(|one| one.what != What::Same).collect();
    crate::model::sort_by(&mut outcomes, |a, b| {
        (b.counts.conflicts, b.lines.len()).cmp(&(a.counts.conflicts, a.lines.len()))
    });
    let same = preview.outcomes.len() - outcomes.len();
    let notices = preview.notices.iter().map(|words| html! { <li>{ words }</li> }).collect::<Vec<_>>();
    html! {
        <>
            <div class="many-body">
                <p><b>{ preview.words() }</b></p>
                if any { <p class="quiet">{ "Nothing of yours goes. Each article gets one step, which can be undone." }</p> }
                <ul class="outcomes" role="list" aria-label="What comes of each article">{ for outcomes.into_iter().map(outcome) }</ul>
                if same > 0 { <p class="quiet">{ format!("{} as they are.", count_words(same, "article stays", "articles stay")) }</p> }
                if !preview.left.is_empty() { <h3>{ "Left as they are" }</h3>{ told(&preview.left) } }
                if !preview.problems.is_empty() { <h3>{ "Cannot be taken" }</h3>{ told(&preview.problems) } }
                if !notices.is_empty() { <h3>{ "Said otherwise in a file" }</h3>{ some(notices) } }
            </div>
            <div class="dialog-actions">
                if any { <button type="button" class="primary" onclick={send(tell, LibraryAction::TakeIn)}>{ "Take in" }</button> }
                <button type="button" class="ghost" onclick={send(tell, LibraryAction::CancelTaking)}>{ if any { "Cancel" } else { "Close" } }</button>
            </div>
        </>
    }
}

/// What a project's schema would change in its articles.
fn bringing(name: &str, preview: &Preview, tell: &Tell) -> Html {
    let (count, _) = preview.articles();
    let outcome = |one: &Outcome| {
        html! {
            <li key={one.id.as_str().to_owned()}>
                <b><bdi>{ &one.title }</bdi></b>
                { for one.lines.iter().map(|line| html! { <small><bdi>{ line }</bdi></small> }) }
            </li>
        }
    };
    let changed = preview.outcomes.iter().filter(|one| one.what != What::Same);
    let (shown, more) = (changed.take(MOST), count.saturating_sub(MOST));
    let same = preview.outcomes.len() - count;
    let articles = count_words(count, "article", "articles");
    html! {
        <>
            <div class="many-body">
                if count > 0 {
                    <p><b>{ format!("{articles} in “{name}” {} another schema than the project has now.", if count == 1 { "has" } else { "have" }) }</b></p>
                    <p class="quiet">{ "No annotation and no value goes: what is in use and not in the schema any more stays, archived. Each article gets one step, which can be undone." }</p>
                    <ul class="outcomes" role="list" aria-label="What comes of each article">{ for shown.map(outcome) }</ul>
                    if more > 0 { <p class="quiet">{ format!("… and {more} more") }</p> }
                } else {
                    <p>{ "No article can get the schema now." }</p>
                }
                if same > 0 { <p class="quiet">{ format!("{} this schema already.", count_words(same, "article has", "articles have")) }</p> }
                if !preview.left.is_empty() { <h3>{ "Left as they are" }</h3>{ told(&preview.left) } }
            </div>
            <div class="dialog-actions">
                if count > 0 { <button type="button" class="primary" onclick={send(tell, LibraryAction::BringIn)}>{ format!("Bring it to {articles}") }</button> }
                <button type="button" class="ghost" onclick={send(tell, LibraryAction::CancelBring)}>{ if count > 0 { "Not now" } else { "Close" } }</button>
            </div>
        </>
    }
}
