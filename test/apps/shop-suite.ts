import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AppProcess } from '../support/app-process.js';
import { ORDER, ShopStage } from '../support/shop-stage.js';
import { waitFor } from '../support/wait-for.js';

const STEP_MS = 20;
const STEP_TIMEOUT_MS = 400;

/** What the shop promises when parts of it are away, on either database. */
export function describeShopOutages(
  title: string,
  database?: () => Promise<{ url: string; stop(): Promise<void> }>,
): void {
  describe(`shop on ${title}, with parts of it away`, () => {
    const stage = new ShopStage();
    let points: AppProcess;

    beforeAll(async () => {
      await stage.start(
        { SHOP_STEP_MS: `${STEP_MS}`, SHOP_STEP_TIMEOUT_MS: `${STEP_TIMEOUT_MS}` },
        database,
      );
      [points] = await Promise.all(
        ['points', 'coupon', 'notification'].map((step) => stage.worker(step)),
      ).then(([first]) => [first!]);
    }, 60_000);

    afterAll(() => stage.remove());

    /** The orders that are in the database, as their ids were seen on the wire. */
    const seen = async (subject: string, act: () => Promise<unknown>): Promise<string[]> => {
      const ids: string[] = [];
      const subscription = stage.nats.subscribe(subject, {
        callback: (_, message) => ids.push(message.json<{ orderId: string }>().orderId),
      });
      await stage.nats.flush();
      await act();
      await stage.nats.flush();
      subscription.unsubscribe();
      return ids;
    };

    it.each(['serial', 'parallel'])(
      'S8: points are down: mode %s answers 503, and no order remains',
      async (mode) => {
        await points.stop();
        const cancelled = await seen('shop.orders.cancelled', async () => {
          const { status, body } = await stage.place(mode);
          expect(status).toBe(503);
          expect(body.message).toBe('The points service is not there. The order was not taken.');
        });
        expect(cancelled).toHaveLength(1);
        expect((await stage.show(cancelled[0]!)).status).toBe(404);
        // what the others have done for it is undone
        const undone = async () =>
          (await stage.rows(...cancelled)).filter(({ outcome }) => outcome === null).length === 2;
        await waitFor(undone, { what: 'coupon and notification to be undone' });
        expect(await stage.rows(...cancelled)).toHaveLength(2);
        points = await stage.worker('points');
        expect((await stage.place(mode)).status).toBe(201);
      },
    );

    it('S9: points are down: mode async answers 201, and they catch up, once for each order', async () => {
      await points.stop();
      const placed = await Promise.all(Array.from({ length: 20 }, () => stage.place('async')));
      expect(placed.map(({ status }) => status)).toEqual(placed.map(() => 201));
      const ids = placed.map(({ body }) => body.order.id);
      await waitFor(async () => (await stage.show(ids[0]!)).steps['coupon'] === 'done', {
        what: 'the coupon',
      });
      expect((await stage.show(ids[0]!)).steps['points']).toBe('pending');
      const count = async (step: string) =>
        (await stage.rows(...ids)).filter((row) => row.step === step).length;
      expect(await count('points')).toBe(0);

      points = await stage.worker('points');
      for (const id of ids) await stage.done(id);
      expect(await count('points')).toBe(ids.length);
      expect((await stage.rows(...ids)).map(({ orderId }) => orderId)).toHaveLength(3 * ids.length);
    });

    it('S9: an order that arrives twice, and one whose worker is killed, get their points once', async () => {
      const { body } = await stage.place('async');
      const { id } = body.order;
      await stage.done(id);
      const { customer, sku, quantity } = ORDER;
      const createdAt = new Date().toISOString();
      const again = { orderId: id, customer, sku, quantity, totalCents: 99_999, createdAt };
      await stage.publish('shop.orders.created', again);

      const placing = Promise.all(Array.from({ length: 30 }, () => stage.place('async')));
      await waitFor(async () => (await stage.waiting('shop-points')) > 0, { what: 'work' });
      await points.stop('SIGKILL');
      const ids = (await placing).map((answer) => answer.body.order.id);
      points = await stage.worker('points', 'points-b');
      for (const each of ids) await stage.done(each);
      await waitFor(async () => (await stage.waiting('shop-points')) === 0, { what: 'the rest' });

      const rows = (await stage.rows(id, ...ids)).filter(({ step }) => step === 'points');
      expect(rows).toHaveLength(ids.length + 1);
      // the second copy has changed nothing
      expect(rows.find(({ orderId }) => orderId === id)?.outcome).toBe('25 points for ada');
    });

    it('NATS is away: every mode answers 503, and no order remains; then it recovers', async () => {
      await stage.server.kill();
      const ready = async () => (await fetch(`${stage.url}/readyz`)).status;
      await waitFor(async () => (await ready()) === 503, { what: 'the shop to notice' });
      for (const mode of ['serial', 'parallel', 'async']) {
        const { status, body } = await stage.place(mode);
        expect(status).toBe(503);
        expect(body.message).toBe('NATS is not available. The order was not taken.');
      }
      expect((await fetch(`${stage.url}/healthz`)).status).toBe(200);
      await stage.server.restart();
      await waitFor(async () => (await ready()) === 200, { what: 'readiness' });
      await waitFor(async () => (await stage.place('serial')).status === 201, { what: 'recovery' });
      await stage.done((await stage.place('async')).body.order.id);
    });

    it('S10: an order that NATS may or may not have is kept, and announced when NATS is back', async () => {
      stage.server.pause();
      const { status, body } = await stage.place('async');
      expect(status).toBe(503);
      const [id] = /[0-9a-f-]{36}/.exec(String(body.message))!;
      // with all it has received and not read
      await stage.server.kill();
      await stage.server.restart();
      await stage.done(id);
      await stage.reconnected();
      expect(await stage.rows(id)).toHaveLength(3);
    });

    it('ends with 0 on SIGTERM, whether NATS is there or not', async () => {
      expect(await points.stop()).toBe(0);
      await stage.server.kill();
      expect(await stage.shop.stop()).toBe(0);
    });
  });
}
