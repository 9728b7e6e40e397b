import { describe, expect, it } from '@jest/globals';
import { MsgImpl } from '@nats-io/transport-node';
import { jsonCodec } from '../../codec/json.js';
import { textCodec } from '../../codec/text.js';
import { NatsMessageContext } from '../../message/context.js';
import type { EncodedMessage } from '../../message/payload.js';
import { type HandlerEntry, HandlerTable } from '../core/handler-table.js';
import { type Incoming, type IncomingOptions, incomingReader } from './incoming.js';

const ROUTE = '{"cmd":"quote"}';

function handlerOf(codec = jsonCodec): HandlerEntry {
  const table = new HandlerTable({ queue: '', codec });
  const callback = Object.assign(async () => undefined, { isEventHandler: false });
  return table.add({ route: ROUTE, kind: 'request', callback, extras: {} }).request!;
}

const handler = handlerOf();
const routeOf = (pattern: unknown): string =>
  typeof pattern === 'string' ? pattern : JSON.stringify(pattern);

/** A request as it came over the wire. */
function messageOf(payload: string, head?: string): MsgImpl {
  const block = Buffer.from(head === undefined ? '' : `NATS/1.0\r\n${head}\r\n\r\n`);
  const data = Buffer.concat([block, Buffer.from(payload)]);
  const parts = {
    subject: Buffer.from(ROUTE),
    reply: Buffer.from('_INBOX.1'),
    sid: 1,
    hdr: head === undefined ? -1 : block.length,
    size: data.length,
  };
  return new MsgImpl(parts, data, {} as never);
}

interface Read extends Incoming {
  readonly context: NatsMessageContext;
}

async function read(
  message: MsgImpl,
  options: Partial<IncomingOptions> = {},
  entry = handler,
): Promise<Read> {
  const context = new NatsMessageContext(message, entry.pattern);
  const reader = incomingReader({ envelope: 'plain', routeOf, ...options });
  return { ...(await reader(message, entry, context)), context };
}

const both = { envelope: 'both' } as const;
const nest = { envelope: 'nest' } as const;
const packet = (fields: object): MsgImpl => messageOf(JSON.stringify(fields));

async function answered({ replyFormat }: Incoming): Promise<string> {
  const { payload }: EncodedMessage = await replyFormat.single('fine', ROUTE);
  return Buffer.from(payload).toString();
}

describe('plain messages', () => {
  it('are read by the codec of the handler, and answered in it', async () => {
    const entry = handlerOf(textCodec);
    const incoming = await read(messageOf('A-1'), {}, entry);
    expect(incoming.data).toBe('A-1');
    expect(incoming.replyFormat).toBe(entry.replyFormat);
  });

  it('are read by the codec they name', async () => {
    const message = messageOf('A-1', 'Content-Type: text/plain');
    expect((await read(message)).data).toBe('A-1');
  });

  it('are left alone, also when they look like an envelope', async () => {
    const fields = { pattern: { cmd: 'quote' }, data: 1, id: 'x' };
    const incoming = await read(packet(fields));
    expect(incoming.data).toEqual(fields);
    await expect(answered(incoming)).resolves.toBe('"fine"');
  });

  it('without bytes are undefined', async () => {
    expect((await read(messageOf(''))).data).toBeUndefined();
  });

  it('that cannot be read are refused', async () => {
    await expect(read(messageOf('{'))).rejects.toMatchObject({ code: 'DECODE_FAILED' });
    await expect(read(messageOf('1', 'a b: c'))).rejects.toMatchObject({ code: 'INVALID_HEADER' });
    const unknown = messageOf('<a/>', 'Content-Type: text/xml');
    await expect(read(unknown)).rejects.toMatchObject({ code: 'DECODE_FAILED' });
  });
});

describe.each([both, nest])('messages in an envelope, with envelope: %o', (options) => {
  it('are taken out of it, and answered in one with the same id', async () => {
    const incoming = await read(packet({ pattern: { cmd: 'quote' }, data: 1, id: 'x' }), options);
    expect(incoming.data).toBe(1);
    await expect(answered(incoming)).resolves.toBe(
      '{"response":"fine","isDisposed":true,"id":"x"}',
    );
  });

  it('may name the pattern as text', async () => {
    expect((await read(packet({ pattern: ROUTE, data: 1, id: 'x' }), options)).data).toBe(1);
  });

  it('may have no data, and no id', async () => {
    const incoming = await read(packet({ pattern: { cmd: 'quote' } }), options);
    expect(incoming.data).toBeUndefined();
    await expect(answered(incoming)).resolves.toBe('"fine"');
  });

  it('bring metadata to the context', async () => {
    const fields = { pattern: { cmd: 'quote' }, data: 1, metadata: { tenant: 'acme' } };
    const { context } = await read(packet(fields), options);
    expect(context.getMetadata()).toEqual({ tenant: 'acme' });
  });
});

describe('messages that are no envelope', () => {
  const others: [string, string][] = [
    ['another pattern', '{"pattern":"other","data":1,"id":"x"}'],
    ['a further key', '{"pattern":{"cmd":"quote"},"data":1,"more":1}'],
    ['an id that is no text', '{"pattern":{"cmd":"quote"},"data":1,"id":7}'],
    ['no pattern', '{"data":1,"id":"x"}'],
    ['a list', '[1]'],
    ['null', 'null'],
    ['a text', '"a"'],
  ];

  it.each(others)('for %s: with both they are plain', async (_, text) => {
    const incoming = await read(messageOf(text), both);
    expect(incoming.data).toEqual(JSON.parse(text));
    await expect(answered(incoming)).resolves.toBe('"fine"');
  });

  it.each(others)('for %s: with nest they are refused', async (_, text) => {
    await expect(read(messageOf(text), nest)).rejects.toMatchObject({
      code: 'DECODE_FAILED',
      message: expect.stringContaining("Set envelope: 'both'"),
    });
  });
});

describe('a deserializer', () => {
  it('gets the message, the pattern and the reply subject, and gives a packet', async () => {
    const calls: unknown[] = [];
    const deserializer = {
      deserialize: async (...args: unknown[]) => {
        calls.push(args);
        return { pattern: ROUTE, data: 'mine', id: 'x' };
      },
    };
    const message = messageOf('not JSON');
    const incoming = await read(message, { deserializer });
    expect(calls).toEqual([[message, { channel: ROUTE, replyTo: '_INBOX.1' }]]);
    expect(incoming.data).toBe('mine');
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('no');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no'))],
  ])('that %s is DECODE_FAILED', async (_, deserialize) => {
    await expect(read(messageOf('1'), { deserializer: { deserialize } })).rejects.toMatchObject({
      code: 'DECODE_FAILED',
      cause: expect.any(Error),
    });
  });

  it('does not see headers that are malformed', async () => {
    let seen = 0;
    const deserializer = { deserialize: () => seen++ };
    await expect(read(messageOf('1', 'a b: c'), { deserializer })).rejects.toMatchObject({
      code: 'DECODE_FAILED',
      cause: { code: 'INVALID_HEADER' },
    });
    expect(seen).toBe(0);
  });
});

describe('a serializer', () => {
  const packets: unknown[] = [];
  const serializer = {
    serialize: (answer: unknown): string => {
      packets.push(answer);
      return 'mine';
    },
  };

  it('writes the answers, with the id of the request', async () => {
    const incoming = await read(packet({ pattern: ROUTE, data: 1, id: 'x' }), {
      ...both,
      serializer,
    });
    await expect(answered(incoming)).resolves.toBe('mine');
    expect(packets).toEqual([{ response: 'fine', isDisposed: true, id: 'x' }]);
  });

  it('stands beside a deserializer', async () => {
    const deserializer = { deserialize: () => ({ data: 2 }) };
    const incoming = await read(messageOf(''), { serializer, deserializer });
    expect(incoming.data).toBe(2);
    await expect(answered(incoming)).resolves.toBe('mine');
  });
});
