import { describe, expect, it } from '@jest/globals';
import { codecOf } from '../../codec/registry.js';
import { nameFault } from '../api/name-fault.js';
import { consumerSpec, ephemeralName, resumedAfter } from './consumer-config.js';
import { resolveConsume } from './resolve-consume.js';

const codec = codecOf('json');

function spec(extras: object, filters = ['orders.*.created'], name = 'billing') {
  return consumerSpec(resolveConsume({ stream: 'ORDERS', ...extras }, { codec }), filters, name);
}

describe('resolveConsume', () => {
  it('fills in the defaults', () => {
    expect(resolveConsume({ stream: 'ORDERS', durable: 'billing' }, { codec })).toMatchObject({
      stream: 'ORDERS',
      mode: 'durable',
      durable: 'billing',
      concurrency: 64,
      ackWaitMs: 30_000,
      retry: { attempts: 5 },
      deadLetter: undefined,
      batch: undefined,
      singleActive: false,
      start: { deliver_policy: 'all' },
      ack: 'normal',
      codec,
      consumer: {},
    });
  });

  it.each([
    ['broadcast', { concurrency: 64, start: { deliver_policy: 'new' } }],
    ['ordered', { concurrency: 1, start: { deliver_policy: 'new' } }],
  ])('has other defaults in mode %s', (mode, expected) => {
    expect(resolveConsume({ stream: 'ORDERS', mode }, { codec })).toMatchObject(expected);
  });

  it('calls a handler with one batch at a time unless it wants more', () => {
    const batching = { stream: 'ORDERS', durable: 'billing', batch: { size: 100 } };
    expect(resolveConsume(batching, { codec }).concurrency).toBe(1);
    expect(resolveConsume({ ...batching, concurrency: 3 }, { codec }).concurrency).toBe(3);
    const broadcast = { stream: 'ORDERS', mode: 'broadcast', batch: { size: 100 } };
    expect(resolveConsume(broadcast, { codec }).concurrency).toBe(1);
  });

  it('takes what is given', () => {
    const batch = resolveConsume(
      { stream: 'A', durable: 'b', batch: { size: 5 } },
      { codec },
    ).batch;
    expect(batch).toEqual({ size: 5, maxWaitMs: 100 });
    const raw = resolveConsume({ stream: 'A', durable: 'b', codec: 'raw' }, { codec }).codec;
    expect(raw).toBe(codecOf('raw'));
  });
});

describe('consumerSpec', () => {
  it('makes a durable that never gives up a message, nor holds others up for one', () => {
    expect(spec({ durable: 'billing', ackWaitMs: 5_000 })).toEqual({
      stream: 'ORDERS',
      name: 'billing',
      durable: true,
      filters: ['orders.*.created'],
      singleActive: undefined,
      config: {
        name: 'billing',
        durable_name: 'billing',
        filter_subject: 'orders.*.created',
        deliver_policy: 'all',
        ack_policy: 'explicit',
        ack_wait: 5_000_000_000,
        max_deliver: -1,
        max_ack_pending: -1,
      },
    });
  });

  it('takes several filters', () => {
    const { config } = spec({ durable: 'billing' }, ['a', 'b']);
    expect(config.filter_subjects).toEqual(['a', 'b']);
    expect(config).not.toHaveProperty('filter_subject');
  });

  it.each([
    ['all', { deliver_policy: 'all' }],
    ['new', { deliver_policy: 'new' }],
    ['last', { deliver_policy: 'last' }],
    ['lastPerSubject', { deliver_policy: 'last_per_subject' }],
    [{ sequence: 7 }, { deliver_policy: 'by_start_sequence', opt_start_seq: 7 }],
    [
      { since: new Date(0) },
      { deliver_policy: 'by_start_time', opt_start_time: '1970-01-01T00:00:00.000Z' },
    ],
  ])('begins at %j', (deliver, start) => {
    expect(spec({ durable: 'billing', deliver }).config).toMatchObject(start);
  });

  it('lets one process be the active one, until it has been silent for as long as a message', () => {
    const { config, singleActive } = spec({ durable: 'b', singleActive: true, ackWaitMs: 7_000 });
    expect(singleActive).toEqual({ group: 'active', timeoutMs: 7_000 });
    expect(config).toMatchObject({
      priority_groups: ['active'],
      priority_policy: 'pinned_client',
      priority_timeout: 7_000_000_000,
    });
  });

  it('makes a consumer for one process in the other modes, which the server removes after it', () => {
    const broadcast = spec({ mode: 'broadcast' }, ['a'], 'broadcast-x');
    expect(broadcast).toMatchObject({ durable: false, name: 'broadcast-x' });
    expect(broadcast.config).toMatchObject({
      ack_policy: 'explicit',
      inactive_threshold: 300_000_000_000,
    });
    expect(broadcast.config).not.toHaveProperty('durable_name');
    expect(spec({ mode: 'ordered' }, ['a'], 'ordered-x').config).toEqual({
      name: 'ordered-x',
      inactive_threshold: 60_000_000_000,
      filter_subject: 'a',
      deliver_policy: 'new',
      ack_policy: 'none',
      max_deliver: -1,
      mem_storage: true,
      num_replicas: 1,
    });
  });

  it('passes on what a handler adds under the names of NATS', () => {
    const consumer = { max_waiting: 64, inactive_threshold: 5_000_000_000 };
    expect(spec({ mode: 'broadcast', consumer }).config).toMatchObject(consumer);
  });

  it('may go on behind a message', () => {
    expect(resumedAfter(spec({ mode: 'broadcast' }), 41)).toMatchObject({ after: 41 });
  });
});

describe('ephemeralName', () => {
  it('is readable, legal and never the same', () => {
    const names = Array.from({ length: 100 }, () => ephemeralName('broadcast'));
    expect(new Set(names).size).toBe(100);
    expect(names.every((name) => name.startsWith('broadcast-') && !nameFault(name))).toBe(true);
  });
});
