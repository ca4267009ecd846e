//! All keys, from the command table.

use yew::{Html, html};

use super::frame;
use crate::app::State;
use crate::app::command::{Command, Group, Row, TABLE, words};
use crate::app::keymap::shortcuts;
use crate::view::Dispatch;

pub fn keyboard_dialog(state: &State, dispatch: &Dispatch) -> Html {
    let labels = state.open.as_ref().map_or(3, |open| open.schema().labels.len());
    let shown = |row: &&Row| match row.command {
        Command::Label(n) => usize::from(n) < labels,
        _ => true,
    };
    let line = |row: &Row| {
        let keys = shortcuts(row.command, &state.settings);
        if keys.is_empty() {
            return html! {};
        }
        let words = match row.command {
            Command::Undo | Command::Redo => row.words.to_owned(),
            command => words(command, state),
        };
        let keys = keys
            .iter()
            .enumerate()
            .map(|(i, key)| html! { <>if i > 0 { { " or " } }<kbd>{ key.to_string() }</kbd></> });
        html! { <div class="key-line"><dt>{ for keys }</dt><dd>{ words }</dd></div> }
    };
    let content = html! {
    <>

                <p class="quiet">{ "On Apple keyboards, Ctrl is Command. Hold a label's key while selecting to use it once. Alt while dragging takes exact characters; Ctrl while dragging adds a fragment to the focused annotation." }</p>
                <div class="key-groups">
                    { for Group::ALL.into_iter().map(|group| html! {
                        <section>
                            <h3>{ group.words() }</h3>
                            <dl>{ for TABLE.iter().filter(|row| row.group == group).filter(shown).map(line) }</dl>
                        </section>
                    }) }
                </div>
            </>
    };
    frame("Keyboard", "wide-dialog", Some("Close"), dispatch, content)
}
