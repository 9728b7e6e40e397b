import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { SharedConnection } from '../../libs/nestjs-nats/src/connection/shared-connection.js';
import {
  type JetStreamOptions,
  resolveJetStreamOptions,
} from '../../libs/nestjs-nats/src/jetstream/api/js-options.js';
import type { Delivery } from '../../libs/nestjs-nats/src/jetstream/pull/delivery.js';
import {
  type Admission,
  FRESH,
} from '../../libs/nestjs-nats/src/jetstream/settlement/admission.js';
import { AttemptLog } from '../../libs/nestjs-nats/src/jetstream/settlement/attempt-log.js';
import { resolveAttemptLog } from '../../libs/nestjs-nats/src/jetstream/settlement/attempt-log-options.js';
import { Attempts } from '../../libs/nestjs-nats/src/jetstream/settlement/attempts.js';
import { connected, JsStage } from '../support/js-stage.js';
import { readDocument } from '../support/markdown.js';
import { NatsBench } from '../support/nats-bench.js';
import { describeOnVersions } from '../support/server-versions.js';
import { waitFor } from '../support/wait-for.js';

const BUCKET = 'KV_nestjs-nats-attempts';
let names = 0;

describeOnVersions('the attempt log', (version) => {
  const bench = new NatsBench({ jetstream: true, ...version });
  beforeAll(() => bench.start());
  afterEach(() => bench.clear());
  afterAll(() => bench.stop());

  interface Scene {
    js: JsStage;
    /** A process that has just started: it knows nothing but what the log tells. */
    newProcess: (jetstream?: JetStreamOptions) => Promise<Attempts>;
    /** Pulls the one message of the stream, and lets it come again at once. */
    next: () => Promise<Delivery>;
    reports: unknown[];
  }

  async function stage({ create = true } = {}): Promise<Scene> {
    const js = await JsStage.open(bench);
    const stream = `S${++names}`;
    await js.stream(stream, [`attempts.${names}`]);
    await js.consumer(stream, 'work');
    await js.publish(`attempts.${names}`);
    bench.own(() => js.jsm.streams.delete(BUCKET).catch(() => undefined));
    const reports: unknown[] = [];
    return {
      js,
      reports,
      newProcess: async (jetstream) => {
        const shared = await connected(bench);
        return new Attempts(attemptLog(shared, reports, create, jetstream));
      },
      next: async () => {
        const { delivery, message } = await js.next(stream, 'work');
        message.respond('-NAK');
        return delivery;
      },
    };
  }

  function attemptLog(
    shared: SharedConnection,
    reports: unknown[],
    create = true,
    jetstream: JetStreamOptions = {},
  ): AttemptLog {
    return new AttemptLog(shared, resolveJetStreamOptions(jetstream), {
      ...resolveAttemptLog(),
      create,
      report: (error) => void reports.push(error),
    });
  }

  const quarantined = (used: number, crashes = used): object => ({
    lane: 'quarantine',
    used,
    crashes,
  });

  it('is not asked for a message that comes for the first time, and not even made', async () => {
    const { js, newProcess, next } = await stage();
    expect((await newProcess()).admit(await next())).toBe(FRESH);
    await expect(js.jsm.streams.info(BUCKET)).rejects.toThrow('stream not found');
  });

  it('explains to another process what was put off, attempt for attempt', async () => {
    const { newProcess, next, reports } = await stage();
    await (await newProcess()).failed(await next(), FRESH, true);
    for (const used of [1, 2, 3]) {
      const process = await newProcess();
      const delivery = await next();
      const admission = await process.admit(delivery);
      expect(admission).toMatchObject({ lane: 'normal', used, crashes: 0 });
      expect(admission.firstFailureMs).toBeLessThanOrEqual(admission.lastFailureMs!);
      await process.failed(delivery, admission, true);
    }
    expect(reports).toEqual([]);
  });

  it('does not count what a handler has put off itself', async () => {
    const { newProcess, next } = await stage();
    let admission: Admission = FRESH;
    for (let times = 0; times < 7; times++) {
      const process = await newProcess();
      const delivery = await next();
      admission = await process.admit(delivery);
      expect(admission).toMatchObject({ lane: 'normal', used: 0 });
      expect(admission.firstFailureMs).toBeUndefined();
      await process.failed(delivery, admission, false);
    }
  });

  it('spares the process that has put a message off the way to the server', async () => {
    const { js, newProcess, next } = await stage();
    const process = await newProcess();
    await process.failed(await next(), FRESH, true);
    await js.jsm.streams.delete(BUCKET);
    const delivery = await next();
    expect(process.admit(delivery)).toMatchObject({ lane: 'normal', used: 1 });
    process.forget(delivery);
    expect(await process.admit(delivery)).toMatchObject(quarantined(0));
  });

  it('blames a process that ended on the message that had started, and on no other', async () => {
    const { js, newProcess } = await stage();
    const stream = `S${names}`;
    await js.publish(`attempts.${names}`);
    // the first crash takes both along, fresh as they are; then one process after the other ends
    // while it handles the poison, and its neighbour waits
    for (const crashes of [undefined, 0, 1, 2, 3]) {
      const both = [await js.next(stream, 'work'), await js.next(stream, 'work')];
      const [poison, neighbour] = both
        .map(({ delivery }) => delivery)
        .toSorted((one, other) => one.streamSequence - other.streamSequence);
      const process = await newProcess();
      const admission = await process.admit(poison!);
      const beside = await process.admit(neighbour!);
      expect(admission).toMatchObject(crashes === undefined ? FRESH : quarantined(crashes));
      expect(beside).toMatchObject(crashes === undefined ? FRESH : quarantined(0));
      if (crashes !== undefined) await process.started(poison!, admission);
      for (const { message } of both) message.respond('-NAK');
    }
  });

  it('takes a message out of quarantine when its handler has failed in good order', async () => {
    const { newProcess, next } = await stage();
    await next();
    const process = await newProcess();
    const delivery = await next();
    const admission = await process.admit(delivery);
    await process.started(delivery, admission);
    await process.failed(delivery, admission, true);
    expect(await (await newProcess()).admit(await next())).toMatchObject({
      lane: 'normal',
      used: 1,
      crashes: 0,
    });
  });

  it('keeps what is known of a message that came again while a slow handler still ran', async () => {
    const { newProcess, next } = await stage();
    const attempts = await newProcess();
    await next();
    const slow = await next();
    const suspect = await attempts.admit(slow);
    await attempts.started(slow, suspect);
    // its time was over
    await attempts.failed(slow, suspect, true);
    const again = await next();
    await attempts.failed(again, await attempts.admit(again), true);
    await attempts.survived(slow, suspect);
    expect(await attempts.admit(await next())).toMatchObject({ lane: 'normal', used: 2 });
  });

  it('is a key-value bucket with an entry for each message', async () => {
    const { js, newProcess, next } = await stage();
    const process = await newProcess();
    await process.failed(await next(), FRESH, true);
    await process.failed(await next(), FRESH, true);
    const { config, state } = await js.jsm.streams.info(BUCKET);
    expect(config).toMatchObject({
      max_msgs_per_subject: 1,
      allow_direct: true,
      deny_delete: true,
    });
    expect(state.messages).toBe(1);
    const last = `$KV.nestjs-nats-attempts.S${names}.work.1`;
    const stored = await js.jsm.streams.getMessage(BUCKET, { last_by_subj: last });
    expect(stored?.json()).toMatchObject({ kind: 'failed', delivered: 2, used: 1, crashes: 0 });
  });

  it('is read from its leader where direct reads are off', async () => {
    const { js, newProcess, next } = await stage();
    await js.stream(BUCKET, ['$KV.nestjs-nats-attempts.>'], {
      max_msgs_per_subject: 1,
      allow_direct: false,
    });
    await (await newProcess()).failed(await next(), FRESH, true);
    expect(await (await newProcess()).admit(await next())).toMatchObject({
      lane: 'normal',
      used: 1,
    });
  });

  it('counts deliveries while there is no log, and says so once', async () => {
    const { js, newProcess, next, reports } = await stage({ create: false });
    const process = await newProcess();
    await process.failed(await next(), FRESH, true);
    await process.failed(await next(), FRESH, true);
    expect(reports).toEqual([expect.objectContaining({ code: 'STREAM_NOT_FOUND' })]);
    // it knows of its own attempt all the same
    const third = await next();
    expect(await process.admit(third)).toMatchObject({ lane: 'normal', used: 1 });
    process.forget(third);
    expect(await process.admit(await next())).toEqual({ lane: 'normal', used: 3, crashes: 0 });
    await expect(js.jsm.streams.info(BUCKET)).rejects.toThrow('stream not found');
  });

  it('takes a bucket that is gone, and that it may not make, for out of order, not for empty', async () => {
    const { newProcess, next, reports } = await stage({ create: false });
    await next();
    const admission = await (await newProcess()).admit(await next());
    expect(admission).toEqual({ lane: 'normal', used: 1, crashes: 0 });
    expect(reports).toEqual([expect.objectContaining({ code: 'STREAM_NOT_FOUND' })]);
  });

  it('is not kept at all by choice', async () => {
    const { next } = await stage();
    await next();
    const process = new Attempts(undefined);
    const delivery = await next();
    expect(process.admit(delivery)).toEqual({ lane: 'normal', used: 1, crashes: 1 });
    await process.failed(delivery, FRESH, true);
    expect(process.admit(await next())).toMatchObject({ lane: 'normal', used: 1, crashes: 0 });
  });

  it('makes nothing wait without a connection', async () => {
    const { newProcess, next, js, reports } = await stage();
    await next();
    const process = await newProcess();
    const delivery = await next();
    await bench.server.kill();
    await expect(process.admit(delivery)).resolves.toMatchObject({ lane: 'normal', used: 1 });
    await process.failed(delivery, FRESH, true);
    expect(reports).toEqual([]);
    await bench.server.restart();
    await waitFor(() => js.shared.isUp, { what: 'the connection' });
  });
});

it('the attempt log is kept in the domain of the streams', async () => {
  const bench = new NatsBench({ jetstream: true, config: 'jetstream { domain: hub }' });
  await bench.start();
  try {
    const js = await JsStage.open(bench);
    await js.stream('ORDERS', ['orders']);
    await js.consumer('ORDERS', 'work');
    await js.publish('orders');
    const { delivery } = await js.next('ORDERS', 'work');
    const reports: unknown[] = [];
    const settings = {
      ...resolveAttemptLog(),
      create: true,
      report: (error: unknown) => void reports.push(error),
    };
    const jetstream = resolveJetStreamOptions({ domain: 'hub' });
    const process = (): Attempts => new Attempts(new AttemptLog(js.shared, jetstream, settings));
    await process().failed(delivery, FRESH, true);
    expect(reports).toEqual([]);
    expect(await process().admit({ ...delivery, deliveryCount: 2 })).toMatchObject({
      lane: 'normal',
      used: 1,
    });
  } finally {
    await bench.stop();
  }
});

it('the attempt log needs the permissions that the guide names, and no others', async () => {
  const guide = readDocument('docs/guides/consuming-streams.md');
  const named = guide.slice(guide.indexOf('To use the bucket')).split('## ', 1)[0]!;
  const allowed = [...named.matchAll(/`(\$[^`]+)`/g)].map(([, subject]) => subject);
  expect(allowed).toHaveLength(5);
  const permissions = `publish: ${JSON.stringify([...allowed, '$JS.API.CONSUMER.>', '$JS.ACK.>'])}`;
  const user = `user: app, password: app, permissions: { ${permissions} }`;
  const config = `authorization { users: [{ ${user} }, { user: all, password: all }] }`;
  const bench = new NatsBench({ jetstream: true, config });
  await bench.start();
  try {
    const peer = await bench.peer({ user: 'all', pass: 'all' });
    const shared = await connected(bench, { user: 'app', pass: 'app' });
    const js = await JsStage.over(peer, shared);
    await js.stream('ORDERS', ['orders']);
    await js.consumer('ORDERS', 'work');
    await js.publish('orders');
    const { delivery } = await js.next('ORDERS', 'work');
    const reports: unknown[] = [];
    const process = (): Attempts =>
      new Attempts(
        new AttemptLog(shared, resolveJetStreamOptions(), {
          ...resolveAttemptLog(),
          create: true,
          report: (error) => void reports.push(error),
        }),
      );
    await process().failed(delivery, FRESH, true);
    const admitted = await process().admit({ ...delivery, deliveryCount: 2 });
    expect(admitted).toMatchObject({ lane: 'normal', used: 1 });
    const lost = await process().admit({ ...delivery, deliveryCount: 5 });
    expect(lost).toMatchObject({ lane: 'quarantine', used: 1 });
    expect(reports).toEqual([]);
  } finally {
    await bench.stop();
  }
});

it('without the permission for it, the attempt log says so once and deliveries count', async () => {
  const user = `user: app, password: app, permissions: { publish: { deny: ["$KV.>", "$JS.API.DIRECT.>", "$JS.API.STREAM.MSG.>"] } }`;
  const config = `authorization { users: [{ ${user} }, { user: all, password: all }] }`;
  const bench = new NatsBench({ jetstream: true, config });
  await bench.start();
  try {
    const peer = await bench.peer({ user: 'all', pass: 'all' });
    const shared = await connected(bench, { user: 'app', pass: 'app' });
    const js = await JsStage.over(peer, shared);
    await js.stream('ORDERS', ['orders']);
    await js.consumer('ORDERS', 'work');
    await js.publish('orders');
    const { delivery } = await js.next('ORDERS', 'work');
    const reports: unknown[] = [];
    const log = new AttemptLog(shared, resolveJetStreamOptions(), {
      ...resolveAttemptLog(),
      create: true,
      report: (error) => void reports.push(error),
    });
    await new Attempts(log).failed(delivery, FRESH, true);
    const again = { ...delivery, deliveryCount: 4 };
    expect(await new Attempts(log).admit(again)).toEqual({ lane: 'normal', used: 3, crashes: 0 });
    expect(reports).toEqual([expect.objectContaining({ code: 'PERMISSION_DENIED' })]);
  } finally {
    await bench.stop();
  }
});
