//! The root: holds the state, passes actions to `update`, and runs what comes out of it.
//!
//! Invariant: the state changes here and nowhere else. Effects that need the drawn page run after
//! the next drawing; all others at once.

use std::rc::Rc;

use gloo::events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::{DragEvent, Element, HtmlElement, KeyboardEvent};
use yew::{Component, Context, Html, html};

use super::article::{self, Pane, Shelf};
use super::dialogs::dialog;
use super::header::header;
use super::labels::label_bar;
use super::list::side;
use super::message::{Toast, announcer, banners};
use super::part::part;
use super::start::Start;
use super::{Dispatch, Shared, paint};
use crate::app::command::Command;
use crate::app::keymap::{KeyInput, KeyPlace, resolve};
use crate::app::settings::Theme;
use crate::app::{Action, Dialog, Effect, Screen, State, update};
use crate::model::Schema;
use crate::platform::{self, BrowserEnv, Runner};

/// The application on the page.
pub struct App {
    state: Rc<State>,
    env: BrowserEnv,
    runner: Rc<Runner>,
    dispatch: Dispatch,
    shelf: Shelf,
    /// Effects that wait for the next drawing.
    waiting: Vec<Effect>,
    /// The schema whose colours are in the page.
    painted: Option<Rc<Schema>>,
    /// The newest state, for listeners that must answer the browser at once.
    newest: Rc<std::cell::RefCell<Rc<State>>>,
    _listeners: Vec<EventListener>,
}

impl Component for App {
    type Message = Action;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> Self {
        let dispatch: Dispatch = ctx.link().callback(|action| action);
        let settings = Rc::new(platform::load_settings());
        let state = Rc::new(State { settings, missing: Some(platform::missing()), ..State::default() });
        let newest = Rc::new(std::cell::RefCell::new(Rc::clone(&state)));
        let mut app = Self {
            runner: Runner::start(dispatch.clone()),
            env: BrowserEnv::new(),
            shelf: Shelf::default(),
            waiting: Vec::new(),
            painted: None,
            _listeners: Vec::new(),
            newest,
            dispatch,
            state,
        };
        app._listeners = listen(&app.dispatch, &app.newest, &app.runner);
        app.show_theme();
        app
    }

    fn update(&mut self, _: &Context<Self>, action: Action) -> bool {
        self.step(action);
        true
    }

    fn view(&self, _: &Context<Self>) -> Html {
        let state = Shared(Rc::clone(&self.state));
        let dispatch = &self.dispatch;
        let screen = match state.screen {
            Screen::Start => part(None, Start { state: state.clone(), dispatch: dispatch.clone() }),
            Screen::Article => {
                let id = state.open.as_ref().map(|open| open.id().as_str().to_owned());
                html! {
                    <>
                        { part(Some(id.unwrap_or_default().into()), Pane { state: state.clone(), dispatch: dispatch.clone(), shelf: self.shelf.clone() }) }
                        { side(&state, dispatch) }
                        { label_bar(&state, dispatch) }
                    </>
                }
            }
        };
        let chosen = {
            let dispatch = dispatch.clone();
            yew::Callback::from(move |event: yew::Event| {
                if let Some(file) = platform::files::chosen(&event) {
                    platform::files::open_text(&file, dispatch.clone());
                }
            })
        };
        let class = match state.screen {
            Screen::Start => "app at-start",
            Screen::Article => "app at-article",
        };
        html! {
            <>
                <div {class}>
                    { header(&state, dispatch) }
                    <div class="banners">{ banners(&state, dispatch) }</div>
                    { screen }
                </div>
                { dialog(&state, dispatch) }
                <input type="file" id="text-file" class="unseen" tabindex="-1" aria-label="Text file"
                    accept=".txt,.text,.md,.markdown,text/plain,text/markdown" onchange={chosen} />
                { part(None, Toast { state: state.clone(), dispatch: dispatch.clone() }) }
                { announcer(&state) }
            </>
        }
    }

    fn rendered(&mut self, _: &Context<Self>, _: bool) {
        let schema = self.state.open.as_ref().map(|open| Rc::clone(open.schema()));
        if let Some(schema) = schema
            && self.painted.as_ref().is_none_or(|painted| !Rc::ptr_eq(painted, &schema))
        {
            paint::adopt(&paint::rules(&schema));
            self.painted = Some(schema);
        }
        if self.state.screen == Screen::Start {
            *self.shelf.0.borrow_mut() = None;
        }
        for effect in std::mem::take(&mut self.waiting) {
            match effect {
                Effect::Reveal(at) => article::reveal(&self.shelf, at, false),
                Effect::FocusArticle if self.state.dialog.is_none() => article::focus(&self.shelf),
                Effect::ChooseImport => platform::files::press_picker("import-file"),
                Effect::FocusList => focus_first(".row[tabindex='0']"),
                _ => {}
            }
        }
        let title = self.state.open.as_ref().filter(|_| self.state.screen == Screen::Article);
        let title =
            title.map_or_else(|| "Gloss".to_owned(), |open| format!("{} · Gloss", open.session.document.info.title));
        if let Some(page) = web_sys::window().and_then(|window| window.document())
            && page.title() != title
        {
            page.set_title(&title);
        }
    }
}

impl App {
    /// From one state to the next, and what follows from it.
    fn step(&mut self, action: Action) {
        let (next, effects) = update(&self.state, action, &self.env);
        let themed = next.settings.theme != self.state.settings.theme;
        self.state = Rc::new(next);
        *self.newest.borrow_mut() = Rc::clone(&self.state);
        if themed {
            self.show_theme();
        }
        for effect in effects {
            match effect {
                Effect::MoveByLine(motion, extend) => {
                    let head = self.state.open.as_ref().map(|open| open.selection.head);
                    if let Some(to) = head.and_then(|head| article::by_line(&self.shelf, head, motion)) {
                        // Not dispatched: on a busy machine keys wait in that queue, and the caret would
                        // come back behind them to where it was sent before them.
                        self.step(Action::CaretTo { to, extend });
                    }
                }
                Effect::Reveal(_) | Effect::FocusArticle | Effect::FocusList | Effect::ChooseImport => {
                    self.waiting.push(effect);
                }
                other => self.runner.run(other),
            }
        }
    }

    /// The theme is an attribute of the page; without it, the style sheet goes by the system.
    fn show_theme(&self) {
        let root = web_sys::window().and_then(|window| window.document()).and_then(|page| page.document_element());
        let Some(root) = root else { return };
        let _ = match self.state.settings.theme {
            Theme::System => root.remove_attribute("data-theme"),
            Theme::Light => root.set_attribute("data-theme", "light"),
            Theme::Dark => root.set_attribute("data-theme", "dark"),
        };
    }
}

fn focus_first(selector: &str) {
    let page = web_sys::window().and_then(|window| window.document());
    let found = page.and_then(|page| page.query_selector(selector).ok().flatten());
    if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// Listens to what concerns the whole window: keys, drops, the address, leaving.
fn listen(dispatch: &Dispatch, newest: &Rc<std::cell::RefCell<Rc<State>>>, runner: &Rc<Runner>) -> Vec<EventListener> {
    let Some(window) = web_sys::window() else { return Vec::new() };
    let mut listeners = Vec::new();
    let mut on = |name: &'static str, react: Box<dyn Fn(&web_sys::Event)>| {
        listeners.push(super::part::listen(&window, name, false, react));
    };
    {
        let (dispatch, newest) = (dispatch.clone(), Rc::clone(newest));
        on("keydown", Box::new(move |event| key_down(event, &newest.borrow().clone(), &dispatch)));
    }
    {
        let (dispatch, newest) = (dispatch.clone(), Rc::clone(newest));
        on(
            "keyup",
            Box::new(move |event| {
                let Some(key) = event.dyn_ref::<KeyboardEvent>() else { return };
                // Whether it was held is for `update` to say: the press may still be on its way there.
                let settings = newest.borrow().settings.clone();
                if let Some(Command::Label(position)) = resolve(&input_of(key), KeyPlace::Article, &settings) {
                    dispatch.emit(Action::LabelKeyUp(position));
                }
            }),
        );
    }
    {
        let (dispatch, newest) = (dispatch.clone(), Rc::clone(newest));
        on(
            "blur",
            Box::new(move |_| {
                // A key that goes up elsewhere is never heard of.
                let held = newest.borrow().open.as_ref().and_then(|open| open.held.as_ref()).map(|held| held.position);
                if let Some(position) = held {
                    dispatch.emit(Action::LabelKeyUp(position));
                }
            }),
        );
    }
    on(
        "dragover",
        Box::new(|event| {
            if carries_file(event) {
                event.prevent_default();
            }
        }),
    );
    {
        let (dispatch, newest) = (dispatch.clone(), Rc::clone(newest));
        on(
            "drop",
            Box::new(move |event| {
                if !carries_file(event) {
                    return;
                }
                event.prevent_default();
                let data = event.dyn_ref::<DragEvent>().and_then(DragEvent::data_transfer);
                let Some(file) = data.and_then(|data| data.files()).and_then(|files| files.get(0)) else { return };
                if matches!(newest.borrow().dialog, Some(Dialog::Import(_))) {
                    platform::files::import(&file, true, dispatch.clone());
                } else {
                    platform::files::dropped(&file, dispatch.clone());
                }
            }),
        );
    }
    {
        let dispatch = dispatch.clone();
        on("popstate", Box::new(move |_| dispatch.emit(Action::Routed(platform::address()))));
    }
    {
        let runner = Rc::clone(runner);
        on("pagehide", Box::new(move |_| runner.save_view()));
    }
    {
        let newest = Rc::clone(newest);
        on(
            "beforeunload",
            Box::new(move |event| {
                // Only what is in memory alone would be lost; writes under way complete by themselves.
                let state = newest.borrow();
                if state.saving.fault.is_some() && !state.is_saved() {
                    event.prevent_default();
                }
            }),
        );
    }
    listeners
}

fn carries_file(event: &web_sys::Event) -> bool {
    let data = event.dyn_ref::<DragEvent>().and_then(DragEvent::data_transfer);
    data.is_some_and(|data| {
        (0..data.types().length()).any(|i| data.types().get(i).as_string().as_deref() == Some("Files"))
    })
}

fn input_of(event: &KeyboardEvent) -> KeyInput {
    KeyInput {
        key: event.key(),
        code: event.code(),
        primary: event.ctrl_key() || event.meta_key(),
        shift: event.shift_key(),
        alt: event.alt_key(),
    }
}

fn key_down(event: &web_sys::Event, state: &State, dispatch: &Dispatch) {
    let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
    if event.default_prevented() || event.is_composing() {
        return;
    }
    let place = place_of(event, state);
    let Some(command) = resolve(&input_of(event), place, &state.settings) else { return };
    // Escape in a search field clears it, as people are used to.
    event.prevent_default();
    if event.repeat() && matches!(command, Command::Label(_) | Command::Escape) {
        return;
    }
    dispatch.emit(Action::Run(command));
}

/// Where the keyboard's focus is.
fn place_of(event: &KeyboardEvent, state: &State) -> KeyPlace {
    if state.dialog.is_some() {
        return KeyPlace::Dialog;
    }
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let Some(target) = target else { return KeyPlace::Elsewhere };
    let is_in = |selector: &str| target.closest(selector).ok().flatten().is_some();
    if is_in("input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable=true]") {
        KeyPlace::Field
    } else if is_in("article") {
        KeyPlace::Article
    } else if is_in(".row, .inspector") {
        KeyPlace::Row
    } else {
        KeyPlace::Elsewhere
    }
}
