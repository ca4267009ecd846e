//! Random documents under random drafts and answers: what is planned can be done, and loses nothing unasked.

use std::rc::Rc;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::plan::Owner;
use super::*;
use crate::edit::{Entry, Session, Transaction};
use crate::formats::schema::{first, from_file};
use crate::model::{
    Annotation, AnnotationId, Attribute, AttributeKind, Document, DocumentId, DocumentInfo, Extra, Fragments, Intake,
    LabelName, Relation, RelationId, RelationType, Relations, Schema, attribute,
};
use crate::text::{Span, Text};

const TEXT: &str =
    "The mayor said the bridge in Karsa was safe. Engineers denied it, and nobody asked who had built it.";

/// A schema with each kind of attribute on labels, relations and the article.
fn schema() -> Schema {
    let list = |name: &str, kind, words: &[&str]| Attribute {
        values: words.iter().map(|word| (*word).to_owned()).collect(),
        default: (kind == AttributeKind::One).then(|| json!(words[0])),
        ..Attribute::named(name, kind)
    };
    let plain = |name: &str, kind| Attribute::named(name, kind);
    let mut schema = Schema::claims_sources_locations();
    schema.labels[0].attributes = vec![
        list("kind", AttributeKind::One, &["fact", "view", "order"]),
        list("tone", AttributeKind::Several, &["calm", "sharp"]),
        plain("sure", AttributeKind::YesNo),
    ];
    schema.labels[1].attributes =
        vec![list("kind", AttributeKind::One, &["person", "paper"]), plain("named", AttributeKind::YesNo)];
    schema.labels[2].attributes =
        vec![plain("height", AttributeKind::Number), plain("place", AttributeKind::Coordinates)];
    let between = |name: &str, from: &[&str], to: &[&str]| RelationType {
        from: from.iter().map(|name| LabelName::new(*name)).collect(),
        to: to.iter().map(|name| LabelName::new(*name)).collect(),
        ..RelationType::named(name)
    };
    schema.relations = vec![
        RelationType {
            attributes: vec![list("how", AttributeKind::One, &["said", "denied"])],
            ..between("attributed to", &["Claim"], &["Source"])
        },
        between("located in", &["Claim", "Source"], &["Location"]),
        RelationType { same_label: true, symmetric: true, ..between("same as", &[], &[]) },
    ];
    schema.attributes =
        vec![list("topic", AttributeKind::Several, &["power", "water"]), plain("note", AttributeKind::Text)];
    schema
}

/// Values that fit, or that nothing describes, each with where it may stand.
const VALUES: usize = 14;
fn value(at: usize) -> (&'static str, Value) {
    match at {
        0 => ("kind", json!("fact")),
        1 => ("kind", json!("order")),
        2 => ("kind", json!("person")),
        3 => ("tone", json!(["calm"])),
        4 => ("tone", json!(["sharp", "calm"])),
        5 => ("sure", json!(true)),
        6 => ("named", json!(false)),
        7 => ("height", json!(12)),
        8 => ("place", json!({"latitude": 1, "longitude": 2})),
        9 => ("how", json!("denied")),
        10 => ("topic", json!(["water", "power"])),
        11 => ("note", json!("a word")),
        12 => ("stray", json!("yes")),
        _ => ("new", json!(3)),
    }
}

fn fitting(attributes: &[Attribute], chosen: &[usize]) -> Extra {
    let all = chosen.iter().map(|at| value(*at));
    let fits =
        |(name, value): &(&str, Value)| attribute(attributes, name).is_none_or(|known| known.check(value).is_ok());
    all.filter(fits).map(|(name, value)| (name.to_owned(), value)).collect()
}

fn some_values() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(0..VALUES, 0..4)
}

fn documents() -> impl Strategy<Value = Document> {
    let annotation = (0..3_usize, 0..60_usize, 1..20_usize, some_values());
    let relation = (0..3_usize, 0..8_usize, 0..8_usize, some_values());
    (prop::collection::vec(annotation, 0..8), prop::collection::vec(relation, 0..12), some_values()).prop_map(
        |(annotations, relations, said)| {
            let info = DocumentInfo {
                id: DocumentId::new("d"),
                title: String::new(),
                text: Text::new(TEXT),
                intake: Intake::default(),
                metadata: Extra::new(),
                created: None,
                extra: Extra::new(),
            };
            let mut document = Document::new(info, schema());
            for (at, (label, start, length, said)) in annotations.into_iter().enumerate() {
                let label = document.schema.labels[label].name.clone();
                let place = Fragments::one(Span::from_bytes(start, start + length).expect("a span"));
                let mut annotation = Annotation::new(AnnotationId::new(format!("a{at}")), label.clone(), place);
                annotation.remarks.attributes = fitting(document.schema.label_attributes(&label), &said);
                let text = document.text().clone();
                document.annotations.insert(&text, Rc::new(annotation));
            }
            let mut all = Vec::new();
            for (at, (kind, from, to, said)) in relations.into_iter().enumerate() {
                let kind = document.schema.relations[kind].clone();
                let end = |at: usize| document.annotations.get(&AnnotationId::new(format!("a{at}")));
                let (Some(from), Some(to)) = (end(from), end(to)) else { continue };
                if kind.allows(&from.label, &to.label) {
                    let id = RelationId::new(format!("r{at}"));
                    let mut relation = Relation::new(id, &*kind.name, from.id.clone(), to.id.clone());
                    relation.remarks.attributes = fitting(&kind.attributes, &said);
                    all.push(Rc::new(relation));
                }
            }
            document.relations = Relations::from_vec(all);
            let mut remarks = (*document.remarks).clone();
            remarks.attributes = fitting(&document.schema.attributes, &said);
            document.remarks = Rc::new(remarks);
            document
        },
    )
}

/// One thing that a person may do to a draft.
#[derive(Clone, Debug)]
enum Touch {
    NameLabel(usize, usize),
    NameRelation(usize, usize),
    NameAttribute(usize, usize, usize),
    Lines(usize, usize, Vec<usize>),
    Kind(usize, usize, usize),
    RemoveLabel(usize),
    RemoveRelation(usize),
    RemoveAttribute(usize, usize),
    AddLabel(usize),
    AddRelation(usize, usize, usize),
    AddAttribute(usize, usize, usize),
    From(usize, usize),
    To(usize, usize),
    SameLabel(usize),
    Archive(usize),
    Swap(usize, usize),
    Instead(u8),
}

const NAMES: [&str; 9] =
    ["Claim", "Source", "Location", "Statement", "kind", "stray", "new", "attributed to", " located in "];
const WORDS: [&str; 6] = ["fact", "view", "calm", "sharp", "person", "verbatim"];

fn touches(removes: bool) -> impl Strategy<Value = Vec<Touch>> {
    let n = || 0..4_usize;
    let name = || 0..NAMES.len();
    let owner = || 0..7_usize;
    let gentle = prop_oneof![
        (n(), name()).prop_map(|(at, name)| Touch::NameLabel(at, name)),
        (n(), name()).prop_map(|(at, name)| Touch::NameRelation(at, name)),
        (owner(), n(), name()).prop_map(|(owner, at, name)| Touch::NameAttribute(owner, at, name)),
        (n(), n()).prop_map(|(a, b)| Touch::Swap(a, b)),
        name().prop_map(Touch::AddLabel),
    ]
    .boxed();
    let rough = prop_oneof![
        gentle.clone(),
        (owner(), n(), prop::collection::vec(0..WORDS.len(), 0..4))
            .prop_map(|(o, at, words)| Touch::Lines(o, at, words)),
        (owner(), n(), 0..7_usize).prop_map(|(owner, at, kind)| Touch::Kind(owner, at, kind)),
        n().prop_map(Touch::RemoveLabel),
        n().prop_map(Touch::RemoveRelation),
        (owner(), n()).prop_map(|(owner, at)| Touch::RemoveAttribute(owner, at)),
        (name(), n(), n()).prop_map(|(name, from, to)| Touch::AddRelation(name, from, to)),
        (owner(), name(), 0..7_usize).prop_map(|(owner, name, kind)| Touch::AddAttribute(owner, name, kind)),
        (n(), n()).prop_map(|(at, label)| Touch::From(at, label)),
        (n(), n()).prop_map(|(at, label)| Touch::To(at, label)),
        n().prop_map(Touch::SameLabel),
        n().prop_map(Touch::Archive),
        (0..4_u8).prop_map(Touch::Instead),
    ]
    .boxed();
    prop::collection::vec(if removes { rough } else { gentle }, 0..7)
}

fn place(owner: usize) -> Place {
    match owner {
        0..3 => Place::Label(owner),
        3..6 => Place::Relation(owner - 3),
        _ => Place::Article,
    }
}

fn touch(draft: &mut Draft, touch: &Touch) {
    let flip = |ends: &mut Vec<u32>, id: Option<u32>| {
        if let Some(id) = id {
            match ends.iter().position(|end| *end == id) {
                Some(at) => drop(ends.remove(at)),
                None => ends.push(id),
            }
        }
    };
    let label = |draft: &Draft, at: usize| draft.labels.get(at).map(|label| label.id);
    match touch {
        Touch::NameLabel(at, name) => {
            if let Some(label) = draft.labels.get_mut(*at) {
                label.name = NAMES[*name].to_owned();
            }
        }
        Touch::NameRelation(at, name) => {
            if let Some(relation) = draft.relations.get_mut(*at) {
                relation.relation.name = NAMES[*name].to_owned();
            }
        }
        Touch::NameAttribute(owner, at, name) => {
            if let Some(found) = draft.attributes_at(place(*owner)).and_then(|all| all.get_mut(*at)) {
                found.attribute.name = NAMES[*name].to_owned();
            }
        }
        Touch::Lines(owner, at, words) => {
            let words: Vec<&str> = words.iter().map(|word| WORDS[*word]).collect();
            let id = draft.attributes_at(place(*owner)).and_then(|all| all.get(*at)).map(|found| found.id);
            if let Some(id) = id {
                draft.set_lines(place(*owner), id, &words.join("\n"));
            }
        }
        Touch::Kind(owner, at, kind) => {
            if let Some(found) = draft.attributes_at(place(*owner)).and_then(|all| all.get_mut(*at)) {
                found.set_kind(AttributeKind::ALL[*kind]);
            }
        }
        Touch::RemoveLabel(at) => draft.remove(Place::Label(*at)),
        Touch::RemoveRelation(at) => draft.remove(Place::Relation(*at)),
        Touch::RemoveAttribute(owner, at) => {
            if let Some(all) = draft.attributes_at(place(*owner)).filter(|all| *at < all.len()) {
                all.remove(*at);
            }
        }
        Touch::AddLabel(name) => {
            let at = draft.add_label();
            draft.labels[at].name = NAMES[*name].to_owned();
        }
        Touch::AddRelation(name, from, to) => {
            let ends = [label(draft, *from), label(draft, *to)];
            let at = draft.add_relation();
            draft.relations[at].from.extend(ends[0]);
            draft.relations[at].to.extend(ends[1]);
            draft.relations[at].relation.name = NAMES[*name].to_owned();
        }
        Touch::AddAttribute(owner, name, kind) => {
            draft.add_attribute(place(*owner));
            if let Some(found) = draft.attributes_at(place(*owner)).and_then(|all| all.last_mut()) {
                found.attribute.name = NAMES[*name].to_owned();
                found.set_kind(AttributeKind::ALL[*kind]);
            }
        }
        Touch::From(at, to) => {
            let id = label(draft, *to);
            if let Some(relation) = draft.relations.get_mut(*at) {
                flip(&mut relation.from, id);
            }
        }
        Touch::To(at, to) => {
            let id = label(draft, *to);
            if let Some(relation) = draft.relations.get_mut(*at) {
                flip(&mut relation.to, id);
            }
        }
        Touch::SameLabel(at) => {
            if let Some(relation) = draft.relations.get_mut(*at) {
                relation.relation.same_label ^= true;
            }
        }
        Touch::Archive(at) => {
            if let Some(label) = draft.labels.get_mut(*at) {
                label.label.archived ^= true;
            }
        }
        Touch::Swap(a, b) => {
            if a.max(b) < &draft.labels.len() {
                draft.labels.swap(*a, *b);
            }
        }
        Touch::Instead(which) => {
            let mut other = if *which == 0 { first() } else { schema() };
            if *which == 2 {
                other.labels.truncate(1);
            }
            if *which == 3 {
                other = foreign();
            }
            *draft = Draft::new(&other);
        }
    }
}

/// A schema like the other one, in which labels and types are called something else.
fn foreign() -> Schema {
    let mut other = schema();
    let to = |name: &mut LabelName| *name = LabelName::new(format!("other {name}"));
    other.labels.iter_mut().for_each(|label| to(&mut label.name));
    for relation in &mut other.relations {
        relation.from.iter_mut().chain(&mut relation.to).for_each(to);
        relation.name.insert_str(0, "other ");
    }
    // Its values are others, too.
    other.relations[0].attributes[0].values = vec!["said".to_owned(), "asked".to_owned()];
    other
}

/// What must hold of a document whose schema is complete.
fn misfit(document: &Document) -> Option<String> {
    let schema = &document.schema;
    for relation in document.relations.iter() {
        let end = |id| document.annotations.get(id).map(|annotation| annotation.label.clone());
        let (Some(from), Some(to)) = (end(&relation.from), end(&relation.to)) else {
            return Some(format!("{relation:?} lacks an end"));
        };
        if !schema.relation(&relation.kind).is_some_and(|known| known.allows(&from, &to)) {
            return Some(format!("{relation:?} from {from} to {to}"));
        }
    }
    let wrong = |attributes: &[Attribute], said: &Extra| {
        let bad =
            said.iter().find(|(name, value)| attribute(attributes, name).is_some_and(|a| a.check(value).is_err()));
        bad.map(|(name, value)| format!("{name}: {value}"))
    };
    let annotations = || document.annotations.iter();
    let unknown = annotations().find(|a| schema.position(&a.label).is_none()).map(|a| format!("{a:?}"));
    let mut annotations = annotations().filter_map(|a| wrong(schema.label_attributes(&a.label), &a.remarks.attributes));
    let mut relations =
        document.relations.iter().filter_map(|r| wrong(schema.relation_attributes(&r.kind), &r.remarks.attributes));
    unknown
        .or_else(|| annotations.next())
        .or_else(|| relations.next())
        .or_else(|| wrong(&schema.attributes, &document.remarks.attributes))
}

fn perform(session: &Session, transaction: Transaction) -> Result<Session, String> {
    let entry = Entry::Edit { transaction: Rc::new(transaction), joins: false };
    session.perform(&entry).map_err(|conflict| conflict.to_string())
}

/// Answers every question, by the numbers given, until there is none. What was wrong ends it.
fn answered(document: &Document, draft: &Draft, picks: &[usize]) -> Option<(Transaction, Choices)> {
    let mut choices = Choices::new();
    let mut picks = picks.iter().cycle();
    for _ in 0..60 {
        match plan(document, draft, &choices) {
            Ok(transaction) => return Some((transaction, choices)),
            Err(troubles) => {
                let mut open = false;
                for trouble in troubles {
                    match trouble {
                        Trouble::Wrong(_) => return None,
                        Trouble::Ask(ask) if ask.chosen.is_none() => {
                            open = true;
                            let (choice, _) = ask.options[picks.next().copied().unwrap_or(0) % ask.options.len()];
                            choices.retain(|(known, _)| *known != ask.question);
                            choices.push((ask.question, choice));
                        }
                        Trouble::Ask(_) => {}
                    }
                }
                assert!(open, "nothing is asked, and yet there is no transaction");
            }
        }
    }
    panic!("it is asked on and on: {choices:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 1500, ..ProptestConfig::default() })]

    #[test]
    fn what_is_planned_can_be_done_and_undone(
        document in documents(),
        touches in touches(true),
        picks in prop::collection::vec(0..5_usize, 1..12),
    ) {
        prop_assert_eq!(misfit(&document), None);
        let mut draft = Draft::of(&document.schema);
        touches.iter().for_each(|one| touch(&mut draft, one));
        let Some((transaction, choices)) = answered(&document, &draft, &picks) else { return Ok(()) };
        let before = Session::new(document.clone());
        let after = perform(&before, transaction).map_err(TestCaseError::fail)?;
        prop_assert_eq!(misfit(&after.document), None);
        prop_assert_eq!(from_file(&crate::formats::schema::to_file(&after.document.schema)).map(|(s, p)| (s, p.len())),
            Ok(((*after.document.schema).clone(), 0)), "the schema is a sound one");
        let chose = |wanted: Choice| choices.iter().any(|(_, choice)| *choice == wanted);
        if !chose(Choice::Delete) {
            prop_assert_eq!(after.document.annotations.len(), document.annotations.len());
            prop_assert_eq!(after.document.relations.len(), document.relations.len());
        }
        if !choices.iter().any(|(q, c)| matches!(q, Question::Label(_)) && *c == Choice::Delete) {
            prop_assert_eq!(after.document.annotations.len(), document.annotations.len());
        }
        let values = |document: &Document| {
            let annotations = document.annotations.iter().map(|a| a.remarks.attributes.len()).sum::<usize>();
            annotations + document.relations.iter().map(|r| r.remarks.attributes.len()).sum::<usize>() + document.remarks.attributes.len()
        };
        if !chose(Choice::Delete) && !chose(Choice::Clear) {
            prop_assert_eq!(values(&after.document), values(&document), "no value goes unasked");
        }
        let back = after.perform(&Entry::Undo).expect("undo");
        prop_assert_eq!(back.document, document);
    }

    #[test]
    fn names_that_change_carry_over_without_a_question(document in documents(), touches in touches(false)) {
        let mut draft = Draft::of(&document.schema);
        touches.iter().for_each(|one| touch(&mut draft, one));
        if !draft.wrongs().is_empty() {
            return Ok(());
        }
        match plan(&document, &draft, &Choices::new()) {
            Ok(transaction) => {
                let after = perform(&Session::new(document.clone()), transaction).map_err(TestCaseError::fail)?;
                prop_assert_eq!(misfit(&after.document), None);
                prop_assert_eq!(after.document.annotations.len(), document.annotations.len());
            }
            Err(troubles) => {
                let stray = |trouble: &Trouble| matches!(trouble, Trouble::Ask(Ask { question: Question::Stray(..), .. }));
                prop_assert!(troubles.iter().all(stray), "only values that nothing described are in the way: {troubles:?}");
            }
        }
    }

    #[test]
    fn other_names_and_back_are_the_document(document in documents(), which in prop::collection::vec(any::<bool>(), 14)) {
        // All of them, or some: labels, relations, attributes and words.
        let rename = |draft: &mut Draft, to: &dyn Fn(&str) -> String| {
            let mut which = which.iter().cycle();
            let mut name = |name: &mut String| if *which.next().unwrap() { *name = to(name) };
            for label in &mut draft.labels {
                name(&mut label.name);
                label.attributes.iter_mut().for_each(|a| { name(&mut a.attribute.name); a.words.iter_mut().for_each(|w| name(&mut w.text)) });
            }
            for relation in &mut draft.relations {
                name(&mut relation.relation.name);
                relation.attributes.iter_mut().for_each(|a| { name(&mut a.attribute.name); a.words.iter_mut().for_each(|w| name(&mut w.text)) });
            }
            draft.attributes.iter_mut().for_each(|a| { name(&mut a.attribute.name); a.words.iter_mut().for_each(|w| name(&mut w.text)) });
        };
        let mut draft = Draft::of(&document.schema);
        rename(&mut draft, &|name| format!("{name}!"));
        let there = plan(&document, &draft, &Choices::new()).expect("no question");
        let there = perform(&Session::new(document.clone()), there).map_err(TestCaseError::fail)?;
        prop_assert_eq!(misfit(&there.document), None);
        let mut draft = Draft::of(&there.document.schema);
        rename(&mut draft, &|name| name.trim_end_matches('!').to_owned());
        let back = plan(&there.document, &draft, &Choices::new()).expect("no question");
        let back = perform(&there, back).map_err(TestCaseError::fail)?;
        prop_assert_eq!(back.document, document);
    }
}

fn small(annotations: &[(&str, &str, Value)]) -> Document {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut document = documents()
        .new_tree(&mut runner)
        .map(|tree| proptest::strategy::ValueTree::current(&tree))
        .expect("a document");
    document.annotations = crate::model::Annotations::empty(&document.info.text);
    document.relations = Relations::default();
    document.remarks = Rc::default();
    for (at, (label, name, value)) in annotations.iter().enumerate() {
        let place = Fragments::one(Span::from_bytes(at * 4, at * 4 + 3).expect("a span"));
        let mut annotation = Annotation::new(AnnotationId::new(format!("a{at}")), LabelName::new(*label), place);
        if !name.is_empty() {
            annotation.remarks.attributes.insert((*name).to_owned(), value.clone());
        }
        let text = document.text().clone();
        document.annotations.insert(&text, Rc::new(annotation));
    }
    document
}

#[test]
fn a_schema_is_its_own_draft() {
    for number in 0..4 {
        let json = crate::app::ready_made::ready_made(number).expect("a schema");
        let value = crate::formats::json::parse(json, 64).unwrap_or_else(|_| panic!("JSON"));
        let schema = crate::formats::schema::from_value(value, &mut |_, _| ());
        assert_eq!(Draft::of(&schema).schema(), schema);
        assert_eq!(Draft::new(&schema).schema(), schema);
        assert_eq!(Draft::of(&schema).wrongs(), [], "{number}");
    }
    let document = small(&[]);
    let nothing = plan(&document, &Draft::of(&document.schema), &Choices::new()).expect("no question");
    assert_eq!(nothing.ops, []);
}

#[test]
fn what_is_wrong_in_a_draft_is_told() {
    let check = |change: &dyn Fn(&mut Draft), expected: &[&str]| {
        let mut draft = Draft::of(&schema());
        change(&mut draft);
        let wrongs = draft.wrongs();
        assert_eq!(wrongs.iter().map(|wrong| wrong.words.as_str()).collect::<Vec<_>>(), expected);
    };
    check(&|_| (), &[]);
    check(&|draft| draft.labels[1].name = "  ".to_owned(), &["Label 2 has no name."]);
    check(
        &|draft| draft.labels[1].name = " Claim ".to_owned(),
        &["“Claim” is there twice. Give one of the two another name."],
    );
    check(&|draft| draft.relations[0].relation.name.clear(), &["Relation 1 has no name."]);
    check(&|draft| draft.labels[0].attributes[0].attribute.name.clear(), &["“Claim”: attribute 1 has no name."]);
    check(
        &|draft| draft.labels[0].attributes[1].attribute.name = "kind".to_owned(),
        &["“Claim”: “kind” is there twice. Give one of the two another name."],
    );
    let claim = |keys: [&'static str; 2]| {
        move |draft: &mut Draft| {
            for (attribute, key) in draft.labels[0].attributes.iter_mut().zip(keys) {
                attribute.attribute.key = Some(key.to_owned());
            }
        }
    };
    check(&claim(["Q", "é"]), &[]);
    check(&claim(["Q", "q"]), &["“Claim”: “tone” has the key q, which another attribute here has."]);
    check(&claim(["QQ", "C"]), &["“Claim”: “kind” has the key “QQ”. A key is one letter, digit or sign."]);
    check(
        &claim(["x", "C"]),
        &["“Claim”: “kind” has the key x, which is taken: Select exact characters, or whole words."],
    );
    check(
        &|draft| {
            let id = draft.labels[0].attributes[0].id;
            draft.set_lines(Place::Label(0), id, "fact\nfact\n");
        },
        &["“Claim”: “kind” has the word “fact” twice."],
    );
    check(
        &|draft| draft.labels[0].attributes[0].words.clear(),
        &["“Claim”: “kind” has no words to choose from. Give it some, one on each line."],
    );
    check(
        &|draft| draft.labels[2].attributes[0].default_text = "high".to_owned(),
        &["“Location”: “height” begins with a value that it cannot have: a number was expected."],
    );
    check(&|draft| draft.labels[2].attributes[0].default_text = " 12.50 ".to_owned(), &[]);
    check(&|draft| draft.labels.clear(), &["There is no label. Add one."]);
    let add = |name: &'static str, from: &'static [usize], to: &'static [usize]| {
        move |draft: &mut Draft| {
            let at = draft.add_relation();
            draft.relations[at].relation.name = name.to_owned();
            draft.relations[at].from = from.iter().map(|at| draft.labels[*at].id).collect();
            draft.relations[at].to = to.iter().map(|at| draft.labels[*at].id).collect();
        }
    };
    let begins = "“denied by” may begin at anything. Tick at least one label under “Begins at”.";
    let leads = "“denied by” may lead to anything. Tick at least one label under “Leads to”.";
    check(&add("denied by", &[0], &[1, 2]), &[]);
    check(&add("denied by", &[], &[1]), &[begins]);
    check(&add("denied by", &[], &[]), &[begins, leads]);
    check(&add("", &[0], &[]), &["Relation 4 has no name.", &leads.replace("“denied by”", "Relation 4")]);
    let mut anything = schema();
    anything.relations.push(RelationType::named("about"));
    assert_eq!(Draft::new(&anything).wrongs(), [], "what a file allows stays allowed");
    let mut stranger = schema();
    stranger.relations[0].to.push(LabelName::new("Ghost"));
    let words: Vec<String> = Draft::of(&stranger).wrongs().into_iter().map(|wrong| wrong.words).collect();
    assert_eq!(words, ["“attributed to” names “Ghost”, which is no label. Take it off its ends."]);
    assert_eq!(Draft::of(&stranger).schema(), stranger);
}

#[test]
fn a_new_relation_has_words_for_its_other_end() {
    let check = |change: &dyn Fn(&mut RelationType), expected: &str| {
        let mut draft = Draft::of(&schema());
        let at = draft.add_relation();
        draft.relations[at].relation.name = "denied by".to_owned();
        change(&mut draft.relations[at].relation);
        assert_eq!(draft.schema().relations[at].backward, expected);
    };
    check(&|_| (), "← denied by");
    check(&|relation| relation.forward = "is denied by".to_owned(), "← is denied by");
    check(&|relation| relation.backward = "denies".to_owned(), "denies");
    check(&|relation| relation.symmetric = true, "");
}

#[test]
fn lines_remember_their_words() {
    let check = |steps: &[&str], expected: &[(Option<&str>, &str)]| {
        let mut draft = Draft::of(&schema());
        let id = draft.labels[0].attributes[0].id;
        for lines in steps {
            draft.set_lines(Place::Label(0), id, lines);
        }
        let words = draft.labels[0].attributes[0].words();
        let found: Vec<(Option<String>, String)> =
            words.map(|(word, text)| (word.was.clone(), text.to_owned())).collect();
        let found: Vec<(Option<&str>, &str)> =
            found.iter().map(|(was, text)| (was.as_deref(), text.as_str())).collect();
        assert_eq!(found, expected, "{steps:?}");
    };
    let (fact, view, order) = ((Some("fact"), "fact"), (Some("view"), "view"), (Some("order"), "order"));
    check(&["fact\nview\norder"], &[fact, view, order]);
    check(&["fact\nviews\norder"], &[fact, (Some("view"), "views"), order]);
    check(&["fact\n\norder", "fact\nx\norder"], &[fact, (Some("view"), "x"), order]);
    check(&["fact\norder"], &[fact, order]);
    check(&["fact\nview\norder\n", "fact\nview\norder\nnew"], &[fact, view, order, (None, "new")]);
    check(&["new\nfact\nview\norder"], &[(None, "new"), fact, view, order]);
    check(&["order\nfact\nview\nx"], &[order, fact, view, (None, "x")]);
    check(&[""], &[]);
    check(&["", "fact"], &[(None, "fact")]);
    check(&["v\nfact\norder"], &[(Some("fact"), "v"), (Some("view"), "fact"), order]);
}

#[test]
fn questions_are_asked_in_words() {
    let document = small(&[
        ("Claim", "kind", json!("fact")),
        ("Claim", "kind", json!("view")),
        ("Claim", "tone", json!(["calm", "sharp"])),
        ("Source", "", Value::Null),
        ("Location", "height", json!(3)),
    ]);
    let check = |change: &dyn Fn(&mut Draft), expected: &[&str]| {
        let mut draft = Draft::of(&document.schema);
        change(&mut draft);
        let troubles = plan(&document, &draft, &Choices::new()).err().unwrap_or_default();
        let mut found: Vec<String> = Vec::new();
        for trouble in troubles {
            let Trouble::Ask(ask) = trouble else { panic!("{trouble:?}") };
            found.push(ask.words);
            found.extend(ask.options.into_iter().map(|(_, words)| format!("- {words}")));
        }
        assert_eq!(found, expected);
    };
    check(&|draft| draft.labels[0].name = "Statement".to_owned(), &[]);
    check(
        &|draft| draft.remove(Place::Label(0)),
        &[
            "3 annotations are labelled Claim, which goes.",
            "- Make them Source",
            "- Make them Location",
            "- Keep Claim for them, archived: it is offered no more",
            "- Delete the 3 annotations",
        ],
    );
    check(
        &|draft| drop(draft.labels[0].attributes.remove(0)),
        &["There are 2 values of “kind” of Claim, which goes.", "- Keep the attribute “kind”", "- Clear the 2 values"],
    );
    check(
        &|draft| {
            let id = draft.labels[0].attributes[0].id;
            draft.set_lines(Place::Label(0), id, "view\norder");
        },
        &["“fact” goes from “kind” of Claim, and was chosen 1 time.", "- Keep the word “fact”", "- Clear it there"],
    );
    check(
        &|draft| draft.labels[0].attributes[1].set_kind(AttributeKind::One),
        &["1 value of “tone” of Claim cannot become “one”.", "- Keep “tone” as it was", "- Clear the 1 value"],
    );
    check(&|draft| draft.labels[0].attributes[0].set_kind(AttributeKind::Several), &[]);
    check(&|draft| draft.labels[0].attributes[0].set_kind(AttributeKind::Text), &[]);
}

#[test]
fn relations_of_a_type_that_goes_become_another_one() {
    let mut document = small(&[("Claim", "", Value::Null), ("Source", "", Value::Null), ("Source", "", Value::Null)]);
    let relation = |id: &str, to: &str, how: &str| {
        let (from, to) = (AnnotationId::new("a0"), AnnotationId::new(to));
        let mut relation = Relation::new(RelationId::new(id), "attributed to", from, to);
        relation.remarks.attributes.insert("how".to_owned(), json!(how));
        Rc::new(relation)
    };
    document.relations = Relations::from_vec(vec![relation("r1", "a1", "said"), relation("r2", "a2", "denied")]);
    let draft = Draft::new(&foreign());
    let label = |at: usize| Choice::Relabel(draft.labels[at].id);
    let (claim, source) = (Question::Label(LabelName::new("Claim")), Question::Label(LabelName::new("Source")));
    let of_type = Question::Relation("attributed to".to_owned());
    let offered = |choices: &Choices| {
        let asks = plan(&document, &draft, choices).err().unwrap_or_default();
        let found = asks.into_iter().find_map(|trouble| match trouble {
            Trouble::Ask(ask) if ask.question == of_type => Some(ask),
            _ => None,
        });
        let words: Vec<String> = found.iter().flat_map(|ask| &ask.options).map(|(_, words)| words.clone()).collect();
        (words, found.and_then(|ask| ask.chosen))
    };
    let keep = ["Keep “attributed to” for them, archived: it is offered no more", "Delete the 2 relations"];
    let with = |made: &[&str]| made.iter().chain(&keep).map(|words| (*words).to_owned()).collect::<Vec<_>>();
    let retype = Choice::Retype(draft.relations[0].id);
    // Answered first, and not possible yet; then it is, whatever the order.
    let mut choices = vec![(of_type.clone(), retype)];
    assert_eq!(offered(&choices), (with(&[]), None));
    choices.extend([(claim.clone(), label(0)), (source, label(1))]);
    assert_eq!(offered(&choices), (with(&["Make them “other attributed to”"]), Some(retype)));
    choices.retain(|(question, _)| *question != claim);
    choices.push((claim.clone(), label(1)));
    assert_eq!(offered(&choices), (with(&["Make them “other same as”"]), None), "two sources now");
    choices.retain(|(question, _)| *question != claim);
    choices.push((claim, label(0)));
    // A value that the new type does not have is asked about.
    choices.push((Question::Stray(Owner::Relation("attributed to".to_owned()), "how".to_owned()), Choice::Clear));
    let transaction = plan(&document, &draft, &choices).expect("all is answered");
    let after = perform(&Session::new(document.clone()), transaction).expect("it fits").document;
    assert_eq!(misfit(&after), None);
    let found: Vec<_> = after.relations.iter().map(|r| (&*r.kind, r.remarks.attributes.get("how").cloned())).collect();
    assert_eq!(found, [("other attributed to", Some(json!("said"))), ("other attributed to", None)]);
}

#[test]
fn one_new_name_names_the_step() {
    let document = small(&[("Claim", "kind", json!("fact"))]);
    let name = |change: &dyn Fn(&mut Draft)| {
        let mut draft = Draft::of(&document.schema);
        change(&mut draft);
        plan(&document, &draft, &Choices::new()).map(|transaction| transaction.name)
    };
    let rename = |draft: &mut Draft| draft.labels[0].name = "Statement".to_owned();
    assert_eq!(name(&rename).as_deref(), Ok("rename Claim to Statement"));
    let more = |draft: &mut Draft| {
        rename(draft);
        draft.guidelines.push('x');
    };
    assert_eq!(name(&more).as_deref(), Ok("change the schema"));
}
