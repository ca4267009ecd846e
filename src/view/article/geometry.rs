//! Between the page and the text: which offset stands where on the screen, and the other way round.
//!
//! Invariant: works by climbing to the paragraph and counting within it, never through the whole
//! document. Keeps no live `Range`: each one taxes every change of the page.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CaretPosition, CharacterData, Document, DomRect, Element, Node, Range};

use crate::text::{BlockIndex, ByteOffset, Span, Text, Utf16Offset};

/// The attribute that holds a paragraph's block number.
pub const BLOCK: &str = "data-b";

/// What is under a point of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The nearest caret position.
    pub caret: ByteOffset,
    /// The character that covers the point, or would.
    pub character: ByteOffset,
}

fn page() -> Option<Document> {
    web_sys::window()?.document()
}

fn new_range() -> Option<Range> {
    page()?.create_range().ok()
}

/// The paragraph of a block.
pub fn paragraph(article: &Element, block: BlockIndex) -> Option<Element> {
    article.children().item(u32::try_from(block.get()).ok()?)
}

/// Counts UTF-16 units of all text nodes below `root` before `stop`; all of them where it never comes.
fn units_before(root: &Node, stop: &Node) -> u32 {
    let mut count = 0;
    let mut next = root.first_child();
    while let Some(node) = next {
        if node.is_same_node(Some(stop)) {
            return count;
        }
        if node.contains(Some(stop)) {
            next = node.first_child();
            continue;
        }
        count += length(&node);
        next = node.next_sibling();
    }
    count
}

/// UTF-16 units of a node: a piece of text, or a mark around one. Asks for the number only, because
/// fetching the text of a long line costs milliseconds.
pub fn length(node: &Node) -> u32 {
    match node.dyn_ref::<CharacterData>() {
        Some(text) => text.length(),
        None => {
            let children = node.child_nodes();
            (0..children.length()).filter_map(|i| children.item(i)).map(|child| length(&child)).sum()
        }
    }
}

/// The offset of a place in the page, as selections name it; `None` outside the article.
pub fn offset_of(text: &Text, article: &Element, node: &Node, at: u32) -> Option<ByteOffset> {
    if node.is_same_node(Some(article)) {
        let count = article.children().length();
        return Some(if at >= count { text.end() } else { text.block(BlockIndex::new(at as usize)).start });
    }
    if !article.contains(Some(node)) {
        return None;
    }
    let paragraph = match node.dyn_ref::<Element>() {
        Some(element) => element.closest("p").ok()??,
        None => node.parent_element()?.closest("p").ok()??,
    };
    let block = text.block(BlockIndex::new(paragraph.get_attribute(BLOCK)?.parse().ok()?));
    let units = if node.node_type() == Node::TEXT_NODE {
        units_before(&paragraph, node) + at
    } else {
        // A place between the children of an element.
        let child = node.child_nodes().item(at);
        match child {
            Some(child) => units_before(&paragraph, &child),
            None => units_before(&paragraph, node) + length(node),
        }
    };
    Some(in_block(text, block.start, units).min(block.end))
}

/// The offset that lies so many UTF-16 units after the start of a block, never inside a character.
fn in_block(text: &Text, start: ByteOffset, units: u32) -> ByteOffset {
    let base = text.to_utf16(start).unwrap_or_default();
    let exact = |units: usize| text.from_utf16(Utf16Offset::new(base.get() + units));
    exact(units as usize).or_else(|| exact((units as usize).saturating_sub(1))).unwrap_or(text.end())
}

/// The place in the page of an offset: a text node and a position in it, or an empty paragraph.
pub fn place_of(text: &Text, article: &Element, at: ByteOffset) -> Option<(Node, u32)> {
    let block = text.block(text.block_at(at));
    let paragraph = paragraph(article, block.index)?;
    let at = at.min(block.end);
    let units = text.to_utf16(at)?.get() - text.to_utf16(block.start)?.get();
    place_in(&paragraph, u32::try_from(units).ok()?)
}

fn place_in(parent: &Node, units: u32) -> Option<(Node, u32)> {
    if parent.node_type() == Node::TEXT_NODE {
        return Some((parent.clone(), units));
    }
    let mut left = units;
    let mut next = parent.first_child();
    let mut last = None;
    while let Some(node) = next {
        let long = length(&node);
        if left <= long && long > 0 {
            return place_in(&node, left);
        }
        left = left.saturating_sub(long);
        next = node.next_sibling();
        last = Some((node, long));
    }
    match last {
        Some((node, long)) => place_in(&node, long),
        None => Some((parent.clone(), 0)),
    }
}

/// The page's rectangles of a span, line by line as the browser has them.
pub fn rects(text: &Text, article: &Element, span: Span) -> Vec<DomRect> {
    let found = || {
        let range = new_range()?;
        let (node, at) = place_of(text, article, span.start())?;
        range.set_start(&node, at).ok()?;
        let (node, at) = place_of(text, article, span.end())?;
        range.set_end(&node, at).ok()?;
        let list = range.get_client_rects()?;
        Some((0..list.length()).filter_map(|i| list.item(i)).filter(|rect| rect.width() > 0.0).collect())
    };
    found().unwrap_or_default()
}

/// Where the caret stands: left, top and height in the window. Prefers the character after it.
pub fn caret_rect(text: &Text, article: &Element, at: ByteOffset) -> Option<(f64, f64, f64)> {
    let block = text.block(text.block_at(at));
    let paragraph = paragraph(article, block.index)?;
    if block.span().is_none() {
        let rect = paragraph.get_bounding_client_rect();
        let style = web_sys::window()?.get_computed_style(&paragraph).ok()??;
        let pixels = |name: &str| crate::view::number(&style.get_property_value(name).ok()?);
        let rtl = style.get_property_value("direction").ok()? == "rtl";
        let padding = pixels("padding-left").unwrap_or(0.0);
        let left = if rtl { rect.right() - pixels("padding-right").unwrap_or(0.0) } else { rect.left() + padding };
        return Some((left, rect.top(), rect.height().min(24.0)));
    }
    let (node, offset) = place_of(text, article, at)?;
    let range = new_range()?;
    range.set_start(&node, offset).ok()?;
    range.collapse_with_to_start(true);
    let list = range.get_client_rects()?;
    if let Some(rect) = list.item(0)
        && rect.height() > 0.0
    {
        return Some((rect.left(), rect.top(), rect.height()));
    }
    // Some engines have no rectangle for an empty range: take the edge of the character beside it.
    let long = length(&node);
    let (start, end, after) =
        if offset < long { (offset, offset + 1, false) } else { (offset.checked_sub(1)?, offset, true) };
    range.set_start(&node, start).ok()?;
    range.set_end(&node, end).ok()?;
    let list = range.get_client_rects()?;
    let rect = list.item(if after { list.length().saturating_sub(1) } else { 0 })?;
    Some((if after { rect.right() } else { rect.left() }, rect.top(), rect.height()))
}

/// The place that a browser names for a point, by whichever function it has.
fn place_at(x: f64, y: f64) -> Option<(Node, u32)> {
    let page = page()?;
    let has = |name: &str| js_sys::Reflect::has(&page, &JsValue::from_str(name)).unwrap_or(false);
    if has("caretPositionFromPoint") {
        let found: CaretPosition = page.caret_position_from_point(x as f32, y as f32)?;
        return Some((found.offset_node()?, found.offset()));
    }
    let function: js_sys::Function =
        js_sys::Reflect::get(&page, &JsValue::from_str("caretRangeFromPoint")).ok()?.dyn_into().ok()?;
    let range: Range = function.call2(&page, &x.into(), &y.into()).ok()?.dyn_into().ok()?;
    Some((range.start_container().ok()?, range.start_offset().ok()?))
}

/// The paragraph at a height of the window: the one that covers it, else the nearest.
fn paragraph_at(article: &Element, y: f64) -> Option<Element> {
    let children = article.children();
    let (mut low, mut high) = (0, children.length());
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if children.item(middle)?.get_bounding_client_rect().top() <= y {
            low = middle;
        } else {
            high = middle;
        }
    }
    children.item(low)
}

/// The paddings of a paragraph to the left and to the right, in CSS pixels.
fn paddings(paragraph: &Element) -> (f64, f64) {
    let style = web_sys::window().and_then(|window| window.get_computed_style(paragraph).ok().flatten());
    let pixels = |name: &str| {
        let value = style.as_ref()?.get_property_value(name).ok()?;
        crate::view::number(&value)
    };
    (pixels("padding-left").unwrap_or(0.0), pixels("padding-right").unwrap_or(0.0))
}

/// What is under a point of the window. Points beside, above or below the text count as the nearest
/// place in it.
pub fn hit(text: &Text, article: &Element, x: f64, y: f64) -> Option<Hit> {
    let whole = article.get_bounding_client_rect();
    if y < whole.top() {
        return Some(Hit { caret: ByteOffset::ZERO, character: ByteOffset::ZERO });
    }
    let paragraph = paragraph_at(article, y)?;
    let index = BlockIndex::new(paragraph.get_attribute(BLOCK)?.parse().ok()?);
    let block = text.block(index);
    let rect = paragraph.get_bounding_client_rect();
    if y > rect.bottom() && index.get() + 1 == text.block_count() {
        return Some(Hit { caret: text.end(), character: text.end() });
    }
    if block.span().is_none() {
        return Some(Hit { caret: block.start, character: block.start });
    }
    // Beside the lines, browsers answer with the nearest line's end only inside the paragraph's
    // content: Firefox takes its padding for the end of the text.
    let (before, after) = paddings(&paragraph);
    let inside_x = x.max(rect.left() + before + 1.0).min(rect.right() - after - 1.0);
    let inside_y = y.max(rect.top() + 1.0).min(rect.bottom() - 1.0);
    let caret = place_at(inside_x, inside_y)
        .and_then(|(node, at)| offset_of(text, article, &node, at))
        .filter(|at| block.start <= *at && *at <= block.end)
        .or_else(|| nearest_in(text, article, block.start, block.end, inside_x, inside_y))?;
    Some(Hit { caret, character: character_at(text, article, caret, x) })
}

/// Where an overlay covers the text, the browser names the overlay: search by geometry instead.
fn nearest_in(
    text: &Text,
    article: &Element,
    start: ByteOffset,
    end: ByteOffset,
    x: f64,
    y: f64,
) -> Option<ByteOffset> {
    let (mut low, mut high) = (start.get(), end.get());
    while high - low > 1 {
        let middle = text.floor(ByteOffset::new(low + (high - low) / 2)).get();
        if middle <= low {
            break;
        }
        let (left, top, height) = caret_rect(text, article, ByteOffset::new(middle))?;
        if top > y || (top + height > y && left > x) {
            high = middle;
        } else {
            low = middle;
        }
    }
    Some(ByteOffset::new(low))
}

/// Of the two characters beside a caret position, the one that covers the point.
fn character_at(text: &Text, article: &Element, caret: ByteOffset, x: f64) -> ByteOffset {
    let before = text.as_str().get(..caret.get()).and_then(|head| head.chars().next_back());
    let Some(before) = before.filter(|c| *c != '\n') else { return caret };
    let start = ByteOffset::new(caret.get() - before.len_utf8());
    let Some(span) = Span::new(start, caret) else { return caret };
    let covers = rects(text, article, span).iter().any(|rect| rect.left() <= x && x < rect.right());
    if covers { start } else { caret }
}

/// The stretch of text that stands between two heights of the window.
pub fn between_heights(text: &Text, article: &Element, top: f64, bottom: f64) -> Option<(ByteOffset, ByteOffset)> {
    let index = |paragraph: &Element| paragraph.get_attribute(BLOCK)?.parse().ok().map(BlockIndex::new);
    let first = text.block(index(&paragraph_at(article, top)?)?);
    let last = text.block(index(&paragraph_at(article, bottom)?)?);
    let start = in_long(text, article, first, top).unwrap_or(first.start);
    let end = in_long(text, article, last, bottom).unwrap_or(last.end);
    Some((start, end.max(start)))
}

/// Within a block of several chunks: the chunk cut at or before a height.
fn in_long(text: &Text, article: &Element, block: crate::text::Block, y: f64) -> Option<ByteOffset> {
    let chunks = crate::layout::chunks(text, block.index);
    if chunks.len() < 2 {
        return None;
    }
    let (mut low, mut high) = (0, chunks.len());
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        let (_, top, _) = caret_rect(text, article, chunks.get(middle)?.start)?;
        if top <= y {
            low = middle;
        } else {
            high = middle;
        }
    }
    chunks.get(low).map(|chunk| chunk.start)
}
