// The main job: paste, mark up in every order of hand and key, reload, take away.
import assert from 'node:assert/strict';
import { checkFile, gist } from '../lib/check.mjs';
import { find } from '../lib/page.mjs';
import { ARABIC, ARTICLE } from './texts.mjs';

export default [
  {
    name: 'main job: paste, mark up, reload, export',
    async test(page) {
      const text = ARTICLE;
      await page.annotate(text);
      assert.equal(await page.text(), text, 'the article shows the pasted text');

      // Selection, then key.
      await page.drag(...find(text, 'Golan Heights'));
      await page.keys('3');
      await page.hasRow('Location: Golan Heights');

      // Key, then selections: the label stays in hand until Escape. Before, Escape lets go of the new annotation,
      // which a label's key would relabel.
      await page.keys('Escape', '2');
      await page.armedAre('Source');
      await page.double(find(text, 'Police')[0] + 1);
      await page.hasRow('Source: Police');
      await page.drag(...find(text, 'The mayor of Majdal Shams'));
      await page.hasRow('Source: The mayor of Majdal Shams');
      await page.keys('Escape');
      await page.armedAre();

      // A key held while dragging labels once and arms nothing.
      await page.drag(...find(text, 'Haifa', 1), { key: '3' });
      await page.hasRow('Location: Haifa');
      await page.armedAre();

      // A selection, then the button of the toolbar.
      await page.drag(...find(text, 'fewer than 4,000 homes were hit'));
      await page.pressLabel('Claim');
      await page.hasRow('Claim: fewer than 4,000 homes were hit');

      // A button, then a selection.
      await page.pressLabel('Location');
      await page.armedAre('Location');
      await page.double(find(text, 'Jerusalem')[0] + 2);
      await page.hasRow('Location: Jerusalem');
      await page.keys('Escape');

      const expected = [
        ['Location', 'Golan Heights'],
        ['Source', 'The mayor of Majdal Shams'],
        ['Claim', 'fewer than 4,000 homes were hit'],
        ['Source', 'Police'],
        ['Location', 'Haifa'],
        ['Location', 'Jerusalem'],
      ];
      const rows = expected.map(([label, quote]) => `${label}: ${quote}`);
      await page.rowsAre(rows);
      await page.saved();
      await page.reload();
      await page.article();
      await page.rowsAre(rows);
      assert.equal(await page.text(), text, 'the text after a reload');

      const file = checkFile(await page.exportJson());
      assert.equal(file.documents[0].text, text);
      assert.deepEqual(gist(file), expected);
    },
  },
];
