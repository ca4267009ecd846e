// Letters stay joined where a span begins or ends inside a word of a joining script, and its pieces stay in order.
// A letter has another width in each of its forms: a word with a broken join is wider or narrower than it was.
import assert from 'node:assert/strict';
import { find } from '../lib/page.mjs';
import { until } from '../lib/wait.mjs';
import { ARABIC } from './texts.mjs';

// A word, and what is marked in it: [label, from, to] in letters. Edges part letters that join.
const CASES = [
  { word: 'الكهرباء', spans: [['Claim', 2, 5]] },
  { word: 'مرتفعات', spans: [['Location', 3, 5]] },
  { word: 'الجولان', spans: [['Source', 2, 3]] },
  // Overlapping spans cut the word into five pieces.
  {
    word: 'متحدث',
    spans: [
      ['Claim', 1, 3],
      ['Source', 2, 4],
    ],
  },
];

/** Of each case: the word's width, and its pieces (text nodes) from first to last with their places. */
const measure = (page) =>
  page.run(
    (lib, cases) =>
      cases.map(({ from, to }) => {
        const start = lib.locate(from);
        const end = lib.locate(to).utf16;
        const boxes = [...lib.rangeIn(start.p, start.utf16, end).getClientRects()];
        const pieces = [];
        const walker = document.createTreeWalker(start.p, NodeFilter.SHOW_TEXT);
        for (let at = 0; walker.nextNode(); ) {
          const node = walker.currentNode;
          const [a, b] = [Math.max(at, start.utf16), Math.min(at + node.length, end)];
          if (a < b) {
            const range = document.createRange();
            range.setStart(node, a - at);
            range.setEnd(node, b - at);
            const { left, right, top } = range.getBoundingClientRect();
            pieces.push({ text: range.toString(), left, right, top, marked: Boolean(node.parentElement.closest('mark')) });
          }
          at += node.length;
        }
        return { width: Math.max(...boxes.map((b) => b.right)) - Math.min(...boxes.map((b) => b.left)), pieces };
      }),
    CASES.map(({ word }) => {
      const [from, to] = find(ARABIC, word);
      return { from, to };
    }),
  );

/** Takes marks out of the flow of letters, as no rule of ours may; gives what undoes it. */
async function breakJoins(page) {
  const turn = (on) =>
    page.run((lib, wanted) => {
      window.breaking ??= new CSSStyleSheet();
      window.breaking.replaceSync(wanted ? 'mark { display: inline-block }' : '');
      if (!document.adoptedStyleSheets.includes(window.breaking)) document.adoptedStyleSheets = [...document.adoptedStyleSheets, window.breaking];
    }, on);
  await turn(true);
  return () => turn(false);
}

export default [
  {
    name: 'letters stay joined where a span ends inside an Arabic word',
    async test(page, { engine, note }) {
      await page.annotate(ARABIC);
      // A paragraph is laid out in the frame after the one that brings it into view.
      const before = await until('words with a width', async () => {
        const now = await measure(page);
        return now.every(({ width }) => width > 0) && now;
      });
      for (const { word, spans } of CASES) {
        const [base] = find(ARABIC, word);
        for (const [label, from, to] of spans) {
          await page.drag(base + from, base + to, { exact: true });
          await page.get('toolbar', 'Label selection');
          await page.pressLabel(label, 'Label selection');
          await page.hasRow(`${label}: ${Array.from(word).slice(from, to).join('')}`);
          await page.keys('Escape', 'Escape', 'Escape');
        }
      }
      await until('all pieces', async () => (await measure(page)).every(({ pieces }, i) => pieces.length === 2 * CASES[i].spans.length + 1));
      const after = await measure(page);

      for (const [i, { word, spans }] of CASES.entries()) {
        const { pieces } = after[i];
        assert.equal(pieces.map((piece) => piece.text).join(''), word);
        const letters = Array.from(word).slice(Math.min(...spans.map((s) => s[1])), Math.max(...spans.map((s) => s[2])));
        assert.equal(pieces.filter((piece) => piece.marked).map((piece) => piece.text).join(''), letters.join(''));
        for (let k = 1; k < pieces.length; k += 1) {
          const [one, next] = [pieces[k - 1], pieces[k]];
          assert.ok(next.right <= one.left + 0.6 && next.left < one.left, `${word}: "${next.text}" stands left of "${one.text}": ${JSON.stringify(pieces)}`);
        }
      }
      const changes = (now) => CASES.map(({ word }, i) => [word, now[i].width - before[i].width]);
      note(`px wider with marks: ${changes(after).map(([word, change]) => `${word} ${change.toFixed(2)}`).join(', ')}`);
      // WebKit parts the letters at every element (ARCHITECTURE.md, known limits).
      if (engine === 'webkit') return;
      const far = (all) => all.filter(([, change]) => Math.abs(change) > 0.3);
      assert.deepEqual(far(changes(after)), [], 'no word is wider or narrower than it was');

      // Were a join broken, these widths would show it. (In some fonts two forms of one letter are equally wide.)
      const mend = await breakJoins(page);
      const broken = changes(await measure(page));
      assert.ok(far(broken).length * 2 > CASES.length, `broken joins are seen in most words: ${JSON.stringify(broken)}`);
      await mend();
      assert.deepEqual(far(changes(await measure(page))), []);
    },
  },
];
