import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Msg } from '@nats-io/transport-node';
import { lastValueFrom } from 'rxjs';
import type { NatsClient } from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';
import type { RawNats } from '../support/raw-nats.js';

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

type Answer = (raw: RawNats, reply: string) => void;

const deep = '['.repeat(100_000) + ']'.repeat(100_000);

/** What a hostile responder may answer, and the code the caller then gets. */
const ANSWERS: [name: string, answer: Answer, code: string][] = [
  ['text that is not JSON', (raw, to) => raw.publish(to, '{"open": '), 'DECODE_FAILED'],
  [
    'bytes that are not UTF-8',
    (raw, to) => raw.publish(to, Buffer.from([0xff, 0xfe, 0x22])),
    'DECODE_FAILED',
  ],
  ['JSON nested too deep', (raw, to) => raw.publish(to, deep), 'DECODE_FAILED'],
  [
    'a key that reaches for the prototype',
    (raw, to) => raw.publish(to, '{"__proto__":{"x":1}}'),
    'DECODE_FAILED',
  ],
  [
    'a content type nobody knows',
    (raw, to) => raw.publish(to, '1', { headers: '\r\nContent-Type: application/x-bomb' }),
    'DECODE_FAILED',
  ],
  [
    'a header name with a space, and no body',
    (raw, to) => raw.publish(to, '', { headers: '\r\nBad Name: x' }),
    'INVALID_HEADER',
  ],
  [
    'a header name with a space, and a body',
    (raw, to) => raw.publish(to, '"fine"', { headers: '\r\nBad Name: x' }),
    'INVALID_HEADER',
  ],
  [
    'a header line without a colon',
    (raw, to) => raw.publish(to, '', { headers: '\r\nnothing' }),
    '',
  ],
  ['a status that is no number', (raw, to) => raw.publish(to, '', { headers: ' abc odd' }), ''],
  [
    'a status 503 and no body',
    (raw, to) => raw.publish(to, '', { headers: ' 503' }),
    'NO_RESPONDERS',
  ],
  ['a status 503 and a body', (raw, to) => raw.publish(to, '"fine"', { headers: ' 503 busy' }), ''],
  ['a status 408 and no body', (raw, to) => raw.publish(to, '', { headers: ' 408 late' }), ''],
  [
    'an error without a body',
    (raw, to) => raw.publish(to, '', { headers: '\r\nNats-Service-Error-Code: 418' }),
    'ERROR',
  ],
  [
    'an error whose code is no number and whose body is no JSON',
    (raw, to) => raw.publish(to, '{{{', { headers: '\r\nNats-Service-Error-Code: x' }),
    'ERROR',
  ],
  [
    'a frame out of order',
    (raw, to) => raw.publish(to, '1', { headers: '\r\nReply-Sequence: 9' }),
    'CONNECTION_LOST',
  ],
  [
    'the end of a stream that never was',
    (raw, to) => raw.publish(to, '', { headers: '\r\nReply-End: 3' }),
    'CONNECTION_LOST',
  ],
];

/** Has every request on `hostile` answered by `answer`, and those on `honest` as they should be. */
async function answerWith(answer: Answer): Promise<NatsClient> {
  const [raw, peer] = await Promise.all([bench.raw(), bench.peer()]);
  peer.subscribe('hostile', { callback: (_, { reply }) => answer(raw, reply!) });
  peer.subscribe('honest', { callback: (_, message) => void message.respond('"honest"') });
  await peer.flush();
  return bench.client();
}

describe.each(ANSWERS)('%s', (_, answer, code) => {
  it('F1: fails that one request at most; the next works', async () => {
    const client = await answerWith(answer);
    const outcome = await client.request('hostile', {}).then(
      () => '',
      (error: unknown) => (error as { code: string }).code,
    );
    expect(outcome).toBe(code);
    await expect(client.request('honest', {})).resolves.toBe('honest');
    expect(client.unwrap().isClosed()).toBe(false);
  });

  it('F1: does the same to send()', async () => {
    const client = await answerWith(answer);
    const outcome = await lastValueFrom(client.send('hostile', {}), { defaultValue: '' }).then(
      () => '',
      (error: unknown) => (error as { code: string }).code,
    );
    expect(outcome).toBe(code);
    await expect(lastValueFrom(client.send('honest', {}))).resolves.toBe('honest');
  });
});

it('F1: requests under way survive hostile answers to others', async () => {
  const client = await answerWith((raw, reply) => {
    for (const [, answer] of ANSWERS) answer(raw, reply);
  });
  const peer = await bench.peer();
  const waiting: Msg[] = [];
  peer.subscribe('patient', { callback: (_, message) => void waiting.push(message) });
  await peer.flush();
  const patient = client.request('patient', {});
  for (let i = 0; i < 20; i++) await rejection(client.request('hostile', {}));
  waiting[0]!.respond('"patient"');
  await expect(patient).resolves.toBe('patient');
});

it('F1: what strangers send to the inbox of a client disturbs nobody', async () => {
  const [raw, peer] = await Promise.all([bench.raw(), bench.peer()]);
  let inbox = '';
  peer.subscribe('spied', {
    callback: (_, message) => {
      inbox = message.reply!.slice(0, message.reply!.lastIndexOf('.'));
      message.respond('"spied"');
    },
  });
  await peer.flush();
  const client = bench.client();
  await client.request('spied', {});
  expect(inbox).not.toBe('');
  for (const token of ['0', '1', '2', 'zz', '__proto__', 'constructor', 'x'.repeat(200)]) {
    raw.publish(`${inbox}.${token}`, 'not JSON', { headers: '\r\nBad Name: x' });
  }
  await raw.flush();
  // all of it has arrived before the next request could be taken for the one that is answered
  await client.unwrap().flush();
  await expect(client.request('spied', {})).resolves.toBe('spied');
});
