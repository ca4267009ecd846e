// A static server for the built app, and a proxy that writes down every request a browser makes.
// Both listen on 127.0.0.1 alone. Each server has a port, hence an origin, hence a storage of its own:
// a test that wants a fresh device starts a new server.
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = path.dirname(fileURLToPath(import.meta.url));
/** The folder with the built app. */
export const DIST = path.resolve(process.env.GLOSS_DIST ?? path.join(HERE, '../../../dist'));

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
  '.md': 'text/plain; charset=utf-8',
};

/** Rules of a `_headers` file: `[{ pattern, headers: [[name, value]] }]`, patterns with `*` for anything. */
export function parseHeaders(source) {
  const rules = [];
  for (const line of source.split('\n')) {
    if (!line.trim() || line.trim().startsWith('#')) continue;
    const header = /^\s+([^:\s]+):\s*(.*)$/.exec(line);
    if (header) rules.at(-1)?.headers.push([header[1], header[2].trim()]);
    else rules.push({ pattern: line.trim(), headers: [] });
  }
  return rules;
}

function headersFor(rules, url) {
  const out = {};
  for (const { pattern, headers } of rules) {
    const match = new RegExp(`^${pattern.split('*').map((s) => s.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`);
    if (match.test(url)) for (const [name, value] of headers) out[name.toLowerCase()] = value;
  }
  return out;
}

/**
 * Serves `dist` below `base` ("/" or "/some/path/") with the headers of its `_headers` file. `deploy` puts another
 * build in its place, `gone` hangs up on everybody from then on (or no longer), `late` keeps what fits a pattern
 * back for so many milliseconds, `asked` are the paths asked for so far.
 */
export async function serve({ dist, base = '/', pages = {} } = {}) {
  let rules;
  let gone = false;
  let slow = { pattern: /$^/, ms: 0 };
  const asked = [];
  const deploy = (folder) => {
    dist = path.resolve(folder);
    const headerFile = path.join(dist, '_headers');
    rules = fs.existsSync(headerFile) ? parseHeaders(fs.readFileSync(headerFile, 'utf8')) : [];
  };
  deploy(dist ?? DIST);
  const server = http.createServer((request, response) => {
    if (gone) {
      request.socket.destroy();
      return;
    }
    asked.push(request.url);
    const url = decodeURIComponent(new URL(request.url, 'http://localhost').pathname);
    if (url in pages) {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(pages[url]);
      return;
    }
    const inside = url.startsWith(base) ? url.slice(base.length) : null;
    let file = inside === null ? null : path.join(dist, inside);
    if (file?.startsWith(dist) && fs.existsSync(file) && fs.statSync(file).isDirectory()) file = path.join(file, 'index.html');
    if (!file?.startsWith(dist) || !fs.existsSync(file)) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('not here');
      return;
    }
    response.writeHead(200, {
      'content-type': TYPES[path.extname(file)] ?? 'application/octet-stream',
      'cache-control': 'no-cache',
      ...headersFor(rules, `/${inside}`),
    });
    const send = () => {
      // The folder may have gone meanwhile, with the flow that it was for.
      fs.createReadStream(file).on('error', () => response.destroy()).pipe(response);
    };
    if (slow.pattern.test(url)) setTimeout(send, slow.ms);
    else send();
  });
  const port = await listen(server);
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    url: `http://127.0.0.1:${port}${base}`,
    asked,
    deploy,
    late: (pattern, ms) => {
      slow = { pattern, ms };
    },
    gone: (is = true) => {
      gone = is;
      if (is) server.closeAllConnections();
    },
    close: () => close(server),
  };
}

/**
 * What Chromium asks for by itself, with no page open and every flag against it set: its account cookie, its
 * updates, its search engine. Exactly these; everything else in the log is the page's doing.
 */
const OF_THE_BROWSER = new Set([
  'accounts.google.com:443',
  'clients2.google.com:443',
  'redirector.gvt1.com:443',
  'start.duckduckgo.com:443',
  'update.googleapis.com:443',
]);
const byTheBrowser = (target) => OF_THE_BROWSER.has(target) || target.startsWith('http://update.googleapis.com/service/update2/');

/**
 * A forward proxy that notes every request as `METHOD url` and lets through only those to `allow`ed origins.
 * The rest gets an answer of 502: nothing leaves the machine, whatever a page or its workers try.
 */
export async function loggingProxy() {
  const allowed = new Set();
  const ended = new Set();
  let seen = [];
  const server = http.createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    let target;
    try {
      target = new URL(request.url);
    } catch {
      response.writeHead(400).end();
      return;
    }
    if (!allowed.has(target.origin)) {
      response.writeHead(502, { 'content-type': 'text/plain', 'access-control-allow-origin': '*' }).end('refused by the test');
      return;
    }
    const onward = http.request(
      { host: target.hostname, port: target.port, method: request.method, path: target.pathname + target.search, headers: request.headers },
      (answer) => {
        response.writeHead(answer.statusCode, answer.headers);
        answer.pipe(response);
      },
    );
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  });
  server.on('connect', (request, socket) => {
    seen.push(`CONNECT ${request.url}`);
    socket.on('error', () => {});
    socket.end('HTTP/1.1 502 refused\r\n\r\n');
  });
  server.on('upgrade', (request, socket) => {
    seen.push(`UPGRADE ${request.url}`);
    socket.destroy();
  });
  const port = await listen(server);
  return {
    port,
    allow: (origin) => allowed.add(origin),
    /** A server of a test that is over: a service worker there may still ask it whether there is something new. */
    end: (origin) => ended.add(origin),
    /** Every request so far. */
    all: () => [...seen],
    /** The requests to any origin but these. */
    foreign: (...origins) => 
      seen.filter((line) => {
        const target = line.split(' ')[1];
        const isOurs = [...origins, ...ended].some((origin) => target.startsWith(`${origin}/`));
        return !isOurs && !byTheBrowser(target);
      }),
    clear: () => {
      seen = [];
    },
    close: () => close(server),
  };
}

export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

const used = new Set();
/** Listens on a port that was not used before: a browser that lives on would take it for the origin of an earlier test. */
async function listen(server) {
  for (;;) {
    await new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address();
    if (!used.has(port)) {
      used.add(port);
      return port;
    }
    await new Promise((resolve) => server.close(resolve));
  }
}

async function close(server) {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
