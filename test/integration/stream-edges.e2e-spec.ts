import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { headers, type Msg } from '@nats-io/transport-node';
import { Controller } from '@nestjs/common';
import { MessagePattern, RpcException } from '@nestjs/microservices';
import { concat, EMPTY, finalize, type Observable, of, Subject, tap, throwError } from 'rxjs';
import { setTimeout as delay } from 'node:timers/promises';
import { NatsRecordBuilder, NatsSharedConnection } from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';
import { pendingRequests } from '../support/pending-requests.js';
import { waitFor } from '../support/wait-for.js';

@Controller()
class Streams {
  readonly source = new Subject<string>();
  released = 0;

  @MessagePattern('edges.live')
  live(): Observable<string> {
    return this.source.pipe(finalize(() => this.released++));
  }

  @MessagePattern('edges.fails.at.once')
  failsAtOnce(): Observable<never> {
    return throwError(() => new RpcException({ code: 'EMPTY_HANDED', message: 'm' }));
  }

  @MessagePattern('edges.fails.after.two')
  failsAfterTwo(): Observable<string> {
    const failure = new RpcException({ code: 'DRY', message: 'm' });
    return concat(
      of('a', 'b'),
      throwError(() => failure),
    );
  }

  @MessagePattern('edges.empty')
  empty(): Observable<never> {
    return EMPTY;
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

interface Outcome {
  values: unknown[];
  end: unknown;
}

/** Follows a stream to its end, which is `'complete'` or the error. */
function follow(source: Observable<unknown>): Promise<Outcome> {
  const values: unknown[] = [];
  return new Promise((resolve) => {
    source.subscribe({
      next: (value) => values.push(value),
      error: (end: unknown) => resolve({ values, end }),
      complete: () => resolve({ values, end: 'complete' }),
    });
  });
}

describe('a stream of ours', () => {
  it('gives its first value at once, also when the next takes its time', async () => {
    const app = await bench.listen([Streams]);
    const { source } = app.get(Streams);
    const seen: string[] = [];
    const done = follow(
      bench
        .client()
        .send<string>('edges.live', {})
        .pipe(tap((value) => seen.push(value))),
    );
    await waitFor(() => source.observed, { what: 'the handler to stream' });
    source.next('first');
    await waitFor(() => seen.length === 1, { what: 'the first value, while there is no other' });
    source.next('second');
    source.complete();
    await expect(done).resolves.toEqual({ values: ['first', 'second'], end: 'complete' });
  });

  it('ends with an error after its values', async () => {
    await bench.listen([Streams]);
    await expect(follow(bench.client().send('edges.fails.after.two', {}))).resolves.toMatchObject({
      values: ['a', 'b'],
      end: { name: 'RemoteError', code: 'DRY' },
    });
  });

  it('that fails at once is one error', async () => {
    await bench.listen([Streams]);
    await expect(follow(bench.client().send('edges.fails.at.once', {}))).resolves.toMatchObject({
      values: [],
      end: { name: 'RemoteError', code: 'EMPTY_HANDED' },
    });
  });

  it('without a value completes, and is one empty message on the wire', async () => {
    await bench.listen([Streams]);
    await expect(follow(bench.client().send('edges.empty', {}))).resolves.toEqual({
      values: [],
      end: 'complete',
    });
    const answer = await (await bench.peer()).request('edges.empty', '{}', { timeout: 5_000 });
    expect(answer.data).toHaveLength(0);
    expect(answer.headers).toBeUndefined();
  });
});

describe('whoever asked', () => {
  it('may unsubscribe: the request is forgotten, and later values are not heard', async () => {
    const app = await bench.listen([Streams], { shutdownTimeoutMs: 0 });
    const { source } = app.get(Streams);
    const connection = new NatsSharedConnection({ servers: bench.server.url });
    const client = bench.client({ connection });
    const seen: string[] = [];
    const subscription = client.send<string>('edges.live', {}).subscribe((v) => seen.push(v));
    await waitFor(() => source.observed, { what: 'the handler to stream' });
    source.next('heard');
    source.next('heard too');
    await waitFor(() => seen.length === 2, { what: 'two values' });
    expect(pendingRequests(connection)).toBe(1);
    subscription.unsubscribe();
    expect(pendingRequests(connection)).toBe(0);
    source.next('not heard');
    source.complete();
    await expect(client.request('edges.empty', {})).resolves.toBeUndefined();
    expect(seen).toEqual(['heard', 'heard too']);
  });

  it('may unsubscribe before the request is sent: nothing is', async () => {
    const app = await bench.listen([Streams]);
    const client = bench.client();
    client.send('edges.live', {}).subscribe().unsubscribe();
    await expect(client.request('edges.empty', {})).resolves.toBeUndefined();
    expect(app.get(Streams).source.observed).toBe(false);
  });

  it('asks anew with each subscription, as send() is cold', async () => {
    const app = await bench.listen([Streams]);
    const { source } = app.get(Streams);
    const client = bench.client();
    const answers = client.send<string>('edges.live', {});
    await expect(client.request('edges.empty', {})).resolves.toBeUndefined();
    expect(source.observed).toBe(false);
    const both = Promise.all([follow(answers), follow(answers)]);
    await waitFor(() => source.observers.length === 2, { what: 'two requests' });
    source.complete();
    await both;
    expect(app.get(Streams).released).toBe(2);
  });
});

/** Answers requests on `edges.framed` frame by frame, in our wire format, or in what was made of it. */
async function framing(answer: (message: Msg) => unknown): Promise<void> {
  const peer = await bench.peer();
  peer.subscribe('edges.framed', { callback: (_, message) => void answer(message) });
  await peer.flush();
}

function frame(message: Msg, name: 'Reply-Sequence' | 'Reply-End', number: number): void {
  const hdrs = headers();
  hdrs.set(name, `${number}`);
  message.respond(name === 'Reply-End' ? '' : `${number}`, { headers: hdrs });
}

describe('frames of a foreign responder', () => {
  it('are values in order, and an end', async () => {
    await framing((message) => {
      for (const n of [1, 2, 3]) frame(message, 'Reply-Sequence', n);
      frame(message, 'Reply-End', 3);
    });
    const answers = bench.client().send('edges.framed', {});
    await expect(follow(answers)).resolves.toEqual({ values: [1, 2, 3], end: 'complete' });
  });

  it.each([
    ['a frame is missing', [1, 3], 2, [1]],
    ['the first is missing', [2, 3], 2, []],
    ['a frame comes twice', [1, 1, 2], 2, [1]],
    ['the last is missing', [1, 2], 3, [1, 2]],
    ['the end counts too few', [1, 2], 1, [1, 2]],
  ])('end in CONNECTION_LOST when %s', async (_, sequence, end, values) => {
    await framing((message) => {
      for (const n of sequence) frame(message, 'Reply-Sequence', n);
      frame(message, 'Reply-End', end);
    });
    const connection = new NatsSharedConnection({ servers: bench.server.url });
    const answers = bench.client({ connection }).send('edges.framed', {});
    await expect(follow(answers)).resolves.toMatchObject({
      values,
      end: { code: 'CONNECTION_LOST', message: expect.stringContaining('gap') as unknown },
    });
    expect(pendingRequests(connection)).toBe(0);
  });

  it('must not pause for longer than the timeout', async () => {
    await framing((message) => frame(message, 'Reply-Sequence', 1));
    const start = performance.now();
    const record = new NatsRecordBuilder({}).timeout(80).build();
    await expect(follow(bench.client().send('edges.framed', record))).resolves.toMatchObject({
      values: [1],
      end: { code: 'TIMEOUT' },
    });
    expect(performance.now() - start).toBeGreaterThanOrEqual(79);
  });

  it('may take longer than the timeout together', async () => {
    await framing(async (message) => {
      for (const n of [1, 2, 3, 4]) {
        frame(message, 'Reply-Sequence', n);
        await delay(120);
      }
      frame(message, 'Reply-End', 4);
    });
    const record = new NatsRecordBuilder({}).timeout(400).build();
    await expect(follow(bench.client().send('edges.framed', record))).resolves.toEqual({
      values: [1, 2, 3, 4],
      end: 'complete',
    });
  });

  it('may be followed by an error', async () => {
    await framing((message) => {
      frame(message, 'Reply-Sequence', 1);
      const hdrs = headers();
      hdrs.set('Nats-Service-Error-Code', '507');
      message.respond('{"code":"FULL","message":"m"}', { headers: hdrs });
    });
    await expect(follow(bench.client().send('edges.framed', {}))).resolves.toMatchObject({
      values: [1],
      end: { name: 'RemoteError', code: 'FULL', status: 507 },
    });
  });
});
