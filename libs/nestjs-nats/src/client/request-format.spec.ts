import { describe, expect, it } from '@jest/globals';
import { MsgImpl } from '@nats-io/transport-node';
import { textCodec } from '../codec/text.js';
import type { EncodedMessage } from '../message/payload.js';
import {
  NestRequestFormat,
  type OutgoingPacket,
  PlainRequestFormat,
  type RequestFormat,
  SerializerRequestFormat,
} from './request-format.js';

const request: OutgoingPacket = {
  kind: 'request',
  pattern: { cmd: 'quote' },
  subject: '{"cmd":"quote"}',
  data: 'A-1',
};
const event: OutgoingPacket = { ...request, kind: 'event' };

function answer(payload: string): MsgImpl {
  const bytes = Buffer.from(payload);
  const parts = { subject: Buffer.from('_INBOX.1'), sid: 1, hdr: -1, size: bytes.length };
  return new MsgImpl(parts, bytes, {} as never);
}

function written(format: RequestFormat, packet: OutgoingPacket): EncodedMessage {
  return format.write(packet) as EncodedMessage;
}

function packetOf(format: RequestFormat, packet: OutgoingPacket): Record<string, unknown> {
  const { payload } = written(format, packet);
  return JSON.parse(Buffer.from(payload).toString()) as Record<string, unknown>;
}

const read = async (format: RequestFormat, payload: string): Promise<unknown> =>
  format.reader('price.quote').read(answer(payload), undefined);

describe('PlainRequestFormat', () => {
  const format = new PlainRequestFormat(textCodec);

  it('writes the payload and nothing else, by its codec', () => {
    const { payload, headers } = written(format, request);
    expect(Buffer.from(payload).toString()).toBe('A-1');
    expect([...headers!]).toEqual([['Content-Type', ['text/plain']]]);
  });

  it('tells the codec the subject', () => {
    const subjects: string[] = [];
    const encode = (_: unknown, subject: string): Uint8Array => {
      subjects.push(subject);
      return new Uint8Array(0);
    };
    written(new PlainRequestFormat({ ...textCodec, encode }), request);
    expect(subjects).toEqual([request.subject]);
  });

  it('reads answers by its codec', async () => {
    await expect(read(format, '19.99')).resolves.toEqual({
      value: '19.99',
      hasValue: true,
      last: true,
    });
  });
});

describe('NestRequestFormat', () => {
  const format = new NestRequestFormat();

  it('writes the pattern as given, the data, and for a request an id', () => {
    expect(packetOf(format, request)).toEqual({
      pattern: { cmd: 'quote' },
      data: 'A-1',
      id: expect.stringMatching(/^\w{22}$/),
    });
  });

  it('gives each request another id', () => {
    const ids = Array.from({ length: 100 }, () => packetOf(format, request)['id']);
    expect(new Set(ids).size).toBe(100);
  });

  it('gives an event no id', () => {
    expect(packetOf(format, event)).toEqual({ pattern: { cmd: 'quote' }, data: 'A-1' });
  });

  it('carries the metadata of the packet, if it has any', () => {
    const metadata = { tenant: 'acme' };
    expect(packetOf(format, { ...event, metadata })).toMatchObject({ metadata });
  });

  it('leaves data out that are undefined', () => {
    expect(packetOf(format, { ...event, data: undefined })).toEqual({ pattern: { cmd: 'quote' } });
  });

  it('has no headers: it is JSON', () => {
    expect(written(format, request).headers).toBeUndefined();
  });

  it('reads the envelope of answers', async () => {
    await expect(read(format, '{"response":1,"isDisposed":true,"id":"x"}')).resolves.toEqual({
      value: 1,
      hasValue: true,
      last: true,
    });
  });

  it('fails with ENCODE_FAILED for data that JSON cannot hold', () => {
    expect(() => format.write({ ...request, data: 1n })).toThrow(
      expect.objectContaining({ code: 'ENCODE_FAILED' }),
    );
  });
});

describe('SerializerRequestFormat', () => {
  const base = new PlainRequestFormat(textCodec);
  const packets: unknown[] = [];
  const serializer = {
    serialize: (packet: unknown): string => {
      packets.push(packet);
      return 'serialized';
    },
  };
  const deserializer = {
    deserialize: async () => ({ response: 'deserialized', isDisposed: true }),
  };

  it('writes by the serializer, which gets a packet as Nest makes it', () => {
    const format = new SerializerRequestFormat(base, serializer, undefined);
    expect(written(format, request)).toEqual({ payload: Buffer.from('serialized') });
    expect(packets).toEqual([
      { pattern: { cmd: 'quote' }, data: 'A-1', id: expect.stringMatching(/^\w{22}$/) },
    ]);
  });

  it('reads by the deserializer', async () => {
    const format = new SerializerRequestFormat(base, undefined, deserializer);
    await expect(read(format, 'x')).resolves.toEqual({
      value: 'deserialized',
      hasValue: true,
      last: true,
    });
  });

  it('does what it has nothing for as the format beneath', async () => {
    const reading = new SerializerRequestFormat(base, undefined, deserializer);
    expect(Buffer.from(written(reading, request).payload).toString()).toBe('A-1');
    const writing = new SerializerRequestFormat(base, serializer, undefined);
    await expect(read(writing, 'x')).resolves.toMatchObject({ value: 'x' });
  });
});
