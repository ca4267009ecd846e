//! Rich text to plain text: what people saw, as lines of text with the breaks between paragraphs.
//!
//! Invariant: only what is text comes out; no script, style, control or hidden part, and nothing
//! is ever interpreted. Works on any tree that is a [`Node`], so that it needs no browser; the
//! browser only parses. Depth costs no stack.

/// A node of a parsed page.
pub trait Node: Sized {
    /// The text of a text node; `None` for anything else.
    fn text(&self) -> Option<String>;
    /// The name of an element in lower case; `None` for anything else.
    fn tag(&self) -> Option<String>;
    /// The value of an element's attribute.
    fn attribute(&self, name: &str) -> Option<String>;
    /// The nodes inside, in order.
    fn children(&self) -> Vec<Self>;
}

/// The text of a page or a piece of one. Paragraphs are separated by an empty line, other blocks,
/// list items and rows by a line break, cells by a tab. Blanks are joined as browsers do, except
/// in preformatted text; no-break spaces stay. Empty where there is no text.
#[must_use]
pub fn plain_text<N: Node>(root: N) -> String {
    let mut writer = Writer::default();
    let mut steps = vec![Step::Enter(root)];
    while let Some(step) = steps.pop() {
        match step {
            Step::Enter(node) => {
                if let Some(text) = node.text() {
                    writer.text(&text);
                    continue;
                }
                let Some(open) = node.tag().map_or(Some(Element::default()), |tag| element(&tag, &node)) else {
                    continue;
                };
                writer.open(&open);
                steps.push(Step::Leave(open));
                steps.extend(node.children().into_iter().rev().map(Step::Enter));
            }
            Step::Leave(element) => writer.close(&element),
        }
    }
    writer.finish()
}

enum Step<N> {
    Enter(N),
    Leave(Element),
}

/// What an element means for the text around it.
#[derive(Clone, Debug, Default)]
struct Element {
    /// How many line breaks stand at least between it and what is around it.
    gap: usize,
    /// Whether it is a line break itself.
    is_break: bool,
    /// Whether blanks and line breaks inside stay as they are; `None` for as around it.
    preformatted: Option<bool>,
    role: Role,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Role {
    #[default]
    Other,
    Row,
    /// A cell; blocks inside it are separated by a blank.
    Cell,
    /// A cell that holds several paragraphs: the table is there for the layout.
    LayoutCell,
    Quotation,
}

/// `None` for what is not text or not seen.
fn element<N: Node>(tag: &str, node: &N) -> Option<Element> {
    const NO_TEXT: [&str; 36] = [
        "script", "style", "noscript", "template", "head", "title", "meta", "link", "base", "svg", "img", "picture",
        "source", "track", "video", "audio", "canvas", "iframe", "frame", "frameset", "noframes", "object", "embed",
        "map", "area", "button", "input", "select", "option", "optgroup", "textarea", "datalist", "progress", "meter",
        "nav", "wbr",
    ];
    if NO_TEXT.contains(&tag) || is_hidden(tag, node) {
        return None;
    }
    let mut element = Element::default();
    match tag {
        "br" => element.is_break = true,
        "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "blockquote" | "ul" | "ol" | "dl" | "menu" | "table"
        | "figure" | "hr" => element.gap = 2,
        "pre" | "listing" | "xmp" | "plaintext" => {
            element.gap = 2;
            element.preformatted = Some(true);
        }
        "address" | "article" | "aside" | "body" | "caption" | "center" | "dd" | "details" | "dialog" | "dir"
        | "div" | "dt" | "fieldset" | "figcaption" | "footer" | "form" | "header" | "hgroup" | "html" | "legend"
        | "li" | "main" | "search" | "section" | "summary" | "tbody" | "tfoot" | "thead" => element.gap = 1,
        "tr" => {
            element.gap = 1;
            element.role = Role::Row;
        }
        "td" | "th" => element.role = if holds_paragraphs(node) { Role::LayoutCell } else { Role::Cell },
        "q" => element.role = Role::Quotation,
        _ => {}
    }
    let style = Style::of(node);
    match style.get("display").unwrap_or_default() {
        "inline" | "inline-block" | "contents" => element.gap = 0,
        "block" | "flex" | "grid" | "list-item" | "table" | "flow-root" if element.gap == 0 => element.gap = 1,
        _ => {}
    }
    match style.get("white-space").or_else(|| style.get("white-space-collapse")).unwrap_or_default() {
        "pre" | "pre-wrap" | "break-spaces" | "preserve" => element.preformatted = Some(true),
        "normal" | "nowrap" | "collapse" => element.preformatted = Some(false),
        _ => {}
    }
    Some(element)
}

/// Whether a cell holds more than one paragraph: then it is a part of a page, not a value.
fn holds_paragraphs<N: Node>(cell: &N) -> bool {
    let mut blocks = 0;
    let mut below = cell.children();
    while let Some(node) = below.pop() {
        match node.tag().as_deref() {
            Some("p" | "li" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "blockquote" | "pre") => blocks += 1,
            Some("table") => return true,
            _ => {}
        }
        if blocks > 1 {
            return true;
        }
        below.extend(node.children());
    }
    false
}

/// Not seen: by attribute, by a style on the element itself, or by a class that is for screen
/// readers alone. Text with `aria-hidden` is seen, so it stays.
fn is_hidden<N: Node>(tag: &str, node: &N) -> bool {
    if node.attribute("hidden").is_some() || (tag == "dialog" && node.attribute("open").is_none()) {
        return true;
    }
    let class = node.attribute("class").unwrap_or_default();
    let unseen = ["sr-only", "visually-hidden", "visuallyhidden", "screen-reader-text"];
    if class.split_ascii_whitespace().any(|class| unseen.contains(&class)) {
        return true;
    }
    let style = Style::of(node);
    let is = |property: &str, values: &[&str]| style.get(property).is_some_and(|value| values.contains(&value));
    let zero = ["0", "0px", "0pt", "0em", "0%", "0.0"];
    let clipped =
        is("overflow", &["hidden"]) && ["height", "max-height", "width", "max-width"].iter().any(|p| is(p, &zero));
    let cut_away = style.get("clip").is_some_and(|clip| clip.starts_with("rect(0") || clip.starts_with("rect(1px"))
        || style.get("clip-path").is_some_and(|path| path.starts_with("inset(50%") || path.starts_with("inset(100%"));
    is("display", &["none"])
        || is("visibility", &["hidden", "collapse"])
        || is("opacity", &zero)
        || is("font-size", &zero)
        || is("mso-hide", &["all"])
        || is("content-visibility", &["hidden"])
        || clipped
        || cut_away
}

/// The declarations of a `style` attribute.
struct Style(Vec<(String, String)>);

impl Style {
    fn of<N: Node>(node: &N) -> Self {
        let declarations = node.attribute("style").unwrap_or_default().to_ascii_lowercase();
        let pair = |declaration: &str| {
            let (property, value) = declaration.split_once(':')?;
            let value = value.trim().trim_end_matches("!important").trim_end();
            Some((property.trim().to_owned(), value.to_owned()))
        };
        Self(declarations.split(';').filter_map(pair).collect())
    }

    fn get(&self, property: &str) -> Option<&str> {
        self.0.iter().rev().find(|(name, _)| name == property).map(|(_, value)| value.as_str())
    }
}

/// Builds the text. What stands between two pieces is held back until the second one comes, so
/// that no blank or line break is left at an end.
#[derive(Default)]
struct Writer {
    out: String,
    /// Where the current line begins in `out`.
    line: usize,
    /// Line breaks that must stand before what comes next.
    breaks: usize,
    /// A blank or a tab that must stand before what comes next, unless a line break does.
    between: Option<char>,
    /// Whether each open element is preformatted, for those that say.
    preformatted: Vec<bool>,
    /// How deep we are in cells whose blocks are separated by a blank.
    cells: usize,
    /// For each open row, whether a cell came already.
    rows: Vec<bool>,
    quotations: usize,
}

impl Writer {
    fn open(&mut self, element: &Element) {
        self.gap(element.gap);
        if element.is_break {
            self.line_break();
        }
        self.preformatted.extend(element.preformatted);
        match element.role {
            Role::Row => self.rows.push(false),
            Role::Cell | Role::LayoutCell => {
                let is_first = self.rows.last_mut().is_none_or(|seen| !std::mem::replace(seen, true));
                if !is_first && self.breaks == 0 {
                    self.flush_empty_cell();
                    self.between = Some('\t');
                }
                self.cells += usize::from(element.role == Role::Cell);
            }
            Role::Quotation => {
                self.piece(if self.quotations.is_multiple_of(2) { "“" } else { "‘" });
                self.quotations += 1;
            }
            Role::Other => {}
        }
    }

    fn close(&mut self, element: &Element) {
        match element.role {
            Role::Row => {
                self.rows.pop();
            }
            Role::Cell => self.cells = self.cells.saturating_sub(1),
            Role::Quotation => {
                self.quotations = self.quotations.saturating_sub(1);
                self.between = None;
                self.piece(if self.quotations.is_multiple_of(2) { "”" } else { "’" });
            }
            Role::LayoutCell | Role::Other => {}
        }
        if element.preformatted.is_some() {
            self.preformatted.pop();
        }
        self.gap(element.gap);
    }

    /// Two tabs in a row stand for a cell without text.
    fn flush_empty_cell(&mut self) {
        if self.between == Some('\t') {
            self.out.push('\t');
        }
    }

    fn gap(&mut self, gap: usize) {
        if gap > 0 && self.cells > 0 {
            self.between = self.between.or(Some(' '));
        } else {
            self.breaks = self.breaks.max(gap);
        }
    }

    /// At the beginning of a line it makes an empty one; elsewhere it ends the line.
    fn line_break(&mut self) {
        if self.cells > 0 {
            self.between = self.between.or(Some(' '));
        } else {
            self.breaks += 1;
        }
    }

    fn text(&mut self, text: &str) {
        if self.preformatted.last() == Some(&true) && self.cells == 0 {
            return self.preformatted_text(text);
        }
        let is_blank = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}');
        let mut rest = text;
        while !rest.is_empty() {
            let word = rest.trim_start_matches(is_blank);
            if word.len() < rest.len() {
                self.between = self.between.or(Some(' '));
            }
            let end = word.find(is_blank).unwrap_or(word.len());
            let (head, tail) = word.split_at(end);
            if !head.is_empty() {
                self.piece(head);
            }
            rest = tail;
        }
    }

    fn preformatted_text(&mut self, text: &str) {
        for (index, line) in text.split('\n').enumerate() {
            if index > 0 {
                // Empty lines stay: what is held back counts from here on.
                self.settle();
                self.out.push('\n');
                self.line = self.out.len();
            }
            let line = line.trim_end_matches('\r');
            if !line.is_empty() {
                self.settle();
                self.out.push_str(line);
            }
        }
    }

    fn piece(&mut self, piece: &str) {
        self.settle();
        self.out.push_str(piece);
    }

    /// Puts what was held back.
    fn settle(&mut self) {
        let between = self.between.take();
        let breaks = std::mem::take(&mut self.breaks).min(2);
        let line = self.out.get(self.line..).unwrap_or_default();
        if breaks == 0 {
            // A line neither begins with a blank nor has two of them; a tab stands for a cell.
            let wanted = between.filter(|between| *between == '\t' || !(line.is_empty() || line.ends_with('\t')));
            self.out.extend(wanted);
            return;
        }
        let is_empty_line = !line.is_empty() && line.chars().all(|c| c == '\u{a0}' || c == ' ');
        let mut wanted = breaks;
        if is_empty_line {
            // A paragraph of nothing but a no-break space is how editors make an empty line.
            self.out.truncate(self.line);
            wanted = 2;
        }
        if !self.out.is_empty() {
            let there = self.out.len() - self.out.trim_end_matches('\n').len();
            self.out.extend(std::iter::repeat_n('\n', wanted.saturating_sub(there)));
        }
        self.line = self.out.len();
    }

    fn finish(self) -> String {
        self.out.trim_matches('\n').to_owned()
    }
}
