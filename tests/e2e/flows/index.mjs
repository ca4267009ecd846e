// All flows, in the order they run.
import access from './access.mjs';
import boot from './boot.mjs';
import details from './details.mjs';
import edit from './edit.mjs';
import faults from './faults.mjs';
import files from './files.mjs';
import find from './find.mjs';
import gestures from './gestures.mjs';
import hard from './hard.mjs';
import history from './history.mjs';
import joins from './joins.mjs';
import keeping from './keeping.mjs';
import large from './large.mjs';
import library from './library.mjs';
import links from './links.mjs';
import main from './main.mjs';
import names from './names.mjs';
import newer from './newer.mjs';
import offline from './offline.mjs';
import projects from './projects.mjs';
import privacy from './privacy.mjs';
import randomly from './random.mjs';
import remarks from './remarks.mjs';
import schema from './schema.mjs';
import strangers from './strangers.mjs';

export default [...main, ...boot, ...names, ...privacy, ...offline, ...gestures, ...joins, ...edit, ...links, ...remarks, ...files, ...find, ...keeping, ...faults, ...library, ...details, ...projects, ...history, ...newer, ...access, ...schema, ...strangers, ...large, ...randomly, ...hard];
