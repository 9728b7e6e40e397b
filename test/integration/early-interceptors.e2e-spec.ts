import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { Ctx, Payload, RpcException } from '@nestjs/microservices';
import { concat, finalize, type Observable, of, Subject, throwError } from 'rxjs';
import { type NatsInterceptor, NatsMessageContext, Respond, Subscribe } from 'nestjs-nats';
import { captureLog } from '../support/captured-log.js';
import { NatsBench } from '../support/nats-bench.js';
import { waitFor } from '../support/wait-for.js';

/** Handlers that go on when they are told to. */
class Gate {
  readonly started: unknown[] = [];
  readonly signals: AbortSignal[] = [];
  private readonly waiting: (() => void)[] = [];
  private readonly failing: ((reason: Error) => void)[] = [];

  pass(name: unknown, ctx: NatsMessageContext): Promise<void> {
    this.started.push(name);
    this.signals.push(ctx.signal);
    return new Promise((resolve, reject) => {
      this.waiting.push(resolve);
      this.failing.push(reject);
    });
  }

  open(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  fail(): void {
    for (const reject of this.failing.splice(0)) reject(new Error('it broke later'));
  }
}

let gate: Gate;
let source: Subject<string>;
let left: number;

@Controller()
class Service {
  @Respond('early.slow', { concurrency: 1 })
  async slow(@Payload() name: string, @Ctx() ctx: NatsMessageContext): Promise<string> {
    await gate.pass(name, ctx);
    return 'late';
  }

  @Subscribe('early.event', { concurrency: 1 })
  async onEvent(@Payload() name: string, @Ctx() ctx: NatsMessageContext): Promise<void> {
    await gate.pass(name, ctx);
  }

  @Respond('early.stream')
  stream(): Observable<string> {
    gate.started.push('stream');
    return source.pipe(finalize(() => left++));
  }

  @Respond('early.broken')
  broken(): Observable<string> {
    return concat(
      of('a', 'b'),
      throwError(() => new RpcException('it broke')),
    );
  }

  @Respond('early.quick')
  quick(): string {
    return 'quick';
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
beforeEach(() => {
  gate = new Gate();
  source = new Subject();
  left = 0;
});
afterEach(async () => {
  gate.open();
  source.complete();
  await bench.clear();
});
afterAll(() => bench.stop());

/** An interceptor that ends, when the test says so, without waiting for the rest. */
class Impatient {
  private readonly ends: (() => void)[] = [];

  /** @param end what it does then: return, or throw */
  constructor(private readonly end: () => void = () => undefined) {}

  readonly interceptor: NatsInterceptor = async (_, next) => {
    const over = new Promise<void>((resolve) => this.ends.push(resolve));
    await Promise.race([next(), over.then(this.end)]);
    return undefined;
  };

  give(): void {
    for (const end of this.ends.splice(0)) end();
  }
}

const refusing = (): Impatient =>
  new Impatient(() => {
    throw new RpcException({ code: 'TOO_SLOW', message: 'm' });
  });

/** Asks on a bare inbox, and notes what comes: the payload, `end`, or the code of an error. */
async function ask(subject: string, data: unknown = ''): Promise<string[]> {
  const peer = await bench.peer();
  const inbox = `_INBOX.early.${Math.random()}`.replace('0.', '');
  const answers: string[] = [];
  peer.subscribe(inbox, {
    callback: (_, message) => {
      const failed = message.headers?.has('Nats-Service-Error-Code');
      if (message.headers?.has('Reply-End')) answers.push('end');
      else answers.push(failed ? message.json<{ code: string }>().code : message.string());
    },
  });
  peer.publish(subject, JSON.stringify(data), { reply: inbox });
  await peer.flush();
  return answers;
}

const begun = (count: number): Promise<void> =>
  waitFor(() => gate.started.length === count, { what: `${count} handlers to start` });
const answered = (answers: string[], count: number): Promise<void> =>
  waitFor(() => answers.length === count, {
    what: () => `${count} answers, got ${answers.join(', ')}`,
  });

/** Asks something else: whatever was to be sent before has come then. */
async function nothingMore(): Promise<void> {
  await answered(await ask('early.quick'), 1);
}

describe('an interceptor that throws before the handler is done', () => {
  it('answers at once, and the answer of the handler is dropped', async () => {
    const impatient = refusing();
    await bench.listen([Service], { interceptors: [impatient.interceptor] });
    const answers = await ask('early.slow', 'one');
    await begun(1);
    impatient.give();
    await answered(answers, 1);
    gate.open();
    await nothingMore();
    expect(answers).toEqual(['TOO_SLOW']);
  });

  it('does not free the place of the handler: concurrency is kept', async () => {
    const impatient = refusing();
    await bench.listen([Service], { interceptors: [impatient.interceptor] });
    const first = await ask('early.slow', 'one');
    await begun(1);
    const second = await ask('early.slow', 'two');
    impatient.give();
    await answered(first, 1);
    await nothingMore();
    expect(gate.started).toEqual(['one']);
    gate.open();
    await begun(2);
    gate.open();
    await answered(second, 1);
    expect(second).toEqual(['"late"']);
  });

  it('does not end the handling: close() waits for it', async () => {
    const impatient = refusing();
    const app = await bench.listen([Service], { interceptors: [impatient.interceptor] });
    const answers = await ask('early.slow', 'one');
    await begun(1);
    impatient.give();
    await answered(answers, 1);
    let closed = false;
    const closing = app.close().then(() => (closed = true));
    const peer = await bench.peer();
    await waitFor(
      async () =>
        peer.request('early.quick', '').then(
          () => false,
          () => true,
        ),
      { what: 'closing to begin' },
    );
    expect(closed).toBe(false);
    gate.open();
    await closing;
  });

  it("tells the handler by its context's signal that nobody waits", async () => {
    const impatient = refusing();
    await bench.listen([Service], { interceptors: [impatient.interceptor] });
    const answers = await ask('early.slow', 'one');
    await begun(1);
    expect(gate.signals[0]!.aborted).toBe(false);
    impatient.give();
    await answered(answers, 1);
    await waitFor(() => gate.signals[0]!.aborted, { what: 'the abort' });
    expect(gate.signals[0]!.reason).toMatchObject({ code: 'CANCELLED' });
  });

  it('ends a stream with the error, after its values, and leaves it', async () => {
    const impatient = refusing();
    await bench.listen([Service], { interceptors: [impatient.interceptor] });
    const answers = await ask('early.stream');
    await begun(1);
    source.next('a');
    source.next('b');
    await answered(answers, 2);
    impatient.give();
    await answered(answers, 3);
    await waitFor(() => left === 1, { what: 'the stream to be left' });
    source.next('c');
    await nothingMore();
    expect(answers).toEqual(['"a"', '"b"', 'TOO_SLOW']);
  });

  it('does not hide how the handler fails later: it is logged', async () => {
    const impatient = refusing();
    const { app, strategy } = await bench.create([], { interceptors: [impatient.interceptor] });
    await strategy.registerSubscriber('early.slow', (_, ctx) => gate.pass('one', ctx), {
      respond: true,
    });
    await app.listen();
    const log = captureLog();
    bench.own(() => log.stop());
    const answers = await ask('early.slow', 'one');
    await begun(1);
    impatient.give();
    await answered(answers, 1);
    gate.fail();
    await app.close();
    expect(log.lines.filter((line) => line.includes('it broke later'))).toHaveLength(1);
    expect(answers).toEqual(['TOO_SLOW']);
  });
});

describe('an interceptor that returns before the handler is done', () => {
  it('makes it a success: an empty answer, and no other', async () => {
    const impatient = new Impatient();
    await bench.listen([Service], { interceptors: [impatient.interceptor] });
    const answers = await ask('early.slow', 'one');
    await begun(1);
    impatient.give();
    await answered(answers, 1);
    gate.open();
    await waitFor(() => gate.signals[0]!.aborted, { what: 'the handling to be over' });
    expect(answers).toEqual(['']);
  });

  it('ends a stream, and leaves it', async () => {
    const impatient = new Impatient();
    const app = await bench.listen([Service], { interceptors: [impatient.interceptor] });
    const answers = await ask('early.stream');
    await begun(1);
    source.next('a');
    source.next('b');
    await answered(answers, 2);
    impatient.give();
    await answered(answers, 3);
    await waitFor(() => left === 1, { what: 'the stream to be left' });
    await app.close();
    expect(answers).toEqual(['"a"', '"b"', 'end']);
  });

  it('lets an event be handled to its end, in its place', async () => {
    const impatient = new Impatient();
    await bench.listen([Service], { interceptors: [impatient.interceptor] });
    const client = bench.client();
    await client.publish('early.event', 'one');
    await client.publish('early.event', 'two', { confirm: 'flush' });
    await begun(1);
    impatient.give();
    await nothingMore();
    expect(gate.started).toEqual(['one']);
    expect(gate.signals[0]!.aborted).toBe(false);
    gate.open();
    await begun(2);
  });
});

it('an interceptor that calls next() when it is over does not start the handler', async () => {
  const refused: unknown[] = [];
  let call = (): void => undefined;
  const late: NatsInterceptor = (_, next) => {
    call = () => void next().catch((error: unknown) => refused.push(error));
    return Promise.resolve();
  };
  await bench.listen([Service], { interceptors: [late] });
  await answered(await ask('early.slow', 'one'), 1);
  call();
  await waitFor(() => refused.length === 1, { what: 'next() to be refused' });
  expect(gate.started).toEqual([]);
});

it('an interceptor that throws when the answer is sent does not send another, but the log says it', async () => {
  const spoiling: NatsInterceptor = async (_, next) => {
    await next();
    throw new RpcException({ code: 'AFTERWARDS', message: 'too late for the caller' });
  };
  const app = await bench.listen([Service], { interceptors: [spoiling] });
  const log = captureLog();
  bench.own(() => log.stop());
  const answers = await ask('early.quick');
  await answered(answers, 1);
  await app.close();
  expect(answers).toEqual(['"quick"']);
  expect(log.lines.filter((line) => line.includes('too late for the caller'))).toHaveLength(1);
});

it('an interceptor that keeps the failure of a stream to itself ends it', async () => {
  const swallowing: NatsInterceptor = (_, next) => next().catch(() => undefined);
  const app = await bench.listen([Service], { interceptors: [swallowing] });
  const answers = await ask('early.broken');
  await answered(answers, 3);
  await app.close();
  expect(answers).toEqual(['"a"', '"b"', 'end']);
});
