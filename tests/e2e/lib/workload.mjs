// Texts and annotations in any amount, the same for the same seed: for large tests and for the benchmarks.
import { random } from './make.mjs';
import { points } from './page.mjs';

const PEOPLE = ['Mara Lindholm', 'Jorge Ibáñez', 'the minister', 'a harbour pilot', 'Ewa Nowak', 'the port authority', 'two unnamed officials', 'the union', 'Samir Haddad', 'the regional court'];
const PLACES = ['Port Aldra', 'Vesterby', 'the Karsa valley', 'Nuevo Prado', 'Lake Omren', 'Saint-Orens', 'the old quarter', 'Zürich', 'Kirkholm', 'Río Blanco'];
const THINGS = ['bridge', 'ferry line', 'dam', 'hospital', 'grain store', 'power cut', 'flood', 'new tariff', 'school roof', 'water supply', 'night train', 'fire brigade'];
const DEEDS = ['was closed', 'had cost twice as much as planned', 'would open in spring', 'was never inspected', 'failed on Monday', 'killed nobody', 'was repaired in a week', 'left 4,000 homes in the dark', 'was paid for by the state', 'could not be reached'];
const VERBS = ['said', 'denied', 'insisted', 'wrote', 'confirmed', 'doubted', 'told reporters', 'announced'];
const LINKS = ['because', 'although', 'while', 'after', 'and'];

/** Prose of about that many characters: paragraphs of 300 to 700, one line each, blank lines between. */
export function article(dice, size) {
  const clause = () => `the ${dice.pick(THINGS)} ${dice.below(2) ? `in ${dice.pick(PLACES)} ` : ''}${dice.pick(DEEDS)}`;
  const sentence = () => {
    const form = dice.below(4);
    const who = dice.pick(PEOPLE);
    const first = clause();
    const rest = dice.below(2) ? ` ${dice.pick(LINKS)} ${clause()}` : '';
    const text =
      form === 0 ? `“${capital(first)}${rest},” ${who} ${dice.pick(VERBS)}.` : form === 1 ? `${who} ${dice.pick(VERBS)} that ${first}${rest}.` : form === 2 ? `${first}, ${who} ${dice.pick(VERBS)}${rest}.` : `${first}${rest}.`;
    return capital(text);
  };
  const paragraphs = [];
  let length = 0;
  while (length < size) {
    const goal = 300 + dice.below(400);
    let paragraph = sentence();
    while (paragraph.length < goal) paragraph += ` ${sentence()}`;
    paragraphs.push(paragraph);
    length += paragraph.length + 2;
  }
  return paragraphs.join('\n\n');
}
const capital = (text) => text.replace(/^(“?)(\p{Ll})/u, (_, quote, letter) => quote + letter.toUpperCase());

export const SIZES = { '3k': [3_000, 40, 11], '100k': [100_000, 1_000, 12], '1m': [1_000_000, 10_000, 13] };

/**
 * A text, its annotations `[label, start, end]` in code points, in text order and no two alike, and free places for
 * more: single words in the middle of the text.
 */
export function workload(name) {
  const [size, count, seed] = SIZES[name];
  const dice = random(seed);
  const text = article(dice, size);
  // Every character is in the basic plane here, so that code points are UTF-16 units.
  if (points(text).length !== text.length) throw new Error('a workload holds characters outside the basic plane');
  const words = [...text.matchAll(/[\p{L}\p{N}][\p{L}\p{N}-]*/gu)].map((m) => [m.index, m.index + m[0].length]);
  const lineEnd = (at) => {
    const end = text.indexOf('\n', at);
    return end < 0 ? text.length : end;
  };
  const middle = Math.floor(words.length / 2);
  const free = [];
  for (let i = middle; free.length < 12 && i < words.length; i += 17) if (words[i][1] - words[i][0] > 4) free.push(words[i]);
  const reserved = new Set(free.map(([start]) => start));
  const seen = new Set();
  const annotations = [];
  while (annotations.length < count) {
    const label = dice.pick(['Claim', 'Source', 'Location', 'Location', 'Source']);
    const from = dice.below(words.length);
    const longest = label === 'Claim' ? 5 + dice.below(20) : 1 + dice.below(3);
    let to = Math.min(words.length - 1, from + longest - 1);
    while (to > from && words[to][1] > lineEnd(words[from][0])) to -= 1;
    const [start, end] = [words[from][0], words[to][1]];
    const key = `${label} ${start} ${end}`;
    if (seen.has(key) || (end - start < 40 && reserved.has(start))) continue;
    seen.add(key);
    annotations.push([label, start, end]);
  }
  annotations.sort((a, b) => a[1] - b[1] || b[2] - a[2]);
  return { name, text, annotations, free };
}

/**
 * Relations for a workload, `[type, from, to]` by places among its annotations: each claim in turn has the source next to
 * it, every second one a place, every fifth one supports or contradicts the claim before it, and every tenth one's source
 * is the same as the next one; every ninth claim has one far away as well.
 */
export function relations({ annotations }, count) {
  const of = (label) => annotations.flatMap(([own], at) => (own === label ? [at] : []));
  const [claims, sources, places] = ['Claim', 'Source', 'Location'].map(of);
  const after = (list, at) => Math.max(0, list.findIndex((other) => other > at));
  // Spread over the whole text, however many there are.
  const stride = Math.max(1, (claims.length * 1.87) / count);
  const made = [];
  for (let step = 0; made.length < count && Math.floor(step * stride) < claims.length; step += 1) {
    const at = Math.floor(step * stride);
    const claim = claims[at];
    const source = after(sources, claim);
    made.push(['attributed to', claim, sources[source]]);
    if (step % 2 === 0) made.push(['located in', claim, places[after(places, claim)]]);
    if (step % 5 === 1 && at > 0) made.push([step % 2 ? 'supports' : 'contradicts', claim, claims[at - 1]]);
    if (step % 10 === 3 && source + 1 < sources.length) made.push(['same as', sources[source], sources[source + 1]]);
    if (step % 9 === 4) made.push(['attributed to', claim, sources[(source + Math.floor(sources.length / 2)) % sources.length]]);
  }
  return made.slice(0, count);
}
