import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { finalize, lastValueFrom, merge, type Observable, of, Subject, take } from 'rxjs';
import { NatsClient, NatsMessageContext, Respond, NatsSharedConnection } from 'nestjs-nats';
import { builtInClient } from '../support/built-in-transport.js';
import { foreignPeer } from '../support/foreign-peer.js';
import { connections } from '../support/monitoring.js';
import { NatsBench } from '../support/nats-bench.js';
import { waitFor } from '../support/wait-for.js';

let source: Subject<unknown>;
let contexts: NatsMessageContext[];
let left: number;

@Controller()
class Streams {
  /** Gives what the test emits, and does not end on its own. */
  @Respond('cancel.live', { concurrency: 2 })
  live(@Payload() _data: unknown, @Ctx() ctx: NatsMessageContext): Observable<unknown> {
    contexts.push(ctx);
    return source.pipe(finalize(() => left++));
  }

  /** Gives two values at once, and then nothing more before the test is over. */
  @Respond('cancel.silent')
  silent(): Observable<unknown> {
    return merge(of(1, 2), source).pipe(finalize(() => left++));
  }

  @Respond('cancel.count')
  count(@Payload() upTo: number): Observable<number> {
    return of(...Array.from({ length: upTo }, (_, i) => i)).pipe(finalize(() => left++));
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
beforeEach(() => {
  source = new Subject();
  contexts = [];
  left = 0;
});
afterEach(async () => {
  source.complete();
  await bench.clear();
});
afterAll(() => bench.stop());

const isLeft = (count = 1): Promise<void> =>
  waitFor(() => left === count, { what: `${count} streams to be left`, timeoutMs: 5_000 });
/** Goes on with the stream until it is left: not every frame asks whether somebody listens. */
const isLeftWhileItGoesOn = (): Promise<void> =>
  waitFor(
    () => {
      source.next('more');
      return left === 1;
    },
    { what: 'the stream to be left', timeoutMs: 5_000 },
  );
const begun = (count: number): Promise<void> =>
  waitFor(() => source.observers.length === count, { what: `${count} streams` });

/** Sends a request whose values are noted; nothing of it is logged when it fails. */
function follow(client: NatsClient, subject: string) {
  const values: unknown[] = [];
  const subscription = client
    .send(subject, {})
    .subscribe({ next: (value) => values.push(value), error: () => undefined });
  const got = (count: number): Promise<void> =>
    waitFor(() => values.length === count, { what: `${count} values` });
  return { values, got, leave: () => subscription.unsubscribe() };
}

describe('the handler of a streamed answer is told, and its Observable unsubscribed,', () => {
  it('when the caller unsubscribes, though no value follows', async () => {
    await bench.listen([Streams]);
    const { got, leave } = follow(bench.client(), 'cancel.silent');
    await got(2);
    expect(left).toBe(0);
    leave();
    await isLeft();
  });

  it('when the caller has taken as many as it wants', async () => {
    await bench.listen([Streams]);
    const taken = bench.client().send('cancel.silent', {}).pipe(take(2));
    await expect(lastValueFrom(taken)).resolves.toBe(2);
    await isLeft();
  });

  it('when request() has its one value', async () => {
    await bench.listen([Streams]);
    await expect(bench.client().request('cancel.silent', {})).resolves.toBe(1);
    await isLeft();
  });

  it('when the caller does not get the next value in time', async () => {
    await bench.listen([Streams]);
    const client = bench.client({ timeoutMs: 60 });
    await expect(lastValueFrom(client.send('cancel.silent', {}))).rejects.toMatchObject({
      code: 'TIMEOUT',
    });
    await isLeft();
  });

  it('when the client is closed', async () => {
    await bench.listen([Streams]);
    const client = bench.client();
    await follow(client, 'cancel.silent').got(2);
    await client.close();
    await isLeft();
  });

  it('when the caller had left before the first value', async () => {
    await bench.listen([Streams]);
    const { leave } = follow(bench.client(), 'cancel.live');
    await begun(1);
    leave();
    // while there is none, nobody knows where to call it off
    expect(left).toBe(0);
    source.next(1);
    await isLeft();
  });

  it('at the next value, when the caller has died', async () => {
    await bench.listen([Streams]);
    const raw = await bench.raw();
    raw.publish('cancel.live', '{}', { reply: '_INBOX.dying' });
    await begun(1);
    raw.close();
    await waitFor(async () => (await connections(bench.server)).length === 1, {
      what: 'the caller to be gone',
    });
    source.next(1);
    await isLeft();
  });

  it("and its context's signal aborts", async () => {
    await bench.listen([Streams]);
    const { got, leave } = follow(bench.client(), 'cancel.live');
    await begun(1);
    source.next(1);
    await got(1);
    expect(contexts[0]!.signal.aborted).toBe(false);
    leave();
    await isLeft();
    expect(contexts[0]!.signal.reason).toMatchObject({ code: 'CANCELLED' });
  });
});

it('a place is free again when a stream is called off: endless ones do not block a handler', async () => {
  await bench.listen([Streams]);
  const client = bench.client();
  for (let round = 1; round <= 6; round++) {
    const { got, leave } = follow(client, 'cancel.live');
    await begun(1);
    source.next(round);
    await got(1);
    leave();
    await isLeft(round);
  }
});

it('one stream of several is called off, and the others go on', async () => {
  await bench.listen([Streams]);
  const client = bench.client();
  const [one, other] = [follow(client, 'cancel.live'), follow(client, 'cancel.live')];
  await begun(2);
  source.next('a');
  await Promise.all([one.got(1), other.got(1)]);
  one.leave();
  await isLeft(1);
  source.next('b');
  await other.got(2);
  expect(one.values).toEqual(['a']);
  expect(other.values).toEqual(['a', 'b']);
});

describe('a stream that is taken to its end', () => {
  it('is not called off: nothing is published but the request', async () => {
    await bench.listen([Streams]);
    const tap = await bench.peer();
    const subjects: string[] = [];
    tap.subscribe('>', { callback: (_, { subject }) => void subjects.push(subject) });
    await tap.flush();
    await expect(lastValueFrom(bench.client().send('cancel.count', 3))).resolves.toBe(2);
    await waitFor(() => subjects.length >= 5, { what: 'request, three frames and the end' });
    await tap.flush();
    expect(subjects).toHaveLength(5);
  });
});

describe('callers that know nothing of it', () => {
  it('the nats 2.x client gets every frame, and when it unsubscribes the stream is left', async () => {
    await bench.listen([Streams]);
    const peer = await foreignPeer(bench);
    const frames: string[] = [];
    const inbox = peer.subscribe('_INBOX.foreign.caller', {
      callback: (_, message) => void frames.push(message.string()),
    });
    peer.publish('cancel.live', Buffer.from('{}'), { reply: '_INBOX.foreign.caller' });
    await begun(1);
    for (const value of [1, 2, 3]) source.next(value);
    await waitFor(() => frames.length === 3, { what: 'the frames' });
    expect(left).toBe(0);
    inbox.unsubscribe();
    await peer.flush();
    await isLeftWhileItGoesOn();
    expect(frames).toEqual(['1', '2', '3']);
  });

  it('the nats 2.x client asks for several answers in its own way, and gets them', async () => {
    await bench.listen([Streams]);
    const peer = await foreignPeer(bench);
    const frames: string[] = [];
    const options = { strategy: 'count', maxMessages: 4, maxWait: 5_000 } as never;
    for await (const frame of await peer.requestMany('cancel.count', Buffer.from('3'), options)) {
      frames.push(frame.string());
    }
    expect(frames).toEqual(['0', '1', '2', '']);
  });

  it("Nest's own client gets every value, and when it unsubscribes the stream is left", async () => {
    await bench.listen([Streams], { envelope: 'nest' });
    const client = builtInClient(bench);
    const values: unknown[] = [];
    const subscription = client.send('cancel.live', {}).subscribe((value) => values.push(value));
    await begun(1);
    source.next('a');
    source.next('b');
    await waitFor(() => values.length === 2, { what: 'two values' });
    expect(left).toBe(0);
    subscription.unsubscribe();
    await waitFor(
      async () =>
        !(await connections(bench.server)).some(({ subscriptions_list = [] }) =>
          subscriptions_list.some(
            (subject) => subject.startsWith('_INBOX.') && !/cancel/.test(subject),
          ),
        ),
      { what: 'the inbox to be gone' },
    );
    await isLeftWhileItGoesOn();
    expect(values).toEqual(['a', 'b']);
  });
});

it('a responder with an inbox prefix of its own is told by callers that know it, and by no others', async () => {
  await bench.listen([Streams], { inboxPrefix: '_MINE' });
  const stranger = bench.client();
  await expect(stranger.request('cancel.silent', {})).resolves.toBe(1);
  await expect(lastValueFrom(stranger.send('cancel.count', 2))).resolves.toBe(1);
  // that one stream has come to its own end
  expect(left).toBe(1);
  const friend = bench.client({ replyPrefixes: ['_MINE'] });
  await expect(friend.request('cancel.silent', {})).resolves.toBe(1);
  await isLeft(2);
});

it('a strategy listens for it only when it streams, and no longer than it lives', async () => {
  const connection = new NatsSharedConnection({ servers: bench.server.url });
  const holder = bench.client({ connection });
  await holder.connect();
  const app = await bench.listen([Streams], { connection });
  const inboxes = async (): Promise<number> =>
    (await connections(bench.server))
      .flatMap(({ subscriptions_list = [] }) => subscriptions_list)
      .filter((subject) => subject.includes('.cancel.')).length;
  await expect(inboxes()).resolves.toBe(0);
  await lastValueFrom(holder.send('cancel.count', 2));
  await lastValueFrom(holder.send('cancel.count', 2));
  await expect(inboxes()).resolves.toBe(1);
  await app.close();
  await waitFor(async () => (await inboxes()) === 0, { what: 'the inbox to be gone' });
});

describe('a responder with bad intentions', () => {
  it.each([
    ['a subject of the application', 'victim.cancel.1'],
    ['the API of JetStream', '$JS.API.STREAM.DELETE.cancel.1'],
    ["somebody else's inbox for answers", '_INBOX.victim.1'],
    ['a prefix that is not allowed', '_VICTIM.x.cancel.1'],
  ])('cannot make a caller publish to %s: %s', async (_, subject) => {
    const peer = await bench.peer();
    const caught: string[] = [];
    peer.subscribe(subject, { callback: (_error, message) => void caught.push(message.subject) });
    peer.subscribe('cancel.hostile', {
      callback: (_error, { reply = '' }) => {
        for (const n of ['1', '2', '3']) peer.publish(reply, n, { reply: subject });
      },
    });
    peer.subscribe('cancel.end', { callback: (_error, message) => void message.respond('"end"') });
    await peer.flush();
    const client = bench.client();
    await expect(client.request('cancel.hostile', {})).resolves.toBe(1);
    await expect(client.request('cancel.end', {})).resolves.toBe('end');
    expect(caught).toEqual([]);
  });
});
