//! What a person set for this device: theme, text, selection, keys.
//!
//! Invariant: any JSON gives settings; what cannot be read falls back to its default.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Which theme to show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Dark ink on light paper.
    Light,
    /// Light ink on dark paper.
    Dark,
}

/// How wide a line of the article may get.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LineWidth {
    /// About 50 characters.
    Narrow,
    /// About 70 characters.
    #[default]
    Medium,
    /// About 95 characters.
    Wide,
}

/// Settings of this device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Which theme to show.
    pub theme: Theme,
    /// Size of the article's text in CSS pixels, 14 to 32.
    pub text_size: u8,
    /// How wide a line may get.
    pub line_width: LineWidth,
    /// Whether selections are taken to the character instead of snapping to words.
    pub exact: bool,
    /// Whether shortcuts of a single key act.
    pub single_keys: bool,
    /// Shortcuts that differ from the built-in ones, by command id; empty text switches one off.
    pub keys: BTreeMap<String, String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: Theme::System,
            text_size: 18,
            line_width: LineWidth::Medium,
            exact: false,
            single_keys: true,
            keys: BTreeMap::new(),
        }
    }
}

/// The smallest and the largest text size, in CSS pixels.
pub const TEXT_SIZES: std::ops::RangeInclusive<u8> = 14..=32;

impl Settings {
    /// Reads settings as they were stored; whatever cannot be read is as at first.
    #[must_use]
    pub fn from_json(json: &str) -> Self {
        let Ok(serde_json::Value::Object(fields)) = serde_json::from_str(json) else { return Self::default() };
        let mut settings = Self::default();
        for (name, value) in fields {
            let mut one = serde_json::Map::new();
            let Ok(whole) = serde_json::to_value(&settings) else { continue };
            if let serde_json::Value::Object(current) = whole {
                one.extend(current);
            }
            one.insert(name, value);
            if let Ok(next) = serde_json::from_value::<Self>(serde_json::Value::Object(one)) {
                settings = next;
            }
        }
        settings.text_size = settings.text_size.clamp(*TEXT_SIZES.start(), *TEXT_SIZES.end());
        settings
    }

    /// The JSON to store.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_falls_back_alone() {
        let check = |json: &str, expected: Settings| assert_eq!(Settings::from_json(json), expected, "{json}");
        check("", Settings::default());
        check("[1,2]", Settings::default());
        check(r#"{"theme":"dark"}"#, Settings { theme: Theme::Dark, ..Settings::default() });
        check(r#"{"theme":"pink","exact":true}"#, Settings { exact: true, ..Settings::default() });
        check(r#"{"text_size":99}"#, Settings { text_size: 32, ..Settings::default() });
        check(r#"{"text_size":-4,"future":{"a":1}}"#, Settings::default());
        let changed = Settings { text_size: 20, single_keys: false, ..Settings::default() };
        check(&changed.to_json(), changed);
    }
}
