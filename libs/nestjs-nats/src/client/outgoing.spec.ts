import { describe, expect, it } from '@jest/globals';
import { headers, type MsgHdrs } from '@nats-io/transport-node';
import { NatsRecord as NestRecord } from '@nestjs/microservices';
import { type MessageOptions, NatsRecordBuilder } from '../message/record.js';
import { type NatsClientOptions, resolveClientOptions } from './options.js';
import { OutgoingMessages, type PreparedMessage } from './outgoing.js';
import type { OutgoingPacket } from './request-format.js';

const event: OutgoingPacket = { kind: 'event', pattern: 'a.b', subject: 'a.b', data: { id: 1 } };
const request: OutgoingPacket = { ...event, kind: 'request' };

function outgoing(options: NatsClientOptions = {}): OutgoingMessages {
  return new OutgoingMessages(resolveClientOptions(options));
}

function prepared(
  packet: OutgoingPacket,
  given: MessageOptions = {},
  options: NatsClientOptions = {},
): PreparedMessage {
  return outgoing(options).prepare(packet, given) as PreparedMessage;
}

const entries = (found: MsgHdrs | undefined): [string, string[]][] | undefined =>
  found && [...found];
const text = (message: PreparedMessage): string => Buffer.from(message.payload).toString();

describe('what is sent', () => {
  it('is the payload, with no headers when nobody asks for any', () => {
    const message = prepared(event);
    expect(message).toMatchObject({ subject: 'a.b', data: { id: 1 }, timeoutMs: 5_000 });
    expect(text(message)).toBe('{"id":1}');
    expect(message.headers).toBeUndefined();
  });

  it('is taken out of a record, ours or of Nest', () => {
    const ours = new NatsRecordBuilder({ id: 1 }).header('Tag', 'a').header('Tag', 'b').build();
    const nest = new NestRecord({ id: 1 }, headers());
    for (const [data, expected] of [
      [ours, [['Tag', ['a', 'b']]]],
      [nest, []],
    ]) {
      const message = prepared({ ...event, data });
      expect(message.data).toEqual({ id: 1 });
      expect(text(message)).toBe('{"id":1}');
      expect(entries(message.headers)).toEqual(expected);
    }
  });

  it('is written by the codec of the client, or of the call', () => {
    const packet = { ...event, data: 'x' };
    expect(entries(prepared(packet, {}, { codec: 'text' }).headers)).toEqual([
      ['Content-Type', ['text/plain']],
    ]);
    expect(text(prepared(packet, { codec: 'text' }))).toBe('x');
    expect(text(prepared(packet, { codec: 'json' }, { codec: 'text' }))).toBe('"x"');
  });

  it('is written by a serializer, which may take its time', async () => {
    const serializer = { serialize: async () => ({ data: 'y', headers: { Kind: 'z' } }) };
    const message = outgoing({ serializer, headers: { Tenant: 'acme' } }).prepare(event, {});
    expect(message).toBeInstanceOf(Promise);
    expect(text(await message)).toBe('y');
    expect(entries((await message).headers)).toEqual([
      ['Kind', ['z']],
      ['Tenant', ['acme']],
    ]);
  });
});

describe('headers', () => {
  it('of the call come before metadata, and these before the defaults', () => {
    const options = { headers: { A: 'default', B: 'default', C: 'default' } };
    const packet = { ...event, metadata: { A: 'metadata', B: 'metadata' } };
    expect(entries(prepared(packet, { headers: { A: ['1', '2'] } }, options).headers)).toEqual([
      ['A', ['1', '2']],
      ['B', ['metadata']],
      ['C', ['default']],
    ]);
  });

  it('of the call replace those of a record', () => {
    const data = new NatsRecordBuilder(1).header('A', 'record').build();
    const message = prepared({ ...event, data }, { headers: { B: 'call' } });
    expect(entries(message.headers)).toEqual([['B', ['call']]]);
  });

  it('of one message do not show in the next', () => {
    const messages = outgoing({ headers: { A: '1' } });
    const first = messages.prepare(event, {}) as PreparedMessage;
    first.headers!.append('A', '2');
    const second = messages.prepare(event, {}) as PreparedMessage;
    expect(entries(second.headers)).toEqual([['A', ['1']]]);
  });

  it.each([
    ['a reserved name', { headers: { 'Nats-Msg-Id': '1' } }],
    ['a name with a space', { headers: { 'a b': '1' } }],
    ['a value with a line break', { headers: { a: '1\r\nb: 2' } }],
  ])('with %s are refused', (_, given) => {
    expect(() => prepared(event, given)).toThrow(
      expect.objectContaining({ code: 'INVALID_HEADER' }),
    );
  });

  it('from metadata with a name that cannot be sent are refused', () => {
    expect(() => prepared({ ...event, metadata: { 'a b': '1' } })).toThrow(
      expect.objectContaining({ code: 'INVALID_HEADER' }),
    );
  });
});

describe('the timeout', () => {
  it('is that of the call, of its record, or of the client', () => {
    const data = new NatsRecordBuilder(1).timeout(200).build();
    const options = { timeoutMs: 300 };
    expect(prepared({ ...request, data }, { timeoutMs: 100 }, options).timeoutMs).toBe(100);
    expect(prepared({ ...request, data }, {}, options).timeoutMs).toBe(200);
    expect(prepared(request, {}, options).timeoutMs).toBe(300);
  });

  it('is told by a request that names it, and by nothing else', () => {
    expect(entries(prepared(request, { timeoutMs: 100 }).headers)).toEqual([
      ['Request-Timeout-Ms', ['100']],
    ]);
    expect(prepared(event, { timeoutMs: 100 }).headers).toBeUndefined();
    expect(prepared(request, {}, { timeoutMs: 100 }).headers).toBeUndefined();
  });

  it.each([0, -1, Number.NaN, Infinity, 2 ** 31])('of %p is refused', (timeoutMs) => {
    expect(() => prepared(request, { timeoutMs })).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTIONS',
        message: expect.stringContaining('timeoutMs: expected a number of milliseconds from 1'),
      }),
    );
  });
});

describe('what is refused', () => {
  it.each(['', 'a b', 'a.*', 'a..b', 'a.>'])('is the subject %j', (subject) => {
    expect(() => prepared({ ...event, subject })).toThrow(
      expect.objectContaining({ code: 'INVALID_SUBJECT' }),
    );
  });

  it.each(['xml', 1, {}, null])('is the codec %j', (codec) => {
    expect(() => prepared(event, { codec } as unknown as MessageOptions)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTIONS' }),
    );
  });

  it('is a value that cannot be written', () => {
    expect(() => prepared({ ...event, data: 1n })).toThrow(
      expect.objectContaining({ code: 'ENCODE_FAILED' }),
    );
  });
});
