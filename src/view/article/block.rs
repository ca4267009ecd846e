//! One block of the article: a paragraph whose text nodes, joined, are the block's text.
//!
//! Invariant: redrawn only when something in it changed; a long one only in the changed chunk.

use std::cell::RefCell;
use std::rc::Rc;

use yew::{AttrValue, Html, html};

use crate::layout::{BlockInput, BlockLayout, Chunk as Piece, ChunkLayout, chunks};
use crate::model::Annotation;
use crate::text::{BlockIndex, ByteOffset, Text};
use crate::view::paint::classes;
use crate::view::part::{Draw, Memory, part};

/// Blocks above this many bytes are several chunks.
const LONG: usize = 4096;
/// Blocks above this many bytes go without kerning: at each change of theirs the browser breaks all of
/// their lines again, and shapes the ends of kerned ones anew.
const HUGE: usize = 64 * 1024;

/// A paragraph.
#[derive(PartialEq)]
pub struct Block {
    pub text: Text,
    pub block: BlockIndex,
    /// The number beside it; 0 for an empty line.
    pub number: u32,
    /// Its annotations; `None` far from the viewport, where it is plain text.
    pub input: Option<BlockInput>,
    /// The stretch of text near the viewport, for long blocks; everything for short ones.
    pub near: (ByteOffset, ByteOffset),
    /// The focused annotation, where it reaches into the block.
    pub focus: Option<Focused>,
}

/// An annotation, equal only where it is the very same.
#[derive(Clone)]
pub struct Focused(pub Rc<Annotation>);

impl PartialEq for Focused {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Draw for Block {
    fn draw(&self, memory: &Memory) -> Html {
        // The layout drawn last, so that chunks that did not change stay the same in memory.
        let last = memory.keep(|| RefCell::new(None::<BlockLayout>));
        let block = self.text.block(self.block);
        let class = if block.byte_len() == 0 { "empty" } else { lines_class(block.byte_len()) };
        let number = (self.number > 0).then(|| AttrValue::from(self.number.to_string()));
        // A long line stands in the page in pieces from the start, so that its first mark makes the
        // browser shape one piece anew, not all of it.
        let content = match &self.input {
            Some(input) if !input.is_plain() || block.byte_len() > LONG => {
                let layout = input.layout(last.borrow().as_ref());
                let chunks = layout.chunks.clone();
                let several = chunks.len() > 1;
                *last.borrow_mut() = Some(layout);
                let drawn = chunks.into_iter().map(|chunk| {
                    let (start, end) = self.near;
                    let near = !several || (chunk.chunk.start < end && start < chunk.chunk.end);
                    let number = chunk.chunk.number;
                    let focus = self.focus.clone().filter(|f| near && touches(&chunk, &f.0));
                    part(Some(number.into()), Chunk { text: self.text.clone(), layout: Laid(chunk), near, focus })
                });
                html! { <>{ for drawn }</> }
            }
            None if block.byte_len() > LONG => {
                let pieces = chunks(&self.text, self.block);
                let piece = |chunk: Piece| html! { self.text.between(chunk.start, chunk.end) };
                html! { <>{ for pieces.into_iter().map(piece) }</> }
            }
            _ => {
                *last.borrow_mut() = None;
                html! { self.text.block_str(self.block) }
            }
        };
        html! { <p dir="auto" data-b={self.block.get().to_string()} data-n={number} {class}>{ content }</p> }
    }
}

fn touches(chunk: &ChunkLayout, annotation: &Annotation) -> bool {
    crate::text::Span::new(chunk.chunk.start, chunk.chunk.end).is_some_and(|span| annotation.fragments.overlaps(span))
}

/// A guess at the height, so that the scroll bar is steady before a paragraph was ever drawn. From
/// [`HUGE`] on, a class that lets the browser break the lines at less cost.
fn lines_class(bytes: usize) -> &'static str {
    if bytes > HUGE {
        return "long huge";
    }
    const CLASSES: [&str; 12] = ["h1", "h2", "h3", "h4", "h5", "h6", "h7", "h8", "h10", "h12", "h16", "h24"];
    const LINES: [usize; 12] = [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 24];
    let lines = bytes.div_ceil(75);
    let at = LINES.iter().position(|most| lines <= *most);
    at.and_then(|at| CLASSES.get(at)).copied().unwrap_or("long")
}

/// A chunk's layout, equal only where it is the very same.
#[derive(Clone)]
struct Laid(Rc<ChunkLayout>);

impl PartialEq for Laid {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

#[derive(PartialEq)]
struct Chunk {
    text: Text,
    layout: Laid,
    near: bool,
    focus: Option<Focused>,
}

/// A piece of a paragraph, without an element of its own.
impl Draw for Chunk {
    fn draw(&self, _: &Memory) -> Html {
        let chunk = &self.layout.0;
        let text = &self.text;
        if !self.near {
            return html! { text.between(chunk.chunk.start, chunk.chunk.end) };
        }
        let pieces = chunk.segments.iter().map(|segment| {
            let words = text.slice(segment.span).unwrap_or("");
            if segment.is_plain() {
                return html! { words };
            }
            let mut class = classes(segment);
            if let Some(Focused(annotation)) = &self.focus
                && segment.is_within(&annotation.fragments)
            {
                class.push_str(" on");
                for span in annotation.fragments.spans() {
                    if span.start() == segment.span.start() {
                        class.push_str(" on-start");
                    }
                    if span.end() == segment.span.end() {
                        class.push_str(" on-end");
                    }
                }
            }
            html! { <mark {class}>{ words }</mark> }
        });
        html! { <>{ for pieces }</> }
    }
}
