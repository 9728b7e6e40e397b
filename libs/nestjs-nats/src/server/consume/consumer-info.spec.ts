import { describe, expect, it } from '@jest/globals';
import type { ConsumerInfo } from '../listen-info.js';
import { consumerReport } from './consumer-info.js';

const info = (consumer: string, more: Partial<ConsumerInfo>): ConsumerInfo => ({
  stream: 'ORDERS',
  consumer,
  durable: consumer,
  mode: 'durable',
  action: 'keep',
  changes: [],
  subjects: [],
  patterns: [],
  handlers: [],
  ...more,
});

describe('consumerReport', () => {
  it('shows durables that were made or changed', () => {
    const consumers = [
      info('billing', { action: 'create' }),
      info('mail', { action: 'update', changes: ['ack_wait: wanted 7s, there is 5s', 'b'] }),
      info('kept', {}),
      info('X1', { durable: undefined, mode: 'ordered', action: 'create' }),
    ];
    expect(consumerReport(consumers).join('\n').split('\n')).toEqual([
      'Durables:',
      'durable  stream  action  details',
      'billing  ORDERS  create',
      'mail     ORDERS  update  ack_wait: wanted 7s, there is 5s; b',
    ]);
  });

  it('has nothing to say of those that were there as they should be', () => {
    expect(consumerReport([info('kept', {})])).toEqual([]);
  });
});
