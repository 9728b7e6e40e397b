import { describe, expect, it } from '@jest/globals';
import { headers } from '@nats-io/transport-node';
import fc from 'fast-check';
import { requestTimeoutOf, setRequestTimeout } from './request-timeout.js';

const LONGEST_MS = 2 ** 31 - 1;

describe('the request timeout', () => {
  it('reads back as it was told, rounded up', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: LONGEST_MS, noNaN: true }), (timeoutMs) => {
        const sent = headers();
        setRequestTimeout(sent, timeoutMs);
        expect(requestTimeoutOf(sent)).toBe(Math.ceil(timeoutMs));
      }),
    );
  });

  it('is told once', () => {
    const sent = headers();
    setRequestTimeout(sent, 5);
    setRequestTimeout(sent, 7);
    expect([...sent]).toEqual([['Request-Timeout-Ms', ['7']]]);
  });

  it('is not known without headers', () => {
    expect(requestTimeoutOf(undefined)).toBeUndefined();
    expect(requestTimeoutOf(headers())).toBeUndefined();
  });

  it.each(['', '0', '-1', '1.5', '1e3', 'soon', 'Infinity', '12345678901', '0100'])(
    'counts %j as not told',
    (value) => {
      const received = headers();
      received.set('Request-Timeout-Ms', value);
      expect(requestTimeoutOf(received)).toBeUndefined();
    },
  );

  it('is never longer than a timer can be', () => {
    const received = headers();
    received.set('Request-Timeout-Ms', '9999999999');
    expect(requestTimeoutOf(received)).toBe(LONGEST_MS);
  });
});
