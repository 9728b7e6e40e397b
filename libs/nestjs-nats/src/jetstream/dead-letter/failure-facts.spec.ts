import { describe, expect, it } from '@jest/globals';
import { BadRequestException, NotFoundException } from '@nestjs/common';
import { RpcException } from '@nestjs/microservices';
import fc from 'fast-check';
import { Terminate } from '../../errors/handler-exceptions.js';
import { RemoteError } from '../../errors/remote-error.js';
import { NatsTransportError } from '../../errors/transport-error.js';
import { failureFacts } from './failure-facts.js';

describe('failureFacts', () => {
  it.each<[unknown, string, string]>([
    [new TypeError('x is undefined'), 'TypeError', 'x is undefined'],
    [Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }), 'ECONNREFUSED', 'refused'],
    [Object.assign(new Error('refused'), { code: 23_505 }), 'Error', 'refused'],
    [new NatsTransportError('DECODE_FAILED', 'no JSON'), 'DECODE_FAILED', 'no JSON'],
    [new RemoteError({ code: 'SOLD_OUT', message: 'none' }, 409, 'a'), 'SOLD_OUT', 'none'],
    [new NotFoundException('no such order'), 'NOT_FOUND', 'no such order'],
    [new BadRequestException(['a', 'b']), 'BAD_REQUEST', 'Bad Request Exception'],
    [new RpcException({ code: 'LATE', message: 'too late' }), 'LATE', 'too late'],
    [new Terminate('wrong tenant'), 'Terminate', 'wrong tenant'],
    [{ status: 'error', message: 'Internal server error' }, 'INTERNAL', 'Internal server error'],
    ['a text', 'ERROR', 'a text'],
    [undefined, 'INTERNAL', 'Internal error'],
    [new Error('two\r\n  lines\u0000'), 'Error', 'two lines'],
    [new Error('x'.repeat(600)), 'Error', 'x'.repeat(512)],
  ])('%p is %s: %s', (failure, code, message) => {
    expect(failureFacts(failure)).toEqual({ code, message });
  });

  it('does not mind what throws when it is looked at', () => {
    const hostile = new Proxy(
      {},
      {
        get() {
          throw new Error('do not look');
        },
      },
    );
    expect(failureFacts(hostile)).toEqual({ code: 'INTERNAL', message: 'Internal error' });
  });

  it('gives short lines for whatever is thrown', () => {
    fc.assert(
      fc.property(fc.anything(), fc.string({ unit: 'binary' }), (thing, text) => {
        for (const failure of [thing, new Error(text), { code: text, message: text }]) {
          const { code, message } = failureFacts(failure);
          expect(code.length).toBeLessThanOrEqual(64);
          expect(message.length).toBeLessThanOrEqual(512);
          expect(code + message).not.toMatch(/[\r\n\0]/);
        }
      }),
    );
  });
});
