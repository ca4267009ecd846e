// Pictures of every screen at three sizes, light and dark, to look at with one's own eyes.
//   GLOSS_LOOK=folder   where they go (tests/e2e/out otherwise)
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { endShared, startBrowser } from './lib/browsers.mjs';
import { libraryFile, writeFile } from './lib/make.mjs';
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
const LIBRARY = [
  ['Officials dispute the cause of the blackout in Golan Heights', 'done', 14],
  ['The mayor’s bridge: who pays for the third pillar?', 'in progress', 5],
  ['انقطاع الكهرباء في مرتفعات الجولان', 'in progress', 3],
  ['Harbour strike enters its third week', 'not started'],
  ['A survey of wells in the Sele valley, commissioned by the county and published after a complaint, finds what people there have said for years', 'not started'],
  ['Hauliers ask for a ferry', 'skipped'],
  ['School meals: three numbers, none of them right', 'done', 21],
  ['What the inspector saw', 'not started'],
];
const wanted = process.argv.length > 2 ? process.argv.slice(2) : [''];
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
        if (!wanted.some((part) => stem.includes(part))) return;
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
      const linked = async () => {
        await article();
        const text = await page.text();
        const claim = find(text, 'fewer than 4,000 homes');
        await page.click(claim[0] + 3);
        await page.keys('r');
        await page.click(find(text, 'The mayor of Majdal Shams')[0] + 2);
        await page.keys('r');
        await page.click(find(text, 'Golan')[0] + 1);
      };
      await shot('linked', linked);
      await shot('linking', async () => {
        await linked();
        await page.keys('r');
      });
      await shot('relation', async () => {
        await linked();
        await page.keys('t', 'd');
      });
      await shot('offer', async () => {
        await article();
        await page.keys('Escape', 'Escape');
        await page.drag(...find(await page.text(), 'the mayor was wrong'));
        await page.keys('1', 'Escape', 'Escape');
        await page.drag(...find(await page.text(), 'two unnamed officials'));
        await page.keys('2');
      });
      await shot('chooser', async () => {
        await linked();
        await page.keys('q');
      });
      await shot('by-source', async () => {
        await linked();
        await page.keys('v', 'v');
      });
      await shot('by-claim', async () => {
        await linked();
        await page.keys('v');
      });
      await shot('by-location', async () => {
        await linked();
        await page.keys('v', 'v', 'v');
      });
      await shot('find', async () => {
        await linked();
        await page.keys('/');
        await page.get('searchbox', 'Words to find');
        await page.keys(...'the', 'Enter');
        await until('hits', () => page.run(() => document.querySelector('.find-bar [role=status]')?.textContent.includes(' of 11')));
      });
      await shot('check', async () => {
        await linked();
        await page.keys('d', 'Shift+C');
        await page.get('list', 'A link is missing');
      });
      await shot('guidelines', async () => {
        await open();
        await page.press('Try the sample article');
        await page.article();
        await page.keys('b');
        await page.get('region', 'Guidelines');
      });
      await shot('place', async () => {
        await article();
        await page.click(find(await page.text(), 'Golan')[0] + 1);
        await page.keys('c');
        await page.keys(..."36°12'8\"N 37°8'3\"E", 'Enter');
        await until('a map', () => page.run(() => document.querySelector('.world') !== null));
      });
      for (const tab of ['Labels', 'Relations', 'Article', 'Checks', 'Guidelines']) {
        await shot(`schema-${tab.toLowerCase()}`, async () => {
          await article();
          await page.pressAnywhere('Schema');
          const dialog = await page.get('dialog', 'Schema');
          if (tab !== 'Labels') await page.clickOn(await page.get('tab', tab, { within: dialog }));
        });
      }
      await shot('library', async () => {
        await open();
        await page.importFile(writeFile(scratch, 'library.json', libraryFile(LIBRARY)));
        await page.gone('dialog', 'Import');
        await page.article();
        await page.saved();
        await page.press('New article');
        await page.get('list', 'Articles on this device');
        await page.press('Delete Harbour strike enters its third week');
      });
      let filled = false;
      const storage = async () => {
        await open();
        if (!filled) {
          filled = true;
          await page.importFile(writeFile(scratch, 'library.json', libraryFile(LIBRARY)));
          await page.gone('dialog', 'Import');
          await page.article();
          await page.saved();
          await page.press('New article');
        }
        await page.press('Storage and backups');
        await page.get('button', 'Back up');
      };
      const backup = async () => {
        await storage();
        await page.press('Back up');
        await page.get('button', 'Save it again', { ms: 60_000 });
      };
      await shot('storage', storage);
      await shot('storage-written', backup);
      await shot('storage-restore', async () => {
        await backup();
        const name = () => fs.readdirSync(browser.downloads).find((one) => one.endsWith('.zip'));
        const found = await until('the backup', name);
        const input = await page.run(() => [...document.querySelectorAll('#annex input[type=file]')].find((one) => one.getAttribute('aria-label') === 'Restore a backup'));
        await input.sendKeys(path.join(browser.downloads, found));
        await page.get('dialog', 'Restore a backup', { ms: 30_000 });
      });
      await shot('storage-erase', async () => {
        await storage();
        await page.press('Erase everything on this device…');
        await page.get('dialog', 'Erase everything');
      });
      const searched = async (words, shown) => {
        await open();
        await page.importFile(writeFile(scratch, 'library.json', libraryFile(LIBRARY)));
        await page.gone('dialog', 'Import');
        await page.article();
        await page.importGood(file);
        await page.saved();
        await page.keys('Ctrl+Shift+f');
        await page.get('searchbox', 'Words to find in all articles');
        await page.keys(...words);
        await until(shown, () => page.run((_, wanted) => document.querySelector('.seek-state [role=status]')?.textContent.includes(wanted), shown));
      };
      await shot('search', async () => {
        await searched('the', 'hits in');
        await page.keys('ENTER');
      });
      await shot('search-nothing', () => searched('zebra', 'Nothing found'));
      await shot('search-empty', () => searched('', 'Type words'));
      // Tags, publishers and dates on some of them.
      const known = () => {
        const made = libraryFile(LIBRARY);
        Object.assign(made.documents[0], { metadata: { tags: ['power', 'Golan'], publisher: 'The Velmora Post', published: '2026-08-22' } });
        Object.assign(made.documents[2], { metadata: { tags: ['كهرباء'], published: '2026-08' } });
        Object.assign(made.documents[4], { metadata: { tags: ['water', 'a tag of many words that is long', 'survey', 'county'], publisher: 'A publisher with a name that takes a whole line by itself' } });
        made.schema.attributes = [{ name: 'genre', values: ['news', 'opinion'] }, { name: 'places', type: 'several', values: ['here', 'there', 'far away'] }, { name: 'length', type: 'number' }];
        return made;
      };
      let shelved = false;
      const shelves = async () => {
        await open();
        if (shelved) return page.get('list', 'Articles on this device');
        shelved = true;
        await page.importFile(writeFile(scratch, 'known.json', known()));
        await page.gone('dialog', 'Import');
        await page.article();
        await page.saved();
        await page.press('New article');
        return page.get('list', 'Articles on this device');
      };
      await shot('tags', shelves);
      await shot('details', async () => {
        await shelves();
        await page.press('Details of Officials dispute the cause of the blackout in Golan Heights');
        await until('the page is read', () => page.run(() => document.activeElement?.dataset.field === 'title'));
      });
      await shot('details-faults', async () => {
        await shelves();
        await page.press('Details of Officials dispute the cause of the blackout in Golan Heights');
        await until('the page is read', () => page.run(() => document.activeElement?.dataset.field === 'title'));
        await page.clickOn(await page.get('textbox', 'Published'));
        await page.keys(...'x');
        await page.clickOn(await page.get('textbox', 'Address'));
        await page.keys(...'https://news.example/a');
        await page.press('Open the address…');
        await page.press('Save');
      });
      await shot('bring', async () => {
        await shelves();
        await page.press('New project');
        await until('the field has the keyboard', () => page.run(() => document.activeElement?.getAttribute('aria-label') === 'Name of the project'));
        await page.keys(...'Power and water', 'ENTER');
        await page.gone('textbox', 'Name of the project');
        await page.press('All articles 2 of 8 done');
        await page.press('Select');
        await page.press('Select all');
        await page.run((_, e) => {
          e.selectedIndex = 2;
          e.dispatchEvent(new Event('change', { bubbles: true }));
        }, await page.get('combobox', 'Move to a project'));
        await page.press('Select');
        await page.press('Power and water 2 of 8 done');
        await page.press('Bring the schema to its articles');
        await page.get('dialog', 'Bring the schema to its articles', { ms: 20_000 });
      });
      await shot('archive', async () => {
        await shelves();
        await page.press('Select');
        await page.press('Select What the inspector saw', { role: 'checkbox' });
        await page.press('Archive selected');
        await page.press('Archived: 1 article');
      });
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
