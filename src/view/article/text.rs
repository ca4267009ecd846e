//! The `article` element: one paragraph for each block, in stretches that are redrawn only where something changed.
//!
//! Invariant: a moving caret or a growing selection does not come near here.

use std::cell::RefCell;
use std::rc::Rc;

use yew::{Html, NodeRef, html};

use super::block::{Focused, LONG, Marked, Stretch};
use super::guard::before_drawing;
use crate::layout::{BlockInput, Lanes};
use crate::model::Document;
use crate::text::{BlockIndex, ByteOffset, Text};
use crate::view::part::{Draw, Memory, part};

/// So many paragraphs are drawn together.
const TOGETHER: usize = 24;

/// A document, equal only where nothing was edited in between.
#[derive(Clone)]
pub struct Held(pub Document);

impl PartialEq for Held {
    fn eq(&self, other: &Self) -> bool {
        self.0.same_look(&other.0)
    }
}

/// What begins to watch over an article. Always equal: it is no input of what is drawn.
#[derive(Clone)]
pub struct Begin(pub Rc<dyn Fn()>);

impl PartialEq for Begin {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// Begins once all paragraphs are in the page, and before the browser runs anybody else's code: effects
/// would be too late for that, as they may run in another of its tasks. Yew draws parts in the order in
/// which they were made; so each round waits for what the parts of the round before have made.
#[derive(PartialEq)]
struct After {
    rounds: usize,
    begin: Begin,
}

impl Draw for After {
    fn draw(&self, _: &Memory) -> Html {
        if let Some(rounds) = self.rounds.checked_sub(1) {
            return part(None, Self { rounds, begin: self.begin.clone() });
        }
        (self.begin.0)();
        html! {}
    }
}

/// The article.
#[derive(PartialEq)]
pub struct ArticleText {
    pub node: NodeRef,
    pub document: Held,
    /// How many of its blocks are in the page yet.
    pub blocks: usize,
    /// The stretch that is drawn with its marks; `None` before it is known.
    pub near: Option<(ByteOffset, ByteOffset)>,
    pub focus: Option<Focused>,
    pub begin: Begin,
}

/// What was worked out for the last drawing.
#[derive(Default)]
struct Worked {
    lanes: RefCell<Option<(Document, Lanes)>>,
    numbers: RefCell<Option<(Text, Rc<Vec<u32>>)>>,
}

impl Worked {
    fn lanes(&self, document: &Document) -> Lanes {
        let mut held = self.lanes.borrow_mut();
        let lanes = match held.take() {
            Some((before, lanes)) if before.text().same(document.text()) => lanes.after(&before, document),
            _ => Lanes::of(document),
        };
        *held = Some((document.clone(), lanes.clone()));
        lanes
    }

    /// The number beside each paragraph; empty lines have none.
    fn numbers(&self, text: &Text) -> Rc<Vec<u32>> {
        let mut held = self.numbers.borrow_mut();
        if let Some((known, numbers)) = held.as_ref()
            && known.same(text)
        {
            return Rc::clone(numbers);
        }
        let mut count = 0;
        let number = |block: crate::text::Block| {
            if block.byte_len() == 0 {
                return 0;
            }
            count += 1;
            count
        };
        let numbers: Rc<Vec<u32>> = Rc::new(text.blocks().map(number).collect());
        *held = Some((text.clone(), Rc::clone(&numbers)));
        numbers
    }
}

impl Draw for ArticleText {
    fn draw(&self, memory: &Memory) -> Html {
        before_drawing();
        let worked = memory.keep(Worked::default);
        let document = &self.document.0;
        let text = document.text();
        let lanes = worked.lanes(document);
        let numbers = worked.numbers(text);
        let near = self.near.map(|(start, end)| (text.block_at(start).get(), text.block_at(end).get()));
        let focus = self.focus.as_ref().map(|focused| {
            let envelope = focused.0.fragments.envelope();
            (text.blocks_of(envelope), focused)
        });
        let whole = (ByteOffset::ZERO, text.end());
        let marked = |index: usize| {
            if !near.is_some_and(|(first, last)| first <= index && index <= last) {
                return Marked::default();
            }
            let block = text.block(BlockIndex::new(index));
            let focus = focus.as_ref().filter(|(blocks, _)| blocks.contains(&index));
            Marked {
                input: Some(BlockInput::new(document, &lanes, block.index)),
                // Only a block of several chunks looks at which of them are near.
                near: if block.byte_len() > LONG { self.near.unwrap_or(whole) } else { whole },
                focus: focus.map(|(_, focused)| (*focused).clone()),
            }
        };
        let stretches = (0..self.blocks).step_by(TOGETHER).map(|first| {
            let end = (first + TOGETHER).min(self.blocks);
            let is_near = near.is_some_and(|(near, last)| near < end && first <= last);
            let marked = if is_near { (first..end).map(marked).collect() } else { Vec::new() };
            part(Some(first.into()), Stretch { text: text.clone(), numbers: Rc::clone(&numbers), first, end, marked })
        });
        // The chunks of the stretches are the last parts that are made.
        let after = part(None, After { rounds: 1, begin: self.begin.clone() });
        html! {
            <>
                <article ref={self.node.clone()} class="text" aria-label="Article" tabindex="0" translate="no" spellcheck="false">
                    { for stretches }
                </article>
                { after }
            </>
        }
    }
}
