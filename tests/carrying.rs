//! Taking away and bringing in, as the app sees it: the annex has the dialogs, and the work can be taken away without it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod desk;

use desk::desk;
use gloss::app::annex::{Handed, Reply, Request};
use gloss::app::command::Command;
use gloss::app::records::{Base, Record};
use gloss::app::{Action, Dialog, Effect, Mode, Open, Screen, State, update};
use gloss::edit::Session;
use gloss::formats::schema::first;
use gloss::model::{Document, DocumentId, DocumentInfo, Extra, Intake};
use gloss::text::{ByteOffset, Text};

fn document(id: &str) -> Document {
    let info = DocumentInfo {
        id: DocumentId::new(id),
        title: "It rains".to_owned(),
        text: Text::new("It rains, he said.".to_owned()),
        intake: Intake::default(),
        metadata: Extra::new(),
        created: None,
        extra: Extra::new(),
    };
    Document::new(info, first())
}

fn at_article() -> State {
    let open = Open::new(Session::new(document("d")), 0, ByteOffset::ZERO, Mode::Writing);
    State { screen: Screen::Article, open: Some(open), library: Some(Default::default()), ..State::default() }
}

fn act(state: &State, action: Action) -> (State, Vec<Effect>) {
    update(state, action, &desk())
}

fn asked(effects: &[Effect]) -> Vec<&Request> {
    effects.iter().filter_map(|effect| if let Effect::Annex(request) = effect { Some(request) } else { None }).collect()
}

fn exporting() -> (State, Handed) {
    let (state, effects) = act(&at_article(), Action::Run(Command::Export));
    let [Request::Export(handed)] = asked(&effects)[..] else { panic!("{effects:?}") };
    let handed = handed.clone();
    (state, handed)
}

#[test]
fn the_annex_gets_the_article_and_may_open_its_dialog() {
    let (state, handed) = exporting();
    assert_eq!(Base::decode(&handed.record).unwrap().0, document("d"));
    assert_eq!(state.dialog, None, "not before the file is ready");
    let (shown, effects) = act(&state, Action::Annex(Reply::Opened(Some(handed.id.clone()))));
    assert_eq!((&shown.dialog, asked(&effects).len()), (&Some(Dialog::Page), 0));

    let refused = |state: &State| {
        let (after, effects) = act(state, Action::Annex(Reply::Opened(Some(handed.id.clone()))));
        assert_eq!(after.dialog, state.dialog);
        assert_eq!(asked(&effects).first(), Some(&&Request::Close));
    };
    refused(&State { dialog: Some(Dialog::Palette), ..state.clone() });
    refused(&State { screen: Screen::Start, ..state.clone() });
    let other = Open::new(Session::new(document("other")), 0, ByteOffset::ZERO, Mode::Writing);
    refused(&State { open: Some(other), ..state });
}

#[test]
fn without_the_annex_the_file_is_handed_over_all_the_same() {
    let rescued = |effects: &[Effect]| effects.iter().any(|effect| matches!(effect, Effect::Rescue(..)));
    let (state, handed) = exporting();
    let (after, effects) = act(&state, Action::Annex(Reply::Failed));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Rescue(rescued, _) if *rescued == handed)));
    assert!(!rescued(&act(&after, Action::Annex(Reply::Failed)).1), "once");
    let (arrived, _) = act(&state, Action::Annex(Reply::Say("Here".to_owned())));
    assert!(!rescued(&act(&arrived, Action::Annex(Reply::Failed)).1), "it has answered");
    let said = |outcome| act(&after, Action::Rescued(outcome)).0.toast.unwrap();
    assert!(!said(Ok("Downloaded".to_owned())).refusal);
    assert!(said(Err("No".to_owned())).refusal);
}

#[test]
fn a_file_that_cannot_be_read_without_the_annex_is_said() {
    let (state, effects) = act(&State::default(), Action::Run(Command::Import));
    assert_eq!((&state.dialog, asked(&effects)), (&Some(Dialog::Page), vec![&Request::Import(true)]));
    let (state, _) = act(&state, Action::Annex(Reply::Failed));
    assert!(state.dialog.is_none() && state.toast.unwrap().refusal);
    let (state, _) = act(&at_article(), Action::Importing);
    assert!(act(&state, Action::Annex(Reply::Failed)).0.toast.unwrap().refusal, "a dropped one");
}

#[test]
fn articles_that_were_read_come_in_all_together_or_not_at_all() {
    let record = |id: &str| Base(document(id)).encode().unwrap();
    let state = State { dialog: Some(Dialog::Page), ..at_article() };
    let words = || "Imported 2 articles".to_owned();
    let (after, effects) = act(&state, Action::Annex(Reply::Import(words(), vec![record("d"), record("e")])));
    let created = effects.iter().find_map(|effect| match effect {
        Effect::Create(new, _) => Some(new),
        _ => None,
    });
    let created: Vec<(&str, bool)> =
        created.unwrap().iter().map(|new| (new.document.info.id.as_str(), new.record.is_some())).collect();
    assert_eq!(created, [("new-1", false), ("e", true)], "the id of the first is taken");
    assert_eq!((after.dialog, after.toast.unwrap().text), (None, words()));
    assert_eq!(asked(&effects), [&Request::Close]);

    let damaged = vec![record("e"), "base 2 0 {}".to_owned()];
    let (after, effects) = act(&state, Action::Annex(Reply::Import(words(), damaged)));
    assert!(effects.is_empty() && after.toast.unwrap().refusal);
}
