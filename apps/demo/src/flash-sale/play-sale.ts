import { lastValueFrom, toArray } from 'rxjs';
import { Progress } from '../progress.js';
import { findNats, type Played, type Say } from '../run-demo.js';
import { buy, outcomesOf, submit } from './sale-client.js';
import { saleProblems, saleSummary } from './sale-result.js';
import { MAX_WAITING, type SaleScene, STOCK } from './sale-scene.js';

const BUYERS = 500;
const WORKERS = 2;
const QUERY_TIMEOUT_MS = 5000;

/** Sends all buyers at once while nobody works, then lets the workers begin, and counts. */
export async function playSale(scene: SaleScene, say: Say): Promise<Played> {
  const natsUrl = await findNats(scene, say);
  say('Starting a gateway; the workers come later ...');
  const url = await scene.startGateway();

  say(`${BUYERS} buyers of ${STOCK} mugs, all at once, and a queue for ${MAX_WAITING} ...`);
  const startedAt = Date.now();
  const purchases = await Promise.all(
    Array.from({ length: BUYERS }, (_, index) => buy(url, 'mug', `buyer-${index}`)),
  );
  const answeredMs = Date.now() - startedAt;
  const { location: busy } = await submit(url, 'mug', 'somebody-with-a-browser');

  say('Starting two workers ...');
  await scene.startWorkers();
  const tickets = purchases.flatMap((purchase) => purchase.url ?? []);
  const deciding = new Progress('decided', tickets.length);
  const outcomes = await outcomesOf(url, tickets, (count) => deciding.update(count));

  const { orders } = await scene.nats.request<{ orders: number }>('flash-sale.items.find', {
    item: 'mug',
  });
  const answers = scene.nats.gather<{ peak: number }>(
    'flash-sale.workers.find',
    {},
    { max: WORKERS, timeoutMs: QUERY_TIMEOUT_MS },
  );
  const peaks = (await lastValueFrom(answers.pipe(toArray()))).map(({ peak }) => peak);
  const statuses = purchases.map(({ status }) => status);
  const result = { statuses, answeredMs, busy, outcomes, orders, peaks };
  say(`\n${saleSummary(result)}`);
  return { problems: saleProblems(result), invitation: invitationTo(url, natsUrl) };
}

function invitationTo(url: string, natsUrl: string): string {
  return [
    `  the sale       ${url}/flash-sale/v1/items/tea`,
    `  the busy page  ${url}/flash-sale/v1/items/tea/busy`,
    `  NATS           ${natsUrl}`,
    '',
    'There are no mugs left, but tea. Open the sale, or try it:',
    `  curl -i ${url}/flash-sale/v1/items/tea/buy -H 'content-type: application/json' -d '{"user":"ada"}'`,
  ].join('\n');
}
