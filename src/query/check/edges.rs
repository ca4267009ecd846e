//! Where annotations begin and end: blanks, lone quotation marks and brackets, one word more or less.

use std::cmp::Ordering;
use std::rc::Rc;

use super::same::spans;
use super::{Change, Checker, Finding, Repair, Rule, plain};
use crate::model::{Annotation, Fragments, sort_by};
use crate::text::snap::without_blanks;
use crate::text::{ByteOffset, Mark, Span, Text, is_blank, is_clause_end, is_extending, marks};

/// How many lone marks of one annotation are put right at once.
const MOST_STEPS: usize = 8;
/// The longest word by which two annotations may differ, in characters.
const LONGEST_WORD: usize = 40;
/// The same in scripts that write no blanks between words.
const LONGEST_UNSPACED: usize = 4;

impl Checker<'_> {
    pub(super) fn blank_edges(&self, found: &mut Vec<Finding>) {
        let text = self.document.text();
        for annotation in self.all {
            let spans = annotation.fragments.spans();
            if spans.iter().all(|span| without_blanks(text, *span) == Some(*span)) {
                continue;
            }
            let trimmed = Fragments::merged(spans.iter().filter_map(|span| without_blanks(text, *span)));
            let what = match (&trimmed, spans.len()) {
                (None, _) => "There is nothing but blanks in it",
                (_, 1) => "It begins or ends in a blank",
                _ => "A piece of it begins or ends in a blank",
            };
            let repair = trimmed.and_then(|trimmed| self.reshape(annotation, trimmed, "Leave the blank out"));
            found.push(Finding { repair, ..plain(Rule::BlankEdge, annotation, what.to_owned()) });
        }
    }

    pub(super) fn unpaired(&self, found: &mut Vec<Finding>) {
        let text = self.document.text();
        let marks = marks(text);
        for annotation in self.all {
            let Some(lone) = lone_marks(text, &marks, annotation.fragments.spans()).next() else { continue };
            let keeps = self.document.schema.label(&annotation.label).is_some_and(|label| label.keeps_quotes);
            let mended = mend(text, &marks, &annotation.fragments, keeps);
            let repair = mended.and_then(|(fragments, took_in)| {
                let words = if took_in { "Take the other half in" } else { "Leave the mark out" };
                self.reshape(annotation, fragments, words)
            });
            let kind = if is_bracket(lone.character) { "bracket" } else { "quotation mark" };
            let what = format!("The {kind} {} is alone in it", lone.character);
            found.push(Finding { repair, ..plain(Rule::Unpaired, annotation, what) });
        }
    }

    pub(super) fn edge_words(&self, found: &mut Vec<Finding>) {
        self.differing_at(true, found);
        self.differing_at(false, found);
    }

    /// Those that are alike but for their last ends, or but for their first starts, stand together when
    /// sorted; the next longer one is the next.
    fn differing_at(&self, end: bool, found: &mut Vec<Finding>) {
        let text = self.document.text();
        let mut sorted: Vec<&Rc<Annotation>> = self.all.iter().collect();
        let moving = |annotation: &Annotation| {
            let envelope = annotation.fragments.envelope();
            if end { envelope.end() } else { envelope.start() }
        };
        let alike = |a: &Annotation, b: &Annotation| {
            a.label.cmp(&b.label).then_with(|| fixed(spans(a), end).cmp(fixed(spans(b), end)))
        };
        sort_by(&mut sorted, |a, b| alike(a, b).then_with(|| moving(a).cmp(&moving(b))));
        for pair in sorted.windows(2) {
            let [low, high] = pair else { continue };
            let (from, to) = (moving(low), moving(high));
            if from == to || alike(low, high) != Ordering::Equal || !is_one_word(text.between(from, to)) {
                continue;
            }
            let (short, long) = if end { (low, high) } else { (high, low) };
            let edge = if end { "end" } else { "start" };
            let more = text.between(from, to).trim_matches(is_blank);
            let change = Change::Merge { keep: long.id.clone(), drop: vec![short.id.clone()] };
            found.push(Finding {
                at: vec![short.id.clone(), long.id.clone()],
                repair: Some(Repair { words: "Keep the longer one".to_owned(), change }),
                ..plain(Rule::EdgeWord, short, format!("Another {} has “{more}” more at its {edge}", short.label))
            });
        }
    }
}

/// All places of an annotation but its last end or its first start.
fn fixed(spans: &[Span], end: bool) -> impl Iterator<Item = ByteOffset> {
    let moving = if end { spans.len() * 2 - 1 } else { 0 };
    let all = spans.iter().flat_map(|span| [span.start(), span.end()]).enumerate();
    all.filter(move |(at, _)| *at != moving).map(|(_, place)| place)
}

/// Whether there is one word or less in a piece of text, but more than blanks.
fn is_one_word(piece: &str) -> bool {
    if piece.len() > LONGEST_WORD * 8 {
        return false;
    }
    let word = piece.trim_matches(|c: char| !c.is_alphanumeric());
    let unspaced = |c: char| {
        matches!(c, '\u{0E00}'..='\u{0EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}'
            | '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
    };
    let most = if word.chars().any(unspaced) { LONGEST_UNSPACED } else { LONGEST_WORD };
    let parts = |c: char| is_blank(c) || (is_clause_end(c) && !c.is_ascii()) || matches!(c, '—' | '–' | '…');
    !piece.chars().all(is_blank) && word.chars().count() <= most && !word.contains(parts)
}

fn is_bracket(character: char) -> bool {
    "()[]{}（）［］｛｝【】〔〕〖〗⟨⟩﴾﴿".contains(character)
}

/// The marks in some spans whose other half is not in them.
fn lone_marks<'a>(text: &'a Text, marks: &'a [Mark], spans: &'a [Span]) -> impl Iterator<Item = &'a Mark> {
    let is_inside = |at: ByteOffset| {
        let before = spans.partition_point(|span| span.end() <= at);
        spans.get(before).is_some_and(|span| span.contains(at))
    };
    let inside = spans.iter().flat_map(|span| {
        let first = marks.partition_point(|mark| mark.at < span.start());
        marks.get(first..).unwrap_or_default().iter().take_while(|mark| mark.at < span.end())
    });
    inside.filter(move |mark| match mark.partner {
        Some(partner) => !is_inside(partner),
        None => !needs_no_partner(text, mark),
    })
}

/// Whether a mark that has no other half in all of the text is fine without: an apostrophe, inches, the
/// number of an item, a face made of punctuation.
fn needs_no_partner(text: &Text, mark: &Mark) -> bool {
    let after_it = ByteOffset::new(mark.at.get() + mark.character.len_utf8());
    let line = text.block(text.block_at(mark.at));
    let mut before = text.between(line.start, mark.at).chars().rev();
    let after = text.between(after_it, line.end).chars().next();
    let last = before.next();
    match mark.character {
        '\'' | '’' | '‘' | '‚' | '‹' | '›' => true,
        '(' | ')' if last.is_some_and(|c| matches!(c, ':' | ';' | '-' | '=')) => true,
        '"' | '”' | '“' if last.is_some_and(|c| c.is_ascii_digit()) => true,
        '"' => last.is_some_and(char::is_alphanumeric) && after.is_some_and(char::is_alphanumeric),
        ')' => {
            let mut number = last.into_iter().chain(before).take_while(|c| !is_blank(*c));
            last.is_some() && number.by_ref().take(3).all(char::is_alphanumeric) && number.next().is_none()
        }
        _ => false,
    }
}

/// The fragments without lone marks, and whether another half was taken in; `None` where it is not plain what
/// to do.
fn mend(text: &Text, marks: &[Mark], fragments: &Fragments, keeps_quotes: bool) -> Option<(Fragments, bool)> {
    let mut mended = fragments.clone();
    let mut took_in = false;
    for _ in 0..MOST_STEPS {
        let lone: Vec<&Mark> = lone_marks(text, marks, mended.spans()).collect();
        if lone.is_empty() {
            return (mended != *fragments).then_some((mended, took_in));
        }
        let step = lone.iter().find_map(|mark| {
            let taken = mark.partner.and_then(|partner| with_partner(text, &mended, partner));
            let prefers_in = keeps_quotes && !is_bracket(mark.character);
            match (taken, dropped(text, &mended, mark)) {
                (Some(taken), None) => Some((taken, true)),
                (Some(taken), Some(_)) if prefers_in => Some((taken, true)),
                (_, Some(dropped)) => Some((dropped, false)),
                (None, None) => None,
            }
        });
        let (next, took) = step?;
        took_in |= took;
        mended = next;
    }
    None
}

/// The fragments without a mark that stands at one of their edges.
fn dropped(text: &Text, fragments: &Fragments, mark: &Mark) -> Option<Fragments> {
    let (start, end) = (mark.at, ByteOffset::new(mark.at.get() + mark.character.len_utf8()));
    let index = fragments.index_at(mark.at)?;
    let span = *fragments.spans().get(index)?;
    let left = if span.start() == start {
        // What stands on the mark would lose its ground.
        if text.between(end, text.end()).chars().next().is_some_and(is_extending) {
            return None;
        }
        Span::new(end, span.end())
    } else if span.end() == end {
        Span::new(span.start(), start)
    } else {
        return None;
    };
    let left = left.and_then(|left| without_blanks(text, left));
    let others = fragments.spans().iter().enumerate().filter(|(at, _)| *at != index).map(|(_, span)| *span);
    Fragments::merged(others.chain(left))
}

/// The fragments with the other half of a mark, where it stands right beside one of them: blanks, and one
/// comma, full stop or the like at most, between, and no line break.
fn with_partner(text: &Text, fragments: &Fragments, partner: ByteOffset) -> Option<Fragments> {
    let character = text.between(partner, text.end()).chars().next()?;
    let end = ByteOffset::new(partner.get() + character.len_utf8());
    let beside = |between: &str| {
        let mut characters = between.trim_matches(|c| c != '\n' && is_blank(c)).chars();
        characters.next().is_none_or(|c| is_clause_end(c) && characters.next().is_none())
    };
    let taken = fragments.spans().iter().find_map(|span| {
        if partner >= span.end() && beside(text.between(span.end(), partner)) {
            Span::new(span.end(), end)
        } else if end <= span.start() && beside(text.between(end, span.start())) {
            Span::new(partner, span.start())
        } else {
            None
        }
    });
    taken.map(|taken| fragments.with(taken))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `⟦` and `⟧` stand around what is marked; the second text is what mending gives, the same one where there
    /// is nothing to mend.
    fn check(marked: &str, keeps: bool, expected: Option<&str>) {
        let (string, fragments) = read(marked);
        let text = Text::new(string);
        let all = marks(&text);
        let lone = lone_marks(&text, &all, fragments.spans()).next().is_some();
        let mended = mend(&text, &all, &fragments, keeps).map(|(fragments, _)| fragments);
        let expected = expected.map(|marked| read(marked).1);
        assert_eq!(mended, expected.clone().filter(|expected| *expected != fragments), "{marked}");
        assert_eq!(lone, expected != Some(fragments), "{marked}: whether there is anything to find");
    }

    fn read(marked: &str) -> (String, Fragments) {
        let (mut string, mut start, mut spans) = (String::new(), 0, Vec::new());
        for character in marked.chars() {
            match character {
                '⟦' => start = string.len(),
                '⟧' => spans.extend(Span::from_bytes(start, string.len())),
                other => string.push(other),
            }
        }
        (string, Fragments::merged(spans).expect("something is marked"))
    }

    #[test]
    fn lone_marks_go_or_get_their_other_half() {
        let fine = |marked| check(marked, false, Some(marked));
        fine("he said ⟦“yes”⟧");
        fine("the ⟦workers’ rights⟧ and the ⟦'90s⟧");
        fine("⟦they don't, she doesn’t⟧");
        fine("a ⟦5\" pipe⟧");
        fine("⟦a) the road⟧");
        fine("⟦“The road⟧, she said, ⟦is closed”⟧");
        fine("דובר ⟦צה\"ל⟧ אמר");
        check("he said ⟦“yes⟧” twice", false, Some("he said “⟦yes⟧” twice"));
        check("he said ⟦“yes⟧” twice", true, Some("he said ⟦“yes”⟧ twice"));
        check("he said ⟦“yes⟧.” Then", true, Some("he said ⟦“yes.”⟧ Then"));
        check("he said “⟦yes”⟧ twice", false, Some("he said “⟦yes⟧” twice"));
        check("the ⟦United Nations (UN⟧) said", false, Some("the ⟦United Nations (UN)⟧ said"));
        check("the ⟦(UN⟧) said", true, Some("the (⟦UN⟧) said"));
        check("it was ⟦« oui⟧ », dit-il", false, Some("it was « ⟦oui⟧ », dit-il"));
        check("it was ⟦« oui⟧ », dit-il", true, Some("it was ⟦« oui »⟧, dit-il"));
        check("the ⟦“old town⟧ hall” burned", true, Some("the “⟦old town⟧ hall” burned"));
        check("in ⟦the “old town⟧ hall” burned", true, None);
        check("⟦said “never closed⟧", false, None);
        check("⟦“never closed⟧", false, Some("“⟦never closed⟧"));
        check("⟦“⟧ yes ”", false, None);
    }

    #[test]
    fn one_word_more_or_less() {
        for piece in [" week", "the ", ", ", "”", " U.S.", " don't", "昨日", " (UN)", "،", " 40%"] {
            assert!(is_one_word(piece), "{piece:?}");
        }
        for piece in ["", " ", "\u{A0}", " last week", " and—so", "一二三四五", "one\ntwo", "あ。い"] {
            assert!(!is_one_word(piece), "{piece:?}");
        }
    }
}
