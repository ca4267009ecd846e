// The names by which automation and assistive technology find things.
import assert from 'node:assert/strict';
import { checkFile } from '../lib/check.mjs';
import { find, LABELS } from '../lib/page.mjs';
import { until } from '../lib/wait.mjs';
import { ARTICLE } from './texts.mjs';

/** The role and name that the browser itself computes. */
async function computed(element, role, name) {
  assert.equal(await element.getAccessibleName(), name, `name of ${role} "${name}"`);
  assert.equal(await element.getAriaRole(), role, `role of ${role} "${name}"`);
}

export default [
  {
    name: 'names that stay',
    async test(page) {
      await page.open();
      await computed(await page.get('textbox', 'Article text'), 'textbox', 'Article text');
      for (const name of ['Annotate', 'Open a file', 'Try the sample article']) await computed(await page.get('button', name), 'button', name);

      // Blank lines, a line that wraps, characters outside the basic plane, a last line without a break.
      const text = `${ARTICLE}\n\n  two blanks first\tand a tab`;
      await page.annotate(text);
      let made = await page.structure();
      assert.deepEqual(made.lines, text.split('\n'), 'one p for each line, its text nodes joined are the line');
      assert.deepEqual(made.strays, [], 'nothing else in the article is text');
      assert.equal(made.nested, 0);
      assert.equal(made.marks, 0);
      const article = await page.get('article', 'Article');
      assert.equal((await article.getTagName()).toLowerCase(), 'article');
      await computed(article, 'article', 'Article');

      const labels = await page.get('toolbar', 'Labels');
      await computed(labels, 'toolbar', 'Labels');
      for (const name of LABELS) {
        const button = await page.label(name);
        await computed(button, 'button', name);
        assert.equal(await button.getAttribute('aria-pressed'), 'false');
        await page.clickOn(button);
        // One label is armed at a time.
        await page.armedAre(name);
        await page.keys('Escape');
        await page.armedAre();
      }
      for (const name of ['Undo', 'Redo', 'Export', 'Import', 'Settings']) await computed(await page.get('button', name), 'button', name);
      assert.ok((await page.has('button', 'New article')) || (await page.has('link', 'New article')), 'New article');

      // The bar at a selection.
      await page.drag(...find(text, 'Golan Heights'));
      const bar = await page.get('toolbar', 'Label selection');
      await computed(bar, 'toolbar', 'Label selection');
      for (const name of LABELS) await computed(await page.label(name, 'Label selection'), 'button', name);
      await page.pressLabel('Location', 'Label selection');
      await page.hasRow('Location: Golan Heights');
      await page.gone('toolbar', 'Label selection');
      await computed(await page.get('list', 'Annotations'), 'list', 'Annotations');
      await computed(await page.row('Location: Golan Heights'), 'listitem', 'Location: Golan Heights');
      await until('the step’s name in the description of Undo', async () => /Golan Heights/.test(await page.description('Undo')));

      made = await until('the drawn mark', async () => {
        const now = await page.structure();
        return now.marks > 0 && now;
      });
      assert.deepEqual(made.lines, text.split('\n'), 'the lines are as they were');
      assert.deepEqual(made.strays, []);
      assert.equal(made.marked.join(''), 'Golan Heights', 'every marked piece is a mark');

      // A row's name has the whole quote, over a line break too.
      const from = find(text, 'fewer than')[0];
      const to = find(text, 'nine people')[1];
      await page.drag(from, to);
      await page.keys('1');
      const name = `Claim: ${Array.from(text).slice(from, to).join('')}`.replace(/\s+/g, ' ');
      await page.hasRow(name);

      await page.saved();
      const status = await page.get('status', 'Storage');
      await computed(status, 'status', 'Storage');
      checkFile(await page.exportJson());
    },
  },
  {
    name: 'names of dialogs, and the focus comes back',
    async test(page) {
      await page.annotate(ARTICLE);
      const active = () =>
        page.run((lib) => {
          const e = document.activeElement;
          return e.closest('dialog,[role=dialog]') ? 'in a dialog' : `${e.tagName.toLowerCase()} ${e.getAttribute('aria-label') ?? e.textContent.trim().slice(0, 20)}`;
        });
      for (const name of ['Export', 'Import', 'Settings']) {
        await page.press(name);
        const dialog = await page.get('dialog', name);
        await computed(dialog, 'dialog', name);
        await until(async () => `${name}: the focus to be inside, it is on ${await active()}`, async () => (await active()) === 'in a dialog');
        if (name === 'Export') {
          await computed(await page.get('radiogroup', 'Format', { within: dialog }), 'radiogroup', 'Format');
          for (const button of ['Download', 'Copy', 'Close']) await computed(await page.get('button', button, { within: dialog }), 'button', button);
          await page.press('Download', { within: dialog });
          await until('a word that it is downloaded', () => page.run(() => /Downloaded /.test(document.querySelector('dialog[open]')?.textContent)));
          assert.ok(await page.has('dialog', 'Export'), 'Download leaves the dialog open');
          await page.press('Close', { within: dialog });
        } else {
          await page.keys('Escape');
        }
        await page.gone('dialog', name);
        const opener = await page.get('button', name);
        await until(
          async () => `${name}: the focus to return to the button, it is on ${await active()}`,
          () => page.driver.executeScript('return document.activeElement === arguments[0] || arguments[0].contains(document.activeElement)', opener),
        );
      }
      await page.run((lib) => lib.article().focus());
      await page.keys('?');
      await computed(await page.get('dialog', 'Keyboard'), 'dialog', 'Keyboard');
      await page.keys('Escape');
      await page.gone('dialog', 'Keyboard');
      await until('the focus to return to the article', () =>
        page.run((lib) => document.activeElement === lib.article() || lib.article().contains(document.activeElement) || document.activeElement.contains(lib.article())),
      );
    },
  },
  {
    name: 'the command palette: by key and by button, chosen by letters and by arrows',
    only: ['chromium', 'firefox'],
    async test(page) {
      await page.annotate(ARTICLE);
      const size = () => page.run((lib) => getComputedStyle(lib.article().querySelector('p')).fontSize);
      const before = await size();
      await page.run((lib) => lib.article().focus());
      await page.keys('Ctrl+k');
      await page.get('dialog', 'Commands');
      await computed(await page.get('combobox', 'Command'), 'combobox', 'Command');
      // Typed faster than anything is drawn.
      await page.keys(...'larger', 'ENTER');
      await page.gone('dialog', 'Commands');
      await until('larger text', async () => (await size()) !== before);

      await page.press('Commands');
      const list = await page.get('dialog', 'Commands');
      await until('many commands', () => page.run((lib) => lib.all('option').length > 30));
      await page.keys(...Array(30).fill('ARROW_DOWN'));
      await until('the 31st, in view', () =>
        page.run((lib) => {
          const box = document.querySelector('dialog [role=listbox]');
          const at = lib.all('option').findIndex((option) => option.getAttribute('aria-selected') === 'true');
          const [option, frame] = [lib.all('option')[at].getBoundingClientRect(), box.getBoundingClientRect()];
          return at === 30 && option.top >= frame.top - 1 && option.bottom <= frame.bottom + 1;
        }),
      );
      await page.keys(...'zzz');
      await until('words for nothing', () => page.driver.executeScript("return arguments[0].textContent.includes('No command has these letters')", list));
      await page.keys('Escape');
      await page.gone('dialog', 'Commands');
    },
  },
];
