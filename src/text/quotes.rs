//! [`partner`]: the other half of a quotation mark or bracket; [`marks`]: all of a text, with theirs.
//!
//! Many marks are ambiguous: `"` opens and closes, `“` opens in English and closes in German, `’`
//! is mostly an apostrophe. One pass over the lines around the mark pairs them up, going by what is
//! open and by whether a mark leans on the word after it or before it.
//!
//! Limits: looks 16 KiB to either side; in a longer line straight quotation marks may pair wrongly.
//! A quotation may run over several lines, each beginning with its mark again; brackets and
//! straight marks do not reach beyond their line.
//!
//! Invariant: a partner's partner is the mark itself, but for the repeated marks of a quotation
//! over several lines.

use super::punctuation::{closes, is_blank, is_clause_end, is_quote_or_bracket, may_open};
use super::{ByteOffset, Text};

/// How many bytes to either side are looked at.
const REACH: usize = 16 * 1024;
/// How deep quotations and brackets may nest; marks beyond have no partner.
const DEEPEST: usize = 32;

/// A mark that waits for its partner, and the places at which it was repeated.
struct Open {
    mark: char,
    places: Vec<usize>,
}

/// Where the partner of the mark at an offset stands; `None` where there is no mark, or none is
/// found near.
pub(super) fn partner(text: &Text, at: ByteOffset) -> Option<ByteOffset> {
    let whole = text.as_str();
    let target = at.get();
    let first_mark = whole.get(target..)?.chars().next()?;
    if !is_quote_or_bracket(first_mark) {
        return None;
    }
    let own_line = text.block(text.block_at(at)).start.get();
    let far = text.floor(ByteOffset::new(target.saturating_sub(REACH))).get();
    // Begin with a whole line where one is in reach: what is open there is known to be nothing.
    let start =
        if own_line <= far { far } else { whole.get(far..own_line)?.find('\n').map_or(own_line, |i| far + i + 1) };
    let start = if far == 0 { 0 } else { start };
    let stop = text.floor(ByteOffset::new(target + REACH)).get();

    let mut open: Vec<Open> = Vec::new();
    let mut before: Option<char> = None;
    let mut rest = whole.get(start..stop)?.char_indices().peekable();
    while let Some((offset, mark)) = rest.next() {
        let place = start + offset;
        let after = rest.peek().map(|(_, c)| *c);
        let waiting = open.len();
        if mark == '\n' {
            open.retain(|waiting| runs_on(waiting.mark));
        } else if is_quote_or_bracket(mark) {
            let fresh_line = before.is_none_or(|c| c == '\n');
            if let Some(found) = step(&mut open, mark, place, fresh_line, before, after) {
                if place == target {
                    return found.first().map(|first| ByteOffset::new(*first));
                }
                if found.contains(&target) {
                    return Some(ByteOffset::new(place));
                }
            }
        }
        // Once the mark is read, it must be among the waiting, or it never finds its partner.
        let may_be_gone = place == target || (place > target && open.len() < waiting);
        if may_be_gone && !open.iter().any(|waiting| waiting.places.contains(&target)) {
            return None;
        }
        before = Some(mark);
    }
    None
}

/// A quotation mark or bracket in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Where it stands.
    pub at: ByteOffset,
    /// Which one it is.
    pub character: char,
    /// Where its other half stands; none where it has none, as an apostrophe.
    pub partner: Option<ByteOffset>,
}

/// All quotation marks and brackets of a text, in order: one pass, for who asks about many.
#[must_use]
pub fn marks(text: &Text) -> Vec<Mark> {
    let mut found: Vec<Mark> = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    let mut before: Option<char> = None;
    let mut rest = text.as_str().char_indices().peekable();
    while let Some((place, mark)) = rest.next() {
        let after = rest.peek().map(|(_, c)| *c);
        if mark == '\n' {
            let near = |waiting: &Open| waiting.places.last().is_some_and(|last| place - last <= REACH);
            open.retain(|waiting| runs_on(waiting.mark) && near(waiting));
        } else if is_quote_or_bracket(mark) {
            let at = ByteOffset::new(place);
            let fresh_line = before.is_none_or(|c| c == '\n');
            let closed = step(&mut open, mark, place, fresh_line, before, after).unwrap_or_default();
            for opener in &closed {
                let known = found.binary_search_by(|mark| mark.at.get().cmp(opener));
                if let Some(opener) = known.ok().and_then(|i| found.get_mut(i)) {
                    opener.partner = Some(at);
                }
            }
            found.push(Mark { at, character: mark, partner: closed.first().map(|first| ByteOffset::new(*first)) });
        }
        before = Some(mark);
    }
    found
}

/// Only quotations with marks of their own kind run on over a line break.
fn runs_on(mark: char) -> bool {
    matches!(mark, '“' | '„' | '«' | '「' | '『')
}

/// Takes one mark in; the places of the marks that it closes, where it closes any.
fn step(
    open: &mut Vec<Open>,
    mark: char,
    place: usize,
    fresh_line: bool,
    before: Option<char>,
    after: Option<char>,
) -> Option<Vec<usize>> {
    let leans_on = |side: Option<char>| side.is_some_and(|c| !is_blank(c) && !matches!(c, '—' | '–' | '-'));
    let edge = |side: Option<char>| side.is_none_or(|c| is_blank(c) || is_quote_or_bracket(c));
    if matches!(mark, '\'' | '’' | '"')
        && before.is_some_and(char::is_alphanumeric)
        && after.is_some_and(char::is_alphanumeric)
    {
        return None;
    }
    if fresh_line && let Some(same) = open.iter_mut().find(|waiting| waiting.mark == mark) {
        same.places.push(place);
        return None;
    }
    let wanted = closes(mark);
    let match_at = open.iter().rposition(|waiting| wanted.contains(&waiting.mark));
    let opener_like = edge(before) && leans_on(after) && !after.is_some_and(is_clause_end);
    let closer_like = leans_on(before);
    let close = match_at.is_some() && (!may_open(mark) || closer_like || !opener_like);
    if let (true, Some(i)) = (close, match_at) {
        // Whatever opened since has no partner.
        return open.drain(i..).next().map(|waiting| waiting.places);
    }
    let turned = matches!(mark, '"' | '\'' | '”' | '’' | '»' | '›');
    if may_open(mark) && (!turned || opener_like) && open.len() < DEEPEST {
        open.push(Open { mark, places: vec![place] });
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first `^`-marked mark and its partner, which a second `^` precedes; no second: none.
    fn check(marked: &str) {
        let mut string = String::new();
        let mut places = Vec::new();
        for character in marked.chars() {
            match character {
                '^' => places.push(string.len()),
                other => string.push(other),
            }
        }
        let text = Text::new(string);
        let at = |i: usize| places.get(i).map(|place| ByteOffset::new(*place));
        let first = at(0).expect("a mark");
        assert_eq!(partner(&text, first), at(1), "{marked}");
        if let Some(second) = at(1) {
            assert_eq!(partner(&text, second), Some(first), "{marked}, from the second");
        }
    }

    #[test]
    fn partners() {
        check("He said ^“yes^” and left");
        check("He said “a” and ^“b^”");
        check("^“He said ‘no’ twice^”");
        check("“He said ^‘no^’ twice”");
        check("‘He said ^“no^” twice’");
        check("er sagte ^„ja^“ und ging");
        check("er sagte „ja“ und ^„nein^“");
        check("on a dit ^« oui ^» et");
        check("man siger ^»ja^« og");
        check("hon sade ^”ja^” och");
        check("he said ^\"yes^\" and \"no\"");
        check("he said \"yes\" and ^\"no^\"");
        check("he said ^'don't^' twice");
        check("(see ^(the note^) below)");
        check("^(see (the note) below^)");
        check("他说^「好的^」。");
        check("קרא ^\"צה\"ל חזר^\" אמר");
        check("قال ^«نعم^» ثم");
        check("Il a dit : ^« oui ^».");
        check("a list: a^) this");
        check("the workers^’ rights");
        check("a 5^\" pipe");
        check("^“opened and never closed");
        check("plain ^word");
        check("^“One paragraph.\n“And the last.^”");
        check("(unclosed\n^(closed^)");
        check("they^’re ‘it’");
    }

    #[test]
    fn repeated_marks_share_their_partner() {
        let text = Text::new("“One.\n“Two.\n“Three.”");
        let close = text.as_str().rfind('”').map(ByteOffset::new);
        for (at, _) in text.as_str().match_indices('“') {
            assert_eq!(partner(&text, ByteOffset::new(at)), close);
        }
    }

    proptest::proptest! {
        #[test]
        fn one_pass_finds_what_looking_up_each_finds(string in "(?s)[a5 .,\\n“”„«»‘’'\"()\\[\\]–]{0,60}") {
            let text = Text::new(string);
            for mark in marks(&text) {
                proptest::prop_assert_eq!(mark.partner, partner(&text, mark.at), "{:?}", mark);
            }
        }
    }

    #[test]
    fn a_megabyte_of_marks_takes_moments() {
        for piece in ["“", "\"", "(", "' ", "“\n"] {
            let text = Text::new(piece.repeat(1_000_000 / piece.len()));
            let middle = text.floor(ByteOffset::new(500_000));
            let started = std::time::Instant::now();
            let _ = partner(&text, middle);
            assert!(started.elapsed().as_millis() < 3000, "{piece:?}: {:?}", started.elapsed());
            let started = std::time::Instant::now();
            let _ = marks(&text);
            assert!(started.elapsed().as_millis() < 15_000, "all of {piece:?}: {:?}", started.elapsed());
        }
    }
}
