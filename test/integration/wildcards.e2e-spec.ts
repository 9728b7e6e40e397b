import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { NatsMessageContext } from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';

@Controller()
class Log {
  readonly seen: Record<string, string[]> = {};

  @EventPattern('wild.*')
  one(@Ctx() ctx: NatsMessageContext): void {
    this.note(ctx);
  }

  @EventPattern('wild.*.created')
  middle(@Ctx() ctx: NatsMessageContext): void {
    this.note(ctx);
  }

  @EventPattern('wild.>')
  rest(@Ctx() ctx: NatsMessageContext): void {
    this.note(ctx);
  }

  @EventPattern('wild.order.created')
  literal(@Ctx() ctx: NatsMessageContext): void {
    this.note(ctx);
  }

  @EventPattern('wild.pre*fix')
  notWhole(@Ctx() ctx: NatsMessageContext): void {
    this.note(ctx);
  }

  @MessagePattern('wildask.*')
  ask(@Payload() text: string, @Ctx() ctx: NatsMessageContext): string {
    return `${text} to ${ctx.subject}`;
  }

  private note(ctx: NatsMessageContext): void {
    (this.seen[ctx.pattern] ??= []).push(ctx.subject);
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

it('N9: "*" stands for exactly one token, ">" for one or more, each handler on its own', async () => {
  const app = await bench.listen([Log]);
  const subjects = ['wild', 'wild.order', 'wild.order.created', 'wild.order.line.created'];
  const client = bench.client();
  for (const subject of [...subjects, 'wild.order.deleted', 'wild.prefix', 'wild.pre*fix']) {
    await client.publish(subject, {}, { confirm: 'flush' });
  }
  await app.close();

  expect(app.get(Log).seen).toEqual({
    'wild.*': ['wild.order', 'wild.prefix', 'wild.pre*fix'],
    'wild.*.created': ['wild.order.created'],
    'wild.>': [...subjects.slice(1), 'wild.order.deleted', 'wild.prefix', 'wild.pre*fix'],
    'wild.order.created': ['wild.order.created'],
    // a star within a token is a character like any other
    'wild.pre*fix': ['wild.pre*fix'],
  });
});

it('N9: a request handler may have a wildcard too', async () => {
  await bench.listen([Log]);
  const client = bench.client();
  await expect(client.request('wildask.a', 'hi')).resolves.toBe('hi to wildask.a');
  await expect(client.request('wildask.b', 'hi')).resolves.toBe('hi to wildask.b');
  await expect(client.request('wildask.a.b', 'hi')).rejects.toMatchObject({
    code: 'NO_RESPONDERS',
  });
});
