//! Caret motion by grapheme, word, sentence and paragraph, and the motion of a span's edges.
//!
//! One rule for all steps: forward stops at ends, backward at starts, so that a selection never
//! takes in the blanks after a word. What stands between words (blanks, punctuation) is passed over;
//! an emoji or a sign counts as a word. Motion by line on the screen is no matter of text.
//!
//! Invariant: every offset handed out is a grapheme boundary, unless the one handed in was none and
//! nothing moved. Costs a few windows of text, or the blank lines that it passes.

use super::near::{Side, piece};
use super::punctuation::{is_between_words, is_blank};
use super::{BlockIndex, ByteOffset, Segmenter, Span, Text, Unit};

/// How far a caret goes at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// What people see as one character. A line break is one.
    Grapheme,
    /// To the end of a word, or the start of one.
    Word,
    /// To the end of a sentence, or the start of one.
    Sentence,
    /// To the end of a block, or the start of one.
    Paragraph,
    /// To the end of the text, or its start.
    Text,
}

/// Which way, in the order of the text: in an Arabic line forward is to the left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Towards the start.
    Backward,
    /// Towards the end.
    Forward,
}

/// One end of a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Edge {
    /// Where it begins.
    Start,
    /// Where it ends.
    End,
}

/// Where a caret comes to stand. At the text's start and end it stays.
#[must_use]
pub fn move_caret(
    text: &Text,
    segmenter: &dyn Segmenter,
    at: ByteOffset,
    step: Step,
    direction: Direction,
) -> ByteOffset {
    let edge = match direction {
        Direction::Backward => Edge::Start,
        Direction::Forward => Edge::End,
    };
    next_stop(text, segmenter, at, step, direction, edge)
}

/// The span with one edge moved: a start goes to starts of words or sentences, an end to ends.
/// `None` where the edge cannot move or would meet the other.
#[must_use]
pub fn move_edge(
    text: &Text,
    segmenter: &dyn Segmenter,
    span: Span,
    edge: Edge,
    step: Step,
    direction: Direction,
) -> Option<Span> {
    let at = match edge {
        Edge::Start => span.start(),
        Edge::End => span.end(),
    };
    let moved = next_stop(text, segmenter, at, step, direction, edge);
    let span = match edge {
        Edge::Start => Span::new(moved, span.end()),
        Edge::End => Span::new(span.start(), moved),
    };
    span.filter(|_| moved != at)
}

fn next_stop(
    text: &Text,
    segmenter: &dyn Segmenter,
    at: ByteOffset,
    step: Step,
    direction: Direction,
    edge: Edge,
) -> ByteOffset {
    let at = text.floor(at);
    match (step, direction) {
        (Step::Text, Direction::Backward) => ByteOffset::ZERO,
        (Step::Text, Direction::Forward) => text.end(),
        (Step::Grapheme, _) => grapheme(text, segmenter, at, direction),
        (Step::Paragraph, _) => paragraph(text, at, direction, edge),
        (Step::Word, _) => walk(text, segmenter, at, Unit::Word, direction, edge),
        (Step::Sentence, _) => walk(text, segmenter, at, Unit::Sentence, direction, edge),
    }
}

fn grapheme(text: &Text, segmenter: &dyn Segmenter, at: ByteOffset, direction: Direction) -> ByteOffset {
    let beside = match direction {
        Direction::Backward => piece(text, segmenter, Unit::Grapheme, at, Side::Before).map(|near| near.start),
        Direction::Forward => piece(text, segmenter, Unit::Grapheme, at, Side::After).map(|near| near.end),
    };
    beside.unwrap_or_else(|| over_line_break(text, at, direction).unwrap_or(at))
}

/// The other side of the line break beside an offset; `None` at the text's start and end.
fn over_line_break(text: &Text, at: ByteOffset, direction: Direction) -> Option<ByteOffset> {
    let index = text.block_at(at).get();
    match direction {
        Direction::Backward => index.checked_sub(1).map(|before| text.block(BlockIndex::new(before)).end),
        Direction::Forward => (index + 1 < text.block_count()).then(|| text.block(BlockIndex::new(index + 1)).start),
    }
}

fn paragraph(text: &Text, at: ByteOffset, direction: Direction, edge: Edge) -> ByteOffset {
    let stop = |index: usize| {
        let block = text.block(BlockIndex::new(index));
        match edge {
            Edge::Start => block.start,
            Edge::End => block.end,
        }
    };
    let index = text.block_at(at).get();
    match direction {
        Direction::Backward if stop(index) < at => stop(index),
        Direction::Backward => index.checked_sub(1).map_or(ByteOffset::ZERO, stop),
        Direction::Forward if stop(index) > at => stop(index),
        Direction::Forward if index + 1 < text.block_count() => stop(index + 1),
        Direction::Forward => text.end(),
    }
}

/// From piece to piece until one has its start or end beyond the offset; the text's start or end
/// where there is none.
fn walk(
    text: &Text,
    segmenter: &dyn Segmenter,
    at: ByteOffset,
    unit: Unit,
    direction: Direction,
    edge: Edge,
) -> ByteOffset {
    let side = match direction {
        Direction::Backward => Side::Before,
        Direction::Forward => Side::After,
    };
    let mut here = at;
    loop {
        let Some(near) = piece(text, segmenter, unit, here, side) else {
            match over_line_break(text, here, direction) {
                Some(beyond) => here = beyond,
                None => return here,
            }
            continue;
        };
        if let Some(visible) = visible(text, near.start, near.end, unit, near.is_word) {
            let stop = match edge {
                Edge::Start => visible.start(),
                Edge::End => visible.end(),
            };
            let beyond = match direction {
                Direction::Backward => stop < at,
                Direction::Forward => at < stop,
            };
            if beyond {
                return between_graphemes(text, segmenter, stop, direction);
            }
        }
        here = match direction {
            Direction::Backward => near.start,
            Direction::Forward => near.end,
        };
    }
}

/// The offset, or the grapheme's end beyond it where it is inside one: by the standard, a word can
/// end there.
fn between_graphemes(text: &Text, segmenter: &dyn Segmenter, at: ByteOffset, direction: Direction) -> ByteOffset {
    match piece(text, segmenter, Unit::Grapheme, at, Side::After) {
        Some(near) if near.start < at && direction == Direction::Backward => near.start,
        Some(near) if near.start < at => near.end,
        _ => at,
    }
}

/// The part of a piece that a caret stops at: a sentence without its blanks, a word as it is;
/// `None` for what stands between words.
fn visible(text: &Text, start: ByteOffset, end: ByteOffset, unit: Unit, is_word: bool) -> Option<Span> {
    let string = text.between(start, end);
    if unit == Unit::Word {
        return Span::new(start, end).filter(|_| is_word || !string.chars().all(is_between_words));
    }
    let kept_end = start.get() + string.trim_end_matches(is_blank).len();
    let kept_start = end.get() - string.trim_start_matches(is_blank).len();
    Span::from_bytes(kept_start, kept_end)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_segmentation::UnicodeSegmentation;

    use super::*;
    use crate::text::native_segmenter::NativeSegmenter;

    /// Every `|` is a stop; from each the motion leads to the next (backward: to the one before).
    fn check(step: Step, direction: Direction, marked: &str) {
        let mut string = String::new();
        let mut stops = Vec::new();
        for character in marked.chars() {
            match character {
                '|' => stops.push(ByteOffset::new(string.len())),
                other => string.push(other),
            }
        }
        if direction == Direction::Backward {
            stops.reverse();
        }
        let text = Text::new(string);
        for pair in stops.windows(2) {
            let to = move_caret(&text, &NativeSegmenter, pair[0], step, direction);
            assert_eq!(to, pair[1], "{step:?} {direction:?} from {:?} in {marked:?}", pair[0]);
        }
        let last = *stops.last().expect("stops");
        assert_eq!(move_caret(&text, &NativeSegmenter, last, step, direction), last, "the last stop of {marked:?}");
    }

    #[test]
    fn carets_go_from_stop_to_stop() {
        use Direction::{Backward, Forward};
        check(Step::Grapheme, Forward, "|a|e\u{301}|\n|👨\u{200D}👩\u{200D}👧|नि|");
        check(Step::Grapheme, Backward, "|a|e\u{301}|\n|👨\u{200D}👩\u{200D}👧|नि|");
        check(Step::Word, Forward, "|The| U.S.| army|, he| said| “yes|”.\n\n  Then| 👍🏽| left|.|");
        check(Step::Word, Backward, "|The |U.S. |army, |he |said “|yes”.\n\n  |Then |👍🏽 |left.");
        check(Step::Word, Forward, "|قال| المتحدث|، إن|");
        // By the standard a word can begin inside a grapheme; a caret cannot stand there.
        check(Step::Word, Forward, "|ൎ¡|");
        check(Step::Word, Backward, "|ൎ¡");
        check(Step::Sentence, Forward, "|Mr. Smith left.| Who knew?| Nobody.|\nA headline|\n\nLast.|");
        check(Step::Sentence, Backward, "|Mr. Smith left. |Who knew? |Nobody.\n|A headline\n\n|Last.");
        check(Step::Paragraph, Forward, "|one two|\n|\nthree|");
        check(Step::Paragraph, Backward, "|one two\n|\n|three");
        check(Step::Text, Forward, "|one\n\ntwo|");
        check(Step::Text, Backward, "|one\n\ntwo");
    }

    #[test]
    fn edges_move_by_words_and_characters_and_never_cross() {
        let check = |edge, step, direction, before: &str, after: Option<&str>| {
            let parse = |marked: &str| {
                let start = marked.find('[').expect("[");
                let end = marked.find(']').expect("]") - 1;
                (marked.replace(['[', ']'], ""), Span::from_bytes(start, end).expect("a span"))
            };
            let (string, span) = parse(before);
            let moved = move_edge(&Text::new(string), &NativeSegmenter, span, edge, step, direction);
            assert_eq!(moved, after.map(|after| parse(after).1), "{before} {edge:?} {step:?} {direction:?}");
        };
        use Direction::{Backward, Forward};
        use Edge::{End, Start};
        check(End, Step::Word, Forward, "the [big], old town", Some("the [big, old] town"));
        check(End, Step::Word, Backward, "the [big, old] town", Some("the [big], old town"));
        check(Start, Step::Word, Forward, "the [big, old] town", Some("the big, [old] town"));
        check(Start, Step::Word, Backward, "the [big] town", Some("[the big] town"));
        check(End, Step::Word, Backward, "the [big] town", None);
        check(Start, Step::Word, Forward, "the [big] town", None);
        check(Start, Step::Word, Backward, "[the] town", None);
        check(End, Step::Word, Backward, "the [big to]wn", Some("the [big] town"));
        check(Start, Step::Word, Forward, "t[he big] town", Some("the [big] town"));
        check(End, Step::Grapheme, Forward, "[a]e\u{301}b", Some("[ae\u{301}]b"));
        check(End, Step::Grapheme, Backward, "[a]b", None);
        check(Start, Step::Grapheme, Forward, "[ae\u{301}]b", Some("a[e\u{301}]b"));
        check(End, Step::Word, Forward, "[one]\n\ntwo", Some("[one\n\ntwo]"));
        check(End, Step::Sentence, Forward, "[One]. Two.", Some("[One.] Two."));
    }

    proptest! {
        #[test]
        fn every_walk_arrives_and_stops_between_graphemes(
            string in "(?s)([a-z .,\n]|\\PC|[👨👩🏽\u{200D}🇫🇷]|[नमसि्]){0,60}",
            step in prop_oneof![Just(Step::Grapheme), Just(Step::Word), Just(Step::Sentence), Just(Step::Paragraph)],
            forward: bool,
        ) {
            let text = Text::new(string.clone());
            let graphemes: Vec<usize> = string.grapheme_indices(true).map(|(i, _)| i).chain([string.len()]).collect();
            let (direction, mut at, goal) = if forward {
                (Direction::Forward, ByteOffset::ZERO, text.end())
            } else {
                (Direction::Backward, text.end(), ByteOffset::ZERO)
            };
            for _ in 0..=string.len() {
                prop_assert!(graphemes.contains(&at.get()), "{at:?}");
                let next = move_caret(&text, &NativeSegmenter, at, step, direction);
                prop_assert!(next == at || (next > at) == forward);
                if next == at {
                    break;
                }
                at = next;
            }
            prop_assert_eq!(at, goal);
        }
    }
}
