//! What a person set for this device: theme, text, selection, keys.
//!
//! Invariant: any JSON gives settings; what cannot be read falls back to its default.

use serde_json::Value;

use crate::formats::json;
use crate::model::Table;

/// Which theme to show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Dark ink on light paper.
    Light,
    /// Light ink on dark paper.
    Dark,
}

impl Theme {
    const ALL: [(&str, Self); 3] = [("system", Self::System), ("light", Self::Light), ("dark", Self::Dark)];
}

/// How wide a line of the article may get.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LineWidth {
    /// About 50 characters.
    Narrow,
    /// About 70 characters.
    #[default]
    Medium,
    /// About 95 characters.
    Wide,
}

impl LineWidth {
    const ALL: [(&str, Self); 3] = [("narrow", Self::Narrow), ("medium", Self::Medium), ("wide", Self::Wide)];
}

/// Settings of this device.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// What the person is called, who annotates on this device; may be empty.
    pub name: String,
    /// Which theme to show.
    pub theme: Theme,
    /// Size of the article's text in CSS pixels, 14 to 32.
    pub text_size: u8,
    /// How wide a line may get.
    pub line_width: LineWidth,
    /// Whether selections are taken to the character instead of snapping to words.
    pub exact: bool,
    /// Whether what would be offered to be linked is linked at once.
    pub auto_link: bool,
    /// Whether shortcuts of a single key act.
    pub single_keys: bool,
    /// Shortcuts that differ from the built-in ones, by command id; empty text switches one off.
    pub keys: Table<String, String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            name: String::new(),
            theme: Theme::System,
            text_size: 18,
            line_width: LineWidth::Medium,
            exact: false,
            auto_link: false,
            single_keys: true,
            keys: Table::default(),
        }
    }
}

/// The smallest and the largest text size, in CSS pixels.
pub const TEXT_SIZES: std::ops::RangeInclusive<u8> = 14..=32;

impl Settings {
    /// Reads settings as they were stored; whatever cannot be read is as at first.
    #[must_use]
    pub fn from_json(json: &str) -> Self {
        let Ok(Value::Object(fields)) = json::parse(json, MOST_NESTED) else { return Self::default() };
        let get = |name: &str| fields.get(name);
        let flag = |name: &str, other: bool| get(name).and_then(Value::as_bool).unwrap_or(other);
        let start = Self::default();
        let size = get("text_size").and_then(Value::as_u64).and_then(|size| u8::try_from(size).ok());
        let mut keys = Table::default();
        for (id, written) in get("keys").and_then(Value::as_object).into_iter().flatten() {
            if let Some(written) = written.as_str() {
                keys.insert(id.clone(), written.to_owned());
            }
        }
        let name = get("name").and_then(Value::as_str).unwrap_or_default();
        Self {
            name: name.chars().take(MOST_NAME).collect(),
            theme: named(get("theme"), &Theme::ALL).unwrap_or_default(),
            text_size: size.unwrap_or(start.text_size).clamp(*TEXT_SIZES.start(), *TEXT_SIZES.end()),
            line_width: named(get("line_width"), &LineWidth::ALL).unwrap_or_default(),
            exact: flag("exact", start.exact),
            auto_link: flag("auto_link", start.auto_link),
            single_keys: flag("single_keys", start.single_keys),
            keys,
        }
    }

    /// The JSON to store.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut out = json::Writer::default();
        out.open('{');
        if !self.name.is_empty() {
            out.key("name").string(&self.name);
        }
        out.key("theme").string(name_of(self.theme, &Theme::ALL));
        out.key("text_size").number(u64::from(self.text_size));
        out.key("line_width").string(name_of(self.line_width, &LineWidth::ALL));
        out.key("exact").value(&Value::Bool(self.exact));
        out.key("auto_link").value(&Value::Bool(self.auto_link));
        out.key("single_keys").value(&Value::Bool(self.single_keys));
        out.key("keys").open('{');
        for (id, written) in self.keys.iter() {
            out.key(id).string(written);
        }
        out.close('}');
        out.close('}');
        out.finish()
    }
}

/// A name is not longer than this many characters.
pub const MOST_NAME: usize = 100;

/// Settings of ours are not nested deeper.
const MOST_NESTED: usize = 16;

fn named<T: Copy>(value: Option<&Value>, all: &[(&str, T)]) -> Option<T> {
    let said = value?.as_str()?;
    all.iter().find(|(name, _)| *name == said).map(|(_, value)| *value)
}

fn name_of<T: Copy + PartialEq>(value: T, all: &[(&'static str, T)]) -> &'static str {
    all.iter().find(|(_, other)| *other == value).map_or("", |(name, _)| name)
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
        check(r#"{"name":7}"#, Settings::default());
        check(r#"{"text_size":99}"#, Settings { text_size: 32, ..Settings::default() });
        check(r#"{"text_size":-4,"future":{"a":1}}"#, Settings::default());
        let mut keys = Table::default();
        keys.insert("undo".to_owned(), "\"".to_owned());
        keys.insert("find".to_owned(), String::new());
        let theme = Theme::Light;
        let changed = Settings {
            name: "Ana “Nuri” عبد".to_owned(),
            theme,
            text_size: 20,
            line_width: LineWidth::Wide,
            exact: true,
            auto_link: true,
            single_keys: false,
            keys,
        };
        check(&changed.to_json(), changed);
    }
}
