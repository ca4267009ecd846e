// What the page does without its module: the theme before the first paint, words when it cannot start, and the
// panic screen, which must work when nothing else does.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { find } from '../lib/page.mjs';
import { DIST } from '../lib/server.mjs';
import { until } from '../lib/wait.mjs';

/** A copy of the built page, changed by `change`, served as a place of its own. */
async function changed({ elsewhere, scratch, later }, name, change) {
  const folder = path.join(scratch, name);
  fs.cpSync(DIST, folder, { recursive: true });
  later(() => fs.rmSync(folder, { recursive: true, force: true }));
  change(folder);
  return elsewhere({ dist: folder });
}

/** Writes records into the app's database, made here if need be, as the app might have left them. */
function seed(page, records) {
  return page.runAsync(
    `(lib, records) => new Promise((resolve, reject) => {
      const request = indexedDB.open('gloss', 1000);
      request.onupgradeneeded = () => {
        for (const name of ['first', 'second']) request.result.createObjectStore(name);
      };
      request.onerror = () => reject(request.error);
      request.onsuccess = () => {
        const database = request.result;
        const work = database.transaction(['first', 'second'], 'readwrite');
        records.forEach((record, at) => work.objectStore('first').put(record, 'key ' + at));
        work.objectStore('second').put('🚨 "one"\\n', [1, 'two']);
        work.oncomplete = () => { database.close(); resolve(); };
      };
    })`,
    records,
  );
}

/** Whether it is stored where one is reading. */
const STORED_PLACE = () =>
  new Promise((resolve, reject) => {
    const request = indexedDB.open('gloss');
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const all = request.result.transaction('views').objectStore('views').getAll();
      all.onsuccess = () => {
        request.result.close();
        resolve(all.result.some((view) => /"top":[1-9]/.test(view)));
      };
    };
  });

/** The panic screen, once it is shown over everything. */
const screen = (page) =>
  until('the panic screen', () =>
    page.driver.executeScript(
      `const found = document.querySelector('[role=alertdialog]:modal');
       return found && document.getElementById(found.getAttribute('aria-labelledby')).textContent === 'Gloss has stopped' ? found : null;`,
    ),
  );
const panic = (page, message) => page.driver.executeScript('globalThis.glossPanic(arguments[0])', message);

export default [
  {
    name: 'the theme of the settings is there before the module is',
    async test(page, device) {
      const bare = await changed(device, 'theme', (folder) => {
        for (const file of fs.readdirSync(folder)) if (file.endsWith('_bg.wasm')) fs.rmSync(path.join(folder, file));
      });
      const check = async (stored, expected) => {
        await bare.open();
        await bare.driver.executeScript("localStorage.setItem('gloss.settings', arguments[0])", stored);
        await bare.open();
        assert.equal(await bare.driver.executeScript('return document.documentElement.dataset.theme ?? null'), expected, stored);
      };
      await check('{"theme":"dark"}', 'dark');
      await check('{"theme":"light"}', 'light');
      await check('{"theme":"system"}', null);
      await check('{"theme":"x y"}', null);
      await check('{"them', null);
      await check('null', null);
    },
  },
  {
    name: 'a page that cannot start says so',
    async test(page, device) {
      const without = (ending) => (folder) => {
        const gone = fs.readdirSync(folder).filter((file) => ending.test(file));
        assert.ok(gone.length > 0);
        for (const file of gone) fs.rmSync(path.join(folder, file));
      };
      const broken = (folder) => {
        const [module] = fs.readdirSync(folder).filter((file) => /^gloss-[0-9a-f]+_bg\.wasm$/.test(file));
        fs.writeFileSync(path.join(folder, module), 'no module');
      };
      for (const [name, change] of [['no-module', without(/_bg\.wasm$/)], ['no-loader', without(/^gloss-[0-9a-f]+\.js$/)], ['broken', broken]]) {
        const page = await changed(device, name, change);
        await page.open();
        const alert = await until('an alert', () => page.driver.executeScript("return document.querySelector('[role=alert]')?.textContent"));
        assert.match(alert, /Gloss could not start/, name);
        assert.match(alert, /untouched/, name);
        await page.get('button', 'Reload');
      }
    },
  },
  {
    name: 'a worker module that does not arrive: said in words, nothing lost, and it works when it does',
    only: ['chromium', 'firefox'],
    async test(page, device) {
      for (const [name, missing] of [['no-start', /^(start-worker-.*|worker)\.js$/], ['no-worker-loader', /^(worker-[0-9a-f]+|gloss-worker)\.js$/], ['no-worker-module', /^(gloss-)?worker.*_bg\.wasm$/]]) {
        const away = path.join(device.scratch, `${name}-away`);
        let folder;
        const page = await changed(device, name, (copy) => {
          folder = copy;
          fs.mkdirSync(away);
          for (const file of fs.readdirSync(copy).filter((file) => missing.test(file))) fs.renameSync(path.join(copy, file), path.join(away, file));
          assert.equal(fs.readdirSync(away).length, 1);
        });
        await page.open();
        await page.press('Try the sample article');
        await until('an alert', () => page.driver.executeScript("return /did not arrive/.test(document.querySelector('[role=alert]')?.textContent)"));
        await page.annotate('The harbour of Port Aldra was closed.');
        await page.double(15);
        await page.keys('3');
        await page.hasRow('Location: Port');
        await page.press('Export');
        await until('words', () => page.run((lib) => [...document.querySelectorAll('[aria-live=polite]')].some((region) => /did not arrive/.test(region.textContent))));
        for (const file of fs.readdirSync(away)) fs.renameSync(path.join(away, file), path.join(folder, file));
        assert.equal((await page.exportJson()).documents[0].annotations.length, 1, name);
      }
    },
  },
  {
    name: 'an annex that does not arrive: import says so, and export hands the file over all the same',
    only: ['chromium', 'firefox'],
    async test(page, device) {
      const parts = { 'no-annex': /^start-annex-.*\.js$/, 'no-annex-and-no-worker': /^start-(annex|worker)-.*\.js$/ };
      const read = (page) => {
        const [file] = fs.readdirSync(page.browser.downloads).filter((name) => /^The-mole.*\.json$/.test(name));
        const content = file && fs.readFileSync(path.join(page.browser.downloads, file), 'utf8');
        if (content) fs.rmSync(path.join(page.browser.downloads, file));
        return content && { file, content: JSON.parse(content) };
      };
      for (const [name, missing] of Object.entries(parts)) {
        const away = path.join(device.scratch, `${name}-away`);
        let folder;
        const page = await changed(device, name, (copy) => {
          folder = copy;
          fs.mkdirSync(away);
          for (const file of fs.readdirSync(copy).filter((file) => missing.test(file))) fs.renameSync(path.join(copy, file), path.join(away, file));
        });
        const said = (words) => until(`"${words}"`, () => page.run((_, part) => [...document.querySelectorAll('[aria-live=polite]')].some((region) => region.textContent.includes(part)), words));
        await page.open();
        await page.annotate('The mole of Port Aldra was closed.');
        await page.double(12);
        await page.keys('3');
        await page.hasRow('Location: Port');
        await page.saved();
        await page.press('Import');
        await said('did not arrive');
        assert.ok(!(await page.has('dialog', 'Import')));
        await page.press('Export');
        await said('Downloaded The-mole');
        const { file, content } = await until('a file', () => read(page));
        if (name === 'no-annex') {
          assert.match(file, /gloss\.json$/);
          assert.deepEqual(content.documents[0].annotations.map(({ text }) => text), ['Port']);
        } else {
          assert.match(file, /recovery\.json$/);
          assert.equal(content.kind, 'gloss-recovery');
          assert.match(content.stores.bases[0].value, /^base \d+ .*Port Aldra.*"Location"/s);
        }
        for (const one of fs.readdirSync(away)) fs.renameSync(path.join(away, one), path.join(folder, one));
        assert.equal((await page.exportJson()).documents[0].annotations.length, 1, 'and by the dialog when it arrives');
        fs.rmSync(page.lastDownload);
      }
    },
  },
  {
    name: 'a panic: plain words over everything, a recovery file, nothing more for the app',
    async test(page, { engine, browser }) {
      // A place on this origin without the app, so that the database is as this test makes it.
      await page.driver.get(`${page.server.url}icon.svg`);
      const records = [{ text: 'first', nested: [1, null, { a: 'ü\u0000"' }] }, 'a plain string'];
      await seed(page, records);
      await page.open();
      await until('the app', () => page.driver.executeScript("return document.body.children.length > 0 && document.readyState === 'complete'"));
      await page.driver.executeScript(
        `window.heard = [];
         const box = document.body.appendChild(document.createElement('input'));
         box.focus();
         for (const kind of ['keydown', 'click', 'pointerdown', 'input']) {
           for (const target of [window, document, box]) target.addEventListener(kind, () => window.heard.push(kind), true);
         }`,
      );
      await page.keys('a');
      await until('the app to hear, before the panic', () => page.driver.executeScript('return window.heard.length > 0'));

      await panic(page, 'index out of bounds, src/view/a.rs:1:2');
      await panic(page, 'an echo of it');
      await page.driver.executeScript('window.heard.length = 0');
      const dialog = await screen(page);
      await until('the focus to be on "Reload"', () => page.driver.executeScript("return document.activeElement.textContent === 'Reload'"));
      assert.match(await page.driver.executeScript('return arguments[0].textContent', dialog), /index out of bounds/);
      assert.doesNotMatch(await page.driver.executeScript('return arguments[0].textContent', dialog), /echo/);

      // No screen shows under it, no key and no click passes it.
      await page.clickAt({ x: 3, y: 3 });
      await page.keys('Escape', 'Escape', 'b');
      assert.equal(await page.driver.executeScript('return arguments[0].matches(":modal")', dialog), true, 'Escape does not close it');
      for (let i = 0; i < 4; i += 1) {
        await page.keys('Tab');
        const place = await page.driver.executeScript('return document.activeElement === document.body || document.activeElement === document.documentElement || arguments[0].contains(document.activeElement)', dialog);
        assert.ok(place, 'the focus stays');
      }

      const before = new Set(fs.readdirSync(browser.downloads));
      if (engine === 'webkit') {
        // Its driver gives no downloads: take the file from the link.
        await page.driver.executeScript(
          `const make = URL.createObjectURL;
           URL.createObjectURL = (blob) => { blob.text().then((text) => { window.saved = text; }); return make(blob); };`,
        );
      }
      await page.press('Save a recovery file');
      let text;
      if (engine === 'webkit') {
        text = await until('the file', () => page.driver.executeScript('return window.saved'));
      } else {
        const file = await until('the file', () =>
          fs.readdirSync(browser.downloads).find((name) => !before.has(name) && /^gloss-recovery-.*\.json$/.test(name)),
        );
        text = await until('its whole content', () => {
          const written = fs.readFileSync(path.join(browser.downloads, file), 'utf8');
          return JSON.parse(written) && written;
        });
      }
      const saved = JSON.parse(text);
      assert.equal(saved.kind, 'gloss-recovery');
      assert.deepEqual(saved.stores.first, records.map((value, at) => ({ key: `key ${at}`, value })));
      assert.deepEqual(saved.stores.second, [{ key: [1, 'two'], value: '🚨 "one"\n' }]);
      await until('words on it', () => page.driver.executeScript("return /^The recovery file is gloss-recovery-/.test(document.querySelector('.boot-status').textContent)"));
      assert.deepEqual(await page.driver.executeScript('return window.heard'), [], 'the app hears nothing more');

      await page.press('Reload');
      await until('the page without it', () => page.driver.executeScript("return !document.querySelector('[role=alertdialog]')"));
    },
  },
  {
    name: 'a panic on a device that holds nothing',
    async test(page, device) {
      const bare = await changed(device, 'empty', (folder) => {
        for (const file of fs.readdirSync(folder)) if (file.endsWith('_bg.wasm')) fs.rmSync(path.join(folder, file));
      });
      await bare.open();
      await panic(bare, 'early');
      await bare.press('Save a recovery file');
      await until('words', () => bare.driver.executeScript("return /Nothing is stored/.test(document.querySelector('.boot-status').textContent)"));
      const names = await bare.runAsync("() => indexedDB.databases ? indexedDB.databases().then((all) => all.map((one) => one.name)) : []");
      assert.deepEqual(names, [], 'no database was made');
    },
  },
  {
    name: 'a module that ends without its panic hook is a panic too',
    async test(page) {
      await page.open();
      // The driver's own scripts are strangers to the page, and what they throw is hidden from it.
      await page.driver.executeScript(
        "window.dispatchEvent(new ErrorEvent('error', { error: Object.assign(new Error('unreachable'), { name: 'RuntimeError' }) }))",
      );
      await screen(page);
    },
  },
  {
    name: 'styles that come last: the article stands where one was reading all the same',
    only: ['chromium', 'firefox'],
    async test(_, device) {
      // Without its service worker, which would have them at once.
      const page = await changed(device, 'late', (folder) => fs.rmSync(path.join(folder, 'sw.js')));
      const text = Array.from({ length: 300 }, (_, i) => `Paragraph ${i} holds some words about Golan Heights and more.`).join('\n');
      await page.annotate(text);
      await page.point(find(text, 'Paragraph 200 ')[0]);
      const there = await page.top();
      assert.ok(there > 150, `scrolled to ${there}`);
      await until('the place to be stored', () => page.runAsync(STORED_PLACE));
      page.server.late(/\/style-.*\.css$/, 700);
      await page.reload();
      await page.article();
      await until(async () => `to stand near paragraph ${there}, stands at ${await page.top()}`, async () => Math.abs((await page.top()) - there) <= 2);
    },
  },
];
