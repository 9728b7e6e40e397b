import { describe, expect, it } from '@jest/globals';
import { madeWith } from '../stream/own-stream.js';
import { attemptLogFaults, attemptLogStream, resolveAttemptLog } from './attempt-log-options.js';

const DAY_MS = 86_400_000;

describe('attemptLogFaults', () => {
  it.each([
    undefined,
    false,
    {},
    { bucket: 'my-attempts_2', replicas: 3, maxAgeMs: 60_000 },
    { bucket: undefined, replicas: undefined, maxAgeMs: undefined },
  ])('accepts %j', (option) => {
    expect(attemptLogFaults(option)).toEqual([]);
  });

  it.each<[unknown, string[]]>([
    [true, ['attemptLog: expected an object or false, got a value of type boolean']],
    [{ bucket: 'a.b' }, ['attemptLog.bucket: "a.b" is not a name of letters, digits, "_" and "-"']],
    [{ replicas: 6 }, ['attemptLog.replicas: expected a whole number from 1 to 5']],
    [
      { maxAgeMs: 1_000, ttl: 5 },
      [
        'attemptLog.ttl: there is no such option',
        'attemptLog.maxAgeMs: expected a whole number from 60000 to 31536000000',
      ],
    ],
  ])('finds what is wrong with %j', (option, faults) => {
    expect(attemptLogFaults(option)).toEqual(faults);
  });
});

describe('attemptLogStream', () => {
  it('keeps one entry for each message, for a day', () => {
    expect(madeWith(attemptLogStream(resolveAttemptLog()))).toMatchObject({
      name: 'KV_nestjs-nats-attempts',
      subjects: ['$KV.nestjs-nats-attempts.>'],
      max_msgs_per_subject: 1,
      max_age: DAY_MS * 1_000_000,
      num_replicas: 1,
    });
  });

  it('declares its name and subjects, and besides only what was set', () => {
    const set = { bucket: 'mine', replicas: 3, maxAgeMs: 60_000 };
    const basics = { name: 'KV_mine', subjects: ['$KV.mine.>'] };
    expect(attemptLogStream(resolveAttemptLog({ bucket: 'mine' })).declaration).toEqual(basics);
    expect(attemptLogStream(resolveAttemptLog(set)).declaration).toEqual({
      ...basics,
      num_replicas: 3,
      max_age: 60_000 * 1e6,
    });
  });
});
