//! The table of gestures, with the browser's own segmenter and its dictionaries.

use gloss::platform::segmenter::BrowserSegmenter;
use gloss::text::snap::{Gesture, Trim, snap};
use gloss::text::{CodePointOffset, Piece, Segmenter, Text, Unit};
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn the_table_of_gestures() {
    let segmenter = BrowserSegmenter::new();
    assert!(segmenter.is_native());
    let table: serde_json::Value = serde_json::from_str(include_str!("../fixtures/gestures.json")).unwrap();
    let cases = table["cases"].as_array().unwrap();
    let mut wrong = Vec::new();
    for case in cases {
        let text = Text::new(case["text"].as_str().unwrap());
        let at = |key: &str| text.from_code_points(CodePointOffset::new(case[key].as_u64().unwrap() as usize)).unwrap();
        let (gesture, unit) = match case["gesture"].as_str().unwrap() {
            "drag" => (Gesture::Drag { anchor: at("from"), head: at("to") }, Unit::Word),
            "double-click-drag" => (Gesture::Extend { anchor: at("from"), head: at("to") }, Unit::Word),
            "triple-click" => (Gesture::Point(at("from")), Unit::Sentence),
            _ => (Gesture::Point(at("from")), Unit::Word),
        };
        let unit = if case["unit"] == "exact" { Unit::Grapheme } else { unit };
        let trim = Trim { quotes: case["quotes"] != "keep" };
        let found = snap(&text, &segmenter, gesture, unit, trim).map(|span| text.slice(span));
        if found != case["quote"].as_str().map(Some) {
            wrong.push(format!("{}: expected {}, got {found:?}", case["name"], case["quote"]));
        }
    }
    assert!(cases.len() > 100 && wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

fn check(unit: Unit, expected: &[(&str, bool)]) {
    let string: String = expected.iter().map(|(piece, _)| *piece).collect();
    let pieces = BrowserSegmenter::new().pieces(&string, unit);
    let found: Vec<(&str, bool)> =
        pieces.iter().map(|Piece { start, end, is_word }| (&string[*start..*end], *is_word)).collect();
    assert_eq!(found, expected);
}

#[wasm_bindgen_test]
fn pieces_are_counted_in_bytes() {
    check(Unit::Word, &[]);
    check(Unit::Word, &[("🦀", false), (" ", false), ("naïve", true), (".", false)]);
    check(Unit::Word, &[("ผม", true), ("รัก", true), ("แมว", true)]);
    check(Unit::Word, &[("北京", true), ("、", false), ("東京", true)]);
    check(
        Unit::Grapheme,
        &[("a", true), ("e\u{301}", true), ("👨\u{200D}👩\u{200D}👧", true), ("🇫🇷", true), ("नि", true)],
    );
    check(Unit::Sentence, &[("他走了。", true), ("Who? ", true), ("هذا آخر؟ ", true), ("Yes.", true)]);
}

/// What one gesture costs: a window of words, and of sentences.
#[wasm_bindgen_test]
fn a_window_is_cut_within_a_frame() {
    let segmenter = BrowserSegmenter::new();
    let line = "The strike, he said, killed nine people in the desert of Homs. ".repeat(4096);
    for (unit, len) in [(Unit::Grapheme, 128), (Unit::Word, 512), (Unit::Sentence, 8192), (Unit::Sentence, 131_072)] {
        let started = js_sys::Date::now();
        let rounds = 20;
        for _ in 0..rounds {
            assert!(!segmenter.pieces(&line[..len], unit).is_empty());
        }
        let took = (js_sys::Date::now() - started) / f64::from(rounds);
        wasm_bindgen_test::console_log!("{unit:?} over {len} bytes: {took:.2} ms");
        assert!(took < 200.0, "{unit:?} over {len} bytes: {took} ms");
    }
}
