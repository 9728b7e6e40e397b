import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { RemoteError } from './remote-error.js';
import { isNatsTransportError, NatsTransportError } from './transport-error.js';

describe('NatsTransportError', () => {
  it('is an Error with a name, a code, a message and a stack', () => {
    const error = new NatsTransportError('TIMEOUT', 'No answer.');
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'NatsTransportError', code: 'TIMEOUT' });
    expect(String(error)).toBe('NatsTransportError: No answer.');
    expect(error.stack).toContain('transport-error.spec');
  });

  it('keeps its cause and its details', () => {
    const cause = new TypeError('underneath');
    const details = { subject: 'orders.created', limit: 3 };
    expect(new NatsTransportError('UNAVAILABLE', 'Full.', { cause, details })).toMatchObject({
      cause,
      details,
    });
  });

  it('has empty details and no cause when it is given none', () => {
    const error = new NatsTransportError('CLOSED', 'Closed.');
    expect(error.details).toEqual({});
    expect(error).not.toHaveProperty('cause');
  });

  it.each([null, false, 0, ''])('keeps the cause %p', (cause) => {
    expect(new NatsTransportError('CLOSED', 'Closed.', { cause })).toHaveProperty('cause', cause);
  });
});

describe('isNatsTransportError', () => {
  const error = new NatsTransportError('TIMEOUT', 'No answer.');

  it('knows the error, and its code', () => {
    expect(isNatsTransportError(error)).toBe(true);
    expect(isNatsTransportError(error, 'TIMEOUT')).toBe(true);
    expect(isNatsTransportError(error, 'CLOSED')).toBe(false);
  });

  it('knows an error of another copy of the package', async () => {
    let foreign: unknown;
    await jest.isolateModulesAsync(async () => {
      const copy = await import('./transport-error.js');
      foreign = new copy.NatsTransportError('TIMEOUT', 'No answer.');
    });
    expect(foreign).not.toBeInstanceOf(NatsTransportError);
    expect(isNatsTransportError(foreign, 'TIMEOUT')).toBe(true);
  });

  it('knows a subclass', () => {
    class Special extends NatsTransportError {}
    expect(isNatsTransportError(new Special('CLOSED', 'Closed.'), 'CLOSED')).toBe(true);
  });

  it('is not fooled by a look-alike or a remote error', () => {
    const remote = new RemoteError({ code: 'TIMEOUT', message: 'late' }, 504, 'a');
    expect(isNatsTransportError({ name: 'NatsTransportError', code: 'TIMEOUT' })).toBe(false);
    expect(isNatsTransportError(remote)).toBe(false);
  });

  it('takes any value without throwing', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => expect(isNatsTransportError(value)).toBe(false)),
    );
  });
});
