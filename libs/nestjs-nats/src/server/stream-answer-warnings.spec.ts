import { describe, expect, it } from '@jest/globals';
import { streamAnswerWarnings } from './stream-answer-warnings.js';

describe('streamAnswerWarnings', () => {
  it.each([
    ['request', 'orders.quote', ['orders.>'], undefined, 1],
    ['request', 'orders.*', ['x', 'orders.quote'], false, 1],
    ['request', 'orders.quote', ['orders.>'], true, 0],
    ['event', 'orders.quote', ['orders.>'], undefined, 0],
    ['request', 'quote', ['orders.>'], undefined, 0],
    ['request', 'quote', [], undefined, 0],
  ] as const)('%s on %s, stream of %j with no_ack %s: %d', (kind, subject, subjects, no_ack, n) => {
    const streams = [{ name: 'ORDERS', subjects, no_ack }];
    expect(streamAnswerWarnings([{ kind, subject }], streams)).toHaveLength(n);
  });

  it('names the stream and the subject, once for each stream', () => {
    const streams = [
      { name: 'A', subjects: ['orders.>', 'orders.quote'] },
      { name: 'B', subjects: ['orders.*'] },
    ];
    const warnings = streamAnswerWarnings([{ kind: 'request', subject: 'orders.quote' }], streams);
    expect(warnings).toEqual([
      expect.stringMatching(/stream "A" stores requests on "orders\.quote"/),
      expect.stringMatching(/stream "B" stores requests on "orders\.quote"/),
    ]);
  });
});
