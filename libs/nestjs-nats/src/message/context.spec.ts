import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { MsgImpl } from '@nats-io/transport-node';
import { compilePattern } from '../subject/pattern.js';
import {
  attachMetadata,
  cancelContext,
  finishContext,
  isNatsMessageContext,
  NatsMessageContext,
  restartClock,
  whenCancelled,
} from './context.js';

interface Parts {
  readonly subject?: string;
  readonly reply?: string;
  /** The header lines. */
  readonly head?: string;
}

/** The context of a message as it came over the wire. */
function contextOf(
  { subject = 'orders.42.created', reply, head }: Parts = {},
  isAwaited?: boolean,
): NatsMessageContext {
  const block = Buffer.from(head === undefined ? '' : `NATS/1.0\r\n${head}\r\n\r\n`);
  const parts = {
    subject: Buffer.from(subject),
    reply: reply === undefined ? undefined : Buffer.from(reply),
    sid: 1,
    hdr: head === undefined ? -1 : block.length,
    size: block.length,
  };
  const message = new MsgImpl(parts, block, {} as never);
  return new NatsMessageContext(message, compilePattern('orders.:orderId.*'), isAwaited);
}

describe('NatsMessageContext', () => {
  it('has for handlers what concerns them, and nothing of the machinery', () => {
    expect(Object.getOwnPropertyNames(NatsMessageContext.prototype).toSorted()).toEqual([
      'addResponseHeaders',
      'constructor',
      'getArgByIndex',
      'getArgs',
      'getHeaders',
      'getMetadata',
      'getSubject',
      'headers',
      'params',
      'pattern',
      'payloadBytes',
      'remainingMs',
      'replySubject',
      'responseHeaders',
      'signal',
      'subject',
    ]);
  });

  it('tells the subject, the pattern and its params', () => {
    const context = contextOf();
    expect(context.subject).toBe('orders.42.created');
    expect(context.pattern).toBe('orders.:orderId.*');
    expect(context.params).toEqual({ orderId: '42' });
    expect(context.params).toBe(context.params);
  });

  it('tells where an answer is expected, if anywhere', () => {
    expect(contextOf({ reply: '_INBOX.1' }).replySubject).toBe('_INBOX.1');
    expect(contextOf().replySubject).toBeUndefined();
  });

  it("answers to the names of Nest's NatsContext", () => {
    const context = contextOf({ head: 'tenant: acme' });
    expect(context.getSubject()).toBe(context.subject);
    expect(context.getHeaders()?.get('tenant')).toBe('acme');
    expect(context.getArgs()).toEqual([context.subject, context.headers]);
    expect(context.getArgByIndex(0)).toBe(context.subject);
    expect(context.getArgByIndex(1)).toBe(context.headers);
    expect(context.getArgByIndex(2)).toBeUndefined();
  });

  it('has no headers when the message has none', () => {
    expect(contextOf().headers).toBeUndefined();
    expect(contextOf().getMetadata()).toEqual({});
  });

  it('refuses malformed headers when they are asked for, not before', () => {
    const context = contextOf({ head: 'bad name: 1' });
    expect(context.params).toEqual({ orderId: '42' });
    expect(() => context.headers).toThrow(expect.objectContaining({ code: 'INVALID_HEADER' }));
  });

  it('gives the metadata of headers and envelope together, the envelope first', () => {
    const context = contextOf({
      head: 'tenant: acme\r\ntraceparent: 00\r\nContent-Type: text/plain',
    });
    expect(context.getMetadata()).toEqual({ tenant: 'acme', traceparent: '00' });
    attachMetadata(context, { tenant: 'other', user: '7' });
    expect(context.getMetadata()).toEqual({ tenant: 'other', traceparent: '00', user: '7' });
  });

  it('collects headers for the answer', () => {
    const context = contextOf();
    expect(context.responseHeaders).toBeUndefined();
    context.addResponseHeaders({ etag: '1' });
    context.addResponseHeaders([
      ['tag', ['a', 'b']],
      ['etag', '2'],
    ]);
    expect([...context.responseHeaders!]).toEqual([
      ['etag', ['1', '2']],
      ['tag', ['a', 'b']],
    ]);
    expect(() => context.addResponseHeaders({ 'Nats-Service-Error': 'x' })).toThrow(
      expect.objectContaining({ code: 'INVALID_HEADER' }),
    );
  });
});

describe("the caller's time", () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('is unknown when the caller does not tell, and the signal is silent', () => {
    const context = contextOf();
    expect(context.remainingMs).toBeUndefined();
    expect(context.signal.aborted).toBe(false);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('runs from the moment the message came', () => {
    const context = contextOf({ head: 'Request-Timeout-Ms: 100' });
    expect(context.remainingMs).toBe(100);
    jest.advanceTimersByTime(30);
    expect(context.remainingMs).toBe(70);
    jest.advanceTimersByTime(100);
    expect(context.remainingMs).toBe(0);
  });

  it('is over within the millisecond in which a timer may fire too early', () => {
    const before = jest.spyOn(performance, 'now').mockReturnValue(1_000);
    const context = contextOf({ head: 'Request-Timeout-Ms: 100' });
    before.mockReturnValue(1_099.9996);
    expect(context.remainingMs).toBe(0);
    before.mockRestore();
  });

  it('aborts the signal when it is over', () => {
    const context = contextOf({ head: 'Request-Timeout-Ms: 100' });
    jest.advanceTimersByTime(40);
    const { signal } = context;
    expect(context.signal).toBe(signal);
    jest.advanceTimersByTime(59);
    expect(signal.aborted).toBe(false);
    jest.advanceTimersByTime(1);
    expect(signal.reason).toMatchObject({
      code: 'TIMEOUT',
      message: 'The caller of "orders.42.created" has given up waiting.',
    });
  });

  it('does not count for a message that nobody waits for, whatever its headers say', () => {
    const { signal, remainingMs } = contextOf({ head: 'Request-Timeout-Ms: 100' }, false);
    expect(remainingMs).toBeUndefined();
    jest.advanceTimersByTime(1_000);
    expect(signal.aborted).toBe(false);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('costs no timer when nobody asks for the signal', () => {
    finishContext(contextOf({ head: 'Request-Timeout-Ms: 100' }));
    expect(jest.getTimerCount()).toBe(0);
  });

  it('leaves no timer when the message is handled in time', () => {
    const context = contextOf({ head: 'Request-Timeout-Ms: 100' });
    const { signal } = context;
    finishContext(context);
    expect(jest.getTimerCount()).toBe(0);
    jest.advanceTimersByTime(1_000);
    expect(signal.aborted).toBe(false);
  });

  it('ends early when the application stops waiting', () => {
    const context = contextOf();
    const { signal } = context;
    const reason = new Error('stop');
    cancelContext(context, reason);
    expect(signal.reason).toBe(reason);
  });

  it('is over for a signal that is first asked for when the application has stopped waiting', () => {
    const context = contextOf({ head: 'Request-Timeout-Ms: 100' });
    const reason = new Error('stop');
    cancelContext(context, reason);
    expect(context.signal.aborted).toBe(true);
    expect(context.signal.reason).toBe(reason);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('does not count any more when the message is handled', () => {
    const context = contextOf({ head: 'Request-Timeout-Ms: 100' });
    finishContext(context);
    expect(context.signal.aborted).toBe(false);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('ends for one reason, the first', () => {
    const context = contextOf({ head: 'Request-Timeout-Ms: 100' });
    const { signal } = context;
    jest.advanceTimersByTime(100);
    cancelContext(context, new Error('stop'));
    expect(signal.reason).toMatchObject({ code: 'TIMEOUT' });
  });

  it('starts anew with each value of a stream, whenever somebody began to watch it', () => {
    const context = contextOf({ head: 'Request-Timeout-Ms: 100' });
    jest.advanceTimersByTime(60);
    const { signal } = context;
    jest.advanceTimersByTime(30);
    restartClock(context);
    expect(context.remainingMs).toBe(100);
    jest.advanceTimersByTime(99);
    expect(signal.aborted).toBe(false);
    jest.advanceTimersByTime(1);
    expect(signal.aborted).toBe(true);
    restartClock(context);
    expect(jest.getTimerCount()).toBe(0);
  });

  it.each([
    [true, ['TIMEOUT']],
    [false, ['stop']],
  ])('ends what was started for the message, with the caller (%j) or not', (withCaller, heard) => {
    const context = contextOf({ head: 'Request-Timeout-Ms: 100' });
    const reasons: unknown[] = [];
    const leave = (reason: unknown): void => {
      const { code, message } = reason as { code?: string; message: string };
      reasons.push(code ?? message);
    };
    whenCancelled(context, leave, { withCaller });
    expect(context.signal.aborted).toBe(false);
    jest.advanceTimersByTime(100);
    expect(context.signal.aborted).toBe(true);
    cancelContext(context, new Error('stop'));
    cancelContext(context, new Error('stop again'));
    expect(reasons).toEqual(heard);
  });
});

describe('isNatsMessageContext', () => {
  it('knows a context, of another copy of the package too', () => {
    expect(isNatsMessageContext(contextOf())).toBe(true);
    const foreign = { [Symbol.for('nestjs-nats.message-context')]: true };
    expect(isNatsMessageContext(foreign)).toBe(true);
  });

  it.each([undefined, null, 1, 'context', {}, [], () => 1])('is not %p', (value) => {
    expect(isNatsMessageContext(value)).toBe(false);
  });
});
