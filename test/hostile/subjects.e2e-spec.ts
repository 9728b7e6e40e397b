import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { filterFault, subjectFault } from 'nestjs-nats';
import { KNOWN_SUBJECTS } from '../support/hostile-corpus.js';
import { NatsBench } from '../support/nats-bench.js';
import { RawNats } from '../support/raw-nats.js';
import { FULL_SIZE, SEED, sized } from '../support/scale.js';

const COUNT = sized(100_000, 1_000_000);
const BATCH = 5_000;

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

const units = [...'abAB01-_$."\'\\/{}%#~*>...*>'.split(''), 'ä', 'ß', '漢', '😀'];
const odd = '\0\u0001\b\f\v\u001b\u007f\u0085\u00a0\u2028\ufeff\uD800\uDC00'.split('');
const unit = fc.oneof(
  { weight: 40, arbitrary: fc.constantFrom(...units) },
  { weight: 1, arbitrary: fc.constantFrom(...odd) },
);
const word = fc.string({ unit, minLength: 1, maxLength: 12 });

/** Why we refuse what a server takes: nobody means such a subject, and some clients break on it. */
const STRICTER = /control character|contains NUL|half a surrogate pair/;

/**
 * Asks the server of each text, in its order.
 *
 * @param operation the line of the protocol that it answers with an error, or not
 */
async function refused(
  raw: RawNats,
  texts: readonly string[],
  operation: (text: string) => string,
): Promise<boolean[]> {
  const verdicts: boolean[] = [];
  for (let i = 0; i < texts.length; i += BATCH) {
    const from = raw.lines.length;
    let last = Promise.resolve();
    for (const text of texts.slice(i, i + BATCH)) {
      raw.send(operation(text));
      last = raw.flush();
    }
    await last;
    let refusal = false;
    for (const line of raw.lines.splice(from)) {
      if (line.startsWith('-ERR')) refusal = true;
      else if (line === 'PONG') {
        verdicts.push(refusal);
        refusal = false;
      }
    }
  }
  return verdicts;
}

/** Lists where the server and we do not agree, other than that we are stricter on purpose. */
function disagreements(
  texts: readonly string[],
  verdicts: readonly boolean[],
  fault: (text: string) => string | undefined,
): unknown[] {
  expect(verdicts).toHaveLength(texts.length);
  return texts.flatMap((text, i) => {
    const ours = fault(text);
    if ((ours !== undefined) === verdicts[i]) return [];
    return ours !== undefined && STRICTER.test(ours) ? [] : [{ text, ours, server: verdicts[i] }];
  });
}

const texts = [...KNOWN_SUBJECTS, ...fc.sample(word, { numRuns: COUNT, seed: SEED })];

it(`F20: a server and we call the same subjects legal (seed ${SEED}, full: ${FULL_SIZE})`, async () => {
  const raw = await RawNats.connect(bench.server.port, { pedantic: true });
  bench.own(() => raw.close());
  const verdicts = await refused(raw, texts, (text) => `PUB ${text} 0\r\n\r\n`);
  expect(disagreements(texts, verdicts, subjectFault)).toEqual([]);
  // the sample says something only if it has enough of both
  const legal = verdicts.filter((verdict) => !verdict).length;
  expect(legal).toBeGreaterThan(COUNT / 20);
  expect(verdicts.length - legal).toBeGreaterThan(COUNT / 20);
}, 120_000);

it('F22: and the same filters', async () => {
  const raw = await bench.raw();
  const verdicts = await refused(raw, texts, (text) => `SUB ${text} 1\r\nUNSUB 1\r\n`);
  expect(disagreements(texts, verdicts, filterFault)).toEqual([]);
}, 120_000);

it.each(['', ' ', 'a b', 'a\tb', 'a\r\nb', 'a\nPUB b 0\r\n', 'a\r'])(
  'F20: what would be another line or word of the protocol is refused: %j',
  (text) => {
    expect(subjectFault(text)).toBeDefined();
    expect(filterFault(text)).toBeDefined();
  },
);

it('F20: what is too long for a line of the protocol is refused, and what just fits is taken', async () => {
  const raw = await bench.raw();
  const longest = 'x'.repeat(2048);
  expect(subjectFault(longest)).toBeUndefined();
  expect(subjectFault(`${longest}x`)).toBeDefined();
  expect(subjectFault('ä'.repeat(1024))).toBeUndefined();
  expect(subjectFault('ä'.repeat(1025))).toBeDefined();
  const [verdict] = await refused(
    raw,
    [longest],
    (text) => `SUB ${text} 1\r\nPUB ${text} ${'x'.repeat(2000)} 0\r\n\r\nUNSUB 1\r\n`,
  );
  expect(verdict).toBe(false);
});
