// Keeps a whole version of Gloss on this device, so that it opens without the network. The build writes a first line
// above this, `self.gloss = { version, files }`: all files of the version by their paths, the page as "./".
//
// A version is kept whole or not at all. No page ever gets files of two: all that it asks for carries the hash of its
// content in its name, and the files of an older version stay as long as one of its pages lives. What is not among
// the files goes to the network as it is; nothing is ever asked of another origin.
"use strict";

const { version, files } = self.gloss;
const { scope } = registration;
/** What the names of all caches of this Gloss begin with; pages hold locks of the same names (static/offline.js). */
const OURS = `gloss ${scope} `;
const OWN = OURS + version;
const HASHED = /-[0-9a-f]{12,16}(_bg)?\.[a-z]+$/;

addEventListener("install", (event) => event.waitUntil(keep()));
addEventListener("activate", (event) => event.waitUntil(Promise.all([clients.claim(), tidy()])));
addEventListener("message", (event) => {
  if (event.data === "use") {
    // Somebody asked for the new version.
    skipWaiting();
  } else if (event.data === "here") {
    event.waitUntil(tidy());
  }
});
addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  if (method !== "GET" || !url.startsWith(scope)) return;
  const name = url.slice(scope.length).replace(/[?#].*/s, "");
  const file = name === "" || name === "index.html" ? "./" : name;
  if (files.includes(file) || HASHED.test(file)) event.respondWith(answer(event, file));
});

/** A file from what is kept. From the network only where the browser has thrown it away, or never had it. */
async function answer(event, file) {
  // A name with a hash says what is in it, whichever version it belongs to.
  const where = HASHED.test(file) ? {} : { cacheName: OWN };
  const kept = await caches.match(new URL(file, scope), { ...where, ignoreVary: true }).catch(() => undefined);
  return kept ?? fetch(event.request);
}

async function keep() {
  const had = await caches.has(OWN);
  const cache = await caches.open(OWN);
  try {
    // Between here and the server may lie an older file of the same name, where the name has no hash.
    await cache.addAll(files.map((file) => new Request(file, { cache: HASHED.test(file) ? "default" : "reload" })));
    // While somebody is still copying files to the server, the page may be another version's.
    const page = await (await cache.match("./", { ignoreVary: true })).text();
    if (!page.includes(version)) throw new Error("The page is of another version.");
  } catch (error) {
    if (!had) await caches.delete(OWN);
    throw error;
  }
}

/** Forgets the versions of which no page is left. Where that is not known for sure, it is left to the next time. */
async function tidy() {
  const kept = (await caches.keys()).filter((name) => name.startsWith(OURS) && name !== OWN);
  // One of them may be the next version's.
  if (registration.installing || registration.waiting) return;
  const open = await clients.matchAll({ type: "window", includeUncontrolled: true });
  const pages = open.filter(({ url }) => url.startsWith(scope));
  const held = (await navigator.locks?.query())?.held ?? [];
  const used = held.map(({ name }) => name).filter((name) => name.startsWith(OURS));
  // A page that has only begun has not said yet which version it is.
  if (used.length < pages.length) return;
  await Promise.all(kept.filter((name) => !used.includes(name)).map((name) => caches.delete(name)));
}
