//! All keys, from the command table.

use yew::{Html, html};

use super::{key_words, label_count};
use crate::app::command::{Command, Group, Row, TABLE};
use crate::app::keymap::shortcuts;
use crate::app::settings::Settings;
use crate::view::Dispatch;
use crate::view::dialogs::frame;

pub fn keyboard_dialog(settings: &Settings, labels: &[String], dispatch: &Dispatch) -> Html {
    let shown = |row: &&Row| match row.command {
        Command::Label(n) => usize::from(n) < label_count(labels),
        _ => true,
    };
    let line = |row: &Row| {
        let keys = shortcuts(row.command, settings);
        if keys.is_empty() {
            return html! {};
        }
        let keys = keys
            .iter()
            .enumerate()
            .map(|(i, key)| html! { <>if i > 0 { { " or " } }<kbd>{ key.to_string() }</kbd></> });
        html! { <div class="key-line"><dt>{ for keys }</dt><dd>{ key_words(row, labels) }</dd></div> }
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
