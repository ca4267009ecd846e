//! The history of the open article: its steps, and the article as any of them left it.
//!
//! Invariant: what is shown of the past cannot be changed here: going back is asked of the app.

use std::rc::Rc;

use web_sys::KeyboardEvent;
use yew::{Callback, Html, html};

use super::hold::stays_until_told;
use super::reader::reader;
use super::roll::{Roll, focus};
use crate::app::count_words;
use crate::app::history::{Difference, Differs, HistoryAction, HistoryPage, Look, Past, SHOWN, Step};
use crate::platform::moment;
use crate::view::Dispatch;
use crate::view::dialogs::frame;
use crate::view::part::{Draw, Memory, Watched, part};

/// Height of a step in CSS pixels.
const STEP: u32 = 52;
const DIALOG: &str = "dialog.history-dialog";

/// Sends what happened on the page.
pub type Tell = Callback<HistoryAction>;

/// The page as it is drawn.
pub struct Shown {
    pub page: Rc<HistoryPage>,
    pub tell: Tell,
}

impl PartialEq for Shown {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.page, &other.page)
    }
}

fn press(tell: &Tell, action: HistoryAction) -> Callback<yew::MouseEvent> {
    tell.reform(move |_| action.clone())
}

impl Draw for Shown {
    fn draw(&self, memory: &Memory) -> Html {
        let (page, tell) = (&self.page, &self.tell);
        let close = tell.reform(|()| HistoryAction::Close);
        {
            let close = close.clone();
            memory.watch(Watched::of(()), move || stays_until_told(DIALOG, &close));
        }
        memory.watch(Watched::of(page.past.is_some()), || {
            focus(".history-dialog .roll");
            None
        });
        let said = page.said.as_ref().map(|said| match said {
            Ok(words) => html! { <p class="outcome">{ words }</p> },
            Err(why) => html! { <p class="problem" role="alert">{ why }</p> },
        });
        let content = match (&page.past, &page.look) {
            (Some(Ok(past)), Some(look)) => html! {
                <>
                    if !past.damage.is_empty() { <div class="problem" role="alert"><p>{ &past.damage }</p></div> }
                    <div class="two-parts">
                        { steps(past, look, tell) }
                        { shown(page, past, look, tell) }
                    </div>
                    <div class="page-foot">{ for said }</div>
                </>
            },
            (Some(Err(why)), _) => html! {
                <>
                    <div class="problem" role="alert"><p>{ why }</p></div>
                    <div class="dialog-actions">
                        <button type="button" class="primary" onclick={press(tell, HistoryAction::Again)}>{ "Try again" }</button>
                        <button type="button" class="ghost" onclick={press(tell, HistoryAction::Close)}>{ "Close" }</button>
                    </div>
                </>
            },
            _ => html! { <p class="quiet" role="status">{ "Reading the steps…" }</p> },
        };
        let close: Dispatch = close.reform(|_| ());
        frame("History", "wide-dialog page-dialog history-dialog", Some("Close"), &close, content)
    }
}

/// When and by whom.
fn when(step: &Step) -> String {
    let at = step.at.as_deref().map(moment).filter(|moment| !moment.is_empty());
    [at, step.by.clone()].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// All steps, the newest first.
fn steps(past: &Rc<Past>, look: &Look, tell: &Tell) -> Html {
    let last = past.last();
    let row = {
        let past = Rc::clone(past);
        Rc::new(move |row: usize| {
            let number = last - row.min(last);
            let step = past.steps.get(number);
            let words = step.map(|step| step.words.clone()).unwrap_or_default();
            html! {
                <>
                    <b dir="auto">{ words }</b>
                    <small>{ step.map(when) }{ (number == last).then_some(" · now") }</small>
                </>
            }
        })
    };
    let count = count_words(last, "step", "steps");
    html! {
        <section class="part-list" aria-label="All steps">
            <p class="quiet">{ format!("{count}, the newest first") }</p>
            { part(Some("steps".into()), Roll {
                name: "Steps",
                id: "step",
                height: STEP,
                count: last + 1,
                at: Some(last - look.step.min(last)),
                row,
                choose: tell.reform(move |row: usize| HistoryAction::Look(last - row.min(last))),
                on_key: Callback::from(|_: KeyboardEvent| ()),
            }) }
        </section>
    }
}

/// The article after the chosen step.
fn shown(page: &HistoryPage, past: &Past, look: &Look, tell: &Tell) -> Html {
    let now = look.step == past.last();
    let step = past.steps.get(look.step);
    let place = step.and_then(|step| step.place);
    let title =
        if now { "The article as it is now".to_owned() } else { format!("The article after step {}", look.step) };
    let title = if look.step == 0 && !now { "The article at the beginning".to_owned() } else { title };
    let same = look.differs.counts.is_empty();
    let annotations = count_words(look.document.annotations.len(), "annotation", "annotations");
    let relations = count_words(look.document.relations.len(), "relation", "relations");
    html! {
        <section class="part-shown" aria-label="The article then">
            <h3>{ title }</h3>
            <p class="quiet">{ step.map(when) }</p>
            <p>{ format!("{annotations}, {relations}") }</p>
            <div class="dialog-actions">
                <button type="button" class="primary" disabled={same || !page.article.writes} onclick={press(tell, HistoryAction::GoBack)}>{ "Go back to this state" }</button>
                <button type="button" class="ghost" onclick={press(tell, HistoryAction::CopyJson)}>{ "Copy JSON" }</button>
                <button type="button" class="ghost" onclick={press(tell, HistoryAction::CopyQuotes)}>{ "Copy annotations" }</button>
            </div>
            if !page.article.writes {
                <p class="quiet">{ "This article is open in another tab. Go back there, or close it there." }</p>
            } else if !same {
                <p class="quiet">{ "Going back is a new step: everything that came since stays in the history, and undo takes it back." }</p>
            }
            { differences(&look.differs, now, page.article.writes, tell) }
            <div class="reader" role="region" aria-label="Text then" tabindex="0">{ reader(&look.document, place) }</div>
        </section>
    }
}

fn differences(differs: &Differs, now: bool, writes: bool, tell: &Tell) -> Html {
    if differs.counts.is_empty() {
        return if now {
            html! {}
        } else {
            html! { <p>{ "Nothing differs from now." }</p> }
        };
    }
    let one = |difference: &Difference| {
        let back = difference.back.clone().filter(|_| writes).map(|id| {
            html! {
                <button type="button" class="link" aria-label={format!("Bring back: {}", difference.words)}
                    onclick={press(tell, HistoryAction::BringBack(id))}>{ "Bring back" }</button>
            }
        });
        html! { <li><span dir="auto">{ &difference.words }</span>{ for back }</li> }
    };
    let more = differs.each.len() >= SHOWN;
    html! {
        <details class="differs">
            <summary>{ format!("Differs from now: {}", differs.counts.join(", ")) }</summary>
            <ul role="list" tabindex="0" aria-label="What differs from now">{ for differs.each.iter().map(one) }</ul>
            if more { <p class="quiet">{ format!("These are the first {SHOWN}.") }</p> }
        </details>
    }
}
