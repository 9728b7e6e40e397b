import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseNatsUrl, redactUrl, redactUrls } from './nats-url.js';

describe('parseNatsUrl', () => {
  it.each([
    ['nats://127.0.0.1:4333', '127.0.0.1', 4333, false],
    ['127.0.0.1', '127.0.0.1', 4222, false],
    ['demo:4444', 'demo', 4444, false],
    ['tls://demo', 'demo', 4222, true],
    ['nats://[::1]:4333', '::1', 4333, false],
    ['nats://ada:s3cret@demo:4333/', 'demo', 4333, false],
  ])('reads %s', (text, host, port, tls) => {
    expect(parseNatsUrl(text)).toMatchObject([{ host, port, tls }]);
  });

  it('reads a list', () => {
    expect(parseNatsUrl('a:1, nats://u:p@b:2').map(({ label }) => label)).toEqual([
      'nats://a:1',
      'nats://b:2',
    ]);
  });

  it.each(['', 'http://demo', 'ws://demo:80', 'nats://', 'nats://a:port', 'a,,b'])(
    'refuses "%s"',
    (text) => {
      expect(() => parseNatsUrl(text)).toThrow(
        /is not a NATS address: expected nats:\/\/host:port/,
      );
    },
  );

  it('never shows credentials', () => {
    const secret = fc.stringMatching(/^[\w!$%&*+;=?#/@:^-]{4,20}$/).map((text) => `<${text}>`);
    fc.assert(
      fc.property(
        secret,
        secret,
        fc.constantFrom('nats://', 'tls://', 'ws://', ''),
        (user, password, scheme) => {
          const value = `${scheme}${user}:${password}@host:4222`;
          let shown = redactUrl(value);
          try {
            shown += parseNatsUrl(value)
              .map(({ label }) => label)
              .join(' ');
          } catch (error) {
            shown += String(error);
          }
          expect(shown).not.toContain(user);
          expect(shown).not.toContain(password);
        },
      ),
    );
  });
});

describe('redactUrls', () => {
  it('removes credentials from the words of a text', () => {
    expect(redactUrls("Err:1 http://ada:s3cret@mirror/debian x InRelease: 'tls://t@h' fails")).toBe(
      "Err:1 http://***@mirror/debian x InRelease: ***@h' fails",
    );
  });

  it('leaves other text alone', () => {
    const text = 'Get:1 http://mirror/debian testing InRelease [151 kB]';
    expect(redactUrls(text)).toBe(text);
  });
});
