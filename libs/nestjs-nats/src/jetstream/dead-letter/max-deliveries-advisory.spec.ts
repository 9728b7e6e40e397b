import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isNatsTransportError } from '../../errors/transport-error.js';
import { type Exhausted, readExhausted } from './max-deliveries-advisory.js';

const consumer = { stream: 'JOBS', consumer: 'work', remove: true };
const read = (value: unknown): Exhausted =>
  readExhausted(Buffer.from(JSON.stringify(value) ?? ''), consumer);

describe('readExhausted', () => {
  it('reads what the server says, and takes the consumer from the subject', () => {
    const advisory = {
      type: 'io.nats.jetstream.advisory.v1.max_deliver',
      timestamp: '2026-01-02T03:04:05.123456789Z',
      stream: 'OTHER',
      consumer: 'other',
      stream_seq: 7,
      deliveries: 3,
    };
    expect(read(advisory)).toEqual({
      ...consumer,
      sequence: 7,
      deliveries: 3,
      givenUpAtMs: Date.UTC(2026, 0, 2, 3, 4, 5, 123),
    });
  });

  it('does without what only people look at', () => {
    for (const rest of [{}, { timestamp: 'soon', deliveries: 'many' }]) {
      expect(read({ stream_seq: 7, ...rest })).toEqual({
        ...consumer,
        sequence: 7,
        deliveries: 0,
        givenUpAtMs: undefined,
      });
    }
  });

  it('reads a sequence from anything, or says that it cannot', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.record({ stream_seq: fc.jsonValue() })), (value) => {
        let outcome: unknown;
        try {
          outcome = read(value).sequence > 0;
        } catch (error) {
          outcome = isNatsTransportError(error, 'DECODE_FAILED');
        }
        expect(outcome).toBe(true);
      }),
    );
  });
});
