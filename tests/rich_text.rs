//! Rich text to plain text: what people saw comes through, and nothing else.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use gloss::formats::rich::{Node, plain_text};
use proptest::prelude::*;

/// Well-formed tags only: enough to write test cases as they look in a page.
#[derive(Clone, Debug)]
enum Tree {
    Text(String),
    Element(String, Vec<(String, String)>, Vec<Tree>),
}

impl Node for Tree {
    fn text(&self) -> Option<String> {
        if let Self::Text(text) = self { Some(text.clone()) } else { None }
    }

    fn tag(&self) -> Option<String> {
        if let Self::Element(tag, ..) = self { Some(tag.clone()) } else { None }
    }

    fn attribute(&self, name: &str) -> Option<String> {
        let Self::Element(_, attributes, _) = self else { return None };
        attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
    }

    fn children(&self) -> Vec<Self> {
        if let Self::Element(_, _, children) = self { children.clone() } else { Vec::new() }
    }
}

fn parse(html: &str) -> Tree {
    let mut open = vec![("body".to_owned(), Vec::new(), Vec::new())];
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (text, tail) = rest.split_at(at);
        let (tag, after) = tail.trim_start_matches('<').split_once('>').expect("a tag ends");
        rest = after;
        let siblings = &mut open.last_mut().expect("open").2;
        if !text.is_empty() {
            siblings.push(Tree::Text(text.replace("&nbsp;", "\u{a0}")));
        }
        if tag.starts_with('/') {
            let (tag, attributes, children) = open.pop().expect("was opened");
            open.last_mut().expect("open").2.push(Tree::Element(tag, attributes, children));
            continue;
        }
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        let pair = |pair: &str| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (key.to_owned(), value.trim_matches('\'').to_owned())
        };
        let attributes = attributes.split("' ").filter(|pair| !pair.is_empty()).map(pair).collect();
        if ["br", "hr", "img"].contains(&name) {
            siblings.push(Tree::Element(name.to_owned(), attributes, Vec::new()));
        } else {
            open.push((name.to_owned(), attributes, Vec::new()));
        }
    }
    let (tag, attributes, mut children) = open.pop().expect("the body");
    assert!(open.is_empty(), "tags are closed in {html}");
    if !rest.is_empty() {
        children.push(Tree::Text(rest.replace("&nbsp;", "\u{a0}")));
    }
    Tree::Element(tag, attributes, children)
}

fn check(html: &str, expected: &str) {
    assert_eq!(plain_text(parse(html)), expected, "{html}");
}

#[test]
fn paragraphs_and_lines() {
    check("", "");
    check("plain", "plain");
    check("<p>One</p><p>Two</p>", "One\n\nTwo");
    check("<p>One</p>\n  <p>\n Two\n words </p>\n", "One\n\nTwo words");
    check("<div>One</div><div>Two</div>", "One\nTwo");
    check("<div><div><p>One</p></div></div><div><p>Two</p></div>", "One\n\nTwo");
    check("<h1>Head</h1><div>One</div>", "Head\n\nOne");
    check("<p>One<br>two<br></p><p>Three</p>", "One\ntwo\n\nThree");
    check("One<br><br>two<br><br><br><br>three", "One\n\ntwo\n\nthree");
    check("<div>One</div><div><br></div><div>Two</div>", "One\n\nTwo");
    check("<p>One</p><p>&nbsp;</p><p>Two</p>", "One\n\nTwo");
    check("<div>One</div><div>&nbsp;</div><div>Two</div>", "One\n\nTwo");
    check("<p></p><p> </p><p>One</p><p></p>", "One");
    check("One<hr>two", "One\n\ntwo");
    check("<ul><li>One</li><li>Two</li></ul><p>Three</p>", "One\nTwo\n\nThree");
    check("<blockquote><p>One</p></blockquote>two", "One\n\ntwo");
    check("<span style='display: block'>One</span><span style='display:block'>Two</span>", "One\nTwo");
    check("<p style='display: inline !important'>One </p><p style='display:inline'>two</p>", "One two");
}

#[test]
fn blanks() {
    check("<b>One</b> <i>two</i>", "One two");
    check("<b>One </b> <i> two</i>three", "One twothree");
    check("One&nbsp;&nbsp;two &nbsp;", "One\u{a0}\u{a0}two \u{a0}");
    check("<p> <b> One</b> </p> two", "One\n\ntwo");
    check("One <br> two", "One\ntwo");
    check("<pre>a  b\n\n\n  c\n</pre>d", "a  b\n\n\n  c\n\nd");
    check("<p>x</p><pre>\n a</pre>", "x\n\n\n a");
    check("<span style='white-space: pre-wrap'>a  b\n  c</span>", "a  b\n  c");
    check("<pre>a <span style='white-space:normal'> b   c</span></pre>", "a  b c");
    check("<p>a</p> <span>\n</span> <p>b</p>", "a\n\nb");
}

#[test]
fn only_what_is_seen() {
    check("a<script>b</script><style>c</style><noscript>d</noscript><template>e</template>f", "af");
    check("<head><title>t</title></head>a<svg><text>b</text></svg><img alt='c'><button>d</button><nav>e</nav>", "a");
    check("a<p hidden>b</p><p style='color:red; DISPLAY : none'>c</p><i style='visibility:hidden'>d</i>", "a");
    check("a<span class='x sr-only'>b</span><span aria-hidden='true'>c</span>", "ac");
    check("a<div style='max-height:0;overflow:hidden'>b</div><span style='font-size:0px'>c</span>", "a");
    check("a<span style='opacity:0.5;height:0'>b</span>", "ab");
    check("<dialog>a</dialog><dialog open>b</dialog>", "b");
    check("<p>Bef<script>x</script>ore</p>", "Before");
    check("<form><p>In a form</p><input></input></form>", "In a form");
}

#[test]
fn tables_and_quotations() {
    check(
        "<table><tr><th>Place</th><th>Rain</th></tr>\n<tr><td>Orvane</td> <td>12 mm</td></tr></table>x",
        "Place\tRain\nOrvane\t12 mm\n\nx",
    );
    check("<table><tr><td><p>a</p></td><td><p>b<br>c</p></td></tr></table>", "a\tb c");
    check("<table><tr><td>a</td><td></td><td>c</td></tr></table>", "a\t\tc");
    check("<table><tr><td><p>One</p><p>Two</p></td></tr></table>", "One\n\nTwo");
    check("<p>She said <q>no, <q>never</q></q> twice</p>", "She said “no, ‘never’” twice");
    check("<ruby>東京<rp>(</rp><rt>とうきょう</rt><rp>)</rp></ruby>", "東京(とうきょう)");
}

#[test]
fn depth_costs_no_stack() {
    let mut tree = Tree::Text("deep".to_owned());
    for _ in 0..3000 {
        tree = Tree::Element("div".to_owned(), Vec::new(), vec![tree]);
    }
    assert_eq!(plain_text(tree.clone()), "deep");
}

fn any_tree() -> impl Strategy<Value = Tree> {
    let text = "[ab\u{a0} \n\t]{0,6}".prop_map(Tree::Text);
    let tags = ["p", "div", "br", "span", "b", "li", "ul", "td", "tr", "table", "h1", "q", "hr", "script"];
    text.prop_recursive(5, 40, 5, move |inner| {
        (prop::sample::select(tags.to_vec()), prop::collection::vec(inner, 0..5))
            .prop_map(|(tag, children)| Tree::Element(tag.to_owned(), Vec::new(), children))
    })
}

/// The letters that are seen.
fn letters(tree: &Tree) -> String {
    match tree {
        Tree::Text(text) => text.chars().filter(char::is_ascii_alphabetic).collect(),
        Tree::Element(tag, ..) if tag == "script" => String::new(),
        Tree::Element(_, _, children) => children.iter().map(letters).collect(),
    }
}

proptest! {
    #[test]
    fn every_letter_comes_through_in_tidy_paragraphs(tree in any_tree()) {
        let text = plain_text(tree.clone());
        prop_assert_eq!(text.chars().filter(char::is_ascii_alphabetic).collect::<String>(), letters(&tree));
        prop_assert!(!text.contains("\n\n\n") && !text.starts_with('\n') && !text.ends_with('\n'), "{:?}", text);
        prop_assert!(!text.contains(" \n") && !text.contains("\n ") && !text.contains("  "), "{:?}", text);
    }
}
