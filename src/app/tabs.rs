//! What the tabs of one browser know of each other: who may write ([`LockState`]), and what they
//! tell ([`Notice`]).
//!
//! Invariant: a notice only says that there is something to read; the storage alone is the truth,
//! so a notice that is lost, late or unreadable costs freshness, never data.

use serde_json::Value;

use crate::formats::json;
use crate::model::DocumentId;

/// Whether this tab may write to a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockState {
    /// This tab writes; no other does.
    Writer,
    /// Another tab writes. This one reads along, and its turn comes when the other one closes.
    Waiting,
    /// The browser has no locks here (a page over plain http). Every tab may write, and the
    /// storage refuses the one that comes second.
    Unavailable,
}

/// Something that other tabs may want to read from the storage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// A document's journal now reaches this far.
    Journal {
        /// The document.
        document: DocumentId,
        /// The number of its last record.
        seq: u64,
    },
    /// A document was created, deleted or brought back: lists of documents are out of date.
    Library,
}

impl Notice {
    /// The notice as text.
    #[must_use]
    pub fn encode(&self) -> String {
        let mut out = json::Writer::default();
        out.open('{');
        match self {
            Self::Journal { document, seq } => {
                out.key("about").string("journal");
                out.key("document").string(document.as_str());
                out.key("seq").number(*seq);
            }
            Self::Library => out.key("about").string("library"),
        }
        out.close('}');
        out.finish()
    }

    /// The notice of a text; `None` for anything that this version does not know.
    #[must_use]
    pub fn decode(text: &str) -> Option<Self> {
        let notice = json::parse(text, 2).ok()?;
        let text = |key: &str| notice.get(key).and_then(Value::as_str);
        match text("about")? {
            "journal" => {
                Some(Self::Journal { document: DocumentId::new(text("document")?), seq: notice.get("seq")?.as_u64()? })
            }
            "library" => Some(Self::Library),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_survives_and_strangers_are_ignored() {
        for notice in [Notice::Library, Notice::Journal { document: DocumentId::new("d"), seq: 7 }] {
            assert_eq!(Notice::decode(&notice.encode()), Some(notice));
        }
        for other in ["", "{}", "[]", r#"{"about":"weather"}"#, r#"{"about":"journal","document":"d","seq":-1}"#] {
            assert_eq!(Notice::decode(other), None, "{other}");
        }
    }
}
