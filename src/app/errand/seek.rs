//! Looking for words in stored articles: the letters, and what is found in one article.
//!
//! Invariant: of each article that was asked for comes an answer, hits or why there are none. However much an article
//! holds, its answer stays small: of each kind so many hits are shown, and the others counted.

use super::{DONE, Letter, opened, unreadable, wanted, ways};
use crate::model::{AnnotationId, Document, DocumentId};
use crate::query::search::{Search, Wanted};
use crate::text::{ByteOffset, Span, Text};

/// So many hits of one article and kind are counted at most.
pub const COUNTED: usize = 10_000;
/// How much is shown of what stands before a hit, of the hit, and of what comes after it, in characters.
const BEFORE: usize = 32;
const WORDS: usize = 100;
const AFTER: usize = 120;

/// One of the places where words can stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The text of an article.
    Texts,
    /// The labels and quotes of its annotations.
    Annotations,
    /// The notes on annotations, on relations, and on the article.
    Notes,
}

impl Place {
    /// All of them, as they are offered.
    pub const ALL: [Self; 3] = [Self::Texts, Self::Annotations, Self::Notes];

    /// Its words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Texts => "Texts",
            Self::Annotations => "Annotations",
            Self::Notes => "Notes",
        }
    }

    const fn sign(self) -> char {
        match self {
            Self::Texts => 't',
            Self::Annotations => 'a',
            Self::Notes => 'n',
        }
    }
}

/// What shall be looked for, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// The words, and how they are compared.
    pub wanted: Wanted,
    /// The places where they may stand.
    pub places: Vec<Place>,
    /// So many hits of one article and kind are shown.
    pub shown: usize,
    /// The articles.
    pub articles: Vec<DocumentId>,
}

/// Where a hit leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Goal {
    /// A place in the text.
    Text(ByteOffset),
    /// An annotation.
    Annotation(AnnotationId),
    /// The article as a whole.
    Article,
}

/// One hit, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Where it leads to.
    pub goal: Goal,
    /// What it stands in: a label, a note; empty for the text.
    pub about: String,
    /// Words before it.
    pub before: String,
    /// The hit. Empty where what it stands in is what was found.
    pub words: String,
    /// Words after it.
    pub after: String,
}

/// What was found in one article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looked {
    /// The article.
    pub id: DocumentId,
    /// The hits that are shown.
    pub hits: Vec<Hit>,
    /// How many there are.
    pub count: usize,
    /// Whether there are more than that.
    pub more: bool,
    /// Where the first one that is not shown leads to.
    pub next: Option<Goal>,
}

/// The answer for some articles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// What was found in each, and why some could not be read.
    Looked(Vec<Result<Looked, (DocumentId, String)>>),
    /// Why nothing can be looked for.
    Cannot(String),
}

// ---- What is found ----

/// Looks in an article.
#[must_use]
pub fn look(document: &Document, search: &Search, order: &Order) -> Looked {
    let id = document.info.id.clone();
    let mut looked = Looked { id, hits: Vec::new(), count: 0, more: false, next: None };
    for place in &order.places {
        match place {
            Place::Texts => texts(document.text(), search, order.shown, &mut looked),
            Place::Annotations => annotations(document, search, order.shown, &mut looked),
            Place::Notes => notes(document, search, order.shown, &mut looked),
        }
    }
    looked
}

fn texts(text: &Text, search: &Search, shown: usize, looked: &mut Looked) {
    let found = search.find(text.as_str(), COUNTED);
    for span in found.spans.iter().take(shown) {
        looked.hits.push(hit(text.as_str(), *span, Goal::Text(span.start()), String::new()));
    }
    looked.next = looked.next.take().or_else(|| found.spans.get(shown).map(|span| Goal::Text(span.start())));
    looked.count += found.spans.len();
    looked.more |= found.more;
}

/// One annotation is one hit, however often the words stand in it.
fn annotations(document: &Document, search: &Search, shown: usize, looked: &mut Looked) {
    let mut count = 0;
    for annotation in document.annotations.iter() {
        let (label, quote) = (annotation.label.as_str(), document.quote(annotation));
        // As the list beside the text has it: so a label can be looked for, too.
        let start = label.len() + 2;
        let found = search.find(&format!("{label}: {quote}"), 1);
        let Some(span) = found.spans.first() else { continue };
        let goal = Goal::Annotation(annotation.id.clone());
        if count < shown {
            let inside = |at: ByteOffset| at.get().saturating_sub(start);
            let about = label.to_owned();
            looked.hits.push(match Span::from_bytes(inside(span.start()), inside(span.end())) {
                Some(span) => hit(&quote, span, goal, about),
                None => Hit {
                    goal,
                    about,
                    before: String::new(),
                    words: String::new(),
                    after: one_line(&start_of(&quote, WORDS)),
                },
            });
        } else if count == shown {
            looked.next = looked.next.take().or(Some(goal));
        }
        count += 1;
    }
    looked.count += count;
}

fn notes(document: &Document, search: &Search, shown: usize, looked: &mut Looked) {
    let label = |id: &AnnotationId| document.annotations.get(id).map_or("", |annotation| annotation.label.as_str());
    let all = std::iter::once((&document.remarks.note, Goal::Article, "the article".to_owned()));
    let all = all.chain(document.annotations.iter().map(|annotation| {
        let goal = Goal::Annotation(annotation.id.clone());
        (&annotation.remarks.note, goal, annotation.label.as_str().to_owned())
    }));
    let all = all.chain(document.relations.iter().map(|relation| {
        let ends = format!("{} → {}", label(&relation.from), label(&relation.to));
        (&relation.remarks.note, Goal::Annotation(relation.from.clone()), format!("{}, {ends}", relation.kind))
    }));
    let mut count = 0;
    for (note, goal, of) in all.filter(|(note, ..)| !note.is_empty()) {
        let found = search.find(note, COUNTED);
        for span in &found.spans {
            if count < shown {
                looked.hits.push(hit(note, *span, goal.clone(), format!("Note on {of}")));
            } else if count == shown {
                looked.next = looked.next.take().or_else(|| Some(goal.clone()));
            }
            count += 1;
        }
        looked.more |= found.more;
    }
    looked.count += count;
}

/// A hit with what stands around it in its line.
fn hit(text: &str, span: Span, goal: Goal, about: String) -> Hit {
    let (start, end) = (span.start().get(), span.end().get());
    let (before, inside, after) = (text.get(..start), text.get(start..end), text.get(end..));
    let (before, inside, after) = (before.unwrap_or_default(), inside.unwrap_or_default(), after.unwrap_or_default());
    let before = before.rsplit('\n').next().unwrap_or_default();
    let after = after.split('\n').next().unwrap_or_default();
    Hit {
        goal,
        about,
        before: end_of(before),
        words: one_line(&start_of(inside, WORDS)),
        after: start_of(after, AFTER),
    }
}

fn one_line(words: &str) -> String {
    words.replace('\n', " ")
}

/// The last words before a hit.
fn end_of(words: &str) -> String {
    let Some((at, _)) = words.char_indices().rev().nth(BEFORE) else { return words.to_owned() };
    let cut = words.get(at..).unwrap_or_default();
    // From a word on, where one begins.
    let from = cut.find(char::is_whitespace).and_then(|at| cut.get(at..)).unwrap_or(cut).trim_start();
    format!("…{}", if from.is_empty() { cut } else { from })
}

/// The first words, up to so many characters.
fn start_of(words: &str, most: usize) -> String {
    let Some((at, _)) = words.char_indices().nth(most) else { return words.to_owned() };
    let cut = words.get(..at).unwrap_or_default();
    let to = cut.rfind(char::is_whitespace).and_then(|at| cut.get(..at)).unwrap_or(cut).trim_end();
    format!("{}…", if to.is_empty() { cut } else { to })
}

// ---- The letters ----

/// The letter for [`super::Errand::Seek`].
#[must_use]
pub fn ask(order: &Order) -> Letter {
    let places = order.places.iter().map(|place| place.sign()).collect();
    let mut letter = vec![order.wanted.words.clone(), ways(&order.wanted), places, order.shown.to_string()];
    letter.extend(order.articles.iter().map(|id| id.as_str().to_owned()));
    letter
}

/// What a letter asks for.
///
/// # Errors
/// In words, where it cannot be read.
pub fn asked(letter: &[String]) -> Result<Order, String> {
    let [words, how, signs, shown, articles @ ..] = letter else { return Err(unreadable()) };
    Ok(Order {
        wanted: wanted(words, how),
        places: Place::ALL.into_iter().filter(|place| signs.contains(place.sign())).collect(),
        shown: shown.parse().map_err(|_| unreadable())?,
        articles: articles.iter().map(|id| DocumentId::new(id.as_str())).collect(),
    })
}

const CANNOT: &str = "cannot";
const LOOKED: &str = "looked";

/// The answer as a letter.
#[must_use]
pub fn write(answer: &Answer) -> Letter {
    let mut letter = vec![DONE.to_owned()];
    match answer {
        Answer::Cannot(why) => letter.extend([CANNOT.to_owned(), why.clone()]),
        Answer::Looked(all) => {
            letter.push(LOOKED.to_owned());
            for one in all {
                match one {
                    Err((id, why)) => letter.extend([id.as_str().to_owned(), why.clone()]),
                    Ok(looked) => {
                        let more = if looked.more { "more" } else { "" };
                        letter.extend([looked.id.as_str().to_owned(), String::new()]);
                        letter.extend([looked.count.to_string(), more.to_owned()]);
                        letter.push(looked.next.as_ref().map(write_goal).unwrap_or_default());
                        letter.push(looked.hits.len().to_string());
                        for hit in &looked.hits {
                            letter.push(write_goal(&hit.goal));
                            letter.extend([&hit.about, &hit.before, &hit.words, &hit.after].map(String::clone));
                        }
                    }
                }
            }
        }
    }
    letter
}

/// Reads the answer to [`super::Errand::Seek`].
///
/// # Errors
/// Why there is none, in words.
pub fn read(answer: Letter) -> Result<Answer, String> {
    let mut texts = opened(answer)?;
    let kind = texts.next().ok_or_else(unreadable)?;
    if kind == CANNOT {
        return texts.next().map(Answer::Cannot).ok_or_else(unreadable);
    }
    let mut all = Vec::new();
    while let Some(id) = texts.next() {
        all.push(read_one(DocumentId::new(id), &mut texts).ok_or_else(unreadable)?);
    }
    Ok(Answer::Looked(all))
}

fn read_one(id: DocumentId, texts: &mut std::vec::IntoIter<String>) -> Option<Result<Looked, (DocumentId, String)>> {
    let why = texts.next()?;
    if !why.is_empty() {
        return Some(Err((id, why)));
    }
    let (count, more, next) = (texts.next()?.parse().ok()?, !texts.next()?.is_empty(), read_goal(&texts.next()?));
    let shown: usize = texts.next()?.parse().ok()?;
    let mut hits = Vec::new();
    for _ in 0..shown {
        let goal = read_goal(&texts.next()?)?;
        let (about, before) = (texts.next()?, texts.next()?);
        hits.push(Hit { goal, about, before, words: texts.next()?, after: texts.next()? });
    }
    Some(Ok(Looked { id, hits, count, more, next }))
}

/// The first letter says which kind it is.
fn write_goal(goal: &Goal) -> String {
    match goal {
        Goal::Text(at) => format!("t{}", at.get()),
        Goal::Annotation(id) => format!("a{id}"),
        Goal::Article => "d".to_owned(),
    }
}

fn read_goal(text: &str) -> Option<Goal> {
    if let Some(at) = text.strip_prefix('t') {
        return at.parse().ok().map(|at| Goal::Text(ByteOffset::new(at)));
    }
    match text.strip_prefix('a') {
        Some(id) => Some(Goal::Annotation(AnnotationId::new(id))),
        None => (text == "d").then_some(Goal::Article),
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use proptest::prelude::*;

    use super::*;
    use crate::formats::schema::first;
    use crate::model::{
        Annotation, Annotations, DocumentInfo, Extra, Fragments, Intake, LabelName, Relation, RelationId, Relations,
        Remarks,
    };

    const TEXT: &str = "The mayor of Golan said no.\nGolan voted; the Golan Heights did not.\n";

    fn annotation(id: &str, label: &str, quote: &str, note: &str) -> Annotation {
        let at = TEXT.find(quote).expect("in the text");
        let span = Span::from_bytes(at, at + quote.len()).expect("not empty");
        let mut annotation = Annotation::new(AnnotationId::new(id), LabelName::new(label), Fragments::one(span));
        annotation.remarks.note = note.to_owned();
        annotation
    }

    fn document() -> Document {
        let info = DocumentInfo {
            id: DocumentId::new("d"),
            title: "A title".to_owned(),
            text: Text::new(TEXT.to_owned()),
            intake: Intake::default(),
            metadata: Extra::new(),
            created: None,
            extra: Extra::new(),
        };
        let mut document = Document::new(info, first());
        let made = [
            annotation("a1", "Location", "Golan", ""),
            annotation("a2", "Location", "Golan Heights", "Which golan?"),
            annotation("a3", "Source", "The mayor", "A golan man. GOLAN!"),
        ];
        document.annotations = Annotations::from_vec(document.text(), made.into_iter().map(Rc::new).collect());
        let mut relation = Relation::new(RelationId::new("r"), "in", AnnotationId::new("a3"), AnnotationId::new("a1"));
        relation.remarks.note = "Golan, surely".to_owned();
        document.relations = Relations::from_vec(vec![Rc::new(relation)]);
        document.remarks = Rc::new(Remarks { note: "All of Golan".to_owned(), ..Remarks::default() });
        document
    }

    fn order(words: &str, places: &[Place], shown: usize) -> Order {
        let wanted = Wanted { words: words.to_owned(), ..Wanted::default() };
        Order { wanted, places: places.to_vec(), shown, articles: vec![DocumentId::new("a b"), DocumentId::new("")] }
    }

    fn looked(order: &Order) -> Looked {
        look(&document(), &Search::new(&order.wanted).expect("words"), order)
    }

    /// Each hit as one line: what it stands in, and the hit in brackets.
    fn lines(looked: &Looked) -> Vec<String> {
        let line = |hit: &Hit| format!("{}|{}[{}]{}", hit.about, hit.before, hit.words, hit.after);
        looked.hits.iter().map(line).collect()
    }

    #[test]
    fn hits_are_shown_in_their_line_with_what_they_stand_in() {
        let found = looked(&order("golan", &[Place::Texts], 9));
        let expected = [
            "|The mayor of [Golan] said no.",
            "|[Golan] voted; the Golan Heights did not.",
            "|Golan voted; the [Golan] Heights did not.",
        ];
        assert_eq!((lines(&found), found.count), (expected.map(str::to_owned).to_vec(), 3));
        let found = looked(&order("golan", &[Place::Annotations], 9));
        assert_eq!(lines(&found), ["Location|[Golan]", "Location|[Golan] Heights"]);
        let found = looked(&order("golan", &[Place::Notes], 9));
        let expected = [
            "Note on the article|All of [Golan]",
            "Note on Source|A [golan] man. GOLAN!",
            "Note on Source|A golan man. [GOLAN]!",
            "Note on Location|Which [golan]?",
            "Note on in, Source → Location|[Golan], surely",
        ];
        assert_eq!(lines(&found), expected);
        assert_eq!(found.hits.last().map(|hit| &hit.goal), Some(&Goal::Annotation(AnnotationId::new("a3"))));
    }

    #[test]
    fn a_label_is_found_by_its_name_and_together_with_its_quote() {
        assert_eq!(lines(&looked(&order("source", &[Place::Annotations], 9))), ["Source|[]The mayor"]);
        assert_eq!(lines(&looked(&order("location: golan h", &[Place::Annotations], 9))), ["Location|[Golan H]eights"]);
    }

    #[test]
    fn what_is_not_shown_is_counted_and_led_to() {
        let found = looked(&order("golan", &Place::ALL, 1));
        assert_eq!((found.hits.len(), found.count, found.more), (3, 10, false));
        assert_eq!(found.next, Some(Goal::Text(ByteOffset::new(28))));
        let found = looked(&order("golan", &[Place::Annotations], 1));
        assert_eq!(found.next, Some(Goal::Annotation(AnnotationId::new("a2"))));
        assert_eq!(looked(&order("golan", &[Place::Texts], 3)).next, None);
    }

    #[test]
    fn long_lines_are_cut_at_words() {
        let text = format!("{} needle {}", "before ".repeat(30), "after ".repeat(60));
        let at = text.find("needle").expect("there");
        let found = hit(&text, Span::from_bytes(at, at + 6).expect("not empty"), Goal::Article, String::new());
        assert_eq!(found.before, "…before before before before  ");
        assert!(found.after.ends_with("after…"), "{found:?}");
        let found =
            hit("字".repeat(200).as_str(), Span::from_bytes(150, 153).expect("one"), Goal::Article, String::new());
        assert_eq!((found.before.chars().count(), found.after.chars().count()), (BEFORE + 2, AFTER + 1));
    }

    #[test]
    fn letters_are_read_as_they_were_written() {
        let found = looked(&order("golan", &Place::ALL, 2));
        let order = Order {
            wanted: Wanted { words: "a\nb".to_owned(), exact: true, whole: false, expression: true },
            ..order("", &[Place::Texts, Place::Notes], 7)
        };
        assert_eq!(asked(&ask(&order)), Ok(order.clone()));
        assert!(asked(&[]).is_err());
        let gone = (DocumentId::new("x"), "It is damaged.".to_owned());
        for answer in
            [Answer::Looked(vec![Ok(found), Err(gone)]), Answer::Looked(Vec::new()), Answer::Cannot("No.".to_owned())]
        {
            assert_eq!(read(write(&answer)), Ok(answer));
        }
        for letter in [vec![DONE], vec![DONE, LOOKED, "id", "", "x"], vec!["why not"]] {
            assert!(read(letter.into_iter().map(str::to_owned).collect()).is_err());
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_of_a_hit_is_what_stands_there(text in "[aé字 \u{301}\n🚨]{1,300}", from in 0_usize..300, length in 1_usize..9) {
            let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            let start = from.min(places.len() - 2);
            let end = (start + length).min(places.len() - 1);
            let span = Span::from_bytes(places[start], places[end]).expect("not empty");
            let hit = hit(&text, span, Goal::Article, String::new());
            prop_assert_eq!(&hit.words, &text[places[start]..places[end]].replace('\n', " "));
            prop_assert!(text[..places[start]].ends_with(hit.before.trim_start_matches('…')));
            prop_assert!(text[places[end]..].starts_with(hit.after.trim_end_matches('…')));
            prop_assert!(!hit.before.contains('\n') && !hit.after.contains('\n'));
        }
    }
}
