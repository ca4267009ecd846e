// One table of gestures, tests/fixtures/gestures.json, made by mouse, by touch and by keyboard. All cases stand in one
// article, each in lines of its own, and one export at the end tells what each of them marked.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkFile } from '../lib/check.mjs';
import { writeFile } from '../lib/make.mjs';
import { points } from '../lib/page.mjs';
import { until } from '../lib/wait.mjs';

const FILE = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../fixtures/gestures.json');
// That a label keeps quotation marks is a choice of snapping which no schema can say yet, the app's or a file's: the
// native test of the table runs those cases.
const CASES = JSON.parse(fs.readFileSync(FILE, 'utf8')).cases.filter((c) => c.quotes !== 'keep');

const LETTER = /^[\p{L}\p{N}\p{M}]$/u;
const RIGHT_TO_LEFT = new Set(['Arabic', 'Hebrew']);
const graphemes = (text, from, to) => [...new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(points(text).slice(from, to).join(''))].length;

/** How each hand makes a case; undefined where it cannot. `base` is where the case's text begins in the article. */
const HANDS = {
  mouse: ({ gesture, unit, from, to }) => {
    const exact = unit === 'exact';
    switch (gesture) {
      case 'double-click':
        return (page, base) => page.double(base + from, { alt: exact });
      case 'triple-click':
        return (page, base) => page.triple(base + from);
      case 'drag':
        return (page, base) => page.dragCarets(base + from, base + to, { exact });
      case 'double-click-drag':
        return (page, base) => page.dragCarets(base + from, base + to, { clicks: 2 });
      default:
        throw new Error(`no such gesture: ${gesture}`);
    }
  },
  touch: ({ gesture, unit, text, from, to }) => {
    if (unit === 'exact') return undefined;
    if (gesture === 'double-click') return (page, base) => page.touch(base + from);
    if (gesture === 'double-click-drag') return (page, base) => page.touch(base + from, base + to);
    if (gesture !== 'drag') return undefined;
    // A long press takes the word under it: the same as a drag when both ends are on letters.
    const [first, last] = from < to ? [from, to - 1] : [from - 1, to];
    const all = points(text);
    return LETTER.test(all[first]) && LETTER.test(all[last]) ? (page, base) => page.touch(base + first, base + last) : undefined;
  },
  keyboard: ({ gesture, unit, text, from, to, script }) => {
    const on = RIGHT_TO_LEFT.has(script) ? 'ARROW_LEFT' : 'ARROW_RIGHT';
    const back = RIGHT_TO_LEFT.has(script) ? 'ARROW_RIGHT' : 'ARROW_LEFT';
    let keys;
    if (unit === 'word' && gesture === 'double-click') keys = ['w'];
    else if (gesture === 'triple-click') keys = ['s'];
    else if (unit === 'exact' && gesture === 'drag') keys = Array(graphemes(text, Math.min(from, to), Math.max(from, to))).fill(`Shift+${from < to ? on : back}`);
    else return undefined;
    return async (page, base) => {
      // The caret goes to the start of the first line by the pointer, and from there by keys.
      await page.clickAt(await page.caret(base, 'on'));
      await page.keys('HOME', ...Array(graphemes(text, 0, from)).fill(on), ...keys);
    };
  },
};

// WebKit's driver hands over a finger as a mouse.
const ENGINES = { mouse: ['chromium', 'firefox', 'webkit'], touch: ['chromium', 'firefox'], keyboard: ['chromium', 'firefox', 'webkit'] };

export default Object.entries(HANDS).map(([hand, how]) => ({
  name: `the table of gestures by ${hand}`,
  only: ENGINES[hand],
  timeout: 180_000,
  async test(page, { scratch, note }) {
    const cases = CASES.map((c) => ({ ...c, act: how(c) })).filter((c) => c.act);
    let text = '';
    for (const c of cases) {
      c.base = points(text).length;
      text += `${c.text}\n\n`;
    }
    await page.open();
    await page.get('button', 'Open a file');
    await page.giveFile(writeFile(scratch, `${hand}.txt`, text));
    await page.article();
    await until('the text', async () => (await page.text()) === text);
    for (const c of cases) {
      await page.keys('Escape', 'Escape', 'Escape');
      await c.act(page, c.base);
      await page.keys('1');
    }
    const said = await page.run(() => [...document.querySelectorAll('[role=status], [role=alert], .toast')].map((one) => one.textContent.trim()).join(' | '));
    const file = checkFile(await page.exportJson());
    const wrong = [];
    const made = file.documents[0].annotations;
    for (const [i, c] of cases.entries()) {
      const end = cases[i + 1]?.base ?? Infinity;
      const found = made.filter((a) => a.start >= c.base && a.start < end).map((a) => [a.start - c.base, a.end - c.base]);
      const expected = c.expected ? [c.expected] : [];
      if (JSON.stringify(found) !== JSON.stringify(expected)) wrong.push(`${c.name} (${c.gesture} ${c.from}${c.to === undefined ? '' : ` to ${c.to}`} in ${JSON.stringify(c.text)}): expected ${JSON.stringify(expected)}, got ${JSON.stringify(found)}`);
    }
    note(`${cases.length} cases by ${hand}`);
    assert.equal(wrong.length, 0, `${wrong.length} of ${cases.length} (the page says: ${said}):\n${wrong.join('\n')}`);
  },
}));
