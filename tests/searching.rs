//! The search over all articles, seen from the app: opened anywhere, and what a hit leads to.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod desk;

use std::rc::Rc;

use desk::desk;
use gloss::app::annex::{Reply, Request};
use gloss::app::command::Command;
use gloss::app::{Action, Dialog, Effect, Mode, Open, Screen, State, update};
use gloss::edit::Session;
use gloss::formats::schema::first;
use gloss::model::{
    Annotation, AnnotationId, Annotations, Document, DocumentId, DocumentInfo, Extra, Fragments, Intake, LabelName,
};
use gloss::text::{ByteOffset, Span, Text};

fn article() -> State {
    let info = DocumentInfo {
        id: DocumentId::new("d"),
        title: "d".to_owned(),
        text: Text::new("It rains, he said.".to_owned()),
        intake: Intake::default(),
        metadata: Extra::new(),
        created: None,
        extra: Extra::new(),
    };
    let mut document = Document::new(info, first());
    let span = Span::from_bytes(10, 12).unwrap();
    let source = Annotation::new(AnnotationId::new("a1"), LabelName::new("Source"), Fragments::one(span));
    document.annotations = Annotations::from_vec(document.text(), vec![Rc::new(source)]);
    let open = Open::new(Session::new(document), 0, ByteOffset::ZERO, Mode::Writing);
    State { screen: Screen::Article, open: Some(open), ..State::default() }
}

fn tell(state: &State, reply: Reply) -> (State, Vec<Effect>) {
    update(state, Action::Annex(reply), &desk())
}

#[test]
fn the_page_opens_on_the_start_screen_and_in_an_article() {
    for state in [State::default(), article()] {
        let (state, effects) = update(&state, Action::Run(Command::Search), &desk());
        assert!(matches!(state.dialog, Some(Dialog::Page)));
        let asked = |effect: &Effect| matches!(effect, Effect::Annex(Request::Page(page)) if page.name == "search");
        assert!(effects.iter().any(asked), "{effects:?}");
    }
}

#[test]
fn a_hit_leads_to_the_bar_or_to_its_annotation() {
    let (state, effects) = tell(&article(), Reply::Run("find".to_owned()));
    assert!(state.finding.is_some());
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Annex(Request::Find(..)))), "{effects:?}");
    let (state, effects) = tell(&article(), Reply::Focus(AnnotationId::new("a1")));
    assert_eq!(state.open.unwrap().focus.unwrap().id.as_str(), "a1");
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Reveal(at) if at.get() == 10)), "{effects:?}");
}

#[test]
fn what_is_not_there_changes_nothing() {
    for reply in [Reply::Run("nothing like it".to_owned()), Reply::Focus(AnnotationId::new("gone"))] {
        let (state, effects) = tell(&article(), reply);
        assert!(state.finding.is_none() && state.open.unwrap().focus.is_none());
        assert!(effects.is_empty(), "{effects:?}");
    }
    let (_, effects) = tell(&State::default(), Reply::Run("find".to_owned()));
    assert!(effects.is_empty(), "{effects:?}");
}
