// The app as a person meets it: things are found by role and exact accessible name, the article by code points,
// and everything is done by real mouse, touch and keyboard input.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Key, Origin } from 'selenium-webdriver';
import { Pointer } from 'selenium-webdriver/lib/input.js';
import { until } from './wait.mjs';

const IN_PAGE = fs.readFileSync(path.join(path.dirname(fileURLToPath(import.meta.url)), 'in-page.js'), 'utf8').trim();
export { Key };

/** Code points of a string, as an array. */
export const points = (text) => Array.from(text);
/** `text[start:end]` in code points. */
export const slice = (text, start, end) => points(text).slice(start, end).join('');
/** Where `part` stands for the n-th time (from 0), as `[start, end]` in code points. */
export function find(text, part, nth = 0) {
  let at = -1;
  for (let i = 0; i <= nth; i += 1) {
    at = text.indexOf(part, at + 1);
    if (at < 0) throw new Error(`"${part}" is not in the text ${nth + 1} times`);
  }
  const start = points(text.slice(0, at)).length;
  return [start, start + points(part).length];
}

const MODIFIERS = { ctrl: Key.CONTROL, shift: Key.SHIFT, alt: Key.ALT, meta: Key.META };
export const LABELS = ['Claim', 'Source', 'Location'];

export class Page {
  constructor(browser, server) {
    this.browser = browser;
    this.driver = browser.driver;
    this.server = server;
  }

  async open(where = '') {
    await this.driver.get(this.server.url + where);
  }

  async reload() {
    await this.driver.navigate().refresh();
  }

  /** Runs a function in the page; its first argument is the in-page library. */
  run(body, ...args) {
    return this.driver.executeScript(`const lib = ${IN_PAGE}; return (${body}).call(null, lib, ...arguments);`, ...args);
  }

  /** Like `run`, for a function that gives a promise. */
  async runAsync(body, ...args) {
    const result = await this.driver.executeAsyncScript(
      `const done = arguments[arguments.length - 1]; const lib = ${IN_PAGE};
       Promise.resolve().then(() => (${body}).call(null, lib, ...[...arguments].slice(0, -1))).then((value) => done({ value }), (error) => done({ error: String(error && error.stack || error) }));`,
      ...args,
    );
    if (result?.error) throw new Error(result.error);
    return result?.value;
  }

  // --- finding -----------------------------------------------------------------------------------------------

  /** All shown elements of a role (and an exact name). */
  all(role, name = null, within = null) {
    return this.run((lib, r, n, root) => lib.all(r, n, root ?? document), role, name, within);
  }

  /** The one shown element of a role and name; waits for it. */
  async get(role, name, { within = null, ms } = {}) {
    return until(
      `${role} "${name}"`,
      async () => {
        const found = await this.all(role, name, within);
        if (found.length > 1) throw new Error(`${found.length} elements are ${role} "${name}"`);
        return found[0];
      },
      ms,
    );
  }

  async has(role, name, within = null) {
    return (await this.all(role, name, within)).length > 0;
  }

  gone(role, name, ms) {
    return until(`no ${role} "${name}"`, async () => !(await this.has(role, name)), ms);
  }

  /** Presses a button (or link) as a person does, once it can be pressed: pointer to its middle, press, release. */
  async press(name, { within = null, role = 'button', ms } = {}) {
    const element = await this.get(role, name, { within, ms });
    await until(`${role} "${name}" that can be pressed`, () => this.#canPress(element), ms);
    await this.clickOn(element);
  }

  #canPress(element) {
    return this.driver.executeScript("return !arguments[0].disabled && arguments[0].getAttribute('aria-disabled') !== 'true'", element);
  }

  async clickOn(element, options) {
    await this.driver.executeScript('arguments[0].scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" })', element);
    const { x, y } = await this.driver.executeScript(
      'const b = arguments[0].getBoundingClientRect(); return { x: b.left + b.width / 2, y: b.top + Math.min(b.height / 2, 20) }',
      element,
    );
    await this.clickAt({ x, y }, options);
  }

  /** A button or link of that name, whichever it is. */
  async pressEither(name) {
    const element = await until(`button or link "${name}"`, async () => (await this.all('button', name))[0] ?? (await this.all('link', name))[0]);
    await this.clickOn(element);
  }

  // --- input -------------------------------------------------------------------------------------------------

  #move({ x, y }, duration = 0) {
    return { x: Math.round(x), y: Math.round(y), duration, origin: Origin.VIEWPORT };
  }

  async clickAt(at, { times = 1, ctrl = false, alt = false } = {}) {
    at = this.#apart(at);
    let actions = this.driver.actions();
    if (ctrl) actions = actions.keyDown(Key.CONTROL);
    if (alt) actions = actions.keyDown(Key.ALT);
    actions = actions.move(this.#move(at));
    for (let i = 0; i < times; i += 1) actions = actions.press().release();
    if (alt) actions = actions.keyUp(Key.ALT);
    if (ctrl) actions = actions.keyUp(Key.CONTROL);
    if (times === 1) return actions.perform();
    // On a machine that stalls, the driver's presses may come too far apart to be counted as one series: then they are
    // made again, once the browser has forgotten them. What the app makes of a series is not looked at here.
    for (let attempt = 1; ; attempt += 1) {
      await this.run(() => {
        if (window.presses === undefined) addEventListener('mousedown', (event) => (window.presses = event.detail), true);
        window.presses = 0;
      });
      await actions.perform();
      const counted = await this.run(() => window.presses);
      if (counted >= times || attempt === 3) return undefined;
      await this.runAsync(() => new Promise((resolve) => setTimeout(resolve, 1100)));
    }
  }

  /** WebKit counts clicks at the very same point on and on, for a second: the next one goes a pixel beside it. */
  #apart(at) {
    if (this.browser.engine !== 'webkit') return at;
    const last = this.browser.pressed;
    const same = last && Math.round(last.x) === Math.round(at.x) && Math.round(last.y) === Math.round(at.y);
    this.browser.pressed = same ? { x: at.x, y: at.y + 1 } : { x: at.x, y: at.y };
    return this.browser.pressed;
  }

  /** Where a code point stands on the screen. */
  async point(codePoint, side = 'middle', scroll = true) {
    const at = await this.run((lib, c, s, move) => lib.point(c, s, move), codePoint, side, scroll);
    if (!at.moved) return at;
    const settled = await this.#settled(codePoint, side);
    // Now that it is laid out, it may be out of view still.
    return at.unlaid && scroll && !settled.unlaid ? this.point(codePoint, side) : settled;
  }

  /**
   * Where a code point stands once scrolling is over: paragraphs that come into view get their true height in the next
   * frame, and what scrolled past has been told to the app by then.
   */
  #settled(codePoint, side) {
    return this.runAsync(
      async (lib, c, s) => {
        // A tab in the background has no frames.
        const frame = () => new Promise((resolve) => (requestAnimationFrame(resolve), setTimeout(resolve, 500)));
        let before = null;
        let same = 0;
        for (let i = 0; i < 60; i += 1) {
          await frame();
          const now = lib.point(c, s, false);
          same = before && !now.unlaid && now.x === before.x && now.y === before.y ? same + 1 : 0;
          if (same === 2) break;
          before = now;
        }
        return before;
      },
      codePoint,
      side,
    );
  }

  /** Both ends of a span on the screen at once. */
  async ends(start, end) {
    await this.point(end - 1, 'end');
    await this.point(start, 'start');
    return this.run((lib, a, b) => [lib.point(a, 'start', false), lib.point(b, 'end', false)], start, end - 1);
  }

  /**
   * Drags over the code points [start, end). `key` is held meanwhile; `exact` holds Alt, `add` Ctrl.
   */
  async drag(start, end, { key, exact = false, add = false, backward = false } = {}) {
    let [from, to] = await this.ends(start, end);
    if (backward) [from, to] = [to, from];
    from = this.#apart(from);
    const half = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
    let actions = this.driver.actions();
    if (exact) actions = actions.keyDown(Key.ALT);
    if (add) actions = actions.keyDown(Key.CONTROL);
    if (key) actions = actions.keyDown(key);
    actions = actions.move(this.#move(from)).press().move(this.#move(half)).move(this.#move(to)).release();
    if (key) actions = actions.keyUp(key);
    if (add) actions = actions.keyUp(Key.CONTROL);
    if (exact) actions = actions.keyUp(Key.ALT);
    await actions.perform();
  }

  /**
   * Drags between two places of the caret (code points); with `clicks` 2, the second press is the one that drags.
   */
  async dragCarets(from, to, { exact = false, clicks = 1 } = {}) {
    const on = from < to;
    await this.caret(from, on ? 'on' : 'back');
    let [a, b] = await this.run((lib, f, t, o) => [lib.caret(f, o ? 'on' : 'back', false), lib.caret(t, o ? 'back' : 'on', false)], from, to, on);
    if (clicks > 1) [a, b] = await this.run((lib, f, t) => [lib.point(f, 'middle', false), lib.point(t, 'middle', false)], from, to);
    a = this.#apart(a);
    const half = { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
    let actions = this.driver.actions();
    if (exact) actions = actions.keyDown(Key.ALT);
    actions = actions.move(this.#move(a)).press();
    for (let i = 1; i < clicks; i += 1) actions = actions.release().press();
    actions = actions.move(this.#move(half)).move(this.#move(b)).release();
    if (exact) actions = actions.keyUp(Key.ALT);
    await actions.perform();
  }

  /** The point of the caret before a code point, on the side of the text that comes next or that came before. */
  async caret(codePoint, side = 'on') {
    const at = await this.run((lib, c, s) => lib.caret(c, s), codePoint, side);
    if (!at.moved) return at;
    await this.#settled(codePoint && codePoint - 1, 'middle');
    // Now that it is laid out, it may be out of view still.
    return this.run((lib, c, s, scroll) => lib.caret(c, s, scroll), codePoint, side, at.unlaid);
  }

  async double(codePoint, options) {
    await this.clickAt(await this.point(codePoint), { ...options, times: 2 });
  }

  async triple(codePoint, options) {
    await this.clickAt(await this.point(codePoint), { ...options, times: 3 });
  }

  async click(codePoint, options) {
    await this.clickAt(await this.point(codePoint), options);
  }

  /** A long press, and a drag on from it where `to` is given (code points). */
  async touch(from, to = null) {
    const a = await this.point(from);
    const b = to === null ? null : await this.point(to, 'middle', false);
    const finger = new Pointer('finger', Pointer.Type.TOUCH);
    const actions = this.driver.actions();
    actions.insert(finger, finger.move(this.#move(a)), finger.press(), { type: 'pause', duration: 700 });
    if (b) actions.insert(finger, finger.move(this.#move({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }, 60)), finger.move(this.#move(b, 60)));
    actions.insert(finger, finger.release());
    await actions.perform();
  }

  /** A swipe by finger without a rest before it. */
  async swipe(from, to) {
    const finger = new Pointer('finger', Pointer.Type.TOUCH);
    const actions = this.driver.actions();
    actions.insert(finger, finger.move(this.#move(from)), finger.press(), finger.move(this.#move(to, 120)), finger.release());
    await actions.perform();
  }

  async tap(at) {
    const finger = new Pointer('finger', Pointer.Type.TOUCH);
    const actions = this.driver.actions();
    actions.insert(finger, finger.move(this.#move(at)), finger.press(), finger.release());
    await actions.perform();
  }

  /** Drags from one point of the screen to another. */
  async dragPoints(from, to) {
    from = this.#apart(from);
    const half = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
    await this.driver.actions().move(this.#move(from)).press().move(this.#move(half)).move(this.#move(to)).release().perform();
  }

  /** Keys one after another; "Ctrl+Shift+z" holds the first ones. */
  async keys(...chords) {
    let actions = this.driver.actions();
    for (const chord of chords) {
      const parts = chord.length > 1 && chord.includes('+') ? chord.split('+') : [chord];
      const key = parts.pop();
      const held = parts.map((name) => MODIFIERS[name.toLowerCase()]);
      for (const modifier of held) actions = actions.keyDown(modifier);
      actions = actions.sendKeys(Key[key.toUpperCase()] ?? key);
      for (const modifier of held.reverse()) actions = actions.keyUp(modifier);
    }
    await actions.perform();
  }

  /** Puts plain text (or, with `html`, rich text) on the clipboard by a real copy in another tab. */
  async copyToClipboard(text, { html = false } = {}) {
    const back = await this.driver.getWindowHandle();
    await this.driver.switchTo().newWindow('tab');
    await this.driver.executeScript(
      `if (arguments[1]) { document.body.innerHTML = arguments[0]; getSelection().selectAllChildren(document.body); }
       else { const t = document.body.appendChild(document.createElement('textarea')); t.value = arguments[0]; t.focus(); t.select(); }`,
      text,
      html,
    );
    await this.keys('Ctrl+c');
    await this.driver.close();
    await this.driver.switchTo().window(back);
  }

  /** What is on the clipboard, by a real paste in another tab. */
  async clipboardText() {
    const back = await this.driver.getWindowHandle();
    await this.driver.switchTo().newWindow('tab');
    await this.driver.executeScript("document.body.appendChild(document.createElement('textarea')).focus()");
    await this.keys('Ctrl+v');
    const text = await until('pasted text', () => this.driver.executeScript("return document.querySelector('textarea').value"));
    await this.driver.close();
    await this.driver.switchTo().window(back);
    return text;
  }

  // --- the app -----------------------------------------------------------------------------------------------

  /** Opens the app with a text pasted into its box and waits for the article. */
  async annotate(text) {
    await this.paste(text);
    await this.press('Annotate');
    await this.article();
  }

  /** Opens the start screen and pastes an article there. */
  async paste(text) {
    await this.copyToClipboard(text);
    await this.open();
    const box = await this.get('textbox', 'Article text');
    await this.clickOn(box);
    await this.keys('Ctrl+v');
    await this.pasted();
  }

  /** The number of the paragraph that stands on top of what is seen of the article. */
  top() {
    return this.run((lib) => {
      const pane = lib.scroller(lib.article().querySelector('p'));
      const edge = pane === document.scrollingElement ? 0 : pane.getBoundingClientRect().top;
      return [...lib.article().querySelectorAll('p')].findIndex((p) => p.getBoundingClientRect().bottom > edge + 60);
    });
  }

  /** Waits until what was pasted on the start screen has arrived. */
  pasted() {
    return until('the pasted text', () =>
      this.run((lib) => {
        const [box] = lib.all('textbox', 'Article text');
        return box ? box.value !== '' : lib.all('button', 'Remove this text').length > 0;
      }),
    );
  }

  /** The first words that the page shows, for the reports of what went wrong. */
  words() {
    return this.run(() => `${location.hash} ${document.body.innerText.replace(/\s+/g, ' ').slice(0, 400)}`).catch((error) => error.message);
  }

  /** Waits for an article to stand; gives its text. */
  async article(ms) {
    const there = () => this.run((lib) => lib.all('article', 'Article').length === 1);
    await until(async () => `the article; instead there is: ${await this.words()}`, there, ms);
    return this.text();
  }

  lines() {
    return this.run((lib) => lib.lines());
  }

  async text() {
    return (await this.lines()).join('\n');
  }

  structure() {
    return this.run((lib) => lib.structure());
  }

  /** The text of the status named "Storage". */
  async storage() {
    const [status] = await this.run((lib) => lib.all('status', 'Storage', document, { hidden: true }).map((e) => e.textContent.trim()));
    return status;
  }

  async saved(ms) {
    await until(async () => `Storage to say "Saved" (says "${await this.storage().catch(() => '?')}")`, async () => (await this.storage()) === 'Saved', ms);
  }

  /** From now on the machine seems so busy that each drawing takes several of the browser's tasks. */
  busy() {
    // Yew lets the browser in after 16 ms by this clock, with the nodes new and the effects not yet run.
    return this.run(() => {
      const now = Date.now;
      let late = 0;
      Date.now = () => now() + (late += 20);
    });
  }

  /** The names of the rows in the list of annotations. */
  rows() {
    return this.run((lib) => {
      const [list] = lib.all('list', 'Annotations');
      return list ? lib.all('listitem', null, list).map((row) => lib.nameOf(row, 'listitem')) : null;
    });
  }

  row(name) {
    return until(`row "${name}"`, () =>
      this.run((lib, wanted) => {
        const [list] = lib.all('list', 'Annotations');
        return list && lib.all('listitem', wanted, list)[0];
      }, name),
    );
  }

  /** Waits for rows of exactly these names, in this order. */
  async rowsAre(expected) {
    let last;
    await until(
      () => `rows ${JSON.stringify(expected)}; there are ${JSON.stringify(last)}`,
      async () => {
        last = await this.rows();
        return JSON.stringify(last) === JSON.stringify(expected);
      },
    );
  }

  async hasRow(name, ms) {
    let last;
    await until(
      () => `row "${name}" among ${JSON.stringify(last)}`,
      async () => {
        last = await this.rows();
        return last?.includes(name);
      },
      ms,
    );
  }

  label(name, toolbar = 'Labels') {
    return until(`button "${name}" in toolbar "${toolbar}"`, () =>
      this.run(
        (lib, bar, wanted) => {
          const [found] = lib.all('toolbar', bar);
          return found && lib.all('button', wanted, found)[0];
        },
        toolbar,
        name,
      ),
    );
  }

  async pressLabel(name, toolbar = 'Labels') {
    await this.clickOn(await this.label(name, toolbar));
  }

  async armed() {
    return this.run((lib) => {
      const [bar] = lib.all('toolbar', 'Labels');
      return lib
        .all('button', null, bar)
        .filter((button) => button.getAttribute('aria-pressed') === 'true')
        .map((button) => lib.nameOf(button, 'button'));
    });
  }

  /** Waits until exactly these labels are armed. */
  async armedAre(...expected) {
    let last;
    await until(
      () => `labels armed: ${JSON.stringify(expected)}; they are ${JSON.stringify(last)}`,
      async () => {
        last = await this.armed();
        return JSON.stringify(last) === JSON.stringify(expected);
      },
    );
  }

  /** Presses a button that at narrow widths may stand in a menu. */
  async pressAnywhere(name) {
    const shown = await until(`button "${name}" or "More"`, async () => ((await this.has('button', name)) && name) || ((await this.has('button', 'More')) && 'More'));
    if (shown === 'More') await this.press('More');
    await this.press(name);
  }

  /** Chooses a radio button or an option of a list by its name. */
  async choose(name) {
    const element = await until(`a choice "${name}"`, () =>
      this.run((lib, wanted) => {
        const radio = lib.all('radio', wanted)[0] ?? [...document.querySelectorAll('label')].find((l) => l.textContent.trim() === wanted && lib.shown(l));
        return radio ?? [...document.querySelectorAll('option')].find((o) => o.textContent.trim() === wanted);
      }, name),
    );
    if ((await element.getTagName()).toLowerCase() === 'option') await element.click();
    else await this.clickOn(element);
  }

  /**
   * Starts a clock for the next trusted event of a type; `readClock` gives the milliseconds from that event to the
   * first frame that shows a change of the article's marks.
   */
  startClock(type) {
    return this.run((lib, eventType) => {
      window.clock = new Promise((resolve) => {
        let begun = null;
        addEventListener(
          eventType,
          (event) => {
            begun = event.timeStamp;
            const observer = new MutationObserver(() => {
              observer.disconnect();
              // A message posted from a frame callback arrives when that frame has been drawn.
              requestAnimationFrame(() => {
                const channel = new MessageChannel();
                channel.port1.onmessage = () => resolve(performance.now() - begun);
                channel.port2.postMessage(0);
              });
            });
            observer.observe(lib.article(), { subtree: true, childList: true, characterData: true });
          },
          { capture: true, once: true },
        );
      });
    }, type);
  }

  readClock() {
    return this.runAsync(() => window.clock);
  }

  /** Opens the dialog of that name by its button. */
  async openDialog(name) {
    await this.press(name);
    return this.get('dialog', name);
  }

  async closeDialog(name) {
    const [dialog] = await this.all('dialog', name);
    if (!dialog) return;
    const [button] = await this.all('button', 'Close', dialog);
    if (button) await this.clickOn(button);
    else await this.keys('Escape');
    await this.gone('dialog', name);
  }

  /** The exported file, byte for byte as text, by "Export" > "Download" (by "Copy" where the engine cannot download). */
  async exportText() {
    const dialog = await this.openDialog('Export');
    let text;
    if (this.browser.engine === 'webkit') {
      // Its driver gives no downloads, and a paste into a text field changes some characters: what Copy hands to the
      // clipboard is caught on the way.
      await this.run(() => void
        Object.defineProperty(navigator, 'clipboard', {
          configurable: true,
          value: { writeText: async (copied) => void (window.copiedText = copied) },
        }),
      );
      await this.press('Copy', { within: dialog });
      text = await until('the copied file', () => this.run(() => window.copiedText));
      await this.run(() => void delete window.copiedText);
    } else {
      const before = new Set(fs.readdirSync(this.browser.downloads));
      await this.press('Download', { within: dialog });
      const file = await until('a downloaded file', () => {
        const fresh = fs.readdirSync(this.browser.downloads).filter((name) => !before.has(name));
        const done = fresh.filter((name) => !/\.(crdownload|part|tmp)$/.test(name) && !name.startsWith('.'));
        return fresh.length === done.length && done.length === 1 && fs.statSync(path.join(this.browser.downloads, done[0])).size > 0 && done[0];
      });
      this.lastDownload = path.join(this.browser.downloads, file);
      text = fs.readFileSync(this.lastDownload, 'utf8');
    }
    await this.closeDialog('Export');
    return text;
  }

  async exportJson() {
    return JSON.parse(await this.exportText());
  }

  /** Gives a file to the page's file input: to the one in the dialog, or else the one of the start screen. */
  async giveFile(file, { dialog = null } = {}) {
    const input = await until('an input for files', () =>
      this.run((lib, name) => {
        const root = name ? lib.all('dialog', name)[0] : document;
        return root && (root.querySelector('input[type=file]') ?? document.querySelector('input[type=file]'));
      }, dialog),
    );
    await input.sendKeys(path.resolve(file));
  }

  /** Imports a Gloss file by the dialog; does not wait for what comes of it. */
  async importFile(file) {
    await this.openDialog('Import');
    await this.giveFile(file, { dialog: 'Import' });
  }

  /** Puts the keyboard's focus into the article, as Tab would. */
  async goToArticle() {
    await this.run((lib) => {
      const article = lib.article();
      const target = article.tabIndex >= 0 ? article : (article.closest('[tabindex="0"]') ?? article);
      target.focus({ preventScroll: true });
    });
  }

  /** The middle of the handle at an edge ("start" or "end") of the focused annotation. */
  async handle(edge) {
    return until(`a handle at the ${edge}`, () =>
      this.run((lib, which) => {
        const handle = document.querySelector(`[data-handle="${which}"]`);
        if (!handle) return null;
        const box = handle.getBoundingClientRect();
        if (box.width === 0) return null;
        return { x: box.left + box.width / 2, y: box.top + box.height / 2 };
      }, edge),
    );
  }

  /** The middle of an element on the screen. */
  middle(element) {
    return this.run((_, e) => {
      e.scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: 'instant' });
      const box = e.getBoundingClientRect();
      return { x: box.left + box.width / 2, y: box.top + box.height / 2 };
    }, element);
  }

  /** What assistive technology reads as the description of a button. */
  async description(name) {
    const element = await this.get('button', name);
    return this.driver.executeScript(
      `const e = arguments[0]; const by = e.getAttribute('aria-describedby');
       return by ? by.split(/\\s+/).map((id) => document.getElementById(id)?.textContent ?? '').join(' ').trim()
         : e.getAttribute('aria-description') ?? e.getAttribute('title') ?? ''`,
      element,
    );
  }

  /** Whether a button can be pressed. */
  async enabled(name) {
    return this.#canPress(await this.get('button', name));
  }

  /** Goes back to the start screen. */
  async newArticle() {
    await this.pressEither('New article');
    await this.get('textbox', 'Article text');
  }

  /** Imports a file that has nothing wrong and waits until its text stands. */
  async importGood(file) {
    const text = JSON.parse(fs.readFileSync(file, 'utf8')).documents[0].text;
    await this.importFile(file);
    await this.gone('dialog', 'Import', 60_000);
    await until('the imported text', () => this.run((lib, length) => lib.article() && lib.lines().join('\n').length === length, text.replace(/\r\n?/g, '\n').length), 60_000);
  }

  // --- the surroundings --------------------------------------------------------------------------------------

  /** Makes the viewport this large, in CSS pixels. */
  async viewport(width, height) {
    if (this.browser.engine === 'chromium') {
      await this.driver.sendDevToolsCommand('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false });
    } else if (this.browser.engine === 'firefox') {
      await this.#bidi('browsingContext.setViewport', { context: await this.driver.getWindowHandle(), viewport: { width, height } });
    } else {
      const frame = await this.driver.executeScript('return [outerWidth - innerWidth, outerHeight - innerHeight]');
      await this.driver.manage().window().setRect({ width: width + frame[0], height: height + frame[1] });
    }
    this.browser.before ??= await this.driver.executeScript('return [innerWidth, innerHeight]');
    await until(
      async () => `a viewport of ${width} by ${height}, have ${await this.driver.executeScript('return innerWidth + "x" + innerHeight')}`,
      () => this.driver.executeScript('return innerWidth === arguments[0] && innerHeight === arguments[1]', width, height),
      3000,
    );
  }

  /** Takes back what `viewport` did: the next flow of this browser has the size that all begin with. */
  async ownViewport() {
    const { before } = this.browser;
    if (!before) return;
    if (this.browser.engine === 'chromium') await this.driver.sendDevToolsCommand('Emulation.clearDeviceMetricsOverride', {});
    else if (this.browser.engine === 'firefox') await this.#bidi('browsingContext.setViewport', { context: await this.driver.getWindowHandle(), viewport: null });
    else await this.viewport(...before);
    this.browser.before = undefined;
  }

  async #bidi(method, params) {
    this.browser.bidi ??= await this.driver.getBidi();
    const answer = await this.browser.bidi.send({ method, params });
    if (answer.type === 'error') throw new Error(`${method}: ${answer.message}`);
    return answer.result;
  }

  /** Emulates media features, `{ 'prefers-color-scheme': 'dark' }` (Chromium). */
  async media(features) {
    await this.driver.sendDevToolsCommand('Emulation.setEmulatedMedia', {
      features: Object.entries(features).map(([name, value]) => ({ name, value })),
    });
  }

  async screenshot(file) {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, await this.driver.takeScreenshot(), 'base64');
  }
}
