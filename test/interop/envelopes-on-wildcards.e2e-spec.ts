import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { type NatsMessageContext, NatsRecordBuilder } from 'nestjs-nats';
import { lastValueFrom } from 'rxjs';
import { builtInClient, listenBuiltIn } from '../support/built-in-transport.js';
import { NatsBench } from '../support/nats-bench.js';
import { waitFor } from '../support/wait-for.js';

const seen: unknown[] = [];

@Controller()
class Wild {
  @MessagePattern('wild.*.answer')
  star(@Payload() data: unknown): unknown {
    return data;
  }

  @MessagePattern('wild.tail.>')
  tail(@Payload() data: unknown): unknown {
    return data;
  }

  @MessagePattern('wild.named.:id.x')
  named(@Payload() data: unknown, @Ctx() context: NatsMessageContext): unknown {
    return [data, context.params];
  }

  @EventPattern('wild.event.*')
  event(@Payload() data: unknown): void {
    seen.push(data);
  }

  @MessagePattern('wild-headers')
  headers(@Payload() data: unknown, @Ctx() context: NatsMessageContext): unknown {
    return [data, context.getHeaders()?.get('x')];
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

describe.each(['nest', 'both'] as const)('a strategy with envelope %j', (envelope) => {
  it.each([
    ['wild.a.answer', 1],
    ['wild.tail.a.b', 1],
    ['wild.named.7.x', [1, { id: '7' }]],
  ])('reads the envelope of a request on %s', async (subject, answer) => {
    await bench.listen([Wild], { envelope });
    const answered = lastValueFrom(builtInClient(bench).send(subject, 1));
    await expect(answered).resolves.toEqual(answer);
  });

  it('reads the envelope of an event on a wildcard', async () => {
    seen.length = 0;
    await bench.listen([Wild], { envelope });
    await lastValueFrom(builtInClient(bench).emit('wild.event.a', 5), { defaultValue: undefined });
    await waitFor(() => seen.length === 1, { what: 'the event' });
    expect(seen).toEqual([5]);
  });
});

it.each(['{"status":"ok"}', '{"id":7}'])(
  'a client with an envelope takes the plain answer %s for one',
  async (answer) => {
    const peer = await bench.peer();
    peer.subscribe('plain.answer', { callback: (_, message) => void message.respond(answer) });
    await peer.flush();
    const answered = lastValueFrom(bench.client({ envelope: 'nest' }).send('plain.answer', {}));
    await expect(answered).resolves.toEqual(JSON.parse(answer));
  },
);

it("a record of ours travels with Nest's own client", async () => {
  await listenBuiltIn(bench, [Wild]);
  const record = new NatsRecordBuilder(1).header('x', 'y').build();
  const answered = lastValueFrom(builtInClient(bench).send('wild-headers', record));
  await expect(answered).resolves.toEqual([1, 'y']);
});
