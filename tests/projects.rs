//! Projects: which articles belong to one, what is done with it, and how that is taken back.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::rc::Rc;

use gloss::app::library::{Form, Library, LibraryAction, LibraryEffect, Progress};
use gloss::app::projects::{Change, home, remembered, schema};
use gloss::app::records::{Header, Home, Project, Record};
use gloss::app::{Action, Effect, Listing, State, update};
use gloss::formats::schema::first;
use gloss::model::{DocumentId, Extra, LabelName, ProjectId, Schema, Status};

mod desk;
use desk::desk;

fn project(id: &str, name: &str) -> Project {
    let mut schema = first();
    schema.guidelines = format!("Guidelines of {name}");
    let now = || "2026-08-01T00:00:00Z".into();
    Project {
        id: ProjectId::new(id),
        name: name.to_owned(),
        schema: Rc::new(schema),
        created: now(),
        modified: now(),
        deleted: None,
    }
}

fn listing(id: &str, home: Option<&str>, status: Status) -> Listing {
    let header = Header {
        id: DocumentId::new(id),
        title: format!("Article {id}"),
        characters: 100,
        counts: vec![(LabelName::new("Claim"), 0)],
        status,
        about: Extra::new(),
        created: Some("2026-01-01".into()),
        modified: None,
        seq: 0,
    };
    Listing { header, deleted: false, home: home.map(ProjectId::new), archived: false }
}

/// Two projects; a to c in the first one, d in the second, e in none, f in one that nobody knows.
fn library() -> Library {
    let mut library = Library::default();
    let _ = library.act(LibraryAction::Show(true), &desk());
    let listings = vec![
        listing("a", Some("p"), Status::Done),
        listing("b", Some("p"), Status::NotStarted),
        listing("c", Some("p"), Status::Skipped),
        listing("d", Some("q"), Status::Done),
        listing("e", None, Status::NotStarted),
        listing("f", Some("gone"), Status::InProgress),
    ];
    let projects = vec![project("q", "Wells"), project("p", "Rivers")];
    let _ = library.act(LibraryAction::Listed(Ok((listings, projects))), &desk());
    library
}

fn ids(library: &Library) -> String {
    let mut ids: Vec<String> = library.rows(&str::to_lowercase).iter().map(|row| row.header.id.to_string()).collect();
    ids.sort();
    ids.concat()
}

fn choose(library: &mut Library, id: Option<&str>) -> Vec<LibraryEffect> {
    library.act(LibraryAction::Choose(id.map(ProjectId::new)), &desk())
}

fn said(library: &Library) -> &str {
    library.said.as_ref().map_or("", |said| &said.words)
}

fn written(effects: &[LibraryEffect]) -> Change {
    let change = effects.iter().find_map(|effect| match effect {
        LibraryEffect::Write(change) => Some(change.clone()),
        _ => None,
    });
    change.expect("a change is written")
}

fn is_remembered(effects: &[LibraryEffect]) -> Option<String> {
    let remember = effects.iter().find_map(|effect| match effect {
        LibraryEffect::Remember(project) => Some(project.as_ref().map(|project| project.name.clone())),
        _ => None,
    });
    remember.expect("the choice is remembered")
}

#[test]
fn a_project_shows_its_own_articles() {
    let mut library = library();
    let progress = |all, done, skipped| Progress { all, done, skipped };
    assert_eq!(library.progress(), (progress(6, 2, 1), vec![progress(3, 1, 1), progress(1, 1, 0)]));
    assert_eq!(ids(&library), "abcdef");
    assert_eq!(is_remembered(&choose(&mut library, Some("p"))).as_deref(), Some("Rivers"));
    assert_eq!((ids(&library).as_str(), library.count(None), library.count(Some(Status::Done))), ("abc", 3, 1));
    assert_eq!(is_remembered(&choose(&mut library, None)), None);
    assert_eq!(ids(&library), "abcdef");
    assert_eq!(is_remembered(&choose(&mut library, Some("unknown"))), None, "there is no such project");
}

#[test]
fn a_project_is_made_and_that_is_taken_back() {
    let mut library = library();
    let fill = |library: &mut Library, name: &str| {
        let _ = library.act(LibraryAction::Form(Some(Form::New(name.to_owned()))), &desk());
        library.act(LibraryAction::Submit, &desk())
    };
    for (name, why) in [("  ", "It needs a name."), (" Rivers ", "There is a project “Rivers” already.")] {
        assert_eq!(fill(&mut library, name), [LibraryEffect::Say(why.to_owned())]);
        assert!(library.form.is_some() && library.said.as_ref().is_some_and(|said| said.refusal), "{name:?}");
    }
    let effects = fill(&mut library, "  Wind  farms ");
    assert_eq!(is_remembered(&effects).as_deref(), Some("Wind farms"));
    let change = written(&effects);
    assert_eq!(change.projects.len(), 1);
    assert_eq!((library.project().map(|project| &*project.name), library.form.as_ref()), (Some("Wind farms"), None));
    assert_eq!(library.count(None), 0);
    let effects = library.act(LibraryAction::Undo, &desk());
    assert_eq!(written(&effects), change.inverse());
    assert_eq!(library.live().count(), 2);
    assert_eq!((library.project(), ids(&library).as_str()), (None, "abcdef"));
}

#[test]
fn a_project_is_renamed() {
    let mut library = library();
    let _ = choose(&mut library, Some("p"));
    let _ = library.act(LibraryAction::Form(Some(Form::Rename("Lakes".to_owned()))), &desk());
    let effects = library.act(LibraryAction::Submit, &desk());
    assert_eq!(is_remembered(&effects).as_deref(), Some("Lakes"));
    assert_eq!((said(&library), ids(&library).as_str()), ("Renamed to “Lakes”", "abc"));
    let effects = library.act(LibraryAction::Undo, &desk());
    assert_eq!(is_remembered(&effects).as_deref(), Some("Rivers"));
    assert_eq!(said(&library), "“Rivers” again");
    // Its own name is not taken.
    let _ = library.act(LibraryAction::Form(Some(Form::Rename("Rivers".to_owned()))), &desk());
    assert_eq!((library.act(LibraryAction::Submit, &desk()), library.form.as_ref()), (Vec::new(), None));
}

#[test]
fn a_project_goes_without_its_articles_or_with_them() {
    let check = |with: bool, left: &str, words: &str| {
        let mut library = library();
        let _ = choose(&mut library, Some("p"));
        let effects = library.act(LibraryAction::DeleteProject(with), &desk());
        assert_eq!(is_remembered(&effects), None);
        assert_eq!((ids(&library).as_str(), said(&library)), (left, words));
        assert_eq!(library.binned_projects().count(), 1);
        let effects = library.act(LibraryAction::Undo, &desk());
        assert_eq!(is_remembered(&effects).as_deref(), Some("Rivers"), "back, and chosen again");
        assert_eq!((ids(&library).as_str(), library.bin().count()), ("abc", 0));
        // From the bin it comes back with the articles that stayed.
        let _ = library.act(LibraryAction::DeleteProject(with), &desk());
        let _ = library.act(LibraryAction::BringProjectBack(ProjectId::new("p")), &desk());
        let _ = choose(&mut library, Some("p"));
        assert_eq!(ids(&library), if with { "" } else { "abc" });
    };
    check(false, "abcdef", "Deleted “Rivers”. Its 3 articles stay here");
    check(true, "def", "Deleted “Rivers” and 3 articles");
}

#[test]
fn picked_articles_move_and_come_back() {
    let mut library = library();
    for id in ["a", "d", "e"] {
        let _ = library.act(LibraryAction::Pick(DocumentId::new(id)), &desk());
    }
    let effects = library.act(LibraryAction::Move(Some(ProjectId::new("q"))), &desk());
    assert_eq!(written(&effects).homes.len(), 2, "d is there already");
    assert_eq!(said(&library), "Moved 2 articles to “Wells”");
    assert_eq!(library.picked.as_deref(), Some(&Vec::new()));
    let _ = choose(&mut library, Some("q"));
    assert_eq!(ids(&library), "ade");
    let _ = library.act(LibraryAction::Undo, &desk());
    assert_eq!(ids(&library), "d");
    let _ = library.act(LibraryAction::Pick(DocumentId::new("d")), &desk());
    let _ = library.act(LibraryAction::Move(None), &desk());
    assert_eq!(said(&library), "“Article d” belongs to no project now");
    assert_eq!(ids(&library), "");
    assert_eq!(library.act(LibraryAction::Move(None), &desk()), [], "nothing is picked");
}

#[test]
fn picked_articles_are_deleted_together() {
    let mut library = library();
    let all = vec![DocumentId::new("a"), DocumentId::new("f")];
    let _ = library.act(LibraryAction::PickAll(all.clone()), &desk());
    let effects = library.act(LibraryAction::DeletePicked, &desk());
    assert_eq!(written(&effects), Change::bin(all, true));
    assert_eq!((ids(&library).as_str(), said(&library)), ("bcde", "Deleted 2 articles"));
    let _ = library.act(LibraryAction::Undo, &desk());
    assert_eq!((ids(&library).as_str(), said(&library)), ("abcdef", "2 articles are back"));
}

#[test]
fn what_is_remembered_says_where_new_articles_go_and_what_their_schema_is() {
    let rivers = project("p", "Rivers");
    let kept = remembered(&rivers).unwrap();
    assert_eq!(Home::decode(&home(&kept).unwrap()), Ok(Home { project: rivers.id.clone() }));
    assert_eq!(schema(&kept).as_ref(), Some(&*rivers.schema));
    for broken in ["", "\n", "home 2 0 {}\nbase 2 0 {}", "words"] {
        assert_eq!(schema(broken), None, "{broken:?}");
    }

    let arrives = |project: Option<String>| -> (Option<Rc<str>>, Schema) {
        let mut env = desk();
        env.project = project;
        let (state, _) = update(&State::default(), Action::Draft("It rains, he said.".to_owned()), &env);
        let (_, effects) = update(&state, Action::Annotate, &env);
        let created = effects.into_iter().find_map(|effect| match effect {
            Effect::Create(new, home) => Some((home, (*new[0].document.schema).clone())),
            _ => None,
        });
        created.expect("an article")
    };
    assert_eq!(arrives(None), (None, first()));
    let (home, schema) = arrives(Some(kept.clone()));
    assert_eq!(Home::decode(&home.unwrap()).unwrap().project, rivers.id);
    assert_eq!(schema, *rivers.schema);
}
