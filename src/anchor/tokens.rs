//! [`Tokens`]: a text as words, marks and line breaks, with the sentences that they make up.
//!
//! A token is a word, one letter of a script that puts no blanks between words, one mark, or all line breaks in a row.
//! Blanks are none, so that a second one changes no word. A token never begins or ends inside a character or a cluster
//! that [`is_extending`] knows; equal ids mean equal words.
//!
//! Limits: sentences end at full stops, question marks and line breaks by a coarse rule; they only measure how much
//! around an annotation stayed.

use std::collections::HashMap;
use std::ops::Range;

use crate::text::{Text, is_blank, is_extending};

/// A joiner: what comes after it belongs to what stands before.
const JOINER: char = '\u{200D}';
/// Words with fewer letters and a capital, or with a single letter, are taken for abbreviations when a stop comes
/// after them.
const SHORTEST_BEFORE_STOP: usize = 3;

/// One token: its place in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A word, or a letter that is a token by itself.
    Word,
    /// A letter of a script without blanks between words.
    Letter,
    /// Any other sign that is no blank.
    Mark,
    /// Half of a flag, or a whole one.
    Flag,
    /// Line breaks in a row, with the blanks between them.
    Break,
}

/// A text as tokens.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    tokens: Vec<Token>,
    /// What each token is, the same number for the same words in both texts.
    ids: Vec<u32>,
    /// How many words stand before each token, and in all.
    words: Vec<u32>,
    /// For each token the number of its sentence.
    sentence_of: Vec<u32>,
    /// The first token of each sentence, and the number of all tokens.
    sentence_starts: Vec<u32>,
}

/// Gives the same number to the same words, whichever text they stand in.
#[derive(Default)]
pub(super) struct Ids<'a>(HashMap<&'a str, u32>);

impl Ids<'_> {
    /// How many different tokens there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

impl Tokens {
    /// Cuts a text.
    pub(super) fn new<'a>(text: &'a Text, ids: &mut Ids<'a>) -> Self {
        let string = text.as_str();
        let tokens = cut(string);
        let mut all = Self { words: vec![0], ..Self::default() };
        let (mut words, mut open, mut abbreviated) = (0, true, false);
        let mut stop = Stop::None;
        let mut before: Option<Token> = None;
        for (i, token) in tokens.iter().enumerate() {
            let own = string.get(token.start..token.end).unwrap_or("");
            let own = if token.kind == Kind::Break { "\n" } else { own };
            let next = u32::try_from(ids.0.len()).unwrap_or(u32::MAX);
            all.ids.push(*ids.0.entry(own).or_insert(next));
            let apart = before.is_none_or(|before| before.end < token.start);
            let is_break = token.kind == Kind::Break;
            let begins = match stop {
                Stop::None => false,
                Stop::Strong => token.is_word(),
                Stop::Weak => apart,
            };
            if open || is_break || begins {
                all.sentence_starts.push(u32::try_from(i).unwrap_or(u32::MAX));
                stop = Stop::None;
            }
            open = is_break;
            all.sentence_of.push(u32::try_from(all.sentence_starts.len()).unwrap_or(u32::MAX) - 1);
            if token.is_word() {
                words += 1;
                let letters = own.chars().count();
                abbreviated = token.kind == Kind::Word
                    && (letters == 1 || letters < SHORTEST_BEFORE_STOP && own.starts_with(char::is_uppercase))
                    && own.starts_with(char::is_alphabetic);
                stop = Stop::None;
            } else if let Some(first) = own.chars().next() {
                stop = match first {
                    '。' | '．' | '｡' | '？' | '！' => Stop::Strong,
                    '.' if abbreviated => Stop::None,
                    '.' | '!' | '?' | '…' | '؟' | '۔' | '।' | '॥' | '။' | '።' | '։' | '។' => Stop::Weak,
                    _ => stop,
                };
            }
            all.words.push(words);
            before = Some(*token);
        }
        all.sentence_starts.push(u32::try_from(tokens.len()).unwrap_or(u32::MAX));
        all.tokens = tokens;
        all
    }

    /// How many tokens there are.
    pub(super) fn len(&self) -> usize {
        self.tokens.len()
    }

    /// What each token is.
    pub(super) fn ids(&self) -> &[u32] {
        &self.ids
    }

    /// What the token of that number is; none beyond the last.
    pub(super) fn id(&self, index: usize) -> Option<u32> {
        self.ids.get(index).copied()
    }

    /// The token of that number.
    pub(super) fn get(&self, index: usize) -> Option<Token> {
        self.tokens.get(index).copied()
    }

    /// Where tokens begin and end, in bytes; none for no token.
    pub(super) fn bytes(&self, range: &Range<usize>) -> Option<Range<usize>> {
        if range.is_empty() {
            return None;
        }
        Some(self.get(range.start)?.start..self.get(range.end - 1)?.end)
    }

    /// The tokens that share a byte with a piece of the text; may be none.
    pub(super) fn over(&self, bytes: &Range<usize>) -> Range<usize> {
        let first = self.tokens.partition_point(|token| token.end <= bytes.start);
        let end = self.tokens.partition_point(|token| token.start < bytes.end);
        first..end.max(first)
    }

    /// How many words are among these tokens.
    pub(super) fn words(&self, range: &Range<usize>) -> usize {
        let at = |i: usize| self.words.get(i.min(self.len())).copied().unwrap_or(0) as usize;
        at(range.end).saturating_sub(at(range.start))
    }

    /// Whether a line break is among these tokens.
    pub(super) fn breaks(&self, range: &Range<usize>) -> bool {
        let tokens = self.tokens.get(range.start..range.end.min(self.len())).unwrap_or(&[]);
        tokens.iter().any(|token| token.kind == Kind::Break)
    }

    /// All tokens of the sentences that these tokens stand in.
    pub(super) fn sentences(&self, range: &Range<usize>) -> Range<usize> {
        let start_of = |sentence: u32| self.sentence_starts.get(sentence as usize).map_or(0, |start| *start as usize);
        let first = self.sentence_of.get(range.start).copied().unwrap_or(0);
        let last = range.end.checked_sub(1).and_then(|i| self.sentence_of.get(i)).copied().unwrap_or(first);
        start_of(first)..start_of(last.saturating_add(1)).max(range.end)
    }
}

impl Token {
    /// Whether it counts as a word.
    pub(super) fn is_word(self) -> bool {
        matches!(self.kind, Kind::Word | Kind::Letter)
    }
}

/// Whether a sentence may have ended.
#[derive(Clone, Copy)]
enum Stop {
    None,
    /// It has, if blanks come next.
    Weak,
    /// It has, whatever comes next.
    Strong,
}

/// The tokens of a string, in order and apart.
fn cut(string: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::with_capacity(string.len() / 5);
    let mut before = None;
    // Whether the next character touches the last token.
    let mut touching = false;
    for (start, character) in string.char_indices() {
        let end = start + character.len_utf8();
        let last = tokens.last_mut().filter(|_| touching);
        if is_extending(character) || before == Some(JOINER) {
            match last {
                Some(last) => last.end = end,
                // On a blank it belongs to the blank.
                None if is_extending(character) || is_blank(character) => {}
                None => {
                    tokens.push(Token { start, end, kind: kind_of(character) });
                    touching = true;
                }
            }
        } else if character == '\n' {
            match tokens.last_mut() {
                Some(last) if last.kind == Kind::Break => last.end = end,
                _ => tokens.push(Token { start, end, kind: Kind::Break }),
            }
            touching = false;
        } else if is_blank(character) {
            touching = false;
        } else {
            let kind = kind_of(character);
            match last {
                Some(last) if last.kind == Kind::Word && kind == Kind::Word => last.end = end,
                // Two halves make a flag; a third one begins the next.
                Some(last) if last.kind == Kind::Flag && kind == Kind::Flag && last.end - last.start == 4 => {
                    last.end = end;
                }
                _ => tokens.push(Token { start, end, kind }),
            }
            touching = true;
        }
        before = Some(character);
    }
    tokens
}

fn kind_of(character: char) -> Kind {
    match u32::from(character) {
        0x1F1E6..=0x1F1FF => Kind::Flag,
        _ if !character.is_alphanumeric() => Kind::Mark,
        // Thai, Lao, Burmese, Khmer, Chinese and Japanese.
        0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF | 0x2E80..=0x9FFF | 0xF900..=0xFAFF | 0x20000..=0x3FFFF => {
            Kind::Letter
        }
        _ => Kind::Word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use unicode_segmentation::UnicodeSegmentation;

    /// Tokens parted by `|`, sentences by `‖`.
    fn check(string: &str, expected: &str) {
        let text = Text::new(string);
        let tokens = Tokens::new(&text, &mut Ids::default());
        let mut shown = String::new();
        for i in 0..tokens.len() {
            if i > 0 {
                shown.push(if tokens.sentence_of[i] == tokens.sentence_of[i - 1] { '|' } else { '‖' });
            }
            let token = tokens.get(i).expect("a token");
            shown.push_str(&string[token.start..token.end].replace('\n', "¶"));
        }
        assert_eq!(shown, expected, "{string}");
    }

    #[test]
    fn words_marks_and_sentences() {
        check("He said so. She left.", "He|said|so|.‖She|left|.");
        check("“No.” He left!", "“|No|.|”|He|left|!");
        check("around it. He has 45. She", "around|it|.‖He|has|45|.‖She");
        check("“Never.” He left!", "“|Never|.|”‖He|left|!");
        check("Mr. Hale of the U.S. army", "Mr|.|Hale|of|the|U|.|S|.|army");
        check("Title\n\nIt cost 3.5 million", "Title‖¶¶‖It|cost|3|.|5|million");
        check("see example.com now", "see|example|.|com|now");
        check("他说好的。她走了", "他|说|好|的|。‖她|走|了");
        check("a 👩\u{200D}🌾 b 🇸🇾🇱🇧", "a|👩\u{200D}🌾|b|🇸🇾|🇱🇧");
        check("e\u{301}t\u{301} \u{301}x", "e\u{301}t\u{301}|x");
        check("قالت الحكومة، أمس؟ نعم", "قالت|الحكومة|،|أمس|؟‖نعم");
        check("", "");
        check(" \n \n ", "¶ ¶");
    }

    proptest! {
        #[test]
        fn tokens_hold_all_that_is_no_blank(string in "(?s)[ab .\\n\u{301}\u{200D}👩🌾🇸🇾אب中ก]{0,40}|(?s).{0,40}") {
            let text = Text::new(string.as_str());
            let tokens = Tokens::new(&text, &mut Ids::default());
            let mut end = 0;
            for token in &tokens.tokens {
                prop_assert!(token.start >= end && token.start < token.end);
                prop_assert!(string[end..token.start].chars().all(|c| is_blank(c) || is_extending(c)));
                end = token.end;
            }
            prop_assert!(string[end..].chars().all(|c| is_blank(c) || is_extending(c)));
            prop_assert_eq!(*tokens.sentence_starts.last().expect("an end") as usize, tokens.len());
        }

        #[test]
        fn tokens_cut_no_cluster(string in "[ab .\\n\u{301}é👩🏽🇸🇾אب中ا\u{651}न\u{93F}]{0,30}") {
            let text = Text::new(string.as_str());
            let tokens = Tokens::new(&text, &mut Ids::default());
            let edges: Vec<usize> =
                string.grapheme_indices(true).map(|(at, _)| at).chain([string.len()]).collect();
            for token in &tokens.tokens {
                // A mark on a blank stays with the blank; the token after it begins where the mark ends.
                prop_assert!(edges.contains(&token.start) && edges.contains(&token.end), "{:?}", token);
            }
        }
    }
}
