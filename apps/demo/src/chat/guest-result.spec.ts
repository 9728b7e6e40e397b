import { describe, expect, it } from '@jest/globals';
import type { Heard } from './chat-guest.js';
import { guestResult } from './guest-result.js';

const texts = (...list: string[]): Heard[] => list.map((text) => ({ text, from: 'bob' }));
const SAID = ['hello', 'good bye'];
const ADA = {
  name: 'ada',
  heard: texts(...SAID),
  told: texts('psst'),
  people: ['ada', 'bob', 'cy'],
};

describe('what a conversation came to', () => {
  it('is fine', () => {
    expect(guestResult(ADA, SAID, ['psst'])).toEqual({
      line: '  ada  2 messages, each once; sees ada, bob, cy, and 1 for ada alone',
      problems: [],
    });
    expect(guestResult({ ...ADA, name: 'cy', told: [] }, SAID, [])).toEqual({
      line: '  cy   2 messages, each once; sees ada, bob, cy',
      problems: [],
    });
  });

  it.each<[string, Partial<typeof ADA>, RegExp]>([
    ['a message is lost', { heard: texts('hello') }, /^ada got "good bye" 0 times, expected once$/],
    ['one comes twice', { heard: texts('hello', ...SAID) }, /^ada got "hello" 2 times/],
    ['one is nobody’s', { heard: texts(...SAID, 'boo') }, /^ada got "boo", which was not for it$/],
    ['the secret is lost', { told: [] }, /^ada alone got "psst" 0 times, expected once$/],
    ['the secret comes twice', { told: texts('psst', 'psst') }, /^ada alone got "psst" 2 times/],
    ['another secret comes', { told: texts('psst', 'pst') }, /^ada alone got "pst", which was not/],
  ])('is not, when %s', (_, change, problem) => {
    const { line, problems } = guestResult({ ...ADA, ...change }, SAID, ['psst']);
    expect(problems).toEqual([expect.stringMatching(problem)]);
    expect(line).not.toContain('once');
  });

  it.each([[[]], [['ada', 'bob']], [['ada', 'bob', 'cy', 'cy']]])(
    'is not, when it saw %j',
    (people) => {
      const { problems } = guestResult({ ...ADA, people }, SAID, ['psst']);
      expect(problems).toEqual([expect.stringMatching(/^ada saw /)]);
    },
  );

  it('is not, when the secret of another comes', () => {
    const { problems } = guestResult({ ...ADA, name: 'bob' }, SAID, []);
    expect(problems).toEqual(['bob alone got "psst", which was not for it']);
  });
});
