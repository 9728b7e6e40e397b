import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { from, lastValueFrom, toArray } from 'rxjs';
import { NatsMessageContext, type RegisterOptions } from 'nestjs-nats';
import { connections } from '../support/monitoring.js';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';
import { waitFor } from '../support/wait-for.js';

const seen: string[] = [];

@Controller()
class Decorated {
  @EventPattern('register.shared', { queue: 'shared' })
  shared(@Payload() n: number): void {
    seen.push(`decorated ${n}`);
  }

  @MessagePattern('register.taken')
  taken(): string {
    return 'taken';
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(async () => {
  await bench.clear();
  seen.length = 0;
});
afterAll(() => bench.stop());

const note =
  (name: string) =>
  (data: unknown): void =>
    void seen.push(`${name} ${JSON.stringify(data)}`);

describe('U6: registerSubscriber()', () => {
  it('binds a handler before the start', async () => {
    const { app, strategy } = await bench.create([]);
    await strategy.registerSubscriber('register.before', note('before'), { queue: 'q' });
    const info: unknown = await app.listen();
    expect(info).toMatchObject({
      subscriptions: [
        { kind: 'event', subject: 'register.before', queue: 'q', patterns: ['register.before'] },
      ],
    });
    await bench.client().publish('register.before', { a: 1 }, { confirm: 'flush' });
    await app.close();
    expect(seen).toEqual(['before {"a":1}']);
  });

  it('binds a handler after the start, before it resolves', async () => {
    const { app, strategy } = await bench.create([]);
    await app.listen();
    await strategy.registerSubscriber('register.after', note('after'));
    await bench.client().publish('register.after', 1, { confirm: 'flush' });
    await app.close();
    expect(seen).toEqual(['after 1']);
  });

  it('gives the handler the payload and the context', async () => {
    const { app, strategy } = await bench.create([]);
    await app.listen();
    let context: NatsMessageContext | undefined;
    await strategy.registerSubscriber('register.:id.context', (_, ctx) => {
      context = ctx;
    });
    await bench
      .client()
      .publish('register.7.context', 1, { headers: { A: 'b' }, confirm: 'flush' });
    await app.close();
    expect(context).toBeInstanceOf(NatsMessageContext);
    expect(context!.params).toEqual({ id: '7' });
    expect(context!.headers?.get('A')).toBe('b');
  });

  it('answers requests with respond: true: values, streams, nothing, and errors', async () => {
    const { app, strategy } = await bench.create([]);
    await strategy.registerSubscriber<number>('register.square', (n) => n * n, { respond: true });
    await app.listen();
    const options = { respond: true };
    await strategy.registerSubscriber<number>(
      'register.count',
      (n) => from(Array.from({ length: n }, (_, i) => i)),
      options,
    );
    await strategy.registerSubscriber('register.nothing', () => undefined, options);
    await strategy.registerSubscriber(
      'register.fail',
      () => Promise.reject(new Error('x')),
      options,
    );
    const client = bench.client();
    await expect(client.request('register.square', 7)).resolves.toBe(49);
    await expect(lastValueFrom(client.send('register.count', 3).pipe(toArray()))).resolves.toEqual([
      0, 1, 2,
    ]);
    await expect(client.request('register.nothing', 1)).resolves.toBeUndefined();
    await expect(client.request('register.fail', 1)).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  it('does not answer without it', async () => {
    const { app, strategy } = await bench.create([]);
    await app.listen();
    await strategy.registerSubscriber('register.silent', () => 'an answer');
    await expect(
      bench.client().request('register.silent', 1, { timeoutMs: 60 }),
    ).rejects.toMatchObject({ code: 'TIMEOUT' });
  });

  it('shares the queue group of a decorated handler: both get every message', async () => {
    const { app, strategy } = await bench.create([Decorated]);
    await strategy.registerSubscriber('register.shared', note('before'), { queue: 'shared' });
    await app.listen();
    await strategy.registerSubscriber('register.shared', note('after'), { queue: 'shared' });
    const client = bench.client();
    for (let n = 0; n < 20; n++) await client.publish('register.shared', n);
    await client.unwrap().flush();
    await app.close();
    for (const name of ['decorated', 'before', 'after']) {
      expect(seen.filter((line) => line.startsWith(name))).toEqual(
        Array.from({ length: 20 }, (_, n) => `${name} ${n}`),
      );
    }
  });

  it('keeps its handlers over close() and listen()', async () => {
    const { app, strategy } = await bench.create([]);
    await app.listen();
    await strategy.registerSubscriber('register.again', () => 'again', { respond: true });
    await strategy.close();
    await new Promise<void>((resolve, reject) => {
      void strategy.listen((error) => (error === undefined ? resolve() : reject(error)));
    });
    await expect(bench.client().request('register.again', 1)).resolves.toBe('again');
  });
});

describe('U6: remove()', () => {
  it('ends delivery and the subscription; the others stay', async () => {
    const { app, strategy } = await bench.create([Decorated]);
    await app.listen();
    const one = await strategy.registerSubscriber('register.one', note('one'));
    await strategy.registerSubscriber('register.two', note('two'));
    await one.remove();
    const client = bench.client();
    await client.publish('register.one', 1);
    await client.publish('register.two', 2, { confirm: 'flush' });
    const subjects = (await connections(bench.server)).flatMap((c) => c.subscriptions_list ?? []);
    expect(subjects).toContain('register.two');
    expect(subjects).not.toContain('register.one');
    await app.close();
    expect(seen).toEqual(['two 2']);
  });

  it('leaves the other handlers of its subscription', async () => {
    const { app, strategy } = await bench.create([Decorated]);
    await app.listen();
    const extra = await strategy.registerSubscriber('register.shared', note('extra'), {
      queue: 'shared',
    });
    await extra.remove();
    await bench.client().publish('register.shared', 1, { confirm: 'flush' });
    await app.close();
    expect(seen).toEqual(['decorated 1']);
  });

  it('works before the start, and more than once', async () => {
    const { app, strategy } = await bench.create([]);
    const gone = await strategy.registerSubscriber('register.gone', note('gone'));
    await gone.remove();
    await gone.remove();
    const info: unknown = await app.listen();
    expect(info).toMatchObject({ subscriptions: [] });
  });

  it('makes room for another handler of the same requests', async () => {
    const { app, strategy } = await bench.create([]);
    await app.listen();
    const first = await strategy.registerSubscriber('register.swap', () => 1, { respond: true });
    const second = () => strategy.registerSubscriber('register.swap', () => 2, { respond: true });
    expect(await rejection(second())).toMatchObject({ code: 'DUPLICATE_HANDLER' });
    await first.remove();
    await second();
    await expect(bench.client().request('register.swap', {})).resolves.toBe(2);
  });

  it('lets what is under way come to its end', async () => {
    const { app, strategy } = await bench.create([]);
    await app.listen();
    let release = (): void => undefined;
    const released = new Promise<string>((resolve) => (release = () => resolve('done')));
    let started = false;
    const registration = await strategy.registerSubscriber(
      'register.slow',
      () => {
        started = true;
        return released;
      },
      { respond: true },
    );
    const client = bench.client();
    const answer = client.request('register.slow', {});
    await waitFor(() => started, { what: 'the handler to start' });
    await registration.remove();
    await expect(client.request('register.slow', {})).rejects.toMatchObject({
      code: 'NO_RESPONDERS',
    });
    release();
    await expect(answer).resolves.toBe('done');
  });
});

describe('U6: faults', () => {
  it.each([
    ['an illegal subject', 'a..b', {}, 'INVALID_SUBJECT'],
    ['an unknown option', 'register.x', { durable: 'x' }, 'INVALID_OPTIONS'],
    ['a value out of range', 'register.x', { concurrency: 0 }, 'INVALID_OPTIONS'],
    ['an event that rejects', 'register.x', { overflow: 'reject' }, 'INVALID_OPTIONS'],
    ['a second responder', 'register.taken', { respond: true }, 'DUPLICATE_HANDLER'],
  ] as const)(
    '%s: rejected after the start, and nothing is kept',
    async (_, subject, options, code) => {
      const { app, strategy } = await bench.create([Decorated]);
      await app.listen();
      // what a JavaScript application, or a cast, could pass
      const given = options as RegisterOptions;
      const attempt = strategy.registerSubscriber(subject, note('never'), given);
      expect(await rejection(attempt)).toMatchObject({ code });
      await expect(bench.client().request('register.taken', {})).resolves.toBe('taken');
      await strategy.close();
      const again = await new Promise((resolve) => void strategy.listen(resolve));
      expect(again).toBeUndefined();
    },
  );

  it('before the start they fail listen()', async () => {
    const { app, strategy } = await bench.create([Decorated]);
    await strategy.registerSubscriber('a..b', note('never'));
    await strategy.registerSubscriber('register.taken', note('never'), { respond: true });
    const error = await rejection<Error>(app.listen());
    expect(error.message).toContain('"a..b"');
    expect(error.message).toContain('"register.taken"');
  });
});
