import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { Controller, Inject, Injectable, Scope } from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import {
  CONTEXT,
  EventPattern,
  MessagePattern,
  Payload,
  type RequestContext,
  RpcException,
} from '@nestjs/microservices';
import { NatsMessageContext } from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';
import { waitFor } from '../support/wait-for.js';

type MessageRequest = RequestContext<{ n: number }, NatsMessageContext>;

let created = 0;
const handled: string[] = [];

@Injectable({ scope: Scope.REQUEST })
class PerMessage {
  readonly number = ++created;

  constructor(@Inject(REQUEST) readonly request: MessageRequest) {}
}

@Controller({ scope: Scope.REQUEST })
class Scoped {
  constructor(
    private readonly perMessage: PerMessage,
    @Inject(REQUEST) private readonly request: MessageRequest,
    @Inject(CONTEXT) private readonly context: MessageRequest,
  ) {}

  @MessagePattern('scope.:kind.request')
  answer(@Payload() data: { n: number }): unknown {
    return {
      data,
      injected: this.request.getData(),
      pattern: this.request.getPattern(),
      subject: this.context.getContext().getSubject(),
      isContext: this.request.getContext() instanceof NatsMessageContext,
      shared: this.perMessage.request === this.request,
    };
  }

  @MessagePattern('scope.number')
  number(): number {
    return this.perMessage.number;
  }

  @MessagePattern('scope.error')
  error(): never {
    throw new RpcException('refused');
  }

  @EventPattern('scope.event')
  first(@Payload() data: { n: number }): void {
    handled.push(`first ${data.n} ${this.request.getData().n}`);
  }

  @EventPattern('scope.event')
  second(@Payload() data: { n: number }): void {
    handled.push(`second ${data.n} ${this.request.getData().n}`);
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

it('REQUEST and CONTEXT are the message', async () => {
  await bench.listen([Scoped], {}, [PerMessage]);
  await expect(bench.client().request('scope.any.request', { n: 1 })).resolves.toEqual({
    data: { n: 1 },
    injected: { n: 1 },
    pattern: 'scope.:kind.request',
    subject: 'scope.any.request',
    isContext: true,
    shared: true,
  });
});

it('each message has instances of its own, also at once', async () => {
  await bench.listen([Scoped], {}, [PerMessage]);
  const client = bench.client();
  const ask = (): Promise<number> => client.request('scope.number', { n: 1 });
  const numbers = await Promise.all(Array.from({ length: 10 }, ask));
  expect(new Set(numbers).size).toBe(10);
});

it('a handler that throws is answered for', async () => {
  await bench.listen([Scoped], {}, [PerMessage]);
  await expect(bench.client().request('scope.error', {})).rejects.toMatchObject({
    message: 'refused',
  });
});

it('several handlers of one event each get it, once', async () => {
  await bench.listen([Scoped], {}, [PerMessage]);
  const client = bench.client();
  await client.publish('scope.event', { n: 7 });
  await client.publish('scope.event', { n: 8 });
  await waitFor(() => handled.length >= 4, { what: 'four handlers' });
  expect(handled.toSorted()).toEqual(['first 7 7', 'first 8 8', 'second 7 7', 'second 8 8']);
});
