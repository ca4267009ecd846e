//! The annex: what nobody needs before they can annotate. It runs in a module of its own, with a root of
//! its own on the page.
//!
//! Invariant: it changes neither the open document nor the settings; it asks the app, by
//! [`crate::platform::annex`].

mod find;
mod history;
mod hold;
mod keyboard;
mod library;
mod many;
mod newer;
mod projects;
mod reader;
mod roll;
mod schema;
mod seek;
mod settings;
mod versions;

use std::cell::Cell;
use std::rc::Rc;

use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use web_sys::File;
use yew::{Component, Context, Html, html};

use super::Dispatch;
use super::part::part;
use crate::app::annex::{Article, Page as Asked, Reply, Request};
use crate::app::command::{Command, Row};
use crate::app::errand::seek::Goal;
use crate::app::finding::{FindAction, FindEffect, Finding};
use crate::app::history::{HistoryAction, HistoryEffect, HistoryPage};
use crate::app::library::{Library, LibraryAction, LibraryEffect};
use crate::app::newer::{Newer, NewerAction, NewerEffect};
use crate::app::projects::{remembered, template};
use crate::app::schema_dialog::SchemaAction;
use crate::app::schema_editor::{Editor, EditorEffect};
use crate::app::seeking::{SeekAction, SeekEffect, Seeking};
use crate::app::settings::Settings;
use crate::app::{Action, Env};
use crate::edit::Op;
use crate::model::DocumentId;
use crate::platform;
use crate::platform::BrowserEnv;
use crate::platform::annex::{AnnexDesk, look_for, ready_made};
use crate::platform::gather::{Told, gather};
use crate::platform::library::{Shelves, chosen, follow_choice, remember};
use crate::platform::past;
use crate::platform::seek::{Outcome, Seeker};
use crate::platform::storage::Neighbour;
use crate::query::search::Wanted;
use crate::text::ByteOffset;
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
    /// Something happened in the history.
    History(HistoryAction),
    /// Something happened on the page for a newer version.
    Newer(NewerAction),
    /// Something happened on the page that looks in all articles.
    Seek(SeekAction),
    /// The article that was opened for a hit has the keyboard.
    Go(DocumentId, Goal),
    /// Another article is open, or none.
    Article(Option<DocumentId>),
    /// The versions beside an article were found.
    Versions(DocumentId, Vec<Neighbour>),
    /// The line about versions shall be hidden for now.
    HideVersions,
    /// An article shall be opened.
    Open(DocumentId),
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
    History(Rc<HistoryPage>),
    Newer(Rc<Newer>),
    Search(Rc<Seeking>),
}

/// The annex on the page.
pub struct Root {
    page: Option<Page>,
    finding: Option<Rc<Finding>>,
    /// How often that bar was asked for.
    bars: usize,
    /// What was looked for last.
    wanted: Wanted,
    /// The page that looks in all articles, as it was left.
    seeking: Option<Rc<Seeking>>,
    seeker: Seeker,
    /// Where a hit leads to, in an article that is being opened.
    going: Option<(DocumentId, Goal)>,
    /// Where the bar that looks for words shall begin, and for what.
    find_from: Option<(ByteOffset, Wanted)>,
    library: Rc<Library>,
    shelves: Shelves,
    env: BrowserEnv,
    /// Whether anybody waits for the files that are being read.
    wanted_files: Rc<Cell<bool>>,
    _choice: Option<EventListener>,
    /// The article that is open, and its other versions; none where they are hidden.
    article: Option<DocumentId>,
    versions: Vec<Neighbour>,
    desk: AnnexDesk,
    _watch: versions::Watch,
    _keys: Option<EventListener>,
}

impl Component for Root {
    type Message = Message;
    type Properties = ();

    fn create(context: &Context<Self>) -> Self {
        let heard = context.link().callback(Message::Asked);
        let desk = AnnexDesk::open(Rc::new(move |request| heard.emit(request)));
        let shelves = Shelves::default();
        shelves.watch(context.link().callback(Message::Library));
        Self {
            page: None,
            finding: None,
            bars: 0,
            wanted: Wanted::default(),
            seeking: None,
            seeker: Seeker::default(),
            going: None,
            find_from: None,
            library: Rc::new(Library { chosen: chosen(), ..Library::default() }),
            shelves,
            env: BrowserEnv::new(),
            wanted_files: Rc::default(),
            _choice: follow_choice(context.link().callback(Message::Library)),
            article: None,
            versions: Vec::new(),
            desk,
            _watch: versions::Watch::new(context.link().callback(Message::Article)),
            _keys: hold::keep_keys(),
        }
    }

    fn update(&mut self, context: &Context<Self>, message: Message) -> bool {
        match message {
            Message::Asked(request) => match request {
                Request::Schema(document, writes) => {
                    self.put_away();
                    self.page = Some(Page::Schema(Rc::new(Editor::new(*document, writes))));
                }
                Request::Page(asked) => self.open_page(context, asked),
                Request::Library(shown) => {
                    if !shown {
                        self.shelves.rest();
                    }
                    self.library(context, LibraryAction::Show(shown));
                }
                Request::Find(text, at) => {
                    let (at, wanted) = match self.find_from.take() {
                        Some((at, wanted)) => (text.floor(at), wanted),
                        None => (at, self.wanted.clone()),
                    };
                    let (finding, effect) = Finding::new(text, at, wanted);
                    self.bars += 1;
                    self.finding = Some(Rc::new(finding));
                    self.find_on(context, effect);
                }
                Request::Leave => self.leave(),
                Request::Close => self.put_away(),
                Request::Refused(why) => match &self.page {
                    Some(Page::History(_)) => self.history(context, HistoryAction::Refused(why)),
                    _ => self.schema(context, SchemaAction::Refused(why)),
                },
            },
            Message::History(action) => self.history(context, action),
            Message::Newer(action) => self.newer(context, action),
            Message::Seek(action) => self.seek(context, action),
            Message::Go(id, goal) => {
                if self.article.as_ref() == Some(&id) {
                    self.go(goal);
                }
            }
            Message::Article(article) => {
                if self.article == article {
                    return false;
                }
                self.article = article;
                if self.article.is_some()
                    && let Some((id, goal)) = self.going.take()
                    && self.article.as_ref() == Some(&id)
                {
                    let go = context.link().callback(move |goal| Message::Go(id.clone(), goal));
                    once_focused(PATIENCE, Box::new(move || go.emit(goal)));
                }
                self.versions.clear();
                self.look_for_versions(context);
            }
            Message::Versions(of, versions) => {
                if self.article.as_ref() == Some(&of) {
                    self.versions = versions;
                }
            }
            Message::HideVersions => self.versions.clear(),
            Message::Open(id) => self.desk.tell(&Reply::Open(id)),
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
            Some(Page::History(page)) => {
                let tell = context.link().callback(Message::History);
                part(Some("history".into()), history::Shown { page: Rc::clone(page), tell })
            }
            Some(Page::Newer(page)) => {
                let tell = context.link().callback(Message::Newer);
                part(Some("newer".into()), newer::Shown { page: Rc::clone(page), tell })
            }
            Some(Page::Search(page)) => {
                let tell = context.link().callback(Message::Seek);
                part(Some("search".into()), seek::Shown { page: Rc::clone(page), tell })
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
            // Asked for anew, it has the keyboard anew.
            part(Some(format!("find {}", self.bars).into()), find::Shown { finding: Rc::clone(finding), tell })
        });
        let line = (!self.versions.is_empty()).then(|| {
            let link = context.link();
            versions::line(&self.versions, &link.callback(Message::Open), &link.callback(|()| Message::HideVersions))
        });
        let lost = self.library.lost.as_ref().map(|lost| {
            let tell = context.link().callback(Message::Library);
            library::lost(lost, &tell)
        });
        // The app does not know of these dialogs.
        let own = matches!(self.page, Some(Page::ProjectSchema(_))) || (self.library.shown && self.library.asks());
        let quiet = own.then(|| part(Some("quiet".into()), many::Quiet));
        html! { <>{ for lost }{ for shown }{ for line }{ for bar }{ page }{ for quiet }</> }
    }
}

impl Root {
    fn open_page(&mut self, context: &Context<Self>, asked: Asked) {
        let Asked { name, settings, labels, article } = asked;
        self.put_away();
        self.page = Some(match (name, article) {
            ("history", Some(article)) => {
                let (page, effect) = HistoryPage::new(article);
                self.history_on(context, effect);
                Page::History(Rc::new(page))
            }
            ("newer", Some(article)) => return self.open_newer(context, article),
            ("search", _) => return self.open_search(context),
            ("keyboard", _) => Page::Keyboard(settings, labels),
            _ => Page::Settings(settings, labels),
        });
    }

    fn open_newer(&mut self, context: &Context<Self>, article: Article) {
        let (page, effect) = Newer::new(article);
        self.page = Some(Page::Newer(Rc::new(page)));
        self.newer_on(context, effect);
    }

    fn look_for_versions(&self, context: &Context<Self>) {
        if let Some(id) = &self.article {
            let found = context.link().callback(|(of, versions)| Message::Versions(of, versions));
            self.shelves.versions(id.clone(), found);
        }
    }

    fn history(&mut self, context: &Context<Self>, action: HistoryAction) {
        let Some(Page::History(page)) = self.page.as_mut() else { return };
        if let Some(effect) = Rc::make_mut(page).act(action, &platform::moment) {
            self.history_on(context, effect);
        }
    }

    fn history_on(&mut self, context: &Context<Self>, effect: HistoryEffect) {
        let tell: history::Tell = context.link().callback(Message::History);
        match effect {
            HistoryEffect::Read(article) => self.shelves.past(article, tell),
            HistoryEffect::Apply(transaction) => {
                if let Some(Page::History(page)) = &self.page {
                    self.desk.apply(&page.article.id, transaction);
                }
            }
            HistoryEffect::CopyJson(document) => past::copy_json(&document, tell),
            HistoryEffect::Copy(content, said) => past::copy(content, said, tell),
            HistoryEffect::Say(words) => self.desk.tell(&Reply::Say(words)),
            HistoryEffect::Close => self.close(),
        }
    }

    fn newer(&mut self, context: &Context<Self>, action: NewerAction) {
        // What was written concerns the app, other tabs, and the article that it was made from.
        let written = matches!(action, NewerAction::Written(_, Ok(())) | NewerAction::Binned(Ok(_)));
        let Some(Page::Newer(page)) = self.page.as_mut() else { return };
        let effect = Rc::make_mut(page).act(action);
        if written {
            self.desk.tell(&Reply::Changed);
            self.look_for_versions(context);
        }
        if let Some(effect) = effect {
            self.newer_on(context, effect);
        }
    }

    fn newer_on(&mut self, context: &Context<Self>, effect: NewerEffect) {
        let tell: newer::Tell = context.link().callback(Message::Newer);
        match effect {
            NewerEffect::Read(article) => self.shelves.now(article, tell),
            NewerEffect::Carry(document, newer) => past::carry(&document, &newer, tell),
            NewerEffect::Make(review, incoming) => self.shelves.make(review, *incoming, tell),
            NewerEffect::Bin(id, bin) => self.shelves.bin(id, bin, tell),
            NewerEffect::Open(id) => {
                self.close();
                self.desk.tell(&Reply::Open(id));
            }
            NewerEffect::Say(words) => self.desk.tell(&Reply::Say(words)),
            NewerEffect::Close => self.close(),
        }
    }

    fn open_search(&mut self, context: &Context<Self>) {
        let chosen = chosen();
        let page = match self.seeking.take() {
            Some(mut page) => {
                Rc::make_mut(&mut page).reopen(chosen);
                page
            }
            // It begins with the words of the bar.
            None => {
                let wanted =
                    self.finding.as_ref().map_or_else(|| self.wanted.clone(), |finding| finding.wanted.clone());
                Rc::new(Seeking::new(wanted, chosen))
            }
        };
        self.page = Some(Page::Search(page));
        self.seek_on(context, SeekEffect::List);
    }

    fn seek(&mut self, context: &Context<Self>, action: SeekAction) {
        let Some(Page::Search(page)) = self.page.as_mut() else { return };
        if let Some(effect) = Rc::make_mut(page).act(action) {
            self.seek_on(context, effect);
        }
    }

    fn seek_on(&mut self, context: &Context<Self>, effect: SeekEffect) {
        let tell: seek::Tell = context.link().callback(Message::Seek);
        match effect {
            SeekEffect::List => self.shelves.articles(tell),
            SeekEffect::Ask(number, order) => self.seeker.ask(&order, move |outcome| {
                tell.emit(match outcome {
                    Outcome::Answered(answer) => SeekAction::Answered(number, answer),
                    Outcome::Slow => SeekAction::Slow(number),
                });
            }),
            SeekEffect::Drop => self.seeker.drop_old(),
            SeekEffect::Open(id, goal) => {
                self.close();
                if self.article.as_ref() == Some(&id) {
                    self.go(goal);
                } else {
                    self.going = Some((id.clone(), goal));
                    self.desk.tell(&Reply::Open(id));
                }
            }
            SeekEffect::Close => self.close(),
        }
    }

    /// Goes to a place in the open article: in the text the bar stands at it, so that one walks on from there.
    fn go(&mut self, goal: Goal) {
        match (goal, &self.seeking) {
            (Goal::Text(at), Some(page)) => {
                self.find_from = Some((at, page.wanted.clone()));
                self.desk.tell(&Reply::Run("find".to_owned()));
            }
            (Goal::Annotation(id), _) => self.desk.tell(&Reply::Focus(id)),
            _ => {}
        }
    }

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
        if matches!(action, LibraryAction::Seek) {
            return self.desk.tell(&Reply::Run("search".to_owned()));
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
                LibraryEffect::Newer(id, seq) => self.open_newer(context, Article { id, seq, writes: false }),
                LibraryEffect::SaveAside(id, title) => self.shelves.save_aside(id, title, tell.clone()),
                LibraryEffect::ForgetLoss => self.shelves.forget_loss(),
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
        if self.page.is_some() {
            self.put_away();
            self.desk.tell(&Reply::Closed);
        }
    }

    /// The page goes; the one that looks in all articles is kept as it was left.
    fn put_away(&mut self) {
        if let Some(Page::Search(page)) = self.page.take() {
            self.seeking = Some(page);
            self.seeker.end();
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

/// How often is looked whether an article that was opened has the keyboard, and how many milliseconds are in between.
const PATIENCE: u32 = 60;
const PAUSE: u32 = 16;

/// Does something once the article has the keyboard: the app gives it that after the drawing, and would take it from
/// the bar. Where it never gets it, all the same.
fn once_focused(tries: u32, then: Box<dyn FnOnce()>) {
    let page = web_sys::window().and_then(|window| window.document());
    let active = page.and_then(|page| page.active_element());
    if tries == 0 || active.is_some_and(|active| active.closest("article").ok().flatten().is_some()) {
        return then();
    }
    Timeout::new(PAUSE, move || once_focused(tries - 1, then)).forget();
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
