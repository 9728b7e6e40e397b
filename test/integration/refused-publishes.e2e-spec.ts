import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { captureLog } from '../support/captured-log.js';
import { NatsBench } from '../support/nats-bench.js';
import { waitFor } from '../support/wait-for.js';

const bench = new NatsBench({
  config: `authorization { users: [
    { user: limited, password: x, permissions: { publish: { deny: ["orders.>", "bills.>"] } } }
  ] }`,
});
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

it('publishes that are refused are an event each, and a line an incident, with a count at its end', async () => {
  const client = bench.client({ user: 'limited', pass: 'x' });
  await client.connect();
  const log = captureLog();
  bench.own(() => log.stop());
  let refused = 0;
  client.on('error', () => void refused++);
  for (let i = 1; i <= 100; i++) await client.publish(`orders.${i}`, i);
  await client.publish('bills.1', 1);
  await waitFor(() => refused === 101, { what: 'all refusals' });
  const errors = (): string[] => log.lines.filter((line) => line.startsWith('error '));
  expect(errors()).toEqual([
    expect.stringMatching(/^error Server reported: .*Publish to "orders\.1"$/),
    expect.stringMatching(/^error Server reported: .*Publish to "bills\.1"$/),
  ]);
  await client.close();
  expect(errors().slice(2)).toEqual([
    expect.stringMatching(/Publish to "orders\.1" \(and 99 more since the last such line\)$/),
  ]);
});
