// Nothing leaves the machine. (Each other flow ends with a look at the log of requests, too.)
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { find } from '../lib/page.mjs';
import { DIST } from '../lib/server.mjs';
import { keptOffline, reload } from './offline.mjs';
import { until } from '../lib/wait.mjs';

export default [
  {
    name: 'the log of requests would show one to another origin',
    // WebKit lets a blank page start no worker.
    only: ['chromium', 'firefox'],
    async test(page, { proxy }) {
      await page.driver.get('about:blank');
      await page.driver.executeScript("fetch('http://canary.invalid/from-a-page').catch(() => {})");
      await page.driver.executeScript(
        "const source = new Blob([\"fetch('http://canary.invalid/from-a-worker').catch(() => {})\"]); window.w = new Worker(URL.createObjectURL(source))",
      );
      for (const who of ['page', 'worker']) {
        await until(`the canary of a ${who} in the log`, () => proxy.all().includes(`GET http://canary.invalid/from-a-${who}`));
      }
      proxy.clear();
    },
  },
  {
    name: 'no request to another origin, and none at all once the page and what it keeps for later are there',
    only: ['chromium', 'firefox'],
    async test(page, { proxy, server }) {
      const own = () => proxy.all().filter((line) => line.includes(server.origin));
      await page.open();
      // The service worker fetches the files of this version, and nothing else: that is the end of the first load.
      await keptOffline(page);
      const files = fs.readdirSync(DIST, { recursive: true }).map((name) => `GET ${server.url}${name}`);
      const strange = own().filter((line) => line !== `GET ${server.url}` && !files.includes(line) && !line.endsWith('/favicon.ico'));
      assert.deepEqual(strange, [], 'the page and its files are asked for, without a word added');
      const loaded = proxy.all().length;
      await page.press('Try the sample article');
      const text = await page.article();
      await page.saved();
      await page.drag(...find(text, text.match(/\p{L}{5,} \p{L}{5,}/u)[0]));
      await page.keys('1');
      await until('a row', async () => (await page.rows()).length === 1);
      await page.exportText();
      await page.saved();
      await page.openDialog('Settings');
      await page.closeDialog('Settings');
      await page.openDialog('Schema');
      await page.keys('Escape');
      // Firefox asks by itself, after it has used a service worker, whether there is another: that one file.
      const question = `GET ${server.url}sw.js`;
      const later = proxy.all().slice(loaded).filter((line) => line.includes(server.origin) && line !== question);
      assert.deepEqual(later, [], 'marking up, exporting and the schema ask for nothing');
      // Another visit asks one thing: whether there is a new version.
      const before = proxy.all().length;
      await reload(page);
      await page.article();
      await until('the question for a new version', () => proxy.all().slice(before).includes(question));
      const again = new Set(proxy.all().slice(before).filter((line) => line.includes(server.origin)));
      assert.deepEqual([...again], [question]);
      assert.deepEqual(proxy.foreign(server.origin), []);
    },
  },
  {
    name: 'the security policy is in the page and in the headers, and nothing breaks it',
    async test(page, { server, engine }) {
      const answer = await fetch(server.url);
      const header = answer.headers.get('content-security-policy') ?? '';
      const meta = /http-equiv="?content-security-policy"?[^>]*content="([^"]*)"/i.exec(await answer.text())?.[1] ?? '';
      for (const [where, policy] of [['headers', header], ['page', meta]]) {
        assert.match(policy, /default-src 'none'/, where);
        assert.match(policy, /connect-src 'self'/, where);
        assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval(?<!wasm-unsafe-eval)|https?:/, where);
      }
      if (engine === 'chromium') {
        await page.driver.sendDevToolsCommand('Page.addScriptToEvaluateOnNewDocument', {
          source: "window.violations = []; document.addEventListener('securitypolicyviolation', (e) => window.violations.push(`${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}`))",
        });
      }
      await page.open();
      await page.press('Try the sample article');
      await page.article();
      if (engine === 'chromium') assert.deepEqual(await page.run(() => window.violations), []);
      const refused = await page.runAsync(async () => {
        try {
          await fetch('http://canary.invalid/from-the-app');
          return 'let through';
        } catch {
          return 'refused';
        }
      });
      assert.equal(refused, 'refused');
    },
  },
];
