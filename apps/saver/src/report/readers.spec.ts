import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readEvent } from './read-event.js';
import { readUser } from './read-user.js';
import type { Receipt } from './stored-report.js';

const receipt: Receipt = { receivedAt: new Date('2026-05-06T07:08:09.010Z'), fallbackId: 'given' };
const receivedAt = '2026-05-06T07:08:09.010Z';

describe('readEvent', () => {
  it('fills in what a sender may leave out', () => {
    expect(readEvent({ eventName: 'e', reportData: '{}' }, receipt)).toEqual({
      table: 'realtime_warehousing',
      row: { msgId: 'given', eventName: 'e', reportData: '{}', createTime: receivedAt, receivedAt },
    });
  });

  it.each([
    ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05.000Z'],
    ['2026-01-02T03:04:05+02:00', '2026-01-02T01:04:05.000Z'],
    ['2026-01-02 03:04:05', '2026-01-02T03:04:05.000Z'],
    ['2026-01-02T03:04:05.6', '2026-01-02T03:04:05.600Z'],
  ])('reads the time %s', (createTime, expected) => {
    const { row } = readEvent({ eventName: 'e', reportData: '1', createTime }, receipt);
    expect(row).toMatchObject({ createTime: expected });
  });

  it.each(['', '{', 'undefined', "{'a':1}", '{"a":1,}', 'NaN'])(
    'fails the content %j',
    (reportData) => {
      const read = readEvent(
        { msgId: 'm', eventName: 'e', reportData, createTime: '2026-01-02T03:04:05Z' },
        receipt,
      );
      expect(read).toEqual({
        table: 'acceptance_status',
        row: {
          msgId: 'm',
          dataName: 'e',
          reportType: 'reportEvent',
          reportData,
          status: 0,
          errorReason: expect.stringMatching(/^content is not JSON: /),
          errorHandling: 'kept in acceptance_status, not warehoused',
          partEvent: 'e',
          partDate: '2026-01-02',
          receivedAt,
        },
      });
    },
  );

  it('keeps the whole payload when it cannot tell the content apart', () => {
    const { row } = readEvent({ event_name: 'e', other: 1 }, receipt);
    expect(row).toMatchObject({ dataName: 'e', reportData: '{"eventName":"e","other":1}' });
  });
});

describe('readUser', () => {
  const user = { dataName: 'd', reportType: 'reportUser', reportData: '{}' };

  it('fills in what a sender may leave out', () => {
    expect(readUser(user, receipt)).toEqual({
      table: 'acceptance_status',
      row: {
        ...user,
        msgId: 'given',
        errorReason: '',
        errorHandling: '',
        status: 1,
        partEvent: 'd',
        partDate: '2026-05-06',
        receivedAt,
      },
    });
  });

  it('fails content that is not JSON', () => {
    const { row } = readUser({ ...user, reportData: 'a=1' }, receipt);
    expect(row).toMatchObject({
      dataName: 'd',
      reportData: 'a=1',
      status: 0,
      reportType: 'reportUser',
    });
  });

  it('keeps the reason of a sender that reports a failure of its own', () => {
    const failed = { ...user, reportData: 'a=1', status: 0, errorReason: 'theirs' };
    expect(readUser(failed, receipt).row).toMatchObject({ status: 0, errorReason: 'theirs' });
  });
});

describe.each([
  ['readEvent', readEvent],
  ['readUser', readUser],
])('%s', (_, read) => {
  const fields = fc.record(
    {
      msgId: fc.anything(),
      event_name: fc.anything(),
      eventName: fc.anything(),
      dataName: fc.anything(),
      reportType: fc.anything(),
      reportData: fc.oneof(fc.json(), fc.anything()),
      createTime: fc.anything(),
      status: fc.anything(),
      partDate: fc.anything(),
    },
    { requiredKeys: [] },
  );

  it('makes one complete row of anything that can come off the wire', () => {
    const payload = fc.oneof(fc.jsonValue(), fields).map((value) => {
      const text = JSON.stringify(value, (__, part: unknown) =>
        typeof part === 'bigint' ? `${part}` : part,
      );
      return text === undefined ? undefined : (JSON.parse(text) as unknown);
    });
    fc.assert(
      fc.property(payload, (value) => {
        const { row } = read(value, receipt);
        for (const field of Object.values(row))
          expect(['string', 'number']).toContain(typeof field);
        expect(row.msgId.length).toBeGreaterThan(0);
        expect(row.receivedAt).toBe(receivedAt);
      }),
    );
  });
});
