// All flows, in the order they run.
import access from './access.mjs';
import boot from './boot.mjs';
import edit from './edit.mjs';
import files from './files.mjs';
import gestures from './gestures.mjs';
import joins from './joins.mjs';
import keeping from './keeping.mjs';
import large from './large.mjs';
import main from './main.mjs';
import names from './names.mjs';
import privacy from './privacy.mjs';
import randomly from './random.mjs';
import strangers from './strangers.mjs';

export default [...main, ...boot, ...names, ...privacy, ...gestures, ...joins, ...edit, ...files, ...keeping, ...access, ...strangers, ...large, ...randomly];
