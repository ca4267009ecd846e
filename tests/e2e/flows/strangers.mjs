// Others that change the page: translators, extensions, the browser's own tools.
import assert from 'node:assert/strict';
import { checkFile, gist } from '../lib/check.mjs';
import { find } from '../lib/page.mjs';
import { until } from '../lib/wait.mjs';
import { ARTICLE } from './texts.mjs';

/** Wraps every word of the article twice and puts another one in its place, as page translators do. */
const translate = (page) =>
  page.run((lib) => {
    window.translate = () => {
      const walker = document.createTreeWalker(lib.article(), NodeFilter.SHOW_TEXT);
      const texts = [];
      while (walker.nextNode()) texts.push(walker.currentNode);
      for (const text of texts) {
        for (const word of text.data.split(/(?<= )/)) {
          const font = document.createElement('font');
          font.append(document.createElement('font'));
          font.firstChild.append(word.replace(/\p{L}+/u, 'Wort'));
          text.before(font);
        }
        text.remove();
      }
      window.translated = (window.translated ?? 0) + 1;
      return lib.article().querySelectorAll('font').length;
    };
    return window.translate();
  });

export default [false, true].map((busy) => ({
    name: `a stranger translates the page${busy ? ', on a machine that is busy' : ''}: the article stays as it is, and so does the work`,
    async test(page) {
      const text = ARTICLE;
      await page.paste(text);
      if (busy) await page.busy();
      // One who waits for the article has it as soon as it is there, whatever Gloss has still to do.
      await page.run(() => {
        window.early = 0;
        const wait = new MutationObserver(() => {
          const first = document.querySelector('article p');
          if (!first) return;
          wait.disconnect();
          window.early += 1;
          first.textContent = 'Ein Wort.';
        });
        wait.observe(document.body, { childList: true, subtree: true });
      });
      await page.press('Annotate');
      await page.article();
      const untouched = async (when) => {
        // Gloss lets a moment pass between two repairs.
        await until(`${when}: the text`, async () => (await page.text()) === text);
        const made = await page.structure();
        assert.deepEqual(made.lines, text.split('\n'), `${when}: the text`);
        assert.deepEqual(made.strays, [], `${when}: nothing else in the article is text`);
        assert.equal(await page.run((lib) => lib.article().querySelectorAll(':not(p, mark)').length), 0, `${when}: nobody else's elements`);
      };
      await untouched('while it was drawn');
      assert.equal(await page.run(() => window.early), 1, 'that stranger did something');
      assert.ok((await translate(page)) > 100, 'the stranger does something');
      await untouched('translated before anything was marked');
      await page.drag(...find(text, 'Golan Heights'));
      await page.keys('3');
      await page.hasRow('Location: Golan Heights');
      await translate(page);
      await untouched('translated with a mark');

      // With a selection, which must outlast it.
      await page.drag(...find(text, 'The mayor of Majdal Shams'));
      await translate(page);
      await untouched('translated with a selection');
      await page.keys('2');
      await page.hasRow('Source: The mayor of Majdal Shams');

      // From now on in the very task of each key, before Gloss hears of it, and in answer to whatever it draws.
      await page.run((lib) => {
        addEventListener('keydown', () => window.translate(), { capture: true });
        const answer = (records) => {
          const article = lib.article();
          // The article itself can be another one, once it had to be drawn from nothing.
          const drawn = records.some(({ target, addedNodes }) => article?.contains(target) || [...addedNodes].includes(article));
          if (drawn && !article.querySelector('font') && window.answers++ < 40) window.translate();
        };
        window.answers = 0;
        new MutationObserver(answer).observe(lib.article().parentElement, { childList: true, subtree: true, characterData: true });
      });
      const claim = find(text, 'fewer than 4,000 homes were hit');
      await page.drag(...claim);
      await page.keys('1');
      await page.hasRow('Claim: fewer than 4,000 homes were hit');
      await page.press('Undo');
      await page.rowsAre(['Location: Golan Heights', 'Source: The mayor of Majdal Shams']);
      await page.press('Undo');
      await page.rowsAre(['Location: Golan Heights']);
      await page.press('Redo');
      await page.press('Redo');
      const expected = [
        ['Location', 'Golan Heights'],
        ['Source', 'The mayor of Majdal Shams'],
        ['Claim', 'fewer than 4,000 homes were hit'],
      ];
      await page.rowsAre(expected.map(([label, quote]) => `${label}: ${quote}`));
      // Repairs and answers take turns in their own time, whatever else was done meanwhile.
      await until('the stranger to go on', () => page.run(() => window.translated > 5));
      await page.run(() => void (window.answers = 1e9));
      await until('the article to be as it was', () => page.run((lib) => !lib.article().querySelector('font')));
      await untouched('in the end');
      const marked = await page.run((lib) => [...lib.article().querySelectorAll('mark')].map((mark) => mark.textContent).join('|'));
      assert.equal(marked, expected.map(([, quote]) => quote).join('|'));

      // Paragraphs that are taken away, added or turned around come back as they were.
      await page.run((lib) => {
        const article = lib.article();
        article.children[2].remove();
        article.append(document.createElement('p'), 'An advertisement.');
        article.prepend(article.children[4]);
      });
      await untouched('torn apart');
      await page.saved();
      const file = checkFile(await page.exportJson());
      assert.equal(file.documents[0].text, text);
      assert.deepEqual(gist(file), expected);
    },
}));
