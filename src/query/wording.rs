//! Names of labels as words in an English sentence.
//!
//! Invariant: a name with two capitals, or in letters beyond ASCII, keeps its own spelling.

/// A label's name in mid-sentence: `claim` for `Claim`, `NGO` as it is.
#[must_use]
pub fn noun(name: &str) -> String {
    let capitals = name.chars().filter(char::is_ascii_uppercase).count();
    if capitals > 1 { name.to_owned() } else { name.to_ascii_lowercase() }
}

/// Several of what a label names: `claims`, `entities`, `NGOs`.
#[must_use]
pub fn plural(name: &str) -> String {
    let mut words = noun(name);
    let lower = words.to_ascii_lowercase();
    let after_consonant = |end: &str| {
        let before = lower.strip_suffix(end).and_then(|rest| rest.chars().next_back());
        before.is_some_and(|c| c.is_ascii_alphabetic() && !matches!(c, 'a' | 'e' | 'i' | 'o' | 'u'))
    };
    if !lower.ends_with(|c: char| c.is_ascii_alphanumeric()) {
        return words;
    }
    if after_consonant("y") {
        words.pop();
        words.push_str("ies");
    } else if ["s", "x", "z", "ch", "sh"].iter().any(|end| lower.ends_with(end)) {
        words.push_str("es");
    } else {
        words.push('s');
    }
    words
}

/// What a label names, after `a` or `an`.
#[must_use]
pub fn with_article(name: &str) -> String {
    let words = noun(name);
    let vowel = words.starts_with(['a', 'e', 'i', 'o', 'A', 'E', 'I', 'O']);
    let an = vowel || (words.starts_with('u') && !words.starts_with("uni"));
    format!("{} {words}", if an { "an" } else { "a" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_sentences() {
        let check = |name: &str, many: &str, one: &str| {
            assert_eq!(plural(name), many);
            assert_eq!(with_article(name), one);
        };
        check("Claim", "claims", "a claim");
        check("Organisation", "organisations", "an organisation");
        check("Entity", "entities", "an entity");
        check("Day", "days", "a day");
        check("Witness", "witnesses", "a witness");
        check("Speech", "speeches", "a speech");
        check("NGO", "NGOs", "a NGO");
        check("News outlet", "news outlets", "a news outlet");
        check("Unit", "units", "a unit");
        check("Umlaut", "umlauts", "an umlaut");
        check("主張", "主張", "a 主張");
        check("", "", "a ");
    }
}
