//! Labels and types of relations: the list of them, and the one that is open.

use yew::{Html, html};

use super::Tell;
use super::attributes::attributes;
use super::parts::send;
use super::parts::{area, button, drawn, radio, switch, text, text_or};
use crate::app::reschema::{Draft, LabelDraft, RelationDraft};
use crate::app::schema_dialog::{SchemaAction, SchemaDialog, Slot};
use crate::model::{DrawStyle, PALETTE};
use crate::view::icons;

/// One row of a list.
struct Item {
    name: String,
    picture: Html,
    quiet: String,
}

fn list(what: &'static str, items: Vec<Item>, open: usize, dispatch: &Tell) -> Html {
    let count = items.len();
    let row = |(at, item): (usize, Item)| {
        let on = at == open;
        html! {
            <li>
                <button type="button" class={yew::classes!("schema-item", on.then_some("on"))} aria-current={on.then_some("true")}
                    onclick={send(dispatch, SchemaAction::Pick(at))}>
                    { item.picture }
                    <span class="schema-item-name">{ if item.name.is_empty() { "(no name)".to_owned() } else { item.name } }</span>
                    <span class="schema-item-note" aria-hidden="true">{ item.quiet }</span>
                </button>
            </li>
        }
    };
    html! {
        <div class="schema-list">
            <ul aria-label={format!("{what}s of the schema")}>{ for items.into_iter().enumerate().map(row) }</ul>
            <div class="schema-list-actions">
                { button(if what == "Label" { "Add a label" } else { "Add a relation" }, "ghost", dispatch, SchemaAction::Add, false) }
                <span class="push"></span>
                { drawn("Move up", icons::up(), dispatch, SchemaAction::Move(true), open == 0 || count == 0) }
                { drawn("Move down", icons::down(), dispatch, SchemaAction::Move(false), open + 1 >= count) }
                { drawn("Remove", icons::bin(), dispatch, SchemaAction::Remove, count == 0) }
            </div>
        </div>
    }
}

pub fn labels(dialog: &SchemaDialog, dispatch: &Tell) -> Html {
    let draft = &dialog.draft;
    let mut key = 0;
    let items = draft.labels.iter().enumerate().map(|(at, label)| {
        key += usize::from(!label.label.archived);
        let quiet = match key {
            _ if label.label.archived => "archived".to_owned(),
            1..=9 => key.to_string(),
            _ => String::new(),
        };
        let swatch = format!("swatch {} c-{}", style_of(draft, at).name(), color_of(draft, at));
        Item { name: label.name().to_owned(), picture: html! { <i class={swatch}></i> }, quiet }
    });
    let items: Vec<Item> = items.collect();
    html! {
        <div class="schema-columns">
            { list("Label", items, dialog.label, dispatch) }
            { for draft.labels.get(dialog.label).map(|open| label(dialog, open, dispatch)) }
        </div>
    }
}

fn style_of(draft: &Draft, at: usize) -> DrawStyle {
    let said = draft.labels.get(at).and_then(|label| label.label.style);
    let by_place = DrawStyle::ALL.get(at % DrawStyle::ALL.len()).copied();
    said.or(by_place).unwrap_or(DrawStyle::Band)
}

fn color_of(draft: &Draft, at: usize) -> &'static str {
    let said = draft.labels.get(at).and_then(|label| label.label.color.as_deref());
    let known = said.and_then(|said| PALETTE.into_iter().find(|color| *color == said));
    known.or_else(|| PALETTE.get(at % PALETTE.len()).copied()).unwrap_or("slate")
}

fn label(dialog: &SchemaDialog, open: &LabelDraft, dispatch: &Tell) -> Html {
    let (draft, at, version) = (&dialog.draft, dialog.label, dialog.version);
    let id = |part: &str| format!("schema-{version}-{}-{part}", open.id);
    let (color, style) = (color_of(draft, at), style_of(draft, at));
    let colors = PALETTE.iter().enumerate().map(|(nth, name)| {
        radio(&id("color"), name, *name == color, format!("swatch band c-{name}"), dispatch, Slot::Color(nth))
    });
    let styles = DrawStyle::ALL.iter().enumerate().map(|(nth, one)| {
        let words = match one {
            DrawStyle::Band => "Band",
            DrawStyle::Solid => "Solid line",
            DrawStyle::Dotted => "Dotted line",
        };
        radio(
            &id("style"),
            words,
            *one == style,
            format!("sample {} c-{color}", one.name()),
            dispatch,
            Slot::Style(nth),
        )
    });
    let examples = "One on each line. [Square brackets] show what is marked.";
    html! {
        <div class="schema-open" key={id("open")}>
            if open.label.added { <p class="schema-tag">{ "Added by a file" }</p> }
            { text(id("name"), "Name", &open.name, "", dispatch, Slot::Name) }
            <fieldset class="schema-colors"><legend>{ "Colour" }</legend>{ for colors }</fieldset>
            <fieldset class="schema-styles"><legend>{ "Drawn as" }</legend>{ for styles }</fieldset>
            { area(id("about"), "Description", &open.label.description, "", 2, dispatch, Slot::Description) }
            { area(id("yes"), "Examples", &open.label.examples.join("\n"), examples, 3, dispatch, Slot::Examples) }
            { area(id("no"), "Counter-examples", &open.label.counter_examples.join("\n"), examples, 3, dispatch, Slot::CounterExamples) }
            <fieldset><legend>{ "More" }</legend>
                { switch("Keep quotation marks at the ends", open.label.keeps_quotes, dispatch, Slot::KeepsQuotes) }
                { switch("Archived: kept for what has it, offered no more", open.label.archived, dispatch, Slot::Archived) }
            </fieldset>
            { attributes(&open.attributes, "label", version, dispatch) }
        </div>
    }
}

pub fn relations(dialog: &SchemaDialog, dispatch: &Tell) -> Html {
    let draft = &dialog.draft;
    let items = draft.relations.iter().map(|relation| {
        let quiet = if relation.relation.archived { "archived" } else { "" };
        Item { name: relation.name().to_owned(), picture: html! {}, quiet: quiet.to_owned() }
    });
    let items: Vec<Item> = items.collect();
    html! {
        <div class="schema-columns">
            { list("Relation", items, dialog.relation, dispatch) }
            { for draft.relations.get(dialog.relation).map(|open| relation(dialog, open, dispatch)) }
        </div>
    }
}

fn relation(dialog: &SchemaDialog, open: &RelationDraft, dispatch: &Tell) -> Html {
    let (draft, version) = (&dialog.draft, dialog.version);
    let id = |part: &str| format!("schema-{version}-{}-{part}", open.id);
    let ends = |legend: &'static str, ids: &[u32], slot: fn(u32) -> Slot| {
        let there =
            draft.labels.iter().map(|label| switch(label.name(), ids.contains(&label.id), dispatch, slot(label.id)));
        let gone = draft.gone.iter().filter(|gone| ids.contains(&gone.id));
        let gone = gone.map(|gone| switch(&format!("{} (no label)", gone.name), true, dispatch, slot(gone.id)));
        html! {
            <fieldset class="schema-ends">
                <legend>{ legend }</legend>
                { for there }{ for gone }
                if ids.is_empty() { <p class="quiet">{ if open.fresh { "Tick at least one." } else { "None ticked: any label." } }</p> }
            </fieldset>
        }
    };
    let expected = match open.from.as_slice() {
        [one] => draft.labels.iter().find(|label| label.id == *one).map(LabelDraft::name),
        _ => None,
    };
    let expected = format!(
        "Each {} should have one",
        expected.filter(|name| !name.is_empty()).unwrap_or("annotation that it may begin at")
    );
    let relation = &open.relation;
    let otherwise = if open.fresh { open.words_back() } else { String::new() };
    html! {
        <div class="schema-open" key={id("open")}>
            if relation.added { <p class="schema-tag">{ "Added by a file" }</p> }
            { text(id("name"), "Name", &relation.name, "", dispatch, Slot::Name) }
            <div class="schema-pair">
                { ends("Begins at", &open.from, Slot::From) }
                { ends("Leads to", &open.to, Slot::To) }
            </div>
            <fieldset><legend>{ "Rules" }</legend>
                { switch("Both ends have the same label", relation.same_label, dispatch, Slot::SameLabel) }
                { switch("Its direction means nothing", relation.symmetric, dispatch, Slot::Symmetric) }
                { switch(&expected, relation.expected, dispatch, Slot::Expected) }
                { switch("Archived: kept for what has it, offered no more", relation.archived, dispatch, Slot::Archived) }
            </fieldset>
            <div class="schema-pair">
                { text(id("forward"), "Words where it begins", &relation.forward, "On cards, as in “said by”.", dispatch, Slot::Forward) }
                { text_or(id("backward"), "Words where it leads", &relation.backward, otherwise, "On cards, as in “says”.", dispatch, Slot::Backward) }
            </div>
            { text(id("group"), "Group", &relation.group, "Types with the same word here make up one thing together, as the source and the cue of one attribution.", dispatch, Slot::Group) }
            { area(id("about"), "Description", &relation.description, "", 2, dispatch, Slot::Description) }
            { attributes(&open.attributes, "relation", version, dispatch) }
        </div>
    }
}
