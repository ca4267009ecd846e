//! JSON text to values and back: the one parser and the one writer for files and stored records.
//!
//! Written here because the general machinery of serde weighs about 60 kB gzipped in the module,
//! and because a number is kept as it was written: `0.10` stays `0.10`. Tests hold both directions
//! to `serde_json`, whose `Value` they speak.
//!
//! Invariant: [`parse`] takes exactly what RFC 8259 allows, never panics, and never recurses deeper
//! than it was told; what a [`Writer`] was given, `parse` reads. Knows no format.

use serde_json::{Map, Number, Value};

/// Why a text is no JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JsonError {
    /// What is wrong, as the end of a sentence: `it ends too early`.
    pub reason: &'static str,
    /// The line, from 1.
    pub line: usize,
    /// The column in code points, from 1.
    pub column: usize,
}

/// Whether a value is nested deeper than so many levels.
#[must_use]
pub fn is_deeper(value: &Value, left: usize) -> bool {
    // The parser has a limit of its own, so that this recursion has one too.
    match value {
        Value::Array(_) | Value::Object(_) if left == 0 => true,
        Value::Array(list) => list.iter().any(|value| is_deeper(value, left - 1)),
        Value::Object(object) => object.values().any(|value| is_deeper(value, left - 1)),
        _ => false,
    }
}

/// The beginning of a value, for a message that says what stands where something else was expected.
#[must_use]
pub fn compact_start(value: &Value) -> String {
    let whole = compact(value);
    let mut start: String = whole.chars().take(60).collect();
    if start.len() < whole.len() {
        start.push('…');
    }
    start
}

/// Reads a text that holds one JSON value, nested at most `depth` deep.
///
/// # Errors
/// A [`JsonError`] with the first place that is no JSON.
pub fn parse(json: &str, depth: usize) -> Result<Value, JsonError> {
    let mut parser = Parser { json, at: 0 };
    let read = parser.value(depth).and_then(|value| {
        parser.blanks();
        if parser.at == json.len() { Ok(value) } else { Err("something follows after its end") }
    });
    read.map_err(|reason| {
        let before = json.get(..parser.at).unwrap_or(json);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let column = 1 + before.get(line_start..).map_or(0, |line| line.chars().count());
        let reason = if json.trim_ascii().is_empty() { "it is empty" } else { reason };
        JsonError { reason, line: 1 + before.bytes().filter(|byte| *byte == b'\n').count(), column }
    })
}

type Read<T> = Result<T, &'static str>;

const TOO_EARLY: &str = "it ends too early";
const HALF: &str = "a character is cut in half (a lone surrogate)";
const ESCAPE: &str = "a backslash is followed by what has no meaning there";

/// `at` is always on a character boundary and, after an error, at what could not be read.
struct Parser<'j> {
    json: &'j str,
    at: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<u8> {
        self.json.as_bytes().get(self.at).copied()
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    /// Takes a byte where it comes next.
    fn takes(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        if there {
            self.at += 1;
        }
        there
    }

    /// What to say where something else was expected.
    fn expected<T>(&self, reason: &'static str) -> Read<T> {
        Err(if self.peek().is_none() { TOO_EARLY } else { reason })
    }

    fn value(&mut self, depth: usize) -> Read<Value> {
        self.blanks();
        match self.peek() {
            Some(b'"') => self.string().map(Value::String),
            Some(b'{') => self.object(depth).map(Value::Object),
            Some(b'[') => self.array(depth).map(Value::Array),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'n') => self.word("null", Value::Null),
            _ => self.expected("a value was expected"),
        }
    }

    fn word(&mut self, word: &str, value: Value) -> Read<Value> {
        for byte in word.bytes() {
            if !self.takes(byte) {
                return self.expected("a value was expected");
            }
        }
        Ok(value)
    }

    fn array(&mut self, depth: usize) -> Read<Vec<Value>> {
        let depth = depth.checked_sub(1).ok_or("it is nested too deep")?;
        self.at += 1;
        self.blanks();
        let mut list = Vec::new();
        if self.takes(b']') {
            return Ok(list);
        }
        loop {
            list.push(self.value(depth)?);
            self.blanks();
            if self.takes(b']') {
                return Ok(list);
            }
            if !self.takes(b',') {
                return self.expected("a comma or ] was expected");
            }
        }
    }

    fn object(&mut self, depth: usize) -> Read<Map<String, Value>> {
        let depth = depth.checked_sub(1).ok_or("it is nested too deep")?;
        self.at += 1;
        self.blanks();
        let mut object = Map::new();
        if self.takes(b'}') {
            return Ok(object);
        }
        loop {
            self.blanks();
            if self.peek() != Some(b'"') {
                return self.expected("a key in quotation marks was expected");
            }
            let key = self.string()?;
            self.blanks();
            if !self.takes(b':') {
                return self.expected("a colon was expected");
            }
            let value = self.value(depth)?;
            object.insert(key, value);
            self.blanks();
            if self.takes(b'}') {
                return Ok(object);
            }
            if !self.takes(b',') {
                return self.expected("a comma or } was expected");
            }
        }
    }

    /// A number as it is written. Whether it can be counted with is for its reader to say.
    fn number(&mut self) -> Read<Value> {
        const DIGIT: &str = "a digit was expected";
        let start = self.at;
        self.takes(b'-');
        if !self.takes(b'0') && !self.digits() {
            return self.expected(DIGIT);
        }
        if self.takes(b'.') && !self.digits() {
            return self.expected(DIGIT);
        }
        if self.takes(b'e') || self.takes(b'E') {
            if !self.takes(b'+') {
                self.takes(b'-');
            }
            if !self.digits() {
                return self.expected(DIGIT);
            }
        }
        let number = self.json.get(start..self.at).unwrap_or_default();
        Ok(Value::Number(Number::from_string_unchecked(number.to_owned())))
    }

    fn digits(&mut self) -> bool {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        self.at > start
    }

    fn string(&mut self) -> Read<String> {
        self.at += 1;
        let mut string = String::new();
        loop {
            let start = self.at;
            while !matches!(self.peek(), None | Some(b'"' | b'\\' | 0..=0x1f)) {
                self.at += 1;
            }
            string.push_str(self.json.get(start..self.at).unwrap_or_default());
            if self.takes(b'"') {
                return Ok(string);
            }
            if !self.takes(b'\\') {
                return self.expected("a control character stands in a text; it must be written as \\u…");
            }
            string.push(self.escaped()?);
        }
    }

    /// The character of an escape, from behind its backslash.
    fn escaped(&mut self) -> Read<char> {
        let character = match self.peek() {
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.at += 1;
                let unit = self.unit()?;
                if !(0xd800..0xdc00).contains(&unit) {
                    return char::from_u32(unit).ok_or(HALF);
                }
                if !(self.takes(b'\\') && self.takes(b'u')) {
                    return self.expected(HALF);
                }
                let low = self.unit()?;
                let whole = low.checked_sub(0xdc00).filter(|low| *low < 0x400);
                let whole = whole.and_then(|low| char::from_u32(0x1_0000 + ((unit - 0xd800) << 10 | low)));
                return whole.ok_or(HALF);
            }
            _ => return self.expected(ESCAPE),
        };
        self.at += 1;
        Ok(character)
    }

    /// Four hexadecimal digits.
    fn unit(&mut self) -> Read<u32> {
        let mut unit = 0;
        for _ in 0..4 {
            let Some(digit) = self.peek().and_then(|byte| char::from(byte).to_digit(16)) else {
                return self.expected("four hexadecimal digits were expected after \\u");
            };
            self.at += 1;
            unit = unit << 4 | digit;
        }
        Ok(unit)
    }
}

/// A value as JSON without blanks.
#[must_use]
pub fn compact(value: &Value) -> String {
    let mut writer = Writer::default();
    writer.value(value);
    writer.finish()
}

/// A value as JSON in lines, two blanks deeper for each level.
#[must_use]
pub fn pretty(value: &Value) -> String {
    let mut writer = Writer { indent: Some(0), ..Writer::default() };
    writer.value(value);
    writer.finish()
}

/// JSON in the making. The caller sees to it that keys stand in objects and values behind them.
#[derive(Default)]
pub struct Writer {
    json: String,
    /// How deep it is, where it is written in lines.
    indent: Option<usize>,
    /// Whether the next thing follows its key on the same line.
    after_key: bool,
}

impl Writer {
    /// The JSON.
    #[must_use]
    pub fn finish(self) -> String {
        self.json
    }

    /// Puts a comma and a line break where they belong.
    fn separate(&mut self) {
        if std::mem::take(&mut self.after_key) || self.json.is_empty() {
            return;
        }
        // Text in quotation marks never ends in a bracket: the quotation mark is behind it.
        if !self.json.ends_with(['{', '[']) {
            self.json.push(',');
        }
        self.line();
    }

    fn line(&mut self) {
        if let Some(depth) = self.indent {
            self.json.push('\n');
            for _ in 0..depth {
                self.json.push_str("  ");
            }
        }
    }

    /// The key of what comes next.
    pub fn key(&mut self, key: &str) -> &mut Self {
        self.string(key);
        self.json.push_str(if self.indent.is_some() { ": " } else { ":" });
        self.after_key = true;
        self
    }

    /// Begins an object (`{`) or a list (`[`).
    pub fn open(&mut self, bracket: char) {
        self.separate();
        self.json.push(bracket);
        self.indent = self.indent.map(|depth| depth + 1);
    }

    /// Ends what was begun with the other bracket.
    pub fn close(&mut self, bracket: char) {
        self.indent = self.indent.map(|depth| depth.saturating_sub(1));
        if !self.json.ends_with(['{', '[']) {
            self.line();
        }
        self.json.push(bracket);
    }

    /// A text.
    pub fn string(&mut self, string: &str) {
        self.separate();
        self.json.push('"');
        let mut rest = string;
        while let Some(at) = rest.bytes().position(|byte| byte < 0x20 || byte == b'"' || byte == b'\\') {
            let (plain, from) = rest.split_at(at);
            self.json.push_str(plain);
            let byte = from.bytes().next().unwrap_or_default();
            let short = match byte {
                8 => 'b',
                9 => 't',
                10 => 'n',
                12 => 'f',
                13 => 'r',
                b'"' | b'\\' => char::from(byte),
                _ => 'u',
            };
            self.json.push('\\');
            self.json.push(short);
            if short == 'u' {
                self.json.push_str(if byte < 16 { "000" } else { "001" });
                self.json.push(char::from_digit(u32::from(byte & 15), 16).unwrap_or('0'));
            }
            rest = from.get(1..).unwrap_or_default();
        }
        self.json.push_str(rest);
        self.json.push('"');
    }

    /// A whole number.
    pub fn number(&mut self, number: u64) {
        self.plain(&number.to_string());
    }

    fn plain(&mut self, json: &str) {
        self.separate();
        self.json.push_str(json);
    }

    /// Any value.
    pub fn value(&mut self, value: &Value) {
        match value {
            Value::Null => self.plain("null"),
            Value::Bool(true) => self.plain("true"),
            Value::Bool(false) => self.plain("false"),
            Value::Number(number) => self.plain(number.as_str()),
            Value::String(string) => self.string(string),
            Value::Array(list) => {
                self.open('[');
                for value in list {
                    self.value(value);
                }
                self.close(']');
            }
            Value::Object(object) => self.object(object),
        }
    }

    /// An object.
    pub fn object(&mut self, object: &Map<String, Value>) {
        self.open('{');
        for (key, value) in object {
            self.key(key).value(value);
        }
        self.close('}');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Texts that are often JSON, and nearly always nearly.
    fn like_json() -> impl Strategy<Value = String> {
        let token = prop::sample::select(vec![
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"",
            "\\",
            "null",
            "true",
            "false",
            "tru",
            " ",
            "\n",
            "\r\n\t",
            "0",
            "-",
            "-0",
            "01",
            "12",
            "1.5",
            "1.",
            ".5",
            "1e5",
            "1E+5",
            "1e-",
            "\"a\"",
            "\"é🚨\"",
            "\"\\u00e9\"",
            "\"\\ud83d",
            "\\ude00\"",
            "\\u12",
            "\\x",
            "\\n",
            "\u{1}",
            "\u{7f}",
            "\u{a0}",
            "{\"a\":",
            "\"b\":[",
        ]);
        prop::collection::vec(token, 0..12).prop_map(|tokens| tokens.concat())
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            "(?s).{0,8}".prop_map(Value::from),
            "[\u{0}-\u{21}\"\\\\]{0,6}".prop_map(Value::from),
        ];
        leaf.prop_recursive(5, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec(("(?s).{0,4}", inner), 0..4)
                    .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
            ]
        })
    }

    /// Numbers are compared as written; the other parser may write an exponent in its own way.
    fn same(a: &Value, b: &Value) -> bool {
        match (a, b) {
            (Value::Number(a), Value::Number(b)) => {
                a == b || a.to_string().to_lowercase().replace('+', "") == b.to_string().to_lowercase().replace('+', "")
            }
            (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
            (Value::Object(a), Value::Object(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|((k, a), (l, b))| k == l && same(a, b))
            }
            _ => a == b,
        }
    }

    fn compare(json: &str) {
        let (ours, theirs) = (parse(json, 127), serde_json::from_str::<Value>(json));
        match (&ours, &theirs) {
            (Ok(ours), Ok(theirs)) => assert!(same(ours, theirs), "{json:?}: {ours} is not {theirs}"),
            (Err(_), Err(_)) => {}
            _ => panic!("{json:?}: {ours:?}, the other parser: {theirs:?}"),
        }
    }

    proptest! {
        #[test]
        fn it_takes_what_another_parser_takes(json in like_json(), any in "(?s).{0,40}") {
            compare(&json);
            compare(&any);
        }

        #[test]
        fn it_writes_what_another_writer_writes(value in value()) {
            prop_assert_eq!(compact(&value), value.to_string());
            prop_assert_eq!(pretty(&value), format!("{value:#}"));
            prop_assert_eq!(parse(&compact(&value), 9), Ok(value.clone()));
            prop_assert_eq!(parse(&pretty(&value), 9), Ok(value.clone()));
        }
    }

    #[test]
    fn errors_name_the_place() {
        let check = |json: &str, reason: &'static str, line, column| {
            assert_eq!(parse(json, 3), Err(JsonError { reason, line, column }), "{json:?}");
        };
        check("", "it is empty", 1, 1);
        check(" \n ", "it is empty", 2, 2);
        check("{\"é\" 1}", "a colon was expected", 1, 6);
        check("[1,\n é]", "a value was expected", 2, 2);
        check("[[[[]]]]", "it is nested too deep", 1, 4);
        check("[\"\\ud83d\"]", HALF, 1, 9);
        check("[\"\\ude00\"]", HALF, 1, 9);
        check("[\"\\q\"]", ESCAPE, 1, 4);
        check("[1, 2", TOO_EARLY, 1, 6);
        check("1 2", "something follows after its end", 1, 3);
    }
}
