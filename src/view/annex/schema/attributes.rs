//! The attributes of what is open.

use yew::{Html, html};

use super::Tell;
use super::parts::{area, button, select, switch, text};
use crate::app::reschema::AttributeDraft;
use crate::app::schema_dialog::{Part, SchemaAction, Slot};
use crate::model::AttributeKind;

pub fn attributes(all: &[AttributeDraft], of: &'static str, version: u32, dispatch: &Tell) -> Html {
    html! {
        <section class="schema-attributes" aria-label="Attributes">
            if of != "article" { <h3>{ "Attributes" }</h3> }
            { for all.iter().map(|one| attribute(one, version, dispatch)) }
            { button("Add an attribute", "ghost", dispatch, SchemaAction::Press(Slot::NewAttribute), false) }
        </section>
    }
}

const fn words(kind: AttributeKind) -> &'static str {
    match kind {
        AttributeKind::One => "One of a list",
        AttributeKind::Several => "Several of a list",
        AttributeKind::YesNo => "Yes or no",
        AttributeKind::Text => "Text",
        AttributeKind::Number => "Number",
        AttributeKind::Identifier => "Identifier",
        AttributeKind::Coordinates => "Coordinates",
    }
}

fn attribute(open: &AttributeDraft, version: u32, dispatch: &Tell) -> Html {
    let id = |part: &str| format!("schema-{version}-{}-{part}", open.id);
    let slot = {
        let id = open.id;
        move |part| Slot::Attribute(id, part)
    };
    let now = open.attribute.kind;
    let kinds: Vec<(String, bool)> =
        AttributeKind::ALL.iter().map(|kind| (words(*kind).to_owned(), *kind == now)).collect();
    let name = if open.name().is_empty() { "New attribute" } else { open.name() };
    html! {
        <details key={id("whole")} class="schema-attribute" open={open.fresh}>
            <summary><b>{ name }</b><span class="quiet">{ words(now) }</span></summary>
            <div class="schema-attribute-body">
                <div class="schema-pair">
                    { text(id("name"), "Attribute name", &open.attribute.name, "", dispatch, slot(Part::Name)) }
                    { select(id("kind"), "Type", &kinds, dispatch, move |at| Some(slot(Part::Kind(at)))) }
                </div>
                if now.has_list() { { area(id("words"), "Words", &open.lines(), "One on each line.", 4, dispatch, slot(Part::Words)) } }
                <div class="schema-pair">
                    { default(open, id("default"), dispatch) }
                    { text(id("key"), "Key", open.attribute.key.as_deref().unwrap_or_default(), "One letter that sets it.", dispatch, slot(Part::Key)) }
                </div>
                { area(id("about"), "What it means", &open.attribute.description, "", 2, dispatch, slot(Part::Description)) }
                <div class="dialog-actions">
                    { switch("Has to be filled in", open.attribute.required, dispatch, slot(Part::Required)) }
                    <span class="push"></span>
                    { button("Remove the attribute", "ghost", dispatch, SchemaAction::Press(slot(Part::Whole)), false) }
                </div>
            </div>
        </details>
    }
}

/// What something new begins with.
fn default(open: &AttributeDraft, id: String, dispatch: &Tell) -> Html {
    const NAME: &str = "Begins as";
    let one = open.id;
    match open.attribute.kind {
        AttributeKind::One => {
            let words: Vec<(u32, &str)> = open.words().map(|(word, text)| (word.id, text)).collect();
            let first = ("nothing".to_owned(), open.default_words.is_empty());
            let options = words.iter().map(|(id, text)| ((*text).to_owned(), open.default_words.contains(id)));
            let options: Vec<(String, bool)> = std::iter::once(first).chain(options).collect();
            let ids: Vec<u32> = words.iter().map(|(id, _)| *id).collect();
            let slot = move |at: usize| {
                let word = at.checked_sub(1).and_then(|at| ids.get(at).copied());
                Some(Slot::Attribute(one, Part::DefaultWord(word)))
            };
            select(id, NAME, &options, dispatch, slot)
        }
        AttributeKind::Several => {
            let words = open.words().map(|(word, text)| {
                let on = open.default_words.contains(&word.id);
                switch(text, on, dispatch, Slot::Attribute(one, Part::DefaultWord(Some(word.id))))
            });
            html! { <fieldset><legend>{ NAME }</legend>{ for words }</fieldset> }
        }
        AttributeKind::YesNo => {
            let is = |text: &str| open.default_text == text;
            let options = [("nothing", is("")), ("yes", is("true")), ("no", is("false"))];
            let options: Vec<(String, bool)> = options.iter().map(|(words, on)| ((*words).to_owned(), *on)).collect();
            select(id, NAME, &options, dispatch, move |at| {
                // No and yes are words of their own here: 0 and 1.
                Some(Slot::Attribute(
                    one,
                    Part::DefaultWord(match at {
                        1 => Some(1),
                        2 => Some(0),
                        _ => None,
                    }),
                ))
            })
        }
        AttributeKind::Coordinates => html! { <div></div> },
        _ => text(id, NAME, &open.default_text, "", dispatch, Slot::Attribute(one, Part::DefaultText)),
    }
}
