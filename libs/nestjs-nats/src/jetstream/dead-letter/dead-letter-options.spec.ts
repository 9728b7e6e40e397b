import { describe, expect, it } from '@jest/globals';
import { madeWith } from '../stream/own-stream.js';
import {
  deadLetterFaults,
  deadLetterStream,
  deadLetterSubject,
  resolveDeadLetters,
} from './dead-letter-options.js';

describe('deadLetterFaults', () => {
  it.each([
    undefined,
    {},
    { stream: 'MORGUE', subjectPrefix: 'morgue.eu', replicas: 3, maxAgeMs: 60_000 },
    { stream: undefined, maxAgeMs: undefined },
  ])('accepts %j', (option) => {
    expect(deadLetterFaults(option)).toEqual([]);
  });

  it.each<[unknown, string[]]>([
    [false, ['deadLetters: expected an object, got a value of type boolean']],
    [{ stream: 'a.b' }, ['deadLetters.stream: "a.b": it contains "." at position 1']],
    [
      { subjectPrefix: '$JS.dead' },
      ['deadLetters.subjectPrefix: "$JS.dead": it is a subject space of the server'],
    ],
    [
      { subjectPrefix: 'dead.*', replicas: 0, maxAgeMs: 5, subject: 'dead' },
      [
        'deadLetters.subject: there is no such option',
        'deadLetters.subjectPrefix: "dead.*": it has the wildcard "*", which only subscriptions may use',
        'deadLetters.replicas: expected a whole number from 1 to 5',
        'deadLetters.maxAgeMs: expected a whole number from 60000 to 315360000000',
      ],
    ],
  ])('finds what is wrong with %j', (option, faults) => {
    expect(deadLetterFaults(option)).toEqual(faults);
  });
});

describe('deadLetterStream', () => {
  it('keeps everything by default, and refuses what it has no room for', () => {
    const options = resolveDeadLetters();
    expect(madeWith(deadLetterStream(options))).toMatchObject({
      name: 'DEAD_LETTERS',
      subjects: ['dead.>'],
      discard: 'new',
      num_replicas: 1,
    });
    expect(madeWith(deadLetterStream(options))).not.toHaveProperty('max_age');
    expect(deadLetterSubject(options, 'ORDERS', 'billing')).toBe('dead.ORDERS.billing');
  });

  it('declares its name and subjects, and besides only what was set', () => {
    const set = { replicas: 3, maxAgeMs: 60_000 };
    const basics = { name: 'DEAD_LETTERS', subjects: ['dead.>'] };
    expect(deadLetterStream(resolveDeadLetters()).declaration).toEqual(basics);
    expect(deadLetterStream(resolveDeadLetters(set)).declaration).toEqual({
      ...basics,
      num_replicas: 3,
      max_age: 60_000 * 1e6,
    });
  });

  it('remembers duplicates no longer than it keeps messages', () => {
    const options = resolveDeadLetters({ stream: 'MORGUE', maxAgeMs: 60_000 });
    expect(madeWith(deadLetterStream(options))).toMatchObject({
      name: 'MORGUE',
      max_age: 60_000 * 1e6,
      duplicate_window: 60_000 * 1e6,
    });
  });
});
