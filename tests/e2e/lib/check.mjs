// What must hold for every exported file, checked without the app's own code.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { points } from './page.mjs';

/** Every span of every document is in the text and quotes it, the order is right, the hash matches. */
export function checkFile(file) {
  assert.equal(file.format, 'gloss');
  assert.equal(file.version, 1);
  assert.equal(file.offset_unit, 'code point');
  for (const [d, document] of file.documents.entries()) {
    const text = points(document.text);
    const at = `documents[${d}]`;
    if (document.text_sha256 !== undefined) {
      const hash = crypto.createHash('sha256').update(document.text, 'utf8').digest('hex');
      assert.equal(document.text_sha256, hash, `${at}.text_sha256`);
    }
    let before = null;
    for (const [i, a] of (document.annotations ?? []).entries()) {
      const where = `${at}.annotations[${i}]`;
      assert.ok(Number.isInteger(a.start) && Number.isInteger(a.end) && 0 <= a.start && a.start < a.end && a.end <= text.length, `${where}: ${a.start} to ${a.end} of ${text.length}`);
      const pieces = a.fragments ?? [{ start: a.start, end: a.end }];
      assert.equal(pieces[0].start, a.start, `${where}.fragments begin at start`);
      assert.equal(pieces.at(-1).end, a.end, `${where}.fragments end at end`);
      for (let k = 1; k < pieces.length; k += 1) assert.ok(pieces[k - 1].end < pieces[k].start, `${where}.fragments stand apart`);
      const quote = pieces.map((piece) => text.slice(piece.start, piece.end).join('')).join(' ');
      assert.equal(a.text, quote, `${where}.text`);
      if (before) {
        const inOrder = before.start < a.start || (before.start === a.start && (before.end > a.end || (before.end === a.end && before.id < a.id)));
        assert.ok(inOrder, `${where}: out of order`);
      }
      before = a;
    }
  }
  return file;
}

/** `[label, quote]` of each annotation of the first document, in the file's order. */
export const gist = (file) => file.documents[0].annotations.map((a) => [a.label, a.text]);
/** The names that the rows of the list must have. */
export const rowNames = (file) => file.documents[0].annotations.map((a) => `${a.label}: ${a.text}`);
/** The file's text with the time of its export blanked: the same work gives the same bytes otherwise. */
export const withoutTime = (text) => text.replace(/("exported":\s*)"[^"]*"/, '$1""');
