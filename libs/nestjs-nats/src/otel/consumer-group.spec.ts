import { describe, expect, it } from '@jest/globals';
import { ephemeralName } from '../jetstream/consumer/consumer-config.js';
import { consumerGroup } from './consumer-group.js';

describe('the group of a consumer', () => {
  it('is the durable', () => {
    expect(consumerGroup('billing')).toBe('billing');
    expect(consumerGroup('ordered-by-date')).toBe('ordered-by-date');
  });

  it.each(['broadcast', 'ordered'] as const)(
    'is "%s" for one that has a new name each time',
    (mode) => {
      expect(consumerGroup(ephemeralName(mode))).toBe(mode);
    },
  );
});
