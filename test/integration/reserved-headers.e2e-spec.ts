import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { NatsRecordBuilder as NestRecordBuilder } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import { type HeadersInput, NatsRecordBuilder } from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

const REFUSED: [why: string, headers: HeadersInput][] = [
  ['a command to JetStream', { 'Nats-Msg-Id': 'x' }],
  ['one in small letters', { 'nats-rollup': 'all' }],
  ['a mark of an error reply', { 'Nats-Service-Error-Code': '500' }],
  ['the content type', { 'Content-Type': 'application/json' }],
  ['the timeout of a request', { 'Request-Timeout-Ms': '1' }],
  ['the number of a frame', { 'reply-sequence': '1' }],
  ['the end of a stream', { 'Reply-End': '1' }],
  ['a name with a space', { 'Bad Name': 'x' }],
  ['a name with a colon', { 'Bad:Name': 'x' }],
  ['a name with a line break', { 'Bad\r\nName': 'x' }],
  ['an empty name', { '': 'x' }],
  ['a name that is not ASCII', { Größe: 'x' }],
  ['a value with a line break', { Good: 'x\r\nInjected: y' }],
  ['a value with NUL', { Good: 'x\0y' }],
  ['a value that is no string', { Good: ['x', 1 as unknown as string] }],
  ['a bad one among good ones', { Good: 'x', 'Nats-Expected-Stream': 'y' }],
];

describe.each(REFUSED)('%s', (_, headers) => {
  it('is refused as INVALID_HEADER, and nothing is sent', async () => {
    const witness = await bench.peer();
    const seen: string[] = [];
    witness.subscribe('reserved.>', { callback: (_, { subject }) => void seen.push(subject) });
    await witness.flush();
    const client = bench.client();
    expect(() => new NatsRecordBuilder({}).setHeaders(headers).build()).toThrow(
      expect.objectContaining({ code: 'INVALID_HEADER' }),
    );
    const nests = new NestRecordBuilder({}).setHeaders(headers).build();
    const attempts = [
      () => client.publish('reserved.publish', {}, { headers }),
      () => client.request('reserved.request', {}, { headers }),
      () => lastValueFrom(client.gather('reserved.gather', {}, { headers })),
      () => lastValueFrom(client.emit('reserved.emit', nests)),
      () => lastValueFrom(client.send('reserved.send', nests)),
    ];
    for (const attempt of attempts) {
      expect(await rejection(attempt())).toMatchObject({ code: 'INVALID_HEADER' });
    }
    await client.publish('reserved.marker', {}, { confirm: 'flush' });
    await witness.flush();
    expect(seen).toEqual(['reserved.marker']);
  });

  it('is refused for all messages of a client when that is made', () => {
    expect(() => bench.client({ headers })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTIONS' }),
    );
  });
});

it('the error names the header', async () => {
  const attempt = bench.client().publish('reserved.publish', {}, { headers: { 'Nats-TTL': '1' } });
  expect(await rejection(attempt)).toMatchObject({
    message: expect.stringContaining('"Nats-TTL"') as unknown,
    details: { header: 'Nats-TTL' },
  });
});
