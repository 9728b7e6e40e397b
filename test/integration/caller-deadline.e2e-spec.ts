import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Msg } from '@nats-io/transport-node';
import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, MessagePattern } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import { NatsMessageContext, NatsRecordBuilder } from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';
import { waitFor } from '../support/wait-for.js';

@Controller()
class Working {
  readonly contexts: NatsMessageContext[] = [];
  readonly reasons: unknown[] = [];
  /** Ends a handler that waits for its signal. */
  goOn: () => void;

  @MessagePattern('deadline.remaining')
  remaining(@Ctx() ctx: NatsMessageContext): number | null {
    return ctx.remainingMs ?? null;
  }

  @MessagePattern('deadline.until.aborted')
  untilAborted(@Ctx() ctx: NatsMessageContext): Promise<void> {
    return this.untilAbort(ctx);
  }

  @EventPattern('deadline.event')
  onEvent(@Ctx() ctx: NatsMessageContext): Promise<void> {
    return this.untilAbort(ctx);
  }

  @EventPattern('deadline.late')
  async onLate(@Ctx() ctx: NatsMessageContext): Promise<void> {
    this.contexts.push(ctx);
    await new Promise<void>((resolve) => (this.goOn = resolve));
    this.reasons.push(ctx.signal.reason);
  }

  @MessagePattern('deadline.quick')
  quick(@Ctx() ctx: NatsMessageContext): boolean {
    this.contexts.push(ctx);
    return ctx.signal.aborted;
  }

  private untilAbort(ctx: NatsMessageContext): Promise<void> {
    this.contexts.push(ctx);
    return new Promise((resolve) => {
      this.goOn = resolve;
      ctx.signal.addEventListener('abort', () => {
        this.reasons.push(ctx.signal.reason);
        resolve();
      });
    });
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

/** Asks a handler that works until its signal aborts. */
async function giveUp(timeoutMs: number): Promise<void> {
  const answer = bench.client().request('deadline.until.aborted', {}, { timeoutMs });
  // the handler then ends, and its answer may come in the last moment, or too late
  await Promise.allSettled([answer]);
}

describe('the header that tells how long the caller waits', () => {
  const NAME = 'Request-Timeout-Ms';

  /** Gives the header of each message that `send` sends on `deadline.wire`. */
  async function onTheWire(timeoutMs: number, ...send: ((subject: string) => Promise<unknown>)[]) {
    const peer = await bench.peer();
    const messages: Msg[] = [];
    peer.subscribe('deadline.wire', {
      callback: (_, message) => {
        messages.push(message);
        message.respond('1');
      },
    });
    await peer.flush();
    for (const one of send) await one('deadline.wire');
    await waitFor(() => messages.length === send.length, { what: `${timeoutMs} ms on the wire` });
    return messages.map(({ headers }) => headers?.get(NAME) ?? 'no headers');
  }

  it('is sent when the call or the record names a timeout', async () => {
    const client = bench.client();
    const record = new NatsRecordBuilder({}).timeout(1234.5).build();
    await expect(
      onTheWire(
        1234,
        (subject) => client.request(subject, {}, { timeoutMs: 1234 }),
        (subject) => client.request(subject, record),
        (subject) => lastValueFrom(client.send(subject, record)),
        (subject) => lastValueFrom(client.gather(subject, {}, { timeoutMs: 1234, max: 1 })),
      ),
    ).resolves.toEqual(['1234', '1235', '1235', '1234']);
  });

  it("is not sent for the client's own timeout, nor with events", async () => {
    const client = bench.client({ timeoutMs: 1234 });
    await expect(
      onTheWire(
        0,
        (subject) => client.request(subject, {}),
        (subject) => lastValueFrom(client.send(subject, {})),
        (subject) => client.publish(subject, {}, { timeoutMs: 1234, confirm: 'flush' }),
      ),
    ).resolves.toEqual(['no headers', 'no headers', 'no headers']);
  });
});

describe('ctx.remainingMs', () => {
  it('is what is left of the time, and less later', async () => {
    await bench.listen([Working]);
    const client = bench.client();
    const left = await client.request<number>('deadline.remaining', {}, { timeoutMs: 3_000 });
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(3_000);
  });

  it('is nothing when the caller has not said', async () => {
    await bench.listen([Working]);
    await expect(bench.client().request('deadline.remaining', {})).resolves.toBeNull();
  });

  it('is 0 when the caller has given up', async () => {
    const app = await bench.listen([Working]);
    const working = app.get(Working);
    await giveUp(50);
    await waitFor(() => working.reasons.length === 1, { what: 'the handler to hear of it' });
    expect(working.contexts[0]!.remainingMs).toBe(0);
  });

  it.each(['0', '-5', '1e3', '5 5', 'soon', '99999999999', ''])(
    'is nothing for the header %j of a foreign caller',
    async (value) => {
      await bench.listen([Working]);
      const peer = await bench.peer();
      const [raw, replies] = [await bench.raw(), peer.subscribe('_INBOX.deadline', { max: 1 })];
      await peer.flush();
      const headers = `\r\nRequest-Timeout-Ms: ${value}`;
      raw.publish('deadline.remaining', '{}', { headers, reply: '_INBOX.deadline' });
      for await (const answer of replies) expect(answer.string()).toBe('null');
    },
  );
});

describe('ctx.signal', () => {
  it('aborts when the caller has given up, and says so', async () => {
    const app = await bench.listen([Working]);
    const working = app.get(Working);
    await giveUp(60);
    await waitFor(() => working.reasons.length === 1, { what: 'the abort', timeoutMs: 2_000 });
    expect(working.reasons[0]).toMatchObject({
      code: 'TIMEOUT',
      details: { subject: 'deadline.until.aborted' },
    });
  });

  it('does not abort an event when somebody has asked, and others do not answer in time', async () => {
    const app = await bench.listen([Working]);
    const working = app.get(Working);
    const client = bench.client();
    const asked = client.request('deadline.late', {}, { timeoutMs: 40 });
    await expect(asked).rejects.toMatchObject({ code: 'TIMEOUT' });
    await waitFor(() => working.contexts.length === 1, { what: 'the handler to start' });
    expect(working.contexts[0]!.remainingMs).toBeUndefined();
    working.goOn();
    await waitFor(() => working.reasons.length === 1, { what: 'the end of the handler' });
    expect(working.reasons).toEqual([undefined]);
  });

  it('does not abort once the handler is done', async () => {
    const app = await bench.listen([Working]);
    const client = bench.client();
    await client.request('deadline.quick', {}, { timeoutMs: 40 });
    await app.close();
    const [context] = app.get(Working).contexts;
    await waitFor(() => context!.remainingMs === 0, { what: 'the time to be over' });
    expect(context!.signal.aborted).toBe(false);
  });

  it.each([
    ['a request', 'deadline.until.aborted'],
    ['an event', 'deadline.event'],
  ])('aborts %s that still runs when the app stops waiting', async (_, subject) => {
    const app = await bench.listen([Working], { shutdownTimeoutMs: 40 });
    const working = app.get(Working);
    const peer = await bench.peer();
    peer.publish(subject, '{}', { reply: subject.endsWith('event') ? undefined : '_INBOX.x' });
    await waitFor(() => working.contexts.length === 1, { what: 'the handler to start' });
    expect(working.contexts[0]!.signal.aborted).toBe(false);
    await app.close();
    expect(working.reasons).toMatchObject([{ code: 'CLOSED' }]);
  });

  it('is aborted also for a handler that first asks for it when the app has stopped', async () => {
    const app = await bench.listen([Working], { shutdownTimeoutMs: 0 });
    const working = app.get(Working);
    (await bench.peer()).publish('deadline.late', '{}');
    await waitFor(() => working.contexts.length === 1, { what: 'the handler to start' });
    await app.close();
    working.goOn();
    await waitFor(() => working.reasons.length === 1, { what: 'the handler to look' });
    expect(working.reasons).toMatchObject([{ code: 'CLOSED' }]);
  });

  it('does not abort while the app still waits', async () => {
    const app = await bench.listen([Working], { shutdownTimeoutMs: 10_000 });
    const working = app.get(Working);
    const peer = await bench.peer();
    peer.publish('deadline.event', '{}');
    await waitFor(() => working.contexts.length === 1, { what: 'the handler to start' });
    const [context] = working.contexts;
    const closing = app.close();
    // closing has begun when the subscription is gone
    await waitFor(
      async () => {
        const refused: unknown = await peer
          .request('deadline.remaining', '{}', { timeout: 1_000 })
          .catch((error: unknown) => error);
        return refused instanceof Error;
      },
      { what: 'closing to begin' },
    );
    expect(context!.signal.aborted).toBe(false);
    working.goOn();
    await closing;
  });
});
