// Looking for words in the article.
import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { random, writeFile } from '../lib/make.mjs';
import { find } from '../lib/page.mjs';
import { until } from '../lib/wait.mjs';
import { article as makeArticle } from '../lib/workload.mjs';
import { ARABIC, ARTICLE } from './texts.mjs';

const BAR = 'Find in the article';
const count = (page) => page.run(() => document.querySelector('.find-bar [role=status]')?.textContent);
const counts = (page, words, what = words) => {
  let last;
  return until(() => `${what}, says "${last}"`, async () => (last = await count(page)) === words);
};
const hits = (page, all) => {
  let last;
  return until(() => `${all} hits, says "${last}"`, async () => (last = await count(page))?.endsWith(` of ${all}`));
};
/** The words that are painted: all hits near the viewport, and the one that one stands at. */
const painted = (page) =>
  page.run(() => {
    const words = (name) => [...(CSS.highlights.get(name) ?? [])].map(({ startContainer, startOffset, endContainer, endOffset }) => {
      const range = new Range();
      range.setStart(startContainer, startOffset);
      range.setEnd(endContainer, endOffset);
      return range.toString();
    });
    return { all: words('gloss-find'), at: words('gloss-find-at') };
  });
const paints = (page, all, at, what) => {
  let last;
  return until(
    () => `${what}: ${JSON.stringify(last)}`,
    async () => isDeepStrictEqual((last = await painted(page)), { all, at }),
  );
};
const type = async (page, words) => {
  await page.clickOn(await page.get('searchbox', 'Words to find'));
  await page.keys('Ctrl+a', ...words);
};

export default [
  {
    name: 'words are found as they are typed, walked through, and labelled where one stands',
    async test(page) {
      await page.annotate(ARTICLE);
      await page.click(find(ARTICLE, 'blackout')[0]);
      await page.keys('/');
      await page.get('searchbox', 'Words to find');
      await page.keys(...'HAIFA');
      await counts(page, '1 of 2');
      await paints(page, ['Haifa'], ['Haifa'], 'both');
      await page.keys('ENTER');
      await counts(page, '2 of 2');
      await page.keys('ENTER');
      await counts(page, '1 of 2', 'round and round');
      await page.keys('Shift+ENTER');
      await counts(page, '2 of 2');
      await page.press('Previous hit');
      await counts(page, '1 of 2');
      // What one stood at is selected: a key labels it.
      await page.clickOn(await page.get('searchbox', 'Words to find'));
      await page.keys('Escape');
      await until('the bar to be gone', async () => (await count(page)) === undefined || (await count(page)) === null);
      await paints(page, [], [], 'nothing is painted any more');
      await page.keys('3');
      await page.hasRow('Location: Haifa');
      await page.keys('Escape', '/');
      // What was looked for last is there.
      await counts(page, '2 of 2', 'again');
      // A drawing of the text keeps the marks where they are.
      await page.click(find(ARTICLE, 'Haifa', 1)[0] + 1);
      await page.double(find(ARTICLE, 'Police')[0] + 1);
      await page.keys('2');
      await page.hasRow('Source: Police');
      await paints(page, ['Haifa'], ['Haifa'], 'after a drawing');
      await page.press('New article');
      await page.gone('searchbox', 'Words to find');
    },
  },
  {
    name: 'ways to look: exactly, whole words, expressions, and what cannot be read',
    only: ['chromium', 'firefox'],
    async test(page) {
      await page.annotate(ARTICLE);
      await page.press('Find');
      await type(page, 'he');
      await hits(page, 13);
      await page.press('Whole words');
      await hits(page, 1);
      await page.press('Whole words');
      await type(page, 'the');
      await hits(page, 11);
      await page.press('Match capitals and accents');
      await hits(page, 8);
      await page.press('Match capitals and accents');
      await page.press('Regular expression');
      await type(page, String.raw`\d,\d+`);
      await hits(page, 2);
      const { all, at } = await painted(page);
      assert.deepEqual([...all, ...at].sort(), ['4,000', '9,000']);
      await type(page, '(');
      await counts(page, 'This expression cannot be read: unclosed group.');
      assert.equal(await (await page.get('searchbox', 'Words to find')).getAttribute('aria-invalid'), 'true');
      // An expression that takes for ever elsewhere.
      await type(page, '(a+)+$');
      await until('an answer', async () => /^\d+ of|^Not/.test(await count(page)));
      await type(page, '(\\w{999}){999}');
      await counts(page, 'This expression describes too much. Make its repetitions smaller.');
      await type(page, 'nowhere at all');
      await counts(page, 'Not in this article');
    },
  },
  {
    name: 'looking for words in Arabic, without the marks upon letters',
    only: ['chromium', 'firefox'],
    async test(page) {
      await page.annotate(ARABIC);
      await page.keys('/');
      await page.get('searchbox', 'Words to find');
      await page.keys(...'الكَهرباء');
      await until('hits', async () => /^1 of [2-9]/.test(await count(page)));
      const { at } = await painted(page);
      assert.deepEqual(at, ['الكهرباء']);
    },
  },
  {
    name: 'looking for words in a megabyte: the page goes on, and hits come into view',
    only: ['chromium', 'firefox'],
    timeout: 120_000,
    async test(page, { scratch, note }) {
      const text = `${makeArticle(random(11), 1_000_000)}\n\nThe very last needle stands here.\n`;
      await page.open();
      await page.giveFile(writeFile(scratch, 'large.txt', text));
      await page.article(60_000);
      await until('the text', () => page.run((lib, length) => lib.lines().join('\n').length >= length, text.trimEnd().length), 60_000);
      await page.keys('/');
      await page.get('searchbox', 'Words to find');
      const begun = performance.now();
      await page.keys(...'needle');
      await counts(page, '1 of 1');
      note(`found in a megabyte ${Math.round(performance.now() - begun)} ms after the first key of six`);
      await paints(page, [], ['needle'], 'in view');
      await type(page, 'e');
      await until('many hits', async () => /of more than 10000/.test(await count(page)));
      const { all } = await painted(page);
      assert.ok(all.length < 6_000, `only what is near the viewport is painted: ${all.length}`);
    },
  },
];
