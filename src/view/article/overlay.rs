//! What floats over the article: the caret, the handles of the focused annotation and of a
//! selection made by touch, the bar at the selection, the armed label at the pointer.
//!
//! Invariant: it never covers the selected words, never takes the keyboard's focus, and holds no
//! text of the article.

use std::cell::RefCell;
use std::rc::Rc;

use gloo::render::request_animation_frame;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, MouseEvent, PointerEvent};
use yew::{Html, NodeRef, html};

use super::links::{Knob, Letters, Lines, lines_of};
use super::{Context, Held, Shelf, geometry};
use crate::app::command::{Command, Edge};
use crate::app::linking::Chooser;
use crate::app::{Action, Open, Phase};
use crate::model::{AnnotationId, LabelName, Schema};
use crate::text::{ByteOffset, Span};
use crate::view::part::{Draw, Memory, Watched, listen, part, until_undone};
use crate::view::{Dispatch, Shared, icons, labels, number, px, send};

#[derive(PartialEq)]
pub struct Overlay {
    pub state: Shared,
    pub dispatch: Dispatch,
    pub shelf: Shelf,
}

/// What floats over the article.
impl Draw for Overlay {
    fn draw(&self, memory: &Memory) -> Html {
        let layer = memory.node();
        let caret = memory.node();
        let bar = memory.node();
        let handles: [NodeRef; 2] = [memory.node(), memory.node()];
        let tag = memory.node();
        let Some(open) = self.state.open.as_ref() else { return html! {} };

        let by_touch = self.shelf.0.borrow().as_ref().is_some_and(|context| context.by_touch.get());
        let selected = open.selection.snapped.filter(|_| !open.selection.active);
        let edges = edges_of(open, by_touch);
        let bar_shown = selected.is_some() && open.label_in_hand().is_none() && open.can_write();
        // A question or an offer stands at what it is about.
        let span_of = |id: &AnnotationId| Some(open.session.document.annotations.get(id)?.fragments.envelope());
        let asked = open.chooser.as_ref().and(open.focus.as_ref()).and_then(|focus| span_of(&focus.id));
        let offered = open.offer.as_ref().filter(|_| asked.is_none()).and_then(|offer| span_of(&offer.at));
        let knob = open
            .focused()
            .filter(|_| open.can_write() && selected.is_none() && !open.selection.active && open.edge_drag.is_none())
            .filter(|annotation| can_link(open.schema(), &annotation.label))
            .map(|annotation| annotation.fragments.envelope());

        // Places are worked out after each render, when the text is as it will be seen, and again when
        // what is around it changes its size.
        {
            let place = Place {
                shelf: self.shelf.clone(),
                layer: layer.clone(),
                caret: caret.clone(),
                bar: bar.clone(),
                handles: handles.clone(),
                head: open.selection.head,
                caret_shown: open.selection.snapped.is_none(),
                selected: selected.filter(|_| bar_shown).or(asked).or(offered),
                edges: edges.map(|(_, span)| span),
            };
            let newest = memory.keep(|| RefCell::new(None::<Place>));
            *newest.borrow_mut() = Some(place.clone());
            let set = move || {
                place.set();
                None
            };
            memory.watch(Watched::always(), set);
            let follow = move || {
                let again = move || {
                    if let Some(place) = newest.borrow().as_ref() {
                        place.set();
                    }
                };
                let later = Rc::new(RefCell::new(None));
                let resized = web_sys::window().map(|window| {
                    let react = move |_: &Event| {
                        let again = again.clone();
                        later.borrow_mut().replace(request_animation_frame(move |_| again()));
                    };
                    listen(&window, "resize", true, Box::new(react))
                });
                until_undone(resized)
            };
            memory.watch(Watched::of(()), follow);
        }

        // The armed label follows the mouse.
        let hand = open.label_in_hand().cloned();
        {
            let tag = tag.clone();
            let armed = hand.is_some();
            let follow = move || {
                let listener = web_sys::window().filter(|_| armed).map(|window| {
                    let react = move |event: &Event| {
                        let Some(mouse) = event.dyn_ref::<MouseEvent>() else { return };
                        let over = event.target().and_then(|target| target.dyn_into::<Element>().ok());
                        let over = over.is_some_and(|element| element.closest(".pane").ok().flatten().is_some());
                        if let Some(tag) = tag.cast::<HtmlElement>() {
                            let place = format!("translate({}px, {}px)", mouse.client_x() + 14, mouse.client_y() + 18);
                            let _ = tag.style().set_property("transform", &place);
                            let _ = tag.style().set_property("visibility", if over { "visible" } else { "hidden" });
                        }
                    };
                    listen(&window, "mousemove", true, Box::new(react))
                });
                until_undone(listener)
            };
            memory.watch(Watched::of(armed), follow);
        }

        let class = if open.selection.snapped.is_none() { "caret" } else { "caret hidden" };
        // The blink starts anew when the caret moves, so that it is seen where it goes.
        let beat = if open.selection.head.get() % 2 == 0 { "even" } else { "odd" };
        let position = |label| open.schema().position(label);
        let linking = open.linking.as_ref().map(|linking| {
            part(
                Some("letters".into()),
                Letters {
                    document: Held(open.session.document.clone()),
                    candidates: Rc::clone(&linking.candidates),
                    typed: linking.typed.clone(),
                    at: linking.at,
                    shelf: self.shelf.clone(),
                },
            )
        });
        let lines = Lines {
            lines: lines_of(open),
            shelf: self.shelf.clone(),
            look: (Held(open.session.document.clone()), open.relation.clone()),
        };
        html! {
            <div class="layer" ref={layer}>
                { part(Some("lines".into()), lines) }
                { linking.unwrap_or_default() }
                if let Some(end) = knob {
                    { part(Some("knob".into()), Knob { end, shelf: self.shelf.clone(), dispatch: self.dispatch.clone() }) }
                }
                <div class={yew::classes!(class, beat)} ref={caret} aria-hidden="true"></div>
                { for edges.iter().flat_map(|_| [Edge::Start, Edge::End]).zip(&handles).map(|(edge, node)| {
                    let fragment = edges.map(|(fragment, _)| fragment).unwrap_or_default();
                    part(None, Handle { node: node.clone(), edge, fragment, shelf: self.shelf.clone(), dispatch: self.dispatch.clone() })
                }) }
                if bar_shown {
                    <div class="bar" ref={bar.clone()} role="toolbar" aria-label="Label selection">
                        { labels::buttons(&self.state, &self.dispatch, false) }
                        if open.focus.is_some() {
                            <button class="add" type="button" onmousedown={keep_focus()}
                                title={labels::hint(&self.state, Command::AddFragment)}
                                onclick={send(&self.dispatch, Action::Run(Command::AddFragment))}>
                                { icons::plus() }{ "Add to annotation" }
                            </button>
                        }
                    </div>
                }
                if let (Some(chooser), true) = (&open.chooser, asked.is_some() && !bar_shown) {
                    { chooser_bar(chooser, &bar, &self.dispatch) }
                }
                if let (Some(offer), true) = (&open.offer, offered.is_some() && !bar_shown) {
                    <div class="bar offer" ref={bar.clone()} role="group" aria-label="Offered link">
                        <button type="button" onmousedown={keep_focus()} onclick={send(&self.dispatch, Action::Run(Command::AcceptOffer))}>
                            { icons::link() }<span><bdi>{ &offer.words }</bdi></span><kbd aria-hidden="true" data-key="Enter"></kbd>
                        </button>
                    </div>
                }
                if let Some(label) = hand {
                    <div class={yew::classes!("tag", position(&label).map(|p| format!("k{p}")))} ref={tag} aria-hidden="true">
                        <i class="dot"></i>{ label.to_string() }
                    </div>
                }
            </div>
        }
    }
}

/// A question with its answers as buttons.
fn chooser_bar(chooser: &Chooser, bar: &NodeRef, dispatch: &Dispatch) -> Html {
    let options = chooser.options.iter().enumerate().map(|(at, option)| {
        let on = at == chooser.at;
        html! {
            <button type="button" class={on.then_some("on")} onmousedown={keep_focus()} onclick={send(dispatch, Action::Choose(at))}>
                if at < 9 { <kbd aria-hidden="true" data-key={(at + 1).to_string()}></kbd> }
                <span><bdi>{ option }</bdi></span>
            </button>
        }
    });
    html! {
        <div class="bar chooser" ref={bar.clone()} role="group" aria-label={chooser.question.clone()}>
            <p class="question">{ &chooser.question }</p>
            { for options }
        </div>
    }
}

/// Whether anything can be linked to annotations of a label.
fn can_link(schema: &Schema, label: &LabelName) -> bool {
    schema.relations.iter().any(|kind| !kind.archived && (kind.leads_from(label) || kind.leads_to(label)))
}

/// Keeps the keyboard's focus where it is while a button is pressed by mouse.
pub fn keep_focus() -> yew::Callback<MouseEvent> {
    yew::Callback::from(|event: MouseEvent| event.prevent_default())
}

/// Whose edges have handles: a selection made by touch (`None`), else a fragment of the focus.
fn edges_of(open: &Open, by_touch: bool) -> Option<(Option<usize>, Span)> {
    if let Some(span) = open.selection.snapped {
        return (by_touch && open.can_write()).then_some((None, span));
    }
    let focus = open.focus.as_ref().filter(|_| open.can_write() && !open.selection.active)?;
    if let Some(drag) = open.edge_drag {
        return Some((Some(drag.fragment), drag.preview));
    }
    let span = open.focused()?.fragments.spans().get(focus.fragment).copied()?;
    Some((Some(focus.fragment), span))
}

/// Everything that has a place, and where it belongs.
#[derive(Clone)]
struct Place {
    shelf: Shelf,
    layer: NodeRef,
    caret: NodeRef,
    bar: NodeRef,
    handles: [NodeRef; 2],
    head: ByteOffset,
    caret_shown: bool,
    selected: Option<Span>,
    edges: Option<Span>,
}

impl Place {
    fn set(&self) {
        let slot = self.shelf.0.borrow();
        let Some(context) = slot.as_ref() else { return };
        let (Some(article), Some(layer)) = (&context.article, self.layer.cast::<Element>()) else { return };
        let origin = layer.get_bounding_client_rect();
        let (left, top) = (origin.left(), origin.top());
        let put = |node: &NodeRef, properties: &[(&str, f64)]| {
            if let Some(element) = node.cast::<HtmlElement>() {
                for (name, value) in properties {
                    let _ = element.style().set_property(name, &px(*value));
                }
            }
        };
        if self.caret_shown
            && let Some((x, y, height)) = geometry::caret_rect(&context.text, article, self.head)
        {
            put(&self.caret, &[("left", x - left), ("top", y - top), ("height", height)]);
        }
        if let Some(span) = self.edges {
            for (at, node) in [span.start(), span.end()].into_iter().zip(&self.handles) {
                let edge = edge_rect(context, article, at, at == span.end());
                if let Some((x, y, height)) = edge {
                    put(node, &[("left", x - left), ("top", y - top + height), ("--height", height)]);
                }
            }
        }
        if let Some(span) = self.selected {
            self.place_bar(context, article, span, left, top);
        }
    }

    /// Below the last selected line, else above the first, else nowhere: the label bar below the
    /// article has the same buttons.
    fn place_bar(&self, context: &Context, article: &Element, span: Span, left: f64, top: f64) {
        let (Some(bar), Some(pane)) = (self.bar.cast::<HtmlElement>(), &context.pane) else { return };
        let view = pane.get_bounding_client_rect();
        let size = bar.get_bounding_client_rect();
        let first = geometry::caret_rect(&context.text, article, span.start());
        let last = edge_rect(context, article, span.end(), true);
        let (Some((_, first_top, _)), Some((last_x, last_top, last_height))) = (first, last) else { return };
        let one_line = (first_top - last_top).abs() < 2.0;
        let gap = 10.0;
        let below = last_top + last_height + gap;
        let above = first_top - size.height() - gap;
        let fits_below = below + size.height() < view.bottom() - 4.0 && below > view.top();
        let fits_above = above > view.top() + 4.0 && above < view.bottom() - size.height();
        let y = if fits_below {
            Some(below)
        } else if fits_above {
            Some(above)
        } else {
            None
        };
        let x = if one_line { first.map_or(last_x, |(x, ..)| x.min(last_x)) } else { last_x - size.width() / 2.0 };
        let most = view.left() + f64::from(pane.client_width()) - size.width() - 8.0;
        let x = x.min(most).max(view.left() + 8.0);
        let style = bar.style();
        let _ = style.set_property("visibility", if y.is_some() { "visible" } else { "hidden" });
        if let Some(y) = y {
            let _ = style.set_property("left", &px(x - left));
            let _ = style.set_property("top", &px(y - top));
        }
    }
}

/// The caret's place at an edge. The end of a span belongs to the character before it, also where a
/// line is broken right behind it; its start to the character after it.
pub fn edge_rect(context: &Context, article: &Element, at: ByteOffset, end: bool) -> Option<(f64, f64, f64)> {
    let text = &context.text;
    if !end {
        // Where a line is broken right before it, the caret's rectangle is at the end of the line above.
        let (x, y, height) = geometry::caret_rect(text, article, at)?;
        let first = text.as_str().get(at.get()..)?.chars().next()?;
        let first = Span::new(at, ByteOffset::new(at.get() + first.len_utf8()))?;
        let Some(rect) = geometry::rects(text, article, first).into_iter().next() else { return Some((x, y, height)) };
        if (y - rect.top()).abs() < rect.height() {
            return Some((x, y, height));
        }
        // A line begins at the side where the line above did not end.
        let x = if x > rect.right() { rect.left() } else { rect.right() };
        return Some((x, rect.top(), rect.height()));
    }
    let before = text.as_str().get(..at.get())?.chars().next_back()?;
    let span = Span::new(ByteOffset::new(at.get() - before.len_utf8()), at)?;
    let rect = geometry::rects(text, article, span).pop()?;
    let (x, y, height) = geometry::caret_rect(text, article, at).unwrap_or((rect.right(), rect.top(), rect.height()));
    if (y - rect.top()).abs() < rect.height() {
        Some((x, y, height))
    } else {
        Some((rect.right(), rect.top(), rect.height()))
    }
}

#[derive(PartialEq)]
struct Handle {
    node: NodeRef,
    edge: Edge,
    /// Which fragment of the focused annotation; `None` for the selection.
    fragment: Option<usize>,
    shelf: Shelf,
    dispatch: Dispatch,
}

/// A handle at an edge: dragged by mouse or finger, it moves the edge.
impl Draw for Handle {
    fn draw(&self, memory: &Memory) -> Html {
        let target = (self.edge, self.fragment);
        let (node, shelf, dispatch) = (self.node.clone(), self.shelf.clone(), self.dispatch.clone());
        let watched = Watched::of((target, dispatch.clone()));
        let take = move || {
            let (edge, fragment) = target;
            let element = node.cast::<HtmlElement>();
            let mut listeners = Vec::new();
            if let Some(element) = element {
                let dragging = Rc::new(std::cell::Cell::new(None::<Grip>));
                let element_too = element.clone();
                for name in ["pointerdown", "pointermove", "pointerup", "pointercancel"] {
                    let (element, shelf, dispatch, dragging) =
                        (element.clone(), shelf.clone(), dispatch.clone(), dragging.clone());
                    let react = move |event: &Event| {
                        let Some(pointer) = event.dyn_ref::<PointerEvent>() else { return };
                        let phase = match name {
                            "pointerdown" => Phase::Start,
                            "pointermove" => Phase::Move,
                            "pointerup" => Phase::End,
                            _ => Phase::Cancel,
                        };
                        event.stop_propagation();
                        if phase == Phase::Start {
                            event.prevent_default();
                            let _ = element.set_pointer_capture(pointer.pointer_id());
                            // The knob stands below the line that it moves: aim at the line.
                            let rect = element.get_bounding_client_rect();
                            let y = f64::from(pointer.client_y());
                            let lift = y - (rect.top() - line_height(&element) / 2.0);
                            dragging.set(Some(Grip { y, lift, last: None }));
                        }
                        let Some(grip) = dragging.get() else { return };
                        if matches!(phase, Phase::End | Phase::Cancel) {
                            dragging.set(None);
                        }
                        let at = {
                            let slot = shelf.0.borrow();
                            let Some(context) = slot.as_ref() else { return };
                            let Some(article) = &context.article else { return };
                            let (x, y) = (f64::from(pointer.client_x()), f64::from(pointer.client_y()));
                            geometry::hit(&context.text, article, x, grip.aims_at(y)).map(|hit| hit.caret).or(grip.last)
                        };
                        let Some(at) = at else { return };
                        if dragging.get().is_some() {
                            dragging.set(Some(Grip { last: Some(at), ..grip }));
                        }
                        dispatch.emit(match fragment {
                            Some(fragment) => Action::DragEdge { fragment, edge, phase, at, exact: pointer.alt_key() },
                            None => Action::DragSelection { edge, phase, at },
                        });
                    };
                    listeners.push(listen(&element_too, name, false, Box::new(react)));
                }
            }
            until_undone(listeners)
        };
        memory.watch(watched, take);
        let (class, which) = match self.edge {
            Edge::Start => ("handle start", "start"),
            Edge::End => ("handle end", "end"),
        };
        html! { <div {class} ref={self.node.clone()} data-handle={which} aria-hidden="true"></div> }
    }
}

/// How a handle was taken.
#[derive(Clone, Copy)]
struct Grip {
    /// Where the pointer was.
    y: f64,
    /// How far below the middle of its line.
    lift: f64,
    /// Where it aimed last.
    last: Option<ByteOffset>,
}

impl Grip {
    /// The height that a pointer means: that of the line above it, until it has moved up into the line.
    fn aims_at(self, y: f64) -> f64 {
        y - (self.lift - (self.y - y).max(0.0)).max(0.0)
    }
}

fn line_height(handle: &HtmlElement) -> f64 {
    let height = handle.style().get_property_value("--height").unwrap_or_default();
    number(&height).unwrap_or(20.0)
}
