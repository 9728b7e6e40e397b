import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { consumeFaults } from './consume-faults.js';

const BILLING = { stream: 'ORDERS', durable: 'billing' };

describe('consumeFaults', () => {
  it.each([
    [BILLING],
    [{ ...BILLING, mode: 'durable', concurrency: 1, ackWaitMs: 1_000, singleActive: true }],
    [{ ...BILLING, retry: { attempts: 3 }, deadLetter: 'dead.orders', ack: 'confirmed' }],
    [{ ...BILLING, deadLetter: false, batch: { size: 100, maxWaitMs: 0 }, codec: 'raw' }],
    [{ ...BILLING, deliver: 'lastPerSubject' }],
    [{ ...BILLING, deliver: { sequence: 7 } }],
    [{ ...BILLING, deliver: { since: new Date(0) } }],
    [{ ...BILLING, consumer: { max_waiting: 64, metadata: { team: 'shop' }, description: 'x' } }],
    [
      {
        stream: 'ORDERS',
        mode: 'broadcast',
        deliver: 'all',
        batch: { size: 5 },
        singleActive: false,
      },
    ],
    [{ stream: 'ORDERS', mode: 'ordered', concurrency: 1, deliver: 'all' }],
  ])('accepts %j', (extras) => {
    expect(consumeFaults(extras)).toEqual([]);
  });

  it.each([
    [
      {},
      [
        'stream: expected the name of a stream',
        "durable: expected a name; replicas share it. For none of your own use mode: 'broadcast'",
      ],
    ],
    [
      { stream: 'my.stream', durable: 'a b' },
      [
        'stream: "my.stream": it contains "." at position 2',
        'durable: "a b": it contains a space at position 1',
      ],
    ],
    [
      { ...BILLING, queue: 'q', maxPending: 5, overflow: 'drop', atempts: 3 },
      [
        'queue: replicas share a stream by the name of their durable',
        'maxPending: what cannot be handled yet waits in the stream',
        'overflow: what cannot be handled yet waits in the stream',
        'atempts: there is no such option',
      ],
    ],
    [
      { ...BILLING, mode: 'queue', concurrency: 0, ackWaitMs: 500, ack: 'all', singleActive: 1 },
      [
        "mode: expected 'durable', 'broadcast' or 'ordered'",
        'concurrency: expected a whole number, at least 1',
        'ackWaitMs: expected a whole number from 1000 to 2147483647',
        'singleActive: expected true or false',
        "ack: expected 'normal' or 'confirmed'",
        'durable: there is none in mode "queue"',
      ],
    ],
    [
      { ...BILLING, deadLetter: 'dead.*', batch: { size: 0, wait: 5 }, codec: 'xml', retry: 5 },
      [
        'deadLetter: "dead.*": it has the wildcard "*", which only subscriptions may use',
        'batch: wait: there is no such option, size: expected a whole number, at least 1',
        expect.stringMatching(/^codec: /),
        'retry: expected an object, got a value of type number',
      ],
    ],
    [
      { ...BILLING, handlerTimeoutMs: 0 },
      ['handlerTimeoutMs: expected a whole number from 1 to 2147483647'],
    ],
    [{ ...BILLING, deadLetter: true }, [expect.stringMatching(/^deadLetter: .*not a string/)]],
    [{ ...BILLING, batch: 100 }, ['batch: expected { size }, got a value of type number']],
    [
      { ...BILLING, deliver: 'first' },
      ["deliver: expected 'all', 'new', 'last' or 'lastPerSubject', or { sequence } or { since }"],
    ],
    [{ ...BILLING, deliver: {} }, ['deliver: expected { sequence } or { since }']],
    [{ ...BILLING, deliver: { from: 1 } }, ['deliver: from: there is no such option']],
    [
      { ...BILLING, deliver: { sequence: 0 } },
      ['deliver: sequence: expected a whole number, at least 1'],
    ],
    [{ ...BILLING, deliver: { since: '2020' } }, ['deliver: since: expected a Date']],
    [{ ...BILLING, deliver: { since: new Date(Number.NaN) } }, ['deliver: since: expected a Date']],
    [
      { stream: 'ORDERS', mode: 'broadcast', durable: 'x', singleActive: true },
      ['durable: there is none in mode "broadcast"', 'singleActive: needs mode "durable"'],
    ],
    [
      {
        stream: 'ORDERS',
        mode: 'ordered',
        concurrency: 2,
        ackWaitMs: 1_000,
        retry: {},
        deadLetter: false,
        ack: 'normal',
        batch: { size: 2 },
      },
      [
        'concurrency: mode "ordered" handles one message at a time',
        ...['ackWaitMs', 'retry', 'deadLetter', 'ack', 'batch'].map(
          (name) => `${name}: mode "ordered" has no acknowledgements; leave it out`,
        ),
      ],
    ],
    [
      {
        ...BILLING,
        consumer: { ack_wait: 5, ackWait: 5, maxWaiting: 5, inactive_threshold: 60_000 },
      },
      [
        'consumer.ack_wait: use ackWaitMs',
        'consumer.ackWait: there is no such setting',
        'consumer.maxWaiting: NATS calls it max_waiting',
        'consumer.inactive_threshold: 60000 nanoseconds are only 60µs, and NATS wants at least 1s; ' +
          'nanos(60000) makes nanoseconds of milliseconds',
      ],
    ],
    [{ ...BILLING, consumer: [] }, ['consumer: expected an object, got an array']],
  ])('refuses %j', (extras, faults) => {
    expect(consumeFaults(extras)).toEqual(faults);
  });

  it('says something about anything, without throwing', () => {
    const option = fc.constantFrom('stream', 'durable', 'mode', 'deliver', 'batch', 'consumer');
    fc.assert(
      fc.property(fc.dictionary(option, fc.anything()), (extras) => {
        for (const fault of consumeFaults(extras))
          expect(fault).toMatch(/^(stream|durable|mode|deliver|batch|consumer)\b.*: /);
      }),
    );
  });
});
