import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { Socket } from 'node:net';
import { gate } from '../support/gate.js';
import { NatsBench } from '../support/nats-bench.js';
import { waitFor } from '../support/wait-for.js';

const COUNT = 32;
const gates = Array.from({ length: COUNT }, () => gate());

@Controller()
class Patient {
  @MessagePattern('together.ask')
  async ask(@Payload() i: number): Promise<number> {
    await gates[i]!.wait();
    return i;
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

describe('answers of handlers that have waited', () => {
  it('go out with others that end in the same turn of the event loop', async () => {
    await bench.listen([Patient]);
    const client = bench.client();
    const answers = Promise.all(gates.map((_, i) => client.request('together.ask', i)));
    await waitFor(() => gates.every(({ reached }) => reached()), { what: 'all to be handled' });

    const write = jest.spyOn(Socket.prototype, 'write');
    // each in a callback of its own, as timers and other sockets have it
    await new Promise<void>((resolve) => {
      for (const { open } of gates) setImmediate(open);
      setImmediate(resolve);
    });
    expect(await answers).toEqual(gates.map((_, i) => i));
    const replies = write.mock.calls.filter(([bytes]) =>
      Buffer.from(bytes as Uint8Array).includes('PUB _INBOX'),
    );
    write.mockRestore();
    expect(replies.length).toBeGreaterThan(0);
    expect(replies.length).toBeLessThan(COUNT / 4);
  });
});
