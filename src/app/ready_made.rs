//! The schemas that Gloss brings: original words, to start from and to change.
//!
//! Invariant: each is what a schema's file holds, and sound. Their names are for the start of a schema,
//! and in the app's module; only the worker module calls [`ready_made`], or the app would carry all
//! their words too.

/// The name of each, and what it is for; in the order of their numbers. The first one is what a new
/// article has.
pub const READY_MADE: [(&str, &str); 4] = [
    ("Claims, sources and locations", "Who claims what, about where. The one that Gloss starts with."),
    ("Attribution", "What was said, the words that say so, and by whom; each attribution in one piece."),
    ("Named entities", "People, organisations, places, dates, events and products, each with an identifier."),
    ("Claim checking", "What is worth checking, what speaks for and against it, and a verdict."),
];

/// The schema of a number, as JSON.
#[must_use]
pub fn ready_made(number: usize) -> Option<&'static str> {
    let schemas = [
        include_str!("../formats/schemas/claims-sources-locations.json"),
        include_str!("../formats/schemas/attribution.json"),
        include_str!("../formats/schemas/named-entities.json"),
        include_str!("../formats/schemas/claim-checking.json"),
    ];
    schemas.get(number).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::markdown;
    use crate::formats::json;
    use crate::model::{PALETTE, Schema};
    use serde_json::Value;

    fn schemas() -> Vec<Value> {
        let texts: Vec<&str> = (0..).map_while(ready_made).collect();
        assert_eq!(texts.len(), READY_MADE.len());
        texts.into_iter().map(|text| json::parse(text, 16).expect("JSON")).collect()
    }

    fn list<'v>(value: &'v Value, key: &str) -> Vec<&'v Value> {
        value.get(key).map_or(Vec::new(), |list| list.as_array().expect("a list").iter().collect())
    }

    fn text<'v>(value: &'v Value, key: &str) -> &'v str {
        value.get(key).map_or("", |text| text.as_str().expect("a text"))
    }

    fn texts<'v>(value: &'v Value, key: &str) -> Vec<&'v str> {
        list(value, key).into_iter().map(|text| text.as_str().expect("a text")).collect()
    }

    fn complain_of_twins(complaints: &mut Vec<String>, place: &str, mut names: Vec<&str>) {
        names.retain(|name| !name.is_empty());
        names.sort_unstable();
        complaints
            .extend(names.windows(2).filter(|two| two[0] == two[1]).map(|two| format!("{place}: two {}", two[0])));
    }

    fn complain_of_keys(complaints: &mut Vec<String>, place: &str, value: &Value, known: &[&str]) {
        let keys = value.as_object().expect("an object").keys();
        let strange = keys.filter(|key| !known.contains(&key.as_str()));
        complaints.extend(strange.map(|key| format!("{place}: what is {key}?")));
    }

    fn complain_of_attributes(complaints: &mut Vec<String>, place: &str, attributes: &[&Value]) {
        let all = |key| attributes.iter().map(|attribute| text(attribute, key)).collect();
        complain_of_twins(complaints, place, all("name"));
        complain_of_twins(complaints, place, all("key"));
        for attribute in attributes {
            let (name, kind, key) = (text(attribute, "name"), text(attribute, "type"), text(attribute, "key"));
            let known = ["name", "type", "values", "required", "default", "key", "description"];
            complain_of_keys(complaints, place, attribute, &known);
            let values = texts(attribute, "values");
            complain_of_twins(complaints, name, values.clone());
            let chosen = matches!(kind, "one" | "several");
            let known = matches!(kind, "yes or no" | "text" | "number" | "identifier" | "coordinates");
            let default = text(attribute, "default");
            for (is_wrong, words) in [
                (name.is_empty(), "has no name"),
                (!chosen && !known, "has no known type"),
                (chosen == values.is_empty(), "has values where it is no choice, or none where it is one"),
                (chosen && !default.is_empty() && !values.contains(&default), "has a default that is no value"),
                (!["", "Q", "C", "I", "O", "P"].contains(&key), "has a key that is taken"),
            ] {
                if is_wrong {
                    complaints.push(format!("{place}: {name} {words}"));
                }
            }
        }
    }

    /// What is wrong with a schema.
    fn complaints(schema: &Value) -> Vec<String> {
        let mut found = Vec::new();
        complain_of_keys(
            &mut found,
            "schema",
            schema,
            &["labels", "relations", "attributes", "rules_off", "guidelines"],
        );
        let labels = list(schema, "labels");
        let names: Vec<&str> = labels.iter().map(|label| text(label, "name")).collect();
        complain_of_twins(&mut found, "labels", names.clone());
        for key in ["key", "color"] {
            complain_of_twins(&mut found, "labels", labels.iter().map(|label| text(label, key)).collect());
        }
        for (at, label) in labels.iter().enumerate() {
            let name = text(label, "name");
            let known = [
                "name",
                "key",
                "color",
                "style",
                "quotation_marks",
                "description",
                "examples",
                "counter_examples",
                "attributes",
            ];
            complain_of_keys(&mut found, name, label, &known);
            for (is_wrong, words) in [
                (text(label, "key") != (at + 1).to_string(), "has a key that is not its place"),
                (!PALETTE.contains(&text(label, "color")), "has a colour that there is not"),
                (!["band", "solid", "dotted"].contains(&text(label, "style")), "has a style that there is not"),
                (!["", "keep"].contains(&text(label, "quotation_marks")), "has unknown words on quotation marks"),
                (text(label, "description").is_empty(), "has no description"),
                (texts(label, "examples").len() != 2, "has not two examples"),
                (!(1..=2).contains(&texts(label, "counter_examples").len()), "has not one or two counter-examples"),
            ] {
                if is_wrong {
                    found.push(format!("{name} {words}"));
                }
            }
            complain_of_attributes(&mut found, name, &list(label, "attributes"));
        }
        let relations = list(schema, "relations");
        complain_of_twins(&mut found, "relations", relations.iter().map(|relation| text(relation, "name")).collect());
        for relation in relations {
            let name = text(relation, "name");
            let known = [
                "name",
                "from",
                "to",
                "forward",
                "backward",
                "expected",
                "symmetric",
                "same_label",
                "group",
                "description",
                "attributes",
            ];
            complain_of_keys(&mut found, name, relation, &known);
            let (from, to) = (texts(relation, "from"), texts(relation, "to"));
            let flag = |key| relation.get(key).is_some_and(|flag| flag.as_bool().expect("yes or no"));
            for (is_wrong, words) in [
                (from.is_empty() || to.is_empty(), "has an end without a label"),
                (from.iter().chain(&to).any(|end| !names.contains(end)), "has an end that is no label"),
                (text(relation, "forward").is_empty() || text(relation, "backward").is_empty(), "has no words"),
                (flag("symmetric") && from != to, "is symmetric and has two kinds of ends"),
                (flag("symmetric") && text(relation, "forward") != text(relation, "backward"), "has two directions"),
                (flag("expected") && flag("symmetric"), "is expected of both ends"),
            ] {
                if is_wrong {
                    found.push(format!("{name} {words}"));
                }
            }
            complain_of_attributes(&mut found, name, &list(relation, "attributes"));
        }
        complain_of_attributes(&mut found, "schema", &list(schema, "attributes"));
        if markdown::parse(text(schema, "guidelines")).len() < 4 {
            found.push("the guidelines are hardly any".to_owned());
        }
        found
    }

    #[test]
    fn each_is_sound() {
        for (schema, (name, _)) in schemas().iter().zip(READY_MADE) {
            assert_eq!(complaints(schema), [""; 0], "{name}");
        }
        assert!(ready_made(READY_MADE.len()).is_none());
    }

    #[test]
    fn what_is_unsound_is_found() {
        let schema = ready_made(0).expect("a schema");
        let check = |from: &str, to: &str, complaint: &str| {
            let broken = schema.replacen(from, to, 1);
            assert_ne!(broken, schema, "{from}");
            let found = complaints(&json::parse(&broken, 16).expect("JSON"));
            assert!(found.iter().any(|words| words.contains(complaint)), "{from} -> {to}: {found:?}");
        };
        check("\"name\": \"Source\"", "\"name\": \"Claim\"", "two Claim");
        check("\"name\": \"Source\"", "\"name\": \"Speaker\"", "an end that is no label");
        check("\"amber\"", "\"pink\"", "a colour");
        check("\"band\"", "\"box\"", "a style");
        check("\"key\": \"Q\"", "\"key\": \"C\"", "two C");
        check("\"key\": \"Q\"", "\"key\": \"X\"", "a key that is taken");
        check("\"key\": \"Q\"", "\"default\": \"loud\"", "no value");
        check("\"type\": \"one\"", "\"type\": \"text\"", "no choice");
        check("\"expected\"", "\"expect\"", "what is expect?");
    }

    #[test]
    fn the_first_is_what_a_new_article_has() {
        let (schema, built_in) = (&schemas()[0], Schema::claims_sources_locations());
        let labels = list(schema, "labels");
        assert_eq!(labels.len(), built_in.labels.len());
        for (label, built_in) in labels.into_iter().zip(built_in.labels) {
            assert_eq!(text(label, "name"), built_in.name.as_str());
            assert_eq!(Some(text(label, "key")), built_in.key.as_deref());
            assert_eq!(Some(text(label, "color")), built_in.color.as_deref());
            assert_eq!(Some(text(label, "style")), built_in.style.map(|style| style.name()));
            assert_eq!(text(label, "description"), built_in.description);
        }
    }
}
