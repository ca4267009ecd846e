//! Makes a module smaller without changing what it does: short names between it and its loader, and
//! functions in an order that compresses well.
//!
//! Invariant: what cannot be understood is left as it is, never half-changed.

use std::collections::HashMap;

/// The sections of a module that hold names which its loader knows.
const IMPORTS: u8 = 2;
const EXPORTS: u8 = 7;
/// The section that holds the functions.
const CODE: u8 = 10;

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

/// How many bytes in a row count as a likeness of two functions.
const LIKENESS: usize = 5;
/// What stands in more functions than this is no sign of likeness.
const COMMON: usize = 400;

/// A module whose functions have names by which they are to be sorted: each next to the one that is
/// most like it, where gzip, which looks back 32 kB, finds what they share.
///
/// `None` where the module has not the form that is expected here.
pub fn name_by_likeness(module: &[u8]) -> Option<Vec<u8>> {
    let (mut imported, mut bodies) = (0, Vec::new());
    let mut rest = Reader(module.get(8..)?);
    while !rest.0.is_empty() {
        let kind = rest.byte()?;
        let mut body = Reader(rest.vector()?);
        match kind {
            IMPORTS => imported = imported_functions(&mut body)?,
            CODE => {
                for _ in 0..body.number()? {
                    bodies.push(body.vector()?);
                }
            }
            _ => {}
        }
    }
    let mut names = Vec::new();
    let places = by_likeness(&bodies);
    put_number(&mut names, u32::try_from(places.len()).ok()?);
    for (function, place) in places.iter().enumerate() {
        put_number(&mut names, imported + u32::try_from(function).ok()?);
        put_vector(&mut names, format!("{place:06}").as_bytes());
    }
    let mut section = Vec::new();
    put_vector(&mut section, b"name");
    section.push(1);
    put_vector(&mut section, &names);
    let mut out = module.to_vec();
    out.push(0);
    put_vector(&mut out, &section);
    Some(out)
}

fn imported_functions(body: &mut Reader<'_>) -> Option<u32> {
    let mut functions = 0;
    for _ in 0..body.number()? {
        body.vector()?;
        body.vector()?;
        functions += u32::from(body.import()? == 0);
    }
    Some(functions)
}

#[allow(clippy::indexing_slicing, reason = "each index is a place in `bodies`, and all lists are as long")]
/// For each body its place in a chain, in which each is followed by the one that is most like it.
fn by_likeness(bodies: &[&[u8]]) -> Vec<usize> {
    let mut pieces: Vec<Vec<&[u8]>> = Vec::with_capacity(bodies.len());
    let mut holders: HashMap<&[u8], Vec<usize>> = HashMap::new();
    for (function, body) in bodies.iter().enumerate() {
        let mut own: Vec<&[u8]> = body.windows(LIKENESS).collect();
        own.sort_unstable();
        own.dedup();
        for piece in &own {
            holders.entry(piece).or_default().push(function);
        }
        pieces.push(own);
    }
    let mut places = vec![usize::MAX; bodies.len()];
    let mut shared = vec![0_usize; bodies.len()];
    let mut current = (0..bodies.len()).max_by_key(|function| bodies[*function].len());
    for place in 0..bodies.len() {
        let Some(function) = current else { break };
        places[function] = place;
        let mut met = Vec::new();
        for piece in &pieces[function] {
            let holders = &holders[piece];
            if holders.len() > COMMON {
                continue;
            }
            for other in holders {
                if places[*other] == usize::MAX {
                    if shared[*other] == 0 {
                        met.push(*other);
                    }
                    shared[*other] += 1;
                }
            }
        }
        // Shared pieces as a part of all that the two have; a little more, so that tiny ones do not win.
        let likeness = |other: &usize| {
            let all = pieces[function].len() + pieces[*other].len() - shared[*other] + 20;
            (shared[*other] * 1_000_000 / all, std::cmp::Reverse(*other))
        };
        let alike = met.iter().copied().max_by_key(likeness);
        let length = bodies[function].len();
        let left = || (0..bodies.len()).filter(|other| places[*other] == usize::MAX);
        current = alike.or_else(|| left().min_by_key(|other| bodies[*other].len().abs_diff(length)));
        for other in met {
            shared[other] = 0;
        }
    }
    places
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
        body.import()?;
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

    /// What an import is, and its kind: 0 for a function.
    fn import(&mut self) -> Option<u8> {
        let kind = self.byte()?;
        match kind {
            0 => drop(self.number()?),
            1 => {
                self.byte()?;
                self.limits()?;
            }
            2 => self.limits()?,
            3 => drop((self.byte()?, self.byte()?)),
            _ => return None,
        }
        Some(kind)
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
    fn what_is_alike_stands_side_by_side() {
        let bodies: [&[u8]; 5] = [b"one two three four", b"abcdefghijkl", b"one two three five", b"abcdefghijkm", b"x"];
        let places = by_likeness(&bodies);
        let mut sorted = places.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, [0, 1, 2, 3, 4], "each has a place of its own");
        assert_eq!(places[0].abs_diff(places[2]), 1);
        assert_eq!(places[1].abs_diff(places[3]), 1);
    }

    #[test]
    fn letters_never_repeat() {
        let all: std::collections::HashSet<String> = (0..2000).map(letters).collect();
        assert_eq!(all.len(), 2000);
        assert_eq!([0, 25, 26, 701, 702].map(letters), ["a", "z", "aa", "zz", "aaa"]);
    }
}
