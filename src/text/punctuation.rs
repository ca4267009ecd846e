//! Which characters are blanks, commas, full stops and quotation marks, in the scripts that news is
//! written in.
//!
//! Invariant: tables only; what is done about a character is decided elsewhere.

/// Blanks: white space of every width, line breaks, and characters that nobody sees. Joiners are
/// none: they shape the letters beside them.
#[must_use]
pub fn is_blank(character: char) -> bool {
    character.is_whitespace() || is_invisible(character)
}

/// Zero-width spaces, soft hyphens, byte-order marks, direction marks.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{00AD}'
            | '\u{061C}'
            | '\u{200B}'
            | '\u{200E}'
            | '\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'
            | '\u{2066}'..='\u{2069}'
            | '\u{FEFF}'
    )
}

/// Whether a combining mark after the character would stand on it. After a tab, a line break or an
/// invisible character it stands alone.
pub(super) fn carries_marks(character: char) -> bool {
    !character.is_control() && !is_invisible(character) && !matches!(character, '\u{2028}' | '\u{2029}')
}

/// Comma, semicolon and colon in any script.
pub(super) fn is_comma(character: char) -> bool {
    matches!(
        character,
        ',' | ';'
            | ':'
            | '،'
            | '؛'
            | '፣'
            | '፤'
            | '፥'
            | '、'
            | '，'
            | '；'
            | '：'
            | '､'
            | '﹐'
            | '﹑'
            | '﹔'
            | '﹕'
    )
}

/// The mark that ends a plain sentence, in any script. Not the question mark and its like: these
/// say something about the sentence.
pub(super) fn is_full_stop(character: char) -> bool {
    matches!(character, '.' | '։' | '۔' | '।' | '॥' | '။' | '።' | '។' | '。' | '．' | '｡' | '﹒')
}

/// A comma, a full stop, a question or exclamation mark, in any script.
#[must_use]
pub fn is_clause_end(character: char) -> bool {
    is_comma(character) || is_full_stop(character) || matches!(character, '?' | '!' | '؟' | '？' | '！')
}

/// What may stand between a full stop and the end of its sentence, besides blanks.
pub(super) fn is_quote_or_bracket(character: char) -> bool {
    may_open(character) || !closes(character).is_empty()
}

/// Whether a mark may be the first of a pair.
pub(super) fn may_open(character: char) -> bool {
    matches!(
        character,
        '(' | '['
            | '{'
            | '"'
            | '\''
            | '“'
            | '”'
            | '„'
            | '‟'
            | '‘'
            | '’'
            | '‚'
            | '«'
            | '»'
            | '‹'
            | '›'
            | '「'
            | '『'
            | '《'
            | '〈'
            | '【'
            | '〔'
            | '〖'
            | '（'
            | '［'
            | '｛'
            | '｢'
            | '〝'
            | '⟨'
            | '﴿'
    )
}

/// The marks that a mark may be the partner of, as the second of the pair. Customs differ: “en”,
/// „de“, „pl”, ”sv”, «fr», »da«.
pub(super) fn closes(character: char) -> &'static [char] {
    match character {
        ')' => &['('],
        ']' => &['['],
        '}' => &['{'],
        '"' => &['"'],
        '\'' => &['\''],
        '”' => &['“', '„', '”', '‟'],
        '“' => &['„'],
        '’' => &['‘', '‚', '’'],
        '‘' => &['‚'],
        '»' => &['«', '»'],
        '«' => &['»'],
        '›' => &['‹', '›'],
        '‹' => &['›'],
        '」' => &['「'],
        '』' => &['『'],
        '》' => &['《'],
        '〉' => &['〈'],
        '】' => &['【'],
        '〕' => &['〔'],
        '〗' => &['〖'],
        '）' => &['（'],
        '］' => &['［'],
        '｝' => &['｛'],
        '｣' => &['｢'],
        '〞' | '〟' => &['〝'],
        '⟩' => &['⟨'],
        '﴾' => &['﴿'],
        _ => &[],
    }
}

/// Whether a character is punctuation that stands between words, as far as caret motion is
/// concerned.
pub(super) fn is_between_words(character: char) -> bool {
    is_blank(character)
        || is_comma(character)
        || is_full_stop(character)
        || is_quote_or_bracket(character)
        || character.is_ascii_punctuation()
        || matches!(character, '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205E}' | '\u{3001}'..='\u{3003}' | '؟' | '！' | '？')
}
