//! The annex: what nobody needs before they can annotate. It runs in a module of its own, with a root of
//! its own on the page.
//!
//! Invariant: it changes neither the open document nor the settings; it asks the app, by
//! [`crate::platform::annex`].

mod carrying;
mod details;
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
mod storage;
mod versions;

use std::cell::Cell;
use std::rc::Rc;

use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use web_sys::File;
use yew::{Callback, Component, Context, Html, html};

use super::Dispatch;
use super::part::part;
use crate::app::annex::{Article, Page as Asked, Reply, Request};
use crate::app::carrying::{Before, Come, Export, ExportAction, ExportEffect, Import, come_of, take};
use crate::app::command::{Command, Row};
use crate::app::details::{Details, DetailsAction, DetailsEffect};
use crate::app::errand::Reading;
use crate::app::errand::seek::Goal;
use crate::app::finding::{FindAction, FindEffect, Finding};
use crate::app::history::{HistoryAction, HistoryEffect, HistoryPage};
use crate::app::library::{Library, LibraryAction, LibraryEffect};
use crate::app::newer::{Newer, NewerAction, NewerEffect};
use crate::app::projects::{remembered, template};
use crate::app::records::Header;
use crate::app::restoring::Restored;
use crate::app::schema_dialog::SchemaAction;
use crate::app::schema_editor::{Editor, EditorEffect};
use crate::app::seeking::{SeekAction, SeekEffect, Seeking};
use crate::app::settings::Settings;
use crate::app::storage_page::{Folder, StorageAction, StorageEffect, StoragePage, Task};
use crate::app::{Action, Env};
use crate::edit::Op;
use crate::model::DocumentId;
use crate::platform;
use crate::platform::annex::{AnnexDesk, look_for, ready_made};
use crate::platform::backup::{self, StillWanted};
use crate::platform::gather::{Told, gather};
use crate::platform::library::{Shelves, chosen, follow_choice, remember};
use crate::platform::past;
use crate::platform::seek::{Outcome, Seeker};
use crate::platform::storage::Neighbour;
use crate::platform::{BrowserEnv, erase};
use crate::query::search::Wanted;
use crate::text::ByteOffset;
use many::For;

/// What reaches the annex.
pub enum Message {
    /// The app asks for something, perhaps with a file.
    Asked(Request, Option<File>),
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
    /// Something happened to an article that becomes a file; its record, for another one may have come since.
    Export(Rc<str>, ExportAction),
    /// A Gloss file was given; whether to the dialog.
    Import(File, bool),
    /// A Gloss file was read: whether it was given to the dialog, its name, and what it held.
    Imported(bool, String, Result<Reading, String>),
    /// What can be trusted of the file in the dialog shall come in.
    ImportRest,
    /// Something happened on the page that looks in all articles.
    Seek(SeekAction),
    /// Something happened on the page for details.
    Details(DetailsAction),
    /// The details of an article that is not open were changed, or not, in words.
    Amended(Result<Box<Header>, String>),
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
    /// Something happened on the page about what is stored.
    Storage(StorageAction),
    /// A backup was chosen.
    Backup(File),
    /// The page about what is stored shall be opened, from the library or from the settings.
    OpenStorage,
    /// The reminder was read.
    RemindLater,
    /// The folder that is kept up to date stands so.
    Folder(Folder),
    /// The browser shall be asked anew for it.
    AllowFolder,
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
    Export(Rc<Export>),
    Import(Import),
    Storage(Rc<StoragePage>),
    Search(Rc<Seeking>),
    Details(Rc<Details>),
}

/// From this many bytes on, a word is said while a file is read.
const TAKES_A_WHILE: f64 = 500_000.0;

/// The annex on the page.
pub struct Root {
    page: Option<Page>,
    /// An article whose file is being written for the first time.
    export: Option<Export>,
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
    /// Whether anybody waits for the backup that is being written or read.
    wanted_backup: StillWanted,
    /// What was restored last, while it can be taken back.
    restored: Option<Restored>,
    /// What reminds of a backup.
    reminder: Option<String>,
    /// The folder that is kept up to date; none until it was looked for.
    folder: Option<Folder>,
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
        let heard = context.link().callback(|(request, file)| Message::Asked(request, file));
        let desk = AnnexDesk::open(Rc::new(move |request, file| heard.emit((request, file))));
        let shelves = Shelves::default();
        shelves.watch(context.link().callback(Message::Library));
        Self {
            page: None,
            export: None,
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
            wanted_backup: Rc::default(),
            restored: None,
            reminder: None,
            folder: None,
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
            Message::Asked(request, file) => match request {
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
                Request::Export(handed) => {
                    let (export, effect) = Export::new(handed);
                    self.export = Some(export);
                    self.export_on(context, Some(effect));
                }
                Request::Import(_) => match file {
                    Some(file) => self.import(context, &file, false),
                    None => self.page = Some(Page::Import(Import::Waiting)),
                },
                Request::Leave => self.leave(),
                Request::Close => self.put_away(),
                Request::Refused(why) => match &self.page {
                    Some(Page::History(_)) => self.history(context, HistoryAction::Refused(why)),
                    Some(Page::Details(_)) => self.details(context, DetailsAction::Saved(Err(why))),
                    _ => self.schema(context, SchemaAction::Refused(why)),
                },
            },
            Message::Export(of, action) => {
                let export = match (&mut self.export, &mut self.page) {
                    (Some(export), _) => Some(export),
                    (None, Some(Page::Export(export))) => Some(Rc::make_mut(export)),
                    _ => None,
                };
                let export = export.filter(|export| Rc::ptr_eq(&export.handed.record, &of));
                let effect = export.and_then(|export| export.act(action));
                self.export_on(context, effect);
            }
            Message::Import(file, asked) => self.import(context, &file, asked),
            Message::Imported(asked, name, reading) => {
                let before = match &self.page {
                    None => Before::Nothing,
                    Some(Page::Import(_)) => Before::Import,
                    Some(_) => Before::Other,
                };
                self.come(come_of(before, asked, name, reading));
            }
            Message::ImportRest => {
                if let Some(Page::Import(Import::Partly(_, reading))) = &self.page {
                    self.come(take(Reading::clone(reading)));
                }
            }
            Message::History(action) => self.history(context, action),
            Message::Newer(action) => self.newer(context, action),
            Message::Seek(action) => self.seek(context, action),
            Message::Details(action) => self.details(context, action),
            Message::Amended(Ok(before)) => {
                self.details(context, DetailsAction::Saved(Ok(())));
                self.library(context, LibraryAction::Amended(before));
            }
            Message::Amended(Err(why)) => self.details(context, DetailsAction::Saved(Err(why))),
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
            Message::Storage(action) => self.storage(context, action),
            Message::Backup(file) => {
                if matches!(&self.page, Some(Page::Storage(page)) if page.task == Task::Idle) {
                    let wanted = self.want_backup();
                    self.shelves.unpack(file, wanted, context.link().callback(Message::Storage));
                }
            }
            Message::OpenStorage => self.open_storage(context),
            Message::RemindLater => {
                backup::remind_later();
                self.reminder = None;
            }
            Message::Folder(folder) => {
                self.folder = Some(folder.clone());
                self.storage(context, StorageAction::Folder(folder));
                self.remind();
            }
            Message::AllowFolder => self.shelves.allow_folder(),
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
            Some(Page::Details(page)) => {
                let tell = context.link().callback(Message::Details);
                part(Some("details".into()), details::Shown { page: Rc::clone(page), tell })
            }
            Some(Page::Search(page)) => {
                let tell = context.link().callback(Message::Seek);
                part(Some("search".into()), seek::Shown { page: Rc::clone(page), tell })
            }
            Some(Page::Export(export)) => {
                carrying::export_dialog(export, &export_tell(context, &export.handed.record), &tell)
            }
            Some(Page::Import(import)) => {
                let give = context.link().callback(|file| Message::Import(file, true));
                let rest = context.link().callback(|()| Message::ImportRest);
                let import = import.clone();
                part(Some("import".into()), carrying::ImportShown { import, give, rest, dispatch: tell })
            }
            Some(Page::Storage(page)) => {
                let (tell, give) =
                    (context.link().callback(Message::Storage), context.link().callback(Message::Backup));
                part(Some("storage".into()), storage::Shown { page: Rc::clone(page), tell, give })
            }
            Some(Page::Settings(settings, labels)) => {
                let open = context.link().callback(|_| Message::OpenStorage);
                settings::settings_dialog(settings, labels, &tell, &open)
            }
            Some(Page::Keyboard(settings, labels)) => keyboard::keyboard_dialog(settings, labels, &tell),
        };
        let remind = self.reminder.as_ref().filter(|_| self.library.shown).map(|words| {
            let link = context.link();
            storage::reminder(
                words,
                "Back up",
                &link.callback(|_| Message::OpenStorage),
                &link.callback(|_| Message::RemindLater),
            )
        });
        let folder = self.folder.as_ref().filter(|_| self.library.shown).and_then(|folder| {
            let link = context.link();
            storage::folder_asks(
                folder,
                &link.callback(|_| Message::AllowFolder),
                &link.callback(|_| Message::OpenStorage),
            )
        });
        let shown = self.library.shown.then(|| {
            let tell = context.link().callback(Message::Library);
            let give = context.link().callback(|(files, what)| Message::Files(files, what));
            let storage = context.link().callback(|_| Message::OpenStorage);
            part(Some("library".into()), library::Shown { library: Rc::clone(&self.library), tell, give, storage })
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
            library::lost(lost, &tell, &context.link().callback(|_| Message::OpenStorage))
        });
        // The app does not know of these dialogs.
        let on_shelf = matches!(&self.page, Some(Page::Details(page)) if page.shelf);
        let own = on_shelf
            || matches!(self.page, Some(Page::ProjectSchema(_)))
            || (self.library.shown && self.library.asks());
        let quiet = own.then(|| part(Some("quiet".into()), many::Quiet));
        html! { <>{ for lost }{ for remind }{ for folder }{ for shown }{ for line }{ for bar }{ page }{ for quiet }</> }
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
            ("details", Some(article)) => return self.open_details(context, article, false),
            ("keyboard", _) => Page::Keyboard(settings, labels),
            ("storage", _) => return self.open_storage(context),
            _ => Page::Settings(settings, labels),
        });
    }

    fn export_on(&mut self, context: &Context<Self>, effect: Option<ExportEffect>) {
        match effect {
            None => {}
            Some(ExportEffect::Write(discarded)) => {
                let shown = match &self.page {
                    Some(Page::Export(export)) => Some(&**export),
                    _ => None,
                };
                if let Some(export) = self.export.as_ref().or(shown) {
                    let record = &export.handed.record;
                    platform::annex::write_file(record, discarded, export_tell(context, record));
                }
            }
            Some(ExportEffect::Open) => {
                // Whoever has gone on to something else meanwhile is not called back.
                if let Some(export) = self.export.take().filter(|_| self.page.is_none()) {
                    self.desk.tell(&Reply::Opened(Some(export.handed.id.clone())));
                    self.page = Some(Page::Export(Rc::new(export)));
                }
            }
            Some(ExportEffect::Refuse(why)) => {
                self.export = None;
                self.desk.tell(&Reply::Tell(why, true));
            }
            Some(ExportEffect::Say(words)) => self.desk.tell(&Reply::Say(words)),
        }
    }

    fn import(&mut self, context: &Context<Self>, file: &File, asked: bool) {
        let name = file.name();
        if file.size() > TAKES_A_WHILE {
            self.desk.tell(&Reply::Tell(format!("Reading {name}…"), false));
        }
        if let Some(Page::Import(import)) = &mut self.page {
            *import = Import::Reading(name.clone());
        }
        let link = context.link().clone();
        platform::annex::read_gloss(file, move |reading| {
            link.send_message(Message::Imported(asked, name.clone(), reading));
        });
    }

    /// Does what comes of a Gloss file.
    fn come(&mut self, come: Come) {
        match come {
            Come::Nothing => {}
            // The app closes the dialog.
            Come::In(words, records) => self.desk.tell(&Reply::Import(words, records)),
            Come::Show(import) => {
                if self.page.is_none() {
                    self.desk.tell(&Reply::Opened(None));
                }
                self.page = Some(Page::Import(import));
            }
            Come::Refuse(why) => {
                if matches!(self.page, Some(Page::Import(_))) {
                    self.close();
                }
                self.desk.tell(&Reply::Tell(why, true));
            }
        }
    }

    fn open_newer(&mut self, context: &Context<Self>, article: Article) {
        let (page, effect) = Newer::new(article);
        self.page = Some(Page::Newer(Rc::new(page)));
        self.newer_on(context, effect);
    }

    fn open_storage(&mut self, context: &Context<Self>) {
        let restored = self.restored.take();
        self.look_for_folder(context);
        let folder = self.folder.clone().unwrap_or_default();
        self.page = Some(Page::Storage(Rc::new(StoragePage { restored, folder, ..StoragePage::default() })));
        self.shelves.facts(context.link().callback(Message::Storage));
    }

    /// From now on nobody waits for an earlier backup.
    fn want_backup(&mut self) -> StillWanted {
        self.wanted_backup.set(false);
        self.wanted_backup = Rc::new(Cell::new(true));
        Rc::clone(&self.wanted_backup)
    }

    fn storage(&mut self, context: &Context<Self>, action: StorageAction) {
        let Some(Page::Storage(page)) = self.page.as_mut() else { return };
        let effects = Rc::make_mut(page).act(action);
        self.restored.clone_from(&page.restored);
        let tell: storage::Tell = context.link().callback(Message::Storage);
        for effect in effects {
            match effect {
                StorageEffect::Facts => {
                    self.shelves.facts(tell.clone());
                    self.remind();
                }
                StorageEffect::AskToKeep => backup::ask_for_keeping(tell.clone()),
                StorageEffect::Pack(of) => {
                    let wanted = self.want_backup();
                    self.shelves.pack(of, wanted, tell.clone());
                }
                StorageEffect::Save(written) => drop(backup::save(&written)),
                StorageEffect::Stop => self.wanted_backup.set(false),
                StorageEffect::Restore(preview, way) => self.shelves.restore(preview, way, tell.clone()),
                StorageEffect::TakeBack(restored) => self.shelves.take_restored_back(restored, tell.clone()),
                StorageEffect::Changed => {
                    self.desk.tell(&Reply::Changed);
                    self.look_for_versions(context);
                    if self.library.shown {
                        self.library(context, LibraryAction::Show(true));
                    }
                }
                StorageEffect::Days(days) => backup::set_days(days),
                StorageEffect::Erase => erase::erase(&self.shelves, tell.clone()),
                StorageEffect::Reload => erase::begin_anew(),
                StorageEffect::ChooseFolder => self.shelves.choose_folder(),
                StorageEffect::AllowFolder => self.shelves.allow_folder(),
                StorageEffect::ForgetFolder => self.shelves.forget_folder(),
                StorageEffect::Say(words) => self.desk.tell(&Reply::Say(words)),
                StorageEffect::Close => self.close(),
            }
        }
    }

    /// Looks for the folder that is kept up to date, once.
    fn look_for_folder(&mut self, context: &Context<Self>) {
        if self.folder.is_none() {
            self.folder = Some(Folder::Unknown);
            self.shelves.folder(context.link().callback(Message::Folder));
        }
    }

    /// Looks whether it is time for a backup.
    fn remind(&mut self) {
        self.reminder = self.library.listings.as_ref().and_then(|listings| backup::reminder(listings));
    }

    fn open_details(&mut self, context: &Context<Self>, article: Article, shelf: bool) {
        let (page, effect) = Details::new(article, shelf);
        self.page = Some(Page::Details(Rc::new(page)));
        self.details_on(context, effect);
    }

    fn details(&mut self, context: &Context<Self>, action: DetailsAction) {
        let Some(Page::Details(page)) = self.page.as_mut() else { return };
        if let Some(effect) = Rc::make_mut(page).act(action) {
            self.details_on(context, effect);
        }
    }

    fn details_on(&mut self, context: &Context<Self>, effect: DetailsEffect) {
        let Some(Page::Details(page)) = self.page.as_ref() else { return };
        match effect {
            DetailsEffect::Read(article) => {
                self.shelves.details(article, page.shelf, context.link().callback(Message::Details));
            }
            DetailsEffect::Apply(change) => self.desk.apply(&page.article.id, change),
            DetailsEffect::Write(read, change) => {
                self.shelves.amend(*read, change, context.link().callback(Message::Amended));
            }
            // The app does not know of the page where the library opened it.
            DetailsEffect::Close if page.shelf => self.page = None,
            DetailsEffect::Close => self.close(),
        }
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
                | LibraryAction::Amended(_)
                | LibraryAction::Added(_, Ok(()))
                | LibraryAction::TookIn(Ok(_))
                | LibraryAction::TookBack(Ok(_))
        );
        if wrote {
            self.desk.tell(&Reply::Changed);
        }
        let listed = matches!(action, LibraryAction::Listed(Ok(_)));
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
                LibraryEffect::Bring(draft, articles) => {
                    self.wanted_files.set(false);
                    self.wanted_files = Rc::new(Cell::new(true));
                    self.shelves.bring(*draft, articles, Rc::clone(&self.wanted_files), tell.clone());
                }
                LibraryEffect::TakeBack(taken) => self.shelves.take_back(taken, self.env.now(), tell.clone()),
                LibraryEffect::Purge(ids, projects) => self.shelves.purge(ids, projects, tell.clone()),
                LibraryEffect::Newer(id, seq) => self.open_newer(context, Article { id, seq, writes: false }),
                LibraryEffect::Details(id, seq) => {
                    self.open_details(context, Article { id, seq, writes: true }, true);
                }
                LibraryEffect::SaveAside(id, title) => self.shelves.save_aside(id, title, tell.clone()),
                LibraryEffect::ForgetLoss => self.shelves.forget_loss(),
                LibraryEffect::Say(words) => self.desk.tell(&Reply::Say(words)),
            }
        }
        if listed {
            self.look_for_folder(context);
            self.remind();
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
                let draft = Rc::new(editor.dialog.draft.clone());
                self.page = None;
                let new = transaction.ops.into_iter().find_map(|op| match op {
                    Op::Schema { after, .. } => Some(after),
                    _ => None,
                });
                if let Some(schema) = new {
                    self.library(context, LibraryAction::Schema(schema, Some(draft)));
                }
            }
            Some(EditorEffect::Apply(transaction)) => self.desk.apply(&editor.document.info.id, transaction),
            Some(EditorEffect::Close) if of_project => self.page = None,
            Some(EditorEffect::Close) => self.close(),
        }
    }
}

/// Tells the annex what happens to an article that becomes a file.
fn export_tell(context: &Context<Root>, record: &Rc<str>) -> Callback<ExportAction> {
    let record = Rc::clone(record);
    context.link().callback(move |action| Message::Export(Rc::clone(&record), action))
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
