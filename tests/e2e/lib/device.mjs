// A browser for one flow after another. Each flow gets an origin of its own, hence empty storage, and after each
// the log of requests must show none to any other origin.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { startBrowser } from './browsers.mjs';
import { Page } from './page.mjs';
import { loggingProxy, serve } from './server.mjs';

export class Device {
  constructor(engine) {
    this.engine = engine;
  }

  async start() {
    this.proxy ??= await loggingProxy();
    this.browser = await startBrowser(this.engine, { proxy: this.proxy });
  }

  async end() {
    await this.browser?.close();
    await this.proxy?.close();
  }

  /** Runs one flow with a page on a fresh origin. After a failure, or when its time is up, the browser is a new one. */
  async during(t, test) {
    const cleanup = [];
    let failed = true;
    if (!this.browser) await this.start();
    t.signal.throwIfAborted();
    const { browser } = this;
    // A flow whose time is up still waits for its browser: the next one must neither get that nor lose its own to it.
    const overdue = () => {
      this.browser = null;
      browser.kill().catch(() => {});
    };
    t.signal.addEventListener('abort', overdue, { once: true });
    const server = await this.#origin(cleanup);
    const origins = [server.origin];
    const page = new Page(browser, server);
    this.proxy.clear();
    try {
      await test(page, {
        engine: this.engine,
        browser,
        proxy: this.proxy,
        server,
        scratch: browser.downloads,
        note: (line) => t.diagnostic(line),
        /** Called when the flow is over, the last one first. */
        later: (action) => cleanup.push(action),
        /** A page on another origin, which is another device as far as storage goes. */
        elsewhere: async (options) => {
          const other = await this.#origin(cleanup, options);
          origins.push(other.origin);
          return new Page(this.browser, other);
        },
        /** A browser of its own, with what `startBrowser` takes. */
        ownBrowser: async (options = {}) => {
          const own = await startBrowser(this.engine, { proxy: this.proxy, ...options });
          cleanup.push(() => own.close().catch(() => {}));
          return own;
        },
      });
      assert.deepEqual(this.proxy.foreign(...origins), [], 'requests to another origin');
      failed = false;
    } catch (error) {
      await this.#evidence(t, page);
      throw error;
    } finally {
      t.signal.removeEventListener('abort', overdue);
      for (const action of cleanup.reverse()) await Promise.resolve(action()).catch(() => {});
      if (failed) {
        if (this.browser === browser) this.browser = null;
        await browser.close().catch(() => {});
      } else {
        await this.#tidy(page);
      }
    }
  }

  async #origin(cleanup, options) {
    const server = await serve(options);
    this.proxy.allow(server.origin);
    cleanup.push(() => {
      this.proxy.end(server.origin);
      return server.close();
    });
    return server;
  }

  /** Back to one empty window. */
  async #tidy(page) {
    const { driver } = this.browser;
    try {
      const [keep, ...rest] = await driver.getAllWindowHandles();
      for (const handle of rest) {
        await driver.switchTo().window(handle);
        await driver.close();
      }
      await driver.switchTo().window(keep);
      await driver.actions().clear();
      await page.ownViewport();
      if (this.engine === 'chromium') await driver.sendDevToolsCommand('Emulation.setEmulatedMedia', { features: [] });
      await driver.get('about:blank');
    } catch {
      await this.browser.close().catch(() => {});
      this.browser = null;
    }
  }

  async #evidence(t, page) {
    const folder = process.env.GLOSS_EVIDENCE;
    if (!folder) return;
    const stem = path.join(folder, `${this.engine} ${t.name}`.replace(/[^\w]+/g, '-'));
    fs.mkdirSync(folder, { recursive: true });
    await page.screenshot(`${stem}.png`).catch(() => {});
    const source = await page.driver.getPageSource().catch((error) => String(error));
    fs.writeFileSync(`${stem}.html`, source);
  }
}
