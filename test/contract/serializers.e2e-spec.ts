import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { EventPattern, MessagePattern, Payload, RpcException } from '@nestjs/microservices';
import { headers, type Msg } from '@nats-io/transport-node';
import { from, lastValueFrom, type Observable, toArray } from 'rxjs';
import type { PacketDeserializer, PacketSerializer } from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';
import { waitFor } from '../support/wait-for.js';

let events: unknown[];

@Controller()
class Handlers {
  @MessagePattern('serial.echo')
  echo(@Payload() data: unknown): unknown {
    return data;
  }

  @MessagePattern('serial.stream')
  stream(@Payload() numbers: number[]): Observable<number> {
    return from(numbers);
  }

  @MessagePattern('serial.error')
  error(): never {
    throw new RpcException({ code: 'REFUSED', message: 'refused' });
  }

  @EventPattern('serial.event')
  event(@Payload() data: unknown): void {
    events.push(data);
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
beforeEach(() => {
  events = [];
});
afterEach(() => bench.clear());
afterAll(() => bench.stop());

/** Writes packets as base64 of their JSON, which nothing but {@link read} understands. */
const write = (packet: unknown): unknown => {
  const marked = headers();
  marked.set('x-format', 'base64');
  return { data: Buffer.from(JSON.stringify(packet)).toString('base64'), headers: marked };
};

const read = (message: unknown): unknown => {
  const received = message as Msg;
  if (received.headers?.get('x-format') !== 'base64') throw new Error('not in our format');
  return JSON.parse(Buffer.from(received.string(), 'base64').toString('utf8')) as unknown;
};

const SYNC = { serializer: { serialize: write }, deserializer: { deserialize: read } };
const ASYNC = {
  serializer: {
    serialize: async (packet) => {
      await new Promise(setImmediate);
      return write(packet);
    },
  } satisfies PacketSerializer,
  deserializer: {
    deserialize: async (message) => {
      await new Promise(setImmediate);
      return read(message);
    },
  } satisfies PacketDeserializer,
};

describe.each([
  ['synchronous', 'synchronous', SYNC, SYNC],
  ['asynchronous', 'synchronous', ASYNC, SYNC],
  ['synchronous', 'asynchronous', SYNC, ASYNC],
  ['asynchronous', 'asynchronous', ASYNC, ASYNC],
])(
  'with %s serializers of the client and %s ones of the strategy',
  (_, __, ofClient, ofStrategy) => {
    beforeEach(() => bench.listen([Handlers], ofStrategy));

    it('a request is answered', async () => {
      const data = { text: 'später', list: [1, null] };
      await expect(bench.client(ofClient).request('serial.echo', data)).resolves.toEqual(data);
    });

    it('a streamed answer keeps its order', async () => {
      const numbers = Array.from({ length: 20 }, (__, i) => i);
      const answers = bench.client(ofClient).send<number>('serial.stream', numbers);
      await expect(lastValueFrom(answers.pipe(toArray()))).resolves.toEqual(numbers);
    });

    it('an empty stream is an empty answer', async () => {
      const answers = bench.client(ofClient).send<number>('serial.stream', []);
      await expect(lastValueFrom(answers.pipe(toArray()))).resolves.toEqual([]);
    });

    it('an error is an error', async () => {
      await expect(bench.client(ofClient).request('serial.error', {})).rejects.toMatchObject({
        code: 'REFUSED',
        message: 'refused',
      });
    });

    it('an event arrives', async () => {
      await bench.client(ofClient).publish('serial.event', { n: 1 });
      await waitFor(() => events.length === 1, { what: 'the event' });
      expect(events).toEqual([{ n: 1 }]);
    });
  },
);

it('serializers see the packets that Nest has for them', async () => {
  const seen: unknown[] = [];
  const spying = {
    serializer: {
      serialize: (packet: unknown) => {
        seen.push(packet);
        return write(packet);
      },
    },
    deserializer: {
      deserialize: (message: unknown, options?: { channel?: string; replyTo?: string }) => {
        seen.push(options);
        return read(message);
      },
    },
  };
  await bench.listen([Handlers], spying);
  await bench.client({ ...spying, deserializer: SYNC.deserializer }).request('serial.echo', 1);
  expect(seen).toEqual([
    { pattern: 'serial.echo', data: 1, id: expect.any(String) },
    { channel: 'serial.echo', replyTo: expect.stringMatching(/^_INBOX\./) },
    { response: 1, isDisposed: true, id: (seen[0] as { id: string }).id },
  ]);
});

const failing = {
  serialize: () => {
    throw new Error('the serializer fails');
  },
  deserialize: async () => Promise.reject(new Error('the deserializer fails')),
};

describe('one that fails', () => {
  it.each([
    ['serializer of the client', { serializer: failing }, {}, 'ENCODE_FAILED'],
    ['deserializer of the client', { deserializer: failing }, {}, 'DECODE_FAILED'],
    ['deserializer of the strategy', {}, { deserializer: failing }, 'BAD_REQUEST'],
  ])('%s: the caller hears of it', async (_, ofClient, ofStrategy, code) => {
    await bench.listen([Handlers], ofStrategy);
    await expect(bench.client(ofClient).request('serial.echo', 1)).rejects.toMatchObject({ code });
  });

  it('deserializer of the strategy: the next event is handled', async () => {
    await bench.listen([Handlers], SYNC);
    await bench.client().publish('serial.event', 'plain JSON, which it cannot read');
    await bench.client(SYNC).publish('serial.event', 'fine');
    await waitFor(() => events.length > 0, { what: 'the event' });
    expect(events).toEqual(['fine']);
  });
});

it.each([
  ['serializer', { serializer: {} }],
  ['deserializer', { deserializer: {} }],
])('a %s without its method is refused at once', async (name, options) => {
  const wrong = options as unknown as typeof SYNC;
  expect(() => bench.client(wrong)).toThrow(name);
  await expect(bench.create([Handlers], wrong)).rejects.toMatchObject({ code: 'INVALID_OPTIONS' });
});
