import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ConsoleLogger } from '@nestjs/common';
import { IncidentLog } from './incident-log.js';
import { LogEntry } from './log-entry.js';

/** A logger of an application: keeps what it was told. */
class Recorder extends ConsoleLogger {
  readonly lines: unknown[][] = [];

  override warn(...args: unknown[]): void {
    this.lines.push(args);
  }

  override error(...args: unknown[]): void {
    this.lines.push(['error', ...args]);
  }
}

describe('IncidentLog', () => {
  let logger: Recorder;
  let incidents: IncidentLog;

  beforeEach(() => {
    jest.useFakeTimers();
    logger = new Recorder();
    incidents = new IncidentLog(logger);
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('logs the first of a kind at once', () => {
    incidents.warn('a', 'A message was dropped');
    expect(logger.lines).toEqual([['A message was dropped']]);
  });

  it('makes one entry of a line with its fields, a stack among them', () => {
    incidents.warn('a', 'It failed', { subject: 'a', stack: 'Error: at x' });
    expect(logger.lines).toEqual([[expect.any(LogEntry)]]);
    expect(logger.lines[0]![0]).toMatchObject({ message: 'It failed', stack: 'Error: at x' });
  });

  it('holds back more of the kind for a minute, and then says how many', () => {
    for (let i = 1; i <= 1_000; i++) incidents.warn('a', `drop ${i}`);
    jest.advanceTimersByTime(59_999);
    incidents.warn('a', 'drop 1001');
    expect(logger.lines).toEqual([['drop 1']]);
    jest.advanceTimersByTime(1);
    incidents.warn('a', 'drop 1002');
    expect(logger.lines).toEqual([
      ['drop 1'],
      ['drop 1002 (and 1000 more since the last such line)'],
    ]);
  });

  it('counts anew after each line', () => {
    for (const text of ['first', 'held']) incidents.warn('a', text);
    jest.advanceTimersByTime(60_000);
    incidents.warn('a', 'second');
    jest.advanceTimersByTime(60_000);
    incidents.warn('a', 'third');
    expect(logger.lines.flat()).toEqual([
      'first',
      'second (and 1 more since the last such line)',
      'third',
    ]);
  });

  it('keeps kinds apart', () => {
    incidents.warn('a', 'of a');
    incidents.warn('b', 'of b');
    incidents.warn('a', 'of a again');
    expect(logger.lines.flat()).toEqual(['of a', 'of b']);
  });

  it('says at the end how many were held back, and begins anew', () => {
    for (const text of ['of a', 'of a again']) incidents.error('a', text);
    incidents.warn('b', 'of b');
    incidents.end();
    incidents.end();
    incidents.error('a', 'of a, much later');
    expect(logger.lines).toEqual([
      ['error', 'of a'],
      ['of b'],
      ['error', 'of a (and 1 more since the last such line)'],
      ['error', 'of a, much later'],
    ]);
  });

  it('keeps no timer', () => {
    incidents.warn('a', 'of a');
    incidents.warn('a', 'of a again');
    expect(jest.getTimerCount()).toBe(0);
  });
});
