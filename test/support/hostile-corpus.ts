import type { HostileMessage } from './hostile-message.js';

// What has done harm once, here or to others. Tests with inputs made up at random try these first, every
// time; when one of them finds another case, put it here in its smallest form.

const CRLF = '\r\n';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'utf8');

const deep = '['.repeat(200) + ']'.repeat(200);

const message = (payload: string, block = '', reply = ''): HostileMessage => ({
  payload: bytes(payload),
  headers: bytes(block === '' ? '' : `NATS/1.0${block}${CRLF}${CRLF}`),
  reply,
});

/** Messages. */
export const KNOWN_HARM: HostileMessage[] = [
  // a reader of the client library died of these two
  message('', `${CRLF}Bad Name: x`),
  message('"x"', `${CRLF}Bad Name: x`),
  message('', `${CRLF}no colon`),
  message('', ' 503'),
  message('"x"', ' 503 busy'),
  message('', ' abc odd'),
  message('not JSON'),
  message(deep),
  message('{"__proto__":{"admin":true}}'),
  message('1', `${CRLF}Content-Type: application/x-bomb`),
  message('', `${CRLF}Nats-Service-Error-Code: 418`),
  message('{{{', `${CRLF}Nats-Service-Error-Code: x`),
  message('1', `${CRLF}Reply-Sequence: 9`),
  message('', `${CRLF}Reply-End: 3`),
  message('1', `${CRLF}Request-Timeout-Ms: 9999999999`),
  message('1', '', '$JS.API.STREAM.DELETE.ORDERS'),
  message('1', '', 'fuzz.ask'),
  // the client library would take seconds for it
  message('', Array.from({ length: 9_000 }, (_, i) => `${CRLF}K${i}: v`).join('')),
  message('1', '', '_INBOX.>'),
  message('1', '', '_INBOX.a\0b'),
  { payload: bytes('1'), headers: bytes('NATS/1.0'), reply: '' },
  { payload: bytes('1'), headers: Uint8Array.from([0xff, 0, 13, 10]), reply: '' },
];

/** Subjects that a program took for something else than a server did, or nearly. */
export const KNOWN_SUBJECTS: readonly string[] = [
  'a',
  'a.b',
  'a..b',
  '.a',
  'a.',
  '.',
  '*',
  '>',
  'a.*',
  'a.>',
  '>.a',
  'a.>.b',
  '*.*.>',
  'a*.b',
  'a>.b',
  '**',
  '>>',
  '*>',
  'a.*b',
  '$JS.API.INFO',
  '$SYS',
  '$',
  'ä.ö',
  '\u{1F600}.x',
  '\uFEFFa',
  'a\u00A0b',
  'a\u2028b',
  'a\u0085b',
  'a\u0000b',
  'a\fb',
  'a\u001Bb',
  'a\u007Fb',
  '\uD800',
  '"a"',
  "a'b",
  'a\\b',
  '{}',
  '__proto__',
  'constructor.prototype',
];

/** Reply subjects that would have a service publish where it should not. */
export const KNOWN_REPLIES: readonly string[] = [
  '$JS.API.STREAM.DELETE.ORDERS',
  '$JS.API.STREAM.PURGE.ORDERS',
  '$JS.API.CONSUMER.DELETE.ORDERS.saver',
  '$JS.ACK.ORDERS.saver.1.1.1.1.0',
  '$JS.FC.ORDERS.x.y',
  '$SYS.REQ.SERVER.PING',
  '$SYS.REQ.ACCOUNT.x.CLAIMS.UPDATE',
  '$KV.config.password',
  '$O.files.C.x',
  '$SRV.PING',
  '_INBOX',
  '_INBOX.',
  '_INBOX..x',
  '_INBOX.x.',
  '_INBOX.>',
  '_INBOX.*',
  '_INBOX.x.>',
  '_INBOX.a\u0000b',
  '_INBOX.a\u007Fb',
  '_INBOXES.x',
  '_INBOX_other.x',
  '_inbox.x',
  'x._INBOX.y',
  '\uFEFF_INBOX.x',
  '_R_.x.y',
  'orders.created',
];
