//! The command palette: type a few letters, press Enter.

use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, ScrollIntoViewOptions, ScrollLogicalPosition};
use yew::{Html, html};

use super::frame;
use crate::app::command::{Command, Row, TABLE, enabled, words};
use crate::app::{Action, State};
use crate::platform::lower_case;
use crate::view::labels::shortcut;
use crate::view::part::{Draw, Memory, Watched};
use crate::view::{Dispatch, Shared};

/// The command palette.
#[derive(PartialEq)]
pub struct Palette {
    pub state: Shared,
    pub dispatch: Dispatch,
}

impl Draw for Palette {
    fn draw(&self, memory: &Memory) -> Html {
        let typed = memory.state(String::new());
        let chosen = memory.state(0_usize);
        let state = &self.state;
        let found = commands(state, &typed.get());
        let at = chosen.get().min(found.len().saturating_sub(1));
        memory.watch(Watched::of(at), move || {
            let page = web_sys::window().and_then(|window| window.document());
            if let Some(option) = page.and_then(|page| page.get_element_by_id(&option_id(at))) {
                let nearest = ScrollIntoViewOptions::new();
                nearest.set_block(ScrollLogicalPosition::Nearest);
                option.scroll_into_view_with_scroll_into_view_options(&nearest);
            }
            None
        });
        let on_input = {
            let (typed, chosen) = (typed.clone(), chosen.clone());
            yew::Callback::from(move |event: yew::InputEvent| {
                let field = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
                typed.set(field.map(|field| field.value()).unwrap_or_default());
                chosen.set(0);
            })
        };
        let on_key = {
            let (chosen, typed, state, dispatch) =
                (chosen.clone(), typed.clone(), state.clone(), self.dispatch.clone());
            yew::Callback::from(move |event: yew::KeyboardEvent| {
                // Of keys in quick succession, each goes on from the one before, drawn or not.
                let found = commands(&state, &typed.get());
                let count = found.len().max(1);
                let at = chosen.get().min(count - 1);
                match event.key().as_str() {
                    "ArrowDown" => chosen.set((at + 1) % count),
                    "ArrowUp" => chosen.set((at + count - 1) % count),
                    "Enter" => {
                        if let Some((row, _)) = found.get(at) {
                            run_command(&dispatch, row.command);
                        }
                    }
                    _ => return,
                }
                event.prevent_default();
            })
        };
        let options = found.iter().enumerate().map(|(i, (row, words))| {
        let (dispatch, command) = (self.dispatch.clone(), row.command);
        html! {
            <li id={option_id(i)} role="option" aria-selected={(i == at).to_string()} class={(i == at).then_some("on")}
                onclick={yew::Callback::from(move |_: yew::MouseEvent| run_command(&dispatch, command))}>
                <span>{ words }</span>
                if let Some(key) = shortcut(state, row.command) { <kbd>{ key }</kbd> }
            </li>
        }
    });
        let content = html! {
        <>

                    <input type="text" autofocus={true} role="combobox" aria-label="Command" aria-expanded="true" aria-controls="commands"
                        aria-activedescendant={(!found.is_empty()).then(|| option_id(at))} autocomplete="off" spellcheck="false"
                        placeholder="What do you want to do?" oninput={on_input} onkeydown={on_key} />
                    <ul id="commands" role="listbox" aria-label="Commands">{ for options }</ul>
                    if found.is_empty() { <p class="quiet">{ "No command has these letters." }</p> }
                </>
        };
        frame("Commands", "palette", Some("Close"), &self.dispatch, content)
    }
}

/// The commands that can be run now and have all the words that were typed, with their words.
fn commands(state: &State, typed: &str) -> Vec<(&'static Row, String)> {
    TABLE
        .iter()
        .filter(|row| row.command != Command::Palette && enabled(row.command, state))
        .map(|row| (row, words(row.command, state)))
        .filter(|(_, words)| matches(words, typed))
        .collect()
}

fn run_command(dispatch: &Dispatch, command: Command) {
    dispatch.emit(Action::CloseDialog);
    dispatch.emit(Action::Run(command));
}

/// The id of the option of a number.
fn option_id(at: usize) -> String {
    format!("command-{at}")
}

/// Whether the words hold all that was typed, word by word, in any order.
fn matches(words: &str, typed: &str) -> bool {
    let words = lower_case(words);
    lower_case(typed).split_whitespace().all(|part| words.contains(part))
}
