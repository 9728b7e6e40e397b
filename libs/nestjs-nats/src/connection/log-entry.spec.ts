import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ConsoleLogger } from '@nestjs/common';
import { codeOf, LogEntry } from './log-entry.js';

const entry = new LogEntry('Message 7 on "a" failed', {
  subject: 'a',
  sequence: 7,
  queue: undefined,
});

describe('LogEntry', () => {
  let printed: string;
  beforeEach(() => {
    printed = '';
    for (const stream of [process.stdout, process.stderr])
      jest.spyOn(stream, 'write').mockImplementation((text) => Boolean((printed += String(text))));
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('is its sentence in a log of text', () => {
    new ConsoleLogger('Nats', { colors: false }).warn(entry);
    expect(printed).toMatch(/WARN \[Nats\] Message 7 on "a" failed\n$/);
    expect(String(entry)).toBe('Message 7 on "a" failed');
  });

  it('has its stack below it, and both are one entry', () => {
    const failed = new LogEntry('It failed', { stack: 'Error: x\n    at y' });
    new ConsoleLogger('Nats', { colors: false }).warn(failed);
    expect(printed).toMatch(/WARN \[Nats\] It failed\nError: x\n {4}at y\n$/);
    expect(String(failed)).toBe('It failed');
  });

  it('has its fields in a log of JSON', () => {
    new ConsoleLogger('Nats', { json: true, colors: false }).warn(entry);
    expect(JSON.parse(printed)).toMatchObject({
      level: 'warn',
      context: 'Nats',
      message: { message: 'Message 7 on "a" failed', subject: 'a', sequence: 7 },
    });
    expect(Object.fromEntries(Object.entries(entry))).toEqual({
      message: 'Message 7 on "a" failed',
      subject: 'a',
      sequence: 7,
    });
  });
});

describe('codeOf', () => {
  const fail = (): never => {
    throw new Error('not to be looked at');
  };

  it.each([
    [Object.assign(new Error('x'), { code: 'TIMEOUT' }), 'TIMEOUT'],
    [new Error('x'), undefined],
    [{ code: 500 }, undefined],
    ['text', undefined],
    [undefined, undefined],
    [null, undefined],
    [new Proxy({}, { get: () => fail() }), undefined],
  ])('reads what it can: case %#', (failure, code) => {
    expect(codeOf(failure)).toBe(code);
  });
});
