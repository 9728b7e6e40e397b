import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Controller, type Type } from '@nestjs/common';
import { EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import { builtInClient, type Client, listenBuiltIn } from '../support/built-in-transport.js';
import { NatsBench } from '../support/nats-bench.js';
import { waitFor } from '../support/wait-for.js';

const QUEUE = 'prices';
let answeredBy: Set<string>;
let events: number[];

/** Makes the one service under migration, with a name for the replica that answers. */
function replica(name: string): Type {
  @Controller()
  class Prices {
    @MessagePattern('migration.price')
    price(@Payload() cents: number): { cents: number } {
      answeredBy.add(name);
      return { cents };
    }

    @EventPattern('migration.sold')
    sold(@Payload() n: number): void {
      events.push(n);
    }
  }
  return Prices;
}

const bench = new NatsBench();
beforeAll(() => bench.start());
beforeEach(() => {
  answeredBy = new Set();
  events = [];
});
afterEach(() => bench.clear());
afterAll(() => bench.stop());

/** Asks and tells until each named replica has answered, with every client. */
async function drive(clients: Client[], replicas: string[]): Promise<void> {
  let n = 0;
  await waitFor(
    async () => {
      for (const client of clients) {
        const cents = n++;
        await expect(lastValueFrom(client.send('migration.price', cents))).resolves.toEqual({
          cents,
        });
        await lastValueFrom(client.emit('migration.sold', cents), { defaultValue: undefined });
      }
      return replicas.every((name) => answeredBy.has(name));
    },
    { what: () => `all of ${replicas.join()} to answer, only ${[...answeredBy].join()} did` },
  );
  await waitFor(() => events.length === n, { what: () => `${n} events, got ${events.length}` });
  expect(events.toSorted((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
}

it("step 1: replicas under 'both' join those of the built-in transport, in one queue group", async () => {
  await listenBuiltIn(bench, [replica('old')], { queue: QUEUE });
  await bench.listen([replica('new')], { queue: QUEUE, envelope: 'both' });
  await drive([builtInClient(bench)], ['old', 'new']);
});

it("step 1: clients under 'nest' talk to both kinds of replicas meanwhile", async () => {
  await listenBuiltIn(bench, [replica('old')], { queue: QUEUE });
  await bench.listen([replica('new')], { queue: QUEUE, envelope: 'both' });
  await drive([builtInClient(bench), bench.client({ envelope: 'nest' })], ['old', 'new']);
});

it("step 2: when all replicas are under 'both', clients change one by one", async () => {
  await bench.listen([replica('one')], { queue: QUEUE, envelope: 'both' });
  await bench.listen([replica('two')], { queue: QUEUE, envelope: 'both' });
  const clients = [builtInClient(bench), bench.client({ envelope: 'nest' }), bench.client()];
  await drive(clients, ['one', 'two']);
});

it("step 3: when all clients are under 'plain', replicas change one by one", async () => {
  await bench.listen([replica('both')], { queue: QUEUE, envelope: 'both' });
  await bench.listen([replica('plain')], { queue: QUEUE });
  await drive([bench.client()], ['both', 'plain']);
});
