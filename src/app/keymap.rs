//! Keys: what was pressed, how a shortcut is written, and which command it runs.
//!
//! Invariant: resolving a key is pure, so that the view knows at once whether the key is Gloss's
//! or the browser's. Digits are read by their place on the keyboard (`code`), so that keyboards
//! where digits need Shift work; letters by what they print.

use std::fmt;

use super::command::{Command, TABLE};
use super::settings::Settings;

/// A key as the browser reports it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyInput {
    /// What it prints or is called: `r`, `ArrowLeft`.
    pub key: String,
    /// Its place on the keyboard: `Digit1`, `KeyR`.
    pub code: String,
    /// Control, or Command on Apple's systems.
    pub primary: bool,
    /// Shift.
    pub shift: bool,
    /// Alt, or Option.
    pub alt: bool,
}

/// A shortcut: a key with modifiers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Chord {
    primary: bool,
    shift: bool,
    alt: bool,
    key: String,
}

impl Chord {
    /// Reads a shortcut as it is written in the command table and in settings: `Ctrl+Shift+Z`,
    /// `Delete`, `1`, `,`. `None` for anything else.
    #[must_use]
    pub fn parse(written: &str) -> Option<Self> {
        let mut chord = Self { primary: false, shift: false, alt: false, key: String::new() };
        let mut rest = written.trim();
        while let Some((modifier, after)) = rest.split_once('+') {
            if after.is_empty() {
                break;
            }
            match modifier {
                "Ctrl" => chord.primary = true,
                "Shift" => chord.shift = true,
                "Alt" => chord.alt = true,
                _ => return None,
            }
            rest = after;
        }
        (!rest.is_empty() && !rest.contains(char::is_whitespace)).then(|| {
            chord.key = rest.to_owned();
            chord
        })
    }

    /// The shortcut that a pressed key stands for.
    #[must_use]
    pub fn of(input: &KeyInput) -> Self {
        let digit = input.code.strip_prefix("Digit").or_else(|| input.code.strip_prefix("Numpad"));
        let digit = digit.filter(|digit| digit.len() == 1 && digit.as_bytes().first().is_some_and(u8::is_ascii_digit));
        let mut printed = input.key.chars();
        let single = printed.next().filter(|_| printed.next().is_none());
        let (key, shift) = match (digit, single) {
            // A digit is its place, whatever it prints there with or without Shift.
            (Some(digit), _) => (digit.to_owned(), false),
            // Outside ASCII as it is printed: the table of capitals weighs 5 kB gzipped.
            (None, Some(letter)) if letter.is_alphabetic() => (letter.to_ascii_uppercase().to_string(), input.shift),
            // Shift only picks which sign is printed: the sign says it all.
            (None, Some(sign)) if sign != ' ' => (sign.to_string(), false),
            (None, Some(_)) => ("Space".to_owned(), input.shift),
            (None, None) => (short_name(&input.key).to_owned(), input.shift),
        };
        Self { primary: input.primary, shift, alt: input.alt, key }
    }

    /// Whether it acts without Control and Alt, and prints a character: a shortcut that can be
    /// switched off, because dictation and screen readers type such keys.
    #[must_use]
    pub fn is_single_character(&self) -> bool {
        !self.primary && !self.alt && self.key.chars().count() == 1
    }
}

fn short_name(key: &str) -> &str {
    match key {
        "ArrowLeft" => "Left",
        "ArrowRight" => "Right",
        "ArrowUp" => "Up",
        "ArrowDown" => "Down",
        "Escape" => "Esc",
        other => other,
    }
}

impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (held, name) in [(self.primary, "Ctrl"), (self.alt, "Alt"), (self.shift, "Shift")] {
            if held {
                write!(f, "{name}+")?;
            }
        }
        f.write_str(&self.key)
    }
}

/// Where the keyboard's focus is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyPlace {
    /// In the article's text.
    Article,
    /// On an annotation outside the text: a row of the list.
    Row,
    /// On a button or nowhere.
    Elsewhere,
    /// In a field that takes text.
    Field,
    /// In a dialog.
    Dialog,
}

/// The shortcuts of a command, as the settings have them.
#[must_use]
pub fn shortcuts(command: Command, settings: &Settings) -> Vec<Chord> {
    let built_in = TABLE.iter().find(|row| row.command == command);
    let Some(row) = built_in else { return Vec::new() };
    let chords = match settings.keys.get(row.id) {
        Some(own) => vec![own.as_str()],
        None => row.keys.to_vec(),
    };
    let chords = chords.into_iter().filter_map(Chord::parse);
    chords.filter(|chord| settings.single_keys || !chord.is_single_character()).collect()
}

/// The command that a key runs at a place; `None` leaves the key to the browser.
#[must_use]
pub fn resolve(input: &KeyInput, place: KeyPlace, settings: &Settings) -> Option<Command> {
    let chord = Chord::of(input);
    let mut found = TABLE.iter().filter(|row| row.reaches(place) && shortcuts(row.command, settings).contains(&chord));
    // A key that a person gave to a command is taken from the command that had it.
    let own = found.clone().find(|row| settings.keys.get(row.id).is_some());
    own.or_else(|| found.next()).map(|row| row.command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shortcuts_are_written_and_read() {
        for row in TABLE {
            for written in row.keys {
                let chord = Chord::parse(written);
                assert_eq!(chord.map(|c| c.to_string()).as_deref(), Some(*written), "{}", row.id);
                // A key with a digit is that digit, whatever it prints with Shift.
                assert!(!"!@#$%^&*()".contains(written), "{written} can never be pressed");
            }
        }
        for wrong in ["", " ", "Hyper+X", "Ctrl+", "a b"] {
            let parsed = Chord::parse(wrong);
            assert!(parsed.is_none() || wrong == "Ctrl+", "{wrong:?} gave {parsed:?}");
        }
    }

    #[test]
    fn no_two_commands_share_a_key_at_one_place() {
        let settings = Settings::default();
        for place in [KeyPlace::Article, KeyPlace::Row, KeyPlace::Elsewhere, KeyPlace::Field, KeyPlace::Dialog] {
            let mut taken: Vec<(Chord, &str)> = Vec::new();
            for row in TABLE.iter().filter(|row| row.reaches(place)) {
                for chord in shortcuts(row.command, &settings) {
                    let other = taken.iter().find(|(held, _)| *held == chord);
                    assert!(other.is_none(), "{chord} runs {} and {:?} at {place:?}", row.id, other);
                    taken.push((chord, row.id));
                }
            }
        }
    }

    #[test]
    fn ids_are_unique_and_words_are_there() {
        for (i, row) in TABLE.iter().enumerate() {
            assert!(!row.words.is_empty(), "{}", row.id);
            assert!(
                TABLE.iter().skip(i + 1).all(|other| other.id != row.id && other.command != row.command),
                "{}",
                row.id
            );
        }
    }

    #[test]
    fn keys_find_their_commands() {
        let key = |key: &str, code: &str, primary, shift, alt| KeyInput {
            key: key.to_owned(),
            code: code.to_owned(),
            primary,
            shift,
            alt,
        };
        let settings = Settings::default();
        let check = |input: KeyInput, place, expected| {
            assert_eq!(resolve(&input, place, &settings), expected, "{input:?} at {place:?}");
        };
        check(key("1", "Digit1", false, false, false), KeyPlace::Article, Some(Command::Label(0)));
        // A French keyboard prints "&" there, and the digit only with Shift.
        check(key("&", "Digit1", false, false, false), KeyPlace::Article, Some(Command::Label(0)));
        check(key("1", "Digit1", false, true, false), KeyPlace::Article, Some(Command::Label(0)));
        check(key("1", "Digit1", false, false, false), KeyPlace::Field, None);
        check(key("z", "KeyZ", true, false, false), KeyPlace::Article, Some(Command::Undo));
        check(key("Z", "KeyZ", true, true, false), KeyPlace::Article, Some(Command::Redo));
        check(key("f", "KeyF", true, false, false), KeyPlace::Article, None);
        check(key("?", "Slash", false, true, false), KeyPlace::Elsewhere, Some(Command::Keyboard));
        check(key("Tab", "Tab", false, false, false), KeyPlace::Article, None);
        let off = Settings { single_keys: false, ..Settings::default() };
        assert_eq!(resolve(&key("1", "Digit1", false, false, false), KeyPlace::Article, &off), None);
        let mut own = Settings::default();
        own.keys.insert("delete".to_owned(), "X".to_owned());
        assert_eq!(resolve(&key("x", "KeyX", false, false, false), KeyPlace::Article, &own), Some(Command::Delete));
        assert_eq!(resolve(&key("Delete", "Delete", false, false, false), KeyPlace::Article, &own), None);
    }
}
