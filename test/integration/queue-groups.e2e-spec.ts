import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { Controller, type INestMicroservice, type Type } from '@nestjs/common';
import { EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { NatsBench } from '../support/nats-bench.js';

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

const MESSAGES = 300;
const everything = Array.from({ length: MESSAGES }, (_, i) => i);

interface Member {
  readonly received: number[];
}

/** A controller in a queue group; with `undefined`, in the strategy's, if that has one. */
function memberOf(queue: string | undefined): Type<Member> {
  @Controller()
  class GroupMember implements Member {
    readonly received: number[] = [];

    @EventPattern('groups.numbers', queue === undefined ? {} : { queue })
    onNumber(@Payload() n: number): void {
      this.received.push(n);
    }

    @MessagePattern('groups.square', queue === undefined ? {} : { queue })
    square(@Payload() n: number): number {
      this.received.push(n);
      return n * n;
    }
  }
  return GroupMember;
}

/** Gives what each of the apps has received when all has been published and handled. */
async function share(apps: [Type<Member>, INestMicroservice][]): Promise<number[][]> {
  const client = bench.client();
  await client.connect();
  await Promise.all(everything.slice(1).map((n) => client.publish('groups.numbers', n)));
  await client.publish('groups.numbers', 0, { confirm: 'flush' });
  // closing waits for all that the server has sent, so a message that comes twice is seen
  await Promise.all(apps.map(([, app]) => app.close()));
  return apps.map(([member, app]) => app.get(member).received);
}

async function start(
  queue: string | undefined,
  defaultQueue?: string,
): Promise<[Type<Member>, INestMicroservice]> {
  const member = memberOf(queue);
  return [member, await bench.listen([member], { queue: defaultQueue })];
}

const sorted = (...parts: number[][]): number[] => parts.flat().toSorted((a, b) => a - b);

it('N7: each queue group gets every message once, and so does a plain subscriber', async () => {
  const apps = await Promise.all([
    start('A'),
    start('A'),
    start('A'),
    start('B'),
    start(undefined),
  ]);
  const [a1, a2, a3, b, plain] = (await share(apps)) as [
    number[],
    number[],
    number[],
    number[],
    number[],
  ];
  expect(sorted(a1, a2, a3)).toEqual(everything);
  for (const part of [a1, a2, a3]) expect(part.length).toBeGreaterThan(0);
  expect(sorted(b)).toEqual(everything);
  expect(sorted(plain)).toEqual(everything);
});

it('S2: three replicas in one queue group handle each message exactly once', async () => {
  const apps = await Promise.all([1, 2, 3].map(() => start(undefined, 'replicas')));
  const parts = await share(apps);
  expect(sorted(...parts)).toEqual(everything);
  for (const part of parts) expect(part.length).toBeGreaterThan(0);
});

it("N7: a handler's own queue group stands in for the strategy's", async () => {
  const apps = await Promise.all([
    start(undefined, 'common'),
    start(undefined, 'common'),
    start('own', 'common'),
  ]);
  const [one, two, own] = (await share(apps)) as [number[], number[], number[]];
  expect(sorted(one, two)).toEqual(everything);
  expect(sorted(own)).toEqual(everything);
});

it("N7: '' takes a handler out of the strategy's queue group", async () => {
  const apps = await Promise.all([start('', 'common'), start('', 'common')]);
  for (const part of await share(apps)) expect(sorted(part)).toEqual(everything);
});

it('N7, N12: requests are shared by a queue group, each answered once', async () => {
  const apps = await Promise.all([1, 2, 3].map(() => start('calculators')));
  const client = bench.client();
  const answers = await Promise.all(everything.map((n) => client.request('groups.square', n)));
  await Promise.all(apps.map(([, app]) => app.close()));
  expect(answers).toEqual(everything.map((n) => n * n));
  const parts = apps.map(([member, app]) => app.get(member).received);
  expect(sorted(...parts)).toEqual(everything);
  for (const part of parts) expect(part.length).toBeGreaterThan(0);
});

it('N12: when a member leaves, the others take its share', async () => {
  const [leaver, other] = await Promise.all([start('shift'), start('shift')]);
  const client = bench.client();
  await client.connect();
  for (const n of everything.slice(0, 150)) await client.publish('groups.numbers', n);
  await leaver[1].close();
  for (const n of everything.slice(150)) await client.publish('groups.numbers', n);
  await client.publish('groups.numbers', MESSAGES, { confirm: 'flush' });
  await other[1].close();
  const parts = [leaver, other].map(([member, app]) => app.get(member).received);
  expect(sorted(...parts)).toEqual([...everything, MESSAGES]);
});
