import { describe, expect, it } from '@jest/globals';
import { type NatsErrorCode, NatsTransportError, RemoteError } from 'nestjs-nats';
import { saverView } from './snapshot.js';
import { standingOf } from './standing.js';

describe('the view of what the savers answer', () => {
  const row = { msgId: '1', reportData: 'x'.repeat(400), receivedAt: '', savedBy: 'a' };
  const view = saverView(
    {
      stats: {
        received: 12,
        waiting: 1,
        deadLetters: 2,
        total: 9,
        failed: 3,
        byReplica: { b: 5, a: 4 },
      },
      minutes: [],
      latest: [{ ...row, eventName: 'e', createTime: '' }],
      failures: [{ ...row, dataName: 'e', errorReason: 'y'.repeat(400) }],
      replicas: [
        { replica: 'c', since: 'now', stored: 0 },
        { replica: 'a', since: 'then', stored: 4 },
      ],
    },
    new Date(0),
  );

  it('accounts for every message the stream has taken', () => {
    expect(view).toMatchObject({ received: 12, waiting: 1, stored: 9, failed: 5 });
    expect(view.waiting + view.stored + view.deadLetters).toBe(view.received);
  });

  it('shows replicas that stored something, that are there, or both', () => {
    expect(view.replicas).toEqual([
      { replica: 'a', rows: 4, percent: 44, since: 'then' },
      { replica: 'b', rows: 5, percent: 56, since: null },
      { replica: 'c', rows: 0, percent: 0, since: 'now' },
    ]);
  });

  it('cuts long texts', () => {
    expect(view.latest[0]!.reportData).toHaveLength(301);
    expect(view.failures[0]!.errorReason).toHaveLength(301);
  });
});

describe('the standing after a question that failed', () => {
  const failed = (code: NatsErrorCode): unknown => new NatsTransportError(code, 'no');

  it.each<[string, unknown, string, string]>([
    ['no responders', failed('NO_RESPONDERS'), 'connected', 'away'],
    ['no connection', failed('CONNECTION_FAILED'), 'away', 'unknown'],
    ['a lost connection', failed('CONNECTION_LOST'), 'away', 'unknown'],
    ['a timeout', failed('TIMEOUT'), 'connected', 'failing'],
    [
      'an error reply',
      new RemoteError({ code: 'INTERNAL', message: 'no' }, 500, 'a'),
      'connected',
      'failing',
    ],
    ['a bug', new TypeError('no'), 'connected', 'failing'],
  ])('%s', (_, error, nats, saver) => {
    expect(standingOf(error)).toEqual({ nats, saver });
  });
});
