// Everyone can use it: axe-core's rules, themes, zoom, forced colours, reduced motion.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { writeFile } from '../lib/make.mjs';
import { until } from '../lib/wait.mjs';
import { marked } from './files.mjs';

const AXE = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'];

/** The violations of WCAG 2.2 A and AA on what is shown, in words. */
async function violations(page) {
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

export default [
  {
    name: 'no violation in axe-core on any screen, wide and narrow, light and dark',
    only: ['chromium'],
    timeout: 120_000,
    async test(page, { scratch }) {
      const file = writeFile(scratch, 'first.json', marked());
      const found = [];
      const look = async (where) => found.push(...(await violations(page)).map((line) => `${where}: ${line}`));
      for (const theme of ['light', 'dark']) {
        await page.media({ 'prefers-color-scheme': theme });
        for (const [size, width, height] of SIZES) {
          await page.viewport(width, height);
          const where = `${theme}, ${size}`;
          await page.open();
          await page.get('textbox', 'Article text');
          await look(`start, ${where}`);
          await page.importGood(file);
          await look(`article, ${where}`);
          await page.double(3);
          await page.get('toolbar', 'Label selection');
          await look(`selection, ${where}`);
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
        }
      }
      assert.deepEqual([...new Set(found)], []);
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
