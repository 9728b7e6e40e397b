import { describe, expect, it } from '@jest/globals';
import { RpcException } from '@nestjs/microservices';
import { NatsTransportError, Terminate } from '../index.js';
import { errorType, ErrorTypes } from './error-type.js';

class OutOfStock extends Error {}

const hostile = new Proxy(
  {},
  {
    get: () => {
      throw new Error('do not look');
    },
  },
);

describe('the type of an error', () => {
  it.each<[string, unknown, string]>([
    ['one of ours', new NatsTransportError('TIMEOUT', 'late'), 'TIMEOUT'],
    ['one of Node', Object.assign(new Error('no'), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
    ['a class', new OutOfStock('no'), 'OutOfStock'],
    ['an exception of ours', new Terminate('no'), 'Terminate'],
    ['what an RpcException holds', new RpcException({ code: 'NO_STOCK' }), 'NO_STOCK'],
    ['an RpcException of a text', new RpcException('no'), 'RpcException'],
    ['an object with a code', { code: 'NO_STOCK', message: 'no' }, 'NO_STOCK'],
    ['a code that is prose', { code: 'it was not there' }, '_OTHER'],
    ['a code that is too long', { code: 'X'.repeat(65) }, '_OTHER'],
    ['what Nest hides', { status: 'error', message: 'Internal server error' }, '_OTHER'],
    ['a text', 'no', '_OTHER'],
    ['nothing', undefined, '_OTHER'],
    ['null', null, '_OTHER'],
    ['what throws when it is looked at', hostile, '_OTHER'],
  ])('of %s', (_, error, expected) => {
    expect(errorType(error)).toBe(expected);
  });

  it('is one of a bounded number', () => {
    const types = new ErrorTypes(3);
    const found = ['A', 'B', 'C', 'D', 'A', 'E'].map((code) => types.of({ code }));
    expect(found).toEqual(['A', 'B', 'C', '_OTHER', 'A', '_OTHER']);
  });
});
