//! The labels as buttons: in the bar below the article, and at the selection.

use yew::{Html, html};

use super::article::keep_focus;
use super::{Dispatch, icons, send};
use crate::app::command::{Command, words};
use crate::app::keymap::shortcuts;
use crate::app::{Action, Side, State};

/// A command's words and its first shortcut, for a tooltip.
pub fn hint(state: &State, command: Command) -> String {
    let words = words(command, state);
    match shortcut(state, command) {
        Some(key) => format!("{words} ({key})"),
        None => words,
    }
}

/// A command's first shortcut, as it is shown to people.
pub fn shortcut(state: &State, command: Command) -> Option<String> {
    shortcuts(command, &state.settings).first().map(ToString::to_string)
}

/// One button for each label. Those that are `pressed` when armed say so, and how many annotations there are.
pub fn buttons(state: &State, dispatch: &Dispatch, pressed: bool) -> Html {
    let Some(open) = state.open.as_ref() else { return html! {} };
    let hand = open.label_in_hand();
    let buttons = open.schema().offered().enumerate().map(|(nth, (position, label))| {
        let name = label.name.clone();
        let armed = hand == Some(&label.name);
        let key = u8::try_from(nth).ok().filter(|nth| *nth < 9).and_then(|nth| shortcut(state, Command::Label(nth)));
        let tooltip = if label.description.is_empty() { None } else { Some(label.description.clone()) };
        let style = open.schema().style_at(position);
        let shape = format!("swatch {}", style.name());
        let count = open.session.document.annotations.count(&label.name);
        let on_press = send(dispatch, Action::PressLabel(name));
        html! {
            <button type="button" class={yew::classes!("label", format!("k{position}"), (pressed && armed).then_some("on"))}
                aria-label={label.name.to_string()} aria-pressed={pressed.then(|| armed.to_string())}
                aria-keyshortcuts={key.clone()} title={tooltip} disabled={!open.can_write()}
                onmousedown={keep_focus()} onclick={on_press}>
                <i class={shape}></i>
                <span class="label-name">{ label.name.to_string() }</span>
                if let Some(key) = key { <kbd aria-hidden="true" data-key={key}></kbd> }
                if pressed { <span class="count" aria-hidden="true" data-count={count.to_string()}></span> }
            </button>
        }
    });
    html! { <>{ for buttons }</> }
}

/// The bar below the article.
pub fn label_bar(state: &State, dispatch: &Dispatch) -> Html {
    let Some(open) = state.open.as_ref() else { return html! {} };
    let selected = open.selection.snapped.is_some();
    let hint = match (open.label_in_hand(), selected, open.focus.is_some()) {
        _ if !open.can_write() => html! { <>{ "Reading along" }</> },
        _ if open.chooser.is_some() => html! { <>{ "Press a number, or " }<kbd>{ "Esc" }</kbd></> },
        _ if open.linking.is_some() => {
            html! { <>{ "Click what to link to, or type its letters. " }<kbd>{ "Esc" }</kbd>{ " to stop" }</> }
        }
        _ if open.relation.is_some() => {
            html! { <><kbd>{ "Y" }</kbd>{ " changes the type, " }<kbd>{ "U" }</kbd>{ " turns it round, " }<kbd>{ "Del" }</kbd>{ " deletes" }</> }
        }
        _ if !open.picked.is_empty() && !selected => {
            html! { <>{ format!("{} picked. ", open.picked.len()) }<kbd>{ "R" }</kbd>{ " links them" }</> }
        }
        (Some(label), ..) => {
            html! { <><b>{ label.to_string() }</b>{ " is armed: every selection becomes one. " }<kbd>{ "Esc" }</kbd>{ " to stop" }</> }
        }
        (None, true, _) => html! { <>{ "Press a label's key, or its button" }</> },
        (None, false, true) => {
            html! { <><kbd>{ "R" }</kbd>{ " links. A label's key relabels. " }<kbd>{ "[" }</kbd>{ " " }<kbd>{ "]" }</kbd>{ " move the end, " }<kbd>{ "Del" }</kbd>{ " deletes" }</> }
        }
        (None, false, false) => {
            html! { <>{ "Select words, then press a label's key. With nothing selected, a key arms its label." }</> }
        }
    };
    html! {
        <footer class="labels">
            <div class="label-buttons" role="toolbar" aria-label="Labels">
                { buttons(state, dispatch, true) }
            </div>
            <p class="hint">{ hint }</p>
            if !open.schema().guidelines.is_empty() {
                <button type="button" class="icon-button" aria-label="Guidelines" aria-pressed={(open.side == Side::Guidelines).to_string()}
                    title={self::hint(state, Command::Guidelines)} onclick={send(dispatch, Action::Run(Command::Guidelines))}>{ icons::book() }</button>
            }
            <button type="button" class="icon-button to-schema" aria-label="Schema" title={words(Command::Schema, state)}
                onclick={send(dispatch, Action::Run(Command::Schema))}>{ icons::tag() }</button>
        </footer>
    }
}
