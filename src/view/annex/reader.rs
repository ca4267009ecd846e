//! An article to be looked at: its paragraphs with what is marked in them, and nothing that can be changed.
//!
//! A long one is shown around a place: what is far from it would only make the page slow.

use yew::{Html, html};

use crate::layout::{BlockInput, Lanes, Layer, Segment};
use crate::model::{Document, DrawStyle};
use crate::text::{BlockIndex, ByteOffset};

/// At most so many paragraphs and bytes to both sides of the place are shown.
const PARAGRAPHS: usize = 150;
const BYTES: usize = 60_000;

/// The article, around a place where it is long.
pub fn reader(document: &Document, around: Option<ByteOffset>) -> Html {
    let text = document.text();
    let around = text.floor(around.unwrap_or(ByteOffset::ZERO));
    let home = text.block_at(around).get();
    let start_of = |index: usize| text.block(BlockIndex::new(index)).start.get();
    let end_of = |index: usize| text.block(BlockIndex::new(index)).end.get();
    let count = text.block_count();
    let (mut first, mut last) = (home, home);
    while first > 0 && home - first < PARAGRAPHS && start_of(home) - start_of(first - 1) < BYTES {
        first -= 1;
    }
    while last + 1 < count && last - home < PARAGRAPHS && end_of(last + 1) - end_of(home) < BYTES {
        last += 1;
    }
    let lanes = Lanes::of(document);
    let paragraphs = (first..=last).map(|index| paragraph(document, &lanes, BlockIndex::new(index)));
    html! {
        <>
            if first > 0 { <p class="quiet reader-more">{ "The article begins before this." }</p> }
            { for paragraphs }
            if last + 1 < count { <p class="quiet reader-more">{ "The article goes on. Copy it to have all of it." }</p> }
        </>
    }
}

fn paragraph(document: &Document, lanes: &Lanes, index: BlockIndex) -> Html {
    let input = BlockInput::new(document, lanes, index);
    if input.is_plain() {
        return html! { <p dir="auto">{ document.text().block_str(index) }</p> };
    }
    let layout = input.layout(None);
    let pieces = layout.segments().map(|segment| piece(document, segment));
    html! { <p dir="auto">{ for pieces }</p> }
}

fn piece(document: &Document, segment: &Segment) -> Html {
    let words = document.text().between(segment.span.start(), segment.span.end()).to_owned();
    if segment.is_plain() {
        return html! { words };
    }
    let schema = &document.schema;
    let mut classes = String::from("then");
    // Of those that overlap, the innermost band and the first line are seen.
    if let Some(band) = segment.marks.iter().rev().find(|mark| Layer::of(mark.style) == Layer::Band) {
        classes += &format!(" then-band c-{}", schema.color_at(usize::from(band.label)));
    }
    if let Some(line) = segment.marks.iter().find(|mark| Layer::of(mark.style) == Layer::Line) {
        let dotted = if line.style == DrawStyle::Dotted { " dotted" } else { "" };
        classes += &format!(" then-line{dotted} then-{}", schema.color_at(usize::from(line.label)));
    }
    html! { <mark class={classes}>{ words }</mark> }
}
