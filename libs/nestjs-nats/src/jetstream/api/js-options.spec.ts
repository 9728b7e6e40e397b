import { describe, expect, it } from '@jest/globals';
import { jetStreamFaults, resolveJetStreamOptions } from './js-options.js';

describe('jetStreamFaults', () => {
  it.each([[undefined], [{}], [{ domain: 'hub', apiTimeoutMs: 1 }], [{ domain: undefined }]])(
    'accepts %p',
    (option) => {
      expect(jetStreamFaults(option)).toEqual([]);
    },
  );

  it.each<[option: unknown, fault: RegExp]>([
    [null, /^jetstream: expected an object, got null$/],
    [[], /^jetstream: expected an object, got an array$/],
    ['hub', /^jetstream: expected an object/],
    [{ prefix: '$JS' }, /^jetstream\.prefix: there is no such option$/],
    [{ domain: 'a.b' }, /^jetstream\.domain: it is no single token$/],
    [{ domain: '' }, /^jetstream\.domain: it is empty$/],
    [{ domain: '*' }, /^jetstream\.domain: /],
    [{ domain: 7 }, /^jetstream\.domain: it is a value of type number/],
    [{ apiTimeoutMs: 0 }, /^jetstream\.apiTimeoutMs: expected a whole number from 1/],
    [{ apiTimeoutMs: 2 ** 31 }, /^jetstream\.apiTimeoutMs: /],
  ])('refuses %p', (option, fault) => {
    expect(jetStreamFaults(option)).toEqual([expect.stringMatching(fault)]);
  });
});

it('reaches the JetStream of the server, or of a domain', () => {
  expect(resolveJetStreamOptions()).toEqual({ apiPrefix: '$JS.API', apiTimeoutMs: 5_000 });
  expect(resolveJetStreamOptions({ domain: 'hub', apiTimeoutMs: 7 })).toEqual({
    apiPrefix: '$JS.hub.API',
    apiTimeoutMs: 7,
  });
});
