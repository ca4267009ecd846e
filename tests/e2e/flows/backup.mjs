// The page about what is stored: backups, restoring them, erasing everything.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { withoutTime } from '../lib/check.mjs';
import { libraryFile, writeFile } from '../lib/make.mjs';
import { find } from '../lib/page.mjs';
import { until } from '../lib/wait.mjs';
import { violations } from './access.mjs';

const LIST = 'Articles on this device';
const PAGE = 'Storage and backups';
const RESTORE = 'Restore a backup';
const ERASE = 'Erase everything';
const ARTICLES = [
  ['Zebra crossings', 'done', 3],
  ['A bridge in Karsa', 'not started'],
  ['Ärger am Fluss', 'in progress', 2],
];

const titles = (page) => page.run((lib, list) => lib.all('list', list).flatMap((found) => [...found.querySelectorAll('b')].map((title) => title.textContent)), LIST);
const lists = (page, expected, what) => {
  let last;
  return until(
    () => `${what}: ${JSON.stringify(last)}`,
    async () => JSON.stringify((last = (await titles(page)).sort())) === JSON.stringify([...expected].sort()),
  );
};
const listed = async (page, scratch, articles = ARTICLES) => {
  await page.open();
  await page.importFile(writeFile(scratch, 'library.json', libraryFile(articles)));
  await page.gone('dialog', 'Import', 60_000);
  await page.article();
  await page.saved(60_000);
  await toList(page);
};
const toList = async (page) => {
  await page.saved();
  await page.press('New article');
  await page.get('list', LIST);
};
const open = async (page, title) => {
  const row = await until(`the row ${title}`, () => page.run((lib, list, wanted) => [...lib.all('list', list)[0].querySelectorAll('button b')].find((one) => one.textContent === wanted), LIST, title));
  await page.clickOn(row);
  await until(`the article ${title}`, async () => (await page.has('article', 'Article')) && (await page.text()).startsWith(title));
};
const mark = async (page, words, key, row) => {
  await page.drag(...find(await page.text(), words));
  await page.keys(key);
  await page.hasRow(row);
};
const openStorage = async (page) => {
  await page.press(PAGE);
  const dialog = await page.get('dialog', PAGE);
  await page.get('button', 'Back up', { within: dialog });
};
/** What the page says in its box for messages. */
const said = (page, pattern, ms) => {
  let last;
  return until(
    () => `${pattern} in “${last}”`,
    async () => pattern.test((last = await page.run(() => [...document.querySelectorAll('.storage-said p')].map((one) => one.textContent).join(' | ')))),
    ms,
  );
};
const downloads = (page) => fs.readdirSync(page.browser.downloads).filter((name) => name.endsWith('.zip'));
/** Makes a backup of what is chosen; gives its path. */
const backUp = async (page) => {
  const before = downloads(page);
  await page.press('Back up', { within: await page.get('dialog', PAGE) });
  await said(page, /read back and verified/, 60_000);
  const name = await until('the downloaded backup', () => {
    const unfinished = fs.readdirSync(page.browser.downloads).some((one) => /\.(crdownload|part|tmp)$/.test(one));
    const fresh = downloads(page).filter((one) => !before.includes(one));
    return !unfinished && fresh.length === 1 && fs.statSync(path.join(page.browser.downloads, fresh[0])).size > 0 && fresh[0];
  });
  // Out of the way of the next one of the same day.
  const kept = path.join(page.browser.downloads, `${downloads(page).length}-${Date.now()}.kept`);
  fs.renameSync(path.join(page.browser.downloads, name), kept);
  return { file: kept, name };
};
const give = async (page, file) => {
  const input = await until('the field for a backup', () => page.run((_, name) => [...document.querySelectorAll('#annex input[type=file]')].find((one) => one.getAttribute('aria-label') === name && !one.disabled), RESTORE));
  await input.sendKeys(path.resolve(file));
};
const preview = async (page, file) => {
  await give(page, file);
  return page.get('dialog', RESTORE, { ms: 30_000 });
};
/** What becomes of each article, by its title. */
const outcomes = (page) => page.run((lib) => Object.fromEntries([...lib.all('list', 'Articles of the backup')[0].children].map((row) => [row.querySelector('b').textContent, row.querySelector('small').textContent])));
const undo = async (page) => page.press('Undo', { within: await page.get('dialog', PAGE) });
const close = async (page) => {
  await page.closeDialog(PAGE);
};
const erase = async (page) => {
  await page.press('Erase everything on this device…');
  const dialog = await page.get('dialog', ERASE);
  const off = () => page.run((lib, root) => lib.all('button', 'Erase everything', root)[0].disabled, dialog);
  assert.equal(await off(), true, 'said once only');
  await page.clickOn(await page.get('textbox', 'To go on, type “erase”'));
  await page.keys(...'erase');
  await until('it can be pressed', async () => !(await off()));
  await page.press('Erase everything', { within: dialog });
  await page.get('button', 'Begin anew', { ms: 20_000 });
};
const isEmpty = (page) =>
  page.runAsync(async () => ({
    databases: indexedDB.databases ? (await indexedDB.databases()).map((one) => one.name) : [],
    local: Object.keys(localStorage),
    session: Object.keys(sessionStorage),
    caches: 'caches' in window ? await caches.keys() : [],
    workers: navigator.serviceWorker ? (await navigator.serviceWorker.getRegistrations()).length : 0,
  }));
const NOTHING = { databases: [], local: [], session: [], caches: [], workers: 0 };
/** Changes a byte within what a member of a zip holds. */
const flipped = (file, member) => {
  const bytes = fs.readFileSync(file);
  const at = bytes.indexOf(Buffer.concat([Buffer.from(member)]));
  assert.ok(at > 0, `${member} is in the zip`);
  bytes[at + member.length + 20] ^= 0x41;
  return bytes;
};

export default [
  {
    name: 'a backup of everything, everything erased, and all of it back: rows, undo, files',
    only: ['chromium', 'firefox'],
    timeout: 120_000,
    async test(page, { scratch }) {
      await listed(page, scratch);
      await open(page, 'Ärger am Fluss');
      await mark(page, 'word4', '3', 'Location: word4');
      await page.saved();
      const rows = await page.rows();
      const before = withoutTime(await page.exportText());
      await toList(page);
      await openStorage(page);
      const { file, name } = await backUp(page);
      assert.match(name, /^Gloss-backup-\d{4}-\d\d-\d\d\.zip$/);
      await said(page, /: 3 articles, 6 annotations, read back and verified/);

      await erase(page);
      assert.deepEqual(await isEmpty(page), NOTHING);
      await page.run(() => void (window.old = true));
      await page.press('Begin anew');
      await until('the page is another one', () => page.run(() => window.old === undefined));
      await page.get('textbox', 'Article text');
      await page.get('button', PAGE, { ms: 20_000 });
      assert.deepEqual(await titles(page), []);
      assert.equal(await page.run(() => document.querySelector('.lost')), null, 'nothing was lost');

      await openStorage(page);
      await preview(page, file);
      assert.deepEqual(Object.values(await outcomes(page)), ['new here', 'new here', 'new here']);
      await page.press('Merge');
      await said(page, /^Restored: 3 articles came\.$/);
      await close(page);
      await lists(page, ARTICLES.map(([title]) => title), 'all are back');
      await open(page, 'Ärger am Fluss');
      await page.rowsAre(rows);
      assert.equal(withoutTime(await page.exportText()), before);
      await page.press('Undo');
      await page.rowsAre(rows.filter((row) => row !== 'Location: word4'));
    },
  },
  {
    name: 'a restored backup merges what two devices did, replaces it, and is taken back',
    only: ['chromium', 'firefox'],
    timeout: 180_000,
    async test(page, { scratch, elsewhere }) {
      await listed(page, scratch);
      await openStorage(page);
      const { file: first } = await backUp(page);
      await close(page);

      // Another device goes on from it.
      const other = await elsewhere();
      await other.open();
      await openStorage(other);
      await preview(other, first);
      await other.press('Merge');
      await said(other, /3 articles came/);
      await close(other);
      await open(other, 'A bridge in Karsa');
      await mark(other, 'word1', '1', 'Claim: word1');
      await toList(other);
      await openStorage(other);
      const { file: second } = await backUp(other);

      // And this one.
      await page.open();
      await open(page, 'A bridge in Karsa');
      await mark(page, 'word3', '2', 'Source: word3');
      await toList(page);
      await open(page, 'Zebra crossings');
      await mark(page, 'word5', '3', 'Location: word5');
      await toList(page);
      await page.press('Delete Ärger am Fluss');
      await lists(page, ['A bridge in Karsa', 'Zebra crossings'], 'one in the bin');

      await openStorage(page);
      await preview(page, second);
      assert.deepEqual(await outcomes(page), {
        'A bridge in Karsa': 'changed in both: 1 new annotation',
        'Zebra crossings': 'newer here, by 1 step',
        'Ärger am Fluss': 'the same; in the bin here',
      });
      await page.press('Merge');
      await said(page, /^Restored: 1 changed, 1 back from the bin\.$/);
      await close(page);
      await lists(page, ARTICLES.map(([title]) => title), 'back from the bin');
      await open(page, 'A bridge in Karsa');
      await page.rowsAre(['Claim: word1', 'Source: word3']);
      await toList(page);
      // The way back is there when the page is opened again.
      await openStorage(page);
      await undo(page);
      await said(page, /^Taken back: 1 changed, 1 put into the bin\.$/);
      await close(page);
      await lists(page, ['A bridge in Karsa', 'Zebra crossings'], 'taken back');
      await open(page, 'A bridge in Karsa');
      await page.rowsAre(['Source: word3']);
      await toList(page);

      await openStorage(page);
      await preview(page, first);
      await page.press('Replace');
      await said(page, /^Restored: 2 changed, 1 back from the bin\.$/);
      await close(page);
      await open(page, 'A bridge in Karsa');
      await page.rowsAre([]);
      await toList(page);
      await openStorage(page);
      await undo(page);
      await said(page, /^Taken back: 2 changed, 1 put into the bin\.$/);
      await close(page);
      await open(page, 'Zebra crossings');
      await page.hasRow('Location: word5');
    },
  },
  {
    name: 'a damaged backup names what is damaged, and nothing is half restored',
    only: ['chromium', 'firefox'],
    timeout: 120_000,
    async test(page, { scratch, elsewhere }) {
      await listed(page, scratch);
      await openStorage(page);
      const { file } = await backUp(page);
      const whole = fs.readFileSync(file);
      const other = await elsewhere();
      await other.open();
      await openStorage(other);
      const refused = async (name, bytes, pattern) => {
        await give(other, writeFile(scratch, name, bytes));
        await said(other, pattern, 30_000);
        assert.deepEqual(await titles(other), []);
      };
      await refused('cut.kept', whole.subarray(0, whole.length - 300), /its end is missing/);
      await refused('list.kept', flipped(file, 'backup.json'), /backup\.json: it is damaged/);
      await refused('words.kept', Buffer.from('no zip at all'), /no zip file/);
      const dialog = await preview(other, writeFile(scratch, 'part.kept', flipped(file, 'records/0002.jsonl')));
      assert.match(await other.run((_, e) => e.textContent, dialog), /records\/0002\.jsonl: it is damaged/);
      assert.equal(await other.has('button', 'Replace'), false, 'by a part nothing is replaced');
      await other.press('Merge');
      await said(other, /^Restored: 2 articles came\.$/);
    },
  },
  {
    name: 'an article that is open in another tab is named and left as it is',
    only: ['chromium', 'firefox'],
    timeout: 120_000,
    async test(page, { scratch }) {
      await listed(page, scratch);
      await openStorage(page);
      const { file } = await backUp(page);
      await close(page);
      await open(page, 'Zebra crossings');
      await mark(page, 'word5', '3', 'Location: word5');
      await page.saved();
      const first = await page.driver.getWindowHandle();
      await page.driver.switchTo().newWindow('tab');
      await page.open();
      await page.get('list', LIST);
      await openStorage(page);
      await preview(page, file);
      assert.match((await outcomes(page))['Zebra crossings'], /^left as it is: it is open in a tab/);
      await page.press('Back');
      // Erased here, the other tab lets go and says so.
      await erase(page);
      assert.deepEqual(await isEmpty(page), NOTHING);
      await page.driver.switchTo().window(first);
      await until('the other tab says it', async () => (await page.storage()) === 'In memory only');
    },
  },
  {
    name: 'the page about the storage by keyboard, at 390 pixels, and without a violation in axe-core',
    only: ['chromium'],
    timeout: 120_000,
    async test(page, { scratch }) {
      await listed(page, scratch);
      const found = [];
      const look = async (where) => found.push(...(await violations(page)).map((line) => `${where}: ${line}`));
      let file;
      for (const theme of ['light', 'dark']) {
        await page.media({ 'prefers-color-scheme': theme });
        for (const [width, height] of [[1440, 960], [390, 844]]) {
          const where = `${theme}, ${width}`;
          await page.viewport(width, height);
          await openStorage(page);
          await look(`storage, ${where}`);
          file ??= (await backUp(page)).file;
          await look(`written, ${where}`);
          assert.equal(await page.run(() => document.documentElement.scrollWidth <= innerWidth && [...document.querySelectorAll('dialog')].every((one) => one.scrollWidth <= one.clientWidth)), true, `${where}: nothing is cut off`);
          await preview(page, file);
          await look(`restore, ${where}`);
          await page.keys('Escape');
          await page.get('dialog', PAGE);
          await page.press('Erase everything on this device…');
          await page.get('dialog', ERASE);
          await look(`erase, ${where}`);
          await page.keys('Escape');
          await page.get('dialog', PAGE);
          await page.keys('Escape');
          await page.gone('dialog', PAGE);
        }
      }
      assert.deepEqual([...new Set(found)], []);
      // By keys alone: the palette opens it, Tab reaches it.
      await page.keys('Ctrl+k');
      await page.get('dialog', 'Commands');
      await page.keys(...'storage and', 'ENTER');
      await page.get('dialog', PAGE);
      await page.get('button', 'Back up', { within: await page.get('dialog', PAGE) });
      const focused = (name) => page.run((lib, wanted) => lib.nameOf(document.activeElement, 'button') === wanted, name);
      for (let i = 0; !(await focused('Back up')); i += 1) {
        assert.ok(i < 12, '“Back up” is reached by Tab');
        await page.keys('TAB');
      }
      await page.keys('ENTER');
      await said(page, /read back and verified/, 60_000);
    },
  },
  {
    name: 'a backup is reminded of when work has waited, later, or never',
    only: ['chromium', 'firefox'],
    async test(page, { scratch }) {
      await listed(page, scratch);
      const line = () => page.has('region', 'Backup');
      assert.equal(await line(), false, 'the work is young');
      // As if the last one had been made ten days ago.
      await page.run(() => localStorage.setItem('gloss.backup', new Date(Date.now() - 10 * 86_400_000).toISOString()));
      const again = async () => {
        await open(page, 'A bridge in Karsa');
        await toList(page);
      };
      await again();
      await page.press('Later', { within: await page.get('region', 'Backup') });
      await page.gone('region', 'Backup');
      await again();
      assert.equal(await line(), false, 'not today');
      await page.run(() => void localStorage.removeItem('gloss.later'));
      await again();
      await page.press('Back up', { within: await page.get('region', 'Backup') });
      await page.get('button', 'Back up', { within: await page.get('dialog', PAGE) });
      await page.choose('never');
      await until('it is remembered', () => page.run(() => localStorage.getItem('gloss.remind') === '0'));
      await close(page);
      await page.gone('region', 'Backup');
      await again();
      assert.equal(await line(), false, 'never');
      // A backup says it, too.
      await page.run(() => void localStorage.removeItem('gloss.remind'));
      await again();
      await page.get('region', 'Backup');
      await openStorage(page);
      await backUp(page);
      await close(page);
      await page.gone('region', 'Backup');
    },
  },
  {
    name: 'a backup folder is kept up to date, asked for again after a restart, and restored from',
    only: ['chromium'],
    timeout: 180_000,
    async test(page, { scratch, elsewhere, later }) {
      // No test can press the system's picker, or what the browser asks: a folder of the browser's own has the same ways.
      const stubs = () => {
        if (!('storage' in navigator)) return;
        window.showDirectoryPicker = async () => (await navigator.storage.getDirectory()).getDirectoryHandle('my backups', { create: true });
        FileSystemHandle.prototype.queryPermission = async () => (sessionStorage.allowed ? 'granted' : 'prompt');
        FileSystemHandle.prototype.requestPermission = async () => (sessionStorage.setItem('allowed', 'yes'), 'granted');
      };
      const { identifier } = await page.driver.sendAndGetDevToolsCommand('Page.addScriptToEvaluateOnNewDocument', { source: `(${stubs})()` });
      later(() => page.driver.sendDevToolsCommand('Page.removeScriptToEvaluateOnNewDocument', { identifier }));
      const file = () =>
        page.runAsync(async () => {
          const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('my backups');
          const names = [];
          for await (const name of folder.keys()) names.push(name);
          if (names.join() !== 'Gloss-backup.zip') return { names };
          const bytes = new Uint8Array(await (await (await folder.getFileHandle(names[0])).getFile()).arrayBuffer());
          return { names, base64: btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')) };
        });
      const written = (what, before) => until(what, async () => {
        const { base64 } = await file();
        return base64 && base64 !== before && base64;
      }, 60_000);

      await listed(page, scratch);
      await openStorage(page);
      await page.press('Choose a folder…');
      const folder = await page.get('group', 'Folder');
      await until('it is kept', () => page.run((_, e) => /my backups is kept up to date/.test(e.textContent), folder));
      const first = await written('the folder has it');
      await close(page);
      await open(page, 'A bridge in Karsa');
      await mark(page, 'word3', '2', 'Source: word3');
      await page.saved();
      const second = await written('the folder has the change', first);
      await toList(page);

      // After a restart the browser wants to be asked.
      await page.run(() => sessionStorage.clear());
      await page.open();
      await page.get('list', LIST);
      const line = await page.get('region', 'Backup folder');
      await page.press('Allow', { within: line });
      await page.gone('region', 'Backup folder');
      await open(page, 'Zebra crossings');
      await mark(page, 'word5', '3', 'Location: word5');
      const third = await written('it goes on', second);
      await toList(page);

      const other = await elsewhere();
      await other.open();
      await openStorage(other);
      await preview(other, writeFile(scratch, 'from-folder.kept', Buffer.from(third, 'base64')));
      await other.press('Merge');
      await said(other, /3 articles came/);
      await close(other);
      await open(other, 'Zebra crossings');
      await other.hasRow('Location: word5');

      await page.open();
      await openStorage(page);
      await page.press('Stop', { within: await page.get('group', 'Folder') });
      await page.get('button', 'Choose a folder…');
      assert.equal((await file()).base64, third, 'what is in it stays');
    },
  },
];
