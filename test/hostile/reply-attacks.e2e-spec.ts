import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { MessagePattern, RpcException } from '@nestjs/microservices';
import fc from 'fast-check';
import { of, type Observable } from 'rxjs';
import { KNOWN_REPLIES } from '../support/hostile-corpus.js';
import { NatsBench } from '../support/nats-bench.js';
import { SEED, sized } from '../support/scale.js';
import { waitFor } from '../support/wait-for.js';
import { WireTap } from '../support/wire-tap.js';

const ATTACKS = sized(5_000, 50_000);
const HONEST = '_INBOX.honest.';

@Controller()
class Service {
  @MessagePattern('attack.value')
  value(): string {
    return 'value';
  }

  @MessagePattern('attack.stream')
  stream(): Observable<number> {
    return of(1, 2, 3);
  }

  @MessagePattern('attack.error')
  error(): never {
    throw new RpcException('refused');
  }

  // of its own, in an inbox
  @MessagePattern('_INBOX.own.>')
  own(): string {
    return 'own';
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

const word = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 12 })
  .map((text) => text.replaceAll(/[\s\u0085]/g, '.'))
  .filter((text) => text !== '' && !/\p{Surrogate}/u.test(text));
const replies = fc.oneof(
  fc.constantFrom(...KNOWN_REPLIES),
  fc.tuple(fc.constantFrom(...KNOWN_REPLIES), word).map(([known, more]) => `${known}.${more}`),
  fc.tuple(word, fc.constantFrom(...KNOWN_REPLIES)).map(([before, known]) => `${before}${known}`),
  word.map((text) => `_INBOX.own.${text}`),
  fc.constantFrom('attack.value', 'attack.stream', '_INBOX.own.x'),
  word,
);

/** Says, on its own account and not by asking the library, whether a service may publish there. */
function mayBeAnswered(subject: string): boolean {
  if (!subject.startsWith('_INBOX.') || subject.startsWith('_INBOX.own.')) return false;
  const tokens = subject.split('.');
  // eslint-disable-next-line no-control-regex
  return !tokens.some((token) => /^$|^[*>]$|[\u0000-\u0020\u007f]/.test(token));
}

it(`F2: 5,000 attacks by the reply subject publish nothing elsewhere (seed ${SEED})`, async () => {
  const { app, strategy } = await bench.create([Service], {
    // tools that look for services choose where they are answered too
    service: { name: 'attacked', version: '1.0.0' },
  });
  await app.listen();
  const raw = await bench.raw();
  const tap = await WireTap.open(bench.server.port, ['>']);
  bench.own(() => tap.close());
  const attacks = [
    ...KNOWN_REPLIES,
    ...fc.sample(replies, { numRuns: ATTACKS - KNOWN_REPLIES.length, seed: SEED }),
  ];
  const asked = ['attack.value', 'attack.stream', 'attack.error', '$SRV.PING', '$SRV.STATS'];
  for (const [i, reply] of attacks.entries()) {
    raw.publish(asked[i % asked.length]!, '"attack"', { reply });
    raw.publish('attack.value', '"honest"', { reply: `${HONEST}${i}` });
    if (i % 200 > 0) continue;
    await raw.flush();
    await waitFor(() => strategy.counters.underWay === 0, { what: 'all to be answered' });
  }
  await raw.flush();
  await app.close();
  const honest = () => tap.messages.filter(({ subject }) => subject.startsWith(HONEST)).length;
  await waitFor(() => honest() >= attacks.length, { what: 'the honest to be answered' });

  // what the attacker sent is known by its payload; a few reply subjects the server itself does not let pass
  const published = tap.messages.filter(({ payload }) => !/^"(attack|honest)"$/.test(payload));
  const arrived = tap.messages.filter(({ payload }) => payload === '"attack"');
  expect(arrived.length).toBeGreaterThan(attacks.length * 0.9);
  const elsewhere = published.filter(({ subject }) => !mayBeAnswered(subject));
  expect(elsewhere.map(({ subject, payload }) => ({ subject, payload }))).toEqual([]);
  // the client library leaves a byte order mark out: what is answered then is the inbox behind it
  const refused = arrived.filter(({ reply }) => !mayBeAnswered(reply.replace(/^\uFEFF/, '')));
  expect(refused.length).toBeGreaterThan(ATTACKS / 2);
  expect(strategy.counters.repliesRefused).toBe(refused.length);
}, 120_000);
