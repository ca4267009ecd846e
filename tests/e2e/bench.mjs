// Benchmarks: the app against a bare page (the same paragraphs without marks, in the app's own type and width), in one
// run of one browser, taken in turns so that drift hits both alike. Prints Markdown.
//   GLOSS_ENGINES=chromium,firefox   (Chromium alone otherwise)   GLOSS_RUNS=5   GLOSS_SIZES=3k,100k,1m,links,library,search
//   GLOSS_KEYS=60
// "library" is a library of 5,000 articles of 3 kB: from the page's address to its list, against one of five articles; the
// list scrolled, against a bare list of as many rows; and from the key for the next unfinished article to that article, against
// a bare page that reads a text from the database and puts its paragraphs in place.
// "links" is the text of 1 MB once more, with 2,000 relations and, in turns, without: walking from claim to claim, from
// the key to the frame that shows the focus and its lines.
// "search" looks in 5,000 articles of 3 kB with 10 annotations each, from the last key to the last article.
// The clock of "painted" starts when the data are in memory: for the app at its performance mark
// "gloss:import-parsed", for the bare page when the text has been read. It stops at the second frame after the last
// change of the page.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { endShared, startBrowser } from './lib/browsers.mjs';
import { glossFile, madeId, random, writeFile } from './lib/make.mjs';
import { Page } from './lib/page.mjs';
import { serve } from './lib/server.mjs';
import { until } from './lib/wait.mjs';
import { SIZES, article, relations, workload } from './lib/workload.mjs';

const engines = (process.env.GLOSS_ENGINES ?? 'chromium').split(',').filter((engine) => engine !== 'webkit');
const OTHERS = ['links', 'library', 'search'];
const wanted = (process.env.GLOSS_SIZES ?? [...Object.keys(SIZES), ...OTHERS].join(',')).split(',');
const sizes = wanted.filter((name) => !OTHERS.includes(name));
const KEYS = Number(process.env.GLOSS_KEYS ?? 60);
const RUNS = Number(process.env.GLOSS_RUNS ?? 5);
const MARK = 'gloss:import-parsed';

const median = (values) => {
  const sorted = values.filter((v) => v !== null && !Number.isNaN(v)).sort((a, b) => a - b);
  return sorted.length ? sorted[Math.floor(sorted.length / 2)] : null;
};

/** In the page: notes the time of the second frame after the last change, once nothing has changed for 12 frames. */
const WATCH = () => {
  window.painted = new Promise((resolve) => {
    let changes = 0;
    const observer = new MutationObserver(() => {
      changes += 1;
    });
    observer.observe(document.documentElement, { subtree: true, childList: true, characterData: true, attributes: true });
    let seen = -1;
    let quiet = 0;
    let frames = [];
    const frame = (now) => {
      if (changes !== seen) {
        seen = changes;
        quiet = 0;
        frames = [];
      }
      frames.push(performance.now());
      quiet += 1;
      if (quiet > 12 && window.dataReady?.()) {
        observer.disconnect();
        resolve(frames[1]);
      } else requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
};

/** In the page: waits until nothing has changed for two and a half seconds; a large text is laid out meanwhile. */
const REST = () =>
  new Promise((resolve) => {
    let timer;
    const observer = new MutationObserver(() => begin());
    const begin = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        observer.disconnect();
        resolve();
      }, 2500);
    };
    observer.observe(document.documentElement, { subtree: true, childList: true, characterData: true, attributes: true });
    begin();
  });

/** In the page: scrolls through everything in two seconds. */
const SCROLL = async (lib) => {
  const first = document.querySelector('article p');
  let pane = first.parentElement;
  while (pane && !(pane.scrollHeight > pane.clientHeight + 1 && /(auto|scroll)/.test(getComputedStyle(pane).overflowY))) pane = pane.parentElement;
  pane ??= document.scrollingElement;
  const gaps = [];
  pane.scrollTop = 0;
  await new Promise(requestAnimationFrame);
  const begun = await new Promise(requestAnimationFrame);
  let last = begun;
  for (;;) {
    const now = await new Promise(requestAnimationFrame);
    gaps.push(now - last);
    last = now;
    const t = (now - begun) / 2000;
    if (t >= 1) break;
    pane.scrollTop = t * (pane.scrollHeight - pane.clientHeight);
  }
  gaps.sort((a, b) => a - b);
  pane.scrollTop = 0;
  return { frames: gaps.length, p95: gaps[Math.floor(gaps.length * 0.95)], longest: gaps.at(-1) };
};

const BARE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>bare</title><style id="s"></style><input type="file"><article aria-label="Article"></article></html>`;

async function bare(browser, { text, look, runs }) {
  const server = await serve({ pages: { '/bare': BARE } });
  const page = new Page(browser, server);
  const results = [];
  for (let run = 0; run < runs; run += 1) {
    await page.driver.get(`${server.origin}/bare`);
    await page.run(WATCH);
    await page.run(
      (lib, words, css) => {
        document.getElementById('s').textContent = css;
        const article = document.querySelector('article');
        window.dataReady = () => article.childElementCount > 0;
        // In a task of its own, after a rest: reading the text is not what is measured.
        setTimeout(() => {
          window.began = performance.now();
          const all = document.createDocumentFragment();
          for (const line of words.split('\n')) {
            const p = document.createElement('p');
            p.dir = 'auto';
            p.textContent = line;
            all.append(p);
          }
          article.append(all);
        }, 200);
      },
      text,
      look,
    );
    const painted = await page.runAsync(async () => (await window.painted) - window.began);
    results.push({ painted, scroll: await page.runAsync(SCROLL), ...(await weight(page)) });
  }
  await server.close();
  return results;
}

async function weight(page) {
  if (page.browser.engine !== 'chromium') return { nodes: await page.run(() => document.querySelectorAll('*').length) };
  await page.driver.sendDevToolsCommand('HeapProfiler.enable', {});
  await page.driver.sendDevToolsCommand('HeapProfiler.collectGarbage', {});
  const { usedSize } = await page.driver.sendAndGetDevToolsCommand('Runtime.getHeapUsage', {});
  const { nodes } = await page.driver.sendAndGetDevToolsCommand('Memory.getDOMCounters', {});
  const wasm = await page.run(() => window.wasmBytes?.() ?? null);
  return { heap: usedSize, nodes, wasm, elements: await page.run(() => document.querySelectorAll('*').length) };
}

/** In a page before anything else: keeps hold of the app's linear memory, to read its size later. */
const HOLD_MEMORY = `(() => {
  const held = [];
  const note = (result) => { for (const e of Object.values((result.instance ?? result).exports)) if (e instanceof WebAssembly.Memory) held.push(e); return result; };
  for (const name of ['instantiate', 'instantiateStreaming']) {
    const how = WebAssembly[name];
    WebAssembly[name] = (...args) => how.apply(WebAssembly, args).then(note);
  }
  window.wasmBytes = () => held.reduce((sum, memory) => sum + memory.buffer.byteLength, 0);
})()`;

async function app(browser, { work, file, runs }) {
  const server = await serve();
  const page = new Page(browser, server);
  if (browser.engine === 'chromium') await page.driver.sendDevToolsCommand('Page.addScriptToEvaluateOnNewDocument', { source: HOLD_MEMORY });
  const results = [];
  for (let run = 0; run < runs; run += 1) {
    await page.open();
    await page.get('textbox', 'Article text');
    await page.openDialog('Import');
    await page.run(WATCH);
    await page.run(
      (lib, mark, count) => {
        window.dataReady = () => performance.getEntriesByName(mark).length > 0 && document.querySelectorAll('article p').length >= count;
        performance.clearMarks(mark);
      },
      MARK,
      work.text.split('\n').length,
    );
    await page.giveFile(file, { dialog: 'Import' });
    const painted = await page.runAsync(async (lib, mark) => (await window.painted) - performance.getEntriesByName(mark)[0].startTime, MARK);
    await page.saved(60_000);
    const weighed = await weight(page);
    await page.runAsync(REST);
    const scroll = await page.runAsync(SCROLL);
    const adds = [];
    await page.goToArticle();
    for (const [start] of work.free.slice(0, 9)) {
      await page.keys('Escape', 'Escape', 'Escape');
      await page.double(start + 1);
      await page.startClock('keydown');
      await page.keys('2');
      adds.push(await page.readClock());
    }
    await page.saved(60_000);
    results.push({ painted, scroll, add: median(adds), slowest: Math.max(...adds), ...weighed });
  }
  await server.close();
  return results;
}

/** Relations in the benchmark of relations. */
const LINKS = 2000;
/** Windows and views: without and with the margin of cards, and the views of the panel. */
const CASES = [
  ['All', 1280],
  ['All', 1440],
  ['By claim', 1440],
  ['By source', 1440],
];

/**
 * In the page, before a key: notes for each of the frames after it what it shows, as it is when the frame's layout is
 * done, and when it was drawn. `window.walked` gives the number and the milliseconds of the first frame from which the
 * focus, its lines, and its cards and rows are what they stay.
 */
const WATCH_FOCUS = (lib, { line, column, length, lines, id, row }) => {
  const seen = () => {
    const paragraph = lib.article().children[line];
    const marks = [...paragraph.querySelectorAll('mark.on-start')];
    const before = (mark) => {
      const range = document.createRange();
      range.setStart(paragraph, 0);
      range.setEndBefore(mark);
      return range.toString().length;
    };
    const mark = marks.find((each) => before(each) === column);
    const pane = lib.scroller(paragraph).getBoundingClientRect();
    const top = mark?.getBoundingClientRect().top;
    const ways = [...document.querySelectorAll('svg.lines .way')].map((way) => way.getAttribute('d'));
    const on = [...document.querySelectorAll('article mark.on')].reduce((sum, each) => sum + each.textContent.length, 0);
    const inText = Boolean(mark) && on === length && top >= pane.top && top < pane.bottom && ways.length === lines && ways.every(Boolean);
    // The card of the focus, in the margin and in the panel; in the list, its row.
    const onCard = (box) => document.querySelector(`${box} .card.on`)?.dataset.id === id;
    const margin = document.querySelector('.margin');
    const panel = document.querySelector('.cards');
    const label = panel?.querySelector('ul')?.getAttribute('aria-label');
    const beside =
      (!margin?.clientWidth || onCard('.margin')) &&
      (label === 'By claim' ? onCard('.cards') : true) &&
      (row === null || document.querySelector('.rows .row.on')?.getAttribute('aria-label') === row);
    return { inText, beside, look: ways.join(';') };
  };
  window.walked = new Promise((resolve) => {
    const frames = [];
    let begun = null;
    const drawn = new MessageChannel();
    drawn.port1.onmessage = ({ data }) => {
      frames[data].ms = performance.now() - begun;
      if (frames.length < 15) return;
      const last = frames.at(-1);
      const first = (holds) => {
        const at = frames.findLastIndex((frame) => !holds(frame)) + 1;
        return at < frames.length ? { frame: at + 1, ms: frames[at].ms } : null;
      };
      resolve({ text: first((frame) => frame.inText && frame.look === last.look), all: first((frame) => frame.inText && frame.beside && frame.look === last.look) });
    };
    const frame = () => {
      // An observer is told in the very frame it begins in, when all else has been done.
      const observer = new ResizeObserver(() => {
        observer.disconnect();
        frames.push(seen());
        drawn.port2.postMessage(frames.length - 1);
        if (frames.length < 15) requestAnimationFrame(frame);
      });
      observer.observe(document.body);
    };
    addEventListener(
      'keydown',
      (event) => {
        begun = event.timeStamp;
        requestAnimationFrame(frame);
      },
      { capture: true, once: true },
    );
  });
};

/** Walks from claim to claim in the middle of the document, in each case. */
async function walk(browser, { work, links, file }) {
  const server = await serve();
  const page = new Page(browser, server);
  const counts = new Map();
  for (const [, from, to] of links) for (const end of [from, to]) counts.set(end, (counts.get(end) ?? 0) + 1);
  const claims = work.annotations.map(([label, start, end], at) => ({ label, start, end, at })).filter(({ label }) => label === 'Claim');
  const places = claims.map(({ start, end, at }) => {
    const before = work.text.slice(0, start);
    const column = start - (before.lastIndexOf('\n') + 1);
    return { line: before.split('\n').length - 1, column, length: end - start, id: madeId(at), lines: counts.get(at) ?? 0, name: `Claim: ${work.text.slice(start, end)}` };
  });
  await page.open();
  await page.importGood(file);
  await page.saved(60_000);
  await page.press('Show only Claim');
  const results = [];
  let at = Math.floor(claims.length / 2);
  for (const [view, width] of CASES) {
    await page.viewport(width, 900);
    await page.press(view === 'All' ? 'All annotations' : view);
    await page.goToArticle();
    await page.runAsync(REST);
    await page.keys('Escape', 'Escape', 'Escape');
    await page.click(claims[at].start + 1);
    // What scrolls under the mouse shows its own lines instead.
    await page.driver.actions().move({ x: 4, y: 4, duration: 0, origin: 'viewport' }).perform();
    const walked = [];
    // The first steps get to a claim for certain, and warm the engine up.
    await page.keys('.', '.', '.');
    await page.runAsync(REST);
    const focused = await page.run((lib) => {
      const mark = document.querySelector('article mark.on-start');
      const paragraph = mark.closest('p');
      const range = document.createRange();
      range.setStart(paragraph, 0);
      range.setEndBefore(mark);
      const on = [...document.querySelectorAll('article mark.on')];
      return { line: [...lib.article().children].indexOf(paragraph), column: range.toString().length, length: on.reduce((sum, each) => sum + each.textContent.length, 0) };
    });
    at = places.findIndex(({ line, column, length }) => line === focused.line && column === focused.column && length === focused.length);
    for (let key = 0; key < KEYS; key += 1) {
      at += 1;
      const place = places[at];
      await page.run(WATCH_FOCUS, { ...place, row: view === 'All' ? place.name : null });
      await page.keys('.');
      walked.push(await page.runAsync(() => window.walked));
    }
    results.push({ view, width, walked });
  }
  await page.ownViewport();
  await server.close();
  return results;
}

/** The benchmark of relations: the same document with and without them, in turns. */
async function linksBench(engine) {
  const work = workload('1m');
  const made = relations(work, LINKS);
  const files = { with: writeFile(scratch, 'with.json', glossFile(work.text, work.annotations, { title: 'links', relations: made })), without: writeFile(scratch, 'without.json', glossFile(work.text, work.annotations, { title: 'links' })) };
  const all = { with: [], without: [] };
  let version;
  for (let run = 0; run < RUNS; run += 1) {
    for (const turn of run % 2 ? ['without', 'with'] : ['with', 'without']) {
      const browser = await startBrowser(engine);
      version = browser.version;
      try {
        all[turn].push(await walk(browser, { work, links: turn === 'with' ? made : [], file: files[turn] }));
      } finally {
        await browser.close();
      }
    }
  }
  process.stderr.write(`${engine} links: ${JSON.stringify(all)}\n`);
  const rows = CASES.map(([view, width], number) => {
    const keys = (turn, what) => all[turn].flatMap((run) => run[number].walked.map((key) => key[what]));
    const cells = (what) => {
      const [own, base] = ['with', 'without'].map((turn) => keys(turn, what));
      const late = own.filter((key) => key?.frame !== 1).length;
      const times = (of) => of.map((key) => key?.ms ?? Number.NaN);
      const p95 = times(own).sort((a, b) => a - b)[Math.floor(own.length * 0.95)];
      return [`${own.length - late} of ${own.length}`, `${Math.max(...own.map((key) => key?.frame ?? Infinity))}`, `${ms(median(times(own)))} (${ms(p95)})`, ms(median(times(base))), ratio(median(times(own)), median(times(base)))];
    };
    const beside = keys('with', 'all');
    return `| ${view}, ${width} | ${[...cells('text'), `${beside.filter((key) => key?.frame === 1).length} of ${beside.length}`].join(' | ')} |`;
  });
  process.stdout.write(`\n${engine} ${version}, ${os.cpus().length} cores, ${RUNS} runs of ${KEYS} keys. 1 MB, ${work.annotations.length.toLocaleString('en')} annotations, ${made.length.toLocaleString('en')} relations / none.\n\n`);
  process.stdout.write('| view, window width | in the first frame | slowest (frames) | median (p95) (ms) | without relations (ms) | ratio | with card or row in the first frame |\n');
  process.stdout.write('| --- | --- | --- | --- | --- | --- | --- |\n');
  process.stdout.write(`${rows.join('\n')}\n`);
}

/** Articles in the benchmarks of the library and of the search. */
const ARTICLES = 5000;
/** What is looked for in them: words, and the ways that are switched on. */
const SEARCHES = [
  ['a word in every 50th article', 'needle', []],
  ['the same, capitals and accents count', 'needle', ['Match capitals and accents']],
  ['a letter that stands everywhere', 'e', []],
  ['whole words', 'the', ['Whole words']],
  ['an expression', '\\b[A-Z]\\w+ed\\b', ['Regular expression']],
  ['an expression that takes for ever elsewhere', '(a|aa)+$', ['Regular expression']],
];

/** In the page: `window.sought` says how long it took from the last input to the first hits and to the end. */
const WATCH_SEARCH = () => {
  const sought = (window.sought = {});
  addEventListener('input', () => Object.assign(sought, { begun: performance.now(), frames: 0, longest: 0, first: null, done: null }), true);
  let last = performance.now();
  const frame = () => {
    const now = performance.now();
    const status = document.querySelector('.seek-state [role=status]');
    if (status && sought.begun && sought.done === null) {
      sought.longest = Math.max(sought.longest, now - last);
      sought.frames += 1;
      if (sought.frames > 1) {
        const looking = status.ariaBusy === 'true';
        if (sought.first === null && (!looking || /so far/.test(status.textContent))) sought.first = now - sought.begun;
        if (!looking) Object.assign(sought, { done: now - sought.begun, words: status.textContent });
      }
    }
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
};

/** The benchmark of the search over all articles. */
async function searchBench(engine) {
  const dice = random(17);
  const documents = Array.from({ length: ARTICLES }, (_, i) => {
    const text = `${article(dice, 2_900)}${i % 50 === 7 ? ' A needle.' : ''}\n`;
    const words = [...text.matchAll(/\p{L}{4,}/gu)].filter((_, n) => n % 9 === 0).slice(0, 10);
    const spans = words.map((word, n) => [['Claim', 'Source', 'Location'][n % 3], word.index, word.index + word[0].length]);
    const [document] = glossFile(text, spans, { title: `Article number ${i}` }).documents;
    return { ...document, id: `bench-${String(i).padStart(5, '0')}`, annotations: document.annotations.map((one) => ({ ...one, id: `${one.id}-of-${i}` })) };
  });
  const file = writeFile(scratch, 'search.json', { ...glossFile('x', []), documents });
  const browser = await startBrowser(engine);
  const all = SEARCHES.map(() => []);
  try {
    const server = await serve();
    const page = new Page(browser, server);
    await page.open();
    await page.importFile(file);
    await page.gone('dialog', 'Import', 180_000);
    await page.article(180_000);
    await page.saved(180_000);
    await page.run(WATCH_SEARCH);
    for (let run = 0; run < RUNS; run += 1) {
      for (const [number, [, words, ways]] of SEARCHES.entries()) {
        await page.goToArticle();
        await page.keys('Ctrl+Shift+f');
        const field = await page.get('searchbox', 'Words to find in all articles');
        await until('the list of articles', () => page.run(() => !/^Reading/.test(document.querySelector('.seek-state [role=status]').textContent)));
        await page.clickOn(field);
        await page.keys('Ctrl+a', 'BACK_SPACE');
        for (const way of ways) await page.press(way);
        await page.clickOn(field);
        await page.keys(...words);
        all[number].push(await until(`the end of ${words}`, () => page.run((_, wanted) => document.querySelector('.seek-dialog input').value === wanted && window.sought.done !== null && { ...window.sought }, words), 120_000));
        for (const way of ways) await page.press(way);
        await page.press('Close');
        await page.gone('dialog', 'Search all articles');
      }
    }
    await server.close();
  } finally {
    await browser.close();
  }
  process.stderr.write(`${engine} search: ${JSON.stringify(all)}\n`);
  process.stdout.write(`\n${engine} ${browser.version}, ${os.cpus().length} cores, ${RUNS} runs, medians. ${ARTICLES.toLocaleString('en')} articles of 3 kB, 10 annotations each.\n\n`);
  process.stdout.write('| looked for | first hits (ms) | all of them (ms) | longest frame (ms) | what came of it |\n| --- | --- | --- | --- | --- |\n');
  for (const [number, [what, words]] of SEARCHES.entries()) {
    const of = (pick) => ms(median(all[number].map(pick)));
    process.stdout.write(`| ${what}: \`${words.replace('|', '\\|')}\` | ${of((r) => r.first)} | ${of((r) => r.done)} | ${of((r) => r.longest)} | ${all[number].at(-1).words} |\n`);
  }
}

/** A Gloss file with that many articles of 3 kB and 40 annotations each; every text is another one. */
function manyArticles(count) {
  const work = workload('3k');
  const documents = Array.from({ length: count }, (_, i) => {
    const head = `Article ${String(i).padStart(5, '0')}. `;
    const text = head + work.text;
    const [document] = glossFile(text, work.annotations.map(([label, ...spans]) => [label, ...spans.map((span) => (Array.isArray(span) ? span.map((at) => at + head.length) : span + head.length))]), { title: `Article ${i}` }).documents;
    const annotations = document.annotations.map((one) => ({ ...one, id: `${one.id}-${i}` }));
    return { ...document, id: `article-${String(i).padStart(5, '0')}`, created: new Date(Date.UTC(2026, 0, 1) + i * 60_000).toISOString(), annotations };
  });
  return { ...glossFile('x', []), documents };
}

/** In a page before anything else: the frame in which the first row of the list, or of the bare one, is there. */
const WATCH_LIST = `(() => {
  const look = (now) => {
    if (document.querySelector('.entry .entry-open, .bare-row')) window.listed = now;
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})()`;

/** In the page: scrolls all of it in two seconds. */
const SCROLL_PAGE = async () => {
  const pane = document.scrollingElement;
  const gaps = [];
  const begun = await new Promise(requestAnimationFrame);
  let last = begun;
  for (;;) {
    const now = await new Promise(requestAnimationFrame);
    gaps.push(now - last);
    last = now;
    const t = (now - begun) / 2000;
    if (t >= 1) break;
    pane.scrollTop = t * (pane.scrollHeight - pane.clientHeight);
  }
  gaps.sort((a, b) => a - b);
  pane.scrollTop = 0;
  return { frames: gaps.length, p95: gaps[Math.floor(gaps.length * 0.95)], longest: gaps.at(-1), rows: document.querySelectorAll('.entry, .bare-row').length };
};

/** In the page, before a key: the frame after it that first has another text (with its marks), by number and by time. */
const WATCH_NEXT = (lib, marks) => {
  const head = () => document.querySelector('article p')?.textContent.slice(0, 14);
  const before = head();
  window.next = new Promise((resolve) => {
    const begin = (event) => {
      if (event.key !== '>') return;
      removeEventListener('keydown', begin, true);
      let frames = 0;
      const frame = () => {
        frames += 1;
        const there = head() && head() !== before && (!marks || document.querySelector('article mark'));
        // A message from a frame's callback arrives when that frame has been drawn.
        if (!there) return requestAnimationFrame(frame);
        const channel = new MessageChannel();
        channel.port1.onmessage = () => resolve({ frames, ms: performance.now() - event.timeStamp });
        channel.port2.postMessage(0);
      };
      requestAnimationFrame(frame);
    };
    addEventListener('keydown', begin, true);
  });
};

const BARE_LIBRARY = `<!doctype html><html lang="en"><meta charset="utf-8"><title>bare</title><style id="s"></style><article aria-label="Article"></article>`;

/** A bare list of as many rows, and a bare page that reads its texts from a database. */
async function bareLibrary(browser) {
  const server = await serve({ pages: { '/bare': BARE_LIBRARY } });
  const page = new Page(browser, server);
  await page.driver.get(`${server.origin}/bare`);
  await page.run((lib, count) => {
    document.getElementById('s').textContent = '.bare-row { height: 52px; content-visibility: auto; contain-intrinsic-size: auto 52px; border-bottom: 1px solid }';
    const all = document.createDocumentFragment();
    for (let i = 0; i < count; i += 1) all.append(Object.assign(document.createElement('div'), { className: 'bare-row', textContent: `Article ${i}` }));
    document.body.append(all);
  }, ARTICLES);
  const scroll = await page.runAsync(SCROLL_PAGE);
  const work = workload('3k');
  await page.runAsync(
    async (lib, text) => {
      for (const row of document.querySelectorAll('.bare-row')) row.remove();
      const opened = await new Promise((resolve) => {
        const request = indexedDB.open('bare');
        request.onupgradeneeded = () => request.result.createObjectStore('texts');
        request.onsuccess = () => resolve(request.result);
      });
      const store = () => opened.transaction('texts', 'readwrite').objectStore('texts');
      for (let i = 0; i < 40; i += 1) await new Promise((resolve) => (store().put(`Article ${String(i).padStart(5, '0')}. ${text}`, i).onsuccess = resolve));
      let at = 0;
      const show = () => {
        opened.transaction('texts').objectStore('texts').get(at).onsuccess = (event) => {
          const lines = event.target.result.split('\n').map((line) => Object.assign(document.createElement('p'), { textContent: line }));
          document.querySelector('article').replaceChildren(...lines);
        };
      };
      addEventListener('keydown', (event) => {
        if (event.key !== '>') return;
        at += 1;
        show();
      });
      show();
    },
    work.text,
  );
  await until('a text', () => page.run(() => document.querySelector('article p')));
  const keys = await next(page, false);
  await server.close();
  return { scroll, keys };
}

async function next(page, marks) {
  const keys = [];
  for (let i = 0; i < Math.min(KEYS, 30); i += 1) {
    await page.run(WATCH_NEXT, marks);
    await page.keys('>');
    keys.push(await page.runAsync(() => window.next));
    // What follows an opening is over.
    await page.runAsync(() => new Promise((resolve) => requestIdleCallback(() => resolve(), { timeout: 500 })));
  }
  return keys;
}

async function appLibrary(browser, count, file) {
  const server = await serve();
  const page = new Page(browser, server);
  const early = await page.driver.sendAndGetDevToolsCommand('Page.addScriptToEvaluateOnNewDocument', { source: WATCH_LIST });
  await page.open();
  await page.importFile(file);
  await page.gone('dialog', 'Import', 120_000);
  await page.article();
  await page.saved(120_000);
  await page.press('New article');
  await page.get('list', 'Articles on this device', { ms: 60_000 });
  const listed = [];
  for (let i = 0; i < RUNS; i += 1) {
    await page.open();
    listed.push(await until('the list', () => page.run(() => window.listed), 60_000));
  }
  await page.saved();
  const scroll = await page.runAsync(SCROLL_PAGE);
  process.stderr.write(`library of ${count}: ${JSON.stringify({ listed, scroll })}\n`);
  let keys = [];
  if (count > 100) {
    // The list may be drawn anew between finding a row and pressing it.
    await until('a row', () => page.run(() => document.querySelector('.entry .entry-open')?.click() ?? true));
    await page.article();
    await page.saved();
    keys = await next(page, true);
  }
  await page.driver.sendDevToolsCommand('Page.removeScriptToEvaluateOnNewDocument', { identifier: early.identifier });
  await server.close();
  return { listed, scroll, keys };
}

async function libraryBench(engine) {
  if (engine !== 'chromium') return;
  const files = [ARTICLES, 5].map((count) => writeFile(scratch, `library-${count}.json`, manyArticles(count)));
  const browser = await startBrowser(engine);
  const { version } = browser;
  const bare = await bareLibrary(browser);
  const few = await appLibrary(browser, 5, files[1]);
  const many = await appLibrary(browser, ARTICLES, files[0]);
  await browser.close();
  process.stderr.write(`${engine} library: ${JSON.stringify({ bare, few, many })}\n`);
  const row = (name, { scroll }, listed) => `| ${name} | ${ms(median(listed))} | ${scroll.frames} | ${ms(scroll.p95)} | ${ms(scroll.longest)} | ${scroll.rows} |\n`;
  process.stdout.write(`\n${engine} ${version}, ${os.cpus().length} cores, ${RUNS} loads, medians.\n\n`);
  process.stdout.write('| list | from the address to its rows (ms) | frames in 2 s | frame p95 (ms) | longest (ms) | rows in the page |\n| --- | --- | --- | --- | --- | --- |\n');
  process.stdout.write(row('bare, 5,000', bare, []) + row('5 articles', few, few.listed) + row('5,000 articles', many, many.listed));
  const opened = (name, { keys }) => {
    const frames = (most) => keys.filter((key) => key.frames <= most).length;
    return `| ${name} | ${frames(1)} of ${keys.length} | ${frames(2)} of ${keys.length} | ${Math.max(...keys.map((key) => key.frames))} | ${ms(median(keys.map((key) => key.ms)))} |\n`;
  };
  process.stdout.write('\n| next article of 3 kB | within one frame | within two | slowest (frames) | median (ms) |\n| --- | --- | --- | --- | --- |\n');
  process.stdout.write(opened('bare', bare) + opened('app', many));
}

/** The app's own type: what the bare page must look like for a fair comparison. */
async function lookOf(browser, file) {
  const server = await serve();
  const page = new Page(browser, server);
  await page.open();
  await page.importGood(file);
  const css = await page.run((lib) => {
    const article = lib.article();
    const a = getComputedStyle(article);
    const p = getComputedStyle(article.querySelector('p'));
    return `body{margin:0} article{width:${article.getBoundingClientRect().width}px;margin:20px auto} p{font:${p.font};line-height:${p.lineHeight};margin:${p.margin};padding:${p.padding};min-height:${p.minHeight};white-space:${p.whiteSpace};overflow-wrap:${p.overflowWrap};letter-spacing:${a.letterSpacing}}`;
  });
  await server.close();
  return css;
}

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'gloss-bench-'));
const ms = (value) => (value === null || value === undefined ? '' : value < 10 ? value.toFixed(1) : value.toFixed(0));
const mb = (value) => (value === null || value === undefined ? '' : (value / 2 ** 20).toFixed(1));
const ratio = (a, b) => (a && b ? (a / b).toFixed(2) : '');
try {
  for (const engine of engines) {
    const rows = [];
    let version;
    for (const name of sizes) {
      const work = workload(name);
      const file = writeFile(scratch, `${name}.json`, glossFile(work.text, work.annotations, { title: name }));
      const all = { bare: [], app: [] };
      let look;
      for (let run = 0; run < RUNS; run += 1) {
        // A browser of its own for each turn: no turn pays for the garbage of another.
        const turns = run % 2 ? ['app', 'bare'] : ['bare', 'app'];
        const browser = await startBrowser(engine);
        version = browser.version;
        try {
          look ??= await lookOf(browser, file);
          for (const turn of turns) {
            const made = turn === 'bare' ? await bare(browser, { text: work.text, look, runs: 1 }) : await app(browser, { work, file, runs: 1 });
            all[turn].push(...made);
          }
        } finally {
          await browser.close();
        }
      }
      const of = (side, pick) => median(all[side].map((result) => pick(result) ?? null));
      const both = (pick) => [of('bare', pick), of('app', pick)];
      const [paintBare, paintApp] = both((r) => r.painted);
      const [framesBare, framesApp] = both((r) => r.scroll.frames);
      const [p95Bare, p95App] = both((r) => r.scroll.p95);
      const [longBare, longApp] = both((r) => r.scroll.longest);
      const [heapBare, heapApp] = both((r) => r.heap);
      const [nodesBare, nodesApp] = both((r) => r.nodes);
      rows.push(
        `| ${name}, ${work.annotations.length.toLocaleString('en')} | ${ms(paintBare)} | ${ms(paintApp)} | ${ratio(paintApp, paintBare)} | ${ms(of('app', (r) => r.add))} (${ms(of('app', (r) => r.slowest))}) | ${framesBare} / ${framesApp} | ${ms(p95Bare)} / ${ms(p95App)} | ${ms(longBare)} / ${ms(longApp)} | ${mb(heapBare)} / ${mb(heapApp)} | ${mb(of('app', (r) => r.wasm))} | ${nodesBare} / ${nodesApp} |`,
      );
      await until('rows', () => rows.length);
      process.stderr.write(`${engine} ${name}: ${JSON.stringify(all)}\n`);
    }
    if (wanted.includes('links')) await linksBench(engine);
    if (wanted.includes('search')) await searchBench(engine);
    if (wanted.includes('library')) await libraryBench(engine);
    if (!rows.length) continue;
    process.stdout.write(`\n${engine} ${version}, ${os.cpus().length} cores, ${RUNS} runs, medians. Bare page / app.\n\n`);
    process.stdout.write('| text, annotations | painted, bare (ms) | painted, app (ms) | ratio | one more, median (slowest) (ms) | frames in 2 s | frame p95 (ms) | longest (ms) | JS heap (MB) | wasm (MB) | DOM nodes |\n');
    process.stdout.write('| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n');
    process.stdout.write(`${rows.join('\n')}\n`);
  }
} finally {
  await endShared();
  fs.rmSync(scratch, { recursive: true, force: true });
}
