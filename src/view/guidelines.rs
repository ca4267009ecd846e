//! Guidelines as elements: a tree of words is drawn, never markup that somebody wrote.
//!
//! Invariant: there is no element here that loads, runs or leads anywhere by itself. A link is a button,
//! and whoever draws the guidelines decides what a press on it does. Knows no Markdown.

use yew::virtual_dom::VTag;
use yew::{Callback, Html, html};

use crate::app::markdown::{Node, Tag};

/// The tree, with the class `guide` around it. `on_link` gets the address of a link that was pressed.
pub fn nodes(tree: &[Node], on_link: &Callback<String>) -> Html {
    let blocks = tree.iter().map(|node| match node {
        // Each block has its own direction; what is in it follows it, or else its own first letter.
        Node::Element { tag, children } => {
            let mut block = element(*tag, children, on_link);
            block.add_attribute("dir", "auto");
            block.into()
        }
        node => drawn(node, on_link),
    });
    html! { <div class="guide">{ for blocks }</div> }
}

fn drawn(node: &Node, on_link: &Callback<String>) -> Html {
    match node {
        Node::Text(words) => html! { words },
        Node::Element { tag, children } => element(*tag, children, on_link).into(),
        Node::Link { to, children } => {
            let press = {
                let to = to.clone();
                on_link.reform(move |_: yew::MouseEvent| to.clone())
            };
            html! {
                <button type="button" class="guide-link" title={to.clone()} onclick={press}>
                    { for children.iter().map(|child| drawn(child, on_link)) }
                </button>
            }
        }
    }
}

fn element(tag: Tag, children: &[Node], on_link: &Callback<String>) -> VTag {
    let name = match tag {
        Tag::Heading(1) => "h3",
        Tag::Heading(2) => "h4",
        Tag::Heading(3) => "h5",
        Tag::Heading(_) => "h6",
        Tag::Paragraph => "p",
        Tag::List => "ul",
        Tag::Numbered(_) => "ol",
        Tag::Item => "li",
        Tag::Emphasis => "em",
        Tag::Strong => "strong",
        Tag::Strike => "s",
        Tag::Code => "code",
        Tag::CodeBlock => "pre",
        Tag::Quote => "blockquote",
        Tag::Rule => "hr",
        Tag::Table => "table",
        Tag::Head => "thead",
        Tag::Row => "tr",
        Tag::HeadCell => "th",
        Tag::Cell => "td",
        Tag::Break => "br",
    };
    let mut element = VTag::new(name);
    match tag {
        Tag::Numbered(first) if first != 1 => element.add_attribute("start", first.to_string()),
        Tag::HeadCell => element.add_attribute("scope", "col"),
        _ => {}
    }
    let children = children.iter().map(|child| drawn(child, on_link));
    if tag == Tag::Head {
        let mut row = VTag::new("tr");
        row.add_children(children);
        element.add_child(row.into());
    } else {
        element.add_children(children);
    }
    element
}
