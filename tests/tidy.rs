//! The walls of the house. A single crate has none between its modules, so this test reads the
//! sources and fails on what the rules of ARCHITECTURE.md forbid. Each rule is one function from a
//! file to complaints, and each has a test that shows it going red.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::fs;
use std::path::{Path, PathBuf};

/// Which rooms a room may name, beside itself.
const LAYERS: &[(&str, &[&str])] = &[
    ("text", &[]),
    ("model", &["text"]),
    ("anchor", &["text", "model"]),
    ("edit", &["text", "model"]),
    ("layout", &["text", "model"]),
    ("query", &["text", "model"]),
    ("formats", &["text", "model"]),
    ("merge", &["text", "model"]),
    ("app", &["text", "model", "anchor", "edit", "layout", "query", "formats", "merge"]),
    ("platform", &["text", "model", "anchor", "edit", "layout", "query", "formats", "merge", "app"]),
    ("view", &["text", "model", "anchor", "edit", "layout", "query", "formats", "merge", "app", "platform"]),
];
/// The rooms that know the browser.
const BROWSER_ROOMS: &[&str] = &["platform", "view", "main"];
const BROWSER_CRATES: &[&str] = &["web_sys", "js_sys", "wasm_bindgen", "wasm_bindgen_futures", "gloo", "yew"];
const PANICS: &[&str] = &[".unwrap()", ".expect(", "panic!", "todo!", "unimplemented!", "dbg!"];
const NETWORK: &[&str] = &[
    "fetch(",
    "XMLHttpRequest",
    "XmlHttpRequest",
    "WebSocket",
    "EventSource",
    "sendBeacon",
    "send_beacon",
    // The ways of a service worker.
    "addAll(",
    "cache.add(",
    "importScripts(",
    "backgroundFetch",
];
/// The two calls that the service worker is made of, each of them once: the files of its list, by names that the build
/// wrote and that are paths below the page, and the page's own request, as it is.
const WORKER_CALLS: &[&str] = &["cache.addAll(files.map((file) => new Request(file, ", "fetch(event.request)"];
/// Features of web-sys that are ways to the network.
const NETWORK_FEATURES: &[&str] =
    &["Request", "Response", "XmlHttpRequest", "WebSocket", "EventSource", "RtcPeerConnection", "Cache"];
/// What belongs to somebody's machine, not to the project. Split, so that this file does not hold them.
const FOREIGN: &[&str] =
    &[concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/Us", "ers/"), concat!("../sha", "red")];

/// A file of the project: its path below the root, with slashes, and its text.
struct Source {
    path: String,
    text: String,
}

impl Source {
    fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_string(), text: text.to_string() }
    }

    /// `text` for `src/text/body.rs`, `main` for `src/main.rs`.
    fn room(&self) -> &str {
        let below = self.path.strip_prefix("src/").unwrap_or(&self.path);
        below.split(['/', '.']).next().unwrap_or(below)
    }

    /// How many names deep its module is: 1 for `src/text/mod.rs`, 2 for `src/text/body.rs`.
    fn depth(&self) -> usize {
        let parts = self.path.trim_start_matches("src/").split('/').count();
        if self.path.ends_with("/mod.rs") || self.path == "src/lib.rs" { parts - 1 } else { parts }
    }

    fn complaint(&self, at: usize, words: &str) -> String {
        let line = self.text.get(..at).map_or(0, |before| before.matches('\n').count()) + 1;
        format!("{}:{line}: {words}", self.path)
    }
}

// ---- The rules ----

fn layers(source: &Source) -> Vec<String> {
    let room = source.room();
    if matches!(room, "lib" | "main" | "worker" | "annex") {
        return Vec::new();
    }
    let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == room) else {
        return vec![source.complaint(0, &format!("the room `{room}` has no place in LAYERS"))];
    };
    let code = without_comments_and_strings(&source.text);
    let mut complaints = Vec::new();
    for (at, named) in rooms_named(&code, source.depth()) {
        let is_room = LAYERS.iter().any(|(name, _)| *name == named);
        if is_room && named != room && !allowed.contains(&named.as_str()) {
            complaints.push(source.complaint(at, &format!("`{room}` must not know `{named}`")));
        }
    }
    complaints
}

fn browser_stays_in_its_rooms(source: &Source) -> Vec<String> {
    if BROWSER_ROOMS.contains(&source.room()) {
        return Vec::new();
    }
    let code = without_comments_and_strings(&source.text);
    let named = BROWSER_CRATES.iter().flat_map(|name| words(&code, name));
    named.map(|at| source.complaint(at, "only platform, view and main may name the browser's crates")).collect()
}

fn says_what_it_is(source: &Source) -> Vec<String> {
    let starts = source.text.starts_with("//! ");
    if starts { Vec::new() } else { vec![source.complaint(0, "a module starts with `//! ` and what it is")] }
}

fn does_not_panic(source: &Source) -> Vec<String> {
    // A module of tests, in a file of its own.
    if source.path.ends_with("/tests.rs") {
        return Vec::new();
    }
    let code = without_tests(&without_comments_and_strings(&source.text));
    let found = PANICS.iter().flat_map(|call| words(&code, call).into_iter().map(move |at| (at, *call)));
    found.map(|(at, call)| source.complaint(at, &format!("`{call}` outside tests"))).collect()
}

fn does_not_call_out(source: &Source) -> Vec<String> {
    // Strings count: a call may hide in a piece of script.
    let mut code = without_comments(&source.text);
    if source.path == "static/sw.js" {
        for call in WORKER_CALLS {
            code = code.replacen(call, &" ".repeat(call.len()), 1);
        }
    }
    let found = NETWORK.iter().flat_map(|call| words(&code, call).into_iter().map(move |at| (at, *call)));
    found.map(|(at, call)| source.complaint(at, &format!("`{call}`: nothing leaves the machine"))).collect()
}

fn has_no_inline_style(source: &Source) -> Vec<String> {
    // The other rooms read pages that people paste; they make none.
    if source.path.starts_with("src/") && !BROWSER_ROOMS.contains(&source.room()) {
        return Vec::new();
    }
    let code = without_comments(&source.text);
    let marks = ["style=", "set_attribute(\"style\"", "setAttribute(\"style\"", "<style"];
    let found = marks.iter().flat_map(|mark| words(&code, mark));
    found
        .map(|at| source.complaint(at, "the security policy blocks inline styles: use a class or set_property"))
        .collect()
}

fn names_no_machine(source: &Source) -> Vec<String> {
    let found = FOREIGN.iter().flat_map(|word| source.text.match_indices(word));
    found.map(|(at, word)| source.complaint(at, &format!("`{word}` is no part of the project"))).collect()
}

fn has_no_network_feature(manifest: &Source) -> Vec<String> {
    let found = NETWORK_FEATURES.iter().flat_map(|name| {
        let quoted = format!("\"{name}\"");
        manifest.text.match_indices(&quoted).map(|(at, _)| at).collect::<Vec<_>>()
    });
    found.map(|at| manifest.complaint(at, "a way to the network: nothing leaves the machine")).collect()
}

fn dependencies_are_explained(manifest: &Source, explained: &str) -> Vec<String> {
    let mut complaints = Vec::new();
    let mut in_table = false;
    let mut at = 0;
    for line in manifest.text.split_inclusive('\n') {
        let trimmed = line.trim();
        if let Some(header) = trimmed.strip_prefix('[') {
            in_table = header.trim_end_matches(']').ends_with("dependencies");
        } else if in_table
            && line.starts_with(|c: char| c.is_ascii_alphabetic())
            && let Some((name, _)) = trimmed.split_once('=')
            && !explained.contains(&format!("| `{}` |", name.trim()))
        {
            complaints.push(manifest.complaint(at, &format!("`{}` has no row in docs/dependencies.md", name.trim())));
        }
        at += line.len();
    }
    complaints
}

// ---- The rules, held against the project ----

#[test]
fn the_sources_are_tidy() {
    let rules =
        [layers, browser_stays_in_its_rooms, says_what_it_is, does_not_panic, does_not_call_out, has_no_inline_style];
    let sources = files(&["src"], &["rs"]);
    assert!(sources.len() > 10, "the sources are found");
    let complaints = sources.iter().flat_map(|source| rules.iter().flat_map(move |rule| rule(source)));
    report(complaints);
}

#[test]
fn the_page_and_its_scripts_are_tidy() {
    let mut sources = files(&["static"], &["js", "html", "svg"]);
    sources.push(file("index.html"));
    report(sources.iter().flat_map(|source| [does_not_call_out(source), has_no_inline_style(source)].concat()));
}

#[test]
fn the_manifest_is_tidy() {
    let manifest = file("Cargo.toml");
    let explained = file("docs/dependencies.md").text;
    let of_xtask = dependencies_are_explained(&file("xtask/Cargo.toml"), &explained);
    report([has_no_network_feature(&manifest), dependencies_are_explained(&manifest, &explained), of_xtask].concat());
}

#[test]
fn the_project_speaks_of_itself_alone() {
    let folders = [".cargo", ".ci", "benches", "docs", "schema", "src", "static", "tests", "xtask"];
    let mut sources =
        files(&folders, &["rs", "js", "mjs", "css", "html", "md", "toml", "json", "txt", "run", "config"]);
    for name in ["Cargo.toml", "Trunk.toml", "index.html", "clippy.toml", "webdriver.json", ".ci/run"] {
        sources.push(file(name));
    }
    for name in ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"] {
        if root().join(name).exists() {
            sources.push(file(name));
        }
    }
    report(sources.iter().flat_map(names_no_machine));
}

fn report(complaints: impl IntoIterator<Item = String>) {
    let complaints: Vec<String> = complaints.into_iter().collect();
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

// ---- Reading ----

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn file(path: &str) -> Source {
    let text = fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    Source::new(path, &text)
}

/// All files below these folders with one of these extensions, sorted; folders of others left out.
fn files(folders: &[&str], extensions: &[&str]) -> Vec<Source> {
    let mut open: Vec<PathBuf> = folders.iter().map(|folder| root().join(folder)).collect();
    let mut sources = Vec::new();
    while let Some(folder) = open.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for path in entries.map(|entry| entry.unwrap().path()) {
            let name = path.file_name().unwrap().to_str().unwrap();
            let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or("");
            if path.is_dir() && !["node_modules", "out", "target"].contains(&name) {
                open.push(path);
            } else if extensions.contains(&extension) {
                let below = path.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/");
                sources.push(file(&below));
            }
        }
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    sources
}

/// Where a word stands that no longer word holds: `fetch(` is not in `prefetch(`.
fn words(code: &str, word: &str) -> Vec<usize> {
    let in_a_word = |c: char| c.is_alphanumeric() || c == '_';
    let found = code.match_indices(word).filter(|(at, _)| {
        let before = code[..*at].chars().next_back();
        let after = code[at + word.len()..].chars().next();
        let joined = |next: Option<char>, own: Option<char>| next.is_some_and(in_a_word) && own.is_some_and(in_a_word);
        !joined(before, word.chars().next()) && !joined(after, word.chars().next_back())
    });
    found.map(|(at, _)| at).collect()
}

/// The first names of all paths that begin at the crate: after `crate::`, inside `crate::{ }`, and after as many
/// `super::` as lead out of the module.
fn rooms_named(code: &str, depth: usize) -> Vec<(usize, String)> {
    let mut named = Vec::new();
    let mut starts: Vec<usize> = words(code, "crate").into_iter().map(|at| at + "crate".len()).collect();
    let mut from = 0;
    while let Some(found) = code[from..].find("super::") {
        let start = from + found;
        let mut end = start;
        let mut supers = 0;
        while code[end..].starts_with("super::") {
            end += "super::".len();
            supers += 1;
        }
        if supers >= depth {
            starts.push(end - "::".len());
        }
        from = end;
    }
    for at in starts {
        let Some(rest) = code[at..].strip_prefix("::") else { continue };
        let at = at + 2;
        if let Some(group) = rest.strip_prefix('{') {
            let mut level = 0;
            let mut is_first = true;
            let mut name = String::new();
            for c in group.chars() {
                match c {
                    '{' => level += 1,
                    '}' if level == 0 => break,
                    '}' => level -= 1,
                    ',' if level == 0 => {
                        named.push((at, std::mem::take(&mut name)));
                        is_first = true;
                    }
                    c if level == 0 && is_first && (c.is_alphanumeric() || c == '_') => name.push(c),
                    c if c.is_whitespace() && name.is_empty() => {}
                    _ => is_first = false,
                }
            }
            named.push((at, name));
        } else {
            named.push((at, rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()));
        }
    }
    named
}

/// The code with comments blanked out, each byte in its place.
fn without_comments(text: &str) -> String {
    blank(text, false)
}

/// The code with comments and the insides of literals blanked out, each byte in its place.
fn without_comments_and_strings(text: &str) -> String {
    blank(text, true)
}

fn blank(text: &str, strings_too: bool) -> String {
    let bytes = text.as_bytes();
    let mut out = bytes.to_vec();
    let mut wipe = |from: usize, to: usize| {
        for byte in &mut out[from..to.min(bytes.len())] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
    };
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        if rest.starts_with(b"//") {
            let end = rest.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |n| at + n);
            wipe(at, end);
            at = end;
        } else if rest.starts_with(b"/*") {
            let mut level = 0;
            let start = at;
            while at < bytes.len() {
                if bytes[at..].starts_with(b"/*") {
                    level += 1;
                    at += 2;
                } else if bytes[at..].starts_with(b"*/") {
                    level -= 1;
                    at += 2;
                    if level == 0 {
                        break;
                    }
                } else {
                    at += 1;
                }
            }
            wipe(start, at);
        } else if let Some(end) = literal(bytes, at) {
            if strings_too {
                wipe(at + 1, end - 1);
            }
            at = end;
        } else {
            at += 1;
        }
    }
    String::from_utf8(out).unwrap()
}

/// Where the string or character literal ends that begins here, if one does.
fn literal(bytes: &[u8], at: usize) -> Option<usize> {
    let in_a_word = at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_');
    let find = |mark: &[u8], from: usize| {
        (from..bytes.len()).find(|i| bytes[*i..].starts_with(mark)).map_or(bytes.len(), |i| i + mark.len())
    };
    match bytes[at] {
        b'r' if !in_a_word || bytes[at - 1] == b'b' => {
            let hashes = bytes[at + 1..].iter().take_while(|byte| **byte == b'#').count();
            let opens = bytes.get(at + 1 + hashes) == Some(&b'"');
            let close = [b"\"".as_slice(), &vec![b'#'; hashes]].concat();
            opens.then(|| find(&close, at + 2 + hashes))
        }
        quote @ (b'"' | b'\'') => {
            // 'a is a lifetime; 'a' and '\n' are characters.
            let is_character = bytes.get(at + 1) == Some(&b'\\')
                || std::str::from_utf8(&bytes[at + 1..(at + 6).min(bytes.len())])
                    .map_or_else(|error| std::str::from_utf8(&bytes[at + 1..at + 1 + error.valid_up_to()]).ok(), Some)
                    .is_some_and(|next| next.chars().nth(1) == Some('\''));
            if quote == b'\'' && !is_character {
                return None;
            }
            let mut end = at + 1;
            while end < bytes.len() && bytes[end] != quote {
                end += if bytes[end] == b'\\' { 2 } else { 1 };
            }
            Some((end + 1).min(bytes.len()))
        }
        _ => None,
    }
}

/// The code without the items that are for tests only. Wants code without literals, so that braces match.
fn without_tests(code: &str) -> String {
    let mut out = code.to_string();
    for (start, _) in code.match_indices("#[cfg(") {
        let Some(end) = code[start..].find(")]").map(|n| start + n) else { continue };
        let condition = &code[start..end];
        if words(condition, "test").is_empty() || condition.contains("not(test") {
            continue;
        }
        let mut level = 0;
        let mut stop = code.len();
        for (at, c) in code[end + 2..].char_indices().map(|(at, c)| (at + end + 2, c)) {
            match c {
                '{' => level += 1,
                '}' => level -= 1,
                ';' if level == 0 => {
                    stop = at + 1;
                    break;
                }
                _ => {}
            }
            if c == '}' && level == 0 {
                stop = at + 1;
                break;
            }
        }
        let blanked: String = code[start..stop].bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect();
        out.replace_range(start..stop, &blanked);
    }
    out
}

// ---- Each rule goes red ----

mod red {
    use super::*;

    /// Holds a rule against a file and expects complaints at these lines.
    fn check(rule: fn(&Source) -> Vec<String>, path: &str, text: &str, lines: &[usize]) {
        let complaints = rule(&Source::new(path, text));
        let found: Vec<usize> = complaints.iter().map(|c| c.split(':').nth(1).unwrap().parse().unwrap()).collect();
        assert_eq!(found, lines, "{path}\n{text}\n{complaints:?}");
    }

    #[test]
    fn a_forbidden_import() {
        check(layers, "src/text/body.rs", "use crate::model::Document;", &[1]);
        check(layers, "src/text/body.rs", "\nuse crate::{text::Text, model::{Document}, edit};", &[2, 2]);
        check(layers, "src/text/body.rs", "use super::super::model::Document;", &[1]);
        check(layers, "src/text/mod.rs", "use super::model::Document;", &[1]);
        check(layers, "src/edit/op.rs", "fn f() { crate::layout::flatten() }", &[1]);
        check(layers, "src/app/state.rs", "use crate::platform::Files;", &[1]);
        check(layers, "src/unheard/of.rs", "", &[1]);
        check(layers, "src/edit/op.rs", "use super::layout;\nuse crate::{model::Op, text};\nuse crate::edit::x;", &[]);
        check(layers, "src/text/body.rs", "// crate::model\nconst A: &str = \"crate::model\";", &[]);
        check(layers, "src/view/row.rs", "use crate::{app, platform};", &[]);
    }

    #[test]
    fn the_browser_below_its_rooms() {
        let rule = browser_stays_in_its_rooms;
        check(rule, "src/app/state.rs", "use web_sys::Window;\nuse yew::prelude::*;", &[1, 2]);
        check(rule, "src/lib.rs", "fn f() { gloo::timers::f() }", &[1]);
        check(rule, "src/platform/idb.rs", "use web_sys::Window;", &[]);
        check(rule, "src/app/state.rs", "//! Knows no yew.\nlet yews = 1;", &[]);
    }

    #[test]
    fn a_module_without_words() {
        check(says_what_it_is, "src/text/body.rs", "use a::b;\n//! late", &[1]);
        check(says_what_it_is, "src/text/body.rs", "//!\n", &[1]);
        check(says_what_it_is, "src/text/body.rs", "//! A text.", &[]);
    }

    #[test]
    fn a_panic_outside_tests() {
        let check = |text, lines: &[usize]| check(does_not_panic, "src/text/body.rs", text, lines);
        check("fn f() { a.unwrap(); }", &[1]);
        check("fn f() {\n a.expect(\"b\"); panic!(); todo!(); dbg!(a) }", &[2, 2, 2, 2]);
        check("#[cfg(test)]\nmod tests { fn f() { if a { b.unwrap() } } }\nfn g() { c.unwrap() }", &[3]);
        check("#[cfg(all(test, unix))]\nfn f() { a.unwrap() }\n#[cfg(not(test))]\nfn g() { a.unwrap() }", &[4]);
        check("#[cfg(test)]\nmod tests;\nfn g() { c.unwrap() }", &[3]);
        check("#[cfg(test)]\nmod t { const A: char = '}'; const B: &str = \"}\"; fn f<'a>() { a.unwrap() } }", &[]);
        check("/// `a.unwrap()`\nfn f() { a.unwrap_or(0); let s = \"panic!\"; let r = r#\"a\" todo!()\"#; }", &[]);
        check("#[expect(dead_code)]\nfn f() { /* a /* b.unwrap() */ c.unwrap() */ }", &[]);
    }

    #[test]
    fn a_call_to_the_network() {
        let check = |path, text, lines: &[usize]| check(does_not_call_out, path, text, lines);
        check("src/platform/a.rs", "#[wasm_bindgen(inline_js = \"export const f = () => fetch('x')\")]", &[1]);
        check("static/boot.js", "\nnavigator.sendBeacon('x');", &[2]);
        check("src/platform/a.rs", "use web_sys::WebSocket;", &[1]);
        check("static/boot.js", "prefetch(a); // fetch(b)\nimport(c);", &[]);
        check("static/offline.js", "\ncache.addAll([a]);", &[2]);
        check("static/offline.js", "fetch(event.request)", &[1]);
        check("static/sw.js", "addEventListener(\"fetch\", f);\na ?? fetch(event.request);", &[]);
        check("static/sw.js", "fetch(event.request);\nfetch(event.request);", &[2]);
        check("static/sw.js", "fetch(\"/a\");\nfetch(event.request.url);\ncache.addAll(others);", &[1, 2, 3]);
    }

    #[test]
    fn an_inline_style() {
        let check = |text, lines: &[usize]| check(has_no_inline_style, "src/view/a.rs", text, lines);
        check("html! { <p style=\"color: red\"/> }", &[1]);
        check("html! { <p\n style={a}/> }", &[2]);
        check("a.set_attribute(\"style\", b)", &[1]);
        check("let style = a; html! { <p class=\"style\"/> } // style=", &[]);
    }

    #[test]
    fn a_path_of_a_machine() {
        check(names_no_machine, "docs/a.md", &format!("a\nsee {}b", FOREIGN[0]), &[2]);
        check(names_no_machine, "docs/a.md", "see /usr/bin and ./root", &[]);
    }

    #[test]
    fn a_manifest_with_a_way_out_or_without_words() {
        check(has_no_network_feature, "Cargo.toml", "[dependencies]\na = [\n  \"Request\",\n]", &[3]);
        check(has_no_network_feature, "Cargo.toml", "[dependencies]\na = [\"IdbRequest\"]", &[]);
        let explained = "| `known` | why |";
        let found = |text| dependencies_are_explained(&Source::new("Cargo.toml", text), explained).len();
        assert_eq!(found("[dependencies]\nknown = \"1\"\n[features]\nother = []"), 0);
        assert_eq!(found("[target.'cfg(x)'.dev-dependencies]\nnew = { version = \"1\", features = [\n \"a\",\n] }"), 1);
    }
}
