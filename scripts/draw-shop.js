// Draws docs/images/shop.svg: an order in each way, step by step, and how many a second the shop takes; all of it
// measured on a real nats-server. npm run docs:shop
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { measure } from '../dist/apps/demo/shop/load.js';
import { awaitDone, MODES, placeOrder } from '../dist/apps/demo/shop/shop-client.js';
import { ShopScene } from '../dist/apps/demo/shop/shop-scene.js';
import { drawShop } from './draw-shop/picture.js';

const FILE = join(import.meta.dirname, '../docs/images/shop.svg');

/** Places an order. @returns when each step began and ended, and when the customer had an answer, in ms */
async function follow(scene, url, mode) {
  const startedAt = Date.now();
  const { id, elapsedMs, partsMs } = await placeOrder(url, mode);
  if (id === undefined) throw new Error(`an order of mode ${mode} was not taken`);
  const { order, ...others } = partsMs;
  const steps = [{ name: 'order', from: 0, to: order }];
  for (const [name, ms] of Object.entries(others)) {
    const from = mode === 'serial' ? steps.at(-1).to : order;
    steps.push({ name, from, to: from + ms });
  }
  if (mode === 'async') {
    // the customer has gone by then: only the workers know when it was
    await awaitDone(url, id);
    const rows = await scene.nats.request('shop.steps.find', { orderIds: [id] });
    const from = steps.at(-1).to;
    for (const { step, doneAt } of rows) {
      steps.push({ name: step, from, to: Date.parse(doneAt) - startedAt, later: true });
    }
  }
  return { steps, answeredMs: elapsedMs };
}

const scene = new ShopScene();
try {
  await scene.startNats(console.log);
  const url = await scene.startApps();
  // what is made once is no part of the picture
  for (const mode of MODES) await awaitDone(url, (await placeOrder(url, mode)).id);
  const orders = new Map();
  for (const mode of MODES) orders.set(mode, await follow(scene, url, mode));
  const throughput = await measure(url);
  const ways = MODES.map((mode) => ({
    mode,
    ...orders.get(mode),
    perSecond: throughput.get(mode),
  }));
  writeFileSync(FILE, drawShop(ways));
  console.log(FILE);
} finally {
  await scene.leave({ keepFolder: false });
}
