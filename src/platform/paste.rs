//! What a paste or a drop brings: rich text read as its plain text.
//!
//! Invariant: foreign HTML is parsed by `DOMParser` into a document of its own, in which nothing
//! runs and nothing is loaded, and only text comes out of it. It never gets into the page. What
//! counts as text is decided in [`crate::formats::rich`].

use wasm_bindgen::JsCast;
use web_sys::{DataTransfer, DomParser, Element, SupportedType};

use crate::formats::rich::{Node, plain_text};
use crate::text::intake::is_blank;

/// The text of what was pasted or dropped: of its rich form where there is one, so that paragraphs
/// stay apart, else its plain form. `None` where neither holds words.
#[must_use]
pub fn text_of(data: &DataTransfer) -> Option<String> {
    let get = |kind: &str| data.get_data(kind).ok().filter(|text| !is_blank(text));
    get("text/html").and_then(|html| html_to_text(&html)).or_else(|| get("text/plain"))
}

/// The plain text of a piece of HTML; `None` where it holds no words, such as a lone picture.
#[must_use]
pub fn html_to_text(html: &str) -> Option<String> {
    let parsed = DomParser::new().ok()?.parse_from_string(html, SupportedType::TextHtml).ok()?;
    let body: web_sys::Node = parsed.body()?.unchecked_into();
    let text = plain_text(Dom(body));
    (!is_blank(&text)).then_some(text)
}

struct Dom(web_sys::Node);

impl Node for Dom {
    fn text(&self) -> Option<String> {
        matches!(self.0.node_type(), web_sys::Node::TEXT_NODE | web_sys::Node::CDATA_SECTION_NODE)
            .then(|| self.0.node_value().unwrap_or_default())
    }

    fn tag(&self) -> Option<String> {
        // A comment has no text of its own, and nothing inside either.
        match self.0.dyn_ref::<Element>() {
            Some(element) => Some(element.local_name().to_ascii_lowercase()),
            None => Some("noscript".to_owned()),
        }
    }

    fn attribute(&self, name: &str) -> Option<String> {
        self.0.dyn_ref::<Element>()?.get_attribute(name)
    }

    fn children(&self) -> Vec<Self> {
        let mut children = Vec::new();
        let mut next = self.0.first_child();
        while let Some(child) = next {
            next = child.next_sibling();
            children.push(Self(child));
        }
        children
    }
}
