//! The letters that are shown on candidates, so that one of many can be picked by typing.
//!
//! Invariant: no code begins another, so that the last letter of a code picks at once; codes never get shorter
//! along the list. Knows nothing about what is picked.

/// The letters, those first that are easiest to reach.
const LETTERS: &[u8; 26] = b"asdfjklghqweruiopzxcvbnmty";

/// Codes for so many candidates, in their order. Up to 26 have one letter each; beyond, as few as can be are one
/// letter longer than the rest, and these come last.
#[must_use]
pub fn codes(count: usize) -> Vec<String> {
    let letters = || LETTERS.iter().map(|letter| char::from(*letter));
    let mut codes: Vec<String> = letters().map(String::from).collect();
    while codes.len() < count {
        // The last ones become the beginnings of longer codes: each gives up one code for as many as there are letters.
        let beginnings = (count - codes.len()).div_ceil(LETTERS.len() - 1).min(codes.len());
        let beginnings = codes.split_off(codes.len() - beginnings);
        codes.extend(
            beginnings.iter().flat_map(|beginning| letters().map(move |letter| format!("{beginning}{letter}"))),
        );
    }
    codes.truncate(count);
    codes
}

/// What the letters typed so far lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typed {
    /// No code begins with them.
    Nothing,
    /// Codes begin with them, and more letters are needed.
    Prefix,
    /// They are the code of this candidate.
    Hit(usize),
}

/// What letters lead to among codes; capital letters count as small ones.
#[must_use]
pub fn typed(codes: &[String], letters: &str) -> Typed {
    let letters = letters.to_ascii_lowercase();
    match codes.iter().position(|code| code.starts_with(&letters)) {
        Some(at) if codes.get(at).is_some_and(|code| *code == letters) => Typed::Hit(at),
        Some(_) => Typed::Prefix,
        None => Typed::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn few_candidates_have_one_letter() {
        let check = |count, expected: &str| assert_eq!(codes(count).join(" "), expected);
        check(0, "");
        check(1, "a");
        check(5, "a s d f j");
        check(26, "a s d f j k l g h q w e r u i o p z x c v b n m t y");
        check(27, "a s d f j k l g h q w e r u i o p z x c v b n m t ya ys");
    }

    #[test]
    fn more_have_as_few_long_ones_as_can_be() {
        let check = |count, expected: &[usize]| {
            let mut lengths = vec![0; expected.len()];
            for code in codes(count) {
                lengths[code.len() - 1] += 1;
            }
            assert_eq!(lengths, expected, "{count}");
        };
        check(51, &[25, 26]);
        check(52, &[24, 28]);
        check(100, &[23, 77]);
        check(676, &[0, 676]);
        check(677, &[0, 675, 2]);
        check(17_576, &[0, 0, 17_576]);
        check(20_000, &[0, 0, 17_479, 2_521]);
    }

    #[test]
    fn letters_lead_to_a_code() {
        let codes = codes(30);
        assert_eq!(typed(&codes, ""), Typed::Prefix);
        assert_eq!(typed(&codes, "s"), Typed::Hit(1));
        assert_eq!(typed(&codes, "S"), Typed::Hit(1));
        assert_eq!(typed(&codes, "y"), Typed::Prefix);
        assert_eq!(typed(&codes, "ya"), Typed::Hit(25));
        assert_eq!(typed(&codes, "yz"), Typed::Nothing);
        assert_eq!(typed(&codes, "ss"), Typed::Nothing);
        assert_eq!(typed(&codes, "ä"), Typed::Nothing);
        assert_eq!(typed(&[], ""), Typed::Nothing);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn codes_are_codes(count in prop_oneof![0_usize..800, 0_usize..=20_000]) {
            let codes = codes(count);
            prop_assert_eq!(codes.len(), count);
            prop_assert!(codes.iter().all(|code| !code.is_empty() && code.bytes().all(|byte| LETTERS.contains(&byte))));
            prop_assert!(codes.windows(2).all(|two| two[0].len() <= two[1].len()));
            let longest = codes.last().map_or(0, String::len);
            prop_assert!(codes.first().is_none_or(|code| code.len() + 1 >= longest));
            // Sorted, a code that begins another stands right before one that it begins.
            let mut sorted = codes.clone();
            sorted.sort();
            prop_assert!(sorted.windows(2).all(|two| !two[1].starts_with(&two[0])), "unique, and none begins another");
        }

        #[test]
        fn typing_finds_each_candidate(count in 1_usize..900, pick in any::<prop::sample::Index>(), strange in ".{0,4}") {
            let codes = codes(count);
            let pick = pick.index(count);
            let code = &codes[pick];
            for end in 0..code.len() {
                prop_assert_eq!(typed(&codes, &code[..end]), Typed::Prefix);
            }
            prop_assert_eq!(typed(&codes, code), Typed::Hit(pick));
            if let Typed::Hit(at) = typed(&codes, &strange) {
                prop_assert_eq!(&codes[at], &strange.to_ascii_lowercase());
            }
        }
    }
}
