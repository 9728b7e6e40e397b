import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { EventPattern, MessagePattern, Payload, RpcException } from '@nestjs/microservices';
import { finalize, from, lastValueFrom, type Observable, throwError, toArray } from 'rxjs';
import { NATS_TRANSPORT, NatsMessageContext, type NatsStrategy } from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';
import { waitFor } from '../support/wait-for.js';

let steps: string[];

@Controller()
class Handlers {
  @MessagePattern('hooks.value')
  async value(): Promise<string> {
    steps.push('handler begins');
    await Promise.resolve();
    steps.push('handler ends');
    return 'value';
  }

  @MessagePattern('hooks.stream')
  stream(): Observable<number> {
    return from([1, 2, 3]).pipe(finalize(() => steps.push('stream ends')));
  }

  @MessagePattern('hooks.error')
  error(): never {
    steps.push('handler throws');
    throw new RpcException('refused');
  }

  @MessagePattern('hooks.broken-stream')
  brokenStream(): Observable<never> {
    return throwError(() => new RpcException('broken')).pipe(
      finalize(() => steps.push('stream ends')),
    );
  }

  @EventPattern('hooks.event')
  event(@Payload() data: unknown): void {
    steps.push(`event ${String(data)}`);
  }

  @EventPattern<string>('hooks.event-error')
  eventError(@Payload() _data: unknown): never {
    steps.push('event throws');
    throw new Error('an event that fails');
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
beforeEach(() => {
  steps = [];
});
afterEach(() => bench.clear());
afterAll(() => bench.stop());

async function listen(prepare: (strategy: NatsStrategy) => void): Promise<void> {
  const { app, strategy } = await bench.create([Handlers]);
  prepare(strategy);
  await app.listen();
}

function recordBoth(strategy: NatsStrategy): void {
  strategy.setOnProcessingStartHook((id, context, done) => {
    const { subject } = context as NatsMessageContext;
    steps.push(`start ${String(id === NATS_TRANSPORT)} ${subject}`);
    void done();
  });
  strategy.setOnProcessingEndHook((id, context) => {
    const { subject } = context as NatsMessageContext;
    steps.push(`end ${String(id === NATS_TRANSPORT)} ${subject}`);
  });
}

const ended = (): Promise<void> =>
  waitFor(() => steps.some((step) => step.startsWith('end ')), { what: 'the end hook' });

describe('processing hooks run once each, around', () => {
  it('a request', async () => {
    await listen(recordBoth);
    await expect(bench.client().request('hooks.value', {})).resolves.toBe('value');
    await ended();
    expect(steps).toEqual([
      'start true hooks.value',
      'handler begins',
      'handler ends',
      'end true hooks.value',
    ]);
  });

  it('a streamed answer, to its end', async () => {
    await listen(recordBoth);
    const answers = bench.client().send<number>('hooks.stream', {});
    await expect(lastValueFrom(answers.pipe(toArray()))).resolves.toEqual([1, 2, 3]);
    await ended();
    expect(steps).toEqual(['start true hooks.stream', 'stream ends', 'end true hooks.stream']);
  });

  it.each([
    ['hooks.error', 'handler throws'],
    ['hooks.broken-stream', 'stream ends'],
  ])('a request that fails: %s', async (subject, step) => {
    await listen(recordBoth);
    await expect(bench.client().request(subject, {})).rejects.toMatchObject({ status: 500 });
    await ended();
    expect(steps).toEqual([`start true ${subject}`, step, `end true ${subject}`]);
  });

  it.each([
    ['hooks.event', 'event 1'],
    ['hooks.event-error', 'event throws'],
  ])('an event: %s', async (subject, step) => {
    await listen(recordBoth);
    await bench.client().publish(subject, 1);
    await ended();
    expect(steps).toEqual([`start true ${subject}`, step, `end true ${subject}`]);
  });
});

describe('the start hook', () => {
  it('may run the handler later, and in a context of its own', async () => {
    await listen((strategy) =>
      strategy.setOnProcessingStartHook((_id, _context, done) => {
        steps.push('start');
        setImmediate(() => void done());
      }),
    );
    await expect(bench.client().request('hooks.value', {})).resolves.toBe('value');
    expect(steps).toEqual(['start', 'handler begins', 'handler ends']);
  });

  it('is not needed for the end hook', async () => {
    await listen((strategy) => strategy.setOnProcessingEndHook(() => void steps.push('end ')));
    await expect(bench.client().request('hooks.value', {})).resolves.toBe('value');
    await ended();
    expect(steps).toEqual(['handler begins', 'handler ends', 'end ']);
  });
});

it('an end hook that throws does not spoil the answer', async () => {
  await listen((strategy) =>
    strategy.setOnProcessingEndHook(() => {
      steps.push('end ');
      throw new Error('the hook fails');
    }),
  );
  await expect(bench.client().request('hooks.value', {})).resolves.toBe('value');
  await ended();
  await expect(bench.client().request('hooks.value', {})).resolves.toBe('value');
});
