//! Links over the article: the lines of the relations of what is focused or under the mouse, the letters
//! of what can be linked to, and the knob that a link is dragged from.
//!
//! Invariant: lines lie between the lines of text and beside the column, never over words; nothing here
//! is text of the article, takes the keyboard's focus, or is there for assistive technology, which hears
//! of all this otherwise.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo::render::request_animation_frame;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, PointerEvent};
use yew::{Html, html};

use super::{Context, Shelf, geometry};
use crate::app::command::Command;
use crate::app::{Action, Open};
use crate::layout::route::{Column, End, path, route};
use crate::model::{AnnotationId, Document, RelationId};
use crate::text::direction::is_right_to_left;
use crate::text::{ByteOffset, Span};
use crate::view::part::{Draw, Memory, Watched, listen, until_undone};
use crate::view::{Dispatch, number, px};

/// So many lines are drawn at most.
const MOST_LINES: usize = 40;
/// So many letters are drawn at most.
const MOST_LETTERS: usize = 150;

/// One line to be drawn.
#[derive(Clone, PartialEq)]
pub struct Line {
    from: Span,
    to: Span,
    /// The place of the other end's label in the schema.
    position: usize,
    symmetric: bool,
    on: bool,
}

/// The lines of the relations of what is under the mouse, else of what is focused.
pub fn lines_of(open: &Open) -> Vec<Line> {
    let document = &open.session.document;
    let of = open.hover.as_ref().or(open.focus.as_ref().map(|focus| &focus.id));
    let Some(of) = of.filter(|_| open.linking.is_none() && !open.selection.active) else { return Vec::new() };
    let relations = document.relations.at(of).take(MOST_LINES);
    let line = |relation: &Rc<crate::model::Relation>| {
        let span = |id: &AnnotationId| document.annotations.get(id)?.fragments.spans().first().copied();
        let other = document.annotations.get(relation.other_end(of)?)?;
        Some(Line {
            from: span(&relation.from)?,
            to: span(&relation.to)?,
            position: document.schema.position(&other.label).unwrap_or(document.schema.labels.len()),
            symmetric: document.schema.relation(&relation.kind).is_some_and(|kind| kind.symmetric),
            on: open.relation.as_ref() == Some(&relation.id),
        })
    };
    relations.filter_map(line).collect()
}

/// The lines.
#[derive(PartialEq)]
pub struct Lines {
    pub lines: Vec<Line>,
    pub shelf: Shelf,
    /// What else moves words: the document, the relation in focus.
    pub look: (super::Held, Option<RelationId>),
}

impl Draw for Lines {
    fn draw(&self, memory: &Memory) -> Html {
        let node = memory.node();
        {
            let (node, shelf, lines) = (node.clone(), self.shelf.clone(), self.lines.clone());
            let place: Rc<dyn Fn()> = Rc::new(move || place_lines(&node, &shelf, &lines));
            let newest = memory.keep(|| RefCell::new(Rc::clone(&place)));
            newest.replace(Rc::clone(&place));
            let set = move || {
                place();
                None
            };
            memory.watch(Watched::always(), set);
            let follow = move || {
                let later = Rc::new(RefCell::new(None));
                let resized = web_sys::window().map(|window| {
                    let react = move |_: &Event| {
                        let newest = Rc::clone(&newest);
                        let again = request_animation_frame(move |_| {
                            let place = newest.borrow().clone();
                            place();
                        });
                        later.borrow_mut().replace(again);
                    };
                    listen(&window, "resize", true, Box::new(react))
                });
                until_undone(resized)
            };
            memory.watch(Watched::of(()), follow);
        }
        let drawn = self.lines.iter().map(|line| {
            let class = yew::classes!("line", format!("k{}", line.position), line.on.then_some("on"));
            html! { <g {class}><path class="way" /><path class="tip" /></g> }
        });
        html! { <svg class="lines" ref={node} aria-hidden="true">{ for drawn }</svg> }
    }
}

/// One end of a line, in the coordinates of the layer.
fn end_of(context: &Context, article: &Element, span: Span, origin: (f64, f64)) -> Option<(End, f64)> {
    // Its first characters say where it begins; a long one would be measured for nothing.
    let text = &context.text;
    let near = text.floor(ByteOffset::new((span.start().get() + 200).min(span.end().get())));
    let start = Span::new(span.start(), near).unwrap_or(span);
    let rect = geometry::rects(text, article, start).into_iter().find(|rect| rect.width() > 0.0)?;
    let paragraph = geometry::paragraph(article, text.block_at(span.start()))?;
    let style = web_sys::window()?.get_computed_style(&paragraph).ok()??;
    let line = number(&style.get_property_value("line-height").ok()?).unwrap_or(rect.height() * 1.5);
    let middle = (rect.top() + rect.bottom()) / 2.0 - origin.1;
    let height = line.max(rect.height());
    let end = End {
        left: rect.left() - origin.0,
        right: rect.right() - origin.0,
        top: middle - height / 2.0,
        bottom: middle + height / 2.0,
        text_top: rect.top() - origin.1 + 1.0,
    };
    let pad = number(&style.get_property_value("padding-left").ok()?).unwrap_or(16.0);
    Some((end, pad))
}

fn place_lines(node: &yew::NodeRef, shelf: &Shelf, lines: &[Line]) {
    let slot = shelf.0.borrow();
    let Some(context) = slot.as_ref() else { return };
    let (Some(article), Some(svg)) = (&context.article, node.cast::<Element>()) else { return };
    let rect = svg.get_bounding_client_rect();
    let origin = (rect.left(), rect.top());
    let width = article.get_bounding_client_rect().width();
    let groups = svg.children();
    for (lane, line) in lines.iter().enumerate() {
        let Some(group) = groups.item(lane as u32) else { continue };
        let ends = end_of(context, article, line.from, origin).zip(end_of(context, article, line.to, origin));
        let (way, tip) = match ends {
            Some(((from, pad), (to, _))) => {
                let block = context.text.block_at(line.from.start());
                let rtl = is_right_to_left(context.text.block_str(block));
                let column = Column { left: pad, right: width - pad, gutter: pad - 4.0, rtl };
                let points = route(&from, &to, &column, lane);
                let tip = points.last().map(|end| {
                    let [x, y] = [end.x, end.y].map(|length| (length * 10.0).round() as i64);
                    let at = |dx: i64, dy: i64| {
                        format!("{}.{} {}.{}", (x + dx) / 10, (x + dx).abs() % 10, (y + dy) / 10, (y + dy).abs() % 10)
                    };
                    if line.symmetric {
                        String::new()
                    } else {
                        format!("M{} L{} L{}Z", at(-35, -40), at(35, -40), at(0, 15))
                    }
                });
                (path(&points), tip.unwrap_or_default())
            }
            None => (String::new(), String::new()),
        };
        for (at, d) in [(0, way), (1, tip)] {
            if let Some(path) = group.children().item(at) {
                let _ = path.set_attribute("d", &d);
            }
        }
    }
}

/// The letters of what can be linked to, at what is in view.
#[derive(PartialEq)]
pub struct Letters {
    pub document: super::Held,
    pub candidates: Rc<[(AnnotationId, String)]>,
    pub typed: String,
    pub at: Option<usize>,
    pub shelf: Shelf,
}

impl Draw for Letters {
    fn draw(&self, memory: &Memory) -> Html {
        let node = memory.node();
        let seen = memory.state(None::<(ByteOffset, ByteOffset)>);
        {
            // What is in view changes with scrolling.
            let (shelf, seen) = (self.shelf.clone(), seen.clone());
            let follow = move || {
                let pane = shelf.0.borrow().as_ref().and_then(|context| context.pane.clone());
                let look: Rc<dyn Fn()> = Rc::new(move || {
                    let now = in_view(&shelf);
                    if now != seen.get() {
                        seen.set(now);
                    }
                });
                look();
                let later = Rc::new(RefCell::new(None));
                let listeners = pane.map(|pane| {
                    let react = move |_: &Event| {
                        let look = Rc::clone(&look);
                        later.borrow_mut().replace(request_animation_frame(move |_| look()));
                    };
                    listen(&pane, "scroll", true, Box::new(react))
                });
                until_undone(listeners)
            };
            memory.watch(Watched::of(()), follow);
        }
        let shown = in_reach(&self.document.0, &self.candidates, seen.get());
        {
            let (node, shelf) = (node.clone(), self.shelf.clone());
            let starts: Vec<ByteOffset> = shown.iter().map(|(_, start)| *start).collect();
            let place = move || {
                place_letters(&node, &shelf, &starts);
                None
            };
            memory.watch(Watched::always(), place);
        }
        let drawn = shown.iter().map(|(at, _)| {
            let code = self.candidates.get(*at).map_or("", |(_, code)| code);
            let rest = code.strip_prefix(self.typed.as_str());
            let class =
                yew::classes!("letter", rest.is_none().then_some("out"), (self.at == Some(*at)).then_some("on"));
            html! { <b {class} data-letters={rest.unwrap_or(code).to_owned()}></b> }
        });
        html! { <div class="letters-layer" ref={node} aria-hidden="true">{ for drawn }</div> }
    }
}

/// From where to where the text is in view.
fn in_view(shelf: &Shelf) -> Option<(ByteOffset, ByteOffset)> {
    let slot = shelf.0.borrow();
    let context = slot.as_ref()?;
    let (article, pane) = (context.article.as_ref()?, context.pane.as_ref()?);
    let rect = pane.get_bounding_client_rect();
    geometry::between_heights(&context.text, article, rect.top(), rect.bottom())
}

/// The numbers of the candidates that begin in a stretch of the text, and where they begin.
fn in_reach(
    document: &Document,
    candidates: &[(AnnotationId, String)],
    seen: Option<(ByteOffset, ByteOffset)>,
) -> Vec<(usize, ByteOffset)> {
    let Some((from, to)) = seen else { return Vec::new() };
    let start = |id: &AnnotationId| Some(document.annotations.get(id)?.fragments.envelope().start());
    let all = candidates.iter().enumerate().filter_map(|(at, (id, _))| Some((at, start(id)?)));
    all.filter(|(_, start)| from <= *start && *start <= to).take(MOST_LETTERS).collect()
}

fn place_letters(node: &yew::NodeRef, shelf: &Shelf, starts: &[ByteOffset]) {
    let slot = shelf.0.borrow();
    let Some(context) = slot.as_ref() else { return };
    let (Some(article), Some(layer)) = (&context.article, node.cast::<Element>()) else { return };
    let origin = layer.get_bounding_client_rect();
    let letters = layer.children();
    let mut last: Option<(f64, f64)> = None;
    for (at, start) in starts.iter().enumerate() {
        let Some(element) = letters.item(at as u32).and_then(|item| item.dyn_into::<HtmlElement>().ok()) else {
            continue;
        };
        let Some((x, y, _)) = geometry::caret_rect(&context.text, article, *start) else { continue };
        let (mut x, y) = (x - origin.left(), y - origin.top());
        // Two that begin at one place stand side by side.
        if let Some((last_x, last_y)) = last
            && (last_y - y).abs() < 4.0
            && (x - last_x).abs() < 18.0
        {
            x = last_x + 20.0;
        }
        last = Some((x, y));
        let _ = element.style().set_property("left", &px(x - 4.0));
        let _ = element.style().set_property("top", &px(y - 13.0));
    }
}

/// The knob at the focused annotation: dragged to another one, it links the two.
#[derive(PartialEq)]
pub struct Knob {
    pub end: Span,
    pub shelf: Shelf,
    pub dispatch: Dispatch,
}

impl Draw for Knob {
    fn draw(&self, memory: &Memory) -> Html {
        let node = memory.node();
        let thread = memory.node();
        {
            let (node, shelf, end) = (node.clone(), self.shelf.clone(), self.end);
            let place = move || {
                let slot = shelf.0.borrow();
                let context = slot.as_ref()?;
                let (article, knob) = (context.article.as_ref()?, node.cast::<HtmlElement>()?);
                let layer = knob.offset_parent()?.get_bounding_client_rect();
                let (x, y, _) = super::overlay::edge_rect(context, article, end.end(), true)?;
                let _ = knob.style().set_property("left", &px(x - layer.left()));
                let _ = knob.style().set_property("top", &px(y - layer.top()));
                None
            };
            memory.watch(Watched::always(), place);
        }
        {
            let (node, thread, shelf, dispatch) =
                (node.clone(), thread.clone(), self.shelf.clone(), self.dispatch.clone());
            let take = move || {
                let knob = node.cast::<HtmlElement>()?;
                let from = Rc::new(Cell::new(None::<(f64, f64, bool)>));
                let mut listeners = Vec::new();
                for name in ["pointerdown", "pointermove", "pointerup", "pointercancel"] {
                    let (knob_too, thread, shelf, dispatch, from) =
                        (knob.clone(), thread.clone(), shelf.clone(), dispatch.clone(), Rc::clone(&from));
                    let react = move |event: &Event| {
                        let Some(pointer) = event.dyn_ref::<PointerEvent>() else { return };
                        event.stop_propagation();
                        let (x, y) = (f64::from(pointer.client_x()), f64::from(pointer.client_y()));
                        if name == "pointerdown" {
                            event.prevent_default();
                            let _ = knob_too.set_pointer_capture(pointer.pointer_id());
                            from.set(Some((x, y, false)));
                            return;
                        }
                        let Some((from_x, from_y, moved)) = from.get() else { return };
                        match name {
                            "pointermove" => {
                                if !moved && (x - from_x).hypot(y - from_y) > 4.0 {
                                    from.set(Some((from_x, from_y, true)));
                                    dispatch.emit(Action::Run(Command::Relate));
                                }
                                draw_thread(&thread, (from_x, from_y), (x, y));
                            }
                            "pointerup" => {
                                from.set(None);
                                draw_thread(&thread, (x, y), (x, y));
                                if !moved {
                                    dispatch.emit(Action::Run(Command::Relate));
                                    return;
                                }
                                let at = {
                                    let slot = shelf.0.borrow();
                                    let Some(context) = slot.as_ref() else { return };
                                    let Some(article) = &context.article else { return };
                                    geometry::hit(&context.text, article, x, y).map(|hit| hit.character)
                                };
                                dispatch.emit(at.map_or(Action::Run(Command::Escape), Action::LinkAt));
                            }
                            _ => {
                                from.set(None);
                                draw_thread(&thread, (x, y), (x, y));
                                if moved {
                                    dispatch.emit(Action::Run(Command::Escape));
                                }
                            }
                        }
                    };
                    listeners.push(listen(&knob, name, false, Box::new(react)));
                }
                until_undone(listeners)
            };
            memory.watch(Watched::of(self.dispatch.clone()), take);
        }
        html! {
            <>
                <div class="knob" ref={node} data-handle="link" aria-hidden="true"></div>
                <svg class="thread" ref={thread} aria-hidden="true"><path /></svg>
            </>
        }
    }
}

/// The line from the knob to the pointer.
fn draw_thread(svg: &yew::NodeRef, (from_x, from_y): (f64, f64), (x, y): (f64, f64)) {
    let Some(svg) = svg.cast::<Element>() else { return };
    let Some(path) = svg.first_element_child() else { return };
    let whole = |length: f64| length.round() as i64;
    let d = format!("M{} {}L{} {}", whole(from_x), whole(from_y), whole(x), whole(y));
    let _ = path.set_attribute("d", &d);
}
