//! Small parts that all of the schema editor is made of.

use wasm_bindgen::JsCast;
use web_sys::HtmlSelectElement;
use yew::{Callback, Html, html};

use super::Tell;
use crate::app::schema_dialog::{SchemaAction, Slot};
use crate::view::field::Field;

/// What a press on a button sends.
pub fn send(tell: &Tell, action: SchemaAction) -> Callback<yew::MouseEvent> {
    tell.reform(move |_| action.clone())
}

pub fn button(name: &str, class: &'static str, dispatch: &Tell, action: SchemaAction, disabled: bool) -> Html {
    html! {
        <button type="button" {class} {disabled} onclick={send(dispatch, action)}>{ name.to_owned() }</button>
    }
}

/// A button with a drawing.
pub fn drawn(name: &'static str, icon: Html, dispatch: &Tell, action: SchemaAction, disabled: bool) -> Html {
    html! {
        <button type="button" class="icon-button" aria-label={name} title={name} {disabled}
            onclick={send(dispatch, action)}>{ icon }</button>
    }
}

/// How the field for the name of what is open is found.
pub const NAME: &str = "schema-name";

/// A field of one line.
pub fn text(id: String, label: &str, value: &str, hint: &'static str, dispatch: &Tell, slot: Slot) -> Html {
    area(id, label, value, hint, 1, dispatch, slot)
}

/// A field of one line, with what counts while nothing stands in it.
pub fn text_or(
    id: String,
    label: &str,
    value: &str,
    otherwise: String,
    hint: &'static str,
    dispatch: &Tell,
    slot: Slot,
) -> Html {
    field(id, label, value, otherwise, hint, 1, dispatch, slot)
}

/// A field of some lines.
pub fn area(id: String, label: &str, value: &str, hint: &'static str, lines: u8, dispatch: &Tell, slot: Slot) -> Html {
    field(id, label, value, String::new(), hint, lines, dispatch, slot)
}

#[allow(clippy::too_many_arguments, reason = "each is a plain part of the field")]
fn field(
    id: String,
    label: &str,
    value: &str,
    otherwise: String,
    hint: &'static str,
    lines: u8,
    dispatch: &Tell,
    slot: Slot,
) -> Html {
    let on_input = dispatch.reform(move |text| SchemaAction::Text(slot, text));
    let mut field = Field::new(id, label, value, on_input);
    field.lines = (lines > 1).then_some(lines);
    field.placeholder = otherwise.into();
    if slot == Slot::Name {
        field.name = NAME.to_owned();
    }
    html! {
        <div class="field">
            <label><span class="field-name">{ label.to_owned() }</span>{ field.draw_at() }</label>
            if !hint.is_empty() { <small>{ hint }</small> }
        </div>
    }
}

fn pressed(dispatch: &Tell, slot: Slot) -> Callback<yew::Event> {
    dispatch.reform(move |_| SchemaAction::Press(slot))
}

/// A box to be ticked.
pub fn switch(words: &str, on: bool, dispatch: &Tell, slot: Slot) -> Html {
    html! {
        <label class="choice">
            <input type="checkbox" checked={on} onchange={pressed(dispatch, slot)} /><span>{ words.to_owned() }</span>
        </label>
    }
}

/// One of several, with its picture.
pub fn radio(group: &str, words: &str, on: bool, swatch: String, dispatch: &Tell, slot: Slot) -> Html {
    html! {
        <label class="choice">
            <input type="radio" name={group.to_owned()} checked={on} onchange={pressed(dispatch, slot)} />
            <i class={swatch}></i><span>{ words.to_owned() }</span>
        </label>
    }
}

/// A list to choose one of. `slot` makes what is pressed of the number of the choice.
pub fn select(
    id: String,
    label: &str,
    options: &[(String, bool)],
    dispatch: &Tell,
    slot: impl Fn(usize) -> Option<Slot> + 'static,
) -> Html {
    let on_change = {
        let dispatch = dispatch.clone();
        Callback::from(move |event: yew::Event| {
            let list = event.target().and_then(|target| target.dyn_into::<HtmlSelectElement>().ok());
            let at = list.and_then(|list| usize::try_from(list.selected_index()).ok());
            if let Some(slot) = at.and_then(&slot) {
                dispatch.emit(SchemaAction::Press(slot));
            }
        })
    };
    html! {
        <div class="field">
            <label class="field-name" for={id.clone()}>{ label.to_owned() }</label>
            <select {id} onchange={on_change}>
                { for options.iter().map(|(words, on)| html! { <option selected={*on}>{ words }</option> }) }
            </select>
        </div>
    }
}
