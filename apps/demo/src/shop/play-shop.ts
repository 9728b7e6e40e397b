import { findNats, type Played, type Say } from '../run-demo.js';
import { barsOf, CLIENTS, measure, orderFaults } from './load.js';
import {
  type Answer,
  awaitDone,
  type Mode,
  MODES,
  ORDER,
  placeOrder,
  stepsOf,
} from './shop-client.js';
import { idsOf, modeFaults, outageFaults, outageLine } from './shop-result.js';
import { type ShopScene } from './shop-scene.js';

/** A step as the workers tell of it. */
interface FinishedStep {
  readonly step: string;
  readonly orderId: string;
  /** Nothing: it is undone. */
  readonly outcome: string | null;
}

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
  const problems = [...(await oneOfEach(url, say)), ...(await withoutPoints(scene, url, say))];
  // how fast a shop is that does not work is nobody's question
  if (problems.length === 0) problems.push(...(await underLoad(url, say)));
  return { problems, invitation: invitationTo(url, natsUrl) };
}

async function oneOfEach(url: string, say: Say): Promise<string[]> {
  say('\nAn order in each way; every step takes 100 ms:');
  const answers = new Map<Mode, Answer>();
  for (const mode of MODES) {
    const answer = await placeOrder(url, mode);
    answers.set(mode, answer);
    const { elapsedMs, partsMs, message } = answer;
    const parts = Object.entries(partsMs).map(([part, ms]) => `${part} ${ms}`);
    say(`  ${mode.padEnd(8)}  ${`${elapsedMs}`.padStart(4)} ms  ${message || parts.join(', ')}`);
  }
  return modeFaults(answers);
}

async function withoutPoints(scene: ShopScene, url: string, say: Say): Promise<string[]> {
  say('\nThe points worker is stopped:');
  await scene.stopWorker('points');
  const serial = await placeOrder(url, 'serial');
  say(`  serial    ${serial.status}  ${serial.message}`);
  const taken = await Promise.all(
    Array.from({ length: MEANWHILE }, () => placeOrder(url, 'async')),
  );
  const ids = idsOf(taken);
  const meanwhile = ids[0] && (await stepsOf(url, ids[0]))['points'];
  say(`  async     201  ${ids.length} orders, their points ${meanwhile ?? 'unknown'}`);

  say('It is started again:');
  await scene.startWorker('points');
  const done = await Promise.all(ids.map((id) => awaitDone(url, id)));
  const booked = await ordersWithPoints(scene, ids);
  const outage = { serial, taken, meanwhile, done, booked };
  say(`  async     ${outageLine(outage)}`);
  return outageFaults(outage);
}

/** Asks the workers for every booking of points. @returns the order of each */
async function ordersWithPoints(scene: ShopScene, orderIds: string[]): Promise<string[]> {
  if (orderIds.length === 0) return [];
  const rows = await scene.nats.request<FinishedStep[]>('shop.steps.find', { orderIds });
  return rows.flatMap(({ step, orderId, outcome }) =>
    step === 'points' && outcome !== null ? [orderId] : [],
  );
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
