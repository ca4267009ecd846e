//! Two tabs on one article, as the app sees them: one takes over from the other, and what that one could not
//! save any more is refused, said and kept.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod desk;

use desk::desk;
use gloss::app::command::Command;
use gloss::app::records::JournalRecord;
use gloss::app::storage_error::StorageError;
use gloss::app::tabs::LockState;
use gloss::app::{Action, Effect, Mode, Open, Screen, State, storage_words, update};
use gloss::edit::Session;
use gloss::formats::schema::first;
use gloss::model::{Document, DocumentId, DocumentInfo, Extra, Intake, Status};
use gloss::text::{ByteOffset, Text};

fn id() -> DocumentId {
    DocumentId::new("d")
}

/// A tab that shows the article.
fn tab(mode: Mode) -> State {
    let info = DocumentInfo {
        id: id(),
        title: "It rains".to_owned(),
        text: Text::new("It rains, he said.".to_owned()),
        intake: Intake::default(),
        metadata: Extra::new(),
        created: None,
        extra: Extra::new(),
    };
    let open = Open::new(Session::new(Document::new(info, first())), 0, ByteOffset::ZERO, mode);
    State { screen: Screen::Article, open: Some(open), library: Some(Default::default()), ..State::default() }
}

fn mode(state: &State) -> Mode {
    state.open.as_ref().unwrap().mode
}

/// What the tab wants written: the journal records.
fn written(effects: &[Effect]) -> Vec<JournalRecord> {
    let record = |effect: &Effect| match effect {
        Effect::Append(record, _) => Some(record.clone()),
        _ => None,
    };
    effects.iter().filter_map(record).collect()
}

fn takes_over(effects: &[Effect]) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::TakeOver))
}

#[test]
fn the_second_tab_takes_over_and_reads_what_the_first_one_saved() {
    let (first, effects) = update(&tab(Mode::Writing), Action::Run(Command::Skip), &desk());
    let saved = written(&effects);
    assert_eq!(saved.len(), 1);

    let (second, effects) = update(&tab(Mode::ReadingAlong), Action::TakeOver, &desk());
    assert!(takes_over(&effects));
    assert_eq!((mode(&second), storage_words(&second)), (Mode::TakingOver, "Reading along"));
    let (second, effects) = update(&second, Action::TakeOver, &desk());
    assert!(effects.is_empty(), "it is under way");
    let (second, effects) = update(&second, Action::Lock(id(), LockState::Writer), &desk());
    assert!(matches!(&effects[..], [Effect::ReadOn(of, 0, true)] if *of == id()));
    assert!(written(&update(&second, Action::Run(Command::Skip), &desk()).1).is_empty(), "not before it has read");
    let (second, _) = update(&second, Action::ReadOn(id(), Ok(saved)), &desk());
    assert_eq!((mode(&second), storage_words(&second)), (Mode::Writing, "Saved"));
    assert_eq!(second.open.as_ref().unwrap().session.document.status, Status::Skipped);
    assert_eq!(written(&update(&second, Action::Run(Command::Skip), &desk()).1)[0].seq, 2);

    // The first one hears of it after its write was done: nothing is wrong, and it reads along.
    let (first, _) = update(&first, Action::Appended(id(), 1, Ok(())), &desk());
    let (first, _) = update(&first, Action::Lock(id(), LockState::Waiting), &desk());
    assert_eq!((mode(&first), storage_words(&first)), (Mode::ReadingAlong, "Reading along"));
    assert!(takes_over(&update(&first, Action::TakeOver, &desk()).1), "it may have it back");
}

#[test]
fn what_was_queued_is_refused_said_and_kept() {
    let (first, effects) = update(&tab(Mode::Writing), Action::Run(Command::Skip), &desk());
    let queued = written(&effects);
    for order in [[0, 1], [1, 0]] {
        let mut state = first.clone();
        for step in order {
            let action = match step {
                0 => Action::Lock(id(), LockState::Waiting),
                _ => Action::Appended(id(), 1, Err(StorageError::Conflict)),
            };
            state = update(&state, action, &desk()).0;
        }
        let open = state.open.as_ref().unwrap();
        assert_eq!((mode(&state), storage_words(&state)), (Mode::ReadingAlong, "In memory only"));
        assert_eq!(*open.unsaved, queued, "kept");
        assert_eq!(open.session.document.status, Status::Skipped, "and shown, so that it can be exported");
        let words = state.saving.fault.clone().unwrap();
        assert!(words.contains("taken it over") && words.contains("export"), "{words}");

        // Trying again must not write past the tab that writes now.
        let (again, effects) = update(&state, Action::Retry, &desk());
        assert!(!effects.iter().any(|effect| matches!(effect, Effect::Rewrite(..) | Effect::Append(..))));
        assert_eq!(again.saving.fault.as_ref(), Some(&words));
        assert!(!takes_over(&update(&state, Action::TakeOver, &desk()).1), "its steps stand where others stand");
        // What the other one writes is not mixed with it.
        let (after, _) = update(&state, Action::ReadOn(id(), Ok(queued.clone())), &desk());
        assert_eq!(after.open.as_ref().unwrap().seq, open.seq);
    }
}

#[test]
fn taking_over_that_fails_is_tried_again() {
    let (second, _) = update(&tab(Mode::ReadingAlong), Action::TakeOver, &desk());
    let (second, _) = update(&second, Action::Lock(id(), LockState::Writer), &desk());
    let (second, _) = update(&second, Action::ReadOn(id(), Err(StorageError::Full)), &desk());
    assert!(mode(&second) == Mode::TakingOver && second.saving.fault.is_some());
    let (second, effects) = update(&second, Action::Retry, &desk());
    assert!(effects.iter().any(|effect| matches!(effect, Effect::ReadOn(_, 0, true))));
    let (second, _) = update(&second, Action::ReadOn(id(), Ok(Vec::new())), &desk());
    assert_eq!((mode(&second), storage_words(&second)), (Mode::Writing, "Saved"));

    // And when a third tab is quicker, this one reads along again.
    let (second, _) = update(&tab(Mode::ReadingAlong), Action::TakeOver, &desk());
    let (second, _) = update(&second, Action::Lock(id(), LockState::Waiting), &desk());
    assert!(takes_over(&update(&second, Action::TakeOver, &desk()).1));
    assert!(!takes_over(&update(&tab(Mode::Writing), Action::TakeOver, &desk()).1), "there is nothing to take");
}
