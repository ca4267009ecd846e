//! Looking for words in the open article: what the bar shows, and what follows from it.
//!
//! Invariant: [`Finding::act`] is pure. Answers come late, and the one to the newest question alone counts;
//! until it is there, the hits of the last one stay. The hit that one stands at is in view.

use std::rc::Rc;

use crate::query::search::Wanted;
use crate::text::{ByteOffset, Span, Text};

/// So many hits are shown at most.
pub const MOST: usize = 10_000;

/// One of the ways to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Capitals and accents count.
    Exact,
    /// Whole words only.
    Whole,
    /// The words are a regular expression.
    Expression,
}

impl Way {
    /// All of them, as they are offered.
    pub const ALL: [Self; 3] = [Self::Exact, Self::Whole, Self::Expression];

    /// Its words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Exact => "Match capitals and accents",
            Self::Whole => "Whole words",
            Self::Expression => "Regular expression",
        }
    }

    /// Its sign.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Exact => "Aa",
            Self::Whole => "“w”",
            Self::Expression => ".*",
        }
    }

    /// Whether something is looked for like this.
    #[must_use]
    pub const fn is_on(self, wanted: &Wanted) -> bool {
        match self {
            Self::Exact => wanted.exact,
            Self::Whole => wanted.whole,
            Self::Expression => wanted.expression,
        }
    }
}

/// What was found: where, and whether there is more; or why nothing can be looked for, in words.
pub type Found = Result<(Rc<[Span]>, bool), String>;

/// The bar as it stands.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The article's text.
    pub text: Text,
    /// What is looked for.
    pub wanted: Wanted,
    /// Where it stands, in order.
    pub hits: Rc<[Span]>,
    /// Whether there are more hits than are shown.
    pub more: bool,
    /// The hit that one stands at.
    pub at: Option<usize>,
    /// Why nothing can be looked for, in words.
    pub trouble: Option<String>,
    /// The number of the newest question.
    pub asked: u32,
    /// Whether the newest question is answered.
    pub answered: bool,
    /// Where one was in the text when the bar was opened.
    from: ByteOffset,
}

/// Something that happened in the bar.
#[derive(Clone, Debug)]
pub enum FindAction {
    /// Other words were typed.
    Words(String),
    /// A way to look was switched on or off.
    Switch(Way),
    /// The answer to the question of that number.
    Found(u32, Found),
    /// On to the next hit, or back to the one before.
    Step(bool),
    /// Close the bar.
    Close,
}

/// What the bar wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FindEffect {
    /// Look; the number of the question.
    Ask(u32),
    /// Bring a hit into view.
    Show(Span),
    /// Close, and select the hit that one stood at.
    Close(Option<Span>),
}

impl Finding {
    /// The bar for a text, opened where somebody is in it, with what was looked for last.
    #[must_use]
    pub fn new(text: Text, from: ByteOffset, wanted: Wanted) -> (Self, Option<FindEffect>) {
        let mut finding = Self {
            text,
            wanted,
            hits: Rc::default(),
            more: false,
            at: None,
            trouble: None,
            asked: 0,
            answered: true,
            from,
        };
        let effect = finding.ask();
        (finding, effect)
    }

    fn ask(&mut self) -> Option<FindEffect> {
        self.asked += 1;
        if self.wanted.words.is_empty() {
            (self.hits, self.more, self.at, self.trouble, self.answered) = (Rc::default(), false, None, None, true);
            return None;
        }
        self.answered = false;
        Some(FindEffect::Ask(self.asked))
    }

    /// Does what was asked for; answers what else has to be done.
    pub fn act(&mut self, action: FindAction) -> Option<FindEffect> {
        match action {
            FindAction::Words(words) => {
                if words == self.wanted.words {
                    return None;
                }
                self.wanted.words = words;
                self.ask()
            }
            FindAction::Switch(way) => {
                let on = match way {
                    Way::Exact => &mut self.wanted.exact,
                    Way::Whole => &mut self.wanted.whole,
                    Way::Expression => &mut self.wanted.expression,
                };
                *on = !*on;
                self.ask()
            }
            FindAction::Found(asked, found) => {
                if asked != self.asked || self.answered {
                    return None;
                }
                self.answered = true;
                // More letters narrow what is found: one stays near where one was.
                let near = self.hit().map_or(self.from, Span::start);
                (self.trouble, self.at) = (None, None);
                match found {
                    Ok((hits, more)) => (self.hits, self.more) = (hits, more),
                    Err(why) => (self.hits, self.more, self.trouble) = (Rc::default(), false, Some(why)),
                }
                let next = self.hits.partition_point(|hit| hit.start() < near);
                self.at = if next < self.hits.len() { Some(next) } else { self.hits.len().checked_sub(1).map(|_| 0) };
                self.hit().map(FindEffect::Show)
            }
            FindAction::Step(on) => {
                let count = self.hits.len();
                let at = self.at?;
                self.at = Some(if on { (at + 1) % count } else { (at + count - 1) % count });
                self.hit().map(FindEffect::Show)
            }
            FindAction::Close => Some(FindEffect::Close(self.hit())),
        }
    }

    /// The hit that one stands at.
    #[must_use]
    pub fn hit(&self) -> Option<Span> {
        self.hits.get(self.at?).copied()
    }

    /// How much was found, in words.
    #[must_use]
    pub fn words(&self) -> String {
        if let Some(trouble) = &self.trouble {
            return trouble.clone();
        }
        if self.wanted.words.is_empty() {
            return String::new();
        }
        match (self.at, self.hits.len()) {
            (Some(at), count) => format!("{} of {}{count}", at + 1, if self.more { "more than " } else { "" }),
            _ if self.answered => "Not in this article".to_owned(),
            _ => "Looking…".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(all: &[(usize, usize)]) -> Rc<[Span]> {
        all.iter().filter_map(|(a, b)| Span::new(ByteOffset::new(*a), ByteOffset::new(*b))).collect()
    }

    fn opened(from: usize) -> Finding {
        Finding::new(Text::new("x".repeat(100)), ByteOffset::new(from), Wanted::default()).0
    }

    fn ask(finding: &mut Finding, words: &str) -> u32 {
        match finding.act(FindAction::Words(words.to_owned())) {
            Some(FindEffect::Ask(number)) => number,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_hit_after_where_one_was_comes_first_then_round_and_round() {
        let mut finding = opened(20);
        let number = ask(&mut finding, "x");
        assert_eq!(finding.words(), "Looking…");
        let hits = spans(&[(3, 4), (18, 19), (30, 31)]);
        let shown = finding.act(FindAction::Found(number, Ok((Rc::clone(&hits), false))));
        assert_eq!((shown, finding.words().as_str()), (Some(FindEffect::Show(hits[2])), "3 of 3"));
        assert_eq!(finding.act(FindAction::Step(true)), Some(FindEffect::Show(hits[0])));
        assert_eq!(finding.act(FindAction::Step(false)), Some(FindEffect::Show(hits[2])));
        assert_eq!(finding.act(FindAction::Step(false)), Some(FindEffect::Show(hits[1])));
        // More letters: the nearest from there on.
        let number = ask(&mut finding, "xx");
        let fewer = spans(&[(3, 5), (30, 32)]);
        assert_eq!(
            finding.act(FindAction::Found(number, Ok((Rc::clone(&fewer), true)))),
            Some(FindEffect::Show(fewer[1]))
        );
        assert_eq!(finding.words(), "2 of more than 2");
        assert_eq!(finding.act(FindAction::Close), Some(FindEffect::Close(Some(fewer[1]))));
    }

    #[test]
    fn only_the_answer_to_the_newest_question_counts() {
        let mut finding = opened(0);
        let first = ask(&mut finding, "a");
        let second = ask(&mut finding, "ab");
        assert_eq!(finding.act(FindAction::Found(first, Ok((spans(&[(1, 2)]), false)))), None);
        assert_eq!(finding.hits.len(), 0);
        assert!(finding.act(FindAction::Found(second, Ok((spans(&[(5, 7)]), false)))).is_some());
        assert_eq!(finding.act(FindAction::Found(second, Ok((spans(&[]), false)))), None, "twice");
        assert_eq!(finding.hits.len(), 1);
    }

    #[test]
    fn what_cannot_be_looked_for_is_said() {
        let mut finding = opened(0);
        let _ = finding.act(FindAction::Switch(Way::Expression));
        let number = ask(&mut finding, "(");
        assert_eq!(finding.act(FindAction::Found(number, Err("No.".to_owned()))), None);
        assert_eq!((finding.words().as_str(), finding.at), ("No.", None));
        assert_eq!(finding.act(FindAction::Step(true)), None);
        let number = ask(&mut finding, "()");
        assert_eq!(finding.act(FindAction::Found(number, Ok((spans(&[]), false)))), None);
        assert_eq!(finding.words(), "Not in this article");
        assert_eq!(finding.act(FindAction::Words(String::new())), None);
        assert_eq!(finding.words(), "");
        assert_eq!(finding.act(FindAction::Close), Some(FindEffect::Close(None)));
    }
}
