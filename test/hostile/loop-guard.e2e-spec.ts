import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, MessagePattern } from '@nestjs/microservices';
import { from, type Observable } from 'rxjs';
import { NatsMessageContext, type NatsStrategyOptions } from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';

@Controller()
class Echo {
  readonly taken: string[] = [];

  @MessagePattern<string>('loop.ask')
  ask(_data: unknown, @Ctx() { subject }: NatsMessageContext): string {
    this.taken.push(subject);
    return 'answer';
  }

  @MessagePattern<string>('back.*.here')
  back(_data: unknown, @Ctx() { subject }: NatsMessageContext): string {
    this.taken.push(subject);
    return 'answer';
  }

  @EventPattern<string>('_INBOX.known')
  known(_data: unknown, @Ctx() { subject }: NatsMessageContext): void {
    this.taken.push(subject);
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

/** Asks `loop.ask` with each of these reply subjects. @returns on which subjects handlers were called */
async function takenAfter(replies: readonly string[], options: NatsStrategyOptions = {}) {
  const app = await bench.listen([Echo], options);
  const raw = await bench.raw();
  for (const reply of replies) raw.publish('loop.ask', '1', { reply });
  await raw.flush();
  await bench.client().request('loop.ask', 'the last');
  await app.close();
  return app.get(Echo).taken;
}

describe('F2: a reply subject that handlers of the service listen on', () => {
  it('gets no answer: the handler does not run', async () => {
    expect(await takenAfter(['_INBOX.known'])).toEqual(['loop.ask']);
  });

  it('gets none below a prefix that was added', async () => {
    const replies = ['back.x.here', 'back.elsewhere'];
    const taken = await takenAfter(replies, { replyPrefixes: ['back'] });
    expect(taken).toEqual(['loop.ask', 'loop.ask']);
  });

  it('may have an answer again when the handler is gone', async () => {
    const { app, strategy } = await bench.create([Echo]);
    const registered = await strategy.registerSubscriber('_INBOX.later', () => undefined);
    await app.listen();
    const raw = await bench.raw();
    raw.publish('loop.ask', '1', { reply: '_INBOX.later' });
    await raw.flush();
    await bench.client().request('loop.ask', 'between');
    await registered.remove();
    raw.publish('loop.ask', '1', { reply: '_INBOX.later' });
    await raw.flush();
    await app.close();
    expect(app.get(Echo).taken).toEqual(['loop.ask', 'loop.ask']);
  });
});

@Controller()
class CatchAll {
  readonly taken: string[] = [];

  @MessagePattern<string>('>')
  all(_data: unknown, @Ctx() { subject }: NatsMessageContext): Observable<string> {
    this.taken.push(subject);
    return from(['first', 'second']);
  }
}

describe('F2: a request handler for every subject', () => {
  it('does not take answers for requests, its own neither', async () => {
    const app = await bench.listen([CatchAll]);
    const raw = await bench.raw();
    raw.publish('any.subject', '1', { reply: '_INBOX.caller' });
    raw.publish('_INBOX.caller', '1', { reply: '_INBOX.caller' });
    raw.publish('_INBOX.caller', '1');
    raw.publish('another.subject', '1', { reply: '_INBOX.caller' });
    await raw.flush();
    await raw.flush();
    await app.close();
    expect(app.get(CatchAll).taken).toEqual(['any.subject', 'another.subject']);
  });
});
