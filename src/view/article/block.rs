//! Some blocks of the article: paragraphs whose text nodes, joined, are their blocks' text.
//!
//! Invariant: a stretch is redrawn only when something in it changed; a long line only in the changed
//! chunk.

use std::cell::RefCell;
use std::rc::Rc;

use yew::{AttrValue, Html, html};

use super::guard::before_drawing;
use crate::layout::{BlockInput, BlockLayout, Chunk as Piece, ChunkLayout, chunks};
use crate::model::Annotation;
use crate::text::{BlockIndex, ByteOffset, Text};
use crate::view::paint::classes;
use crate::view::part::{Draw, Memory, part};

/// Blocks above this many bytes are several chunks.
pub const LONG: usize = 4096;

/// Paragraphs that are drawn together: a component for each of them would cost more than its drawing.
#[derive(PartialEq)]
pub struct Stretch {
    pub text: Text,
    /// The numbers beside all paragraphs of the text; 0 for an empty line. Compared by their place in memory.
    pub numbers: Rc<Vec<u32>>,
    /// The blocks from here on, up to the other one.
    pub first: usize,
    pub end: usize,
    /// What each of them is drawn with; empty where all are plain text.
    pub marked: Vec<Marked>,
}

/// What one paragraph is drawn with.
#[derive(Default, PartialEq)]
pub struct Marked {
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

impl Draw for Stretch {
    fn draw(&self, memory: &Memory) -> Html {
        before_drawing();
        // The layouts drawn last, so that chunks that did not change stay the same in memory.
        let last = memory.keep(|| RefCell::new(Vec::<Option<BlockLayout>>::new()));
        let mut last = last.borrow_mut();
        last.resize_with(self.end - self.first, || None);
        let plain = Marked::default();
        let paragraphs = last.iter_mut().enumerate().map(|(at, last)| {
            let block = self.text.block(BlockIndex::new(self.first + at));
            let number = self.numbers.get(self.first + at).copied().unwrap_or_default();
            let number = (number > 0).then(|| AttrValue::from(number.to_string()));
            let class = if block.byte_len() == 0 { "empty" } else { lines_class(block.byte_len()) };
            let content = words(&self.text, block, self.marked.get(at).unwrap_or(&plain), last);
            html! { <p dir="auto" data-b={block.index.get().to_string()} data-n={number} {class}>{ content }</p> }
        });
        html! { <>{ for paragraphs }</> }
    }
}

/// The content of a paragraph.
fn words(text: &Text, block: crate::text::Block, marked: &Marked, last: &mut Option<BlockLayout>) -> Html {
    // A long line stands in the page in pieces from the start, so that its first mark makes the
    // browser shape one piece anew, not all of it.
    match &marked.input {
        Some(input) if !input.is_plain() || block.byte_len() > LONG => {
            let layout = input.layout(last.as_ref());
            let chunks = layout.chunks.clone();
            *last = Some(layout);
            if let [chunk] = &chunks[..] {
                return pieces(text, chunk, marked.focus.as_ref().filter(|focused| touches(chunk, &focused.0)));
            }
            let drawn = chunks.into_iter().map(|chunk| {
                let (start, end) = marked.near;
                let near = chunk.chunk.start < end && start < chunk.chunk.end;
                let number = chunk.chunk.number;
                let focus = marked.focus.clone().filter(|f| near && touches(&chunk, &f.0));
                part(Some(number.into()), Chunk { text: text.clone(), layout: Laid(chunk), near, focus })
            });
            html! { <>{ for drawn }</> }
        }
        None if block.byte_len() > LONG => {
            let pieces = chunks(text, block.index);
            let piece = |chunk: Piece| in_span(chunk.number, html! { text.between(chunk.start, chunk.end) });
            html! { <>{ for pieces.into_iter().map(piece) }</> }
        }
        _ => {
            *last = None;
            html! { text.block_str(block.index) }
        }
    }
}

fn touches(chunk: &ChunkLayout, annotation: &Annotation) -> bool {
    crate::text::Span::new(chunk.chunk.start, chunk.chunk.end).is_some_and(|span| annotation.fragments.overlaps(span))
}

/// A guess at the height, so that the scroll bar is steady before a paragraph was ever drawn.
fn lines_class(bytes: usize) -> &'static str {
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

/// A piece of a paragraph, without a box of its own.
impl Draw for Chunk {
    fn draw(&self, _: &Memory) -> Html {
        before_drawing();
        let chunk = &self.layout.0;
        let content = if self.near {
            pieces(&self.text, chunk, self.focus.as_ref())
        } else {
            html! { self.text.between(chunk.chunk.start, chunk.chunk.end) }
        };
        in_span(chunk.chunk.number, content)
    }
}

/// A chunk of a long line. Engines shape a text of one font as a whole, however many nodes it has, and
/// anew when one of them changes; so every other chunk has a font that differs in nothing to be seen.
fn in_span(number: usize, content: Html) -> Html {
    html! { <span class={if number.is_multiple_of(2) { "even" } else { "odd" }}>{ content }</span> }
}

/// Text and marks of a chunk.
fn pieces(text: &Text, chunk: &ChunkLayout, focus: Option<&Focused>) -> Html {
    let pieces = chunk.segments.iter().map(|segment| {
        let words = text.slice(segment.span).unwrap_or("");
        if segment.is_plain() {
            return html! { words };
        }
        let mut class = classes(segment);
        if let Some(Focused(annotation)) = focus
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
