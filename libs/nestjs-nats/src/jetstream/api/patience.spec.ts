import { describe, expect, it } from '@jest/globals';
import { type NatsErrorCode } from '../../errors/codes.js';
import { NatsTransportError } from '../../errors/transport-error.js';
import { Patience } from './patience.js';

const failure = (code: NatsErrorCode): NatsTransportError => new NatsTransportError(code, code);

describe('the patience of a start', () => {
  it.each(['TIMEOUT', 'UNAVAILABLE'] as const)('is for %s', (code) => {
    expect(new Patience({ apiTimeoutMs: 60_000 }).allows(failure(code))).toBe(true);
  });

  it.each([
    ['a stream that is missing', failure('STREAM_NOT_FOUND')],
    ['a permission that is missing', failure('PERMISSION_DENIED')],
    ['what nobody knows', new Error('odd')],
  ])('is not for %s', (_, error) => {
    expect(new Patience({ apiTimeoutMs: 60_000 }).allows(error)).toBe(false);
  });

  it('ends', async () => {
    let tries = 0;
    const error = failure('TIMEOUT');
    const attempt = new Patience({ apiTimeoutMs: 100 }).try(() => {
      tries++;
      return Promise.reject(error);
    });
    await expect(attempt).rejects.toBe(error);
    expect(tries).toBeGreaterThan(1);
    expect(tries).toBeLessThan(5);
  });

  it('gives what comes in the end', async () => {
    const outcomes = [Promise.reject(failure('UNAVAILABLE')), Promise.resolve('done')];
    outcomes[0]!.catch(() => undefined);
    const patience = new Patience({ apiTimeoutMs: 60_000 });
    await expect(patience.try(() => outcomes.shift()!)).resolves.toBe('done');
  });
});
