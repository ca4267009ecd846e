//! The list of articles: what it shows, in which order, and what becomes of what is deleted.
#![allow(clippy::indexing_slicing, clippy::panic, reason = "tests may panic")]

use gloss::app::Listing;
use gloss::app::library::{Library, LibraryAction, LibraryEffect, Lost, Order};
use gloss::app::projects::Change;
use gloss::app::records::Header;
use gloss::model::{DocumentId, Extra, LabelName, Status};

mod desk;
use desk::desk;

fn listing(id: &str, title: &str, status: Status, created: &str, modified: &str, marked: usize) -> Listing {
    let header = Header {
        id: DocumentId::new(id),
        title: title.to_owned(),
        characters: 100,
        counts: vec![(LabelName::new("Claim"), marked)],
        status,
        about: Extra::new(),
        created: Some(created.into()),
        modified: Some(modified.into()),
        seq: 0,
    };
    Listing { header, deleted: false, home: None, archived: false }
}

fn about(mut listing: Listing, known: &[(&str, serde_json::Value)]) -> Listing {
    listing.header.about = known.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
    listing
}

fn library() -> Library {
    let mut library = Library::default();
    assert_eq!(library.act(LibraryAction::Show(true), &desk()), [LibraryEffect::List]);
    let listings = vec![
        listing("a", "Zebra crossings", Status::Done, "2026-01-01", "2026-02-09", 3),
        about(
            listing("b", "A bridge in Karsa", Status::NotStarted, "2026-01-03", "2026-02-01", 0),
            &[
                ("published", "2025-11".into()),
                ("publisher", "Die Brücke".into()),
                ("tags", vec!["water", "Bau"].into()),
            ],
        ),
        listing("c", "Ärger am Fluss", Status::InProgress, "2026-01-02", "2026-02-05", 9),
        listing("d", "a survey", Status::Skipped, "2026-01-04", "2026-02-04", 1),
    ];
    assert_eq!(
        library.act(LibraryAction::Listed(Ok((listings, Vec::new()))), &desk()),
        [LibraryEffect::Remember(None)]
    );
    library
}

fn ids(library: &Library) -> String {
    library.rows(&|text| text.to_lowercase().replace('ä', "a")).iter().map(|row| row.header.id.as_str()).collect()
}

#[test]
fn orders() {
    let check = |order: Order, expected: &str| {
        let mut library = library();
        assert_eq!(library.act(LibraryAction::Sort(order), &desk()), []);
        assert_eq!(ids(&library), expected, "{order:?}");
    };
    check(Order::Changed, "acdb");
    check(Order::Newest, "dbca");
    check(Order::Oldest, "acbd");
    check(Order::Title, "bdca");
    check(Order::Status, "cbda");
    check(Order::Most, "cadb");
    // What has no date comes last.
    check(Order::Published, "bdca");
}

#[test]
fn what_is_shown() {
    let check = |status: Option<Status>, words: &str, expected: &str| {
        let mut library = library();
        assert_eq!(library.act(LibraryAction::Filter(status), &desk()), []);
        assert_eq!(library.act(LibraryAction::Words(words.to_owned()), &desk()), []);
        assert_eq!(ids(&library), expected, "{status:?} {words:?}");
    };
    check(None, "", "acdb");
    check(Some(Status::Done), "", "a");
    check(Some(Status::InProgress), "", "c");
    check(None, "BRIDGE", "b");
    check(None, "karsa  a", "b");
    check(None, "ärger", "c");
    check(None, "arger", "c");
    check(Some(Status::Done), "bridge", "");
    check(None, "brücke", "b");
    check(None, "bau karsa", "b");
    check(None, "nowhere", "");
}

#[test]
fn counts_leave_the_bin_out() {
    let mut library = library();
    assert_eq!((library.count(None), library.count(Some(Status::Done))), (4, 1));
    let effects = library.act(LibraryAction::Delete(DocumentId::new("a")), &desk());
    assert!(effects.contains(&LibraryEffect::Write(Change::bin([DocumentId::new("a")], true))), "{effects:?}");
    assert_eq!((library.count(None), library.count(Some(Status::Done))), (3, 0));
    assert_eq!(ids(&library), "cdb");
}

#[test]
fn what_was_deleted_comes_back_by_undo_and_from_the_bin() {
    let mut library = library();
    let _ = library.act(LibraryAction::Delete(DocumentId::new("a")), &desk());
    assert_eq!(library.said.as_ref().map(|said| said.words.as_str()), Some("Deleted “Zebra crossings”"));
    let effects = library.act(LibraryAction::Undo, &desk());
    assert!(effects.contains(&LibraryEffect::Write(Change::bin([DocumentId::new("a")], false))), "{effects:?}");
    assert_eq!(ids(&library), "acdb");
    // There is nothing more to take back.
    assert_eq!(library.act(LibraryAction::Undo, &desk()), []);

    let _ = library.act(LibraryAction::Delete(DocumentId::new("b")), &desk());
    let _ = library.act(LibraryAction::Dismiss, &desk());
    assert_eq!(library.act(LibraryAction::Undo, &desk()), [], "the message is gone, and the bin has it");
    assert_eq!(library.bin().map(|listing| listing.header.id.as_str()).collect::<String>(), "b");
    let _ = library.act(LibraryAction::BringBack(vec![DocumentId::new("b")]), &desk());
    assert_eq!(library.bin().count(), 0);
}

#[test]
fn the_bin_is_emptied_when_it_was_asked_twice() {
    let mut library = library();
    assert_eq!(library.act(LibraryAction::EmptyBin(true), &desk()), []);
    assert!(!library.emptying, "nothing is in it");
    let _ = library.act(LibraryAction::Delete(DocumentId::new("a")), &desk());
    assert_eq!(library.act(LibraryAction::EmptyBin(true), &desk()), []);
    assert!(library.emptying);
    assert_eq!(library.act(LibraryAction::EmptyBin(false), &desk()), []);
    assert!(!library.emptying, "no, after all");
    assert_eq!(library.act(LibraryAction::EmptyBin(true), &desk()), []);
    assert_eq!(
        library.act(LibraryAction::EmptyBin(true), &desk()),
        [LibraryEffect::Purge(vec![DocumentId::new("a")], Vec::new())]
    );
    let said = library.act(LibraryAction::Purged(1, 2), &desk());
    let words = "1 article gone for good. 2 articles are open in another tab and stayed in the bin.";
    assert_eq!(said, [LibraryEffect::List, LibraryEffect::Say(words.to_owned())]);
}

#[test]
fn what_cannot_be_written_is_said_and_read_anew() {
    let mut library = library();
    let _ = library.act(LibraryAction::Delete(DocumentId::new("a")), &desk());
    let effects = library.act(LibraryAction::Written(Err("The disk is full.".to_owned())), &desk());
    assert_eq!(effects, [LibraryEffect::List, LibraryEffect::Say("The disk is full.".to_owned())]);
    assert!(library.said.as_ref().is_some_and(|said| said.refusal && said.undo.is_none()));
}

#[test]
fn what_is_damaged_is_offered_under_its_title() {
    let mut library = library();
    assert_eq!(library.act(LibraryAction::Asides(vec![(DocumentId::new("b"), 31)]), &desk()), []);
    let save = |id: &str, title: &str| LibraryEffect::SaveAside(DocumentId::new(id), title.to_owned());
    assert_eq!(library.act(LibraryAction::SaveAside(DocumentId::new("b")), &desk()), [save("b", "A bridge in Karsa")]);
    // An article that is not in the list has its id for a title.
    assert_eq!(library.act(LibraryAction::SaveAside(DocumentId::new("x")), &desk()), [save("x", "x")]);
    let why = "The browser did not take the file.".to_owned();
    assert_eq!(library.act(LibraryAction::Saved(Err(why.clone())), &desk()), [LibraryEffect::Say(why)]);
    assert!(library.said.as_ref().is_some_and(|said| said.refusal));
    assert_eq!(library.asides.len(), 1, "it is offered still");
}

#[test]
fn a_loss_is_said_until_it_was_read() {
    let mut library = Library::default();
    let lost = Lost { backup: Some("2026-08-22T10:00:00Z".to_owned()) };
    assert_eq!(library.act(LibraryAction::Lost(lost.clone()), &desk()), []);
    let _ = (library.act(LibraryAction::Show(true), &desk()), library.act(LibraryAction::Show(false), &desk()));
    assert_eq!(library.lost, Some(lost), "whatever is on the screen meanwhile");
    assert_eq!(library.act(LibraryAction::LostRead, &desk()), [LibraryEffect::ForgetLoss]);
    assert_eq!(library.lost, None);
}

#[test]
fn by_tag() {
    let mut library = library();
    assert_eq!(library.tags(), ["Bau", "water"]);
    let _ = library.act(LibraryAction::Tag(Some("water".to_owned())), &desk());
    assert_eq!(ids(&library), "b");
    // A tag that nothing has any more is no filter.
    let _ = library.act(LibraryAction::Delete(DocumentId::new("b")), &desk());
    assert_eq!(ids(&library), "acd");
}

#[test]
fn the_archive_is_out_of_the_way() {
    let mut library = library();
    let (a, c) = (DocumentId::new("a"), DocumentId::new("c"));
    let effects = library.act(LibraryAction::Archive(vec![a.clone(), c.clone()], true), &desk());
    assert!(effects.contains(&LibraryEffect::Write(Change::archive([a.clone(), c.clone()], true))), "{effects:?}");
    assert_eq!(library.said.as_ref().map(|said| said.words.as_str()), Some("Archived 2 articles"));
    assert_eq!((library.count(None), library.progress().0.all, ids(&library)), (2, 2, "db".to_owned()));
    let _ = library.act(LibraryAction::Archived, &desk());
    assert_eq!(ids(&library), "ac");
    let _ = library.act(LibraryAction::Archive(vec![a.clone()], false), &desk());
    assert_eq!(ids(&library), "c");
    let _ = library.act(LibraryAction::Undo, &desk());
    assert_eq!(ids(&library), "ac");
    // Nothing in it any more: the other articles are shown again.
    let _ = library.act(LibraryAction::Archive(vec![a, c], false), &desk());
    assert_eq!(ids(&library), "acdb");
    assert!(!library.archive);
}
