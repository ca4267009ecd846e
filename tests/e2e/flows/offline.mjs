// Without the network, and with a new version: what is kept is whole, is offered and never forced, and no page ever
// gets files of two versions.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { checkFile } from '../lib/check.mjs';
import { find } from '../lib/page.mjs';
import { DIST } from '../lib/server.mjs';
import { until } from '../lib/wait.mjs';
import { violations } from './access.mjs';
import { ARTICLE } from './texts.mjs';

const HASH = /-[0-9a-f]{12,16}(?=(_bg)?\.[a-z]+$)/;
const READY = 'A new version of Gloss is ready.';
const ELSEWHERE = 'Gloss was updated in another tab.';

/** Waits until this version is kept and the page is in the service worker's hands. */
export function keptOffline(page) {
  return until('the service worker to have the page', () =>
    page.driver.executeScript("return navigator.serviceWorker?.controller?.state === 'activated'"),
  );
}

/** Reloads as a person does. What a driver calls so goes past the service worker in Firefox. */
export async function reload(page) {
  await page.run(() => {
    window.before = true;
    setTimeout(() => location.reload());
  });
  await until('the page to be loaded again', () => page.run(() => document.readyState === 'complete' && !window.before));
}

/** The built app as another version: every file with a hash has another name and, where that does no harm, content. */
export function version({ scratch, later }, tag, change = () => {}) {
  const folder = path.join(scratch, `version-${tag}`);
  fs.cpSync(DIST, folder, { recursive: true });
  later(() => fs.rmSync(folder, { recursive: true, force: true }));
  const names = fs.readdirSync(folder);
  const renamed = names.filter((name) => HASH.test(name)).map((name) => [name, name.replace(HASH, (hash) => hash.slice(0, -4) + tag)]);
  const [, own] = /name="gloss-version" content="([0-9a-f]{16})"/.exec(fs.readFileSync(path.join(folder, 'index.html'), 'utf8'));
  renamed.push([own, own.slice(0, -4) + tag]);
  for (const name of names.filter((name) => /\.(js|css|html)$|^_headers$/.test(name))) {
    let text = fs.readFileSync(path.join(folder, name), 'utf8');
    for (const [from, to] of renamed) text = text.replaceAll(from, to);
    if (/\.(js|css)$/.test(name)) text += `/* ${tag} */\n`;
    fs.writeFileSync(path.join(folder, name), text);
  }
  for (const [from, to] of renamed) if (from !== own) fs.renameSync(path.join(folder, from), path.join(folder, to));
  change(folder);
  return folder;
}

/** Which versions the files belong to that this page has got: the ends of their hashes, without the build's own. */
async function versionsOf(page, ...tags) {
  const names = await page.run(() => [
    document.querySelector('meta[name=gloss-version]').content,
    ...performance.getEntriesByType('resource').map((entry) => entry.name),
    ...[...document.querySelectorAll('script[src], link[href]')].map((element) => element.src || element.href),
  ]);
  const known = names.map((name) => /([0-9a-f]{12,16})(?:_bg)?(?:\.[a-z]+)?$/.exec(name)?.[1]).filter(Boolean);
  assert.ok(known.length > 5, `files with hashes: ${names}`);
  return [...new Set(known.map((hash) => tags.find((tag) => hash.endsWith(tag)) ?? 'built'))].sort();
}

/** Waits for the bar that says this. */
const offered = (page, words, ms) =>
  until(`an offer "${words}"`, () => page.run((lib, w) => lib.all('complementary', 'New version').some((bar) => bar.querySelector('[role=status]').textContent === w), words), ms);
const noOffer = async (page) => assert.equal(await page.has('complementary', 'New version'), false, 'no offer');
const caches = (page) => page.runAsync(() => window.caches.keys());
/** Waits until this many versions are kept. */
const kept = (page, count) => until(async () => `${count} kept versions; there are ${await caches(page)}`, async () => (await caches(page)).length === count);

/** What browsers keep by themselves would hide that a version is gone. */
async function forgetHttp(page) {
  if (page.browser.engine === 'chromium') await page.driver.sendDevToolsCommand('Network.clearBrowserCache', {});
}

/**
 * Leaves the page, so that what comes next is a visit of its own. In WebKitGTK 2.50 the way leads from page to page:
 * where a service worker's last page has only just gone, that engine now and then never answers again (ARCHITECTURE.md).
 */
async function leave(page) {
  if (page.browser.engine !== 'webkit') await page.driver.get('about:blank');
}

async function mark(page, quote) {
  await page.drag(...find(ARTICLE, quote));
  await page.keys('3');
  await page.hasRow(`Location: ${quote}`);
}

/** The schema editor comes and goes: a module that is fetched when it is asked for. */
async function openSchema(page) {
  await page.press('Schema');
  const dialog = await page.get('dialog', 'Schema');
  await page.get('button', 'Apply', { within: dialog });
  await page.press('Cancel', { within: dialog });
  await page.gone('dialog', 'Schema');
}

export default [
  {
    name: 'offline: from the second visit on, without a server, all of it works',
    async test(_, { elsewhere }) {
      const page = await elsewhere({ base: '/some/path/' });
      const { server } = page;
      await page.open();
      await keptOffline(page);
      server.gone();
      await forgetHttp(page);
      // Nothing but the page answers: what is not ours is not there.
      await leave(page);
      await page.annotate(ARTICLE);
      await mark(page, 'Golan Heights');
      await page.saved();
      await openSchema(page);
      const file = await page.exportJson();
      checkFile(file);
      assert.equal(file.documents[0].annotations.length, 1);
      await reload(page);
      await page.article();
      await page.hasRow('Location: Golan Heights');
      for (const where of ['?from=elsewhere', 'index.html', 'index.html?a=b#c']) {
        await leave(page);
        await page.open(where);
        await page.get('textbox', 'Article text');
      }
      // The worker module, by the samples that are in it.
      await page.press('Try the sample article');
      await page.article();
      await noOffer(page);
      server.gone(false);
      const strange = await page.runAsync(async () => (await fetch('no-such-file')).status);
      assert.equal(strange, 404, 'what is not kept goes to the network');
    },
  },
  {
    name: 'offline: the page can be installed',
    only: ['chromium'],
    async test(page) {
      await page.open();
      await keptOffline(page);
      const errors = async () => (await page.driver.sendAndGetDevToolsCommand('Page.getInstallabilityErrors', {})).installabilityErrors;
      await until(async () => `nothing in the way of installing: ${JSON.stringify(await errors())}`, async () => {
        const found = (await errors()).map(({ errorId }) => errorId);
        return found.every((id) => id === 'in-incognito');
      });
      const manifest = await page.driver.sendAndGetDevToolsCommand('Page.getAppManifest', {});
      assert.deepEqual(manifest.errors, []);
    },
  },
  {
    name: 'a new version is offered, never forced, and comes whole',
    timeout: 120_000,
    async test(page, device) {
      const { server } = device;
      await page.annotate(ARTICLE);
      await mark(page, 'Golan Heights');
      await page.saved();
      await keptOffline(page);
      await noOffer(page);
      server.deploy(version(device, '0002'));

      await reload(page);
      await page.article();
      await offered(page, READY);
      assert.deepEqual(await versionsOf(page, '0002'), ['built'], 'still the old one');
      await page.press('Later');
      await page.gone('complementary', 'New version');
      await mark(page, 'Majdal Shams');
      await openSchema(page);
      await page.saved();
      assert.deepEqual(await versionsOf(page, '0002'), ['built'], 'all day long');

      await reload(page);
      await offered(page, READY);
      assert.deepEqual(await versionsOf(page, '0002'), ['built'], 'a reload is no answer');
      // By keyboard, from a place in the work, and back to it.
      await page.article();
      await page.goToArticle();
      let on = '';
      for (let i = 0; i < 60 && on !== 'Later'; i += 1) {
        await page.keys('Tab');
        on = await page.run(() => document.activeElement.textContent.trim());
      }
      assert.equal(on, 'Later', 'Tab leads to it');
      await page.keys('Enter');
      await page.gone('complementary', 'New version');
      assert.equal(await page.run(() => document.activeElement !== document.body && document.activeElement.isConnected), true, 'and back');

      await reload(page);
      await offered(page, READY);
      await page.article();
      const before = server.asked.length;
      // Not waiting for "Saved": that is the page's part.
      await page.drag(...find(ARTICLE, 'Haifa'));
      await page.keys('3');
      await page.press('Use it now');
      await until('the new version', async () => (await versionsOf(page, '0002'))[0] === '0002');
      assert.equal(await page.article(), ARTICLE);
      for (const quote of ['Golan Heights', 'Majdal Shams', 'Haifa']) await page.hasRow(`Location: ${quote}`);
      await openSchema(page);
      checkFile(await page.exportJson());
      assert.deepEqual(await versionsOf(page, '0002'), ['0002']);
      await kept(page, 1);
      await noOffer(page);
      assert.deepEqual([...new Set(server.asked.slice(before))].filter((url) => url !== '/sw.js'), [], 'nothing had to be fetched again');
    },
  },
  {
    name: 'an old tab goes on with its own files when another has taken the new version',
    // WebKit's driver stumbles over the steps (windows in the background, widths).
    only: ['chromium', 'firefox'],
    timeout: 120_000,
    async test(page, device) {
      const { server } = device;
      await page.annotate(ARTICLE);
      await page.saved();
      await keptOffline(page);
      const address = await page.driver.getCurrentUrl();
      const old = await page.driver.getWindowHandle();
      await page.driver.switchTo().newWindow('tab');
      const other = await page.driver.getWindowHandle();
      await page.open();
      await page.get('textbox', 'Article text');
      server.deploy(version(device, '0003'));
      await reload(page);
      await offered(page, READY);
      await page.press('Use it now');
      await until('the new version', async () => (await versionsOf(page, '0003'))[0] === '0003');
      assert.deepEqual(await versionsOf(page, '0003'), ['0003']);

      const asked = server.asked.length;
      await forgetHttp(page);
      await page.driver.switchTo().window(old);
      assert.equal(await page.driver.getCurrentUrl(), address, 'it was not reloaded');
      await offered(page, ELSEWHERE);
      await mark(page, 'Golan Heights');
      await page.saved();
      await page.press('Later');
      // What it has not fetched yet is gone from the server, and comes all the same.
      await openSchema(page);
      checkFile(await page.exportJson());
      assert.deepEqual(await versionsOf(page, '0003'), ['built']);
      assert.deepEqual(server.asked.slice(asked).filter((url) => HASH.test(url)), []);

      // A third version, while the old tab lives: it finds its files still.
      await page.driver.switchTo().window(other);
      server.deploy(version(device, '0004'));
      await reload(page);
      await offered(page, READY);
      await page.press('Use it now');
      await until('the third version', async () => (await versionsOf(page, '0003', '0004'))[0] === '0004');
      await kept(page, 2);
      await page.driver.switchTo().window(old);
      await offered(page, ELSEWHERE);
      assert.equal(await page.runAsync(async () => (await fetch(document.querySelector('meta[name=gloss-annex]').content)).status), 200);
      await page.press('Reload');
      await until('the newest version here, too', async () => (await versionsOf(page, '0003', '0004'))[0] === '0004');
      await page.hasRow('Location: Golan Heights');
      assert.deepEqual(await versionsOf(page, '0003', '0004'), ['0004']);
      await kept(page, 1);
    },
  },
  {
    name: 'a new version waits for what is not on disk',
    // WebKit's driver stumbles over the steps (windows in the background, widths).
    only: ['chromium', 'firefox'],
    async test(page, device) {
      const { server } = device;
      await page.open();
      await keptOffline(page);
      server.deploy(version(device, '0005'));
      await reload(page);
      await page.get('textbox', 'Article text');
      await offered(page, READY);
      await page.clickOn(await page.get('textbox', 'Article text'));
      await page.keys(...'Half a word');
      await page.press('Use it now');
      await offered(page, 'There is text here that is no article yet. Annotate it or remove it first.');
      assert.deepEqual(await versionsOf(page, '0005'), ['built']);
      // It is not forgotten: once nothing would be lost, it goes on.
      await page.press('Annotate');
      await until('the new version', async () => (await versionsOf(page, '0005'))[0] === '0005');
      assert.equal(await page.article(), 'Half a word');
      assert.deepEqual(await versionsOf(page, '0005'), ['0005']);
    },
  },
  {
    name: 'a new version is let in once the page asks for nothing more',
    only: ['chromium', 'firefox'],
    timeout: 120_000,
    async test(page, device) {
      const { server } = device;
      await page.open();
      await keptOffline(page);
      for (const tag of ['000a', '000b', '000c', '000d']) {
        server.deploy(version(device, tag));
        await reload(page);
        await page.get('textbox', 'Article text');
        await offered(page, READY);
        // Files that come close behind one another: each may reach the old worker in the moment in which it stops.
        await page.run(() => {
          const file = document.querySelector('meta[name=gloss-annex]').content;
          const end = performance.now() + 2000;
          const ask = async () => {
            await (await fetch(file)).text();
            if (performance.now() < end) setTimeout(ask, Math.random() * 25);
          };
          for (let i = 0; i < 3; i += 1) ask();
        });
        await page.press('Use it now');
        await offered(page, 'Gloss reloads in a moment.');
        await until('the new version', async () => (await versionsOf(page, tag))[0] === tag);
      }
    },
  },
  {
    name: 'a version that does not arrive whole is not kept at all',
    // WebKitGTK 2.50 sometimes never starts the worker that comes after one that could not be installed.
    only: ['chromium', 'firefox'],
    async test(page, device) {
      const { server } = device;
      await page.open();
      await keptOffline(page);
      const worker = () =>
        page.runAsync(async () => {
          const { installing, waiting } = await navigator.serviceWorker.getRegistration();
          return installing?.state ?? waiting?.state ?? null;
        });
      const without = (pattern) => (folder) => {
        for (const name of fs.readdirSync(folder).filter((name) => pattern.test(name))) fs.rmSync(path.join(folder, name));
      };
      // A file is missing; the page is still the old one.
      const mixed = (folder) => fs.copyFileSync(path.join(DIST, 'index.html'), path.join(folder, 'index.html'));
      for (const [tag, change] of [['0006', without(/^start-annex/)], ['0007', mixed]]) {
        const asked = server.asked.length;
        server.deploy(version(device, tag, change));
        await page.runAsync(async () => void (await (await navigator.serviceWorker.getRegistration()).update().catch(() => {})));
        await until('the files to be asked for', () => server.asked.slice(asked).some((url) => url.includes(tag)));
        await until('the end of it', async () => (await worker()) === null);
        await kept(page, 1);
        await noOffer(page);
        await reload(page);
        await page.get('textbox', 'Article text');
        assert.deepEqual(await versionsOf(page, tag), ['built'], tag);
      }
      // Half a version on the server is no harm to the one that is here.
      server.deploy(version(device, '0008'));
      await reload(page);
      await offered(page, READY);
    },
  },
  {
    name: 'a page that comes back after an hour asks for a new version',
    // WebKit's driver stumbles over the steps (windows in the background, widths).
    only: ['chromium', 'firefox'],
    async test(page, device) {
      const { server } = device;
      await page.open();
      await keptOffline(page);
      const questions = () => server.asked.filter((url) => url === '/sw.js').length;
      const comesBack = (minutes) =>
        page.run((lib, later) => {
          const now = Date.now;
          Date.now = () => now() + later * 60_000;
          document.dispatchEvent(new Event('visibilitychange'));
          Date.now = now;
        }, minutes);
      await until('the first question', () => questions() > 0);
      server.deploy(version(device, '0009'));
      await comesBack(59);
      await noOffer(page);
      await comesBack(61);
      await offered(page, READY);
      // Everything can be reached at the width of a phone.
      await page.viewport(390, 700);
      const boxes = await page.run(() => [...document.querySelectorAll('.release-bar, .release-bar button')].map((e) => e.getBoundingClientRect().toJSON()));
      assert.equal(boxes.length, 3);
      for (const box of boxes) assert.ok(box.left >= 0 && box.right <= 390 && box.top >= 0 && box.bottom <= 700 && box.height >= 24, JSON.stringify(box));
      if (device.engine !== 'chromium') return;
      for (const theme of ['light', 'dark']) {
        await page.media({ 'prefers-color-scheme': theme });
        assert.deepEqual(await violations(page), [], theme);
        if (process.env.GLOSS_EVIDENCE) await page.screenshot(path.join(process.env.GLOSS_EVIDENCE, `offer-${theme}.png`));
      }
    },
  },
];
