// The history of an article: its steps, what each of them left, and the way back.
import assert from 'node:assert/strict';
import { violations } from './access.mjs';
import { find } from '../lib/page.mjs';
import { until } from '../lib/wait.mjs';
import { fromPalette } from './newer.mjs';
import { ARTICLE } from './texts.mjs';

const open = async (page) => {
  await page.goToArticle();
  await fromPalette(page, 'history', 'History');
  await page.get('listbox', 'Steps', { ms: 20_000 });
};
const steps = (page) => page.run((lib) => lib.all('option', null, lib.all('listbox', 'Steps')[0]).map((row) => row.querySelector('b').textContent));
const marked = (page) => page.run(() => [...document.querySelectorAll('.reader mark')].map((mark) => mark.textContent));
const heading = (page) => page.run(() => document.querySelector('.history-dialog h3')?.textContent);
const showsMarks = (page, expected) => {
  let last;
  return until(
    () => `marks ${JSON.stringify(expected)}; there are ${JSON.stringify(last)}`,
    async () => JSON.stringify((last = await marked(page))) === JSON.stringify(expected),
  );
};
const mark = async (page, words, key) => {
  await page.drag(...find(await page.text(), words));
  await page.keys(key);
};

export default [
  {
    name: 'the history: every step, what it left, and back to it by one new step',
    only: ['chromium', 'firefox'],
    timeout: 120_000,
    async test(page) {
      await page.annotate(ARTICLE);
      await page.press('Settings');
      await page.get('dialog', 'Settings', { ms: 20_000 });
      await page.clickOn(await page.get('textbox', 'Your name'));
      await page.keys(...'Nadia');
      await page.closeDialog('Settings');
      await mark(page, 'Salim Awad', '2');
      await page.hasRow('Source: Salim Awad');
      await mark(page, 'Golan Heights', '3');
      await page.hasRow('Location: Golan Heights');
      await page.keys('Delete');
      await page.rowsAre(['Source: Salim Awad']);
      await page.press('Undo');
      await page.hasRow('Location: Golan Heights');
      await mark(page, 'blackout', '1');
      await page.hasRow('Claim: blackout');
      const after = await page.rows();

      // At once, without a wait for the disk: what was done a moment ago is listed.
      await open(page);
      assert.deepEqual(await steps(page), [
        'Added Claim: “blackout”',
        'Undo: delete Location “Golan Heights”',
        'Deleted Location: “Golan Heights”',
        'Added Location: “Golan Heights”',
        'Added Source: “Salim Awad”',
        'The article as it came',
      ]);
      assert.match(await page.run(() => document.querySelector('.history-dialog .roll-row small').textContent), /Nadia · now$/);
      await showsMarks(page, ['blackout', 'Golan Heights', 'Salim Awad']);
      await page.keys('ARROW_DOWN', 'ARROW_DOWN');
      await until('the third step', async () => (await heading(page)) === 'The article after step 3');
      await showsMarks(page, ['Salim Awad']);
      await page.keys('END');
      await until('the beginning', async () => (await heading(page)) === 'The article at the beginning');
      await showsMarks(page, []);
      await page.keys('ARROW_UP');
      await showsMarks(page, ['Salim Awad']);
      await page.press('Copy JSON');
      await until('it was copied', () => page.run(() => document.querySelector('.history-dialog .outcome')?.textContent === 'Copied as JSON'));
      const copied = JSON.parse(await page.clipboardText());
      assert.deepEqual(copied.documents[0].annotations.map((a) => a.text), ['Salim Awad']);

      await page.press('Go back to this state');
      await page.gone('dialog', 'History');
      await page.rowsAre(['Source: Salim Awad']);
      await page.press('Undo');
      await page.rowsAre(after);
      await page.press('Redo');
      await page.rowsAre(['Source: Salim Awad']);
      await page.saved();
      await page.reload();
      await page.article();
      await page.rowsAre(['Source: Salim Awad']);

      // One annotation by itself.
      await open(page);
      assert.equal((await steps(page)).length, 9, 'going back is a step, and so are its undo and its redo');
      await page.keys(...Array(3).fill('ARROW_DOWN'));
      await showsMarks(page, ['blackout', 'Golan Heights', 'Salim Awad']);
      await page.clickOn(await page.run(() => document.querySelector('.differs summary')));
      await page.press('Bring back: Claim “blackout”: deleted since');
      await page.gone('dialog', 'History');
      await page.rowsAre(['Claim: blackout', 'Source: Salim Awad']);
      await page.saved();
    },
  },
  {
    name: 'the history in a tab that reads along can be looked at, and not gone back in',
    only: ['chromium', 'firefox'],
    timeout: 90_000,
    async test(page) {
      await page.annotate(ARTICLE);
      await mark(page, 'Salim Awad', '2');
      await page.hasRow('Source: Salim Awad');
      await page.saved();
      const where = await page.driver.getCurrentUrl();
      const first = await page.driver.getWindowHandle();
      await page.driver.switchTo().newWindow('tab');
      await page.driver.get(where);
      await page.article();
      await until('reading along', async () => (await page.storage()) === 'Reading along');
      await open(page);
      await page.keys('END');
      await showsMarks(page, []);
      assert.equal(await page.enabled('Go back to this state'), false);
      await until('why not', () => page.run(() => /open in another tab/.test(document.querySelector('.part-shown').textContent)));
      await page.driver.close();
      await page.driver.switchTo().window(first);
    },
  },
  {
    name: 'five thousand steps: the history is there at once and scrolls',
    only: ['chromium', 'firefox'],
    timeout: 240_000,
    async test(page, { note }) {
      await page.annotate(ARTICLE);
      await mark(page, 'Salim Awad', '2');
      await page.hasRow('Source: Salim Awad');
      await page.saved();
      // Steps as they are stored, one undo and one redo after another, written as the app writes them.
      const last = await page.runAsync(async () => {
        const sum = async (text) => [...new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))].map((byte) => byte.toString(16).padStart(2, '0')).join('').slice(0, 16);
        const database = await new Promise((resolve, reject) => {
          const request = indexedDB.open('gloss');
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        });
        const asked = (request) => new Promise((resolve, reject) => ((request.onsuccess = () => resolve(request.result)), (request.onerror = () => reject(request.error))));
        const keys = await asked(database.transaction('journal').objectStore('journal').getAllKeys());
        const [id] = keys[0];
        const records = [];
        for (let seq = keys.length + 1; seq <= 5000; seq += 1) {
          const body = JSON.stringify({ document: id, seq, at: new Date(1767225600000 + seq * 60000).toISOString(), entry: { do: seq % 2 === keys.length % 2 ? 'redo' : 'undo' } });
          records.push([[id, seq], `journal 2 ${await sum(`journal 2 ${body}`)} ${body}`]);
        }
        const transaction = database.transaction('journal', 'readwrite');
        for (const [key, record] of records) transaction.objectStore('journal').add(record, key);
        await new Promise((resolve, reject) => ((transaction.oncomplete = resolve), (transaction.onabort = () => reject(transaction.error))));
        database.close();
        return keys.length;
      });
      assert.equal(last, 1);
      await page.reload();
      await page.article(60_000);
      await page.goToArticle();
      const begun = performance.now();
      await fromPalette(page, 'history', 'History');
      await page.get('listbox', 'Steps', { ms: 60_000 });
      note(`5,000 steps are listed ${Math.round(performance.now() - begun)} ms after they were asked for`);
      assert.ok((await steps(page)).length < 60, 'not all rows are in the page');
      await page.keys('END');
      await until('the beginning', async () => (await heading(page)) === 'The article at the beginning');
      await until('its row', async () => (await steps(page)).at(-1) === 'The article as it came');
      const frames = await page.runAsync(async () => {
        const roll = document.querySelector('.history-dialog .roll');
        const times = [];
        let before = performance.now();
        for (let at = roll.scrollHeight; at > 0; at -= roll.scrollHeight / 60) {
          roll.scrollTop = at;
          await new Promise((resolve) => requestAnimationFrame(resolve));
          times.push(performance.now() - before);
          before = performance.now();
        }
        return times.sort((a, b) => a - b);
      });
      note(`scrolling through them: half of the frames within ${Math.round(frames[frames.length >> 1])} ms, the slowest ${Math.round(frames.at(-1))} ms`);
      await until('rows where it was scrolled to', async () => (await steps(page)).length > 5);
    },
  },
  {
    name: 'the history is looked at without a violation in axe-core, wide and narrow, light and dark',
    only: ['chromium'],
    timeout: 120_000,
    async test(page) {
      await page.annotate(ARTICLE);
      for (const [words, key] of [['Salim Awad', '2'], ['Golan Heights', '3'], ['blackout', '1']]) await mark(page, words, key);
      await page.hasRow('Claim: blackout');
      await open(page);
      await page.keys('ARROW_DOWN');
      await showsMarks(page, ['Golan Heights', 'Salim Awad']);
      await page.clickOn(await page.run(() => document.querySelector('.differs summary')));
      const found = [];
      for (const theme of ['light', 'dark']) {
        await page.media({ 'prefers-color-scheme': theme });
        for (const [width, height] of [[1440, 960], [390, 844]]) {
          await page.viewport(width, height);
          found.push(...(await violations(page)).map((line) => `${theme}, ${width}: ${line}`));
          const over = await page.run(() => { const body = document.querySelector('.history-dialog .dialog-body'); return body.scrollWidth - body.clientWidth; });
          assert.ok(over <= 1, `${width}: ${over} px too wide`);
          if (process.env.GLOSS_EVIDENCE) await page.screenshot(`${process.env.GLOSS_EVIDENCE}/history-${theme}-${width}.png`);
        }
      }
      assert.deepEqual([...new Set(found)], []);
    },
  },
];
