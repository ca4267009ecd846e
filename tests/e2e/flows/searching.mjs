// Looking for words in all articles: over texts, annotations and notes.
import assert from 'node:assert/strict';
import { at, glossFile, random, writeFile } from '../lib/make.mjs';
import { until } from '../lib/wait.mjs';
import { article as makeArticle } from '../lib/workload.mjs';
import { violations } from './access.mjs';
import { fromPalette } from './newer.mjs';

const DIALOG = 'Search all articles';
const FIELD = 'Words to find in all articles';
const LIST = 'Articles on this device';

const TEXTS = [
  ['Bridge', 'The bridge in Karsa was closed on Monday.\n\nThe mayor of Karsa said that the Bridge would open in spring. Bridges cost money.\n'],
  ['Harbour', 'Dockers in the harbour of Aldra went on strike.\n\nThe café at the pier stays open, a docker from Karsa said.\n'],
  ['Wells', 'A survey of wells finds what people have said for years.\n\nNobody from the county answered.\n'],
];
/** A file with these articles; what is said of them: notes on the article and on annotations. */
const file = (texts) => {
  const documents = texts.map(([title, text, marks = [], note = ''], i) => {
    const [document] = glossFile(text, at(text, ...marks.map(([label, quote]) => [label, quote])), { title }).documents;
    const annotations = document.annotations.map((one, n) => ({ ...one, id: `${one.id}-of-${i}`, ...(marks[n][2] && { note: marks[n][2] }) }));
    return { ...document, id: `searched-${String(i).padStart(5, '0')}`, annotations, ...(note && { note }) };
  });
  return { ...glossFile('x', []), documents };
};
const MARKED = file([
  [...TEXTS[0], [['Location', 'Karsa'], ['Source', 'The mayor of Karsa', 'Elected in Aldra, he says']], 'Check with the Karsa office'],
  [...TEXTS[1], [['Location', 'Aldra']]],
  TEXTS[2],
]);

/** Brings articles in and goes to the list of them. */
const listed = async (page, scratch, content, ms = 60_000) => {
  await page.open();
  await page.importFile(writeFile(scratch, 'searched.json', content));
  await page.gone('dialog', 'Import', ms);
  await page.article(ms);
  await page.saved(ms);
  await page.press('New article');
  await page.get('list', LIST, { ms });
};
const status = (page) => page.run(() => document.querySelector('.seek-state [role=status]')?.textContent);
const trouble = (page) => page.run(() => document.querySelector('.seek-trouble')?.textContent);
const says = (page, words, ms) => {
  let last;
  return until(() => `“${words}”, not “${last}”`, async () => (words instanceof RegExp ? words.test((last = await status(page))) : (last = await status(page)) === words), ms);
};
const complains = (page, words, ms) => {
  let last;
  return until(() => `“${words}”, not “${last}”`, async () => (words instanceof RegExp ? words.test((last = await trouble(page))) : (last = await trouble(page)) === words), ms);
};
/** The rows that are in the page; a hit in brackets. */
const rows = (page) =>
  page.run(() =>
    [...document.querySelectorAll('.seek-dialog .roll-row')].map((row) => {
      const words = (node) => [...node.childNodes].map((child) => (child.nodeName === 'MARK' && child.textContent ? `[${child.textContent}]` : child.textContent)).join('');
      return [...row.querySelectorAll('b, small, .seek-words')].map(words).join(' | ');
    }),
  );
const rowsAre = async (page, expected) => {
  let last;
  await until(() => `${JSON.stringify(expected)}; there is ${JSON.stringify(last)}`, async () => JSON.stringify((last = await rows(page))) === JSON.stringify(expected));
};
const type = async (page, words) => {
  await page.clickOn(await page.get('searchbox', FIELD));
  await page.keys('Ctrl+a', ...words);
};
const opened = async (page) => {
  await page.get('dialog', DIALOG);
  const field = await page.get('searchbox', FIELD);
  await until('the field has the keyboard', () => page.run((_, e) => document.activeElement === e, field));
};
const bar = (page, words) => {
  let last;
  return until(() => `the bar says “${words}”, not “${last}”`, async () => (last = await page.run(() => document.querySelector('.find-bar [role=status]')?.textContent)) === words);
};
const row = (page, words) => until(`a row ${words}`, () => page.run((_, wanted) => [...document.querySelectorAll('.seek-dialog .roll-row')].find((one) => one.textContent.includes(wanted)), words));
/** Waits until the annotation of that name has the focus. */
const focused = (page, name) => until(`${name} to be focused`, () => page.run((_, wanted) => document.querySelector('.rows .row.on')?.getAttribute('aria-label') === wanted, name));
const atRow = (page, words) => {
  let last;
  return until(() => `“${words}” is chosen, not “${last}”`, async () => (last = await page.run(() => document.querySelector('.seek-dialog .roll-row.on')?.textContent)) === words);
};

export default [
  {
    name: 'searching all articles: texts, annotations and notes, opened by mouse and by keys',
    only: ['chromium', 'firefox'],
    timeout: 120_000,
    async test(page, { scratch }) {
      await listed(page, scratch, MARKED);
      await page.press('Search all articles');
      await opened(page);
      await says(page, 'Type words to look for them in 3 articles.');
      await page.keys(...'KARSA');
      await says(page, '6 hits in 2 articles');
      await rowsAre(page, [
        'Bridge | 5 hits',
        'The bridge in [Karsa] was closed on Monday.',
        'The mayor of [Karsa] said that the Bridge would open in spring. Bridges cost money.',
        'Location | [Karsa]',
        'Source | The mayor of [Karsa]',
        'Note on the article | Check with the [Karsa] office',
        'Harbour | 1 hit',
        '…pier stays open, a docker from [Karsa] said.',
      ]);
      // By mouse: the article with the bar at that very hit, so that one walks on from there.
      await page.clickOn(await row(page, 'The mayor of Karsa said'));
      await page.article();
      await page.gone('dialog', DIALOG);
      assert.match(await page.text(), /^The bridge in Karsa/);
      await bar(page, '2 of 2');
      await page.keys('ENTER');
      await bar(page, '1 of 2');
      await page.keys('Escape');
      // By keys, from within the article: what was found is there still, and where one was.
      await page.keys('Ctrl+Shift+f');
      await opened(page);
      await atRow(page, 'The mayor of Karsa said that the Bridge would open in spring. Bridges cost money.');
      await page.keys('ENTER', 'ARROW_DOWN', 'ARROW_DOWN');
      await atRow(page, 'SourceThe mayor of Karsa');
      await page.keys('ENTER');
      await page.gone('dialog', DIALOG);
      await focused(page, 'Source: The mayor of Karsa');
      // From one article into another one.
      await page.keys('Ctrl+Shift+f');
      await opened(page);
      await page.keys('ENTER', 'END', 'ENTER');
      await until('the other article', async () => /^Dockers/.test(await page.text()));
      await bar(page, '1 of 1');
      await page.saved();
    },
  },
  {
    name: 'searching all articles: a label, exactly, whole words, expressions, what cannot be read, and nothing',
    only: ['chromium', 'firefox'],
    timeout: 120_000,
    async test(page, { scratch }) {
      await listed(page, scratch, MARKED);
      await page.keys('Ctrl+Shift+f');
      await opened(page);
      await page.keys(...'location');
      await rowsAre(page, ['Bridge | 1 hit', '[Location] | Karsa', 'Harbour | 1 hit', '[Location] | Aldra']);
      await type(page, 'bridge');
      await says(page, '3 hits in 1 article');
      await page.press('Whole words');
      await says(page, '2 hits in 1 article');
      await page.press('Match capitals and accents');
      await says(page, '1 hit in 1 article');
      await page.press('Whole words');
      await type(page, 'cafe');
      await says(page, 'Nothing found in 3 articles.');
      await page.press('Match capitals and accents');
      await says(page, '1 hit in 1 article');
      // Each place by itself.
      await type(page, 'aldra');
      await says(page, '3 hits in 2 articles');
      await page.press('Texts');
      await page.press('Annotations');
      await rowsAre(page, ['Bridge | 1 hit', 'Note on Source | Elected in [Aldra], he says']);
      await page.clickOn(await row(page, 'Elected'));
      await page.article();
      await focused(page, 'Source: The mayor of Karsa');
      await page.goToArticle();
      await fromPalette(page, 'search all', DIALOG);
      await opened(page);
      await page.press('Notes');
      await says(page, 'Choose where to look: texts, annotations or notes.');
      await page.press('Texts');
      await page.press('Regular expression');
      await type(page, '^the');
      await says(page, '3 hits in 2 articles');
      await type(page, '(');
      await complains(page, 'This expression cannot be read: unclosed group.');
      assert.equal(await (await page.get('searchbox', FIELD)).getAttribute('aria-invalid'), 'true');
      await type(page, '(\\w{999}){999}');
      await complains(page, 'This expression describes too much. Make its repetitions smaller.');
      // One that takes for ever elsewhere.
      await type(page, '(a+)+$');
      await says(page, /hits? in|^Nothing/);
      await page.keys('Escape');
      await page.gone('dialog', DIALOG);
      await page.article();
    },
  },
  {
    name: 'searching all articles: where there are none, in the chosen project, and past a damaged one',
    only: ['chromium', 'firefox'],
    timeout: 120_000,
    async test(page, { scratch }) {
      await page.open();
      await page.get('textbox', 'Article text');
      await page.keys('Ctrl+Shift+f');
      await opened(page);
      await says(page, 'There are no articles yet.');
      await page.keys('Escape');
      await page.gone('dialog', DIALOG);
      await listed(page, scratch, MARKED);
      await page.press('New project');
      const name = await page.get('textbox', 'Name of the project');
      await until('the field has the keyboard', () => page.run((_, e) => document.activeElement === e, name));
      await page.keys(...'Empty', 'ENTER');
      await page.gone('textbox', 'Name of the project');
      await page.press('Search all articles');
      await opened(page);
      await says(page, 'No article is in this project yet.');
      await page.press('All articles', { within: await page.get('group', 'Which articles') });
      await type(page, 'aldra');
      await says(page, '3 hits in 2 articles');
      await page.keys('Escape');
      await page.gone('dialog', DIALOG);
      await page.runAsync(
        () => new Promise((resolve, reject) => {
          const request = indexedDB.open('gloss');
          request.onerror = () => reject(request.error);
          request.onsuccess = () => {
            const transaction = request.result.transaction(['bases', 'documents'], 'readwrite');
            transaction.objectStore('bases').put('base 1 torn', 'searched-00001');
            // What the list says of it has changed, too.
            transaction.objectStore('documents').delete('searched-00001');
            transaction.oncomplete = () => { request.result.close(); resolve(); };
            transaction.onabort = () => reject(transaction.error);
          };
        }),
      );
      await page.press('Search all articles');
      await opened(page);
      await says(page, '1 hit in 1 article');
      await page.clickOn(await until('what could not be read', () => page.run(() => document.querySelector('.seek-unread summary'))));
      await until('its name', () => page.run((lib) => /^Damaged article/.test(lib.all('list', 'Not looked in')[0]?.textContent ?? '')));
    },
  },
  {
    name: 'searching five thousand articles: piece by piece, stopped, gone on, typed anew, while the page goes on',
    only: ['chromium', 'firefox'],
    timeout: 300_000,
    async test(page, { scratch, note }) {
      const dice = random(5);
      const texts = Array.from({ length: 5_000 }, (_, i) => [`Article number ${i}`, `${makeArticle(dice, 2_900)}${i % 50 === 7 ? ' A needle.' : ''}\n`]);
      await listed(page, scratch, file(texts), 180_000);
      await page.keys('Ctrl+Shift+f');
      await opened(page);
      await says(page, 'Type words to look for them in 5,000 articles.');
      // How long the page stands still at most.
      await page.run(() => {
        let last = performance.now();
        window.longest = 0;
        const look = () => {
          const now = performance.now();
          window.longest = Math.max(window.longest, now - last);
          last = now;
          requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      });
      await page.keys(...'needl');
      const begun = performance.now();
      await page.keys('e');
      await says(page, '100 hits in 100 articles', 120_000);
      note(`5,000 articles of 3 kB in ${Math.round(performance.now() - begun)} ms, the page stood still for ${Math.round(await page.run(() => window.longest))} ms at most`);
      // Thousands of hits, of which few are in the page; stopped in between, and gone on from there.
      await type(page, 'e');
      await says(page, /so far/);
      await page.keys('Escape');
      await says(page, /Stopped after [\d,]+ of 5,000 articles\.$/);
      assert.ok((await rows(page)).length < 60);
      await page.press('Go on');
      await says(page, /so far/);
      // Typed anew: what was looked for before is not heard of again.
      await type(page, 'a needle');
      await says(page, '100 hits in 100 articles', 120_000);
      await page.press('Regular expression');
      await type(page, '(a|aa)+$');
      await says(page, /in [\d,]+ articles?\.?$/, 120_000);
      await type(page, 'needle|e');
      await says(page, /^(more than )?[\d,]{7,} hits in 5,000 articles$/, 120_000);
      await page.keys('ENTER', 'END');
      await atRow(page, /and [\d,]+ more in this article/.exec(await until('the last row', () => page.run(() => document.querySelector('.seek-dialog .roll-row:last-child')?.textContent)))[0]);
      assert.ok((await rows(page)).length < 60);
      await page.keys('ENTER');
      await page.article();
      await until('the bar', () => page.run(() => / of [\d,]+$/.test(document.querySelector('.find-bar [role=status]')?.textContent)));
    },
  },
  {
    name: 'searching all articles: an expression that is too slow is left for other words at once, and given up by itself',
    only: ['chromium', 'firefox'],
    timeout: 180_000,
    async test(page, { scratch, note }) {
      await page.open();
      await page.giveFile(writeFile(scratch, 'large.txt', makeArticle(random(3), 3_000_000)));
      await page.article(60_000);
      await page.saved(60_000);
      await page.keys('Ctrl+Shift+f');
      await opened(page);
      await page.press('Regular expression');
      const SLOW = '(?:.{0,200}e.{0,200}){4}Q';
      await type(page, SLOW);
      await says(page, 'Looking in 1 article…');
      const begun = performance.now();
      await type(page, 'ferry line');
      await says(page, /^[\d,]+ hits in 1 article$/);
      note(`left for other words after ${Math.round(performance.now() - begun)} ms`);
      await type(page, SLOW);
      await complains(page, 'This expression takes too long: stopped after 0 of 1 article. Make it simpler, with fewer repetitions.', 60_000);
      await page.get('button', 'Try again');
      // Nothing else waits for it.
      await page.keys('Escape');
      await page.gone('dialog', DIALOG);
      await page.goToArticle();
      await page.keys('/');
      await page.get('searchbox', 'Words to find');
      await page.keys('Ctrl+a', ...'ferry');
      await until('hits in the bar', () => page.run(() => /^(Not|\d+ of)/.test(document.querySelector('.find-bar [role=status]')?.textContent)));
    },
  },
  {
    name: 'searching all articles without a violation in axe-core, wide and narrow, light and dark',
    only: ['chromium'],
    timeout: 120_000,
    async test(page, { scratch }) {
      await listed(page, scratch, MARKED);
      await page.press('New project');
      const name = await page.get('textbox', 'Name of the project');
      await until('the field has the keyboard', () => page.run((_, e) => document.activeElement === e, name));
      await page.keys(...'A project with a long name, longer than there is room for', 'ENTER');
      await page.gone('textbox', 'Name of the project');
      await page.press('Search all articles');
      await opened(page);
      await page.press('All articles', { within: await page.get('group', 'Which articles') });
      const found = [];
      for (const theme of ['light', 'dark']) {
        await page.media({ 'prefers-color-scheme': theme });
        for (const [width, height] of [[1440, 960], [900, 700], [390, 844]]) {
          await page.viewport(width, height);
          for (const [what, words, shown] of [['none', 'zzz', /^Nothing/], ['hits', 'karsa', /^6 hits/]]) {
            await type(page, words);
            await says(page, shown);
            if (what === 'hits') await page.keys('ENTER');
            found.push(...(await violations(page)).map((line) => `${theme}, ${width}, ${what}: ${line}`));
            const over = await page.run(() => { const body = document.querySelector('.seek-dialog .dialog-body'); return body.scrollWidth - body.clientWidth; });
            assert.ok(over <= 1, `${width}: ${over} px too wide`);
            if (process.env.GLOSS_EVIDENCE) await page.screenshot(`${process.env.GLOSS_EVIDENCE}/search-${what}-${theme}-${width}.png`);
          }
        }
      }
      assert.deepEqual([...new Set(found)], []);
    },
  },
];
