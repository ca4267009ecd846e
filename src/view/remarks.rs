//! What can be said of the focus, as a form: attributes, note, flags.

use serde_json::Value;
use wasm_bindgen::JsCast;
use web_sys::HtmlSelectElement;
use yew::{Callback, Html, html};

use super::article::keep_focus;
use super::field::Field;
use super::world::world;
use super::{Dispatch, icons, labels, send};
use crate::app::command::{Command, enabled};
use crate::app::{Action, Open, State, Target, toggled, value_words};
use crate::model::{Attribute, AttributeKind, Coordinates, Flag, Remarks, identifier_url};

/// Lists up to this many words stand as buttons; longer ones open.
const AS_BUTTONS: usize = 7;

/// What a target is called where fields have to be told apart.
fn about(target: &Target) -> String {
    match target {
        Target::Annotation(id) => format!("a {id}"),
        Target::Relation(id) => format!("r {id}"),
        Target::Document => "d".to_owned(),
    }
}

/// All attributes of a target, each with its field.
pub fn attributes(state: &State, open: &Open, target: &Target, dispatch: &Dispatch) -> Html {
    let Some(remarks) = open.remarks(target) else { return html! {} };
    let all = open.attributes(target);
    let fields = all.iter().map(|known| attribute(state, open, target, known, remarks, dispatch));
    // What a file brought beyond its schema is kept, and seen.
    let others = remarks.attributes.iter().filter(|(name, _)| crate::model::attribute(all, name).is_none());
    let others = others.map(|(name, value)| {
        html! { <p class="attribute"><span class="attribute-name">{ name }</span><span class="quiet">{ value_words(value) }</span></p> }
    });
    html! { <>{ for fields }{ for others }</> }
}

fn attribute(
    state: &State,
    open: &Open,
    target: &Target,
    known: &Attribute,
    remarks: &Remarks,
    dispatch: &Dispatch,
) -> Html {
    let held = remarks.attributes.get(&known.name);
    let disabled = !open.can_write();
    let set = |value: Option<Value>| {
        let (target, name) = (target.clone(), known.name.clone());
        send(dispatch, Action::SetValue { target, name, value })
    };
    let toggle = |words: &str, on: bool, value: Option<Value>| {
        html! {
            <button type="button" class={yew::classes!("value", on.then_some("on"))} aria-pressed={on.to_string()} {disabled}
                onmousedown={keep_focus()} onclick={set(value)}>{ words.to_owned() }</button>
        }
    };
    let control = match known.kind {
        AttributeKind::YesNo => html! {
            <>
                { for [true, false].map(|yes| {
                    let on = held == Some(&Value::Bool(yes));
                    toggle(if yes { "yes" } else { "no" }, on, (!on).then_some(Value::Bool(yes)))
                }) }
            </>
        },
        AttributeKind::One if known.values.len() > AS_BUTTONS => {
            let (target, name, dispatch) = (target.clone(), known.name.clone(), dispatch.clone());
            let on_change = Callback::from(move |event: yew::Event| {
                let list = event.target().and_then(|target| target.dyn_into::<HtmlSelectElement>().ok());
                let word = list.map(|list| list.value()).filter(|word| !word.is_empty());
                let (target, name) = (target.clone(), name.clone());
                dispatch.emit(Action::SetValue { target, name, value: word.map(Value::from) });
            });
            let chosen = held.and_then(Value::as_str).unwrap_or_default();
            html! {
                <select aria-label={known.name.clone()} {disabled} onchange={on_change}>
                    <option value="" selected={chosen.is_empty()}>{ "–" }</option>
                    { for known.values.iter().map(|word| html! { <option value={word.clone()} selected={word == chosen}>{ word }</option> }) }
                </select>
            }
        }
        AttributeKind::One | AttributeKind::Several => {
            let is_on = |word: &str| match held {
                Some(Value::String(held)) => held == word,
                Some(Value::Array(held)) => held.iter().any(|held| held.as_str() == Some(word)),
                _ => false,
            };
            let words = known.values.iter().map(|word| toggle(word, is_on(word), toggled(known, held, word)));
            html! { <>{ for words }</> }
        }
        _ => field(open, target, known, held, dispatch),
    };
    let key = known.key.as_ref().filter(|_| state.settings.single_keys);
    let place = held.and_then(Coordinates::from_value);
    let address =
        held.and_then(Value::as_str).filter(|_| known.kind == AttributeKind::Identifier).and_then(identifier_url);
    let missing = known.required && held.is_none();
    let hint = (!known.description.is_empty()).then(|| known.description.clone());
    html! {
        <div key={format!("{} {}", about(target), known.name)} class="attribute" role="group" aria-label={known.name.clone()}>
            <span class={yew::classes!("attribute-name", missing.then_some("open"))} title={hint}>
                { &known.name }
                if let Some(key) = key { <kbd aria-hidden="true" data-key={key.clone()}></kbd> }
            </span>
            <div class="values">{ control }</div>
            if let Some(address) = address { <p class="quiet address">{ address }</p> }
            if let Some(place) = place { { world(Some(place)) } }
        </div>
    }
}

fn field(open: &Open, target: &Target, known: &Attribute, held: Option<&Value>, dispatch: &Dispatch) -> Html {
    let tell = {
        let (target, name) = (target.clone(), known.name.clone());
        dispatch.reform(move |text| Action::TypeValue { target: target.clone(), name: name.clone(), text })
    };
    let fault = open.field_fault.as_ref().filter(|(of, name, _)| of == target && *name == known.name);
    let at_once = known.kind == AttributeKind::Text;
    Field {
        name: known.name.clone(),
        disabled: !open.can_write(),
        fault: fault.map(|(.., why)| why.clone()),
        placeholder: match known.kind {
            AttributeKind::Identifier => "GeoNames, Wikidata or any",
            AttributeKind::Coordinates => "36.2021, 37.1343",
            AttributeKind::Number => "a number",
            _ => "",
        }
        .into(),
        on_change: (!at_once).then(|| tell.clone()),
        on_input: at_once.then_some(tell.clone()),
        ..Field::new(
            format!("{} {}", about(target), known.name),
            known.name.clone(),
            held.map(value_words).unwrap_or_default(),
            tell,
        )
    }
    .draw_at()
}

/// The note of a target.
pub fn note(open: &Open, target: &Target, dispatch: &Dispatch) -> Html {
    let note = open.remarks(target).map(|remarks| remarks.note.clone()).unwrap_or_default();
    let held = target.clone();
    let tell = dispatch.reform(move |text| Action::SetNote(held.clone(), text));
    let lines = 1 + note.matches('\n').count().max(note.chars().count() / 42).min(5) as u8;
    let field = Field {
        name: "note".to_owned(),
        lines: Some(lines),
        placeholder: "Add a note…".into(),
        disabled: !open.can_write(),
        ..Field::new(format!("{} note", about(target)), "Note", note, tell)
    };
    html! { <div class="note" key={format!("{} note", about(target))}>{ field.draw_at() }</div> }
}

/// The two flags as buttons.
pub fn flags(state: &State, remarks: Option<&Remarks>, dispatch: &Dispatch) -> Html {
    let flag = remarks.and_then(|remarks| remarks.flag);
    let button = |of: Flag, command: Command, name: &'static str| {
        let on = flag == Some(of);
        html! {
            <button type="button" class={yew::classes!("flag", of.name(), on.then_some("on"))} aria-label={name} aria-pressed={on.to_string()}
                title={labels::hint(state, command)} disabled={!enabled(command, state)}
                onmousedown={keep_focus()} onclick={send(dispatch, Action::Run(command))}>
                { if of == Flag::Discuss { icons::speech() } else { icons::crossed() } }
            </button>
        }
    };
    html! {
        <>
            { button(Flag::Discuss, Command::Discuss, "Discuss") }
            { button(Flag::Discard, Command::Discard, "Discard") }
        </>
    }
}
