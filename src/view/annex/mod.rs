//! The annex: what nobody needs before they can annotate. It runs in a module of its own, with a root of
//! its own on the page.
//!
//! Invariant: it changes neither the open document nor the settings; it asks the app, by
//! [`crate::platform::annex`].

mod find;
mod keyboard;
mod library;
mod many;
mod projects;
mod schema;
mod settings;

use std::cell::Cell;
use std::rc::Rc;

use gloo::events::EventListener;
use web_sys::File;
use yew::{Component, Context, Html, html};

use super::Dispatch;
use super::part::part;
use crate::app::annex::{Reply, Request};
use crate::app::command::{Command, Row};
use crate::app::finding::{FindAction, FindEffect, Finding};
use crate::app::library::{Library, LibraryAction, LibraryEffect};
use crate::app::projects::{remembered, template};
use crate::app::schema_dialog::SchemaAction;
use crate::app::schema_editor::{Editor, EditorEffect};
use crate::app::settings::Settings;
use crate::app::{Action, Env};
use crate::edit::Op;
use crate::platform;
use crate::platform::BrowserEnv;
use crate::platform::annex::{AnnexDesk, look_for, ready_made};
use crate::platform::gather::{Told, gather};
use crate::platform::library::{Shelves, chosen, follow_choice, remember};
use crate::query::search::Wanted;
use many::For;

/// What reaches the annex.
pub enum Message {
    /// The app asks for something.
    Asked(Request),
    /// Something happened in the schema editor.
    Schema(SchemaAction),
    /// Something happened in the bar that looks for words.
    Find(FindAction),
    /// Something happened in the library.
    Library(LibraryAction),
    /// Files were chosen in the library.
    Files(Vec<File>, For),
    /// Something happened on another page.
    Page(Action),
}

/// What is open.
enum Page {
    Schema(Rc<Editor>),
    /// The schema of the chosen project.
    ProjectSchema(Rc<Editor>),
    Settings(Rc<Settings>, Vec<String>),
    Keyboard(Rc<Settings>, Vec<String>),
}

/// The annex on the page.
pub struct Root {
    page: Option<Page>,
    finding: Option<Rc<Finding>>,
    /// What was looked for last.
    wanted: Wanted,
    library: Rc<Library>,
    shelves: Shelves,
    env: BrowserEnv,
    /// Whether anybody waits for the files that are being read.
    wanted_files: Rc<Cell<bool>>,
    _choice: Option<EventListener>,
    desk: AnnexDesk,
}

impl Component for Root {
    type Message = Message;
    type Properties = ();

    fn create(context: &Context<Self>) -> Self {
        let heard = context.link().callback(Message::Asked);
        let desk = AnnexDesk::open(Rc::new(move |request| heard.emit(request)));
        Self {
            page: None,
            finding: None,
            wanted: Wanted::default(),
            library: Rc::new(Library { chosen: chosen(), ..Library::default() }),
            shelves: Shelves::default(),
            env: BrowserEnv::new(),
            wanted_files: Rc::default(),
            _choice: follow_choice(context.link().callback(Message::Library)),
            desk,
        }
    }

    fn update(&mut self, context: &Context<Self>, message: Message) -> bool {
        match message {
            Message::Asked(request) => match request {
                Request::Schema(document, writes) => {
                    self.page = Some(Page::Schema(Rc::new(Editor::new(*document, writes))));
                }
                Request::Settings(settings, labels) => self.page = Some(Page::Settings(settings, labels)),
                Request::Keyboard(settings, labels) => self.page = Some(Page::Keyboard(settings, labels)),
                Request::Library(shown) => self.library(context, LibraryAction::Show(shown)),
                Request::Find(text, at) => {
                    let (finding, effect) = Finding::new(text, at, self.wanted.clone());
                    self.finding = Some(Rc::new(finding));
                    self.find_on(context, effect);
                }
                Request::Leave => self.leave(),
                Request::Close => self.page = None,
                Request::Refused(why) => self.schema(context, SchemaAction::Refused(why)),
            },
            Message::Schema(action) => self.schema(context, action),
            Message::Find(action) => {
                let effect = self.finding.as_mut().and_then(|finding| Rc::make_mut(finding).act(action));
                self.find_on(context, effect);
            }
            Message::Library(action) => self.library(context, action),
            Message::Files(files, what) => self.gather(context, files, what),
            Message::Page(Action::Set(new)) => {
                if let Some(Page::Settings(settings, _)) = &mut self.page {
                    *settings = Rc::clone(&new);
                }
                self.desk.tell(&Reply::Set(new));
            }
            Message::Page(_) => self.close(),
        }
        true
    }

    fn view(&self, context: &Context<Self>) -> Html {
        let tell: Dispatch = context.link().callback(Message::Page);
        let page = match &self.page {
            None => html! {},
            Some(Page::Schema(editor) | Page::ProjectSchema(editor)) => {
                let tell = context.link().callback(Message::Schema);
                part(Some("schema".into()), schema::Shown { editor: Rc::clone(editor), tell })
            }
            Some(Page::Settings(settings, labels)) => settings::settings_dialog(settings, labels, &tell),
            Some(Page::Keyboard(settings, labels)) => keyboard::keyboard_dialog(settings, labels, &tell),
        };
        let shown = self.library.shown.then(|| {
            let tell = context.link().callback(Message::Library);
            let give = context.link().callback(|(files, what)| Message::Files(files, what));
            part(Some("library".into()), library::Shown { library: Rc::clone(&self.library), tell, give })
        });
        let bar = self.finding.as_ref().map(|finding| {
            let tell = context.link().callback(Message::Find);
            part(Some("find".into()), find::Shown { finding: Rc::clone(finding), tell })
        });
        // The app does not know of these dialogs.
        let own = matches!(self.page, Some(Page::ProjectSchema(_))) || (self.library.shown && self.library.asks());
        let quiet = own.then(|| part(Some("quiet".into()), many::Quiet));
        html! { <>{ for shown }{ for bar }{ page }{ for quiet }</> }
    }
}

impl Root {
    fn leave(&mut self) {
        if let Some(finding) = self.finding.take() {
            self.wanted = finding.wanted.clone();
        }
    }

    fn find_on(&mut self, context: &Context<Self>, effect: Option<FindEffect>) {
        let Some(finding) = self.finding.as_ref() else { return };
        match effect {
            None => {}
            Some(FindEffect::Ask(number)) => {
                let tell = context.link().callback(Message::Find);
                look_for(&finding.text, &finding.wanted, move |found| tell.emit(FindAction::Found(number, found)));
            }
            Some(FindEffect::Show(hit)) => self.desk.tell(&Reply::Show(hit.start())),
            Some(FindEffect::Close(hit)) => {
                self.leave();
                self.desk.tell(&Reply::Found(hit));
            }
        }
    }

    fn library(&mut self, context: &Context<Self>, action: LibraryAction) {
        if let (LibraryAction::OpenSchema, Some(project)) = (&action, self.library.project()) {
            self.page = Some(Page::ProjectSchema(Rc::new(Editor::new(template(project), true))));
            return;
        }
        let tell: library::Tell = context.link().callback(Message::Library);
        // What was written concerns the app, and other tabs.
        let wrote = matches!(
            action,
            LibraryAction::Written(Ok(()))
                | LibraryAction::Purged(..)
                | LibraryAction::Added(_, Ok(()))
                | LibraryAction::TookIn(Ok(_))
                | LibraryAction::TookBack(Ok(_))
        );
        if wrote {
            self.desk.tell(&Reply::Changed);
        }
        for effect in Rc::make_mut(&mut self.library).act(action, &self.env) {
            match effect {
                LibraryEffect::List => self.shelves.list(tell.clone()),
                LibraryEffect::Open(id) => self.desk.tell(&Reply::Open(id)),
                LibraryEffect::Write(change) => self.shelves.write(change, self.env.now(), tell.clone()),
                LibraryEffect::Remember(project) => {
                    if let Err(why) = remember(project.as_deref()) {
                        tell.emit(LibraryAction::Refused(why));
                    }
                }
                LibraryEffect::Compare(texts) => self.shelves.compare(texts, tell.clone()),
                LibraryEffect::Create(new, home) => self.shelves.create(new, home, tell.clone()),
                LibraryEffect::HandOut(ids, project, name) => {
                    let named = (name, self.env.now());
                    self.shelves.hand_out(ids, project.map(|project| *project), named, tell.clone());
                }
                LibraryEffect::Stop => self.wanted_files.set(false),
                LibraryEffect::TakeIn(preview, home) => self.shelves.take_in(&preview, home, tell.clone()),
                LibraryEffect::TakeBack(taken) => self.shelves.take_back(taken, self.env.now(), tell.clone()),
                LibraryEffect::Purge(ids, projects) => self.shelves.purge(ids, projects, tell.clone()),
                LibraryEffect::Say(words) => self.desk.tell(&Reply::Say(words)),
            }
        }
    }

    /// Has files read that were chosen: one lot at a time.
    fn gather(&mut self, context: &Context<Self>, files: Vec<File>, what: For) {
        self.wanted_files.set(false);
        let wanted = Rc::new(Cell::new(true));
        self.wanted_files = Rc::clone(&wanted);
        let tell: library::Tell = context.link().callback(Message::Library);
        let project = self.library.project().cloned();
        match what {
            For::Adding => {
                let remembered = project.as_ref().and_then(|project| remembered(project).ok());
                gather(files, remembered, wanted, move |told| {
                    tell.emit(match told {
                        Told::Progress(name, done, all, percent) => LibraryAction::AddReading(name, done, all, percent),
                        Told::Done(found) => {
                            LibraryAction::AddRead(found.into_iter().flat_map(|(_, items)| items).collect())
                        }
                    });
                });
            }
            For::TakingIn => {
                let Some(project) = project else { return };
                let (shelves, now, still) = (self.shelves.clone(), self.env.now(), Rc::clone(&wanted));
                // Nobody's schema is put in the place of another's before they are merged.
                gather(files, None, wanted, move |told| match told {
                    Told::Progress(name, done, all, _) => tell.emit(LibraryAction::TakeReading(name, done, all)),
                    Told::Done(found) => {
                        tell.emit(LibraryAction::TakeMerging);
                        shelves.merge(found, project.clone(), now.clone(), Rc::clone(&still), tell.clone());
                    }
                });
            }
        }
    }

    fn close(&mut self) {
        if self.page.take().is_some() {
            self.desk.tell(&Reply::Closed);
        }
    }

    fn schema(&mut self, context: &Context<Self>, action: SchemaAction) {
        let of_project = matches!(self.page, Some(Page::ProjectSchema(_)));
        let Some(Page::Schema(editor) | Page::ProjectSchema(editor)) = self.page.as_mut() else { return };
        let tell: schema::Tell = context.link().callback(Message::Schema);
        match Rc::make_mut(editor).act(action) {
            None => {}
            Some(EditorEffect::ReadyMade(number)) => ready_made(number, tell),
            Some(EditorEffect::Save(name, content)) => {
                tell.emit(SchemaAction::Saved(platform::files::download(&name, &content)));
            }
            Some(EditorEffect::Say(words)) => self.desk.tell(&Reply::Say(words.to_owned())),
            Some(EditorEffect::Apply(transaction)) if of_project => {
                self.page = None;
                let new = transaction.ops.into_iter().find_map(|op| match op {
                    Op::Schema { after, .. } => Some(after),
                    _ => None,
                });
                if let Some(schema) = new {
                    self.library(context, LibraryAction::Schema(schema));
                }
            }
            Some(EditorEffect::Apply(transaction)) => self.desk.apply(&editor.document.info.id, transaction),
            Some(EditorEffect::Close) if of_project => self.page = None,
            Some(EditorEffect::Close) => self.close(),
        }
    }
}

/// What a key does: labels go by their names.
fn key_words(row: &Row, labels: &[String]) -> String {
    let label = match row.command {
        Command::Label(n) => labels.get(usize::from(n)),
        _ => None,
    };
    label.map_or_else(|| row.words.to_owned(), |label| format!("Label as {label}"))
}

/// How many labels have keys. Without an article, as many as the first schema has.
fn label_count(labels: &[String]) -> usize {
    if labels.is_empty() { 3 } else { labels.len() }
}
