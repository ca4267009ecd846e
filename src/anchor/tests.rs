//! What is carried over, in small texts and in arbitrary ones.

use super::*;
use crate::model::LabelName;
use crate::text::ByteOffset;
use proptest::prelude::*;
use std::time::Instant;

/// A text in which `[` and `]` stand around the pieces of one annotation.
fn marked(string: &str) -> (Text, Option<Fragments>) {
    let (mut plain, mut spans, mut start) = (String::new(), Vec::new(), 0);
    for character in string.chars() {
        match character {
            '[' => start = plain.len(),
            ']' => spans.extend(Span::from_bytes(start, plain.len())),
            other => plain.push(other),
        }
    }
    (Text::new(plain), Fragments::merged(spans))
}

fn annotation(id: usize, fragments: Fragments) -> Annotation {
    Annotation::new(AnnotationId::new(id.to_string()), LabelName::new("Claim"), fragments)
}

fn carry_one(old: &Text, fragments: Fragments, new: &Text) -> Outcome {
    carry(old, [&annotation(1, fragments)], new).outcomes.remove(0).1
}

/// `outcome` is the first letter of exact, moved, changed or lost; the new text shows where it stands, or for a lost
/// one the first candidate.
fn check(old: &str, new: &str, outcome: char) {
    let (old_text, fragments) = marked(old);
    let (new_text, expected) = marked(new);
    let carried = carry_one(&old_text, fragments.expect("a mark"), &new_text);
    let letter = match &carried {
        Outcome::Exact(_) => 'e',
        Outcome::Moved(_) => 'm',
        Outcome::Changed { .. } => 'c',
        Outcome::Lost { .. } => 'l',
    };
    let place = match &carried {
        Outcome::Lost { candidates } => candidates.first().map(|candidate| &candidate.fragments),
        placed => placed.fragments(),
    };
    assert_eq!((letter, place), (outcome, expected.as_ref()), "{old}\n{new}\n{carried:?}");
}

const NEXT: &str = " Nobody in the valley had expected the bridge to hold for so long after the flood.";

#[test]
fn same_words() {
    check("The army said [Homs] had fallen.", "The army said [Homs] had fallen.", 'e');
    let old = |s: &str| format!("{s}{NEXT}");
    let same = |a: &str, b: &str, outcome| check(&old(a), &old(b), outcome);
    // Before, after, and right at the edges.
    same("The mayor said [the old bridge] was closed.", "It rained. The mayor said [the old bridge] was closed.", 'e');
    same("The mayor said [the old bridge] was closed.", "The mayor said [the old bridge] was closed. It rained.", 'e');
    same("The mayor said [the old bridge] was closed.", "The mayor said today [the old bridge] was closed.", 'e');
    same("The mayor said [the old bridge] was closed.", "The mayor said [the old bridge] now was closed.", 'e');
    // Part of a word, with the mark's edges where they were.
    same("قالت ال[حكومة] في دمشق إن الماء عاد.", "أمس قالت ال[حكومة] في دمشق إن الماء عاد.", 'e');
    same("他们说[大马士革]已经没有水了。", "昨天他们说[大马士革]已经没有水了。", 'e');
    // In pieces.
    let old_claim = "“[The road],” the mayor said, “[is closed for good].”";
    same(old_claim, &format!("Late on Monday it snowed. {old_claim}"), 'e');
}

#[test]
fn a_sentence_that_is_repeated_after_it_was_reworded() {
    let claim = "from the ministry in the capital and from nobody else";
    check(
        &format!("Colonel Omar Aziz announced on Monday that [the order to shoot had come {claim}].{NEXT}"),
        &format!(
            "Colonel Omar Aziz announced on Monday how the order to shoot has come {claim}. On 3 March, Colonel Omar Aziz \
             said in a statement that [the order to shoot had come {claim}].{NEXT}"
        ),
        'l',
    );
}

#[test]
fn other_words() {
    let same = |a: &str, b: &str, outcome| check(&format!("{a}{NEXT}"), &format!("{b}{NEXT}"), outcome);
    same(
        "He said [at least 30 people had died] in the town.",
        "He said [at least 45 people had died] in the town.",
        'c',
    );
    same("He said [30 people] had died in the old town.", "He said [45 people] had died in the old town.", 'c');
    same(
        "He said [thirty people had died there] at noon.",
        "He said [thirty people had surely died there] at noon.",
        'c',
    );
    same("He said people had fled [Dammascus] on foot.", "He said people had fled [Damascus] on foot.", 'c');
    same("He said [the  bridge] had fallen on Monday.", "He said [the bridge] had fallen on Monday.", 'c');
    // Another place is no spelling of this one: shown, not attached.
    same("He said people had fled [Homs] on foot.", "He said people had fled [Aleppo] on foot.", 'l');
    // One piece of two went, the smaller one.
    same(
        "“[The road to the coast is closed for good],” the mayor told reporters, “[he knows].”",
        "“[The road to the coast is closed for good],” the mayor told reporters.",
        'c',
    );
}

#[test]
fn other_places() {
    let first = "The ministry said that [nine trucks] with flour had been held up at the gate.";
    let plain = first.replace(['[', ']'], "");
    let rest = "The union wants more pay for all its members.\n\nNobody knows who is going to pay for any of it.";
    check(&format!("{first}\n\n{rest}{NEXT}"), &format!("{rest}{NEXT}\n\n{first}"), 'm');
    // The name stands elsewhere: no place of its own.
    check(
        "[Aleppo] was quiet at night, the ministry said.\n\nThe army shelled Aleppo again on Tuesday, two doctors said.",
        "The army shelled [Aleppo] again on Tuesday, two doctors said.",
        'l',
    );
    // A sentence that is there twice, and one of both went: nobody knows which.
    check(
        &format!("[He] did not say more.{NEXT} He did not say more.\n\nThe end of it."),
        "[He] did not say more.\n\nThe end of it.",
        'l',
    );
    // A copy of it came, and the old one is where it was.
    check(
        &format!("It was a long day for the town.\n\n{first}{NEXT}"),
        &format!("{plain}\n\nIt was a long day for the town.\n\n{first}{NEXT}"),
        'e',
    );
    // The sentence that began with the same words went.
    check(
        "The storm is over. [The mayor] said that the bridge was gone. The mayor said that nobody was hurt at all.",
        "The storm is over. [The mayor] said that nobody was hurt at all.",
        'l',
    );
}

#[test]
fn what_has_no_place() {
    let lost = Outcome::Lost { candidates: Vec::new() };
    let far = Fragments::one(Span::from_bytes(90, 95).expect("a span"));
    assert_eq!(carry_one(&Text::new("a"), far.clone(), &Text::new("b")), lost);
    assert_eq!(carry_one(&Text::new("a"), far, &Text::new("a")), lost);
    check("[All of this went.]", "", 'l');
    check("Left [ ] alone.", "Left  alone and more.", 'l');
}

#[test]
fn changes_say_what_is_different() {
    let (old, fragments) = marked(&format!("He said [at least 30 people had died there].{NEXT}"));
    let new = Text::new(format!("He said at least 45 people had surely died there.{NEXT}"));
    let Outcome::Changed { changes, .. } = carry_one(&old, fragments.expect("a mark"), &new) else { panic!("changed") };
    let shown: Vec<_> =
        changes.iter().map(|c| (c.old.and_then(|s| old.slice(s)), c.new.and_then(|s| new.slice(s)))).collect();
    assert_eq!(shown, [(Some("30"), Some("45")), (None, Some("surely"))]);
}

#[test]
fn hostile_texts_take_moments() {
    let lines = |n: usize, line: &str| format!("{line}\n").repeat(n);
    let mut noise = 1_u64;
    let mut noisy = |n: usize, kinds: u64| -> String {
        let mut words = (0..n).map(|_| {
            noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            format!("w{} ", (noise >> 33) % kinds)
        });
        words.by_ref().collect()
    };
    let cases = [
        ("one line", lines(100_000, "the same line"), lines(99_000, "the same line")),
        ("one line, then another", lines(100_000, "a b c"), format!("x{}y", lines(100_000, "a b c"))),
        ("two lines", lines(50_000, "a b c d\na c b d"), lines(50_000, "a c b d\na b c d")),
        ("two words", noisy(200_000, 2), noisy(200_000, 2)),
        ("thirty words", noisy(200_000, 30), noisy(200_000, 30)),
        ("all other", noisy(150_000, 1 << 30), noisy(150_000, 1 << 30)),
        ("no blanks", "字".repeat(300_000), "字".repeat(299_000)),
        ("marks", "\"".repeat(500_000), format!("a{}", "\"".repeat(500_000))),
    ];
    for (name, old, new) in cases {
        let (old, new) = (Text::new(old), Text::new(new));
        let length = old.end().get();
        let spans = (0..10_000).filter_map(|i| {
            let start = old.floor(ByteOffset::new(i * (length / 10_000)));
            let wide = if i % 100 == 0 { length } else { 8 + i % 200 };
            Span::new(start, old.floor(ByteOffset::new((start.get() + wide).min(length))))
        });
        let annotations: Vec<_> = spans.enumerate().map(|(i, span)| annotation(i, Fragments::one(span))).collect();
        let started = Instant::now();
        let carried = carry(&old, &annotations, &new);
        println!("{name}: {:?}, {:?}", started.elapsed(), carried.counts());
        assert!(started.elapsed().as_secs() < 30, "{name}: {:?}", started.elapsed());
    }
}

/// Words in which none stands twice within a few hundred.
fn unique_words(count: usize, first: usize) -> Vec<String> {
    (first..first + count).map(|n| format!("w{n}x{}", n % 7)).collect()
}

fn holds_together(annotations: &[Annotation], old: &Text, new: &Text) -> Result<(), TestCaseError> {
    let carried = carry(old, annotations, new);
    prop_assert_eq!(carried.outcomes.len(), annotations.len());
    prop_assert_eq!(carried.counts().iter().sum::<usize>(), annotations.len());
    for (annotation, (id, outcome)) in annotations.iter().zip(&carried.outcomes) {
        prop_assert_eq!(&annotation.id, id);
        let own = annotation.fragments.spans();
        let mut places: Vec<&Fragments> = outcome.fragments().into_iter().collect();
        match outcome {
            Outcome::Exact(fragments) | Outcome::Moved(fragments) => {
                prop_assert_eq!(fragments.spans().len(), own.len());
                for (before, now) in own.iter().zip(fragments.spans()) {
                    prop_assert_eq!(old.slice(*before), new.slice(*now));
                }
            }
            Outcome::Changed { changes, .. } => {
                prop_assert!(!changes.is_empty());
                for change in changes {
                    prop_assert!(change.old.is_some() || change.new.is_some());
                    prop_assert!(change.old.is_none_or(|span| old.slice(span).is_some()));
                    prop_assert!(change.new.is_none_or(|span| new.slice(span).is_some()));
                }
            }
            Outcome::Lost { candidates } => {
                prop_assert!(candidates.len() <= MOST_CANDIDATES);
                places.extend(candidates.iter().map(|candidate| &candidate.fragments));
                for candidate in candidates.iter().filter(|candidate| candidate.same_words) {
                    for (before, now) in own.iter().zip(candidate.fragments.spans()) {
                        prop_assert_eq!(old.slice(*before), new.slice(*now));
                    }
                }
            }
        }
        for span in places.iter().flat_map(|fragments| fragments.spans()) {
            prop_assert!(new.slice(*span).is_some(), "{:?} in {:?}", span, new);
        }
    }
    Ok(())
}

fn any_annotations(text: &Text, places: &[Vec<(prop::sample::Index, prop::sample::Index)>]) -> Vec<Annotation> {
    let at = |index: &prop::sample::Index| text.floor(ByteOffset::new(index.index(text.end().get() + 1)));
    let all = places
        .iter()
        .filter_map(|pairs| Fragments::merged(pairs.iter().filter_map(|(a, b)| Span::between(at(a), at(b)))));
    all.enumerate().map(|(i, fragments)| annotation(i, fragments)).collect()
}

const ANY: &str =
    "(?s)[ab c.,\\n]{0,80}|([a-f]{1,2} ){0,40}|(?s)[\u{301}\u{200D}👩🌾🇸🇾אבجا\u{64B}中文é .\\n]{0,40}|(?s).{0,40}";

proptest! {
    #[test]
    fn nothing_breaks_whatever_the_texts(
        old in ANY,
        new in ANY,
        places in prop::collection::vec(prop::collection::vec(any::<(prop::sample::Index, prop::sample::Index)>(), 1..4), 0..6),
    ) {
        let (old, new) = (Text::new(old), Text::new(new));
        holds_together(&any_annotations(&old, &places), &old, &new)?;
    }

    #[test]
    fn nothing_breaks_when_pieces_of_a_text_change_places(
        pieces in prop::collection::vec("[a-h א👩🏽é]{1,6}[ .\\n]|the old bridge was closed on Monday\\. |he said\\n", 1..20),
        order in prop::collection::vec(any::<prop::sample::Index>(), 0..20),
        places in prop::collection::vec(prop::collection::vec(any::<(prop::sample::Index, prop::sample::Index)>(), 1..4), 0..6),
    ) {
        let old = Text::new(pieces.concat());
        let new = Text::new(order.iter().map(|index| index.get(&pieces).as_str()).collect::<String>());
        holds_together(&any_annotations(&old, &places), &old, &new)?;
    }

    #[test]
    fn the_same_text_keeps_everything(
        string in ANY,
        places in prop::collection::vec(prop::collection::vec(any::<(prop::sample::Index, prop::sample::Index)>(), 1..4), 0..6),
    ) {
        let (old, new) = (Text::new(string.as_str()), Text::new(string.as_str()));
        let annotations = any_annotations(&old, &places);
        for (annotation, (_, outcome)) in annotations.iter().zip(carry(&old, &annotations, &new).outcomes) {
            prop_assert_eq!(outcome, Outcome::Exact(annotation.fragments.clone()));
        }
    }

    #[test]
    fn edits_outside_with_room_between_shift_and_no_more(
        gap in 12usize..40,
        edits in prop::collection::vec((0usize..4, 1usize..30), 1..8),
        length in 1usize..12,
    ) {
        // Sentences of words that stand once, an annotation in each second one, edits in the ones between.
        let (mut old, mut new) = (String::new(), String::new());
        let (mut number, mut annotations, mut expected) = (0, Vec::new(), Vec::new());
        let sentence = |words: Vec<String>| words.join(" ") + ".\n";
        for (i, (kind, size)) in edits.iter().enumerate() {
            let held = sentence(unique_words(gap + length, number));
            number += gap + length;
            let words = |count: usize| held.split(' ').take(count).map(|word| word.len() + 1).sum::<usize>();
            let (start, end) = (words(gap / 2), words(gap / 2 + length) - 1);
            let span = |from: usize| Span::from_bytes(from + start, from + end).expect("a span");
            annotations.push(annotation(i, Fragments::one(span(old.len()))));
            expected.push(Outcome::Exact(Fragments::one(span(new.len()))));
            old.push_str(&held);
            new.push_str(&held);
            let between = sentence(unique_words(*size, number));
            number += size;
            if *kind != 0 {
                old.push_str(&between);
            }
            if *kind != 1 {
                new.push_str(&between);
            }
            if *kind == 2 {
                new.push_str(&sentence(unique_words(*size, number)));
                number += size;
            }
        }
        let carried = carry(&Text::new(old), &annotations, &Text::new(new));
        let found: Vec<Outcome> = carried.outcomes.into_iter().map(|(_, outcome)| outcome).collect();
        prop_assert_eq!(found, expected);
    }
}
