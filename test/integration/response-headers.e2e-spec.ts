import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { MsgHdrs } from '@nats-io/transport-node';
import { Controller } from '@nestjs/common';
import { Ctx, MessagePattern, Payload, RpcException } from '@nestjs/microservices';
import { type Observable, of } from 'rxjs';
import { isNatsTransportError, NatsMessageContext } from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';

@Controller()
class Answering {
  @MessagePattern('answer.value')
  value(@Ctx() ctx: NatsMessageContext): string {
    ctx.addResponseHeaders({ 'X-Served-By': 'one', 'X-Trace': ['a', 'b'] });
    ctx.addResponseHeaders(new Map([['X-Trace', 'c']]));
    return 'value';
  }

  @MessagePattern('answer.stream')
  stream(@Ctx() ctx: NatsMessageContext): Observable<number> {
    ctx.addResponseHeaders({ 'X-Served-By': 'stream' });
    return of(1, 2);
  }

  @MessagePattern('answer.error')
  error(@Ctx() ctx: NatsMessageContext): never {
    ctx.addResponseHeaders({ 'X-Served-By': 'error', 'Retry-After': '3' });
    throw new RpcException({ code: 'BUSY', message: 'm' });
  }

  @MessagePattern('answer.text', { codec: 'text' })
  text(@Ctx() ctx: NatsMessageContext): string {
    ctx.addResponseHeaders({ 'X-Served-By': 'text' });
    return 'text';
  }

  @MessagePattern('answer.plain')
  plain(): string {
    return 'plain';
  }

  @MessagePattern('answer.refused')
  refused(@Payload() headers: Record<string, string>, @Ctx() ctx: NatsMessageContext): unknown {
    try {
      ctx.addResponseHeaders(headers);
      return 'accepted';
    } catch (error) {
      return isNatsTransportError(error) ? error.code : 'another error';
    }
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

/** Asks, and gives what `onHeaders` received as plain lists. */
async function answered(subject: string) {
  await bench.listen([Answering]);
  const received: MsgHdrs[] = [];
  const answer = await bench
    .client()
    .request(subject, {}, { onHeaders: (headers) => received.push(headers) });
  return { answer, headers: received.map((headers) => Object.fromEntries(headers)) };
}

describe('headers that a handler sets for its answer', () => {
  it('reach onHeaders with all their values', async () => {
    await expect(answered('answer.value')).resolves.toEqual({
      answer: 'value',
      headers: [{ 'X-Served-By': ['one'], 'X-Trace': ['a', 'b', 'c'] }],
    });
  });

  it('stand beside the Content-Type', async () => {
    await expect(answered('answer.text')).resolves.toEqual({
      answer: 'text',
      headers: [{ 'Content-Type': ['text/plain'], 'X-Served-By': ['text'] }],
    });
  });

  it('are on the first frame of a stream, and on no other', async () => {
    await bench.listen([Answering]);
    const peer = await bench.peer();
    const frames: [string, string][] = [];
    const iterator = await peer.requestMany('answer.stream', '{}', {
      strategy: 'count',
      maxMessages: 3,
      maxWait: 5_000,
    });
    for await (const { headers } of iterator) {
      frames.push([headers!.get('Reply-Sequence'), headers!.get('X-Served-By')]);
    }
    expect(frames).toEqual([
      ['1', 'stream'],
      ['2', ''],
      ['', ''],
    ]);
  });

  it('are on an error too', async () => {
    await bench.listen([Answering]);
    const { headers } = await (await bench.peer()).request('answer.error', '{}');
    expect(headers!.get('Nats-Service-Error-Code')).toBe('500');
    expect(headers!.get('X-Served-By')).toBe('error');
    expect(headers!.get('Retry-After')).toBe('3');
    await expect(bench.client().request('answer.error', {})).rejects.toMatchObject({
      code: 'BUSY',
    });
  });

  it.each([
    ['Nats-Service-Error-Code', '200'],
    ['nats-anything', 'x'],
    ['Reply-Sequence', '1'],
    ['Content-Type', 'text/html'],
    ['Bad Name', 'x'],
    ['X-Lines', 'a\r\nInjected: b'],
  ])('cannot be %s: %j', async (name, value) => {
    await bench.listen([Answering]);
    const answer = bench.client().request('answer.refused', { [name]: value });
    await expect(answer).resolves.toBe('INVALID_HEADER');
  });
});

it('onHeaders is not called for an answer without headers', async () => {
  await expect(answered('answer.plain')).resolves.toEqual({ answer: 'plain', headers: [] });
});

it('a failure in onHeaders fails the request', async () => {
  await bench.listen([Answering]);
  const failed = bench.client().request(
    'answer.value',
    {},
    {
      onHeaders: () => {
        throw new Error('I want none');
      },
    },
  );
  expect(await rejection<Error>(failed)).toMatchObject({ message: 'I want none' });
});
