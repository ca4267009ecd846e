// A newer version of an article's text: its annotations are carried over, looked through, and become a new article.
import assert from 'node:assert/strict';
import { violations } from './access.mjs';
import { writeFile } from '../lib/make.mjs';
import { until } from '../lib/wait.mjs';

const OLD = `The old bridge in Karsa will reopen

The mayor of Karsa said on Monday that the old bridge over the river would reopen in spring.

Engineers had found forty cracks in its northern pillar after the flood of last year.

Nobody in the harbour had been asked, according to the union of the dock workers.`;
const NEW = `The old bridge in Karsa will reopen

Nobody in the harbour had been asked, according to the union of the dock workers.

The mayor of Karsa said on Monday that the old bridge over the wide river would reopen in spring.

A new sentence stands here, about nothing that was there before.`;
const TITLE = 'The old bridge in Karsa will reopen';
const DIALOG = 'Newer version';
const REVIEW = 'Annotations to review';

const span = (id, label, words, from = 0) => {
  const start = OLD.indexOf(words, from);
  return { id, label, start, end: start + words.length, text: words };
};
const MARKED = {
  format: 'gloss',
  version: 1,
  offset_unit: 'code point',
  documents: [
    {
      id: 'old-bridge',
      title: TITLE,
      text: OLD,
      annotations: [
        span('mayor', 'Source', 'The mayor of Karsa'),
        span('reopen', 'Claim', 'the old bridge over the river would reopen in spring'),
        span('cracks', 'Claim', 'forty cracks in its northern pillar'),
        span('harbour', 'Claim', 'Nobody in the harbour had been asked'),
        span('union', 'Source', 'the union of the dock workers'),
      ],
      relations: [
        { id: 'r1', type: 'attributed to', from: 'reopen', to: 'mayor' },
        { id: 'r2', type: 'attributed to', from: 'cracks', to: 'mayor' },
        { id: 'r3', type: 'attributed to', from: 'harbour', to: 'union' },
      ],
    },
  ],
};

/** Opens a page of the annex from the palette. */
export const fromPalette = async (page, words, dialog) => {
  await page.keys('Ctrl+k');
  await page.get('dialog', 'Commands');
  await page.keys(...words, 'ENTER');
  return page.get('dialog', dialog);
};
/** What the list shows of each: its quote and what stands below it. */
const items = (page) =>
  page.run((lib, name) => {
    const [list] = lib.all('listbox', name);
    return list ? lib.all('option', null, list).map((row) => `${row.querySelector('.roll-quote')?.textContent} ${row.querySelector('small')?.textContent}`) : null;
  }, REVIEW);
const chosen = (page) => page.run(() => document.querySelector('.newer-dialog .roll-row.on .roll-quote')?.textContent);
const sum = (page) => page.run(() => document.querySelector('.newer-sum')?.textContent);
const sums = (page, words) => {
  let last;
  return until(() => `"${words}", says "${last}"`, async () => (last = await sum(page)) === words);
};
const at = (page, words) => {
  let last;
  return until(() => `"${words}" is looked at, it is "${last}"`, async () => (last = await chosen(page)) === words);
};
const onList = (page) => page.run(() => document.querySelector('.newer-dialog .roll').focus());
const titles = (page) => page.run((lib) => lib.all('list', 'Articles on this device').flatMap((list) => [...list.querySelectorAll('b')].map((title) => title.textContent)));

/** The marked article, and the page for a newer version of it with that text in its box. */
async function begun(page, scratch, words) {
  await page.open();
  await page.importGood(writeFile(scratch, 'old.json', JSON.stringify(MARKED)));
  await page.saved();
  await page.copyToClipboard(words);
  await page.goToArticle();
  await fromPalette(page, 'newer version', DIALOG);
  await page.clickOn(await page.get('textbox', 'Newer text'));
  await page.keys('Ctrl+v');
  await until('the pasted text', () => page.run(() => document.querySelector('.newer-text')?.value.length > 0));
}

export default [
  {
    name: 'a newer version: carried over, looked through by keys, made beside the old one, which leads to it',
    only: ['chromium', 'firefox'],
    timeout: 120_000,
    async test(page, { scratch }) {
      await begun(page, scratch, NEW);
      await page.press('Carry over');
      await page.get('listbox', REVIEW);
      const before = await items(page);
      assert.equal(before.length, 5);
      assert.ok(before.every((item) => item.endsWith('to decide')), before.join('\n'));
      // What needs eyes is looked at first; the keyboard is on the list.
      await at(page, '“The mayor of Karsa”');
      assert.ok(await page.run(() => document.activeElement?.getAttribute('role') === 'listbox'), 'the list has the focus');
      await page.press('Make the newer version');
      await page.get('alert', null);
      assert.equal(await page.has('dialog', DIALOG), true, 'nothing is made while one is undecided');
      await onList(page);
      // It has no sure place: no yes is enough, it wants one of those that are offered.
      await page.keys('a');
      await until('why not', () => page.run(() => /no sure place/.test(document.querySelector('.newer-dialog [role=alert]')?.textContent)));
      await page.keys('1');
      // Next comes the changed one: what came is shown.
      await at(page, '“the old bridge over the river would reop…”');
      assert.deepEqual(await page.run(() => [...document.querySelectorAll('.place ins')].map((piece) => piece.textContent.trim())), ['wide']);
      await page.keys('n');
      await at(page, '“forty cracks in its northern pillar”');
      await page.keys('p');
      await at(page, '“the old bridge over the river would reop…”');
      await page.keys('a');
      await at(page, '“forty cracks in its northern pillar”');
      await page.keys('x');
      await at(page, '“Nobody in the harbour had been asked”');
      await page.press('Exact: 2 annotations, 2 to decide');
      await page.press('Accept 2 exact and moved');
      await page.press('All: 5 annotations');
      await sums(page, '4 annotations come along · 1 stays behind · 2 relations come along');
      assert.match(await page.run(() => document.querySelector('.newer-dialog .differs summary').textContent), /^1 relation goes/);
      // Closed by nobody without a word.
      await page.keys('Escape');
      await page.press('Go on');
      await page.press('Make the newer version');
      await page.press('Open the new version');
      await page.gone('dialog', DIALOG);
      await until('the newer text', async () => (await page.text()) === NEW);
      await page.rowsAre([
        'Claim: Nobody in the harbour had been asked',
        'Source: the union of the dock workers',
        'Source: The mayor of Karsa',
        'Claim: the old bridge over the wide river would reopen in spring',
      ]);
      const file = await page.exportJson();
      assert.equal(file.documents[0].metadata.older_version, 'old-bridge');
      assert.equal(file.documents[0].relations.length, 2);
      // Each leads to the other, also after a reload.
      await page.press('Older version');
      await until('the older text', async () => (await page.text()) === OLD);
      assert.equal((await page.rows()).length, 5, 'the old one is as it was');
      await page.reload();
      await page.article();
      await page.press('Newer version', { ms: 20_000 });
      await until('the newer text again', async () => (await page.text()) === NEW);
      await page.saved();
      await page.newArticle();
      await until('both are listed', async () => JSON.stringify(await titles(page)) === JSON.stringify([TITLE, TITLE]));
    },
  },
  {
    name: 'a newer version from the library: refused, undone by the bin, and brought back',
    only: ['chromium', 'firefox'],
    timeout: 120_000,
    async test(page, { scratch }) {
      await page.open();
      await page.importGood(writeFile(scratch, 'old.json', JSON.stringify(MARKED)));
      await page.saved();
      await page.newArticle();
      await page.press(`Newer version of ${TITLE}`, { ms: 20_000 });
      await page.get('dialog', DIALOG);
      await page.press('Carry over');
      await until('why not', () => page.run(() => /There is no text yet/.test(document.querySelector('.newer-dialog [role=alert]')?.textContent)));
      // Keys typed here are for this page alone: "?" and "/" open nothing.
      await page.clickOn(await page.get('textbox', 'Newer text'));
      await page.keys(...'?/e');
      assert.equal(await page.has('dialog', 'Keyboard'), false);
      await page.keys('Ctrl+a', 'BACK_SPACE');
      await (await until('the field for files', () => page.run(() => document.querySelector('.newer-dialog input[type=file]')))).sendKeys(writeFile(scratch, 'new.txt', NEW));
      await page.get('listbox', REVIEW);
      await page.press('Accept 2 exact and moved');
      await page.press('Leave out 2 lost');
      await onList(page);
      for (let left = 5; left > 0 && /to decide/.test(await sum(page)); left -= 1) {
        const open = await sum(page);
        await page.keys('x');
        await until('one fewer', async () => (await sum(page)) !== open);
      }
      await page.press('Make the newer version');
      await page.press('Undo: put it into the bin');
      await page.press('Bring it back');
      await page.press('Undo: put it into the bin');
      await page.get('button', 'Bring it back');
      await page.keys('Escape');
      await page.gone('dialog', DIALOG);
      await until('the old one alone', async () => JSON.stringify(await titles(page)) === JSON.stringify([TITLE]));
      await page.clickOn(await page.run(() => document.querySelector('.bin summary')));
      await page.get('button', `Bring back ${TITLE}`);
    },
  },
  {
    name: 'a newer version is looked through without a violation in axe-core, wide and narrow, light and dark',
    only: ['chromium'],
    timeout: 120_000,
    async test(page, { scratch }) {
      await begun(page, scratch, NEW);
      const found = [];
      const look = async (where) => {
        for (const theme of ['light', 'dark']) {
          await page.media({ 'prefers-color-scheme': theme });
          for (const [width, height] of [[1440, 960], [390, 844]]) {
            await page.viewport(width, height);
            found.push(...(await violations(page)).map((line) => `${where}, ${theme}, ${width}: ${line}`));
            const over = await page.run(() => { const body = document.querySelector('.newer-dialog .dialog-body'); return body ? body.scrollWidth - body.clientWidth : 0; });
            assert.ok(over <= 1, `${where}, ${width}: ${over} px too wide`);
            if (process.env.GLOSS_EVIDENCE) await page.screenshot(`${process.env.GLOSS_EVIDENCE}/newer-${where}-${theme}-${width}.png`);
          }
        }
      };
      await look('asking');
      await page.press('Carry over');
      await page.get('listbox', REVIEW);
      await look('review');
      await page.viewport(1440, 960);
      await onList(page);
      await page.keys('END');
      await look('another');
      await page.viewport(1440, 960);
      await onList(page);
      for (let left = 6; left > 0 && /to decide/.test(await sum(page)); left -= 1) {
        const open = await sum(page);
        await page.keys('x');
        await until('one fewer', async () => (await sum(page)) !== open);
      }
      await look('decided');
      await page.press('Make the newer version');
      await page.get('button', 'Open the new version');
      await look('made');
      await page.press('Open the new version');
      await page.get('complementary', 'Versions of this article', { ms: 20_000 });
      await look('versions');
      assert.deepEqual([...new Set(found)], []);
    },
  },
];
