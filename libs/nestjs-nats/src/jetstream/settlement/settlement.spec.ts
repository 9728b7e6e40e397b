import { describe, expect, it, jest } from '@jest/globals';
import {
  BadRequestException,
  NotFoundException,
  UnprocessableEntityException,
} from '@nestjs/common';
import { RpcException } from '@nestjs/microservices';
import fc from 'fast-check';
import { RetryLater, Terminate } from '../../errors/handler-exceptions.js';
import { RemoteError } from '../../errors/remote-error.js';
import { NatsTransportError } from '../../errors/transport-error.js';
import { resolveRetry } from './retry-policy.js';
import { isBadInput, type Outcome, type SettlementTerms, settlementFor } from './settlement.js';

class Busy extends Error {}

const terms: SettlementTerms = {
  policy: resolveRetry({ jitter: 0 }),
  attempt: 1,
  keepsDeadLetters: true,
  random: 0.5,
  report: (fault) => {
    throw new Error('A rule reported a fault', { cause: fault });
  },
};
const failed = (error: unknown): Outcome => ({ kind: 'failed', error });

describe('settlementFor', () => {
  it('acks what is done, whichever attempt it was', () => {
    expect(settlementFor({ kind: 'done' }, terms)).toEqual({ action: 'ack' });
    expect(settlementFor({ kind: 'done' }, { ...terms, attempt: 9 })).toEqual({ action: 'ack' });
  });

  it('puts off what failed, each time longer, until the attempts are used up', () => {
    const error = new Error('no');
    const actions = [1, 2, 3, 4, 5, 6].map((attempt) =>
      settlementFor(failed(error), { ...terms, attempt }),
    );
    expect(actions).toEqual([
      ...[200, 400, 800, 1600].map((delayMs) => ({ action: 'nak', delayMs, counted: true, error })),
      { action: 'dead-letter', reason: 'attempts', error },
      { action: 'dead-letter', reason: 'attempts', error },
    ]);
  });

  it('never gives up with endless attempts', () => {
    const endless = { ...terms, policy: resolveRetry({ attempts: Infinity }), attempt: 1e9 };
    expect(settlementFor(failed(new Error('no')), endless)).toMatchObject({ action: 'nak' });
  });

  it.each<[Outcome, object]>([
    [
      { kind: 'unreadable', error: new NatsTransportError('DECODE_FAILED', 'no JSON') },
      { reason: 'unreadable' },
    ],
    [failed(new Terminate('wrong tenant')), { reason: 'terminated' }],
    [failed(new BadRequestException(['sku must not be empty'])), { reason: 'invalid' }],
    [failed(new RpcException({ code: 'BAD_REQUEST' })), { reason: 'invalid' }],
  ])('gives up %j at the first attempt', (outcome, expected) => {
    const { error } = outcome as { error: unknown };
    expect(settlementFor(outcome, terms)).toEqual({ action: 'dead-letter', error, ...expected });
    expect(settlementFor(outcome, { ...terms, keepsDeadLetters: false })).toEqual({
      action: 'drop',
      error,
      ...expected,
    });
  });

  it('puts off what is to come later as long as it says, at any attempt', () => {
    const error = new RetryLater(90_000);
    for (const attempt of [1, 5, 500]) {
      expect(settlementFor(failed(error), { ...terms, attempt })).toEqual({
        action: 'nak',
        delayMs: 90_000,
        counted: false,
        error,
      });
    }
  });

  it.each([
    [0.2, 1],
    [-5, 0],
    [Number.NaN, 0],
    [Infinity, 2 ** 31 - 1],
    ['soon' as unknown as number, 0],
  ])('takes a delay of %p for %p ms', (delayMs, expected) => {
    expect(settlementFor(failed(new RetryLater(delayMs)), terms)).toMatchObject({
      delayMs: expected,
    });
  });

  it('goes by the rule for the error, also for bad input', () => {
    const rules = [
      { error: Busy, attempts: 20, initialMs: 1_000 },
      { error: NotFoundException, attempts: 1 },
      { error: BadRequestException },
    ];
    const ruled = { ...terms, policy: resolveRetry({ jitter: 0, rules }), attempt: 5 };
    expect(settlementFor(failed(new Busy()), ruled)).toMatchObject({ delayMs: 16_000 });
    const first = { ...ruled, attempt: 1 };
    expect(settlementFor(failed(new NotFoundException()), first)).toMatchObject({
      reason: 'attempts',
    });
    expect(settlementFor(failed(new BadRequestException()), first)).toMatchObject({
      action: 'nak',
      delayMs: 200,
    });
  });

  it('reports a rule that fails, and goes by the rest', () => {
    const fault = new Error('a fault of the rule');
    const report = jest.fn();
    const rules = [
      {
        error: {
          test: () => {
            throw fault;
          },
        },
        attempts: 1,
      },
    ];
    const policy = resolveRetry({ rules });
    const settlement = settlementFor(failed(new Error('no')), { ...terms, policy, report });
    expect(settlement).toMatchObject({ action: 'nak' });
    expect(report).toHaveBeenCalledWith(fault);
  });

  it('decides for whatever is thrown', () => {
    const hostile = new Proxy(
      {},
      {
        get() {
          throw new Error('do not look');
        },
      },
    );
    expect(settlementFor(failed(hostile), terms)).toMatchObject({ action: 'nak' });
    fc.assert(
      fc.property(fc.anything(), fc.integer({ min: 1, max: 10 }), (error, attempt) => {
        const { action } = settlementFor(failed(error), { ...terms, attempt });
        expect(attempt < 5 ? ['nak', 'dead-letter'] : ['dead-letter']).toContain(action);
      }),
    );
  });
});

describe('isBadInput', () => {
  it.each<[unknown, boolean]>([
    [new BadRequestException(), true],
    [new UnprocessableEntityException(), true],
    [{ status: 400, message: 'from a filter' }, true],
    [{ code: 'BAD_REQUEST', message: 'from a filter' }, true],
    [new NotFoundException(), false],
    [new Error('400'), false],
    // an answer of somebody whom the handler has asked says nothing of the message
    [Object.assign(new Error('HTTP 400'), { status: 400 }), false],
    [new RemoteError({ code: 'BAD_REQUEST', message: 'no' }, 400, 'price.quote'), false],
    [new NatsTransportError('DECODE_FAILED', 'an answer'), false],
    [{ status: 'error', message: 'Internal server error' }, false],
    [undefined, false],
  ])('%p: %p', (error, expected) => {
    expect(isBadInput(error)).toBe(expected);
  });
});
