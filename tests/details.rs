//! The details of an article: what is filled in is checked, becomes one step, and leaves alone what nobody touched.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use gloss::app::annex::Article;
use gloss::app::details::{Details, DetailsAction, DetailsEffect, Draft, Slot, address, tags};
use gloss::edit::Op;
use gloss::formats::schema::first;
use gloss::model::{Attribute, AttributeKind, Document, DocumentId, DocumentInfo, Extra, Intake, Schema};
use gloss::text::Text;
use proptest::prelude::*;
use serde_json::{Value, json};

fn extra(value: &Value) -> Extra {
    value.as_object().cloned().unwrap_or_default()
}

fn document(metadata: &Value) -> Document {
    let info = DocumentInfo {
        id: DocumentId::new("d"),
        title: "  A title ".to_owned(),
        text: Text::new("Words.".to_owned()),
        intake: Intake::default(),
        metadata: extra(metadata),
        created: None,
        extra: Extra::new(),
    };
    let attribute = |name: &str, kind, values: &[&str]| Attribute {
        values: values.iter().map(|v| (*v).to_owned()).collect(),
        ..Attribute::named(name, kind)
    };
    let attributes = vec![
        attribute("genre", AttributeKind::One, &["news", "opinion"]),
        attribute("places", AttributeKind::Several, &["here", "there"]),
        attribute("length", AttributeKind::Number, &[]),
        attribute("centre", AttributeKind::Coordinates, &[]),
    ];
    Document::new(info, Schema { attributes, ..first() })
}

fn page(document: &Document) -> Details {
    let article = Article { id: DocumentId::new("d"), seq: 0, writes: true };
    let (mut page, effect) = Details::new(article.clone(), false);
    assert_eq!(effect, DetailsEffect::Read(article));
    assert_eq!(page.act(DetailsAction::Read(Ok((document.clone(), true)))), None);
    page
}

fn type_in(page: &mut Details, slot: Slot, text: &str) {
    assert_eq!(page.act(DetailsAction::Text(slot, text.to_owned())), None);
}

/// The document after saving.
fn saved(page: &mut Details, before: &Document) -> Document {
    match page.act(DetailsAction::Save) {
        Some(DetailsEffect::Apply(change)) => change.apply(before).expect("it fits"),
        other => panic!("{other:?}: {:?}", page.faults),
    }
}

#[test]
fn what_is_filled_in_is_one_step() {
    let before = document(&json!({"publisher": "Old", "x": 1, "author": "Ann"}));
    let mut page = page(&before);
    type_in(&mut page, Slot::Title, " Water   comes\tback ");
    type_in(&mut page, Slot::Tags, "water,  مياه , water,, two  words");
    type_in(&mut page, Slot::Publisher, "");
    type_in(&mut page, Slot::Published, "2024-02-29");
    type_in(&mut page, Slot::Language, "zh-Hant");
    type_in(&mut page, Slot::Address, "https://news.example/a?b=c");
    page.act(DetailsAction::Choose(0, Some("news".into())));
    page.act(DetailsAction::Toggle(1, "there".to_owned()));
    page.act(DetailsAction::Toggle(1, "here".to_owned()));
    type_in(&mut page, Slot::Attribute(2), "12.50");
    type_in(&mut page, Slot::Attribute(3), "36.2021,37.1343");
    type_in(&mut page, Slot::Note, "from the archive");
    let after = saved(&mut page, &before);
    assert_eq!(after.info.title, "Water comes back");
    let expected = json!({"x": 1, "author": "Ann", "tags": ["water", "مياه", "two words"], "published": "2024-02-29",
        "language": "zh-Hant", "url": "https://news.example/a?b=c"});
    assert_eq!(after.info.metadata, extra(&expected));
    assert_eq!(after.remarks.note, "from the archive");
    let said = json!({"genre": "news", "places": ["here", "there"], "length": 12.50,
        "centre": {"latitude": 36.2021, "longitude": 37.1343}});
    assert_eq!(serde_json::to_string(&after.remarks.attributes["centre"]).unwrap(), said["centre"].to_string());
    assert_eq!(after.remarks.attributes.len(), 4);
    assert_eq!(after.info.text, before.info.text);
}

#[test]
fn what_is_wrong_is_said_and_nothing_is_saved() {
    let check = |slot: Slot, text: &str| {
        let before = document(&json!({}));
        let mut page = page(&before);
        type_in(&mut page, slot, text);
        assert_eq!(page.act(DetailsAction::Save), None, "{text:?}");
        assert_eq!(page.faults.len(), 1, "{text:?}");
        assert_eq!((page.faults[0].0, page.tries), (slot, 1));
        type_in(&mut page, slot, "x");
        assert_eq!(page.fault(slot), None, "typing on takes it away");
    };
    check(Slot::Title, "  ");
    for text in [
        "2026-02-29",
        "2026-13",
        "26",
        "yesterday",
        "2026-1-1",
        "2026-08-22T",
        "2026-08-22T10:00",
        "2026-08-32",
        "2026-04-31",
        "2026T10:00Z",
    ] {
        check(Slot::Published, text);
    }
    for text in [
        "news.example",
        "ftp://a.example",
        "javascript:alert(1)",
        "https://",
        "https:// a",
        "http:///a",
        "https://a b",
        "https://news.example@evil.example/",
        "https://\u{202e}moc",
        "data:text/html,x",
    ] {
        check(Slot::Address, text);
    }
    for text in ["english language", "e", "en_US", "en-", "123", "-en", "toolonglanguage", "english"] {
        check(Slot::Language, text);
    }
    check(Slot::Attribute(2), "twelve");
    check(Slot::Attribute(3), "36.2 north");
}

#[test]
fn what_fits_is_taken() {
    let check = |slot: Slot, text: &str| {
        let before = document(&json!({}));
        let mut page = page(&before);
        type_in(&mut page, slot, text);
        let after = saved(&mut page, &before);
        assert_eq!(after.info.metadata[slot.key().unwrap()], text);
    };
    for text in ["2026", "2026-08", "2026-08-22", "2000-02-29", "2026-08-22T10:00Z", "2026-08-22T10:00:00.5+02:00"] {
        check(Slot::Published, text);
    }
    for text in ["https://news.example", "HTTP://a.example:8080/x#y", "https://مثال.example/ماء"] {
        check(Slot::Address, text);
        assert!(address(text).is_some());
    }
    for text in ["en", "ar", "de-CH", "zh-Hant-TW", "sl-rozaj-biske-1994", "x-klingon", "gsw"] {
        check(Slot::Language, text);
    }
}

#[test]
fn names_of_steps() {
    let before = document(&json!({}));
    let name = |slots: &[(Slot, &str)]| {
        let mut page = page(&before);
        for (slot, text) in slots {
            type_in(&mut page, *slot, text);
        }
        match page.act(DetailsAction::Save) {
            Some(DetailsEffect::Apply(change)) => change.name,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(name(&[(Slot::Title, "New")]), "rename the article");
    assert_eq!(name(&[(Slot::Title, "New"), (Slot::Author, "Ann")]), "change the details");
    assert_eq!(name(&[(Slot::Note, "x")]), "change the details");
}

#[test]
fn nothing_changed_is_no_step_and_changes_are_asked_about() {
    let before = document(&json!({"tags": ["a, b", 3], "published": "last week", "url": {"odd": true}}));
    let mut untouched = page(&before);
    assert!(!untouched.is_changed());
    assert_eq!(untouched.act(DetailsAction::Save), Some(DetailsEffect::Close));
    assert_eq!(page(&before).act(DetailsAction::Close), Some(DetailsEffect::Close));
    let mut changed = page(&before);
    type_in(&mut changed, Slot::Author, "Ann");
    assert_eq!(changed.act(DetailsAction::Close), None);
    assert!(changed.closing);
    // What is wrong in what came is nobody's fault now.
    assert_eq!(saved(&mut changed, &before).info.metadata["published"], "last week");
}

#[test]
fn one_that_is_open_elsewhere_can_be_looked_at() {
    let before = document(&json!({}));
    let article = Article { id: DocumentId::new("d"), seq: 0, writes: true };
    let (mut page, _) = Details::new(article, true);
    page.act(DetailsAction::Read(Ok((before, false))));
    type_in(&mut page, Slot::Title, "Another");
    assert!(!page.is_changed());
    assert_eq!(page.act(DetailsAction::Save), None);
    assert_eq!(page.act(DetailsAction::Close), Some(DetailsEffect::Close));
}

#[test]
fn tags_of_what_files_say() {
    let check = |value: Value, expected: &[&str]| assert_eq!(tags(&extra(&json!({"tags": value}))), expected);
    check(json!(["a", 1, "b"]), &["a", "b"]);
    check(json!("one"), &["one"]);
    check(json!(" "), &[]);
    check(json!({"a": 1}), &[]);
    check(Value::Null, &[]);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is typed: either something is wrong with it, or it is one step that can be taken back, and what it leaves
    /// reads as it was saved.
    #[test]
    fn any_words(slot in 0..8_usize, words in "(?s).{0,40}", held in ".{0,12}") {
        let slot = [Slot::Title, Slot::Tags, Slot::Address, Slot::Publisher, Slot::Author, Slot::Published, Slot::Language, Slot::Note][slot];
        let before = document(&json!({"publisher": held, "tags": [held], "k": held}));
        let mut page = page(&before);
        type_in(&mut page, slot, &words);
        match page.act(DetailsAction::Save) {
            None => prop_assert_eq!(page.faults.len(), 1),
            Some(DetailsEffect::Close) => prop_assert!(page.filled().unwrap().change().unwrap().ops.is_empty()),
            Some(DetailsEffect::Apply(change)) => {
                let after = change.apply(&before).unwrap();
                prop_assert_eq!(&after.info.metadata["k"], &before.info.metadata["k"]);
                let known = change.ops.iter().all(|op| matches!(op, Op::Details { .. } | Op::Remarks { .. }));
                prop_assert!(known);
                prop_assert_eq!(change.inverse().apply(&after).unwrap(), before);
                prop_assert!(Draft::of(after.clone(), true).change().unwrap().ops.is_empty());
            }
            other => prop_assert!(false, "{:?}", other),
        }
    }
}
