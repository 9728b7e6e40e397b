import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { Ctx, MessagePattern, Payload } from '@nestjs/microservices';
import { from, lastValueFrom, type Observable, toArray } from 'rxjs';
import {
  Consume,
  type JetStreamContext,
  type NatsClientOptions,
  type NatsStrategyOptions,
  type StreamDeclaration,
  Terminate,
} from 'nestjs-nats';
import { jetstreamManager } from '@nats-io/jetstream';
import { fencedBlocks, readDocument } from '../support/markdown.js';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';
import { waitFor } from '../support/wait-for.js';

const GUIDE = fencedBlocks(readDocument('docs/guides/hardening.md'));
const [config] = GUIDE.filter(({ info }) => info === 'conf').map(({ text }) => text);

const streams: StreamDeclaration[] = [
  { name: 'REPORTS', subjects: ['logger.report.>'], retention: 'workqueue' },
];

@Controller()
class Saver {
  readonly saved: string[] = [];

  @Consume('logger.report.event', {
    stream: 'REPORTS',
    durable: 'logger-saver',
    retry: { attempts: 3, initialMs: 1 },
  })
  onReport(@Payload() report: string, @Ctx() { attempt }: JetStreamContext): void {
    if (report === 'hopeless') throw new Terminate('hopeless');
    if (report === 'second try' && attempt === 1) throw new Error('once more');
    this.saved.push(`${report} ${attempt}`);
  }

  @MessagePattern('report.query.all')
  all(): string[] {
    return this.saved;
  }

  @MessagePattern('report.query.stream')
  stream(): Observable<string> {
    return from(this.saved);
  }
}

const bench = new NatsBench({ jetstream: true, config });
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

const as = (user: string) => ({ user, pass: user, inboxPrefix: `_INBOX_${user}` });
const SAVER: NatsStrategyOptions = {
  ...as('saver'),
  streams,
  provision: 'verify',
  queue: 'saver',
  replyPrefixes: ['_INBOX_web'],
};

/** Makes streams and consumers, as one start of the service under other credentials does. */
async function deploy(): Promise<void> {
  const { app } = await bench.create([Saver], { ...SAVER, ...as('deploy'), provision: 'create' });
  await app.listen();
  await app.close();
}

const clientAs = (user: string, options: NatsClientOptions = {}) =>
  bench.client({ ...as(user), ...options });

describe('F3: the permissions in docs/guides/hardening.md', () => {
  it('are enough: reports are stored, tried again, given up and asked for', async () => {
    await deploy();
    const jsm = await jetstreamManager(await bench.peer(as('deploy')));
    // made before anything has failed: the saver may not make it
    const bucket = await jsm.streams.info('KV_nestjs-nats-attempts');
    expect(bucket.state.messages).toBe(0);
    const app = await bench.listen([Saver], SAVER);
    const saver = app.get(Saver);
    const agent = clientAs('agent', { streams, provision: 'verify' });
    for (const report of ['first', 'second try', 'hopeless', 'last']) {
      await expect(agent.publish('logger.report.event', report)).resolves.toMatchObject({
        stream: 'REPORTS',
      });
    }
    await waitFor(() => saver.saved.length === 3, { what: 'the reports to be saved' });
    expect(saver.saved.toSorted()).toEqual(['first 1', 'last 1', 'second try 2']);

    const web = clientAs('web', { replyPrefixes: ['_INBOX_saver'] });
    await expect(web.request('report.query.all', {})).resolves.toEqual(saver.saved);
    const streamed = web.send('report.query.stream', {}).pipe(toArray());
    await expect(lastValueFrom(streamed)).resolves.toEqual(saver.saved);
    const tried = await jsm.streams.info('KV_nestjs-nats-attempts', { subjects_filter: '>' });
    expect(tried.state.subjects).toEqual({
      '$KV.nestjs-nats-attempts.REPORTS.logger-saver.2': 1,
    });
    await waitFor(async () => (await jsm.streams.info('DEAD_LETTERS')).state.messages === 1, {
      what: 'the dead letter',
    });
    await waitFor(async () => (await jsm.streams.info('REPORTS')).state.messages === 0, {
      what: 'the work queue to be empty',
    });
  });

  it.each([
    ['web', 'logger.report.event'],
    ['web', 'dead.REPORTS.logger-saver'],
    ['web', '$JS.API.STREAM.DELETE.REPORTS'],
    ['agent', 'report.query.all'],
    ['agent', '$JS.API.STREAM.PURGE.REPORTS'],
    ['agent', '$JS.ACK.REPORTS.logger-saver.1.1.1.1.0'],
    ['saver', 'logger.report.event'],
    ['saver', '$JS.API.STREAM.DELETE.REPORTS'],
    ['saver', '$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.REPORTS.logger-saver'],
  ])('keep %s from publishing on %s', async (user, subject) => {
    const refused = rejection(clientAs(user).publish(subject, {}, { confirm: 'flush' }));
    expect(await refused).toMatchObject({ code: 'PERMISSION_DENIED' });
  });

  it.each([
    ['web', '>'],
    ['web', '_INBOX_saver.>'],
    ['agent', '_INBOX_web.>'],
    ['saver', 'logger.report.>'],
    ['saver', '_INBOX_agent.>'],
  ])('keep %s from subscribing to %s', async (user, filter) => {
    const peer = await bench.peer(as(user));
    const refused = new Promise((resolve) => {
      peer.subscribe(filter, { callback: (error) => resolve(error) });
    });
    expect(await refused).toMatchObject({ name: 'PermissionViolationError' });
  });
});

describe('F3: allow_responses', () => {
  const open = new NatsBench({
    jetstream: true,
    config: `authorization { users: [
      { user: admin, password: admin }
      { user: service, password: service, permissions: {
        publish: { allow: ["_INBOX.>"], deny: ["$JS.>"] }
        subscribe: { allow: ["victim.>", "_INBOX.>"] }
        allow_responses: true
      } } ] }`,
  });
  beforeAll(() => open.start());
  afterEach(() => open.clear());
  afterAll(() => open.stop());

  @Controller()
  class Victim {
    @MessagePattern('victim.ours')
    ours(): void {}
  }

  it('lets a service publish where it is denied to; ours does not', async () => {
    const admin = await open.peer({ user: 'admin', pass: 'admin' });
    const jsm = await jetstreamManager(admin);
    await jsm.streams.add({ name: 'REPORTS', subjects: ['logger.report.>'] });
    const service = { user: 'service', pass: 'service' };
    await open.listen([Victim], service);
    const plain = await open.peer(service);
    plain.subscribe('victim.plain', { callback: (_, message) => void message.respond() });
    await plain.flush();
    const reply = '$JS.API.STREAM.DELETE.REPORTS';

    admin.publish('victim.ours', '', { reply });
    await open.client({ user: 'admin', pass: 'admin' }).request('victim.ours', 'the last');
    expect((await jsm.streams.info('REPORTS')).config.name).toBe('REPORTS');

    admin.publish('victim.plain', '', { reply });
    await waitFor(
      () =>
        jsm.streams.info('REPORTS').then(
          () => false,
          () => true,
        ),
      { what: 'the stream to be deleted, against which the guide warns' },
    );
  });
});
