// The articles of this device: the list, what narrows and orders it, being done, the bin.
import assert from 'node:assert/strict';
import { Key } from 'selenium-webdriver';
import { libraryFile, writeFile } from '../lib/make.mjs';
import { until } from '../lib/wait.mjs';

const ARTICLES = [
  ['Zebra crossings', 'done', 3],
  ['A bridge in Karsa', 'not started'],
  ['Ärger am Fluss', 'in progress', 9],
  ['A survey of wells', 'skipped', 1],
  ['Harbour strike', 'not started'],
];
const LIST = 'Articles on this device';
/** Chooses from the closed list by arrow keys, as letters typed in a row are taken for one word. */
const order = async (page, words) => {
  const field = await page.get('combobox', 'Order');
  const at = await page.driver.executeScript('return [...arguments[0].options].findIndex((option) => option.textContent === arguments[1])', field, words);
  await field.sendKeys(Key.HOME, ...Array(at).fill(Key.ARROW_DOWN));
};
const open = async (page, title) => {
  const row = await until(`the row ${title}`, () => page.run((lib, list, wanted) => [...lib.all('list', list)[0].querySelectorAll('button')].find((one) => one.querySelector('b')?.textContent === wanted), LIST, title));
  await page.clickOn(row);
  await page.article();
};
const titles = (page) => page.run((lib, list) => lib.all('list', list).flatMap((found) => [...found.querySelectorAll('b')].map((title) => title.textContent)), LIST);
const shows = (page, expected, what) => {
  let last;
  return until(
    () => `${what}: ${JSON.stringify(last)}`,
    async () => JSON.stringify((last = await titles(page))) === JSON.stringify(expected),
  );
};
/** Brings the articles in and goes to the list of them. */
const listed = async (page, scratch, articles = ARTICLES) => {
  await page.open();
  await page.importFile(writeFile(scratch, 'library.json', libraryFile(articles)));
  await page.gone('dialog', 'Import', 60_000);
  await page.article();
  await page.saved(60_000);
  await page.press('New article');
  await page.get('list', LIST);
  // The first of them is opened by the import, and changed by nobody.
  await order(page, 'Oldest');
};
const all = ARTICLES.map(([title]) => title);
const without = (title) => all.filter((other) => other !== title);

export default [
  {
    name: 'the library: narrowed, ordered, opened by mouse and by key',
    only: ['chromium', 'firefox'],
    async test(page, { scratch }) {
      await listed(page, scratch);
      await shows(page, all, 'as they came');
      await order(page, 'Title');
      await shows(page, ['A bridge in Karsa', 'A survey of wells', 'Ärger am Fluss', 'Harbour strike', 'Zebra crossings'], 'by title');
      await order(page, 'Most annotations');
      await shows(page, ['Ärger am Fluss', 'Zebra crossings', 'A survey of wells', 'Harbour strike', 'A bridge in Karsa'], 'by annotations');
      await order(page, 'Oldest');
      await page.press('Not started: 2 articles');
      await shows(page, ['A bridge in Karsa', 'Harbour strike'], 'by status');
      await page.clickOn(await page.get('searchbox', 'Filter by title'));
      await page.keys(...'STRÍKE');
      await shows(page, ['Harbour strike'], 'by status and words');
      await page.keys(...'x');
      await shows(page, [], 'nothing fits');
      await page.keys('BACK_SPACE');
      await page.press('All: 5 articles');
      await shows(page, ['Harbour strike'], 'by words');
      // By key: out of the field, over the order, into the list.
      await page.clickOn(await page.get('searchbox', 'Filter by title'));
      await page.keys('TAB', 'TAB', 'ENTER');
      await page.article();
      assert.match(await page.text(), /^Harbour strike/);
      await page.press('New article');
      await shows(page, ['Harbour strike'], 'narrowed as before');
    },
  },
  {
    name: 'the library: deleted, brought back by button, by key and from the bin, and gone for good',
    only: ['chromium', 'firefox'],
    async test(page, { scratch }) {
      await listed(page, scratch);
      await page.press('Delete Ärger am Fluss');
      await shows(page, without('Ärger am Fluss'), 'deleted');
      await page.press('Undo');
      await shows(page, all, 'back by the button');
      await page.press('Delete Zebra crossings');
      await shows(page, without('Zebra crossings'), 'deleted');
      await page.keys('Ctrl+z');
      await shows(page, all, 'back by the key');
      await page.press('Delete Harbour strike');
      await page.press('Delete A bridge in Karsa');
      await page.saved();
      await page.open();
      await page.get('list', LIST);
      await order(page, 'Oldest');
      const left = without('Harbour strike').filter((title) => title !== 'A bridge in Karsa');
      await shows(page, left, 'still deleted after a reload');
      await page.clickOn(await page.driver.executeScript("return document.querySelector('.bin summary')"));
      await page.press('Bring back Harbour strike');
      await shows(page, [...left, 'Harbour strike'], 'back from the bin');
      await page.press('Empty the bin');
      await page.press('Keep them');
      await page.press('Empty the bin');
      await page.press('Delete for good');
      await page.gone('list', 'Deleted articles');
      await page.open();
      await page.get('list', LIST);
      await order(page, 'Oldest');
      await shows(page, [...left, 'Harbour strike'], 'what was emptied stays away');
      assert.equal(await page.has('list', 'Deleted articles'), false);
    },
  },
  {
    name: 'done by a key, after what is open was shown; the next unfinished one by another',
    only: ['chromium', 'firefox'],
    async test(page, { scratch }) {
      await listed(page, scratch);
      await open(page, 'A bridge in Karsa');
      await page.keys('Ctrl+ENTER');
      await until('done', async () => (await page.get('button', 'Done')).getAttribute('aria-pressed').then((pressed) => pressed === 'true'));
      await page.keys('>');
      await until('the next unfinished one', async () => (await page.text())?.startsWith('Ärger am Fluss'));
      // Nine claims without a source: first they are shown.
      await page.keys('Ctrl+ENTER');
      await page.get('region', 'Checks');
      assert.equal(await (await page.get('button', 'Done')).getAttribute('aria-pressed'), 'false');
      await page.keys('Ctrl+ENTER');
      await until('done all the same', async () => (await page.get('button', 'Done')).getAttribute('aria-pressed').then((pressed) => pressed === 'true'));
      await page.saved();
      await page.press('New article');
      await page.get('button', 'Done: 3 articles');
      await page.get('button', 'Not started: 1 article');
    },
  },
  {
    name: 'five thousand articles: the list is there at once, scrolls, finds and opens',
    only: ['chromium', 'firefox'],
    timeout: 180_000,
    async test(page, { scratch, note }) {
      const many = Array.from({ length: 5_000 }, (_, i) => [`Article number ${i}`, ['not started', 'in progress', 'done'][i % 3], i % 4]);
      await listed(page, scratch, many);
      const begun = performance.now();
      await page.open();
      await page.get('list', LIST, { ms: 30_000 });
      note(`the list is there ${Math.round(performance.now() - begun)} ms after the page was asked for`);
      await order(page, 'Oldest');
      await until('the first row', async () => (await titles(page))[0] === 'Article number 0');
      assert.ok((await titles(page)).length < 100, 'not all rows are in the page');
      await page.run(() => scrollTo(0, document.documentElement.scrollHeight));
      await until('the last row', async () => (await titles(page)).at(-1) === 'Article number 4999');
      await page.run(() => scrollTo(0, 0));
      await page.clickOn(await page.get('searchbox', 'Filter by title'));
      await page.keys(...'4321');
      await shows(page, ['Article number 4321'], 'one of all');
      await open(page, 'Article number 4321');
      assert.match(await page.text(), /^Article number 4321/);
    },
  },
];
