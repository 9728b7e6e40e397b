import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, type Type } from '@nestjs/common';
import {
  Ctx,
  EventPattern,
  MessagePattern,
  type NatsContext,
  Payload,
} from '@nestjs/microservices';
import {
  lastValueFrom,
  NEVER,
  type Observable,
  startWith,
  take,
  throwError,
  timeout,
  toArray,
} from 'rxjs';
import type { NatsStrategyOptions } from 'nestjs-nats';
import { builtInClient, type Client, listenBuiltIn } from '../support/built-in-transport.js';
import { NatsBench } from '../support/nats-bench.js';
import { waitFor } from '../support/wait-for.js';

let received: string[];

@Controller()
class Handlers {
  @EventPattern('differs.queues', { queue: 'left' })
  left(@Payload() _data: unknown): void {
    received.push('left');
  }

  @EventPattern('differs.queues', { queue: 'right' })
  right(@Payload() _data: unknown): void {
    received.push('right');
  }

  @EventPattern<string>('differs.event')
  event(): string {
    return 'told';
  }

  @MessagePattern('differs.orders.:id')
  named(): string {
    return 'named';
  }

  @MessagePattern('1.0')
  version(): string {
    return '1.0';
  }

  @MessagePattern('differs.echo')
  echo(@Payload() data: unknown): unknown {
    return data;
  }

  @MessagePattern('differs.open')
  open(): Observable<number> {
    return NEVER.pipe(startWith(1));
  }

  @MessagePattern('differs.context')
  context(@Payload() _data: unknown, @Ctx() context: NatsContext): boolean {
    return 'getMetadata' in context;
  }
}

@Controller()
class Twice {
  @MessagePattern('differs.twice')
  first(): string {
    return 'first';
  }

  @MessagePattern('differs.twice')
  second(): string {
    return 'second';
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
beforeEach(() => {
  received = [];
});
afterEach(() => bench.clear());
afterAll(() => bench.stop());

async function builtIn(controllers: Type[] = [Handlers]): Promise<Client> {
  await listenBuiltIn(bench, controllers);
  return builtInClient(bench);
}

async function ours(options: NatsStrategyOptions = {}): Promise<Client> {
  await bench.listen([Handlers], options);
  return bench.client();
}

const SILENCE_MS = 150;

/** Gives the last answer, or what came in its place. */
async function outcome(client: Client, pattern: unknown, data: unknown = {}): Promise<unknown> {
  const silence = { first: SILENCE_MS, with: () => throwError(() => ({ code: 'silence' })) };
  try {
    return await lastValueFrom(client.send<unknown>(pattern, data).pipe(timeout(silence)));
  } catch (error) {
    const { code, message } = error as { code?: string; message?: string };
    return code ?? message ?? error;
  }
}

const EMPTY = expect.stringContaining('Empty response');

describe.each<[what: string, pattern: unknown, builtIn: unknown, here: unknown]>([
  ['a request to an event handler', 'differs.event', 'told', 'silence'],
  ['a request nobody answers', 'differs.nobody', EMPTY, 'NO_RESPONDERS'],
  ['a named token', 'differs.orders.7', EMPTY, 'named'],
  ['a subject like JSON', '1.0', expect.stringContaining('no matching message handler'), '1.0'],
  ['metadata in the context', 'differs.context', false, true],
])('%s', (_, pattern, there, here) => {
  it('differs', async () => {
    await expect(outcome(await builtIn(), pattern)).resolves.toEqual(there);
    await bench.clear();
    await expect(outcome(await ours(), pattern)).resolves.toEqual(here);
  });
});

describe('two event handlers of one subject in different queue groups', () => {
  /** Publishes 40 events beside another member of the second group. */
  async function shares(serve: () => Promise<Client>): Promise<[right: number, peer: number]> {
    const client = await serve();
    const peer = await bench.peer();
    let taken = 0;
    const right = (): number => received.filter((name) => name === 'right').length;
    peer.subscribe('differs.queues', { queue: 'right', callback: () => void taken++ });
    await peer.flush();
    for (let i = 0; i < 40; i++) {
      await lastValueFrom(client.emit('differs.queues', i), { defaultValue: undefined });
    }
    const left = (): number => received.length - right();
    await waitFor(() => left() >= 40 && right() + taken >= 40, { what: 'the events' });
    await outcome(client, 'differs.echo', 1);
    await peer.flush();
    return [right(), taken];
  }

  it('built-in: both run in the group of the first', async () => {
    await expect(shares(builtIn)).resolves.toEqual([40, 40]);
  });

  it('here: each runs in its own', async () => {
    const [right, peer] = await shares(ours);
    expect(right + peer).toBe(40);
  });
});

describe('two request handlers of one subject', () => {
  it('built-in: the last one answers, the other is dropped', async () => {
    await expect(outcome(await builtIn([Twice]), 'differs.twice')).resolves.toBe('second');
  });

  it('here: the app does not start', async () => {
    const { app } = await bench.create([Twice]);
    await expect(app.listen()).rejects.toMatchObject({ code: 'DUPLICATE_HANDLER' });
  });
});

describe('two responders to one request', () => {
  it('built-in: send() merges what they answer, if they leave it open', async () => {
    await builtIn();
    const answers = (await builtIn()).send<number>('differs.open', {});
    await expect(lastValueFrom(answers.pipe(take(2), toArray()))).resolves.toEqual([1, 1]);
  });

  it('here: gather() collects their answers', async () => {
    await ours();
    await ours();
    const answers = bench.client().gather<number>('differs.echo', 1, { max: 2 });
    await expect(lastValueFrom(answers.pipe(toArray()))).resolves.toEqual([1, 1]);
  });
});

describe('a request that a plain NATS client sends', () => {
  const ask = async (payload: string): Promise<unknown> => {
    const peer = await bench.peer();
    const answer = peer.request('differs.echo', payload, { timeout: SILENCE_MS });
    return answer.then(
      (message) => message.headers?.get('Nats-Service-Error-Code') || message.json(),
      (error: Error) => error.name,
    );
  };

  it('built-in: is handled as an event', async () => {
    await builtIn();
    await expect(ask('{"a":1}')).resolves.toBe('TimeoutError');
    await expect(ask('no JSON')).resolves.toBe('TimeoutError');
  });

  it('here: is answered', async () => {
    await ours();
    await expect(ask('{"a":1}')).resolves.toEqual({ a: 1 });
    await expect(ask('no JSON')).resolves.toBe('400');
  });
});

describe('an answer that does not come', () => {
  const mute = async (): Promise<void> => {
    const peer = await bench.peer();
    peer.subscribe('differs.mute', { callback: () => undefined });
    await peer.flush();
  };

  it('built-in: is waited for as long as the subscriber stays', async () => {
    await mute();
    await expect(outcome(builtInClient(bench), 'differs.mute')).resolves.toBe('silence');
  });

  it('here: fails after timeoutMs', async () => {
    await mute();
    const client = bench.client({ timeoutMs: 50 });
    await expect(outcome(client, 'differs.mute')).resolves.toBe('TIMEOUT');
  });
});

describe('a caller with an inbox prefix of its own', () => {
  const call = (): Promise<unknown> =>
    outcome(builtInClient(bench, { inboxPrefix: '_MINE' }), 'differs.echo', 1);

  it('built-in: is answered', async () => {
    await builtIn();
    await expect(call()).resolves.toBe(1);
  });

  it('here: is answered if the strategy knows the prefix', async () => {
    await ours({ envelope: 'both' });
    await expect(call()).resolves.toBe('silence');
    await bench.clear();
    await ours({ envelope: 'both', replyPrefixes: ['_MINE'] });
    await expect(call()).resolves.toBe(1);
  });
});
