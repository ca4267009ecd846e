// Starts and ends browsers with their drivers. Every process is ended by its own id.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Builder, Capabilities } from 'selenium-webdriver';
import { freePort } from './server.mjs';
import { until } from './wait.mjs';

/** All engines that the app must work in. */
export const ENGINES = ['chromium', 'firefox', 'webkit'];

const HOME_TOOL = path.join(os.homedir(), '.cache/gloss-tools/geckodriver-0.36.0/bin/geckodriver');
const first = (...candidates) => candidates.find((file) => file && fs.existsSync(file));
const inPath = (...names) =>
  first(...names.flatMap((name) => (process.env.PATH ?? '').split(path.delimiter).map((dir) => path.join(dir, name))));

/** Paths of what an engine needs, by name; a missing one is undefined. */
export function toolsOf(engine) {
  switch (engine) {
    case 'chromium':
      return {
        driver: first(process.env.CHROMEDRIVER, inPath('chromedriver')),
        browser: first(process.env.CHROMIUM, inPath('chromium', 'chromium-browser', 'google-chrome')),
      };
    case 'firefox':
      return {
        driver: first(process.env.GECKODRIVER, HOME_TOOL, inPath('geckodriver')),
        browser: first(process.env.FIREFOX, inPath('firefox-esr', 'firefox')),
      };
    case 'webkit':
      return {
        driver: first(process.env.WEBKITDRIVER, inPath('WebKitWebDriver')),
        browser: first(process.env.MINIBROWSER, ...miniBrowsers()),
        xvfb: first(process.env.XVFB, inPath('Xvfb')),
      };
    default:
      throw new Error(`no such engine: ${engine}`);
  }
}

function miniBrowsers() {
  const found = [];
  for (const root of ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/libexec', '/usr/lib']) {
    for (const version of ['webkitgtk-6.0', 'webkit2gtk-4.1', 'webkit2gtk-4.0']) found.push(path.join(root, version, 'MiniBrowser'));
  }
  return found;
}

const live = new Set();
const leftovers = [];
process.on('exit', () => {
  for (const child of live) for (const pid of [...descendants(child.pid), child.pid]) kill(pid, 'SIGKILL');
  for (const folder of leftovers) {
    try {
      fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    } catch {
      // A folder for temporary files is left behind.
    }
  }
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

function kill(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended already.
  }
}

function start(command, args, options = {}) {
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'], ...options });
  child.errors = '';
  child.stderr?.on('data', (data) => {
    child.errors = (child.errors + data).slice(-4000);
  });
  child.ended = new Promise((resolve) => child.once('exit', resolve));
  child.ended.then(() => live.delete(child));
  live.add(child);
  return child;
}

async function end(child, signal = 'SIGTERM') {
  if (!live.has(child)) return;
  const tree = descendants(child.pid);
  kill(child.pid, signal);
  const late = setTimeout(() => kill(child.pid, 'SIGKILL'), 3000);
  await child.ended;
  clearTimeout(late);
  for (const pid of tree) kill(pid, 'SIGKILL');
}

/** The ids of all processes below one, deepest first. */
export function descendants(root) {
  const children = new Map();
  for (const name of fs.readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = fs.readFileSync(`/proc/${name}/stat`, 'utf8');
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
    } catch {
      // It ended while we looked.
    }
  }
  const below = (pid) => (children.get(pid) ?? []).flatMap((child) => [...below(child), child]);
  return below(root);
}

let screen;
/** A virtual screen, shared by all that need one; gives its display name. */
async function virtualScreen(xvfb) {
  if (screen && live.has(screen.child)) return screen.display;
  const child = start(xvfb, ['-displayfd', '3', '-screen', '0', '1600x1200x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  const number = await new Promise((resolve, reject) => {
    child.stdio[3].once('data', (data) => resolve(String(data).trim()));
    child.once('exit', () => reject(new Error(`Xvfb did not start: ${child.errors}`)));
  });
  screen = { child, display: `:${number}` };
  return screen.display;
}

/** Ends what browsers share. */
export async function endShared() {
  if (screen) await end(screen.child);
  screen = undefined;
}

const CHROMIUM_FLAGS = [
  '--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--no-default-browser-check',
  '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-default-apps',
  '--disable-domain-reliability', '--disable-client-side-phishing-detection', '--disable-extensions', '--metrics-recording-only',
  '--disable-features=OptimizationHints,OptimizationGuideModelDownloading,MediaRouter,Translate,AutofillServerCommunication,NetworkTimeServiceQuerying,CertificateTransparencyComponentUpdater,PreconnectToSearch,DseModelPreconnect',
  '--password-store=basic', '--use-mock-keychain', '--disable-dev-shm-usage', '--hide-crash-restore-bubble', '--touch-events=enabled',
  '--enable-precise-memory-info', '--js-flags=--expose-gc', '--force-color-profile=srgb',
];

// Firefox's own calls home are switched off one by one, so that what the log shows is the page's.
const FIREFOX_PREFS = {
  'app.normandy.enabled': false,
  'app.update.disabledForTesting': true,
  'browser.aboutHomeSnippets.updateUrl': '',
  'browser.contentblocking.report.lockwise.enabled': false,
  'browser.discovery.enabled': false,
  'browser.newtabpage.enabled': false,
  'browser.region.network.url': '',
  'browser.safebrowsing.downloads.remote.enabled': false,
  'browser.safebrowsing.malware.enabled': false,
  'browser.safebrowsing.phishing.enabled': false,
  'browser.safebrowsing.provider.mozilla.updateURL': '',
  'browser.search.update': false,
  'browser.sessionstore.resume_from_crash': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.page': 0,
  'browser.startup.homepage': 'about:blank',
  'browser.topsites.contile.enabled': false,
  'captivedetect.canonicalURL': '',
  'datareporting.policy.dataSubmissionEnabled': false,
  'dom.push.connection.enabled': false,
  'dom.disable_beforeunload': true,
  'extensions.getAddons.cache.enabled': false,
  'extensions.systemAddon.update.enabled': false,
  'extensions.update.enabled': false,
  'media.gmp-manager.updateEnabled': false,
  'media.gmp-manager.url': '',
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'network.dns.disablePrefetch': true,
  'network.http.speculative-parallel-limit': 0,
  'network.prefetch-next': false,
  'network.trr.mode': 5,
  'security.OCSP.enabled': 0,
  'services.settings.server': 'data:,#remote-settings-dummy/v1',
  'signon.autofillForms': false,
  'toolkit.startup.max_resumed_crashes': -1,
  'toolkit.telemetry.server': '',
  'dom.w3c_touch_events.enabled': 1,
  'browser.download.folderList': 2,
  'browser.download.useDownloadDir': true,
  'browser.download.alwaysOpenPanel': false,
  'browser.download.manager.showWhenStarting': false,
  'browser.helperApps.neverAsk.saveToDisk': 'application/json,text/plain,application/octet-stream',
};

/**
 * A running browser with a session.
 * `profile`: folder to keep over several starts; a fresh one otherwise. `proxy`: a `loggingProxy` that all requests go through.
 * `flags`: more command-line flags (Chromium). `prefs`: more preferences (Firefox).
 */
export async function startBrowser(engine, { profile, proxy, flags = [], prefs = {} } = {}) {
  const tools = toolsOf(engine);
  for (const [name, file] of Object.entries(tools)) {
    if (!file) throw new Error(`${engine}: no ${name} found; install it or name it by an environment variable`);
  }
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), `gloss-${engine}-`));
  const own = !profile;
  const home = profile ?? path.join(scratch, 'profile');
  const downloads = path.join(scratch, 'downloads');
  fs.mkdirSync(home, { recursive: true });
  fs.mkdirSync(downloads);

  const port = await freePort();
  const capabilities = new Capabilities();
  capabilities.set('unhandledPromptBehavior', 'accept');
  let child;
  if (engine === 'chromium') {
    child = start(tools.driver, [`--port=${port}`, '--allowed-ips=127.0.0.1']);
    capabilities.setBrowserName('chrome');
    capabilities.set('goog:chromeOptions', {
      binary: tools.browser,
      args: [
        ...CHROMIUM_FLAGS,
        `--user-data-dir=${home}`,
        '--window-size=1280,900',
        // "<-loopback>" takes away the exception for loopback, so that the log holds every request.
        ...(proxy ? [`--proxy-server=127.0.0.1:${proxy.port}`, '--proxy-bypass-list=<-loopback>'] : []),
        ...flags,
      ],
      prefs: {
        'download.default_directory': downloads,
        'download.prompt_for_download': false,
        'safebrowsing.enabled': false,
        'signin.allowed': false,
        'signin.allowed_on_next_startup': false,
        'net.network_prediction_options': 2,
        'dns_prefetching.enabled': false,
        'homepage': 'about:blank',
        'homepage_is_newtabpage': false,
        'credentials_enable_service': false,
      },
    });
  } else if (engine === 'firefox') {
    child = start(tools.driver, ['--host', '127.0.0.1', '--port', String(port), '--websocket-port', String(await freePort()), '--allow-system-access'], {
      // Without this a release build does not let the pref of its settings server be changed.
      env: { ...process.env, MOZ_REMOTE_SETTINGS_DEVTOOLS: '1' },
    });
    capabilities.setBrowserName('firefox');
    capabilities.set('webSocketUrl', true);
    capabilities.set('moz:firefoxOptions', {
      binary: tools.browser,
      args: ['-headless', '-profile', home, '--width', '1280', '--height', '900'],
      prefs: {
        ...FIREFOX_PREFS,
        'browser.download.dir': downloads,
        ...(proxy
          ? {
              'network.proxy.type': 1,
              'network.proxy.http': '127.0.0.1',
              'network.proxy.http_port': proxy.port,
              'network.proxy.ssl': '127.0.0.1',
              'network.proxy.ssl_port': proxy.port,
              'network.proxy.no_proxies_on': '',
              'network.proxy.allow_hijacking_localhost': true,
            }
          : {}),
        ...prefs,
      },
    });
  } else {
    const display = await virtualScreen(tools.xvfb);
    child = start(tools.driver, [`--port=${port}`], {
      env: {
        ...process.env,
        DISPLAY: display,
        WAYLAND_DISPLAY: '',
        GDK_BACKEND: 'x11',
        HOME: home,
        XDG_DATA_HOME: path.join(home, 'data'),
        XDG_CACHE_HOME: path.join(home, 'cache'),
        XDG_DOWNLOAD_DIR: downloads,
        LIBGL_ALWAYS_SOFTWARE: '1',
        WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
        NO_AT_BRIDGE: '1',
      },
    });
    capabilities.setBrowserName('MiniBrowser');
    capabilities.set('webkitgtk:browserOptions', { binary: tools.browser, args: ['--automation'] });
    if (proxy) {
      capabilities.set('proxy', { proxyType: 'manual', httpProxy: `127.0.0.1:${proxy.port}`, sslProxy: `127.0.0.1:${proxy.port}`, noProxy: [] });
    }
  }

  const address = `http://127.0.0.1:${port}`;
  try {
    await until(`${engine}: the driver answers`, async () => {
      if (!live.has(child)) throw new Error(`ended: ${child.errors}`);
      const status = await fetch(`${address}/status`);
      return status.ok;
    });
    const driver = await new Builder().usingServer(address).withCapabilities(capabilities).build();
    await driver.manage().setTimeouts({ script: 60_000, pageLoad: 60_000 });
    const caps = await driver.getCapabilities();
    return new Browser({ engine, driver, child, scratch, home, own, downloads, proxy, version: caps.getBrowserVersion() });
  } catch (error) {
    await end(child);
    throw new Error(`${engine} did not start: ${error.message}\n${child.errors}`);
  }
}

export class Browser {
  #child;
  #scratch;
  constructor({ child, scratch, ...rest }) {
    Object.assign(this, rest);
    this.#child = child;
    this.#scratch = scratch;
  }

  /** Ends browser and driver in good order and forgets a profile of its own. */
  async close() {
    await Promise.race([this.driver.quit().catch(() => {}), new Promise((resolve) => setTimeout(resolve, 5000).unref())]);
    await end(this.#child);
    this.#forget();
  }

  /** Kills the browser with all its processes at once, as a crash would; the profile stays when it was given. */
  async kill() {
    for (const pid of descendants(this.#child.pid).reverse()) kill(pid, 'SIGKILL');
    await end(this.#child, 'SIGKILL');
    this.#forget();
  }

  #forget() {
    // A process that is still on its way out may write into the folder while it goes: then it goes with this one.
    try {
      fs.rmSync(this.#scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    } catch {
      leftovers.push(this.#scratch);
    }
  }
}
