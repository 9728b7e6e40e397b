import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { MessagePattern, RpcException } from '@nestjs/microservices';
import { NatsBench } from '../support/nats-bench.js';

class Odd extends RpcException {
  override getError(): string | object {
    return this;
  }
}

@Controller()
class Service {
  @MessagePattern('odd.ask')
  ask(): never {
    throw new Odd('of no use to the caller');
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

it('an RpcException that gives itself is answered as INTERNAL', async () => {
  await bench.listen([Service]);
  await expect(bench.client().request('odd.ask', 1)).rejects.toMatchObject({
    name: 'RemoteError',
    code: 'INTERNAL',
    message: 'Internal error',
  });
});
