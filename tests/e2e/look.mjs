// Pictures of every screen at three sizes, light and dark, to look at with one's own eyes.
//   GLOSS_LOOK=folder   where they go (tests/e2e/out otherwise)
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { endShared, startBrowser } from './lib/browsers.mjs';
import { writeFile } from './lib/make.mjs';
import { find, Page } from './lib/page.mjs';
import { serve } from './lib/server.mjs';
import { until } from './lib/wait.mjs';
import { marked } from './flows/files.mjs';
import { ARABIC } from './flows/texts.mjs';

const OUT = path.resolve(process.env.GLOSS_LOOK ?? path.join(path.dirname(fileURLToPath(import.meta.url)), 'out'));
const SIZES = [
  [1440, 960],
  [900, 700],
  [390, 844],
];
const wanted = process.argv[2] ?? '';
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'gloss-look-'));
const file = writeFile(scratch, 'marked.json', marked());
const failures = [];
const browser = await startBrowser('chromium');
try {
  for (const theme of ['light', 'dark']) {
    for (const [width, height] of SIZES) {
      const server = await serve();
      const page = new Page(browser, server);
      await page.media({ 'prefers-color-scheme': theme });
      await page.viewport(width, height);
      const shot = async (name, make) => {
        const stem = `${name}-${width}x${height}-${theme}`;
        if (!stem.includes(wanted)) return;
        try {
          await make();
          await until('transitions to end', () => page.driver.executeScript("return document.getAnimations().every((a) => a.playState !== 'running' || a.effect?.getTiming().iterations === Infinity)")).catch(() => {});
        } catch (error) {
          failures.push(`${stem}: ${error.message}`);
        }
        await page.screenshot(path.join(OUT, `${stem}.png`));
      };
      const open = async () => {
        await page.open();
        await page.get('textbox', 'Article text');
      };
      const article = async () => {
        await open();
        await page.importGood(file);
        await page.saved();
      };
      await shot('start', open);
      await shot('article', article);
      await shot('focused', async () => {
        await article();
        await page.click(find(await page.text(), 'Majdal')[0] + 1);
      });
      await shot('selection', async () => {
        await article();
        await page.drag(...find(await page.text(), 'two unnamed officials'));
        await page.get('toolbar', 'Label selection');
      });
      await shot('armed', async () => {
        await article();
        await page.keys('Escape', 'Escape', 'Escape');
        await page.pressLabel('Source');
        await page.point(find(await page.text(), 'mayor was wrong')[0]);
      });
      await shot('sample', async () => {
        await open();
        await page.press('Try the sample article');
        await page.article();
      });
      for (const name of ['Export', 'Import', 'Settings', 'Keyboard', 'Palette']) {
        await shot(name.toLowerCase(), async () => {
          await article();
          await page.goToArticle();
          if (name === 'Keyboard') await page.keys('?');
          else if (name === 'Palette') await page.keys('Ctrl+k');
          else await page.pressAnywhere(name);
          await until('a dialog', async () => (await page.all('dialog')).length > 0);
        });
      }
      await shot('import-problems', async () => {
        const bad = marked();
        bad.documents[0].annotations[3].end = 99_999;
        bad.documents[0].annotations[1].text = 'The mayor';
        await article();
        await page.pressAnywhere('Import');
        await page.giveFile(writeFile(scratch, 'bad.json', bad), { dialog: 'Import' });
        await page.get('button', 'Import the rest');
      });
      if (width < 900) {
        await shot('list', async () => {
          await article();
          await page.press('Annotations');
          await page.get('list', 'Annotations');
        });
      }
      await shot('arabic', async () => {
        await page.annotate(ARABIC);
        for (const [words, key] of [['الكهرباء في مرتفعات الجولان', '1'], ['مرتفعات الجولان', '3'], ['سليم عوض', '2']]) {
          await page.drag(...find(ARABIC, words));
          await page.keys(key, 'Escape', 'Escape');
        }
      });
      await shot('shelf', open);
      await server.close();
    }
  }
} finally {
  await browser.close();
  await endShared();
  fs.rmSync(scratch, { recursive: true, force: true });
}
for (const failure of failures) process.stderr.write(`${failure}\n`);
process.stdout.write(`${fs.existsSync(OUT) ? fs.readdirSync(OUT).length : 0} pictures in ${OUT}\n`);
process.exitCode = failures.length ? 1 : 0;
