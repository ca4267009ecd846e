// Changing what is marked: overlaps, edges, fragments, relabelling, deleting, undo.
import assert from 'node:assert/strict';
import { checkFile, gist } from '../lib/check.mjs';
import { find } from '../lib/page.mjs';
import { until } from '../lib/wait.mjs';
import { ARABIC, ARTICLE } from './texts.mjs';

const row = ([label, quote]) => `${label}: ${quote}`;

/**
 * The same work in any script. `words`: three quotes, each inside the one before, on one line; a single word after
 * them on another line; two pieces for a discontinuous claim.
 */
function editing({ text, outer, middle, inner, word, next, pieces }) {
  return async (page) => {
    await page.annotate(text);
    await page.drag(...find(text, outer));
    await page.keys('1');
    await page.hasRow(`Claim: ${outer}`);
    await page.drag(...find(text, middle));
    await page.keys('2');
    await page.hasRow(`Source: ${middle}`);
    await page.drag(...find(text, inner), { backward: true });
    await page.keys('3');
    const three = [
      ['Claim', outer],
      ['Source', middle],
      ['Location', inner],
    ];
    await page.rowsAre(three.map(row));

    // The same words with the same label are refused, and nothing changes; with another label they are taken.
    await page.drag(...find(text, inner));
    await page.keys('3');
    await page.keys('Escape');
    await page.rowsAre(three.map(row));
    await page.drag(...find(text, inner));
    await page.keys('2');
    await page.hasRow(`Source: ${inner}`);
    await page.keys('Control+z'.replace('Control', 'Ctrl'));
    await page.rowsAre(three.map(row));

    // A click reaches the innermost, the next click at the place the one around it, and so on, round and round.
    const [start, end] = find(text, inner);
    for (let depth = 0; depth < 4; depth += 1) {
      await page.keys('Escape', 'Escape', 'Escape');
      for (let i = 0; i <= depth; i += 1) await page.click(i % 2 ? end - 2 : start + 1);
      await page.keys('Delete');
      const gone = (2 - (depth % 3) + 3) % 3;
      await page.rowsAre(three.filter((_, i) => i !== gone).map(row));
      await page.press('Undo');
      await page.rowsAre(three.map(row));
    }

    // Edges by keyboard: a word out, a word back in; a character in, a character out.
    await page.keys('Escape', 'Escape', 'Escape');
    await page.click(start + 1);
    await page.keys('{');
    await until('the start to move on a word', async () => (await page.rows()).some((name) => name.startsWith('Location: ') && name !== `Location: ${inner}` && name.endsWith(inner)));
    await page.keys('}');
    await page.hasRow(`Location: ${inner}`);
    await page.keys('k');
    await page.hasRow(`Location: ${Array.from(inner).slice(0, -1).join('')}`);
    await page.keys('l');
    await page.hasRow(`Location: ${inner}`);

    // Relabel, by key and by button of the bar; undo by key, redo by button.
    await page.keys('1');
    await page.hasRow(`Claim: ${inner}`);
    await page.keys('Ctrl+z');
    await page.hasRow(`Location: ${inner}`);
    await page.press('Redo');
    await page.hasRow(`Claim: ${inner}`);
    await page.press('Undo');
    await page.hasRow(`Location: ${inner}`);

    // A handle moves an edge by the pointer.
    await page.keys('Escape', 'Escape', 'Escape');
    await page.double(find(text, word)[0] + 1);
    await page.keys('3');
    await page.hasRow(`Location: ${word}`);
    const handle = await page.handle('end');
    await page.dragPoints(handle, await page.point(find(text, next)[1] - 1, 'end'));
    await until('the end to stand after the next word', async () => {
      const names = await page.rows();
      return names.some((name) => name.startsWith(`Location: ${word}`) && name.endsWith(next));
    });
    await page.keys('Ctrl+z');
    await page.hasRow(`Location: ${word}`);
    await page.keys('Ctrl+z');
    await page.rowsAre(three.map(row));

    // A discontinuous claim: Control and a drag add a fragment; one can be removed again.
    await page.drag(...find(text, pieces[0]));
    await page.keys('1');
    await page.hasRow(`Claim: ${pieces[0]}`);
    await page.drag(...find(text, pieces[1]), { add: true });
    await page.hasRow(`Claim: ${pieces.join(' ')}`);
    const both = checkFile(await page.exportJson());
    const [split] = both.documents[0].annotations.filter((a) => a.fragments);
    assert.deepEqual(split.fragments.map((f) => [f.start, f.end]), pieces.map((piece) => find(text, piece)));
    await page.goToArticle();
    await page.click(find(text, pieces[1])[0] + 1);
    await page.keys('-');
    await page.hasRow(`Claim: ${pieces[0]}`);
    await page.keys('Ctrl+z');
    await page.hasRow(`Claim: ${pieces.join(' ')}`);

    // Undo and redo are there after a reload.
    await page.saved();
    await page.reload();
    await page.article();
    await page.hasRow(`Claim: ${pieces.join(' ')}`);
    await page.press('Undo');
    await page.hasRow(`Claim: ${pieces[0]}`);
    await page.press('Undo');
    await page.rowsAre(three.map(row));
    await page.press('Redo');
    await page.hasRow(`Claim: ${pieces[0]}`);
    await page.goToArticle();
    await page.keys('Ctrl+Shift+z');
    await page.hasRow(`Claim: ${pieces.join(' ')}`);
    for (let i = 0; i < 60 && (await page.enabled('Undo')); i += 1) await page.keys('Ctrl+z');
    await page.rowsAre([]);
    for (let i = 0; i < 60 && (await page.enabled('Redo')); i += 1) await page.keys('Ctrl+y');
    // The last step of all is the fragment's removal, which was undone before the reload.
    await page.hasRow(`Claim: ${pieces[0]}`);
    const file = checkFile(await page.exportJson());
    assert.deepEqual(gist(file).slice(0, 3), three);
  };
}

export default [
  {
    name: 'overlap, edges, fragments, relabel, delete, undo',
    only: ['chromium', 'firefox'],
    test: editing({
      text: ARTICLE,
      outer: 'cause of the 🚨 blackout in Golan Heights',
      middle: 'blackout in Golan Heights',
      inner: 'Golan Heights',
      word: 'Ministry',
      next: 'Energy',
      pieces: ['The strike', 'killed nine people'],
    }),
  },
  {
    name: 'the same in Arabic',
    only: ['chromium', 'firefox'],
    test: editing({
      text: ARABIC,
      outer: 'الكهرباء في مرتفعات الجولان',
      middle: 'في مرتفعات الجولان',
      inner: 'مرتفعات الجولان',
      word: 'الشرطة',
      next: 'حيفا',
      pieces: ['قال رئيس بلدية', 'سليم عوض'],
    }),
  },
  {
    name: 'the bar at a selection stands beside the words and leaves the focus alone',
    only: ['chromium', 'firefox'],
    async test(page) {
      await page.annotate(ARTICLE);
      for (const words of ['Officials dispute', 'Golan Heights', 'The Ministry of Energy in Jerusalem', 'was wrong']) {
        const [start, end] = find(ARTICLE, words);
        await page.drag(start, end);
        await page.get('toolbar', 'Label selection');
        const look = () => page.run(
          (lib, from, to) => {
            const bar = lib.all('toolbar', 'Label selection')[0].getBoundingClientRect();
            const { p, utf16 } = lib.locate(from);
            const boxes = [...lib.rangeIn(p, utf16, lib.locate(to).utf16).getClientRects()];
            return {
              covers: boxes.some((b) => b.left < bar.right && bar.left < b.right && b.top < bar.bottom && bar.top < b.bottom),
              inside: bar.left >= 0 && bar.right <= innerWidth && bar.top >= 0 && bar.bottom <= innerHeight,
              focus: lib.all('toolbar', 'Label selection')[0].contains(document.activeElement),
            };
          },
          start,
          end,
        );
        let state;
        await until(
          () => `the bar beside "${words}": ${JSON.stringify(state)}`,
          async () => {
            state = await look();
            return !state.covers && state.inside;
          },
        );
        assert.equal(state.focus, false, `${words}: the bar takes no focus`);
        await page.keys('Escape');
        await page.gone('toolbar', 'Label selection');
      }
    },
  },
  {
    name: 'by keyboard alone: caret, selection, label',
    only: ['chromium', 'firefox'],
    async test(page) {
      await page.annotate(ARTICLE);
      await page.goToArticle();
      await page.keys('Ctrl+Home', 'Ctrl+Shift+ARROW_RIGHT', '2');
      await page.hasRow('Source: Officials');
      await page.keys('Escape', 'Ctrl+Home', 'Ctrl+ARROW_DOWN', 'Shift+END'.replace('END', 'END'));
      await page.keys('Escape', 'Ctrl+Home', 'Ctrl+ARROW_DOWN', 'Ctrl+ARROW_DOWN', 'ARROW_RIGHT', 's', '1');
      await page.hasRow(`Claim: ${ARTICLE.split('\n')[2].split('. ')[0]}`);
      await page.keys('Escape', 'Ctrl+Home', 'w', '3');
      await page.hasRow('Location: Officials');
      checkFile(await page.exportJson());
    },
  },
  {
    name: 'keys that come faster than the page answers keep their order',
    async test(page) {
      await page.annotate(ARTICLE);
      await page.click(find(ARTICLE, 'blackout')[0]);
      // All in one task, as they come from a busy machine: so fast no driver types.
      await page.run((lib) => {
        const press = (key, shiftKey = false) => lib.article().dispatchEvent(new KeyboardEvent('keydown', { key, code: key, shiftKey, bubbles: true, cancelable: true }));
        press('Home');
        for (let i = 0; i < 10; i += 1) press('ArrowRight');
        for (let i = 0; i < 7; i += 1) press('ArrowRight', true);
      });
      await page.keys('2');
      await page.hasRow('Source: dispute');
    },
  },
  {
    name: 'a machine so busy that each drawing takes several tasks: what was labelled is not selected again',
    async test(page) {
      await page.annotate(ARTICLE);
      await page.busy();
      for (const [key, label, quote] of [['1', 'Claim', 'fewer than 4,000 homes were hit'], ['3', 'Location', 'fewer than'], ['2', 'Source', '4,000 homes'], ['1', 'Claim', '4,000']]) {
        await page.drag(...find(ARTICLE, quote));
        await page.keys(key);
        await page.hasRow(`${label}: ${quote}`);
        await page.run(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))));
        assert.equal(await page.has('toolbar', 'Label selection'), false, `nothing is selected after ${quote}`);
      }
    },
  },
];
