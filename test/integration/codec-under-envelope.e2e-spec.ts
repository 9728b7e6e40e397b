import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Module } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { NestFactory } from '@nestjs/core';
import { lastValueFrom } from 'rxjs';
import {
  NatsModule,
  NatsRecordBuilder,
  type NatsStrategyOptions,
  Respond,
  Subscribe,
} from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';

@Controller()
class Plain {
  @Respond('envelope.echo')
  echo(@Payload() data: unknown): unknown {
    return data;
  }
}

@Controller()
class OfText {
  @Subscribe('envelope.text', { codec: 'text' })
  take(): void {}

  @Respond('envelope.raw', { codec: 'raw' })
  give(): void {}
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

const fault = expect.stringMatching(/^codec: payloads in the envelope 'nest' are always JSON/);
const refusal = expect.objectContaining({ code: 'INVALID_OPTIONS', details: { faults: [fault] } });

describe("U5: with envelope 'nest'", () => {
  it('a client refuses a codec', () => {
    expect(() => bench.client({ envelope: 'nest', codec: 'text' })).toThrow(refusal);
  });

  it('a strategy refuses a codec', async () => {
    const options: NatsStrategyOptions = { envelope: 'nest', codec: 'raw' };
    await expect(rejection(bench.create([Plain], options))).resolves.toEqual(refusal);
  });

  it('the module refuses a codec, and says so once', async () => {
    class AppModule {}
    Module({ imports: [NatsModule.forRoot({ envelope: 'nest', codec: 'text' })] })(AppModule);
    const options = { logger: false, abortOnError: false } as const;
    await expect(rejection(NestFactory.create(AppModule, options))).resolves.toEqual(refusal);
  });

  it('listen() refuses codecs of handlers, and names them all', async () => {
    const { app } = await bench.create([OfText], { envelope: 'nest' });
    const error = await rejection<Error>(app.listen());
    expect(error).toMatchObject({ code: 'INVALID_OPTIONS' });
    expect(error.message).toMatch(/"envelope\.text".* codec: payloads in the envelope/);
    expect(error.message).toMatch(/"envelope\.raw".* codec: payloads in the envelope/);
  });

  it('registerSubscriber() refuses a codec', async () => {
    const { app, strategy } = await bench.create([Plain], { envelope: 'nest' });
    await app.listen();
    const refused = strategy.registerSubscriber('envelope.late', () => undefined, {
      codec: 'text',
    });
    await expect(rejection(refused)).resolves.toMatchObject({
      code: 'INVALID_OPTIONS',
      details: { subject: 'envelope.late', faults: [fault] },
    });
  });

  it('a call refuses a codec, and nothing is sent', async () => {
    const peer = await bench.peer();
    const received: unknown[] = [];
    peer.subscribe('envelope.echo', { callback: (_, message) => void received.push(message) });
    await peer.flush();
    const client = bench.client({ envelope: 'nest' });
    const options = { codec: 'text' } as const;
    const record = new NatsRecordBuilder('a').codec('text').build();
    for (const refused of [
      client.publish('envelope.echo', 'a', options),
      client.request('envelope.echo', 'a', options),
      lastValueFrom(client.gather('envelope.echo', 'a', options)),
      lastValueFrom(client.emit('envelope.echo', record)),
      lastValueFrom(client.send('envelope.echo', record)),
    ]) {
      await expect(rejection(refused)).resolves.toEqual(refusal);
    }
    await client.connect();
    await client.unwrap().flush();
    await peer.flush();
    expect(received).toEqual([]);
  });

  it("the codec 'json' is what there is, and may be named", async () => {
    await bench.listen([Plain], { envelope: 'nest', codec: 'json' });
    const client = bench.client({ envelope: 'nest', codec: 'json' });
    const answer = client.request('envelope.echo', { a: 1 }, { codec: 'json' });
    await expect(answer).resolves.toEqual({ a: 1 });
  });
});

it("U5: with envelope 'both' the codec is for payloads without an envelope", async () => {
  await bench.listen([Plain], { envelope: 'both', codec: 'text' });
  const inEnvelope = bench.client({ envelope: 'nest' });
  await expect(inEnvelope.request('envelope.echo', { a: 1 })).resolves.toEqual({ a: 1 });
  const peer = await bench.peer();
  const ask = async (text: string): Promise<string> =>
    (await peer.request('envelope.echo', text)).string();
  // neither is an envelope: the first is no JSON, the second names another subject
  for (const text of ['{ plain text', '{"pattern":"another","data":1}', 'grüß']) {
    await expect(ask(text)).resolves.toBe(text);
  }
  await expect(bench.client({ codec: 'text' }).request('envelope.echo', 'a')).resolves.toBe('a');
});
