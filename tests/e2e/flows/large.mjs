// Large texts and long lists. Times are noted, not judged: they say as much about the machine as about the app.
import assert from 'node:assert/strict';
import { glossFile, random, writeFile } from '../lib/make.mjs';
import { find } from '../lib/page.mjs';
import { until } from '../lib/wait.mjs';
import { article as makeArticle, workload } from '../lib/workload.mjs';

export default [
  {
    name: 'a single line of one megabyte opens and takes one more annotation',
    only: ['chromium', 'firefox'],
    timeout: 120_000,
    async test(page, { scratch, note }) {
      const text = makeArticle(random(7), 1_000_000).replaceAll('\n', ' ');
      await page.open();
      await page.giveFile(writeFile(scratch, 'line.txt', text));
      await page.article(60_000);
      await until('the text', () => page.run((lib, length) => lib.lines()[0].length === length, text.length), 30_000);
      assert.equal((await page.lines()).length, 1, 'one line is one p');
      const times = [];
      for (const at of [100, 300, 500, 700, 900]) {
        await page.double(at);
        await page.startClock('keydown');
        await page.keys('1');
        times.push(await page.readClock());
        await page.keys('Escape', 'Escape');
      }
      note(`ms from key to frame: ${times.map((t) => t.toFixed(0)).join(', ')}`);
    },
  },
  {
    name: 'a file of five megabytes opens while the page goes on',
    only: ['chromium', 'firefox'],
    timeout: 120_000,
    async test(page, { scratch, note }) {
      const text = makeArticle(random(8), 5_000_000);
      const file = writeFile(scratch, 'five.txt', text);
      await page.open();
      await page.get('button', 'Open a file');
      await page.run(() => {
        window.longest = 0;
        let last = performance.now();
        const tick = () => {
          const now = performance.now();
          window.longest = Math.max(window.longest, now - last);
          last = now;
          setTimeout(tick, 0);
        };
        tick();
      });
      const begun = performance.now();
      await page.giveFile(file);
      await until('the article', () => page.run((lib) => Boolean(lib.article())), 30_000);
      const took = performance.now() - begun;
      let length;
      await until(
        () => `all ${text.length} units of the text, there are ${length}`,
        async () => {
          length = await page.run((lib) => lib.lines().join('\n').length);
          return length === text.length;
        },
        30_000,
      );
      const whole = performance.now() - begun;
      const frozen = await page.run(() => window.longest);
      note(`open after ${took.toFixed(0)} ms, whole after ${whole.toFixed(0)} ms, longest freeze ${frozen.toFixed(0)} ms`);
    },
  },
  {
    name: 'a large text is laid out while nobody does anything, and the words in view stay where they are',
    only: ['chromium', 'firefox'],
    timeout: 120_000,
    async test(page, { scratch }) {
      const { text, annotations } = workload('1m');
      await page.open();
      await page.importGood(writeFile(scratch, 'large.json', glossFile(text, annotations)));
      await page.saved(60_000);
      await page.run((lib) => {
        const pane = lib.scroller(lib.article().querySelector('p'));
        pane.scrollTop = pane.scrollHeight / 2;
      });
      const seen = () =>
        page.run((lib) => {
          const { left, top, width } = lib.scroller(lib.article().querySelector('p')).getBoundingClientRect();
          const found = document.elementFromPoint(left + width / 2, top + 200).closest('p');
          return { number: found.dataset.b, top: Math.round(found.getBoundingClientRect().top), left: document.querySelectorAll('article p:not([data-laid])').length };
        });
      await until('marks in view', () => page.run((lib) => lib.article().querySelectorAll('mark').length > 0));
      // The jump itself: the paragraphs that it leads to are laid out for the first time.
      const times = [];
      await until(
        () => `the words in view to stand after the jump: ${JSON.stringify(times.slice(-3))}`,
        async () => {
          times.push(await seen());
          const last = times.slice(-10);
          return last.length === 10 && last.every(({ number, top }) => number === last[0].number && top === last[0].top);
        },
      );
      const before = times.at(-1);
      assert.ok(before.left > 3000, 'not at once');
      await until(async () => `all laid out, but ${JSON.stringify(await seen())}`, async () => (await seen()).left === 0, 60_000);
      const after = await seen();
      assert.equal(after.number, before.number);
      assert.ok(Math.abs(after.top - before.top) <= 2, `${before.top}, then ${after.top}`);
    },
  },
  {
    name: 'ten thousand rows: the list scrolls, finds, filters and leads to the text',
    only: ['chromium', 'firefox'],
    timeout: 120_000,
    async test(page, { scratch, note }) {
      const { text, annotations } = workload('1m');
      const file = glossFile(text, annotations);
      await page.open();
      await page.importGood(writeFile(scratch, 'large.json', file));
      const size = () =>
        page.run((lib) => {
          const [list] = lib.all('list', 'Annotations');
          const rows = list ? lib.all('listitem', null, list) : [];
          return { setsize: Number(rows[0]?.getAttribute('aria-setsize') ?? rows.length), first: rows[0]?.getAttribute('aria-posinset'), count: rows.length };
        });
      let now;
      await until(
        () => `a list of ${annotations.length}: ${JSON.stringify(now)}`,
        async () => {
          now = await size();
          return now.setsize === annotations.length;
        },
        60_000,
      );
      const frames = await page.runAsync(async (lib) => {
        const [list] = lib.all('list', 'Annotations');
        let pane = list;
        while (pane && !(pane.scrollHeight > pane.clientHeight && /(auto|scroll)/.test(getComputedStyle(pane).overflowY))) pane = pane.parentElement;
        const gaps = [];
        const begun = performance.now();
        let last = begun;
        for (;;) {
          const now = await new Promise(requestAnimationFrame);
          gaps.push(now - last);
          last = now;
          const t = (now - begun) / 2000;
          pane.scrollTop = Math.min(t, 1) * (pane.scrollHeight - pane.clientHeight);
          if (t >= 1) break;
        }
        gaps.sort((a, b) => a - b);
        return { count: gaps.length, p95: gaps[Math.floor(gaps.length * 0.95)], longest: gaps.at(-1), height: pane.scrollHeight };
      });
      note(`list: ${JSON.stringify(frames)}`);
      const last = file.documents[0].annotations.at(-1);
      await page.hasRow(`${last.label}: ${last.text}`);
      await page.clickOn(await page.row(`${last.label}: ${last.text}`));
      await until('the text to show it', () =>
        page.run((lib, start) => {
          const at = lib.point(start, 'middle', false);
          return at.y > 0 && at.y < innerHeight;
        }, last.start),
      );
      assert.ok(find(text, last.text));
    },
  },
];
