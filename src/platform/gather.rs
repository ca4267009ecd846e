//! Many files at once: chosen, dropped as a folder, or packed in a zip. The page hands them to the worker one after
//! another; the worker takes the articles out of each.
//!
//! Invariant: each file is answered for, by an article or by words; what was cancelled is never heard of again. Nothing
//! is stored here.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::{Array, Reflect, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, HtmlInputElement};

use super::env::BrowserEnv;
use super::files::languages;
use super::intake::read_file;
use super::paste::html_to_text;
use super::worker::{self, Answer};
use crate::app::Env;
use crate::app::adding::{Item, Kind, kind_of};
use crate::app::errand::{Errand, Letter, ask_gather, gathered, gloss_items, read_gathered, text_item};
use crate::app::projects;
use crate::formats::plain::{Decoded, from_file};
use crate::formats::zip;
use crate::model::{Schema, sha256_hex};
use crate::text::intake::MAX_BYTES;

/// The largest zip or Gloss file that is read, in bytes.
const MOST_BYTES: f64 = 512.0 * 1024.0 * 1024.0;

// ---- The page's side ----

/// The files that were chosen in a field, which is then ready for the same ones again.
pub fn chosen(event: &web_sys::Event) -> Vec<File> {
    let Some(field) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) else {
        return Vec::new();
    };
    let list = field.files();
    let files = list.iter().flat_map(|list| (0..list.length()).filter_map(|at| list.get(at))).collect();
    field.set_value("");
    files
}

/// The name of a file, with the folders that it was chosen with.
fn path_of(file: &File) -> String {
    let path = Reflect::get(file, &"webkitRelativePath".into()).ok().and_then(|path| path.as_string());
    path.filter(|path| !path.is_empty()).unwrap_or_else(|| file.name())
}

/// What is told of gathering.
pub enum Told {
    /// Which file is being read, how many are done, how many there are, and how far the one is, in hundredths.
    Progress(String, usize, usize, u8),
    /// What was found in each file: its name, and its items.
    Done(Vec<(String, Vec<Item>)>),
}

/// Has files read, one after another, for as long as `wanted` says so. `project` is what is remembered of the project
/// that the articles go to.
pub fn gather(files: Vec<File>, project: Option<String>, wanted: Rc<Cell<bool>>, tell: impl Fn(Told) + 'static) {
    let gathering = Rc::new(Gathering { files, project, wanted, tell: Box::new(tell) });
    gathering.next(0, Vec::new());
}

struct Gathering {
    files: Vec<File>,
    project: Option<String>,
    wanted: Rc<Cell<bool>>,
    tell: Box<dyn Fn(Told)>,
}

impl Gathering {
    fn next(self: Rc<Self>, at: usize, mut found: Vec<(String, Vec<Item>)>) {
        if !self.wanted.get() {
            return;
        }
        let Some(file) = self.files.get(at) else {
            return (self.tell)(Told::Done(found));
        };
        let (path, all) = (path_of(file), self.files.len());
        let from_folder = path.contains('/');
        (self.tell)(Told::Progress(path.clone(), at, all, 0));
        let instead = match kind_of(&path) {
            Kind::Hidden => Some(Vec::new()),
            // What was chosen by itself is looked into, whatever it is called.
            Kind::Other if from_folder => Some(vec![Item::Other(path.clone())]),
            _ if file.size() > MOST_BYTES => {
                let why = "it is larger than 512 MB. Split it into smaller ones.";
                Some(vec![Item::Problem(path.clone(), why.to_owned())])
            }
            _ => None,
        };
        if let Some(items) = instead {
            found.push((path, items));
            // Not by calling itself: a folder may hold many thousand such files.
            super::spawn(async move { self.next(at + 1, found) });
            return;
        }
        let letter = ask_gather(self.project.clone(), languages());
        let found = Cell::new(Some(found));
        let gathering = Rc::clone(&self);
        worker::send(Errand::Gather, &letter, Some(file), move |answer| match answer {
            Answer::Progress(done, all_of_it) => {
                let percent = if all_of_it > 0.0 { (done / all_of_it * 100.0) as u8 } else { 0 };
                if gathering.wanted.get() {
                    (gathering.tell)(Told::Progress(path.clone(), at, all, percent));
                }
            }
            Answer::Done(letter) => {
                let items = match read_gathered(letter) {
                    Ok(items) => items.into_iter().flat_map(|item| gathering.page(item)).collect(),
                    Err(why) => vec![Item::Problem(path.clone(), why)],
                };
                let mut found = found.take().unwrap_or_default();
                found.push((path.clone(), items));
                Rc::clone(&gathering).next(at + 1, found);
            }
        });
    }

    /// Takes the words out of a web page: only the page itself can parse one.
    fn page(&self, item: Item) -> Vec<Item> {
        let Item::Page(source, html, hash) = item else { return vec![item] };
        let env = BrowserEnv::new();
        // Without its folders, and without the zip that it is in.
        let name = source.rsplit(['/', '\\']).next().unwrap_or_default();
        let name = name.rsplit_once(": ").map_or(name, |(_, name)| name);
        let decoded = html_to_text(&html).map(|text| Decoded {
            text,
            name: name.to_owned(),
            original_sha256: hash,
            encoding: "utf-8".to_owned(),
            changes: vec!["words taken out of a web page".to_owned()],
            assumed: None,
        });
        match decoded.map(from_file) {
            Some(Ok(incoming)) => {
                let schema = self.project.as_deref().and_then(projects::schema);
                text_item(&source, incoming, schema.as_ref(), env.new_id(), &env.now())
            }
            Some(Err(why)) => vec![Item::Problem(source, why.to_string())],
            None => vec![Item::Problem(source, "there are no words in it.".to_owned())],
        }
    }
}

// ---- The worker's side ----

/// Does [`Errand::Gather`]. `progress` hears how far it is: files done, and files in all.
pub async fn work(file: &File, letter: &[String], env: &BrowserEnv, progress: impl Fn(usize, usize)) -> Letter {
    let schema = letter.first().and_then(|project| projects::schema(project));
    let languages = letter.get(1..).unwrap_or_default();
    let path = path_of(file);
    let reader = Reader { env, schema: schema.as_ref(), languages };
    let items = match kind_of(&path) {
        Kind::Text => reader.text(&path, file).await,
        kind => match bytes_of(file).await {
            Err(why) => vec![Item::Problem(path, why)],
            Ok(bytes) if zip::is_zip(&bytes) || kind == Kind::Zip => reader.zip(&path, &bytes, &progress).await,
            Ok(bytes) => reader.bytes(&path, kind, bytes).await,
        },
    };
    gathered(items)
}

async fn bytes_of(file: &File) -> Result<Vec<u8>, String> {
    let buffer = JsFuture::from(file.array_buffer()).await;
    buffer
        .map(|buffer| Uint8Array::new(&buffer).to_vec())
        .map_err(|_| "it could not be read. It may have been moved, or you may lack the right to read it.".to_owned())
}

struct Reader<'a> {
    env: &'a BrowserEnv,
    schema: Option<&'a Schema>,
    languages: &'a [String],
}

impl Reader<'_> {
    async fn text(&self, source: &str, file: &File) -> Vec<Item> {
        match read_file(file, self.languages, |_| ()).await {
            Ok(incoming) => text_item(source, incoming, self.schema, self.env.new_id(), &self.env.now()),
            Err(why) => vec![Item::Problem(source.to_owned(), why.to_string())],
        }
    }

    async fn bytes(&self, source: &str, kind: Kind, bytes: Vec<u8>) -> Vec<Item> {
        let problem = |why: String| vec![Item::Problem(source.to_owned(), why)];
        match kind {
            Kind::Gloss => match String::from_utf8(bytes) {
                Ok(json) => gloss_items(source, json.trim_start_matches('\u{feff}'), self.schema),
                Err(_) => problem("it is not UTF-8 text. Save it as UTF-8, or export it anew.".to_owned()),
            },
            Kind::Page if bytes.len() as u64 > MAX_BYTES => problem("it is larger than 20 MB.".to_owned()),
            Kind::Page => {
                let hash = sha256_hex(&bytes);
                match String::from_utf8(bytes) {
                    Ok(html) => vec![Item::Page(source.to_owned(), html, hash)],
                    Err(_) => problem("it is not UTF-8. Open it in a browser, and paste its words.".to_owned()),
                }
            }
            Kind::Text | Kind::Zip | Kind::Other | Kind::Hidden => {
                // As a file of its own, so that its encoding is found in the same way.
                let parts = Array::of1(&Uint8Array::from(bytes.as_slice()));
                let name = source.rsplit(['/', '\\']).next().unwrap_or(source);
                match File::new_with_u8_array_sequence(&parts, name) {
                    Ok(file) => self.text(source, &file).await,
                    Err(_) => problem("this browser does not let it be read.".to_owned()),
                }
            }
        }
    }

    async fn zip(&self, path: &str, bytes: &[u8], progress: &impl Fn(usize, usize)) -> Vec<Item> {
        let entries = match zip::entries(bytes) {
            Ok(entries) => entries,
            Err(why) => return vec![Item::Problem(path.to_owned(), why.to_string())],
        };
        let (mut items, mut left, all) = (Vec::new(), zip::MOST_BYTES, entries.len());
        for (done, entry) in entries.iter().enumerate() {
            let source = format!("{path}: {entry}");
            let kind = kind_of(&entry.name);
            let most = if kind == Kind::Gloss { left } else { left.min(MAX_BYTES as usize) };
            match kind {
                Kind::Hidden => continue,
                Kind::Other => items.push(Item::Other(entry.name.clone())),
                Kind::Zip => {
                    let why = "it is a zip within the zip. Unpack it, and add it by itself.";
                    items.push(Item::Problem(source, why.to_owned()));
                }
                _ => match zip::content(bytes, entry, most) {
                    Ok(content) => {
                        left = left.saturating_sub(content.len());
                        items.extend(self.bytes(&source, kind, content).await);
                    }
                    Err(why) => items.push(Item::Problem(source, format!("{why}."))),
                },
            }
            progress(done + 1, all);
        }
        if items.is_empty() {
            items.push(Item::Problem(path.to_owned(), "there is no article in it.".to_owned()));
        }
        items
    }
}
