//! The schema editor: changing its draft, and making the draft a change of the document.
//!
//! Invariant: the document changes by applying alone, in one step of undo, and that is the app's to do: the
//! editor hands over a transaction. With changes in it, it is closed by nobody without a word. It stands in
//! a module of its own, which is fetched when the editor is opened for the first time.

use super::reschema::{AttributeDraft, Choices, Draft, LabelDraft, Place, RelationDraft, Trouble, plan};
use super::schema_dialog::{Part, SchemaAction, SchemaDialog, Slot, Tab};
use super::words::file_name;
use crate::edit::Transaction;
use crate::formats::schema::to_file;
use crate::model::{AttributeKind, Document, DrawStyle, PALETTE, Schema};
use crate::query::check::Rule;

/// The editor of one document's schema.
#[derive(Clone, Debug)]
pub struct Editor {
    /// The document as it was when the editor was opened: nobody else changes it meanwhile.
    pub document: Document,
    /// Whether changes may be made.
    pub writes: bool,
    /// What it shows.
    pub dialog: SchemaDialog,
}

/// What the editor wants done.
#[derive(Clone, Debug)]
pub enum EditorEffect {
    /// Fetch the ready-made schema of that number.
    ReadyMade(u8),
    /// Hand over a schema as a file: its name and its content.
    Save(String, String),
    /// Read something out.
    Say(&'static str),
    /// Close the editor.
    Close,
    /// Make the change, and close the editor.
    Apply(Transaction),
}

fn schema_of(document: &Document) -> Schema {
    // What only the annotations know is shown, too.
    let mut schema = (*document.schema).clone();
    schema.add_what_is_in(document);
    schema
}

impl Editor {
    /// The editor, with the document's schema in it.
    #[must_use]
    pub fn new(document: Document, writes: bool) -> Self {
        let dialog = SchemaDialog::new(&schema_of(&document));
        Self { document, writes, dialog }
    }

    /// Closes it, where nothing was changed; else it asks.
    fn close(&mut self) -> Option<EditorEffect> {
        let changed = self.writes && self.dialog.draft.schema() != schema_of(&self.document);
        if self.dialog.closing || changed {
            self.dialog.closing = !self.dialog.closing;
            return None;
        }
        Some(EditorEffect::Close)
    }

    /// Does what was asked for; answers what else has to be done.
    pub fn act(&mut self, action: SchemaAction) -> Option<EditorEffect> {
        let dialog = &mut self.dialog;
        match action {
            SchemaAction::Show(tab) => dialog.tab = tab,
            SchemaAction::Pick(at) => pick(dialog, at),
            SchemaAction::GoTo(place) => match place {
                Place::Label(at) => (dialog.tab, dialog.label) = (Tab::Labels, at),
                Place::Relation(at) => (dialog.tab, dialog.relation) = (Tab::Relations, at),
                Place::Article => dialog.tab = Tab::Article,
            },
            SchemaAction::Stay => dialog.closing = false,
            SchemaAction::Close => return self.close(),
            SchemaAction::Discard => return Some(EditorEffect::Close),
            SchemaAction::Refused(why) | SchemaAction::Saved(Err(why)) => dialog.alert = Some((why, Vec::new())),
            SchemaAction::ReadyMade(number) => return Some(EditorEffect::ReadyMade(number)),
            SchemaAction::Read(read) => return self.read(read),
            SchemaAction::Save => return self.save(),
            SchemaAction::Saved(Ok(())) => return Some(EditorEffect::Say("Saved the schema as a file")),
            SchemaAction::Apply => return self.apply(),
            SchemaAction::Answer(question, choice) => {
                dialog.choices.retain(|(known, _)| *known != question);
                for trouble in &mut dialog.troubles {
                    if let Trouble::Ask(ask) = trouble
                        && ask.question == question
                    {
                        ask.chosen = Some(choice);
                    }
                }
                dialog.choices.push((question, choice));
                self.look_again();
            }
            change => {
                self.change_draft(change);
                self.look_again();
            }
        }
        None
    }

    /// After a change: what was wrong may be right now, and answers may lead to other questions.
    fn look_again(&mut self) {
        let dialog = &mut self.dialog;
        if dialog.troubles.is_empty() {
            dialog.tries = 0;
            return;
        }
        match plan(&self.document, &dialog.draft, &dialog.choices) {
            Err(troubles) => dialog.troubles = troubles,
            // All is answered: the answers stay in view until it is applied.
            Ok(_) => dialog.troubles.retain(|trouble| matches!(trouble, Trouble::Ask(ask) if ask.chosen.is_some())),
        }
        if !dialog.is_unsettled() {
            dialog.tries = 0;
        }
    }

    fn change_draft(&mut self, action: SchemaAction) {
        let dialog = &mut self.dialog;
        dialog.alert = None;
        dialog.closing = false;
        let place = dialog.place();
        match action {
            SchemaAction::Add => match dialog.tab {
                Tab::Labels => dialog.label = dialog.draft.add_label(),
                Tab::Relations => dialog.relation = dialog.draft.add_relation(),
                _ => {}
            },
            SchemaAction::Remove => {
                dialog.draft.remove(place);
                // What was asked of it goes with it.
                dialog.troubles.clear();
                dialog.label = dialog.label.min(dialog.draft.labels.len().saturating_sub(1));
                dialog.relation = dialog.relation.min(dialog.draft.relations.len().saturating_sub(1));
            }
            SchemaAction::Move(up) => {
                let at = if dialog.tab == Tab::Labels { dialog.label } else { dialog.relation };
                let Some(to) = (if up { at.checked_sub(1) } else { Some(at + 1) }) else { return };
                let moved = match dialog.tab {
                    Tab::Labels => swap(&mut dialog.draft.labels, at, to),
                    Tab::Relations => swap(&mut dialog.draft.relations, at, to),
                    _ => false,
                };
                if moved {
                    pick(dialog, to);
                }
            }
            SchemaAction::Text(slot, text) => set(&mut dialog.draft, place, slot, Some(text)),
            SchemaAction::Press(slot) => set(&mut dialog.draft, place, slot, None),
            _ => {}
        }
    }

    /// Another schema takes the place of the draft.
    fn read(&mut self, read: Result<(Schema, Vec<String>), String>) -> Option<EditorEffect> {
        match read {
            Ok((schema, problems)) if problems.is_empty() => {
                self.dialog = SchemaDialog {
                    draft: Draft::new(&schema),
                    version: self.dialog.version + 1,
                    ..SchemaDialog::new(&Schema::default())
                };
                return Some(EditorEffect::Say("The schema is in the editor. Nothing is changed before you apply it."));
            }
            Ok((_, problems)) => {
                let words = "This schema was not loaded. Gloss cannot understand these places:".to_owned();
                self.dialog.alert = Some((words, problems));
            }
            Err(why) => self.dialog.alert = Some((why, Vec::new())),
        }
        None
    }

    fn save(&mut self) -> Option<EditorEffect> {
        let wrongs = self.dialog.draft.wrongs();
        if wrongs.is_empty() {
            let name = file_name(&self.document.info.title, "gloss-schema.json");
            return Some(EditorEffect::Save(name, to_file(&self.dialog.draft.schema())));
        }
        self.dialog.troubles = wrongs.into_iter().map(Trouble::Wrong).collect();
        self.dialog.tries += 1;
        None
    }

    fn apply(&mut self) -> Option<EditorEffect> {
        if !self.writes {
            return None;
        }
        match plan(&self.document, &self.dialog.draft, &self.dialog.choices) {
            Err(troubles) => {
                self.dialog.choices = answered(&troubles);
                self.dialog.troubles = troubles;
                // The dialog says so itself, each time.
                self.dialog.tries += 1;
                None
            }
            Ok(transaction) if transaction.ops.is_empty() => Some(EditorEffect::Close),
            Ok(transaction) => Some(EditorEffect::Apply(transaction)),
        }
    }
}

/// The answers to what is still asked.
fn answered(troubles: &[Trouble]) -> Choices {
    let answer = |trouble: &Trouble| match trouble {
        Trouble::Ask(ask) => ask.chosen.map(|choice| (ask.question.clone(), choice)),
        Trouble::Wrong(_) => None,
    };
    troubles.iter().filter_map(answer).collect()
}

fn pick(dialog: &mut SchemaDialog, at: usize) {
    match dialog.tab {
        Tab::Labels => dialog.label = at,
        _ => dialog.relation = at,
    }
}

fn swap<T>(all: &mut [T], a: usize, b: usize) -> bool {
    let there = a.max(b) < all.len();
    if there {
        all.swap(a, b);
    }
    there
}

/// Takes an end off, or puts it on.
fn flip(ends: &mut Vec<u32>, id: u32) {
    match ends.iter().position(|end| *end == id) {
        Some(at) => drop(ends.remove(at)),
        None => ends.push(id),
    }
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

/// Changes a part of what is open: to what was typed, or by a press.
fn set(draft: &mut Draft, place: Place, slot: Slot, typed: Option<String>) {
    match slot {
        Slot::Attribute(id, part) => return set_attribute(draft, place, id, part, typed),
        Slot::NewAttribute => return draft.add_attribute(place),
        Slot::Guidelines => return draft.guidelines = typed.unwrap_or_default(),
        Slot::Check(at) => {
            if let Some(name) = Rule::ALL.get(at).map(|rule| rule.name()) {
                match draft.rules_off.iter().position(|off| off == name) {
                    Some(at) => drop(draft.rules_off.remove(at)),
                    None => draft.rules_off.push(name.to_owned()),
                }
            }
        }
        _ => {}
    }
    match place {
        Place::Label(at) => {
            if let Some(label) = draft.labels.get_mut(at) {
                set_label(label, slot, typed);
            }
        }
        Place::Relation(at) => {
            if let Some(relation) = draft.relations.get_mut(at) {
                set_relation(relation, slot, typed);
            }
        }
        Place::Article => {}
    }
}

fn set_label(draft: &mut LabelDraft, slot: Slot, typed: Option<String>) {
    let (label, text) = (&mut draft.label, typed.unwrap_or_default());
    match slot {
        Slot::Name => draft.name = text,
        Slot::Description => label.description = text,
        Slot::Examples => label.examples = lines(&text),
        Slot::CounterExamples => label.counter_examples = lines(&text),
        Slot::Color(at) => label.color = PALETTE.get(at).map(|color| (*color).to_owned()),
        Slot::Style(at) => label.style = DrawStyle::ALL.get(at).copied(),
        Slot::KeepsQuotes => label.keeps_quotes = !label.keeps_quotes,
        Slot::Archived => label.archived = !label.archived,
        _ => {}
    }
}

fn set_relation(draft: &mut RelationDraft, slot: Slot, typed: Option<String>) {
    // Words that were made of others follow them.
    let made = draft.words_back();
    let follows = !made.is_empty() && draft.relation.backward == made && slot != Slot::Backward;
    change_relation(draft, slot, typed);
    if follows {
        draft.relation.backward = draft.words_back();
    }
}

fn change_relation(draft: &mut RelationDraft, slot: Slot, typed: Option<String>) {
    let (relation, text) = (&mut draft.relation, typed.unwrap_or_default());
    match slot {
        Slot::Name => relation.name = text,
        Slot::Description => relation.description = text,
        Slot::Forward => relation.forward = text,
        Slot::Backward => relation.backward = text,
        Slot::Group => relation.group = text,
        Slot::From(id) => flip(&mut draft.from, id),
        Slot::To(id) => flip(&mut draft.to, id),
        Slot::SameLabel => relation.same_label = !relation.same_label,
        Slot::Symmetric => relation.symmetric = !relation.symmetric,
        Slot::Expected => relation.expected = !relation.expected,
        Slot::Archived => relation.archived = !relation.archived,
        _ => {}
    }
}

fn set_attribute(draft: &mut Draft, place: Place, id: u32, part: Part, typed: Option<String>) {
    let text = typed.unwrap_or_default();
    if part == Part::Words {
        return draft.set_lines(place, id, &text);
    }
    let Some(all) = draft.attributes_at(place) else { return };
    if part == Part::Whole {
        return all.retain(|one| one.id != id);
    }
    let Some(AttributeDraft { attribute, default_words, default_text, .. }) = all.iter_mut().find(|one| one.id == id)
    else {
        return;
    };
    match part {
        Part::Name => attribute.name = text,
        Part::Required => attribute.required = !attribute.required,
        Part::Key => attribute.key = Some(text.trim().to_ascii_uppercase()).filter(|key| !key.is_empty()),
        Part::Description => attribute.description = text,
        Part::DefaultText => *default_text = text,
        Part::DefaultWord(word) if attribute.kind == AttributeKind::YesNo => {
            *default_text = word.map_or_else(String::new, |word| (word == 1).to_string());
        }
        Part::DefaultWord(None) => default_words.clear(),
        Part::DefaultWord(Some(word)) if attribute.kind == AttributeKind::Several => flip(default_words, word),
        Part::DefaultWord(Some(word)) => *default_words = vec![word],
        Part::Kind(at) => {
            if let Some(kind) = AttributeKind::ALL.get(at)
                && let Some(one) = all.iter_mut().find(|one| one.id == id)
            {
                one.set_kind(*kind);
            }
        }
        Part::Words | Part::Whole => {}
    }
}
