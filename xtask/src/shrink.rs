//! Makes the built files smaller without changing what they do: short names between the module
//! and its loader, and scripts and style sheets without comments and indentation.
//!
//! Invariant: what cannot be understood is left as it is, never half-changed.

use std::collections::HashMap;
use std::iter::Peekable;
use std::str::Lines;

/// The sections of a module that hold names which its loader knows.
const IMPORTS: u8 = 2;
const EXPORTS: u8 = 7;

/// Gives the functions between a module and its loader short names. Those that wasm-bindgen makes
/// hold sixteen hexadecimal digits, which no compression can shorten, in both files.
///
/// `None` where the module has not the form that is expected here.
pub fn rename(module: &[u8], loader: &str) -> Option<(Vec<u8>, String)> {
    let mut names = Names::default();
    let mut out = module.get(..8)?.to_vec();
    let mut rest = Reader(module.get(8..)?);
    while !rest.0.is_empty() {
        let kind = rest.byte()?;
        let body = rest.vector()?;
        let new = match kind {
            IMPORTS => imports(&mut Reader(body), &mut names)?,
            EXPORTS => exports(&mut Reader(body), &mut names)?,
            _ => body.to_vec(),
        };
        out.push(kind);
        put_vector(&mut out, &new);
    }
    Some((out, names.in_script(loader)))
}

#[derive(Default)]
struct Names(HashMap<String, String>);

impl Names {
    fn short(&mut self, name: &[u8]) -> Option<String> {
        let name = std::str::from_utf8(name).ok()?;
        if !name.split(|c: char| !c.is_ascii_hexdigit()).any(|digits| digits.len() == 16) {
            return Some(name.to_owned());
        }
        let next = self.0.len();
        Some(self.0.entry(name.to_owned()).or_insert_with(|| format!("_{}", letters(next))).clone())
    }
}

impl Names {
    /// A script with the short names. Only whole words are names: one may begin with another.
    fn in_script(&self, script: &str) -> String {
        let mut out = String::with_capacity(script.len());
        let mut rest = script;
        while !rest.is_empty() {
            let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
            let word = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            let (word, after) = rest.split_at(word);
            out.push_str(self.0.get(word).map_or(word, String::as_str));
            let next = after.find(is_word).unwrap_or(after.len());
            let (between, after) = after.split_at(next);
            out.push_str(between);
            rest = after;
        }
        out
    }
}

/// a, b, … z, aa, ab, …
fn letters(mut number: usize) -> String {
    let mut letters = Vec::new();
    loop {
        letters.push(b'a' + (number % 26) as u8);
        match (number / 26).checked_sub(1) {
            Some(next) => number = next,
            None => break,
        }
    }
    letters.iter().rev().map(|letter| char::from(*letter)).collect()
}

fn imports(body: &mut Reader<'_>, names: &mut Names) -> Option<Vec<u8>> {
    let count = body.number()?;
    let mut out = Vec::new();
    put_number(&mut out, count);
    for _ in 0..count {
        put_vector(&mut out, body.vector()?);
        put_vector(&mut out, names.short(body.vector()?)?.as_bytes());
        let before = body.0;
        match body.byte()? {
            0 => drop(body.number()?),
            1 => {
                body.byte()?;
                body.limits()?;
            }
            2 => body.limits()?,
            3 => drop((body.byte()?, body.byte()?)),
            _ => return None,
        }
        out.extend_from_slice(before.get(..before.len() - body.0.len())?);
    }
    body.0.is_empty().then_some(out)
}

fn exports(body: &mut Reader<'_>, names: &mut Names) -> Option<Vec<u8>> {
    let count = body.number()?;
    let mut out = Vec::new();
    put_number(&mut out, count);
    for _ in 0..count {
        put_vector(&mut out, names.short(body.vector()?)?.as_bytes());
        out.push(body.byte()?);
        put_number(&mut out, body.number()?);
    }
    body.0.is_empty().then_some(out)
}

/// Reads the parts of a module one after another.
struct Reader<'m>(&'m [u8]);

impl<'m> Reader<'m> {
    fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*byte)
    }

    fn number(&mut self) -> Option<u32> {
        let mut number = 0;
        for shift in (0..32).step_by(7) {
            let byte = self.byte()?;
            number |= u32::from(byte & 0x7f).checked_shl(shift)?;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn vector(&mut self) -> Option<&'m [u8]> {
        let length = self.number()? as usize;
        let (vector, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(vector)
    }

    /// The limits of a table or a memory: the least, and the most where there is one.
    fn limits(&mut self) -> Option<()> {
        let has_most = self.byte()? & 1 == 1;
        self.number()?;
        if has_most {
            self.number()?;
        }
        Some(())
    }
}

fn put_number(out: &mut Vec<u8>, mut number: u32) {
    loop {
        let byte = (number & 0x7f) as u8;
        number >>= 7;
        if number == 0 {
            return out.push(byte);
        }
        out.push(byte | 0x80);
    }
}

fn put_vector(out: &mut Vec<u8>, vector: &[u8]) {
    put_number(out, u32::try_from(vector.len()).unwrap_or(u32::MAX));
    out.extend_from_slice(vector);
}

/// A script or a style sheet without indentation, and without comments that begin a line. A text
/// over several lines would lose its blanks, so a file that has one stays as it is.
pub fn lean(source: &str) -> String {
    if source.lines().any(|line| line.matches('`').count() % 2 == 1) {
        return source.to_owned();
    }
    let mut lean = String::with_capacity(source.len());
    let mut lines = source.lines().peekable();
    while let Some(line) = next_code(&mut lines) {
        lean.push_str(line);
        lean.push('\n');
    }
    lean
}

/// The next line that is no comment, without its indentation.
fn next_code<'s>(lines: &mut Peekable<Lines<'s>>) -> Option<&'s str> {
    loop {
        let mut line = lines.next()?.trim();
        if line.starts_with("/*") {
            loop {
                if let Some((_, after)) = line.split_once("*/") {
                    line = after.trim();
                    break;
                }
                line = lines.next()?.trim();
            }
        }
        if !line.is_empty() && !line.starts_with("//") {
            return Some(line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOADER: &str = "import0 = { __wbg_log_0123456789abcdef: f, plain: g }; wasm.run__hfedcba9876543210(); wasm.run__hfedcba9876543210_2()";

    /// A module that imports two functions and a memory, and exports three functions.
    fn module() -> Vec<u8> {
        let mut imports = vec![3];
        for (name, kind) in
            [("__wbg_log_0123456789abcdef", &[0, 5][..]), ("plain", &[0, 1]), ("memory", &[2, 1, 1, 200, 1])]
        {
            put_vector(&mut imports, b"m");
            put_vector(&mut imports, name.as_bytes());
            imports.extend_from_slice(kind);
        }
        let mut exports = vec![3];
        for name in ["run__hfedcba9876543210", "run__hfedcba9876543210_2", "main"] {
            put_vector(&mut exports, name.as_bytes());
            exports.extend_from_slice(&[0, 3]);
        }
        let mut module = b"\0asm\x01\0\0\0".to_vec();
        for (kind, body) in [(1, vec![0]), (IMPORTS, imports), (EXPORTS, exports)] {
            module.push(kind);
            put_vector(&mut module, &body);
        }
        module
    }

    #[test]
    fn both_sides_get_the_same_short_names() {
        let (short, loader) = rename(&module(), LOADER).expect("a module");
        assert_eq!(loader, "import0 = { _a: f, plain: g }; wasm._b(); wasm._c()");
        let text = String::from_utf8_lossy(&short);
        for (name, there) in
            [("_a", true), ("_b", true), ("_c", true), ("plain", true), ("main", true), ("abcdef", false)]
        {
            assert_eq!(text.contains(name), there, "{name}");
        }
        assert_eq!(rename(&short, &loader), Some((short, loader)), "nothing is left to be renamed");
    }

    #[test]
    fn what_is_no_module_is_refused() {
        let whole = module();
        for length in (0..whole.len()).filter(|length| ![8, 11].contains(length)) {
            let cut = rename(&whole[..length], LOADER);
            assert!(cut.is_none_or(|(_, loader)| !loader.contains("_b")), "{length} bytes");
        }
    }

    #[test]
    fn letters_never_repeat() {
        let all: std::collections::HashSet<String> = (0..2000).map(letters).collect();
        assert_eq!(all.len(), 2000);
        assert_eq!([0, 25, 26, 701, 702].map(letters), ["a", "z", "aa", "zz", "aaa"]);
    }

    #[test]
    fn comments_and_indentation_go() {
        let check = |source: &str, expected: &str| assert_eq!(lean(source), expected, "{source}");
        check("a {\n  /* why */\n  b: c; /* d */\n}\n", "a {\nb: c; /* d */\n}\n");
        check("/**\n * Much.\n */ f();\n\n    // So.\n  g(\"//\");", "f();\ng(\"//\");\n");
        check("let a = `\n  b`;\n", "let a = `\n  b`;\n");
    }
}
