import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { lastValueFrom, type Observable, of, toArray } from 'rxjs';
import { NatsBench } from '../support/nats-bench.js';

const VALUES: Record<string, unknown> = {
  object: { sku: 'ä–漢', lines: [1, { deep: null }] },
  null: null,
  'empty text': '',
  zero: 0,
  false: false,
  list: [],
  undefined,
};

@Controller()
class Values {
  @MessagePattern('values.plain')
  plain(@Payload() name: string): unknown {
    return VALUES[name];
  }

  @MessagePattern('values.promise')
  async promised(@Payload() name: string): Promise<unknown> {
    await new Promise(setImmediate);
    return VALUES[name];
  }

  @MessagePattern('values.observable')
  observed(@Payload() name: string): Observable<unknown> {
    return of(VALUES[name]);
  }

  @MessagePattern('values.echo')
  echo(@Payload() data: unknown): unknown {
    return { data };
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

describe.each(['values.plain', 'values.promise', 'values.observable'])('%s', (subject) => {
  it.each(Object.keys(VALUES))('answers request() with %s', async (name) => {
    await bench.listen([Values]);
    await expect(bench.client().request(subject, name)).resolves.toEqual(VALUES[name]);
  });

  it.each(Object.keys(VALUES))('answers send() with %s, once, and completes', async (name) => {
    await bench.listen([Values]);
    const values = await lastValueFrom(bench.client().send(subject, name).pipe(toArray()));
    // nothing is not a value: the caller completes without one
    expect(values).toEqual(name === 'undefined' ? [] : [VALUES[name]]);
  });
});

it.each([{ a: 1 }, [], '', 0, false])('a request carries the payload %j as it is', async (data) => {
  await bench.listen([Values]);
  await expect(bench.client().request('values.echo', data)).resolves.toEqual({ data });
});

it('send() is cold: it asks once for each subscriber, and not before', async () => {
  const peer = await bench.peer();
  let asked = 0;
  peer.subscribe('values.counted', {
    callback: (_, message) => void message.respond(`${++asked}`),
  });
  await peer.flush();
  const answer = bench.client().send<number>('values.counted', {});
  await peer.flush();
  expect(asked).toBe(0);
  await expect(lastValueFrom(answer)).resolves.toBe(1);
  await expect(lastValueFrom(answer)).resolves.toBe(2);
});
