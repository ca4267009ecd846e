// All flows, in the order they run.
import main from './main.mjs';

export default [...main];
