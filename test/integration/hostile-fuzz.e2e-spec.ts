// An unhandled rejection or exception anywhere in this process fails the test that runs: Jest
// listens for both, and keeps them from listeners of our own.
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import fc from 'fast-check';
import { lastValueFrom, toArray } from 'rxjs';
import { NatsMessageContext, NatsSharedConnection } from 'nestjs-nats';
import { captureLog } from '../support/captured-log.js';
import { KNOWN_HARM } from '../support/hostile-corpus.js';
import { type HostileMessage, hostileMessage } from '../support/hostile-message.js';
import { NatsBench } from '../support/nats-bench.js';
import { pendingRequests } from '../support/pending-requests.js';
import { waitFor } from '../support/wait-for.js';

@Controller()
class Target {
  lastEvent: unknown;

  @MessagePattern('fuzz.ask')
  ask(@Payload() data: unknown, @Ctx() ctx: NatsMessageContext): unknown {
    // a handler that looks at everything there is
    return [
      typeof data,
      ctx.headers?.keys(),
      ctx.getMetadata(),
      ctx.remainingMs,
      ctx.signal.aborted,
    ];
  }

  @EventPattern<string>('fuzz.event')
  onEvent(@Payload() data: unknown, @Ctx() ctx: NatsMessageContext): void {
    this.lastEvent = data;
    ctx.headers?.keys();
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

const batches = fc.array(hostileMessage, { minLength: 1, maxLength: 40, size: 'max' });

/** About 500 messages, and no longer than a few seconds on a slow machine; prints the seed on failure. */
const LIMITS = {
  numRuns: 25,
  examples: [[KNOWN_HARM]] as [HostileMessage[]][],
  interruptAfterTimeLimit: 4_000,
};

it('a service outlives whatever is sent to it', async () => {
  const app = await bench.listen([Target]);
  const target = app.get(Target);
  const log = captureLog();
  const [raw, witness] = await Promise.all([bench.raw(), bench.peer()]);
  const client = bench.client();
  const published: string[] = [];
  witness.subscribe('>', { callback: (_, { subject }) => void published.push(subject) });
  await witness.flush();
  let batchNumber = 0;

  await fc.assert(
    fc.asyncProperty(batches, async (messages) => {
      batchNumber++;
      published.length = 0;
      const inbox = `_INBOX.fuzz.${batchNumber}`;
      for (const { payload, headers, reply } of messages) {
        raw.publish('fuzz.event', payload, { headers, reply });
        raw.publish('fuzz.ask', payload, { headers, reply });
        raw.publish('fuzz.ask', payload, { headers, reply: inbox });
      }
      raw.publish('fuzz.event', `"end ${batchNumber}"`);
      await raw.flush();
      // every request is answered, one way or the other; nothing is published but answers
      const answers = (): number => published.filter((subject) => subject === inbox).length;
      await waitFor(() => answers() >= messages.length, {
        what: () => `${messages.length} answers, got ${answers()}`,
        timeoutMs: 3_000,
      });
      await expect(client.request('fuzz.ask', 1)).resolves.toContain('number');
      await waitFor(() => target.lastEvent === `end ${batchNumber}`, { what: 'the last event' });
      expect(answers()).toBe(messages.length);
      const others = published.filter((subject) => !/^(fuzz\.(ask|event)$|_INBOX\.)/.test(subject));
      expect(others).toEqual([]);
    }),
    LIMITS,
  );

  await app.close();
  log.stop();
  expect(log.lines.filter((line) => !line.startsWith('warn'))).toEqual([]);
  expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
});

it('a client outlives whatever it is answered', async () => {
  const [raw, peer] = await Promise.all([bench.raw(), bench.peer()]);
  const log = captureLog();
  const connection = new NatsSharedConnection({ servers: bench.server.url });
  const client = bench.client({ connection, timeoutMs: 3_000 });
  let answers: HostileMessage[] = [];
  peer.subscribe('fuzz.hostile', {
    callback: (_, message) => {
      const { payload, headers } = answers[message.json<number>()]!;
      raw.publish(message.reply!, payload, { headers });
      // a first frame keeps a stream open; this ends it
      raw.publish(message.reply!, '"done"');
    },
  });
  peer.subscribe('fuzz.honest', { callback: (_, message) => void message.respond('"honest"') });
  await peer.flush();

  await fc.assert(
    fc.asyncProperty(batches, async (messages) => {
      answers = messages;
      const outcomes = await Promise.allSettled(
        messages.flatMap((_, i) => [
          client.request('fuzz.hostile', i),
          lastValueFrom(client.send('fuzz.hostile', i).pipe(toArray())),
          lastValueFrom(client.gather('fuzz.hostile', i, { max: 1 }).pipe(toArray())),
        ]),
      );
      // each failure is one of ours or the responder's, and none had to wait for its timeout
      const codes = outcomes.flatMap((outcome) =>
        outcome.status === 'rejected' ? [(outcome.reason as { code?: unknown }).code] : [],
      );
      expect(codes.filter((code) => typeof code !== 'string' || code === 'TIMEOUT')).toEqual([]);
      expect(pendingRequests(connection)).toBe(0);
      await expect(client.request('fuzz.honest', {})).resolves.toBe('honest');
      expect(client.unwrap().isClosed()).toBe(false);
    }),
    LIMITS,
  );

  log.stop();
  expect(log.lines).toEqual([]);
});
