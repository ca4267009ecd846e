// Details of articles: title, tags, source and date; the archive; and a project's changed schema brought to its articles.
import assert from 'node:assert/strict';
import { libraryFile, writeFile } from '../lib/make.mjs';
import { until } from '../lib/wait.mjs';
import { violations } from './access.mjs';
import { fromPalette } from './newer.mjs';
import { ARTICLE } from './texts.mjs';

const LIST = 'Articles on this device';
const TITLE = 'Officials dispute the cause of the 🚨 blackout in Golan Heights';
const title = (page) => page.run(() => document.querySelector('header .title')?.textContent);
const field = async (page, name) => page.get('textbox', name, { within: await page.get('dialog', 'Details') });
const fill = async (page, name, words) => {
  await page.clickOn(await field(page, name));
  await page.keys('Ctrl+a', 'BACK_SPACE', ...words);
};
const value = async (page, name) => page.run((_, e) => e.value, await field(page, name));
const titles = (page) => page.run((lib, list) => lib.all('list', list).flatMap((found) => [...found.querySelectorAll('b')].map((one) => one.textContent)), LIST);
const shows = (page, expected, what) => {
  let last;
  return until(
    () => `${what}: ${JSON.stringify(last)}`,
    async () => JSON.stringify((last = (await titles(page)).sort())) === JSON.stringify([...expected].sort()),
  );
};
const said = (page, words) => {
  let last;
  return until(() => `“${words}”, not “${last}”`, async () => (last = await page.run(() => document.querySelector('.library .toast span')?.textContent)) === words);
};
const select = async (page, name, words) => {
  const list = await page.get('combobox', name);
  const place = await page.driver.executeScript('return [...arguments[0].options].findIndex((option) => option.textContent === arguments[1])', list, words);
  assert.ok(place >= 0, `no option ${words}`);
  await page.run((_, e, at) => {
    e.selectedIndex = at;
    e.dispatchEvent(new Event('change', { bubbles: true }));
  }, list, place);
};
const ready = (page) => until('the page is read', () => page.run(() => document.activeElement?.dataset.field === 'title'));

const ARTICLES = [
  ['Zebra crossings', 'done', 3],
  ['A bridge in Karsa', 'not started'],
  ['Ärger am Fluss', 'in progress', 9],
];
const all = ARTICLES.map(([name]) => name);
const listed = async (page, scratch, change = (file) => file) => {
  await page.open();
  await page.importFile(writeFile(scratch, 'library.json', change(libraryFile(ARTICLES))));
  await page.gone('dialog', 'Import', 60_000);
  await page.article();
  await page.saved(60_000);
  await page.press('New article');
  await page.get('list', LIST);
};

export default [
  {
    name: 'details: filled in, checked, saved as one step, and in the file',
    only: ['chromium', 'firefox'],
    timeout: 120_000,
    async test(page) {
      await page.annotate(ARTICLE);
      assert.equal(await title(page), TITLE);
      // By the title itself.
      await page.press(TITLE);
      await page.get('dialog', 'Details', { ms: 20_000 });
      await ready(page);
      await page.keys('Ctrl+a', ...'Blackout in the Golan');
      await fill(page, 'Tags', 'power, , Golan,power');
      await fill(page, 'Publisher', 'The Paper');
      await fill(page, 'Published', '2026-02-30');
      await fill(page, 'Language', 'english');
      await fill(page, 'Address', 'news.example/a');
      await page.press('Save');
      await until('three fields to put right', () => page.run(() => document.querySelectorAll('.details-dialog [aria-invalid]').length === 3));
      await until('the keyboard is in the first of them', () => page.run(() => document.activeElement?.dataset.field === 'published'));
      assert.deepEqual(await violations(page), []);
      await fill(page, 'Published', '2026-02-28');
      await fill(page, 'Language', 'en');
      await fill(page, 'Address', 'https://news.example/a?b');
      // Nothing leads there before the address was shown.
      assert.equal(await page.run(() => document.querySelectorAll('.details-dialog a').length), 0);
      await page.press('Open the address…');
      const link = await page.get('link', 'Open it in a new tab');
      assert.equal(await page.run((_, e) => e.href, link), 'https://news.example/a?b');
      assert.equal(await page.run(() => document.querySelector('.whole-address').textContent), 'https://news.example/a?b');
      await page.press('Stay here');
      await page.keys('TAB');
      await page.press('Save');
      await page.gone('dialog', 'Details');
      await until('the new title', async () => (await title(page)) === 'Blackout in the Golan');
      await page.press('Undo');
      await until('the title as it was', async () => (await title(page)) === TITLE);
      await page.press('Redo');
      await until('the new title again', async () => (await title(page)) === 'Blackout in the Golan');
      await page.saved();
      await page.reload();
      await page.article();
      assert.equal(await title(page), 'Blackout in the Golan');
      const [document] = (await page.exportJson()).documents;
      assert.equal(document.title, 'Blackout in the Golan');
      assert.deepEqual(document.metadata, { url: 'https://news.example/a?b', publisher: 'The Paper', published: '2026-02-28', language: 'en', tags: ['power', 'Golan'] });
      // What is not saved is asked about, by key alone.
      await page.goToArticle();
      await fromPalette(page, 'title tags', 'Details');
      await ready(page);
      await page.keys(...' x', 'ESCAPE');
      await until('it asks', () => page.run(() => document.activeElement?.textContent === 'Save it'));
      await page.keys('TAB', 'ENTER');
      await page.gone('dialog', 'Details');
      assert.equal(await title(page), 'Blackout in the Golan');
    },
  },
  {
    name: 'details in the library: of an article that is not open, undone, found by tag and publisher, and the archive',
    only: ['chromium', 'firefox'],
    timeout: 120_000,
    async test(page, { scratch }) {
      await listed(page, scratch, (file) => {
        file.documents[2].metadata = { tags: ['river'], publisher: 'Süd', published: '2025-01-02' };
        return file;
      });
      await shows(page, all, 'all');
      await page.press('Details of A bridge in Karsa');
      await page.get('dialog', 'Details');
      await ready(page);
      await fill(page, 'Tags', 'bridge, river');
      await fill(page, 'Published', '2026-03');
      await page.keys('TAB');
      await page.press('Save');
      await page.gone('dialog', 'Details');
      await said(page, 'Changed the details of “A bridge in Karsa”');
      await until('its tags', () => page.run(() => document.querySelectorAll('.library .entry-tag').length === 3));
      await select(page, 'Filter by tag', 'river');
      await shows(page, ['A bridge in Karsa', 'Ärger am Fluss'], 'by tag');
      await select(page, 'Order', 'Date published');
      await until('the last published first', async () => JSON.stringify(await titles(page)) === JSON.stringify(['A bridge in Karsa', 'Ärger am Fluss']));
      await select(page, 'Filter by tag', 'All tags');
      await page.clickOn(await page.get('searchbox', 'Filter by title'));
      await page.keys(...'sud');
      await shows(page, ['Ärger am Fluss'], 'by publisher');
      await page.keys('Ctrl+a', 'BACK_SPACE');
      await shows(page, all, 'all again');
      await page.press('Undo');
      await said(page, 'Taken back: 1 article');
      await until('its tags are gone', () => page.run(() => document.querySelectorAll('.library .entry-tag').length === 1));

      await page.press('Archive: Zebra crossings');
      await said(page, 'Archived “Zebra crossings”');
      await shows(page, ['A bridge in Karsa', 'Ärger am Fluss'], 'out of the way');
      await page.open();
      await page.get('list', LIST);
      await shows(page, ['A bridge in Karsa', 'Ärger am Fluss'], 'still, after a reload');
      await page.press('Archived: 1 article');
      await shows(page, ['Zebra crossings'], 'the archive');
      assert.deepEqual(await violations(page), []);
      await page.press('Take out of the archive: Zebra crossings');
      await shows(page, all, 'back');
      await page.press('Undo');
      await shows(page, ['A bridge in Karsa', 'Ärger am Fluss'], 'archived again');
    },
  },
  {
    name: 'details at 390 pixels, and of an article that another tab has open',
    only: ['chromium', 'firefox'],
    timeout: 90_000,
    async test(page, { scratch }) {
      await listed(page, scratch);
      const first = await page.driver.getWindowHandle();
      await page.driver.switchTo().newWindow('tab');
      await page.open();
      await page.get('list', LIST);
      const row = await page.run((lib, list) => [...lib.all('list', list)[0].querySelectorAll('b')].find((one) => one.textContent === 'Zebra crossings'), LIST);
      await page.clickOn(row);
      await page.article();
      await until('it writes', async () => (await page.storage()) === 'Saved');
      await page.driver.switchTo().window(first);
      await page.viewport(390, 844);
      await page.press('Details of Zebra crossings');
      await page.get('dialog', 'Details');
      await ready(page);
      assert.equal(await page.run((_, e) => e.readOnly, await field(page, 'Publisher')), true);
      assert.equal(await page.has('button', 'Save'), false);
      assert.ok(await page.run(() => document.documentElement.scrollWidth <= innerWidth), 'nothing sticks out');
      assert.deepEqual(await violations(page), []);
      await page.keys('ESCAPE');
      await page.gone('dialog', 'Details');
      await page.press('Details of A bridge in Karsa');
      await ready(page);
      await page.keys('Ctrl+a', ...'Bridges');
      await page.press('Save');
      await page.gone('dialog', 'Details');
      await shows(page, ['Bridges', 'Zebra crossings', 'Ärger am Fluss'], 'renamed');
    },
  },
  {
    name: 'details: a changed schema is brought to the articles of its project, and taken back as one',
    only: ['chromium', 'firefox'],
    timeout: 120_000,
    async test(page, { scratch }) {
      await listed(page, scratch);
      await page.press('New project');
      await page.get('textbox', 'Name of the project');
      await until('the field has the keyboard', () => page.run(() => document.activeElement?.getAttribute('aria-label') === 'Name of the project'));
      await page.keys(...'Rivers', 'ENTER');
      await page.gone('textbox', 'Name of the project');
      await page.press('All articles 1 of 3 done');
      await page.press('Select');
      await page.press('Select all');
      await select(page, 'Move to a project', 'Rivers');
      await page.press('Select');
      await page.press('Rivers 1 of 3 done');
      // One of them is open in another tab.
      const first = await page.driver.getWindowHandle();
      await page.driver.switchTo().newWindow('tab');
      await page.open();
      await page.get('list', LIST);
      await page.clickOn(await page.run((lib, list) => [...lib.all('list', list)[0].querySelectorAll('b')].find((one) => one.textContent === 'A bridge in Karsa'), LIST));
      await page.article();
      await until('it writes', async () => (await page.storage()) === 'Saved');
      await page.driver.switchTo().window(first);

      await page.press('Schema and guidelines');
      const dialog = await page.get('dialog', 'Schema');
      const name = await until('the name of the first label', () => page.run((_, e) => e.querySelector('[data-field=schema-name]') ?? [...e.querySelectorAll('input')].find((one) => one.value === 'Claim'), dialog));
      await page.clickOn(name);
      await page.keys('Ctrl+a', ...'Statement', 'TAB');
      await page.press('Apply', { within: dialog });
      await page.gone('dialog', 'Schema');
      const preview = await page.get('dialog', 'Bring the schema to its articles', { ms: 20_000 });
      const words = await page.run((_, e) => e.textContent, preview);
      assert.match(words, /Zebra crossings.*Renames the label “Claim” to “Statement”, with 3 annotations/);
      assert.match(words, /A bridge in Karsa.*open in a tab/);
      assert.deepEqual(await violations(page), []);
      await page.press('Bring it to 2 articles');
      await page.gone('dialog', 'Bring the schema to its articles');
      await until('it says so', () => page.run(() => document.querySelector('.library .toast span')?.textContent.startsWith('New schema for 2 articles. “A bridge in Karsa” was left as it is')));
      const labels = (wanted) => until(`rows with ${wanted}`, () => page.run((_, wanted) => [...document.querySelectorAll('.library .entry-open small')].filter((one) => one.textContent.includes(wanted)).length === 2, wanted));
      await labels('Statement');
      await page.press('Undo');
      await labels(' Claim');
      // Later, and by itself.
      await page.press('Bring the schema to its articles');
      await page.get('dialog', 'Bring the schema to its articles', { ms: 20_000 });
      await page.keys('ESCAPE');
      await page.gone('dialog', 'Bring the schema to its articles');
    },
  },
];
