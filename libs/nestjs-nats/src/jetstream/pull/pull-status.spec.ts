import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type PullStatus, readGoDuration, readPullStatus } from './pull-status.js';

const read = (code: number, description: string, headers: Record<string, string> = {}) =>
  readPullStatus(code, description, (name) => headers[name] ?? '');

describe('readPullStatus', () => {
  it.each<[number, string, PullStatus['kind']]>([
    [100, 'Idle Heartbeat', 'alive'],
    [100, 'FlowControl Request', 'alive'],
    [404, 'No Messages', 'ended'],
    [408, 'Request Timeout', 'ended'],
    [408, 'Requests Pending', 'ended'],
    [408, 'Interest Expired', 'ended'],
    [409, 'Batch Completed', 'ended'],
    [409, 'Message Size Exceeds MaxBytes', 'ended'],
    [409, 'Exceeded MaxWaiting', 'odd'],
    [409, 'Leadership Change', 'moved'],
    [409, 'Server Shutdown', 'moved'],
    [409, 'Consumer Deleted', 'gone'],
    [409, 'Stream Deleted', 'gone'],
    [503, '', 'gone'],
    [503, 'No Responders', 'gone'],
    [409, 'Consumer is push based', 'refused'],
    [400, 'Bad Request - heartbeat value too large', 'refused'],
    [412, 'Required Api Level', 'refused'],
    [423, 'Nats-Wrong-Pin-Id', 'unpinned'],
    [423, 'Nats-Pin-Id mismatch', 'unpinned'],
    [409, 'something that no server says yet', 'odd'],
    [409, 'constructor', 'odd'],
    [409, '__proto__', 'odd'],
    [204, 'EOB', 'odd'],
    [999, '', 'odd'],
  ])('takes %i %p as %s', (code, description, kind) => {
    expect(read(code, description)).toMatchObject({ kind, code, description });
  });

  it.each([0, -1, 7, 99, 1000, 1e21, NaN, Infinity, 409.5])(
    'finds no status in the code %p',
    (code) => {
      expect(read(code, 'Consumer Deleted')).toBeUndefined();
    },
  );

  it('says how many messages do not come', () => {
    const status = read(408, 'Request Timeout', { 'Nats-Pending-Messages': '17' });
    expect(status).toMatchObject({ kind: 'ended', remaining: 17 });
    expect(read(408, 'Request Timeout')).toMatchObject({ remaining: undefined });
  });

  it.each(['', '-1', '1.5', 'x', '1e3', '99999999999999999999', ' 1'])(
    'takes %p for no number of messages',
    (value) => {
      const headers = { 'Nats-Pending-Messages': value };
      expect(read(408, 'Request Timeout', headers)).toMatchObject({ remaining: undefined });
    },
  );

  it('says up to where a heartbeat has delivered', () => {
    const headers = { 'Nats-Last-Consumer': '120', 'Nats-Last-Stream': '4000' };
    expect(read(100, 'Idle Heartbeat', headers)).toMatchObject({ lastConsumerSequence: 120 });
  });

  it('reads the limits of a consumer', () => {
    expect(read(409, 'Exceeded MaxRequestBatch of 10')).toMatchObject({
      kind: 'limited',
      maxBatch: 10,
      maxExpiresMs: undefined,
    });
    expect(read(409, 'Exceeded MaxRequestExpires of 1m30s')).toMatchObject({
      kind: 'limited',
      maxBatch: undefined,
      maxExpiresMs: 90_000,
    });
  });

  it('never throws, whatever comes', () => {
    const words = fc.constantFrom(
      'Exceeded MaxRequestBatch of ',
      'Exceeded MaxRequestExpires of ',
      '',
    );
    const texts = fc.tuple(words, fc.string({ maxLength: 12 })).map((parts) => parts.join(''));
    const codes = fc.oneof(
      fc.integer(),
      fc.double(),
      fc.constantFrom(100, 404, 408, 409, 423, 503),
    );
    fc.assert(
      fc.property(codes, texts, fc.string({ maxLength: 20 }), (code, description, header) => {
        const status = readPullStatus(code, description, () => header);
        if (status === undefined || status.kind === 'alive') return;
        expect(status.remaining ?? 0).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('readGoDuration', () => {
  it.each([
    ['5s', 5_000],
    ['1m0s', 60_000],
    ['1h2m3.5s', 3_723_500],
    ['500ms', 500],
    ['1.5s', 1_500],
    ['1µs', 0],
    ['999999ns', 0],
    ['0s', 0],
  ])('reads %p', (text, ms) => expect(readGoDuration(text)).toBe(ms));

  it.each(['', '5', 's', '5 s', '-5s', '5sx', 'x5s', '5d'])('finds none in %p', (text) =>
    expect(readGoDuration(text)).toBeUndefined(),
  );
});
