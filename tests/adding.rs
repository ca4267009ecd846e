//! Many articles at once: what is taken out of files, what comes in, what is handed out, and what comes of returned
//! files.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::BTreeMap;
use std::rc::Rc;

use gloss::app::adding::{Adding, Item, Kind, Review, kind_of};
use gloss::app::errand;
use gloss::app::library::{Library, LibraryAction, LibraryEffect};
use gloss::app::projects::template;
use gloss::app::records::{Base, Header, JournalRecord, Project, Record};
use gloss::app::taking::{Taking, What};
use gloss::edit::{Entry, Session};
use gloss::formats::schema::first;
use gloss::formats::{gloss as file, plain};
use gloss::model::{Document, DocumentId, ProjectId, Schema, Status, sha256_hex};

mod desk;
use desk::desk;

const WHOLE: &str = include_str!("fixtures/gloss/whole.json");
const EVERYTHING: &str = include_str!("fixtures/gloss/everything.json");
const NOW: &str = "2026-11-22T10:00:00Z";

fn project() -> Project {
    let mut schema = first();
    schema.guidelines = "How we do it".to_owned();
    let now = || NOW.into();
    Project {
        id: ProjectId::new("p"),
        name: "Rivers".to_owned(),
        schema: Rc::new(schema),
        created: now(),
        modified: now(),
        deleted: None,
    }
}

fn articles(items: &[Item]) -> Vec<Document> {
    let of = |item: &Item| match item {
        Item::Article(incoming) => Some(Base::decode(&incoming.record).unwrap().0),
        _ => None,
    };
    items.iter().filter_map(of).collect()
}

fn text(name: &str, words: &str) -> Vec<Item> {
    let incoming = plain::from_paste(words.to_owned()).unwrap();
    errand::text_item(name, incoming, None, format!("id of {name}"), &NOW.into())
}

#[test]
fn files_are_known_by_their_names() {
    let check = |name: &str, expected: Kind| assert_eq!(kind_of(name), expected, "{name}");
    check("a.txt", Kind::Text);
    check("News/2026/A.TXT", Kind::Text);
    check("read.me.md", Kind::Text);
    check("page.HTML", Kind::Page);
    check("a.gloss.json", Kind::Gloss);
    check("all.zip", Kind::Zip);
    check("photo.jpg", Kind::Other);
    check("noending", Kind::Other);
    check(".DS_Store", Kind::Hidden);
    check("__MACOSX/._a.txt", Kind::Hidden);
    check("news\\.git\\a.txt", Kind::Hidden);
    check("news/Thumbs.db", Kind::Hidden);
}

#[test]
fn what_is_gathered_is_read_as_it_was_written() {
    let mut items = text("a.txt", "Some words, 🚨 and more.");
    items.extend([
        Item::Page("b.html".to_owned(), "<p>Words".to_owned(), "ab".to_owned()),
        Item::Problem("c".to_owned(), "it is broken.".to_owned()),
        Item::Notice("d".to_owned(), "read as windows-1252".to_owned()),
        Item::Other("e.jpg".to_owned()),
    ]);
    assert_eq!(errand::read_gathered(errand::gathered(items.clone())), Ok(items));
    assert!(errand::read_gathered(vec!["why not".to_owned()]).is_err());
    assert!(errand::read_gathered(vec!["done".to_owned(), "article".to_owned()]).is_err());
}

#[test]
fn a_gloss_file_gets_the_projects_schema_and_loses_nothing() {
    let schema = project().schema;
    for json in [WHOLE, EVERYTHING] {
        let (own, adopted) = (errand::gloss_items("f", json, None), errand::gloss_items("f", json, Some(&schema)));
        assert_eq!(own, errand::gloss_items("f", json, None), "read again, it is the same");
        let (own, adopted) = (articles(&own), articles(&adopted));
        assert!(!own.is_empty() && own.len() == adopted.len());
        for (own, adopted) in own.iter().zip(&adopted) {
            assert_eq!(own.info, adopted.info);
            assert_eq!(own.annotations.len(), adopted.annotations.len());
            assert_eq!(own.relations.len(), adopted.relations.len());
            assert_eq!((own.status, &own.remarks), (adopted.status, &adopted.remarks));
            let ours = adopted.schema.guidelines == schema.guidelines;
            assert!(ours || adopted == own, "its own schema stays where the project's would take something away");
        }
    }
    let words = |json: &str| match errand::gloss_items("f", json, None).as_slice() {
        [Item::Problem(source, why)] => format!("{source}: {why}"),
        other => panic!("{other:?}"),
    };
    assert!(words("{").starts_with("f: This is not a JSON file"));
    assert!(words("[]").starts_with("f: This is not a Gloss file"));
}

#[test]
fn what_is_here_already_is_noticed() {
    let hash = |words: &str| sha256_hex(words.as_bytes());
    let here = BTreeMap::from([(hash("Here."), "An old one".to_owned())]);
    let mut items = Vec::new();
    for (name, words) in [("a.txt", "New."), ("b.txt", "Here."), ("c.txt", "New."), ("d.txt", "Other.")] {
        items.extend(text(name, words));
    }
    items.extend([Item::Other("x/y.PNG".to_owned()), Item::Other("z.png".to_owned()), Item::Other("w".to_owned())]);
    let review = Review::of(items, &here);
    let fresh: Vec<&str> = review.fresh.iter().map(|one| &*one.source).collect();
    let twins: Vec<(&str, &str)> = review.twins.iter().map(|one| (&*one.incoming.source, &*one.of)).collect();
    assert_eq!(fresh, ["a.txt", "d.txt"]);
    assert_eq!(twins, [("b.txt", "An old one"), ("c.txt", "New.")]);
    assert!(review.asks());
    assert_eq!(review.others_words().as_deref(), Some("3 other files are left out: .png, without an ending"));
    let ids = |twins: bool| {
        let batch = review.clone().batch(twins, |id| id.as_str() == "id of a.txt", &desk()).unwrap();
        let ids: Vec<String> = batch.iter().map(|(header, _)| header.id.to_string()).collect();
        for (header, record) in batch {
            let Base(document) = Base::decode(&record).unwrap();
            assert_eq!(Header::of(&document, 0, header.modified.clone()), header, "the two agree");
        }
        ids.join(", ")
    };
    assert_eq!(ids(false), "new-1, id of d.txt", "an id that is taken is not taken again");
    assert_eq!(ids(true), "new-1, id of d.txt, id of b.txt, id of c.txt");
}

fn added(items: Vec<Item>, here: BTreeMap<String, String>) -> (Library, Vec<LibraryEffect>) {
    let mut library = Library::default();
    let _ = library.act(LibraryAction::Listed(Ok((Vec::new(), vec![project()]))), &desk());
    let _ = library.act(LibraryAction::Choose(Some(ProjectId::new("p"))), &desk());
    let _ = library.act(LibraryAction::AddReading("a.txt".to_owned(), 0, 1, 0), &desk());
    let effects = library.act(LibraryAction::AddRead(items), &desk());
    assert!(matches!(effects.as_slice(), [LibraryEffect::Compare(_)]));
    let effects = library.act(LibraryAction::AddCompared(Ok(here)), &desk());
    (library, effects)
}

#[test]
fn what_is_as_expected_comes_in_unasked_and_anything_else_asks() {
    let (mut library, effects) = added(text("a.txt", "New."), BTreeMap::new());
    match effects.as_slice() {
        [LibraryEffect::Create(new, Some(home))] => {
            assert_eq!(new.len(), 1);
            assert!(home.contains("\"p\""), "{home}");
        }
        other => panic!("{other:?}"),
    }
    let ids = vec![DocumentId::new("id of a.txt")];
    let _ = library.act(LibraryAction::Added(ids.clone(), Ok(())), &desk());
    assert_eq!(library.said.as_ref().map(|said| &*said.words), Some("Added 1 article to “Rivers”"));
    let _ = library.act(LibraryAction::Added(ids, Err("No room.".to_owned())), &desk());
    assert_eq!(library.said.as_ref().map(|said| &*said.words), Some("Nothing was added. No room."));
    assert!(library.adding.is_none());

    for items in [
        vec![Item::Problem("b".to_owned(), "broken.".to_owned())],
        [text("a.txt", "New."), vec![Item::Notice("a.txt".to_owned(), "assumed".to_owned())]].concat(),
        [text("a.txt", "New."), text("b.txt", "New.")].concat(),
        Vec::new(),
    ] {
        let (mut library, effects) = added(items, BTreeMap::new());
        assert!(effects.is_empty() && matches!(library.adding, Some(Adding::Asking(_))));
        assert_eq!(library.act(LibraryAction::CancelAdding, &desk()), [LibraryEffect::Stop]);
        assert!(library.adding.is_none());
        // What was under way when it was cancelled comes to nothing.
        assert_eq!(library.act(LibraryAction::AddCompared(Ok(BTreeMap::new())), &desk()), []);
    }
}

#[test]
fn what_is_handed_out_has_the_texts_and_the_schema_and_no_marks() {
    let documents = articles(&errand::gloss_items("f", WHOLE, None));
    let records = || documents.iter().map(|one| Base(one.clone()).encode().unwrap()).collect::<Vec<_>>();
    let read = |letter: Vec<String>| {
        let written = errand::exported(errand::bundle(letter)).unwrap();
        assert_eq!((written.verified, written.failures.len()), (written.total, 0));
        file::read(&written.json, &mut || panic!("ids are there")).unwrap().documents
    };
    let template = Base(template(&project())).encode().unwrap();
    let bare = read(errand::ask_bundle(&NOW.into(), Some(template), records()));
    assert_eq!(bare.len(), documents.len());
    for (bare, document) in bare.iter().zip(&documents) {
        assert_eq!((&bare.info.id, bare.text().as_str()), (&document.info.id, document.text().as_str()));
        assert_eq!((bare.annotations.len(), bare.relations.len(), bare.status), (0, 0, Status::NotStarted));
        assert_eq!(bare.schema.guidelines, "How we do it");
    }
    let whole = read(errand::ask_bundle(&NOW.into(), None, records()));
    let counts = |all: &[Document]| all.iter().map(|one| one.annotations.len()).sum::<usize>();
    assert!(counts(&whole) > 0 && counts(&whole) == counts(&documents));
}

#[test]
fn returned_files_are_looked_at_and_become_one_step_each() {
    let theirs = articles(&errand::gloss_items("f", WHOLE, None));
    // Here: the first one without its marks; the others are new.
    let bare =
        |one: &Document| Document { schema: Rc::new(first()), ..Document::new((*one.info).clone(), Schema::default()) };
    let ours = bare(&theirs[0]);
    let record = |one: &Document| Base(one.clone()).encode().unwrap();
    let files = vec![("anna.json".to_owned(), theirs.iter().map(|one| Rc::from(record(one))).collect::<Vec<_>>())];
    let template = record(&template(&project()));
    let ask =
        |ours: &Document, seq: u64| errand::ask_merge(&NOW.into(), template.clone(), vec![(seq, record(ours))], &files);
    let preview = errand::read_merge(errand::merge_returned(ask(&ours, 4))).unwrap();
    assert_eq!(preview.outcomes.len(), theirs.len());
    let first_one = &preview.outcomes[0];
    assert_eq!(first_one.id, ours.info.id);
    assert_eq!(first_one.counts.new, theirs[0].annotations.len());
    let What::Changed { record: step, header, before } = &first_one.what else { panic!("{:?}", first_one.what) };
    let step = JournalRecord::decode(step).unwrap();
    assert_eq!((step.seq, header.seq, before.seq), (5, 5, 6));
    // The step leads to what the header says, and taking it back to what was here.
    let session = Session::new(ours.clone()).perform(&step.entry).unwrap();
    assert_eq!(*header, Header::of(&session.document, 5, Some(NOW.into())));
    assert_eq!(session.history.undo_name(), Some("take in returned files"));
    let back = session.perform(&Entry::Undo).unwrap();
    assert_eq!(back.document, ours);
    assert_eq!(*before, Header::of(&back.document, 6, Some(NOW.into())));
    for one in &preview.outcomes[1..] {
        let What::New(header, record) = &one.what else { panic!("{:?}", one.what) };
        let Base(document) = Base::decode(record).unwrap();
        assert_eq!(*header, Header::of(&document, 0, Some(NOW.into())));
    }
    // Merged again, nothing changes.
    let again = errand::read_merge(errand::merge_returned(ask(&session.document, 5))).unwrap();
    assert_eq!(again.outcomes[0].what, What::Same);
    assert!(errand::read_merge(errand::merge_returned(vec!["x".to_owned()])).is_err());

    // In the library: looked at, done, and taken back.
    let mut library = Library::default();
    let _ = library.act(LibraryAction::Listed(Ok((Vec::new(), vec![project()]))), &desk());
    let _ = library.act(LibraryAction::Choose(Some(ProjectId::new("p"))), &desk());
    assert_eq!(library.act(LibraryAction::TakeMerged(Ok(preview.clone())), &desk()), [], "nobody waits for it");
    let _ = library.act(LibraryAction::TakeMerging, &desk());
    let _ = library.act(LibraryAction::TakeMerged(Ok(preview.clone())), &desk());
    assert!(matches!(library.taking, Some(Taking::Looking(_))));
    let effects = library.act(LibraryAction::TakeIn, &desk());
    assert!(matches!(effects.as_slice(), [LibraryEffect::TakeIn(_, Some(_))]));
    let taken = gloss::app::taking::Taken {
        steps: vec![before.clone()],
        new: Vec::new(),
        left: vec![("Two".to_owned(), "it is open.".to_owned())],
    };
    let _ = library.act(LibraryAction::TookIn(Ok(taken.clone())), &desk());
    let words = "Taken in: 1 article. “Two” was left as it is: it is open.";
    assert_eq!(library.said.as_ref().map(|said| &*said.words), Some(words));
    assert_eq!(library.act(LibraryAction::Undo, &desk()), [LibraryEffect::TakeBack(taken)]);
}
