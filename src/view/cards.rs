//! Cards: each claim with who says it and where, in the margin beside the text and in the panel.
//!
//! Invariant: a card draws what `app::cards` says of it. In the margin, cards stand beside their words,
//! in text order, and never over one another; the focused one stands beside its words, as long as those before
//! it have room above. Only cards near what is seen are in the page, and each is drawn anew only where something on it changed.

use std::rc::Rc;

use gloo::render::request_animation_frame;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::{Callback, Html, html};

use super::article::{Held, Shelf, geometry};
use super::part::{Draw, Memory, Watched, listen, part, until_undone};
use super::{Dispatch, px, send};
use crate::app::cards::{Card, Row, card, cards_of, groups, in_words};
use crate::app::command::Command;
use crate::app::settings::LineWidth;
use crate::app::{Action, value_words};
use crate::model::{Annotation, AnnotationId, Document, Flag, LabelName, RelationId};
use crate::query::check::{Coverage, summary};
use crate::text::ByteOffset;

/// So many cards come into the panel and leave it together.
const TOGETHER: usize = 20;
/// Panels with up to this many cards are in the page whole.
const SHORT: usize = 200;
/// Between two cards in the margin, in CSS pixels.
const GAP: f64 = 8.0;

/// One card.
struct One {
    document: Held,
    /// The annotations that it is of.
    mentions: Rc<Vec<Rc<Annotation>>>,
    /// Whether one of them has the focus.
    on: bool,
    relation: Option<RelationId>,
    dispatch: Dispatch,
}

impl PartialEq for One {
    fn eq(&self, other: &Self) -> bool {
        // In one and the same document, an id says all of an annotation.
        let ids = |one: &Self| one.mentions.first().map(|first| first.id.clone());
        self.document == other.document
            && self.on == other.on
            && self.relation == other.relation
            && self.mentions.len() == other.mentions.len()
            && ids(self) == ids(other)
    }
}

impl Draw for One {
    fn draw(&self, _: &Memory) -> Html {
        draw_card(self, &card(&self.document.0, &self.mentions))
    }
}

/// The rows of a card's relations: each a word and the other ends.
pub fn relation_rows(document: &Document, card: &Card, relation: Option<&RelationId>, dispatch: &Dispatch) -> Html {
    let all_groups = groups(card);
    // What follows each other with the same words in one group stands in one row.
    let mut lines: Vec<(&str, Option<&str>, Vec<&Row>)> = Vec::new();
    for row in &card.rows {
        let group = row.relation.group.as_deref();
        match lines.last_mut() {
            Some((words, of, rows)) if *words == row.words && *of == group => rows.push(row),
            _ => lines.push((&row.words, group, vec![row])),
        }
    }
    let chip = |row: &Row| {
        let position = document.schema.position(&row.other.label).unwrap_or(document.schema.labels.len());
        let on = relation == Some(&row.relation.id);
        let focus = send(dispatch, Action::FocusRelation(row.here.clone(), row.relation.id.clone()));
        let quote = document.quote(&row.other);
        let flag = row.relation.remarks.flag.map(Flag::name);
        html! {
            <button type="button" class={yew::classes!("chip", format!("k{position}"), on.then_some("on"), flag)} aria-current={on.then_some("true")}
                aria-label={format!("{} {}: {quote}", row.words, row.other.label)} title={quote.clone()} onclick={focus}>
                <bdi>{ short(&quote, 60) }</bdi>
            </button>
        }
    };
    let lines = lines.into_iter().map(|(words, group, rows)| {
        let number = group.and_then(|group| all_groups.iter().position(|known| known == group)).filter(|_| all_groups.len() > 1);
        html! {
            <div class={yew::classes!("card-line", number.map(|_| "grouped"))}>
                <span class="card-words">
                    { words.to_owned() }
                    if let Some(number) = number { <b class="group" title="What has one number belongs together">{ number + 1 }</b> }
                </span>
                <span class="chips">{ for rows.into_iter().map(chip) }</span>
            </div>
        }
    });
    html! { <>{ for lines }</> }
}

fn short(quote: &str, most: usize) -> String {
    let mut words: String = quote.chars().take(most).collect();
    if words.len() < quote.len() {
        words.push('…');
    }
    words
}

fn draw_card(one: &One, card: &Card) -> Html {
    let Some(first) = card.mentions.first() else { return html! {} };
    let One { document: Held(document), dispatch, on, .. } = one;
    let schema = &document.schema;
    let position = schema.position(&first.label).unwrap_or(schema.labels.len());
    let quotes = card.mentions.iter().map(|mention| {
        let choose = send(dispatch, Action::FocusRow(mention.id.clone()));
        html! { <button type="button" class="card-quote" dir="auto" onclick={choose}>{ short(&document.quote(mention), 220) }</button> }
    });
    let remarks = &first.remarks;
    let values = schema.label_attributes(&first.label).iter().filter_map(|known| {
        let value = remarks.attributes.get(&known.name)?;
        Some(html! { <span class="fact" title={known.name.clone()}>{ value_words(value) }</span> })
    });
    let values: Vec<Html> = values.collect();
    let missing = card.missing.iter().map(|(_, words)| {
        let (dispatch, id) = (dispatch.clone(), first.id.clone());
        let link = Callback::from(move |_: yew::MouseEvent| {
            dispatch.emit(Action::FocusRow(id.clone()));
            dispatch.emit(Action::Run(Command::Relate));
        });
        html! { <p class="open-end"><span>{ words }</span><button type="button" class="link" onclick={link}>{ "Link" }</button></p> }
    });
    let flag = remarks.flag.map(Flag::name);
    let name = format!("{}: {}", first.label, short(&document.quote(first), 60));
    html! {
        <section class={yew::classes!("card", format!("k{position}"), on.then_some("on"), flag)} aria-label={name} data-id={first.id.as_str().to_owned()}>
            { for quotes }
            { relation_rows(document, card, one.relation.as_ref(), dispatch) }
            { for missing }
            if !values.is_empty() { <p class="facts">{ for values }</p> }
            if !remarks.note.is_empty() { <p class="card-note" dir="auto">{ short(&remarks.note, 200) }</p> }
            if let Some(flag) = remarks.flag { <p class="card-flag">{ if flag == Flag::Discuss { "To discuss" } else { "To discard" } }</p> }
        </section>
    }
}

/// How much is linked, in words and as a bar.
pub fn covered_words(covered: &[Coverage]) -> Html {
    let covered = covered.iter().filter(|covered| covered.all > 0).map(|covered| {
        html! {
            <li key={format!("{} {}", covered.relation, covered.label)} role="listitem">
                { &covered.words }
                <progress max={covered.all.to_string()} value={covered.with.to_string()} aria-hidden="true"></progress>
            </li>
        }
    });
    let covered: Vec<Html> = covered.collect();
    if covered.is_empty() {
        return html! {};
    }
    html! { <ul class="covered" role="list" aria-label="How much is linked">{ for covered }</ul> }
}

/// The cards of one label, in the panel.
#[derive(PartialEq)]
pub struct Cards {
    pub document: Held,
    pub label: LabelName,
    pub focus: Option<AnnotationId>,
    pub relation: Option<RelationId>,
    pub dispatch: Dispatch,
}

impl Draw for Cards {
    fn draw(&self, memory: &Memory) -> Html {
        let node = memory.node();
        // The parts of the panel that are near what is seen of it: the first, and the one behind the last.
        let near = memory.state((0_usize, 1_usize));
        let document = &self.document.0;
        let watched = Watched::of((self.document.clone(), self.label.clone()));
        let worked_out = memory.worked_out(watched, || {
            let covered: Vec<Coverage> = summary(document).into_iter().filter(|of| of.label == self.label).collect();
            (cards_of(document, &self.label), covered)
        });
        let (all, covered) = &*worked_out;
        let is_here = |mention: &Rc<Annotation>| self.focus.as_ref() == Some(&mention.id);
        let at = all.iter().position(|mentions| mentions.iter().any(is_here));
        {
            let (node, near) = (node.clone(), near.clone());
            let whole = all.len() <= SHORT;
            let follow = move || {
                let list = node.cast::<HtmlElement>().filter(|_| !whole)?;
                let seen = list.clone();
                let look = move || {
                    if let Some(now) = parts_near(&seen).filter(|now| *now != near.get()) {
                        near.set(now);
                    }
                };
                look();
                until_undone(listen(&list, "scroll", true, Box::new(move |_| look())))
            };
            memory.watch(Watched::of(all.len()), follow);
        }
        {
            // The card of the focus is in view.
            let (node, focus) = (node.clone(), self.focus.clone());
            let show = move || {
                let list = node.cast::<HtmlElement>()?;
                let card: HtmlElement = list.query_selector(".card.on").ok().flatten()?.dyn_into().ok()?;
                let (top, bottom) = (f64::from(list.scroll_top()), f64::from(list.scroll_top() + list.client_height()));
                let (start, end) = (f64::from(card.offset_top()), f64::from(card.offset_top() + card.offset_height()));
                if start < top || end > bottom {
                    list.set_scroll_top((start - f64::from(list.client_height()) / 4.0).max(0.0) as i32);
                }
                None
            };
            memory.watch(Watched::of(focus), show);
        }
        let (first, end) = if all.len() <= SHORT { (0, SHORT) } else { near.get() };
        let drawn = all.chunks(TOGETHER).enumerate().map(|(number, cards)| {
            let from = number * TOGETHER;
            let has_focus = at.is_some_and(|at| at / TOGETHER == number);
            if !has_focus && !(first..end).contains(&number) {
                return html! { <li class="gap" aria-hidden="true" data-part={number.to_string()}></li> };
            }
            let cards = cards.iter().enumerate().map(|(place, mentions)| {
                let one = One {
                    document: self.document.clone(),
                    mentions: Rc::clone(mentions),
                    on: at == Some(from + place),
                    relation: self.relation.clone(),
                    dispatch: self.dispatch.clone(),
                };
                let key = mentions.first().map(|mention| mention.id.as_str().to_owned()).unwrap_or_default();
                html! {
                    <li {key} data-part={number.to_string()} aria-setsize={all.len().to_string()} aria-posinset={(from + place + 1).to_string()}>
                        { part(None, one) }
                    </li>
                }
            });
            html! { <>{ for cards }</> }
        });
        let words = in_words(self.label.as_str());
        html! {
            <div class="cards" ref={node} tabindex="-1">
                if all.is_empty() {
                    <p class="empty-list">{ format!("No {words} is marked yet.") }</p>
                }
                { covered_words(covered) }
                <ul role="list" aria-label={format!("By {words}")}>{ for drawn }</ul>
            </div>
        }
    }
}

/// Which parts of the panel are within a height of it around what is seen.
fn parts_near(list: &HtmlElement) -> Option<(usize, usize)> {
    let items = list.last_element_child()?.children();
    let (top, bottom) = (list.scroll_top() - list.client_height(), list.scroll_top() + list.client_height() * 2);
    let mut near = None;
    for at in 0..items.length() {
        let item: HtmlElement = items.item(at)?.dyn_into().ok()?;
        if item.offset_top() > bottom {
            break;
        }
        if item.offset_top() + item.offset_height() >= top {
            let part = item.get_attribute("data-part")?.parse::<usize>().ok()?;
            near = Some((near.map_or(part, |(first, _)| first), part + 1));
        }
    }
    near
}

/// The margin beside the text: a card for each annotation that others are linked to.
#[derive(PartialEq)]
pub struct Margin {
    pub document: Held,
    /// What is near the viewport; `None` before it is known.
    pub near: Option<(ByteOffset, ByteOffset)>,
    /// How wide lines may get decides whether there is room.
    pub width: LineWidth,
    pub focus: Option<AnnotationId>,
    pub relation: Option<RelationId>,
    pub shelf: Shelf,
    pub dispatch: Dispatch,
}

impl Draw for Margin {
    fn draw(&self, memory: &Memory) -> Html {
        let node = memory.node();
        let document = &self.document.0;
        // Where there is no room for the margin, there is nothing in it.
        let room = memory.state(false);
        let near = self.near.filter(|_| room.get());
        let wanted: Vec<Rc<Annotation>> = near.map_or_else(Vec::new, |near| cards_near(document, near));
        let ids: Vec<AnnotationId> = wanted.iter().map(|annotation| annotation.id.clone()).collect();
        {
            let place = {
                let (node, shelf, focus, room) = (node.clone(), self.shelf.clone(), self.focus.clone(), room.clone());
                let starts: Vec<(AnnotationId, ByteOffset)> =
                    wanted.iter().map(|a| (a.id.clone(), a.fragments.envelope().start())).collect();
                Rc::new(move || {
                    let margin = node.cast::<HtmlElement>()?;
                    let has_room = margin.client_width() > 0;
                    if room.get() != has_room {
                        room.set(has_room);
                    }
                    if has_room { place(&margin, &shelf, &starts, focus.as_ref()) } else { None }
                })
            };
            let newest = memory.keep(|| std::cell::RefCell::new(None::<Rc<dyn Fn() -> Option<()>>>));
            newest.replace(Some(Rc::clone(&place) as Rc<dyn Fn() -> Option<()>>));
            let set = move || {
                place();
                None
            };
            memory.watch(Watched::always(), set);
            let follow = move || {
                let later = Rc::new(std::cell::RefCell::new(None));
                let resized = web_sys::window().map(|window| {
                    let react = move |_: &web_sys::Event| {
                        let newest = Rc::clone(&newest);
                        let again = request_animation_frame(move |_| {
                            let place = newest.borrow().clone();
                            if let Some(place) = place {
                                place();
                            }
                        });
                        later.borrow_mut().replace(again);
                    };
                    listen(&window, "resize", true, Box::new(react))
                });
                until_undone(resized)
            };
            memory.watch(Watched::of(()), follow);
        }
        let drawn = wanted.iter().zip(ids).map(|(annotation, id)| {
            let one = One {
                document: self.document.clone(),
                mentions: Rc::new(vec![Rc::clone(annotation)]),
                on: self.focus.as_ref() == Some(&id),
                relation: self.relation.clone(),
                dispatch: self.dispatch.clone(),
            };
            html! { <div key={id.as_str().to_owned()} class="slot">{ part(None, one) }</div> }
        });
        html! { <aside class="margin" aria-label="Cards beside the text" ref={node}>{ for drawn }</aside> }
    }
}

/// The annotations that get cards and begin in a stretch of the text, in text order.
fn cards_near(document: &Document, (from, to): (ByteOffset, ByteOffset)) -> Vec<Rc<Annotation>> {
    let (first, last) = (document.text().block_at(from), document.text().block_at(to));
    let blocks = document.text().blocks().skip(first.get()).take(last.get() + 1 - first.get());
    let with_cards: Vec<&LabelName> =
        document.schema.labels.iter().map(|label| &label.name).filter(|name| document.schema.has_cards(name)).collect();
    let here = blocks.flat_map(|block| {
        let begins = move |annotation: &&Rc<Annotation>| {
            document.text().block_at(annotation.fragments.envelope().start()) == block.index
        };
        document.annotations.in_block(block.index).filter(begins)
    });
    here.filter(|annotation| with_cards.contains(&&annotation.label)).take(400).cloned().collect()
}

/// Puts each card beside its words: those after the focused one give way downward, those before it upward.
fn place(
    margin: &HtmlElement,
    shelf: &Shelf,
    starts: &[(AnnotationId, ByteOffset)],
    focus: Option<&AnnotationId>,
) -> Option<()> {
    let slot = shelf.0.borrow();
    let context = slot.as_ref()?;
    let article = context.article.as_ref()?;
    let origin = margin.get_bounding_client_rect().top();
    let slots = margin.children();
    let mut cards: Vec<(HtmlElement, f64, f64)> = Vec::new();
    let mut focused = None;
    for (at, (id, start)) in starts.iter().enumerate() {
        let Some(element) = slots.item(at as u32).and_then(|slot: Element| slot.dyn_into::<HtmlElement>().ok()) else {
            continue;
        };
        let Some((_, top, _)) = geometry::caret_rect(&context.text, article, *start) else { continue };
        if focus == Some(id) {
            focused = Some(cards.len());
        }
        let height = f64::from(element.offset_height());
        cards.push((element, top - origin - 4.0, height));
    }
    let tops: Vec<(f64, f64)> = cards.iter().map(|(_, top, height)| (*top, *height)).collect();
    for ((element, ..), top) in cards.iter().zip(crate::layout::stack(&tops, focused, GAP)) {
        let _ = element.style().set_property("top", &px(top));
        let _ = element.style().set_property("visibility", "visible");
    }
    Some(())
}
