import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, type INestApplication } from '@nestjs/common';
import { EventPattern, MessagePattern, Payload, Transport } from '@nestjs/microservices';
import { NATS_TRANSPORT, NatsStrategy, Respond, Subscribe } from 'nestjs-nats';
import { httpApp, startHybrid } from '../support/http-app.js';
import { NatsBench } from '../support/nats-bench.js';
import { waitFor } from '../support/wait-for.js';

const WAREHOUSE = Symbol('warehouse');

@Controller()
class Handlers {
  readonly received: string[] = [];

  @MessagePattern('id.ours', NATS_TRANSPORT)
  ours(): string {
    return 'ours';
  }

  @Respond('id.sugar')
  sugar(): string {
    return 'sugar';
  }

  @MessagePattern('id.built-in', Transport.NATS)
  builtIn(): string {
    return 'built-in';
  }

  @MessagePattern('id.warehouse', WAREHOUSE)
  warehouse(): string {
    return 'warehouse';
  }

  @MessagePattern('id.any')
  any(): string {
    return 'any';
  }

  @EventPattern('id.event', NATS_TRANSPORT)
  event(@Payload() data: string): void {
    this.received.push(`ours ${data}`);
  }

  @EventPattern('id.event', WAREHOUSE)
  warehouseEvent(@Payload() data: string): void {
    this.received.push(`warehouse ${data}`);
  }

  @Subscribe('id.event')
  sugarEvent(@Payload() data: string): void {
    this.received.push(`sugar ${data}`);
  }
}

const bench = new NatsBench();
const other = new NatsBench();
beforeAll(async () => {
  await bench.start();
  await other.start();
});
afterEach(async () => {
  await bench.clear();
  await other.clear();
});
afterAll(async () => {
  await bench.stop();
  await other.stop();
});

/** Serves both servers by one app: the first as any other, the second under an id of its own. */
async function serveBoth(): Promise<INestApplication> {
  const app = await httpApp(bench, { controllers: [Handlers] });
  const main = new NatsStrategy({ servers: bench.server.url });
  const warehouse = new NatsStrategy({ servers: other.server.url });
  warehouse.setTransportId(WAREHOUSE);
  await startHybrid(app, [main, warehouse]);
  return app;
}

it('the transport id is a symbol with a description, the same in every copy of the package', () => {
  expect(NATS_TRANSPORT).toBe(Symbol.for('nestjs-nats'));
  expect(new NatsStrategy().transportId).toBe(NATS_TRANSPORT);
  expect(NATS_TRANSPORT.description).toBe('nestjs-nats');
});

describe('U7: of several strategies in one app', () => {
  it.each([
    ['id.ours', 'ours', undefined],
    ['id.sugar', 'sugar', undefined],
    ['id.warehouse', undefined, 'warehouse'],
    ['id.built-in', undefined, undefined],
    ['id.any', 'any', 'any'],
  ])('%s is answered by the first: %j, by the second: %j', async (subject, first, second) => {
    await serveBoth();
    const answers = [bench, other].map((where) =>
      where
        .client()
        .request(subject, {})
        .catch((error: { code: string }) => error.code),
    );
    const expected = [first, second].map((answer) => answer ?? 'NO_RESPONDERS');
    await expect(Promise.all(answers)).resolves.toEqual(expected);
  });

  it('each has its own event handlers', async () => {
    const { received } = (await serveBoth()).get(Handlers);
    await bench.client().publish('id.event', 'here');
    await other.client().publish('id.event', 'there');
    await waitFor(() => received.length === 3, { what: 'three handlers' });
    expect(received.toSorted()).toEqual(['ours here', 'sugar here', 'warehouse there']);
  });
});
