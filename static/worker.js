// Starts the worker module, and tells the page when it is gone: a trap or a lack of memory ends it
// without its panic hook, and where it does not arrive there is no hook at all. Number 0 says so.
import init from "./gloss-worker.js";

const gone = (reason) => postMessage([0, String(reason)]);
addEventListener("unhandledrejection", (event) => gone(event.reason));
addEventListener("error", (event) => gone(event.message));
init().catch(gone);
