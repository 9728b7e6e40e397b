import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { headers, type NatsConnection } from '@nats-io/transport-node';
import { Svcm } from '@nats-io/services';
import { Controller } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import { NatsDiscovery, type NatsDiscoveryOptions, NatsSharedConnection } from 'nestjs-nats';
import { onlyConnected } from '../support/monitoring.js';
import { NatsBench } from '../support/nats-bench.js';

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

@Controller()
class Prices {
  @MessagePattern('price.quote')
  quote(): number {
    return 1;
  }
}

function discovery(options: NatsDiscoveryOptions = {}): NatsDiscovery {
  const made = new NatsDiscovery({ servers: bench.server.url, stallMs: 100, ...options });
  bench.own(() => made.close());
  return made;
}

/** Starts a service of ours. */
async function ours(name: string, version = '1.0.0'): Promise<void> {
  await bench.listen([Prices], { service: { name, version, metadata: { by: 'us' } } });
}

/** Starts a service as the library of NATS makes it. */
async function foreign(name: string): Promise<void> {
  const peer = await bench.peer();
  // it is made for an older copy of the client library
  const service = await new Svcm(peer as never).add({ name, version: '2.0.0', description: 'd' });
  service.addEndpoint('echo', (error, message) => void (error ?? message.respond(message.data)));
  service.addEndpoint('fail', (error, message) => {
    if (error === null) message.respondError(400, 'no');
    throw new Error('no');
  });
  await peer.flush();
}

/** Has questions answered by one who is no service. */
async function hostile(
  subject: string,
  answer: (reply: string, peer: NatsConnection) => void,
): Promise<void> {
  const peer = await bench.peer();
  peer.subscribe(subject, { callback: (_, { reply }) => answer(reply!, peer) });
  await peer.flush();
}

describe('N10: NatsDiscovery', () => {
  it('finds nobody where nobody is, at once', async () => {
    const found = discovery({ maxWaitMs: 20_000, stallMs: 20_000 });
    await expect(found.list()).resolves.toEqual({ services: [], invalid: 0 });
    await expect(found.ping('prices', 'NOBODY')).resolves.toEqual({ services: [], invalid: 0 });
  });

  it('lists services by name, ours and those of other libraries', async () => {
    await ours('prices', '1.0.0');
    await ours('prices', '1.1.0');
    await foreign('echoes');
    const { services, invalid } = await discovery().list();
    expect(invalid).toBe(0);
    expect(services).toMatchObject([
      { name: 'echoes', versions: ['2.0.0'], instances: [{ metadata: {} }] },
      {
        name: 'prices',
        versions: ['1.0.0', '1.1.0'],
        instances: [{ metadata: { by: 'us' } }, { metadata: { by: 'us' } }],
      },
    ]);
  });

  it('asks all, those of a name, and one', async () => {
    await ours('prices');
    await ours('prices');
    await ours('orders');
    const found = discovery();
    expect((await found.ping()).services).toHaveLength(3);
    const { services } = await found.ping('prices');
    expect(services.map(({ name }) => name)).toEqual(['prices', 'prices']);
    for (const { roundTripMs } of services) expect(roundTripMs).toBeGreaterThan(0);
    const { id } = services[0]!;
    expect((await found.info('prices', id)).services).toMatchObject([
      { id, endpoints: [{ name: 'price_quote', subject: 'price.quote', queue_group: '' }] },
    ]);
  });

  it('does not wait for more when one is asked', async () => {
    await ours('prices');
    const found = discovery({ maxWaitMs: 20_000, stallMs: 20_000 });
    const { id } = (await found.ping('prices', undefined, { stallMs: 50 })).services[0]!;
    const start = performance.now();
    expect((await found.stats('prices', id)).services).toHaveLength(1);
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  it('reads what services of other libraries count', async () => {
    await foreign('echoes');
    const peer = await bench.peer();
    await peer.request('echo');
    await peer.request('fail');
    const found = discovery();
    expect((await found.stats('echoes')).services).toMatchObject([
      {
        endpoints: [
          { name: 'echo', subject: 'echo', queue_group: 'q', num_requests: 1, last_error: '' },
          { name: 'fail', num_errors: 1, last_error: 'no' },
        ],
      },
    ]);
    expect((await found.info('echoes')).services).toMatchObject([
      { description: 'd', endpoints: [{ name: 'echo', metadata: {} }, { name: 'fail' }] },
    ]);
  });

  it('ends when the time is over, with those that have answered', async () => {
    await ours('prices');
    await hostile('$SRV.PING', () => undefined);
    const { services } = await discovery({ maxWaitMs: 300, stallMs: 20_000 }).ping();
    expect(services).toHaveLength(1);
  });

  it('leaves out what is no answer of a service, and counts it', async () => {
    await ours('prices');
    const answer = (fields: object): string =>
      JSON.stringify({
        type: 'io.nats.micro.v1.ping_response',
        name: 'x',
        id: 'X1',
        version: '1.0.0',
        ...fields,
      });
    const lies = [
      '',
      'not JSON',
      '[]',
      'null',
      answer({ name: 'a b' }),
      answer({ version: 'x' }),
      answer({ type: 'io.nats.micro.v1.info_response' }),
      answer({ metadata: { a: 1 } }),
      '['.repeat(100_000),
      '{"__proto__":{"name":"x"}}',
    ];
    await hostile('$SRV.PING', (reply, peer) => {
      for (const lie of lies) peer.publish(reply, lie);
      const marked = headers();
      marked.set('Nats-Service-Error-Code', '500');
      peer.publish(reply, answer({}), { headers: marked });
      marked.set('Content-Type', 'application/octet-stream');
      for (const _ of [1, 2]) peer.publish(reply, answer({ id: 'TWICE' }));
    });
    const { services, invalid } = await discovery().ping();
    expect(invalid).toBe(lies.length + 2);
    expect(services.map(({ name }) => name).toSorted()).toEqual(['prices', 'x']);
  });

  it('does not take another for the one that is asked', async () => {
    await ours('prices');
    const found = discovery();
    const { id } = (await found.ping()).services[0]!;
    await hostile(`$SRV.INFO.prices.${id}`, (reply, peer) => {
      for (const [name, other] of [
        ['prices', 'OTHER'],
        ['orders', id],
      ]) {
        const type = 'io.nats.micro.v1.info_response';
        peer.publish(
          reply,
          JSON.stringify({ type, name, id: other, version: '9.9.9', endpoints: [] }),
        );
      }
    });
    const { services } = await found.info('prices', id);
    expect(services).toMatchObject([{ name: 'prices', id, version: '1.0.0' }]);
  });

  it('stops when the signal says so', async () => {
    await hostile('$SRV.PING', () => undefined);
    const found = discovery({ maxWaitMs: 20_000 });
    const reason = new Error('enough');
    const controller = new AbortController();
    const asked = found.ping(undefined, undefined, { signal: controller.signal });
    controller.abort(reason);
    await expect(asked).rejects.toBe(reason);
    await found.ping('nobody');
    const later = found.list({ signal: AbortSignal.timeout(50) });
    await expect(later).rejects.toMatchObject({ name: 'TimeoutError' });
    await expect(found.list({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it('fails when there is no server', async () => {
    const lost = discovery({ servers: 'nats://127.0.0.1:1' });
    await expect(lost.ping()).rejects.toMatchObject({ code: 'CONNECTION_FAILED' });
  });

  it('asks below another prefix', async () => {
    await hostile('imported.srv.PING.x', (reply, peer) => {
      const type = 'io.nats.micro.v1.ping_response';
      peer.publish(reply, JSON.stringify({ type, name: 'x', id: 'X1', version: '1.0.0' }));
    });
    const { services } = await discovery({ prefix: 'imported.srv' }).ping('x');
    expect(services).toMatchObject([{ id: 'X1' }]);
  });

  it('shares a connection, and leaves it to the others', async () => {
    const connection = new NatsSharedConnection({ servers: bench.server.url, name: 'shared' });
    const found = new NatsDiscovery({ connection });
    await found.ping();
    await onlyConnected(bench.server, ['shared']);
    await found.close();
    await onlyConnected(bench.server, []);
  });

  it('names every fault of its options', () => {
    const options = { prefix: '$SRV.*', maxWaitMs: 0, stallMs: 1.5 };
    expect(() => new NatsDiscovery(options)).toThrow(/prefix: .*maxWaitMs: .*stallMs: /);
  });

  it.each<[string, Parameters<NatsDiscovery['ping']>, string]>([
    ['a name that is none', ['a.b'], 'name: expected'],
    ['an id without a name', [undefined, 'A1'], 'id: it goes with a name'],
    ['an id with a wildcard', ['a', '*'], 'id: expected'],
    ['a wait of nothing', ['a', 'b', { maxWaitMs: 0 }], 'maxWaitMs: expected'],
  ])('asks nobody for %s', async (_, args, fault) => {
    await expect(discovery().ping(...args)).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
      message: expect.stringContaining(fault),
    });
  });
});
