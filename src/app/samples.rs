//! The sample articles: original texts, written for Gloss.

/// The sample of a number: 0 English, 1 Arabic.
#[must_use]
pub fn sample(number: u8) -> Option<&'static str> {
    match number {
        0 => Some(include_str!("../../static/samples/en.txt")),
        1 => Some(include_str!("../../static/samples/ar.txt")),
        _ => None,
    }
}
