import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Msg } from '@nats-io/transport-node';
import { Controller } from '@nestjs/common';
import { Ctx, MessagePattern, Payload, RpcException } from '@nestjs/microservices';
import { from, lastValueFrom, type Observable, toArray } from 'rxjs';
import { NatsMessageContext } from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';

const LIMIT = 4096;

interface Order {
  length: number;
  header?: number;
}

@Controller()
class Large {
  @MessagePattern('large.value')
  value(@Payload() { length, header }: Order, @Ctx() ctx: NatsMessageContext): string {
    if (header !== undefined) ctx.addResponseHeaders({ X: 'x'.repeat(header) });
    return 'x'.repeat(length);
  }

  @MessagePattern('large.stream')
  stream(@Payload() { length }: Order): Observable<string> {
    return from(['small', 'x'.repeat(length), 'never']);
  }

  @MessagePattern('large.error')
  error(@Payload() { length, header }: Order, @Ctx() ctx: NatsMessageContext): never {
    if (header !== undefined) ctx.addResponseHeaders({ X: 'x'.repeat(header) });
    throw new RpcException({ code: 'C', message: 'x'.repeat(length), details: 'x'.repeat(length) });
  }

  @MessagePattern('large.bigint')
  bigint(): Observable<unknown> {
    return from([1, 10n, 3]);
  }
}

const bench = new NatsBench({ config: `max_payload: ${LIMIT}` });
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

/** A JSON string is two quotes longer than its text. */
const textOf = (bytes: number): string => 'x'.repeat(bytes - 2);

describe('F25: an answer larger than max_payload', () => {
  it.each([
    ['its payload', { length: LIMIT }],
    ['its headers', { length: 1, header: LIMIT }],
    ['both together', { length: LIMIT / 2, header: LIMIT / 2 }],
  ])('by %s becomes an error at once', async (_, order) => {
    await bench.listen([Large]);
    const client = bench.client({ timeoutMs: 20_000 });
    const start = performance.now();
    expect(await rejection(client.request('large.value', order))).toMatchObject({
      name: 'RemoteError',
      code: 'PAYLOAD_TOO_LARGE',
      status: 500,
    });
    expect(performance.now() - start).toBeLessThan(5_000);
    await expect(client.request('large.value', { length: 3 })).resolves.toBe('xxx');
  });

  it('in a stream comes after the values before it, and ends the stream', async () => {
    await bench.listen([Large]);
    const values: unknown[] = [];
    const sent = bench.client().send<string>('large.stream', { length: LIMIT });
    const end = await new Promise((resolve) => {
      sent.subscribe({
        next: (v) => values.push(v),
        error: resolve,
        complete: () => resolve('end'),
      });
    });
    expect(values).toEqual(['small']);
    expect(end).toMatchObject({ name: 'RemoteError', code: 'PAYLOAD_TOO_LARGE' });
  });

  it('is told of when it is itself an error, with as much of it as fits', async () => {
    await bench.listen([Large]);
    const client = bench.client({ timeoutMs: 20_000 });
    const error = await rejection<Error>(client.request('large.error', { length: LIMIT }));
    expect(error).toMatchObject({ name: 'RemoteError', code: 'C', message: 'x'.repeat(512) });
    const order = { length: 1, header: LIMIT };
    const headers = await rejection(client.request('large.error', order));
    expect(headers).toMatchObject({ name: 'RemoteError', code: 'C', message: 'x' });
  });

  it('that just fits is sent', async () => {
    await bench.listen([Large]);
    const answer = await bench.client().request<string>('large.value', { length: LIMIT - 2 });
    expect(answer).toHaveLength(LIMIT - 2);
  });
});

it('F24: a value in a stream that cannot be written is an error at once, after those before it', async () => {
  await bench.listen([Large]);
  const values: unknown[] = [];
  const end = await new Promise((resolve) => {
    bench
      .client({ timeoutMs: 20_000 })
      .send('large.bigint', {})
      .subscribe({ next: (v) => values.push(v), error: resolve, complete: () => resolve('end') });
  });
  expect(values).toEqual([1]);
  expect(end).toMatchObject({ name: 'RemoteError', code: 'ENCODE_FAILED' });
});

describe('F25: what is larger than max_payload on its way out', () => {
  /** Publishes, and gives the messages that arrived on the wire. */
  async function arrived(work: (client: ReturnType<NatsBench['client']>) => Promise<void>) {
    const peer = await bench.peer();
    const messages: Msg[] = [];
    peer.subscribe('large.wire', { callback: (_, message) => void messages.push(message) });
    await peer.flush();
    const client = bench.client();
    await work(client);
    await client.unwrap().flush();
    await peer.flush();
    expect(client.unwrap().isClosed()).toBe(false);
    return messages;
  }

  it('is PAYLOAD_TOO_LARGE before the wire, with the figures', async () => {
    const messages = await arrived(async (client) => {
      const tooLarge = { code: 'PAYLOAD_TOO_LARGE', details: { size: LIMIT + 1, limit: LIMIT } };
      const text = textOf(LIMIT + 1);
      expect(await rejection(client.publish('large.wire', text))).toMatchObject(tooLarge);
      expect(await rejection(client.request('large.wire', text))).toMatchObject(tooLarge);
      expect(await rejection(lastValueFrom(client.send('large.wire', text)))).toMatchObject(
        tooLarge,
      );
      expect(await rejection(lastValueFrom(client.emit('large.wire', text)))).toMatchObject(
        tooLarge,
      );
      const gathered = client.gather('large.wire', text).pipe(toArray());
      expect(await rejection(lastValueFrom(gathered))).toMatchObject(tooLarge);
    });
    expect(messages).toEqual([]);
  });

  it('is so by a single byte, and what fits exactly arrives', async () => {
    const messages = await arrived(async (client) => {
      await client.publish('large.wire', textOf(LIMIT), { confirm: 'flush' });
    });
    expect(messages.map(({ data }) => data.length)).toEqual([LIMIT]);
  });

  it('counts the headers, to the byte', async () => {
    const headers = { 'X-Name': ['one', 'two'], 'X-Other': 'ä' };
    const block = Buffer.byteLength('NATS/1.0\r\nX-Name: one\r\nX-Name: two\r\nX-Other: ä\r\n\r\n');
    const messages = await arrived(async (client) => {
      const tooLarge = client.publish('large.wire', textOf(LIMIT - block + 1), { headers });
      expect(await rejection(tooLarge)).toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
      await client.publish('large.wire', textOf(LIMIT - block), { headers, confirm: 'flush' });
    });
    expect(messages.map(({ data }) => data.length)).toEqual([LIMIT - block]);
  });
});
