// Nothing is lost: what "Saved" means, crashes, a second tab, storage that fails.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { checkFile, rowNames, withoutTime } from '../lib/check.mjs';
import { writeFile } from '../lib/make.mjs';
import { find, Page } from '../lib/page.mjs';
import { until } from '../lib/wait.mjs';
import { marked } from './files.mjs';
import { ARTICLE } from './texts.mjs';

/** From now on, notes what "Storage" says in the task of each change of the article or the list. */
const watchChanges = (page) =>
  page.run((lib) => {
    const seen = (window.seenStorage = []);
    const said = () => lib.all('status', 'Storage', document, { hidden: true })[0]?.textContent.trim();
    const channel = new MessageChannel();
    // A message posted in a task arrives after that task and all its microtasks.
    channel.port1.onmessage = (event) => seen.push([event.data, said()]);
    const observer = new MutationObserver(() => {
      seen.push(['in the task', said()]);
      channel.port2.postMessage('right after the task');
    });
    observer.observe(lib.article(), { subtree: true, childList: true, characterData: true, attributes: true });
  });

export default [
  {
    name: '“Saved” is never said while a change is on its way',
    only: ['chromium', 'firefox'],
    async test(page) {
      await page.annotate(ARTICLE);
      await page.saved();
      await page.drag(...find(ARTICLE, 'Golan Heights'));
      await page.get('toolbar', 'Label selection');
      await watchChanges(page);
      const check = async (what) => {
        const seen = await until(`${what}: a change`, async () => {
          const now = await page.run(() => window.seenStorage.splice(0));
          return now.length > 0 && now;
        });
        // By the time that the message arrives, a stalling machine may have come back to a write that is done.
        const first = seen.slice(0, 1 + seen.findIndex(([when]) => when === 'right after the task') || seen.length);
        assert.ok(first.some(([, said]) => said !== 'Saved'), `${what}: ${JSON.stringify(seen)}`);
        await page.saved();
        await page.run(() => window.seenStorage.splice(0));
      };
      await page.keys('3');
      await check('label');
      await page.keys('1');
      await check('relabel');
      await page.keys('Ctrl+z');
      await check('undo');
      await page.keys('Ctrl+Shift+z');
      await check('redo');
      await page.keys('Delete');
      await check('delete');
    },
  },
  {
    name: 'the browser is killed in mid-work: nothing saved is missing',
    only: ['chromium', 'firefox'],
    timeout: 120_000,
    async test(page, { server, ownBrowser, later, engine }) {
      const profile = fs.mkdtempSync(path.join(os.tmpdir(), `gloss-kept-${engine}-`));
      later(() => fs.rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));
      let browser = await ownBrowser({ profile });
      let own = new Page(browser, server);
      await own.annotate(ARTICLE);
      await own.saved();
      const words = ['Golan Heights', 'Majdal Shams', 'Tuesday', 'Haifa', 'Jerusalem', 'Police'];
      const expected = [];
      let address = await own.driver.getCurrentUrl();
      for (let round = 0; round < 3; round += 1) {
        for (const quote of words.slice(round * 2, round * 2 + 2)) {
          await own.drag(...find(ARTICLE, quote));
          await own.keys('3');
          await own.hasRow(`Location: ${quote}`);
          expected.push(`Location: ${quote}`);
        }
        await own.saved();
        // The next change is under way when the browser dies: it may be there afterwards or not.
        await own.drag(...find(ARTICLE, 'Awad', 1));
        await own.keys('2');
        await browser.kill();

        browser = await ownBrowser({ profile });
        own = new Page(browser, server);
        await own.driver.get(address);
        assert.equal(await own.article(), ARTICLE);
        await own.hasRow(expected[0]);
        const rows = (await own.rows()).filter((name) => name !== 'Source: Awad');
        assert.deepEqual([...rows].sort(), [...expected].sort(), `after kill ${round + 1}`);
        await until('undo to be there', () => own.enabled('Undo'));
        if (await own.has('listitem', 'Source: Awad')) {
          await own.press('Undo');
          await own.gone('listitem', 'Source: Awad');
        }
        checkFile(await own.exportJson());
        address = await own.driver.getCurrentUrl();
      }
    },
  },
  {
    name: 'a second tab reads along, says why it does not write, and takes over',
    only: ['chromium', 'firefox'],
    async test(page) {
      await page.annotate(ARTICLE);
      await page.drag(...find(ARTICLE, 'Golan Heights'));
      await page.keys('3');
      await page.hasRow('Location: Golan Heights');
      await page.saved();
      const first = await page.driver.getWindowHandle();
      const address = await page.driver.getCurrentUrl();
      await page.driver.switchTo().newWindow('tab');
      const second = await page.driver.getWindowHandle();
      await page.driver.get(address);
      await page.article();
      await page.hasRow('Location: Golan Heights');
      const shown = () => page.run(() => document.body.innerText);
      await until('a word why this tab does not write', async () => /another tab/i.test(await shown()));
      assert.notEqual(await page.storage(), 'Saved');
      await page.drag(...find(ARTICLE, 'Tuesday'));
      await page.keys('3');

      await page.driver.switchTo().window(first);
      await page.keys('Escape');
      await page.drag(...find(ARTICLE, 'Jerusalem'));
      await page.keys('3');
      await page.hasRow('Location: Jerusalem');
      assert.ok(!(await page.rows()).includes('Location: Tuesday'), 'the second tab wrote nothing');
      await page.saved();
      await page.driver.switchTo().window(second);
      await page.hasRow('Location: Jerusalem');

      await page.driver.switchTo().window(first);
      await page.driver.close();
      await page.driver.switchTo().window(second);
      await page.saved();
      await page.goToArticle();
      await page.keys('Escape', 'Escape', 'Escape');
      await page.drag(...find(ARTICLE, 'Police'));
      await page.keys('2');
      await page.hasRow('Source: Police');
      await page.saved();
      await page.reload();
      await page.article();
      await page.rowsAre(['Location: Golan Heights', 'Source: Police', 'Location: Jerusalem']);
    },
  },
  {
    name: 'storage that is refused or full: said at once, work goes on, the file is offered',
    only: ['chromium'],
    timeout: 120_000,
    async test(page, { elsewhere }) {
      const faults = {
        refused: `IDBFactory.prototype.open = function () { throw new DOMException('refused by the test', 'SecurityError'); };`,
        full: `{ const put = IDBObjectStore.prototype.put; const add = IDBObjectStore.prototype.add; let left = 12;
          const full = (how) => function (...args) { if (left-- > 0) return how.apply(this, args); this.transaction.abort(); throw new DOMException('full by the test', 'QuotaExceededError'); };
          IDBObjectStore.prototype.put = full(put); IDBObjectStore.prototype.add = full(add); }`,
      };
      for (const [name, source] of Object.entries(faults)) {
        const { identifier } = await page.driver.sendAndGetDevToolsCommand('Page.addScriptToEvaluateOnNewDocument', { source });
        const other = await elsewhere();
        await other.annotate(ARTICLE);
        for (const quote of ['Golan Heights', 'Majdal Shams', 'Tuesday', 'Haifa', 'Jerusalem', 'Police', 'Ministry', 'Salim']) {
          await other.drag(...find(ARTICLE, quote));
          await other.keys('3');
          await other.hasRow(`Location: ${quote}`);
        }
        await until(`${name}: a word that is not "Saved"`, async () => !['Saved', 'Saving…'].includes(await other.storage()));
        assert.notEqual(await other.storage(), 'Saved');
        const file = checkFile(await other.exportJson());
        assert.equal(file.documents[0].annotations.length, 8, `${name}: the file holds everything`);
        await page.driver.sendDevToolsCommand('Page.removeScriptToEvaluateOnNewDocument', { identifier });
      }
    },
  },
  {
    name: 'one write that fails does not hide behind the next one that works',
    only: ['chromium'],
    async test(page) {
      await page.annotate(ARTICLE);
      await page.saved();
      await page.drag(...find(ARTICLE, 'Golan Heights'));
      await page.run(() => {
        const { put, add } = IDBObjectStore.prototype;
        let failing = true;
        const once = (how) =>
          function (...args) {
            if (!failing) return how.apply(this, args);
            this.transaction.abort();
            setTimeout(() => (failing = false), 0);
            throw new DOMException('full by the test', 'QuotaExceededError');
          };
        IDBObjectStore.prototype.put = once(put);
        IDBObjectStore.prototype.add = once(add);
      });
      await page.keys('3');
      await page.hasRow('Location: Golan Heights');
      await page.drag(...find(ARTICLE, 'Jerusalem'));
      await page.keys('3');
      await page.hasRow('Location: Jerusalem');
      await page.drag(...find(ARTICLE, 'Police'));
      await page.keys('2');
      await page.hasRow('Source: Police');
      const rows = await page.rows();
      const said = await until('a settled word on storage', async () => {
        const now = await page.storage();
        return now !== 'Saving…' && now;
      });
      await page.reload();
      await page.article();
      if (said === 'Saved') await page.rowsAre(rows);
    },
  },
  {
    name: 'where one reads stays, also after a reload',
    only: ['chromium', 'firefox'],
    async test(page) {
      const text = Array.from({ length: 300 }, (_, i) => `Paragraph ${i} holds some words about Golan Heights and more.`).join('\n');
      await page.annotate(text);
      const target = find(text, 'Paragraph 200 ')[0];
      await page.point(target);
      const before = await page.top();
      assert.ok(before > 150, `scrolled to ${before}`);
      await page.saved();
      await page.double(target + 2);
      await page.keys('1');
      await until('a row', async () => (await page.rows())?.length === 1);
      await page.saved();
      const reloaded = async (there) => {
        await page.article();
        await until(async () => `to stand near paragraph ${there}, stands at ${await page.top()}`, async () => Math.abs((await page.top()) - there) <= 2);
      };
      const there = await page.top();
      await page.driver.get(await page.driver.getCurrentUrl());
      await page.reload();
      await reloaded(there);
      // Also where the page goes in the moment of scrolling, before anything can have been stored.
      for (const wanted of [40, 250, 120]) {
        await page.runAsync(async (lib, wanted) => {
          const [paragraph] = [...lib.article().querySelectorAll('p')].slice(wanted);
          const pane = lib.scroller(paragraph);
          const scrolled = new Promise((done) => pane.addEventListener('scroll', done, { once: true }));
          pane.scrollTop += paragraph.getBoundingClientRect().top - pane.getBoundingClientRect().top;
          await scrolled;
          await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        }, wanted);
        await page.reload();
        await reloaded(wanted);
      }
    },
  },
  {
    name: 'work served below a path is the same work',
    only: ['chromium'],
    async test(page, { elsewhere, scratch }) {
      const below = await elsewhere({ base: '/some/where/' });
      await below.open();
      await below.importGood(writeFile(scratch, 'first.json', marked()));
      const file = checkFile(JSON.parse(await below.exportText()));
      await below.saved();
      await below.reload();
      await below.article();
      await below.rowsAre(rowNames(file));
      assert.equal(withoutTime(JSON.stringify(file)), withoutTime(JSON.stringify(await below.exportJson())));
    },
  },
];
