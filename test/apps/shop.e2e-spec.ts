import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ORDER, ShopStage } from '../support/shop-stage.js';
import { waitFor } from '../support/wait-for.js';

const STEP_MS = 100;
const STEPS = ['points', 'coupon', 'notification'];
const MODES = ['serial', 'parallel', 'async'];
const DONE = { points: 'done', coupon: 'done', notification: 'done' };
const PENDING = { points: 'pending', coupon: 'pending', notification: 'pending' };

describe('shop', () => {
  const stage = new ShopStage();

  beforeAll(async () => {
    await stage.start();
    await Promise.all(STEPS.map((step) => stage.worker(step)));
  });

  afterAll(() => stage.remove());

  it('S6: takes four steps one after the other, two at once, or one and an acknowledgement', async () => {
    const placed = new Map<string, { elapsedMs: number; partsMs: Record<string, number> }>();
    for (const mode of MODES) {
      const { status, body } = await stage.place(mode);
      expect(status).toBe(201);
      placed.set(mode, body);
    }
    const [serial, parallel, async] = MODES.map((mode) => placed.get(mode)!);
    for (const step of ['order', ...STEPS]) {
      // a timer may fire a millisecond early
      expect(serial!.partsMs[step]).toBeGreaterThanOrEqual(STEP_MS - 2);
      expect(parallel!.partsMs[step]).toBeGreaterThanOrEqual(STEP_MS - 2);
    }
    expect(serial!.elapsedMs).toBeGreaterThanOrEqual(4 * STEP_MS - 8);
    expect(parallel!.elapsedMs).toBeGreaterThanOrEqual(2 * STEP_MS - 4);
    expect(Object.keys(async!.partsMs)).toEqual(['order', 'publish']);
    expect(async!.elapsedMs).toBeLessThan(parallel!.elapsedMs);
    expect(parallel!.elapsedMs).toBeLessThan(serial!.elapsedMs);
  });

  it.each(['serial', 'parallel'])('%s: everything is done when it answers', async (mode) => {
    const { status, location, body } = await stage.place(mode);
    expect(status).toBe(201);
    expect(body.order).toMatchObject({ customer: 'ada', quantity: 2, totalCents: 2500, mode });
    expect(body.order.steps).toEqual(DONE);
    expect(location).toBe(`/shop/v1/orders/${body.order.id}`);
    expect(await (await fetch(`${stage.url}${location}`)).json()).toEqual(body.order);
    const rows = await stage.rows(body.order.id);
    expect(rows.map(({ step, outcome }) => [step, outcome])).toEqual(
      expect.arrayContaining([
        ['points', '25 points for ada'],
        ['coupon', expect.stringMatching(/^THANKS-/)],
        ['notification', 'told ada: 2 × mug'],
      ]),
    );
    expect(rows).toHaveLength(3);
  });

  it('S5: an order of mode async is answered first and worked on later', async () => {
    const { status, body } = await stage.place('async');
    expect(status).toBe(201);
    expect(body.order.steps).toEqual(PENDING);
    await stage.done(body.order.id);
    expect(await stage.rows(body.order.id)).toHaveLength(3);
  });

  it('S10: an order of mode async is in the stream when it is answered', async () => {
    const jsm = await stage.nats.jetstreamManager();
    const last = async () =>
      (await jsm.streams.getMessage('SHOP_ORDERS', { last_by_subj: 'shop.orders.created' })).json();
    const { body } = await stage.place('async');
    expect(await last()).toMatchObject({ orderId: body.order.id, totalCents: 2500 });
  });

  it('S7: more orders a second when they are done at once, and more still when later', async () => {
    const clients = 12;
    const perSecond = new Map<string, number>();
    for (const mode of MODES) {
      let placed = 0;
      const startedAt = Date.now();
      const client = async (): Promise<void> => {
        while (Date.now() - startedAt < 2000) {
          expect((await stage.place(mode)).status).toBe(201);
          placed++;
        }
      };
      await Promise.all(Array.from({ length: clients }, client));
      perSecond.set(mode, (placed * 1000) / (Date.now() - startedAt));
    }
    expect(perSecond.get('parallel')).toBeGreaterThan(perSecond.get('serial')!);
    expect(perSecond.get('async')).toBeGreaterThan(perSecond.get('parallel')!);
  });

  it('S2: two workers of a step share the orders, and none is worked on twice', async () => {
    await stage.worker('points', 'points-b');
    const placed = await Promise.all(Array.from({ length: 40 }, () => stage.place('async')));
    const ids = placed.map(({ body }) => body.order.id);
    for (const id of ids) await stage.done(id);
    const points = (await stage.rows(...ids)).filter(({ step }) => step === 'points');
    expect(points.map(({ orderId }) => orderId).toSorted()).toEqual(ids.toSorted());
    expect(new Set(points.map(({ doneBy }) => doneBy))).toEqual(new Set(['points', 'points-b']));
  });

  describe('with bad input', () => {
    it.each<[string, unknown, RegExp]>([
      ['no customer', { ...ORDER, customer: undefined }, /customer/],
      ['an empty customer', { ...ORDER, customer: '' }, /customer/],
      ['a line break in a name', { ...ORDER, sku: 'a\nb' }, /sku.*control/],
      ['no pieces', { ...ORDER, quantity: 0 }, /quantity/],
      ['half a piece', { ...ORDER, quantity: 0.5 }, /quantity/],
      ['a negative price', { ...ORDER, priceCents: -1 }, /priceCents/],
      ['a field nobody knows', { ...ORDER, discount: 100 }, /discount/],
      ['a list', [ORDER], /object/],
      ['cut-off JSON', '{"customer":', /JSON/],
    ])('answers 400 to %s', async (_, body, message) => {
      const answer = await stage.place('async', body);
      expect(answer.status).toBe(400);
      expect(String(answer.body.message)).toMatch(message);
    });

    it('answers 400 to an unknown mode, and to an id that is none', async () => {
      const { status, body } = await stage.place('fast');
      expect(status).toBe(400);
      expect(String(body.message)).toMatch(/mode.*serial.*parallel.*async/);
      expect((await stage.show('42')).status).toBe(400);
    });

    it('answers 404 when there is no such order', async () => {
      expect((await stage.show(crypto.randomUUID())).status).toBe(404);
    });

    it('keeps what is no order as a dead letter, and lives on', async () => {
      const jsm = await stage.nats.jetstreamManager();
      const deadLetters = async () =>
        (await jsm.streams.info('DEAD_LETTERS').catch(() => undefined))?.state.messages ?? 0;
      const before = await deadLetters();
      await stage.publish('shop.orders.created', { orderId: 'x' });
      await stage.publish('shop.orders.progressed', { step: 'points' });
      // one from each of the three steps, and one from the shop
      await waitFor(async () => (await deadLetters()) === before + 4, { what: 'dead letters' });
      await stage.done((await stage.place('async')).body.order.id);
    });
  });
});
