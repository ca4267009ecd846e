//! A newer version of a text: what is decided about each annotation, and the article that comes of it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::rc::Rc;

use gloss::anchor::carry;
use gloss::app::annex::Article;
use gloss::app::newer::{Choice, Class, Newer, NewerAction, NewerEffect, OLDER, Review, Stage};
use gloss::app::records::{Base, Record};
use gloss::formats::plain::from_paste;
use gloss::formats::schema::first;
use gloss::model::{
    Annotation, AnnotationId, Annotations, Document, DocumentId, DocumentInfo, Extra, Fragments, Intake, LabelName,
    Relation, RelationId, Relations, Status,
};
use gloss::text::{Span, Text};
use proptest::prelude::*;

const OLD: &str = "The mayor of Karsa said on Monday that the old bridge over the river would reopen in spring.\n\
                   Engineers had found forty cracks in its northern pillar after the flood of last year.\n\
                   Nobody in the harbour had been asked, according to the union of the dock workers.";
const NEW: &str = "Nobody in the harbour had been asked, according to the union of the dock workers.\n\
                   The mayor of Karsa said on Monday that the old bridge over the river would reopen in autumn.\n\
                   A new sentence stands here, about nothing that was there before.";

fn at(words: &str) -> Fragments {
    let start = OLD.find(words).unwrap_or_else(|| panic!("{words}"));
    Fragments::one(Span::from_bytes(start, start + words.len()).unwrap())
}

fn old() -> Document {
    let info = DocumentInfo {
        id: DocumentId::new("old one"),
        title: "The bridge".to_owned(),
        text: Text::new(OLD),
        intake: Intake::default(),
        metadata: Extra::from_iter([("publisher".to_owned(), "The Herald".into())]),
        created: None,
        extra: Extra::new(),
    };
    let mut document = Document::new(info, first());
    let put = |id: &str, label: &str, words: &str| {
        Rc::new(Annotation::new(AnnotationId::new(id), LabelName::new(label), at(words)))
    };
    let all = vec![
        put("mayor", "Source", "The mayor of Karsa"),
        put("reopen", "Claim", "the old bridge over the river would reopen in spring"),
        put("cracks", "Claim", "forty cracks in its northern pillar"),
        put("harbour", "Claim", "Nobody in the harbour had been asked"),
        put("union", "Source", "the union of the dock workers"),
    ];
    document.annotations = Annotations::from_vec(document.text(), all);
    let link = |id: &str, from: &str, to: &str| {
        let (from, to) = (AnnotationId::new(from), AnnotationId::new(to));
        Rc::new(Relation::new(RelationId::new(id), "attributed to", from, to))
    };
    document.relations = Relations::from_vec(vec![
        link("1", "reopen", "mayor"),
        link("2", "cracks", "mayor"),
        link("3", "harbour", "union"),
    ]);
    document.status = Status::Done;
    document
}

/// The page with the newer text carried over.
fn page() -> Newer {
    let article = Article { id: DocumentId::new("old one"), seq: 0, writes: true };
    let (mut page, effect) = Newer::new(article);
    assert!(matches!(effect, NewerEffect::Read(_)));
    assert!(page.act(NewerAction::Read(Ok(old()))).is_none());
    assert!(page.act(NewerAction::Draft(NEW.to_owned())).is_none());
    let Some(NewerEffect::Carry(document, newer)) = page.act(NewerAction::Carry) else { panic!("{:?}", page.trouble) };
    let carried = carry(document.text(), document.annotations.iter().map(|a| &**a), &newer);
    let said = page.act(NewerAction::Carried(Ok(carried)));
    let Some(NewerEffect::Say(words)) = said else { panic!("{:?}", page.trouble) };
    assert_eq!(words, "1 Exact, 2 Moved, 1 Changed, 1 Lost");
    page
}

fn review(page: &Newer) -> &Review {
    match &page.stage {
        Stage::Review(review) | Stage::Making(review) => review,
        other => panic!("{other:?}"),
    }
}

/// Looks at the annotation of that id.
fn look(page: &mut Newer, id: &str) {
    let at = review(page).items.iter().position(|item| item.old.id.as_str() == id).unwrap();
    assert!(page.act(NewerAction::Look(at)).is_none());
}

fn making(page: &mut Newer) -> Option<Document> {
    match page.act(NewerAction::Make) {
        Some(NewerEffect::Make(review, incoming)) => {
            Some(review.document(&incoming, DocumentId::new("new"), &"2026-11-23T10:00:00Z".into()))
        }
        _ => None,
    }
}

#[test]
fn what_needs_eyes_is_looked_at_first() {
    let page = page();
    assert_eq!(review(&page).item().map(|item| item.class), Some(Class::Changed));
    let tally = review(&page).tally();
    assert_eq!((tally.along, tally.behind, tally.open), (0, 0, 5));
}

#[test]
fn nothing_comes_along_that_nobody_said_yes_to() {
    let mut page = page();
    assert!(making(&mut page).is_none(), "five are to be decided");
    assert!(page.trouble.as_deref().is_some_and(|why| why.starts_with("5 annotations are still to be decided")));
    let _ = page.act(NewerAction::AcceptSure);
    let _ = page.act(NewerAction::LeaveLost);
    assert_eq!(review(&page).item().map(|item| item.class), Some(Class::Changed), "what is left comes next");
    assert!(making(&mut page).is_none(), "the changed one is to be decided still");
    assert_eq!(review(&page).item().map(|item| item.old.id.as_str().to_owned()), Some("reopen".to_owned()));
    assert!(page.act(NewerAction::Accept).is_none());
    let made = making(&mut page).expect("all are decided");
    let quotes: Vec<String> = made.annotations.iter().map(|annotation| made.quote(annotation)).collect();
    let expected = [
        "Nobody in the harbour had been asked",
        "the union of the dock workers",
        "The mayor of Karsa",
        "the old bridge over the river would reopen in",
    ];
    assert_eq!(quotes, expected);
    let relations: Vec<&str> = made.relations.iter().map(|relation| relation.id.as_str()).collect();
    assert_eq!(relations, ["1", "3"], "the one at what stays behind goes");
    assert_eq!((made.info.title.as_str(), made.status), ("The bridge", Status::InProgress));
    assert_eq!(made.info.metadata.get(OLDER).and_then(|id| id.as_str()), Some("old one"));
    assert_eq!(made.info.metadata.get("publisher").and_then(|name| name.as_str()), Some("The Herald"));
    let changed = made.annotations.get(&AnnotationId::new("reopen")).unwrap();
    assert_eq!(changed.remarks.modified.as_deref(), Some("2026-11-23T10:00:00Z"));
    assert_eq!(made.annotations.get(&AnnotationId::new("mayor")).unwrap().remarks.modified, None);
    let record = Base(made.clone()).encode().expect("it can be stored");
    assert_eq!(Base::decode(&record).unwrap().0, made);
}

#[test]
fn what_goes_is_said_before_it_goes() {
    let mut page = page();
    look(&mut page, "mayor");
    assert!(page.act(NewerAction::Leave).is_none());
    let tally = review(&page).tally();
    assert_eq!(tally.gone.len(), 2, "{:?}", tally.gone);
    assert!(tally.gone[0].contains("attributed to “The mayor of Karsa”"), "{:?}", tally.gone);
    look(&mut page, "mayor");
    assert!(page.act(NewerAction::Reopen).is_none());
    assert!(review(&page).tally().gone.is_empty());
}

#[test]
fn a_lost_one_needs_a_place() {
    let mut page = page();
    look(&mut page, "cracks");
    assert!(page.act(NewerAction::Accept).is_some(), "why not");
    assert!(page.trouble.is_some());
    assert_eq!(review(&page).items.iter().filter(|item| item.choice != Choice::Open).count(), 0);
    look(&mut page, "cracks");
    assert!(page.act(NewerAction::Put(9)).is_none());
    assert_eq!(review(&page).item().unwrap().choice, Choice::Open, "there is no ninth place");
    if let Some(first) = review(&page).item().unwrap().candidates.first().cloned() {
        look(&mut page, "cracks");
        assert!(page.act(NewerAction::Put(0)).is_none());
        let item = review(&page).items.iter().find(|item| item.old.id.as_str() == "cracks").unwrap();
        assert_eq!(item.choice, Choice::Along(first.fragments));
    }
}

#[test]
fn keys_walk_and_decisions_go_on_to_the_next() {
    let mut page = page();
    let id = |page: &Newer| review(page).item().unwrap().old.id.as_str().to_owned();
    look(&mut page, "mayor");
    let _ = page.act(NewerAction::Accept);
    assert_eq!(id(&page), "reopen");
    let _ = page.act(NewerAction::Step(true));
    assert_eq!(id(&page), "cracks");
    let _ = page.act(NewerAction::Step(false));
    let _ = page.act(NewerAction::Step(false));
    let _ = page.act(NewerAction::Step(false));
    assert_eq!(id(&page), "mayor");
    let _ = page.act(NewerAction::Filter(Some(Class::Moved)));
    assert_eq!(id(&page), "harbour");
    assert_eq!(review(&page).listed().len(), 2);
    let _ = page.act(NewerAction::Step(true));
    let _ = page.act(NewerAction::Step(true));
    assert_eq!(id(&page), "union");
    let _ = page.act(NewerAction::Leave);
    assert_eq!(id(&page), "harbour", "the one that is left in this list");
}

#[test]
fn what_cannot_be_is_said() {
    let article = Article { id: DocumentId::new("old one"), seq: 0, writes: true };
    let (mut page, _) = Newer::new(article);
    let _ = page.act(NewerAction::Read(Ok(old())));
    let _ = page.act(NewerAction::Carry);
    assert!(page.trouble.as_deref().is_some_and(|why| why.starts_with("There is no text yet")));
    let _ = page.act(NewerAction::Draft(OLD.to_owned()));
    let _ = page.act(NewerAction::Carry);
    assert!(page.trouble.as_deref().is_some_and(|why| why.contains("the text that the article has already")));
    let _ = page.act(NewerAction::Arrived(Err("No.".to_owned())));
    assert_eq!(page.trouble.as_deref(), Some("No."));
    let _ = page.act(NewerAction::Arrived(from_paste(NEW.to_owned()).map_err(|error| error.to_string())));
    assert!(matches!(page.stage, Stage::Carrying));
    let _ = page.act(NewerAction::Carried(Err("It broke.".to_owned())));
    assert!(matches!(page.stage, Stage::Asking));
    assert_eq!(page.trouble.as_deref(), Some("It broke."));
}

#[test]
fn what_was_decided_is_not_closed_without_a_word() {
    let mut page = page();
    assert!(matches!(page.act(NewerAction::Close), Some(NewerEffect::Close)), "nothing was decided");
    let _ = page.act(NewerAction::AcceptSure);
    assert!(page.act(NewerAction::Close).is_none());
    assert!(page.closing);
    let _ = page.act(NewerAction::Stay);
    assert!(!page.closing);
    assert!(page.act(NewerAction::Close).is_none());
    assert!(matches!(page.act(NewerAction::Close), Some(NewerEffect::Close)));
}

#[test]
fn a_failed_write_makes_nothing_and_can_be_tried_again() {
    let mut page = page();
    for action in [NewerAction::AcceptSure, NewerAction::LeaveLost, NewerAction::Make] {
        let _ = page.act(action);
    }
    let _ = page.act(NewerAction::Leave);
    assert!(making(&mut page).is_some());
    assert!(page.act(NewerAction::Make).is_none(), "it is on its way");
    let _ = page.act(NewerAction::Written(DocumentId::new("new"), Err("The disk is full.".to_owned())));
    assert_eq!(page.trouble.as_deref(), Some("Nothing was made. The disk is full."));
    assert!(making(&mut page).is_some());
    let _ = page.act(NewerAction::Written(DocumentId::new("new"), Ok(())));
    assert!(matches!(&page.stage, Stage::Made(id, false, _) if id.as_str() == "new"));
    assert!(matches!(page.act(NewerAction::Bin(true)), Some(NewerEffect::Bin(_, true))));
    let _ = page.act(NewerAction::Binned(Ok(true)));
    assert!(matches!(&page.stage, Stage::Made(_, true, _)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever is pressed: what comes along stands on the words that were shown, and nothing else does.
    #[test]
    fn whatever_is_pressed(keys in prop::collection::vec((0..9_u8, 0..7_usize), 0..40)) {
        let mut page = page();
        for (key, number) in keys {
            let _ = page.act(match key {
                0 => NewerAction::Accept,
                1 => NewerAction::Leave,
                2 => NewerAction::Put(number),
                3 => NewerAction::Look(number),
                4 => NewerAction::Step(number.is_multiple_of(2)),
                5 => NewerAction::Reopen,
                6 => NewerAction::Filter(Class::ALL.get(number).copied()),
                7 => NewerAction::AcceptSure,
                _ => NewerAction::LeaveLost,
            });
        }
        let held = review(&page).clone();
        for item in &held.items {
            if let Choice::Along(place) = &item.choice {
                let offered = item.place.iter().chain(item.candidates.iter().map(|candidate| &candidate.fragments));
                prop_assert!(offered.clone().any(|offered| offered == place));
            }
        }
        let tally = held.tally();
        prop_assert_eq!(tally.along + tally.behind + tally.open, held.items.len());
        match making(&mut page) {
            None => prop_assert!(tally.open > 0),
            Some(made) => {
                prop_assert_eq!(made.annotations.len(), tally.along);
                prop_assert_eq!(made.relations.len(), tally.relations);
                prop_assert_eq!(tally.relations + tally.gone.len(), held.old.relations.len());
                prop_assert!(Base(made).encode().is_ok());
            }
        }
    }
}
