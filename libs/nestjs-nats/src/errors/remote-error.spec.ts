import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { isRemoteError, RemoteError } from './remote-error.js';
import { NatsTransportError } from './transport-error.js';

describe('RemoteError', () => {
  it('carries what the responder told, and where it was asked', () => {
    const body = { code: 'SOLD_OUT', message: 'None left', details: { left: 0 } };
    const error = new RemoteError(body, 409, 'stock.take');
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      ...body,
      name: 'RemoteError',
      status: 409,
      subject: 'stock.take',
    });
    expect(String(error)).toBe('RemoteError: None left');
  });

  it('has no details when the responder told none', () => {
    expect(new RemoteError({ code: 'ERROR', message: 'no' }, 500, 'a').details).toBeUndefined();
  });
});

describe('isRemoteError', () => {
  it('knows the error, also one of another copy of the package', async () => {
    let foreign: unknown;
    await jest.isolateModulesAsync(async () => {
      const copy = await import('./remote-error.js');
      foreign = new copy.RemoteError({ code: 'ERROR', message: 'no' }, 500, 'a');
    });
    expect(foreign).not.toBeInstanceOf(RemoteError);
    expect(isRemoteError(foreign)).toBe(true);
    expect(isRemoteError(new RemoteError({ code: 'ERROR', message: 'no' }, 500, 'a'))).toBe(true);
  });

  it('is not fooled by a look-alike or an error of our own', () => {
    expect(isRemoteError({ name: 'RemoteError', code: 'ERROR', status: 500 })).toBe(false);
    expect(isRemoteError(new NatsTransportError('TIMEOUT', 'No answer.'))).toBe(false);
  });

  it('takes any value without throwing', () => {
    fc.assert(fc.property(fc.anything(), (value) => expect(isRemoteError(value)).toBe(false)));
  });
});
