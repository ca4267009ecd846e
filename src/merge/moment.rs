//! [`moment`]: when a timestamp is, so that two can be compared however they were written.
//!
//! Invariant: the same instant gives equal moments whatever its offset and precision, and an earlier
//! instant the smaller one. What is no timestamp has no moment. Knows nothing about who wrote it.

/// An instant: seconds since 1970 in UTC, and the digits of the fraction without zeros at their end.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(i64, String);

/// The moment of an RFC 3339 timestamp, with any offset and any number of digits; a blank may stand for the `T`.
#[must_use]
pub fn moment(timestamp: &str) -> Option<Moment> {
    let mut rest = timestamp.trim();
    let year = number(&mut rest, 4)?;
    let month = after(&mut rest, &['-'], 2)?;
    let day = after(&mut rest, &['-'], 2)?;
    let hour = after(&mut rest, &['T', 't', ' '], 2)?;
    let minute = after(&mut rest, &[':'], 2)?;
    let second = after(&mut rest, &[':'], 2)?;
    let mut fraction = "";
    if let Some(digits) = rest.strip_prefix('.') {
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        (fraction, rest) = digits.split_at_checked(end)?;
        if fraction.is_empty() {
            return None;
        }
    }
    let offset = if matches!(rest, "Z" | "z") {
        0
    } else {
        let sign = if rest.starts_with('-') { -1 } else { 1 };
        let hours = after(&mut rest, &['+', '-'], 2)?;
        let minutes = after(&mut rest, &[':'], 2)?;
        if !rest.is_empty() || hours > 23 || minutes > 59 {
            return None;
        }
        sign * (hours * 60 + minutes) * 60
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days_in_month = match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + i64::from(leap),
        1..=12 => 31,
        _ => return None,
    };
    // A leap second is the moment at which the next minute begins.
    if !(1..=days_in_month).contains(&day) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let seconds = ((days(year, month, day) * 24 + hour) * 60 + minute) * 60 + second - offset;
    Some(Moment(seconds, fraction.trim_end_matches('0').to_owned()))
}

/// Days from 1970-01-01 to a day of the Gregorian calendar. Years are counted from March, so that the leap
/// day is the last one.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap_days + (month * 153 + 2) / 5 + day - 1 - 719_468
}

/// Takes so many digits off the front.
fn number(rest: &mut &str, digits: usize) -> Option<i64> {
    let (taken, left) = rest.split_at_checked(digits)?;
    *rest = left;
    if taken.bytes().all(|byte| byte.is_ascii_digit()) { taken.parse().ok() } else { None }
}

/// Takes one of these signs off the front, and then so many digits.
fn after(rest: &mut &str, signs: &[char], digits: usize) -> Option<i64> {
    *rest = rest.strip_prefix(signs)?;
    number(rest, digits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cmp::Ordering::{Equal, Greater, Less};

    #[test]
    fn moments_are_compared_by_when_they_are() {
        let check = |a: &str, b: &str, expected| assert_eq!(moment(a).cmp(&moment(b)), expected, "{a} and {b}");
        check("2026-08-22T10:00:00Z", "2026-08-22T12:00:00+02:00", Equal);
        check("2026-08-22T10:00:00Z", "2026-08-22 10:00:00.000z", Equal);
        check("2026-08-22T10:00:00.1Z", "2026-08-22T10:00:00.099Z", Greater);
        check("2026-08-22T10:00:00.10Z", "2026-08-22T10:00:00.1Z", Equal);
        check("2026-08-22T10:00:00Z", "2026-08-22T10:00:00.000000001Z", Less);
        check("2026-12-31T23:30:00-01:00", "2027-01-01T00:30:00Z", Equal);
        check("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z", Equal);
        check("2024-02-29T00:00:00Z", "2024-03-01T00:00:00Z", Less);
        check("1969-12-31T23:59:59Z", "1970-01-01T00:00:00Z", Less);
        check("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", Less);
        // What is none sorts first.
        check("yesterday", "0001-01-01T00:00:00Z", Less);
        check("", "tomorrow", Equal);
    }

    #[test]
    fn seconds_are_those_of_the_calendar() {
        let check = |written: &str, expected| assert_eq!(moment(written).map(|m| m.0), expected, "{written}");
        check("1970-01-01T00:00:00Z", Some(0));
        check("2000-03-01T00:00:00Z", Some(951_868_800));
        check("2026-08-22T10:00:00Z", Some(1_787_392_800));
        for wrong in [
            "2026-08-22",
            "2026-08-22T10:00Z",
            "2026-13-01T00:00:00Z",
            "2026-02-29T00:00:00Z",
            "2026-04-31T00:00:00Z",
            "2026-08-22T24:00:00Z",
            "2026-08-22T10:00:00",
            "2026-08-22T10:00:00.Z",
            "2026-08-22T10:00:00+2:00",
            "2026-08-22T10:00:00Zulu",
            "+026-08-22T10:00:00Z",
            "２０２６-08-22T10:00:00Z",
            "2026-08-22T10:00:00+99:00",
        ] {
            check(wrong, None);
        }
    }
}
