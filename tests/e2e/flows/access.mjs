// Everyone can use it: axe-core's rules, themes, zoom, forced colours, reduced motion.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { libraryFile, writeFile } from '../lib/make.mjs';
import { find } from '../lib/page.mjs';
import { until } from '../lib/wait.mjs';
import { marked } from './files.mjs';

const AXE = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'];

/** The violations of WCAG 2.2 A and AA on what is shown, in words. */
export async function violations(page) {
  // Colours are measured when they stand still.
  await until('transitions to end', () => page.driver.executeScript("return document.getAnimations().every((a) => a.playState !== 'running' || a.effect?.getTiming().iterations === Infinity)"));
  await page.driver.executeScript(AXE);
  const result = await page.runAsync((lib, tags) => window.axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] }), RULES);
  return result.violations.flatMap((v) => v.nodes.map((node) => `${v.id}: ${node.target.join(' ')}: ${node.failureSummary.replace(/\s+/g, ' ').slice(0, 300)}`));
}

const SIZES = [
  ['wide', 1440, 960],
  ['narrow', 390, 844],
];

/** Goes through what `visit` shows, light and dark, wide and narrow; no look at it finds a violation. */
async function everywhere(page, visit) {
  const found = [];
  const look = async (where) => found.push(...(await violations(page)).map((line) => `${where}: ${line}`));
  for (const theme of ['light', 'dark']) {
    await page.media({ 'prefers-color-scheme': theme });
    for (const [size, width, height] of SIZES) {
      await page.viewport(width, height);
      await visit(look, size, `${theme}, ${size}`);
    }
  }
  assert.deepEqual([...new Set(found)], []);
}

export default [
  {
    name: 'no violation in axe-core on any screen, wide and narrow, light and dark',
    only: ['chromium'],
    timeout: 120_000,
    async test(page, { scratch }) {
      const file = writeFile(scratch, 'first.json', marked());
      await everywhere(page, async (look, size, where) => {
        await page.open();
        await page.get('textbox', 'Article text');
        await look(`start, ${where}`);
        await page.importGood(file);
        await look(`article, ${where}`);
        await page.double(3);
        await page.get('toolbar', 'Label selection');
        await look(`selection, ${where}`);
        await page.keys('Escape', '/');
        await page.get('searchbox', 'Words to find');
        await page.keys(...'homes');
        await page.get('button', 'Next hit');
        await look(`finding, ${where}`);
        await page.keys('Escape');
        if (size === 'narrow') {
          await page.press('Annotations');
          await page.get('list', 'Annotations');
          await look(`list, ${where}`);
          await page.keys('Escape');
        }
        for (const name of ['Export', 'Import', 'Settings', 'Keyboard']) {
          if (name === 'Keyboard') {
            await page.goToArticle();
            await page.keys('?');
          } else {
            await page.pressAnywhere(name);
          }
          await page.get('dialog', name);
          await look(`${name}, ${where}`);
          await page.closeDialog(name);
        }
      });
    },
  },
  {
    name: 'no violation in axe-core on the library and its bin, wide and narrow, light and dark',
    only: ['chromium'],
    timeout: 120_000,
    async test(page, { scratch }) {
      const articles = [['A bridge in Karsa', 'done', 3], ['Ärger am Fluss', 'in progress', 2], ['Harbour strike', 'not started'], ['A survey', 'skipped']];
      await page.open();
      await page.importFile(writeFile(scratch, 'library.json', libraryFile(articles)));
      await page.gone('dialog', 'Import');
      await page.article();
      await page.press('New article');
      await page.press('Delete A survey');
      await page.saved();
      await everywhere(page, async (look, _, where) => {
        await page.open();
        await page.get('list', 'Articles on this device');
        await look(`library, ${where}`);
        await page.clickOn(await page.driver.executeScript("return document.querySelector('.bin summary')"));
        await page.press('Empty the bin');
        await page.get('button', 'Keep them');
        await look(`bin, ${where}`);
      });
    },
  },
  {
    name: 'no violation in axe-core on cards, relations, checks, guidelines and the schema',
    only: ['chromium'],
    timeout: 180_000,
    async test(page, { scratch }) {
      const made = marked();
      made.schema = { ...made.schema, guidelines: '# Rules\n\nA claim is what *somebody* says.\n\n- one\n- [two](https://example.org/)\n\n| a | b |\n| - | - |\n| 1 | 2 |' };
      const [document] = made.documents;
      const id = (quote) => document.annotations.find((a) => a.text === quote).id;
      const claim = id('fewer than 4,000 homes were hit');
      document.relations = [
        { id: 'r1', type: 'attributed to', from: claim, to: id('A spokesman for the grid company'), note: 'as he says' },
        { id: 'r2', type: 'located in', from: claim, to: id('Golan Heights'), flag: 'discuss' },
      ];
      const place = document.annotations.find((a) => a.text === 'Golan Heights');
      place.attributes = { coordinates: { latitude: 33, longitude: 35.75 } };
      Object.assign(document.annotations.find((a) => a.text === 'Haifa'), { flag: 'discard', note: 'twice' });
      const file = writeFile(scratch, 'linked.json', made);
      await everywhere(page, async (look, size, where) => {
        await page.open();
        await page.importGood(file);
        const text = await page.text();
        const on = (quote) => page.click(find(text, quote)[0] + 2);
        await on('fewer than 4,000');
        await look(`a focused claim, ${where}`);
        await page.keys('r');
        await look(`letters, ${where}`);
        await page.keys('Escape', 'c');
        await page.get('group', 'Which certainty?');
        await look(`a question, ${where}`);
        await page.keys('Escape', 't');
        await look(`a relation, ${where}`);
        await on('Golan');
        if (size === 'narrow') await page.press('Annotations');
        await page.get('img', 'World map with a point at 33, 35.75');
        await look(`a place, ${where}`);
        await page.goToArticle();
        for (const view of ['By claim', 'By source', 'By location']) {
          await page.press(view);
          await page.get('list', view);
          await look(`${view}, ${where}`);
        }
        await page.press('Check');
        await page.get('list', 'A link is missing');
        await look(`Check, ${where}`);
        await page.goToArticle();
        await page.keys('b');
        await page.get('region', 'Guidelines');
        await look(`Guidelines, ${where}`);
        await page.press('two', { within: await page.get('region', 'Guidelines') });
        await page.get('dialog', 'Open a link');
        await look(`a link, ${where}`);
        await page.keys('Escape');
        await page.gone('dialog', 'Open a link');
        if (size === 'narrow') await page.press('Hide annotations');
        await page.pressAnywhere('Schema');
        const dialog = await page.get('dialog', 'Schema');
        for (const tab of ['Labels', 'Relations', 'Article', 'Checks', 'Guidelines']) {
          await page.clickOn(await page.get('tab', tab, { within: dialog }));
          await look(`Schema, ${tab}, ${where}`);
        }
      });
    },
  },
  {
    name: 'no violation in axe-core on start and article',
    only: ['firefox', 'webkit'],
    async test(page, { scratch }) {
      await page.open();
      await page.get('textbox', 'Article text');
      const found = await violations(page);
      await page.importGood(writeFile(scratch, 'first.json', marked()));
      found.push(...(await violations(page)));
      assert.deepEqual(found, []);
    },
  },
  {
    name: 'the theme follows the system until the setting says otherwise',
    only: ['chromium'],
    async test(page) {
      await page.open();
      await page.get('textbox', 'Article text');
      const lightness = () =>
        page.driver.executeScript(
          "const c = getComputedStyle(document.body).backgroundColor.match(/[\\d.]+/g).map(Number); return c.length > 3 && c[3] === 0 ? (matchMedia('(prefers-color-scheme: dark)').matches ? 0 : 255) : (c[0] + c[1] + c[2]) / 3",
        );
      const is = (theme) => until(`a ${theme} page`, async () => ((await lightness()) > 128) === (theme === 'light'));
      await page.media({ 'prefers-color-scheme': 'light' });
      await is('light');
      await page.media({ 'prefers-color-scheme': 'dark' });
      await is('dark');
      await page.openDialog('Settings');
      await page.choose('Light');
      await is('light');
      await page.closeDialog('Settings');
      await page.reload();
      await page.get('textbox', 'Article text');
      await is('light');
      await page.openDialog('Settings');
      await page.choose('System');
      await is('dark');
    },
  },
  {
    name: '400 % zoom: no scrolling sideways, everything within reach',
    only: ['chromium', 'firefox'],
    async test(page, { scratch }) {
      const sideways = () => page.driver.executeScript('return document.scrollingElement.scrollWidth - document.documentElement.clientWidth');
      await page.open();
      await page.get('textbox', 'Article text');
      const fits = (what) => until(async () => `no scrolling sideways on the ${what}, it is ${await sideways()} px`, async () => (await sideways()) <= 0);
      const width = 320;
      await page.viewport(width, 256);
      await fits('start screen');
      for (const name of ['Annotate', 'Open a file', 'Try the sample article']) await page.get('button', name);
      await page.viewport(1280, 900);
      await page.importGood(writeFile(scratch, 'first.json', marked()));
      await page.viewport(width, 256);
      await fits('article');
      let article;
      await until(
        () => `the article to fit: ${JSON.stringify(article)}`,
        async () => {
          article = await page.run((lib) => {
            const box = lib.article().getBoundingClientRect();
            return { left: box.left, right: box.right, width: innerWidth };
          });
          return article.left >= 0 && article.right <= article.width;
        },
      );
      for (const name of ['Export', 'Settings']) {
        await page.pressAnywhere(name);
        const dialog = await page.get('dialog', name);
        let box;
        await until(
          () => `${name} to fit: ${box}`,
          async () => {
            box = await page.driver.executeScript('const b = arguments[0].getBoundingClientRect(); return [b.left, b.right, innerWidth, arguments[0].scrollWidth - arguments[0].clientWidth]', dialog);
            return box[0] >= 0 && box[1] <= box[2] && box[3] <= 1;
          },
        );
        await page.closeDialog(name);
      }
    },
  },
  {
    name: 'forced colours and reduced motion are respected',
    only: ['chromium'],
    async test(page, { scratch }) {
      await page.open();
      await page.importGood(writeFile(scratch, 'first.json', marked()));
      await page.media({ 'forced-colors': 'active', 'prefers-reduced-motion': 'reduce' });
      await until('forced colours', () => page.driver.executeScript("return matchMedia('(forced-colors: active)').matches"));
      await page.hasRow('Location: Golan Heights');
      await until('the marks', () => page.run((lib) => ['fewer', 'spokesman', 'Golan'].every((part) => [...lib.article().querySelectorAll('mark')].some((m) => m.textContent.includes(part)))));
      const looks = await page.run((lib) => {
        const look = (part) => {
          const mark = [...lib.article().querySelectorAll('mark')].find((m) => m.textContent.includes(part));
          const s = getComputedStyle(mark);
          return [s.backgroundColor, s.borderBottomStyle, s.textDecorationLine, s.textDecorationStyle, s.backgroundImage, s.outlineStyle, s.boxShadow].join('|');
        };
        return { claim: look('fewer'), source: look('spokesman'), location: look('Golan'), plain: getComputedStyle(lib.article().querySelector('p')).backgroundColor };
      });
      assert.equal(new Set([looks.claim, looks.source, looks.location]).size, 3, `the labels are told apart: ${JSON.stringify(looks, null, 1)}`);
      const moving = await page.driver.executeScript(
        "return [...document.querySelectorAll('*')].filter((e) => { const s = getComputedStyle(e); const long = (v) => v.split(',').some((d) => parseFloat(d) > 0.01); return (long(s.transitionDuration) && s.transitionProperty !== 'none') || (long(s.animationDuration) && s.animationName !== 'none'); }).map((e) => e.outerHTML.slice(0, 80))",
      );
      assert.deepEqual(moving, [], 'nothing moves');
    },
  },
];
