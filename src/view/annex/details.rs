//! The details of an article on the page: its title, tags, source and date, and what is said of it as a whole.
//!
//! Invariant: an address is never followed from here before it was shown in full and that was asked for.

use std::rc::Rc;

use serde_json::Value;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlSelectElement};
use yew::{Callback, Html, html};

use super::hold::stays_until_told;
use crate::app::count_words;
use crate::app::details::{Details, DetailsAction, Draft, Said, Slot, address};
use crate::model::AttributeKind;
use crate::view::Dispatch;
use crate::view::dialogs::frame;
use crate::view::field::Field;
use crate::view::part::{Draw, Memory, Watched};

const DIALOG: &str = "dialog.details-dialog";

/// Sends what happened on the page.
pub type Tell = Callback<DetailsAction>;

/// The page as it is drawn.
pub struct Shown {
    pub page: Rc<Details>,
    pub tell: Tell,
}

impl PartialEq for Shown {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.page, &other.page)
    }
}

fn press(tell: &Tell, action: DetailsAction) -> Callback<yew::MouseEvent> {
    tell.reform(move |_| action.clone())
}

/// Puts the keyboard where something is to be done.
fn focus(selector: &str) {
    let page = web_sys::window().and_then(|window| window.document());
    let found = page.and_then(|page| page.query_selector(&format!("{DIALOG} {selector}")).ok().flatten());
    if let Some(found) = found.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
        let _ = found.focus();
    }
}

impl Draw for Shown {
    fn draw(&self, memory: &Memory) -> Html {
        let (page, tell) = (&self.page, &self.tell);
        let close = tell.reform(|()| DetailsAction::Close);
        {
            let close = close.clone();
            memory.watch(Watched::of(()), move || stays_until_told(DIALOG, &close));
        }
        let (read, tries) = (page.draft.is_some(), page.tries);
        memory.watch(Watched::of(read), move || {
            if read {
                focus("[data-field=title]");
            }
            None
        });
        memory.watch(Watched::of(tries), move || {
            if tries > 0 {
                focus("[aria-invalid]");
            }
            None
        });
        let (closing, leaving) = (page.closing, page.leaving);
        memory.watch(Watched::of((closing, leaving)), move || {
            if closing || leaving {
                focus("[role=alert] .primary");
            }
            None
        });
        let content = match &page.draft {
            None => html! { <p class="quiet" role="status">{ "Reading the article…" }</p> },
            Some(Err(why)) => html! {
                <>
                    <div class="problem" role="alert"><p>{ why }</p></div>
                    <div class="dialog-actions">
                        <button type="button" class="primary" onclick={press(tell, DetailsAction::Again)}>{ "Try again" }</button>
                        <button type="button" class="ghost" onclick={press(tell, DetailsAction::Close)}>{ "Close" }</button>
                    </div>
                </>
            },
            Some(Ok(draft)) => form(page, draft, tell),
        };
        let close: Dispatch = close.reform(|_| ());
        frame("Details", "details-dialog", Some("Close"), &close, content)
    }
}

fn form(page: &Details, draft: &Draft, tell: &Tell) -> Html {
    let field = |slot: Slot, label: &'static str, placeholder: &'static str, hint: &'static str| {
        text(page, draft, slot, label.to_owned(), placeholder, hint, tell)
    };
    let others = draft.others();
    let intake = &draft.document.info.intake;
    let (letters, created) = (draft.document.text().code_points(), draft.document.info.created.as_deref());
    let came = created.map(crate::platform::moment).filter(|when| !when.is_empty());
    let came = came.map_or_else(String::new, |when| format!(", here since {when}"));
    let changes = (!intake.changes.is_empty()).then(|| format!(" On its way in: {}.", intake.changes.join(", ")));
    let writes = draft.writes;
    html! {
        <>
            <div class="details-body">
                if !writes {
                    <p class="quiet">{ "This article is open in another tab or being written there. Change it there, or close it there." }</p>
                }
                { field(Slot::Title, "Title", "", "") }
                { field(Slot::Tags, "Tags", "water, interview", "Words to find it by, with commas between them.") }
                <div class="schema-pair">
                    { field(Slot::Publisher, "Publisher", "", "") }
                    { field(Slot::Author, "Author", "", "") }
                    { field(Slot::Published, "Published", "2026-08-22", "") }
                    { field(Slot::Language, "Language", "en", "") }
                </div>
                { field(Slot::Address, "Address", "https://", "Kept as text: Gloss fetches nothing from there.") }
                { way_out(page, draft, tell) }
                if !draft.said.is_empty() {
                    <section aria-label="About the article"><h3>{ "About the article" }</h3>
                        <div class="schema-pair">{ for draft.said.iter().enumerate().map(|(at, said)| attribute(page, draft, at, said, tell)) }</div>
                    </section>
                }
                { field(Slot::Note, "Note", "", "") }
                if !others.is_empty() {
                    <details><summary>{ format!("Also in its file ({})", others.len()) }</summary>
                        <dl class="details-others">{ for others.iter().map(|(key, value)| html! { <><dt><bdi>{ key }</bdi></dt><dd><bdi>{ value }</bdi></dd></> }) }</dl>
                    </details>
                }
                <p class="quiet">{ count_words(letters, "character", "characters") }{ came }{ "." }{ for changes }</p>
            </div>
            if let Some(why) = &page.alert { <div class="problem" role="alert"><p>{ why }</p></div> }
            if page.closing {
                <div class="problem" role="alert">
                    <p>{ "What you changed is not saved." }</p>
                    <div class="dialog-actions">
                        <button type="button" class="primary" onclick={press(tell, DetailsAction::Save)}>{ "Save it" }</button>
                        <button type="button" class="ghost" onclick={press(tell, DetailsAction::Discard)}>{ "Close without saving" }</button>
                        <button type="button" class="ghost" onclick={press(tell, DetailsAction::Stay)}>{ "Go on" }</button>
                    </div>
                </div>
            } else {
                <div class="dialog-actions details-foot">
                    if writes {
                        <button type="button" class="primary" disabled={page.saving} onclick={press(tell, DetailsAction::Save)}>{ if page.saving { "Saving…" } else { "Save" } }</button>
                    }
                    <button type="button" class="ghost" onclick={press(tell, DetailsAction::Close)}>{ if writes { "Cancel" } else { "Done" } }</button>
                    if !page.faults.is_empty() {
                        <p key={page.tries} role="alert" class="schema-unsettled">{ format!("{} to put right first.", count_words(page.faults.len(), "field", "fields")) }</p>
                    }
                </div>
            }
        </>
    }
}

fn slot_name(slot: Slot) -> String {
    match slot {
        Slot::Title => "title".to_owned(),
        Slot::Note => "article-note".to_owned(),
        Slot::Attribute(at) => format!("attribute-{at}"),
        known => known.key().unwrap_or_default().to_owned(),
    }
}

fn text(
    page: &Details,
    draft: &Draft,
    slot: Slot,
    label: String,
    placeholder: &'static str,
    hint: &'static str,
    tell: &Tell,
) -> Html {
    let field = Field {
        name: slot_name(slot),
        lines: (slot == Slot::Note).then_some(3),
        placeholder: placeholder.into(),
        disabled: !draft.writes || page.saving,
        fault: page.fault(slot),
        ..Field::new(
            format!("details {}", slot_name(slot)),
            label.clone(),
            draft.text(slot),
            tell.reform(move |text| DetailsAction::Text(slot, text)),
        )
    };
    html! {
        <div class="field">
            <label><span class="field-name">{ label }</span>{ field.draw_at() }</label>
            if !hint.is_empty() { <small>{ hint }</small> }
        </div>
    }
}

/// The address, whole, before anybody goes there.
fn way_out(page: &Details, draft: &Draft, tell: &Tell) -> Html {
    let Some(address) = address(draft.text(Slot::Address)) else { return html! {} };
    if !page.leaving {
        return html! {
            <button type="button" class="link" onclick={press(tell, DetailsAction::Leave(true))}>{ "Open the address…" }</button>
        };
    }
    let close = || press(tell, DetailsAction::Leave(false));
    html! {
        <div class="problem way-out" role="alert">
            <p>{ "This address is outside Gloss:" }</p>
            <p class="whole-address"><code>{ address.to_owned() }</code></p>
            <div class="dialog-actions">
                <a class="primary button" href={address.to_owned()} target="_blank" rel="noopener noreferrer" onclick={close()}>{ "Open it in a new tab" }</a>
                <button type="button" class="ghost" onclick={close()}>{ "Stay here" }</button>
            </div>
        </div>
    }
}

fn attribute(page: &Details, draft: &Draft, at: usize, said: &Said, tell: &Tell) -> Html {
    let known = &said.known;
    let off = !draft.writes || page.saving;
    let slot = Slot::Attribute(at);
    let choose = |options: Vec<(String, Option<Value>)>| {
        let held = options.iter().position(|(_, value)| *value == said.value).unwrap_or_default();
        let values: Vec<Option<Value>> = options.iter().map(|(_, value)| value.clone()).collect();
        let on_change = tell.reform(move |event: yew::Event| {
            let list = event.target().and_then(|target| target.dyn_into::<HtmlSelectElement>().ok());
            let chosen = list.and_then(|list| usize::try_from(list.selected_index()).ok());
            DetailsAction::Choose(at, chosen.and_then(|chosen| values.get(chosen).cloned().flatten()))
        });
        let options = options.iter().enumerate().map(|(place, (words, _))| {
            html! { <option selected={place == held}>{ words }</option> }
        });
        html! {
            <div class="field"><label><span class="field-name">{ &known.name }</span>
                <select disabled={off} onchange={on_change}>{ for options }</select></label></div>
        }
    };
    match known.kind {
        AttributeKind::One => {
            let mut options = vec![("–".to_owned(), None)];
            options.extend(known.values.iter().map(|word| (word.clone(), Some(Value::from(word.as_str())))));
            // What a file brought beyond the list is kept until something else is chosen.
            if let Some(value) = said.value.as_ref().filter(|value| known.check(value).is_err()) {
                options.push((crate::app::value_words(value), Some(value.clone())));
            }
            choose(options)
        }
        AttributeKind::YesNo => choose(vec![
            ("–".to_owned(), None),
            ("yes".to_owned(), Some(Value::Bool(true))),
            ("no".to_owned(), Some(Value::Bool(false))),
        ]),
        AttributeKind::Several => {
            let is_on = |word: &str| match &said.value {
                Some(Value::Array(held)) => held.iter().any(|held| held.as_str() == Some(word)),
                _ => false,
            };
            let boxes = known.values.iter().map(|word| {
                let toggled = word.clone();
                let on_change = tell.reform(move |_: yew::Event| DetailsAction::Toggle(at, toggled.clone()));
                html! {
                    <label class="choice"><input type="checkbox" disabled={off} checked={is_on(word)} onchange={on_change} /><span>{ word }</span></label>
                }
            });
            html! { <fieldset class="details-several"><legend>{ &known.name }</legend>{ for boxes }</fieldset> }
        }
        kind => {
            let placeholder = match kind {
                AttributeKind::Identifier => "GeoNames, Wikidata or any",
                AttributeKind::Coordinates => "36.2021, 37.1343",
                AttributeKind::Number => "a number",
                _ => "",
            };
            text(page, draft, slot, known.name.clone(), placeholder, "", tell)
        }
    }
}
