//! Settings of this device.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::{Html, component, html};

use super::{DialogsProps, Frame};
use crate::app::Action;
use crate::app::command::{Command, TABLE, words};
use crate::app::keymap::{Chord, KeyInput, shortcuts};
use crate::app::settings::{LineWidth, Settings, TEXT_SIZES, Theme};

#[component]
pub fn SettingsDialog(props: &DialogsProps) -> Html {
    let settings = &props.state.settings;
    let change = |change: Rc<dyn Fn(&mut Settings)>| {
        let (settings, dispatch) = (Rc::clone(settings), props.dispatch.clone());
        yew::Callback::from(move |_: yew::Event| {
            let mut next = (*settings).clone();
            change(&mut next);
            dispatch.emit(Action::Set(Rc::new(next)));
        })
    };
    let choice = |group: &'static str, words: &'static str, on: bool, set: Rc<dyn Fn(&mut Settings)>| {
        html! {
            <label class="choice">
                <input type="radio" name={group} checked={on} onchange={change(set)} /><span>{ words }</span>
            </label>
        }
    };
    let theme = |words, theme| {
        choice("theme", words, settings.theme == theme, Rc::new(move |s: &mut Settings| s.theme = theme))
    };
    let width = |words, width| {
        choice("width", words, settings.line_width == width, Rc::new(move |s: &mut Settings| s.line_width = width))
    };
    let size = {
        let (settings, dispatch) = (Rc::clone(settings), props.dispatch.clone());
        yew::Callback::from(move |event: yew::InputEvent| {
            let field = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
            let Some(size) = field.and_then(|field| field.value().parse::<u8>().ok()) else { return };
            let text_size = size.clamp(*TEXT_SIZES.start(), *TEXT_SIZES.end());
            dispatch.emit(Action::Set(Rc::new(Settings { text_size, ..(*settings).clone() })));
        })
    };
    let labels = props.state.open.as_ref().map_or(3, |open| open.schema().labels.len());
    let key_rows = TABLE.iter().filter(|row| match row.command {
        Command::Label(n) => usize::from(n) < labels,
        _ => row.keys.iter().any(|key| Chord::parse(key).is_some_and(|chord| chord.is_single_character())),
    });
    let key_rows = key_rows.map(|row| {
        let all = Settings { single_keys: true, ..(**settings).clone() };
        let now = shortcuts(row.command, &all).first().map(ToString::to_string).unwrap_or_default();
        let (held, dispatch, id) = (Rc::clone(settings), props.dispatch.clone(), row.id);
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
        let name = words(row.command, &props.state);
        html! {
            <label class="key-setting">
                <span>{ &name }</span>
                <input type="text" readonly={true} value={now} aria-label={format!("Key for: {name}")} placeholder="off" onkeydown={on_key} />
            </label>
        }
    });
    html! {
        <Frame name="Settings" dispatch={props.dispatch.clone()}>
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
                { choice("exact", "Whole words (hold Alt for exact characters)", !settings.exact, Rc::new(|s: &mut Settings| s.exact = false)) }
                { choice("exact", "Exact characters", settings.exact, Rc::new(|s: &mut Settings| s.exact = true)) }
            </fieldset>
            <fieldset><legend>{ "Keys" }</legend>
                <label class="choice">
                    <input type="checkbox" checked={settings.single_keys} onchange={change(Rc::new(|s: &mut Settings| s.single_keys = !s.single_keys))} />
                    <span>{ "Shortcuts of a single character" }</span>
                </label>
                <details class="key-settings"><summary>{ "Change keys" }</summary>
                    <p class="quiet">{ "Press the new key in a field. Delete switches it off." }</p>
                    { for key_rows }
                    <button type="button" class="ghost" onclick={props.dispatch.reform({
                        let settings = Rc::clone(settings);
                        move |_: yew::MouseEvent| Action::Set(Rc::new(Settings { keys: Default::default(), ..(*settings).clone() }))
                    })}>{ "All keys as at first" }</button>
                </details>
            </fieldset>
        </Frame>
    }
}
