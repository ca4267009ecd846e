//! Taking the work away: the file was written, read back and compared before it is handed over.

use std::rc::Rc;

use yew::{Html, html};

use super::frame;
use crate::app::{Action, ExportDialog as Export};
use crate::platform;
use crate::view::{Dispatch, send};

fn send_change(dispatch: &Dispatch, action: Action) -> yew::Callback<yew::Event> {
    dispatch.reform(move |_| action.clone())
}

pub fn export_dialog(export: &Export, dispatch: &Dispatch) -> Html {
    let sound = export.file.failures.is_empty() && export.file.verified == export.file.total;
    let download = {
        let (export, dispatch) = (export.clone(), dispatch.clone());
        yew::Callback::from(move |_: yew::MouseEvent| {
            let outcome = match platform::files::download(&export.name, &export.file.json) {
                Ok(()) => Ok(format!("Downloaded {}", export.name)),
                Err(why) => Err(why),
            };
            dispatch.emit(Action::Exported(outcome));
        })
    };
    let copy = {
        let (export, dispatch) = (export.clone(), dispatch.clone());
        yew::Callback::from(move |_: yew::MouseEvent| {
            let (json, dispatch) = (Rc::clone(&export.file.json), dispatch.clone());
            platform::spawn(async move {
                let outcome = platform::files::copy(&json).await;
                dispatch.emit(Action::Exported(outcome.map(|()| "Copied to the clipboard".to_owned())));
            });
        })
    };
    let verified = format!("{} of {} spans verified", export.file.verified, export.file.total);
    let content = html! {
    <>

                <div role="radiogroup" aria-label="Format" class="formats">
                    <label class="format">
                        <input type="radio" name="format" checked={true} />
                        <span><b>{ "Gloss JSON" }</b><small>{ "Everything, to the code point. Opens in Gloss again; loads in Python without a library." }</small></span>
                    </label>
                </div>
                if export.discarded > 0 {
                    <label class="choice">
                        <input type="checkbox" checked={export.with_discarded} onchange={send_change(dispatch, Action::ExportDiscarded(!export.with_discarded))} />
                        <span>{ format!("Include {} marked to discard", crate::app::count_words(export.discarded, "item", "items")) }</span>
                    </label>
                }
                <p class={if sound { "verdict" } else { "verdict problem" }}>{ verified }</p>
                if !sound {
                    <div role="alert" class="problem">
                        <p>{ "The file does not read back as it should. Please keep it and report this:" }</p>
                        <ul>{ for export.file.failures.iter().take(20).map(|failure| html! { <li>{ failure }</li> }) }</ul>
                    </div>
                }
                <p class="file-name"><code>{ &export.name }</code></p>
                <div class="dialog-actions">
                    <button type="button" class="primary" onclick={download}>{ "Download" }</button>
                    <button type="button" class="ghost" onclick={copy}>{ "Copy" }</button>
                    <span class={yew::classes!("outcome", matches!(export.outcome, Some(Err(_))).then_some("problem"))}>
                        { export.outcome.clone().map(|(Ok(words) | Err(words))| words) }
                    </span>
                    <span class="push"></span>
                    <button type="button" class="ghost" onclick={send(dispatch, Action::CloseDialog)}>{ "Close" }</button>
                </div>
            </>
    };
    frame("Export", "", None, dispatch, content)
}
