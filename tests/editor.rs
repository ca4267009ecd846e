//! What the schema editor hands over reaches the document as it was meant, through both records.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use gloss::app::records::{Base, JournalRecord, Record};
use gloss::app::schema_dialog::{SchemaAction, Slot};
use gloss::app::schema_editor::{Editor, EditorEffect};
use gloss::edit::{Entry, Session};
use gloss::formats::gloss::read;
use std::rc::Rc;

const FILE: &str = r#"{"format": "gloss", "version": 1, "schema": {"labels": [{"name": "Claim"}, {"name": "Source"}]},
    "documents": [{"id": "d", "text": "The mayor said it rained.", "annotations": [
        {"id": "a", "label": "Claim", "start": 15, "end": 24}, {"id": "b", "label": "Source", "start": 0, "end": 9}]}]}"#;

#[test]
fn a_renamed_label_reaches_the_document() {
    let mut ids = 0;
    let mut next = || {
        ids += 1;
        ids.to_string()
    };
    let document = read(FILE, &mut next).expect("a file").documents.remove(0);
    let carried = Base::decode(&Base(document.clone()).encode().expect("a record")).expect("a record").0;
    assert_eq!(carried.annotations, document.annotations);
    let mut editor = Editor::new(carried, true);
    assert!(editor.act(SchemaAction::Text(Slot::Name, "Statement".to_owned())).is_none());
    let Some(EditorEffect::Apply(transaction)) = editor.act(SchemaAction::Apply) else {
        panic!("{:?}", editor.dialog.troubles)
    };
    let entry = Entry::Edit { transaction: Rc::new(transaction), joins: false };
    let record = JournalRecord { document: document.info.id.clone(), seq: 0, at: "".into(), by: None, entry };
    let back = JournalRecord::decode(&record.encode().expect("a record")).expect("a record");
    assert_eq!(back, record);
    let after = Session::new(document).perform(&back.entry).expect("it fits").document;
    let labels: Vec<_> = after.annotations.iter().map(|annotation| annotation.label.to_string()).collect();
    assert_eq!(labels, ["Source", "Statement"]);
}
