//! The annex: what nobody needs before they can annotate. It runs in a module of its own, with a root of
//! its own on the page.
//!
//! Invariant: it changes neither the open document nor the settings; it asks the app, by
//! [`crate::platform::annex`].

mod find;
mod keyboard;
mod library;
mod schema;
mod settings;

use std::rc::Rc;

use yew::{Component, Context, Html, html};

use super::Dispatch;
use super::part::part;
use crate::app::Action;
use crate::app::annex::{Reply, Request};
use crate::app::command::{Command, Row};
use crate::app::finding::{FindAction, FindEffect, Finding};
use crate::app::library::{Library, LibraryAction, LibraryEffect};
use crate::app::schema_dialog::SchemaAction;
use crate::app::schema_editor::{Editor, EditorEffect};
use crate::app::settings::Settings;
use crate::platform;
use crate::platform::annex::{AnnexDesk, look_for, ready_made};
use crate::platform::library::Shelves;
use crate::query::search::Wanted;

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
    /// Something happened on another page.
    Page(Action),
}

/// What is open.
enum Page {
    Schema(Rc<Editor>),
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
    desk: AnnexDesk,
}

impl Component for Root {
    type Message = Message;
    type Properties = ();

    fn create(context: &Context<Self>) -> Self {
        let heard = context.link().callback(Message::Asked);
        let desk = AnnexDesk::open(Rc::new(move |request| heard.emit(request)));
        let shelves = Shelves::default();
        shelves.watch(context.link().callback(Message::Library));
        Self { page: None, finding: None, wanted: Wanted::default(), library: Rc::default(), shelves, desk }
    }

    fn update(&mut self, context: &Context<Self>, message: Message) -> bool {
        match message {
            Message::Asked(request) => match request {
                Request::Schema(document, writes) => {
                    self.page = Some(Page::Schema(Rc::new(Editor::new(*document, writes))));
                }
                Request::Settings(settings, labels) => self.page = Some(Page::Settings(settings, labels)),
                Request::Keyboard(settings, labels) => self.page = Some(Page::Keyboard(settings, labels)),
                Request::Library(shown) => {
                    if !shown {
                        self.shelves.rest();
                    }
                    self.library(context, LibraryAction::Show(shown));
                }
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
            Some(Page::Schema(editor)) => {
                let tell = context.link().callback(Message::Schema);
                part(Some("schema".into()), schema::Shown { editor: Rc::clone(editor), tell })
            }
            Some(Page::Settings(settings, labels)) => settings::settings_dialog(settings, labels, &tell),
            Some(Page::Keyboard(settings, labels)) => keyboard::keyboard_dialog(settings, labels, &tell),
        };
        let shown = self.library.shown.then(|| {
            let tell = context.link().callback(Message::Library);
            part(Some("library".into()), library::Shown { library: Rc::clone(&self.library), tell })
        });
        let bar = self.finding.as_ref().map(|finding| {
            let tell = context.link().callback(Message::Find);
            part(Some("find".into()), find::Shown { finding: Rc::clone(finding), tell })
        });
        let lost = self.library.lost.as_ref().map(|lost| {
            let tell = context.link().callback(Message::Library);
            library::lost(lost, &tell)
        });
        html! { <>{ for lost }{ for shown }{ for bar }{ page }</> }
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
        let tell: library::Tell = context.link().callback(Message::Library);
        // What was written concerns the app, and other tabs.
        if matches!(action, LibraryAction::Written(Ok(())) | LibraryAction::Purged(..)) {
            self.desk.tell(&Reply::Changed);
        }
        for effect in Rc::make_mut(&mut self.library).act(action) {
            match effect {
                LibraryEffect::List => self.shelves.list(tell.clone()),
                LibraryEffect::Open(id) => self.desk.tell(&Reply::Open(id)),
                LibraryEffect::SetDeleted(ids, deleted) => self.shelves.set_deleted(ids, deleted, tell.clone()),
                LibraryEffect::Purge(ids) => self.shelves.purge(ids, tell.clone()),
                LibraryEffect::SaveAside(id, title) => self.shelves.save_aside(id, title, tell.clone()),
                LibraryEffect::ForgetLoss => self.shelves.forget_loss(),
                LibraryEffect::Say(words) => self.desk.tell(&Reply::Say(words)),
            }
        }
    }

    fn close(&mut self) {
        if self.page.take().is_some() {
            self.desk.tell(&Reply::Closed);
        }
    }

    fn schema(&mut self, context: &Context<Self>, action: SchemaAction) {
        let Some(Page::Schema(editor)) = self.page.as_mut() else { return };
        let tell: schema::Tell = context.link().callback(Message::Schema);
        match Rc::make_mut(editor).act(action) {
            None => {}
            Some(EditorEffect::ReadyMade(number)) => ready_made(number, tell),
            Some(EditorEffect::Save(name, content)) => {
                tell.emit(SchemaAction::Saved(platform::files::download(&name, &content)));
            }
            Some(EditorEffect::Say(words)) => self.desk.tell(&Reply::Say(words.to_owned())),
            Some(EditorEffect::Apply(transaction)) => self.desk.apply(&editor.document.info.id, transaction),
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
