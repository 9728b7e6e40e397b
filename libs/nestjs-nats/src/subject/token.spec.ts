import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isNatsTransportError } from '../errors/transport-error.js';
import { filterFault, overlap } from './filter.js';
import { compilePattern } from './pattern.js';
import { subjectFault } from './subject.js';
import { token, tokenText } from './token.js';

const wellFormed = fc.string({ unit: 'binary' });

describe('token', () => {
  it.each([
    ['lobby', 'lobby'],
    ['Room_7-b', 'Room_7-b'],
    ['', '%'],
    ['%', '%25'],
    ['a.b', 'a%2Eb'],
    ['*', '%2A'],
    ['>', '%3E'],
    [':id', '%3Aid'],
    ['$SYS', '%24SYS'],
    ['a b\r\n', 'a%20b%0D%0A'],
    ['café', 'caf%C3%A9'],
    ["~!'()", '%7E%21%27%28%29'],
    ['🎈', '%F0%9F%8E%88'],
  ])('encodes %j as %s', (text, encoded) => {
    expect(token(text)).toBe(encoded);
    expect(tokenText(encoded)).toBe(text);
  });

  it('gives one token of a legal subject that no other text has', () => {
    fc.assert(
      fc.property(wellFormed, wellFormed, (one, other) => {
        const subject = `rooms.${token(one)}`;
        expect(subject.split('.')).toHaveLength(2);
        expect(subjectFault(subject) ?? filterFault(subject)).toBeUndefined();
        expect(compilePattern(subject).filter).toBe(subject);
        expect(overlap(token(one), token(other))).toBe(one === other);
        expect(tokenText(token(one))).toBe(one);
      }),
    );
  });

  it('refuses half a surrogate pair', () => {
    expect(() => token('a\ud800')).toThrow(expect.objectContaining({ code: 'INVALID_SUBJECT' }));
  });
});

describe('tokenText', () => {
  it.each(['', '%41', '%2e', 'a.b', '*', '>', '%zz', '%E9', 'a b', 'a%'])(
    'refuses %j, which token() never gives',
    (encoded) => {
      expect(() => tokenText(encoded)).toThrow(
        expect.objectContaining({
          code: 'INVALID_SUBJECT',
          message: expect.stringContaining(JSON.stringify(encoded)),
        }),
      );
    },
  );

  it('refuses or reads whatever a peer sends, and reads nothing twice', () => {
    const again = (encoded: string): string => {
      try {
        return token(tokenText(encoded));
      } catch (error) {
        return isNatsTransportError(error, 'INVALID_SUBJECT') ? encoded : String(error);
      }
    };
    fc.assert(fc.property(fc.string(), (encoded) => expect(again(encoded)).toBe(encoded)));
  });
});
