// What is said of annotations, relations and the article; what the checks find; guidelines beside the article.
import assert from 'node:assert/strict';
import { checkFile } from '../lib/check.mjs';
import { at, glossFile, SCHEMA, writeFile } from '../lib/make.mjs';
import { find } from '../lib/page.mjs';
import { until } from '../lib/wait.mjs';
import { marked } from './files.mjs';
import { ARTICLE } from './texts.mjs';

const opened = async (page, scratch, file = marked()) => {
  await page.open();
  await page.importGood(writeFile(scratch, 'first.json', file));
  return page.article();
};
const focus = async (page, row) => {
  await page.clickOn(await page.row(row));
  await until(`the focus on ${row}`, () => page.run((lib, name) => lib.all('listitem', name)[0]?.getAttribute('aria-current') === 'true', row));
};
const exported = async (page) => checkFile(await page.exportJson()).documents[0];
const named = async (page, quote) => (await exported(page)).annotations.find((a) => a.text === quote);
const fieldHasFocus = (page, field) => until(`the field ${field}`, () => page.run((lib, wanted) => document.activeElement?.dataset.field === wanted, field));
const value = (page, field) => page.run((lib, wanted) => document.querySelector(`[data-field="${wanted}"]`)?.value, field);

export default [
  {
    name: 'attributes, notes and flags, each by its key, and undone',
    only: ['chromium', 'firefox'],
    timeout: 120_000,
    async test(page, { scratch }) {
      await opened(page, scratch);
      await page.goToArticle();

      // One of a list: its key asks, a digit answers; the same answer takes it back.
      await focus(page, 'Claim: fewer than 4,000 homes were hit');
      await page.goToArticle();
      await page.keys('c');
      await page.get('group', 'Which certainty?');
      await page.keys('3');
      await until('the value', async () => (await named(page, 'fewer than 4,000 homes were hit')).attributes?.certainty === 'denied');
      await page.goToArticle();
      await page.keys('Ctrl+z');
      await until('no value', async () => (await named(page, 'fewer than 4,000 homes were hit')).attributes?.certainty === undefined);
      // By mouse.
      await page.press('hedged', { within: await page.get('group', 'certainty') });
      await until('the value', async () => (await named(page, 'fewer than 4,000 homes were hit')).attributes?.certainty === 'hedged');

      // A place as people paste it, normalised at once; one that is none says so and changes nothing.
      await focus(page, 'Location: Golan Heights');
      await page.goToArticle();
      await page.keys('c');
      await fieldHasFocus(page, 'coordinates');
      await page.keys(...`33°0'N 35°45'E`, 'Enter');
      await until('the normalised words', async () => (await value(page, 'coordinates')) === '33, 35.75');
      await page.get('img', 'World map with a point at 33, 35.75');
      await page.keys('Ctrl+a', ...'95, 12', 'Enter');
      await until('why not', () => page.run((lib) => /95|90/.test(document.querySelector('.field-fault')?.textContent ?? '')));
      assert.equal(await value(page, 'coordinates'), '95, 12', 'what was typed stays');
      const place = (await named(page, 'Golan Heights')).attributes.coordinates;
      assert.deepEqual(place, { latitude: 33, longitude: 35.75 });
      await page.keys('Escape');

      // A note, and both flags; what is to be discarded stays, and is left out unless it is asked for.
      await focus(page, 'Source: A spokesman for the grid company');
      await page.goToArticle();
      await page.keys('n');
      await fieldHasFocus(page, 'note');
      await page.keys(...'who is it?', 'Escape', 'd');
      await until('the note', async () => {
        const source = await named(page, 'A spokesman for the grid company');
        return source.note === 'who is it?' && source.flag === 'discuss';
      });
      await focus(page, 'Location: Haifa');
      await page.goToArticle();
      await page.keys('z');
      await until('it is left out', async () => (await named(page, 'Haifa')) === undefined);
      await page.press('Export');
      const dialog = await page.get('dialog', 'Export');
      await page.clickOn(await page.get('checkbox', 'Include 1 item marked to discard', { within: dialog }));
      await page.closeDialog('Export');
      await page.goToArticle();
      await page.keys('Shift+C');
      const listed = (name) => page.run((lib, wanted) => lib.all('listitem', null, lib.all('list', wanted)[0] ?? document.createElement('i')).map((one) => one.textContent.trim()), name);
      await until('what is to discuss', async () => (await listed('To discuss')).some((row) => row.includes('who is it?')));
      await until('what is discarded', async () => (await listed('Discarded')).some((row) => row.includes('Haifa')));

      await page.saved();
      await page.reload();
      await page.article();
      assert.equal((await named(page, 'A spokesman for the grid company')).note, 'who is it?');
      assert.equal((await named(page, 'fewer than 4,000 homes were hit')).attributes.certainty, 'hedged');
    },
  },
  {
    name: 'a key and its answer in one burst: the answer is never a label',
    only: ['chromium', 'firefox'],
    async test(page, { scratch }) {
      await opened(page, scratch);
      const rows = await page.rows();
      await focus(page, 'Claim: fewer than 4,000 homes were hit');
      await page.goToArticle();
      // Each second time takes back what the first one set.
      for (let i = 0; i < 7; i += 1) await page.keys('c', '2', 'q', '2');
      await until('both values', async () => {
        const { attributes } = await named(page, 'fewer than 4,000 homes were hit');
        return attributes?.certainty === 'hedged' && attributes?.quotation === 'indirect';
      });
      await page.rowsAre(rows);
    },
  },
  {
    name: 'what floats over the text moves with it: narrower windows, larger letters, cards that have no room above',
    only: ['chromium'],
    async test(page, { scratch }) {
      await opened(page, scratch);
      const edges = () =>
        page.run((lib) => {
          const [start, end] = ['start', 'end'].map((which) => document.querySelector(`[data-handle="${which}"]`).getBoundingClientRect());
          const marks = [...document.querySelectorAll('mark.on, mark.focused, mark')].filter((mark) => mark.textContent.includes('9,000'));
          const range = document.createRange();
          const walker = document.createTreeWalker(lib.article(), NodeFilter.SHOW_TEXT);
          let from = null;
          while (walker.nextNode()) {
            const at = walker.currentNode.data.indexOf('fewer than');
            if (at >= 0) from = [walker.currentNode, at];
          }
          range.setStart(from[0], from[1]);
          range.setEnd(from[0], from[1] + 5);
          const first = range.getClientRects()[0];
          return { marks: marks.length, dx: Math.abs(start.left + start.width / 2 - first.left), dy: Math.abs(start.top + start.height / 2 - first.bottom), apart: end.top >= start.top };
        });
      const beside = (what) => until(async () => `the start handle at its words ${what}: ${JSON.stringify(await edges())}`, async () => {
        const { dx, dy } = await edges();
        return dx < 8 && dy < 24;
      });
      await page.viewport(1440, 960);
      await focus(page, 'Claim: fewer than 4,000 homes were hit');
      await beside('at first');
      for (const width of [1200, 1000, 900]) {
        await page.viewport(width, 800);
        await beside(`at ${width} px`);
      }
      await page.viewport(1440, 960);
      for (let i = 0; i < 3; i += 1) {
        await page.goToArticle();
        await page.keys('Ctrl+k', ...'Larger text', 'Enter');
        await beside(`in larger letters (${i})`);
      }
      // All cards are within the column, whichever has the focus.
      for (const row of await page.rows()) {
        if (!row.startsWith('Claim')) continue;
        await focus(page, row);
        const above = await page.run(() => {
          const margin = document.querySelector('.margin').getBoundingClientRect();
          return [...document.querySelectorAll('.margin .slot')].filter((slot) => slot.getBoundingClientRect().top < margin.top - 1).length;
        });
        assert.equal(above, 0, `cards above the column with ${row}`);
      }
    },
  },
  {
    name: 'the checks: listed, gone to, repaired by a press, switched off in the schema',
    only: ['chromium', 'firefox'],
    timeout: 90_000,
    async test(page, { scratch }) {
      const file = glossFile(ARTICLE, at(ARTICLE, ['Source', 'The mayor of Majdal Shams, Salim Awad'], ['Location', 'Majdal Shams'], ['Claim', 'fewer than 4,000 homes were hit'], ['Location', ' Haifa']));
      await opened(page, scratch, file);
      await page.goToArticle();
      await page.keys('Shift+C');
      const headings = () => page.run(() => [...document.querySelectorAll('.checks h3')].map((one) => one.textContent));
      await until('what is found', async () => JSON.stringify(await headings()) === JSON.stringify(['A link is missing 1', 'Nothing uses it 3', 'Blank at an edge 1']));
      assert.equal(await page.run(() => document.querySelector('.covered li')?.textContent.trim()), '0 of 1 claim have a source');

      // To the place, by keyboard alone.
      await page.keys('ARROW_DOWN', 'ARROW_UP');
      await until('the row', () => page.run((lib) => lib.all('list', 'A link is missing')[0].contains(document.activeElement)));
      await page.keys('Enter');
      await until('the focus', () => page.run(() => document.querySelector('.inspector-head strong')?.textContent === 'Claim'));

      // A repair is one press and one step.
      const repair = await page.run((lib) => lib.all('button', null, lib.all('list', 'Blank at an edge')[0])[1]);
      await page.driver.executeScript('arguments[0].focus()', repair);
      await page.keys('Enter');
      await until('one finding less', async () => !(await headings()).some((words) => words.startsWith('Blank')));
      await page.goToArticle();
      await page.keys('Ctrl+z');
      await until('and back', async () => (await headings()).includes('Blank at an edge 1'));

      // Off in the schema.
      await page.press('Schema');
      const dialog = await page.get('dialog', 'Schema');
      await page.clickOn(await page.get('tab', 'Checks', { within: dialog }));
      await page.clickOn(await page.get('checkbox', 'Nothing uses it', { within: dialog }));
      await page.press('Apply', { within: dialog });
      await page.gone('dialog', 'Schema');
      await until('the rule is off', async () => JSON.stringify(await headings()) === JSON.stringify(['A link is missing 1', 'Blank at an edge 1']));
    },
  },
  {
    name: 'guidelines beside the article; an address in them is shown in full first',
    only: ['chromium', 'firefox'],
    async test(page, { scratch }) {
      const file = marked();
      file.schema = { ...SCHEMA, guidelines: '# House rules\n\nA claim is what somebody **says**. See [the handbook](https://example.org/handbook?x=1).' };
      await opened(page, scratch, file);
      await page.goToArticle();
      await page.keys('b');
      const region = await page.get('region', 'Guidelines');
      await until('the words', async () => /House rules\s*A claim is what somebody says\./.test(await region.getText()));
      await page.press('the handbook', { within: region, role: 'button' });
      const dialog = await page.get('dialog', 'Open a link');
      assert.match(await dialog.getText(), /https:\/\/example\.org\/handbook\?x=1/);
      await page.press('Cancel', { within: dialog });
      await page.gone('dialog', 'Open a link');
      await page.goToArticle();
      await page.keys('b');
      await page.get('list', 'Annotations');
    },
  },
  {
    name: 'a label that keeps quotation marks',
    only: ['chromium', 'firefox'],
    async test(page, { scratch }) {
      const file = marked();
      file.schema = { labels: SCHEMA.labels.map((label) => (label.name === 'Claim' ? { ...label, quotation_marks: 'keep' } : label)) };
      await opened(page, scratch, file);
      // Its partner stands outside of what is selected: elsewhere the mark would go.
      const place = find(ARTICLE, '“We counted every house');
      await page.drag(...place);
      await page.keys('1');
      await page.hasRow('Claim: “We counted every house');
      await page.keys('Ctrl+z');
      await page.drag(...place);
      await page.keys('2');
      await page.hasRow('Source: We counted every house');
    },
  },
];
