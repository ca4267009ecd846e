//! [`Search`]: where words, or what an expression describes, stand in a text, or in many.
//!
//! Words are compared without capitals and accents, unless exactly; an expression is run by an engine
//! whose time grows with the text and never with the cleverness of the expression. Invariant: hits are
//! in order, apart, never empty, and never split a character from the marks upon it. Too large for the
//! app's module: only the worker calls it.

use std::fmt;

use regex::{Regex, RegexBuilder};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::text::{ByteOffset, Span};

/// An expression may become so large, in bytes, before it is refused.
const LARGEST: usize = 4 << 20;

/// What is looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The words, or the expression.
    pub words: String,
    /// Whether capitals and accents count.
    pub exact: bool,
    /// Whether a hit must begin and end where a word does.
    pub whole: bool,
    /// Whether the words are a regular expression.
    pub expression: bool,
}

/// Why nothing can be looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SearchError {
    /// The expression cannot be read; what is wrong with it.
    Expression(String),
    /// The expression describes too much to be run.
    TooLarge,
}

impl fmt::Display for SearchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Expression(why) => write!(f, "This expression cannot be read: {why}."),
            Self::TooLarge => write!(f, "This expression describes too much. Make its repetitions smaller."),
        }
    }
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hits {
    /// Where, in order.
    pub spans: Vec<Span>,
    /// Whether there are more than were asked for.
    pub more: bool,
}

/// What looks for something: made once, and good for any number of texts.
#[derive(Clone, Debug)]
pub struct Search {
    how: How,
    whole: bool,
}

#[derive(Clone, Debug)]
enum How {
    /// Nothing is nowhere.
    Nothing,
    Exactly(String),
    /// Without capitals and accents: the words are so already.
    Folded(String),
    Expression(Regex),
}

impl Search {
    /// Gets ready to look for something.
    ///
    /// # Errors
    /// Where an expression cannot be read, or is too large.
    pub fn new(wanted: &Wanted) -> Result<Self, SearchError> {
        let how = if wanted.words.is_empty() {
            How::Nothing
        } else if wanted.expression {
            let expression = RegexBuilder::new(&wanted.words)
                .case_insensitive(!wanted.exact)
                .multi_line(true)
                .size_limit(LARGEST)
                .dfa_size_limit(LARGEST)
                .build();
            How::Expression(expression.map_err(|error| why(&error))?)
        } else if wanted.exact {
            How::Exactly(wanted.words.clone())
        } else {
            let words: String = wanted.words.nfd().flat_map(fold).collect();
            // Marks alone leave nothing to look for.
            if words.is_empty() { How::Nothing } else { How::Folded(words) }
        };
        Ok(Self { how, whole: wanted.whole })
    }

    /// Looks in a text; finds so many hits at most.
    #[must_use]
    pub fn find(&self, text: &str, most: usize) -> Hits {
        let mut hits = Hits::default();
        let mut take = |start: usize, end: usize| {
            let span = Span::new(ByteOffset::new(start), ByteOffset::new(end));
            let Some(span) = span.filter(|_| is_whole(text, start, end, self.whole)) else { return true };
            hits.more = hits.spans.len() == most;
            if !hits.more {
                hits.spans.push(span);
            }
            !hits.more
        };
        match &self.how {
            How::Nothing => {}
            How::Expression(expression) => {
                let _ = expression.find_iter(text).all(|hit| take(hit.start(), hit.end()));
            }
            How::Exactly(words) => {
                let _ = text.match_indices(words.as_str()).all(|(start, hit)| take(start, start + hit.len()));
            }
            How::Folded(words) => {
                let (folded, places) = Folded::of(text);
                let mut after = 0;
                let _ = folded.match_indices(words.as_str()).all(|(start, hit)| {
                    match places.span(start, start + hit.len()) {
                        // Half of a letter that stands for two may have been found twice.
                        Some((start, end)) if start >= after => {
                            after = end;
                            take(start, end)
                        }
                        _ => true,
                    }
                });
            }
        }
        hits
    }
}

/// Looks for something in one text; finds so many hits at most.
///
/// # Errors
/// Where an expression cannot be read, or is too large.
pub fn search(text: &str, wanted: &Wanted, most: usize) -> Result<Hits, SearchError> {
    Ok(Search::new(wanted)?.find(text, most))
}

/// What is wrong with an expression, in one line.
fn why(error: &regex::Error) -> SearchError {
    match error {
        regex::Error::CompiledTooBig(_) => SearchError::TooLarge,
        other => {
            // The engine draws a picture of the place, and says what it is in the last line.
            let words = other.to_string();
            let last = words.lines().last().unwrap_or_default();
            SearchError::Expression(last.trim().trim_start_matches("error: ").to_owned())
        }
    }
}

/// A letter without capitals and accents: none, one, or more where it stands for more.
fn fold(letter: char) -> impl Iterator<Item = char> {
    // Up and down again: a sharp s becomes two, a final sigma a plain one.
    let shown = Some(letter).filter(|letter| !is_combining_mark(*letter));
    shown.into_iter().flat_map(char::to_uppercase).flat_map(char::to_lowercase)
}

/// Where the letters of a folded text come from.
struct Folded {
    /// For each letter of the text that leaves something: where that begins, and where the letter does.
    letters: Vec<(usize, usize)>,
    /// How long the folded text is, and the text.
    end: (usize, usize),
}

impl Folded {
    fn of(text: &str) -> (String, Self) {
        let mut folded = String::with_capacity(text.len());
        let mut letters = Vec::with_capacity(text.len());
        for (at, letter) in text.char_indices() {
            let before = folded.len();
            if letter.is_ascii() {
                folded.push(letter.to_ascii_lowercase());
            } else {
                folded.extend(letter.nfd().flat_map(fold));
            }
            if folded.len() > before {
                letters.push((before, at));
            }
        }
        let end = (folded.len(), text.len());
        (folded, Self { letters, end })
    }

    /// From a place in the folded text to one in the text; `None` inside a letter.
    fn span(&self, start: usize, end: usize) -> Option<(usize, usize)> {
        let at = |folded: usize| match self.letters.binary_search_by_key(&folded, |(folded, _)| *folded) {
            Ok(at) => self.letters.get(at).map(|(_, at)| *at),
            Err(_) => (folded == self.end.0).then_some(self.end.1),
        };
        // Marks leave nothing: a hit goes on to the next letter, and so takes them along.
        Some((at(start)?, at(end)?))
    }
}

/// Whether a hit splits nothing, and is a word of its own where that is asked for.
fn is_whole(text: &str, start: usize, end: usize, whole: bool) -> bool {
    let (Some(before), Some(after)) = (text.get(..start), text.get(end..)) else { return false };
    let follows = after.chars().next();
    if follows.is_some_and(is_combining_mark) {
        return false;
    }
    if !whole {
        return true;
    }
    let inside = text.get(start..end).unwrap_or_default();
    let joins = |a: Option<char>, b: Option<char>| {
        let in_word = |letter: Option<char>| letter.is_some_and(|l| l.is_alphanumeric() || is_combining_mark(l));
        in_word(a) && in_word(b)
    };
    !joins(before.chars().next_back(), inside.chars().next()) && !joins(inside.chars().next_back(), follows)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// `words`, then options: `x` exactly, `w` whole words, `r` an expression.
    fn found(text: &str, words: &str, options: &str) -> Result<Vec<String>, SearchError> {
        let wanted = Wanted {
            words: words.to_owned(),
            exact: options.contains('x'),
            whole: options.contains('w'),
            expression: options.contains('r'),
        };
        let hits = search(text, &wanted, 1000)?;
        Ok(hits.spans.iter().map(|span| text[span.start().get()..span.end().get()].to_owned()).collect())
    }

    #[test]
    fn what_is_found() {
        let check = |text: &str, words: &str, options: &str, expected: &[&str]| {
            let found = found(text, words, options);
            let found = found.as_ref().map(|hits| hits.iter().map(String::as_str).collect::<Vec<_>>());
            assert_eq!(found.as_deref(), Ok(expected), "{text:?} {words:?} {options}");
        };
        check("The mayor. The Mayor’s.", "mayor", "", &["mayor", "Mayor"]);
        check("The mayor. The Mayor’s.", "mayor", "x", &["mayor"]);
        check("Café, cafe, CAFE\u{301}!", "cafe", "", &["Café", "cafe", "CAFE\u{301}"]);
        check("Café, cafe, CAFE\u{301}!", "café", "", &["Café", "cafe", "CAFE\u{301}"]);
        check("Café, cafe, cafe\u{301}!", "cafe", "x", &["cafe"]);
        check("Straße, STRASSE", "strasse", "", &["Straße", "STRASSE"]);
        check("Straße", "s", "", &["S"]);
        check("ΟΔΥΣΣΕΥΣ, οδυσσευς", "οδυσσεύς", "", &["ΟΔΥΣΣΕΥΣ", "οδυσσευς"]);
        check("قَالَ الرئيس", "قال", "", &["قَالَ"]);
        check("a cat, catch, Cat", "cat", "w", &["cat", "Cat"]);
        check("in Kiew, in Kiewer", "kiew", "w", &["Kiew"]);
        check("9,000 homes and 4,000 homes", r"\d,\d+ homes", "r", &["9,000 homes", "4,000 homes"]);
        check("one\ntwo\nthree", "^t.*$", "r", &["two", "three"]);
        check("Aa", "a", "r", &["A", "a"]);
        check("Aa", "a", "rx", &["a"]);
        check("aaa", "aa", "", &["aa"]);
        check("abc", "", "", &[]);
        check("abc", "x*", "r", &[]);
        check("🚨🚨", "🚨", "", &["🚨", "🚨"]);
        check("e\u{301}", "\u{301}", "", &[]);
        check("a.b", "a.b", "", &["a.b"]);
        check("axb", "a.b", "", &[]);
    }

    #[test]
    fn bad_expressions_are_said_in_words() {
        let check = |words: &str, expected: &str| {
            let error = found("text", words, "r").err().map(|error| error.to_string());
            assert_eq!(error.as_deref(), Some(expected), "{words}");
        };
        check("(a", "This expression cannot be read: unclosed group.");
        check("[z-a]", "This expression cannot be read: invalid character class range, the start must be <= the end.");
        check("*", "This expression cannot be read: repetition operator missing expression.");
        check(r"(\w{500}){500}", "This expression describes too much. Make its repetitions smaller.");
    }

    #[test]
    fn so_many_at_most() {
        let wanted = Wanted { words: "a".to_owned(), ..Wanted::default() };
        let check = |text: &str, count: usize, more: bool| {
            let hits = search(text, &wanted, 3).map(|hits| (hits.spans.len(), hits.more));
            assert_eq!(hits, Ok((count, more)), "{text}");
        };
        check("aa", 2, false);
        check("aaa", 3, false);
        check("aaaa", 3, true);
    }

    proptest! {
        #[test]
        fn hits_are_in_order_and_apart_and_say_what_was_asked(
            text in "[aAbßſéeE\u{301}σςΣ .🚨عَ\n]{0,60}",
            words in "[aAbßeEé\u{301}σ .🚨ع]{1,3}",
            exact: bool,
            whole: bool,
        ) {
            let wanted = Wanted { words: words.clone(), exact, whole, expression: false };
            let hits = search(&text, &wanted, usize::MAX).expect("words are no expression");
            let mut last = 0;
            let folded = |text: &str| text.nfd().flat_map(fold).collect::<String>();
            for span in &hits.spans {
                let (start, end) = (span.start().get(), span.end().get());
                prop_assert!(start >= last && end > start);
                last = end;
                let hit = &text[start..end];
                if exact {
                    prop_assert_eq!(hit, words.as_str());
                } else {
                    prop_assert_eq!(folded(hit), folded(&words));
                }
                prop_assert!(!text[end..].starts_with(is_combining_mark));
            }
        }

        #[test]
        fn no_expression_breaks_it(text in ".{0,40}", words in "[a-c()*+?{}\\[\\]|^$\\\\.0-9é]{0,12}", whole: bool) {
            let wanted = Wanted { words, whole, expression: true, ..Wanted::default() };
            if let Ok(hits) = search(&text, &wanted, 100) {
                prop_assert!(hits.spans.iter().all(|span| text.get(span.start().get()..span.end().get()).is_some()));
            }
        }
    }
}
