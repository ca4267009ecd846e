//! Being done with an article: what is open is shown first, the status is a step like any other, and the next
//! unfinished article is found in the order in which they came in.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod desk;

use std::rc::Rc;

use desk::desk;
use gloss::app::command::Command;
use gloss::app::records::Header;
use gloss::app::settings::Settings;
use gloss::app::{Action, Effect, Listing, Mode, Open, Screen, State, update};
use gloss::edit::Session;
use gloss::formats::schema::first;
use gloss::model::{
    Annotation, AnnotationId, Annotations, Document, DocumentId, DocumentInfo, Extra, Fragments, Intake, LabelName,
    Status,
};
use gloss::query::check::findings;
use gloss::text::{ByteOffset, Span, Text};

fn document(id: &str, created: &str, status: Status) -> Document {
    let info = DocumentInfo {
        id: DocumentId::new(id.to_owned()),
        title: id.to_owned(),
        text: Text::new("It rains, he said.".to_owned()),
        intake: Intake::default(),
        metadata: Extra::new(),
        created: Some(created.into()),
        extra: Extra::new(),
    };
    Document { status, ..Document::new(info, first()) }
}

/// The same with a claim that has no source.
fn with_claim(mut document: Document) -> Document {
    let span = Span::from_bytes(0, 8).unwrap();
    let claim = Annotation::new(AnnotationId::new("a1".to_owned()), LabelName::new("Claim"), Fragments::one(span));
    document.annotations = Annotations::from_vec(document.text(), vec![Rc::new(claim)]);
    document
}

fn state(document: Document) -> State {
    let open = Open::new(Session::new(document), 0, ByteOffset::ZERO, Mode::Writing);
    State { screen: Screen::Article, open: Some(open), ..State::default() }
}

fn run(state: &State, command: Command) -> (State, Vec<Effect>) {
    update(state, Action::Run(command), &desk())
}

fn status(state: &State) -> Status {
    state.open.as_ref().unwrap().session.document.status
}

/// Has the checks answer that were asked for.
fn checked(state: &State, effects: &[Effect]) -> State {
    let asked = effects.iter().find_map(|effect| match effect {
        Effect::Check(document) => Some(findings(document, &|text| text.to_lowercase())),
        _ => None,
    });
    update(state, Action::Checked(Ok(asked.expect("the checks are asked"))), &desk()).0
}

#[test]
fn what_is_open_is_shown_before_an_article_is_done() {
    let (asked, effects) =
        run(&state(with_claim(document("a", "2026-01-01T00:00:00Z", Status::InProgress))), Command::Done);
    assert_eq!(status(&asked), Status::InProgress, "not before the checks have answered");
    let shown = checked(&asked, &effects);
    assert_eq!(status(&shown), Status::InProgress);
    let words = shown.toast.as_ref().map(|toast| toast.text.clone()).unwrap_or_default();
    assert!(words.starts_with("1 thing to look at first"), "{words}");
    let (done, _) = run(&shown, Command::Done);
    assert_eq!(status(&done), Status::Done);
    let (back, _) = run(&done, Command::Undo);
    assert_eq!(status(&back), Status::InProgress, "one step");
    let (again, _) = run(&done, Command::Done);
    assert_eq!(status(&again), Status::InProgress, "done, and not any more");
}

#[test]
fn with_nothing_open_one_press_is_enough() {
    let (asked, effects) = run(&state(document("a", "2026-01-01T00:00:00Z", Status::NotStarted)), Command::Done);
    assert_eq!(status(&checked(&asked, &effects)), Status::Done);
    let (skipped, _) = run(&state(document("a", "2026-01-01T00:00:00Z", Status::NotStarted)), Command::Skip);
    assert_eq!(status(&skipped), Status::Skipped);
}

#[test]
fn the_first_edit_begins_the_work_in_the_same_step() {
    let new = document("a", "2026-01-01T00:00:00Z", Status::NotStarted);
    let (selected, _) = run(&state(new), Command::SelectWord);
    let (marked, _) = run(&selected, Command::Label(0));
    assert_eq!(marked.open.as_ref().unwrap().session.document.annotations.len(), 1);
    assert_eq!(status(&marked), Status::InProgress);
    let (back, _) = run(&marked, Command::Undo);
    assert_eq!(status(&back), Status::NotStarted);
}

#[test]
fn the_next_unfinished_one_is_found_in_the_order_of_coming_in() {
    let at = |day: usize| format!("2026-01-0{day}T00:00:00Z");
    let all = [
        ("a", 1, Status::InProgress, false),
        ("b", 2, Status::Done, false),
        ("c", 3, Status::NotStarted, true),
        ("d", 4, Status::NotStarted, false),
        ("e", 5, Status::Skipped, false),
        // In the archive.
        ("f", 6, Status::NotStarted, false),
    ];
    let listing = |(id, day, status, deleted): (&str, usize, Status, bool)| Listing {
        header: Header::of(&document(id, &at(day), status), 0, None),
        deleted,
        home: None,
        archived: id == "f",
    };
    // The list is in another order: last changed first.
    let library: Vec<Listing> = all.iter().rev().copied().map(listing).collect();
    let check = |here: usize, command: Command, expected: Option<&str>| {
        let (id, day, status, _) = all[here];
        let before = State {
            library: Some(Rc::new(library.iter().cloned().map(Rc::new).collect())),
            ..state(document(id, &at(day), status))
        };
        let (after, effects) = run(&before, command);
        let loads = effects.iter().find_map(|effect| match effect {
            Effect::Load(id) => Some(id.as_str().to_owned()),
            _ => None,
        });
        assert_eq!(loads.as_deref(), expected, "{command:?} from {id}");
        if expected.is_none() {
            assert!(after.toast.is_some(), "it is said");
        }
    };
    check(0, Command::NextUnfinished, Some("d"));
    check(1, Command::NextUnfinished, Some("d"));
    check(3, Command::NextUnfinished, Some("a"));
    check(4, Command::NextUnfinished, Some("a"));
    check(1, Command::PreviousUnfinished, Some("a"));
    check(0, Command::PreviousUnfinished, Some("d"));
    check(4, Command::PreviousUnfinished, Some("d"));
    // Within a project: the others are as if they were not there.
    let mut projects = library.clone();
    for listing in projects.iter_mut().filter(|listing| ["b", "d"].contains(&listing.header.id.as_str())) {
        listing.home = Some(gloss::model::ProjectId::new("p"));
    }
    let (id, day, status, _) = all[1];
    let before = State {
        library: Some(Rc::new(projects.into_iter().map(Rc::new).collect())),
        ..state(document(id, &at(day), status))
    };
    for command in [Command::NextUnfinished, Command::PreviousUnfinished] {
        let (_, effects) = run(&before, command);
        assert!(effects.iter().any(|effect| matches!(effect, Effect::Load(id) if id.as_str() == "d")), "{command:?}");
    }
    let alone = State {
        library: Some(Rc::new(vec![Rc::new(listing(all[0]))])),
        ..state(document("a", &at(1), Status::InProgress))
    };
    let (_, effects) = run(&alone, Command::NextUnfinished);
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Load(_))));
}

#[test]
fn whoever_marks_and_links_stands_on_it() {
    let check = |name: &str, expected: Option<&str>| {
        let settings = Rc::new(Settings { name: name.to_owned(), ..Settings::default() });
        let claimed = with_claim(document("a", "2026-01-01", Status::NotStarted));
        let before = State { settings, ..state(claimed) };
        // "he" in "It rains, he said."
        let (anchor, head) = (ByteOffset::new(10), ByteOffset::new(12));
        let (selected, _) = update(&before, Action::Selected { anchor, head }, &desk());
        let (marked, _) = run(&selected, Command::Label(1));
        let (linked, _) = run(&marked, Command::AcceptOffer);
        let document = &linked.open.as_ref().unwrap().session.document;
        let made = document.annotations.get(&AnnotationId::new("new-1")).unwrap();
        assert_eq!(made.remarks.author.as_deref(), expected, "annotation, {name:?}");
        let relation = document.relations.iter().next().unwrap();
        assert_eq!(relation.remarks.author.as_deref(), expected, "relation, {name:?}");
        let claim = document.annotations.get(&AnnotationId::new("a1")).unwrap();
        assert_eq!(claim.remarks.author, None, "what was there is somebody else's");
    };
    check("", None);
    check("  ", None);
    check(" Ana Dorrell ", Some("Ana Dorrell"));
}
