//! A newer version of an article: its text comes in, and what becomes of the annotations is looked through.
//!
//! Invariant: nothing is decided here, and nothing is drawn as settled that nobody said yes to.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{HtmlTextAreaElement, KeyboardEvent};
use yew::{Callback, Html, html};

use super::hold::stays_until_told;
use super::roll::{Roll, focus};
use crate::anchor::Change;
use crate::app::count_words;
use crate::app::newer::{Choice, Class, Item, Newer, NewerAction, Review, Stage, Tally};
use crate::model::Fragments;
use crate::platform::{files, past, paste};
use crate::text::{ByteOffset, Span, Text};
use crate::view::dialogs::frame;
use crate::view::part::{Draw, Memory, Watched, part};
use crate::view::{Dispatch, icons};

/// Height of a row in CSS pixels.
const ROW: u32 = 48;
const DIALOG: &str = "dialog.newer-dialog";
/// Longer texts stay out of the box, which would take seconds to draw them.
const LARGE: usize = 200_000;
/// So much of what is around a quote is shown, in bytes; and of the quote itself, to both ends.
const AROUND: usize = 90;
const QUOTE: usize = 700;
/// So many relations that go are named.
const NAMED: usize = 100;

/// Sends what happened on the page.
pub type Tell = Callback<NewerAction>;

/// The page as it is drawn.
pub struct Shown {
    pub page: Rc<Newer>,
    pub tell: Tell,
}

impl PartialEq for Shown {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.page, &other.page)
    }
}

fn press(tell: &Tell, action: NewerAction) -> Callback<yew::MouseEvent> {
    tell.reform(move |_| action.clone())
}

fn button(words: String, class: &'static str, disabled: bool, tell: &Tell, action: NewerAction) -> Html {
    html! { <button type="button" {class} {disabled} onclick={press(tell, action)}>{ words }</button> }
}

impl Draw for Shown {
    fn draw(&self, memory: &Memory) -> Html {
        let (page, tell) = (&self.page, &self.tell);
        let close = tell.reform(|()| NewerAction::Close);
        {
            let close = close.clone();
            memory.watch(Watched::of(()), move || stays_until_told(DIALOG, &close));
        }
        let stage = match &page.stage {
            Stage::Asking => 1,
            Stage::Review(_) => 2,
            Stage::Made(..) => 3,
            _ => 0,
        };
        memory.watch(Watched::of(stage), move || {
            match stage {
                1 => focus(".newer-dialog textarea"),
                2 => focus(".newer-dialog .roll"),
                3 => focus(".newer-dialog .primary"),
                _ => {}
            }
            None
        });
        let trouble = page.trouble.as_ref().map(|why| html! { <p class="problem" role="alert">{ why }</p> });
        let content = match &page.stage {
            Stage::Reading => html! { <p class="quiet" role="status">{ "Reading the article…" }</p> },
            Stage::Failed(why) => html! {
                <>
                    <div class="problem" role="alert"><p>{ why }</p></div>
                    <div class="dialog-actions">{ button("Close".to_owned(), "ghost", false, tell, NewerAction::Close) }</div>
                </>
            },
            Stage::Asking => html! { <>{ asking(page, tell) }{ for trouble }</> },
            Stage::File(name, done, all) => {
                let percent = if *all > 0.0 { (done / all * 100.0).min(100.0) as u8 } else { 0 };
                html! { <p class="quiet" role="status">{ format!("Reading {name}: {percent} %") }</p> }
            }
            Stage::Carrying => {
                html! { <p class="quiet" role="status">{ "Looking for the annotations in the newer text…" }</p> }
            }
            Stage::Review(review) => review_of(page, review, false, trouble, tell),
            Stage::Making(review) => review_of(page, review, true, trouble, tell),
            Stage::Made(_, binned, tally) => html! { <>{ made(*binned, tally, tell) }{ for trouble }</> },
        };
        let close: Dispatch = close.reform(|_| ());
        frame("Newer version", "wide-dialog page-dialog newer-dialog", Some("Close"), &close, content)
    }
}

fn asking(page: &Newer, tell: &Tell) -> Html {
    let title = page.old.as_ref().map(|old| old.info.title.clone()).unwrap_or_default();
    let on_input = tell.reform(|event: yew::InputEvent| {
        let field = event.target().and_then(|target| target.dyn_into::<HtmlTextAreaElement>().ok());
        NewerAction::Draft(field.map(|field| field.value()).unwrap_or_default())
    });
    // The same words come of the same paste as on the start screen.
    let on_paste = {
        let tell = tell.clone();
        Callback::from(move |event: yew::Event| {
            let Some(clipboard) = event.dyn_ref::<web_sys::ClipboardEvent>() else { return };
            let Some(text) = clipboard.clipboard_data().and_then(|data| paste::text_of(&data)) else { return };
            let field = event.target().and_then(|target| target.dyn_into::<HtmlTextAreaElement>().ok());
            let Some(field) = field else { return };
            event.prevent_default();
            let start = field.selection_start().ok().flatten().unwrap_or(0);
            let end = field.selection_end().ok().flatten().unwrap_or(start);
            if text.len() > LARGE {
                return tell.emit(NewerAction::Draft(text));
            }
            let _ = field.set_range_text_with_start_and_end(&text, start, end);
            let caret = start + text.encode_utf16().count() as u32;
            let _ = field.set_selection_range(caret, caret);
            tell.emit(NewerAction::Draft(field.value()));
        })
    };
    let on_key = {
        let tell = tell.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
                event.prevent_default();
                tell.emit(NewerAction::Carry);
            }
        })
    };
    let choose = {
        let tell = tell.clone();
        Callback::from(move |event: yew::Event| {
            if let Some(file) = files::chosen(&event) {
                past::read_text(&file, tell.clone());
            }
        })
    };
    html! {
        <>
            <p>{ "Paste the newer text of " }<b><bdi>{ title }</bdi></b>{ ". Its annotations are carried over as far as they can be, and you look them through. This article stays as it is; a new one is made." }</p>
            if page.draft.len() > LARGE {
                <div class="large-paste">
                    <p><b>{ count_words(page.draft.chars().count(), "character", "characters") }</b>{ " pasted. It begins:" }</p>
                    <blockquote dir="auto">{ page.draft.chars().take(400).collect::<String>() }{ "…" }</blockquote>
                    { button("Remove this text".to_owned(), "ghost", false, tell, NewerAction::Draft(String::new())) }
                </div>
            } else {
                <textarea class="newer-text" aria-label="Newer text" placeholder="Paste the newer text here" dir="auto" spellcheck="false" rows="12"
                    value={page.draft.to_string()} oninput={on_input} onpaste={on_paste} onkeydown={on_key} />
            }
            <div class="dialog-actions">
                { button("Carry over".to_owned(), "primary", false, tell, NewerAction::Carry) }
                <label class="ghost schema-load">
                    <input type="file" accept=".txt,.text,.md,.markdown,text/plain,text/markdown" aria-label="Newer text file" onchange={choose} />
                    <span aria-hidden="true">{ "Open a file" }</span>
                </label>
                { button("Cancel".to_owned(), "ghost", false, tell, NewerAction::Close) }
            </div>
        </>
    }
}

fn review_of(page: &Newer, review: &Rc<Review>, making: bool, trouble: Option<Html>, tell: &Tell) -> Html {
    let tab = |class: Option<Class>| {
        let (count, open) = review.count(class);
        let (on, words) = (review.filter == class, class.map_or("All", Class::words));
        let open = if open > 0 { format!(", {open} to decide") } else { String::new() };
        let name = format!("{words}: {}{open}", count_words(count, "annotation", "annotations"));
        html! {
            <button type="button" class={yew::classes!("tab", on.then_some("on"))} aria-pressed={on.to_string()} aria-label={name}
                onclick={press(tell, NewerAction::Filter(class))}><span data-count={count.to_string()}>{ words }</span></button>
        }
    };
    let tally = review.tally();
    let sure = review.items.iter().filter(|item| item.is_sure() && item.choice == Choice::Open).count();
    let (_, lost) = review.count(Some(Class::Lost));
    let closing = page.closing.then(|| {
        html! {
            <div role="alert" class="problem">
                <p><b>{ "What you decided is not kept." }</b>{ " Nothing was made yet." }</p>
                <div class="dialog-actions">
                    { button("Go on".to_owned(), "primary", false, tell, NewerAction::Stay) }
                    { button("Close all the same".to_owned(), "ghost", false, tell, NewerAction::Close) }
                </div>
            </div>
        }
    });
    html! {
        <>
            <div class="newer-head">
                <div class="tabs" role="group" aria-label="Filter by outcome">
                    { for std::iter::once(None).chain(Class::ALL.map(Some)).map(tab) }
                </div>
                { button(format!("Accept {sure} exact and moved"), "ghost", sure == 0 || making, tell, NewerAction::AcceptSure) }
                { button(format!("Leave out {lost} lost"), "ghost", lost == 0 || making, tell, NewerAction::LeaveLost) }
            </div>
            if review.items.is_empty() {
                <p class="quiet">{ "This article has no annotations. The newer version takes its title, schema and metadata." }</p>
            } else {
                <div class="two-parts">
                    { rows(review, making, tell) }
                    { detail(review, making, tell) }
                </div>
            }
            <div class="page-foot">
                { for trouble }{ for closing }
                { summary(&tally) }
                <div class="dialog-actions">
                    { button("Make the newer version".to_owned(), "primary", making, tell, NewerAction::Make) }
                    { button("Another text".to_owned(), "ghost", making, tell, NewerAction::Back) }
                    if making { <span class="quiet" role="status">{ "Saving…" }</span> }
                </div>
            </div>
        </>
    }
}

fn summary(tally: &Tally) -> Html {
    let mut words = vec![
        format!("{} along", count_words(tally.along, "annotation comes", "annotations come")),
        format!("{} behind", count_words(tally.behind, "stays", "stay")),
    ];
    if tally.open > 0 {
        words.push(format!("{} to decide", tally.open));
    }
    words.push(format!("{} along", count_words(tally.relations, "relation comes", "relations come")));
    html! {
        <>
            <p role="status" class="newer-sum">{ words.join(" · ") }</p>
            if !tally.gone.is_empty() {
                <details class="differs">
                    <summary>{ format!("{} because an end stays behind", count_words(tally.gone.len(), "relation goes", "relations go")) }</summary>
                    <ul role="list" tabindex="0" aria-label="Relations that go">
                        { for tally.gone.iter().take(NAMED).map(|words| html! { <li dir="auto">{ words }</li> }) }
                    </ul>
                    if tally.gone.len() > NAMED { <p class="quiet">{ format!("These are the first {NAMED}.") }</p> }
                </details>
            }
        </>
    }
}

fn rows(review: &Rc<Review>, making: bool, tell: &Tell) -> Html {
    let listed: Rc<[usize]> = review.listed().into();
    let row = {
        let (review, listed) = (Rc::clone(review), Rc::clone(&listed));
        Rc::new(move |row: usize| {
            let item = listed.get(row).and_then(|at| review.items.get(*at));
            let Some(item) = item else { return html! {} };
            let said = match (&item.choice, item.class) {
                (Choice::Along(_), _) => "comes along",
                (Choice::Behind, _) => "left out",
                (Choice::Open, _) => "to decide",
            };
            let sign = match item.choice {
                Choice::Along(_) => "along",
                Choice::Behind => "behind",
                Choice::Open => "open",
            };
            let color =
                review.old.schema.position(&item.old.label).map_or("slate", |at| review.old.schema.color_at(at));
            html! {
                <>
                    <i class={yew::classes!("decided", sign)} aria-hidden="true"></i>
                    <span class={format!("roll-quote c-{color}")} dir="auto">{ review.old.short_quote(&item.old) }</span>
                    <small>{ format!("{} · {} · {said}", item.old.label, item.class.words()) }</small>
                </>
            }
        })
    };
    let on_key = {
        let (tell, sure) = (tell.clone(), !making);
        Callback::from(move |event: KeyboardEvent| {
            let action = match event.key().as_str() {
                "a" | "A" | "Enter" => NewerAction::Accept,
                "x" | "X" | "Delete" | "Backspace" => NewerAction::Leave,
                "u" | "U" => NewerAction::Reopen,
                "n" | "N" | "j" | "J" | "." => NewerAction::Step(true),
                "p" | "P" | "k" | "K" | "," => NewerAction::Step(false),
                key => match key.parse::<usize>() {
                    Ok(number @ 1..) => NewerAction::Put(number - 1),
                    _ => return,
                },
            };
            event.prevent_default();
            if sure {
                tell.emit(action);
            }
        })
    };
    let at = listed.binary_search(&review.at).ok();
    let (count, chosen) = (listed.len(), Rc::clone(&listed));
    let choose = tell.reform(move |row: usize| NewerAction::Look(chosen.get(row).copied().unwrap_or_default()));
    html! {
        <section class="part-list" aria-label="On their way">
            if count == 0 { <p class="quiet none">{ "None of them." }</p> }
            { part(Some("items".into()), Roll { name: "Annotations to review", id: "carried", height: ROW, count, at, row, choose, on_key }) }
            <p class="quiet keys-line"><kbd>{ "A" }</kbd>{ " accept " }<kbd>{ "X" }</kbd>{ " leave out " }<kbd>{ "N" }</kbd>{ " next " }<kbd>{ "P" }</kbd>{ " previous" }</p>
        </section>
    }
}

/// What is known of the one that is looked at.
fn detail(review: &Review, making: bool, tell: &Tell) -> Html {
    let Some(item) = review.item() else { return html! {} };
    let (old, newer) = (review.old.text(), &review.newer);
    let (gone, came): (Vec<Option<Span>>, Vec<Option<Span>>) =
        item.changes.iter().map(|Change { old, new }| (*old, *new)).unzip();
    let about = match item.class {
        Class::Exact => "The same words stand in the same place.",
        Class::Moved => "The same words stand in a part that moved.",
        Class::Changed => "The place is sure, but words are different.",
        Class::Lost if item.candidates.is_empty() => "Nothing like it is in the newer text.",
        Class::Lost => "No place is sure. These may be it:",
    };
    let decided = match &item.choice {
        Choice::Open => None,
        Choice::Behind => Some("Left out".to_owned()),
        Choice::Along(place) if item.place.as_ref() == Some(place) => Some("Accepted".to_owned()),
        Choice::Along(place) => {
            let number = item.candidates.iter().position(|candidate| candidate.fragments == *place);
            Some(format!("Accepted at place {}", number.unwrap_or_default() + 1))
        }
    };
    let candidate = |(number, candidate): (usize, &crate::anchor::Candidate)| {
        let on = matches!(&item.choice, Choice::Along(place) if *place == candidate.fragments);
        let same = if candidate.same_words { "the same words" } else { "other words" };
        html! {
            <li>
                <button type="button" class={yew::classes!("candidate", on.then_some("on"))} aria-pressed={on.to_string()} disabled={making}
                    onclick={press(tell, NewerAction::Put(number))}>
                    <kbd>{ (number + 1).to_string() }</kbd><span class="place" dir="auto">{ quoted(newer, &candidate.fragments, &[], "came") }</span>
                    <small>{ same }</small>
                </button>
            </li>
        }
    };
    html! {
        <section class="part-shown" aria-label="The annotation">
            <h3>{ format!("{}: {}", item.class.words(), item.old.label) }</h3>
            <p class="quiet">{ about }</p>
            <div class="place-pair">
                <h4>{ "Before" }</h4>
                <p class="place" dir="auto">{ quoted(old, &item.old.fragments, &gone, "gone") }</p>
                if let Some(place) = &item.place {
                    <h4>{ "In the newer text" }</h4>
                    <p class="place" dir="auto">{ quoted(newer, place, &came, "came") }</p>
                }
            </div>
            if !item.candidates.is_empty() {
                <ol role="list" class="candidates" aria-label="Places that may be it">{ for item.candidates.iter().enumerate().map(candidate) }</ol>
            }
            <div class="dialog-actions">
                { button("Accept".to_owned(), "primary", making || item.place.is_none(), tell, NewerAction::Accept) }
                { button("Leave out".to_owned(), "ghost", making, tell, NewerAction::Leave) }
                <button type="button" class="icon-button" aria-label="Previous annotation" title="Previous (P)" onclick={press(tell, NewerAction::Step(false))}>{ icons::up() }</button>
                <button type="button" class="icon-button" aria-label="Next annotation" title="Next (N)" onclick={press(tell, NewerAction::Step(true))}>{ icons::down() }</button>
                if let Some(decided) = decided { <b role="status" class="decided-words">{ decided }</b> }
            </div>
            { said_of(item) }
        </section>
    }
}

/// Note and author, which say what an annotation was made for.
fn said_of(item: &Item) -> Html {
    let remarks = &item.old.remarks;
    html! {
        <>
            if !remarks.note.is_empty() { <p class="quiet" dir="auto">{ format!("Note: {}", remarks.note) }</p> }
            if let Some(author) = &remarks.author { <p class="quiet" dir="auto">{ format!("By {author}") }</p> }
        </>
    }
}

/// The words of a place in their surroundings; what is different in them stands out.
fn quoted(text: &Text, place: &Fragments, differences: &[Option<Span>], class: &'static str) -> Html {
    let envelope = place.envelope();
    let (start, end) = (envelope.start(), envelope.end());
    let from = text.floor(ByteOffset::new(start.get().saturating_sub(AROUND)));
    let to = text.floor(ByteOffset::new((end.get() + AROUND).min(text.end().get())));
    let mut out = Vec::new();
    let cut = |words: &str| -> String {
        // A quote of many pages is shown by its ends.
        if words.len() <= QUOTE * 2 {
            return words.to_owned();
        }
        let head: String = words.chars().take(QUOTE / 2).collect();
        let tail: Vec<char> = words.chars().rev().take(QUOTE / 2).collect();
        format!("{head} […] {}", tail.into_iter().rev().collect::<String>())
    };
    // What is around begins and ends with a whole word, where one is near.
    let before = text.between(from, start);
    let before = if from > ByteOffset::ZERO {
        format!("… {}", before.split_once(char::is_whitespace).map_or(before, |(_, rest)| rest))
    } else {
        before.to_owned()
    };
    out.push(html! { <span class="around">{ before }</span> });
    let mut at = start;
    for span in place.spans() {
        if at < span.start() {
            out.push(html! { <span class="around">{ cut(text.between(at, span.start())) }</span> });
        }
        let mut pieces = Vec::new();
        let mut here = span.start();
        for different in differences.iter().flatten() {
            let (first, last) = (different.start().max(here), different.end().min(span.end()));
            if first >= last {
                continue;
            }
            pieces.push(html! { cut(text.between(here, first)) });
            let words = cut(text.between(first, last));
            pieces.push(if class == "gone" {
                html! { <del>{ words }</del> }
            } else {
                html! { <ins>{ words }</ins> }
            });
            here = last;
        }
        pieces.push(html! { cut(text.between(here, span.end())) });
        out.push(html! { <mark class="then then-quote">{ for pieces }</mark> });
        at = span.end();
    }
    let after = text.between(end, to);
    let after = if to < text.end() {
        format!("{} …", after.rsplit_once(char::is_whitespace).map_or(after, |(rest, _)| rest))
    } else {
        after.to_owned()
    };
    out.push(html! { <span class="around">{ after }</span> });
    html! { <>{ for out }</> }
}

fn made(binned: bool, tally: &Tally, tell: &Tell) -> Html {
    let words = if binned {
        "The new version is in the bin. The article that it was made from is as it was."
    } else {
        "The new version is there, beside the article that it was made from. Each of them leads to the other."
    };
    html! {
        <>
            <p><b>{ words }</b></p>
            { summary(tally) }
            <div class="dialog-actions">
                if binned {
                    { button("Bring it back".to_owned(), "primary", false, tell, NewerAction::Bin(false)) }
                } else {
                    { button("Open the new version".to_owned(), "primary", false, tell, NewerAction::Open) }
                    { button("Undo: put it into the bin".to_owned(), "ghost", false, tell, NewerAction::Bin(true)) }
                }
                { button("Close".to_owned(), "ghost", false, tell, NewerAction::Close) }
            </div>
        </>
    }
}
