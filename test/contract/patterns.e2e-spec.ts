import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { firstValueFrom } from 'rxjs';
import type { NatsMessageContext } from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';

@Controller()
class Handlers {
  @MessagePattern(['patterns.one', { cmd: 'list' }, 'patterns.:named.last'])
  list(@Payload() _data: unknown, @Ctx() context: NatsMessageContext): unknown {
    return { pattern: context.pattern, params: context.params };
  }

  @MessagePattern({ cmd: 'sum' })
  sum(@Payload() numbers: number[]): number {
    return numbers.reduce((a, b) => a + b, 0);
  }

  @MessagePattern({ service: 'maths', cmd: { of: 'product' } })
  product(@Payload() numbers: number[]): number {
    return numbers.reduce((a, b) => a * b, 1);
  }

  @MessagePattern('1.0')
  one(): string {
    return '1.0';
  }

  @MessagePattern('1')
  integer(): string {
    return '1';
  }

  @MessagePattern('true')
  truth(): string {
    return 'true';
  }

  @MessagePattern('null')
  nothing(): string {
    return 'null';
  }

  @MessagePattern(42)
  answer(): string {
    return '42';
  }
}

@Controller()
class Expression {
  @EventPattern(/^orders\./)
  handle(_data: unknown): void {}
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

describe.each(['plain', 'both', 'nest'] as const)('with the envelope %s', (envelope) => {
  it.each<[pattern: unknown, data: unknown, answer: unknown]>([
    ['patterns.one', {}, { pattern: 'patterns.one', params: {} }],
    [{ cmd: 'list' }, {}, { pattern: '{"cmd":"list"}', params: {} }],
    [{ cmd: 'sum' }, [1, 2, 3], 6],
    [{ cmd: { of: 'product' }, service: 'maths' }, [2, 3, 4], 24],
    ['1.0', {}, '1.0'],
    ['1', {}, '1'],
    ['true', {}, 'true'],
    ['null', {}, 'null'],
    [42, {}, '42'],
    ['42', {}, '42'],
  ])('send(%j, %j) is answered %j', async (pattern, data, answer) => {
    await bench.listen([Handlers], { envelope });
    const client = bench.client({ envelope: envelope === 'nest' ? 'nest' : 'plain' });
    await expect(firstValueFrom(client.send(pattern, data))).resolves.toEqual(answer);
  });
});

it('a list of patterns may have named tokens', async () => {
  await bench.listen([Handlers]);
  await expect(bench.client().request('patterns.x.last', {})).resolves.toEqual({
    pattern: 'patterns.:named.last',
    params: { named: 'x' },
  });
});

it('a regular expression is refused, and named', async () => {
  const { app } = await bench.create([Expression]);
  await expect(app.listen()).rejects.toMatchObject({
    code: 'INVALID_SUBJECT',
    message: expect.stringContaining('/^orders'),
  });
});
