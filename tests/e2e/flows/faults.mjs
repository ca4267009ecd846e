// What may go wrong around the work: tabs that take over, locks that are stolen, storage that fills up, closes, is
// damaged or lost, a newer version, a clock that is set back, and code that breaks.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { checkFile, gist, rowNames } from '../lib/check.mjs';
import { writeFile } from '../lib/make.mjs';
import { find } from '../lib/page.mjs';
import { DIST } from '../lib/server.mjs';
import { until } from '../lib/wait.mjs';
import { violations } from './access.mjs';
import { ARTICLE } from './texts.mjs';

/** Marks words as a location, and waits for the row. */
const mark = async (page, words) => {
  await page.keys('Escape', 'Escape');
  await page.drag(...find(ARTICLE, words));
  await page.keys('3');
  await page.hasRow(`Location: ${words}`);
};
const locations = (...words) => words.map((one) => `Location: ${one}`);
const shown = (page) => page.run(() => document.body.innerText);
const says = (page, words, ms) => until(async () => `the words ${words}; there is: ${await page.run(() => [...document.querySelectorAll('.banner, .toast, .lost')].map((one) => one.innerText).join(' | '))}`, async () => words.test(await shown(page)), ms);
const storageSays = (page, words) => until(async () => `Storage to say "${words}", says "${await page.storage()}"`, async () => (await page.storage()) === words);

/** Nothing for axe-core to find, light and dark, wide and narrow (Chromium). */
const clean = async (page) => {
  for (const [scheme, width] of [['light', 1280], ['dark', 1280], ['light', 390], ['dark', 390]]) {
    await page.media({ 'prefers-color-scheme': scheme });
    await page.viewport(width, 844);
    assert.deepEqual(await violations(page), [], `${scheme}, ${width} px`);
    if (process.env.GLOSS_SHOTS) await page.screenshot(path.join(process.env.GLOSS_SHOTS, `${Date.now()}-${scheme}-${width}.png`));
  }
  await page.media({});
  await page.ownViewport();
};

/** Another tab with the same address; answers both handles, the first one first. */
const secondTab = async (page) => {
  const first = await page.driver.getWindowHandle();
  const address = await page.driver.getCurrentUrl();
  await page.driver.switchTo().newWindow('tab');
  const second = await page.driver.getWindowHandle();
  await page.driver.get(address);
  await page.article();
  return [first, second];
};

/** Runs a piece of script on the store of a database: `use(store)` gives a request. */
const inStore = (page, store, use) =>
  page.runAsync(
    `(_, name) => new Promise((resolve, reject) => {
      const request = indexedDB.open('gloss');
      request.onerror = () => reject(request.error);
      request.onsuccess = () => {
        const transaction = request.result.transaction(name, 'readwrite');
        const asked = (${use})(transaction.objectStore(name));
        transaction.oncomplete = () => { request.result.close(); resolve(asked?.result ?? null); };
        transaction.onabort = () => reject(transaction.error);
      };
    })`,
    store,
  );

/** A copy of the built page whose first script also does something else. */
const withScript = async ({ elsewhere, scratch, later }, name, of, script) => {
  const folder = path.join(scratch, name);
  fs.cpSync(DIST, folder, { recursive: true });
  later(() => fs.rmSync(folder, { recursive: true, force: true }));
  const [file] = fs.readdirSync(folder).filter((one) => of.test(one));
  fs.writeFileSync(path.join(folder, file), `${script};\n${fs.readFileSync(path.join(folder, file), 'utf8')}`);
  return elsewhere({ dist: folder });
};

const stopped = (page) =>
  until('the panic screen', () => page.driver.executeScript("return document.querySelector('[role=alertdialog]:modal')?.textContent.includes('Gloss has stopped') ?? false"));

export default [
  {
    name: 'taking over: one tab writes, the other reads along, and nothing is overwritten',
    only: ['chromium', 'firefox'],
    async test(page, { engine }) {
      await page.annotate(ARTICLE);
      await mark(page, 'Golan Heights');
      await page.saved();
      const [first, second] = await secondTab(page);
      await says(page, /Another tab has this article open/);
      await storageSays(page, 'Reading along');
      if (engine === 'chromium') await clean(page);
      await page.press('Take over');
      await page.saved();
      await mark(page, 'Majdal Shams');
      await page.saved();

      await page.driver.switchTo().window(first);
      await storageSays(page, 'Reading along');
      await says(page, /Another tab has this article open/);
      await page.hasRow('Location: Majdal Shams');
      await page.drag(...find(ARTICLE, 'Tuesday'));
      await page.keys('3');
      // By key alone, and back again.
      await page.run((lib) => lib.all('button', 'Take over')[0].focus());
      await page.keys('ENTER');
      await page.saved();
      await page.goToArticle();
      await mark(page, 'Haifa');
      await page.saved();
      const rows = await page.rows();
      assert.deepEqual(rows.filter((row) => /Tuesday/.test(row)), [], 'who reads along changes nothing');

      await page.driver.switchTo().window(second);
      await storageSays(page, 'Reading along');
      await page.hasRow('Location: Haifa');
      await page.driver.switchTo().window(first);
      await page.reload();
      await page.article();
      await page.rowsAre(rows);
      assert.deepEqual([...rows].sort(), locations('Golan Heights', 'Haifa', 'Majdal Shams'));
    },
  },
  {
    name: 'taken over while changes are queued: they are refused, said and kept',
    only: ['chromium'],
    async test(page) {
      await page.annotate(ARTICLE);
      await mark(page, 'Golan Heights');
      await page.saved();
      const [first, second] = await secondTab(page);
      await says(page, /Another tab has this article open/);
      await page.driver.switchTo().window(first);
      // Somebody keeps the storage busy, so that what comes now has to wait.
      await page.runAsync(
        () =>
          new Promise((resolve) => {
            const request = indexedDB.open('gloss');
            request.onsuccess = () => {
              const transaction = request.result.transaction(['journal', 'documents', 'meta'], 'readwrite');
              const spin = () => {
                if (!window.release) transaction.objectStore('meta').get('x').onsuccess = spin;
                resolve();
              };
              spin();
            };
          }),
      );
      for (const words of ['Majdal Shams', 'Tuesday', 'Jerusalem']) await mark(page, words);
      assert.equal(await page.storage(), 'Saving…');
      await page.driver.switchTo().window(second);
      await page.run(() => {
        const begin = IDBDatabase.prototype.transaction;
        window.writes = 0;
        IDBDatabase.prototype.transaction = function (stores, mode, options) {
          if (mode === 'readwrite') window.writes += 1;
          return begin.call(this, stores, mode, options);
        };
      });
      await page.press('Take over');
      // Its new epoch stands in line now, before what the other one has not handed to the storage yet.
      await until('the other tab to begin its epoch', () => page.run(() => window.writes > 0));
      await page.driver.switchTo().window(first);
      await says(page, /Reading along/);
      await page.run(() => void (window.release = true));
      await storageSays(page, 'In memory only');
      await says(page, /taken it over/);
      await says(page, /Not saved: label .?Tuesday.? as Location, label .?Jerusalem.? as Location/);
      const all = ['Golan Heights', 'Majdal Shams', 'Tuesday', 'Jerusalem'];
      await page.rowsAre(locations(...all));
      await page.press('Try again');
      await storageSays(page, 'In memory only');
      const kept = checkFile(await page.exportJson());
      assert.deepEqual(gist(kept).map(([, quote]) => quote), all, 'the file holds what was refused');

      await page.driver.switchTo().window(second);
      await page.saved();
      // What was on its way to the disk before is there, as the rest is not.
      await page.rowsAre(locations(...all.slice(0, 2)));
      await mark(page, 'Haifa');
      await page.saved();
      const rows = await page.rows();
      await page.driver.switchTo().window(first);
      await page.reload();
      await page.article();
      await page.rowsAre(rows);
    },
  },
  {
    name: 'a lock that a stranger steals: work waits, and goes on when it is given back',
    only: ['chromium', 'firefox'],
    async test(page) {
      await page.annotate(ARTICLE);
      await mark(page, 'Golan Heights');
      await page.saved();
      const id = await page.run(() => decodeURIComponent(location.hash.slice('#article='.length)));
      await page.run((_, name) => void navigator.locks.request(name, { steal: true }, () => new Promise((resolve) => (window.giveBack = resolve))), `gloss document ${id}`);
      await storageSays(page, 'Reading along');
      await page.drag(...find(ARTICLE, 'Tuesday'));
      await page.keys('3');
      await page.run(() => window.giveBack());
      await page.saved();
      await mark(page, 'Haifa');
      await page.saved();
      await page.reload();
      await page.article();
      await page.rowsAre(locations('Golan Heights', 'Haifa'));
    },
  },
  {
    name: 'a quota that is used up in mid-work: said, kept, and written when there is room again',
    only: ['chromium'],
    timeout: 90_000,
    async test(page, { note }) {
      const { origin } = new URL(page.server.url);
      await page.driver.sendDevToolsCommand('Storage.overrideQuotaForOrigin', { origin, quotaSize: 120_000 });
      await page.annotate(ARTICLE);
      await mark(page, 'Golan Heights');
      await page.saved();
      // One label after another for what is focused: each is a step of its own, until there is no room for the next.
      const steps = await page.runAsync(async (lib) => {
        const status = document.querySelector('[role=status][aria-label=Storage]');
        for (let step = 0; step < 3000; step += 1) {
          for (const kind of ['keydown', 'keyup']) {
            lib.article().dispatchEvent(new KeyboardEvent(kind, { key: String(step % 3 + 1), code: `Digit${step % 3 + 1}`, bubbles: true, cancelable: true }));
          }
          await new Promise((resolve) => setTimeout(resolve));
          if (status.textContent.trim() === 'In memory only') return step;
        }
        return null;
      });
      note(`no room after ${steps} steps`);
      assert.notEqual(steps, null);
      await says(page, /no room left/);
      await mark(page, 'Haifa');
      assert.equal(await page.storage(), 'In memory only');
      await page.driver.sendDevToolsCommand('Storage.overrideQuotaForOrigin', { origin });
      await page.press('Try again');
      await page.saved();
      const rows = await page.rows();
      const file = gist(checkFile(await page.exportJson()));
      await page.reload();
      await page.article();
      await page.rowsAre(rows);
      assert.deepEqual(gist(checkFile(await page.exportJson())), file);
    },
  },
  {
    name: 'the whole storage lost in mid-work: said at once, and again at the next visit',
    only: ['chromium'],
    timeout: 90_000,
    async test(page, { scratch }) {
      await page.annotate(ARTICLE);
      await mark(page, 'Golan Heights');
      await page.saved();
      await until('the mark that there is work', async () => {
        await page.keys('d');
        return page.run(() => localStorage.getItem('gloss.work'));
      }, 30_000);
      await page.saved();
      const { origin } = new URL(page.server.url);
      await page.driver.sendDevToolsCommand('Storage.clearDataForOrigin', { origin, storageTypes: 'indexeddb' });
      await storageSays(page, 'In memory only');
      await says(page, /browser closed the storage/);
      await mark(page, 'Haifa');
      const file = checkFile(await page.exportJson());
      assert.deepEqual(gist(file), [['Location', 'Golan Heights'], ['Location', 'Haifa']]);

      await page.run(() => localStorage.setItem('gloss.backup', '2026-03-04T05:06:07Z'));
      await page.open();
      await says(page, /The articles that were here are gone/, 30_000);
      await says(page, /last backup was made on/);
      await clean(page);
      await page.reload();
      await says(page, /The articles that were here are gone/, 30_000);
      await page.press('I have read this');
      await until('no such words', async () => !/are gone/.test(await shown(page)));
      await page.importGood(writeFile(scratch, 'kept.json', file));
      await page.rowsAre(rowNames(file));
      await page.saved();
      await page.newArticle();
      await page.get('list', 'Articles on this device');
      await until('the mark of the work that is there now', () => page.run(() => localStorage.getItem('gloss.work')));
      // Emptying the bin is no loss.
      await page.press(`Delete ${file.documents[0].title}`);
      await page.run(() => document.querySelector('.bin summary').click());
      await page.press('Empty the bin');
      await page.press('Delete for good');
      await says(page, /gone for good/);
      await until('no mark', () => page.run(() => localStorage.getItem('gloss.work') === null));
    },
  },
  {
    name: 'a newer version takes the storage while this page is open: said, nothing lost, the file is offered',
    only: ['chromium', 'firefox'],
    async test(page) {
      await page.annotate(ARTICLE);
      await mark(page, 'Golan Heights');
      await page.saved();
      const upgrade = () => new Promise((resolve, reject) => {
        const request = indexedDB.open('gloss', 1000);
        request.onsuccess = () => { request.result.close(); resolve(); };
        request.onerror = () => reject(request.error);
        request.onblocked = () => reject(new Error('blocked'));
      });
      await page.runAsync(upgrade);
      await says(page, /newer version of Gloss/);
      await mark(page, 'Haifa');
      await storageSays(page, 'In memory only');
      assert.deepEqual(gist(checkFile(await page.exportJson())), [['Location', 'Golan Heights'], ['Location', 'Haifa']]);
      await page.open();
      await says(page, /newer version of Gloss/);
      assert.notEqual(await page.storage(), 'Saved');
    },
  },
  {
    name: 'a damaged record: the rest opens, the part is named, and offered as text',
    only: ['chromium', 'firefox'],
    async test(page, { browser, engine }) {
      await page.annotate(ARTICLE);
      const words = ['Golan Heights', 'Majdal Shams', 'Tuesday', 'Jerusalem'];
      for (const one of words) await mark(page, one);
      await page.saved();
      const id = await page.run(() => decodeURIComponent(location.hash.slice('#article='.length)));
      const raw = await inStore(page, 'journal', `(store) => store.get(${JSON.stringify([id, 3])})`);
      assert.match(raw, /^journal 3 [0-9a-f]{16} /);
      await inStore(page, 'journal', `(store) => store.put(${JSON.stringify(raw.replace('Location', 'Locution'))}, ${JSON.stringify([id, 3])})`);
      await page.reload();
      await page.article();
      await says(page, /Step 3 and what followed/);
      await page.rowsAre(locations(...words.slice(0, 2)));
      // Work goes on where the last sound step is.
      await page.saved();
      await mark(page, 'Haifa');
      await page.saved();
      await page.reload();
      await page.article();
      await page.rowsAre(locations('Golan Heights', 'Majdal Shams', 'Haifa'));
      assert.ok(!/could not be read/.test(await shown(page)));

      await page.newArticle();
      const summary = await until('the damaged parts', () => page.run(() => [...document.querySelectorAll('summary')].find((one) => one.textContent === 'Damaged parts (1)')));
      await page.clickOn(summary);
      if (engine === 'chromium') await clean(page);
      const title = await page.run((lib) => lib.all('list', 'Damaged parts')[0].querySelector('b').textContent);
      const before = new Set(fs.readdirSync(browser.downloads));
      await page.press(`Save as text what is damaged of ${title}`);
      const file = await until('the file', () => fs.readdirSync(browser.downloads).find((name) => !before.has(name) && /damaged\.txt$/.test(name)));
      const text = await until('all of it', () => {
        const written = fs.readFileSync(path.join(browser.downloads, file), 'utf8');
        return /step 4\n.+\n\n$/.test(written) && written;
      });
      assert.ok(text.includes(`step 3\n${raw.replace('Location', 'Locution')}\n`), 'as it was found');
    },
  },
  {
    name: 'a clock that is set back: steps keep their order, dates are dates',
    only: ['chromium'],
    async test(page) {
      await page.annotate(ARTICLE);
      await mark(page, 'Golan Heights');
      await mark(page, 'Majdal Shams');
      await page.saved();
      const source = `{ const Own = Date; const back = 400 * 86_400_000;
        Date = class extends Own { constructor(...all) { all.length ? super(...all) : super(Own.now() - back) } static now() { return Own.now() - back } } }`;
      const { identifier } = await page.driver.sendAndGetDevToolsCommand('Page.addScriptToEvaluateOnNewDocument', { source });
      await page.reload();
      await page.article();
      assert.ok(await page.run(() => new Date().getFullYear() < 2026), 'the clock is set back');
      await mark(page, 'Haifa');
      await mark(page, 'Jerusalem');
      await page.keys('Ctrl+z');
      await page.gone('listitem', 'Location: Jerusalem');
      await page.saved();
      await page.driver.sendDevToolsCommand('Page.removeScriptToEvaluateOnNewDocument', { identifier });
      await page.reload();
      await page.article();
      await page.rowsAre(locations('Golan Heights', 'Majdal Shams', 'Haifa'));
      await page.keys('Ctrl+Shift+z');
      await page.hasRow('Location: Jerusalem');
      for (const gone of ['Jerusalem', 'Haifa', 'Majdal Shams']) {
        await page.keys('Ctrl+z');
        await page.gone('listitem', `Location: ${gone}`);
      }
      for (let step = 0; step < 3; step += 1) await page.keys('Ctrl+Shift+z');
      await page.hasRow('Location: Jerusalem');
      const file = checkFile(await page.exportJson());
      const [{ annotations }] = file.documents;
      assert.equal(new Set(annotations.map(({ id }) => id)).size, 4);
      for (const { created } of annotations) assert.match(created, /^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      await page.newArticle();
      await page.get('list', 'Articles on this device');
      await page.saved();
    },
  },
  {
    name: 'a panic in drawing or in the midst of a change: plain words, and all that was saved is there after a reload',
    only: ['chromium', 'firefox'],
    timeout: 120_000,
    async test(_, device) {
      const provoke = `{
        // Elements are copies of one that was made once.
        const clone = Node.prototype.cloneNode;
        Node.prototype.cloneNode = function (...all) {
          if (window.breaks === 'view' && this.nodeName === 'MARK') throw new Error('provoked by the test');
          return clone.apply(this, all);
        };
        const iso = Date.prototype.toISOString;
        Date.prototype.toISOString = function () {
          if (window.breaks === 'update') throw new RangeError('provoked by the test');
          return iso.call(this);
        };
      }`;
      const page = await withScript(device, 'breaking', /^boot-.*\.js$/, provoke);
      for (const where of ['view', 'update']) {
        await page.annotate(ARTICLE);
        await mark(page, 'Golan Heights');
        await page.saved();
        await page.driver.executeScript('window.breaks = arguments[0]', where);
        await page.drag(...find(ARTICLE, 'Haifa'));
        await page.keys('3');
        await stopped(page);
        await page.driver.executeScript('window.breaks = null');
        await page.press('Reload');
        await until('the page without it', () => page.driver.executeScript("return !document.querySelector('[role=alertdialog]')"));
        await page.article();
        await page.hasRow('Location: Golan Heights');
        // The step under way is there or not; there is no half of it.
        const rows = await page.rows();
        assert.ok(rows.every((row) => locations('Golan Heights', 'Haifa').includes(row)), `${where}: ${rows}`);
        await page.goToArticle();
        await mark(page, 'Jerusalem');
        await page.saved();
        checkFile(await page.exportJson());
      }
    },
  },
  {
    name: 'a panic in the worker: said, nothing changed, and the next errand is done',
    only: ['chromium', 'firefox'],
    timeout: 90_000,
    async test(_, device) {
      const provoke = "{ const lower = String.prototype.toLowerCase; String.prototype.toLowerCase = function () { if (/^Ärger/.test(this)) throw new Error('provoked by the test'); return lower.call(this) } }";
      const page = await withScript(device, 'breaking-worker', /^start-worker-.*\.js$/, provoke);
      const text = 'Ärger am Fluss sagt der Bürgermeister.';
      await page.annotate(text);
      await page.drag(...find(text, 'Ärger am Fluss'));
      await page.keys('1');
      await page.hasRow('Claim: Ärger am Fluss');
      await page.drag(...find(text, 'Bürgermeister'));
      await page.keys('2');
      await page.hasRow('Source: Bürgermeister');
      await page.keys('Shift+c');
      await says(page, /Something broke inside Gloss/, 30_000);
      await page.saved();
      const file = checkFile(await page.exportJson());
      assert.deepEqual(gist(file), [['Claim', 'Ärger am Fluss'], ['Source', 'Bürgermeister']]);
      await page.reload();
      await page.article();
      await page.rowsAre(rowNames(file));
    },
  },
];
