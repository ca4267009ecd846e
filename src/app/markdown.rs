//! Markdown as a small tree: what a schema's guidelines are drawn from.
//!
//! The words come from files that anybody may have written. Invariant: a tree holds nothing but words,
//! elements of a closed set and links to [`is_web_address`]es; it is at most [`DEPTH`] deep; and what
//! [`write()`] made of it, [`read`] reads as an equal value. Raw HTML and images are words in it. Only the
//! worker module calls [`parse`]: the rest of the app must not, or it would carry the parser too. Knows
//! no letter and nothing that draws.

use pulldown_cmark::{Event, HeadingLevel, LinkType, Options, Parser, Tag as Start};

/// How deep elements and links nest at most; what lies deeper are words in the deepest one.
pub const DEPTH: usize = 32;

/// What is longer, or has more nodes, is not laid out: drawing it would hold up the page.
const MOST_BYTES: usize = 256 * 1024;
const MOST_NODES: usize = 20_000;

/// A piece of a text in Markdown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// Something with a role.
    Element {
        /// Its role.
        tag: Tag,
        /// What is in it, in order.
        children: Vec<Node>,
    },
    /// Words; never empty.
    Text(String),
    /// Words that lead somewhere.
    Link {
        /// Where to: an [`is_web_address`], as it was written.
        to: String,
        /// What is in it, in order.
        children: Vec<Node>,
    },
}

/// What an element is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tag {
    /// A heading: from 1, the largest, to 4.
    Heading(u8),
    /// A paragraph.
    Paragraph,
    /// A list without numbers; of items.
    List,
    /// A list with numbers, and its first one; of items.
    Numbered(u32),
    /// One of a list.
    Item,
    /// Emphasised words.
    Emphasis,
    /// Important words.
    Strong,
    /// Words struck out.
    Strike,
    /// Code among words.
    Code,
    /// Lines of code.
    CodeBlock,
    /// A quotation; of paragraphs and the like.
    Quote,
    /// A line between two parts; empty.
    Rule,
    /// A table: a head, then rows.
    Table,
    /// The head of a table; of head cells.
    Head,
    /// A row of a table; of cells.
    Row,
    /// A cell of a head.
    HeadCell,
    /// A cell of a row.
    Cell,
    /// The end of a line; empty.
    Break,
}

/// Whether a link may lead there: over http or https, or to write a mail. Never where the address has
/// characters that cannot be seen, or that turn others round: what is shown must be what is opened.
#[must_use]
pub fn is_web_address(address: &str) -> bool {
    let Some((scheme, rest)) = address.split_once(':') else { return false };
    let is = |name: &str| scheme.eq_ignore_ascii_case(name);
    let leads = match rest.strip_prefix("//") {
        Some(rest) => (is("http") || is("https")) && !rest.is_empty(),
        None => is("mailto") && !rest.is_empty(),
    };
    leads && !address.chars().any(is_unseen)
}

fn is_unseen(c: char) -> bool {
    c.is_control()
        || c.is_whitespace()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}')
}

// ---- Reading Markdown ----

/// The tree of a text in Markdown: CommonMark with tables, strikes and check boxes. What is too large to be
/// laid out is there in full, as plain lines. Takes any text.
#[must_use]
pub fn parse(markdown: &str) -> Vec<Node> {
    let small = markdown.len() <= MOST_BYTES;
    small.then(|| laid_out(markdown)).flatten().unwrap_or_else(|| {
        let why = "These guidelines are too long to be laid out. Here they are as they were written.";
        vec![
            Node::Element { tag: Tag::Paragraph, children: vec![Node::Text(why.to_owned())] },
            Node::Element { tag: Tag::CodeBlock, children: vec![Node::Text(markdown.to_owned())] },
        ]
    })
}

/// `None` where there are too many nodes.
fn laid_out(markdown: &str) -> Option<Vec<Node>> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut builder = Builder::default();
    for event in Parser::new_ext(markdown, options) {
        match event {
            Event::Start(start) => builder.open(start),
            Event::End(_) => builder.close(),
            Event::Code(words) => builder.leaf(Tag::Code, &words),
            Event::HardBreak => builder.leaf(Tag::Break, ""),
            Event::Rule => builder.leaf(Tag::Rule, ""),
            Event::SoftBreak => builder.words("\n"),
            Event::TaskListMarker(done) => builder.words(if done { "☑ " } else { "☐ " }),
            Event::Text(words)
            | Event::Html(words)
            | Event::InlineHtml(words)
            | Event::InlineMath(words)
            | Event::DisplayMath(words)
            | Event::FootnoteReference(words) => builder.words(&words),
        }
        if builder.nodes > MOST_NODES {
            return None;
        }
    }
    builder.settle();
    Some(builder.done)
}

/// An element or a link that is still open.
enum Kind {
    Element(Tag),
    Link(String),
}

/// Something of which only the words are kept.
struct Flat {
    /// Whether it stands on lines of its own.
    is_block: bool,
    /// An address that is said after the words, and where in the text they begin.
    address: Option<(String, usize)>,
}

#[derive(Default)]
struct Builder {
    done: Vec<Node>,
    /// What is open, outermost first, with the finished siblings before it.
    open: Vec<(Kind, Vec<Node>)>,
    /// What is open inside that. All there is in it becomes one text.
    flat: Vec<Flat>,
    nodes: usize,
}

impl Builder {
    fn open(&mut self, start: Start<'_>) {
        let (mut kind, address) = kind(start);
        if let (Some(Kind::Element(tag @ Tag::Cell)), Some((Kind::Element(Tag::Head), _))) =
            (&mut kind, self.open.last())
        {
            *tag = Tag::HeadCell;
        }
        // The parts of a table and of a list have their places in it, or it is not begun.
        let parts = match &kind {
            Some(Kind::Element(Tag::Table)) => 2,
            Some(Kind::Element(Tag::List | Tag::Numbered(_))) => 1,
            _ => 0,
        };
        match kind {
            Some(kind) if self.flat.is_empty() && self.open.len() + parts < DEPTH => {
                self.settle();
                self.nodes += 1;
                self.open.push((kind, std::mem::take(&mut self.done)));
            }
            kind => {
                let is_inline = matches!(kind, Some(Kind::Element(Tag::Emphasis | Tag::Strong | Tag::Strike)))
                    || matches!(kind, Some(Kind::Link(_)))
                    || address.is_some();
                let address = match kind {
                    Some(Kind::Link(address)) => Some(address),
                    _ => address,
                };
                if !is_inline {
                    self.new_line();
                }
                let begins = match self.done.last() {
                    Some(Node::Text(words)) => words.len(),
                    _ => 0,
                };
                let address = address.map(|address| (address, begins));
                self.flat.push(Flat { is_block: !is_inline, address });
            }
        }
    }

    fn close(&mut self) {
        if let Some(Flat { is_block, address }) = self.flat.pop() {
            if is_block {
                self.new_line();
            }
            if let Some((address, begins)) = address {
                let words = match self.done.last() {
                    Some(Node::Text(words)) => words.get(begins..).unwrap_or_default(),
                    _ => "",
                };
                if words.is_empty() {
                    self.words(&address);
                } else if words != address {
                    self.words(&format!(" ({address})"));
                }
            }
            return;
        }
        self.settle();
        if let Some((kind, before)) = self.open.pop() {
            let mut children = std::mem::replace(&mut self.done, before);
            if let (Kind::Element(Tag::CodeBlock), Some(Node::Text(lines))) = (&kind, children.last_mut())
                && lines.ends_with('\n')
            {
                lines.pop();
                if lines.is_empty() {
                    children.pop();
                }
            }
            self.done.push(match kind {
                Kind::Element(tag) => Node::Element { tag, children },
                Kind::Link(to) => Node::Link { to, children },
            });
        }
    }

    /// An element with nothing but words in it.
    fn leaf(&mut self, tag: Tag, words: &str) {
        if !self.flat.is_empty() || self.open.len() == DEPTH {
            self.words(if tag == Tag::Code { words } else { "\n" });
            return;
        }
        self.settle();
        self.nodes += 1;
        let children = if words.is_empty() { Vec::new() } else { vec![Node::Text(words.to_owned())] };
        self.done.push(Node::Element { tag, children });
    }

    fn words(&mut self, words: &str) {
        match self.done.last_mut() {
            _ if words.is_empty() => {}
            Some(Node::Text(before)) => before.push_str(words),
            _ => {
                self.nodes += 1;
                self.done.push(Node::Text(words.to_owned()));
            }
        }
    }

    /// Parts flattened words where blocks were apart.
    fn new_line(&mut self) {
        if matches!(self.done.last(), Some(Node::Text(words)) if !words.ends_with('\n')) {
            self.words("\n");
        }
    }

    /// The text before this place is whole: addresses that stand in it as they are become links.
    fn settle(&mut self) {
        let is_prose = match self.open.last() {
            Some((Kind::Element(Tag::CodeBlock), _)) => false,
            _ => self.open.len() < DEPTH && !self.open.iter().any(|(kind, _)| matches!(kind, Kind::Link(_))),
        };
        if !is_prose || !matches!(self.done.last(), Some(Node::Text(words)) if words.contains("://")) {
            return;
        }
        let Some(Node::Text(words)) = self.done.pop() else { return };
        let mut rest = words.as_str();
        while let Some((before, address, after)) = first_address(rest) {
            self.words(before);
            self.nodes += 2;
            self.done.push(Node::Link { to: address.to_owned(), children: vec![Node::Text(address.to_owned())] });
            rest = after;
        }
        self.words(rest);
    }
}

/// What becomes of what begins, `None` where nothing but its words are kept; then the address that is
/// said after them.
fn kind(start: Start<'_>) -> (Option<Kind>, Option<String>) {
    let tag = match start {
        Start::Link { link_type, dest_url, .. } => {
            let mail = if link_type == LinkType::Email { "mailto:" } else { "" };
            let address = format!("{mail}{dest_url}");
            return if is_web_address(&address) { (Some(Kind::Link(address)), None) } else { (None, Some(address)) };
        }
        Start::Image { dest_url, .. } => return (None, Some(dest_url.into_string())),
        Start::Heading { level, .. } => Tag::Heading(match level {
            HeadingLevel::H1 => 1,
            HeadingLevel::H2 => 2,
            HeadingLevel::H3 => 3,
            HeadingLevel::H4 | HeadingLevel::H5 | HeadingLevel::H6 => 4,
        }),
        Start::Paragraph | Start::HtmlBlock => Tag::Paragraph,
        Start::BlockQuote(_) => Tag::Quote,
        Start::CodeBlock(_) => Tag::CodeBlock,
        Start::List(None) => Tag::List,
        Start::List(Some(first)) => Tag::Numbered(u32::try_from(first).unwrap_or(1)),
        Start::Item => Tag::Item,
        Start::Table(_) => Tag::Table,
        Start::TableHead => Tag::Head,
        Start::TableRow => Tag::Row,
        Start::TableCell => Tag::Cell,
        Start::Emphasis => Tag::Emphasis,
        Start::Strong => Tag::Strong,
        Start::Strikethrough => Tag::Strike,
        Start::FootnoteDefinition(_)
        | Start::DefinitionList
        | Start::DefinitionListTitle
        | Start::DefinitionListDefinition
        | Start::Superscript
        | Start::Subscript
        | Start::MetadataBlock(_) => return (None, None),
    };
    (Some(Kind::Element(tag)), None)
}

/// The first web address that stands in a text as it is, with what is before and after it.
fn first_address(words: &str) -> Option<(&str, &str, &str)> {
    let begins = words.match_indices("http").map(|(at, _)| at).find(|at| {
        let (before, here) = words.split_at(*at);
        let stands_alone = !before.ends_with(|c: char| c.is_alphanumeric());
        stands_alone && (here.starts_with("http://") || here.starts_with("https://")) && is_web_address(whole(here))
    })?;
    let (before, here) = words.split_at(begins);
    let address = whole(here);
    Some((before, address, here.get(address.len()..)?))
}

/// The address that a text begins with, without the marks of the sentence around it.
fn whole(here: &str) -> &str {
    let ends = here.find(|c: char| is_unseen(c) || matches!(c, '<' | '>' | '"' | '«' | '»' | '“' | '”'));
    let mut address = ends.and_then(|end| here.get(..end)).unwrap_or(here);
    let count = |bracket: char| address.matches(bracket).count();
    let (mut round, mut square) = (count(')').saturating_sub(count('(')), count(']').saturating_sub(count('[')));
    while let Some(last) = address.chars().next_back() {
        match last {
            ')' if round > 0 => round -= 1,
            ']' if square > 0 => square -= 1,
            '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '_' | '…' | '。' | '，' | '、' | '،' => {}
            _ => break,
        }
        address = address.strip_suffix(last).unwrap_or_default();
    }
    address
}

// ---- The letter ----

/// The tree as a list of texts, in order: `=` and words, `@` and an address, or an element's name; `/` ends
/// what began last.
#[must_use]
pub fn write(tree: &[Node]) -> Vec<String> {
    let mut letter = Vec::new();
    put(tree, &mut letter);
    letter
}

fn put(tree: &[Node], letter: &mut Vec<String>) {
    for node in tree {
        let children = match node {
            Node::Text(words) => {
                letter.push(format!("={words}"));
                continue;
            }
            Node::Link { to, children } => {
                letter.push(format!("@{to}"));
                children
            }
            Node::Element { tag, children } => {
                letter.push(match tag {
                    Tag::Numbered(first) => format!("#{first}"),
                    tag => NAMES.iter().find(|(named, _)| named == tag).map_or("p", |(_, name)| name).to_owned(),
                });
                children
            }
        };
        put(children, letter);
        letter.push("/".to_owned());
    }
}

/// How elements are named in a letter.
const NAMES: [(Tag, &str); 20] = [
    (Tag::Heading(1), "h1"),
    (Tag::Heading(2), "h2"),
    (Tag::Heading(3), "h3"),
    (Tag::Heading(4), "h4"),
    (Tag::Paragraph, "p"),
    (Tag::List, "list"),
    (Tag::Item, "item"),
    (Tag::Emphasis, "emphasis"),
    (Tag::Strong, "strong"),
    (Tag::Strike, "strike"),
    (Tag::Code, "code"),
    (Tag::CodeBlock, "lines"),
    (Tag::Quote, "quote"),
    (Tag::Rule, "rule"),
    (Tag::Table, "table"),
    (Tag::Head, "head"),
    (Tag::Row, "row"),
    (Tag::HeadCell, "head cell"),
    (Tag::Cell, "cell"),
    (Tag::Break, "break"),
];

/// Reads what [`write()`] wrote. `None` where it is something else, also where a link leads to no
/// [`is_web_address`], or something lies deeper than [`DEPTH`].
pub fn read(letter: impl Iterator<Item = String>) -> Option<Vec<Node>> {
    let mut open: Vec<(Kind, Vec<Node>)> = Vec::new();
    let mut done = Vec::new();
    for text in letter {
        let kind = if text == "/" {
            let (kind, before) = open.pop()?;
            let children = std::mem::replace(&mut done, before);
            done.push(match kind {
                Kind::Element(tag) => Node::Element { tag, children },
                Kind::Link(to) => Node::Link { to, children },
            });
            continue;
        } else if let Some(words) = text.strip_prefix('=') {
            done.push(Node::Text(words.to_owned()));
            continue;
        } else if let Some(to) = text.strip_prefix('@') {
            Kind::Link(Some(to).filter(|to| is_web_address(to))?.to_owned())
        } else if let Some(first) = text.strip_prefix('#') {
            Kind::Element(Tag::Numbered(first.parse().ok()?))
        } else {
            Kind::Element(NAMES.iter().find(|(_, name)| *name == text)?.0)
        };
        if open.len() == DEPTH {
            return None;
        }
        open.push((kind, std::mem::take(&mut done)));
    }
    open.is_empty().then_some(done)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A tree on one line: `p(words strong(words))`.
    fn line(tree: &[Node]) -> String {
        let one = |node: &Node| match node {
            Node::Text(words) => format!("{words:?}"),
            Node::Link { to, children } => format!("<{to}>({})", line(children)),
            Node::Element { tag: Tag::Numbered(first), children } => format!("#{first}({})", line(children)),
            Node::Element { tag, children } => {
                let name = NAMES.iter().find(|(named, _)| named == tag).expect("a name").1;
                format!("{name}({})", line(children))
            }
        };
        tree.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    /// All words of a tree, in order; elements are apart.
    fn words(tree: &[Node]) -> String {
        let one = |node: &Node| match node {
            Node::Text(words) => words.clone(),
            Node::Link { children, .. } | Node::Element { children, .. } => format!(" {} ", words(children)),
        };
        tree.iter().map(one).collect()
    }

    fn depth(tree: &[Node]) -> usize {
        let one = |node: &Node| match node {
            Node::Text(_) => 0,
            Node::Link { children, .. } | Node::Element { children, .. } => 1 + depth(children),
        };
        tree.iter().map(one).max().unwrap_or(0)
    }

    fn links(tree: &[Node]) -> Vec<&str> {
        let mut found = Vec::new();
        for node in tree {
            match node {
                Node::Text(_) => {}
                Node::Element { children, .. } => found.extend(links(children)),
                Node::Link { to, children } => {
                    found.push(to.as_str());
                    found.extend(links(children));
                }
            }
        }
        found
    }

    #[test]
    fn markdown_becomes_a_tree() {
        let check = |markdown: &str, tree: &str| assert_eq!(line(&parse(markdown)), tree, "{markdown}");
        check("", "");
        check("Mark the *whole* claim.", r#"p("Mark the " emphasis("whole") " claim.")"#);
        check("**a** ~~b~~ `c*d*`", r#"p(strong("a") " " strike("b") " " code("c*d*"))"#);
        check("# A\n\nB\n===\n\n###### C", r#"h1("A") h1("B") h4("C")"#);
        check("a\nb  \nc\\\nd", r#"p("a\nb" break() "c" break() "d")"#);
        check("a\r\nb\r\n\r\nc\r\n", r#"p("a\nb") p("c")"#);
        check("> a\n> > b\n\n---", r#"quote(p("a") quote(p("b"))) rule()"#);
        check("    a\n    b\n\n```py\n*c*\n```", r#"lines("a\nb") lines("*c*")"#);
        check("```\r\na\r\n\r\nb\r\n```", r#"lines("a\n\nb")"#);
        check("```\n```", "lines()");
        check("- a\n  - b\n    1. c\n- d", r#"list(item("a" list(item("b" #1(item("c"))))) item("d"))"#);
        check("7. a\n8. b", r#"#7(item("a") item("b"))"#);
        check("999999999. a", r#"#999999999(item("a"))"#);
        check("- [ ] a\n- [x] b", r#"list(item("☐ a") item("☑ b"))"#);
        let cells =
            r#"table(head(head cell("a") head cell(strong("b"))) row(cell("1") cell()) row(cell("2") cell("3")))"#;
        check("|a|**b**|\n|-|:-:|\n|1|\n|2|3|4|", cells);
        check("a &amp; b &lt; \\* &#x202e;", "p(\"a & b < * \\u{202e}\")");
        check("a[^1]\n\n[^1]: b c", r#"p("a[^1]") p("[^1]: b c")"#);
    }

    #[test]
    fn raw_html_is_words() {
        let check = |markdown: &str, tree: &str| assert_eq!(line(&parse(markdown)), tree, "{markdown}");
        check("<script>alert(1)</script>", r#"p("<script>alert(1)</script>")"#);
        check("a <b onclick=x>b</b>", r#"p("a <b onclick=x>b</b>")"#);
        check("<!-- a -->\n\nb", r#"p("<!-- a -->\n") p("b")"#);
        check("<img src=x\nonerror=y>", r#"p("<img src=x\nonerror=y>")"#);
    }

    #[test]
    fn only_web_addresses_are_links() {
        let check = |markdown: &str, tree: &str| assert_eq!(line(&parse(markdown)), format!("p({tree})"), "{markdown}");
        check("[a *b*](https://c.org/d \"e\")", r#"<https://c.org/d>("a " emphasis("b"))"#);
        check("[a](HTTP://c)", r#"<HTTP://c>("a")"#);
        check("[a](mailto:b@c.org)", r#"<mailto:b@c.org>("a")"#);
        check("<b@c.org>", r#"<mailto:b@c.org>("b@c.org")"#);
        check("<https://c.org>", r#"<https://c.org>("https://c.org")"#);
        check("[a][b]\n\n[b]: https://c.org", r#"<https://c.org>("a")"#);
        check("[a *b*](javascript:alert(1))", r#""a b (javascript:alert(1))""#);
        check("x [a](JaVaScRiPt:b) y", r#""x a (JaVaScRiPt:b) y""#);
        check("[a](&#106;avascript:b)", r#""a (javascript:b)""#);
        check("[a](<java\tscript:b>)", r#""a (java\tscript:b)""#);
        check("[a](data:text/html,b)", r#""a (data:text/html,b)""#);
        check("[](javascript:b)", r#""javascript:b""#);
        check("<javascript:b>", r#""javascript:b""#);
        check("<ftp://b>", r#""ftp://b""#);
        check("[a](b.html) [c](//d.org) [e](#f) [g]()", r##""a (b.html) c (//d.org) e (#f) g ()""##);
        check("[a](http:b) [c](https://) [d](mailto:)", r#""a (http:b) c (https://) d (mailto:)""#);
        check("[a](<https://b c>)", r#""a (" <https://b>("https://b") " c)""#);
        check("[a](https://b&#x202e;gpj.exe)", "\"a (\" <https://b>(\"https://b\") \"\\u{202e}gpj.exe)\"");
    }

    #[test]
    fn images_are_words() {
        let check = |markdown: &str, tree: &str| assert_eq!(line(&parse(markdown)), format!("p({tree})"), "{markdown}");
        check("x ![a *b*](c.png) y", r#""x a b (c.png) y""#);
        check("![](c.png)", r#""c.png""#);
        check("![a ![b](c)](data:d)", r#""a b (c) (data:d)""#);
        check("[![a](b.png)](https://c.org)", r#"<https://c.org>("a (b.png)")"#);
    }

    #[test]
    fn addresses_among_words_are_links() {
        let check = |markdown: &str, tree: &str| assert_eq!(line(&parse(markdown)), format!("p({tree})"), "{markdown}");
        check("See https://a.org/b_c_d.", r#""See " <https://a.org/b_c_d>("https://a.org/b_c_d") ".""#);
        check("(http://a/b_(c))", r#""(" <http://a/b_(c)>("http://a/b_(c)") ")""#);
        check("http://a http://b", r#"<http://a>("http://a") " " <http://b>("http://b")"#);
        check("`https://a` xhttps://b https:// ftp://c", r#"code("https://a") " xhttps://b https:// ftp://c""#);
        check("[see https://a](https://b)", r#"<https://b>("see https://a")"#);
    }

    #[test]
    fn what_is_deep_or_much_is_shown_all_the_same() {
        let deep = parse(&format!("{}- [a](x) **b** `c`", "> ".repeat(60)));
        assert_eq!((depth(&deep), words(&deep).trim()), (DEPTH, "a (x) b c"));
        let lists: String = (0..40).map(|n| format!("{}- w{n}\n", "  ".repeat(n))).collect();
        let said = words(&parse(&lists));
        assert!((0..40).all(|n| said.split_whitespace().any(|word| word == format!("w{n}"))), "{said}");
        let check = |markdown: String| match parse(&markdown).as_slice() {
            [_, Node::Element { tag: Tag::CodeBlock, children }] => assert_eq!(children, &[Node::Text(markdown)]),
            other => panic!("{other:?}"),
        };
        check("a *b* ".repeat(MOST_NODES));
        check("a ".repeat(MOST_BYTES));
    }

    /// The worker has little stack and somebody waits: so both are little here.
    #[cfg(not(target_arch = "wasm32"))]
    #[test]
    fn hostile_texts_take_no_time_and_no_stack() {
        let work = || {
            let pieces = [
                "[",
                "]",
                ">",
                "> ",
                "*",
                "**a ",
                "_",
                "`",
                "```\n",
                "![",
                "[a](",
                "<",
                "<a ",
                "<!--",
                "&",
                "|",
                "|a\n",
                "- ",
                "1. ",
                "#",
                "~",
                "\\",
                "(",
                "a](b)",
                "[a]: b\n",
                "http://",
                "https://a)",
                "https://a ",
                "\t",
                "\n> ",
                "*a_",
                "\u{202e}",
                "<?",
                "<![CDATA[",
                "- a\n ",
                "$",
            ];
            for piece in pieces {
                for size in [1_000_000, MOST_BYTES] {
                    let text = piece.repeat(size / piece.len());
                    let begun = std::time::Instant::now();
                    let tree = parse(&text);
                    assert!(begun.elapsed().as_secs() < 5, "{piece:?} took {:?}", begun.elapsed());
                    assert!(read(write(&tree).into_iter()).is_some(), "{piece:?}");
                }
            }
        };
        let thread = std::thread::Builder::new().stack_size(512 * 1024).spawn(work).expect("a thread");
        thread.join().expect("no overflow");
    }

    #[test]
    fn a_letter_that_is_no_tree_is_refused() {
        let check = |letter: &[&str], reads: bool| {
            assert_eq!(read(letter.iter().map(|text| (*text).to_owned())).is_some(), reads, "{letter:?}");
        };
        check(&[], true);
        check(&["p", "=a", "/"], true);
        check(&["p", "=a"], false);
        check(&["/"], false);
        check(&["script", "/"], false);
        check(&["#x", "/"], false);
        check(&["@javascript:a", "/"], false);
        check(&["@https://a", "/"], true);
        check(&[vec!["quote"; DEPTH], vec!["/"; DEPTH]].concat(), true);
        check(&[vec!["quote"; DEPTH + 1], vec!["/"; DEPTH + 1]].concat(), false);
    }

    fn tree() -> impl Strategy<Value = Vec<Node>> {
        let tag = prop_oneof![(0..NAMES.len()).prop_map(|at| NAMES[at].0), any::<u32>().prop_map(Tag::Numbered),];
        let leaf = "[a/=@#é\n]{1,4}".prop_map(Node::Text);
        let node = leaf.prop_recursive(8, 64, 6, move |inner| {
            let children = || proptest::collection::vec(inner.clone(), 0..6);
            prop_oneof![
                (tag.clone(), children()).prop_map(|(tag, children)| Node::Element { tag, children }),
                ("https://[a-z/]{1,5}", children()).prop_map(|(to, children)| Node::Link { to, children }),
            ]
        });
        proptest::collection::vec(node, 0..6)
    }

    /// Texts in which Markdown is likely.
    fn markdown() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            "[-+*_>#\\[\\]()`~|!<&:. \t\r\n\\\\]{1,4}",
            "[a-z]{1,3}",
            Just("\n\n".to_owned()),
            Just("[a](javascript:a)".to_owned()),
            Just("](data:a)".to_owned()),
            Just("](https://a)".to_owned()),
            Just("|a|b|\n|-|-|\n".to_owned()),
            Just("1. ".to_owned()),
            "\\PC{1,3}",
        ];
        proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_as_it_was(tree in tree()) {
            prop_assert_eq!(read(write(&tree).into_iter()), Some(tree));
        }

        #[test]
        fn any_text_becomes_a_sound_tree(text in prop_oneof![markdown(), any::<String>()]) {
            let tree = parse(&text);
            prop_assert!(depth(&tree) <= DEPTH);
            let opens = |to: &str| ["http://", "https://", "mailto:"].iter().any(|start| to.starts_with(start));
            prop_assert!(links(&tree).into_iter().all(opens));
            prop_assert_eq!(read(write(&tree).into_iter()), Some(tree));
        }

        #[test]
        fn no_word_is_lost(text in "([a-z]{1,4}|[-+*_># \n!<]{1,3}|\n\n|1\\. |> |- ){0,80}") {
            let letters = |text: &str| text.chars().filter(char::is_ascii_lowercase).collect::<String>();
            prop_assert_eq!(letters(&words(&parse(&text))), letters(&text));
        }

        #[test]
        fn any_letter_is_read_or_refused(letter in proptest::collection::vec("(/|p|list|=a|@https://a|#1|x){0,2}", 0..12)) {
            let _ = read(letter.into_iter());
        }
    }
}
