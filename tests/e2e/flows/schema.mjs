// The schema is the user's: changed while there is work in it, and nothing is lost.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { writeFile } from '../lib/make.mjs';
import { until } from '../lib/wait.mjs';
import { find, Key } from '../lib/page.mjs';
import { marked } from './files.mjs';
import { ARTICLE } from './texts.mjs';

/** Opens the editor by its button. */
async function editor(page) {
  await page.press('Schema');
  return page.get('dialog', 'Schema');
}

const within = (page, dialog) => ({
  press: (name) => page.press(name, { within: dialog }),
  /** Puts words in the place of what stands in a field, by real keys. */
  async type(name, words) {
    await page.clickOn(await page.get('textbox', name, { within: dialog }));
    await page.keys('Ctrl+a', Key.BACK_SPACE, ...words);
  },
  async choose(name) {
    await page.clickOn(await page.get('radio', name, { within: dialog }));
  },
  async value(name) {
    return (await page.get('textbox', name, { within: dialog })).getProperty('value');
  },
  async apply() {
    await page.press('Apply', { within: dialog });
    await page.gone('dialog', 'Schema');
  },
});

const counts = async (page) => {
  const all = {};
  for (const name of await page.rows()) all[name.split(':')[0]] = (all[name.split(':')[0]] ?? 0) + 1;
  return all;
};

export default [
  {
    name: 'the schema in mid-work: a new name, a new label, and what becomes of a label that goes',
    only: ['chromium', 'firefox'],
    timeout: 120_000,
    async test(page, { scratch }) {
      await page.open();
      await page.importGood(writeFile(scratch, 'first.json', marked()));
      const before = await page.rows();
      const { Claim, Source, Location } = await counts(page);

      // Another name, typed fast, and another label with a colour and a drawing of its own.
      let dialog = await editor(page);
      let edit = within(page, dialog);
      await edit.type('Name', 'Statement');
      await until('the list to follow', () => page.has('button', 'Statement', dialog));
      assert.equal(await edit.value('Name'), 'Statement');
      await edit.press('Add a label');
      await until('an empty name', async () => (await edit.value('Name')) === '');
      await page.keys(...'Event');
      await edit.choose('violet');
      await edit.choose('Solid line');
      await edit.apply();
      await page.label('Event');
      const renamed = before.map((name) => name.replace(/^Claim:/, 'Statement:'));
      await page.rowsAre(renamed);
      await page.press('Undo');
      await page.rowsAre(before);
      await page.press('Redo');
      await page.rowsAre(renamed);

      // The new label's key.
      await page.drag(...find(await page.text(), 'blackout'));
      await page.keys('4');
      await page.hasRow('Event: blackout');
      await page.saved();
      await page.reload();
      await page.article();
      await page.hasRow('Event: blackout');
      await page.press('Undo');

      // A label in use goes: each answer once, each undone.
      const answers = [
        ['Make them Source', { Statement: Claim, Source: Source + Location }, false],
        ['Keep Location for them, archived: it is offered no more', { Statement: Claim, Source, Location }, false],
        [`Delete the ${Location} annotations`, { Statement: Claim, Source }, true],
      ];
      for (const [answer, expected, deletes] of answers) {
        await page.rowsAre(renamed);
        dialog = await editor(page);
        edit = within(page, dialog);
        await edit.press('Location');
        await edit.press('Remove');
        await edit.press('Apply');
        await edit.choose(answer);
        if (deletes) {
          const remove = await until('what becomes of the relation', () => page.run((lib, root) => lib.all('radio', null, root).find((r) => /^Remove “located in”/.test(lib.nameOf(r, 'radio'))), dialog));
          await page.clickOn(remove);
        }
        await edit.apply();
        const sorted = (all) => JSON.stringify(Object.entries(all).sort());
        await until(`after "${answer}"`, async () => sorted(await counts(page)) === sorted(expected));
        const bar = await page.run((lib) => lib.all('button', null, lib.all('toolbar', 'Labels')[0]).map((b) => lib.nameOf(b, 'button')));
        assert.deepEqual(bar, ['Statement', 'Source', 'Event'], 'what is offered');
        await page.press('Undo');
      }
      await page.rowsAre(renamed);
      await page.saved();
    },
  },
  {
    name: 'the schema as a file, a ready-made one, and one that cannot be taken',
    only: ['chromium', 'firefox'],
    timeout: 90_000,
    async test(page, { scratch }) {
      await page.annotate(ARTICLE);
      await page.drag(...find(ARTICLE, 'Salim Awad'));
      await page.keys('2');
      await page.hasRow('Source: Salim Awad');

      let dialog = await editor(page);
      let edit = within(page, dialog);
      await edit.press('Source');
      await edit.type('Description', 'Who says so');
      const before = new Set(fs.readdirSync(page.browser.downloads));
      await edit.press('Save as a file');
      const name = await until('the file', () => fs.readdirSync(page.browser.downloads).find((one) => !before.has(one) && one.endsWith('.gloss-schema.json')));
      const file = path.join(page.browser.downloads, name);
      const saved = JSON.parse(await until('its content', () => fs.readFileSync(file, 'utf8')));
      assert.equal(saved.format, 'gloss schema');
      assert.equal(saved.schema.labels[1].description, 'Who says so');

      // Closing with changes asks.
      await page.keys('Escape');
      await edit.press('Keep editing');
      assert.equal(await edit.value('Description'), 'Who says so');
      await edit.press('Cancel');
      await edit.press('Discard the changes');
      await page.gone('dialog', 'Schema');

      // A file that is none; then the saved one.
      dialog = await editor(page);
      edit = within(page, dialog);
      await page.giveFile(writeFile(scratch, 'not.json', '{"format": "other"}'), { dialog: 'Schema' });
      await until('words', () => page.run((lib, root) => lib.all('alert', null, root)[0]?.textContent.includes('This is not a schema of Gloss'), dialog));
      await page.giveFile(file, { dialog: 'Schema' });
      await until('no alert', async () => (await page.all('alert', null, dialog)).length === 0);
      await edit.press('Source');
      await until('what the file says', async () => (await edit.value('Description')) === 'Who says so');
      await edit.apply();
      await page.hasRow('Source: Salim Awad');

      // A ready-made one in its place: Source is there too, Claim and Location have no annotations.
      dialog = await editor(page);
      edit = within(page, dialog);
      await page.clickOn(await page.run((lib, root) => [...root.querySelectorAll('summary')].find((s) => s.textContent === 'Start from a ready-made schema'), dialog));
      await edit.press('Attribution');
      await page.get('button', 'Cue', { within: dialog });
      await edit.apply();
      await page.hasRow('Source: Salim Awad');
      await page.label('Cue');
      await page.saved();
    },
  },
  {
    name: 'the schema is closed by nobody without a word, and the focus goes where the work is',
    only: ['chromium', 'firefox'],
    timeout: 90_000,
    async test(page, { scratch }) {
      await page.open();
      await page.importGood(writeFile(scratch, 'first.json', marked()));
      const before = await page.rows();
      const focused = () => page.run((lib) => [document.activeElement.tagName, lib.nameOf(document.activeElement)]);
      const focusIs = (name) => until(`the focus on ${name}`, async () => (await focused())[1] === name);

      // Escape asks, and Escape again is back at work, as often as it is pressed.
      let dialog = await editor(page);
      let edit = within(page, dialog);
      await edit.type('Description', 'What is said');
      for (let nth = 0; nth < 3; nth += 1) {
        await page.keys('Escape');
        await page.get('button', 'Keep editing', { within: dialog });
        await page.keys('Escape');
        await page.gone('button', 'Keep editing');
        assert.equal(await edit.value('Description'), 'What is said');
        await focusIs('Description');
      }
      // A browser that closes it all the same does not take the words along.
      await page.run((lib, root) => root.close(), dialog);
      await edit.press('Discard the changes');
      await page.gone('dialog', 'Schema');

      // What was added is named first.
      dialog = await editor(page);
      edit = within(page, dialog);
      assert.equal(await edit.value('Description') === 'What is said', false);
      await edit.press('Add an attribute');
      await focusIs('Attribute name');
      await page.keys(...'tone');
      await edit.press('Remove the attribute');

      // A new relation says what it links.
      await page.clickOn(await page.get('tab', 'Relations', { within: dialog }));
      await edit.press('Add a relation');
      await focusIs('Name');
      await page.keys(...'denied by');
      const otherwise = () => page.run((lib, root) => lib.all('textbox', 'Words where it leads', root)[0].placeholder, dialog);
      await until('words for the other end', async () => (await otherwise()) === '← denied by');
      await edit.press('Apply');
      const alerts = () => page.run((lib, root) => lib.all('alert', null, root).map((alert) => alert.textContent).join(' '), dialog);
      await until('what is wrong', async () => /“denied by” may begin at anything\. .*“denied by” may lead to anything\./.test(await alerts()));
      await edit.press('Remove');

      // Applied again with a question open: its first answer has the focus, and it is marked.
      await page.clickOn(await page.get('tab', 'Labels', { within: dialog }));
      await edit.press('Location');
      await edit.press('Remove');
      for (const missed of [0, 1]) {
        await edit.press('Apply');
        await until('the words beside Apply', async () => (await alerts()).includes('Before this can be applied, something has to be settled.'));
        await focusIs('Make them Claim');
        await until('the mark', async () => (await page.run((lib, root) => root.querySelectorAll('[aria-invalid=true]').length > 0, dialog)) === (missed > 0));
        assert.ok(await page.run(() => { const box = document.activeElement.getBoundingClientRect(); return document.elementFromPoint(box.x + 3, box.y + 3) === document.activeElement; }), 'the answer is in view');
        await page.clickOn(await page.get('tab', 'Checks', { within: dialog }));
      }
      await edit.press('Cancel');
      await edit.press('Discard the changes');
      await page.gone('dialog', 'Schema');
      await page.rowsAre(before);
    },
  },
];
