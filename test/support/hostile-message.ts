import fc from 'fast-check';

/** What a peer that means harm, or knows no better, puts on the wire. */
export interface HostileMessage {
  readonly payload: Uint8Array;
  /** A whole header block, as bytes; empty for a message without headers. */
  readonly headers: Uint8Array;
  /** A reply subject; empty for none. */
  readonly reply: string;
}

const CRLF = '\r\n';

const deep = '['.repeat(200) + ']'.repeat(200);

const PAYLOADS = [
  '',
  '{}',
  '"text"',
  '{"open":',
  'null',
  '1e999',
  '{"__proto__":{"admin":true}}',
  String.raw`{"\u005f_proto__":1}`,
  '{"constructor":{"prototype":{}}}',
  '{"code":5,"message":{"a":1}}',
  '{"pattern":"fuzz.ask","data":1,"id":"1"}',
  '{"err":"x","isDisposed":true,"id":"1"}',
  deep,
  '\uFEFF1',
  '\0',
];

/** Header lines that mean something to one side or the other. */
const LINES = [
  'Content-Type: application/json',
  'Content-Type: text/plain',
  'Content-Type: application/octet-stream',
  'Content-Type: application/x-bomb',
  'Content-Type:',
  'content-type: text/plain',
  'Nats-Service-Error-Code: 500',
  'Nats-Service-Error-Code: NaN',
  'Nats-Service-Error: x',
  'Reply-Sequence: 1',
  'Reply-Sequence: -1',
  'Reply-Sequence: 99999999999999999999',
  'Reply-End: 0',
  'Reply-End: 1',
  'Request-Timeout-Ms: 0',
  'Request-Timeout-Ms: 1',
  'Request-Timeout-Ms: 9999999999',
  'Bad Name: x',
  ': no name',
  'no colon',
  '__proto__: x',
  'constructor: x',
  'toString: x',
  'A: \0',
];

const STATUS = ['', ' 503', ' 503 busy', ' 100', ' 408 Timeout', ' abc', '  ', ' 99999999999'];

const REPLIES = [
  '$JS.API.STREAM.DELETE.ORDERS',
  '$SYS.REQ.SERVER.PING',
  'fuzz.ask',
  'fuzz.event',
  'evil.subject',
  '_INBOX',
  '_INBOX.',
  '_INBOX..x',
  '_INBOX.>',
  '_INBOX.*',
  '_INBOX.a\0b',
  `_INBOX.${'x'.repeat(1000)}`,
];

const bytes = (text: string): Uint8Array => Buffer.from(text, 'utf8');

const payloads = fc.oneof(
  fc.constantFrom(...PAYLOADS).map(bytes),
  fc.uint8Array({ maxLength: 40 }),
  fc.json().map(bytes),
  fc.string({ maxLength: 30 }).map(bytes),
);

const lines = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...LINES).map(bytes) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 20 }) },
);

/** A block as a client library writes it, with lines that it would not write. */
const blocks = fc
  .tuple(fc.constantFrom(...STATUS), fc.array(lines, { maxLength: 4 }))
  .map(([status, content]) =>
    Buffer.concat([
      bytes(`NATS/1.0${status}${CRLF}`),
      ...content.flatMap((line) => [line, bytes(CRLF)]),
      bytes(CRLF),
    ]),
  );

const headers: fc.Arbitrary<Uint8Array> = fc.oneof(
  { weight: 2, arbitrary: fc.constant(new Uint8Array(0)) },
  { weight: 5, arbitrary: blocks },
  { weight: 1, arbitrary: blocks.map((block) => block.subarray(0, block.length - 3)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 30 }) },
);

/** Every word that the protocol can carry as a subject, however wrong. */
const words = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 20 })
  .map((text) => text.replaceAll(/[\s\u0085]/g, '.'))
  .filter((text) => text !== '');

/** A message whose reply subject is never one that may be answered. */
export const hostileMessage: fc.Arbitrary<HostileMessage> = fc.record({
  payload: payloads,
  headers,
  reply: fc.oneof(fc.constant(''), fc.constantFrom(...REPLIES), words),
});
