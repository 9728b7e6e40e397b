import { describe, expect, it } from '@jest/globals';
import { KEPT_REPLIES, SentReplies } from './sent-replies.js';

describe('SentReplies', () => {
  it('knows who has sent an answer, in any order, once', () => {
    const sent = new SentReplies<number>();
    for (const n of [1, 2, 3]) sent.add(`inbox.${n}`, n);
    expect([2, 1, 3].map((n) => sent.take(`inbox.${n}`))).toEqual([2, 1, 3]);
    expect([1, 2, 3].map((n) => sent.take(`inbox.${n}`))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('knows nothing of others', () => {
    const sent = new SentReplies<number>();
    expect(sent.take('inbox.1')).toBeUndefined();
    sent.add('inbox.1', 1);
    expect(sent.take('inbox.2')).toBeUndefined();
    expect(sent.take('inbox.1')).toBe(1);
  });

  it('forgets the oldest', () => {
    const sent = new SentReplies<number>();
    for (let n = 0; n <= KEPT_REPLIES; n++) sent.add(`inbox.${n}`, n);
    expect(sent.take('inbox.0')).toBeUndefined();
    for (let n = 1; n <= KEPT_REPLIES; n++) expect(sent.take(`inbox.${n}`)).toBe(n);
  });
});
