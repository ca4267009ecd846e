//! The root: holds the state, passes actions to `update`, and runs what comes out of it.
//!
//! Invariant: the state changes here and nowhere else, at once, one action after another. Effects that need
//! the drawn page run after the next drawing; all others at once.

use std::cell::{Cell, OnceCell, RefCell};
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
use crate::app::{Action, Effect, Screen, State, update};
use crate::model::Schema;
use crate::platform::{self, BrowserEnv, Runner};

/// The application on the page.
pub struct App {
    desk: Rc<Desk>,
    dispatch: Dispatch,
    /// The schema whose colours are in the page.
    painted: Option<Rc<Schema>>,
    _listeners: Vec<EventListener>,
}

/// The state, and what carries actions out: at once, in the order in which they come. A key that follows another
/// one is understood by what that one did, however late the drawing is.
struct Desk {
    state: RefCell<Rc<State>>,
    env: BrowserEnv,
    runner: OnceCell<Rc<Runner>>,
    shelf: Shelf,
    /// Actions that came while another one was carried out.
    queue: RefCell<Vec<Action>>,
    busy: Cell<bool>,
    /// Effects that wait for the next drawing.
    waiting: RefCell<Vec<Effect>>,
    redraw: yew::Callback<()>,
}

impl Component for App {
    type Message = ();
    type Properties = ();

    fn create(ctx: &Context<Self>) -> Self {
        let settings = Rc::new(platform::load_settings());
        let state = Rc::new(State { settings, missing: Some(platform::missing()), ..State::default() });
        let desk = Rc::new(Desk {
            state: RefCell::new(state),
            env: BrowserEnv::new(),
            runner: OnceCell::new(),
            shelf: Shelf::default(),
            queue: RefCell::default(),
            busy: Cell::default(),
            waiting: RefCell::default(),
            redraw: ctx.link().callback(|()| ()),
        });
        let dispatch: Dispatch = {
            let desk = Rc::clone(&desk);
            yew::Callback::from(move |action| desk.take(action))
        };
        let runner = Runner::start(dispatch.clone());
        let _ = desk.runner.set(Rc::clone(&runner));
        desk.show_theme();
        desk.show_screen();
        Self { _listeners: listen(&dispatch, &desk, &runner), desk, dispatch, painted: None }
    }

    fn update(&mut self, _: &Context<Self>, (): ()) -> bool {
        true
    }

    fn view(&self, _: &Context<Self>) -> Html {
        let state = Shared(self.desk.state());
        let dispatch = &self.dispatch;
        let screen = match state.screen {
            Screen::Start => part(None, Start { state: state.clone(), dispatch: dispatch.clone() }),
            Screen::Article => {
                let id = state.open.as_ref().map(|open| open.id().as_str().to_owned());
                html! {
                    <>
                        { part(Some(id.unwrap_or_default().into()), Pane { state: state.clone(), dispatch: dispatch.clone(), shelf: self.desk.shelf.clone() }) }
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
        let state = self.desk.state();
        let shelf = &self.desk.shelf;
        let schema = state.open.as_ref().map(|open| Rc::clone(open.schema()));
        if let Some(schema) = schema
            && self.painted.as_ref().is_none_or(|painted| !Rc::ptr_eq(painted, &schema))
        {
            paint::adopt(&paint::rules(&schema));
            self.painted = Some(schema);
        }
        if state.screen == Screen::Start {
            *shelf.0.borrow_mut() = None;
        }
        for effect in self.desk.waiting.take() {
            match effect {
                Effect::Reveal(at) => article::reveal(shelf, at, false),
                Effect::FocusArticle if state.dialog.is_none() => article::focus(shelf),
                Effect::FocusList => {
                    focus_first(&[".row[tabindex='0']", ".finding-go", ".card-quote", ".checks", ".guidelines"])
                }
                Effect::FocusField(name) => focus_field(&name),
                _ => {}
            }
        }
        let title = state.open.as_ref().filter(|_| state.screen == Screen::Article);
        let title =
            title.map_or_else(|| "Gloss".to_owned(), |open| format!("{} · Gloss", open.session.document.info.title));
        if let Some(page) = web_sys::window().and_then(|window| window.document())
            && page.title() != title
        {
            page.set_title(&title);
        }
    }
}

impl Desk {
    /// The state as it is now.
    fn state(&self) -> Rc<State> {
        Rc::clone(&self.state.borrow())
    }

    /// Carries an action out; one that comes meanwhile follows it.
    fn take(&self, action: Action) {
        self.queue.borrow_mut().push(action);
        if self.busy.replace(true) {
            return;
        }
        loop {
            let mut queue = self.queue.borrow_mut();
            if queue.is_empty() {
                break;
            }
            let next = queue.remove(0);
            drop(queue);
            self.step(next);
        }
        self.busy.set(false);
        self.redraw.emit(());
    }

    /// From one state to the next, and what follows from it.
    fn step(&self, action: Action) {
        let before = self.state();
        let (next, effects) = update(&before, action, &self.env);
        let themed = next.settings.theme != before.settings.theme;
        let next = Rc::new(next);
        self.state.replace(Rc::clone(&next));
        if themed {
            self.show_theme();
        }
        if next.screen != before.screen {
            self.show_screen();
        }
        for effect in effects {
            match effect {
                Effect::MoveByLine(motion, extend) => {
                    let head = next.open.as_ref().map(|open| open.selection.head);
                    if let Some(to) = head.and_then(|head| article::by_line(&self.shelf, head, motion)) {
                        // Before whatever waits in the queue: the caret would come back behind it to where it
                        // was sent before.
                        self.step(Action::CaretTo { to, extend });
                    }
                }
                Effect::Reveal(_) | Effect::FocusArticle | Effect::FocusList | Effect::FocusField(_) => {
                    self.waiting.borrow_mut().push(effect);
                }
                other => {
                    if let Some(runner) = self.runner.get() {
                        runner.run(other);
                    }
                }
            }
        }
    }

    /// At the start the page scrolls as a whole, for the annex draws below; an article scrolls by itself. Its
    /// pane must have its height before the first effect looks at it.
    fn show_screen(&self) {
        let root = web_sys::window().and_then(|window| window.document()).and_then(|page| page.document_element());
        let at_start = self.state.borrow().screen == Screen::Start;
        let _ = root.map(|root| root.toggle_attribute_with_force("data-start", at_start));
    }

    /// The theme is an attribute of the page; without it, the style sheet goes by the system.
    fn show_theme(&self) {
        let root = web_sys::window().and_then(|window| window.document()).and_then(|page| page.document_element());
        let Some(root) = root else { return };
        let _ = match self.state.borrow().settings.theme {
            Theme::System => root.remove_attribute("data-theme"),
            Theme::Light => root.set_attribute("data-theme", "light"),
            Theme::Dark => root.set_attribute("data-theme", "dark"),
        };
    }
}

/// Puts the keyboard's focus on the first element of the first of these selectors that finds one in the panel.
fn focus_first(selectors: &[&str]) {
    let Some(page) = web_sys::window().and_then(|window| window.document()) else { return };
    let find = |selector: &&str| page.query_selector(&format!(".side {selector}")).ok().flatten();
    let found = selectors.iter().find_map(find);
    if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// Puts the keyboard's focus into a field of the panel.
fn focus_field(name: &str) {
    let page = web_sys::window().and_then(|window| window.document());
    let Ok(fields) = page.map_or(Err(wasm_bindgen::JsValue::NULL), |page| {
        page.query_selector_all(".inspector [data-field], .about-article [data-field]")
    }) else {
        return;
    };
    let fields = (0..fields.length()).filter_map(|at| fields.item(at)?.dyn_into::<HtmlElement>().ok());
    if let Some(field) = fields.into_iter().find(|field| field.get_attribute("data-field").as_deref() == Some(name)) {
        let _ = field.focus();
    }
}

/// Listens to what concerns the whole window: keys, drops, the address, leaving.
fn listen(dispatch: &Dispatch, desk: &Rc<Desk>, runner: &Rc<Runner>) -> Vec<EventListener> {
    let Some(window) = web_sys::window() else { return Vec::new() };
    let mut listeners = Vec::new();
    let mut on = |name: &'static str, react: Box<dyn Fn(&web_sys::Event)>| {
        listeners.push(super::part::listen(&window, name, false, react));
    };
    {
        let (dispatch, desk) = (dispatch.clone(), Rc::clone(desk));
        on("keydown", Box::new(move |event| key_down(event, &desk.state(), &dispatch)));
    }
    {
        let (dispatch, desk) = (dispatch.clone(), Rc::clone(desk));
        on(
            "keyup",
            Box::new(move |event| {
                let Some(key) = event.dyn_ref::<KeyboardEvent>() else { return };
                // Whether it was held is for `update` to say.
                let settings = Rc::clone(&desk.state().settings);
                if let Some(Command::Label(position)) = resolve(&input_of(key), KeyPlace::Article, &settings) {
                    dispatch.emit(Action::LabelKeyUp(position));
                }
            }),
        );
    }
    {
        let (dispatch, desk) = (dispatch.clone(), Rc::clone(desk));
        on(
            "blur",
            Box::new(move |_| {
                // A key that goes up elsewhere is never heard of.
                let held = desk.state().open.as_ref().and_then(|open| open.held.as_ref()).map(|held| held.position);
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
        let dispatch = dispatch.clone();
        on(
            "drop",
            Box::new(move |event| {
                if !carries_file(event) {
                    return;
                }
                event.prevent_default();
                let data = event.dyn_ref::<DragEvent>().and_then(DragEvent::data_transfer);
                let Some(file) = data.and_then(|data| data.files()).and_then(|files| files.get(0)) else { return };
                platform::files::dropped(&file, dispatch.clone());
            }),
        );
    }
    {
        let dispatch = dispatch.clone();
        on("popstate", Box::new(move |_| dispatch.emit(Action::Routed(platform::address()))));
    }
    {
        let runner = Rc::clone(runner);
        on("pagehide", Box::new(move |_| runner.leave()));
    }
    {
        let desk = Rc::clone(desk);
        on(
            "beforeunload",
            Box::new(move |event| {
                // Only what is in memory alone would be lost; writes under way complete by themselves.
                let state = desk.state();
                if state.saving.fault.is_some() && !state.is_saved() {
                    event.prevent_default();
                }
            }),
        );
    }
    listeners.extend(platform::annex::listen(dispatch.clone()));
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
    if let Some(action) = answer_of(event, place, state) {
        event.prevent_default();
        return dispatch.emit(action);
    }
    let Some(command) = resolve(&input_of(event), place, &state.settings) else { return };
    // Escape in a search field clears it, as people are used to.
    event.prevent_default();
    if event.repeat() && matches!(command, Command::Label(_) | Command::Escape) {
        return;
    }
    dispatch.emit(Action::Run(command));
}

/// What a key means while something waits for an answer, or for an attribute of the focus.
fn answer_of(event: &KeyboardEvent, place: KeyPlace, state: &State) -> Option<Action> {
    let open = state.open.as_ref().filter(|_| state.screen == Screen::Article)?;
    if matches!(place, KeyPlace::Field | KeyPlace::Dialog) || event.ctrl_key() || event.meta_key() || event.alt_key() {
        return None;
    }
    let key = event.key();
    if let Some(chooser) = &open.chooser {
        let count = chooser.options.len();
        let digit = event
            .code()
            .strip_prefix("Digit")
            .or(event.code().strip_prefix("Numpad"))
            .and_then(|d| d.parse::<usize>().ok());
        return match (digit, key.as_str()) {
            (Some(digit), _) if (1..=count).contains(&digit) => Some(Action::Choose(digit - 1)),
            (_, "ArrowDown" | "ArrowRight") => Some(Action::ChooserAt((chooser.at + 1) % count.max(1))),
            (_, "ArrowUp" | "ArrowLeft") => Some(Action::ChooserAt((chooser.at + count.max(1) - 1) % count.max(1))),
            (_, "Enter") => Some(Action::Choose(chooser.at)),
            (_, "Escape") => Some(Action::CloseChooser),
            _ => None,
        };
    }
    if open.linking.is_some() {
        // By what it prints; on keyboards of other scripts, by its place.
        let printed = key.chars().next().filter(|letter| key.len() == 1 && letter.is_ascii_alphabetic());
        let placed = event.code().strip_prefix("Key").and_then(|letter| letter.chars().next());
        let is_letter = key.chars().count() == 1 && key.chars().all(char::is_alphabetic);
        if let Some(letter) = printed.or(placed.filter(|_| is_letter)) {
            return Some(Action::LinkLetter(letter));
        }
        if key == "Enter" && place != KeyPlace::Article {
            return Some(Action::Run(Command::FocusHere));
        }
    }
    let on_button =
        event.target().and_then(|target| target.dyn_into::<Element>().ok()).is_some_and(|e| e.tag_name() == "BUTTON");
    if open.offer.is_some() && key == "Enter" && !on_button {
        return Some(Action::Run(Command::AcceptOffer));
    }
    let annotating = matches!(place, KeyPlace::Article | KeyPlace::Row) && state.settings.single_keys;
    let target = open.target().filter(|_| annotating && open.selection.snapped.is_none())?;
    // With Shift, a letter is another key.
    let shifted = event.shift_key() && key.chars().all(char::is_alphabetic);
    let is_key = |known: &crate::model::Attribute| {
        !shifted && known.key.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(&key))
    };
    open.attributes(&target).iter().position(is_key).map(Action::AttributeKey)
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
    } else if is_in(".row, .inspector, .card, .checks, .cards") {
        KeyPlace::Row
    } else {
        KeyPlace::Elsewhere
    }
}
