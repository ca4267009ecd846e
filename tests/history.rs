//! The past of an article: what is listed, what each step left, what differs from now, and the way back.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::rc::Rc;

use gloss::app::annex::Article;
use gloss::app::history::{HistoryAction, HistoryEffect, HistoryPage, Past, differs};
use gloss::app::records::{Base, JournalRecord, Record};
use gloss::edit::{Entry, Op, Session, Transaction, between};
use gloss::formats::schema::first;
use gloss::model::{
    Annotation, AnnotationId, Document, DocumentId, DocumentInfo, Extra, Fragments, Intake, LabelName, Relation,
    RelationId, Status,
};
use gloss::text::{Span, Text};
use proptest::prelude::*;

const TEXT: &str = "The mayor said the bridge in Karsa would reopen.\nNobody else said anything, not even the harbour.";

fn document() -> Document {
    let info = DocumentInfo {
        id: DocumentId::new("d"),
        title: "Karsa".to_owned(),
        text: Text::new(TEXT),
        intake: Intake::default(),
        metadata: Extra::new(),
        created: Some("2026-01-01T10:00:00Z".into()),
        extra: Extra::new(),
    };
    Document::new(info, first())
}

fn annotation(id: usize, label: usize, start: usize, len: usize) -> Rc<Annotation> {
    let label = ["Claim", "Source", "Location"][label % 3];
    let start = start % (TEXT.len() - 12);
    let span = Span::from_bytes(start, start + 1 + len % 10).unwrap();
    Rc::new(Annotation::new(AnnotationId::new(format!("a{id}")), LabelName::new(label), Fragments::one(span)))
}

/// An article that is being worked on.
struct Work {
    session: Session,
    base: String,
    journal: Vec<(u64, String)>,
    states: Vec<Document>,
}

impl Work {
    fn new() -> Self {
        let document = document();
        let base = Base(document.clone()).encode().unwrap();
        Self { session: Session::new(document.clone()), base, journal: Vec::new(), states: vec![document] }
    }

    fn perform(&mut self, entry: Entry) -> bool {
        let Ok(next) = self.session.perform(&entry) else { return false };
        self.session = next;
        let seq = self.journal.len() as u64 + 1;
        let by = seq.is_multiple_of(2).then(|| "Nadia".to_owned());
        let record =
            JournalRecord { document: DocumentId::new("d"), seq, at: format!("moment {seq}").into(), by, entry };
        self.journal.push((seq, record.encode().unwrap()));
        self.states.push(self.session.document.clone());
        true
    }

    fn edit(&mut self, name: &str, ops: Vec<Op>) -> bool {
        let transaction = Rc::new(Transaction { name: name.to_owned(), ops });
        self.perform(Entry::Edit { transaction, joins: false })
    }

    /// One of many things that can be done, by numbers.
    fn random(&mut self, (what, id, label, start, len): (u8, usize, usize, usize, usize)) {
        let held = self.session.document.annotations.get(&AnnotationId::new(format!("a{id}"))).cloned();
        let new = annotation(id, label, start, len);
        match (what, held) {
            (0, _) => drop(self.perform(Entry::Undo)),
            (1, _) => drop(self.perform(Entry::Redo)),
            (2, Some(held)) => {
                let relations: Vec<_> = self.session.document.relations.at(&held.id).cloned().collect();
                let gone = |relation| Op::Relation { before: Some(relation), after: None };
                let mut ops: Vec<Op> = relations.into_iter().map(gone).collect();
                ops.push(Op::Annotation { before: Some(held), after: None });
                self.edit("delete it", ops);
            }
            (3, Some(held)) => {
                let relation = Relation::new(
                    RelationId::new(format!("r{start}")),
                    "attributed to",
                    held.id.clone(),
                    AnnotationId::new(format!("a{}", label % 5)),
                );
                self.edit("link", vec![Op::Relation { before: None, after: Some(Rc::new(relation)) }]);
            }
            (4, _) => {
                let before = self.session.document.status;
                let after = if before == Status::Done { Status::InProgress } else { Status::Done };
                self.edit("done", vec![Op::Status { before, after }]);
            }
            (_, held) => drop(self.edit("label it", vec![Op::Annotation { before: held, after: Some(new) }])),
        }
    }

    fn past(&self) -> Past {
        Past::read(&self.base, self.journal.clone()).unwrap()
    }
}

fn steps() -> impl Strategy<Value = Vec<(u8, usize, usize, usize, usize)>> {
    prop::collection::vec((0..9_u8, 0..5_usize, 0..9_usize, 0..99_usize, 0..9_usize), 0..160)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn each_state_is_what_it_was(steps in steps()) {
        let mut work = Work::new();
        for step in steps {
            work.random(step);
        }
        let past = work.past();
        prop_assert_eq!(past.last() + 1, work.states.len());
        prop_assert_eq!(past.steps.len(), work.states.len());
        for (number, state) in work.states.iter().enumerate() {
            prop_assert_eq!(&past.after(number), state, "after step {}", number);
        }
    }

    #[test]
    fn going_back_leads_there_and_is_undone_by_one_step(steps in steps(), to in 0..160_usize) {
        let mut work = Work::new();
        for step in steps {
            work.random(step);
        }
        let past = work.past();
        let to = to % (past.last() + 1);
        let (before, then) = (past.now().clone(), past.after(to));
        let ops = between(&before, &then);
        prop_assert_eq!(ops.is_empty(), before == then);
        prop_assert_eq!(differs(&then, &before).counts.is_empty(), ops.is_empty());
        if !ops.is_empty() {
            let transaction = Rc::new(Transaction { name: "go back".to_owned(), ops });
            let session = work.session.perform(&Entry::Edit { transaction, joins: false });
            // Relations that the schema does not allow were never made here.
            let session = session.unwrap();
            prop_assert_eq!(&session.document, &then);
            prop_assert_eq!(session.perform(&Entry::Undo).unwrap().document, before);
        }
    }
}

fn add(work: &mut Work, id: usize, label: usize, start: usize) {
    let after = Some(annotation(id, label, start, 8));
    assert!(work.edit("label it", vec![Op::Annotation { before: None, after }]));
}

#[test]
fn steps_say_what_was_done_when_and_by_whom() {
    let mut work = Work::new();
    add(&mut work, 1, 0, 4);
    let before = work.session.document.annotations.get(&AnnotationId::new("a1")).cloned();
    assert!(work.edit("delete Claim", vec![Op::Annotation { before: before.clone(), after: None }]));
    assert!(work.perform(Entry::Undo));
    let mut other = (*before.clone().unwrap()).clone();
    other.label = LabelName::new("Source");
    assert!(work.edit("relabel it as Source", vec![Op::Annotation { before, after: Some(Rc::new(other)) }]));
    let past = work.past();
    let words: Vec<&str> = past.steps.iter().map(|step| step.words.as_str()).collect();
    let expected = [
        "The article as it came",
        "Added Claim: “mayor sai”",
        "Deleted Claim: “mayor sai”",
        "Undo: delete Claim",
        "Relabel it as Source",
    ];
    assert_eq!(words, expected);
    let names: Vec<Option<&str>> = past.steps.iter().map(|step| step.by.as_deref()).collect();
    assert_eq!(names, [None, None, Some("Nadia"), None, Some("Nadia")]);
    assert_eq!(past.steps[0].at.as_deref(), Some("2026-01-01T10:00:00Z"));
    assert_eq!(past.steps[3].at.as_deref(), Some("moment 3"));
    assert_eq!(past.steps[1].place.map(|place| place.get()), Some(4));
}

#[test]
fn what_differs_is_counted_and_said() {
    let mut work = Work::new();
    add(&mut work, 1, 0, 4);
    add(&mut work, 2, 1, 20);
    let then = work.session.document.clone();
    let held = then.annotations.get(&AnnotationId::new("a1")).cloned();
    assert!(work.edit("delete", vec![Op::Annotation { before: held, after: None }]));
    add(&mut work, 3, 2, 30);
    let found = differs(&then, &work.session.document);
    assert_eq!(found.counts, ["1 annotation deleted since", "1 annotation added since"]);
    let back: Vec<_> = found.each.iter().filter_map(|one| one.back.clone()).collect();
    assert_eq!(back, [AnnotationId::new("a1")]);
    assert!(differs(&then, &then).counts.is_empty());
}

#[test]
fn damage_ends_the_list_and_is_said() {
    let mut work = Work::new();
    add(&mut work, 1, 0, 4);
    add(&mut work, 2, 1, 20);
    add(&mut work, 3, 1, 30);
    work.journal[1].1.push('x');
    let past = work.past();
    assert_eq!(past.last(), 1);
    assert!(past.damage.starts_with("Step 2 and what followed cannot be shown"), "{}", past.damage);
    assert_eq!(past.after(9), work.states[1]);
    assert!(Past::read("base 2 0 {}", Vec::new()).is_err());
}

fn when(at: &str) -> String {
    format!("at {at}")
}

fn page(work: &Work, writes: bool) -> HistoryPage {
    let article = Article { id: DocumentId::new("d"), seq: work.journal.len(), writes };
    let (mut page, effect) = HistoryPage::new(article);
    assert!(matches!(effect, HistoryEffect::Read(_)));
    assert!(page.act(HistoryAction::Read(Ok(Rc::new(work.past()))), &when).is_none());
    page
}

#[test]
fn the_page_goes_back_where_it_may() {
    let mut work = Work::new();
    add(&mut work, 1, 0, 4);
    add(&mut work, 2, 1, 20);
    let mut shown = page(&work, true);
    assert_eq!(shown.look.as_ref().map(|look| look.step), Some(2), "what is now comes first");
    assert!(shown.act(HistoryAction::GoBack, &when).is_none(), "there is nowhere to go back to");
    assert!(shown.act(HistoryAction::Look(1), &when).is_none());
    let Some(HistoryEffect::Apply(transaction)) = shown.act(HistoryAction::GoBack, &when) else { panic!("a step") };
    assert_eq!(transaction.name, "go back to at moment 1, step 1");
    assert_eq!(transaction.apply(&work.session.document).unwrap(), work.states[1]);
    assert!(shown.act(HistoryAction::Look(0), &when).is_none());
    let Some(HistoryEffect::Apply(transaction)) = shown.act(HistoryAction::GoBack, &when) else { panic!("a step") };
    assert_eq!(transaction.name, "go back to the beginning");
    let mut reading = page(&work, false);
    assert!(reading.act(HistoryAction::Look(1), &when).is_none());
    assert!(reading.act(HistoryAction::GoBack, &when).is_none(), "another tab writes");
    let why = || HistoryAction::Refused("no".to_owned());
    assert!(matches!(shown.act(why(), &when), Some(HistoryEffect::Say(said)) if said == "no"));
    assert_eq!(shown.said, Some(Err("no".to_owned())));
}

#[test]
fn one_annotation_is_brought_back() {
    let mut work = Work::new();
    add(&mut work, 1, 0, 4);
    let held = work.session.document.annotations.get(&AnnotationId::new("a1")).cloned();
    assert!(work.edit("delete", vec![Op::Annotation { before: held, after: None }]));
    add(&mut work, 2, 1, 20);
    let mut shown = page(&work, true);
    let back = || HistoryAction::BringBack(AnnotationId::new("a1"));
    assert!(shown.act(back(), &when).is_none(), "it is not there now");
    assert!(shown.act(HistoryAction::Look(1), &when).is_none());
    let Some(HistoryEffect::Apply(transaction)) = shown.act(back(), &when) else { panic!("a step") };
    let after = transaction.apply(&work.session.document).unwrap();
    assert_eq!(after.annotations.len(), 2, "what came since stays");
    let Some(HistoryEffect::Copy(quotes, _)) = shown.act(HistoryAction::CopyQuotes, &when) else { panic!("quotes") };
    assert_eq!(quotes, "Claim: mayor sai");
}
