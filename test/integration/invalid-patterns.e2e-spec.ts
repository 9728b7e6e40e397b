import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, type Type } from '@nestjs/common';
import { EventPattern, MessagePattern } from '@nestjs/microservices';
import { NatsTransportError } from 'nestjs-nats';
import { onlyConnected } from '../support/monitoring.js';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

function eventHandler(pattern: unknown, extras: Record<string, unknown> = {}): Type {
  @Controller()
  class Invalid {
    @EventPattern<unknown>(pattern, extras)
    handle(): void {}
  }
  return Invalid;
}

function requestHandler(pattern: unknown): Type {
  @Controller()
  class Invalid {
    @MessagePattern(pattern)
    handle(): void {}
  }
  return Invalid;
}

async function refusal(...controllers: Type[]): Promise<NatsTransportError> {
  const { app } = await bench.create(controllers);
  return rejection<NatsTransportError>(app.listen());
}

describe('F22: listen() with a pattern that is no subject', () => {
  it.each([
    ['', '""', 'empty'],
    ['a..b', '"a..b"', 'empty token'],
    ['a b', '"a b"', 'a space'],
    ['.a', '".a"', 'empty token'],
    ['a.', '"a."', 'empty token'],
    ['a\r\nPUB x 0', String.raw`"a\r\nPUB x 0"`, 'CR'],
    ['a\tb', String.raw`"a\tb"`, 'a tab'],
    ['a\u0000b', String.raw`"a\u0000b"`, 'NUL'],
    ['>.a', '">.a"', 'before the last token'],
    ['a.:1x', '"a.:1x"', 'named token'],
    ['a.:x.:x', '"a.:x.:x"', 'twice'],
    ['x'.repeat(5_000), '"xxx', 'longer than'],
  ])('N8: refuses the event pattern %j', async (pattern, named, why) => {
    const error = await refusal(eventHandler(pattern));
    expect(error).toBeInstanceOf(NatsTransportError);
    expect(error.code).toBe('INVALID_SUBJECT');
    expect(error.message).toContain(named);
    expect(error.message).toContain(why);
    expect(error.message.length).toBeLessThan(600);
  });

  it.each(['', 'a..b', 'a b', 'a\r\nPUB x 0'])(
    'N8: refuses the request pattern %j',
    async (pattern) => {
      const error = await refusal(requestHandler(pattern));
      expect(error).toMatchObject({ code: 'INVALID_SUBJECT', details: { subject: pattern } });
    },
  );

  it('N8: refuses a pattern that is a regular expression', async () => {
    expect((await refusal(eventHandler(/a .*/))).code).toBe('INVALID_SUBJECT');
  });

  it.each(['a b', 'a\r\nb', '.', 7])('F21, N7: refuses the queue group %j', async (queue) => {
    const error = await refusal(eventHandler('badqueue.x', { queue }));
    expect(error.message).toContain('queue');
    expect(error.message).toContain('badqueue.x');
  });

  it.each(['', 'a', 'a.b', 'ä'])('N7: accepts the queue group %j', async (queue) => {
    const { app } = await bench.create([eventHandler('goodqueue.x', { queue })]);
    await expect(app.listen()).resolves.toMatchObject({
      subscriptions: [{ queue: queue === '' ? undefined : queue }],
    });
  });
});

describe('listen() with several faults', () => {
  it('N8: names them all at once, and leaves no connection', async () => {
    const error = await refusal(
      eventHandler('fine.one'),
      eventHandler('bad one'),
      requestHandler('bad..two'),
      eventHandler('bad.three', { queue: 'a group' }),
      requestHandler('same.subject'),
      requestHandler('same.subject'),
    );
    expect(error).toBeInstanceOf(NatsTransportError);
    for (const named of ['"bad one"', '"bad..two"', '"a group"', '"bad.three"', '"same.subject"']) {
      expect(error.message).toContain(named);
    }
    expect(error.message).not.toContain('fine.one');
    expect(error.details['faults']).toHaveLength(4);
    await onlyConnected(bench.server, []);
  });

  it('refuses two request handlers on one subject and queue group, by whatever pattern', async () => {
    const error = await refusal(requestHandler('twice.*'), requestHandler('twice.:name'));
    expect(error.code).toBe('DUPLICATE_HANDLER');
    expect(error.message).toContain('"twice.*"');
    expect(error.message).toContain('"twice.:name"');
  });

  it('accepts an event and a request handler on one subject', async () => {
    const { app } = await bench.create([eventHandler('both.x'), requestHandler('both.x')]);
    await expect(app.listen()).resolves.toMatchObject({
      subscriptions: [{ kind: 'event' }, { kind: 'request' }],
    });
  });
});
