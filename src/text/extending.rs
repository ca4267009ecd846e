//! [`is_extending`]: which characters belong to the one before them.
//!
//! A coarse table for the places where asking a [`super::Segmenter`] would cost too much (where to
//! cut a long block) or where there is none. It errs on the side of keeping characters together.

/// Inclusive ranges, in order, of marks, joiners and modifiers that stand on the character before
/// them. Whole blocks where the block holds little else.
const EXTENDING: [(u32, u32); 69] = [
    (0x0300, 0x036F),
    (0x0483, 0x0489),
    (0x0591, 0x05BD),
    (0x05BF, 0x05BF),
    (0x05C1, 0x05C2),
    (0x05C4, 0x05C5),
    (0x05C7, 0x05C7),
    (0x0610, 0x061A),
    (0x064B, 0x065F),
    (0x0670, 0x0670),
    (0x06D6, 0x06DC),
    (0x06DF, 0x06E4),
    (0x06E7, 0x06E8),
    (0x06EA, 0x06ED),
    (0x0711, 0x0711),
    (0x0730, 0x074A),
    (0x07A6, 0x07B0),
    (0x07EB, 0x07F3),
    (0x0816, 0x0819),
    (0x081B, 0x0823),
    (0x0825, 0x0827),
    (0x0829, 0x082D),
    (0x0859, 0x085B),
    (0x08CA, 0x08E1),
    (0x08E3, 0x0903),
    (0x093A, 0x093C),
    (0x093E, 0x094F),
    (0x0951, 0x0957),
    (0x0962, 0x0963),
    (0x0981, 0x0983),
    (0x09BC, 0x09BC),
    (0x09BE, 0x09CD),
    (0x09D7, 0x09D7),
    (0x0A01, 0x0A03),
    (0x0A3C, 0x0A51),
    (0x0A70, 0x0A71),
    (0x0A81, 0x0A83),
    (0x0ABC, 0x0ABC),
    (0x0ABE, 0x0ACD),
    (0x0B01, 0x0B03),
    (0x0B3C, 0x0B3C),
    (0x0B3E, 0x0B57),
    (0x0B82, 0x0B82),
    (0x0BBE, 0x0BCD),
    (0x0BD7, 0x0BD7),
    (0x0C00, 0x0C04),
    (0x0C3E, 0x0C56),
    (0x0CBC, 0x0CBC),
    (0x0CBE, 0x0CD6),
    (0x0D00, 0x0D03),
    (0x0D3E, 0x0D4D),
    (0x0DCA, 0x0DDF),
    (0x0E31, 0x0E31),
    (0x0E33, 0x0E3A),
    (0x0E47, 0x0E4E),
    (0x0EB1, 0x0EB1),
    (0x0EB3, 0x0EBC),
    (0x0EC8, 0x0ECE),
    (0x0F71, 0x0F84),
    (0x102D, 0x1037),
    (0x1039, 0x103E),
    (0x17B4, 0x17D3),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x200C, 0x200D),
    (0x20D0, 0x20F0),
    (0xFE00, 0xFE0F),
    (0xFE20, 0xFE2F),
    (0x1F3FB, 0x1F3FF),
];

/// Whether a character belongs to the one before it: a combining mark, a joiner, a variation
/// selector, a skin tone, a tag.
#[must_use]
pub fn is_extending(character: char) -> bool {
    let code = u32::from(character);
    if code < 0x0300 {
        return false;
    }
    let after = EXTENDING.partition_point(|(first, _)| *first <= code);
    let in_table = after.checked_sub(1).and_then(|i| EXTENDING.get(i)).is_some_and(|(_, last)| code <= *last);
    in_table || (0xE0020..=0xE01EF).contains(&code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_segmentation::UnicodeSegmentation;

    #[test]
    fn the_table_is_in_order() {
        assert!(EXTENDING.windows(2).all(|pair| pair[0].1 < pair[1].0));
    }

    #[test]
    fn what_extends_here_extends_by_the_standard() {
        let wrong: Vec<String> = (EXTENDING.iter().flat_map(|(first, last)| *first..=*last))
            .filter_map(char::from_u32)
            // Unassigned code points inside a range do no harm.
            .filter(|c| c.is_alphanumeric() && format!("a{c}").graphemes(true).count() != 1)
            .map(|c| format!("{:04X}", u32::from(c)))
            .collect();
        assert!(wrong.is_empty(), "glued though letters of their own: {wrong:?}");
    }
}
