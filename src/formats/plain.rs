//! Plain text as it comes in, from a file or a paste: checked, normalised, with a title and with
//! what happened to it.
//!
//! Invariant: what comes out holds words, no carriage return and no byte-order mark. Knows no
//! file and no clipboard; who reads them decodes the bytes.

use crate::model::{Intake, sha256_hex};
use crate::text::intake::{
    IntakeError, check_size, check_words, normalise_owned, title_from_file_name, title_from_text,
};

/// A text that may become a document.
#[derive(Clone, Debug, PartialEq)]
pub struct IncomingText {
    /// The text as Gloss keeps it.
    pub text: String,
    /// From the file's name, else from the first line.
    pub title: String,
    /// What happened to it.
    pub intake: Intake,
    /// A line for the reader where the encoding is a guess.
    pub assumed: Option<String>,
}

/// What is known of a text when its bytes have been decoded.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decoded {
    /// The text, line breaks as they came.
    pub text: String,
    /// The file's name.
    pub name: String,
    /// SHA-256 of the file's bytes, in lower-case hex.
    pub original_sha256: String,
    /// What the bytes were read as, such as `utf-8`.
    pub encoding: String,
    /// What the decoder changed already, in words.
    pub changes: Vec<String>,
    /// A line for the reader where the encoding is a guess.
    pub assumed: Option<String>,
}

/// Takes the text of a file.
///
/// # Errors
/// An [`IntakeError`] where there is nothing to read in it.
pub fn from_file(decoded: Decoded) -> Result<IncomingText, IntakeError> {
    check_words(&decoded.text, Some(&decoded.name))?;
    let (text, more) = normalise_owned(decoded.text);
    let mut changes = decoded.changes;
    changes.extend(more);
    let title = title_from_file_name(&decoded.name).unwrap_or_else(|| title_from_text(&text));
    let intake = Intake {
        original_sha256: Some(decoded.original_sha256),
        encoding: Some(decoded.encoding),
        changes,
        ..Intake::default()
    };
    Ok(IncomingText { text, title, intake, assumed: decoded.assumed })
}

/// Takes a pasted or typed text. Its hash is over its UTF-8 form.
///
/// # Errors
/// An [`IntakeError`] where there is nothing to read in it or too much of it.
pub fn from_paste(text: String) -> Result<IncomingText, IntakeError> {
    check_size(text.len() as u64, None)?;
    check_words(&text, None)?;
    let original_sha256 = Some(sha256_hex(text.as_bytes()));
    let (text, changes) = normalise_owned(text);
    let title = title_from_text(&text);
    Ok(IncomingText { text, title, intake: Intake { original_sha256, changes, ..Intake::default() }, assumed: None })
}

/// UTF-8 that is damaged in a few places only: the text with a sign for each of them, and how many
/// there are. `None` where so much is no UTF-8 that another encoding is likelier.
#[must_use]
pub fn mostly_utf8(bytes: &[u8]) -> Option<(String, usize)> {
    let (mut sound, mut damaged) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        sound += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        damaged += usize::from(!chunk.invalid().is_empty());
    }
    (damaged * 10 <= sound).then(|| (String::from_utf8_lossy(bytes).into_owned(), damaged))
}

/// The line for the reader when a text was read as an older encoding.
#[must_use]
pub fn assumed_line(encoding: &str) -> String {
    format!("Not UTF-8: read as {encoding}. If letters look wrong, save the file as UTF-8 and open it again.")
}

/// The line for the reader when a few bytes could not be read.
#[must_use]
pub fn damaged_line(places: usize) -> String {
    let places = if places == 1 { "One place".to_owned() } else { format!("{places} places") };
    format!("{places} could not be read as UTF-8 and show “\u{fffd}”.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_becomes_a_text_with_its_story() {
        let decoded = Decoded {
            text: "\u{feff}Bridge reopens\r\nAt last.".to_owned(),
            name: "bridge.txt".to_owned(),
            original_sha256: "ab".to_owned(),
            encoding: "utf-8".to_owned(),
            ..Decoded::default()
        };
        let incoming = from_file(decoded.clone()).expect("a text");
        assert_eq!(incoming.text, "Bridge reopens\nAt last.");
        assert_eq!(incoming.title, "bridge");
        assert_eq!(incoming.intake.changes, ["byte-order mark removed", "CRLF to LF"]);
        assert_eq!(incoming.intake.encoding.as_deref(), Some("utf-8"));
        assert_eq!(incoming.intake.original_sha256.as_deref(), Some("ab"));
        let nameless = from_file(Decoded { name: String::new(), ..decoded.clone() }).expect("a text");
        assert_eq!(nameless.title, "Bridge reopens");
        let blank = from_file(Decoded { text: "\u{feff}\r\n".to_owned(), ..decoded }).expect_err("blank");
        assert_eq!(blank, IntakeError::Blank { name: Some("bridge.txt".to_owned()) });
    }

    #[test]
    fn a_paste_becomes_a_text_with_its_story() {
        let incoming = from_paste("# Bridge\r\rAt last.".to_owned()).expect("a text");
        assert_eq!((incoming.text.as_str(), incoming.title.as_str()), ("# Bridge\n\nAt last.", "Bridge"));
        assert_eq!(incoming.intake.changes, ["CR to LF"]);
        assert_eq!(incoming.intake.original_sha256, Some(sha256_hex("# Bridge\r\rAt last.".as_bytes())));
        assert_eq!(from_paste(String::new()), Err(IntakeError::Empty { name: None }));
        assert_eq!(from_paste(" \n".to_owned()), Err(IntakeError::Blank { name: None }));
    }

    #[test]
    fn a_little_damage_is_no_reason_to_read_it_as_something_else() {
        let check = |bytes: &[u8], expected: Option<usize>| {
            assert_eq!(mostly_utf8(bytes).map(|(_, damaged)| damaged), expected, "{bytes:?}");
        };
        check("Ein Brückenschlag über die Straße".as_bytes(), Some(0));
        check(b"caf\xe9", None);
        check(&["é".repeat(20).as_bytes(), b"\xe9 ", b"\xff"].concat(), Some(2));
        check(&["é".repeat(19).as_bytes(), b"\xe9 ", b"\xff"].concat(), None);
    }

    #[test]
    fn the_sample_articles_come_in_as_they_are() {
        let check = |article: &str, title: &str| {
            let incoming = from_paste(article.to_owned()).expect("a text");
            assert_eq!((incoming.text.as_str(), incoming.title.as_str()), (article, title));
            assert_eq!(incoming.intake.changes, Vec::<String>::new());
            assert!((1500..2500).contains(&article.chars().count()), "{title}");
        };
        check(
            include_str!("../../static/samples/en.txt"),
            "Bridge over the Sele closed as cracks widen, and two towns argue over the cause",
        );
        check(
            include_str!("../../static/samples/ar.txt"),
            "عطل في محطة التحلية يقطع المياه عن ثلاث بلدات ساحلية، وجدل حول السبب",
        );
    }
}
