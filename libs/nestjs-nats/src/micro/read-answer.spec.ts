import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readAnswer } from './read-answer.js';
import { SERVICE_TYPES, type ServiceVerb } from './service-answers.js';

const identity = { name: 'prices', id: 'A1', version: '1.0.0', metadata: { team: 'shop' } };
const counts = { num_requests: 2, num_errors: 1, processing_time: 9, average_processing_time: 4.5 };
const endpoint = { name: 'quote', subject: 'price.quote', queue_group: 'q' };

const PING = { type: SERVICE_TYPES.PING, ...identity };
const INFO = {
  type: SERVICE_TYPES.INFO,
  ...identity,
  description: 'What things cost',
  endpoints: [{ ...endpoint, metadata: { unit: 'cents' } }],
};
const STATS = {
  type: SERVICE_TYPES.STATS,
  ...identity,
  started: '2026-01-02T03:04:05.000Z',
  endpoints: [{ ...endpoint, ...counts, last_error: '500: no' }],
};

describe('readAnswer', () => {
  it.each([
    ['PING', PING],
    ['INFO', INFO],
    ['STATS', STATS],
  ] as const)('reads what a service answers to %s', (verb, answer) => {
    expect(readAnswer(verb, answer)).toEqual(answer);
  });

  it('fills in what libraries leave out', () => {
    const { metadata: _, ...bare } = identity;
    const info = {
      type: INFO.type,
      ...bare,
      endpoints: [{ name: 'a', subject: 'a', metadata: null }],
    };
    expect(readAnswer('INFO', info)).toEqual({
      ...info,
      metadata: {},
      description: '',
      endpoints: [{ name: 'a', subject: 'a', queue_group: '', metadata: {} }],
    });
    const { name, subject } = endpoint;
    const stats = { ...STATS, metadata: null, endpoints: [{ name, subject, ...counts }] };
    expect(readAnswer('STATS', stats)).toMatchObject({
      metadata: {},
      endpoints: [{ queue_group: '', last_error: '' }],
    });
    expect(readAnswer('STATS', { ...STATS, endpoints: null })).toMatchObject({ endpoints: [] });
  });

  it('leaves out what libraries add', () => {
    expect(readAnswer('PING', { ...PING, secret: 1 })).toEqual(PING);
  });

  it.each<[string, ServiceVerb, unknown]>([
    ['nothing', 'PING', undefined],
    ['a list', 'PING', [PING]],
    ['another type', 'PING', INFO],
    ['a name that is none', 'PING', { ...PING, name: 'a.b' }],
    ['no id', 'PING', { ...PING, id: '' }],
    ['an id with a line break', 'PING', { ...PING, id: 'a\nb' }],
    ['a version that is none', 'PING', { ...PING, version: 1 }],
    ['metadata that is no text', 'PING', { ...PING, metadata: { a: {} } }],
    ['metadata that is a list', 'PING', { ...PING, metadata: ['a'] }],
    ['a description that is no text', 'INFO', { ...INFO, description: 1 }],
    ['endpoints that are no list', 'INFO', { ...INFO, endpoints: {} }],
    ['an endpoint that is none', 'INFO', { ...INFO, endpoints: [null] }],
    ['an endpoint without a subject', 'INFO', { ...INFO, endpoints: [{ name: 'a' }] }],
    ['no start', 'STATS', { ...STATS, started: 'yesterday-ish' }],
    [
      'a negative count',
      'STATS',
      { ...STATS, endpoints: [{ ...STATS.endpoints[0], num_errors: -1 }] },
    ],
    [
      'a count that is text',
      'STATS',
      { ...STATS, endpoints: [{ ...STATS.endpoints[0], num_requests: '1' }] },
    ],
  ])('refuses %s', (_, verb, answer) => {
    expect(readAnswer(verb, answer)).toBeUndefined();
  });

  it('takes anything without failing, and gives nothing but what it has checked', () => {
    const verbs = fc.constantFrom<ServiceVerb>('PING', 'INFO', 'STATS');
    const odd = fc.oneof(fc.anything(), fc.constant({ ['__proto__']: 1 }));
    const broken = fc.tuple(fc.constantFrom(...Object.keys(STATS), ...Object.keys(INFO)), odd);
    fc.assert(
      fc.property(verbs, broken, odd, (verb, [key, value], anything) => {
        readAnswer(verb, anything);
        const answer = readAnswer(verb, {
          ...INFO,
          ...STATS,
          type: SERVICE_TYPES[verb],
          [key]: value,
        });
        expect(JSON.parse(JSON.stringify(answer ?? null))).toEqual(answer ?? null);
      }),
    );
  });
});
