import { describe, expect, it } from '@jest/globals';
import { chatName, chatText } from './names.js';

describe('a name', () => {
  it.each([
    ['Ada', 'Ada'],
    ['  Ada Lovelace ', 'Ada Lovelace'],
    ['cafe\u0301', 'caf\u00e9'],
    ['>', '>'],
    ['*.a', '*.a'],
    ['🎈', '🎈'],
  ])('%j is %j', (given, name) => {
    expect(chatName.parse(given)).toBe(name);
  });

  it.each([
    '',
    '   ',
    'x'.repeat(33),
    'a\nb',
    'a\u0000',
    'a\u200bb',
    '\u202eadA',
    '\ud800',
    7,
    null,
  ])('%j is none', (given) => {
    expect(chatName.safeParse(given).success).toBe(false);
  });
});

describe('a text', () => {
  it.each(['hello', 'two\nlines', '👩‍💻 <b>'])('may be %j', (text) => {
    expect(chatText.parse(text)).toBe(text);
  });

  it.each(['', '\n ', 'x'.repeat(2001), 'a\u0007', '\ud800'])('may not be %j', (text) => {
    expect(chatText.safeParse(text).success).toBe(false);
  });
});
