// Makes the page one that can be installed and opens without the network: names its manifest, registers the service
// worker (static/sw.js), and offers a new version when it is there. Never reloads unasked, and never while something
// is not on disk. Stands beside the app and knows of it what anybody can see on the page.
const HOUR = 3_600_000;
/** How long the old worker has nothing to do before the new version is let in, in milliseconds. */
const CALM = 1200;
const workers = navigator.serviceWorker;
const version = document.querySelector("meta[name=gloss-version]")?.content;

/** The offer on the page: its bar, and how to change its words. */
let shown = null;
/** The waiting worker that was offered last. */
let offered = null;
/** Whether the new version was asked for here. */
let accepted = false;
/** When the worker in charge was last given something to do. */
let busy = 0;

document.head.append(Object.assign(document.createElement("link"), { rel: "manifest", href: "manifest.webmanifest" }));
// A page that is served while it is being worked on has no version.
if (version) run().catch(() => {});

async function run() {
  // Held as long as this page lives: the worker keeps the files of this version until then.
  const name = `gloss ${new URL("./", document.baseURI).href} ${version}`;
  navigator.locks?.request(name, { mode: "shared" }, () => new Promise(() => {})).catch(() => {});
  await new Promise((resolve) => (globalThis.requestIdleCallback ?? setTimeout)(resolve));
  // Not the list of what was fetched: it ends at 250 entries.
  new PerformanceObserver(() => (busy = performance.now())).observe({ type: "resource" });

  // The first worker of all takes this page over, too, and is no news.
  let hadWorker = Boolean(workers.controller);
  workers.addEventListener("controllerchange", () => {
    if (accepted) {
      leave();
    } else if (hadWorker) {
      offer("Gloss was updated in another tab.", "Reload", leave);
    }
    hadWorker = true;
  });
  const registration = await workers.register("sw.js", { updateViaCache: "none" });

  const look = () => {
    const { active, waiting } = registration;
    if (!active || !waiting || waiting === offered) return;
    offered = waiting;
    const use = async () => {
      if (!(await atRest())) return;
      accepted = true;
      (registration.waiting ?? waiting).postMessage("use");
    };
    offer("A new version of Gloss is ready.", "Use it now", use);
  };
  const watch = () => registration.installing?.addEventListener("statechange", look);
  registration.addEventListener("updatefound", watch);
  watch();
  look();
  // Twice: the page before this one may only just be going, and its version with it.
  for (const later of [0, 3000]) {
    setTimeout(() => {
      if (accepted) return;
      workers.controller?.postMessage("here");
      busy = performance.now();
    }, later);
  }

  // What has just been fetched is the newest.
  let checked = registration.active ? 0 : Date.now();
  const check = () => {
    if (document.visibilityState !== "visible" || Date.now() - checked < HOUR) return;
    checked = Date.now();
    // Without the network there is nothing new.
    registration.update().catch(() => {});
  };
  document.addEventListener("visibilitychange", check);
  check();
}

async function leave() {
  if (await allSaved()) location.reload();
}

/** Waits until a reload loses nothing, and says what it waits for. `false` where the bar was closed meanwhile. */
async function allSaved() {
  const bar = shown;
  for (;;) {
    // A field that the focus has just left tells its words now; what comes of it is drawn with the next frame.
    await pause(150);
    const open = unsaved();
    if (bar && bar !== shown) return false;
    if (!open) return true;
    bar?.say(open);
  }
}

/**
 * Waits until a reload loses nothing and nothing has been fetched for a while. `false` where the bar was closed meanwhile.
 * A file that is asked for while the old worker is being stopped starts it again, and Chromium then lets the new one
 * wait until the old one has had nothing to do for half a minute.
 */
async function atRest() {
  const bar = shown;
  do {
    if (!(await allSaved())) return false;
    bar?.say("Gloss reloads in a moment.");
    busy = performance.now();
    while (performance.now() < busy + CALM) await pause(150);
  } while (unsaved());
  return bar === shown;
}

/** What a reload would lose, in words; nothing where it would lose nothing. */
function unsaved() {
  const said = document.querySelector("[role=status][aria-label=Storage]")?.textContent.trim() ?? "Saved";
  if (said === "In memory only") {
    return "Some of your work is in memory only. Gloss reloads once it is saved.";
  }
  if (document.querySelector(".large-paste") || document.querySelector(".paste textarea")?.value) {
    return "There is text here that is no article yet. Annotate it or remove it first.";
  }
  const isSaved = said === "Saved" || said === "Reading along";
  return isSaved && !document.querySelector("dialog[open]") ? "" : "Gloss reloads as soon as your work is saved.";
}

/** Shows the bar: beside the body, which is the app's. */
async function offer(words, yes, act) {
  shown?.bar.remove();
  const bar = element("aside", "release-bar", "");
  bar.setAttribute("aria-label", "New version");
  const status = element("p", "release-words", "");
  status.setAttribute("role", "status");
  const close = () => {
    const hasFocus = bar.contains(document.activeElement);
    bar.remove();
    shown = null;
    accepted = false;
    if (hasFocus) back?.focus();
  };
  bar.append(status, button(yes, "primary", act), button("Later", "ghost", close));
  let back = null;
  bar.addEventListener("focusin", ({ relatedTarget }) => {
    if (!bar.contains(relatedTarget)) back = relatedTarget;
  });
  const mine = (shown = { bar, say: (what) => status.textContent !== what && (status.textContent = what) });
  // Below a dialog it could be seen and not reached.
  while (document.querySelector(":modal")) await pause(500);
  if (shown !== mine) return;
  document.documentElement.append(bar);
  // Words that come into a region that is there are read out.
  await pause(50);
  mine.say(words);
}

function element(tag, className, textContent) {
  return Object.assign(document.createElement(tag), { className, textContent });
}

function button(words, className, action) {
  const made = Object.assign(element("button", className, words), { type: "button" });
  made.addEventListener("click", action);
  return made;
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
