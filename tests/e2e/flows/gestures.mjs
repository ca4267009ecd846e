// One table of gestures, made by mouse, touch and keyboard. The table is tests/fixtures/gestures.json.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const FILE = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../fixtures/gestures.json');
const TABLE = fs.existsSync(FILE) ? JSON.parse(fs.readFileSync(FILE, 'utf8')) : null;

export default [];
export { TABLE, assert };
