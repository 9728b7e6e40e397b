import { describe, expect, it } from '@jest/globals';
import { jsonCodec } from '../codec/json.js';
import { textCodec } from '../codec/text.js';
import { toHeaders } from './headers.js';
import { PlainReplyFormat, withHeaders } from './reply-format.js';

const SUBJECT = 'price.quote';
const json = new PlainReplyFormat(jsonCodec);
const text = new PlainReplyFormat(textCodec);

describe('PlainReplyFormat', () => {
  it('writes a single JSON answer with no header at all', () => {
    expect(json.single({ price: 1 }, SUBJECT)).toEqual({ payload: Buffer.from('{"price":1}') });
    expect(json.single(undefined, SUBJECT)).toEqual({ payload: new Uint8Array(0) });
  });

  it('names another codec', () => {
    const { payload, headers } = text.single('a', SUBJECT);
    expect(payload).toEqual(Buffer.from('a'));
    expect([...headers!]).toEqual([['Content-Type', ['text/plain']]]);
  });

  it('numbers frames, and marks the end', () => {
    expect([...json.frame(1, 1, SUBJECT).headers!]).toEqual([['Reply-Sequence', ['1']]]);
    expect([...text.frame('a', 2, SUBJECT).headers!]).toEqual([
      ['Content-Type', ['text/plain']],
      ['Reply-Sequence', ['2']],
    ]);
    const end = text.end(2);
    expect(end.payload).toHaveLength(0);
    expect([...end.headers!]).toEqual([['Reply-End', ['2']]]);
  });

  it('writes an error as JSON, whatever codec the values have', () => {
    const { payload, headers } = text.error({
      body: { code: 'SOLD_OUT', message: 'None left', details: { left: 0 } },
      status: 409,
    });
    expect(JSON.parse(Buffer.from(payload).toString())).toEqual({
      code: 'SOLD_OUT',
      message: 'None left',
      details: { left: 0 },
    });
    expect([...headers!]).toEqual([
      ['Content-Type', ['application/json']],
      ['Nats-Service-Error', ['None left']],
      ['Nats-Service-Error-Code', ['409']],
    ]);
  });

  it('leaves out details that cannot be written', () => {
    const { payload } = json.error({ body: { code: 'C', message: 'm', details: 1n }, status: 500 });
    expect(Buffer.from(payload).toString()).toBe('{"code":"C","message":"m"}');
  });

  it('refuses a value that cannot be written as ENCODE_FAILED', () => {
    const refusal = expect.objectContaining({ code: 'ENCODE_FAILED' });
    expect(() => json.single(1n, SUBJECT)).toThrow(refusal);
    expect(() => text.frame(1, 1, SUBJECT)).toThrow(refusal);
  });
});

describe('withHeaders', () => {
  const extra = toHeaders({ tenant: ['a', 'b'] });

  it('leaves an answer as it is when there is nothing to add', () => {
    const reply = json.single(1, SUBJECT);
    expect(withHeaders(reply, undefined)).toBe(reply);
  });

  it('adds headers beside those of the answer', () => {
    const expected = [['tenant', ['a', 'b']]];
    expect([...withHeaders(json.single(1, SUBJECT), extra).headers!]).toEqual(expected);
    expect([...withHeaders(json.frame(1, 1, SUBJECT), extra).headers!]).toEqual([
      ['Reply-Sequence', ['1']],
      ...expected,
    ]);
  });

  it('leaves what is added untouched', () => {
    withHeaders(json.frame(1, 1, SUBJECT), extra);
    withHeaders(json.single(1, SUBJECT), extra);
    expect([...extra!]).toEqual([['tenant', ['a', 'b']]]);
  });
});
