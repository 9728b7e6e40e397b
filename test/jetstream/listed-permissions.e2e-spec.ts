import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import {
  Durables,
  type JetStreamContext,
  type NatsConsumeOptions,
  type Provision,
  type StreamDeclaration,
  Terminate,
} from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';
import { PermissionTable, userWith } from '../support/permission-table.js';
import { rejection } from '../support/rejection.js';
import { SERVER_VERSIONS } from '../support/server-versions.js';
import { waitFor } from '../support/wait-for.js';

const table = new PermissionTable('docs/guides/streams.md', {
  stream: 'ORDERS',
  consumer: 'billing',
});
const listed = (starts: readonly string[]): string[] => table.subjects(starts);

const CONSUMING = ['looking', 'taking', 'giving up', 'remembering', 'dead letters'];
const MAKING = ['making streams', 'changing streams', 'making and changing durables'];
const OWN = 'handlers without a durable';

/** Without these nothing works; what else is listed is needed when something has failed. */
const NEEDED = [...listed(['looking', 'taking']), '$JS.API.STREAM.INFO.DEAD_LETTERS'];
const lacking = (subject: string): string => `lacks-${NEEDED.indexOf(subject)}`;

const bench = new NatsBench({
  jetstream: true,
  // one process at a time needs 2.11
  ...SERVER_VERSIONS.newest,
  config: `authorization { users: [
    { user: admin, password: x }
    ${userWith('maker', listed([...CONSUMING, ...MAKING]))}
    ${userWith('worker', listed(CONSUMING))}
    ${userWith('listener', table.subjects([...CONSUMING, OWN], { stream: 'ORDERS', consumer: '*' }))}
    ${userWith('publisher', ['orders.>', ...listed(['publishing'])])}
    ${NEEDED.map((subject) =>
      userWith(
        lacking(subject),
        listed(CONSUMING).filter((each) => each !== subject),
      ),
    ).join('\n')}
    ${userWith('operator', listed(['Durables']))}
  ] }`,
});
const ORDERS: StreamDeclaration = { name: 'ORDERS', subjects: ['orders.>'] };
const BILLING = { durable: 'billing', deliver: 'new', ackWaitMs: 60_000 } as const;
const LIMITED: StreamDeclaration = { ...ORDERS, max_msgs: 1_000 };
const as = (name: string) => ({ user: name, pass: 'x' });
let admin: NatsConnection;

/** Runs a service under these credentials through all that becomes of messages. */
async function serve(
  name: string,
  provision: Provision,
  streams: readonly StreamDeclaration[],
  options: Partial<NatsConsumeOptions>,
): Promise<void> {
  const { app, strategy } = await bench.create([], { ...as(name), provision, streams });
  const refusals: string[] = [];
  strategy.on('error', ({ message }) => void refusals.push(message));
  const done: string[] = [];
  let deadLetters = 0;
  strategy.on('deadLetter', () => void deadLetters++);
  const handle = (order: string, { attempt }: JetStreamContext): void => {
    if (order === 'hopeless') throw new Terminate('hopeless');
    if (order === 'second try' && attempt === 1) throw new Error('once more');
    done.push(`${order} ${attempt}`);
  };
  await strategy.registerSubscriber<string>('orders.>', handle, {
    stream: 'ORDERS',
    deliver: 'new',
    ...(options.mode !== 'ordered' && { retry: { attempts: 3, initialMs: 1 } }),
    ...options,
  });
  await app.listen();
  for (const order of ['good', 'second try', 'hopeless'])
    await admin.request('orders.1', JSON.stringify(order));
  const isOrdered = options.mode === 'ordered';
  await waitFor(() => done.length === (isOrdered ? 1 : 2) && (isOrdered || deadLetters === 1), {
    what: () => `the messages; handled are ${done.join()}; ${refusals.join()}`,
  });
  expect(strategy.readiness()).toEqual({ ready: true, reasons: [] });
  await app.close();
  expect(refusals).toEqual([]);
}

describe('credentials that may do only what docs/guides/streams.md lists', () => {
  let jsm: JetStreamManager;
  beforeAll(async () => {
    await bench.start();
    admin = await bench.peer(as('admin'));
    jsm = await jetstreamManager(admin);
  });
  // what one durable has passed waits for another
  afterEach(() => jsm.streams.purge('ORDERS'));
  afterAll(() => bench.stop());

  it('are enough for a service: it makes, changes, and only looks; takes, tries again, gives up', async () => {
    await serve('maker', 'create', [ORDERS], { durable: 'billing' });
    await serve('maker', 'update', [LIMITED], BILLING);
    await serve('worker', 'verify', [LIMITED], BILLING);
    await serve('worker', 'off', [], BILLING);
  });

  it.each(['broadcast', 'ordered'] as const)('and for one without a durable: %s', async (mode) => {
    await serve('listener', 'verify', [], { mode });
  });

  it.each(NEEDED)('no less is: without %s a service does not start', async (subject) => {
    const { app, strategy } = await bench.create([], {
      ...as(lacking(subject)),
      provision: 'verify',
    });
    await strategy.registerSubscriber('orders.>', () => undefined, {
      ...BILLING,
      stream: 'ORDERS',
    });
    expect(await rejection(app.listen())).toMatchObject({ code: 'PERMISSION_DENIED' });
  });

  it('and for a service of which one process at a time is active', async () => {
    await serve('maker', 'update', [], { ...BILLING, singleActive: true });
  });

  it('and to publish, to pause and to delete', async () => {
    const publisher = bench.client({ ...as('publisher'), streams: [LIMITED] });
    await expect(publisher.publish('orders.later', 1)).resolves.toMatchObject({ stream: 'ORDERS' });
    const durables = new Durables({ servers: bench.server.url, ...as('operator') });
    bench.own(() => durables.close());
    await durables.pause('ORDERS', 'billing', new Date(Date.now() + 60_000));
    await durables.resume('ORDERS', 'billing');
    await durables.delete('ORDERS', 'billing');
  });
});
