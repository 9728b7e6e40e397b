import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { DeadLetters } from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';
import { PermissionTable, userWith } from '../support/permission-table.js';
import { rejection } from '../support/rejection.js';
import { waitFor } from '../support/wait-for.js';

const table = new PermissionTable('docs/guides/dead-letters.md', {
  stream: 'ORDERS',
  consumer: 'legacy',
});
const LOOKING = table.subjects(['who looks']);
const REMOVING = [...LOOKING, ...table.subjects(['who removes'])];
const CATCHING = table.subjects(['the net', 'a service']);
const ADVISORY = table.subjects(['the net'], undefined, 2);

const bench = new NatsBench({
  jetstream: true,
  config: `authorization { users: [
    { user: admin, password: x }
    ${userWith('catcher', CATCHING, ADVISORY)}
    ${userWith('looker', LOOKING)}
    ${userWith('redriver', [...REMOVING, 'orders.>'])}
    ${userWith('remover', REMOVING)}
  ] }`,
});
const as = (name: string) => ({ user: name, pass: 'x' });

describe('credentials that may do only what docs/guides/dead-letters.md lists', () => {
  let admin: NatsConnection;
  beforeAll(async () => {
    await bench.start();
    admin = await bench.peer(as('admin'));
  });
  afterAll(() => bench.stop());

  const lettersOf = (name: string): DeadLetters => {
    const letters = new DeadLetters({ servers: bench.server.url, ...as(name) });
    bench.own(() => letters.close());
    return letters;
  };

  it('are enough to catch what the server gives up, to look, to redrive and to remove', async () => {
    const jsm = await jetstreamManager(admin);
    await jsm.streams.add({ name: 'ORDERS', subjects: ['orders.>'] });
    await jsm.consumers.add('ORDERS', {
      durable_name: 'legacy',
      ack_policy: 'explicit',
      max_deliver: 1,
    });
    const givenUpBy = [{ stream: 'ORDERS', consumer: 'legacy', remove: true }];
    const { app, strategy } = await bench.create([], { ...as('catcher'), givenUpBy });
    const refusals: string[] = [];
    strategy.on('error', ({ message }) => void refusals.push(message));
    await app.listen();
    for (const order of ['1', '2']) await admin.request('orders.1', order);
    // a message that is pulled and put off has been delivered as often as it may be
    admin.subscribe('pulled', { callback: (_, message) => void message.respond('-NAK') });
    const ask = { batch: 10, expires: 5_000_000_000 };
    admin.publish('$JS.API.CONSUMER.MSG.NEXT.ORDERS.legacy', JSON.stringify(ask), {
      reply: 'pulled',
    });
    const looker = lettersOf('looker');
    await waitFor(async () => (await looker.count()) === 2, { what: () => refusals.join() });
    await waitFor(async () => (await jsm.streams.info('ORDERS')).state.messages === 0, {
      what: 'the stream to be empty',
    });
    await app.close();
    expect(refusals).toEqual([]);

    const sequences: number[] = [];
    for await (const { sequence } of looker.list()) sequences.push(sequence);
    expect(sequences).toEqual([1, 2]);
    expect(await rejection(looker.remove(1))).toMatchObject({ code: 'PERMISSION_DENIED' });
    const remover = lettersOf('remover');
    expect(await rejection(remover.redrive(1))).toMatchObject({ code: 'PERMISSION_DENIED' });
    await expect(lettersOf('redriver').redrive(1)).resolves.toMatchObject({ stream: 'ORDERS' });
    await expect(remover.remove(2)).resolves.toBe(true);
    await expect(looker.count()).resolves.toBe(0);
  });
});
