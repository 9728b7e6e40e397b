import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { firstValueFrom, lastValueFrom, toArray } from 'rxjs';
import { type Codec, NatsRecordBuilder, Respond, Subscribe } from 'nestjs-nats';
import { captureLog } from '../support/captured-log.js';
import { NatsBench } from '../support/nats-bench.js';

/** Writes a list as lines. */
const linesCodec: Codec = {
  contentType: 'text/x-lines',
  encode: (value) => Buffer.from((value as string[]).join('\n')),
  decode: (bytes) => Buffer.from(bytes).toString().split('\n'),
};

/** Throws what no codec of ours would. */
const brokenCodec: Codec = {
  contentType: 'application/x-broken',
  encode: () => {
    throw new TypeError('cannot write');
  },
  decode: () => {
    throw new TypeError('cannot read');
  },
};

@Controller()
class Codecs {
  readonly events: unknown[] = [];

  @Respond('choice.text', { codec: 'text' })
  text(@Payload() data: unknown): string {
    return `got ${String(data)}`;
  }

  @Respond('choice.lines', { codec: linesCodec })
  lines(@Payload() data: unknown): unknown {
    return data;
  }

  @MessagePattern('choice.extras', { codec: 'text' })
  extras(@Payload() data: unknown): string {
    return typeof data;
  }

  @MessagePattern('choice.default')
  json(@Payload() data: unknown): unknown {
    return { type: typeof data, bytes: data instanceof Uint8Array };
  }

  @Respond('choice.broken', { codec: brokenCodec })
  broken(): number {
    return 1;
  }

  @EventPattern('choice.event')
  onEvent(@Payload() data: unknown): void {
    this.events.push(data);
  }

  @Subscribe('choice.event.text', { codec: 'text' })
  onText(@Payload() data: unknown): void {
    this.events.push(data);
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

/** Asks as a foreign client does, with and without a content type. */
async function ask(subject: string, payload: string, contentType?: string) {
  const [raw, peer] = await Promise.all([bench.raw(), bench.peer()]);
  const answers = peer.subscribe('_INBOX.choice', { max: 1 });
  await peer.flush();
  const headers = contentType === undefined ? '' : `\r\nContent-Type: ${contentType}`;
  raw.publish(subject, payload, { headers, reply: '_INBOX.choice' });
  for await (const answer of answers) {
    return {
      text: answer.string(),
      type: answer.headers?.get('Content-Type'),
      status: answer.headers?.get('Nats-Service-Error-Code'),
    };
  }
  throw new Error('No answer');
}

describe('U5: the codec of a handler', () => {
  it('reads what has no content type, and writes the answer', async () => {
    await bench.listen([Codecs]);
    await expect(ask('choice.text', '{"a":1}')).resolves.toMatchObject({
      text: 'got {"a":1}',
      type: 'text/plain',
    });
    await expect(ask('choice.lines', 'a\nb')).resolves.toMatchObject({
      text: 'a\nb',
      type: 'text/x-lines',
    });
    await expect(ask('choice.default', '{"a":1}')).resolves.toMatchObject({
      text: '{"type":"object","bytes":false}',
      type: undefined,
    });
  });

  it("stands in the extras of Nest's own decorators too, and for events", async () => {
    const app = await bench.listen([Codecs]);
    await expect(ask('choice.extras', '[1]')).resolves.toMatchObject({ text: 'string' });
    const raw = await bench.raw();
    raw.publish('choice.event.text', '[1]');
    await raw.flush();
    await app.close();
    expect(app.get(Codecs).events).toEqual(['[1]']);
  });

  it('is told to a client that has another: it reads by the content type', async () => {
    await bench.listen([Codecs]);
    await expect(bench.client().request('choice.text', 'x')).resolves.toBe('got "x"');
    const answers = bench.client().gather('choice.text', 'x', { max: 1 });
    await expect(firstValueFrom(answers)).resolves.toBe('got "x"');
  });
});

describe('U5: the codec of a call', () => {
  it('writes this payload and reads its answer; the next call is as before', async () => {
    await bench.listen([Codecs]);
    const client = bench.client();
    const list = ['a', 'b'];
    await expect(client.request('choice.lines', list, { codec: linesCodec })).resolves.toEqual(
      list,
    );
    const record = new NatsRecordBuilder(list).codec(linesCodec).build();
    await expect(
      lastValueFrom(client.send('choice.lines', record).pipe(toArray())),
    ).resolves.toEqual([list]);
    await expect(
      lastValueFrom(client.gather('choice.lines', list, { codec: linesCodec, max: 1 })),
    ).resolves.toEqual(list);
    await expect(client.request('choice.default', list)).resolves.toMatchObject({ type: 'object' });
  });

  it('goes before that of the client, for events too', async () => {
    const app = await bench.listen([Codecs]);
    const client = bench.client({ codec: 'raw' });
    await client.publish('choice.event', { a: 1 }, { codec: 'json', confirm: 'flush' });
    await client.publish('choice.event', 'plain', { codec: 'text', confirm: 'flush' });
    await app.close();
    expect(app.get(Codecs).events).toEqual([{ a: 1 }, 'plain']);
  });

  it.each(['yaml', {}, null])('%j is refused, and nothing is sent', async (codec) => {
    const wrong = { codec: codec as 'json' };
    const client = bench.client();
    await expect(client.request('choice.default', 1, wrong)).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
    });
    await expect(client.publish('choice.event', 1, wrong)).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
    });
  });
});

describe('U5: a content type', () => {
  it.each([
    ['text/plain', '"string"'],
    ['TEXT/Plain; charset=utf-8', '"string"'],
    ['application/octet-stream', '"object"'],
    ['application/json', '"number"'],
    ['application/json;charset=utf-8', '"number"'],
  ])('%s chooses the decoder', async (contentType, type) => {
    await bench.listen([Codecs]);
    const { text } = await ask('choice.default', '12', contentType);
    expect(text).toContain(`"type":${type}`);
  });

  it.each(['application/x-unknown', 'json', 'text', 'application/json+x', '%%%'])(
    '%s that nobody reads is answered BAD_REQUEST at once; an event is logged and dropped',
    async (contentType) => {
      const app = await bench.listen([Codecs]);
      const log = captureLog();
      await expect(ask('choice.default', '12', contentType)).resolves.toMatchObject({
        text: '{"code":"BAD_REQUEST","message":"The payload cannot be read"}',
        status: '400',
      });
      const raw = await bench.raw();
      raw.publish('choice.event', '1', { headers: `\r\nContent-Type: ${contentType}` });
      await raw.flush();
      await app.close();
      log.stop();
      expect(app.get(Codecs).events).toEqual([]);
      const lines = log.lines.filter((line) => line.includes(`"${contentType}"`));
      expect(lines).toHaveLength(2);
    },
  );

  it('of an answer that nobody reads is DECODE_FAILED for that caller', async () => {
    await bench.listen([Codecs]);
    const answer = bench.client().request('choice.lines', [], { codec: 'json' });
    await expect(answer).rejects.toMatchObject({ code: 'DECODE_FAILED' });
  });

  it("of a codec of one's own is known to the handler that has it, not to others", async () => {
    await bench.listen([Codecs]);
    await expect(ask('choice.lines', 'a\nb', 'text/x-lines')).resolves.toMatchObject({
      text: 'a\nb',
    });
    await expect(ask('choice.default', 'a\nb', 'text/x-lines')).resolves.toMatchObject({
      status: '400',
    });
  });
});

describe('U5: a codec that throws something of its own', () => {
  it('gives ENCODE_FAILED to its sender, with the cause', async () => {
    const sent = bench.client().publish('choice.event', 1, { codec: brokenCodec });
    await expect(sent).rejects.toMatchObject({
      code: 'ENCODE_FAILED',
      cause: { message: 'cannot write' },
    });
  });

  it('answers BAD_REQUEST for what cannot be read, and ENCODE_FAILED for what cannot be written', async () => {
    await bench.listen([Codecs]);
    await expect(ask('choice.broken', '1')).resolves.toMatchObject({ status: '400' });
    await expect(ask('choice.broken', '')).resolves.toMatchObject({
      status: '500',
      text: '{"code":"ENCODE_FAILED","message":"The answer cannot be written"}',
    });
  });
});
