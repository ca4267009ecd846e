// Who says what, about where: the sample article with every claim linked to its source, by each hand; and what else can
// be done with relations.
import assert from 'node:assert/strict';
import { checkFile } from '../lib/check.mjs';
import { writeFile } from '../lib/make.mjs';
import { find } from '../lib/page.mjs';
import { until } from '../lib/wait.mjs';
import { marked } from './files.mjs';
import { ARTICLE } from './texts.mjs';

/** What stands in the sample: the pieces of each claim, who it comes from, the places inside it. */
const WORK = [
  { claim: ['cracks in its third pillar had widened by four millimetres in a week'], source: 'the county roads office' },
  { claim: ['We would rather have an angry valley than a sad one'], source: 'Ilse Brandt, who leads the office' },
  { claim: ['The bridge', 'would stay shut until spring, and perhaps for good'], source: 'she' },
  { claim: ['Lorries', 'must now go round by Kessel, 61 kilometres further'], source: 'the hauliers’ association', places: ['Kessel'] },
  { claim: ['close to a million crowns before Christmas'], source: 'its chairman, Peter Oland' },
  { claim: ['trucks from the quarries had crossed at night with twice the permitted load'], source: 'its mayor, Ana Dorrell' },
  { claim: ['the river, not the trucks, was eating the foundations'], source: 'an inspector' },
  { claim: ['floods in February had carried off gravel around the third pillar'], source: 'A survey seen by the Sele Valley Courier', far: true },
  { claim: ['the capital had known of the danger since April'], source: 'A senior official at the transport ministry', places: ['the capital'] },
  { claim: ['It will be free'], source: 'Ms Brandt' },
];

/** Where a part of a text stands, from a code point on. */
const findFrom = (text, part, from) => find(Array.from(text).slice(from).join(''), part).map((at) => at + from);
const isLinking = (page) => page.run(() => document.querySelector('.letter') !== null);
const offered = (page) => page.all('group', 'Offered link').then((found) => found.length > 0);
const paragraphOf = (page) => page.run((lib) => [...lib.article().children].indexOf(getSelection().focusNode?.parentElement?.closest('p') ?? getSelection().focusNode));

/** How each hand selects, labels, accepts what is offered, and links the focus to what stands at a place. */
const HANDS = {
  mouse: {
    select: (page, [start, end]) => page.drag(start, end),
    add: (page, [start, end]) => page.drag(start, end, { add: true }),
    label: async (page, name) => page.press(name, { within: await page.get('toolbar', 'Label selection') }),
    accept: async (page) => page.clickOn((await page.all('button', null, await page.get('group', 'Offered link')))[0]),
    link: async (page, at) => {
      await page.dragPoints(await page.handle('link'), await page.point(at, 'middle', false));
      return 1;
    },
  },
  touch: {
    select: (page, [start, end]) => page.touch(start, end - 1),
    label: async (page, name) => page.tap(await page.middle((await page.all('button', name, await page.get('toolbar', 'Label selection')))[0])),
    accept: async (page) => page.tap(await page.middle((await page.all('button', null, await page.get('group', 'Offered link')))[0])),
    add: async (page, [start, end]) => {
      await page.touch(start, end - 1);
      await page.tap(await page.middle((await page.all('button', 'Add to annotation', await page.get('toolbar', 'Label selection')))[0]));
    },
    link: async (page, at) => {
      await page.tap(await page.handle('link'));
      await until('letters', () => isLinking(page));
      await page.tap(await page.point(at));
      return 2;
    },
  },
  keyboard: {
    async add(page, place, text) {
      // Moving the caret lets go of the focus: what is picked stays picked.
      await page.keys('m');
      await this.select(page, place, text);
      await page.keys('+');
    },
    select: async (page, [start, end], text) => {
      const before = Array.from(text).slice(0, start).join('');
      const block = before.split('\n').length - 1;
      await page.keys('Ctrl+HOME');
      for (let i = 0; i < block + 1 && (await paragraphOf(page)) < block; i += 1) await page.keys('Ctrl+ARROW_DOWN');
      assert.equal(await paragraphOf(page), block, 'the caret is in the paragraph');
      // Forward it goes to a paragraph's end.
      if (block > 0) await page.keys('Ctrl+ARROW_UP');
      await page.keys(...Array(Array.from(before.split('\n').at(-1)).length).fill('ARROW_RIGHT'), ...Array(end - start).fill('Shift+ARROW_RIGHT'));
    },
    label: (page, name) => page.keys({ Claim: '1', Source: '2', Location: '3' }[name]),
    accept: (page) => page.keys('ENTER'),
    link: async (page, at, name) => {
      await page.keys('r');
      await until('letters', () => isLinking(page));
      const letters = await page.run((lib, row) => lib.all('listitem', row)[0]?.querySelector('[data-letters]')?.dataset.letters, name);
      assert.match(letters ?? '', /^[a-z]+$/, `letters for ${name}`);
      await page.keys(...letters);
      return 1 + letters.length;
    },
  },
};

const sampled = (hand) => ({
  name: `the sample article with every claim sourced, by ${hand}`,
  only: ['chromium', 'firefox'],
  timeout: 240_000,
  async test(page, { note }) {
    const hands = HANDS[hand];
    await page.open();
    await page.press('Try the sample article');
    await page.article();
    const text = await page.text();
    let [marking, linking, relations, offers] = [0, 0, 0, 0];
    const mark = async (name, quote, from = 0) => {
      const place = findFrom(text, quote, from);
      await hands.select(page, place, text);
      await hands.label(page, name);
      await page.hasRow(`${name}: ${quote}`);
      marking += 2;
      return place;
    };
    const accept = async (what) => {
      await until(`an offer for ${what}`, () => offered(page));
      await hands.accept(page);
      await until('the offer to be gone', async () => !(await offered(page)));
      linking += 1;
      relations += 1;
      offers += 1;
    };
    let near = 0;
    for (const { claim, source, places = [], far } of WORK) {
      const first = await mark('Claim', claim[0], near);
      for (const piece of claim.slice(1)) {
        const place = findFrom(text, piece, first[0]);
        await hands.add(page, place, text);
        await page.hasRow(`Claim: ${claim.join(' ')}`);
        marking += 1;
      }
      for (const place of places) {
        await mark('Location', place, first[0]);
        await accept(place);
      }
      // A source that stands before its claim is looked for from the paragraph's start on.
      const paragraph = Array.from(text).slice(0, first[0]).lastIndexOf('\n') + 1;
      await mark('Source', source, paragraph);
      if (far) {
        assert.equal(await offered(page), false, 'nothing is offered across sentences');
        linking += await hands.link(page, first[0] + 2, `Claim: ${claim.join(' ')}`);
        relations += 1;
      } else {
        await accept(source);
      }
      near = first[0];
      await page.keys('Escape', 'Escape', 'Escape');
    }
    await page.saved();
    const [made] = checkFile(await page.exportJson()).documents;
    const quote = (id) => made.annotations.find((a) => a.id === id).text;
    const links = made.relations.map((r) => `${quote(r.from)} | ${r.type} | ${quote(r.to)}`).sort();
    const expected = WORK.flatMap(({ claim, source, places = [] }) => [
      `${claim.join(' ')} | attributed to | ${source}`,
      ...places.map((place) => `${claim.join(' ')} | located in | ${place}`),
    ]).sort();
    assert.deepEqual(links, expected);
    note(`${made.annotations.length} annotations by ${marking} actions; ${relations} relations by ${linking} actions, ${offers} of them offered`);
  },
});


const CUT = 'the power cut had left “more than 9,000 homes” in the dark';
const FEWER = 'fewer than 4,000 homes were hit';
const MAYOR = 'The mayor of Majdal Shams, Salim Awad';
const GRID = 'A spokesman for the grid company';

/** The relations of the exported file: `claim | type | source`, in the file's order. */
async function relations(page) {
  const [made] = checkFile(await page.exportJson()).documents;
  const quote = (id) => made.annotations.find((a) => a.id === id).text;
  return (made.relations ?? []).map((r) => [quote(r.from), r.type, quote(r.to), r]);
}
const gists = async (page) => (await relations(page)).map(([from, type, to]) => `${from} | ${type} | ${to}`).sort();
/** Waits for the relations to be these. */
async function related(page, expected, what) {
  let now;
  await until(
    () => `${what}: ${JSON.stringify(now)}`,
    async () => JSON.stringify((now = await gists(page))) === JSON.stringify([...expected].sort()),
  );
  await page.goToArticle();
}
/** Puts the focus on an annotation by a click on its words. */
async function focus(page, label, quote) {
  await page.click(find(await page.text(), quote)[0] + 2);
  await until(`the focus on ${quote}`, () => page.run((lib, name) => lib.all('listitem', name)[0]?.getAttribute('aria-current') === 'true', `${label}: ${quote}`));
}
const said = (page, words) =>
  until(`the words ${words}`, () => page.run((lib, source) => new RegExp(source).test([...document.querySelectorAll('.toast, [aria-live]')].map((one) => one.textContent).join('\n')), words.source));
const opened = async (page, scratch) => {
  await page.open();
  await page.importGood(writeFile(scratch, 'first.json', marked()));
  await page.article();
};

export default [
  sampled('mouse'),
  sampled('touch'),
  sampled('keyboard'),
  {
    name: 'a relation is retyped, turned round, noted and deleted; its ends take it along',
    only: ['chromium', 'firefox'],
    timeout: 120_000,
    async test(page, { scratch }) {
      await opened(page, scratch);
      const text = await page.text();
      const first = `${CUT} | attributed to | ${MAYOR}`;

      // One type fits: no question.
      await focus(page, 'Claim', CUT);
      await page.keys('r');
      await page.click(find(text, MAYOR)[0] + 2);
      await related(page, [first], 'linked by a click');

      // Two fit: a question, answered by a key.
      await focus(page, 'Claim', CUT);
      await page.keys('r');
      await page.click(find(text, FEWER)[0] + 2);
      await page.get('group', 'Which relation?');
      await page.keys('2');
      await related(page, [first, `${CUT} | contradicts | ${FEWER}`], 'the second answer');

      // By keyboard: the relation has the focus, gets another type, is turned round, and a note.
      await focus(page, 'Claim', CUT);
      const head = (words) => until(`the panel about ${words}`, () => page.run((lib, wanted) => document.querySelector('.inspector-head strong')?.textContent === wanted, words));
      await page.keys('t');
      await head('attributed to');
      await page.keys('u');
      await said(page, /cannot be turned round/);
      await page.keys('y');
      await said(page, /is the only relation between a Claim and a Source/);
      await page.keys('t');
      await head('contradicts');
      await page.keys('y');
      await page.get('group', 'Which relation shall it be?');
      await page.keys('1');
      await head('supports');
      await page.keys('u');
      await related(page, [first, `${FEWER} | supports | ${CUT}`], 'retyped and turned round');
      await page.keys('n');
      await until('the note to have the focus', () => page.run(() => document.activeElement?.dataset.field === 'note'));
      await page.keys(...'by a count', 'Escape', 'd');
      await until('the note', async () => (await relations(page)).some(([, type, , r]) => type === 'supports' && r.note === 'by a count' && r.flag === 'discuss'));

      // By mouse: its chip in the card beside the text, the buttons in the panel.
      await focus(page, 'Claim', CUT);
      await page.press(`said by Source: ${MAYOR}`, { within: await page.get('group', 'Relations') });
      await head('attributed to');
      await page.press('Delete relation');
      await related(page, [`${FEWER} | supports | ${CUT}`], 'one relation less');
      await page.press('Undo');
      await related(page, [first, `${FEWER} | supports | ${CUT}`], 'and back');

      // An annotation takes its relations along, and brings them back, in one step.
      const rows = await page.rows();
      await focus(page, 'Claim', CUT);
      await page.keys('Delete');
      await related(page, [], 'no relation is without its end');
      await page.keys('Ctrl+z');
      await related(page, [first, `${FEWER} | supports | ${CUT}`], 'undone');
      await page.rowsAre(rows);
      await page.saved();
      await page.reload();
      await page.article();
      await related(page, [first, `${FEWER} | supports | ${CUT}`], 'after a reload');

      // What the schema does not know is refused, with a word why.
      await focus(page, 'Source', GRID);
      await page.keys('r');
      await page.click(find(text, 'Golan')[0] + 1);
      await said(page, /No relation links a Source and a Location/);
      await page.keys('Escape');
    },
  },
  {
    name: 'several claims and one source: one gesture, one step',
    only: ['chromium', 'firefox'],
    async test(page, { scratch }) {
      await opened(page, scratch);
      const text = await page.text();
      const both = [`${CUT} | attributed to | ${GRID}`, `${FEWER} | attributed to | ${GRID}`];

      // Picked by key, linked by letters.
      await focus(page, 'Claim', CUT);
      // The next one is the source of the second claim.
      await page.keys('m', '.', '.', 'm', 'r');
      await until('letters', () => isLinking(page));
      const letters = await page.run((lib, row) => lib.all('listitem', row)[0]?.querySelector('[data-letters]')?.dataset.letters, `Source: ${GRID}`);
      await page.keys(...letters);
      await related(page, both, 'two links');
      await page.keys('Ctrl+z');
      await related(page, [], 'one step of undo');

      // Picked by mouse in the list, linked by a drag from the knob.
      await page.clickOn(await page.row(`Claim: ${CUT}`));
      await page.clickOn(await page.row(`Claim: ${FEWER}`), { ctrl: true });
      await page.dragPoints(await page.handle('link'), await page.point(find(text, GRID)[0] + 3, 'middle', false));
      await related(page, both, 'two links by a drag');
      await page.keys('Ctrl+z');
      await related(page, [], 'one step of undo');
    },
  },
  {
    name: 'what is offered is gone with the next action; linking at once is a setting',
    only: ['chromium', 'firefox'],
    async test(page, { scratch }) {
      await opened(page, scratch);
      const text = await page.text();
      const police = find(text, 'two unnamed officials');
      const claim = find(text, 'the mayor was wrong');
      const mark = async (place, key) => {
        await page.drag(...place);
        await page.keys(key);
      };
      await mark(claim, '1');
      await page.keys('Escape', 'Escape');
      await mark(police, '2');
      await page.get('group', 'Offered link');
      await page.keys('.');
      await page.gone('group', 'Offered link');
      await page.keys('Enter');
      await related(page, [], 'declined');
      const rows = await page.rows();
      await page.keys('Ctrl+z');
      await page.openDialog('Settings');
      await page.choose('Link at once what would be offered');
      await page.closeDialog('Settings');
      await mark(police, '2');
      await related(page, ['the mayor was wrong | attributed to | two unnamed officials'], 'linked at once');
      assert.equal(await offered(page), false);
      await page.rowsAre(rows);
      // What was marked and its link are one step.
      await page.keys('Ctrl+z');
      await related(page, [], 'undone');
      await page.rowsAre(rows.filter((row) => row !== 'Source: two unnamed officials'));
    },
  },
  {
    name: 'a narrow window: cards in a sheet, and links by finger',
    only: ['chromium'],
    timeout: 90_000,
    async test(page, { scratch }) {
      await opened(page, scratch);
      const text = await page.text();
      await page.viewport(390, 844);
      const tap = async (name, within = null) => page.tap(await page.middle(await page.get('button', name, { within })));
      const sideways = () => page.driver.executeScript('return document.scrollingElement.scrollWidth - document.documentElement.clientWidth');
      await page.tap(await page.point(find(text, FEWER)[0] + 3));
      await until('the knob', async () => (await page.run(() => document.querySelector('.knob') !== null)));
      await page.tap(await page.handle('link'));
      await until('letters', () => isLinking(page));
      await page.tap(await page.point(find(text, GRID)[0] + 3));
      await until('the link', async () => !(await isLinking(page)));
      await tap('Annotations');
      await tap('By claim');
      const list = await page.get('list', 'By claim');
      const card = () => page.run((lib, root, quote) => lib.all('button', null, root).map((b) => b.getAttribute('aria-label') ?? b.textContent.trim()).filter((name) => name.includes(quote)), list, GRID);
      await until('the source on its card', async () => (await card()).includes(`said by Source: ${GRID}`));
      assert.ok((await sideways()) <= 0, 'nothing scrolls sideways');
      assert.equal(await page.run(() => document.querySelector('.covered li')?.textContent.trim()), '1 of 3 claims has a source');
      await tap('By source');
      await page.get('list', 'By source');
      await tap('Check');
      await page.get('list', 'A link is missing');
      assert.ok((await sideways()) <= 0, 'nothing scrolls sideways');
      await tap('Hide annotations');
      await page.gone('list', 'A link is missing');
    },
  },
];
