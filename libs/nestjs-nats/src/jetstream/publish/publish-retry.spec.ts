import { describe, expect, it } from '@jest/globals';
import {
  publishRetryFaults,
  type PublishRetryOptions,
  resolvePublishRetry,
} from './publish-retry.js';

describe('publishRetryFaults', () => {
  it.each<PublishRetryOptions | undefined>([
    undefined,
    {},
    { attempts: 1 },
    { initialMs: 0, maxMs: 0 },
    { initialMs: 5_000, maxMs: 5_000, ackTimeoutMs: 1, msgIds: 'all' },
    { attempts: undefined, msgIds: undefined },
  ])('accepts %p', (option) => {
    expect(publishRetryFaults(option)).toEqual([]);
  });

  it.each<[option: unknown, fault: RegExp]>([
    [false, /^publishRetry: expected an object, got a value of type boolean/],
    [null, /^publishRetry: expected an object, got null/],
    [[], /^publishRetry: expected an object, got an array/],
    [{ retries: 3 }, /^publishRetry\.retries: there is no such option/],
    [{ attempts: 0 }, /^publishRetry\.attempts: expected a whole number, at least 1/],
    [{ attempts: Infinity }, /^publishRetry\.attempts: /],
    [{ initialMs: -1 }, /^publishRetry\.initialMs: /],
    [{ maxMs: 50, initialMs: 100 }, /^publishRetry\.maxMs: expected a whole number from 100/],
    [{ initialMs: 3_000 }, /^publishRetry\.maxMs: expected a whole number from 3000/],
    [{ ackTimeoutMs: 0 }, /^publishRetry\.ackTimeoutMs: /],
    [{ msgIds: true }, /^publishRetry\.msgIds: expected 'given' or 'all'/],
  ])('refuses %p', (option, fault) => {
    expect(publishRetryFaults(option)).toEqual([expect.stringMatching(fault)]);
  });
});

it('fills in the defaults', () => {
  expect(resolvePublishRetry()).toEqual({
    schedule: { attempts: 8, initialMs: 100, factor: 2, maxMs: 2_000, jitter: 0.2 },
    ackTimeoutMs: 2_000,
    msgIds: 'given',
  });
  expect(resolvePublishRetry({ attempts: 2, ackTimeoutMs: 50, msgIds: 'all' })).toMatchObject({
    schedule: { attempts: 2, initialMs: 100 },
    ackTimeoutMs: 50,
    msgIds: 'all',
  });
});
