import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { EventPattern, MessagePattern, Payload, RpcException } from '@nestjs/microservices';
import { type Observable, from, lastValueFrom, toArray } from 'rxjs';
import type { Codec, CodecOption } from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';

@Controller()
class Echo {
  readonly received: unknown[] = [];

  @MessagePattern('codecs.echo')
  echo(@Payload() data: unknown): unknown {
    this.received.push(data);
    return data;
  }

  @MessagePattern('codecs.twice')
  twice(@Payload() data: unknown): Observable<unknown> {
    return from([data, data]);
  }

  @MessagePattern('codecs.fail')
  fail(): never {
    throw new RpcException({ code: 'NO', message: 'no', details: { why: 1 } });
  }

  @EventPattern('codecs.event')
  onEvent(@Payload() data: unknown): void {
    this.received.push(data);
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

/** Writes numbers as hexadecimal text. */
const hexCodec: Codec = {
  contentType: 'application/x-hex',
  encode: (value) => Buffer.from(value === undefined ? '' : (value as number).toString(16)),
  decode: (bytes) =>
    bytes.length === 0 ? undefined : Number.parseInt(Buffer.from(bytes).toString(), 16),
};

const text = 'plain "text" – 漢\r\n';
const bytes = Uint8Array.from([0, 255, 13, 10, 0x7b]);

const CODECS: [name: string, codec: CodecOption, value: unknown][] = [
  ['json', 'json', { a: [1, null] }],
  ['text', 'text', text],
  ['raw', 'raw', bytes],
  ['one of its own', hexCodec, 0xbeef],
];

describe.each(CODECS)('U5: the codec %s on both sides', (_, codec, value) => {
  it('carries requests and answers', async () => {
    const app = await bench.listen([Echo], { codec });
    await expect(bench.client({ codec }).request('codecs.echo', value)).resolves.toEqual(value);
    expect(app.get(Echo).received).toEqual([value]);
  });

  it('carries streamed answers', async () => {
    await bench.listen([Echo], { codec });
    const sent = bench.client({ codec }).send('codecs.twice', value);
    await expect(lastValueFrom(sent.pipe(toArray()))).resolves.toEqual([value, value]);
  });

  it('carries events', async () => {
    const app = await bench.listen([Echo], { codec });
    await bench.client({ codec }).publish('codecs.event', value, { confirm: 'flush' });
    await app.close();
    expect(app.get(Echo).received).toEqual([value]);
  });

  it('carries errors', async () => {
    await bench.listen([Echo], { codec });
    await expect(bench.client({ codec }).request('codecs.fail', value)).rejects.toMatchObject({
      name: 'RemoteError',
      code: 'NO',
      details: { why: 1 },
    });
  });
});

describe('U5: a Content-Type', () => {
  it.each([
    ['text', text],
    ['raw', bytes],
  ] as const)('of %s is read by a strategy whose codec is JSON', async (codec, value) => {
    const app = await bench.listen([Echo]);
    await bench.client({ codec }).publish('codecs.event', value, { confirm: 'flush' });
    await app.close();
    expect(app.get(Echo).received).toEqual([value]);
  });

  it.each([
    ['text', '"quoted"'],
    ['raw', Uint8Array.from(Buffer.from('"quoted"'))],
  ] as const)('of an answer in %s is read by a client whose codec is JSON', async (codec, echo) => {
    await bench.listen([Echo], { codec });
    // the request is JSON without a type, which the strategy reads by its own codec
    await expect(bench.client().request('codecs.echo', 'quoted')).resolves.toEqual(echo);
  });

  it('stands on the wire for every codec but JSON', async () => {
    const peer = await bench.peer();
    const types: string[] = [];
    peer.subscribe('codecs.wire', {
      callback: (_, message) => void types.push(message.headers?.get('Content-Type') ?? 'none'),
    });
    await peer.flush();
    for (const [, codec, value] of CODECS) {
      await bench.client({ codec }).publish('codecs.wire', value, { confirm: 'flush' });
    }
    await peer.flush();
    expect(types).toEqual(['none', 'text/plain', 'application/octet-stream', 'application/x-hex']);
  });
});

it.each([
  ['text', 42],
  ['raw', 'text'],
  ['json', 10n],
  ['json', () => 1],
  [hexCodec, null],
] as [CodecOption, unknown][])(
  'U5: refuses to write with %p what it cannot',
  async (codec, value) => {
    const client = bench.client({ codec });
    await expect(client.publish('codecs.event', value)).rejects.toMatchObject({
      code: 'ENCODE_FAILED',
    });
    await expect(client.request('codecs.echo', value)).rejects.toMatchObject({
      code: 'ENCODE_FAILED',
    });
  },
);

it.each(['yaml', '', {}, { contentType: 'x/y' }, null])(
  'U5: an unknown codec %j fails at boot',
  async (codec) => {
    const wrong = codec as unknown as CodecOption;
    expect(() => bench.client({ codec: wrong })).toThrow(/codec/);
    await expect(bench.create([Echo], { codec: wrong })).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
    });
  },
);
