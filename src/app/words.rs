//! Words that several places of the interface share.

use super::state::{Mode, Screen, State};

/// "1 annotation", "5 annotations".
#[must_use]
pub fn count_words(count: usize, one: &str, many: &str) -> String {
    let digits = count.to_string();
    let mut grouped = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{grouped} {}", if count == 1 { one } else { many })
}

/// What the storage status says. "Saved" exactly when everything is on disk.
#[must_use]
pub fn storage_words(state: &State) -> &'static str {
    let reading_along = state.screen == Screen::Article
        && state.open.as_ref().is_some_and(|open| matches!(open.mode, Mode::ReadingAlong | Mode::TakingOver));
    if state.saving.fault.is_some() {
        "In memory only"
    } else if state.library.is_none() {
        "Opening…"
    } else if !state.is_saved() {
        "Saving…"
    } else if reading_along {
        "Reading along"
    } else {
        "Saved"
    }
}

/// A file name that every system takes, from an article's title.
pub fn file_name(title: &str, ending: &str) -> String {
    let mut name = String::new();
    for character in title.chars() {
        let plain = if character.is_alphanumeric() || character == '\'' { character } else { '-' };
        if plain != '-' || !(name.is_empty() || name.ends_with('-')) {
            name.push(plain);
        }
        if name.chars().count() >= 60 {
            break;
        }
    }
    let name = name.trim_end_matches('-');
    format!("{}.{ending}", if name.is_empty() { "article" } else { name })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_grouped_and_agree() {
        let check = |count, expected: &str| assert_eq!(count_words(count, "row", "rows"), expected);
        check(0, "0 rows");
        check(1, "1 row");
        check(999, "999 rows");
        check(1000, "1,000 rows");
        check(1_234_567, "1,234,567 rows");
    }

    #[test]
    fn file_names_are_taken_by_every_system() {
        let check = |title: &str, expected: &str| assert_eq!(file_name(title, "gloss.json"), expected, "{title:?}");
        check("Dam above Karsa to be emptied", "Dam-above-Karsa-to-be-emptied.gloss.json");
        check("a/b\\c: d?", "a-b-c-d.gloss.json");
        check("..", "article.gloss.json");
        check("", "article.gloss.json");
        check("إغلاق الميناء", "إغلاق-الميناء.gloss.json");
    }
}
