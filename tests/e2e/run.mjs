// Runs every flow in every engine it is meant for, one browser at a time.
//   GLOSS_ENGINES=chromium,firefox   only these engines (all three otherwise; one that is missing is a failure)
//   GLOSS_FLOWS=overlap              only flows whose name holds this
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, it, run as runner } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';
import { DIST } from './lib/server.mjs';
import { Device } from './lib/device.mjs';
import { ENGINES, endShared } from './lib/browsers.mjs';
import flows from './flows/index.mjs';

const SELF = fileURLToPath(import.meta.url);
if (process.env.NODE_TEST_CONTEXT === undefined) {
  const stream = runner({ files: [SELF], concurrency: false, timeout: Infinity });
  stream.on('test:fail', () => {
    process.exitCode = 1;
  });
  stream.compose(new spec()).pipe(process.stdout);
} else {
  const engines = (process.env.GLOSS_ENGINES ?? ENGINES.join(',')).split(',').filter(Boolean);
  const wanted = process.env.GLOSS_FLOWS ?? '';
  const ran = [];

  it('there is a built app', () => {
    if (!fs.existsSync(path.join(DIST, 'index.html'))) throw new Error(`no index.html in ${DIST}: build the app first`);
  });

  it('there is a flow of that name', () => {
    if (!flows.some(({ name }) => name.includes(wanted))) throw new Error(`no flow's name holds "${wanted}"`);
  });

  for (const engine of engines) {
    describe(engine, () => {
      let device;
      before(async () => {
        device = new Device(engine);
        await device.start();
        ran.push(`${engine} ${device.browser.version}`);
      });
      after(() => device?.end());
      for (const { name, only, timeout, test } of flows) {
        if (!name.includes(wanted) || (only && !only.includes(engine))) continue;
        it(name, { timeout: timeout ?? 60_000 }, async (t) => {
          await device.during(t, test);
        });
      }
    });
  }
  after(async () => {
    await endShared();
    process.stdout.write(`engines that ran: ${ran.join(', ') || 'none'}\n`);
  });
}
