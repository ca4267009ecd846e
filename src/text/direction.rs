//! Which way a paragraph runs, as browsers decide it for `dir="auto"`.

/// Whether the first letter with a direction of its own runs right to left.
#[must_use]
pub fn is_right_to_left(paragraph: &str) -> bool {
    paragraph.chars().find_map(strong).unwrap_or(false)
}

/// Whether a character is strongly right-to-left (`Some(true)`), strongly left-to-right, or neither.
fn strong(character: char) -> Option<bool> {
    match character {
        '\u{200F}' | '\u{61C}' => Some(true),
        '\u{200E}' => Some(false),
        // Hebrew, Arabic, Syriac, Thaana, N'Ko and their neighbours, presentation forms, and the
        // right-to-left part of the supplementary plane. Their digits and marks have no direction.
        '\u{590}'..='\u{8FF}'
        | '\u{FB1D}'..='\u{FDFF}'
        | '\u{FE70}'..='\u{FEFC}'
        | '\u{10800}'..='\u{10FFF}'
        | '\u{1E800}'..='\u{1EFFF}' => character.is_alphabetic().then_some(true),
        _ => character.is_alphabetic().then_some(false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_letter_decides() {
        let check = |paragraph: &str, expected| assert_eq!(is_right_to_left(paragraph), expected, "{paragraph:?}");
        check("", false);
        check("1, 2: ", false);
        check("abc עברית", false);
        check("قال abc", true);
        check("«قال»", true);
        check("12 שלום", true);
        check("٣ abc", false);
        check("你好 שלום", false);
    }
}
