import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { rejectionRow, reportRow } from './live-row.js';

const at = new Date('2026-01-02T03:04:05Z');
const bytes = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));

describe('a line of the live tail', () => {
  it.each([
    ['logger.report.event', { eventName: 'a', reportData: '{}' }, 'event', 'a', '{}'],
    ['logger.report.event', { event_name: 'a', report_data: '{}' }, 'event', 'a', '{}'],
    ['logger.report.user', { dataName: 'b', reportData: 'x' }, 'user', 'b', 'x'],
    ['logger.report.new', { any: 1 }, 'other', 'logger.report.new', '{"any":1}'],
    ['logger.report.event', [1], 'unreadable', 'logger.report.event', '[1]'],
    ['logger.report.event', null, 'unreadable', 'logger.report.event', 'null'],
  ])('%s %j', (subject, payload, kind, name, detail) => {
    expect(reportRow(subject, bytes(payload), at)).toEqual({
      kind,
      name,
      detail,
      at: '2026-01-02T03:04:05.000Z',
    });
  });

  it('is short, whatever bytes it is made of', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (anything) => {
        const row = reportRow('logger.report.event', anything, at);
        expect(row.name.length).toBeLessThanOrEqual(129);
        expect(row.detail.length).toBeLessThanOrEqual(241);
      }),
    );
  });

  it.each<[unknown, number, string, string]>([
    [{ status: 401, msg: 'no', eventName: 'a' }, 401, 'a', 'no'],
    [{ status: '401' }, 0, '(no name)', ''],
    [null, 0, '(no name)', ''],
    [{ status: 400, eventName: { toString: 1 }, msg: ['x'] }, 400, '(no name)', ''],
  ])('of the rejection %j', (rejection, status, name, detail) => {
    expect(rejectionRow(rejection, at)).toMatchObject({ kind: 'rejected', status, name, detail });
  });
});
