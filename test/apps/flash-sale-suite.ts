import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AppProcess } from '../support/app-process.js';
import { type SaleAnswer, SaleStage } from '../support/sale-stage.js';
import { waitFor } from '../support/wait-for.js';

const BUYERS = 500;
const STOCK = 10;
const CONCURRENCY = 8;

const USERS = Array.from({ length: BUYERS }, (_, index) => `user-${index}`);

/** What a sale promises with more buyers than there is to buy, on either database. */
export function describeFlashSale(
  title: string,
  database?: () => Promise<{ url: string; stop(): Promise<void> }>,
): void {
  describe(`flash sale on ${title}`, () => {
    const stage = new SaleStage();
    let gateway: AppProcess;
    let url: string;
    const workers: AppProcess[] = [];

    const addWorker = async (name: string): Promise<void> => {
      const worker = stage.app('worker', { FLASH_SALE_NAME: name });
      workers.push(worker);
      await worker.url();
    };
    const ticketOf = async ({ body }: SaleAnswer) =>
      (await stage.fetch(`${url}/flash-sale/v1/tickets/${String(body['ticket'])}`)).body;
    /** A few at a time, as people look. */
    const ticketsOf = async (answers: readonly SaleAnswer[]) => {
      const tickets: Awaited<ReturnType<typeof ticketOf>>[] = [];
      for (let start = 0; start < answers.length; start += 25) {
        tickets.push(...(await Promise.all(answers.slice(start, start + 25).map(ticketOf))));
      }
      return tickets;
    };
    const decided = () =>
      waitFor(async () => (await stage.waiting()) === 0, {
        timeoutMs: 25_000,
        what: 'an empty queue',
      });

    beforeAll(async () => {
      await stage.start(
        {
          FLASH_SALE_ITEMS: `mug:${STOCK},cup:${STOCK},hat:3,pin:2`,
          FLASH_SALE_CONCURRENCY: `${CONCURRENCY}`,
          // enough for both workers, though one may have started a second or two before the other
          FLASH_SALE_WORK_MS: '60',
          // a loaded machine may take its time for a crowd
          FLASH_SALE_TIMEOUT_MS: '15000',
        },
        database,
      );
      gateway = stage.app('gateway');
      url = await gateway.url();
    }, 60_000);

    afterAll(() => stage.remove());

    it('S11: answers 500 buyers at once, works on a few at a time, and (S13) sells exactly the stock', async () => {
      const answers = await Promise.all(USERS.map((user) => stage.buy(url, user)));
      for (const { status, body } of answers) {
        expect(status).toBe(202);
        expect(body).toMatchObject({ item: 'mug', status: 'queued' });
      }
      // buyers waited for the queue, not for the work: there is nobody yet who could do it
      expect(await stage.waiting()).toBe(BUYERS);
      await Promise.all(['worker-a', 'worker-b'].map(addWorker));
      await decided();
      const stats = await stage.workers(2);
      expect(stats.map(({ name }) => name).toSorted()).toEqual(['worker-a', 'worker-b']);
      for (const { peak, handled } of stats) {
        expect(peak).toBeLessThanOrEqual(CONCURRENCY);
        expect(peak).toBeGreaterThan(1);
        expect(handled).toBeGreaterThan(0);
      }
      expect(stats.reduce((sum, { handled }) => sum + handled, 0)).toBe(BUYERS);

      // S13: and not one more than there is
      expect(await stage.state()).toEqual({
        stock: STOCK,
        left: 0,
        orders: STOCK,
        decided: { won: STOCK, 'sold-out': BUYERS - STOCK, 'already-bought': 0 },
      });
      const tickets = await ticketsOf(answers);
      const won = tickets.filter(({ status }) => status === 'won');
      expect(new Set(won.map(({ order }) => order)).size).toBe(STOCK);
      expect(tickets.filter(({ status }) => status === 'sold-out')).toHaveLength(BUYERS - STOCK);
    }, 60_000);

    it('S13: sells exactly the stock, and decides every ticket, when a worker is killed meanwhile', async () => {
      const buying = Promise.all(USERS.map((user) => stage.buy(url, user, 'cup')));
      await waitFor(async () => (await stage.state('cup')).decided.won > 0, { what: 'an order' });
      await workers.pop()!.stop('SIGKILL');
      const answers = await buying;
      await addWorker('worker-c');
      await decided();
      expect(await stage.state('cup')).toEqual({
        stock: STOCK,
        left: 0,
        orders: STOCK,
        decided: { won: STOCK, 'sold-out': BUYERS - STOCK, 'already-bought': 0 },
      });
      const states = await ticketsOf(answers);
      expect(states.filter(({ status }) => status === 'won')).toHaveLength(STOCK);
      expect(states.filter(({ status }) => status === 'sold-out')).toHaveLength(BUYERS - STOCK);
    }, 60_000);

    it('sells one to each, however often somebody asks', async () => {
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => stage.buy(url, 'eager', 'hat')),
      );
      await decided();
      expect(await stage.state('hat')).toMatchObject({
        left: 2,
        orders: 1,
        decided: { won: 1, 'already-bought': 19 },
      });
      const states = await ticketsOf(answers);
      expect(new Set(states.map(({ status }) => status))).toEqual(
        new Set(['won', 'already-bought']),
      );
    });

    it('decides a purchase once, however often it arrives', async () => {
      const answer = await stage.buy(url, 'once', 'pin');
      await decided();
      const before = await ticketOf(answer);
      expect(before).toMatchObject({ status: 'won', order: expect.any(String) });
      const purchase = { ticket: before['ticket'], item: 'pin', user: 'once' };
      // without the id by which the stream would know it
      await stage.nats.jetstream().publish('flash-sale.purchases.pin', JSON.stringify(purchase));
      await decided();
      expect(await ticketOf(answer)).toEqual(before);
      expect(await stage.state('pin')).toMatchObject({ left: 1, orders: 1, decided: { won: 1 } });
    });

    it('keeps what is no purchase as a dead letter, and lives on', async () => {
      await stage.nats.jetstream().publish('flash-sale.purchases.pin', '{"user":1}');
      await decided();
      const { state } = await stage.jsm.streams.info('DEAD_LETTERS');
      expect(state.messages).toBe(1);
      expect((await stage.buy(url, 'next', 'pin')).status).toBe(202);
    });

    it('says so when no worker can be asked, and decides when one is there', async () => {
      await Promise.all(workers.splice(0).map((worker) => worker.stop()));
      const answer = await stage.buy(url, 'early', 'hat');
      expect(answer.status).toBe(202);
      const ticket = `${url}/flash-sale/v1/tickets/${String(answer.body['ticket'])}`;
      expect((await stage.fetch(ticket)).status).toBe(503);
      expect((await stage.fetch(`${url}/flash-sale/v1/items/hat`)).status).toBe(503);
      // a stock that was begun is not filled up again
      await addWorker('worker-d');
      await waitFor(async () => (await ticketOf(answer))['status'] === 'won', { what: 'an order' });
      expect(await stage.state('hat')).toMatchObject({ left: 1, orders: 2 });
    });
  });
}
