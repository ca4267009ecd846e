// Taking away and bringing in.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { checkFile, gist, rowNames, withoutTime } from '../lib/check.mjs';
import { at, glossFile, writeFile } from '../lib/make.mjs';
import { find } from '../lib/page.mjs';
import { until } from '../lib/wait.mjs';
import { ARABIC, ARTICLE } from './texts.mjs';

export const marked = () =>
  glossFile(ARTICLE, [
    ...at(
      ARTICLE,
      ['Claim', 'the power cut had left “more than 9,000 homes” in the dark'],
      ['Source', 'The mayor of Majdal Shams, Salim Awad'],
      ['Location', 'Majdal Shams'],
      ['Location', 'Golan Heights'],
      ['Claim', 'fewer than 4,000 homes were hit'],
      ['Source', 'A spokesman for the grid company'],
      ['Location', 'Haifa', 1],
    ),
    ['Claim', find(ARTICLE, 'The strike'), find(ARTICLE, 'killed nine people near the U.S. consulate in Haifa')],
  ]);

const alertText = (page) =>
  until('an alert in the dialog "Import"', () =>
    page.run((lib) => {
      const [dialog] = lib.all('dialog', 'Import');
      const [alert] = dialog ? lib.all('alert', null, dialog) : [];
      return alert?.textContent.trim();
    }),
  );

export default [
  {
    name: 'export, import on a fresh device, export again: the same bytes',
    only: ['chromium', 'firefox'],
    async test(page, { elsewhere, scratch }) {
      await page.open();
      await page.importGood(writeFile(scratch, 'first.json', marked()));
      const first = await page.exportText();
      const file = checkFile(JSON.parse(first));
      assert.equal(file.documents[0].annotations.length, 8);
      await page.rowsAre(rowNames(file));
      assert.match(page.lastDownload ?? '', /\.json$/, 'a sensible name');

      const other = await elsewhere();
      await other.open();
      await other.importGood(writeFile(scratch, 'again.json', first));
      await other.rowsAre(rowNames(file));
      const second = await other.exportText();
      assert.equal(withoutTime(second), withoutTime(first));
      await other.saved();
      await other.reload();
      await other.article();
      assert.equal(withoutTime(await other.exportText()), withoutTime(first), 'the same after a reload');
    },
  },
  {
    name: 'Copy gives what Download gives',
    only: ['chromium', 'firefox'],
    async test(page, { scratch }) {
      await page.open();
      await page.importGood(writeFile(scratch, 'first.json', marked()));
      const downloaded = await page.exportText();
      const dialog = await page.openDialog('Export');
      const said = (words) => until(`"${words}" in the dialog`, () => page.run((lib, part) => lib.all('dialog', 'Export')[0].textContent.includes(part), words));
      await said('8 of 8 spans verified');
      await page.press('Copy', { within: dialog });
      await said('Copied');
      assert.equal(withoutTime(await page.clipboardText()), withoutTime(downloaded));
    },
  },
  {
    name: 'a bad file changes nothing and names the place',
    only: ['chromium', 'firefox'],
    async test(page, { scratch }) {
      await page.open();
      await page.importGood(writeFile(scratch, 'first.json', marked()));
      const before = withoutTime(await page.exportText());
      const text = await page.text();

      const broken = (change) => {
        const file = marked();
        change(file, file.documents[0], file.documents[0].annotations);
        return file;
      };
      const cases = [
        ['not JSON', '{"format": "gloss", "version": 1,', /./, false],
        ['cut off', JSON.stringify(marked()).slice(0, -40), /./, false],
        ['another format', broken((f) => Object.assign(f, { format: 'other' })), /format/, false],
        ['a newer version', broken((f) => Object.assign(f, { version: 2 })), /version/, false],
        ['an end outside the text', broken((f, d, a) => Object.assign(a[3], { end: 99_999 })), /documents\[0\]\.annotations\[3\]\.end/, true],
        ['a start after the end', broken((f, d, a) => Object.assign(a[2], { start: a[2].end })), /documents\[0\]\.annotations\[2\]\.start/, true],
        ['a quote that differs', broken((f, d, a) => Object.assign(a[1], { text: 'The mayor' })), /documents\[0\]\.annotations\[1\]\.text/, true],
        ['a hash that differs', broken((f, d) => Object.assign(d, { text_sha256: '0'.repeat(64) })), /documents\[0\]\.text_sha256/, null],
        ['an empty file', '', /./, false],
      ];
      for (const [name, content, place, choice] of cases) {
        await page.importFile(writeFile(scratch, 'bad.json', content));
        const said = await alertText(page);
        assert.match(said, place, name);
        if (choice === true) await page.get('button', 'Import the rest');
        if (choice === false) assert.ok(!(await page.has('button', 'Import the rest')), `${name}: no choice`);
        if (await page.has('button', 'Cancel')) await page.press('Cancel');
        else await page.closeDialog('Import');
        await page.gone('dialog', 'Import');
        assert.equal(await page.text(), text, `${name}: the article is untouched`);
      }
      assert.equal(withoutTime(await page.exportText()), before);

      // "Import the rest" leaves out what cannot be trusted and says how much.
      const bad = broken((f, d, a) => {
        a[3].end = 99_999;
        a[1].text = 'The mayor';
      });
      await page.importFile(writeFile(scratch, 'bad.json', bad));
      assert.match(await alertText(page), /2/);
      await page.press('Import the rest');
      await page.gone('dialog', 'Import');
      await until('the rows of the rest', async () => (await page.rows())?.length === 6);
      const rest = checkFile(await page.exportJson());
      assert.equal(rest.documents[0].annotations.length, 6);
      const expected = gist(checkFile(JSON.parse(before))).filter(([, quote]) => quote !== 'Golan Heights' && !quote.startsWith('The mayor of'));
      assert.deepEqual(gist(rest), expected);
    },
  },
  {
    name: 'texts from files, and files that are none',
    only: ['chromium', 'firefox'],
    async test(page, { scratch }) {
      const utf16 = (text) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
      const good = [
        ['plain.txt', ARTICLE, ARTICLE],
        ['crlf.md', `# Title\r\n\r\nOne.\rTwo.`, '# Title\n\nOne.\nTwo.'],
        ['mark.txt', `\ufeff${ARABIC}`, ARABIC],
        ['wide.txt', utf16(ARABIC), ARABIC],
        ['latin.txt', Buffer.from('Caf\xe9 in S\xe3o Paulo', 'latin1'), 'Café in São Paulo'],
      ];
      for (const [name, content, expected] of good) {
        await page.open();
        await page.get('button', 'Open a file');
        await page.giveFile(writeFile(scratch, name, content));
        assert.equal(await page.article(), expected, name);
      }
      await page.open();
      await page.get('button', 'Open a file');
      for (const [name, content] of [
        ['empty.txt', ''],
        ['blank.txt', ' \n\t\n'],
        ['binary.txt', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 13, 0, 1, 2, 3])],
      ]) {
        await page.giveFile(writeFile(scratch, name, content));
        await until(`a message about ${name}`, () => page.run((lib) => lib.all('alert').some((alert) => alert.textContent.trim())));
        assert.ok(!(await page.has('article', 'Article')), `${name}: no article`);
        await page.open();
        await page.get('button', 'Open a file');
      }
      fs.rmSync(`${scratch}/binary.txt`);
    },
  },
  {
    name: 'rich text arrives as readable plain text',
    only: ['chromium', 'firefox'],
    async test(page, { server, proxy }) {
      await page.copyToClipboard(
        `<h1>Dam to be emptied</h1><style>p{color:red}</style><script>window.hit = 1</script><p>First <b>bold</b> words.<img src="${server.origin}/tracker.gif" alt=""></p><p>Second line<br>third line.</p><p hidden>hidden words</p><ul><li>one</li><li>two</li></ul>`,
        { html: true },
      );
      // The tab that copied asked for the image itself; what follows is the app's.
      proxy.clear();
      await page.open();
      await page.clickOn(await page.get('textbox', 'Article text'));
      await page.keys('Ctrl+v');
      await page.pasted();
      await page.press('Annotate');
      await page.article();
      const lines = (await page.lines()).filter((line) => line.trim());
      assert.deepEqual(lines.map((line) => line.trim().replace(/^[•*-]\s*/, '')), ['Dam to be emptied', 'First bold words.', 'Second line', 'third line.', 'one', 'two']);
      assert.deepEqual(proxy.all().filter((line) => line.includes('tracker')), [], 'the image is not asked for');
    },
  },
  {
    name: 'both sample articles, and the way back to them',
    async test(page) {
      await page.open();
      await page.press('Try the sample article');
      const sample = await page.article();
      assert.ok(sample.length > 1000, 'the sample is an article');
      await page.double(find(sample, sample.match(/\p{L}{6,}/u)[0])[0] + 2);
      await page.keys('2');
      await until('a row', async () => (await page.rows()).length === 1);
      await page.saved();
      const [name] = await page.rows();
      await page.newArticle();
      await until('the article among those on this device', () =>
        page.run((lib, title) => ['button', 'link'].some((role) => lib.all(role).some((e) => lib.nameOf(e, role).includes(title))), sample.split('\n')[0].slice(0, 20)),
      );
      await page.clickOn(
        await page.run((lib, title) => ['button', 'link'].flatMap((role) => lib.all(role).filter((e) => lib.nameOf(e, role).includes(title)))[0], sample.split('\n')[0].slice(0, 20)),
      );
      assert.equal(await page.article(), sample);
      await page.hasRow(name);
    },
  },
];
