import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SaleStage } from '../support/sale-stage.js';
import { waitFor } from '../support/wait-for.js';

const MAX_WAITING = 50;
const HTML = { headers: { accept: 'text/html' } };

describe('flash sale gateway', () => {
  const stage = new SaleStage();
  let url: string;

  beforeAll(async () => {
    await stage.start({
      FLASH_SALE_MAX_WAITING: `${MAX_WAITING}`,
      // a loaded machine may take its time for a crowd
      FLASH_SALE_TIMEOUT_MS: '15000',
      FLASH_SALE_WORK_MS: '0',
    });
    url = await stage.app('gateway').url();
  });

  afterAll(() => stage.remove());

  const item = (path = '') => `${url}/flash-sale/v1/items/mug${path}`;

  it('S12: drops those who come when the queue is full: 429, or the busy page for browsers', async () => {
    const answers = await Promise.all(
      Array.from({ length: 500 }, (_, index) => stage.buy(url, `user-${index}`)),
    );
    const withStatus = (wanted: number) => answers.filter(({ status }) => status === wanted);
    expect(withStatus(202)).toHaveLength(MAX_WAITING);
    expect(withStatus(429)).toHaveLength(500 - MAX_WAITING);
    const [refused] = withStatus(429);
    expect(refused!.body['message']).toMatch(/not put in the queue/);
    expect(Number(refused!.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await stage.waiting()).toBe(MAX_WAITING);

    const browser = await stage.submit(url, 'ada');
    expect(browser.status).toBe(303);
    expect(browser.headers.get('location')).toBe('/flash-sale/v1/items/mug/busy');
    const busy = await stage.fetch(item('/busy'), HTML);
    expect(busy.status).toBe(429);
    expect(Number(busy.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(busy.headers.get('content-type')).toMatch(/^text\/html/);
    expect(busy.body['text']).toMatch(/queue is full[^]*href="\/flash-sale\/v1\/items\/mug"/);

    const worker = stage.app('worker');
    await worker.url();
    await waitFor(async () => (await stage.waiting()) === 0, { what: 'an empty queue' });
    // everybody who was let in has been served, and nobody else
    expect((await stage.state()).decided).toEqual({
      won: 10,
      'sold-out': MAX_WAITING - 10,
      'already-bought': 0,
    });
    expect((await stage.buy(url, 'late')).status).toBe(202);
  });

  it('leads a browser to its ticket', async () => {
    const { status, headers } = await stage.submit(url, 'grace');
    expect(status).toBe(303);
    const location = headers.get('location')!;
    expect(location).toMatch(/^\/flash-sale\/v1\/tickets\/mug\./);
    await waitFor(async () => (await stage.waiting()) === 0, { what: 'an empty queue' });
    const page = await stage.fetch(`${url}${location}`, HTML);
    expect(page.status).toBe(200);
    expect(page.body['text']).toMatch(/<h1[^>]*>Sold out<\/h1>/);
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
    expect(page.headers.get('cache-control')).toBe('no-store');
  });

  it('shows the sale as a page and as JSON', async () => {
    expect((await stage.fetch(item())).body).toMatchObject({ item: 'mug', stock: 10, left: 0 });
    const page = await stage.fetch(item(), HTML);
    expect(page.body['text']).toMatch(/0 of 10 left[^]*Sold out/);
  });

  it.each<[string, unknown]>([
    ['no name', undefined],
    ['an empty name', ' '],
    ['a number', 7],
    ['a name that is too long', 'x'.repeat(65)],
    ['a line break', 'a\nb'],
  ])('answers 400 to %s', async (_, user) => {
    const { status, body } = await stage.buy(url, user);
    expect(status).toBe(400);
    expect(String(body['message'])).toMatch(/user/);
  });

  it.each(['cup', 'constructor', '%3E', '..'])(
    'answers 404 when %s is not on sale',
    async (name) => {
      expect((await stage.buy(url, 'ada', name)).status).toBe(404);
      expect((await stage.fetch(`${url}/flash-sale/v1/items/${name}`)).status).toBe(404);
      expect((await stage.fetch(`${url}/flash-sale/v1/items/${name}/busy`)).status).toBe(404);
    },
  );

  it.each(['/constructor', '/full'])('answers 404 to %s, where no page is', async (path) => {
    expect((await stage.fetch(item(path), HTML)).status).toBe(404);
  });

  it('answers 404 to a ticket that nobody gave out', async () => {
    const { body } = await stage.buy(url, 'ada');
    const ticket = String(body['ticket']);
    expect((await stage.fetch(`${url}/flash-sale/v1/tickets/${ticket}`)).status).toBe(200);
    for (const made of [`${ticket}x`, ticket.replace('mug', 'cup'), 'mug', crypto.randomUUID()]) {
      expect((await stage.fetch(`${url}/flash-sale/v1/tickets/${made}`)).status).toBe(404);
    }
  });

  it('answers 503 while NATS is away, as JSON or as a page, and recovers', async () => {
    const ready = async () => (await stage.fetch(`${url}/readyz`)).status;
    await stage.server.kill();
    await waitFor(async () => (await ready()) === 503, { what: 'the gateway to notice' });
    const { status, body } = await stage.buy(url, 'ada');
    expect(status).toBe(503);
    expect(body['message']).toMatch(/not put in it/);
    const { headers } = await stage.submit(url, 'ada');
    expect(headers.get('location')).toBe('/flash-sale/v1/items/mug/away');
    const page = await stage.fetch(item('/away'), HTML);
    expect(page.status).toBe(503);
    expect(Number(page.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(page.body['text']).toMatch(/You\s+are not in it/);
    // nobody is told that others are to blame
    expect(page.body['text']).not.toMatch(/full|so many/i);
    expect((await stage.fetch(item(), HTML)).status).toBe(200);
    await stage.server.restart();
    await waitFor(async () => (await ready()) === 200, { what: 'readiness' });
    await waitFor(async () => (await stage.buy(url, 'ada')).status === 202, { what: 'recovery' });
  });

  it('claims nothing when the queue does not answer, for it may have the purchase', async () => {
    const app = stage.app('gateway', {
      FLASH_SALE_TIMEOUT_MS: '500',
      FLASH_SALE_ITEMS: 'mug:10,jug:10',
    });
    const hasty = await app.url();
    const jug = `${hasty}/flash-sale/v1/items/jug`;
    // the first purchase makes sure of the stream
    await waitFor(async () => (await stage.buy(hasty, 'alan', 'jug')).status === 202, {
      what: 'a ticket',
    });
    const stored = async () => (await stage.jsm.streams.info('FLASH_SALE')).state.last_seq;
    const before = await stored();
    stage.server.pause();
    try {
      const { status, body } = await stage.buy(hasty, 'ada', 'jug');
      expect(status).toBe(503);
      expect(body['message']).toMatch(/did not answer in time[^]*nobody gets two/);
      const { headers } = await stage.submit(hasty, 'grace', 'jug');
      expect(headers.get('location')).toBe('/flash-sale/v1/items/jug/unknown');
      const page = await stage.fetch(`${jug}/unknown`, HTML);
      expect(page.status).toBe(503);
      expect(Number(page.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(page.body['text']).toMatch(/You may be in it, or not[^]*nobody gets two/);
      expect(page.body['text']).not.toMatch(/not\s+in\s+it|nothing\s+was\s+ordered|full/);
    } finally {
      stage.server.resume();
    }
    // it was right not to say "you are not in it"
    await waitFor(async () => (await stored()) === before + 2, { what: 'both purchases' });
    await app.stop();
  });

  it('can be one process with a worker, and ends with 0', async () => {
    const app = stage.app('gateway,worker', { FLASH_SALE_ITEMS: 'mug:10,tea:1' });
    const both = await app.url();
    const { status, body } = await stage.buy(both, 'ada', 'tea');
    expect(status).toBe(202);
    const state = async () => (await stage.fetch(`${both}${String(body['url'])}`)).body['status'];
    await waitFor(async () => (await state()) === 'won', { what: 'an order' });
    expect((await stage.fetch(`${both}/readyz`)).status).toBe(200);
    expect(await app.stop()).toBe(0);
  });
});
