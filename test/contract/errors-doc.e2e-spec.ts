import { describe, expect, it } from '@jest/globals';
import { HttpException } from '@nestjs/common';
import { NATS_ERROR_CODES } from 'nestjs-nats';
import { errorReply, OWN_ERROR_REPLIES } from '../../libs/nestjs-nats/src/message/error-reply.js';
import { readDocument, sectionsOf, tableRows } from '../support/markdown.js';

const DOCUMENT = readDocument('docs/errors.md');
const PARTS = sectionsOf(DOCUMENT, 2);
const CODES = sectionsOf(PARTS.get('Codes') ?? '', 3);
const ANSWERS = PARTS.get('What a responder answers') ?? '';

/** Gives the rows of the table whose head begins with this cell. */
function rowsOf(head: string): string[][] {
  const rows = tableRows(ANSWERS.slice(ANSWERS.indexOf(`| ${head}`)));
  expect(rows).not.toEqual([]);
  return rows;
}

describe('the codes in docs/errors.md', () => {
  it('are those in the code, in their order', () => {
    expect([...CODES.keys()]).toEqual(Object.keys(NATS_ERROR_CODES));
  });

  it.each(Object.entries(NATS_ERROR_CODES))(
    '%s means what the code says, and tells where and what to do',
    (code, sentence) => {
      const section = CODES.get(code) ?? '';
      const first = section.trim().split('\n', 1)[0]!;
      expect(first.toLowerCase()).toBe(`${sentence}.`.toLowerCase());
      expect(section).toContain('- **Where:** ');
      expect(section).toContain('- **Do:** ');
    },
  );
});

describe('the answers in docs/errors.md', () => {
  it('are those that the library gives on its own account', () => {
    const rows = rowsOf('code | status |').map(([code, status, message]) => [
      code,
      status,
      message,
    ]);
    const actual = Object.values(OWN_ERROR_REPLIES).map(({ body, status }) => [
      body.code,
      `${status}`,
      body.message,
    ]);
    expect(rows).toEqual(actual);
  });

  it('have what becomes of an HttpException, for every status', () => {
    const rows = rowsOf('status of the `HttpException`');
    const named = new Map(rows.map(([status = '', ...told]) => [status, told]));
    for (let status = 300; status < 600; status++) {
      const reply = errorReply(new HttpException('m', status));
      const other = status < 500 ? ['ERROR', `${status}`] : ['INTERNAL', '500'];
      const told = [reply.body.code, `${reply.status}`];
      expect([status, ...told]).toEqual([status, ...(named.get(`${status}`) ?? other)]);
    }
    expect(named.get('any other below 500')).toEqual(['ERROR', 'the same']);
    expect(named.get('any other')).toEqual(['INTERNAL', '500']);
  });
});
