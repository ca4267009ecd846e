//! Files and the clipboard: choosing, dropping, downloading, copying.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, BlobPropertyBag, File, HtmlAnchorElement, HtmlElement, HtmlInputElement, HtmlTextAreaElement, Url,
};

use super::annex;
use super::worker::{self, Answer};
use crate::app::Action;
use crate::app::errand::{self, Errand, Letter};

/// Receives what comes of a file.
pub type Tell = yew::Callback<Action>;

/// Hands a text to the person as a file.
///
/// # Errors
/// In words, where the browser does not allow it.
pub fn download(name: &str, content: &str) -> Result<(), String> {
    let failed = |_: JsValue| "The browser did not take the file. Try Copy.".to_owned();
    let page = web_sys::window().and_then(|window| window.document()).ok_or("There is no page to save from.")?;
    let parts = js_sys::Array::of1(&JsValue::from_str(content));
    let kind = BlobPropertyBag::new();
    kind.set_type("application/json");
    let blob = Blob::new_with_str_sequence_and_options(&parts, &kind).map_err(failed)?;
    let url = Url::create_object_url_with_blob(&blob).map_err(failed)?;
    let link: HtmlAnchorElement = page.create_element("a").map_err(failed)?.unchecked_into();
    link.set_href(&url);
    link.set_download(name);
    link.click();
    // The browser reads the blob after the click; some read it late.
    gloo::timers::callback::Timeout::new(60_000, move || {
        let _ = Url::revoke_object_url(&url);
    })
    .forget();
    Ok(())
}

/// Hands a text to the person as a file, by `boot.js`, which has the means for the file of a panic: for the app itself,
/// whose module shall not hold them. `record` names a document whose record the text is.
pub fn rescue(name: &str, content: &str, record: Option<&str>) -> bool {
    let save = js_sys::Reflect::get(&js_sys::global(), &"glossSave".into());
    let save = save.ok().and_then(|save| save.dyn_into::<js_sys::Function>().ok());
    let record = record.map_or(JsValue::UNDEFINED, JsValue::from_str);
    save.is_some_and(|save| save.call3(&JsValue::UNDEFINED, &name.into(), &content.into(), &record).is_ok())
}

/// Puts a text on the clipboard. Where the page may not (plain http), through a hidden field.
///
/// # Errors
/// In words, where the browser does not allow it.
pub async fn copy(content: &str) -> Result<(), String> {
    let window = web_sys::window().ok_or("There is no window.")?;
    let clipboard = js_sys::Reflect::get(&window.navigator(), &"clipboard".into()).unwrap_or(JsValue::UNDEFINED);
    if clipboard.is_object() {
        let clipboard: web_sys::Clipboard = clipboard.unchecked_into();
        if JsFuture::from(clipboard.write_text(content)).await.is_ok() {
            return Ok(());
        }
    }
    copy_by_field(content).ok_or_else(|| "This browser does not let the page copy here. Use Download.".to_owned())
}

fn copy_by_field(content: &str) -> Option<()> {
    let page = web_sys::window()?.document()?;
    let field: HtmlTextAreaElement = page.create_element("textarea").ok()?.unchecked_into();
    field.set_class_name("unseen");
    field.set_value(content);
    // Inside the dialog that is open: what is outside of it cannot have the focus.
    let host = page.query_selector("dialog[open]").ok().flatten().or_else(|| page.body().map(Into::into))?;
    let before = page.active_element();
    host.append_child(&field).ok()?;
    field.select();
    let command = js_sys::Reflect::get(&page, &"execCommand".into()).ok()?.dyn_into::<js_sys::Function>().ok();
    let copied = command.and_then(|command| command.call1(&page, &"copy".into()).ok());
    field.remove();
    if let Some(before) = before.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = before.focus();
    }
    copied.filter(JsValue::is_truthy).map(|_| ())
}

/// Opens the system's picker behind a file field of the page.
pub fn press_picker(id: &str) {
    let page = web_sys::window().and_then(|window| window.document());
    let field = page.and_then(|page| page.get_element_by_id(id));
    if let Some(field) = field.and_then(|field| field.dyn_into::<HtmlInputElement>().ok()) {
        field.click();
    }
}

/// The file that was chosen in a field, which is then ready for the same one again.
pub fn chosen(event: &web_sys::Event) -> Option<File> {
    let field = event.target()?.dyn_into::<HtmlInputElement>().ok()?;
    let file = field.files()?.get(0);
    field.set_value("");
    file
}

/// Has a file read as an article and tells how it goes.
pub fn open_text(file: &File, tell: Tell) {
    let name = file.name();
    worker::send(Errand::Text, &languages(), Some(file), move |answer| {
        tell.emit(match answer {
            Answer::Progress(done, all) => Action::Reading(name.clone(), done, all),
            Answer::Done(letter) => arrived(letter),
        });
    });
}

/// The action for a text that the worker handed over, or did not.
pub fn arrived(letter: Letter) -> Action {
    errand::heard(letter).map_or_else(Action::Refused, Action::Arrived)
}

/// What the reader prefers to read, the first one first.
pub fn languages() -> Letter {
    let languages = web_sys::window().map(|window| window.navigator().languages());
    languages.iter().flat_map(js_sys::Array::iter).filter_map(|tag| tag.as_string()).collect()
}

/// What was dropped on the page: a Gloss file is imported, anything else is read as an article.
pub fn dropped(file: &File, tell: Tell) {
    if file.name().to_ascii_lowercase().ends_with(".json") {
        tell.emit(Action::Importing);
        annex::hand(file);
    } else {
        open_text(file, tell);
    }
}
