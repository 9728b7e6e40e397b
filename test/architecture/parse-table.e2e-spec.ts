import { describe, expect, it } from '@jest/globals';
import { parseTable } from './parse-table.js';

const fence = '```';
const document = (...lines: readonly string[]) =>
  ['# Title', fence, 'a/  something else', fence, '', fence, ...lines, fence, ''].join('\n');

describe('parseTable', () => {
  it('reads rooms, types-only rooms and rows of several rooms', () => {
    const table = parseTable(
      document(
        'errors →',
        'decorators → subject  types only: jetstream',
        'otel testing → ../index.js',
      ),
    );
    expect(table).toEqual({
      errors: { imports: [] },
      decorators: { imports: ['subject'], typesOnly: ['jetstream'] },
      otel: { imports: ['../index.js'] },
      testing: { imports: ['../index.js'] },
    });
  });

  it('refuses a document without a table', () => {
    expect(() => parseTable('# Title\n')).toThrow('no import table');
    expect(() => parseTable(`${fence}\n${fence}\n`)).toThrow('no import table');
  });

  it('refuses a line it cannot read', () => {
    expect(() => parseTable(document('→ errors'))).toThrow('cannot read');
    expect(() => parseTable(document('a → b → c'))).toThrow('cannot read');
  });
});
