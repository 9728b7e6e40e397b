import { describe, expect, it } from '@jest/globals';
import { RpcException } from '@nestjs/microservices';
import {
  BatchFailure,
  isBatchFailure,
  isRetryLater,
  isTerminate,
  RetryLater,
  Terminate,
} from './handler-exceptions.js';

describe('RetryLater and Terminate', () => {
  it('reach the strategy by identity, as what getError() returns', () => {
    const [later, never] = [new RetryLater(250), new Terminate('no such order')];
    expect(later.getError()).toBe(later);
    expect(never.getError()).toBe(never);
    expect(later).toBeInstanceOf(RpcException);
    expect(never).toBeInstanceOf(RpcException);
  });

  it('say what they are for, and why', () => {
    expect(new RetryLater(250)).toMatchObject({ name: 'RetryLater', delayMs: 250 });
    expect(new RetryLater(1, 'the bank is closed').message).toBe('the bank is closed');
    expect(new Terminate('no such order')).toMatchObject({
      name: 'Terminate',
      message: 'no such order',
    });
  });

  it.each([
    [new RetryLater(1), true, false],
    [new Terminate('x'), false, true],
    // as another copy of the package makes them
    [{ [Symbol.for('nestjs-nats.retry-later')]: true }, true, false],
    [{ [Symbol.for('nestjs-nats.terminate')]: true }, false, true],
    [new RpcException('x'), false, false],
    [null, false, false],
    ['RetryLater', false, false],
  ])('are told apart: %p', (value, later, never) => {
    expect(isRetryLater(value)).toBe(later);
    expect(isTerminate(value)).toBe(never);
  });
});

describe('BatchFailure', () => {
  it('reaches the strategy by identity, and says what has failed', () => {
    const failure = new BatchFailure([{ index: 2, error: new RetryLater(5) }]);
    expect(failure.getError()).toBe(failure);
    expect(failure).toMatchObject({
      name: 'BatchFailure',
      message: '1 messages of the batch were not handled.',
      items: [{ index: 2 }],
    });
    expect(isBatchFailure(failure)).toBe(true);
    expect(isBatchFailure(new RpcException('x'))).toBe(false);
    expect(isBatchFailure(undefined)).toBe(false);
  });
});
