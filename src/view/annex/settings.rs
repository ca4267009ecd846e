//! Settings of this device.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::{Html, html};

use super::key_words;
use crate::app::Action;
use crate::app::command::{Command, TABLE};
use crate::app::keymap::{Chord, KeyInput, shortcuts};
use crate::app::settings::{LineWidth, MOST_NAME, Settings, TEXT_SIZES, Theme};
use crate::view::dialogs::frame;
use crate::view::{Dispatch, send};

pub fn settings_dialog(
    settings: &Rc<Settings>,
    labels: &[String],
    dispatch: &Dispatch,
    storage: &yew::Callback<yew::MouseEvent>,
) -> Html {
    let change = |next: Settings| {
        let (next, dispatch) = (Rc::new(next), dispatch.clone());
        yew::Callback::from(move |_: yew::Event| dispatch.emit(Action::Set(Rc::clone(&next))))
    };
    let now = || (**settings).clone();
    let choice = |group: &'static str, words: &'static str, on: bool, next: Settings| {
        html! {
            <label class="choice">
                <input type="radio" name={group} checked={on} onchange={change(next)} /><span>{ words }</span>
            </label>
        }
    };
    let theme = |words, theme| choice("theme", words, settings.theme == theme, Settings { theme, ..now() });
    let width =
        |words, line_width| choice("width", words, settings.line_width == line_width, Settings { line_width, ..now() });
    let size = {
        let (settings, dispatch) = (Rc::clone(settings), dispatch.clone());
        yew::Callback::from(move |event: yew::InputEvent| {
            let field = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
            let Some(size) = field.and_then(|field| field.value().parse::<u8>().ok()) else { return };
            let text_size = size.clamp(*TEXT_SIZES.start(), *TEXT_SIZES.end());
            dispatch.emit(Action::Set(Rc::new(Settings { text_size, ..(*settings).clone() })));
        })
    };
    let on_name = {
        let (settings, dispatch) = (Rc::clone(settings), dispatch.clone());
        yew::Callback::from(move |event: yew::InputEvent| {
            let field = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
            let name = field.map(|field| field.value()).unwrap_or_default();
            dispatch.emit(Action::Set(Rc::new(Settings { name, ..(*settings).clone() })));
        })
    };
    let key_rows = TABLE.iter().filter(|row| match row.command {
        Command::Label(n) => usize::from(n) < super::label_count(labels),
        _ => row.keys.iter().any(|key| Chord::parse(key).is_some_and(|chord| chord.is_single_character())),
    });
    let key_rows = key_rows.map(|row| {
        let all = Settings { single_keys: true, ..(**settings).clone() };
        let key = shortcuts(row.command, &all).first().map(ToString::to_string).unwrap_or_default();
        let (held, dispatch, id) = (Rc::clone(settings), dispatch.clone(), row.id);
        let on_key = yew::Callback::from(move |event: yew::KeyboardEvent| {
            if matches!(event.key().as_str(), "Tab" | "Escape" | "Shift" | "Control" | "Alt" | "Meta") {
                return;
            }
            event.prevent_default();
            event.stop_propagation();
            let mut next = (*held).clone();
            let written = match event.key().as_str() {
                "Backspace" | "Delete" => String::new(),
                _ => Chord::of(&KeyInput {
                    key: event.key(),
                    code: event.code(),
                    primary: event.ctrl_key() || event.meta_key(),
                    shift: event.shift_key(),
                    alt: event.alt_key(),
                })
                .to_string(),
            };
            next.keys.insert(id.to_owned(), written);
            dispatch.emit(Action::Set(Rc::new(next)));
        });
        let name = key_words(row, labels);
        html! {
            <label class="key-setting">
                <span>{ &name }</span>
                <input type="text" readonly={true} value={key} aria-label={format!("Key for: {name}")} placeholder="off" onkeydown={on_key} />
            </label>
        }
    });
    let content = html! {
    <>

                <fieldset><legend>{ "You" }</legend>
                    <label class="choice by-name"><span>{ "Your name" }</span>
                        <input type="text" maxlength={MOST_NAME.to_string()} autocomplete="name" value={settings.name.clone()} oninput={on_name} /></label>
                    <p class="quiet">{ "It stands on every annotation and relation that you make, in files too. It is kept on this device." }</p>
                </fieldset>
                <fieldset><legend>{ "Theme" }</legend>
                    { theme("System", Theme::System) }{ theme("Light", Theme::Light) }{ theme("Dark", Theme::Dark) }
                </fieldset>
                <fieldset><legend>{ "Text" }</legend>
                    <label class="choice size">
                        <span>{ format!("Size {}", settings.text_size) }</span>
                        <input type="range" aria-label="Text size" min={TEXT_SIZES.start().to_string()} max={TEXT_SIZES.end().to_string()}
                            value={settings.text_size.to_string()} oninput={size} />
                    </label>
                    { width("Narrow lines", LineWidth::Narrow) }{ width("Medium lines", LineWidth::Medium) }{ width("Wide lines", LineWidth::Wide) }
                </fieldset>
                <fieldset><legend>{ "Selecting" }</legend>
                    { choice("exact", "Whole words (hold Alt for exact characters)", !settings.exact, Settings { exact: false, ..now() }) }
                    { choice("exact", "Exact characters", settings.exact, Settings { exact: true, ..now() }) }
                </fieldset>
                <fieldset><legend>{ "Linking" }</legend>
                    <label class="choice">
                        <input type="checkbox" checked={settings.auto_link} onchange={change(Settings { auto_link: !settings.auto_link, ..now() })} />
                        <span>{ "Link at once what would be offered" }</span>
                    </label>
                </fieldset>
                <fieldset><legend>{ "This device" }</legend>
                    <button type="button" class="ghost" onclick={storage}>{ "Storage and backups…" }</button>
                </fieldset>
                <fieldset><legend>{ "Keys" }</legend>
                    <label class="choice">
                        <input type="checkbox" checked={settings.single_keys} onchange={change(Settings { single_keys: !settings.single_keys, ..now() })} />
                        <span>{ "Shortcuts of a single character" }</span>
                    </label>
                    <details class="key-settings"><summary>{ "Change keys" }</summary>
                        <p class="quiet">{ "Press the new key in a field. Delete switches it off." }</p>
                        { for key_rows }
                        <button type="button" class="ghost" onclick={send(dispatch, Action::Set(Rc::new(Settings { keys: Default::default(), ..now() })))}>{ "All keys as at first" }</button>
                    </details>
                </fieldset>
            </>
    };
    frame("Settings", "", Some("Close"), dispatch, content)
}
