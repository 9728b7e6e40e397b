import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import type { NatsListenInfo } from 'nestjs-nats';
import { captureLog } from '../support/captured-log.js';
import { NatsBench } from '../support/nats-bench.js';

const bench = new NatsBench({
  config: `
    authorization {
      users: [
        { user: limited, password: limited, permissions: { subscribe: { deny: ["$SRV.>"] } } }
        { user: free, password: free }
      ]
    }`,
});
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

const service = { name: 'prices', version: '1.0.0' };
const free = { user: 'free', pass: 'free' };

@Controller()
class Prices {
  @MessagePattern('price.quote')
  quote(): number {
    return 1;
  }
}

it('listens without the permission to be found, and warns of it once', async () => {
  const { app } = await bench.create([Prices], { user: 'limited', pass: 'limited', service });
  const log = captureLog();
  const info = (await app.listen()) as unknown as NatsListenInfo;
  log.stop();
  expect(info.warnings).toEqual([expect.stringMatching(/cannot be found.*"\$SRV\.PING"/)]);
  expect(log.lines.filter((line) => line.includes('cannot be found'))).toHaveLength(1);
  await expect(bench.client(free).request('price.quote', 1)).resolves.toBe(1);
  const peer = await bench.peer(free);
  await expect(peer.request('$SRV.PING')).rejects.toThrow(/no responders/i);
});

it('can be found with it', async () => {
  await bench.listen([Prices], { ...free, service });
  const peer = await bench.peer(free);
  expect((await peer.request('$SRV.PING')).json()).toMatchObject({ name: 'prices' });
});
