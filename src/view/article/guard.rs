//! Undoes what strangers do to the article: a translator, an extension, the browser's own tools.
//!
//! Invariant: before each part of the article is drawn, the nodes below the article are the very nodes
//! of the last drawing, so that Yew never meets one that is gone, and the text nodes of a paragraph,
//! joined, are its block's text. What a drawing itself changes is never undone. Where it cannot be known
//! whose a change was, or where undoing was not enough, the article must be drawn from nothing.
//!
//! Yew may let the browser in between any two parts that it draws. What parts change in one go is told
//! of when that go ends, with what strangers did at its very end; what is told of later is strangers'.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use gloo::timers::callback::Timeout;
use js_sys::Array;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::{Closure, JsValue};
use web_sys::{Element, MutationObserver, MutationObserverInit, MutationRecord};

use super::geometry::{BLOCK, length};
use crate::text::{BlockIndex, Text};

/// Two strangers that answer each other at once would never let the browser paint: between two
/// answers of ours lie this many milliseconds, unless something is to be drawn.
const PAUSE: u32 = 50;

thread_local! {
    /// The newest one.
    static CURRENT: RefCell<Weak<Guard>> = const { RefCell::new(Weak::new()) };
}

/// To be called by each part of the article when it is drawn.
pub fn before_drawing() {
    let current = CURRENT.with(|current| current.borrow().upgrade());
    // However lately strangers were answered.
    if let Some(guard) = current
        && !guard.ours.replace(true)
        && !guard.undo()
    {
        (guard.undone)(false);
    }
}

/// Watches over one article, until it is dropped.
pub struct Guard {
    root: Element,
    text: Text,
    /// How many of its blocks are drawn.
    blocks: Cell<usize>,
    observer: MutationObserver,
    /// Changes that have been told of and not been dealt with.
    pending: RefCell<Vec<JsValue>>,
    /// Between `begin` and `end` of a drawing, which may take several of the browser's tasks.
    drawing: Cell<bool>,
    /// Whether something was drawn that has not been told of.
    ours: Cell<bool>,
    /// Runs while strangers have to wait.
    pause: RefCell<Option<Timeout>>,
    undone: Box<dyn Fn(bool)>,
    _told: Closure<dyn FnMut(JsValue)>,
}

impl Guard {
    /// Begins to watch an article that has just been drawn. `undone` is called after something was
    /// undone while nothing is drawn, with whether that put everything right.
    pub fn watch(root: Element, text: Text, blocks: usize, undone: Box<dyn Fn(bool)>) -> Rc<Self> {
        debug_assert!(every(&root, &text, blocks), "a paragraph's text nodes are not its block's text");
        let what = MutationObserverInit::new();
        what.set_child_list(true);
        what.set_subtree(true);
        what.set_character_data_old_value(true);
        let guard = Rc::new_cyclic(|guard: &Weak<Self>| {
            let guard = guard.clone();
            let told = Closure::<dyn FnMut(JsValue)>::new(move |records: JsValue| {
                if let Some(guard) = guard.upgrade() {
                    guard.told(records.unchecked_ref());
                }
            });
            let observer = MutationObserver::new(told.as_ref().unchecked_ref());
            // It has no reason to fail; if it did, each call of it would, which is caught nowhere.
            let observer = observer.unwrap_or_else(JsValue::unchecked_into);
            let _ = observer.observe_with_options(&root, &what);
            Self {
                root,
                text,
                blocks: Cell::new(blocks),
                observer,
                pending: RefCell::default(),
                drawing: Cell::default(),
                ours: Cell::default(),
                pause: RefCell::default(),
                undone,
                _told: told,
            }
        });
        CURRENT.with(|current| current.replace(Rc::downgrade(&guard)));
        guard
    }

    /// From the drawing on that has just begun, there are so many paragraphs.
    pub fn draws(&self, blocks: usize) {
        self.blocks.set(blocks);
    }

    /// Whether a drawing has begun and not ended: nodes may be new, and what is put into them not there yet.
    pub fn is_drawing(&self) -> bool {
        self.drawing.get()
    }

    fn told(self: &Rc<Self>, records: &Array) {
        self.pending.borrow_mut().extend(records.iter());
        if !self.ours.replace(false) {
            self.answer();
        } else if !self.looks_drawn() {
            (self.undone)(false);
        }
    }

    fn answer(self: &Rc<Self>) {
        if self.pause.borrow().is_some() || self.pending.borrow().is_empty() {
            return;
        }
        let right = self.undo();
        let guard = Rc::downgrade(self);
        let pause = Timeout::new(PAUSE, move || {
            if let Some(guard) = guard.upgrade() {
                guard.pause.take();
                guard.answer();
            }
        });
        self.pause.replace(Some(pause));
        (self.undone)(right);
    }

    /// Takes the changes that have not been told of yet.
    fn take(&self) -> Vec<JsValue> {
        let mut records = self.pending.take();
        records.extend(self.observer.take_records().iter());
        records
    }

    /// Takes back all changes, the last one first; answers whether the article is as it was drawn.
    fn undo(&self) -> bool {
        let records = self.take();
        for record in records.iter().rev() {
            let record: &MutationRecord = record.unchecked_ref();
            let Some(target) = record.target() else { continue };
            if let Some(before) = record.old_value() {
                target.set_node_value(Some(&before));
            }
            let (added, removed) = (record.added_nodes(), record.removed_nodes());
            for node in (0..added.length()).filter_map(|at| added.item(at)) {
                let _ = target.remove_child(&node);
            }
            for node in (0..removed.length()).filter_map(|at| removed.item(at)) {
                let _ = target.insert_before(&node, record.next_sibling().as_ref());
            }
        }
        // That was ours.
        self.observer.take_records();
        records.is_empty() || self.is_drawn()
    }

    /// To be called before a drawing; answers whether the article is as it was drawn.
    pub fn begin(&self) -> bool {
        self.drawing.set(true);
        self.ours.get() || self.undo()
    }

    /// To be called after a drawing.
    pub fn end(&self) {
        self.drawing.set(false);
        if self.ours.replace(false) {
            let records = self.take();
            debug_assert!(self.drawn_well(&records), "a paragraph's text nodes are not its block's text");
        }
    }

    /// Whether what was told of, parts having been drawn and strangers perhaps having answered, looks as it should.
    fn looks_drawn(&self) -> bool {
        let records = self.take();
        // Paragraphs that came or went are looked at all together, others each by itself.
        let root = self.root.as_ref();
        let is_root = |record: &JsValue| record.unchecked_ref::<MutationRecord>().target().as_ref() == Some(root);
        if records.iter().any(is_root) { self.is_drawn() } else { self.drawn_well(&records) }
    }

    /// Whether the paragraphs that a drawing changed are their blocks' text, in marks and text alone.
    fn drawn_well(&self, records: &[JsValue]) -> bool {
        let mut seen = Vec::new();
        records.iter().all(|record| {
            let target = record.unchecked_ref::<MutationRecord>().target();
            let element =
                target.and_then(|target| target.dyn_into().or_else(|node| node.parent_element().ok_or(node)).ok());
            let paragraph = element.and_then(|element: Element| element.closest("p").ok().flatten());
            let index = paragraph.as_ref().and_then(|p| p.get_attribute(BLOCK)?.parse().ok());
            let (Some(paragraph), Some(index)) = (paragraph, index) else { return true };
            if seen.contains(&index) {
                return true;
            }
            seen.push(index);
            paragraph.text_content().as_deref() == Some(self.text.block_str(BlockIndex::new(index)))
                && matches!(paragraph.query_selector(":not(p > mark, p > span, p > span > mark)"), Ok(None))
        })
    }

    /// Whether there is nothing in the article but paragraphs, text, and marks around text, and as much
    /// of it as there should be. With debug assertions, whether each paragraph is its block.
    fn is_drawn(&self) -> bool {
        let breaks = self.blocks.get() - 1;
        let end = self.text.block(BlockIndex::new(breaks)).end;
        let units = self.text.to_utf16(end).map_or(0, |end| end.get()) - breaks;
        let strange = self.root.query_selector(":not(p, p > mark, p > span, p > span > mark)");
        self.root.child_nodes().length() as usize == breaks + 1
            && matches!(strange, Ok(None))
            && length(&self.root) as usize == units
            && (!cfg!(debug_assertions) || every(&self.root, &self.text, self.blocks.get()))
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// Whether the text nodes of each paragraph, joined, are its block's text.
fn every(root: &Element, text: &Text, blocks: usize) -> bool {
    text.blocks().take(blocks).all(|block| {
        let paragraph = super::geometry::paragraph(root, block.index);
        paragraph.and_then(|p| p.text_content()).as_deref() == Some(text.block_str(block.index))
    })
}

#[cfg(test)]
mod tests {
    use js_sys::{Function, Reflect};
    use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

    use super::*;

    wasm_bindgen_test_configure!(run_in_browser);

    async fn sleep(ms: i32) {
        let wake = |resolve: Function, _| {
            web_sys::window().unwrap().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, ms).unwrap();
        };
        wasm_bindgen_futures::JsFuture::from(js_sys::Promise::new(&mut { wake })).await.unwrap();
    }

    const TEXT: &str = "He denied it.\n\nThe 🚨 strike, he said, killed nine.\nNo.";

    /// An article as it is drawn: the words that begin with a small letter are marked.
    struct Page {
        article: Element,
        guard: Rc<Guard>,
        told: Rc<RefCell<Vec<bool>>>,
    }

    impl Page {
        fn new(string: &str) -> Self {
            let page = web_sys::window().unwrap().document().unwrap();
            let article = page.create_element("article").unwrap();
            page.body().unwrap().append_child(&article).unwrap();
            let text = Text::new(string);
            for block in text.blocks() {
                let paragraph = page.create_element("p").unwrap();
                paragraph.set_attribute(BLOCK, &block.index.get().to_string()).unwrap();
                for piece in text.block_str(block.index).split_inclusive(' ') {
                    let words = page.create_text_node(piece);
                    if piece.starts_with(char::is_lowercase) {
                        let mark = page.create_element("mark").unwrap();
                        mark.append_child(&words).unwrap();
                        paragraph.append_child(&mark).unwrap();
                    } else {
                        paragraph.append_child(&words).unwrap();
                    }
                }
                article.append_child(&paragraph).unwrap();
            }
            let told = Rc::<RefCell<Vec<bool>>>::default();
            let hears = Rc::clone(&told);
            let tell = move |right| hears.borrow_mut().push(right);
            let guard = Guard::watch(article.clone(), text.clone(), text.block_count(), Box::new(tell));
            Self { article, guard, told }
        }

        /// Every node below the article, with its parent and its text.
        fn nodes(&self) -> Array {
            let collect = "const found = [];
                const walk = (node) => { found.push(node, node.parentNode, node.nodeValue); node.childNodes.forEach(walk); };
                walk(article);
                return found;";
            self.run(collect).unchecked_into()
        }

        fn run(&self, code: &str) -> JsValue {
            let helpers = "const p = (n) => article.children[n];
                const wrap = (node) => { const font = document.createElement('font'); node.replaceWith(font); font.append(node); return font; };
                const texts = () => { const w = document.createTreeWalker(article, 4), all = []; while (w.nextNode()) all.push(w.currentNode); return all; };";
            let function = Function::new_with_args("article", &format!("{helpers}\n{code}"));
            function.call1(&JsValue::NULL, &self.article).unwrap()
        }
    }

    impl Drop for Page {
        fn drop(&mut self) {
            self.article.remove();
        }
    }

    fn same(a: &Array, b: &Array) -> bool {
        a.length() == b.length() && (0..a.length()).all(|i| js_sys::Object::is(&a.get(i), &b.get(i)))
    }

    const STRANGERS: &[(&str, &str)] = &[
        (
            "a translator",
            "for (const text of texts()) { const font = wrap(wrap(text)); font.firstChild.textContent = 'Er bestritt es.'; }",
        ),
        ("a translator that clones", "for (const e of [...article.children]) e.replaceWith(e.cloneNode(true));"),
        (
            "a proofreader",
            "for (const text of texts()) if (text.length > 3) wrap(text.splitText(2).splitText(1).previousSibling);",
        ),
        (
            "one that joins pieces",
            "article.normalize(); for (const e of article.children) e.textContent = e.textContent;",
        ),
        ("one that retypes", "for (const text of texts()) text.data += '!';"),
        ("one that empties", "article.textContent = '';"),
        (
            "one that adds",
            "p(1).before('Ad', document.createElement('p')); article.append(document.createElement('div'));",
        ),
        ("one that takes away", "p(2).remove(); p(0).firstChild.remove();"),
        ("one that turns around", "for (const e of [...article.children].reverse()) article.append(e);"),
        ("one that moves between paragraphs", "p(0).append(...p(2).childNodes); p(2).append(p(3));"),
        (
            "one that cuts a character",
            "for (const text of texts()) { const at = text.data.indexOf('\\u{1f6a8}'); if (at >= 0) { const rest = text.splitText(at + 1); rest.data += 'x'; text.data += 'y'; } }",
        ),
        ("one that takes out and changes", "const gone = p(2); gone.remove(); gone.textContent = 'x'; p(0).remove();"),
        ("one that moves out", "document.body.append(p(1)); document.body.lastChild.remove();"),
        (
            "one that sets HTML",
            "p(2).innerHTML = '<b>Hello</b>'; article.insertAdjacentHTML('afterbegin', '<p data-b=0>x</p>');",
        ),
    ];

    #[wasm_bindgen_test]
    async fn strangers_are_undone() {
        for (name, code) in STRANGERS {
            for drawn_meanwhile in [false, true] {
                let page = Page::new(TEXT);
                let before = page.nodes();
                page.run(code);
                assert!(!same(&page.nodes(), &before), "{name} does nothing");
                if drawn_meanwhile {
                    // At once, in the same task.
                    assert!(page.guard.begin(), "{name}");
                    assert!(same(&page.nodes(), &before), "{name}, before a drawing");
                    before_drawing();
                    page.guard.end();
                }
                sleep(0).await;
                assert!(same(&page.nodes(), &before), "{name}");
                assert_eq!(page.told.borrow().as_slice(), if drawn_meanwhile { &[][..] } else { &[true] }, "{name}");
            }
        }
    }

    #[wasm_bindgen_test]
    async fn any_strangers_in_any_order_are_undone() {
        let mut seed = 7_u32;
        for round in 0..150 {
            let page = Page::new(TEXT);
            let before = page.nodes();
            let mut names = Vec::new();
            for _ in 0..1 + round % 5 {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let (name, code) = STRANGERS[seed as usize / 65_536 % STRANGERS.len()];
                // A stranger may stumble over what another one left.
                page.run(&format!("try {{ {code} }} catch {{}}"));
                names.push(name);
            }
            sleep(0).await;
            assert!(same(&page.nodes(), &before), "{names:?}");
        }
    }

    #[wasm_bindgen_test]
    async fn what_a_drawing_changes_stays() {
        const DRAW: &str = "const text = p(0).firstChild; text.data = 'He '; const mark = document.createElement('mark'); mark.append('denied it.'); text.after(mark); while (mark.nextSibling) mark.nextSibling.remove();";
        for several_tasks in [false, true] {
            let page = Page::new(TEXT);
            assert!(page.guard.begin());
            before_drawing();
            page.run(DRAW);
            let drawn = page.nodes();
            if several_tasks {
                sleep(0).await;
                // A second drawing that begins before the first has ended.
                assert!(page.guard.begin());
                before_drawing();
            }
            page.guard.end();
            sleep(0).await;
            assert!(same(&page.nodes(), &drawn));
            // And afterwards strangers are undone again.
            page.run(STRANGERS[0].1);
            sleep(0).await;
            assert!(same(&page.nodes(), &drawn));
        }
    }

    #[wasm_bindgen_test]
    async fn a_stranger_between_two_parts_of_a_drawing_is_undone() {
        for (name, code) in STRANGERS {
            for at_once in [false, true] {
                let page = Page::new(TEXT);
                let before = page.nodes();
                assert!(page.guard.begin());
                page.run(code);
                if at_once {
                    before_drawing();
                } else {
                    sleep(0).await;
                    // One that insists has to wait, but not for long enough to meet what is drawn next.
                    page.run(code);
                    before_drawing();
                }
                assert!(same(&page.nodes(), &before), "{name}");
                page.guard.end();
                sleep(0).await;
                assert!(page.told.borrow().iter().all(|right| *right), "{name}");
            }
        }
    }

    #[wasm_bindgen_test]
    async fn a_stranger_who_answers_a_drawing_at_once_is_noticed() {
        for (name, code) in STRANGERS {
            // What looks as it should cannot be told from what was drawn.
            if matches!(*name, "a translator that clones" | "one that joins pieces") {
                continue;
            }
            let page = Page::new(TEXT);
            assert!(page.guard.begin());
            before_drawing();
            page.run(code);
            sleep(0).await;
            assert_eq!(page.told.borrow().as_slice(), [false], "{name}");
            page.guard.end();
        }
    }

    #[wasm_bindgen_test]
    async fn two_that_answer_each_other_let_the_page_go_on() {
        let page = Page::new(TEXT);
        let before = page.nodes();
        let code = "article.times = 0;
            const insist = () => { if (p(0).firstChild.data !== 'Ad' && article.times < 1e5) { article.times += 1; p(0).prepend('Ad'); } };
            const watch = new MutationObserver(insist);
            watch.observe(article, { childList: true, subtree: true });
            article.stop = () => watch.disconnect();
            insist();";
        page.run(code);
        sleep(400).await;
        let times = Reflect::get(&page.article, &"times".into()).unwrap().as_f64().unwrap();
        assert!((2.0..40.0).contains(&times), "{times} times");
        page.run("article.stop()");
        sleep(120).await;
        assert!(same(&page.nodes(), &before));
    }

    #[wasm_bindgen_test]
    async fn what_it_costs() {
        let line = "The strike, he said, killed nine people in the desert of Homs. Officials denied it. ".repeat(6);
        let page = Page::new(&vec![line.trim_end(); 2000].join("\n"));
        let now = || web_sys::window().unwrap().performance().unwrap().now();
        let started = now();
        assert!(page.guard.begin());
        before_drawing();
        let began = now();
        page.run("for (let n = 0; n < 60; n += 1) for (const mark of [...p(n).children]) mark.firstChild.data = mark.textContent;");
        let drew = now();
        page.guard.end();
        let ended = now();
        wasm_bindgen_test::console_log!(
            "begin {:.2} ms, a screen drawn {:.2} ms, end {:.2} ms",
            began - started,
            drew - began,
            ended - drew
        );
    }
}
