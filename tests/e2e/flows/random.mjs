// Two hundred random actions by mouse and keys, then everything undone and everything done again.
import assert from 'node:assert/strict';
import { checkFile, rowNames, withoutTime } from '../lib/check.mjs';
import { random, writeFile } from '../lib/make.mjs';
import { points } from '../lib/page.mjs';
import { until } from '../lib/wait.mjs';
import { marked } from './files.mjs';

const SEED = Number(process.env.GLOSS_SEED ?? 20261122);
const ACTIONS = 200;

export default [
  {
    name: 'two hundred random actions, all undone, all done again',
    only: ['chromium', 'firefox'],
    timeout: 180_000,
    async test(page, { scratch, note }) {
      note(`seed ${SEED} (GLOSS_SEED)`);
      const dice = random(SEED);
      await page.open();
      await page.importGood(writeFile(scratch, 'first.json', marked()));
      const text = await page.text();
      const all = points(text);
      const words = [...text.matchAll(/[\p{L}\p{N}]+/gu)].map((m) => [points(text.slice(0, m.index)).length, points(text.slice(0, m.index + m[0].length)).length]);
      const first = await page.exportText();
      await page.goToArticle();
      const label = () => dice.pick(['1', '2', '3']);
      const span = () => {
        const from = dice.below(words.length);
        return [words[from][0], words[Math.min(words.length - 1, from + dice.below(6))][1]];
      };
      const moves = {
        'drag, key': async () => {
          await page.drag(...span(), { backward: dice.below(2) === 1, exact: dice.below(6) === 0 });
          await page.keys(label());
        },
        'drag while a key is held': () => page.drag(...span(), { key: label() }),
        'double click, key': async () => {
          await page.double(dice.pick(words)[0]);
          await page.keys(label());
        },
        'triple click, key': async () => {
          await page.triple(dice.pick(words)[0]);
          await page.keys(label());
        },
        'arm, drag, let go': async () => {
          await page.keys('Escape', 'Escape', 'Escape', label());
          await page.drag(...span());
          await page.keys('Escape', 'Escape');
        },
        click: () => page.click(dice.below(all.length)),
        'a label key': () => page.keys(label()),
        walk: () => page.keys(dice.pick(['.', ','])),
        delete: () => page.keys(dice.pick(['Delete', 'BACK_SPACE'])),
        edge: () => page.keys(dice.pick(['[', ']', '{', '}', 'h', 'j', 'k', 'l'])),
        fragment: () => page.drag(...span(), { add: true }),
        'fragment away': () => page.keys(dice.pick(['f', '-'])),
        undo: () => page.keys('Ctrl+z'),
        redo: () => page.keys('Ctrl+Shift+z'),
        'caret and selection': () => page.keys(...Array.from({ length: 1 + dice.below(4) }, () => dice.pick(['ARROW_RIGHT', 'Shift+ARROW_RIGHT', 'Ctrl+Shift+ARROW_RIGHT', 'Ctrl+ARROW_DOWN', 'Shift+ARROW_DOWN', 'Ctrl+Home', 'w', 's']))),
      };
      const names = Object.keys(moves);
      const done = [];
      for (let i = 0; i < ACTIONS; i += 1) {
        const name = dice.pick(names);
        done.push(name);
        try {
          await moves[name]();
          if (i % 20 === 19) {
            assert.equal(await page.text(), text, 'the text');
            await page.saved();
          }
        } catch (error) {
          throw new Error(`seed ${SEED}, action ${i} after ${done.slice(-6).join('; ')}: ${error.message}`, { cause: error });
        }
      }
      await page.keys('Escape', 'Escape', 'Escape');
      // What was undone in between is done again, so that "all" is everything.
      const all_ = async (button, chord) => {
        await page.goToArticle();
        for (let i = 0; i < 1000 && (await page.enabled(button)); i += 1) await page.keys(chord);
        assert.ok(!(await page.enabled(button)), `seed ${SEED}: ${button} has an end`);
      };
      await all_('Redo', 'Ctrl+Shift+z');
      const last = await page.exportText();
      const file = checkFile(JSON.parse(last));
      note(`${file.documents[0].annotations.length} annotations in the end`);
      await page.rowsAre(rowNames(file).map((name) => name.replace(/\s+/g, ' ').trim()));
      await all_('Undo', 'Ctrl+z');
      assert.equal(withoutTime(await page.exportText()), withoutTime(first), `seed ${SEED}: all undone`);
      await all_('Redo', 'Ctrl+Shift+z');
      assert.equal(withoutTime(await page.exportText()), withoutTime(last), `seed ${SEED}: all done again`);
      await page.saved();
      await page.reload();
      await page.article();
      await until('the rows after a reload', async () => (await page.rows())?.length > 0 || file.documents[0].annotations.length === 0);
      assert.equal(withoutTime(await page.exportText()), withoutTime(last), `seed ${SEED}: after a reload`);
    },
  },
];
