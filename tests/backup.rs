//! Backups: what is packed comes out as it was stored, damage is named, and restoring keeps what it promises.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::rc::Rc;

use gloss::app::backup::{Contents, Packer, Stored, read, verify};
use gloss::app::errand::{
    Bench, Packed, ask_add, ask_begin, ask_drop, ask_end, ask_reconcile, read_added, read_reconciled, read_unpacked,
    reconcile, unpack,
};
use gloss::app::records::{Base, Deleted, Header, JournalRecord, Line, Record};
use gloss::app::restoring::{Batch, Preview, Restored, Row, Stand, Way, stand};
use gloss::app::taking::{Outcome, What};
use gloss::edit::{Entry, Op, Session, Transaction};
use gloss::formats::schema::first;
use gloss::model::{
    Annotation, AnnotationId, Document, DocumentId, DocumentInfo, Extra, Fragments, Intake, LabelName, Timestamp,
};
use gloss::text::{Span, Text};
use proptest::prelude::*;

const TEXT: &str = "The mayor said the bridge in Karsa would reopen.\nNobody else said anything, not even the harbour.";
const NOW: &str = "2026-08-22T10:00:00Z";

fn now() -> Timestamp {
    NOW.into()
}

/// An article that is being worked on, as it is stored.
#[derive(Clone)]
struct Work {
    session: Session,
    stored: Stored,
}

impl Work {
    fn new(id: &str) -> Self {
        let info = DocumentInfo {
            id: DocumentId::new(id),
            title: format!("Karsa “{id}”"),
            text: Text::new(TEXT),
            intake: Intake::default(),
            metadata: Extra::new(),
            created: Some("2026-01-01T10:00:00Z".into()),
            extra: Extra::new(),
        };
        let document = Document::new(info, first());
        let header = Header::of(&document, 0, None).encode().unwrap();
        let base = Base(document.clone()).encode().unwrap();
        let id = DocumentId::new(id);
        let stored = Stored { id, header: Some(header), base: Some(base), journal: Vec::new(), others: Vec::new() };
        Self { session: Session::new(document), stored }
    }

    fn perform(&mut self, entry: Entry, at: &str) {
        let Ok(next) = self.session.perform(&entry) else { return };
        self.session = next;
        let seq = self.stored.seq() + 1;
        let record = JournalRecord { document: self.stored.id.clone(), seq, at: at.into(), by: None, entry };
        self.stored.journal.push((seq, record.encode().unwrap()));
        let header = Header::of(&self.session.document, seq, Some(at.into()));
        self.stored.header = Some(header.encode().unwrap());
    }

    /// One of some things that can be done, by numbers.
    fn random(&mut self, (what, id, label, start): (u8, usize, usize, usize), at: &str) {
        let held = self.session.document.annotations.get(&AnnotationId::new(format!("a{id}"))).cloned();
        let label = LabelName::new(["Claim", "Source", "Location"][label % 3]);
        let span = Span::from_bytes(start % 60, start % 60 + 1 + start % 7).unwrap();
        let new = Rc::new(Annotation::new(AnnotationId::new(format!("a{id}")), label, Fragments::one(span)));
        let op = match (what, held) {
            (0, _) => return self.perform(Entry::Undo, at),
            (1, _) => return self.perform(Entry::Redo, at),
            (2, Some(held)) => Op::Annotation { before: Some(held), after: None },
            (_, held) => Op::Annotation { before: held, after: Some(new) },
        };
        let transaction = Rc::new(Transaction { name: "edit".to_owned(), ops: vec![op] });
        self.perform(Entry::Edit { transaction, joins: false }, at);
    }
}

fn pack(articles: &[Stored], projects: &[(String, String)]) -> Vec<u8> {
    let mut packer = Packer::new(NOW, "");
    for stored in articles {
        packer.article(stored).expect("an article");
    }
    let (bytes, summary) = packer.finish(projects).expect("a backup");
    verify(&bytes, &summary).expect("read back");
    bytes
}

/// What is stored on a device.
type Device = BTreeMap<DocumentId, Stored>;

fn outcome(way: Way, here: &Stored, there: &Stored) -> Outcome {
    read_reconciled(reconcile(ask_reconcile(way, &now(), "back", here, there))).expect("an outcome")
}

fn look(device: &Device, contents: &Contents) -> Preview {
    let row = |(at, there): (usize, &Stored)| {
        let here = device.get(&there.id).cloned();
        let stand = stand(there, here.as_ref());
        let merged = here.as_ref().filter(|_| stand == Stand::Apart).map(|here| outcome(Way::Merge, here, there));
        Row { at, id: there.id.clone(), title: there.title(), stand, here, merged, left: None }
    };
    let only =
        |stored: &&Stored| stored.deleted().is_none() && !contents.articles.iter().any(|one| one.id == stored.id);
    Preview {
        file: "backup.zip".to_owned(),
        contents: contents.clone(),
        rows: contents.articles.iter().enumerate().map(row).collect(),
        only_here: device.values().filter(only).map(|stored| (stored.id.clone(), stored.title())).collect(),
        projects: Vec::new(),
    }
}

fn write(device: &mut Device, batch: Batch) {
    for stored in batch.whole {
        assert!(device.insert(stored.id.clone(), stored).is_none(), "it was not here");
    }
    for (header, steps) in batch.steps {
        let stored = device.get_mut(&header.id).expect("it is here");
        for (seq, raw) in steps {
            assert_eq!(seq, stored.seq() + 1, "without gaps");
            stored.journal.push((seq, raw));
        }
        stored.header = Some(header.encode().unwrap());
    }
    for (store, all) in [("deleted", batch.change.bin), ("archived", batch.change.archived)] {
        for (id, there) in all {
            let stored = device.get_mut(&id).expect("it is here");
            stored.others.retain(|line| line.store != store);
            if there {
                let record = Deleted { at: now() }.encode().unwrap();
                stored.others.push(Line::new(store, id.as_str(), record));
            }
        }
    }
}

fn restore(device: &mut Device, contents: &Contents, way: Way) -> Restored {
    let preview = look(device, contents);
    let mut steps = BTreeMap::new();
    for row in &preview.rows {
        let Some(here) = &row.here else { continue };
        if let (Stand::Apart, Way::Merge) = (row.stand, way) {
            steps.insert(row.id.clone(), row.merged.clone().unwrap());
        } else if let (Stand::Apart | Stand::NewerHere(_), Way::Replace) = (row.stand, way) {
            steps.insert(row.id.clone(), outcome(way, here, &contents.articles[row.at]));
        }
    }
    let (batch, restored) = preview.batch(way, &steps, &now()).expect("a batch");
    write(device, batch);
    restored
}

fn take_back(device: &mut Device, restored: &Restored) {
    let mut batch = Batch { change: restored.change.clone().inverse(), ..Batch::default() };
    batch.change.bin.extend(restored.new.iter().map(|id| (id.clone(), true)));
    for (id, _, before, last) in &restored.steps {
        let here = &device[id];
        assert_eq!(here.seq(), *last);
        if let What::Changed { record, header, .. } = outcome(Way::Replace, here, &here.back_to(*before)).what {
            batch.steps.push((header.clone(), vec![(header.seq, record.to_string())]));
        }
    }
    write(device, batch);
}

/// The articles that are not in the bin, as a person sees them.
fn seen(device: &Device) -> BTreeMap<DocumentId, Document> {
    let kept = device.values().filter(|stored| stored.deleted().is_none());
    kept.map(|stored| (stored.id.clone(), stored.whole().expect("whole").session.document)).collect()
}

#[test]
fn every_form_of_records_comes_out_as_it_was_stored() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/records");
    let mut looked = 0;
    for file in fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()) {
        if file.extension().is_none_or(|ending| ending != "jsonl") {
            continue;
        }
        let lines: Vec<Line> =
            fs::read_to_string(&file).unwrap().lines().map(|line| Line::decode(line).unwrap()).collect();
        let (mut articles, mut projects): (BTreeMap<String, Vec<Line>>, _) = (BTreeMap::new(), Vec::new());
        for line in lines {
            let key = line.key.as_str().or_else(|| line.key.get(0)?.as_str()).unwrap().to_owned();
            match line.store.as_str() {
                "projects" => projects.push((key, line.value.as_str().unwrap().to_owned())),
                "meta" => {}
                _ => articles.entry(key).or_default().push(line),
            }
        }
        let stored: Vec<Stored> =
            articles.into_iter().map(|(id, lines)| Stored::of(DocumentId::new(id), lines)).collect();
        let contents = read(&pack(&stored, &projects)).expect("a backup");
        assert_eq!(contents.problems, [], "{file:?}");
        assert_eq!((contents.articles, contents.projects), (stored, projects), "{file:?}");
        looked += 1;
    }
    assert!(looked >= 5);
}

#[test]
fn letters_carry_a_backup_there_and_back() {
    let mut work = Work::new("d");
    work.random((3, 0, 0, 4), "t");
    let mut bench = Bench::default();
    let mut send = |letter| match bench.work(letter) {
        Packed::Letter(answer) => Err(read_added(answer)),
        Packed::File(name, bytes, summary) => Ok((name, bytes, summary)),
    };
    assert_eq!(send(ask_begin("one", &now(), "Wells")), Err(Ok(())));
    assert_eq!(send(ask_begin("two", &now(), "")), Err(Ok(())));
    assert_eq!(send(ask_add("one", &work.stored)), Err(Ok(())));
    assert_eq!(send(ask_drop("two")), Err(Ok(())));
    assert!(matches!(send(ask_add("two", &work.stored)), Err(Err(_))), "it was given up");
    let (name, bytes, summary) = send(ask_end("one", "a.zip", &[])).unwrap();
    assert_eq!((name.as_str(), summary.words().as_str()), ("a.zip", "1 article, 1 annotation"));
    let contents = read_unpacked(unpack(&bytes)).unwrap();
    assert_eq!((contents.of.as_deref(), &*contents.made), (Some("Wells"), NOW));
    assert_eq!(contents.articles, [work.stored]);
    assert!(read_unpacked(unpack(b"no zip")).is_err());
}

#[test]
fn damage_costs_the_article_that_it_is_in_and_is_named() {
    let mut works = ["d", "e"].map(Work::new);
    works[1].random((3, 0, 0, 4), "t");
    let sound = works.clone().map(|work| work.stored);
    let bytes = pack(&sound, &[]);
    let (mut named, mut refused) = (0, 0);
    for at in 0..bytes.len() {
        let mut bytes = bytes.clone();
        bytes[at] ^= 0x10;
        match read(&bytes) {
            // Whatever is offered is what was packed.
            Ok(contents) => {
                assert!(contents.articles.iter().all(|stored| sound.contains(stored)), "byte {at}");
                assert!(contents.articles.len() == 2 || !contents.problems.is_empty(), "byte {at}");
                named += usize::from(!contents.problems.is_empty());
            }
            Err(_) => refused += 1,
        }
    }
    assert!(named > bytes.len() / 3 && refused > 0, "{named} named, {refused} refused of {}", bytes.len());
    for length in 0..bytes.len() {
        assert!(read(&bytes[..length]).is_err(), "cut at {length}");
    }
}

#[test]
fn a_damaged_article_is_kept_as_it_is() {
    let mut work = Work::new("d");
    work.random((3, 0, 0, 4), "t");
    work.random((3, 1, 0, 9), "t");
    work.stored.journal[1].1.push('x');
    let mut lost = Work::new("e");
    lost.stored.base = Some("base 1 0 {}".to_owned());
    let stored = [work.stored, lost.stored];
    let contents = read(&pack(&stored, &[])).unwrap();
    assert_eq!(contents.articles, stored);
    assert_eq!(contents.summary.words(), "2 articles, 1 annotation; 2 of them are damaged and kept as found");
    let left = read_reconciled(reconcile(ask_reconcile(Way::Merge, &now(), "", &stored[0], &stored[0])));
    assert!(left.unwrap_err().contains("damaged here"));
}

type Moves = Vec<(u8, usize, usize, usize)>;

fn moves() -> impl Strategy<Value = Moves> {
    prop::collection::vec((0_u8..6, 0_usize..5, 0_usize..3, 0_usize..200), 0..8)
}

/// A device, and a backup that was made when it was otherwise. Each article: what was done before, here since, and in the
/// backup since; whether it is here, in the backup, in the bin, in the backup's archive.
fn two(articles: &[(Moves, Moves, Moves, u8)]) -> (Device, Contents) {
    let (mut device, mut there) = (Device::new(), Vec::new());
    for (number, (before, here, elsewhere, places)) in articles.iter().enumerate() {
        let mut work = Work::new(&format!("d{number}"));
        before.iter().for_each(|step| work.random(*step, "2026-01-02T10:00:00Z"));
        let mut other = work.clone();
        here.iter().for_each(|step| work.random(*step, "2026-01-03T10:00:00Z"));
        elsewhere.iter().for_each(|step| other.random(*step, "2026-01-04T10:00:00Z"));
        if places & 1 == 0 {
            if places & 4 != 0 {
                let record = Deleted { at: now() }.encode().unwrap();
                work.stored.others.push(Line::new("deleted", work.stored.id.as_str(), record));
            }
            device.insert(work.stored.id.clone(), work.stored);
        }
        if places & 8 != 0 {
            let record = Deleted { at: now() }.encode().unwrap();
            other.stored.others.push(Line::new("archived", other.stored.id.as_str(), record));
        }
        if places & 3 != 2 {
            there.push(other.stored);
        }
    }
    (device, read(&pack(&there, &[])).expect("a backup"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn restoring_twice_is_restoring_once(articles in prop::collection::vec((moves(), moves(), moves(), 0_u8..16), 1..4)) {
        let (device, contents) = two(&articles);
        for way in [Way::Merge, Way::Replace] {
            let mut once = device.clone();
            restore(&mut once, &contents, way);
            let mut twice = once.clone();
            restore(&mut twice, &contents, way);
            prop_assert_eq!(seen(&twice), seen(&once), "{:?}", way);
        }
    }

    #[test]
    fn merging_loses_nothing_and_replacing_is_what_the_backup_says(articles in prop::collection::vec((moves(), moves(), moves(), 0_u8..16), 1..4)) {
        let (device, contents) = two(&articles);
        let mut merged = device.clone();
        restore(&mut merged, &contents, Way::Merge);
        for (id, stored) in &device {
            let after = &merged[id];
            prop_assert!(after.journal.starts_with(&stored.journal), "the history is as it was, and goes on");
            let (before, after) = (stored.whole().unwrap(), after.whole().unwrap());
            if let Some(there) = contents.articles.iter().find(|there| there.id == *id) {
                // Whoever went on alone is who is right; where both did, nothing goes.
                let apart = stand(there, Some(stored)) == Stand::Apart;
                let kept = before.session.document.annotations.iter().all(|one| {
                    after.session.document.annotations.get(&one.id).is_some()
                });
                prop_assert!(!apart || kept);
            } else {
                prop_assert_eq!(before.session.document, after.session.document);
            }
        }
        let mut replaced = device.clone();
        restore(&mut replaced, &contents, Way::Replace);
        let expected: BTreeMap<DocumentId, Document> = contents
            .articles
            .iter()
            .map(|there| (there.id.clone(), there.whole().unwrap().session.document))
            .collect();
        prop_assert_eq!(seen(&replaced), expected);
        for there in &contents.articles {
            prop_assert_eq!(replaced[&there.id].is_archived(), there.is_archived(), "the archive is as it was");
        }
        for (id, stored) in &device {
            prop_assert!(replaced[id].journal.starts_with(&stored.journal), "no step is taken out");
        }
    }

    #[test]
    fn taken_back_all_is_as_it_was(articles in prop::collection::vec((moves(), moves(), moves(), 0_u8..16), 1..4)) {
        let (device, contents) = two(&articles);
        for way in [Way::Merge, Way::Replace] {
            let mut there = device.clone();
            let restored = restore(&mut there, &contents, way);
            take_back(&mut there, &restored);
            prop_assert_eq!(seen(&there), seen(&device), "{:?}", way);
        }
    }
}
