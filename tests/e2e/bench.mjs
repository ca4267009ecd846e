// Benchmarks: the app against a bare page (the same paragraphs without marks, in the app's own type and width), in one
// run of one browser, taken in turns so that drift hits both alike. Prints Markdown.
//   GLOSS_ENGINES=chromium,firefox   (Chromium alone otherwise)   GLOSS_RUNS=5   GLOSS_SIZES=3k,100k,1m
// The clock of "painted" starts when the data are in memory: for the app at its performance mark
// "gloss:import-parsed", for the bare page when the text has been read. It stops at the second frame after the last
// change of the page.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { endShared, startBrowser } from './lib/browsers.mjs';
import { glossFile, writeFile } from './lib/make.mjs';
import { Page } from './lib/page.mjs';
import { serve } from './lib/server.mjs';
import { until } from './lib/wait.mjs';
import { SIZES, workload } from './lib/workload.mjs';

const engines = (process.env.GLOSS_ENGINES ?? 'chromium').split(',').filter((engine) => engine !== 'webkit');
const sizes = (process.env.GLOSS_SIZES ?? Object.keys(SIZES).join(',')).split(',');
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
    process.stdout.write(`\n${engine} ${version}, ${os.cpus().length} cores, ${RUNS} runs, medians. Bare page / app.\n\n`);
    process.stdout.write('| text, annotations | painted, bare (ms) | painted, app (ms) | ratio | one more, median (slowest) (ms) | frames in 2 s | frame p95 (ms) | longest (ms) | JS heap (MB) | wasm (MB) | DOM nodes |\n');
    process.stdout.write('| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n');
    process.stdout.write(`${rows.join('\n')}\n`);
  }
} finally {
  await endShared();
  fs.rmSync(scratch, { recursive: true, force: true });
}
