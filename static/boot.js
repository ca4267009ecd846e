// The part of Gloss that is not WebAssembly: it sets the theme before the first paint, loads the
// app, and speaks when the app cannot: when it does not load, and when it has panicked.
//
// A panicked module must not be called again: borrows stay held, and each further call panics too.
// So this file never calls into it, keeps events away from it, and reads the stored work itself.
//
// It stands after the style sheets, for browsers run a script only when those before it are there: the
// app measures as soon as it has drawn, and without styles nothing scrolls to where one was reading.
(() => {
  "use strict";

  const SETTINGS_KEY = "gloss.settings";
  const DATABASE = "gloss";
  const HEAD = { kind: "gloss-recovery", version: 1 };
  const READING = "Reading what is stored on this device.";

  /** A failure with words made for people. */
  class Explained extends Error {}

  /** Whether the app has panicked. From then on it hears no more events. */
  let dead = false;
  /** The panic screen, once it is open. */
  let panel = null;

  applyTheme();
  guardEvents();
  watchTraps();
  globalThis.glossPanic = showPanic;
  globalThis.glossSave = (name, text, record) =>
    save(name, [record ? JSON.stringify({ ...HEAD, stores: { bases: [{ key: record, value: text }] } }) : text]);
  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", start, { once: true });
  } else {
    start();
  }

  function applyTheme() {
    try {
      const { theme } = JSON.parse(localStorage.getItem(SETTINGS_KEY) ?? "{}");
      if (theme === "light" || theme === "dark") {
        document.documentElement.dataset.theme = theme;
      }
    } catch {
      // No storage, or settings that cannot be read: the system's theme.
    }
  }

  // ---- Starting ----

  async function start() {
    const waiting = setTimeout(() => {
      const app = document.getElementById("app");
      if (app && !app.hasChildNodes()) {
        app.append(element("p", { className: "boot-note", textContent: "Gloss is starting." }));
      }
    }, 700);
    try {
      if (location.protocol === "file:") {
        throw new Explained("The page was opened as a file. Browsers load Gloss only through a web server.");
      }
      if (typeof WebAssembly !== "object") {
        throw new Explained("This browser has no WebAssembly, or it is switched off. Gloss needs it.");
      }
      const app = await import(document.getElementById("gloss-module").href);
      await app.default({ module_or_path: document.getElementById("gloss-wasm").href });
    } catch (error) {
      if (!dead) {
        showLoadFailure(error);
      }
    }
    clearTimeout(waiting);
    // Dialogs and the like are dressed once the page stands.
    const meta = (name) => document.querySelector(`meta[name=gloss-${name}]`).content;
    document.head.append(element("link", { rel: "stylesheet", href: meta("later") }));
    // Also where the app could not start: then a new version is what helps.
    if (navigator.serviceWorker) import("./" + meta("offline")).catch(() => {});
  }

  function showLoadFailure(error) {
    const why =
      error instanceof Explained
        ? error.message
        : "A part of the page did not arrive, or this browser cannot run it. Check the connection, then reload.";
    const box = element(
      "div",
      { className: "boot-message", role: "alert" },
      element("h1", { textContent: "Gloss could not start" }),
      element("p", { textContent: why }),
      element("p", { textContent: "What was saved on this device is untouched." }),
      button("Reload", () => location.reload()),
      details(error instanceof Explained ? "" : String(error)),
    );
    (document.getElementById("app") ?? document.body).replaceChildren(box);
  }

  // ---- After a panic ----

  /** Keeps what people do from reaching a dead app. First in line, because it is attached first. */
  function guardEvents() {
    const kinds = [
      "keydown keyup keypress beforeinput input change submit reset invalid toggle cancel close",
      "compositionstart compositionupdate compositionend",
      "click dblclick auxclick contextmenu mousedown mouseup mousemove mouseover mouseout mouseenter mouseleave",
      "pointerdown pointerup pointermove pointercancel pointerover pointerout pointerenter pointerleave",
      "gotpointercapture lostpointercapture touchstart touchmove touchend touchcancel wheel scroll scrollend",
      "copy cut paste dragstart drag dragenter dragover dragleave drop dragend",
      "focus blur focusin focusout select selectstart selectionchange",
      "visibilitychange pagehide pageshow freeze resume beforeunload popstate hashchange",
      "storage message messageerror online offline resize fullscreenchange animationend transitionend",
    ];
    const guard = (event) => {
      if (dead) {
        // Also what happens inside the panic screen: the app may listen at the window.
        event.stopImmediatePropagation();
        panel?.dispatchEvent(new CustomEvent("guarded", { detail: event }));
      }
    };
    for (const kind of kinds.join(" ").split(" ")) {
      addEventListener(kind, guard, { capture: true, passive: kind !== "cancel" });
    }
  }

  /**
   * A stack overflow, a lack of memory, or an error of a browser call that runs through the module
   * ends it without its panic hook, and leaves it in pieces all the same.
   */
  function watchTraps() {
    const isTrap = (reason) => reason?.name === "RuntimeError";
    const ranThrough = (reason) => /wasm-function|wasm:\/\/|\[wasm code\]|_bg\.wasm/.test(reason?.stack ?? "");
    addEventListener("error", ({ error }) => {
      if (isTrap(error) || ranThrough(error)) {
        showPanic(String(error));
      }
    });
    addEventListener("unhandledrejection", ({ reason }) => {
      if (isTrap(reason)) {
        showPanic(String(reason));
      }
    });
  }

  /**
   * Shows the panic screen over everything. Only the first call counts: what comes after a panic
   * is its echo.
   * @param {string} message what the panic hook knows: words and place
   */
  function showPanic(message) {
    if (dead) {
      return;
    }
    dead = true;
    const status = element("p", { className: "boot-status", role: "status" });
    const save = button("Save a recovery file");
    const saves = async () => {
      status.textContent = READING;
      try {
        status.textContent = await saveRecovery();
      } catch (error) {
        status.textContent = `The stored work could not be read: ${error?.message ?? error}. Reloading does not delete it.`;
      }
    };
    const reload = button("Reload");
    panel = element(
      "dialog",
      { className: "boot-panic", role: "alertdialog", tabIndex: -1 },
      element("h1", { id: "boot-panic-title", textContent: "Gloss has stopped" }),
      element(
        "div",
        { id: "boot-panic-words" },
        element("p", { textContent: "Something went wrong inside Gloss, and it cannot go on without a reload." }),
        element("p", {
          textContent:
            "Everything that was saved before is kept on this device and comes back with the reload. " +
            "To be safe, you can first save it all as a file.",
        }),
      ),
      element("div", { className: "boot-actions" }, reload, save),
      status,
      details(String(message)),
    );
    panel.setAttribute("aria-labelledby", "boot-panic-title");
    panel.setAttribute("aria-describedby", "boot-panic-words");
    panel.setAttribute("aria-modal", "true");
    panel.setAttribute("closedby", "none");
    panel.addEventListener("guarded", ({ detail: event }) => {
      const at = event.target;
      if (event.type === "click" && reload.contains(at)) {
        location.reload();
      } else if (event.type === "click" && save.contains(at) && status.textContent !== READING) {
        saves();
      } else if (event.type === "cancel" && at === panel) {
        event.preventDefault();
      } else if (event.type === "close" && at === panel) {
        open(reload);
      }
    });
    open(reload);
  }

  function open(first) {
    // Beside the body, which the app may still be filling.
    document.documentElement.append(panel);
    document.body.inert = true;
    try {
      panel.showModal();
    } catch {
      panel.setAttribute("open", "");
    }
    first.focus();
  }

  /** Reads everything that is stored and offers it as a download. Answers what to tell. */
  async function saveRecovery() {
    const name = `gloss-recovery-${new Date().toISOString().replace(/[:.]/g, "-")}.json`;
    const { parts, count } = await dump();
    if (count === 0) {
      return "Nothing is stored on this device yet, so there is nothing to save.";
    }
    save(name, parts);
    return `The recovery file is ${name}, among your downloads.`;
  }

  /** Hands a file over. */
  function save(name, parts) {
    const url = URL.createObjectURL(new Blob(parts, { type: "application/json" }));
    const link = element("a", { href: url, download: name, hidden: true });
    (panel ?? document.body).append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  }

  /**
   * The database as pieces of one JSON text, a piece for each record: a whole library of articles
   * may be longer than one string can be.
   */
  async function dump() {
    const parts = [`${JSON.stringify({ ...HEAD, made: new Date().toISOString(), database: DATABASE }).slice(0, -1)},"stores":{`];
    let count = 0;
    const database = await openDatabase();
    if (database) {
      try {
        const names = [...database.objectStoreNames];
        const transaction = names.length > 0 ? database.transaction(names, "readonly") : null;
        const stores = await Promise.all(names.map((name) => readStore(transaction.objectStore(name))));
        names.forEach((name, at) => {
          parts.push(`${at > 0 ? "," : ""}\n${JSON.stringify(name)}:[`);
          stores[at].forEach((record, row) => parts.push(`${row > 0 ? "," : ""}\n${record}`));
          parts.push("]");
          count += stores[at].length;
        });
      } finally {
        database.close();
      }
    }
    parts.push("}}\n");
    return { parts, count };
  }

  /** The database, or null where there is none. Never makes one. */
  async function openDatabase() {
    // One engine keeps the empty database of an abandoned making, so ask first where one can.
    const known = await indexedDB.databases?.();
    if (known && !known.some((one) => one.name === DATABASE)) {
      return null;
    }
    return new Promise((resolve, reject) => {
      const request = indexedDB.open(DATABASE);
      request.onupgradeneeded = () => {
        // It did not exist: take its making back.
        request.transaction.abort();
      };
      request.onsuccess = () => resolve(request.result);
      request.onerror = (event) => {
        event.preventDefault();
        if (request.error?.name === "AbortError") {
          resolve(null);
        } else {
          reject(request.error);
        }
      };
    });
  }

  /** Each record of a store as JSON text, in the order of the keys. What Gloss stores is text and numbers. */
  function readStore(store) {
    return new Promise((resolve, reject) => {
      const records = [];
      const request = store.openCursor();
      request.onsuccess = () => {
        const cursor = request.result;
        if (cursor) {
          records.push(JSON.stringify({ key: cursor.primaryKey, value: cursor.value }));
          cursor.continue();
        } else {
          resolve(records);
        }
      };
      request.onerror = () => reject(request.error);
    });
  }

  // ---- Small parts ----

  function element(tag, properties, ...children) {
    const { role, ...rest } = properties;
    const made = Object.assign(document.createElement(tag), rest);
    if (role) {
      made.setAttribute("role", role);
    }
    made.append(...children.filter(Boolean));
    return made;
  }

  function button(words, action) {
    const made = element("button", { type: "button", className: "boot-action", textContent: words });
    if (action) {
      made.addEventListener("click", action);
    }
    return made;
  }

  function details(text) {
    return (
      text &&
      element(
        "details",
        {},
        element("summary", { textContent: "Technical details" }),
        element("pre", { textContent: text }),
      )
    );
  }
})();
