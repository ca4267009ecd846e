//! Intake: what happens to a text before it becomes a [`super::Text`]. Line breaks and the
//! byte-order mark, the first look at a file's bytes, a title, and what is said when a file
//! cannot be taken.
//!
//! Invariant: a normalised text holds no carriage return, and every offset of the original can be
//! moved along into it. Nothing else is changed: no letter is composed, no blank is dropped. Knows
//! no browser: who reads files and decodes bytes hands in what it found.

use thiserror::Error;

use super::{ByteOffset, Span};

/// The largest file or paste that is taken, in bytes: 20 MB as file managers count them.
pub const MAX_BYTES: u64 = 20 * 1024 * 1024;

/// From this size on, in bytes, reading a file shows its progress: 1 MB.
pub const PROGRESS_FROM: u64 = 1024 * 1024;

/// How much of a file is enough to tell a text from something else, in bytes.
const SAMPLE: usize = 64 * 1024;

/// The longest title made from a text, in code points.
const TITLE: usize = 80;

const BYTE_ORDER_MARK: char = '\u{feff}';

/// A text as Gloss keeps it, and the way there from the text as it came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Normalised {
    /// The text without carriage returns.
    pub text: String,
    /// What was changed, in words: `byte-order mark removed`, `CRLF to LF`, `CR to LF`.
    pub changes: Vec<String>,
    /// How many bytes of a byte-order mark were taken from the front.
    front: usize,
    /// Where the dropped carriage returns stood in the original, in bytes, ascending.
    dropped: Vec<u32>,
}

impl Normalised {
    /// Where an offset of the original lies now. One between CR and LF comes to lie before the LF.
    #[must_use]
    pub fn offset(&self, at: ByteOffset) -> ByteOffset {
        let gone = self.dropped.partition_point(|dropped| (*dropped as usize) < at.get());
        ByteOffset::new(at.get().saturating_sub(self.front).saturating_sub(gone))
    }

    /// Where a span of the original lies now. A span of nothing but the CR of a CRLF becomes its
    /// LF; `None` for a span of nothing but the byte-order mark.
    #[must_use]
    pub fn span(&self, span: Span) -> Option<Span> {
        let (start, end) = (self.offset(span.start()), self.offset(span.end()));
        Span::new(start, end).or_else(|| {
            let line_feed = self.text.as_bytes().get(start.get()) == Some(&b'\n');
            let was_return = u32::try_from(span.start().get()).is_ok_and(|at| self.dropped.binary_search(&at).is_ok());
            (line_feed && was_return).then(|| Span::from_bytes(start.get(), start.get() + 1)).flatten()
        })
    }
}

/// Takes off a byte-order mark and turns CRLF and CR into LF.
#[must_use]
pub fn normalise(original: &str) -> Normalised {
    let without_mark = original.strip_prefix(BYTE_ORDER_MARK);
    let front = without_mark.map_or(0, |_| BYTE_ORDER_MARK.len_utf8());
    let mut normalised = line_feeds(without_mark.unwrap_or(original), front);
    if front > 0 {
        normalised.changes.insert(0, "byte-order mark removed".to_owned());
    }
    normalised
}

/// Like [`normalise`], for a text whose offsets nobody knows yet: the text and what was changed.
/// A text that is as it should be is not copied.
#[must_use]
pub fn normalise_owned(original: String) -> (String, Vec<String>) {
    if original.starts_with(BYTE_ORDER_MARK) || original.contains('\r') {
        let normalised = normalise(&original);
        (normalised.text, normalised.changes)
    } else {
        (original, Vec::new())
    }
}

/// Turns CRLF and CR into LF and keeps everything else, a byte-order mark too.
#[must_use]
pub fn normalise_line_breaks(original: &str) -> Normalised {
    line_feeds(original, 0)
}

fn line_feeds(body: &str, front: usize) -> Normalised {
    let mut text = String::with_capacity(body.len());
    let mut dropped = Vec::new();
    let mut alone = false;
    let mut rest = body;
    while let Some(at) = rest.find('\r') {
        let (head, tail) = rest.split_at(at);
        text.push_str(head);
        text.push('\n');
        let position = front + body.len() - tail.len();
        rest = tail.get(1..).unwrap_or_default();
        if let Some(after) = rest.strip_prefix('\n') {
            rest = after;
            dropped.push(u32::try_from(position).unwrap_or(u32::MAX));
        } else {
            alone = true;
        }
    }
    text.push_str(rest);
    let mut changes = Vec::new();
    if !dropped.is_empty() {
        changes.push("CRLF to LF".to_owned());
    }
    if alone {
        changes.push("CR to LF".to_owned());
    }
    Normalised { text, changes, front, dropped }
}

/// Whether there is nothing to read: only blanks, line breaks and invisible characters.
#[must_use]
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || c.is_control() || is_invisible(c))
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | BYTE_ORDER_MARK)
}

/// A title from a file's name, without its ending; `None` where nothing is left of it.
#[must_use]
pub fn title_from_file_name(name: &str) -> Option<String> {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let stem = match name.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() && ending.len() <= 8 && !ending.contains(' ') => stem,
        _ => name,
    };
    let title = one_line(stem);
    (!is_blank(&title)).then_some(title)
}

/// A title from the first line that is not blank: without Markdown's heading signs, on one line,
/// cut between words where it is long. Empty for a blank text.
#[must_use]
pub fn title_from_text(text: &str) -> String {
    let line = text.lines().find(|line| !is_blank(line)).unwrap_or_default();
    let line = line.trim_start_matches(|c: char| c.is_whitespace() || is_invisible(c));
    let heading = line.trim_start_matches('#');
    let line = if heading.starts_with(' ') && line.len() - heading.len() <= 6 { heading } else { line };
    // A line may be a megabyte long: no more of it is looked at than a title can hold.
    let head: String = line.chars().take(TITLE * 4).collect();
    let title = one_line(&head);
    if title.chars().count() <= TITLE {
        return title;
    }
    let cut: String = title.chars().take(TITLE).collect();
    let at_a_blank = cut.rsplit_once(' ').map(|(before, _)| before).filter(|before| before.chars().count() > TITLE / 2);
    format!("{}…", at_a_blank.unwrap_or(&cut).trim_end_matches(|c: char| c.is_whitespace() || ",;:-–—،؛".contains(c)))
}

fn one_line(text: &str) -> String {
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()).collect();
    words.join(" ").trim_matches(is_invisible).to_owned()
}

/// What the first bytes of a file say about the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sniffed {
    /// Text without a mark: to be read as UTF-8, and as something older where that fails.
    Unmarked,
    /// UTF-8 with its mark.
    Utf8,
    /// UTF-16 with the mark of its little-endian form.
    Utf16Le,
    /// UTF-16 with the mark of its big-endian form.
    Utf16Be,
    /// Not plain text.
    Binary(Kind),
}

/// What a file that is no plain text seems to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A PDF.
    Pdf,
    /// A ZIP archive, or what is packed as one: the files of office programs, e-books.
    Zip,
    /// A document of an older office program.
    Office,
    /// A document in rich text format.
    RichText,
    /// A picture.
    Picture,
    /// UTF-16 that does not begin with its mark.
    Utf16WithoutMark,
    /// UTF-32.
    Utf32,
    /// Something else.
    Other,
}

/// Looks at the beginning of a file; more than the first 64 kB is not needed.
#[must_use]
pub fn sniff(bytes: &[u8]) -> Sniffed {
    const SIGNATURES: [(&[u8], Kind); 9] = [
        (b"%PDF-", Kind::Pdf),
        (b"PK\x03\x04", Kind::Zip),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Kind::Office),
        (b"{\\rtf", Kind::RichText),
        (b"\x89PNG\r\n", Kind::Picture),
        (b"\xff\xd8\xff", Kind::Picture),
        (b"GIF8", Kind::Picture),
        (b"\xff\xfe\0\0", Kind::Utf32),
        (b"\0\0\xfe\xff", Kind::Utf32),
    ];
    if let Some((_, kind)) = SIGNATURES.iter().find(|(signature, _)| bytes.starts_with(signature)) {
        return Sniffed::Binary(*kind);
    }
    match bytes {
        [0xef, 0xbb, 0xbf, ..] => return Sniffed::Utf8,
        [0xff, 0xfe, ..] => return Sniffed::Utf16Le,
        [0xfe, 0xff, ..] => return Sniffed::Utf16Be,
        _ => {}
    }
    let sample = bytes.get(..SAMPLE).unwrap_or(bytes);
    let nulls_at = |parity: usize| sample.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (nulls_at(0), nulls_at(1));
    let half = sample.len() / 2;
    if half > 1 && even.max(odd) * 10 > half * 7 && even.min(odd) * 10 < half {
        return Sniffed::Binary(Kind::Utf16WithoutMark);
    }
    // A stray control character is no reason to turn a text away; one in fifty is.
    let is_control = |byte: &&u8| matches!(**byte, 0..=8 | 0xb | 0xe..=0x1a | 0x1c..=0x1f | 0x7f);
    let controls = sample.iter().filter(is_control).count();
    if (even + odd) * 200 > sample.len() || controls * 50 > sample.len() {
        return Sniffed::Binary(Kind::Other);
    }
    Sniffed::Unmarked
}

/// The encoding to assume for a text that is not UTF-8: the one that was usual where the reader's
/// language is spoken, unless hardly a letter would need it. `languages` are tags such as `ar-EG`,
/// the preferred one first; the answer is a label that browsers know.
#[must_use]
pub fn assumed_encoding(bytes: &[u8], languages: &[String]) -> &'static str {
    const WESTERN: &str = "windows-1252";
    let by_language = |tag: &String| {
        let tag = tag.to_ascii_lowercase();
        let language = tag.split('-').next().unwrap_or_default();
        Some(match language {
            "ar" | "fa" | "ur" | "ps" | "ug" => ("windows-1256", true),
            "ru" | "uk" | "be" | "bg" | "mk" | "sr" | "kk" | "ky" | "tg" | "tt" => ("windows-1251", true),
            "he" | "iw" | "yi" => ("windows-1255", true),
            "el" => ("windows-1253", true),
            "th" => ("windows-874", true),
            "ja" => ("shift_jis", true),
            "ko" => ("euc-kr", true),
            "zh" if tag.contains("hant") || tag.ends_with("-tw") || tag.ends_with("-hk") => ("big5", true),
            "zh" => ("gb18030", true),
            "pl" | "cs" | "sk" | "hu" | "hr" | "sl" | "ro" | "sq" => ("windows-1250", false),
            "tr" | "az" | "ku" => ("windows-1254", false),
            "lt" | "lv" | "et" => ("windows-1257", false),
            "vi" => ("windows-1258", false),
            _ => return None,
        })
    };
    let sample = bytes.get(..SAMPLE).unwrap_or(bytes);
    let letters = sample.iter().filter(|byte| byte.is_ascii_alphabetic() || **byte >= 0x80).count();
    let high = sample.iter().filter(|byte| **byte >= 0x80).count();
    let other_script = high * 3 > letters;
    let found = languages.iter().filter_map(by_language).find(|(_, script)| *script == other_script);
    found.map_or(WESTERN, |(label, _)| label)
}

/// Why a text cannot be taken. The message says what is wrong and what to do.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum IntakeError {
    /// No byte, no character.
    #[error("{} is empty. Choose a file that holds an article, or paste its text.", subject(.name))]
    Empty {
        /// The file's name; `None` for a paste.
        name: Option<String>,
    },
    /// Nothing but blanks and invisible characters.
    #[error("{} holds only blanks and no words. Choose a file that holds an article, or paste its text.", subject(.name))]
    Blank {
        /// The file's name; `None` for a paste.
        name: Option<String>,
    },
    /// No plain text.
    #[error("{} is not plain text. {advice}", subject(.name))]
    Binary {
        /// The file's name; `None` for a paste.
        name: Option<String>,
        /// What to do, from [`advice`]: words, not a [`Kind`], so that only who looks into files carries them all.
        advice: &'static str,
    },
    /// Beyond [`MAX_BYTES`].
    #[error("{} is {} long; Gloss takes up to 20 MB. Cut it into parts and open them one by one.", subject(.name), megabytes(.bytes))]
    TooLarge {
        /// The file's name; `None` for a paste.
        name: Option<String>,
        /// Its length in bytes.
        bytes: u64,
    },
    /// The browser could not read it.
    #[error("{} could not be read ({reason}). It may have been moved, changed or closed to you since it was chosen: choose it again.", subject(.name))]
    Unreadable {
        /// The file's name; `None` for a paste.
        name: Option<String>,
        /// What the browser says.
        reason: String,
    },
}

fn subject(name: &Option<String>) -> String {
    name.as_deref().filter(|name| !is_blank(name)).map_or_else(|| "The text".to_owned(), |name| format!("“{name}”"))
}

fn megabytes(bytes: &u64) -> String {
    let tenths = bytes.saturating_mul(10).div_ceil(1024 * 1024);
    format!("{}.{} MB", tenths / 10, tenths % 10)
}

/// What to do with a file of that kind.
#[must_use]
pub const fn advice(kind: Kind) -> &'static str {
    match kind {
        Kind::Pdf => "It is a PDF: open it, copy the article and paste it here.",
        Kind::Zip | Kind::Office => {
            "It is an archive or an office document: open it in its own program, copy the article and paste it here."
        }
        Kind::RichText => "It is a rich text document: open it in its own program, copy the article and paste it here.",
        Kind::Picture => "It is a picture: Gloss needs the words.",
        Kind::Utf16WithoutMark => {
            "It looks like UTF-16 that lacks the mark at its beginning: save it as UTF-8 and open it again."
        }
        Kind::Utf32 => "It is UTF-32: save it as UTF-8 and open it again.",
        Kind::Other => "Open it in the program that made it, copy the article and paste it here.",
    }
}

/// Refuses what has no words in it. `name` is the file's name; `None` for a paste.
///
/// # Errors
/// [`IntakeError::Empty`] or [`IntakeError::Blank`].
pub fn check_words(text: &str, name: Option<&str>) -> Result<(), IntakeError> {
    let name = name.map(str::to_owned);
    match text {
        "" => Err(IntakeError::Empty { name }),
        blank if is_blank(blank) => Err(IntakeError::Blank { name }),
        _ => Ok(()),
    }
}

/// Refuses what is empty or over the limit before it is read. `bytes` is its length.
///
/// # Errors
/// [`IntakeError::Empty`] or [`IntakeError::TooLarge`].
pub fn check_size(bytes: u64, name: Option<&str>) -> Result<(), IntakeError> {
    let name = name.map(str::to_owned);
    match bytes {
        0 => Err(IntakeError::Empty { name }),
        1..=MAX_BYTES => Ok(()),
        _ => Err(IntakeError::TooLarge { name, bytes }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn slice(normalised: &Normalised, span: Span) -> &str {
        normalised.text.get(span.start().get()..span.end().get()).expect("a span on character boundaries")
    }

    #[test]
    fn line_breaks_become_line_feeds_and_all_else_stays() {
        let check = |original: &str, text: &str, changes: &[&str]| {
            let normalised = normalise(original);
            assert_eq!(normalised.text, text, "{original:?}");
            assert_eq!(normalised.changes, changes, "{original:?}");
        };
        check("", "", &[]);
        check("a\nb\n", "a\nb\n", &[]);
        check("a\r\nb\r\n", "a\nb\n", &["CRLF to LF"]);
        check("a\rb", "a\nb", &["CR to LF"]);
        check("\r\r\n\n\r", "\n\n\n\n", &["CRLF to LF", "CR to LF"]);
        check("\u{feff}a\r\n", "a\n", &["byte-order mark removed", "CRLF to LF"]);
        check("\u{feff}\u{feff}a", "\u{feff}a", &["byte-order mark removed"]);
        check("e\u{301}\u{a0}\u{2028}\u{85}\0", "e\u{301}\u{a0}\u{2028}\u{85}\0", &[]);
    }

    #[test]
    fn spans_move_along() {
        let check = |original: &str, span: (usize, usize), expected: Option<&str>| {
            let normalised = normalise(original);
            let moved = Span::from_bytes(span.0, span.1).and_then(|span| normalised.span(span));
            let found = moved.map(|span| slice(&normalised, span));
            assert_eq!(found, expected, "{original:?} {span:?}");
        };
        check("a\r\nb", (0, 1), Some("a"));
        check("a\r\nb", (0, 2), Some("a"));
        check("a\r\nb", (0, 3), Some("a\n"));
        check("a\r\nb", (1, 2), Some("\n"));
        check("a\r\nb", (2, 3), Some("\n"));
        check("a\r\nb", (3, 4), Some("b"));
        check("\u{feff}a\r\n\r\nb", (8, 9), Some("b"));
        check("\u{feff}a", (0, 3), None);
        check("\u{feff}\r\n", (0, 3), None);
        check("\u{feff}\r\na", (3, 4), Some("\n"));
    }

    proptest! {
        #[test]
        fn every_character_is_found_again(original in "[\u{feff}a\r\né🦀\u{301}]{0,40}") {
            let normalised = normalise(&original);
            prop_assert!(!normalised.text.contains('\r'));
            for (at, character) in original.char_indices() {
                let span = Span::from_bytes(at, at + character.len_utf8()).expect("a character is not empty");
                let is_mark = at == 0 && character == BYTE_ORDER_MARK;
                let moved = normalised.span(span).map(|span| slice(&normalised, span));
                let kept = character.to_string();
                let expected = if is_mark { None } else if character == '\r' { Some("\n") } else { Some(kept.as_str()) };
                prop_assert_eq!(moved, expected, "{:?} at {}", character, at);
            }
            prop_assert_eq!(normalised.offset(ByteOffset::new(original.len())).get(), normalised.text.len());
            let again = normalise_line_breaks(&normalised.text);
            prop_assert_eq!(&again.text, &normalised.text);
            prop_assert!(again.changes.is_empty());
        }

        #[test]
        fn no_bytes_are_too_odd_to_look_at(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = (sniff(&bytes), assumed_encoding(&bytes, &["ar".to_owned()]));
            let text = String::from_utf8_lossy(&bytes);
            prop_assert!(title_from_text(&text).chars().count() <= TITLE + 1);
            let _ = title_from_file_name(&text);
        }
    }

    #[test]
    fn titles() {
        let check = |text: &str, expected: &str| assert_eq!(title_from_text(text), expected, "{text:?}");
        check("Bridge reopens\n\nThe bridge …", "Bridge reopens");
        check("\n \u{a0}\n\u{200b}\n  ## Bridge\treopens  \nx", "Bridge reopens");
        check("#bridge is trending", "#bridge is trending");
        check("", "");
        check(" \n\u{feff}\n", "");
        check(
            "The regional water board said on Tuesday that the pumping station at the old harbour would stay closed",
            "The regional water board said on Tuesday that the pumping station at the old…",
        );
        check(&"語".repeat(200), &format!("{}…", "語".repeat(80)));

        let check = |name: &str, expected: Option<&str>| {
            assert_eq!(title_from_file_name(name).as_deref(), expected, "{name:?}");
        };
        check("bridge-reopens.txt", Some("bridge-reopens"));
        check("report.v2.md", Some("report.v2"));
        check("Minister: no. More to come", Some("Minister: no. More to come"));
        check("C:\\fakepath\\a.txt", Some("a"));
        check(".txt", Some(".txt"));
        check("", None);
        check("  .md", None);
    }

    #[test]
    fn the_first_bytes_tell_what_a_file_is() {
        let check = |bytes: &[u8], expected: Sniffed| assert_eq!(sniff(bytes), expected, "{bytes:?}");
        check(b"", Sniffed::Unmarked);
        check("Le pont, dit-elle, a cédé.\r\n\t".as_bytes(), Sniffed::Unmarked);
        check(b"caf\xe9", Sniffed::Unmarked);
        check(b"\xef\xbb\xbfabc", Sniffed::Utf8);
        check(b"\xff\xfea\0b\0", Sniffed::Utf16Le);
        check(b"\xfe\xff\0a\0b", Sniffed::Utf16Be);
        check(b"a\0b\0c\0d\0e\0", Sniffed::Binary(Kind::Utf16WithoutMark));
        check(b"\0a\0b\0c\0d\0e", Sniffed::Binary(Kind::Utf16WithoutMark));
        check(b"\xff\xfe\0\0a\0\0\0", Sniffed::Binary(Kind::Utf32));
        check(b"%PDF-1.7\n%", Sniffed::Binary(Kind::Pdf));
        check(b"PK\x03\x04\x14\0", Sniffed::Binary(Kind::Zip));
        check(b"\x89PNG\r\n\x1a\n", Sniffed::Binary(Kind::Picture));
        check(b"{\\rtf1\\ansi", Sniffed::Binary(Kind::RichText));
        check(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0", Sniffed::Binary(Kind::Other));
        check(&[b"a stray \0 in a long text ".to_vec(), b"word ".repeat(200)].concat(), Sniffed::Unmarked);
    }

    #[test]
    fn an_older_encoding_is_assumed_by_language_and_script() {
        let check = |bytes: &[u8], languages: &[&str], expected: &str| {
            let languages: Vec<String> = languages.iter().map(|tag| (*tag).to_owned()).collect();
            assert_eq!(assumed_encoding(bytes, &languages), expected, "{languages:?}");
        };
        let arabic = b"\xc7\xe1\xcc\xd3\xd1 \xc3\xdb\xe1\xde";
        let french = b"le pont a c\xe9d\xe9 hier soir";
        check(arabic, &["ar-EG"], "windows-1256");
        check(arabic, &["en-GB", "ar"], "windows-1256");
        check(arabic, &["en-GB"], "windows-1252");
        check(french, &["ar-EG"], "windows-1252");
        check(french, &["fr"], "windows-1252");
        check(french, &["pl-PL"], "windows-1250");
        check(arabic, &["zh-TW"], "big5");
        check(arabic, &["zh-CN"], "gb18030");
    }

    #[test]
    fn what_cannot_be_taken_is_said_in_words() {
        let check = |found: Result<(), IntakeError>, expected: &str| {
            assert_eq!(found.expect_err("refused").to_string(), expected);
        };
        check(
            check_size(0, Some("a.txt")),
            "“a.txt” is empty. Choose a file that holds an article, or paste its text.",
        );
        check(
            check_size(MAX_BYTES + 1, Some("a.txt")),
            "“a.txt” is 20.1 MB long; Gloss takes up to 20 MB. Cut it into parts and open them one by one.",
        );
        check(
            check_words(" \u{200b}\n", None),
            "The text holds only blanks and no words. Choose a file that holds an article, or paste its text.",
        );
        assert_eq!(check_size(MAX_BYTES, None), Ok(()));
        assert_eq!(check_words(" .", None), Ok(()));
        check(
            Err(IntakeError::Binary { name: Some("a.pdf".to_owned()), advice: advice(Kind::Pdf) }),
            "“a.pdf” is not plain text. It is a PDF: open it, copy the article and paste it here.",
        );
    }
}
