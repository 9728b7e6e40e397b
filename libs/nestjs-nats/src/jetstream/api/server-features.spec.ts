import { describe, expect, it } from '@jest/globals';
import { type Feature, FEATURES, hasFeature, requireFeature } from './server-features.js';

const SERVERS = {
  '2.10': { version: '2.10.27' },
  '2.11': { version: '2.11.4', api_lvl: 1 },
  '2.12': { version: '2.12.0', api_lvl: 2 },
  '2.14': { version: '2.14.1', api_lvl: 4 },
  '2.15': { version: '2.15.1', api_lvl: 5 },
} as const;

const LINES = Object.keys(SERVERS) as (keyof typeof SERVERS)[];

describe('hasFeature', () => {
  it.each(Object.keys(FEATURES) as Feature[])('finds %s from its version on', (feature) => {
    const having = LINES.filter((line) => hasFeature(SERVERS[line], feature));
    expect(having).toEqual(LINES.slice(LINES.indexOf(FEATURES[feature].since)));
    expect(having.length).toBeLessThan(LINES.length);
  });
});

describe('requireFeature', () => {
  it('passes a server that has it, and one that nobody knows', () => {
    expect(() => requireFeature(SERVERS['2.12'], 'schedules', 'Cannot publish')).not.toThrow();
    expect(() => requireFeature(undefined, 'schedules', 'Cannot publish')).not.toThrow();
  });

  it('names the feature, the version it needs and the one found', () => {
    expect(() =>
      requireFeature(SERVERS['2.10'], 'messageTtl', 'Cannot create the stream "ORDERS"'),
    ).toThrow(
      expect.objectContaining({
        code: 'SERVER_TOO_OLD',
        message:
          'Cannot create the stream "ORDERS": a time to live of messages needs nats-server 2.11, ' +
          'and the server is 2.10.27. Upgrade the server, or do without.',
        details: { feature: 'messageTtl', needed: '2.11', found: '2.10.27' },
      }),
    );
  });
});
