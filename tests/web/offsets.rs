//! UTF-16 offsets, held against the strings that define them: JavaScript's own.

use gloss::text::{ByteOffset, Text};
use js_sys::JsString;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn utf16_offsets_are_those_of_javascript() {
    for string in
        ["", "plain", "naïve", "عربي", "עברית", "हिन्दी", "ไทย", "漢字", "👩‍👩‍👧‍👦🇪🇺", "e\u{301}\u{a0}\u{200d}\n\n🦀"]
    {
        let text = Text::new(string);
        let script = JsString::from(string);
        for (byte, _) in string.char_indices().chain([(string.len(), ' ')]) {
            let at = text.to_utf16(ByteOffset::new(byte)).unwrap();
            let head = script.slice(0, u32::try_from(at.get()).unwrap());
            assert_eq!(String::from(head), string[..byte], "{string:?} at byte {byte}");
        }
        assert_eq!(text.to_utf16(text.end()).unwrap().get(), script.length() as usize, "{string:?}");
    }
}
