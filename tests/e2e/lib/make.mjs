// Gloss files made for tests and benchmarks.
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { find, points } from './page.mjs';

export const SCHEMA = {
  labels: [
    { name: 'Claim', key: '1', color: 'amber' },
    { name: 'Source', key: '2', color: 'indigo' },
    { name: 'Location', key: '3', color: 'green' },
  ],
};

/**
 * A Gloss file with one document. Annotations: `[label, start, end]` or `[label, [start, end], [start, end], …]`.
 * Relations: `[type, from, to]`, the ends by their places among the annotations.
 */
export function glossFile(text, annotations, { title = 'made for a test', exported = '2026-11-22T10:00:00Z', relations = [] } = {}) {
  const all = points(text);
  return {
    format: 'gloss',
    version: 1,
    generator: 'gloss-e2e',
    exported,
    offset_unit: 'code point',
    schema: SCHEMA,
    documents: [
      {
        id: 'made-for-a-test',
        title,
        text,
        text_sha256: crypto.createHash('sha256').update(text, 'utf8').digest('hex'),
        annotations: annotations.map(([label, ...where], i) => {
          const spans = Array.isArray(where[0]) ? where : [where];
          const made = {
            id: madeId(i),
            label,
            start: spans[0][0],
            end: spans.at(-1)[1],
            text: spans.map(([from, to]) => all.slice(from, to).join('')).join(' '),
          };
          if (spans.length > 1) made.fragments = spans.map(([start, end]) => ({ start, end }));
          return made;
        }),
        ...(relations.length && {
          relations: relations.map(([type, from, to], i) => ({ id: `link-${String(i).padStart(6, '0')}`, type, from: madeId(from), to: madeId(to) })),
        }),
      },
    ],
  };
}

/** A Gloss file with many articles: `[title, status, how many claims]`, each made from its own words. */
export function libraryFile(articles) {
  const made = articles.map(([title, status, claims = 0], i) => {
    const words = Array.from({ length: Math.max(claims, 6) }, (_, n) => `word${n}`);
    const text = `${title}\n\n${words.join(' ')}.\n`;
    const [document] = glossFile(text, at(text, ...words.slice(0, claims).map((word) => ['Claim', word])), { title }).documents;
    const annotations = document.annotations.map((one) => ({ ...one, id: `${one.id}-of-${i}` }));
    const day = new Date(Date.UTC(2026, 0, 1) + i * 86_400_000).toISOString();
    return { ...document, id: `article-${String(i).padStart(5, '0')}`, status, created: day, annotations };
  });
  return { ...glossFile('x', []), documents: made };
}

/** The id of the annotation at that place in a made file. */
export const madeId = (place) => `made-${String(place).padStart(6, '0')}`;

/** `[label, quote, nth]` as `[label, start, end]`. */
export const at = (text, ...wanted) => wanted.map(([label, quote, nth = 0]) => [label, ...find(text, quote, nth)]);

/** Writes a value as JSON (or a string as it is) and gives the path. */
export function writeFile(folder, name, content) {
  const file = path.join(folder, name);
  fs.writeFileSync(file, typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content));
  return file;
}

/** Repeatable random numbers from a seed: `next()` in [0, 1), `below(n)`, `pick(list)`. */
export function random(seed) {
  let state = seed >>> 0;
  // A 32-bit mixing generator (add a constant, then scramble by multiplications and shifts).
  const next = () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return ((z ^ (z >>> 16)) >>> 0) / 2 ** 32;
  };
  const below = (n) => Math.floor(next() * n);
  return { next, below, pick: (list) => list[below(list.length)] };
}
