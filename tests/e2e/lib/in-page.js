// Runs inside the page under test: finds things as assistive technology does, by role and accessible name,
// and knows where on the screen a character of the article stands. Sent as text with each call; keeps no state.
(() => {
  const ROLES = {
    alert: '[role=alert],[role=alertdialog]',
    article: 'article,[role=article]',
    button: 'button,[role=button],input[type=button],input[type=submit]',
    checkbox: 'input[type=checkbox],[role=checkbox],[role=switch]',
    complementary: 'aside,[role=complementary]',
    combobox: 'select:not([multiple]),[role=combobox]',
    dialog: 'dialog,[role=dialog]',
    img: 'img,[role=img]',
    group: 'fieldset,details,[role=group]',
    link: 'a[href],[role=link]',
    list: 'ul,ol,[role=list]',
    listbox: '[role=listbox]',
    listitem: 'li,[role=listitem]',
    option: '[role=option]',
    radio: 'input[type=radio],[role=radio]',
    radiogroup: 'fieldset,[role=radiogroup]',
    region: 'section[aria-label],[role=region]',
    searchbox: 'input[type=search],[role=searchbox]',
    slider: 'input[type=range],[role=slider]',
    status: '[role=status],output',
    tab: '[role=tab]',
    textbox: 'textarea,input:not([type]),input[type=text],[role=textbox],[contenteditable]:not([contenteditable=false])',
    toolbar: '[role=toolbar]',
  };
  const FROM_CONTENT = new Set(['button', 'link', 'listitem', 'option', 'radio', 'checkbox', 'tab']);
  const clean = (text) => text.replace(/\s+/g, ' ').trim();

  const shown = (element) =>
    element.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: false }) && !element.closest('[aria-hidden=true],[inert]');

  function content(node) {
    if (node.nodeType === Node.TEXT_NODE) return node.data;
    if (node.nodeType !== Node.ELEMENT_NODE) return '';
    if (node.getAttribute('aria-hidden') === 'true' || getComputedStyle(node).display === 'none') return '';
    const own = node.getAttribute('aria-label');
    if (own) return own;
    const text = [...node.childNodes].map(content).join('');
    return getComputedStyle(node).display === 'inline' ? text : ` ${text} `;
  }

  function nameOf(element, role) {
    const by = element.getAttribute('aria-labelledby');
    if (by) return clean(by.split(/\s+/).map((id) => document.getElementById(id)?.textContent ?? '').join(' '));
    const label = element.getAttribute('aria-label');
    if (label) return clean(label);
    if (element.labels?.length) return clean([...element.labels].map(content).join(' '));
    if (element.tagName === 'FIELDSET') return clean(element.querySelector('legend')?.textContent ?? '');
    const text = FROM_CONTENT.has(role) ? clean([...element.childNodes].map(content).join('')) : '';
    return text || clean(element.getAttribute('title') ?? element.getAttribute('placeholder') ?? '');
  }

  /** All elements of a role, with an exact name where one is given, inside `root`. */
  function all(role, name, root = document, { hidden = false } = {}) {
    const explicit = (element) => (element.getAttribute('role') ?? role) === role;
    return [...root.querySelectorAll(ROLES[role])].filter(
      (element) => explicit(element) && (hidden || shown(element)) && (name === null || name === undefined || nameOf(element, role) === name),
    );
  }

  const article = () => document.querySelector('article[aria-label="Article"],[role=article][aria-label="Article"]') ?? all('article', 'Article')[0];
  const lines = () => [...article().querySelectorAll('p')].map((p) => p.textContent);

  function textNodes(root) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) found.push(walker.currentNode);
    return found;
  }

  /** The place of a code point: its paragraph and the UTF-16 offset in it. */
  function locate(codePoint) {
    let left = codePoint;
    for (const p of article().querySelectorAll('p')) {
      const text = p.textContent;
      const length = countCodePoints(text);
      if (left <= length) return { p, utf16: utf16At(text, left) };
      left -= length + 1;
    }
    throw new Error(`the article has no code point ${codePoint}`);
  }
  function countCodePoints(text) {
    let count = 0;
    for (let i = 0; i < text.length; i += text.codePointAt(i) > 0xffff ? 2 : 1) count += 1;
    return count;
  }
  function utf16At(text, codePoints) {
    let i = 0;
    for (let n = 0; n < codePoints; n += 1) i += text.codePointAt(i) > 0xffff ? 2 : 1;
    return i;
  }

  /** A DOM range over the UTF-16 offsets [from, to) of a paragraph. */
  function rangeIn(p, from, to) {
    const range = document.createRange();
    let at = 0;
    let begun = false;
    for (const node of textNodes(p)) {
      const end = at + node.length;
      if (!begun && from < end) {
        range.setStart(node, from - at);
        begun = true;
      }
      if (begun && to <= end) {
        range.setEnd(node, to - at);
        return range;
      }
      at = end;
    }
    throw new Error(`no range ${from} to ${to} in a line of ${at}`);
  }

  const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;
  const NEUTRAL = /^[\s\p{P}\p{S}]$/u;

  /**
   * The point on the screen at the grapheme that holds a code point. `side` is where in it: "start" and "end" are
   * just inside its first and last edge in reading order, "middle" the middle. Scrolls it into view first; `moved`
   * says whether that was needed.
   */
  function point(codePoint, side = 'middle', scroll = true) {
    const { p, utf16 } = locate(codePoint);
    const text = p.textContent;
    if (text === '') {
      if (scroll) p.scrollIntoView({ block: 'center', behavior: 'instant' });
      const box = p.getBoundingClientRect();
      return { x: box.left + 4, y: box.top + box.height / 2 };
    }
    // Segmenting a line of a megabyte takes seconds: a window around the place is enough.
    const near = Math.max(0, utf16 - 64);
    const pieces = new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text.slice(near, utf16 + 64));
    // WebKit's `containing` answers with two graphemes where one ends in a surrogate pair: walk instead.
    const wanted = Math.min(utf16, text.length - 1) - near;
    const piece = [...pieces].findLast(({ index }) => index <= wanted);
    const range = rangeIn(p, near + piece.index, near + piece.index + piece.segment.length);
    let box = largest(range);
    let moved = false;
    // WebKit lays paragraphs out that come into view only in the next frame: until then nothing in them has a place.
    const unlaid = box.height === 0;
    if (scroll && unlaid) p.scrollIntoView({ block: 'center', behavior: 'instant' });
    else if (scroll && (box.top < 120 || box.bottom > innerHeight - 120 || box.left < 0 || box.right > innerWidth)) {
      p.scrollIntoView({ block: 'nearest', behavior: 'instant' });
      box = largest(range);
      const pane = scroller(p);
      pane.scrollBy({ top: box.top - innerHeight / 2, behavior: 'instant' });
      box = largest(range);
      moved = true;
    }
    const direction = RIGHT_TO_LEFT.test(piece.segment)
      ? 'rtl'
      : NEUTRAL.test(piece.segment)
        ? getComputedStyle(p).direction
        : 'ltr';
    const inset = Math.min(2, box.width / 4);
    const atLeft = (side === 'start') === (direction === 'ltr');
    const x = side === 'middle' ? box.left + box.width / 2 : atLeft ? box.left + inset : box.right - inset;
    return { x, y: box.top + box.height / 2, width: box.width, height: box.height, moved: moved || unlaid, unlaid };
  }

  /** The point of the caret before a code point: at the edge of what follows it ("on") or of what comes before it ("back"). */
  function caret(codePoint, side = 'on', scroll = true) {
    const { p, utf16 } = locate(codePoint);
    const atStart = utf16 === 0;
    const atEnd = utf16 === p.textContent.length;
    const forward = atStart || (side === 'on' && !atEnd);
    return forward ? point(codePoint, 'start', scroll) : point(codePoint - 1, 'end', scroll);
  }
  function largest(range) {
    const boxes = [...range.getClientRects()].sort((a, b) => b.width * b.height - a.width * a.height);
    return boxes[0] ?? range.getBoundingClientRect();
  }
  function scroller(element) {
    for (let e = element.parentElement; e; e = e.parentElement) {
      if (/(auto|scroll)/.test(getComputedStyle(e).overflowY) && e.scrollHeight > e.clientHeight) return e;
    }
    return document.scrollingElement;
  }

  /** The marked pieces as `[start, end]` in code points of the whole text, touching ones apart. */
  function marks() {
    const found = [];
    let base = 0;
    for (const p of article().querySelectorAll('p')) {
      let at = 0;
      for (const node of textNodes(p)) {
        const length = countCodePoints(node.data);
        if (node.parentElement.closest('mark')) found.push([base + at, base + at + length]);
        at += length;
      }
      base += at + 1;
    }
    return found;
  }

  /** What the article element is made of, for the names contract. */
  function structure() {
    const root = article();
    const strays = textNodes(root)
      .filter((node) => !node.parentElement.closest('p') && node.data.trim())
      .map((node) => node.data);
    return {
      strays,
      nested: root.querySelectorAll('p p').length,
      lines: lines(),
      marks: root.querySelectorAll('mark').length,
      marked: [...root.querySelectorAll('mark')].map((mark) => mark.textContent),
    };
  }

  return { all, nameOf, article, lines, locate, point, caret, marks, structure, scroller, rangeIn, countCodePoints, shown };
})()
