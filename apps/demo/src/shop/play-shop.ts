import { findNats, type Played, type Say } from '../run-demo.js';
import { barsOf, CLIENTS, measure, orderFaults } from './load.js';
import { awaitDone, MODES, ORDER, placeOrder, stepsOf } from './shop-client.js';
import { type ShopScene } from './shop-scene.js';

/** How many orders come while points are down; one query asks for all of them. */
const MEANWHILE = 20;

/**
 * Places an order in each of the three ways, then some while the points worker is down, and then as
 * many as it can.
 */
export async function playShop(scene: ShopScene, say: Say): Promise<Played> {
  const natsUrl = await findNats(scene, say);
  say('Starting a shop, and workers for points, coupon and notification ...');
  const url = await scene.startApps();
  const problems = [
    ...(await oneOfEach(url, say)),
    ...(await withoutPoints(scene, url, say)),
    ...(await underLoad(url, say)),
  ];
  return { problems, invitation: invitationTo(url, natsUrl) };
}

async function oneOfEach(url: string, say: Say): Promise<string[]> {
  say('\nAn order in each way; every step takes 100 ms:');
  const elapsed: number[] = [];
  for (const mode of MODES) {
    const { status, elapsedMs, partsMs, message } = await placeOrder(url, mode);
    if (status !== 201) return [`an order of mode ${mode} got ${status}: ${message}`];
    const parts = Object.entries(partsMs).map(([part, ms]) => `${part} ${ms}`);
    say(`  ${mode.padEnd(8)}  ${`${elapsedMs}`.padStart(4)} ms  ${parts.join(', ')}`);
    elapsed.push(elapsedMs);
  }
  const sorted = elapsed.every((ms, index) => index === 0 || ms < elapsed[index - 1]!);
  return sorted ? [] : ['the order of mode async was not the fastest, or serial not the slowest'];
}

async function withoutPoints(scene: ShopScene, url: string, say: Say): Promise<string[]> {
  const problems: string[] = [];
  say('\nThe points worker is stopped:');
  await scene.stopWorker('points');
  const serial = await placeOrder(url, 'serial');
  say(`  serial    ${serial.status}  ${serial.message}`);
  if (serial.status !== 503) problems.push(`without points, serial got ${serial.status}`);

  const taken = await Promise.all(
    Array.from({ length: MEANWHILE }, () => placeOrder(url, 'async')),
  );
  const ids = taken.flatMap(({ status, id }) => (status === 201 && id ? [id] : []));
  if (ids.length < MEANWHILE) return [...problems, 'without points, an order of mode async failed'];
  const { points } = await stepsOf(url, ids[0]!);
  say(`  async     201  ${ids.length} orders, their points ${points}`);
  if (points !== 'pending') problems.push(`without a worker, points are ${points}`);

  say('It is started again:');
  await scene.startWorker('points');
  const done = await Promise.all(ids.map((id) => awaitDone(url, id)));
  const rows = await scene.nats.request<{ step: string }[]>('shop.steps.find', { orderIds: ids });
  const booked = rows.filter(({ step }) => step === 'points').length;
  const late = done.filter((isDone) => !isDone).length;
  if (late > 0) problems.push(`${late} orders were not done in time`);
  if (booked !== ids.length) problems.push(`${ids.length} orders, but points for ${booked}`);
  say(`  async     ${booked} orders have their points${late > 0 ? '' : ', each exactly once'}`);
  return problems;
}

async function underLoad(url: string, say: Say): Promise<string[]> {
  say(`\n${CLIENTS} customers, as fast as they can, two seconds in each way:`);
  const throughput = await measure(url);
  say(barsOf(throughput));
  const { id = '' } = await placeOrder(url, 'async');
  const caughtUp = await awaitDone(url, id);
  say(caughtUp ? '  and the workers have caught up.' : '  and the workers have not caught up.');
  return [...orderFaults(throughput), ...(caughtUp ? [] : ['the workers did not catch up'])];
}

function invitationTo(url: string, natsUrl: string): string {
  return [
    `  shop  ${url}/shop/v1/orders`,
    `  NATS  ${natsUrl}`,
    '',
    'Try it:',
    `  curl -i '${url}/shop/v1/orders?mode=async' -H 'content-type: application/json' -d '${JSON.stringify(ORDER)}'`,
  ].join('\n');
}
