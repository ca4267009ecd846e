//! The reading pane: the article, and what floats over it.
//!
//! Invariant: all text is always in the page, of many thousand paragraphs after a moment; marks are
//! drawn near the viewport only, once a document is large. The browser's selection follows the model's, never the other way round
//! unless somebody else than Gloss changed it.

mod block;
pub mod geometry;
mod guard;
mod links;
mod overlay;
pub use overlay::keep_focus;
mod pointer;
mod relaid;
mod settle;
mod text;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo::events::EventListener;
use gloo::render::{AnimationFrame, request_animation_frame};
use gloo::timers::callback::Timeout;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::{Html, html};

use super::cards::Margin;
use super::part::{self, Draw, Memory, Watched, part, until_undone};
use super::{Dispatch, Shared};
use crate::app::command::Motion;
use crate::app::settings::LineWidth;
use crate::app::{Action, Open};
use crate::text::{ByteOffset, Text};
use guard::Guard;
use overlay::Overlay;
use relaid::Relaid;
pub use text::Held;
use text::{ArticleText, Begin};

/// Texts up to this many bytes, with few annotations, are always drawn with all of their marks.
const SMALL_TEXT: usize = 64 * 1024;
const FEW_ANNOTATIONS: usize = 600;
/// So many paragraphs are put into the page at once, and so many more after each pause, so that the
/// browser can paint and answer meanwhile. A text of a megabyte seldom has more than the first.
const AT_ONCE: usize = 5000;
const MORE: usize = 3000;
/// The pause in between, in milliseconds.
const BREATH: u32 = 8;

/// What the listeners of the pane need to know of the newest render.
pub struct Context {
    pub text: Text,
    pub article: Option<Element>,
    pub pane: Option<HtmlElement>,
    pub dispatch: Dispatch,
    /// The selection that was put into the browser last, so that it is not taken for somebody else's.
    pub put: Cell<Option<(ByteOffset, ByteOffset)>>,
    /// Whether a finger made the selection: then it gets handles.
    pub by_touch: Cell<bool>,
    /// What was told last to stand on top.
    pub top: Cell<Option<ByteOffset>>,
    /// The start of the mark under the mouse.
    pub hovered: Cell<Option<ByteOffset>>,
    /// Where the mouse was when it last came upon something.
    pub mouse: Cell<(i32, i32)>,
    /// The column that moving by lines keeps to, and the offset where it was left.
    pub goal: Cell<Option<(ByteOffset, f64)>>,
}

/// The pane's context, shared with listeners and with effects that need the page. Always equal to
/// itself: it is no input of what is drawn.
#[derive(Clone, Default)]
pub struct Shelf(pub Rc<RefCell<Option<Context>>>);

impl PartialEq for Shelf {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

#[derive(PartialEq)]
pub struct Pane {
    pub state: Shared,
    pub dispatch: Dispatch,
    pub shelf: Shelf,
}

/// The reading pane of the open article.
impl Draw for Pane {
    fn draw(&self, memory: &Memory) -> Html {
        let pane_ref = memory.node();
        let article_ref = memory.node();
        let shelf = self.shelf.clone();
        let near = memory.state(None::<(ByteOffset, ByteOffset)>);
        let Some(open) = self.state.open.as_ref() else { return html! {} };
        let document = &open.session.document;
        let small = document.text().end().get() <= SMALL_TEXT && document.annotations.len() <= FEW_ANNOTATIONS;
        let whole = (ByteOffset::ZERO, document.text().end());
        let drawn = if small { Some(whole) } else { near.get() };

        let count = document.text().block_count();
        // Where one was reading is there from the start.
        let begun = memory.keep(|| document.text().block_at(open.start_at).get() + AT_ONCE);
        let grown = memory.state(*begun);
        let blocks = grown.get().min(count);

        // Listeners read the newest render through the shelf.
        {
            let mut slot = shelf.0.borrow_mut();
            let article = article_ref.cast::<Element>();
            let pane = pane_ref.cast::<HtmlElement>();
            match slot.as_mut() {
                Some(context) => {
                    context.text = document.text().clone();
                    context.article = article.or(context.article.take());
                    context.pane = pane.or(context.pane.take());
                }
                None => {
                    *slot = Some(Context {
                        text: document.text().clone(),
                        article,
                        pane,
                        dispatch: self.dispatch.clone(),
                        put: Cell::new(None),
                        by_touch: Cell::new(false),
                        top: Cell::new(None),
                        hovered: Cell::new(None),
                        mouse: Cell::default(),
                        goal: Cell::new(None),
                    });
                }
            }
        }

        // What strangers did to the article is undone before Yew meets it; where that cannot be, a new
        // key makes Yew draw it from nothing.
        let guard = memory.keep(|| RefCell::new(None::<Rc<Guard>>));
        let times = memory.state(0_usize);
        if guard.borrow().as_ref().is_some_and(|guard| !guard.begin()) {
            times.set(times.get() + 1);
        }
        if let Some(guard) = guard.borrow().as_ref() {
            guard.draws(blocks);
        }
        {
            let grown = grown.clone();
            let grow = move || {
                let grow = move || grown.set(blocks + MORE);
                if blocks < count { until_undone(Timeout::new(BREATH, grow)) } else { None }
            };
            memory.watch(Watched::of(blocks), grow);
        }
        let begin = {
            let (guard, shelf, again) = (Rc::clone(&guard), shelf.clone(), times.clone());
            let (article_ref, text) = (article_ref.clone(), document.text().clone());
            Begin(Rc::new(move || {
                let Some(article) = article_ref.cast::<Element>() else { return };
                if let Some(context) = shelf.0.borrow_mut().as_mut() {
                    context.article = Some(article.clone());
                }
                let (shelf, again) = (shelf.clone(), again.clone());
                let undone = move |right: bool| {
                    if !right {
                        again.set(again.get() + 1);
                    }
                    put_again(&shelf);
                };
                guard.replace(Some(Guard::watch(article, text.clone(), blocks, Box::new(undone))));
            }))
        };

        // Once: listeners.
        {
            let (pane_ref, article_ref, shelf) = (pane_ref.clone(), article_ref.clone(), shelf.clone());
            let guard = Rc::clone(&guard);
            let begin = move || {
                if let Some(context) = shelf.0.borrow_mut().as_mut() {
                    context.article = article_ref.cast();
                    context.pane = pane_ref.cast();
                }
                let listeners = pane_ref.cast::<HtmlElement>().map(|pane| {
                    let mut listeners = pointer::listen(&pane, &shelf);
                    if let Some(page) = pane.owner_document() {
                        listeners.push(listen_to_selection(&page, &shelf, guard));
                    }
                    listeners
                });
                until_undone(listeners)
            };
            memory.watch(Watched::of(()), begin);
        }

        let rest = memory.keep(settle::Rest::default);
        settle::happens(&rest);

        // What is near the viewport, and what is on top of the pane, follow scrolling and sizes.
        {
            let (pane_ref, shelf, near, rest) = (pane_ref.clone(), shelf.clone(), near.clone(), Rc::clone(&rest));
            let look = open.session.document.info.id.clone();
            let start_at = open.start_at;
            let follow = move || {
                let current = Rc::new(Cell::new(None));
                let measured = shelf.clone();
                let top = Cell::new(0.0);
                // Answers whether it has to be asked again in the next frame.
                let measure = Rc::new(move |told: bool| {
                    let flies = told && !small && flies_past(&measured, &top);
                    if flies {
                        settle::happens(&rest);
                    } else {
                        measure(&measured, &near, &current, small, told);
                    }
                    flies
                });
                if start_at > ByteOffset::ZERO {
                    reveal(&shelf, start_at, true);
                }
                measure(false);
                let frame: Rc<RefCell<Option<AnimationFrame>>> = Rc::default();
                let measure: Rc<dyn Fn(bool) -> bool> = measure;
                let later: Rc<dyn Fn()> = Rc::new(move || in_frame(&measure, &frame));
                let on_scroll = pane_ref.cast::<HtmlElement>().map(|pane| {
                    let later = Rc::clone(&later);
                    part::listen(&pane, "scroll", true, Box::new(move |_| later()))
                });
                let on_resize =
                    web_sys::window().map(|window| part::listen(&window, "resize", true, Box::new(move |_| later())));
                until_undone((on_scroll, on_resize, Relaid::follow(&shelf)))
            };
            memory.watch(Watched::of((look, small)), follow);
        }

        // A large text is laid out while nobody does anything.
        {
            let (pane_ref, article_ref, rest) = (pane_ref.clone(), article_ref.clone(), Rc::clone(&rest));
            let whole = blocks == count && !small;
            let begin = move || {
                let (article, pane) = article_ref.cast().zip(pane_ref.cast()).filter(|_| whole)?;
                until_undone(settle::settle(article, &pane, (*rest).clone()))
            };
            memory.watch(Watched::of((whole, times.get())), begin);
        }

        // The browser's selection follows the model's, also after a render replaced the nodes it stood in.
        {
            let (shelf, guard) = (shelf.clone(), Rc::clone(&guard));
            let selection = open.selection;
            let put = move || {
                if let Some(guard) = guard.borrow().as_ref() {
                    guard.end();
                }
                put_selection(
                    &shelf,
                    selection.snapped.map_or((selection.head, selection.head), |s| (s.start(), s.end())),
                );
                None
            };
            memory.watch(Watched::always(), put);
        }

        let settings = &self.state.settings;
        let width = match settings.line_width {
            LineWidth::Narrow => "narrow",
            LineWidth::Medium => "medium",
            LineWidth::Wide => "wide",
        };
        {
            let (pane_ref, size) = (pane_ref.clone(), settings.text_size);
            let set = move || {
                if let Some(pane) = pane_ref.cast::<HtmlElement>() {
                    let _ = pane.style().set_property("--text-size", &format!("calc({size}rem / 16)"));
                }
                None
            };
            memory.watch(Watched::of(size), set);
        }
        let focus = open.focused().cloned().map(block::Focused);
        // No class here may change with what is in hand or selected: one that all paragraphs inherit
        // from costs a hundred milliseconds on a megabyte.
        let class = format!("pane {width}");
        html! {
            <main {class} ref={pane_ref} id="pane" tabindex="-1">
                <div class="spread">
                <div class="sheet">
                    <div class="heading" dir="auto">
                        <h1>{ &document.info.title }</h1>
                        <p class="meta"><bdi dir="ltr">{ about(open) }</bdi></p>
                    </div>
                    <div class="text-frame" role="application" aria-label="Article text" aria-roledescription="annotated text">
                        { part(Some(times.get().into()), ArticleText { node: article_ref, document: Held(document.clone()), blocks, near: drawn, focus, begin }) }
                        { part(Some("over".into()), Overlay { state: self.state.clone(), dispatch: self.dispatch.clone(), shelf: shelf.clone() }) }
                    </div>
                </div>
                { part(Some("margin".into()), Margin {
                    document: Held(document.clone()),
                    near: drawn,
                    width: settings.line_width,
                    focus: open.focus.as_ref().map(|focus| focus.id.clone()),
                    relation: open.relation.clone(),
                    shelf,
                    dispatch: self.dispatch.clone(),
                }) }
                </div>
            </main>
        }
    }
}

fn about(open: &Open) -> String {
    let text = open.text();
    let paragraphs = text.blocks().filter(|block| block.byte_len() > 0).count();
    let characters = crate::app::count_words(text.code_points(), "character", "characters");
    format!("{characters} · {}", crate::app::count_words(paragraphs, "paragraph", "paragraphs"))
}

/// Measures in the next frame, and in each one after it for as long as that is needed.
fn in_frame(measure: &Rc<dyn Fn(bool) -> bool>, frame: &Rc<RefCell<Option<AnimationFrame>>>) {
    if frame.borrow().is_some() {
        return;
    }
    let (asked, done) = (Rc::clone(measure), Rc::clone(frame));
    let pending = request_animation_frame(move |_| {
        // Dropping the handle here would cancel nothing: the frame is running.
        done.take();
        if asked(true) {
            in_frame(&asked, &done);
        }
    });
    frame.replace(Some(pending));
}

/// Whether the text flies past by more than a screen in each frame: then nobody can see marks, and
/// drawing them would only make it stutter. They are there in the first frame that is slower.
fn flies_past(shelf: &Shelf, top: &Cell<f64>) -> bool {
    let slot = shelf.0.borrow();
    let Some(pane) = slot.as_ref().and_then(|context| context.pane.as_ref()) else { return false };
    let now = f64::from(pane.scroll_top());
    (now - top.replace(now)).abs() > f64::from(pane.client_height())
}

type Near = part::State<Option<(ByteOffset, ByteOffset)>>;

/// Finds out what is near the viewport, and tells what stands on top.
fn measure(shelf: &Shelf, near: &Near, current: &Cell<Option<(ByteOffset, ByteOffset)>>, small: bool, told: bool) {
    let slot = shelf.0.borrow();
    let Some(context) = slot.as_ref() else { return };
    let (Some(article), Some(pane)) = (&context.article, &context.pane) else { return };
    let rect = pane.get_bounding_client_rect();
    let height = rect.height();
    let within =
        |margin: f64| geometry::between_heights(&context.text, article, rect.top() - margin, rect.bottom() + margin);
    if !small {
        let Some(needed) = within(height * 0.6) else { return };
        let enough = current.get().is_some_and(|(start, end)| start <= needed.0 && needed.1 <= end);
        if !enough && let Some(wide) = within(height * 1.8) {
            current.set(Some(wide));
            near.set(Some(wide));
        }
    }
    if told && let Some((top, _)) = within(0.0) {
        let top = if pane.scroll_top() < 8 { ByteOffset::ZERO } else { top };
        if context.top.replace(Some(top)) != Some(top) {
            context.dispatch.emit(Action::Scrolled(top));
        }
    }
}

/// Puts the model's selection into the browser, where the keyboard's focus is in the article.
fn put_selection(shelf: &Shelf, wanted: (ByteOffset, ByteOffset)) {
    let slot = shelf.0.borrow();
    let Some(context) = slot.as_ref() else { return };
    let Some(article) = &context.article else { return };
    let Some(page) = web_sys::window().and_then(|window| window.document()) else { return };
    let focused = page.active_element().is_some_and(|active| article.contains(Some(&active)));
    let Ok(Some(selection)) = page.get_selection() else { return };
    if !focused {
        return;
    }
    if read_selection(context) == Some(wanted) {
        context.put.set(Some(wanted));
        return;
    }
    let (start, end) = wanted;
    let places = (geometry::place_of(&context.text, article, start), geometry::place_of(&context.text, article, end));
    if let (Some((from, from_at)), Some((to, to_at))) = places {
        context.put.set(Some(wanted));
        let _ = selection.set_base_and_extent(&from, from_at, &to, to_at);
    }
}

/// Puts back the selection that was put last, after the nodes that it stood in were away.
fn put_again(shelf: &Shelf) {
    let put = shelf.0.borrow().as_ref().and_then(|context| context.put.get());
    if let Some(put) = put {
        put_selection(shelf, put);
    }
}

/// The browser's selection as offsets, where it lies in the article.
fn read_selection(context: &Context) -> Option<(ByteOffset, ByteOffset)> {
    let article = context.article.as_ref()?;
    let selection = web_sys::window()?.document()?.get_selection().ok()??;
    let place = |node: Option<web_sys::Node>, at| geometry::offset_of(&context.text, article, &node?, at);
    let anchor = place(selection.anchor_node(), selection.anchor_offset())?;
    let head = place(selection.focus_node(), selection.focus_offset())?;
    Some((anchor, head))
}

/// The guard of the article that is drawn now.
type Guarded = Rc<RefCell<Option<Rc<Guard>>>>;

fn listen_to_selection(page: &web_sys::Document, shelf: &Shelf, guard: Guarded) -> EventListener {
    let shelf = shelf.clone();
    let react = move |_: &web_sys::Event| {
        // What is selected in nodes that were just replaced is nobody's wish: ours is put at the drawing's end.
        if guard.borrow().as_ref().is_some_and(|guard| guard.is_drawing()) {
            return;
        }
        let told = {
            let slot = shelf.0.borrow();
            let Some(context) = slot.as_ref() else { return };
            let found = read_selection(context);
            // A caret that wanders is none of ours: engines move it when nodes are replaced.
            let found = found.filter(|(anchor, head)| anchor != head);
            found.filter(|found| context.put.get() != Some(*found)).map(|found| (found, context.dispatch.clone()))
        };
        if let Some(((anchor, head), dispatch)) = told {
            dispatch.emit(Action::Selected { anchor, head });
        }
    };
    part::listen(page, "selectionchange", true, Box::new(react))
}

/// Brings an offset into the view of the pane; to its top where asked.
pub fn reveal(shelf: &Shelf, at: ByteOffset, to_top: bool) {
    let slot = shelf.0.borrow();
    let Some(context) = slot.as_ref() else { return };
    let (Some(article), Some(pane)) = (&context.article, &context.pane) else { return };
    let Some((_, top, height)) = geometry::caret_rect(&context.text, article, at) else { return };
    let rect = pane.get_bounding_client_rect();
    // Nor shall it be behind the bar that looks for words.
    let bar = web_sys::window().and_then(|window| window.document()?.query_selector(".find-bar").ok()?);
    let bar = bar.map_or(0.0, |bar| bar.get_bounding_client_rect().bottom());
    let (above, below) = (rect.top().max(bar) + 24.0, rect.bottom() - 72.0);
    if to_top {
        pane.set_scroll_top(pane.scroll_top() + (top - rect.top()).round() as i32);
    } else if top < above || top + height > below {
        // A third down from the top, so that what follows can be read.
        let wanted = rect.top() + rect.height() / 3.0;
        pane.set_scroll_top(pane.scroll_top() + (top - wanted) as i32);
    }
}

/// Puts the keyboard's focus into the article, without scrolling.
pub fn focus(shelf: &Shelf) {
    let slot = shelf.0.borrow();
    let article = slot.as_ref().and_then(|context| context.article.clone());
    if let Some(article) = article.and_then(|article| article.dyn_into::<HtmlElement>().ok()) {
        let options = web_sys::FocusOptions::new();
        options.set_prevent_scroll(true);
        drop(slot);
        let _ = article.focus_with_options(&options);
    }
}

/// Where a motion by drawn lines leads from an offset.
pub fn by_line(shelf: &Shelf, from: ByteOffset, motion: Motion) -> Option<ByteOffset> {
    let slot = shelf.0.borrow();
    let context = slot.as_ref()?;
    let article = context.article.as_ref()?;
    let text = &context.text;
    let (left, top, height) = geometry::caret_rect(text, article, from)?;
    let x = match (motion, context.goal.get()) {
        (Motion::LineUp | Motion::LineDown, Some((at, x))) if at == from => x,
        _ => left,
    };
    let middle = top + height / 2.0;
    let block = text.block(text.block_at(from));
    let rect = geometry::paragraph(article, block.index)?.get_bounding_client_rect();
    let to = match motion {
        Motion::LineStart | Motion::LineEnd => {
            let rtl = crate::text::direction::is_right_to_left(text.block_str(block.index));
            let far_left = (motion == Motion::LineStart) != rtl;
            let x = if far_left { rect.left() + 1.0 } else { rect.right() - 1.0 };
            return geometry::hit(text, article, x, middle).map(|hit| hit.caret);
        }
        Motion::LineUp | Motion::LineDown => {
            let down = motion == Motion::LineDown;
            // Lines differ in height: try ever further until another line answers.
            let mut found = None;
            for step in [0.9, 1.3, 1.8, 2.4, 3.2, 4.5] {
                let y = middle + if down { height * step } else { -height * step };
                let Some(hit) = geometry::hit(text, article, x, y) else { continue };
                let there = geometry::caret_rect(text, article, hit.caret);
                let other_line = there.is_some_and(|(_, t, h)| {
                    if down { t + h / 2.0 > middle + height * 0.5 } else { t + h / 2.0 < middle - height * 0.5 }
                });
                if other_line {
                    found = Some(hit.caret);
                    break;
                }
            }
            found.unwrap_or(if down { text.end() } else { ByteOffset::ZERO })
        }
        _ => return None,
    };
    context.goal.set(Some((to, x)));
    Some(to)
}
