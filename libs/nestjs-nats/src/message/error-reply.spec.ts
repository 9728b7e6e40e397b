import { describe, expect, it } from '@jest/globals';
import {
  BadRequestException,
  ConflictException,
  HttpException,
  InternalServerErrorException,
  NotFoundException,
  ServiceUnavailableException,
} from '@nestjs/common';
import { RpcException } from '@nestjs/microservices';
import fc from 'fast-check';
import { RemoteError } from '../errors/remote-error.js';
import { NatsTransportError } from '../errors/transport-error.js';
import {
  errorReply,
  errorReplyHeaders,
  isNestInternalError,
  OWN_ERROR_REPLIES,
  readErrorBody,
} from './error-reply.js';

const { INTERNAL } = OWN_ERROR_REPLIES;
const SECRET = 'password=s3cret';

describe('errorReply', () => {
  it.each<[string, unknown]>([
    ['an Error', new Error(SECRET)],
    ['a TypeError', new TypeError(SECRET)],
    ['an error of this transport', new NatsTransportError('NOT_CONNECTED', SECRET)],
    ['an error of another service', new RemoteError({ code: 'X', message: SECRET }, 404, 'a')],
    ['an Error inside an RpcException', new RpcException(new Error(SECRET))],
    ['an HttpException of 500', new InternalServerErrorException(SECRET)],
    ['an HttpException of 502', new HttpException(SECRET, 502)],
    ['what Nest makes of an Error', { status: 'error', message: 'Internal server error' }],
    ['undefined', undefined],
    ['null', null],
    ['a number', 42],
    ['a symbol', Symbol(SECRET)],
    ['a function', () => SECRET],
  ])('tells nothing of %s', (_, failure) => {
    const reply = errorReply(failure);
    expect(reply).toEqual(INTERNAL);
    expect(reply).not.toHaveProperty('original');
  });

  it.each<[string, unknown, object, number]>([
    ['a text', 'sold out', { code: 'ERROR', message: 'sold out' }, 500],
    [
      'the text of an RpcException',
      new RpcException('sold out'),
      { code: 'ERROR', message: 'sold out' },
      500,
    ],
    [
      'an object',
      { message: 'm', code: 'C', details: [1] },
      { code: 'C', message: 'm', details: [1] },
      500,
    ],
    [
      'the object of an RpcException',
      new RpcException({ code: 'C', message: 'm', status: 409 }),
      { code: 'C', message: 'm' },
      409,
    ],
    [
      'an RpcException in another',
      new RpcException(new RpcException('m')),
      { code: 'ERROR', message: 'm' },
      500,
    ],
    ['a code that is a status', { code: 404, message: 'm' }, { code: 'ERROR', message: 'm' }, 404],
    ['an empty object', {}, { code: 'ERROR', message: 'Error' }, 500],
    ['an empty code', { code: '', message: '' }, { code: 'ERROR', message: '' }, 500],
    ['a status that is none', { message: 'm', status: 99 }, { code: 'ERROR', message: 'm' }, 500],
    [
      'a status that is a text',
      { message: 'm', status: '404' },
      { code: 'ERROR', message: 'm' },
      500,
    ],
    [
      'details that are null',
      { message: 'm', details: null },
      { code: 'ERROR', message: 'm', details: null },
      500,
    ],
  ])('passes on %s', (_, failure, body, status) => {
    const reply = errorReply(failure);
    expect(reply).toMatchObject({ body, status });
    expect(reply.body).toEqual(body);
    const original = failure instanceof RpcException ? originalOf(failure) : failure;
    expect(reply.original).toEqual(original);
  });

  it('passes on no more of an object than three fields', () => {
    expect(errorReply({ message: 'm', stack: SECRET, query: SECRET }).body).toEqual({
      code: 'ERROR',
      message: 'm',
    });
  });

  it.each<[HttpException, string, number, string]>([
    [new BadRequestException('no sku'), 'BAD_REQUEST', 400, 'no sku'],
    [new NotFoundException(), 'NOT_FOUND', 404, 'Not Found'],
    [new ConflictException({ message: 'taken', hint: SECRET }), 'CONFLICT', 409, 'taken'],
    [new ServiceUnavailableException('later'), 'UNAVAILABLE', 503, 'later'],
    [new HttpException('tea', 418), 'ERROR', 418, 'tea'],
    [new HttpException({ hint: SECRET }, 422), 'UNPROCESSABLE', 422, 'Http Exception'],
  ])('tells of %p its code, status and message', (failure, code, status, message) => {
    const reply = errorReply(failure);
    expect(reply.body).toEqual({ code, message });
    expect(reply.status).toBe(status);
    expect(reply.original).toEqual({ status: 'error', code, message });
  });

  it('tells the faults of a validation as details', () => {
    const failure = new BadRequestException(['sku must be a string', 'qty must be positive']);
    expect(errorReply(failure).body).toEqual({
      code: 'BAD_REQUEST',
      message: 'Bad Request Exception',
      details: { faults: ['sku must be a string', 'qty must be positive'] },
    });
  });

  it('takes an HttpException without a response or a status', () => {
    expect(errorReply(new HttpException(null as never, 400)).body).toEqual({
      code: 'BAD_REQUEST',
      message: expect.any(String),
    });
    expect(errorReply(new HttpException('x', 'teapot' as never))).toEqual(INTERNAL);
  });

  it('makes texts and a status of any failure, and headers of these', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), hostileBody), (failure) => {
        const reply = errorReply(failure);
        expect(typeof reply.body.code).toBe('string');
        expect(reply.body.code).not.toBe('');
        expect(typeof reply.body.message).toBe('string');
        expect(Number.isInteger(reply.status)).toBe(true);
        const headers = errorReplyHeaders(reply);
        expect(headers.get('Nats-Service-Error-Code')).toMatch(/^[1-9]\d\d$/);
      }),
      { numRuns: 500 },
    );
  });
});

describe('errorReplyHeaders', () => {
  it('writes what any NATS client looks for', () => {
    const headers = errorReplyHeaders({ body: { code: 'C', message: 'no' }, status: 409 });
    expect([...headers]).toEqual([
      ['Content-Type', ['application/json']],
      ['Nats-Service-Error', ['no']],
      ['Nats-Service-Error-Code', ['409']],
    ]);
  });

  it('keeps the message to one line of bounded length', () => {
    const message = `a\r\nNats-Rollup: all\n\n\0b${'x'.repeat(1_000)}`;
    const headers = errorReplyHeaders({ body: { code: 'C', message }, status: 500 });
    expect(headers.get('Nats-Service-Error')).toMatch(/^a Nats-Rollup: all bx+$/);
    expect(headers.get('Nats-Service-Error')).toHaveLength(256);
  });
});

describe('isNestInternalError', () => {
  it.each([
    undefined,
    null,
    1,
    'error',
    {},
    { status: 'error' },
    { message: 'Internal server error' },
  ])('is not %p', (failure) => {
    expect(isNestInternalError(failure)).toBe(false);
  });

  it('is what Nest makes of an Error', () => {
    expect(isNestInternalError({ status: 'error', message: 'Internal server error' })).toBe(true);
  });
});

describe('readErrorBody', () => {
  it.each<[unknown, object]>([
    [
      { code: 'C', message: 'm', details: 1 },
      { code: 'C', message: 'm', details: 1 },
    ],
    [
      { code: 'C', message: 'm', stack: 'at x' },
      { code: 'C', message: 'm' },
    ],
    ['said in words', { code: 'ERROR', message: 'said in words' }],
    [
      { code: 5, message: ['m'] },
      { code: 'ERROR', message: 'fallback' },
    ],
    [
      { code: '', message: '' },
      { code: 'ERROR', message: '' },
    ],
    [{}, { code: 'ERROR', message: 'fallback' }],
    [[], { code: 'ERROR', message: 'fallback' }],
    ['', { code: 'ERROR', message: 'fallback' }],
    [undefined, { code: 'ERROR', message: 'fallback' }],
    [null, { code: 'ERROR', message: 'fallback' }],
    [7, { code: 'ERROR', message: 'fallback' }],
    [new Uint8Array(2), { code: 'ERROR', message: 'fallback' }],
  ])('reads %p', (decoded, body) => {
    expect(readErrorBody(decoded, 'fallback')).toEqual(body);
  });

  it('makes texts of whatever was decoded', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), hostileBody), (decoded) => {
        const body = readErrorBody(decoded, 'fallback');
        expect(typeof body.code).toBe('string');
        expect(typeof body.message).toBe('string');
        expect(Object.keys(body).every((key) => /^(code|message|details)$/.test(key))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

/** Bodies with the right keys and any values. */
const hostileBody = fc.record(
  {
    code: fc.anything(),
    message: fc.oneof(fc.anything(), fc.string({ unit: 'binary' })),
    details: fc.anything(),
    status: fc.anything(),
  },
  { requiredKeys: [] },
);

/** What peers on Nest's envelope get of an exception: as from Nest, an object in any case. */
function originalOf(exception: RpcException): unknown {
  const error = exception.getError();
  if (error instanceof RpcException) return originalOf(error);
  return typeof error === 'string' ? { status: 'error', message: error } : error;
}
