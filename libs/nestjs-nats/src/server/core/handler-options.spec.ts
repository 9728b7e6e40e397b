import { describe, expect, it } from '@jest/globals';
import { jsonCodec } from '../../codec/json.js';
import { rawCodec } from '../../codec/raw.js';
import { textCodec } from '../../codec/text.js';
import { type HandlerDefaults, resolveHandlerOptions } from './handler-options.js';

const defaults: HandlerDefaults = { queue: 'saver', codec: textCodec };

/** What a handler of the pattern is as an endpoint of a service, if it says nothing. */
const endpoint = { name: 'a', metadata: {} };

describe('resolveHandlerOptions', () => {
  it('fills in the defaults, those of the strategy too', () => {
    expect(resolveHandlerOptions({}, 'event', 'a', defaults)).toEqual({
      queue: 'saver',
      concurrency: 64,
      maxPending: 65_536,
      overflow: 'drop',
      codec: textCodec,
      endpoint,
    });
    expect(resolveHandlerOptions({}, 'request', 'a', defaults)).toEqual({
      queue: 'saver',
      concurrency: 64,
      maxPending: 1_024,
      overflow: 'reject',
      codec: textCodec,
      endpoint,
    });
  });

  it('takes what the handler says', () => {
    const own = { ...rawCodec };
    const extras = { queue: '', concurrency: 1, maxPending: 0, overflow: 'drop', codec: own };
    expect(resolveHandlerOptions(extras, 'request', 'a', defaults)).toEqual({
      ...extras,
      endpoint,
    });
    expect(resolveHandlerOptions({ codec: 'json' }, 'event', 'a', defaults).codec).toBe(jsonCodec);
  });

  it('takes undefined for what is not said', () => {
    const extras = { queue: undefined, concurrency: undefined, codec: undefined };
    expect(resolveHandlerOptions(extras, 'event', 'a', defaults)).toEqual(
      resolveHandlerOptions({}, 'event', 'a', defaults),
    );
  });

  it.each<[extras: Record<string, unknown>, fault: RegExp]>([
    [{ queue: 'a b' }, /^queue "a b": it contains a space/],
    [{ queue: 7 }, /^queue .*: .*not a string/],
    [{ queue: null }, /^queue null: it is null/],
    [{ concurrency: 0 }, /^concurrency: expected a whole number, at least 1$/],
    [{ concurrency: 1.5 }, /^concurrency: /],
    [{ concurrency: '8' }, /^concurrency: /],
    [{ concurrency: Infinity }, /^concurrency: /],
    [{ maxPending: -1 }, /^maxPending: expected a whole number, at least 0$/],
    [{ maxPending: Number.NaN }, /^maxPending: /],
    [{ overflow: 'wait' }, /^overflow: expected 'reject' or 'drop'$/],
    [{ overflow: 'reject' }, /^overflow: an event cannot be rejected/],
    [{ codec: 'xml' }, /^codec: "xml" is no codec/],
    [{ codec: {} }, /^codec: a codec is an object/],
    [{ qeue: 'a' }, /^qeue: there is no such option; there are queue, concurrency, /],
  ])('refuses %p for an event', (extras, fault) => {
    expect(() => resolveHandlerOptions(extras, 'event', 'a', defaults)).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTIONS',
        details: { subject: 'a', faults: [expect.stringMatching(fault)] },
      }),
    );
  });

  it('reports every fault at once, and whose it is', () => {
    const extras = { queue: 'a b', concurrency: 0, colour: 'red' };
    expect(() => resolveHandlerOptions(extras, 'request', 'orders.*', defaults)).toThrow(
      /^Cannot use the options of the request handler for "orders\.\*": colour: .*; queue "a b": .*; concurrency: .*\.$/,
    );
  });
});
