//! The checks find what they should and nothing in a clean text; each repair that they offer can be made, and
//! what it repairs is found no more.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod desk;

use std::rc::Rc;
use std::time::Instant;

use desk::desk;
use gloss::app::{Action, Mode, Open, State, Target, update};
use gloss::edit::Session;
use gloss::formats::schema::first;
use gloss::model::{
    Annotation, AnnotationId, Annotations, Attribute, AttributeKind, Document, DocumentId, DocumentInfo, Extra, Flag,
    Fragments, Intake, LabelName, Relation, RelationId, Relations, Schema,
};
use gloss::query::check::{Change, Finding, Rule, findings, summary};
use gloss::query::plural;
use gloss::text::{ByteOffset, Span, Text};
use proptest::prelude::*;
use serde_json::json;

fn lower(text: &str) -> String {
    text.to_lowercase()
}

/// A text in which `⟦1…1⟧` stands around what annotation 1 marks; labels by id, then relations.
fn read(marked: &str, labels: &[&str], relations: &[(&str, usize, usize)]) -> Document {
    let mut string = String::new();
    let mut open: Vec<(char, usize)> = Vec::new();
    let mut spans: Vec<Vec<Span>> = vec![Vec::new(); labels.len()];
    let mut rest = marked.chars().peekable();
    while let Some(character) = rest.next() {
        match (character, rest.peek().copied()) {
            ('⟦', Some(digit)) => {
                rest.next();
                open.push((digit, string.len()));
            }
            (digit, Some('⟧')) => {
                rest.next();
                let at = open.iter().rposition(|(held, _)| *held == digit).expect("it was opened");
                let (_, start) = open.remove(at);
                let number = digit.to_digit(10).expect("a number") as usize;
                spans[number - 1].extend(Span::from_bytes(start, string.len()));
            }
            _ => string.push(character),
        }
    }
    let made = labels.iter().zip(spans).enumerate().map(|(i, (label, spans))| {
        let fragments = Fragments::merged(spans).expect("it marks something");
        Annotation::new(id(i + 1), LabelName::new(*label), fragments)
    });
    let related = relations
        .iter()
        .enumerate()
        .map(|(i, (kind, from, to))| Relation::new(RelationId::new(format!("r{i}")), *kind, id(*from), id(*to)));
    document(string, first(), made.collect(), related.collect())
}

fn id(number: usize) -> AnnotationId {
    AnnotationId::new(format!("a{number}"))
}

fn document(text: String, schema: Schema, annotations: Vec<Annotation>, relations: Vec<Relation>) -> Document {
    let info = DocumentInfo {
        id: DocumentId::new("d"),
        title: String::new(),
        text: Text::new(text),
        intake: Intake::default(),
        metadata: Extra::new(),
        created: None,
        extra: Extra::new(),
    };
    let mut document = Document::new(info, schema);
    document.annotations = Annotations::from_vec(document.text(), annotations.into_iter().map(Rc::new).collect());
    document.relations = Relations::from_vec(relations.into_iter().map(Rc::new).collect());
    document
}

fn only(mut document: Document, rule: Rule) -> Vec<Finding> {
    let off = Rule::ALL.iter().filter(|other| **other != rule).map(|rule| rule.name().to_owned());
    Rc::make_mut(&mut document.schema).rules_off = off.collect();
    findings(&document, &lower)
}

/// What one rule finds: where to go, in which words, and how the button is called.
fn check(rule: Rule, document: &Document, expected: &[(&str, &str, Option<&str>)]) {
    let found = only(document.clone(), rule);
    let found: Vec<_> = found
        .iter()
        .map(|finding| {
            assert_eq!(finding.rule, rule);
            (
                finding.at.first().map_or("", AnnotationId::as_str),
                finding.what.as_str(),
                finding.repair.as_ref().map(|repair| repair.words.as_str()),
            )
        })
        .collect();
    assert_eq!(found, expected);
}

fn state(document: Document, mode: Mode) -> State {
    let open = Open::new(Session::new(document), 0, ByteOffset::ZERO, mode);
    State { screen: gloss::app::Screen::Article, open: Some(open), ..State::default() }
}

/// The document after a repair, which must be one step of undo, and the state.
fn repaired(document: &Document, finding: &Finding) -> Result<(Document, State), String> {
    let before = state(document.clone(), Mode::Writing);
    let repair = finding.repair.clone().ok_or("no repair")?;
    let (after, _) = update(&before, Action::Repair(repair), &desk());
    let open = after.open.as_ref().ok_or("closed")?;
    if open.session.history.depth() != 1 {
        return Err(format!("{finding:?}: {:?}", after.toast));
    }
    let (back, _) = update(&after, Action::Run(gloss::app::command::Command::Undo), &desk());
    let back = &back.open.as_ref().ok_or("closed")?.session.document;
    if back != document {
        return Err(format!("{finding:?} is not undone by one step"));
    }
    Ok((open.session.document.clone(), after))
}

#[test]
fn what_should_be_linked_and_used() {
    let document = read(
        "⟦1The mayor1⟧ said ⟦2the bridge is safe2⟧. ⟦3She3⟧ added that ⟦4it is new4⟧. ⟦5Police5⟧ were there, ⟦6they6⟧ in ⟦7Karsa7⟧.",
        &["Source", "Claim", "Source", "Claim", "Source", "Source", "Location"],
        &[("attributed to", 2, 1), ("same as", 3, 1), ("same as", 6, 5)],
    );
    check(Rule::Unlinked, &document, &[("a4", "This claim has no source", None)]);
    check(
        Rule::Unused,
        &document,
        &[
            ("a5", "Nothing uses this source", None),
            ("a6", "Nothing uses this source", None),
            ("a7", "Nothing uses this location", None),
        ],
    );
    let words: Vec<String> = summary(&document).into_iter().map(|covered| covered.words).collect();
    assert_eq!(words, ["1 of 2 claims has a source"]);
    let of_one = read("⟦1It rains1⟧, ⟦2he2⟧ said", &["Claim", "Source"], &[("attributed to", 1, 2)]);
    assert_eq!(summary(&of_one)[0].words, "1 of 1 claim has a source");
    check(Rule::Unlinked, &of_one, &[]);
    assert_eq!(summary(&read("", &[], &[]))[0].words, "0 of 0 claims have a source");
}

#[test]
fn what_is_discarded_is_not_checked_and_does_not_count() {
    let mut document = read("⟦1He1⟧ said ⟦2it rains 2⟧.", &["Source", "Claim"], &[("attributed to", 2, 1)]);
    let mut all: Vec<Annotation> = document.annotations.iter().map(|a| (**a).clone()).collect();
    all[1].remarks.flag = Some(Flag::Discard);
    document.annotations = Annotations::from_vec(document.text(), all.into_iter().map(Rc::new).collect());
    check(Rule::BlankEdge, &document, &[]);
    check(Rule::Unlinked, &document, &[]);
    check(Rule::Unused, &document, &[("a1", "Nothing uses this source", None)]);
    assert_eq!(summary(&document)[0].all, 0);
}

#[test]
fn the_same_words_with_other_labels() {
    let two_to_one = read("In ⟦1Ankara1⟧ and ⟦2ankara2⟧, as ⟦3Ankara3⟧ said", &["Location", "Location", "Source"], &[]);
    check(
        Rule::LabelledDifferently,
        &two_to_one,
        &[("a3", "Source here, Location in 2 other places", Some("Change to Location"))],
    );
    let tie = read("In ⟦1Ankara1⟧, as ⟦2Ankara2⟧ said", &["Location", "Source"], &[]);
    check(Rule::LabelledDifferently, &tie, &[("a2", "Source here, Location in another place", None)]);
    let both = read("In ⟦1⟦2Ankara1⟧2⟧ and ⟦3⟦4Ankara3⟧4⟧", &["Location", "Source", "Location", "Source"], &[]);
    check(Rule::LabelledDifferently, &both, &[]);
    let linked = read(
        "In ⟦1Karsa1⟧, ⟦2Karsa2⟧, as ⟦3Karsa3⟧ said: ⟦4it rains4⟧",
        &["Location", "Location", "Source", "Claim"],
        &[("attributed to", 4, 3)],
    );
    check(Rule::LabelledDifferently, &linked, &[("a3", "Source here, Location in 2 other places", None)]);
}

#[test]
fn edges_and_twins() {
    let document = read("He said⟦1\u{A0}it rains 1⟧and “⟦2it snows”2⟧.", &["Claim", "Claim"], &[]);
    check(Rule::BlankEdge, &document, &[("a1", "It begins or ends in a blank", Some("Leave the blank out"))]);
    check(Rule::Unpaired, &document, &[("a2", "The quotation mark ” is alone in it", Some("Leave the mark out"))]);
    let document = read("the ⟦1⟦2old ⟦3mayor1⟧2⟧ of3⟧ it", &["Source", "Source", "Source"], &[]);
    check(Rule::Twins, &document, &[("a1", "These words are marked as Source twice", Some("Merge"))]);
    let document = read("⟦1the ⟦2mayor1⟧ of2⟧ it", &["Source", "Source"], &[]);
    check(Rule::EdgeWord, &document, &[]);
    let document = read("⟦1the ⟦2⟦3mayor2⟧ of3⟧1⟧ it", &["Source", "Source", "Source"], &[]);
    check(
        Rule::EdgeWord,
        &document,
        &[
            ("a3", "Another Source has “the” more at its start", Some("Keep the longer one")),
            ("a2", "Another Source has “of” more at its end", Some("Keep the longer one")),
        ],
    );
}

#[test]
fn a_link_is_offered_where_only_one_thing_fits() {
    let missing = "This claim has no source";
    let check = |document: Document, expected: Option<&str>| {
        let found = only(document.clone(), Rule::Unlinked);
        let words = found[0].repair.as_ref().map(|repair| repair.words.as_str());
        assert_eq!((found[0].what.as_str(), words), (missing, expected));
        let mended = repaired(&document, &found[0]).map(|(after, _)| only(after, Rule::Unlinked).len());
        assert_eq!(mended.ok(), expected.map(|_| 0), "it is mended by its repair");
    };
    check(read("⟦1He1⟧ said ⟦2it rains2⟧.", &["Source", "Claim"], &[]), Some("Link to “He”"));
    // Two in its paragraph, none in it, one of another kind.
    check(read("⟦1He1⟧ and ⟦3she3⟧ said ⟦2it rains2⟧.", &["Source", "Claim", "Source"], &[]), None);
    check(read("⟦1He1⟧ said so.\n⟦2It rains2⟧.", &["Source", "Claim"], &[]), None);
    check(read("In ⟦1Karsa1⟧ ⟦2it rains2⟧.", &["Location", "Claim"], &[]), None);
    // One that goes over several paragraphs counts once.
    check(read("⟦1A\nB1⟧ said ⟦2it\nrains2⟧.", &["Source", "Claim"], &[]), Some("Link to “A\nB”"));
}

#[test]
fn what_is_required() {
    let mut document = read("⟦1He1⟧ said ⟦2it rains2⟧.", &["Source", "Claim"], &[]);
    let schema = Rc::make_mut(&mut document.schema);
    schema.labels[1].attributes.push(Attribute { required: true, ..Attribute::named("role", AttributeKind::Text) });
    check(Rule::Required, &document, &[("a1", "“role” of this source is open", None)]);
    assert_eq!(only(document.clone(), Rule::Required)[0].attribute.as_deref(), Some("role"));

    // The same of relations and of the article itself, which comes first.
    let schema = Rc::make_mut(&mut document.schema);
    schema.relations[0].attributes.push(Attribute { required: true, ..Attribute::named("how", AttributeKind::Text) });
    schema.attributes.push(Attribute { required: true, ..Attribute::named("desk", AttributeKind::Text) });
    let relation = Relation::new(RelationId::new("r1".to_owned()), "attributed to", id(2), id(1));
    document.relations = Relations::from_vec(vec![Rc::new(relation)]);
    let expected = [
        ("", "“desk” of this article is open", None),
        ("a1", "“role” of this source is open", None),
        ("a2", "“how” of “attributed to” is open", None),
    ];
    check(Rule::Required, &document, &expected);
    let found = only(document.clone(), Rule::Required);
    assert_eq!(found[2].relation.as_ref().map(RelationId::as_str), Some("r1"));
    let jump = |finding: &Finding| Action::JumpTo {
        id: finding.at.first().cloned(),
        relation: finding.relation.clone(),
        attribute: finding.attribute.clone(),
    };
    let (there, _) = update(&state(document.clone(), Mode::Writing), jump(&found[2]), &desk());
    assert_eq!(
        there.open.as_ref().and_then(|open| open.target()),
        Some(Target::Relation(RelationId::new("r1".to_owned())))
    );
    let (there, _) = update(&there, jump(&found[0]), &desk());
    assert_eq!(there.open.as_ref().and_then(|open| open.focus.clone()), None, "the panel is about the article");
}

#[test]
fn a_clean_text_has_no_findings() {
    let document = read(
        "“⟦1The bridge1⟧”, ⟦2the mayor2⟧ said, “⟦1is safe1⟧” in ⟦3Karsa (Old Town)3⟧. The ⟦4workers’ union4⟧ said ⟦5it isn't5⟧.",
        &["Claim", "Source", "Location", "Source", "Claim"],
        &[("attributed to", 1, 2), ("located in", 1, 3), ("attributed to", 5, 4)],
    );
    assert_eq!(findings(&document, &lower), []);
}

#[test]
fn one_that_is_mended_into_a_twin_is_merged_with_it() {
    let document = read("⟦1⟦2it rains1⟧ 2⟧", &["Claim", "Claim"], &[]);
    let found = only(document.clone(), Rule::BlankEdge);
    let change = &found[0].repair.as_ref().expect("a repair").change;
    assert_eq!(*change, Change::Merge { keep: id(1), drop: vec![id(2)] });
    assert_eq!(repaired(&document, &found[0]).expect("it is done").0.annotations.len(), 1);
}

#[test]
fn what_is_said_of_twins_goes_over() {
    let mut document = read(
        "⟦1⟦2It rains1⟧2⟧, ⟦3he3⟧ and ⟦4she4⟧ said.",
        &["Claim", "Claim", "Source", "Source"],
        &[("attributed to", 1, 3), ("attributed to", 2, 3), ("attributed to", 2, 4), ("supports", 1, 2)],
    );
    let mut all: Vec<Annotation> = document.annotations.iter().map(|a| (**a).clone()).collect();
    let say = |annotation: &mut Annotation, note: &str, values: serde_json::Value| {
        annotation.remarks.note = note.to_owned();
        annotation.remarks.attributes = values.as_object().cloned().unwrap();
    };
    say(&mut all[0], "One.", json!({"kind": "factual"}));
    say(&mut all[1], "Two.", json!({"kind": "opinion", "certainty": "hedged"}));
    document.annotations = Annotations::from_vec(document.text(), all.into_iter().map(Rc::new).collect());
    let mut related: Vec<Relation> = document.relations.iter().map(|r| (**r).clone()).collect();
    related[1].remarks.note = "A link.".to_owned();
    related[3].remarks.note = "To itself.".to_owned();
    document.relations = Relations::from_vec(related.into_iter().map(Rc::new).collect());

    let found = only(document.clone(), Rule::Twins);
    let (after, state) = repaired(&document, &found[0]).expect("it is done");
    let kept = after.annotations.get(&id(1)).expect("it stays");
    assert_eq!(kept.remarks.note, "One.\nTwo.\nkind: opinion\nTo itself.");
    assert_eq!(json!(kept.remarks.attributes), json!({"kind": "factual", "certainty": "hedged"}));
    let links: Vec<_> =
        after.relations.iter().map(|r| (r.from.as_str(), r.to.as_str(), r.remarks.note.as_str())).collect();
    assert_eq!(links, [("a1", "a3", "A link."), ("a1", "a4", "")]);
    let open = state.open.as_ref().expect("open");
    assert_eq!(open.focus.as_ref().map(|focus| focus.id.clone()), Some(id(1)));
    assert_eq!(open.session.history.undo_name(), Some("merge 2 annotations of “It rains”"));
}

#[test]
fn groups_of_merged_annotations_stay_apart_or_fall_together() {
    let check = |second: [(usize, &str); 2], expected: &[(&str, &str)]| {
        let mut document = read(
            "⟦1⟦2It rains1⟧2⟧, ⟦3he3⟧, ⟦4she4⟧, ⟦5they5⟧ said.",
            &["Claim", "Claim", "Source", "Source", "Source"],
            &[],
        );
        let link = |i: usize, from, to, group: &str| {
            let relation = Relation::new(RelationId::new(format!("r{i}")), "attributed to", id(from), id(to));
            Rc::new(Relation { group: Some(group.to_owned()), ..relation })
        };
        let second = second.iter().enumerate().map(|(i, (to, group))| link(i + 3, 2, *to, group));
        document.relations =
            Relations::from_vec([link(1, 1, 3, "1"), link(2, 1, 4, "1")].into_iter().chain(second).collect());
        let found = only(document.clone(), Rule::Twins);
        let after = repaired(&document, &found[0]).expect("it is done").0;
        let links = after.relations.iter();
        let links: Vec<_> = links.map(|r| (r.to.as_str(), r.group.as_deref().unwrap_or_default())).collect();
        assert_eq!(links, expected);
    };
    check([(3, "1"), (4, "1")], &[("a3", "1"), ("a4", "1")]);
    check([(3, "2"), (4, "2")], &[("a3", "1"), ("a4", "1")]);
    check([(3, "1"), (5, "1")], &[("a3", "1"), ("a4", "1"), ("a3", "1+"), ("a5", "1+")]);
    check([(3, "2"), (5, "2")], &[("a3", "1"), ("a4", "1"), ("a3", "2"), ("a5", "2")]);
}

#[test]
fn repairs_are_refused_where_they_cannot_be_made() {
    let document = read("⟦1it rains 1⟧", &["Claim"], &[]);
    let repair = only(document.clone(), Rule::BlankEdge)[0].repair.clone().expect("a repair");
    let check = |document: Document, mode, words: &str| {
        let (after, _) = update(&state(document.clone(), mode), Action::Repair(repair.clone()), &desk());
        assert_eq!(after.open.expect("open").session.document, document);
        assert_eq!(after.toast.map(|toast| (toast.text, toast.refusal)), Some((words.to_owned(), true)));
    };
    let reading = "This article is open in another tab. Make changes there, or close it there.";
    check(document.clone(), Mode::ReadingAlong, reading);
    check(read("⟦1it rains1⟧ ", &["Claim"], &[]), Mode::Writing, "This has changed meanwhile. Look at it again.");
    check(read("it rains", &[], &[]), Mode::Writing, "This has changed meanwhile. Look at it again.");
    check(
        read("⟦1⟦2it rains1⟧ 2⟧", &["Claim", "Claim"], &[]),
        Mode::Writing,
        "This has changed meanwhile. Look at it again.",
    );
    check(
        read("⟦2⟦1it rains2⟧ 1⟧", &["Claim", "Claim"], &[]),
        Mode::Writing,
        "Those words are marked as Claim already",
    );
}

#[test]
fn a_finding_can_be_gone_to() {
    let document = read("⟦1He1⟧ said ⟦2it rains2⟧", &["Source", "Claim"], &[]);
    let jump = Action::JumpTo { id: Some(id(2)), relation: None, attribute: None };
    let (hovered, _) = update(&state(document, Mode::Writing), Action::Hover(Some(id(1))), &desk());
    let (after, effects) = update(&hovered, jump, &desk());
    let open = after.open.expect("open");
    assert_eq!(open.focus.map(|focus| focus.id), Some(id(2)));
    assert_eq!(open.hover, None, "the lines of what the mouse was left on give way");
    assert!(!effects.is_empty(), "the place is shown");
}

#[test]
fn names_of_rules_are_apart_and_words_agree() {
    let mut names = Rule::ALL.map(Rule::name);
    names.sort_unstable();
    assert!(names.windows(2).all(|pair| pair[0] != pair[1]));
    assert_eq!(plural("Claim"), "claims");
}

#[test]
fn ten_thousand_annotations_are_checked_in_moments() {
    let words = "The “mayor” of Karsa (old town) said that it’s a bridge, and Ankara denied. ";
    let text = words.repeat(13_000);
    let labels = ["Claim", "Source", "Location"];
    let annotations = (0..10_000_usize).map(|i| {
        // Some over one place, some long, many with the same words.
        let start = if i % 10 == 0 { 0 } else { (i * 97) % (text.len() - 4000) };
        let length = if i % 50 == 0 { 3000 } else { 5 + i % 30 };
        (i, start, length)
    });
    let whole = Text::new(&text[..]);
    let annotations = annotations.map(|(i, start, length)| {
        let (start, end) = (whole.floor(ByteOffset::new(start)), whole.floor(ByteOffset::new(start + length)));
        Annotation::new(id(i), LabelName::new(labels[i % 3]), Fragments::one(Span::new(start, end).expect("a span")))
    });
    let relations = (0..2_000).map(|i| {
        let ends = (id(i * 3 % 9_000), id((i * 3 % 9_000) + 1));
        Relation::new(RelationId::new(format!("r{i}")), "attributed to", ends.0, ends.1)
    });
    let document = document(text.clone(), first(), annotations.collect(), relations.collect());
    let started = Instant::now();
    let found = findings(&document, &lower);
    assert!(found.len() > 1000, "{}", found.len());
    let covered = summary(&document);
    assert!(covered[0].all > 3000);
    assert!(started.elapsed().as_millis() < 3000, "{:?}", started.elapsed());
}

fn texts() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "rain", "Rain", "the", " ", " ", "\u{A0}", "\u{202F}", "\u{200F}", "“", "”", "„", "«", "»", "‘", "’", "'",
        "\"", "(", ")", "[", "]", ",", ".", "?", "\n", "🚨", "دمشق", "צה\"ל", "é", "e\u{301}", "\u{301}", "日本", "—",
        "5", "\u{200D}",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

#[allow(clippy::type_complexity, reason = "what the generator gives")]
fn documents() -> impl Strategy<Value = Document> {
    let spans = prop::collection::vec((0..60_usize, 1..20_usize), 1..3);
    let annotations = prop::collection::vec((spans, 0..4_usize, 0..8_u8), 0..9);
    let relations = prop::collection::vec((0..6_usize, 0..9_usize, 0..9_usize), 0..8);
    (texts(), annotations, relations, any::<bool>()).prop_map(|(string, annotations, relations, keeps)| {
        let mut schema = first();
        schema.labels.iter_mut().for_each(|label| label.keeps_quotes = keeps);
        schema.labels[1].attributes.push(Attribute { required: true, ..Attribute::named("role", AttributeKind::Text) });
        let text = Text::new(&string[..]);
        let labels = ["Claim", "Source", "Location", "Elsewhere"];
        let kinds = ["attributed to", "located in", "supports", "contradicts", "same as", "odd"];
        let mut made: Vec<Annotation> = Vec::new();
        for (spans, label, flag) in annotations {
            let spans = spans.into_iter().filter_map(|(start, length)| {
                Span::new(text.floor(ByteOffset::new(start)), text.floor(ByteOffset::new(start + length)))
            });
            let Some(fragments) = Fragments::merged(spans) else { continue };
            let mut annotation = Annotation::new(id(made.len()), LabelName::new(labels[label]), fragments);
            annotation.remarks.flag = Flag::ALL.get(usize::from(flag)).copied();
            annotation.remarks.note = if flag > 5 { format!("note {flag}") } else { String::new() };
            made.push(annotation);
        }
        let label = |at: usize| made.get(at).map(|annotation| annotation.label.clone());
        let related = relations.into_iter().enumerate().filter_map(|(i, (kind, from, to))| {
            let allowed = schema.relation(kinds[kind])?.allows(&label(from)?, &label(to)?);
            let relation = Relation::new(RelationId::new(format!("r{i}")), kinds[kind], id(from), id(to));
            allowed.then_some(relation)
        });
        let related = related.collect();
        document(string, schema, made, related)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, ..ProptestConfig::default() })]

    #[test]
    fn every_repair_can_be_made_and_removes_its_finding(document in documents()) {
        let found = findings(&document, &lower);
        let place = |finding: &Finding| {
            let places: Vec<_> = document.annotations.iter().map(|a| a.id.clone()).collect();
            places.iter().position(|id| *id == finding.at[0])
        };
        prop_assert!(found.windows(2).all(|pair| place(&pair[0]) <= place(&pair[1])), "in document order");
        for finding in found.iter().filter(|finding| finding.repair.is_some()) {
            let (after, _) = repaired(&document, finding).map_err(TestCaseError::fail)?;
            let again = findings(&after, &lower);
            let same = |other: &&Finding| other.rule == finding.rule && other.at == finding.at;
            prop_assert!(again.iter().find(same).is_none(), "{:?} is still there", finding);
            for relation in after.relations.iter() {
                prop_assert!(after.annotations.get(&relation.from).is_some());
                prop_assert!(after.annotations.get(&relation.to).is_some());
            }
        }
    }

    #[test]
    fn a_rule_that_is_off_finds_nothing(mut document in documents(), off in 0..8_usize) {
        Rc::make_mut(&mut document.schema).rules_off.push(Rule::ALL[off].name().to_owned());
        let found = findings(&document, &lower);
        prop_assert!(found.iter().all(|finding| finding.rule != Rule::ALL[off]));
    }
}
