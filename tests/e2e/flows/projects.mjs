// Projects: made, filled, worked through, handed out, and merged from what comes back.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { at, glossFile, libraryFile, writeFile } from '../lib/make.mjs';
import { until } from '../lib/wait.mjs';
import { violations } from './access.mjs';

const LIST = 'Articles on this device';
const titles = (page) => page.run((lib, list) => lib.all('list', list).flatMap((found) => [...found.querySelectorAll('b')].map((title) => title.textContent)), LIST);
const shows = (page, expected, what) => {
  let last;
  return until(
    () => `${what}: ${JSON.stringify(last)}`,
    async () => JSON.stringify((last = (await titles(page)).sort())) === JSON.stringify([...expected].sort()),
  );
};
const makeProject = async (page, name) => {
  await page.press('New project');
  const field = await page.get('textbox', 'Name of the project');
  await until('the field has the keyboard', () => page.run((_, e) => document.activeElement === e, field));
  await page.keys(...name, 'ENTER');
  await page.gone('textbox', 'Name of the project');
};
const choose = (page, words) => page.press(words);
const give = async (page, name, ...files) => {
  const input = await until(`the field ${name}`, () => page.run((_, name) => [...document.querySelectorAll('#annex input[type=file]')].find((one) => one.getAttribute('aria-label') === name && !one.disabled), name));
  await input.sendKeys(files.map((file) => path.resolve(file)).join('\n'));
};
const said = (page, words) => {
  let last;
  return until(() => `“${words}”, not “${last}”`, async () => (last = await page.run(() => document.querySelector('.library .toast span')?.textContent)) === words);
};
const select = async (page, name, words) => {
  const field = await page.get('combobox', name);
  const place = await page.driver.executeScript('return [...arguments[0].options].findIndex((option) => option.textContent === arguments[1])', field, words);
  assert.ok(place > 0, `no option ${words}`);
  // Firefox tells of a closed list's choice at once, Chromium too; a menu that jumps back is opened by its first key.
  await page.run((_, e, at) => {
    e.selectedIndex = at;
    e.dispatchEvent(new Event('change', { bubbles: true }));
  }, field, place);
};
const open = async (page, title) => {
  const row = await until(`the row ${title}`, () => page.run((lib, list, wanted) => [...lib.all('list', list)[0].querySelectorAll('button')].find((one) => one.querySelector('b')?.textContent === wanted), LIST, title));
  // Its title: what was said last may lie over its middle.
  await page.clickOn(await page.run((_, e) => e.querySelector('b'), row));
  await page.article();
};
const back = async (page) => {
  await page.saved();
  await page.press('New article');
  await page.get('list', LIST);
};
/** A zip as other programs write it: `[name, content]`. */
const zip = (files) => {
  const parts = [];
  const list = [];
  let offset = 0;
  for (const [name, content] of files) {
    const raw = Buffer.from(content);
    const packed = zlib.deflateRawSync(raw);
    const facts = Buffer.alloc(26);
    facts.writeUInt16LE(20, 0);
    facts.writeUInt16LE(0x0800, 2);
    facts.writeUInt16LE(8, 4);
    facts.writeUInt32LE(zlib.crc32(raw), 10);
    facts.writeUInt32LE(packed.length, 14);
    facts.writeUInt32LE(raw.length, 18);
    facts.writeUInt16LE(Buffer.byteLength(name), 22);
    const head = Buffer.concat([Buffer.from('PK\x03\x04'), facts, Buffer.from(name)]);
    const entry = Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), facts, Buffer.alloc(10), Buffer.alloc(4), Buffer.from(name)]);
    entry.writeUInt32LE(offset, 42);
    list.push(entry);
    parts.push(head, packed);
    offset += head.length + packed.length;
  }
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(list.reduce((sum, one) => sum + one.length, 0), 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, ...list, end]);
};
const downloaded = async (page, press) => {
  const folder = page.browser.downloads;
  const before = new Set(fs.readdirSync(folder));
  await press();
  const file = await until('a downloaded file', () => {
    const fresh = fs.readdirSync(folder).filter((name) => !before.has(name));
    const done = fresh.filter((name) => !/\.(crdownload|part|tmp)$/.test(name) && !name.startsWith('.'));
    return fresh.length === done.length && done.length === 1 && fs.statSync(path.join(folder, done[0])).size > 0 && done[0];
  });
  return JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8'));
};

const ARTICLES = [
  ['Zebra crossings', 'done', 3],
  ['A bridge in Karsa', 'not started'],
  ['Ärger am Fluss', 'in progress', 9],
  ['Harbour strike', 'not started'],
];
const all = ARTICLES.map(([title]) => title);
const listed = async (page, scratch, articles = ARTICLES) => {
  await page.open();
  await page.importFile(writeFile(scratch, 'library.json', libraryFile(articles)));
  await page.gone('dialog', 'Import', 60_000);
  await page.article();
  await page.saved(60_000);
  await page.press('New article');
  await page.get('list', LIST);
};

export default [
  {
    name: 'projects: made, filled, renamed, and gone with its articles and back',
    only: ['chromium', 'firefox'],
    timeout: 120_000,
    async test(page, { scratch }) {
      await listed(page, scratch);
      await makeProject(page, 'Rivers');
      await page.get('button', 'Rivers empty');
      await shows(page, [], 'nothing is in it yet');
      // What is pasted now belongs to it.
      await page.annotate('The river rose, the mayor said.\n\nNobody was hurt.');
      await back(page);
      await shows(page, ['The river rose, the mayor said.'], 'the pasted one');
      await page.open();
      await page.get('list', LIST);
      await shows(page, ['The river rose, the mayor said.'], 'still chosen after a reload');
      // Articles move there, several at once.
      await choose(page, 'All articles 1 of 5 done');
      await page.press('Select');
      for (const title of ['Zebra crossings', 'Ärger am Fluss']) await page.press(`Select ${title}`, { role: 'checkbox' });
      await select(page, 'Move to a project', 'Rivers');
      await said(page, 'Moved 2 articles to “Rivers”');
      await page.press('Undo');
      await page.get('button', 'Rivers 0 of 1 done');
      for (const title of ['Zebra crossings', 'Ärger am Fluss']) await page.press(`Select ${title}`, { role: 'checkbox' });
      await select(page, 'Move to a project', 'Rivers');
      await page.press('Select');
      await choose(page, 'Rivers 1 of 3 done');
      await shows(page, ['The river rose, the mayor said.', 'Zebra crossings', 'Ärger am Fluss'], 'moved');
      // The next unfinished one is one of the project.
      await open(page, 'Zebra crossings');
      for (const title of ['Ärger am Fluss', 'The river rose', 'Ärger am Fluss']) {
        await page.keys('>');
        await until(`${title} is next`, async () => (await page.text())?.startsWith(title));
      }
      await back(page);
      await page.press('Rename');
      await until('the field has the keyboard', () => page.run(() => document.activeElement?.getAttribute('aria-label') === 'Name of the project'));
      await page.keys(...'Lakes', 'ENTER');
      await page.get('button', 'Lakes 1 of 3 done');
      await page.press('Delete project');
      await page.press('Delete the articles too');
      await said(page, 'Deleted “Lakes” and 3 articles');
      await shows(page, ['A bridge in Karsa', 'Harbour strike'], 'what is left');
      await page.press('Undo');
      await page.get('button', 'Lakes 1 of 3 done');
      await page.press('Delete project');
      await page.press('Keep the articles');
      await shows(page, [...all, 'The river rose, the mayor said.'], 'they stay');
      await page.open();
      await page.get('list', LIST);
      await page.clickOn(await page.driver.executeScript("return document.querySelector('.bin summary')"));
      await page.press('Bring back Lakes');
      await choose(page, 'Lakes 1 of 3 done');
      await shows(page, ['The river rose, the mayor said.', 'Zebra crossings', 'Ärger am Fluss'], 'back from the bin with what belongs to it');
    },
  },
  {
    name: 'projects: its schema is what new articles get',
    only: ['chromium', 'firefox'],
    async test(page) {
      await page.open();
      await makeProject(page, 'Wells');
      await page.press('Schema and guidelines');
      const dialog = await page.get('dialog', 'Schema');
      await page.press('Guidelines', { role: 'tab', within: dialog });
      const field = await until('the field', () => page.run((_, e) => e.querySelector('textarea'), dialog));
      await page.clickOn(field);
      await page.keys('Ctrl+a', ...'Mark wells only.');
      await page.press('Apply', { within: dialog });
      await page.gone('dialog', 'Schema');
      await page.annotate('The well ran dry, she said.');
      await page.pressAnywhere('Guidelines');
      await until('the guidelines of the project', () => page.run((lib) => lib.all('region', 'Guidelines')[0]?.textContent.includes('Mark wells only.')));
    },
  },
  {
    name: 'projects: many files, a zip of them, and what is here already',
    only: ['chromium', 'firefox'],
    timeout: 120_000,
    async test(page, { scratch }) {
      const files = ['one', 'two', 'three'].map((name) => writeFile(scratch, `${name}.txt`, `Article ${name}.\n\nIts words, he said.`));
      await page.open();
      await makeProject(page, 'Many');
      await give(page, 'Add files', ...files);
      await said(page, 'Added 3 articles to “Many”');
      await shows(page, ['one', 'two', 'three'], 'all of them');
      await page.press('Undo');
      await shows(page, [], 'taken back');
      await give(page, 'Add files', ...files);
      await shows(page, ['one', 'two', 'three'], 'again');
      // Of a zip: a text, one that is here, a web page, a Gloss file, something else, and what a system left behind.
      const text = 'From a Gloss file, she said.';
      const packed = zip([
        ['texts/', ''],
        ['texts/four.txt', 'Article four.\n\nمن العراق'],
        ['texts/again.txt', 'Article one.\n\nIts words, he said.'],
        ['page.html', '<!doctype html><title>x</title><p>Words of a <b>page</b>.</p><script>no()</script>'],
        ['five.gloss.json', JSON.stringify(glossFile(text, at(text, ['Claim', 'Gloss file']), { title: 'Five' }))],
        ['picture.png', 'x'],
        ['__MACOSX/._four.txt', 'x'],
        ['broken.gloss.json', '{"format": "glo'],
      ]);
      await give(page, 'Add files', writeFile(scratch, 'more.zip', packed));
      const dialog = await page.get('dialog', 'Add articles');
      const words = (await dialog.getText()).replace(/\s+/g, ' ');
      assert.match(words, /3 articles are new\./);
      assert.match(words, /1 text is here already more\.zip: texts\/again\.txt has the text of “one”/);
      assert.match(words, /broken\.gloss\.json: This is not a JSON file/);
      assert.match(words, /1 other file is left out: \.png/);
      assert.deepEqual(await violations(page), []);
      await page.press('Add 3 articles, skip what is here');
      await said(page, 'Added 3 articles to “Many”');
      await shows(page, ['one', 'two', 'three', 'four', 'page', 'Five'], 'what was new');
      await open(page, 'page');
      assert.equal(await page.text(), 'Words of a page.');
      await back(page);
      await open(page, 'Five');
      await page.hasRow('Claim: Gloss file');
      await back(page);
      // The same again: nothing comes in unasked.
      await give(page, 'Add files', files[0]);
      await page.press('Add 1 article all the same');
      await shows(page, ['one', 'one', 'two', 'three', 'four', 'page', 'Five'], 'twice');
      await give(page, 'Add files', files[0]);
      await page.get('dialog', 'Add articles');
      await page.keys('Escape');
      await page.gone('dialog', 'Add articles');
      await shows(page, ['one', 'one', 'two', 'three', 'four', 'page', 'Five'], 'not a third time');
      // A zip that is none, and a bomb.
      await give(page, 'Add files', writeFile(scratch, 'bad.zip', 'no zip'), writeFile(scratch, 'bomb.zip', zip([['bomb.txt', Buffer.alloc(64 << 20)]])));
      const why = (await (await page.get('dialog', 'Add articles')).getText()).replace(/\s+/g, ' ');
      assert.match(why, /bad\.zip: This is no zip file/);
      assert.match(why, /bomb\.txt: it unpacks to more than 20 MB/);
      await page.press('Close');
    },
  },
  {
    name: 'projects: handed out, returned by two, looked at, taken in, and taken back',
    only: ['chromium', 'firefox'],
    timeout: 120_000,
    async test(page, { scratch }) {
      const files = ['one', 'two'].map((name) => writeFile(scratch, `${name}.txt`, `Article ${name}. Its words, he said.`));
      await page.open();
      await makeProject(page, 'Team');
      await give(page, 'Add files', ...files);
      await shows(page, ['one', 'two'], 'added');
      await open(page, 'one');
      await page.double(0);
      await page.keys('1');
      await back(page);
      const out = await downloaded(page, () => page.press('Hand out'));
      await said(page, 'Written: Team.gloss.json');
      assert.deepEqual(out.documents.map((document) => [document.title, document.annotations.length]).sort(), [['one', 0], ['two', 0]]);
      // Two annotators return it: both marked one, the second one also two, and a file that is none.
      const mark = (document, id, quote, author) => {
        const start = document.text.indexOf(quote);
        document.annotations.push({ id, label: 'Claim', start, end: start + quote.length, text: quote, author, created: '2026-11-20T10:00:00Z' });
      };
      const copies = ['anna', 'ben'].map((author) => {
        const copy = structuredClone(out);
        mark(copy.documents.find((one) => one.title === 'one'), `${author}-1`, 'words', author);
        if (author === 'ben') {
          const two = copy.documents.find((one) => one.title === 'two');
          mark(two, 'ben-2', 'Article two', author);
          two.status = 'done';
        }
        return writeFile(scratch, `${author}.gloss.json`, copy);
      });
      await give(page, 'Take in returned files', ...copies, writeFile(scratch, 'none.gloss.json', '[]'));
      const dialog = await page.get('dialog', 'Take in returned files');
      const words = (await dialog.getText()).replace(/\s+/g, ' ');
      assert.match(words, /2 files: 3 new annotations in 2 articles/);
      assert.match(words, /none\.gloss\.json: This is not a Gloss file/);
      assert.deepEqual(await violations(page), []);
      await page.press('Cancel', { within: dialog });
      await page.gone('dialog', 'Take in returned files');
      await page.get('button', 'Team 0 of 2 done');
      await give(page, 'Take in returned files', ...copies);
      await page.press('Take in');
      await said(page, 'Taken in: 2 articles');
      await page.get('button', 'Team 1 of 2 done');
      // Merging again brings nothing.
      await give(page, 'Take in returned files', ...copies);
      const again = await page.get('dialog', 'Take in returned files');
      assert.match((await again.getText()).replace(/\s+/g, ' '), /nothing in it is new/);
      await page.press('Close', { within: again });
      await page.gone('dialog', 'Take in returned files');
      await open(page, 'one');
      await until('both', async () => (await page.rows()).length === 3);
      assert.match(await page.description('Undo'), /take in returned files/i);
      await page.press('Undo');
      await until('one step back', async () => (await page.rows()).length === 1);
      await page.press('Redo');
      await until('and forth', async () => (await page.rows()).length === 3);
      await back(page);
      // All of it back, by one press; what was changed since stays.
      await give(page, 'Take in returned files', ...copies.map((file) => {
        const json = JSON.parse(fs.readFileSync(file, 'utf8'));
        for (const document of json.documents) mark(document, `late-${path.basename(file)}-${document.title}`, 'he', 'late');
        return writeFile(scratch, `late-${path.basename(file)}`, json);
      }));
      await page.press('Take in');
      await said(page, 'Taken in: 2 articles');
      await page.press('Undo');
      await said(page, 'Taken back: 2 articles');
      await open(page, 'two');
      await until('as before', async () => (await page.rows()).length === 1);
      const whole = await (async () => {
        await back(page);
        return downloaded(page, () => page.press('Export all'));
      })();
      assert.deepEqual(whole.documents.map((document) => [document.title, document.annotations.length]).sort(), [['one', 3], ['two', 1]]);
    },
  },
  {
    name: 'projects: what is open in another tab is named and left, and comes in later',
    only: ['chromium', 'firefox'],
    timeout: 120_000,
    async test(page, { scratch }) {
      const files = ['one', 'two'].map((name) => writeFile(scratch, `${name}.txt`, `Article ${name}. Its words, he said.`));
      await page.open();
      await makeProject(page, 'Team');
      await give(page, 'Add files', ...files);
      await shows(page, ['one', 'two'], 'added');
      const out = await downloaded(page, () => page.press('Hand out'));
      for (const document of out.documents) {
        document.annotations.push({ id: `of-${document.title}`, label: 'Claim', start: 0, end: 7, text: 'Article', author: 'anna', created: '2026-11-20T10:00:00Z' });
      }
      const returned = writeFile(scratch, 'anna.gloss.json', out);
      const first = await page.driver.getWindowHandle();
      await page.driver.switchTo().newWindow('tab');
      await page.open();
      await page.get('list', LIST);
      await open(page, 'one');
      const second = await page.driver.getWindowHandle();
      await page.driver.switchTo().window(first);
      await give(page, 'Take in returned files', returned);
      await page.press('Take in');
      await said(page, 'Taken in: 1 article. “one” was left as it is: it is open in a tab. Close it there, and try again.');
      await page.driver.switchTo().window(second);
      assert.deepEqual(await page.rows(), [], 'nothing was written there');
      await page.driver.close();
      await page.driver.switchTo().window(first);
      await give(page, 'Take in returned files', returned);
      const dialog = await page.get('dialog', 'Take in returned files');
      assert.match((await dialog.getText()).replace(/\s+/g, ' '), /1 file: 1 new annotation in 1 article/);
      await page.press('Take in');
      await said(page, 'Taken in: 1 article');
    },
  },
  {
    name: 'projects: no violation in axe-core and nothing sideways, wide and narrow, light and dark; by keyboard',
    only: ['chromium'],
    timeout: 120_000,
    async test(page, { scratch, evidence }) {
      await listed(page, scratch);
      for (const name of ['Rivers', 'A project with quite a long name, as they are sometimes given', 'آبار ومياه']) await makeProject(page, name);
      await choose(page, 'All articles 1 of 4 done');
      await until('what was said is gone', () => page.run(() => !document.querySelector('.library .toast')), 20_000);
      for (const theme of ['light', 'dark']) {
        await page.media({ 'prefers-color-scheme': theme });
        for (const [size, width, height] of [['wide', 1440, 960], ['narrow', 390, 844]]) {
          await page.viewport(width, height);
          const look = async (what) => {
            assert.deepEqual(await violations(page), [], `${what}, ${theme}, ${size}`);
            const over = await page.run(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
            assert.ok(over <= 0, `${what}, ${size}: ${over} px too wide`);
            if (process.env.GLOSS_EVIDENCE) await page.screenshot(path.join(process.env.GLOSS_EVIDENCE, `projects-${what}-${theme}-${size}.png`));
          };
          await look('all');
          await page.press('Select');
          await page.press('Select Harbour strike', { role: 'checkbox' });
          await look('picked');
          await page.press('Select');
          await choose(page, 'Rivers empty');
          await look('one');
          await page.press('Rename');
          await look('rename');
          await page.keys('Escape');
          await page.press('Delete project');
          await look('delete');
          await page.press('Cancel');
          await choose(page, 'All articles 1 of 4 done');
        }
      }
      // By keyboard alone: from the chooser to its actions.
      await page.run(() => document.querySelector('.project').focus());
      await page.keys('TAB', 'ENTER');
      await until('a project is chosen', () => page.run(() => document.activeElement?.getAttribute('aria-pressed') === 'true'));
    },
  },
];
