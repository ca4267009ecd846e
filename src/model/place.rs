//! Where a place is, and what others call it: [`Coordinates`] and [`identifier`]s, from what people paste.
//!
//! Invariant: coordinates are whole millionths of a degree within ±90 and ±180, and reading what
//! [`Coordinates::to_text`] wrote gives the same coordinates. There is no floating point here: the code that reads
//! and prints it is large, and rounds. Knows no map and no network: nothing is looked up.

use serde_json::Value as Json;

/// How a good answer looks; ends each complaint about what cannot be read.
const LIKE: &str = "Write them like 36.2021, 37.1343 or 36°12′7.6″N 37°8′3″E.";
/// Longer than any coordinates, and any address of a map.
const LONGEST: usize = 2_000;
/// One degree.
const DEGREE: u64 = 1_000_000;
/// So many decimals are read, the rest are left out: one more than is kept, so that rounding is right.
const DECIMALS: usize = 7;

/// A point on the globe, in millionths of a degree (11 cm at most): north and east are positive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Coordinates {
    latitude: i32,
    longitude: i32,
}

impl Coordinates {
    /// From millionths of a degree; none outside ±90 and ±180 degrees.
    #[must_use]
    pub fn from_micro(latitude: i32, longitude: i32) -> Option<Self> {
        let fits = |value: i32, axis: Axis| u64::from(value.unsigned_abs()) <= axis.most() * DEGREE;
        (fits(latitude, Axis::Latitude) && fits(longitude, Axis::Longitude)).then_some(Self { latitude, longitude })
    }

    /// Millionths of a degree, north of the equator.
    #[must_use]
    pub const fn latitude(self) -> i32 {
        self.latitude
    }

    /// Millionths of a degree, east of Greenwich.
    #[must_use]
    pub const fn longitude(self) -> i32 {
        self.longitude
    }

    /// Reads what people paste: decimal degrees, degrees with minutes and seconds, a `geo:` address, the address of a
    /// map. The latitude comes first unless letters or words say otherwise. A comma between two digits may be a
    /// decimal comma; it is read as one where only that makes sense.
    ///
    /// # Errors
    /// A sentence or two for people: what is wrong, and what is expected.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.len() > LONGEST {
            return Err(format!("This is too long for coordinates. {LIKE}"));
        }
        if let Some(inner) = in_address(text) {
            let none = || format!("There are no coordinates in this address that can be read. {LIKE}");
            return inner.ok_or_else(none).and_then(|inner| read(&inner, false));
        }
        let apart = read(text, false);
        let tight = tight_commas(text);
        if tight == 0 {
            return apart;
        }
        match (apart, read(text, true)) {
            (Ok(apart), Ok(decimal)) if apart != decimal => Err(
                "It is not clear which commas are decimal commas. Write the decimals with a dot, like 36.2021, 37.1343."
                    .to_string(),
            ),
            (Ok(found), _) | (_, Ok(found)) => Ok(found),
            (Err(apart), Err(decimal)) => Err(if tight > 1 && !text.contains('.') { decimal } else { apart }),
        }
    }

    /// The coordinates of a JSON value as files have them: `latitude` and `longitude`, in degrees.
    #[must_use]
    pub fn from_value(value: &Json) -> Option<Self> {
        let number = |key: &str| match value.get(key) {
            Some(Json::Number(number)) => Some(number.as_str()),
            _ => None,
        };
        Self::from_micro(micro_of(number("latitude")?)?, micro_of(number("longitude")?)?)
    }

    /// Reads what [`Coordinates::to_text`] wrote: much lighter than [`Coordinates::parse`], which takes whatever
    /// people paste.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        let (latitude, longitude) = text.split_once(", ")?;
        Self::from_micro(micro_of(latitude)?, micro_of(longitude)?)
    }

    /// Decimal degrees, latitude first, with as many decimals as are needed: `36.2021, 37.1343`.
    #[must_use]
    pub fn to_text(self) -> String {
        format!("{}, {}", degrees(self.latitude), degrees(self.longitude))
    }
}

/// Decimal degrees as millionths of a degree; what is finer is cut off.
fn micro_of(text: &str) -> Option<i32> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() > 3 || !is_number(whole) || !is_number(fraction) {
        return None;
    }
    let mut micro: i32 = whole.parse().ok()?;
    for place in 0..6 {
        let digit = fraction.as_bytes().get(place).map_or(0, |byte| i32::from(byte - b'0'));
        micro = micro.checked_mul(10)?.checked_add(digit)?;
    }
    Some(if negative { -micro } else { micro })
}

/// Millionths of a degree as decimal degrees.
fn degrees(micro: i32) -> String {
    let sign = if micro < 0 { "-" } else { "" };
    let (whole, rest) = (micro.unsigned_abs() / 1_000_000, micro.unsigned_abs() % 1_000_000);
    if rest == 0 {
        return format!("{sign}{whole}");
    }
    format!("{sign}{whole}.{}", format!("{rest:06}").trim_end_matches('0'))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Axis {
    Latitude,
    Longitude,
}

impl Axis {
    /// The greatest number of degrees.
    const fn most(self) -> u64 {
        match self {
            Self::Latitude => 90,
            Self::Longitude => 180,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Latitude => "latitude",
            Self::Longitude => "longitude",
        }
    }
}

// ---- Addresses ----

/// The coordinates in an address, as `latitude,longitude`; the inner none where the address holds none, the outer
/// one where the text is no address.
fn in_address(text: &str) -> Option<Option<String>> {
    let lower = text.to_ascii_lowercase();
    if let Some(rest) = lower.strip_prefix("geo:") {
        // With a search, what stands before it is a mere 0,0.
        let rest = rest.split_once("?q=").map_or(rest, |(_, search)| search);
        return Some(pair(rest, ','));
    }
    if !(lower.contains("://") || lower.starts_with("www.") || lower.starts_with('@')) {
        return None;
    }
    let lower = lower.replace("%2c", ",").replace("%20", "");
    // The place itself comes before the middle of what the map shows.
    for (first, second) in [("!3d", "!4d"), ("mlat=", "mlon=")] {
        let after = |key: &str| lower.split_once(key).and_then(|(_, rest)| decimal(rest));
        if let (Some(latitude), Some(longitude)) = (after(first), after(second)) {
            return Some(Some(format!("{latitude},{longitude}")));
        }
    }
    let keys = ["?q=", "&q=", "query=", "?ll=", "&ll=", "/@", "@"];
    let found = keys.iter().find_map(|key| pair(lower.split_once(*key)?.1, ','));
    let after_zoom = || pair(lower.split_once("#map=")?.1.split_once('/')?.1, '/');
    Some(found.or_else(after_zoom))
}

/// Two decimal numbers with a separator between them, at the start of a text.
fn pair(text: &str, separator: char) -> Option<String> {
    let first = decimal(text)?;
    let second = decimal(text.strip_prefix(first)?.trim_start_matches('+').strip_prefix(separator)?)?;
    Some(format!("{first},{second}"))
}

/// The decimal number that a text begins with.
fn decimal(text: &str) -> Option<&str> {
    let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-'))).unwrap_or(text.len());
    text.get(..end).filter(|number| number.contains(|c: char| c.is_ascii_digit()))
}

// ---- Tokens ----

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Degrees,
    Minutes,
    Seconds,
}

impl Unit {
    const fn name(self) -> &'static str {
        match self {
            Self::Degrees => "degrees",
            Self::Minutes => "minutes",
            Self::Seconds => "seconds",
        }
    }
}

const UNITS: [Unit; 3] = [Unit::Degrees, Unit::Minutes, Unit::Seconds];

/// A number as it was written: nothing is rounded yet.
#[derive(Clone, Copy, Debug)]
struct Number {
    /// The sign in front of it, if one is: whether it is a minus.
    minus: Option<bool>,
    /// Before the point. What is too large for it is too large anyway.
    whole: u64,
    /// After the point, as a whole number of so many digits.
    fraction: u64,
    digits: usize,
    unit: Option<Unit>,
}

#[derive(Clone, Copy, Debug)]
enum Token {
    Number(Number),
    /// A letter such as N or W, and whether it makes the value negative.
    Side(Axis, bool),
    /// A word such as `lat`.
    Name(Axis),
    Separator,
}

/// A digit of the scripts that Gloss meets most.
fn digit(character: char) -> Option<u64> {
    let zero = match character {
        '0'..='9' => '0',
        '٠'..='٩' => '٠',
        '۰'..='۹' => '۰',
        '０'..='９' => '０',
        _ => return None,
    };
    Some(u64::from(u32::from(character) - u32::from(zero)))
}

/// Whether this is a minus (`Some(true)`), a plus, or no sign.
fn sign(character: char) -> Option<bool> {
    match character {
        '-' | '−' | '–' | '‐' | '‑' | '－' | '﹣' => Some(true),
        '+' | '＋' => Some(false),
        _ => None,
    }
}

fn is_minute_mark(character: char) -> bool {
    matches!(character, '\'' | '′' | '’' | '‘' | '‛' | 'ʹ' | 'ʼ' | '´' | '`' | '＇')
}

/// Marks of direction and the like, which come along with what is copied from pages.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{61c}')
}

/// How many commas stand between two digits.
fn tight_commas(text: &str) -> usize {
    let mut before = [' ', ' '];
    let mut count = 0;
    for character in text.chars().filter(|c| !is_invisible(*c)) {
        let [first, comma] = before;
        count += usize::from(comma == ',' && digit(first).is_some() && digit(character).is_some());
        before = [comma, character];
    }
    count
}

fn unreadable(piece: &str) -> String {
    format!("“{piece}” cannot be read as a part of coordinates. {LIKE}")
}

/// Cuts a text into tokens. `decimal_comma`: a comma between two digits belongs to their number.
fn tokens(text: &str, decimal_comma: bool) -> Result<Vec<Token>, String> {
    let characters: Vec<char> = text.chars().filter(|c| !is_invisible(*c)).collect();
    let get = |at: usize| characters.get(at).copied().unwrap_or('\0');
    let mut tokens: Vec<Token> = Vec::new();
    // The letter that named the last unit, where a letter did.
    let mut unit_letter = '\0';
    let mut at = 0;
    while at < characters.len() {
        let start = at;
        let here = get(at);
        at += 1;
        let signed = sign(here);
        let number_at = if signed.is_some() { at } else { start };
        let has_point = |at: usize| {
            let point = get(at);
            (point == '.' || point == '٫' || (decimal_comma && point == ',')) && digit(get(at + 1)).is_some()
        };
        if digit(get(number_at)).is_some() || (get(number_at) == '.' && has_point(number_at)) {
            at = number_at;
            let mut number = Number { minus: signed, whole: 0, fraction: 0, digits: 0, unit: None };
            while let Some(digit) = digit(get(at)) {
                number.whole = number.whole.saturating_mul(10).saturating_add(digit).min(u64::from(u32::MAX));
                at += 1;
            }
            if has_point(at) {
                at += 1;
                while let Some(digit) = digit(get(at)) {
                    if number.digits < DECIMALS {
                        number.fraction = number.fraction * 10 + digit;
                        number.digits += 1;
                    }
                    at += 1;
                }
                if has_point(at) {
                    let written: String = characters.iter().skip(start).take(at + 2 - start).collect();
                    return Err(format!("The number “{written}…” has two decimal points. {LIKE}"));
                }
            }
            // A full stop behind a number, as at the end of a sentence.
            if get(at) == '.' {
                at += 1;
            }
            // `36.2-37.1` and `36-12-07`: who knows.
            let touches = signed.is_some() && start > 0 && digit(get(start - 1)).is_some();
            if touches && !matches!(tokens.first(), Some(Token::Number(Number { minus: Some(_), .. }))) {
                return Err(format!("It is not clear whether the “{here}” is a minus or a dash. {LIKE}"));
            }
            tokens.push(Token::Number(number));
            continue;
        }
        if here.is_whitespace() || matches!(here, '(' | ')' | ':' | '=') {
            continue;
        }
        if matches!(here, ',' | ';' | '/' | '|' | '،' | '؛' | '，' | '、') {
            tokens.push(Token::Separator);
            continue;
        }
        let unit = if matches!(here, '°' | 'º' | '˚' | '∘') {
            Some(Unit::Degrees)
        } else if is_minute_mark(here) {
            let twice = is_minute_mark(get(at));
            at += usize::from(twice);
            Some(if twice { Unit::Seconds } else { Unit::Minutes })
        } else if matches!(here, '"' | '″' | '”' | '“' | '„' | '‟' | 'ʺ' | '˝' | '＂') {
            Some(Unit::Seconds)
        } else {
            None
        };
        if let Some(unit) = unit {
            set_unit(&mut tokens, unit)?;
            unit_letter = '\0';
            continue;
        }
        while get(at).is_alphabetic() {
            at += 1;
        }
        let word: String = characters.iter().skip(start).take(at - start).collect();
        // `36d12m7sN`: what names a unit is one letter, also where another follows at once.
        let same_case = unit_letter.is_ascii_lowercase() == here.is_ascii_lowercase();
        let is_second = matches!(here, 's' | 'S') && matches!(unit_letter, 'm' | 'M') && same_case;
        let letter_unit = match here {
            'd' | 'D' => Some(Unit::Degrees),
            'm' | 'M' => Some(Unit::Minutes),
            _ => is_second.then_some(Unit::Seconds),
        };
        let after_number = matches!(tokens.last(), Some(Token::Number(_)));
        if let (Some(unit), true, true) = (letter_unit, after_number, at - start <= 2) {
            set_unit(&mut tokens, unit)?;
            unit_letter = here;
            at = start + 1;
            continue;
        }
        unit_letter = '\0';
        match word.to_ascii_lowercase().as_str() {
            "deg" | "degree" | "degrees" => set_unit(&mut tokens, Unit::Degrees)?,
            "min" | "minute" | "minutes" => set_unit(&mut tokens, Unit::Minutes)?,
            "sec" | "second" | "seconds" => set_unit(&mut tokens, Unit::Seconds)?,
            "n" | "north" => tokens.push(Token::Side(Axis::Latitude, false)),
            "s" | "south" => tokens.push(Token::Side(Axis::Latitude, true)),
            "e" | "east" => tokens.push(Token::Side(Axis::Longitude, false)),
            "w" | "west" => tokens.push(Token::Side(Axis::Longitude, true)),
            "lat" | "latitude" => tokens.push(Token::Name(Axis::Latitude)),
            "lon" | "lng" | "long" | "longitude" => tokens.push(Token::Name(Axis::Longitude)),
            "and" => tokens.push(Token::Separator),
            _ => return Err(unreadable(&word)),
        }
    }
    Ok(tokens)
}

/// Says what the number before counts.
fn set_unit(tokens: &mut [Token], unit: Unit) -> Result<(), String> {
    match tokens.last_mut() {
        Some(Token::Number(number)) if number.unit.is_none() => {
            number.unit = Some(unit);
            Ok(())
        }
        _ => Err(format!("A mark for {} has no number before it. {LIKE}", unit.name())),
    }
}

// ---- From tokens to coordinates ----

/// One of the two values: its numbers, and what is said about it.
#[derive(Debug, Default)]
struct Value {
    numbers: Vec<Number>,
    side: Option<(Axis, bool)>,
    name: Option<Axis>,
}

fn read(text: &str, decimal_comma: bool) -> Result<Coordinates, String> {
    let values = values(&tokens(text, decimal_comma)?)?;
    let [first, second] = values.as_slice() else {
        let numbers: usize = values.iter().map(|value| value.numbers.len()).sum();
        return Err(match (values.len(), numbers) {
            (_, 0) => format!("There is no number here. {LIKE}"),
            (_, 1) => format!("There is only one number here: both a latitude and a longitude are needed. {LIKE}"),
            (1, _) => format!("It is not clear where the latitude ends and the longitude begins. {LIKE}"),
            _ => format!("There are more than two values here: one latitude and one longitude are needed. {LIKE}"),
        });
    };
    let axis = |value: &Value| value.side.map(|(axis, _)| axis).or(value.name);
    let (axes, swapped) = match (axis(first), axis(second)) {
        (Some(one), Some(other)) if one == other => {
            let (name, missing) = match one {
                Axis::Latitude => ("latitudes", "longitude (E or W)"),
                Axis::Longitude => ("longitudes", "latitude (N or S)"),
            };
            return Err(format!("These are two {name}: a {missing} is missing. {LIKE}"));
        }
        (Some(Axis::Longitude), _) | (_, Some(Axis::Latitude)) => ([Axis::Longitude, Axis::Latitude], true),
        _ => ([Axis::Latitude, Axis::Longitude], false),
    };
    let [first_axis, second_axis] = axes;
    let guessed = axis(first).is_none() && axis(second).is_none();
    let (one, other) = (micro(first, first_axis, guessed)?, micro(second, second_axis, guessed)?);
    let (latitude, longitude) = if swapped { (other, one) } else { (one, other) };
    Coordinates::from_micro(latitude, longitude).ok_or_else(|| unreadable(text))
}

/// Parts the tokens into values: at separators and names; else at the letters; else by the numbers themselves.
fn values(tokens: &[Token]) -> Result<Vec<Value>, String> {
    let is_side = |token: &Token| matches!(token, Token::Side(..));
    let parts = tokens.split(|token| matches!(token, Token::Separator));
    let parts = parts.flat_map(|part| part.chunk_by(|_, next| !matches!(next, Token::Name(_))));
    let mut parts: Vec<&[Token]> = parts.collect();
    if let [only] = *parts.as_slice() {
        let letters_first = only.first().is_some_and(is_side);
        parts = only.chunk_by(|token, next| !is_side(if letters_first { next } else { token })).collect();
        if let (1, Some((first, second))) = (parts.len(), by_numbers(only).and_then(|at| only.split_at_checked(at))) {
            parts = vec![first, second];
        }
    }
    parts.into_iter().map(value).collect()
}

/// The token at which the second value begins, where only the numbers tell.
fn by_numbers(tokens: &[Token]) -> Option<usize> {
    let numbers = tokens.iter().enumerate().filter_map(|(at, token)| match token {
        Token::Number(number) => Some((at, *number)),
        _ => None,
    });
    let numbers: Vec<(usize, Number)> = numbers.collect();
    let begins = |number: &Number| number.minus.is_some() || number.unit == Some(Unit::Degrees);
    if let Some((at, _)) = numbers.iter().skip(1).find(|(_, number)| begins(number)) {
        return Some(*at);
    }
    // `36 12 E` may as well be one value; `36.2 37.1 E` may not.
    let (before, after) = numbers.split_at(numbers.len() / 2);
    let has_sides = tokens.iter().any(|token| matches!(token, Token::Side(..)));
    let is_plain = numbers.iter().all(|(_, number)| number.unit.is_none());
    let is_clear = !has_sides || before.last().is_some_and(|(_, number)| number.digits > 0);
    let (at, _) = after.first()?;
    (is_plain && is_clear && before.len() == after.len()).then_some(*at)
}

/// One value from its tokens.
fn value(tokens: &[Token]) -> Result<Value, String> {
    let mut value = Value::default();
    for token in tokens {
        match *token {
            Token::Number(number) => value.numbers.push(number),
            Token::Side(axis, negative) => {
                if value.side.replace((axis, negative)).is_some() || value.name.is_some_and(|name| name != axis) {
                    return Err(format!("One value has two directions. {LIKE}"));
                }
            }
            Token::Name(axis) => value.name = Some(axis),
            Token::Separator => {}
        }
    }
    let letter_between = tokens.iter().skip_while(|token| !matches!(token, Token::Number(_)));
    let letter_between = letter_between.skip_while(|token| matches!(token, Token::Number(_)));
    if letter_between.skip(1).any(|token| matches!(token, Token::Number(_))) {
        return Err(format!("A direction stands in the middle of a value. {LIKE}"));
    }
    Ok(value)
}

/// A value in millionths of a degree, rounded to the nearest. `guessed`: nothing said which axis it is on.
fn micro(value: &Value, axis: Axis, guessed: bool) -> Result<i32, String> {
    let name = axis.name();
    let (Some(first), Some(last)) = (value.numbers.first(), value.numbers.last()) else {
        return Err(format!("The {name} has no number. {LIKE}"));
    };
    if value.numbers.len() > UNITS.len() {
        return Err(format!("The {name} has more numbers than degrees, minutes and seconds. {LIKE}"));
    }
    let mut whole = 0_u64;
    let mut in_a_degree = 1_u64;
    for (number, unit) in value.numbers.iter().zip(UNITS) {
        let is_last = std::ptr::eq(number, last);
        if number.unit.is_some_and(|marked| marked != unit) {
            return Err(format!("The {name} needs degrees first, then minutes, then seconds. {LIKE}"));
        }
        if !is_last && number.digits > 0 {
            return Err(format!("In the {name}, only the last number can have decimals. {LIKE}"));
        }
        if unit == Unit::Degrees {
            whole = number.whole;
            continue;
        }
        if number.minus.is_some() {
            return Err(format!("In the {name}, the {} cannot have a sign of their own. {LIKE}", unit.name()));
        }
        if number.whole >= 60 {
            return Err(format!("The {name} has {} {}: there are fewer than 60.", number.whole, unit.name()));
        }
        whole = whole.saturating_mul(60).saturating_add(number.whole);
        in_a_degree *= 60;
    }
    let negative = match (value.side, first.minus) {
        (Some(_), Some(true)) => {
            return Err(format!("The {name} has both a minus and a direction: only one of them is needed. {LIKE}"));
        }
        (Some((_, negative)), _) => negative,
        (None, minus) => minus == Some(true),
    };
    let most = axis.most();
    // Beyond it nothing below is too large for its type.
    let beyond = first.whole > most;
    let parts = 10_u64.pow(last.digits as u32);
    let scaled = if beyond { 0 } else { (whole * parts + last.fraction) * DEGREE };
    let divisor = in_a_degree * parts;
    if beyond || scaled > most * DEGREE * divisor {
        let swapped =
            if guessed && axis == Axis::Latitude { " The latitude comes first: are the two swapped?" } else { "" };
        return Err(format!("The {name} is beyond {most} degrees: it lies between -{most} and {most}.{swapped}"));
    }
    let rounded = i32::try_from((scaled + divisor / 2) / divisor).unwrap_or(0);
    Ok(if negative { -rounded } else { rounded })
}

// ---- Identifiers ----

/// What others call a place, a person or an organisation, as it is kept. The addresses and spellings of two well-known
/// catalogues become `geonames:170063` and `wikidata:Q41183`; anything else stays as it is, without blanks around it.
///
/// # Errors
/// A sentence for people, where it is blank or more than one line.
pub fn identifier(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("An identifier cannot be blank.".to_string());
    }
    if text.contains(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')) {
        return Err("An identifier is one line: take out the line break or tab.".to_string());
    }
    let lower = text.to_ascii_lowercase();
    Ok(known(&lower).unwrap_or_else(|| text.to_string()))
}

/// Where people can read about an identifier; none where its catalogue is not a well-known one.
#[must_use]
pub fn identifier_url(text: &str) -> Option<String> {
    let known = known(&text.trim().to_ascii_lowercase())?;
    let (catalogue, name) = known.split_once(':')?;
    Some(match catalogue {
        "geonames" => format!("https://www.geonames.org/{name}/"),
        _ => format!("https://www.wikidata.org/wiki/{name}"),
    })
}

/// The identifier in its catalogue, from a text in lower case.
fn known(lower: &str) -> Option<String> {
    let address = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://"));
    if let Some((host, path)) = address.or(Some(lower)).and_then(|rest| rest.split_once('/')) {
        let of = |site: &str| host.strip_suffix(site).is_some_and(|above| above.is_empty() || above.ends_with('.'));
        let mut parts = path.split(['?', '#']).next().unwrap_or(path).split('/');
        if of("geonames.org") {
            return geonames(parts.next()?);
        }
        if of("wikidata.org") {
            return matches!(parts.next()?, "wiki" | "entity").then(|| parts.next_back())?.and_then(wikidata);
        }
        return None;
    }
    match lower.split_once(':') {
        Some(("geonames", name)) => geonames(name.trim()),
        Some(("wikidata" | "wd", name)) => wikidata(name.trim()),
        Some(_) => None,
        None => wikidata(lower),
    }
}

fn geonames(name: &str) -> Option<String> {
    is_number(name).then(|| format!("geonames:{name}"))
}

fn wikidata(name: &str) -> Option<String> {
    let number = name.trim_end_matches(".json").strip_prefix('q')?;
    is_number(number).then(|| format!("wikidata:Q{number}"))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn coordinates_as_people_write_them() {
        let check = |text: &str, expected: &str| {
            assert_eq!(Coordinates::parse(text).map(Coordinates::to_text).as_deref(), Ok(expected), "{text}");
        };
        for text in [
            "36.2021, 37.1343",
            "36.2021 37.1343",
            "  36.2021,37.1343\n",
            "(36.2021; 37.1343)",
            "36.2021\t37.1343",
            "36.2021\n37.1343.",
            "+36.2021 / +37.1343",
            "+36.2021+37.1343/",
            "36,2021; 37,1343",
            "36,2021 37,1343",
            "36,2021, 37,1343",
            "36,2021 / 37,1343",
            "36,2021° N 37,1343° E",
            "36.2021 N, 37.1343 E",
            "36.2021N 37.1343E",
            "36.2021N37.1343E",
            "N36.2021 E37.1343",
            "N 36.2021° E 37.1343°",
            "N36,2021 E37,1343",
            "E 37.1343, N 36.2021",
            "37.1343 E, 36.2021 N",
            "37.1343 E 36.2021",
            "37.1343, 36.2021 N",
            "36.2021 37.1343 E",
            "36.2021 north, 37.1343 east",
            "36.2021° 37.1343°",
            "36.2021 and 37.1343",
            "Latitude: 36.2021, Longitude: 37.1343",
            "lat 36.2021 lon 37.1343",
            "lng=37.1343 lat=36.2021",
            "lat 36.2021 N, lon 37.1343 E",
            "36.2021\u{a0}N,\u{202f}37.1343\u{200e} E",
            "٣٦٫٢٠٢١، ٣٧٫١٣٤٣",
            "۳۶٫۲۰۲۱ ۳۷٫۱۳۴۳",
            "geo:36.2021,37.1343",
            "GEO:36.2021,37.1343,379;u=35",
            "geo:0,0?q=36.2021,37.1343(Aleppo)",
            "https://maps.example.org/place/@36.2021,37.1343,12z/data=x",
            "https://maps.example.org/maps?q=36.2021%2C37.1343&z=3",
            "https://maps.example.org/@1,2,12z/data=!3d36.2021!4d37.1343",
            "https://map.example.org/?mlat=36.2021&mlon=37.1343#map=12/1/2",
            "https://map.example.org/#map=12/36.2021/37.1343",
            "@36.2021,37.1343,12z",
        ] {
            check(text, "36.2021, 37.1343");
        }
        for text in [
            "36°12′7.6″N 37°8′3″E",
            "36° 12' 7.6\" N, 37 08 03 E",
            "36°12’7.6”N 37°8’3”E",
            "36°12‘7.6“N 37°8‘3“E",
            "36°12'7.6''N 37°8'3''E",
            "36º12´7.6´´ 37º8´3´´",
            "36d12m7.6s N 37d8m3s E",
            "36d12m7.6sN37d8m3sE",
            "36D12M7.6S N 37D8M3S E",
            "36d12m7.6s, 37d8m3s",
            "36 12 7.6 37 8 3",
            "36 12 7.6, 37 8 3",
            "36 12 7,6 N 37 8 3 E",
            "36:12:07.6N 037:08:03E",
            "N36°12′7.6″ E37°8′3″",
            "36°12′7.6″,37°8′3″",
            "36°12′7,6″ 37°8′3″",
            "36 deg 12 min 7.6 sec north 37 degrees 8 minutes 3 seconds east",
        ] {
            check(text, "36.202111, 37.134167");
        }
        check("36°12.127'N 37°8.05'E", "36.202117, 37.134167");
        check("36 12.127 N 37 8.05 E", "36.202117, 37.134167");
        check("36 12,127 37 8,05", "36.202117, 37.134167");
        check("-33.9, 18.4", "-33.9, 18.4");
        check("−33,9 18,4", "-33.9, 18.4");
        check("33.9 S, 18.4 E", "-33.9, 18.4");
        check("33.9s 18.4e", "-33.9, 18.4");
        check("33d54m S 18d24m E", "-33.9, 18.4");
        check("-33 54 18 24", "-33.9, 18.4");
        check("36.2 -37.1", "36.2, -37.1");
        check("N36.2 W 37.1", "36.2, -37.1");
        check("-0 30 0, 0", "-0.5, 0");
        check("0 S 0 W", "0, 0");
        check("36,37", "36, 37");
        check("36 12,37 8", "36.2, 37.133333");
        check("90, 180", "90, 180");
        check("-90 -180.0000", "-90, -180");
        check(".5 -.25", "0.5, -0.25");
        check("1.00000049 1.0000005", "1, 1.000001");
        check("1.99999999999999999999999 2", "2, 2");
        check("0 0 0.0018, 0 0 0.0017", "0.000001, 0");
    }

    #[test]
    fn what_is_wrong_is_said() {
        let check = |text: &str, expected: &str| {
            let said = Coordinates::parse(text).expect_err(text);
            assert!(said.contains(expected), "{text}: {said}");
            assert!(said.ends_with(['.', '?']), "{said}");
        };
        check("", "no number");
        check("   ", "no number");
        check("N, E", "no number");
        check("Aleppo", "“Aleppo” cannot be read");
        check("36.2021", "only one number");
        check("36°12′7″N", "not clear where the latitude ends");
        check("36 12 E", "not clear where");
        check("36 12 7", "not clear where");
        check("36.2, 37.1, 12", "more than two values");
        check("36,2021,37,1343", "decimal");
        check("91, 10", "latitude is beyond 90");
        check("137.1, 36.2", "are the two swapped?");
        check("36.2, 181", "longitude is beyond 180 degrees: it lies between -180 and 180.");
        check("90.000001, 0", "latitude is beyond 90");
        check("90°0′0.1″, 0", "latitude is beyond 90");
        check("99999999999999999999999 1", "latitude is beyond 90");
        check("36°60′N 37°8′E", "latitude has 60 minutes: there are fewer than 60");
        check("36 12 7 37 8 61", "longitude has 61 seconds");
        check("36.2 N, 37.1 S", "two latitudes: a longitude (E or W) is missing");
        check("36.2 W, 37.1 E", "two longitudes");
        check("lat 36.2 lat 37", "two latitudes");
        check("-36.2 S, 37.1 E", "both a minus and a direction");
        check("36.2 N E, 37.1", "two directions");
        check("36.5 12 N 37 E", "only the last number can have decimals");
        check("36 -12 N 37 E", "sign of their own");
        check("12′ 36° N 37 E", "degrees first");
        check("1 2 3 4 N 37 E", "more numbers than");
        check("1.2.3, 4", "two decimal points");
        check("′ 3, 4", "no number before it");
        check("3°′ 4, 4", "no number before it");
        check("36.2–37.1", "a minus or a dash");
        check("36-12-07 N 37 E", "a minus or a dash");
        check("36.2 - 37.1", "“-” cannot be read");
        check("POINT(37.1 36.2)", "“POINT”");
        check("36 N 12 7, 37 E", "middle of a value");
        check("https://example.org/place", "no coordinates in this address");
        check("geo:somewhere", "no coordinates in this address");
        check("geo:95,0", "latitude is beyond 90");
        check(&"1 ".repeat(1_500), "too long");
    }

    #[test]
    fn a_comma_of_two_meanings_is_not_guessed() {
        let check = |text: &str, expected: &str| {
            assert_eq!(Coordinates::parse(text).map(Coordinates::to_text).as_deref(), Ok(expected), "{text}");
        };
        check("1,2 3,4", "1.2, 3.4");
        check("1,2", "1, 2");
        check("1,2021 3", "1.2021, 3");
        // 36.2° and 37°, or 36° and 2°37′.
        let said = Coordinates::parse("36,2 37").expect_err("two readings");
        assert!(said.contains("which commas are decimal commas"), "{said}");
    }

    #[test]
    fn only_places_on_the_globe() {
        assert!(Coordinates::from_micro(90_000_000, -180_000_000).is_some());
        assert!(Coordinates::from_micro(90_000_001, 0).is_none());
        assert!(Coordinates::from_micro(0, i32::MIN).is_none());
        let place = Coordinates::from_micro(-1, 37_134_300).expect("a place");
        assert_eq!((place.latitude(), place.longitude()), (-1, 37_134_300));
        assert_eq!(place.to_text(), "-0.000001, 37.1343");
    }

    /// A value as degrees, minutes and hundredths of a second with a letter, and the micro-degrees it stands for.
    fn sexagesimal(hundredths: u32, letter: char) -> (String, i64) {
        let (seconds, rest) = (hundredths / 100, hundredths % 100);
        let text = format!("{}°{}′{}.{rest:02}″{letter}", seconds / 3600, seconds / 60 % 60, seconds % 60);
        let micro = (i64::from(hundredths) * 1_000_000 + 180_000) / 360_000;
        (text, if "SW".contains(letter) { -micro } else { micro })
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(latitude in -90_000_000..=90_000_000, longitude in -180_000_000..=180_000_000) {
            let place = Coordinates::from_micro(latitude, longitude).expect("on the globe");
            prop_assert_eq!(Coordinates::parse(&place.to_text()), Ok(place));
            let comma = place.to_text().replace(", ", "; ").replace('.', ",");
            prop_assert_eq!(Coordinates::parse(&comma), Ok(place));
        }

        #[test]
        fn minutes_and_seconds_are_read(
            latitude in 0_u32..=32_400_000, longitude in 0_u32..=64_800_000,
            south in any::<bool>(), west in any::<bool>(), swapped in any::<bool>(), between in "[ ,;]|, ",
        ) {
            let (first, latitude) = sexagesimal(latitude, if south { 'S' } else { 'N' });
            let (second, longitude) = sexagesimal(longitude, if west { 'W' } else { 'E' });
            let text = if swapped { format!("{second}{between}{first}") } else { format!("{first}{between}{second}") };
            let read = Coordinates::parse(&text).map(|place| (i64::from(place.latitude()), i64::from(place.longitude())));
            prop_assert_eq!(read, Ok((latitude, longitude)), "{}", text);
        }

        #[test]
        fn anything_is_answered(text in "[0-9.,;:°′'\"NSEWdms+/@=! −-]{0,40}|\\PC{0,40}|(geo:|http://@|www\\.\\?q=|#map=)[0-9,./-]{0,20}") {
            match Coordinates::parse(&text) {
                Ok(place) => prop_assert_eq!(Coordinates::parse(&place.to_text()), Ok(place)),
                Err(said) => prop_assert!(said.ends_with(['.', '?'])),
            }
            if let Ok(kept) = identifier(&text) {
                prop_assert_eq!(identifier(&kept), Ok(kept.clone()));
            }
        }

        #[test]
        fn identifiers_settle(text in "( |https://|http://)?(www\\.|m\\.)?(geonames|wikidata|wd|example)(\\.org)?[:/]?(wiki/|entity/)?[Qq]?[0-9]{0,5}[/a ]?") {
            if let Ok(kept) = identifier(&text) {
                prop_assert_eq!(identifier(&kept), Ok(kept.clone()));
                prop_assert_eq!(identifier_url(&text), identifier_url(&kept));
                if let Some(url) = identifier_url(&kept) {
                    prop_assert_eq!(identifier(&url), Ok(kept));
                }
            }
        }
    }

    #[test]
    fn identifiers() {
        let check = |text: &str, expected: &str| assert_eq!(identifier(text).as_deref(), Ok(expected), "{text}");
        for text in [
            "geonames:170063",
            " GeoNames: 170063 ",
            "https://www.geonames.org/170063/aleppo.html",
            "http://sws.geonames.org/170063/",
            "sws.geonames.org/170063",
            "https://www.geonames.org/170063?x=1",
        ] {
            check(text, "geonames:170063");
            assert_eq!(identifier_url(text).as_deref(), Some("https://www.geonames.org/170063/"));
        }
        for text in [
            "Q41183",
            "q41183\n",
            "wikidata:Q41183",
            "wd:Q41183",
            "https://www.wikidata.org/wiki/Q41183",
            "https://www.wikidata.org/wiki/Q41183#sitelinks",
            "http://www.wikidata.org/entity/Q41183",
            "https://m.wikidata.org/wiki/Q41183?uselang=ar",
            "https://www.wikidata.org/wiki/Special:EntityData/Q41183.json",
        ] {
            check(text, "wikidata:Q41183");
            assert_eq!(identifier_url(text).as_deref(), Some("https://www.wikidata.org/wiki/Q41183"));
        }
        for text in [
            "170063",
            "Q",
            "Q12a",
            "Q0",
            "geonames:x",
            "https://www.geonames.org/about.html",
            "https://notgeonames.org/170063",
            "https://www.wikidata.org/wiki/Property:P31",
            "https://example.org/Q41183",
            "osm:relation/1234",
            "حلب",
        ] {
            check(text, text);
            assert_eq!(identifier_url(text), None, "{text}");
        }
        check("  the old town ", "the old town");
        assert!(identifier(" \n").expect_err("blank").contains("blank"));
        assert!(identifier("a\nb").expect_err("two lines").contains("one line"));
        assert!(identifier("a\u{2028}b").is_err());
    }

    proptest! {
        #[test]
        fn what_was_written_is_read_by_little_code(latitude in -90_000_000..=90_000_000_i32, longitude in -180_000_000..=180_000_000_i32) {
            let place = Coordinates::from_micro(latitude, longitude).expect("on the globe");
            prop_assert_eq!(Coordinates::from_text(&place.to_text()), Some(place));
        }
    }

    #[test]
    fn numbers_of_files_are_read() {
        let check = |latitude: &str, longitude: &str, expected: Option<&str>| {
            let value: Json =
                serde_json::from_str(&format!(r#"{{"latitude":{latitude},"longitude":{longitude}}}"#)).expect("JSON");
            assert_eq!(
                Coordinates::from_value(&value).map(Coordinates::to_text).as_deref(),
                expected,
                "{latitude} {longitude}"
            );
        };
        check("36.2021", "37.1343", Some("36.2021, 37.1343"));
        check("-36", "-0.5", Some("-36, -0.5"));
        check("36.20215678", "180", Some("36.202156, 180"));
        check("91", "0", None);
        check("0", "-180.1", None);
        check("1e1", "0", None);
    }
}
