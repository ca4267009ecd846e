//! Files as a browser gives them, and rich text as its parser sees it.

use std::cell::RefCell;

use gloss::formats::plain::IncomingText;
use gloss::model::sha256_hex;
use gloss::platform::intake::{Progress, read_file};
use gloss::platform::paste::{html_to_text, text_of};
use gloss::text::intake::IntakeError;
use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{DataTransfer, File};

fn file(name: &str, bytes: &[u8]) -> File {
    let parts = Array::of1(&Uint8Array::from(bytes));
    File::new_with_u8_array_sequence(&parts, name).expect("a file")
}

async fn read(name: &str, bytes: &[u8]) -> Result<IncomingText, IntakeError> {
    read_file(&file(name, bytes), &["en".to_owned()], |_| {}).await
}

fn utf16(text: &str, mark_and_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(mark_and_bytes).collect()
}

#[wasm_bindgen_test]
async fn files_are_read_by_their_mark_or_as_utf8() {
    let text = "قال المتحدث 🦀 é\r\nend";
    for (bytes, encoding, changes) in [
        (text.as_bytes().to_vec(), "utf-8", vec!["CRLF to LF"]),
        (format!("\u{feff}{text}").into_bytes(), "utf-8", vec!["byte-order mark removed", "CRLF to LF"]),
        (utf16(text, u16::to_le_bytes), "utf-16le", vec!["byte-order mark removed", "CRLF to LF"]),
        (utf16(text, u16::to_be_bytes), "utf-16be", vec!["byte-order mark removed", "CRLF to LF"]),
    ] {
        let incoming = read("a.txt", &bytes).await.expect(encoding);
        assert_eq!(incoming.text, "قال المتحدث 🦀 é\nend");
        assert_eq!(incoming.title, "a");
        assert_eq!(incoming.intake.encoding.as_deref(), Some(encoding));
        assert_eq!(incoming.intake.changes, changes);
        assert_eq!(incoming.intake.original_sha256, Some(sha256_hex(&bytes)));
        assert_eq!(incoming.assumed, None);
    }
}

#[wasm_bindgen_test]
async fn what_is_not_utf8_is_read_as_something_older_and_says_so() {
    let incoming = read("old.txt", b"Le maire a d\xe9clar\xe9 que \x93tout va bien\x94.").await.expect("a text");
    assert_eq!(incoming.text, "Le maire a déclaré que “tout va bien”.");
    assert_eq!(incoming.intake.encoding.as_deref(), Some("windows-1252"));
    let line = incoming.assumed.expect("a line");
    assert!(line.contains("windows-1252"), "{line}");

    let damaged = [&"é".repeat(40).into_bytes()[..], b"\xff"].concat();
    let incoming = read("damaged.txt", &damaged).await.expect("a text");
    assert!(incoming.text.ends_with("é\u{fffd}"));
    assert_eq!(incoming.intake.encoding.as_deref(), Some("utf-8"));
    assert!(incoming.assumed.is_some());
}

#[wasm_bindgen_test]
async fn what_cannot_be_read_is_refused_in_words() {
    for (name, bytes, expected) in [
        ("a.txt", &b""[..], "is empty"),
        ("a.txt", b" \r\n\t", "only blanks"),
        ("a.pdf", b"%PDF-1.4 abc", "is a PDF"),
        ("a.bin", b"\x00\x01\x02\x03\x04\x05\x06\x07", "not plain text"),
    ] {
        let said = read(name, bytes).await.expect_err(expected).to_string();
        assert!(said.contains(expected) && said.contains(name), "{said}");
    }
    let large = vec![b'a'; 20 * 1024 * 1024 + 1];
    assert!(matches!(read("large.txt", &large).await, Err(IntakeError::TooLarge { .. })));
}

#[wasm_bindgen_test]
async fn a_large_file_leaves_the_page_alive() {
    // A character that lies across every border of slices, and every kind of line break.
    let text = format!("{}\r\n", "Zürich 🌉 ".repeat(37)).repeat(15_000);
    assert!(text.len() > 5_000_000);
    let clock = web_sys::window().and_then(|window| window.performance()).expect("a clock");
    // Ticks between two of which the page cannot have been busy.
    let ticks = std::rc::Rc::new(RefCell::new(vec![clock.now()]));
    let tick = {
        let (ticks, clock) = (std::rc::Rc::clone(&ticks), clock.clone());
        Closure::<dyn FnMut()>::new(move || ticks.borrow_mut().push(clock.now()))
    };
    let window = web_sys::window().expect("a window");
    let timer = window
        .set_interval_with_callback_and_timeout_and_arguments_0(tick.as_ref().unchecked_ref(), 5)
        .expect("a timer");
    for (bytes, encoding) in [(text.clone().into_bytes(), "utf-8"), (utf16(&text, u16::to_le_bytes), "utf-16le")] {
        let seen = RefCell::new(Vec::<Progress>::new());
        let total = bytes.len() as u64;
        let file = file("large.txt", &bytes);
        let started = clock.now();
        ticks.borrow_mut().clear();
        ticks.borrow_mut().push(started);
        let incoming = read_file(&file, &[], |progress| seen.borrow_mut().push(progress)).await.expect("a text");
        let ended = clock.now();
        let mut times = ticks.borrow().clone();
        times.push(ended);
        let busiest = times.windows(2).map(|pair| pair[1] - pair[0]).fold(0.0, f64::max);
        web_sys::console::log_1(
            &format!("{encoding}: {total} bytes in {:.0} ms, busiest {busiest:.0} ms", ended - started).into(),
        );
        assert!(busiest < 1000.0, "busy for {busiest} ms");
        assert_eq!(incoming.text, text.replace("\r\n", "\n"));
        let seen = seen.borrow();
        assert!(seen.len() > 5 && seen.windows(2).all(|pair| pair[0].done < pair[1].done));
        assert_eq!(seen.last(), Some(&Progress { done: total, total }));
    }
    window.clear_interval_with_handle(timer);
}

/// A page as news sites build them, written for this test.
const NEWS_PAGE: &str = include_str!("../fixtures/intake/news-page.html");
const NEWS_TEXT: &str = include_str!("../fixtures/intake/news-page.txt");

#[wasm_bindgen_test]
fn a_news_page_arrives_as_readable_paragraphs() {
    let before = web_sys::window().expect("a window").document().expect("a document");
    let elements = || before.get_elements_by_tag_name("*").length();
    let count = elements();
    assert_eq!(html_to_text(NEWS_PAGE).as_deref(), Some(NEWS_TEXT.trim_end_matches('\n')));
    assert_eq!(elements(), count, "nothing got into the page");
    let ran = js_sys::Reflect::get(&js_sys::global(), &"glossFixtureRan".into()).expect("a window");
    assert!(ran.is_undefined(), "nothing ran");
}

#[wasm_bindgen_test]
fn the_parser_and_the_walk_agree() {
    let check = |html: &str, expected: Option<&str>| assert_eq!(html_to_text(html).as_deref(), expected, "{html}");
    check("", None);
    check("<img src='https://pixel.invalid/1.gif'>", None);
    check("<p>&nbsp;</p>", None);
    check("<meta charset=utf-8><p>One<p>Two<!-- three --><p hidden>four", Some("One\n\nTwo"));
    check("a &amp; b&nbsp;c &lt;d&gt; &#x1F980;", Some("a & b\u{a0}c <d> 🦀"));
    check("<pre>\na\n  b</pre>", Some("a\n  b"));
    check("<p>a<svg><style>b</style><text>c</text></svg><math><mi>x</mi></math></p>", Some("ax"));
    check("<img src=x onerror='glossFixtureRan=1'><script>glossFixtureRan=1</script>a", Some("a"));
    check("<p>فتح <b>الميناء</b> أبوابه</p>", Some("فتح الميناء أبوابه"));
    check(&"<div>".repeat(20_000), None);
}

#[wasm_bindgen_test]
fn the_rich_form_of_a_paste_comes_first() {
    let data = DataTransfer::new().expect("a clipboard's data");
    assert_eq!(text_of(&data), None);
    data.set_data("text/plain", "plain").expect("set");
    assert_eq!(text_of(&data).as_deref(), Some("plain"));
    data.set_data("text/html", "<img src='x'>").expect("set");
    assert_eq!(text_of(&data).as_deref(), Some("plain"), "a picture alone has no words");
    data.set_data("text/html", "<p>One</p><p>Two</p>").expect("set");
    assert_eq!(text_of(&data).as_deref(), Some("One\n\nTwo"));
}
